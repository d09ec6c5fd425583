"""What an output is made from decides alone whether it is made again."""

from __future__ import annotations

import importlib

import nbformat
import pandas as pd
import pyarrow.parquet as pq
import pytest

import redstats
from redstats import dashboards, places, sendback, tables
from redstats.dashboards.publishing import NAMES
from redstats.months import Month
from redstats.runs import keys

MONTH = Month(2026, 10)
STREETS = places.on(MONTH.end).streets
OF_STREETS = {one.place: one for one in dashboards.pages(places.on(MONTH.end)) if one.street == STREETS[0]}
KEPT = {*tables.KEYS, *NAMES, "source_file"}


def shown(page, project, monkeypatch):
    """All that a page and its workbooks say."""
    figures, whole = (dashboards.Figures(project, MONTH, openly) for openly in (False, True))
    texts = []
    if page.notebook:
        monkeypatch.setattr(redstats, "open_month", lambda month: figures)
        monkeypatch.setattr(redstats, "check_parameters", lambda names, allowed: None)
        names: dict[str, object] = {"redstats": redstats}
        for cell in nbformat.read(project.notebooks / f"{page.notebook}.ipynb", 4).cells:
            if cell.cell_type == "code" and cell.source.startswith("redstats."):
                block = eval(cell.source, names)
                texts.append(block.html if hasattr(block, "html") else "")
            elif cell.cell_type == "code":
                source = cell.source.replace('street: str = "华阳路街道"', f'street = "{page.street.name}"')
                exec(source, names)
    texts += [block(figures, *page.whose).html for block in page.blocks]
    texts += [one.content(figures if one.is_public else whole, *page.whose) for one in page.attachments]
    return texts


def disturbed(frame, street):
    """The table with all that is said of other streets changed about, but not who is named."""
    mine = (frame["street_code"] == street.code).fillna(True)
    others = frame[~mine]
    if others.empty:
        return frame
    mixed = others.sample(frac=1, random_state=1).set_axis(others.index)
    for name in KEPT & {*frame.columns}:
        mixed[name] = others[name]
    return pd.concat([frame[mine], mixed]).sort_index()


@pytest.mark.parametrize("page", OF_STREETS.values(), ids=lambda page: page.file)
def test_a_page_of_a_street_takes_nothing_of_other_streets_from_its_own_tables(
    page, sample_project, monkeypatch
):
    before = shown(page, sample_project, monkeypatch)
    read = tables.read
    monkeypatch.setattr(
        tables,
        "read",
        lambda project, name, month, *more: (
            disturbed(read(project, name, month), page.street)[list(*more) or slice(None)]
            if name in page.own and month == MONTH and "columns" not in more
            else read(project, name, month, *more)
        ),
    )
    assert page.own
    assert shown(page, sample_project, monkeypatch) == before


@pytest.fixture
def month_keys(sample_project):
    return keys.Keys(sample_project, MONTH, dashboards.pages(places.on(MONTH.end)))


def changed_row(monkeypatch, name, street):
    """As if one row of a table said something else of a street."""
    read = pq.read_table

    def changed(path, *rest, **more):
        data = read(path, *rest, **more)
        if path.parent.name and str(path).endswith(f"{name}/{MONTH}"):
            frame = data.to_pandas(types_mapper=pd.ArrowDtype)
            row = frame.index[(frame["street_code"] == street.code).fillna(False)][0]
            frame.loc[row, "source_sheet" if "source_sheet" in frame else "message"] = "另一张"
            data = type(data).from_pandas(frame, schema=data.schema, preserve_index=False)
        return data

    monkeypatch.setattr(keys.pq, "read_table", changed)


@pytest.mark.parametrize("name", [tables.CELLS, tables.NOTES, tables.FILES])
def test_a_row_of_a_street_changes_the_keys_of_its_outputs_and_of_no_other_streets(
    name, sample_project, month_keys, monkeypatch
):
    pages = [one for one in dashboards.pages(places.on(MONTH.end)) if name in one.own]
    before = {page.file: month_keys.of_page(page) for page in pages}
    letters = {street.code: month_keys.of_sendback(street) for street in STREETS}
    changed_row(monkeypatch, name, STREETS[2])
    now = keys.Keys(sample_project, MONTH, dashboards.pages(places.on(MONTH.end)))
    for page in pages:
        assert (now.of_page(page) != before[page.file]) == (page.street == STREETS[2]), page.file
    for street in STREETS:
        assert (now.of_sendback(street) != letters[street.code]) == (street == STREETS[2])


def test_what_changed_is_told_in_words():
    before = {"code": "1", "settings": "2", "2_findings": "3", "notebook": "4"}
    now = {"code": "1", "settings": "5", "2_findings": "6"}
    assert keys.changed(now, before) == ["本区设定", "2_findings", "笔记本"]


def test_a_send_back_reads_the_tables_it_declares_and_no_others(sample_project, monkeypatch):
    reads = set()
    read = tables.read

    def noted(project, name, month, *more):
        reads.add(name)
        assert month == MONTH
        return read(project, name, month, *more)

    monkeypatch.setattr(tables, "read", noted)
    making = importlib.import_module("redstats.sendback.making")
    monkeypatch.setattr(making, "_build", lambda jobs: None)
    sendback.make(sample_project, MONTH, STREETS)
    assert reads == {*sendback.READS}

"""Months made by an older redstats live on: their tables are read, their confirmations hold, and history goes on from them.

``files/schema_1`` is a month as it was written before tables had a number (示例数据).
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from drawn import ROOT
from openpyxl import load_workbook

from redstats import corrections, dashboards, mappings, places, standard, tables
from redstats.errors import RunError
from redstats.months import Month
from redstats.project import Project
from redstats.runs import stages

JULY, AUGUST = Month(2026, 7), Month(2026, 8)
OLD = Path(__file__).parent / "files" / "schema_1"


@pytest.fixture
def project(tmp_path) -> Project:
    shutil.copytree(OLD, tmp_path / "data")
    for name in ("notebooks", "expectations"):
        (tmp_path / name).symlink_to(ROOT / name, target_is_directory=True)
    return Project(tmp_path)


@pytest.fixture
def archived(project) -> Project:
    """The workbooks are gone, what was made of them stands."""
    shutil.rmtree(project.raw / str(JULY))
    return project


def states(project: Project, month: Month) -> dict[tuple, str]:
    rows = tables.read(project, tables.FINDINGS, month)
    return dict(
        zip(zip(rows["committee_name"], rows["requirement"], strict=True), rows["state"], strict=True)
    )


def test_every_table_of_an_archived_month_can_be_read_with_todays_columns(archived):
    for table, schema in tables.SCHEMAS.items():
        if tables.exists(archived, table, JULY):
            assert set(schema.names) <= set(tables.read(archived, table, JULY).columns), table


def test_pages_of_an_archived_month_can_be_made(archived):
    assert stages.ensure(archived, JULY)
    figures = dashboards.Figures(archived, JULY)
    for page in dashboards.pages(places.on(JULY.end)):
        if not page.history:
            assert all(block(figures, *page.whose).html for block in page.blocks)


def test_the_next_month_goes_on_from_an_archived_one(archived):
    (archived.raw / str(AUGUST)).mkdir()
    book = load_workbook(OLD / "raw" / str(JULY) / "华阳路街道2026年7月月报.xlsx")
    sheet = book.active
    sheet["A1"], sheet["C2"] = "示例数据：华阳路街道2026年8月红色业委会月报", "填报日期：2026年9月3日"
    sheet.delete_rows(4)  # the first committee is in no return of August
    book.save(archived.raw / str(AUGUST) / "华阳路街道2026年8月月报.xlsx")
    stages.ensure(archived, AUGUST)
    assert tables.read(archived, tables.ABSENT, AUGUST)["committee_name"].tolist() == ["示例甲业委会"]
    ledger = tables.read(archived, tables.LEDGER, AUGUST)
    own = ledger[
        (ledger["committee_name"] == "示例乙业委会") & (ledger["requirement"] == "party_member_ratio")
    ]
    assert (own["change"].tolist(), own["since"].tolist()) == (["ongoing"], [str(JULY)])


def test_a_month_whose_workbooks_are_there_is_made_anew_and_says_the_same(project):
    before = states(project, JULY)
    stages.ensure(project, JULY)
    assert states(project, JULY) == before
    path = next((project.processed / tables.FINDINGS / str(JULY)).glob("*.parquet"))
    assert pq.read_schema(path).metadata[b"redstats.schema"] == str(tables.SCHEMA).encode()


def test_what_people_confirmed_then_holds_still(project):
    rules, roll = standard.on(JULY.end), places.on(JULY.end)
    assert len(mappings.read(project.raw / mappings.FILE, rules, roll).entries) == 2
    assert [one.committee for one in corrections.read(project.raw / corrections.FILE)] == ["示例乙业委会"]
    stages.ensure(project, JULY)
    returns = tables.read(project, tables.RETURNS, JULY).set_index("committee_name")
    assert returns.loc["示例乙业委会", "member_count"] == 7
    assert returns.loc["示例乙业委会", "neighbourhood_committee"] == "秀水"
    assert tables.read(project, tables.PIPELINE, JULY)["result"].tolist() == ["认定"]


def test_a_table_of_a_newer_redstats_is_refused_by_name(project):
    path = next((project.processed / tables.SCORES / str(JULY)).glob("*.parquet"))
    data = pq.read_table(path).replace_schema_metadata({b"redstats.schema": b"99"})
    pq.write_table(data, path)
    with pytest.raises(RunError) as refused:
        tables.read(project, tables.SCORES, JULY)
    assert str(JULY) in refused.value.what and refused.value.to_do


def test_some_columns_of_an_old_table_are_read_alone(archived):
    found = tables.read(archived, tables.RETURNS, JULY, ["committee_name", "member_count"])
    assert (
        list(found.columns) == ["committee_name", "member_count"]
        and found["member_count"].dtype == pd.Int64Dtype()
    )

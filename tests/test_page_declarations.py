"""A page declares itself: what it is called, what makes it and which tables it is made from, and nothing else lists it."""

from __future__ import annotations

import importlib
import sys

import nbformat
import pytest

import redstats
from redstats import dashboards, places, tables
from redstats.dashboards import page as declarations
from redstats.months import Month

MONTH = Month(2026, 10)
ROLL = places.on(MONTH.end)
FIRST_OF_EACH = {one.place: one for one in reversed(dashboards.pages(ROLL))}.values()


def make(page, figures, monkeypatch, notebooks):
    """All that a run makes of a declaration, here and now."""
    if page.notebook:
        monkeypatch.setattr(redstats, "open_month", lambda month: figures)
        names: dict[str, object] = {}
        for cell in nbformat.read(notebooks / f"{page.notebook}.ipynb", 4).cells:
            if cell.cell_type == "code" and "check_parameters" not in cell.source:
                exec(cell.source, names)
            elif cell.cell_type == "code":
                monkeypatch.setattr(redstats, "check_parameters", lambda names, allowed: None)
                exec(cell.source, names)
    for one in (*page.blocks, *(one.content for one in page.attachments)):
        one(figures, *page.whose)


@pytest.mark.parametrize("page", FIRST_OF_EACH, ids=lambda page: page.file)
def test_a_page_reads_the_tables_it_declares_and_no_others(page, sample_project, monkeypatch):
    reads: set[tuple[str, Month]] = set()
    real = tables.read

    def read(project, name, month, *rest, **more):
        reads.add((name, month))
        return real(project, name, month, *rest, **more)

    monkeypatch.setattr(tables, "read", read)
    make(page, dashboards.Figures(sample_project, MONTH), monkeypatch, sample_project.notebooks)
    # those of some months only are not of the sample's; that a page reads them where they are is tested with them
    there = set(page.tables) - set(tables.OCCASIONAL)
    assert {name for name, month in reads if month == MONTH} == there
    assert {month for _, month in reads} - {MONTH} == set() or page.history
    assert all(month <= MONTH for _, month in reads)


def test_files_and_places_are_told_apart():
    pages = dashboards.pages(ROLL)
    files = [one.file for one in pages] + [beside.file for one in pages for beside in one.attachments]
    assert len(set(files)) == len(files)
    assert len({one.place for one in declarations.declared()}) == len(declarations.declared())


def test_a_page_is_made_of_a_notebook_or_of_blocks(sample_project):
    for one in declarations.declared():
        assert bool(one.notebook) != bool(one.blocks), one.file
        assert not one.notebook or (sample_project.notebooks / f"{one.notebook}.ipynb").is_file()


def test_a_module_with_a_declaration_is_a_page_without_any_list(tmp_path, monkeypatch):
    """Adding a page is adding its module (and a template, which this one does not need)."""
    (tmp_path / "invented.py").write_text(
        "from redstats.dashboards.blocks import Block\n"
        "from redstats.dashboards.page import Page\n"
        "PAGE = Page('invented/{code}.html', '{name}新页', '', '依据', 45, reads=(), of_streets=True,\n"
        "            blocks=(lambda figures, street: Block(street.name),))\n",
        encoding="utf-8",
    )
    listed = declarations.pkgutil.iter_modules
    monkeypatch.setattr(declarations.pkgutil, "iter_modules", lambda paths: listed([*paths, str(tmp_path)]))
    monkeypatch.setattr(dashboards, "__path__", [*dashboards.__path__, str(tmp_path)])
    declarations.declared.cache_clear()
    try:
        importlib.invalidate_caches()
        added = [one for one in dashboards.pages(ROLL) if one.file.startswith("invented/")]
        assert [one.title for one in added] == [f"{street.name}新页" for street in ROLL.streets]
    finally:
        declarations.declared.cache_clear()
        sys.modules.pop("redstats.dashboards.invented", None)

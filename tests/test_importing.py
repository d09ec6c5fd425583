"""The import report: every note at its place with what to do, and nothing personal; the same in a notebook."""

from __future__ import annotations

import io

import pytest
from drawing import draw
from openpyxl import Workbook, load_workbook

import redstats
from redstats import outcomes
from redstats.dashboards import Figures, import_report, importing
from redstats.errors import RunError
from redstats.months import Month

MONTH = Month(2026, 10)


@pytest.fixture(scope="module")
def figures(sample_project):
    return Figures(sample_project, MONTH)


def test_every_note_of_a_street_stands_in_its_report(figures):
    for street in figures.streets:
        own = figures.notes[figures.notes["street_code"] == street.code]
        gone = figures.files["source_file"][figures.files["outcome"].isin(["replaced", "skipped"])]
        assert len(import_report.lines(figures, street)) == (~own["source_file"].isin(gone)).sum()


def test_rows_in_are_accepted_refused_or_blank(figures):
    files = figures.files
    assert (files["rows"] == files["accepted"] + files["refused"] + files["blank"]).all()
    assert "不符" not in importing.all_files(figures).html


def test_a_normalised_value_shows_what_stood_there_and_how_it_was_read(figures):
    street = figures.places.street("周家桥")
    listed = [row for row in import_report.lines(figures, street) if row["kind"] == "value_normalised"]
    assert listed and all(row["raw"] and row["cell"] for row in listed)
    assert all("：" in row["read"] for row in listed if "个人信息" not in row["message"])


def test_personal_data_are_masked(figures):
    shown = {str(value) for value in figures.returns["contact"].dropna()}
    for street in figures.streets:
        html = (import_report.sections(figures, street) + import_report.history(figures, street)).html
        assert not [value for value in shown if value in html]


def test_the_workbook_has_a_sheet_a_section_and_no_formula(figures):
    street = figures.places.street("虹桥")
    book = load_workbook(io.BytesIO(import_report.workbook(figures, street)))
    assert book.sheetnames[:3] == ["概况", *(outcomes.WEIGHTS[one] for one in ("mend", "check"))]
    assert {"列与字段", "与上月比较"} <= set(book.sheetnames)
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_the_report_of_a_street_that_sent_nothing_says_so(figures):
    street = figures.places.street("虹桥")
    nothing = Figures(figures.project, MONTH)
    nothing.files = nothing.files[nothing.files["street_code"] != street.code]
    assert "未收到报表" in import_report.heading(nothing, street).html


def test_one_workbook_can_be_looked_at_in_a_notebook(sample_project):
    path = next((sample_project.raw / "2026-10").glob("虹桥*情况.xlsx"))
    one = redstats.read_return(path)
    assert len(one.table) == one.counts["accepted"] and str(one.table["member_count"].dtype) == "Int64"
    assert {"field", "raw", "cell", "value_state"} <= set(one.cells.columns) and len(one.cells) > len(
        one.table
    )
    assert "没有读懂的" in one.report.html and "若干" in one.report.html
    shown = one._repr_mimebundle_()
    assert shown["text/plain"].startswith(path.name) and "<table" in shown["text/html"]
    contacts = [value for value in one.table["contact"].dropna()]
    assert contacts and not [value for value in contacts if value in shown["text/html"]]


def test_a_refused_file_has_a_report_too(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7")
    one = redstats.read_return(path, "2026-10")
    assert (one.outcome, one.code) == ("refused", "pdf") and one.table.empty
    assert "请报送可编辑的" in one.report.html


def test_what_is_wrong_with_a_file_is_said_wherever_it_lies(tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7")
    assert (
        redstats.read_return(tmp_path / "a.pdf").code == redstats.read_form(tmp_path / "a.pdf").code == "pdf"
    )


def test_the_month_of_a_workbook_is_that_of_its_folder_its_name_or_its_title_else_it_is_asked_for(tmp_path):
    roll = "居委会|业委会名称|业委会人数|接待日次数\n秀水|秀水苑业委会|7|2"
    for name, title in (
        ("华阳路街道2026年8月.xlsx", "月报"),
        ("华阳路街道.xlsx", "华阳路街道2026年9月月报"),
        ("华阳路.xlsx", "华阳路街道月报"),
    ):
        book = Workbook()
        book.active["A1"] = title
        draw(book.active, roll, top=2)
        book.save(tmp_path / name)
    assert str(redstats.read_return(tmp_path / "华阳路街道2026年8月.xlsx").month) == "2026-08"
    assert str(redstats.read_return(tmp_path / "华阳路街道.xlsx").month) == "2026-09"
    with pytest.raises(RunError, match="--month"):
        redstats.read_return(tmp_path / "华阳路.xlsx")
    assert str(redstats.read_return(tmp_path / "华阳路.xlsx", "2026-07").month) == "2026-07"

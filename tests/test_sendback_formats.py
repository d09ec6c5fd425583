"""A return in .xls, .et or .ods goes back whole, and what is mended in it closes exactly the findings of the mended cells.

``files/mistakes.xls`` and ``.ods`` are one return as LibreOffice saved it: six committees that meet the standard, five
mistakes, formulas, a hidden sheet, a hidden column, merges, a comment, a colour and, in row 12, values of all kinds.
"""

from __future__ import annotations

import datetime as dt
import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from drawn import ROOT
from openpyxl import load_workbook

from redstats import findings, places, sendback, tables, workbooks
from redstats.months import Month
from redstats.project import Project
from redstats.returns import import_month
from redstats.workbooks import stamps

MONTH = Month(2026, 10)
HUAYANG = places.on(MONTH.end).street("华阳路")
FILES = Path(__file__).parent / "files"
TABLES = (tables.FINDINGS, tables.CHECKS, tables.LAW)
FORMS = {"xls": "xls", "et": "xls", "ods": "ods"}
# Cell, what a clerk writes there, and what is then closed.
RIGHT = {
    "BK4": (1, {"reception_days", "L13_reception"}),
    "EB4": (3, {"volunteering"}),
    "BV5": (2, {"cross_posts"}),
    "AY6": ("是", {"rule_seal"}),
    "M7": (6, {"party_member_count_within_member_count", "party_member_ratio"}),
    "BK8": (1, {"reception_days", "L13_reception"}),
}


@pytest.fixture(scope="module")
def sent(tmp_path_factory):
    """``sent(form)``: the month in which 华阳路 sent the workbook in that form, and its send-back."""
    known = {}

    def of(form: str) -> tuple[Project, sendback.Made]:
        if form not in known:
            root = tmp_path_factory.mktemp(form)
            (root / "expectations").symlink_to(ROOT / "expectations", target_is_directory=True)
            project = Project(root)
            (project.raw / str(MONTH)).mkdir(parents=True)
            shutil.copy(FILES / f"mistakes.{FORMS[form]}", project.raw / str(MONTH) / name(form))
            known[form] = project, judged(project)
        project, _ = known[form]
        for answer in (project.raw / str(MONTH)).glob("改好*"):
            answer.unlink()
        judged(project)
        (made,) = sendback.make(project, MONTH, [HUAYANG])
        assert not made.error
        return project, made

    return of


def name(form: str) -> str:
    return f"{HUAYANG.name}2026年10月.{form}"


def judged(project: Project) -> set[tuple]:
    """Read and judge; all that is not met, lacks or needs a look."""
    import_month(project, MONTH)
    findings.find(project, MONTH)
    keys = ["committee_name", "requirement", "state"]
    frames = [tables.read(project, one, MONTH)[keys] for one in TABLES]
    rows = {row for frame in frames for row in frame.itertuples(index=False, name=None)}
    return {row for row in rows if row[2] not in ("met", "not_applicable")}


def reported(project: Project) -> dict[tuple, object]:
    cells = tables.read(project, tables.CELLS, MONTH)
    names = ["field", "cell", "raw"]
    return {(field, cell): raw for field, cell, raw in cells[names].itertuples(index=False, name=None)}


def names_of(project: Project) -> dict[int, str]:
    returns = tables.read(project, tables.RETURNS, MONTH)
    return dict(zip(returns["source_row"], returns["committee_name"], strict=True))


def answered(made: sendback.Made, cells: set[str], form: str, folder: Path) -> bytes:
    """The send-back with these cells mended, saved by openpyxl or, in ``form``, by LibreOffice."""
    book = load_workbook(io.BytesIO(made.content))
    for cell in cells:
        book["月报"][cell].value = RIGHT[cell][0]
    path = folder / "answer.xlsx"
    book.save(path)
    if form:
        office = shutil.which("soffice")
        if not office:
            pytest.skip("没有 LibreOffice")
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        (folder / "saved").mkdir()
        command = [office, profile, "--headless", "--convert-to", form, "--outdir", folder / "saved", path]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        path = folder / "saved" / f"answer.{form}"
    return path.read_bytes()


@pytest.mark.parametrize("form", FORMS)
def test_every_value_stands_at_its_place_as_it_was_sent(sent, form):
    book = load_workbook(io.BytesIO(sent(form)[1].content))
    assert book.sheetnames == ["退回说明", "退回问题清单", "退回同类问题", "月报", "底稿", "说明"]
    for grid in workbooks.read(FILES / f"mistakes.{FORMS[form]}").grids:
        sheet = book[grid.name]
        for row in range(grid.height):
            for column in range(grid.width):
                if grid.anchor(row, column) != (row, column):
                    continue
                value, cell = grid.value(row, column), sheet.cell(row + 1, column + 1)
                written = cell.value.date() if type(value) is dt.date else cell.value
                assert (written if written is not None else "") == value, cell.coordinate
                assert isinstance(value, str) == (cell.data_type in ("s", "e") or value == "")
    row = [one.value for one in book["月报"][12][:5]]
    assert row == ["编号", "310105001000000017", 123456789012345, "007", 7]
    assert [book["月报"].cell(at, 20).value for at in (4, 5, 6)] == [
        "02162520000",
        13901234567,
        "021-62520001",
    ]


@pytest.mark.parametrize("form", FORMS)
def test_what_the_sender_had_hidden_merged_written_and_painted_stays(sent, form):
    book = load_workbook(io.BytesIO(sent(form)[1].content))
    sheet = book["月报"]
    assert book["底稿"].sheet_state == "hidden" and book["底稿"]["B2"].value == 2
    assert sheet.column_dimensions["BC"].hidden or any(one.hidden for one in sheet.column_dimensions.values())
    assert {"A1:H1", "B8:B9"} <= {str(one) for one in sheet.merged_cells.ranges}
    assert sheet["EB4"].comment.text.startswith("本月停办\n")
    assert sheet["BO4"].fill.fgColor.rgb[-6:] == "00FF88"
    assert sheet["M10"].data_type == "e" and sheet["F10"].value == sum(
        sheet.cell(at, 6).value for at in range(4, 10)
    )
    assert sheet.freeze_panes == "D4" and sheet["C3"].font.bold and sheet.print_title_rows == "$3:$3"
    assert sheet["L12"].number_format == "0.0%" and sheet["O4"].is_date


def test_numbers_that_were_filled_up_with_zeros_still_are(sent):
    sheet = load_workbook(io.BytesIO(sent("xls")[1].content))["月报"]
    assert (sheet["E12"].value, sheet["E12"].number_format) == (7, "000")


@pytest.mark.parametrize("form", FORMS)
def test_the_cover_tells_the_form_and_every_mark_is_a_cell_that_can_be_reached(sent, form):
    made = sent(form)[1]
    book = load_workbook(io.BytesIO(made.content))
    cover = "".join(str(one.value) for row in book["退回说明"].iter_rows() for one in row if one.value)
    assert "重新写出" in cover and "加了颜色和批注；公式" not in cover and name(form) in cover
    cells = {one.cell for one in made.marks if one.cell}
    assert cells >= RIGHT.keys()
    links = {
        row[3].hyperlink.location for row in book["退回问题清单"].iter_rows(min_row=2) if row[3].hyperlink
    }
    assert links == {f"'月报'!{one}" for one in cells}
    for one in cells:
        assert stamps.uncommented(book["月报"][one].comment.text) != book["月报"][one].comment.text
        assert stamps.is_ours(book["月报"][one].fill.fgColor.rgb)


@pytest.mark.parametrize(
    ("form", "saved"), [("xls", ""), ("et", ""), ("ods", ""), ("xls", "xls"), ("ods", "ods"), ("xls", "xlsx")]
)
def test_exactly_the_findings_of_the_mended_cells_are_closed(sent, form, saved, tmp_path):
    project, made = sent(form)
    before, told = judged(project), reported(project)
    some = {"BK4", "BV5", "AY6", "M7"} if saved else set(RIGHT)
    answer = f"改好.{saved or 'xlsx'}"
    (project.raw / str(MONTH) / answer).write_bytes(answered(made, some, saved, tmp_path))
    after = judged(project)
    files = tables.read(project, tables.FILES, MONTH)
    assert dict(zip(files["source_file"], files["code"], strict=True)) == {
        name(form): "replaced",
        answer: "corrected",
    }
    assert not after - before
    names = {cell: names_of(project)[int(cell.lstrip("ABEKMVY"))] for cell in some}
    closed = {(names[cell], one) for cell in some for one in RIGHT[cell][1]}
    assert {row[:2] for row in before - after} == closed
    changed = {key[1] for key, raw in reported(project).items() if raw != told[key]}
    assert changed == some
    notes = tables.read(project, tables.NOTES, MONTH)
    own = notes[notes["source_file"] == answer]
    assert list(own["cell"][own["kind"] == "comment_unread"]) == ["EB4"]  # the sender's own, and none of ours
    assert len(own[own["kind"] == "coloured_cells"]) == 1 and "BO4" in own["message"].to_string()


@pytest.mark.parametrize("form", FORMS)
def test_the_workbook_is_whole_and_leads_nowhere(sent, form):
    with zipfile.ZipFile(io.BytesIO(sent(form)[1].content)) as archive:
        text = b"".join(archive.read(one) for one in archive.namelist())
    assert b"<f>" not in text and b'TargetMode="External"' not in text and b"x.example" not in text

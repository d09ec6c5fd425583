"""The two forms of Attachment 2 as they are handed out: what stands where, and that a text stays a text."""

from __future__ import annotations

import datetime as dt
import io
import re
import shutil
import subprocess
import zipfile
from functools import cache

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from redstats import places, workbooks
from redstats.forms import counting
from redstats.forms.documents import draw_document
from redstats.forms.drawing import draw_workbook
from redstats.forms.shape import UNDATED, Shape
from redstats.months import Month
from redstats.standard.attachments import attachments, columns, titled
from redstats.text import count_characters, fold
from redstats.workbooks import stamps
from redstats.workbooks.docx_writing import Paper, Type

MONTH = Month(2026, 11)
DAY = dt.date(2026, 11, 5)
KINDS = ("recommendation", "re_evaluation")
DRAWN = {"xlsx": draw_workbook, "docx": draw_document}
every_kind = pytest.mark.parametrize("kind", KINDS)
every_file = pytest.mark.parametrize(
    ("kind", "ending"), [(kind, ending) for kind in KINDS for ending in DRAWN]
)
HOSTILE = ["=1+1", "+1", "@SUM(A1)", "#REF!", "<w:p/>&amp;", "\x00a\ufffe\ud800"]


def values(kind: str) -> dict[str, object]:
    """Something in every column of the form."""
    own = {one.id for one in attachments()[kind].fields.values()}
    found: dict[str, object] = {}
    for name, type_ in columns().items():
        if re.sub("_(?:seal|date)$", "", name) in own or name in own:
            found[name] = {"int": 7, "date": DAY, "bool": True}.get(type_, f"{name}的内容")
    return found


@cache
def content(kind: str, ending: str, blank: bool = True) -> bytes:
    return DRAWN[ending](kind, [{} if blank else values(kind)], MONTH)


def workbook(content: bytes):
    return load_workbook(io.BytesIO(content))


def document(content: bytes):
    return docx.Document(io.BytesIO(content))


def cells(book) -> list:
    return [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]


def beside(sheet, label: str):
    """The cell at the right of the one that reads ``label``, over what is merged."""
    (found,) = [cell for row in sheet.iter_rows() for cell in row if fold(str(cell.value)) == fold(label)]
    area = [one for one in sheet.merged_cells.ranges if found.coordinate in one]
    return sheet.cell(found.row, (area[0].max_col if area else found.column) + 1)


def texts(paper) -> list[str]:
    """What stands in the cells of a document, each once, and in its lines."""
    seen: dict[object, str] = {}
    for table in paper.tables:
        for row in table.rows:
            for cell in row.cells:
                seen.setdefault(cell._tc, cell.text)
    return [*seen.values(), *(one.text for one in paper.paragraphs)]


# --- what is asked


@every_kind
def test_every_label_stands_on_the_workbook_exactly_once(kind):
    sheet = workbook(content(kind, "xlsx")).worksheets[0]
    written = [
        fold(str(cell.value)).removesuffix(":") for row in sheet.iter_rows() for cell in row if cell.value
    ]
    for one in attachments()[kind].fields.values():
        assert written.count(fold(one.printed)) == 1, one.printed
    assert titled(sheet["A1"].value) == kind


@every_kind
def test_every_label_stands_on_the_document_exactly_once(kind):
    paper = document(content(kind, "docx"))
    written = [fold(part) for text in texts(paper) for part in re.split("：|\t", text)]
    for one in attachments()[kind].fields.values():
        assert written.count(fold(one.printed)) == 1, one.printed
    assert titled(paper.paragraphs[0].text) == kind


def test_the_rows_of_the_recommendation_are_those_of_the_standard():
    rows = [[one and one.label for one in pair] for pair in Shape("recommendation", MONTH).pairs]
    assert rows == [
        ["业委会名称", "所属居委会"],
        ["小区名称", "办公地址"],
        ["业委会主任", "联系方式"],
        ["业委会党支部（党小组）负责人", "业委会人数"],
        [None, "业委会党员人数"],
    ]


@every_file
def test_the_blank_form_holds_no_value(kind, ending):
    filled = {str(value) for value in values(kind).values()} | {"已盖章", "未盖章"}
    if ending == "xlsx":
        book = workbook(content(kind, ending))
        unlocked = [cell for cell in cells(book) if not cell.protection.locked]
        assert {cell.value for cell in unlocked} <= {UNDATED}
    else:
        assert not filled & {part for text in texts(document(content(kind, ending))) for part in text.split()}


@every_kind
def test_only_labels_are_locked(kind):
    book = workbook(content(kind, "xlsx", False))
    open_ = {cell.value for cell in cells(book) if not cell.protection.locked}
    told = {value for value in values(kind).values() if isinstance(value, str)}
    assert told <= open_ and 7 in open_
    locked = {fold(str(cell.value)) for cell in cells(book) if cell.protection.locked}
    assert {fold(one.printed) for one in attachments()[kind].fields.values()} <= {
        one.rstrip(":") for one in locked
    }
    assert all(sheet.protection.sheet for sheet in book)


# --- what is filled in


def test_values_stand_right_of_their_labels_with_their_types():
    sheet = workbook(content("recommendation", "xlsx", False)).worksheets[0]
    given_, form = values("recommendation"), attachments()["recommendation"]
    for one in form.fields.values():
        label = f"{one.printed}：" if one.type in ("street", "date") else one.printed
        value = beside(sheet, label).value
        if one.type == "seal":
            assert value == "已盖章  2026年11月5日"
        else:
            assert (value.date() if one.type == "date" else value) == given_[one.id]


def test_an_opinion_has_its_seal_and_its_day_beneath():
    sheet = workbook(content("re_evaluation", "xlsx", False)).worksheets[0]
    for one in ("opinion_neighbourhood_party", "opinion_street_party"):
        opinion = beside(sheet, attachments()["re_evaluation"].fields[one].printed)
        assert opinion.value == f"{one}的内容"
        (row,) = [area.max_row + 1 for area in sheet.merged_cells.ranges if opinion.coordinate in area]
        beneath = [[cell.value for cell in line] for line in sheet.iter_rows(row, row + 1, 3, 4)]
        assert beneath == [["（盖章）", "已盖章"], ["日期", dt.datetime(2026, 11, 5)]]


@every_kind
def test_the_document_holds_every_value(kind):
    written = "\n".join(texts(document(content(kind, "docx", False))))
    for value in values(kind).values():
        shown = {True: "已盖章", DAY: "2026年11月5日", 7: "7人"}.get(value, value)
        assert shown in written


@pytest.mark.parametrize(("seal", "told"), [(True, "已盖章"), (False, "未盖章"), (None, None)])
def test_a_seal_has_three_states(seal, told):
    content = draw_workbook("recommendation", [{"seal_street": seal}], MONTH)
    assert beside(workbook(content).worksheets[0], "推荐街镇盖章").value == told


def test_no_members_are_not_the_same_as_none_told():
    shown = [
        beside(workbook(draw_workbook("recommendation", [one], MONTH)).worksheets[0], "业委会党员人数").value
        for one in ({"party_member_count": 0}, {})
    ]
    assert shown == [0, None]


def test_the_long_text_stands_on_a_page_of_its_own():
    book = workbook(content("re_evaluation", "xlsx", False))
    assert book.sheetnames == ["复评表", "附页"]
    assert beside(book["复评表"], "主要做法和成效（请附页，2000字内）").value == "（见附页）"
    assert [book["附页"].cell(row, 1).value for row in (1, 2, 3)] == [
        "附页",
        "主要做法和成效（2000字内）",
        "practices_attachment的内容",
    ]
    lines = [one.text for one in document(content("re_evaluation", "docx", False)).paragraphs]
    assert lines[-3:] == ["附页", "主要做法和成效（2000字内）", "practices_attachment的内容"]


def test_each_committee_has_a_sheet_and_a_page():
    filled = [{"committee_name": name} for name in ("甲业委会", "乙业委会", "乙业委会")]
    book = workbook(draw_workbook("recommendation", filled, MONTH))
    assert book.sheetnames == ["推荐表 甲业委会", "推荐表 乙业委会", "推荐表 乙业委会(2)"]
    paper = document(draw_document("recommendation", filled, MONTH))
    titles = [one for one in paper.paragraphs if titled(one.text)]
    assert [bool(one.paragraph_format.page_break_before) for one in titles] == [False, True, True]
    assert len(paper.tables) == 3


# --- how it is filled in


def test_the_ten_streets_are_offered():
    sheet = workbook(content("recommendation", "xlsx")).worksheets[0]
    at = beside(sheet, "推荐街镇：").coordinate
    (rule,) = [one for one in sheet.data_validations.dataValidation if at in one.sqref]
    assert rule.formula1.strip('"').split(",") == [one.name for one in places.on(MONTH.end).streets]


@every_kind
def test_every_field_says_how_it_is_filled_in(kind):
    book = workbook(content(kind, "xlsx"))
    for sheet in book:
        asked = [cell for row in sheet["A1:D60"] for cell in row if not cell.protection.locked]
        merged = {place for area in sheet.merged_cells.ranges for place in list(area.cells)[1:]}
        rules = sheet.data_validations.dataValidation
        for cell in asked:
            if (cell.row, cell.column) not in merged:
                assert any(cell.coordinate in one.sqref and one.prompt for one in rules), cell.coordinate


@every_kind
def test_a_limited_text_is_counted_beside_the_paper(kind):
    book, limited = workbook(content(kind, "xlsx")), 0
    for one in attachments()[kind].fields.values():
        if one.longest:
            sheet = book["附页"] if one.attached else book.worksheets[0]
            value = sheet["A3"] if one.attached else beside(sheet, one.printed)
            counter = sheet.cell(value.row, 6)
            place = f"${value.column_letter}${value.row}"
            assert counter.value == counting.left(place, one.longest)
            assert "还可写" in counter.number_format and "超过" in counter.number_format
            assert sheet.print_area.endswith(f"$D${sheet.max_row}")
            limited += 1
    formulas = [cell for cell in cells(book) if cell.data_type == "f"]
    assert len(formulas) == limited


@pytest.mark.skipif(not shutil.which("soffice"), reason="没有 LibreOffice")
def test_the_formula_counts_as_the_word_processor_does(tmp_path):
    told = [
        "",
        "业委会",
        "abc def 2024年 3,000.5元",
        "“好”—…",
        "a\nb",
        "é café",
        "全角Ａ１ ㎡",
        "汉" * 450,
        "、b1" * 90,
    ]
    made = draw_workbook("recommendation", [{"committee_brief": one} for one in told], MONTH)
    (tmp_path / "a.xlsx").write_bytes(made)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "ods", "a.xlsx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=180)
    grids = workbooks.read(tmp_path / "a.ods").grids
    left = [row[5] for grid in grids for row in grid.rows if "简介" in str(row[0])]
    assert left == [200 - count_characters(one) for one in told]


@every_kind
def test_it_prints_on_a4_portrait(kind):
    for sheet in workbook(content(kind, "xlsx", False)):
        setup = sheet.page_setup
        assert (setup.paperSize, setup.orientation, setup.fitToWidth, setup.fitToHeight) == (
            9,
            "portrait",
            1,
            1,
        )
    section = document(content(kind, "docx")).sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21, 29.7)


def test_a_very_long_text_gets_more_rows_and_more_paper():
    filled = {"practices_and_results": "一二三四五六七八九十" * 400}
    sheet = workbook(draw_workbook("recommendation", [filled], MONTH)).worksheets[0]
    assert sheet.page_setup.fitToHeight > 1
    assert all((one.height or 0) <= 409 for one in sheet.row_dimensions.values())


# --- safe, and always the same


@every_file
def test_the_same_content_gives_the_same_bytes(kind, ending):
    again = DRAWN[ending](kind, [values(kind)], MONTH)
    assert again == content(kind, ending, False)


@pytest.mark.parametrize("text", HOSTILE)
@every_file
def test_text_stays_text(kind, ending, text):
    one = "opinion_street_party" if kind == "re_evaluation" else "practices_and_results"
    made = DRAWN[ending](kind, [{"committee_name": text, one: text}], MONTH)
    safe = re.sub("[\x00\ufffe\ud800]", "", text)
    if ending == "xlsx":
        found = [cell for cell in cells(workbook(made)) if cell.value == safe]
        assert len(found) == 2 and {cell.data_type for cell in found} == {"s"}
    else:
        parts = [part for cell in texts(document(made)) for part in cell.split("\n")]
        assert parts.count(safe) == 2


@given(st.text(max_size=60))
@settings(deadline=None, max_examples=20)
def test_whatever_is_written_can_be_opened(text):
    for ending, opened in (("xlsx", workbook), ("docx", document)):
        opened(DRAWN[ending]("re_evaluation", [{"committee_brief": text, "committee_name": text}], MONTH))


@every_file
def test_nothing_leads_out_of_the_file(kind, ending):
    with zipfile.ZipFile(io.BytesIO(content(kind, ending, False))) as archive:
        relations = [archive.read(name) for name in archive.namelist() if name.endswith(".rels")]
        assert relations and not any(b"External" in one for one in relations)
        assert not [name for name in archive.namelist() if re.search("vba|customXml|thumbnail", name)]
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@every_file
def test_the_form_is_known_again(kind, ending):
    made = content(kind, ending)
    stamp = Shape(kind, MONTH).stamp
    if ending == "xlsx":
        book = workbook(made)
        found, category = [stamps.find([cell.value for cell in cells(book)])], book.properties.category
    else:
        paper = document(made)
        foot = paper.sections[0].footer.paragraphs[0]
        found, category = [stamps.find([foot.text])], paper.core_properties.category
        assert all(run.font.hidden for run in foot.runs)
    assert found == [stamp] and category == str(stamp) and stamp.layout == kind


def test_chinese_letters_have_a_chinese_font():
    paper = Paper()
    paper.line("红色业委会", Type(font="黑体"))
    (run,) = document(paper.content()).paragraphs[0].runs
    fonts = run._element.rPr.rFonts
    assert [value for key, value in fonts.items() if key.endswith("}eastAsia")] == ["黑体"]

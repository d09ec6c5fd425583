"""The quick look at a sheet's bytes sees what a parser sees, or leaves the sheet to the parser."""

from __future__ import annotations

import zipfile
from io import BytesIO
from xml.parsers import expat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.cell_range import CellRange

from redstats.errors import WorkbookError
from redstats.workbooks.cell_styles import Looks, looks_of
from redstats.workbooks.sheetscan import SheetHandler, SheetScan, quick_scan

HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="x"><sheetData>'
TAIL = b"</sheetData></worksheet>"
LOOKS = Looks({"1"}, {"2": "Wingdings"}, {"3": "FFFF0000"}, frozenset("123"))


def parsed(xml: bytes, looks: Looks) -> SheetScan:
    handler = SheetHandler("表.xlsx", looks)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = handler.start, handler.end
    parser.CharacterDataHandler = handler.text
    parser.Parse(xml, True)
    return handler.scan


def outcome(scan):
    """What a scan gives, or the code by which it refuses the file."""
    try:
        return scan()
    except WorkbookError as error:
        return error.code


VALUES = st.sampled_from([None, 1, 0.5, "甲", "", "=1+1", "=A1", "<c r='A1'>", "#N/A", True, "a & b"])


@st.composite
def books(draw):
    book = Workbook()
    sheet = book.active
    for row in range(1, draw(st.integers(1, 6))):
        for column in range(1, draw(st.integers(1, 6))):
            cell = sheet.cell(row, column, draw(VALUES))
            if isinstance(cell.value, str) and cell.value == "#N/A":
                cell.data_type = "e"
            look = draw(st.integers(0, 5))
            if look == 1:
                cell.number_format = "0%"
            elif look == 2:
                cell.font = Font(name="Wingdings")
            elif look == 3:
                cell.fill = PatternFill("solid", start_color="FFFF0000")
    if draw(st.booleans()):
        sheet.row_dimensions[draw(st.integers(1, 9))].hidden = True
    if draw(st.booleans()):
        sheet.column_dimensions[draw(st.sampled_from("ABC"))].hidden = True
    for top, left in draw(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), max_size=2, unique=True)):
        sheet.merged_cells.ranges.add(CellRange(min_row=top, min_col=left, max_row=top + 1, max_col=left + 1))
    return book


@settings(deadline=None)
@given(books())
def test_what_openpyxl_writes_is_seen_alike(book):
    made = BytesIO()
    book.save(made)
    with zipfile.ZipFile(made) as archive:
        looks, xml = looks_of(archive.read("xl/styles.xml")), archive.read("xl/worksheets/sheet1.xml")
    quick = quick_scan(xml, looks, "表.xlsx")
    assert quick is not None
    assert quick == parsed(xml, looks)


CELL = st.builds(
    lambda place, style, kind, inside: f'<c r="{place}"{style}{kind}{inside}'.encode(),
    st.sampled_from(["A1", "B2", "AA10", "C3"]),
    st.sampled_from(["", ' s="1"', ' s="2"', ' s="3"', ' s="9"']),
    st.sampled_from(["", ' t="s"', ' t="e"', ' t="str"', ' t="inlineStr"', ' t="b"']),
    st.sampled_from(
        ["/>", "></c>", "><v>1</v></c>", "><v/></c>", "><v></v></c>", "><f>A1</f></c>", "><f>A1</f><v>2</v></c>",
         "><f/><v></v></c>", "><is><t>甲</t></is></c>", "><v>#REF!</v></c>", '><f t="shared" si="0"/></c>', " ><v>1</v></c>"]
    ),
)  # fmt: skip


@given(
    st.lists(CELL, max_size=6),
    st.sampled_from([b"<row>", b'<row r="1" hidden="1">', b'<row hidden="0" r="2">']),
)
def test_any_cell_is_seen_alike_or_left_to_the_parser(cells, row):
    xml = HEAD + row + b"".join(cells) + b"</row>" + TAIL
    quick = outcome(lambda: quick_scan(xml, LOOKS, "表.xlsx"))
    assert quick is None or quick == outcome(lambda: parsed(xml, LOOKS))


@pytest.mark.parametrize(
    "xml",
    [
        HEAD.replace(b"<worksheet", b"<x:worksheet") + TAIL,
        b"<!DOCTYPE x>" + HEAD + TAIL,
        HEAD + b'<!-- <c r="A1"/> -->' + TAIL,
        HEAD + b"<row><x:c r='A1'/></row>" + TAIL,
        HEAD + b"<row><c r='A1'/></row>" + TAIL,
        HEAD + b"<row><c><v>1</v></c></row>" + TAIL,
        HEAD.replace(b"UTF-8", b"UTF-16") + TAIL,
        (HEAD + TAIL).decode().encode("utf-16"),
        HEAD + b'<row hidden="1"></row>' + TAIL,
        HEAD + b"<row>",
        b"",
    ],
)
def test_a_sheet_that_is_written_otherwise_is_left_to_the_parser(xml):
    assert quick_scan(xml, LOOKS, "表.xlsx") is None

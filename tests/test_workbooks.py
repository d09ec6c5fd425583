"""Workbooks from anyone: what is not a workbook is refused with a remedy, and what is one keeps its addresses."""

from __future__ import annotations

import io
import random
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook

from redstats import places, standard, workbooks
from redstats.errors import WorkbookError
from redstats.months import Month
from redstats.returns import read_here
from redstats.workbooks import Grid, writing
from redstats.workbooks.kinds import decoded, kind_of

JUNE = Month(2026, 6)
PLACES, RULES = places.on(JUNE.end), standard.on(JUNE.end)
FILES = Path(__file__).parent / "files"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FAR = """<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"""


def small(rows=(("序号", "业委会名称", "业委会人数", "会议次数"), (1, "秀水苑业委会", 7, 1))) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed(data: bytes, part: str, edit) -> bytes:
    """The archive with one part edited."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, edit(text) if name == part else text)
    return out.getvalue()


def sheet_of(cells: str, after: str = "") -> bytes:
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    body = head + cells.encode() + b"</sheetData>" + after.encode() + b"</worksheet>"
    return changed(small(), "xl/worksheets/sheet1.xml", lambda _: body)


def archive(*parts: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts:
            new.writestr(name, content)
    return out.getvalue()


def doubled() -> bytes:
    out = io.BytesIO(small())
    with zipfile.ZipFile(out, "a") as new, pytest.warns(UserWarning):
        new.writestr("xl/worksheets/sheet1.xml", b"<worksheet/>")
    return out.getvalue()


def encrypted_entry() -> bytes:
    data = bytearray(small())
    for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


def bomb() -> bytes:
    return changed(small(), "xl/worksheets/sheet1.xml", lambda _: b"<worksheet>" + b" " * (520 << 20))


HOSTILE = {
    "empty": (lambda: b"", "file_empty"),
    "blanks": (lambda: b"\0" * 100, "file_empty"),
    "pdf": (lambda: b"%PDF-1.7\n...", "pdf"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n....", "picture"),
    "a letter": (lambda: "各位同事：\n请按时报送。\n".encode("gb18030"), "text"),
    "bytes that only seem Chinese": (lambda: bytes(range(0x81, 0xFE)) * 4 + b"\n,\n", "not_a_document"),
    "random bytes": (lambda: random.Random(7).randbytes(3000), "not_a_document"),
    "SYLK": (lambda: b'ID;PWXL;N;E\r\nC;Y1;X1;K"a"\r\n', "exchange_format"),
    "DIF": (lambda: b'TABLE\r\n0,1\r\n"EXCEL"\r\n', "exchange_format"),
    "a page without a table": (lambda: b"<html><body><p>1</p></body></html>", "text"),
    "xml": (lambda: b'<?xml version="1.0"?><a><b>1,2</b>\n</a>', "text"),
    "entities in xml of office 2003": (
        lambda: (
            b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>'
            b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
        ),
        "odd_archive",
    ),
    "ole of something else": (lambda: OLE + b"\0" * 2000, "other_document"),
    "doc": (lambda: OLE + b"\0" * 600 + "WordDocument".encode("utf-16-le"), "word_document"),
    "doc in a font that is called a book": (
        lambda: OLE + b"\0" * 600 + "Book Antiqua\0\0WordDocument".encode("utf-16-le"),
        "word_document",
    ),
    "cut xls": (lambda: (FILES / "twin.xls").read_bytes()[:3000], "other_document"),
    "password": (lambda: OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    "encrypted entries": (encrypted_entry, "encrypted"),
    "docx": (lambda: archive(("word/document.xml", b"<w/>")), "word_document"),
    "ods without sheets": (lambda: archive(("content.xml", b"<o/>")), "damaged"),
    "ods with a password": (
        lambda: archive(("content.xml", b"x"), ("META-INF/manifest.xml", b"<m:encryption-data/>")),
        "encrypted",
    ),
    "zip of returns": (lambda: archive(("华阳.xlsx", small())), "archive"),
    "cut in half": (lambda: small()[: len(small()) // 2], "damaged"),
    "two parts of one name": (doubled, "odd_archive"),
    "dtd": (
        lambda: changed(small(), "xl/workbook.xml", lambda text: b'<!DOCTYPE x [<!ENTITY a "b">]>' + text),
        "odd_archive",
    ),
    "far cell": (lambda: sheet_of(FAR), "too_many_cells"),
    "bomb": (bomb, "too_large"),
    "impossible address": (lambda: sheet_of('<row r="1"><c r="?1"><v>1</v></c></row>'), "damaged"),
    "row that is no number": (lambda: sheet_of('<row r="x"><c r="A1"><v>1</v></c></row>'), "damaged"),
    "merges on merges": (
        lambda: sheet_of(
            '<row r="2000"><c r="CV2000"><v>1</v></c></row>',
            "<mergeCells>" + '<mergeCell ref="A1:CV2000"/>' * 100 + "</mergeCells>",
        ),
        "too_many_merges",
    ),
    "no workbook inside": (lambda: changed(small(), "xl/workbook.xml", lambda _: b"<x/>"), None),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_must_not_be_read_is_refused_quickly_with_a_code_and_a_remedy(tmp_path, what):
    make, code = HOSTILE[what]
    path = tmp_path / "华阳路街道.xlsx"
    path.write_bytes(make())
    start = time.monotonic()
    result = read_here(path, JUNE, RULES, PLACES)
    assert time.monotonic() - start < 5
    assert result.outcome == "refused" and not result.rows
    if code:
        assert result.code == code
        with pytest.raises(WorkbookError) as refused:
            workbooks.read(path)
        assert refused.value.code == code and "请" in refused.value.to_do and refused.value.where == path.name


TWICE = {
    "cell": '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
    "cell of another row": '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A1"><v>2</v></c></row>',
    "row": '<row r="1"><c r="A1"><v>1</v></c></row><row r="1"><c r="B1"><v>2</v></c></row>',
}


@pytest.mark.parametrize("written", TWICE)
@pytest.mark.parametrize("plainly", [True, False], ids=["searched", "parsed"])
def test_a_cell_or_a_row_that_is_written_twice_makes_a_file_damaged(tmp_path, written, plainly):
    path = tmp_path / "华阳路街道.xlsx"
    path.write_bytes(sheet_of(TWICE[written] + ("" if plainly else "<!-- a comment is for the parser -->")))
    with pytest.raises(WorkbookError, match="写了两次") as refused:
        workbooks.read(path)
    assert refused.value.code == "damaged"


@pytest.mark.parametrize("bad", ["\x0b", "&#x1;", "&#11;", "&#xFFFE;", "&#xD800;"])
@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"])
def test_characters_that_xml_forbids_are_left_out_and_told(tmp_path, bad, part):
    def spoiled(xml: bytes) -> bytes:
        end = xml.rindex(b"</")
        return xml[:end] + bad.encode() + xml[end:]

    path = tmp_path / "华阳路街道.xlsx"
    path.write_bytes(changed(small(), part, spoiled))
    book = workbooks.read(path)
    assert "秀水苑业委会" in book.grids[0].rows[1]
    whole = tmp_path / "原样.xlsx"
    whole.write_bytes(small())
    assert book.grids[0].rows == workbooks.read(whole).grids[0].rows


def test_a_character_that_is_left_out_is_told_where_it_would_have_stopped_the_reading(tmp_path):
    path = tmp_path / "华阳路街道.xlsx"
    path.write_bytes(
        changed(small(), "xl/workbook.xml", lambda xml: xml.replace(b'name="Sheet"', b'name="She&#x2;et"'))
    )
    assert workbooks.read(path).grids[0].name == "Sheet"
    assert [kind for kind, _ in workbooks.read(path).remarks] == ["characters_removed"]


def test_a_file_that_cannot_be_opened_is_refused(tmp_path):
    assert read_here(tmp_path / "没有.xlsx", JUNE, RULES, PLACES).code == "unreadable_file"


@pytest.mark.parametrize("seed", range(120))
def test_a_damaged_workbook_is_always_one_of_the_outcomes(tmp_path, seed):
    chance = random.Random(seed)
    data = bytearray(small())
    if seed % 3 == 0:
        del data[chance.randrange(len(data)) :]
    elif seed % 3 == 1:
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    else:  # flips inside the sheet, behind a sound archive
        data = bytearray(
            changed(bytes(data), "xl/worksheets/sheet1.xml", lambda text: _flipped(text, chance))
        )
    path = tmp_path / "华阳.xlsx"
    path.write_bytes(bytes(data))
    result = read_here(path, JUNE, RULES, PLACES)
    assert result.outcome in ("accepted", "noted", "refused")
    assert result.code != "reading_failed" and result.message


def _flipped(text: bytes, chance: random.Random) -> bytes:
    data = bytearray(text)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data))
        data[at] = chance.choice(b'0123456789ABZ<>"/= ') if chance.random() < 0.7 else chance.randrange(256)
    return bytes(data)


def test_a_grid_keeps_addresses_merges_faults_and_what_is_hidden(tmp_path):
    book = Workbook()
    sheet = book.active
    sheet["C3"], sheet["C6"], sheet["D6"], sheet["E6"] = "居委会", "=1/0", "#N/A", 0.5
    sheet["E6"].number_format = "0.0%"
    sheet.merge_cells("C3:D4")
    sheet.row_dimensions[6].hidden = True
    sheet.column_dimensions["D"].hidden = True
    book.create_sheet("旧").sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    read = workbooks.read(tmp_path / "a.xlsx")
    grid = read.grids[0]
    assert [grid.value(r, c) for r in (2, 3) for c in (2, 3)] == ["居委会"] * 4
    assert grid.anchor(3, 3) == (2, 2) and grid.address(3, 3) == "D4"
    assert grid.faults == {(5, 2): "=", (5, 3): "#N/A"}
    assert grid.percents == {(5, 4)} and 5 in grid.hidden_rows and 3 in grid.hidden_columns
    assert [one.hidden for one in read.grids] == [False, True]


@pytest.mark.parametrize(
    "column, letters", [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")]
)
def test_columns_are_lettered_as_in_the_sheet(column, letters):
    assert Grid.address(0, column) == f"{letters}1"


def test_a_wrong_dimension_hides_nothing(tmp_path):
    data = changed(
        small(), "xl/worksheets/sheet1.xml", lambda text: text.replace(b'ref="A1:D2"', b'ref="A1"')
    )
    (tmp_path / "华阳.xlsx").write_bytes(data)
    assert workbooks.read(tmp_path / "华阳.xlsx").grids[0].rows[1][1] == "秀水苑业委会"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "gb18030", "utf-8", "utf-8-sig"])
def test_a_text_is_understood_in_whatever_encoding_it_was_saved(encoding):
    data = "业委会名称,户数\r\n秀水苑业委会,320\r\n".encode(encoding)
    assert kind_of(data) == "csv" and "秀水苑业委会,320" in decoded(data)[0]


def test_a_list_is_a_sheet_that_prints_filters_and_holds_numbers_as_numbers(tmp_path):
    columns = {
        "街镇": ("street", 14),
        "件数": ("count", 8),
        "占比": ("share", 10),
        "怎么办": ("fix", 30),
        "红线": ("red", 6),
    }
    rows = [
        {"street": "华阳路街道", "count": 3, "share": "20.0%", "fix": "补报" * 40, "red": True},
        {"street": "江苏路街道", "count": 0, "share": "—", "fix": "", "red": False},
    ]
    book = writing.Book()
    book.listing("名单", columns, rows, title="示例名单")
    sheet = openpyxl.load_workbook(book.save(tmp_path / "list.xlsx"))["名单"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2, max_row=4)][1:] == [
        ["华阳路街道", 3, 0.2, "补报" * 40, "是"],
        ["江苏路街道", 0, "—", None, None],
    ]
    assert (
        sheet["C3"].number_format == "0.0%"
        and sheet["B3"].alignment.indent
        and sheet["B3"].alignment.horizontal == "right"
    )
    assert sheet.freeze_panes == "D3" and sheet.auto_filter.ref == "A2:E4"
    assert (sheet.print_title_rows, sheet.print_area, sheet.page_setup.orientation) == (
        "$1:$2",
        "'名单'!$A$1:$E$4",
        "landscape",
    )
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0
    widths = [sheet.column_dimensions[letter].width for letter in "ABCDE"]
    assert widths[0] >= 10 and widths[3] == 30 and widths[1] < widths[0] and max(widths) <= 30
    assert sheet.row_dimensions[3].height > 3 * sheet.row_dimensions[4].height

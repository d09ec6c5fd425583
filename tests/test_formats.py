"""One table in every format that streets send: the same values, cells and remarks come out."""

from __future__ import annotations

import datetime as dt
import email.message
import email.policy
import io
import os
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from openpyxl import Workbook

from redstats import places, standard, tables, workbooks
from redstats.errors import WorkbookError
from redstats.months import Month
from redstats.project import Project
from redstats.returns import import_month, read_here, read_return
from redstats.values import read_value
from redstats.workbooks import kinds

MONTH = Month(2026, 10)
FILES = Path(__file__).parent / "files"
RULES, ROLL = standard.on(MONTH.end), places.on(MONTH.end)
COLUMNS = ["所属居委会", "业委会名称", "业委会人数", "任期届满", "居民满意率", "日常会议制度", "接待日次数"]
ROWS = [
    ["秀水居委会", "安花园业委会", "7", "2027-03-01", "92.5%", "是", "2"],
    ["秀水居委会", "东花园业委会", "5", "2028-09-15", "80%", "否", "1"],
    ["飞乐居委会", "西花园业委会", "9", "2026-12-31", "100%", "√", "NA"],
]
VALUES = {
    "neighbourhood_committee": ["秀水居委会", "秀水居委会", "飞乐居委会"],
    "committee_name": ["安花园业委会", "东花园业委会", "西花园业委会"],
    "member_count": [7, 5, 9],
    "term_end": [dt.date(2027, 3, 1), dt.date(2028, 9, 15), dt.date(2026, 12, 31)],
    "satisfaction_rate": [0.925, 0.8, 1.0],
    "rule_meeting": [True, False, True],
    "reception_days": [2, 1, None],
}
PLACES = {"committee_name": "C4", "member_count": "D4", "rule_meeting": "G4"}


def csv(delimiter: str = ",", end: str = "\r\n") -> str:
    lines = [[], ["填报单位：华阳路街道"], ["", *COLUMNS], *(["", *row] for row in ROWS)]
    return end.join(delimiter.join(line) for line in lines) + end


def html() -> str:
    cells = "".join(f"<th>{one[:3]}<br>{one[3:]}</th>" for one in COLUMNS)
    lines = [f"<tr><td></td>{cells}</tr>"]
    lines.append(
        "<tr><td></td><td rowspan=2>秀水居委会</td>"
        + "".join(f"<td>{x}&nbsp;</td>" for x in ROWS[0][1:])
        + "</tr>"
    )
    lines.append("<tr><td></td>" + "".join(f"<td>{x}</td>" for x in ROWS[1][1:]) + "</tr>")
    lines.append("<tr><td></td>" + "".join(f"<td><b>{x}</b></td>" for x in ROWS[2]) + "</tr>")
    title = "<tr></tr><tr><td colspan=8>填报单位：华阳路街道</td></tr>"
    return (
        f"<html><head><style>td {{}}</style></head><body><table>{title}{''.join(lines)}</table></body></html>"
    )


def mht() -> bytes:
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["MIME-Version"] = "1.0"
    message.set_content(html(), subtype="html", charset="gb18030", cte="base64")
    return message.as_bytes()


def xml() -> str:
    def cell(kind: str, text: str, more: str = "") -> str:
        return f'<Cell{more}><Data ss:Type="{kind}">{text}</Data></Cell>'

    lines = ['<Row ss:Index="2">' + cell("String", "填报单位：华阳路街道") + "</Row>"]
    lines.append(
        "<Row>"
        + "".join(cell("String", one, ' ss:Index="2"' * (at == 0)) for at, one in enumerate(COLUMNS))
        + "</Row>"
    )
    for at, row in enumerate(ROWS):
        first = cell(
            "String", row[0], f' ss:Index="2"{" ss:MergeDown=" + chr(34) + "1" + chr(34) if at == 0 else ""}'
        )
        skipped = ' ss:Index="3"' if at == 1 else ""
        own = [
            cell("String", row[1], skipped),
            cell("Number", row[2]),
            cell("DateTime", f"{row[3]}T00:00:00.000"),
            cell("Number", str(float(row[4].rstrip("%")) / 100), ' ss:StyleID="p"'),
            cell("String", row[5]),
            cell("Error", "#N/A") if row[6] == "NA" else cell("Number", row[6]),
        ]
        lines.append(f"<Row>{'' if at == 1 else first}{''.join(own)}</Row>")
    style = '<Styles><Style ss:ID="p"><NumberFormat ss:Format="0.0%"/></Style></Styles>'
    head = '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
    names = 'xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"'
    return f'{head}<Workbook {names}>{style}<Worksheet ss:Name="月报"><Table>{"".join(lines)}</Table></Worksheet></Workbook>'


def strict() -> bytes:
    """The .xlsx twin as Strict OOXML: other names for the same parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(FILES / "twin.xlsx") as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            for before, after in (
                (
                    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                    b"http://purl.oclc.org/ooxml/spreadsheetml/main",
                ),
                (
                    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                    b"http://purl.oclc.org/ooxml/officeDocument/relationships",
                ),
            ):
                data = data.replace(before, after)
            new.writestr(name, data)
    return out.getvalue()


SENT = {
    "xlsx": lambda: (FILES / "twin.xlsx").read_bytes(),
    "strict xlsx": strict,
    "xls": lambda: (FILES / "twin.xls").read_bytes(),
    "ods": lambda: (FILES / "twin.ods").read_bytes(),
    "csv in utf-8": lambda: csv().encode(),
    "csv with a mark": lambda: csv().encode("utf-8-sig"),
    "csv in gb18030": lambda: csv().encode("gb18030"),
    "csv in utf-16": lambda: csv("\t").encode("utf-16"),
    "semicolons": lambda: csv(";", "\n").encode(),
    "old line ends": lambda: csv(",", "\r").encode(),
    "html": lambda: html().encode(),
    "html in gbk": lambda: html().replace("<head>", '<head><meta charset="gbk">').encode("gbk"),
    "mht": mht,
    "xml of 2003": lambda: xml().encode(),
    "xml of 2003 in gbk": lambda: xml().replace('"1.0"', '"1.0" encoding="GB2312"', 1).encode("gbk"),
}


def read(folder: Path, data: bytes, name: str = "华阳路街道10月.xls"):
    path = folder / name
    path.write_bytes(data)
    return read_here(path, MONTH, RULES, ROLL)


@pytest.mark.parametrize("what", SENT)
def test_one_table_reads_alike_in_every_format(what, tmp_path):
    result = read(tmp_path, SENT[what]())
    expected = VALUES
    if what == "ods":  # fonts are not read here: the R is not taken for anything
        expected = VALUES | {"rule_meeting": [True, False, None]}
    assert {id_: [row.get(id_) for row in result.rows] for id_ in VALUES} == expected, result.message
    assert [street.name for street in result.streets] == ["华阳路街道"]
    found = {(cell["field"], cell["cell"]) for cell in result.cells}
    assert set(PLACES.items()) <= found


@pytest.mark.parametrize("what", ["xlsx", "strict xlsx", "xls"])
def test_merges_hidden_parts_errors_comments_and_symbol_fonts_are_seen_in_every_workbook(what, tmp_path):
    result = read(tmp_path, SENT[what]())
    kinds_of = {note["kind"]: note for note in result.notes}
    assert {"hidden_cells", "sheet_skipped", "comment_unread", "value_unreadable"} <= set(kinds_of)
    assert (kinds_of["comment_unread"]["cell"], kinds_of["comment_unread"]["raw"]) == ("D5", "原为六人")
    tick = next(cell for cell in result.cells if cell["cell"] == "G6")
    assert (tick["raw"], tick["value_state"]) == ("R", "normalised") and "☑" in tick["note"]
    error = next(cell for cell in result.cells if cell["cell"] == "H6")
    assert (error["raw"], error["value_state"]) == ("#DIV/0!", "unreadable")


def test_an_extension_that_does_not_fit_is_told_and_does_not_matter(tmp_path):
    told = [
        note["message"] for note in read(tmp_path, SENT["html"]()).notes if note["kind"] == "format_differs"
    ]
    assert told == ["扩展名是 .xls，内容是网页表格，已按内容读取"]
    same = read(tmp_path, SENT["xls"](), "华阳路街道10月.et")
    assert "format_differs" not in {note["kind"] for note in same.notes}


def test_a_csv_keeps_what_spreadsheets_would_change(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('编号,说明\n007,"两行\n文字"\nNA,None\n1E5,=1+1\n', encoding="gb18030")
    (grid,) = workbooks.read(path).grids
    assert grid.rows[1:] == [["007", "两行\n文字"], ["NA", "None"], ["1E5", "=1+1"]]


def ods(*rows: str) -> bytes:
    """An .ods with these rows of content.xml."""
    names = " ".join(
        f'xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"'
        for one in ("office", "table", "text")
    )
    sheet = f'<table:table table:name="月报">{"".join(rows)}</table:table>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet" * 2)
        archive.writestr("content.xml", f"<office:document-content {names}>{sheet}</office:document-content>")
    return out.getvalue()


def test_what_an_ods_repeats_is_repeated_with_its_errors_and_percentages(tmp_path):
    error = '<table:table-cell table:number-columns-repeated="2" table:formula="of:=1/0"><text:p>#DIV/0!</text:p></table:table-cell>'
    share = '<table:table-cell table:number-columns-repeated="2" office:value-type="percentage" office:value="1"/>'
    path = tmp_path / "a.ods"
    path.write_bytes(ods(f'<table:table-row table:number-rows-repeated="2">{error}{share}</table:table-row>'))
    (grid,) = workbooks.read(path).grids
    assert set(grid.faults) == {(0, 0), (0, 1), (1, 0), (1, 1)}
    assert grid.percents == {(0, 2), (0, 3), (1, 2), (1, 3)}


def test_an_archive_whose_first_part_is_broken_is_refused_and_stops_nobody(tmp_path):
    data = bytearray(ods())
    at = data.find(b"mimetype") + len("mimetype")
    data[at : at + 8] = b"\xff" * 8
    path = tmp_path / "华阳路街道.ods"
    path.write_bytes(bytes(data))
    assert read_return(path, MONTH).code == "damaged"


def test_dates_that_count_from_1904_are_converted_and_told(tmp_path):
    from openpyxl import Workbook
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    for row in (
        ["填报单位：华阳路街道"],
        ["业委会名称", "任期届满", "业委会人数"],
        ["安花园业委会", dt.datetime(2027, 3, 1), 5],
    ):
        book.active.append(row)
    path = tmp_path / "华阳路街道.xlsx"
    book.save(path)
    result = read_here(path, MONTH, RULES, ROLL)
    assert result.rows[0]["term_end"] == dt.date(2027, 3, 1)
    assert "dates_1904" in {note["kind"] for note in result.notes}


@pytest.mark.parametrize("text", ["秀水苑业委会\n", "a,b\n1,2\n", "业委会,人数\n安花园,5\n"])
def test_text_is_decoded_by_what_it_is(text):
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        assert kinds.decoded(text.encode(encoding))[0].lstrip("\ufeff") == text


# Odd files that are harmless.


def test_a_number_beyond_all_numbers_is_unreadable_and_stops_nothing():
    for type_ in ("int", "float", "pct", "date", "phone", "bool", "text"):
        reading = read_value(
            float("inf"), SimpleNamespace(id="x", label="项", type=type_, unit="", values={})
        )
        assert (reading.value, reading.state) == (None, "unreadable")


def test_a_worksheet_is_looked_at_wherever_it_lies_in_the_archive(tmp_path):
    book = Workbook()
    book.active.append(["业委会名称", "=1+1"])
    book.save(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for name in old.namelist():
            data = old.read(name).replace(b"worksheets/sheet1.xml", b"tables/one.xml")
            new.writestr(name.replace("worksheets/sheet1.xml", "tables/one.xml"), data)
    assert workbooks.read(tmp_path / "b.xlsx").grids[0].faults == {(0, 1): "="}


def test_the_streams_of_an_old_workbook_may_be_named_in_capitals():
    data = (FILES / "twin.xls").read_bytes()
    name = "Workbook".encode("utf-16-le")
    assert name in data
    assert kinds.kind_of(data.replace(name, "WORKBOOK".encode("utf-16-le"))) == "xls"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows names are text")
def test_a_file_whose_name_is_no_text_is_read_and_named(tmp_path):
    folder = tmp_path / "data" / "raw" / "2026-06"
    folder.mkdir(parents=True)
    path = folder / os.fsdecode(b"\xff\xfe.xlsx")
    book = Workbook()
    book.active.append(["填报单位：华阳路街道"])
    book.active.append(["业委会名称", "业委会人数", "户数"])
    book.active.append(["秀水苑业委会", 7, 350])
    try:
        with path.open("wb") as file:
            book.save(file)
    except OSError:
        pytest.skip("this file system wants names that are text")
    project = Project(tmp_path)
    assert import_month(project, Month(2026, 6)).returns[0].rows
    assert tables.read(project, tables.FILES, Month(2026, 6))["source_file"].tolist() == ["\\xff\\xfe.xlsx"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_no_workbook(tmp_path):
    os.mkfifo(tmp_path / "华阳路.xlsx")
    with pytest.raises(WorkbookError) as error:
        workbooks.read(tmp_path / "华阳路.xlsx")
    assert error.value.code == "unreadable_file"

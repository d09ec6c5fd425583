"""Word documents as grids: what a reader of the paper sees is read, and nothing else; what must not be read is refused."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import docx
import pytest
from filled_forms import AGAIN, GOOD, document, read_values

from redstats import workbooks
from redstats.errors import WorkbookError
from redstats.forms.reading import read_here
from redstats.months import Month
from redstats.recommendations import read_form
from redstats.workbooks.worddocument import PICTURE

MONTH = Month(2026, 11)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMES = (
    f'xmlns:w="{W}" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def archive(body: str, names: str = NAMES, prologue: str = "") -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("[Content_Types].xml", TYPES)
        parts.writestr(
            "word/document.xml",
            f'<?xml version="1.0"?>{prologue}<w:document {names}><w:body>{body}</w:body></w:document>',
        )
    return data.getvalue()


def run(text: str, style: str = "") -> str:
    return f'<w:r>{f"<w:rPr>{style}</w:rPr>" if style else ""}<w:t xml:space="preserve">{text}</w:t></w:r>'


def p(*inside: str) -> str:
    return f"<w:p>{''.join(one if one.startswith('<') else run(one) for one in inside)}</w:p>"


def cell(*inside: str, style: str = "") -> str:
    inside = [one if one.startswith(("<w:p>", "<w:tbl>", "<w:sdt>")) else p(one) for one in inside] or [p("")]
    return f"<w:tc><w:tcPr>{style}</w:tcPr>{''.join(inside)}</w:tc>"


def row(*cells: str, style: str = "") -> str:
    return f"<w:tr><w:trPr>{style}</w:trPr>{''.join(one if one.startswith('<') else cell(one) for one in cells)}</w:tr>"


def table(*rows: str) -> str:
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def control(inside: str, settings: str = "") -> str:
    return f"<w:sdt><w:sdtPr>{settings}</w:sdtPr><w:sdtContent>{inside}</w:sdtContent></w:sdt>"


def read(tmp_path: Path, body: str, **made):
    path = tmp_path / "1.docx"
    path.write_bytes(archive(body, **made))
    (grid,) = workbooks.read(path, documents=True).grids
    return grid


def lines(tmp_path: Path, body: str, **made) -> list[list[str]]:
    """The texts of each row of the grid, a merge once."""
    grid = read(tmp_path, body, **made)
    return [list(grid.cells(number).values()) for number in range(grid.height)]


def told(tmp_path: Path, body: str) -> str:
    return lines(tmp_path, body)[0][0]


def test_paragraphs_and_tables_stand_in_their_order_and_know_their_places(tmp_path):
    grid = read(tmp_path, p("标题") + p("") + table(row("甲", "乙"), row("丙", "丁")) + p("（一式两份）"))
    texts = {text: grid.address(*place) for number in range(grid.height) for place, text in grid.cells(number).items()}  # fmt: skip
    assert texts == {"标题": "第1段", "甲": "表1第1行第1格", "乙": "表1第1行第2格", "丙": "表1第2行第1格", "丁": "表1第2行第2格", "（一式两份）": "第3段"}  # fmt: skip


def test_cells_that_are_merged_are_one(tmp_path):
    grid = read(
        tmp_path,
        table(
            row(cell("左", style='<w:vMerge w:val="restart"/>'), cell("宽", style='<w:gridSpan w:val="2"/>')),
            row(cell("", style="<w:vMerge/>"), "一", "二"),
        ),
    )
    assert [grid.text(*place) for place in ((0, 0), (1, 0), (0, 1), (0, 2), (1, 2))] == ["左", "左", "宽", "宽", "二"]  # fmt: skip


def test_a_row_may_begin_farther_right(tmp_path):
    grid = read(tmp_path, table(row("甲", "乙"), row("丙", style='<w:gridBefore w:val="1"/>')))
    assert grid.text(1, 1) == "丙"


CHECKED = '<w14:checkbox><w14:checked w14:val="{}"/></w14:checkbox>'
FIELD = '<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{}</w:ffData></w:fldChar></w:r><w:r><w:instrText>FORMCHECKBOX</w:instrText></w:r>'
SHOWN = {
    "text in runs": (p("业委", "会"), "业委会"),
    "a tab": (p(run("甲"), "<w:r><w:tab/></w:r>", run("乙")), "甲 乙"),
    "a line break": (p(run("甲"), "<w:r><w:br/></w:r>", run("乙")), "甲\n乙"),
    "a hyphen that does not break": (p(run("021"), "<w:r><w:noBreakHyphen/></w:r>", run("52060000")), "021-52060000"),
    "a hyperlink": (p(f"<w:hyperlink>{run('甲')}</w:hyperlink>"), "甲"),
    "an insertion that is tracked": (p(run("七"), f"<w:ins>{run('人')}</w:ins>"), "七人"),
    "no deletion that is tracked": (p(run("七"), "<w:del><w:r><w:delText>五</w:delText></w:r></w:del>"), "七"),
    "no text that was moved away": (p(run("七"), f"<w:moveFrom>{run('五')}</w:moveFrom>"), "七"),
    "no hidden text": (p(run("七"), run("五", "<w:vanish/>")), "七"),
    "text that is no longer hidden": (p(run("七", '<w:vanish w:val="0"/>')), "七"),
    "a content control in a line": (p(run("甲"), control(run("乙"))), "甲乙"),
    "a content control around a paragraph": (control(p("甲")), "甲"),
    "a content control around a cell": (table(f"<w:tr>{control(cell('甲'))}</w:tr>"), "甲"),
    "no prompt of a content control": (p(run("甲"), control(run("单击此处输入文字。"), "<w:showingPlcHdr/>")), "甲"),
    "a box that is ticked": (p(control(run("☒"), CHECKED.format(1)), run("已盖章")), "☑已盖章"),
    "a box that is not ticked": (p(control(run("☐"), CHECKED.format(0)), run("已盖章")), "☐已盖章"),
    "an old form field that is ticked": (p(FIELD.format("<w:checkBox><w:checked/></w:checkBox>"), run("是")), "☑是"),
    "an old form field that is not": (p(FIELD.format('<w:checkBox><w:default w:val="0"/></w:checkBox>'), run("是")), "☐是"),
    "what was chosen of an old list": (
        p(FIELD.format('<w:ddList><w:result w:val="1"/><w:listEntry w:val="是"/><w:listEntry w:val="否"/></w:ddList>')),
        "否",
    ),
    "a tick of a symbol font": (p('<w:r><w:sym w:font="Wingdings 2" w:char="F052"/></w:r>', run("已盖章")), "☑已盖章"),
    "a picture": (p("<w:r><w:drawing><pic:pic/></w:drawing></w:r>"), PICTURE),
    "an old picture": (p("<w:r><w:pict><v:shape><v:imagedata/></v:shape></w:pict></w:r>"), PICTURE),
    "a text box once": (
        p(
            f"<w:r><mc:AlternateContent><mc:Choice><wps:txbx><w:txbxContent>{p('甲')}</w:txbxContent></wps:txbx></mc:Choice>"
            f"<mc:Fallback><w:pict><w:txbxContent>{p('甲')}</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        ),
        "甲",
    ),
    "a table around everything": (table(row(cell(p("甲"), table(row("乙", "丙"))))), "甲"),
}  # fmt: skip


@pytest.mark.parametrize("what", SHOWN)
def test_what_the_paper_shows_is_read(tmp_path, what):
    body, expected = SHOWN[what]
    assert told(tmp_path, body) == expected


def test_a_table_drawn_around_a_form_does_not_hide_its_cells(tmp_path):
    body = table(row(cell(p("标题"), table(row("甲", "乙"), row("丙", "丁")), p("尾"))))
    assert lines(tmp_path, body) == [["标题"], ["甲", "乙"], ["丙", "丁"], ["尾"]]


def test_a_table_in_a_text_box_is_read(tmp_path):
    box = f"<w:r><w:pict><w:txbxContent>{table(row('甲', '乙'))}</w:txbxContent></w:pict></w:r>"
    assert lines(tmp_path, p(run("标题"), box)) == [["标题"], ["甲", "乙"]]


def test_a_row_that_was_deleted_is_not_read(tmp_path):
    assert lines(tmp_path, table(row("甲"), row("乙", style="<w:del/>"), row("丙"))) == [["甲"], ["丙"]]


def test_a_document_of_the_strict_kind_is_read(tmp_path):
    names = NAMES.replace(W, "http://purl.oclc.org/ooxml/wordprocessingml/main")
    assert lines(tmp_path, p("甲"), names=names) == [["甲"]]


@pytest.mark.parametrize("values", [GOOD, AGAIN], ids=["推荐表", "复评表"])
def test_a_form_filled_in_content_controls_is_read_and_its_prompts_are_not(tmp_path, values):
    path = document(tmp_path / "1.docx", values)
    made = docx.Document(path)
    body = made.element.body
    for paragraph in list(body.iter(f"{{{W}}}p")):
        runs = [one for one in paragraph if one.tag == f"{{{W}}}r"]
        if runs:
            wrapped = docx.oxml.parse_xml(f'<w:sdt xmlns:w="{W}"><w:sdtPr/><w:sdtContent/></w:sdt>')
            runs[0].addprevious(wrapped)
            for one in runs:
                wrapped[1].append(one)
    prompt = f'<w:p xmlns:w="{W}"><w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:t>单击此处输入文字。</w:t></w:r></w:sdtContent></w:sdt></w:p>'
    body.insert(0, docx.oxml.parse_xml(prompt))
    made.save(path)
    got = read_here(path, MONTH)
    assert {key: got.rows[0][key] for key in read_values(values)} == read_values(values)
    assert not [one for one in got.notes if one["kind"] == "not_taken"]


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


BAD = {
    "an old document": (lambda: OLE + b"\0" * 600 + "WordDocument".encode("utf-16-le"), "old_word_document"),
    "a rich text": (lambda: rb"{\rtf1\ansi " + b"a" * 50 + b"}", "text"),
    "with a password": (lambda: OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    "cut in half": (lambda: cut(archive(p("甲") * 2000)), "damaged"),
    "not well formed": (lambda: archive("<w:p>"), "damaged"),
    "with entities": (lambda: archive(p("甲"), prologue='<!DOCTYPE a [<!ENTITY b "c">]>'), "odd_archive"),
    "without a form": (lambda: archive(p("关于做好推荐工作的通知")), "no_form"),
    "empty": (lambda: b"", "file_empty"),
    "too many rows": (lambda: archive(p("甲") * 20_001), "too_large"),
    "a bomb": (lambda: archive(p(" " * (40 << 20))), "too_large"),
    "nested without end": (lambda: archive("<w:sdt><w:sdtContent>" * 5000 + p("甲") + "</w:sdtContent></w:sdt>" * 5000), "damaged"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_what_cannot_be_read_is_refused_quickly_with_what_to_do(tmp_path, what):
    made, code = BAD[what]
    path = tmp_path / "推荐表.docx"
    path.write_bytes(made())
    began = time.monotonic()
    got = read_form(path, MONTH)
    assert (got.outcome, got.code, got.rows) == ("refused", code, [])
    assert "请" in got.message
    assert time.monotonic() - began < 10


def test_a_document_is_read_as_one_only_where_that_is_asked_for(tmp_path):
    with pytest.raises(WorkbookError) as refused:
        workbooks.read(document(tmp_path / "1.docx", GOOD))
    assert refused.value.code == "word_document"

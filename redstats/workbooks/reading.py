"""Open any workbook safely: what it is by its content, then the one reader for that."""

from __future__ import annotations

import hashlib
from pathlib import Path
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError

from redstats.errors import WorkbookError
from redstats.files import name_of
from redstats.outcomes import refusal
from redstats.workbooks import delimited, guard, kinds, markup, opendocument, worddocument, xls, xlsx
from redstats.workbooks.book import Workbook
from redstats.workbooks.grid import Grid


def read(path: Path, documents: bool = False) -> Workbook:
    """Read a workbook; WorkbookError (code, what, where, what to do) when it cannot or must not be read.

    With ``documents`` a Word document (.docx) is read too, as one grid.

    A hostile file may still cost much time or memory: call this where both are limited (``isolation``).
    """
    where = name_of(path)
    try:
        if not path.is_file():  # a pipe or a device would never end
            raise refusal("unreadable_file", where)
        guard.check_size(path.stat().st_size, where)
        data = path.read_bytes()
    except OSError as error:
        raise refusal("unreadable_file", where) from error
    remarks: list[tuple[str, str]] = []
    try:
        kind = kinds.kind_of(data)
        if documents and kind == "word_document" and data.startswith(b"PK"):
            kind = "docx"
        elif kind not in kinds.READ:
            raise refusal(kind, where)
        grids = _grids(data, kind, where, remarks)
    except (WorkbookError, MemoryError):
        raise
    except BaseException as error:  # a panic inside calamine is no Exception
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        raise refusal("encrypted" if xls.is_encrypted(error) else "damaged", where) from error
    extension = path.suffix.lower().lstrip(".")
    if extension and extension not in kinds.EXTENSIONS[kind]:
        message = f"扩展名是 .{extension}，内容是{kinds.NAMES[kind]}，已按内容读取"
        remarks.append(("format_differs", message))
    return Workbook(where, hashlib.sha256(data).hexdigest(), grids, kind, remarks)


def _grids(data: bytes, kind: str, where: str, remarks: list[tuple[str, str]]) -> list[Grid]:
    is_1904, is_whole = False, True
    if kind == "xlsx":
        try:
            grids, is_1904, is_whole = xlsx.read(data, where)
        except (WorkbookError, ParseError, ExpatError) as error:
            if isinstance(error, WorkbookError) and error.code != "damaged":
                raise
            clean = guard.cleaned(data, where)
            if clean is None:
                raise
            grids, is_1904, is_whole = xlsx.read(clean, where)
            remarks.append(("characters_removed", "文件里有不合规范的控制字符，已略去，其余照读"))
    elif kind == "xlsb":
        guard.check_archive(data, where)
        grids = xlsx.read_binary(data)
    elif kind == "xls":
        grids, is_1904, is_whole = xls.read(data)
    elif kind == "docx":
        grids = worddocument.read(data, where)
    elif kind == "ods":
        guard.check_archive(data, where)
        grids = opendocument.read(guard.without_entities(opendocument.content(data, where), where), where)
    elif kind == "flat_ods":
        grids = opendocument.read(guard.without_entities(data, where), where)
    elif kind == "csv":
        decoded = kinds.decoded(data)
        assert decoded is not None  # kind_of has read it
        text, encoding = decoded
        grids = delimited.read(text)
        if not encoding.startswith("utf-8"):
            remarks.append(("encoding_told", f"文本按 {encoding} 编码读取"))
    elif kind == "spreadsheetml":
        decoded = kinds.decoded(data)
        assert decoded is not None
        grids = markup.read_spreadsheetml(decoded[0], where)
    else:
        text = markup.page_of(data) if kind == "mhtml" else markup.text_of(data)
        grids = markup.read_html(text, where)
    if not grids:
        raise refusal("text" if kind in ("csv", "html", "mhtml") else "damaged", where)
    if not is_whole:
        remarks.append(("partly_read", "文件内部有损坏，只读到各格的值；格式、批注、公式是否出错没有读到"))
    for grid in grids:
        grid.is_1904 = is_1904
    if is_1904:
        remarks.append(("dates_1904", "工作簿的日期从1904年起算，已按此换算"))
    return grids

"""The look before the reading: what a file is by its content, and whether it is safe to hand to a reader.

Caps stand about a hundred times above a real return (see docs/safety.md): a workbook past them is refused
with a remedy, because some readers take gigabytes or abort the process on such files.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from dataclasses import replace
from functools import partial
from io import BytesIO
from itertools import chain
from xml.parsers import expat

from redstats.incoming import MAX_FILE
from redstats.outcomes import refusal
from redstats.workbooks.cell_styles import Looks, looks_of, struck_texts
from redstats.workbooks.sheetscan import SheetHandler, SheetScan, is_plain, is_sheet, quick_scan

MAX_INFLATED = 512 * 2**20
MAX_ENTRIES = 5_000
MAX_SHEETS = 400

_AT_ONCE = 16 * 2**20  # a part up to this size is looked at whole

# What XML 1.0 has no place for: controls, halves of pairs, and two that are no characters; and how it is written as a number.
_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xed[\xa0-\xbf][\x80-\xbf]|\xef\xbf[\xbe\xbf]")
_REFERENCE = re.compile(rb"&#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,8}));")

_SHEET = re.compile(r"(?!__macosx/)(?:.*/)?worksheets/[^/]+\.xml")
_READ = re.compile(
    r"(?!__macosx/)(?:.*/)?(?:workbook|styles|sharedstrings)\d*\.xml|(?:.*/)?_rels/(?:workbook\.xml)?\.rels"
)


def check_size(size: int, where: str) -> None:
    """WorkbookError for a file that is larger than any return."""
    if size > MAX_FILE:
        raise refusal("too_large", where, f"超过 {MAX_FILE >> 20} MB")


def check_archive(data: bytes, where: str) -> None:
    """WorkbookError for a zip whose parts are too many or inflate too far (counted: what the directory says may be wrong)."""
    budget = MAX_INFLATED
    with zipfile.ZipFile(BytesIO(data)) as archive:
        entries = archive.infolist()
        if len(entries) > MAX_ENTRIES:
            raise refusal("odd_archive", where)
        for entry in entries:
            if entry.flag_bits & 1:
                raise refusal("encrypted", where)
            with archive.open(entry) as part:
                while chunk := part.read(1 << 16):
                    budget -= len(chunk)
                    if budget < 0:
                        raise refusal("too_large", where)


def without_entities(xml: bytes, where: str) -> bytes:
    """The XML itself, once it is known to declare no entities of its own."""
    _parser(None, where).Parse(xml, True)
    return xml


def cleaned(data: bytes, where: str) -> bytes | None:
    """A zip without the characters that XML does not allow, which some programs write; None where it has none of them."""
    check_archive(data, where)
    changed = False
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as archive, zipfile.ZipFile(target, "w") as copy:
        for entry in archive.infolist():
            part = archive.read(entry)
            if entry.filename.lower().endswith((".xml", ".rels", ".vml")) and b"\x00" not in part[:4]:
                plain = _REFERENCE.sub(_allowed, _FORBIDDEN.sub(b"", part))
                changed, part = changed or plain != part, plain
            copy.writestr(entry.filename, part)
    return target.getvalue() if changed else None


def _allowed(reference: re.Match[bytes]) -> bytes:
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    is_one = (
        code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0xFFFF < code < 0x110000
    )
    return reference[0] if is_one else b""


def check(data: bytes, where: str) -> dict[str, SheetScan]:
    """Scan of every worksheet part by its path in the archive; WorkbookError when the file is not to be read."""
    try:
        return _scan(data, where)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        expat.ExpatError,
        ValueError,  # a number or a name in the file's own structure that is none
        LookupError,
        struct.error,
    ) as error:
        raise refusal("damaged", where) from error
    except RuntimeError as error:  # zipfile's word for an encrypted entry
        raise refusal("encrypted", where) from error


def _scan(data: bytes, where: str) -> dict[str, SheetScan]:
    scans: dict[str, SheetScan] = {}
    with zipfile.ZipFile(BytesIO(data)) as archive:
        entries = archive.infolist()
        names = [entry.filename for entry in entries]
        if len(entries) > MAX_ENTRIES or len(set(names)) != len(names):
            raise refusal("odd_archive", where)
        if sum(entry.file_size for entry in entries) > MAX_INFLATED:
            raise refusal("too_large", where)
        budget = MAX_INFLATED  # and counted again below: what the directory says may be wrong
        cell_styles = Looks()
        for entry in sorted(entries, key=_order):
            name = entry.filename.replace("\\", "/").lower()
            with archive.open(entry) as part:
                first = part.read(_AT_ONCE)
                sheet = _SHEET.fullmatch(name) or is_sheet(first)
                following = iter(partial(part.read, 1 << 16), b"")
                more = next(following, b"")
                budget -= len(first) + len(more)
                scan = quick_scan(first, cell_styles, where) if sheet and not more else None
                is_read = scan is None and (
                    sheet or (_READ.fullmatch(name) and (more or not is_plain(first)))
                )
                handler = SheetHandler(where, cell_styles) if sheet else None
                parser = _parser(handler, where) if is_read else None
                kept = bytearray()
                for chunk in chain((first, more), following):
                    if chunk is not first and chunk is not more:
                        budget -= len(chunk)
                    if budget < 0:
                        raise refusal("too_large", where)
                    if parser:
                        parser.Parse(chunk)
                    if name.endswith(("/styles.xml", "/sharedstrings.xml")):
                        kept += chunk
                if parser:
                    parser.Parse(b"", True)
            if kept and name.endswith("/styles.xml"):
                cell_styles = replace(looks_of(bytes(kept)), struck_texts=cell_styles.struck_texts)
            elif b"strike" in kept:
                cell_styles = replace(cell_styles, struck_texts=struck_texts(bytes(kept)))
            if handler is not None:
                scans[name] = scan or handler.scan
        if len(scans) > MAX_SHEETS:
            raise refusal("too_many_sheets", where, f"超过 {MAX_SHEETS} 张")
    return scans


def _order(entry: zipfile.ZipInfo) -> int:
    """What tells how cells look comes before the sheets."""
    name = entry.filename.lower()
    return 0 if "styles" in name else 1 if "sharedstrings" in name else 2


def _parser(handler: SheetHandler | None, where: str) -> expat.XMLParserType:
    parser = expat.ParserCreate()

    def doctype(*_: object) -> None:
        raise refusal("odd_archive", where, "内含不允许的 DTD 声明")

    parser.StartDoctypeDeclHandler = doctype
    if handler:
        parser.buffer_text = True
        parser.StartElementHandler = handler.start
        parser.EndElementHandler = handler.end
        parser.CharacterDataHandler = handler.text
    return parser

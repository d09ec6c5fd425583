"""What a file is, by its content alone: names and extensions are often wrong."""

from __future__ import annotations

import codecs
import re
import zipfile
import zlib
from io import BytesIO

_MAGIC = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"BM", "picture"),
    (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF = (b"\x09\x00\x04\x00", b"\x09\x00\x06\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08")
# How an OLE container names what it holds; a protected .xlsx comes first, for its parts may have any name.
_STREAMS = (
    ("EncryptedPackage", "encrypted"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("WordDocument", "word_document"),
)
# Tables as programs of the eighties exchanged them: SYLK (.slk) and DIF (.dif).
_EXCHANGE = re.compile(r"id;p|table\r?\n0,\d+\r?\n")
_PLAUSIBLE = re.compile("[一-鿿]")
# Characters that GB18030 has room for and that no clerk writes: a wrong decoding is full of them.
_ODD = re.compile("[\ue000-\uf8ff㐀-䶿\U00010000-\U0010ffff\x00-\x08\x0e-\x1f\x80-\x9f\ufffd]")

READ = ("xlsx", "xlsb", "xls", "ods", "flat_ods", "spreadsheetml", "html", "mhtml", "csv")
NAMES = {
    "xlsx": "xlsx 工作簿",
    "xlsb": "xlsb 工作簿",
    "xls": "xls 或 et 工作簿",
    "ods": "OpenDocument 表格",
    "flat_ods": "OpenDocument 单文件表格",
    "spreadsheetml": "XML 表格 2003",
    "html": "网页表格",
    "mhtml": "单个网页文件（mht）",
    "csv": "文本表格（CSV）",
    "docx": "Word 文档",
}
EXTENSIONS = {
    "xlsx": ("xlsx", "xlsm", "xltx", "xltm"),
    "xlsb": ("xlsb",),
    "xls": ("xls", "et", "xlt", "ett"),
    "ods": ("ods", "ots"),
    "flat_ods": ("fods", "xml"),
    "spreadsheetml": ("xml",),
    "html": ("html", "htm"),
    "mhtml": ("mht", "mhtml"),
    "csv": ("csv", "tsv", "txt"),
    "docx": ("docx", "docm", "dotx"),
}


def kind_of(data: bytes) -> str:
    """One of READ, or the code of the refusal: file_empty, encrypted, pdf, picture, word_document, archive, damaged, text,
    exchange_format, not_a_document."""
    if not data.strip(b"\x00\r\n\t "):
        return "file_empty"
    if data.startswith(b"PK"):
        return _zipped(data)
    if data.startswith(_OLE):
        names = data.lower()  # some programs write them in capitals
        kinds = (kind for name, kind in _STREAMS if re.search(_alone(name), names))
        return next(kinds, "other_document")
    if data.startswith(_BIFF):
        return "xls"
    for magic, kind in _MAGIC:
        if data.startswith(magic) and not (kind == "picture" and _is_text(data)):
            return kind
    if data[:4] == b"RIFF" or data[4:8] == b"ftyp":
        return "picture"
    return _written(data)


def _alone(name: str) -> bytes:
    """A stream's name, which is no part of another word: Book Antiqua is a font of many a letter."""
    return rb"(?<![\x20-\x7e]\x00)%b(?![\x20-\x7e]\x00)" % name.lower().encode("utf-16-le")


def _zipped(data: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = {name.replace("\\", "/").lstrip("./").lower() for name in archive.namelist()}
            if "mimetype" in names and b"opendocument.spreadsheet" in archive.read("mimetype")[:200]:
                return "ods"
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, KeyError):
        return "damaged"
    except (RuntimeError, NotImplementedError):
        return "encrypted"
    if any(re.fullmatch(r"(?:.*/)?xl/workbook\.bin", name) for name in names):
        return "xlsb"
    if any(re.fullmatch(r"(?:.*/)?(?:xl/)?workbook\d*\.xml", name) for name in names):
        return "xlsx"
    if "word/document.xml" in names:
        return "word_document"
    return "ods" if "content.xml" in names else "archive"


def _written(data: bytes) -> str:
    head = data[:65536]
    lowered = head.lower()
    if b"mime-version:" in lowered[:4096]:
        return "mhtml"
    plain = decoded(data)
    if plain is None:
        return "not_a_document"
    start = plain[0][:65536].lower()
    if _EXCHANGE.match(start):
        return "exchange_format"
    if "urn:schemas-microsoft-com:office:spreadsheet" in start and "<workbook" in start.replace("ss:", ""):
        return "spreadsheetml"
    if "opendocument:xmlns:office" in start and "<office:document" in start:
        return "flat_ods"
    if re.search(r"<(?:html|table|!doctype html|body|tr|meta)\b", start):
        return "html" if "<t" in plain[0].lower() else "text"
    if start.lstrip().startswith(("<?xml", "{\\rtf", "<svg", "<?php", "#!")):
        return "text"
    return "csv" if re.search(r"[,\t;|]", start) and "\n" in start.strip().replace("\r", "\n") else "text"


def decoded(data: bytes) -> tuple[str, str] | None:
    """The text and the name of its encoding: marked ones first, then strict UTF-8, then GB18030 where it makes sense."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            try:
                return data.decode(encoding), encoding
            except UnicodeDecodeError:
                return None
    try:
        text = data.decode("utf-8")
        if "\x00" not in text:
            return text, "utf-8"
    except UnicodeDecodeError:
        pass
    for encoding in ("gb18030", "utf-16-le", "utf-16-be"):  # the last two where a program left out the mark
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        known = len(_PLAUSIBLE.findall(text))
        if known > 20 * len(_ODD.findall(text)) and (encoding == "gb18030" or (known > 4 and "\n" in text)):
            return text, encoding
    return None


def _is_text(data: bytes) -> bool:
    return b"\x00" not in data[:4096] and decoded(data[:4096]) is not None

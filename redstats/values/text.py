"""Characters, words and lists: cleaning, folding, splitting, and the text, phone and list readers."""

from __future__ import annotations

import datetime as dt
import re

from redstats.values.reading import Reading, not_reported, quote, taken, unreadable

# Only the full-width twins of ASCII: blanket NFKC would also turn ㎡ into m2 and ① into 1.
_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb]"
)
_ESCAPED = re.compile("_x00(?:0[9ad]|0[AD])_")  # how an xlsx file spells control characters
_LINE_END = re.compile(r"[ \t]*(?:[\n\r\v\f\x1c-\x1e\x85\u2028\u2029][ \t]*)+")
_BRACKETS = str.maketrans(dict.fromkeys("[{【〔〖「『《〈<", "(") | dict.fromkeys("]}】〕〗」』》〉>", ")"))
_NAME_BLANK = re.compile(r"(?<=[\u4e00-\u9fff·])\s+(?=[\u4e00-\u9fff·])")
_LIST_MARKS = "、，,;；/／\n"


def halfwidth(text: str) -> str:
    """``text`` with full-width ASCII (U+FF01-FF5E) and the ideographic space made half-width."""
    return text.translate(_HALF)


def clean(text: str) -> str:
    """``text`` trimmed and without invisible characters; runs of blanks become one, line ends newlines."""
    text = _ESCAPED.sub("\n", _INVISIBLE.sub("", text))
    text = re.sub(r"[^\S\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+", " ", text)
    return _LINE_END.sub("\n", text).strip()


def fold(text: str) -> str:
    """The form in which headings and names are compared.

    All whitespace and invisible characters go, full-width ASCII becomes half-width, letters lower-case,
    and every kind of bracket becomes a round one.
    """
    return "".join(halfwidth(clean(text)).split()).lower().translate(_BRACKETS)


def plain_text(raw: object) -> str:
    """Any cell as clean text: whole numbers without ``.0``, dates as ISO."""
    if isinstance(raw, str):
        return clean(raw)
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e16:
        return str(int(raw))
    if isinstance(raw, dt.datetime):
        return raw.date().isoformat() if raw.time() == dt.time() else raw.isoformat(" ", "minutes")
    if isinstance(raw, (tuple, list, set, frozenset)):
        return "、".join(plain_text(item) for item in raw)
    return clean(str(raw))


def split_head(text: str, marks: str = "([{【,、;。:\n") -> tuple[str, str]:
    """The part of ``text`` before the first bracket or stop, and what follows with its marks stripped."""
    for at, char in enumerate(text):
        if at and char in marks:
            return text[:at].strip(), text[at:].strip("([{【,、;。:\n )]}】")
    return text, ""


def split_items(text: str, marks: str = _LIST_MARKS) -> list[str]:
    """The items of a list; separators inside brackets do not count."""
    items, depth, start = [], 0, 0
    for at, char in enumerate(text):
        depth += char in "(（[【《"
        depth -= depth > 0 and char in ")）]】》"
        if not depth and char in marks:
            items.append(text[start:at])
            start = at + 1
    return [item.strip() for item in (*items, text[start:]) if item.strip()]


def read_text(raw: object, field, **_) -> Reading:
    text = plain_text(raw)
    if field.id.endswith("_head") or field.id == "reporter":
        text = _NAME_BLANK.sub("", text)
    return taken(text, text == raw) if text else not_reported()


def read_list(raw: object, field, **_) -> Reading:
    if isinstance(raw, (dt.date, dt.time, dt.timedelta, bool)):
        return unreadable("应为名称，单元格却是日期、时间或真假值，请按文字重填")
    if isinstance(raw, (tuple, list)):
        items = [plain_text(item) for item in raw]
    else:
        items = split_items(plain_text(raw))
    items = [_NAME_BLANK.sub("", item) if field.id.endswith("_head") else item for item in items if item]
    return taken(tuple(items), True) if items else unreadable(f"{quote(raw)}里没有名称，请重填")


def read_phone(raw: object, field, **_) -> Reading:
    """Numbers stay text; one that Excel turned into a number is rebuilt only when no digit was lost."""
    if isinstance(raw, (bool, dt.date, dt.time, dt.timedelta)):
        return unreadable("应为电话号码，单元格却是日期、时间或真假值，请按文字重填")
    if isinstance(raw, (int, float)):
        if raw <= 0 or raw != int(raw) or raw > 10**15:
            return unreadable(f"{quote(raw)}不是完整的号码，请把单元格设为文本后重填")
        return taken(str(int(raw)), False)
    text = halfwidth(plain_text(raw))
    numbers = []
    for item in split_items(text):
        item = re.sub(r"(?<=[0-9])\s+(?=[0-9])", "", item)
        item = re.sub(r"^([0-9]{6,})\.0*$", r"\1", item)
        item = re.sub(r"^(1[0-9]{2})-([0-9]{4})-([0-9]{4})$", r"\1\2\3", item)
        power = re.fullmatch(r"([0-9])(?:\.([0-9]{0,15}))?[eE]\+?([0-9]{1,2})", item)
        if power:
            whole, part, exponent = power[1], power[2] or "", int(power[3])
            if len(part) != exponent:
                return unreadable(f"{quote(raw)}是科学计数法，后几位已丢失，请把单元格设为文本后重填")
            item = whole + part
        numbers.append(item)
    value = "、".join(numbers)
    if not re.search("[0-9]", value):
        return unreadable(f"{quote(raw)}里没有号码，请重填")
    return taken(value, value == raw)

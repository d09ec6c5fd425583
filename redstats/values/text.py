"""Characters, words and lists: cleaning, folding, splitting, and the text, phone and list readers."""

from __future__ import annotations

import datetime as dt
import re

from redstats.text import clean, halfwidth, radicals
from redstats.values.reading import Asked, Reading, not_reported, quote, taken, unreadable
from redstats.wording import vocabulary

_NAME_BLANK = re.compile(r"(?<=[\u4e00-\u9fff·])\s+(?=[\u4e00-\u9fff·])")
_ANOTHERS = vocabulary("values").pattern("anothers")
_CHARACTERS = (
    radicals.table()
)  # what looks like 长 is written 长, so that the name is one wherever it is looked for
_LIST_MARKS = "、，,;；/／\n"


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
    for index, char in enumerate(text):
        if index and char in marks:
            return text[:index].strip(), text[index:].strip("([{【,、;。:\n )]}】")
    return text, ""


def split_items(text: str, marks: str = _LIST_MARKS) -> list[str]:
    """The items of a list; separators inside brackets do not count."""
    items, depth, start = [], 0, 0
    for index, char in enumerate(text):
        depth += char in "(（[【《"
        depth -= depth > 0 and char in ")）]】》"
        if not depth and char in marks:
            items.append(text[start:index])
            start = index + 1
    return [item.strip() for item in (*items, text[start:]) if item.strip()]


def read_text(raw: object, field: Asked, **_: object) -> Reading:
    text = plain_text(raw)
    if field.id.endswith("_head") or field.id == "reporter":
        text = _NAME_BLANK.sub("", text)
    text = text.translate(_CHARACTERS)
    return taken(text, text == raw) if text else not_reported()


def read_list(raw: object, field: Asked, **_: object) -> Reading:
    if isinstance(raw, (dt.date, dt.time, dt.timedelta, bool)):
        return unreadable("应为名称，单元格却是日期、时间或真假值，请按文字重填")
    if isinstance(raw, (tuple, list)):
        items = [plain_text(item) for item in raw]
    else:
        items = split_items(plain_text(raw))
    items = [_NAME_BLANK.sub("", item) if field.id.endswith("_head") else item for item in items if item]
    return taken(tuple(items), True) if items else unreadable(f"{quote(raw)}里没有名称，请重填")


def read_phone(raw: object, field: Asked, **_: object) -> Reading:
    """Numbers stay text; one that Excel turned into a number is rebuilt only when no digit was lost."""
    if isinstance(raw, (bool, dt.date, dt.time, dt.timedelta)):
        return unreadable("应为电话号码，单元格却是日期、时间或真假值，请按文字重填")
    if isinstance(raw, (int, float)):
        if raw <= 0 or raw != int(raw) or raw > 10**15:
            return unreadable(f"{quote(raw)}不是完整的号码，请把单元格设为文本后重填")
        return taken(str(int(raw)), False, _odd_length([str(int(raw))]))
    text = halfwidth(plain_text(raw))
    numbers: list[str] = []
    others: list[str] = []  # whose the numbers are that are left out
    for item in split_items(text):
        if re.search("[0-9]", item) and (other := _ANOTHERS.search(item)) and "业委会" not in item:
            others.append(other[0])
            continue
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
    whose = f"号码旁写着“{others[0]}”，不像是业委会自己的电话" if others else ""
    if whose and not numbers:
        return unreadable(f"{whose}，请填业委会的联系方式")
    if not re.search("[0-9]", value):
        return unreadable(f"{quote(raw)}里没有号码，请重填")
    return taken(value, value == raw, _odd_length(numbers), f"{whose}，未取" if whose else "")


def _odd_length(numbers: list[str]) -> str:
    """A remark where a number has neither the 8 digits of a Shanghai telephone nor the 11 of a mobile one."""
    for number in numbers:
        main = re.sub("(?:转|ext).*|(?<=[0-9]{8})-[0-9]{1,5}$", "", number, flags=re.IGNORECASE)
        digits = re.sub("[^0-9]", "", main)
        digits = re.sub("^(?:(?:00)?86)?(?=1[0-9]{10}$)|^(?:(?:00)?86)?0?21(?=[0-9]{8}$)", "", digits)
        if len(digits) not in (8, 11):
            return "有号码不是8位或11位数字，请核对"
    return ""

"""What a number format shows of the number or day that is stored: the same, another number, words, or nothing."""

from __future__ import annotations

import datetime as dt
import operator
import re

from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

SAME, WORDS, DIVIDED, HIDDEN, ANOTHER = "same", "words", "divided", "hidden", "another"
# Built-in formats for Chinese that show a day's year and month only, by their number.
MONTHS_ONLY = {17: "mmm-yy", 27: 'yyyy"年"m"月"', 36: 'yyyy"年"m"月"', 50: 'yyyy"年"m"月"', 52: 'yyyy"年"m"月"', 57: 'yyyy"年"m"月"'}  # fmt: skip

_SECTION = re.compile(r'((?:"[^"]*"|\\.|!.|_.|\*.|\[[^\]]*\]|[^;"])+|)(?:;|$)')
_WRITTEN = re.compile(r'"([^"]*)"|\\(.)|!(.)|(?<=[0#?.,\s])([%‰万千百亿])')
_NOT_BARE = re.compile(r'"[^"]*"|\\.|!.|_.|\*.|\[[^\]]*\]')
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[\d.]+)\]")
_COMPARE = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "<>": operator.ne}  # fmt: skip
_DAY_PARTS = re.compile("[ymdhse]", re.IGNORECASE)
_CHANGES = re.compile(r"[%‰万千百亿\d]")


def pads(code: str) -> bool:
    """Whether a format does nothing but fill up with zeros, as those of codes and telephones do."""
    return len(code) > 1 and not code.strip("0")


def shows_another(code: str) -> bool:
    """Whether a format shows, of some value, something else than is stored (see ``shown_by``)."""
    return bool(_CONDITION.search(code)) or any(_kind(section) != SAME for section in _sections(code))


def shown_by(code: str, value: float | dt.date) -> tuple[str, str]:
    """What the format shows of a value, and its text where that is certain.

    SAME: the value itself; WORDS: a text (``0"%"``, ``0.0万``, ``[=1]"是"``, a day of which only year and month are shown);
    DIVIDED: the number made smaller (``0,``); HIDDEN: nothing; ANOTHER: a number with further figures.
    """
    section = _section_of(code, value)
    kind = _kind(section)
    if not isinstance(value, dt.date) and is_of_days(code):
        return SAME, ""  # a count that took a day's format on
    if kind != WORDS:
        return kind, ""
    written = "".join("".join(parts) for parts in _WRITTEN.findall(section))
    if isinstance(value, dt.date):
        return kind, f"{value.year}年{value.month}月" if "m" in _bare(section).lower() else f"{value.year}年"
    return kind, "".join(written.split()) if not _has_figures(
        section
    ) else f"{value:.10g}{''.join(written.split())}"


def is_of_days(code: str) -> bool:
    """Whether a format shows a number as a day, or as a part of one."""
    section = _sections(code)[0]
    return not _has_figures(section) and bool(_DAY_PARTS.search(_bare(section)))


def as_day(number: float, is_1904: bool = False) -> dt.date:
    """The day that a number of days is, as workbooks count them."""
    return from_excel(number, CALENDAR_MAC_1904 if is_1904 else CALENDAR_WINDOWS_1900)


def _sections(code: str) -> list[str]:
    return [match[1] for match in _SECTION.finditer(code)][: code.count(";") + 1] or [""]


def _section_of(code: str, value: float | dt.date) -> str:
    sections = _sections(code)
    if isinstance(value, dt.date):
        return sections[0]
    if _CONDITION.search(code):
        for section in sections:
            condition = _CONDITION.search(section)
            if condition is None or _COMPARE[condition[1]](value, float(condition[2])):
                return section
        return sections[-1]
    position = 0 if value > 0 else 1 if value < 0 else 2
    return sections[position] if position < len(sections) else sections[0]


def _bare(section: str) -> str:
    return _NOT_BARE.sub("", section)


def _has_figures(section: str) -> bool:
    bare = _bare(section)
    return bool(re.search("[0#?@]", bare)) or "general" in bare.lower() or "通用" in bare


def _kind(section: str) -> str:
    bare = _bare(section)
    written = "".join("".join(parts) for parts in _WRITTEN.findall(section.replace("\\%", '"%"')))
    if not _has_figures(section):
        parts = {each.lower() for each in _DAY_PARTS.findall(bare)}
        if parts:  # a year, be it with its month, is no day; a day without its year is one
            return WORDS if parts & {"y", "e"} and not parts & {"d", "h", "s"} else SAME
        return WORDS if written.strip() else HIDDEN
    if "general" in bare.lower() or "通用" in bare:
        return SAME
    if re.search(r"[0#?],+(?![0#?,])", bare) or re.search(r"[0#?](?:!|\\)\.", section):
        return DIVIDED
    if re.search(r"\d", written):
        return ANOTHER
    return WORDS if "%" not in bare and _CHANGES.search(written) else SAME

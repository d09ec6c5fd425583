"""Dates as they stand on forms: in a cell of their own, or at the end of an opinion or a seal."""

from __future__ import annotations

import datetime as dt
import re

from redstats.standard import Field
from redstats.text import halfwidth
from redstats.values import Reading, read_value
from redstats.values.reading import not_reported, quote, unreadable

_DAY = Field(id="day", label="日期", type="date", period="date", group="")
_BLANK = r"[ 　_＿\xa0\t]*"
_NUMBER = r"[0-9０-９〇○零一二三四五六七八九十廿卅]"
_YEAR = r"(?:(?<![0-9０-９])[0-9０-９]{2,4}|(?<![〇○零一二三四五六七八九])[〇○零一二三四五六七八九]{2,4})"
_MARK = r"[./\-－–—．]"
_DATE = re.compile(
    rf"(?:(?:盖章|签章|落款|签字)?(?:日{_BLANK}期|时间){_BLANK}[:：]?{_BLANK})?(?:"
    rf"(?P<written>(?:{_YEAR}{_BLANK}年{_BLANK}{_NUMBER}{{0,3}}{_BLANK}月{_BLANK}{_NUMBER}{{0,3}}{_BLANK}[日号]?"
    rf"|(?<![0-9０-９])[0-9０-９]{{2,4}}{_BLANK}{_MARK}{_BLANK}[0-9０-９]{{1,2}}{_BLANK}{_MARK}{_BLANK}[0-9０-９]{{1,2}}{_BLANK}[日号]?"
    r"|(?<!\d)(?:20\d\d、\d{1,2}、\d{1,2}日?|20\d{6}|\d{1,2}月\d{1,2}[日号]))(?!\d))"
    rf"|(?P<empty>(?:20)?{_BLANK}年{_BLANK}月{_BLANK}日))(?:{_BLANK}00:00:00)?"
)
_SIGNED = re.compile(
    r"[\s,，。.；;：:、]*(?:[（(\[【].{0,12}[）)\]】]|[（(]?.{0,3}(?:章|印)[）)]?)?[\s。.）)]*"
)


def dated(text: str, month: dt.date, signed: bool = False) -> tuple[str, Reading]:
    """The text without the date it ends with, and that date; printed places for dates go too.

    With ``signed`` the text is an opinion: a date that is followed by words in its line belongs to what it says.
    """
    places = list(_DATE.finditer(text))
    dates = [
        one
        for one in places
        if one["written"] and (not signed or _SIGNED.fullmatch(text[one.end() :].split("\n")[0]))
    ]
    gone = [one for one in places if one["empty"]] + dates[-1:]
    for match in sorted(gone, key=lambda match: -match.start()):
        text = f"{text[: match.start()]}\n{text[match.end() :]}"
    return text, read_day(dates[-1]["written"], month) if dates else not_reported()


def read_day(raw: object, month: dt.date) -> Reading:
    """A date with its year, month and day; one that lacks any of them is unreadable."""
    if isinstance(raw, str):
        shown, raw = (
            raw,
            re.sub("[－–—﹣]", "-", halfwidth("".join(raw.split()).replace("_", "").replace("＿", ""))),
        )
        raw = re.sub(r"^(20\d\d)、(\d{1,2})、(\d{1,2})日?$", r"\1-\2-\3", raw)
        if raw in ("", "年月日", "20年月日"):
            return not_reported()
        # A form has to name the whole day; the month of the return lends it nothing.
        partly = re.search("年(?:月|$)|月(?:日|$)", raw) or re.fullmatch(
            rf"(?!20\d{{6}}|\d{{5}}){_NUMBER}+年?", raw
        )
        if partly or not re.search(rf"^(?:20)?{_NUMBER}{{2,4}}[年./\-]|^20\d{{6}}$|^\d{{5}}$", raw):
            return unreadable(f"日期{quote(shown)}没有写全年月日")
    return read_value(raw, _DAY, month=month)

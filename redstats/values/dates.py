"""Dates as streets write them: full, month only, without a year, several in one cell, or a term."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from redstats.text import clean, halfwidth
from redstats.text.numerals import chinese_number
from redstats.values.reading import Asked, Reading, not_reported, quote, taken, unreadable
from redstats.wording import vocabulary

FIRST_YEAR, LAST_YEAR = 1990, 2040
MONTH_ONLY = "只写到月"  # the note on a date whose day was not written
FROM_TERM = "取自起止日期"  # the note on both ends of a term in one cell, which may be months only
_EPOCH = dt.date(1899, 12, 30)
_SERIALS = (32874, 51501)  # 1990-01-01 to 2040-12-31
_FAR_AHEAD = 6  # years; a term is at most five
_NEAR = 10  # years round the return in which 22-05 may mean a year and a month

_NUMERAL_RUN = re.compile("[零〇○一二三四五六七八九十廿卅]+(?=年|月|日|号)")
_CLOCK = re.compile(
    r"(?<=[0-9日号])[T ]*[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?(?![0-9])"
)
# What programs write: always with seconds, perhaps with a zone; a clerk's 16:00 is a time of day.
_STAMP = re.compile(
    r"(?P<day>(?:19|20)\d{2}-\d{2}-\d{2})[T ](?P<time>\d{2}:\d{2}:\d{2})(?:\.\d+)?\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?"
)
_FIRST_SECOND = dt.datetime(1899, 12, 30)
_PLACEHOLDER = re.compile(r"1(?:900|899)[-/.年](?:0?1|12)[-/.月](?:0?[01]|3[01])日?")
_DATE = re.compile(
    r"""(?<![0-9])(?:
      (?P<y1>[0-9]{4}|[0-9]{2})\s*年\s*(?P<m1>[0-9]{1,2})\s*月\s*(?P<d1>[0-9]{1,2})(?![0-9])\s*[日号]?
    | (?P<y2>[0-9]{4}|[0-9]{2})\s*(?P<mark>[-/.])\s*(?P<m2>[0-9]{1,2})\s*(?P=mark)\s*(?P<d2>[0-9]{1,2})
      (?![0-9])\s*[日号]?
    | (?P<y3>(?:19|20)[0-9]{2})(?P<m3>[0-9]{2})(?P<d3>[0-9]{2})?(?![0-9])
    | (?P<y4>[0-9]{4}|[0-9]{2}(?=\s*年))\s*[-/.年]\s*(?P<m4>[0-9]{1,2})(?![0-9])(?:\s*月份?)?
    | (?P<named>今年|本年度?|当年|去年|上年度?|前年|明年)?\s*(?P<m5>[0-9]{1,2})\s*月份?
      (?:\s*(?P<d5>[0-9]{1,2})(?![0-9])\s*[日号]?)?
    | (?P<a>[0-9]{1,2})\s*(?P<mark2>[-/.])\s*(?P<b>[0-9]{1,2})(?![0-9]|\s*(?P=mark2)|\s*月)\s*[日号]?
    | (?P<d6>[0-9]{1,2})\s*[日号]
    )|(?P<this>本月份?|当月|上个?月)(?:\s*(?P<d7>[0-9]{1,2})\s*[日号])?""",
    re.VERBOSE,
)
_NAMED_YEARS = {"今": 0, "本": 0, "当": 0, "去": -1, "上": -1, "前": -2, "明": 1}
_WORDS_OF = vocabulary("dates")
_NOT_YET = _WORDS_OF.pattern("not_yet")
_EXPECTED = _WORDS_OF.pattern("expected")
_OTHER_CALENDAR = _WORDS_OF.compose(
    r"{other_calendar}|年\s*(?=\0)"
)  # a year that was not understood: 壬寅年五月
_NOT_DONE = _WORDS_OF.pattern("not_done")
_OF_PERIOD = _WORDS_OF.compose(r"(?:20\d\d\s*年度?\s*)?({of_period})\s*[:：]?\s*(?=[0-9])")
_PART = re.compile(r"\0\s*\(?([上中下]旬|月?[初中底末])\)?(?=$|[^\u4e00-\u9fff]|[前后以之])")
_IS_END = re.compile(r"(?:^|(?<=[任期:]))\s*[至到]\s*\0|\0\s*(?:到期|\(?(?:任期)?[三五35]年(?:期|届)?\)?)")
_OF_QUARTER = re.compile(r"第?[一二三四1-4]季度\s*:\s*(?=\0)")
_SEPARATORS = re.compile(r"[、,;/\s和及与]+")


@dataclass(frozen=True, slots=True)
class _Found:
    date: dt.date
    whole_month: bool
    note: str


class _Doubt(Exception):
    """Why a piece of text that looks like a date is not one."""


def _year(text: str) -> tuple[int, str]:
    if len(text) == 4:
        return int(text), ""
    year = int(text) + (1900 if int(text) >= FIRST_YEAR - 1900 else 2000)
    return year, f"两位年份，按{year}年计"


def _found(match: re.Match[str], month: dt.date | None, before: dt.date | None) -> _Found:
    """The date one match states; ``before`` is the date ahead of it in the cell. Raises _Doubt."""
    part = match.groupdict()
    note = ""
    if year := part["y1"] or part["y2"] or part["y3"] or part["y4"]:
        year, note = _year(year)
        number = part["m1"] or part["m2"] or part["m3"] or part["m4"]
        day = part["d1"] or part["d2"] or part["d3"]
        if part["y3"] and not day and _valid(2000 + int(part["y3"][:2]), part["y3"][2:], part["m3"]):
            raise _Doubt(f"{quote(match[0])}有两种读法，请写成 2026-07-03 的样子")
    elif part["a"] and not _month_and_day(part, month):
        year, note = _year(part["a"].zfill(2))
        number, day = part["b"], None
    else:
        number, day = part["m5"] or part["a"], part["d5"] or part["b"] or part["d6"] or part["d7"]
        base = before or month
        if base is None or (part["d6"] and before is None):
            raise _Doubt(f"{quote(match[0])}缺少年份或月份，请写全年月日")
        year = base.year
        if part["named"] or part["this"]:
            if month is None:
                raise _Doubt(f"{quote(match[0])}缺少年份，请写全年月日")
            year = month.year + _NAMED_YEARS.get((part["named"] or "本")[0], 0)
            if part["this"]:
                last = month.replace(day=1) - dt.timedelta(days=1) if part["this"][0] == "上" else month
                year, number = last.year, last.month
        number = number or base.month
        note = f"未写全，按{year}年{int(number)}月计"
        if month is not None and (year, int(number)) > (month.year, month.month):
            note += "（晚于填报月份，请核对）"
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _Doubt(f"{quote(match[0])}的年份不在{FIRST_YEAR}至{LAST_YEAR}年之间，请核对")
    if not _valid(year, number, day or 1):
        raise _Doubt(f"没有{quote(match[0])}这一天，请核对")
    return _Found(dt.date(year, int(number), int(day or 1)), not day, note)


def _month_and_day(part: dict[str, str], month: dt.date | None) -> bool:
    """Whether the two numbers of ``5.3`` or ``22-05`` are a month and a day. Raises _Doubt when open."""
    first, second = int(part["a"]), int(part["b"])
    as_day = _valid(2000, first, second)
    year = _year(part["a"])[0] if len(part["a"]) == 2 else 0
    as_month = 1 <= second <= 12 and FIRST_YEAR <= year <= LAST_YEAR
    if as_day and as_month and month is not None:
        as_month = abs(year - month.year) <= _NEAR
    if (as_day and as_month) or not (as_day or as_month):
        raise _Doubt(f"{quote(part['a'] + part['mark2'] + part['b'])}说不准是年月还是月日，请写全年月日")
    return as_day


def _valid(year: int | str, month: int | str, day: int | str) -> bool:
    try:
        dt.date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True


def _prepared(text: str) -> str:
    text = re.sub("[−–—﹣]", "-", halfwidth(clean(text))).replace("\\", "/")
    text = re.sub("(?<=[0-9])[。·•・](?=[0-9])", ".", text)
    text = re.sub(r"(?<![0-9])([0-9]{4})年([0-9]{1,2})\.([0-9]{1,2})(?![0-9.])", r"\1-\2-\3", text)
    text = re.sub(r"(?<=[零〇○一二三四五六七八九十])\s+(?=[年月日号])", "", text)
    return _CLOCK.sub("", _NUMERAL_RUN.sub(_arabic, text))


def _one_date(text: str) -> str:
    """``text`` with 2022、5、8 or 2022 5 8 as 2022-5-8, where only one date is asked and so these are its parts."""
    return re.sub(
        r"(?<![0-9])((?:19|20)[0-9]{2})\s*([、, ])\s*([0-9]{1,2})\s*\2\s*([0-9]{1,2})(?!\s*(?:\2\s*)?[0-9月年])",
        r"\1-\3-\4",
        text,
    )


def _arabic(match: re.Match[str]) -> str:
    run = match[0].replace("○", "〇")
    if len(run) in (2, 4) and not re.search("[十廿卅]", run):  # 二〇二二, 二二
        return "".join(str(chinese_number(digit)) for digit in run)
    number = chinese_number(run)
    return match[0] if number is None else str(number)


def _find(text: str, month: dt.date | None) -> tuple[list[_Found], str]:
    """All dates in a prepared text, and what is left of it. Raises _Doubt."""
    dates: list[_Found] = []
    for match in _DATE.finditer(text):
        dates.append(_found(match, month, dates[-1].date if dates else None))
    return dates, _DATE.sub("\0", text)


def _from_number(raw: float) -> str:
    """A number as the text of a date. Raises _Doubt."""
    if raw == 0:
        return "1900-1-0"
    if _SERIALS[0] <= raw < _SERIALS[1] + 1:
        return (_EPOCH + dt.timedelta(days=int(raw))).isoformat()
    text = f"{raw:.4f}".rstrip("0").rstrip(".") if abs(raw) < 1e9 else str(raw)
    if re.fullmatch(r"20[0-9]{2}\.1", text):
        raise _Doubt(f"{text}说不准是1月还是10月，请写成 2026-07-03 的样子")
    if re.fullmatch(r"20[0-9]{2}\.[0-9]{1,2}|(?:19|20)[0-9]{4}(?:[0-9]{2})?|(?:19|20)[0-9]{2}", text):
        return text
    raise _Doubt(f"{text}不像日期，请写成 2026-07-03 的样子")


def _civil(raw: object) -> tuple[Any, list[str]]:
    """A day with a time as the day that is meant, and what to say of it; anything else as it is.

    A program that keeps days as instants of universal time writes midnight in Shanghai as 16:00 of the day before; one that
    rounds the other way writes 23:59:59.
    """
    moment = raw
    if isinstance(raw, float) and _SERIALS[0] <= raw < _SERIALS[1] + 1 and raw % 1:
        moment = _FIRST_SECOND + dt.timedelta(seconds=round(raw * 86_400))
    elif isinstance(raw, str) and (stamp := _STAMP.fullmatch(halfwidth(raw.strip()))):
        if not _is_moment(stamp):
            return raw, []
        moment = dt.datetime.fromisoformat(f"{stamp['day']} {stamp['time']}")
        if zone := stamp["zone"]:
            hours = 0 if zone == "Z" else int(zone[:3])
            moment += dt.timedelta(hours=8 - hours)
            day = moment.date()
            return day, [f"{quote(raw)}按北京时间为{day}"]
    if not isinstance(moment, dt.datetime):
        return raw, []
    day = moment.date()
    if (moment.hour, moment.minute) == (23, 59) or moment.time() == dt.time(16):
        day += dt.timedelta(days=1)
        return day, [f"{moment}带有时刻，像是由世界时换算或四舍五入而来，按{day}计，请核对"]
    return (day if isinstance(raw, dt.datetime) else raw), []


def _is_moment(stamp: re.Match[str]) -> bool:
    try:
        dt.datetime.fromisoformat(f"{stamp['day']} {stamp['time']}")
    except ValueError:
        return False
    return True


def _read(raw: object, field: Asked, month: dt.date | None) -> tuple[list[_Found], list[str], bool] | Reading:
    """The dates of a cell of any kind, what to say about them, and whether they are plainly written."""
    raw, shifted = _civil(raw)
    if isinstance(raw, dt.date):
        if raw.year in (1899, 1900):  # how Excel shows a 0 in a cell for dates
            return not_reported(f"{raw}是占位日期，按未填计")
        if not FIRST_YEAR <= raw.year <= LAST_YEAR:
            return unreadable(f"{raw}的年份不在{FIRST_YEAR}至{LAST_YEAR}年之间，请核对")
        return [_Found(raw, False, "")], [*shifted, *_ahead(raw, month, field)], not shifted
    if isinstance(raw, dt.time) and raw == dt.time():
        return not_reported("1900-1-0是占位日期，按未填计")
    if isinstance(raw, (bool, dt.time, dt.timedelta)) or not isinstance(raw, (int, float, str)):
        return unreadable(f"{quote(raw)}不是日期，请写成 2026-07-03 的样子")
    notes: list[str] = []
    try:
        if isinstance(raw, str) and not re.fullmatch(r"[0-9]{5}(?:\.[0-9]+)?", halfwidth(raw.strip())):
            text = raw
        else:
            text = _from_number(float(raw))
            if "-" in text and text[:4] != "1900":
                notes.append(f"由 Excel 日期序号 {raw} 换算为 {text}")
        text = _one_date(_prepared(text)) if field.type == "date" else _prepared(text)
        if _PLACEHOLDER.fullmatch(text):
            return not_reported(f"{quote(raw)}是占位日期，按未填计")
        if _NOT_DONE.fullmatch(text):
            return not_reported(f"明确写{quote(raw)}")
        dates, left = _find(text, month)
    except _Doubt as doubt:
        return unreadable(str(doubt))
    # The end of a term lies ahead as a rule; any other day that is only expected has not come.
    if _NOT_YET.search(left) or (_EXPECTED.search(left) and not field.id.endswith("_end")):
        return not_reported(f"写作{quote(raw)}，尚未发生，按未填计")
    part = _PART.search(left) if any(one.whole_month for one in dates) else None
    left = _PART.sub("\0", left) if part else left
    if field.id.endswith("_end"):
        left = _IS_END.sub("\0", left)
    why_not = _open_meaning(text, left, bool(dates))
    if why_not:
        return unreadable(f"{quote(raw)}{why_not}")
    notes += [one.note for one in dates]
    part_of_month = f"（{part[1]}）" if part else ""
    notes += [f"{MONTH_ONLY}{part_of_month}，按当月{'末日' if field.id.endswith('_end') else '1日'}计"] * any(
        one.whole_month for one in dates
    )
    comment = _SEPARATORS.sub(" ", left.replace("\0", " ")).strip(" ()[].。:")
    notes += [f"另注：{comment}"] if comment else []
    notes += [note for one in dates for note in _ahead(one.date, month, field)]
    plain = bool(re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", str(raw).strip()))
    return dates, notes, plain


def _ahead(date: dt.date, month: dt.date | None, field: Asked) -> list[str]:
    """What to say of a day that is yet to come: a term may run for years, all else is told when it has been done."""
    if month is None:
        return []
    if field.id.startswith("term_"):
        return [f"{date}远晚于填报月份，请核对"] if date.year - month.year > _FAR_AHEAD else []
    # the month after, in which a return is filled in, may well be named in it
    after = (date.year - month.year) * 12 + date.month - month.month
    return [f"{date}晚于填报月份，请核对"] if after > 1 else []


def _open_meaning(text: str, left: str, any_date: bool) -> str:
    """Why a text with these left-overs (dates are NUL) does not settle its dates, or ""."""
    if not any_date:
        coarse = re.search("(?:19|20)[0-9]{2}|半年|季度|年[初底末]", text)
        return "只写到年或季，太粗，请写到日" if coarse else "不是日期，请写成 2026-07-03 的样子"
    left = _OF_QUARTER.sub("", left)
    if re.match(r"\s*原[^\0]{0,4}\0", left):
        return "说的是原来的日期，请填现在的"
    if re.search(r"\0\s*(?:[-~至到]|起至)|[-~至到]\s*\0", re.sub("截[至止]到?", "", left)):
        return "是一段时间或有两种读法，请只填一个日期"
    if _OTHER_CALENDAR.search(left):
        return "不是公历的写法，请写成 2026-07-03 的样子"
    if re.search(r"[0-9]|每|或", left) or re.search("季度|半年", re.sub(r"\([^)]*\)", "", left)):
        return "有多余的数字或不止一种读法，请写成 2026-07-03 的样子"
    return "只说了早于或晚于某日，请填确切日期" if re.search(r"\0\s*(?:以|之)?[前后]", left) else ""


def _settled(stated: _Found, field_id: str) -> dt.date:
    last = stated.whole_month and field_id.endswith("_end")
    return (
        stated.date.replace(day=calendar.monthrange(stated.date.year, stated.date.month)[1])
        if last
        else stated.date
    )


def read_date(raw: object, field: Asked, *, month: dt.date | None = None, **_: object) -> Reading:
    """One day; a month alone is its first day, or its last where the field's id ends in ``_end``."""
    result = _read(raw, field, month)
    if isinstance(result, Reading):
        return result
    dates, notes, plain = result
    if len(dates) > 1:
        return unreadable(f"{quote(raw)}里有不止一个日期，请只填一个")
    return taken(_settled(dates[0], field.id), plain, *notes)


def read_dates(raw: object, field: Asked, *, month: dt.date | None = None, **_: object) -> Reading:
    """Several days in one cell, sorted; one bad date leaves the whole cell unread."""
    pieces = raw if isinstance(raw, (tuple, list)) else [raw]
    if isinstance(raw, str) and (labels := _OF_PERIOD.findall(halfwidth(raw))):
        bare = _read(_OF_PERIOD.sub("、", halfwidth(raw)).strip("、 "), field, month)
        if not isinstance(bare, Reading) and len(bare[0]) == len(labels):  # a day behind each
            days, notes, _plain = bare
            aside = f"另注：{'、'.join(labels)}"
            return taken(tuple(sorted({_settled(one, field.id) for one in days})), False, *notes, aside)
    dates: set[dt.date] = set()
    remarks: list[str] = []
    plainly, count = True, 0
    for piece in pieces:
        result = _read(piece, field, month)
        if isinstance(result, Reading):
            return result
        stated, notes, plain = result
        dates |= {_settled(one, field.id) for one in stated}
        remarks, plainly, count = remarks + notes, plainly and plain, count + len(stated)
    remarks += ["有重复日期"] if len(dates) < count else []
    return taken(tuple(sorted(dates)), plainly, *remarks)


def read_date_range(text: object, month: dt.date | None = None) -> tuple[dt.date, dt.date] | None:
    """The first and last day of a term such as ``2022.3-2027.3`` or ``2022年3月至2027年3月``.

    A month at the end means its last day.  None when ``text`` is not exactly one range of dates.
    """
    if not isinstance(text, str):
        return None
    text = _prepared(text).strip("()[] ").removeprefix("任期").lstrip(":自从由 ").rstrip("止 ")
    pairs = set()
    for mark in re.finditer(r"\s*(?:起至|起到|--|[-~至到])\s*", text):
        first = _side(text[: mark.start()].removesuffix("起"), month)
        last = first and _side(text[mark.end() :], first.date)
        if first and last:
            pair = (first.date, _settled(last, "_end"))
            if pair[0] < pair[1]:
                pairs.add(pair)
    return pairs.pop() if len(pairs) == 1 else None


def _side(text: str, month: dt.date | None) -> _Found | None:
    match = _DATE.fullmatch(text.strip())
    try:
        return _found(match, month, None) if match else None
    except _Doubt:
        return None

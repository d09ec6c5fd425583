"""A month of reporting, as people write it and as the calendar counts it."""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass

from redstats.errors import RunError
from redstats.text import fold

_YEARS = range(1900, 2100)
_FORM = re.compile(r"(\d{4})(?:-(\d{1,2})|年(\d{1,2})月|(\d{2}))", re.ASCII)
_NUMERALS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_CHINESE = re.compile(
    r"(?<![〇○零一二三四五六七八九十\d])(?:[〇○零一二三四五六七八九]{4}(?=年)|(?:十[一二]?|[一二三四五六七八九])(?=月))"
)
_YEAR, _DAY, _TO = r"(?:19|20)[0-9]{2}", r"(?:0[1-9]|[12][0-9]|3[01])", r"月?[-~至到—–]+"
_MONTH = r"(?:1[0-2]|0?[1-9])(?![0-9])"
# Most telling form first, so that a text is read once from left to right; the last form has no year of its
# own, and stays silent behind a year that was not understood.
_MENTION = re.compile(
    rf"(?<!\d)(?:(?P<y1>{_YEAR}|\d\d)年度?|(?P<Y1>{_YEAR})[-./_|])(?:(?P<f1>{_MONTH}){_TO})?(?P<m1>{_MONTH})月"
    rf"|(?<!\d)(?P<y2>{_YEAR})[./](?P<f2>{_MONTH}){_TO}(?P<m2>{_MONTH})"
    rf"|(?<!\d)(?P<y3>{_YEAR})[-./_|](?P<m3>{_MONTH})"
    rf"|(?<!\d)(?P<y4>{_YEAR})(?P<m4>0[1-9]|1[0-2]){_DAY}?(?!\d)"
    rf"|(?<!\d)(?<!\d年)(?:(?P<f5>{_MONTH}){_TO})?(?P<m5>{_MONTH})月"
)


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month: ``year`` and ``number`` (1–12).  Months compare and sort by time."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if self.number not in range(1, 13) or self.year not in _YEARS:
            raise _unknown(f"{self.year}-{self.number}")

    @classmethod
    def parse(cls, value: object) -> Month:
        """``2026-10``, ``2026年10月``, ``202610``, a date or a month; anything else raises ``RunError``."""
        if isinstance(value, Month):
            return value
        if isinstance(value, datetime.date):
            return cls(value.year, value.month)
        match = _FORM.fullmatch(fold(str(value)))
        if not match:
            raise _unknown(value)
        return cls(*(int(part) for part in match.groups() if part))

    @staticmethod
    def range(first: Month, last: Month) -> list[Month]:
        """All months from ``first`` to ``last``, both included; ``RunError`` when ``last`` is earlier."""
        if last < first:
            raise RunError("起始月份晚于结束月份", where=f"{first} 至 {last}", to_do="请把较早的月份写在前面")
        count = last - first + 1
        return [first.plus(step) for step in range(count)]

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02d}"

    @property
    def label(self) -> str:
        """As Chinese readers write it: ``2026年10月``."""
        return f"{self.year}年{self.number}月"

    @property
    def start(self) -> datetime.date:
        return datetime.date(self.year, self.number, 1)

    @property
    def end(self) -> datetime.date:
        """The last day of the month."""
        return datetime.date(self.year, self.number, calendar.monthrange(self.year, self.number)[1])

    @property
    def quarter(self) -> int:
        return (self.number + 2) // 3

    @property
    def half(self) -> int:
        return 1 if self.number <= 6 else 2

    @property
    def previous(self) -> Month:
        return self.plus(-1)

    @property
    def next(self) -> Month:
        return self.plus(1)

    def plus(self, months: int) -> Month:
        """The month so many months later (earlier when negative)."""
        year, index = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, index + 1)

    def __sub__(self, earlier: Month) -> int:
        """How many months later this one is."""
        return (self.year - earlier.year) * 12 + self.number - earlier.number

    def of_year_so_far(self) -> list[Month]:
        """January of this year up to and including this month."""
        return Month.range(Month(self.year, 1), self)


def chinese(day: datetime.date) -> str:
    """A day as Chinese readers write it: ``2026年10月31日``."""
    return f"{day.year}年{day.month}月{day.day}日"


def found_in(text: str, *, year: int | None = None) -> list[Month]:
    """The months a file name or title speaks of, in the order of the text, each once.

    A month without its year (``10月``) counts only when ``year`` is given.  A span (``2026年1-10月``)
    gives its first and its last month, so that whoever needs a single month sees that there is not one.
    """
    months: list[Month] = []
    # Blanks go, except between two numbers: 附件1 2026年10月 is not the year 12026.
    plain = fold(re.sub(r"(?<=\d)\s+(?=\d)", "|", text))
    for match in _MENTION.finditer(_in_digits(plain)):
        parts = {key[0].lower(): int(part) for key, part in match.groupdict().items() if part}
        whole = parts.get("y", year)
        if whole is None:
            continue
        whole += 2000 if whole < 100 else 0  # 26年10月: no return is older than this century
        months += [Month(whole, parts[key]) for key in "fm" if key in parts]
    return list(dict.fromkeys(months))


def _in_digits(text: str) -> str:
    """二〇二六年十一月 as 2026年11月; what is no year or month on its own (华阳路一一月) stays as it is."""
    return _CHINESE.sub(_digits, text)


def _digits(match: re.Match[str]) -> str:
    return "10" if match[0] == "十" else re.sub("^十", "1", match[0]).translate(_NUMERALS)


def _unknown(value: object) -> RunError:
    return RunError(
        f"无法识别的月份“{value}”",
        where="月份",
        to_do="请写成“年-月”，例如 2026-10（也可写 2026年10月 或 202610）",
        code="unknown_month",
    )

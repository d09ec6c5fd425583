"""What stands above, below and beside the table: who reports, for which month, on which day."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from redstats.months import Month, found_in
from redstats.places import Places, Street
from redstats.standard import Field
from redstats.values import read_value
from redstats.workbooks import Grid

_UNIT = re.compile(
    r"(?:填报|报送|上报|填表|推荐)?(?:单位|街镇|街道(?:（镇）|\(镇\))?)(?:名称)?\s*(?:[（(]盖?章[）)])?\s*[:：]\s*(?P<value>[^\s:：]+)"
)
_DAY = re.compile(r"(?:填报|报送|上报|填表|编报|制表)(?:日期|时间)\s*[:：]?\s*(?P<value>\d[^:：]*)")
_LABEL_ONLY = re.compile(
    r"(?:填报|报送|上报|填表|编报|制表|推荐)?(?:日期|时间|单位|街镇|街道)(?:名称)?\s*(?:[（(]盖?章[）)])?\s*[:：]?$"
)
_DATE = Field(id="report_date", label="填报日期", type="date", period="date", group="")


@dataclass(frozen=True, slots=True)
class Preamble:
    """What the texts around the table say; None where they say nothing, ``cell`` where the day was read."""

    streets: tuple[Street, ...]
    months: tuple[Month, ...]
    report_date: dt.date | None
    title: str


def read(grid: Grid, top: int, below: list[int], places: Places, month: Month, file: str) -> Preamble:
    """Read the rows above ``top`` and the note rows ``below``; the file name has the last word on the street."""
    above = _texts(grid, range(top))
    around = above + _texts(grid, below)
    labelled = [m["value"] for text in around for m in _UNIT.finditer(text)]
    streets = _distinct(street for value in labelled if (street := places.match(value)))
    for texts in (labelled, above, [file]):
        if not streets:
            streets = _distinct(street for text in texts for street in places.mentioned(text))
    said = [found for text in (*above, file) for found in found_in(text, year=None)]
    title_months = [m for m in said if not _is_report_day(m, above)]
    day = next((d for text in around for m in _DAY.finditer(text) if (d := _date(m["value"], month))), None)
    title = max(above[:4], key=len, default="")
    return Preamble(tuple(streets), tuple(dict.fromkeys(title_months)), day, title)


def _texts(grid: Grid, rows) -> list[str]:
    # A label in one cell and its value in the next are joined, so that one rule reads both ways of writing.
    found = []
    for row in rows:
        cells = {}
        for column in range(grid.width):
            value = grid.value(row, column)
            if value not in ("", None):
                text = value.strftime("%Y-%m-%d") if isinstance(value, dt.date) else str(value).strip()
                cells.setdefault(grid.anchor(row, column), text)
        texts = list(cells.values())
        index = 0
        while index < len(texts):
            text = texts[index]
            if _LABEL_ONLY.search(text) and index + 1 < len(texts):
                text = f"{text.rstrip('：: ')}：{texts[index + 1]}"
                index += 1
            found.append(text)
            index += 1
    return found


def _date(text: str, month: Month) -> dt.date | None:
    words = re.split(r"\s{2,}|[，,；;]|(?<=日)\s", text.strip())[0]
    reading = read_value(re.sub(r"\s+", "", words), _DATE, month=month.start)
    return reading.value


def _is_report_day(month: Month, texts: list[str]) -> bool:
    # 填报日期 2026年11月3日 names a month too, but not the one reported on.
    outside = [_DAY.sub("", text) for text in texts]
    return month not in [found for text in outside for found in found_in(text)] and any(
        _DAY.search(text) for text in texts
    )


def _distinct(streets) -> list[Street]:
    return list({street.code: street for street in streets}.values())

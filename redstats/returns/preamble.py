"""What stands above, below and beside the table: who reports, for which month, on which day."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from redstats.headings.parts import SEVERAL_MONTHS, elsewhen
from redstats.months import Month, found_in
from redstats.places import Places, Street
from redstats.standard import Field
from redstats.values import read_value
from redstats.wording import vocabulary
from redstats.workbooks import Grid

_WORDS_OF = vocabulary("preamble")
_UNIT = _WORDS_OF.pattern("unit_label")
_NEIGHBOURHOOD = _WORDS_OF.pattern("neighbourhood_label")
_ENDING = _WORDS_OF.pattern("neighbourhood_name")
_REVIEWER = _WORDS_OF.pattern("reviewer_label")
_DAY = _WORDS_OF.pattern("day_label")
_LABEL_ONLY = _WORDS_OF.pattern("label_alone")
_FULL_DAY = re.compile(r"(?<!\d)20\d\d\s*[年.\-/]\s*\d{1,2}\s*[月.\-/]\s*\d{1,2}(?!\d)\s*日?")
_DEADLINE = re.compile(r"\d{1,2}月\d{1,2}[日号]")
_DATE = Field(id="report_date", label="填报日期", type="date", period="date", group="")


@dataclass(frozen=True, slots=True)
class Preamble:
    """What the texts around a table say; empty where they say nothing.

    ``elsewhen`` is the title's word for another time, ``several_months`` that for more than one month; ``signs`` are
    the streets that each kind of text names; ``reviewer`` is who signs a sheet of points.
    """

    streets: tuple[Street, ...]
    months: tuple[Month, ...]
    report_date: dt.date | None
    neighbourhood: str
    elsewhen: str = ""
    several_months: str = ""
    signs: Mapping[str, tuple[Street, ...]] = field(default_factory=dict)
    reviewer: str = ""


def read(
    grid: Grid, above: Iterable[int], below: Iterable[int], places: Places, month: Month, file: str
) -> Preamble:
    """Read the rows above and the note rows below; the file's and the sheet's names have the last word on the street."""
    upper = _texts(grid, above)
    around = upper + _texts(grid, below)
    labelled = [m["value"] for text in around for m in _UNIT.finditer(text)]
    streets = _distinct(street for value in labelled if (street := places.match(value)))
    for texts in (labelled, upper, [file], [grid.name]):
        if not streets:
            streets = _distinct(street for text in texts for street in places.mentioned(text))
    titles = [text for text in upper if not _UNIT.search(text)]
    signs = {
        "填报单位": _distinct(street for value in labelled if (street := places.match(value))),
        "标题": _distinct(street for text in titles for street in places.mentioned(text)),
        "文件名": list(places.mentioned(file)),
        "工作表名": list(places.mentioned(grid.name)),
    }
    day = next((d for text in around for m in _DAY.finditer(text) if (d := _date(m["value"], month))), None)
    named = [m["value"] for text in around for m in _NEIGHBOURHOOD.finditer(text)]
    return Preamble(
        tuple(streets),
        _months(upper, month),
        day,
        _neighbourhood(grid.name, named, labelled, streets, places),
        next((word for text in upper if (word := _elsewhen(text, month))), ""),
        next((match[0] for text in upper if _is_title(text) and (match := SEVERAL_MONTHS.search(text))), ""),
        {name: tuple(named) for name, named in signs.items() if named},
        next((match["value"] for text in around for match in _REVIEWER.finditer(text)), ""),
    )


def _elsewhen(text: str, month: Month) -> str:
    text = re.sub(r"^附[表件]?\d*\s*[:：]\s*", "", text)
    return elsewhen(text, month.year) if _is_title(text) and month not in found_in(text) else ""


def _is_title(text: str) -> bool:
    # a colon follows a label, a full stop ends a sentence: neither is a title
    return len(text) <= 40 and not re.search("[:：。；;]", text)


def named_months(name: str, month: Month) -> tuple[Month, ...]:
    """The months that the name of a file or a sheet speaks of, one without its year being of ``month``'s."""
    return tuple(found_in(_DEADLINE.sub("", name.rpartition(".")[0] or name), year=month.year))


def months_of_title(texts: Iterable[str], month: Month) -> tuple[Month, ...]:
    """The months that a table's title speaks of, one without its year being of ``month``'s."""
    named = (found_in(_FULL_DAY.sub("", text), year=month.year) for text in texts if _is_title(text))
    return tuple(dict.fromkeys(one for months in named for one in months))


def _months(texts: list[str], month: Month) -> tuple[Month, ...]:
    """The months the table is said to be of; a text that names this month among others is plain enough."""
    months: list[Month] = []
    for text in texts:
        # 填报日期 2026年11月3日, or that day alone in a corner, names a month too, but not the one reported on
        named = found_in(_FULL_DAY.sub("", _DAY.sub("", text)))
        months += [month] if month in named else named
    return tuple(dict.fromkeys(months))


def _neighbourhood(
    sheet: str, named: list[str], labelled: list[str], streets: list[Street], places: Places
) -> str:
    """The neighbourhood a whole sheet is about: a label, 填报单位, or the sheet's name where the roll knows it."""
    if named:
        return named[0]
    for text in labelled:
        if _ENDING.fullmatch(text):
            return text.removeprefix(streets[0].name) if streets else text
    name = sheet.strip()
    known = len(streets) == 1 and places.neighbourhood(streets[0], name)
    return name if known or _ENDING.fullmatch(name) else ""


def _texts(grid: Grid, rows: Iterable[int]) -> list[str]:
    # A label in one cell and its value in the next are joined, so that one rule reads both ways of writing.
    joined = []
    for row in rows:
        cells: dict[tuple[int, int], str] = {}
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
            joined.append(text)
            index += 1
    return joined


def _date(text: str, month: Month) -> dt.date | None:
    words = re.split(r"\s{2,}|[，,；;]|(?<=日)\s", text.strip())[0]
    reading = read_value(re.sub(r"\s+", "", words), _DATE, month=month.start)
    return reading.value if isinstance(reading.value, dt.date) else None


def _distinct(streets: Iterable[Street]) -> list[Street]:
    return list({street.code: street for street in streets}.values())

"""The document itself: editions, their chapters and clauses, each with the words of the source text."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol, TypeVar

from pydantic import Field

from redstats.errors import StandardError
from redstats.strict import MonthNumber, Share, Strict, Text, Texts, Word, read_named
from redstats.text.numerals import numeral

if TYPE_CHECKING:  # whoever has a table has imported pandas; the standard alone is read without it
    import pandas as pd

FOLDER = Path(__file__).parent


def folder_of(folder: Path | None = None) -> Path:
    """The folder of the standard's data: the one asked for, else that which comes with redstats."""
    return folder or FOLDER


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: ``id`` such as ``"1.3"``, its title, and its words in the source."""

    id: str
    title: str
    text: str

    @property
    def label(self) -> str:
        """As the document writes it: 一（三）组织引领."""
        chapter, number = (numeral(int(part)) for part in self.id.split("."))
        return f"{chapter}（{number}）{self.title}"


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter: ``id`` ``"1"`` to ``"5"``, its title and clauses."""

    id: str
    title: str
    clauses: tuple[Clause, ...]

    @property
    def label(self) -> str:
        return f"{numeral(int(self.id))}、{self.title}"


class Calendar(Strict):
    """Months of the year: from ``last_quarter`` on a yearly duty that is open is due soon, and the return of ``year_ends``
    settles it."""

    last_quarter: MonthNumber
    year_ends: MonthNumber


class PartyEligible(Strict):
    """Who is taken to be 符合条件 where a return does not say: in one of these states, with so many party members."""

    statuses: Texts
    party_members: int
    branch_members: int
    note: Text


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of the standard with its whole text (line breaks of the source removed).

    ``register`` names the file of its elements, ``profile`` the scoring profile that goes with it.
    """

    id: str
    title: str
    issued: str
    valid_from: dt.date
    valid_to: dt.date | None
    text: str
    chapters: tuple[Chapter, ...]
    judged_statuses: tuple[str, ...]
    party_eligible: PartyEligible
    ratio_tolerance: float
    calendar: Calendar
    register: str
    profile: str

    def covers(self, day: dt.date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def judges(self, statuses: pd.Series) -> pd.Series:
        """Which committees are judged, by ``committee_status``; one whose status nobody told is."""
        return statuses.isna() | statuses.isin(self.judged_statuses)


class _Chapter(Strict):
    title: Text
    clauses: dict[str, Text]


class _Entry(Strict):
    """An edition as ``editions.yaml`` has it: ``text`` names the file of its words."""

    title: Text
    issued: Word
    valid_from: dt.date
    text: Text
    chapters: dict[str, _Chapter]
    judged_statuses: Texts
    party_eligible: PartyEligible
    ratio_tolerance: Share
    calendar: Calendar
    register_: Annotated[Text, Field(alias="register")]
    profile: Text
    valid_to: dt.date | None = None


class Dated(Protocol):
    """Something that may end: ``until`` is its last day."""

    @property
    def until(self) -> dt.date | None: ...


_Dated = TypeVar("_Dated", bound=Dated)


def in_force(histories: dict[str, list[tuple[dt.date, _Dated]]], day: dt.date) -> dict[str, _Dated]:
    """Of histories (first day and what began, oldest first) what holds on ``day``.

    What began last decides: once that has ended nothing holds, whatever was before it.
    """
    current = {}
    for id_, history in histories.items():
        begun = [one for since, one in history if since <= day]
        if begun and (begun[-1].until is None or day <= begun[-1].until):
            current[id_] = begun[-1]
    return current


class _Asking(Protocol):
    @property
    def required(self) -> str: ...


def check_asks(asking: _Asking, where: str) -> None:
    """StandardError where the numbers of a requirement, or of a rule of law, do not fit into what it asks."""
    try:
        _ = asking.required
    except (KeyError, IndexError, ValueError, TypeError, AttributeError) as error:
        raise StandardError(
            "asks 中的数填不进去",
            where=f"{where}，asks",
            to_do=f"花括号里只能写 value，或 value 之下的键（{error}）",
        ) from error


def editions(folder: Path | None = None) -> tuple[Edition, ...]:
    """Every edition in ``editions.yaml``; StandardError where a title is not found in the text."""
    return _editions(folder_of(folder))


@cache
def _editions(folder: Path) -> tuple[Edition, ...]:
    path = folder / "editions.yaml"
    return tuple(_edition(id_, entry, path) for id_, entry in read_named(_Entry, path).items())


def _edition(id_: str, entry: _Entry, path: Path) -> Edition:
    where = f"{path.name}，{id_}"
    try:
        source = (path.parent / entry.text).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StandardError(
            "标准原文打不开", where=f"{where}，text", to_do=f"请检查文件“{entry.text}”"
        ) from error
    text = re.sub(r"\s*\n\s*", "", source)
    same = {name: value for name, value in entry if name != "register_"}
    chapters = _chapters(entry.chapters, text, where)
    return Edition(id=id_, **same | {"text": text, "chapters": chapters, "register": entry.register_})


def _chapters(entries: dict[str, _Chapter], text: str, where: str) -> tuple[Chapter, ...]:
    # Headings are found by their words in order, not by lines: the source breaks some of them.
    marks: list[tuple[str, int, int]] = []
    start = 0
    for chapter, entry in entries.items():
        for id_, form in ((chapter, r"[1-9]\d?"), *((id_, rf"{chapter}\.[1-9]\d?") for id_ in entry.clauses)):
            if not re.fullmatch(form, id_):
                raise StandardError(
                    f"编号“{id_}”的写法不对",
                    where=f"{where}，chapters，{chapter}",
                    to_do='编号形如 "1" 和 "1.3"，要加引号',
                )
        titles = {chapter: f"{numeral(int(chapter))}、{entry.title}"}
        for clause, title in entry.clauses.items():
            titles[clause] = f"（{numeral(int(clause.split('.')[1]))}）{title}"
        for id_, heading in titles.items():
            position = text.find(heading, start)
            if position < 0:
                raise StandardError(
                    f"原文中找不到标题“{heading}”",
                    where=f"{where}，chapters，{id_}",
                    to_do="请按原文填写标题",
                )
            start = position + len(heading)
            marks.append((id_, position, start))
    ends = [begin for _, begin, _ in marks[1:]] + [text.find("附件2", start)]
    words = {id_: text[after:end] for (id_, _, after), end in zip(marks, ends, strict=True)}
    return tuple(
        Chapter(
            chapter,
            entry.title,
            tuple(Clause(id_, title, words[id_]) for id_, title in entry.clauses.items()),
        )
        for chapter, entry in entries.items()
    )

"""The document itself: editions, their chapters and clauses, each with the words of the source text."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from redstats.errors import StandardError
from redstats.strict import check_keys, load, texts
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


@dataclass(frozen=True, slots=True)
class Calendar:
    """Months of the year: from ``last_quarter`` on a yearly duty that is open is due soon, and the return of ``year_ends``
    settles it."""

    last_quarter: int
    year_ends: int


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
    party_eligible: dict
    ratio_tolerance: float
    calendar: Calendar
    register: str
    profile: str

    def covers(self, day: dt.date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def judges(self, statuses: pd.Series) -> pd.Series:
        """Which committees are judged, by ``committee_status``; one whose status nobody told is."""
        return statuses.isna() | statuses.isin(self.judged_statuses)


def named(path: Path) -> dict[str, dict]:
    """The entries of a rule file by name; StandardError where it is not a mapping of texts to mappings."""
    content = load(path)
    if not isinstance(content, dict) or not content:
        raise StandardError("此处应为一组“名称: 内容”", where=path.name, to_do="请按原有各条的写法填写")
    for name, entry in content.items():
        if not isinstance(name, str) or not isinstance(entry, dict):
            raise StandardError(
                "这一条的写法不对",
                where=f"{path.name}，{name}",
                to_do="名称要用文字（数字加引号），内容为一组“键: 值”",
            )
    return content


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


def is_day(value: object) -> bool:
    """Whether YAML read a day (and not a text or a point in time)."""
    return isinstance(value, dt.date) and not isinstance(value, dt.datetime)


def editions(folder: Path | None = None) -> tuple[Edition, ...]:
    """Every edition in ``editions.yaml``; StandardError where a title is not found in the text."""
    return _editions(folder_of(folder))


@cache
def _editions(folder: Path) -> tuple[Edition, ...]:
    path = folder / "editions.yaml"
    return tuple(_edition(id_, entry, path) for id_, entry in named(path).items())


def _edition(id_: str, entry: dict, path: Path) -> Edition:
    where = f"{path.name}，{id_}"
    check_keys(
        entry,
        required=(
            *("title", "issued", "valid_from", "text", "chapters"),
            *("judged_statuses", "party_eligible", "ratio_tolerance", "calendar", "register", "profile"),
        ),
        optional=("valid_to",),
        where=where,
    )
    check_keys(
        entry["party_eligible"],
        required=("statuses", "party_members", "branch_members", "note"),
        where=f"{where}，party_eligible",
    )
    for key in ("valid_from", "valid_to"):
        if entry.get(key) is not None and not is_day(entry[key]):
            raise StandardError("日期应写作 2022-01-01", where=f"{where}，{key}", to_do="请改正日期")
    texts([entry[key] for key in ("register", "profile")], where)
    for key, value in (
        ("judged_statuses", entry["judged_statuses"]),
        ("party_eligible，statuses", entry["party_eligible"]["statuses"]),
    ):
        texts(value, f"{where}，{key}")
    try:
        source = (path.parent / str(entry["text"])).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StandardError(
            "标准原文打不开", where=f"{where}，text", to_do=f"请检查文件“{entry['text']}”"
        ) from error
    text = re.sub(r"\s*\n\s*", "", source)
    return Edition(
        id=id_,
        title=entry["title"],
        issued=entry["issued"],
        valid_from=entry["valid_from"],
        valid_to=entry.get("valid_to"),
        text=text,
        chapters=_chapters(entry["chapters"], text, where),
        judged_statuses=tuple(entry["judged_statuses"]),
        party_eligible=entry["party_eligible"],
        ratio_tolerance=_share(entry["ratio_tolerance"], f"{where}，ratio_tolerance"),
        calendar=_calendar(entry["calendar"], f"{where}，calendar"),
        register=entry["register"],
        profile=entry["profile"],
    )


def _share(value: Any, where: str) -> float:
    if type(value) not in (int, float) or not 0 <= value <= 1:
        raise StandardError(f"“{value}”不是比例", where=where, to_do="写0至1之间的数，如 0.005 为0.5个百分点")
    return value


def _calendar(entry: dict, where: str) -> Calendar:
    check_keys(entry, required=("last_quarter", "year_ends"), where=where)
    for key, month in entry.items():
        if not isinstance(month, int) or month not in range(1, 13):
            raise StandardError(f"没有“{month}”月", where=f"{where}，{key}", to_do="月份用 1 至 12")
    return Calendar(**entry)


def _chapters(entries: dict, text: str, where: str) -> tuple[Chapter, ...]:
    # Headings are found by their words in order, not by lines: the source breaks some of them.
    marks: list[tuple[str, int, int]] = []
    start = 0
    for chapter, entry in entries.items():
        check_keys(entry, required=("title", "clauses"), where=f"{where}，chapters，{chapter}")
        for id_ in (chapter, *entry["clauses"]):
            if not isinstance(id_, str) or not re.fullmatch(rf"{chapter}(\.[1-9]\d?)?", id_):
                raise StandardError(
                    f"编号“{id_}”的写法不对",
                    where=f"{where}，chapters，{chapter}",
                    to_do='编号形如 "1" 和 "1.3"，要加引号',
                )
        titles = {chapter: f"{numeral(int(chapter))}、{entry['title']}"}
        for clause, title in entry["clauses"].items():
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
            entry["title"],
            tuple(Clause(id_, title, words[id_]) for id_, title in entry["clauses"].items()),
        )
        for chapter, entry in entries.items()
    )

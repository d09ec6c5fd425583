"""The document itself: editions, their chapters and clauses, each with the words of the source text."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from redstats.errors import StandardError
from redstats.strict import check_keys, load

FOLDER = Path(__file__).parent
NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: ``id`` such as ``"1.3"``, its title, and its words in the source."""

    id: str
    title: str
    text: str

    @property
    def label(self) -> str:
        """As the document writes it: 一（三）组织引领."""
        chapter, number = (NUMERALS[int(part) - 1] for part in self.id.split("."))
        return f"{chapter}（{number}）{self.title}"


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter: ``id`` ``"1"`` to ``"5"``, its title and clauses."""

    id: str
    title: str
    clauses: tuple[Clause, ...]

    @property
    def label(self) -> str:
        return f"{NUMERALS[int(self.id) - 1]}、{self.title}"


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of the standard with its whole text (line breaks of the source removed)."""

    id: str
    title: str
    issued: str
    valid_from: dt.date
    valid_to: dt.date | None
    text: str
    chapters: tuple[Chapter, ...]
    judged_statuses: tuple[str, ...]
    party_eligible: dict

    def covers(self, day: dt.date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@cache
def editions(folder: Path = FOLDER) -> tuple[Edition, ...]:
    """Every edition in ``editions.yaml``; StandardError where a title is not found in the text."""
    path = folder / "editions.yaml"
    return tuple(_edition(id_, entry, path) for id_, entry in load(path).items())


def _edition(id_: str, entry: dict, path: Path) -> Edition:
    where = f"{path.name}，{id_}"
    check_keys(
        entry,
        required=("title", "issued", "valid_from", "text", "chapters", "judged_statuses", "party_eligible"),
        optional=("valid_to",),
        where=where,
    )
    check_keys(
        entry["party_eligible"],
        required=("statuses", "party_members", "note"),
        where=f"{where}，party_eligible",
    )
    text = re.sub(r"\s*\n\s*", "", (path.parent / entry["text"]).read_text(encoding="utf-8"))
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
    )


def _chapters(entries: dict, text: str, where: str) -> tuple[Chapter, ...]:
    # Headings are found by their words in order, not by lines: the source breaks some of them.
    marks: list[tuple[str, int, int]] = []
    start = 0
    for chapter, entry in entries.items():
        check_keys(entry, required=("title", "clauses"), where=f"{where}，chapters，{chapter}")
        titles = {chapter: f"{NUMERALS[int(chapter) - 1]}、{entry['title']}"}
        for clause, title in entry["clauses"].items():
            titles[clause] = f"（{NUMERALS[int(clause.split('.')[1]) - 1]}）{title}"
        for id_, heading in titles.items():
            found = text.find(heading, start)
            if found < 0:
                raise StandardError(
                    f"原文中找不到标题“{heading}”",
                    where=f"{where}，chapters，{id_}",
                    to_do="请按原文填写标题",
                )
            start = found + len(heading)
            marks.append((id_, found, start))
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

"""Headings to fields: find where a table begins on a sheet and say which column is which datum.

A column's heading is a path (group, subgroup, leaf) read through the merges.  A path is matched in order of
certainty: its words with those of its groups, its leaf alone, and both again with remarks in brackets and common
fillers left out.  What could be two fields is none: it is reported, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from redstats.standard import Field
from redstats.text import fold
from redstats.workbooks import Grid

SEARCHED_ROWS = 60  # a table that starts below row 60 has a cover sheet's worth of text above it
DEEPEST = 6
LEAST_FIELDS = 3

_BRACKETS = re.compile(r"\([^()]*\)")
# A unit or a way of filling in behind a heading says nothing about which datum it is.
_UNITS = (
    r"(?:人次|人|名|位|户|次|场|件|个|辆|项|岁|天|日|届|年|份|条|对|元|万元|%|平方米|平米|㎡|m2|m²|分"
    r"|是[/、]?否|有[/、]?无|[√✓][/、]?[×x]|选填|必填|年/?月/?日|年-月-日|y+[-/]m+([-/]d+)?)"
)
_UNIT = re.compile(rf"\({_UNITS}\)$|:$")
_LEAD = re.compile(r"^(其中[::]?|是否|有无|是否有|本月|当月|本年度?|今年|累计|年度|\d+[.、])+")
_TAIL = re.compile(r"(人次数|次数|件数|人数|户数|个数|总数|数量|情况|数)$")
_REMARKS = re.compile(r"[“”\"'‘’《》*★:：]")
_FILLER = re.compile(rf"^(?:[\d一二三四五六七八九十甲乙丙丁戊]+|\d+=[\d+\-*/]+|\(?{_UNITS}\)?)$")


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading: ``path`` as written, the ``field`` it was read as (None: not understood), and how.

    ``how``: ``exact``, ``loose`` (remarks and fillers left out), ``ambiguous`` or ``unknown``.
    """

    column: int
    path: tuple[str, ...]
    field: Field | None
    how: str

    @property
    def text(self) -> str:
        return " / ".join(self.path)


@dataclass(frozen=True, slots=True)
class Header:
    """Where a table's headings stand: rows ``top`` to ``bottom`` (from 0), and its columns."""

    top: int
    bottom: int
    headings: tuple[Heading, ...]

    @property
    def columns(self) -> dict[str, int]:
        return {one.field.id: one.column for one in self.headings if one.field}


class Matcher:
    """Matches heading paths to the given fields."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self._direct: dict[str, dict[str, set[str]]] = {"exact": {}, "loose": {}}
        self._under: dict[str, dict[str, list[tuple[str, str]]]] = {"exact": {}, "loose": {}}
        self._fields = {one.id: one for one in fields}
        for one in self._fields.values():
            for heading in (one.label, *one.also):
                *above, leaf = heading.split(">")
                for how, plain in (("exact", _plain), ("loose", _loose)):
                    if above:
                        self._under[how].setdefault(plain(leaf), []).append((_loose(above[-1]), one.id))
                    else:
                        self._direct[how].setdefault(plain(leaf), set()).add(one.id)
        self.match = lru_cache(maxsize=20_000)(self._match)
        self.knows = lru_cache(maxsize=20_000)(self._knows)

    def _match(self, path: tuple[str, ...]) -> tuple[Field | None, str]:
        """The field of a path and how it was found; (None, ``ambiguous`` or ``unknown``) otherwise."""
        parts = [part for part in path if part and not _FILLER.match(fold(part))]
        if not parts:
            return None, "unknown"
        words = {"exact": [_plain(part) for part in parts], "loose": [_loose(part) for part in parts]}
        for find in (self._qualified, self._joined, self._leaf):
            for how in ("exact", "loose"):
                candidates = find(how, words[how])
                if len(candidates) == 1:
                    return self._fields[candidates.pop()], how
                if candidates:
                    return None, "ambiguous"
        return None, "unknown"

    def _knows(self, text: str) -> bool:
        """Whether a single cell could be the leaf of a known heading."""
        word = _plain(text)
        return any(word in table["exact"] for table in (self._direct, self._under)) or (
            _loose(text) in self._direct["loose"]
        )

    def _qualified(self, how: str, words: list[str]) -> set[str]:
        above = [_loose(word) for word in words[:-1]]
        return {
            id_
            for group, id_ in self._under[how].get(words[-1], ())
            if any(group in word or (len(word) > 1 and word in group) for word in above)
        }

    def _joined(self, how: str, words: list[str]) -> set[str]:
        for start in range(len(words) - 1):
            found = self._direct[how].get("".join(words[start:]))
            if found:
                return set(found)
        return set()

    def _leaf(self, how: str, words: list[str]) -> set[str]:
        found = set(self._direct[how].get(words[-1], ()))
        if found and not words[-1].startswith("其中"):
            # a group that is itself another datum makes its leaf a detail of that datum
            for group in words[:-1]:
                others = self._direct["exact"].get(group, set())
                if others and not others & found:
                    return found | others
        return found


def find_header(grid: Grid, matcher: Matcher) -> Header | None:
    """The block of rows whose paths name the most fields (the fewest rows where several do); None where no table is."""
    rows = min(grid.height, SEARCHED_ROWS)
    likely = [
        row
        for row in range(rows)
        if sum(matcher.knows(text) for c in range(grid.width) if (text := _own(grid, row, c))) >= 2
    ]
    best: tuple[int, int, int] | None = None
    for bottom in likely:
        for depth in range(1, DEEPEST + 1):
            top = bottom - depth + 1
            if top < 0:
                break
            found = [one.field.id for one in _read(grid, top, bottom, matcher) if one.field]
            rank = (len(set(found)), -depth, -bottom)
            if len(set(found)) >= LEAST_FIELDS and (best is None or rank > best):
                best, block = rank, (top, bottom)
    if best is None:
        return None
    return Header(*block, _settled(_read(grid, *block, matcher)))


def _read(grid: Grid, top: int, bottom: int, matcher: Matcher) -> list[Heading]:
    found = []
    for column in range(grid.width):
        path: list[str] = []
        seen: set[tuple[int, int]] = set()
        for row in range(top, bottom + 1):
            anchor = grid.anchor(row, column)
            text = "".join(grid.text(row, column).split())
            if text and anchor not in seen and text not in path[-1:]:
                path.append(text)
            seen.add(anchor)
        if path:
            found.append(Heading(column, tuple(path), *matcher.match(tuple(path))))
    return found


def _settled(headings: list[Heading]) -> tuple[Heading, ...]:
    # Two columns for one field: an exact heading wins over a loose one, otherwise neither is believed.
    settled = []
    for one in headings:
        rivals = [other for other in headings if one.field and other.field == one.field and other is not one]
        beaten = any(
            other.how == one.how or (one.how == "loose" and other.how == "exact") for other in rivals
        )
        settled.append(Heading(one.column, one.path, None, "ambiguous") if beaten else one)
    return tuple(settled)


def _own(grid: Grid, row: int, column: int) -> str:
    # The text that starts in this very cell: a merged title must not count once for every column it spans.
    return grid.text(row, column) if grid.anchor(row, column) == (row, column) else ""


def _plain(text: str) -> str:
    return _REMARKS.sub("", _UNIT.sub("", fold(text)))


def _loose(text: str) -> str:
    word = _BRACKETS.sub("", _plain(text))
    lead = _LEAD.sub("", word) or word
    return _TAIL.sub("", lead) or lead

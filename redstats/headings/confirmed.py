"""Headings that somebody has confirmed for a street: read as confirmed, before anything else is tried."""

from __future__ import annotations

from collections.abc import Mapping

from redstats.headings.matcher import Match, Matcher
from redstats.headings.parts import wording
from redstats.standard import Field
from redstats.text import fold

IGNORE = "ignore"  # what a heading is confirmed to be whose column is not wanted


class Confirmed:
    """A matcher that knows ``headings``: the path as written (居民接待 / 次数) to a field, or None to ignore the column."""

    def __init__(self, matcher: Matcher, headings: Mapping[str, Field | None]) -> None:
        self._matcher = matcher
        self._headings = {fold(heading): one for heading, one in headings.items()}
        self._leaves = {fold(heading.split(" / ")[-1]) for heading, one in headings.items() if one}

    def match(self, path: tuple[str, ...]) -> Match:
        """What the path was confirmed to be (``how`` is confirmed or ignored), else what the matcher reads in it."""
        key = fold(" / ".join(path))
        if key not in self._headings:
            return self._matcher.match(path)
        field = self._headings[key]
        if field is None:
            return Match(None, "ignored")
        # A confirmation says what the column is, not how its numbers are written: 万 still multiplies them.
        scale = next((scale for part in reversed(path) if (scale := wording(part).scale) != 1), 1)
        return Match(field, "confirmed", -1, scale if field.type in ("int", "float") else 1)

    def knows(self, text: str) -> bool:
        return fold(text) in self._leaves or self._matcher.knows(text)

    def near(self, path: tuple[str, ...], n: int = 3) -> list[tuple[Field, int]]:
        return self._matcher.near(path, n)

    def time_of(self, text: str) -> str:
        """See ``Matcher.time_of``."""
        return self._matcher.time_of(text)

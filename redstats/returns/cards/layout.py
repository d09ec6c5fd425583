"""A sheet asked for whole cells, and for the labels that stand in them."""

from __future__ import annotations

import re

from redstats.returns.cards.card import Place
from redstats.returns.headers import SheetMatcher
from redstats.returns.rows import KEYS, NOTE
from redstats.text import fold
from redstats.wording import vocabulary
from redstats.workbooks import Grid

_HAN = re.compile("[一-鿿]")
_WORDS_OF = vocabulary("cards")
_TITLED = _WORDS_OF.pattern("titled")
_MARKS = "□☐☑☒√✓✔■×✗○●◯"
_SPLIT = re.compile(r"(?:^|[\s；;，,。_])(?P<label>[^\s:：；;，,。_]{1,30})\s*[:：]")
_LINE = re.compile(r"[_＿\s]+")


class Layout:
    """A grid asked for whole cells: a merge is one cell, whatever it spans."""

    def __init__(self, grid: Grid, matcher: SheetMatcher) -> None:
        self.grid, self.matcher = grid, matcher
        self.ends: dict[Place, Place] = {}
        for top, left, bottom, right in grid.merges:
            self.ends[top, left] = (min(bottom, grid.height - 1), min(right, grid.width - 1))

    def end(self, place: Place) -> Place:
        return self.ends.get(place, place)

    def text(self, place: Place) -> str:
        return self.grid.text(*place)

    def is_text(self, place: Place) -> bool:
        return isinstance(self.grid.value(*place), str) and place not in self.grid.faults

    def row(self, row: int, left: int, right: int) -> list[Place]:
        """The distinct cells that a row shows, from left to right; those begun above included."""
        return list(dict.fromkeys(self.grid.anchor(row, column) for column in range(left, right + 1)))

    def is_known(self, text: str) -> bool:
        return bool(text) and self.matcher.knows(text)

    def has_label(self, row: int, left: int, right: int) -> bool:
        return any(
            self.is_known(self.text(one)) or self.pieces(one)
            for one in self.row(row, left, right)
            if one[0] == row and self.is_text(one)
        )

    def pieces(self, place: Place) -> list[tuple[str, str]]:
        """What a cell says that holds labels and values: ``届别：3  户数：350`` gives two pairs; [] for another cell."""
        text = self.text(place)
        if not self.is_text(place) or len(text) > 200 or not _HAN.search(text):
            return []
        matches = list(_SPLIT.finditer(text))
        if matches and matches[0].start() == 0:
            ends = [one.start() for one in matches[1:]] + [len(text)]
            pairs = [
                (one["label"], _bare(text[one.end() : end])) for one, end in zip(matches, ends, strict=True)
            ]
        else:
            marks = re.search(rf"[{_MARKS}]", text)
            label = text[: marks.start()].strip() if marks else ""
            # 定期接待制度 是√ 否: the word before the mark is an answer, no part of the label
            label = re.sub(r"(?:是|否|有|无)$", "", label) if label and text[len(label) - 1 :] else label
            pairs = [(label, text[len(label) :].strip())] if len(label) > 1 else []
        known = [label for label, _ in pairs if self.is_known(label)]
        if not known or (len(pairs) == 1 and not pairs[0][1]):
            return []  # a label with a colon and nothing behind it is a plain label
        if NOTE.match(fold(text)) and all(self._is_of_the_reporter(label) for label in known):
            return []
        return pairs

    def _is_of_the_reporter(self, label: str) -> bool:
        """Whether a label asks what is said of a whole form: who reports, and from where."""
        field = self.matcher.match((label,)).field
        return field is None or field.id in (*KEYS, "contact", "reporter", "report_date")

    def names(self) -> list[Place]:
        """The labels that ask for the committee's name, or else for its estate's."""
        by_field: dict[str, list[tuple[Place, str]]] = {}
        for row in range(self.grid.height):
            if not any(self.grid.rows[row]):
                continue
            for place in self.row(row, 0, self.grid.width - 1):
                if place[0] != row or not self.is_text(place):
                    continue
                pieces = self.pieces(place)
                for text in [label for label, _ in pieces] or [self.text(place)]:
                    if self.is_known(text) and (field := self.matcher.match((text,)).field):
                        by_field.setdefault(field.id, []).append((place, text))
        for id_ in ("committee_name", "estate_names"):
            labels = by_field.get(id_, [])
            titled = [place for place, text in labels if _TITLED.search(fold(text))]
            if labels:
                return titled or [place for place, _ in labels]
        return []


def _bare(text: str) -> str:
    """A value without the line it is written on: __7__人 is 7人."""
    return _LINE.sub(" ", text).strip() if "_" in text or "＿" in text else text.strip()

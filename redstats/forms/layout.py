"""Where the fields of a form stand on a sheet: labels beside, above or in the same cell as their values."""

from __future__ import annotations

import re
from collections.abc import Iterator

from redstats.forms.labels import Piece, is_long, pieces, unsealed
from redstats.forms.region import Found, Place, Region, is_aside, is_reference, shown
from redstats.forms.seals import is_seal
from redstats.standard.attachments import Entry, titled
from redstats.text import fold
from redstats.wording import vocabulary

_STRETCHED = ("text", "seal", "opinion")
_COPIES = re.compile(r"一式([一二两三四五六七八九\d])份")
_NUMBERS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_WORDS_OF = vocabulary("forms")
_PAGE = _WORDS_OF.pattern("attached_sign")


class Reader:
    """Reads the fields of one form from its rows."""

    def __init__(self, region: Region) -> None:
        self.region, self.grid = region, region.grid
        self.ends = {
            (top, left): (min(bottom, self.grid.height - 1), min(right, self.grid.width - 1))
            for top, left, bottom, right in self.grid.merges
        }
        self.labels: dict[Place, list[Piece]] = {}
        for place, text in self.cells():
            if isinstance(self.grid.value(*place), str) and (asked := pieces(region.kind, text)):
                self.labels[place] = asked
        self._forget_inner()
        self._tell_heads()
        self.used: set[Place] = set()

    def cells(self) -> Iterator[tuple[Place, str]]:
        first = self.region.top if self.region.first is None else self.region.first
        for row in range(first, self.region.bottom + 1):
            for place, text in self.grid.cells(row).items():
                if place[0] == row:
                    yield place, text

    def _forget_inner(self) -> None:
        """Beside a long text in several rows nothing is a label, whatever a line of it begins with."""
        fields = self.region.form.fields
        for (top, left), asked in list(self.labels.items()):
            bottom, right = self._end((top, left))
            if bottom > top and len(asked) == 1 and is_long(fields[asked[0][0]]):
                for place in [one for one in self.labels if top <= one[0] <= bottom and one[1] > right]:
                    del self.labels[place]

    def _tell_heads(self) -> None:
        """推荐街镇（盖章）：虹桥街道 in one line with the date of the form says who reports, not whose seal it bears."""
        fields = self.region.form.fields
        rows = {
            place[0]
            for place, asked in self.labels.items()
            if any(fields[id_].type == "date" for id_, _ in asked)
        }
        for place, asked in self.labels.items():
            if place[0] in rows:
                self.labels[place] = [
                    (unsealed(self.region.kind, id_) or id_ if part else id_, part) for id_, part in asked
                ]

    def read(self) -> None:
        region, fields = self.region, self.region.form.fields
        for place, text in self.cells():
            if match := _COPIES.search(fold(text)):
                number = _NUMBERS.get(match[1]) or int(match[1])
                region.copies = (number, place)
        for place, asked in self.labels.items():
            self.used.add(place)
            for id_, part in asked:
                self._add(self._located(fields[id_], place, part))
        self._doubt()
        for place, text in self.cells():
            if place not in self.used and not titled(text) and not is_aside(text):
                region.unread.append(place)

    def _add(self, answer: Found) -> None:
        known = self.region.found.get(answer.entry.id)
        if known is None:
            self.region.found[answer.entry.id] = answer
        elif self._text(answer) and self._text(known) and self._text(answer) != self._text(known):
            known.doubt = f"“{answer.entry.label}”写了两处，内容不同"
        elif self._text(answer) and not self._text(known):
            self.region.found[answer.entry.id] = answer
        self.used.update(answer.cells)

    def _text(self, answer: Found) -> str:
        text = self.region.text(answer).strip()
        return "" if answer.entry.attached and is_reference(text) else text

    def _located(self, entry: Entry, label: Place, part: str | None) -> Found:
        """Where the value of a label stands: in its own cell, beside it, or below it."""
        if part is not None:
            more = self._going_on(label, entry, part)
            text = "\n".join([part, *(self.grid.text(*each) for each in more)])
            return Found(entry, label, label, (label, *more), text)
        right_cells = self._beside(label, entry)
        below = self._below(label, entry)
        right = self._neighbour(label)
        is_blank = not any(map(self._filled, right_cells))
        under = right is None or right in self.labels
        if not under and is_blank and below and any(map(self._filled, below)):
            # What stands below a label left blank may be the answer to the label beside it.
            under = self._alone(label) or self._is_heading(label[0])
        cells = below if under and below else right_cells + self._more_beside(label, entry, right_cells)
        return Found(entry, label, cells[0] if cells else label, tuple(cells))

    def _filled(self, place: Place) -> bool:
        return bool(self.grid.text(*place))

    def _alone(self, label: Place) -> bool:
        """Whether nothing but blanks stands beside a label in its row."""
        return all(place == label for place in self._written(label[0]))

    def _written(self, row: int) -> list[Place]:
        """The cells of a row that are filled in, without 基本情况 and the like at its side."""
        return [place for place, text in self.grid.cells(row).items() if not is_aside(text)]

    def _is_heading(self, row: int) -> bool:
        """Whether a row holds nothing but labels, next to one another or over what the next row fills in."""
        labels = self._written(row)
        if len(labels) < 2 or not all(place in self.labels for place in labels):
            return False
        if any(self._neighbour(place) in self.labels for place in labels):
            return True
        row = max(self._end(place)[0] for place in labels) + 1
        filled = self._written(row) if row <= self.region.bottom else []
        columns = {place[1] for place in labels}
        return bool(filled) and all(place not in self.labels and place[1] in columns for place in filled)

    def _end(self, place: Place) -> Place:
        return self.ends.get(place, place)

    def _neighbour(self, place: Place) -> Place | None:
        column = self._end(place)[1] + 1
        return self.grid.anchor(place[0], column) if column < self.grid.width else None

    def _beside(self, label: Place, entry: Entry) -> list[Place]:
        """The cells to the right of a label up to the next one; of a text or a seal all of them, in all its rows."""
        cells: list[Place] = []
        stretched = entry.type in ("seal", "opinion") or is_long(entry)
        is_checked = entry.type in ("int", "date", "phone", "street")  # it shows whether it is the value
        first: Place | None = None
        for row in range(label[0], self._end(label)[0] + 1):
            column = self._end(label)[1] + 1
            while column < self.grid.width:
                place = self.grid.anchor(row, column)
                if place in self.labels:
                    break
                if place not in cells and (not is_checked or self._counts(place)):
                    cells.append(place)
                    if not stretched:
                        return cells
                first = first or place
                column = self._end(place)[1] + 1
        return cells or ([first] if first else [])

    def _counts(self, place: Place) -> bool:
        return self._filled(place) and not is_aside(self.grid.text(*place))

    def _more_beside(self, label: Place, entry: Entry, right_cells: list[Place]) -> list[Place]:
        """What belongs to a label in the rows below it: the end of an opinion, or of a text that was not merged."""
        if not right_cells:
            return []
        if entry.type in ("seal", "opinion"):
            return self._more_of_seal(label, right_cells)
        more: list[Place] = []
        filled = next((place for place in right_cells if self._filled(place)), None)
        if not is_long(entry) or filled is None:
            return more
        for row in range(
            max(self._end(place)[0] for place in (label, *right_cells)) + 1, self.region.bottom + 1
        ):
            places = list(self.grid.cells(row))
            if not places or any(
                place in self.labels or place[1] != filled[1] or self._ends_form(place) for place in places
            ):
                break
            more += [place for place in places if place[0] == row]
        return more

    def _more_of_seal(self, label: Place, cells: list[Place]) -> list[Place]:
        """Rows of （盖章） and 日期 below a seal, before the next label, in whose columns nothing else stands."""
        more: list[Place] = []
        right = min(
            (one[1] for one in self.labels if one[0] == label[0] and one[1] > label[1]),
            default=self.grid.width,
        )
        bottom = max(self._end(place)[0] for place in (label, *cells))
        for row in range(bottom + 1, self.region.bottom + 1):
            places = [one for one in self.grid.cells(row) if one[0] == row and label[1] <= one[1] < right]
            if any(one in self.labels for one in self.grid.cells(row)) or not all(
                map(self._is_of_seal, places)
            ):
                break
            if not places and not self._is_gap(row):
                break
            more += [place for place in places if place not in cells]
        return more

    def _is_gap(self, row: int) -> bool:
        """Whether a row is blank and the next one is not."""
        return not self.grid.cells(row) and row < self.region.bottom and bool(self.grid.cells(row + 1))

    def _is_of_seal(self, place: Place) -> bool:
        return place not in self.labels and not self._ends_form(place) and is_seal(shown(self.grid, place))

    def _going_on(self, label: Place, entry: Entry, part: str) -> list[Place]:
        """The rows in which a text goes on below the cell that it begins in; those of a seal after an opinion."""
        if entry.type in ("seal", "opinion"):
            more = self._more_of_seal(label, [label])
            return [place for place in more if place[1] >= label[1] and place[1] <= self._end(label)[1]]
        if not is_long(entry) or (entry.attached and is_reference(part)):
            return []
        return self._below(label, entry, alone=True) or []

    def _below(self, label: Place, entry: Entry, alone: bool = False) -> list[Place] | None:
        """The cells below a label up to the next row with labels; None where there is none or it is a label.

        With ``alone`` only rows of which nothing stands beside these cells.
        """
        cells: list[Place] = []
        signed = False
        bottom, (first, last) = self._end(label)[0], (label[1], self._end(label)[1])
        for row in range(bottom + 1, self.region.bottom + 1):
            places = list(dict.fromkeys(self.grid.anchor(row, column) for column in range(first, last + 1)))
            places = [place for place in places if place[0] == row]
            others = [place for place in self.grid.cells(row) if place not in places]
            if any(place in self.labels or self._ends_form(place) for place in places):
                break
            if any(self._asks(other) and other[1] < label[1] for other in others):
                break  # it stands beside a label of its own row
            of_seal = bool(places) and all(self._is_of_seal(place) for place in places if self._filled(place))
            if (alone and others) or (signed and not of_seal):
                break
            signed = signed or (entry.type == "opinion" and of_seal and any(map(self._filled, places)))
            cells += places
            if entry.type not in _STRETCHED or (entry.type == "text" and not is_long(entry)):
                break
            if entry.type == "text" and any(place in self.labels for place in others):
                break
        while cells and not self._filled(cells[-1]) and (alone or len(cells) > 1):
            cells.pop()
        return cells or None

    def _asks(self, place: Place) -> bool:
        """Whether a cell is a label whose value stands elsewhere."""
        return any(part is None for _, part in self.labels.get(place, ()))

    def _ends_form(self, place: Place) -> bool:
        text = self.grid.text(*place)
        return bool(_COPIES.search(fold(text)) or titled(text) or _PAGE.match(fold(text)))

    def _doubt(self) -> None:
        """A cell that two labels claim belongs to neither for sure."""
        claims: dict[Place, list[Found]] = {}
        for answer in self.region.found.values():
            if answer.part is None:
                for place in answer.cells:
                    if self._filled(place):
                        claims.setdefault(place, []).append(answer)
        for owners in claims.values():
            if len(owners) > 1:
                for answer in owners:
                    answer.doubt = answer.doubt or "这一格可以属于两个栏目"

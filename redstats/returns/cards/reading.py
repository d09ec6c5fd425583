"""One card, read row by row: labels, the words that group them, and the cells their values stand in."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from redstats.headings import Match
from redstats.headings.limits import answers
from redstats.headings.parts import NUMERALS, OTHERS, wording
from redstats.returns.cards.card import Card, Place, Value
from redstats.returns.cards.layout import Layout
from redstats.returns.headers import Heading
from redstats.returns.rows import NOTE
from redstats.text import fold
from redstats.values.choices import spellings
from redstats.wording import vocabulary

_NUMBERED = re.compile(
    r"(?:第?[一二三四五六七八九十]{1,3}(?:[、.．:]|部分|章)|[（(][一二三四五六七八九十\d]{1,3}[)）])"
)
_CHAPTER = re.compile(r"第?[一二三四五六七八九十]{1,3}[、.．:]")
_WORDS_OF = vocabulary("cards")
_BESIDE = _WORDS_OF.pattern("beside")
_SUB = re.compile(r"[（(]")
_GUIDE = _WORDS_OF.pattern("guide")
_HAN = re.compile("[一-鿿]")
_COUNT = re.compile(rf"[{NUMERALS}]+")  # an answer, although it numbers headings elsewhere
_PERSON = _WORDS_OF.pattern("person")


class Reader:
    """Reads one card, row by row."""

    def __init__(self, sheet: Layout, top: int, left: int, bottom: int, right: int) -> None:
        self.sheet, self.left, self.right, self.bottom = sheet, left, right, bottom
        self.card = Card(top, bottom)
        self.sections: list[str] = []
        self.groups: dict[int, tuple[str, int]] = {}  # column → its words, the last row they hold for
        self.heads: dict[int, str] = {}  # column → what its head says of the time of its values
        self.grouped: dict[Place, str] = {}  # every cell that was taken for the words above others
        self.used: set[Place] = set()
        self.strange: set[Place] = set()  # taken for labels, of nothing that the standard knows
        self.listed: set[int] = set()  # rows of values under a row of labels
        self.has_rows_of_labels = False
        self.seen_label = False

    def read(self) -> Card:
        card = self.card
        for row in range(card.top, self.bottom + 1):
            if row not in self.listed:
                self._read_row(row)
        self._doubt()
        above = {text for one in card.headings for text in one.path[:-1]}
        self.used -= {place for place, text in self.grouped.items() if text not in above}
        filled = (one for row in range(card.top, self.bottom + 1) for one in self._own(row))
        card.unread = [one for one in filled if one not in self.used]
        card.guide = any(self._is_guide(one) for one in card.values)
        return card

    def _own(self, row: int) -> list[Place]:
        cells = self.sheet.row(row, self.left, self.right)
        return [one for one in cells if one[0] == row and self.sheet.text(one)]

    def _read_row(self, row: int) -> None:
        cells = self._own(row)
        if not cells:
            if all(not self.sheet.text(one) for one in self.sheet.row(row, self.left, self.right)):
                self.groups.clear()
            return
        self.groups = {
            column: (text, last)
            for column, (text, last) in self.groups.items()
            if last >= row or cells[0][1] > column
        }
        if self._read_heads(row, cells):
            return
        if self._is_outside(row, cells):
            self.card.outside.append(row)
            self.used.update(cells)
            self.heads = {}
        elif not self._read_row_of_labels(row, cells):
            self._walk(row)

    def _is_outside(self, row: int, cells: list[Place]) -> bool:
        """Titles and notes; a title between labels, or a numbered one, is a section of the card."""
        texts = [self.sheet.text(one) for one in cells]
        if (
            len(cells) == 1
            and self.sheet.is_text(cells[0])
            and _CHAPTER.match(texts[0])
            and len(texts[0]) <= 24
        ):
            pass  # 二、物业服务企业情况 alone in its row is a title, though it reads like a label
        elif any(self._labels_in(one, row) for one in cells):
            return False
        if NOTE.match(fold(texts[0])) or all(re.search("[:：]", text) for text in texts):
            return not any(self._pieces(one) for one in cells)
        if len(cells) > 1 or not self.sheet.is_text(cells[0]):
            return False
        text, (bottom, right) = texts[0], self.sheet.end(cells[0])
        if bottom > row and right < self.right:
            return False  # a group beside its labels
        numbered = _NUMBERED.match(text)
        if len(text) <= 24 and not re.search("[。；;]", text) and (numbered or self.seen_label):
            deeper = bool(_SUB.match(text)) and numbered and self.sections
            self.sections = [self.sections[0], text] if deeper else [text]
            self.groups.clear()
        return True

    def _read_row_of_labels(self, row: int, labels: list[Place]) -> bool:
        """A row in which only labels stand, over one row of values."""
        sheet = self.sheet
        cells = sheet.row(row, self.left, self.right)
        first = next((at for at, one in enumerate(cells) if one in labels), 0)
        if sheet.end(cells[first])[0] > row and any(
            sheet.end(one)[0] < sheet.end(cells[first])[0] for one in labels[1:]
        ):
            self.groups[cells[first][1]] = (sheet.text(cells[first]), sheet.end(cells[first])[0])
            self.used.add(labels[0])
            labels = labels[1:]
        group = cells[first] not in labels
        span = cells[cells.index(labels[0]) : cells.index(labels[-1]) + 1] if labels else []
        if (
            not labels
            or span != labels
            or not all(map(sheet.is_text, labels))
            or any(map(sheet.pieces, labels))
            or any(self._answers(self._heading(one), other) for one, other in pairwise(labels))
        ):
            return self._ungroup(cells[first], group)
        known = [one for one in labels if self._is_label(one)]
        at_edge = sheet.end(labels[-1])[1] >= self._last_column()
        stuck = [
            one
            for one, nearest in pairwise([*labels, None])
            if one in known and (nearest in known or (nearest is None and at_edge))
        ]
        if self.has_rows_of_labels and known == labels:
            stuck = labels  # the last row of such a form may be a short one
        below = max(sheet.end(one)[0] for one in labels) + 1
        asked = (self._heading(one).field for one in labels)
        choices = frozenset(word for one in asked if one for word in spellings(one))
        if not stuck or below > self.bottom or not self._is_plain(below, choices):
            return self._ungroup(cells[first], group)
        under = {one: sheet.grid.anchor(below, one[1]) for one in labels}
        if all(not sheet.text(place) for place in under.values()) and len(stuck) < len(known):
            return self._ungroup(cells[first], group)
        after = max(sheet.end(one)[0] for one in under.values()) + 1
        several = after <= self.bottom and self._is_plain(after, choices)
        several = several and any(sheet.text(sheet.grid.anchor(after, one[1])) for one in labels)
        people = any(_PERSON.fullmatch(fold(sheet.text(one))) for one in labels)
        odd = any(sheet.end(place)[1] != sheet.end(one)[1] for one, place in under.items())
        doubt = ""
        if several or people or len(known) * 2 < len(labels):
            doubt = "下面是一份名单，不止一行" if several else "下面像是一份名单"
        elif odd:
            doubt = "下面的格子与它对不齐"
        self.has_rows_of_labels = True
        for label in labels:
            heading = self._heading(label)
            self._add(heading, label, under[label], doubt=doubt)
        self.listed.add(below)
        self.used.update(one for one in self._own(below))
        while several and after <= self.bottom and self._is_plain(after, choices) and self._own(after):
            self.listed.add(after)
            self.used.update(self._own(after))
            after += 1
        return True

    def _ungroup(self, first: Place, group: bool) -> bool:
        if group:
            self.groups.pop(first[1], None)
            self.used.discard(first)
        return False

    def _last_column(self) -> int:
        """The last column in which anything stands."""
        cells = (one for row in range(self.card.top, self.bottom + 1) for one in self._own(row))
        return max((self.sheet.end(one)[1] for one in cells), default=self.right)

    def _is_plain(self, row: int, choices: frozenset[str] = frozenset()) -> bool:
        """Whether no label, section or note begins in this row; what stands in ``choices`` is a value."""
        cells = [one for one in self._own(row) if fold(self.sheet.text(one)) not in choices]
        if any(self._is_label(one) or self.sheet.pieces(one) for one in cells):
            return False
        return not cells or not (
            NOTE.match(fold(self.sheet.text(cells[0]))) or _NUMBERED.match(self.sheet.text(cells[0]))
        )

    def _walk(self, row: int) -> None:
        sheet = self.sheet
        cells = sheet.row(row, self.left, self.right)
        before: Heading | None = None
        if any(one[1] in self.heads and self._labels_in(one, row) for one in cells):
            self.heads = {}  # labels where values stood: another part of the form
        position = 0
        while position < len(cells):
            cell, nearest = cells[position], cells[position + 1] if position + 1 < len(cells) else None
            position += 1
            text = sheet.text(cell)
            if cell[0] != row or not text:
                continue
            if pieces := self._pieces(cell):
                self._add_pieces(cell, pieces)
                continue
            if not sheet.is_text(cell):
                if nearest and self._labels_in(nearest, row):
                    self.used.add(cell)  # a number in front of a label
                continue
            if NOTE.match(fold(text)) and not self._is_label(cell):
                self.used.add(cell)
                if nearest and nearest[0] == row and not self._labels_in(nearest, row) and len(text) <= 8:
                    self.used.add(nearest)  # 联系人 and who that is
                    position += 1
                continue
            if self._is_group(cell, nearest, cells[position + 1] if position + 1 < len(cells) else None):
                self.groups = {column: each for column, each in self.groups.items() if column < cell[1]}
                self.groups[cell[1]] = (text, sheet.end(cell)[0])
                self.grouped[cell] = text
                self.used.add(cell)
                continue
            heading = self._heading(cell)
            known = self._is_label(cell)
            if nearest is None or self._is_next_label(cell, heading, nearest, row):
                if known:
                    self._add(heading, cell, cell, part="", doubt="旁边没有填写的格子")
                continue
            if self.heads.get(nearest[1]):
                self._add_below_heads(heading, cell, cells[position:])
                break
            position += 1
            unit = ""
            if sheet.text(nearest) and position < len(cells) and self._is_unit(cells[position], heading):
                unit = sheet.text(cells[position])
                self.used.add(cells[position])
                position += 1
            doubt = self._split_beside(cell, nearest) or self._of_another(heading, before)
            before = heading
            self._add(heading, cell, nearest, unit=unit, doubt=doubt)

    def _read_heads(self, row: int, cells: list[Place]) -> bool:
        """A row that says of what time the columns below are: 指标 / 上月 / 本月, or 年度 / 2025 / 2026."""
        heads = [one for one in cells[1:] if not _BESIDE.fullmatch(fold(self.sheet.text(one)))]
        matcher = self.sheet.matcher
        times = {one[1]: matcher.time_of(self._head(one)) for one in heads}
        if len(heads) < 2 or not all(times.values()) or self.sheet.end(cells[0])[1] >= cells[1][1]:
            return False
        self.heads = times
        self.used.update(cells)
        return True

    def _head(self, place: Place) -> str:
        text = self.sheet.text(place)
        return f"{text}年" if re.fullmatch(r"20\d\d", text) else text

    def _add_below_heads(self, heading: Heading, label: Place, cells: list[Place]) -> None:
        """Of several values of one label the one below the time that the field asks for."""
        timed = [one for one in cells if one[1] in self.heads]
        asked = [
            one
            for one in timed
            if heading.field is not None
            and ((time := self.heads[one[1]]) == "real" or answers(heading.field, "", "", time))
        ]
        self.used.update(timed)
        doubt = "" if len(asked) == 1 else "这一行有几个时间的数"
        self._add(heading, label, (asked or timed)[0], doubt=doubt)

    def _of_another(self, heading: Heading, before: Heading | None) -> str:
        """A telephone behind somebody else's name in the same row."""
        if before is None or heading.field is None or heading.field.type != "phone":
            return ""
        if before.field is not None:
            others = before.field.id == "property_company"
        else:
            others = any(word.search(fold(before.path[-1])) for word in OTHERS.values())
        return f"前面是“{before.path[-1]}”" if others else ""

    def _is_next_label(self, label: Place, heading: Heading, nearest: Place, row: int) -> bool:
        """Whether the next cell is a label itself; a word that the field lists is its value."""
        if nearest[0] != row or not self._labels_in(nearest, row):
            return False
        return not self._answers(heading, nearest)

    def _answers(self, heading: Heading, place: Place) -> bool:
        """Whether a cell holds a word that the label's field is answered with."""
        return heading.field is not None and fold(self.sheet.text(place)) in spellings(heading.field)

    def _is_group(self, cell: Place, nearest: Place | None, after: Place | None) -> bool:
        """Whether a cell is the words above (to the left of) labels: 居民接待 beside 次数 and 人次."""
        sheet = self.sheet
        if nearest is None or not sheet.is_text(nearest) or not sheet.text(nearest):
            return False
        last = sheet.end(cell)[0]
        text = sheet.text(cell)
        alone = self._heading(cell)
        if last > cell[0] and sheet.end(nearest)[0] < last:
            neighbours = {
                sheet.grid.anchor(row, nearest[1])
                for row in range(cell[0], last + 1)
                if sheet.grid.anchor(row, nearest[1])[0] == row
            }
            return any(self._is_sublabel(text, each) for each in neighbours if sheet.text(each))
        if alone.field is not None or self._is_label(cell):
            if self._answers(alone, nearest) or self._is_label(nearest):
                return False
            return (
                after is not None and not self._labels_in(after, cell[0]) and self._is_sublabel(text, nearest)
            )
        return self._is_label(nearest) or bool(self._pieces(nearest)) or self._is_sublabel(text, nearest)

    def _is_sublabel(self, group: str, place: Place) -> bool:
        text = self.sheet.text(place)
        if not self.sheet.is_text(place) or len(text) > 20 or not _HAN.search(text) or _COUNT.fullmatch(text):
            return False
        return self._is_label(place) or self.sheet.matcher.match((group, text)).field is not None

    def _is_unit(self, place: Place, heading: Heading) -> bool:
        text = self.sheet.text(place)
        if heading.field and heading.field.unit and fold(text) == fold(heading.field.unit):
            return True
        words = wording(text) if self.sheet.is_text(place) else None
        return words is not None and not words.plain and bool(words.unit)

    def _labels_in(self, place: Place, row: int) -> bool:
        return place[0] == row and (self._is_label(place) or bool(self._pieces(place)))

    def _is_label(self, place: Place) -> bool:
        """Whether a cell's words are those of a field, alone or below its group."""
        text = self.sheet.text(place)
        if not text or not self.sheet.is_text(place) or len(text) > 60:
            return False
        if self.sheet.is_known(text):
            return True
        return bool(self._path(place)) and self._match(place, text).field is not None

    def _pieces(self, place: Place) -> list[tuple[str, str]]:
        return self.sheet.pieces(place)

    def _path(self, place: Place) -> list[str]:
        column = place[1]
        groups = [text for at, (text, _) in sorted(self.groups.items()) if at < column]
        return [*self.sections, *groups]

    def _match(self, place: Place, text: str) -> Match:
        return self.sheet.matcher.match((*self._path(place), text))

    def _heading(self, place: Place, text: str = "") -> Heading:
        text = "".join((text or self.sheet.text(place)).split()).rstrip(":：")
        return Heading(place[1], (*self._path(place), text), place[0], self._match(place, text))

    def _add(
        self,
        heading: Heading,
        label: Place,
        place: Place,
        part: str | None = None,
        unit: str = "",
        doubt: str = "",
    ) -> None:
        self.seen_label = self.seen_label or heading.field is not None
        if heading.field is None and not self._is_label(label):
            self.strange.add(label)
        self.used |= {label, place}
        self.card.headings.append(heading)
        if heading.field is not None:
            self.card.values.append(Value(heading, label, place, part, unit, doubt))

    def _add_pieces(self, place: Place, pieces: list[tuple[str, str]]) -> None:
        for label, value in pieces:
            self._add(self._heading(place, label), place, place, part=value)

    def _split_beside(self, label: Place, nearest: Place) -> str:
        """A label over several rows beside which several values stand."""
        sheet, column = self.sheet, nearest[1]
        rows = range(label[0], sheet.end(label)[0] + 1)
        neighbours = {sheet.grid.anchor(row, column) for row in rows}
        return "旁边不止一格" if len([one for one in neighbours if sheet.text(one)]) > 1 else ""

    def _doubt(self) -> None:
        """Values that two labels claim, and blanks with something unclaimed next to them, are not believed."""
        sheet, values = self.sheet, self.card.values
        claims = Counter(one.place for one in values if one.part is None)
        for value in values:
            if value.part is not None:
                if not value.part and value.place == value.label:
                    value.doubt = value.doubt or self._beyond(value)
                continue
            if claims[value.place] > 1:
                value.doubt = value.doubt or "这一格可以属于两个栏目"
            elif not sheet.text(value.place):
                value.doubt = value.doubt or self._beyond(value)
            elif self.has_rows_of_labels and value.place[0] == value.label[0]:
                below = self._below(value.label)
                if below and self._is_plain(below[0]) and below[0] not in self.listed and sheet.text(below):
                    value.doubt = value.doubt or "右边和下面都有内容"

    def _beyond(self, value: Value) -> str:
        """What stands unclaimed beyond or below a blank and might be its value."""
        sheet = self.sheet
        cells = sheet.row(value.place[0], self.left, self.right)
        for other in cells[cells.index(value.place) + 1 :] if value.place in cells else ():
            if sheet.text(other):
                if other not in self.used - self.strange:
                    return "这一格空着，隔一格有内容"
                break
        for near in (value.label, value.place):
            below = self._below(near)
            if below and sheet.text(below) and below not in self.used - self.strange:
                return "这一格空着，下面有内容"
        return ""

    def _below(self, place: Place) -> Place | None:
        row = self.sheet.end(place)[0] + 1
        return self.sheet.grid.anchor(row, place[1]) if row <= self.bottom else None

    def _is_guide(self, value: Value) -> bool:
        """Whether the value's column is headed as an example or as what to fill in."""
        column = value.place[1]
        above = (self.sheet.grid.anchor(row, column) for row in range(self.card.top, value.place[0]))
        return any(_GUIDE.fullmatch(fold(self.sheet.text(each))) for each in above if self.sheet.text(each))

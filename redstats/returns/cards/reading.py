"""One card, read row by row: labels, the words that group them, and the cells their values stand in."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from redstats.headings.limits import answers
from redstats.headings.parts import OTHERS, wording
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
        own = self._own(row)
        if not own:
            if all(not self.sheet.text(one) for one in self.sheet.row(row, self.left, self.right)):
                self.groups.clear()
            return
        self.groups = {
            column: (text, last)
            for column, (text, last) in self.groups.items()
            if last >= row or own[0][1] > column
        }
        if self._read_heads(row, own):
            return
        if self._is_outside(row, own):
            self.card.outside.append(row)
            self.used.update(own)
            self.heads = {}
        elif not self._read_row_of_labels(row, own):
            self._walk(row)

    def _is_outside(self, row: int, own: list[Place]) -> bool:
        """Titles and notes; a title between labels, or a numbered one, is a section of the card."""
        texts = [self.sheet.text(one) for one in own]
        if len(own) == 1 and self.sheet.is_text(own[0]) and _CHAPTER.match(texts[0]) and len(texts[0]) <= 24:
            pass  # 二、物业服务企业情况 alone in its row is a title, though it reads like a label
        elif any(self._labels_in(one, row) for one in own):
            return False
        if NOTE.match(fold(texts[0])) or all(re.search("[:：]", text) for text in texts):
            return not any(self._pieces(one) for one in own)
        if len(own) > 1 or not self.sheet.is_text(own[0]):
            return False
        text, (bottom, right) = texts[0], self.sheet.end(own[0])
        if bottom > row and right < self.right:
            return False  # a group beside its labels
        numbered = _NUMBERED.match(text)
        if len(text) <= 24 and not re.search("[。；;]", text) and (numbered or self.seen_label):
            deeper = bool(_SUB.match(text)) and numbered and self.sections
            self.sections = [self.sections[0], text] if deeper else [text]
            self.groups.clear()
        return True

    def _read_row_of_labels(self, row: int, own: list[Place]) -> bool:
        """A row in which only labels stand, over one row of values."""
        sheet = self.sheet
        cells = sheet.row(row, self.left, self.right)
        first = next((at for at, one in enumerate(cells) if one in own), 0)
        if sheet.end(cells[first])[0] > row and any(
            sheet.end(one)[0] < sheet.end(cells[first])[0] for one in own[1:]
        ):
            self.groups[cells[first][1]] = (sheet.text(cells[first]), sheet.end(cells[first])[0])
            self.used.add(own[0])
            own = own[1:]
        group = cells[first] not in own
        span = cells[cells.index(own[0]) : cells.index(own[-1]) + 1] if own else []
        if not own or span != own or not all(map(sheet.is_text, own)) or any(map(sheet.pieces, own)):
            return self._ungroup(cells[first], group)
        known = [one for one in own if self._is_label(one)]
        at_edge = sheet.end(own[-1])[1] >= self._last_column()
        stuck = [
            one
            for one, nearest in pairwise([*own, None])
            if one in known and (nearest in known or (nearest is None and at_edge))
        ]
        if self.has_rows_of_labels and known == own:
            stuck = own  # the last row of such a form may be a short one
        below = max(sheet.end(one)[0] for one in own) + 1
        asked = (self._heading(one).field for one in own)
        choices = frozenset(word for one in asked if one for word in spellings(one))
        if not stuck or below > self.bottom or not self._is_plain(below, choices):
            return self._ungroup(cells[first], group)
        under = {one: sheet.grid.anchor(below, one[1]) for one in own}
        if all(not sheet.text(place) for place in under.values()) and len(stuck) < len(known):
            return self._ungroup(cells[first], group)
        after = max(sheet.end(one)[0] for one in under.values()) + 1
        several = after <= self.bottom and self._is_plain(after, choices)
        several = several and any(sheet.text(sheet.grid.anchor(after, one[1])) for one in own)
        people = any(_PERSON.fullmatch(fold(sheet.text(one))) for one in own)
        odd = any(sheet.end(place)[1] != sheet.end(one)[1] for one, place in under.items())
        doubt = ""
        if several or people or len(known) * 2 < len(own):
            doubt = "下面是一份名单，不止一行" if several else "下面像是一份名单"
        elif odd:
            doubt = "下面的格子与它对不齐"
        self.has_rows_of_labels = True
        for one in own:
            heading = self._heading(one)
            self._add(heading, one, under[one], doubt=doubt)
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
        own = [one for one in self._own(row) if fold(self.sheet.text(one)) not in choices]
        if any(self._is_label(one) or self.sheet.pieces(one) for one in own):
            return False
        return not own or not (
            NOTE.match(fold(self.sheet.text(own[0]))) or _NUMBERED.match(self.sheet.text(own[0]))
        )

    def _walk(self, row: int) -> None:
        sheet = self.sheet
        cells = sheet.row(row, self.left, self.right)
        before: Heading | None = None
        if any(one[1] in self.heads and self._labels_in(one, row) for one in cells):
            self.heads = {}  # labels where values stood: another part of the form
        at = 0
        while at < len(cells):
            one, nearest = cells[at], cells[at + 1] if at + 1 < len(cells) else None
            at += 1
            text = sheet.text(one)
            if one[0] != row or not text:
                continue
            if pieces := self._pieces(one):
                self._add_pieces(one, pieces)
                continue
            if not sheet.is_text(one):
                if nearest and self._labels_in(nearest, row):
                    self.used.add(one)  # a number in front of a label
                continue
            if NOTE.match(fold(text)) and not self._is_label(one):
                self.used.add(one)
                if nearest and nearest[0] == row and not self._labels_in(nearest, row) and len(text) <= 8:
                    self.used.add(nearest)  # 联系人 and who that is
                    at += 1
                continue
            if self._is_group(one, nearest, cells[at + 1] if at + 1 < len(cells) else None):
                self.groups = {column: each for column, each in self.groups.items() if column < one[1]}
                self.groups[one[1]] = (text, sheet.end(one)[0])
                self.grouped[one] = text
                self.used.add(one)
                continue
            heading = self._heading(one)
            known = self._is_label(one)
            if nearest is None or self._is_next_label(one, heading, nearest, row):
                if known:
                    self._add(heading, one, one, part="", doubt="旁边没有填写的格子")
                continue
            if self.heads.get(nearest[1]):
                self._add_below_heads(heading, one, cells[at:])
                break
            at += 1
            unit = ""
            if sheet.text(nearest) and at < len(cells) and self._is_unit(cells[at], heading):
                unit = sheet.text(cells[at])
                self.used.add(cells[at])
                at += 1
            doubt = self._split_beside(one, nearest) or self._of_another(heading, before)
            before = heading
            self._add(heading, one, nearest, unit=unit, doubt=doubt)

    def _read_heads(self, row: int, own: list[Place]) -> bool:
        """A row that says of what time the columns below are: 指标 / 上月 / 本月, or 年度 / 2025 / 2026."""
        heads = [one for one in own[1:] if not _BESIDE.fullmatch(fold(self.sheet.text(one)))]
        times = {one[1]: self.sheet.matcher.time_of(self._head(one)) for one in heads}
        if len(heads) < 2 or not all(times.values()) or self.sheet.end(own[0])[1] >= own[1][1]:
            return False
        self.heads = times
        self.used.update(own)
        return True

    def _head(self, place: Place) -> str:
        text = self.sheet.text(place)
        return f"{text}年" if re.fullmatch(r"20\d\d", text) else text

    def _add_below_heads(self, heading: Heading, label: Place, cells: list[Place]) -> None:
        """Of several values of one label the one below the time that the field asks for."""
        own = [one for one in cells if one[1] in self.heads]
        asked = [
            one
            for one in own
            if heading.field is not None
            and ((time := self.heads[one[1]]) == "real" or answers(heading.field, "", "", time))
        ]
        self.used.update(own)
        doubt = "" if len(asked) == 1 else "这一行有几个时间的数"
        self._add(heading, label, (asked or own)[0], doubt=doubt)

    def _of_another(self, heading: Heading, before: Heading | None) -> str:
        """A telephone behind somebody else's name in the same row."""
        if before is None or heading.field is None or heading.field.type != "phone":
            return ""
        if before.field is not None:
            others = before.field.id == "property_company"
        else:
            others = any(word.search(fold(before.path[-1])) for word in OTHERS.values())
        return f"前面是“{before.path[-1]}”" if others else ""

    def _is_next_label(self, one: Place, heading: Heading, nearest: Place, row: int) -> bool:
        """Whether the next cell is a label itself; a word that the field lists is its value."""
        if nearest[0] != row or not self._labels_in(nearest, row):
            return False
        return not self._answers(heading, nearest)

    def _answers(self, heading: Heading, place: Place) -> bool:
        """Whether a cell holds a word that the label's field is answered with."""
        return heading.field is not None and fold(self.sheet.text(place)) in spellings(heading.field)

    def _is_group(self, one: Place, nearest: Place | None, after: Place | None) -> bool:
        """Whether a cell is the words above (to the left of) labels: 居民接待 beside 次数 and 人次."""
        sheet = self.sheet
        if nearest is None or not sheet.is_text(nearest) or not sheet.text(nearest):
            return False
        last = sheet.end(one)[0]
        text = sheet.text(one)
        alone = self._heading(one)
        if last > one[0] and sheet.end(nearest)[0] < last:
            beside = {
                sheet.grid.anchor(row, nearest[1])
                for row in range(one[0], last + 1)
                if sheet.grid.anchor(row, nearest[1])[0] == row
            }
            return any(self._is_sublabel(text, each) for each in beside if sheet.text(each))
        if alone.field is not None or self._is_label(one):
            if self._answers(alone, nearest) or self._is_label(nearest):
                return False
            return (
                after is not None and not self._labels_in(after, one[0]) and self._is_sublabel(text, nearest)
            )
        return self._is_label(nearest) or bool(self._pieces(nearest)) or self._is_sublabel(text, nearest)

    def _is_sublabel(self, group: str, place: Place) -> bool:
        text = self.sheet.text(place)
        if not self.sheet.is_text(place) or len(text) > 20 or not _HAN.search(text):
            return False
        return self._is_label(place) or self.sheet.matcher.match((group, text)).field is not None

    def _is_unit(self, place: Place, heading: Heading) -> bool:
        text = self.sheet.text(place)
        if heading.field and heading.field.unit and fold(text) == fold(heading.field.unit):
            return True
        own = wording(text) if self.sheet.is_text(place) else None
        return own is not None and not own.plain and bool(own.unit)

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
        beside = [text for at, (text, _) in sorted(self.groups.items()) if at < column]
        return [*self.sections, *beside]

    def _match(self, place: Place, text: str):
        return self.sheet.matcher.match((*self._path(place), text))

    def _heading(self, place: Place, text: str = "") -> Heading:
        text = "".join((text or self.sheet.text(place)).split()).rstrip(":：")
        return Heading(place[1], (*self._path(place), text), place[0], self._match(place, text))

    def _add(self, heading: Heading, label: Place, place: Place, part=None, unit="", doubt="") -> None:
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
        beside = {sheet.grid.anchor(row, column) for row in rows}
        return "旁边不止一格" if len([one for one in beside if sheet.text(one)]) > 1 else ""

    def _doubt(self) -> None:
        """Values that two labels claim, and blanks with something unclaimed next to them, are not believed."""
        sheet, values = self.sheet, self.card.values
        claims = Counter(one.place for one in values if one.part is None)
        for one in values:
            if one.part is not None:
                if not one.part and one.place == one.label:
                    one.doubt = one.doubt or self._beyond(one)
                continue
            if claims[one.place] > 1:
                one.doubt = one.doubt or "这一格可以属于两个栏目"
            elif not sheet.text(one.place):
                one.doubt = one.doubt or self._beyond(one)
            elif self.has_rows_of_labels and one.place[0] == one.label[0]:
                below = self._below(one.label)
                if below and self._is_plain(below[0]) and below[0] not in self.listed and sheet.text(below):
                    one.doubt = one.doubt or "右边和下面都有内容"

    def _beyond(self, one: Value) -> str:
        """What stands unclaimed beyond or below a blank and might be its value."""
        sheet = self.sheet
        cells = sheet.row(one.place[0], self.left, self.right)
        for other in cells[cells.index(one.place) + 1 :] if one.place in cells else ():
            if sheet.text(other):
                if other not in self.used - self.strange:
                    return "这一格空着，隔一格有内容"
                break
        for near in (one.label, one.place):
            below = self._below(near)
            if below and sheet.text(below) and below not in self.used - self.strange:
                return "这一格空着，下面有内容"
        return ""

    def _below(self, place: Place) -> Place | None:
        row = self.sheet.end(place)[0] + 1
        return self.sheet.grid.anchor(row, place[1]) if row <= self.bottom else None

    def _is_guide(self, one: Value) -> bool:
        """Whether the value's column is headed as an example or as what to fill in."""
        column = one.place[1]
        above = (self.sheet.grid.anchor(row, column) for row in range(self.card.top, one.place[0]))
        return any(_GUIDE.fullmatch(fold(self.sheet.text(each))) for each in above if self.sheet.text(each))

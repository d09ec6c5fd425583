"""Where the fields of a form stand on a sheet: labels beside, above or in the same cell as their values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from redstats.standard.attachments import Attachment, Entry, attachments, titled
from redstats.text import clean, fold
from redstats.workbooks import Grid

Place = tuple[int, int]
_LEAST = 4  # labels that make a sheet without a title a form
_ROLL = 6  # labels in one row that make it the heading of a list of forms
_STRETCHED = ("text", "seal", "opinion")
_HINT = r"(?:[（(\[［【][^）)\]］】\n]{0,24}[）)\]］】])"
_ORDINAL = re.compile(
    r"^(?:\d{1,2}|[一二三四五六七八九十]{1,2})[.、．:：]|^[（(][一二三四五六七八九十\d]{1,2}[)）]|^[*＊※]"
)
_COPIES = re.compile(r"一式([一二两三四五六七八九\d])份")
_NUMBERS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_ASIDE = re.compile(
    r"附[件表]?\d*[:：]?|填表?说明.*|填写说明.*|说明[:：].*|注[:：].*|备注[:：]?|附页|（?另?附页）?|示例数据.*|"
    r"\(?(?:请?(?:加盖)?公?盖?章|签章)\)?|年月日|日期[:：]?|\(?一式.份\)?.*|第\d+页.*|基本情况|基本信息|业委会基本情况|推荐意见|审核意见|字数.*|还可写.*|已写.*|超过.*字"
)
_ATTACHED = re.compile(
    r"(?:请|另|详?见|后)*附(?:页|件|后)?(?:一|1)?|详?见附(?:页|件)|见后页?|(?:请附页[,，]?)?\d*字[以之]?内"
)
_ATTACHMENT = re.compile("附页|附件|主要做法")


@dataclass(slots=True)
class Found:
    """One field on a form: the cells its value stands in (in order), its own text, and where it is looked for.

    ``part`` is the text where the value shares its cell with a label; ``place`` the cell to name, the label's own where
    there is none for the value; ``doubt`` says why the value cannot be told.
    """

    entry: Entry
    label: Place
    place: Place
    cells: tuple[Place, ...] = ()
    part: str | None = None
    doubt: str = ""
    page: Grid | None = None  # the sheet, where it is another than the form's


@dataclass(slots=True)
class Region:
    """The rows of one form on a sheet, what was found there, and the cells that belong to nothing."""

    grid: Grid
    kind: str
    top: int
    bottom: int
    found: dict[str, Found] = field(default_factory=dict)
    unread: list[Place] = field(default_factory=list)
    copies: tuple[int, Place] | None = None
    pages: list[tuple[Grid, int, int]] = field(
        default_factory=list
    )  # attached pages: rows after the form, other sheets

    @property
    def form(self) -> Attachment:
        return attachments()[self.kind]


def regions(grids: list[Grid]) -> list[Region]:
    """Every form in a workbook or document, in order; attached pages go with the form before them."""
    found: list[Region] = []
    for grid in grids:
        if not any(any(row) for row in grid.rows):
            continue
        own = list(_on_sheet(grid))
        if not own and found and (_ATTACHMENT.search(grid.name) or _begins_attachment(grid)):
            found[-1].pages.append((grid, 0, grid.height - 1))
        found += own
    for one in found:
        _attach(one)
    return found


def _begins_attachment(grid: Grid) -> bool:
    first = next((text for row in range(grid.height) for text in grid.cells(row).values()), "")
    return len(first) <= 30 and bool(_ATTACHMENT.search(first))


def _on_sheet(grid: Grid) -> Iterator[Region]:
    titles = [
        (row, kind)
        for row in range(grid.height)
        for text in dict.fromkeys(grid.cells(row).values())
        if (kind := titled(clean(text).split("\n")[0]) or titled(text))
    ]
    if not titles:
        kind = _kind_of(grid)
        titles = [(0, kind)] if kind else []
    for at, (row, kind) in enumerate(titles):
        bottom = titles[at + 1][0] - 1 if at + 1 < len(titles) else grid.height - 1
        yield from _forms(Region(grid, kind, row, bottom))


def _kind_of(grid: Grid) -> str:
    """The form whose labels stand on a sheet without a title, where one has clearly more of them."""
    counts = {}
    for kind in attachments():
        reader = _Reader(Region(grid, kind, 0, grid.height - 1))
        ids = {id_ for piece in reader.labels.values() for id_, _ in piece}
        own = [id_ for id_ in ids if attachments()[kind].fields[id_].type in ("seal", "opinion")]
        counts[kind] = (len(own), len(ids))
    kind, (own, whole) = max(counts.items(), key=lambda pair: pair[1])
    return kind if own and whole >= _LEAST else ""


def _forms(region: Region) -> Iterator[Region]:
    reader = _Reader(region)
    header = reader.roll()
    if header is None:
        reader.read()
        yield region
        return
    for row in range(header + 1, region.bottom + 1):
        if region.grid.cells(row) and not reader.is_aside(row):
            one = Region(region.grid, region.kind, row, row, copies=None)
            reader.read_line(header, one)
            yield one


@cache
def _labels(kind: str) -> dict[str, str]:
    """Folded label → field id of a form."""
    found: dict[str, str] = {}
    for one in attachments()[kind].fields.values():
        for word in (one.label, *one.also):
            found.setdefault(_key(word), one.id)
    return found


@cache
def _openings(kind: str) -> list[tuple[re.Pattern[str], str]]:
    """A pattern for each label at the beginning of a cell, whatever blanks are in it; the longest labels first."""
    words = sorted(
        ((word, one.id) for one in attachments()[kind].fields.values() for word in (one.label, *one.also)),
        key=lambda pair: -len(pair[0]),
    )
    return [
        (
            re.compile(r"\s*".join(map(_either, fold(word))) + rf"\s*(?P<hint>{_HINT}*)\s*(?P<colon>[:：]?)"),
            id_,
        )
        for word, id_ in words
    ]


def _either(letter: str) -> str:
    return {"(": "[（(]", ")": "[）)]"}.get(letter, re.escape(letter))


def _key(text: str) -> str:
    """What two spellings of a label share: no blanks, no hints, no numbering, no colon; （盖章） belongs to the label."""
    text = _ORDINAL.sub("", fold(text)).rstrip(":")
    text = re.sub(r"\((?:加?盖(?:公)?章|签章|公章|印章)\)", "盖章", text)
    text = re.sub(r"\([^)]*\d+字[^)]*\)|\([^)]*附页[^)]*\)|\((?:人|姓名|必填|选填|全称)\)", "", text)
    return re.sub("意见盖章$", "意见", text).rstrip(":")


class _Reader:
    """Reads the fields of one form from its rows."""

    def __init__(self, region: Region) -> None:
        self.region, self.grid = region, region.grid
        self.ends = {
            (top, left): (min(bottom, self.grid.height - 1), min(right, self.grid.width - 1))
            for top, left, bottom, right in self.grid.merges
        }
        self.labels: dict[Place, list[tuple[str, str | None]]] = {}
        for place, text in self.cells():
            if pieces := self._pieces(place, text):
                self.labels[place] = pieces
        self.used: set[Place] = set()

    def cells(self) -> Iterator[tuple[Place, str]]:
        for row in range(self.region.top, self.region.bottom + 1):
            for place, text in self.grid.cells(row).items():
                if place[0] == row:
                    yield place, text

    def _pieces(self, place: Place, text: str) -> list[tuple[str, str | None]]:
        """The labels in a cell, each with what the cell says of it (None: nothing, it stands elsewhere)."""
        kind = self.region.kind
        if not isinstance(self.grid.value(*place), str) or titled(text):
            return []
        whole = _labels(kind).get(_key(text))
        if whole:
            return [(whole, None)]
        opened = self._opening(text)
        if opened is None:
            return []
        id_, rest = opened
        if rest is None:
            return []
        entry = attachments()[kind].fields[id_]
        if entry.type in ("seal", "opinion") or entry.longest or id_ == "practices_and_results":
            return [(id_, rest.strip() or None)]
        return self._split(id_, rest)

    def _opening(self, text: str) -> tuple[str, str | None] | None:
        """The label that a cell begins with, and the rest of the cell; None where it only seems to begin with one."""
        body = _ORDINAL.sub("", text, count=1)
        for pattern, id_ in _openings(self.region.kind):
            found = pattern.match(body)
            if not found:
                continue
            rest = body[found.end() :]
            entry = attachments()[self.region.kind].fields[id_]
            plain = (
                found["colon"]
                or found["hint"]
                or rest[:1] in ("", "\n")
                or body[found.end() - 1 : found.end()].isspace()
            )
            marked = entry.type in ("seal", "opinion", "date") and re.match(r"[\d\s_年□☑√✓已未(（同]", rest)
            if plain or marked or (entry.type in ("int", "phone") and re.match(r"\d", rest)):
                return id_, rest
        return None

    def _split(self, id_: str, rest: str) -> list[tuple[str, str | None]]:
        """The rest of a cell, where further labels with colons follow: 推荐街镇：虹桥街道　填报日期：2026年11月3日."""
        pieces: list[tuple[str, str | None]] = []
        starts = [0] + [one.end() for one in re.finditer(r"[\s；;，,。]+", rest)]
        current, begin = id_, 0
        for start in starts:
            for pattern, other in _openings(self.region.kind):
                found = pattern.match(rest, start) if start else None
                if found and found["colon"]:
                    pieces.append((current, rest[begin:start].strip(" 　；;，,\n\t") or None))
                    current, begin = other, found.end()
                    break
        pieces.append((current, rest[begin:].strip(" 　；;，,\n\t") or None))
        if len(pieces) == 1:
            return pieces
        return [(name, text or "") for name, text in pieces]  # of several labels none has its value elsewhere

    # Lists: one form a row.

    def roll(self) -> int | None:
        """The row of headings of a list of forms; None where the sheet is drawn as a form."""
        rows: dict[int, int] = {}
        for place, pieces in self.labels.items():
            if len(pieces) == 1 and pieces[0][1] is None:
                rows[place[0]] = rows.get(place[0], 0) + 1
        best = max(rows, key=rows.get, default=None)
        return best if best is not None and rows[best] >= _ROLL else None

    def is_aside(self, row: int) -> bool:
        texts = list(dict.fromkeys(self.grid.cells(row).values()))
        return all(_is_aside(text) for text in texts) or len(texts) == 1

    def read_line(self, header: int, one: Region) -> None:
        fields = attachments()[self.region.kind].fields
        for place, pieces in self.labels.items():
            if place[0] == header and place[1] <= self.grid.width:
                at = self.grid.anchor(one.top, place[1])
                one.found.setdefault(pieces[0][0], Found(fields[pieces[0][0]], place, at, (at,)))
        for place, pieces in self.labels.items():  # who reports and when, said once for all
            for id_, part in pieces:
                if place[0] != header and place[0] < header and part and id_ not in one.found:
                    one.found[id_] = Found(fields[id_], place, place, (place,), part)

    # Forms.

    def read(self) -> None:
        region, fields = self.region, self.region.form.fields
        for place, text in self.cells():
            if said := _COPIES.search(fold(text)):
                number = _NUMBERS.get(said[1]) or int(said[1])
                region.copies = (number, place)
        for place, pieces in self.labels.items():
            self.used.add(place)
            for id_, part in pieces:
                self._add(self._located(fields[id_], place, part))
        self._doubt()
        for place, text in self.cells():
            if place not in self.used and not titled(text) and not _is_aside(text):
                region.unread.append(place)

    def _add(self, one: Found) -> None:
        known = self.region.found.get(one.entry.id)
        if known is None:
            self.region.found[one.entry.id] = one
        elif self._text(one) and self._text(known) and self._text(one) != self._text(known):
            known.doubt = f"“{one.entry.label}”写了两处，内容不同"
        elif self._text(one) and not self._text(known):
            self.region.found[one.entry.id] = one
        self.used.update(one.cells)

    def _text(self, one: Found) -> str:
        return (
            one.part
            if one.part is not None
            else "\n".join(self.grid.text(*each) for each in one.cells).strip()
        )

    def _located(self, entry: Entry, label: Place, part: str | None) -> Found:
        """Where the value of a label stands: in its own cell, beside it, or below it."""
        if part is not None:
            return Found(entry, label, label, (label,), part)
        beside = self._beside(label, entry)
        below = self._below(label, entry)
        right = self._neighbour(label)
        is_above = right is None or right in self.labels
        if is_above and below is not None:
            cells = below
        elif beside and not any(map(self._filled, beside)) and below and any(map(self._filled, below)):
            cells = below if self._alone(label) else beside
        else:
            cells = beside or ()
        return Found(entry, label, cells[0] if cells else label, tuple(cells))

    def _filled(self, place: Place) -> bool:
        return bool(self.grid.text(*place))

    def _alone(self, label: Place) -> bool:
        """Whether nothing but blanks stands beside a label in its row."""
        return all(place == label for place in self.grid.cells(label[0]))

    def _end(self, place: Place) -> Place:
        return self.ends.get(place, place)

    def _neighbour(self, place: Place) -> Place | None:
        column = self._end(place)[1] + 1
        return self.grid.anchor(place[0], column) if column < self.grid.width else None

    def _beside(self, label: Place, entry: Entry) -> list[Place] | None:
        """The cells to the right of a label up to the next one; of a text or a seal all of them, in all its rows."""
        found: list[Place] = []
        stretched = entry.type in _STRETCHED
        last = self._end(label)[0]
        for row in range(label[0], last + 1):
            column = self._end(label)[1] + 1
            while column < self.grid.width:
                place = self.grid.anchor(row, column)
                if place in self.labels:
                    break
                if place not in found:
                    found.append(place)
                    if not stretched:
                        return found
                column = self._end(place)[1] + 1
        if not stretched or not found:
            return found or None
        if entry.type == "text" and not entry.longest and entry.id != "practices_and_results":
            return found[:1]
        if entry.type in ("seal", "opinion"):
            found += self._more_of_seal(label, found)
        return found

    def _more_of_seal(self, label: Place, found: list[Place]) -> list[Place]:
        """Rows of （盖章） and 日期 below an opinion, before the next label, beside which nothing else is asked."""
        more: list[Place] = []
        for row in range(self._end(label)[0] + 1, self.region.bottom + 1):
            places = [place for place in self.grid.cells(row) if place[0] == row]
            if not places or any(place in self.labels for place in places):
                break
            texts = [fold(self.grid.text(*place)) for place in places]
            if _COPIES.search("".join(texts)) or titled("".join(texts)):
                break
            if not any(re.search("章|日期|年.*月|20\\d\\d|意见", text) for text in texts):
                break
            more += [place for place in places if place not in found]
        return more

    def _below(self, label: Place, entry: Entry) -> list[Place] | None:
        """The cells below a label up to the next row with labels; None where there is none or it is a label."""
        found: list[Place] = []
        bottom, (first, last) = self._end(label)[0], (label[1], self._end(label)[1])
        for row in range(bottom + 1, self.region.bottom + 1):
            places = list(dict.fromkeys(self.grid.anchor(row, column) for column in range(first, last + 1)))
            places = [place for place in places if place[0] == row]
            if any(place in self.labels for place in places) or any(
                self._ends_form(place) for place in places
            ):
                break
            found += places
            if entry.type not in _STRETCHED or (entry.type == "text" and not entry.longest and found):
                break
            if entry.type == "text" and any(place in self.labels for place in self.grid.cells(row)):
                break
        while len(found) > 1 and not self._filled(found[-1]):
            found.pop()
        return found or None

    def _ends_form(self, place: Place) -> bool:
        text = self.grid.text(*place)
        return bool(_COPIES.search(fold(text)) or titled(text))

    def _doubt(self) -> None:
        """A cell that two labels claim belongs to neither for sure."""
        claims: dict[Place, list[Found]] = {}
        for one in self.region.found.values():
            if one.part is None:
                for place in one.cells:
                    if self._filled(place):
                        claims.setdefault(place, []).append(one)
        for owners in claims.values():
            if len(owners) > 1:
                for one in owners:
                    one.doubt = one.doubt or "这一格可以属于两个栏目"


def _is_aside(text: str) -> bool:
    return bool(_ASIDE.fullmatch(fold(text))) or len(fold(text)) <= 1


def is_reference(text: str) -> bool:
    """Whether a text only says that the matter stands on an attached page."""
    return bool(_ATTACHED.fullmatch(fold(text).strip("()。.")))


def _attach(region: Region) -> None:
    """Give a field that is written on an attached page the text found there: rows after the form, or sheets after it."""
    one = next((one for one in region.found.values() if one.entry.attached), None)
    entry = next((each for each in region.form.fields.values() if each.attached), None)
    if entry is None:
        return
    grid = region.grid
    own = (
        ""
        if one is None
        else (one.part if one.part is not None else "\n".join(grid.text(*each) for each in one.cells))
    )
    if own.strip() and not is_reference(own):
        return
    after = region.copies[1][0] + 1 if region.copies else None
    pages = [(grid, after, region.bottom)] if after is not None else []
    for page, top, bottom in [*pages, *region.pages]:
        places = [
            place
            for row in range(top, bottom + 1)
            for place, text in page.cells(row).items()
            if place[0] == row
            and not (_ATTACHMENT.search(text) and len(fold(text)) <= 40)
            and not _is_aside(text)
        ]
        if places:
            region.found[entry.id] = Found(entry, places[0], places[0], tuple(places))
            region.unread = [place for place in region.unread if page is not grid or place not in places]
            if page is not grid:
                region.found[entry.id].page = page
                region.found[entry.id].part = "\n".join(page.text(*each) for each in places)
            return

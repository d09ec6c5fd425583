"""Where tables stand on a sheet: blocks of heading rows, and the path of headings above every column."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

from redstats import values
from redstats.headings import Confirmed, Match, Matcher
from redstats.headings.parts import OTHERS, as_limit, wording
from redstats.standard import Field
from redstats.text import fold
from redstats.wording import vocabulary
from redstats.workbooks import Grid

DEEPEST = 6  # rows of headings
LEAST_FIELDS = 3
NAMES = ("committee_name", "estate_names")
_WHOSE = {"neighbourhood_committee", "street_name", *NAMES}

_WORDS_OF = vocabulary("headings_of_tables")
_COUNT = _WORDS_OF.pattern("count")
_OWN = _WORDS_OF.pattern("own")
_ASKED = re.compile(
    r"(?P<question>.{2,}?)(?:[:：—_\-]+|[(（\[【](?=[^()（）]+[)）\]】]$))(?P<answer>[^:：—_()（）\-]{1,12}?)[)）\]】]?"
)
_PERSON = _WORDS_OF.pattern("person")
_LEAF = _WORDS_OF.pattern("leaf")
_HAN = re.compile("[一-鿿]")  # every heading of the standard has some
_ABOVE = _WORDS_OF.pattern("title")

SheetMatcher = (
    Matcher | Confirmed
)  # of a sheet: where something was confirmed of its street, that is asked first


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's heading: its ``path`` as written, the row its words end in, and what it was read as.

    ``answers``: the columns to be ticked (日常会议制度 / 是 | 否) for which this one stands, each with its answer.
    """

    column: int
    path: tuple[str, ...]
    row: int
    match: Match
    answers: tuple[tuple[int, str], ...] = ()

    @property
    def field(self) -> Field | None:
        return self.match.field

    @property
    def text(self) -> str:
        return " / ".join(self.path)


@dataclass(frozen=True)
class Header:
    """Where a table's headings stand: rows ``top`` to ``bottom`` (from 0), and its columns."""

    top: int
    bottom: int
    headings: tuple[Heading, ...]

    @cached_property
    def columns(self) -> dict[str, int]:
        """Field to column; a range stands under both of its fields."""
        columns = {one.field.id: one.column for one in self.headings if one.field}
        for heading in self.headings:
            if heading.match.until and heading.field:
                columns[heading.match.until.id] = heading.column
        return columns

    @cached_property
    def by_column(self) -> dict[int, Heading]:
        return {one.column: one for one in self.headings}

    @property
    def name_column(self) -> int | None:
        return next((self.columns[id_] for id_ in NAMES if id_ in self.columns), None)


def find_headers(grid: Grid, matcher: SheetMatcher) -> list[Header]:
    """The heading blocks of a sheet from top to bottom; one repeated over the same columns counts again."""
    headers: list[Header] = []
    for cluster in _clusters(grid, matcher):
        floor = headers[-1].bottom + 1 if headers else 0
        header = _best(grid, matcher, [row for row in cluster if row >= floor], floor)
        if header and (not headers or header.name_column is not None):
            headers.append(header)
    return headers


def _clusters(grid: Grid, matcher: SheetMatcher) -> Iterator[list[int]]:
    """Rows that could be the lowest of a heading, those of one heading together."""
    cluster: list[int] = []
    for index, row in enumerate(grid.rows):
        if not any(row):
            continue
        texts = [value for value in row if type(value) is str and _HAN.search(value)]
        known = sum(1 for text in texts if matcher.knows(text))
        if known < 2:
            continue
        numbers = sum(1 for value in row if type(value) is float or type(value) is int)
        # a row of values may hold words that are headings elsewhere; its numbers give it away
        if numbers > known or (cluster and numbers):
            continue
        if cluster and (index - cluster[-1] > 2 or index - cluster[0] >= DEEPEST):
            yield cluster
            cluster = []
        cluster.append(index)
    if cluster:
        yield cluster


def _best(grid: Grid, matcher: SheetMatcher, likely: list[int], floor: int) -> Header | None:
    # The rows whose paths name the most fields, the fewest rows where several do.
    best: tuple[int, int, int] | None = None
    block = (0, 0)
    for bottom in likely:
        for depth in range(1, DEEPEST + 1):
            top = bottom - depth + 1
            if top < floor:
                break
            fields = {one.field.id for one in _read(grid, top, bottom, matcher) if one.field}
            rank = (len(fields), -depth, -bottom)
            if len(fields) >= LEAST_FIELDS and (best is None or rank > best):
                best, block = rank, (top, bottom)
    if best is None:
        return None
    top, bottom = block
    # Groups above and units below may name no further field, and yet they limit what the columns mean.
    while (
        top > floor
        and top - 1 >= 0
        and bottom - top + 1 < DEEPEST
        and _is_group_row(grid, top - 1, top, bottom)
    ):
        top -= 1
    while bottom + 1 < grid.height and bottom - top + 1 < DEEPEST and _continues(grid, top, bottom, matcher):
        bottom += 1
    headings = _beside(
        _answered(_parted(_of_one_table(_read(grid, top, bottom, matcher), grid, top)), matcher)
    )
    return Header(top, bottom, _settled(_without_repeats(headings, grid, bottom)))


def _is_group_row(grid: Grid, row: int, top: int, bottom: int) -> bool:
    """Whether the row above the headings groups them; a title or 填报单位 does not."""
    if any(grid.anchor(top, c) == (row, c) and _own(grid, row, c) for c in range(grid.width)):
        return True  # one of its cells reaches down into the headings
    headed = [c for c in range(grid.width) if any(grid.text(r, c) for r in range(top, bottom + 1))]
    labels = {c: text for c in range(grid.width) if (text := _own(grid, row, c))}
    if not labels or not headed or any(_ABOVE.search(text) or len(text) > 30 for text in labels.values()):
        return False
    if any(not isinstance(grid.value(row, c), str) for c in labels):
        return False
    if 2 * sum(bool(_HAN.search(text)) for text in labels.values()) < len(labels):
        return False  # keys of a program (committeeName): they group nothing
    if len(labels) == 1:
        (column,) = labels
        wide = sum(grid.anchor(row, c) == (row, column) for c in headed)
        return column > headed[0] and wide < len(headed) and column in headed
    return sum(c in headed for c in labels) >= 2


def _continues(grid: Grid, top: int, bottom: int, matcher: SheetMatcher) -> bool:
    """Whether the row below still belongs to the headings: units, or the lower end of merged headings."""
    row = bottom + 1
    labels = [text for c in range(grid.width) if (text := _own(grid, row, c))]
    if (
        labels
        and len(labels) >= 2
        and all(not wording(text).plain or as_limit(wording(text)) for text in labels)
    ):
        return True
    first = next((c for c in range(grid.width) if any(grid.text(r, c) for r in range(top, bottom + 1))), 0)
    if labels and not grid.text(row, first):
        if all(matcher.knows(text) for text in labels):
            return True
        texts = [grid.value(row, c) for c in range(grid.width) if _own(grid, row, c)]
        words = all(
            isinstance(text, str) and len(text) <= 20 and not re.search(r"\d", text) for text in texts
        )
        if words and any(matcher.knows(text) or _LEAF.search(fold(text)) for text in labels):
            return True  # leaves below groups whose merges were lost
    return bool(labels) and any(
        top <= grid.anchor(row, c)[0] <= bottom and grid.text(row, c) for c in range(grid.width)
    )


def _read(grid: Grid, top: int, bottom: int, matcher: SheetMatcher) -> list[Heading]:
    spread = _spread(grid, top, bottom)
    headings = []
    for column in range(grid.width):
        path: list[str] = []
        used: set[tuple[int, int]] = set()
        last = top
        for row in range(top, bottom + 1):
            anchor = grid.anchor(row, column)
            text = "".join(grid.text(row, column).split())
            if not text:
                text = spread.get((row, column), "")
            else:
                last = row
            if text and anchor not in used and text not in path[-1:]:
                path.append(text)
            used.add(anchor)
        if path:
            headings.append(Heading(column, tuple(path), last, matcher.match(tuple(path))))
    return headings


def _spread(grid: Grid, top: int, bottom: int) -> dict[tuple[int, int], str]:
    """Group names whose merges were lost: each reaches over the blanks after it, as far as there are headings below."""
    reach: dict[tuple[int, int], str] = {}
    borders: set[int] = set()  # columns in which a row above begins another group
    for row in range(top, bottom):
        begun, group = set(), ""
        for column in range(grid.width):
            text = "".join(_own(grid, row, column).split())
            below = any(_own(grid, r, column) for r in range(row + 1, bottom + 1))
            merged = grid.anchor(row, column) != (row, column) or (
                column + 1 < grid.width and text and grid.anchor(row, column + 1) == (row, column)
            )
            if text or merged:
                group = text if below and not merged and wording(text).plain else ""
                begun.add(column)
            elif column in borders:
                group = ""
            elif below and group:
                reach[row, column] = group
        borders |= begun
    return reach


def _of_one_table(headings: list[Heading], grid: Grid, top: int) -> list[Heading]:
    """The headings; those of another table beside it, behind an empty column and with whose it is once more, as repeated."""
    blocks: list[list[Heading]] = []
    for heading in headings:
        last = blocks[-1][-1].column if blocks else heading.column
        gap = range(last + 1, heading.column)
        if blocks and not any(all(not grid.text(r, c) for r in range(top, grid.height)) for c in gap):
            blocks[-1].append(heading)
        else:
            blocks.append([heading])
    asked = [{one.field.id for one in block if one.field} for block in blocks]
    main = next((ids for ids in asked if ids & set(NAMES)), set())
    others = [
        block for block, ids in zip(blocks, asked, strict=True) if ids is not main and ids & main & _WHOSE
    ]
    repeated = [one for block in others for one in block]
    return [replace(one, match=Match(None, "repeated")) if one in repeated else one for one in headings]


def _parted(headings: list[Heading]) -> list[Heading]:
    """Columns that a survey heads by question and answer (培训形式:小班化), with the question above the answers."""
    parts = [
        _ASKED.fullmatch(one.path[-1]) if one.field is None or one.field.type == "set" else None
        for one in headings
    ]
    asked = Counter(part["question"] for part in parts if part)
    return [
        replace(one, path=(*one.path[:-1], part["question"], part["answer"]))
        if part and asked[part["question"]] > 1
        else one
        for one, part in zip(headings, parts, strict=True)
    ]


def _answered(headings: list[Heading], matcher: SheetMatcher) -> list[Heading]:
    """Columns that are the answers to what stands above them: the first stands for them all, the others for nothing."""
    resolved = []
    for above, columns in groupby(headings, lambda heading: heading.path[:-1]):
        group = list(columns)
        asked = matcher.match(above) if above and len(group) > 1 else Match(None, "unknown")
        answers = [one.path[-1] for one in group]
        others = [one for one in group if one.field not in (None, asked.field)]
        if asked.field and not others and _are_answers(answers, asked.field):
            ticked = tuple((one.column, one.path[-1]) for one in group)
            resolved.append(replace(group[0], path=above, match=asked, answers=ticked))
            resolved += [replace(one, match=Match(None, "answer")) for one in group[1:]]
        else:
            resolved += group
    return resolved


def _are_answers(texts: list[str], field: Field) -> bool:
    if field.type not in ("bool", "enum", "set"):
        return False
    read = [values.read_value(text, field) for text in texts]
    return all(each.value is not None for each in read) and len({each.value for each in read}) == len(read)


def _beside(headings: list[Heading]) -> list[Heading]:
    """Headings that get their meaning from the one before them: 其中, and the telephone of whoever stands there."""
    resolved = []
    for position, heading in enumerate(headings):
        before = [other for other in headings[:position] if other.path[:-1] == heading.path[:-1]]
        if heading.field and _is_of_another(heading, heading.field, before):
            heading = Heading(heading.column, heading.path, heading.row, Match(None, "ambiguous"))
        resolved.append(heading)
    return resolved


def _is_of_another(heading: Heading, field: Field, before: list[Heading]) -> bool:
    leaf = fold(heading.path[-1])
    if leaf.startswith("其中"):
        # 其中 is a part of what is counted before it: people below 户数 are not the members that a field asks for
        whole = next(
            (other for other in reversed(before) if not fold(other.path[-1]).startswith("其中")), None
        )
        if whole is None or field.type != "int":
            return False
        if whole.field is None:
            return bool(_COUNT.search(fold(whole.path[-1])))
        return whole.field.type == "int" and whole.field.unit != field.unit
    if field.type != "phone" or _OWN.search(leaf):
        return False
    for last in reversed(before):
        words = fold(last.path[-1])
        if last.field is not None:
            return last.field.id == "property_company"
        if any(word.search(words) for word in OTHERS.values()) or words == "项目经理":
            return True
        if not _PERSON.fullmatch(words):
            return False
    return False


def _without_repeats(headings: list[Heading], grid: Grid, bottom: int) -> list[Heading]:
    """Of columns with one heading the visible one before hidden ones, and one of those that hold the same throughout."""
    claims: dict[tuple, list[Heading]] = defaultdict(list)
    for heading in headings:
        if heading.field:
            claims[heading.field.id, heading.match.rank].append(heading)
    repeats: set[int] = set()
    for several in (claim for claim in claims.values() if len(claim) > 1):
        visible = [one for one in several if one.column not in grid.hidden_columns]
        shown = visible or several
        texts = {tuple(grid.text(row, one.column) for row in range(bottom + 1, grid.height)) for one in shown}
        if len(texts) == 1:
            repeats |= {one.column for one in several if one is not shown[0]}
    return [replace(one, match=Match(None, "repeated")) if one.column in repeats else one for one in headings]


def _settled(headings: list[Heading]) -> tuple[Heading, ...]:
    # Two columns for one field: the surest heading wins where it is alone, otherwise none is believed.
    claims: dict[str, list[Heading]] = defaultdict(list)
    for heading in headings:
        for id_ in _ids(heading):
            claims[id_].append(heading)
    settled = []
    for heading in headings:
        others = [other for id_ in _ids(heading) for other in claims[id_] if other is not heading]
        if any(other.match.rank <= heading.match.rank for other in others):
            heading = Heading(heading.column, heading.path, heading.row, Match(None, "ambiguous"))
        settled.append(heading)
    return tuple(settled)


def _ids(heading: Heading) -> set[str]:
    return {field.id for field in (heading.field, heading.match.until) if field}


def _own(grid: Grid, row: int, column: int) -> str:
    # The text that starts in this very cell: a merged title must not count once for every column it spans.
    return grid.text(row, column) if grid.anchor(row, column) == (row, column) else ""


def is_plain_column(heading: Heading) -> bool:
    """Whether a column without a field is one that every table has and nobody misses."""
    return fold(heading.path[-1]) in ("序号", "编号", "备注", "序", "no.", "no")

"""The workbook that goes back to a street: what it sent, with the cells to look at coloured and commented."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from redstats import workbooks
from redstats.errors import RedstatsError
from redstats.months import Month
from redstats.places import Street
from redstats.sendback.letter import ANSWER, ANSWER_OF_PART, opening
from redstats.sendback.mark import KINDS, Mark
from redstats.sendback.problems import Grids, Titles, list_kinds, list_problems
from redstats.sendback.rewriting import Names, only, rewritten, without
from redstats.workbooks import Workbook, stamps
from redstats.workbooks.annotating import is_whole, keeps, opened
from redstats.workbooks.marking import mark
from redstats.workbooks.sheetscan import place as place_of
from redstats.workbooks.writing import CELL, HEADING, PLAIN, TITLE, Book

_KEPT = "各表就是报来的原件，加了颜色和批注；公式已换成计算结果，通往别的文件的链接已去掉。"
_ANEW = (
    "报来的文件是旧格式，或含有图片等一加批注就会丢失的内容，各表按读到的内容重新写出：数据和位置不变，表头固定在上方；"
    "原来的字体、列宽、图片没有保留，公式已换成计算结果。"
)
_OF_PART = "这里只有这一个居委会的行，按读到的内容重新写出，位置不变；别的行是空的，已隐藏。"
_OTHERS = "报来的文件里还有别的街镇，这里只有贵单位的行。"


@dataclass(frozen=True, slots=True)
class Source:
    """A file the street's data were read from; ``rows``: where it speaks for others too, this street's rows by sheet; ``copies``:
    SHA-256 of files with the same data, which may have explained them; ``cells``: those of the rows that are others' all the same,
    and those that are not, by sheet."""

    path: Path
    sha256: str
    rows: dict[str, set[int]] | None = None
    copies: tuple[str, ...] = ()
    cells: dict[str, tuple[set[tuple[int, int]], set[tuple[int, int]]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """One neighbourhood of a street: what it is called (``label``), its ``key`` as places.identity knows it, and the names of others."""

    label: str
    key: str
    names: Names


def attempt(
    month: Month, street: Street, sources: list[Source], marks: list[Mark], part: Part | None, anew: bool
) -> tuple[bytes, str]:
    """``build`` for a child process: the workbook, or b"" and why there is none."""
    try:
        return build(month, street, sources, marks, anew, part), ""
    except RedstatsError as error:
        return b"", str(error)
    except MemoryError:
        raise
    except Exception as error:  # openpyxl raises anything; one street must not stop the others
        return b"", f"退回工作簿没有做成（{type(error).__name__}）"


def build(
    month: Month,
    street: Street,
    sources: list[Source],
    marks: list[Mark],
    anew: bool = False,
    part: Part | None = None,
) -> bytes:
    """The .xlsx to send back: 退回说明, 退回问题清单 with links to the cells, then the street's own sheets.

    A single .xlsx that loses nothing by it is annotated itself, unless ``anew``; else its values are written anew.  One
    street's data are never sent to another: of a file that speaks for several only the street's own rows are written, and of a
    ``part`` only its own, without any name of another's.
    WorkbookError where a file cannot be read.
    """
    title = f"{street.name}{month.label}月报（退回核对）"
    read = [(source, workbooks.read(source.path)) for source in sources]
    shared = any(source.rows is not None for source in sources)
    data = sources[0].path.read_bytes()
    is_original = not anew and not shared and len(read) == 1 and is_whole(data)
    if is_original:
        original = read[0][1]
        book = opened(data, title, original.grids)
        grids = {(original.file, grid.name): grid for grid in original.grids if book.named(grid.name)}
        titles = {key: key[1] for key in grids}
    else:
        book, grids = Book(title=title), _own_grids(read, month, street, part)
        titles = {key: rewritten(book, grid, month) for key, grid in grids.items()}
    _annotate(book, titles, grids, marks)
    how = [_OF_PART] if part else [_KEPT if is_original else _ANEW, *([_OTHERS] if shared else [])]
    _cover(book, month, street, sources, marks, how, part)
    list_problems(book, titles, grids, marks)
    list_kinds(book, titles, marks)
    content = book.content()
    if is_original and not keeps(content, list(grids.values())):
        raise ValueError("a value of the original was lost")
    return content


def _own_grids(read: list[tuple[Source, Workbook]], month: Month, street: Street, part: Part | None) -> Grids:
    """The sheets to write: without those that redstats had added, and of a shared file only the street's own rows."""
    grids = {}
    for source, book in read:
        texts = [text for grid in book.grids for row in grid.rows for text in row]
        was_sent_back = stamps.answer(texts)
        checks = stamps.are_self_checks((grid.name for grid in book.grids), texts)
        for grid in book.grids:
            if grid.name in checks or (was_sent_back and re.fullmatch(stamps.SHEETS, grid.name)):
                continue
            if was_sent_back:
                grid.forget_marks()
            if source.rows is None:
                grids[book.file, grid.name] = grid
            elif grid.name in source.rows:
                kept = only(grid, source.rows[grid.name], month, street)
                cells = source.cells.get(grid.name, (set(), set()))
                grids[book.file, grid.name] = without(kept, *cells, part.names) if part else kept
    return grids


def _annotate(book: Book, titles: Titles, grids: Grids, marks: list[Mark]) -> None:
    cells: dict[tuple[str, int, int], list[Mark]] = {}
    for matter in marks:
        title = titles.get((matter.file, matter.sheet))
        if title and matter.cell:
            row, column = grids[matter.file, matter.sheet].anchor(*place_of(matter.cell))
            cells.setdefault((title, row + 1, column + 1), []).append(matter)
    for (title, row, column), matters in cells.items():
        worst = min(matters, key=lambda matter: list(KINDS).index(matter.kind))
        text = "\n\n".join(map(_comment, matters))
        sheet = book.named(title)
        assert sheet is not None  # its title was given when it was made
        mark(sheet, row, column, text, stamps.COLOURS[worst.kind])


def _comment(matter: Mark) -> str:
    sources = "".join(f"\n{source}：“{words}”" for source, words in matter.sources)
    return f"［{KINDS[matter.kind]}］{matter.what}{sources}\n怎么改：{matter.to_do}"


def _cover(
    book: Book,
    month: Month,
    street: Street,
    sources: list[Source],
    marks: list[Mark],
    how: list[str],
    part: Part | None,
) -> None:
    sheet, whom = book.sheet(stamps.COVER), street.name + (part.label if part else "")
    book.widths(sheet, {1: 14, 2: 10, 3: 10, 4: 84})
    book.put(sheet, 1, 1, f"{whom}{month.label}红色业委会月报退回说明", replace(TITLE, align="left"))
    row = 3
    answer = (*ANSWER[:-1], ANSWER_OF_PART) if part else ANSWER
    for line in (opening(month, whom, marks), *answer, *how):
        book.merge(sheet, (row, 1, row, 4), line, replace(PLAIN, wrap=True))
        book.fit(sheet, row, [(line, 116)])
        row += 1
    row += 1
    book.row(sheet, row, ["类别", "条数", "颜色", "说明"], HEADING)
    numbers = Counter(one.kind for one in marks)
    for kind, name in KINDS.items():
        row += 1
        book.row(sheet, row, [name, numbers[kind], None, _MEANING[kind]])
        book.put(sheet, row, 3, None, replace(CELL, fill=stamps.COLOURS[kind]))
    names = "、".join(source.path.name for source in sources)
    names = part.names.hidden(names) if part else names
    hashes = [hash_ for source in sources for hash_ in (source.sha256, *source.copies)]
    of_part = stamps.part_of(part.key) if part else ""
    stamp = stamps.sent_back(str(month), street.code, dict.fromkeys(hashes), of_part)
    for line in (f"来源文件：{names}", f"{stamp}（汇总时据此认出是哪一份的更正件，请勿删改）"):
        row += 2 if line.startswith("来源") else 1
        book.merge(sheet, (row, 1, row, 4), line, replace(PLAIN, wrap=True, colour="808080", size=9))
        book.fit(sheet, row, [(line, 116)])
    book.page(sheet)
    book.first(sheet, 0)


_MEANING = {
    "mend": "读不懂、互相矛盾或缺名称，没有采用",
    "short": "不符合《长宁区红色业委会建设标准（暂行）》的要求",
    "law": "不符合市级规定；不属于上述标准，不计入评分",
    "fill": "要求填报而空着",
    "check": "可能有误，请看一看",
}

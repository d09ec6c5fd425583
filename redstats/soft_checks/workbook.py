"""请复核.xlsx: the signs of a month, each with the count it is made of, and how much was looked at; for the district alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from redstats import places, standard
from redstats.months import Month
from redstats.places import Places
from redstats.project import OF_DISTRICT
from redstats.soft_checks.examining import Examined, Listed
from redstats.soft_checks.rulebook import Kind, rules
from redstats.standard import Standard
from redstats.workbooks.grid import Grid
from redstats.workbooks.writing import HEADING, PLAIN, TITLE, Book

NAME = "请复核.xlsx"
FILE = f"{OF_DISTRICT}/{NAME}"  # below the folder of the month's letters
_COLUMNS = {
    **{"序号": 6, "街镇": 14, "迹象": 18, "项目": 20, "数到的": 40, "别的街镇": 14, "机会": 14},
    **{"业委会": 44, "请复核": 36, "连续列出自": 12},
}
_LOOKED = {"迹象": 24, "比较了几处": 14, "列出": 10, "说明": 50}
_TOP = 4
_NAMED = 20  # committees of a line; of more the street itself is meant
_WRAPPED = replace(PLAIN, wrap=True)
_HOW = (
    "只供区级使用：不上页面，不进信件，不影响达标、得分和排序。列出的是填报数不像逐个统计出来的迹象，不是结论；"
    "统一安排、一起办理等都可能有同样的数，请看台账后再定。"
)
_NOTHING = "没有可比的，未能查看"


def workbook(examined: Examined, month: Month) -> bytes:
    """The list as .xlsx."""
    edition, roll = standard.on(month.end), places.on(month.end)
    book = Book(title=f"{month.label}请复核")
    _list(book, examined, month, edition, roll)
    _looked_at(book, examined)
    return book.content()


def _list(book: Book, examined: Examined, month: Month, edition: Standard, roll: Places) -> None:
    sheet, last = book.sheet("请复核"), len(_COLUMNS)
    book.put(sheet, 1, 1, f"{month.label}请复核", replace(TITLE, align="left"))
    book.merge(sheet, (2, 1, 2, last), _HOW, _WRAPPED)
    book.fit(sheet, 2, [(_HOW, sum(_COLUMNS.values()))])
    summary = "".join(_summary(examined, roll))
    book.merge(sheet, (3, 1, 3, last), summary, _WRAPPED)
    book.fit(sheet, 3, [(summary, sum(_COLUMNS.values()))])
    book.row(sheet, _TOP, list(_COLUMNS), HEADING)
    row = _TOP
    for row, line in enumerate(_lines(examined.listed, edition, roll), start=_TOP + 1):
        shown = [row - _TOP, *line]
        book.row(sheet, row, shown)
        book.fit(sheet, row, zip(shown, _COLUMNS.values(), strict=True))
    book.widths(sheet, dict(enumerate(_COLUMNS.values(), start=1)))
    sheet.freeze_panes = f"C{_TOP + 1}"
    sheet.auto_filter.ref = f"A{_TOP}:{Grid.letters(last - 1)}{row}"
    book.page(sheet, rows=f"{_TOP}:{_TOP}")


def _looked_at(book: Book, examined: Examined) -> None:
    sheet = book.sheet("看了什么")
    book.row(sheet, 1, list(_LOOKED), HEADING)
    kinds = [one.sign.count.kind for one in examined.listed]
    for row, (name, kind) in enumerate(rules().kinds.items(), start=2):
        looked = examined.looked_at.get(name, 0)
        to_do = kind.ask if looked else _NOTHING
        line = [kind.label, looked, kinds.count(name) if looked else None, to_do]
        book.row(sheet, row, line)
        book.fit(sheet, row, zip(line, _LOOKED.values(), strict=True))
    book.widths(sheet, dict(enumerate(_LOOKED.values(), start=1)))
    book.page(sheet, rows="1:1")


def _summary(examined: Examined, roll: Places) -> Iterator[str]:
    total = sum(examined.looked_at.values())
    yield f"共比较 {total} 处，列出 {len(examined.listed)} 处；列出的里面，碰巧的预计不超过 {rules().level:.0%}"
    yield "（Benjamini–Hochberg；各街镇本来的差别已按贝塔二项分布计入）。"
    yield f"另与之前 {examined.months} 个月比较。" if examined.months else "之前没有月份可比。"
    absent = [one.name for one in roll.streets if one.code not in examined.streets]
    if absent:
        yield f"没有读到报表、未能查看的：{'、'.join(absent)}。"
    blind = [kind.label for name, kind in rules().kinds.items() if not examined.looked_at.get(name)]
    if blind:
        yield f"{_NOTHING}的迹象：{'、'.join(blind)}。"


def _lines(listed: Iterable[Listed], edition: Standard, roll: Places) -> Iterator[list[object]]:
    """A line a sign, those of single committees of a street in one."""
    names = {one.code: one.name for one in roll.streets}
    order = {name: place for place, name in enumerate(rules().kinds)}

    def key(sign: Listed) -> tuple[str, int]:
        return sign.sign.count.street, order[sign.sign.count.kind]

    for (street, _), several in groupby(sorted(listed, key=key), key=key):
        signs = [*several]
        kind = rules().kinds[signs[0].sign.count.kind]
        if signs[0].sign.count.of_a_committee:
            yield _line_of_committees(names[street], kind, signs)
            continue
        for sign in signs:
            count = sign.sign.count
            field = edition.label(count.about) if count.group else ""
            other = names.get(count.about, "")
            text = kind.text.format(count=count.count, of=count.of, about=other)
            streets = "、".join(names[code] for code in count.streets if code)
            yield [
                streets,
                kind.label,
                field,
                text,
                *_compared([sign]),
                *_rest(kind, sign.committees, [sign]),
            ]


def _line_of_committees(street: str, kind: Kind, signs: list[Listed]) -> list[object]:
    counts = [sign.sign.count for sign in signs]
    each = [f"{count.about}（{count.count}/{count.of}）" for count in counts]
    text = kind.text.format(count=counts[0].count, of=counts[0].of, about="")
    if len(signs) > 1:
        text = f"{len(signs)} 个业委会，如{counts[0].about}{text}"
    return [street, kind.label, "", text, *_compared(signs), *_rest(kind, each, signs)]


def _compared(signs: list[Listed]) -> list[object]:
    """The share elsewhere, and how likely the least of the signs is by chance."""
    share, chance = signs[0].sign.share, max(one.sign.chance for one in signs)
    return [f"{share:.1%}", "小于百万分之一" if chance < 1e-6 else f"{chance:.2g}"]


def _rest(kind: Kind, committees: Iterable[str], signs: list[Listed]) -> list[object]:
    named = [*committees]
    names = "、".join(named[:_NAMED]) + (f"等 {len(named)} 个" if len(named) > _NAMED else "")
    return [names, kind.ask, str(min(one.since for one in signs))]

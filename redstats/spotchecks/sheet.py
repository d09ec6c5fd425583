"""The sheet that a checker takes along: every drawn claim of a street with its cell, its clause and what to see, and blanks to fill in."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from redstats import places, standard
from redstats.months import Month
from redstats.places import Street
from redstats.project import OF_DISTRICT, Project
from redstats.scores import sampling
from redstats.spotchecks.rulebook import rules
from redstats.workbooks import stamps
from redstats.workbooks.writing import HEADING, PLAIN, TITLE, Book, Check, Look, save

CLAIM, COMMITTEE, REQUIREMENT = "编号", "业委会", "要求"
RESULT, CHECKED_BY, CHECKED_ON, REMARK = "核实结果", "核实人", "核实日期", "说明"
# Widths in characters; together they fill A4 landscape at a size that can be read.
_COLUMNS = {
    "序号": 5,
    CLAIM: 15,
    COMMITTEE: 14,
    "居委会": 12,
    REQUIREMENT: 14,
    "条款原文": 28,
    "所报": 12,
    "工作簿!工作表!单元格": 24,
    "应看的凭证": 17,
    RESULT: 9,
    CHECKED_BY: 9,
    CHECKED_ON: 11,
    REMARK: 14,
}
_TOP = 5  # the row of the headings
_SMALL = Look(border=True, wrap=True, size=10)
_LEFT = Look(wrap=True)


def file_name(street: Street, number: int) -> str:
    """The workbook of a street in one round."""
    return f"{street.name}-抽查单{'' if number == 1 else f'-{number}'}.xlsx"


def folder(project: Project, month: Month) -> Path:
    """Where the sheets lie: the district fills them, so with what is its own."""
    return project.letters(month, OF_DISTRICT)


def write(project: Project, month: Month, draws: pd.DataFrame, number: int) -> list[Path]:
    """Write the sheets of a round that are not there yet; nothing that is there is touched."""
    written = []
    for street in places.on(month.end).streets:
        path = folder(project, month) / file_name(street, number)
        of_street = draws[draws["street_code"] == street.code]
        if (of_street["round"] == number).any() and not path.exists():
            written.append(save(path, build(month, street, of_street, number)))
    return written


def size_sentence(claims: int, drawn: int) -> str:
    """What a sample of ``drawn`` of ``claims`` can find."""
    false = sampling.least_to_find(claims, drawn)
    chance = sampling.chance_to_find(claims, drawn, false)
    less = max(false // 4, 1)
    sentence = f"共抽 {drawn} 项，抽自 {claims} 项自报达标的。其中如有 {false} 项（{false / claims:.0%}）不属实，至少查出 1 项的可能有 {chance:.0%}"
    if less < false:
        sentence += (
            f"；只有 {less} 项不属实，有 {sampling.chance_to_find(claims, drawn, less):.0%}，查不到不等于没有"
        )
    return f"{sentence}（按机会均等抽取计）。"


def build(month: Month, street: Street, claims: pd.DataFrame, number: int) -> bytes:
    """The .xlsx of a street: ``claims`` are all of its rows of 7_spot_checks/draws, of which those of the round are listed."""
    edition, book = standard.on(month.end), Book(title=f"{street.name}{month.label}抽查单")
    sheet = book.sheet("抽查单")
    last = len(_COLUMNS)
    book.widths(sheet, dict(enumerate(_COLUMNS.values(), 1)))
    round_text = "" if number == 1 else f"（第{number}轮）"
    book.merge(sheet, (1, 1, 1, last), f"{street.name}{month.label}抽查单{round_text}", TITLE)
    size = size_sentence(len(claims), int((claims["round"] <= number).sum()))
    results = "、".join(rules().results.values())
    how = (
        f"请到场看凭证，在“{RESULT}”填{results}之一；还没有核实的留空。可以排序、筛选，请不要改“{CLAIM}”。"
        f"填好后放进 data/raw/spot-checks/{month}，运行 redstats spot-check {month} --read 读回。"
    )
    width = sum(_COLUMNS.values())
    sheet.row_dimensions[1].height = 28
    for row, text in ((2, size), (3, how)):
        book.merge(sheet, (row, 1, row, last), text, _LEFT)
        book.fit(sheet, row, [(text, width)])
    book.put(sheet, 4, 1, stamps.spot_check(str(month), street.code, number), PLAIN)
    book.row(sheet, _TOP, list(_COLUMNS), HEADING)
    order = {id_: place for place, id_ in enumerate(edition.requirements)}
    drawn = claims[claims["round"] == number]
    drawn = drawn.assign(order=drawn["requirement"].map(order)).sort_values(
        ["neighbourhood_committee", "committee_name", "order", "claim"], na_position="last"
    )
    for line, claim in enumerate(drawn.to_dict("records"), 1):
        requirement = edition.requirements[claim["requirement"]]
        quote = f"{edition.clauses[requirement.clause].label}：{requirement.quote}"
        where = "!".join(_text(claim[name]) for name in ("source_file", "source_sheet", "cell"))
        shown = [
            line,
            claim["claim"],
            _text(claim["committee_name"]),
            _text(claim["neighbourhood_committee"]),
            requirement.title,
            quote,
            _text(claim["reported"]),
            where,
            rules().evidence(requirement, edition),
            *[None] * 4,
        ]
        book.row(sheet, _TOP + line, shown, _SMALL)
        book.fit(sheet, _TOP + line, zip(shown, _COLUMNS.values(), strict=True))
    bottom, columns = _TOP + len(drawn), {name: place for place, name in enumerate(_COLUMNS, 1)}
    choices = Check(
        RESULT, f"请选{results}；还没有核实的留空", tuple(rules().results.values()), error=f"请选{results}"
    )
    book.check(sheet, (_TOP + 1, columns[RESULT], bottom, columns[RESULT]), choices)
    sheet.freeze_panes = f"A{_TOP + 1}"
    book.page(sheet, rows=f"{_TOP}:{_TOP}", small=True)
    return book.content()


def _text(value: object) -> str:
    return "" if pd.isna(value) else str(value)  # type: ignore[call-overload]  # a cell of a table, never an array

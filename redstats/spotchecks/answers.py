"""What the filled sheets say: read back by the ids of their claims, in whatever order the rows stand.

Sheets come back into ``data/raw/spot-checks/<month>``, beside the months and not in one, so that no import of returns meets them.
What cannot be taken is told with file, sheet and cell, and taken for not checked: an id that was not drawn, a row whose id and name do
not belong together (only some columns were sorted), a word that is no result, and two answers that contradict each other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd

from redstats import incoming, outcomes, standard, tables, values, workbooks
from redstats import places as roll
from redstats.errors import RunError, WorkbookError
from redstats.months import Month
from redstats.project import SPOT_CHECKS, Project
from redstats.spotchecks import sheet
from redstats.spotchecks.drawing import claim_ids, draws, value_hashes
from redstats.spotchecks.rulebook import rules
from redstats.text import fold
from redstats.workbooks import Grid, Workbook, isolation

_DAY = SimpleNamespace(id="checked_on", label=sheet.CHECKED_ON, type="date", unit="", values={})


@dataclass(frozen=True, slots=True)
class Answer:
    """What one row says of a claim: ``where`` is file, sheet and cell of the result."""

    result: str
    checked_by: str
    checked_on: dt.date | None
    remark: str
    where: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of a month: the files, the rows of 7_spot_checks, and what could not be taken (Chinese, with its cell)."""

    files: list[str]
    checks: pd.DataFrame
    problems: list[str]


def read(project: Project, month: Month) -> Read:
    """Read every filled sheet of a month and write 7_spot_checks, a row for every claim that was drawn.

    Only for who holds the month's lock.  RunError where nothing was drawn, or no sheet has come back.
    """
    frame = draws(project, month)
    if frame is None:
        raise RunError(
            f"{month} 还没有抽查单", where=tables.SPOT_DRAWS, to_do=f"请先运行 redstats spot-check {month}"
        )
    folder = project.raw / SPOT_CHECKS / str(month)
    files = [file for file in incoming.files(folder) if not file.skipped]
    if not files:
        raise RunError(
            f"没有 {month} 填好的抽查单",
            where=f"data/raw/{SPOT_CHECKS}/{month}",
            to_do="请把填好的抽查单放进这个文件夹",
        )
    drawn = frame[frame["round"].notna()].reset_index(drop=True)
    edition = standard.on(month.end)
    titles = {id_: one.title for id_, one in edition.requirements.items()}
    reader = _Reader({row["claim"]: row for row in tables.records(drawn)}, titles, month)
    for file in files:
        try:
            book = isolation.call(workbooks.read, file.path)
            if isinstance(book, isolation.Death):
                raise outcomes.refusal(book.code, file.name)
        except WorkbookError as error:
            reader.problems.append(f"{file.name}：{error.what}。{error.to_do}")
            continue
        reader.read(cast(Workbook, book), file.name)
    answers = reader.settled()
    rows = [_row(claim, answers.get(claim["claim"])) for claim in tables.records(drawn)]
    checks = tables.typed(rows, tables.SCHEMAS[tables.SPOT_CHECKS])
    checks["changed"] = _changed(project, month, drawn)
    tables.write(project, tables.SPOT_CHECKS, month, checks, roll.on(month.end).district_code)
    return Read([file.name for file in files], checks, reader.problems)


class _Reader:
    """Collects the answers of several workbooks; ``problems``: what could not be taken."""

    def __init__(self, drawn: Mapping[str, dict], titles: Mapping[str, str], month: Month) -> None:
        self._drawn, self._titles, self._month = drawn, titles, month
        self._answers: dict[str, list[Answer]] = {}
        self.problems: list[str] = []

    def read(self, book: Workbook, name: str) -> None:
        """Take what a workbook says; one without our columns is told."""
        tabled = [self._read_sheet(grid, name) for grid in book.grids]
        if not any(tabled):
            self.problems.append(
                f"{name}：没有“{sheet.CLAIM}”和“{sheet.RESULT}”两栏，不是抽查单。请保留抽查单的表头"
            )

    def _read_sheet(self, grid: Grid, name: str) -> bool:
        """Whether the sheet has our columns."""
        columns: dict[str, int] = {}
        for row in range(grid.height):
            texts = ["".join(text.split()) for text in grid.texts(row)]
            if sheet.CLAIM in texts and sheet.RESULT in texts:
                columns = {text: column for column, text in reversed([*enumerate(texts)]) if text}
            elif columns:
                self._read_row(_Row(grid, row, columns, name))
        return bool(columns)

    def _read_row(self, row: _Row) -> None:
        id_, result = row.text(sheet.CLAIM).upper(), row.text(sheet.RESULT)
        if not id_ and not result:
            return
        claim = self._drawn.get(id_)
        if claim is None:
            what = f"编号“{id_}”不是本月抽出的" if id_ else f"有“{sheet.RESULT}”而没有编号"
            self._tell(row, sheet.CLAIM, f"{what}，未采用。请照抽查单改正编号")
            return
        if not result:
            return
        for column, expected in (
            (sheet.COMMITTEE, claim["committee_name"]),
            (sheet.REQUIREMENT, self._titles[claim["requirement"]]),
        ):
            written = row.text(column)
            if written and not pd.isna(expected) and fold(written) != fold(expected):
                self._tell(
                    row,
                    column,
                    f"编号 {id_} 抽的是“{expected}”，这一行写的是“{written}”，未采用。可能只排了部分列，请照抽查单改正",
                )
                return
        meaning = rules().result(result)
        if meaning is None:
            words = "、".join(rules().results.values())
            self._tell(row, sheet.RESULT, f"“{result}”不是{words}之一，未采用。请改填其中之一")
            return
        answer = Answer(
            meaning,
            row.text(sheet.CHECKED_BY),
            self._day(row),
            row.text(sheet.REMARK),
            row.where(sheet.RESULT),
        )
        self._answers.setdefault(id_, []).append(answer)

    def _day(self, row: _Row) -> dt.date | None:
        # checked after the month: a day without its year is of the month after it, or later
        reading = values.read_value(row.value(sheet.CHECKED_ON), _DAY, month=self._month.next.start)
        if reading.state == "unreadable":
            self._tell(row, sheet.CHECKED_ON, f"日期读不出来（{reading.note}），结果照采用")
        return cast("dt.date | None", reading.value)

    def _tell(self, row: _Row, column: str, what: str) -> None:
        self.problems.append(f"{'!'.join(row.where(column))}：{what}")

    def settled(self) -> dict[str, Answer]:
        """The answer of each claim; of answers that contradict each other none is taken, and all are told."""
        taken = {}
        for claim, answers in self._answers.items():
            if len({answer.result for answer in answers}) == 1:
                taken[claim] = answers[0]
                continue
            listed = "、".join(
                f"{'!'.join(each.where)}（{rules().results[each.result]}）" for each in answers
            )
            self.problems.append(f"{listed}：编号 {claim} 的几处结果互相矛盾，都未采用。请只留一个")
        return taken


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a sheet below its headings."""

    grid: Grid
    number: int
    columns: Mapping[str, int]
    file: str

    def value(self, name: str) -> object:
        column = self.columns.get(name)
        return "" if column is None else self.grid.value(self.number, column)

    def text(self, name: str) -> str:
        column = self.columns.get(name)
        return "" if column is None else values.clean(self.grid.text(self.number, column))

    def where(self, name: str) -> tuple[str, str, str]:
        return self.file, self.grid.name, self.grid.address(self.number, self.columns.get(name, 0))


def _row(claim: dict[str, Any], answer: Answer | None) -> dict[str, Any]:
    names = (*tables.KEYS, "claim", "requirement", "round", "factor", "class_size", "probability")
    row = {name: None if pd.isna(claim[name]) else claim[name] for name in names}
    if answer is None:
        return row
    of_answer = {
        name: getattr(answer, name) or None for name in ("result", "checked_by", "checked_on", "remark")
    }
    return row | of_answer | dict(zip((*tables.SOURCE, "cell"), answer.where, strict=True))


def _changed(project: Project, month: Month, drawn: pd.DataFrame) -> pd.Series:
    """Whether the return says something else by now than when the claim was drawn."""
    findings = tables.read(project, tables.FINDINGS, month)
    now = dict(zip(claim_ids(findings), value_hashes(findings), strict=True))
    same = (
        now.get(claim) == before for claim, before in zip(drawn["claim"], drawn["value_hash"], strict=True)
    )
    return pd.Series([not unchanged for unchanged in same], drawn.index, dtype="boolean")


def each_result(checks: pd.DataFrame) -> Iterator[tuple[str, int]]:
    """How many checks ended in each result."""
    for name, label in rules().results.items():
        yield label, int((checks["result"] == name).sum())

"""All that the radar looks at in a month: what was reported, where it stands, and how it was judged."""

from __future__ import annotations

import datetime as dt
from functools import cached_property

import numpy as np
import pandas as pd

from redstats import tables
from redstats.facts.cells import STATES
from redstats.facts.month import MonthFacts
from redstats.findings.formatting import keys_of, shown
from redstats.months import chinese
from redstats.project import Project

_PLACE = [*tables.SOURCE, "cell"]


class Evidence:
    """The facts of a month, its 2_findings and 2_findings/law; rows are those of 1_returns, by number.

    ``judged``: the rows of committees that are judged; ``states``: the five states by rule or requirement and row.
    RunError when the month was not judged yet.
    """

    def __init__(self, project: Project, facts: MonthFacts) -> None:
        self.month, self.rules, self.facts = facts.month, facts.rules, facts
        self.returns, self.cells, month = facts.returns, facts.cells, facts.month
        places = facts.cells_table[_PLACE].itertuples(index=False, name=None)
        self._raws = dict(zip(places, facts.cells_table["raw"], strict=True))
        self.values = {name: column.tolist() for name, column in facts.law.frame.items()}
        self.of_year = {name: column.tolist() for name, column in facts.year.frame.items()}
        self._sources = {name: self.returns[name].tolist() for name in tables.SOURCE}
        self.judged = np.flatnonzero(facts.judged).tolist()
        findings = tables.read(project, tables.FINDINGS, month)
        law = tables.read(project, tables.LAW, month)
        self.states = _by_rule(law, "state") | _by_rule(findings, "state")
        self.since = _by_rule(law, "since")

    @cached_property
    def keys(self) -> list[dict]:
        """The key columns of every row."""
        return keys_of(self.returns)[tables.KEYS].to_dict("records")

    def day(self, row: int, field: str) -> dt.date | None:
        """The date in a field; None where there is none."""
        value = self.values[field][row]
        return None if value is None or pd.isna(value) else value.date()

    def due(self, row: int, rule: str) -> dt.date | None:
        """The day by which a rule of the city asks for something; None where that is not known."""
        day = self.facts.law.due[rule].iloc[row]
        return None if pd.isna(day) else day.date()

    def is_vague(self, row: int, field: str) -> bool:
        """Whether only the month of a date was written."""
        return bool(self.cells.vague(field)[row])

    def does_not_apply(self, row: int, field: str) -> bool:
        """Whether the street wrote 不涉及 where that is an answer."""
        return self._is_read_as(row, field, "not_applicable") and bool(self.facts.applies_not(field)[row])

    def _is_read_as(self, row: int, field: str, state: str) -> bool:
        read = self.cells.state.get(field)
        return read is not None and STATES[read[row]] == state

    def _where(self, row: int, field: str) -> tuple | None:
        line = self.cells.at[field][row] if field in self.cells.at else -1
        return tuple(column[line] for column in self.cells.place) if line >= 0 else None

    def place(self, row: int, field: str) -> dict[str, str | None]:
        """File, sheet and cell; the cell is None where the street did not send the column."""
        empty = {name: column[row] for name, column in self._sources.items()} | {"cell": None}
        position = self._where(row, field)
        return dict(zip(_PLACE, position, strict=True)) if position else empty

    def fact(self, row: int, field: str, values: object = None) -> str:
        """What was reported, by its name: the words of the cell where they say no certain day."""
        value = self.values[field][row] if values is None else values
        unread = self._is_read_as(row, field, "unreadable")
        if unread or self.is_vague(row, field):
            why = "无法识别" if unread else "没有写到日"
            text = f"{self._raws.get(self._where(row, field) or (), '')}（{why}）"
        elif isinstance(value, list):
            text = "、".join(chinese(one) for one in value)
        elif isinstance(value, dt.date) and not pd.isna(value):
            text = chinese(value)
        else:
            text = shown(value, field, self.rules)
        return f"{self.rules.label(field)} {text or '未填'}"


def _by_rule(table: pd.DataFrame, column: str) -> dict[str, list]:
    """A column by rule, in the order of 1_returns, which both tables keep."""
    return {str(id_): rows[column].tolist() for id_, rows in table.groupby("requirement", sort=False)}

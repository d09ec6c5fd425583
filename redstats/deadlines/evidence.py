"""All that the radar looks at in a month: what was reported, where it stands, and how it was judged."""

from __future__ import annotations

import datetime as dt
from functools import cached_property

import pandas as pd

from redstats import standard, tables
from redstats.facts import law_facts
from redstats.facts.cells import STATES, cells_of
from redstats.facts.standard_facts import facts as facts_of
from redstats.findings.formatting import keys_of, shown
from redstats.findings.law import past_of
from redstats.months import Month, chinese
from redstats.project import Project

_PLACE = [*tables.SOURCE, "cell"]


class Seen:
    """A month's 1_returns, 1_returns/cells, 2_findings and 2_findings/law; rows are those of 1_returns, by number.

    ``judged``: the rows of committees that are judged; ``states``: the five states by rule or requirement and row;
    ``told``: what the rules of the month look at.  RunError when the month was not judged yet.
    """

    def __init__(self, project: Project, month: Month) -> None:
        self.month, self.rules = month, standard.on(month.end)
        self.returns = tables.read(project, tables.RETURNS, month)
        cells = tables.read(project, tables.CELLS, month)
        self.cells = cells_of(self.returns, cells)
        self._raws = dict(zip(cells[_PLACE].itertuples(index=False, name=None), cells["raw"], strict=True))
        types = {id_: one.type for id_, one in self.rules.fields.items()}
        frame = facts_of(self.returns, [], month, self.rules, self.cells)
        listed = [id_ for id_, kind in types.items() if kind == "dates"]
        self.past = past_of(project, month, law_facts.months_before(self.rules.law, month, types), listed)
        self.told = law_facts.facts(frame, self.past, month, self.rules.law, self.cells, {}, types)
        self.values = {name: self.told.frame[name].tolist() for name in self.told.frame.columns}
        status = self.told.frame["committee_status"]
        judged = status.isna() | status.isin(self.rules.edition.judged_statuses)
        self.judged = [row for row, one in enumerate(judged) if one]
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
        day = self.told.due[rule].iloc[row]
        return None if pd.isna(day) else day.date()

    def is_vague(self, row: int, field: str) -> bool:
        """Whether only the month of a date was written."""
        return bool(self.cells.vague(field)[row])

    def does_not_apply(self, row: int, field: str) -> bool:
        """Whether the street wrote 不涉及."""
        return self._is_read_as(row, field, "not_applicable")

    def _is_read_as(self, row: int, field: str, state: str) -> bool:
        read = self.cells.state.get(field)
        return read is not None and STATES[read[row]] == state

    def _where(self, row: int, field: str) -> tuple | None:
        line = self.cells.at[field][row] if field in self.cells.at else -1
        return tuple(column[line] for column in self.cells.place) if line >= 0 else None

    def place(self, row: int, field: str) -> dict[str, str | None]:
        """File, sheet and cell; the cell is None where the street did not send the column."""
        whole = self.returns.iloc[row]
        empty = {"source_file": whole["source_file"], "source_sheet": whole["source_sheet"], "cell": None}
        found = self._where(row, field)
        return dict(zip(_PLACE, found, strict=True)) if found else empty

    def fact(self, row: int, field: str, values: object = None) -> str:
        """What was reported, by its name: the words of the cell where they say no certain day."""
        value = self.values[field][row] if values is None else values
        unread = self._is_read_as(row, field, "unreadable")
        if unread or self.is_vague(row, field):
            why = "无法识别" if unread else "没有写到日"
            told = f"{self._raws.get(self._where(row, field) or (), '')}（{why}）"
        elif isinstance(value, list):
            told = "、".join(chinese(one) for one in value)
        elif isinstance(value, dt.date) and not pd.isna(value):
            told = chinese(value)
        else:
            told = shown(value, field, self.rules)
        return f"{self.rules.label(field)} {told or '未填'}"


def _by_rule(table: pd.DataFrame, column: str) -> dict[str, list]:
    """A column by rule, in the order of 1_returns, which both tables keep."""
    return {str(id_): own[column].tolist() for id_, own in table.groupby("requirement", sort=False)}

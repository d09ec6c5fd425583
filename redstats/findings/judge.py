"""From what GX found to one of five states for every requirement and committee."""

from __future__ import annotations

import operator
from dataclasses import dataclass

import pandas as pd

from redstats.findings.suites import Result
from redstats.months import Month
from redstats.standard import Requirement, Standard

PACES = {"done": "已完成", "on_pace": "进度正常", "due": "临近年底尚未完成", "behind": "进度滞后"}
LAST_QUARTER = 10
_WHY = {"unreadable": "needs_review", "not_applicable": "not_applicable"}
# May be unknown without making the rule undecidable: a committee of unknown term is held to the full count.
OPTIONAL = {"self_study": {"term_start"}}


@dataclass(frozen=True, slots=True)
class Cells:
    """Where the data of a month stand and in which state they were read, by (row, field)."""

    state: dict[tuple[int, str], str]
    place: dict[tuple[int, str], tuple[str, str, str]]


class Judge:
    """Judges one month: ``verdicts(requirement, result)`` yields a state for every row of the facts."""

    def __init__(
        self, facts: pd.DataFrame, cells: Cells, month: Month, standard: Standard, doubts: dict[str, set[int]]
    ) -> None:
        self._facts, self._cells, self._month, self._standard = facts, cells, month, standard
        self._doubts = doubts
        status = facts["committee_status"]
        self._judged = (status.isna() | status.isin(standard.edition.judged_statuses)).tolist()
        self._missing = {name: facts[name].isna().tolist() for name in facts.columns}
        self._values = {name: facts[name].tolist() for name in facts.columns}

    def verdicts(self, requirement: Requirement, result: Result) -> list[tuple[str, str]]:
        """(state, pace) of every row, in order."""
        in_season = not requirement.months or self._month.number in requirement.months
        applies = _applies(self._facts, result.condition)
        asked = _compared(result.condition)
        optional = OPTIONAL.get(requirement.id, set())
        needed = [name for name in result.columns if name not in optional]
        doubted = self._doubts.get(requirement.field, set())
        found = []
        for row in range(len(self._facts)):
            if not in_season or not self._judged[row]:
                found.append(("not_applicable", ""))
            elif not applies[row]:
                unknown = self._unknown(row, asked)
                found.append((unknown or "not_applicable", ""))
            else:
                found.append(self._verdict(row, requirement, result, needed, row in doubted))
        return found

    def _verdict(
        self, row: int, requirement: Requirement, result: Result, needed: list[str], doubted: bool
    ) -> tuple[str, str]:
        unknown = self._unknown(row, [requirement.field])
        if unknown in ("needs_review", "not_applicable"):
            return unknown, ""
        # GX passes over a row where every column is empty; such a row is no proof of anything.
        seen = not all(self._missing[name][row] for name in result.columns)
        passed = seen and row not in result.failed
        if not passed:
            unknown = self._unknown(row, needed)
            if unknown == "not_reported" and requirement.blank == "not_met":
                # An empty date means "not done" only where the street sent the column at all.
                unknown = "" if (row, requirement.field) in self._cells.state else unknown
            if unknown:
                return unknown, ""
        yearly = requirement.period == "year"
        if doubted:
            return "needs_review", ""
        if passed:
            return "met", "done" if yearly else ""
        if yearly and self._month.number < 12:
            return "not_applicable", self._pace(row, requirement)
        if not self._values.get(f"{requirement.field}_complete", {row: True})[row]:
            return "not_reported", ""
        return "not_met", ""

    def _unknown(self, row: int, names: list[str]) -> str:
        """Why a datum is not known: needs_review, not_applicable or not_reported; empty when all are known."""
        for name in names:
            if self._missing[name][row]:
                state = self._cells.state.get((row, name), "not_reported")
                return _WHY.get(state, "not_reported")
        return ""

    def _pace(self, row: int, requirement: Requirement) -> str:
        done = self._values[requirement.field][row] if requirement.field in self._values else None
        done = float(done) if isinstance(done, int | float | bool) and done == done else 0.0
        passed = [due for month, due in requirement.pace.items() if month <= self._month.number]
        if passed and done < max(passed):
            return "behind"
        return "due" if self._month.number >= LAST_QUARTER else "on_pace"


_OPERATORS = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


def _applies(facts: pd.DataFrame, condition: dict | None) -> list[bool]:
    """The rows that GX's ``row_condition`` leaves in; GX itself does not tell which they were."""
    if condition is None:
        return [True] * len(facts)
    kind = condition["type"]
    if kind == "comparison":
        column = facts[condition["column"]["name"]]
        if column.dtype == object:
            return [value == condition["parameter"] for value in column]
        return _OPERATORS[condition["operator"]](column, condition["parameter"]).tolist()
    if kind == "nullity":
        empty = facts[condition["column"]["name"]].isna()
        return (empty if condition["is_null"] else ~empty).tolist()
    sides = [_applies(facts, one) for one in condition["conditions"]]
    return [all(row) if kind == "and" else any(row) for row in zip(*sides, strict=True)]


def _compared(condition: dict | None) -> list[str]:
    """The columns whose absence leaves open whether a requirement applies."""
    if condition is None or condition["type"] == "nullity":
        return []
    if condition["type"] == "comparison":
        return [condition["column"]["name"]]
    return [name for one in condition["conditions"] for name in _compared(one)]

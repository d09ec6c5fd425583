"""From what GX found to one of five states for every requirement and committee."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from redstats.findings.cells import Cells
from redstats.findings.conditions import applies, compared, present
from redstats.findings.facts import SOURCES
from redstats.findings.suites import Result
from redstats.months import Month
from redstats.standard import Requirement, Standard

PACES = {"done": "已完成", "on_pace": "进度正常", "due": "临近年底尚未完成", "behind": "进度滞后"}
_WHY = {"unreadable": "needs_review", "not_applicable": "not_applicable"}
# Of several reasons why something is not known, the first of these is given.
_ORDER = ("needs_review", "not_reported", "not_applicable")
# May be unknown without making the rule undecidable: a committee of unknown term is held to the full count.
OPTIONAL = {"self_study": {"term_start"}}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The state of one requirement for one committee, with its pace, and the fields whose lack decided it."""

    state: str
    pace: str = ""
    lacking: tuple[str, ...] = ()


class Judge:
    """Judges one month: ``verdicts(requirement, result)`` yields a Verdict for every row of the facts.

    doubts: rows in which a field (or, of one requirement, anything) cannot be believed; sources: what each derived datum is made of; still_open: the
    requirements that may yet be met in time.
    """

    def __init__(
        self,
        facts: pd.DataFrame,
        cells: Cells,
        month: Month,
        standard: Standard,
        doubts: Mapping[str, set[int]],
        sources: Mapping[str, tuple[str, ...]] = SOURCES,
        still_open: Collection[str] = (),
    ) -> None:
        self._facts, self._cells, self._month = facts, cells, month
        self._doubts, self._sources, self._still_open = doubts, sources, still_open
        self._calendar = standard.edition.calendar
        status = facts["committee_status"]
        self._judged = (status.isna() | status.isin(standard.edition.judged_statuses)).tolist()
        self._missing = {name: facts[name].isna().tolist() for name in facts.columns}
        self._values = {name: facts[name].tolist() for name in facts.columns}

    def verdicts(self, requirement: Requirement, result: Result) -> list[Verdict]:
        """The verdict on every row, in order."""
        in_season = not requirement.months or self._month.number in requirement.months
        applied = applies(self._facts, result.condition)
        needs, wants = compared(result.condition), present(result.condition)
        failed = set(result.failed.tolist())
        optional = OPTIONAL.get(requirement.id, set())
        needed = [name for name in result.columns if name not in optional]
        doubted = self._doubts.get(requirement.field, set()) | self._doubts.get(requirement.id, set())
        found = []
        for row in range(len(self._facts)):
            if not in_season or not self._judged[row]:
                found.append(Verdict("not_applicable"))
            elif not applied[row]:
                unsent = [name for name in wants if not self._left_empty(row, name)]
                known = Verdict("needs_review" if row in doubted else "not_applicable")
                found.append(self._unknown(row, [*needs, *unsent]) or known)
            else:
                found.append(self._verdict(row, requirement, result, needed, row in doubted, failed))
        return found

    def _verdict(
        self,
        row: int,
        requirement: Requirement,
        result: Result,
        needed: list[str],
        doubted: bool,
        failed: set,
    ) -> Verdict:
        # GX passes over a row where every column is empty; such a row is no proof of anything.
        seen = not all(self._missing[name][row] for name in result.columns)
        passed = seen and row not in failed
        if not (passed and result.one_suffices):
            own = self._unknown(row, [requirement.field])
            if own and own.state != "not_reported":
                return own
            needed = [requirement.field, *needed]
            if requirement.blank == "not_met" and self._left_empty(row, requirement.field):
                # An empty date means "not done", where the street sent the column at all.
                needed = [name for name in needed if name != requirement.field]
            unknown = self._unknown(row, needed)
            if unknown:
                return unknown
        yearly = requirement.period == "year"
        if doubted:
            return Verdict("needs_review")
        if passed:
            return Verdict("met", "done" if yearly else "")
        if requirement.id in self._still_open:
            return Verdict("not_applicable", "on_pace")
        if yearly and self._month.number < self._calendar.year_ends:
            return Verdict("not_applicable", self._pace(row, requirement, result))
        if not self._values.get(f"{requirement.field}_complete", {row: True})[row]:
            return self._unknown(row, self._sources[requirement.field]) or Verdict("not_reported")
        return Verdict("not_met")

    def _left_empty(self, row: int, name: str) -> bool:
        """Whether the street sent this cell and wrote nothing, or 无, in it."""
        return self._missing[name][row] and self._cells.state.get((row, name)) == "not_reported"

    def _unknown(self, row: int, names: Iterable[str]) -> Verdict | None:
        """Why a datum is not known: needs_review, not_reported or not_applicable; None when all are known."""
        why: dict[str, list[str]] = {}
        for name in names:
            if not self._missing[name][row]:
                continue
            sources = [one for one in self._sources.get(name, (name,)) if self._missing[one][row]]
            for one in sources:
                state = self._cells.state.get((row, one), "not_reported")
                why.setdefault(_WHY.get(state, "not_reported"), []).append(one)
            if not sources:  # all reported, and yet there is no telling what it means
                why.setdefault("needs_review", []).extend(self._sources[name])
        return next(
            (Verdict(state, lacking=tuple(dict.fromkeys(why[state]))) for state in _ORDER if state in why),
            None,
        )

    def _pace(self, row: int, requirement: Requirement, result: Result) -> str:
        done = self._values[requirement.field][row] if requirement.field in self._values else None
        done = float(done) if isinstance(done, int | float | bool) and done == done else 0.0
        # whoever took office after a date of the year could not be in time for it
        since = self._values["term_start"][row] if "term_start" in result.columns else pd.NaT
        began = since.month if since == since and since.year == self._month.year else 0
        passed = [due for month, due in requirement.pace.items() if began <= month <= self._month.number]
        if passed and done < max(passed):
            return "behind"
        return "due" if self._month.number >= self._calendar.last_quarter else "on_pace"

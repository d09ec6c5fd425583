"""From what GX found to one of five states for every requirement and committee, a requirement at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from redstats import tables
from redstats.facts.cells import STATES as READ
from redstats.facts.cells import Cells
from redstats.facts.month import MonthFacts
from redstats.facts.standard_facts import SOURCES
from redstats.standard import Requirement, Rule
from redstats.suites.conditions import applies, compared, present
from redstats.suites.running import Result

PACES = {
    "done": "已完成",
    "on_pace": "进度正常",
    "due": "临近年底尚未完成",
    "behind": "进度滞后",
    "late": "年底未完成，在补办期内",
}
# What the standard only encourages is no shortfall where it was not done.
ENCOURAGED = {"encouraged": "鼓励项，尚未开展"}
STATES, PACE = tuple(tables.STATES), ("", *PACES, *ENCOURAGED)  # a verdict holds positions in these
# Of several reasons why something is not known, the first of these is given.
_ORDER = ("needs_review", "not_reported", "not_applicable")
_REASON = np.array([{"unreadable": 0, "not_applicable": 2}.get(one, 1) for one in READ])
_NOT_APPLICABLE = READ.index("not_applicable")
# May be unknown without making the rule undecidable: a committee of unknown term is held to the full count.
OPTIONAL = {"self_study": {"term_start"}, "activities": {"term_start"}}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The state of one requirement for one committee, with its pace, and the fields whose lack decided it."""

    state: str
    pace: str = ""
    lacking: tuple[str, ...] = ()


@dataclass(slots=True)
class Verdicts:
    """The verdict on one requirement in every row: positions in ``STATES``, in ``PACE``, and in ``fields`` (whose lack
    decided it)."""

    state: np.ndarray
    pace: np.ndarray
    lacking: np.ndarray
    fields: list[tuple[str, ...]] = field(default_factory=lambda: [()])

    def put(self, rows: np.ndarray, state: str, pace: str = "") -> None:
        self.state[rows] = STATES.index(state)
        self.pace[rows] = PACE.index(pace)

    def of(self, row: int) -> Verdict:
        return Verdict(STATES[self.state[row]], PACE[self.pace[row]], self.fields[self.lacking[row]])

    @property
    def lacked(self) -> list[str]:
        """The fields whose lack decided it in any row."""
        return list(dict.fromkeys(name for names in self.fields for name in names))

    @property
    def states(self) -> np.ndarray:
        return np.array(STATES, dtype=object)[self.state]

    @property
    def paces(self) -> np.ndarray:
        return np.array([one or None for one in PACE], dtype=object)[self.pace]

    @property
    def lacks(self) -> np.ndarray:
        """The fields whose lack decided it, joined by commas, or None."""
        return np.array([",".join(one) or None for one in self.fields], dtype=object)[self.lacking]


def refused_answers(verdict: Verdict, cells: Cells, row: int) -> tuple[str, ...]:
    """The fields that were answered by 不涉及 where that is no answer, and that decided a verdict."""
    if verdict.state != "needs_review":
        return ()
    return tuple(name for name in verdict.lacking if cells.read_as(name, "not_applicable")[row])


@dataclass(slots=True)
class _Unknown:
    """The rows in which something is not known, why (positions in ``_ORDER``), and a bit for each of ``slots``."""

    rows: np.ndarray
    why: np.ndarray
    bits: np.ndarray
    slots: list[str]


class Judge:
    """Judges one month: ``verdicts(requirement, result)`` gives the verdict on every row of ``frame`` (its facts).

    doubts: rows in which a field (or, of one requirement, anything) cannot be believed; sources: what each derived datum is made of; still_open: the
    rows in which a requirement may yet be met in time, or was not owed yet.
    """

    def __init__(
        self,
        facts: MonthFacts,
        frame: pd.DataFrame,
        doubts: Mapping[str, np.ndarray],
        sources: Mapping[str, tuple[str, ...]] = SOURCES,
        still_open: Mapping[str, np.ndarray] | None = None,
    ) -> None:
        self._of_month = facts
        self._facts, self._cells, self._month = frame, facts.cells, facts.month
        self._doubts, self._sources, self._still_open = doubts, sources, still_open or {}
        self._calendar, self._judged = facts.rules.edition.calendar, facts.judged
        self._empty: dict[str, np.ndarray] = {}

    def verdicts(self, requirement: Requirement | Rule, result: Result) -> Verdicts:
        """The verdict on every row, in order."""
        count = len(self._facts)
        made = Verdicts(np.empty(count, np.int8), np.zeros(count, np.int8), np.zeros(count, np.int32))
        made.put(np.arange(count), "not_applicable")
        if requirement.months and self._month.number not in requirement.months:
            return made
        applied = applies(self._facts, result.condition)
        none = np.zeros(count, dtype=bool)
        doubted = self._doubts.get(requirement.field, none) | self._doubts.get(requirement.id, none)
        # A condition that only wants a datum to be there is answered by an empty cell.
        wanted = [(name, ~self._left_empty(name)) for name in present(result.condition)]
        outside = self._judged & ~applied
        made.put(outside & doubted, "needs_review")
        self._give(made, outside, [*((name, None) for name in compared(result.condition)), *wanted])
        self._decide(made, requirement, result, self._judged & applied, doubted)
        return made

    def _decide(
        self,
        made: Verdicts,
        requirement: Requirement | Rule,
        result: Result,
        rows: np.ndarray,
        doubted: np.ndarray,
    ) -> None:
        # GX passes over a row where every column is empty; such a row is no proof of anything.
        passed = ~np.logical_and.reduce([self._missing(name) for name in result.columns])
        passed[result.failed] = False
        yearly = requirement.period == "year"
        late = self._of_month.late(requirement) if isinstance(requirement, Requirement) else None
        if late:
            passed = (passed & ~late.spent) | (late.done & (self._month.number <= late.until))
        made.put(rows & passed, "met", "done" if yearly else "")
        short = rows & ~passed
        if isinstance(requirement, Requirement) and requirement.force == "may":
            made.put(short, "not_applicable", "encouraged")
        elif yearly and self._month.number < self._calendar.year_ends:
            assert isinstance(requirement, Requirement)  # rules of the city have no year
            self._pace(made, short, requirement, result)
            if late and self._month.number <= late.until:
                closed = self._month.number == late.until
                made.put(short & late.owing, *(("not_met", "") if closed else ("not_applicable", "late")))
        elif late:  # judged when the time in which it may be done is over
            made.put(short, "not_applicable", "late")
        else:
            made.put(short, "not_met")
            if f"{requirement.field}_complete" in self._facts:
                partly = short & ~self._facts[f"{requirement.field}_complete"].to_numpy(bool)
                made.put(partly, "not_reported")
                self._give(made, partly, [(name, None) for name in self._sources[requirement.field]])
        made.put(short & self._still_open.get(requirement.id, False), "not_applicable", "on_pace")
        made.put(rows & doubted, "needs_review")
        made.lacking[rows & doubted] = 0
        # What is not known comes before all this, but where one yes is enough.
        open_ = rows & ~(passed & result.one_suffices)
        asked = None
        if requirement.blank == "not_met":  # an empty date means "not done", where the column was sent at all
            asked = ~self._left_empty(requirement.field)
        optional = OPTIONAL.get(requirement.id, set())
        needed = [requirement.field, *(name for name in result.columns if name not in optional)]
        self._give(made, open_, [(name, asked if name == requirement.field else None) for name in needed])
        self._give(made, open_, [(requirement.field, None)], but="not_reported")

    def _give(
        self,
        made: Verdicts,
        rows: np.ndarray,
        names: Iterable[tuple[str, np.ndarray | None]],
        but: str = "",
    ) -> None:
        """Give the rows in which a datum is not known the state that says why, and the fields that lack.

        names: data, each with the rows in which it is asked for (None: in all); but: a reason that is passed over.
        """
        unknown = self._unknown(rows, names)
        for nth, reason in enumerate(_ORDER):
            given = unknown.why == nth
            if reason == but or not given.any():
                continue
            made.put(unknown.rows[given], reason)
            sets, code = np.unique(unknown.bits[nth][given], return_inverse=True)
            known = len(made.fields)
            made.fields += [_of_bits(int(bits), unknown.slots) for bits in sets]
            made.lacking[unknown.rows[given]] = known + code

    def _unknown(self, rows: np.ndarray, names: Iterable[tuple[str, np.ndarray | None]]) -> _Unknown:
        """Why data are not known in the ``rows``, where any of them is not."""
        lacks = [
            (name, self._missing(name) if asked is None else self._missing(name) & asked)
            for name, asked in names
        ]
        lacking = (
            np.flatnonzero(rows & np.logical_or.reduce([one for _, one in lacks]))
            if lacks
            else np.array([], int)
        )
        bits = np.zeros((len(_ORDER), len(lacking)), dtype=np.int64)
        slots: list[str] = []
        for name, missing in lacks:
            short = np.flatnonzero(missing[lacking])
            explained = np.zeros(len(short), dtype=bool)
            sources, first = self._sources.get(name, (name,)), len(slots)
            slots += sources
            for nth, source in enumerate(sources):
                empty = self._missing(source)[lacking[short]]
                bits[self._reason(source, lacking[short[empty]]), short[empty]] |= 1 << (first + nth)
                explained |= empty
            # all reported, and yet there is no telling what it means
            bits[0, short[~explained]] |= sum(1 << nth for nth in range(first, len(slots)))
        return _Unknown(lacking, (bits != 0).argmax(axis=0), bits, slots)

    def _reason(self, name: str, rows: np.ndarray) -> np.ndarray:
        state = self._cells.state.get(name)
        if state is None:
            return np.full(len(rows), _REASON[0])
        reason = _REASON[state[rows]]
        reason[(state[rows] == _NOT_APPLICABLE) & ~self._of_month.applies_not(name)[rows]] = 0
        return reason

    def _missing(self, name: str) -> np.ndarray:
        if name not in self._empty:
            self._empty[name] = self._facts[name].isna().to_numpy()
        return self._empty[name]

    def _left_empty(self, name: str) -> np.ndarray:
        """Whether the street sent this cell and wrote nothing, or 无, in it."""
        return self._missing(name) & self._cells.read_as(name, "not_reported")

    def _pace(self, made: Verdicts, rows: np.ndarray, requirement: Requirement, result: Result) -> None:
        number, last = self._month.number, self._month.number >= self._calendar.last_quarter
        made.put(rows, "not_applicable", "due" if last else "on_pace")
        done, began = _number(self._facts[requirement.field]) if requirement.pace else 0.0, 0
        if "term_start" in result.columns:  # whoever took office after a date could not be in time for it
            since = self._facts["term_start"].dt
            began = since.month.where(since.year == self._month.year, 0).to_numpy()
        for month, due in requirement.pace.items():
            if month <= number:
                made.put(rows & (began <= month) & (done < due), "not_applicable", "behind")


def pace_of(requirement: Requirement, since: dt.date | None, year: int) -> dict[int, float]:
    """{month: number due by its end} asked in ``year`` of a committee in office ``since`` then.

    Whoever took office after a date of the year could not be in time for it.
    """
    began = since.month if since == since and since is not None and since.year == year else 0
    return {month: due for month, due in requirement.pace.items() if began <= month}


def _of_bits(bits: int, slots: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for at, name in enumerate(slots) if bits >> at & 1))


def _number(column: pd.Series) -> np.ndarray | float:
    """How much is done: a yes counts as one, what is no number as nothing."""
    if column.dtype == object:
        column = column.where(column.map(lambda value: isinstance(value, int | float)), None).astype(
            "float64"
        )
    return column.fillna(0.0).to_numpy() if column.dtype.kind == "f" else 0.0

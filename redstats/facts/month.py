"""The facts of one month of a project, put together once: what findings and deadlines both look at."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pandas as pd

from redstats import mappings, settings, standard, tables
from redstats.facts import law_facts, standard_facts
from redstats.facts.cells import cells_of
from redstats.facts.law_facts import LawFacts, Past
from redstats.facts.year import Late, Year, late, year_so_far
from redstats.months import Month
from redstats.project import Project
from redstats.standard import Requirement


class MonthFacts:
    """1_returns of a month with all that is judged in it; rows are those of ``returns``, by number.

    ``returns``, ``cells_table``: 1_returns and 1_returns/cells as stored; ``cells``: where each value stands and how it was
    read; ``frame``: a column a datum, reported or derived.  Reads 1_returns of the earlier months that a rule looks back
    to, as they are when it is first asked.  RunError when the returns were not read yet.
    """

    def __init__(self, project: Project, month: Month) -> None:
        self.month, self.rules, self._project = month, standard.on(month.end), project
        self.returns = tables.read(project, tables.RETURNS, month)
        self.cells_table = tables.read(project, tables.CELLS, month)
        self.cells = cells_of(self.returns, self.cells_table)
        self._identity = mappings.identity_of(project, month)
        self._applies_not: dict[str, np.ndarray] = {}

    @cached_property
    def frame(self) -> pd.DataFrame:
        """What the suites of the standard look at (``standard_facts.facts``)."""
        return standard_facts.facts(
            self.returns, self._earlier, self.month, self.rules, self.cells, self._identity
        )

    @cached_property
    def year(self) -> Year:
        """What the yearly duties of the standard are judged by: the year's returns together (``year.year_so_far``)."""
        this_year = {
            month: returns for month, returns in self._earlier.items() if month.year == self.month.year
        }
        fields = self.rules.return_fields.values()
        return year_so_far(self.frame, this_year, fields, self.cells, self._identity)

    def late(self, requirement: Requirement) -> Late | None:
        """Who may still do last year's (``Requirement.late``); None of a duty that nobody may do late.

        Reads 2_findings of last year's end; of whom it says nothing, nothing is owed.
        """
        until = (
            getattr(settings.on(self._project, self.month.end), requirement.late) if requirement.late else 0
        )
        days = self.year.days.get(requirement.field)
        if not until or days is None:
            return None
        end = Month(self.month.year - 1, self.rules.edition.calendar.year_ends)
        owing = np.zeros(len(self.frame), dtype=bool)
        if tables.exists(self._project, tables.FINDINGS, end):
            then = tables.read(self._project, tables.FINDINGS, end)
            then = then[(then["requirement"] == requirement.id) & then["pace"].eq("late").fillna(False)]
            keys = set(self._identity.of_table(then, beside=[self.returns]))
            owing = np.array(
                [key in keys for key in self._identity.of_table(self.returns, beside=[then])], dtype=bool
            )
        return late(owing, days, self.month, until)

    @cached_property
    def _earlier(self) -> dict[Month, pd.DataFrame]:
        """1_returns of the months before that a judgement looks back to, oldest first."""
        first = self.month.plus(-standard_facts.LOOK_BACK)
        months = [month for month in tables.months(self._project) if first <= month < self.month]
        return {month: tables.read(self._project, tables.RETURNS, month) for month in months}

    @cached_property
    def past(self) -> dict[Month, Past]:
        """The earlier months that the rules of the city look back to, as far as they were read."""
        dates = [id_ for id_, kind in self.rules.types.items() if kind == "dates"]
        known = {}
        for month in law_facts.months_before(self.rules.law, self.month, self.rules.types):
            if tables.exists(self._project, tables.RETURNS, month):
                returns = tables.read(self._project, tables.RETURNS, month)
                cells = tables.read(self._project, tables.CELLS, month)
                known[month] = Past(
                    returns, self._identity, cells_of(returns, cells[cells["field"].isin(dates)])
                )
        return known

    @cached_property
    def law(self) -> LawFacts:
        """What the rules of the city look at (``law_facts.facts``)."""
        frame = self.year.frame
        # days of publication are united over the months that a rule looks at, which may be fewer than the year's
        listed = [id_ for id_, kind in self.rules.types.items() if kind == "dates" and id_ in frame]
        return law_facts.facts(
            frame.assign(**{id_: self.frame[id_] for id_ in listed}),
            self.past,
            self.month,
            self.rules.law,
            self.cells,
            self.rules.types,
        )

    def applies_not(self, name: str) -> np.ndarray:
        """The rows in which a field may be answered by 不涉及, by what the same return says elsewhere (``NotApplicable``)."""
        if name not in self._applies_not:
            asked = self.rules.fields.get(name)
            answer = asked.not_applicable if asked else None
            rows = np.full(len(self.frame), bool(answer))
            for due, (opened, closed) in standard_facts.CASES.items():
                if closed == name:  # a case of before is still to be dealt with
                    fresh = self.frame[opened].fillna(0.0).sum(axis=1)
                    rows &= ~(self.frame[due] > fresh).to_numpy(bool)
            for other, values in (answer.where if answer else {}).items():
                rows &= self.frame[other].isin(values).to_numpy(bool) | (
                    self.cells.read_as(other, "not_applicable") & self._means_none(other, values)
                )
            self._applies_not[name] = rows
        return self._applies_not[name]

    def _means_none(self, name: str, values: tuple[object, ...]) -> bool:
        answer = self.rules.fields[name].not_applicable
        return bool(answer and answer.means_none and 0 in values)

    @cached_property
    def judged(self) -> np.ndarray:
        """Whether each row is of a committee that is judged at all."""
        return self.rules.edition.judges(self.frame["committee_status"]).to_numpy()

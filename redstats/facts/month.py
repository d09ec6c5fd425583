"""The facts of one month of a project, put together once: what findings and deadlines both look at."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pandas as pd

from redstats import mappings, standard, tables
from redstats.facts import law_facts, standard_facts
from redstats.facts.cells import cells_of
from redstats.facts.law_facts import LawFacts, Past
from redstats.months import Month
from redstats.project import Project


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
        earlier = [month for month in tables.months(self._project) if month < self.month]
        history = [
            tables.read(self._project, tables.RETURNS, month)
            for month in earlier
            if month.year == self.month.year
        ]
        return standard_facts.facts(self.returns, history, self.month, self.rules, self.cells, self._identity)

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
        return law_facts.facts(
            self.frame, self.past, self.month, self.rules.law, self.cells, self.rules.types
        )

    def applies_not(self, name: str) -> np.ndarray:
        """The rows in which a field may be answered by 不涉及, by what the same return says elsewhere (``NotApplicable``)."""
        if name not in self._applies_not:
            asked = self.rules.fields.get(name)
            answer = asked.not_applicable if asked else None
            rows = np.full(len(self.frame), bool(answer))
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

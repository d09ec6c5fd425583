"""A month looked at beside those before it, and since when each sign has been there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from redstats import mappings, standard, tables
from redstats.months import Month
from redstats.project import Project
from redstats.soft_checks.counting import Count, Months, counted
from redstats.soft_checks.rulebook import Rules, rules
from redstats.soft_checks.sheets import Columns, Sheet
from redstats.soft_checks.signs import Looked, Sign, signs


@dataclass(frozen=True, slots=True)
class Listed:
    """A sign; ``committees``: whose rows make it; ``since``: the first of the months without a break in which it shows."""

    sign: Sign
    committees: Sequence[str]
    since: Month


@dataclass(frozen=True, slots=True)
class Examined:
    """The signs of a month, of ``looked_at`` so many counts a kind; ``months``: how many before it were there to compare with;
    ``streets``: those of which rows were read."""

    listed: Sequence[Listed]
    looked_at: dict[str, int]
    months: int
    streets: frozenset[str]


@dataclass(slots=True)
class History:
    """Months as they come, the oldest first: each is compared with the last ``rules.months`` before it."""

    columns: Columns
    rules: Rules = field(default_factory=rules)
    _sheets: list[Sheet] = field(default_factory=list)
    _counts: list[list[Count]] = field(default_factory=list)
    _since: dict[tuple, Month] = field(default_factory=dict)

    def next(self, month: Month, sheet: Sheet) -> Examined:
        """Look at the month that comes next, and remember it."""
        examined, counts, since = self._looked(month, sheet)
        self._sheets = [*self._sheets, sheet][-self.rules.months :]
        self._counts = [*self._counts, counts][-self.rules.months :]
        self._since = since
        return examined

    def peek(self, month: Month, sheet: Sheet) -> Examined:
        """Look at what might come next, and forget it."""
        return self._looked(month, sheet)[0]

    def _looked(self, month: Month, sheet: Sheet) -> tuple[Examined, list[Count], dict[tuple, Month]]:
        counts = counted(Months(sheet, self._sheets, self.columns, self.rules))
        looked: Looked = signs(counts, self._counts, self.rules)
        ids = [(one.count.kind, one.count.street, one.count.about) for one in looked.signs]
        since = {id_: self._since.get(id_, month) for id_ in ids}
        listed = [
            Listed(sign, [sheet.names[row] for row in sign.count.rows], since[id_])
            for sign, id_ in zip(looked.signs, ids, strict=True)
        ]
        streets = frozenset(sheet.streets.tolist())
        return Examined(listed, looked.looked_at, len(self._sheets), streets), counts, since


def examine(project: Project, month: Month) -> Examined:
    """A month of 1_returns beside those before it; RunError where it was not read."""
    columns, identity = Columns.of(standard.on(month.end)), mappings.identity_of(project, month)
    history = History(columns)
    frames = {one: _read(project, one, columns) for one in _before(project, month, history.rules)}
    now = _read(project, month, columns)
    for earlier, frame in frames.items():
        history.next(earlier, Sheet.of(frame, identity.of_table(frame, beside=[now]), columns))
    return history.peek(month, Sheet.of(now, identity.of_table(now, beside=[*frames.values()]), columns))


def _before(project: Project, month: Month, wanted: Rules) -> list[Month]:
    """The months right before one, without a gap, oldest first."""
    listed: list[Month] = []
    while len(listed) < wanted.months and tables.exists(project, tables.RETURNS, month.previous):
        month = month.previous
        listed.insert(0, month)
    return listed


def _read(project: Project, month: Month, columns: Columns) -> pd.DataFrame:
    frame = tables.read(project, tables.RETURNS, month)
    wanted = {*tables.KEYS, columns.size, *columns.month, *columns.counts, *columns.whether, *columns.rates}
    return frame[[name for name in frame if name in wanted | {*columns.days, *columns.limits}]]

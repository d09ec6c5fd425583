"""What a committee told earlier in the year, put together with what it tells now; cases left open by the months before.

A return tells a month, but a debrief, an audit or a count of the year stays done when a later return leaves its cell blank.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from redstats.facts.cells import Cells
from redstats.months import Month
from redstats.places.identity import Identity
from redstats.standard import Field

_UNITED = ("set", "list", "dates")
_NONE = 0  # no month


@dataclass(slots=True)
class Year:
    """The data of the year so far, by row of the month's returns.

    frame: the facts with what was told before in place of what is blank now; told: by field, the number of the month that
    told what stands there (0: this month, or nobody); less: the number of the earlier month that told more than this month
    does (0: none), which cannot both be true; days: by field of a date, every day told in the year.
    """

    frame: pd.DataFrame
    told: dict[str, np.ndarray] = field(default_factory=dict)
    less: dict[str, np.ndarray] = field(default_factory=dict)
    days: dict[str, list[set]] = field(default_factory=dict)

    def codes(self, names: Iterable[str]) -> list[np.ndarray]:
        """What tells rows apart by the months that told these fields."""
        return [months[name] for months in (self.told, self.less) for name in names if name in months]

    def told_in(self, names: Iterable[str], row: int) -> list[int]:
        """The numbers of the earlier months that told what stands in these fields, in order."""
        return sorted({int(self.told[name][row]) for name in names if name in self.told} - {_NONE})

    def told_less(self, names: Iterable[str], row: int) -> int:
        """The number of the earlier month that told more than this one in any of these fields; 0 where none did."""
        return next(
            (int(self.less[name][row]) for name in names if name in self.less and self.less[name][row]), _NONE
        )

    def doubted(self, doubts: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The ``doubts`` (rows by field) and the rows in which a figure of the year cannot be believed."""
        none = np.zeros(len(self.frame), dtype=bool)
        fallen = {name: (months != _NONE) | doubts.get(name, none) for name, months in self.less.items()}
        return {**doubts, **fallen}


@dataclass(frozen=True, slots=True)
class Late:
    """A yearly duty that may still be done by the end of month ``until`` of the next year, by row.

    owing: had not done it at the end of last year; done: have done last year's by now; spent: the day told in this year was
    last year's, so that this year's is still to come.
    """

    until: int
    owing: np.ndarray
    done: np.ndarray
    spent: np.ndarray


def late(owing: np.ndarray, days: list[set], month: Month, until: int) -> Late:
    """``days``: every day told of the duty, by row; ``owing``: the rows in which last year's was not done by its end."""
    first, opens, last = (
        pd.Timestamp(day) for day in (Month(month.year - 1, 1).start, Month(month.year, 1).start, month.end)
    )
    closes = pd.Timestamp(Month(month.year, until).end) if until else first
    in_time = np.array([any(first <= day <= min(closes, last) for day in each) for each in days], dtype=bool)
    later = np.array([any(closes < day <= last for day in each) for each in days], dtype=bool)
    before = np.array([any(first <= day < opens for day in each) for each in days], dtype=bool)
    spent = owing & ~later & ~before & (month.number > until)
    return Late(until, owing, owing & in_time, spent)


def year_so_far(
    frame: pd.DataFrame,
    earlier: Mapping[Month, pd.DataFrame],
    fields: Iterable[Field],
    cells: Cells,
    identity: Identity,
) -> Year:
    """``frame``: the facts of a month (standard_facts); ``earlier``: 1_returns of the months of its year before it.

    Of each of the ``fields`` that are kept: where this month's cell is blank, what was told last (of counts of the year the
    largest, of yes and no a yes); lists are united.  What somebody wrote but nobody can read stays as it is.
    """
    kept = [one for one in fields if one.kept and one.id in frame]
    year = Year(frame.copy(deep=False))
    names = [one.id for one in kept]
    past = [
        (month.number, _aligned(frame, returns, names, identity))
        for month, returns in sorted(earlier.items())
    ]
    for asked in kept:
        blank = frame[asked.id].isna().to_numpy() & ~cells.read_as(asked.id, "unreadable", "not_applicable")
        columns = [(number, table[asked.id]) for number, table in past if table[asked.id].notna().any()]
        if asked.type == "date":
            now = [set() if pd.isna(day) else {day.normalize()} for day in frame[asked.id]]
            for _, column in columns:
                now = [
                    days if pd.isna(day) else days | {pd.Timestamp(day)}
                    for days, day in zip(now, column, strict=True)
                ]
            year.days[asked.id] = now
        if not columns:
            continue
        values, told_by, less = (
            _united(frame[asked.id], columns, blank)
            if asked.type in _UNITED
            else _last(frame[asked.id], columns, blank, asked)
        )
        year.frame[asked.id], year.told[asked.id] = values, told_by
        if less.any():
            year.less[asked.id] = less
    return year


def _aligned(
    frame: pd.DataFrame, returns: pd.DataFrame, names: list[str], identity: Identity
) -> pd.DataFrame:
    """The columns of an earlier return for the committees of ``frame``, row by row."""
    row_of = {key: row for row, key in enumerate(identity.of_table(returns, beside=[frame]))}
    rows = [row_of.get(key, -1) for key in identity.of_table(frame, beside=[returns])]
    columns = returns.reindex(columns=names).astype(object)
    columns = columns.where(columns.notna(), None).set_axis(range(len(returns)), axis=0)
    return columns.reindex(rows).set_axis(frame.index, axis=0)


def _last(
    now: pd.Series, columns: list[tuple[int, pd.Series]], blank: np.ndarray, asked: Field
) -> tuple[pd.Series, np.ndarray, np.ndarray]:
    """Values, the month that told each, and the month that told more than now."""
    values = now.astype(object).where(now.notna(), None).tolist()
    told_by, less = np.zeros(len(values), np.int8), np.zeros(len(values), np.int8)
    counts, yes_no = asked.type == "int" and asked.period == "ytd", asked.type == "bool"
    best: list[object] = [None] * len(values)
    month = np.zeros(len(values), np.int8)
    for number, column in columns:
        for row, value in enumerate(column):
            if value is None or value is pd.NA or value != value or (yes_no and not value):
                continue
            if not counts or best[row] is None or value >= best[row]:
                best[row], month[row] = value, number
    for row, value in enumerate(best):
        if value is None:
            continue
        if blank[row]:
            values[row], told_by[row] = value, month[row]
        elif (counts and values[row] is not None and values[row] < value) or (
            yes_no and values[row] is False
        ):
            less[row] = month[row]
    made = pd.Series(values, index=now.index, dtype=object)
    if now.dtype.kind == "f":
        return made.astype("float64"), told_by, less
    return (pd.to_datetime(made).astype(now.dtype) if now.dtype.kind == "M" else made), told_by, less


def _united(
    now: pd.Series, columns: list[tuple[int, pd.Series]], blank: np.ndarray
) -> tuple[pd.Series, np.ndarray, np.ndarray]:
    """Lists with all that was told in the year; the month that told last what this month does not."""
    values = now.tolist()
    told_by = np.zeros(len(values), np.int8)
    for number, column in columns:
        for row, value in enumerate(column):
            if value is None or not hasattr(value, "__len__") or not (blank[row] or values[row] is not None):
                continue
            have = [] if values[row] is None else list(values[row])
            more = [each for each in value if each not in have]
            if more or values[row] is None:
                values[row], told_by[row] = have + more, number
    made = pd.Series(index=now.index, dtype=object)
    made[:] = values
    return made, told_by, np.zeros(len(values), np.int8)


def cases_open(
    earlier: Mapping[Month, pd.DataFrame],
    frame: pd.DataFrame,
    cases: Mapping[str, tuple[list[str], str]],
    identity: Identity,
) -> dict[str, np.ndarray]:
    """How many cases of the months before are not closed yet, by name of ``cases`` and row of ``frame``.

    ``cases``: of each kind the fields that count those that are new, and the one that counts those that are closed.  What a
    month does not tell neither opens nor closes one; nothing closes more than there is.
    """
    still = {name: np.zeros(len(frame)) for name in cases}
    fields = list(dict.fromkeys(each for opened, closed in cases.values() for each in (*opened, closed)))
    for _, returns in sorted(earlier.items()):
        table = _aligned(frame, returns, fields, identity).astype("float64").fillna(0.0)
        for name, (opened, closed) in cases.items():
            new = table[opened].sum(axis=1).to_numpy()
            still[name] = np.maximum(0.0, still[name] + new - table[closed].to_numpy())
    return still

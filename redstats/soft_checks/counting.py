"""The signs, each as a count of so many that everything else of its kind can be compared with.

To add a kind is to add a function here, its name in ``rulebook`` and its words in ``rules.yaml``.  Sources of the ideas: J. M. Bland and
others on invented data, S. Al-Marzouki et al., BMJ 331 (2005) 267 (digits, spread); M. Kuriakose and N. Robbins, Statistical Journal of the
IAOS 32 (2016) 283 (rows nearly alike); B. Iglewicz and D. Hoaglin, How to Detect and Handle Outliers (1993) (median and MAD).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from redstats.soft_checks.rulebook import Kind, Rules
from redstats.soft_checks.sheets import Columns, Numbers, Sheet

Mask = npt.NDArray[np.bool_]
MIRRORED = "mirrored_streets"
_TO_DEVIATION = 1.4826  # of a normal distribution, from the MAD
_FIFTH = 0.05  # a rounded rate is a multiple of it
_MODAL = 0.8  # a column that is one value is not told a second time as one of no spread


@dataclass(frozen=True, slots=True)
class Count:
    """``count`` of ``of``: in a street, about a field, another street or a committee (``about``); ``group``: what it is compared
    with, of each field for itself; ``rows``: the committees that make it."""

    kind: str
    street: str
    about: str
    group: str
    count: int
    of: int
    rows: tuple[int, ...]

    @property
    def streets(self) -> tuple[str, str]:
        """The streets that it is of; of one alone the second is empty."""
        return self.street, self.about if self.kind == MIRRORED else ""

    @property
    def of_a_committee(self) -> bool:
        return bool(self.about) and not self.group and self.kind != MIRRORED


@dataclass(frozen=True, slots=True)
class Months:
    """A month and those before it, the latest last."""

    now: Sheet
    earlier: Sequence[Sheet]
    columns: Columns
    rules: Rules

    @property
    def streets(self) -> list[str]:
        return sorted(set(self.now.streets))

    def street(self, code: str) -> Mask:
        return np.asarray(self.now.streets == code)

    @property
    def last(self) -> Sheet | None:
        return self.earlier[-1] if self.earlier else None


def counted(months: Months) -> list[Count]:
    """Every count of a month, of whatever could be counted."""
    return [
        one for name, kind in months.rules.kinds.items() for one in _KINDS[name](months, name, kind) if one.of
    ]


def _alike(these: Numbers, those: Numbers, kind: Kind) -> Mask:
    """Which row (of ``these``) is nearly that one (of ``those``): of the cells in which not both are 0."""
    equal = np.zeros((len(these), len(those)), dtype=np.int16)
    cells = np.zeros_like(equal)
    for column in range(these.shape[1]):
        a, b = these[:, column, None], those[None, :, column]
        telling = ~np.isnan(a) & ~np.isnan(b) & ((a > 0) | (b > 0))
        cells += telling
        equal += telling & (a == b)
    return (cells >= kind.rows.cells) & (equal >= kind.rows.equal * cells)


def _telling(figures: Numbers, kind: Kind) -> Mask:
    """The rows with enough cells that are not 0 to be like another one."""
    return (figures > 0).sum(axis=1) >= kind.rows.cells


def _of_rows(name: str, street: str, hit: Mask, asked: Mask, about: str = "", group: str = "") -> Count:
    rows = np.flatnonzero(hit & asked)
    return Count(name, street, about, group, len(rows), int(asked.sum()), tuple(rows.tolist()))


def _last_month(months: Months, name: str, kind: Kind) -> Iterator[Count]:
    if months.last is None:
        return
    places = months.now.places_in(months.last)
    for code in months.streets:
        rows = np.flatnonzero(months.street(code) & (places >= 0) & _telling(months.now.month, kind))
        hit = np.zeros(len(places), dtype=bool)
        hit[rows] = np.diagonal(_alike(months.now.month[rows], months.last.month[places[rows]], kind))
        asked = np.zeros_like(hit)
        asked[rows] = True
        yield _of_rows(name, code, hit, asked)


def _permuted_rows(months: Months, name: str, kind: Kind) -> Iterator[Count]:
    if months.last is None:
        return
    places = months.now.places_in(months.last)
    telling = _telling(months.now.month, kind)
    for code in months.streets:
        rows = np.flatnonzero(months.street(code) & telling)
        before = np.flatnonzero(months.last.streets == code)
        alike = _alike(months.now.month[rows], months.last.month[before], kind)
        itself = before[None, :] == places[rows][:, None]
        hit, asked = np.zeros(len(places), dtype=bool), np.zeros(len(places), dtype=bool)
        hit[rows] = (alike & ~itself).any(axis=1) & ~(alike & itself).any(axis=1)
        asked[rows] = True
        yield _of_rows(name, code, hit, asked)


def _copied_rows(months: Months, name: str, kind: Kind) -> Iterator[Count]:
    telling = _telling(months.now.month, kind)
    for code in months.streets:
        rows = np.flatnonzero(months.street(code) & telling)
        alike = _alike(months.now.month[rows], months.now.month[rows], kind)
        np.fill_diagonal(alike, False)
        hit, asked = np.zeros(len(telling), dtype=bool), np.zeros(len(telling), dtype=bool)
        hit[rows] = alike.any(axis=1)
        asked[rows] = True
        yield _of_rows(name, code, hit, asked)


def _mirrored_streets(months: Months, name: str, kind: Kind) -> Iterator[Count]:
    telling = _telling(months.now.month, kind)
    alike = _alike(months.now.month, months.now.month, kind)
    for code, other in combinations(months.streets, 2):
        asked = months.street(code) & telling
        hit = np.asarray(alike[:, months.street(other)].any(axis=1))
        yield _of_rows(name, code, hit, asked, about=other)


def _one_value(months: Months, name: str, kind: Kind) -> Iterator[Count]:
    for code in months.streets:
        rows = np.flatnonzero(months.street(code))
        for column, field in enumerate(months.columns.counts):
            values = months.now.counts[rows, column]
            known = ~np.isnan(values)
            value = _modal(values[known & (values > 0)])
            hit = rows[known & (values == value)]
            yield Count(name, code, field, field, len(hit), int(known.sum()), tuple(hit.tolist()))


def _modal(values: Numbers) -> float:
    if not len(values):
        return float("nan")
    each, counts = np.unique(values, return_counts=True)
    return float(each[counts.argmax()])


def _no_spread(months: Months, name: str, kind: Kind) -> Iterator[Count]:
    rules = months.rules
    for code in months.streets:
        rows = np.flatnonzero(months.street(code))
        for column, field in enumerate(months.columns.counts):
            values = months.now.counts[rows, column]
            known = ~np.isnan(values)
            middle = float(np.median(values[known])) if known.any() else 0.0
            if middle < rules.small:
                continue
            near = known & (np.abs(values - middle) <= rules.near * middle)
            if (values == _modal(values[known])).sum() >= _MODAL * known.sum():
                near &= False
            hit = rows[near]
            yield Count(name, code, field, field, len(hit), int(known.sum()), tuple(hit.tolist()))


def _digits(months: Months, name: str, kind: Kind) -> Iterator[Count]:
    figures = months.now.counts
    large = figures >= months.rules.small
    yield from _of_cells(months, name, large & (np.nan_to_num(figures) % 5 == 0), large)


def _rates(months: Months, name: str, kind: Kind) -> Iterator[Count]:
    rates = months.now.rates
    asked = (rates > 0) & (rates < 1)
    times = np.nan_to_num(rates) / _FIFTH
    yield from _of_cells(months, name, asked & np.isclose(times, times.round()), asked)


def _limits(months: Months, name: str, kind: Kind) -> Iterator[Count]:
    asks = np.array([*months.columns.limits.values()])
    figures = months.now.limits
    hit = np.abs(figures - asks) <= months.rules.near * asks
    yield from _of_cells(months, name, hit, figures > 0)


def _of_cells(months: Months, name: str, hit: Mask, asked: Mask) -> Iterator[Count]:
    for code in months.streets:
        street = months.street(code)
        rows = np.flatnonzero(street & (hit & asked).any(axis=1))
        count, of = int((hit & asked)[street].sum()), int(asked[street].sum())
        yield Count(name, code, "", "", count, of, tuple(rows.tolist()))


def _all_yes(months: Months, name: str, kind: Kind) -> Iterator[Count]:
    known = ~np.isnan(months.now.whether)
    asked = known.sum(axis=1) >= kind.cells
    hit = ((months.now.whether == 1) == known).all(axis=1)
    for code in months.streets:
        yield _of_rows(name, code, hit, asked & months.street(code))


def _one_day(months: Months, name: str, kind: Kind) -> Iterator[Count]:
    days = months.now.days
    if months.last is None:
        return
    places = months.now.places_in(months.last)
    before = np.where((places >= 0)[:, None], months.last.days[places], np.nan)
    new = ~np.isnan(days) & (days != before) & (places >= 0)[:, None]
    for code in months.streets:
        rows = np.flatnonzero(months.street(code))
        for column, field in enumerate(months.columns.days):
            values, known = days[rows, column], new[rows, column]
            hit = rows[known & (values == _modal(values[known]))]
            yield Count(name, code, field, field, len(hit), int(known.sum()), tuple(hit.tolist()))


def _past(months: Months) -> Numbers:
    """What each committee told of each figure of the month in the months before: months × committees × figures."""
    now = months.now
    past = np.full((len(months.earlier), *now.month.shape), np.nan)
    for number, sheet in enumerate(months.earlier):
        places = now.places_in(sheet)
        past[number, places >= 0] = sheet.month[places[places >= 0]]
    return past


def _growth(months: Months, name: str, kind: Kind) -> Iterator[Count]:
    past, rules, figures = _past(months), months.rules, months.now.month
    known = (~np.isnan(past)).sum(axis=0) >= rules.history
    largest = np.nanmax(np.where(np.isnan(past), 0.0, past), axis=0, initial=0.0)
    asked = known & ~np.isnan(figures) & (largest > 0)
    hit = (figures >= rules.growth * largest) & (figures - largest >= rules.small / 2)
    yield from _of_committees(months, name, hit, asked)


def _history(months: Months, name: str, kind: Kind) -> Iterator[Count]:
    past, rules, figures = _past(months), months.rules, months.now.month
    asked = ((~np.isnan(past)).sum(axis=0) >= rules.history) & ~np.isnan(figures)
    rows = asked.any(axis=1)
    middle, deviation = np.zeros_like(figures), np.zeros_like(figures)
    if rows.any():
        kept = np.where(asked[None], past, 0.0)
        middle = np.nanmedian(kept, axis=0)
        deviation = np.nanmedian(np.abs(kept - middle), axis=0) * _TO_DEVIATION
    width = rules.deviations * np.maximum(deviation, np.maximum(rules.near * middle, 0.5))
    yield from _of_committees(months, name, np.abs(figures - middle) > width, asked)


def _peers(months: Months, name: str, kind: Kind) -> Iterator[Count]:
    """Beside the third of all committees that is of like size; on logarithms, for sizes and counts are skewed."""
    now, rules = months.now, months.rules
    sized = np.flatnonzero(~np.isnan(now.size))
    hit, asked = np.zeros(now.month.shape, dtype=bool), np.zeros(now.month.shape, dtype=bool)
    for rows in np.array_split(sized[np.argsort(now.size[sized], kind="stable")], 3):
        figures = np.log1p(now.month[rows])
        known = ~np.isnan(figures)
        columns = known.any(axis=0)
        if not columns.any():
            continue
        middle = np.nanmedian(figures[:, columns], axis=0)
        deviation = np.nanmedian(np.abs(figures[:, columns] - middle), axis=0) * _TO_DEVIATION
        far = np.abs(figures[:, columns] - middle) > rules.deviations * np.maximum(deviation, rules.near)
        hit[np.ix_(rows, columns)] = far
        asked[rows] = known
    yield from _of_committees(months, name, hit, asked)


def _of_committees(months: Months, name: str, hit: Mask, asked: Mask) -> Iterator[Count]:
    counts, of = (hit & asked).sum(axis=1), asked.sum(axis=1)
    for row, street in enumerate(months.now.streets):
        yield Count(name, street, months.now.names[row], "", int(counts[row]), int(of[row]), (row,))


_KINDS: Mapping[str, Callable[[Months, str, Kind], Iterator[Count]]] = {
    "last_month": _last_month,
    "copied_rows": _copied_rows,
    "permuted_rows": _permuted_rows,
    MIRRORED: _mirrored_streets,
    "one_value": _one_value,
    "no_spread": _no_spread,
    "digits": _digits,
    "all_yes": _all_yes,
    "rates": _rates,
    "one_day": _one_day,
    "limits": _limits,
    "growth": _growth,
    "history": _history,
    "peers": _peers,
}

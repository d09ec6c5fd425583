"""How often the soft checks list an honest street, and how often they find invented returns: simulated years of a district.

    python benchmarks/invented.py [--years 20] [--each 100] [--months 12] [--part 1.0]

Ten streets of 38 to 52 committees report twelve months.  Honest habits are part of it: streets and committees differ; some
committees round, some do the same every month, some do hardly anything; a month may be busy; a street may prescribe a figure or hold
an event on one day; cells are blank or a digit is misplaced.  A list is false where a street and month has a sign that was not there the
month before.  Of each kind of invention ``--each`` streets and months are made up; one is found where its own kind is listed of it.
The program ends with 1 where more than one list a street and year is false, or less than 90 % of a kind is found.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from redstats import places, standard
from redstats.months import Month
from redstats.soft_checks.examining import Examined, History
from redstats.soft_checks.sheets import Columns, Sheet

SMALLEST = ["--years", "1", "--each", "1", "--months", "5"]
YEAR = 2026
EDITION, ROLL = standard.on(Month(YEAR, 12).end), places.on(Month(YEAR, 12).end)
COLUMNS = Columns.of(EDITION)
MOST_FALSE, LEAST_FOUND = 1.0, 0.9
FIRST = 5  # month in which something may be invented: own history takes some
ALTERED = 0.03  # of what is copied: who copies a month mends a cell here and there


class District:
    """An honest district of a seed; ``next`` gives 1_returns of one month after another."""

    def __init__(self, seed: int) -> None:
        self.random = random = np.random.default_rng(seed)
        sizes = random.integers(38, 53, len(ROLL.streets))
        self.street = np.repeat(np.arange(len(sizes)), sizes)
        count = len(self.street)
        self.codes = np.array([one.code for one in ROLL.streets], dtype=object)[self.street]
        self.names = np.array([f"示例{row}业委会" for row in range(count)], dtype=object)
        self.households = np.exp(random.uniform(np.log(90), np.log(1900), count)).round()
        lasting = [name for name in COLUMNS.counts if name not in COLUMNS.month]
        activity = np.exp(random.normal(0, 0.4, count) + random.normal(0, 0.2, len(sizes))[self.street])
        activity[random.random(count) < 0.08] *= 0.1
        self.rates = {
            name: self._scale() * activity * np.exp(random.normal(0, 0.25, len(sizes))[self.street])
            for name in COLUMNS.month
        }
        self.lasting = {
            name: np.maximum(random.poisson(self._scale() * (self.households / 600) ** 0.5), 0.0)
            for name in lasting
            if name != COLUMNS.size
        }
        rounders = random.beta(1.5, 8, len(sizes))[self.street]
        self.rounds = random.random(count) < rounders
        self.same = random.random(count) < 0.12
        no = random.beta(1.2, 20, len(COLUMNS.whether)) + 0.02
        self.no = np.clip(no * np.exp(random.normal(0, 0.4, len(sizes)))[self.street][:, None], 0, 0.6)
        self.whether = (random.random(self.no.shape) > self.no).astype(float)
        self.days = {name: np.full(count, None, dtype=object) for name in COLUMNS.days}
        some = lambda chance: random.random(len(sizes)) < chance  # noqa: E731
        self.norm = {
            street: (random.choice(COLUMNS.month), int(random.integers(1, 5)), int(random.integers(1, 13)))
            for street in np.flatnonzero(some(0.3))
        }
        self.event = {
            street: (random.choice(COLUMNS.days), int(random.integers(1, 13)))
            for street in np.flatnonzero(some(0.2))
        }
        self.before: dict[str, np.ndarray] = {}

    def _scale(self) -> float:
        """How large a figure is: most are small, a third are not."""
        small = self.random.random() < 0.65
        return float(np.exp(self.random.normal(0.5 if small else 2.7, 0.5)))

    def next(self, month: Month) -> pd.DataFrame:
        random, count = self.random, len(self.street)
        busy = np.where(
            random.random((count, 1)) < 0.01, random.random((count, len(COLUMNS.month))) < 0.15, 0
        )
        data: dict[str, np.ndarray] = {}
        for place, name in enumerate(COLUMNS.month):
            season = np.exp(random.normal(0, 0.15))
            rate = self.rates[name] * season * np.where(busy[:, place], random.uniform(2, 5, count), 1)
            values = random.poisson(rate).astype(float)
            if EDITION.fields[name].type == "float":
                values = (values + random.random(count)).round(1)
            values = np.where(self.rounds & (values >= 10), (values / 5).round() * 5, values)
            if name in self.before:
                stays = self.same & (random.random(count) < 0.5)
                values = np.where(stays, self.before[name], values)
            data[name] = values
        for street, (name, value, since) in self.norm.items():
            if month.number >= since:
                mine = (self.street == street) & (random.random(count) < 0.95)
                data[name] = np.where(mine, value, data[name])
        self.before = {name: data[name] for name in COLUMNS.month}
        for name, values in self.lasting.items():
            grows = 0.5 if EDITION.fields[name].period == "ytd" else 0.02
            self.lasting[name] = values + (random.random(count) < grows) * 1.0
        data |= self.lasting | {COLUMNS.size: self.households}
        turned = random.random(self.whether.shape) < 0.03
        self.whether = np.where(turned, random.random(self.no.shape) > self.no, self.whether)
        data |= dict(zip(COLUMNS.whether, self.whether.T, strict=True))
        asked = random.integers(20, 151, count)
        for name in COLUMNS.rates:
            rates = (random.binomial(asked, 0.85) / asked).round(2)
            data[name] = np.where(
                self.rounds | (random.random(count) < 0.1), (rates * 20).round() / 20, rates
            )
        for name in COLUMNS.days:
            self.days[name] = self._days(month, name)
        for name, values in data.items():
            blank = random.random(count) < 0.04
            slipped = (random.random(count) < 0.001) & (name in COLUMNS.month)
            data[name] = np.where(blank, np.nan, np.where(slipped, values * 10, values))
        return self._frame(data)

    def _days(self, month: Month, name: str) -> np.ndarray:
        random, days = self.random, self.days[name].copy()
        for row in np.flatnonzero(random.random(len(days)) < (0.3 if name.endswith("dates") else 0.1)):
            usual = random.random() < 0.4
            day = int(random.choice([10, 15, 20, 25])) if usual else int(random.integers(1, 29))
            days[row] = dt.date(month.year, month.number, day)
        for street, (event, number) in self.event.items():
            if event == name and number == month.number:
                day = dt.date(month.year, month.number, int(random.integers(1, 29)))
                for row in np.flatnonzero((self.street == street) & (random.random(len(days)) < 0.8)):
                    days[row] = day
        return days

    def _frame(self, data: dict[str, np.ndarray]) -> pd.DataFrame:
        keys = {"street_code": self.codes, "committee_name": self.names}
        return pd.DataFrame(keys | data | {name: days.copy() for name, days in self.days.items()})


def sheet(frame: pd.DataFrame) -> Sheet:
    who = [*zip(frame["street_code"], frame["committee_name"], strict=True)]
    return Sheet.of(frame, who, COLUMNS)


@dataclass(frozen=True, slots=True)
class Case:
    """A month of which a street (``rows``) is about to invent its return; ``before``: the month before, by the same rows."""

    frame: pd.DataFrame
    before: pd.DataFrame
    rows: np.ndarray
    other: np.ndarray  # the rows of another street
    month: Month
    random: np.random.Generator

    def put(self, column: str, values: object, rows: np.ndarray | None = None) -> None:
        self.frame.loc[self.rows if rows is None else rows, column] = values

    def copied(self, rows: np.ndarray, source: pd.DataFrame, of: np.ndarray) -> None:
        """Write figures that stand elsewhere, but for a few."""
        for name in {*COLUMNS.month, *COLUMNS.counts} - {COLUMNS.size}:
            values = source[name].to_numpy(dtype=float)[of]
            altered = self.random.random(len(rows)) < ALTERED
            self.put(name, np.where(altered, values + 1, values), rows)


def copied_month(case: Case) -> None:
    case.copied(case.rows, case.before, case.rows)


def copied_rows(case: Case) -> None:
    copies = case.random.permutation(case.rows)[: len(case.rows) // 3]
    models = case.random.choice(np.setdiff1d(case.rows, copies), 3)
    case.copied(copies, case.frame, case.random.choice(models, len(copies)))


def one_value(case: Case) -> None:
    # a column that is mostly 0 and small anyway cannot be told from an honest one
    columns = [name for name in COLUMNS.month if case.frame[name].iloc[case.rows].median() >= 2]
    name = case.random.choice(columns)
    case.put(name, float(np.round(case.frame[name].iloc[case.rows].median())))


def digits(case: Case) -> None:
    for name in COLUMNS.counts:
        values = case.frame[name].to_numpy(dtype=float)[case.rows]
        rounds = (values >= 10) & (case.random.random(len(values)) < 0.9)
        case.put(name, np.where(rounds, (values / 5).round() * 5, values))


def all_yes(case: Case) -> None:
    for name in COLUMNS.whether:
        case.put(name, 1.0)


def no_spread(case: Case) -> None:
    for name in COLUMNS.month:
        middle = case.frame[name].iloc[case.rows].median()
        case.put(name, (middle * case.random.uniform(0.93, 1.07, len(case.rows))).round())


def growth(case: Case) -> None:
    rows = case.random.permutation(case.rows)[: int(0.4 * len(case.rows))]
    for name in COLUMNS.month:
        values = case.frame[name].to_numpy(dtype=float)[rows]
        case.put(name, (values * case.random.uniform(4, 8, len(rows))).round(), rows)


def mirrored(case: Case) -> None:
    count = min(len(case.rows), len(case.other))
    case.copied(case.rows[:count], case.frame, case.other[:count])


def permuted(case: Case) -> None:
    case.copied(case.rows, case.before, np.roll(case.rows, 1 + case.random.integers(len(case.rows) - 1)))


def rounded_rates(case: Case) -> None:
    for name in COLUMNS.rates:
        case.put(name, (case.frame[name].to_numpy(dtype=float)[case.rows] * 20).round() / 20)


def one_day(case: Case) -> None:
    day = dt.date(case.month.year, case.month.number, int(case.random.integers(1, 29)))
    case.put(case.random.choice(COLUMNS.days), day)


def at_limits(case: Case) -> None:
    for name, limit in COLUMNS.limits.items():
        values = case.frame[name].to_numpy(dtype=float)[case.rows]
        case.put(name, np.where(case.random.random(len(values)) < 0.9, limit, values))


INVENTIONS: dict[str, tuple[str, Callable[[Case], None]]] = {
    "copied month": ("last_month", copied_month),
    "copied rows": ("copied_rows", copied_rows),
    "one value for all": ("one_value", one_value),
    "digits of 0 and 5": ("digits", digits),
    "all yes": ("all_yes", all_yes),
    "no spread": ("no_spread", no_spread),
    "impossible growth": ("growth", growth),
    "mirrored streets": ("mirrored_streets", mirrored),
    "permuted rows": ("permuted_rows", permuted),
    "rounded rates": ("rates", rounded_rates),
    "dates on one day": ("one_day", one_day),
    "just at a limit": ("limits", at_limits),
}


def streets_listed(examined: Examined, month: Month) -> dict[str, set[str]]:
    """The streets with a new sign, and its kinds."""
    listed: dict[str, set[str]] = {}
    for one in examined.listed:
        if one.since == month:
            listed.setdefault(one.sign.count.street, set()).add(one.sign.count.kind)
            if one.sign.count.kind == "mirrored_streets":
                listed.setdefault(one.sign.count.about, set()).add(one.sign.count.kind)
    return listed


def measure(
    years: int, each: int, months: int, part: float
) -> tuple[list[dict[str, set[str]]], dict[str, list[bool]]]:
    """The false lists of every honest month, and whether each invention was found; ``each`` is shared among the years."""
    false: list[dict[str, set[str]]] = []
    found: dict[str, list[bool]] = {name: [] for name in INVENTIONS}
    for seed in range(years):
        district, history, random = District(seed), History(COLUMNS), np.random.default_rng([seed, 1])
        before = pd.DataFrame()
        tries = len(range(seed, each, years))
        when = {name: random.integers(FIRST, months + 1, tries) for name in INVENTIONS}
        for month in Month.range(Month(YEAR, 1), Month(YEAR, months)):
            frame = district.next(month)
            for name, (kind, invent) in INVENTIONS.items():
                for _ in range(int((when[name] == month.number).sum())):
                    street, other = random.choice(len(ROLL.streets), 2, replace=False)
                    rows, others = (np.flatnonzero(district.street == one) for one in (street, other))
                    rows = np.sort(random.permutation(rows)[: round(part * len(rows))])
                    case = Case(frame.copy(), before, rows, others, month, random)
                    invent(case)
                    found[name].append(kind in _kinds(history.peek(month, sheet(case.frame)), street))
            false.append(streets_listed(history.next(month, sheet(frame)), month))
            before = frame
    return false, found


def _kinds(examined: Examined, street: int) -> set[str]:
    code = ROLL.streets[street].code
    counts = [one.sign.count for one in examined.listed]
    return {one.kind for one in counts if code in (one.street, one.about)}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--years", type=int, default=20, help="honest years of a district")
    parser.add_argument("--each", type=int, default=100, help="tries of each kind of invention")
    parser.add_argument("--months", type=int, default=12, help="months of a year")
    parser.add_argument("--part", type=float, default=1.0, help="the part of a street that is made up")
    given = parser.parse_args()
    false, found = measure(given.years, given.each, given.months, given.part)
    street_years = given.years * len(ROLL.streets) * given.months / 12
    lists = sum(map(len, false))
    print(
        f"honest: {lists} false lists in {street_years:g} years of a street: {lists / street_years:.2f} each"
    )
    kinds = Counter(kind for listed in false for mine in listed.values() for kind in mine)
    print(f"  of {dict(kinds)}")
    for name, hits in found.items():
        print(f"{name:18} {sum(hits):4} of {len(hits):4} found")
    good = lists <= MOST_FALSE * street_years and all(np.mean(hits) >= LEAST_FOUND for hits in found.values())
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()

"""The numbers of a draft by their keys: what each counts, of the district, of a street or of a neighbourhood."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from redstats.dashboards import words
from redstats.dashboards.changes import MEASURES as CHANGES
from redstats.dashboards.figures import COMMITTEE, Figures, count_committees
from redstats.dashboards.numbers import Task
from redstats.places import Street
from redstats.workbooks.official_document import Number

Scope = tuple[Street | None, str]  # a street or the district, and a neighbourhood of it or ""
UNKNOWN = ["not_reported", "needs_review"]


def rows_of(table: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    street, neighbourhood = scope
    if street is not None:
        table = table[table["street_code"] == street.code]
    return table[table["neighbourhood_committee"] == neighbourhood] if neighbourhood else table


def _here(figures: Figures, table: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The rows of streets that reported."""
    return rows_of(table[~table["street_code"].isin([one.street_code for one in figures.missing])], scope)


def unknown_in(figures: Figures, scope: Scope) -> pd.DataFrame:
    rows = _here(figures, figures.findings, scope)
    return rows[rows["state"].isin(UNKNOWN)]


def _unclear(figures: Figures, scope: Scope) -> int:
    """Committees of which something is unknown, and nothing known to fall short."""
    short = set(rows_of(figures.open, scope)[COMMITTEE].fillna("").itertuples(index=False, name=None))
    unknown = set(unknown_in(figures, scope)[COMMITTEE].fillna("").itertuples(index=False, name=None))
    return len(unknown - short)


def law_in(figures: Figures, scope: Scope, state: list[str]) -> pd.DataFrame:
    rows = _here(figures, figures.law, scope)
    return rows[rows["state"].isin(state)]


def _unreported(figures: Figures, scope: Scope) -> int:
    absent = {one.street_code for one in figures.missing}
    streets = [scope[0]] if scope[0] else [one for one in figures.streets if one.code not in absent]
    return sum(figures.share(street=street).unreported for street in streets)


def _red(figures: Figures) -> list[str]:
    return [one.id for one in figures.rules.requirements.values() if one.red_line]


# What a key counts: of the district, or, after a slash, of a street (by code) and a neighbourhood of it (by name).
MEASURES: dict[str, Callable[[Figures, Scope], object]] = {
    "streets": lambda figures, scope: len(figures.streets),
    "reported": lambda figures, scope: len(figures.reported),
    "late": lambda figures, scope: sum(one.late for one in figures.submissions),
    "missing": lambda figures, scope: len(figures.missing),
    "judged": lambda figures, scope: len(_here(figures, figures.committees, scope)),
    "short": lambda figures, scope: count_committees(rows_of(figures.open, scope)),
    "short_share": lambda figures, scope: words.percent(
        count_committees(rows_of(figures.open, scope)), len(_here(figures, figures.committees, scope))
    ),
    "unclear": _unclear,
    "clear": lambda figures, scope: (
        len(_here(figures, figures.committees, scope))
        - count_committees(rows_of(figures.open, scope))
        - _unclear(figures, scope)
    ),
    "open": lambda figures, scope: len(rows_of(figures.open, scope)),
    "red": lambda figures, scope: len(rows_of(figures.serious, scope)),
    "red_committees": lambda figures, scope: count_committees(rows_of(figures.serious, scope)),
    "red_unknown": lambda figures, scope: int(
        unknown_in(figures, scope)["requirement"].isin(_red(figures)).sum()
    ),
    "unsettled": lambda figures, scope: len(unknown_in(figures, scope)),
    "eligible": lambda figures, scope: figures.share(street=scope[0]).eligible,
    "organised": lambda figures, scope: figures.share(street=scope[0]).reached,
    "coverage": lambda figures, scope: words.percent(
        figures.share(street=scope[0]).reached, figures.share(street=scope[0]).eligible
    ),
    "coverage_gap": lambda figures, scope: figures.share(street=scope[0]).gap,
    "coverage_unreported": _unreported,
    "law": lambda figures, scope: len(law_in(figures, scope, ["not_met"])),
    "law_committees": lambda figures, scope: count_committees(law_in(figures, scope, ["not_met"])),
    "law_unknown": lambda figures, scope: len(law_in(figures, scope, UNKNOWN)),
    "new": lambda figures, scope: figures.life(scope[0])["new"],
    "reopened": lambda figures, scope: figures.life(scope[0])["reopened"],
    "ongoing": lambda figures, scope: figures.life(scope[0])["ongoing"],
    "resolved": lambda figures, scope: figures.life(scope[0])["resolved"],
}


# Measures with a colon: what stands behind it says of what.
def short_of(figures: Figures, scope: Scope, id_: str) -> pd.DataFrame:
    rows = rows_of(figures.open, scope)
    return rows[rows["requirement"] == id_]


def _of_law(figures: Figures, scope: Scope, id_: str) -> int:
    rows = law_in(figures, scope, ["not_met"])
    return int((rows["requirement"] == id_).sum())


def _of_trend(side: str) -> Callable[[Figures, Scope, str], object]:
    def value(figures: Figures, scope: Scope, measure: str) -> str:
        change = figures.change(measure, scope[0])
        return words.points(change.last_month if side == "before" else change.this_month, CHANGES[measure][2])

    return value


def _beyond(figures: Figures, scope: Scope, first: str) -> list[Task]:
    """The tasks that are not among the first so many."""
    return tasks_of(figures, scope[0])[int(first) :]


OF: dict[str, Callable[[Figures, Scope, str], object]] = {
    "requirement": lambda figures, scope, id_: count_committees(short_of(figures, scope, id_)),
    "streets_of": lambda figures, scope, id_: short_of(figures, scope, id_)["street_code"].nunique(),
    "law": _of_law,
    "before": _of_trend("before"),
    "after": _of_trend("after"),
    "beyond": lambda figures, scope, first: len(_beyond(figures, scope, first)),
    "items_beyond": lambda figures, scope, first: sum(
        len(short_of(figures, scope, task.requirement.id)) for task in _beyond(figures, scope, first)
    ),
}


class Numbers:
    """The numbers of a month by their keys."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def of(self, name: str, street: Street | None = None, neighbourhood: str = "") -> Number:
        """A number of MEASURES, or with a colon of OF, such as ``requirement:<id>`` or ``beyond:<number>``."""
        key = "/".join(
            [name, *([street.code] if street else []), *([neighbourhood] if neighbourhood else [])]
        )
        kind, _, what = name.partition(":")
        scope = (street, neighbourhood)
        value = OF[kind](self._figures, scope, what) if what else MEASURES[kind](self._figures, scope)
        return Number(key, str(value))


def tasks_of(figures: Figures, street: Street | None) -> list[Task]:
    """The requirements that are not met, by urgency; of a street those that concern it, by how many of its committees."""
    if street is None:
        return figures.tasks
    here = [task for task in figures.tasks if street.label in task.by_street]
    return sorted(here, key=lambda task: (not task.requirement.red_line, -len(task.by_street[street.label])))

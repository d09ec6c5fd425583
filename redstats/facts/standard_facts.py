"""The frame that the suites judge: a month's returns, and the few data that follow from what was reported."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from redstats import places
from redstats.facts.cells import Cells
from redstats.facts.year import cases_open
from redstats.months import Month
from redstats.places.identity import Identity
from redstats.standard import Standard

ACTIVITIES = ["act_corridor", "act_charging", "act_pets", "act_evening", "act_other"]
DISPUTES = ["disputes_owner", "disputes_property"]
# Cases that stay open over a month's end: which fields count those that are new, and which those that are closed.
CASES = {
    "disputes_due": (DISPUTES, "mediated"),
    "breaches_due": (["breach_count"], "demand_count"),
    "breaches_unfixed": (["breach_count"], "breach_fixed"),
}
LOOK_BACK = 12  # months in which a case may have been opened
# What each derived datum is made of: where one of these is unknown, it may be unknown too.
SOURCES = {
    "party_eligible": ("party_org_eligible", "party_member_count"),
    "has_party_org": ("party_org_type",),
    "disputes_due": tuple(DISPUTES),
    "breaches_due": ("breach_count",),
    "breaches_unfixed": ("breach_count",),
    "election_in_month": ("election_date",),
    "rating_period_start": ("rating_year",),
    "term_running": ("term_end",),
    "activities_ytd": tuple(ACTIVITIES),
    "party_ratio_of": ("serving_count", "member_count"),
}
SHOWN_BY = {"party_ratio_of": SOURCES["party_ratio_of"]}  # told by its parts, not by its own number
_YEARS = (2000, 2100)


def facts(
    returns: pd.DataFrame,
    earlier: Mapping[Month, pd.DataFrame],
    month: Month,
    standard: Standard,
    cells: Cells | None = None,
    identity: Identity | None = None,
) -> pd.DataFrame:
    """``returns`` (1_returns of the month) in the plain types GX reads, with a column ``row`` and more.

    ``earlier``: 1_returns of the months before, LOOK_BACK of them; ``cells``: the state in which each
    cell was read; ``identity``: who is the same in two months.  Derived are the keys of ``SOURCES``, None or NaN where they are not known, and
    activities_ytd_complete.
    """
    columns: dict[str, object] = {"row": range(len(returns))}
    for name in returns.columns:
        field = standard.fields.get(name)
        columns[name] = _plain(returns[name], field.type if field else "text").to_numpy()
    frame = pd.DataFrame(columns)
    cells, identity = cells or Cells(len(frame)), identity or Identity(places.on(month.end))
    this_year = {when.number: returns for when, returns in earlier.items() if when.year == month.year}
    still = cases_open(earlier, frame, CASES, identity)
    as_of = pd.Timestamp(month.end)
    derived = {
        "party_eligible": _eligible(frame, standard, cells),
        # who serves, where that is told; else the seats
        "party_ratio_of": frame["serving_count"]
        .fillna(frame["member_count"])
        .mask(cells.read_as("serving_count", "unreadable"), float("nan")),
        "has_party_org": _where(frame["party_org_type"].notna(), frame["party_org_type"] != "无"),
        **{name: _with_open(frame, CASES[name][0], cells, left) for name, left in still.items()},
        # no date means no election; a date that cannot be read means that we do not know
        "election_in_month": _where(
            frame["election_date"].notna(),
            frame["election_date"].between(pd.Timestamp(month.start), as_of),
            False,
        ).mask(cells.read_as("election_date", "unreadable"), None),
        "rating_period_start": _rating_period(frame, month, cells),
        "term_running": _where(frame["term_end"].notna(), frame["term_end"] >= as_of),
        **_activities(frame, this_year, month, identity),
    }
    return in_nanoseconds(pd.concat([frame, pd.DataFrame(derived, index=frame.index)], axis=1))


def in_nanoseconds(frame: pd.DataFrame) -> pd.DataFrame:
    """Dates in the unit in which GX compares whole columns; it goes one by one through those in any other."""
    coarse = [name for name, kind in frame.dtypes.items() if kind.kind == "M" and kind != "datetime64[ns]"]
    if not coarse:
        return frame
    with contextlib.suppress(
        pd.errors.OutOfBoundsDatetime
    ):  # a year beyond 2262 is a mistake, but no error here
        return frame.astype(dict.fromkeys(coarse, "datetime64[ns]"))
    return frame


def _plain(column: pd.Series, kind: str) -> pd.Series:
    if kind in ("int", "float", "pct", "score"):
        return column.astype("Float64").astype("float64")
    if kind == "date":
        return pd.to_datetime(column, errors="coerce")
    values = column.astype(object)
    return values.where(values.notna(), None)


def _where(known: pd.Series, value: pd.Series, otherwise: object = None) -> pd.Series:
    return value.astype(object).where(known, otherwise)


def _eligible(frame: pd.DataFrame, standard: Standard, cells: Cells) -> pd.Series:
    """As reported; the edition's assumption only where the street said nothing at all."""
    default = standard.edition.party_eligible
    status = frame["committee_status"]
    formed = status.isna() | status.isin(default.statuses)
    assumed = (frame["party_member_count"] >= default.party_members) & formed
    answered = cells.read_as("party_org_eligible", "unreadable", "not_applicable")
    unknown = frame["party_member_count"].isna() | answered
    reported = frame["party_org_eligible"]
    return reported.where(reported.notna(), assumed.astype(object).mask(unknown, None))


def _total(frame: pd.DataFrame, names: list[str], cells: Cells) -> pd.Series:
    """The sum where every part is known; a part that does not apply counts as none."""
    parts = frame[names].copy()
    for name in names:
        parts[name] = parts[name].mask(cells.read_as(name, "not_applicable"), 0.0)
    return parts.sum(axis=1, skipna=False).where(frame[names].notna().any(axis=1))


def _with_open(frame: pd.DataFrame, names: list[str], cells: Cells, still: np.ndarray) -> pd.Series:
    """New cases and those of before; where a month says that there are none (不涉及), those of before."""
    total = _total(frame, names, cells) + still
    none = np.logical_and.reduce([cells.read_as(name, "not_applicable") for name in names]) & (still > 0)
    return total.mask(none, pd.Series(still, index=frame.index))


def _rating_period(frame: pd.DataFrame, month: Month, cells: Cells) -> pd.Series:
    """The first day after the year that was rated: a training before it did not follow from the rating."""
    year = (frame["rating_year"].fillna(month.year - 1) + 1).clip(upper=month.year)
    known = year.between(*_YEARS) & ~cells.read_as("rating_year", "unreadable")
    return pd.to_datetime(year.where(known, _YEARS[0]).map(lambda value: f"{int(value)}-01-01")).where(known)


def _activities(
    frame: pd.DataFrame, history: Mapping[int, pd.DataFrame], month: Month, identity: Identity
) -> dict[str, pd.Series]:
    """The sum of the year, and whether nothing is missing in it since the term began: neither a month nor one of its cells."""
    now, start = frame[ACTIVITIES], frame["term_start"].dt
    total = now.sum(axis=1, min_count=1)
    complete = now.notna().all(axis=1)
    begun = start.month.where(start.year == month.year, 0)
    for number in range(1, month.number):
        if number not in history:
            complete &= begun > number
            continue
        earlier = history[number]
        keys, earlier_keys = (
            identity.of_table(one, beside=[other]) for one, other in ((frame, earlier), (earlier, frame))
        )
        before = earlier[ACTIVITIES].astype("Float64").astype("float64").set_axis(range(len(earlier)), axis=0)
        sums = dict(zip(earlier_keys, before.sum(axis=1), strict=True))
        whole = dict(zip(earlier_keys, before.notna().all(axis=1), strict=True))
        total = total + pd.Series([sums.get(key, 0.0) for key in keys], frame.index, dtype="float64")
        complete &= pd.Series([whole.get(key, False) for key in keys], frame.index, dtype=bool) | (
            begun > number
        )
    return {"activities_ytd": total, "activities_ytd_complete": complete}


def parameters(rules: Standard, month: Month) -> dict[str, Any]:
    """The standard's numbers, and the days that a month gives them."""
    as_of = dt.datetime.combine(month.end, dt.time())
    values = rules.parameters | {
        "as_of": as_of,
        "year_start": dt.datetime(month.year, 1, 1),
        "ratio_tolerance": rules.edition.ratio_tolerance,
        "party_org_members": rules.edition.party_eligible.party_members,
        "party_branch_members": rules.edition.party_eligible.branch_members,
    }
    if "parking_updated" in values:
        oldest = month.plus(-values["parking_updated"]).end
        values["parking_updated_since"] = dt.datetime.combine(oldest, dt.time())
    return values

"""The frame that the suites judge: a month's returns, plus the few data that follow from what was reported."""

from __future__ import annotations

import pandas as pd

from redstats.months import Month
from redstats.standard import Standard

ACTIVITIES = ["act_corridor", "act_charging", "act_pets", "act_evening", "act_other"]


def facts(
    returns: pd.DataFrame, history: list[pd.DataFrame], month: Month, standard: Standard
) -> pd.DataFrame:
    """``returns`` (1_returns of the month) in the plain types GX reads, with a column ``row`` and the derived data.

    ``history``: 1_returns of the earlier months of this year.  Derived: party_eligible, has_party_org,
    disputes_received, election_in_month, rating_period_start, term_running, activities_ytd.
    """
    columns: dict[str, object] = {"row": range(len(returns))}
    for name in returns.columns:
        one = standard.fields.get(name)
        columns[name] = _plain(returns[name], one.type if one else "text").to_numpy()
    frame = pd.DataFrame(columns)
    as_of = pd.Timestamp(month.end)
    default = standard.edition.party_eligible
    status = frame["committee_status"].fillna(standard.edition.judged_statuses[0])
    assumed = (frame["party_member_count"] >= default["party_members"]) & status.isin(default["statuses"])
    unknown = frame["party_member_count"].isna()
    derived = {
        "party_eligible": frame["party_org_eligible"].where(
            frame["party_org_eligible"].notna(), assumed.astype(object).mask(unknown, None)
        ),
        "has_party_org": _where(frame["party_org_type"].notna(), frame["party_org_type"] != "无"),
        "disputes_received": frame[["disputes_owner", "disputes_property"]].sum(axis=1, min_count=1),
        "election_in_month": _where(
            frame["election_date"].notna(),
            frame["election_date"].between(pd.Timestamp(month.start), as_of),
            False,
        ),
        "rating_period_start": pd.to_datetime(
            frame["rating_year"].fillna(month.year - 1).map(lambda year: f"{int(year)}-01-01"),
            errors="coerce",
        ),
        "term_running": _where(frame["term_end"].notna(), frame["term_end"] >= as_of),
        "activities_ytd": _activities(frame, history, month),
        # months without a return may hold activities that nobody told us of
        "activities_ytd_complete": len(history) == month.number - 1,
    }
    return pd.concat([frame, pd.DataFrame(derived, index=frame.index)], axis=1)


def _plain(column: pd.Series, kind: str) -> pd.Series:
    if kind in ("int", "float", "pct", "score"):
        return column.astype("Float64").astype("float64")
    if kind == "date":
        return pd.to_datetime(column, errors="coerce")
    values = column.astype(object)
    return values.where(values.notna(), None)


def _where(known: pd.Series, value: pd.Series, otherwise: object = None) -> pd.Series:
    return value.astype(object).where(known, otherwise)


def _activities(frame: pd.DataFrame, history: list[pd.DataFrame], month: Month) -> pd.Series:
    keys = ["street_code", "committee_name"]
    now = frame[ACTIVITIES].sum(axis=1, min_count=1)
    total = now.copy()
    for earlier in history:
        sums = earlier[ACTIVITIES].astype("Float64").astype("float64").sum(axis=1, min_count=1)
        known = sums.groupby([earlier[key].astype(object) for key in keys]).sum(min_count=1)
        before = pd.Series(
            [known.get(key, 0.0) for key in zip(*(frame[k] for k in keys), strict=True)], frame.index
        )
        total = total + before.fillna(0)
    return total

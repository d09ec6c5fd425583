"""Coverage: how many of the eligible committees meet each requirement, numerators always kept."""

from __future__ import annotations

import pandas as pd

from redstats import places as roll
from redstats import standard, tables
from redstats.months import Month
from redstats.places import Places, Street
from redstats.project import Project

PARTY_ORG = "party_org_coverage"
PENDING = ("on_pace", "behind", "due", "late")  # paces of a yearly duty that is not done yet


def measure(project: Project, month: Month) -> pd.DataFrame:
    """Write and return 3_scores/coverage: for each street and the district, each requirement and 组建率.

    reached = met; eligible = met + not met, or not yet done where it is only encouraged (those it applies to and that reported);
    unreported apart, and so is ``pending``: yearly duties not done yet whose time is not over.  For
    组建率: those able to form a committee and of known status.  The district's row has no street and counts
    committees, it does not average streets.
    """
    rules = standard.on(month.end)
    places = roll.on(month.end)
    findings = tables.read(project, tables.FINDINGS, month)
    reported = tables.read(project, tables.RETURNS, month)
    rows = []
    # who could have done what is only encouraged, and has not yet
    encouraged = findings["pace"].eq("encouraged").fillna(False).astype(bool)
    asked = findings["state"].mask(encouraged, "not_met")
    counts = (
        findings.assign(state=asked)
        .groupby(["requirement", "street_code", "state"])
        .size()
        .unstack("state", fill_value=0)
    )
    counts = counts.reindex(columns=list(tables.STATES), fill_value=0)
    pending = (
        findings[findings["pace"].isin(PENDING)].groupby(["requirement", "street_code"]).size().to_dict()
    )
    for requirement in rules.requirements.values():
        for street in (*places.streets, None):
            key = (requirement.id, street.code) if street else requirement.id
            by_state = _sum(counts, key)
            rows.append(
                _row(month, places, street, requirement.id, requirement.title, requirement.clause)
                | {
                    "reached": by_state["met"],
                    "eligible": by_state["met"] + by_state["not_met"],
                    "unreported": by_state["not_reported"] + by_state["needs_review"],
                    "pending": pending.get((requirement.id, street.code), 0)
                    if street
                    else sum(pending.get((requirement.id, one.code), 0) for one in places.streets),
                }
            )
    missing = tables.read(project, tables.ABSENT, month)["street_code"].value_counts()
    for street in (*places.streets, None):
        listed = reported[reported["street_code"] == street.code] if street else reported
        able, status = listed["eligible_to_form"], listed["committee_status"]
        known = able.notna() & (status.notna() | (able == False).fillna(False))  # noqa: E712
        eligible = able.fillna(False).astype(bool) & known
        formed = status.notna() & rules.edition.judges(status)
        rows.append(
            _row(month, places, street, "formation", "业委会组建", "")
            | {
                "reached": int((formed & eligible).sum()),
                "eligible": int(eligible.sum()),
                "unreported": int((~known).sum())
                + int(missing.get(street.code, 0) if street else missing.sum()),
                "pending": 0,
            }
        )
    tables.write(project, tables.COVERAGE, month, rows, places.district_code)
    return pd.DataFrame(rows)


def _sum(counts: pd.DataFrame, key) -> dict[str, int]:
    try:
        by_state = counts.loc[key]
    except KeyError:
        return dict.fromkeys(tables.STATES, 0)
    by_state = by_state.sum() if by_state.ndim == 2 else by_state
    return {state: int(by_state[state]) for state in tables.STATES}


def _row(month: Month, places: Places, street: Street | None, measure: str, title: str, clause: str) -> dict:
    return {
        "month": str(month),
        "district_code": places.district_code,
        "street_code": street.code if street else None,
        "street_name": street.name if street else None,
        "measure": measure,
        "title": title,
        "clause": clause,
    }


def completeness(findings: pd.DataFrame) -> tuple[int, int]:
    """(known, asked): of all data asked of committees it applies to, how many were reported readably."""
    asked = findings[(findings["state"] != "not_applicable") | findings["pace"].notna()]
    known = asked[~asked["state"].isin(["not_reported", "needs_review"])]
    return len(known), len(asked)

"""Coverage: who reported, and how many of the eligible committees are covered, numerators always kept."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from redstats import places as roll
from redstats import standard, tables
from redstats.months import Month
from redstats.places import Places
from redstats.project import Project

REPORTED = {
    "on_time": "按时",
    "undated": "已报，未写日期",  # neither in time nor late can be claimed
    "late": "迟报",
    "corrected": "已更正",
    "refused": "退回",
    "missing": "未报",
}
PARTY_ORG = "party_org_coverage"


@dataclass(frozen=True, slots=True)
class Submission:
    """How one street reported: ``status`` of REPORTED, its file, the day written on it, rows and remark."""

    street_code: str
    street_name: str
    status: str
    late: bool
    file: str
    report_date: dt.date | None
    committees: int
    message: str


def deadline(month: Month, places: Places) -> dt.date:
    """The last day on which a return of ``month`` is in time."""
    return month.next.start.replace(day=places.deadline_day)


def submissions(files: pd.DataFrame, month: Month, places: Places) -> list[Submission]:
    """One Submission a street, in official order, from 1_returns/files."""
    returns = files[files["kind"] == "return"]
    due = deadline(month, places)
    found = []
    for street in places.streets:
        own = returns[returns["street_code"] == street.code]
        used = own[own["outcome"].isin(["accepted", "noted"])]
        if used.empty:
            status = "refused" if (own["outcome"] == "refused").any() else "missing"
            last = own.iloc[-1] if len(own) else None
            found.append(
                Submission(
                    street.code,
                    street.name,
                    status,
                    False,
                    "" if last is None else last["source_file"],
                    None,
                    0,
                    "" if last is None else last["message"],
                )
            )
            continue
        days = [day for day in used["report_date"] if not pd.isna(day)]
        day = max(days) if days else None
        late = day is not None and day > due
        corrected = (used["code"] == "corrected").any()
        status = "corrected" if corrected else "late" if late else "on_time" if day else "undated"
        found.append(
            Submission(
                street.code,
                street.name,
                status,
                late,
                "、".join(used["source_file"]),
                day,
                int(used["accepted"].sum() - used["joined"].sum()),
                "；".join(used["message"]),
            )
        )
    return found


def measure(project: Project, month: Month) -> pd.DataFrame:
    """Write and return 3_scores/coverage: for each street and the district, each requirement and 组建率.

    reached = met; eligible = met + not met (those it applies to and that reported); unreported apart.  For
    组建率: those able to form a committee and of known status.  The district's row has no street and counts
    committees, it does not average streets.
    """
    rules = standard.on(month.end)
    places = roll.on(month.end)
    findings = tables.read(project, tables.FINDINGS, month)
    returns = tables.read(project, tables.RETURNS, month)
    rows = []
    counts = findings.groupby(["requirement", "street_code", "state"]).size().unstack("state", fill_value=0)
    counts = counts.reindex(columns=list(tables.STATES), fill_value=0)
    for requirement in rules.requirements.values():
        for street in (*places.streets, None):
            key = (requirement.id, street.code) if street else requirement.id
            own = _sum(counts, key)
            rows.append(
                _row(month, places, street, requirement.id, requirement.title, requirement.clause)
                | {
                    "reached": own["met"],
                    "eligible": own["met"] + own["not_met"],
                    "unreported": own["not_reported"] + own["needs_review"],
                }
            )
    for street in (*places.streets, None):
        own = returns[returns["street_code"] == street.code] if street else returns
        able, status = own["eligible_to_form"], own["committee_status"]
        known = able.notna() & (status.notna() | (able == False).fillna(False))  # noqa: E712
        eligible = able.fillna(False).astype(bool) & known
        formed = status.isin(rules.edition.judged_statuses)
        rows.append(
            _row(month, places, street, "formation", "业委会组建", "")
            | {
                "reached": int((formed & eligible).sum()),
                "eligible": int(eligible.sum()),
                "unreported": int((~known).sum()),
            }
        )
    tables.write(project, tables.COVERAGE, month, rows, places.district_code)
    return pd.DataFrame(rows)


def _sum(counts: pd.DataFrame, key) -> dict[str, int]:
    try:
        own = counts.loc[key]
    except KeyError:
        return dict.fromkeys(tables.STATES, 0)
    own = own.sum() if own.ndim == 2 else own
    return {state: int(own[state]) for state in tables.STATES}


def _row(month: Month, places: Places, street, measure: str, title: str, clause: str) -> dict:
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

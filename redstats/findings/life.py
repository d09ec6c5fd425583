"""The life of a finding: since when it has been there, and whether it is new, ongoing, reopened or resolved."""

from __future__ import annotations

import pandas as pd

from redstats import tables
from redstats.committees import identities
from redstats.months import Month
from redstats.project import Project

_COLUMNS = ["street_code", "neighbourhood_committee", "committee_name", "requirement", "state", "since"]


def with_life(
    findings: pd.DataFrame, project: Project, table: str, earlier: list[Month], month: Month
) -> pd.DataFrame:
    """``since`` and ``change`` of every finding, from the months before in the same ``table``.

    A run ends where the requirement was met or did not apply; a month of which nothing is known ends no run.
    """
    if findings.empty:
        return findings.reindex(columns=tables.SCHEMAS[table].names).astype(object)
    since: dict[tuple, str] = {}
    ever: set[tuple] = set()
    for one in earlier:
        if not tables.exists(project, table, one):
            continue
        before = tables.read(project, table, one, _COLUMNS)
        for key, state, first in zip(
            _keys(before), before["state"], before["since"].fillna(str(one)), strict=True
        ):
            if state == "not_met":
                since.setdefault(key, first)
                ever.add(key)
            elif state in ("met", "not_applicable"):
                since.pop(key, None)
    firsts, changes = [], []
    for key, state in zip(_keys(findings), findings["state"], strict=True):
        if state == "not_met":
            firsts.append(since.get(key, str(month)))
            changes.append("ongoing" if key in since else "reopened" if key in ever else "new")
        else:
            firsts.append(None)
            changes.append("resolved" if state == "met" and key in since else None)
    return findings.assign(since=firsts, change=changes)


def _keys(table: pd.DataFrame) -> list[tuple]:
    return list(zip(identities(table, per="requirement"), table["requirement"], strict=True))

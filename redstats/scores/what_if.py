"""What another profile would make of a month: judged again from the stored findings, with nothing read or written anew."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from redstats import tables
from redstats.months import Month
from redstats.project import Project
from redstats.scores.points import scored
from redstats.scores.scoring_profile import Profile
from redstats.scores.streets import compared

_KEYS = ["level", "street_code", "street_name", "neighbourhood_committee", "committee_name"]
_SHOWN = ["points", "confirmed", "known", "band", "rank"]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """totals: a row a committee, a street and the district, with points, confirmed, known, band and rank ``_before`` and
    ``_after``, and the ``clause`` that moved its points most, by ``clause_points``; groups: a row a street with its group before
    and after; scores: 3_scores as a run with that profile would write it."""

    totals: pd.DataFrame
    groups: pd.DataFrame
    scores: pd.DataFrame

    @property
    def moved(self) -> pd.DataFrame:
        """The committees whose band would be another."""
        committees = self.totals[self.totals["level"] == "committee"]
        return committees[committees["band_before"].fillna("") != committees["band_after"].fillna("")]


def what_if(project: Project, month: Month, using: Profile) -> WhatIf:
    """A judged month under the profile ``using``, beside its stored scores.  RunError when it was not scored yet."""
    before, after = tables.read(project, tables.SCORES, month), scored(project, month, using)
    both = before.merge(after, on=[*_KEYS, "part", "part_id"], how="outer", suffixes=("_before", "_after"))
    totals = both[both["part"] == "total"][
        _KEYS + [f"{name}_{when}" for name in _SHOWN for when in ("before", "after")]
    ]
    clauses = both[both["part"] == "clause"]
    difference = clauses["lowest_after"].fillna(0).astype(float) - clauses["lowest_before"].fillna(0).astype(
        float
    )
    clauses = clauses[_KEYS].assign(clause=clauses["part_id"], clause_points=difference)
    largest = clauses.loc[difference.abs().sort_values(ascending=False, kind="stable").index].drop_duplicates(
        _KEYS
    )
    stored = tables.read(project, tables.STREETS, month)
    groups = stored[["street_code", "street_name", "group"]].merge(
        compared(project, month, after, using)[["street_code", "group"]],
        on="street_code",
        suffixes=("_before", "_after"),
    )
    totals = totals.merge(largest, on=_KEYS, how="left").reset_index(drop=True)
    return WhatIf(totals, groups.dropna(subset=["street_code"]), after)

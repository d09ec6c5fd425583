"""Which requirements are missed most, and which are missed together by the same committees more than chance brings."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

LEAST = 5  # committees that miss both: fewer are no pattern
CHANCE = 0.01  # at most so likely by chance alone, all pairs that were compared taken together
_COMMITTEE = ["street_code", "neighbourhood_committee", "committee_name"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two requirements missed together.

    of: committees judged by both; first_missed, second_missed: how many of these miss each; both: how many miss both, in
    ``streets`` streets; third: another requirement that ``all_three`` of them miss too, "" where there is none.
    """

    first: str
    second: str
    of: int
    first_missed: int
    second_missed: int
    both: int
    streets: int
    third: str = ""
    all_three: int = 0

    @property
    def expected(self) -> float:
        """How many would miss both if the one had nothing to do with the other."""
        return self.first_missed * self.second_missed / self.of

    @property
    def times(self) -> float:
        return self.both / self.expected


def most_missed(findings: pd.DataFrame) -> pd.DataFrame:
    """``missed, judged, unknown`` by requirement, the most often missed first; without those that nobody misses.

    judged = met + not met; unknown = not reported + needs review.
    """
    counts = findings.groupby(["requirement", "state"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=["met", "not_met", "not_reported", "needs_review"], fill_value=0)
    table = pd.DataFrame(
        {
            "missed": counts["not_met"],
            "judged": counts["not_met"] + counts["met"],
            "unknown": counts["not_reported"] + counts["needs_review"],
        }
    )
    table = table[table["missed"] > 0].reset_index()
    return table.sort_values(
        ["missed", "judged", "requirement"], ascending=[False, True, True], ignore_index=True
    )


def together(findings: pd.DataFrame, field_of: Mapping[str, str], least: int = LEAST) -> list[Pair]:
    """The pairs of requirements that at least ``least`` committees miss together and chance hardly explains.

    findings: rows of 2_findings; field_of: the datum of each requirement, as two rules about one datum say nothing new.
    Chance is Fisher's exact test, one-sided, divided by the number of pairs compared (Bonferroni).
    """
    short = findings[findings["state"] == "not_met"]["requirement"].value_counts()
    names = sorted(short.index[short >= least])
    if len(names) < 2:
        return []
    missed, known, streets = _matrices(findings[findings["requirement"].isin(names)], names)
    both, of, met_by = missed.T @ missed, known.T @ known, missed.T @ known
    compared = [
        (i, j)
        for i, j in zip(*np.triu_indices(len(names), 1), strict=True)
        if field_of[names[i]] != field_of[names[j]] and min(met_by[i, j], met_by[j, i]) >= least
    ]
    limit = CHANCE / max(len(compared), 1)
    pairs = []
    for i, j in compared:
        if both[i, j] >= least and chance(of[i, j], met_by[i, j], met_by[j, i], both[i, j]) <= limit:
            rows = (missed[:, i] & missed[:, j]).astype(bool)
            third, count = _third(missed, known, rows, {i, j}, names, field_of, least, limit)
            judged, first, second, common = (
                int(n) for n in (of[i, j], met_by[i, j], met_by[j, i], both[i, j])
            )
            where = len(set(streets[rows]))
            pairs.append(Pair(names[i], names[j], judged, first, second, common, where, third, count))
    return sorted(pairs, key=lambda one: (-one.both, -one.times, one.first, one.second))


def _third(missed, known, rows, pair, names, field_of, least, limit) -> tuple[str, int]:
    """The requirement that most of these committees miss as well, where that is no chance either."""
    taken = {field_of[names[column]] for column in pair}
    best = ("", 0)
    for column, name in enumerate(names):
        count = int(missed[rows, column].sum())
        if field_of[name] in taken or count < max(least, best[1] + 1):
            continue
        if (
            chance(
                int(known[:, column].sum()),
                int(missed[:, column].sum()),
                int(known[rows, column].sum()),
                count,
            )
            <= limit
        ):
            best = (name, count)
    return best


def chance(of: int, first: int, second: int, both: int) -> float:
    """How likely at least ``both`` of ``of`` are in two independent groups of ``first`` and ``second`` (hypergeometric)."""
    of, first, second, both = (int(one) for one in (of, first, second, both))
    whole = _log_choose(of, second)
    return min(
        1.0,
        math.fsum(
            math.exp(_log_choose(first, k) + _log_choose(of - first, second - k) - whole)
            for k in range(max(both, first + second - of), min(first, second) + 1)
        ),
    )


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def _matrices(findings: pd.DataFrame, names: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Committees by requirements: missed, and known (met or not), as 0 and 1; and the street of each committee."""
    keys = findings[_COMMITTEE].fillna("").astype(str)
    nth = keys.assign(of=findings["requirement"]).groupby([*_COMMITTEE, "of"]).cumcount()  # namesakes
    wide = (
        keys.assign(nth=nth, requirement=findings["requirement"], state=findings["state"])
        .set_index([*_COMMITTEE, "nth", "requirement"])["state"]
        .unstack("requirement")
        .reindex(columns=names)
    )
    missed = (wide == "not_met").fillna(False).to_numpy(dtype=int)
    known = missed | (wide == "met").fillna(False).to_numpy(dtype=int)
    return missed, known, wide.index.get_level_values("street_code").to_numpy()

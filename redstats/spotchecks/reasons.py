"""Why a claim is drawn more often: what of a month's claims is true of each reason that ``rules.yaml`` weighs.

To add a reason is to add a function here and its label and factor there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from redstats import tables
from redstats.explanations import ANSWERED
from redstats.months import Month
from redstats.places.identity import Identity
from redstats.project import Project
from redstats.standard import Standard

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims of a month (``frame``, rows of 2_findings), and what they are looked at with."""

    project: Project
    month: Month
    edition: Standard
    identity: Identity
    frame: pd.DataFrame

    def among(self, others: pd.DataFrame) -> Mask:
        """Whether each claim's committee and requirement are among the rows of another month's table."""
        listed, known = (
            [
                (*key, requirement)
                for key, requirement in zip(
                    self.identity.of_table(frame, "requirement", [beside]), frame["requirement"], strict=True
                )
            ]
            for frame, beside in ((self.frame, others), (others, self.frame))
        )
        there = set(known)
        return np.array([key in there for key in listed], dtype=bool)


def _red_line(claims: Claims) -> Mask:
    red = [one.id for one in claims.edition.requirements.values() if one.red_line]
    return claims.frame["requirement"].isin(red).to_numpy(dtype=bool)


def _first_met(claims: Claims) -> Mask:
    """Not met, or not known to be, the month before; of the first month of all nothing can be said."""
    if not tables.exists(claims.project, tables.FINDINGS, claims.month.previous):
        return np.zeros(len(claims.frame), dtype=bool)
    before = tables.read(claims.project, tables.FINDINGS, claims.month.previous, [*tables.KEYS, *_OF_BEFORE])
    return ~claims.among(before[before["state"] == "met"])


def _explained(claims: Claims) -> Mask:
    """The street has explained the datum instead of mending it."""
    if not tables.exists(claims.project, tables.EXPLANATIONS, claims.month):
        return np.zeros(len(claims.frame), dtype=bool)
    rows = tables.read(claims.project, tables.EXPLANATIONS, claims.month)
    answered = tables.records(rows[rows["state"].isin(ANSWERED)])
    explained = {(*claims.identity.key(row)[:2], row["label"]) for row in answered}
    listed = tables.records(claims.frame)
    label = claims.edition.label
    return np.array(
        [(*claims.identity.key(row)[:2], label(row["field"])) in explained for row in listed], dtype=bool
    )


def _never_checked(claims: Claims) -> Mask:
    checked = [frame[frame["result"].notna()] for frame in _earlier(claims)]
    return ~claims.among(pd.concat(checked)) if checked else np.ones(len(claims.frame), dtype=bool)


def _earlier(claims: Claims) -> Iterator[pd.DataFrame]:
    for month in tables.months(claims.project, tables.SPOT_CHECKS):
        if month < claims.month:
            yield tables.read(
                claims.project, tables.SPOT_CHECKS, month, [*tables.KEYS, "requirement", "result"]
            )


_OF_BEFORE = ("requirement", "state")
REASONS: Mapping[str, Callable[[Claims], Mask]] = {
    "red_line": _red_line,
    "first_met": _first_met,
    "explained": _explained,
    "never_checked": _never_checked,
}

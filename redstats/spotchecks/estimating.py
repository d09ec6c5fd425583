"""What the checks of a street, or of the district, say of all its claims."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from redstats.scores import sampling
from redstats.spotchecks.rulebook import rules

_CLASS = ["street_code", "factor"]
_TRUE = {"confirmed": 1.0, "not_confirmed": 0.0, "unverifiable": np.nan}


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of claims: all, drawn, and checked by result; ``changed``: drawn, and otherwise reported since.

    ``unseen``: claims of classes of which nothing was checked yet, of which nothing is said; ``rate``: None below the least
    number of checks.
    """

    claims: int
    drawn: int
    confirmed: int
    not_confirmed: int
    unverifiable: int
    changed: int
    unseen: int
    rate: sampling.Rate | None

    @property
    def checked(self) -> int:
        return self.confirmed + self.not_confirmed + self.unverifiable


def tally(draws: pd.DataFrame, checks: pd.DataFrame) -> Tally:
    """Count and estimate; ``draws``, ``checks``: rows of 7_spot_checks/draws and of 7_spot_checks, of a street or of all.

    A check weighs what its class has of claims ÷ checks: the inverse of its chance, the drawn ones of a class that are still to be
    checked being taken for like the others of it.
    """
    answered = checks[checks["result"].notna()]
    counts = answered["result"].value_counts()
    sizes = draws.groupby(_CLASS)["claim"].size()
    seen = answered.groupby(_CLASS)["claim"].transform("size").to_numpy(dtype=np.float64)
    weights = answered["class_size"].to_numpy(dtype=np.float64) / seen
    true = np.array([_TRUE[result] for result in answered["result"]])
    covered = answered.drop_duplicates(_CLASS)["class_size"].sum()
    return Tally(
        claims=int(sizes.sum()),
        drawn=int(draws["round"].notna().sum()),
        **{name: int(counts.get(name, 0)) for name in _TRUE},
        changed=int(checks["changed"].sum()),
        unseen=int(sizes.sum() - covered),
        rate=sampling.rate(true, weights) if len(answered) >= rules().least else None,
    )

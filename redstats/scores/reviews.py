"""What reviewers gave: of several the mean, with how far apart they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple

import pandas as pd

from redstats.places.identity import Identity


class Mark(NamedTuple):
    """The points of one line (of 100): the ``mean`` of so many ``reviewers``, from ``lowest`` to ``highest``."""

    mean: float
    lowest: float
    highest: float
    reviewers: int


def marks(
    reviews: pd.DataFrame, lines: Iterable[str], identity: Identity, beside: Collection[pd.DataFrame] = ()
) -> dict[tuple, dict[str, Mark]]:
    """Of 1_returns/reviews by committee, and by line of the sheet (``lines``), what was given.

    A committee is known as in ``keys`` of the frames ``beside``.
    """
    given: dict[tuple, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    listed = [name for name in lines if name in reviews]
    each = _per_reviewer(reviews)
    for key, row in zip(
        identity.of_table(each, per="reviewer", beside=[_per_reviewer(one) for one in beside]),
        reviews[listed].to_dict("records"),
        strict=True,
    ):
        for name, points in row.items():
            if pd.notna(points):
                given[key][str(name)].append(float(points))
    return {
        key: {
            name: Mark(sum(points) / len(points), min(points), max(points), len(points))
            for name, points in row.items()
        }
        for key, row in given.items()
    }


def keys(committees: pd.DataFrame, reviews: pd.DataFrame, identity: Identity) -> list[tuple]:
    """The key of every row of a table of committees (one a committee), as ``marks`` has it beside that table."""
    return identity.of_table(_per_reviewer(committees), per="reviewer", beside=[_per_reviewer(reviews)])


def reviewers(reviews: pd.DataFrame) -> int:
    """How many gave points; all that are not named count as one."""
    return _per_reviewer(reviews)["reviewer"].nunique()


def _per_reviewer(table: pd.DataFrame) -> pd.DataFrame:
    # a table from before reviewers were told apart has no such column, and one of committees has none either
    return table.assign(reviewer=table["reviewer"].fillna("") if "reviewer" in table else "")

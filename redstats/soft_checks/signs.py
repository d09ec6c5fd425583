"""Which counts are signs: too large to come of chance or of honest habit, among so many that are looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

import numpy as np

from redstats.scores import spread, statistics
from redstats.soft_checks.counting import Count
from redstats.soft_checks.rulebook import Rules

_K = TypeVar("_K")


@dataclass(frozen=True, slots=True)
class Sign:
    """A count that is one; ``share``: of what it is compared with; ``chance``: p among all that was looked at."""

    count: Count
    share: float
    chance: float


@dataclass(frozen=True, slots=True)
class Looked:
    """The signs of a month, and of how much: counts that were compared, by kind."""

    signs: Sequence[Sign]
    looked_at: dict[str, int]


def signs(now: Sequence[Count], earlier: Iterable[Sequence[Count]], rules: Rules) -> Looked:
    """The signs among the counts of a month.

    Each count is compared with those of its group in the other streets, in this month and the ``earlier`` ones; one with nothing to
    compare it with is not looked at.
    """
    groups = _by((count, _group(count)) for count in chain(now, *earlier))
    looked, shares, chances = [], [], []
    for group, mine in _by((count, _group(count)) for count in now).items():
        others = groups[group]
        streets = np.array([count.streets for count in others], dtype=object)
        figures = np.array([(count.count, count.of) for count in others], dtype=float)
        for parties, listed in _by((count, count.streets) for count in mine).items():
            apart = ~np.isin(streets, [code for code in parties if code]).any(axis=1)
            if apart.sum() < 2:
                continue
            counts, of = figures[apart].T
            mean, width = spread.fitted(counts, of, rules.least_spread, rules.left_out)
            looked += listed
            shares += [float(counts.sum() / of.sum())] * len(listed)
            asked = np.array([(count.count, count.of) for count in listed], dtype=float)
            chances += spread.at_least(asked[:, 0], asked[:, 1], mean, width).tolist()
    adjusted = statistics.adjusted(chances)
    unlikely = [
        Sign(count, share, float(chance))
        for count, share, chance in zip(looked, shares, adjusted, strict=True)
        if chance <= rules.level and _is_large(count, rules)
    ]
    kinds = [count.kind for count in looked]
    return Looked(unlikely, {kind: kinds.count(kind) for kind in rules.kinds})


def _is_large(count: Count, rules: Rules) -> bool:
    kind = rules.kinds[count.kind]
    return count.count >= kind.least and count.count >= kind.share * count.of


def _group(count: Count) -> tuple[str, str]:
    return count.kind, count.group


def _by(pairs: Iterable[tuple[Count, _K]]) -> Mapping[_K, list[Count]]:
    grouped: dict[_K, list[Count]] = defaultdict(list)
    for count, key in pairs:
        grouped[key].append(count)
    return grouped

"""How far rates, means and months can be told apart.

The counts here are full counts and no samples: an interval says what one common process would make of a group of that size.

Sources: E. B. Wilson, JASA 22 (1927) 209; D. J. Spiegelhalter et al., JRSS A 175 (2012) 1 (over-dispersion); Y. Benjamini and
Y. Hochberg, JRSS B 57 (1995) 289; H. O. Lancaster, JASA 56 (1961) 223 (mid-p); D. J. Wheeler, Understanding Variation (XmR),
with the rules as the NHS publishes them (Making data count).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

Z95 = 1.959964
LEVEL = 0.05  # of false differences among those found (Benjamini–Hochberg)
DRAWS, WEIGHT_DRAWS, SEED = 2000, 5000, 20261031
# Moving ranges to limits, and to the range beyond which one is an outlier and left out (Wheeler).
_TO_LIMITS, _TO_OUTLIERS = 2.66, 3.267
FIXED, _RUN = 12, 7  # months after which the limits stand; months that make a run


def wilson(count: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a rate (Wilson); (nan, nan) of nothing."""
    if not of:
        return float("nan"), float("nan")
    share, square = count / of, Z95 * Z95
    half = Z95 * np.sqrt(square + 4 * count * (1 - share))
    low, high = (
        (2 * count + square - half) / (2 * (of + square)),
        (2 * count + square + half) / (2 * (of + square)),
    )
    return max(float(low), 0.0), min(float(high), 1.0)


def preload() -> None:
    """Import what takes longer than all else here; who only shows numbers needs none of it."""
    import scipy.stats  # noqa: F401


def differ(count: int, of: int, other_count: int, other_of: int) -> float:
    """p that two rates differ by chance alone (Fisher's exact test, two sides, mid-p)."""
    from scipy import stats

    total = count + other_count
    possible = np.arange(max(0, total - other_of), min(total, of) + 1)
    chance = stats.hypergeom.pmf(possible, of + other_of, total, of)
    observed = chance[count - possible[0]]
    as_likely = np.isclose(chance, observed, rtol=1e-7, atol=0.0)
    return float(chance[(chance < observed) & ~as_likely].sum() + chance[as_likely].sum() / 2)


def adjusted(chances: Sequence[float]) -> np.ndarray:
    """p values as they count among so many tests (Benjamini–Hochberg)."""
    from scipy import stats

    return np.asarray(stats.false_discovery_control(chances, method="bh") if len(chances) else [])


def lower(values: np.ndarray, others: np.ndarray) -> tuple[float, float]:
    """How likely one of ``values`` is lower than one of ``others`` (ties count half), and how likely so small a share of pairs, or a
    smaller one, comes of chance (Mann and Whitney's U)."""
    from scipy import stats

    higher, chance = stats.mannwhitneyu(values, others, alternative="greater")
    return 1 - float(higher) / (len(values) * len(others)), float(chance)


def groups(counts: Sequence[int], of: Sequence[int]) -> tuple[list[str], int]:
    """The group of each rate, and how many pairs differ: ``first`` (small rates), ``middle``, ``last``, ``alike``.

    Of the pairs that can be told apart the two rates farthest apart are the ends: what cannot be told from the lower end
    alone is first, from the upper end alone last, everything else middle.  Where no pair can be told apart, all are alike.
    """
    pairs = list(combinations(range(len(counts)), 2))
    chances = adjusted([differ(counts[a], of[a], counts[b], of[b]) for a, b in pairs])
    apart = {pair for pair, chance in zip(pairs, chances, strict=True) if chance <= LEVEL}
    if not apart:
        return ["alike"] * len(counts), 0
    rates = [count / whole for count, whole in zip(counts, of, strict=True)]
    low, high = max(
        (sorted(pair, key=lambda place: rates[place]) for pair in sorted(apart)),
        key=lambda pair: rates[pair[1]] - rates[pair[0]],
    )

    def group(place: int) -> str:
        from_low, from_high = ((min(place, end), max(place, end)) in apart for end in (low, high))
        return {(False, True): "first", (True, False): "last"}.get((from_low, from_high), "middle")

    return [group(place) for place in range(len(counts))], len(apart)


def better_group(counts: Sequence[int], of: Sequence[int], place: int) -> tuple[int, str] | None:
    """The largest smaller count with which a rate would stand in another group, and which, all others held still; None where
    it would not."""
    group = groups(counts, of)[0][place]
    for fewer in range(counts[place] - 1, -1, -1):
        would_be = groups([*counts[:place], fewer, *counts[place + 1 :]], of)[0][place]
        if would_be != group:
            return fewer, would_be
    return None


def beside_the_others(counts: Sequence[int], of: Sequence[int]) -> list[str]:
    """Of each rate whether it is ``above``, ``below`` or ``alike`` all the others together, among so many tests."""
    total, whole = sum(counts), sum(of)
    chances = adjusted([differ(n, m, total - n, whole - m) for n, m in zip(counts, of, strict=True)])
    return [
        "alike" if chance > LEVEL else "above" if n * (whole - m) > (total - n) * m else "below"
        for n, m, chance in zip(counts, of, chances, strict=True)
    ]


def dispersion(counts: Sequence[int], of: Sequence[int]) -> float:
    """How much wider rates are spread than by chance (φ; the outer tenths are drawn in): 1 or less by chance alone."""
    n, m = np.asarray(counts, dtype=float), np.asarray(of, dtype=float)
    if len(n) < 2 or not 0 < n.sum() < m.sum():
        return float("nan")
    z = (np.arcsin(np.sqrt(n / m)) - np.arcsin(np.sqrt(n.sum() / m.sum()))) * 2 * np.sqrt(m)
    z = np.clip(z, *np.quantile(z, [0.1, 0.9]))
    return float((z**2).mean())


def reliability(values: Sequence[np.ndarray]) -> float:
    """The share of the spread of groups' means that is between groups, and not within them by chance (one-way ANOVA)."""
    values = [one for one in values if len(one)]
    sizes = np.array([len(one) for one in values], dtype=float)
    total = sizes.sum()
    if len(values) < 2 or total <= len(values):
        return 0.0
    means = np.array([one.mean() for one in values])
    mean = (sizes * means).sum() / total
    between = (sizes * (means - mean) ** 2).sum() / (len(values) - 1)
    within = sum(((one - one.mean()) ** 2).sum() for one in values) / (total - len(values))
    size = (total - (sizes**2).sum() / total) / (len(values) - 1)
    variance = max(0.0, (between - within) / size)
    return float(variance / (variance + within / size)) if variance else 0.0


def by_street(scores: pd.DataFrame) -> dict[str, np.ndarray]:
    """The confirmed points of every committee (3_scores), by street code."""
    rows = scores[
        (scores["level"] == "committee") & (scores["part"] == "total") & scores["confirmed"].notna()
    ]
    by_code = rows["confirmed"].astype(float).groupby(rows["street_code"])
    return {str(code): values.to_numpy() for code, values in by_code}


def mean_interval(values: np.ndarray) -> tuple[float, float]:
    """The 95 % interval of a mean; (nan, nan) of fewer than two."""
    if len(values) < 2:
        return float("nan"), float("nan")
    half = Z95 * values.std(ddof=1) / np.sqrt(len(values))
    return float(values.mean() - half), float(values.mean() + half)


@dataclass(frozen=True, slots=True)
class Ranks:
    """Where each group may rank: ``best`` to ``worst`` in 95 % of the draws, and the shares in which it is first or last."""

    best: np.ndarray
    worst: np.ndarray
    first: np.ndarray
    last: np.ndarray


def ranks_by_chance(values: Sequence[np.ndarray]) -> Ranks:
    """The ranks of groups' means if the members had been drawn anew within each group (bootstrap, fixed seed)."""
    random = np.random.default_rng(SEED)
    return _ranks(np.array([random.choice(one, (DRAWS, len(one))).mean(axis=1) for one in values]))


def ranks_by_weights(shares: np.ndarray) -> Ranks:
    """The ranks of groups (rows) under any weights of the parts (columns; nan where a part is unknown), drawn evenly."""
    random = np.random.default_rng(SEED)
    weights = random.dirichlet(np.ones(shares.shape[1]), WEIGHT_DRAWS).T
    known = ~np.isnan(shares)
    return _ranks(np.nan_to_num(shares) @ weights / (known @ weights))


def _ranks(drawn: np.ndarray) -> Ranks:
    """``drawn``: groups × draws."""
    places = np.array([(drawn > one).sum(axis=0) + 1 for one in drawn])
    best, worst = np.quantile(places, [0.025, 0.975], axis=1, method="closest_observation").astype(int)
    behind = np.array([(drawn < one).sum(axis=0) == 0 for one in drawn])
    return Ranks(best, worst, (places == 1).mean(axis=1), behind.mean(axis=1))


def ranks_possible(lowest: np.ndarray, highest: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The best and the worst rank that what is not known leaves open."""
    best = np.array([1 + (lowest > one).sum() for one in highest])
    worst = np.array([1 + (np.delete(highest, place) > one).sum() for place, one in enumerate(lowest)])
    return best, worst


@dataclass(frozen=True, slots=True)
class Limits:
    """An XmR chart: centre, natural limits, and for each month its signal ("" for natural variation).

    Signals: ``above``, ``below`` (outside the limits), ``run_above``, ``run_below`` (one of seven on one side), ``rising``,
    ``falling`` (one of seven), ``high``, ``low`` (one of two in three near the same limit).
    """

    centre: float
    lower: float
    upper: float
    signals: tuple[str, ...]
    trial: bool


def xmr(values: Sequence[float]) -> Limits:
    """Natural limits of a series of months, oldest first: mean ± 2.66 × the mean moving range of the first twelve.

    Moving ranges above 3.267 × their mean are left out, once.  Fewer than twelve months make limits on trial.
    """
    y = np.asarray(values, dtype=float)
    ranges = np.abs(np.diff(y[:FIXED]))
    if len(ranges):
        ranges = ranges[ranges <= _TO_OUTLIERS * ranges.mean()]
    centre, width = float(y[:FIXED].mean()), _TO_LIMITS * (float(ranges.mean()) if len(ranges) else 0.0)
    side = np.sign(y - centre)
    outside = np.where(np.abs(y - centre) > width, side, 0)
    near = np.where((outside == 0) & (np.abs(y - centre) > width * 2 / 3), side, 0)
    run = _run(side, _RUN)
    steps = _run(np.sign(np.diff(y)), _RUN - 1)
    trend = np.zeros(len(y))  # a step belongs to both its months
    for place, step in enumerate(steps):
        if step:
            trend[place] = trend[place + 1] = step
    pair = np.zeros(len(y))
    for first in range(len(y) - 2):
        window = slice(first, first + 3)
        if abs(side[window].sum()) == 3 and np.count_nonzero(near[window]) >= 2:
            pair[window] = near[window]
    signals = tuple(
        next((words[0] if sign > 0 else words[1] for sign, words in each if sign), "")
        for each in (
            (
                (outside[place], ("above", "below")),
                (run[place], ("run_above", "run_below")),
                (trend[place], ("rising", "falling")),
                (pair[place], ("high", "low")),
            )
            for place in range(len(y))
        )
    )
    return Limits(centre, centre - width, centre + width, signals, len(y) < FIXED)


def _run(signs: np.ndarray, length: int) -> np.ndarray:
    """The signs that belong to a run of at least ``length`` equal ones other than 0."""
    part = np.zeros(len(signs))
    for first in range(len(signs) - length + 1):
        window = signs[first : first + length]
        if window[0] and (window == window[0]).all():
            part[first : first + length] = window
    return part

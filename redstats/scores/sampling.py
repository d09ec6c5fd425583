"""A sample of claims: how many of each class, which, what its size can find, and what it says of all.

Stratified simple random sampling without replacement.  A class of N claims of which n are drawn gives each the chance n/N exactly,
and each pair one above 0; the weighted share is unbiased (Horvitz and Thompson), and as all weights of a whole sample add up to the
number of claims it is Hájek's share too.

Sources: W. G. Cochran, Sampling Techniques, 3rd ed. (1977), chapter 5; D. G. Horvitz and D. J. Thompson, JASA 47 (1952) 663; J. Hájek
in Foundations of Statistical Inference (1971) 236; A. Sainte-Laguë (1910), as he hands out seats; L. Kish, Survey Sampling (1965),
section 8.2 (effective n); C. J. Clopper and E. S. Pearson, Biometrika 26 (1934) 404, on the effective n as E. L. Korn and
B. I. Graubard, Survey Methodology 24 (1998) 193.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
LEVEL = 0.05  # what the interval may leave out
SURE = 0.9  # how likely a sample has to find something for one to say that it can
_EACH = 2  # of a class, where it can be: of one alone nothing is known of its spread


def allocate(wanted: int, sizes: Counts, factors: Numbers, drawn: Counts | None = None) -> Counts:
    """How many claims of each class are drawn when ``wanted`` are drawn in all, by size × factor.

    sizes, factors: of the classes, how many claims and how many times as often as a plain one; drawn: what earlier rounds took, which
    stays.  Every class gets two where it can, then one after another goes where size × factor ÷ (2 × drawn + 1) is largest.
    ValueError where not even one of each class can be drawn, for then some claims would have no chance at all.
    """
    sizes = np.asarray(sizes)
    before = np.zeros(len(sizes), dtype=int) if drawn is None else np.asarray(drawn)
    wanted = min(wanted, int(sizes.sum()))
    for each in (_EACH, 1):
        counts = np.maximum(before, np.minimum(each, sizes))
        if counts.sum() <= wanted:
            break
    else:
        raise ValueError(f"{wanted} of {len(sizes)} classes")
    for _ in range(wanted - int(counts.sum())):
        claims = np.where(counts < sizes, sizes * np.asarray(factors) / (2 * counts + 1), -1.0)
        counts[int(claims.argmax())] += 1
    return counts


def places(classes: npt.NDArray[np.int64], random: np.random.Generator) -> Counts:
    """The place of each claim in the order by chance of its class, from 0: the first n of a class are a simple random sample, and the
    next ones make a larger one of it."""
    order = np.lexsort((random.random(len(classes)), classes))
    ordered = np.asarray(classes)[order]
    starts = np.searchsorted(ordered, ordered)
    place = np.empty(len(classes), dtype=np.int64)
    place[order] = np.arange(len(classes)) - starts
    return place


def chance_to_find(claims: int, checked: int, false: int) -> float:
    """How likely ``checked`` of ``claims``, drawn alike, hold at least one of ``false`` (hypergeometric)."""
    from scipy import stats

    return float(stats.hypergeom.sf(0, claims, false, checked))


def least_to_find(claims: int, checked: int, sure: float = SURE) -> int:
    """The smallest number of false claims of which ``checked``, one or more, hold one so surely."""
    from scipy import stats

    return int((stats.hypergeom.sf(0, claims, np.arange(claims + 1), checked) >= sure).argmax())


def effective(weights: Numbers) -> float:
    """How many equally weighted checks say as much as these (Kish)."""
    total, squares = weights.sum(), (weights**2).sum()
    return float(total**2 / squares) if squares else 0.0


def interval(share: float, number: float) -> tuple[float, float]:
    """The 95 % interval of a share of ``number`` checks, which need not be whole (Clopper and Pearson)."""
    from scipy import stats

    count = share * number
    lower = stats.beta.ppf(LEVEL / 2, count, number - count + 1) if count > 0 else 0.0
    upper = stats.beta.ppf(1 - LEVEL / 2, count + 1, number - count) if count < number else 1.0
    return float(lower), float(upper)


@dataclass(frozen=True, slots=True)
class Rate:
    """The weighted share of claims that are true: ``low`` and ``high`` with what cannot be verified counted as false and as true,
    ``lower`` and ``upper`` the ends of their intervals on ``effective`` checks."""

    low: float
    high: float
    lower: float
    upper: float
    effective: float


def rate(true: Numbers, weights: Numbers) -> Rate:
    """The share of checked claims: 1 that is true, 0 that is not, nan that cannot be verified; by the inverse of their chances."""
    number, total = effective(weights), weights.sum()
    low, high = (
        min(float((np.nan_to_num(true, nan=unknown) * weights).sum() / total), 1.0) for unknown in (0.0, 1.0)
    )
    return Rate(low, high, interval(low, number)[0], interval(high, number)[1], number)

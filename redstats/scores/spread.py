"""How unlikely a count is among counts like it that differ by more than chance: the beta-binomial.

A share that differs from street to street by honest habit is no suspicion: what is spread already is allowed for, and a least spread
beside it.  Sources: J. G. Skellam, JRSS B 10 (1948) 257 (beta-binomial); J. C. Kleinman, JASA 68 (1973) 46 (its moments).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
_MOST = 0.5


def fitted(counts: Numbers, of: Numbers, least: float, left_out: float) -> tuple[float, float]:
    """Mean and spread (correlation within a group, 0 to 1) of groups' shares by their moments.

    The highest shares, ``left_out`` of all and one at least, do not count: what others have invented is no measure of what is
    honest.  ``least``: the spread that is allowed for even where none shows.
    """
    counts, of = np.asarray(counts, dtype=float), np.asarray(of, dtype=float)
    shares = counts / of
    kept = np.argsort(shares, kind="stable")[: len(shares) - max(1, int(left_out * len(shares)))]
    counts, of, shares = counts[kept], of[kept], shares[kept]
    total = of.sum()
    mean = float((counts.sum() + 0.5) / (total + 1))
    by_chance = len(of) / total if total else 1.0
    if by_chance >= 1:
        return mean, least
    observed = float((of * (shares - mean) ** 2).sum() / total / (mean * (1 - mean)))
    return mean, float(np.clip((observed - by_chance) / (1 - by_chance), least, _MOST))


def at_least(counts: Numbers, of: Numbers, mean: float, spread: float) -> Numbers:
    """p that each count of so many is that high or higher, exact for the beta-binomial of mean and spread."""
    from scipy import special

    counts, of = np.asarray(counts, dtype=float)[:, None], np.asarray(of, dtype=float)[:, None]
    if not len(of):
        return np.zeros(0)
    a, b = mean * (1 - spread) / spread, (1 - mean) * (1 - spread) / spread
    k = np.arange(of.max() + 1)[None, :]
    rest = np.maximum(of - k, 0)
    log = special.gammaln(of + 1) - special.gammaln(k + 1) - special.gammaln(rest + 1)
    log += special.betaln(k + a, rest + b) - special.betaln(a, b)
    return np.where((k >= counts) & (k <= of), np.exp(log), 0.0).sum(axis=1).clip(0.0, 1.0)

"""The numbers of a page, each with what it is of: what was asked and answered, how far it may be off, what it is compared with."""

from __future__ import annotations

from dataclasses import dataclass

from redstats.standard import Requirement


@dataclass(frozen=True, slots=True)
class Share:
    """A coverage figure: ``reached`` of ``eligible``, with what was not reported apart.

    pending: of those eligible of a yearly duty, who has not done it and may still do so in time.
    """

    reached: int
    eligible: int
    unreported: int
    pending: int = 0

    @property
    def gap(self) -> int:
        return self.eligible - self.reached

    @property
    def rate(self) -> float | None:
        return self.reached / self.eligible if self.eligible else None


@dataclass(frozen=True, slots=True)
class Change:
    """A measure of last month and this, over the same ``committees`` (``others``: judged now, but not then), and whether that
    is more than months vary by themselves (3_scores/trend): ``signal`` "" where it is not, or too few ``months`` tell.
    """

    measure: str
    last_month: float | None = None
    this_month: float | None = None
    committees: int = 0
    others: int = 0
    months: int = 0
    signal: str = ""
    trial: bool = False
    first: bool = False  # no month before this was run
    made: bool = True  # false of a month that was archived before changes were looked for


@dataclass(frozen=True, slots=True)
class Compared:
    """How a street, or the district, stands beside the others (3_scores/streets); None where it cannot be compared."""

    committees: int = 0
    short: int = 0
    unsettled: int = 0
    share_low: float | None = None
    share_high: float | None = None
    group: str | None = None
    standing: str | None = None
    coverage_standing: str | None = None
    mean_low: float | None = None
    mean_high: float | None = None
    rank_best: int | None = None
    rank_worst: int | None = None
    chance_best: int | None = None
    chance_worst: int | None = None
    weights_best: int | None = None
    weights_worst: int | None = None
    pairs: int = 0
    differ: int = 0
    dispersion: float | None = None
    reliability: float | None = None

    @property
    def unclear(self) -> int:
        """Committees with a shortfall, or of which not everything is known."""
        return self.short + self.unsettled


@dataclass(frozen=True, slots=True)
class Task:
    """A requirement that is not met: by street the committees' names (``homes``: their neighbourhoods), how many of them are new or
    again so, and for how many months the oldest lasts.
    """

    requirement: Requirement
    by_street: dict[str, list[str]]
    fresh: int
    longest: int
    homes: dict[str, list[str]]

    @property
    def count(self) -> int:
        return sum(map(len, self.by_street.values()))


@dataclass(frozen=True, slots=True)
class Points:
    """Points of one part (total, chapter, clause) with the range left open by what was not reported.

    Of a total also what is ``confirmed`` of it, the share ``known`` of what is due, and the ``band`` (3_scores).
    """

    value: float | None
    out_of: float
    lowest: float
    highest: float
    committees: int
    rank: int | None
    confirmed: float | None = None
    known: float | None = None
    band: str | None = None

    @property
    def rate(self) -> float | None:
        """Share of the points, in percent."""
        return None if self.value is None or not self.out_of else self.value / self.out_of * 100

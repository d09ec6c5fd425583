"""Claims checked on the spot: drawn by chance, printed, read back, and what they say of all claims."""

from redstats.spotchecks.answers import Read, each_result, read
from redstats.spotchecks.drawing import draw, draws
from redstats.spotchecks.estimating import Tally, tally
from redstats.spotchecks.rulebook import rules

__all__ = ["Read", "Tally", "draw", "draws", "each_result", "read", "rules", "tally"]

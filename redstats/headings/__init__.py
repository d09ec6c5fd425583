"""Which field of the standard a column's heading asks for, and which are like it where that is not certain."""

from redstats.headings.confirmed import IGNORE, Confirmed
from redstats.headings.matcher import Match, Matcher

__all__ = ["IGNORE", "Confirmed", "Match", "Matcher"]

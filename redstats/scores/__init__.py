"""Scores: coverage of each requirement, and points of committees, streets and the district."""

from redstats.scores.coverage import PARTY_ORG, completeness, measure
from redstats.scores.points import score
from redstats.scores.scoring_profile import PROFILES, Band, Profile, profile, profile_of

__all__ = [
    "PARTY_ORG",
    "PROFILES",
    "Band",
    "Profile",
    "completeness",
    "measure",
    "profile",
    "profile_of",
    "score",
]

"""Submissions: who sent a month's return and when, and the words that remind those who did not."""

from redstats.submissions.sent import (
    REPORTED,
    SHORT,
    SentFile,
    Submission,
    board,
    deadline,
    history,
    unattributed,
)

__all__ = [
    "REPORTED",
    "SHORT",
    "SentFile",
    "Submission",
    "board",
    "deadline",
    "history",
    "unattributed",
]

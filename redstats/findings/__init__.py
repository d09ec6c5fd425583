"""Findings: the suites run over a month; one row for every requirement and committee, in five states."""

from redstats.findings.judge import PACES
from redstats.findings.month import check, find

__all__ = ["PACES", "check", "find"]

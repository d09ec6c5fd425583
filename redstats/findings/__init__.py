"""Findings: the suites run over a month; one row for every requirement and committee, in five states."""

from redstats.findings.conditions import columns_of
from redstats.findings.facts import parameters
from redstats.findings.judge import PACES
from redstats.findings.month import check, find

__all__ = ["PACES", "check", "columns_of", "find", "parameters"]

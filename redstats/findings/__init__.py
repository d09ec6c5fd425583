"""Findings: the suites run over a month; one row for every requirement and committee, in five states."""

from redstats.findings.judge import PACES
from redstats.findings.month import find, parameters
from redstats.findings.suites import columns_of, read_suites

__all__ = ["PACES", "columns_of", "find", "parameters", "read_suites"]

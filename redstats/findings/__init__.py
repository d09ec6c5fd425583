"""Findings: the suites run over a month; one row for every requirement and committee, in five states."""

from redstats.facts.standard_facts import parameters
from redstats.findings.judge import PACES
from redstats.findings.month import check, derive, find, preload
from redstats.suites.conditions import columns_of

__all__ = ["PACES", "check", "columns_of", "derive", "find", "parameters", "preload"]

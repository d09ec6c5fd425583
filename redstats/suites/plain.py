"""A suite as a user of Great Expectations takes it up: what it says, the frame it is about, the numbers it asks for."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from redstats.errors import RunError
from redstats.facts.month import MonthFacts
from redstats.facts.standard_facts import parameters
from redstats.suites import running
from redstats.suites.names import LAW, RECOMMENDATIONS, RETURNS, vocabulary

if TYPE_CHECKING:
    from redstats.months import Month
    from redstats.project import Project


@dataclass(frozen=True, slots=True)
class Suite:
    """A suite of ``expectations/`` in a month: ``content`` for ``gx.ExpectationSuite(**content)``, without the rules of what is not in
    force; ``frame``, the facts that it judges, a row a committee; ``parameters`` for ``expectation_parameters``."""

    content: dict
    frame: pd.DataFrame
    parameters: dict[str, object]


def suite(project: Project, month: Month, name: str) -> Suite:
    """The suite of that name, and its types registered with GX; RunError for an unknown one."""
    os.environ.setdefault(
        "GX_ANALYTICS_ENABLED", "false"
    )  # else GX sends what it is used for over the network
    from redstats.suites import expectations  # noqa: F401  (registers the project's own types)

    facts = MonthFacts(project, month)
    rules = facts.rules
    suites = running.load(project.expectations, vocabulary())
    suites.pop(RECOMMENDATIONS, None)  # of other tables
    of_law = {LAW: suites.pop(LAW)} if LAW in suites else {}
    suites = running.in_force(suites, rules.requirements) | running.in_force(of_law, rules.law.rules)
    if name not in suites:
        raise RunError(f"没有套件“{name}”", where="expectations/", to_do=f"可用：{'、'.join(suites)}")
    numbers = parameters(rules, month)
    if name == LAW:
        return Suite(suites[name], facts.law.frame, numbers | rules.law.parameters | facts.law.parameters)
    # a return contradicts itself by what it says; a duty is judged by all that was told in the year
    return Suite(suites[name], facts.frame if name == RETURNS else facts.year.frame, numbers)

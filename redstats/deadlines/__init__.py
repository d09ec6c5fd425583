"""The deadline radar: what of the duties known from the returns is overdue, due this month, or due soon.

Days are counted from the last day of the reporting month.  ``find`` writes 2_findings/deadlines; what is done is not
listed, and what is not known is listed as unknown, never guessed.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd

from redstats import places as roll
from redstats import settings, tables
from redstats.deadlines.duties import Duty, duties
from redstats.deadlines.evidence import Evidence
from redstats.deadlines.kinds import Kind, kinds
from redstats.facts.month import MonthFacts
from redstats.months import Month
from redstats.project import Project
from redstats.settings import Settings
from redstats.standard import Requirement, Rule

STANDINGS = {
    "overdue": "已逾期",
    "this_month": "本月到期",
    "soon": "{days}天内到期",
    "ahead": "预告",
    "undated": "无固定期限",
    "unknown": "未知",
}
LAYERS = {"law": "市级规定", "standard": "标准"}

__all__ = ["LAYERS", "STANDINGS", "Kind", "find", "horizon", "kinds", "standing", "standings"]


def standings(limits: Settings) -> dict[str, str]:
    """The words of STANDINGS, with the days that are soon."""
    return {name: word.format(days=limits.soon_days) for name, word in STANDINGS.items()}


def standing(due: dt.date, month: Month, limits: Settings) -> str:
    """Where a day stands, evidence from the last day of ``month``: a key of STANDINGS."""
    if due < month.start:
        return "overdue"
    if due <= month.end:
        return "this_month"
    return "soon" if due <= month.end + dt.timedelta(limits.soon_days) else "ahead"


def horizon(kind: Kind, month: Month, limits: Settings) -> dt.date:
    """The last day that is listed of a kind."""
    return max(month.end + dt.timedelta(limits.soon_days), month.plus(kind.ahead).end)


def find(project: Project, month: Month, facts: MonthFacts | None = None) -> pd.DataFrame:
    """Write and return 2_findings/deadlines, in the order of the kinds.

    ``facts``: those of the month, where they are at hand.  Reads its 2_findings and 2_findings/law.  RunError when the
    month was not judged yet.
    """
    evidence = Evidence(project, facts or MonthFacts(project, month))
    limits, rules = settings.on(project, month.end), evidence.rules
    rows = []
    for kind in kinds().values():
        asked: list[Rule | Requirement] = [rules.law.rules[id_] for id_ in kind.law if id_ in rules.law.rules]
        if not asked:
            asked = [rules.requirements[id_] for id_ in kind.standard if id_ in rules.requirements]
        for rule in asked:
            until = horizon(kind, month, limits)
            rows += [_row(evidence, kind, duty, limits) for duty in duties(evidence, kind, rule, until)]
    deadlines = pd.DataFrame(rows, columns=tables.SCHEMAS[tables.DEADLINES].names)
    tables.write(project, tables.DEADLINES, month, deadlines, roll.on(month.end).district_code)
    return deadlines


def _row(evidence: Evidence, kind: Kind, duty: Duty, limits: Settings) -> dict:
    rule, row = duty.rule, duty.row
    of_standard = isinstance(rule, Requirement)
    source = (
        evidence.rules.clauses[rule.clause].label
        if isinstance(rule, Requirement)
        else f"{rule.document}{rule.article}"
    )
    where = standing(duty.due, evidence.month, limits) if duty.due else "undated"
    dates = evidence.values.get(f"{rule.id}_dates")
    facts = [
        evidence.fact(row, name, dates[row] if dates and name == rule.field else None) for name in duty.fields
    ]
    return evidence.keys[row] | {
        "kind": kind.id,
        "requirement": rule.id,
        "title": rule.title,
        "layer": "standard" if of_standard else "law",
        "source": source,
        "standing": where if duty.known else "unknown",
        "due": duty.due,
        "days": (duty.due - evidence.month.end).days if duty.due and duty.known else None,
        "required": "；".join(filter(None, (rule.required, duty.asks))),
        "reported": "；".join(facts),
        "to_do": rule.fix if duty.known else "核实后补报或更正",
        **evidence.place(row, duty.fields[0]),
    }

"""A month's findings: 1_returns to 2_findings, each with its cell, the words of the standard and its life."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from redstats import mappings, standard, tables
from redstats import places as roll
from redstats.facts.cells import Cells, cells_of
from redstats.facts.standard_facts import SOURCES, parameters
from redstats.facts.standard_facts import facts as facts_of
from redstats.findings import formatting, law
from redstats.findings.absence import with_absent
from redstats.findings.judge import PACES, Judge, Verdict, Verdicts
from redstats.findings.life import with_life
from redstats.months import Month
from redstats.project import Project
from redstats.standard import Requirement, Standard
from redstats.suites import deriving, mistakes
from redstats.suites import running as gx_suites
from redstats.suites.names import LAW, RECOMMENDATIONS, vocabulary
from redstats.suites.suite_files import Mistake


def find(project: Project, month: Month) -> pd.DataFrame:
    """Judge a month and write 2_findings and its side tables (returns, law, ledger); returns the findings as written.

    Reads 1_returns of the month and of the year so far, and 2_findings of the earlier months for the life
    of a finding.  Raises RunError when the returns were not read yet, StandardError for a malformed suite.
    """
    rules = standard.on(month.end)
    district = roll.on(month.end).district_code
    returns = tables.read(project, tables.RETURNS, month)
    cells = cells_of(returns, tables.read(project, tables.CELLS, month))
    earlier = [one for one in tables.months(project) if one < month]
    history = [tables.read(project, tables.RETURNS, one) for one in earlier if one.year == month.year]
    frame = facts_of(returns, history, month, rules, cells, mappings.identity_of(project, month))
    found = gx_suites.load(project.expectations, vocabulary())
    of_law = found.pop(LAW, {})  # a layer of its own
    found.pop(RECOMMENDATIONS, None)  # of other tables (recommendations)
    found = gx_suites.in_force(found, rules.requirements)
    results = {one.id: one for one in gx_suites.validate(frame, found, parameters(rules, month))}
    checks = [one for one in results.values() if one.id not in rules.requirements]
    doubts: dict[str, np.ndarray] = {}
    for one in checks:
        doubts.setdefault(one.datum, np.zeros(len(frame), dtype=bool))[one.failed] = True
    judge = Judge(frame, cells, month, rules, doubts)
    base, alike = formatting.keys_of(returns), formatting.Alike(frame)
    parts = []
    for requirement in rules.requirements.values():
        verdicts = judge.verdicts(requirement, results[requirement.id])
        places = cells.places(requirement.field, SOURCES.get(requirement.field, ()), base)
        words = _words(requirement, results[requirement.id].columns, alike, verdicts, rules)
        parts.append(base.assign(**places, **words))
    findings, ledger = with_life(pd.concat(parts, ignore_index=True), project, tables.FINDINGS, month)
    missing = tables.read(project, tables.ABSENT, month)
    findings = with_absent(findings, missing, rules.requirements.values(), month, rules)
    tables.write(project, tables.FINDINGS, month, findings, district)
    tables.write(project, tables.CHECKS, month, _checked(checks, base, frame, cells, rules), district)
    _, more = law.find(project, month, of_law, frame, cells, doubts, base)
    tables.write(project, tables.LEDGER, month, [*ledger, *more], district)
    return findings


def check(project: Project) -> tuple[dict[str, dict], list[Mistake]]:
    """The suites of a project as written, and every mistake in them; a run refuses them for the same ones."""
    found = mistakes.read(project.expectations, vocabulary())
    return found.content, found.mistakes


def derive(project: Project) -> dict[str, list[str]]:
    """Write into a project's suites what follows from the standard; the rules that changed, by file."""
    return deriving.write(project.expectations, vocabulary())


def _words(
    requirement: Requirement,
    columns: tuple[str, ...],
    alike: formatting.Alike,
    made: Verdicts,
    rules: Standard,
) -> dict[str, Any]:
    """The columns of 2_findings that say what was found of one requirement."""

    def reported(row: int) -> str:
        return _reported(requirement, columns, lambda name: alike.value(name, row), rules)

    def message(row: int) -> str:
        return _message(requirement, said[row], made.of(row), rules)

    own = (*columns, requirement.field)
    said = alike.told(own, (), reported)
    return {
        "requirement": requirement.id,
        "field": requirement.field,
        "clause": requirement.clause,
        "edition": requirement.edition,
        "force": requirement.force,
        "state": made.states,
        "reported": said,
        "required": requirement.required,
        "message": alike.told(own, (made.state, made.pace, made.lacking), message),
        "pace": made.paces,
        "lacking": made.lacks,
    }


def _reported(
    requirement: Requirement, columns: tuple[str, ...], value: Callable[[str], object], rules: Standard
) -> str:
    shown = [formatting.shown(value(name), name, rules) for name in columns]
    if len(columns) > 1 and any(shown):
        return "；".join(
            f"{rules.label(name)} {text or '未填'}"
            for name, text in zip(columns, shown, strict=True)
            if rules.label(name) != name
        )
    own = requirement.field
    return shown[0] if own == columns[0] else formatting.shown(value(own), own, rules)


def _message(requirement: Requirement, reported: str, verdict: Verdict, rules: Standard) -> str:
    label = "”“".join(rules.label(name) for name in verdict.lacking or (requirement.field,))
    if verdict.state == "not_met":
        what = f"填报为“{reported}”" if reported else f"“{label}”未填，按未开展计"
        return f"{requirement.title}：{what}；{requirement.required}。{requirement.fix}。"
    if verdict.state == "needs_review":
        return f"{requirement.title}：“{label}”的填报内容无法识别或前后矛盾，请核实后更正。"
    if verdict.state == "not_reported":
        return f"{requirement.title}：“{label}”未填报，请补报。"
    if verdict.pace:
        return f"{requirement.title}：{PACES[verdict.pace]}；{requirement.required}。"
    return f"{requirement.title}：{tables.STATES[verdict.state]}。"


def _checked(checks, base: pd.DataFrame, frame: pd.DataFrame, cells: Cells, rules: Standard) -> list[dict]:
    """Rows of 2_findings/returns: where a return contradicts itself."""
    rows = []
    for check in checks:
        if not len(check.failed):
            continue
        places = cells.places(check.datum, SOURCES.get(check.datum, ()), base)
        for index in sorted(check.failed.tolist()):
            shown = "；".join(
                f"{rules.label(name)} {formatting.shown(frame.at[index, name], name, rules)}"
                for name in check.columns
                if rules.label(name) != name
            )
            rows.append(
                base.loc[index].to_dict()
                | {key: column[index] for key, column in places.items()}
                | {
                    "requirement": check.id,
                    "field": check.datum,
                    "clause": "",
                    "edition": rules.edition.id,
                    "force": "should",
                    "state": "needs_review",
                    "reported": shown,
                    "required": check.description,
                    "message": f"{check.description}（{shown}），请核实后更正。",
                }
            )
    return rows

"""A month's findings: 1_returns to 2_findings, each with its cell, the words of the standard and its life."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from redstats import places as roll
from redstats import tables
from redstats.facts.cells import Cells
from redstats.facts.month import MonthFacts
from redstats.facts.standard_facts import SHOWN_BY, SOURCES, parameters
from redstats.findings import formatting, law
from redstats.findings.absence import with_absent
from redstats.findings.judge import ENCOURAGED, OPTIONAL, PACES, Judge, Verdict, Verdicts, refused_answers
from redstats.findings.life import with_life
from redstats.months import Month
from redstats.project import Project
from redstats.standard import Requirement, Standard
from redstats.suites import deriving, mistakes, validation_results
from redstats.suites import running as gx_suites
from redstats.suites.names import LAW, RECOMMENDATIONS, RETURNS, vocabulary
from redstats.suites.suite_files import Mistake


def find(project: Project, month: Month, facts: MonthFacts | None = None) -> pd.DataFrame:
    """Judge a month and write 2_findings and its side tables (returns, law, ledger); returns the findings as written.

    ``facts``: those of the month, where they are at hand.  Reads 2_findings of the earlier months for the life of a
    finding.  Raises RunError when the returns were not read yet, StandardError for a malformed suite.
    """
    facts = facts or MonthFacts(project, month)
    rules, frame, cells = facts.rules, facts.frame, facts.cells
    district = roll.on(month.end).district_code
    suites = gx_suites.load(project.expectations, vocabulary())
    suite_of_law = suites.pop(LAW, {})  # a layer of its own
    suites.pop(RECOMMENDATIONS, None)  # of other tables (recommendations)
    suites = gx_suites.in_force(suites, rules.requirements)
    numbers, year = parameters(rules, month), facts.year
    # a return contradicts itself by what it says; a duty is judged by all that was told in the year
    of_return = {name: suites.pop(name) for name in (RETURNS,) if name in suites}
    results = {
        result.id: result
        for judged, by in ((year.frame, suites), (frame, of_return))
        for result in gx_suites.validate(judged, by, numbers)
    }
    base = formatting.keys_of(facts.returns)
    validation_results.clear(project, month)
    validation_results.write(project, month, suites | of_return, results.values(), base, numbers)
    checks = [result for result in results.values() if result.id not in rules.requirements]
    doubts: dict[str, np.ndarray] = {}
    for check in checks:
        doubts.setdefault(check.datum, np.zeros(len(frame), dtype=bool))[check.failed] = True
    # figures of the year that fall are doubted where they are judged, and are no contradiction of one return
    judge = Judge(facts, year.frame, year.doubted(doubts))
    alike = formatting.Alike(year.frame)
    parts = []
    for requirement in rules.requirements.values():
        verdicts = judge.verdicts(requirement, results[requirement.id])
        places = cells.places(requirement.field, SOURCES.get(requirement.field, ()), base)
        words = _words(requirement, results[requirement.id].columns, alike, verdicts, facts)
        parts.append(places | words)
    findings, ledger = with_life(formatting.stacked(base, parts), project, tables.FINDINGS, month)
    missing = tables.read(project, tables.ABSENT, month)
    findings = with_absent(findings, missing, rules.requirements.values(), month, rules)
    tables.write(project, tables.FINDINGS, month, findings, district)
    tables.write(project, tables.CHECKS, month, _checked(checks, base, frame, cells, rules), district)
    _, ledger_of_law = law.find(project, facts, suite_of_law, doubts, base)
    tables.write(project, tables.LEDGER, month, [*ledger, *ledger_of_law], district)
    return findings


def preload() -> None:
    """Load what judging needs beside a month's tables, which takes seconds: Great Expectations, and what rules may name."""
    gx_suites.great_expectations()
    vocabulary()


def check(project: Project) -> tuple[dict[str, dict], list[Mistake]]:
    """The suites of a project as written, and every mistake in them; a run refuses them for the same ones."""
    suites = mistakes.read(project.expectations, vocabulary())
    return suites.content, suites.mistakes


def derive(project: Project) -> dict[str, list[str]]:
    """Write into a project's suites what follows from the standard; the rules that changed, by file."""
    return deriving.write(project.expectations, vocabulary())


def _words(
    requirement: Requirement,
    columns: tuple[str, ...],
    alike: formatting.Alike,
    verdicts: Verdicts,
    facts: MonthFacts,
) -> dict[str, Any]:
    """The columns of 2_findings that say what was found of one requirement."""
    rules, cells, year = facts.rules, facts.cells, facts.year
    # a yearly duty that is judged before the year ends is last year's
    last_year = requirement.period == "year" and facts.month.number < rules.edition.calendar.year_ends
    of_year = f"（{facts.month.year - 1}年度）" if last_year else ""

    def reported(row: int) -> str:
        text = _reported(requirement, columns, lambda name: alike.value(name, row), rules)
        return formatting.with_months(text, year.told_in(names, row), facts.month)

    def message(row: int) -> str:
        verdict = verdicts.of(row)
        less = year.told_less(names, row)
        if less and verdict.state == "needs_review":
            return f"{requirement.title}：{formatting.told_less(texts[row], less, facts.month)}"
        refused = refused_answers(verdict, cells, row)
        return _message(requirement, texts[row], verdict, rules, refused, of_year)

    parts = [part for name in columns for part in SHOWN_BY.get(name, ())]
    names = dict.fromkeys((*columns, *parts, requirement.field))
    earlier = year.codes(names)
    answered = [cells.read_as(name, "not_applicable").astype(int) for name in verdicts.lacked]
    texts = alike.told(names, earlier, reported)
    return {
        "requirement": requirement.id,
        "field": requirement.field,
        "clause": requirement.clause,
        "edition": requirement.edition,
        "force": requirement.force,
        "state": verdicts.states,
        "reported": texts,
        "required": requirement.required,
        "message": alike.told(
            names, (verdicts.state, verdicts.pace, verdicts.lacking, *earlier, *answered), message
        ),
        "pace": verdicts.paces,
        "lacking": verdicts.lacks,
    }


def _reported(
    requirement: Requirement, columns: tuple[str, ...], value: Callable[[str], object], rules: Standard
) -> str:
    # a share is shown of those who serve and of all seats, where both are told
    columns = tuple(dict.fromkeys(part for name in columns for part in SHOWN_BY.get(name, (name,))))
    # what need not be told is not said to be empty
    optional = {
        *OPTIONAL.get(requirement.id, ()),
        *(part for parts in SHOWN_BY.values() for part in parts[:-1]),
    }
    columns = tuple(
        name for name in columns if name not in optional or formatting.shown(value(name), name, rules)
    )
    shown = [formatting.shown(value(name), name, rules) for name in columns]
    if len(columns) > 1 and any(shown):
        return "；".join(
            f"{rules.label(name)} {text or '未填'}"
            for name, text in zip(columns, shown, strict=True)
            if rules.label(name) != name
        )
    field = requirement.field
    return shown[0] if field == columns[0] else formatting.shown(value(field), field, rules)


def _message(
    requirement: Requirement,
    reported: str,
    verdict: Verdict,
    rules: Standard,
    refused: tuple[str, ...],
    of_year: str,
) -> str:
    label = "”“".join(rules.label(name) for name in verdict.lacking or (requirement.field,))
    if verdict.state == "not_met":
        what = f"填报为“{reported}”" if reported else f"“{label}”未填，按未开展计"
        return f"{requirement.title}{of_year}：{what}；{requirement.required}。{requirement.fix}。"
    if verdict.state == "needs_review" and refused:
        return f"{requirement.title}：{formatting.why_refused(refused, rules)}"
    if verdict.state == "needs_review":
        return f"{requirement.title}：“{label}”的填报内容无法识别或前后矛盾，请核实后更正。"
    if verdict.state == "not_reported":
        return f"{requirement.title}：“{label}”未填报，请补报。"
    if verdict.pace:
        return f"{requirement.title}：{(PACES | ENCOURAGED)[verdict.pace]}；{requirement.required}。"
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

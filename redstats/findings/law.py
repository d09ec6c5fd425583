"""The city's rules over a month: 2_findings/law, a table of its own that no score looks at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from redstats import places as roll
from redstats import tables
from redstats.facts.law_facts import LawFacts, datum
from redstats.facts.month import MonthFacts
from redstats.findings import formatting
from redstats.findings.absence import with_absent
from redstats.findings.judge import STATES, Judge, Verdict, Verdicts, refused_answers
from redstats.findings.life import with_life
from redstats.project import Project
from redstats.standard import Rule, Standard
from redstats.suites import running as gx_suites
from redstats.suites import validation_results
from redstats.suites.conditions import compared
from redstats.suites.names import LAW
from redstats.suites.running import Result


def find(
    project: Project, facts: MonthFacts, suite: dict, doubts: dict[str, np.ndarray], base: pd.DataFrame
) -> tuple[pd.DataFrame, list[dict]]:
    """Judge a month by the law then in force; write and return 2_findings/law, empty where the layer is switched off,
    and return its rows of 2_findings/ledger.

    suite: ``expectations/law.json``; doubts: the rows in which a field is contradicted; base: the keys of every row.
    StandardError where GX cannot run the suite.
    """
    rules, month = facts.rules, facts.month
    judged = _judged(project, facts, suite, doubts, base) if rules.law.rules else pd.DataFrame()
    findings, ledger = with_life(judged, project, tables.LAW, month)
    missing = tables.read(project, tables.ABSENT, month)
    findings = with_absent(findings, missing, rules.law.rules.values(), month, rules)
    tables.write(project, tables.LAW, month, findings, roll.on(month.end).district_code)
    return findings, ledger


def _judged(
    project: Project, facts: MonthFacts, suite: dict, doubts: dict[str, np.ndarray], base: pd.DataFrame
) -> pd.DataFrame:
    law, of_law, kinds = facts.rules.law, facts.law, facts.rules.types
    kept = gx_suites.in_force({LAW: suite}, law.rules)
    results = gx_suites.validate(of_law.frame, kept, law.parameters | of_law.parameters)
    doubts = facts.year.doubted(doubts)
    validation_results.write(project, facts.month, kept, results, base, of_law.parameters)
    unsure = {id_: _doubted(law.rules[id_], doubts, rows) for id_, rows in of_law.doubts.items()}
    judge = Judge(facts, of_law.frame, unsure, of_law.sources, of_law.still_open)
    alike = formatting.Alike(of_law.frame)
    parts = []
    broken: dict[str, np.ndarray] = {}
    for result in sorted(results, key=lambda one: list(law.rules).index(one.id)):
        rule = law.rules[result.id]
        verdicts = judge.verdicts(replace(rule, field=datum(rule, kinds[rule.field])), result)
        short = verdicts.state == STATES.index("not_met")
        if rule.told_by in broken:
            verdicts.put(short & broken[rule.told_by], "not_applicable")
        broken[rule.id] = short
        words = _words(rule, result, alike, verdicts, facts)
        parts.append({**facts.cells.places(rule.field, (), base), **words})
    return formatting.stacked(base, parts)


def _doubted(rule: Rule, doubts: dict[str, np.ndarray], rows: np.ndarray) -> np.ndarray:
    """The ``rows`` that cannot be believed of a rule, and those in which a field that it names is contradicted."""
    named = {rule.field, *rule.counts, rule.after, rule.before, rule.where}
    return np.logical_or.reduce([rows, *(doubts[name] for name in named if name in doubts)])


def _words(
    rule: Rule,
    result: Result,
    alike: formatting.Alike,
    verdicts: Verdicts,
    of_month: MonthFacts,
) -> dict[str, Any]:
    """The columns of 2_findings/law that say what was found of one rule."""
    facts, cells, rules, year = of_month.law, of_month.cells, of_month.rules, of_month.year
    due = facts.due.get(rule.id, pd.Series(pd.NaT, index=facts.frame.index))
    by = due.dt.date.astype(object).where(due.notna(), None).to_numpy()
    listed = f"{rule.id}_dates" if f"{rule.id}_dates" in facts.frame else ""
    names = _looked_at(rule, result, facts, rules)
    kept = () if listed else names

    def reported(row: int) -> str:
        text = _reported(rule, names, listed, lambda name: alike.value(name, row), rules)
        return formatting.with_months(text, year.told_in(kept, row), of_month.month)

    def message(row: int) -> str:
        done, verdict = alike.value(listed or rule.field, row), verdicts.of(row)
        if verdict.state == "needs_review" and (less := year.told_less(kept, row)):
            return f"{rule.title}：{formatting.told_less(texts[row], less, of_month.month)}"
        if refused := refused_answers(verdict, cells, row):
            return f"{rule.title}：{formatting.why_refused(refused, rules)}"
        return _message(rule, texts[row], verdict, by[row], done, rules)

    data = [*names, rule.field, *([listed] if listed else []), *([f"{rule.id}_total"] if rule.counts else [])]
    earlier = year.codes(kept)
    texts = alike.told(data, earlier, reported)
    answered = [cells.read_as(name, "not_applicable").astype(int) for name in verdicts.lacked]
    codes = (verdicts.state, verdicts.pace, verdicts.lacking, pd.factorize(due)[0], *earlier, *answered)
    return {
        "requirement": rule.id,
        "field": rule.field,
        "document": rule.document,
        "article": rule.article,
        "link": rule.link,
        "edition": rules.law.edition,
        "force": rule.force,
        "state": verdicts.states,
        "reported": texts,
        "required": rule.required,
        "message": alike.told(data, codes, message),
        "due": by,
        "compared_on": rule.compared_on,
    }


def _looked_at(rule: Rule, result: Result, facts: LawFacts, rules: Standard) -> list[str]:
    """The fields of a return that a rule looks at, its own first."""
    columns = (*result.columns, *compared(result.condition))
    parts = [part for name in columns for part in facts.sources.get(name, (name,))]
    return [name for name in dict.fromkeys((rule.field, *parts)) if name in rules.fields]


def _reported(
    rule: Rule, names: list[str], listed: str, value: Callable[[str], object], rules: Standard
) -> str:
    """The data a rule looked at, each by its name."""
    if listed:
        dates = value(listed)
        return "" if value(rule.field) is None and not dates else formatting.shown(dates, rule.field, rules)
    shown = [formatting.shown(value(name), name, rules) for name in names]
    if len(names) == 1 and not rule.counts:
        return shown[0]
    parts = [f"{rules.label(name)} {text or '未填'}" for name, text in zip(names, shown, strict=True)]
    if rule.counts and rule.value["months"] > 1:
        total = formatting.shown(value(f"{rule.id}_total"), "", rules)
        parts.append(f"近{rule.value['months']}个月已知合计 {total or '未知'}")
    return "；".join(parts) if any(shown) or rule.counts else ""


def _message(rule: Rule, reported: str, verdict: Verdict, due, done: object, rules: Standard) -> str:
    label = "”“".join(rules.label(name) for name in verdict.lacking or (rule.field,))
    if verdict.state == "not_met":
        what = f"填报为“{reported}”" if reported else f"“{label}”未填，按未开展计"
        late = _late(due, done, rules.day)
        source = f"{rule.document}{rule.article}"
        return f"{rule.title}：{what}{late}；{rule.required}（{source}）。{rule.fix}。"
    if verdict.state == "needs_review":
        return f"{rule.title}：“{label}”的填报内容无法识别、前后矛盾或不够具体，请核实后更正。"
    if verdict.state == "not_reported":
        if not verdict.lacking:
            return f"{rule.title}：此前月份没有报表或数据不全，暂不能下结论。"
        return f"{rule.title}：“{label}”未填报，请补报。"
    if verdict.pace:
        until = f"（期限 {due}）" if due else ""
        return f"{rule.title}：尚未到期{until}；{rule.required}。"
    return f"{rule.title}：{tables.STATES[verdict.state]}。"


def _late(due: dt.date | None, done: Any, as_of: dt.date) -> str:
    """By how many days a day was missed, as far as that is known; ``done``: a date, or a list of dates."""
    if due is None:
        return ""
    done = [one for one in done if one > due] if isinstance(done, list) else [done]
    days = [one.date() if isinstance(one, pd.Timestamp) else one for one in done]
    days = [one for one in days if isinstance(one, dt.date) and not pd.isna(one) and due < one <= as_of]
    if days:
        return f"，晚{(min(days) - due).days}天"
    return f"，截至月末已过期限{(as_of - due).days}天" if as_of > due else ""

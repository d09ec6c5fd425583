"""The city's rules over a month: 2_findings/law, a table of its own that no score looks at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from redstats import mappings, standard, tables
from redstats import places as roll
from redstats.facts.cells import Cells, cells_of
from redstats.facts.law_facts import LawFacts, Past, datum, facts, months_before
from redstats.findings import formatting
from redstats.findings.absence import with_absent
from redstats.findings.judge import Judge, Verdict, Verdicts
from redstats.findings.life import with_life
from redstats.months import Month
from redstats.project import Project
from redstats.standard import Rule, Standard
from redstats.suites import running as gx_suites
from redstats.suites.conditions import compared
from redstats.suites.names import LAW
from redstats.suites.running import Result


def find(
    project: Project,
    month: Month,
    suite: dict,
    frame: pd.DataFrame,
    cells: Cells,
    doubts: dict[str, np.ndarray],
    base: pd.DataFrame,
) -> tuple[pd.DataFrame, list[dict]]:
    """Judge a month by the law then in force; write and return 2_findings/law, empty where the layer is switched off,
    and return its rows of 2_findings/ledger.

    suite: ``expectations/law.json``; frame, cells, doubts: the facts of the month, where they stand, and the rows in which a
    field is contradicted; base: the keys of every row.  Reads 1_returns of the months that the rules look back to.
    StandardError where GX cannot run the suite.
    """
    rules = standard.on(month.end)
    made = pd.DataFrame()
    if rules.law.rules:
        made = _judged(project, month, rules, suite, frame, cells, doubts, base)
    found, ledger = with_life(made, project, tables.LAW, month)
    missing = tables.read(project, tables.ABSENT, month)
    found = with_absent(found, missing, rules.law.rules.values(), month, rules)
    tables.write(project, tables.LAW, month, found, roll.on(month.end).district_code)
    return found, ledger


def _judged(project, month: Month, rules: Standard, suite, frame, cells: Cells, doubts, base) -> pd.DataFrame:
    law, kinds = rules.law, {id_: one.type for id_, one in rules.fields.items()}
    past = past_of(
        project,
        month,
        months_before(law, month, kinds),
        [id_ for id_, kind in kinds.items() if kind == "dates"],
    )
    told = facts(frame, past, month, law, cells, doubts, kinds)
    kept = gx_suites.in_force({LAW: suite}, law.rules)
    results = gx_suites.validate(told.frame, kept, law.parameters | told.parameters)
    judge = Judge(told.frame, cells, month, rules, told.doubts, told.sources, told.still_open)
    alike = formatting.Alike(told.frame)
    parts = []
    for result in sorted(results, key=lambda one: list(law.rules).index(one.id)):
        rule = law.rules[result.id]
        verdicts = judge.verdicts(replace(rule, field=datum(rule, kinds[rule.field])), result)
        words = _words(rule, result, alike, verdicts, told, rules)
        parts.append(base.assign(**cells.places(rule.field, (), base), **words))
    return pd.concat(parts, ignore_index=True)


def past_of(project: Project, month: Month, months: list[Month], dates: list[str]) -> dict[Month, Past]:
    """1_returns of the ``months`` before ``month`` that were read, with which of the fields ``dates`` are vague in them."""
    found, identity = {}, mappings.identity_of(project, month)
    for one in months:
        if tables.exists(project, tables.RETURNS, one):
            returns = tables.read(project, tables.RETURNS, one)
            cells = tables.read(project, tables.CELLS, one)
            found[one] = Past(returns, identity, cells_of(returns, cells[cells["field"].isin(dates)]))
    return found


def _words(
    rule: Rule, result: Result, alike: formatting.Alike, made: Verdicts, told: LawFacts, rules: Standard
) -> dict[str, Any]:
    """The columns of 2_findings/law that say what was found of one rule."""
    due = told.due.get(rule.id, pd.Series(pd.NaT, index=told.frame.index))
    by = due.dt.date.astype(object).where(due.notna(), None).to_numpy()
    listed = f"{rule.id}_dates" if f"{rule.id}_dates" in told.frame else ""
    names = _looked_at(rule, result, told, rules)

    def reported(row: int) -> str:
        return _reported(rule, names, listed, lambda name: alike.value(name, row), rules)

    def message(row: int) -> str:
        return _message(rule, said[row], made.of(row), by[row], alike.value(listed or rule.field, row), rules)

    own = [*names, rule.field, *([listed] if listed else []), *([f"{rule.id}_total"] if rule.counts else [])]
    said = alike.told(own, (), reported)
    codes = (made.state, made.pace, made.lacking, pd.factorize(due)[0])
    return {
        "requirement": rule.id,
        "field": rule.field,
        "document": rule.document,
        "article": rule.article,
        "link": rule.link,
        "edition": rules.law.edition,
        "force": rule.force,
        "state": made.states,
        "reported": said,
        "required": rule.required,
        "message": alike.told(own, codes, message),
        "due": by,
        "compared_on": rule.compared_on,
    }


def _looked_at(rule: Rule, result: Result, told: LawFacts, rules: Standard) -> list[str]:
    """The fields of a return that a rule looks at, its own first."""
    columns = (*result.columns, *compared(result.condition))
    made = [one for name in columns for one in told.sources.get(name, (name,))]
    return [name for name in dict.fromkeys((rule.field, *made)) if name in rules.fields]


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

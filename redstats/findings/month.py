"""A month's findings: 1_returns to 2_findings, each with its cell, the words of the standard and its life."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pandas as pd

from redstats import places as roll
from redstats import standard, tables
from redstats.committees import identities
from redstats.findings import suites as gx_suites
from redstats.findings.facts import SOURCES
from redstats.findings.facts import facts as facts_of
from redstats.findings.judge import PACES, Cells, Judge, Verdict
from redstats.months import Month
from redstats.project import Project
from redstats.standard import Requirement, Standard
from redstats.standard.requirements import dated

_LIFE = ["street_code", "neighbourhood_committee", "committee_name", "requirement", "state", "since"]


def find(project: Project, month: Month) -> pd.DataFrame:
    """Judge a month and write 2_findings and 2_findings/returns; returns the findings as written.

    Reads 1_returns of the month and of the year so far, and 2_findings of the earlier months for the life
    of a finding.  Raises RunError when the returns were not read yet, StandardError for a malformed suite.
    """
    rules = standard.on(month.end)
    district = roll.on(month.end).district_code
    returns = tables.read(project, tables.RETURNS, month)
    cells = _cells(returns, tables.read(project, tables.CELLS, month))
    earlier = [one for one in tables.months(project) if one < month]
    history = [tables.read(project, tables.RETURNS, one) for one in earlier if one.year == month.year]
    frame = facts_of(returns, history, month, rules, cells.state)
    results = {
        one.id: one for one in gx_suites.validate(frame, _suites(project, rules), _parameters(rules, month))
    }
    checks = [one for one in results.values() if one.id not in rules.requirements]
    doubts: dict[str, set[int]] = {}
    for check in checks:
        doubts.setdefault(check.datum, set()).update(check.failed)
    judge = Judge(frame, cells, month, rules, doubts)
    base = _base(returns)
    values = {name: frame[name].tolist() for name in frame.columns}
    rows = []
    for requirement in rules.requirements.values():
        result = results[requirement.id]
        for index, verdict in enumerate(judge.verdicts(requirement, result)):
            rows.append(
                base[index]
                | _place(cells, index, requirement.field)
                | _words(requirement, result.columns, values, index, verdict, rules)
            )
    findings = _with_life(pd.DataFrame(rows), project, earlier, month)
    tables.write(project, tables.FINDINGS, month, findings, district)
    tables.write(project, tables.CHECKS, month, _checked(checks, base, frame, cells, rules), district)
    return findings


def _suites(project: Project, rules: Standard) -> dict[str, dict]:
    found = gx_suites.read_suites(project.expectations)
    return gx_suites.in_force(found, rules.requirements, dated())


def _parameters(rules: Standard, month: Month) -> dict[str, object]:
    """The standard's numbers, and the days that a month gives them."""
    as_of = dt.datetime.combine(month.end, dt.time())
    found = rules.parameters | {
        "as_of": as_of,
        "year_start": dt.datetime(month.year, 1, 1),
        "mid_year": dt.datetime(month.year, 7, 1),
        "party_org_members": rules.edition.party_eligible["party_members"],
    }
    if "parking_updated" in found:
        oldest = month.plus(-found["parking_updated"]).end
        found["parking_updated_since"] = dt.datetime.combine(oldest, dt.time())
    return found


def _cells(returns: pd.DataFrame, cells: pd.DataFrame) -> Cells:
    # By committee and not by sheet: a return may spread its columns over several sheets.
    own = ["street_code", "neighbourhood_committee", "committee_name"]
    rows: dict[tuple, list[int]] = {}
    for row, key in enumerate(returns[own].itertuples(index=False, name=None)):
        rows.setdefault(key, []).append(row)
    state, place, seen = {}, {}, Counter()
    columns = [*own, *tables.SOURCE, "cell", "field", "value_state"]
    for street, neighbourhood, name, file, sheet, cell, field, value_state in cells[columns].itertuples(
        index=False, name=None
    ):
        # Several rows may bear one name; both tables hold them from top to bottom.
        key = (street, neighbourhood, name)
        of_name, nth = rows.get(key, []), seen[key, field]
        seen[key, field] += 1
        if nth < len(of_name):
            state[of_name[nth], field] = value_state
            place[of_name[nth], field] = (file, sheet, cell)
    return Cells(state, place)


def _base(returns: pd.DataFrame) -> list[dict]:
    kept = [*tables.KEYS, *tables.SOURCE]
    return returns[kept].astype(object).where(returns[kept].notna(), None).to_dict("records")


def _place(cells: Cells, row: int, field: str) -> dict[str, str | None]:
    # a derived datum stands where the first of its parts does
    names = (field, *SOURCES.get(field, ()))
    found = next((cells.place[row, name] for name in names if (row, name) in cells.place), None)
    if not found:
        return {"cell": None}
    return dict(zip(("source_file", "source_sheet", "cell"), found, strict=True))


def _words(
    requirement: Requirement,
    columns: tuple[str, ...],
    values: dict[str, list],
    row: int,
    verdict: Verdict,
    rules: Standard,
) -> dict:
    shown = [_show(values[name][row], name, rules) for name in columns]
    own = requirement.field
    reported = shown[0] if own == columns[0] else _show(values[own][row], own, rules)
    if len(columns) > 1 and any(shown):
        reported = "；".join(
            f"{rules.label(name)} {text or '未填'}"
            for name, text in zip(columns, shown, strict=True)
            if rules.label(name) != name
        )
    return {
        "requirement": requirement.id,
        "field": requirement.field,
        "clause": requirement.clause,
        "edition": requirement.edition,
        "force": requirement.force,
        "state": verdict.state,
        "reported": reported,
        "required": requirement.required,
        "message": _message(requirement, reported, verdict, rules),
        "pace": verdict.pace or None,
    }


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


def _show(value: object, name: str, rules: Standard) -> str:
    if isinstance(value, list | tuple) or (hasattr(value, "tolist") and getattr(value, "ndim", 0)):
        return "、".join(_show(one, "", rules) for one in value) or "无"
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dt.date):
        return f"{value:%Y-%m-%d}"
    one = rules.fields.get(name)
    if isinstance(value, float):
        if one and one.type == "pct":
            return f"{value:.1%}"
        return f"{value:.10g}"
    return str(value)


def _with_life(findings: pd.DataFrame, project: Project, earlier: list[Month], month: Month) -> pd.DataFrame:
    """``since`` and ``change`` of every finding, from the months before.

    A run ends where the requirement was met or did not apply; a month of which nothing is known ends no run.
    """
    if findings.empty:
        return findings.reindex(columns=tables.SCHEMAS[tables.FINDINGS].names)
    since: dict[tuple, str] = {}
    ever: set[tuple] = set()
    for one in earlier:
        if not tables.exists(project, tables.FINDINGS, one):
            continue
        table = tables.read(project, tables.FINDINGS, one, _LIFE)
        for key, state, first in zip(
            _keys(table), table["state"], table["since"].fillna(str(one)), strict=True
        ):
            if state == "not_met":
                since.setdefault(key, first)
                ever.add(key)
            elif state in ("met", "not_applicable"):
                since.pop(key, None)
    firsts, changes = [], []
    for key, state in zip(_keys(findings), findings["state"], strict=True):
        if state == "not_met":
            firsts.append(since.get(key, str(month)))
            changes.append("ongoing" if key in since else "reopened" if key in ever else "new")
        else:
            firsts.append(None)
            changes.append("resolved" if state == "met" and key in since else None)
    return findings.assign(since=firsts, change=changes)


def _keys(table: pd.DataFrame) -> list[tuple]:
    return list(zip(identities(table, per="requirement"), table["requirement"], strict=True))


def _checked(checks, base: list[dict], frame: pd.DataFrame, cells: Cells, rules: Standard) -> list[dict]:
    """Rows of 2_findings/returns: where a return contradicts itself."""
    rows = []
    for check in checks:
        for index in sorted(check.failed):
            shown = "；".join(
                f"{rules.label(name)} {_show(frame.at[index, name], name, rules)}"
                for name in check.columns
                if rules.label(name) != name
            )
            rows.append(
                base[index]
                | _place(cells, index, check.datum)
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

"""A month's findings: 1_returns to 2_findings, with the cell, the words of the standard and the life of each."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from redstats import places as roll
from redstats import standard, tables
from redstats.findings import suites as gx_suites
from redstats.findings.facts import facts as facts_of
from redstats.findings.judge import PACES, Cells, Judge
from redstats.months import Month
from redstats.project import Project
from redstats.standard import Requirement, Standard

_KEY = ["street_code", "committee_name", "requirement"]


def find(project: Project, month: Month) -> pd.DataFrame:
    """Judge a month and write 2_findings and 2_findings/returns; returns the findings as written.

    Reads 1_returns of the month and of the year so far, and 2_findings of the earlier months for the life of a
    finding.  Raises RunError when the returns were not read yet, StandardError for a malformed suite.
    """
    rules = standard.on(month.end)
    district = roll.on(month.end).district_code
    returns = tables.read(project, tables.RETURNS, month)
    cells = _cells(returns, tables.read(project, tables.CELLS, month))
    earlier = [one for one in tables.months(project) if one < month]
    history = [tables.read(project, tables.RETURNS, one) for one in earlier if one.year == month.year]
    frame = facts_of(returns, history, month, rules)
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
        for index, (state, pace) in enumerate(judge.verdicts(requirement, result)):
            rows.append(
                base[index]
                | _place(cells, index, requirement.field)
                | _words(requirement, result.columns, values, index, state, pace, rules)
            )
    findings = _with_life(pd.DataFrame(rows), project, earlier, month)
    tables.write(project, tables.FINDINGS, month, findings, district)
    tables.write(project, tables.CHECKS, month, _checked(checks, base, frame, cells, rules), district)
    return findings


def _suites(project: Project, rules: Standard) -> dict[str, dict]:
    found = gx_suites.read_suites(project.expectations)
    judged = {gx_suites._id(rule["meta"]) for suite in found.values() for rule in suite["expectations"]}
    missing = sorted(set(rules.requirements) - judged)
    if missing:
        raise gx_suites.StandardError(
            f"标准中的要求没有对应的规则：{'、'.join(missing)}",
            where="expectations/",
            to_do="请在相应章的套件中补上",
        )
    return found


def _parameters(rules: Standard, month: Month) -> dict[str, object]:
    """The standard's numbers, and the days that a month gives them."""
    as_of = dt.datetime.combine(month.end, dt.time())
    months = rules.requirements["parking_updated"].value if "parking_updated" in rules.requirements else 12
    return rules.parameters | {
        "as_of": as_of,
        "year_start": dt.datetime(month.year, 1, 1),
        "mid_year": dt.datetime(month.year, 7, 1),
        "parking_updated_since": dt.datetime.combine(month.plus(-months).end, dt.time()),
        "party_org_members": rules.edition.party_eligible["party_members"],
    }


def _cells(returns: pd.DataFrame, cells: pd.DataFrame) -> Cells:
    # Several rows may bear one name; the sheet's row tells them apart.
    where = {
        (file, sheet, number): row
        for row, (file, sheet, number) in enumerate(
            zip(returns["source_file"], returns["source_sheet"], returns["source_row"], strict=True)
        )
    }
    by_name: dict[tuple[str, str, str], list[int]] = {}
    for row, key in enumerate(
        zip(returns["source_file"], returns["source_sheet"], returns["committee_name"], strict=True)
    ):
        by_name.setdefault(key, []).append(row)
    state, place = {}, {}
    columns = ["source_file", "source_sheet", "committee_name", "field", "cell", "value_state"]
    for file, sheet, name, field, cell, value_state in cells[columns].itertuples(index=False):
        rows = by_name.get((file, sheet, name), [])
        if len(rows) > 1:
            number = int("".join(filter(str.isdigit, cell)))
            rows = [where[file, sheet, number]] if (file, sheet, number) in where else rows
        for row in rows:
            state[row, field] = value_state
            place[row, field] = (file, sheet, cell)
    return Cells(state, place)


def _base(returns: pd.DataFrame) -> list[dict]:
    kept = [*tables.KEYS, *tables.SOURCE]
    return returns[kept].astype(object).where(returns[kept].notna(), None).to_dict("records")


def _place(cells: Cells, row: int, field: str) -> dict[str, str | None]:
    found = cells.place.get((row, field))
    if not found:
        return {"cell": None}
    return dict(zip(("source_file", "source_sheet", "cell"), found, strict=True))


def _words(
    requirement: Requirement,
    columns: tuple[str, ...],
    values: dict[str, list],
    row: int,
    state: str,
    pace: str,
    rules: Standard,
) -> dict:
    shown = [_show(values[name][row], name, rules) for name in columns]
    own = requirement.field
    reported = shown[0] if own == columns[0] else _show(values[own][row], own, rules)
    if len(columns) > 1 and any(shown):
        reported = "；".join(
            f"{rules.label(name)} {text or '未填'}"
            for name, text in zip(columns, shown, strict=True)
            if name in rules.fields
        )
    return {
        "requirement": requirement.id,
        "field": requirement.field,
        "clause": requirement.clause,
        "edition": requirement.edition,
        "force": requirement.force,
        "state": state,
        "reported": reported,
        "required": requirement.required,
        "message": _message(requirement, reported, state, pace, rules),
        "pace": pace or None,
    }


def _message(requirement: Requirement, reported: str, state: str, pace: str, rules: Standard) -> str:
    label = rules.label(requirement.field)
    if state == "not_met":
        what = f"填报为“{reported}”" if reported else f"“{label}”未填，按未开展计"
        return f"{requirement.title}：{what}；{requirement.required}。{requirement.fix}。"
    if state == "needs_review":
        return f"{requirement.title}：“{label}”的填报内容无法识别或前后矛盾，请核实后更正。"
    if state == "not_reported":
        return f"{requirement.title}：“{label}”未填报，请补报。"
    if pace:
        return f"{requirement.title}：{PACES[pace]}；{requirement.required}。"
    return f"{requirement.title}：{tables.STATES[state]}。"


def _show(value: object, name: str, rules: Standard) -> str:
    if isinstance(value, list | tuple) or (hasattr(value, "tolist") and getattr(value, "ndim", 0)):
        return "、".join(_show(one, "", rules) for one in value)
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
    """``since`` and ``change`` of every finding, from the months before."""
    if findings.empty:
        return findings.reindex(columns=tables.SCHEMAS[tables.FINDINGS].names)
    since: dict[tuple, str] = {}
    ever: set[tuple] = set()
    # Read up to the month before: what was open then, since when, and what was ever open.
    for one in earlier:
        if not tables.exists(project, tables.FINDINGS, one):
            continue
        table = tables.read(project, tables.FINDINGS, one)
        if one == month.previous:
            opened = table[table["state"] == "not_met"]
            since = dict(zip(_keys(opened), opened["since"].fillna(str(one)), strict=True))
        ever |= set(_keys(table[table["state"] == "not_met"]))
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
    return list(zip(*(table[name] for name in _KEY), strict=True))


def _checked(checks, base: list[dict], frame: pd.DataFrame, cells: Cells, rules: Standard) -> list[dict]:
    """Rows of 2_findings/returns: where a return contradicts itself."""
    rows = []
    for check in checks:
        for index in sorted(check.failed):
            shown = "；".join(
                f"{rules.label(name)} {_show(frame.at[index, name], name, rules)}"
                for name in check.columns
                if name in rules.fields
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

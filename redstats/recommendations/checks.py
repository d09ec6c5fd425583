"""What is wrong with the forms of a month: each shortfall a row with its cell, judged by expectations/recommendations.json."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from pathlib import Path
from typing import cast

import pandas as pd

from redstats import places as roll
from redstats import tables
from redstats.months import Month, chinese
from redstats.places.identity import Identity
from redstats.project import Project
from redstats.recommendations.monthly_return import MonthlyReturn, place
from redstats.returns import Return
from redstats.standard import attachments
from redstats.suites import running
from redstats.suites.names import RECOMMENDATIONS, vocabulary
from redstats.text import count_characters, fold, similarity
from redstats.values.choices import NONE

FORCES = {"critical": "must", "warning": "should", "info": "may"}
HIDDEN = "（已填，不显示）"
_LONGEST = 40
# A mobile number, or one of Shanghai's eight digits: clerks write it with or without country or area code.
_NUMBER = re.compile(r"(?<!\d)(?:(?:\+?86)?1\d{10}|(?:0\d{2,3})?\d{8})(?!\d)")


def check(
    project: Project,
    month: Month,
    read: list[Return],
    today: dt.date | None = None,
    monthly: MonthlyReturn | None = None,
) -> list[dict]:
    """Rows of 2_findings/forms for all forms of a month: what is not as it should be, and what could not be read.

    StandardError for a malformed suite.  ``today``: dates after it are to come; by default the last day
    of the next month, when its forms have come, so that the answer is the same on whatever day it is asked.
    """
    return findings(
        project.expectations,
        month,
        read,
        today or month.next.end,
        monthly or MonthlyReturn.of(project, month),
    )


def findings(
    folder: Path, month: Month, read: list[Return], today: dt.date, monthly: MonthlyReturn
) -> list[dict]:
    """As ``check``, by the suites of ``folder`` and what the return says (``monthly``)."""
    place(read, monthly)
    rows = [row for one in read if one.outcome in ("accepted", "noted") for row in _apart(one.rows)]
    if not rows:
        return []
    cells = {
        (id(row), cell["field"]): cell
        for one in read
        for row in one.rows
        for cell in one.cells
        if cell["form"] == row["form"]
    }
    facts = [_facts(row, month, today, monthly) for row in rows]
    names = [
        (row["kind"], *monthly.identity.key(row)[:2], monthly.identity.key(monthly.row_of(row)).neighbourhood)
        for row in rows
    ]
    times = Counter(names)
    for fact, name in zip(facts, names, strict=True):
        fact["times_sent"] = times[name] if name[2] else None
    frame = _frame(rows, facts)
    known = vocabulary()
    suite = running.load(folder, known).get(RECOMMENDATIONS)
    if suite is None:
        return []
    parameters = known.of(RECOMMENDATIONS).parameters
    rules = {rule["meta"]["check"]: rule for rule in suite["expectations"]}
    shortfalls: list[dict] = []
    ids = {id(row): at for at, row in enumerate(rows)}
    unread = {key for key, cell in cells.items() if cell["value_state"] == "unreadable" and key[0] in ids}
    covered: set[tuple] = set()
    for result in running.validate(frame, {RECOMMENDATIONS: suite}, parameters):
        rule = rules[result.id]
        for position in result.failed:
            row = rows[position]
            column = next((name for name in result.columns if (id(row), name) in unread), "")
            if column:
                covered.add((id(row), column))
            shortfalls.append(
                _finding(row, rule, result.columns, cells, facts[position] | {"monthly": monthly}, column)
            )
    shortfalls += [_unread(rows[ids[key[0]]], key[1], cells[key]) for key in sorted(unread - covered)]
    return sorted(shortfalls, key=lambda shortfall: ids[shortfall.pop("_row")])


def _apart(rows) -> list[dict]:
    """The forms without the second of two copies (一式两份) that one file holds."""
    known, kept = set(), []
    for row in rows:
        content = {
            key: str(value) for key, value in row.items() if key not in ("form", "source_sheet", "source_row")
        }
        mark = tuple(sorted(content.items()))
        if mark not in known:
            known.add(mark)
            kept.append(row)
    return kept


def _facts(row: dict, month: Month, today: dt.date, monthly: MonthlyReturn) -> dict[str, object]:
    """What is worked out of one form, and of the return beside it."""
    return_row = monthly.row_of(row)
    wanted = ("member_count", "party_member_count", "floor_area_m2", "party_org_type")
    reported = {name: None if pd.isna(return_row.get(name)) else return_row[name] for name in wanted}
    contact, home = row.get("contact"), row.get("neighbourhood_committee")
    street = next((one for one in roll.on(month.end).streets if one.code == row["street_code"]), None)
    form = reported.get("party_org_type")
    facts: dict[str, object] = {
        "kind": row["kind"],
        "today": today,
        "copies": row.get("copies"),
        "contact_is_number": bool(_NUMBER.search(re.sub("[-－—·.]", "", fold(contact))))
        if isinstance(contact, str)
        else None,
        "neighbourhood_in_street": _is_home(street, home, return_row, monthly.identity),
        "in_return": monthly.identity.key(row)[:2] in monthly.returns
        if monthly.returns and row.get("committee_name")
        else None,
        "return_member_count": reported.get("member_count"),
        "return_party_member_count": reported.get("party_member_count"),
        "floor_area_m2": reported.get("floor_area_m2"),
        "has_party_org": None if form is None else form != NONE,
        "red_lines_missed": len(monthly.missed(row)) if return_row else None,
    }
    for name in ("committee_brief", "practices_attachment"):
        text, limit = row.get(name), cast(int, attachments.parameters()[f"{name}_longest"])
        words = count_characters(text) if isinstance(text, str) else None
        facts[f"{name}_words"] = words
        facts[f"{name}_fitting"] = words if words is not None and words <= limit else None
    return facts


def _is_home(street, home: object, return_row: dict, identity: Identity) -> bool | None:
    """Whether the street has that neighbourhood; None where neither the roll nor the street's return knows it."""
    if street is None or not isinstance(home, str):
        return None
    places, reported = identity.places, return_row.get("neighbourhood_committee")
    if places.neighbourhood(street, home) or identity.neighbourhood(
        street.code, home
    ) == identity.neighbourhood(street.code, reported):
        return True
    return False if places.elsewhere(street, home) else None


def _frame(rows: list[dict], facts: list[dict]) -> pd.DataFrame:
    kinds = attachments.columns() | {id_: one.type for id_, one in attachments.facts().items()}
    columns = {}
    for name, kind in kinds.items():
        values = [
            fact[name] if name in fact else row.get(name) for row, fact in zip(rows, facts, strict=True)
        ]
        if kind == "int":
            columns[name] = pd.Series(values, dtype="float64")
        elif kind == "date":
            columns[name] = pd.to_datetime(pd.Series(values, dtype=object))
        else:
            columns[name] = pd.Series(values, dtype=object)
    return pd.DataFrame(columns)


def _finding(row: dict, rule: dict, columns: tuple[str, ...], cells: dict, facts: dict, unread: str) -> dict:
    datum = rule["meta"]["datum"]
    kind = attachments.RECOMMENDATION if row["kind"] == "推荐表" else attachments.RE_EVALUATION
    column = next(
        (name for name in columns if name.startswith(datum)), datum
    )  # an opinion's date stands with the opinion
    cell = cells.get((id(row), unread or column)) or cells.get((id(row), datum))
    reported = _reported(row, columns, facts)
    message = f"{rule['description']}。"
    if unread:
        assert cell is not None  # what is unread has a cell
        hidden = _is_personal(unread, kind)
        message += f"“{attachments.label(unread)}”{'无法识别' if hidden else cell['note']}。"
    message += _more(rule["meta"]["check"], row, facts)
    return (
        _row(row, kind, rule["meta"]["check"], datum, cell)
        | {
            "force": FORCES[rule["severity"]],
            "state": "needs_review" if unread else "not_met",
            "reported": reported,
            "required": rule["description"],
            "message": message,
            "to_do": rule["meta"].get("to_do", "请核对"),
        }
        | (
            {"who": attachments.ACTORS[rule["meta"]["by"]]}
            if rule["meta"].get("by") in attachments.ACTORS
            else {}
        )
    )


def _more(check: str, row: dict, facts: dict) -> str:
    """What helps to mend it: near names, the red lines that are missed."""
    monthly: MonthlyReturn = facts["monthly"]
    if check == "red_lines_met":
        return f"未达标的有：{'、'.join(monthly.missed(row))}。"
    if check == "in_return":
        if elsewhere := monthly.elsewhere(row):
            streets = "、".join(dict.fromkeys(one["street_name"] for one in elsewhere))
            return f"{streets}的报表里有“{elsewhere[0]['committee_name']}”，请核对表上的街镇。"
        names = {name: [name] for name in monthly.names.get(row["street_code"] or "", [])}
        near = similarity.near(row["committee_name"], names)
        return f"报表中名称相近的有：{similarity.told(near)}。" if near else ""
    if check.endswith("_within_limit"):
        words = facts[f"{check.removesuffix('_within_limit')}_words"]
        return f"现为{words}字。"
    return ""


def _reported(row: dict, columns: tuple[str, ...], facts: dict) -> str:
    """What the form says of the columns that were looked at, by their names; personal data hidden."""
    kind = attachments.RECOMMENDATION if row["kind"] == "推荐表" else attachments.RE_EVALUATION
    parts = []
    for name in columns:
        if name == "today":
            continue
        value = facts[name] if name in attachments.facts() else row.get(name)
        if value is None or value != value:
            continue
        entry = attachments.attachments()[kind].fields.get(name)
        if entry is not None and entry.personal:
            value = HIDDEN
        elif isinstance(value, bool):
            value = "是" if value else "否"
        elif isinstance(value, dt.date):
            value = chinese(value)
        text = str(int(value) if isinstance(value, float) and value.is_integer() else value)
        parts.append(f"{attachments.label(name)} {text if len(text) <= _LONGEST else text[:_LONGEST] + '…'}")
    return "；".join(parts)


def _unread(row: dict, name: str, cell: dict) -> dict:
    kind = attachments.RECOMMENDATION if row["kind"] == "推荐表" else attachments.RE_EVALUATION
    label = attachments.label(name)
    hidden = _is_personal(name, kind)
    return _row(row, kind, "readable", name, cell) | {
        "force": "should",
        "state": "needs_review",
        "reported": HIDDEN if hidden else cell["raw"],
        "required": "填写的内容应能读懂",
        "message": f"“{label}”无法识别：{HIDDEN if hidden else cell['note']}。",
        "to_do": "请核对后重填",
    }


def _is_personal(name: str, kind: str) -> bool:
    entry = attachments.of_field(name, kind)
    return entry is not None and entry.personal


def _row(row: dict, kind: str, check: str, datum: str, cell: dict | None) -> dict:
    where = cell or {"source_file": row["source_file"], "source_sheet": row["source_sheet"], "cell": ""}
    entry = attachments.of_field(datum, kind)
    by = entry.by if entry else "street"
    return (
        {key: row.get(key) for key in tables.KEYS}
        | {
            "kind": row["kind"],
            "form": row["form"],
            "check": check,
            "field": datum,
            "who": attachments.ACTORS[by],
        }
        | {key: where[key] for key in (*tables.SOURCE, "cell")}
        | {"_row": id(row)}
    )

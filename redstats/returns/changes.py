"""What a street's return says otherwise than last month's: committees that came, went or were renamed, figures that moved.

A list for a person to look at, and no judgement: nothing here changes what was read.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from redstats import mappings, standard, tables
from redstats import places as roll
from redstats.months import Month
from redstats.places.identity import Identity
from redstats.project import Project
from redstats.standard import Field, Standard
from redstats.text import similarity

KINDS = {
    "unchanged": "疑似未更新",
    "committee_new": "新增业委会",
    "committee_missing": "缺少业委会",
    "committee_renamed": "疑似更名",
    "year_to_date_fell": "累计数减少",
    "jumped": "变化过大",
    "value_changed": "月末状态变化",
}
_ALIKE = 60  # of 100: below this two names are two committees
_LEAST_SAME = 20  # equal figures, below which a return says too little to be called unchanged
_FACTOR, _FLOOR = 10, 100  # ten times as much, and no small number
_OWN = ["street_code", "neighbourhood_committee", "committee_name"]
_PLACE = [*tables.SOURCE, "cell"]
_Rows = dict[tuple, dict]  # rows of 1_returns by the key of the committee
_KEYS = ["district_code", "street_code", "street_name", "neighbourhood_committee", "committee_name"]


def compare(project: Project, month: Month) -> list[dict]:
    """Compare 1_returns of ``month`` with the month before, write 1_returns/changes and give its rows."""
    rules, places = standard.on(month.end), roll.on(month.end)
    rows: list[dict] = []
    if tables.exists(project, tables.RETURNS, month.previous):
        identity = mappings.identity_of(project, month)
        frames = [tables.read(project, tables.RETURNS, one) for one in (month, month.previous)]
        now, then = (_by_street(frame, frames, identity) for frame in frames)
        for street in places.streets:
            if street.code in now and street.code in then:
                rows += _compared(now[street.code], then[street.code], rules, month, identity)
        _say_where(rows, tables.read(project, tables.CELLS, month, [*_OWN, "field", *_PLACE]))
    tables.write(
        project, tables.CHANGES, month, [row | {"month": str(month)} for row in rows], places.district_code
    )
    return rows


def _by_street(frame: pd.DataFrame, frames: list[pd.DataFrame], identity: Identity) -> dict[str, _Rows]:
    """The rows of 1_returns of each street by whose they are, where ``frames`` are compared with each other."""
    others = [other for other in frames if other is not frame]
    streets: dict[str, _Rows] = {}
    for key, row in zip(identity.of_table(frame, beside=others), tables.records(frame), strict=True):
        streets.setdefault(row["street_code"], {})[key] = row
    return streets


def _say_where(rows: list[dict], cells: pd.DataFrame) -> None:
    """Add to the rows that speak of a value its cell; none where the street has two rows of one name."""
    of_values = {_whose(row): row for row in rows if row.get("field")}
    for name in ("committee_name", "field"):  # most cells are spoken of by none
        cells = cells[cells[name].isin({row[name] for row in of_values.values()})]
    places: dict[tuple, dict] = {}
    for cell in tables.records(cells):
        key = _whose(cell)
        places[key] = {} if key in places else {name: cell[name] for name in _PLACE}
    for key, row in of_values.items():
        row |= places.get(key, {})


def _whose(row: dict) -> tuple[str, ...]:
    return tuple("" if pd.isna(row[key]) else row[key] for key in (*_OWN, "field"))


def _compared(now: _Rows, then: _Rows, rules: Standard, month: Month, identity: Identity) -> list[dict]:
    some = next(iter(now.values()))
    rows = _names(now, then, identity)
    same = moved = 0
    fields = [one for one in rules.return_fields.values() if one.id in some and one.id not in tables.KEYS]
    figures = [one for one in fields if one.period in ("month", "snap", "ytd") and one.id != "report_month"]
    for key in now.keys() & then.keys():
        for field in figures:
            new, was = _plain(now[key][field.id]), _plain(then[key].get(field.id))
            if new is None or was is None:
                moved += new != was
                continue
            same, moved = (same + 1, moved) if new == was else (same, moved + 1)
            kind = _kind(field, was, new, month)
            if kind:
                rows.append(_row(now[key], kind, field, was, new))
    rows.sort(key=lambda row: (list(KINDS).index(row["kind"]), row["committee_name"], row.get("field", "")))
    if now.keys() == then.keys() and not moved and same >= _LEAST_SAME:
        message = f"与上月完全相同（{len(now)}个业委会、{same}个数），请核对是否已更新"
        street = {key: some[key] for key in _KEYS[:3]} | {"source_file": some["source_file"]}
        rows.insert(0, street | {"kind": "unchanged", "message": message})
    return rows


def _names(now: _Rows, then: _Rows, identity: Identity) -> list[dict]:
    """Committees that came and went; a pair of one neighbourhood with names alike is perhaps one that was renamed."""
    came, gone = (
        [frame[key] for key in frame if key not in other] for frame, other in ((now, then), (then, now))
    )
    rows = []
    for new in list(came):
        home = identity.key(new).neighbourhood
        likely = {
            at: [identity.key(old).committee]
            for at, old in enumerate(gone)
            if identity.key(old).neighbourhood == home
        }
        near = similarity.near(identity.key(new).committee, likely, n=1, least=_ALIKE)
        if near:
            old, score = gone[near[0][0]], near[0][1]
            came.remove(new)
            gone.remove(old)
            message = f"上月有“{old['committee_name']}”，本月有“{new['committee_name']}”，相似度{score}，是否更名请核实"
            rows.append(
                _keys(new)
                | {
                    "kind": "committee_renamed",
                    "before": old["committee_name"],
                    "now": new["committee_name"],
                    "message": message,
                }
            )
    rows += [
        _keys(one) | {"kind": "committee_new", "now": one["committee_name"], "message": "上月没有这个业委会"}
        for one in came
    ]
    rows += [
        {key: one[key] for key in _KEYS}
        | {
            "kind": "committee_missing",
            "before": one["committee_name"],
            "message": "上月有这个业委会，本月没有",
        }
        for one in gone
    ]
    return rows


def _kind(field: Field, was: object, new: object, month: Month) -> str:
    if new == was:
        return ""
    if isinstance(was, int | float) and isinstance(new, int | float) and not isinstance(new, bool):
        # in January a year's count begins anew
        if field.period == "ytd" and month.number > 1:
            return "year_to_date_fell" if new < was else ""
        if max(was, new) > _FLOOR and max(was, new) >= _FACTOR * max(min(was, new), 1):
            return "jumped"
    return "value_changed" if field.period == "snap" else ""


def _row(row: dict, kind: str, field: Field, was: object, new: object) -> dict:
    message = {
        "year_to_date_fell": f"“{field.label}”是本年累计，上月{shown(was)}，本月{shown(new)}，不应减少，请核对",
        "jumped": f"“{field.label}”上月{shown(was)}，本月{shown(new)}，变化过大，请核对",
        "value_changed": f"“{field.label}”上月{shown(was)}，本月{shown(new)}",
    }[kind]
    change: dict[str, str | None] = {
        "kind": kind,
        "field": field.id,
        "before": shown(was),
        "now": shown(new),
        "message": message,
    }
    if field.personal:
        change |= {"before": None, "now": None, "message": f"“{field.label}”有变化（个人信息，请查原表）"}
    return {name: row[name] for name in (*_KEYS, *tables.SOURCE)} | change


def _keys(row: dict) -> dict:
    return {key: row[key] for key in (*_KEYS, "source_file", "source_sheet")}


_WHOLE = (str, int, bool, dt.date)  # most of what tables hold; these are never missing


def _plain(value: Any) -> object:  # whatever a table holds: pandas tells what is missing of it
    if type(value) in _WHOLE:
        return value
    if pd.api.types.is_list_like(value):
        return tuple(value)
    return None if value is None or pd.isna(value) else value


def shown(value: object) -> str:
    """A value of 1_returns as a person writes it; "" where there is none."""
    value = _plain(value)
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "、".join(map(shown, value)) or "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dt.date):
        return value.isoformat()
    return f"{value:.10g}" if isinstance(value, float) else str(value)

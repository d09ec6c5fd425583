"""The fields of a return: one entry for every datum that the standard, its forms or the law ask for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from redstats.errors import StandardError
from redstats.standard.document import folder_of, is_day
from redstats.strict import check_keys, entries, load, texts
from redstats.text import fold

TYPES = ("int", "float", "pct", "bool", "date", "dates", "enum", "set", "text", "phone", "list", "score")
PERIODS = {"snap": "月末状态", "month": "当月", "ytd": "本年累计", "date": "事件日期", "year": "每年一次"}
UNITS = frozenset(
    [
        "人",
        "户",
        "届",
        "平方米",
        "年",
        "件",
        "次",
        "人次",
        "岁",
        "个",
        "辆",
        "天",
        "场",
        "对",
        "份",
        "条",
        "分",
    ]
)
SCORE_WORDS = {"好": 95.0, "较好": 85.0, "一般": 70.0, "差": 50.0}


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """When 不涉及, 不适用 or / answers a field: ``because`` (Chinese) of what; ``where`` by which values of other fields, all of
    which must hold; none where the answer says no more than 0 (``means_none``), which anybody may write."""

    because: str
    where: dict[str, tuple[object, ...]] = field(default_factory=dict)
    means_none: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One column of the return.

    ``values`` maps each allowed value to its other spellings (enum, set); ``also`` are further headings;
    ``group`` is the heading above; ``clauses`` are the clauses it belongs to, each with its first day, oldest first (none for
    the registry columns), ``clause`` the one of the day asked for (``on``); what is ``computed`` follows from other
    fields, so that nobody is asked for it.  ``not_applicable`` says when 不涉及 is an answer; without it, it never is one.
    ``until`` is the last day on which anything is asked of it, where it has one.
    What is ``kept`` stays known for the rest of the year once it was told (counts of the year, what happens once a year, and
    events that say so).
    """

    id: str
    label: str
    type: str
    period: str
    group: str
    clauses: tuple[tuple[dt.date, str], ...] = ()
    clause: str = ""
    unit: str = ""
    values: dict[str, list[str]] = field(default_factory=dict)
    points: dict[str, float] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    personal: bool = False
    computed: bool = False
    review: bool = False
    not_applicable: NotApplicable | None = None
    kept: bool = False
    until: dt.date | None = None
    retired: bool = False

    def on(self, day: dt.date) -> Field:
        """The field with the clause it belongs to on that day, ``retired`` after its last."""
        begun = [clause for since, clause in self.clauses if since <= day]
        retired = self.until is not None and self.until < day
        return replace(self, clause=begun[-1] if begun else self.clause, retired=retired)


def fields(folder: Path | None = None) -> dict[str, Field]:
    """All fields by id, in the order of the return; StandardError on anything unknown or said twice."""
    return _fields(folder_of(folder))


@cache
def _fields(folder: Path) -> dict[str, Field]:
    path = folder / "fields.yaml"
    by_id: dict[str, Field] = {}
    headings: dict[str, str] = {}
    for group in entries(load(path), path.name):
        check_keys(group, required=("group", "fields"), optional=("clause", "review"), where=path.name)
        where = f"{path.name}，{group['group']}"
        if not isinstance(group["fields"], dict):
            raise StandardError("此处应为一组“字段: 内容”", where=f"{where}，fields", to_do="请逐个列出字段")
        for id_, entry in group["fields"].items():
            column = _field(str(id_), entry, group, f"{where}，{id_}")
            if id_ in by_id:
                raise StandardError(f"字段“{id_}”写了两次", where=where, to_do="请删去其中一个")
            by_id[id_] = column
            for heading in (column.label, *column.also):
                other = headings.setdefault(fold(heading), id_)
                if other != id_:
                    raise StandardError(
                        f"表头“{heading}”同时指向 {other} 和 {id_}",
                        where=f"{where}，{id_}，also",
                        to_do="一个表头只能对应一个字段，请写明上级表头（甲>乙）",
                    )
    for column in by_id.values():
        unknown = set(column.not_applicable.where if column.not_applicable else ()) - by_id.keys()
        if unknown:
            raise StandardError(
                f"没有字段“{min(unknown)}”", where=f"{path.name}，{column.id}，not_applicable", to_do="请改正"
            )
    return by_id


def _field(id_: str, entry: dict, group: dict, where: str) -> Field:
    check_keys(
        entry,
        required=("label", "type", "period"),
        optional=(
            "unit",
            "values",
            "also",
            "personal",
            "computed",
            "clause",
            "not_applicable",
            "kept",
            "until",
        ),
        where=where,
    )
    for key, allowed in (("type", TYPES), ("period", PERIODS), ("unit", UNITS | {""})):
        if str(entry.get(key, "")) not in allowed:
            raise StandardError(
                f"{key} 不能是“{entry[key]}”",
                where=f"{where}，{key}",
                to_do=f"可用：{'、'.join(sorted(one for one in allowed if one))}",
            )
    for key in ("personal", "computed", "kept"):
        if not isinstance(entry.get(key, False), bool):
            raise StandardError(f"{key} 只能是 true 或 false", where=f"{where}，{key}", to_do="请改正")
    if "until" in entry and not is_day(entry["until"]):
        raise StandardError("日期应写作 2022-12-31", where=f"{where}，until", to_do="请改正日期")
    texts(entry.get("also", []), f"{where}，also")
    listed = entry.get("values", {})
    if not isinstance(listed, dict):
        raise StandardError("可选值应写成“值: [别称]”", where=f"{where}，values", to_do="没有别称时写 []")
    values = {
        str(value): [str(x) for x in entries(also or [], f"{where}，values，{value}")]
        for value, also in listed.items()
    }
    if entry["type"] in ("enum", "set") and not values:
        raise StandardError("选项字段没有列出可选值", where=f"{where}，values", to_do="请列出可选值")
    clauses = _clauses(entry.get("clause", group.get("clause", "")), f"{where}，clause")
    score = entry["type"] == "score"
    return Field(
        id=id_,
        label=entry["label"],
        type=entry["type"],
        period=entry["period"],
        group=group["group"],
        clauses=clauses,
        clause=clauses[-1][1] if clauses else "",
        unit=entry.get("unit", ""),
        values={word: [] for word in SCORE_WORDS} if score else values,
        points=SCORE_WORDS if score else {},
        also=tuple(entry.get("also", ())),
        personal=entry.get("personal", False),
        computed=entry.get("computed", False),
        review=bool(group.get("review", False)),
        not_applicable=_not_applicable(entry.get("not_applicable"), f"{where}，not_applicable"),
        until=entry.get("until"),
        kept=entry.get("kept", entry["period"] in ("ytd", "year")),
    )


def _not_applicable(entry: Any, where: str) -> NotApplicable | None:
    if entry is None:
        return None
    check_keys(entry, required=("because",), optional=("where", "means_none"), where=where)
    facts, means_none = entry.get("where", {}), entry.get("means_none", False)
    if not isinstance(facts, dict) or bool(facts) == bool(means_none):
        raise StandardError(
            "不涉及须有依据", where=where, to_do="请写 where（字段: [值]），或写 means_none: true（等于填0）"
        )
    return NotApplicable(
        str(entry["because"]),
        {str(name): tuple(entries(values, f"{where}，where，{name}")) for name, values in facts.items()},
        bool(means_none),
    )


def _clauses(value: object, where: str) -> tuple[tuple[dt.date, str], ...]:
    """A clause, or clauses by the first day on which the field belongs to each."""
    if isinstance(value, str):
        return ((dt.date.min, value),) if value else ()
    if not isinstance(value, dict) or not all(
        is_day(day) and isinstance(id_, str) for day, id_ in value.items()
    ):
        raise StandardError(
            "clause 的写法不对", where=where, to_do='写条款号 "1.3"，或按生效日期写 {2022-01-01: "1.3"}'
        )
    return tuple(sorted(value.items()))

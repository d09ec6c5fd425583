"""Requirements: what the standard asks of each datum, with how strongly, since when, in which words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from dataclasses import field as kept
from functools import cache
from pathlib import Path
from typing import Any

from redstats.errors import StandardError
from redstats.standard.document import editions, folder_of, is_day, named
from redstats.standard.fields import fields
from redstats.strict import check_keys, entries, texts

FORCES = {"must": "应当", "should": "一般应", "may": "鼓励"}
_OPTIONAL = ("red_line", "period", "pace", "months", "blank", "scored", "late")
_CHOICES = {
    "force": tuple(FORCES),
    "period": ("year",),
    "blank": ("not_reported", "not_met"),
    "red_line": (True, False),
    "scored": (True, False),
    "late": ("debrief_until",),
}


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement as in force on a day.

    id, title, field (the datum judged), element (its place in the register);
    clause, edition, quote: where it comes from;
    force: must, should or may, from the wording; value: what is asked (number, list or mapping);
    asks, fix: Chinese, what is asked and what to do; red_line: one of the absolute requirements;
    period ``year``: a yearly duty, with pace {month: number due by its end}; months: in season only;
    blank: the state of an empty cell (``not_met`` for events whose date is blank until they happen);
    late: the district's setting of the month by whose end what last year lacked may still be done;
    scored: False where the standard gives nothing to measure and reporting is all that is asked;
    until: its last day, where it has one.
    """

    id: str
    title: str
    element: str
    field: str
    force: str
    asks: str
    fix: str
    value: Any
    edition: str
    clause: str
    quote: str
    checked_on: dt.date
    red_line: bool = False
    period: str = ""
    pace: dict[int, float] = kept(default_factory=dict)
    months: tuple[int, ...] = ()
    blank: str = "not_reported"
    scored: bool = True
    late: str = ""
    until: dt.date | None = None

    @property
    def required(self) -> str:
        """What is asked, in Chinese, with its numbers filled in."""
        if isinstance(self.value, dict):
            return self.asks.format(**self.value)
        value = "、".join(self.value) if isinstance(self.value, list) else self.value
        return self.asks.format(value=value)

    @property
    def parameters(self) -> dict[str, Any]:
        """The values under the names by which the suites ask for them (``$PARAMETER``)."""
        if isinstance(self.value, dict):
            return {f"{self.id}_{key}": value for key, value in self.value.items()}
        return {self.id: self.value}


def dated(folder: Path | None = None) -> dict[str, list[tuple[dt.date, Requirement]]]:
    """Every requirement with its dated values, oldest first; StandardError names file, requirement, key."""
    return _dated(folder_of(folder))


@cache
def _dated(folder: Path) -> dict[str, list[tuple[dt.date, Requirement]]]:
    by_id: dict[str, list[tuple[dt.date, Requirement]]] = {}
    for path in sorted((folder / "requirements").glob("*.yaml")):
        for id_, entry in named(path).items():
            where = f"{path.name}，{id_}"
            if id_ in by_id:
                raise StandardError(f"要求“{id_}”写了两次", where=where, to_do="请删去其中一个")
            by_id[id_] = _requirement(id_, entry, where, folder)
    return by_id


def _requirement(id_: str, entry: dict, where: str, folder: Path) -> list[tuple[dt.date, Requirement]]:
    check_keys(
        entry,
        required=("title", "element", "field", "force", "asks", "fix", "values", "checked_on"),
        optional=_OPTIONAL,
        where=where,
    )
    texts([entry[key] for key in ("title", "element", "field", "asks", "fix")], where)
    for key, allowed in _CHOICES.items():
        if key in entry and entry[key] not in allowed:
            raise StandardError(
                f"{key} 不能是“{entry[key]}”",
                where=f"{where}，{key}",
                to_do=f"可用：{'、'.join(str(one).lower() for one in allowed)}",
            )
    _check_months(entry, where)
    if not is_day(entry["checked_on"]):
        raise StandardError("日期应写作 2022-01-01", where=f"{where}，checked_on", to_do="请改正日期")
    if entry["field"] not in fields(folder) and entry["field"] not in DERIVED:
        raise StandardError(
            f"没有字段“{entry['field']}”", where=f"{where}，field", to_do="请用 fields.yaml 中的字段"
        )
    known = {edition.id: edition for edition in editions(folder)}
    common = {key: entry[key] for key in ("title", "element", "field", "force", "asks", "fix", "checked_on")}
    common |= {key: entry[key] for key in _OPTIONAL if key in entry}
    if "months" in common:
        common["months"] = tuple(common["months"])
    if not isinstance(entry["values"], dict) or not entry["values"]:
        raise StandardError(
            "没有写明自何日起要求什么", where=f"{where}，values", to_do="请至少写一个生效日期"
        )
    history = []
    for day, value in entry["values"].items():
        place = f"{where}，values，{day}"
        if not is_day(day):
            raise StandardError("生效日期应写作 2022-01-01", where=place, to_do="请改正日期")
        check_keys(
            value,
            required=("value", "edition", "clause", "quote"),
            optional=("until", "element"),
            where=place,
        )
        if "until" in value and not (is_day(value["until"]) and value["until"] >= day):
            raise StandardError(
                "until 应为不早于生效日期的日期", where=f"{place}，until", to_do="写最后一天，如 2026-12-31"
            )
        edition = known.get(value["edition"])
        if edition is None:
            raise StandardError(
                f"没有版本“{value['edition']}”", where=f"{place}，edition", to_do=f"可用：{'、'.join(known)}"
            )
        if value["clause"] not in {c.id for chapter in edition.chapters for c in chapter.clauses}:
            raise StandardError(
                f"没有条款“{value['clause']}”", where=f"{place}，clause", to_do='条款号形如 "1.3"，要加引号'
            )
        if not isinstance(value["quote"], str) or not value["quote"] or value["quote"] not in edition.text:
            raise StandardError("引文不在标准原文中", where=f"{place}，quote", to_do="请逐字照录原文")
        requirement = Requirement(id=id_, **(common | value))  # an edition may count its elements anew
        try:
            _ = requirement.required
        except (KeyError, IndexError, ValueError, TypeError) as error:
            raise StandardError(
                "asks 中的数填不进去",
                where=f"{where}，asks",
                to_do=f"花括号里只能写 value，或 value 之下的键（{error}）",
            ) from error
        history.append((day, requirement))
    return sorted(history, key=lambda pair: pair[0])


def _check_months(entry: dict, where: str) -> None:
    """``months`` lists months of the year; ``pace`` gives a number for some of them."""
    pace = entry.get("pace", {})
    if not isinstance(pace, dict) or not all(isinstance(due, int | float) for due in pace.values()):
        raise StandardError("pace 应为“月: 次数”", where=f"{where}，pace", to_do="例如 {6: 1}")
    for key in ("months", "pace"):
        listed = entries(entry.get("months", []), f"{where}，months") if key == "months" else list(pace)
        for month in listed:
            if not isinstance(month, int) or month not in range(1, 13):
                raise StandardError(f"没有“{month}”月", where=f"{where}，{key}", to_do="月份用 1 至 12")


# Data that are computed from what is reported, so that a rule can name them (see findings.facts).
DERIVED = {
    "activities_ytd": "社区公益活动（年累计）",
    "disputes_due": "应调解件数（含以前未调解的）",
    "breaches_due": "应督促件数（含以前未督促的）",
    "party_ratio_of": "在任委员数（没有填报的用委员人数）",
    "breaches_unfixed": "尚未整改的违约事项数（含以前的）",
}

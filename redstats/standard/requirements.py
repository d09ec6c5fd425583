"""Requirements: what the standard asks of each datum, with how strongly, since when, in which words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from redstats.errors import StandardError
from redstats.standard.document import FOLDER, editions
from redstats.standard.fields import fields
from redstats.strict import check_keys, load

FORCES = {"must": "应当", "should": "一般应", "may": "鼓励"}
_OPTIONAL = ("red_line", "period", "pace", "months", "blank", "scored")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement as in force on a day.

    id, title, field (the datum judged), element (its place in the register), clause, edition, quote: where it comes from;
    force: must, should or may, from the wording; value: what is asked (number, list or mapping);
    asks, fix: Chinese, what is asked and what to do; red_line: one of the absolute requirements;
    period ``year``: a yearly duty, with pace {month: number due by its end}; months: in season only;
    blank: the state of an empty cell (``not_met`` for events whose date is blank until they happen);
    scored: False where the standard gives nothing to measure and reporting is all that is asked.
    """

    id: str
    title: str
    element: str
    field: str
    force: str
    asks: str
    fix: str
    value: object
    edition: str
    clause: str
    quote: str
    checked_on: dt.date
    red_line: bool = False
    period: str = ""
    pace: dict[int, float] = field(default_factory=dict)
    months: tuple[int, ...] = ()
    blank: str = "not_reported"
    scored: bool = True

    @property
    def required(self) -> str:
        """What is asked, in Chinese, with its numbers filled in."""
        if isinstance(self.value, dict):
            return self.asks.format(**self.value)
        value = "、".join(self.value) if isinstance(self.value, list) else self.value
        return self.asks.format(value=value)

    @property
    def parameters(self) -> dict[str, object]:
        """The values under the names by which the suites ask for them (``$PARAMETER``)."""
        if isinstance(self.value, dict):
            return {f"{self.id}_{key}": value for key, value in self.value.items()}
        return {self.id: self.value}


@cache
def dated(folder: Path = FOLDER) -> dict[str, list[tuple[dt.date, Requirement]]]:
    """Every requirement with all its dated values, oldest first; StandardError names file, requirement, key."""
    found: dict[str, list[tuple[dt.date, Requirement]]] = {}
    for path in sorted((folder / "requirements").glob("*.yaml")):
        for id_, entry in load(path).items():
            where = f"{path.name}，{id_}"
            if id_ in found:
                raise StandardError(f"要求“{id_}”写了两次", where=where, to_do="请删去其中一个")
            found[id_] = _requirement(id_, entry, where, folder)
    return found


def _requirement(id_: str, entry: dict, where: str, folder: Path) -> list[tuple[dt.date, Requirement]]:
    check_keys(
        entry,
        required=("title", "element", "field", "force", "asks", "fix", "values", "checked_on"),
        optional=_OPTIONAL,
        where=where,
    )
    if entry["force"] not in FORCES:
        raise StandardError(
            f"force 不能是“{entry['force']}”", where=f"{where}，force", to_do=f"可用：{'、'.join(FORCES)}"
        )
    if entry["field"] not in fields(folder) and entry["field"] not in DERIVED:
        raise StandardError(
            f"没有字段“{entry['field']}”", where=f"{where}，field", to_do="请用 fields.yaml 中的字段"
        )
    known = {edition.id: edition for edition in editions(folder)}
    common = {key: entry[key] for key in ("title", "element", "field", "force", "asks", "fix", "checked_on")}
    common |= {key: entry[key] for key in _OPTIONAL if key in entry}
    if "months" in common:
        common["months"] = tuple(common["months"])
    history = []
    for day, value in entry["values"].items():
        place = f"{where}，values，{day}"
        if not isinstance(day, dt.date):
            raise StandardError("生效日期应写作 2022-01-01", where=place, to_do="请改正日期")
        check_keys(value, required=("value", "edition", "clause", "quote"), where=place)
        edition = known.get(value["edition"])
        if edition is None:
            raise StandardError(
                f"没有版本“{value['edition']}”", where=place, to_do=f"可用：{'、'.join(known)}"
            )
        if value["clause"] not in {c.id for chapter in edition.chapters for c in chapter.clauses}:
            raise StandardError(f"没有条款“{value['clause']}”", where=place, to_do="条款号形如 1.3")
        if value["quote"] not in edition.text:
            raise StandardError("引文不在标准原文中", where=f"{place}，quote", to_do="请逐字照录原文")
        history.append((day, Requirement(id=id_, **common, **value)))
    return sorted(history, key=lambda pair: pair[0])


# Data that are computed from what is reported, so that a rule can name them (see findings.facts).
DERIVED = {"activities_ytd": "社区公益活动（年累计）", "disputes_received": "求助件数"}

"""Requirements: what the standard asks of each datum, with how strongly, since when, in which words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from dataclasses import field as kept
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from redstats.errors import StandardError
from redstats.standard.document import check_asks, editions, folder_of
from redstats.standard.fields import fields
from redstats.strict import Listed, MonthNumber, Number, Strict, Text, one_of, read_named

FORCES = {"must": "应当", "should": "一般应", "may": "鼓励"}


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


class _Since(Strict):
    """What is asked from a day on; an edition may count its elements anew."""

    value: object
    edition: Text
    clause: Text
    quote: Text
    until: dt.date | None = None
    element: Text | None = None


class _Entry(Strict):
    """A requirement as its file has it."""

    title: Text
    element: Text
    field: Text
    force: Annotated[str, one_of(FORCES)]
    asks: Text
    fix: Text
    values: Annotated[dict[dt.date, _Since], Field(min_length=1)]
    checked_on: dt.date
    red_line: bool = False
    period: Literal["", "year"] = ""
    pace: dict[MonthNumber, Number] = Field(default_factory=dict)
    months: Listed[MonthNumber] = ()
    blank: Literal["not_reported", "not_met"] = "not_reported"
    scored: bool = True
    late: Literal["", "debrief_until"] = ""


def dated(folder: Path | None = None) -> dict[str, list[tuple[dt.date, Requirement]]]:
    """Every requirement with its dated values, oldest first; StandardError names file, requirement, key."""
    return _dated(folder_of(folder))


@cache
def _dated(folder: Path) -> dict[str, list[tuple[dt.date, Requirement]]]:
    by_id: dict[str, list[tuple[dt.date, Requirement]]] = {}
    for path in sorted((folder / "requirements").glob("*.yaml")):
        for id_, entry in read_named(_Entry, path).items():
            where = f"{path.name}，{id_}"
            if id_ in by_id:
                raise StandardError(f"要求“{id_}”写了两次", where=where, to_do="请删去其中一个")
            by_id[id_] = _requirement(id_, entry, where, folder)
    return by_id


def _requirement(id_: str, entry: _Entry, where: str, folder: Path) -> list[tuple[dt.date, Requirement]]:
    if entry.field not in fields(folder) and entry.field not in DERIVED:
        raise StandardError(
            f"没有字段“{entry.field}”", where=f"{where}，field", to_do="请用 fields.yaml 中的字段"
        )
    known = {edition.id: edition for edition in editions(folder)}
    common = {key: value for key, value in entry if key != "values"}
    history = []
    for day, since in entry.values.items():
        place = f"{where}，values，{day}"
        if since.until is not None and since.until < day:
            raise StandardError(
                "until 应为不早于生效日期的日期", where=f"{place}，until", to_do="写最后一天，如 2026-12-31"
            )
        edition = known.get(since.edition)
        if edition is None:
            raise StandardError(
                f"没有版本“{since.edition}”", where=f"{place}，edition", to_do=f"可用：{'、'.join(known)}"
            )
        if since.clause not in {c.id for chapter in edition.chapters for c in chapter.clauses}:
            raise StandardError(
                f"没有条款“{since.clause}”", where=f"{place}，clause", to_do='条款号形如 "1.3"，要加引号'
            )
        if since.quote not in edition.text:
            raise StandardError("引文不在标准原文中", where=f"{place}，quote", to_do="请逐字照录原文")
        stated = {key: value for key, value in since if value is not None}
        requirement = Requirement(id=id_, **(common | stated))
        check_asks(requirement, where)
        history.append((day, requirement))
    return sorted(history, key=lambda pair: pair[0])


# Data that are computed from what is reported, so that a rule can name them (see findings.facts).
DERIVED = {
    "activities_ytd": "社区公益活动（年累计）",
    "disputes_due": "应调解件数（含以前未调解的）",
    "breaches_due": "应督促件数（含以前未督促的）",
    "party_ratio_of": "在任委员数（没有填报的用委员人数）",
    "breaches_unfixed": "尚未整改的违约事项数（含以前的）",
}

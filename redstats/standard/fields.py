"""The fields of a return: one entry for every datum that the standard, its forms or the law ask for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Annotated

import pydantic
from pydantic import BeforeValidator, model_validator

from redstats.errors import StandardError
from redstats.standard.document import folder_of
from redstats.strict import Listed, Mistake, Strict, Text, Texts, Word, one_of, read_file
from redstats.text import fold

TYPES = ("int", "float", "pct", "bool", "date", "dates", "enum", "set", "text", "phone", "list", "score")
PERIODS = {"snap": "月末状态", "month": "当月", "ytd": "本年累计", "date": "事件日期", "year": "每年一次"}
UNITS = (
    *("人", "户", "届", "平方米", "年", "件", "次", "人次", "岁"),
    *("个", "辆", "天", "场", "对", "份", "条", "分"),
)
SCORE_WORDS = {"好": 95.0, "较好": 85.0, "一般": 70.0, "差": 50.0}


class NotApplicable(Strict):
    """When 不涉及, 不适用 or / answers a field: ``because`` (Chinese) of what; ``where`` by which values of other fields, all of
    which must hold; none where the answer says no more than 0 (``means_none``), which anybody may write."""

    because: Word
    where: dict[str, Listed[object]] = pydantic.Field(default_factory=dict)
    means_none: bool = False

    @model_validator(mode="after")
    def _has_a_reason(self) -> NotApplicable:
        if bool(self.where) == self.means_none:
            raise Mistake("不涉及须有依据", "请写 where（字段: [值]），或写 means_none: true（等于填0）")
        return self


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


def _by_day(value: object) -> object:
    """A clause, or clauses by the first day on which the field belongs to each; as the latter."""
    if isinstance(value, str):
        return {dt.date.min: value} if value else {}
    if not isinstance(value, dict) or not all(
        type(day) is dt.date and isinstance(id_, str) for day, id_ in value.items()
    ):
        raise Mistake("clause 的写法不对", '写条款号 "1.3"，或按生效日期写 {2022-01-01: "1.3"}')
    return value


_Clauses = Annotated[dict[dt.date, str], BeforeValidator(_by_day)]
_Spellings = Annotated[list[Word], BeforeValidator(lambda listed: [] if listed is None else listed)]


class _Entry(Strict):
    """A field as ``fields.yaml`` has it."""

    label: Text
    type: Annotated[str, one_of(TYPES)]
    period: Annotated[str, one_of(PERIODS)]
    unit: Annotated[str, one_of(["", *UNITS])] = ""
    values: dict[Word, _Spellings] = pydantic.Field(default_factory=dict)
    also: Texts = ()
    personal: bool = False
    computed: bool = False
    clause: _Clauses | None = None
    not_applicable: NotApplicable | None = None
    kept: bool | None = None
    until: dt.date | None = None

    @model_validator(mode="after")
    def _offers_its_choices(self) -> _Entry:
        if self.type in ("enum", "set") and not self.values:
            raise Mistake("选项字段没有列出可选值", "请列出可选值", "values")
        return self


class _Group(Strict):
    """Fields under one heading; ``clause`` is that of those that name none."""

    group: Text
    fields: dict[str, _Entry]
    clause: _Clauses = pydantic.Field(default_factory=dict)
    review: bool = False


def fields(folder: Path | None = None) -> dict[str, Field]:
    """All fields by id, in the order of the return; StandardError on anything unknown or said twice."""
    return _fields(folder_of(folder))


@cache
def _fields(folder: Path) -> dict[str, Field]:
    path = folder / "fields.yaml"
    by_id: dict[str, Field] = {}
    headings: dict[str, str] = {}
    for group in read_file(list[_Group], path):
        where = f"{path.name}，{group.group}"
        for id_, entry in group.fields.items():
            column = _field(id_, entry, group)
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


def _field(id_: str, entry: _Entry, group: _Group) -> Field:
    clauses = sorted((group.clause if entry.clause is None else entry.clause).items())
    score = entry.type == "score"
    return Field(
        id=id_,
        label=entry.label,
        type=entry.type,
        period=entry.period,
        group=group.group,
        clauses=tuple(clauses),
        clause=clauses[-1][1] if clauses else "",
        unit=entry.unit,
        values={word: [] for word in SCORE_WORDS} if score else entry.values,
        points=SCORE_WORDS if score else {},
        also=entry.also,
        personal=entry.personal,
        computed=entry.computed,
        review=group.review,
        not_applicable=entry.not_applicable,
        until=entry.until,
        kept=entry.period in ("ytd", "year") if entry.kept is None else entry.kept,
    )

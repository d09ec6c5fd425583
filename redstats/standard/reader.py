"""``standard.on(day)``: everything in force on one day, in one object."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import model_validator

from redstats.errors import RunError, StandardError
from redstats.standard import law
from redstats.standard.document import Chapter, Clause, Edition, editions, folder_of, in_force
from redstats.standard.fields import Field, fields
from redstats.standard.law import Law
from redstats.standard.requirements import DERIVED, Requirement, dated
from redstats.strict import Mistake, Named, Text, Texts, one_of, read_named
from redstats.text.numerals import numeral

JUDGED = {
    "automatic": "自动检查",
    "reviewer": "人工评议",
    "obsolete": "已不适用",
    "not_checkable": "不作判定",
}
# What an entry of the register must say, by how it is judged.
_MUST_SAY = {"automatic": "requirements", "reviewer": "field", "obsolete": "until", "not_checkable": "why"}


class Element(Named):
    """One element of a clause and how it is judged: by requirements, by a reviewer's field, or why not."""

    quote: str
    judged: Annotated[str, one_of(JUDGED)]
    requirements: Texts = ()
    field: Text = ""
    until: dt.date | None = None
    why: Text = ""

    @model_validator(mode="after")
    def _says_how(self) -> Element:
        asked = _MUST_SAY[self.judged]
        if not getattr(self, asked):
            raise Mistake(f"缺少必填的键“{asked}”", f"{JUDGED[self.judged]}的要素应写明 {asked}")
        return self

    @property
    def clause(self) -> str:
        return self.id.split("-")[0]


@dataclass(frozen=True, slots=True)
class Standard:
    """The standard as in force on ``day``: edition, chapters, fields, requirements and register; beside it the city's ``law``."""

    day: dt.date
    edition: Edition
    fields: dict[str, Field]
    requirements: dict[str, Requirement]
    elements: dict[str, Element]
    law: Law
    ended: dict[str, Requirement] = field(default_factory=dict)  # whose last day was before

    @property
    def chapters(self) -> tuple[Chapter, ...]:
        return self.edition.chapters

    @property
    def clauses(self) -> dict[str, Clause]:
        return {clause.id: clause for chapter in self.chapters for clause in chapter.clauses}

    @property
    def review_columns(self) -> dict[str, Field]:
        """What a reviewer's sheet is read for: who reviews, and the lines that are given points."""
        return {id_: one for id_, one in self.fields.items() if one.review}

    @property
    def review_fields(self) -> dict[str, Field]:
        """The lines of a reviewer's sheet that are given points."""
        return {id_: one for id_, one in self.review_columns.items() if one.type == "score"}

    @property
    def return_fields(self) -> dict[str, Field]:
        return {id_: one for id_, one in self.fields.items() if not one.review}

    @property
    def asked_fields(self) -> dict[str, Field]:
        """The fields of a return without those that follow from others."""
        return {id_: one for id_, one in self.return_fields.items() if not one.computed}

    @property
    def types(self) -> dict[str, str]:
        """The type of every field."""
        return {id_: field.type for id_, field in self.fields.items()}

    @property
    def parameters(self) -> dict[str, Any]:
        """Every value a suite may ask for by ``$PARAMETER``; the last one of what has ended, whose rules still stand in the suites."""
        values: dict[str, Any] = {}
        for requirement in (*self.ended.values(), *self.requirements.values()):
            values |= requirement.parameters
        return values

    @property
    def count(self) -> str:
        """How many clauses there are, in words: 十二."""
        return numeral(len(self.clauses))

    def of_clause(self, clause: str) -> list[Requirement]:
        return [one for one in self.requirements.values() if one.clause == clause]

    def label(self, field: str) -> str:
        """The Chinese name of a field or of a derived datum."""
        return self.fields[field].label if field in self.fields else DERIVED.get(field, field)


def on(day: dt.date, folder: Path | None = None) -> Standard:
    """The standard in force on ``day``; RunError when there was none, StandardError for malformed data."""
    return _on(day, folder_of(folder))


@cache
def _on(day: dt.date, folder: Path) -> Standard:
    edition = next((one for one in editions(folder) if one.covers(day)), None)
    if edition is None:
        first = min(one.valid_from for one in editions(folder))
        raise RunError(f"{day} 没有有效的标准", where="editions.yaml", to_do=f"最早的版本自 {first} 起")
    requirements = in_force(dated(folder), day)
    known = {clause.id for chapter in edition.chapters for clause in chapter.clauses}
    ever = {c.id for each in editions(folder) for chapter in each.chapters for c in chapter.clauses}
    columns = {id_: one.on(day) for id_, one in fields(folder).items()}
    for id_, column in columns.items():
        if column.clause and column.clause not in ever:
            raise StandardError(
                f"没有条款“{column.clause}”",
                where=f"fields.yaml，{column.group}，{id_}，clause",
                to_do='条款号形如 "1.3"',
            )
    return Standard(
        day=day,
        edition=edition,
        # what belongs to a clause that this edition has not is kept among the basics
        fields={id_: one if one.clause in known else replace(one, clause="") for id_, one in columns.items()},
        requirements=requirements,
        elements=_elements(edition, requirements, folder),
        law=law.on(day, folder),
        ended={
            id_: begun[-1]
            for id_, history in dated(folder).items()
            if id_ not in requirements and (begun := [one for since, one in history if since <= day])
        },
    )


def register(edition: Edition, folder: Path | None = None) -> dict[str, Element]:
    """Every element that the register of an edition lists, as it stands there."""
    return read_named(Element, folder_of(folder) / edition.register)


def _elements(edition: Edition, requirements: dict, folder: Path) -> dict[str, Element]:
    path = folder / edition.register
    clauses = {clause.id for chapter in edition.chapters for clause in chapter.clauses}
    elements = {}
    ever = dated(folder)
    for id_, entry in register(edition, folder).items():
        where = f"{path.name}，{id_}"
        if id_.split("-")[0] not in clauses:
            raise StandardError("要素的编号不在任何一条之下", where=where, to_do="编号形如 1.3-9")
        if entry.quote not in edition.text:
            raise StandardError("引文不在标准原文中", where=f"{where}，quote", to_do="请逐字照录原文")
        for requirement in entry.requirements:
            if requirement not in ever:
                raise StandardError(
                    f"没有要求“{requirement}”",
                    where=f"{where}，requirements",
                    to_do="请用 requirements/ 中的名称",
                )
        if entry.field and not getattr(fields(folder).get(entry.field), "review", False):
            raise StandardError(
                f"没有评议字段“{entry.field}”",
                where=f"{where}，field",
                to_do="请用 fields.yaml 中评议打分的字段",
            )
        # a requirement may have come later than this day, or ended before it
        current = tuple(one for one in entry.requirements if one in requirements)
        # what has had its day was judged until then
        judged = "automatic" if entry.judged == "obsolete" and current else entry.judged
        elements[id_] = entry.model_copy(update={"judged": judged, "requirements": current})
    for id_, requirement in requirements.items():
        element = elements.get(requirement.element)
        if element is None or id_ not in element.requirements or element.clause != requirement.clause:
            raise StandardError(
                f"登记表的要素 {requirement.element} 没有登记要求“{id_}”",
                where=f"{path.name}，{requirement.element}，requirements",
                to_do="请补登记，并核对要求的 element 和 clause",
            )
    return elements

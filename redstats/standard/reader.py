"""``standard.on(day)``: everything in force on one day, in one object."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from redstats.errors import RunError, StandardError
from redstats.standard.document import FOLDER, Chapter, Clause, Edition, editions
from redstats.standard.fields import Field, fields
from redstats.standard.requirements import DERIVED, Requirement, dated
from redstats.strict import check_keys, load

JUDGED = {
    "automatic": "自动检查",
    "reviewer": "人工评议",
    "obsolete": "已不适用",
    "not_checkable": "不作判定",
}


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a clause and how it is judged: by ``requirements``, by a reviewer's ``field``, or why not."""

    id: str
    quote: str
    judged: str
    requirements: tuple[str, ...] = ()
    field: str = ""
    until: dt.date | None = None
    why: str = ""

    @property
    def clause(self) -> str:
        return self.id.split("-")[0]


@dataclass(frozen=True, slots=True)
class Standard:
    """The standard as in force on ``day``: edition, chapters, fields, requirements and register."""

    day: dt.date
    edition: Edition
    fields: dict[str, Field]
    requirements: dict[str, Requirement]
    elements: dict[str, Element]

    @property
    def chapters(self) -> tuple[Chapter, ...]:
        return self.edition.chapters

    @property
    def clauses(self) -> dict[str, Clause]:
        return {clause.id: clause for chapter in self.chapters for clause in chapter.clauses}

    @property
    def review_fields(self) -> dict[str, Field]:
        return {id_: one for id_, one in self.fields.items() if one.review}

    @property
    def return_fields(self) -> dict[str, Field]:
        return {id_: one for id_, one in self.fields.items() if not one.review}

    @property
    def parameters(self) -> dict[str, object]:
        """Every value a suite may ask for by ``$PARAMETER``."""
        found: dict[str, object] = {}
        for requirement in self.requirements.values():
            found |= requirement.parameters
        return found

    def of_clause(self, clause: str) -> list[Requirement]:
        return [one for one in self.requirements.values() if one.clause == clause]

    def label(self, field: str) -> str:
        """The Chinese name of a field or of a derived datum."""
        return self.fields[field].label if field in self.fields else DERIVED.get(field, field)


def on(day: dt.date, folder: Path = FOLDER) -> Standard:
    """The standard in force on ``day``; RunError when there was none, StandardError when the data is malformed."""
    return _on(day, folder)


@cache
def _on(day: dt.date, folder: Path) -> Standard:
    edition = next((one for one in editions(folder) if one.covers(day)), None)
    if edition is None:
        first = min(one.valid_from for one in editions(folder))
        raise RunError(f"{day} 没有有效的标准", where="editions.yaml", to_do=f"最早的版本自 {first} 起")
    in_force = {}
    for id_, history in dated(folder).items():
        passed = [one for since, one in history if since <= day]
        if passed:
            in_force[id_] = passed[-1]
    return Standard(day, edition, fields(folder), in_force, _elements(edition, in_force, folder))


def _elements(edition: Edition, requirements: dict, folder: Path) -> dict[str, Element]:
    path = folder / "elements.yaml"
    found = {}
    for id_, entry in load(path).items():
        where = f"{path.name}，{id_}"
        check_keys(
            entry,
            required=("quote", "judged"),
            optional=("requirements", "field", "until", "why"),
            where=where,
        )
        if entry["judged"] not in JUDGED:
            raise StandardError(
                f"judged 不能是“{entry['judged']}”", where=where, to_do=f"可用：{'、'.join(JUDGED)}"
            )
        if entry["quote"] not in edition.text:
            raise StandardError("引文不在标准原文中", where=f"{where}，quote", to_do="请逐字照录原文")
        for requirement in entry.get("requirements", ()):
            if requirement not in requirements:
                raise StandardError(
                    f"没有要求“{requirement}”",
                    where=f"{where}，requirements",
                    to_do="请用 requirements/ 中的名称",
                )
        if entry.get("field") and entry["field"] not in fields(folder):
            raise StandardError(
                f"没有字段“{entry['field']}”", where=f"{where}，field", to_do="请用 fields.yaml 中的字段"
            )
        values = dict(entry, requirements=tuple(entry.get("requirements", ())))
        if isinstance(values.get("until"), str):
            values["until"] = dt.date.fromisoformat(values["until"])
        found[id_] = Element(id=id_, **values)
    for id_, requirement in requirements.items():
        if requirement.element not in found:
            raise StandardError(
                f"登记表中没有要素 {requirement.element}", where=f"{path.name}，{id_}", to_do="请补登记"
            )
    return found

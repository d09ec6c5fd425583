"""Corrections as data: what somebody has confirmed by telephone, until the street mends its own workbook.

``data/raw/corrections.yml`` is a list; every entry names one committee, one field, what the cell says now (``was``),
what is meant instead, why and who confirmed it.  An entry whose cell no longer says ``was`` is out of date: it is
not applied, and it is said.  Workbooks are never changed.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Protocol

from pydantic import model_validator

from redstats import places as roll
from redstats import standard
from redstats.errors import StandardError
from redstats.months import Month
from redstats.places import Places, Street
from redstats.places.identity import Identity, Key
from redstats.project import CORRECTIONS
from redstats.standard import Field, Standard
from redstats.strict import Mistake, Strict, Word, checked, load, meant, one_of
from redstats.text import fold
from redstats.values import Reading, read_value

FILE = CORRECTIONS
_FIXED = ("street_name", "report_month", "街镇", "填报月份")  # the folder and the workbook decide these
ACTIONS = {"set": "改为", "clear": "改为未填报", "not_applicable": "改为不涉及", "drop": "整行不采用"}
_NAMES = ("committee_name", "neighbourhood_committee")
# What an action has to say; a drop speaks of no field.
_SAYS = {"set": {"field", "was", "value"}, "drop": set[str]()}


class _Entry(Strict):
    """An entry as the file has it."""

    month: Word
    street: Word
    committee: Word
    action: Annotated[str, one_of(ACTIONS)]
    reason: Word
    confirmed_by: Word
    confirmed_on: dt.date
    neighbourhood: Word | None = None
    field: Word | None = None
    was: object = None
    value: object = None

    @model_validator(mode="after")
    def _says_what_its_action_takes(self) -> _Entry:
        wanted = _SAYS.get(self.action, {"field", "was"})
        for key in ("field", "was", "value"):
            if (key in self.model_fields_set) != (key in wanted):
                problem = f"{self.action} 需要写 {key}" if key in wanted else f"{self.action} 不需要 {key}"
                hint = '原格空白的写 was: ""' if key == "was" else "请对照 action 补上或删去"
                raise Mistake(problem, hint)
        return self


@dataclass(frozen=True, slots=True)
class Correction:
    """One entry: ``number`` counts from 1; ``reading`` is what the field becomes (None for ``drop``)."""

    number: int
    month: Month
    street: Street
    committee: str
    neighbourhood: str
    action: str
    field: Field | None
    was: str
    reading: Reading | None
    reason: str
    confirmed_by: str
    confirmed_on: dt.date

    @property
    def where(self) -> str:
        return f"{FILE} 第 {self.number} 条"

    @property
    def told(self) -> str:
        """What it does, and on whose word."""
        value = ""
        if self.action == "set":
            assert self.reading is not None
            value = f"“{_written(self.reading.value)}”"
        source = f"{self.reason}，{self.confirmed_by}{self.confirmed_on}确认"
        return f"按更正清单第{self.number}条{ACTIONS[self.action]}{value}（{source}）"

    def key(self, identity: Identity) -> Key:
        """The committee it speaks of."""
        return identity.key(
            {
                "street_code": self.street.code,
                "committee_name": self.committee,
                "neighbourhood_committee": self.neighbourhood,
            }
        )

    def concerns(self, row: dict, identity: Identity) -> bool:
        """Whether a row of 1_returns or of its cells is of this committee; without a 居委会 it may be of any."""
        meant = self.key(identity)
        there = identity.key(row)
        return meant[:2] == there[:2] and meant.neighbourhood in ("", there.neighbourhood)


def read(path: Path) -> list[Correction]:
    """The entries of the file, none when there is no file; StandardError (file, entry, key) where one is malformed."""
    if not path.exists():
        return []
    content = load(path)
    listed = checked(list[_Entry], [] if content is None else content, path.name)
    corrections = [
        _correction(entry, number, f"{path.name} 第 {number} 条") for number, entry in enumerate(listed, 1)
    ]
    by_key: dict[tuple, Correction] = {}
    for correction in corrections:
        key = (
            correction.month,
            *correction.key(Identity(roll.on(correction.month.end))),
            correction.field and correction.field.id,
        )
        if key in by_key:
            raise StandardError(
                f"与第 {by_key[key].number} 条更正的是同一处", where=correction.where, to_do="请删去其中一条"
            )
        by_key[key] = correction
    return corrections


def _correction(entry: _Entry, number: int, where: str) -> Correction:
    with meant(f"{where}，month"):
        month = Month.parse(entry.month)
        places, rules = roll.on(month.end), standard.on(month.end)
    with meant(f"{where}，street"):
        street = places.street(entry.street)
    field = _field(str(entry.field), rules, where) if entry.action != "drop" else None
    return Correction(
        number=number,
        month=month,
        street=street,
        committee=entry.committee,
        neighbourhood=entry.neighbourhood or "",
        action=entry.action,
        field=field,
        was=_written(entry.was),
        reading=_reading(entry.action, entry.value, field, month, where),
        reason=entry.reason,
        confirmed_by=entry.confirmed_by,
        confirmed_on=entry.confirmed_on,
    )


def _field(name: str, rules: Standard, where: str) -> Field:
    by_name = {one.id: one for one in rules.return_fields.values()}
    by_name |= {one.label: one for one in rules.return_fields.values()}
    if name in by_name and name not in _FIXED:
        return by_name[name]
    near = difflib.get_close_matches(name, by_name, n=3, cutoff=0.5)
    raise StandardError(
        f"没有可以更正的字段“{name}”",
        where=f"{where}，field",
        to_do=f"相近的有：{'、'.join(near)}" if near else "请用字段编号",
    )


def _reading(action: str, value: object, field: Field | None, month: Month, where: str) -> Reading | None:
    if action == "drop":
        return None
    if action != "set":
        return Reading(None, {"clear": "not_reported"}.get(action, action))
    assert field is not None  # only a drop speaks of no field
    raw = "、".join(map(_written, value)) if isinstance(value, list) else value
    reading = read_value(raw, field, month=month.start)
    if reading.value is None:
        why = reading.note or "应使用 clear 或 not_applicable"
        raise StandardError(
            f"“{field.label}”不能改为“{_written(value)}”",
            where=f"{where}，value",
            to_do=f"请更正 value：{why}",
        )
    return Reading(reading.value, "normalised")


class Sent(Protocol):
    """A file's data, as ``returns.Return`` holds them: rows, cells, counts, and a way to note what was done."""

    rows: list[dict]
    cells: list[dict]
    counts: Counter

    def note(self, kind: str, message: str, *, sheet: str = "", cell: str = "", raw: object = "") -> None: ...


def apply(
    corrections: Iterable[Correction], month: Month, returns: Iterable[Sent], identity: Identity
) -> list[dict]:
    """Change the rows and cells of the ``returns`` in use by the month's corrections; notes for those out of date.

    ``returns`` are ``returns.Return`` objects; what was done is noted on each.  The notes given back (rows of
    1_returns/notes) belong to no file: their committee, or the cell's old content, is not there any more.
    """
    used, places = list(returns), identity.places
    stale: list[dict] = []
    # Entries name a committee as its street did, so what changes its name comes last.
    for correction in sorted(
        corrections, key=lambda entry: entry.field is not None and entry.field.id in _NAMES
    ):
        if correction.month != month:
            continue
        owners = [(file, row) for file in used for row in file.rows if correction.concerns(row, identity)]
        if len(owners) != 1:
            names = [
                row["committee_name"]
                for file in used
                for row in file.rows
                if row["street_code"] == correction.street.code
            ]
            stale.append(_stale(correction, _not_one(correction, len(owners), names), places))
            continue
        file, row = owners[0]
        if correction.action == "drop":
            _drop(file, row, correction, identity)
            continue
        assert correction.field is not None  # only a drop speaks of no field
        name = correction.field.id
        cell = next((c for c in file.cells if c["field"] == name and correction.concerns(c, identity)), None)
        now = cell["raw"] if cell else ""
        if fold(now) != fold(correction.was):
            subject = f"“{correction.committee}”的“{correction.field.label}”"
            message = f"{subject}已不是“{correction.was}”，现为“{now}”，更正未采用"
            stale.append(_stale(correction, message, places) | _place(cell))
            continue
        _change(file, row, cell, correction, identity)
    return stale


def _change(file: Sent, row: dict, cell: dict | None, correction: Correction, identity: Identity) -> None:
    # a drop has neither, and changes no cell
    assert correction.field is not None and correction.reading is not None
    name, value = correction.field.id, correction.reading.value
    changed = {"value_state": correction.reading.state, "note": correction.told}
    if cell is None:  # a column its street did not send: the entry itself is the source
        keys = (
            "month",
            "district_code",
            "street_code",
            "street_name",
            "neighbourhood_committee",
            "committee_name",
        )
        source = {"source_file": FILE, "source_sheet": "", "cell": f"第{correction.number}条", "raw": ""}
        cell = {key: row[key] for key in keys} | source | {"field": name}
        file.cells.append(cell)
    file.note(
        "value_corrected", correction.told, sheet=cell["source_sheet"], cell=cell["cell"], raw=cell["raw"]
    )
    cell |= changed
    if name in _NAMES:
        for other in [each for each in file.cells if correction.concerns(each, identity)]:
            other[name] = value
        row[name] = value
    else:
        row[name] = list(value) if isinstance(value, tuple) else value


def _drop(file: Sent, row: dict, correction: Correction, identity: Identity) -> None:
    file.rows = [each for each in file.rows if each is not row]
    file.cells = [each for each in file.cells if not correction.concerns(each, identity)]
    file.counts["accepted"] -= 1
    file.counts["refused"] += 1
    place = f"第{row['source_row']}行"
    file.note(
        "row_dropped", correction.told, sheet=row["source_sheet"], cell=place, raw=row["committee_name"]
    )


def _not_one(correction: Correction, count: int, names: list[str]) -> str:
    if count > 1:
        return f"“{correction.committee}”不止一个，更正未采用；请在更正清单里写明 neighbourhood（居委会）"
    near = difflib.get_close_matches(correction.committee, names, n=3, cutoff=0.5)
    close = f"；相近的有：{'、'.join(near)}" if near else ""
    return f"{correction.street.name}本月的报表里没有“{correction.committee}”，更正未采用{close}"


def _stale(correction: Correction, message: str, places: Places) -> dict:
    return {
        "month": str(correction.month),
        "district_code": places.district_code,
        "street_code": correction.street.code,
        "street_name": correction.street.name,
        "source_file": FILE,
        "source_sheet": "",
        "cell": f"第{correction.number}条",
        "kind": "correction_stale",
        "raw": correction.was,
        "message": message,
    }


def _place(cell: dict | None) -> dict:
    return {key: cell[key] for key in ("source_file", "source_sheet", "cell", "raw")} if cell else {}


def _written(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple | list):
        return "、".join(map(_written, value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)

"""Small drawn months: the tables of stage 1 as reading would have written them, without any workbook."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from redstats import places, standard, tables
from redstats.months import Month
from redstats.project import Project

ROOT = Path(__file__).parents[1]
# What a cell may hold instead of a value, by the state in which it is read.
BLANK, NOT_APPLICABLE, UNREADABLE = "blank", "not_applicable", "unreadable"
_STATES = {BLANK: "not_reported", NOT_APPLICABLE: "not_applicable", UNREADABLE: "unreadable"}


class Drawn:
    """A project in ``folder`` that judges by the real suites; ``write`` a month, then run a stage on it."""

    def __init__(self, folder: Path, expectations: Path = ROOT / "expectations") -> None:
        self.project = Project(folder)
        self.project.root.mkdir(parents=True, exist_ok=True)
        (self.project.root / "expectations").symlink_to(expectations, target_is_directory=True)

    def write(self, month: Month, committees: list[dict], reviews=(), files=()) -> Month:
        """Write 1_returns of ``month``: one dict a committee, field to value, BLANK and so on.

        A field that a committee does not name is a column its street did not send; ``name``, ``street``
        and ``home`` (the neighbourhood) may be left out.
        """
        rules, roll = standard.on(month.end), places.on(month.end)
        rows, cells = [], []
        columns = {id_: at for at, id_ in enumerate(rules.return_fields)}
        for number, committee in enumerate(committees):
            keys, values = _split(number, committee, month, roll)
            source = {"source_file": f"{keys['street_name']}.xlsx", "source_sheet": "月报"}
            row = keys | source | {"source_row": number + 5}
            for id_, value in values.items():
                state = _STATES.get(value, "read") if isinstance(value, str) else "read"
                if state == "read":
                    row[id_] = value
                address = f"{_letters(columns[id_])}{number + 5}"
                cells.append(
                    keys | source | {"field": id_, "cell": address, "raw": str(value), "value_state": state}
                )
            rows.append(row)
        reviewed = [
            keys | own for keys, own in (_split(n, one, month, roll) for n, one in enumerate(reviews))
        ]
        district = roll.district_code
        order = {street.code: at for at, street in enumerate(roll.streets)}
        rows.sort(key=lambda row: (order[row["street_code"]], row["source_row"]))
        returns = tables.schema_of(rules.return_fields.values())
        tables.write(self.project, tables.RETURNS, month, rows, district, returns)
        tables.write(self.project, tables.CELLS, month, cells, district)
        sheet = tables.schema_of(rules.review_columns.values())
        tables.write(self.project, tables.REVIEWS, month, reviewed, district, sheet)
        tables.write(self.project, tables.FILES, month, list(files), district)
        tables.write(self.project, tables.ABSENT, month, [], district)
        return month

    def judge(self, month: Month, committees: list[dict], reviews=()) -> Month:
        """Write 2_findings as drawn, for stages that only read them: requirement to state, the rest not applicable.

        Each review names a committee and gives points to fields of the reviewer's sheet.
        """
        rules, roll = standard.on(month.end), places.on(month.end)
        rows = []
        for number, committee in enumerate(committees):
            keys, states = _split(number, committee, month, roll)
            assert set(states) <= set(rules.requirements)
            for one in rules.requirements.values():
                told = {"requirement": one.id, "field": one.field, "clause": one.clause, "force": one.force}
                rows.append(keys | told | {"state": states.get(one.id, "not_applicable")})
        tables.write(self.project, tables.FINDINGS, month, rows, roll.district_code)
        given = [
            keys | points for keys, points in (_split(n, one, month, roll) for n, one in enumerate(reviews))
        ]
        schema = tables.schema_of(rules.review_columns.values())
        tables.write(self.project, tables.REVIEWS, month, given, roll.district_code, schema)
        return month


def narrow(monkeypatch, requirements: Collection[str], rules: Collection[str]) -> None:
    """Let only these requirements and rules of the city be asked; the suites are those of the project."""
    real = standard.on

    @functools.cache
    def on(day, *folder):
        whole = real(day, *folder)
        if folder:
            return whole
        kept = {id_: one for id_, one in whole.requirements.items() if id_ in requirements}
        law = {id_: one for id_, one in whole.law.rules.items() if id_ in rules}
        return replace(whole, requirements=kept, law=replace(whole.law, rules=law))

    monkeypatch.setattr(standard, "on", on)


def _split(number: int, committee: dict, month: Month, roll) -> tuple[dict, dict]:
    values = dict(committee)
    street = roll.street(values.pop("street", roll.streets[0].code))
    home = values.pop("home", "示例居委会")
    keys = {
        "month": str(month),
        "district_code": roll.district_code,
        "street_code": street.code,
        "street_name": street.name,
        "neighbourhood_committee": home,
        "committee_name": values.pop("name", f"示例{number + 1}业委会"),
    }
    return keys, values


def _letters(at: int) -> str:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return (alphabet[at // 26 - 1] if at >= 26 else "") + alphabet[at % 26]


def each(**choices: list) -> list[dict]:
    """Every combination of the choices, one committee each."""
    return [dict(zip(choices, chosen, strict=True)) for chosen in itertools.product(*choices.values())]


def as_reported(project: Project, month: Month) -> list[dict]:
    """The committees of a month that was read, as ``Drawn.write`` takes them; ``key`` is their row's place."""
    cells = tables.read(project, tables.CELLS, month)
    marks = {state: mark for mark, state in _STATES.items()}
    found: dict[tuple, dict] = {}
    for row in tables.read(project, tables.RETURNS, month).to_dict("records"):
        lists = {id_: list(value) for id_, value in row.items() if isinstance(value, np.ndarray)}
        own = lists | {id_: value for id_, value in row.items() if id_ not in lists and not pd.isna(value)}
        key = (row["source_file"], row["source_sheet"], row["committee_name"])
        assert key not in found
        found[key] = own | {"street": row["street_code"], "name": row["committee_name"], "key": key}
    for cell in cells.itertuples():
        key = (cell.source_file, cell.source_sheet, cell.committee_name)
        if key in found and cell.value_state in marks:
            found[key][cell.field] = marks[cell.value_state]
    return list(found.values())

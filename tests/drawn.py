"""Small drawn months: the tables of stage 1 as reading would have written them, without any workbook."""

from __future__ import annotations

import itertools
from pathlib import Path

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
            _split(number, one, month, roll)[0] | _split(number, one, month, roll)[1]
            for number, one in enumerate(reviews)
        ]
        district = roll.district_code
        order = {street.code: at for at, street in enumerate(roll.streets)}
        rows.sort(key=lambda row: (order[row["street_code"]], row["source_row"]))
        returns = tables.schema_of(rules.return_fields.values())
        tables.write(self.project, tables.RETURNS, month, rows, district, returns)
        tables.write(self.project, tables.CELLS, month, cells, district)
        sheet = tables.schema_of(rules.review_fields.values())
        tables.write(self.project, tables.REVIEWS, month, reviewed, district, sheet)
        tables.write(self.project, tables.FILES, month, list(files), district)
        return month


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

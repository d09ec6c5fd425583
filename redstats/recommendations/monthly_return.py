"""Which committee of the month's returns a form speaks of, and what these say of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from redstats import standard, tables
from redstats.months import Month
from redstats.places.identity import committee_key, place_key
from redstats.project import Project
from redstats.returns import Return


@dataclass(slots=True)
class Beside:
    """What the month's return says of committees, by street code and name's key; empty where there is none yet."""

    returns: dict[tuple[str, str], list[dict]] = field(default_factory=dict)
    red_lines: dict[tuple[str, str, str], list[str]] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=dict)

    def row_of(self, form: dict) -> dict:
        """The return's row of a form's committee; of several of one name that of its neighbourhood, {} where there is none."""
        own = self.returns.get(key_of(form), [])
        if len(own) > 1:
            own = [one for one in own if home_of(one) == home_of(form)]
        return own[0] if len(own) == 1 else {}

    def missed(self, form: dict) -> list[str]:
        """The titles of the red lines that a form's committee misses."""
        own = self.row_of(form)
        return self.red_lines.get((*key_of(form), home_of(own)), []) if own else []

    @classmethod
    def of(cls, project: Project, month: Month) -> Beside:
        found = cls()
        if not tables.exists(project, tables.RETURNS, month):
            return found
        for row in tables.read(project, tables.RETURNS, month).to_dict("records"):
            found.returns.setdefault(key_of(row), []).append(row)
            found.names.setdefault(row["street_code"], []).append(row["committee_name"])
        if tables.exists(project, tables.FINDINGS, month):
            named = standard.on(month.end).requirements
            findings = tables.read(project, tables.FINDINGS, month)
            for row in findings[findings["state"] == "not_met"].to_dict("records"):
                rule = named.get(row["requirement"])
                if rule is not None and rule.red_line:
                    found.red_lines.setdefault((*key_of(row), home_of(row)), []).append(rule.title)
        return found


def key_of(row: dict) -> tuple[str, str]:
    """What a form and a return share of one committee: its street and what all spellings of its name share."""
    name = row.get("committee_name")
    return row.get("street_code") or "", committee_key(name) if isinstance(name, str) else ""


def home_of(row: dict) -> str:
    """What all spellings of its neighbourhood's name share; "" where there is none."""
    home = row.get("neighbourhood_committee")
    return place_key(home) if isinstance(home, str) else ""


def place(read: list[Return], beside: Beside) -> None:
    """Give forms that name no street (复评表 does not ask for it) that of the one committee of their name in the returns."""
    for one in read:
        for row in one.rows:
            name = key_of(row)[1]
            if row["street_code"] or not name:
                continue
            own = [each for key, listed in beside.returns.items() if key[1] == name for each in listed]
            if len(own) > 1:
                own = [each for each in own if home_of(each) == home_of(row)]
            if len(own) == 1:
                found = {key: own[0][key] for key in ("street_code", "street_name")}
                row |= found
                for cell in one.cells:
                    if cell["form"] == row["form"]:
                        cell |= found
                told = f"表上没有写街镇，按当月报表中的“{own[0]['committee_name']}”作{own[0]['street_name']}"
                one.note("value_normalised", told, sheet=row["source_sheet"])

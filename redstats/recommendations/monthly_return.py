"""Which committee of the month's returns a form speaks of, and what these say of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from redstats import mappings, standard, tables
from redstats.months import Month
from redstats.places.identity import Identity
from redstats.project import Project
from redstats.returns import Return


@dataclass(slots=True)
class MonthlyReturn:
    """What the month's return says of committees, by street code and name's key; empty where there is none yet."""

    identity: Identity
    returns: dict[tuple[str, str], list[dict]] = field(default_factory=dict)
    red_lines: dict[tuple[str, str, str], list[str]] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=dict)

    def row_of(self, form: dict) -> dict:
        """The return's row of a form's committee; of several of one name that of its neighbourhood, {} where there is none."""
        candidates = self.returns.get(self.identity.key(form)[:2], [])
        if len(candidates) > 1:
            candidates = [
                one
                for one in candidates
                if self.identity.key(one).neighbourhood == self.identity.key(form).neighbourhood
            ]
        return candidates[0] if len(candidates) == 1 else {}

    def elsewhere(self, form: dict) -> list[dict]:
        """The rows of a form's committee in the returns of other streets than its own."""
        return [
            row
            for (street, name), rows in self.returns.items()
            if street != form["street_code"]
            and name == self.identity.committee(street, form["committee_name"])
            for row in rows
        ]

    def missed(self, form: dict) -> list[str]:
        """The titles of the red lines that a form's committee misses."""
        row = self.row_of(form)
        return self.red_lines.get(self.identity.key(row), []) if row else []

    @classmethod
    def of(cls, project: Project, month: Month) -> MonthlyReturn:
        monthly = cls(mappings.identity_of(project, month))
        if not tables.exists(project, tables.RETURNS, month):
            return monthly
        rows: list[dict] = tables.read(project, tables.RETURNS, month).to_dict("records")
        for row in rows:
            monthly.returns.setdefault(monthly.identity.key(row)[:2], []).append(row)
            monthly.names.setdefault(row["street_code"], []).append(row["committee_name"])
        if tables.exists(project, tables.FINDINGS, month):
            named = standard.on(month.end).requirements
            findings = tables.read(project, tables.FINDINGS, month)
            missed: list[dict] = findings[findings["state"] == "not_met"].to_dict("records")
            for row in missed:
                rule = named.get(row["requirement"])
                if rule is not None and rule.red_line:
                    monthly.red_lines.setdefault(monthly.identity.key(row), []).append(rule.title)
        return monthly


def place(read: list[Return], monthly: MonthlyReturn) -> None:
    """Give forms that name no street (复评表 does not ask for it) that of the one committee of their name in the returns."""
    for form_file in read:
        for row in form_file.rows:
            if row["street_code"] or not row.get("committee_name"):
                continue
            # where no street is named, whoever the form may speak of in any street
            candidates = [
                each
                for (street, name), listed in monthly.returns.items()
                if name == monthly.identity.committee(street, row["committee_name"])
                for each in listed
            ]
            if len(candidates) > 1:
                candidates = [
                    each
                    for each in candidates
                    if monthly.identity.key(each).may_be(
                        monthly.identity.key(row | {"street_code": each["street_code"]})
                    )
                ]
            if len(candidates) == 1:
                street_values = {key: candidates[0][key] for key in ("street_code", "street_name")}
                row |= street_values
                for cell in form_file.cells:
                    if cell["form"] == row["form"]:
                        cell |= street_values
                message = f"表上没有写街镇，按当月报表中的“{candidates[0]['committee_name']}”作{candidates[0]['street_name']}"
                form_file.note("value_normalised", message, sheet=row["source_sheet"])

"""What the import would say of each row, as formulas: verdicts as ``findings.judge`` gives them, and what is open in each cell.

Open is what cannot be read, contradicts itself or is asked for and blank.  A requirement that is not met is information.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from redstats.facts.standard_facts import SOURCES
from redstats.findings.judge import OPTIONAL
from redstats.self_check.derived import Derived
from redstats.self_check.formulas import (
    BLANK,
    NOT_APPLICABLE,
    REFUSED,
    UNREADABLE,
    UNSURE,
    Columns,
    every,
    is_one_of,
    least,
    number,
    some,
    text,
)
from redstats.self_check.rules import Rule
from redstats.standard import Field, Requirement, Standard

# What a cell asks for, and what a verdict says.
MEND, CHECK, FILL = 1, 2, 3
NOT_MET = 2
_NOTHING, _MET, _ELSE = 0, 1, 3
_ASKED_FOR_CONDITION, _ASKED_FOR = 4, 5  # not reported: what decides whether it applies; what is judged
_LOOK_AT_CONDITION, _LOOK_AT, _LOOK_AT_FIELD = 6, 7, 9


@dataclass
class Verdicts:
    """Gathers the rules and then gives formulas: of each requirement, and of each cell."""

    columns: Columns
    derived: Derived
    rules: Standard
    month_number: int
    checks: dict[str, list[str]] = field(default_factory=dict)  # by datum, the checks of the return
    _judging: dict[str, tuple[Requirement, Rule]] = field(default_factory=dict)

    def _cell(self, name: str) -> str:
        cell = self.derived.datum(name)
        assert cell is not None
        return cell

    def add(self, requirement: Requirement, rule: Rule) -> str:
        """The formula of a requirement's verdict."""
        self._judging[requirement.id] = (requirement, rule)
        outside = self._by_reason(
            [
                *map(self._cell, rule.compared),
                *(f"IF({self._cell(name)}={BLANK},0,{self._cell(name)})" for name in rule.present),
            ],
            _LOOK_AT_CONDITION,
            _ASKED_FOR_CONDITION,
            number(_NOTHING),
        )
        judged = self.columns.cell("row", "judged")
        return f"IF({judged},IF({rule.applies},{self._decided(requirement, rule)},{outside}),{_NOTHING})"

    def _by_reason(self, cells: Iterable[str], look: int, fill: int, known: str) -> str:
        """A verdict by the weightiest reason for which one of the cells is not known; ``known`` where all are."""
        listed = list(cells)
        if not listed:
            return known
        lowest = least(listed)
        return f"IF({lowest}<={REFUSED},{look},IF({lowest}={BLANK},{fill},IF({lowest}={NOT_APPLICABLE},{_NOTHING},{known})))"

    def needed(self, requirement: Requirement, rule: Rule) -> tuple[str, ...]:
        """The data without which a requirement cannot be judged."""
        optional = OPTIONAL.get(requirement.id, set())
        return (requirement.field, *(name for name in rule.columns if name not in optional))

    def _decided(self, requirement: Requirement, rule: Rule) -> str:
        datum = self._cell(requirement.field)
        doubted = some(
            f"{self.columns.cell('check', one)}={CHECK}" for one in self.checks.get(requirement.field, ())
        )
        known = self._short(requirement, rule)
        cells = []
        for name in self.needed(requirement, rule):
            may_be_blank = requirement.blank == "not_met" and name == requirement.field
            cells.append(f"IF({datum}={BLANK},0,{datum})" if may_be_blank else self._cell(name))
        known = f"IF({doubted},{_NOTHING},{known})" if doubted != "FALSE" else known
        verdict = self._by_reason(cells, _LOOK_AT, _ASKED_FOR, known)
        verdict = f"IF({datum}<={REFUSED},{_LOOK_AT_FIELD},IF({datum}={NOT_APPLICABLE},{_NOTHING},{verdict}))"
        if rule.one_suffices:
            verdict = f"IF({rule.holds},{_MET},{verdict})"
        return verdict

    def _short(self, requirement: Requirement, rule: Rule) -> str:
        """The verdict where all is known."""
        holds = rule.holds
        if requirement.blank == "not_met":
            holds = every([f"{self._cell(requirement.field)}>=0", holds])
        yearly_and_open = (
            requirement.period == "year" and self.month_number < self.rules.edition.calendar.year_ends
        )
        short = number(
            _ELSE if requirement.force == "may" or yearly_and_open or requirement.late else NOT_MET
        )
        if requirement.field == "activities_ytd" and short == number(NOT_MET):
            # the other months are not known here: only what is blank in this one can be told
            short = self._by_reason(
                map(self._cell, SOURCES[requirement.field]), _LOOK_AT, _ASKED_FOR, number(_ELSE)
            )
        return f"IF({holds},{_MET},{short})"

    # ---- what is open in a cell

    def open(self, asked: Field, doubtful: str) -> str:
        """The formula of what is open in a field's cell: MEND, CHECK, FILL, or "" ."""
        cell = self.columns.cell("read", asked.id)
        refused, blank = [], []
        for requirement, rule in self._judging.values():
            verdict = self.columns.cell("verdict", requirement.id)
            for names, look, fill in (
                ((*rule.compared, *rule.present), _LOOK_AT_CONDITION, _ASKED_FOR_CONDITION),
                (self.needed(requirement, rule), _LOOK_AT, _ASKED_FOR),
            ):
                left_blank = set(rule.present) if look == _LOOK_AT_CONDITION else set()
                left_blank |= (
                    {requirement.field} if requirement.blank == "not_met" and look == _LOOK_AT else set()
                )
                for name in dict.fromkeys(names):
                    if asked.id not in self.derived.sources(name):
                        continue
                    missing = [] if name == asked.id else [f"{self._cell(name)}<0"]
                    codes = (
                        [look, _LOOK_AT_FIELD] if name == requirement.field and look == _LOOK_AT else [look]
                    )
                    refused.append(every([is_one_of(verdict, codes), *missing]))
                    if name not in left_blank:
                        blank.append(every([f"{verdict}={fill}", *missing]))
        doubts = [f"{cell}={UNSURE}", every([f"{cell}={REFUSED}", some(refused)])]
        for name, sources in SOURCES.items():
            if sources == (asked.id,) and self.columns.has("derived", name):  # told, and yet of no use
                weird = [f"{cell}>=0", f"{self._cell(name)}<0"]
                doubts.append(every([*weird, some(refused)]))
        doubts += [doubtful] if doubtful else []
        filled = f"IF({every([f'{cell}={BLANK}', some(blank)])},{FILL},{text('')})" if blank else text("")
        found_open = f"IF({cell}={UNREADABLE},{MEND},IF({some(doubts)},{CHECK},{filled}))"
        return f"IF({self.columns.cell('row', 'named')},{found_open},{text('')})"

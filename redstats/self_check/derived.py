"""Data that follow from what a return says, as formulas: the same that ``facts.standard_facts`` works out of a month alone.

What earlier months left open, or told in the year, no workbook knows: a sum of the year is that of the month.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from redstats.facts.standard_facts import ACTIVITIES, CASES, SOURCES
from redstats.months import Month
from redstats.self_check.formulas import (
    BLANK,
    NOT_APPLICABLE,
    REFUSED,
    UNSURE,
    Columns,
    is_one_of,
    least,
    number,
    some,
)
from redstats.self_check.words import value_code
from redstats.standard import Standard

YEARS = (2000, 2100)  # of a rating


class Derived:
    """Adds derived data to ``columns`` when they are asked for; ``datum`` gives the cell of any datum."""

    def __init__(self, columns: Columns, rules: Standard, month: Month) -> None:
        self._columns, self._rules, self._month = columns, rules, month

    def datum(self, name: str) -> str | None:
        """The cell of a field or of what is derived; "-2" (blank) where the form does not ask; None of what is neither."""
        if self._columns.has("read", name):
            return self._columns.cell("read", name)
        if name in self._rules.return_fields and name not in _MADE:
            return "-2"
        if name not in _MADE:
            return None
        if not self._columns.has("derived", name):
            self._columns.add("derived", name, _MADE[name](self), self._rules.label(name))
        return self._columns.cell("derived", name)

    def sources(self, name: str) -> tuple[str, ...]:
        """The fields that a datum is made of, or itself."""
        return SOURCES.get(name, (name,))

    def _of(self, name: str) -> str:
        cell = self.datum(name)
        assert cell is not None
        return cell

    def _least(self, name: str) -> str:
        return least(map(self._of, SOURCES[name]))

    def _party_eligible(self) -> str:
        default = self._rules.edition.party_eligible
        answer, members, status = (
            self._of("party_org_eligible"),
            self._of("party_member_count"),
            self._of("committee_status"),
        )
        field = self._rules.fields["committee_status"]
        formed = [value_code(one, field) for one in default.statuses]
        is_formed = some([f"{status}<0", is_one_of(status, [one for one in formed if one is not None])])
        assumed = f"IF(AND({members}>={number(default.party_members)},{is_formed}),1,0)"
        unknown = f"OR({members}<0,{answer}<={UNSURE},{answer}={REFUSED},{answer}={NOT_APPLICABLE})"
        return f"IF({answer}>=0,{answer},IF({unknown},MIN({answer},{members}),{assumed}))"

    def _has_party_org(self) -> str:
        kind = self._of("party_org_type")
        return f"IF({kind}>=0,IF({kind}>0,1,0),{kind})"

    def _cases(self, name: str) -> str:
        new = [self._of(one) for one in CASES[name][0]]
        lowest, highest = least(new), f"MAX({','.join(new)})" if len(new) > 1 else new[0]
        unknown = ",".join(f"{one}={BLANK},{one}<={UNSURE}" for one in new)
        total = "+".join(f"MAX({one},0)" for one in new)
        return f"IF({highest}<0,{lowest},IF(OR({unknown}),{lowest},{total}))"

    def _election_in_month(self) -> str:
        day = self._of("election_date")
        inside = f"AND({day}>={number(self._month.start)},{day}<={number(self._month.end)})"
        return f"IF({day}<={UNSURE},{day},IF({inside},1,0))"

    def _rating_period_start(self) -> str:
        year = self._of("rating_year")
        start = f"MIN(IF({year}>=0,{year},{self._month.year - 1})+1,{self._month.year})"
        known = f"AND({start}>={YEARS[0]},{start}<={YEARS[1]})"
        return f"IF({year}<={UNSURE},{year},IF({known},DATE({start},1,1),{REFUSED}))"

    def _term_running(self) -> str:
        end = self._of("term_end")
        return f"IF({end}>=0,IF({end}>={number(self._month.end)},1,0),{end})"

    def _activities_ytd(self) -> str:
        each = [self._of(one) for one in ACTIVITIES]
        total = "+".join(f"MAX({one},0)" for one in each)
        return f"IF(MAX({','.join(each)})<0,{least(each)},{total})"

    def _party_ratio_of(self) -> str:
        serving, members = self._of("serving_count"), self._of("member_count")
        instead = f"IF(AND({serving}>{UNSURE},{members}>=0),{members},MIN({serving},{members}))"
        return f"IF({serving}>=0,{serving},{instead})"


_MADE: dict[str, Callable[..., str]] = {
    "party_eligible": Derived._party_eligible,
    "has_party_org": Derived._has_party_org,
    "election_in_month": Derived._election_in_month,
    "rating_period_start": Derived._rating_period_start,
    "term_running": Derived._term_running,
    "activities_ytd": Derived._activities_ytd,
    "party_ratio_of": Derived._party_ratio_of,
} | {name: partial(Derived._cases, name=name) for name in CASES}

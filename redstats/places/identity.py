"""Who is meant: the one owner of the question whether two rows speak of the same neighbourhood or committee.

A neighbourhood is known by the roll, else by what the spellings of its name share; a committee by its street, what the
spellings of its name share, and its neighbourhood where both rows name one.  Reading, joining, corrections, confirmations,
forms and history all ask here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from redstats.months import Month
from redstats.places.naming import committee_form, neighbourhood_form
from redstats.places.roll import Places, on
from redstats.text import fold

if TYPE_CHECKING:
    import pandas as pd


class Key(NamedTuple):
    """One committee: the street's code, the name's form, and the neighbourhood ("" where none is named)."""

    street: str
    committee: str
    neighbourhood: str = ""

    def may_be(self, other: Key) -> bool:
        """Whether both can be one committee; a row that names no neighbourhood may be of any."""
        return self[:2] == other[:2] and (
            not self.neighbourhood or not other.neighbourhood or self.neighbourhood == other.neighbourhood
        )


@dataclass(frozen=True, eq=False)
class Identity:
    """Tells who is meant, by a roll and by what people have said.

    parted: (street code, folded name) of spellings that are committees of their own, though they look like another's.
    """

    places: Places
    parted: frozenset[tuple[str, str]] = frozenset()
    _known: dict[tuple, str] = field(
        default_factory=dict, repr=False
    )  # a month asks the same names again and again

    def neighbourhood(self, street: str, name: object) -> str:
        """The neighbourhood of that name: its code where the roll of the street knows it; "" where there is no name."""
        if not isinstance(name, str) or not name.strip():
            return ""
        asked = ("neighbourhood", street, name)
        if asked not in self._known:
            roll_street = self.places.by_code(street)
            listed = self.places.neighbourhood(roll_street, name) if roll_street else None
            plain = self.places.without_street(roll_street, name) if roll_street else name
            self._known[asked] = (listed and listed.code) or neighbourhood_form(
                listed.name if listed else plain
            )
        return self._known[asked]

    def committee(self, street: str, name: object) -> str:
        """What all spellings of a committee's name in that street share; "" where there is no name."""
        if not isinstance(name, str) or not (folded := fold(name)):
            return ""
        asked = ("committee", street, folded)
        if asked not in self._known:
            roll_street = self.places.by_code(street)
            form = (
                committee_form(self.places.without_street(roll_street, name) if roll_street else name)
                or folded
            )
            self._known[asked] = f"={folded}" if (street, folded) in self.parted else form
        return self._known[asked]

    def key(self, row: Mapping[str, object]) -> Key:
        """Of a row with the columns street_code, committee_name and neighbourhood_committee."""
        street = row.get("street_code")
        street = street if isinstance(street, str) else ""
        return Key(
            street,
            self.committee(street, row.get("committee_name")),
            self.neighbourhood(street, row.get("neighbourhood_committee")),
        )

    def of_table(
        self, table: pd.DataFrame, per: str = "", beside: Collection[pd.DataFrame] = ()
    ) -> list[tuple]:
        """One key for every row of a table with the key columns: (street code, name's form).

        Where a street has several committees of one name in that table, or in one of those it is compared with
        (``beside``), the key also holds the neighbourhood by the roll of the row's month and, for two rows of one
        neighbourhood, a number in their order.  ``per`` is a column that repeats for each committee (``requirement`` in
        2_findings).
        """
        named = list(self._named(table, per))
        shared = _shared(named).union(*(_shared(list(self._named(one, per))) for one in beside))
        if not shared:
            return [(street, name) for street, name, _ in named]
        keys: list[tuple] = []
        counts: dict[tuple, int] = {}
        homes: dict[tuple, str] = {}
        for (street, name, repeated), *home in zip(named, *(table[key] for key in _HOME), strict=True):
            if (street, name) not in shared:
                keys.append((street, name))
                continue
            where = tuple(home)
            if where not in homes:
                homes[where] = self.in_month(Month.parse(where[0])).neighbourhood(*where[1:])
            key = (street, name, homes[where])
            nth = counts.get((*key, repeated), 0)
            counts[*key, repeated] = nth + 1
            keys.append((*key, nth))
        return keys

    def in_month(self, month: Month) -> Identity:
        """By the roll of another month: a neighbourhood is known under the names of its time."""
        then = on(month.end)
        return self if then is self.places else Identity(then, self.parted)

    def _named(self, table: pd.DataFrame, per: str) -> Iterator[tuple]:
        """(street code, name's form, value of ``per``) of every row."""
        pairs = list(zip(table["street_code"].tolist(), table["committee_name"].tolist(), strict=True))
        forms = {pair: self.committee(*pair) for pair in dict.fromkeys(pairs)}
        repeated = table[per] if per else [""] * len(table)
        for (street, name), value in zip(pairs, repeated, strict=True):
            yield street, forms[street, name], value


_HOME = ["month", "street_code", "neighbourhood_committee"]


def _shared(named: list[tuple]) -> set[tuple]:
    """The (street code, name's form) that stand more than once."""
    once: set[tuple] = set()
    again: set[tuple] = set()
    for row in named:
        (again if row in once else once).add(row)
    return {one[:2] for one in again}

"""Which rows speak of the same owners' committee: street and name, and more where that is not enough."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from redstats import places
from redstats.months import Month
from redstats.text import fold

if TYPE_CHECKING:
    import pandas as pd

_SUFFIX = re.compile(r"(?:住宅小区|小区)?(?:业主委员会|业委会)(?:\(?第?[一二三四五六七八九十\d]{1,3}届\)?)?$")
_PLACE_SUFFIX = re.compile("(?:居民委员会|居委会|居委|居民区|社区)$")


def committee_key(name: str) -> str:
    """What two spellings of one committee's name share: 秀水苑, 秀水苑小区业主委员会 and 秀水苑业委会（第三届）."""
    return _SUFFIX.sub("", fold(name)) or fold(name)


def place_key(name: str) -> str:
    """What two spellings of one neighbourhood's name share: 华阳路第五居委会 and 华阳路五居委."""
    return _PLACE_SUFFIX.sub("", fold(name or "")).replace("第", "")


def identities(table: pd.DataFrame, per: str = "", beside: Collection[pd.DataFrame] = ()) -> list[tuple]:
    """One key for every row of a table with the key columns: (street code, name's key).

    Where a street has several committees of one name in that table, or in one of those it is compared with
    (``beside``), the key also holds the neighbourhood as the roll knows it and, for two rows of one neighbourhood,
    a number in their order.  ``per`` is a column that repeats for each committee (``requirement`` in 2_findings).
    """
    own = list(_named(table, per))
    shared = _shared(own).union(*(_shared(list(_named(one, per))) for one in beside))
    if not shared:
        return [(street, name) for street, name, _ in own]
    found: list[tuple] = []
    seen: dict[tuple, int] = {}
    homes = dict.fromkeys(zip(*(table[key] for key in _HOME), strict=True))
    for (street, name, repeated), *home in zip(own, *(table[key] for key in _HOME), strict=True):
        if (street, name) not in shared:
            found.append((street, name))
            continue
        home = tuple(home)
        if homes.get(home) is None:
            homes[home] = _home(*home)
        key = (street, name, homes[home])
        nth = seen.get((*key, repeated), 0)
        seen[*key, repeated] = nth + 1
        found.append((*key, nth))
    return found


_HOME = ["month", "street_code", "neighbourhood_committee"]


def _named(table: pd.DataFrame, per: str) -> Iterator[tuple]:
    """(street code, name's key, value of ``per``) of every row."""
    names = table["committee_name"]
    keys = {name: committee_key(name) if isinstance(name, str) else "" for name in names.unique()}
    repeated = table[per] if per else [""] * len(table)
    for street, name, value in zip(table["street_code"], names, repeated, strict=True):
        yield street, keys.get(name, ""), value


def _shared(named: list[tuple]) -> set[tuple]:
    """The (street code, name's key) that stand more than once."""
    seen: set[tuple] = set()
    return {one[:2] for one in named if one in seen or seen.add(one)}


def _home(month: str, street: str, name: object) -> str:
    """The neighbourhood's code where the roll of the month knows it, else what its spellings share."""
    if not isinstance(name, str):
        return ""
    roll = places.on(Month.parse(month).end)
    known = next((one for one in roll.streets if one.code == street), None)
    found = known and roll.neighbourhood(known, name)
    return (found.code or place_key(found.name)) if found else place_key(name)

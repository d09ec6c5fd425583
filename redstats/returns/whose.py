"""Whose return a table is: all signs together decide, and where they contradict each other a person does.

One wrong 填报单位 must not move a whole street.  Signs are 填报单位, the title, the names of file and sheet, and the
neighbourhoods of the rows against the roll: only those that stand in a single street, and only several together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from redstats.places import Places, Street
from redstats.returns.result import Return
from redstats.returns.sheets import Table
from redstats.text import fold

_FEWEST = 2  # neighbourhoods that make a sign
_MOST_OF = 0.8  # of those that the roll knows in one street
HOMES = "居委会"


def settle(result: Return, tables: list[Table], places: Places, confirmed: Mapping[str, str]) -> None:
    """Give each table the street that its signs agree on; leave a table whose signs do not agree without rows, and say so.

    confirmed: names of files (or streets) as written, with the street's official name, as people have confirmed them.
    """
    decided = _confirmed(result.file, places, confirmed)
    for table in tables:
        if decided is not None:
            table.streets = (decided,)
            continue
        if "street_name" in table.fields and any(record.value("street_name") for record in table.records):
            continue  # every row speaks for itself
        signs = {name: streets[0] for name, streets in table.signs.items() if len(streets) == 1}
        if home := _home(table, places):
            signs[HOMES] = home
        named = {street.code: street for street in signs.values()}
        if len(named) > 1 and (plain := _outweighed(signs)):
            table.streets = (plain,)
            message = f"街镇说法不一：{_listed(signs)}；只有一处不同，按居委会所在的{plain.name}读取，请更正"
            result.note("street_unclear", message, sheet=table.sheet)
        elif len(named) > 1:
            _withhold(result, table, signs)
        elif named and not table.streets and not result.streets:
            table.streets = tuple(named.values())
            if set(signs) == {HOMES}:
                message = f"没有写明街镇；各居委会都在{signs[HOMES].name}的名录里，按它读取"
                result.note("street_from_roll", message, sheet=table.sheet)


def _confirmed(file: str, places: Places, confirmed: Mapping[str, str]) -> Street | None:
    name = file.rpartition("/")[2]
    for written, means in confirmed.items():
        if fold(written) in (fold(name), fold(name.rpartition(".")[0])):
            return places.street(means)
    return None


def _home(table: Table, places: Places) -> Street | None:
    """The one street in whose roll most of the rows' neighbourhoods stand, of those that stand in one only."""
    names = {
        name
        for record in table.records
        if isinstance(name := record.value("neighbourhood_committee") or record.group, str) and name
    }
    votes: Counter[str] = Counter()
    for name in names:
        homes = [street.code for street in places.streets if places.neighbourhood(street, name)]
        votes.update(homes if len(homes) == 1 else ())
    if votes.total() < _FEWEST:
        return None
    ((code, count),) = votes.most_common(1)
    return places.by_code(code) if count >= _MOST_OF * votes.total() else None


def _outweighed(signs: Mapping[str, Street]) -> Street | None:
    """The street of the rows' own neighbourhoods, where another sign names it too and just one names another."""
    home = signs.get(HOMES)
    others = [sign for sign, street in signs.items() if home and street.code != home.code]
    return home if home and len(others) == 1 and len(signs) > 2 else None


def _listed(signs: Mapping[str, Street]) -> str:
    by_street: dict[str, list[str]] = {}
    for sign, street in signs.items():
        by_street.setdefault(street.name, []).append(sign)
    return "，".join(f"{'、'.join(listed)}是{name}的" for name, listed in by_street.items())


def _withhold(result: Return, table: Table, signs: Mapping[str, Street]) -> None:
    message = (
        f"说不准这张表是哪个街镇的：{_listed(signs)}；{len(table.records)}行都未采用。"
        "请街镇更正，或在 data/raw/mappings.yml 的 streets 里写明“文件名: 街镇”"
    )
    result.note("street_contradicted", message, sheet=table.sheet, raw=result.file)
    result.counts["refused"] += len(table.records)
    table.records, table.sums, table.streets = [], [], ()

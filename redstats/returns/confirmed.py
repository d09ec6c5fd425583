"""What was confirmed for a street, applied while its return is read: its headings, and the names it writes."""

from __future__ import annotations

from collections import Counter

from redstats.headings import Confirmed, Matcher
from redstats.mappings import Entry, Mappings
from redstats.months import Month
from redstats.places import Places, Street
from redstats.places.identity import Identity
from redstats.returns import preamble
from redstats.returns.headers import find_headers
from redstats.returns.joining import Committee, merge
from redstats.returns.result import Return
from redstats.standard import Standard
from redstats.text import similarity
from redstats.workbooks import Grid, Workbook

_TOP = 8  # rows that may speak of the street where no heading is understood yet


def matchers(
    book: Workbook, matcher: Matcher, month: Month, standard: Standard, places: Places, mappings: Mappings
) -> list[Matcher | Confirmed]:
    """For each sheet the matcher that knows the headings confirmed for its street.

    A sheet that names no street is of the workbook's, where all the others name the same.
    """
    if not any(one.section == "headings" for one in mappings.entries):
        return [matcher] * len(book.grids)
    said = [_streets(grid, matcher, month, places, book.file) for grid in book.grids]
    named = {street.code: street for streets in said for street in streets}
    whole = next(iter(named.values())) if len(named) == 1 else None
    found = []
    for streets in said:
        street = streets[0] if len(streets) == 1 else whole if not streets else None
        headings = mappings.headings(street, standard.fields)
        found.append(Confirmed(matcher, headings) if headings else matcher)
    return found


def _streets(grid: Grid, matcher: Matcher, month: Month, places: Places, file: str) -> tuple[Street, ...]:
    headers = find_headers(grid, matcher)
    top = headers[0].top if headers else min(_TOP, grid.height)
    below = range(headers[-1].bottom + 1, grid.height) if headers else ()
    notes = [row for row in below if row >= grid.height - _TOP]  # 填报单位 may stand at the foot
    return preamble.read(grid, range(top), notes, places, month, file).streets


def name_places(result: Return, committees: list[Committee], places: Places, mappings: Mappings) -> None:
    """Neighbourhoods the roll does not know: named as confirmed, else kept as written and noted with near names."""
    unknown: dict[tuple[str, str], list[Committee]] = {}
    read: Counter[tuple[str, str, str]] = Counter()
    for one in committees:
        own = mappings.find(one.street, "neighbourhoods", one.neighbourhood or "")
        known = bool(places.neighbourhood(one.street, one.neighbourhood)) if one.neighbourhood else True
        if own and not known:
            read[one.neighbourhood, own.means, own.told] += 1
            one.neighbourhood = own.means
        elif not known and (one.street.neighbourhoods or one.street.uncoded):
            unknown.setdefault((one.street.code, one.neighbourhood), []).append(one)
    for (written, means, told), rows in read.items():
        result.note(
            "neighbourhood_confirmed", f"居委会“{written}”按{told}作“{means}”（{rows}行）", raw=written
        )
    for rows in unknown.values():
        _note_unknown(result, rows, places)


def _note_unknown(result: Return, rows: list[Committee], places: Places) -> None:
    first = rows[0]
    table, index = first.first
    near = [(each.name, score) for each, score in places.proposals(first.street, first.neighbourhood)]
    others = places.elsewhere(first.street, first.neighbourhood)
    message = f"居委会“{first.neighbourhood}”不在{first.street.name}的名录里，照原样保留（{len(rows)}行）"
    if others:
        message += f"；{'、'.join(other.name for other in others)}有同名的居委会，街镇未改动"
    if near:
        message += f"；相近的名称：{similarity.told(near)}"
    cell = first.cells.get("neighbourhood_committee")
    result.note(
        "neighbourhood_unknown",
        message,
        sheet=cell.sheet if cell else table.sheet,
        cell=cell.address if cell else table.address(index),
        raw=first.neighbourhood,
    )


def name_committees(
    result: Return, committees: list[Committee], mappings: Mappings, identity: Identity
) -> list[Committee]:
    """Committees confirmed to be those of an earlier name take that name, so that their history goes on.

    Where a return has both names its rows are of one committee, and what they say is joined.
    """
    present = {(one.street.code, identity.committee(one.street.code, one.name)): one for one in committees}
    kept = []
    for one in committees:
        own = _first_name(one.name, one.street, mappings)
        code = one.street.code
        if not own or identity.committee(code, own.means) == identity.committee(code, one.name):
            kept.append(one)
            continue
        table, index = one.first
        place = {
            "sheet": table.sheet,
            "cell": table.address(index),
            "raw": one.name,
        }
        into = present.get((code, identity.committee(code, own.means)))
        if into is not None:
            message = f"业委会“{one.name}”按{own.told}就是“{own.means}”，两行合并为一个业委会"
            result.note("committees_joined", message, **place)
            merge(result, into, one, table, is_summary=False)
            continue
        result.note("committee_confirmed", f"业委会“{one.name}”按{own.told}作“{own.means}”", **place)
        one.name = own.means
        present[code, identity.committee(code, one.name)] = one
        kept.append(one)
    return kept


def _first_name(name: str, street: Street, mappings: Mappings) -> Entry | None:
    """The confirmation that leads to a committee's first name: one renamed twice was confirmed name by name."""
    found, seen = None, set()
    while (
        one := mappings.find(street, "committees", found.means if found else name)
    ) and one.key not in seen:
        seen.add(one.key)
        found = one
    return found

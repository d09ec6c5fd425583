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
    streets_of_sheets = [_streets(grid, matcher, month, places, book.file) for grid in book.grids]
    named = {street.code: street for streets in streets_of_sheets for street in streets}
    whole = next(iter(named.values())) if len(named) == 1 else None
    for_sheets: list[Matcher | Confirmed] = []
    for streets in streets_of_sheets:
        street = streets[0] if len(streets) == 1 else whole if not streets else None
        headings = mappings.headings(street, standard.fields)
        for_sheets.append(Confirmed(matcher, headings) if headings else matcher)
    return for_sheets


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
    for committee in committees:
        entry = mappings.find(committee.street, "neighbourhoods", committee.neighbourhood or "")
        known = (
            bool(places.neighbourhood(committee.street, committee.neighbourhood))
            if committee.neighbourhood
            else True
        )
        if entry and not known:
            read[committee.neighbourhood, entry.means, entry.told] += 1
            committee.neighbourhood = entry.means
        elif not known and (committee.street.neighbourhoods or committee.street.uncoded):
            unknown.setdefault((committee.street.code, committee.neighbourhood), []).append(committee)
    for (written, means, source), rows in read.items():
        result.note(
            "neighbourhood_confirmed", f"居委会“{written}”按{source}作“{means}”（{rows}行）", raw=written
        )
    for affected in unknown.values():
        _note_unknown(result, affected, places)


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
    for committee in committees:
        entry = _first_name(committee.name, committee.street, mappings)
        code = committee.street.code
        if not entry or identity.committee(code, entry.means) == identity.committee(code, committee.name):
            kept.append(committee)
            continue
        table, index = committee.first
        place = {
            "sheet": table.sheet,
            "cell": table.address(index),
            "raw": committee.name,
        }
        into = present.get((code, identity.committee(code, entry.means)))
        if into is not None:
            message = f"业委会“{committee.name}”按{entry.told}就是“{entry.means}”，两行合并为一个业委会"
            result.note("committees_joined", message, **place)
            merge(result, into, committee, table, is_summary=False)
            continue
        result.note(
            "committee_confirmed", f"业委会“{committee.name}”按{entry.told}作“{entry.means}”", **place
        )
        committee.name = entry.means
        present[code, identity.committee(code, committee.name)] = committee
        kept.append(committee)
    return kept


def _first_name(name: str, street: Street, mappings: Mappings) -> Entry | None:
    """The confirmation that leads to a committee's first name: one renamed twice was confirmed name by name."""
    entry, followed = None, set()
    while (
        renamed := mappings.find(street, "committees", entry.means if entry else name)
    ) and renamed.key not in followed:
        followed.add(renamed.key)
        entry = renamed
    return entry

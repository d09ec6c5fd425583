"""Tables of one workbook to committees: chapters on several sheets are joined, a summary is only compared."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from redstats import values
from redstats.places import Places, Street
from redstats.places.identity import Identity, Key
from redstats.returns.cells import Cell
from redstats.returns.one_each import one_each
from redstats.returns.result import Return
from redstats.returns.rows import KEYS
from redstats.returns.sheets import Record, Table, is_summed
from redstats.text import fold
from redstats.wording import vocabulary

_WORDS_OF = vocabulary("sheets")
_SUMMARY = _WORDS_OF.pattern("summary")
# What stands in place of a name where there is no committee.
_NONE = _WORDS_OF.pattern("no_committee")
NAMING = {*KEYS, "committee_name"}  # written differently on two sheets they are still the same


@dataclass(slots=True)
class Committee:
    """One committee: its name, street, neighbourhood and cells, perhaps from several tables."""

    name: str
    street: Street
    neighbourhood: str
    first: tuple[Table, int]
    cells: dict[str, Cell]
    tables: list[Table] = field(default_factory=list)


def join(result: Return, tables: list[Table], identity: Identity) -> list[Committee]:
    """The committees of all tables, in the order in which they first stand there; what does not agree is noted."""
    named = [table for table in tables if table.name_column is not None]
    summaries = [one for one in named if _SUMMARY.search(one.sheet) and _repeats(one, named)]
    details = [one for one in named if one not in summaries]
    committees: list[Committee] = []
    places = identity.places
    by_key: dict[tuple[str, str], list[Committee]] = {}
    for table in (*details, *summaries):
        joined = 0
        earlier = {key: tuple(found) for key, found in by_key.items()}
        rows = [(record, _committee(result, table, record, places)) for record in table.records]
        known = [(record, committee) for record, committee in rows if committee is not None]
        for record, committee in one_each(result, table, known, lambda one: key_of(one, identity)):
            full_key = key_of(committee, identity)
            key = full_key[:2]
            same = [other for other in earlier.get(key, ()) if full_key.may_be(key_of(other, identity))]
            if len(same) == 1 and table not in same[0].tables:
                merge(result, same[0], committee, table, is_summary=table in summaries)
                joined += 1
            elif same:
                result.counts["refused"] += 1
                _note(
                    result,
                    table,
                    record,
                    "row_refused",
                    f"“{committee.name}”在别的表里不止一行，对不上，这一行未采用",
                )
            else:
                committees.append(committee)
                by_key.setdefault(key, []).append(committee)
        if joined:
            result.note("sheets_joined", f"按业委会名称与前面的表合并了{joined}行", sheet=table.sheet)
    _note_absent(result, details, committees)
    for table in tables:
        if table.name_column is None:
            _compare_places(result, table, committees, identity)
    return committees


def _committee(result: Return, table: Table, record: Record, places: Places) -> Committee | None:
    cell = record.cells.get("committee_name") or record.cells["estate_names"]
    name = cell.reading.value
    if "committee_name" not in record.cells and name:
        name = cell.shown.strip()
    name = "".join(str(name).split("\n")) if name else ""
    if all(len(part) == 1 for part in name.split()):  # letters set apart for the look
        name = "".join(name.split())
    plain = fold(name)
    # what is said of it beside (无业委会（开发商管理）) makes it no name
    if _NONE.fullmatch(plain) or _NONE.fullmatch(re.split("[(,;、]", plain)[0]):
        estate = record.cells.get("estate_names")
        if not (estate and estate.reading.value and record.value("committee_status")):
            result.counts["refused"] += 1
            message = (
                f"名称处写的是“{name}”，没有业委会，这一行未采用；要计入组建率的，请写明小区名称和业委会状态"
            )
            _note(result, table, record, "row_refused", message)
            return None
        name = estate.shown.strip()
    street = _street(result, table, record, places)
    if not name or street is None:
        result.counts["refused"] += 1
        why = "认不出街镇" if name else "业委会名称无法识别"
        _note(result, table, record, "row_refused", f"{why}，这一行未采用")
        return None
    neighbourhood = record.value("neighbourhood_committee")
    if isinstance(neighbourhood, str):  # 华院居委会（3个）: how many it has is not in its name
        neighbourhood = re.sub(
            r"[(（](?:共|计)?\d+[个家户]?(?:业委会|小区)?[)）]$", "", "".join(neighbourhood.split())
        )
    return Committee(
        name,
        street,
        neighbourhood
        if isinstance(neighbourhood, str) and neighbourhood
        else record.group or table.neighbourhood,
        (table, record.index),
        dict(record.cells),
        [table],
    )


def _street(result: Return, table: Table, record: Record, places: Places) -> Street | None:
    # The table's own 填报单位 speaks for every row that does not name a street itself.
    street_name = record.value("street_name")
    if street_name:
        return places.match(street_name)
    streets = table.streets or result.streets
    return streets[0] if len(streets) == 1 else None


def merge(result: Return, into: Committee, committee: Committee, table: Table, is_summary: bool) -> None:
    into.tables.append(table)
    into.neighbourhood = into.neighbourhood or committee.neighbourhood
    for id_, cell in committee.cells.items():
        known = into.cells.get(id_)
        if known is None or (known.reading.value is None and cell.reading.value is not None):
            into.cells[id_] = cell
        elif id_ in NAMING or cell.reading.value is None or cell.reading.value == known.reading.value:
            continue
        elif is_summary:
            result.note(
                "summary_differs",
                f"“{committee.name}”的“{table.fields[id_].label}”：本表填{cell.shown}，“{known.sheet}”填{known.shown}，按后者",
                sheet=cell.sheet,
                cell=cell.address,
                raw=cell.shown,
            )
        else:
            both = f"“{known.sheet}”填{known.shown}，“{cell.sheet}”填{cell.shown}"
            reading = values.Reading(None, "unreadable", f"两处不一致：{both}，请核对")
            into.cells[id_] = Cell(reading, known.sheet, known.address, known.shown)
            result.note(
                "sheets_differ",
                f"“{committee.name}”的“{table.fields[id_].label}”两处不一致：{both}，未采用",
                sheet=cell.sheet,
                cell=cell.address,
                raw=cell.shown,
            )


def _note_absent(result: Return, tables: list[Table], committees: list[Committee]) -> None:
    """A committee that stands in one chapter and not in another."""
    sections: list[list[Table]] = []
    for table in tables:
        chapter = next((section for section in sections if alike(section[0].asked, table.asked)), None)
        if chapter is None:
            sections.append([table])
        else:
            chapter.append(table)
    if len(sections) < 2 or not any(len(one.tables) > 1 for one in committees):
        return
    for section in sections:
        covered = {one.street.code for one in committees if any(table in section for table in one.tables)}
        for committee in committees:
            if committee.street.code in covered and not any(table in section for table in committee.tables):
                sheets = "、".join(dict.fromkeys(table.sheet for table in section[:3]))
                table, index = committee.first
                result.note(
                    "committee_not_on_sheet",
                    f"“{committee.name}”不在“{sheets}”的表里，该表各项按未填报计",
                    sheet=table.sheet,
                    cell=table.address(index),
                    raw=committee.name,
                )


def _compare_places(result: Return, table: Table, committees: list[Committee], identity: Identity) -> None:
    """A summary with one row a neighbourhood: its figures against the sums over that neighbourhood's committees."""
    result.note("summary_compared", "本表没有业委会名称，只用来核对，未导入", sheet=table.sheet)
    for record in table.records:
        name = record.value("neighbourhood_committee")
        counted = [
            one
            for one in committees
            if (place := identity.neighbourhood(one.street.code, name))
            and place == identity.neighbourhood(one.street.code, one.neighbourhood)
        ]
        for id_, cell in record.cells.items():
            typed = cell.reading.value
            if not counted or typed is None or not is_summed(table.fields[id_]):
                continue
            figures = [one.cells[id_].reading.value for one in counted if id_ in one.cells]
            ours = sum(value for value in figures if isinstance(value, int))
            if figures and ours != typed:
                result.note(
                    "summary_differs",
                    f"“{table.fields[id_].label}”填{cell.shown}，各业委会相加为{ours}",
                    sheet=cell.sheet,
                    cell=cell.address,
                    raw=cell.shown,
                )


def _repeats(table: Table, others: Iterable[Table]) -> bool:
    return any(
        one is not table and not _SUMMARY.search(one.sheet) and alike(one.asked, table.asked)
        for one in others
    )


def alike(asked: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two sets of fields are of one kind: most of what the smaller asks stands in both."""
    both, least = asked & other, min(len(asked), len(other))
    return len(both) * 2 > least if least else asked == other


def key_of(committee: Committee, identity: Identity) -> Key:
    return Key(
        committee.street.code,
        identity.committee(committee.street.code, committee.name),
        identity.neighbourhood(committee.street.code, committee.neighbourhood),
    )


def _note(result: Return, table: Table, record: Record, kind: str, message: str) -> None:
    cell = record.cells.get("committee_name")
    shown = table.grid.text(record.index, table.name_column or 0)
    result.note(
        kind,
        message,
        sheet=table.sheet,
        cell=table.address(record.index),
        raw=cell.shown if cell and table.name_at else shown,
    )

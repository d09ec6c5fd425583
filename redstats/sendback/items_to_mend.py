"""What a street has to look at in its own workbook: one mark a matter, each with its cell, the clause and what to do."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace

import pandas as pd

from redstats import explanations, mappings, outcomes, standard, tables
from redstats.months import Month
from redstats.places import Street
from redstats.project import Project
from redstats.sendback.cells import COLUMNS, KEY, Data, Place
from redstats.sendback.mark import KINDS, Mark
from redstats.standard import Standard
from redstats.templates import checks as guidance

_STATES = {"not_met": "short", "needs_review": "check", "not_reported": "fill"}
_OF_VALUES = ("value_unreadable", "sheets_differ")
_OF_CELLS = ("value_unreadable", "value_doubtful")  # one datum each
_SINCE_LAST_MONTH = ("year_to_date_fell", "jumped", "committee_missing", "unchanged")
_BY_TEXT = ("neighbourhood_unknown",)  # its message counts rows
_OF_SHEETS = ("column_missing", "heading_ambiguous", "heading_unknown")  # they tell nothing of any row
_WITHDRAWN = ("replaced", "several_returns")  # notes on a file some of whose rows do not count
_OF_ANALYSTS = re.compile(r"，或用 redstats .*")  # a street has no redstats


# the tables of a month that a send-back is made from
READS = (
    tables.FILES,
    tables.CELLS,
    tables.NOTES,
    tables.CHANGES,
    tables.FINDINGS,
    tables.CHECKS,
    tables.LAW,
    tables.EXPLANATIONS,
)
_NOTHING = pd.DataFrame({"street_code": []})


class Said:
    """What the tables of a month say, read once for all streets: 1_returns/cells, notes and changes, 2_findings and its
    companions.

    RunError where they were not made.
    """

    def __init__(self, project: Project, month: Month) -> None:
        self.month, self.rules = month, standard.on(month.end)
        cells = tables.read(project, tables.CELLS, month, list(COLUMNS))
        self._cells = cells.astype(object).where(cells.notna(), "")
        names = [tables.FINDINGS, tables.CHECKS, tables.LAW]
        self._frames = {name: tables.read(project, name, month) for name in names}
        is_known = tables.exists(project, tables.CHANGES, month)  # made apart from what was read
        self._frames[tables.CHANGES] = tables.read(project, tables.CHANGES, month) if is_known else _NOTHING
        self.identity = mappings.identity_of(project, month)
        explained = (
            tables.read(project, tables.EXPLANATIONS, month)
            if tables.exists(project, tables.EXPLANATIONS, month)
            else pd.DataFrame({"street_code": [], "id": []})
        )
        self._explained = {
            (row["street_code"], row["id"]): explanations.standing(row) for row in _plain(explained)
        }
        self.notes = _plain(tables.read(project, tables.NOTES, month))
        files = tables.read(project, tables.FILES, month, ["source_file", "street_code", "kind"])
        named = files[files["kind"] == "return"].groupby("source_file")["street_code"].nunique()
        withdrawn = {row["source_file"] for row in self.notes if row["kind"] in _WITHDRAWN}
        # the files that speak for several streets, or from which another's rows were withdrawn
        self.shared: set[str] = set(named.index[named > 1]) | withdrawn
        findings = self._frames[tables.FINDINGS]
        nth = findings.groupby([*KEY, "requirement"], dropna=False).cumcount()
        self._frames[tables.FINDINGS] = findings.assign(nth=nth)[findings["state"].isin(list(_STATES))]
        law = self._frames[tables.LAW]
        self._frames[tables.LAW] = law[law["state"] == "not_met"]

    def of(self, table: str, street: Street) -> list[dict]:
        """The rows of a table that concern the street, blanks empty; of findings those that ask for something."""
        frame = self._frames[table]
        return _plain(frame[frame["street_code"] == street.code])

    def explained(self, mark: Mark, street: Street) -> Mark:
        """The mark with its number, and with what the street says of the matter where it may be explained."""
        who = self.identity.key(
            {
                "street_code": street.code,
                "committee_name": mark.committee,
                "neighbourhood_committee": mark.neighbourhood,
            }
        )
        # without a cell of its own, and of what follows from last month, what is said is all there is to know it by
        of_value = (mark.label and mark.cell and mark.rule not in _SINCE_LAST_MONTH) or mark.rule in _BY_TEXT
        value = mark.reported if of_value else f"{mark.what}\n{mark.reported}"
        id_ = explanations.matter_id(mark.rule or mark.kind, who, mark.label, value)
        said_of = self._explained.get((street.code, id_))
        if said_of and not mark.kinds and mark.kind not in _SHORT:
            said_of = replace(said_of, state="refused", why="该项不能用说明代替，请改数或补报")
        return replace(mark, id=id_, explanation=said_of if said_of and said_of.state != "void" else None)

    def data(self, street: Street) -> Data:
        """The cells of what the street sent."""
        street_cells = self._cells[self._cells["street_code"] == street.code]
        return Data(zip(*(street_cells[name].tolist() for name in COLUMNS), strict=True))


def _plain(frame: pd.DataFrame) -> list[dict]:
    return frame.astype(object).where(frame.notna(), "").to_dict("records")


def matters(month_tables: Said, street: Street) -> list[Mark]:
    """What is to be mended, filled in or checked in what ``street`` sent, by file, sheet and cell.

    Of a file that speaks for other streets too, only what is said of this one's rows.
    """
    return sorted((one for one in asked(month_tables, street) if not _is_settled(one)), key=_order)


def asked(month_tables: Said, street: Street) -> list[Mark]:
    """As ``matters``, with what the district has accepted, in no order."""
    rules, month, shared = month_tables.rules, month_tables.month, month_tables.shared
    data = month_tables.data(street)
    notes = [row for row in month_tables.notes if _concerns(row, street, shared, data)]
    asked = list(_notes(notes, data, rules))
    marks = [one for kind, one in asked if kind in _OF_VALUES] + list(
        _checks(month_tables.of(tables.CHECKS, street), data, rules)
    )
    taken = {one.place: at for at, one in enumerate(marks) if one.cell}
    marks += [one for kind, one in asked if kind not in _OF_VALUES]
    later: dict[tuple, Mark] = {}
    for place, mark in _findings(month_tables.of(tables.FINDINGS, street), data, rules, month):
        if mark.kind == "check" and place in taken:
            # the same matter, seen by a requirement that cannot be judged
            position = taken[place]
            marks[position] = replace(_joined(marks[position], mark), rule="")  # words alone judge nothing
        elif mark.kind in ("check", "fill") and place[2]:
            # once a cell, for all requirements that wait for it
            key = (mark.kind, place)
            later[key] = _joined(later[key], mark) if key in later else mark
        else:
            marks.append(mark)
    marks += later.values()
    marks += _changes(month_tables.of(tables.CHANGES, street), data, rules, shared)
    marks += _law(month_tables.of(tables.LAW, street), data, rules, month)
    return [month_tables.explained(_advised(one, rules), street) for one in dict.fromkeys(marks)]


def _advised(mark: Mark, rules: Standard) -> Mark:
    """The mark with what ought to stand in its cell, and a cell filled in well.

    Of a shortfall there is none: an example of one that is met would teach to write that.
    """
    field = rules.fields.get(mark.field)
    if field is None or mark.kind in _SHORT:
        return mark
    return replace(mark, should=mark.should or guidance.how(field), example=guidance.example(field))


_SHORT = ("short", "law")


def _is_settled(mark: Mark) -> bool:
    """Whether the district has accepted what the street said: it does not come back while the value stands."""
    return bool(mark.kinds and mark.explanation and mark.explanation.state == "accepted")


def _joined(mark: Mark, other: Mark) -> Mark:
    sources = tuple(dict.fromkeys([*mark.sources, *other.sources]))
    return replace(mark, sources=sources)


def _findings(
    findings: list[dict], data: Data, rules: Standard, month: Month
) -> Iterable[tuple[Place, Mark]]:
    """Of every requirement what is not met, and the cells that it lacks or that cannot be understood."""
    for row in findings:
        kind, requirement = _STATES[row["state"]], rules.requirements[row["requirement"]]
        source = (rules.clauses[requirement.clause].label, requirement.quote)
        if kind == "short":
            place = (row["source_file"], row["source_sheet"], row["cell"])
            what = row["message"].removesuffix(f"{requirement.fix}。") + "（红线）" * requirement.red_line
            label, raw = rules.label(row["field"]), data.raw(place) or row["reported"]
            yield (
                place,
                Mark(
                    kind,
                    place,
                    *_who(row),
                    label,
                    raw,
                    what,
                    requirement.fix,
                    (source,),
                    _life(row, month),
                    field=row["field"],
                    should=row["required"],
                ),
            )
            continue
        for field in row["lacking"].split(",") if row["lacking"] else [row["field"]]:
            datum = data.of(row, field)
            if datum is None or (kind == "fill") != (datum.state == "not_reported"):
                continue  # a column that was not sent is said once, not once a committee; or it is not this cell's fault
            label = rules.label(field)
            what = f"“{label}”未填报" if kind == "fill" else f"“{label}”的填报内容无法识别或前后矛盾"
            to_do = f"请补报“{label}”" if kind == "fill" else "请核实后更正"
            details = (label, datum.raw, what, to_do)
            yield datum.place, Mark(kind, datum.place, *_who(row), *details, sources=(source,), field=field)


def _law(findings: list[dict], data: Data, rules: Standard, month: Month) -> Iterable[Mark]:
    """The city's rules that are not kept: beside the standard, under a name of their own."""
    for row in findings:
        rule = rules.law.rules[row["requirement"]]
        place = (row["source_file"], row["source_sheet"], row["cell"])
        what = row["message"].removesuffix(f"{rule.fix}。")
        source = (f"{rule.document}{rule.article}", rule.words.strip("“”"))
        label, raw = rules.label(row["field"]), data.raw(place) or row["reported"]
        more = {"life": _life(row, month), "field": row["field"], "should": row["required"]}
        yield Mark("law", place, *_who(row), label, raw, what, rule.fix, (source,), **more)


def _checks(checks: list[dict], data: Data, rules: Standard) -> Iterable[Mark]:
    """Where the return contradicts itself."""
    for row in checks:
        place = (row["source_file"], row["source_sheet"], row["cell"])
        what = row["message"].removesuffix("，请核实后更正。") + "。"
        details = (data.raw(place) or row["reported"], what, "请核实后更正其中一处")
        yield Mark(
            "check",
            place,
            *_who(row),
            rules.label(row["field"]),
            *details,
            rule=row["requirement"],
            field=row["field"],
        )


def _changes(changes: list[dict], data: Data, rules: Standard, shared: Collection[str]) -> Iterable[Mark]:
    """What does not follow from the month before, and is more likely a slip than a change."""
    for row in changes:
        field = rules.fields.get(row["field"])
        # what is counted anew each month may well be ten times as much
        if row["kind"] not in _SINCE_LAST_MONTH or (
            row["kind"] == "jumped" and field and field.period == "month"
        ):
            continue
        place = (row["source_file"], row["source_sheet"], row["cell"])
        if place[0] not in data.files:  # a committee that is missing stood in last month's file
            place = (min(data.files - set(shared), default=""), "", "")
        label = field.label if field else ""
        what = row["message"].removesuffix("，请核对") + "。"
        details = (data.raw(place), what, "请核实，有误的请更正")
        yield Mark("check", place, *_who(row), label, *details, rule=row["kind"], field=row["field"])


def _notes(notes: list[dict], data: Data, rules: Standard) -> Iterable[tuple[str, Mark]]:
    """Notes that ask the street for something, by their kind; how a thing was read is no matter of its own."""
    kinds, noted_places = outcomes.notes(), set()
    for row in notes:
        kind = kinds[row["kind"]]
        to_do = _OF_ANALYSTS.sub("", kind.to_do)
        if kind.weight == "info" or not to_do:
            continue
        place = (row["source_file"], row["source_sheet"], row["cell"])
        of_cell = row["kind"] in _OF_CELLS
        if of_cell and place in noted_places:  # one cell that holds two data, or holds for several rows
            continue
        noted_places |= {place} if of_cell else set()
        datum = data.at.get(place) if of_cell else None
        who = (datum.neighbourhood, datum.committee) if datum else ("", "")
        label = rules.label(datum.field) if datum else ""
        details = (label, row["raw"], row["message"], to_do)
        field = datum.field if datum else ""
        yield row["kind"], Mark(kind.weight, place, *who, *details, rule=row["kind"], field=field)


def _concerns(note: dict, street: Street, shared: Collection[str], data: Data) -> bool:
    if note["source_file"] not in shared:
        return note["street_code"] == street.code and note["source_file"] in data.files
    rows = data.rows.get((note["source_file"], note["source_sheet"]), set())
    if note["kind"] in _OF_SHEETS:
        return bool(rows)
    return Data.row_of(note["cell"]) in rows


def _who(row: dict) -> tuple[str, str]:
    return row[KEY[1]], row[KEY[2]]


def _life(row: dict, month: Month) -> str:
    if row["change"] in ("new", "reopened"):
        return {"new": "新增", "reopened": "反复"}[row["change"]]
    return f"持续{len(Month.range(Month.parse(row['since']), month))}个月" if row["since"] else ""


def _order(mark: Mark) -> tuple:
    letters = re.sub(r"\d", "", mark.cell)
    position = (not mark.cell, Data.row_of(mark.cell), len(letters), letters)
    return (mark.file, mark.sheet, *position, list(KINDS).index(mark.kind))

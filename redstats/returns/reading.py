"""One workbook to a return: typed rows, the cell behind every value, and a note for all that was not plain."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import Path

from redstats import places as roll
from redstats import standard as rules
from redstats import values, workbooks
from redstats.files import name_of
from redstats.headings import Matcher
from redstats.headings.parts import SEVERAL_MONTHS, elsewhen
from redstats.mappings import Mappings
from redstats.months import Month
from redstats.outcomes import files, notes, refusal
from redstats.places import Places
from redstats.returns import answers, envelope, whose
from redstats.returns.accounting import note_unaccounted
from redstats.returns.confirmed import matchers, name_committees, name_places
from redstats.returns.headers import SheetMatcher
from redstats.returns.joining import Committee, join
from redstats.returns.layouts import read_sheet
from redstats.returns.name_columns import by_known_names, forms_of
from redstats.returns.one_each import of_month
from redstats.returns.preamble import named_months
from redstats.returns.result import Return
from redstats.returns.reviewers import by_reviewer
from redstats.returns.sheets import Table, compare_sums, note_headings, note_table, read_tables
from redstats.standard import Standard
from redstats.standard.attachments import attachments, is_form
from redstats.workbooks import stamps

_MATCHERS: dict[tuple[int, Month], tuple[object, Matcher]] = {}


def read_return(path: Path, month: Month, mappings: Mappings | None = None) -> Return:
    """Read one workbook as a month's return, with what was confirmed of its street (``mappings``).

    Never raises for a bad file: the outcome says what is wrong.  The reading is done in a child process with limits
    of time and memory, by the rules and the roll of the month.
    """
    return read_returns([path], month, mappings)[0]


def read_returns(
    paths: Iterable[Path], month: Month, mappings: Mappings | None = None, workers: int | None = None
) -> list[Return]:
    """``read_return`` for several files, some at a time; in the order of the files."""
    listed = [(path, month, mappings) for path in paths]
    return envelope.read_each(_read_in_child, listed, "other", workers)


def _read_in_child(path: Path, month: Month, mappings: Mappings | None) -> Return:
    return read_here(path, month, rules.on(month.end), roll.on(month.end), mappings)


def read_here(
    path: Path, month: Month, standard: Standard, places: Places, mappings: Mappings | None = None
) -> Return:
    """As ``read_return``, in this process and by any rules and roll: for files that are known to be harmless."""
    result = Return(name_of(path))

    def fill(book: workbooks.Workbook) -> None:
        if _is_return(result, book, _matcher(standard, month)):
            _read_book(result, book, month, standard, places, mappings or Mappings())

    envelope.read(result, path, fill)
    if result.code in ("no_rows", "no_street") and any(
        note["kind"] == "form_skipped" for note in result.notes
    ):
        _call(result, "form")  # the other sheets are an attached page, or say how to fill it in
    return result


def _is_return(result: Return, book: workbooks.Workbook, matcher: Matcher) -> bool:
    """Leaves of a workbook the sheets that are no forms of Attachment 2; where nothing is left, it is told what it is."""
    if stamps.is_spot_check(text for grid in book.grids for row in grid.rows for text in row):
        _call(result, "spot_check")
        return False
    forms: list[workbooks.Grid] = []
    rest: list[workbooks.Grid] = []
    for grid in book.grids:
        texts = [text for row in grid.rows for text in row if type(text) is str and text]
        (forms if is_form(texts) and not _reports(texts, matcher) else rest).append(grid)
    book.grids = rest
    filled = any(grid.rows for grid in book.grids if not grid.hidden)
    if forms and (not filled or book.kind == "docx"):
        _call(result, "form")
        return False
    if book.kind == "docx":
        raise refusal("word_document", book.file)
    for grid in forms:
        result.note("form_skipped", f"“{grid.name}”是推荐表或复评表，另行读取", sheet=grid.name)
    return True


def _reports(texts: list[str], matcher: Matcher) -> bool:
    """Whether a sheet asks for data that no form of Attachment 2 does: cards of a return may look like one."""
    asked = {id_ for form in attachments().values() for id_ in form.fields}
    heads = {"".join(re.split("[:：]", text)[0].split()) for text in texts if len(text) <= _LONGEST_LABEL}
    present = {field.id for head in heads if matcher.knows(head) and (field := matcher.match((head,)).field)}
    return len(present - asked) >= _REPORTED


_LONGEST_LABEL, _REPORTED = 60, 3


def _call(result: Return, code: str) -> None:
    """It is a form or a sheet of ours, and no return."""
    outcome = files()[code]
    result.kind, result.outcome, result.code = code, outcome.outcome, outcome.code
    result.message, result.streets, result.notes = f"{outcome.what}，{outcome.to_do}", (), []


def _read_book(
    result: Return,
    book: workbooks.Workbook,
    month: Month,
    standard: Standard,
    places: Places,
    mappings: Mappings,
) -> None:
    matcher, places = _matcher(standard, month), places.knowing(mappings.streets())
    filled = (row for grid in book.grids for row in grid.rows if any(row))
    texts = [text for row in filled for text in row if type(text) is str and text]
    result.stamp = stamps.find(texts)
    if result.stamp:
        result.note("template_known", f"按模板填报（{result.stamp}）")
    if stamps.decides(texts) and answers.read_decisions(result, book, month):
        return
    shown = stamps.previewed(texts)
    if shown and answers.read_objections(result, book, shown, month, places):
        return
    result.answer = stamps.answer(texts)
    if result.answer:
        answers.read_list(result, book)
        result.note("sent_back_known", "由退回的工作簿更正而来，退回时加的批注和颜色不算")
        for grid in book.grids:
            grid.forget_marks()
    by_sheet = [
        (read_sheet(result, grid, own, month, standard, places), grid, own)
        for grid, own in zip(
            book.grids, matchers(book, matcher, month, standard, places, mappings), strict=True
        )
    ]
    known = forms_of(table for tables, *_ in by_sheet for table in tables if table.name_column is not None)
    by_grid = [
        (
            grid,
            [
                named
                for table in tables
                for named in _with_names(result, table, known, (own, month, standard, places))
            ],
        )
        for tables, grid, own in by_sheet
    ]
    tables = [table for _, each in by_grid for table in each]
    tables = _of_this_month(result, tables, month)
    for table in tables:
        of_month(result, table, month)
    whose.settle(result, tables, places, mappings.streets())
    _describe(result, tables, month, standard, places)
    for grid, each in by_grid:
        note_unaccounted(result, grid, each)
    identity = mappings.identity(places)
    committees = []
    for each in by_reviewer(tables) if result.kind == "review" else [tables]:
        joined = join(result, each, identity)
        name_places(result, joined, places, mappings)
        committees += name_committees(result, joined, mappings, identity)
    for committee in committees:
        _record(result, committee, month, standard, places)
    _note_months(result, tables, committees, month)
    _settle(result)


def _with_names(
    result: Return, table: Table, known: Collection[str], asked: tuple[SheetMatcher, Month, Standard, Places]
) -> list[Table]:
    """A table; one without a column of names read again with the column that holds the committees of other sheets."""
    name = asked[2].fields["committee_name"]
    header = None if table.name_column is not None else by_known_names(table.grid, table.header, known, name)
    return read_tables(result, table.grid, [header], *asked) if header else [table]


def _matcher(standard: Standard, month: Month) -> Matcher:
    key = (id(standard.fields), month)
    if key not in _MATCHERS:
        _MATCHERS.clear()  # months are read one after another
        # the fields are kept alive: an id is reused
        _MATCHERS[key] = (standard.fields, Matcher(standard.fields.values(), month))
    return _MATCHERS[key][1]


def _of_this_month(result: Return, tables: list[Table], month: Month) -> list[Table]:
    """Tables of another time are left out; of sheets for several months those of this one are taken.

    Where none is of this month all are kept, and noted later.
    """
    kept = []
    for table in tables:
        if other := table.elsewhen or elsewhen(table.sheet, month.year):
            message = f"标题或表名写的是“{other}”，不是本月的情况，未读取"
            result.note(
                "sheet_skipped", message, sheet=table.sheet, cell=table.grid.address(table.header.top, 0)
            )
        else:
            kept.append(table)
    tables = kept
    by_sheet: dict[str, set[tuple[Month, ...]]] = {}
    for table in tables:
        by_sheet.setdefault(table.sheet, set()).add(table.months)
    # of a sheet that holds several months each table's own title decides, else the sheet's name
    months_of_tables = [
        set(table.months if len(by_sheet[table.sheet]) > 1 else ())
        or set(named_months(table.sheet, month))
        or set(table.months)
        for table in tables
    ]
    if not any(month in months for months in months_of_tables):
        return tables
    kept = []
    for table, months in zip(tables, months_of_tables, strict=True):
        if not months or month in months:
            kept.append(table)
        else:
            names = "、".join(one.label for one in sorted(months))
            part = f"“{table.sheet}”" if len(by_sheet[table.sheet]) < 2 else "这一段"
            place = table.grid.address(table.header.top, 0)
            result.note("sheet_skipped", f"{part}是{names}的，未读取", sheet=table.sheet, cell=place)
    return kept


def _describe(result: Return, tables: list[Table], month: Month, standard: Standard, places: Places) -> None:
    """What holds for the whole workbook: its kind, street, day, and the columns it has and lacks."""
    named = [table for table in tables if table.name_column is not None]
    present = {id_ for table in named for id_ in table.fields}
    scored = {id_ for id_ in present if standard.fields[id_].review}
    facts = {id_ for id_ in present - scored if standard.fields[id_].clause}
    if len(scored) > len(facts):  # who is judged stands on both kinds of sheet
        result.kind = "review"
    result.report_date = max((one.report_date for one in tables if one.report_date), default=None)
    for table in tables:
        if len(table.streets) > 1 and "street_name" not in table.fields:
            names = "、".join(street.name for street in table.streets)
            result.note("street_unclear", f"表内外提到几个街镇：{names}，请写明填报单位", sheet=table.sheet)
    streets = {street.code: street for table in tables if len(table.streets) == 1 for street in table.streets}
    result.streets = tuple(streets.values()) or next((table.streets for table in tables if table.streets), ())
    if not result.streets and result.answer:  # a file that was renamed, and names its street nowhere else
        result.streets = tuple(one for one in places.streets if one.code == result.answer.street)
    for table in tables:
        if table.name_column is None:
            note_headings(result, table, _matcher(standard, month))  # one of them may be that of the names
    for table in named:
        note_table(result, table, _matcher(standard, month))
        compare_sums(result, table)
    if not named:
        return
    wanted = standard.review_fields if result.kind == "review" else standard.asked_fields
    base = result.stamp is not None and result.stamp.base  # its template asks for nothing else
    judged = [one for one in standard.requirements.values() if one.force == "must" or not base]
    asked = {one.field for one in judged} if result.kind == "return" else set(wanted)
    for id_, field in wanted.items():
        if id_ in asked and id_ not in present:
            result.note("column_missing", f"没有“{field.label}”列，按未填报计", sheet=named[0].sheet)


def _record(result: Return, committee: Committee, month: Month, standard: Standard, places: Places) -> None:
    table, index = committee.first
    keys = {
        "month": str(month),
        "district_code": places.district_code,
        "street_code": committee.street.code,
        "street_name": committee.street.name,
        "neighbourhood_committee": committee.neighbourhood or None,
        "committee_name": committee.name,
    }
    row = keys | {
        "source_file": result.file,
        "source_sheet": table.sheet,
        "source_row": table.place(index)[0] + 1,
    }
    if result.kind == "review":
        keys["reviewer"] = table.reviewer or None
        row |= keys
    for id_, cell in committee.cells.items():
        reading = cell.reading
        if id_ not in keys:
            row[id_] = list(reading.value) if isinstance(reading.value, tuple) else reading.value
        result.cells.append(
            {
                **keys,
                "source_file": result.file,
                "source_sheet": cell.sheet,
                "field": id_,
                "cell": cell.address,
                "raw": cell.shown,
                "value_state": reading.state,
                "note": reading.note,
            }
        )
        if reading.note:
            unread = reading.state == "unreadable"
            kind = "value_doubtful" if values.DOUBT in reading.note else "value_normalised"
            label = standard.fields[id_].label
            result.note(
                "value_unreadable" if unread else kind,
                f"“{label}”{'无法识别' if unread else ''}：{reading.note}",
                sheet=cell.sheet,
                cell=cell.address,
                raw=cell.shown,
            )
    result.rows.append(row)
    result.counts["accepted"] += 1


def _note_months(result: Return, tables: list[Table], committees: list[Committee], month: Month) -> None:
    """Another month in a title, a file's or sheet's name or the column 填报月份: the folder decides, and it is said."""
    mentions = {(table.sheet, one) for table in tables for one in table.months}
    named = named_months(result.file, month)
    mentions |= {("", one) for one in named if month not in named}
    for table in tables:
        named = named_months(table.sheet, month)
        mentions |= {(table.sheet, one) for one in named if month not in named}
    if result.answer:
        mentions.add(("", Month.parse(result.answer.month)))
    for committee in committees:
        cell = committee.cells.get("report_month")
        if cell:
            named = named_months(cell.shown, month)
            mentions |= {(cell.sheet, other) for other in named if month not in named}
    for table in tables:
        match = SEVERAL_MONTHS.search(table.sheet)
        if several := table.several_months or (match[0] if match else ""):
            message = f"标题或表名写的是“{several}”；当月数的栏目按{month.label}的数读取，请核对"
            result.note("month_differs", message, sheet=table.sheet)
    result.months = tuple(sorted({each for _, each in mentions} | set(named_months(result.file, month))))
    for sheet, other in sorted(mentions):
        if other != month:
            result.note(
                "month_differs", f"表内或文件名写的是{other.label}，按文件夹作{month.label}处理", sheet=sheet
            )


def _settle(result: Return) -> None:
    counts = result.counts
    if not result.rows and result.answer and result.answer.part:  # of one neighbourhood that has no rows
        outcome = files()["list_alone"]
        result.kind, result.outcome, result.code = "answers", outcome.outcome, outcome.code
        result.message = outcome.what
        return
    if not result.rows:
        result.outcome = "refused"
        unplaced = any("认不出街镇" in note["message"] for note in result.notes)
        contradicted = any(note["kind"] == "street_contradicted" for note in result.notes)
        result.code = "no_street" if (unplaced or contradicted) and not result.streets else "no_rows"
        outcome = files()[result.code]
        result.message = f"{outcome.what}。{outcome.to_do}"
        return
    if result.answer and result.answer.part:
        counts["blank"] = 0  # the rows of others, which were left out
    remarks = [note for note in result.notes if notes()[note["kind"]].weight != "info"]
    result.outcome = "noted" if remarks else "accepted"
    result.message = f"读取{counts['accepted']}个业委会" + (
        f"，未采用{counts['refused']}行" if counts["refused"] else ""
    )
    if remarks:
        result.message += f"，{len(remarks)}条说明"

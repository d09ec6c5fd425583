"""The forms of a month's folder to their tables: read, checked, and where each recommendation stands."""

from __future__ import annotations

import datetime as dt

from redstats import coverage, tables
from redstats import places as roll
from redstats.files import name_of
from redstats.months import Month
from redstats.outcomes import files
from redstats.project import Project
from redstats.recommendations import checks, pipeline
from redstats.recommendations.reading import read_forms
from redstats.returns import Return, is_revised
from redstats.standard import attachments

# A file that the returns could make nothing of may yet be a form whose title was lost.
_PERHAPS = ("form", "no_rows", "no_street", "word_document")


def find(project: Project, month: Month, today: dt.date | None = None) -> list[Return]:
    """Read the forms among a month's files and write 1_returns/forms, form_cells, 2_findings/forms and pipeline.

    Reads 1_returns and its side tables, 2_findings; the forms of the months before for the pipeline.  Personal data are
    kept out of the tables: they stand in the forms themselves.  ``today``: dates after it are to come; by default the day by
    which the month's returns are due.
    """
    read, places = read_month(project, month), roll.on(month.end)
    # not this day: a month made again later must say the same
    found = checks.check(project, month, read, today or coverage.deadline(month, places))
    district = places.district_code
    rows = [row for one in read for row in one.rows]
    schema = tables.schema_of_forms(attachments.columns())
    tables.write(project, tables.FORMS, month, [_masked(row) for row in rows], district, schema)
    cells = [_masked_cell(cell) for one in read for cell in one.cells]
    tables.write(project, tables.FORM_CELLS, month, cells, district)
    tables.write(project, tables.FORM_CHECKS, month, found, district)
    tables.write(project, tables.PIPELINE, month, pipeline.of(project, month), district)
    return read


def read_month(project: Project, month: Month) -> list[Return]:
    """The forms among the files of ``data/raw/<month>``; files of which that was learnt only now are told so in 1_returns/files."""
    listed = tables.read(project, tables.FILES, month)
    noted = tables.read(project, tables.NOTES, month)
    some = set(noted.loc[noted["kind"] == "form_skipped", "source_file"])
    names = set(listed.loc[listed["code"].isin(_PERHAPS), "source_file"]) | some
    paths = [
        path
        for path in sorted((project.raw / str(month)).rglob("*"))
        if path.is_file() and not path.is_symlink() and name_of(path) in names
    ]
    read = [one for one in read_forms(paths, month) if one.rows]
    _learn(project, month, {one.file for one in read} - some)
    return resolve(read)


def _learn(project: Project, month: Month, names: set[str]) -> None:
    listed = tables.read(project, tables.FILES, month)
    late = listed["source_file"].isin(names) & (listed["code"] != "form")
    if late.any():
        said = files()["form"]
        listed.loc[late, ["kind", "outcome", "code", "message"]] = [
            "form",
            said.outcome,
            said.code,
            said.what,
        ]
        tables.write(project, tables.FILES, month, listed, roll.on(month.end).district_code)


def resolve(read: list[Return]) -> list[Return]:
    """Of two files of one content one is left, and of a committee's forms the one in a file that says it is corrected."""
    kept = list({one.sha256 or one.file: one for one in reversed(read)}.values())[::-1]
    newer = {
        (row["kind"], *checks.key_of(row)): one.file
        for one in kept
        if is_revised(one.file)
        for row in one.rows
    }
    for one in kept:
        late = [
            row for row in one.rows if newer.get((row["kind"], *checks.key_of(row)), one.file) != one.file
        ]
        for row in late:
            one.note(
                "replaced",
                f"“{row['committee_name']}”的{row['kind']}已由更正件代替",
                sheet=row["source_sheet"],
            )
        gone = {row["form"] for row in late}
        one.rows = [row for row in one.rows if row["form"] not in gone]
        one.cells = [cell for cell in one.cells if cell["form"] not in gone]
    return [one for one in kept if one.rows]


def _masked(row: dict) -> dict:
    """A row without personal data: what was filled in is marked as such."""
    return {
        key: checks.HIDDEN if value is not None and _is_personal(key) else value for key, value in row.items()
    }


def _masked_cell(cell: dict) -> dict:
    if not _is_personal(cell["field"]) or not cell["raw"]:
        return cell
    return cell | {"raw": checks.HIDDEN, "note": ""}


def _is_personal(name: str) -> bool:
    return any(one.fields[name].personal for one in attachments.attachments().values() if name in one.fields)

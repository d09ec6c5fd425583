"""The forms of a month's folder to their tables: read, checked, and where each recommendation stands."""

from __future__ import annotations

import datetime as dt

from redstats import incoming, tables
from redstats import places as roll
from redstats.forms.reading import read_forms
from redstats.months import Month
from redstats.outcomes import files, notes
from redstats.places.identity import Identity
from redstats.project import Project
from redstats.recommendations import checks, pipeline
from redstats.recommendations.monthly_return import MonthlyReturn, place
from redstats.returns import Return, is_revised
from redstats.returns.kept import Kept
from redstats.standard import attachments

# A file that the returns could make nothing of may yet be a form whose title was lost.
_PERHAPS = ("form", "no_rows", "no_street", "word_document")


def find(project: Project, month: Month, today: dt.date | None = None) -> list[Return]:
    """Read the forms among a month's files and write 1_returns/forms, form_cells, 2_findings/forms and pipeline.

    Reads 1_returns and its side tables, 2_findings; the forms of the months before for the pipeline.  Personal data are
    kept out of the tables: they stand in the forms themselves.  ``today``: dates after it are to come (by default
    the last day of the next month).
    """
    read, places = read_month(project, month), roll.on(month.end)
    monthly = MonthlyReturn.of(project, month)
    findings = checks.check(project, month, read, today, monthly)
    district = places.district_code
    rows = [row for one in read for row in one.rows]
    schema = tables.schema_of_forms(attachments.columns())
    tables.write(project, tables.FORMS, month, [_masked(row) for row in rows], district, schema)
    cells = [_masked_cell(cell) for one in read for cell in one.cells]
    tables.write(project, tables.FORM_CELLS, month, cells, district)
    tables.write(project, tables.FORM_CHECKS, month, findings, district)
    tables.write(project, tables.PIPELINE, month, pipeline.of(project, month), district)
    return read


def read_month(project: Project, month: Month) -> list[Return]:
    """The forms among the files of ``data/raw/<month>``; files of which that was learnt only now are told so in 1_returns/files."""
    listed = tables.read(project, tables.FILES, month)
    noted = tables.read(project, tables.NOTES, month)
    some = set(noted.loc[noted["kind"] == "form_skipped", "source_file"])
    names = set(listed.loc[listed["code"].isin(_PERHAPS), "source_file"]) | some
    folder = project.raw / str(month)
    sent = [file for file in incoming.files(folder) if not file.skipped and file.name in names]
    read = Kept(project, month, "forms").each(
        [file.path for file in sent], lambda paths: read_forms(paths, month)
    )
    for file, form_file in zip(sent, read, strict=True):
        form_file.called(file.name)
    monthly = MonthlyReturn.of(project, month)
    place(read, monthly)
    kept = resolve([one for one in read if one.rows], monthly.identity)
    _tell(project, month, read, some)
    return kept


def _tell(project: Project, month: Month, read: list[Return], some: set[str]) -> None:
    """Put into 1_returns/files what became of each file of forms, and into 1_returns/notes what is to be said of it.

    some: the files that hold a return, too.
    """
    listed, noted = tables.read(project, tables.FILES, month), tables.read(project, tables.NOTES, month)
    places, outcome = roll.on(month.end), files()["form"]
    more: list[dict] = []
    for form_file in read:
        of_file = listed["source_file"] == form_file.file
        was_form = bool((listed.loc[of_file, "code"] == "form").any())
        if not was_form and not form_file.rows:
            continue  # neither a return nor a form, as was told
        if form_file.file not in some or was_form:
            code = "form" if form_file.rows else form_file.code
            message = f"{outcome.what}。{form_file.message}" if form_file.rows else form_file.message
            values = ["form", files()[code].outcome, code, message]
            listed.loc[of_file, ["kind", "outcome", "code", "message"]] = values
            if len(form_file.streets) == 1:
                street = form_file.streets[0]
                listed.loc[of_file, ["street_code", "street_name"]] = [street.code, street.name]
        more += [_note(form_file, note, month, places) for note in form_file.notes]
    columns = ["kind", "outcome", "code", "message", "street_code", "street_name"]
    listed[columns] = listed[columns].astype("string")
    tables.write(project, tables.FILES, month, listed, places.district_code)
    rows = noted.astype(object).where(noted.notna(), None).to_dict("records")
    tables.write(project, tables.NOTES, month, [*rows, *more], places.district_code)


def _note(form_file: Return, note: dict, month: Month, places: roll.Places) -> dict:
    """A note as 1_returns/notes holds it, without personal data."""
    street = form_file.streets[0] if len(form_file.streets) == 1 else None
    labels = tuple(
        f"“{attachments.label(name)}”" for name in attachments.columns() if attachments.personal(name)
    )
    if note["message"].startswith(labels) or notes()[note["kind"]].free_text:
        note = note | {"raw": checks.HIDDEN, "message": f"{notes()[note['kind']].what}（请查原表）"}
    return note | {
        "month": str(month),
        "district_code": places.district_code,
        "street_code": street.code if street else None,
        "street_name": street.name if street else None,
    }


def resolve(read: list[Return], identity: Identity) -> list[Return]:
    """Of two files of one content one is left, and of a committee's forms the one in a file that says it is corrected."""
    kept = list({one.sha256 or one.file: one for one in reversed(read)}.values())[::-1]
    newer = {
        (row["kind"], *identity.key(row)[:2]): one.file
        for one in kept
        if is_revised(one.file)
        for row in one.rows
        if identity.key(row).committee
    }
    for form_file in kept:
        late = [
            row
            for row in form_file.rows
            if newer.get((row["kind"], *identity.key(row)[:2]), form_file.file) != form_file.file
        ]
        for row in late:
            form_file.note(
                "replaced",
                f"“{row['committee_name']}”的{row['kind']}已由更正件代替",
                sheet=row["source_sheet"],
            )
        gone = {row["form"] for row in late}
        form_file.rows = [row for row in form_file.rows if row["form"] not in gone]
        form_file.cells = [cell for cell in form_file.cells if cell["form"] not in gone]
    return [one for one in kept if one.rows]


def _masked(row: dict) -> dict:
    """A row without personal data: what was filled in is marked as such."""
    return {
        key: checks.HIDDEN if value is not None and attachments.personal(key) else value
        for key, value in row.items()
    }


def _masked_cell(cell: dict) -> dict:
    if not attachments.personal(cell["field"]) or not cell["raw"]:
        return cell
    return cell | {"raw": checks.HIDDEN, "note": ""}

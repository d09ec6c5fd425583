"""A month's folder to the tables of stage 1: every file listed, the newest return of each street taken."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from redstats import corrections, incoming, mappings, standard, tables
from redstats import places as roll
from redstats.errors import RunError
from redstats.months import Month
from redstats.places import Places
from redstats.places.naming import committee_form, neighbourhood_form
from redstats.project import Project
from redstats.returns import explanations, roster
from redstats.returns.kept import Kept
from redstats.returns.precedence import resolve
from redstats.returns.reading import read_returns
from redstats.returns.result import Return


@dataclass(slots=True)
class Imported:
    """All returns of a month (also refused, replaced and skipped ones) and where their tables were written."""

    month: Month
    returns: list[Return]

    def used(self, kind: str = "return") -> list[Return]:
        return [one for one in self.returns if one.kind == kind and one.outcome in ("accepted", "noted")]


def read_month(project: Project, month: Month) -> Imported:
    """Read every file of ``data/raw/<month>``; RunError when there is no such folder."""
    folder = project.raw / str(month)
    if not folder.is_dir():
        available = sorted(path.name for path in project.raw.glob("20??-??")) if project.raw.is_dir() else []
        raise RunError(
            f"没有 {month} 的报表",
            where=f"data/raw/{month}",
            to_do=f"请把各街镇报表放进这个文件夹（已有：{'、'.join(available) or '无'}），或先运行 redstats sample",
        )
    places, rules = roll.on(month.end), standard.on(month.end)
    confirmed = mappings.read(project.raw / mappings.FILE, rules, places)
    listed = incoming.files(folder)
    sent = [file for file in listed if not file.skipped]
    results = Kept(project, month, "returns").each(
        [file.path for file in sent], lambda paths: read_returns(paths, month, confirmed)
    )
    read = dict(zip(sent, results, strict=True))
    returns = [read[file].called(file.name) if file in read else _skipped(file.name) for file in listed]
    for result in returns:
        if result.outcome == "refused" and not result.streets:
            result.streets = places.mentioned(
                result.file
            )  # its name may tell whose it is, though nothing in it does
    resolve(returns, confirmed.identity(places))
    return Imported(month, returns)


def _skipped(name: str) -> Return:
    return Return(
        name, kind="other", outcome="skipped", code="not_a_return", message="临时文件或快捷方式，未读取"
    )


def import_month(project: Project, month: Month) -> Imported:
    """Read a month and write the tables of stage 1 (1_returns, cells, files, notes, reviews)."""
    imported = read_month(project, month)
    places, rules = roll.on(month.end), standard.on(month.end)
    district = places.district_code
    confirmations = mappings.read(project.raw / mappings.FILE, rules, places)
    confirmed = corrections.read(project.raw / corrections.FILE)
    identity = confirmations.identity(places)
    stale = corrections.apply(confirmed, month, imported.used(), identity)

    def save(table: str, rows: list[dict], schema=None) -> None:
        tables.write(project, table, month, rows, district, schema)

    order = {street.code: place for place, street in enumerate(places.streets)}
    used = sorted(
        (row for one in imported.used() for row in one.rows),
        key=lambda row: (order[row["street_code"]], row["source_file"], row["source_row"]),
    )
    save(tables.RETURNS, used, tables.schema_of(rules.return_fields.values()))
    save(tables.ABSENT, roster.absent(project, month, used, identity, confirmations))
    kept = imported.used() + imported.used("review")
    save(tables.CELLS, [cell for one in kept for cell in one.cells])
    reviews = [row for one in imported.used("review") for row in one.rows]
    save(tables.REVIEWS, reviews, tables.schema_of(rules.review_columns.values()))
    save(tables.FILES, files_of(project, imported, places))
    explained, unclear = explanations.of_month(project, month, imported.returns, places, rules, identity)
    save(tables.EXPLANATIONS, explained)
    save(tables.NOTES, [*notes_of(imported, places), *stale, *unclear])
    return imported


def files_of(project: Project, imported: Imported, places: Places) -> list[dict]:
    """The rows of 1_returns/files, with when each content was first seen, and how many committees none seen before had."""
    receipts = incoming.receipts(project.raw, str(imported.month))
    times = [_times(receipts.get(sent.sha256)) for sent in imported.returns]
    fresh = _fresh(imported.returns, [each.get("first_seen") or dt.date.max for each in times])
    return [
        row | seen | {"fresh": counts[row["street_code"]]}
        for sent, seen, counts in zip(imported.returns, times, fresh, strict=True)
        for row in records(sent, imported.month, places)
    ]


def _fresh(returns: list[Return], seen: list[dt.date]) -> list[Counter]:
    """Of each file, by street, the committees that none seen before it had."""
    known: set[tuple[str, str, str]] = set()
    counts = [Counter[str]() for _ in returns]
    for number in sorted(range(len(returns)), key=seen.__getitem__):
        named = {
            (
                row["street_code"],
                committee_form(row["committee_name"]),
                neighbourhood_form(row["neighbourhood_committee"] or ""),
            )
            for row in (*returns[number].rows, *returns[number].joined)
        }
        counts[number].update(street for street, *_ in named - known)
        known |= named
    return counts


def _times(receipt: incoming.Receipt | None) -> dict[str, dt.date | None]:
    return {"first_seen": receipt.first_seen, "last_unseen": receipt.last_unseen} if receipt else {}


def notes_of(imported: Imported, places: Places) -> list[dict]:
    """The rows of 1_returns/notes."""
    common = {"month": str(imported.month), "district_code": places.district_code}
    return [note | common | _whose(one) for one in imported.returns for note in one.notes]


def records(result: Return, month: Month, places: Places) -> list[dict]:
    """The rows of 1_returns/files for one file: one, or one a street where it speaks for several."""
    common = {
        "month": str(month),
        "district_code": places.district_code,
        "source_file": result.file,
        "sha256": result.sha256,
        "kind": result.kind,
        "outcome": result.outcome,
        "code": result.code,
        "message": result.message,
        "report_date": result.report_date,
    }
    codes = _streets(result)
    if result.kind == "review" or len(codes) < 2:
        counts = {key: result.counts[key] for key in ("accepted", "refused", "blank")}
        counts |= {"rows": sum(result.counts.values()), "joined": len(result.joined)}
        return [common | _whose(result) | counts]
    rows = Counter(row["street_code"] for row in (*result.rows, *result.joined))
    joined = Counter(row["street_code"] for row in result.joined)
    return [
        common
        | {"street_code": code, "street_name": name, "joined": joined[code]}
        | {"rows": rows[code], "accepted": rows[code], "refused": 0, "blank": 0}
        for code, name in sorted(codes)
    ]


def _streets(result: Return) -> set[tuple[str, str]]:
    named = {(row["street_code"], row["street_name"]) for row in (*result.rows, *result.joined)}
    if not named and len(result.streets) == 1:
        named = {(result.streets[0].code, result.streets[0].name)}
    return named


def _whose(result: Return) -> dict[str, str | None]:
    codes = _streets(result)
    if result.kind == "review" or len(codes) != 1:
        return {"street_code": None, "street_name": None}
    ((code, name),) = codes
    return {"street_code": code, "street_name": name}

"""A month's folder to the tables of stage 1: every file listed, the newest return of each street taken."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from redstats import corrections, mappings, standard, tables
from redstats import places as roll
from redstats.errors import RunError
from redstats.months import Month
from redstats.places import Places
from redstats.project import Project
from redstats.returns.reading import read_returns
from redstats.returns.result import Return
from redstats.text import fold

_IGNORED = re.compile(
    r"^(?:~\$|\.|thumbs\.db$|desktop\.ini$)|\.(?:tmp|bak|lnk|part|crdownload)$", re.IGNORECASE
)
_REVISED = re.compile(r"更正|修正|修订|改正|补正|重报|最终|终稿|定稿|更新")
_SAID = ("street_code", "committee_name", "field", "source_sheet", "cell", "raw")


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
    returns: list[Return | Path] = []
    for path in sorted(folder.rglob("*")):
        if path.is_dir():
            continue
        if _IGNORED.search(path.name) or path.is_symlink() or not path.is_file():
            returns.append(
                Return(
                    path.name,
                    kind="other",
                    outcome="skipped",
                    code="not_a_return",
                    message="临时文件或快捷方式，未读取",
                )
            )
            continue
        returns.append(path)
    read = iter(read_returns([one for one in returns if isinstance(one, Path)], month, confirmed))
    returns = [next(read) if isinstance(one, Path) else one for one in returns]
    for one in returns:
        if (
            one.outcome == "refused" and not one.streets
        ):  # its name may tell whose it is, though nothing in it does
            one.streets = places.mentioned(one.file)
    _resolve(returns)
    return Imported(month, returns)


def _resolve(returns: list[Return]) -> None:
    """Of several returns of one street keep the newest; say so on each, and stop where nothing tells which it is."""
    by_street: dict[str, list[Return]] = defaultdict(list)
    for one in returns:
        if one.kind == "return" and one.outcome in ("accepted", "noted"):
            for code in sorted({row["street_code"] for row in one.rows}):
                by_street[code].append(one)
    for street, rivals in by_street.items():
        rivals = [one for one in rivals if one.outcome in ("accepted", "noted")]
        _drop_copies(rivals)
        rivals = [one for one in rivals if one.outcome in ("accepted", "noted")]
        if len(rivals) < 2 or _disjoint(rivals):
            continue
        order = sorted(rivals, key=_age)
        if _age(order[-1]) == _age(order[-2]):
            files = "、".join(one.file for one in rivals)
            told = f"同一街镇有几份报表，看不出哪份在后：{files}。请只留一份，或写明填报日期"
            for one in rivals:
                _withdraw(one, street, "refused", "several_returns", told)
            continue
        newest = order[-1]
        now, most = _of(newest, street), max(_of(one, street) for one in order[:-1])
        for older in order[:-1]:
            _withdraw(older, street, "replaced", "replaced", f"已由更正件“{newest.file}”代替")
        newest.code = "corrected"
        if now < most:
            told = f"更正件只有{now}个业委会，原件有{most}个；更正件应是完整的报表，请核对"
            newest.note("fewer_rows", told)
            newest.message += f"；{told}"


def _of(one: Return, street: str) -> int:
    return sum(row["street_code"] == street for row in one.rows)


def _withdraw(one: Return, street: str, outcome: str, code: str, message: str) -> None:
    """Set a return aside for one street; a file that speaks for others too stays for those."""
    if all(row["street_code"] == street for row in one.rows):
        one.outcome, one.code, one.message = outcome, code, message
        return
    one.rows = [row for row in one.rows if row["street_code"] != street]
    one.cells = [cell for cell in one.cells if cell["street_code"] != street]
    one.note(code, message)
    one.message += f"；{street} 的部分{message}"


def _drop_copies(rivals: list[Return]) -> None:
    if len(rivals) < 2:
        return
    seen: dict[str, Return] = {}
    for one in sorted(rivals, key=lambda one: (len(one.file), one.file)):
        # A copy that was opened and saved has other bytes and the same cells.
        marks = {
            one.sha256,
            repr((one.report_date, [tuple(cell[key] for key in _SAID) for cell in one.cells])),
        }
        first = next((seen[mark] for mark in marks if mark in seen), None)
        if first:
            one.outcome, one.code = "skipped", "copy"
            one.message = f"与“{first.file}”内容完全相同，未重复读取"
        for mark in marks:
            seen.setdefault(mark, one)


def _disjoint(rivals: list[Return]) -> bool:
    names = [{(row["street_code"], fold(row["committee_name"])) for row in one.rows} for one in rivals]
    return sum(map(len, names)) == len(set().union(*names))


def _age(one: Return) -> tuple[str, bool]:
    # The day written on the return decides, then a word such as 更正 in its name; never the file's own
    # date, which copying changes.
    return (str(one.report_date or ""), is_revised(one.file))


def is_revised(file: str) -> bool:
    """Whether the name of a file says that it takes the place of another."""
    return bool(_REVISED.search(file))


def import_month(project: Project, month: Month) -> Imported:
    """Read a month and write the tables of stage 1 (1_returns, cells, files, notes, reviews)."""
    imported = read_month(project, month)
    places, rules = roll.on(month.end), standard.on(month.end)
    district = places.district_code
    confirmed = corrections.read(project.raw / corrections.FILE)
    stale = corrections.apply(confirmed, month, imported.used(), places)

    def save(table: str, rows: list[dict], schema=None) -> None:
        tables.write(project, table, month, rows, district, schema)

    order = {street.code: place for place, street in enumerate(places.streets)}
    used = sorted(
        (row for one in imported.used() for row in one.rows),
        key=lambda row: (order[row["street_code"]], row["source_file"], row["source_row"]),
    )
    save(tables.RETURNS, used, tables.schema_of(rules.return_fields.values()))
    kept = imported.used() + imported.used("review")
    save(tables.CELLS, [cell for one in kept for cell in one.cells])
    reviews = [row for one in imported.used("review") for row in one.rows]
    save(tables.REVIEWS, reviews, tables.schema_of(rules.review_fields.values()))
    save(tables.FILES, [row for one in imported.returns for row in records(one, month, places)])
    save(tables.NOTES, [*notes_of(imported, places), *stale])
    return imported


def notes_of(imported: Imported, places: Places) -> list[dict]:
    """The rows of 1_returns/notes."""
    common = {"month": str(imported.month), "district_code": places.district_code}
    return [note | common | _whose(one) for one in imported.returns for note in one.notes]


def records(one: Return, month: Month, places: Places) -> list[dict]:
    """The rows of 1_returns/files for one file: one, or one a street where it speaks for several."""
    common = {
        "month": str(month),
        "district_code": places.district_code,
        "source_file": one.file,
        "sha256": one.sha256,
        "kind": one.kind,
        "outcome": one.outcome,
        "code": one.code,
        "message": one.message,
        "report_date": one.report_date,
    }
    codes = _streets(one)
    if one.kind == "review" or len(codes) < 2:
        counts = {key: one.counts[key] for key in ("accepted", "refused", "blank")}
        return [common | _whose(one) | {"rows": sum(one.counts.values())} | counts]
    own = Counter(row["street_code"] for row in one.rows)
    return [
        common
        | {"street_code": code, "street_name": name}
        | {"rows": own[code], "accepted": own[code], "refused": 0, "blank": 0}
        for code, name in sorted(codes)
    ]


def _streets(one: Return) -> set[tuple[str, str]]:
    named = {(row["street_code"], row["street_name"]) for row in one.rows}
    if not named and len(one.streets) == 1:
        named = {(one.streets[0].code, one.streets[0].name)}
    return named


def _whose(one: Return) -> dict[str, str | None]:
    codes = _streets(one)
    if one.kind == "review" or len(codes) != 1:
        return {"street_code": None, "street_name": None}
    ((code, name),) = codes
    return {"street_code": code, "street_name": name}

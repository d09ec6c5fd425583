"""What a month's returns leave open: headings, neighbourhoods and committees, each with what is like it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from redstats import mappings, standard
from redstats import places as roll
from redstats.headings import Matcher
from redstats.mappings import DISTRICT, SECTIONS, Mappings
from redstats.months import Month
from redstats.places import Street
from redstats.places.identity import Identity
from redstats.project import Project
from redstats.returns import read_month, roster
from redstats.returns.result import Return
from redstats.text import fold, similarity

_HEADINGS = ("heading_unknown", "heading_ambiguous")


@dataclass(frozen=True, slots=True)
class Question:
    """A text that was not understood: where it stands, and what it may mean with a score of 100.

    ``section`` is headings, neighbourhoods or committees; ``proposals`` are (what to confirm, its name, score).
    """

    street: str
    section: str
    written: str
    file: str
    sheet: str = ""
    cell: str = ""
    proposals: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True)
class Review:
    """A month as it is to be confirmed: what is open, the committees gone since last month, what is confirmed."""

    month: Month
    questions: tuple[Question, ...]
    gone: tuple[tuple[str, str], ...]
    confirmed: Mappings
    identity: Identity
    _written: dict[tuple[str, str], dict[str, str]] = field(repr=False, default_factory=dict)

    def seen(self, street: str, section: str) -> list[str]:
        """Every text of that kind in the month's returns of a street (全区: of all), as written."""
        return [
            text
            for (name, kind), texts in self._written.items()
            if kind == section and street in (name, DISTRICT)
            for text in texts.values()
        ]


def review(project: Project, month: Month, street: Street | None = None) -> Review:
    """Read the month anew and gather what is open; RunError when it has no returns."""
    places, rules = roll.on(month.end), standard.on(month.end)
    confirmed = mappings.read(project.raw / mappings.FILE, rules, places)
    matcher = Matcher(rules.fields.values(), month)
    # a replaced file asks nothing any more: its street has sent a newer one
    used = [one for one in read_month(project, month).returns if one.outcome != "replaced"]
    questions: list[Question] = []
    written: dict[tuple[str, str], dict[str, str]] = {}
    for workbook in used:
        for note in workbook.notes:
            street_name = _street_of(workbook, note)
            section = _section(note["kind"])
            if section:
                text = note["raw"]
                written.setdefault((street_name, section), {})[fold(text)] = text
            if note["kind"] in _HEADINGS:
                near = matcher.near(tuple(text.split(" / ")))
                proposals = tuple((each.id, each.label, score) for each, score in near)
            elif note["kind"] == "neighbourhood_unknown":
                alike = places.proposals(places.street(street_name), text) if street_name else []
                proposals = tuple((each.name, each.name, score) for each, score in alike)
            else:
                continue
            place = (note["source_file"], note["source_sheet"], note["cell"])
            questions.append(Question(street_name, section, text, *place, proposals))
        for row in workbook.rows:
            named = _name_written(workbook, row)
            written.setdefault((row["street_name"], "committees"), {})[fold(named)] = named
    identity = confirmed.identity(places)
    new, gone = _committees(project, month, used, identity, confirmed)
    questions += new
    if street:
        questions = [one for one in questions if one.street in (street.name, "")]
        gone = [one for one in gone if one[0] == street.name]
    order = {name: at for at, name in enumerate([*(one.name for one in places.streets), ""])}
    questions.sort(key=lambda question: (order[question.street], list(SECTIONS).index(question.section)))
    return Review(month, tuple(questions), tuple(gone), confirmed, identity, written)


def _section(kind: str) -> str:
    if kind in (*_HEADINGS, "heading_confirmed", "heading_loose", "column_ignored"):
        return "headings"
    if kind in ("committee_twice", "rows_of_one", "namesakes"):  # they may be two after all
        return "committees"
    return "neighbourhoods" if kind in ("neighbourhood_unknown", "neighbourhood_confirmed") else ""


def _street_of(workbook: Return, note: dict) -> str:
    streets = {row["street_name"] for row in workbook.rows if _speaks_of(row, note)}
    streets = streets or {street.name for street in workbook.streets}
    return next(iter(streets)) if len(streets) == 1 else ""


def _speaks_of(row: dict, note: dict) -> bool:
    if _section(note["kind"]) == "neighbourhoods":
        return fold(row["neighbourhood_committee"] or "") == fold(note["raw"])
    return True


def _name_written(workbook: Return, row: dict) -> str:
    """A committee's name as its street wrote it, before any confirmation."""
    cells = (
        cell["raw"]
        for cell in workbook.cells
        if cell["field"] == "committee_name" and cell["committee_name"] == row["committee_name"]
    )
    return next(cells, row["committee_name"])


def _committees(
    project: Project, month: Month, used: Iterable[Return], identity: Identity, confirmed: Mappings
) -> tuple[list[Question], list[tuple[str, str]]]:
    """The committees that nobody had before in their street, and those known before that the month's returns do not have."""
    before = _names(project, month, identity, confirmed)
    now: dict[str, dict[str, tuple[Return, dict]]] = {}
    for workbook in used:
        for row in workbook.rows:
            if workbook.kind == "return":
                now.setdefault(row["street_name"], {})[identity.key(row).committee] = (workbook, row)
    questions, gone = [], []
    for street in identity.places.streets:
        current, old = now.get(street.name, {}), before.get(street.name, {})
        if not current or not old:
            continue  # nothing to compare with
        missing = {name: (key,) for key, name in old.items() if key not in current}
        gone += [(street.name, name) for name in missing]
        for key, (workbook, row) in current.items():
            if key not in old:
                near = similarity.near(key, missing)
                proposals = tuple((name, name, score) for name, score in near)
                place = (workbook.file, row["source_sheet"], f"第{row['source_row']}行")
                questions.append(
                    Question(street.name, "committees", _name_written(workbook, row), *place, proposals)
                )
    return questions, gone


def _names(
    project: Project, month: Month, identity: Identity, confirmed: Mappings
) -> dict[str, dict[str, str]]:
    """The committees known before the month by street and form of the name, and nobody knows to be gone.

    From the tables of the earlier months and the roster, or else from last month's workbooks.
    """
    names: dict[str, dict[str, str]] = {}
    rows = list(roster.known(project, month, identity, confirmed).values())
    if not rows and (project.raw / str(month.previous)).is_dir():
        rows = [row for one in read_month(project, month.previous).used() for row in one.rows]
    for row in rows:
        key, street = identity.key(row), identity.places.by_code(row["street_code"])
        if street and not confirmed.is_gone(street, key.committee, month, identity):
            names.setdefault(street.name, {})[key.committee] = row["committee_name"]
    return names

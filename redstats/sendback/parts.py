"""A send-back cut by neighbourhood: every matter and every row of a street in one part, and no name of another's in any."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from redstats.places import Street
from redstats.sendback.cells import KEY, Data
from redstats.sendback.items_to_mend import Said, matters
from redstats.sendback.mark import Mark
from redstats.sendback.rewriting import Names
from redstats.sendback.workbook import Part
from redstats.workbooks.sheetscan import place as place_of

_NONE = "未写居委会的"  # what is of no neighbourhood, or of the whole return
Cells = dict[str, tuple[set[tuple[int, int]], set[tuple[int, int]]]]


@dataclass(slots=True)
class Cut:
    """What goes to one neighbourhood; ``rows`` and ``cells`` (others', own) by file, then by sheet, as of ``workbook.Source``."""

    part: Part
    marks: list[Mark] = field(default_factory=list)
    rows: dict[str, dict[str, set[int]]] = field(default_factory=dict)
    cells: dict[str, Cells] = field(default_factory=dict)


def parts(month_tables: Said, street: Street) -> Iterator[Cut]:
    """The parts of a street of which anything is asked, by name; their matters together are those of ``matters``, each in one."""
    data, marks = month_tables.data(street), matters(month_tables, street)
    key_of = lambda name: month_tables.identity.neighbourhood(street.code, name)  # noqa: E731
    keys_of_rows: dict[tuple[str, str, int], set[str]] = defaultdict(set)
    labels: dict[str, str] = {"": _NONE}
    names: dict[str, set[str]] = defaultdict(set)
    for (file, sheet, cell), datum in data.at.items():
        key = key_of(datum.neighbourhood)
        keys_of_rows[file, sheet, Data.row_of(cell)].add(key)
        labels.setdefault(key, datum.neighbourhood)
        written = (
            datum.raw if datum.field in KEY else ""
        )  # as it stands in the cell, which may be another spelling
        names[key] |= {datum.neighbourhood, datum.committee, written} - {""}
    asked: dict[str, list[Mark]] = defaultdict(list)
    for mark in marks:
        keys = keys_of_rows.get((mark.file, mark.sheet, Data.row_of(mark.cell)), set())
        # what names nobody is of the row in which it stands
        key = next(iter(keys)) if not mark.neighbourhood and len(keys) == 1 else key_of(mark.neighbourhood)
        labels.setdefault(key, mark.neighbourhood)
        names[key] |= {mark.neighbourhood, mark.committee} - {""}
        asked[key].append(mark)
    for key in sorted(asked, key=lambda key: (not key, labels[key])):
        kept = frozenset(names[key])
        others = frozenset(name for other in names if other != key for name in names[other]) - kept
        cut = Cut(Part(labels[key], key, Names(kept, others)))
        cut.marks = [_hidden(mark, cut.part.names) for mark in asked[key]]
        for (file, sheet, number), keys in keys_of_rows.items():
            if key in keys:
                cut.rows.setdefault(file, {}).setdefault(sheet, set()).add(number)
        for (file, sheet, cell), datum in data.at.items():
            if Data.row_of(cell) in cut.rows.get(file, {}).get(sheet, ()):
                is_own = key_of(datum.neighbourhood) == key
                cut.cells.setdefault(file, {}).setdefault(sheet, (set(), set()))[is_own].add(place_of(cell))
        yield cut


def _hidden(mark: Mark, names: Names) -> Mark:
    """A matter without any name of another's, which may stand in what was written there."""
    explanation = mark.explanation and replace(mark.explanation, words=names.hidden(mark.explanation.words))
    return replace(
        mark,
        what=names.hidden(mark.what),
        reported=names.hidden(mark.reported),
        to_do=names.hidden(mark.to_do),
        place=(names.hidden(mark.file), names.hidden(mark.sheet), mark.cell),
        explanation=explanation,
    )

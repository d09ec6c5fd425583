"""Explanations and decisions as they stand in the workbooks that come back.

A street writes beside the matters that it was asked to check; the district fills in a sheet of what was explained.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from redstats import explanations as explained
from redstats.outcomes import files
from redstats.returns.result import Return
from redstats.standard import Field
from redstats.values import read_value
from redstats.workbooks import Grid, Workbook

# what of a row of the list is kept, by the heading above it
_OF_LIST = {
    explained.ID: "id",
    explained.GIVEN: "given",
    explained.WORDS: "words",
    explained.BY: "by",
    "类别": "kind",
    "居委会": "neighbourhood_committee",
    "业委会": "committee_name",
    "项目": "label",
    "填的是": "reported",
    "问题": "question",
}
_OF_DECISIONS = {
    explained.ID: "id",
    explained.WORDS: "words",
    explained.VERDICT: "verdict",
    explained.DECIDED_BY: "decided_by",
    explained.DECIDED_ON: "decided_on",
    explained.WHY: "why",
}
_DAY = Field("decided_on", explained.DECIDED_ON, "date", "date", "")
_UNTOUCHED = ("", explained.ONLY_A_VALUE, explained.A_COMMENT)


def read_list(result: Return, book: Workbook) -> None:
    """What a workbook that was sent back says in its list, as it stands there, into ``result.explained``."""
    for grid, values in _rows(book, _OF_LIST):
        row = _texts(values)
        given = "" if row["given"] in _UNTOUCHED else row["given"]
        if given or row["words"]:
            result.explained.append(
                row | {"given": given, "source_file": result.file, "source_sheet": grid.name}
            )


def read_decisions(result: Return, book: Workbook) -> bool:
    """Whether a workbook is one by which the district decides: then what it says is put into ``result.explained``."""
    if not any(_columns(grid, _OF_DECISIONS)[1] for grid in book.grids):
        return False
    outcome = files()["decisions"]
    result.kind, result.code, result.outcome = "decisions", "decisions", outcome.outcome
    for grid, values in _rows(book, _OF_DECISIONS):
        if verdict := values["verdict"]:
            day = read_value(values["decided_on"], _DAY).value
            row = _texts(values) | {"verdict": str(verdict).strip(), "decided_on": day}
            result.explained.append(row | {"source_file": result.file, "source_sheet": grid.name})
    result.message = f"{outcome.what}：{len(result.explained)}条"
    return True


def _texts(values: dict[str, object]) -> dict[str, Any]:
    return {name: "" if value is None else str(value).strip() for name, value in values.items()}


def _rows(book: Workbook, wanted: dict[str, str]) -> Iterator[tuple[Grid, dict[str, object]]]:
    """The rows with a number below headings that have all of ``wanted`` among them, by what each column is kept as, and the cell
    that was written in."""
    for grid in book.grids:
        top, columns = _columns(grid, wanted)
        for number in range(top + 1, grid.height) if columns else ():
            if grid.value(number, columns["id"]):
                row = {name: grid.value(number, column) for name, column in columns.items()}
                yield grid, row | {"cell": grid.address(number, columns.get("verdict", columns["words"]))}


def _columns(grid: Grid, wanted: dict[str, str]) -> tuple[int, dict[str, int]]:
    """The row of the headings, and the column of each; none where a sheet has not all of them."""
    for number in range(min(grid.height, _DEEPEST)):
        heads = {str(text).strip(): column for column, text in enumerate(grid.rows[number]) if text}
        if wanted.keys() <= heads.keys():
            return number, {name: heads[head] for head, name in wanted.items()}
    return 0, {}


_DEEPEST = 12  # rows below which no headings are looked for

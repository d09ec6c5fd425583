"""One formula for many rows, written once: an .xlsx lets the rows below share it, with their own cells in place of the first's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet


class _Shared(ArrayFormula):
    """A formula that the cells of ``ref`` share under the number ``index``; those below the first only name it."""

    def __init__(self, index: int, ref: str = "", text: str = "=") -> None:
        super().__init__(ref, text)
        self.index = index

    def __iter__(self) -> Iterator[tuple[str, str]]:
        yield "t", "shared"
        yield "si", str(self.index)
        if self.ref:
            yield "ref", self.ref


def fill_down(sheet: Worksheet, column: int, first: int, last: int, text: str, index: int) -> None:
    """Put a formula of our own (``=…``, as it stands in row ``first``) into the rows to ``last``; ``index``: its number on the sheet.

    What looks the cells have stays as it is.
    """
    letters = get_column_letter(column)
    for row in range(first, last + 1):
        cell: Any = sheet.cell(row, column)  # its own parts are set: the stubs know none of them
        is_first = row == first
        cell._value = (
            _Shared(index, f"{letters}{first}:{letters}{last}", text) if is_first else _Shared(index)
        )
        cell.data_type = "f"

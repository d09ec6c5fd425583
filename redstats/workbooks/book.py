"""A workbook as read, whatever format it came in."""

from __future__ import annotations

from dataclasses import dataclass, field

from redstats.workbooks.grid import Grid


@dataclass(slots=True)
class Workbook:
    """A workbook that was read: file name, content hash, sheets in order, its ``kind`` (of ``kinds.READ``).

    ``remarks`` are pairs of a note kind and a message about the file as a whole.
    """

    file: str
    sha256: str
    grids: list[Grid]
    kind: str = "xlsx"
    remarks: list[tuple[str, str]] = field(default_factory=list)

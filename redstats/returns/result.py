"""What one workbook says: the return that is handed on."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from redstats.months import Month
from redstats.places import Street
from redstats.workbooks.stamps import Answer, Stamp


@dataclass(slots=True)
class Return:
    """What one workbook says.

    ``rows`` are rows of 1_returns, ``cells`` of 1_returns/cells, ``notes`` of 1_returns/notes;
    ``outcome`` is accepted, noted, refused, replaced or skipped, with ``code`` and ``message`` (Chinese);
    ``months`` are those that titles, names and cells speak of; ``stamp`` is that of the template it was filled in, ``answer`` what it answers where it was sent back, if any; ``joined``
    are rows that became part of another file's; ``explained`` is what a workbook that was sent back says of what it was asked
    to check, or (of ``kind`` decisions) what the district thinks of that.
    """

    file: str
    sha256: str = ""
    kind: str = "return"
    outcome: str = "accepted"
    code: str = "ok"
    message: str = ""
    report_date: dt.date | None = None
    streets: tuple[Street, ...] = ()
    months: tuple[Month, ...] = ()
    stamp: Stamp | None = None
    answer: Answer | None = None
    rows: list[dict] = field(default_factory=list)
    cells: list[dict] = field(default_factory=list)
    notes: list[dict] = field(default_factory=list)
    joined: list[dict] = field(default_factory=list)
    explained: list[dict] = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)

    def called(self, name: str) -> Return:
        """The same return under another name: that of its file below the month's folder."""
        if name != self.file:
            for line in (*self.rows, *self.cells, *self.notes, *self.joined, *self.explained):
                line["source_file"] = name
            self.file = name
        return self

    def note(self, kind: str, message: str, *, sheet: str = "", cell: str = "", raw: object = "") -> None:
        self.notes.append(
            {
                "source_file": self.file,
                "source_sheet": sheet,
                "cell": cell,
                "kind": kind,
                "raw": str(raw),
                "message": message,
            }
        )

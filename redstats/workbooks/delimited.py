"""CSV and its relatives: text stays as it was written, and nothing is taken for a missing value."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from redstats.workbooks.grid import Grid

# How a program keeps Excel from turning a text into a number: ="007".
_KEPT_AS_TEXT = re.compile(r'^="([^"]*)"$')
_DELIMITERS = ",\t;|"
_SAMPLE = 60  # lines


def read(text: str) -> list[Grid]:
    """The one sheet of a delimited text; no sheet where its lines hold nothing in common."""
    delimiter = _delimiter(text)
    if not delimiter:
        return []
    csv.field_size_limit(10_000_000)
    lines = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter)
    rows: list[list[Any]] = [[_KEPT_AS_TEXT.sub(r"\1", cell) for cell in line] for line in lines]
    if rows and rows[0] and rows[0][0].lower().startswith("sep=") and len(rows[0][0]) <= 5:
        rows[0] = [""]  # a line for Excel only; it keeps its place
    return [Grid("CSV", rows)]


def _delimiter(text: str) -> str:
    """The character that gives most lines the same, largest number of cells."""
    best = ("", 0)
    for delimiter in _DELIMITERS:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        widths: dict[int, int] = {}
        try:
            for _, line in zip(range(_SAMPLE), lines, strict=False):
                widths[len(line)] = widths.get(len(line), 0) + 1
        except csv.Error:
            continue
        score = max(((width - 1) * count for width, count in widths.items()), default=0)
        if score > best[1]:
            best = (delimiter, score)
    return best[0]

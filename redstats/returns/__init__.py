"""Returns: workbooks of a month to tidy tables in which every value knows its cell."""

import importlib

from redstats.returns.precedence import is_revised
from redstats.returns.reading import read_here, read_return, read_returns
from redstats.returns.result import Return

__all__ = [
    "Imported",
    "Return",
    "files_of",
    "import_month",
    "is_revised",
    "notes_of",
    "read_here",
    "read_month",
    "read_return",
    "read_returns",
]

_OF_MONTHS = ("Imported", "import_month", "notes_of", "read_month", "files_of")


def __getattr__(name: str):
    # Months need pandas and pyarrow; a child that reads one workbook does not (see isolation).
    if name in _OF_MONTHS:
        return getattr(importlib.import_module("redstats.returns.month"), name)
    raise AttributeError(f"module 'redstats.returns' has no attribute {name!r}")

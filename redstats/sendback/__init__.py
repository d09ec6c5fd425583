"""Send-back: the street's own workbook with the cells to mend, and the message that goes with it; and the month as it is
shown to it before it is signed."""

import importlib

# The workbook is built in a child process, which needs no pandas (see isolation).
_HOMES = {
    "KINDS": "mark",
    "Made": "making",
    "Mark": "mark",
    "file_name": "making",
    "has_return": "making",
    "mail": "mailing",
    "mail_name": "mailing",
    "make": "making",
    "make_parts": "making",
    "part_name": "making",
    "Previews": "preview",
    "preview_name": "preview",
    "objections_until": "preview",
    "answers": "decisions",
    "to_decide": "decisions",
    "READS": "items_to_mend",
    "has_file": "receipt",
    "Receipts": "receipt",
    "receipt_name": "receipt",
    "Said": "items_to_mend",
    "matters": "items_to_mend",
    "text_name": "making",
}
__all__ = [*_HOMES]


def __getattr__(name: str):
    if name in _HOMES:
        return getattr(importlib.import_module(f"redstats.sendback.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'redstats.sendback' has no attribute {name!r}")

"""Recommendations: the forms of Attachment 2 (推荐表, 复评表), drawn, read, checked and followed to their result."""

import importlib

from redstats.forms.reading import read_form, read_forms

__all__ = ["find", "read_form", "read_forms", "read_month"]


def __getattr__(name: str):
    # Months need pandas and pyarrow; a child that reads one file does not (see isolation).
    if name in ("find", "read_month"):
        return getattr(importlib.import_module("redstats.recommendations.month"), name)
    raise AttributeError(f"module 'redstats.recommendations' has no attribute {name!r}")

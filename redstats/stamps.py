"""The stamp a template carries, and by which its return is known again: redstats-<edition>-<layout>[-base]-<mark>."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

LABEL = "模板版本"
_STAMP = re.compile(rf"{LABEL}[:：]\s*redstats-(\S+?)-([a-z]+?)(-base)?-([0-9a-f]{{10}})(?![0-9a-z])")


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which template a workbook was made from; ``mark`` is a hash of all that it asks and how."""

    edition: str
    layout: str
    base: bool
    mark: str

    def __str__(self) -> str:
        return f"redstats-{self.edition}-{self.layout}{'-base' * self.base}-{self.mark}"


def find(texts: Iterable[object]) -> Stamp | None:
    """The stamp among the texts of a workbook, or None when it was made from no template of ours."""
    for text in texts:
        if isinstance(text, str) and LABEL in text and (found := _STAMP.search(text)):
            return Stamp(found[1], found[2], bool(found[3]), found[4])
    return None

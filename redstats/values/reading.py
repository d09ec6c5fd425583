"""What became of one cell: its value, its state and a short remark for the person who sent it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

STATES = ("read", "normalised", "not_reported", "not_applicable", "unreadable")
DOUBT = "请核对"  # in the note of a value that may be wrong although it can be read
_LONGEST_QUOTE = 30


class Asked(Protocol):
    """What a cell is read for: a field of the return, or an entry of a form."""

    @property
    def id(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def values(self) -> Mapping[str, Sequence[str]]: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """One cell as read.

    ``value`` is typed (int, float, bool, date, str or a tuple), and None unless ``state`` is ``read`` or
    ``normalised``; ``note`` (Chinese) says how it was read or why it was not, "" when all is plain.
    """

    value: object | None
    state: str
    note: str = ""


def taken(value: object, plain: bool, *notes: str) -> Reading:
    """A value: ``read`` when the cell was ``plain`` and nothing needs saying, else ``normalised``."""
    note = "；".join(dict.fromkeys(note for note in notes if note))
    return Reading(value, "read" if plain and not note else "normalised", note)


def unreadable(note: str) -> Reading:
    return Reading(None, "unreadable", note)


def not_reported(note: str = "") -> Reading:
    return Reading(None, "not_reported", note)


def not_applicable(note: str = "") -> Reading:
    return Reading(None, "not_applicable", note)


def quote(raw: object) -> str:
    """The cell's own words, short enough for a remark."""
    text = " ".join(str(raw).split())
    return f"“{text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + '…'}”"

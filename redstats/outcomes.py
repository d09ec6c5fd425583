"""Outcomes: the one list of how a file may end and of what may be noted in it, each with what to do (Chinese)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from redstats.errors import WorkbookError
from redstats.strict import check_keys, load

FILE = Path(__file__).with_name("outcomes.yaml")
OUTCOMES = {"accepted": "已读取", "refused": "退回", "replaced": "已被代替", "skipped": "未读取"}
WEIGHTS = {"info": "说明", "check": "请核对", "mend": "请更正"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a file ends: ``outcome`` is a key of OUTCOMES."""

    code: str
    outcome: str
    what: str
    to_do: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of note: ``weight`` is a key of WEIGHTS."""

    code: str
    weight: str
    what: str
    to_do: str


@cache
def files() -> dict[str, Outcome]:
    """Every way a file may end, by its code."""
    return {code: Outcome(code, **entry) for code, entry in _entries("files", "outcome").items()}


@cache
def notes() -> dict[str, Kind]:
    """Every kind of note, by its code."""
    return {code: Kind(code, **entry) for code, entry in _entries("notes", "weight").items()}


def refusal(code: str, where: str, detail: str = "") -> WorkbookError:
    """The error by which a file is refused, in the words of the list; ``detail`` is added to what happened."""
    one = files()[code]
    what = f"{one.what}（{detail}）" if detail else one.what
    return WorkbookError(what, where=where, to_do=one.to_do, code=code)


@cache
def _entries(section: str, sort: str) -> dict[str, dict[str, str]]:
    content = check_keys(load(FILE), required=("files", "notes"), where=FILE.name)
    for code, entry in content[section].items():
        check_keys(entry, required=(sort, "what", "to_do"), where=f"{FILE.name}，{section}，{code}")
    return content[section]

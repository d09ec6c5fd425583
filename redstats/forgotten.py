"""The record of what was removed by the rules of retention: ``data/processed/forgotten.jsonl``, only ever added to.

A line before anything of a month is removed, which says what is to go and what each file that stays will be, and a line when it
is done; each line holds the hash of the one before.  Nothing of a person stands in it.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from redstats import fingerprints
from redstats.errors import RunError
from redstats.files import append, make_folder
from redstats.months import Month
from redstats.project import Project

FILE = "forgotten.jsonl"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A month whose originals were removed on day ``on``, or are being removed; ``line`` of the record says so.

    mark: what later months were made from of it; originals: the SHA-256 of what lay in its folder, ``size`` its bytes;
    files: by the way below ``data/processed`` the SHA-256 of a file that stays, before and after.
    """

    month: Month
    line: int
    on: str
    is_done: bool
    mark: str
    originals: list[str] = field(default_factory=list)
    size: int = 0
    files: dict[str, tuple[str, str]] = field(default_factory=dict)

    def allowed(self, path: str) -> tuple[str, ...]:
        """What the SHA-256 of a file may be now; nothing where this says nothing of it."""
        pair = self.files.get(path, ())
        return tuple(pair[1:] if self.is_done else pair)

    @property
    def text(self) -> str:
        """As a person is told."""
        if self.is_done:
            return f"原件已按规定删除（{self.on}，记录见 {FILE} 第{self.line}行）"
        return f"正在按规定删除原件，还没有做完（{self.on} 开始，记录见 {FILE} 第{self.line}行）"


def read(project: Project) -> dict[Month, Forgotten]:
    """The months of which something was removed, by the last line of each."""
    known: dict[Month, Forgotten] = {}
    for number, (_, entry) in enumerate(_lines(project), 1):
        with contextlib.suppress(KeyError, TypeError, ValueError, RunError):
            month = Month.parse(entry["month"])
            known[month] = Forgotten(
                month,
                number,
                str(entry["on"]),
                entry["step"] == "done",
                str(entry["mark"]),
                list(entry["originals"]),
                int(entry["size"]),
                {path: (before, after) for path, (before, after) in entry["files"].items()},
            )
    return known


def note(project: Project, state: Forgotten, counts: Mapping[str, int]) -> None:
    """Add a line that a month is to be, or has been, forgotten; ``counts``: how much of what.  OSError where it cannot be written."""
    lines = _lines(project)
    content = {
        "on": state.on,
        "month": str(state.month),
        "step": "done" if state.is_done else "begun",
        **counts,
        "mark": state.mark,
        "size": state.size,
        "originals": state.originals,
        "files": state.files,
        "before": _mark(lines[-1][0]) if lines else "",
    }
    make_folder(project.processed)
    append(project.processed / FILE, (json.dumps(content, ensure_ascii=False) + "\n").encode(), private=True)


def is_whole(project: Project) -> bool:
    """Whether every line of the record follows the one before as it was written."""
    before = ""
    for text, entry in _lines(project):
        if entry.get("before") != before:
            return False
        before = _mark(text)
    return True


def _lines(project: Project) -> list[tuple[str, dict[str, Any]]]:
    """The lines, each as it is written and as what it says; one that was torn is left out."""
    try:
        text = (project.processed / FILE).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return []
    lines = []
    for line in text.splitlines():
        with contextlib.suppress(ValueError):
            entry = json.loads(line)
            if isinstance(entry, dict):
                lines.append((line, entry))
    return lines


def _mark(line: str) -> str:
    return fingerprints.of_text(line)

"""A record of every run that is only ever added to: ``data/processed/runs.jsonl``, a line a run."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from typing import Any

from redstats.errors import RedstatsError, RunError
from redstats.files import append, make_folder, replacing
from redstats.months import Month
from redstats.project import Project
from redstats.runs.run import Run

FILE = "runs.jsonl"


def note(project: Project, run: Run, force: bool = False) -> None:
    """Add a run: when, of which month and how asked for, what it made of what and how it ended, seconds by product."""
    content = {
        "version": run.version,
        "made": run.made,
        "kept": len(run.kept),
        "failed": run.failed,
        "seconds": {name: round(value, 2) for name, value in run.seconds.items()},
    }
    _add(project, run.month, force, run.exit_code, content | run.made_from)


def note_failure(project: Project, month: Month, error: Exception, force: bool = False) -> None:
    """Add a run that could not go on."""
    code = error.exit_code if isinstance(error, RedstatsError) else RunError.exit_code
    _add(project, month, force, code, {"error": str(error)})


def _add(project: Project, month: Month, force: bool, exit_code: int, content: dict[str, Any]) -> None:
    """A line in one piece, so that two runs that end together make two; one that cannot be written hinders nothing."""
    finished = dt.datetime.now().astimezone().isoformat(timespec="seconds")
    entry = {
        "finished": finished,
        "month": str(month),
        "parameters": {"force": force},
        "exit_code": exit_code,
    }
    line = json.dumps(entry | content, ensure_ascii=False, default=str) + "\n"
    with contextlib.suppress(OSError):
        make_folder(project.processed)
        append(project.processed / FILE, line.encode(), private=True)


def entries(project: Project, month: Month | None = None) -> list[dict[str, Any]]:
    """The lines of the log, oldest first, of one month or of all; a line that was torn is left out."""
    try:
        text = (project.processed / FILE).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    listed = []
    for line in text.splitlines():
        with contextlib.suppress(ValueError):
            entry = json.loads(line)
            if isinstance(entry, dict) and month in (None, Month.parse(str(entry.get("month")))):
                listed.append(entry)
    return listed


def forget_words(project: Project, month: Month) -> None:
    """Keep of what failed in runs of a month the kind alone: its words may be those of a sender."""
    path = project.processed / FILE
    if not any(entry.get("failed") or "error" in entry for entry in entries(project, month)):
        return
    lines = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        with contextlib.suppress(ValueError):
            entry = json.loads(line)
            if isinstance(entry, dict) and entry.get("month") == str(month):
                failed = {file: kind_of(error) for file, error in (entry.get("failed") or {}).items()}
                entry |= {"failed": failed} if failed else {}
                line = json.dumps({key: entry[key] for key in entry if key != "error"}, ensure_ascii=False)
        lines.append(line)
    with replacing(path, private=True) as scratch:
        scratch.write_text("\n".join(lines) + "\n", encoding="utf-8")


def kind_of(error: str) -> str:
    """What kind of error it was, without its words, which may be those of a cell."""
    return error.partition("：")[0].partition("（")[0]

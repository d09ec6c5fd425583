"""A record of every run that is only ever added to: ``data/processed/runs.jsonl``, a line a run."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
from typing import Any

from redstats.files import make_folder
from redstats.months import Month
from redstats.project import Project
from redstats.runs.run import Run

FILE = "runs.jsonl"


def note(project: Project, run: Run, force: bool = False) -> None:
    """Add a run: when, of which month and how asked for, what it made of what and how it ended, seconds by product."""
    _add(
        project,
        {
            "finished": dt.datetime.now().astimezone().isoformat(timespec="seconds"),
            "month": str(run.month),
            "parameters": {"force": force},
            "exit_code": run.exit_code,
            "version": run.version,
            "made": run.made,
            "kept": len(run.kept),
            "failed": run.failed,
            "seconds": {name: round(value, 2) for name, value in run.seconds.items()},
        }
        | run.made_from,
    )


def _add(project: Project, entry: dict[str, Any]) -> None:
    """One that cannot be written hinders nothing."""
    line = json.dumps(entry, ensure_ascii=False, default=str) + "\n"
    with contextlib.suppress(OSError):
        make_folder(project.processed)
        # a line is written in one piece: two runs that end together make two lines
        file = os.open(project.processed / FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(file, line.encode())
        finally:
            os.close(file)


def entries(project: Project, month: Month | None = None) -> list[dict[str, Any]]:
    """The lines of the log, oldest first, of one month or of all; a line that was torn is left out."""
    try:
        text = (project.processed / FILE).read_text(encoding="utf-8")
    except OSError:
        return []
    listed = []
    for line in text.splitlines():
        with contextlib.suppress(ValueError):
            listed.append(json.loads(line))
    return [entry for entry in listed if month is None or entry.get("month") == str(month)]

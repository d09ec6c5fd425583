"""The judgements of a month as they once stood.

``data/processed/.history/<month>/<number>/`` keeps findings and points of each version of a month that differs from the one
before, laid out as a project's, so that they are read like those of today.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from redstats import fingerprints, tables
from redstats.files import make_folder, sweep
from redstats.months import Month
from redstats.project import Project

_KEPT = (tables.FINDINGS, tables.LAW, tables.SCORES)
_NUMBER = "{:04d}"


@dataclass(frozen=True, slots=True)
class Version:
    """A month's judgements as they once stood: their number from 1 on, and a project from which its tables are read."""

    month: Month
    number: int
    project: Project


def keep(project: Project, month: Month) -> int:
    """Keep the month's judgements as they are now, unless they are those of the last version; their number.

    Only for who holds the month's lock.
    """
    sweep(_folder(project, month))
    known = versions(project, month)
    files = [
        path for table in _KEPT for path in sorted((project.processed / table / str(month)).glob("*.parquet"))
    ]
    if known and _content(files, project) == _content(_files(known[-1]), known[-1].project):
        return known[-1].number
    number = known[-1].number + 1 if known else 1
    target = _folder(project, month) / _NUMBER.format(number)
    scratch = target.with_name(f".{target.name}.new.tmp")
    for path in files:
        copy = Project(scratch).processed / path.relative_to(project.processed)
        make_folder(copy.parent, private=True)
        try:
            os.link(path, copy)  # tables are never changed, only replaced
        except OSError:
            shutil.copy2(path, copy)
    scratch.rename(target)
    return number


def versions(project: Project, month: Month) -> list[Version]:
    """The versions of a month that are kept, oldest first."""
    folder = _folder(project, month)
    numbers = (
        sorted(int(path.name) for path in folder.iterdir() if path.name.isdigit()) if folder.is_dir() else []
    )
    return [Version(month, number, Project(folder / _NUMBER.format(number))) for number in numbers]


def _folder(project: Project, month: Month) -> Path:
    return project.processed / ".history" / str(month)


def _files(version: Version) -> list[Path]:
    return sorted(version.project.processed.rglob("*.parquet"))


def _content(files: list[Path], project: Project) -> str:
    return fingerprints.of_files(files, project.processed)

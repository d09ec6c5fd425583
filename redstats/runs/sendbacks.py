"""What goes back to the streets, beside the pages of a month: ``sendback/<street>-退回核对.xlsx`` and ``.txt``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from redstats import places, sendback
from redstats.errors import RunError
from redstats.months import Month
from redstats.places import Street
from redstats.project import Project

FOLDER = "sendback"


@dataclass(frozen=True, slots=True)
class SentBack:
    """One street's send-back as the last run made it; ``is_current``: its month's folder is what that run read."""

    street: Street
    message: str
    workbook: Path
    text: Path
    is_current: bool


def write(
    project: Project, month: Month, streets: Collection[Street], folder: Path
) -> tuple[dict[Street, list[str]], dict[str, str]]:
    """Make the send-backs of ``streets`` anew in ``folder``: the files by street, and the errors by file.

    A street that sent nothing to send back, or whose send-back fails, has none: an old one would mislead.
    """
    made, failed = {}, {}
    target = folder / FOLDER
    if not (project.raw / str(month)).is_dir():  # the returns were archived; what was made of them stays
        there = {street: list(files_of(street)) for street in streets}
        return {one: files for one, files in there.items() if all((folder / f).is_file() for f in files)}, {}
    for street in streets:
        for name in _names(street):
            (target / name).unlink(missing_ok=True)
    for result in sendback.make(project, month, streets):
        files = list(files_of(result.street))
        if result.error:
            failed[files[0]] = result.error
            continue
        target.mkdir(parents=True, exist_ok=True)
        (folder / files[0]).write_bytes(result.content)
        # Notepad takes a text without its mark for GBK
        (folder / files[1]).write_text(result.message + "\n", encoding="utf-8-sig")
        made[result.street] = files
    return made, failed


def told(project: Project, month: Month, street: Street | None = None) -> list[SentBack]:
    """The send-backs that the last run made; RunError where there are none."""
    folder = project.dashboards(month)
    wanted = [street] if street else places.on(month.end).streets
    is_current = _is_current(project, month, folder)
    sent_back = []
    for addressee in wanted:
        workbook, text = (folder / FOLDER / name for name in _names(addressee))
        if workbook.is_file() and text.is_file():
            sent_back.append(
                SentBack(addressee, text.read_text(encoding="utf-8-sig").strip(), workbook, text, is_current)
            )
    if not sent_back:
        whom = f"{street.name}的" if street else ""
        raise RunError(
            f"{month} 没有{whom}退回工作簿",
            where=f"data/processed/4_dashboards/{month}/{FOLDER}",
            to_do=f"请先运行 redstats run {month}；没有报送、或报表没能读取的街镇没有退回工作簿",
        )
    return sent_back


def files_of(street: Street) -> tuple[str, str]:
    """Workbook and text of a street, below the folder of the month's pages."""
    workbook, text = _names(street)
    return f"{FOLDER}/{workbook}", f"{FOLDER}/{text}"


def _names(street: Street) -> tuple[str, str]:
    return sendback.file_name(street), sendback.text_name(street)


def _is_current(project: Project, month: Month, folder: Path) -> bool:
    """Whether the return of every street is still the file that was read."""
    try:
        read = json.loads((folder / "run.json").read_text(encoding="utf-8"))["inputs"]
    except (OSError, ValueError, KeyError):
        return False
    raw = project.raw / str(month)
    if not raw.is_dir():  # archived since, which changes nothing
        return True
    there = {path.name: path for path in raw.rglob("*") if path.is_file()}
    return there.keys() == read.keys() and all(
        not mark or hashlib.sha256(there[name].read_bytes()).hexdigest() == mark
        for name, mark in read.items()
    )

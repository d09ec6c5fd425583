"""The send-back of one street or of several: what to say, then the workbook, built where a hostile file does no harm."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from redstats import incoming, outcomes, tables
from redstats.errors import RedstatsError, RunError
from redstats.months import Month
from redstats.places import Street
from redstats.project import Project
from redstats.sendback.items_to_mend import Said, matters
from redstats.sendback.letter import letter, part_letter
from redstats.sendback.mark import Mark
from redstats.sendback.parts import parts
from redstats.sendback.workbook import Part, Source, attempt
from redstats.workbooks import isolation

SECONDS = 60.0  # for one workbook: a large one is no hurry, a hostile one has to end


@dataclass(slots=True)
class Made:
    """What goes back to ``street``, or to one neighbourhood of it (``part``): the workbook's bytes and the message, or the ``error``
    (Chinese) why there are none."""

    street: Street
    content: bytes = b""
    message: str = ""
    error: str = ""
    part: Part | None = None
    marks: list[Mark] = field(default_factory=list)


def file_name(street: Street) -> str:
    return f"{street.name}-退回核对.xlsx"


def text_name(street: Street) -> str:
    return f"{street.name}-退回核对.txt"


def has_return(files: pd.DataFrame, street: Street) -> bool:
    """Whether the street sent a return that was read (``files``: 1_returns/files)."""
    return not _used(files, street).empty


def make(project: Project, month: Month, streets: Iterable[Street]) -> list[Made]:
    """The send-backs of those of the ``streets`` that sent a return which was read; one that fails has its ``error``.

    RunError where the tables of the month were not made.
    """
    files = tables.read(project, tables.FILES, month)
    month_tables, results, jobs = Said(project, month), [], []
    for street in streets:
        used_files = _used(files, street)
        if used_files.empty:
            continue
        made = Made(street)
        results.append(made)
        try:
            made.marks = matters(month_tables, street)
            rows = month_tables.data(street).rows
            sources = _sources(project, month, used_files, rows, month_tables.shared, _copies(files, street))
        except RedstatsError as error:
            made.error = str(error)
            continue
        except Exception as error:  # one street must not stop the others; the run says so and fails
            made.error = f"退回工作簿没有做成（{type(error).__name__}：{error}）"
            continue
        made.message = letter(month, street, made.marks, file_name(street))
        jobs.append((made, (month, street, sources, made.marks, None)))
    _build(jobs)
    return results


def make_parts(project: Project, month: Month, streets: Iterable[Street]) -> list[Made]:
    """As ``make``, a workbook and a text for each neighbourhood of which anything is asked; together they ask all that ``make`` does.

    What is of no neighbourhood is a part of its own.
    """
    files, month_tables = tables.read(project, tables.FILES, month), Said(project, month)
    results, jobs = [], []
    for street in streets:
        used_files = _used(files, street)
        if used_files.empty:
            continue
        for part in parts(month_tables, street):
            made = Made(street, part=part.part, marks=part.marks)
            results.append(made)
            sources = [
                replace(
                    source,
                    rows=part.rows.get(source.path.name, {}),
                    cells=part.cells.get(source.path.name, {}),
                )
                for source in _sources(project, month, used_files, {}, set(), _copies(files, street))
            ]
            made.message = part_letter(month, street, part.part.label, made.marks, part_name(made))
            jobs.append((made, (month, street, sources, made.marks, part.part)))
    _build(jobs)
    return results


def part_name(made: Made) -> str:
    """The workbook for one neighbourhood, by a name that any system takes."""
    label = made.part.label if made.part else ""
    return f"{_UNFIT.sub('_', label)}-退回核对.xlsx"


_UNFIT = re.compile(r'[\\/:*?"<>|\s.]')


def _build(jobs: list[tuple[Made, tuple]]) -> None:
    """Annotate the originals where that can be done; what then has no workbook is written anew."""
    for anew in (False, True):
        waiting = [(one, arguments) for one, arguments in jobs if not one.content]
        results: list[Any] = isolation.each(
            attempt, [(*arguments, anew) for _, arguments in waiting], seconds=SECONDS
        )
        for (made, _), result in zip(waiting, results, strict=True):
            died = isinstance(result, isolation.Death)
            made.content, made.error = (b"", _told(result)) if died else result


def _told(death: isolation.Death) -> str:
    kind = outcomes.files()[death.code]
    return f"退回工作簿没有做成（{kind.what}）；如需退回，{kind.to_do}"


def _used(files: pd.DataFrame, street: Street) -> pd.DataFrame:
    is_used = (files["kind"] == "return") & files["outcome"].isin(["accepted", "noted"])
    return files[is_used & (files["street_code"] == street.code)]


def _copies(files: pd.DataFrame, street: Street) -> tuple[str, ...]:
    """SHA-256 of the files that a street sent twice."""
    return tuple(files[(files["street_code"] == street.code) & (files["code"] == "copy")]["sha256"].dropna())


def _sources(
    project: Project,
    month: Month,
    files: pd.DataFrame,
    rows: dict,
    shared: set[str],
    copies: tuple[str, ...],
) -> list[Source]:
    """The files the street's data were read from, of which it sent ``copies`` (SHA-256); of one that speaks for others too, only
    the rows of this street."""
    sources = []
    for name, sha256 in zip(files["source_file"], files["sha256"], strict=True):
        sheets = {sheet: numbers for (file, sheet), numbers in rows.items() if file == name}
        path = _original(project, month, name, sha256)
        sources.append(Source(path, sha256, sheets if name in shared else None, copies))
    return sources


def _original(project: Project, month: Month, name: str, sha256: str) -> Path:
    for file in incoming.files(project.raw / str(month)):
        if file.name == name and file.digest() == sha256:
            return file.path
    raise RunError(
        "原件找不到了，或已被改动", where=f"data/raw/{month}/{name}", to_do=f"请重新运行 redstats run {month}"
    )

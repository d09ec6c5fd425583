"""A month brought up to date: its tables, then what of its pages and letters is not as it would be made now."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable

from redstats import forgotten, incoming
from redstats.errors import RedstatsError, RunError
from redstats.months import Month
from redstats.project import Project
from redstats.runs import inputs, log
from redstats.runs.run import Run


def run_month(
    project: Project,
    month: Month,
    progress: Callable[[str], object] = lambda text: None,
    force: bool = False,
) -> Run:
    """Bring a month up to date and publish it: every page, workbook and letter whose key (``keys``) is not that of the last run.

    What fails becomes a page that says so, stops nothing else, and is made again by the next run.  Of a month without a
    readable return only the pages of who owes one are made, and what stood there stays.  ``force``: all of the month, also
    what is unchanged.  ``progress`` gets Chinese lines.  Raises RunError, StandardError as ``stages.ensure`` does.
    """
    clock = time.perf_counter()
    run = _forgotten(project, month)
    if not run and not force:
        run = inputs.unchanged(project, month, dt.date.today())
    if run:
        run.seconds["look"] = time.perf_counter() - clock
    else:
        try:
            run = _run(project, month, progress, force)
        except (RedstatsError, OSError) as error:
            log.note_failure(project, month, error, force)
            raise
    log.note(project, run, force)
    return run


def _forgotten(project: Project, month: Month) -> Run | None:
    """The run of a month whose originals were removed by the rules of retention: it stays as it is.

    RunError where somebody has put something into its folder since.
    """
    gone = forgotten.read(project).get(month)
    if gone is None:
        return None
    if gone.is_done and any(not file.skipped for file in incoming.files(project.raw / str(month))):
        raise RunError(
            f"{month} 的{gone.text}，不再读取这个月的报表",
            where=f"data/raw/{month}",
            to_do="请移走后来放进的文件",
        )
    folder = project.dashboards(month)
    return Run(month, folder, kept=list(inputs.record(folder).get("pages", {})), forgotten=gone.text)


def _run(project: Project, month: Month, progress: Callable[[str], object], force: bool) -> Run:
    from redstats import tables
    from redstats.runs import stages

    clock = time.perf_counter()
    run = Run(month, project.dashboards(month))
    of_tables = stages.ensure(project, month, progress, force, _load, run.seconds, doubt=True)
    run.seconds["tables"] = time.perf_counter() - clock
    from redstats.dashboards import FRONT, submissions
    from redstats.runs import history
    from redstats.runs.outputs import Outputs
    from redstats.runs.publishing import publish

    with tables.taking_turns(project, month):
        run.version = history.keep(project, month)
        before = {} if force else inputs.record(run.folder)
        now = Outputs.of(project, month, of_tables)
        run.is_empty = now.is_empty
        run.front = submissions.FILE if run.is_empty else FRONT
        notes = tables.read(project, tables.NOTES, month)
        run.stale_corrections = list(notes["message"][notes["kind"] == "correction_stale"])
        stale, streets = now.stale(before)
        run.kept = [page.file for page in now.listed if page not in stale]
        if stale or streets or before.get("all") != now.of_all:
            publish(project, run, now, stale, streets, before, progress)
    return run


def stale(project: Project, month: Month) -> list[str]:
    """What a run of the month would make again and why, a line each; nothing where all is as it should be."""
    from redstats.runs import keys, stages
    from redstats.runs.outputs import Outputs

    if month in forgotten.read(project):
        return []
    again = [f"数据表 {reason}" for reason in stages.why(project, month)]
    if again or not (project.raw / str(month)).is_dir():
        return again
    now, before = (
        Outputs.of(project, month, inputs.fingerprint(project, month)),
        inputs.record(project.dashboards(month)),
    )
    pages_stale, streets = now.stale(before)
    reasons: dict[str, list[str]] = {}
    for page in pages_stale:
        changed = keys.changed(now.of_pages[page.file], before.get("pages", {}).get(page.file, {}))
        reasons.setdefault("、".join(changed) or "文件不在", []).append(page.title)
    for street in streets:
        changed = keys.changed(now.of_letters[street.code], before.get("letters", {}).get(street.code, {}))
        reasons.setdefault("、".join(changed) or "文件不在", []).append(f"{street.name}退回工作簿")
    return [f"{'、'.join(titles)}：{reason}" for reason, titles in reasons.items()]


def _load() -> None:
    """Load what pages are made with, which takes as long as the rules do."""
    from redstats.runs import pages, publishing  # noqa: F401

    pages.preload()

"""Run a month: tables, notebooks, pages; published by one rename, recorded in run.json."""

from __future__ import annotations

import datetime as dt
import json
import platform
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from redstats import dashboards, html, places, standard, tables
from redstats.dashboards import FRONT, Page, pages
from redstats.dashboards.about import PACKAGES
from redstats.dashboards.page import Attachment
from redstats.files import replacing_folder
from redstats.months import Month
from redstats.places import Street
from redstats.project import Project
from redstats.runs import assembly, sendbacks, stages
from redstats.runs.notebooks import Done, Job, execute

RECORD = "run.json"


@dataclass(slots=True)
class Run:
    """What a run did: pages made and kept, failures by file, seconds by step, and where it all stands.

    is_empty: no return of the month could be read, so that there is nothing to show but who owes one.
    """

    month: Month
    folder: Path
    made: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    is_empty: bool = False


def run_month(
    project: Project,
    month: Month,
    street: Street | None = None,
    progress: Callable[[str], object] = lambda text: None,
) -> Run:
    """Bring a month up to date and publish its pages; with ``street`` only that street's page and the district's.

    Pages whose notebooks, code and data are unchanged are kept.  A failed notebook becomes a page that says so and
    stops no other.  Of a month without a readable return only the pages of who owes one are made, and what stood there stays.
    ``progress`` gets Chinese lines.  Raises RunError, StandardError as ``stages.ensure`` does.
    """
    clock = time.perf_counter()
    run = Run(month, project.dashboards(month))
    fingerprint = stages.ensure(project, month, progress)
    run.seconds["tables"] = time.perf_counter() - clock
    fingerprint += stages.hash_of(project.notebooks.glob("*.ipynb"), project.notebooks)
    look = stages.PACKAGE
    fingerprint += stages.hash_of([p for p in look.rglob("*") if p.suffix in (".j2", ".css", ".js")], look)
    with tables.taking_turns(project, month):
        before = _record(run.folder)
        files = tables.read(project, tables.FILES, month, ["kind", "outcome"])
        read = (files["kind"] == "return") & files["outcome"].isin(["accepted", "noted"])
        run.is_empty = not read.any()
        wanted = [
            page
            for page in pages(places.on(month.end))
            if (street is None or page.street in (None, street)) and (page.of_no_return or not run.is_empty)
        ]
        stale = [
            page
            for page in wanted
            if before.get("pages", {}).get(page.file) != fingerprint or not (run.folder / page.file).is_file()
        ]
        run.kept = [page.file for page in wanted if page not in stale]
        if stale:
            _publish(project, run, stale, before, fingerprint, progress)
    return run


def _publish(
    project: Project,
    run: Run,
    stale: list[Page],
    before: dict,
    fingerprint: str,
    progress: Callable[[str], object],
) -> None:
    clock = time.perf_counter()
    project.scratch.mkdir(parents=True, exist_ok=True)
    # executed notebooks hold what streets sent: for the owner alone, and removed by the next run if this one is killed
    with tempfile.TemporaryDirectory(dir=project.scratch, prefix=f".{run.month}.", suffix=".tmp") as scratch:
        jobs = {page: _job(page, run.month, Path(scratch)) for page in stale if page.notebook}
        titles = {job: page.title for page, job in jobs.items()}
        progress(f"{run.month}：生成 {len(stale)} 个页面")
        done = execute(project, list(jobs.values()), lambda job: progress(f"{run.month}：{titles[job]}"))
        results: dict[Page, Done] = dict(zip(jobs, done, strict=True))
        run.failed = {page.file: one.error for page, one in results.items() if one.error}
        run.seconds["notebooks"] = time.perf_counter() - clock
        clock = time.perf_counter()
        with (
            replacing_folder(run.folder) as folder,
            replacing_folder(project.letters(run.month), private=True) as letters,
        ):
            _take_over(project, run, folder, letters)
            html.write_assets(folder / "assets")
            figures = dashboards.Figures(project, run.month)
            whole = dashboards.Figures(project, run.month, openly=True)
            run.seconds["sendback"] = time.perf_counter()
            streets = [page.street for page in stale if page.sendback and page.street]
            progress(f"{run.month}：退回工作簿")
            unsent = sendbacks.write(project, run.month, streets, letters)
            run.seconds["sendback"] = time.perf_counter() - run.seconds["sendback"]
            for page in stale:
                notebook = (
                    assembly.read(jobs[page].output)
                    if page in jobs
                    else assembly.of_blocks([block(figures, *page.whose) for block in page.blocks])
                )
                if page.file == FRONT:
                    assembly.name_failures(
                        notebook,
                        [(one.title, one.file) for one in stale if one.file in run.failed and one != page],
                    )
                if page.single_file:
                    single = assembly.single_file(notebook, "长宁区“红色业委会”建设月报")
                    (folder / page.single_file).write_text(single, encoding="utf-8")
                target = folder / page.file
                target.parent.mkdir(parents=True, exist_ok=True)
                for workbook in page.attachments:
                    _attach(workbook, page, folder, letters, whole if workbook.of_street else figures)
                page_html = html.export(
                    notebook,
                    title=f"{page.title} · {run.month.label}",
                    assets=f"{page.up}assets/",
                    nav=_nav(run, page),
                )
                target.write_text(page_html, encoding="utf-8")
                run.made.append(page.file)
            run.seconds["pages"] = time.perf_counter() - clock - run.seconds["sendback"]
            run.failed |= unsent
            again = set(run.failed)
            again |= {
                page.file
                for page in stale
                if page.street and not unsent.keys().isdisjoint(sendbacks.files_of(page.street))
            }
            fresh = {page.file: fingerprint for page in stale if page.file not in again}
            kept = {file: mark for file, mark in before.get("pages", {}).items() if file not in again}
            _write_record(project, run, folder, kept | fresh)


def _take_over(project: Project, run: Run, folder: Path, letters: Path) -> None:
    """Begin with what the month's folders hold by now; what once stood among the pages for a street alone goes to its letters."""
    before = project.letters(run.month)
    if before.is_dir():
        shutil.copytree(before, letters, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".*.tmp"))
    if not run.folder.is_dir():
        return
    shutil.copytree(run.folder, folder, dirs_exist_ok=True)
    for old in (*folder.glob("sendback/*-*"), *folder.glob("imports/*-*.xlsx")):
        street_folder = letters / old.name.partition("-")[0]
        street_folder.mkdir(exist_ok=True)
        old.replace(street_folder / old.name)
    shutil.rmtree(folder / "sendback", ignore_errors=True)


def _attach(
    workbook: Attachment, page: Page, folder: Path, letters: Path, figures: dashboards.Figures
) -> None:
    target = folder / workbook.file
    if workbook.of_street and page.street:
        target = letters / page.street.name / workbook.file
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(workbook.content(figures, *page.whose))


def _job(page: Page, month: Month, scratch: Path) -> Job:
    parameters = {"month": str(month)} | ({"street": page.street.name} if page.street else {})
    return Job(page.notebook, tuple(parameters.items()), scratch / f"{page.file.replace('/', '-')}.ipynb")


def _nav(run: Run, here: Page) -> list[tuple[str, str, bool]]:
    # the streets' import reports are reached from their overview
    return [
        (page.label, here.up + page.file, page == here)
        for page in pages(places.on(run.month.end))
        if page.label and (page.of_no_return or not run.is_empty)
    ]


def _record(folder: Path) -> dict:
    try:
        return json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _write_record(project: Project, run: Run, folder: Path, fresh: dict[str, str]) -> None:
    """run.json: the one place with times, beside inputs, editions, versions, parameters and failures."""
    named = dashboards.Figures(project, run.month).files  # by what files are called on pages
    content = {
        "month": str(run.month),
        "finished": dt.datetime.now().astimezone().isoformat(timespec="seconds"),
        "seconds": {name: round(value, 2) for name, value in run.seconds.items()},
        "editions": [standard.on(run.month.end).edition.id],
        "law": standard.on(run.month.end).law.edition,
        "inputs": {row.source_file: row.sha256 for row in named.itertuples()},
        "outcomes": {row.source_file: row.code for row in named.itertuples()},
        "parameters": {"month": str(run.month), "pages": run.made},
        "versions": {"python": platform.python_version()} | {name: version(name) for name in PACKAGES},
        # what kind of error, without its words, which may be those of a cell
        "failed": {file: error.partition("：")[0].partition("（")[0] for file, error in run.failed.items()},
        "pages": fresh,
    }
    (folder / RECORD).write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")

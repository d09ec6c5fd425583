"""Run a month: tables, notebooks, pages; published by one rename, recorded in run.json."""

from __future__ import annotations

import datetime as dt
import json
import platform
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from redstats import dashboards, html, places, standard, tables
from redstats.dashboards import FRONT, Page
from redstats.dashboards.about import PACKAGES
from redstats.files import replacing_folder
from redstats.months import Month
from redstats.places import Street
from redstats.project import Project
from redstats.runs import assembly, forks, pages, sendbacks, stages
from redstats.runs.notebooks import check, execute
from redstats.runs.pages import Made, Site

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
    of_tables = stages.ensure(project, month, progress)
    run.seconds["tables"] = time.perf_counter() - clock
    fingerprint = of_tables + stages.hash_of(project.notebooks.glob("*.ipynb"), project.notebooks)
    look = stages.PACKAGE
    fingerprint += stages.hash_of([p for p in look.rglob("*") if p.suffix in (".j2", ".css", ".js")], look)
    with tables.taking_turns(project, month):
        before = _record(run.folder)
        files = tables.read(project, tables.FILES, month, ["kind", "outcome"])
        read = (files["kind"] == "return") & files["outcome"].isin(["accepted", "noted"])
        run.is_empty = not read.any()
        wanted = [
            page
            for page in dashboards.pages(places.on(month.end))
            if (street is None or page.street in (None, street)) and (page.of_no_return or not run.is_empty)
        ]
        stale = [
            page
            for page in wanted
            if before.get("pages", {}).get(page.file) != fingerprint or not (run.folder / page.file).is_file()
        ]
        run.kept = [page.file for page in wanted if page not in stale]
        if stale:
            _publish(project, run, stale, before, (of_tables, fingerprint), progress)
    return run


def _publish(
    project: Project,
    run: Run,
    stale: list[Page],
    before: dict,
    fingerprints: tuple[str, str],
    progress: Callable[[str], object],
) -> None:
    of_tables, fingerprint = fingerprints
    clock = time.perf_counter()
    project.scratch.mkdir(parents=True, exist_ok=True)
    with (
        # executed notebooks hold what streets sent: for the owner alone, and removed by the next run if this one is killed
        tempfile.TemporaryDirectory(dir=project.scratch, prefix=f".{run.month}.", suffix=".tmp") as scratch,
        replacing_folder(run.folder) as folder,
        replacing_folder(project.letters(run.month), private=True) as letters,
    ):
        _take_over(project, run, folder, letters)
        html.write_assets(folder / "assets")
        site = Site(project, run.month, folder, letters, Path(scratch), _navigation(run))
        progress(f"{run.month}：生成 {len(stale)} 个页面和退回工作簿")
        streets = [page.street for page in stale if page.sendback and page.street]
        unsent, made = _made(site, stale, streets, of_tables, progress)
        run.made = [one.page.file for one in made]
        run.failed = {file: error for one in made for file, error in one.failed.items()}
        front = next((page for page in stale if page.file == FRONT), None)
        names = [(one.page.title, one.page.file) for one in made if one.page.file in run.failed and one.page != front]
        if front and names:
            notebook = pages.executed(site, front)
            assembly.name_failures(notebook, names)
            pages.publish(site, front, notebook)
        run.failed |= unsent
        again = {one.page.file for one in made if one.failed}
        again |= {
            page.file
            for page in stale
            if page.street and not unsent.keys().isdisjoint(sendbacks.files_of(page.street))
        }
        run.seconds["pages"] = time.perf_counter() - clock
        fresh = {page.file: fingerprint for page in stale if page.file not in again}
        kept = {file: mark for file, mark in before.get("pages", {}).items() if file not in again}
        _write_record(project, run, folder, kept | fresh)


def _made(
    site: Site, stale: list[Page], streets: list[Street], fingerprint: str, progress: Callable[[str], object]
) -> tuple[dict[str, str], list[Made]]:
    """Make the send-backs and the pages, each in a fork where the system has them; errors of the send-backs, and the pages."""
    send_back = partial(sendbacks.write, site.project, site.month, streets, site.letters)
    if not forks.available():
        return send_back(), _made_with_kernels(site, stale, progress)
    jobs = [pages.job(site, page) for page in stale if page.notebook]
    for job in jobs:
        check(site.project, job)

    def tasks() -> Iterator[Callable[[], Any]]:
        yield send_back  # the longest first; meanwhile all is read that pages have in common
        pages.preload()
        figures, whole = dashboards.prepare(site.project, site.month, fingerprint)
        for page in stale:
            yield partial(pages.make, site, page, figures, whole)

    titles = ["退回工作簿", *(page.title for page in stale)]
    results = forks.each(tasks(), lambda index: progress(f"{site.month}：{titles[index]}"))
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, forks.Died):
            raise result
    unsent, *made = results
    if isinstance(unsent, forks.Died):
        unsent = {sendbacks.files_of(street)[0]: str(unsent) for street in streets}
    return unsent, [
        pages.fail(site, page, result) if isinstance(result, forks.Died) else result
        for page, result in zip(stale, made, strict=True)
    ]


def _made_with_kernels(site: Site, stale: list[Page], progress: Callable[[str], object]) -> list[Made]:
    """Make the pages where nothing can be forked: notebooks in kernels, side by side, the rest here."""
    jobs = {page: pages.job(site, page) for page in stale if page.notebook}
    titles = {job: page.title for page, job in jobs.items()}
    done = execute(site.project, [*jobs.values()], lambda job: progress(f"{site.month}：{titles[job]}"))
    errors = {page: one.error for page, one in zip(jobs, done, strict=True)}
    figures, whole = (dashboards.Figures(site.project, site.month, openly) for openly in (False, True))
    return [pages.make(site, page, figures, whole, errors.get(page, "")) for page in stale]


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


def _navigation(run: Run) -> list[Page]:
    # the streets' import reports are reached from their overview
    return [
        page
        for page in dashboards.pages(places.on(run.month.end))
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

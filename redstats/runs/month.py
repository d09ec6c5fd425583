"""Run a month: tables, notebooks, pages; published by one rename, recorded in run.json."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import platform
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from redstats import dashboards, html, places, sendback, standard, tables
from redstats.dashboards import FRONT, Page
from redstats.dashboards.about import PACKAGES
from redstats.files import replacing_folder
from redstats.months import Month
from redstats.places import Street
from redstats.project import Project
from redstats.runs import assembly, forks, keys, pages, sendbacks, stages
from redstats.runs.notebooks import check, execute
from redstats.runs.pages import Site

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
    progress: Callable[[str], object] = lambda text: None,
    force: bool = False,
) -> Run:
    """Bring a month up to date and publish it: every page, workbook and letter whose key (``keys``) is not that of the last run.

    What fails becomes a page that says so, stops nothing else, and is made again by the next run.  Of a month without a
    readable return only the pages of who owes one are made, and what stood there stays.  ``force``: all of the month, also
    what is unchanged.  ``progress`` gets Chinese lines.  Raises RunError, StandardError as ``stages.ensure`` does.
    """
    clock = time.perf_counter()
    run = Run(month, project.dashboards(month))
    of_tables = stages.ensure(project, month, progress, force, pages.preload)
    run.seconds["tables"] = time.perf_counter() - clock
    with tables.taking_turns(project, month):
        before = {} if force else _record(run.folder)
        now = _now(project, month, of_tables)
        run.is_empty = now.is_empty
        stale, streets = now.stale(before, run.folder)
        run.kept = [page.file for page in now.listed if page not in stale]
        if stale or streets:
            _publish(project, run, now, stale, streets, before, progress)
    return run


def stale(project: Project, month: Month) -> list[str]:
    """What a run of the month would make again and why, a line each; nothing where all is as it should be."""
    again = [f"数据表 {reason}" for reason in stages.why(project, month)]
    if again or not (project.raw / str(month)).is_dir():
        return again
    now, before = _now(project, month, tables.fingerprint(project, month)), _record(project.dashboards(month))
    pages_stale, streets = now.stale(before, project.dashboards(month))
    reasons: dict[str, list[str]] = {}
    for page in pages_stale:
        changed = keys.changed(now.of_pages[page.file], before.get("pages", {}).get(page.file, {}))
        reasons.setdefault("、".join(changed) or "文件不在", []).append(page.title)
    for street in streets:
        changed = keys.changed(now.of_letters[street.code], before.get("letters", {}).get(street.code, {}))
        reasons.setdefault("、".join(changed) or "文件不在", []).append(f"{street.name}退回工作簿")
    return [f"{'、'.join(titles)}：{reason}" for reason, titles in reasons.items()]


def _now(project: Project, month: Month, of_tables: str) -> _Keys:
    files = tables.read(project, tables.FILES, month)
    read = (files["kind"] == "return") & files["outcome"].isin(["accepted", "noted"])
    listed = [page for page in dashboards.pages(places.on(month.end)) if page.of_no_return or read.any()]
    return _Keys(project, month, of_tables, listed, files)


class _Keys:
    """What the pages and letters of a month are made from now; ``listed``: its pages, ``files``: 1_returns/files."""

    def __init__(
        self, project: Project, month: Month, of_tables: str, listed: list[Page], files: pd.DataFrame
    ) -> None:
        self.listed, self._files = listed, files
        self._project, self._month = project, month
        streets = {page.street for page in listed if page.street}
        self.absent = {street for street in streets if not sendback.has_return(files, street)}
        self.of_all = keys.common(project) | {"tables": of_tables, "pages": str(len(listed))}
        self.of_all["notebooks"] = stages.hash_of(project.notebooks.glob("*.ipynb"), project.notebooks)

    @property
    def is_empty(self) -> bool:
        """Whether no return of the month could be read."""
        return all(page.of_no_return for page in self.listed)

    @cached_property
    def _of_each(self) -> tuple[dict[str, keys.Key], dict[str, keys.Key]]:
        each = keys.Keys(self._project, self._month, self.listed, self.absent)
        streets = [page.street for page in self.listed if page.sendback and page.street]
        return (
            {page.file: each.of_page(page) for page in self.listed},
            {street.code: each.of_sendback(street) for street in streets},
        )

    @property
    def of_pages(self) -> dict[str, keys.Key]:
        return self._of_each[0]

    @property
    def of_letters(self) -> dict[str, keys.Key]:
        return self._of_each[1]

    def stale(self, before: dict, folder: Path) -> tuple[list[Page], list[Street]]:
        """The pages, and the streets whose send-backs, are not there as they would be made now."""
        gone = [page for page in self.listed if not self._is_there(page, folder)]
        unsent = [
            page.street
            for page in self.listed
            if page.sendback and page.street and not self._is_sent_back(page.street)
        ]
        if before.get("all") == self.of_all:
            return gone, unsent
        pages_before, letters_before = before.get("pages", {}), before.get("letters", {})
        stale = [
            page
            for page in self.listed
            if page in gone or pages_before.get(page.file) != self.of_pages[page.file]
        ]
        streets = [
            page.street
            for page in self.listed
            if page.sendback
            and page.street
            and (
                page.street in unsent
                or letters_before.get(page.street.code) != self.of_letters[page.street.code]
            )
        ]
        return stale, streets

    def _is_sent_back(self, street: Street) -> bool:
        """Whether what is to go back to a street is there."""
        letters = self._project.letters(self._month)
        return not sendback.has_return(self._files, street) or all(
            (letters / name).is_file() for name in sendbacks.files_of(street)
        )

    def _is_there(self, page: Page, folder: Path) -> bool:
        letters = self._project.letters(self._month)
        files = [folder / page.file]
        files += [pages.place_of(one, page, folder, letters) for one in page.attachments]
        return all(file.is_file() for file in files)


def _publish(
    project: Project,
    run: Run,
    now: _Keys,
    stale: list[Page],
    streets: list[Street],
    before: dict,
    progress: Callable[[str], object],
) -> None:
    clock = time.perf_counter()
    project.scratch.mkdir(parents=True, exist_ok=True)
    with (
        # executed notebooks hold what streets sent: for the owner alone, and removed by the next run if this one is killed
        tempfile.TemporaryDirectory(dir=project.scratch, prefix=f".{run.month}.", suffix=".tmp") as scratch,
        replacing_folder(run.folder) as folder,
        replacing_folder(project.letters(run.month), private=True) as letters,
    ):
        _take_over(project, run, folder, letters)
        if not run.is_empty:
            for gone in before.get("pages", {}).keys() - now.of_pages.keys():
                (folder / gone).unlink(missing_ok=True)
        html.write_assets(folder / "assets")
        site = Site(project, run.month, folder, letters, Path(scratch), now.listed, now.absent)
        progress(f"{run.month}：生成 {len(stale)} 个页面、{len(streets)} 份退回工作簿")
        unsent, made = _made(site, stale, streets, progress)
        again = {page.file for page, failed in made.items() if failed}
        front = next((page for page in now.listed if page.file == FRONT), None)
        lost = [(page.title, page.file) for page, failed in made.items() if page.file in failed]
        if front and lost:
            if front not in stale:
                made |= _made(site, [front], [], progress)[1]
            if pages.job(site, front).output.is_file():  # else its own process died, and it says that
                notebook = pages.executed(site, front)
                assembly.name_failures(notebook, [page for page in lost if page[1] != FRONT])
                pages.publish(site, front, notebook)
            again.add(FRONT)  # what it says of them is not to stay
        run.made = [page.file for page in now.listed if page in made]
        run.failed = {file: error for failed in made.values() for file, error in failed.items()} | unsent
        run.seconds["pages"] = time.perf_counter() - clock
        of_pages = {file: key for file, key in now.of_pages.items() if file not in again}
        unsent_to = {
            street.code for street in streets if not unsent.keys().isdisjoint(sendbacks.files_of(street))
        }
        of_letters = {code: key for code, key in now.of_letters.items() if code not in unsent_to}
        whole = now.of_all if not run.failed else {}
        _write_record(project, run, folder, {"all": whole, "pages": of_pages, "letters": of_letters})


def _made(
    site: Site, stale: list[Page], streets: list[Street], progress: Callable[[str], object]
) -> tuple[dict[str, str], dict[Page, dict[str, str]]]:
    """Make the send-backs and the pages, each in a fork where the system has them; the errors by file of both."""
    send_back = partial(sendbacks.write, site.project, site.month, streets, site.letters)
    if not forks.available():
        return send_back(), _made_with_kernels(site, stale, progress)
    jobs = [pages.job(site, page) for page in stale if page.notebook]
    for job in jobs:
        check(site.project, job)

    with contextlib.ExitStack() as read:

        def tasks() -> Iterator[Callable[[], Any]]:
            yield send_back  # the longest first; meanwhile all is read that pages have in common
            pages.preload()
            figures, whole = read.enter_context(dashboards.prepared(site.project, site.month))
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
    return unsent, {
        page: pages.fail(site, page, result) if isinstance(result, forks.Died) else result
        for page, result in zip(stale, made, strict=True)
    }


def _made_with_kernels(
    site: Site, stale: list[Page], progress: Callable[[str], object]
) -> dict[Page, dict[str, str]]:
    """Make the pages where nothing can be forked: notebooks in kernels, side by side, the rest here."""
    jobs = {page: pages.job(site, page) for page in stale if page.notebook}
    titles = {job: page.title for page, job in jobs.items()}
    done = execute(site.project, [*jobs.values()], lambda job: progress(f"{site.month}：{titles[job]}"))
    errors = {page: one.error for page, one in zip(jobs, done, strict=True)}
    figures, whole = (dashboards.Figures(site.project, site.month, openly) for openly in (False, True))
    return {page: pages.make(site, page, figures, whole, errors.get(page, "")) for page in stale}


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


def _record(folder: Path) -> dict:
    try:
        return json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _write_record(project: Project, run: Run, folder: Path, made_from: dict) -> None:
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
    } | made_from
    (folder / RECORD).write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")

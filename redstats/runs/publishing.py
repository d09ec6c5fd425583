"""Make what is stale of a month's pages and letters; published by one rename, recorded in run.json."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from redstats import dashboards, fingerprints, html, standard
from redstats.dashboards import FRONT, Page
from redstats.files import replacing_folder
from redstats.places import Street
from redstats.project import Project
from redstats.runs import assembly, forks, inputs, log, pages, sendbacks
from redstats.runs.notebooks import check, execute
from redstats.runs.outputs import Outputs
from redstats.runs.pages import Site
from redstats.runs.run import Run


def publish(
    project: Project,
    run: Run,
    now: Outputs,
    stale: list[Page],
    streets: list[Street],
    before: dict,
    progress: Callable[[str], object],
) -> None:
    """Make the stale pages and send-backs and put them among those that stand; ``before`` is run.json as it was.

    Published by one rename and recorded in run.json; ``run`` is told what was made and what failed.
    """
    clock = time.perf_counter()
    mails = sendbacks.Mails(project, run.month)  # a street misnamed is told before anything is made
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
        count = _Count(run, len(stale) + 1, progress)
        unsent, made = _made(site, stale, streets, count)
        again = {page.file for page, failed in made.items() if failed}
        front = next((page for page in now.listed if page.file == FRONT), None)
        lost = [(page.title, page.file) for page, failed in made.items() if page.file in failed]
        if front and lost:
            if front not in stale:
                made |= _made(site, [front], [], count)[1]
            if pages.job(site, front).output.is_file():  # else its own process died, and it says that
                notebook = pages.executed(site, front)
                assembly.name_failures(notebook, [page for page in lost if page[1] != FRONT])
                pages.publish(site, front, notebook)
            again.add(FRONT)  # what it says of them is not to stay
        for street, parts in now.mailed(letters).items():
            mails.write(street, letters, parts)
        run.made = [page.file for page in now.listed if page in made]
        run.failed = {file: error for failed in made.values() for file, error in failed.items()} | unsent
        run.seconds["pages"] = time.perf_counter() - clock
        of_pages = {file: key for file, key in now.of_pages.items() if file not in again}
        unsent_to = {
            street.code for street in streets if not unsent.keys().isdisjoint(sendbacks.files_of(street))
        }
        of_letters = {code: key for code, key in now.of_letters.items() if code not in unsent_to}
        whole = now.of_all if not run.failed else {}
        _write_record(
            project,
            run,
            folder,
            {"all": whole, "pages": of_pages, "letters": of_letters, "outputs": now.files()},
        )


class _Count:
    """How far the making of a run's products has come, told to who waits: the one that has ended, how many of how many, and about how
    long the rest will take."""

    def __init__(self, run: Run, total: int, progress: Callable[[str], object]) -> None:
        self._run, self._total, self._progress = run, total, progress
        self._ended, self._clock = 0, time.perf_counter()

    def ended(self, file: str, title: str, seconds: float | None = None) -> None:
        """``seconds`` that it took are kept with the run."""
        self._ended += 1
        if seconds is not None:
            self._run.seconds[file] = seconds
        each = (time.perf_counter() - self._clock) / self._ended
        rest = max(self._total - self._ended, 0)
        left = f"，约剩 {each * rest:.0f} 秒" if rest else ""
        self._progress(f"{self._run.month}：{self._ended}/{max(self._total, self._ended)} {title}{left}")


def _made(
    site: Site, stale: list[Page], streets: list[Street], count: _Count
) -> tuple[dict[str, str], dict[Page, dict[str, str]]]:
    """Make the send-backs and the pages, each in a fork where the system has them; the errors by file of both."""
    send_back = partial(sendbacks.write, site.project, site.month, streets, site.letters)
    if not forks.available():
        return send_back(), _made_with_kernels(site, stale, count)
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

        products = [("5_letters", "退回工作簿"), *((page.file, page.title) for page in stale)]
        results = forks.each(tasks(), lambda index, seconds: count.ended(*products[index], seconds))
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


def _made_with_kernels(site: Site, stale: list[Page], count: _Count) -> dict[Page, dict[str, str]]:
    """Make the pages where nothing can be forked: notebooks in kernels, side by side, the rest here."""
    jobs = {page: pages.job(site, page) for page in stale if page.notebook}
    of_job = {job: page for page, job in jobs.items()}
    ended = lambda job: count.ended(of_job[job].file, of_job[job].title)  # noqa: E731
    done = execute(site.project, [*jobs.values()], ended)
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


def _write_record(project: Project, run: Run, folder: Path, outputs: dict) -> None:
    """run.json: the one place with times, beside inputs, editions, versions, parameters and failures."""
    named = dashboards.Figures(project, run.month).files  # by what files are called on pages
    run.made_from = {
        "editions": [standard.on(run.month.end).edition.id],
        "law": standard.on(run.month.end).law.edition,
        "inputs": {row.source_file: row.sha256 for row in named.itertuples()},
        "outcomes": {row.source_file: row.code for row in named.itertuples()},
        "versions": fingerprints.versions(),
    }
    content = {
        "month": str(run.month),
        "finished": dt.datetime.now().astimezone().isoformat(timespec="seconds"),
        "seconds": {name: round(value, 2) for name, value in run.seconds.items()},
        "parameters": {"month": str(run.month), "pages": run.made},
        "exit_code": run.exit_code,
        # what kind of error, without its words, which may be those of a cell
        "failed": {file: log.kind_of(error) for file, error in run.failed.items()},
    }
    text = json.dumps(content | run.made_from | outputs, ensure_ascii=False, indent=2) + "\n"
    (folder / inputs.RECORD).write_text(text, encoding="utf-8")

"""One page of a month: its notebook executed or its blocks made, its workbooks, and the HTML; written where they belong."""

from __future__ import annotations

import importlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from nbformat import NotebookNode

from redstats import dashboards, html, settings, signing, submissions
from redstats.dashboards import Page, blocks, charts
from redstats.dashboards.page import GROUPS, Attachment
from redstats.months import Month
from redstats.places import Street
from redstats.project import Project
from redstats.runs import assembly
from redstats.runs.notebooks import Job, execute_here

SINGLE_FILE = "长宁区“红色业委会”建设月报"


@dataclass(frozen=True, slots=True)
class Site:
    """The folders a month is made in: its pages', its letters', and one for executed notebooks; ``pages``: all that it has,
    ``absent``: the streets without a readable return.
    """

    project: Project
    month: Month
    folder: Path
    letters: Path
    scratch: Path
    pages: Sequence[Page]
    absent: Collection[Street]


def preload() -> None:
    """Import what a page is made with, and let plotly import its parts, so that forks find it done."""
    for name in ("papermill", "redstats.runs.shell"):
        importlib.import_module(name)
    blocks.preload()
    html.export(assembly.of_blocks([dashboards.Block("")]), title="")
    charts.spread(pd.DataFrame({"name": ["一"], "points": [1.0]})).to_json()


def job(site: Site, page: Page) -> Job:
    """The notebook of a page with its parameters."""
    parameters = {"month": str(site.month)} | ({"street": page.street.name} if page.street else {})
    return Job(
        page.notebook, tuple(parameters.items()), site.scratch / f"{page.file.replace('/', '-')}.ipynb"
    )


def make(
    site: Site, page: Page, figures: dashboards.Figures, whole: dashboards.Figures, error: str | None = None
) -> dict[str, str]:
    """Make a page and its workbooks; the errors (Chinese) by file.  One that fails has a page that says so; OSError is raised.

    figures, whole: of the month, as anybody may read them and with all that senders wrote.  error: how the notebook ended
    that was executed before ("" is well); None where it is still to be executed, in this process.
    """
    failed = {}
    if page.notebook and error is None:
        error = execute_here(site.project, job(site, page)).error
    if error:
        failed[page.file] = error
    if page.notebook:
        notebook = executed(site, page)
    else:
        try:
            notebook = assembly.of_blocks([block(figures, *page.whose) for block in page.blocks])
        except OSError:
            raise
        except Exception as problem:
            failed[page.file] = f"{type(problem).__name__}：{problem}"
            notebook = assembly.of_error(page.title, problem)
    publish(site, page, notebook)
    for workbook in page.attachments:
        failed |= _attach(site, page, workbook, figures if workbook.is_public else whole)
    return failed


def executed(site: Site, page: Page) -> NotebookNode:
    """The executed notebook of a page."""
    return assembly.read(job(site, page).output)


def imprint(site: Site, page: Page) -> list[str]:
    """What a public page has to say of itself: status, producer, contact, to which day, sources and limits, how it is made again."""
    limits, month = settings.on(site.project, site.month.end), site.month
    until = submissions.deadline(month, limits)
    again = f"redstats run {month}"
    if page.notebook:
        street = f" -p street {page.street.name}" if page.street else ""
        made = page.street.code if page.street else page.notebook
        again = (
            f"papermill notebooks/{page.notebook}.ipynb {made}.ipynb -p month {month}{street}，全部：{again}"
        )
    return [
        f"状态：{signing.status(site.project, month).text}；制表：{limits.producer or '未设定'}；联系：{limits.contact or '未设定'}",
        f"数据截至{month.end.year}年{month.end.month}月{month.end.day}日，{until:%Y-%m-%d}报送期限后更新；来源：{page.source}；口径和局限见“口径与溯源”",
        f"重做本页：{again}",
    ]


def publish(site: Site, page: Page, notebook: NotebookNode) -> None:
    """Write a page's HTML."""
    if page.single_file:
        single = assembly.single_file(notebook, SINGLE_FILE, imprint(site, page))
        (site.folder / page.single_file).write_text(single, encoding="utf-8")
    target = site.folder / page.file
    target.parent.mkdir(exist_ok=True)
    content = html.export(
        notebook,
        title=f"{page.title} · {site.month.label}",
        assets=f"{page.up}assets/",
        nav=_navigation(site, page),
        here=f"{page.group} · {page.title}",
        imprint=imprint(site, page),
        beside=[
            _link(site, page, other) for other in site.pages if page.street and other.place == page.place
        ],
    )
    target.write_text(content, encoding="utf-8")


def _navigation(site: Site, page: Page) -> list[tuple[str, list[html.Link]]]:
    """The groups with their pages; the import reports of streets are reached from their overview."""
    groups = {
        group: [other for other in site.pages if other.group == group and other.label] for group in GROUPS
    }
    return [
        (group, [_link(site, page, other) for other in listed]) for group, listed in groups.items() if listed
    ]


def _link(site: Site, page: Page, other: Page) -> html.Link:
    label = other.label or (other.street.label if other.street else other.title)
    return f"{'○ ' * (other.street in site.absent)}{label}", page.up + other.file, other == page


def fail(site: Site, page: Page, error: Exception) -> dict[str, str]:
    """The page of failure in the place of a page whose process ended without one; its error by file."""
    publish(site, page, assembly.of_error(page.title, error))
    return {page.file: str(error)}


def place_of(workbook: Attachment, page: Page, folder: Path, letters: Path) -> Path:
    """Where a workbook made with a page lies: beside the pages, or in the letters of its street."""
    if page.street and not workbook.is_public:
        return letters / page.street.name / workbook.file
    return folder / workbook.file


def _attach(site: Site, page: Page, workbook: Attachment, figures: dashboards.Figures) -> dict[str, str]:
    target = place_of(workbook, page, site.folder, site.letters)
    target.unlink(missing_ok=True)  # an old one would mislead
    try:
        content = workbook.content(figures, *page.whose)
    except OSError:
        raise
    except Exception as problem:
        return {workbook.file: f"{type(problem).__name__}：{problem}"}
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return {}

"""Shared by all tests: a browser for what only a browser can tell, and the sample run through stages 1 to 3."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium (playwright), or a skip that says how to get one."""
    sync_api = pytest.importorskip(
        "playwright.sync_api", reason="需要 playwright：pip install 'redstats[test]'"
    )
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("REDSTATS_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not found:
        pytest.skip(
            "没有找到 Chromium：可用 apt install chromium 安装，"
            "或 playwright install chromium 后以环境变量 REDSTATS_CHROMIUM 指明其路径"
        )
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=found,
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def sample_truth():
    """The sample and what is true of it (``shortfalls``, ``oddities``, ``values``); must not be changed."""
    from redstats import sample

    return sample.generate()


@pytest.fixture(scope="session")
def once(tmp_path_factory):
    """``once(name, build)``: a folder that ``build(folder)`` fills, once for all processes of a test run."""
    from filelock import FileLock

    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def folder(name: str, build) -> Path:
        target, done = shared / name, shared / f"{name}.done"
        with FileLock(shared / f"{name}.lock"):
            if not done.exists():
                shutil.rmtree(target, ignore_errors=True)  # a build that failed half-way
                target.mkdir()
                build(target)
                done.touch()
        return target

    return folder


@pytest.fixture(scope="session")
def sample_project(sample_truth, once):
    """A project with the sample's workbooks and the tables of 2026-07 to 2026-10; must not be changed."""
    from redstats.months import Month
    from redstats.project import Project
    from redstats.recommendations import samples
    from redstats.runs import stages

    def build(folder: Path) -> None:
        for name in ("notebooks", "expectations"):
            try:
                (folder / name).symlink_to(ROOT / name, target_is_directory=True)
            except OSError:  # Windows lets only administrators link
                shutil.copytree(ROOT / name, folder / name)
        raw = Project(folder).raw
        sample_truth.write(raw, samples.files(sample_truth, raw))
        stages.ensure(Project(folder), Month(2026, 10))

    return Project(once("sample_project", build))


@pytest.fixture(scope="session")
def whole_month(sample_project, tmp_path_factory):
    """A function that copies the sample's project with all that a run makes of 2026-10 into a folder: the project, the run.

    The month is run once for all that change a copy of it: their modules are of one group, ``pages``.
    """
    from dataclasses import replace

    from redstats.months import Month
    from redstats.project import Project
    from redstats.runs.month import run_month

    home = tmp_path_factory.mktemp("whole_month")
    shutil.copytree(sample_project.root / "data", home / "data")
    for name in ("notebooks", "expectations"):
        shutil.copytree(sample_project.root / name, home / name)
    run = run_month(Project(home), Month(2026, 10))

    def copy(root: Path):
        shutil.copytree(home, root, dirs_exist_ok=True)
        return Project(root), replace(run, folder=Project(root).dashboards(run.month))

    return copy


@pytest.fixture
def returned(tmp_path):
    """Draw sheets (name to drawing, or a function that fills the sheet) into a file and read it as June's return.

    It is read a second time with a confirmation in force that speaks of none of its headings: nothing changes.
    """

    from drawing import JUNE, PLACES, RULES, cells_say_what_stands_there, draw
    from openpyxl import Workbook

    from redstats.mappings import DISTRICT, Entry, Mappings
    from redstats.returns import read_here

    confirmed_on = dt.date(2026, 7, 1)
    elsewhere = Mappings((Entry(DISTRICT, "headings", "此表没有的表头", "reception_days", confirmed_on),))

    def read(sheets, file: str = "华阳路街道2026年6月.xlsx"):
        book = Workbook()
        book.remove(book.active)
        for name, drawing in ({"月报": sheets} if isinstance(sheets, str | list) else sheets).items():
            sheet = book.create_sheet(name)
            drawing(sheet) if callable(drawing) else draw(sheet, drawing)
        book.save(tmp_path / file)
        result = read_here(tmp_path / file, JUNE, RULES, PLACES)
        assert read_here(tmp_path / file, JUNE, RULES, PLACES, elsewhere) == result
        cells_say_what_stands_there(result, tmp_path / file)
        return result

    return read

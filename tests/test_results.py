"""A run ends with results; a month of which nothing can be read has one page, and an exit code."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from drawing import draw
from openpyxl import Workbook
from typer.testing import CliRunner

from redstats import dashboards, places
from redstats.cli import app
from redstats.dashboards import overview
from redstats.months import Month
from redstats.project import Project
from redstats.runs import results

MONTH = Month(2026, 10)
ROOT = Path(__file__).parents[1]
STREETS = places.on(MONTH.end).streets
pytestmark = pytest.mark.xdist_group("results")


@pytest.fixture
def project(tmp_path, monkeypatch):
    for name in ("notebooks", "expectations"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "data" / "raw" / str(MONTH)).mkdir(parents=True)
    monkeypatch.setenv("REDSTATS_HOME", str(tmp_path))
    return Project(tmp_path)


def test_of_a_month_without_a_readable_return_there_is_one_page_and_an_exit_code(project):
    (project.raw / str(MONTH) / "华阳路街道.xlsx").write_bytes(b"no workbook")
    before = project.dashboards(Month(2026, 9))
    before.mkdir(parents=True)
    (before / "index.html").write_text("September", encoding="utf-8")
    done = CliRunner().invoke(app, ["run", str(MONTH)])
    assert done.exit_code == 5
    assert "没有一份可以读的报表" in done.output and f"报送：0/{len(STREETS)}" in done.output
    folder = project.dashboards(MONTH)
    (page,) = folder.rglob("*.html")
    text = page.read_text(encoding="utf-8")
    assert page.name == "submissions.html" and "催报" in text and "华阳路街道" in text
    for address in re.findall(r'(?:href|src|data-assets)="([^"#]+)', text):
        assert address.startswith("data:") or (page.parent / address).exists(), address
    assert (before / "index.html").read_text(encoding="utf-8") == "September"


@pytest.mark.xdist_group("sample")
def test_the_results_are_what_the_pages_say(sample_project):
    figures = dashboards.Figures(sample_project, MONTH)
    lines = results.lines(figures)
    assert lines[0].startswith(f"报送：{len(figures.reported)}/{len(STREETS)}")
    assert all(one.street_name in lines[0] for one in figures.missing)
    refused = figures.files[figures.files["outcome"] == "refused"]
    assert any(line.startswith(f"退回 {len(refused)} 份") for line in lines) == bool(len(refused))
    assert lines[-1] == f"本月：{overview.sentence(figures)}"


def test_a_heading_to_confirm_is_counted_with_the_command(project):
    book = Workbook()
    draw(book.active, "业委会名称|业委会人数|没人懂的栏目|会议次数\n秀水苑业委会|5|3|1\n")
    book.save(project.raw / str(MONTH) / "华阳路街道.xlsx")
    from redstats.runs import stages

    stages.ensure(project, MONTH)
    lines = results.lines(dashboards.Figures(project, MONTH))
    assert f"待确认的表头 1 处：redstats map {MONTH}" in lines
    assert lines[0] == f"报送：1/{len(STREETS)} 街镇已报送，缺{'、'.join(one.name for one in STREETS[1:])}。"

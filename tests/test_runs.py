"""A month from workbooks to pages: published whole, repeated only where something changed, failures kept visible."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import os
import re
import shutil
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from redstats import dashboards, sendback, tables
from redstats.dashboards import pages
from redstats.dashboards.page import Attachment
from redstats.errors import RunError
from redstats.months import Month
from redstats.places import on as places_on
from redstats.project import OF_DISTRICT, OF_STREET, PUBLIC, Project
from redstats.runs import forks, inputs, stages
from redstats.runs import month as months
from redstats.runs import pages as pages_of_run
from redstats.runs.notebooks import Job, check

MONTH, TODAY = Month(2026, 10), dt.date(2026, 12, 1)
pytestmark = pytest.mark.xdist_group("pages")


@pytest.fixture(scope="module")
def copy(whole_month, tmp_path_factory):
    """A copy of the month and what made it, that these tests may change."""
    return whole_month(tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def project(copy):
    return copy[0]


@pytest.fixture(scope="module")
def run(copy):
    return copy[1]


def test_a_month_has_all_its_pages(run):
    assert run.made == [page.file for page in pages(places_on(MONTH.end))] and not run.failed
    for file in [*run.made, "全区月报.html", "run.json", "assets/plotly.min.js"]:
        assert (run.folder / file).is_file()


def test_every_link_leads_to_a_file_and_to_a_place_in_it(run):
    texts = {page: page.read_text(encoding="utf-8") for page in run.folder.rglob("*.html")}
    marks = {page: set(re.findall(r'\bid="([^"]+)"', text)) for page, text in texts.items()}
    for page, text in texts.items():
        for address, mark in re.findall(r'(?:href|src|data-assets)="([^"#]*)(?:#([^"]*))?"', text):
            if address.startswith("data:"):
                continue
            target = (page.parent / address).resolve() if address else page
            assert target.exists(), (page.name, address)
            assert not mark or mark in marks[target], (page.name, address, mark)


def test_the_navigation_says_where_one_is_and_keeps_the_kind_of_page(run):
    for page in pages(places_on(MONTH.end)):
        text = (run.folder / page.file).read_text(encoding="utf-8")
        nav = text.split("<nav", 1)[1].split("</nav>", 1)[0]
        assert all(f"<p>{group}</p>" in nav for group in dashboards.page.GROUPS), page.file
        assert page.group in nav.split('<p class="here">', 1)[1].split("</p>", 1)[0]
        beside = nav.partition('class="beside"')[2]
        for other in pages(places_on(MONTH.end)):
            if page.street and other.place == page.place:
                assert other == page or f'href="../{other.file}"' in beside
        assert bool(beside) == bool(page.street)


@pytest.fixture(scope="module")
def lacking(project, run, tmp_path_factory):
    """The month once more, run again after the workbook of 新华路 was taken away."""
    root = tmp_path_factory.mktemp("lacking")
    shutil.copytree(project.root, root, dirs_exist_ok=True)
    copied = Project(root)
    next(path for path in (copied.raw / str(MONTH)).iterdir() if "新华路街道红色" in path.name).unlink()
    again = months.run_month(copied, MONTH)
    assert f"streets/{places_on(MONTH.end).street('新华路').code}.html" in again.made
    return copied


def test_a_street_that_has_not_reported_is_marked_in_the_navigation(run, lacking):
    for file in ("index.html", "about.html"):
        assert "○ 新华路" in (lacking.dashboards(MONTH) / file).read_text(encoding="utf-8")
        assert "○ 新华路" not in (run.folder / file).read_text(encoding="utf-8")


SHEETS = {"index.html": 2, "changes.html": 3, "streets/310105011.html": 13, "requirements.html": 5}
SCREENS = {  # of 800 pixels, by width
    "index.html": {1280: 4, 360: 7},
    "changes.html": {1280: 3, 360: 5},
    "streets/310105011.html": {1280: 13, 360: 26},
    "scoring.html": {1280: 6, 360: 11},
    "requirements.html": {1280: 4, 360: 9},
    "deadlines.html": {1280: 8, 360: 24},
    "law.html": {1280: 3, 360: 6},
    "submissions.html": {1280: 4, 360: 7},
    "imports/310105011.html": {1280: 5, 360: 9},
}
# What of a page cannot be read or hit: cells whose lines are shorter than six characters, targets below 24 px, and the page's width.
TOO_SMALL = """() => {
  const bare = (cell) => { const copy = cell.cloneNode(true);
    copy.querySelectorAll('.offscreen').forEach((part) => part.remove()); return copy.textContent.replace(/\\s+/g, ''); };
  const narrow = [...document.querySelectorAll('table.data td, table.data th')].filter((cell) => {
    if (!cell.offsetParent || bare(cell).length < 6) return false;
    const range = document.createRange(); range.selectNodeContents(cell);
    const lines = new Set([...range.getClientRects()].filter((box) => box.width > 1 && box.left > -50).map((box) => Math.round(box.top / 6)));
    const look = getComputedStyle(cell);
    const room = cell.clientWidth - parseFloat(look.paddingLeft) - parseFloat(look.paddingRight);
    return lines.size > 1 && room / parseFloat(look.fontSize) < 6;
  }).map(bare);
  const missed = [...document.querySelectorAll('main :is(td, th, summary) :is(a, button), main summary')].filter((target) => {
    const box = target.getBoundingClientRect();
    return target.offsetParent && box.width && box.height < 24;
  }).map((target) => target.textContent);
  return { narrow, missed, wide: document.documentElement.scrollWidth, tall: document.documentElement.scrollHeight };
}"""


@pytest.mark.parametrize("file", SCREENS)
def test_a_page_keeps_to_its_screens_and_can_be_read_and_hit_at_every_width(run, browser, file):
    for width in (1280, 768, 360):
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.goto((run.folder / file).as_uri())
        seen = page.evaluate(TOO_SMALL)
        assert not seen["narrow"] and seen["wide"] <= width, (width, seen)
        assert width == 768 or not (width == 1280 and seen["missed"]), (width, seen["missed"])
        assert seen["tall"] <= SCREENS[file].get(width, 99) * 800, (width, seen["tall"] / 800)
        page.close()


@pytest.mark.parametrize("file", SHEETS)
def test_a_page_keeps_to_its_sheets_of_paper(run, browser, file):
    page = browser.new_page()
    page.goto((run.folder / file).as_uri())
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) <= SHEETS[file]
    page.close()


def test_every_committee_is_named_on_its_streets_page_and_a_link_to_it_opens_its_section(run, browser):
    page = browser.new_page()
    page.goto((run.folder / "streets" / "310105011.html").as_uri() + "?q2=听雨坊")
    shown = page.locator(".named > section:visible")
    assert 0 < shown.count() < page.locator(".named > section").count()
    assert all("听雨坊" in text for text in shown.all_inner_texts())
    page.goto((run.folder / "streets" / "310105011.html").as_uri() + "#k7")
    page.wait_for_load_state()
    assert page.locator("#k7 > details").evaluate("part => part.open")
    page.close()


def test_headings_that_stay_cover_nothing_that_has_the_focus(run, browser):
    page = browser.new_page(viewport={"width": 1280, "height": 500})
    page.goto((run.folder / "streets" / "310105011.html").as_uri())
    covered = page.evaluate("""() => [...document.querySelectorAll('table.fits td a, table.fits tbody th a')].filter((link) => link.checkVisibility()).slice(0, 60).filter((link) => {
      scrollTo(0, document.documentElement.scrollHeight); link.focus();
      const box = link.getBoundingClientRect();
      const top = document.elementFromPoint(box.left + 3, box.top + box.height / 2);
      return !(top && (link.contains(top) || top.contains(link)));
    }).map((link) => link.textContent)""")
    assert not covered
    page.close()


def test_on_a_phone_the_navigation_unfolds_without_script(run, browser):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto((run.folder / "streets" / "310105011.html").as_uri())
    link = page.locator("nav .groups a", has_text="总览")
    assert link.is_hidden()
    page.locator("nav label").click()
    assert link.is_visible() and link.bounding_box()["height"] >= 24
    context.close()


def test_a_long_list_narrows_as_a_whole_and_says_so_in_its_address(run, browser):
    page = browser.new_page()
    page.goto((run.folder / "issues.html").as_uri() + "?street=北新泾街道")
    shown = page.locator(".grouped tbody tr:visible")
    every = page.locator(".grouped tbody tr").count()
    assert 0 < shown.count() < every
    assert set(shown.locator("td:first-child").all_inner_texts()) == {"北新泾街道"}
    assert page.locator(".grouped section:visible").count() < page.locator(".grouped section").count()
    page.get_by_label("街镇").select_option("")
    assert shown.count() == every
    page.get_by_label("筛选").fill("没有这样的文字")
    assert shown.count() == 0 and "显示 0 /" in page.locator(".count").first.inner_text()
    page.close()


def test_every_chart_is_titled_by_what_it_shows_with_its_unit_and_how_many_it_counts(run):
    captions = [
        caption
        for path in run.folder.rglob("*.html")
        for caption in re.findall(r"<figcaption>(.*?)</figcaption>", path.read_text(encoding="utf-8"))
    ]
    assert captions
    for caption in captions:
        assert re.search(r"\d.*（\d+ 个业委会.*单位：.+）$", caption), caption


def test_pages_keep_their_budget(run):
    for page in run.folder.rglob("*.html"):
        size = page.stat().st_size / 1024
        limit = 150 if page.name == "index.html" else 2200 if page.name == "全区月报.html" else 250
        assert size <= limit, (page.name, size)


def test_every_page_says_who_made_it_of_what_to_which_day_and_how_it_is_made_again(run, project):
    declared = {page.file: page for page in pages(places_on(MONTH.end))}
    for file in run.made:
        text = re.sub(
            "<[^>]+>", "", (run.folder / file).read_text(encoding="utf-8").split('class="imprint"')[1]
        )
        for wanted in (
            "拟稿",
            "制表",
            "来源",
            declared[file].source,
            "口径和局限",
            "2026-11-05",
            f"redstats run {MONTH}",
        ):
            assert wanted in text, file
        page = declared[file]
        if page.notebook:
            again = re.search(r"papermill (notebooks/\S+\.ipynb) \S+((?: -p \w+ [\w-]+)+)", text)
            assert again[1] == f"notebooks/{page.notebook}.ipynb" and f"-p month {MONTH}" in again[2]
            assert ("-p street" in again[2]) == bool(page.street)
    assert {page.source for page in declared.values() if tables.SPOT_CHECKS not in page.reads} == {
        "街镇自报，未经实地核实"
    }
    assert 'class="imprint"' in (run.folder / "全区月报.html").read_text(encoding="utf-8")


def test_no_page_names_a_folder_of_the_machine(run, project):
    for page in run.folder.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert str(project.root) not in text and str(Path.home()) + "/" not in text


def test_the_record_says_what_went_in_and_with_which_versions(project, run):
    record = json.loads((run.folder / "run.json").read_text(encoding="utf-8"))
    sent = [path for path in (project.raw / str(MONTH)).rglob("*") if path.is_file()]
    assert len(record["inputs"]) == len(sent) and all(len(mark) == 64 for mark in record["inputs"].values())
    assert record["editions"] == ["changning-2022"] and record["versions"]["pandas"]
    assert record["failed"] == {}


def test_a_second_run_makes_nothing(run, project):
    again = months.run_month(project, MONTH)
    assert again.made == [] and again.kept == run.made
    at_a_look = inputs.unchanged(project, MONTH, TODAY)
    assert at_a_look and (at_a_look.made, at_a_look.kept, at_a_look.front) == ([], run.made, again.front)


@pytest.mark.parametrize(
    "changed",
    [
        "data/raw/2026-10/*.docx",
        "data/raw/2026-07/*.xlsx",
        "expectations/*.json",
        "notebooks/*.ipynb",
        "data/processed/3_scores/2026-08/*.parquet",
        "data/processed/5_letters/2026-10/*/*-退回核对.xlsx",
        "data/processed/4_dashboards/2026-10/issues.html",
        "data/processed/4_dashboards/2026-10/run.json",
        "data/processed/4_dashboards/2026-10/assets/plotly.min.js",
    ],
)
def test_a_look_sees_whatever_is_gone(run, project, changed):
    gone = min(project.root.glob(changed))
    away = gone.with_suffix(".away.tmp")
    gone.rename(away)
    try:
        assert inputs.unchanged(project, MONTH, TODAY) is None
    finally:
        away.rename(gone)
    assert inputs.unchanged(project, MONTH, TODAY)


@pytest.mark.parametrize(
    "more",
    [
        "data/raw/2026-10/~$天山路.xlsx",
        "data/raw/2026-08/x.tmp",
        "data/processed/4_dashboards/.2026-10.abc.tmp",
        "data/processed/.scratch/.2026-10.abc.tmp",
    ],
)
def test_a_look_sees_whatever_came(run, project, more):
    (project.root / more).touch()
    try:
        assert inputs.unchanged(project, MONTH, TODAY) is None
    finally:
        (project.root / more).unlink()
    assert inputs.unchanged(project, MONTH, TODAY)


@pytest.mark.parametrize(
    "content", ["null", "[]", '{"tables": null}', "\xff", '{"parts": 3, "tables": ["gone"]}']
)
def test_a_state_that_is_damaged_is_none(run, project, content):
    state = project.states / "2026-10.json"
    kept = state.read_bytes()
    try:
        state.write_bytes(content.encode("latin-1"))
        assert inputs.unchanged(project, MONTH, TODAY) is None
        assert inputs.fingerprint(project, MONTH) == "" and inputs.parts(project, MONTH) == {}
    finally:
        state.write_bytes(kept)


def test_months_whose_returns_were_archived_count_by_their_tables(run, project):
    """What later months look back to cannot change unseen, also where nothing is left to read it from."""
    raw, away = project.raw / "2026-07", project.root / "away"
    raw.rename(away)
    table = next((project.processed / tables.FINDINGS / "2026-07").glob("*.parquet"))
    kept = table.read_bytes()
    try:
        archived = inputs.of_months(project, MONTH)[MONTH]
        table.write_bytes(kept + b" ")
        assert inputs.of_months(project, MONTH)[MONTH]["before"] != archived["before"]
        table.unlink()
        assert inputs.of_months(project, MONTH)[MONTH]["before"] != archived["before"]
    finally:
        table.write_bytes(kept)
        away.rename(raw)


def test_a_look_loads_nothing_that_takes_long():
    script = "import sys, redstats.cli; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert {"redstats.runs.inputs", "typer"} <= set(done.stdout.split())
    assert not {"pandas", "pyarrow", "numpy", "plotly", "papermill", "pydantic", "scipy"} & set(
        done.stdout.split()
    )


def contents(*folders: Path) -> dict[Path, bytes]:
    """Every file below the folders but run.json, which holds times."""
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return {path: path.read_bytes() for path in files if path.name != "run.json"}


def test_the_same_month_made_anew_is_the_same_to_the_byte(run, project):
    before = contents(run.folder, project.letters(MONTH))
    again = months.run_month(project, MONTH, force=True)
    assert again.made == run.made
    assert contents(run.folder, project.letters(MONTH)) == before


def test_a_correction_makes_anew_what_it_changes_and_the_folder_is_that_of_a_month_made_anew(
    run, project, tmp_path
):
    """A remark more in one street's workbook: no figure changes, and no page of another street."""
    before = shutil.copytree(project.root, tmp_path / "before")
    book_path = next(path for path in (project.raw / "2026-10").iterdir() if "北新泾" in path.name)
    book = openpyxl.load_workbook(book_path)
    book.active.cell(book.active.max_row + 2, 1, "备注：更正")
    book.save(book_path)
    others = {file for file in run.made if "/" in file and "310105011" not in file}
    try:
        corrected = months.run_month(project, MONTH)
        assert {"streets/310105011.html", "imports/310105011.html", "index.html"} <= set(corrected.made)
        assert others <= set(corrected.kept)
        after = contents(run.folder, project.letters(MONTH))
        months.run_month(project, MONTH, force=True)
        assert contents(run.folder, project.letters(MONTH)) == after
    finally:
        shutil.rmtree(project.root)
        shutil.copytree(before, project.root)


def test_a_changed_template_or_setting_makes_pages_anew_and_judges_nothing(run, project, monkeypatch):
    def untouched(*_):
        raise AssertionError("the tables were made again")

    monkeypatch.setattr(stages, "_make", untouched)
    notebook = project.notebooks / "5_scoring_dashboard.ipynb"
    kept = notebook.read_text(encoding="utf-8")
    try:
        notebook.write_text(kept.replace("业委会得分", "业委会的得分"), encoding="utf-8")
        assert months.run_month(project, MONTH).made == ["scoring.html"]
    finally:
        notebook.write_text(kept, encoding="utf-8")
    assert months.run_month(project, MONTH).made == ["scoring.html"]
    changed = inputs.of_pages(project) | {"templates": "another"}
    with monkeypatch.context() as templates:
        templates.setattr(inputs, "of_pages", lambda project: changed)
        (told,) = months.stale(project, MONTH)
        assert (
            told.endswith("：页面模板") and told.count("、") == len(run.made) + 9
        )  # all pages and send-backs


@pytest.mark.parametrize("lost", ["streets/310105001.html", "issues.html", "imports/310105004.html"])
def test_what_was_deleted_is_made_again_and_nothing_else(run, project, lost):
    (run.folder / lost).unlink()
    assert months.run_month(project, MONTH).made == [lost]


def test_a_send_back_that_was_deleted_is_made_again(run, project):
    street = places_on(MONTH.end).streets[0]
    letter = project.letters(MONTH, street.name) / sendback.file_name(street)
    before = letter.read_bytes()
    letter.unlink()
    assert not months.run_month(project, MONTH).made and letter.read_bytes() == before


def test_a_street_that_is_missing_is_told_on_its_page_and_on_the_overview(run, lacking):
    file = f"streets/{places_on(MONTH.end).street('新华路').code}.html"
    folder = lacking.dashboards(MONTH)
    assert "缺报" in (folder / file).read_text(encoding="utf-8")
    assert "缺报：" not in (run.folder / file).read_text(encoding="utf-8")
    assert "9/10 街镇已报送（缺：新华路街道）" in (folder / "index.html").read_text(encoding="utf-8")


def test_a_failed_notebook_is_a_page_that_says_so_and_stops_no_other(project, run, monkeypatch):
    notebook = project.notebooks / "5_scoring_dashboard.ipynb"
    kept = notebook.read_text(encoding="utf-8")
    try:
        notebook.write_text(
            kept.replace("redstats.scoring.bands(figures)", "redstats.scoring.nothing(figures)"),
            encoding="utf-8",
        )
        again = months.run_month(project, MONTH)
        assert list(again.failed) == ["scoring.html"] and sorted(again.made) == ["index.html", "scoring.html"]
        assert "生成失败" in (run.folder / "scoring.html").read_text(encoding="utf-8")
        overview = (run.folder / "index.html").read_text(encoding="utf-8")
        assert "有 1 个页面生成失败" in overview and 'href="scoring.html"' in overview
    finally:
        notebook.write_text(kept, encoding="utf-8")
    mended = months.run_month(project, MONTH)
    assert not mended.failed and mended.made == ["index.html", "scoring.html"]
    assert "生成失败" not in (run.folder / "index.html").read_text(encoding="utf-8")


def test_a_page_without_a_notebook_that_fails_says_so_and_stops_no_other(project, run, monkeypatch):
    def broken(figures):
        raise ValueError("坏了")

    (run.folder / "deadlines.html").unlink()
    (run.folder / "整改清单.xlsx").unlink()
    whole = dashboards.page.declared()
    changed = {
        "deadlines.html": {"blocks": (broken,)},
        "rectification.html": {"attachments": (Attachment("整改清单.xlsx", broken),)},
    }
    listed = tuple(replace(page, **changed.get(page.file, {})) for page in whole)
    with monkeypatch.context() as broken_pages:
        broken_pages.setattr(dashboards.page, "declared", lambda: listed)
        failed = months.run_month(project, MONTH)
    assert set(failed.failed) == {"deadlines.html", "整改清单.xlsx"}
    assert "生成失败" in (run.folder / "deadlines.html").read_text(encoding="utf-8")
    assert "有 1 个页面生成失败" in (run.folder / "index.html").read_text(encoding="utf-8")
    assert set(months.run_month(project, MONTH).made) == {
        "index.html",
        "deadlines.html",
        "rectification.html",
    }


@pytest.mark.parametrize(
    ("name", "call", "file"),
    [
        ("5_scoring_dashboard", "redstats.scoring.bands(figures)", "scoring.html"),
        ("4_coverage_dashboard", "redstats.overview.cards(figures)", "index.html"),
    ],
)
def test_a_process_that_is_killed_takes_its_own_page_only(project, run, name, call, file):
    if not forks.available():
        pytest.skip("this system cannot fork")
    notebook = project.notebooks / f"{name}.ipynb"
    kept = notebook.read_text(encoding="utf-8")
    try:
        notebook.write_text(kept.replace(call, "import os; os._exit(1)"), encoding="utf-8")
        again = months.run_month(project, MONTH)
        assert list(again.failed) == [file] and "意外结束" in again.failed[file]
        assert "生成失败" in (run.folder / file).read_text(encoding="utf-8")
    finally:
        notebook.write_text(kept, encoding="utf-8")
    assert not months.run_month(project, MONTH).failed


def test_a_system_without_forks_makes_the_same_pages(project, run, monkeypatch):
    """With a kernel for a notebook, and everything else here."""
    made = ["scoring.html", "issues.html", "rules.html"]
    before = contents(run.folder, project.letters(MONTH))
    for file in made:
        (run.folder / file).unlink()
    monkeypatch.setattr(forks, "available", lambda: False)
    assert months.run_month(project, MONTH).made == made
    assert contents(run.folder, project.letters(MONTH)) == before


def test_every_street_that_reported_has_its_letters_and_no_page_leads_to_them(run, project):
    letters = project.letters(MONTH)
    for street in places_on(MONTH.end).streets:
        names = {sendback.file_name(street), sendback.text_name(street), sendback.receipt_name(street)}
        names |= {f"{street.name}-读取报告.xlsx", sendback.mail_name(street, MONTH)}
        assert {path.name for path in (letters / street.name).iterdir()} == names
    of_streets = {one.name for one in places_on(MONTH.end).streets}
    assert {path.name for path in letters.iterdir() if project.audience(path) == OF_STREET} <= of_streets
    assert {path.name for path in letters.iterdir()} - of_streets <= {OF_DISTRICT}
    for page in run.folder.rglob("*.html"):
        assert "退回核对" not in (text := page.read_text(encoding="utf-8")) and "5_letters" not in text
    assert not [path for path in run.folder.rglob("*") if "读取报告" in path.name or "退回" in path.name]
    if os.name == "posix":
        assert stat.S_IMODE(letters.stat().st_mode) == 0o700


def test_every_output_says_for_whom_it_is_and_only_what_anybody_may_read_can_be_read_by_anybody(run, project):
    files = [path for path in project.processed.rglob("*") if path.is_file()]
    audiences = {path: project.audience(path) for path in files}
    assert set(audiences.values()) == {PUBLIC, OF_STREET, OF_DISTRICT}
    assert {path for path, whose in audiences.items() if whose == PUBLIC} == {
        path for path in run.folder.rglob("*") if path.is_file()
    }
    if os.name == "posix":
        for path in (path for path, whose in audiences.items() if whose != PUBLIC):
            way = [path, *(folder for folder in path.parents if folder.is_relative_to(project.processed))]
            assert any(not stat.S_IMODE(part.stat().st_mode) & 0o077 for part in way), path


def test_what_once_stood_among_the_pages_for_a_street_alone_goes_to_its_letters(run, project):
    street = places_on(MONTH.end).street("程桥")
    name = sendback.file_name(street)
    old = run.folder / "sendback" / name
    old.parent.mkdir()
    (project.letters(MONTH, street.name) / name).replace(old)
    (run.folder / "issues.html").unlink()
    months.run_month(project, MONTH)
    assert not old.parent.exists() and (project.letters(MONTH, street.name) / name).is_file()


def test_a_send_back_that_fails_is_named_and_made_with_the_next_run(run, project, monkeypatch):
    street = places_on(MONTH.end).street("程桥")
    (project.letters(MONTH, street.name) / sendback.file_name(street)).unlink()
    with monkeypatch.context() as broken:
        broken.setattr(sendback, "make", lambda *_: [sendback.Made(street, error="坏了")])
        again = months.run_month(project, MONTH)
    file = f"{street.name}/{sendback.file_name(street)}"
    assert again.failed == {file: "坏了"} and not (project.letters(MONTH) / file).exists()
    assert list(json.loads((run.folder / "run.json").read_text(encoding="utf-8"))["failed"]) == [file]
    assert not months.run_month(project, MONTH).failed
    assert (project.letters(MONTH) / file).is_file()


@pytest.mark.parametrize(
    ("job", "said"),
    [
        (Job("6_street_dashboard", (("steet", "华阳路"),), Path("x")), "没有参数“steet”"),
        (Job("9_nothing", (), Path("x")), "没有笔记本“9_nothing”"),
        (Job("6_street_dashboard", (("street", Path("/x")),), Path("x")), "不是文字、整数或真假"),
    ],
)
def test_a_notebook_is_not_run_with_what_it_does_not_know(project, job, said):
    with pytest.raises(RunError, match=said):
        check(project, job)


def test_a_month_without_returns_says_which_months_there_are(project):
    with pytest.raises(RunError, match=r"没有 2031-01 的报表.*2026-10"):
        stages.ensure(project, Month(2031, 1))


# ---- in a browser


@pytest.mark.parametrize("file", ["index.html", "scoring.html", "streets/310105011.html"])
def test_a_page_draws_offline_without_a_single_request_elsewhere(run, browser, file):
    page = browser.new_page()
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto((run.folder / file).as_uri())
    for chart in page.query_selector_all("figure.chart"):
        chart.scroll_into_view_if_needed()
        chart.wait_for_selector(".plot svg.main-svg", timeout=20_000)
    assert not complaints
    assert all(url.startswith((run.folder.as_uri(), "data:", "blob:")) for url in asked)
    page.close()


def test_the_numbers_stand_there_without_javascript(run, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((run.folder / "index.html").as_uri())
    assert page.inner_text(".cards .big").strip()
    assert page.locator("table.heat tbody tr").count() == len(places_on(MONTH.end).streets) + 1
    page.goto((run.folder / "scoring.html").as_uri())
    assert page.locator("figure.chart details table").first.is_visible()
    context.close()


@pytest.mark.parametrize(
    "file",
    [
        *("index.html", "scoring.html", "submissions.html", "streets/310105011.html", "issues.html"),
        *("deadlines.html", "standard.html", "rules.html", "about.html", "requirements.html", "law.html"),
    ],
)
def test_no_page_scrolls_sideways_on_a_phone(run, browser, file):
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto((run.folder / file).as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.close()


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize(
    "file",
    ["index.html", "scoring.html", "submissions.html", "streets/310105011.html", "issues.html", "law.html"],
)
def test_large_print_is_one_switch_without_script_and_nothing_on_a_page_is_smaller_than_18_pt(
    run, browser, file, width
):
    context = browser.new_context(java_script_enabled=False, viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto((run.folder / file).as_uri())
    page.locator("label[for=large]").click()
    points = 24  # pixels of 18 pt
    assert page.evaluate(_SMALLEST) >= points
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.emulate_media(media="print")
    assert page.evaluate(_SMALLEST) >= points and page.locator("label[for=large]").is_hidden()
    context.close()


_SMALLEST = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let smallest = Infinity;
  while (walker.nextNode()) {
    const holder = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || holder.closest("svg, script, style, .plot")) continue;
    if (!holder.getClientRects().length || holder.closest(".skip")) continue;
    smallest = Math.min(smallest, parseFloat(getComputedStyle(holder).fontSize));
  }
  return smallest;
}"""


@pytest.mark.parametrize("width", [1920, 1280, 768, 360])
def test_no_text_stands_at_the_edge_of_the_window(run, browser, width):
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto((run.folder / "index.html").as_uri())
    for part in ("main header", "main .conclusion", "main .cards"):
        box = page.locator(part).first.bounding_box()
        assert box["x"] >= 16 and box["x"] + box["width"] <= width - 16, (part, box)
    page.close()


def test_large_print_is_remembered_from_page_to_page(run, browser):
    page = browser.new_page()
    page.goto((run.folder / "index.html").as_uri())
    page.locator("label[for=large]").click()
    page.goto((run.folder / "scoring.html").as_uri())
    assert page.locator("#large").is_checked()
    page.locator("label[for=large]").click()
    page.close()


def test_the_single_file_stands_alone(run, browser, tmp_path):
    alone = tmp_path / "月报.html"
    shutil.copy(run.folder / "全区月报.html", alone)
    page = browser.new_page()
    page.goto(alone.as_uri())
    assert page.locator("table.heat tbody tr").first.is_visible()
    assert page.locator('a[href]:not([href^="#"])').count() == 0
    page.close()


def test_on_paper_headings_are_repeated_and_the_navigation_is_away(run, browser):
    page = browser.new_page()
    page.goto((run.folder / "index.html").as_uri())
    page.emulate_media(media="print")
    assert page.locator("nav").first.is_hidden()
    assert (
        page.evaluate("getComputedStyle(document.querySelector('table.heat thead')).display")
        == "table-header-group"
    )
    page.close()


@pytest.mark.parametrize(
    "file",
    [
        *("index.html", "scoring.html", "submissions.html", "streets/310105011.html", "issues.html"),
        *("deadlines.html", "standard.html", "rules.html", "about.html", "requirements.html", "law.html"),
    ],
)
def test_a_page_has_one_title_ordered_headings_and_captions(run, browser, file):
    page = browser.new_page()
    page.goto((run.folder / file).as_uri())
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert page.locator("h1").count() == 1
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
    assert levels[0] == 1 and all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))
    bare = page.evaluate(
        "[...document.querySelectorAll('table')].filter(t => !t.caption && !t.closest('figure')).length"
    )
    assert bare == 0
    page.close()


def test_status_says_what_would_be_made_again_and_why(run, project):
    assert months.stale(project, MONTH) == []
    notebook = project.notebooks / "5_scoring_dashboard.ipynb"
    kept = notebook.read_text(encoding="utf-8")
    (run.folder / "issues.html").unlink()
    try:
        notebook.write_text(kept.replace("业委会得分", "业委会的得分"), encoding="utf-8")
        assert months.stale(project, MONTH) == ["评分：笔记本", "问题清单：文件不在"]
    finally:
        notebook.write_text(kept, encoding="utf-8")
    sent = project.raw / "2026-10" / "又一份.csv"
    try:
        sent.write_text("街镇,业委会名称\n", encoding="utf-8")
        (told,) = months.stale(project, MONTH)
        assert told.startswith("数据表 2026-10：当月文件夹里的文件")
    finally:
        sent.unlink()
    months.run_month(project, MONTH)
    assert months.stale(project, MONTH) == []


def test_a_file_that_comes_while_pages_are_made_waits_for_the_next_run(run, project, monkeypatch):
    """No page looks for it: it would wait for the lock of the run that makes it."""
    late = project.raw / "2026-10" / "晚来.csv"
    taken = pages_of_run._navigation

    def arriving(site, page):
        late.write_text("街镇,业委会名称\n", encoding="utf-8")
        return taken(site, page)

    (run.folder / "scoring.html").unlink()
    (run.folder / "issues.html").unlink()
    monkeypatch.setattr(tables, "taking_turns", _not_twice(tables.taking_turns))
    monkeypatch.setattr(pages_of_run, "_navigation", arriving)
    monkeypatch.setattr(os, "cpu_count", lambda: 1)  # one after the other, so that it is there for the second
    try:
        assert not months.run_month(project, MONTH).failed
        assert late.exists() and any("当月文件夹里的文件" in why for why in months.stale(project, MONTH))
    finally:
        late.unlink(missing_ok=True)
        monkeypatch.undo()
    months.run_month(project, MONTH)


def _not_twice(taking_turns):
    """The month's lock, refused at once to who would wait for it."""
    return lambda project, month: taking_turns(project, month, wait=0)


def test_among_the_others_a_street_that_is_missing_is_told_from_one_of_which_too_little_is_known(
    run, lacking
):
    code = places_on(MONTH.end).street("新华路").code
    for other in (street for street in places_on(MONTH.end).streets if street.code != code):
        file = f"streets/{other.code}.html"
        told = [
            re.search(
                rf'<a href="{code}.html">(?:(?!</tr>).)*', text[text.index('<table class="bars">') :], re.S
            )[0]
            for text in ((made / file).read_text("utf-8") for made in (run.folder, lacking.dashboards(MONTH)))
        ]
        assert ["缺报" in row for row in told] == [False, True], file


def test_a_month_with_a_street_missing_says_nothing_of_it_and_keeps_its_sheets(lacking, browser):
    code, folder = places_on(MONTH.end).street("新华路").code, lacking.dashboards(MONTH)
    text = (folder / "index.html").read_text(encoding="utf-8")
    scores = tables.read(lacking, tables.SCORES, MONTH)
    judged = scores[(scores["level"] == "committee") & (scores["part"] == "total")]
    committees = int((judged["street_code"] != code).sum())
    total = text.split('<tr class="sum">', 1)[1].split("</tr>", 1)[0]
    assert f"/ {committees}</td>" in total  # of those who reported
    trend = tables.read(lacking, tables.TREND, MONTH)
    of_points = trend[trend["measure"] == "points"].fillna({"street_code": "district"})
    of_points = of_points.set_index("street_code")
    assert of_points.loc[code, ["last_month", "this_month", "value"]].isna().all()
    assert of_points.loc["district", "committees"] <= committees
    page = browser.new_page()
    page.goto((folder / "index.html").as_uri())
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 2
    page.close()

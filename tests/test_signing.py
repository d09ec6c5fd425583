"""A month that is signed is frozen; what is otherwise by then is told, and a stranger can verify it."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import json
import re
import shutil
from random import Random

import openpyxl
import pytest
from test_forget import Killed, Killer
from typer.testing import CliRunner

from redstats import signing, tables
from redstats.cli import app
from redstats.cli.sign import unsigned
from redstats.errors import RunError
from redstats.months import Month
from redstats.project import Project
from redstats.runs.month import run_month
from redstats.scores.differences import differences

MONTH, TODAY = Month(2026, 10), dt.date(2026, 11, 10)
pytestmark = pytest.mark.xdist_group("pages")


def call(*words: str):
    return CliRunner().invoke(app, [words[0], str(MONTH), *words[1:]])


@pytest.fixture(scope="module")
def project(whole_month, tmp_path_factory):
    return whole_month(tmp_path_factory.mktemp("signing"))[0]


@pytest.fixture(scope="module")
def signed(project):
    with pytest.MonkeyPatch.context() as home:
        home.setenv("REDSTATS_HOME", str(project.root))
        done = call("sign", "--by", "测试员")
    assert done.exit_code == 0, done.output
    return signing.status(project, MONTH).signed


def statuses(folder):
    pages = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*.html")
    }
    return {file: re.search("状态：(.*?)；制表", text)[1] for file, text in pages.items()}


def checks(project):
    return {(check.well, check.what) for check in signing.verify(project, MONTH)}


def test_every_page_of_the_frozen_month_and_of_the_draft_says_that_it_is_signed_and_no_page_by_whom(
    project, signed
):
    for folder in (signed.project.dashboards(MONTH), project.dashboards(MONTH)):
        found = statuses(folder)
        assert len(found) > 30 and all(text.startswith("定稿第1版") for text in found.values()), found
        assert not any("测试员" in path.read_text(encoding="utf-8") for path in folder.rglob("*.html"))
    assert signed.manifest["signed_by"] == "测试员"
    assert signing.content(signed.project, MONTH) == signing.content(project, MONTH)


def test_signing_twice_makes_no_second_version(project, signed, monkeypatch):
    monkeypatch.setenv("REDSTATS_HOME", str(project.root))
    again = call("sign", "--by", "测试员")
    assert "此后没有变化" in str(again.exception) and len(signing.versions(project, MONTH)) == 1


def test_a_whole_month_verifies(project, signed, monkeypatch):
    monkeypatch.setenv("REDSTATS_HOME", str(project.root))
    assert {well for well, _ in checks(project)} == {True}
    done = call("verify")
    assert done.exit_code == 0 and signed.mark in done.output


def test_whatever_is_touched_is_found(project, signed, monkeypatch):
    monkeypatch.setenv("REDSTATS_HOME", str(project.root))
    page = signed.folder / "data/processed/4_dashboards/2026-10/index.html"
    table = next((signed.folder / "data/processed/3_scores/2026-10").glob("*.parquet"))
    for path in (page, table):
        kept = path.read_bytes()
        path.write_bytes(kept[:-1] + b"!")
        assert any(well is False and path.name in what and "被改过" in what for well, what in checks(project))
        assert call("verify").exit_code == 5
        path.unlink()
        assert any(well is False and "不在了" in what for well, what in checks(project))
        path.write_bytes(kept)
    more = signed.folder / "data/more.txt"
    more.touch()
    assert any(well is False and "多出来" in what for well, what in checks(project))
    more.unlink()
    manifest = signed.folder / signing.MANIFEST
    kept = manifest.read_text(encoding="utf-8")
    for broken in ("{", "[]", json.dumps(json.loads(kept) | {"before": "x"})):
        manifest.write_text(broken, encoding="utf-8")
        assert False in {well for well, _ in checks(project)}
    manifest.write_text(kept, encoding="utf-8")
    assert {well for well, _ in checks(project)} == {True}


def test_a_month_with_changes_that_no_run_has_seen_is_not_signed(project, signed, monkeypatch):
    monkeypatch.setenv("REDSTATS_HOME", str(project.root))
    late = project.raw / str(MONTH) / "晚来.csv"
    late.write_text("街镇,业委会名称\n", encoding="utf-8")
    try:
        assert "还有没处理的变化" in str(call("sign", "--by", "测试员").exception)
    finally:
        late.unlink()


def test_nobody_signs_without_a_name(project):
    with pytest.raises(RunError, match="谁定稿"):
        signing.sign(project, MONTH, " ", TODAY)


def test_what_was_not_signed_cannot_be_verified(project):
    with pytest.raises(RunError, match="还没有定稿"):
        signing.verify(project, Month(2026, 9))
    assert signing.status(project, Month(2026, 9)).text == signing.DRAFT


def test_a_correction_changes_the_draft_alone_and_is_told_with_numbers_and_cause(
    project, signed, monkeypatch
):
    """The last: it leaves the month otherwise than the others found it."""
    monkeypatch.setenv("REDSTATS_HOME", str(project.root))
    before = {path: path.read_bytes() for path in signed.folder.rglob("*") if path.is_file()}
    findings = tables.read(project, tables.FINDINGS, MONTH)
    met = findings[
        (findings["state"] == "met") & (findings["reported"] == "是") & (findings["force"] == "must")
    ]
    row = next(row for row in met.itertuples() if row.source_file.endswith(".xlsx"))
    path = project.raw / str(MONTH) / row.source_file
    book = openpyxl.load_workbook(path)
    book[row.source_sheet][row.cell] = "否"
    book.save(path)
    run_month(project, MONTH)
    assert {path: path.read_bytes() for path in signed.folder.rglob("*") if path.is_file()} == before
    found = statuses(project.dashboards(MONTH))
    assert all(text.startswith("拟稿；定稿第1版") and "更正说明" in text for text in found.values())
    about = re.sub("<[^>]+>", " ", (project.dashboards(MONTH) / "about.html").read_text(encoding="utf-8"))
    told = about[about.index("定稿和更正说明") :]
    assert row.committee_name in told and "内容改变" in told
    totals = signing.status(project, MONTH).differences.points
    for total in totals[totals["level"] != "committee"].itertuples():
        assert f"{total.points_before:.2f}" in told and f"{total.points_after:.2f}" in told
    second = call("sign", "--by", "另一人")
    assert second.exit_code == 0, second.output
    versions = signing.versions(project, MONTH)
    assert [version.number for version in versions] == [1, 2]
    assert versions[1].manifest["before"] == versions[0].mark
    assert {path: path.read_bytes() for path in signed.folder.rglob("*") if path.is_file()} == before
    assert any(
        well is None and "原件" in what for well, what in checks(project)
    )  # that of the first version was replaced
    assert False not in {well for well, _ in checks(project)}
    shutil.rmtree(versions[0].folder)
    assert False in {well for well, _ in checks(project)}


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        ({"exit_code": 5, "failed": {"scoring.html": "KeyError"}}, "scoring.html"),
        ({"exit_code": 5, "failed": {}}, "更正清单"),
        ({"exit_code": 0}, "没处理的变化"),
        ({}, "没处理的变化"),
    ],
)
def test_a_month_that_cannot_be_signed_says_why(tmp_path, made, reason):
    folder = Project(tmp_path).dashboards(MONTH)
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps(made), encoding="utf-8")
    error = unsigned(Project(tmp_path), MONTH)
    assert reason in error.what and error.where and "redstats run 2026-10" in error.to_do


class Small:
    """A month of which only the points of some committees are known, as a run would leave it, and one page that says how it stands."""

    WHO = tuple(f"示例{name}苑业委会" for name in "甲乙丙丁")

    def __init__(self, root) -> None:
        self.project = Project(root)
        (root / "data" / "raw" / str(MONTH)).mkdir(parents=True)
        for name in (tables.FINDINGS, tables.LAW, tables.FILES):
            tables.write(self.project, name, MONTH, [], "310105")
        self.points = dict.fromkeys(self.WHO, 90.0)
        self.run()

    def run(self) -> None:
        """Write the points; the page says how the month stands by then."""
        rows = [
            {"month": str(MONTH), "street_code": "310105001", "committee_name": name, "points": points}
            | {"level": "committee", "part": "total", "band": "达标", "known": 1.0}
            for name, points in self.points.items()
        ]
        tables.write(self.project, tables.SCORES, MONTH, rows, "310105")
        folder = self.project.dashboards(MONTH)
        folder.mkdir(parents=True, exist_ok=True)
        text = f"<p>状态：{signing.status(self.project, MONTH).text}；制表</p>"
        (folder / "index.html").write_text(text, encoding="utf-8")

    def looked(self) -> None:
        """Whatever has happened: what was frozen is whole, and no number is another than the frozen one without being told."""
        known = signing.versions(self.project, MONTH)
        if not known:
            return
        assert all(check.well is not False for check in signing.verify(self.project, MONTH))
        now = signing.status(self.project, MONTH)
        frozen = tables.read(known[-1].project, tables.SCORES, MONTH).set_index("committee_name")["points"]
        otherwise = {name for name, points in self.points.items() if points != frozen[name]}
        assert ("更正说明" in now.text) == now.is_changed == bool(otherwise)
        assert set(now.differences.points["committee_name"]) == otherwise
        for earlier, later in itertools.pairwise(known):
            told_of = differences(self.project, (earlier.project, MONTH), (later.project, MONTH))
            assert not told_of.points.empty, "no version but for a number that is told"
        assert [statuses(one.project.dashboards(MONTH))["index.html"][:5] for one in known] == [
            f"定稿第{number}版" for number in range(1, len(known) + 1)
        ]


@pytest.mark.parametrize("seed", range(2))
def test_in_whatever_order_numbers_change_and_come_back_and_are_signed_no_change_goes_untold(tmp_path, seed):
    small, chance, first = Small(tmp_path), Random(seed), {}
    for _ in range(10):
        what = chance.choice(["change", "back", "sign", "sign"])
        if what == "change":
            small.points[chance.choice(small.WHO)] = chance.choice([80.0, 85.0, 90.0])
        elif what == "back" and first:
            small.points = dict(chance.choice([*first.values()]))
        small.run()
        if what == "sign":
            with contextlib.suppress(RunError):  # nothing is otherwise
                done = signing.sign(small.project, MONTH, "测试员", TODAY)
                first[done.number] = dict(small.points)
        small.looked()
    for number, points in first.items():
        frozen = tables.read(signing.versions(small.project, MONTH)[number - 1].project, tables.SCORES, MONTH)
        assert dict(zip(frozen["committee_name"], frozen["points"], strict=True)) == points, (
            "frozen is frozen"
        )


def test_killed_anywhere_a_version_is_whole_or_is_not_there_and_signing_again_completes_it(tmp_path):
    killer = Killer()
    small = Small(tmp_path / "small")
    signing.sign(small.project, MONTH, "测试员", TODAY)
    small.points[small.WHO[0]] = 80.0
    small.run()
    start = small.project.root
    with killer.at(Project(shutil.copytree(start, tmp_path / "whole")), 10**9):
        signing.sign(Project(tmp_path / "whole"), MONTH, "测试员", TODAY)
    steps = killer.count
    assert steps > 10
    for point in sorted({1, *range(3, steps, steps // 4), steps - 1, steps}):
        home = Project(shutil.copytree(start, tmp_path / f"killed{point}"))
        with killer.at(home, point), contextlib.suppress(Killed):
            signing.sign(home, MONTH, "测试员", TODAY)
        small.project = home
        if len(signing.versions(home, MONTH)) == 1:
            small.looked()
            signing.sign(home, MONTH, "测试员", TODAY)
        small.looked()
        assert len(signing.versions(home, MONTH)) == 2

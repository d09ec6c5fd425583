"""What is otherwise between two months, or before and after a correction; the log and the versions that remember it."""

from __future__ import annotations

import json
import shutil
import stat

import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

from redstats import tables
from redstats.cli import app
from redstats.errors import RunError
from redstats.months import Month
from redstats.project import Project
from redstats.runs import history, log
from redstats.runs.month import run_month
from redstats.runs.run import Run
from redstats.scores.differences import differences

SEPTEMBER, OCTOBER = Month(2026, 9), Month(2026, 10)
WHO = ["street_code", "neighbourhood_committee", "committee_name", "requirement"]
sample = pytest.mark.xdist_group("sample")


def between(project, first, last):
    return differences(project, (project, first), (project, last))


@sample
def test_a_month_does_not_differ_from_itself(sample_project):
    same = between(sample_project, OCTOBER, OCTOBER)
    assert same.changes.empty and same.committees.empty and same.points.empty
    assert (
        same.counts[""][0]
        == same.counts[""][1]
        == sum(count for code, (_, count) in same.counts.items() if code)
    )


@sample
@pytest.mark.parametrize(("layer", "table"), [("standard", tables.FINDINGS), ("law", tables.LAW)])
def test_every_judgement_that_is_otherwise_is_told_and_no_other(sample_project, layer, table):
    """By the names as they are written, which the sample does not change."""
    then, now = (tables.read(sample_project, table, month).set_index(WHO) for month in (SEPTEMBER, OCTOBER))
    said = ["state", "reported"]
    both = then[said].merge(now[said], left_index=True, right_index=True, suffixes=("_then", "_now"))
    both = both.fillna("")
    told = between(sample_project, SEPTEMBER, OCTOBER).changes
    told = told[told["layer"] == layer]
    moved = both[both["state_then"] != both["state_now"]]
    assert set(told[told["kind"] != "value"].set_index(WHO).index) == set(moved.index)
    unknown, short = ["not_reported", "needs_review"], ["not_met"]
    of = lambda then, now: moved[then(moved["state_then"]) & now(moved["state_now"])]  # noqa: E731
    was, is_ = (
        (lambda states: lambda column: column.isin(states)),
        (lambda states: lambda column: ~column.isin(states)),
    )
    expected = {
        "worse": of(is_(unknown + short), was(short)),
        "found": of(was(unknown), was(short)),
        "better": of(was(short), is_(unknown)),
        "cleared": of(was(unknown), is_(unknown + short)),
        "lost": of(is_(unknown), was(unknown)),
    }
    for kind, rows in expected.items():
        assert set(told[told["kind"] == kind].set_index(WHO).index) == set(rows.index), kind
    value = both[(both["state_then"] == both["state_now"]) & (both["reported_then"] != both["reported_now"])]
    assert set(told[told["kind"] == "value"].set_index(WHO).index) == set(value.index)


@sample
def test_backwards_every_change_is_its_contrary(sample_project):
    forth, back = between(sample_project, SEPTEMBER, OCTOBER), between(sample_project, OCTOBER, SEPTEMBER)

    def of(differing, *kinds):
        changes = differing.changes
        return set(changes[changes["kind"].isin(kinds)].set_index(["layer", *WHO]).index)

    assert of(forth, "better") == of(back, "worse")
    assert of(forth, "found", "cleared") == of(back, "lost")
    district = [each.points[each.points["level"] == "district"] for each in (forth, back)]
    assert [list(each["points_before"]) for each in district] == [
        list(each["points_after"]) for each in district[::-1]
    ]


@sample
def test_who_came_and_who_went_are_named(sample_project, tmp_path):
    less = Project(tmp_path)
    for table in (tables.FINDINGS, tables.LAW, tables.SCORES):
        shutil.copytree(
            sample_project.processed / table / str(OCTOBER), less.processed / table / str(OCTOBER)
        )
        path = next((less.processed / table / str(OCTOBER)).glob("*.parquet"))
        rows = pd.read_parquet(path)
        name = next(name for name in sorted(rows["committee_name"].dropna()) if name)
        rows[rows["committee_name"] != name].to_parquet(path)
    then, now = (less, OCTOBER), (sample_project, OCTOBER)
    assert list(differences(sample_project, then, now).committees["kind"]) == ["came"]
    assert list(differences(sample_project, now, then).committees["kind"]) == ["gone"]


@pytest.fixture
def log_of(tmp_path):
    return Project(tmp_path)


def test_the_log_is_only_added_to_and_for_its_owner_alone(log_of):
    for made in (["index.html"], []):
        log.note(log_of, Run(OCTOBER, log_of.dashboards(OCTOBER), made=made))
    path = log_of.processed / log.FILE
    before = path.read_bytes()
    log.note(log_of, Run(SEPTEMBER, log_of.dashboards(SEPTEMBER)), force=True)
    assert path.read_bytes().startswith(before)
    assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
    assert [entry["made"] for entry in log.entries(log_of, OCTOBER)] == [["index.html"], []]
    assert [entry["parameters"] for entry in log.entries(log_of, SEPTEMBER)] == [{"force": True}]
    path.write_bytes(before + b'\xff null\nnull\n{"month": "2026')
    log.note(log_of, Run(OCTOBER, log_of.dashboards(OCTOBER)))  # the torn line takes only itself
    assert len(log.entries(log_of)) == 3


def test_a_version_is_kept_where_the_judgements_differ_and_only_there(log_of):
    def judged(state):
        row = {"month": str(OCTOBER), "street_code": "310105001", "committee_name": "甲", "state": state}
        for table in (tables.FINDINGS, tables.LAW):
            tables.write(log_of, table, OCTOBER, [row], "310105")
        tables.write(log_of, tables.SCORES, OCTOBER, [], "310105")

    numbers = []
    for state in ("met", "met", "not_met", "met"):
        judged(state)
        numbers.append(history.keep(log_of, OCTOBER))
    assert numbers == [1, 1, 2, 3]
    states = [
        tables.read(each.project, tables.FINDINGS, OCTOBER)["state"].item()
        for each in history.versions(log_of, OCTOBER)
    ]
    assert states == ["met", "not_met", "met"]


@pytest.mark.xdist_group("pages")
def test_a_correction_is_told_against_the_version_before(whole_month, tmp_path, monkeypatch):
    project, first = whole_month(tmp_path)
    monkeypatch.setenv("REDSTATS_HOME", str(tmp_path))
    diff = lambda *words: CliRunner().invoke(app, ["diff", str(OCTOBER), *words])  # noqa: E731
    assert first.version == 1
    alone = diff()
    assert alone.exception.exit_code == 5 and "没有可以相比的版本" in str(alone.exception)
    # a committee that met a rule answers no by now
    findings = tables.read(project, tables.FINDINGS, OCTOBER)
    answered = findings[
        (findings["requirement"] == "theory_training")
        & (findings["state"] == "met")
        & (findings["reported"] == "是")
    ]
    row = next(row for row in answered.itertuples() if row.source_file.endswith(".xlsx"))
    path = project.raw / str(OCTOBER) / row.source_file
    book = openpyxl.load_workbook(path)
    book[row.source_sheet][row.cell] = "否"
    book.save(path)
    assert run_month(project, OCTOBER).version == 2
    changes = json.loads(diff("--json").stdout)["changes"]
    (change,) = [each for each in changes if each["requirement"] == row.requirement]
    assert change["committee_name"] == row.committee_name and change["reported_after"] == "否"
    assert change["state_before"] == "met" != change["state_after"] and change["kind"] != "value"
    assert row.committee_name in diff().stdout
    assert {each["street_name"] for each in changes} == {row.street_name}
    assert [entry["version"] for entry in log.entries(project, OCTOBER)] == [1, 2]
    counts = [diff("--street", name).stdout.split("；")[0] for name in ("天山", "虹桥")]
    scores = tables.read(project, tables.SCORES, OCTOBER)
    for line, name in zip(counts, ("天山路街道", "虹桥街道"), strict=True):
        judged = (
            (scores["level"] == "committee") & (scores["part"] == "total") & (scores["street_name"] == name)
        )
        assert line.endswith(f"业委会 {judged.sum()} 个"), line
    assert run_month(project, OCTOBER).version == 0  # nothing to do


def test_a_run_that_could_not_go_on_is_in_the_log_too(log_of):
    with pytest.raises(RunError):
        run_month(log_of, OCTOBER)
    (entry,) = log.entries(log_of)
    assert entry["exit_code"] == 5 and "没有 2026-10 的报表" in entry["error"]

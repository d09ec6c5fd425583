"""What was read of a workbook is kept by what it was made from: only what has changed is read again, and the answer is the same."""

from __future__ import annotations

import hashlib
import pickle
import shutil
from pathlib import Path

import pytest
from drawing import draw
from openpyxl import Workbook

from redstats import mappings, places, returns, tables
from redstats.months import Month
from redstats.project import Project
from redstats.returns import kept, reading
from redstats.runs import inputs, stages

MONTH, ROOT = Month(2026, 6), Path(__file__).parents[1]
STREETS = places.on(MONTH.end).streets[:3]


def write(path: Path, street, families: int = 100) -> None:
    book = Workbook()
    neighbourhood = street.neighbourhoods[0].name
    rows = [
        ["序号", "街镇", "居委会", "业委会名称", "户数", "自主组织钻研（次）"],
        [1, street.name, neighbourhood, "甲苑业委会", families, 2],
    ]
    draw(book.active, rows)
    book.save(path)


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "data" / "raw" / str(MONTH)
    folder.mkdir(parents=True)
    for street in STREETS:
        write(folder / f"{street.name}2026年6月.xlsx", street)
    return Project(tmp_path)


@pytest.fixture
def read(project, monkeypatch):
    """The names of the workbooks that are opened from now on."""
    opened: list[str] = []
    real = reading.envelope.read_each

    def noted(reader, listed, *more):
        opened.extend(path.name for path, *_ in listed)
        return real(reader, listed, *more)

    monkeypatch.setattr(reading.envelope, "read_each", noted)
    return opened


def imported(project):
    """What the reading of the month gives, in every table."""
    returns.import_month(project, MONTH)
    names = (tables.RETURNS, tables.CELLS, tables.FILES, tables.NOTES)
    return {name: tables.read(project, name, MONTH).to_dict("list") for name in names}


def test_what_is_unchanged_is_not_read_again_and_gives_the_same(project, read):
    first = imported(project)
    assert len(read) == len(STREETS)
    read.clear()
    assert repr(imported(project)) == repr(first) and read == []


def test_of_a_month_only_the_workbook_that_changed_is_read(project, read):
    imported(project)
    read.clear()
    changed = next((project.raw / str(MONTH)).glob(f"{STREETS[1].name}*"))
    write(changed, STREETS[1], families=120)
    again = imported(project)
    assert read == [changed.name]
    shutil.rmtree(project.readings(MONTH))
    assert repr(imported(project)) == repr(again)


def test_a_name_of_a_file_and_a_confirmation_may_change_what_is_read(project, read):
    imported(project)
    read.clear()
    (sent := next((project.raw / str(MONTH)).glob(f"{STREETS[0].name}*"))).rename(sent.with_stem("上报"))
    imported(project)
    assert read == ["上报.xlsx"]
    read.clear()
    (project.raw / mappings.FILE).write_text("全区: {}\n", encoding="utf-8")
    imported(project)
    assert len(read) == len(STREETS)


def test_changed_code_reads_everything_again(project, read, monkeypatch):
    imported(project)
    read.clear()
    monkeypatch.setattr(kept.fingerprints, "code", lambda: "another")
    imported(project)
    assert len(read) == len(STREETS)


def test_a_changed_suite_makes_tables_anew_and_reads_nothing(project, read):
    (project.expectations).mkdir()
    imported(project)
    before = inputs.of_months(project, MONTH)
    (project.expectations / "another.json").write_text("{}", encoding="utf-8")
    read.clear()
    imported(project)
    assert inputs.of_months(project, MONTH) != before and read == []


def test_what_was_torn_or_put_there_by_somebody_is_not_believed(project, read):
    first = imported(project)
    torn, strange, *_ = sorted(project.readings(MONTH).rglob("*.pickle"))
    torn.write_bytes(torn.read_bytes()[:100])
    content = pickle.dumps(pytest.fail)
    strange.write_bytes(hashlib.sha256(content).digest() + content)
    read.clear()
    assert repr(imported(project)) == repr(first) and len(read) == 2


def test_a_workbook_that_is_gone_leaves_no_reading_behind(project):
    imported(project)
    for sent in (project.raw / str(MONTH)).glob(f"{STREETS[0].name}*"):
        sent.unlink()
    imported(project)
    assert len(list(project.readings(MONTH).rglob("*.pickle"))) == len(STREETS) - 1


def test_only_the_owner_may_read_what_is_kept(project):
    imported(project)
    for path in project.readings(MONTH).rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


@pytest.mark.xdist_group("sample")
def test_of_all_that_streets_send_there_is_a_reading(sample_project, tmp_path):
    """What a reading holds is what may be read of it: an unchanged month opens none but what cannot be read."""
    shutil.copytree(sample_project.raw, tmp_path / "data" / "raw")
    project = Project(tmp_path)
    for month in inputs.months_with_returns(project):
        read = [each.sha256 for each in returns.read_month(project, month).returns if each.sha256]
        stored = [kept._load(path) for path in project.readings(month).rglob("*.pickle")]
        assert None not in stored
        assert {each.sha256 for each in stored} == set(read)


@pytest.mark.parametrize("again", [True, False])
def test_a_file_that_was_refused_for_what_may_be_the_machines_fault_is_read_once_more(
    project, monkeypatch, again
):
    """And then believed: else it would make every run do everything."""
    project.expectations.symlink_to(ROOT / "expectations", target_is_directory=True)
    real = reading.envelope.read_each

    def crashing(reader, listed, *more):
        results = real(reader, listed, *more)
        for result in results:
            if STREETS[0].name in result.file:
                result.sha256 = ""
                reading.envelope.refuse(result, "crashed")
        return results

    def outcomes():
        stages.ensure(project, MONTH, doubt=True)
        return dict(
            tables.read(project, tables.FILES, MONTH)[["source_file", "code"]].itertuples(index=False)
        )

    with monkeypatch.context() as machine:
        machine.setattr(reading.envelope, "read_each", crashing)
        assert "crashed" in outcomes().values() and inputs.is_to_read_again(project, MONTH)
        stages.ensure(project, MONTH)  # a notebook of that run takes what there is
        assert inputs.is_to_read_again(project, MONTH)
        if again:
            assert "crashed" in outcomes().values() and not inputs.is_to_read_again(project, MONTH)
            return
    assert "crashed" not in outcomes().values() and not inputs.is_to_read_again(project, MONTH)

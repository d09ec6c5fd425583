"""``redstats doctor``: each thing that is wrong is said, with a remedy, and stops no other check."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from redstats.cli import app
from redstats.project import Project
from redstats.runs import doctor

ROOT = Path(__file__).parents[1]


@pytest.fixture
def project(tmp_path, monkeypatch):
    for name in ("notebooks", "expectations"):
        shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.setenv("REDSTATS_HOME", str(tmp_path))
    monkeypatch.setattr(doctor, "_imports", lambda: iter(()))  # takes seconds, and its own test below
    project = Project(tmp_path)
    project.raw.mkdir(parents=True)
    return project


def wrong(*severities):
    return [each for each in doctor.examine() if each.well in severities]


def test_all_is_well_where_all_is_well(project):
    assert not wrong(False)
    done = CliRunner().invoke(app, ["doctor", "--json"])
    assert done.exit_code == 0 and {each["part"] for each in json.loads(done.stdout)} == {
        "安装",
        "项目",
        "电脑",
    }


def remove_a_notebook(project):
    (project.notebooks / "5_scoring_dashboard.ipynb").unlink()


def break_a_notebook(project):
    (project.notebooks / "4_coverage_dashboard.ipynb").write_text("{", encoding="utf-8")


def break_a_suite(project):
    path = project.suites[0]
    path.write_text(path.read_text(encoding="utf-8").replace("expect_", "expcet_", 1), encoding="utf-8")


def write(name, text):
    def breaking(project):
        path = project.raw / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    return breaking


BROKEN = {
    "a notebook is gone": (remove_a_notebook, "5_scoring_dashboard"),
    "a notebook is no notebook": (break_a_notebook, "4_coverage_dashboard"),
    "a suite has a mistake": (break_a_suite, "expcet_"),
    "a setting is unknown": (write("settings.yml", "deadline: 5\n"), "settings.yml"),
    "a confirmation is malformed": (write("mappings.yml", "[1"), "mappings.yml"),
    "a correction is malformed": (write("corrections.yml", "- {}\n"), "corrections.yml"),
    "a decision is malformed": (write("recognitions.yml", "- {}\n"), "recognitions.yml"),
    "a profile is malformed": (write("profiles/mine.yaml", "- 1\n"), "mine.yaml"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_is_told_with_its_place_and_a_remedy(project, name):
    breaking, place = BROKEN[name]
    breaking(project)
    (complaint,) = wrong(False)
    assert complaint.part == "项目" and complaint.to_do
    assert place in complaint.what + complaint.to_do
    assert CliRunner().invoke(app, ["doctor"]).exit_code == 5


def test_returns_that_would_never_be_read_are_named(project):
    (project.raw / "2026年11月").mkdir()
    (project.raw / "华阳路.xlsx").touch()
    (project.raw / "2026-10").mkdir()
    for name in ("~$天山路.xlsx", "天山路.xlsx"):
        (project.raw / "2026-10" / name).touch()
    hints = [each.what for each in wrong(None)]
    for name in ("2026年11月", "华阳路.xlsx", "天山路.xlsx 正在"):
        assert sum(name in hint for hint in hints) == 1, hints


def test_a_library_that_is_missing_or_of_another_version_is_named(project, monkeypatch):
    real = doctor.metadata.version

    def version(name):
        if name == "papermill":
            raise doctor.metadata.PackageNotFoundError(name)
        return "1.0" if name == "pandas" else real(name)

    monkeypatch.setattr(doctor.metadata, "version", version)
    told = {each.what for each in wrong(False)}
    assert (
        len(told) == 2
        and any("papermill" in each for each in told)
        and any("pandas 1.0" in each for each in told)
    )


def test_a_library_that_cannot_be_loaded_stops_no_other_check(project, monkeypatch):
    def broken():
        raise ImportError("DLL load failed")
        yield

    monkeypatch.setattr(doctor, "_OF_INSTALLATION", (broken, doctor._engine))
    (complaint,) = wrong(False)
    assert "DLL load failed" in complaint.what and any("papermill" in each.what for each in doctor.examine())


def test_no_project_is_a_finding_too(tmp_path, monkeypatch):
    monkeypatch.setenv("REDSTATS_HOME", str(tmp_path))
    monkeypatch.setattr(doctor, "_OF_INSTALLATION", ())
    assert [each.part for each in wrong(False)] == ["项目"]


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write anywhere"
)
def test_a_folder_that_cannot_be_written_to_is_told(project):
    project.raw.chmod(0o500)
    try:
        assert any("data/raw" in each.what for each in wrong(False))
    finally:
        project.raw.chmod(0o700)

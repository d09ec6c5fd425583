"""The command line: Chinese, three-line errors, an exit code a family, and consoles in GBK."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import redstats
from redstats import places
from redstats.months import Month
from redstats.project import Project

ROLL = [street.name for street in places.on(Month(2026, 10).end).streets]


def call(*arguments: str, project=None, encoding: str = "utf-8") -> subprocess.CompletedProcess:
    environment = os.environ | {"PYTHONIOENCODING": encoding, "COLUMNS": "160"}
    if project is not None:
        environment["REDSTATS_HOME"] = str(project.root)
    command = [sys.executable, "-m", "redstats.cli", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, timeout=300)
    done.stdout, done.stderr = (text.decode(encoding) for text in (done.stdout, done.stderr))
    return done


def test_the_version_is_told():
    assert call("--version").stdout.strip() == f"redstats {redstats.__version__}"


def test_a_clause_is_shown_with_its_words_and_requirements():
    done = call("standard", "3.2")
    assert done.returncode == 0
    assert "三（二）队伍建设" in done.stdout and "同时每年自行组织学习不少于2次" in done.stdout


def test_a_requirement_comes_as_json():
    (one,) = json.loads(call("standard", "self_study", "--json").stdout)
    assert (
        one["clause"] == "3.2"
        and one["force"] == "must"
        and one["value"] == {"minimum": 2, "newly_elected": 1}
    )


def test_an_unknown_requirement_offers_close_ones_in_three_lines():
    done = call("standard", "self_studies")
    assert done.returncode == 5
    what, where, to_do = done.stderr.strip().splitlines()
    assert (
        what.startswith("问题：")
        and where.startswith("位置：")
        and to_do.startswith("处理：")
        and "self_study" in to_do
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "2026-13"), "2026-10"),
        (("run", "2030-01"), "2026-10"),
        (("run", "2026-10", "--street", "花阳路街道"), "华阳路街道"),
        (("status", "十月"), "2026-10"),
    ],
)
def test_a_wrong_argument_is_an_error_of_the_run_with_a_way_out(sample_project, arguments, said):
    done = call(*arguments, project=sample_project)
    assert done.returncode == 5 and said in done.stderr and "Traceback" not in done.stderr


def test_the_status_names_late_and_corrected_streets(sample_project):
    rows = {
        row["street_name"]: row
        for row in json.loads(call("status", "2026-10", "--json", project=sample_project).stdout)
    }
    assert list(rows) == ROLL
    assert [name for name, row in rows.items() if row["late"]] == ["新华路街道"]
    assert [name for name, row in rows.items() if row["status"] == "corrected"] == ["虹桥街道"]


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "ascii"])
def test_chinese_survives_any_console(sample_project, encoding):
    for arguments in (("status", "2026-10"), ("standard", "1.3"), ("run", "2030-01")):
        done = call(*arguments, project=sample_project, encoding=encoding)
        assert "Traceback" not in done.stderr and "UnicodeEncodeError" not in done.stderr
        if encoding != "ascii" and arguments[0] == "status":
            assert "华阳路街道" in done.stdout and "?" not in done.stdout


def test_a_command_outside_a_project_says_where_to_go(tmp_path):
    environment = os.environ | {"REDSTATS_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "redstats.cli", "status", "2026-10"],
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 5 and "REDSTATS_HOME" in done.stderr


def test_the_status_of_an_empty_folder_is_that_every_street_is_missing(tmp_path):
    for name in ("data/raw/2026-10", "notebooks", "expectations"):
        (tmp_path / name).mkdir(parents=True)
    environment = os.environ | {"REDSTATS_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "redstats.cli", "status", "2026-10", "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8")
    assert {row["street_name"]: row["status"] for row in json.loads(done.stdout)} == dict.fromkeys(
        ROLL, "missing"
    )


def test_suites_are_checked_whole_and_their_mistakes_told_one_a_line(tmp_path):
    root = Path(__file__).parents[1]
    for name in ("notebooks", "expectations"):
        shutil.copytree(root / name, tmp_path / name)
    suites = [
        json.loads(one.read_text(encoding="utf-8")) for one in (tmp_path / "expectations").glob("*.json")
    ]
    rules = sum(len(suite["expectations"]) for suite in suites)
    clean = call("suites", "check", project=Project(tmp_path))
    assert (clean.returncode, clean.stdout.strip()) == (
        0,
        f"{len(suites)} 个套件，{rules} 条规则，没有错误。",
    )
    path = tmp_path / "expectations" / "chapter_3.json"
    text = path.read_text(encoding="utf-8")
    text = text.replace('"reserve_total"', '"reserve_totals"').replace(
        '"$PARAMETER": "reserve"', '"$PARAMETER": "x"'
    )
    path.write_text(text, encoding="utf-8")
    spoilt = call("suites", "check", project=Project(tmp_path), encoding="gbk")
    assert spoilt.returncode == 4 and "Traceback" not in spoilt.stderr
    first, second = spoilt.stdout.strip().splitlines()
    assert "没有列“reserve_totals”" in first and "没有参数“x”" in second

"""The command line: Chinese, three-line errors, an exit code a family, and consoles in GBK."""

from __future__ import annotations

import errno
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
    assert one["clause"] == "3.2" and one["force"] == "must" and one["value"] == 2


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


# ---- the one way to the terminal

HOSTILE = "甲\x1b[31m乙\x1b]0;标题\x07\r\n已读取：十个街镇\u202e\x9b2J\u2028[bold]丙[/]"


def test_no_name_of_a_file_does_anything_to_the_terminal(tmp_path):
    project = Project(tmp_path)
    for name in ("notebooks", "expectations"):
        (tmp_path / name).mkdir()
    folder = project.raw / "2026-10"
    folder.mkdir(parents=True)
    name = HOSTILE.replace("/", "") + ".pdf"
    try:
        (folder / name).write_bytes(b"%PDF-1.4")
    except OSError:
        pytest.skip("这个系统不许这样的文件名")
    for arguments in (("status", "2026-10"), ("status", "2026-10", "--json"), ("map", "2026-10")):
        done = call(*arguments, project=project)
        shown = done.stdout + done.stderr
        assert not [char for char in shown if char != "\n" and not char.isprintable()], arguments
        assert not [line for line in shown.splitlines() if line.startswith("已读取")], arguments
    assert "[bold]丙[" in call("status", "2026-10", project=project).stdout.replace("\n", "")
    told = json.loads(call("status", "2026-10", "--json", project=project).stdout)
    assert len(told) == len(ROLL)


def test_every_hostile_character_of_the_terminal_is_shown_as_a_symbol():
    from redstats.cli.options import visible

    for code in (
        *range(0x20),
        *range(0x7F, 0xA0),
        *range(0x200B, 0x2010),
        *range(0x2028, 0x202F),
        0x2066,
        0xFEFF,
    ):
        shown = visible(f"甲{chr(code)}乙")
        assert shown.isprintable() and shown != "甲乙" and len(shown) > 2, hex(code)
    assert visible("甲（乙）[b] 10% \\ 3/4") == "甲（乙）[b] 10% \\ 3/4"


# ---- what the system refuses


@pytest.mark.parametrize("number", [errno.EACCES, errno.ENOSPC, errno.EROFS, errno.EIO, errno.ENAMETOOLONG])
def test_an_error_of_the_system_is_three_lines_and_an_exit_code(number, tmp_path, monkeypatch, capsys):
    from redstats import cli, files

    def refuse(*_, **__):
        raise OSError(number, os.strerror(number), "data/processed/甲")

    for name in ("notebooks", "expectations", "data/raw/2026-10"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.setenv("REDSTATS_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["redstats", "run", "2026-10"])
    monkeypatch.setattr(files.Path, "replace", refuse)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    told = capsys.readouterr().err.splitlines()
    assert ended.value.code == 5 and [line[:3] for line in told[-3:]] == ["问题：", "位置：", "处理："]


def test_a_file_where_a_folder_should_be_is_told(tmp_path, monkeypatch, capsys):
    from redstats import cli

    for name in ("notebooks", "expectations", "data/raw/2026-10"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "data" / "processed").write_text("这里本是文件夹", encoding="utf-8")
    monkeypatch.setenv("REDSTATS_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["redstats", "run", "2026-10"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 5 and "processed" in capsys.readouterr().err


def test_a_bug_still_shows_itself(tmp_path, monkeypatch):
    from redstats import cli, settings

    for name in ("notebooks", "expectations"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("REDSTATS_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["redstats", "settings"])
    monkeypatch.setattr(settings, "listed", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        cli.main()

"""What is written is whole or not there, follows the system's settings, and leaves nothing behind."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading

import pytest

from redstats.errors import of_system
from redstats.files import append, replacing, replacing_folder, restore, sweep

POSIX = pytest.mark.skipif(os.name != "posix", reason="Windows 没有这些权限位")


def mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@POSIX
@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_files_and_folders_follow_the_umask_and_private_ones_are_their_owners(tmp_path, mask):
    script = f"""
import os, pathlib
os.umask({mask})
from redstats.files import replacing, replacing_folder
here = pathlib.Path({str(tmp_path)!r})
for private in (False, True):
    with replacing(here / f"f{{private}}" / "a", private) as scratch:
        scratch.write_text("1")
    with replacing_folder(here / f"d{{private}}", private) as scratch:
        (scratch / "a").write_text("1")
"""
    subprocess.run([sys.executable, "-c", script], check=True)
    assert mode(tmp_path / "fFalse" / "a") == 0o666 & ~mask and mode(tmp_path / "dFalse") == 0o777 & ~mask
    assert mode(tmp_path / "fTrue" / "a") == 0o600
    assert mode(tmp_path / "fTrue") == 0o700 and mode(tmp_path / "dTrue") == 0o700


def test_a_block_that_fails_changes_nothing_and_leaves_nothing(tmp_path):
    (tmp_path / "a").write_text("old")
    with pytest.raises(ZeroDivisionError), replacing(tmp_path / "a") as scratch:
        scratch.write_text("new")
        raise ZeroDivisionError
    with pytest.raises(ZeroDivisionError), replacing_folder(tmp_path / "d") as scratch:
        raise ZeroDivisionError
    assert [path.name for path in tmp_path.iterdir()] == ["a"] and (tmp_path / "a").read_text() == "old"


def test_lines_are_added_whole_or_not_at_all_and_end_a_torn_one(tmp_path, monkeypatch):
    file = tmp_path / "lines"
    append(file, b"a\n")
    with monkeypatch.context() as full:
        full.setattr(os, "write", lambda number, content, write=os.write: write(number, content[:2]))
        with pytest.raises(OSError):
            append(file, b"bbbb\n")
    assert file.read_bytes() == b"a\n"
    file.write_bytes(b"a\nto")
    append(file, b"c\n")
    assert file.read_bytes() == b"a\nto\nc\n"


@pytest.mark.skipif(sys.platform != "linux", reason="别的系统不能一步交换两个名称")
def test_no_reader_sees_a_folder_missing_while_it_is_exchanged(tmp_path):
    folder, missing, stop = tmp_path / "pages", [], threading.Event()

    def look() -> None:
        while not stop.is_set():
            try:
                (folder / "index.html").read_text()
            except FileNotFoundError as error:
                missing.append(error)

    with replacing_folder(folder) as scratch:
        (scratch / "index.html").write_text("0")
    reader = threading.Thread(target=look)
    reader.start()
    for number in range(200):
        with replacing_folder(folder) as scratch:
            (scratch / "index.html").write_text(str(number))
    stop.set()
    reader.join()
    # between opening the folder's name and the file in it the old folder may be cleared away; its name never is
    assert folder.is_dir() and len(missing) < 20
    assert [path.name for path in tmp_path.iterdir()] == ["pages"]


def test_where_names_cannot_be_exchanged_the_new_folder_stands_alone(tmp_path, monkeypatch):
    def without(*_, **__):
        raise OSError("no such call on this system")

    monkeypatch.setattr("ctypes.CDLL", without)
    for number in "012":
        with replacing_folder(tmp_path / "pages") as scratch:
            (scratch / number).write_text(number)
        assert [path.name for path in tmp_path.iterdir()] == ["pages"]
        assert [path.name for path in (tmp_path / "pages").iterdir()] == [number]


def test_what_a_killed_run_left_is_swept_and_what_it_took_away_comes_back(tmp_path):
    script = f"""
import os, pathlib
from redstats.files import replacing, replacing_folder
here = pathlib.Path({str(tmp_path)!r})
with replacing(here / "a.txt") as file, replacing_folder(here / "2026-10") as folder:
    file.write_text("half"); (folder / "index.html").write_text("half")
    os._exit(9)
"""
    subprocess.run([sys.executable, "-c", script], check=False)
    (tmp_path / ".2026-09.old").mkdir()
    assert len(list(tmp_path.iterdir())) == 3
    sweep(tmp_path, "2026-10")
    assert len(list(tmp_path.iterdir())) == 2
    sweep(tmp_path)
    restore(tmp_path / "2026-09")
    assert [path.name for path in tmp_path.iterdir()] == ["2026-09"]


@pytest.mark.parametrize("number", [1, 2, 13, 17, 20, 21, 27, 28, 30, 36, 999])
def test_what_the_system_says_is_three_lines(number):
    error = of_system(OSError(number, "words of the system", "data/processed/甲"))
    assert error.what and error.to_do and error.where == "data/processed/甲" and error.exit_code == 5

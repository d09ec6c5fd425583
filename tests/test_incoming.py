"""What lies in a month's folder is looked at in one place: nothing is opened that is no plain file, and nothing stops the rest."""

from __future__ import annotations

import hashlib
import os
import sys

import pytest

from redstats import incoming

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="只有 POSIX 有")


def named(folder):
    return {file.name: file.skipped for file in incoming.files(folder)}


def test_a_file_is_known_by_its_way_below_the_folder(tmp_path):
    for place in ("华阳路", "江苏路"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "月报.xlsx").write_bytes(place.encode())
    assert named(tmp_path) == {"华阳路/月报.xlsx": False, "江苏路/月报.xlsx": False}
    first, second = incoming.files(tmp_path)
    assert first.digest() != second.digest() and first.mark() != second.mark()


@POSIX
def test_pipes_links_and_files_of_programs_are_listed_and_never_opened(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(b"1")
    os.mkfifo(tmp_path / "管道.xlsx")
    (tmp_path / "链接.xlsx").symlink_to(tmp_path / "a.xlsx")
    (tmp_path / "文件夹").symlink_to(tmp_path, target_is_directory=True)
    for name in ("~$a.xlsx", ".DS_Store", "Thumbs.db", "a.xlsx.tmp"):
        (tmp_path / name).write_bytes(b"2")
    listed = named(tmp_path)
    assert [name for name, skipped in listed.items() if not skipped] == ["a.xlsx"] and len(listed) == 8
    assert all(file.digest() == "" for file in incoming.files(tmp_path) if file.skipped)


@POSIX
def test_a_file_larger_than_any_return_is_not_read(tmp_path):
    with (tmp_path / "大.xlsx").open("wb") as file:
        file.truncate(3 << 30)
    (large,) = incoming.files(tmp_path)
    assert large.digest() == "" and str(3 << 30).encode() in large.mark()


@POSIX
def test_the_largest_file_that_is_read_is_read_whole_and_one_byte_more_is_not(tmp_path):
    with (tmp_path / "大.xlsx").open("wb") as file:
        file.truncate(64 * 2**20)
        (at_most,) = incoming.files(tmp_path)
        assert at_most.digest() == hashlib.sha256(bytes(64 * 2**20)).hexdigest()
        file.truncate(64 * 2**20 + 1)
    assert at_most.digest() == ""


@pytest.mark.parametrize("name, skipped", [
    ("~$月报.xlsx", True), (".月报.xlsx", True), ("Thumbs.db", True), ("desktop.ini", True), ("月报.xlsx.tmp", True),
    ("月报.BAK", True), ("月报.xlsx.lnk", True), ("月报.xlsx.part", True), ("月报.xlsx.crdownload", True),
    ("月报~$.xlsx", False), ("月报.tmp.xlsx", False), ("part.xlsx", False), ("月报.pdf", False),
])  # fmt: skip
def test_what_programs_leave_is_told_by_its_name_and_a_return_is_none_of_it(tmp_path, name, skipped):
    (tmp_path / name).write_bytes(b"1")
    assert named(tmp_path) == {name: skipped}


def test_a_file_that_is_gone_while_one_looks_stops_nothing(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(b"1")
    (file,) = incoming.files(tmp_path)
    before = file.mark()
    (tmp_path / "a.xlsx").unlink()
    assert file.digest() == "" and file.mark() != before


@pytest.mark.skipif(sys.platform != "linux", reason="其他系统的文件名都是 Unicode")
def test_a_name_that_is_no_text_is_told_as_one(tmp_path):
    path = os.fsencode(tmp_path) + b"/" + "月报.xlsx".encode("gbk")
    with open(path, "wb") as file:
        file.write(b"1")
    (file,) = incoming.files(tmp_path)
    file.name.encode()
    assert file.digest() and file.name.endswith(".xlsx")


def test_another_content_and_another_name_are_another_mark(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"1")
    marks = [incoming.files(tmp_path)[0].mark()]
    path.write_bytes(b"2")
    marks.append(incoming.files(tmp_path)[0].mark())
    path.rename(tmp_path / "b.xlsx")
    marks.append(incoming.files(tmp_path)[0].mark())
    assert len(set(marks)) == 3

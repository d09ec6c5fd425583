"""What is in time is told by when a content was first there, not by what a street writes on it."""

from __future__ import annotations

import datetime as dt

import pytest
from test_submissions import DUE, HUAYANG, OCTOBER, a_file, board_of, frame

from redstats import incoming, places, returns
from redstats.project import Project
from redstats.submissions import reminders

BEFORE, AFTER = DUE - dt.timedelta(2), DUE + dt.timedelta(3)
MONTH = "2026-10"


def sent(*files: dict):
    return board_of(frame([a_file(HUAYANG, **one) for one in files]))[HUAYANG]


@pytest.mark.parametrize("written", [BEFORE, AFTER, None])
def test_what_was_there_by_the_deadline_is_in_time_whatever_is_written_on_it(written):
    one = sent({"day": written, "first_seen": BEFORE})
    assert (one.status, one.received) == ("on_time", BEFORE)


@pytest.mark.parametrize("written", [BEFORE, AFTER, None])
def test_what_was_looked_for_in_vain_after_the_deadline_is_late_whatever_is_written_on_it(written):
    one = sent({"day": written, "first_seen": AFTER, "last_unseen": DUE + dt.timedelta(1)})
    assert one.late and "晚3天" in reminders.letter(one, OCTOBER, DUE)


@pytest.mark.parametrize("unseen", [None, BEFORE, DUE])
def test_what_nobody_looked_for_in_time_is_neither_in_time_nor_late(unseen):
    assert sent({"day": BEFORE, "first_seen": AFTER, "last_unseen": unseen}).status == "undated"


def test_a_street_in_time_that_corrects_as_asked_stays_in_time():
    first = {
        "day": BEFORE,
        "first_seen": BEFORE,
        "source_file": "甲.xlsx",
        "outcome": "replaced",
        "code": "replaced",
    }
    second = {
        "day": AFTER,
        "first_seen": AFTER,
        "last_unseen": DUE + dt.timedelta(2),
        "source_file": "乙（更正）.xlsx",
        "code": "corrected",
    }
    one = sent(first, second)
    assert not one.late and one.word == "已更正" and one.received == BEFORE


def test_a_single_committee_sent_in_time_makes_no_whole_return_in_time():
    part = {"day": BEFORE, "first_seen": BEFORE, "source_file": "甲.xlsx", "accepted": 1}
    rest = {
        "day": BEFORE,
        "first_seen": AFTER,
        "last_unseen": DUE + dt.timedelta(2),
        "source_file": "乙.xlsx",
        "accepted": 40,
    }
    assert sent(part, rest).late


def test_a_part_that_is_sent_twice_makes_no_whole_return():
    part = {"day": BEFORE, "first_seen": BEFORE, "outcome": "replaced", "code": "replaced", "accepted": 20}
    again = part | {"source_file": "再报.xlsx", "fresh": 0}
    whole = {
        "day": AFTER, "first_seen": AFTER, "last_unseen": DUE + dt.timedelta(2), "accepted": 40, "fresh": 20,
    }  # fmt: skip
    assert sent(part | {"source_file": "初报.xlsx", "fresh": 20}, again, whole).late


def test_the_first_day_of_a_content_is_kept_and_only_added_to(tmp_path):
    folder = tmp_path / MONTH
    folder.mkdir()
    (folder / "甲.xlsx").write_bytes(b"one")
    incoming.record(tmp_path, MONTH, dt.date(2026, 11, 2))
    first = (tmp_path / incoming.RECEIVED).read_bytes()
    incoming.record(tmp_path, MONTH, dt.date(2026, 11, 4))
    (folder / "改了名.xlsx").write_bytes((folder / "甲.xlsx").read_bytes())
    (folder / "乙.xlsx").write_bytes(b"two")
    incoming.record(tmp_path, MONTH, dt.date(2026, 11, 9))
    assert (tmp_path / incoming.RECEIVED).read_bytes().startswith(first)
    assert sorted(
        (one.first_seen.day, one.last_unseen and one.last_unseen.day)
        for one in incoming.receipts(tmp_path, MONTH).values()
    ) == [(2, None), (9, 4)]


@pytest.mark.parametrize("left", ["", "month,first_seen,sha256,file\r\n2026-09,2026-10-0"])
def test_what_a_full_disk_left_of_the_record_costs_no_later_line(tmp_path, left):
    (tmp_path / incoming.RECEIVED).write_bytes(left.encode())
    incoming.add_received(tmp_path, [(MONTH, BEFORE, "1" * 64, "甲.xlsx")])
    assert incoming.receipts(tmp_path, MONTH) == {"1" * 64: incoming.Receipt(BEFORE)}


def test_a_second_look_on_one_day_writes_nothing(tmp_path):
    (tmp_path / MONTH).mkdir()
    for _ in range(2):
        incoming.record(tmp_path, MONTH, dt.date(2026, 11, 2))
    assert (tmp_path / incoming.RECEIVED).read_text(encoding="utf-8-sig").count("2026-11-02") == 1


@pytest.mark.parametrize("text", ["2026/11/3", "2026-11-03", "2026.11.3"])
def test_a_day_that_the_district_mended_in_an_office_program_is_understood(tmp_path, text):
    (tmp_path / incoming.RECEIVED).write_text(
        f"month,first_seen,sha256,file\n{MONTH},{text},{'a' * 64},甲.xlsx\n", encoding="utf-8-sig"
    )
    assert incoming.receipts(tmp_path, MONTH)["a" * 64].first_seen == dt.date(2026, 11, 3)


def test_a_look_alone_is_a_line_without_a_file(tmp_path):
    (tmp_path / MONTH).mkdir()
    incoming.record(tmp_path, MONTH, dt.date(2026, 11, 2))
    assert (tmp_path / incoming.RECEIVED).read_text(encoding="utf-8-sig").splitlines()[1:] == [
        f"{MONTH},2026-11-02,,"
    ]


def test_no_name_of_a_file_becomes_a_formula_in_the_record(tmp_path):
    (tmp_path / MONTH).mkdir()
    (tmp_path / MONTH / "=1+1.xlsx").write_bytes(b"one")
    incoming.record(tmp_path, MONTH, dt.date(2026, 11, 2))
    assert ",=1" not in (tmp_path / incoming.RECEIVED).read_text(encoding="utf-8-sig")


def test_a_file_counts_the_committees_that_none_seen_before_it_had(tmp_path):
    folder = tmp_path / "data" / "raw" / MONTH
    folder.mkdir(parents=True)
    head = "居委会,业委会名称,业委会人数,接待日次数\n"
    first, second = "秀水,秀水苑业委会,7,2\n", "天诚,天诚公寓业主委员会,5,1\n"
    for day, (name, text) in enumerate(
        {"甲": first, "乙": first.replace("7", "9"), "丙": first + second}.items(), start=1
    ):
        (folder / f"华阳路街道{name}.csv").write_text(head + text, encoding="utf-8")
        incoming.record(tmp_path / "data" / "raw", MONTH, dt.date(2026, 11, day))
    project = Project(tmp_path)
    rows = returns.files_of(project, returns.read_month(project, OCTOBER), places.on(OCTOBER.end))
    assert {row["source_file"]: row["fresh"] for row in rows} == {
        "华阳路街道甲.csv": 1,
        "华阳路街道乙.csv": 0,
        "华阳路街道丙.csv": 1,
    }

"""The submission board: who reported and how, the twelve months to it, and the words that remind those who have not."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil

import pandas as pd
import pytest
from drawn import ROOT, Drawn
from test_cli import call

from redstats import outcomes, places, returns, submissions, tables
from redstats.dashboards import Figures, words
from redstats.dashboards import submissions as blocks
from redstats.errors import RunError
from redstats.months import Month
from redstats.project import Project
from redstats.settings import Settings
from redstats.submissions import SentFile, Submission, reminders

OCTOBER = Month(2026, 10)
ROLL = places.on(OCTOBER.end)
DUE = submissions.deadline(OCTOBER, Settings())
TOLD = ("华阳路街道", "江苏路街道", "新华路街道", "周家桥街道", "天山路街道", "仙霞新村街道", "虹桥街道")
HUAYANG, JIANGSU, XINHUA, ZHOUJIAQIAO, TIANSHAN, XIANXIA, HONGQIAO = [ROLL.street(one).code for one in TOLD]
NAMES = {street.code: street.name for street in ROLL.streets}
OTHERS = [code for code, name in NAMES.items() if name not in TOLD]
RECEIVED = len(NAMES) - 2  # 江苏路 sent nothing, and what 周家桥 sent was returned
DAY = dt.date


def a_file(street: str | None, code: str = "ok", day: dt.date | None = None, **more) -> dict:
    one = outcomes.files()[code]
    return {
        "month": str(OCTOBER),
        "street_code": street,
        "street_name": NAMES.get(street),
        "source_file": f"{NAMES.get(street, '扫描件')}.xlsx",
        "kind": "return",
        "outcome": one.outcome,
        "code": code,
        "message": f"{one.what}。{one.to_do}" if one.outcome == "refused" else one.what,
        "report_date": day,
        "accepted": 0 if one.outcome == "refused" else 40,
    } | more


EVERYTHING = [
    a_file(HUAYANG, day=DUE),
    a_file(XINHUA, day=DUE + dt.timedelta(4)),
    a_file(ZHOUJIAQIAO, "damaged"),
    a_file(TIANSHAN, "encrypted", source_file="天山路月报.xlsx"),
    a_file(TIANSHAN, day=DAY(2026, 11, 4), source_file="天山路月报（更正）.xlsx"),
    a_file(XIANXIA, day=DAY(2026, 11, 3), source_file="仙霞上.xlsx", accepted=21),
    a_file(XIANXIA, day=DAY(2026, 11, 4), source_file="仙霞下.xlsx", accepted=22),
    a_file(HONGQIAO, day=DAY(2026, 11, 3)),
    a_file(HONGQIAO, "pdf", source_file="虹桥街道盖章件.pdf"),
    *(a_file(code, day=DAY(2026, 11, 2)) for code in OTHERS),
    a_file(None, "pdf", source_file="扫描件001.pdf"),
    a_file(None, "not_a_return", kind="other", source_file="~$月报.xlsx"),
    a_file(None, kind="review", source_file="评议.xlsx"),
]


def frame(files: list[dict]) -> pd.DataFrame:
    return tables.typed(files, tables.SCHEMAS[tables.FILES])


def board_of(files: pd.DataFrame, *notes: pd.DataFrame) -> dict[str, Submission]:
    return {one.street_code: one for one in submissions.board(files, OCTOBER, ROLL, Settings(), *notes)}


@pytest.fixture
def board() -> dict[str, Submission]:
    return board_of(frame(EVERYTHING))


@pytest.fixture
def letters(board) -> dict[str, str]:
    return {code: reminders.letter(one, OCTOBER, DUE) for code, one in board.items()}


# Who reported.


def test_the_board_tells_every_way_to_report(board):
    assert {code: one.word for code, one in board.items() if code in NAMES} == {
        HUAYANG: "按时",
        JIANGSU: "未报",
        XINHUA: "迟报",
        ZHOUJIAQIAO: "退回",
        TIANSHAN: "退回后已更正",
        XIANXIA: "按时",
        HONGQIAO: "按时",
    } | dict.fromkeys(OTHERS, "按时")
    assert [one.name for one in board[XIANXIA].files] == ["仙霞上.xlsx", "仙霞下.xlsx"]
    assert board[XIANXIA].committees == 43 and board[JIANGSU].files == ()


def test_a_file_that_was_returned_and_sent_anew_is_settled(board):
    assert board[TIANSHAN].after_return and board[TIANSHAN].status == "corrected"
    assert not board[TIANSHAN].returned and not reminders.is_reminded(board[TIANSHAN])


@pytest.mark.parametrize(
    ("returned", "sent", "settled"),
    [
        (DAY(2026, 11, 2), DAY(2026, 11, 4), True),
        (DAY(2026, 11, 4), DAY(2026, 11, 2), False),  # the later one was returned
        (DAY(2026, 11, 4), DAY(2026, 11, 4), False),
        (None, DAY(2026, 11, 4), False),  # no telling which came first
    ],
)
def test_which_came_first_is_told_by_their_days_and_not_guessed(returned, sent, settled):
    files = [
        a_file(HUAYANG, "no_rows", returned, source_file="甲.xlsx"),
        a_file(HUAYANG, day=sent, source_file="乙.xlsx"),
    ]
    one = board_of(frame(files))[HUAYANG]
    assert (one.after_return, one.status) == (settled, "corrected" if settled else "on_time")
    assert reminders.is_owing(one) is not settled


@pytest.mark.parametrize("first", [None, DAY(2026, 11, 1)])
def test_of_several_returned_files_each_must_be_known_to_have_come_before(first):
    files = [
        a_file(HUAYANG, "no_rows", first, source_file="甲.xlsx"),
        a_file(HUAYANG, "no_rows", DAY(2026, 11, 2), source_file="乙.xlsx"),
        a_file(HUAYANG, day=DAY(2026, 11, 4), source_file="丙.xlsx"),
    ]
    assert board_of(frame(files))[HUAYANG].after_return is (first is not None)


def test_a_correction_after_a_return_may_be_late_too():
    files = [a_file(HUAYANG, "damaged"), a_file(HUAYANG, day=DAY(2026, 11, 9), source_file="重报.xlsx")]
    one = board_of(frame(files))[HUAYANG]
    assert one.word == "退回后已更正（迟报）" and "晚4天" in reminders.letter(one, OCTOBER, DUE)


def test_files_of_no_street_are_listed_apart():
    assert [one.name for one in submissions.unattributed(frame(EVERYTHING))] == ["扫描件001.pdf"]


def test_what_is_to_be_mended_counts_only_files_in_use(board):
    notes = [
        {"street_code": code, "source_file": file, "kind": kind}
        for code, file, kind in [
            (HUAYANG, "华阳路街道.xlsx", "value_unreadable"),
            (HUAYANG, "华阳路街道.xlsx", "row_refused"),
            (HUAYANG, "华阳路街道.xlsx", "heading_unknown"),
            (HUAYANG, "华阳路街道.xlsx", "value_normalised"),
            (HUAYANG, "旧.xlsx", "value_unreadable"),
        ]
    ]
    found = board_of(frame(EVERYTHING), tables.typed(notes, tables.SCHEMAS[tables.NOTES]))
    assert (found[HUAYANG].to_mend, found[HUAYANG].to_check) == (2, 1)
    assert board[HUAYANG].to_mend == 0


# A file that cannot be opened, told by its name.


def test_the_name_of_a_file_that_cannot_be_read_tells_its_street(tmp_path):
    folder = tmp_path / "data" / "raw" / "2026-10"
    folder.mkdir(parents=True)
    for name in ("华阳路街道10月.pdf", "扫描件.pdf", "江苏路街道和新华路街道.pdf"):
        (folder / name).write_bytes(b"%PDF-1.7")
    imported = returns.read_month(Project(tmp_path), OCTOBER)
    rows = returns.files_of(Project(tmp_path), imported, ROLL)
    found = {code: one.status for code, one in board_of(frame(rows)).items()}
    assert found == dict.fromkeys(NAMES, "missing") | {HUAYANG: "refused"}
    assert {one.name for one in submissions.unattributed(frame(rows))} == {
        "扫描件.pdf",
        "江苏路街道和新华路街道.pdf",
    }


# The months before.


def test_history_tells_the_months_that_were_read_and_no_others(tmp_path):
    drawn = Drawn(tmp_path / "project")
    drawn.write(Month(2025, 11), [], files=[a_file(HUAYANG, day=DAY(2025, 12, 9))])
    drawn.write(Month(2026, 9), [], files=[a_file(HUAYANG, day=DAY(2026, 10, 5)), a_file(JIANGSU, "pdf")])
    drawn.write(Month(2025, 10), [], files=[a_file(HUAYANG, day=DAY(2025, 11, 1))])  # too long ago
    past = submissions.history(drawn.project, OCTOBER)
    assert list(past) == list(NAMES)
    assert [month for month, _ in past[HUAYANG]] == Month.range(Month(2025, 11), Month(2026, 9))
    told = {str(month): one.status for month, one in past[HUAYANG] if one}
    assert told == {"2025-11": "late", "2026-09": "on_time"}
    assert [one.status for _, one in past[JIANGSU] if one] == ["missing", "refused"]
    assert past[XINHUA][-2] == (Month(2026, 8), None)


# The words.


def test_the_letter_to_all_names_each_with_its_reason_and_the_deadline(board):
    strays = submissions.unattributed(frame(EVERYTHING))
    told = reminders.group([*board.values()], OCTOBER, DUE, strays)
    lines = told.splitlines()
    assert lines[0] == "关于报送2026年10月“红色业委会”月报的提醒" and "2026年11月5日" in lines[2]
    assert f"目前已收到{RECEIVED}个街镇的报表（共{len(NAMES)}个）" in told
    assert re.search("一、尚未报送：江苏路街道。", told)
    damaged = outcomes.files()["damaged"]
    assert f"周家桥街道：“周家桥街道.xlsx”（{damaged.what}；{damaged.to_do}）。" in told
    assert "新华路街道（于2026年11月9日报送，晚4天）" in told
    assert "虹桥街道：“虹桥街道盖章件.pdf”" in told.split("三、")[1].split("四、")[0]
    assert "“扫描件001.pdf”" in told.split("五、")[1]
    for code in (HUAYANG, TIANSHAN, XIANXIA):
        assert NAMES[code] not in told


def test_each_street_that_owes_something_gets_its_own_letter(board, letters):
    assert {code for code, text in letters.items() if text} == {JIANGSU, XINHUA, ZHOUJIAQIAO, HONGQIAO}
    for code in (JIANGSU, ZHOUJIAQIAO, XINHUA):
        assert letters[code].startswith(f"{NAMES[code]}：") and "2026年11月5日" in letters[code]
        others = [name for other, name in NAMES.items() if other != code]
        assert not [name for name in others if name in letters[code]]
    assert "尚未收到" in letters[JIANGSU] and "模板" in letters[JIANGSU]
    assert outcomes.files()["damaged"].to_do in letters[ZHOUJIAQIAO] and "退回" in letters[ZHOUJIAQIAO]
    assert "晚4天" in letters[XINHUA] and "模板" not in letters[XINHUA]  # it owes nothing any more
    assert "如已由采用的文件代替" in letters[HONGQIAO]


def test_where_all_have_sent_nobody_is_reminded():
    files = [a_file(street.code, day=DUE) for street in ROLL.streets]
    board = submissions.board(frame(files), OCTOBER, ROLL, Settings())
    told = reminders.group(board, OCTOBER, DUE)
    assert "均已报送" in told and "一、" not in told
    assert not any(reminders.letter(one, OCTOBER, DUE) for one in board)


def test_where_none_has_sent_all_are_named():
    told = reminders.group(submissions.board(frame([]), OCTOBER, ROLL, Settings()), OCTOBER, DUE)
    assert all(name in told for name in NAMES.values()) and "目前已收到0个" in told


# On a page and on the command line.


@pytest.fixture
def figures(tmp_path):
    drawn = Drawn(tmp_path / "project")
    drawn.write(Month(2026, 9), [], files=[a_file(HUAYANG, day=DAY(2026, 10, 9))])
    drawn.write(OCTOBER, [], files=EVERYTHING)
    for name in (
        tables.FINDINGS,
        tables.CHECKS,
        tables.LAW,
        tables.SCORES,
        tables.COVERAGE,
        tables.NOTES,
        tables.CHANGES,
    ):
        tables.write(drawn.project, name, OCTOBER, [], "310105")
    return Figures(drawn.project, OCTOBER)


def test_the_page_shows_every_street_with_symbol_and_word(figures):
    html = blocks.board(figures).html
    for one in figures.submissions:
        row = html.split(f"{one.street_name}</a>")[1].split("</tr>")[0]
        assert words.SYMBOLS[words.SUBMISSIONS[one.status]] in row and one.word in row
        assert all(file.name in row for file in one.files)
    assert "无法归属的文件" in html and "扫描件001.pdf" in html
    assert "待补报或重报：江苏路街道、周家桥街道、虹桥街道。" in blocks.sentence(figures)
    assert f"{RECEIVED}/{len(NAMES)} 街镇已报送" in blocks.heading(figures).html


def test_the_history_is_a_row_of_words_with_symbols(figures):
    html = blocks.history(figures).html
    row = html.split(f'<th scope="row">{NAMES[HUAYANG]}</th>')[1].split("</tr>")[0]
    cells = [re.sub("<[^>]+>", "", cell).strip() for cell in re.findall("<td.*?</td>", row)]
    assert cells == ["无记录"] * 10 + ["▲ 迟报", "● 按时", "1/2"]


def test_the_letters_can_be_copied_and_are_those_of_the_command(figures):
    html = blocks.letters(figures).html
    assert html.count('<code class="copy">') == 6  # all, four streets, the command
    assert "关于报送2026年10月" in html and "redstats status 2026-10 --remind" in html


@pytest.fixture(scope="module")
def short_project(sample_project, tmp_path_factory):
    """The sample's October without 江苏路's return and with 华阳路's broken."""
    root = tmp_path_factory.mktemp("board")
    for name in ("notebooks", "expectations"):
        shutil.copytree(ROOT / name, root / name)
    raw = root / "data" / "raw" / "2026-10"
    shutil.copytree(sample_project.raw / "2026-10", raw)
    next(raw.glob("江苏*")).unlink()
    broken = next(raw.glob("华阳*"))
    broken.write_bytes(broken.read_bytes()[:2000])
    for path in raw.glob("[!华新]*"):  # three are enough
        path.unlink()
    return Project(root)


@pytest.mark.xdist_group("sample")
def test_the_command_prints_the_letters_and_the_same_as_json(short_project):
    text = call("status", "2026-10", "--remind", project=short_project).stdout
    told = json.loads(call("status", "2026-10", "--remind", "--json", project=short_project).stdout)
    streets = {one["street_name"]: one for one in told["streets"]}
    assert text.startswith(told["reminder"]) and told["deadline"] == "2026-11-05"
    assert streets["华阳路街道"]["status"] == "refused" and streets["江苏路街道"]["status"] == "missing"
    for one in streets.values():
        assert (one["reminder"] in text) and bool(one["reminder"]) == (
            one["status"] in ("refused", "missing", "late")
        )
    assert streets["华阳路街道"]["files"][0]["to_do"] and len(streets["华阳路街道"]["history"]) == 11
    plain = json.loads(call("status", "2026-10", "--json", project=short_project).stdout)
    assert plain == told["streets"]


def test_a_message_without_a_full_stop_is_a_reason_too():
    assert SentFile("甲.xlsx", "refused", "damaged", None, 0, "打不开").reason == "打不开"


def test_a_month_without_a_folder_cannot_be_reminded_of(tmp_path):
    with pytest.raises(RunError):
        returns.read_month(Project(tmp_path), OCTOBER)

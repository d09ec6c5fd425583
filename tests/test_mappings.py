"""Mappings: what a person has confirmed is applied, what is only alike is shown, and nothing is guessed."""

from __future__ import annotations

import datetime as dt
import json
import pickle
from pathlib import Path

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

from redstats import cli, confirming, mappings, places, standard, tables
from redstats.errors import RunError, StandardError
from redstats.headings import Confirmed, Matcher
from redstats.mappings import Entry, Mappings
from redstats.months import Month
from redstats.project import Project
from redstats.returns import import_month, read_month
from redstats.runs import inputs

MONTH = Month(2026, 10)
ROLL, RULES = places.on(MONTH.end), standard.on(MONTH.end)
STREET = ROLL.street("华阳路")
HEADINGS = ["所属居委会", "业委会名称", "业委会人数", "自主组织钻研（次）", "内部列"]
ROWS = [["秀水居委会", "示例甲业委会", 7, 2, "x"], ["绣水居委会", "示例乙业委会", 5, "三次", ""]]


def write(
    folder: Path, rows=ROWS, headings=HEADINGS, month=MONTH, name="华阳路街道", file="华阳路街道.xlsx"
) -> Project:
    project = Project(folder)
    for mark in ("notebooks", "expectations"):
        (folder / mark).mkdir(exist_ok=True)
    book = Workbook()
    book.active.append([f"填报单位：{name}"])
    for row in (headings, *rows):
        book.active.append(row)
    (project.raw / str(month)).mkdir(parents=True, exist_ok=True)
    book.save(project.raw / str(month) / file)
    return project


def read(project: Project, month=MONTH):
    import_month(project, month)
    rows, cells, notes = [
        tables.read(project, name, month) for name in (tables.RETURNS, tables.CELLS, tables.NOTES)
    ]
    return rows.set_index("committee_name"), cells, notes


def kinds(notes) -> set[str]:
    return set(notes["kind"])


def said(notes, kind: str) -> str:
    return "；".join(notes["message"][notes["kind"] == kind])


def confirm(project, section, written, means, street=STREET, by="") -> Entry:
    return confirming.confirm(project, MONTH, street, section, written, means, by)


def test_an_unknown_heading_is_shown_with_the_fields_most_like_it_and_not_read(tmp_path):
    rows, _, notes = read(write(tmp_path))
    assert rows["self_study_ytd"].isna().all()
    assert "不是标准字段" in said(notes, "heading_unknown") and "内部列" in said(notes, "heading_unknown")
    (one,) = [
        each for each in confirming.review(Project(tmp_path), MONTH).questions if each.written == HEADINGS[3]
    ]
    assert (one.street, one.section, one.cell) == ("华阳路街道", "headings", "D2")
    assert one.proposals and one.proposals[0][0] == "self_study_ytd" and 45 <= one.proposals[0][2] < 100


def test_a_confirmed_heading_is_read_by_its_fields_type_and_said(tmp_path):
    project = write(tmp_path)
    entry = confirm(project, "headings", "自主组织钻研（次）", "自行组织学习次数（年累计）", by="示例人员")
    assert entry.means == "self_study_ytd" and entry.confirmed_on == dt.date.today()
    rows, cells, notes = read(project)
    assert rows["self_study_ytd"].to_dict() == {"示例甲业委会": 2, "示例乙业委会": 3}
    assert "自行组织学习次数" in said(notes, "heading_confirmed")
    assert set(cells["cell"][cells["field"] == "self_study_ytd"]) == {"D3", "D4"}


def test_a_confirmation_cannot_make_a_word_a_number(tmp_path):
    project = write(tmp_path)
    confirm(project, "headings", "内部列", "parking_spaces")
    rows, _, notes = read(project)
    assert rows["parking_spaces"].isna().all() and "value_unreadable" in kinds(notes)


def test_a_heading_confirmed_to_be_of_no_use_is_silent(tmp_path):
    project = write(tmp_path)
    confirm(project, "headings", "内部列", "ignore")
    _, _, notes = read(project)
    assert "内部列" in said(notes, "column_ignored") and "内部列" not in said(notes, "heading_unknown")


def test_what_one_street_means_is_not_what_another_means(tmp_path):
    project = write(tmp_path)
    write(
        tmp_path, name="江苏路街道", file="江苏路街道.xlsx", rows=[["万村居委会", "示例丙业委会", 5, 4, ""]]
    )
    confirm(project, "headings", "自主组织钻研（次）", "self_study_ytd")
    rows, _, _ = read(project)
    assert rows["self_study_ytd"].dropna().index.tolist() == ["示例甲业委会", "示例乙业委会"]
    confirm(project, "headings", "自主组织钻研（次）", "study_count", street=None)
    rows, _, _ = read(project)
    assert rows["study_count"].dropna().to_dict() == {"示例丙业委会": 4}  # its own entry wins over 全区


def test_two_columns_for_one_field_are_settled_by_the_confirmed_one(tmp_path):
    headings = [*HEADINGS[:3], "自主组织钻研（次）", "自学次数"]
    project = write(tmp_path, headings=headings, rows=[["秀水居委会", "示例甲业委会", 7, 2, 9]])
    confirm(project, "headings", "自主组织钻研（次）", "self_study_ytd")
    rows, _, notes = read(project)
    assert rows["self_study_ytd"].tolist() == [2] and "自学次数" in said(notes, "heading_ambiguous")


def test_a_neighbourhood_the_roll_does_not_know_is_kept_as_written_with_near_names(tmp_path):
    project = write(tmp_path)
    rows, _, notes = read(project)
    assert rows["neighbourhood_committee"]["示例乙业委会"] == "绣水居委会"
    assert "相近的名称：秀水（50）" in said(notes, "neighbourhood_unknown")
    confirm(project, "neighbourhoods", "绣水居委会", "秀水")
    rows, cells, notes = read(project)
    assert rows["neighbourhood_committee"]["示例乙业委会"] == "秀水" and "neighbourhood_unknown" not in kinds(
        notes
    )
    assert "绣水居委会" in set(cells["raw"])  # what was written is still behind the cell


def test_a_neighbourhood_of_another_street_never_moves_a_committee(tmp_path):
    rows, _, notes = read(write(tmp_path, rows=[["仙霞居委会", "示例甲业委会", 7, 2, ""]]))
    assert rows["street_name"].tolist() == ["华阳路街道"]
    assert "天山路街道有同名的居委会，街镇未改动" in said(notes, "neighbourhood_unknown")


def test_names_that_came_and_went_are_a_list_and_a_confirmed_one_goes_on(tmp_path):
    project = write(
        tmp_path, month=MONTH.previous, rows=[["秀水居委会", "示例花园业委会", 7, 2, ""], ROWS[0]]
    )
    write(tmp_path, rows=[["秀水居委会", "示例花园一期业委会", 7, 2, ""], ROWS[0]])
    now = confirming.review(project, MONTH, STREET)
    assert now.gone == (("华阳路街道", "示例花园业委会"),)
    (one,) = [each for each in now.questions if each.section == "committees"]
    assert one.written == "示例花园一期业委会" and one.proposals[0][:2] == ("示例花园业委会",) * 2
    rows, _, _ = read(project)
    assert "示例花园一期业委会" in rows.index  # proposed, not applied
    confirm(project, "committees", "示例花园一期业委会", "示例花园")
    rows, cells, notes = read(project)
    assert "示例花园业委会" in rows.index and "示例花园一期业委会" in set(cells["raw"])
    assert "committee_confirmed" in kinds(notes)
    assert not confirming.review(project, MONTH, STREET).gone


def test_two_committees_are_made_one_only_where_a_person_says_so(tmp_path):
    project = write(tmp_path)
    rows, _, _ = read(project)
    assert set(rows.index) == {"示例甲业委会", "示例乙业委会"}
    confirm(project, "committees", "示例乙业委会", "示例甲业委会")
    rows, cells, notes = read(project)
    assert set(rows.index) == {"示例甲业委会"} and "committees_joined" in kinds(notes)
    # what the two rows say differently is nobody's answer
    assert set(cells[cells["value_state"] == "unreadable"]["field"]) <= {"member_count", "party_member_count"}


def test_two_spellings_of_one_name_are_two_committees_where_a_person_says_so(tmp_path):
    rows = [["秀水居委会", "示例花园业委会", 7, 2, ""], ["秀水居委会", "示例花园小区业委会", 5, 3, ""]]
    project = write(tmp_path, rows=rows)
    write(tmp_path, month=MONTH.previous, rows=rows)
    assert "committee_twice" in kinds(read(project)[2])
    confirm(project, "committees", "示例花园小区业委会", "示例花园小区业委会")
    found, _, notes = read(project)
    assert len(found) == 2 and "committee_twice" not in kinds(notes)
    own = mappings.identity_of(project, MONTH)
    names = [own.committee("310105001", row[1]) for row in rows]
    assert len(set(names)) == 2 and names[0] == own.committee("310105001", "示例花园")


def test_a_confirmed_name_of_a_street_places_its_return(tmp_path):
    project = write(tmp_path, name="华羊街办东", file="月报.xlsx", rows=ROWS[:1])
    assert [one.outcome for one in read_month(project, MONTH).returns] == ["refused"]
    entry = Entry("", "streets", "华羊街办东", "华阳路街道", dt.date(2026, 11, 3))
    mappings.write(project.raw / mappings.FILE, Mappings((entry,)))
    rows, _, _ = read(project)
    assert rows["street_code"].tolist() == ["310105001"]


@pytest.mark.parametrize("street, section, written, means, told", [
    (STREET, "headings", "自主组织钻研", "self_study_ytd", "自主组织钻研（次）"),
    (STREET, "headings", "内部列", "self_studie", "self_study_ytd"),
    (STREET, "neighbourhoods", "绣水居委会", "修水", "秀水"),
    (STREET, "neighbourhoods", "绣水居委会", "ignore", "名称"),
    (STREET, "committees", "示例甲业委会", "示例丁业委会", "示例乙业委会"),
    (None, "neighbourhoods", "绣水居委会", "秀水", "--street"),
])  # fmt: skip
def test_what_is_not_in_the_returns_or_in_the_roll_cannot_be_confirmed(
    tmp_path, street, section, written, means, told
):
    project = write(tmp_path)
    with pytest.raises(RunError) as refused:
        confirm(project, section, written, means, street)
    assert refused.value.where and told in refused.value.to_do
    assert not (project.raw / mappings.FILE).exists()


def test_the_file_is_read_back_as_it_was_written(tmp_path):
    day = dt.date(2026, 11, 3)
    entries = (
        Entry("全区", "headings", "备 “用” \\ 列", "ignore", day),
        Entry("华阳路街道", "headings", "居民接待 / 次数（次）: #1", "reception_days", day, "示例'人员\""),
        Entry("华阳路街道", "neighbourhoods", "绣水", "秀水", day),
        Entry("新泾镇", "committees", "- 示例", "示例花园业委会", day),
        Entry("", "streets", "华羊街办", "华阳路街道", day),
    )
    path = tmp_path / mappings.FILE
    mappings.write(path, Mappings(entries))
    first = path.read_bytes()
    found = mappings.read(path, RULES, ROLL)
    assert found.entries == entries and first.decode().startswith("# 经人确认的写法")
    mappings.write(path, pickle.loads(pickle.dumps(found)))
    assert path.read_bytes() == first


PLAIN = "华阳:\n  headings:\n    自主钻研: {means: self_study_ytd, confirmed_on: 2026-11-03}\n"


@pytest.mark.parametrize("old, new, told", [
    ("华阳:", "花阳路街道:", "华阳路街道"), ("headings:", "heading:", "headings"), ("means:", "mean:", "means"),
    ("self_study_ytd", "self_study", "self_study_ytd"), ("2026-11-03", '"昨天"', "2026-11-03"),
    ("    自主钻研: {means: self_study_ytd, confirmed_on: 2026-11-03}", "    - 自主钻研", "整段"),
    ("headings:\n    自主钻研: {means: self_study_ytd", "neighbourhoods:\n    修水: {means: 修水", "秀水"),
    ("}\n", "}\n    自主 钻研: {means: ignore, confirmed_on: 2026-11-03}\n", "删去"),
    ("华阳:\n  headings:\n    自主钻研: {means: self_study_ytd", "streets:\n    花阳街办: {means: 华洋路街道", "华阳路街道"),
    ("华阳:\n  headings:\n    自主钻研: {means: self_study_ytd", "全区:\n  committees:\n    甲: {means: 乙", "headings"),
])  # fmt: skip
def test_a_malformed_file_is_refused_with_file_entry_and_what_is_allowed(tmp_path, old, new, told):
    path = tmp_path / mappings.FILE
    assert old in PLAIN
    path.write_text(PLAIN.replace(old, new), encoding="utf-8")
    with pytest.raises(StandardError) as refused:
        mappings.read(path, RULES, ROLL)
    assert mappings.FILE in refused.value.where and told in refused.value.to_do
    path.write_text(PLAIN, encoding="utf-8")
    assert mappings.read(path, RULES, ROLL).entries[0].street == "华阳路街道"


def test_an_entry_that_is_wrong_is_told_with_its_line(tmp_path):
    path = tmp_path / mappings.FILE
    path.write_text(PLAIN.replace("self_study_ytd", "nothing"), encoding="utf-8")
    with pytest.raises(StandardError) as refused:
        mappings.read(path, RULES, ROLL)
    assert "第 3 行" in refused.value.where


def test_a_confirmation_or_a_correction_makes_the_month_anew(tmp_path):
    project = write(tmp_path)
    prints = [inputs.mark(inputs.of_months(project, MONTH)[MONTH])]
    confirm(project, "headings", "内部列", "ignore")
    prints.append(inputs.mark(inputs.of_months(project, MONTH)[MONTH]))
    (project.raw / "corrections.yml").write_text("[]\n", encoding="utf-8")
    prints.append(inputs.mark(inputs.of_months(project, MONTH)[MONTH]))
    assert len(set(prints)) == 3


def test_the_command_shows_confirms_and_takes_back(tmp_path, monkeypatch):
    project = write(tmp_path)
    monkeypatch.setenv("REDSTATS_HOME", str(tmp_path))
    call = lambda *words: CliRunner().invoke(cli.app, ["map", "2026-10", *words], catch_exceptions=False)  # noqa: E731
    shown = json.loads(call("--json").stdout)
    assert {one["written"] for one in shown["questions"]} == {"自主组织钻研（次）", "内部列", "绣水居委会"}
    assert all(
        {"means", "label", "score"} == set(each) for one in shown["questions"] for each in one["proposals"]
    )
    done = call(
        "--street",
        "华阳",
        "--heading",
        "自主组织钻研（次）",
        "self_study_ytd",
        "--ignore",
        "内部列",
        "--by",
        "示例人员",
    )
    assert done.exit_code == 0
    done = call("--street", "华阳", "--neighbourhood", "绣水居委会", "秀水")
    assert "redstats run 2026-10" in done.stdout
    shown = json.loads(call("--street", "华阳", "--json").stdout)
    assert not shown["questions"] and len(shown["confirmed"]) == 3
    assert [one["confirmed_by"] for one in shown["confirmed"]] == ["示例人员", "示例人员", ""]
    call("--street", "华阳", "--forget", "内部列")
    assert [one.written for one in confirming.review(project, MONTH).questions] == ["内部列"]
    with pytest.raises(RunError):
        call("--street", "华阳", "--forget", "内部列")


def test_only_the_whole_path_that_was_confirmed_is_taken_for_it():
    own = Confirmed(
        Matcher(RULES.fields.values(), MONTH), {"钻研 / 次数": RULES.fields["study_count"], "备用": None}
    )
    assert own.match(("钻研", "次 数")).how == "confirmed" and own.match(("备用",)).how == "ignored"
    assert own.match(("次数",)).field is None and own.match(("计划", "钻研", "次数")).field is None
    assert own.match(("会议次数",)).field.id == "committee_meetings"


def test_a_file_of_two_streets_with_one_unknown_neighbourhood_is_reviewed(tmp_path):
    headings = ["所属街镇", "所属居委会", "业委会名称", "业委会人数", "会议次数"]
    streets = ("华阳路街道", "江苏路街道")
    rows = [[street, "绣水居委会", f"示例{street[0]}业委会", 5, 1] for street in streets]
    project = write(tmp_path, rows=rows, headings=headings, name="示例", file="全区.xlsx")
    questions = confirming.review(project, MONTH).questions
    assert {(one.street, one.written) for one in questions} == {("", "绣水居委会")}
    assert confirming.lines(confirming.told(confirming.review(project, MONTH)))


def test_a_name_column_nobody_understands_can_be_confirmed_in_the_file(tmp_path):
    headings = ["所属居委会", "名号", "业委会人数", "会议次数"]
    project = write(tmp_path, rows=[["秀水居委会", "示例甲业委会", 7, 2]], headings=headings)
    assert not read_month(project, MONTH).returns[0].rows
    entry = Entry("华阳路街道", "headings", "名号", "committee_name", dt.date(2026, 11, 3))
    mappings.write(project.raw / mappings.FILE, Mappings((entry,)))
    rows, _, _ = read(project)
    assert rows["committee_meetings"].to_dict() == {"示例甲业委会": 2}

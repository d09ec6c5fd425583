"""Corrections as data: applied where the cell still says what it said, told where it does not."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from openpyxl import Workbook

from redstats import corrections, tables
from redstats.errors import StandardError
from redstats.months import Month
from redstats.project import Project
from redstats.returns import import_month

MONTH = Month(2026, 10)
HEADINGS = ["所属居委会", "业委会名称", "业委会人数", "任期届满", "日常会议制度"]
ROWS = [
    ["秀水居委会", "安花园业委会", "七或八人", "2027年3月1日", "是"],
    ["秀水居委会", "东花园业委会", 5, "2028年3月1日", "否"],
    ["飞乐居委会", "东花园业委会", 7, "2029年3月1日", ""],
]
ENTRY = """
- month: 2026-10
  street: 华阳路
  committee: 安花园业委会
  field: member_count
  action: set
  was: 七或八人
  value: 7
  reason: 街道来电
  confirmed_by: 示例人员
  confirmed_on: 2026-11-03
"""


def write(folder: Path, entries: str = ENTRY, rows=ROWS, headings=HEADINGS) -> Project:
    project = Project(folder)
    book = Workbook()
    book.active.append(["填报单位：华阳路街道"])
    for row in (headings, *rows):
        book.active.append(row)
    (project.raw / str(MONTH)).mkdir(parents=True, exist_ok=True)
    book.save(project.raw / str(MONTH) / "华阳路街道.xlsx")
    (project.raw / corrections.FILE).write_text(entries, encoding="utf-8")
    return project


def read(project: Project):
    import_month(project, MONTH)
    return [tables.read(project, name, MONTH) for name in (tables.RETURNS, tables.CELLS, tables.NOTES)]


def changed(entry: str, **keys: str) -> str:
    lines = []
    for line in entry.strip().splitlines():
        key = line.strip("- ").partition(":")[0]
        if key not in keys:
            lines.append(line)
        elif keys[key] is not None:
            lines.append(f"{line.partition(':')[0]}: {keys[key]}")
    lines += [f"  {key}: {value}" for key, value in keys.items() if value and f"{key}:" not in entry]
    return "\n".join(lines) + "\n"


def test_a_confirmed_value_takes_the_place_of_an_unreadable_one_and_keeps_its_cell(tmp_path):
    rows, cells, notes = read(write(tmp_path))
    assert list(rows["member_count"]) == [7, 5, 7]
    cell = cells[(cells["field"] == "member_count") & (cells["committee_name"] == "安花园业委会")].iloc[0]
    assert (cell["cell"], cell["raw"], cell["value_state"]) == ("C3", "七或八人", "normalised")
    assert cell["note"] == "按更正清单第1条改为“7”（街道来电，示例人员2026-11-03确认）"
    assert list(notes["cell"][notes["kind"] == "value_corrected"]) == ["C3"]


def test_a_correction_whose_cell_was_mended_is_not_applied_and_told(tmp_path):
    mended = [["秀水居委会", "安花园业委会", 9, "2027年3月1日", "是"], *ROWS[1:]]
    rows, _, notes = read(write(tmp_path, rows=mended))
    assert list(rows["member_count"]) == [9, 5, 7]
    (stale,) = notes[notes["kind"] == "correction_stale"].to_dict("records")
    assert stale["message"] == "“安花园业委会”的“业委会人数”已不是“七或八人”，现为“9”，更正未采用"
    assert (stale["source_file"], stale["cell"], stale["street_name"]) == (
        "华阳路街道.xlsx",
        "C3",
        "华阳路街道",
    )


def test_a_correction_of_a_committee_that_is_gone_names_the_nearest(tmp_path):
    _, _, notes = read(write(tmp_path, changed(ENTRY, committee="安华园业委会")))
    (stale,) = notes[notes["kind"] == "correction_stale"].to_dict("records")
    assert "没有“安华园业委会”" in stale["message"] and "相近的有：安花园业委会" in stale["message"]
    assert (stale["source_file"], stale["cell"]) == (corrections.FILE, "第1条")


def test_of_two_committees_of_one_name_the_neighbourhood_decides(tmp_path):
    entry = changed(ENTRY, committee="东花园业委会", was="5", value="3")
    rows, _, notes = read(write(tmp_path, entry))
    assert list(rows["member_count"][1:]) == [5, 7]
    assert "不止一个" in notes[notes["kind"] == "correction_stale"].iloc[0]["message"]
    rows, _, notes = read(write(tmp_path, changed(entry, neighbourhood="秀水居委会")))
    assert list(rows["member_count"][1:]) == [3, 7]
    assert not (notes["kind"] == "correction_stale").any()


def test_a_value_can_be_taken_away_or_marked_as_not_applicable(tmp_path):
    cleared = changed(ENTRY, action="clear", value=None)
    rows, cells, _ = read(write(tmp_path, cleared))
    assert rows["member_count"].isna()[0]
    states = cells[cells["field"] == "member_count"]["value_state"]
    assert states.iloc[0] == "not_reported"
    _, cells, _ = read(write(tmp_path, changed(cleared, action="not_applicable")))
    assert cells[cells["field"] == "member_count"]["value_state"].iloc[0] == "not_applicable"


def test_a_value_of_a_column_that_was_not_sent_has_the_entry_as_its_source(tmp_path):
    entry = changed(ENTRY, field="rule_pets", was='""', value="是")
    rows, cells, _ = read(write(tmp_path, entry))
    assert rows["rule_pets"][0]
    cell = cells[cells["field"] == "rule_pets"].iloc[0]
    assert (cell["source_file"], cell["cell"]) == (corrections.FILE, "第1条")


def test_a_row_can_be_dropped_with_all_its_cells(tmp_path):
    entry = changed(ENTRY, action="drop", field=None, was=None, value=None)
    rows, cells, notes = read(write(tmp_path, entry))
    assert list(rows["committee_name"]) == ["东花园业委会", "东花园业委会"]
    assert "安花园业委会" not in set(cells["committee_name"])
    assert list(notes["raw"][notes["kind"] == "row_dropped"]) == ["安花园业委会"]


def test_a_name_is_corrected_everywhere_after_the_values(tmp_path):
    renamed = changed(ENTRY, field="committee_name", was="安花园业委会", value="安苑业委会")
    rows, cells, _ = read(write(tmp_path, renamed + ENTRY))
    assert rows["committee_name"][0] == "安苑业委会" and rows["member_count"][0] == 7
    assert "安花园业委会" not in set(cells["committee_name"])


def test_a_date_and_a_label_are_understood(tmp_path):
    entry = changed(ENTRY, field="任期届满", was="2027年3月1日", value="2027-04-01")
    rows, _, _ = read(write(tmp_path, entry))
    assert rows["term_end"][0] == dt.date(2027, 4, 1)


def test_corrections_of_other_months_wait(tmp_path):
    rows, _, notes = read(write(tmp_path, changed(ENTRY, month="2026-09")))
    assert rows["member_count"].isna()[0] and "value_corrected" not in set(notes["kind"])


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"street": "花阳路"}, "不认识的街镇"),
        ({"month": "2026-13"}, "无法识别的月份"),
        ({"field": "member_cuont"}, "没有可以更正的字段"),
        ({"field": "street_name"}, "没有可以更正的字段"),
        ({"action": "delete"}, "action 不能是"),
        ({"value": "很多"}, "不能改为“很多”"),
        ({"value": None}, "需要写 value"),
        ({"was": None}, "需要写 was"),
        ({"reason": None}, "缺少必填的键“reason”"),
        ({"confirmed_by": None}, "缺少必填的键“confirmed_by”"),
        ({"confirmed_on": "昨天"}, "confirmed_on 不是日期"),
        ({"comitee": "甲"}, "不认识的键“comitee”"),
    ],
)
def test_a_malformed_entry_is_named(tmp_path, keys, told):
    path = tmp_path / corrections.FILE
    path.write_text(changed(ENTRY, **keys), encoding="utf-8")
    with pytest.raises(StandardError) as caught:
        corrections.read(path)
    assert told in caught.value.what and "第 1 条" in caught.value.where and caught.value.to_do


def test_two_entries_for_one_place_are_refused(tmp_path):
    path = tmp_path / corrections.FILE
    path.write_text(ENTRY + ENTRY, encoding="utf-8")
    with pytest.raises(StandardError, match="第 1 条"):
        corrections.read(path)


def test_no_file_and_an_empty_file_are_no_corrections(tmp_path):
    path = tmp_path / corrections.FILE
    assert corrections.read(path) == []
    path.write_text("# 还没有\n", encoding="utf-8")
    assert corrections.read(path) == []

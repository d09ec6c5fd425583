"""A table with a row for each committee and datum says what the roll says."""

from __future__ import annotations

import pytest
from drawing import about, facts, kinds

HEAD = ["居委会", "业委会名称", "业委会人数", "户数", "日常会议制度", "接待日次数"]
ROLL = [["秀水", "秀水苑业委会", 7, 350, "是", 2], ["天诚", "天诚公寓业委会", 5, 210, "否", 1]]
UNITS = {"业委会人数": "人", "户数": "户", "接待日次数": "次"}


def long(item="指标名称", value="填报值", names="each", unit=False, order=1):
    lines = [["居委会", "业委会名称", item, *(["单位"] if unit else []), value]]
    for home, name, *answers in ROLL:
        for position, (asked, answer) in enumerate(list(zip(HEAD[2:], answers, strict=True))[::order]):
            shown = (
                [home, name]
                if names == "each" or not position
                else ["^", "^"]
                if names == "merged"
                else [None, None]
            )
            lines.append([*shown, asked, *([UNITS.get(asked)] if unit else []), answer])
    return lines


@pytest.mark.parametrize("names", ["each", "merged", "first"])
@pytest.mark.parametrize(
    ("item", "value"), [("指标名称", "填报值"), ("项目", "内容"), ("填报项目", "数据"), ("事项", "本月情况")]
)
def test_a_row_for_each_datum_is_read_as_a_column_for_each(returned, names, item, value):
    result = returned(long(item, value, names))
    assert facts(result) == facts(returned([HEAD, *ROLL]))
    assert kinds(result) <= {"sheet_long", "filled_down"} | kinds(returned([HEAD, *ROLL]))


def test_items_have_their_units_and_any_order_and_every_value_its_cell(returned):
    result = returned(long(unit=True, order=-1))
    assert facts(result) == facts(returned([HEAD, *ROLL]))
    wide = long(unit=True)
    wide += [[*line[:2], "建筑面积", "万平方米", 3] for line in wide[1::4]]
    result = returned(wide)
    assert {one["floor_area_m2"] for one in result.rows} == {30_000}
    assert next(c["cell"] for c in result.cells if c["field"] == "households") == "E3"


def test_an_item_that_stands_twice_for_a_committee_is_never_taken_for_one_of_them(returned):
    lines = [*long(), ["秀水", "秀水苑业委会", "户数", 999]]
    assert all("households" not in one or one["households"] is None for one in returned(lines).rows)


def test_items_that_nobody_knows_and_cells_beside_are_told(returned):
    lines = [[*line, "另询" if position == 2 else None] for position, line in enumerate(long())]
    lines += [["秀水", "秀水苑业委会", "绿化率", 0.3, None]]
    result = returned(lines)
    assert len(result.rows) == 2 and "绿化率" in about(result, "heading_unknown")
    assert any(note["cell"] == "E3" for note in result.notes)

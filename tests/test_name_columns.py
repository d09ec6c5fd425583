"""Whose rows they are is known by the names that stand there, also where the heading does not say so."""

from __future__ import annotations

import pytest
from drawing import facts, kinds

BASICS = """
    序号|居委会|业委会名称|业委会人数
    1|秀水|秀水苑业委会|7
    2|天诚|天诚公寓业委会|5
    3|和悦|和悦大厦业委会|9
"""
CHAPTER = """
    序号|居委会|{heading}|日常会议制度|接待日次数
    1|秀水|秀水苑|是|2
    2|天诚|天诚公寓业主委员会|否|1
    3|和悦|和悦大厦小区业委会|是|4
"""


@pytest.mark.parametrize("heading", ["小区（业委会）名称", "单位", "主体", "被考核单位", "报送单位名称"])
def test_a_chapter_whose_names_stand_under_a_doubtful_heading_is_read_by_the_committees_of_the_other_sheet(
    returned, heading
):
    result = returned({"基本情况": BASICS, "制度": CHAPTER.format(heading=heading)})
    read = facts(result)
    assert [
        read[name]["reception_days"] for name in ("秀水苑业委会", "天诚公寓业委会", "和悦大厦业委会")
    ] == [2, 1, 4]
    assert len(result.rows) == 3 and "summary_compared" not in kinds(result)
    assert any(note["kind"] == "heading_loose" and note["raw"] == heading for note in result.notes)


def test_a_doubtful_heading_over_names_that_nobody_knows_is_asked_about(returned):
    strangers = (
        CHAPTER.format(heading="主体")
        .replace("秀水苑", "甲苑")
        .replace("天诚公寓", "乙苑")
        .replace("和悦大厦", "丙苑")
    )
    result = returned({"基本情况": BASICS, "制度": strangers})
    assert len(result.rows) == 3 and "reception_days" not in facts(result)["秀水苑业委会"]
    assert any(
        note["kind"] in ("heading_unknown", "heading_ambiguous") and note["raw"] == "主体"
        for note in result.notes
    )


@pytest.mark.parametrize("heading", ["主体", "被考核单位"])
def test_names_that_call_themselves_committees_need_no_heading_and_no_second_sheet(returned, heading):
    roll = BASICS.replace("业委会人数", "业委会人数|接待日次数").replace("业委会|", "业委会|2|")
    result = returned(roll.replace("业委会名称", heading))
    assert facts(result) == facts(returned(roll)) and any(note["raw"] == heading for note in result.notes)

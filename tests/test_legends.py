"""What a heading or a note says that codes and marks stand for is how they are read."""

from __future__ import annotations

import pytest
from drawing import facts, kinds

RULE, TYPE, FORMS = "rule_meeting", "party_org_type", "training_formats"


def read(returned, heading: str, cell: object, field: str, *notes: str):
    head = ["居委会", "业委会名称", "业委会人数", "接待日次数", heading]
    rows = [["秀水", "秀水苑业委会", 7, 2, cell], ["天诚", "天诚公寓业委会", 5, 1, None]]
    result = returned([head, *rows, *([note] for note in notes)])
    assert len(result.rows) == 2
    return facts(result)["秀水苑业委会"].get(field), result


@pytest.mark.parametrize(
    ("heading", "cell", "field", "value"),
    [
        ("日常会议制度（1.否 2.是）", 1, RULE, False),
        ("日常会议制度（1.否 2.是）", "２", RULE, True),
        ("日常会议制度（有填0，没有填1）", 1, RULE, False),
        ("日常会议制度\n1=是；2=否", 2, RULE, False),
        ("日常会议制度（是1否2）", 2, RULE, False),
        ("日常会议制度（未建立的打√）", "√", RULE, False),
        ("日常会议制度（√为无）", "√", RULE, False),
        ("日常会议制度（请打√）", "√", RULE, True),
        ("日常会议制度（未建立打勾）", "√", RULE, False),
        ("日常会议制度（有不填，无打√）", "√", RULE, False),
        ("日常会议制度（有的打√，没有不填）", "√", RULE, True),
        ("党组织形式（A党支部 B党小组 C无）", "B", TYPE, "党小组"),
        ("培训形式（1小班化 2专题式 3案例型）", "1、3", FORMS, ["小班化", "案例型"]),
    ],
)
def test_a_code_is_read_by_what_its_heading_says(returned, heading, cell, field, value):
    assert read(returned, heading, cell, field)[0] == value


@pytest.mark.parametrize(
    ("heading", "cell", "field"),
    [
        ("日常会议制度（1.有 2.无）", 3, RULE),
        ("日常会议制度（未建立打√）", "×", RULE),
        ("日常会议制度（不打勾为有）", "√", RULE),
        ("日常会议制度（1纸质 2电子）", 1, RULE),
        ("党组织形式（A党支部 B党小组 C无）", "D", TYPE),
    ],
)
def test_a_code_that_nothing_explains_is_not_read_and_told(returned, heading, cell, field):
    value, result = read(returned, heading, cell, field)
    assert value is None and kinds(result) & {"value_unreadable", "heading_ambiguous"}


@pytest.mark.parametrize("note", ["注：1为否，2为是", "说明：1=否；2=是", "注：否填1，是填2"])
@pytest.mark.parametrize(("cell", "value"), [(1, False), (2, True), ("有", True)])
def test_a_note_below_the_table_explains_codes_too(returned, note, cell, value):
    assert read(returned, "日常会议制度", cell, RULE, note)[0] is value


@pytest.mark.parametrize("way", ["{}:{}", "{}：{}", "{}-{}", "{}（{}）", "5、{}（多选）:{}", "{}—{}"])
@pytest.mark.parametrize("ticks", [(1, 0), ("√", None), ("是", "否")])
def test_a_survey_that_has_a_column_for_each_answer_is_read_by_what_is_ticked(returned, way, ticks):
    yes, no = ticks
    head = ["业委会名称", "业委会人数", "接待日次数"]
    head += [way.format("培训形式", form) for form in ("小班化", "专题式", "案例型")]
    result = returned([head, ["秀水苑业委会", 7, 2, yes, no, yes], ["天诚公寓业委会", 5, 1, no, yes, no]])
    read = facts(result)
    assert read["秀水苑业委会"][FORMS] == ["小班化", "案例型"] and read["天诚公寓业委会"][FORMS] == ["专题式"]

"""Cards and turned tables: a committee a sheet, a block or a column is read to the same facts as a committee a row."""

from __future__ import annotations

import datetime as dt
from itertools import chain

import pytest
from drawing import JUNE, PLACES, RULES, about, cells_say_what_stands_there, draw, facts, kinds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from redstats.returns import read_here

CARD = """
    长宁区红色业委会登记表|<|<|<
    填报单位：华阳路街道|<|填报日期：2026年7月3日|<
    业委会名称|秀水苑业委会|所属居委会|秀水
    届别|第三届|业委会人数|7
    业委会党员人数|4|户数|350户
    任期开始|2024-03-01|任期届满|2029-02-28
    述职评议日期||自行组织学习次数（年累计）|2
    备注：无
"""
SECOND = (
    CARD.replace("秀水苑", "天诚公寓").replace("|秀水", "|天诚").replace("|7", "|5").replace("|4|", "|3|")
)


def test_a_sheet_for_each_committee_is_read_label_by_label(returned):
    result = returned({"秀水苑": CARD, "天诚公寓": SECOND})
    assert facts(result)["秀水苑业委会"] == {
        "neighbourhood_committee": "秀水", "session_no": 3, "member_count": 7, "party_member_count": 4, "households": 350,
        "term_start": dt.date(2024, 3, 1), "term_end": dt.date(2029, 2, 28), "self_study_ytd": 2,
    }  # fmt: skip
    assert facts(result)["天诚公寓业委会"]["party_member_count"] == 3
    assert result.report_date == dt.date(2026, 7, 3)
    assert kinds(result) == {"sheet_of_cards"}
    blank = next(cell for cell in result.cells if cell["field"] == "debrief_date")
    assert (blank["cell"], blank["value_state"]) == ("B7", "not_reported")
    assert {row["source_row"] for row in result.rows} == {3}


def test_sections_and_groups_beside_their_labels_lead_to_the_field(returned):
    result = returned("""
        红色业委会基本情况表|<|<|<|<|<
        街镇|华阳路街道|<|填报月份|2026年6月|<
        一、基本情况|<|<|<|<|<
        业委会名称|秀水苑业委会|<|居委会|秀水|<
        业委会人数|7|人|其中党员|4|人
        二、制度执行|<|<|<|<|<
        居民接待|接待日次数|2|接待人次|11|人次
        ^|意见咨询投诉件数|5|意见已答复件数|4|件
        三、制度建设|<|<|<|<|<
        日常会议制度|√|定期接待制度|√|信息公开制度|×
    """)
    assert facts(result)["秀水苑业委会"] == {
        "neighbourhood_committee": "秀水", "report_month": "2026年6月", "member_count": 7, "party_member_count": 4,
        "reception_days": 2, "reception_visitors": 11, "feedback_count": 5, "feedback_answered": 4,
        "rule_meeting": True, "rule_reception": True, "rule_disclosure": False,
    }  # fmt: skip


def test_rows_of_labels_over_rows_of_values_are_one_card_and_no_second_committee(returned):
    result = returned("""
        业委会名称|所属居委会|业委会人数|业委会党员人数
        秀水苑业委会|秀水|7|4
        户数|建筑面积（平方米）|届别|业委会状态
        350|41200|3|已组建
        填报单位：华阳路街道|||
    """)
    assert facts(result) == {
        "秀水苑业委会": {
            "neighbourhood_committee": "秀水", "member_count": 7, "party_member_count": 4, "households": 350,
            "floor_area_m2": 41200.0, "session_no": 3, "committee_status": "已组建",
        }
    }  # fmt: skip


def test_an_answer_that_reads_like_a_label_is_the_answer_though_an_unknown_label_stands_below(returned):
    result = returned("""
        长宁区红色业委会登记表|<|<|<
        填报单位：华阳路街道|<|<|<
        业委会名称|秀水苑业委会|所属居委会|秀水
        业委会人数|7|接待日次数|2
        居民意见征集渠道|问卷|<|<
        本届业委会简介（200字以内）|坚持党建引领，依法依规履职。|<|<
    """)
    assert facts(result)["秀水苑业委会"]["opinion_channels"] == ["问卷"]


def test_a_row_of_strange_headings_in_a_roll_is_refused_and_no_committee(returned):
    result = returned("""
        华阳路街道月报
        业委会名称|所属居委会|业委会人数|业委会党员人数
        秀水苑业委会|秀水|7|4
        天诚公寓业委会|天诚|5|3
        户数|届别|备案日期|
        350|3|2024-3-1|
    """)
    assert set(facts(result)) == {"秀水苑业委会", "天诚公寓业委会"}
    assert result.counts["refused"] == 2
    assert "A5" in about(result, "row_refused")


def test_labels_and_values_in_one_cell_are_parted_at_the_colon(returned):
    result = returned("""
        华阳路街道红色业委会登记表
        业委会名称：秀水苑业委会   所属居委会：秀水
        业委会人数：__7__人   党员人数：4人
        户数：350   届别：第三届
        日常会议制度 √是 □否
        定期接待制度 □是 √否
    """)
    assert facts(result)["秀水苑业委会"] == {
        "neighbourhood_committee": "秀水", "member_count": 7, "party_member_count": 4, "households": 350,
        "session_no": 3, "rule_meeting": True, "rule_reception": False,
    }  # fmt: skip


def test_boxes_none_of_which_is_ticked_say_nothing(returned):
    result = returned("""
        华阳路街道红色业委会登记表|<
        业委会名称|秀水苑业委会
        所属居委会|秀水
        业委会人数|7
        日常会议制度|☑是 □否
        信息公开制度|□是 □否
    """)
    assert facts(result)["秀水苑业委会"] == {
        "neighbourhood_committee": "秀水", "member_count": 7, "rule_meeting": True
    }  # fmt: skip
    assert "均未勾选" in about(result, "value_normalised")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("业委会人数||7", "隔一格有内容"),
        ("业委会人数|\n        |7", "下面有内容"),
        ("业委会人数|7\n        业委会人数|5", "填得不一样"),
    ],
)
def test_what_could_be_a_value_but_stands_elsewhere_is_named_and_not_taken(returned, line, why):
    result = returned(f"""
        华阳路街道红色业委会登记表|<|
        业委会名称|秀水苑业委会
        所属居委会|秀水
        {line}
        户数|350
        届别|三
    """)
    assert "member_count" not in facts(result)["秀水苑业委会"]
    assert why in about(result, "value_unreadable")


def test_a_cell_without_a_label_is_named(returned):
    result = returned("""
        华阳路街道红色业委会登记表|<
        业委会名称|秀水苑业委会
        业委会人数|7
        户数|350
        届别|三
        爱好|书法|另外的话
    """)
    assert "C6" in about(result, "cell_unread")


def test_a_form_that_explains_how_to_fill_it_in_is_no_return(returned):
    result = returned("""
        业委会登记表|填报要求
        业委会名称|填写全称
        业委会人数|填写在任人数
        业委会党员人数|填写正式党员和预备党员
        户数|填写产权户数
    """)
    assert not result.rows


def test_cards_below_each_other_end_where_the_next_begins(returned):
    one = """
        业委会名称|{}业委会|所属居委会|{}
        业委会人数|{}|党员人数|{}
        户数|{}|届别|3
        |||
    """
    result = returned(
        "华阳路街道||\n"
        + one.format("秀水苑", "秀水", 7, 4, 350).strip("\n")
        + "\n"
        + one.format("天诚公寓", "天诚", 5, 3, 150).strip("\n")
    )
    assert facts(result) == {
        "秀水苑业委会": {
            "neighbourhood_committee": "秀水", "member_count": 7, "party_member_count": 4, "households": 350, "session_no": 3
        },
        "天诚公寓业委会": {
            "neighbourhood_committee": "天诚", "member_count": 5, "party_member_count": 3, "households": 150, "session_no": 3
        },
    }  # fmt: skip


# Turned tables.

TURNED = """
    华阳路街道红色业委会月报（2026年6月）|<|<|<
    {}|单位|{}
    所属居委会||秀水|天诚
    一、组织|<|<|<
    业委会人数|人|7|5
    其中：党员|人|4|3
    二、制度|<|<|<
    日常会议制度||是|否
    户数|户|350|150
    填报人：张三|||
"""


@pytest.mark.parametrize("label", ["业委会名称", "小区名称", "项目", "指标名称", ""])
def test_a_committee_in_each_column_is_read_down(returned, label):
    result = returned(TURNED.format(label, "秀水苑业委会|天诚公寓业委会"))
    read = {
        name: {id_: value for id_, value in one.items() if id_ != "estate_names"}
        for name, one in facts(result).items()
    }
    assert read == {
        "秀水苑业委会": {
            "neighbourhood_committee": "秀水", "member_count": 7, "party_member_count": 4, "rule_meeting": True, "households": 350
        },
        "天诚公寓业委会": {
            "neighbourhood_committee": "天诚", "member_count": 5, "party_member_count": 3, "rule_meeting": False, "households": 150
        },
    }  # fmt: skip
    assert "sheet_turned" in kinds(result)


def test_a_column_of_sums_is_compared_and_no_committee(returned):
    table = TURNED.replace("|150", "|150|500").replace("|5\n", "|5|13\n")
    result = returned(table.format("业委会名称", "秀水苑业委会|天诚公寓业委会|合计"))
    assert set(facts(result)) == {"秀水苑业委会", "天诚公寓业委会"}
    assert "E5 “业委会人数”合计填13，各行相加为12" in about(result, "total_differs")


def test_cells_of_a_turned_table_keep_their_true_addresses(returned):
    result = returned(TURNED.format("业委会名称", "秀水苑业委会|天诚公寓业委会").replace("|7|", "|七八个|"))
    assert "C5" in about(result, "value_unreadable")
    places = {(c["committee_name"], c["field"]): c["cell"] for c in result.cells}
    assert places["天诚公寓业委会", "households"] == "D9"


# Any layout, the same facts.

FACTS = {
    "业委会名称": ["秀水苑业委会", "天诚公寓业委会", "飞乐公寓业委会"],
    "居委会": ["秀水", "天诚", "飞乐"],
    "业委会人数": ["7", "5", "9"],
    "业委会党员人数": ["4", "3", "0"],
    "党组织形式": ["党支部", "无", "联合党支部"],
    "备案日期": ["2024年3月1日", "2023.11.5", "2025/6/30"],
    "接待日次数": ["2次", "1", "0"],
    "日常会议制度": ["是", "否", "√"],
    "户数": ["350", "120户", "1200"],
    "述职评议日期": ["", "2026年3月", "2026-01-15"],
}


def _card(order: list[str], at: int, wide: int) -> list[list[str]]:
    """One committee's labels and values, ``wide`` pairs in a row."""
    pairs = [[label, FACTS[label][at]] for label in order]
    pairs += [["", ""]] * (-len(pairs) % wide)
    return [list(chain.from_iterable(pairs[at : at + wide])) for at in range(0, len(pairs), wide)]


@st.composite
def layouts(draw_from):
    """Sheets by name: the three committees in some layout, with or without blank lines between cards."""
    others = draw_from(st.permutations([label for label in FACTS if label != "业委会名称"]))
    order = ["业委会名称", *others]
    title = [["华阳路街道红色业委会月报表（2026年6月）"]] if draw_from(st.booleans()) else []
    wide = draw_from(st.integers(1, 3))
    way = draw_from(st.sampled_from(["rows", "columns", "sheets", "below", "beside"]))
    if way == "rows":
        return {"月报": [*title, order, *([FACTS[label][at] for label in order] for at in range(3))]}
    if way == "columns":
        return {"月报": [*title, *([label, *FACTS[label]] for label in order)]}
    cards = [_card(order, at, wide) for at in range(3)]
    if way == "sheets":
        return {f"表{at}": [*title, *card] for at, card in enumerate(cards)}
    if way == "below":
        gap = [[""]] * draw_from(st.integers(0, 2))
        return {"月报": [*title, *cards[0], *gap, *cards[1], *gap, *cards[2]]}
    gap = [""] * draw_from(st.integers(0, 1))
    return {
        "月报": [*title, *([*one, *gap, *two, *gap, *three] for one, two, three in zip(*cards, strict=True))]
    }


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(layouts())
def test_the_same_facts_in_any_layout_are_read_the_same_or_named_as_unread(tmp_path_factory, sheets):
    path = tmp_path_factory.mktemp("cards") / "华阳.xlsx"
    book = Workbook()
    book.remove(book.active)
    for name, table in sheets.items():
        draw(book.create_sheet(name), table)
    book.save(path)
    result = read_here(path, JUNE, RULES, PLACES)
    cells_say_what_stands_there(result, path)
    assert facts(result) == {
        "秀水苑业委会": {
            "neighbourhood_committee": "秀水", "member_count": 7, "party_member_count": 4, "party_org_type": "党支部",
            "filing_date": dt.date(2024, 3, 1), "reception_days": 2, "rule_meeting": True, "households": 350,
        },
        "天诚公寓业委会": {
            "neighbourhood_committee": "天诚", "member_count": 5, "party_member_count": 3, "party_org_type": "无",
            "filing_date": dt.date(2023, 11, 5), "reception_days": 1, "rule_meeting": False, "households": 120,
            "debrief_date": dt.date(2026, 3, 1),
        },
        "飞乐公寓业委会": {
            "neighbourhood_committee": "飞乐", "member_count": 9, "party_member_count": 0, "party_org_type": "联合党支部",
            "filing_date": dt.date(2025, 6, 30), "reception_days": 0, "rule_meeting": True, "households": 1200,
            "debrief_date": dt.date(2026, 1, 15),
        },
    }  # fmt: skip


def test_a_number_in_characters_is_the_answer_of_the_label_before_it(returned):
    card = [
        ["业委会名称", "秀水苑业委会", "所属居委会", "秀水"], ["业委会人数", "七", "接待日次数", "三"],
        ["巡视次数", "十二", "物业违约事项数", "二"], ["日常会议制度", "是", "户数", "350"],
    ]  # fmt: skip

    def fill(page):
        draw(page, card)
        draw(page, [[cell.replace("秀水", "天诚") for cell in row] for row in card], left=6)

    read = facts(returned({"登记卡": fill}))
    assert {name: (one["member_count"], one["reception_days"], one["breach_count"]) for name, one in read.items()} == {
        "秀水苑业委会": (7, 3, 2), "天诚苑业委会": (7, 3, 2),
    }  # fmt: skip

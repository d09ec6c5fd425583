"""Returns as streets draw them: every layout below is read to the same kind of facts, or says what it is not sure of."""

from __future__ import annotations

import datetime as dt
import shutil

import pandas as pd
import pytest
from drawing import JUNE, PLACES, RULES, about, cells_say_what_stands_there, draw, facts, kinds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from redstats import places as roll
from redstats import tables
from redstats.months import Month
from redstats.project import Project
from redstats.returns import import_month, read_here, read_month
from redstats.settings import Settings

# Headings.


def test_a_plain_table_below_a_title_is_read(returned):
    result = returned("""
        华阳路街道红色业委会建设情况月报表（2026年6月）|<|<|<|<
        填报单位（盖章）：华阳路街道      填报人：张三      联系电话：62511234     填报日期：2026年7月3日
        序号|所属居委会|业委会名称|业委会人数|业委会党员人数
        1|秀水|秀水苑业委会|7|4
        2|天诚|天诚公寓业委会|5|3
        合计|||12|7
    """)
    assert facts(result) == {
        "秀水苑业委会": {"neighbourhood_committee": "秀水", "member_count": 7, "party_member_count": 4},
        "天诚公寓业委会": {"neighbourhood_committee": "天诚", "member_count": 5, "party_member_count": 3},
    }
    assert result.report_date == dt.date(2026, 7, 3)
    assert not kinds(result)
    assert result.rows[0]["street_name"] == "华阳路街道"


def test_an_empty_column_a_and_label_value_pairs_in_cells_of_their_own(returned):
    result = returned(
        """
        |江苏路街道红色业委会月报
        |填报单位：|江苏路街道||填报日期：|2026/07/04
        |序号|居民区|业委会名称|届别|户数|建筑面积（平方米）
        |1|岐山|岐山村业委会|第三届|350户|'41,200.5
        |2|万村|万村公寓业委会|二|１２０|9800
    """,
        file="江苏.xlsx",
    )
    assert facts(result) == {
        "岐山村业委会": {
            "neighbourhood_committee": "岐山",
            "session_no": 3,
            "households": 350,
            "floor_area_m2": 41200.5,
        },
        "万村公寓业委会": {
            "neighbourhood_committee": "万村",
            "session_no": 2,
            "households": 120,
            "floor_area_m2": 9800.0,
        },
    }
    assert result.rows[0]["street_name"] == "江苏路街道"
    assert result.report_date == dt.date(2026, 7, 4)


FOUR_ROWS = """
    序号|居委会|业委会名称|一、党建引领好|<|<|<|<|四、作用发挥好|<|<
    ^|^|^|（三）组织引领|<|<|<|<|（三）协调作用|<|<
    ^|^|^|党组织|<|民主事项|<|党建指导员（联络员）|求助件数|<|已调解
    ^|^|^|形式|成立日期|总数|其中：先议|^|业主间|业主—物业|^
    1|秀水|秀水苑业委会|党支部|2022.5.1|3|3|√|2|1|3
    2|天诚|天诚公寓业委会|无||0|0|×|0|0|0
"""


def test_four_rows_of_merged_headings_are_read_as_paths(returned):
    result = returned(FOUR_ROWS)
    assert facts(result)["秀水苑业委会"] == {
        "neighbourhood_committee": "秀水", "party_org_type": "党支部", "party_org_date": dt.date(2022, 5, 1),
        "democratic_item_count": 3, "party_prediscussed_count": 3, "party_liaison": True,
        "disputes_owner": 2, "disputes_property": 1, "mediated": 3,
    }  # fmt: skip
    assert facts(result)["天诚公寓业委会"]["party_org_type"] == "无"


def test_a_group_name_only_in_its_first_column_reaches_as_far_as_the_blanks_after_it(returned):
    unmerged = FOUR_ROWS.replace("<", "").replace("^", "")
    assert facts(returned(unmerged)) == facts(returned(FOUR_ROWS))


def test_a_group_in_front_of_lost_merges_does_not_swallow_the_columns_of_the_next(returned):
    result = returned("""
        序号|业委会名称|居民接待||巡视||备案日期
        ||次数|人次|次数|居委会参与|
        1|秀水苑业委会|2|15|4|是|2024年3月
        2|天诚公寓业委会|1|6|2|否|2023年11月
    """)
    assert facts(result)["秀水苑业委会"] == {
        "reception_days": 2, "reception_visitors": 15, "patrol_count": 4, "patrol_with_rc": True,
        "filing_date": dt.date(2024, 3, 1),
    }  # fmt: skip


def test_units_line_breaks_and_ways_of_filling_in_are_no_part_of_a_heading(returned):
    result = returned("""
        序号|业委会\\n名称|业委会人数\\n（人）|其中：\\n党员（人）|是否建立包案责任制\\n（是/否）|接待日次数（次）|平均处理时间（天）|出席率（%）|便民服务菜单（√/×）
        1|秀水苑业委会|7人|4名|是|2次|3.5|'85%|√
        2|天诚公寓业委会|5|3|否（正在建立）|1|2|0.9|×
    """)
    assert facts(result) == {
        "秀水苑业委会": {"member_count": 7, "party_member_count": 4, "case_owner_system": True, "reception_days": 2,
                   "avg_days": 3.5, "meeting_attendance": 0.85, "service_menu": True},
        "天诚公寓业委会": {"member_count": 5, "party_member_count": 3, "case_owner_system": False, "reception_days": 1,
                    "avg_days": 2.0, "meeting_attendance": 0.9, "service_menu": False},
    }  # fmt: skip


def test_a_line_of_units_and_a_line_of_column_numbers_below_the_headings_are_no_rows(returned):
    result = returned("""
        序号|业委会名称|建筑面积|户数|业委会人数|业委会党员人数
        ||万平方米|户|人|人
        甲|乙|1|2|3|4
        1|秀水苑业委会|4.12|350|7|4
        2|天诚公寓业委会|0.98|120|5|3
    """)
    assert [one["floor_area_m2"] for one in facts(result).values()] == [41200.0, 9800.0]
    assert result.counts["refused"] == 0 and result.counts["accepted"] == 2


def test_answers_in_columns_to_be_ticked_are_one_field(returned):
    result = returned("""
        华阳路街道月报
        业委会名称|业委会人数|日常会议制度|<|党组织形式|<|<
        ^|^|是|否|党支部|党小组|无
        秀水苑业委会|7|√|||√|
        天诚公寓业委会|5||√|||√
        仙霞苑业委会|5|||√|√|
        华山苑业委会|5|×|||2024年|
    """)
    found = {
        name: (one.get("rule_meeting"), one.get("party_org_type")) for name, one in facts(result).items()
    }
    assert found == {
        "秀水苑业委会": (True, "党小组"),
        "天诚公寓业委会": (False, "无"),
        "仙霞苑业委会": (None, None),
        "华山苑业委会": (None, None),
    }
    states = {(one["cell"], one["field"]): one["value_state"] for one in result.cells}
    assert states["F4", "party_org_type"] == states["D5", "rule_meeting"] == "normalised"
    assert states["C6", "rule_meeting"] == "not_reported" and states["E6", "party_org_type"] == "unreadable"
    assert states["C7", "rule_meeting"] == states["F7", "party_org_type"] == "unreadable"
    assert not about(result, "heading_unknown")


def test_beside_what_was_planned_or_due_the_real_one_is_read(returned):
    result = returned("""
        华阳路街道月报
        业委会名称|委员人数|<|其中：党员|会议次数|<|接待次数
        ^|应设|实有|^|计划|实际|^
        秀水苑业委会|7|6|4|2|1|3
    """)
    (one,) = facts(result).values()
    assert (one["member_count"], one["committee_meetings"], one["reception_days"]) == (6, 1, 3)


def test_a_percentage_that_follows_from_counts_is_read_and_never_missed(returned):
    table = """
        华阳路街道月报
        业委会名称|业委会人数|党员人数|委员中党员占比|户数
        秀水苑业委会|5|3|60%|300
    """
    (one,) = facts(returned(table)).values()
    assert one["party_ratio"] == 0.6
    without = returned(table.replace("委员中党员占比", "备注"))
    assert "党员比例" not in about(without, "column_missing") and "户数" not in about(
        without, "heading_unknown"
    )


def test_an_area_in_ten_thousands_is_scaled_and_says_so(returned):
    result = returned("""
        序号|业委会名称|建筑面积（万㎡）|户数|业委会人数
        1|秀水苑业委会|4.12|350|7
        2|天诚公寓业委会|9800平方米|120|5
    """)
    assert [one["floor_area_m2"] for one in facts(result).values()] == [41200.0, 9800.0]
    assert "unit_scaled" in kinds(result)


def test_page_breaks_repeat_the_headings(returned):
    result = returned("""
        序号|居委会|业委会名称|业委会人数|党员委员数|联席会议次数
        1|秀水|秀水苑业委会|7|4|1
        2|天诚|天诚公寓业委会|5|3|2
        华阳路街道月报（续表）
        序号|居委会|业委会名称|业委会人数|党员委员数|联席会议次数
        3|飞乐|飞乐公寓业委会|5|2|1
    """)
    assert [(name, one["joint_meetings"]) for name, one in facts(result).items()] == [
        ("秀水苑业委会", 1), ("天诚公寓业委会", 2), ("飞乐公寓业委会", 1)
    ]  # fmt: skip


def test_spacer_columns_and_a_serial_number_that_restarts(returned):
    result = returned("""
        序号||居委会|业委会名称||业委会人数|||停车位数|车辆数
        1||秀水|秀水苑业委会||7|||120|150
        2||秀水|秀水二苑业委会||5|||80|60
        1||天诚|天诚公寓业委会||5|||30|45
    """)
    assert [one["vehicle_count"] for one in facts(result).values()] == [150, 60, 45]


def test_a_term_in_one_cell_fills_both_ends(returned):
    result = returned("""
        序号|业委会名称|届别|任期|业委会人数
        1|秀水苑业委会|3|2022.3-2027.3|7
        2|天诚公寓业委会|2|2023年5月1日至2028年4月30日|5
        3|飞乐公寓业委会|1|五年|5
    """)
    got = facts(result)
    assert got["秀水苑业委会"]["term_start"] == dt.date(2022, 3, 1)
    assert got["秀水苑业委会"]["term_end"] == dt.date(2027, 3, 31)
    assert got["天诚公寓业委会"]["term_end"] == dt.date(2028, 4, 30)
    assert "term_end" not in got["飞乐公寓业委会"]
    assert {(c["field"], c["cell"]) for c in result.cells if c["field"].startswith("term")} >= {
        ("term_start", "D2"), ("term_end", "D2")
    }  # fmt: skip
    assert "D4" in about(result, "value_unreadable")


@pytest.mark.parametrize(
    "heading",
    [
        "任职期限",
        "任期起止",
        "任期起止日期",
        "本届任期",
        "任期（起止）",
        "任期（起止日期）",
        "本届任期起止时间",
    ],
)
def test_a_term_goes_by_several_names(returned, heading):
    result = returned(f"""
        序号|业委会名称|届别|{heading}|业委会人数
        1|秀水苑业委会|3|2022年3月—2027年3月|7
    """)
    assert facts(result)["秀水苑业委会"]["term_end"] == dt.date(2027, 3, 31)


def test_a_term_over_its_two_ends_is_two_columns(returned):
    result = returned("""
        序号|业委会名称|任期|<|业委会人数
        ^|^|起始日期|届满日期|^
        1|秀水苑业委会|2022/3/1|2027/2/28|7
    """)
    assert facts(result)["秀水苑业委会"] == {
        "term_start": dt.date(2022, 3, 1), "term_end": dt.date(2027, 2, 28), "member_count": 7
    }  # fmt: skip


# Rows.


def test_a_neighbourhood_merged_down_or_written_once_belongs_to_the_rows_below(returned):
    once = """
        居委会|业委会名称|业委会人数|会议次数
        秀水|秀水苑业委会|7|1
        {0}|秀水二苑业委会|5|2
        {0}|秀水三苑业委会|5|1
        天诚|天诚公寓业委会|5|1
        {0}|天诚二期业委会|3|0
    """
    expected = ["秀水", "秀水", "秀水", "天诚", "天诚"]
    merged, blank = returned(once.format("^")), returned(once.format(""))
    assert [one["neighbourhood_committee"] for one in facts(merged).values()] == expected
    assert [one["neighbourhood_committee"] for one in facts(blank).values()] == expected
    assert "filled_down" in kinds(blank) and "filled_down" not in kinds(merged)


def test_a_missing_neighbourhood_is_not_filled_where_every_row_names_its_own(returned):
    result = returned("""
        居委会|业委会名称|业委会人数|会议次数
        秀水|秀水苑业委会|7|1
        秀水|秀水二苑业委会|5|2
        |无主小区业委会|5|1
        天诚|天诚公寓业委会|5|1
    """)
    assert "neighbourhood_committee" not in facts(result)["无主小区业委会"]


def test_group_rows_name_the_neighbourhood_of_the_rows_below(returned):
    result = returned("""
        序号|业委会名称|业委会人数|会议次数|联席会议次数
        一、秀水居民区|<|<|<|<
        1|秀水苑业委会|7|1|1
        2|秀水二苑业委会|5|2|1
        小计||12|3|2
        二、天诚居民区|<|<|<|<
        1|天诚公寓业委会|5|1|1
        小计||5|1|1
        总计||17|4|3
    """)
    assert [one["neighbourhood_committee"] for one in facts(result).values()] == [
        "秀水居民区",
        "秀水居民区",
        "天诚居民区",
    ]
    assert not kinds(result)


@pytest.mark.parametrize(
    "word", ["合计", "合  计", "总计", "街道合计", "合计（2个）", "共计2个业委会", "全街道合计：", "汇总"]
)
def test_a_typed_sum_is_compared_and_not_imported(returned, word):
    result = returned(f"""
        序号|业委会名称|业委会人数|会议次数|平均年龄
        {word}||13|3|55
        1|秀水苑业委会|7|1|61
        2|天诚公寓业委会|5|2|49
    """)
    assert len(result.rows) == 2
    assert "填13，各行相加为12" in about(result, "total_differs")
    assert about(result, "total_differs").startswith("C2")


def test_notes_and_signatures_below_end_the_table(returned):
    result = returned("""
        序号|业委会名称|业委会人数|会议次数|联席会议次数
        1|秀水苑业委会|7|1|1
        备注：1.本表每月5日前报送；2.党员人数含预备党员。
        注：未成立业委会的小区不填
        填报人：张 鑫 钰|||审核人：李四|负责人：
        填报日期：2026年7月3日
        联系电话：62511234
    """)
    assert list(facts(result)) == ["秀水苑业委会"]
    assert result.report_date == dt.date(2026, 7, 3)
    assert result.counts["refused"] == 0


def test_thirty_prefilled_rows_are_blank(returned):
    def fill(sheet):
        draw(
            sheet,
            """
            序号|居委会|业委会名称|业委会人数|会议次数|接待次数
            1|秀水|秀水苑业委会|7|1|1
        """,
        )
        for row in range(3, 33):
            sheet.append([row - 1, None, None, 0, 0, None])

    result = returned({"月报": fill})
    assert (result.counts["accepted"], result.counts["refused"], result.counts["blank"]) == (1, 0, 30)


def test_a_row_with_figures_and_no_name_is_refused_and_said(returned):
    result = returned("""
        序号|居委会|业委会名称|业委会人数|会议次数|接待次数
        1|秀水|秀水苑业委会|7|1|1
        2|秀水||5|2|1
        3|||5|2|1
    """)
    assert result.counts["refused"] == 2
    assert "C3" in about(result, "row_refused") and "C4" in about(result, "row_refused")


def test_a_committee_with_nothing_but_its_name_is_a_row(returned):
    result = returned("""
        居委会|业委会名称|业委会人数|会议次数|接待次数
        秀水|秀水苑业委会|7|1|1
        |秀水二苑业委会|||
        天诚|天诚公寓业委会|5|1|1
    """)
    assert "秀水二苑业委会" in facts(result)


def test_hidden_rows_and_columns_are_read_and_said_hidden_sheets_are_not_read(returned):
    table = """
        序号|业委会名称|业委会人数|会议次数
        1|秀水苑业委会|7|1
        2|天诚公寓业委会|5|2
    """

    def hide(sheet):
        draw(sheet, table)
        sheet.row_dimensions[3].hidden = True

    def old(sheet):
        draw(sheet, table.replace("7", "9"))
        sheet.sheet_state = "hidden"

    result = returned({"月报": hide, "旧表": old})
    assert facts(result)["天诚公寓业委会"]["member_count"] == 5
    assert facts(result)["秀水苑业委会"]["member_count"] == 7
    assert kinds(result) == {"hidden_cells", "sheet_skipped"}


def test_a_column_names_the_street_of_each_row(returned):
    result = returned(
        """
        长宁区红色业委会月报（2026年6月）
        序号|街镇|居委会|业委会名称|业委会人数|会议次数
        1|华阳|秀水|秀水苑业委会|7|1
        2|仙霞街道|虹旭|虹旭小区业委会|5|2
        3|周桥街道|武夷|武夷花园业委会|5|2
        4|月球街道|武夷|月球花园业委会|5|2
    """,
        file="全区.xlsx",
    )
    assert [row["street_name"] for row in result.rows] == ["华阳路街道", "仙霞新村街道", "周家桥街道"]
    assert "认不出街镇" in about(result, "row_refused")


@pytest.mark.parametrize(
    "file, name",
    [
        ("华阳.xlsx", "华阳路街道"),
        ("仙霞6月.xlsx", "仙霞新村街道"),
        ("程桥6月(1).xlsx", "程家桥街道"),
        ("副本新泾镇.xlsx", "新泾镇"),
    ],
)
def test_a_short_name_in_the_file_name_is_enough(returned, file, name):
    result = returned(
        """
        序号|业委会名称|业委会人数|会议次数
        1|某某苑业委会|7|1
    """,
        file=file,
    )
    assert [row["street_name"] for row in result.rows] == [name]


# Values.


def test_values_come_as_numbers_texts_with_units_full_width_and_with_remarks(returned):
    result = returned("""
        业委会名称|户数|业委会人数|党建指导员（联络员）|述职评议日期|满意率|党组织形式|培训形式|会议次数
        甲苑业委会|'350|７人|√|2026年6月15日|'95%|党支部|小班化、专题式|1
        乙苑业委会|约300户|五|有，已上墙|2026.6.8|95|联合支部|案例|两次
        丙苑业委会|/|5名|×|6月|0.95|无|/|暂无
    """)
    got = facts(result)
    assert got["甲苑业委会"] == {
        "households": 350, "member_count": 7, "party_liaison": True, "debrief_date": dt.date(2026, 6, 15),
        "satisfaction_rate": 0.95, "party_org_type": "党支部", "training_formats": ["小班化", "专题式"], "committee_meetings": 1,
    }  # fmt: skip
    assert got["乙苑业委会"] == {
        "households": 300, "member_count": 5, "party_liaison": True, "debrief_date": dt.date(2026, 6, 8),
        "satisfaction_rate": 0.95, "party_org_type": "联合党支部", "training_formats": ["案例型"], "committee_meetings": 2,
    }  # fmt: skip
    assert got["丙苑业委会"] == {
        "member_count": 5, "party_liaison": False, "debrief_date": dt.date(2026, 6, 1), "satisfaction_rate": 0.95,
        "party_org_type": "无", "committee_meetings": 0,
    }  # fmt: skip


def test_a_percentage_is_read_by_its_format_and_a_date_by_its_own(returned):
    def fill(sheet):
        draw(sheet, [["业委会名称", "满意率", "出席率", "备案日期", "任期届满"],
                     ["甲苑业委会", 0.955, 1, dt.date(2022, 5, 1), 46112]])  # fmt: skip
        sheet["B2"].number_format, sheet["C2"].number_format = "0.0%", "0%"

    result = returned({"月报": fill})
    assert facts(result)["甲苑业委会"] == {
        "satisfaction_rate": 0.955, "meeting_attendance": 1.0, "filing_date": dt.date(2022, 5, 1),
        "term_end": dt.date(2026, 3, 31),
    }  # fmt: skip


def test_error_cells_and_formulas_never_calculated_are_unreadable_not_blank(returned):
    result = returned("""
        业委会名称|户数|业委会人数|会议次数
        甲苑业委会|=100+20|5|#N/A
        乙苑业委会|300|=B2/0|1
    """)
    assert [c["cell"] for c in result.cells if c["value_state"] == "unreadable"] == ["B2", "D2", "C3"]


# Several sheets.


def test_chapters_on_sheets_of_their_own_are_joined_by_committee(returned):
    result = returned({
        "基本情况": """
            序号|居委会|业委会名称|业委会人数|业委会党员人数
            1|秀水|秀水苑业委会|7|4
            2|天诚|天诚公寓业委会|5|3
        """,
        "党建引领": """
            序号|居委会|业委会名称|党组织形式|民主事项数|党组织先议数
            1|天诚|天诚公寓业委会|无|1|1
            2|秀水|秀水苑业委会|党支部|3|3
        """,
        "作用发挥": """
            业委会名称|会议次数|联席会议次数|志愿活动次数
            秀水苑业委会|1|2|3
        """,
    })  # fmt: skip
    assert facts(result) == {
        "秀水苑业委会": {"neighbourhood_committee": "秀水", "member_count": 7, "party_member_count": 4, "party_org_type": "党支部",
                   "democratic_item_count": 3, "party_prediscussed_count": 3, "committee_meetings": 1, "joint_meetings": 2,
                   "volunteer_events": 3},
        "天诚公寓业委会": {"neighbourhood_committee": "天诚", "member_count": 5, "party_member_count": 3, "party_org_type": "无",
                    "democratic_item_count": 1, "party_prediscussed_count": 1},
    }  # fmt: skip
    assert result.counts["accepted"] == 2
    assert "天诚公寓业委会" in about(result, "committee_not_on_sheet") and "作用发挥" in str(result.notes)
    places = {(c["committee_name"], c["field"]): (c["source_sheet"], c["cell"]) for c in result.cells}
    assert places["秀水苑业委会", "party_org_type"] == ("党建引领", "D3")
    assert "没有“会议次数”" not in about(result, "column_missing")


def test_the_neighbourhood_may_stand_in_a_later_chapter_only(returned):
    result = returned({
        "基本情况": """
            序号|业委会名称|业委会人数|业委会党员人数
            1|秀水苑业委会|7|4
        """,
        "党建引领": """
            序号|居委会|业委会名称|党组织形式|民主事项数|党组织先议数
            1|秀水|秀水苑业委会|党支部|3|3
        """,
    })  # fmt: skip
    (row,) = result.rows
    assert (row["neighbourhood_committee"], row["member_count"]) == ("秀水", 7)
    assert {cell["neighbourhood_committee"] for cell in result.cells} == {"秀水"}


def test_two_tables_on_one_sheet_are_joined_by_committee(returned):
    result = returned("""
        一、基本情况
        序号|业委会名称|业委会人数|业委会党员人数|户数
        1|秀水苑业委会|7|4|350
        2|天诚公寓业委会|5|3|120
        合计||12|7|470

        二、会议情况
        序号|业委会名称|会议次数|联席会议次数|志愿活动次数
        1|秀水苑业委会|1|1|0
        2|天诚公寓业委会|2|1|4
    """)
    assert facts(result)["天诚公寓业委会"] == {
        "member_count": 5, "party_member_count": 3, "households": 120, "committee_meetings": 2, "joint_meetings": 1,
        "volunteer_events": 4,
    }  # fmt: skip
    assert len(result.rows) == 2


def test_what_two_sheets_say_differently_is_not_believed(returned):
    result = returned({
        "基本情况": """
            业委会名称|业委会人数|业委会党员人数|户数
            秀水苑业委会|7|4|350
        """,
        "党建引领": """
            业委会名称|业委会人数|党组织形式|民主事项数
            秀水苑业委会|5|党支部|3
        """,
    })  # fmt: skip
    assert "member_count" not in facts(result)["秀水苑业委会"]
    assert facts(result)["秀水苑业委会"]["party_org_type"] == "党支部"
    assert "sheets_differ" in kinds(result)


def test_a_sheet_for_each_neighbourhood_and_a_summary_that_is_only_compared(returned):
    result = returned({
        "汇总": """
            序号|居委会|业委会名称|业委会人数|会议次数|联席会议次数
            1|秀水|秀水苑业委会|7|1|1
            2|天诚|天诚公寓业委会|6|2|1
            合计|||13|3|2
        """,
        "秀水": """
            秀水居委会业委会情况表
            序号|业委会名称|业委会人数|会议次数|联席会议次数
            1|秀水苑业委会|7|1|1
        """,
        "天诚": """
            天诚居委会业委会情况表
            序号|业委会名称|业委会人数|会议次数|联席会议次数
            1|天诚公寓业委会|5|2|1
        """,
    })  # fmt: skip
    assert len(result.rows) == 2
    got = facts(result)
    assert got["天诚公寓业委会"]["member_count"] == 5
    assert got["秀水苑业委会"]["neighbourhood_committee"] == "秀水"
    assert "summary_differs" in kinds(result) and "total_differs" not in kinds(result)
    assert {cell["source_sheet"] for cell in result.cells if cell["field"] == "member_count"} == {
        "秀水",
        "天诚",
    }


def test_a_summary_with_a_row_for_each_neighbourhood_is_compared_with_the_details(returned):
    result = returned({
        "秀水": """
            业委会名称|业委会人数|会议次数|联席会议次数
            秀水苑业委会|7|1|1
            秀水二苑业委会|5|1|1
        """,
        "天诚": """
            业委会名称|业委会人数|会议次数|联席会议次数
            天诚公寓业委会|5|2|1
        """,
        "汇总": """
            序号|居委会|业委会人数|会议次数|联席会议次数
            1|秀水|12|2|2
            2|天诚|5|3|1
            合计||17|5|3
        """,
    })  # fmt: skip
    assert len(result.rows) == 3
    assert "会议" in about(result, "summary_differs") and "D3" in about(result, "summary_differs")
    assert "C2" not in about(result, "summary_differs")


def test_sheets_of_other_months_in_the_same_file_are_not_read(returned):
    table = """
        序号|业委会名称|业委会人数|会议次数
        1|秀水苑业委会|{}|1
    """
    result = returned({"5月": table.format(5), "6月": table.format(7)})
    assert facts(result)["秀水苑业委会"]["member_count"] == 7 and len(result.rows) == 1
    assert "5月" in str([note for note in result.notes if note["kind"] == "sheet_skipped"])


# What is not plain.


def test_another_month_in_the_title_is_said(returned):
    result = returned(
        """
        华阳路街道红色业委会月报（2026年5月）
        序号|业委会名称|业委会人数|会议次数
        1|秀水苑业委会|7|1
    """,
        file="华阳.xlsx",
    )
    assert "2026年5月" in about(result, "month_differs")


def test_another_month_in_the_file_name_is_said_though_it_has_no_year(returned):
    result = returned(
        """
        序号|业委会名称|业委会人数|会议次数
        1|秀水苑业委会|7|1
    """,
        file="华阳5月.xlsx",
    )
    assert "2026年5月" in about(result, "month_differs")


LOOKALIKES = [
    "业主人数", "小区党员人数", "居民区党员人数", "居民代表人数", "业主代表人数", "培训人次", "培训人数", "公布日期", "公布时间",
    "是否审计", "审计日期", "党员人数（小区）", "小区党员数", "在册党员人数", "楼栋数", "楼组数", "志愿者人数", "物业人员数",
    "本月自行组织学习次数", "累计接待次数", "接待次数（年累计）", "平均处理时间（小时）", "业主大会会议次数", "居民区党组织会议次数", "物业公司电话",
    "居委会电话", "合同到期日期", "物业合同到期日期", "成立日期", "居委会主任", "党总支书记", "是否自行组织学习", "上月会议次数",
    "去年接待次数", "同比", "业主群人数", "业主群成员数", "入群率", "投票率", "小区党员比例", "居民区党员占比", "业委会主任", "公众号数",
    "居民党员人数", "租户数", "空置户数", "业主大会召开次数", "车位数（地下）", "消防培训人次", "学习人次", "审核日期", "物业公司地址",
    "街道联系人电话", "志愿者人次", "结对党员数", "退休党员人数", "居委会人数", "物业满意率", "居民区党组织形式", "任期年限", "预备党员数",
]  # fmt: skip


@pytest.mark.parametrize("heading", LOOKALIKES)
def test_a_look_alike_heading_is_not_taken_for_another_datum(returned, heading):
    result = returned(f"""
        序号|业委会名称|{heading}|委员平均年龄|发函督促件数
        1|秀水苑业委会|7|60|1
    """)
    assert set(facts(result)["秀水苑业委会"]) == {"avg_age", "demand_count"}, heading
    assert kinds(result) & {"heading_unknown", "heading_ambiguous"}


@pytest.mark.parametrize("group, leaf", [
    ("小区情况", "党员人数"), ("居民区", "党员人数"), ("业主大会", "会议次数"), ("物业", "联系电话"), ("物业服务企业", "联系电话"),
    ("居委会", "联系方式"), ("业主", "人数"), ("居民", "平均年龄"), ("物业合同", "到期日期"), ("志愿者", "培训次数"), ("楼组", "党员数"),
    ("居委会", "满意率"), ("居民代表", "党员人数"),
])  # fmt: skip
def test_a_heading_under_somebody_elses_group_is_not_taken_for_the_committees(returned, group, leaf):
    for table in (f"""
        序号|业委会名称|{group}|<|委员平均年龄|发函督促件数
        ^|^|{leaf}|其它|^|^
        1|秀水苑业委会|7|8|60|1
    """, f"""
        序号|业委会名称|{group}||业委会情况||
        ||{leaf}|其它|委员平均年龄|发函督促件数|
        1|秀水苑业委会|7|8|60|1
    """):  # fmt: skip
        result = returned(table)
        assert set(facts(result)["秀水苑业委会"]) == {"avg_age", "demand_count"}


def test_a_heading_that_names_the_committee_wins_over_one_that_does_not(returned):
    result = returned("""
        序号|业委会名称|党员人数|业委会党员人数|业委会人数
        1|秀水苑业委会|320|4|7
    """)
    assert facts(result)["秀水苑业委会"] == {"party_member_count": 4, "member_count": 7}
    assert "C1" in about(result, "heading_ambiguous")


def test_month_and_year_so_far_below_one_heading_are_told_apart(returned):
    result = returned("""
        序号|业委会名称|接待日次数|<|自行组织学习次数|<
        ^|^|本月|累计|本月|累计
        1|秀水苑业委会|2|9|1|3
    """)
    assert facts(result)["秀水苑业委会"] == {"reception_days": 2, "self_study_ytd": 3}


# A month's folder.


@pytest.fixture
def month_of(tmp_path):
    """Put drawings into a month's folder under their file names and import the month."""
    folder = tmp_path / "data" / "raw" / "2026-06"
    folder.mkdir(parents=True)

    def read(drawings: dict[str, str]):
        for file, drawing in drawings.items():
            book = Workbook()
            draw(book.active, drawing)
            book.save(folder / file)
        return folder, Project(tmp_path)

    return read


PLAIN = """
    序号|业委会名称|业委会人数|会议次数
    1|秀水苑业委会|{}|1
    2|天诚公寓业委会|5|2
"""


def test_copies_of_a_file_are_read_once(month_of):
    folder, project = month_of({"华阳.xlsx": PLAIN.format(7), "副本 华阳.xlsx": PLAIN.format(7)})
    shutil.copy(folder / "华阳.xlsx", folder / "华阳(1).xlsx")
    (folder / "~$华阳.xlsx").write_bytes(b"x")
    month = read_month(project, JUNE)
    assert [one.file for one in month.used()] == ["华阳.xlsx"]
    assert {one.code for one in month.returns} == {"noted_or_ok", "copy", "not_a_return"} - {
        "noted_or_ok"
    } | {"ok"}


def test_two_different_files_of_one_street_without_dates_are_both_refused(month_of):
    _, project = month_of({"华阳.xlsx": PLAIN.format(7), "华阳街道6月.xlsx": PLAIN.format(5)})
    month = read_month(project, JUNE)
    assert [one.code for one in month.returns] == ["several_returns"] * 2


def test_the_returns_of_all_streets_become_tables_that_add_up(month_of):
    _, project = month_of({f"{one.short}6月.xlsx": PLAIN.format(7) for one in PLACES.streets})
    import_month(project, JUNE)
    rows, files = (tables.read(project, table, JUNE) for table in (tables.RETURNS, tables.FILES))
    assert rows["street_code"].value_counts().to_dict() == {one.code: 2 for one in PLACES.streets}
    assert (files["rows"] == files["accepted"] + files["refused"] + files["blank"]).all()


# Whatever the drawing, the same facts.

COLUMNS = {
    "居委会": ["秀水", "天诚", "飞乐"],
    "业委会人数": ["7", "5", "5"],
    "业委会党员人数": ["4", "3", "0"],
    "党组织形式": ["党支部", "无", "联合党支部"],
    "备案日期": ["2024年3月1日", "2023.11.5", "2025/6/30"],
    "接待日次数": ["2", "1", "0"],
    "党建指导员（联络员）": ["是", "否", "√"],
    "户数": ["350", "120", "1200"],
}
NAMES = ["秀水苑业委会", "天诚公寓业委会", "飞乐公寓业委会"]
UNITS = {"业委会人数": "人", "业委会党员人数": "人", "接待日次数": "次", "户数": "户"}


def full_width(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "0" <= char <= "9" else char for char in text)


@st.composite
def drawings(draw_from):
    """One table drawn in some way: its cells, and where it stands."""
    order = draw_from(st.permutations(list(COLUMNS)))
    rows = draw_from(st.permutations(range(3)))
    respelled = draw_from(st.sampled_from(["number", "text", "unit", "full width"]))
    grouped = draw_from(st.sampled_from(["", "merged", "lost"]))

    def spelled(heading: str, text: str):
        if not text.isdigit():
            return text
        return {
            "number": text, "text": f"'{text}", "unit": text + UNITS.get(heading, ""), "full width": full_width(text)
        }[respelled]  # fmt: skip

    table = [["序号", "业委会名称", *order]]
    table += [
        [str(at), NAMES[row], *(spelled(one, COLUMNS[one][row]) for one in order)]
        for at, row in enumerate(rows, 1)
    ]
    if grouped:
        above = ["", "", "红色业委会建设情况", *["<" if grouped == "merged" else ""] * (len(order) - 1)]
        table = [above, [*table[0][:2], *table[0][2:]], *table[1:]]
        if grouped == "merged":
            table[0][:2], table[1][:2] = ["序号", "业委会名称"], ["^", "^"]
    blanks = draw_from(st.lists(st.integers(2 if grouped else 1, len(table) - 1), max_size=3))
    for at in sorted(blanks, reverse=True):
        table.insert(at, [""] * len(table[0]))
    if grouped != "merged" and draw_from(st.booleans()):
        column = draw_from(st.integers(1, len(order) + 1))
        if not grouped or column <= 2:
            table = [[*line[:column], "", *line[column:]] for line in table]
    return table, draw_from(st.integers(1, 5)), draw_from(st.integers(1, 4)), len(blanks)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawings())
def test_order_place_blanks_merges_and_spelling_change_no_fact(tmp_path_factory, drawing):
    table, top, left, blanks = drawing
    path = tmp_path_factory.mktemp("drawn") / "华阳.xlsx"
    book = Workbook()
    draw(book.active, table, top, left)
    book.save(path)
    result = read_here(path, JUNE, RULES, PLACES)
    cells_say_what_stands_there(result, path)
    assert facts(result) == {
        "秀水苑业委会": {
            "neighbourhood_committee": "秀水", "member_count": 7, "party_member_count": 4, "party_org_type": "党支部",
            "filing_date": dt.date(2024, 3, 1), "reception_days": 2, "party_liaison": True, "households": 350,
        },
        "天诚公寓业委会": {
            "neighbourhood_committee": "天诚", "member_count": 5, "party_member_count": 3, "party_org_type": "无",
            "filing_date": dt.date(2023, 11, 5), "reception_days": 1, "party_liaison": False, "households": 120,
        },
        "飞乐公寓业委会": {
            "neighbourhood_committee": "飞乐", "member_count": 5, "party_member_count": 0, "party_org_type": "联合党支部",
            "filing_date": dt.date(2025, 6, 30), "reception_days": 0, "party_liaison": True, "households": 1200,
        },
    }  # fmt: skip
    assert result.counts == {"accepted": 3, "blank": blanks} or (
        blanks == 0 and result.counts["accepted"] == 3
    )


ROWS = {
    "accepted": "1|秀水|秀水苑{}业委会|7|1|1",
    "refused": "2|秀水||5|2|1",
    "blank": "3|||0||",
    "nothing": "|||||",
}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(list(ROWS)), min_size=1, max_size=12))
def test_every_row_is_accepted_refused_or_blank(tmp_path_factory, what):
    path = tmp_path_factory.mktemp("rows") / "华阳.xlsx"
    lines = [ROWS[kind].format("一二三四五六七八九十百千"[at]) for at, kind in enumerate(what)]
    book = Workbook()
    draw(
        book.active, "\n".join(["序号|居委会|业委会名称|业委会人数|会议次数|接待次数", *lines, "合计|||||9"])
    )
    book.save(path)
    result = read_here(path, JUNE, RULES, PLACES)
    assert result.counts["accepted"] == what.count("accepted") == len(result.rows)
    assert result.counts["refused"] == what.count("refused")
    assert result.counts["blank"] == what.count("blank") + what.count("nothing")


# One file for several streets, reviewers' sheets, corrections.


def _month_of(tmp_path, **books):
    """The month's import from books drawn as lists of rows, by file name (without .xlsx)."""
    folder = tmp_path / "data" / "raw" / "2026-10"
    folder.mkdir(parents=True)
    for name, rows in books.items():
        book = Workbook()
        for row in rows:
            book.active.append(row)
        book.save(folder / f"{name}.xlsx")
    return {
        one.file.removesuffix(".xlsx"): one for one in read_month(Project(tmp_path), Month(2026, 10)).returns
    }


HEAD = ["街镇", "所属居委会", "业委会名称", "业委会人数", "业委会党员人数"]


def test_a_file_of_several_streets_counts_for_each_of_them(tmp_path):
    from redstats import submissions
    from redstats.returns.month import records

    rows = [HEAD, ["华阳路街道", "华阳路一", "甲苑业委会", 5, 3], ["新泾镇", "北虹", "乙苑业委会", 5, 3]]
    one = _month_of(tmp_path, 全区汇总件=rows)["全区汇总件"]
    month = Month(2026, 10)
    now = roll.on(month.end)
    files = pd.DataFrame(records(one, month, now), columns=tables.SCHEMAS[tables.FILES].names)
    reported = [
        item.street_name for item in submissions.board(files, month, now, Settings()) if item.committees
    ]
    assert reported == ["华阳路街道", "新泾镇"]


def test_a_correction_of_one_street_leaves_the_others_of_the_file(tmp_path):
    both = [
        ["填报日期：2026年11月2日"],
        HEAD,
        ["华阳路街道", "华阳路一", "甲苑业委会", 5, 3],
        ["新泾镇", "北虹", "乙苑业委会", 5, 3],
    ]
    corrected = [["填报日期：2026年11月4日"], HEAD, ["新泾镇", "北虹", "乙苑业委会", 7, 5]]
    found = _month_of(tmp_path, 全区=both, 新泾镇更正=corrected)
    assert [row["committee_name"] for row in found["全区"].rows] == ["甲苑业委会"]
    assert found["新泾镇更正"].code == "corrected"


def test_a_correction_with_fewer_committees_says_so(tmp_path):
    whole = [["填报日期：2026年11月2日"], HEAD, *(["新泾镇", "北虹", f"{n}苑业委会", 5, 3] for n in "甲乙丙")]
    part = [["填报日期：2026年11月4日"], HEAD, ["新泾镇", "北虹", "乙苑业委会", 7, 5]]
    found = _month_of(tmp_path, 新泾镇=whole, 新泾镇更正=part)
    assert "更正件只有1个业委会，原件有3个" in found["新泾镇更正"].message


def test_a_reviewers_sheet_of_one_item_is_no_streets_return(tmp_path):
    sheet = [["街镇", "所属居委会", "业委会名称", "政治引领评议"], ["新泾镇", "北虹", "乙苑业委会", "好"]]
    rows = [HEAD, ["新泾镇", "北虹", "乙苑业委会", 5, 3]]
    found = _month_of(tmp_path, 评议=sheet, 新泾镇=rows)
    assert (found["评议"].kind, found["新泾镇"].code) == ("review", "ok")

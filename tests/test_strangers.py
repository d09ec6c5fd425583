"""What looks like a committee's datum and is somebody else's, of another time, or no datum at all is not taken for one."""

from __future__ import annotations

import pytest
from drawing import about, facts, kinds

FIRST, SECOND = "秀水苑业委会", "天诚公寓业委会"
ROLL = """
    华阳路街道月报
    序号|居委会|业委会名称|业委会人数|党员人数|户数
    {above}1|秀水|秀水苑业委会|7|4|300
    {between}2|天诚|天诚公寓业委会|5|3|200
    {below}
"""


def roll(above: str = "", between: str = "", below: str = "") -> str:
    return ROLL.format(**{name: f"{row}\n    " if row else "" for name, row in locals().items()}).rstrip()


def names(result) -> set[str]:
    return set(facts(result))


# Rows.


@pytest.mark.parametrize(
    "word", ["平均", "户均", "同比", "较上月增减", "完成率", "占比", "上月", "去年同期", "全区平均", "目标值", "排名", "核对", "本月新增"]
)  # fmt: skip
def test_a_row_that_compares_or_measures_is_no_committee(returned, word):
    assert names(returned(roll(below=f"||{word}|6|3|250"))) == {FIRST, SECOND}
    assert names(returned(roll(below=f"{word}|||6|3|250"))) == {FIRST, SECOND}


@pytest.mark.parametrize("word", ["TOTAL", "合 / 计", "合计数", "小计数", "华阳路街道", "共2个", "总数"])
def test_a_sum_is_known_in_other_words_and_compared(returned, word):
    result = returned(roll(below=f"||{word}|13|7|500"))
    assert names(result) == {FIRST, SECOND}
    assert "填13，各行相加为12" in about(result, "total_differs")


def test_a_sum_may_be_written_over_two_cells(returned):
    assert names(returned(roll(below="合|计||12|7|500"))) == {FIRST, SECOND}


@pytest.mark.parametrize(
    "row", ["示例|XX居委会|XX小区业委会|7|4|300", "例|示例居委会|示例小区业委会|7|4|300", "|填简称|填全称|填数字|填数字|填数字",
            "整数|文本|文本|整数|整数|整数", "|必填|必填|必填|必填|选填"]
)  # fmt: skip
def test_a_row_that_tells_how_to_fill_in_is_no_committee(returned, row):
    result = returned(roll(above=row))
    assert names(result) == {FIRST, SECOND}
    assert "示例或填写要求" in about(result, "row_ignored")


@pytest.mark.parametrize(
    "word", ["二、未组建业委会小区", "未组建业委会的小区（2个）", "（二）商品房小区", "以下为未组建小区"]
)
def test_a_line_between_the_rows_is_no_committee(returned, word):
    assert names(returned(roll(between=f"||{word}|||"))) == {FIRST, SECOND}


@pytest.mark.parametrize(
    "word", ["未成立", "无", "暂无", "筹备中", "无业委会", "不具备条件", "（未成立业委会）"]
)
def test_a_row_that_says_there_is_no_committee_is_refused_and_says_how_to_count_it(returned, word):
    result = returned(roll(between=f"3|天诚|{word}|||100"))
    assert names(result) == {FIRST, SECOND}
    assert result.counts["refused"] == 1
    assert "请写明小区名称和业委会状态" in about(result, "row_refused")


def test_an_estate_without_a_committee_counts_by_its_name_where_its_status_is_said(returned):
    result = returned("""
        华阳路街道月报
        居委会|小区名称|业委会名称|业委会状态|户数
        秀水|秀水苑|秀水苑业委会|已组建|300
        天诚|天诚公寓|无|筹备组建中|200
    """)
    assert facts(result)["天诚公寓"]["committee_status"] == "筹备组建中"


# Headings.


def test_groups_stay_with_their_leaves_when_a_heading_beside_them_is_merged_down(returned):
    result = returned("""
        华阳路街道月报
        序号|业委会名称|业委会人数|备案日期|居委会|计划|上月
        ^|^|^|^|联系电话|会议次数|接待次数
        1|秀水苑业委会|7|2024-3-1|62345678|3|2
    """)
    assert set(facts(result)[FIRST]) == {"member_count", "filing_date"}


@pytest.mark.parametrize("before", ["物业公司", "项目经理", "物业联系人", "居委会书记", "物业公司|联系人"])
def test_the_telephone_beside_somebody_else_is_not_the_committees(returned, before):
    blank = "|赵六" * before.count("|")
    result = returned(f"""
        华阳路街道月报
        业委会名称|业委会人数|户数|{before}|联系电话
        秀水苑业委会|7|300|明华{blank}|62345678
    """)
    assert "contact" not in facts(result)[FIRST]
    assert "联系电话" in about(result, "heading_ambiguous")


@pytest.mark.parametrize("before", ["物业人数", "志愿者人数", "居民总数", "户数"])
def test_the_party_members_among_others_are_not_the_committees(returned, before):
    result = returned(f"""
        华阳路街道月报
        业委会名称|业委会人数|巡视次数|{before}|其中：党员
        秀水苑业委会|7|3|30|9
    """)
    assert "party_member_count" not in facts(result)[FIRST]


def test_leaves_below_groups_whose_merges_were_lost_are_headings_and_no_row(returned):
    result = returned("""
        华阳路街道月报
        业委会名称|居委会|户数|委员情况|年度述职评议
        |||交叉任职|开展日期
        秀水苑业委会|秀水|300|1|2026年3月1日
    """)
    assert "member_count" not in facts(result)[FIRST]
    assert not result.counts["refused"]


def test_month_and_year_so_far_are_told_apart_where_merges_were_lost(returned):
    result = returned("""
        华阳路街道月报
        业委会名称|业委会人数|党员人数|接待次数||会议次数|
        |||累计|本月|本年累计|本月
        秀水苑业委会|7|4|6|1|5|2
    """)
    assert (facts(result)[FIRST]["reception_days"], facts(result)[FIRST]["committee_meetings"]) == (1, 2)


def test_who_is_counted_too_is_said(returned):
    result = returned("""
        华阳路街道月报
        业委会名称|业委会人数|党员人数（含预备党员）|会议次数（含联席会议）
        秀水苑业委会|7|4|2
    """)
    assert facts(result)[FIRST] == {"member_count": 7, "party_member_count": 4, "committee_meetings": 2}
    assert "含预备党员" in about(result, "heading_loose") and "含联席会议" in about(result, "heading_loose")


def test_the_head_of_the_neighbourhoods_party_organisation_is_not_the_committees(returned):
    result = returned("""
        华阳路街道月报
        业委会名称|业委会人数|户数|居民区党组织|<
        ^|^|^|负责人|联系电话
        秀水苑业委会|7|300|赵六|62345678
    """)
    assert set(facts(result)[FIRST]) == {"member_count", "households"}


# Other times.

MORE = "业委会名称|学习次数|志愿活动次数|动员活动次数\n秀水苑业委会|9|9|9"


@pytest.mark.parametrize(
    "name", ["上月", "计划", "2025年", "旧", "草稿", "备份", "模板（勿填）", "上半年工作安排"]
)
def test_a_sheet_of_another_time_or_put_by_is_not_joined(returned, name):
    result = returned({"月报": roll(), name: MORE})
    assert "study_count" not in facts(result)[FIRST]
    assert name in {note["source_sheet"] for note in result.notes if note["kind"] == "sheet_skipped"}


@pytest.mark.parametrize("title", ["下月工作计划", "附：上月数据", "2025年情况"])
def test_a_table_below_a_title_of_another_time_is_not_joined(returned, title):
    more = "\n".join(f"    {line}" for line in MORE.split("\n"))
    result = returned(f"{roll()}\n    {title}\n{more}")
    assert "study_count" not in facts(result)[FIRST] and names(result) == {FIRST, SECOND}


def test_the_same_table_of_last_month_below_is_not_read_again(returned):
    result = returned(f"""
        {roll()}
        附：上月数据
        序号|居委会|业委会名称|业委会人数|党员人数|户数
        1|秀水|秀水苑业委会|9|9|9
    """)
    assert facts(result)[FIRST]["member_count"] == 7 and len(result.rows) == 2


def test_a_title_of_a_plan_makes_no_return(returned):
    result = returned("""
        华阳路街道2026年下半年工作计划表
        业委会名称|业委会人数|会议次数|接待次数
        秀水苑业委会|7|6|12
    """)
    assert not result.rows and "下半年工作" in about(result, "sheet_skipped")


def test_a_title_of_several_months_is_said(returned):
    result = returned("""
        华阳路街道2026年上半年累计统计表
        业委会名称|业委会人数|会议次数|接待次数
        秀水苑业委会|7|6|12
    """)
    assert "上半年" in about(result, "month_differs")


def test_a_date_alone_in_a_corner_is_no_reporting_month(returned):
    result = returned("""
        华阳路街道红色业委会统计表|||2026年7月3日
        业委会名称|业委会人数|党员人数|户数
        秀水苑业委会|7|4|300
    """)
    assert names(result) == {FIRST} and "month_differs" not in kinds(result)


# Cards and turned tables.

CARD = """
    华阳路街道业委会登记表|<|<|<
    业委会名称|秀水苑业委会|所属居委会|秀水
    {}
    业委会人数|7|党员人数|4
"""


@pytest.mark.parametrize(
    ("heads", "wanted"),
    [
        ("指标|上月|本月|备注", 2),
        ("项目|计划数|完成数|", 2),
        ("年度|2024|2025|2026", None),
        ("季度|一季度|二季度|", None),
    ],
)
def test_of_several_times_beside_a_label_the_months_own_is_taken_or_none(returned, heads, wanted):
    result = returned(CARD.format(f"{heads}\n    接待次数|12|2|\n    会议次数|6|1|"))
    read = facts(result)[FIRST]
    assert (read.get("reception_days"), read["member_count"]) == (wanted, 7)
    assert names(result) == {FIRST}


@pytest.mark.parametrize("row", ["物业公司|明华物业|电话|62511234", "居委会书记|赵六|联系电话|62511234"])
def test_the_telephone_behind_somebody_else_on_a_card_is_not_the_committees(returned, row):
    result = returned(CARD.format(row))
    assert "contact" not in facts(result)[FIRST]
    assert "62511234" in {note["raw"] for note in result.notes if note["kind"] == "value_unreadable"}


def test_a_telephone_and_a_count_in_one_cell_are_both_read(returned):
    result = returned(CARD.format("联系电话：62156176      重大决策数：四件|<|<|<"))
    assert (facts(result)[FIRST]["contact"], facts(result)[FIRST]["major_decision_count"]) == ("62156176", 4)


def test_a_value_that_reads_like_a_label_does_not_stop_a_table_from_being_turned(returned):
    result = returned("""
        华阳路街道月报
        业委会名称|秀水苑业委会|天诚公寓业委会
        所属居委会|秀水|天诚
        业委会状态|1.已组建|在任（正常）
        业委会人数|7|5
        户数|300|200
    """)
    assert {name: one["member_count"] for name, one in facts(result).items()} == {FIRST: 7, SECOND: 5}

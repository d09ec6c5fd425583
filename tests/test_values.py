"""One cell at a time: what streets write, and what is made of it."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redstats.standard.fields import fields
from redstats.text.numerals import chinese_number
from redstats.values import DOUBT, MONTH_ONLY, STATES, Reading, clean, fold, read_date_range, read_value

MONTH = dt.date(2026, 6, 1)
D = dt.date


@dataclass
class Field:
    type: str
    id: str = "anything"
    label: str = "某栏"
    unit: str = ""
    values: dict[str, list[str]] = field(default_factory=dict)
    period: str = ""
    also: tuple[str, ...] = ()


MEETINGS = Field("int", "reception_days", "接待日次数", "次", period="month", also=("接待次数",))
SO_FAR = Field("int", "self_study_ytd", "自行组织学习次数（年累计）", "次", period="ytd")
RULE = Field("bool", "rule_meeting", "日常会议制度")
AUDIT = Field("bool", "audit_fund", "维修资金审计")
COUNT = Field("int", "member_count", "业委会人数", "人")
AREA = Field("float", "floor_area_m2", "建筑面积", "m²")
SHARE = Field("pct", "turnout")
YES_NO = Field("bool", "party_org_eligible", "是否符合建立党组织条件")
DAY = Field("date", "filing_date", "备案日期")
END = Field("date", "term_end", "届满日期")
DAYS = Field("dates", "published_dates", "公布日期")
TEXT = Field("text", "property_company")
PHONE = Field("phone", "contact")
NAMES = Field("list", "estate_names")
ORG = Field(
    "enum",
    "party_org_type",
    "党组织形式",
    values={"党支部": ["支部"], "联合党支部": [], "党的工作小组": ["工作小组", "3"], "无": ["未建立"]},
)
STATUS = Field("enum", "committee_status", values={"已组建": [], "届满未换届": ["届满"], "停摆": []})
TOPICS = Field(
    "set",
    "training_topics",
    values={"政治教育": ["政治"], "形势政策教育": [], "知识技能教育": ["技能教育"]},
)
FORMATS = Field("set", "training_formats", values={"小班化": [], "专题式": ["专题"], "其他": []})
HELP = Field("set", "help", values={"居委会": ["居委"], "物业": ["物业公司"], "业主和租户": []})
SCORE = Field("score", "political_guidance_score", values={"好": ["优秀"], "较好": [], "一般": [], "差": []})
ALL_FIELDS = [COUNT, AREA, SHARE, YES_NO, DAY, END, DAYS, TEXT, PHONE, NAMES, ORG, TOPICS, FORMATS, SCORE]


def value(raw, of, **about):
    about.setdefault("month", MONTH)
    return read_value(raw, of, **about).value


def state(raw, of, **about):
    about.setdefault("month", MONTH)
    return read_value(raw, of, **about).state


# --- what any cell may say ---------------------------------------------------------------------------


@pytest.mark.parametrize("of", ALL_FIELDS, ids=lambda of: of.id)
def test_a_blank_is_not_reported_whatever_the_type(of):
    for raw in (None, "", "  ", "\u3000", "\u200b\ufeff", "\n\t", "_x000D_", float("nan"), "不详", "待补充"):
        assert state(raw, of) == "not_reported"


@pytest.mark.parametrize("of", ALL_FIELDS, ids=lambda of: of.id)
def test_a_stroke_means_not_applicable_whatever_the_type(of):
    for raw in ("/", "／", "-", "—", "——", "－", "不涉及", "不适用", "N/A", "NA", "n/a", " / "):
        assert state(raw, of) == "not_applicable"


@pytest.mark.parametrize("of", ALL_FIELDS, ids=lambda of: of.id)
def test_a_formula_error_is_unreadable_and_says_what_to_do(of):
    for raw in ("#DIV/0!", "#REF!", "#N/A", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "＃REF！", "#####"):
        reading = read_value(raw, of)
        assert reading.state == "unreadable" and "重新保存" in reading.note


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (COUNT, (0, "normalised")),
        (AREA, (0.0, "normalised")),
        (YES_NO, (False, "normalised")),
        (TOPICS, ((), "normalised")),
        (NAMES, ((), "normalised")),
        (DAYS, ((), "normalised")),
        (DAY, (None, "not_reported")),
        (ORG, ("无", "normalised")),
        (STATUS, (None, "not_applicable")),
        (TEXT, ("无", "read")),
        (SHARE, (None, "not_applicable")),
        (SCORE, (None, "not_reported")),
    ],
    ids=lambda of: getattr(of, "id", ""),
)
def test_none_means_what_the_type_makes_of_it(of, expected):
    for raw in ("暂无", "没有", "无。"):
        reading = read_value(raw, of)
        assert (reading.value, reading.state) == expected
    assert read_value("无", of).value == expected[0]


def test_nothing_held_is_zero_for_a_count_but_nothing_counted_is_not():
    assert value("本月未召开", COUNT) == 0
    assert value("无（本月未开展）", COUNT) == 0
    assert state("未统计", COUNT) == "not_reported"


def test_ditto_takes_the_cell_above_and_says_so():
    above = Reading(7, "read")
    for raw in ("同上", "〃", "″", '"', "同上格"):
        got = read_value(raw, COUNT, above=above)
        assert (got.value, got.state) == (7, "normalised") and got.note
        assert state(raw, COUNT) == "unreadable"
    assert state("同上", COUNT, above=Reading(None, "not_reported")) == "not_reported"


# --- numbers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        *((7, 7), (7.0, 7), ("7", 7), ("７", 7), ("3人", 3), (" 7 名 ", 7), ("120户", 120), ("2 次", 2)),
        *(("五", 5), ("十一", 11), ("两次", 2), ("〇", 0), ("零", 0), ("叁", 3), ("第三届", 3), ("第3届", 3)),
        *(
            ("一百二十", 120),
            ("一千零五", 1005),
            ("两百五", 250),
            ("三万五", 35000),
            ("九千九百九十九万", 99990000),
        ),
        *(("1,200", 1200), ("1，200", 1200), ("478,474,200.00", 478474200), ("12.0", 12), ("廿一", 21)),
        *(("2000万", 20_000_000), ("3.5万元", 35000), ("1.2亿", 120_000_000), ("3万5千", 35000)),
        *(("约30", 30), ("30余人", 30), ("近百", 100), ("30人左右", 30), ("三十多户", 30), ("百余户", 100)),
        *(
            ("3（含候补1人）", 3),
            ("3人，其中党员2人", 3),
            ("共5人", 5),
            ("5名党员", 5),
            ("3（三）", 3),
            ("3。", 3),
        ),
        *(("已召开3次", 3), ("1 人次", 1), ("\t006001\n", 6001)),
    ],
)
def test_a_count_is_read_however_it_is_written(raw, expected):
    got = read_value(raw, COUNT)
    assert got.value == expected and type(got.value) is int


@pytest.mark.parametrize(
    "raw",
    [
        *(
            "3-5",
            "3~5人",
            "三至五",
            "5+3",
            "3/5",
            "3.5",
            3.5,
            -3,
            "-3",
            "−3",
            "(5)",
            "909-",
            "三五人",
            "几人",
        ),
        *(
            "十几人",
            "若干",
            "1,20",
            "1,2,3",
            "3、5",
            "3 5",
            "3人5户",
            "5人，候补2人",
            "3（5）",
            "67%",
            "abc",
            "①",
        ),
        *(
            "30以上",
            "不到30",
            "超过30",
            "5月",
            "3人未到",
            "是",
            "√",
            True,
            False,
            dt.date(2026, 3, 5),
            "9" * 40,
        ),
        *(
            float("inf"),
            1e300,
            dt.datetime(2026, 3, 5),
            dt.time(1, 2),
            dt.timedelta(1),
            "3万5",
            "一个半",
            "1 200",
        ),
    ],
)
def test_a_count_that_can_be_doubted_is_not_read_and_says_why(raw):
    got = read_value(raw, COUNT)
    assert got.state == "unreadable" and got.note


def test_a_plain_number_is_read_and_an_approximate_one_is_remarked():
    assert read_value("7", COUNT) == read_value(7, COUNT) == Reading(7, "read")
    assert read_value("7人", COUNT) == Reading(7, "normalised")
    assert "约" in read_value("约30", COUNT).note
    assert "候补" in read_value("3（含候补1人）", COUNT).note
    assert "户" in read_value("3户", COUNT).note
    assert read_value("20人次", COUNT) == Reading(20, "normalised")
    assert "日期" in read_value(dt.date(2026, 3, 5), COUNT).note
    assert "负" in read_value(-1, COUNT).note
    assert "整数" in read_value(3.5, COUNT).note


@pytest.mark.parametrize("raw", ["约共30人", "大约共有30人", "共约30人"])
def test_an_approximate_number_stays_one_whatever_leads_up_to_it(raw):
    reading = read_value(raw, COUNT)
    assert reading.value == 30 and "约数" in reading.note


def test_areas_and_money_are_read_in_the_unit_of_the_field():
    assert value("1.2万平方米", AREA) == 12000
    assert value("98.5㎡", AREA) == value("98.5 m²", AREA) == value("98.5M2", AREA) == 98.5
    money = Field("float", unit="万元")
    assert value("3.5万元", money) == value("3.5", money) == value("35000元", money) == 3.5


@pytest.mark.parametrize(
    ("raw", "number_format", "expected"),
    [
        *(("67%", "", 0.67), ("６７％", "", 0.67), ("百分之六十七", "", 0.67), ("67 %", "", 0.67)),
        *(
            (0.67, "0%", 0.67),
            (0.67, "", 0.67),
            (67, "", 0.67),
            ("67", "", 0.67),
            (1, "0%", 1.0),
            (1, "", 1.0),
        ),
        *(
            (0, "", 0.0),
            ("0.67", "", 0.67),
            ("约67%", "", 0.67),
            ("2/4", "", 0.5),
            ("六成五", "", 0.65),
            ("100%", "", 1.0),
        ),
    ],
)
def test_a_percentage_becomes_a_fraction(raw, number_format, expected):
    assert value(raw, SHARE, number_format=number_format) == pytest.approx(expected)


def test_a_percentage_beyond_its_bounds_is_not_read():
    for raw in ("7000.00%", "101%", -0.1, "-5%", 101, "是", "全部", True):
        assert state(raw, SHARE) == "unreadable"
    assert state(67, SHARE, number_format="0%") == "unreadable"
    assert (
        state(0.67, SHARE) == "read"
        and read_value(1, SHARE).note
        and not read_value(1, SHARE, number_format="0%").note
    )


@pytest.mark.parametrize(
    ("raw", "expected"), [(100, 1.0), ("100", 1.0), (99, 0.99), (1.5, 0.015), ("十成", 1.0), ("100/100", 1.0)]
)
def test_a_whole_written_without_its_sign_is_the_whole(raw, expected):
    assert value(raw, SHARE) == pytest.approx(expected)
    assert state(100.5, SHARE) == state("十成一", SHARE) == "unreadable"


# --- yes and no --------------------------------------------------------------------------------------

YES = (
    "是 有 √ ✓ ✔ ✔️ ☑ ● ✅ Y y yes TRUE 对 "
    "1 已建 已 已完成 符合 合规 已建立 √已上墙 是（2023年换届） 有，已上墙 是。 已建立，2024年修订 是√ "
    "☑是□否 □否☑是 是√/否□ 是(√)否() ■是□否 已符合 是的 （是） 均符合 V ●是○否 ☒是☐否 有公示"
)
NO = (
    "否 无 没有 × ✗ ✘ ☒ ☐ □ N no FALSE 错 0 "
    "未建 未 未完成 不符合 不合规 未建立 没建 非 正在筹备 拟9月换届 计划下半年 筹备中 准备组建 否（已超期） "
    "□是☑否 是□否√ 尚未建立 未达标 不具备 暂无 √否 已启动筹备 待建立 □是■否 x"
)


@pytest.mark.parametrize(
    "raw", [*YES.split(), True, 1, 1.0, "是 2023年换届", "☑ 是  □ 否", "是√　否", "√（已上墙）"]
)
def test_yes_is_read_in_all_its_spellings(raw):
    assert value(raw, YES_NO) is True


@pytest.mark.parametrize("raw", [*NO.split(), False, 0, 0.0, "□ 是  ☑ 否", "×（未建立）"])
def test_no_is_read_in_all_its_spellings(raw):
    assert value(raw, YES_NO) is False


@pytest.mark.parametrize(
    "raw",
    [
        *(
            3,
            0.5,
            "3个",
            "○",
            "O",
            "部分符合",
            "基本完成",
            "☑是 ☑否",
            "是○ 否",
            "√未建立",
            "已过期",
            "无违规",
            "张三",
        ),
        *(
            "不清不楚的",
            "不一定",
            "已建立但未执行",
            dt.date(2026, 1, 1),
            "完成50%",
            "并非没有",
            "△",
            "是;否",
            "是（否）",
        ),
    ],
)
def test_neither_yes_nor_no_is_not_read(raw):
    assert state(raw, YES_NO) == "unreadable"


def test_an_unmarked_choice_is_not_reported_and_plans_are_remarked():
    for raw in ("是/否", "是否", "□是 □否", "有/无", "是□ 否□"):
        assert state(raw, YES_NO) == "not_reported"
    assert "尚未完成" in read_value("正在筹备", YES_NO).note
    assert state("是", YES_NO) == state("否", YES_NO) == state(True, YES_NO) == "read"
    assert state("√", YES_NO) == state(1, YES_NO) == "normalised"
    assert "2023年换届" in read_value("是（2023年换届）", YES_NO).note


def test_a_word_of_the_heading_does_not_turn_the_answer():
    assert value("有计划", Field("bool", label="述职含下年计划")) is True
    assert value("无违规", Field("bool", label="有无违规")) is False
    assert state("未换届", Field("bool", label="届满未换届")) == "unreadable"


# --- dates -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        *(
            D(2022, 5, 1),
            dt.datetime(2022, 5, 1, 9, 30),
            "2022-05-01",
            "2022.5.1",
            "2022/5/1",
            "20220501",
            20220501,
        ),
        *(
            "2022年5月1日",
            "2022 年 5 月 1 日",
            "二〇二二年五月一日",
            "二○二二年五月一日",
            "22-05-01",
            "２０２２．５．１",
        ),
        *(
            "2022-05-01 00:00:00",
            "2022年5月1日（备案）",
            44682,
            44682.0,
            "44682",
            "2022。5。1",
            "2022\\5\\1",
            "22年5月1日",
        ),
        *(
            "2022年5月1日召开",
            "2022年5月1号",
            "2022-5-1T00:00:00",
            "2022年5月",
            "2022.5",
            "2022-05",
            2022.5,
            202205,
            "22-05",
        ),
    ],
)
def test_a_day_is_read_however_it_is_written(raw):
    assert value(raw, DAY) == D(2022, 5, 1)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        *(
            ("5月", D(2026, 5, 1)),
            ("今年3月", D(2026, 3, 1)),
            ("3月15日", D(2026, 3, 15)),
            ("去年12月", D(2025, 12, 1)),
        ),
        *(
            ("三月十五日", D(2026, 3, 15)),
            ("本月5日", D(2026, 6, 5)),
            ("上月", D(2026, 5, 1)),
            ("5.3", D(2026, 5, 3)),
        ),
        *(("12.5", D(2026, 12, 5)), ("2022.12", D(2022, 12, 1)), ("截至2026年3月", D(2026, 3, 1))),
    ],
)
def test_a_date_without_its_year_leans_on_the_reporting_month(raw, expected):
    got = read_value(raw, DAY, month=MONTH)
    assert (got.value, got.state) == (expected, "normalised") and got.note


@pytest.mark.parametrize(
    "raw",
    [
        *(
            "2026年6月31日",
            "2026-13-01",
            "2022",
            2022,
            "2022年",
            "2022年上半年",
            "2022年一季度",
            "2050-01-01",
            "1985-01-01",
        ),
        *(
            "2022.3-2027.3",
            "2022年3月至2027年3月",
            "3月1日-5日",
            "每年3月",
            "2026年3月前",
            "长期",
            "03/07/2026",
            5,
            2022.1,
        ),
        *(
            D(2045, 1, 1),
            True,
            dt.time(3, 4),
            "2022年3月至今",
            "4月10日、7月12日",
            "200501",
            "张三",
            1e300,
            "是",
        ),
        *("壬寅年五月", "农历五月初六", "民国115年5月", "虎年5月", "闰五月6日"),
    ],
)
def test_a_date_that_can_be_doubted_is_not_read_and_says_why(raw):
    got = read_value(raw, DAY, month=MONTH)
    assert got.state == "unreadable" and got.note


@pytest.mark.parametrize(
    "raw",
    [
        *(
            "无",
            "未开展",
            "尚未",
            "拟9月换届",
            "计划2026年9月",
            "2026年9月（拟）",
            "1900/1/0",
            "1900-01-01",
            "1900年1月0日",
        ),
        *(D(1900, 1, 1), D(1899, 12, 31), dt.time(0, 0), 0, "预计2026年9月", "未召开业主大会"),
    ],
)
def test_what_has_not_happened_has_no_date(raw):
    got = read_value(raw, DAY, month=MONTH)
    assert (got.value, got.state) == (None, "not_reported") and got.note


def test_a_bare_month_after_the_reporting_month_is_remarked():
    assert "晚于填报月份" in read_value("12月", DAY, month=MONTH).note
    assert "晚于填报月份" not in read_value("5月", DAY, month=MONTH).note


@pytest.mark.parametrize("raw", ["2027-06-01", dt.date(2027, 6, 1), "2027年6月1日", "2026.8.1", 46539])
def test_a_day_yet_to_come_is_read_and_doubted_except_of_a_term(raw):
    got = read_value(raw, DAY, month=MONTH)
    assert got.value and DOUBT in got.note
    assert DOUBT not in read_value(raw, END, month=MONTH).note


def test_a_term_that_ends_six_years_on_is_not_doubted_and_a_later_one_is():
    assert DOUBT not in read_value("2032-12-31", END, month=MONTH).note
    assert "远晚于填报月份" in read_value("2033-01-01", END, month=MONTH).note


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (32874, D(1990, 1, 1)),
        (32873.9, None),
        (51501, D(2040, 12, 31)),
        (51501.75, D(2040, 12, 31)),  # with the time of the day
        ("51501.5", D(2040, 12, 31)),
        (51502, None),
    ],
)
def test_a_serial_of_excel_is_a_day_from_the_first_year_to_the_end_of_the_last(raw, expected):
    assert value(raw, DAY) == expected


@pytest.mark.parametrize(
    ("year", "expected"), [(2021, None), (2022, None), (2023, D(2023, 12, 5)), (2026, D(2026, 12, 5))]
)
def test_two_numbers_may_be_a_year_and_a_month_only_where_that_year_is_near(year, expected):
    assert value("12-05", DAY, month=D(year, 6, 1)) == expected


@pytest.mark.parametrize("raw", ["2026-06-30", dt.date(2026, 7, 31), "2025年6月1日"])
def test_a_day_up_to_the_month_in_which_a_return_is_made_is_not_doubted(raw):
    assert DOUBT not in read_value(raw, DAY, month=MONTH).note


def test_a_bare_month_without_a_reporting_month_is_not_read():
    assert read_value("5月", DAY).state == "unreadable"


def test_a_term_ends_on_the_last_day_of_its_month():
    assert value("2024年2月", END) == D(2024, 2, 29)
    assert value("预计2027年3月届满", END) == D(2027, 3, 31)
    assert "1日" in read_value("2024年2月", DAY).note and read_value("2038年2月1日", END, month=MONTH).note


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        *(("4月10日、7月12日", (D(2026, 4, 10), D(2026, 7, 12))), ("2026-04-10", (D(2026, 4, 10),))),
        *(
            ("7月12日和4月10日", (D(2026, 4, 10), D(2026, 7, 12))),
            ("4月10日、12日", (D(2026, 4, 10), D(2026, 4, 12))),
        ),
        ("2025-04-10 2026-07-12", (D(2025, 4, 10), D(2026, 7, 12))),
        *(
            ("4.10；7.12\n10.12", (D(2026, 4, 10), D(2026, 7, 12), D(2026, 10, 12))),
            (D(2026, 1, 2), (D(2026, 1, 2),)),
        ),
        ("2026年4月10日（一季度）,2026年7月12日（二季度）", (D(2026, 4, 10), D(2026, 7, 12))),
    ],
)
def test_several_days_in_one_cell_are_sorted(raw, expected):
    assert value(raw, DAYS) == expected


def test_one_bad_day_spoils_the_cell():
    for raw in ("4月10日、7月32日", "4月10日-12日", "4月10日、第三季度", "4月10日、5"):
        assert state(raw, DAYS) == "unreadable"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022.3-2027.3", (D(2022, 3, 1), D(2027, 3, 31))),
        ("2022年3月至2027年3月", (D(2022, 3, 1), D(2027, 3, 31))),
        ("2022-03-01 至 2027-02-28", (D(2022, 3, 1), D(2027, 2, 28))),
        ("2022-03-2027-03", (D(2022, 3, 1), D(2027, 3, 31))),
        ("任期：2022年3月1日起至2027年2月28日止", (D(2022, 3, 1), D(2027, 2, 28))),
        ("2022.03.01—2027.02.28", (D(2022, 3, 1), D(2027, 2, 28))),
        ("2022/3/1~2027/2/28", (D(2022, 3, 1), D(2027, 2, 28))),
        *(
            ("2022年3月", None),
            ("2022-03-01", None),
            ("2022-2027", None),
            ("2027.3-2022.3", None),
            ("", None),
            ("至", None),
        ),
    ],
)
def test_a_term_is_split_into_its_two_days(text, expected):
    assert read_date_range(text, MONTH) == expected


# --- choices -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        *(
            ("党支部", "党支部"),
            (" 党 支部 ", "党支部"),
            ("支部", "党支部"),
            ("党支部（2023年成立）", "党支部"),
            (3, "党的工作小组"),
        ),
        *(
            ("3.0", None),
            ("☑党支部 □无", "党支部"),
            ("党支部□ 无√", "无"),
            ("未建立", "无"),
            ("未成立", "无"),
            ("A.党支部", "党支部"),
        ),
        *(
            ("党支部，书记张三", "党支部"),
            ("党委", None),
            ("党支部、联合党支部", None),
            ("☑党支部 ☑无", None),
            (D(2026, 1, 1), None),
        ),
        *(("拟成立党支部", None), ("党支部或无", None)),
    ],
)
def test_an_enum_takes_only_what_is_listed(raw, expected):
    got = read_value(raw, ORG)
    assert got.value == expected and got.state in (
        ("unreadable",) if expected is None else ("read", "normalised")
    )


def test_an_unlisted_word_names_what_may_be_filled_in():
    assert "党支部、联合党支部" in read_value("党委", ORG).note
    assert "书记张三" in read_value("党支部，书记张三", ORG).note
    assert value("届满未换届（正在筹备）", STATUS) == "届满未换届"
    assert state("□党支部 □无", ORG) == "not_reported"


ALL_TOPICS = ("政治教育", "形势政策教育", "知识技能教育")


@pytest.mark.parametrize(
    ("raw", "of", "expected"),
    [
        ("政治教育、形势政策教育", TOPICS, ALL_TOPICS[:2]),
        ("知识技能教育；政治教育", TOPICS, ("政治教育", "知识技能教育")),
        ("政治+形势政策教育", TOPICS, ALL_TOPICS[:2]),
        ("政治教育 形势政策教育", TOPICS, ALL_TOPICS[:2]),
        ("政治教育和形势政策教育等", TOPICS, ALL_TOPICS[:2]),
        ("政治教育形势政策教育", TOPICS, ALL_TOPICS[:2]),
        ("1.政治教育\n2.形势政策教育", TOPICS, ALL_TOPICS[:2]),
        ("1、政治教育；2、形势政策教育", TOPICS, ALL_TOPICS[:2]),
        ("①政治教育②形势政策教育", TOPICS, ALL_TOPICS[:2]),
        ("☑政治教育 □形势政策教育", TOPICS, ALL_TOPICS[:1]),
        ("☑政治教育☑形势政策教育□知识技能教育", TOPICS, ALL_TOPICS[:2]),
        *(("全部", TOPICS, ALL_TOPICS), ("以上都有", TOPICS, ALL_TOPICS), ("三项齐全", TOPICS, ALL_TOPICS)),
        *(("均有", FORMATS, ("小班化", "专题式")), ("专题、读书会", FORMATS, ("专题式", "其他"))),
        ("其他（读书会、参观）", FORMATS, ("其他",)),
        *(("居委会和物业", HELP, ("居委会", "物业")), ("业主和租户、居委", HELP, ("居委会", "业主和租户"))),
        *(
            ("读书会", TOPICS, None),
            ("四项齐全", TOPICS, None),
            ("未开展小班化", FORMATS, None),
            (5, TOPICS, None),
        ),
    ],
)
def test_a_set_is_read_item_by_item(raw, of, expected):
    assert value(raw, of) == expected


def test_an_unknown_item_is_named():
    assert "读书会" in read_value("政治教育、读书会", TOPICS).note
    assert "读书会" in read_value("专题、读书会", FORMATS).note
    assert read_value("☑政治教育 □形势政策教育", TOPICS).note == ""


def test_a_score_is_points_or_a_word_with_points():
    assert [value(raw, SCORE) for raw in ("好", "优秀", "较好", "一般", "差")] == [95, 95, 85, 70, 50]
    assert [value(raw, SCORE) for raw in (88, "88分", "８８", "88.5")] == [88, 88, 88, 88.5]
    assert all(state(raw, SCORE) == "unreadable" for raw in (101, "101", -1, "很好", "85/100", True, "80-90"))
    own = Field("score", values={"满意": []})
    own.points = {"满意": 90.0}
    assert value("满意", own) == 90.0


# --- text, names, telephones -------------------------------------------------------------------------


def test_text_is_trimmed_and_numbers_in_it_keep_their_shape():
    assert value("\u3000 中山\u200b公寓 \t 一期\x07 ", TEXT) == "中山公寓 一期"
    assert value(12.0, TEXT) == "12" and value(1.5, TEXT) == "1.5"
    assert value("第一段_x000D_\n第二段", TEXT) == "第一段\n第二段"
    assert (
        value("张  三", Field("text", "party_org_head"))
        == value("张　三", Field("text", "reporter"))
        == "张三"
    )
    assert value("无锡物业，3号楼", TEXT) == "无锡物业，3号楼"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        *(
            (13901234567.0, "13901234567"),
            ("13901234567.0", "13901234567"),
            (1.39e10, "13900000000"),
            ("1.39E+10", None),
        ),
        *(
            ("139 0123 4567", "13901234567"),
            ("62345678/13901234567", "62345678、13901234567"),
            ("021-62345678", "021-62345678"),
        ),
        *(
            ("1.3901234567E+10", "13901234567"),
            ("62345678转801", "62345678转801"),
            ("张三", None),
            (1e18, None),
            (True, None),
        ),
    ],
)
def test_a_telephone_number_is_text_and_is_rebuilt_only_whole(raw, expected):
    assert value(raw, PHONE) == expected


@pytest.mark.parametrize(
    ("raw", "is_odd"),
    [
        ("13812345678", False), ("62511234", False), ("021-62511234", False), ("+86 138 1234 5678", False), ("62511234-801", False),
        ("62511234转801", False), ("13812345678/62511234", False), (13812345678.0, False), ("02162511234", False),
        ("1381234567", True), ("6251123", True), ("13812345678、6251", True), (138123456780, True),
    ],
)  # fmt: skip
def test_a_telephone_number_of_odd_length_is_kept_and_said(raw, is_odd):
    got = read_value(raw, PHONE)
    assert got.value and ("8位或11位" in got.note) == is_odd


def test_names_are_listed_one_by_one():
    assert value("中山公寓（一期、二期）、仙霞苑;新村", NAMES) == ("中山公寓（一期、二期）", "仙霞苑", "新村")
    assert value("、", NAMES) is None


def test_folding_leaves_only_what_tells_two_names_apart():
    assert fold(" 备\u3000 注\n（Ａ）\u200b") == "备注(a)" == fold("备注【a】")
    assert fold("建筑面积（㎡）") == "建筑面积(㎡)" and fold("①") == "①"


# --- what holds for every cell -----------------------------------------------------------------------

HABITS = (
    "0123456789一二三十百万〇.-/年月日号至和、，,；（）()是否有无未已拟约%％ "
    "　\n√×☑□○同上#人次①党支部政治教育全等1本累计去委托正在筹建立苑业会[]底旬原"
)
CELLS = st.one_of(
    st.none(),
    st.text(),
    st.text(HABITS, max_size=14),
    st.text(st.characters(codec=None)),
    st.floats(),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)


@given(
    CELLS, st.sampled_from(ALL_FIELDS), st.sampled_from(["", "0%", "General"]), st.sampled_from([None, MONTH])
)
def test_any_cell_gives_one_of_five_states_and_a_value_only_where_there_is_one(raw, of, number_format, month):
    got = read_value(raw, of, number_format=number_format, month=month)
    assert got.state in STATES
    assert (got.value is not None) == (got.state in ("read", "normalised"))
    assert got.note or got.state != "unreadable"
    if of.type == "int" and got.value is not None:
        assert type(got.value) is int and got.value >= 0
    if of.type == "pct" and got.value is not None:
        assert 0 <= got.value <= 1
    if of.type == "text" and got.value is not None:
        assert clean(got.value) == got.value


@given(st.text(HABITS, max_size=20))
def test_any_text_is_a_term_or_is_none(text):
    term = read_date_range(text, MONTH)
    assert term is None or term[0] < term[1]


DATES = st.dates(D(1990, 1, 1), D(2040, 12, 31))
TYPED = st.one_of(
    st.tuples(st.integers(0, 10**12), st.just(COUNT)),
    st.tuples(st.floats(0, 1e12), st.just(AREA)),
    st.tuples(st.floats(0, 1), st.just(SHARE)),
    st.tuples(st.booleans(), st.just(YES_NO)),
    st.tuples(DATES, st.just(DAY)),
    st.tuples(st.lists(DATES, min_size=1, unique=True).map(lambda days: tuple(sorted(days))), st.just(DAYS)),
    st.tuples(st.sampled_from(list(ORG.values)), st.just(ORG)),
    st.tuples(
        st.sets(st.sampled_from(ALL_TOPICS)).map(lambda one: tuple(sorted(one, key=ALL_TOPICS.index))),
        st.just(TOPICS),
    ),
    st.tuples(st.floats(0, 100), st.just(SCORE)),
)


@given(TYPED)
def test_a_value_already_typed_is_itself(typed):
    raw, of = typed
    got = read_value(raw, of)
    assert got.value == raw and type(got.value) is type(raw)


@given(st.integers(0, 10**9))
def test_a_number_reads_alike_in_every_dress(number):
    wide = str(number).translate({code: code + 0xFEE0 for code in range(0x30, 0x3A)})
    for dress in (
        f"{number}",
        wide,
        f" {number} 人",
        f"{wide}名",
        f"{number:,}",
        f"{number:,}".replace(",", "，"),
        f"{number}.0",
    ):
        assert value(dress, COUNT) == number


@given(st.integers(0, 99_999_999))
def test_a_chinese_numeral_reads_back(number):
    assert chinese_number(_in_chinese(number)) == number


@given(DATES)
def test_a_date_reads_alike_in_every_spelling(day):
    y, m, d = day.year, day.month, day.day
    serial = (day - D(1899, 12, 30)).days
    chinese = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(y))
    spellings = (
        f"{y}.{m}.{d}",
        f"{y}/{m}/{d}",
        f"{y}{m:02}{d:02}",
        f"{y}年{m}月{d}日",
        f"{day} 00:00:00",
        serial,
        float(serial),
    )
    for raw in (
        day,
        str(day),
        *spellings,
        f"{chinese}年{_in_chinese(m)}月{_in_chinese(d)}日",
        f"{y % 100:02}-{m:02}-{d:02}",
    ):
        assert value(raw, DAY) == day


def _in_chinese(number: int) -> str:
    if number == 0:
        return "零"
    text, gap = "", False
    for power, mark in (
        (10**7, "千"),
        (10**6, "百"),
        (10**5, "十"),
        (10**4, "万"),
        (1000, "千"),
        (100, "百"),
        (10, "十"),
        (1, ""),
    ):
        digit = number // power % 10
        if digit:
            text += ("零" if gap and text else "") + "零一二三四五六七八九"[digit] + mark
            gap = False
        else:
            gap = bool(text)
            if mark == "万" and number >= 10**4:
                text += "万"
    return text


@pytest.mark.parametrize("raw", ["2次(计划)", "拟开展2次", "预计3次", "第3次", "第三次"])
def test_what_is_planned_or_ordinal_is_no_count(raw):
    reading = read_value(raw, Field("int", "patrol_count", "巡视次数", "次"), month=MONTH)
    assert reading.state == "unreadable" and reading.note


@pytest.mark.parametrize("raw", ["2次/月", "2次/每月", "2/月", "２次／月"])
def test_a_number_of_times_a_month_is_the_months_number_and_no_years(raw):
    monthly, yearly = (
        read_value(raw, fields()[id_], month=MONTH) for id_ in ("reception_days", "self_study_ytd")
    )
    assert (monthly.value, yearly.value) == (2, None) and monthly.note and yearly.note
    assert read_value("24次/年", fields()["reception_days"], month=MONTH).value is None


def test_which_term_it_is_may_be_written_as_an_ordinal():
    assert value("第三届", Field("int", "session_no", "届别", "届")) == 3


# --- what a careful clerk sees beside a word ----------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("□未建立 ☑已建立", True), ("☐未制定 ☑已制定", True), ("未建立□ 已建立☑", True), ("已建立☑ 未建立□", True),
        ("[√]已建立 [ ]未建立", True), ("已 建立□ 未 建立☑", False), ("【√】已建立【 】未建立", True), ("□未达标 ☑达标", True), ("□已建立 ☑未建立", False),
        ("□已建立 ☑正在建立", False), ("☑已建立（2023年） □未建立", True), ("是 ☑否", False), ("是☑ 否", True), ("【√】", True),
        ("√已建立 √已公示", True), ("√√", True), ("否×", False), ("无×", False), ("已建立√", True),
    ],
)  # fmt: skip
def test_the_ticked_option_answers_wherever_it_stands(raw, expected):
    assert value(raw, RULE) is expected


@pytest.mark.parametrize("raw", ["□未审计 ☑已审计", "☑已审计 □未审计", "□审计中 ☑已审计", "未审计□ 已审计√"])
def test_the_options_of_an_audit_are_words_like_any_other(raw):
    assert value(raw, AUDIT) is True


@pytest.mark.parametrize(
    "raw", ["□已建立 □未建立", "□已建立□未建立", "□未建立", "已建立□", "[ ]已建立 [ ]未建立"]
)
def test_options_none_of_which_is_ticked_say_nothing(raw):
    assert state(raw, RULE) == "not_reported"


@pytest.mark.parametrize(
    "raw",
    [
        "是×", "已建立×", "是√否", "□是 否☑", "□已建立 □未建立 ☑其他", "☑已建立 ☑未建立", "☑已建立（已废止） □未建立",
        "√未建立", "√（拟建）",
    ],
)  # fmt: skip
def test_marks_that_do_not_settle_an_option_are_not_read(raw):
    assert state(raw, RULE) == "unreadable"


def test_a_remark_beside_a_ticked_option_is_kept():
    assert "2023年换届" in read_value("☑是，2023年换届 □否", RULE).note
    assert state("☑已审计，未出报告 □未审计", AUDIT) == "unreadable"
    assert "党课" in read_value("☑政治教育（党课） □形势政策教育", TOPICS).note


@pytest.mark.parametrize(
    "raw",
    [
        "已建立", "已制定", "已全部建立", "均已建立", "已于2023年建立", "2023年已建立", "2023年5月制定", "已由居委会建立", "已按要求建立",
        "已通过业主大会表决", "业主大会已通过", "已公示上墙", "已修订", "已申请并开通", "已有制度并上墙", "制定", "完善", "建立健全", "都有", "OK",
    ],
)  # fmt: skip
def test_what_has_been_done_is_yes(raw):
    assert value(raw, RULE) is True


@pytest.mark.parametrize(
    "raw",
    [
        "已启动", "已委托", "已联系审计公司", "已报名", "已申请", "已部署", "已安排", "已着手", "已启动审计", "已委托审计", "审计中", "委托审计中",
        "制定中", "起草中", "尚在制定", "已有初稿", "已列入计划", "正在审计",
    ],
)  # fmt: skip
def test_what_is_begun_planned_or_commissioned_is_not_yet_and_says_so(raw):
    reading = read_value(raw, AUDIT, month=MONTH)
    assert reading.value is False and "尚未完成" in reading.note


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("2026年6月建立", True), ("2026年5月建立", True), ("2025年12月建立", True), ("2026年7月建立", None), ("2027年1月建立", None)],
)  # fmt: skip
def test_what_is_dated_up_to_the_month_of_the_return_has_been_done(raw, expected):
    assert value(raw, RULE, month=MONTH) is expected


def test_a_commissioned_audit_whose_report_is_out_is_done():
    assert value("已委托审计并出具报告", AUDIT) is True


@pytest.mark.parametrize(
    "raw",
    [
        "正在执行", "执行中", "使用中", "已知晓", "已聘请审计", "已建议建立", "已请专业公司制定", "会建立", "可建立", "有困难", "有方案", "已完成一半",
        "2027年建立", "2027年已建立", "2026年12月建立", "有（筹）", "有（拟建）", "是（正在筹备）", "有，但已过期", "未公示，已建立",
    ],
)  # fmt: skip
def test_what_may_be_so_or_not_is_no_answer(raw):
    reading = read_value(raw, RULE, month=MONTH)
    assert reading.state == "unreadable" and reading.note


@pytest.mark.parametrize("raw", ["已委托，未出报告", "已审计，未出报告", "已审计（未完成）"])
def test_an_answer_that_its_remark_takes_back_is_not_read(raw):
    assert state(raw, AUDIT) == "unreadable"


def test_what_is_not_asked_for_is_not_applicable_and_what_is_missing_is_no():
    assert state("不需审计", AUDIT) == state("无需审计", AUDIT) == "not_applicable"
    assert value("缺", RULE) is value("缺失", RULE) is False


@pytest.mark.parametrize(
    "raw",
    [
        "累计12次", "累计12", "年累计12次", "本年12次", "全年12次", "今年以来12次", "上月3次", "去年2次", "一季度5次", "12次（累计）",
        "12（全年）", "2次（上月）", "3次，去年", "2次（含上月1次）", "12次（本月2次）", "1次每周", "2次（未开展）", "接待12人次",
    ],
)  # fmt: skip
def test_a_number_of_another_time_is_not_the_number_of_the_month(raw):
    reading = read_value(raw, MEETINGS, month=MONTH)
    assert reading.state == "unreadable" and "请" in reading.note


def test_an_accumulated_count_is_what_a_column_of_the_year_asks_for():
    assert [value(raw, SO_FAR) for raw in ("累计12次", "本年12次", "全年12次", "12次（本月2次）")] == [12] * 4
    for raw in ("本月2次", "2次（本月）", "2次（累计12次）", "上月3次", "去年2次"):
        assert state(raw, SO_FAR) == "unreadable"


@pytest.mark.parametrize(
    ("raw", "of", "expected", "said"),
    [
        ("本月2次", MEETINGS, 2, ""), ("本月累计2次", MEETINGS, 2, ""), ("本月接待2次", MEETINGS, 2, ""), ("接待：2次", MEETINGS, 2, ""),
        ("线上2次", MEETINGS, 2, "线上"), ("现场2次", MEETINGS, 2, "现场"), ("2次（累计12次）", MEETINGS, 2, "累计12次"),
        ("业委会7人", COUNT, 7, ""), ("累计7人", COUNT, 7, "累计"),
        ("委员7人", Field("int", label="业委会人数", unit="人", also=("委员人数",)), 7, ""),
        ("1280套", Field("int", label="户数", unit="户"), 1280, ""), ("1280戶", Field("int", label="户数", unit="户"), 1280, ""),
        ("4.1万方", Field("float", unit="平方米"), 41000, ""), ("41200平", Field("float", unit="平方米"), 41200, ""),
        ("百分百", SHARE, 1.0, ""), ("0.85%", SHARE, 0.0085, "不足1%"),
    ],
)  # fmt: skip
def test_a_number_with_the_words_of_its_column_is_read(raw, of, expected, said):
    got = read_value(raw, of, month=MONTH)
    assert got.value == pytest.approx(expected) and said in got.note


@pytest.mark.parametrize(
    "raw",
    ["党员4人", "候补2人", "女委员3人", "缺2人", "原7人", "增加2人", "7（实际6人）", "六人（届满前七人）"],
)
def test_a_number_of_part_of_what_is_counted_is_not_the_count(raw):
    assert state(raw, COUNT) == "unreadable"


def test_the_first_term_needs_no_numeral():
    session = Field("int", "session_no", "届别", "届")
    assert value("首届", session) == value("第一", session) == value("首届（2022年）", session) == 1
    assert value("本届为第三届", session) == 3
    assert state("首届", COUNT) == state("第3次", session) == "unreadable"


ISSUES = Field("int", "issue_count", "问题清单数", "件", period="month")


@pytest.mark.parametrize(
    ("raw", "of"),
    [
        ("未接待", MEETINGS), ("无接待", MEETINGS), ("暂未接待", MEETINGS), ("未安排", MEETINGS), ("因疫情未开展", MEETINGS),
        ("未开展接待", MEETINGS), ("无问题", ISSUES), ("未发现问题", ISSUES), ("暂无问题", ISSUES), ("未学习", SO_FAR),
    ],
)  # fmt: skip
def test_what_was_not_done_is_counted_as_none_and_says_so(raw, of):
    got = read_value(raw, of, month=MONTH)
    assert got.value == 0 and "按0计" in got.note


@pytest.mark.parametrize(
    ("raw", "of"),
    [
        ("未登记", MEETINGS),
        ("无业主", MEETINGS),
        ("未整改", ISSUES),
        ("无清单", ISSUES),
        ("无业委会", COUNT),
        ("未接待", COUNT),
    ],
)
def test_what_is_denied_of_something_else_is_no_zero(raw, of):
    assert state(raw, of) == "unreadable"


RATING = Field(
    "enum",
    "annual_rating",
    "年度评价",
    values={"运作规范": ["规范"], "运作基本规范": ["基本规范"]},
    period="year",
)
PHASE = Field(
    "enum",
    "committee_status",
    values={
        "已组建": ["组建", "正常", "已换届"],
        "筹备组建中": ["组建中", "筹备中"],
        "换届改选中": ["换届", "改选中"],
        "停摆": [],
        "届满未换届": ["超期"],
    },
)


@pytest.mark.parametrize(
    ("raw", "of", "expected"),
    [
        ("建立党支部", ORG, "党支部"), ("已成立党支部", ORG, "党支部"), ("党支部已建立", ORG, "党支部"), ("已建联合党支部", ORG, "联合党支部"),
        ("秀水苑党支部", ORG, "党支部"), ("红色业委会党支部", ORG, "党支部"), ("秀水苑小区联合党支部", ORG, "联合党支部"),
        ("（党支部）", ORG, "党支部"), ("秀水苑业委会未建立", ORG, "无"),
        ("2025年度运作规范", RATING, "运作规范"), ("2025年：规范", RATING, "运作规范"), ("2025年度评价结果：基本规范", RATING, "运作基本规范"),
        ("正在改选", PHASE, "换届改选中"), ("正在组建", PHASE, "筹备组建中"), ("业委会已组建", PHASE, "已组建"), ("已停摆", PHASE, "停摆"),
        ("业委会已换届", PHASE, "已组建"), ("目前正常", PHASE, "已组建"), ("已超期", PHASE, "届满未换届"),
    ],
)  # fmt: skip
def test_a_listed_value_is_read_with_the_words_that_only_say_it_is_there(raw, of, expected):
    got = read_value(raw, of, month=MONTH)
    assert got.value == expected and "写作" in got.note


@pytest.mark.parametrize(
    ("raw", "of"),
    [
        ("党支部（筹）", ORG), ("党支部（拟建）", ORG), ("党支部（筹建中）", ORG), ("党支部（未成立）", ORG), ("党支部（已撤销）", ORG),
        ("☑党支部（筹） □无", ORG), ("党支部待成立", ORG), ("党支部正在组建", ORG), ("正在成立党支部", ORG), ("原党支部", ORG),
        ("撤销党支部", ORG), ("未建党支部", ORG), ("有无", ORG), ("居民区党支部", ORG), ("秀水苑居民区党支部", ORG), ("隶属秀水苑党支部", ORG),
        ("物业党支部", ORG), ("秀水苑和天诚公寓党支部", ORG), ("2024年度规范，2025年度基本规范", RATING),
        ("2025年换届", PHASE), ("已筹备", PHASE), ("拟换届", PHASE), ("业委会未组建", PHASE), ("正常（已停止）", PHASE),
    ],
)  # fmt: skip
def test_a_listed_value_that_another_word_turns_is_not_taken(raw, of):
    got = read_value(raw, of, month=MONTH)
    assert got.state == "unreadable" and got.note


def test_a_remark_that_does_not_turn_the_value_stays_a_remark():
    assert value("党支部（拟7月换届）", ORG) == value("党支部（2023年成立）", ORG) == "党支部"
    assert (
        value("筹备组建中（拟7月成立）", PHASE) == "筹备组建中"
        and value("已组建（未备案）", PHASE) == "已组建"
    )


@pytest.mark.parametrize(
    ("raw", "of", "expected"),
    [
        ("政治教育（未开展）", TOPICS, ()), ("政治教育（拟开展）", TOPICS, ()), ("政治教育（7月拟开展）", TOPICS, ()), ("政治教育（取消）", TOPICS, ()),
        ("政治教育（未开展）、形势政策教育", TOPICS, ("形势政策教育",)), ("政治教育1次、形势政策教育0次", TOPICS, ("政治教育",)),
        ("居委会、物业（未参与）", HELP, ("居委会",)), ("居委会、物业（拟邀请）", HELP, ("居委会",)),
    ],
)  # fmt: skip
def test_an_item_that_is_denied_or_only_planned_is_not_counted_and_says_so(raw, of, expected):
    got = read_value(raw, of, month=MONTH)
    assert got.value == expected and "未计入" in got.note


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("全覆盖", ALL_TOPICS), ("三项全覆盖", ALL_TOPICS), ("（1）政治教育（2）知识技能教育", ("政治教育", "知识技能教育")),
        ("政治教育1次，知识技能教育2次", ("政治教育", "知识技能教育")), ("政治教育（正在开展）", ("政治教育",)),
    ],
)  # fmt: skip
def test_items_with_numbers_and_counts_are_still_items(raw, expected):
    assert value(raw, TOPICS) == expected


def test_an_unticked_none_ahead_of_a_ticked_option_is_not_the_answer():
    assert value("无（ ） 有（√）", RULE) is True
    assert value("无（ ） 党支部（√）", ORG) == "党支部" and value("无（√） 党支部（ ）", ORG) == "无"
    assert value("不涉及（ ） 是（√） 否（ ）", RULE) is True
    for raw in ("☑不适用 □是 □否", "是（ ） 否（ ） 不涉及（√）"):
        assert state(raw, RULE) == "not_applicable"


def test_a_ticked_item_that_its_remark_denies_is_not_read():
    assert state("☑政治教育（未开展） □形势政策教育", TOPICS) == "unreadable"


@pytest.mark.parametrize("part", ["底", "初", "末", "上旬", "中旬", "下旬"])
def test_part_of_a_month_is_the_month_only(part):
    got = read_value(f"2022年5月{part}", DAY, month=MONTH)
    assert got.value == D(2022, 5, 1) and f"{MONTH_ONLY}（{part}）" in got.note
    assert value(f"2027年5月{part}", END) == D(2027, 5, 31)
    assert state(f"2022年5月{part}前", DAY) == "unreadable"


@pytest.mark.parametrize(
    "raw", ["2022、5、8", "2022,5,8", "2022，5，8", "2022 5 8", "2022·5·8", "2022年5.8", "2022、05、08日"]
)
def test_a_day_may_be_parted_by_any_mark(raw):
    assert value(raw, DAY) == D(2022, 5, 8)


@pytest.mark.parametrize(
    "raw",
    ["2022、5", "2022、5、8、9", "2022 5 8 9", "2022、13、8", "原2019.5", "至2022年5月8日", "2022年5月到期"],
)
def test_a_day_parted_otherwise_or_of_another_term_is_not_read(raw):
    assert state(raw, DAY) == "unreadable"


def test_where_several_days_are_asked_numbers_parted_alike_are_not_one_day():
    assert state("2026、4、7", DAYS) == state("2026 4 7", DAYS) == "unreadable"
    assert value("一季度：4月12日", DAYS) == (D(2026, 4, 12),)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("至2027年5月7日", D(2027, 5, 7)), ("任期至2027年5月7日", D(2027, 5, 7)), ("2027年5月到期", D(2027, 5, 31)),
        ("2027年5月7日（5年）", D(2027, 5, 7)), ("到2027年5月", D(2027, 5, 31)),
        ("2022年5月至2027年5月", None), ("2027年5月7日至", None),
    ],
)  # fmt: skip
def test_an_end_may_say_that_it_is_one(raw, expected):
    assert value(raw, END) == expected


@pytest.mark.parametrize("body", ["物业", "居委", "居委会", "居民区", "街道", "开发商"])
def test_a_number_of_another_body_is_not_the_committees(body):
    got = read_value(f"62511234（{body}）", PHONE)
    assert got.state == "unreadable" and body in got.note and "62511234" not in got.note
    assert state(f"{body}62511234", PHONE) == "unreadable"
    both = read_value(f"62511234、62345678（{body}）", PHONE)
    assert both.value == "62511234" and "未取" in both.note


def test_a_number_of_the_committee_itself_stays():
    assert value("62511234（业委会）", PHONE) == "62511234(业委会)"
    assert value("62511234（主任）", PHONE) == "62511234(主任)"


WORDS = (
    ("已建立", "未建立"),
    ("已制定", "未制定"),
    ("有", "无"),
    ("是", "否"),
    ("健全", "不健全"),
    ("已建立", "筹建中"),
)
STYLES = (
    ("☑{}", "□{}"), ("√{}", "□{}"), ("[√]{}", "[ ]{}"), ("■{}", "□{}"), ("{}☑", "{}□"), ("{}（√）", "{}（ ）"), ("{}√", "{}"),
)  # fmt: skip


@given(
    st.sampled_from(WORDS),
    st.sampled_from(STYLES),
    st.booleans(),
    st.booleans(),
    st.sampled_from([" ", "  ", "\n", " / "]),
)
def test_of_two_options_the_ticked_one_is_read_in_any_order_and_dress(words, style, yes, turned, gap):
    dressed = [style[0 if (word == words[0]) == yes else 1].format(word) for word in words]
    assert value(gap.join(dressed[::-1] if turned else dressed), RULE) is yes


REPEATED = [
    "1",
    "现已",
    "目前",
    "年底",
    "今年",
    "但是",
    "但",
    "已",
    "未",
    "全部",
    "均",
    "1年",
    "累计",
    "本月",
    "上月",
    "□",
    "□是",
    "(√)",
    "2026、",
    "苑",
    "小区",
    "拟",
    "正在",
    "第",
    "无",
    "、",
    "(",
    "（）",
    "一",
    "1次",
    "于",
    "由",
    "因",
    "建立",
    "成立",
    "季度",
    "日-",
    "并",
]


@pytest.mark.parametrize(
    "of", [RULE, ORG, PHASE, RATING, TOPICS, MEETINGS, DAY, END, DAYS, PHONE, SHARE], ids=lambda of: of.id
)
def test_a_cell_that_repeats_itself_is_read_in_no_time(of):
    started = time.process_time()
    for part in REPEATED:
        for text in (
            part * 100,
            f"已{part * 9}",
            f"无（{part * 100}）",
            f"2次（{part * 100}）",
            f"党支部（{part * 100}）",
        ):
            assert read_value(text, of, month=MONTH).state in STATES
    assert time.process_time() - started < 10


@pytest.mark.parametrize("text, wanted", [("5/5", 1.0), ("4/5", 0.8), ("0/5", 0.0), ("50/100", 0.5)])
def test_a_share_written_as_a_fraction_is_that_share_up_to_the_whole(text, wanted):
    assert value(text, SHARE) == pytest.approx(wanted)


@pytest.mark.parametrize("text", ["6/5", "1/0", "0/0"])
def test_more_than_the_whole_or_a_share_of_nothing_is_no_share(text):
    assert value(text, SHARE) is None


# ---- no answer at all

NO_ANSWER = [
    "未作答", "未填写", "未报", "无数据", "没有统计", "无法提供", "未勾选", "（跳过）", "见附件", "详见附件2", "请选择", "--请选择--",
    "null", "NaN", "同上月", "与上月相同", "尚未提交", "数据缺失", "后补", "……", "【未反馈】", "另附", "见会议记录表",
]  # fmt: skip


@pytest.mark.parametrize(
    "kind", ["bool", "int", "float", "pct", "date", "dates", "set", "enum", "text", "phone", "list", "score"]
)
@pytest.mark.parametrize("raw", NO_ANSWER)
def test_what_is_no_answer_is_none_whatever_is_asked(raw, kind):
    field = Field(kind, "某项内容", values={"甲类": [], "其他": []} if kind in ("set", "enum") else {})
    got = read_value(raw, field, month=MONTH)
    assert (got.value, got.state) == (None, "not_reported") and raw.strip("（）【】") in got.note


@pytest.mark.parametrize(
    ("label", "raw"), [("巡视记录", "无记录"), ("居民意见反馈", "未反馈"), ("信息公开制度", "没有信息")]
)
def test_it_is_a_no_where_the_column_asks_for_just_that(label, raw):
    got = read_value(raw, Field("bool", "asked", label=label), month=MONTH)
    assert got.value is not True and got.state != "not_reported"


@pytest.mark.parametrize(
    ("raw", "meant"), [("1-是", True), ("2-无", False), ("A.有", True), ("B、否", False), ("1）是", True)]
)
def test_a_coded_answer_is_read_by_its_word(raw, meant):
    assert read_value(raw, Field("bool", "某项制度"), month=MONTH).value is meant


@pytest.mark.parametrize("mark", ["┋", "、", "|", "；", "¦"])
def test_a_survey_parts_its_answers_in_its_own_way(mark):
    assert read_value(f"专题式{mark}小班化", FORMATS, month=MONTH).value == ("小班化", "专题式")


def test_only_what_says_other_is_other():
    assert read_value("读书会", FORMATS, month=MONTH).state == "unreadable"
    assert read_value("其他（读书会）", FORMATS, month=MONTH).value == ("其他",)


@pytest.mark.parametrize(
    "text",
    [
        "上半年1月5日，下半年7月5日", "上半年：1月5日；下半年：7月5日", "2025年下半年1月5日，2026年上半年7月5日",
        "第1次1月5日，第2次2026.7.5", "第一季度：2026.1.5、第三季度2026年7月5日",
    ],
)  # fmt: skip
def test_what_a_day_was_for_may_stand_before_it(text):
    days = read_value(text, fields()["fund_publish_dates"], month=dt.date(2026, 10, 1))
    assert days.value == (dt.date(2026, 1, 5), dt.date(2026, 7, 5)) and "另注" in days.note


@pytest.mark.parametrize(
    ("field", "text"), [("reception_days", "+2"), ("reception_days", "＋2次"), ("rule_meeting", "非常好")]
)
def test_an_increase_is_no_count_and_high_praise_no_denial(field, text):
    assert read_value(text, fields()[field]).state == "unreadable"

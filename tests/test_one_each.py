"""A row is a committee by what it shows, and a committee is read once however many rows it has."""

from __future__ import annotations

import pytest
from drawing import about, draw, facts, kinds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

HEAD = "序号|居委会|业委会名称|业委会人数|户数|日常会议制度"
ROWS = "1|秀水|秀水苑业委会|7|350|是\n2|天诚|天诚公寓业委会|5|210|否\n3|天诚|中山一品|9|400|是"
NAMES = {"秀水苑业委会", "天诚公寓业委会", "中山一品"}


def roll(*more: str, head: str = HEAD, rows: str = ROWS) -> str:
    return "\n".join([head, rows, *more])


@pytest.mark.parametrize(
    "line",
    [
        "||最大值|9|400|", "||同比增长|1|5|", "||全街道|21|960|", "||某某情况汇总|21|960|", "||党工委（盖章）||||",
        "||第 1 页，共 2 页||||", "||数据来源于物业公司|21|960|", "||街道审核意见：同意上报||||", "||共3个业委会||||",
        "||10个字以内，填备案全称|整数|整数|是/否", "id|juwei|committeeName|memberCount|households|hasRule",
        "||较上年增减|1|5|", "||某某某|21|960|",
    ],
)  # fmt: skip
def test_what_nothing_shows_to_be_a_committee_is_none_and_is_told(returned, line):
    result = returned(roll(line))
    assert set(facts(result)) == NAMES
    assert {note["kind"] for note in result.notes} & {"row_refused", "row_ignored"}


@pytest.mark.parametrize(
    "name", ["正在筹建", "无业委会（开发商管理）", "暂未组建，物业托管", "筹备中", "（未成立）"]
)
def test_what_says_that_there_is_no_committee_is_none(returned, name):
    result = returned(roll(f"4|秀水|{name}||200|"))
    assert set(facts(result)) == NAMES and "row_refused" in kinds(result)


@pytest.mark.parametrize(
    "line", ["4|秀水|东方明珠|6|100|是", "|秀水|金色年华|6|100|是", "||银杏花苑|6|100|是", "4||紫云|6|100|是"]
)
def test_a_name_of_any_kind_is_a_committee_where_number_place_or_data_show_it(returned, line):
    assert len(facts(returned(roll(line)))) == 4


def test_a_table_without_numbers_and_places_is_read_by_its_data(returned):
    result = returned(roll(head="业委会名称|业委会人数|户数", rows="东方明珠|7|350\n金色年华|5|210"))
    assert set(facts(result)) == {"东方明珠", "金色年华"}


def test_an_answer_sent_twice_is_one(returned):
    result = returned(roll("1|秀水|秀水苑业委会|7|350|是"))
    assert len(result.rows) == 3 and "rows_of_one" in kinds(result)


def test_of_two_that_differ_none_is_taken_and_the_question_names_both(returned):
    result = returned(roll("4|秀水|秀水苑小区业委会|9|350|是"))
    assert set(facts(result)) == NAMES - {"秀水苑业委会"} and result.counts["refused"] == 2
    told = [note for note in result.notes if note["kind"] == "committee_twice"]
    assert {note["raw"] for note in told} == {"秀水苑业委会", "秀水苑小区业委会"}
    assert all("C2" in note["message"] and "C5" in note["message"] for note in told)


def test_the_row_that_says_it_corrects_another_takes_its_place(returned):
    drawing = roll(
        "1|秀水|秀水苑业委会|9|350|是|更正第一行", head=f"{HEAD}|备注", rows=ROWS.replace("\n", "|\n") + "|"
    )
    result = returned(drawing)
    assert facts(result)["秀水苑业委会"]["member_count"] == 9 and len(result.rows) == 3
    assert "rows_of_one" in kinds(result)


def test_the_answer_that_was_sent_last_is_taken(returned):
    result = returned("""
        提交时间|居委会|业委会名称|业委会人数|户数
        2026/11/3 9:15:20|秀水|秀水苑业委会|7|350
        2026/11/3 10:02:00|秀水|秀水苑业委会|9|350
        2026/11/2 10:00:00|天诚|天诚公寓业委会|5|210
    """)
    assert facts(result)["秀水苑业委会"]["member_count"] == 9 and len(result.rows) == 2


def test_namesakes_are_told_apart_by_their_session(returned):
    result = returned("""
        居委会|业委会名称|届别|业委会人数
        秀水|秀水苑业委会|第一届|7
        秀水|秀水苑业委会|第二届|9
    """)
    assert [row["member_count"] for row in result.rows] == [7, 9] and "namesakes" in kinds(result)


def test_a_committee_over_its_members_rows_is_one_with_its_members_counted(returned):
    result = returned("""
        序号|居委会|业委会名称|户数|委员姓名
        1|秀水|秀水苑业委会|350|示例甲
        ^|^|^|^|示例乙
        ^|^|^|^|示例丙
        2|天诚|天诚公寓业委会|210|示例丁
        ^|^|^|^|示例戊
    """)
    assert {name: row["member_count"] for name, row in facts(result).items()} == {
        "秀水苑业委会": 3,
        "天诚公寓业委会": 2,
    }
    assert len(result.rows) == 2 and "rows_of_one" in kinds(result)


LEDGER = """
    月份|居委会|业委会名称|业委会人数|接待日次数
    4月|秀水|秀水苑业委会|5|1
    5月|秀水|秀水苑业委会|5|2
    6月|秀水|秀水苑业委会|7|3
    6月|天诚|天诚公寓业委会|5|4
"""


def test_of_a_years_ledger_the_rows_of_the_month_are_read(returned):
    result = returned(LEDGER)
    assert {row["committee_name"]: row["reception_days"] for row in result.rows} == {
        "秀水苑业委会": 3,
        "天诚公寓业委会": 4,
    }
    assert "rows_of_other_months" in kinds(result)


def test_a_ledger_without_the_month_is_refused_with_the_reason(returned):
    result = returned(LEDGER.replace("6月", "3月"))
    assert not result.rows and "rows_of_other_months" in kinds(result)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(4)), twice=st.integers(0, 3), changed=st.booleans())
def test_no_committee_is_ever_read_twice_in_whatever_order_the_rows_stand(returned, order, twice, changed):
    lines = [
        "1|秀水|秀水苑业委会|7|350|是",
        "2|天诚|天诚公寓业委会|5|210|否",
        "3|天诚|中山花园业委会|9|400|是",
    ]
    lines.append(f"4|{lines[twice % 3].partition('|')[2]}".replace("|是", "|否" if changed else "|是"))
    result = returned("\n".join([HEAD, *(lines[number] for number in order)]))
    names = [row["committee_name"] for row in result.rows]
    assert len(set(names)) == len(names)


# ---- columns


def test_of_columns_that_hold_the_same_one_is_read(returned):
    result = returned("""
        居委会|业委会名称|户数|户数|业委会人数
        秀水|秀水苑业委会|350|350|7
        天诚|天诚公寓业委会|210|210|5
    """)
    assert facts(result)["秀水苑业委会"]["households"] == 350 and "column_repeated" in kinds(result)


def test_of_columns_that_differ_the_visible_one_is_read_and_none_where_both_are_seen(returned):
    table = """
        居委会|业委会名称|户数|户数|业委会人数
        秀水|秀水苑业委会|350|340|7
        天诚|天诚公寓业委会|210|200|5
    """

    def hide(sheet):
        draw(sheet, table)
        sheet.column_dimensions["C"].hidden = True

    assert facts(returned({"月报": hide}))["秀水苑业委会"]["households"] == 340
    assert "households" not in facts(returned(table))["秀水苑业委会"]


@pytest.mark.parametrize("above", [True, False])
def test_a_row_of_a_programs_keys_is_no_heading_and_no_committee(returned, above):
    keys, heads = "id|juwei|committeeName|memberCount|households|hasRule", HEAD
    first, second = (keys, heads) if above else (heads, keys)
    assert set(facts(returned("\n".join([first, second, ROWS])))) == NAMES


def test_names_are_written_with_characters_and_neighbourhoods_without_their_count(returned):
    result = returned(roll("4|秀水居委会（3个）|⻓顺坊业委会|7|10|是"))
    assert facts(result)["长顺坊业委会"]["neighbourhood_committee"] == "秀水居委会"


@pytest.mark.parametrize("titles", [("2026年6月", "2026年5月"), ("2026年5月", "2026年6月"), ("6月", "5月")])
@pytest.mark.parametrize("sheet", ["月报", "6月"])
def test_blocks_of_two_months_on_one_sheet_are_not_added_up(returned, titles, sheet):
    def fill(page):
        for position, title in enumerate(titles):
            visits = 2 if "6月" in title else 9
            rows = [["业委会名称", "届别", "接待日次数"]] + [
                [name, session, visits] for name, session in (("秀水苑业委会", visits), ("天诚公寓业委会", 1))
            ]
            draw(page, [[f"华阳路街道业委会月报（{title}）", "<", "<"], *rows], top=1 + 6 * position)

    result = returned({sheet: fill})
    assert [one["reception_days"] for one in result.rows] == [2, 2]
    assert "是2026年5月的，未读取" in about(result, "sheet_skipped")


@pytest.mark.parametrize("mark", ["*", "＊", "①", "※", "（注1）", "[注2]"])
def test_the_mark_of_a_footnote_belongs_to_no_name_number_or_heading(returned, mark):
    plain, marked = roll(), roll(rows=ROWS.replace("业委会|7", f"业委会{mark}|7{mark}"))
    marked = marked.replace("户数", f"户数{mark}")
    result = returned(marked)
    assert facts(result) == facts(returned(plain))
    seen = {one["field"]: one for one in result.cells if one["committee_name"] == "秀水苑业委会"}
    assert "脚注" in seen["committee_name"]["note"] and "请核对" in seen["member_count"]["note"]
    assert seen["member_count"]["raw"] == f"7{mark}"


@pytest.mark.parametrize("heading", ["业委会名称", "单位名称", "单位"])
@pytest.mark.parametrize("leading", [True, False])
def test_the_sum_of_a_neighbourhood_among_its_committees_is_none_of_them(returned, heading, leading):
    homes = {
        "秀水居委会": [("秀水苑业委会", 7), ("天诚公寓业委会", 5)],
        "潘东居委会": [("和悦大厦业委会", 9)],
    }
    lines = [f"{heading}|业委会人数|接待日次数|户数", "华阳路街道|21|6|600"]
    for home, listed in homes.items():
        rows = [f"  {name}|{members}|2|200" for name, members in listed]
        total = f" {home}|{sum(members for _, members in listed)}|{2 * len(listed)}|{200 * len(listed)}"
        lines += [total, *rows] if leading else [*rows, total]
    result = returned("\n".join(lines))
    read = {one["committee_name"]: one["neighbourhood_committee"] for one in result.rows}
    assert set(read) == {name for listed in homes.values() for name, _ in listed}
    assert "total_differs" not in kinds(result)
    if leading:
        assert read["和悦大厦业委会"].startswith("潘东") and read["天诚公寓业委会"].startswith("秀水")


@pytest.mark.parametrize("label", ["居委会：{}居委会", "所属居委会：{}", "居民区:{}居民区"])
def test_blocks_that_each_name_their_neighbourhood_are_of_it(returned, label):
    def fill(page):
        for position, home in enumerate(("秀水", "潘东", "天诚")):
            names = [
                [1, f"{home}苑业委会", 7, 300],
                [2, f"{home}公寓业委会", 5, 200],
                ["合计", None, 12, 500],
            ]
            block = [
                [label.format(home), "<", "<", "<"],
                ["序号", "业委会名称", "业委会人数", "户数"],
                *names,
            ]
            draw(page, [["华阳路街道业委会月报"], *block] if not position else block, top=2 + 7 * position)

    homes = {
        one["committee_name"]: one["neighbourhood_committee"][:2] for one in returned({"月报": fill}).rows
    }
    assert len(homes) == 6 and all(name.startswith(home) for name, home in homes.items())


@pytest.mark.parametrize("words", [("上月", "本月"), ("本期", "上期"), ("去年同期", "本月")])
def test_of_rows_called_last_month_and_this_month_those_of_this_are_read(returned, words):
    rows = [["居委会", "业委会名称", "时间", "业委会人数", "接待日次数"]]
    for name in ("秀水苑业委会", "天诚公寓业委会"):
        for position, word in enumerate(words):
            now = word.startswith("本")
            rows.append([*(("秀水", name) if not position else ("^", "^")), word, 7, 2 if now else 9])
    result = returned(rows)
    assert [one["reception_days"] for one in result.rows] == [2, 2] and "rows_of_other_months" in kinds(
        result
    )


def test_a_small_table_beside_the_roll_is_none_of_its_columns(returned):
    beside = [["", "居委会", "户数"], ["", "秀水", 900], ["", "天诚", 800], ["", "潘东", 700]]
    head = "序号|居委会|业委会名称|业委会人数|日常会议制度"
    rows = "1|秀水|秀水苑业委会|7|是\n2|天诚|天诚公寓业委会|5|否\n3|天诚|中山一品|9|是"

    def fill(page):
        draw(page, roll(head=head, rows=rows))
        draw(page, beside, left=6)

    result = returned({"月报": fill})
    assert facts(result) == facts(returned(roll(head=head, rows=rows)))
    assert any(note["cell"] == "H1" for note in result.notes)


@pytest.mark.parametrize("home", ["秀水\n居委会", "秀水 居委会", " 秀　水\n居委会（2个）"])
def test_a_neighbourhood_broken_over_lines_is_the_same(returned, home):
    rows = [["居委会", "业委会名称", "业委会人数", "户数"], [home, "秀水苑业委会", 7, 300]]
    assert returned(rows).rows[0]["neighbourhood_committee"] == "秀水居委会"


@pytest.mark.parametrize("name", ["秀 水 苑 业 委 会", "秀　水　苑　业　委　会", "秀水苑\n业委会"])
def test_a_name_set_apart_for_the_look_is_the_name(returned, name):
    rows = [["居委会", "业委会名称", "业委会人数", "户数"], ["秀水", name, 7, 300]]
    assert [one["committee_name"] for one in returned(rows).rows] == ["秀水苑业委会"]

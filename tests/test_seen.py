"""A cell is read as a person sees it, or not read and said: formats, strikes, merges, times of day, days from 1904."""

from __future__ import annotations

import datetime as dt

import pytest
from drawing import about, draw, facts, kinds
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font, PatternFill
from openpyxl.utils.datetime import CALENDAR_MAC_1904

ROWS = """
    序号|居委会|业委会名称|业委会人数|接待日次数|建筑面积（平方米）|居民满意率|任期届满
    1|秀水|秀水苑业委会|7|2|41200|0.92|2028-02-28
    2|天诚|天诚公寓业委会|5|1|3.5|0.85|2027-06-13
"""


def formatted(place: str, value: object, code: str = "", **look):
    """The roll with one cell of its own value, number format and look."""

    def fill(sheet):
        draw(sheet, ROWS)
        cell = sheet[place]
        cell.value = value
        if code:
            cell.number_format = code
        for name, what in look.items():
            setattr(cell, name, what)

    return fill


def told(result, field: str, name: str = "天诚公寓业委会") -> tuple[object, str, str]:
    cell = next(one for one in result.cells if (one["committee_name"], one["field"]) == (name, field))
    return facts(result)[name].get(field), cell["value_state"], cell["note"]


@pytest.mark.parametrize(
    ("value", "code", "meant"),
    [
        (3.5, '0.0"万"', 35000), (3.5, '0.0"万平方米"', 35000), (12.8, '0.0\\万', 128000), (41200, '0.0,"千"', 41200),
        (41200, "#,##0,", 41200), (41200, '0!.0,"万"', 41200), (41200, '#,##0"平方米"', 41200), (41200, "#,##0.00_ ", 41200),
    ],
)  # fmt: skip
def test_an_area_is_what_its_format_shows_or_what_is_stored_and_said(returned, value, code, meant):
    value, _, note = told(returned({"月报": formatted("F3", value, code)}), "floor_area_m2")
    assert value == pytest.approx(meant)
    plain = ("平方米" in code and "万" not in code) or "_" in code
    assert bool(note) is not plain


@pytest.mark.parametrize(
    ("value", "code", "meant"),
    [(92, '0"%"', 0.92), (1, '0"%"', 0.01), (0.85, "0%", 0.85), (92, "0\\%", 0.92)],
)
def test_a_percent_sign_that_is_only_written_beside_is_read_as_seen(returned, value, code, meant):
    assert told(returned({"月报": formatted("G3", value, code)}), "satisfaction_rate")[0] == pytest.approx(
        meant
    )


@pytest.mark.parametrize(
    ("place", "field", "value", "code"),
    [
        ("E3", "reception_days", 3, ";;;"), ("E3", "reception_days", 0, "0;-0;;@"), ("E3", "reception_days", 1, '0"00"'), ("E3", "reception_days", 4, '"合计"'),
        ("H3", "term_end", dt.datetime(2027, 6, 13), "yyyy"), ("H3", "term_end", dt.datetime(2027, 6, 13), 'yyyy"年"'),
    ],
)  # fmt: skip
def test_what_a_format_hides_or_shows_as_another_value_is_not_read_and_said(
    returned, place, field, value, code
):
    read, state, note = told(returned({"月报": formatted(place, value, code)}), field)
    assert (read, state) == (None, "unreadable") and "格式" in note


@pytest.mark.parametrize(
    ("place", "field", "value", "code", "meant"),
    [
        ("E3", "reception_days", 3, "0;-0;;@", 3), ("E3", "reception_days", 3, '0"次"', 3), ("E3", "reception_days", 0, "0;-0;0;@", 0),
        ("E3", "reception_days", 3, "[Red]0", 3), ("E3", "reception_days", 3, "General", 3), ("E3", "reception_days", 3, '[DBNum1][$-804]General"次"', 3),
        ("I3", "rule_meeting", 1, '[=1]"是";[=0]"否"', True), ("I3", "rule_meeting", 0, '[=1]"是";[=0]"否"', False), ("I3", "rule_meeting", 1, '"是";;"否"', True),
        ("H3", "term_end", dt.datetime(2027, 6, 13), "yyyy-mm-dd", dt.date(2027, 6, 13)), ("H3", "term_end", dt.datetime(2027, 6, 13), 'm"月"d"日"', dt.date(2027, 6, 13)),
    ],
)  # fmt: skip
def test_a_format_that_only_dresses_the_value_or_writes_its_answer_is_read_as_seen(
    returned, place, field, value, code, meant
):
    def fill(sheet):
        formatted(place, value, code)(sheet)
        sheet["I1"] = "日常会议制度"

    assert told(returned({"月报": fill}), field)[0] == meant


def test_a_day_of_which_only_year_and_month_are_shown_reads_as_the_same_words(returned):
    shown = told(returned({"月报": formatted("H3", dt.datetime(2027, 6, 1), 'yyyy"年"m"月"')}), "term_end")
    typed = told(returned({"月报": formatted("H3", "2027年6月")}), "term_end")
    assert shown[0] == typed[0]


@pytest.mark.parametrize(
    "look",
    [
        {"value": 12, "font": Font(strike=True)},
        {"value": CellRichText(TextBlock(InlineFont(strike=True), "1"), "2")},
    ],
    ids=["whole", "part"],
)
def test_what_is_struck_through_is_not_read(returned, look):
    value, state, note = told(returned({"月报": formatted("E3", **look)}), "reception_days")
    assert (value, state) == (None, "unreadable") and "删除线" in note


def test_a_count_merged_over_several_committees_is_left_open_and_an_answer_holds_for_each(returned):
    result = returned("""
        居委会|业委会名称|业委会人数|接待日次数|日常会议制度
        秀水|秀水苑业委会|7|6|是
        天诚|天诚公寓业委会|5|^|^
    """)
    for name in ("秀水苑业委会", "天诚公寓业委会"):
        assert told(result, "reception_days", name)[:2] == (None, "unreadable")
        assert told(result, "rule_meeting", name)[0] is True


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        (dt.datetime(2027, 6, 13, 16), dt.date(2027, 6, 14)), (dt.datetime(2027, 6, 13, 23, 59, 59), dt.date(2027, 6, 14)),
        ("2027-06-13T16:00:00.000Z", dt.date(2027, 6, 14)), ("2027-06-14T00:00:00+08:00", dt.date(2027, 6, 14)),
        (dt.datetime(2027, 6, 14, 9, 30), dt.date(2027, 6, 14)), ("2027-06-14 16:00", dt.date(2027, 6, 14)),
    ],
)  # fmt: skip
def test_a_day_with_a_time_is_the_day_that_is_meant(returned, raw, meant):
    value, _, note = told(returned({"月报": formatted("H3", raw)}), "term_end")
    assert value == meant and (note or str(meant) in str(raw))


def test_a_number_of_days_in_a_workbook_that_counts_from_1904_is_that_day(returned):
    def fill(sheet):
        formatted("H3", 44908)(sheet)
        sheet.parent.epoch = CALENDAR_MAC_1904

    assert told(returned({"月报": fill}), "term_end")[0] == dt.date(2026, 12, 14)


@pytest.mark.parametrize("legend", ["", "绿色表示已建立，红色表示未建立"])
def test_a_blank_cell_that_is_only_painted_is_told_and_never_a_silent_blank(returned, legend):
    def fill(page, colours=("92D050", "FF0000", "92D050")):
        draw(
            page, "业委会名称|业委会人数|日常会议制度\n秀水苑业委会|7|\n天诚公寓业委会|5|\n和悦大厦业委会|9|"
        )
        for row, colour in enumerate(colours, 2):
            page.cell(row, 3).fill = PatternFill("solid", start_color=colour)
        page.cell(6, 1, legend or None)

    result = returned({"月报": fill})
    assert all(one["rule_meeting"] is None for one in result.rows)
    assert "C2" in about(result, "colour_unread") and "3格" in about(result, "colour_unread")
    shaded = returned({"月报": lambda page: fill(page, ["FFF2CC"] * 3)})  # a column to be filled in
    assert ("colour_unread" in kinds(shaded)) is bool(legend)

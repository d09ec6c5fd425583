"""Months as people write them."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redstats.errors import RunError
from redstats.months import Month, found_in

OCTOBER = Month(2026, 10)
MONTHS = st.builds(Month, st.integers(1950, 2050), st.integers(1, 12))


@pytest.mark.parametrize(
    "value",
    ["2026-10", "2026年10月", " 2026 年 10 月 ", "２０２６－１０", "202610", 202610, OCTOBER,
     datetime.date(2026, 10, 31), datetime.datetime(2026, 10, 1, 8)],
)  # fmt: skip
def test_all_allowed_forms_give_the_month(value):
    assert Month.parse(value) == OCTOBER


@pytest.mark.parametrize(
    "value",
    ["", "10月", "2026", "2026-13", "2026-00", "2026-10-15", "20261", "十月", None, 2026.1, "1026-10"],
)
def test_anything_else_is_refused_with_an_example(value):
    with pytest.raises(RunError) as refused:
        Month.parse(value)
    assert "2026-10" in refused.value.to_do


@given(MONTHS)
def test_a_month_survives_being_written_and_read(month):
    assert Month.parse(str(month)) == Month.parse(month.label) == Month.parse(month.start) == month
    assert found_in(month.label) == found_in(f"报表{month}.xlsx") == [month]


@given(MONTHS, st.integers(-300, 300))
def test_going_forth_and_back_leads_home_and_order_is_time(month, steps):
    assert month.plus(steps).plus(-steps) == month
    assert (month.plus(steps) > month) == (steps > 0)
    assert month.end + datetime.timedelta(1) == month.next.start
    assert month.next.previous == month


def test_a_month_knows_its_calendar():
    assert (str(OCTOBER), OCTOBER.label) == ("2026-10", "2026年10月")
    assert (OCTOBER.start, OCTOBER.end) == (datetime.date(2026, 10, 1), datetime.date(2026, 10, 31))
    assert Month(2024, 2).end.day == 29
    assert (OCTOBER.quarter, OCTOBER.half, Month(2026, 6).half, Month(2026, 7).quarter) == (4, 2, 1, 3)


def test_ranges_hold_both_ends_and_refuse_the_wrong_way_round():
    assert [str(m) for m in Month.range(Month(2025, 11), Month(2026, 2))] == [
        "2025-11", "2025-12", "2026-01", "2026-02",
    ]  # fmt: skip
    assert OCTOBER.of_year_so_far()[0] == Month(2026, 1) and len(OCTOBER.of_year_so_far()) == 10
    with pytest.raises(RunError):
        Month.range(OCTOBER, OCTOBER.previous)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("华阳路街道2026年10月.xlsx", ["2026-10"]),
        ("华阳路街道 2026 年 10 月份", ["2026-10"]),
        ("2026-10_天山.xlsx", ["2026-10"]),
        ("2026.10天山.xlsx", ["2026-10"]),
        ("2026.7.xlsx", ["2026-07"]),
        ("天山202610.xlsx", ["2026-10"]),
        ("天山20261015.xlsx", ["2026-10"]),
        ("填报日期：2026年7月3日", ["2026-07"]),
        ("二〇二六年十一月", ["2026-11"]),
        ("26年9月报表", ["2026-09"]),
        ("附件1 2026年10月", ["2026-10"]),
        ("2026年度10月", ["2026-10"]),
        ("2026年9月、2026年10月", ["2026-09", "2026-10"]),
        ("2026年1-10月", ["2026-01", "2026-10"]),
        ("2026.1-10月", ["2026-01", "2026-10"]),
        ("2026年1月至10月", ["2026-01", "2026-10"]),
        ("2026年10月 2026-10", ["2026-10"]),
        ("10月", []),
        ("2026年", []),
        ("2026年13月", []),
        ("9999年5月", []),
        ("3个月", []),
        ("2026-2027", []),
        ("电话62512026105", []),
        ("", []),
    ],
)
def test_months_are_found_in_file_names_and_titles(text, expected):
    assert [str(month) for month in found_in(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("仙霞6月.xls", ["2026-06"]),
        ("华阳路二 10月", ["2026-10"]),
        ("天山十二月", ["2026-12"]),
        ("华阳路一一月", []),
        ("华阳路街道一月", ["2026-01"]),
        ("1-10月", ["2026-01", "2026-10"]),
        ("310105001 10月", ["2026-10"]),
        ("2025年12月", ["2025-12"]),
        ("3个月", []),
    ],
)
def test_a_month_without_a_year_takes_the_year_it_is_given(text, expected):
    assert [str(month) for month in found_in(text, year=2026)] == expected


@given(st.text())
def test_no_text_breaks_the_search_for_months(text):
    assert all(isinstance(month, Month) for month in found_in(text, year=2026))

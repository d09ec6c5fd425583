"""The project's own expectations as GX itself runs them: what passes, what fails, what is passed over, at the limits."""

from __future__ import annotations

import datetime as dt
import warnings

import pandas as pd
import pytest
from naive import validated

from redstats.suites import expectations

DAY, DATES = dt.date, pd.to_datetime
END = dt.datetime(2026, 10, 31)

# type: kwargs, columns of two kinds of rows: (values…, "pass" | "fail" | "skip", which case it is)
CASES = {
    "expect_share_to_be_at_least": (
        {"column_list": ["a", "b"], "minimum": 0.55},
        [
            ((11.0, 20.0), "pass", "boundary: 0.55 × 20 is a little more than 11 in binary"),
            ((20.0, 20.0), "pass", "positive"),
            ((10.0, 20.0), "fail", "negative"),
            ((0.0, 0.0), "pass", "boundary: nothing of nothing"),
            ((None, 4.0), "fail", "null: a part that is not known is no proof"),
            ((3.0, None), "fail", "null: of an unknown whole"),
            ((None, None), "skip", "null: GX passes over an empty row"),
        ],
    ),
    "expect_share_to_agree": (
        {
            "column_list": ["a", "b", "c"],
            "tolerance": 0.005,
            "ignore_row_if": "any_value_is_missing",
        },
        [
            ((0.57, 4.0, 7.0), "pass", "positive: rounded to a whole percent"),
            ((0.6, 3.0, 5.0), "pass", "positive: as it is"),
            ((0.605, 3.0, 5.0), "pass", "boundary: half a point too much"),
            ((0.595, 3.0, 5.0), "pass", "boundary: half a point too little"),
            ((0.606, 3.0, 5.0), "fail", "boundary, negative: a little more than that"),
            ((0.6, 4.0, 7.0), "fail", "negative"),
            ((0.0, 3.0, 5.0), "fail", "negative: nothing of something"),
            ((0.6, 0.0, 0.0), "pass", "boundary: of nothing there is no share"),
            ((None, 3.0, 5.0), "skip", "null: nobody wrote a share"),
            ((0.6, None, 5.0), "skip", "null: no counts, nothing to compare"),
            ((0.6, 3.0, None), "skip", "null"),
            ((None, None, None), "skip", "null"),
        ],
    ),
    "expect_annual_count_to_reach": (
        {
            "column_list": ["a", "b"],
            "minimum": 2,
            "year_start": dt.datetime(2026, 1, 1),
        },
        [
            ((2.0, None), "pass", "positive, null: of unknown term"),
            ((1.0, None), "fail", "null: one who may have been there all year"),
            ((1.0, "2026-07-01"), "pass", "boundary: elected on the day"),
            ((1.0, "2026-06-30"), "fail", "boundary, negative: the day before"),
            ((0.0, "2026-08-01"), "fail", "negative"),
            ((None, "2026-08-01"), "fail", "null: count"),
            ((None, None), "skip", "null"),
        ],
    ),
    "expect_date_to_follow": (
        {"column_list": ["a", "b"], "until": END},
        [
            (("2026-10-31", "2025-01-01"), "pass", "positive, boundary: on the last day"),
            (("2025-01-01", "2025-01-01"), "pass", "boundary: on the first day"),
            (("2026-11-01", "2025-01-01"), "fail", "boundary, negative: still to come"),
            (("2024-12-31", "2025-01-01"), "fail", "boundary, negative: before"),
            ((None, "2025-01-01"), "fail", "null"),
            (("2026-01-01", None), "fail", "null: since when is not known"),
            ((None, None), "skip", "null"),
        ],
    ),
    "expect_any_column_to_hold": (
        {"column_list": ["a", "b"]},
        [
            ((True, "无"), "pass", "positive"),
            ((False, "党支部"), "pass", "positive: the second suffices"),
            ((False, "无"), "fail", "negative"),
            ((False, 0), "fail", "boundary: a count of none"),
            ((False, 1), "pass", "boundary: a count of one"),
            ((None, "党支部"), "pass", "null beside a yes"),
            ((None, "无"), "fail", "null beside a no"),
            ((None, None), "skip", "null"),
        ],
    ),
    "expect_column_items_to_number_at_least": (
        {"column": "a", "minimum": 2},
        [
            ((["x", "y"],), "pass", "positive, boundary"),
            ((["x"],), "fail", "negative, boundary"),
            (([],), "fail", "boundary: an explicit none"),
            ((None,), "skip", "null"),
        ],
    ),
    "expect_column_items_to_include_all": (
        {"column": "a", "required": ["x", "y"]},
        [
            ((["y", "z", "x"],), "pass", "positive: in any order, with others"),
            ((["x", "y"],), "pass", "boundary: just these"),
            ((["x"],), "fail", "negative: one is lacking"),
            (([],), "fail", "boundary: an explicit none"),
            ((None,), "skip", "null"),
        ],
    ),
    "expect_column_dates_to_fall_within": (
        {"column": "a", "since": dt.datetime(2026, 1, 1), "until": END, "minimum": 1},
        [
            (([DAY(2025, 12, 31), DAY(2026, 1, 1)],), "pass", "positive, boundary: on the first day"),
            (([DAY(2026, 10, 31)],), "pass", "boundary: on the last day"),
            (([DAY(2026, 11, 1)],), "fail", "negative, boundary: the day after"),
            (([DAY(2025, 12, 31)],), "fail", "boundary: the day before"),
            (([],), "fail", "boundary: no dates at all"),
            ((None,), "skip", "null"),
        ],
    ),
    "expect_seats_to_be_odd_and_enough": (
        {"column_list": ["a", "b"], "minimum": 5, "fewest": 3, "area": 10_000},
        [
            ((5.0, 90_000.0), "pass", "positive, boundary"),
            ((7.0, None), "pass", "null: the area does not matter"),
            ((6.0, 0.0), "fail", "negative: even"),
            ((3.0, 10_000.0), "pass", "boundary: small enough"),
            ((3.0, 10_000.1), "fail", "boundary: just too large"),
            ((3.0, None), "fail", "null: no proof of a small estate"),
            ((1.0, 100.0), "fail", "negative: too few for any"),
            ((None, 100.0), "fail", "null"),
            ((None, None), "skip", "null"),
        ],
    ),
    "expect_term_to_last": (
        {"column_list": ["a", "b", "c", "d"], "least": 3, "most": 5},
        [
            (("2026-03-01", "2022-03-01", "2026-03-01", "2022-03-01"), "pass", "positive"),
            (
                ("2025-02-28", "2022-03-01", "2025-02-28", "2022-03-01"),
                "pass",
                "boundary: three years to the day",
            ),
            (
                ("2025-02-27", "2022-03-01", "2025-02-27", "2022-03-01"),
                "fail",
                "boundary, negative: a day less",
            ),
            (
                ("2027-03-01", "2022-03-01", "2027-03-01", "2022-03-01"),
                "pass",
                "boundary: five years to the day",
            ),
            (
                ("2027-03-02", "2022-03-01", "2027-03-02", "2022-03-01"),
                "fail",
                "boundary, negative: a day more",
            ),
            (
                ("2027-03-31", "2022-03-01", "2027-03-01", "2022-03-31"),
                "pass",
                "boundary: only months were written",
            ),
            ((None, "2022-03-01", None, "2022-03-01"), "fail", "null: no end"),
            ((None, None, None, None), "skip", "null"),
        ],
    ),
}
DATED = {
    "expect_annual_count_to_reach": "b",
    "expect_date_to_follow": "ab",
    "expect_term_to_last": "abcd",
}
OWN = {
    name for name, kind in expectations.kinds().items() if kind.__module__ == "redstats.suites.expectations"
}


def test_every_expectation_of_our_own_has_cases_of_every_sort():
    assert set(CASES) == OWN
    for kind, (_, rows) in CASES.items():
        told = " ".join(case for _, _, case in rows)
        assert all(sort in told for sort in ("positive", "negative", "null", "boundary")), kind
        assert {outcome for _, outcome, _ in rows} == {"pass", "fail", "skip"}, kind


@pytest.mark.xdist_group("expectations")
@pytest.mark.parametrize("kind", sorted(CASES))
def test_an_expectation_of_our_own_fails_where_it_should_and_tells_the_rows_by_their_keys(kind):
    kwargs, rows = CASES[kind]
    columns = list(zip(*(values for values, _, _ in rows), strict=True))
    frame = pd.DataFrame({"row": range(100, 100 + len(rows))})  # a key of its own, not the position
    for name, column in zip("abcd", columns, strict=False):
        numbers = all(value is None or isinstance(value, float) for value in column)
        dtype = "datetime64[ns]" if name in DATED.get(kind, "") else "float64" if numbers else object
        frame[name] = pd.Series(list(column), dtype=dtype)
    rule = {"type": kind, "kwargs": kwargs, "severity": "critical", "meta": {"check": "own"}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        (result,) = validated(frame, {"own": {"name": "own", "expectations": [rule]}}, {})
    assert "element_count" in result.result, result.exception_info
    failed = {hit["row"] - 100 for hit in result.result.get("unexpected_index_list") or ()}
    for at, (values, outcome, case) in enumerate(rows):
        assert (at in failed) == (outcome == "fail"), (values, case)
    skipped = sum(outcome == "skip" for _, outcome, _ in rows)
    told = result.result
    passed_over = told.get("missing_count", 0) if "column" in kwargs else len(rows) - told["element_count"]
    assert passed_over == skipped or told.get("missing_count") == skipped
    assert told["unexpected_count"] == len(failed)

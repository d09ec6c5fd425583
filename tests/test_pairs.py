"""Requirements that are missed together: told from chance, never from a handful, and counted plainly."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redstats.findings import patterns

FIELDS = {name: name for name in "abcdefgh"}


def findings(**missed: set[int]) -> pd.DataFrame:
    """A hundred committees of two streets: by requirement those that miss it (``of``: how many there are)."""
    of = missed.pop("of", 100)
    return pd.DataFrame(
        {
            "street_code": f"31010500{number % 2 + 1}",
            "neighbourhood_committee": "示例居委会",
            "committee_name": f"示例{number}业委会",
            "requirement": id_,
            "state": "not_met" if number in own else "met",
        }
        for id_, own in missed.items()
        for number in range(of)
    )


def test_what_the_same_committees_miss_is_found_with_its_numbers():
    (pair,) = patterns.together(findings(a=set(range(12)), b=set(range(3, 18))), FIELDS)
    assert (pair.first, pair.second, pair.of) == ("a", "b", 100)
    assert (pair.first_missed, pair.second_missed, pair.both, pair.streets) == (12, 15, 9, 2)
    assert pair.expected == pytest.approx(1.8) and pair.times == pytest.approx(5)


@pytest.mark.parametrize(("both", "of"), [(2, 3), (3, 3), (4, 100)])
def test_a_handful_is_no_pattern(both, of):
    short = set(range(both))
    assert patterns.together(findings(a=short, b=short, of=of), FIELDS) == []


def test_what_nearly_all_miss_is_not_together():
    assert patterns.together(findings(a=set(range(90)), b=set(range(10, 100))), FIELDS) == []


def test_two_rules_about_one_datum_say_nothing_new():
    short = set(range(12))
    assert patterns.together(findings(a=short, b=short), FIELDS | {"b": "a"}) == []


def test_a_third_is_named_where_the_same_committees_miss_it_too():
    found = patterns.together(findings(a=set(range(12)), b=set(range(12)), c=set(range(9))), FIELDS)
    assert [(one.first, one.second, one.third, one.all_three) for one in found] == [
        ("a", "b", "c", 9),
        ("a", "c", "b", 9),
        ("b", "c", "a", 9),
    ]


def test_what_is_not_known_counts_on_neither_side():
    table = findings(a=set(range(12)), b=set(range(3, 18)))
    unknown = table["committee_name"].isin([f"示例{number}业委会" for number in (0, 1, 50)])
    table.loc[unknown & (table["requirement"] == "b"), "state"] = [
        "not_reported",
        "needs_review",
        "not_applicable",
    ]
    (pair,) = patterns.together(table, FIELDS)
    assert (pair.of, pair.first_missed, pair.second_missed, pair.both) == (97, 10, 15, 9)


def test_chance_alone_hardly_ever_makes_a_pair():
    random = np.random.default_rng(7)
    found = 0
    for _ in range(60):
        missed = {id_: set(np.flatnonzero(random.random(100) < 0.25)) for id_ in "abcdefgh"}
        found += bool(patterns.together(findings(**missed), FIELDS))
    assert found <= 3


def test_namesakes_are_two_committees():
    table = findings(a=set(range(12)), b=set(range(12)))
    table["committee_name"] = "同名业委会"
    (pair,) = patterns.together(table, FIELDS)
    assert (pair.of, pair.both) == (100, 12)


@given(st.data())
def test_chance_is_counted_as_by_hand(data):
    of = data.draw(st.integers(1, 30))
    first, second = (data.draw(st.integers(0, of)) for _ in range(2))
    both = data.draw(st.integers(0, min(first, second)))
    ways = sum(comb(first, k) * comb(of - first, second - k) for k in range(both, min(first, second) + 1))
    assert patterns.chance(of, first, second, both) == pytest.approx(float(Fraction(ways, comb(of, second))))


def test_the_most_often_missed_come_first_with_what_was_judged_and_what_is_unknown():
    table = findings(a={1, 2}, b={1, 2, 3}, c=set())
    table.loc[table["committee_name"] == "示例9业委会", "state"] = "not_reported"
    found = patterns.most_missed(table)
    assert found.to_numpy().tolist() == [["b", 3, 99, 1], ["a", 2, 99, 1]]

"""What can be told apart, and what is chance: streets, and months."""

from __future__ import annotations

import dataclasses
import itertools
import re
from fractions import Fraction
from math import comb, sqrt

import numpy as np
import pandas as pd
import pytest
from drawn import ROOT, Drawn
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from redstats import places, scores, standard, tables
from redstats.dashboards import words
from redstats.dashboards.numbers import Change
from redstats.months import Month
from redstats.scores import coverage, statistics, streets, trend
from redstats.scores.what_if import what_if

OCTOBER = Month(2026, 10)
CONVENTIONS = ROOT / "docs" / "conventions.md"
RULES = standard.on(OCTOBER.end)
ROLL = places.on(OCTOBER.end)
CODES = [street.code for street in ROLL.streets]
DEFAULT = scores.profile()
SCORED = [one.id for one in RULES.requirements.values() if one.scored and one.period != "year"]


# ---- rates


@given(st.integers(1, 400).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_of_a_rate_is_wilsons(rate):
    count, of = rate
    wanted = binomtest(count, of).proportion_ci(method="wilson")
    assert statistics.wilson(count, of) == pytest.approx((wanted.low, wanted.high), abs=1e-6)


def test_the_interval_covers_a_common_rate_as_often_as_it_says():
    of = 45
    ends = [statistics.wilson(count, of) for count in range(of + 1)]
    covered = [
        sum(binom.pmf(count, of, rate) for count, (low, high) in enumerate(ends) if low <= rate <= high)
        for rate in np.linspace(0.005, 0.995, 199)
    ]
    assert np.mean(covered) == pytest.approx(0.95, abs=0.01)


@given(*[st.integers(1, 25).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))] * 2)
@settings(deadline=None)
def test_two_rates_differ_by_fishers_test_with_half_of_what_is_as_likely(left, right):
    (a, n), (b, m) = left, right
    total = a + b
    chance = {
        k: Fraction(comb(n, k) * comb(m, total - k), comb(n + m, total))
        for k in range(max(0, total - m), min(n, total) + 1)
    }
    less = sum(one for one in chance.values() if one < chance[a])
    equal = sum(one for one in chance.values() if one == chance[a])
    assert statistics.differ(a, n, b, m) == pytest.approx(float(less + equal / 2), abs=1e-9)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=45))
def test_tests_count_the_less_the_more_there_are_of_them(chances):
    order = sorted(range(len(chances)), key=chances.__getitem__, reverse=True)
    wanted, least = {}, 1.0
    for rank, place in zip(range(len(chances), 0, -1), order, strict=True):
        least = min(least, chances[place] * len(chances) / rank)
        wanted[place] = least
    assert statistics.adjusted(chances) == pytest.approx([wanted[place] for place in range(len(chances))])


def districts(rates: list[float], how_many: int, seed: int = 7):
    random = np.random.default_rng(seed)
    for _ in range(how_many):
        of = random.integers(33, 52, len(rates))
        yield random.binomial(of, rates).tolist(), of.tolist()


@pytest.mark.parametrize("rate", [0.05, 0.3, 0.6])
def test_streets_that_are_alike_are_one_group(rate):
    drawn = list(districts([rate] * 10, 200))
    one = [set(statistics.groups(*each)[0]) == {"alike"} for each in drawn]
    alike = [set(statistics.beside_the_others(*each)) == {"alike"} for each in drawn]
    assert np.mean(one) >= 0.93 and np.mean(alike) >= 0.93  # 95 in 100, and what 200 draws can miss


def test_a_street_five_standard_errors_away_is_found():
    rate = 0.3
    far = rate + 5 * sqrt(rate * (1 - rate) / 42)
    found = [
        statistics.beside_the_others(*each)[-1] == "above" for each in districts([rate] * 9 + [far], 200)
    ]
    assert np.mean(found) >= 0.9


def test_the_chances_of_being_seen_are_those_that_the_document_tells():
    table = re.findall(
        r"^\| (\d+)% \| (\d+)% \| (\d+)% \| (\d+)% \|$", CONVENTIONS.read_text(encoding="utf-8"), re.M
    )
    assert len(table) == 3
    for line in table:
        rate, *told = (int(number) / 100 for number in line)
        for errors, chance in zip((3, 4, 5), told, strict=True):
            far = rate + errors * sqrt(rate * (1 - rate) / 42)
            seen = [
                statistics.beside_the_others(*each)[-1] == "above"
                for each in districts([rate] * 9 + [far], 100)
            ]
            assert np.mean(seen) == pytest.approx(chance, abs=0.12)  # what 100 draws can miss


@given(
    st.lists(
        st.integers(5, 60).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))),
        min_size=2,
        max_size=8,
    )
)
@settings(deadline=None, max_examples=60)
def test_groups_follow_the_rates_and_are_named_only_where_some_can_be_told_apart(rates):
    counts, of = zip(*rates, strict=True)
    named, apart = statistics.groups(counts, of)
    assert (apart == 0) == (set(named) == {"alike"})
    shares = [count / whole for count, whole in rates]
    if apart:
        first, last = (
            [shares[k] for k, group in enumerate(named) if group == wanted] for wanted in ("first", "last")
        )
        assert first and last and max(first) < max(last) and min(first) < min(last)
    # the order in which streets are listed changes nothing
    back = statistics.groups(counts[::-1], of[::-1])
    assert back[1] == apart and (len(set(shares)) < len(shares) or back[0][::-1] == named)


def test_a_street_would_be_in_another_group_with_the_count_told_and_with_no_larger_one():
    counts, of = [3, 11, 14, 34], [48, 46, 41, 49]
    fewer, group = statistics.better_group(counts, of, 3)
    assert statistics.groups([*counts[:3], fewer], of)[0][3] == group != "last"
    assert {statistics.groups([*counts[:3], k], of)[0][3] for k in range(fewer + 1, 35)} == {"last"}


def test_rates_spread_by_chance_have_a_dispersion_of_about_one_and_others_more():
    chance = [statistics.dispersion(*each) for each in districts([0.3] * 10, 200)]
    wide = [statistics.dispersion(*each) for each in districts([0.1, 0.5] * 5, 50)]
    assert 0.4 < np.median(chance) < 1.1 and np.median(wide) > 4


# ---- means


def test_reliability_is_the_share_of_the_spread_that_is_between_streets():
    random = np.random.default_rng(3)
    none = [random.normal(0, 5, 45) for _ in range(10)]
    much = [random.normal(mean, 5, 45) for mean in random.normal(0, 5, 10)]
    assert statistics.reliability(none) < 0.5 < 0.9 < statistics.reliability(much)
    assert statistics.reliability([np.array([1.0, 1.0]), np.array([2.0, 2.0])]) == 1
    assert statistics.reliability([np.array([1.0, 2.0])]) == 0


def test_ranks_by_chance_are_wide_where_streets_are_alike_and_narrow_where_they_are_not():
    random = np.random.default_rng(3)
    alike = statistics.ranks_by_chance([random.normal(90, 5, 45) for _ in range(10)])
    apart = statistics.ranks_by_chance([random.normal(90 - 4 * k, 1, 45) for k in range(10)])
    assert (alike.worst - alike.best).mean() > 4
    assert apart.best.tolist() == apart.worst.tolist() == [*range(1, 11)]
    assert alike.first.sum() == pytest.approx(1, abs=0.01)


def test_ranks_that_the_unknown_leaves_open():
    lowest, highest = np.array([90.0, 80.0, 70.0]), np.array([95.0, 92.0, 75.0])
    best, worst = statistics.ranks_possible(lowest, highest)
    assert (best.tolist(), worst.tolist()) == ([1, 1, 3], [2, 2, 3])


def test_a_street_that_is_best_in_every_part_is_first_under_any_weights():
    ranks = statistics.ranks_by_weights(np.array([[0.9, 0.9, 0.9], [0.8, 0.5, np.nan], [0.5, 0.8, 0.1]]))
    assert (ranks.best[0], ranks.worst[0]) == (1, 1)
    assert (ranks.best[1], ranks.worst[1]) == (2, 3)


# ---- months


def naive_flags(y: list[float]) -> list[bool]:
    """The published rules (NHS England, Making data count), said once more in the plainest way."""
    base = y[:12]
    moves = [abs(b - a) for a, b in itertools.pairwise(base)]
    mean_move = sum(moves) / len(moves)
    kept = [one for one in moves if one <= 3.267 * mean_move]
    width, centre = 2.66 * sum(kept) / len(kept), sum(base) / len(base)
    flags = [abs(one - centre) > width for one in y]
    side = [(one > centre) - (one < centre) for one in y]
    near = [width * 2 / 3 < abs(one - centre) <= width for one in y]
    for start in range(len(y) - 6):
        seven = range(start, start + 7)
        steps = [(y[k + 1] > y[k]) - (y[k + 1] < y[k]) for k in seven[:-1]]
        if abs(sum(side[k] for k in seven)) == 7 or abs(sum(steps)) == 6:
            for k in seven:
                flags[k] = True
    for start in range(len(y) - 2):
        three = range(start, start + 3)
        if abs(sum(side[k] for k in three)) == 3 and sum(near[k] for k in three) >= 2:
            for k in three:
                flags[k] = flags[k] or near[k]
    return flags


def test_signals_are_those_of_the_published_rules():
    random = np.random.default_rng(11)
    for _ in range(500):
        y = np.round(
            random.normal(20, 4, random.integers(4, 37)) + random.choice([0, 6]) * (random.random() < 0.3), 1
        )
        y[-3:] += random.choice([0, 9, -9])
        limits = statistics.xmr(y)
        assert [bool(one) for one in limits.signals] == naive_flags(y.tolist())
        assert limits.trial == (len(y) < 12)


def test_a_series_that_never_moves_has_no_signal():
    assert set(statistics.xmr([7.0] * 20).signals) == {""}


# ---- a month of streets


@pytest.fixture
def drawn(tmp_path):
    return Drawn(tmp_path / "project")


def district(short: dict[str, int], of: int = 15) -> list[dict]:
    """``of`` committees in each street, so many of them short of one requirement."""
    return [
        {"name": f"{code}-{k}", "street": code}
        | dict.fromkeys(SCORED, "met")
        | ({SCORED[0]: "not_met"} if k < count else {})
        for code, count in short.items()
        for k in range(of)
    ]


def compared(drawn: Drawn, committees: list[dict], month: Month = OCTOBER) -> pd.DataFrame:
    drawn.judge(month, committees)
    tables.write(
        drawn.project,
        tables.RETURNS,
        month,
        [],
        ROLL.district_code,
        tables.schema_of(RULES.return_fields.values()),
    )
    tables.write(drawn.project, tables.ABSENT, month, [], ROLL.district_code)
    coverage.measure(drawn.project, month)
    scores.score(drawn.project, month)
    streets.compare(drawn.project, month)
    trend.compare(drawn.project, month)
    return tables.read(drawn.project, tables.STREETS, month).set_index("street_code")


def test_streets_with_equally_many_shortfalls_cannot_be_ranked(drawn):
    table = compared(drawn, district(dict.fromkeys(CODES, 8)))
    assert set(table.loc[CODES, "group"]) == {"alike"}
    ranks = tables.read(drawn.project, tables.SCORES, OCTOBER)
    assert ranks.loc[ranks["level"] == "street", "rank"].isna().all()


def test_a_street_that_leaves_its_shortfalls_blank_is_in_no_better_group(drawn):
    honest = dict.fromkeys(CODES[:4], 2) | {CODES[0]: 15}
    assert compared(drawn, district(honest, of=20))["group"][CODES[0]] == "last"
    for blank in (3, 8, 15):
        committees = district(honest, of=20)
        for row in committees[:blank]:
            row[SCORED[0]] = "not_reported"
        table = compared(drawn, committees)
        assert pd.isna(table["group"][CODES[0]]) or table["group"][CODES[0]] == "last"


def test_a_street_that_is_missing_has_no_group_and_no_rate(drawn):
    table = compared(drawn, district(dict.fromkeys(CODES[1:], 4)))
    row = table.loc[CODES[0]]
    assert row["committees"] == 0 and row[["group", "standing", "share_low", "mean_low"]].isna().all()


def test_a_street_with_few_committees_is_compared_with_none(drawn):
    committees = district(dict.fromkeys(CODES, 4))
    few = [row for row in committees if row["street"] != CODES[0] or int(row["name"].split("-")[1]) < 4]
    assert pd.isna(compared(drawn, few)["group"][CODES[0]])


# ---- a month and the one before


def change(drawn: Drawn, measure: str, code: str | None = None, month: Month = OCTOBER) -> dict:
    table = tables.read(drawn.project, tables.TREND, month)
    own = table["street_code"].isna() if code is None else table["street_code"] == code
    (row,) = table[own & (table["measure"] == measure)].to_dict("records")
    return row


def test_a_missing_street_changes_nothing_of_what_the_others_did(drawn):
    september = district(dict.fromkeys(CODES, 8) | {CODES[0]: 15})
    compared(drawn, september, OCTOBER.previous)
    # everybody has one shortfall more, and the worst street sends nothing
    compared(drawn, district(dict.fromkeys(CODES[1:], 9)))
    row = change(drawn, "shortfalls")
    assert (row["last_month"], row["this_month"]) == (8 * 9, 9 * 9)
    points = change(drawn, "points")
    assert points["this_month"] < points["last_month"] and points["committees"] == 9 * 15
    assert pd.isna(change(drawn, "points", CODES[0])["last_month"])


def test_committees_that_are_new_are_named_and_not_compared(drawn):
    compared(drawn, district(dict.fromkeys(CODES, 8)), OCTOBER.previous)
    new = [{"name": f"新{k}", "street": CODES[0]} | dict.fromkeys(SCORED, "not_met") for k in range(5)]
    compared(drawn, district(dict.fromkeys(CODES, 8)) + new)
    row = change(drawn, "points")
    assert row["last_month"] == pytest.approx(row["this_month"]) and row["others"] == 5


def test_what_was_not_known_last_month_is_no_change(drawn):
    september = district(dict.fromkeys(CODES, 8))
    for row in september[:15]:
        row[SCORED[0]] = "not_reported"
    compared(drawn, september, OCTOBER.previous)
    compared(drawn, district(dict.fromkeys(CODES, 8)))
    row = change(drawn, "shortfalls")
    assert row["last_month"] == row["this_month"] == 8 * 9


def test_a_month_that_leaves_natural_variation_is_a_signal_and_others_are_none(drawn):
    month = OCTOBER.plus(-11)
    for count in (4, 5, 3, 4, 5, 4, 3, 4, 5, 4, 3):
        compared(drawn, district({CODES[0]: count, CODES[1]: count}, of=10), month)
        assert change(drawn, "shortfalls", month=month)["signal"] == ""
        month = month.next
    compared(drawn, district({CODES[0]: 10, CODES[1]: 10}, of=10), month)
    row = change(drawn, "shortfalls", month=month)
    assert (row["signal"], row["months"], row["trial"]) == ("above", 12, False)


# ---- another profile


def test_another_profile_gives_what_a_run_with_it_would_and_touches_nothing(drawn):
    committees = district(dict.fromkeys(CODES[:3], 4) | {CODES[1]: 9})
    compared(drawn, committees)
    stored = tables.read(drawn.project, tables.SCORES, OCTOBER)
    same = what_if(drawn.project, OCTOBER, DEFAULT)
    assert same.moved.empty and (same.groups["group_before"] == same.groups["group_after"]).all()
    # everything that one requirement's clause is worth, and nothing else
    clause = RULES.requirements[SCORED[0]].clause
    weights = {id_: float(id_ == clause) for id_ in RULES.clauses}
    other = dataclasses.replace(DEFAULT, clauses=weights, reviewer=0)
    tried = what_if(drawn.project, OCTOBER, other)
    pd.testing.assert_frame_equal(tables.read(drawn.project, tables.SCORES, OCTOBER), stored)
    pd.testing.assert_frame_equal(tried.scores, scores.score(drawn.project, OCTOBER, other))
    short = {row["name"] for row in committees if row[SCORED[0]] == "not_met"}
    worse = tried.totals[(tried.totals["level"] == "committee") & (tried.totals["points_after"] < 100)]
    assert set(worse["committee_name"]) == short and set(worse["clause"]) == {clause}
    # where that clause alone counts, one shortfall in it is dearer
    assert (worse["points_after"] < worse["points_before"]).all()


# ---- in words


def said(**what) -> str:
    return words.change(
        Change(**({"measure": "points", "last_month": 90.0, "this_month": 91.0, "months": 12} | what))
    )


def test_up_and_down_are_said_only_of_a_signal():
    assert "正常波动" in said() and "上升" not in said()
    assert "上升" in said(signal="above") and "下降" in said(signal="below", this_month=89.0)
    assert "下降" in said(measure="coverage", signal="above", this_month=89.0)  # watched by what is missing
    # high for a long time, but not higher than last month
    assert "上升" not in said(signal="run_above", this_month=89.0)


def test_few_months_judge_nothing_and_none_is_said_to_be_none():
    assert "不判断" in said(months=trend.LEAST_MONTHS - 1) and "持平" in said(this_month=90.0, months=2)
    assert words.change(Change("points", first=True)) == "无上月数据"
    # there was a month before, but nothing in it to compare with
    assert "无上月数据" not in words.change(Change("points"))


def test_a_comparison_of_some_names_how_many():
    assert "382 个业委会" in said(committees=382, others=3)


def test_from_so_many_months_on_a_jump_in_the_newest_can_be_seen_and_before_it_cannot():
    """The newest month is part of its own limits: of fewer months nothing may be called normal."""
    for months in range(2, 12):
        seen = bool(statistics.xmr([30.0] * (months - 1) + [1e9]).signals[-1])
        assert seen == (months >= trend.LEAST_MONTHS), months

"""The rules are judged too: what each did over the months adds up, and a rule that tells nothing is listed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from drawn import Drawn
from hypothesis import given, settings
from hypothesis import strategies as st

from redstats import dashboards, places, standard, tables
from redstats.dashboards import rule_health as page
from redstats.findings.life import with_life
from redstats.months import Month
from redstats.scores import rule_health

OCTOBER = Month(2026, 10)
RULES = standard.on(OCTOBER.end)
STREETS = places.on(OCTOBER.end).streets
RED, OTHER, YEARLY = "info_system", "platform", "annual_debrief"
STATES = ["met", "not_met", "not_applicable", "not_reported", "needs_review"]
REVIEW = next(
    id_ for id_, field in RULES.review_fields.items() if field.clause == RULES.requirements[RED].clause
)


def judge(drawn: Drawn, month: Month, committees: list[dict], contradicting: tuple = (), reviews=()) -> None:
    """A month as findings leave it, without judging: requirement to state, and whose returns contradict themselves (check to names)."""
    project, district = drawn.project, places.on(month.end).district_code
    drawn.write(month, [{key: one[key] for key in ("name", "street") if key in one} for one in committees])
    drawn.judge(month, committees, reviews)
    judged, ledger = with_life(tables.read(project, tables.FINDINGS, month), project, tables.FINDINGS, month)
    tables.write(project, tables.FINDINGS, month, judged, district)
    tables.write(project, tables.LEDGER, month, ledger, district)
    tables.write(project, tables.LAW, month, [], district)
    returns = tables.read(project, tables.RETURNS, month)
    parts = [
        returns[returns["committee_name"].isin(names)].assign(requirement=id_) for id_, names in contradicting
    ]
    tables.write(project, tables.CHECKS, month, pd.concat(parts) if parts else [], district)


def row_of(table, rule: str = RED, street: str | None = None):
    rows = table[(table["requirement"] == rule)]
    rows = rows[rows["street_code"].isna() if street is None else rows["street_code"] == street]
    (row,) = rows.to_dict("records")
    return row


names = st.sampled_from(["甲苑业委会", "乙苑业委会", "丙苑业委会"])
# of each month: by committee the states of two rules, and whether its return contradicts itself; a committee may be missing
months_drawn = st.lists(
    st.dictionaries(names, st.tuples(st.sampled_from(STATES), st.sampled_from(STATES), st.booleans())),
    min_size=1,
    max_size=5,
)


@given(months_drawn)
@settings(max_examples=20, deadline=None)
def test_what_was_opened_or_carried_is_mended_dropped_open_or_unknown(tmp_path_factory, history):
    drawn = Drawn(tmp_path_factory.mktemp("history"))
    first = OCTOBER.plus(1 - len(history))
    for number, drawn_month in enumerate(history):
        committees = [
            {"name": name, "street": STREETS[len(name) % 2].code, RED: red, YEARLY: yearly}
            for name, (red, yearly, _) in drawn_month.items()
        ]
        contradicting = [name for name, (*_, twice) in drawn_month.items() if twice]
        judge(drawn, first.plus(number), committees, (("term_order", contradicting),))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(rule_health, "WINDOW", 3)  # so that some began before it
        table = rule_health.examine(drawn.project, OCTOBER)
    began = table["opened"] + table["carried"]
    assert (began == table[["mended", "dropped", "open", "unknown"]].sum(axis=1)).all()
    counted = ["asked", "short", "opened", "carried", "mended", "dropped", "open", "unknown"]
    by_layer = table.assign(district=table["street_code"].isna()).groupby(
        ["layer", "requirement", "district"]
    )
    sums = by_layer[counted].sum().unstack("district")
    for name in counted:
        assert (sums[name][True] == sums[name][False]).all(), name


def test_the_months_to_mend_are_the_median_of_what_was_mended(tmp_path):
    drawn = Drawn(tmp_path / "project")
    spans = {"甲苑业委会": 1, "乙苑业委会": 2, "丙苑业委会": 5}
    for number in range(6):
        committees = [
            {"name": name, RED: "not_met" if number < span else "met"} for name, span in spans.items()
        ]
        judge(drawn, OCTOBER.plus(number - 5), committees)
    row = row_of(rule_health.examine(drawn.project, OCTOBER))
    assert (row["opened"], row["mended"], row["open"], row["months_to_mend"]) == (3, 3, 0, 2.0)


def year(drawn: Drawn, state: str, months: int = 12, count: int = 6) -> dict:
    for number in range(months):
        judge(drawn, OCTOBER.plus(number + 1 - months), [{RED: state} for _ in range(count)])
    return row_of(rule_health.examine(drawn.project, OCTOBER))


@pytest.mark.parametrize(
    ("state", "months", "flags"),
    [
        ("met", 12, ["never"]),
        ("met", 11, []),  # less than a year tells nothing
        ("not_reported", 12, ["unasked"]),
        ("not_applicable", 12, ["unasked"]),
        ("not_met", 12, ["often"]),
    ],
)
def test_a_rule_that_never_or_always_says_the_same_is_listed(tmp_path, state, months, flags):
    assert list(year(Drawn(tmp_path / "project"), state, months)["flags"]) == flags


def test_what_is_only_encouraged_is_not_listed_for_never_being_missed(tmp_path):
    drawn = Drawn(tmp_path / "project")
    encouraged = next(one.id for one in RULES.requirements.values() if one.force == "may")
    for number in range(12):
        judge(drawn, OCTOBER.plus(number - 11), [{encouraged: "met"}])
    assert list(row_of(rule_health.examine(drawn.project, OCTOBER), encouraged)["flags"]) == []


def test_how_many_are_too_many_is_a_setting(tmp_path):
    drawn = Drawn(tmp_path / "project")
    judge(drawn, OCTOBER, [{RED: "not_met" if number < 3 else "met"} for number in range(10)])
    assert list(row_of(rule_health.examine(drawn.project, OCTOBER))["flags"]) == []
    drawn.project.raw.mkdir(parents=True)
    (drawn.project.raw / "settings.yml").write_text("rule_often: 29\n", encoding="utf-8")
    assert list(row_of(rule_health.examine(drawn.project, OCTOBER))["flags"]) == ["often"]


@pytest.mark.parametrize(("turned", "flags"), [(False, []), (True, ["disagrees"])])
def test_a_rule_that_contradicts_the_reviewer_is_listed(tmp_path, turned, flags):
    drawn = Drawn(tmp_path / "project")
    chance = np.random.default_rng(20261031)
    committees, reviews = [], []
    for number in range(60):
        short = number % 4 == 0
        committees.append({"name": f"示例{number}业委会", RED: "not_met" if short else "met"})
        points = float(np.clip(chance.normal(60 if short != turned else 85, 8), 0, 100))
        reviews.append({"name": f"示例{number}业委会", REVIEW: points})
    judge(drawn, OCTOBER, committees, reviews=reviews)
    row = row_of(rule_health.examine(drawn.project, OCTOBER))
    assert list(row["flags"]) == flags
    short = [
        one[REVIEW] for one, committee in zip(reviews, committees, strict=True) if committee[RED] != "met"
    ]
    met = [one[REVIEW] for one, committee in zip(reviews, committees, strict=True) if committee[RED] == "met"]
    lower = sum(a < b for a in short for b in met) + sum(a == b for a in short for b in met) / 2
    assert row["agrees"] == pytest.approx(lower / (len(short) * len(met)))


def test_the_reviewer_who_scores_at_random_contradicts_no_rule(tmp_path):
    chance = np.random.default_rng(7)
    ids = [one.id for one in RULES.requirements.values() if one.force != "may"]
    fired = 0
    for draw in range(20):
        drawn = Drawn(tmp_path / f"project{draw}")
        committees = [{id_: "not_met" if chance.random() < 0.3 else "met" for id_ in ids} for _ in range(30)]
        reviews = [
            {"name": f"示例{number + 1}业委会"}
            | dict.fromkeys(RULES.review_fields, float(chance.integers(0, 101)))
            for number in range(30)
        ]
        judge(drawn, OCTOBER, committees, reviews=reviews)
        table = rule_health.examine(drawn.project, OCTOBER)
        fired += any("disagrees" in flags for flags in table["flags"].dropna())
    assert fired <= 4  # five in a hundred, and seldom more than four of twenty


def test_the_page_lists_each_flag_with_its_counts(tmp_path):
    drawn = Drawn(tmp_path / "project")
    year(drawn, "not_met", months=1)
    figures = dashboards.Figures(drawn.project, OCTOBER)
    shown = (page.flagged(figures) + page.lives(figures)).html
    assert RULES.requirements[RED].title in shown
    assert "本月判定 6 个，未达标 6 个（100.0%）" in shown
    assert "还不能说" in shown  # one month is not twelve


def test_a_month_from_before_there_was_such_a_table_says_so(tmp_path):
    drawn = Drawn(tmp_path / "project")
    judge(drawn, OCTOBER, [{RED: "met"}])
    figures = dashboards.Figures(drawn.project, OCTOBER)
    assert "请重新运行本月" in page.flagged(figures).html
    assert page.lives(figures).html == ""

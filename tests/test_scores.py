"""Points by hand, and what must hold of them whatever was reported."""

from __future__ import annotations

import dataclasses
from collections import defaultdict

import pandas as pd
import pytest
from drawn import Drawn
from hypothesis import given, settings
from hypothesis import strategies as st

from redstats import places, scores, standard, tables
from redstats.errors import StandardError
from redstats.months import Month
from redstats.places.identity import Identity
from redstats.scores import scoring_profile

OCTOBER = Month(2026, 10)
RULES = standard.on(OCTOBER.end)
IDENTITY = Identity(places.on(OCTOBER.end))
DEFAULT = scores.profile()
EQUAL = scores.profile("equal_clauses")
# no reviewer's sheet: only what the return says, and every clause weighs the same
PLAIN = dataclasses.replace(EQUAL, reviewer=0)
# streets are ranked though chance may have ordered them
ANY_RELIABILITY = dataclasses.replace(PLAIN, least_reliable=0.0)
HUAYANG, JIANGSU = "310105001", "310105002"
ALL_MET = {one.id: "met" for one in RULES.requirements.values()}
FULL_MARKS = dict.fromkeys(RULES.review_fields, 100.0)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    return Drawn(tmp_path_factory.mktemp("scores"))


def scored(drawn: Drawn, committees: list[dict], reviews=(), using=PLAIN) -> pd.DataFrame:
    drawn.judge(OCTOBER, committees, reviews)
    return scores.score(drawn.project, OCTOBER, using)


def part(table: pd.DataFrame, part: str, id_: str, name: str = "", level: str = "committee") -> dict:
    own = table[(table["part"] == part) & (table["part_id"] == id_) & (table["level"] == level)]
    if name:
        own = own[own["committee_name"] == name] if level == "committee" else own[own["street_code"] == name]
    (row,) = own.to_dict("records")
    return row


# By hand.


JIA = {
    "name": "甲",
    "case_owner_system": "met",
    "reception_days": "not_met",
    "info_system": "not_met",
    "platform": "met",
}
YI = {
    "name": "乙",
    "case_owner_system": "met",
    "reception_days": "not_reported",
    "info_system": "needs_review",
}
BING = {
    "name": "丙",
    "street": JIANGSU,
    "case_owner_system": "not_met",
    "info_system": "met",
    "e_voting": "not_met",
}


def test_must_counts_twice_should_once_and_may_not_at_all(drawn):
    table = scored(drawn, [JIA, YI, BING])
    # two clauses of twelve apply: 50 points each
    assert part(table, "requirement", "case_owner_system", "甲")["out_of"] == pytest.approx(100 / 3)
    assert part(table, "requirement", "reception_days", "甲")["out_of"] == pytest.approx(50 / 3)
    assert part(table, "clause", "2.2", "甲")["points"] == pytest.approx(100 / 3)
    assert part(table, "clause", "5.2", "甲")["points"] == pytest.approx(25)
    assert part(table, "chapter", "5", "甲")["points"] == pytest.approx(25)
    assert part(table, "total", "total", "甲")["points"] == pytest.approx(100 / 3 + 25)
    assert part(table, "total", "total", "丙")["points"] == pytest.approx(50)
    assert "e_voting" not in set(table["part_id"])


def test_what_does_not_apply_is_left_out_and_the_rest_weighs_more(drawn):
    table = scored(drawn, [{"name": "甲", "info_system": "met", "case_owner_system": "not_applicable"}])
    assert part(table, "total", "total", "甲")["out_of"] == 100
    assert part(table, "clause", "5.2", "甲")["points"] == 100
    assert set(table[table["part"] == "clause"]["part_id"]) == {"5.2"}


def test_what_was_not_reported_gives_a_range(drawn):
    table = scored(drawn, [JIA, YI, BING])
    duty = part(table, "clause", "2.2", "乙")
    assert (duty["points"], duty["highest"]) == pytest.approx((50, 50))
    assert duty["lowest"] == pytest.approx(100 / 3)
    system = part(table, "clause", "5.2", "乙")
    assert pd.isna(system["points"]) and (system["lowest"], system["highest"]) == (0, 50)
    total = part(table, "total", "total", "乙")
    assert total["points"] == pytest.approx(100)  # of what is known
    assert (total["lowest"], total["highest"]) == pytest.approx((100 / 3, 100))


def test_a_street_is_the_mean_of_its_committees_and_the_district_of_all_committees(drawn):
    table = scored(drawn, [JIA, YI, BING])
    jia, yi, bing = 100 / 3 + 25, 100, 50
    assert part(table, "total", "total", HUAYANG, "street")["points"] == pytest.approx((jia + yi) / 2)
    assert part(table, "total", "total", JIANGSU, "street")["points"] == pytest.approx(bing)
    district = part(table, "total", "total", level="district")
    assert district["points"] == pytest.approx((jia + yi + bing) / 3)
    assert district["committees"] == 3
    # where one is unknown, its share is out of the mean and inside the range
    system = part(table, "clause", "5.2", HUAYANG, "street")
    assert (system["points"], system["lowest"], system["highest"]) == pytest.approx((25, 12.5, 37.5))
    assert system["committees"] == 1


def test_the_reviewers_lines_weigh_one_each(drawn):
    reviews = [{"name": "甲", "interaction_score": 80.0, "openness_score": 50.0}]
    table = scored(drawn, [{"name": "甲", "info_system": "met"}], reviews, DEFAULT)
    # 5.2: info_system 2, three lines of 1 each, one of them open
    clause = part(table, "clause", "5.2", "甲")
    assert clause["points"] / clause["out_of"] == pytest.approx((2 + 0.8 + 0.5) / 4)
    assert clause["lowest"] / clause["out_of"] == pytest.approx(3.3 / 5)
    assert clause["highest"] / clause["out_of"] == pytest.approx(4.3 / 5)
    open_ = part(table, "clause", "1.1", "甲")
    assert pd.isna(open_["points"]) and open_["lowest"] == 0 and open_["highest"] == open_["out_of"] > 0


def test_reviews_find_their_committee_however_its_name_is_typed_and_no_namesake(drawn):
    committees = [
        {"name": "桂语（东）苑", "info_system": "met"},
        {"name": "同名", "home": "甲居委会", "info_system": "met"},
        {"name": "同名", "home": "乙居委会", "info_system": "met"},
        {"name": "桂语（东）苑", "street": JIANGSU, "info_system": "met"},
    ]
    reviews = [
        {"name": "桂语(东) 苑", "order_score": 10.0},
        {"name": "同名", "home": "甲居委会", "order_score": 20.0},
        {"name": "同名", "home": "乙居委会", "order_score": 30.0},
    ]
    table = scored(drawn, committees, reviews, DEFAULT)
    own = table[(table["part_id"] == "order_score") & (table["level"] == "committee")]
    rates = (own["points"] / own["out_of"]).round(6)
    found = dict(
        zip(zip(own["street_code"], own["neighbourhood_committee"], strict=True), rates, strict=True)
    )
    assert found[HUAYANG, "示例居委会"] == 0.1
    assert found[HUAYANG, "甲居委会"] == 0.2 and found[HUAYANG, "乙居委会"] == 0.3
    assert pd.isna(found[JIANGSU, "示例居委会"])


def test_namesakes_have_scores_of_their_own(drawn):
    table = scored(
        drawn,
        [
            {"name": "同名", "home": "甲居委会", "info_system": "met"},
            {"name": "同名", "home": "乙居委会", "info_system": "not_met"},
            {"name": "换届", "info_system": "met"},
            {"name": "换届", "info_system": "not_met"},
        ],
    )
    totals = table[(table["part"] == "total") & (table["level"] == "committee")]
    assert sorted(totals["points"]) == [0, 0, 100, 100]
    district = part(table, "total", "total", level="district")
    assert (district["points"], district["committees"]) == (50, 4)


def test_all_met_is_one_hundred(drawn):
    reviews = [{"name": "甲", **FULL_MARKS}]
    table = scored(drawn, [{"name": "甲", **ALL_MET}], reviews, EQUAL)
    for level in ("committee", "street", "district"):
        total = part(table, "total", "total", level=level)
        assert all(total[key] == pytest.approx(100) for key in ("points", "lowest", "highest", "out_of"))
    clauses = table[(table["part"] == "clause") & (table["level"] == "committee")]
    many = len(RULES.clauses)
    assert sorted(clauses["part_id"]) == sorted(RULES.clauses)
    assert clauses["out_of"].tolist() == pytest.approx([100 / many] * many)


def test_a_month_without_committees_has_no_scores_and_no_crash(drawn):
    assert scored(drawn, []).empty
    assert scored(drawn, [{"name": "甲"}]).empty  # nothing applies to it
    assert tables.read(drawn.project, tables.SCORES, OCTOBER).empty


# Ranks.


def ranks(table: pd.DataFrame, level: str, column: str) -> dict:
    own = table[(table["part"] == "total") & (table["level"] == level)]
    return dict(zip(own[column], own["rank"], strict=True))


def test_committees_are_ranked_inside_a_street_of_at_least_five_and_ties_share_a_place(drawn):
    states = ["met", "not_met", "met", "not_met", "met"]
    five = [{"name": f"华{at}", "info_system": state} for at, state in enumerate(states)]
    four = [{"name": f"江{at}", "street": JIANGSU, "info_system": "met"} for at in range(4)]
    found = ranks(scored(drawn, five + four), "committee", "committee_name")
    assert [found[f"华{at}"] for at in range(5)] == [1, 4, 1, 4, 1]
    assert all(pd.isna(found[f"江{at}"]) for at in range(4))


def test_a_committee_of_which_nothing_is_known_has_no_place(drawn):
    four = [{"name": f"华{at}", "info_system": "met"} for at in range(4)]
    found = ranks(
        scored(drawn, [*four, {"name": "空", "info_system": "not_reported"}]), "committee", "committee_name"
    )
    assert all(pd.isna(rank) for rank in found.values())  # four that can be compared are too few


def test_streets_are_ranked_only_when_five_of_them_have_five_committees_each(drawn):
    codes = [f"31010500{at}" for at in (1, 2, 4, 5, 6, 8)]

    def district(*sizes: int) -> list[dict]:
        return [
            {"name": f"{code}{at}", "street": code, "info_system": "met" if at < 3 + place % 2 else "not_met"}
            for place, (code, size) in enumerate(zip(codes, sizes, strict=False))
            for at in range(size)
        ]

    table = scored(drawn, district(5, 5, 5, 5, 5, 4), using=ANY_RELIABILITY)
    found = ranks(table, "street", "street_code")
    assert [found[code] for code in codes[:5]] == [3, 1, 3, 1, 3]
    assert pd.isna(found[codes[5]])
    table = scored(drawn, district(5, 5, 5, 5, 4, 4), using=ANY_RELIABILITY)
    found = ranks(table, "street", "street_code")
    assert all(pd.isna(rank) for rank in found.values())


def test_places_follow_the_number_that_is_shown(drawn):
    many = [one.id for one in RULES.requirements.values() if one.force == "must"]
    close = dataclasses.replace(PLAIN, decimals=0)
    # 99.6 and 100 both show as 100
    committees = [{"name": f"甲{at}", **dict.fromkeys(many, "met")} for at in range(5)]
    committees[0]["rule_pets"] = "not_met"
    table = scored(drawn, committees, using=close)
    found = ranks(table, "committee", "committee_name")
    shown = {
        row.committee_name: close.rounded(row.points) for row in table[table["part"] == "total"].itertuples()
    }
    assert [found[f"甲{at}"] for at in range(1, 5)] == [1] * 4
    assert (found["甲0"] == 1) == (shown["甲0"] == 100)


# The profile.


@pytest.mark.parametrize(
    "points, name",
    [
        (100, "达标"),
        (90, "达标"),
        (89.95, "达标"),
        (89.94, "关注"),
        (80, "关注"),
        (79.96, "关注"),
        (79.9, "预警"),
        (0, "预警"),
    ],
)
def test_bands_go_by_the_number_that_is_shown(points, name):
    assert DEFAULT.band(points).name == name


def test_weights_of_clauses_are_used_and_a_zero_leaves_a_clause_out(drawn):
    weights = dict.fromkeys(RULES.clauses, 1) | {"2.2": 3, "5.1": 0}
    states = {"name": "甲", "case_owner_system": "met", "info_system": "not_met", "service_menu": "not_met"}
    table = scored(drawn, [states], using=dataclasses.replace(PLAIN, clauses=weights))
    assert part(table, "clause", "2.2", "甲")["out_of"] == 75
    assert part(table, "total", "total", "甲")["points"] == 75
    assert "5.1" not in set(table["part_id"])


@pytest.mark.parametrize("weights", [{"1.1": 1}, dict.fromkeys(["1.9", *RULES.clauses], 1)])
def test_weights_that_do_not_fit_the_clauses_are_refused(drawn, weights):
    with pytest.raises(StandardError, match="clauses"):
        scored(drawn, [JIA], using=dataclasses.replace(DEFAULT, clauses=weights))


WRONG = {
    "an unknown key": ("total: 100", "total: 100\ntotals: 100", "totals"),
    "a key said twice": ("total: 100", "total: 100\ntotal: 90", "total"),
    "a missing key": ("decimals: 1\n", "", "decimals"),
    "a weight that is no number": ("{must: 2", "{must: 两份", "must"),
    "a weight below zero": ("{must: 2", "{must: -2", "must"),
    "an unknown force": ("{must: 2", "{shall: 1, must: 2", "shall"),
    "a total of nothing": ("total: 100", "total: 0", "total"),
    "a reviewer that is no number": ("reviewer: 1 ", "reviewer: true ", "reviewer"),
    "a red line that is no number": ("red_line: 4", "red_line: 很重", "red_line"),
    "half a decimal": ("decimals: 1", "decimals: 1.5", "decimals"),
    "bands with a hole below": ("at_least: 0", "at_least: 60", "bands"),
    "a band without a name": ("at_least: 0, name: 预警", "at_least: 0", "name"),
    "bands that are no list": ("bands: ", "bands: 三档\nignored: ", "ignored"),
    "clauses in words": ("clauses: items ", "clauses: 相同 ", "clauses"),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_profile_with_a_mistake_is_refused_by_name(tmp_path, mistake):
    old, new, named = WRONG[mistake]
    text = (scoring_profile.PROFILES / "default.yaml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "local.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(StandardError, match=named) as error:
        scores.profile("local", tmp_path)
    assert "local.yaml" in error.value.where


# What must hold whatever was reported, and the whole once more in plain Python.


IDS = ["theory_training", "party_org_coverage", "rule_pets", "case_owner_system", "reception_days", "patrols"]
IDS += ["self_study", "party_member_ratio", "disputes_mediated", "mediation_days", "info_system", "e_voting"]
STATES = st.sampled_from([*tables.STATES, "met", "not_met"])
COMMITTEES = st.lists(st.fixed_dictionaries({id_: STATES for id_ in IDS}), min_size=1, max_size=7)
MARKS = st.lists(st.none() | st.integers(0, 100).map(float), min_size=20, max_size=20)


def confirmed_by_hand(states: dict, marks: dict, using: scores.Profile) -> float:
    """What is confirmed of the total of one committee: a reviewer's silence is left out, all else that is open gives nothing."""
    clauses = by_hand(states, marks, using, silent=False)
    return over_all(clauses, 1)


def over_all(clauses: dict[str, tuple], number: int, of: int = 100) -> float | None:
    """The mean over the clauses of which a number of ``by_hand`` is known, each by its weight, of ``of``."""
    known = [one for one in clauses.values() if one[number] is not None]
    return of * sum(one[3] * one[number] for one in known) / sum(one[3] for one in known) if known else None


def by_hand(states: dict, marks: dict, using: scores.Profile, silent: bool = True) -> dict[str, tuple]:
    """clause to (share known or None, lowest share, highest share, weight) of one committee; ``silent``: also lines of the
    reviewer's sheet without a mark."""
    force = {"must": 2, "should": 1, "may": 0}
    items = defaultdict(list)
    for id_, state in states.items():
        one = RULES.requirements[id_]
        weight = 4 if one.red_line and using is DEFAULT else force[one.force]
        weight = weight if one.scored else 0
        if weight and state != "not_applicable":
            items[one.clause].append((weight, {"met": 1.0, "not_met": 0.0}.get(state)))
    if using.reviewer and any(state != "not_applicable" for state in states.values()):
        for id_, one in RULES.review_fields.items():
            mark = marks.get(id_)
            if mark is None and not silent:
                continue
            items[one.clause].append((1, None if mark is None else mark / 100))
    found = {}
    for clause, own in items.items():
        whole = sum(weight for weight, _ in own)
        known = [(weight, value) for weight, value in own if value is not None]
        sure = sum(weight * value for weight, value in known)
        known_weight = sum(weight for weight, _ in known)
        found[clause] = (
            sure / known_weight if known else None,
            sure / whole,
            (sure + whole - known_weight) / whole,
            whole if using is DEFAULT else 1,
        )
    return found


@given(committees=COMMITTEES, marks=MARKS, using=st.sampled_from([DEFAULT, EQUAL, PLAIN]))
@settings(max_examples=20, deadline=None)
def test_points_lie_in_their_range_and_add_up(drawn, committees, marks, using):
    named = [{"name": f"甲{at}", **states} for at, states in enumerate(committees)]
    given_marks = dict(zip(RULES.review_fields, marks, strict=True))
    review = {key: value for key, value in given_marks.items() if value is not None}
    table = scored(drawn, named, [{"name": "甲0", **review}], using)
    known = table[table["points"].notna()]
    near = 1e-9
    assert (known["lowest"] <= known["points"] + near).all() and (
        known["points"] <= known["highest"] + near
    ).all()
    assert (table["lowest"] >= -near).all() and (table["highest"] <= table["out_of"] + near).all()
    numbers = ["lowest", "highest", "out_of"]
    for at, states in enumerate(committees):
        own = table[(table["level"] == "committee") & (table["committee_name"] == f"甲{at}")]
        expected = by_hand(states, review if at == 0 else {}, using)
        assert set(own[own["part"] == "clause"]["part_id"]) == set(expected)
        if not expected:
            continue
        for clause, (rate, low, high, weight) in expected.items():
            out_of = 100 * weight / sum(one[3] for one in expected.values())
            row = part(own, "clause", clause)
            assert (row["lowest"], row["highest"]) == pytest.approx((low * out_of, high * out_of))
            assert pd.isna(row["points"]) if rate is None else row["points"] == pytest.approx(rate * out_of)
            ids = [one.id for one in RULES.of_clause(clause)]
            ids += [one.id for one in RULES.review_fields.values() if one.clause == clause]
            parts = own[(own["part"] == "requirement") & own["part_id"].isin(ids)]
            assert parts[numbers].sum().tolist() == pytest.approx([row[name] for name in numbers])
            if parts["points"].notna().all():
                assert parts["points"].sum() == pytest.approx(row["points"])
        clauses, total = own[own["part"] == "clause"], part(own, "total", "total")
        assert clauses[numbers].sum().tolist() == pytest.approx([total[name] for name in numbers])
        assert total["out_of"] == pytest.approx(100)
        points = over_all(expected, 0)
        assert pd.isna(total["points"]) if points is None else total["points"] == pytest.approx(points)
        if clauses["points"].notna().all():
            chapters = own[own["part"] == "chapter"]
            assert chapters["points"].sum() == pytest.approx(total["points"])


@given(committees=COMMITTEES, marks=MARKS)
@settings(max_examples=15, deadline=None)
def test_no_suggestion_and_no_mark_of_a_reviewer_outweighs_a_red_line(drawn, committees, marks):
    named = [{"name": f"甲{at}", **states} for at, states in enumerate(committees)]
    review = {key: mark for key, mark in zip(RULES.review_fields, marks, strict=True) if mark is not None}
    table = scored(drawn, named, [{"name": "甲0", **review}], DEFAULT)
    for _, own in table[table["level"] == "committee"].groupby("committee_name"):
        items = own[own["part"] == "requirement"].set_index("part_id")["out_of"]
        red = [
            of for id_, of in items.items() if id_ in RULES.requirements and RULES.requirements[id_].red_line
        ]
        others = [
            of
            for id_, of in items.items()
            if id_ in RULES.review_fields or RULES.requirements[id_].force != "must"
        ]
        assert not red or not others or max(others) < min(red)


@given(states=st.fixed_dictionaries({id_: STATES for id_ in IDS}), worse=st.sampled_from(IDS))
@settings(max_examples=15, deadline=None)
def test_one_more_thing_not_met_lowers_the_points(drawn, states, worse):
    before, after = states | {worse: "met"}, states | {worse: "not_met"}
    table = scored(drawn, [{"name": "前", **before}, {"name": "后", **after}])
    if worse == "e_voting":  # encouraged only: it never takes points away
        assert not (table["part_id"] == "e_voting").any()
        return
    first, second = (part(table, "total", "total", name) for name in ("前", "后"))
    assert second["points"] < first["points"]
    assert second["lowest"] < first["lowest"] and second["highest"] < first["highest"]


# The sample, once more in plain Python.


@pytest.mark.xdist_group("sample")
def test_the_scores_of_the_sample_can_be_recomputed_from_its_findings_and_reviews(sample_project):
    table = tables.read(sample_project, tables.SCORES, OCTOBER)
    findings = tables.read(sample_project, tables.FINDINGS, OCTOBER)
    reviews = tables.read(sample_project, tables.REVIEWS, OCTOBER).astype(object)
    marks = dict(
        zip(IDENTITY.of_table(reviews), reviews.where(reviews.notna(), None).to_dict("records"), strict=True)
    )
    states = defaultdict(dict)
    for row in findings.itertuples():
        states[row.street_code, row.committee_name][row.requirement] = row.state
    keys = dict(
        zip(
            zip(findings["street_code"], findings["committee_name"], strict=True),
            IDENTITY.of_table(findings, per="requirement"),
            strict=True,
        )
    )
    totals, sure = {}, {}
    for key, own in states.items():
        clauses = by_hand(own, marks.get(keys[key], {}), DEFAULT)
        if clauses:
            sure[key] = confirmed_by_hand(own, marks.get(keys[key], {}), DEFAULT)
        if clauses:
            totals[key] = tuple(over_all(clauses, number) for number in range(3))
    assert len(marks) > 100
    own = table[(table["part"] == "total") & (table["level"] == "committee")]
    assert len(own) == len(totals)
    for row in own.itertuples():
        assert (row.points, row.lowest, row.highest) == pytest.approx(
            totals[row.street_code, row.committee_name]
        )
        assert row.confirmed == pytest.approx(sure[row.street_code, row.committee_name])
    streets = defaultdict(list)
    for (code, _), numbers in totals.items():
        streets[code].append(numbers)
    means = {code: [sum(one) / len(one) for one in zip(*own, strict=True)] for code, own in streets.items()}
    for code, mean in means.items():
        row = part(table, "total", "total", code, "street")
        assert [row["points"], row["lowest"], row["highest"]] == pytest.approx(mean)
    district = part(table, "total", "total", level="district")
    everyone = [sum(one) / len(one) for one in zip(*totals.values(), strict=True)]
    assert [district["points"], district["lowest"], district["highest"]] == pytest.approx(everyone)
    # best first, by what is confirmed as it is shown; equal numbers share a place
    confirmed = {code: [sure[key] for key in sure if key[0] == code] for code in means}
    shown = {
        code: DEFAULT.rounded(sum(each) / len(each)) for code, each in confirmed.items() if len(each) >= 5
    }
    for code, rank in ranks(table, "street", "street_code").items():
        assert pd.isna(rank) or rank == 1 + sum(other > shown[code] for other in shown.values())

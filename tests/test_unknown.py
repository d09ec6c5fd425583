"""Nothing is said to be met, none or complete of what is not known: whatever is taken away, pages claim no more than there is."""

from __future__ import annotations

import pytest
from drawn import Drawn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redstats import places, scores, standard, tables
from redstats.dashboards import overview, standing
from redstats.dashboards.figures import Figures
from redstats.months import Month
from redstats.scores import coverage, streets, trend

OCTOBER = Month(2026, 10)
RULES, ROLL = standard.on(OCTOBER.end), places.on(OCTOBER.end)
IDS = list(RULES.requirements)
RED = [one.id for one in RULES.requirements.values() if one.red_line]
CODES = [one.code for one in ROLL.streets[:3]]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    return Drawn(tmp_path_factory.mktemp("unknown") / "project")


def month_of(drawn: Drawn, committees: list[dict]) -> Figures:
    for name, schema in tables.SCHEMAS.items():
        tables.write(drawn.project, name, OCTOBER, [], ROLL.district_code, schema)
    for name, asked in ((tables.RETURNS, RULES.return_fields), (tables.REVIEWS, RULES.review_fields)):
        tables.write(drawn.project, name, OCTOBER, [], ROLL.district_code, tables.schema_of(asked.values()))
    drawn.judge(OCTOBER, committees)
    coverage.measure(drawn.project, OCTOBER)
    scores.score(drawn.project, OCTOBER)
    streets.compare(drawn.project, OCTOBER)
    trend.compare(drawn.project, OCTOBER)
    return Figures(drawn.project, OCTOBER)


def cards(block) -> list[str]:
    return block.html.split('<div class="card ')[1:]


def district(state: str) -> list[dict]:
    return [
        {"name": f"{code}-{k}", "street": code} | dict.fromkeys(IDS, state)
        for code in CODES
        for k in range(5)
    ]


@pytest.mark.parametrize("committees", [[], district("not_reported"), district("needs_review")])
def test_a_month_of_which_nothing_is_known_claims_nothing(drawn, committees):
    figures = month_of(drawn, committees)
    blocks = [overview.cards(figures), overview.conclusion(figures), overview.todo(figures)]
    blocks += [standing.cards(figures, one) for one in figures.streets]
    for block in blocks:
        said = block.html.replace("标准 100%", "")
        assert not any(word in said for word in ("已全部覆盖", "没有未达标", "持平"))
        assert "st-met" not in said and '<p class="big">0<' not in said


def test_a_street_that_is_missing_is_not_met_in_anything(drawn):
    figures = month_of(drawn, [row for row in district("met") if row["street"] != CODES[0]])
    absent, present = (standing.cards(figures, ROLL.by_code(code)) for code in CODES[:2])
    assert "st-met" in present.html and "st-met" not in absent.html


@given(
    st.lists(st.sampled_from(RED), min_size=1, max_size=3, unique=True),
    st.sampled_from(["not_reported", "needs_review"]),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=4)
def test_a_red_line_that_is_not_known_is_no_met_one(drawn, taken, state):
    committees = district("met")
    committees[0] |= dict.fromkeys(taken, state)
    figures = month_of(drawn, committees)
    assert "st-met" in cards(overview.cards(month_of(drawn, district("met"))))[2]
    figures = month_of(drawn, committees)
    serious = cards(overview.cards(figures))[2]
    assert not serious.startswith("st-met") and f"{len(taken)} 项未填报或待核实" in serious
    assert f"{len(taken)} 项未填报或待核实" in overview.todo(figures).html


def test_coverage_is_whole_only_where_nobody_is_unknown(drawn):
    committees = district("met")
    committees[0][scores.PARTY_ORG] = "not_reported"
    figures = month_of(drawn, committees)
    assert "已全部覆盖" not in overview.conclusion(figures).html
    assert "1 个未填报" in overview.conclusion(figures).html
    assert "已全部覆盖" in overview.conclusion(month_of(drawn, district("met"))).html

"""Nobody gains by leaving blank or by a stroke what an honest no would cost, and little data make no judgement."""

from __future__ import annotations

import pytest
from drawn import Drawn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redstats import scores, standard, tables
from redstats.months import Month
from redstats.places import on as places_on
from redstats.places.identity import Identity
from redstats.recommendations import pipeline
from redstats.scores.scoring_profile import TOO_LITTLE_KNOWN, profile

DECEMBER = Month(2026, 12)
RULES = standard.on(DECEMBER.end)
SCORED = [one.id for one in RULES.requirements.values() if one.scored]
RED = {one.id for one in RULES.requirements.values() if one.red_line}
BANDS = [band.name for band in reversed(profile().bands)]
HONEST = {
    f"第{n}业委会": dict.fromkeys(SCORED, "met") | dict.fromkeys(SCORED[: 2 * n], "not_met") for n in range(6)
}
UNKNOWN = st.sampled_from(["not_reported", "needs_review"])


def totals(drawn: Drawn, committees: dict[str, dict[str, str]]) -> dict[str, dict]:
    drawn.judge(DECEMBER, [{"name": name, **states} for name, states in committees.items()])
    table = scores.score(drawn.project, DECEMBER)
    whole = table[(table["level"] == "committee") & (table["part"] == "total")]
    return {
        row["committee_name"]: row
        for row in whole.astype(object).where(whole.notna(), None).to_dict("records")
    }


def better(row: dict, than: dict) -> list[str]:
    """In what a committee stands better than before."""
    place = [BANDS.index(each["band"]) if each["band"] in BANDS else -1 for each in (row, than)]
    ranks = [each["rank"] or 99 for each in (row, than)]
    gains = {
        "band": place[0] > place[1],
        "rank": ranks[0] < ranks[1],
        "confirmed": row["confirmed"] > than["confirmed"] + 1e-9,
    }
    return [name for name, gained in gains.items() if gained]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    return Drawn(tmp_path_factory.mktemp("gaming") / "project")


@given(
    st.sampled_from(list(HONEST)), st.dictionaries(st.sampled_from(SCORED), UNKNOWN, min_size=1, max_size=40)
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
def test_leaving_anything_open_never_raises_band_rank_or_confirmed_points(drawn, name, left_open):
    before = totals(drawn, HONEST)[name]
    after = totals(drawn, HONEST | {name: HONEST[name] | left_open})[name]
    assert better(after, before) == []


@pytest.mark.parametrize("state", ["not_reported", "needs_review"])
@pytest.mark.parametrize("red", sorted(RED & set(SCORED)))
def test_a_red_line_left_open_gives_no_better_band_than_an_honest_no(drawn, red, state):
    whole = dict.fromkeys(SCORED, "met")
    rows = totals(drawn, HONEST | {"如实": whole | {red: "not_met"}, "留空": whole | {red: state}})
    assert better(rows["留空"], rows["如实"]) == []


def test_two_cells_filled_make_no_band_no_place_and_no_candidate(drawn):
    little = dict.fromkeys(SCORED, "not_reported") | dict.fromkeys(SCORED[:2], "met")
    row = totals(drawn, HONEST | {"只填两格": little})["只填两格"]
    assert (row["band"], row["rank"]) == (TOO_LITTLE_KNOWN, None)
    table, findings = (
        tables.read(drawn.project, name, DECEMBER) for name in (tables.SCORES, tables.FINDINGS)
    )
    nobody = tables.typed([], tables.SCHEMAS[tables.PIPELINE])
    listed = pipeline.candidates(table, findings, nobody, RED, Identity(places_on(DECEMBER.end)))
    assert "只填两格" not in set(listed.loc[listed["rank"].notna(), "committee_name"])


@pytest.mark.parametrize("red", sorted(RED & set(SCORED)))
def test_a_red_line_that_is_missed_caps_the_band(drawn, red):
    whole = dict.fromkeys(SCORED, "met")
    rows = totals(drawn, HONEST | {"样样都好": whole, "踩了红线": whole | {red: "not_met"}})
    assert rows["样样都好"]["band"] == BANDS[-1] and rows["踩了红线"]["band"] == profile().red_line_band


def test_an_open_red_line_makes_no_candidate(drawn):
    committees = HONEST | {"红线没填": dict.fromkeys(SCORED, "met") | {sorted(RED)[0]: "not_reported"}}
    totals(drawn, committees)
    table, findings = (
        tables.read(drawn.project, name, DECEMBER) for name in (tables.SCORES, tables.FINDINGS)
    )
    nobody = tables.typed([], tables.SCHEMAS[tables.PIPELINE])
    listed = pipeline.candidates(table, findings, nobody, RED, Identity(places_on(DECEMBER.end)))
    assert "红线没填" not in set(listed.loc[listed["rank"].notna(), "committee_name"])


def test_a_reviewer_who_said_nothing_costs_and_gains_nothing(drawn):
    rows = totals(drawn, HONEST)
    assert rows["第0业委会"]["confirmed"] == pytest.approx(profile().total)

"""A year's returns of a committee taken together: what was told once, what is left open, and what the year's end says."""

from __future__ import annotations

import datetime as dt

import pytest
from drawn import BLANK, NOT_APPLICABLE, UNREADABLE, Drawn, narrow
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redstats import deadlines, findings, standard, tables
from redstats.months import Month

JUNE, OCTOBER, NOVEMBER, DECEMBER = (Month(2026, number) for number in (6, 10, 11, 12))
JANUARY = Month(2027, 1)
YEARLY = [
    "annual_debrief",
    "self_study",
    "audit_fund",
    "training_topics",
    "satisfaction_survey",
    "fund_published",
]
CASES = ["disputes_mediated", "breach_demanded"]
TOPICS = ["政治教育", "形势政策教育", "知识技能教育"]
# What a committee tells once in the year, and nothing of it.
DONE = {
    "debrief_date": dt.date(2026, 6, 12),
    "self_study_ytd": 2,
    "audit_fund": True,
    "training_topics": TOPICS,
    "survey_date": dt.date(2026, 5, 8),
    "fund_publish_dates": [dt.date(2026, 3, 2)],
}
NOTHING = dict.fromkeys(DONE, BLANK)
pytestmark = pytest.mark.xdist_group("life")


@pytest.fixture
def drawn(tmp_path, monkeypatch):
    narrow(monkeypatch, [*YEARLY, *CASES], [])
    return Drawn(tmp_path / "project")


def judge(drawn: Drawn, month: Month, *committees: dict) -> None:
    drawn.write(month, [{"name": "甲苑业委会", "committee_status": "已组建"} | one for one in committees])
    findings.find(drawn.project, month)


def row(drawn: Drawn, month: Month, requirement: str, name: str = "甲苑业委会") -> dict:
    table = tables.read(drawn.project, tables.FINDINGS, month)
    own = table[(table["requirement"] == requirement) & (table["committee_name"] == name)].astype(object)
    (found,) = own.where(own.notna(), None).to_dict("records")
    return found


def state(drawn: Drawn, month: Month, requirement: str) -> str:
    return row(drawn, month, requirement)["state"]


def ledger(drawn: Drawn, month: Month, requirement: str) -> list[tuple[str, str]]:
    table = tables.read(drawn.project, tables.LEDGER, month)
    own = table[table["requirement"] == requirement]
    return list(own[["change", "last_seen"]].itertuples(index=False, name=None))


# ---- what was told once


@pytest.mark.parametrize("later", [NOTHING, {}], ids=["left blank", "columns gone"])
def test_what_was_told_in_june_is_not_lost_by_a_blank_in_december(drawn, later):
    judge(drawn, JUNE, DONE)
    judge(drawn, DECEMBER, later)
    assert {id_: state(drawn, DECEMBER, id_) for id_ in YEARLY} == dict.fromkeys(YEARLY, "met")
    assert all("2026年6月" in row(drawn, DECEMBER, id_)["reported"] for id_ in YEARLY)


def test_what_nobody_ever_told_is_not_done(drawn):
    judge(drawn, JUNE, NOTHING)
    judge(drawn, DECEMBER, NOTHING)
    assert state(drawn, DECEMBER, "satisfaction_survey") == "not_met"
    assert state(drawn, DECEMBER, "self_study") == "not_reported"


def test_another_year_is_another_year(drawn):
    judge(drawn, JUNE, DONE)
    judge(drawn, Month(2027, 12), NOTHING)
    assert state(drawn, Month(2027, 12), "self_study") == "not_reported"
    assert state(drawn, Month(2027, 12), "satisfaction_survey") == "not_met"


def test_lists_of_the_year_are_united(drawn):
    judge(drawn, JUNE, {"training_topics": TOPICS[:2]})
    judge(drawn, OCTOBER, {"training_topics": TOPICS[1:2]})
    judge(drawn, DECEMBER, {"training_topics": TOPICS[2:]})
    assert state(drawn, DECEMBER, "training_topics") == "met"


@pytest.mark.parametrize(
    ("field", "then", "now", "requirement"),
    [("self_study_ytd", 2, 1, "self_study"), ("audit_fund", True, False, "audit_fund")],
)
def test_a_figure_of_the_year_that_falls_is_doubted_and_said(drawn, field, then, now, requirement):
    judge(drawn, JUNE, {field: then})
    judge(drawn, DECEMBER, {field: now})
    found = row(drawn, DECEMBER, requirement)
    assert found["state"] == "needs_review" and "2026年6月" in found["message"]


def test_what_nobody_can_read_is_not_covered_by_what_was_told_before(drawn):
    judge(drawn, JUNE, DONE)
    judge(drawn, DECEMBER, dict.fromkeys(DONE, UNREADABLE))
    assert {state(drawn, DECEMBER, id_) for id_ in YEARLY} == {"needs_review"}


HISTORIES = st.lists(st.sampled_from([0, 1, 2, 3, BLANK]), min_size=4, max_size=4)


@given(st.lists(HISTORIES, min_size=20, max_size=20))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    max_examples=3,
    derandomize=True,
)
def test_a_count_of_the_year_is_the_largest_told_and_doubted_where_it_falls(tmp_path_factory, histories):
    with pytest.MonkeyPatch.context() as patch:
        narrow(patch, ["self_study"], [])
        drawn = Drawn(tmp_path_factory.mktemp("year") / "project")
        for at, number in enumerate(range(9, 13)):
            counts = [{"name": f"{k}苑", "self_study_ytd": each[at]} for k, each in enumerate(histories)]
            judge(drawn, Month(2026, number), *counts)
        for k, counts in enumerate(histories):
            told, last = [count for count in counts if count != BLANK], counts[-1]
            fallen = last != BLANK and last < max(told)
            known = "needs_review" if fallen else "met" if told and max(told) >= 2 else "not_met"
            expected = known if told else "not_reported"
            assert row(drawn, DECEMBER, "self_study", f"{k}苑")["state"] == expected, counts


# ---- cases that are left open


def mediation(received: object, mediated: object) -> dict:
    return {"disputes_owner": received, "disputes_property": 0, "mediated": mediated}


def test_a_dispute_of_october_that_is_mediated_in_november_closes_octobers_finding(drawn):
    judge(drawn, OCTOBER, mediation(3, 1))
    assert row(drawn, OCTOBER, "disputes_mediated")["change"] == "new"
    judge(drawn, NOVEMBER, mediation(0, 2))
    found = row(drawn, NOVEMBER, "disputes_mediated")
    assert (found["state"], found["change"]) == ("met", "resolved")


@pytest.mark.parametrize(
    ("received", "mediated", "expected"),
    [
        (0, 0, "not_met"),
        (0, 1, "not_met"),
        (2, 2, "not_met"),
        (2, 4, "met"),
        (0, 3, "needs_review"),
        (0, BLANK, "not_reported"),
        (NOT_APPLICABLE, NOT_APPLICABLE, "needs_review"),
    ],
)
def test_open_disputes_go_on_and_no_stroke_ends_them(drawn, received, mediated, expected):
    judge(drawn, OCTOBER, mediation(3, 1))
    other = NOT_APPLICABLE if received == NOT_APPLICABLE else 0
    judge(drawn, NOVEMBER, mediation(received, mediated) | {"disputes_property": other})
    assert state(drawn, NOVEMBER, "disputes_mediated") == expected


def test_a_month_without_a_return_closes_no_case(drawn):
    judge(drawn, OCTOBER, mediation(3, 1))
    judge(drawn, DECEMBER, mediation(0, 0))
    assert state(drawn, DECEMBER, "disputes_mediated") == "not_met"


def test_letters_may_be_more_than_breaches_and_may_follow_later(drawn):
    judge(drawn, OCTOBER, {"breach_count": 2, "demand_count": 1, "breach_fixed": 0})
    assert state(drawn, OCTOBER, "breach_demanded") == "not_met"
    judge(drawn, NOVEMBER, {"breach_count": 1, "demand_count": 4, "breach_fixed": 3})
    assert row(drawn, NOVEMBER, "breach_demanded")["change"] == "resolved"
    assert tables.read(drawn.project, tables.CHECKS, NOVEMBER).empty


# ---- the year's end


def test_what_was_not_done_in_its_year_stays_so_and_no_later_month_cures_it(drawn):
    judge(drawn, DECEMBER, NOTHING)
    assert row(drawn, DECEMBER, "satisfaction_survey")["change"] == "new"
    judge(drawn, JANUARY, {"survey_date": dt.date(2027, 1, 9)})
    assert row(drawn, JANUARY, "satisfaction_survey")["change"] is None  # done, but this year's
    assert ledger(drawn, JANUARY, "satisfaction_survey") == [("lapsed", "2026-12")]
    judge(drawn, JANUARY.next, NOTHING)
    assert ledger(drawn, JANUARY.next, "satisfaction_survey") == [("past_year", "2026-12")]
    judge(drawn, Month(2028, 1), NOTHING)
    assert ("past_year", "2026-12") not in ledger(drawn, Month(2028, 1), "satisfaction_survey")


def debriefs(drawn: Drawn, days: dict[Month, object]) -> dict[Month, str]:
    """The states of the debrief from December to April, with the day told in each month."""
    states = {}
    for month in Month.range(DECEMBER, Month(2027, 4)):
        judge(drawn, month, {"debrief_date": days.get(month, BLANK)})
        found = row(drawn, month, "annual_debrief")
        states[month] = found["pace"] if found["state"] == "not_applicable" else found["state"]
    return states


def test_a_debrief_may_follow_until_march_and_is_judged_then(drawn):
    months = Month.range(DECEMBER, Month(2027, 4))
    states = debriefs(drawn, {})
    assert [states[month] for month in months] == ["late", "late", "late", "not_met", "on_pace"]
    assert "2026年度" in row(drawn, Month(2027, 3), "annual_debrief")["message"]
    assert ledger(drawn, Month(2027, 4), "annual_debrief") == [("lapsed", "2027-03")]


def test_a_debrief_in_february_is_last_years_and_not_this_years_too(drawn):
    states = debriefs(drawn, {Month(2027, 2): dt.date(2027, 2, 20)})
    assert [*states.values()] == ["late", "late", "met", "met", "on_pace"]
    judge(drawn, Month(2027, 5), {"debrief_date": dt.date(2027, 5, 6)})
    assert state(drawn, Month(2027, 5), "annual_debrief") == "met"


def test_a_debrief_in_april_is_too_late_for_last_year(drawn):
    states = debriefs(drawn, {Month(2027, 4): dt.date(2027, 4, 2)})
    assert [*states.values()][3:] == ["not_met", "met"]
    assert ledger(drawn, Month(2027, 4), "annual_debrief") == [("lapsed", "2027-03")]


def test_a_debrief_of_december_that_is_told_in_january_was_in_time(drawn):
    states = debriefs(drawn, {JANUARY: dt.date(2026, 12, 28)})
    assert [*states.values()] == ["late", "met", "met", "met", "on_pace"]


def test_who_was_done_by_december_owes_this_years_only(drawn):
    judge(drawn, NOVEMBER, {"debrief_date": dt.date(2026, 11, 3)})
    states = debriefs(drawn, {Month(2027, 2): dt.date(2027, 2, 20)})
    assert [*states.values()] == ["met", "on_pace", "met", "met", "met"]


def test_a_district_may_judge_at_the_years_end(drawn):
    drawn.project.raw.mkdir(parents=True, exist_ok=True)
    (drawn.project.raw / "settings.yml").write_text("debrief_until: 0\n", encoding="utf-8")
    assert [*debriefs(drawn, {}).values()][:2] == ["not_met", "on_pace"]


def test_the_radar_calls_nothing_due_that_is_past(drawn):
    debriefs(drawn, {})
    for number, due in ((1, dt.date(2027, 3, 31)), (3, dt.date(2027, 3, 31))):
        month = Month(2027, number)
        found = deadlines.find(drawn.project, month)
        own = found[found["requirement"] == "annual_debrief"]
        assert [*own["due"]] == ([due] if due <= month.plus(2).end else [])
    assert (deadlines.find(drawn.project, Month(2027, 4))["requirement"] != "annual_debrief").all()


# ---- who is new


@pytest.fixture
def new(tmp_path, monkeypatch):
    narrow(monkeypatch, ["self_study", "activities"], ["L15_fund", "L11_meetings"])
    return Drawn(tmp_path / "project")


def acts(number: object) -> dict:
    return dict.fromkeys(["act_corridor", "act_charging", "act_pets", "act_evening"], 0) | {
        "act_other": number
    }


def law(drawn: Drawn, month: Month, rule: str) -> str:
    table = tables.read(drawn.project, tables.LAW, month)
    return table.loc[table["requirement"] == rule, "state"].iloc[0]


@pytest.mark.parametrize(("began", "owes"), [(1, 4), (4, 3), (7, 2), (10, 1), (12, 1)])
def test_who_took_office_in_the_year_owes_the_part_of_its_counts_that_is_left(new, began, owes):
    start = {"term_start": dt.date(2026, began, 1)}
    base = {"name": "甲苑业委会", "committee_status": "已组建", "self_study_ytd": 0} | start
    for number in range(began, 13):
        new.write(Month(2026, number), [base | acts(owes - 1 if number == began else 0)])
    findings.find(new.project, DECEMBER)
    assert state(new, DECEMBER, "activities") == "not_met"  # one short, and no month before its day is missed
    judge(new, DECEMBER, start | acts(1) | {"self_study_ytd": 2})
    assert state(new, DECEMBER, "activities") == state(new, DECEMBER, "self_study") == "met"


def test_the_citys_rules_are_owed_from_the_day_on(new):
    blank = {"fund_publish_dates": BLANK, "committee_meetings": 0}
    judge(new, OCTOBER, {"term_start": dt.date(2026, 10, 12)} | blank)
    assert law(new, OCTOBER, "L11_meetings") == "not_applicable"
    judge(new, NOVEMBER, {"term_start": dt.date(2026, 10, 12)} | blank)
    judge(new, DECEMBER, {"term_start": dt.date(2026, 10, 12)} | blank)
    assert law(new, DECEMBER, "L11_meetings") == law(new, DECEMBER, "L15_fund") == "not_met"
    # what was due before its day was not its duty
    judge(new, DECEMBER, {"term_start": dt.date(2026, 12, 31)} | blank)
    assert law(new, DECEMBER, "L11_meetings") == "not_applicable"


@pytest.mark.parametrize(
    ("serving", "expected"), [(5, "met"), (7, "not_met"), (BLANK, "not_met"), (UNREADABLE, "needs_review")]
)
def test_the_party_ratio_is_of_those_who_serve_and_shows_the_seats_too(
    tmp_path, monkeypatch, serving, expected
):
    narrow(monkeypatch, ["party_member_ratio"], [])
    drawn = Drawn(tmp_path / "project")
    judge(drawn, OCTOBER, {"party_member_count": 3, "member_count": 7, "serving_count": serving})
    found = row(drawn, OCTOBER, "party_member_ratio")
    assert found["state"] == expected and "7" in found["reported"]
    assert ("5" in found["reported"]) == (serving == 5)


def test_every_setting_that_a_requirement_names_is_there():
    from redstats.settings import Settings

    named = {one.late for one in standard.on(DECEMBER.end).requirements.values()} - {""}
    assert named and named <= set(Settings.model_fields)

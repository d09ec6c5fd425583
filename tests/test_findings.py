"""Every requirement comes out in one of five states, and each state for the right reason."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from random import Random

import pandas as pd
import pytest
from drawn import BLANK, NOT_APPLICABLE, ROOT, UNREADABLE, Drawn
from oracle import AT_LEAST_ONE, BALLOT, RATIOS, YES, Judged, random_committee

from redstats import findings, places, standard, tables
from redstats.errors import RunError, StandardError
from redstats.facts.standard_facts import facts
from redstats.months import Month
from redstats.places.identity import Identity
from redstats.project import Project
from redstats.suites import running
from redstats.suites.conditions import columns_of
from redstats.suites.names import SEVERITIES, vocabulary

OCTOBER, DECEMBER = Month(2026, 10), Month(2026, 12)
RULES = standard.on(OCTOBER.end)
IDENTITY = Identity(places.on(OCTOBER.end))
STATES_OF_A_CELL = [
    (BLANK, "not_reported"),
    (NOT_APPLICABLE, "needs_review"),  # nothing bears it out
    (UNREADABLE, "needs_review"),
    (None, "not_reported"),  # the street did not send the column
]


def state_of(table: pd.DataFrame, name: str, requirement: str) -> tuple[str, str]:
    row = row_of(table, name, requirement)
    return row["state"], row["pace"] if isinstance(row["pace"], str) else ""


def row_of(table: pd.DataFrame, name: str, requirement: str) -> pd.Series:
    (row,) = [
        row
        for _, row in table[table["committee_name"] == name].iterrows()
        if row["requirement"] == requirement
    ]
    return row


# One rule at a time: all cases of October in one run, for GX takes a second a month.


def october() -> dict[str, tuple[dict, str, str]]:
    """Name of the case: what the committee reported, the requirement, the state it must come out in."""
    cases: dict[str, tuple[dict, str, str]] = {}

    def case(requirement: str, state: str, **reported: object) -> None:
        told = "，".join(f"{key}={value}" for key, value in reported.items())
        cases[f"{requirement}：{told}"] = (reported, requirement, state)

    def cell(requirement: str, field: str, **also: object) -> None:
        for mark, state in STATES_OF_A_CELL:
            case(requirement, state, **also, **({} if mark is None else {field: mark}))

    for requirement, field in YES.items():
        case(requirement, "met", **{field: True})
        short = "not_applicable" if RULES.requirements[requirement].force == "may" else "not_met"
        case(requirement, short, **{field: False})
        cell(requirement, field)
    for requirement, field in AT_LEAST_ONE.items():
        if requirement != "flood_notices":
            case(requirement, "met", **{field: 1})
            case(requirement, "not_met", **{field: 0})
            cell(requirement, field)
    case("flood_notices", "not_applicable", flood_notice_count=0)

    # the Party's organisation: as the return says, else as the edition assumes
    for kind in ("党支部", "联合党支部", "党的工作小组", "党小组"):
        case("party_org_coverage", "met", party_org_eligible=True, party_org_type=kind)
    case("party_org_coverage", "not_met", party_org_eligible=True, party_org_type="无")
    case("party_org_coverage", "not_applicable", party_org_eligible=False, party_org_type="无")
    case("party_org_coverage", "not_reported", party_org_eligible=True, party_org_type=BLANK)
    case("party_org_coverage", "not_met", party_org_eligible=BLANK, party_member_count=1, party_org_type="无")
    case("party_org_coverage", "not_applicable", party_member_count=0, party_org_type="无")
    case(
        "party_org_coverage",
        "not_applicable",
        committee_status="停摆",
        party_member_count=2,
        party_org_type="无",
    )
    case("party_org_coverage", "not_reported", party_org_eligible=BLANK, party_org_type="无")
    case(
        "party_org_coverage",
        "needs_review",
        party_org_eligible=UNREADABLE,
        party_member_count=3,
        party_org_type="无",
    )
    case("party_work_coverage", "met", party_liaison=False, party_org_type="党小组")
    case("party_work_coverage", "met", party_liaison=UNREADABLE, party_org_type="党小组")
    case("party_work_coverage", "met", party_liaison=True, party_org_type=BLANK)
    case("party_work_coverage", "not_met", party_liaison=False, party_org_type="无")
    case("party_work_coverage", "not_reported", party_liaison=False, party_org_type=BLANK)
    case("party_work_coverage", "not_reported", party_liaison=BLANK, party_org_type="无")
    case("party_org_head", "met", party_org_type="党支部", party_org_head="示例甲")
    case("party_org_head", "not_met", party_org_type="党支部", party_org_head="无")
    case("party_org_head", "not_reported", party_org_type="党支部", party_org_head=BLANK)
    case("party_org_head", "not_applicable", party_org_type="无", party_org_head=BLANK)
    case("party_org_head", "needs_review", party_org_type=UNREADABLE, party_org_head="示例甲")

    # a part of a whole
    for party, members, state in ((2, 5, "not_met"), (3, 5, "met"), (3, 6, "met"), (2, 6, "not_met")):
        case("party_member_ratio", state, party_member_count=party, member_count=members)
    case("party_member_ratio", "needs_review", party_member_count=8, member_count=7)
    case("party_member_ratio", "not_applicable", party_member_count=0, member_count=0)
    case("party_member_ratio", "not_reported", party_member_count=3, member_count=BLANK)
    case("party_member_ratio", "needs_review", party_member_count=3, member_count=UNREADABLE)
    case("party_member_ratio", "needs_review", party_member_count=UNREADABLE, member_count=5)
    for part, whole, state in (
        *((3, 3, "met"), (2, 3, "not_met"), (0, 0, "not_applicable"), (4, 3, "needs_review")),
        *((1, 0, "needs_review"), (BLANK, 3, "not_reported"), (3, BLANK, "not_reported")),
        *((UNREADABLE, 3, "needs_review"), (3, UNREADABLE, "needs_review"), (BLANK, 0, "not_applicable")),
    ):
        case("party_prediscussion", state, party_prediscussed_count=part, democratic_item_count=whole)
        case("candidates_reviewed", state, reviewed_count=part, candidate_count=whole)
        # more letters than breaches are allowed, and cases of before may be among them
        more = {(4, 3): "met", (1, 0): "not_applicable"}.get((part, whole), state)
        case("breach_demanded", more, demand_count=part, breach_count=whole)
        case("disputes_mediated", state, mediated=part, disputes_owner=whole, disputes_property=0)
    case("disputes_mediated", "met", mediated=3, disputes_owner=1, disputes_property=2)
    case("disputes_mediated", "not_met", mediated=2, disputes_owner=1, disputes_property=2)
    case("disputes_mediated", "met", mediated=1, disputes_owner=1, disputes_property=NOT_APPLICABLE)
    case("disputes_mediated", "not_met", mediated=0, disputes_owner=1, disputes_property=NOT_APPLICABLE)
    both = {"disputes_owner": NOT_APPLICABLE, "disputes_property": NOT_APPLICABLE}
    case("disputes_mediated", "not_applicable", mediated=0, **both)
    case("disputes_mediated", "needs_review", mediated=2, disputes_owner=2, disputes_property=UNREADABLE)
    case("disputes_mediated", "not_reported", mediated=2, disputes_owner=2, disputes_property=BLANK)
    for days, state in ((15.0, "met"), (15.5, "not_met"), (BLANK, "not_reported")):
        case("mediation_days", state, avg_days=days, disputes_owner=1, disputes_property=0)
    case("mediation_days", "not_applicable", avg_days=BLANK, disputes_owner=0, disputes_property=0)

    # kinds of a list
    parties = ["居民区党组织", "居委会", "物业"]
    case("rule_joint_parties", "met", rule_joint_parties=parties)
    case("rule_joint_parties", "not_met", rule_joint_parties=parties[1:])
    case("rule_joint_parties", "not_met", rule_joint_parties=[])
    cell("rule_joint_parties", "rule_joint_parties")
    case("opinion_channels", "met", opinion_channels=["热线"])
    case("opinion_channels", "not_met", opinion_channels=[])
    case("service_items", "not_applicable", service_menu=False, service_items=[])
    case("service_items", "not_met", service_menu=True, service_items=[])
    case("service_items", "needs_review", service_menu=UNREADABLE, service_items=["其他"])

    # dates
    for day, state in (
        *((dt.date(2026, 10, 31), "met"), (dt.date(2026, 10, 30), "not_met")),
        *((dt.date(2030, 1, 1), "met"), (BLANK, "not_reported"), (UNREADABLE, "needs_review")),
    ):
        case("renewal_on_time", state, term_end=day)
    case("renewal_on_time", "needs_review", term_end=dt.date(2027, 1, 1), committee_status="届满未换届")
    case("renewal_on_time", "needs_review", term_end=dt.date(2027, 1, 1), term_start=dt.date(2027, 1, 1))
    for day, state in (
        *((dt.date(2025, 10, 31), "met"), (dt.date(2025, 10, 30), "not_met")),
        *((dt.date(2026, 10, 31), "met"), (dt.date(2026, 11, 1), "not_met"), (BLANK, "not_reported")),
    ):
        case("parking_updated", state, parking_updated=day)
    rated = {"annual_rating": "运作欠规范", "rating_year": 2025}
    for day, state in (
        *(
            (dt.date(2026, 1, 1), "met"),  # after the year that was rated
            (dt.date(2025, 12, 31), "not_met"),
            (dt.date(2026, 11, 2), "not_met"),
        ),
        *((BLANK, "not_met"), (UNREADABLE, "needs_review"), (NOT_APPLICABLE, "needs_review")),
    ):
        case("remedial_training", state, **rated, remedial_training_date=day)
    case("remedial_training", "not_reported", **rated)
    day = dt.date(2026, 3, 1)
    case("remedial_training", "met", annual_rating="运作欠规范", remedial_training_date=day)
    case(
        "remedial_training",
        "needs_review",
        annual_rating="运作欠规范",
        rating_year=UNREADABLE,
        remedial_training_date=day,
    )
    case(
        "remedial_training",
        "needs_review",
        annual_rating="运作欠规范",
        rating_year=25,
        remedial_training_date=BLANK,
    )
    case("remedial_training", "not_applicable", annual_rating="运作规范", remedial_training_date=BLANK)
    case("remedial_training", "not_reported", annual_rating=BLANK, remedial_training_date=BLANK)
    case("remedial_training", "needs_review", annual_rating=UNREADABLE, remedial_training_date=BLANK)

    # only where something happened
    for step in BALLOT:
        case(step, "met", election_date=dt.date(2026, 10, 1), **{step: True})
        case(step, "not_met", election_date=dt.date(2026, 10, 31), **{step: False})
        case(step, "not_reported", election_date=dt.date(2026, 10, 18), **{step: BLANK})
        case(step, "not_applicable", election_date=dt.date(2026, 9, 30), **{step: False})
        case(step, "not_applicable", election_date=BLANK, **{step: False})
        case(step, "needs_review", election_date=UNREADABLE, **{step: False})
    case("debrief_review", "met", debrief_date=day, debrief_has_review=True)
    case("debrief_review", "not_met", debrief_date=day, debrief_has_review=False)
    case("debrief_review", "not_applicable", debrief_date=BLANK, debrief_has_review=BLANK)
    case("debrief_review", "needs_review", debrief_date=UNREADABLE, debrief_has_review=True)
    case("debrief_review", "not_reported", debrief_has_review=True)
    case("patrol_feedback", "met", patrol_count=1, patrol_reported=0)
    case("patrol_feedback", "not_reported", patrol_count=1, patrol_reported=BLANK)
    case("patrol_feedback", "not_applicable", patrol_count=0, patrol_reported=BLANK)
    case("platform", "met", has_official_account=False, owner_group_count=1)
    case("platform", "met", has_official_account=UNREADABLE, owner_group_count=1)
    case("platform", "not_met", has_official_account=False, owner_group_count=0)
    case("platform", "not_reported", has_official_account=False, owner_group_count=BLANK)

    # who is judged at all
    for status, state in (
        *(("已组建", "not_met"), ("换届改选中", "not_met"), ("届满未换届", "not_met"), ("停摆", "not_met")),
        *(("筹备组建中", "not_applicable"), ("物业治理委员会代行", "not_applicable")),
        *(("不具备条件", "not_applicable"), (BLANK, "not_met"), (UNREADABLE, "not_met")),
    ):
        case("info_system", state, committee_status=status, info_system=False)
    return cases


CASES = october()


@pytest.fixture(scope="module")
def of_october(once):
    def build(folder):
        drawn = Drawn(folder)
        drawn.write(OCTOBER, [{"name": name, **told} for name, (told, _, _) in CASES.items()])
        findings.find(drawn.project, OCTOBER)

    table = tables.read(Project(once("october", build)), tables.FINDINGS, OCTOBER)
    return table.set_index(["committee_name", "requirement"])


@pytest.mark.xdist_group("findings")
@pytest.mark.parametrize("name", CASES)
def test_a_case_comes_out_in_its_state(of_october, name):
    _, requirement, state = CASES[name]
    assert of_october.loc[(name, requirement), "state"] == state


@pytest.mark.xdist_group("findings")
def test_there_is_one_row_for_every_requirement_and_committee(of_october):
    assert len(of_october) == len(CASES) * len(RULES.requirements)
    assert not of_october.index.duplicated().any()


@pytest.mark.xdist_group("findings")
def test_a_finding_says_what_was_reported_what_is_asked_and_where(of_october):
    row = of_october.loc[("party_member_ratio：party_member_count=2，member_count=5", "party_member_ratio")]
    assert row["reported"] == "业委会党员人数 2；业委会人数 5"
    assert row["required"] == "党员比例一般不低于50%"
    assert row["clause"] == "3.1" and row["force"] == "should" and row["edition"] == "changning-2022"
    assert row["cell"].rstrip("0123456789") and row["source_sheet"] == "月报"


@pytest.mark.xdist_group("findings")
def test_a_message_names_the_datum_that_is_missing_and_not_the_one_beside_it(of_october):
    name = "party_prediscussion：party_prediscussed_count=3，democratic_item_count=blank"
    message = of_october.loc[(name, "party_prediscussion"), "message"]
    assert "“民主事项数”未填报" in message and "党组织先议数" not in message


@pytest.mark.xdist_group("findings")
def test_an_explicit_none_is_not_called_unfilled(of_october):
    message = of_october.loc[("opinion_channels：opinion_channels=[]", "opinion_channels"), "message"]
    assert "填报为“无”" in message and "未填" not in message


# A year: duties that are due by its end, the season of floods, and the life of a finding.


def _studies(month: Month) -> dict[str, dict]:
    """Committees that by any month have studied so many times, and two that were elected in the year."""
    found = {f"自学{count}次": {"self_study_ytd": count} for count in (0, 1, 2)}
    found |= {
        f"{day:%m月%d日}上任自学{count}次": {"self_study_ytd": count, "term_start": day}
        for count in (0, 1)
        for day in (dt.date(2026, 7, 1), dt.date(2026, 6, 30))
        if month.start >= day.replace(day=1)
    }
    found["自学未填"] = {"self_study_ytd": BLANK}
    found["自学任期看不清"] = {"self_study_ytd": 1, "term_start": UNREADABLE}
    return found


def _yearly(month: Month) -> dict[str, dict]:
    audits = ("audit_fund", "audit_income", "audit_expense")
    done = dt.date(2026, 5, 20)
    return {
        "全做到": {
            **dict.fromkeys(audits, True),
            **{"debrief_date": done, "survey_date": done, "fund_publish_dates": [done]},
            **{"income_publish_dates": [done], "theory_in_training": True},
        },
        "全没做": {
            **dict.fromkeys(audits, False),
            **{"debrief_date": BLANK, "survey_date": BLANK, "fund_publish_dates": []},
            **{"income_publish_dates": BLANK, "theory_in_training": False},
        },
        "去年做的": {
            **{"debrief_date": dt.date(2025, 12, 31), "survey_date": dt.date(2025, 12, 31)},
            **{"fund_publish_dates": [dt.date(2025, 12, 31)]},
        },
        "没有这些列": {},
        "写不涉及": {"debrief_date": NOT_APPLICABLE, "audit_fund": NOT_APPLICABLE},
        "看不清": {"debrief_date": UNREADABLE, "audit_fund": UNREADABLE, "fund_publish_dates": UNREADABLE},
    }


# One letter a month from January: x not met, o met, - does not apply, ? left blank, . not in the return at all.
LIVES = {
    "一直不好": "xxxxxxxxxxxx",
    "一度改好": "xxooxxoooooo",
    "中间没报": "xx?xx..xo-xx",
    "后来出现": "ooooooooooox",
    "中间不适用": "x-xooooooooo",
}
_LETTERS = {
    "x": {"democratic_item_count": 2, "party_prediscussed_count": 1},
    "o": {"democratic_item_count": 2, "party_prediscussed_count": 2},
    "-": {"democratic_item_count": 0, "party_prediscussed_count": 0},
    "?": {"democratic_item_count": 2, "party_prediscussed_count": BLANK},
}
_ACTS = ("act_corridor", "act_charging", "act_pets", "act_evening", "act_other")


def _lives(month: Month) -> dict[str, dict]:
    letters = {name: life[month.number - 1] for name, life in LIVES.items()}
    return {name: _LETTERS[letter] for name, letter in letters.items() if letter != "."}


def _acts(month: Month) -> dict[str, dict]:
    some = dict.fromkeys(_ACTS, 0)
    return {
        "每季一次活动": some | {"act_other": int(month.number % 3 == 1)},
        "只有三次活动": some | {"act_other": int(month.number in (1, 4, 7))},
        "三次活动另有一格空白": some | {"act_other": int(month.number < 4), "act_pets": BLANK},
        "三次活动另有一格看不清": some
        | {"act_other": int(month.number < 4), "act_pets": UNREADABLE if month.number == 12 else 0},
    }


MONTHS = Month.range(Month(2026, 1), DECEMBER)


@pytest.fixture(scope="module")
def year(once):
    """The findings of each month of 2026, by number."""

    def build(folder):
        drawn = Drawn(folder)
        for month in MONTHS:
            everyone = _studies(month) | _yearly(month) | _lives(month) | _acts(month)
            everyone["汛期零次"], everyone["汛期一次"] = {"flood_notice_count": 0}, {"flood_notice_count": 1}
            drawn.write(month, [{"name": name, **told} for name, told in everyone.items()])
            findings.find(drawn.project, month)

    project = Project(once("year", build))
    return {month.number: tables.read(project, tables.FINDINGS, month) for month in MONTHS}


def pace_of(number: int, done: int, begun: int = 0) -> tuple[str, str]:
    """Two studies a year, one by the end of June: the state and the pace of a month, by hand."""
    needed = 1 if begun >= 7 else 2
    if done >= needed:
        return "met", "done"
    if number == 12:
        return "not_met", ""
    if done < 1 and number >= 6 and begun <= 6:
        return "not_applicable", "behind"
    return "not_applicable", "due" if number >= 10 else "on_pace"


@pytest.mark.xdist_group("findings")
@pytest.mark.parametrize("number", range(1, 13))
def test_self_study_is_on_pace_or_behind_until_december_and_not_met_only_then(year, number):
    table = year[number]
    for count in (0, 1, 2):
        assert state_of(table, f"自学{count}次", "self_study") == pace_of(number, count)
    assert state_of(table, "自学未填", "self_study") == ("not_reported", "")


@pytest.mark.xdist_group("findings")
@pytest.mark.parametrize("number", range(6, 13))
def test_a_committee_elected_after_the_first_of_july_needs_one_study(year, number):
    for count in (0, 1):
        if number >= 7:
            new = state_of(year[number], f"07月01日上任自学{count}次", "self_study")
            assert new == pace_of(number, count, begun=7)
        old = state_of(year[number], f"06月30日上任自学{count}次", "self_study")
        assert old == pace_of(number, count, begun=6)


@pytest.mark.xdist_group("findings")
@pytest.mark.parametrize("number", range(1, 13))
def test_yearly_duties_are_judged_at_the_end_of_the_year(year, number):
    table, last = year[number], number == 12
    audits = ("audit_fund", "audit_income", "audit_expense")
    events = ("annual_debrief", "satisfaction_survey", "fund_published", "income_published")
    for duty in (*audits, *events, "theory_training"):
        by_now = ("met", "done") if number >= 5 or duty in (*audits, "theory_training") else None
        assert state_of(table, "全做到", duty) == (
            by_now or ("not_applicable", "on_pace")  # a date still to come is not yet done
        )
        slow = "behind" if duty in audits and number >= 6 else "due" if number >= 10 else "on_pace"
        # a debrief may still be held in the first months of the next year
        at_end = ("not_applicable", "late") if duty == "annual_debrief" else ("not_met", "")
        assert state_of(table, "全没做", duty) == (at_end if last else ("not_applicable", slow))
        assert state_of(table, "没有这些列", duty) == ("not_reported", "")
    for duty in ("annual_debrief", "satisfaction_survey", "fund_published"):
        state, _ = state_of(table, "去年做的", duty)
        assert state == ("not_met" if last and duty != "annual_debrief" else "not_applicable")
    for duty in ("annual_debrief", "audit_fund"):
        assert state_of(table, "写不涉及", duty) == ("needs_review", "")
        assert state_of(table, "看不清", duty) == ("needs_review", "")


@pytest.mark.xdist_group("findings")
@pytest.mark.parametrize("number", range(1, 13))
def test_notices_of_floods_are_asked_for_from_june_to_september(year, number):
    season = number in (6, 7, 8, 9)
    assert state_of(year[number], "汛期零次", "flood_notices")[0] == (
        "not_met" if season else "not_applicable"
    )
    assert state_of(year[number], "汛期一次", "flood_notices")[0] == ("met" if season else "not_applicable")


@pytest.mark.xdist_group("findings")
def test_activities_add_up_over_the_year_and_nothing_unknown_is_held_against_a_committee(year):
    assert state_of(year[9], "每季一次活动", "activities") == ("not_applicable", "on_pace")
    assert state_of(year[10], "每季一次活动", "activities") == ("met", "done")
    assert state_of(year[11], "只有三次活动", "activities") == ("not_applicable", "due")
    assert state_of(year[12], "只有三次活动", "activities") == ("not_met", "")
    assert state_of(year[12], "三次活动另有一格空白", "activities") == ("not_reported", "")
    assert state_of(year[12], "三次活动另有一格看不清", "activities") == ("needs_review", "")
    row = row_of(year[12], "只有三次活动", "activities")
    assert row["reported"] == "3" and row["cell"]  # where the first of the five stands


@pytest.mark.xdist_group("findings")
def test_the_sum_of_a_year_is_whole_only_for_who_was_in_every_month_and_where_no_month_is_missing(tmp_path):
    drawn, (january, february, march) = Drawn(tmp_path / "project"), MONTHS[:3]
    once = dict.fromkeys(_ACTS, 1)
    for month in (january, february, march):
        there = ["一直在", *(["二月才有"] if month > january else []), "三月空一格"]
        gap = {"act_pets": BLANK} if month == march else {}
        drawn.write(
            month, [{"name": name, **once, **(gap if name == "三月空一格" else {})} for name in there]
        )
    rows = {month: tables.read(drawn.project, tables.RETURNS, month) for month in MONTHS[:3]}

    def summed(*history: Month) -> dict[str, tuple[float, bool]]:
        frame = facts(rows[march], {month: rows[month] for month in history}, march, RULES)
        columns = frame[["committee_name", "activities_ytd", "activities_ytd_complete"]]
        return {name: (total, whole) for name, total, whole in columns.itertuples(index=False)}

    assert summed(january, february) == {
        "一直在": (15, True),
        "二月才有": (10, False),
        "三月空一格": (14, False),
    }
    assert summed(february) == {"一直在": (10, False), "二月才有": (10, False), "三月空一格": (9, False)}


def lived(year, name: str) -> list[tuple[str, str]]:
    """(since, change) of each month; empty strings where the table has none."""
    told = []
    for number in range(1, 13):
        if LIVES[name][number - 1] == ".":
            told.append(("", "absent"))
            continue
        row = row_of(year[number], name, "party_prediscussion")
        told.append(tuple(row[key] if isinstance(row[key], str) else "" for key in ("since", "change")))
    return told


@pytest.mark.xdist_group("findings")
def test_a_finding_is_new_once_and_ongoing_after(year):
    told = lived(year, "一直不好")
    assert told[0] == ("2026-01", "new")
    assert told[1:] == [("2026-01", "ongoing")] * 11


@pytest.mark.xdist_group("findings")
def test_a_finding_put_right_is_resolved_and_coming_back_is_reopened(year):
    told = lived(year, "一度改好")
    assert told[2:4] == [("", "resolved"), ("", "")]
    assert told[4:6] == [("2026-05", "reopened"), ("2026-05", "ongoing")]
    assert told[6] == ("", "resolved")
    assert lived(year, "后来出现")[11] == ("2026-12", "new")


@pytest.mark.xdist_group("findings")
def test_a_month_of_which_nothing_is_known_ends_no_run(year):
    told = lived(year, "中间没报")
    assert told[2] == ("", "")
    assert told[3] == ("2026-01", "ongoing")
    assert told[7] == ("2026-01", "ongoing")
    assert told[8] == ("", "resolved")
    assert told[10:] == [("2026-11", "reopened"), ("2026-11", "ongoing")]


@pytest.mark.xdist_group("findings")
def test_a_month_to_which_it_did_not_apply_ends_the_run(year):
    assert lived(year, "中间不适用")[:4] == [
        ("2026-01", "new"),
        ("", ""),
        ("2026-03", "reopened"),
        ("", "resolved"),
    ]


@pytest.mark.xdist_group("findings")
def test_a_missing_month_is_bridged_and_a_later_month_is_never_looked_at(tmp_path):
    drawn = Drawn(tmp_path / "project")
    short = {"name": "甲", "info_system": False}
    for number in (10, 7):  # October first: a back-run of July must not see it
        drawn.write(Month(2026, number), [short])
        findings.find(drawn.project, Month(2026, number))
    row = row_of(tables.read(drawn.project, tables.FINDINGS, Month(2026, 7)), "甲", "info_system")
    assert (row["since"], row["change"]) == ("2026-07", "new")
    row = row_of(findings.find(drawn.project, OCTOBER), "甲", "info_system")
    assert (row["since"], row["change"]) == ("2026-07", "ongoing")


# Namesakes and empty months.


@pytest.mark.xdist_group("findings")
def test_namesakes_are_never_mixed_up(tmp_path):
    drawn = Drawn(tmp_path / "project")
    september = [
        {
            "name": "同名",
            "home": "甲居委会",
            "info_system": False,
            "session_no": 1,
            **dict.fromkeys(_ACTS, 1),
        },
        {"name": "同名", "home": "乙居委会", "info_system": True, "session_no": 1, **dict.fromkeys(_ACTS, 0)},
        {"name": "换届", "session_no": 1, "rule_seal": False},
        {"name": "换届", "session_no": 2, "rule_seal": True},
        {"name": "同名", "street": "江苏路街道", "info_system": True, "rule_seal": False},
    ]
    drawn.write(Month(2026, 9), september)
    findings.find(drawn.project, Month(2026, 9))
    told = [one | ({"info_system": False} if one["name"] == "同名" else {}) for one in september]
    drawn.write(OCTOBER, told)
    table = findings.find(drawn.project, OCTOBER)
    same = table[(table["committee_name"] == "同名") & (table["requirement"] == "info_system")]
    found = {
        (row["street_name"], row["neighbourhood_committee"]): (row["since"], row["change"])
        for _, row in same.iterrows()
    }
    assert found[("华阳路街道", "甲居委会")] == ("2026-09", "ongoing")
    assert found[("华阳路街道", "乙居委会")] == ("2026-10", "new")
    assert found[("江苏路街道", "示例居委会")] == ("2026-10", "new")
    acts = table[(table["committee_name"] == "同名") & (table["requirement"] == "activities")]
    assert acts.set_index("neighbourhood_committee")["reported"].to_dict() == {
        "甲居委会": "10",
        "乙居委会": "0",
        "示例居委会": "",
    }
    seals = table[(table["committee_name"] == "换届") & (table["requirement"] == "rule_seal")]
    assert seals["state"].tolist() == ["not_met", "met"]
    assert [str(cell)[-1] for cell in seals["cell"]] == ["7", "8"]  # each its own row of the sheet
    assert seals["change"].tolist()[0] == "ongoing"
    checks = tables.read(drawn.project, tables.CHECKS, OCTOBER)
    assert checks[checks["requirement"] == "committee_once"].empty


@pytest.mark.xdist_group("findings")
def test_one_committee_on_two_rows_is_a_contradiction_to_be_looked_into(tmp_path):
    drawn = Drawn(tmp_path / "project")
    drawn.write(OCTOBER, [{"name": "重复"}, {"name": "重复"}, {"name": "单独"}])
    findings.find(drawn.project, OCTOBER)
    checks = tables.read(drawn.project, tables.CHECKS, OCTOBER)
    once = checks[checks["requirement"] == "committee_once"]
    assert once["committee_name"].tolist() == ["重复", "重复"]


@pytest.mark.xdist_group("findings")
def test_a_ratio_that_is_not_that_of_the_counts_is_told_at_its_cell_and_the_clause_goes_by_the_counts(
    tmp_path,
):
    drawn = Drawn(tmp_path / "project")
    wrong = {"name": "不符", "member_count": 5, "party_member_count": 2, "party_ratio": 0.6}
    drawn.write(
        OCTOBER,
        [
            wrong,
            {"name": "相符", "member_count": 7, "party_member_count": 4, "party_ratio": 0.57},
            {"name": "没有人数", "party_ratio": 0.6, "cross_post_ratio": 0.2},
            {"name": "没有比例", "member_count": 5, "party_member_count": 3},
        ],
    )
    table = findings.find(drawn.project, OCTOBER)
    (told,) = tables.read(drawn.project, tables.CHECKS, OCTOBER).to_dict("records")
    cells = tables.read(drawn.project, tables.CELLS, OCTOBER)
    typed = cells[(cells["committee_name"] == "不符") & (cells["field"] == "party_ratio")]
    assert (told["committee_name"], told["field"], told["cell"]) == ("不符", "party_ratio", *typed["cell"])
    assert "60.0%" in told["message"] and "党员比例" in told["message"]
    clause = table[table["requirement"] == "party_member_ratio"].set_index("committee_name")["state"]
    assert clause.to_dict() == {
        "不符": "not_met",
        "相符": "met",
        "没有人数": "not_reported",
        "没有比例": "met",
    }


@pytest.mark.xdist_group("findings")
def test_a_party_branch_of_two_full_members_is_to_be_looked_into(tmp_path):
    drawn = Drawn(tmp_path / "project")
    branch = {"party_member_count": 5, "member_count": 7, "party_org_type": "党支部"}
    cases = {
        "两人": branch | {"full_party_member_count": 2},
        "三人": branch | {"full_party_member_count": 3},
        "联合": branch | {"full_party_member_count": 2, "party_org_type": "联合党支部"},
        "未填": branch | {"full_party_member_count": BLANK},
    }
    drawn.write(OCTOBER, [{"name": name} | own for name, own in cases.items()])
    table = findings.find(drawn.project, OCTOBER)
    checks = tables.read(drawn.project, tables.CHECKS, OCTOBER)
    own = checks[checks["requirement"] == "party_branch_has_members"]
    assert own["committee_name"].tolist() == ["两人"] and own["field"].tolist() == ["full_party_member_count"]
    assert state_of(table, "两人", "party_member_ratio")[0] == "met"  # no requirement is put in doubt by it


def test_a_committee_keeps_its_identity_however_its_name_is_typed():
    table = pd.DataFrame(
        {
            "month": ["2026-10"] * 3,
            "street_code": ["1", "1", "2"],
            "committee_name": ["桂语（东）苑业委会", "桂语(东) 苑业委会", "桂语(东)苑业委会"],
            "neighbourhood_committee": ["甲", pd.NA, "甲"],
        }
    )
    one, two, three = IDENTITY.of_table(table)
    assert len({one, two, three}) == 3
    assert (
        IDENTITY.of_table(table.iloc[:1])
        == IDENTITY.of_table(table.iloc[1:2])
        != IDENTITY.of_table(table.iloc[2:])
    )


@pytest.mark.xdist_group("findings")
def test_a_month_without_any_committee_has_no_findings_and_no_crash(tmp_path):
    drawn = Drawn(tmp_path / "project")
    drawn.write(OCTOBER, [])
    assert findings.find(drawn.project, OCTOBER).empty
    assert tables.read(drawn.project, tables.FINDINGS, OCTOBER).empty
    assert tables.read(drawn.project, tables.CHECKS, OCTOBER).empty


def test_a_month_that_was_not_read_yet_is_refused(tmp_path):
    with pytest.raises(RunError):
        findings.find(Drawn(tmp_path / "project").project, OCTOBER)


# The same rules in plain Python, on random committees.


@pytest.mark.xdist_group("oracle")
@pytest.mark.parametrize("month", [OCTOBER, DECEMBER], ids=str)
def test_the_suites_agree_with_the_rules_written_independently(tmp_path, month):
    chance = Random(f"committees of {month}")
    everyone = [
        {"name": f"随机{number}"} | random_committee(chance, RULES.return_fields, month.end)
        for number in range(300)
    ]
    for one in everyone[:240]:  # most of them judged at all
        one["committee_status"] = chance.choice(["已组建", "换届改选中", "届满未换届", "停摆"])
    drawn = Drawn(tmp_path / "project")
    drawn.write(month, everyone)
    table = findings.find(drawn.project, month)
    found = {(row.committee_name, row.requirement): row.state for row in table.itertuples()}
    wrong = []
    for one in everyone:
        judged = Judged(one, month.year, month.number, month.end)
        for id_ in Judged.known(RULES.requirements):
            expected, got = judged.of(id_), found[one["name"], id_]
            if expected != got:
                wrong.append((id_, expected, got, one["name"]))
    assert not wrong, (len(wrong), wrong[:20])
    told = tables.read(drawn.project, tables.CHECKS, month)
    told = told[told["requirement"].isin([f"{ratio}_agrees" for ratio in RATIOS])]
    judged = {one["name"]: Judged(one, month.year, month.number, month.end) for one in everyone}
    assert set(zip(told["committee_name"], told["field"], strict=True)) == {
        (name, ratio) for name, one in judged.items() for ratio in RATIOS if one.disagrees(ratio)
    }
    seen = pd.crosstab(table["requirement"], table["state"])
    # out of season; and five random counts together are always enough
    asked = seen.loc[[id_ for id_ in Judged.known(seen.index) if id_ not in ("flood_notices", "activities")]]
    assert (asked[["met", "not_reported", "needs_review"]] > 0).all().all()


# Suites: loaded whole, or not at all.


SUITES = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in (ROOT / "expectations").glob("*.json")
    if path.stem != "law"  # a layer of its own, see test_law
}
EVERY_RULE = [(name, rule) for name, suite in SUITES.items() for rule in suite["expectations"]]
# past and to come: a suite has a rule for what is asked only later, too
EVER_ASKED = {id_: history[-1][1] for id_, history in standard.requirements.dated().items()}


def test_every_requirement_has_exactly_one_rule_in_the_suite_of_its_chapter():
    judged = [
        (rule["meta"]["requirement"], name) for name, rule in EVERY_RULE if "requirement" in rule["meta"]
    ]
    chapters = {id_: f"chapter_{one.clause[0]}" for id_, one in EVER_ASKED.items()}
    assert sorted(judged) == sorted(chapters.items())


def test_the_severity_of_a_rule_agrees_with_the_force_of_its_words():
    for _, rule in EVERY_RULE:
        id_ = rule["meta"].get("requirement")
        if id_:
            assert rule["severity"] == SEVERITIES[EVER_ASKED[id_].force], id_


def test_every_rule_has_an_id_of_its_own_and_words_for_people():
    assert len({rule["id"] for _, rule in EVERY_RULE}) == len(EVERY_RULE)
    assert all(rule["description"] for _, rule in EVERY_RULE)


def test_a_rule_looks_at_the_datum_of_its_requirement_first():
    for name, rule in EVERY_RULE:
        id_ = rule["meta"].get("requirement")
        if id_:
            assert EVER_ASKED[id_].field in columns_of(rule["kwargs"]), id_
        else:
            assert rule["meta"]["datum"] in vocabulary().of(name).fields, rule["meta"]


def numbers(value: object, inside: str = "") -> list[tuple[str, object]]:
    if isinstance(value, dict):
        return [hit for key, one in value.items() for hit in numbers(one, key)]
    if isinstance(value, list):
        return [hit for one in value for hit in numbers(one, inside)]
    return [(inside, value)] if isinstance(value, int | float) and not isinstance(value, bool) else []


def test_numbers_come_from_the_standard_and_never_from_a_suite():
    for _, rule in EVERY_RULE:
        kwargs = dict(rule["kwargs"])
        condition = kwargs.pop("row_condition", None)
        assert numbers(kwargs) == [], rule["meta"]
        assert set(numbers(condition)) <= {("parameter", 0)}, rule["meta"]  # "> 0": where there is any


def test_suites_are_plain_text_that_a_person_can_read():
    for path in (ROOT / "expectations").glob("*.json"):
        text = path.read_text(encoding="utf-8")
        assert "\\u" not in text
        assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n"


@pytest.fixture
def copy(tmp_path):
    """A drawn project with suites of its own, to be spoilt."""
    shutil.copytree(ROOT / "expectations", tmp_path / "suites")
    drawn = Drawn(tmp_path / "project", tmp_path / "suites")
    drawn.write(OCTOBER, [{"name": "甲", "info_system": True}])
    return drawn


def spoil(drawn: Drawn, suite: str, change) -> None:
    path = drawn.project.expectations / f"{suite}.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def the(content: dict, requirement: str) -> dict:
    return next(one for one in content["expectations"] if requirement in one["meta"].values())


SPOILT = {
    "an unknown type": lambda c: the(c, "self_study").update(type="expect_nothing_at_all"),
    "a bad severity": lambda c: the(c, "self_study").update(severity="fatal"),
    "no severity": lambda c: the(c, "self_study").pop("severity"),
    "an unknown parameter": lambda c: the(c, "reserve")["kwargs"].update(min_value={"$PARAMETER": "nothing"}),
    "a missing rule": lambda c: c["expectations"].remove(the(c, "self_study")),
    "a rule said twice": lambda c: c["expectations"].append(the(c, "self_study")),
    "a rule without a name": lambda c: the(c, "self_study").update(meta={}),
    "a rule without columns": lambda c: the(c, "self_study").update(kwargs={}),
    "an unknown requirement": lambda c: the(c, "self_study")["meta"].update(requirement="self_studies"),
    "an unknown key": lambda c: the(c, "reserve")["kwargs"].update(minimum_value=1),
    "an unknown column": lambda c: the(c, "reserve")["kwargs"].update(column="reserves"),
    "no name": lambda c: c.pop("name"),
    "no rules": lambda c: c.pop("expectations"),
    "another suite's name": lambda c: c.update(name="chapter_1"),
}


@pytest.mark.xdist_group("oracle")
@pytest.mark.parametrize("mistake", SPOILT)
def test_a_suite_with_a_mistake_stops_the_run(copy, mistake):
    spoil(copy, "chapter_3", SPOILT[mistake])
    with pytest.raises(StandardError) as error:
        findings.find(copy.project, OCTOBER)
    assert error.value.where and error.value.to_do
    assert not tables.exists(copy.project, tables.FINDINGS, OCTOBER)


def test_a_rule_of_a_requirement_that_is_not_in_force_rests():
    today = set(RULES.requirements) - {"self_study"}
    kept = running.in_force(SUITES, today)
    ids = {rule["meta"].get("requirement") for suite in kept.values() for rule in suite["expectations"]}
    assert ids - {None} == today
    assert "self_study_minimum" not in running._asked(list(kept.values()))


# The sample: what was planted comes out, at its cell, and nothing else does.


SAMPLED = [Month(2026, number) for number in (7, 8, 9, 10)]
_PLACE = ["street_code", "committee_name", "requirement", "field", "source_file", "source_sheet", "cell"]


@pytest.mark.xdist_group("sample")
@pytest.mark.parametrize("month", SAMPLED, ids=str)
def test_the_known_shortfalls_of_the_sample_are_found_and_nothing_else(sample_project, sample_truth, month):
    table = tables.read(sample_project, tables.FINDINGS, month)
    truth = sample_truth.shortfalls
    short = (table["state"] == "not_met") | table["pace"].eq("encouraged").fillna(False)
    found = table[short][_PLACE].astype(object)
    planted = truth[truth["month"] == str(month)][_PLACE].astype(object)
    assert set(found.itertuples(index=False, name=None)) == set(planted.itertuples(index=False, name=None))
    assert len(found) == len(planted)


@pytest.mark.xdist_group("sample")
def test_what_changed_in_the_sample_follows_from_when_it_fell_short(sample_project, sample_truth):
    truth = sample_truth.shortfalls
    short = {
        key: set(own["month"])
        for key, own in truth.groupby(["street_code", "committee_name", "requirement"], sort=False)
    }
    table = tables.read(sample_project, tables.FINDINGS, OCTOBER)
    seen = set()
    for row in table[table["state"] == "not_met"].itertuples():
        months = short[row.street_code, row.committee_name, row.requirement]
        before = {"2026-07", "2026-08", "2026-09"} & months
        expected = "ongoing" if "2026-09" in months else "reopened" if before else "new"
        assert row.change == expected, (row.committee_name, row.requirement, months)
        seen.add(row.change)
    for row in table[table["change"] == "resolved"].itertuples():
        assert "2026-09" in short[row.street_code, row.committee_name, row.requirement]
        seen.add(row.change)
    assert seen == {"new", "ongoing", "reopened", "resolved"}


@pytest.mark.xdist_group("sample")
@pytest.mark.parametrize("month", SAMPLED, ids=str)
def test_the_oddities_of_the_sample_are_neither_met_nor_not_met(sample_project, sample_truth, month):
    table = tables.read(sample_project, tables.FINDINGS, month)
    cells = tables.read(sample_project, tables.CELLS, month)
    checks = tables.read(sample_project, tables.CHECKS, month)
    truth = sample_truth.oddities
    states = {"blank": "not_reported", "unreadable": "needs_review", "contradiction": "needs_review"}
    place = ["source_file", "source_sheet", "cell"]
    contradictions = []
    for odd in truth[truth["month"] == str(month)].itertuples():
        spot = (odd.source_file, odd.source_sheet, odd.cell)
        judged = table[(table[place] == list(spot)).all(axis=1)]
        assert set(judged["state"]) <= {states[odd.kind], "not_applicable"}, odd
        if odd.kind == "contradiction":
            contradictions.append(spot)
        else:
            (state,) = cells[(cells[place] == list(spot)).all(axis=1)]["value_state"]
            assert state == ("unreadable" if odd.kind == "unreadable" else "not_reported")
    assert sorted(checks[place].itertuples(index=False, name=None)) == sorted(contradictions)


@pytest.mark.xdist_group("sample")
def test_every_finding_of_the_sample_walks_back_to_a_cell_and_a_clause(sample_project):
    table = tables.read(sample_project, tables.FINDINGS, OCTOBER)
    open_ = table[table["state"] == "not_met"]
    for column in (
        "source_file",
        "source_sheet",
        "cell",
        "clause",
        "edition",
        "message",
        "required",
        "since",
    ):
        assert open_[column].notna().all() and (open_[column] != "").all(), column
    assert open_["clause"].isin(list(RULES.clauses)).all()


# A return whose columns stand on several sheets.


@pytest.mark.xdist_group("findings")
def test_a_finding_names_the_sheet_on_which_its_cell_stands(tmp_path):
    import openpyxl

    from redstats.returns import import_month

    drawn = Drawn(tmp_path / "project")
    folder = drawn.project.raw / str(OCTOBER)
    folder.mkdir(parents=True)
    book = openpyxl.Workbook()
    first, second = book.active, book.create_sheet("党建")
    first.title = "基本情况"
    first.append(["填报单位：华阳路街道"])
    first.append(["所属居委会", "业委会名称", "业委会人数", "业委会党员人数", "业委会状态"])
    second.append(["业委会名称", "是否符合建立党组织条件", "党组织形式", "述职评议日期"])
    for name in ("甲苑业委会", "乙苑业委会"):
        first.append(["华阳路一", name, 5, 3, "已组建"])
        second.append([name, "是", "无" if name.startswith("乙") else "党支部", None])
    book.save(folder / "华阳路.xlsx")
    import_month(drawn.project, OCTOBER)
    table = findings.find(drawn.project, OCTOBER)
    (row,) = table[table["state"] == "not_met"].itertuples()
    assert (row.requirement, row.committee_name) == ("party_org_coverage", "乙苑业委会")
    assert (row.source_sheet, row.cell) == ("党建", "C3")

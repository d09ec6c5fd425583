"""The city's rules: dated, judged apart from the standard, and silent where history is unknown."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from itertools import pairwise
from random import Random

import documents
import pandas as pd
import pytest
import yaml
from drawn import BLANK, NOT_APPLICABLE, ROOT, UNREADABLE, Drawn
from law_oracle import AUDIT, RESTING, SINCE, UnderLaw, near
from oracle import random_committee

from redstats import findings, scores, standard, tables
from redstats.errors import StandardError
from redstats.months import Month
from redstats.project import Project
from redstats.scores import coverage
from redstats.standard import law
from redstats.standard.document import FOLDER
from redstats.suites.names import SEVERITIES

MONTHS = Month.range(Month(2022, 1), Month(2027, 12))
NOW = standard.on(dt.date(2026, 6, 30)).law
DAY = dt.date


# What it says.


def test_every_rule_of_the_register_is_judged_or_says_why_not():
    now = standard.on(DAY(2026, 7, 31)).law
    known = law.of_register(now)
    # the register was begun with thirty, of which none may be lost; what follows is told in the order of its numbers
    assert list(known)[:30] == [f"L{number:02d}" for number in range(1, 31)]
    assert list(known) == sorted(known)
    told = [one.id for own in known.values() for one in own]
    assert sorted(told) == sorted([*now.rules, *now.resting, *now.gaps])
    assert all(one.why for one in NOW.gaps.values())


def test_every_rule_carries_document_article_link_and_the_day_it_was_compared():
    for history in law.dated().values():
        for _, rule in history:
            assert rule.document and rule.article and rule.compared_on >= DAY(2026, 9, 11)
            assert bool(rule.quote) != bool(rule.summary)
            if rule.verified:
                assert rule.link and all(one.valid_from <= rule.since for one in rule.documents)


def test_what_is_not_verified_is_switched_off(folder):
    change(folder, "    verified: true", "    verified: false")  # of L01_size, the first of all
    drawn = standard.on(DAY(2026, 6, 30), folder).law
    assert "L01_size" in NOW.rules and set(drawn.resting) == {"L01_size", *NOW.resting}
    for told, path in ((NOW, FOLDER), (drawn, folder)):
        rules = yaml.safe_load((path / "law.yaml").read_text(encoding="utf-8"))["rules"]
        doubted = {id_ for id_, one in rules.items() if not (one["verified"] or one.get("enabled"))}
        assert not doubted & set(told.rules) and not set(told.rules) & set(told.resting)


@pytest.mark.parametrize("month", MONTHS, ids=str)
def test_the_law_of_every_month_is_known(month):
    now = standard.on(month.end).law
    assert set(now.rules) & set(SINCE) == {id_ for id_, since in SINCE.items() if since <= month.end}
    assert all(rule.since <= month.end <= (rule.until or month.end) for rule in now.rules.values())
    assert now.edition.startswith("sh-law-") and now.edition <= f"sh-law-{month.end}"


def test_each_change_of_the_law_is_an_edition_of_its_own():
    told = [standard.on(month.end).law for month in MONTHS]
    assert {one.edition.removeprefix("sh-law-") for one in told} >= {
        *("2021-07-01", "2023-12-28", "2026-03-23", "2026-04-01", "2026-06-04", "2026-07-01")
    }
    for before, after in pairwise(told):
        changed = after.rules != before.rules
        began = after.edition > f"sh-law-{before.day}"  # the day since when it says so lies between the two
        assert began == (after.edition != before.edition) and (began or not changed), after.day


def test_a_rule_changes_and_ends_with_its_document():
    before, after = (law.on(day).rules["L16_income"] for day in (DAY(2026, 3, 31), DAY(2026, 4, 1)))
    assert "15" not in before.required and after.required == "每季度第1个月的15日前公布1次"
    assert after.until == DAY(2030, 12, 31) and "L17_report" not in law.on(DAY(2031, 1, 1)).rules
    assert law.on(DAY(2031, 1, 1)).rules["L16_income"].value == before.value


def test_rules_and_requirements_never_share_a_name():
    assert not set(law.dated()) & set(standard.requirements.dated())


SUITE = json.loads((ROOT / "expectations" / "law.json").read_text(encoding="utf-8"))


def test_every_rule_has_one_expectation_as_strong_as_its_words():
    judged = [one["meta"]["requirement"] for one in SUITE["expectations"]]
    assert sorted(judged) == sorted(law.dated())
    assert {one["severity"] for one in SUITE["expectations"]} == {SEVERITIES["must"]}
    everything = [json.loads(path.read_text("utf-8")) for path in (ROOT / "expectations").glob("*.json")]
    ids = [one["id"] for suite in everything for one in (suite, *suite["expectations"])]
    assert len(set(ids)) == len(ids)


def test_numbers_come_from_the_law_and_never_from_the_suite():
    def numbers(value: object) -> list:
        inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        own = [value] if isinstance(value, int | float) and not isinstance(value, bool) else []
        return own + [hit for one in inside for hit in numbers(one)]

    for one in SUITE["expectations"]:
        assert set(numbers(one["kwargs"])) <= {0}, one["meta"]  # "> 0": where there is any


# How strictly it is read.


@pytest.fixture
def folder(tmp_path):
    target = tmp_path / "standard"
    shutil.copytree(FOLDER, target, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return target


def change(folder, old: str, new: str, file: str = "law.yaml") -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text, old
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


SIZE = "{value: {minimum: 5, fewest: 3, area: 10000}, document: regulation"
MISTAKES = {
    "a switch that is none": ("\nenabled: true", "\nenabled: 开", ["enabled"]),
    "an unknown key": ("    title: 委员人数\n", "    titel: 委员人数\n", ["L01_size", "titel"]),
    "an unknown field": ("field: member_count", "field: members", ["L01_size", "members"]),
    "an unknown document": (SIZE, SIZE.replace("regulation", "rules"), ["L01_size", "rules"]),
    "a day before its document": ("2026-04-01:\n", "2026-03-31:\n", ["L16_income", "2026-04-01"]),
    "no article": ("article: 第二十条, quote: 任期为", "quote: 任期为", ["L02_term", "article"]),
    "neither words nor summary": (", quote: 任期为三年到五年", "", ["L02_term", "quote"]),
    "both words and summary": (
        *("quote: 任期为三年到五年", "quote: 任期为三年到五年, summary: 三到五年"),
        ["L02_term", "summary"],
    ),
    "verified without a link": ("    verified: false", "    verified: true", ["L01_upper", "verified"]),
    "a verified that is none": ("verified: true", "verified: 是", ["L01_size", "verified"]),
    "a number that is none": ("{months: 5}", "{months: 五}", ["L03_report", "months"]),
    "a missing number": ("{months: 6, minimum: 1}", "{minimum: 1}", ["L09_activity", "months"]),
    "a placeholder that nothing fills": ("任期{least}年", "任期{lest}年", ["L02_term", "lest"]),
    "a period that does not fit the year": ("{every: 6,", "{every: 5,", ["L15_fund", "every"]),
    "two ways to look at a field": (
        *("before: term_end", "before: term_end\n    after: election_date"),
        ["L03_report", "after", "before"],
    ),
    "a day that is none": ("compared_on: 2026-09-11", "compared_on: 去年", ["L01_size", "compared_on"]),
    "a gap without a reason": (", why: 报表没有移交日期", "", ["L07", "why"]),
    "a rule said twice": ("  L01_upper:", "  L01_size:", ["L01_size", "第"]),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_law_with_a_mistake_is_refused_by_name(folder, mistake):
    old, new, named = MISTAKES[mistake]
    change(folder, old, new)
    with pytest.raises(StandardError) as error:
        standard.on(DAY(2026, 6, 30), folder)
    message = str(error.value)
    assert "law.yaml" in message and all(word in message for word in named), message
    assert error.value.where and error.value.to_do


def test_a_rule_that_is_not_verified_can_be_switched_on(folder):
    change(folder, "    verified: false", "    verified: false\n    enabled: true")
    assert "L01_upper" in standard.on(DAY(2026, 6, 30), folder).law.rules


def test_the_layer_can_be_switched_off_as_a_whole(folder):
    change(folder, "\nenabled: true", "\nenabled: false")
    off = standard.on(DAY(2026, 6, 30), folder).law
    assert not off.rules and set(off.resting) == {*NOW.rules, *NOW.resting}


# One committee a case, all cases of a month in one run.

REPORTS = {"term_start": DAY(2021, 12, 1), "term_end": DAY(2026, 11, 30)}
FEW = {"member_count": 3, "alternate_count": 0}
NOTHING = {"reception_days": 0, "joint_meetings": 0, "seals_separate_keepers": False, "seal_log": False}
CASES: dict[str, list[tuple[str, str | None, dict]]] = {
    "2025-12": [
        *[(id_, None, NOTHING) for id_ in ("L13_reception", "L14_joint", "L21_keepers", "L17_report")],
        ("L15_fund", "met", {"fund_publish_dates": [DAY(2025, 12, 31)]}),
    ],
    "2026-01": [
        ("L16_income", "met", {"income_publish_dates": [DAY(2026, 1, 16)]}),
        ("L16_income", "not_applicable", {"income_publish_dates": BLANK}),
        ("L16_income", "not_applicable", {"income_publish_dates": [DAY(2025, 12, 31)]}),
    ],
    "2026-03": [
        ("L13_reception", "not_applicable", NOTHING),  # in force for a part of the month only
        ("L13_reception", "met", {"reception_days": 1}),
        ("L21_log", "not_met", NOTHING),
    ],
    "2026-04": [
        ("L16_income", "not_met", {"income_publish_dates": [DAY(2026, 4, 16)]}),
        ("L16_income", "met", {"income_publish_dates": [DAY(2026, 4, 15)]}),
        ("L16_income", "not_met", {"income_publish_dates": BLANK}),
        ("L16_income", "not_met", {"income_publish_dates": [DAY(2026, 3, 31)]}),
        ("L16_income", "needs_review", {"income_publish_dates": UNREADABLE}),
        ("L16_income", "needs_review", {"income_publish_dates": NOT_APPLICABLE}),
        ("L16_income", "not_reported", {}),
        ("L17_report", "not_applicable", {"audit_report_date": BLANK}),
        ("L17_fund", "not_applicable", {"audit_fund": False}),
        ("L17_fund", "met", {"audit_fund": True}),
        *[(id_, "not_met", NOTHING) for id_ in ("L13_reception", "L14_joint")],  # the first month as a whole
    ],
    "2026-06": [
        *[(id_, "not_met", NOTHING) for id_ in ("L13_reception", "L14_joint", "L21_keepers", "L21_log")],
        ("L03_report", "not_met", REPORTS | {"renewal_report_date": BLANK}),
        ("L03_report", "met", REPORTS | {"renewal_report_date": DAY(2026, 6, 30)}),
        ("L03_report", "not_reported", REPORTS),
        ("L03_report", "needs_review", REPORTS | {"renewal_report_date": DAY(2021, 6, 1)}),
        ("L17_report", "met", {"audit_report_date": DAY(2026, 6, 30)}),
        ("L17_report", "not_met", {"audit_report_date": BLANK}),
        ("L17_report", "not_met", {"audit_report_date": DAY(2025, 6, 1)}),
        ("L17_fund", "not_met", {"audit_fund": False}),
    ],
    "2026-07": [
        ("L01_size", "met", FEW | {"floor_area_m2": 9800.0}),
        ("L01_size", "met", FEW | {"floor_area_m2": 10000.0}),
        ("L01_size", "not_met", FEW | {"floor_area_m2": 10200.0}),
        ("L01_size", "not_reported", FEW | {"floor_area_m2": BLANK}),
        ("L01_size", "not_met", {"member_count": 6, "floor_area_m2": BLANK}),
        ("L01_size", "met", {"member_count": 5, "floor_area_m2": UNREADABLE}),
        ("L01_size", "met", {"member_count": 15, "floor_area_m2": 90000.0}),  # no upper limit in Shanghai
        ("L01_size", "not_met", {"member_count": 1, "floor_area_m2": 90.0}),
        ("L02_term", "met", REPORTS),
        ("L02_term", "met", {"term_start": DAY(2022, 3, 1), "term_end": DAY(2025, 2, 28)}),
        ("L02_term", "met", {"term_start": DAY(2022, 3, 1), "term_end": DAY(2027, 3, 1)}),
        ("L02_term", "not_met", {"term_start": DAY(2022, 3, 1), "term_end": DAY(2027, 3, 2)}),
        ("L02_term", "not_met", {"term_start": DAY(2022, 3, 1), "term_end": DAY(2025, 2, 27)}),
        ("L02_term", "needs_review", {"term_start": DAY(2027, 3, 1), "term_end": DAY(2022, 3, 1)}),
        ("L02_term", "not_reported", {"term_end": DAY(2027, 3, 1), "term_start": BLANK}),
        ("L03_report", "not_met", REPORTS | {"renewal_report_date": DAY(2026, 7, 2)}),
        ("L03_report", "not_applicable", {"term_end": DAY(2027, 3, 1), "renewal_report_date": BLANK}),
        ("L04_group", "not_applicable", {"renewal_report_date": BLANK, "renewal_group_date": BLANK}),
        (
            *("L04_group", "met"),
            {"renewal_report_date": DAY(2026, 5, 1), "renewal_group_date": DAY(2026, 6, 30)},
        ),
        (
            *("L04_group", "not_met"),
            {"renewal_report_date": DAY(2026, 5, 1), "renewal_group_date": DAY(2026, 7, 1)},
        ),
        (
            *("L04_group", "not_applicable"),
            {"renewal_report_date": DAY(2026, 7, 1), "renewal_group_date": BLANK},
        ),
        ("L08_filing", "met", {"election_date": DAY(2026, 6, 1), "filing_date": DAY(2026, 7, 1)}),
        ("L08_filing", "not_met", {"election_date": DAY(2026, 6, 1), "filing_date": DAY(2026, 7, 2)}),
        ("L08_filing", "not_reported", {"election_date": DAY(2026, 6, 1), "filing_date": BLANK}),
        ("L08_filing", "not_applicable", {"election_date": DAY(2026, 7, 20), "filing_date": BLANK}),
        ("L08_filing", "needs_review", {"election_date": DAY(2026, 6, 1), "filing_date": DAY(2021, 6, 9)}),
        ("L08_filing", "not_applicable", {"election_date": DAY(2021, 6, 1), "filing_date": DAY(2021, 9, 1)}),
        ("L09_strength", "met", {"member_count": 6, "serving_count": 3}),
        ("L09_strength", "not_met", {"member_count": 7, "serving_count": 3, "alternate_count": 5}),
        ("L24_filled", "not_met", {"member_count": 7, "serving_count": 6, "alternate_count": 1}),
        # the same vacancy, told by the rule that asks for more
        ("L24_filled", "not_applicable", {"member_count": 7, "serving_count": 3, "alternate_count": 5}),
        ("L24_filled", "met", {"member_count": 7, "serving_count": 7, "alternate_count": 1}),
        ("L24_filled", "not_applicable", {"member_count": 7, "serving_count": 6, "alternate_count": 0}),
        ("L11_attendance", "not_met", {"committee_meetings": 1, "meeting_attendance": 0.5}),
        ("L11_attendance", "met", {"committee_meetings": 1, "meeting_attendance": 0.6}),
        ("L11_attendance", "not_applicable", {"committee_meetings": 0, "meeting_attendance": BLANK}),
        ("L11_meetings", "met", {"committee_meetings": 1}),
        ("L11_meetings", "not_reported", {"committee_meetings": 0}),  # June had no such committee
        ("L17_notice", "met", {"audit_report_date": DAY(2026, 6, 1), "audit_notice_date": DAY(2026, 6, 4)}),
        (
            *("L17_notice", "not_met"),
            {"audit_report_date": DAY(2026, 6, 1), "audit_notice_date": DAY(2026, 6, 5)},
        ),
        ("L17_notice", "not_met", {"audit_report_date": DAY(2026, 6, 1), "audit_notice_date": BLANK}),
        ("L17_notice", "not_applicable", {"audit_report_date": BLANK, "audit_notice_date": BLANK}),
        ("L17_report", "not_met", {"audit_report_date": DAY(2026, 7, 1)}),
        ("L05_overdue", "met", REPORTS),
        ("L13_reception", "not_applicable", NOTHING | {"committee_status": "筹备组建中"}),
        ("L13_reception", "not_met", NOTHING | {"committee_status": "停摆"}),
    ],
    "2026-12": [
        ("L05_overdue", "not_met", REPORTS),
        ("L15_fund", "not_reported", {"fund_publish_dates": BLANK}),  # nothing is known of the months before
        ("L15_fund", "met", {"fund_publish_dates": [DAY(2026, 7, 1)]}),
    ],
}
EVERY_CASE = [(month, number) for month, cases in CASES.items() for number in range(len(cases))]


@pytest.fixture(scope="module")
def judged(once):
    """The findings of each month under the law, by committee and rule."""

    def build(folder):
        drawn = Drawn(folder)
        for month, cases in CASES.items():
            told = [{"name": f"{month}第{number}例", **case} for number, (_, _, case) in enumerate(cases)]
            drawn.write(Month.parse(month), told)
            findings.find(drawn.project, Month.parse(month))

    project = Project(once("law", build))
    found = {month: tables.read(project, tables.LAW, Month.parse(month)) for month in CASES}
    return {month: one.set_index(["committee_name", "requirement"]) for month, one in found.items()}


@pytest.mark.xdist_group("law")
@pytest.mark.parametrize(("month", "number"), EVERY_CASE)
def test_a_case_comes_out_in_its_state(judged, month, number):
    rule, state, _ = CASES[month][number]
    table, key = judged[month], (f"{month}第{number}例", rule)
    assert (table.loc[key, "state"] if key in table.index else None) == state


def row_of(judged, month: str, rule: str, state: str) -> pd.Series:
    number = next(at for at, case in enumerate(CASES[month]) if case[:2] == (rule, state))
    return judged[month].loc[(f"{month}第{number}例", rule)]


@pytest.mark.xdist_group("law")
def test_a_finding_says_how_late_by_which_article_and_where(judged):
    row = row_of(judged, "2026-07", "L03_report", "not_met")
    assert row["due"] == DAY(2026, 6, 30) and "晚2天" in row["message"]
    assert row["article"] == "第二十八条" and row["article"] in row["message"]
    assert row["document"] and row["link"] and row["compared_on"] == DAY(2026, 9, 11)
    assert row["edition"] == "sh-law-2026-07-01" and row["cell"].rstrip("0123456789")
    assert "晚1天" in row_of(judged, "2026-04", "L16_income", "not_met")["message"]
    assert "31天" in row_of(judged, "2026-12", "L05_overdue", "not_met")["message"]


@pytest.mark.xdist_group("law")
def test_a_back_run_judges_by_the_law_of_its_month(judged):
    then, now = (set(judged[month].index.get_level_values(1)) for month in ("2025-12", "2026-06"))
    came = {id_ for id_, since in SINCE.items() if since > DAY(2025, 12, 31)}
    assert (now - then) & set(SINCE) == came
    assert all(law.dated()[id_][0][0] > DAY(2025, 12, 31) for id_ in now - then)


@pytest.mark.xdist_group("law")
def test_what_is_missing_from_earlier_months_is_said(judged):
    message = row_of(judged, "2026-07", "L11_meetings", "not_reported")["message"]
    assert "此前月份" in message


# Several months.

IDLE = {"committee_meetings": 0, "reception_days": 0, "patrol_count": 0}
SPAN = Month.range(Month(2025, 10), Month(2026, 3))


@pytest.fixture(scope="module")
def half_a_year(once):
    def build(folder):
        drawn = Drawn(folder)
        for number, month in enumerate(SPAN):
            everyone = {"六个月都是零": IDLE, "开过一次会": IDLE | {"committee_meetings": int(number == 1)}}
            everyone["最后一月接待过"] = IDLE | {"reception_days": int(number == 5)}
            everyone["有一格空白"] = IDLE | ({"patrol_count": BLANK} if number == 2 else {})
            everyone["后来才有"] = IDLE if number > 2 else None
            everyone["每月只写当月"] = {"income_publish_dates": [DAY(2026, 1, 9)] if number == 3 else BLANK}
            everyone["一直没公布"] = {"income_publish_dates": BLANK, "fund_publish_dates": BLANK}
            told = [{"name": name, **one} for name, one in everyone.items() if one is not None]
            drawn.write(month, told)
        for month in SPAN[4:]:
            findings.find(drawn.project, month)

    return Project(once("half_a_year", build))


@pytest.mark.xdist_group("law")
@pytest.mark.parametrize(
    ("name", "rule", "state"),
    [
        ("六个月都是零", "L09_activity", "not_met"),
        ("开过一次会", "L09_activity", "met"),
        ("最后一月接待过", "L09_activity", "met"),
        ("有一格空白", "L09_activity", "not_reported"),
        ("后来才有", "L09_activity", "not_reported"),
        ("开过一次会", "L11_meetings", "not_met"),
        ("后来才有", "L11_meetings", "not_met"),
        ("每月只写当月", "L16_income", "met"),
        ("一直没公布", "L16_income", "not_met"),
        ("一直没公布", "L15_fund", "not_applicable"),
    ],
)
def test_months_are_judged_together_across_the_turn_of_the_year(half_a_year, name, rule, state):
    table = tables.read(half_a_year, tables.LAW, SPAN[-1]).set_index(["committee_name", "requirement"])
    assert table.loc[(name, rule), "state"] == state


@pytest.mark.xdist_group("law")
def test_a_finding_under_the_law_has_a_life_of_its_own(half_a_year):
    table = tables.read(half_a_year, tables.LAW, SPAN[-1]).set_index(["committee_name", "requirement"])
    row = table.loc[("六个月都是零", "L11_meetings")]
    assert (row["since"], row["change"]) == ("2026-02", "ongoing")
    assert table.loc[("六个月都是零", "L09_activity"), "change"] == "new"


@pytest.mark.xdist_group("law")
def test_five_months_without_returns_before_are_not_held_against_anyone(half_a_year):
    table = tables.read(half_a_year, tables.LAW, SPAN[-2])
    assert not ((table["requirement"] == "L09_activity") & (table["state"] == "not_met")).any()


def vaguely(drawn: Drawn, month: Month, *fields: str) -> None:
    """Write the note on the cells of these fields that only their months were given."""
    cells = tables.read(drawn.project, tables.CELLS, month)
    cells.loc[cells["field"].isin(fields), "note"] = "只写到月，按当月1日计"
    tables.write(drawn.project, tables.CELLS, month, cells, "310105")


@pytest.mark.xdist_group("law")
def test_a_date_without_its_day_decides_only_what_any_day_of_the_month_would(tmp_path):
    drawn, month = Drawn(tmp_path / "project"), Month(2026, 7)
    filed = {"election_date": DAY(2026, 5, 20)}
    told = {
        "六月备案": filed | {"filing_date": DAY(2026, 6, 1)},  # perhaps after the 19th
        "七月备案": filed | {"filing_date": DAY(2026, 7, 1)},
        "五月备案": filed | {"filing_date": DAY(2026, 5, 1)},
        "七月公布": {"income_publish_dates": [DAY(2026, 7, 1)]},
        "两次公布": {"income_publish_dates": [DAY(2026, 7, 1), DAY(2026, 7, 9)]},
        "五年任期": {"term_start": DAY(2022, 3, 1), "term_end": DAY(2027, 3, 31)},
        "六年任期": {"term_start": DAY(2022, 3, 1), "term_end": DAY(2028, 3, 31)},
    }
    drawn.write(month, [{"name": name, **one} for name, one in told.items()])
    vaguely(drawn, month, "filing_date", "income_publish_dates", "term_start", "term_end")
    findings.find(drawn.project, month)
    table = tables.read(drawn.project, tables.LAW, month).set_index(["committee_name", "requirement"])
    found = {
        name: table.loc[(name, rule), "state"]
        for name, rule in zip(told, ["L08_filing"] * 3 + ["L16_income"] * 2 + ["L02_term"] * 2, strict=True)
    }
    assert list(found.values()) == [
        *("needs_review", "not_met", "met", "needs_review", "met", "met", "not_met")
    ]


# Apart from the standard.


@pytest.mark.xdist_group("law")
def test_the_law_changes_neither_findings_nor_scores(tmp_path, monkeypatch):
    months, made, real = Month(2026, 6), {}, standard.on
    off = tmp_path / "standard"
    shutil.copytree(FOLDER, off, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    change(off, "\nenabled: true", "\nenabled: false")
    for switch, folder in ((True, FOLDER), (False, off)):
        monkeypatch.setattr(standard, "on", lambda day, folder=folder: real(day, folder))
        drawn = Drawn(tmp_path / str(switch))
        drawn.write(months, [{"name": "甲", **NOTHING, "member_count": 6, "info_system": False}])
        findings.find(drawn.project, months)
        coverage.measure(drawn.project, months)
        scores.score(drawn.project, months)
        made[switch] = {
            name: tables.read(drawn.project, name, months)
            for name in (tables.FINDINGS, tables.CHECKS, tables.SCORES, tables.COVERAGE, tables.LAW)
        }
    assert (made[True][tables.LAW]["state"] == "not_met").any() and made[False][tables.LAW].empty
    for name in (tables.FINDINGS, tables.CHECKS, tables.SCORES, tables.COVERAGE):
        pd.testing.assert_frame_equal(made[True][name], made[False][name])
    assert not made[True][tables.FINDINGS]["requirement"].isin(list(law.dated())).any()


def test_without_its_suite_the_layer_stops_the_run_and_says_how_to_go_on(tmp_path):
    shutil.copytree(ROOT / "expectations", tmp_path / "suites")
    (tmp_path / "suites" / "law.json").unlink()
    drawn = Drawn(tmp_path / "project", tmp_path / "suites")
    drawn.write(Month(2026, 6), [{"name": "甲"}])
    with pytest.raises(StandardError, match=r"law\.json") as error:
        findings.find(drawn.project, Month(2026, 6))
    assert "enabled: false" in error.value.to_do


# The same rules in plain Python, on random committees.


@pytest.mark.xdist_group("law_oracle")
@pytest.mark.parametrize("month", [Month(2025, 12), Month(2026, 6), Month(2026, 8)], ids=str)
def test_the_suite_agrees_with_the_rules_written_independently(tmp_path, month):
    chance = Random(f"law of {month}")
    fields = standard.on(month.end).return_fields
    drawn, told = Drawn(tmp_path / "project"), {}
    for one in Month.range(month.plus(-5), month):
        told[one] = [
            {"name": f"随机{number}"} | near(chance, random_committee(chance, fields, one.end), one.end)
            for number in range(300)
            if one == month or chance.random() < 0.97
        ]
        for committee in told[one]:
            if one != month and chance.random() < 0.6:  # else hardly any span would be known
                committee |= IDLE
            if one != month and chance.random() < 0.7:
                committee["income_publish_dates"] = committee["fund_publish_dates"] = []
            if one != month and chance.random() < 0.9:  # else hardly anybody would owe the year's audit
                committee |= dict.fromkeys(AUDIT, BLANK)
            if chance.random() < 0.85:
                committee["committee_status"] = chance.choice(["已组建", "换届改选中", "停摆"])
        drawn.write(one, told[one])
    findings.find(drawn.project, month)
    table = tables.read(drawn.project, tables.LAW, month)
    table = table[table["requirement"].isin(SINCE)]
    found = {(row.committee_name, row.requirement): row.state for row in table.itertuples()}
    before = [{one["name"]: one for one in told[month.plus(-back)]} for back in range(1, 6)]
    wrong, expected = [], 0
    for one in told[month]:
        judged = UnderLaw(one, month.end, [earlier.get(one["name"]) for earlier in before])
        for id_ in SINCE:
            state, got = judged.state(id_), found.get((one["name"], id_))
            expected += state is not None
            if state != got:
                wrong.append((id_, state, got, one["name"]))
    assert not wrong, (len(wrong), wrong[:20])
    assert expected == len(found)
    seen = pd.crosstab(table["requirement"], table["state"])
    asked = seen.drop(index=["L15_fund"] if month.number == 8 else [])  # due by the end of the year
    assert (asked[["met", "not_met", "not_reported", "needs_review"]] > 0).all().all(), asked


@pytest.mark.xdist_group("law_oracle")
def test_the_rules_that_rest_agree_too_once_they_are_switched_on(tmp_path, folder, monkeypatch):
    text = (folder / "law.yaml").read_text(encoding="utf-8")
    text = text.replace("    verified: false", "    verified: false\n    enabled: true")
    (folder / "law.yaml").write_text(text, encoding="utf-8")
    real, month, chance = standard.on, Month(2026, 6), Random("resting")
    monkeypatch.setattr(standard, "on", lambda day, _folder=None: real(day, folder))
    fields = standard.on(month.end).return_fields
    told = [
        {"name": f"随机{number}"} | near(chance, random_committee(chance, fields, month.end), month.end)
        for number in range(300)
    ]
    drawn = Drawn(tmp_path / "project")
    drawn.write(month, told)
    findings.find(drawn.project, month)
    table = tables.read(drawn.project, tables.LAW, month)
    found = {(row.committee_name, row.requirement): row.state for row in table.itertuples()}
    for id_ in RESTING:
        expected = {one["name"]: UnderLaw(one, month.end, []).state(id_) for one in told}
        assert {name: found[name, id_] for name in expected} == expected
        assert set(expected.values()) >= {"met", "not_met", "not_applicable", "not_reported", "needs_review"}


def test_every_rule_that_the_oracle_knows_is_one_of_the_law():
    assert {*SINCE, *RESTING} <= set(law.dated())


# Where it is shown.


@pytest.fixture(scope="module")
def figures(sample_project):
    from redstats.dashboards import Figures

    return Figures(sample_project, Month(2026, 10))


def blocks_of(figures) -> list[str]:
    from redstats.dashboards import law as shown

    places = figures.streets
    made = [shown.summary(figures)]
    made += [block(figures, one) for one in places for block in (shown.summary, shown.findings)]
    return [one.html for one in made]


@pytest.mark.xdist_group("sample")
def test_a_street_page_lists_every_breach_with_article_and_link(figures):
    district, *streets = blocks_of(figures)
    assert "不计入评分" in district
    broken = figures.law[figures.law["state"] == "not_met"]
    assert len(broken) and f"共 {len(broken)} 项次" in district
    for at, street in enumerate(figures.streets):
        page = streets[2 * at + 1]
        for row in broken[broken["street_code"] == street.code].itertuples():
            rule = figures.rules.law.rules[row.requirement]
            assert row.committee_name in page and rule.article in page
            assert rule.link.replace("&", "&amp;") in page
        assert page.count('href="') == page.count('href="#')  # official links are text: there is no internet


@pytest.mark.xdist_group("sample")
def test_the_reference_page_tells_the_whole_register_and_which_rules_of_it_rest(figures):
    from redstats.dashboards import law as shown

    page, told = shown.register(figures).html, figures.rules.law
    assert all(f">{number}<" in page for number in law.of_register(told))
    doubted = [one for one in told.resting.values() if not one.verified]
    assert page.count("停用：原文或来源未核实") == len(doubted) and "href" not in page


@pytest.mark.xdist_group("sample")
def test_switched_off_the_layer_leaves_no_block_behind(figures, folder):
    from redstats.dashboards import Figures
    from redstats.dashboards import law as shown

    change(folder, "\nenabled: true", "\nenabled: false")
    off = Figures(figures.project, figures.month)
    off.rules = standard.on(figures.month.end, folder)
    off.law = off.law.iloc[:0]
    assert not any(blocks_of(off))
    assert "整层关闭" in shown.register(off).html


def test_the_page_of_the_standard_is_what_the_data_say():
    from redstats.standard.page import page

    told = (ROOT / "docs" / "standard.md").read_text(encoding="utf-8")
    assert told == page(ROOT / "expectations"), documents.RENEW
    for history in standard.requirements.dated().values():
        assert all(one.quote in told and f"`{one.id}`" in told for _, one in history)
    assert all(one.link in told for one in law.documents().values())

"""Who reported, and how many of the eligible are covered; numerators and denominators counted by hand."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pandas as pd
import pytest
from drawn import BLANK, Drawn, as_reported
from oracle import Judged

from redstats import places, standard, submissions, tables
from redstats.months import Month
from redstats.scores import coverage
from redstats.settings import Settings

OCTOBER = Month(2026, 10)
ROLL = places.on(OCTOBER.end)
HUAYANG, JIANGSU = "310105001", "310105002"


def counts(table: pd.DataFrame, measure: str, street: str | None = None) -> tuple[int, int, int]:
    own = table[(table["measure"] == measure)]
    own = own[own["street_code"].isna() if street is None else own["street_code"] == street]
    (row,) = own.to_dict("records")
    return int(row["reached"]), int(row["eligible"]), int(row["unreported"])


@pytest.fixture
def drawn(tmp_path):
    return Drawn(tmp_path / "project")


# Coverage.


def test_reached_of_eligible_and_the_unreported_apart(drawn):
    states = ["met", "met", "not_met", "not_applicable", "not_reported", "needs_review"]
    everyone = [{"name": f"甲{at}", "party_org_coverage": state} for at, state in enumerate(states)]
    everyone += [{"name": "乙", "street": JIANGSU, "party_org_coverage": "not_met"}]
    drawn.write(OCTOBER, [])
    drawn.judge(OCTOBER, everyone)
    table = coverage.measure(drawn.project, OCTOBER)
    assert counts(table, "party_org_coverage", HUAYANG) == (2, 3, 2)
    assert counts(table, "party_org_coverage", JIANGSU) == (0, 1, 0)
    assert counts(table, "party_org_coverage") == (2, 4, 2)  # committees, not a mean of streets
    assert counts(table, "info_system") == (0, 0, 0)
    assert counts(table, "party_org_coverage", "310105011") == (0, 0, 0)


def test_every_street_and_the_district_have_every_measure(drawn):
    drawn.write(OCTOBER, [])
    drawn.judge(OCTOBER, [])
    table = coverage.measure(drawn.project, OCTOBER)
    measures = {*standard.on(OCTOBER.end).requirements, "formation"}
    assert len(table) == len(measures) * (len(ROLL.streets) + 1)
    assert not table.duplicated(["measure", "street_code"]).any()
    assert (table[["reached", "eligible", "unreported"]] == 0).all().all()
    written = tables.read(drawn.project, tables.COVERAGE, OCTOBER)
    assert written["measure"].tolist() == table["measure"].tolist()


def test_formation_is_of_those_able_to_form_a_committee(drawn):
    told = [
        ("已组建", True),
        ("换届改选中", True),
        ("届满未换届", True),
        ("停摆", True),
        ("筹备组建中", True),  # able, and has none yet
        ("物业治理委员会代行", True),
        ("不具备条件", False),
        ("已组建", False),  # not counted: not able by its own word
        ("已组建", BLANK),  # whether able is not known
        (BLANK, True),  # able, and whether it has one is not known
        (BLANK, False),
    ]
    everyone = [{"committee_status": status, "eligible_to_form": able} for status, able in told]
    drawn.write(
        OCTOBER, [*everyone, {"street": JIANGSU, "committee_status": "已组建", "eligible_to_form": True}]
    )
    drawn.judge(OCTOBER, [])
    table = coverage.measure(drawn.project, OCTOBER)
    assert counts(table, "formation", HUAYANG) == (4, 6, 2)
    assert counts(table, "formation", JIANGSU) == (1, 1, 0)
    assert counts(table, "formation") == (5, 7, 2)


def test_committees_that_no_return_has_are_unreported_in_their_street_and_in_the_district(drawn):
    drawn.write(OCTOBER, [{"committee_status": "已组建", "eligible_to_form": True}])
    drawn.judge(OCTOBER, [])
    missing = [
        {"month": str(OCTOBER), "street_code": street, "committee_name": name}
        for street, name in ((HUAYANG, "甲"), (JIANGSU, "乙"), (JIANGSU, "丙"))
    ]
    tables.write(drawn.project, tables.ABSENT, OCTOBER, missing, ROLL.district_code)
    table = coverage.measure(drawn.project, OCTOBER)
    assert counts(table, "formation", HUAYANG) == (1, 1, 1)
    assert counts(table, "formation", JIANGSU) == (0, 0, 2)
    assert counts(table, "formation") == (1, 1, 3)


def test_completeness_counts_what_is_asked_and_what_is_known():
    states = ["met", "not_met", "not_reported", "needs_review", "not_applicable", "not_applicable"]
    table = pd.DataFrame({"state": states, "pace": [None, None, None, None, None, "behind"]})
    # a duty that is on its way was reported, one that does not apply was not asked for
    assert coverage.completeness(table) == (3, 5)


# Who reported.


def a_file(street_code: str, outcome: str = "accepted", day: dt.date | None = None, **more) -> dict:
    street = ROLL.street(street_code)
    return {
        "month": str(OCTOBER),
        "street_code": street.code,
        "street_name": street.name,
        "source_file": more.pop("name", f"{street.name}.xlsx"),
        "kind": "return",
        "outcome": outcome,
        "message": f"{outcome} {street.name}",
        "report_date": day,
        "accepted": 3,
        "code": "",
    } | more


def sent(drawn: Drawn, *files: dict) -> dict[str, submissions.Submission]:
    drawn.write(OCTOBER, [], files=files)
    table = tables.read(drawn.project, tables.FILES, OCTOBER)
    found = submissions.board(table, OCTOBER, ROLL, Settings())
    assert [one.street_code for one in found] == [street.code for street in ROLL.streets]
    return {one.street_code: one for one in found}


def test_the_deadline_is_a_day_of_the_next_month():
    assert submissions.deadline(OCTOBER, Settings()) == dt.date(2026, 11, Settings().deadline_day)
    assert submissions.deadline(Month(2026, 12), Settings()) == dt.date(2027, 1, Settings().deadline_day)


def test_streets_are_on_time_late_corrected_refused_or_missing(drawn):
    due = submissions.deadline(OCTOBER, Settings())
    codes = [street.code for street in ROLL.streets]
    found = sent(
        drawn,
        a_file(codes[0], day=due),
        a_file(codes[1], day=due + dt.timedelta(1)),
        a_file(codes[2], outcome="replaced", day=due, name="旧.xlsx"),
        a_file(codes[2], outcome="noted", day=due, code="corrected", name="新.xlsx"),
        a_file(codes[3], outcome="refused", accepted=0),
        a_file(codes[4], outcome="skipped", accepted=0),
        a_file(codes[5], kind="review"),
        a_file(codes[6], outcome="noted"),
    )
    status = [found[code].status for code in codes]
    assert status[:7] == ["on_time", "late", "corrected", "refused", "missing", "missing", "undated"]
    assert set(status[7:]) == {"missing"}
    assert set(status) <= set(submissions.REPORTED)
    assert found[codes[1]].late and not found[codes[0]].late
    assert found[codes[2]].file == "新.xlsx" and found[codes[2]].committees == 3
    assert found[codes[3]].message == f"refused {ROLL.streets[3].name}" and found[codes[3]].committees == 0


def test_a_correction_that_came_late_is_both(drawn):
    day = submissions.deadline(OCTOBER, Settings()) + dt.timedelta(3)
    one = sent(drawn, a_file(HUAYANG, outcome="noted", day=day, code="corrected"))[HUAYANG]
    assert (one.status, one.late, one.report_date) == ("corrected", True, day)


def test_a_return_in_two_files_counts_both_and_the_later_day(drawn):
    due = submissions.deadline(OCTOBER, Settings())
    first, second = a_file(HUAYANG, day=due, name="上.xlsx"), a_file(HUAYANG, day=due, name="下.xlsx")
    one = sent(drawn, first, second | {"report_date": due + dt.timedelta(2)})[HUAYANG]
    assert (one.committees, one.file, one.late) == (6, "上.xlsx、下.xlsx", True)


# The sample, judged once more in plain Python from 1_returns.


@pytest.fixture(scope="session")
def recounted(sample_project):
    """(street code, committee, requirement) to state, pending ones marked, of the sample's October."""
    rules, found = standard.on(OCTOBER.end), {}
    acts = [f"act_{name}" for name in ("corridor", "charging", "pets", "evening", "other")]
    earlier: Counter = Counter()
    before: dict[tuple, list[dict]] = {}
    for month in Month.range(Month(2026, 7), Month(2026, 9)):
        for one in as_reported(sample_project, month):
            before.setdefault((one["street"], one["name"]), []).append(one)
            numbers = [one.get(act) for act in acts]
            earlier[one["street"], one["name"]] += sum(n for n in numbers if isinstance(n, int | float))
    for one in as_reported(sample_project, OCTOBER):
        told = before.get((one["street"], one["name"]), [])
        judged = Judged(one, OCTOBER.year, OCTOBER.number, OCTOBER.end, told)
        for id_ in Judged.known(rules.requirements):
            found[one["street"], one["name"], id_] = judged.pending(id_)
        key = (one["street"], one["name"], "activities")
        if found[key] == "pending" and sum(one.get(act, 0) for act in acts) + earlier[key[:2]] >= 4:
            found[key] = "met"
    return found


@pytest.mark.xdist_group("sample")
def test_the_coverage_of_the_sample_can_be_recounted_from_its_returns(sample_project, recounted):
    table = tables.read(sample_project, tables.COVERAGE, OCTOBER)
    wanted: dict[tuple, Counter] = {}
    for (street, _, id_), state in recounted.items():
        for place in (street, None):
            wanted.setdefault((id_, place), Counter())[state] += 1
    for row in table[table["measure"].isin(Judged.known(table["measure"].unique()))].itertuples():
        own = wanted.get((row.measure, None if pd.isna(row.street_code) else row.street_code), Counter())
        told = (row.reached, row.eligible, row.unreported)
        by_hand = (own["met"], own["met"] + own["not_met"], own["not_reported"] + own["needs_review"])
        assert told == by_hand, (row.measure, row.street_code)


@pytest.mark.xdist_group("sample")
def test_formation_and_completeness_of_the_sample_can_be_recounted(sample_project, recounted):
    table = tables.read(sample_project, tables.COVERAGE, OCTOBER)
    able = [one for one in as_reported(sample_project, OCTOBER) if one.get("eligible_to_form") is True]
    formed = [one for one in able if one["committee_status"] not in ("筹备组建中", "不具备条件")]
    assert counts(table, "formation")[:2] == (len(formed), len(able))
    states = Counter(recounted.values())
    unknown = states["not_reported"] + states["needs_review"]
    asked = sum(states.values()) - states["not_applicable"]
    findings = tables.read(sample_project, tables.FINDINGS, OCTOBER)
    findings = findings[findings["requirement"].isin(Judged.known(findings["requirement"].unique()))]
    assert coverage.completeness(findings) == (asked - unknown, asked)


@pytest.mark.xdist_group("sample")
def test_the_sample_reports_as_it_was_sent(sample_project, sample_truth):
    files = tables.read(sample_project, tables.FILES, OCTOBER)
    found = submissions.board(files, OCTOBER, ROLL, Settings())
    expected = {street.code: "on_time" for street in ROLL.streets} | {
        "310105004": "late",
        "310105009": "corrected",
    }
    assert {one.street_code: one.status for one in found} == expected
    rows = {one.street.code: len(one.rows) for one in sample_truth.returns if one.month == OCTOBER}
    assert {one.street_code: one.committees for one in found} == rows

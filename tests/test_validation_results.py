"""Of every run GX's own results are kept: they can be read by GX, and name the rows that its rules found unexpected."""

from __future__ import annotations

import json
import warnings

import naive
import pytest
from drawn import Drawn

from redstats import findings, tables
from redstats.errors import RunError
from redstats.facts.month import MonthFacts
from redstats.months import Month
from redstats.suites import plain
from redstats.suites.validation_results import IDS

MONTH = Month(2026, 12)
pytestmark = pytest.mark.xdist_group("differential")


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    drawn = Drawn(tmp_path_factory.mktemp("validation") / "project")
    drawn.write(
        MONTH,
        [
            {"name": "甲", "info_system": True, "reception_days": 0, "seal_log": False, "member_count": 5},
            {"name": "乙", "info_system": False, "reception_days": 2, "seal_log": True, "member_count": 4},
            {"name": "丙", "info_system": None, "committee_status": "已组建", "member_count": 7},
        ],
    )
    findings.find(drawn.project, MONTH)
    return drawn.project


def stored(project) -> dict[str, dict]:
    folder = project.processed / tables.VALIDATION / str(MONTH)
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")}


def test_every_suite_of_the_month_is_there_with_severity_and_statistics(judged):
    suites = {name for name in findings.check(judged)[0] if name != "recommendations"}
    found = stored(judged)
    assert set(found) == suites
    for content in found.values():
        kept = content["results"]
        assert content["statistics"]["evaluated_expectations"] == len(kept) > 0
        assert content["success"] == all(one["success"] for one in kept)
        assert {one["expectation_config"]["severity"] for one in kept} <= {"critical", "warning", "info"}


def test_results_of_a_suite_that_is_no_longer_judged_do_not_stay(judged):
    stale = judged.processed / tables.VALIDATION / str(MONTH) / "retired.json"
    stale.write_text("{}", encoding="utf-8")
    findings.find(judged, MONTH)
    assert not stale.exists() and stored(judged)


def test_gx_reads_its_results_again(judged):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from great_expectations.core import expectationSuiteValidationResultSchema

    for content in stored(judged).values():
        read = expectationSuiteValidationResultSchema.load(content)
        assert len(read["results"]) == len(content["results"])


def test_the_unexpected_committees_are_those_that_plain_gx_finds(judged):
    facts = MonthFacts(judged, MONTH)
    names = facts.returns["committee_name"].tolist()
    suite = {"chapter_2": findings.check(judged)[0]["chapter_2"]}
    by_gx = naive.failing(facts.year.frame, suite, findings.parameters(facts.rules, MONTH))
    for one in stored(judged)["chapter_2"]["results"]:
        told = [row["committee_name"] for row in one["result"]["unexpected_index_list"]]
        assert told == [names[row] for row in sorted(by_gx[one["expectation_config"]["meta"]["requirement"]])]
        assert one["result"]["unexpected_count"] == len(told) <= one["result"]["element_count"] or not told


def test_which_committees_are_kept_and_none_of_their_values(judged):
    results = [one["result"] for content in stored(judged).values() for one in content["results"]]
    counted = {"element_count", "unexpected_count", "unexpected_percent"}
    assert {*results[0]} == counted | {"unexpected_index_column_names", "unexpected_index_list"}
    assert {key for one in results for row in one["unexpected_index_list"] for key in row} == set(IDS)


@pytest.mark.parametrize("name", ["chapter_2", "returns", "law"])
def test_a_suite_taken_up_by_gx_itself_finds_the_rows_that_a_run_found(judged, name):
    asked = plain.suite(judged, MONTH, name)
    names = MonthFacts(judged, MONTH).returns["committee_name"].tolist()
    failing = naive.failing(asked.frame, {name: asked.content}, asked.parameters)
    for one in stored(judged)[name]["results"]:
        meta = one["expectation_config"]["meta"]
        told = [row["committee_name"] for row in one["result"]["unexpected_index_list"]]
        assert told == [names[row] for row in sorted(failing[meta.get("requirement") or meta["check"]])]


def test_a_suite_that_there_is_not_is_named_with_those_that_there_are(judged):
    with pytest.raises(RunError, match=r"chapter_9.*chapter_3"):
        plain.suite(judged, MONTH, "chapter_9")

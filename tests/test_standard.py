"""The standard as data: true to its text, complete, dated, and read so strictly that no typo passes."""

from __future__ import annotations

import datetime as dt
import re
import shutil

import pytest
from oracle import Judged

from redstats import standard
from redstats.errors import RunError, StandardError
from redstats.months import Month
from redstats.standard.document import FOLDER
from redstats.standard.reader import JUDGED
from redstats.standard.requirements import DERIVED
from redstats.text import fold

TODAY = dt.date(2026, 10, 31)
NOW = standard.on(TODAY)
MONTHS = Month.range(Month(2022, 1), Month(2027, 12))
RED_LINES = {
    "1.3-1": {"party_org_coverage"},
    "1.3-9": {"annual_debrief"},
    "3.1-6": {"candidates_reviewed"},
    "3.2-5": {"self_study"},
    "3.2-9": {"remedial_training"},
    "3.2-11": {"audit_fund", "audit_income", "audit_expense"},
    "4.1-7": {"breach_demanded"},
    "4.3-2": {"disputes_mediated"},
}


# What it says.


def test_every_quote_stands_in_the_text():
    for one in (*NOW.requirements.values(), *NOW.elements.values()):
        assert one.quote in NOW.edition.text, one.id
    assert all(one.quote for one in NOW.requirements.values())


def test_a_quote_of_a_clause_stands_in_that_clause():
    outside = {
        one.id: one.quote
        for one in (*NOW.requirements.values(), *NOW.elements.values())
        if one.quote not in NOW.clauses[one.clause].text and one.quote != NOW.clauses[one.clause].title
    }
    # the head of an organisation is asked for by the form of attachment 2 only
    forms = NOW.edition.text[NOW.edition.text.index("附件2") :]
    assert {"party_org_head", "1.3-3"} <= set(outside)
    assert not {id_: quote for id_, quote in outside.items() if quote not in forms}


def test_every_clause_has_words_of_its_own():
    words = [one.text for one in NOW.clauses.values()]
    assert len(set(words)) == len(words) and all(len(text) > 90 for text in words)
    assert NOW.clauses["1.3"].label == "一（三）组织引领"
    assert [one.label for one in NOW.chapters] == [
        *("一、党建引领好", "二、制度执行好", "三、自身建设好", "四、作用发挥好", "五、群众评价好")
    ]
    assert NOW.clauses["4.1"].text.startswith("发挥监督本住宅小区")  # its heading is broken over two lines
    assert NOW.clauses["5.2"].text.endswith("社会治理新格局。") or NOW.clauses["5.2"].text.endswith(
        "治理新格局。"
    )


def test_all_clauses_together_are_the_body_of_the_text():
    body = NOW.edition.text[: NOW.edition.text.index("附件2")]
    assert all(clause.text in body for clause in NOW.clauses.values())
    joined = sum(len(clause.text) for clause in NOW.clauses.values())
    assert joined > 0.85 * len(body)


def test_every_element_of_the_catalogue_is_registered_once_and_judged_one_way():
    assert {one.clause for one in NOW.elements.values()} == set(NOW.clauses)
    days = {since for history in standard.requirements.dated().values() for since, _ in history}
    known = [one for day in (TODAY, *days) for one in standard.on(day).elements.values()]
    asked = {one.id for one in known if one.requirements}
    for one in NOW.elements.values():
        assert one.judged in JUDGED
        # an element may be judged only from a later day on
        ways = [one.id in asked and not one.until, bool(one.field), one.until is not None]
        assert ways == [one.judged == way for way in ("automatic", "reviewer", "obsolete")], one.id
        assert one.why or one.judged != "not_checkable", one.id


def test_every_requirement_is_listed_by_its_element_and_stands_in_its_clause():
    for one in NOW.requirements.values():
        assert one.id in NOW.elements[one.element].requirements
        assert NOW.elements[one.element].clause == one.clause


def test_the_red_lines_are_those_of_the_catalogue_and_whatever_is_one_is_a_must():
    catalogued = Judged.known(NOW.requirements)  # what came later may be a red line or not
    found: dict[str, set[str]] = {}
    for one in map(NOW.requirements.get, catalogued):
        if one.red_line:
            found.setdefault(one.element, set()).add(one.id)
    assert found == RED_LINES
    assert all(one.force == "must" for one in NOW.requirements.values() if one.red_line)


def test_what_no_longer_applies_is_judged_by_nothing():
    obsolete = {one.id: one for one in NOW.elements.values() if one.judged == "obsolete"}
    assert {"3.2-7", "4.2-3", "4.2-4", "5.2-8a"} <= set(obsolete)
    assert not [one.id for one in NOW.requirements.values() if one.element in obsolete]
    assert all(one.until < TODAY for one in obsolete.values())
    judged = {one.field for one in NOW.requirements.values()}
    assert not [name for name in judged if name.startswith(("epidemic", "pcr"))]


def test_the_only_number_with_一般_is_a_recommendation():
    one = NOW.requirements["party_member_ratio"]
    assert (one.force, one.value, one.red_line) == ("should", 0.5, False)
    assert one.required == "党员比例一般不低于50%"


def test_a_number_that_the_standard_does_not_give_is_called_a_suggestion():
    for one in NOW.requirements.values():
        if isinstance(one.value, bool) or not isinstance(one.value, int) or one.value == 1.0:
            continue
        given = one.force == "must" or str(one.value) in one.quote
        assert given or "建议" in one.asks or "本地设定" in one.asks, one.id
    frequent = [
        one
        for one in NOW.requirements.values()
        if re.search("每月|全年", one.asks) and not re.search("每[月年].*次", one.quote)
    ]
    assert frequent and all("建议" in one.asks for one in frequent)


def test_every_requirement_says_in_chinese_what_is_asked_and_what_to_do():
    for one in NOW.requirements.values():
        for text in (one.title, one.required, one.fix):
            assert re.search(r"[\u4e00-\u9fff]", text) and "{" not in text, one.id


def test_every_requirement_judges_a_field_of_the_return():
    for one in NOW.requirements.values():
        assert one.field in NOW.return_fields or one.field in DERIVED


def test_a_heading_points_to_one_field_only():
    owners: dict[str, str] = {}
    for one in NOW.fields.values():
        for heading in {fold(text) for text in (one.label, *one.also)}:
            assert owners.setdefault(heading, one.id) == one.id, heading
    assert len({one.label for one in NOW.fields.values()}) == len(NOW.fields)


def test_the_spellings_of_a_value_point_to_one_value_only():
    for one in NOW.fields.values():
        spelt = [fold(text) for value, also in one.values.items() for text in (value, *also)]
        assert len(spelt) == len(set(spelt)), one.id


def test_names_and_ways_to_reach_people_are_personal():
    personal = {one.id for one in NOW.fields.values() if one.personal}
    assert {"office_address", "contact", "party_org_head"} <= personal
    telling = re.compile("姓名|负责人$|电话|手机|联系方式|地址|住址|身份证")
    assert {one.id for one in NOW.fields.values() if telling.search(one.label)} <= personal
    assert all(
        NOW.fields[id_].type in ("text", "phone") for id_ in personal
    )  # a number or a yes names nobody


def test_reviewers_fields_are_scores_of_a_clause_and_each_serves_an_element():
    served = {one.field for one in NOW.elements.values() if one.field}
    assert served == set(NOW.review_fields)
    for one in NOW.review_fields.values():
        assert one.type == "score" and one.clause in NOW.clauses
    for element in NOW.elements.values():
        if element.field:
            assert NOW.fields[element.field].clause == element.clause, element.id


# When it holds.


@pytest.mark.parametrize("month", MONTHS, ids=str)
def test_the_standard_of_every_month_since_2022_is_known(month):
    now = standard.on(month.end)
    assert now.requirements and now.edition.covers(month.end)
    for one in now.requirements.values():
        assert one.required and "{" not in one.required, one.id
        assert one.clause in now.clauses and one.quote in now.edition.text, one.id
        assert one.id in now.elements[one.element].requirements, one.id
        assert one.field in now.fields or one.field in DERIVED, one.id


def test_there_was_no_standard_before_2022():
    with pytest.raises(RunError, match="2022-01-01"):
        standard.on(dt.date(2021, 12, 31))


@pytest.fixture
def folder(tmp_path):
    """A copy of the rule files, to be changed; the real ones are read once and stay."""
    target = tmp_path / "standard"
    shutil.copytree(FOLDER, target, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return target


def change(folder, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text, (file, old)
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


STUDY = "    2022-01-01: {value: 2, edition: changning-2022"


def test_a_changed_threshold_is_dated_and_older_months_keep_theirs(folder):
    line = next(
        line
        for line in (folder / "requirements/3.yaml").read_text("utf-8").splitlines()
        if line.startswith(STUDY)
    )
    later = line.replace("2022-01-01", "2027-01-01").replace("value: 2", "value: 4")
    change(folder, "requirements/3.yaml", line, f"{later}\n{line}")  # whatever the order in the file
    assert standard.on(dt.date(2026, 12, 31), folder).parameters["self_study"] == 2
    assert standard.on(dt.date(2027, 1, 1), folder).parameters["self_study"] == 4
    assert "不少于4次" in standard.on(dt.date(2027, 1, 1), folder).requirements["self_study"].required


def test_a_requirement_of_later_is_not_asked_of_older_months(folder):
    change(folder, "requirements/3.yaml", STUDY, STUDY.replace("2022-01-01", "2027-01-01"))
    before, after = standard.on(TODAY, folder), standard.on(dt.date(2027, 1, 31), folder)
    assert "self_study" not in before.requirements and "self_study" in after.requirements
    assert before.elements["3.2-5"].requirements == ()
    assert "self_study" not in before.parameters


def test_a_requirement_ends_on_its_day_and_older_months_keep_it(folder):
    change(folder, "requirements/3.yaml", STUDY, STUDY + ", until: 2026-12-31")
    before, after = standard.on(dt.date(2026, 12, 31), folder), standard.on(dt.date(2027, 1, 1), folder)
    assert "self_study" in before.requirements and "self_study" not in after.requirements
    assert after.elements["3.2-5"].requirements == () and "self_study" not in after.requirements


def test_a_requirement_that_ended_can_begin_anew(folder):
    line = next(
        line
        for line in (folder / "requirements/3.yaml").read_text("utf-8").splitlines()
        if line.startswith(STUDY)
    )
    ended = line.replace("changning-2022", "changning-2022, until: 2026-12-31", 1)
    again = line.replace("2022-01-01", "2028-01-01").replace("value: 2", "value: 3")
    change(folder, "requirements/3.yaml", line, f"{ended}\n{again}")
    held = [standard.on(day, folder).parameters for day in (dt.date(2026, 6, 1), dt.date(2028, 6, 1))]
    assert [one["self_study"] for one in held] == [2, 3]
    assert "self_study" not in standard.on(dt.date(2027, 6, 1), folder).requirements


def test_an_edition_that_has_ended_is_not_in_force(folder):
    change(
        folder, "editions.yaml", "valid_from: 2022-01-01", "valid_from: 2022-01-01\n  valid_to: 2025-12-31"
    )
    assert standard.on(dt.date(2025, 12, 31), folder)
    with pytest.raises(RunError):
        standard.on(dt.date(2026, 1, 1), folder)


# How strictly it is read: one mistake each, with what the complaint must name.

THREE, FIELDS, ELEMENTS_FILE, EDITIONS = (
    "requirements/3.yaml",
    "fields.yaml",
    "elements.yaml",
    "editions.yaml",
)
RATIO = "party_member_ratio:\n  title: 党员委员比例\n"
MISTAKES = {
    "an unknown key": (
        THREE,
        RATIO,
        RATIO + "  titel: 党员\n",
        ["3.yaml", "party_member_ratio", "titel", "title"],
    ),
    "a key said twice": (THREE, RATIO, RATIO + "  title: 又一个\n", ["3.yaml", "title", "第"]),
    "an entry said twice": (THREE, RATIO, f"reserve:\n  title: 储备\n{RATIO}", ["3.yaml", "reserve"]),
    "a missing key": (THREE, "  title: 党员委员比例\n", "", ["3.yaml", "party_member_ratio", "title"]),
    "an unknown field": (
        *(THREE, "field: party_member_count", "field: party_members"),
        ["3.yaml", "party_member_ratio", "field", "party_members"],
    ),
    "an unknown force": (
        *(THREE, "field: party_member_count\n  force: should", "field: party_member_count\n  force: shall"),
        ["3.yaml", "party_member_ratio", "force", "shall", "should"],
    ),
    "a wrong quote": (
        THREE,
        "党员比例一般不低于50%",
        "党员比例一般不低于60%",
        ["3.yaml", "party_member_ratio", "quote"],
    ),
    "an unknown clause": (
        *(
            THREE,
            'clause: "3.1", quote: "业委会委员中党员比例',
            'clause: "3.9", quote: "业委会委员中党员比例',
        ),
        ["3.yaml", "party_member_ratio", "clause", "3.9"],
    ),
    "a clause of another element": (
        *(
            THREE,
            'clause: "3.1", quote: "业委会委员中党员比例',
            'clause: "3.2", quote: "业委会委员中党员比例',
        ),
        ["elements.yaml", "party_member_ratio", "3.1-1"],
    ),
    "an unknown edition": (
        *(THREE, "value: 0.5, edition: changning-2022", "value: 0.5, edition: changning-2021"),
        ["3.yaml", "party_member_ratio", "edition", "changning-2021"],
    ),
    "a bad date": (
        *(THREE, "2022-01-01: {value: 0.5", "二〇二二年: {value: 0.5"),
        ["3.yaml", "party_member_ratio", "二〇二二年"],
    ),
    "a day that does not exist": (THREE, "2022-01-01: {value: 0.5", "2022-13-01: {value: 0.5", ["3.yaml"]),
    "no value at all": (
        *(THREE, '{value: true, edition: changning-2022, clause: "3.1", quote: "按时换届"}', "{}"),
        ["3.yaml", "renewal_on_time", "value"],
    ),
    "a period that is none": (
        *(
            THREE,
            "red_line: true\n  period: year\n  pace: {6: 1}",
            "red_line: true\n  period: yearly\n  pace: {6: 1}",
        ),
        ["3.yaml", "self_study", "period", "yearly", "year"],
    ),
    "a month that does not exist": (
        *(THREE, "pace: {6: 1}", "pace: {16: 1}"),
        ["3.yaml", "self_study", "pace", "16"],
    ),
    "a season that does not exist": (
        *("requirements/5.yaml", "months: [6, 7, 8, 9]", "months: [6, 7, 8, 九月]"),
        ["5.yaml", "flood_notices", "months", "九月"],
    ),
    "a blank that is none": (
        *(THREE, "blank: not_met\n  asks: 评价为欠规范", "blank: missing\n  asks: 评价为欠规范"),
        ["3.yaml", "remedial_training", "blank", "missing", "not_met"],
    ),
    "a red line that is neither yes nor no": (
        *(THREE, 'red_line: true\n  asks: "已审核', 'red_line: 是\n  asks: "已审核'),
        ["3.yaml", "candidates_reviewed", "red_line"],
    ),
    "a placeholder that nothing fills": (
        *(THREE, "党员比例一般不低于{value:.0%}", "党员比例一般不低于{valeu:.0%}"),
        ["3.yaml", "party_member_ratio", "asks", "valeu"],
    ),
    "a requirement that its element does not list": (
        *(ELEMENTS_FILE, "requirements: [self_study]", "requirements: [studies]"),
        ["elements.yaml", "3.2-5", "self_study"],
    ),
    "an element that lists what there is not": (
        *(ELEMENTS_FILE, "requirements: [self_study]", "requirements: [self_study, self_studies]"),
        ["elements.yaml", "3.2-5", "requirements", "self_studies"],
    ),
    "an element that is missing": (
        *(ELEMENTS_FILE, '"3.2-5": {', '"3.2-55": {'),
        ["elements.yaml", "3.2-5", "self_study"],
    ),
    "an element judged in no way": (
        *(ELEMENTS_FILE, "judged: automatic, requirements: [self_study]", "judged: by_hand"),
        ["elements.yaml", "3.2-5", "judged", "by_hand", "automatic"],
    ),
    "an element that does not say how": (
        *(ELEMENTS_FILE, "judged: automatic, requirements: [self_study]", "judged: automatic"),
        ["elements.yaml", "3.2-5", "requirements"],
    ),
    "an element with words of its own": (
        *(ELEMENTS_FILE, '{quote: "做到业委会人选', '{quote: "务必做到业委会人选'),
        ["elements.yaml", "3.1-6", "quote"],
    ),
    "an element of no clause": (ELEMENTS_FILE, '"5.2-8a": {', '"6.1-1": {', ["elements.yaml", "6.1-1"]),
    "a reviewer's field that is none": (
        *(ELEMENTS_FILE, "field: fortress_score", "field: reserve_total"),
        ["elements.yaml", "1.1-4", "field", "reserve_total"],
    ),
    "an end that is no day": (
        ELEMENTS_FILE,
        "until: 2022-12-31",
        "until: 去年底",
        ["elements.yaml", "3.2-7", "until"],
    ),
    "an end that is before the beginning": (
        *(THREE, "2022-01-01: {value: 0.5,", "2022-01-01: {until: 2021-12-31, value: 0.5,"),
        ["3.yaml", "party_member_ratio", "until"],
    ),
    "a month of the calendar that does not exist": (
        *(EDITIONS, "year_ends: 12", "year_ends: 13"),
        ["editions.yaml", "calendar", "year_ends", "13"],
    ),
    "an unknown unit": (
        FIELDS,
        "label: 户数\n      type: int\n      unit: 户",
        "label: 户数\n      type: int\n      unit: 家",
        ["households", "unit", "家"],
    ),
    "an unknown type": (
        FIELDS,
        "label: 户数\n      type: int\n",
        "label: 户数\n      type: integer\n",
        ["households", "type", "integer"],
    ),
    "an unknown period": (
        *(
            FIELDS,
            "label: 户数\n      type: int\n      unit: 户\n      period: snap",
            "label: 户数\n      type: int\n      unit: 户\n      period: now",
        ),
        ["households", "period", "now"],
    ),
    "an unknown key of a field": (
        FIELDS,
        "label: 户数\n",
        "label: 户数\n      name: 户数\n",
        ["households", "name"],
    ),
    "a heading of two fields": (
        *(FIELDS, "label: 届别\n", "label: 总户数\n"),
        ["总户数", "session_no", "households"],
    ),
    "a field said twice": (
        *(
            FIELDS,
            '- group: 政治引领\n  clause: "1.1"\n  fields:\n',
            '- group: 政治引领\n  clause: "1.1"\n  fields:\n'
            "    households: {label: 另一户数, type: int, period: snap}\n",
        ),
        ["households"],
    ),
    "headings that are no list": (
        *(FIELDS, "label: 共治共享评议, ", "label: 共治共享评议, also: 共治, "),
        ["governance_score", "also"],
    ),
    "a choice without choices": (
        *(
            FIELDS,
            "      values:\n        文明城区: []\n        平安小区: []\n        文明小区: []\n        垃圾分类: []\n        其他:\n          - 其它\n",
            "",
        ),
        ["creation_projects", "values"],
    ),
    "a personal that is neither yes nor no": (
        FIELDS,
        "personal: true",
        "personal: '否'",
        ["office_address", "personal"],
    ),
    "a computed that is neither yes nor no": (
        FIELDS,
        "computed: true",
        "computed: 是",
        ["party_ratio", "computed"],
    ),
    "a tolerance that is no share": (
        *(EDITIONS, "ratio_tolerance: 0.005", "ratio_tolerance: 0.5%"),
        ["editions.yaml", "ratio_tolerance", "0.5%"],
    ),
    "a group of no clause": (
        FIELDS,
        'group: 政治引领\n  clause: "1.1"',
        'group: 政治引领\n  clause: "1.9"',
        ["1.9"],
    ),
    "a title that is not in the text": (
        EDITIONS,
        '"1.1": 政治引领',
        '"1.1": 政治引导',
        ["editions.yaml", "1.1", "政治引导"],
    ),
    "a clause without quotes": (EDITIONS, '"1.1": 政治引领', "1.1: 政治引领", ["editions.yaml", "1.1"]),
    "an edition since no day": (
        EDITIONS,
        "valid_from: 2022-01-01",
        "valid_from: 不详",
        ["editions.yaml", "valid_from"],
    ),
    "a text that is not there": (
        EDITIONS,
        "text: standard.txt",
        "text: standards.txt",
        ["editions.yaml", "text"],
    ),
    "an unknown key of an edition": (
        EDITIONS,
        "  issued:",
        "  isued: 不详\n  issued:",
        ["editions.yaml", "isued"],
    ),
    "statuses that are no list": (
        EDITIONS,
        "statuses: [已组建, 换届改选中, 届满未换届]",
        "statuses: 已组建",
        ["statuses"],
    ),
    "a tab in the indent": (THREE, "  title: 按时换届", "\ttitle: 按时换届", ["3.yaml", "第"]),
    "nothing but a list": (ELEMENTS_FILE, '"1.1-1": {', '- "1.1-1": {', ["elements.yaml"]),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_rule_file_with_a_mistake_is_refused_by_name(folder, mistake):
    file, old, new, named = MISTAKES[mistake]
    change(folder, file, old, new)
    with pytest.raises(StandardError) as error:
        standard.on(TODAY, folder)
    message = str(error.value)
    assert all(word in message for word in named), message
    assert error.value.where and error.value.to_do


@pytest.mark.parametrize("file", [THREE, FIELDS, ELEMENTS_FILE, EDITIONS])
@pytest.mark.parametrize("content", [b"", b"42", "目录".encode("gbk"), b"[1, 2]", b"a: 1"])
def test_a_file_that_is_no_rule_file_is_refused(folder, file, content):
    (folder / file).write_bytes(content)
    with pytest.raises(StandardError):
        standard.on(TODAY, folder)


def test_a_missing_file_is_named(folder):
    (folder / FIELDS).unlink()
    with pytest.raises(StandardError, match=r"fields\.yaml"):
        standard.on(TODAY, folder)

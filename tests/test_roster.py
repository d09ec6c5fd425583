"""A committee does not vanish by not being reported: it stays in every denominator until a person says what became of it."""

from __future__ import annotations

import datetime as dt
import shutil

import pytest
from drawn import ROOT
from openpyxl import Workbook

from redstats import confirming, findings, mappings, places, scores, standard, tables
from redstats.errors import StandardError
from redstats.mappings import Entry, Mappings, identity_of
from redstats.months import Month
from redstats.project import Project
from redstats.returns import import_month, roster

SEPTEMBER, OCTOBER = Month(2026, 9), Month(2026, 10)
STREET = places.on(OCTOBER.end).street("华阳路")
HEADINGS = ["所属居委会", "业委会名称", "业委会状态", "业委会人数", "业委会党员人数"]
JIA, YI = ["秀水居委会", "示例甲业委会", "已组建", 7, 4], ["秀水居委会", "示例乙业委会", "已组建", 5, 1]
FORMING = ["秀水居委会", "示例丙业委会", "筹备组建中", "", ""]


@pytest.fixture
def project(tmp_path) -> Project:
    (tmp_path / "notebooks").mkdir()
    shutil.copytree(ROOT / "expectations", tmp_path / "expectations")
    return Project(tmp_path)


def send(
    project: Project,
    month: Month,
    *rows: list[object],
    file: str = "华阳路街道.xlsx",
    name: str = "华阳路街道",
) -> None:
    book = Workbook()
    book.active.append([f"填报单位：{name}"])
    for row in (HEADINGS, *rows):
        book.active.append(row)
    (project.raw / str(month)).mkdir(parents=True, exist_ok=True)
    book.save(project.raw / str(month) / file)


def judge(project: Project, *months: Month) -> None:
    for month in months:
        import_month(project, month)
        findings.find(project, month)
        scores.measure(project, month)
        scores.score(project, month)


def absent(project: Project) -> list[str]:
    return tables.read(project, tables.ABSENT, OCTOBER)["committee_name"].tolist()


def states(project: Project, name: str, table: str = tables.FINDINGS) -> set[str]:
    rows = tables.read(project, table, OCTOBER)
    return set(rows[rows["committee_name"] == name]["state"])


def test_one_that_is_in_no_return_is_not_reported_in_every_denominator(project):
    send(project, SEPTEMBER, JIA, YI)
    send(project, OCTOBER, JIA)
    judge(project, SEPTEMBER, OCTOBER)
    assert absent(project) == ["示例乙业委会"]
    for table in (tables.FINDINGS, tables.LAW):
        assert "not_reported" in states(project, "示例乙业委会", table)
        assert not states(project, "示例乙业委会", table) & {"met", "not_met", "needs_review"}
    coverage = tables.read(project, tables.COVERAGE, OCTOBER)
    own = coverage[coverage["street_code"] == STREET.code].set_index("measure")
    before = tables.read(project, tables.COVERAGE, SEPTEMBER)
    then = before[before["street_code"] == STREET.code].set_index("measure")
    for measure in ("party_member_ratio", "formation"):
        assert (
            own.loc[measure, ["eligible", "unreported"]].sum()
            == then.loc[measure, ["eligible", "unreported"]].sum()
        )
    total = tables.read(project, tables.SCORES, OCTOBER)
    total = total[(total["part"] == "total") & (total["committee_name"] == "示例乙业委会")].iloc[0]
    assert total["lowest"] == 0 and total["highest"] == total["out_of"] and total.isna()["points"]


def test_what_was_open_stays_open_and_unknown(project):
    send(project, SEPTEMBER, JIA, YI)
    send(project, OCTOBER, JIA)
    judge(project, SEPTEMBER, OCTOBER)
    ledger = tables.read(project, tables.LEDGER, OCTOBER)
    own = ledger[
        (ledger["committee_name"] == "示例乙业委会") & (ledger["requirement"] == "party_member_ratio")
    ]
    assert own["change"].tolist() == ["unknown"]


def test_a_street_that_sends_nothing_keeps_all_its_committees_in_the_denominators(project):
    send(project, SEPTEMBER, JIA, YI)
    send(project, OCTOBER, ["安东", "示例丁业委会", "已组建", 5, 3], file="虹桥街道.xlsx", name="虹桥街道")
    judge(project, SEPTEMBER, OCTOBER)
    assert set(absent(project)) == {"示例甲业委会", "示例乙业委会"}


def test_one_that_was_not_to_be_judged_when_last_seen_is_asked_nothing(project):
    send(project, SEPTEMBER, JIA, FORMING)
    send(project, OCTOBER, JIA)
    judge(project, SEPTEMBER, OCTOBER)
    assert absent(project) == ["示例丙业委会"] and states(project, "示例丙业委会") == {"not_applicable"}


def test_what_a_person_confirmed_ends_it_from_that_month_on(project):
    send(project, SEPTEMBER, JIA, YI)
    send(project, OCTOBER, JIA)
    judge(project, SEPTEMBER, OCTOBER)
    assert (STREET.name, "示例乙业委会") in confirming.review(project, OCTOBER, STREET).gone
    confirming.confirm(project, OCTOBER, STREET, "gone", "示例乙业委会", "撤销")
    judge(project, OCTOBER)
    assert absent(project) == [] and states(project, "示例乙业委会") == set()
    assert not confirming.review(project, OCTOBER, STREET).gone
    assert identity_of(project, SEPTEMBER).committee(STREET.code, "示例乙")  # and the file can be read again


def test_a_new_name_a_person_confirmed_is_the_same_committee(project):
    send(project, SEPTEMBER, JIA, YI)
    send(project, OCTOBER, JIA, ["秀水居委会", "示例乙苑业委会", "已组建", 5, 1])
    judge(project, SEPTEMBER, OCTOBER)
    assert absent(project) == ["示例乙业委会"]
    confirming.confirm(project, OCTOBER, STREET, "committees", "示例乙苑业委会", "示例乙业委会")
    judge(project, OCTOBER)
    assert absent(project) == []


@pytest.mark.parametrize("other", ["秀水居民区", "飞乐居委会", ""])
def test_one_whose_neighbourhood_is_written_otherwise_is_there(project, other):
    send(project, SEPTEMBER, JIA)
    send(project, OCTOBER, [other, *JIA[1:]])
    judge(project, SEPTEMBER, OCTOBER)
    assert absent(project) == []


def test_the_roster_file_lists_committees_that_no_month_has_had(project):
    send(project, OCTOBER, JIA)
    book = Workbook()
    for row in (
        ["街镇", "所属居委会", "业委会名称"],
        ["华阳路", "秀水", "示例甲业委会"],
        ["虹桥街道", "安东", "示例戊业委会"],
    ):
        book.active.append(row)
    book.save(project.raw / roster.FILE)
    judge(project, OCTOBER)
    assert absent(project) == ["示例戊业委会"]


def test_one_that_a_person_told_apart_from_its_namesake_is_followed_over_the_months(project):
    own = ["秀水居委会", "示例甲小区业委会", "已组建", 5, 1]  # looks like a spelling of JIA
    apart = Entry(STREET.name, "committees", own[1], own[1], dt.date(2026, 9, 3))
    project.raw.mkdir(parents=True)
    mappings.write(project.raw / mappings.FILE, Mappings((apart,)))
    for month in (SEPTEMBER, OCTOBER):
        send(project, month, JIA, own)
        import_month(project, month)
    assert len(tables.read(project, tables.RETURNS, OCTOBER)) == 2 and absent(project) == []
    send(project, OCTOBER, JIA)
    import_month(project, OCTOBER)
    assert absent(project) == ["示例甲小区业委会"]


def test_what_is_asked_in_some_months_only_is_unreported_in_those_alone(project):
    assert standard.on(OCTOBER.end).requirements["flood_notices"].months == (6, 7, 8, 9)
    found = {}
    send(project, SEPTEMBER.previous, JIA, YI)
    import_month(project, SEPTEMBER.previous)
    for month in (SEPTEMBER, OCTOBER):
        send(project, month, JIA)
        import_month(project, month)
        findings.find(project, month)
        rows = tables.read(project, tables.FINDINGS, month)
        own = rows[rows["committee_name"] == "示例乙业委会"].set_index("requirement")["state"]
        assert own["party_member_ratio"] == "not_reported"
        found[month] = own["flood_notices"]
    assert found == {SEPTEMBER: "not_reported", OCTOBER: "not_applicable"}


def test_a_roster_that_cannot_be_read_stops_the_run_and_says_so(project):
    send(project, OCTOBER, JIA)
    (project.raw / roster.FILE).write_bytes(b"%PDF-1.7")
    with pytest.raises(StandardError) as refused:
        import_month(project, OCTOBER)
    assert refused.value.where == roster.FILE and refused.value.to_do

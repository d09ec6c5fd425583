"""The life of a finding, rule by rule as docs/findings.md tells it; of the standard and of the city's rules alike."""

from __future__ import annotations

import dataclasses

import pytest
from drawn import BLANK, UNREADABLE, Drawn, narrow

from redstats import findings, standard, tables
from redstats.months import Month

YES, NO = True, False
JULY, AUGUST, SEPTEMBER, OCTOBER = (Month(2026, number) for number in (7, 8, 9, 10))
LAYERS = {tables.FINDINGS: "info_system", tables.LAW: "L21_log"}
pytestmark = pytest.mark.xdist_group("life")


@pytest.fixture
def drawn(tmp_path, monkeypatch):
    narrow(monkeypatch, ["info_system"], ["L21_log"])
    return Drawn(tmp_path / "project")


def committee(answer, name="甲苑业委会", **keys) -> dict:
    """A committee that answers both layers' question alike."""
    return {"name": name, "info_system": answer, "seal_log": answer} | keys


def judge(drawn: Drawn, month: Month, *committees: dict) -> None:
    drawn.write(month, list(committees))
    findings.find(drawn.project, month)


def told(drawn: Drawn, month: Month, table: str = tables.FINDINGS) -> list[tuple]:
    """(since, change) of the rows of a month, None where there is none."""
    rows = tables.read(drawn.project, table, month)
    rows = rows[rows["requirement"] == LAYERS[table]]
    return [
        tuple(one if isinstance(one, str) else None for one in row)
        for row in rows[["since", "change"]].itertuples(index=False)
    ]


def ledger(drawn: Drawn, month: Month, layer: str = "standard") -> list[tuple]:
    """(name, change, since, last seen, in how many months) of what the ledger holds."""
    rows = tables.read(drawn.project, tables.LEDGER, month)
    columns = ["committee_name", "change", "since", "last_seen", "seen"]
    return list(rows[rows["layer"] == layer][columns].itertuples(index=False, name=None))


@pytest.mark.parametrize("table", LAYERS)
@pytest.mark.parametrize(
    "between", [[], [committee(BLANK)], [committee(UNREADABLE)], [committee(NO, name="别的业委会")]]
)
def test_a_month_of_which_nothing_is_known_ends_no_run(drawn, table, between):
    judge(drawn, JULY, committee(NO))
    judge(drawn, AUGUST, *between)
    (row,) = [
        one for one in ledger(drawn, AUGUST, "law" if table == tables.LAW else "standard") if "甲" in one[0]
    ]
    assert row == ("甲苑业委会", "unknown", "2026-07", "2026-07", 1)
    judge(drawn, SEPTEMBER, committee(NO))
    assert told(drawn, SEPTEMBER, table) == [("2026-07", "ongoing")]


@pytest.mark.parametrize("table", LAYERS)
def test_what_is_met_after_a_month_of_which_nothing_is_known_is_resolved(drawn, table):
    judge(drawn, JULY, committee(NO))
    judge(drawn, AUGUST)
    judge(drawn, SEPTEMBER, committee(YES))
    assert told(drawn, SEPTEMBER, table) == [(None, "resolved")]
    judge(drawn, OCTOBER, committee(NO))
    assert told(drawn, OCTOBER, table) == [("2026-10", "reopened")]


@pytest.mark.parametrize("table", LAYERS)
def test_what_does_not_apply_any_more_is_neither_open_nor_put_right(drawn, table):
    layer = "law" if table == tables.LAW else "standard"
    judge(drawn, JULY, committee(NO))
    judge(drawn, AUGUST, committee(NO) | {"committee_status": "筹备组建中"})
    assert told(drawn, AUGUST, table) == [(None, None)]
    assert ledger(drawn, AUGUST, layer) == [("甲苑业委会", "ended", "2026-07", "2026-07", 1)]
    judge(drawn, SEPTEMBER, committee(NO))
    assert told(drawn, SEPTEMBER, table) == [("2026-09", "reopened")]


@pytest.mark.parametrize("table", LAYERS)
def test_a_requirement_that_is_no_longer_in_force_ends_its_findings(drawn, table, monkeypatch):
    judge(drawn, JULY, committee(NO))
    inside = standard.on

    def without(day):
        rules = inside(day)
        if day < AUGUST.start or day > SEPTEMBER.start:
            return rules
        return dataclasses.replace(rules, requirements={}, law=dataclasses.replace(rules.law, rules={}))

    monkeypatch.setattr(standard, "on", without)
    from redstats.findings import life

    rows = tables.read(drawn.project, table, JULY).head(0)
    _, found = life.with_life(rows, drawn.project, table, AUGUST)
    assert [(one["change"], one["since"]) for one in found] == [("ended", "2026-07")]
    tables.write(drawn.project, table, AUGUST, rows, "310105")
    judge(drawn, SEPTEMBER, committee(NO))
    assert told(drawn, SEPTEMBER, table) == [("2026-09", "reopened")]


def test_a_month_folder_that_is_missing_is_a_month_of_which_nothing_is_known(drawn):
    judge(drawn, JULY, committee(NO))
    judge(drawn, OCTOBER, committee(NO))
    assert told(drawn, OCTOBER) == [("2026-07", "ongoing")]
    assert ledger(drawn, OCTOBER) == [("甲苑业委会", "ongoing", "2026-07", "2026-10", 2)]


def test_findings_outlive_the_returns_they_were_made_of(drawn):
    judge(drawn, JULY, committee(NO))
    for path in (drawn.project.processed / tables.RETURNS / "2026-07").glob("*"):
        path.unlink()  # personal data may have to go
    judge(drawn, AUGUST, committee(NO))
    assert told(drawn, AUGUST) == [("2026-07", "ongoing")]


@pytest.mark.parametrize("again", ["甲苑业主委员会", "甲 苑业委会", "甲苑"])
def test_a_committee_written_differently_is_the_same(drawn, again):
    judge(drawn, JULY, committee(NO))
    judge(drawn, AUGUST, committee(NO, name=again))
    assert told(drawn, AUGUST) == [("2026-07", "ongoing")]


def test_one_that_is_not_in_a_month_is_called_as_it_was_when_last_seen(drawn):
    judge(drawn, JULY, committee(NO))
    judge(drawn, AUGUST, committee(NO, name="甲苑业主委员会"))
    judge(drawn, SEPTEMBER)
    assert ledger(drawn, SEPTEMBER) == [("甲苑业主委员会", "unknown", "2026-07", "2026-08", 2)]


@pytest.mark.parametrize("home", ["华五", "华阳路第五居委会", "飞乐居委会", None])
def test_the_neighbourhood_may_be_written_differently_or_change(drawn, home):
    judge(drawn, JULY, committee(NO, home="华阳路五居委会"))
    judge(drawn, AUGUST, committee(NO, home=home))
    assert told(drawn, AUGUST) == [("2026-07", "ongoing")]


def test_in_another_street_it_is_another_committee_and_the_old_one_is_unknown(drawn):
    judge(drawn, JULY, committee(NO))
    judge(drawn, AUGUST, committee(NO, street="江苏路"))
    assert told(drawn, AUGUST) == [("2026-08", "new")]
    assert sorted(one[1] for one in ledger(drawn, AUGUST)) == ["new", "unknown"]


@pytest.mark.parametrize("home", ["华五", "华阳路第五社区"])
def test_namesakes_are_told_apart_by_their_neighbourhood_however_it_is_written(drawn, home):
    judge(drawn, JULY, committee(NO, home="华阳路五"), committee(YES, home="飞乐居委会"))
    judge(drawn, AUGUST, committee(NO, home="飞乐"), committee(NO, home=home))
    assert told(drawn, AUGUST) == [("2026-08", "new"), ("2026-07", "ongoing")]


def test_a_namesake_that_comes_or_goes_takes_no_history_with_it(drawn):
    judge(drawn, JULY, committee(NO, home="飞乐居委会"))
    judge(drawn, AUGUST, committee(NO, home="华阳路五居委会"), committee(NO, home="飞乐居委会"))
    assert told(drawn, AUGUST) == [("2026-08", "new"), ("2026-07", "ongoing")]
    judge(drawn, SEPTEMBER, committee(YES, home="华五"))
    assert told(drawn, SEPTEMBER) == [(None, "resolved")]
    assert ledger(drawn, SEPTEMBER)[-1] == ("甲苑业委会", "unknown", "2026-07", "2026-08", 2)


def test_an_earlier_month_never_looks_at_a_later_one(drawn):
    judge(drawn, OCTOBER, committee(NO))
    judge(drawn, JULY, committee(NO))
    assert told(drawn, JULY) == [("2026-07", "new")]
    assert told(drawn, OCTOBER) == [("2026-10", "new")]  # until October is made anew
    findings.find(drawn.project, OCTOBER)
    assert told(drawn, OCTOBER) == [("2026-07", "ongoing")]


def test_the_ledger_begins_where_the_last_one_ended(drawn):
    judge(
        drawn,
        JULY,
        committee(NO),
        committee(NO, name="乙"),
        committee(NO, name="丙"),
        committee(NO, name="丁"),
    )
    judge(drawn, AUGUST, committee(YES), committee(BLANK, name="乙"), committee(NO, name="戊"))
    open_then = {one[0] for one in ledger(drawn, JULY)}
    changes = {one[0]: one[1] for one in ledger(drawn, AUGUST)}
    expected = {"甲苑业委会": "resolved", "乙": "unknown", "丙": "unknown", "丁": "unknown", "戊": "new"}
    assert changes == expected and open_then == set(changes) - {"戊"}
    judge(drawn, SEPTEMBER, committee(NO, name="丙"))
    changes = {one[0]: one[1] for one in ledger(drawn, SEPTEMBER)}
    assert changes == {"乙": "unknown", "丙": "ongoing", "丁": "unknown", "戊": "unknown"}

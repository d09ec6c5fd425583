"""Explanations: from the standard's words to the cell and the points, adding up; the city's rules always apart."""

from __future__ import annotations

import json
import re
import sys

import pandas as pd
import pytest
from drawn import ROOT

import redstats
from redstats import cli, tables
from redstats.dashboards import Figures, words
from redstats.dashboards.explaining import LAW, explain
from redstats.errors import RunError
from redstats.findings import check, parameters
from redstats.months import Month
from redstats.project import Project
from redstats.suites.rule_sentences import Ruling

MONTH = Month(2026, 10)


@pytest.fixture(scope="module")
def figures(sample_project):
    return Figures(sample_project, MONTH)


@pytest.fixture
def short(figures):
    """A committee that falls short of something, as a row of findings."""
    return figures.open.iloc[0]


def test_a_street_is_told_why_it_stands_there_and_what_would_change_it(figures):
    for street in figures.streets:
        told = explain(figures, street.label)
        compared = figures.compared(street)
        assert words.GROUPS[compared.group] in told.lines[0]
        assert f"{compared.unclear}/{compared.committees}" in told.lines[1]
        rows = told.tables[0][1] if told.tables else []
        opened = figures.open[figures.open["street_code"] == street.code]
        scored = {id_ for id_, one in figures.rules.requirements.items() if one.scored}
        assert sum(int(row["未达标业委会"]) for row in rows) == opened["requirement"].isin(scored).sum()


def of(figures, row):
    return explain(figures, f"{row['neighbourhood_committee']}{row['committee_name']}", row["street_name"])


def table(found, caption: str) -> list[dict]:
    return dict(found.tables)[caption]


def number(text: str) -> float:
    return float(re.match(r"[\d.]+", text)[0])


RULES = [
    rule | {"chapter": path.stem}
    for path in sorted((ROOT / "expectations").glob("*.json"))
    for rule in json.loads(path.read_text(encoding="utf-8"))["expectations"]
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: next(iter(rule["meta"].values())))
def test_every_rule_of_the_suites_has_a_sentence_in_chinese(figures, rule):
    id_ = rule["meta"].get("requirement", rule["meta"].get("check"))
    if id_ not in {*figures.rules.requirements, *figures.rules.law.rules} and "requirement" in rule["meta"]:
        pytest.skip("not in force")
    told = Ruling(figures.rules, parameters(figures.rules, MONTH)).told(rule)
    assert told and not re.search(r"[a-z]_|PARAMETER|\{|None", told), told
    assert ("row_condition" in rule["kwargs"]) == ("时适用" in told)


@pytest.mark.parametrize(
    ("id_", "sentence"),
    [
        (
            "party_member_ratio",
            "“业委会党员人数”÷“在任委员数（没有填报的用委员人数）”应不低于50%；只在“在任委员数（没有填报的用委员人数）”大于“0”时适用",
        ),
        ("reception_days", "“接待日次数”应不小于1"),
        ("satisfaction_survey", "“满意度调查日期”应不早于2026-01-01，不晚于2026-10-31"),
    ],
)
def test_a_rule_says_its_comparison_and_its_numbers(figures, id_, sentence):
    assert f"规则：{sentence}" in explain(figures, id_).lines


def test_a_parameter_that_changes_changes_the_sentence(figures):
    rule = {"type": "expect_column_values_to_be_between"}
    rule["kwargs"] = {"column": "reception_days", "min_value": {"$PARAMETER": "few"}}
    assert Ruling(figures.rules, {"few": 4}).told(rule) == "“接待日次数”应不小于4"


def test_a_clause_shows_its_words_and_every_requirement_with_its_states(figures):
    found = explain(figures, "3.2")
    assert (
        found.title == figures.rules.clauses["3.2"].label
        and figures.rules.clauses["3.2"].text in found.lines[0]
    )
    rows = table(found, "本条的要求")
    assert [row["编号"] for row in rows] == [one.id for one in figures.rules.of_clause("3.2")]
    for row in rows:
        states = sum(int(row[word]) for word in tables.STATES.values())
        assert states == (figures.findings["requirement"] == row["编号"]).sum()


def test_a_requirement_lists_what_is_open_with_cells(figures, short):
    found = explain(figures, short["requirement"])
    title = figures.rules.requirements[short["requirement"]].title
    assert explain(figures, title) == found
    rows = table(found, "未达标和待核实")
    own = figures.findings[figures.findings["requirement"] == short["requirement"]]
    assert len(rows) == own["state"].isin(["not_met", "needs_review"]).sum()
    assert any(row["位置"].endswith(f"!{short['cell']}") for row in rows)


def test_a_committees_items_add_up_to_its_total(figures):
    totals = figures.committees.sample(12, random_state=3)
    assert len(totals)
    for total in totals.to_dict("records"):
        try:
            found = of(figures, total)
        except RunError:
            continue
        items, sums = table(found, "从单元格到得分"), table(found, "从各条到总分")
        for row in sums[:-1]:
            own = [one for one in items if one["条款"] == row["条款"] and one["得分"] != "不计分"]
            known = [one for one in own if not one["得分"].startswith("未定")]
            got = sum(number(one["得分"]) for one in known)
            assert number(row["已知各项之和"]) == pytest.approx(got, abs=0.006 * max(1, len(known)))
            assert f"{len(known)}/{len(own)}" in row["项目"]
        whole = [one for one in sums[:-1] if not one["得分"].startswith("未定")]
        assert number(sums[-1]["已知各项之和"]) == pytest.approx(
            sum(number(one["得分"]) for one in whole), abs=0.07
        )
        assert sums[-1]["得分"] == f"{words.points(total['points'], 2)}/100.00"


def test_what_is_not_known_stands_as_a_range_and_not_as_nought(figures):
    unknown = figures.findings[figures.findings["state"] == "needs_review"].iloc[0]
    found = of(figures, unknown)
    title = figures.rules.requirements[unknown["requirement"]].title
    row = next(one for one in table(found, "从单元格到得分") if one["要求"] == title)
    assert row["判定"] == "待核实" and row["得分"].startswith("未定/")
    low, high = map(float, row["可能区间"].split("–"))
    assert low == 0 < high
    clause = next(one for one in table(found, "从各条到总分") if one["条款"] == row["条款"])
    assert "未知的按已知的比例" in clause["已知各项之和"] or "0.00" in clause["已知各项之和"]


def test_a_committees_chain_leads_to_cell_raw_value_and_words(figures, short):
    found = of(figures, short)
    one = figures.rules.requirements[short["requirement"]]
    row = next(row for row in table(found, "从单元格到得分") if row["要求"] == one.title)
    assert row["标准原文"] == one.quote and row["位置"] == "!".join(
        (short["source_file"], short["source_sheet"], short["cell"])
    )
    assert row["判定"] == "未达标" and row["规则"]


def test_the_citys_rules_are_explained_apart_and_never_scored(figures, short):
    found = of(figures, short)
    rules = table(found, LAW)
    assert {row["规定"] for row in rules} == {one.title for one in figures.rules.law.rules.values()}
    assert not any("得分" in row for row in rules)
    ours = {one.title for one in figures.rules.requirements.values()} | {
        one.label for one in figures.rules.review_fields.values()
    }
    assert {row["要求"] for row in table(found, "从单元格到得分")} <= ours
    for name in ("L13", "l13", "L13_reception"):
        law = explain(figures, name)
        assert "不计入评分" in law.title and figures.rules.law.rules["L13_reception"].words in law.lines[1]
        assert not any("得分" in line for line in law.lines)
    assert len(explain(figures, "L17").lines) > len(
        explain(figures, "L13").lines
    )  # several stand under one number


def test_personal_data_are_masked(figures):
    personal = [id_ for id_, one in figures.rules.fields.items() if one.personal]
    own = figures.findings[figures.findings["field"].isin(personal) & (figures.findings["state"] == "met")]
    row = own.iloc[0]
    whole = type(figures)(figures.project, figures.month, openly=True)
    raw = next(iter(whole.raw_texts(own.head(1)).values()))
    assert len(raw) > 1
    found = of(figures, row)
    assert raw not in json.dumps(found.tables, ensure_ascii=False) and raw not in found.block().html


def test_an_unknown_name_comes_with_close_ones(figures, short):
    with pytest.raises(RunError) as refused:
        explain(figures, "self_studdy")
    assert "self_study" in refused.value.to_do
    with pytest.raises(RunError) as refused:
        explain(figures, short["committee_name"] + "会")
    assert short["committee_name"] in refused.value.to_do


def test_of_two_committees_of_one_name_the_street_or_the_neighbourhood_decides(figures, short):
    twins = Figures(figures.project, MONTH)
    other = twins.findings[twins.findings["street_code"] != short["street_code"]].iloc[0]
    renamed = twins.findings["committee_name"] == other["committee_name"]
    twins.findings = twins.findings.copy()
    twins.findings.loc[renamed, "committee_name"] = short["committee_name"]
    with pytest.raises(RunError) as refused:
        explain(twins, short["committee_name"])
    assert "--street" in refused.value.to_do and "居委会" in refused.value.to_do
    assert short["street_name"] in refused.value.where and other["street_name"] in refused.value.where
    assert of(twins, short).lines[0].startswith(short["street_name"])
    home = f"{short['neighbourhood_committee']} {short['committee_name']}"
    assert explain(twins, home).lines[0] == f"{short['street_name']} {short['neighbourhood_committee']}"


def test_a_notebook_shows_it_escaped(figures, short):
    found = redstats.explain(figures, short["requirement"])
    assert isinstance(found.frame(), pd.DataFrame)
    evil = type(found)("<script>x</script>", ["<b>"], [("<i>", [{"<u>": "<img>"}])])
    html = evil._repr_mimebundle_()["text/html"]
    assert not re.search(r"<(?:script|b|i|u|img)>", html)


def test_the_command_speaks_chinese_and_json(figures, monkeypatch, capsys):
    monkeypatch.setattr(redstats, "open_month", lambda month: figures)
    for words_ in (["self_study"], ["L13", "--json"], ["3.2", "--month", "2026-10"]):
        monkeypatch.setattr(sys, "argv", ["redstats", "explain", *words_])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code in (0, None)
        out = capsys.readouterr().out
        if "--json" in words_:
            assert set(json.loads(out)) == {"title", "lines", "tables"}
        else:
            assert "规则" in out and "填报数据" in out


def test_every_suite_is_read_whole():
    assert len(RULES) == sum(len(suite["expectations"]) for suite in check(Project(ROOT))[0].values())

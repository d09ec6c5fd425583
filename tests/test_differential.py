"""The quick way of judging finds what plain Great Expectations finds, rule by rule and row by row, of every suite."""

from __future__ import annotations

import json
from random import Random

import naive
import pandas as pd
import pytest
from drawn import ROOT, Drawn
from law_oracle import near
from oracle import random_committee

from redstats import places, standard, tables
from redstats.facts import law_facts, standard_facts
from redstats.facts.cells import cells_of
from redstats.months import Month
from redstats.places.identity import Identity
from redstats.suites import running
from redstats.suites.names import LAW, RECOMMENDATIONS

MONTHS = [Month(2026, 6), Month(2026, 12)]
SUITES = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "expectations").glob("*.json")
}


def drawn_month(folder, month: Month) -> tuple[pd.DataFrame, dict[str, object]]:
    """The facts of 120 random committees, with all that the law looks at, and the parameters of both."""
    chance, rules = Random(f"differential {month}"), standard.on(month.end)
    drawn = Drawn(folder / "project")
    for one in (month.plus(-1), month):
        everyone = [
            {"name": f"随机{number % 115}"}  # some stand twice in the return
            | near(chance, random_committee(chance, rules.return_fields, one.end), one.end)
            for number in range(120)
        ]
        drawn.write(one, everyone)
    returns = {one: tables.read(drawn.project, tables.RETURNS, one) for one in (month.plus(-1), month)}
    cells = cells_of(returns[month], tables.read(drawn.project, tables.CELLS, month))
    frame = standard_facts.facts(
        returns[month], {month.plus(-1): returns[month.plus(-1)]}, month, rules, cells
    )
    kinds = {id_: one.type for id_, one in rules.fields.items()}
    past = {month.plus(-1): law_facts.Past(returns[month.plus(-1)], Identity(places.on(month.end)))}
    told = law_facts.facts(frame, past, month, rules.law, cells, kinds)
    return told.frame, standard_facts.parameters(rules, month) | rules.law.parameters | told.parameters


@pytest.mark.xdist_group("differential")
@pytest.mark.parametrize("month", MONTHS, ids=str)
def test_every_rule_fails_the_rows_that_plain_gx_fails(tmp_path, month):
    frame, parameters = drawn_month(tmp_path, month)
    rules = standard.on(month.end)
    kept = running.in_force(
        {name: one for name, one in SUITES.items() if name not in (LAW, RECOMMENDATIONS)}, rules.requirements
    )
    kept |= running.in_force({LAW: SUITES[LAW]}, rules.law.rules)
    mine = {one.id: set(one.failed.tolist()) for one in running.validate(frame, kept, parameters)}
    plain = naive.failing(frame, kept, parameters)
    assert (
        set(mine)
        == set(plain)
        == {
            *rules.requirements,
            *rules.law.rules,
            *(one["meta"]["check"] for one in SUITES["returns"]["expectations"]),
        }
    )
    assert {id_: rows for id_, rows in mine.items() if rows != plain[id_]} == {}
    # a row condition or an empty column must not make the comparison idle
    assert sum(bool(rows) for rows in plain.values()) > 0.8 * len(plain)
    assert sum(len(rows) < len(frame) for rows in plain.values()) > 0.95 * len(plain)


def test_the_results_are_as_many_and_as_severe_as_the_rules(tmp_path):
    month = MONTHS[0]
    frame, parameters = drawn_month(tmp_path, month)
    rules = standard.on(month.end)
    kept = running.in_force({"chapter_3": SUITES["chapter_3"]}, rules.requirements)
    built = running.built("chapter_3", kept["chapter_3"], parameters)
    severities = {"must": "critical", "should": "warning", "may": "info"}
    assert {one.meta["requirement"]: one.severity for one in built} == {
        one.id: severities[one.force] for one in rules.requirements.values() if one.clause[0] == "3"
    }
    assert len(running.validate(frame, kept, parameters)) == len(built)


def test_a_rule_lost_on_the_way_stops_the_run(tmp_path, monkeypatch):
    frame, parameters = drawn_month(tmp_path, MONTHS[0])
    whole = running.built
    monkeypatch.setattr(running, "built", lambda *given: whole(*given)[1:])
    many = len(SUITES["chapter_3"]["expectations"])
    with pytest.raises(standard.document.StandardError, match=f"{many} 条规则只执行了 {many - 1} 条"):
        running.validate(frame, {"chapter_3": SUITES["chapter_3"]}, parameters)

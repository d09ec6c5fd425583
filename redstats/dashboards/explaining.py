"""Why: of a clause, a requirement or a committee the whole chain from the standard's words to the cell and the points."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

import pandas as pd

from redstats import tables
from redstats.dashboards import words
from redstats.dashboards.blocks import Block, render
from redstats.dashboards.figures import COMMITTEE, Figures
from redstats.errors import RunError
from redstats.text import fold

_STATES = list(tables.STATES)


@dataclass(frozen=True, slots=True)
class Explanation:
    """``title`` and ``lines`` say what is explained; ``rows`` are its links, one dict each, keyed by Chinese names."""

    title: str
    lines: list[str]
    rows: list[dict[str, str]]

    @property
    def frame(self) -> pd.DataFrame:
        return pd.DataFrame(self.rows)

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, object]:
        return self.block()._repr_mimebundle_()

    def block(self) -> Block:
        """The same as HTML, everything escaped."""
        columns = list(self.rows[0]) if self.rows else []
        return render(
            "explaining",
            "explanation",
            title=self.title,
            lines=self.lines,
            columns=columns,
            rows=[list(row.values()) for row in self.rows],
        )


def explain(figures: Figures, name: str, street: str = "") -> Explanation:
    """Explain a clause (``3.2``), a requirement (its id or title) or a committee; RunError with near names otherwise."""
    rules = figures.rules
    by_title = {one.title: one.id for one in rules.requirements.values()}
    name = by_title.get(name, name)
    if name in rules.clauses:
        return _clause(figures, name)
    if name in rules.requirements:
        return _requirement(figures, name)
    return _committee(figures, name, street)


def _clause(figures: Figures, id_: str) -> Explanation:
    rules = figures.rules
    clause = rules.clauses[id_]
    rows = [
        {
            "要求": one.title,
            "编号": one.id,
            "力度": words.FORCES[one.force],
            "要求什么": one.required,
            "填报数据": rules.label(one.field),
        }
        | _counts(figures, one.id)
        for one in rules.of_clause(id_)
    ]
    points = figures.points(None, "clause", id_)
    return Explanation(
        clause.label,
        [clause.text, f"全区得分 {words.points(points.value)}（满分 {words.points(points.out_of)}）"],
        rows,
    )


def _requirement(figures: Figures, id_: str) -> Explanation:
    rules, one = figures.rules, figures.rules.requirements[id_]
    lines = [
        f"{rules.clauses[one.clause].label}；{words.FORCES[one.force]}{'；红线' if one.red_line else ''}；自 {one.edition}",
        f"原文：“{one.quote}”",
        f"要求：{one.required}；填报数据：{rules.label(one.field)}（{one.field}）",
        f"怎么办：{one.fix}",
        "；".join(f"{state} {count}" for state, count in _counts(figures, id_).items() if count != "0"),
    ]
    own = figures.open[figures.open["requirement"] == id_]
    raws = figures.raw_texts(own)
    rows = [
        {
            "街镇": row["street_name"],
            "居委会": row["neighbourhood_committee"],
            "业委会": row["committee_name"],
            "填报": row["reported"],
            "原文": row["raw"],
            "位置": _place(row),
        }
        for row in (figures.shown(row, raws) for row in own.to_dict("records"))
    ]
    return Explanation(f"{one.title}（{one.id}）", lines, rows)


def _committee(figures: Figures, name: str, street: str) -> Explanation:
    findings, rules = figures.findings, figures.rules
    if street:
        findings = findings[findings["street_code"] == figures.places.street(street).code]
    wanted = fold(name)
    own = findings[[wanted == fold(one) for one in findings["committee_name"]]]
    found = own[COMMITTEE].drop_duplicates()
    if len(found) != 1:
        raise _not_one(findings, own, name, bool(len(found)))
    key = dict(found.iloc[0])
    scores = figures.scores[(figures.scores["level"] == "committee")]
    for column, value in key.items():
        scores = scores[scores[column].fillna("") == ("" if pd.isna(value) else value)]
    points = {(row.part, row.part_id): row for row in scores.itertuples()}
    raws = figures.raw_texts(own)
    rows = []
    for row in (figures.shown(row, raws) for row in own.to_dict("records")):
        one = rules.requirements[row["requirement"]]
        rows.append(
            {
                "条款": rules.clauses[one.clause].label,
                "要求": one.title,
                "标准原文": one.quote,
                "要求什么": one.required,
                "数据": rules.label(one.field),
                "填报": row["raw"] or row["reported"],
                "位置": _place(row),
                "判定": tables.STATES[row["state"]],
                "得分": _points(points.get(("requirement", one.id))),
            }
        )
    street_name = own["street_name"].iloc[0]
    home = "" if pd.isna(key["neighbourhood_committee"]) else key["neighbourhood_committee"]
    total = points.get(("total", "total"))
    lines = [f"{street_name} {home}", f"得分 {_points(total)}"] if total else [f"{street_name} {home}"]
    return Explanation(str(key["committee_name"]), lines, rows)


def _not_one(findings: pd.DataFrame, own: pd.DataFrame, name: str, several: bool) -> RunError:
    if several:
        homes = [
            f"{row.street_name}{row.neighbourhood_committee}"
            for row in own.drop_duplicates(COMMITTEE).itertuples()
        ]
        return RunError(f"有几个“{name}”", where="、".join(homes), to_do="请用 --street 指明街镇，或写全名称")
    names = {fold(one): one for one in findings["committee_name"].unique()}
    near = [names[one] for one in difflib.get_close_matches(fold(name), names, n=3, cutoff=0.4)]
    return RunError(
        f"没有条款、要求或业委会“{name}”",
        where="2_findings",
        to_do=f"相近的有：{'、'.join(near)}" if near else "条款形如 3.2；要求的编号见 redstats standard",
    )


def _counts(figures: Figures, id_: str) -> dict[str, str]:
    counts = figures.findings["state"][figures.findings["requirement"] == id_].value_counts()
    return {tables.STATES[state]: str(int(counts.get(state, 0))) for state in _STATES}


def _points(row) -> str:
    if row is None or not row.out_of:
        return "不计分"
    if pd.isna(row.points):
        return f"未定（{words.points(row.lowest)}–{words.points(row.highest)}）/{words.points(row.out_of)}"
    return f"{words.points(row.points, 2)}/{words.points(row.out_of, 2)}"


def _place(row: dict) -> str:
    return (
        "!".join(part for part in (row["source_file"], row["source_sheet"], row["cell"]) if part)
        if row["cell"]
        else "—"
    )

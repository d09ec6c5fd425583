"""Why: of a clause, a requirement, a rule of the city or a committee the chain from its words to the cell and the points."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from redstats import tables
from redstats.dashboards import words
from redstats.dashboards.blocks import Block, render
from redstats.dashboards.figures import COMMITTEE, Figures
from redstats.dashboards.lost_points import lost as lost_points
from redstats.dashboards.point_sums import points_of, range_of, sums
from redstats.dashboards.standing import only, scored, would_change
from redstats.errors import RunError
from redstats.findings import check, parameters
from redstats.places import Street
from redstats.scores import reviews
from redstats.standard import Requirement, Rule
from redstats.suites.rule_sentences import Ruling
from redstats.text import fold

LAW = "市级规定（不属于标准，不计入评分）"


@dataclass(frozen=True, slots=True)
class Explanation:
    """``title`` and ``lines`` say what is explained; ``tables`` are pairs of a caption and rows, keyed by Chinese names."""

    title: str
    lines: list[str]
    tables: list[tuple[str, list[dict[str, str]]]]

    def frame(self, number: int = 0) -> pd.DataFrame:
        """One of the tables as a frame."""
        return pd.DataFrame(self.tables[number][1])

    def block(self) -> Block:
        """The same as HTML, everything escaped."""
        return render("explaining", "explanation", title=self.title, lines=self.lines, tables=self.tables)

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, object]:
        return self.block()._repr_mimebundle_()


def explain(figures: Figures, name: str, street: str = "") -> Explanation:
    """Explain a clause (``3.2``), a requirement or rule of the city (id, title, or ``L13``), a street (why it stands where it
    does, and what would change that), or a committee.

    ``street`` says which of several committees of one name is meant; so does its neighbourhood before the name.  RunError
    for an unknown name (with near ones) and for a name that several bear.
    """
    return _Explaining(figures).of(name.strip(), street)


class _Explaining:
    def __init__(self, figures: Figures) -> None:
        self.figures, self.rules = figures, figures.rules
        self.law = figures.rules.law.rules

    def of(self, name: str, street: str) -> Explanation:
        if name in self.rules.clauses:
            return self.clause(name)
        for known, explained in ((self.rules.requirements, self.requirement), (self.law, self.rule)):
            ids = [one.id for one in known.values() if name in (one.id, one.title)]
            if ids:
                return explained(ids[:1])
        numbered = [one.id for one in self.law.values() if one.number == name.upper()]
        if numbered:
            return self.rule(numbered)
        whole = None if street else self.figures.places.match(name)
        return self.street(whole) if whole else self.committee(name, street)

    @cached_property
    def _sentences(self) -> dict[str, str]:
        """Every rule of the suites as a sentence, by requirement."""
        known = {*self.rules.requirements, *self.law}
        sentences = Ruling(self.rules, parameters(self.rules, self.figures.month))
        return {
            rule["meta"]["requirement"]: sentences.told(rule)
            for suite in check(self.figures.project)[0].values()
            for rule in suite["expectations"]
            if rule["meta"].get("requirement") in known
        }

    def clause(self, id_: str) -> Explanation:
        clause = self.rules.clauses[id_]
        rows = [
            {
                "要求": each.title,
                "编号": each.id,
                "力度": words.FORCES[each.force],
                "要求什么": each.required,
                "规则": self._sentences.get(each.id, ""),
                "填报数据": self.rules.label(each.field),
            }
            | self._counts(self.figures.findings, each.id)
            for each in self.rules.of_clause(id_)
        ]
        points = self.figures.points(None, "clause", id_)
        scored = f"全区平均 {words.points(points.value, 2)} 分，满分 {words.points(points.out_of, 2)}，可能区间 {range_of(points)}"
        return Explanation(clause.label, [f"原文：{clause.text}", scored], [("本条的要求", rows)])

    def requirement(self, ids: list[str]) -> Explanation:
        requirement = self.rules.requirements[ids[0]]
        points = self.figures.points(None, "requirement", requirement.id)
        scored = f"全区平均 {words.points(points.value, 2)} 分，满分 {words.points(points.out_of, 2)}，可能区间 {range_of(points)}"
        lines = [
            f"{self.rules.clauses[requirement.clause].label}；{words.FORCES[requirement.force]}{'；红线' * requirement.red_line}；版本 {requirement.edition}",
            f"原文：“{requirement.quote}”",
            f"要求：{requirement.required}",
            f"规则：{self._sentences.get(requirement.id, '')}",
            f"填报数据：{self.rules.label(requirement.field)}（{requirement.field}）",
            f"怎么办：{requirement.fix}",
            f"得分：{scored if points.out_of else '不计分'}。达标得满分，未达标得0分，未填报和待核实只计入区间，不适用的不计",
            self._counted(self.figures.findings, requirement.id),
        ]
        findings = self.figures.findings
        return Explanation(
            f"{requirement.title}（{requirement.id}）", lines, [("未达标和待核实", self._open(findings, ids))]
        )

    def rule(self, ids: list[str]) -> Explanation:
        """One rule of the city, or all that stand under one number."""
        lines = []
        for id_ in ids:
            rule = self.law[id_]
            lines += [
                f"{rule.title}（{rule.id}）：{rule.document}{rule.article}；自 {rule.since}；链接 {rule.link or '—'}",
                f"原文：{rule.words}",
                f"要求：{rule.required}",
                f"规则：{self._sentences.get(id_, '')}",
                f"填报数据：{self.rules.label(rule.field)}（{rule.field}）",
                f"怎么办：{rule.fix}",
                self._counted(self.figures.law, id_),
            ]
        title = f"{self.law[ids[0]].number}：{LAW}"
        return Explanation(title, lines, [("未达标和待核实", self._open(self.figures.law, ids))])

    def street(self, street: Street) -> Explanation:
        """Its group, what costs points, and what would bring it into another group."""
        figures, compared, points = self.figures, self.figures.compared(street), self.figures.points(street)
        rate = words.percent(compared.unclear, compared.committees)
        interval = words.interval(compared.share_low, compared.share_high, percent=True)
        lines = [
            f"组别：{words.GROUPS[compared.group]}；{words.STANDINGS[compared.standing]}",
            f"有缺口的业委会 {compared.unclear}/{compared.committees}（{rate}，95%区间 {interval}），其中未报清 {compared.unsettled} 个",
            f"平均得分 {words.points(points.value)}，可能区间 {range_of(points)}；全区 {words.points(figures.average.value)}",
            f"与上月比：{words.change(figures.change('points', street))}",
            f"怎样变化：{would_change(figures, street)}",
            words.GROUPING,
        ]
        alone = only(figures, street)
        lost = lost_points(figures, street)["lost"]
        rows = [
            {
                "要求": self.rules.requirements[str(id_)].title,
                "条款": self.rules.clauses[self.rules.requirements[str(id_)].clause].label,
                "未达标业委会": str(count),
                "只差这一项的": str(alone.get(id_, 0)),
                "失分": words.points(lost.get(id_, 0.0), 2),
            }
            for id_, count in scored(figures, street)["requirement"].value_counts().items()
        ]
        return Explanation(
            f"{street.name}：为什么在这个位置", lines, [("失分和缺口从哪里来", rows)] if rows else []
        )

    def committee(self, name: str, street: str) -> Explanation:
        findings = self._named(name, street)
        key = findings[COMMITTEE].iloc[0]
        scores = _of(self.figures.scores[self.figures.scores["level"] == "committee"], key)
        points = {(row.part, row.part_id): row for row in scores.itertuples()}
        rows = [self._judged(row, points) for row in self._shown(findings)] + self._reviewed(points, key)
        total = points.get(("total", "total"))
        lines = [f"{findings['street_name'].iloc[0]} {_text(key['neighbourhood_committee'])}"]
        lines.append(
            f"总分：{points_of(total)}" + (f"，可能区间 {range_of(total)}" if total else "，不参加评判")
        )
        rules = [self._ruled(row) for row in self._shown(_of(self.figures.law, key))]
        sections = [("从单元格到得分", rows), ("从各条到总分", sums(points, self.rules, total)), (LAW, rules)]
        return Explanation(_text(key["committee_name"]), lines, [one for one in sections if one[1]])

    def _shown(self, findings: pd.DataFrame) -> list[dict]:
        raws = self.figures.raw_texts(findings)
        return [self.figures.shown(row, raws) for row in findings.to_dict("records")]

    def _datum(self, row: dict) -> dict[str, str]:
        place = (row["source_file"], row["source_sheet"], row["cell"])
        return {
            "数据": self.rules.label(row["field"]),
            "填报": row["reported"],
            "原文": row["raw"],
            "位置": "!".join(place) if row["cell"] else "（无此列或无单元格）",
        }

    def _judged(self, row: dict, points: dict) -> dict[str, str]:
        requirement = self.rules.requirements[row["requirement"]]
        item = points.get(("requirement", requirement.id))
        return (
            {
                "条款": self.rules.clauses[requirement.clause].label,
                "要求": requirement.title,
                "标准原文": requirement.quote,
                "规则": self._sentences.get(requirement.id, ""),
            }
            | self._datum(row)
            | {
                "判定": tables.STATES[row["state"]],
                "得分": points_of(item),
                "可能区间": range_of(item) if item else "—",
            }
        )

    def _reviewed(self, points: dict, key: pd.Series) -> list[dict[str, str]]:
        """What the reviewers' sheets gave, or have left open."""
        committee, sheets = key.to_frame().T.assign(month=str(self.figures.month)), self.figures.reviews
        identity, lines = self.figures.identity, self.rules.review_fields
        marks = reviews.marks(sheets, lines, identity, beside=[committee])
        (who,) = reviews.keys(committee, sheets, identity)
        given, rows = marks.get(who, {}), []
        for id_, field in self.rules.review_fields.items():
            item = points.get(("requirement", id_))
            if item is not None:
                known = not pd.isna(item.points)
                clause = self.rules.clauses[field.clause].label
                row = {"条款": clause, "要求": field.label, "标准原文": self.rules.clauses[field.clause].text}
                mark = words.mark(given[id_]) if id_ in given else ""
                row |= {
                    "规则": "人工评议",
                    "数据": field.label,
                    "填报": mark,
                    "原文": "",
                    "位置": "评议打分表",
                }
                row |= {
                    "判定": "已评议" if known else "未评议",
                    "得分": points_of(item),
                    "可能区间": range_of(item),
                }
                rows.append(row)
        return rows

    def _ruled(self, row: dict) -> dict[str, str]:
        rule = self.law[row["requirement"]]
        source = {"文件": f"{rule.document}{rule.article}", "规定": rule.title, "原文或大意": rule.words}
        sentence = {"规则": self._sentences.get(rule.id, "")}
        return source | sentence | self._datum(row) | {"判定": tables.STATES[row["state"]]}

    def _open(self, findings: pd.DataFrame, ids: list[str]) -> list[dict[str, str]]:
        open_rows = findings[
            findings["requirement"].isin(ids) & findings["state"].isin(["not_met", "needs_review"])
        ]
        return [
            {
                "街镇": row["street_name"],
                "居委会": row["neighbourhood_committee"],
                "业委会": row["committee_name"],
                "判定": tables.STATES[row["state"]],
            }
            | self._datum(row)
            for row in self._shown(open_rows)
        ]

    def _counts(self, findings: pd.DataFrame, id_: str) -> dict[str, str]:
        counts = findings["state"][findings["requirement"] == id_].value_counts()
        return {word: str(int(counts.get(state, 0))) for state, word in tables.STATES.items()}

    def _counted(self, findings: pd.DataFrame, id_: str) -> str:
        return "业委会：" + "，".join(f"{word}{count}" for word, count in self._counts(findings, id_).items())

    def _named(self, name: str, street: str) -> pd.DataFrame:
        """The findings of the one committee of that name."""
        findings = self.figures.findings
        if street:
            findings = findings[findings["street_code"] == self.figures.places.street(street).code]
        known = findings[[*COMMITTEE, "street_name"]].drop_duplicates()
        wanted = fold(name)
        matches = []
        for row in known.to_dict("records"):
            home, called = fold(_text(row["neighbourhood_committee"])), fold(_text(row["committee_name"]))
            if wanted in (called, home + called, fold(row["street_name"]) + home + called):
                matches.append(row)
        if not matches:
            raise self._unknown(name, known)
        if len(matches) > 1:
            homes = [f"{row['street_name']}{_text(row['neighbourhood_committee'])}" for row in matches]
            raise RunError(
                f"有{len(matches)}个“{name}”",
                where="、".join(homes),
                to_do="请用 --street 指明街镇，或在名称前写上居委会",
            )
        committee_rows = _of(findings, pd.Series(matches[0]))
        if committee_rows["requirement"].duplicated().any():
            place = f"{matches[0]['street_name']}{_text(matches[0]['neighbourhood_committee'])}"
            raise RunError(f"同一居委会有几行“{name}”", where=place, to_do="请先核实报表是否重复填报")
        return committee_rows

    def _unknown(self, name: str, known: pd.DataFrame) -> RunError:
        names = {fold(one): one for one in known["committee_name"].dropna()}
        rules: list[Requirement | Rule] = [*self.rules.requirements.values(), *self.law.values()]
        for rule in rules:
            names |= {fold(rule.id): rule.id, fold(rule.title): rule.title}
        names |= {one: one for one in self.rules.clauses} | {
            one.number.lower(): one.number for one in self.law.values()
        }
        near = [names[one] for one in difflib.get_close_matches(fold(name), names, n=3, cutoff=0.4)]
        return RunError(
            f"没有条款、要求、规定或业委会“{name}”",
            where=self.figures.month.label,
            to_do=f"相近的有：{'、'.join(near)}" if near else f"条款有：{'、'.join(self.rules.clauses)}",
        )


def _of(table: pd.DataFrame, key: pd.Series) -> pd.DataFrame:
    same = pd.Series(True, index=table.index)
    for column in COMMITTEE:
        same &= table[column].fillna("") == _text(key[column])
    return table[same]


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)

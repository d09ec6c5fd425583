"""The city's rules on a page: always under a heading of their own, never in a score, absent where the layer is off."""

from __future__ import annotations

from typing import Any

from redstats import tables
from redstats.dashboards import words
from redstats.dashboards.blocks import Block, render
from redstats.dashboards.figures import Figures, usual_place
from redstats.dashboards.page import Page
from redstats.places import Street
from redstats.standard.law import Gap, Rule, of_register


def heading(figures: Figures) -> Block:
    rules = figures.rules.law.rules
    left = f"{figures.month.label} · {figures.rules.law.edition}" if rules else figures.month.label
    right = f"{len(rules)} 项有效的规定" if rules else "市级规定整层关闭，不作判断"
    return render("common", "heading", title="市级规定", left=left, right=right)


def summary(figures: Figures, street: Street | None = None) -> Block:
    """Rule by rule how many committees keep it: for the district all rules, and in which streets some do not; for a street
    those that are not kept, or in doubt."""
    rules = figures.rules.law.rules
    if not rules:
        return Block("")
    law_findings = _of(figures, street)
    counts = law_findings.groupby(["requirement", "state"]).size().unstack(fill_value=0)
    counts = counts.reindex(index=list(rules), columns=list(tables.STATES), fill_value=0)
    short = law_findings[law_findings["state"] == "not_met"].groupby(["requirement", "street_code"]).size()
    rows = []
    for rule in rules.values():
        if street and not counts.loc[rule.id, ["not_met", "needs_review"]].sum():
            continue
        where: Any = [] if rule.id not in short.index.get_level_values(0) else short.loc[rule.id]
        streets = [f"{one.label} {where[one.code]}" for one in figures.streets if one.code in where]
        rows.append(
            {
                "rule": rule,
                "counts": [int(counts.at[rule.id, state]) for state in tables.STATES],
                "streets": "、".join(streets) or "—",
            }
        )
    block = render("law", "summary", rows=rows, states=tables.STATES.values(), whole=street is None)
    broken = int((law_findings["state"] == "not_met").sum())
    open_ = law_findings.loc[law_findings["state"] == "not_met", "requirement"].nunique()
    finding = f"{len(rules)} 项规定中 {open_} 项有业委会未达标，共 {broken} 项次。"
    return block + render("common", "remark", finding=finding, note=_note(figures))


def _of(figures: Figures, street: Street | None):
    return figures.law if street is None else figures.law[figures.law["street_code"] == street.code]


def _note(figures: Figures) -> str:
    return (
        f"按 {figures.month.label}有效的规定（{figures.rules.law.edition}）；不属于标准，不计入评分。"
        "此前月份没有报表的不下结论；全部规定和链接见“标准释义”。"
    )


def findings(figures: Figures, street: Street) -> Block:
    """What a street's committees do not keep, and what is in doubt, rule by rule with document, article and link."""
    law_findings = _of(figures, street)
    groups = []
    for rule in figures.rules.law.rules.values():
        for state in ("not_met", "needs_review"):
            listed = law_findings[(law_findings["requirement"] == rule.id) & (law_findings["state"] == state)]
            if len(listed):
                shown = [figures.shown(row, {}) for row in listed.to_dict("records")]
                groups.append(
                    {
                        "rule": rule,
                        "status": words.STATE_STATUS[state],
                        "state": tables.STATES[state],
                        "rows": shown,
                    }
                )
    return render("law", "findings", groups=groups, usual=usual_place(law_findings)) if groups else Block("")


def register(figures: Figures) -> Block:
    """Every rule L01 to L30: document, article, words, link, days in force, and how it is judged or why not."""
    law = figures.rules.law
    rows: list[dict[str, Any]] = [
        {"one": one, "judged": _judged(one, law.enabled), "days": _days(one)}
        for held in of_register(law).values()
        for one in held
    ]
    cited = [document for row in rows for document in row["one"].documents]
    documents = list(dict.fromkeys(cited))
    return render("law", "register", rows=rows, documents=documents, law=law, month=figures.month.label)


def _judged(entry: Rule | Gap, layer: bool) -> str:
    if isinstance(entry, Gap):
        return f"不作判定：{entry.why}"
    if not layer:
        return "停用：市级规定整层关闭"
    return "自动检查" if entry.enabled else "停用：原文或来源未核实" if not entry.verified else "停用"


def _days(entry: Rule | Gap) -> str:
    if not all(document.valid_from for document in entry.documents):
        return "待核实"
    if isinstance(entry, Rule):
        return f"{entry.since} 起" + (f"，至 {entry.until}" if entry.until else "")
    ends = [document.valid_to for document in entry.documents if document.valid_to]
    return f"文件至 {min(ends)}" if ends else "—"


PAGE = Page(
    file="law.html",
    title="市级规定",
    label="市级规定",
    group="看全区",
    place=27,
    reads=(tables.LAW,),
    blocks=(heading, summary),
)

"""One street's page: where it stands, what cost points, every finding with its cell and what to do."""

from __future__ import annotations

from typing import Any, cast

import pandas as pd

from redstats import tables
from redstats.dashboards import charts, words
from redstats.dashboards import deadlines as radar
from redstats.dashboards.blocks import Block, chart, render
from redstats.dashboards.figures import COMMITTEE, Figures, count_committees
from redstats.dashboards.page import Page
from redstats.findings import PACES
from redstats.places import Street

MOST_COSTS = 12


def heading(figures: Figures, street: Street) -> Block:
    submission = next(one for one in figures.submissions if one.street_code == street.code)
    day = submission.received or submission.report_date
    right = submission.word + (f" · {'收到' if submission.received else '填报日期'} {day}" if day else "")
    left = f"{figures.month.label} · {submission.committees} 个业委会 · {submission.file or '未收到报表'}"
    block = render("common", "heading", title=street.name, left=left, right=right)
    if submission.committees == 0:
        block = block + render("street", "absent", name=street.name, message=submission.message or "请催报。")
    return block


def standing(figures: Figures, street: Street) -> Block:
    """Rank and points beside the district's mean, party coverage, serious findings, completeness."""
    points, average = figures.points(street), figures.average
    share = figures.share(street=street)
    serious, unknown = figures.serious_in(street)
    concerned = count_committees(figures.serious[figures.serious["street_code"] == street.code])
    opened = figures.open[figures.open["street_code"] == street.code]
    ranked = sum(figures.points(one).rank is not None for one in figures.streets)
    compared = figures.compared(street)
    rank = f"第 {points.rank} 名（共 {ranked} 个）" if points.rank else words.GROUPS[compared.group]
    life = figures.life(street)
    items = [
        {
            "label": "得分",
            "big": words.points(points.value),
            "unit": "分",
            "status": figures.band_status(points),
            "change": words.change(figures.change("points", street)),
            "compare": f"{rank}；全区 {words.points(average.value)}；可能区间 {words.points(points.lowest)}–{words.points(points.highest)}；确认得分 {words.points(points.confirmed)}",
        },
        {
            "label": "党组织覆盖率",
            "big": words.percent(share.reached, share.eligible).removesuffix("%"),
            "unit": "%" if share.eligible else "",
            "status": words.share_status(share),
            "change": words.gap(share),
            "compare": f"{share.reached}/{share.eligible}；全区 {words.percent(figures.share().reached, figures.share().eligible)}",
        },
        {
            "label": "严重问题（红线要求未达标）",
            "big": "—" if serious is None else str(serious),
            "unit": "" if serious is None else "项",
            "status": words.count_status(serious, unknown),
            "change": f"涉及 {concerned} 个业委会" + (f"，另有 {unknown} 项未知" if unknown else ""),
            "compare": f"全部未达标 {len(opened)} 项",
        },
        {
            "label": "本月变化",
            "big": "—" if points.value is None else str(life["new"] + life["reopened"]),
            "unit": "" if points.value is None else "项新增或反复",
            "status": words.count_status(
                None if points.value is None else life["new"] + life["reopened"], 0
            ).replace("alert", "watch"),
            "change": f"持续 {life['ongoing']} 项",
            "compare": f"已整改 {life['resolved']} 项",
        },
    ]
    for item in items:
        item["word"] = words.STATUS_WORDS[item["status"]]
    return render("street", "standing", items=items)


def clauses(figures: Figures, street: Street) -> Block:
    """The twelve clauses of a street as bars against full points."""
    parts = [
        (clause.label, figures.points(street, "clause", id_)) for id_, clause in figures.rules.clauses.items()
    ]
    known = [(name, one) for name, one in parts if one.rate is not None]
    frame = pd.DataFrame(
        [
            {"name": name, "value": round(cast(float, one.rate), 1), "status": figures.status(one)}
            for name, one in known
        ],
        columns=["name", "value", "status"],
    )
    rows = [
        [
            name,
            words.points(one.rate),
            f"{words.points(one.lowest)}–{words.points(one.highest)}",
            words.points(one.out_of),
        ]
        for name, one in known
    ]
    return chart(
        _clauses_finding(figures, street, frame),
        charts.bullets(frame),
        ["条款", "得分率（%）", "可能得分", "满分"],
        rows,
    )


def _clauses_finding(figures: Figures, street: Street, frame: pd.DataFrame) -> str:
    """Which clause has the least of its points, and how many have all."""
    if frame.empty:
        return f"{street.name}：没有可以计分的条款"
    least, full = frame["value"].min(), int((frame["value"] == 100).sum())
    names = list(frame["name"][frame["value"] == least])
    worst = (
        "都是满分"
        if least == 100
        else f"最低的是{'、'.join(names[:2])}{f'等 {len(names)} 项' if len(names) > 2 else ''}，{least:.1f}%"
    )
    return (
        f"{street.name}各项条款的得分率：{worst}；{len(frame)} 项中 {full} 项满分"
        f"（{_scored(figures, street)} 个业委会的平均，单位：%）"
    )


def _scored(figures: Figures, street: Street) -> int:
    """How many committees of a street have points."""
    committees = figures.committees
    return int((committees["street_code"] == street.code)[committees["points"].notna()].sum())


def losses(figures: Figures, street: Street) -> pd.DataFrame:
    """Points lost to what was reported, by requirement: the mean over all the street's scored committees."""
    scores = figures.scores
    street_scores = scores[(scores["street_code"] == street.code) & (scores["level"] == "committee")]
    committees = (street_scores["part"] == "total").sum()
    items = street_scores[street_scores["part"] == "requirement"]
    lost = (items["out_of"] - items["lowest"]).where(items["points"].notna(), 0.0).astype(float)
    unknown = (items["highest"] - items["lowest"]).where(items["points"].isna(), 0.0).astype(float)
    table = pd.DataFrame({"id": items["part_id"], "lost": lost, "unknown": unknown})
    return table.groupby("id")[["lost", "unknown"]].sum() / max(committees, 1)


def costs(figures: Figures, street: Street) -> Block:
    table = losses(figures, street)
    lost = table["lost"][table["lost"] > 0.005].sort_values(ascending=False)
    opened = figures.open[figures.open["street_code"] == street.code]["requirement"].value_counts()
    rows = []
    for id_, loss in lost.head(MOST_COSTS).items():
        count = int(opened.get(id_, 0))
        rows.append(
            {
                "title": _title(figures, str(id_)),
                "clause": _clause(figures, str(id_)),
                "loss": words.points(loss, 2),
                "count": count or "—",
                "anchor": f"r-{id_}" if count else "",
            }
        )
    rest = lost.iloc[MOST_COSTS:].sum()
    if rest > 0:
        rows.append(
            {
                "title": f"其余 {len(lost) - MOST_COSTS} 项",
                "clause": "—",
                "loss": words.points(rest, 2),
                "count": "—",
                "anchor": "",
            }
        )
    if table["unknown"].sum() > 0.005:
        rows.append(
            {
                "title": "未填报或待核实（按零分计时的失分）",
                "clause": "—",
                "loss": words.points(table["unknown"].sum(), 2),
                "count": "—",
                "anchor": "",
            }
        )
    lowest = words.points(figures.points(street).lowest)
    return render("street", "costs", rows=rows) + render(
        "common",
        "remark",
        finding="",
        note=f"从100分逐项扣减，扣完为可能区间的下限 {lowest} 分；人工评议未满分的部分也在内。{figures.profile.told(figures.rules.count)}。",
    )


def costs_chart(figures: Figures, street: Street) -> Block:
    """From 100 down to the lowest possible points, by chapter."""
    scores = figures.scores
    street_scores = scores[
        (scores["street_code"] == street.code)
        & (scores["level"] == "committee")
        & (scores["part"] == "chapter")
    ]
    committees = max(count_committees(street_scores), 1)
    lost = (
        (street_scores["out_of"] - street_scores["lowest"])
        .astype(float)
        .groupby(street_scores["part_id"])
        .sum()
        / committees
    ).sort_values(ascending=False)
    names = {chapter.id: chapter.label for chapter in figures.rules.chapters}
    frame = pd.DataFrame({"name": [names[id_] for id_ in lost.index], "loss": [-value for value in lost]})
    rows = [[name, words.points(-loss, 2)] for name, loss in zip(frame["name"], frame["loss"], strict=True)]
    most = f"最多的是{frame['name'].iloc[0]}，{rows[0][1]} 分；" if len(rows) and lost.iloc[0] > 0 else ""
    return chart(
        f"{street.name}各方面的失分（含未填报）：{most}扣完是可能区间的下限 {words.points(100 - lost.sum())} 分"
        f"（{_scored(figures, street)} 个业委会的平均，单位：分）",
        charts.waterfall(frame),
        ["方面", "失分"],
        rows,
    )


def _title(figures: Figures, id_: str) -> str:
    known = figures.rules.requirements.get(id_)
    return known.title if known else figures.rules.label(id_)


def _clause(figures: Figures, id_: str) -> str:
    known = figures.rules.requirements.get(id_)
    return figures.rules.clauses[known.clause if known else figures.rules.fields[id_].clause].label


def findings(figures: Figures, street: Street) -> Block:
    """What is not met or needs review, by requirement: cell, raw value, rule, words of the clause, what to do."""
    rules = figures.rules
    street_findings = figures.findings[figures.findings["street_code"] == street.code]
    street_findings = street_findings[street_findings["state"].isin(["not_met", "needs_review"])]
    checks = figures.checks[figures.checks["street_code"] == street.code]
    raws = figures.raw_texts(street_findings, checks)
    groups: list[dict[str, Any]] = []
    for state in ("not_met", "needs_review"):
        for id_, rows in street_findings[street_findings["state"] == state].groupby(
            "requirement", sort=False
        ):
            requirement = rules.requirements[str(id_)]
            groups.append(
                {
                    "anchor": f"r-{id_}" if state == "not_met" else f"v-{id_}",
                    "title": requirement.title if state == "not_met" else f"{requirement.title}（待核实）",
                    "status": words.STATE_STATUS[state],
                    "state": tables.STATES[state] + ("·红线" if requirement.red_line else ""),
                    "clause": rules.clauses[requirement.clause].label,
                    "of_clause": requirement.clause,
                    "quote": requirement.quote,
                    "required": requirement.required,
                    "fix": requirement.fix,
                    "order": (
                        state != "not_met",
                        not requirement.red_line,
                        list(words.FORCES).index(requirement.force),
                        -len(rows),
                    ),
                    "rows": [figures.shown(row, raws) for row in rows.to_dict("records")],
                }
            )
    for id_, rows in checks.groupby("requirement", sort=False):
        groups.append(
            {
                "anchor": f"v-{id_}",
                "title": rows["required"].iloc[0],
                "status": "watch",
                "state": "前后矛盾",
                "clause": "报表自身",
                "quote": rows["required"].iloc[0],
                "required": rows["required"].iloc[0],
                "fix": "核实后更正其中一处",
                "order": (True, True, 9, 0),
                "rows": [figures.shown(row, raws) | {"since": ""} for row in rows.to_dict("records")],
            }
        )
    groups.sort(key=lambda group: group["order"])
    sections: dict[str, dict[str, Any]] = {}
    for group in groups:
        short = group["anchor"].startswith("r-")
        title = group["clause"] if short else "待核实"
        section: dict[str, Any] = {
            "id": f"c-{group['of_clause']}" if short else "review",
            "title": title,
            "groups": [],
        }
        sections.setdefault(title, section)["groups"].append(group)
    return render("street", "findings", sections=[*sections.values()])


def pending(figures: Figures, street: Street) -> Block:
    """Yearly duties by pace, and what was not reported."""
    rules = figures.rules
    street_findings = figures.findings[figures.findings["street_code"] == street.code]
    rows = []
    for requirement in rules.requirements.values():
        if requirement.period == "year":
            paces = street_findings[street_findings["requirement"] == requirement.id]["pace"].value_counts()
            rows.append({"title": requirement.title} | {pace: int(paces.get(pace, 0)) for pace in PACES})
    blanks = street_findings[street_findings["state"] == "not_reported"]
    gaps = []
    counts = blanks[["field", *COMMITTEE]].drop_duplicates()["field"].value_counts()
    for field, count in counts.items():
        absent = blanks[(blanks["field"] == field) & blanks["cell"].notna()].empty
        gaps.append(
            {
                "label": rules.label(str(field)),
                "count": int(count),
                "why": "报表没有这一列" if absent else "单元格为空或条件未明",
            }
        )
    return render("street", "pending", rows=rows, gaps=gaps)


def deadlines(figures: Figures, street: Street) -> Block:
    """What is overdue, due this month or soon."""
    return radar.of_street(figures, street)


def around(figures: Figures, street: Street) -> Block:
    place = figures.streets.index(street)
    before = figures.streets[place - 1] if place else None
    after = figures.streets[place + 1] if place + 1 < len(figures.streets) else None
    command = f"redstats run {figures.month} --street {street.name}"
    return render("street", "around", previous=before, next=after, command=command)


PAGE = Page(
    file="streets/{code}.html",
    title="{name}",
    label="{label}",
    group="看街镇",
    place=40,
    reads=(
        tables.RETURNS,
        tables.CELLS,
        tables.FILES,
        tables.NOTES,
        tables.FINDINGS,
        tables.CHECKS,
        tables.LAW,
        tables.DEADLINES,
        tables.SCORES,
        tables.COVERAGE,
        tables.STREETS,
        tables.TREND,
    ),
    own=(
        tables.RETURNS,
        tables.CELLS,
        tables.FILES,
        tables.NOTES,
        tables.FINDINGS,
        tables.CHECKS,
        tables.LAW,
        tables.DEADLINES,
    ),
    history=True,
    notebook="6_street_dashboard",
    of_streets=True,
    sendback=True,
)

"""The district overview: what leaders read first, from the sentence down to every requirement's coverage."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import pandas as pd

from redstats import tables
from redstats.dashboards import charts, words
from redstats.dashboards.blocks import Block, chart, render
from redstats.dashboards.figures import Figures
from redstats.dashboards.numbers import Share
from redstats.dashboards.page import FRONT, Page
from redstats.places import Street
from redstats.text.numerals import numeral

TODO = 5
TODO_RULE = "红线要求在前，其次按力度（应当、一般应、鼓励），再按未达标业委会数从多到少；至多列五项。"


def heading(figures: Figures) -> Block:
    total, here = len(figures.streets), len(figures.reported)
    absent = "、".join(one.street_name for one in figures.missing)
    came = f"{here}/{total} 街镇已报送" + (f"（缺：{absent}）" if absent else "")
    edition = figures.rules.edition.title
    left = f"{figures.month.label} · 数据截至 {figures.month.end.month}月{figures.month.end.day}日 · 标准：{edition}"
    return render(
        "common",
        "heading",
        title="长宁区“红色业委会”建设月报",
        left=left,
        right=f"运行号 {figures.run_id} · {came}",
    )


def sentence(figures: Figures) -> str:
    """Level, change and gap in one sentence, with the numbers the cards show."""
    average, share, weakest = figures.average, figures.share(), figures.weakest
    if average.value is None:
        return "本月还没有可用的报表。"
    parts = [f"全区平均得分 {words.points(average.value)}，{words.change(figures.change('points'))}"]
    aim = "距 100% 还" if share.gap else ""
    parts.append(f"党组织覆盖 {words.percent(share.reached, share.eligible)}，{aim}{words.gap(share)}")
    if weakest:
        id_, points = weakest
        streets = figures.alerts(id_)
        where = f"，{len(streets)} 个街镇预警" if streets else ""
        parts.append(f"短板在“{figures.rules.clauses[id_].title}”（得分率 {points.rate:.0f}%{where}）")
    return "；".join(parts) + "。"


def conclusion(figures: Figures) -> Block:
    return render("overview", "conclusion", sentence=sentence(figures))


def cards(figures: Figures) -> Block:
    """Coverage, average score, serious findings, completeness."""
    share, average, (known, asked) = figures.share(), figures.average, figures.completeness
    serious, unknown = figures.serious_in()
    complete = known / asked * 100 if asked else None
    items = [
        {
            "label": "党组织覆盖率（一（三）组织引领）",
            "big": words.percent(share.reached, share.eligible).removesuffix("%"),
            "unit": "%" if share.eligible else "",
            "status": words.share_status(share),
            "change": words.change(figures.change("coverage"), "%"),
            "compare": f"标准 100%，{words.gap(share)}（{share.reached}/{share.eligible}）",
        },
        {
            "label": f"平均得分（{len(figures.rules.clauses)} 项条款）",
            "big": words.points(average.value),
            "unit": "分",
            "status": figures.band_status(average),
            "change": words.change(figures.change("points")),
            "compare": f"可能区间 {words.points(average.lowest)}–{words.points(average.highest)}（{average.committees} 个业委会）",
        },
        {
            "label": "严重问题（红线要求未达标）",
            "big": "—" if serious is None else str(serious),
            "unit": "" if serious is None else "项",
            "status": words.count_status(serious, unknown),
            "change": words.change(figures.change("red_lines"), " 项", 0),
            "compare": f"涉及 {figures.serious_committees} 个业委会"
            + (f"，另有 {unknown} 项未填报或待核实" if unknown else ""),
        },
        {
            "label": "数据完整率",
            "big": words.percent(known, asked).removesuffix("%"),
            "unit": "%" if asked else "",
            "status": "missing" if complete is None else figures.band(complete).status,
            "change": words.change(figures.change("completeness"), "%"),
            "compare": f"应报 {asked} 项，缺报或待核实 {asked - known} 项",
        },
    ]
    for item in items:
        item["word"] = words.STATUS_WORDS[item["status"]]
    return render("overview", "cards", items=items)


def submissions(figures: Figures) -> Block:
    return render(
        "overview",
        "submissions",
        rows=figures.submissions,
        deadline=f"{figures.deadline:%Y-%m-%d}",
    ) + _remark(
        f"{len(figures.reported)} 个街镇已报送，"
        f"其中迟报 {sum(one.late for one in figures.submissions)} 个、更正 {sum(one.status == 'corrected' for one in figures.submissions)} 个，"
        f"未报或退回 {len(figures.missing)} 个。",
        "以第一份完整报表收到的日期为准；同一街镇报送多份的，内容取填报日期在后的一份。",
    )


def heat(figures: Figures) -> Block:
    """Streets by clauses: symbol, number and tint; the band is that of the rounded number."""
    rows = [_heat_row(figures, street) for street in figures.ranking]
    block = render(
        "overview",
        "heat",
        chapters=figures.rules.chapters,
        clauses=len(figures.rules.clauses),
        rows=rows,
        district=_heat_row(figures, None),
        profile=figures.profile,
        order="按名次排列" if any(figures.points(one).rank for one in figures.streets) else "按街镇代码排列",
    )
    alerts = [(len(figures.alerts(id_)), clause.title) for id_, clause in figures.rules.clauses.items()]
    most, title = max(alerts)
    finding = (
        f"预警最多的条款是“{title}”，{most} 个街镇低于 {figures.profile.bands[-2].at_least:.0f}%。"
        if most
        else "没有条款处于预警。"
    )
    return block + _remark(
        finding,
        f"得分率 = 该条款已得分 ÷ 已知项目满分，按业委会平均。{figures.profile.told(figures.rules.count)}。",
    )


def _heat_row(figures: Figures, street: Street | None) -> dict:
    cells = []
    for id_ in figures.rules.clauses:
        points = figures.points(street, "clause", id_)
        cells.append({"status": figures.status(points), "shown": words.whole(points.rate)})
    total = words.points(figures.points(street).value)
    href = f"streets/{street.code}.html" if street else ""
    return {"name": street.name if street else "全区", "href": href, "cells": cells, "total": total}


def coverage(figures: Figures) -> Block:
    """Party organisations of the eligible, each street against the 100 % line, the largest gap first."""
    streets = sorted(
        figures.streets,
        key=lambda street: (
            figures.share(street=street).rate is None,
            figures.share(street=street).rate or 0,
        ),
    )
    rows = [_bar(street.name, figures.share(street=street)) for street in streets]
    rows.append(_bar("全区", figures.share()))
    full = sum(words.share_status(figures.share(street=one)) == "met" for one in figures.streets)
    return render("overview", "coverage", rows=rows) + _remark(
        f"{full} 个街镇已全部覆盖，全区{words.gap(figures.share())}。{_unlike(figures)}",
        f"覆盖率 = 已建党组织 ÷ 符合条件且已填报的业委会；未填报的另列，不计入分母。{figures.rules.edition.party_eligible['note']}。",
    )


def _unlike(figures: Figures) -> str:
    """Whose coverage differs from that of the other streets together beyond chance."""
    standing = {street.name: figures.compared(street).coverage_standing for street in figures.streets}
    unlike = [
        f"{words.STANDINGS[way]}的：{'、'.join(names)}。"
        for way in ("below", "above")
        if (names := [name for name, one in standing.items() if one == way])
    ]
    if not any(standing.values()):
        return ""
    return "".join(unlike) or "各街镇的覆盖率没有超出偶然的差别。"


def _bar(name: str, share: Share) -> dict:
    rate = None if share.rate is None else words.rate(share.reached, share.eligible)
    return {
        "name": name,
        "rate": rate,
        "shown": words.percent(share.reached, share.eligible),
        "gap": "—"
        if rate is None
        else f"差{share.gap}个"
        if share.gap
        else ""
        if share.unreported
        else "全覆盖",
        "status": "met" if words.share_status(share) == "met" else "watch",
        "reached": share.reached,
        "eligible": share.eligible,
        "unreported": share.unreported,
    }


def todo(figures: Figures) -> Block:
    items = [
        row | {"clause": figures.rules.clauses[row["requirement"].clause].label}
        for row in figures.todo[:TODO]
    ]
    known, asked = figures.completeness
    nothing = (
        "本月没有可用的数据，不能判断。"
        if not known
        else f"已知的要求都没有未达标，另有 {asked - known} 项未填报或待核实。"
        if asked > known
        else "本月没有未达标事项。"
    )
    return render("overview", "todo", items=items, rule=TODO_RULE, up="", nothing=nothing)


def changes(figures: Figures) -> Block:
    """Last month to this month: scores, sparklines and the life of findings."""
    trend = figures.trend
    rows = []
    for street in (*figures.ranking, None):
        change = figures.change("points", street)
        column = street.code if street else "score"
        values = [words.points(value) for value in trend[column].dropna()] if len(trend) else []
        rows.append(
            {
                "name": street.name if street else "全区",
                "before": words.points(change.last_month),
                "after": words.points(change.this_month),
                "change": words.change(change),
                "history": values,
                "life": figures.life(street),
            }
        )
    life = figures.life()
    return render("overview", "changes", rows=rows[:-1], total=rows[-1]) + _remark(
        f"本月新增 {life['new']} 项、反复 {life['reopened']} 项，持续 {life['ongoing']} 项，已整改 {life['resolved']} 项。",
        f"只比较上月和本月都有数据的业委会和要求；已整改指上月未达标、本月达标。{words.SIGNALS}",
    )


def changes_chart(figures: Figures) -> Block:
    """The streets' scores of last month and this month."""
    if figures.before is None:
        return render("common", "empty", text="没有上月数据，暂不能比较。")
    frame: list[dict[str, Any]] = [
        {
            "name": street.label,
            "before": figures.change("points", street).last_month,
            "after": figures.change("points", street).this_month,
        }
        for street in figures.ranking
    ]
    numbers = [[row["name"], words.points(row["before"]), words.points(row["after"])] for row in frame]
    return chart(
        "各街镇得分：上月到本月", charts.changes(pd.DataFrame(frame)), ["街镇", "上月", "本月"], numbers
    )


def trend(figures: Figures) -> Block:
    table = figures.trend
    months: Iterable[Any] = table.itertuples()
    rows = [[row.month, words.points(row.score), words.points(row.coverage)] for row in months]
    return chart(
        "全区平均得分与党组织覆盖率", charts.trend(table), ["月份", "平均得分", "党组织覆盖率（%）"], rows
    )


def chapters(figures: Figures, street: Street | None = None) -> Block:
    """The five chapters (or, on a street's page, the twelve clauses) as bars against full points."""
    if street is None:
        parts = [
            (chapter.label, figures.points(None, "chapter", chapter.id)) for chapter in figures.rules.chapters
        ]
    else:
        parts = [
            (clause.label, figures.points(street, "clause", id_))
            for id_, clause in figures.rules.clauses.items()
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
    title = (
        f"{numeral(len(figures.rules.chapters))}个方面的得分率"
        if street is None
        else f"{street.name}：{len(figures.rules.clauses)} 项条款的得分率"
    )
    return chart(
        title,
        charts.bullets(frame),
        ["方面" if street is None else "条款", "得分率（%）", "可能得分", "满分"],
        rows,
    )


def measures(figures: Figures) -> Block:
    """Coverage of every requirement in the district, numerators and denominators."""
    rows = []
    formation = figures.share("formation")
    rows.append(
        {
            "title": "业委会组建（符合组建条件的）",
            "clause": "—",
            "force": "—",
            "share": formation,
            "rate": words.percent(formation.reached, formation.eligible),
        }
    )
    for requirement in figures.rules.requirements.values():
        share = figures.share(requirement.id)
        rows.append(
            {
                "title": requirement.title,
                "clause": figures.rules.clauses[requirement.clause].label,
                "force": words.FORCES[requirement.force],
                "share": share,
                "rate": words.percent(share.reached, share.eligible),
            }
        )
    return render("overview", "measures", rows=rows) + _remark(
        "", "应达标 = 达标 + 未达标 + 年度任务未到期的；不适用的不在内，未填报和待核实的另列。"
    )


def footer(figures: Figures, street: Street | None = None) -> Block:
    """Denominators, exclusions, how points are set, sources: of the district, or of a street's page."""
    committees, listed, judged = figures.returns, figures.files, figures.points(street).committees
    if street:
        committees, listed = (table[table["street_code"] == street.code] for table in (committees, listed))
    files: Iterable[Any] = listed.itertuples()
    sources = "；".join(
        f"{row.source_file}（{row.sha256[:8]}）" for row in files if row.outcome in ("accepted", "noted")
    )
    return render(
        "common",
        "footer",
        lines=[
            f"口径：本月读取{street.name if street else '全区'} {len(committees)} 个业委会，其中 {judged} 个参加评分；筹备组建中、物业治理委员会代行、不具备条件的不评分，只计入组建情况。",
            f"分值：{figures.profile.told(figures.rules.count)}。",
            f"标准：{figures.rules.edition.title}（{figures.rules.edition.id}），共 {len(figures.rules.requirements)} 项自动检查的要求。",
            f"来源：{sources or '无'}。",
        ],
    )


def _remark(finding: str, note: str) -> Block:
    return render("common", "remark", finding=finding, note=note)


PAGE = Page(
    file=FRONT,
    title="全区总览与覆盖",
    label="全区总览",
    place=10,
    reads=(
        tables.RETURNS,
        tables.FILES,
        tables.NOTES,
        tables.FINDINGS,
        tables.LAW,
        tables.SCORES,
        tables.COVERAGE,
        tables.STREETS,
        tables.TREND,
    ),
    history=True,
    notebook="4_coverage_dashboard",
    single_file="全区月报.html",
)

"""The district overview: what leaders read first, from the sentence down to every requirement's coverage."""

from __future__ import annotations

import bisect
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from redstats import tables
from redstats.dashboards import changes, words
from redstats.dashboards.blocks import Block, render
from redstats.dashboards.figures import COMMITTEE, Figures, count_committees
from redstats.dashboards.numbers import Share, Task
from redstats.dashboards.page import FRONT, Page
from redstats.places import Street
from redstats.scores import PARTY_ORG
from redstats.submissions import Submission
from redstats.text.numerals import numeral

TODO = 6  # requirements of the list of tasks, beyond the red lines, which are all in it
NAMES_LISTED = 24  # committees of a task that are named
TODO_RULE = "红线要求全部在此；其次按力度（应当、一般应）、未达标业委会数从多到少，共列不少于六项。"


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


def sentences(figures: Figures) -> dict[str, str]:
    """Where the district stands, what changed, and what to do first, with the numbers that cards and tables show."""
    average, share = figures.average, figures.share()
    if average.value is None:
        first = {"现状": "本月还没有可用的报表。"}
        return first | ({"先做": f"催报：{_absent(figures)}。"} if figures.missing else {})
    short = count_committees(figures.open)
    serious, unknown = figures.serious_in()
    red = (
        "红线情况未知"
        if serious is None
        else f"红线 {serious} 项" + (f"，另有 {unknown} 项未知" if unknown else "")
    )
    aim = "距 100% 还" if share.gap else ""
    unlike = [street.label for street in figures.streets if figures.compared(street).standing == "above"]
    parts = [
        f"{len(figures.reported)} 个街镇的业委会中，{short} 个有未达标项（{red}）",
        *([f"{'、'.join(unlike)}有缺口的比例{words.STANDINGS['above']}"] if unlike else []),
        f"党组织覆盖 {words.percent(share.reached, share.eligible)}，{aim}{words.gap(share)}",
        f"平均得分 {words.points(average.value)}",
        *([f"{_absent(figures)}缺报，按未填报计"] if figures.missing else []),
    ]
    conclusions = {"现状": "；".join(parts) + "。", "变化": changes.sentence(figures)}
    tasks = figures.tasks
    if tasks:
        first_task = tasks[0]
        where = "、".join(f"{label} {len(names)}" for label, names in first_task.by_street.items())
        urged = f"；催报：{_absent(figures)}" if figures.missing else ""
        conclusions["先做"] = (
            f"{first_task.count} 个业委会“{first_task.requirement.title}”未达标，请先办（{where}）{urged}。"
        )
    return conclusions


def _absent(figures: Figures) -> str:
    return "、".join(one.street_name for one in figures.missing)


def sentence(figures: Figures) -> str:
    """The conclusion as one line."""
    return "".join(sentences(figures).values())


def conclusion(figures: Figures) -> Block:
    return render("overview", "conclusion", sentences=sentences(figures))


def cards(figures: Figures) -> Block:
    """Coverage, average score, red lines, completeness; each leads to what it counts."""
    share, average, (known, asked) = figures.share(), figures.average, figures.completeness
    serious, unknown = figures.serious_in()
    complete = known / asked * 100 if asked else None
    organised = figures.rules.requirements.get(PARTY_ORG)
    items = [
        {
            "label": "党组织覆盖率"
            + (f"（{figures.rules.clauses[organised.clause].label}）" if organised else ""),
            "big": words.percent(share.reached, share.eligible).removesuffix("%"),
            "unit": "%" if share.eligible else "",
            "status": words.share_status(share),
            "change": words.change(figures.change("coverage"), "%"),
            "compare": f"标准 100%，{words.gap(share)}（{share.reached}/{share.eligible}）",
            "href": f"issues.html#r-{PARTY_ORG}" if share.gap else "requirements.html",
            "link": f"看 {share.gap} 个业委会" if share.gap else "看各项要求",
        },
        {
            "label": f"平均得分（{len(figures.rules.clauses)} 项条款）",
            "big": words.points(average.value),
            "unit": "分",
            "status": figures.band_status(average),
            "change": words.change(figures.change("points")),
            "compare": f"可能区间 {words.points(average.lowest)}–{words.points(average.highest)}（{average.committees} 个业委会）",
            "href": "scoring.html",
            "link": "看评分与分组",
        },
        {
            "label": "严重问题（红线要求未达标）",
            "big": "—" if serious is None else str(serious),
            "unit": "" if serious is None else "项",
            "status": words.count_status(serious, unknown),
            "change": words.change(figures.change("red_lines"), " 项", 0),
            "compare": f"涉及 {figures.serious_committees} 个业委会"
            + (f"，另有 {unknown} 项未填报或待核实" if unknown else ""),
            "href": "issues.html#red" if serious else "issues.html",
            "link": f"看 {serious} 项" if serious else "看问题清单",
        },
        {
            "label": "数据完整率",
            "big": words.percent(known, asked).removesuffix("%"),
            "unit": "%" if asked else "",
            "status": "missing" if complete is None else figures.band(complete).status,
            "change": words.change(figures.change("completeness"), "%"),
            "compare": f"应报 {asked} 项，缺报或待核实 {asked - known} 项",
            "href": "issues.html#states",
            "link": "看各街镇缺报与待核实",
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
    """Streets by clauses: how many committees fall short, led to by a link; worst streets first, missing ones last."""
    cells = shortfalls(figures)
    automatic = {one.clause for one in figures.rules.requirements.values()}
    missing = {one.street_code: one for one in figures.missing}
    here = [street for street in figures.streets if street.code not in missing]
    rows = [_heat_row(figures, street, cells, automatic) for street in here]
    rows.sort(key=lambda row: -row["short"])
    district = _heat_row(figures, None, cells, automatic)
    worst = sorted(
        (
            (cells[None, id_].short, clause.title)
            for id_, clause in figures.rules.clauses.items()
            if cells[None, id_].short
        ),
        reverse=True,
    )
    total = sum(count for count, _ in worst)
    top = worst[:2]
    finding = (
        f"短板：{'、'.join(f'{title} {count} 个' for count, title in top)}，占各条未达标合计的 {words.percent(sum(c for c, _ in top), total, 0)}"
        if top
        else "没有条款有未达标的业委会"
    )
    return render(
        "overview",
        "heat",
        chapters=figures.rules.chapters,
        clauses=len(figures.rules.clauses),
        rows=rows,
        district=district,
        missing=[
            {"name": one.street_name, "code": one.street_code, "message": one.message}
            for one in missing.values()
        ],
        finding=finding,
        deadline=f"{figures.deadline.month}月{figures.deadline.day}日",
    )


@dataclass(slots=True)
class _Short:
    """Of a street (None: the district) and clause: committees with a shortfall, whether a red line is among them, and those of
    which something is not known."""

    short: int = 0
    red: bool = False
    unknown: int = 0


def shortfalls(figures: Figures) -> dict[tuple[str | None, str], _Short]:
    """By street (None: the district) and clause, of those that have sent."""
    cells = {
        (code, id_): _Short()
        for code in (None, *(s.code for s in figures.streets))
        for id_ in figures.rules.clauses
    }
    red = {one.id for one in figures.rules.requirements.values() if one.red_line}
    judged = figures.findings[~figures.findings["street_code"].isin(_codes(figures.missing))]
    unsettled = judged[judged["state"].isin(["not_reported", "needs_review"])]
    for table, counted in ((figures.open, "short"), (unsettled, "unknown")):
        named = table[[*COMMITTEE, "clause"]].drop_duplicates()
        counts: Any = named.groupby(["street_code", "clause"]).size().items()
        for (code, id_), count in counts:
            for whose in (code, None):
                cell = cells[whose, id_]
                setattr(cell, counted, getattr(cell, counted) + int(count))
    for code, id_ in (
        figures.open[figures.open["requirement"].isin(red)][["street_code", "clause"]]
        .drop_duplicates()
        .itertuples(index=False)
    ):
        cells[code, id_].red = cells[None, id_].red = True
    return cells


def _heat_row(figures: Figures, street: Street | None, cells: dict, automatic: Collection[str]) -> dict:
    code = street.code if street else None
    missing = _codes(figures.missing)
    judged, opened = (
        table[~table["street_code"].isin(missing)] if street is None else table[table["street_code"] == code]
        for table in (figures.committees, figures.open)
    )
    return {
        "name": street.name if street else "已报送合计",
        "code": code,
        "cells": [
            {
                "id": id_,
                "title": clause.title,
                "reviewed": id_ not in automatic,
                "step": _step(cells[code, id_].short),
                "cell": cells[code, id_],
            }
            for id_, clause in figures.rules.clauses.items()
        ],
        "short": count_committees(opened),
        "of": len(judged),
    }


def _codes(submissions: Iterable[Submission]) -> set[str]:
    return {one.street_code for one in submissions}


def _step(count: int) -> int:
    """How dark a cell of so many committees is."""
    return bisect.bisect_right((1, 3, 5), count)


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
    finding = (
        f"覆盖离 100% 还差 {figures.share().gap} 个"
        if figures.share().gap
        else f"党组织覆盖：{words.gap(figures.share())}"
    )
    return render("overview", "coverage", rows=rows, finding=finding) + _remark(
        f"{full} 个街镇已全部覆盖，全区{words.gap(figures.share())}。{_unlike(figures)}",
        f"覆盖率 = 已建党组织 ÷ 符合条件且已填报的业委会；未填报的另列，不计入分母。{figures.rules.edition.party_eligible.note}。",
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
    """What to do this month, a requirement each, with the committees by name: all red lines, then the most urgent others."""
    tasks = figures.tasks
    reds = sum(task.requirement.red_line for task in tasks)
    listed = tasks[: max(reds, TODO)]
    rest = tasks[len(listed) :]
    known, asked = figures.completeness
    nothing = (
        "本月没有可用的数据，不能判断。"
        if not known
        else f"已知的要求都没有未达标，另有 {asked - known} 项未填报或待核实。"
        if asked > known
        else "本月没有未达标事项。"
    )
    items = [
        {
            "task": task,
            "clause": figures.rules.clauses[task.requirement.clause].label,
            "force": words.FORCES[task.requirement.force],
            "streets": _named(figures, task),
            "lasting": _lasting(task),
        }
        for task in listed
    ]
    return render(
        "overview",
        "todo",
        items=items,
        rule=TODO_RULE,
        rest=(len(rest), sum(task.count for task in rest)),
        nothing=nothing,
    )


def _named(figures: Figures, task: Task) -> list[dict]:
    """By street the committees of a task, as many as are named, and how many more there are."""
    left, named = NAMES_LISTED, []
    for street in figures.streets:
        names = task.by_street.get(street.label, [])
        if names:
            named.append(
                {
                    "street": street,
                    "count": len(names),
                    "names": [*zip(names, task.homes[street.label], strict=True)][:left],
                    "more": len(names[left:]),
                }
            )
            left = max(left - len(names), 0)
    return named


def _lasting(task: Task) -> str:
    new = f"新增或反复 {task.fresh} 个" if task.fresh else ""
    old = f"持续最长 {task.longest} 个月" if task.longest > 1 else ""
    return "，".join(filter(None, (new, old)))


def coverage_and_todo(figures: Figures) -> Block:
    """Side by side: how far the coverage is from its aim and how many fall short in each chapter; what to do this month."""
    parts = (coverage(figures), short_by_chapter(figures), todo(figures))
    return render("common", "columns", parts=[part.html for part in parts])


def short_by_chapter(figures: Figures) -> Block:
    """The chapters by how many committees fall short, with last month's number."""
    now, before = (_of_chapters(one) for one in (figures, figures.before))
    most = max([1, *now.values(), *before.values()])
    rows = [
        {
            "name": chapter.label,
            "count": now.get(chapter.id, 0),
            "before": before.get(chapter.id) if figures.before else None,
            "rate": words.whole(figures.points(None, "chapter", chapter.id).rate),
        }
        for chapter in figures.rules.chapters
    ]
    return render("overview", "chapters", rows=rows, most=most, count=numeral(len(rows)))


def _of_chapters(figures: Figures | None) -> dict[str, int]:
    if figures is None:
        return {}
    chapter_of = {clause.id: chapter.id for chapter in figures.rules.chapters for clause in chapter.clauses}
    table = figures.open.assign(chapter=figures.open["clause"].map(chapter_of))
    counts = table[[*COMMITTEE, "chapter"]].drop_duplicates()["chapter"].value_counts()
    return {str(id_): int(count) for id_, count in counts.items()}


def footer(figures: Figures, street: Street | None = None) -> Block:
    """Denominators, exclusions, how points are set, sources: of the district, or of a street's page."""
    committees, listed, judged = figures.returns, figures.files, figures.points(street).committees
    if street:
        committees, listed = (table[table["street_code"] == street.code] for table in (committees, listed))
    used = listed[listed["outcome"].isin(["accepted", "noted"])]
    files: Iterable[Any] = used.itertuples()
    sources = "；".join(f"{row.source_file}（{row.sha256[:8]}）" for row in files)
    return render(
        "common",
        "footer",
        lines=[
            f"口径：本月读取{street.name if street else '全区'} {len(committees)} 个业委会，评分 {judged} 个（以前报过、本月没有报的按未填报计）；筹备组建中、物业治理委员会代行、不具备条件的不评分。",
            f"标准：{figures.rules.edition.title}（{figures.rules.edition.id}），共 {len(figures.rules.requirements)} 项自动检查的要求；分值为可调设定，非标准原文。",
            *([f"来源：{sources or '无'}。"] if street else []),
        ],
    )


def _remark(finding: str, note: str) -> Block:
    return render("common", "remark", finding=finding, note=note)


PAGE = Page(
    file=FRONT,
    title="全区总览与覆盖",
    label="总览",
    group="看全区",
    place=10,
    reads=(
        tables.RETURNS,
        tables.FILES,
        tables.NOTES,
        tables.FINDINGS,
        tables.SCORES,
        tables.COVERAGE,
        tables.STREETS,
        tables.TREND,
    ),
    history=True,
    notebook="4_coverage_dashboard",
    single_file="全区月报.html",
)

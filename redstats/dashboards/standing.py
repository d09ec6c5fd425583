"""A street beside the others, for its secretary before the meeting: where it stands and why, what would change it, what changed."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

from redstats.dashboards import words
from redstats.dashboards.blocks import Block, render
from redstats.dashboards.figures import COMMITTEE, Figures, count_committees
from redstats.dashboards.lost_points import lost
from redstats.dashboards.scoring import by_group
from redstats.places import Street
from redstats.places.naming import short_form
from redstats.scores import statistics

LISTED = 8  # committees named in a column before the rest is folded
LASTING = 3  # months from which on an open finding is listed as lasting


def cards(figures: Figures, street: Street) -> Block:
    """Group and points beside the district's mean, party coverage, serious findings, what changed; each leads to its rows."""
    points, average, share = figures.points(street), figures.average, figures.share(street=street)
    serious, unknown = figures.serious_in(street)
    concerned = count_committees(figures.serious[figures.serious["street_code"] == street.code])
    opened = figures.open[figures.open["street_code"] == street.code]
    ranked = sum(figures.points(one).rank is not None for one in figures.streets)
    rank = (
        f"第 {points.rank} 名（共 {ranked} 个）"
        if points.rank
        else words.GROUPS[figures.compared(street).group]
    )
    life = figures.life(street)
    came = None if points.value is None else life["new"] + life["reopened"]
    items = [
        {
            "label": "得分",
            "big": words.points(points.value),
            "unit": "分",
            "status": figures.band_status(points),
            "change": words.change(figures.change("points", street)),
            "compare": f"{rank}；可能区间 {words.points(points.lowest)}–{words.points(points.highest)}；全区 {words.points(average.value)}",
            "href": "#lost",
            "link": "看失分",
        },
        {
            "label": "党组织覆盖率",
            "big": words.percent(share.reached, share.eligible).removesuffix("%"),
            "unit": "%" if share.eligible else "",
            "status": words.share_status(share),
            "change": words.gap(share),
            "compare": f"{share.reached}/{share.eligible}；全区 {words.percent(figures.share().reached, figures.share().eligible)}",
            "href": "#findings",
            "link": "看问题",
        },
        {
            "label": "严重问题（红线要求未达标）",
            "big": "—" if serious is None else str(serious),
            "unit": "" if serious is None else "项",
            "status": words.count_status(serious, unknown),
            "change": f"涉及 {concerned} 个业委会" + (f"，另有 {unknown} 项未知" if unknown else ""),
            "compare": f"全部未达标 {len(opened)} 项",
            "href": "#findings",
            "link": f"看 {len(opened)} 项",
        },
        {
            "label": "本月变化",
            "big": "—" if came is None else str(came),
            "unit": "" if came is None else "项新增或反复",
            "status": words.count_status(came, 0).replace("alert", "watch"),
            "change": f"持续 {life['ongoing']} 项",
            "compare": f"已整改 {life['resolved']} 项",
            "href": "#moves",
            "link": "看是哪些",
        },
    ]
    for item in items:
        item["word"] = words.STATUS_WORDS[item["status"]]
    return render("standing", "cards", items=items)


def place(figures: Figures, street: Street) -> Block:
    """The street's share of committees with a shortfall among the others' with their intervals; and its secretary's questions."""
    if figures.compared(street).committees == 0:
        return Block("")
    rows: list[dict[str, Any]] = []
    for other in by_group(figures):
        compared = figures.compared(other)
        rate = compared.unclear / compared.committees * 100 if compared.group else None
        rows.append(
            {
                "name": other.label,
                "code": other.code,
                "is_this": other == street,
                "rate": rate,
                "here": bool(
                    figures.points(other).known
                ),  # a reviewer's points alone tell nothing of a return
                "low": (compared.share_low or 0) * 100,
                "high": (compared.share_high or 0) * 100,
                "shown": words.percent(compared.unclear, compared.committees, 0),
                "count": f"{compared.unclear}/{compared.committees}",
                "group": words.GROUPS[compared.group],
            }
        )
    compared = figures.compared(street)
    finding = (
        f"有缺口的业委会 {compared.unclear}/{compared.committees}：{street.label}{_standing(figures, street)}"
    )
    return render("standing", "place", rows=rows, finding=finding, answers=answers(figures, street))


def _standing(figures: Figures, street: Street) -> str:
    compared = figures.compared(street)
    beside = f"，{words.STANDINGS[compared.standing]}" if compared.standing else ""
    return f"{'在' if compared.group in ('first', 'middle', 'last') else ''}{words.GROUPS[compared.group]}{beside}"


def answers(figures: Figures, street: Street) -> dict[str, str]:
    """What a secretary is asked, and asks: why are we here, why these points, what changed, what would change it and what not."""
    compared, points = figures.compared(street), figures.points(street)
    others = [figures.compared(one) for one in figures.streets if one != street]
    short, of = sum(one.unclear for one in others), sum(one.committees for one in others)
    most = scored(figures, street)["requirement"].value_counts().head(3)
    named = "、".join(
        f"{figures.rules.requirements[str(id_)].title} {count} 个" for id_, count in most.items()
    )
    alone = only(figures, street)
    table = lost(figures, street)
    reviewed = table.index.isin(list(figures.rules.review_fields))
    judged, marks = table["lost"][~reviewed].sum(), table["lost"][reviewed].sum()
    beyond = max(points.highest - (points.value or 0), 0)
    return {
        "为什么在这里": f"{compared.committees} 个业委会中 {compared.unclear} 个有缺口，占 {words.percent(compared.unclear, compared.committees, 0)}"
        f"（95%区间 {words.interval(compared.share_low, compared.share_high, 0, True)}），其他街镇合计 {words.percent(short, of, 0)}："
        f"{words.STANDINGS[compared.standing]}。" + (f"最多的是{named}。" if named else ""),
        "分失在哪里": f"得分 {words.points(points.value)}，可能区间 {words.points(points.lowest)}–{words.points(points.highest)}；"
        f"从 100 分往下，人工评议失 {words.points(marks, 2)}，报表判定失 {words.points(judged, 2)}，"
        f"未填报或待核实按零分再失 {words.points(table['unknown'].sum(), 2)}。",
        "与上月比": f"未达标事项 {words.change(figures.change('shortfalls', street), ' 项', 0)}；"
        f"得分 {words.change(figures.change('points', street))}。",
        "怎样会变": f"{would_change(figures, street)}。"
        + (f"只差一项的业委会有 {int(alone.sum())} 个。" if alone.sum() else ""),
        "怎样不会变": f"把未填报和待核实的补齐，得分最多再加 {words.points(beyond, 2)}。"
        if beyond > 0.005
        else "补报不会再加分：没有未填报或待核实的计分项。",
    }


def scored(figures: Figures, street: Street) -> pd.DataFrame:
    """What a street's committees do not meet of what has points."""
    ids = [one.id for one in figures.rules.requirements.values() if one.scored]
    opened = figures.open[figures.open["street_code"] == street.code]
    return opened[opened["requirement"].isin(ids)]


def only(figures: Figures, street: Street) -> pd.Series:
    """By requirement how many committees miss that one alone."""
    table = scored(figures, street)
    return table[~table.duplicated(COMMITTEE, keep=False)]["requirement"].value_counts()


def would_change(figures: Figures, street: Street) -> str:
    """What would bring the street into another group, all others as they are."""
    compared = {one.code: figures.compared(one) for one in figures.streets}
    codes = [code for code, other in compared.items() if other.group]
    if street.code not in codes:
        return "补报缺报和待核实的内容，才参加比较"
    better = statistics.better_group(
        [compared[code].unclear for code in codes],
        [compared[code].committees for code in codes],
        codes.index(street.code),
    )
    if not better or compared[street.code].group == "first":
        return "其他街镇不变时，减少有缺口的业委会不会换组"
    fewer = compared[street.code].unclear - better[0]
    return (
        f"其他街镇不变时，再有 {fewer} 个业委会没有缺口（剩 {better[0]} 个），就到{words.GROUPS[better[1]]}"
    )


def moves(figures: Figures, street: Street) -> Block:
    """What is new or again, what is mended, and what has been open for three months or is past its day, by name, red lines first."""
    table = figures.findings[figures.findings["street_code"] == street.code]
    came = _moved(figures, table[table["change"].isin(["new", "reopened"])])
    mended = _moved(figures, table[table["change"] == "resolved"])
    ongoing = table[table["change"] == "ongoing"]
    months = ongoing["since"].map(lambda since: words.lasted(since, figures.month))
    lasting = _moved(figures, ongoing[months.astype(int) >= LASTING])
    overdue = Counter(
        figures.deadlines["title"][
            (figures.deadlines["street_code"] == street.code) & (figures.deadlines["standing"] == "overdue")
        ]
    )
    columns = [
        ("项新增或反复", came),
        ("项已整改", mended),
        (f"项持续 {LASTING} 个月以上", lasting),
    ]
    if not any(rows for _, rows in columns) and not overdue:
        return Block("")
    past = "、".join(f"{title} {count} 件" for title, count in overdue.most_common())
    before = figures.month.previous
    return render(
        "standing",
        "moves",
        title=f"{before.number}月以来：" + "，".join(f"{len(rows)} {word}" for word, rows in columns),
        columns=columns,
        most=LISTED,
        past=f"已过期限 {overdue.total()} 件：{past}" if overdue else "",
    )


def _moved(figures: Figures, table: pd.DataFrame) -> list[dict[str, Any]]:
    rows = []
    for row in table.to_dict("records"):
        requirement = figures.rules.requirements[row["requirement"]]
        since = "" if pd.isna(row["since"]) else row["since"]
        told_since = row["change"] == "ongoing" and since
        rows.append(
            {
                "name": short_form(row["committee_name"])
                if not pd.isna(row["committee_name"])
                else "（未写名称）",
                "anchor": figures.anchor(row),
                "title": requirement.title,
                "red": requirement.red_line,
                "months": words.lasted(since, figures.month) if told_since else 0,
                "again": row["change"] == "reopened",
            }
        )
    forces = [one.id for one in figures.rules.requirements.values()]
    titles = {figures.rules.requirements[id_].title: place for place, id_ in enumerate(forces)}
    return sorted(rows, key=lambda row: (not row["red"], -row["months"], titles[row["title"]]))

"""The scoring page: points with their ranges, the spread of committees, and how points are set."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any

import pandas as pd

from redstats import tables
from redstats.dashboards import charts, words
from redstats.dashboards.blocks import Block, chart, render
from redstats.dashboards.figures import COMMITTEE, Figures
from redstats.dashboards.numbers import Points
from redstats.dashboards.page import Page
from redstats.places import Street
from redstats.scores.reviews import reviewers
from redstats.scores.scoring_profile import TOO_LITTLE_KNOWN

WIDE = 1.9  # φ of ten streets that chance exceeds in one month of twenty (χ² of 9 degrees of freedom)


def heading(figures: Figures) -> Block:
    left = f"{figures.month.label} · 评分方案：{figures.profile.title}"
    return render("common", "heading", title="评分", left=left, right="分值为可调设定，非标准原文")


def by_group(figures: Figures) -> list[Street]:
    """The streets in the order of their groups, the smallest share of committees with a shortfall first."""

    def order(street: Street) -> tuple[int, float]:
        compared = figures.compared(street)
        return GROUP_ORDER.index(compared.group), compared.unclear / max(compared.committees, 1)

    return sorted(figures.streets, key=order)


GROUP_ORDER = ("first", "middle", "last", "alike", None)


def groups(figures: Figures) -> Block:
    """Streets in groups by the share of committees with a shortfall: who can be told apart, and who cannot."""
    compared = {street.code: figures.compared(street) for street in figures.streets}
    district = figures.compared()
    if not tables.exists(figures.project, tables.STREETS, figures.month):
        return render("common", "empty", text=f"{words.NOT_COMPARED}。")
    rows = [
        {
            "name": street.name if street else "全区",
            "href": f"streets/{street.code}.html" if street else "",
            "group": words.GROUPS[own.group] if street else "—",
            "unclear": own.unclear,
            "committees": own.committees,
            "rate": words.percent(own.unclear, own.committees),
            "interval": words.interval(own.share_low, own.share_high, percent=True),
            "unsettled": own.unsettled,
            "standing": words.STANDINGS[own.standing],
        }
        for street, own in (
            *((one, compared[one.code]) for one in by_group(figures)),
            (None, district),
        )
    ]
    finding = f"{district.pairs} 对街镇里有 {district.differ} 对可以区分。" + "".join(
        f"{words.GROUPS[group]}：{'、'.join(names)}。"
        for group in ("first", "last")
        if (names := [one.name for one in figures.streets if compared[one.code].group == group])
    )
    left_out = [one.name for one in figures.streets if compared[one.code].group is None]
    if left_out:
        finding += f"不参加比较（缺报、未报清的超过 {1 - figures.profile.least_known:.0%} 或业委会太少）：{'、'.join(left_out)}。"
    if district.dispersion is not None and district.pairs:
        wide = district.dispersion > WIDE
        finding += f"离散度 φ = {district.dispersion:.1f}，{'街镇差异大于偶然' if wide else '不能说街镇差异大于偶然'}。"
    return render("scoring", "groups", rows=rows) + render(
        "common", "remark", finding=finding if district.pairs else "没有可以比较的街镇。", note=words.GROUPING
    )


def ranking(figures: Figures) -> Block:
    """Points of the streets with their ranges; in order of rank only where chance cannot have ordered them."""
    rows = [_rank_row(figures, street) for street in (*figures.ranking, None)]
    ranked = [one for one in figures.ranking if figures.points(one).rank]
    reliability = figures.compared().reliability
    finding = ""
    if len(ranked) > 1:
        best, last = figures.points(ranked[0]), figures.points(ranked[-1])
        finding = f"最高 {ranked[0].name} {words.points(best.value)} 分，最低 {ranked[-1].name} {words.points(last.value)} 分。"
    elif reliability is not None and reliability < figures.profile.least_reliable:
        finding = (
            f"街镇平均分的可靠度 {reliability:.2f}，低于 {figures.profile.least_reliable:g}："
            "差别可能只是偶然，不排名次，按街镇代码排列。"
        )
    note = f"街镇得分为所辖业委会得分的平均；全区按业委会平均，不按街镇平均。{figures.profile.compared_by}{words.RANK_RANGES}"
    return render("scoring", "ranking", rows=rows) + render("common", "remark", finding=finding, note=note)


def _rank_row(figures: Figures, street: Street | None) -> dict:
    points, compared = figures.points(street), figures.compared(street)
    return {
        "name": street.name if street else "全区",
        "href": f"streets/{street.code}.html" if street else "",
        "rank": points.rank or "—",
        "points": words.points(points.value),
        "range": _range(points),
        "confirmed": words.points(points.confirmed),
        "interval": words.interval(compared.mean_low, compared.mean_high),
        "possible": _places(
            (compared.rank_best, compared.chance_best), (compared.rank_worst, compared.chance_worst)
        ),
        "weights": _places((compared.weights_best,), (compared.weights_worst,)),
        "known": "—" if points.known is None else words.percent(points.known, 1),
        "committees": points.committees,
        "status": figures.band_status(points),
        "band": points.band or "缺报",
    }


def _places(best: tuple[int | None, ...], worst: tuple[int | None, ...]) -> str:
    """The widest range of ranks of several."""
    low, high = ([one for one in ends if one is not None] for ends in (best, worst))
    return f"{min(low)}–{max(high)}" if low and high else "—"


def _range(points: Points) -> str:
    return "—" if points.value is None else f"{words.points(points.lowest)}–{words.points(points.highest)}"


def spread(figures: Figures) -> Block:
    """How the committees of each street are spread."""
    short = {street.code: street.label for street in figures.streets}
    order = [street.code for street in figures.ranking]
    table = figures.committees[figures.committees["points"].notna()]
    table = table.assign(name=table["street_code"].map(short), place=table["street_code"].map(order.index))
    table = table.sort_values("place", kind="stable")
    rows = [
        [
            name,
            len(own),
            *(words.points(value) for value in own["points"].astype(float).quantile([0, 0.25, 0.5, 0.75, 1])),
        ]
        for name, own in table.groupby("name", sort=False)
    ]
    columns = ["街镇", "业委会数", "最低", "四分之一位", "中位数", "四分之三位", "最高"]
    return chart(_spread_finding(table), charts.spread(table[["name", "points"]]), columns, rows)


def _spread_finding(table: pd.DataFrame) -> str:
    """Between what the streets' middles lie, and where the lowest committee is."""
    if table.empty:
        return "没有可以计分的业委会"
    points = table["points"].astype(float)
    middles = points.groupby(table["name"]).median()
    low, high = (words.points(value) for value in (middles.min(), middles.max()))
    where = "、".join(table["name"][points == points.min()].unique())
    between = f"都是 {low} 分" if low == high else f"在 {low}–{high} 分之间"
    return (
        f"各街镇业委会得分的中位数{between}，最低的一个 {words.points(points.min())} 分，在{where}"
        f"（{len(table)} 个业委会，单位：分）"
    )


def bands(figures: Figures) -> Block:
    table = figures.committees[figures.committees["points"].notna()]
    named = table.assign(band=table["band"].fillna(TOO_LITTLE_KNOWN))
    names = [*(band.name for band in figures.profile.bands), TOO_LITTLE_KNOWN]
    rows = []
    for street in (*figures.ranking, None):
        street_rows = named if street is None else named[named["street_code"] == street.code]
        rows.append(
            [
                street.name if street else "全区",
                *(int((street_rows["band"] == name).sum()) for name in names),
                len(street_rows),
            ]
        )
    low = rows[-1][len(names) - 1]
    return render("scoring", "bands", columns=["街镇", *names, "合计"], rows=rows) + render(
        "common",
        "remark",
        finding=f"全区 {rows[-1][-1]} 个业委会参加评分，{low} 个处于“{names[-2]}”。",
        note=figures.profile.compared_by,
    )


def committees(figures: Figures) -> Block:
    """Every committee with its points, range, chapters and number of findings, street by street, the lowest first."""
    table = figures.committees
    scores = figures.scores
    scores = scores[(scores["level"] == "committee") & (scores["part"] == "chapter")]
    opened = Counter(_key(row) for row in figures.open[COMMITTEE].itertuples())
    by_chapter = {(*_key(row), row.part_id): row.points for row in scores.itertuples()}
    order = {one.code: place for place, one in enumerate(figures.streets)}
    rows = []
    table = table.assign(place=table["street_code"].map(order)).sort_values(
        ["place", "confirmed"], ascending=[True, True], na_position="last", kind="stable"
    )
    row: Any
    for row in table.itertuples():
        key = _key(row)
        rows.append(
            {
                "street": row.street_name,
                "name": row.committee_name,
                "href": f"streets/{row.street_code}.html#{anchor}"
                if (anchor := figures.anchor(row._asdict()))
                else "",
                "neighbourhood": _text(row.neighbourhood_committee),
                "rank": _text(row.rank) or "—",
                "points": words.points(_number(row.points)),
                "range": f"{words.points(row.lowest)}–{words.points(row.highest)}",
                "confirmed": words.points(_number(row.confirmed)),
                "band": _text(row.band) or "—",
                "chapters": [
                    words.points(_number(by_chapter.get((*key, c.id)))) for c in figures.rules.chapters
                ],
                "open": int(opened.get(key, 0)),
            }
        )
    return render(
        "scoring",
        "committees",
        groups=[
            (name, [*listed])
            for name, listed in itertools.groupby(rows, key=lambda listed_row: listed_row["street"])
        ],
        chapters=figures.rules.chapters,
    )


def _key(row) -> tuple[str, ...]:
    return tuple(_text(getattr(row, name)) for name in COMMITTEE)


def _text(value: object) -> str:
    return "" if value is None or value is not value or str(value) == "<NA>" else str(value)


def _number(value: Any) -> float | None:
    return None if _text(value) in ("", "nan") else float(value)


def profile(figures: Figures) -> Block:
    rules, using = figures.rules, figures.profile
    reviews = Counter(one.clause for one in rules.review_fields.values())
    weights = {
        id_: sum(map(using.weight, rules.of_clause(id_))) + using.reviewer * reviews[id_]
        if using.by_items
        else using.clauses.get(id_, 1.0)
        for id_ in rules.clauses
    }
    rows = []
    for id_, clause in rules.clauses.items():
        counted = [one for one in rules.of_clause(id_) if one.scored]
        rows.append(
            {
                "label": clause.label,
                "out_of": words.points(using.total * weights[id_] / sum(weights.values()), 2),
                "red": sum(one.red_line for one in counted),
                "must": sum(one.force == "must" for one in counted),
                "should": sum(one.force == "should" for one in counted),
                "reviews": reviews[id_],
            }
        )
    block = render("scoring", "profile", profile=using, count=rules.count, clauses=rows, forces=words.FORCES)
    return block + render("common", "remark", finding=_reviewing(figures), note="")


def _reviewing(figures: Figures) -> str:
    """How much of the score reviewers decide, and how many they are."""
    scores = figures.scores
    lines = scores[(scores["level"] == "district") & scores["part_id"].isin(figures.rules.review_fields)]
    share = words.points(float(lines["out_of"].sum()))
    count = reviewers(figures.reviews)
    if not count or not len(lines):
        return "本月没有评议打分。"
    each = "只由一位评议的业委会，这些分由他一人决定" if count > 1 else "都由一位评议人决定"
    return (
        f"人工评议占 {figures.profile.total:g} 分中的 {share} 分，本月有 {count} 位评议人（未注明的算一位）：{each}；"
        "几位都评议了的取平均。"
    )


PAGE = Page(
    file="scoring.html",
    title="评分",
    label="评分",
    group="看全区",
    place=20,
    reads=(tables.RETURNS, tables.REVIEWS, tables.FILES, tables.FINDINGS, tables.SCORES, tables.STREETS),
    notebook="5_scoring_dashboard",
)

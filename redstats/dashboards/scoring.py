"""The scoring page: points with their ranges, the spread of committees, and how points are set."""

from __future__ import annotations

from collections import Counter
from typing import Any

from redstats import tables
from redstats.dashboards import charts, words
from redstats.dashboards.blocks import Block, chart, render
from redstats.dashboards.figures import COMMITTEE, Figures, Points
from redstats.dashboards.page import Page
from redstats.places import Street
from redstats.scores.scoring_profile import TOO_LITTLE_KNOWN


def heading(figures: Figures) -> Block:
    left = f"{figures.month.label} · 评分方案：{figures.profile.title}"
    return render("common", "heading", title="评分", left=left, right="分值为可调设定，非标准原文")


def ranking(figures: Figures) -> Block:
    rows = [_rank_row(figures, street) for street in (*figures.ranking, None)]
    ranked = [one for one in figures.ranking if figures.points(one).rank]
    finding = ""
    if len(ranked) > 1:
        best, last = figures.points(ranked[0]), figures.points(ranked[-1])
        finding = f"最高 {ranked[0].name} {words.points(best.value)} 分，最低 {ranked[-1].name} {words.points(last.value)} 分。"
    note = f"街镇得分为所辖业委会得分的平均；全区按业委会平均，不按街镇平均。{figures.profile.compared_by}"
    return render("scoring", "ranking", rows=rows) + render("common", "remark", finding=finding, note=note)


def _rank_row(figures: Figures, street: Street | None) -> dict:
    points = figures.points(street)
    return {
        "name": street.name if street else "全区",
        "href": f"streets/{street.code}.html" if street else "",
        "rank": points.rank or "—",
        "points": words.points(points.value),
        "range": _range(points),
        "confirmed": words.points(points.confirmed),
        "known": "—" if points.known is None else words.percent(points.known, 1),
        "committees": points.committees,
        "status": figures.band_status(points),
        "band": points.band or "缺报",
    }


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
    return chart("各街镇业委会得分的分布", charts.spread(table[["name", "points"]]), columns, rows)


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


def committees(figures: Figures, street: Street | None = None) -> Block:
    """Every committee with its points, range, chapters and number of findings."""
    table = figures.committees
    scores = figures.scores
    scores = scores[(scores["level"] == "committee") & (scores["part"] == "chapter")]
    opened = Counter(_key(row) for row in figures.open[COMMITTEE].itertuples())
    if street:
        table, scores = (one[one["street_code"] == street.code] for one in (table, scores))
    by_chapter = {(*_key(row), row.part_id): row.points for row in scores.itertuples()}
    known = {_key(row): row for row in figures.returns.itertuples()}
    order = {one.code: place for place, one in enumerate(figures.streets)}
    rows = []
    table = table.assign(place=table["street_code"].map(order)).sort_values(
        ["place", "confirmed"], ascending=[True, False], na_position="last", kind="stable"
    )
    row: Any
    for row in table.itertuples():
        key = _key(row)
        facts = known.get(key)
        rows.append(
            {
                "street": row.street_name,
                "name": row.committee_name,
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
                "party": _text(getattr(facts, "party_org_type", None)) or "未填报",
            }
        )
    caption = f"{street.name}各业委会得分" if street else "全区各业委会得分"
    return render(
        "scoring",
        "committees",
        rows={"rows": rows, "chapters": figures.rules.chapters},
        caption=caption,
        street=bool(street),
    )


def _key(row) -> tuple[str, ...]:
    return tuple(_text(getattr(row, name)) for name in COMMITTEE)


def _text(value: object) -> str:
    return "" if value is None or value is not value or str(value) == "<NA>" else str(value)


def _number(value: Any) -> float | None:
    return None if _text(value) in ("", "nan") else float(value)


def profile(figures: Figures) -> Block:
    rules, using = figures.rules, figures.profile
    weights = {id_: using.clauses.get(id_, 1.0) for id_ in rules.clauses}
    rows = []
    for id_, clause in rules.clauses.items():
        counted = [one for one in rules.of_clause(id_) if one.scored]
        rows.append(
            {
                "label": clause.label,
                "out_of": words.points(using.total * weights[id_] / sum(weights.values()), 2),
                "must": sum(one.force == "must" for one in counted),
                "should": sum(one.force == "should" for one in counted),
                "reviews": sum(one.clause == id_ for one in rules.review_fields.values()),
            }
        )
    return render("scoring", "profile", profile=using, count=rules.count, clauses=rows, forces=words.FORCES)


PAGE = Page(
    file="scoring.html",
    title="评分",
    label="评分",
    place=20,
    reads=(tables.RETURNS, tables.FILES, tables.FINDINGS, tables.SCORES),
    notebook="5_scoring_dashboard",
)

"""What changed: street by street the number that falls short last month and this, whether that is a signal, and how the months went."""

from __future__ import annotations

from typing import Any

from redstats import tables
from redstats.dashboards import words
from redstats.dashboards.blocks import Block, render
from redstats.dashboards.figures import Figures
from redstats.dashboards.page import Page
from redstats.months import Month
from redstats.places import Street

MEASURES = {  # of 3_scores/trend, as the sentence tells of them
    "shortfalls": ("未达标事项", "", 0),
    "red_lines": ("红线", " 项", 0),
    "coverage": ("党组织覆盖", "%", 1),
    "points": ("平均得分", "", 1),
}
MULTIPLES = {  # measures drawn month by month: counts of what is missing, where rates would all be near 100 %
    "shortfalls": ("未达标事项", "项"),
    "coverage": ("离党组织覆盖 100% 还差", "个"),
}
WIDTH, HEIGHT = 150, 64  # of a small chart, in pixels
LENGTH = 132  # of a dumbbell


def sentence(figures: Figures) -> str:
    """What is more than months vary by themselves, of the district and of streets; and how findings came and went."""
    signals = []
    for measure, (title, unit, decimals) in MEASURES.items():
        change = figures.change(measure)
        if change.signal:
            signals.append(f"{title} {words.change(change, unit, decimals)}")
    streets = [
        f"{street.label} {words.change(change, ' 项', 0)}"
        for street in figures.streets
        if (change := figures.change("shortfalls", street)).signal
    ]
    signals += [f"未达标事项：{'、'.join(streets)}"] if streets else []
    if not signals:
        change = figures.change("shortfalls")
        enough = change.months >= words.LEAST_MONTHS
        nothing = "与上月相比没有超出正常波动的变化"
        signals = [nothing if enough else f"未达标事项 {words.change(change, ' 项', 0)}"]
    life = figures.life()
    came = f"新增 {life['new']} 项、反复 {life['reopened']} 项，持续 {life['ongoing']} 项，已整改 {life['resolved']} 项"
    return "；".join([*signals, came]) + "。"


def changes(figures: Figures) -> Block:
    """A row a street, the largest change first: last month and this on one scale, grey where it is noise, and the life of findings."""
    rows = [_row(figures, street) for street in figures.streets]
    rows.sort(key=lambda row: (row["missing"], not row["signal"], -abs(row["moved"])))
    most = max([1, *(row[name] for row in rows for name in ("before", "after") if row[name] != "—")])
    for row in rows:
        row["drawn"] = _dumbbell(row, most)
    signals = [row["name"] for row in rows if row["signal"]]
    finding = f"超出正常波动的街镇：{'、'.join(signals)}" if signals else "没有街镇的变化超出正常波动"
    if figures.change("shortfalls").months < words.LEAST_MONTHS:
        finding = "月份还少，不判断升降"
    return render("changes", "changes", rows=rows, total=_row(figures, None), finding=finding)


def _row(figures: Figures, street: Street | None) -> dict[str, Any]:
    change = figures.change("shortfalls", street)
    before, after = (
        None if value is None else round(value) for value in (change.last_month, change.this_month)
    )
    missing = street is not None and street.code in _missing(figures)
    if missing:
        known = _known(figures, "shortfalls", street)
        before, after = (round(known[-1][1]) if known else None), None
    return {
        "name": street.name if street else "全区",
        "code": street.code if street else None,
        "missing": missing,
        "before": "—" if before is None else before,
        "after": "—" if after is None else after,
        "moved": (after or 0) - (before or 0),
        "verdict": words.verdict(change, 0),
        "signal": change.signal,
        "life": figures.life(street),
    }


def _missing(figures: Figures) -> set[str]:
    return {one.street_code for one in figures.missing}


def _dumbbell(row: dict[str, Any], most: int) -> dict[str, float] | None:
    """Where last month and this lie on a scale from none to ``most``."""
    if "—" in (row["before"], row["after"]):
        return None
    before, after = (round(8 + row[name] / most * (LENGTH - 16), 1) for name in ("before", "after"))
    return {"before": before, "after": after, "length": LENGTH}


def _known(figures: Figures, measure: str, street: Street | None) -> list[tuple[Month, float]]:
    """The months of a measure of which a number is known: of a street that sent nothing there is none of this month."""
    code = street.code if street else None
    missing = code in _missing(figures)
    return [
        (month, value)
        for month, value in figures.series.get((measure, code), [])
        if value is not None and not (missing and month == figures.month)
    ]


def heading(figures: Figures) -> Block:
    months = figures.change("shortfalls").months
    left = f"{figures.month.label} · 有 {months} 个月的数据"
    return render("common", "heading", title="变化", left=left, right="升降只在超出正常波动时才说")


def multiples(figures: Figures) -> Block:
    """Of each measure a small chart a street over up to twelve months with its natural limits, all on one scale, and the numbers."""
    block = Block("")
    for measure, (title, unit) in MULTIPLES.items():
        series = {street: _known(figures, measure, street) for street in (*figures.streets, None)}
        months = sorted({month for values in series.values() for month, _ in values})
        if not months:
            continue
        limits = {street: figures.limits(measure, street) for street in series}
        top = max(
            1.0,
            *(value for street, values in series.items() if street for _, value in values),
            *(limit[2] for street, limit in limits.items() if street and limit),
        )
        charts: list[dict[str, Any]] = [
            {
                "name": street.label if street else "全区",
                "href": f"streets/{street.code}.html" if street else "",
                "signal": figures.change(measure, street).signal,
                "last": f"{values[-1][1]:g}" if values else "—",
                # the district's numbers are those of all streets together, and have a scale of their own
                "drawn": _drawn(
                    [value for _, value in values],
                    limits[street],
                    top if street else max([1.0, *(value for _, value in values)]),
                ),
            }
            for street, values in series.items()
        ]
        signals = [chart["name"] for chart in charts if chart["signal"]]
        few = len(months) < words.LEAST_MONTHS
        finding = f"只有 {len(months)} 个月，不判断升降" if few else "没有超出正常波动的"
        finding = f"超出正常波动的：{'、'.join(signals)}" if signals else finding
        rows = [
            [
                chart["name"],
                *(f"{dict(values)[month]:g}" if month in dict(values) else "—" for month in months),
            ]
            for chart, values in zip(charts, series.values(), strict=True)
        ]
        committees = figures.change(measure).committees + figures.change(measure).others
        block = block + render(
            "changes",
            "multiples",
            title=title,
            caption=f"{title}，{months[0].label}至{months[-1].label}：{finding}（{committees} 个业委会，单位：{unit}）",
            top=f"{top:g}",
            unit=unit,
            charts=charts,
            columns=["街镇", *(month.label for month in months)],
            rows=rows,
        )
    return block + render("common", "remark", finding="", note=words.SIGNALS)


def _drawn(
    values: list[float], limits: tuple[float, float, float] | None, most: float
) -> dict[str, Any] | None:
    """Where the line, the normal range and its middle lie in a small chart of which ``most`` is the top; None of one month."""
    if len(values) < 2:
        return None
    top = max([most, *(limits or ())])

    def height(value: float) -> float:
        return round(HEIGHT - 6 - max(value, 0) / top * (HEIGHT - 12), 1)

    across = (WIDTH - 16) / (len(values) - 1)
    points = [(round(6 + place * across, 1), height(value)) for place, value in enumerate(values)]
    band = None
    if limits:
        lower, centre, upper = map(height, limits)
        band = {"top": upper, "height": round(lower - upper, 1), "centre": centre}
    return {"points": points, "last": points[-1], "band": band, "width": WIDTH, "height": HEIGHT}


PAGE = Page(
    file="changes.html",
    title="变化",
    label="变化",
    group="看全区",
    place=22,
    reads=(tables.FILES, tables.NOTES, tables.FINDINGS, tables.TREND),
    history=True,
    blocks=(heading, changes, multiples),
)

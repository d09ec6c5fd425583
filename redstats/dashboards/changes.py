"""What changed from last month, on the overview: street by street the number that falls short, and whether that is a signal."""

from __future__ import annotations

from typing import Any

from redstats.dashboards import words
from redstats.dashboards.blocks import Block, render
from redstats.dashboards.figures import Figures
from redstats.places import Street

MEASURES = {  # of 3_scores/trend, as the sentence tells of them
    "shortfalls": ("未达标事项", "", 0),
    "red_lines": ("红线", " 项", 0),
    "coverage": ("党组织覆盖", "%", 1),
    "points": ("平均得分", "", 1),
}
WIDTH, HEIGHT = 132, 34  # of a small chart, in pixels


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
    """A row a street, the largest change first: its months against their normal range, last month and this, and the life of
    findings."""
    most = max(
        [
            1.0,
            *(
                value
                for (measure, code), values in figures.series.items()
                if measure == "shortfalls" and code
                for _, value in values
                if value
            ),
        ]
    )
    rows = [_row(figures, street, most) for street in figures.streets]
    rows.sort(key=lambda row: (row["missing"], not row["signal"], -abs(row["moved"])))
    signals = [row["name"] for row in rows if row["signal"]]
    finding = f"超出正常波动的街镇：{'、'.join(signals)}" if signals else "没有街镇的变化超出正常波动"
    if figures.change("shortfalls").months < words.LEAST_MONTHS:
        finding = "月份还少，不判断升降"
    return render("overview", "changes", rows=rows, total=_row(figures, None, most), finding=finding)


def _row(figures: Figures, street: Street | None, most: float) -> dict[str, Any]:
    change = figures.change("shortfalls", street)
    before, after = (
        None if value is None else round(value) for value in (change.last_month, change.this_month)
    )
    code = street.code if street else None
    missing = street is not None and code in {one.street_code for one in figures.missing}
    values = figures.series.get(("shortfalls", code), [])
    # of a street that sent nothing there is no number of this month
    known = [
        value for month, value in values if value is not None and not (missing and month == figures.month)
    ]
    if missing:
        before, after = (round(known[-1]) if known else None), None
    return {
        "name": street.name if street else "全区",
        "code": code,
        "missing": missing,
        "before": "—" if before is None else before,
        "after": "—" if after is None else after,
        "moved": (after or 0) - (before or 0),
        "verdict": words.verdict(change, 0),
        "signal": change.signal,
        "life": figures.life(street),
        # the district's numbers are those of all streets together, and have a scale of their own
        "drawn": _drawn(known, figures.limits("shortfalls", street), most if street else max([1.0, *known])),
        "told": "、".join(f"{value:g}" for value in known),
    }


def _drawn(
    values: list[float], limits: tuple[float, float, float] | None, most: float
) -> dict[str, Any] | None:
    """Where the line, the normal range and its middle lie in a small chart of which ``most`` is the top; None of one month."""
    if len(values) < 2:
        return None
    top = max([most, *(limits or ())])

    def height(value: float) -> float:
        return round(HEIGHT - 4 - max(value, 0) / top * (HEIGHT - 8), 1)

    across = (WIDTH - 16) / (len(values) - 1)
    points = [(round(4 + place * across, 1), height(value)) for place, value in enumerate(values)]
    band = None
    if limits:
        lower, centre, upper = map(height, limits)
        band = {"top": upper, "height": round(lower - upper, 1), "centre": centre}
    return {"points": points, "last": points[-1], "band": band, "width": WIDTH, "height": HEIGHT}

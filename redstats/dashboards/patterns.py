"""What is missed most often, and what is missed together by the same committees."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from redstats.dashboards import words
from redstats.dashboards.blocks import Block, render
from redstats.dashboards.figures import Figures
from redstats.findings import patterns
from redstats.findings.patterns import Pair
from redstats.places import Street

MOST = 10
NOTE = (
    f"同一业委会两项都未达标才计入；只列至少 {patterns.LEAST} 个业委会、并且远多于偶然的（两项互不相干时，全部比较中出现这样一对的"
    f"可能不到 {patterns.CHANCE:.0%}）。“互不相干时应有”按两项各自的未达标数推算；同一数据的两项要求不比较。一起出现不等于互为原因。"
)


def most_missed(figures: Figures, street: Street | None = None) -> Block:
    """The requirements most often missed: how many committees, of how many judged."""
    table = patterns.most_missed(_of(figures, street)).head(MOST)
    rules = figures.rules
    listed: Iterable[Any] = table.itertuples()
    rows = [
        {
            "title": rules.requirements[one.requirement].title,
            "clause": rules.clauses[rules.requirements[one.requirement].clause].label,
            "missed": one.missed,
            "judged": one.judged,
            "share": words.percent(one.missed, one.judged),
            "unknown": one.unknown,
        }
        for one in listed
    ]
    return render("patterns", "most_missed", rows=rows, most=MOST)


def together(figures: Figures, street: Street | None = None) -> Block:
    """The pairs missed together, in the district or a street; nothing for a street that has none."""
    pairs = _pairs(figures, street)
    if street and not pairs:
        return Block("")
    rows = [_told(figures, one) for one in pairs]
    return render("patterns", "together", rows=rows, whole=street is None, note=NOTE)


def together_by_street(figures: Figures) -> Block:
    """Street by street its own pairs, where it has any."""
    rows = [
        {"street": street} | _told(figures, one)
        for street in figures.streets
        for one in _pairs(figures, street)
    ]
    return render("patterns", "by_street", rows=rows)


def _of(figures: Figures, street: Street | None):
    return figures.findings[figures.findings["street_code"] == street.code] if street else figures.findings


def _pairs(figures: Figures, street: Street | None) -> list[Pair]:
    fields = {id_: one.field for id_, one in figures.rules.requirements.items()}
    return patterns.together(_of(figures, street), fields)


def _told(figures: Figures, pair: Pair) -> dict:
    """A pair in words and numbers, told from the requirement that fewer miss."""
    title = {id_: figures.rules.requirements[id_].title for id_ in (pair.first, pair.second)}
    fewer, count = (pair.first, pair.first_missed), pair.second_missed
    other = pair.second
    if pair.second_missed < pair.first_missed:
        fewer, other, count = (pair.second, pair.second_missed), pair.first, pair.first_missed
    sentence = (
        f"“{title[fewer[0]]}”未达标的 {fewer[1]} 个业委会，其中 {pair.both} 个业委会同时“{title[other]}”未达标"
        f"（{words.percent(pair.both, fewer[1])}；全部 {pair.of} 个业委会中为 {words.percent(count, pair.of)}）"
    )
    if pair.third:
        third = figures.rules.requirements[pair.third].title
        sentence += f"，这 {pair.both} 个中又有 {pair.all_three} 个“{third}”也未达标"
    return {
        "sentence": f"{sentence}。",
        "first": title[fewer[0]],
        "second": title[other],
        "first_missed": fewer[1],
        "second_missed": count,
        "both": pair.both,
        "of": pair.of,
        "expected": f"{pair.expected:.1f}",
        "times": f"{pair.times:.1f}",
        "streets": pair.streets,
    }

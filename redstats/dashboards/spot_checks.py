"""The page 抽查: how much of what was claimed was checked on the spot, and what that says of the rest; counts alone, and no names."""

from __future__ import annotations

import pandas as pd

from redstats import spotchecks, tables
from redstats.dashboards import words
from redstats.dashboards.blocks import Block, render
from redstats.dashboards.figures import Figures
from redstats.dashboards.page import Page
from redstats.scores.sampling import Rate
from redstats.spotchecks import Tally

_OF_DRAWS = ["street_code", "claim", "factor", "round"]
_OF_CHECKS = ["street_code", "claim", "factor", "class_size", "result", "changed"]


def heading(figures: Figures) -> Block:
    right = "街镇自报的达标，到场看凭证核实"
    return render("common", "heading", title="抽查", left=figures.month.label, right=right)


def rates(figures: Figures) -> Block:
    """Of each street and of the district: claimed, drawn, checked, and the weighted share that was confirmed."""
    draws, checks = (
        _read(figures, tables.SPOT_DRAWS, _OF_DRAWS),
        _read(figures, tables.SPOT_CHECKS, _OF_CHECKS),
    )
    if draws.empty:
        claims = int((figures.findings["state"] == "met").sum())
        return render(
            "spot_checks", "unchecked", claims=claims, command=f"redstats spot-check {figures.month}"
        )
    whole = spotchecks.tally(draws, checks)
    rows = [
        _row(
            one.name,
            spotchecks.tally(*(table[table["street_code"] == one.code] for table in (draws, checks))),
        )
        for one in figures.streets
    ]
    block = render("spot_checks", "conclusion", sentence=sentence(whole))
    block += render("spot_checks", "rates", rows=[*rows, _row("全区", whole)])
    return block + render("common", "remark", finding=_left(whole), note=_note(checks))


def sentence(whole: Tally) -> str:
    """What was checked in the district, and between what its share lies; never a share of nothing."""
    drawn = f"自报达标 {whole.claims} 项，抽出 {whole.drawn} 项"
    if not whole.checked:
        return f"{drawn}，尚未核实，有多少属实还不知道。"
    counts = f"属实 {whole.confirmed}、不属实 {whole.not_confirmed}、无法核实 {whole.unverifiable}"
    rate = (
        f"按抽中的机会加权，属实率在 {_span(whole.rate.lower, whole.rate.upper)} 之间（95%）"
        if whole.rate
        else f"不足 {spotchecks.rules().least} 项，不推算属实率"
    )
    return f"{drawn}，已核实 {whole.checked} 项：{counts}。{rate}。"


def _left(whole: Tally) -> str:
    """What the numbers do not speak of."""
    parts = []
    if whole.checked and whole.unseen:
        parts.append(f"属实率不含还没有核实到的街镇和类别的 {whole.unseen} 项。")
    if whole.changed:
        parts.append(f"抽出的有 {whole.changed} 项，报表此后有更正；核实的是抽出时的填报。")
    return "".join(parts)


def _note(checks: pd.DataFrame) -> str:
    rules = spotchecks.rules()
    reasons = "、".join(reason.label for reason in rules.reasons.values())
    read = "" if len(checks) else "填好的抽查单还没有读回。"
    return (
        f"{read}每个街镇按机会抽取，{reasons}的抽得多（分类抽取，每项抽中的机会已知），加权时按机会的倒数还原。"
        f"核实不足 {rules.least} 项的街镇只列项数。无法核实的，一次当不属实、一次当属实，属实率写成两头。"
        "区间是95%的 Clopper–Pearson 区间，按折合的有效项数（Kish）算。抽查不改动月报的判定和得分；定稿以后读回的，只在拟稿的页面上。"
    )


def _read(figures: Figures, name: str, columns: list[str]) -> pd.DataFrame:
    """These columns of a table, none of which holds a sender's or a checker's words; no rows where it was not made."""
    if tables.exists(figures.project, name, figures.month):
        return tables.read(figures.project, name, figures.month, columns)
    return tables.typed([], tables.SCHEMAS[name])[columns]


def _row(name: str, tally: Tally) -> dict[str, object]:
    return {
        "name": name,
        "tally": tally,
        "share": _share(tally.rate) if tally.rate else "",
        "interval": _span(tally.rate.lower, tally.rate.upper) if tally.rate else "",
        "effective": f"{tally.rate.effective:.1f}" if tally.rate else "",
        "why": "尚未核实" if not tally.checked else f"不足{spotchecks.rules().least}项",
    }


def _share(rate: Rate) -> str:
    return words.percent(rate.low, 1) if rate.low == rate.high else _span(rate.low, rate.high)


def _span(low: float, high: float) -> str:
    return f"{words.percent(low, 1)}–{words.percent(high, 1)}"


PAGE = Page(
    file="spot_checks.html",
    title="抽查",
    label="抽查",
    group="依据",
    place=117,
    source="街镇自报，抽到的到场核实",
    reads=(tables.FINDINGS, tables.SPOT_DRAWS, tables.SPOT_CHECKS),
    blocks=(heading, rates),
)

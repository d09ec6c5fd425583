"""The page 规则体检: what the rules have done over the months, and which of them ask to be looked at themselves."""

from __future__ import annotations

from typing import Any

import pandas as pd

from redstats import tables
from redstats.dashboards import words
from redstats.dashboards.blocks import Block, render
from redstats.dashboards.figures import Figures
from redstats.dashboards.page import Page
from redstats.scores.rule_health import CHANCE, WINDOW

LAYERS = {"standard": "标准", "law": "市级规定", "returns": "报表前后矛盾"}


def heading(figures: Figures) -> Block:
    right = "规则也要检查：多久出现一次、改了没有、有没有用"
    return render("common", "heading", title="规则体检", left=figures.month.label, right=right)


def health(figures: Figures) -> Block:
    """The rules to be looked at, and what every rule has done."""
    return flagged(figures) + lives(figures)


def flagged(figures: Figures) -> Block:
    """The rules that ask to be looked at, each with its reason and the counts behind it."""
    table = _of_district(figures)
    if table.empty:
        return render("common", "empty", text="本月还没有规则体检的数据，请重新运行本月。")
    rows = [
        _named(figures, row) | {"flag": words.RULE_FLAGS[flag], "why": _why(figures, flag, row)}
        for row in table.to_dict("records")
        for flag in row["flags"]
    ]
    months = int(table["months"].iloc[0])
    finding = f"{len(table)} 条规则看了 {months} 个月，{len({row['title'] for row in rows})} 条需要看一看。"
    if months < WINDOW:
        finding += f"不足 {WINDOW} 个月，还不能说哪条规则从不起作用。"
    note = (
        f"列出的不一定错：从未出现、从未判定的看满 {WINDOW} 个月才说；未达标超过判定数 {figures.settings.rule_often}% 的（规则体检设定）列为过多；"
        f"与评议相反，指未达标的在该条款的评议得分反而更高，且不是偶然（Mann–Whitney U，Benjamini–Hochberg {CHANCE:.0%}）。"
    )
    return render("rule_health", "flagged", rows=rows) + render(
        "common", "remark", finding=finding, note=note
    )


def lives(figures: Figures) -> Block:
    """Every rule that fired: how often, what became of it, and where it is still open; the others by name."""
    whole = _of_district(figures)
    if whole.empty:
        return Block("")
    every = figures.rule_health
    still = every[every["street_code"].notna() & (every["open"] > 0)].set_index(["layer", "requirement"])
    blocks = Block("")
    for layer, name in LAYERS.items():
        table = whole[whole["layer"] == layer]
        fired = table[(table["opened"] + table["carried"]) > 0].sort_values(
            ["open", "opened", "requirement"], ascending=[False, False, True]
        )
        quiet = [row["title"] for row in table.to_dict("records") if not row["opened"] + row["carried"]]
        rows = [
            _named(figures, row) | {"streets": _streets(figures, still, row)}
            for row in fired.to_dict("records")
        ]
        blocks += render(
            "rule_health", "lives", name=name, rows=rows, quiet=quiet, months=int(whole["months"].iloc[0])
        )
    note = (
        "新出现、结转（此前就有的）= 已整改 + 不再要求（不适用、规则停用，或年度已过）+ 仍未解决 + 情况不明（缺报）。"
        "整改用时是已整改的从出现到整改的月数，取中位数。"
    )
    return blocks + render("common", "remark", finding="", note=note)


def _of_district(figures: Figures) -> pd.DataFrame:
    return figures.rule_health[figures.rule_health["street_code"].isna()]


def _named(figures: Figures, row: dict) -> dict[str, Any]:
    clause = figures.rules.clauses[row["clause"]].label if row["clause"] else LAYERS[row["layer"]]
    taken = "—" if pd.isna(row["months_to_mend"]) else f"{row['months_to_mend']:g}"
    return row | {"basis": clause, "taken": taken}


def _streets(figures: Figures, still: pd.DataFrame, row: dict) -> str:
    key = (row["layer"], row["requirement"])
    listed = still.loc[[key]] if key in still.index else still.head(0)
    by_street = dict(zip(listed["street_code"], listed["open"], strict=True))
    return "、".join(f"{one.label} {by_street[one.code]}" for one in figures.streets if one.code in by_street)


def _why(figures: Figures, flag: str, row: dict) -> str:
    share = words.percent(row["short"], row["asked"])
    return {
        "never": f"{row['months']} 个月里没有一次未达标。人人做到，或者规则不起作用（门槛、栏目、条件写错），请对照原始报表抽看。",
        "unasked": f"{row['months']} 个月里没有对任何业委会作出判定。没有人填这一栏，或者条件从不成立。",
        "often": f"本月判定 {row['asked']} 个，未达标 {row['short']} 个（{share}），超过 {figures.settings.rule_often}%。"
        "确实普遍，或者门槛过高、口径不清。",
        "disagrees": f"未达标的评议得分低于达标的可能只有 {words.percent(0 if pd.isna(row['agrees']) else row['agrees'], 1)}（毫不相干时为一半），"
        "评议人看到的与填报相反。",
    }[flag]


PAGE = Page(
    file="rules.html",
    title="规则体检",
    label="规则体检",
    group="依据",
    place=115,
    reads=(tables.RULES,),
    blocks=(heading, health),
)

"""The command that tries another scoring profile on a month."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import redstats
from redstats.cli.options import AsJson, MonthArgument, console, records

if TYPE_CHECKING:
    pass

_LISTED = 20
_SHOWN = 0.05  # points that show with one decimal


def what_if(
    month: MonthArgument,
    profile: Annotated[Path, typer.Option(help="评分方案的文件，如 my.yaml", dir_okay=False)],
    as_json: AsJson = False,
) -> None:
    """换一个评分方案会怎样：得分、组别、哪些业委会换档、因为哪一条；不改动任何文件。"""
    from redstats.dashboards import words
    from redstats.scores.scoring_profile import profile_in
    from redstats.scores.what_if import what_if as tried

    figures = redstats.open_month(month)
    trial = tried(figures.project, figures.month, profile_in(profile))
    if as_json:
        console.data(
            {
                "totals": records(trial.totals),
                "groups": records(trial.groups),
            }
        )
        return
    totals = trial.totals
    for row in (
        totals[totals["level"] != "committee"].sort_values(["level", "street_code"]).to_dict("records")
    ):
        name = "全区" if row["level"] == "district" else row["street_name"]
        band = (
            f"{row['band_before']}→{row['band_after']}"
            if row["band_before"] != row["band_after"]
            else row["band_after"]
        )
        console.line(
            f"{name}：{words.points(row['points_before'])}→{words.points(row['points_after'])} 分，{band}"
        )
    for row in trial.groups.to_dict("records"):
        before, after = (
            words.GROUPS.get(row[f"group_{when}"], words.GROUPS[None]) for when in ("before", "after")
        )
        if before != after:
            console.line(f"{row['street_name']}：{before}→{after}")
    moved = trial.moved
    console.line(
        f"换档的业委会 {len(moved)} 个"
        + (f"，列前 {_LISTED} 个：" if len(moved) > _LISTED else "：" if len(moved) else "")
    )
    for row in moved.head(_LISTED).to_dict("records"):
        clause = figures.rules.clauses.get(row["clause"])
        moved_most = clause and abs(row["clause_points"]) >= _SHOWN
        why = (
            f"，变化最大的是{clause.label}（{row['clause_points']:+.1f}）"
            if clause and moved_most
            else "，分数不变，档次的规则不同"
        )
        console.line(
            f"  {row['street_name']} {row['committee_name']}：{row['band_before']}→{row['band_after']}{why}"
        )

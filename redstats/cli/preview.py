"""The command that shows a month to the streets before it is signed, and lists what they object to."""

from __future__ import annotations

from typing import Annotated

import typer

from redstats import project as projects
from redstats.cli.options import MonthArgument, console
from redstats.errors import RunError
from redstats.months import Month, chinese


def preview(
    month: MonthArgument,
    street: Annotated[str, typer.Option(help="只做一个街镇的（名称、简称或代码）")] = "",
) -> None:
    """送阅：给每个街镇一份现在的情况和异议单，定稿前核对；并列出收到的异议和结果。"""
    from redstats import places, sendback, tables
    from redstats.explanations import OBJECTED, STATES
    from redstats.runs import sendbacks
    from redstats.runs.month import run_month

    where, chosen = projects.find(), Month.parse(month)
    roll = places.on(chosen.end)
    streets = [roll.street(street)] if street else list(roll.streets)
    run_month(where, chosen, console.line)
    with tables.taking_turns(where, chosen):
        written = sendbacks.write_previews(where, chosen, streets)
    if not written:
        raise RunError(
            f"{chosen} 没有可以送阅的内容",
            where=f"data/raw/{chosen}",
            to_do="没有报送、或报表没能读取的街镇没有送阅；见 redstats status",
        )
    for path in written:
        console.line(f"已做：{path}")
    until = sendback.objections_until(where, chosen)
    by_when = f"请在{chinese(until)}以前发回，" if until else ""
    console.line(f"街镇在“异议单”里写好后，{by_when}放进 data/raw/{chosen}，再运行 redstats run {chosen}。")
    listed = sendback.answers(where, chosen, OBJECTED)
    for row in listed:
        what = " ".join(filter(None, (row["committee_name"], row["label"])))
        why = f"（{row['why']}）" if row["why"] else ""
        day = f"，{row['decided_on']}" if row["decided_on"] else ""
        console.line(f"{row['street_name']}：{what}：{row['given']}：{STATES[row['state']]}{day}{why}")
    console.line(f"收到异议 {len(listed)} 条。" if listed else "还没有收到异议。")

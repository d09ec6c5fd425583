"""The commands that freeze a month and prove it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Annotated

import typer

from redstats import forgotten
from redstats import project as projects
from redstats.cli.options import SYMBOLS, AsJson, MonthArgument, console
from redstats.errors import RunError
from redstats.months import Month
from redstats.runs import inputs


def sign(
    month: MonthArgument,
    by: Annotated[str, typer.Option("--by", help="谁定稿的（只写进清单，不上页面）")],
) -> None:
    """定稿：把一个月的页面、数据表和校验值原样冻结；以后的更正另成一版，已冻结的不再改动。"""
    from redstats import signing, tables
    from redstats.runs.month import run_month

    where, chosen = projects.find(), Month.parse(month)
    with tables.taking_turns(where, chosen):
        is_forgotten = chosen in forgotten.read(where)  # which signing itself refuses, and says why
        if not is_forgotten and not inputs.unchanged(where, chosen, dt.date.today()):
            raise unsigned(where, chosen)
        for line in unanswered(where, chosen):
            console.line(line)
        signed = signing.sign(where, chosen, by, dt.date.today())
    run_month(where, chosen, console.line)  # the draft's pages say it, too
    console.line(f"{chosen} 已定稿（第{signed.number}版）：{signed.folder}")
    console.line(f"清单校验值：{signed.mark}")


def unanswered(project: projects.Project, month: Month) -> list[str]:
    """What is said on signing of objections that nobody has answered; nothing where there are none."""
    from redstats import sendback
    from redstats.explanations import OBJECTED
    from redstats.runs import sendbacks

    listed = sendback.answers(project, month, OBJECTED)
    counts = Counter(row["street_name"] for row in listed if row["state"] == OBJECTED.given)
    if not counts:
        return []
    streets = "、".join(f"{street} {count} 条" for street, count in counts.items())
    where = project.letters(month) / sendbacks.DECISIONS[OBJECTED]
    return [f"还有 {counts.total()} 条异议没有答复（{streets}），照样定稿；答复填在 {where}"]


def unsigned(project: projects.Project, month: Month) -> RunError:
    """Why a month cannot be signed as it stands."""
    made = inputs.record(project.dashboards(month))
    if failed := made.get("failed"):
        return RunError(
            f"上次运行有 {len(failed)} 个没有做成：{'、'.join(failed)}",
            where=str(project.dashboards(month)),
            to_do=f"请按 redstats run {month} 的提示处理，再定稿",
        )
    if made.get("exit_code"):
        return RunError(
            "更正清单有过时的条目，或没有一份可以读的报表",
            where=f"data/raw/{projects.CORRECTIONS}",
            to_do=f"redstats run {month} 会逐条指出；从清单中删去后再运行、定稿",
        )
    return RunError(
        f"{month} 还有没处理的变化",
        where=f"data/raw/{month}",
        to_do=f"请先运行 redstats run {month}，核对后再定稿",
    )


def verify(month: MonthArgument, as_json: AsJson = False) -> None:
    """核对定稿的月份：每个文件是否与定稿时相同，各版是否相接，原件是否还在；不符时退出码为 5。"""
    from redstats import signing

    checks = signing.verify(projects.find(), Month.parse(month))
    if as_json:
        console.data([{"well": check.well, "what": check.what} for check in checks])
    else:
        for check in checks:
            console.line(f"{SYMBOLS[check.well]} {check.what}")
    if any(check.well is False for check in checks):
        raise typer.Exit(5)

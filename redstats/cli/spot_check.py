"""The command that draws claims to be checked on the spot, and reads back what was found there."""

from __future__ import annotations

from typing import Annotated

import typer

from redstats import project as projects
from redstats.cli.options import MonthArgument, console
from redstats.errors import RunError
from redstats.months import Month
from redstats.project import SPOT_CHECKS, Project


def spot_check(
    month: MonthArgument,
    number: Annotated[int, typer.Option("--n", min=1, help="每个街镇抽几项")] = 20,
    seed: Annotated[
        int | None, typer.Option(min=0, help="随机种子；不写的由月份得出，同一种子抽得相同")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="已有抽查单的，再抽一轮，另成一份")] = False,
    read_back: Annotated[bool, typer.Option("--read", help="读回填好的抽查单")] = False,
) -> None:
    """抽查自报达标的内容：每个街镇按机会抽若干项，做成可打印的抽查单；填好后读回，见“抽查”页。"""
    where, chosen = projects.find(), Month.parse(month)
    if read_back:
        _read(where, chosen)
    else:
        _draw(where, chosen, number, seed, again)


def _draw(where: Project, month: Month, number: int, seed: int | None, again: bool) -> None:
    import redstats
    from redstats import spotchecks, tables
    from redstats.runs.month import run_month
    from redstats.spotchecks import sheet

    redstats.open_month(str(month))  # brings the tables up to date
    with tables.taking_turns(where, month):
        before = spotchecks.draws(where, month)
        if before is None or again:
            this_round = spotchecks.draw(where, month, number, seed)
        else:
            this_round = int(before["round"].max())
        drawn = spotchecks.draws(where, month)
        assert drawn is not None
        written = sheet.write(where, month, drawn, this_round)
    if not written:
        raise RunError(
            f"{month} 已有抽查单（第{this_round}轮），没有改动",
            where=str(sheet.folder(where, month)),
            to_do="要再抽一轮，请加 --again；要读回填好的，请加 --read",
        )
    for path in written:
        console.line(f"已做：{path}")
    (where.raw / SPOT_CHECKS / str(month)).mkdir(parents=True, exist_ok=True)
    console.line(
        f"第{this_round}轮，种子 {drawn['seed'].iloc[0]}。填好的放进 data/raw/{SPOT_CHECKS}/{month}（已建好），"
    )
    console.line(f"再运行 redstats spot-check {month} --read")
    run_month(where, month, console.line)  # the page says that it was drawn


def _read(where: Project, month: Month) -> None:
    from redstats import spotchecks, tables
    from redstats.runs.month import run_month

    with tables.taking_turns(where, month):
        done = spotchecks.read(where, month)
    counts = "、".join(f"{label} {count} 项" for label, count in spotchecks.each_result(done.checks))
    blank = int(done.checks["result"].isna().sum())
    console.line(f"读回 {len(done.files)} 份抽查单：{counts}，还没有核实 {blank} 项。")
    for problem in done.problems:
        console.line(problem)
    run_month(where, month, console.line)
    if done.problems:
        raise typer.Exit(RunError.exit_code)

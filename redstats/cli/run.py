"""``redstats run``: a month from returns to pages, in as little time as there is to do."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from redstats import places
from redstats import project as projects
from redstats.cli.options import AsJson, MonthArgument, complaints, console
from redstats.months import Month
from redstats.runs import inputs
from redstats.runs.run import Run


def run(
    month: MonthArgument,
    street: Annotated[
        str, typer.Option(help="收到一个街镇（名称、简称或代码）的更正后：只说这个街镇的结果")
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="没有变化的也全部重做")] = False,
    as_json: AsJson = False,
) -> None:
    """读取一个月的报表，对照标准、评分，生成看板页面；没有变化的不重做。"""
    where, chosen = projects.find(), Month.parse(month)
    only_street = places.on(chosen.end).street(street) if street else None
    quiet = complaints if as_json else console
    # a run with nothing to do says so at once: nothing is loaded for it
    done = None if force else inputs.unchanged(where, chosen, dt.date.today())
    result, ended = (done, []) if done else _made(where, chosen, quiet.line, force)
    later = [str(one) for one in inputs.outdated(where, chosen)]
    if as_json:
        console.data(
            {
                "month": month,
                "made": result.made,
                "kept": result.kept,
                "failed": result.failed,
                "results": ended,
                "folder": str(result.folder),
                "stale_corrections": result.stale_corrections,
                "outdated_months": later,
            }
        )
    else:
        took = sum(result.seconds.values())
        console.line(f"生成 {len(result.made)} 页，未变 {len(result.kept)} 页，用时 {took:.0f} 秒。")
        for line in ended:
            console.line(line)
        for row in result.stale_corrections:
            console.line(f"更正清单过时：{row}")
        if only_street is not None:
            console.line(f"{only_street.name}：{where.letters(chosen, only_street.name)}")
        if later:
            again = "；".join(f"redstats run {one}" for one in later)
            console.line(f"以后的月份要接着本月算，请再依次运行：{again}")
        console.line(f"打开：{result.folder / result.front}")
    for file, error in result.failed.items():
        complaints.line(f"失败：{file}：{error}")
    if result.is_empty:
        complaints.line("本月没有一份可以读的报表，只做了报送进度和催报；已有的页面没有改动。")
    if result.exit_code:
        raise typer.Exit(result.exit_code)


def _made(where: projects.Project, month: Month, progress, force: bool) -> tuple[Run, list[str]]:
    """Run the month; what it did, and how it ended in words where anything was made."""
    from redstats.dashboards import Figures
    from redstats.runs import results
    from redstats.runs.month import run_month

    result = run_month(where, month, progress, force)
    return result, results.lines(Figures(where, month)) if result.made else []

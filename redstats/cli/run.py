"""``redstats run``: a month from returns to pages, in as little time as there is to do."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from redstats import project as projects
from redstats.cli.options import AsJson, complaints, console
from redstats.months import Month
from redstats.runs import inputs
from redstats.runs.month import run_month


def run(
    month: Annotated[
        str, typer.Argument(metavar="月份", help="报告月份，如 2026-10；不写为最近一个有报表的月份")
    ] = "",
    street: Annotated[
        str, typer.Option(help="收到一个街镇（名称、简称或代码）的更正后：只说这个街镇的结果")
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="没有变化的也全部重做")] = False,
    as_json: AsJson = False,
) -> None:
    """读取一个月的报表，对照标准、评分，生成看板页面；没有变化的不重做。"""
    where = projects.find()
    chosen = Month.parse(month) if month else inputs.latest(where)
    only_street = None
    if street:
        from redstats import places

        only_street = places.on(chosen.end).street(street)
    began = time.perf_counter()
    quiet = complaints if as_json else console
    with quiet.progress() as progress:
        result = run_month(where, chosen, progress, force)
    ended = _results(where, chosen) if result.made else []  # a run with nothing to do loads nothing
    later = [str(one) for one in inputs.outdated(where, chosen)]
    if as_json:
        console.data(
            {
                "month": str(chosen),
                "made": result.made,
                "kept": result.kept,
                "failed": result.failed,
                "results": ended,
                "folder": str(result.folder),
                "stale_corrections": result.stale_corrections,
                "outdated_months": later,
                "forgotten": result.forgotten,
            }
        )
    else:
        took = time.perf_counter() - began
        if result.forgotten:
            console.line(f"{chosen} 的{result.forgotten}，页面和数据表不再重做。")
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


def _results(where: projects.Project, month: Month) -> list[str]:
    from redstats.dashboards import Figures
    from redstats.runs import results

    return results.lines(Figures(where, month))

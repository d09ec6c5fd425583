"""The command that drafts the month's 情况通报 and 情况专报."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from redstats import project as projects
from redstats.cli.options import MonthArgument, console
from redstats.months import Month


def briefing(
    month: MonthArgument,
    street: Annotated[
        str, typer.Option(help="某个街镇对各居民区的通报（名称、简称或代码）；不写为全区")
    ] = "",
    folder: Annotated[Path | None, typer.Option(help="写到哪个文件夹")] = None,
) -> None:
    """起草情况通报（.docx 和可打印的网页，按 GB/T 9704-2012）和一页专报；评价、时限、落款待定。"""
    import redstats
    from redstats.dashboards import briefing as drafts
    from redstats.files import write_bytes

    figures = redstats.open_month(str(Month.parse(month)))
    whose = figures.places.street(street) if street else None
    where = projects.find()
    target = folder or where.letters(figures.month, whose.name if whose else DISTRICT)
    for name, content in drafts.files(figures, whose):
        write_bytes(target / name, content)
        console.line(f"已起草：{target / name}")
    console.line("数取自当月的表，更正后请重新起草；“【待定】”处由起草人填写，核稿后再印发。")


DISTRICT = "区级"

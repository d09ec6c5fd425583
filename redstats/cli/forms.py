"""``redstats forms``: 推荐表 and 复评表, blank, filled, read, and how far each has come."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from redstats import project as projects
from redstats.cli.options import AsJson, MonthArgument, console, records
from redstats.months import Month

if TYPE_CHECKING:
    import pandas as pd

app = typer.Typer(help="推荐表和复评表", no_args_is_help=True, rich_markup_mode=None)

Folder = Annotated[Path | None, typer.Option(help="写到哪个文件夹")]
StreetOption = Annotated[str, typer.Option(help="街镇的名称、简称或代码")]


@app.command()
def blank(
    month: MonthArgument,
    form: Annotated[str, typer.Option(help="推荐表或复评表；不写为两种")] = "",
    folder: Folder = None,
) -> None:
    """生成空白的推荐表、复评表，工作簿和 Word 各一份。"""
    from redstats.recommendations import filling

    _written(filling.write_blank(projects.find(), Month.parse(month), form, folder))


@app.command()
def filled(
    month: MonthArgument,
    street: StreetOption,
    committee: Annotated[
        list[str] | None, typer.Option(help="业委会名称，可写几个；不写为该街镇的候选")
    ] = None,
    form: Annotated[str, typer.Option(help="推荐表或复评表")] = "推荐表",
    folder: Folder = None,
) -> None:
    """生成带入当月报表数据的推荐表或复评表，每个业委会工作簿和 Word 各一份。"""
    from redstats.recommendations import filling

    _ready(month)
    where = projects.find()
    _written(filling.write_filled(where, Month.parse(month), street, committee or [], form, folder))
    console.line("表中有联系方式和姓名，请勿外传。简介、做法、盖章请业委会和党组织填写。")


@app.command()
def read(
    path: Annotated[Path, typer.Argument(metavar="文件", help="填好的推荐表或复评表，.xlsx 或 .docx")],
    month: Annotated[str, typer.Option("--month", help="哪个月；不写的按文件夹名或文件名")] = "",
    as_json: AsJson = False,
) -> None:
    """读一个填好的推荐表或复评表：读到什么，哪里要更正；读不了的退出码为 3。"""
    import redstats
    from redstats.errors import RunError, WorkbookError

    if not path.is_file():
        raise RunError("没有这个文件", where=str(path), to_do="请核对文件名")
    reading = redstats.read_form(path, month)
    wrong = reading.findings
    if as_json:
        content: dict[str, object] = {
            "file": reading.file,
            "outcome": reading.outcome,
            "code": reading.code,
            "message": reading.message,
        }
        content |= {"forms": _without_persons(reading.table), "findings": records(wrong)}
        content["notes"] = reading.shown_notes
        console.data(content)
    else:
        console.line(f"{reading.file}：{reading.message}")
        for row in reading.shown_notes:
            console.line(f"  {_place(row)}：{row['message']}")
        for row in records(wrong):
            weight = {"must": "必须更正", "should": "请核对", "may": "提示"}[row["force"]]
            console.line(f"  {weight}  {_place(row)}：{row['message']}{row['to_do']}。")
        if reading.outcome != "refused" and wrong.empty:
            console.line("没有要更正的地方。")
    if reading.outcome == "refused":
        raise typer.Exit(WorkbookError.exit_code)


@app.command()
def status(
    month: MonthArgument,
    street: StreetOption = "",
    as_json: AsJson = False,
) -> None:
    """推荐、复评的进度：每个业委会到了哪一步，缺什么，谁来办。"""
    from redstats import places, tables
    from redstats.recommendations import pipeline

    where, chosen = projects.find(), Month.parse(month)
    _ready(month)
    table = tables.read(where, tables.PIPELINE, chosen)
    if street:
        table = table[table["street_code"] == places.on(chosen.end).street(street).code]
    rows = records(table)
    if as_json:
        console.data(rows)
        return
    if not rows:
        console.line("还没有推荐表或复评表。空白表：redstats forms blank " + str(chosen))
        return
    shown = Table(title=f"{chosen.label}示范推荐进度")
    for name in ("街镇", "业委会", "进度", "谁来办", "结果"):
        shown.add_column(name, no_wrap=True)
    shown.add_column("缺什么", overflow="fold")
    texts = ("street_name", "committee_name", "stage", "who", "result", "lacking")
    named = (row | {"stage": pipeline.STAGES[row["stage"]]} for row in rows)
    console.rows(shown, ([row[text] or "—" for text in texts] for row in named))


def _ready(month: str) -> None:
    """Bring the month's tables up to date, as a run does."""
    from redstats.runs import stages

    stages.ensure(projects.find(), Month.parse(month))


def _without_persons(table: pd.DataFrame) -> list[dict]:
    """Forms without personal data: these stand in the forms themselves."""
    from redstats.recommendations.checks import HIDDEN
    from redstats.standard import attachments

    rows = records(table)
    return [
        {
            key: HIDDEN if value is not None and attachments.personal(key) else value
            for key, value in row.items()
        }
        for row in rows
    ]


def _place(row: dict) -> str:
    return "!".join(part for part in (row["source_file"], row["source_sheet"], row["cell"]) if part)


def _written(paths: list[Path]) -> None:
    console.line(f"已生成 {len(paths)} 份：")
    for path in paths:
        console.line(f"  {path!s}")

"""The command that keeps the rules of retention."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from redstats import project as projects
from redstats.cli.options import AsJson, console
from redstats.months import Month


def forget(
    before: Annotated[str, typer.Option("--before", help="删除哪个月以前的（不含这个月），如 2024-01")],
    yes: Annotated[bool, typer.Option("--yes", help="真的删除；不写只列出要删除什么，什么也不改")] = False,
    as_json: AsJson = False,
) -> None:
    """到期删除：删去以前各月的原件和个人信息，留下数字、判断和校验值；先只列出，加 --yes 才删除，不能恢复。"""
    from redstats.runs import forgetting

    where = projects.find()
    plans = forgetting.plans(where, Month.parse(before))
    listed = [_listed(plan) for plan in plans]
    if yes:
        for plan, entry in zip(plans, listed, strict=True):
            if not plan.reason:
                entry["record"] = forgetting.forget(plan, dt.date.today()).text
    if as_json:
        console.data(listed)
        return
    for entry in listed:
        _show(entry)
    going = [entry for entry in listed if not entry["kept_back"]]
    if not going:
        console.line("没有要删除的。")
    elif not yes:
        console.line(
            f"以上只是列出，什么也没有改。要删除这 {len(going)} 个月的，请再运行一次并加上 --yes；删除以后不能恢复。"
        )


def _listed(plan) -> dict:
    """What would go of a month, for other programs; a month that is kept back says why."""
    return {
        "month": str(plan.month),
        "kept_back": plan.reason,
        "originals": len(plan.originals),
        "bytes": plan.size,
        "letters_and_readings": len(plan.letters),
        "files_rewritten": len(plan.rewritten),
        "columns": plan.columns,
        "signed": plan.is_signed,
        "half_done": plan.begun is not None,
    }


def _show(entry: dict) -> None:
    if entry["kept_back"]:
        console.line(f"{entry['month']}：保留，{entry['kept_back']}")
        return
    if record := entry.get("record"):
        console.line(f"{entry['month']}：{record}")
        return
    half = "（上次没有做完）" if entry["half_done"] else ""
    console.line(
        f"{entry['month']}{half}：原件 {entry['originals']} 份（{entry['bytes']} 字节），"
        f"给街镇的文件和读出的内容 {entry['letters_and_readings']} 个；"
        f"改写表和清单 {entry['files_rewritten']} 个"
    )
    for table, columns in entry["columns"].items():
        console.line(f"  {table}：删去 {'、'.join(columns)}")
    console.line("  文件名、工作表名、评议人改为代号；数字、判断、得分、校验值留下")
    if not entry["signed"]:
        console.line(
            f"  还没有定稿，删除以后不能再定稿；要定稿，请先运行 redstats sign {entry['month']} --by 姓名"
        )

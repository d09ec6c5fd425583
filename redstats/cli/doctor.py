"""The command that says what is wrong, with the remedy."""

from __future__ import annotations

from dataclasses import asdict

import typer

from redstats.cli.options import SYMBOLS, AsJson, console


def doctor(as_json: AsJson = False) -> None:
    """检查安装、电脑和项目：哪里有问题，怎么办；有问题时退出码为 5。"""
    from redstats.runs.doctor import examine

    listed = examine()
    if as_json:
        console.data([asdict(each) for each in listed])
    else:
        for each in listed:
            remedy = f"；{each.to_do}" if each.to_do else ""
            console.line(f"{SYMBOLS[each.well]} {each.part}：{each.what}{remedy}")
    if any(each.well is False for each in listed):
        raise typer.Exit(5)

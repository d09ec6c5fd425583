"""The command that says what is otherwise between two months, or before and after a correction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from redstats import project as projects
from redstats.cli.options import AsJson, MonthArgument, console, records
from redstats.errors import RunError
from redstats.months import Month

if TYPE_CHECKING:
    import pandas as pd

_LISTED = 30
_KINDS = {
    "worse": "新的未达标",
    "found": "查明未达标",
    "better": "不再未达标",
    "cleared": "查明没有问题",
    "lost": "转为未知",
    "other": "其他改变",
}
_GROUPS = 12  # streets or requirements told in a line
_SILENT = 20  # so many times more judgements lost than otherwise changed: the street sent nothing


def diff(
    month: MonthArgument,
    other: Annotated[str, typer.Argument(metavar="另一个月份", help="与它相比；不写为同一个月更正前后")] = "",
    street: Annotated[str, typer.Option(help="只看一个街镇（名称、简称或代码）")] = "",
    version: Annotated[int, typer.Option(help="与该月的第几版相比（不写为上一版）")] = 0,
    show_all: Annotated[bool, typer.Option("--all", help="逐项列全，也列只有填报内容改变的")] = False,
    as_json: AsJson = False,
) -> None:
    """两个月之间（或一个月更正前后）有什么变化：按业委会、要求、街镇。"""
    from redstats import places
    from redstats.dashboards import words
    from redstats.scores.differences import differences

    where, first = projects.find(), Month.parse(month)
    if other:
        before, after = (where, first), (where, Month.parse(other))
        title = f"{first} → {after[1]}"
    else:
        before, after, title = _versions(where, first, version)
    found_in = places.on(after[1].end).street(street) if street else None
    result = differences(where, before, after)
    parts = [result.changes, result.committees, result.points]
    if found_in:
        parts = [part[part["street_code"] == found_in.code] for part in parts]
    changes, committees, points = parts
    if as_json:
        content = zip(("changes", "committees", "points"), parts, strict=True)
        console.data(
            {"before": str(before[1]), "after": str(after[1])}
            | {name: records(part) for name, part in content}
        )
        return
    counts = result.counts.get(found_in.code if found_in else "", (0, 0))
    console.line(f"{title}：{_headline(changes, committees, counts)}")
    for name in _silent(changes):
        console.line(f"{name}这次没有可用的报表：它的各项都转为未填报。")
    for kind, word in (("came", "新增业委会"), ("gone", "不再填报的业委会")):
        listed = committees[committees["kind"] == kind]
        if len(listed):
            named = [f"{row.street_name} {row.committee_name}" for row in listed.head(_LISTED).itertuples()]
            console.line(f"{word} {len(listed)} 个：{'、'.join(named)}")
    judged = changes[changes["kind"] != "value"]
    for title, column in (("按街镇", "street_name"), ("按要求", "title")):
        console.line(f"{title}：{_counted(judged, column)}")
    for total in points[points["level"] != "committee"].to_dict("records"):
        name = "全区" if total["level"] == "district" else total["street_name"]
        console.line(
            f"得分：{name} {words.points(total['points_before'])}→{words.points(total['points_after'])}"
        )
    worst_first = judged.sort_values("kind", key=lambda kinds: kinds.map([*_KINDS].index), kind="stable")
    shown = changes if show_all else worst_first.head(_LISTED)
    for row in shown.itertuples():
        console.line(f"  {_sentence(row)}")
    if len(shown) < len(changes):
        console.line(f"另有 {len(changes) - len(shown)} 项，逐项列出请加 --all。")


def _versions(
    where: projects.Project, month: Month, number: int
) -> tuple[tuple[projects.Project, Month], tuple[projects.Project, Month], str]:
    """The two versions of a month that are to be compared."""
    from redstats.runs import history

    known = history.versions(where, month)
    if not known:
        raise RunError(
            f"{month} 还没有运行过", where="data/processed", to_do=f"请先运行 redstats run {month}"
        )
    wanted = [each for each in known if (each.number == number if number else each.number < known[-1].number)]
    if not wanted:
        there = (
            f"只有第 {known[-1].number} 版"
            if len(known) == 1
            else f"有第 {known[0].number} 至 {known[-1].number} 版"
        )
        raise RunError(
            f"{month} 没有可以相比的版本",
            where=f"{month}（{there}）",
            to_do="更正后运行一次会多一版；与另一个月相比，请写两个月份",
        )
    title = f"{month} 第 {wanted[-1].number} 版 → 第 {known[-1].number} 版"
    return (wanted[-1].project, month), (known[-1].project, month), title


def _headline(changes: pd.DataFrame, committees: pd.DataFrame, counts: tuple[int, int]) -> str:
    number = {kind: int((changes["kind"] == kind).sum()) for kind in (*_KINDS, "value")}
    whole = f"业委会 {counts[0]}→{counts[1]}" if counts[0] != counts[1] else f"业委会 {counts[1]} 个"
    named = "、".join(f"{word} {number[kind]} 项" for kind, word in _KINDS.items())
    same = "" if len(changes) or len(committees) else "；没有变化"
    return f"{whole}；{named}；另有 {number['value']} 项只是填报内容不同{same}。"


def _counted(changes: pd.DataFrame, column: str) -> str:
    if changes.empty:
        return "无"
    counts = changes.groupby([column, "kind"], sort=False).size().unstack(fill_value=0)
    counts = counts.reindex(columns=[*_KINDS], fill_value=0)
    counts = counts.loc[counts.sum(axis=1).sort_values(ascending=False, kind="stable").index]
    named = [
        f"{row.Index}（{'，'.join(f'{word} {value}' for word, value in zip(_KINDS.values(), row[1:], strict=True) if value)}）"
        for row in counts.head(_GROUPS).itertuples()
    ]
    more = f"，另有 {len(counts) - _GROUPS} 个" if len(counts) > _GROUPS else ""
    return f"{'、'.join(named)}{more}"


def _silent(changes: pd.DataFrame) -> list[str]:
    """The streets of which everything that was known is not any more."""
    names = []
    for name, rows in changes[changes["layer"] == "standard"].groupby("street_name", sort=False):
        lost = rows["kind"] == "lost"
        if lost.sum() > _SILENT * max((~lost & (rows["kind"] != "value")).sum(), 1):
            names.append(str(name))
    return names


def _sentence(row: Any) -> str:
    from redstats import tables

    before, after = tables.STATES[row.state_before], tables.STATES[row.state_after]
    states = f"{before}→{after}" if before != after else after
    reported = [text or "未填" for text in (row.reported_before, row.reported_after)]
    cell = (
        f"（{row.source_file}!{row.source_sheet}!{row.cell}）"
        if isinstance(row.cell, str) and row.cell
        else ""
    )
    return f"{row.street_name} {row.committee_name} {row.title}：{states}；{'→'.join(dict.fromkeys(reported))}{cell}"

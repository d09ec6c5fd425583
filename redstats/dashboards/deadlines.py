"""The deadline radar on pages: what is overdue, due this month or soon, for the district and for each street; 期限提醒.xlsx."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

from redstats import deadlines as radar
from redstats import tables
from redstats.dashboards.blocks import Block, render
from redstats.dashboards.figures import COMMITTEE, Figures
from redstats.dashboards.page import Attachment, Page
from redstats.months import chinese
from redstats.places import Street
from redstats.standard.law import dated
from redstats.workbooks import writing

FILE = "期限提醒.xlsx"
MOST, MOST_OF_STREET = 50, 10  # lines on a page; the workbook has them all
PRESSING = ("overdue", "this_month")
_LISTED = [one for one in radar.STANDINGS if one != "unknown"]
_TAGS = {"overdue": "alert", "this_month": "watch"}


def rows(figures: Figures, street: Street | None = None) -> list[dict]:
    """What is open, the most pressing first: one line a committee, kind, day and layer, texts joined where rules coincide.

    Duties of every month or two stand last, so that they hide nothing that comes once in years.
    """
    table = _of(figures, street)
    by_key: dict[tuple, dict] = {}
    for row in table[table["standing"] != "unknown"].to_dict("records"):
        row = {key: None if pd.isna(value) else value for key, value in row.items()}
        key = tuple(row[name] for name in (*COMMITTEE, "kind", "layer", "standing", "due"))
        if key in by_key and row["requirement"] not in by_key[key]["requirements"]:
            _join(by_key[key], row)
        else:
            by_key[(*key, len(by_key)) if key in by_key else key] = row | {
                "requirements": [row["requirement"]]
            }
    order, recurring = list(radar.STANDINGS), _recurring()
    listed = sorted(
        by_key.values(),
        key=lambda row: (
            row["kind"] in recurring,
            order.index(row["standing"]),
            str(row["due"] or ""),
        ),
    )
    kinds = radar.kinds()
    for row in listed:
        row |= {
            "what": kinds[row["kind"]].title,
            "street_label": figures.places.street(row["street_code"]).label,
            "word": radar.standings(figures.settings)[row["standing"]],
            "tag": _TAGS.get(row["standing"], ""),
            "day": chinese(row["due"]) if row["due"] else "—",
            "left": _left(row["days"]),
            "layer_word": radar.LAYERS[row["layer"]],
            "anchor": figures.anchor(row),
        }
    return listed


def _join(row: dict, other: dict) -> None:
    row["requirements"].append(other["requirement"])
    for name, mark in (
        ("title", "；"),
        ("reported", "；"),
        ("to_do", "；"),
        ("cell", "、"),
        ("required", "；"),
    ):
        parts = [*(row[name] or "").split(mark), *(other[name] or "").split(mark)]
        row[name] = mark.join(dict.fromkeys(part for part in parts if part)) or None


def _recurring() -> set[str]:
    """Kinds that are counted month by month."""
    rules = dated()
    return {
        one.id
        for one in radar.kinds().values()
        if any(rule.counts for id_ in one.law for _, rule in rules[id_])
    }


def _left(days: int | None) -> str:
    if days is None:
        return ""
    return f"已过{-days}天" if days < 0 else f"还有{days}天" if days else "当天"


def _of(figures: Figures, street: Street | None) -> pd.DataFrame:
    table = figures.deadlines
    return table if street is None else table[table["street_code"] == street.code]


def _counts(listed: list[dict], *names: str) -> Counter:
    return Counter(tuple(row[name] for name in names) for row in listed)


def heading(figures: Figures) -> Block:
    left = f"{figures.month.label} · 从{chinese(figures.month.end)}起算"
    absent = "、".join(one.street_name for one in figures.missing)
    right = f"没有报表、期限不明的街镇：{absent}" if absent else "各街镇均有报表"
    return render("common", "heading", title="期限提醒", left=left, right=right)


def sentence(listed: list[dict], figures: Figures, street: Street | None = None) -> str:
    """How much is overdue, due this month and soon, and what of it most."""
    counts = _counts(listed, "standing")
    if not listed:
        return "没有逾期或临近到期的事项。"
    words_of = radar.standings(figures.settings)
    parts = [f"{words_of[name]} {counts[name,]} 件" for name in ("overdue", "this_month", "soon")]
    text = "，".join(parts) + "。"
    late = Counter(row["what"] for row in listed if row["standing"] == "overdue")
    if late:
        most, number = max(late.items(), key=lambda pair: pair[1])
        text += f"逾期最多的是“{most}”（{number} 件）"
        where = Counter(row["street_name"] for row in listed if row["standing"] == "overdue")
        if street is None:
            name, number = max(where.items(), key=lambda pair: pair[1])
            text += f"，逾期最多的街镇是{name}（{number} 件）"
        text += "。"
    unknown = int((_of(figures, street)["standing"] == "unknown").sum())
    return text + (f"另有 {unknown} 项因数据不全说不准。" if unknown else "")


def note(figures: Figures) -> str:
    return (
        f"天数从{chinese(figures.month.end)}数起；已逾期指到期日在本月以前，本月到期指到期日在本月而月末尚未完成。"
        f"“预告”：任期、换届报告和换届小组看五个月，年度任务看到年底前两个月，其他看到下月底。"
        "做完的不列，迟做的也算做完；每月一次的事不预告下月的一次。"
        "期限出自标准的条款和当月有效的市级规定，同一件事两处都有的只列市级规定；"
        "未填报、只写到月的计入“未知”，不推测。"
    )


def summary(figures: Figures) -> Block:
    """The sentence, kinds by standing, and streets by kind."""
    listed = rows(figures)
    block = render("deadlines", "conclusion", sentence=sentence(listed, figures))
    block = block + by_street(figures, listed) + by_kind(figures, listed)
    return block + render("common", "remark", finding="", note=note(figures))


def by_kind(figures: Figures, listed: list[dict]) -> Block:
    """How many of each kind stand where, and how many are unknown."""
    counts = _counts(listed, "kind", "standing")
    unknown = figures.deadlines.loc[figures.deadlines["standing"] == "unknown", "kind"].value_counts()
    table: list[list[Any]] = []
    for kind in radar.kinds().values():
        numbers = [counts[kind.id, name] for name in _LISTED] + [int(unknown.get(kind.id, 0))]
        if sum(numbers):
            table.append([kind.title, *numbers])
    table.append(["合计", *(sum(row[at] for row in table) for at in range(1, len(radar.STANDINGS) + 1))])
    words_of = radar.standings(figures.settings)
    return render(
        "deadlines",
        "counts",
        caption="各事项的件数",
        columns=["事项", *(words_of[one] for one in _LISTED), words_of["unknown"]],
        rows=table,
    )


def by_street(figures: Figures, listed: list[dict]) -> Block:
    """Streets by kinds: overdue and due this month together, and what follows within thirty days."""
    counts = _counts(listed, "street_code", "kind", "standing")
    shown = {row["kind"] for row in listed if row["standing"] in (*PRESSING, "soon")}
    kinds = [one for one in radar.kinds().values() if one.id in shown]
    table = []
    absent = {one.street_code for one in figures.missing}
    for street in figures.streets:
        cells = []
        for kind in kinds:
            now = {name: counts[street.code, kind.id, name] for name in PRESSING}
            status = next((_TAGS[name] for name in PRESSING if now[name]), "na")
            status = "missing" if street.code in absent else status
            cells.append(
                {
                    "status": status,
                    "number": sum(now.values()),
                    "soon": counts[street.code, kind.id, "soon"],
                    "overdue": now["overdue"],
                }
            )
        table.append({"name": street.label, "href": f"streets/{street.code}.html#deadlines", "cells": cells})
    return render("deadlines", "by_street", kinds=kinds, rows=table, soon=figures.settings.soon_days)


def calendar(figures: Figures) -> Block:
    """What falls due after the month, day by day: how many committees, in which streets."""
    listed = [row for row in rows(figures) if row["standing"] in ("soon", "ahead")]
    days: dict[tuple, list[dict]] = {}
    for row in sorted(listed, key=lambda row: row["due"]):
        # one line for a day; beyond the thirty days one for a month
        due = row["due"] if row["standing"] == "soon" else None
        label = chinese(due) if due else f"{row['due'].year}年{row['due'].month}月"
        days.setdefault((label, row["what"]), []).append(row)
    order = {street.code: place for place, street in enumerate(figures.streets)}
    table = []
    for (label, what), due_rows in days.items():
        where = Counter(row["street_code"] for row in due_rows)
        names = [
            f"{figures.places.street(code).label}{n}"
            for code, n in sorted(where.items(), key=lambda p: order[p[0]])
        ]
        table.append({"day": label, "what": what, "count": len(due_rows), "streets": "、".join(names)})
    return render("deadlines", "calendar", rows=table, soon=figures.settings.soon_days)


def listed(figures: Figures) -> Block:
    """The list of the district, with its workbook."""
    lines = rows(figures)
    return render("deadlines", "listed", rows=lines[:MOST], whole=len(lines), street=False, file=FILE, up="")


def of_street(figures: Figures, street: Street) -> Block:
    """A street's own list; nothing where it has no committees."""
    if not (figures.returns["street_code"] == street.code).any():
        return Block("")
    lines = rows(figures, street)
    block = render(
        "deadlines", "listed", rows=lines[:MOST_OF_STREET], whole=len(lines), street=True, file=FILE, up="../"
    )
    return block + render("common", "remark", finding=sentence(lines, figures, street), note=note(figures))


_SHEET = {
    "街镇": ("street_name", 14),
    "居委会": ("neighbourhood_committee", 16),
    "业委会": ("committee_name", 22),
    "事项": ("what", 14),
    "到期日": ("due", 16),
    "状态": ("word", 12),
    "天数": ("days", 8),
    "填报情况": ("reported", 36),
    "要求": ("required", 34),
    "层次": ("layer_word", 10),
    "依据": ("source", 30),
    "怎么办": ("to_do", 34),
    "文件": ("source_file", 34),
    "工作表": ("source_sheet", 14),
    "单元格": ("cell", 12),
}
_UNKNOWN = ("居委会", "业委会", "填报情况", "要求", "层次", "依据", "怎么办", "文件", "工作表", "单元格")


def workbook(figures: Figures) -> bytes:
    """期限提醒.xlsx: the whole list with real dates to filter and sort by, and what is unknown on a sheet of its own."""
    book = writing.Book(title=f"期限提醒 {figures.month.label}")
    title = f"{figures.month.label}期限提醒（从{chinese(figures.month.end)}起算；天数为负的是已过期）"
    book.listing("期限提醒", _SHEET, rows(figures), title=title)
    kinds = radar.kinds()
    unknown = figures.deadlines[figures.deadlines["standing"] == "unknown"].to_dict("records")
    unknown = [{key: None if pd.isna(value) else value for key, value in row.items()} for row in unknown]
    for row in unknown:
        row |= {"what": kinds[row["kind"]].title, "layer_word": radar.LAYERS[row["layer"]]}
    wanted = {name: _SHEET[name] for name in ("街镇", *_UNKNOWN[:2], "事项", *_UNKNOWN[2:])}
    book.listing(
        "说不准的", wanted, unknown, title="数据未填报、只写到月，或此前月份没有报表，期限或是否完成说不准"
    )
    return book.content()


PAGE = Page(
    file="deadlines.html",
    title="期限提醒",
    label="期限",
    group="办事",
    place=70,
    reads=(tables.FILES, tables.NOTES, tables.DEADLINES),
    blocks=(heading, summary, calendar, listed),
    attachments=(Attachment(FILE, workbook),),
)

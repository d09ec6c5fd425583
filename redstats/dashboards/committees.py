"""Every committee of a street, to be found by its name: from its points down to the cells that cost them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd

from redstats.dashboards import words
from redstats.dashboards.blocks import Block, render
from redstats.dashboards.figures import COMMITTEE, Figures
from redstats.dashboards.lost_points import LEAST
from redstats.places import Street

_OPEN = ("not_met", "needs_review", "not_reported")
_BLANKS = 6  # what was left blank, by name; 缺报 has it all
_MARKS = 3  # lines of reviewers named, those that cost most


def sections(figures: Figures, street: Street) -> Block:
    """A section for each committee of the street, the lowest points first: what costs points from 100 down, each with its cell.

    What has no points and is not met stands there too; what is met, and what reviewers gave, is one line each.
    """
    returns, findings, scores = (
        table[table["street_code"] == street.code]
        for table in (figures.returns, figures.findings, figures.scores)
    )
    if not len(returns):
        return Block("")
    scores = scores[(scores["level"] == "committee") & scores["part"].isin(["total", "requirement"])]
    opened = findings[findings["state"].isin(_OPEN)]
    raws = figures.raw_texts(opened)
    points, judged = _by_committee(scores), _by_committee(opened)
    met = Counter(map(_key, findings.loc[findings["state"] == "met", COMMITTEE].to_dict("records")))
    listed = []
    for row in returns[COMMITTEE].drop_duplicates().to_dict("records"):
        key = _key(row)
        chain = _chain(figures, points.get(key, []), judged.get(key, []), raws)
        who = {"anchor": figures.anchor(row), "name": key[2] or "（未写名称）", "home": key[1]}
        listed.append(who | chain | {"met": met[key]})
    listed.sort(key=lambda row: (row["confirmed"] is None, row["confirmed"] or 0.0))
    return render("committees", "sections", rows=listed, street=street)


def _key(row: dict) -> tuple[str, ...]:
    return tuple("" if pd.isna(row[name]) else row[name] for name in COMMITTEE)


def _by_committee(table: pd.DataFrame) -> dict[tuple[str, ...], list[dict]]:
    grouped: dict[tuple[str, ...], list[dict]] = {}
    for row in table.to_dict("records"):
        grouped.setdefault(_key(row), []).append(row)
    return grouped


def _chain(figures: Figures, points: Sequence[dict], findings: Sequence[dict], raws: dict) -> dict[str, Any]:
    """What a committee's section says: its points, and what they are made of."""
    rules = figures.rules
    items = {row["part_id"]: row for row in points if row["part"] == "requirement"}
    total = next((row for row in points if row["part"] == "total"), None)
    rows = []
    for row in findings:
        shown, requirement, item = (
            figures.shown(row, raws),
            rules.requirements[row["requirement"]],
            items.get(row["requirement"]),
        )
        rows.append(
            {
                "clause": rules.clauses[row["clause"]].label,
                "title": requirement.title,
                "red": requirement.red_line,
                "state": row["state"],
                "reported": shown["reported"] or shown["raw"] or "（空）",
                "cell": shown["cell"] or "无此列",
                "life": shown["change_word"],
                "loss": _lost(item) if item else 0.0,
            }
        )
    rows.sort(key=lambda row: (_OPEN.index(row["state"]), not row["red"], -row["loss"]))
    blank = [row for row in rows if row["state"] == "not_reported"]
    marks = {id_: _lost(row) for id_, row in items.items() if id_ in rules.review_fields}
    return {
        "points": None if total is None or pd.isna(total["points"]) else words.points(total["points"]),
        "range": total and f"{words.points(total['lowest'])}–{words.points(total['highest'])}",
        "band": _known(total, "band"),
        "rank": _known(total, "rank"),
        "confirmed": _known(total, "confirmed"),
        "rows": [row for row in rows if row["state"] != "not_reported"],
        "short": sum(row["state"] == "not_met" for row in rows),
        "blank": _blank(blank),
        "marks": _marks(figures, marks),
    }


def _known(total: dict | None, name: str) -> Any:
    return None if total is None or pd.isna(total[name]) else total[name]


def _lost(item: dict) -> float:
    return float(item["out_of"] - item["lowest"])


def _blank(rows: Sequence[dict]) -> str:
    if not rows:
        return ""
    listed = "、".join(f"{row['title']}（{row['cell']}）" for row in rows[:_BLANKS])
    more = f"等 {len(rows)} 项" if len(rows) > _BLANKS else ""
    return f"{len(rows)} 项未填报，按零分再失 {words.points(sum(row['loss'] for row in rows), 2)}：{listed}{more}。"


def _marks(figures: Figures, marks: dict[str, float]) -> str:
    """What reviewers gave less than full points, and in which lines most."""
    if not marks:
        return ""
    worst = sorted(marks.items(), key=lambda mark: -mark[1])[:_MARKS]
    costly = [f"{figures.rules.label(id_)} −{words.points(loss, 2)}" for id_, loss in worst if loss > LEAST]
    most = f"，最多的是{'、'.join(costly)}" if costly else ""
    return f"人工评议 {len(marks)} 项失 {words.points(sum(marks.values()), 2)}{most}。"

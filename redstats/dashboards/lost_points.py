"""What costs a street points: the clauses beside the other streets', and from 100 down step by step, each leading to its rows."""

from __future__ import annotations

from typing import Any

import pandas as pd

from redstats.dashboards import words
from redstats.dashboards.blocks import Block, render
from redstats.dashboards.figures import Figures
from redstats.dashboards.overview import shortfalls
from redstats.places import Street

STEPS = {"reviews": 4, "requirements": 8}  # steps by name; what is left of each is one more
LEAST = 0.005  # points that are shown as 0.01


def lost(figures: Figures, street: Street) -> pd.DataFrame:
    """Points lost to what was reported, and left open by what was not, by requirement (``lost``, ``unknown``): the mean over all
    the street's scored committees."""
    scores = figures.scores
    street_scores = scores[(scores["street_code"] == street.code) & (scores["level"] == "committee")]
    committees = (street_scores["part"] == "total").sum()
    return lost_of(street_scores[street_scores["part"] == "requirement"]) / max(committees, 1)


def lost_of(items: pd.DataFrame) -> pd.DataFrame:
    """The same, summed over these rows of 3_scores."""
    missed = (items["out_of"] - items["lowest"]).where(items["points"].notna(), 0.0).astype(float)
    unknown = (items["highest"] - items["lowest"]).where(items["points"].isna(), 0.0).astype(float)
    table = pd.DataFrame({"id": items["part_id"], "lost": missed, "unknown": unknown})
    return table.groupby("id")[["lost", "unknown"]].sum()


def spine(figures: Figures, street: Street) -> Block:
    """Clause by clause the street's share of the points on the spread of all streets, the full points marked; and who falls short."""
    rows: list[dict[str, Any]] = []
    short = shortfalls(figures)
    for id_, clause in figures.rules.clauses.items():
        rate = figures.points(street, "clause", id_).rate
        every = [
            value
            for other in figures.streets
            if (value := figures.points(other, "clause", id_).rate) is not None
        ]
        if rate is None:
            continue
        others = len([value for value in every if round(value, 1) <= round(rate, 1)])
        lowest, highest = min(every), max(every)
        where = (
            "—"
            if len(every) < 2 or round(lowest, 1) == round(highest, 1)
            else ("最低" if others == 1 else "并列最低")
            if round(rate, 1) == round(lowest, 1)
            else "最高"
            if round(rate, 1) == round(highest, 1)
            else "居中"
        )
        rows.append(
            {
                "id": id_,
                "label": clause.label,
                "rate": rate,
                "low": lowest,
                "high": highest,
                "mean": figures.points(None, "clause", id_).rate or rate,
                "where": where,
                "cell": short[street.code, id_],
            }
        )
    if not rows:
        return Block("")
    start = int(min(row["low"] for row in rows) // 5 * 5)
    start -= 5 if start == 100 else 0
    lowest_of = [row["label"].partition("）")[2] for row in rows if row["where"] == "最低"]
    finding = (
        f"{len(lowest_of)} 项条款得分率为各街镇最低：{'、'.join(lowest_of)}"
        if lowest_of
        else "没有一项条款的得分率单独为各街镇最低"
    )
    return render(
        "lost_points",
        "spine",
        rows=rows,
        start=start,
        finding=finding,
        count=int(figures.points(street).committees),
    )


def steps(figures: Figures, street: Street) -> Block:
    """From 100 down to the lowest possible points: what reviewers gave, what the returns say, what is not known."""
    table = lost(figures, street)
    points = figures.points(street)
    if points.value is None or not len(table):
        return Block("")
    known = table["lost"][table["lost"] > LEAST].sort_values(ascending=False)
    opened = figures.open[figures.open["street_code"] == street.code]["requirement"].value_counts()
    reviewed = known.index.isin(list(figures.rules.review_fields))
    rows: list[dict[str, Any]] = []
    folded: list[dict[str, Any]] = []
    for kind, part in (("reviews", known[reviewed]), ("requirements", known[~reviewed])):
        listed = [_step(figures, str(id_), loss, opened) for id_, loss in part.items()]
        rows += listed[: STEPS[kind]]
        rest = listed[STEPS[kind] :]
        if rest:
            what = "人工评议" if kind == "reviews" else "要求"
            rows.append(
                {
                    "title": f"其余 {len(rest)} 项{what}",
                    "clause": "",
                    "loss": sum(row["loss"] for row in rest),
                    "count": sum(row["count"] for row in rest),
                    "anchor": "lost-rest",
                    "kind": kind,
                }
            )
            folded += rest
    unknown = float(table["unknown"].sum())
    if unknown > LEAST:
        rows.append(
            {
                "title": "未填报或待核实（按零分计）",
                "clause": "",
                "loss": unknown,
                "count": 0,
                "anchor": "gaps",
                "kind": "unknown",
            }
        )
    level = 100.0
    for row in rows:
        row["from"], level = level, level - row["loss"]
        row["to"] = level
    judged = float(table["lost"][~table.index.isin(list(figures.rules.review_fields))].sum())
    total = 100 - points.lowest
    return render(
        "lost_points",
        "steps",
        rows=rows,
        folded=folded,
        start=int(max(points.lowest // 1 - 1, 0)),
        lowest=points.lowest,
        points=points,
        finding=f"从 100 往下失 {words.points(total, 2)} 分：报表判定可改的 {words.points(judged, 2)} 分"
        if total > LEAST
        else "没有失分",
        note=f"{points.committees} 个业委会的平均；扣完为可能区间的下限。{figures.profile.told(figures.rules.count)}。",
    )


def _step(figures: Figures, id_: str, loss: float, opened: pd.Series) -> dict[str, Any]:
    requirement = figures.rules.requirements.get(id_)
    clause = requirement.clause if requirement else figures.rules.fields[id_].clause
    return {
        "title": requirement.title if requirement else figures.rules.label(id_),
        "clause": figures.rules.clauses[clause].label,
        "loss": float(loss),
        "count": int(opened.get(id_, 0)),
        "anchor": f"r-{id_}" if id_ in opened.index else "committees",
        "kind": "requirements" if requirement else "reviews",
    }

"""How a committee's points add up: from its items to clauses, from clauses to the total, as sentences of numbers."""

from __future__ import annotations

import pandas as pd

from redstats.dashboards import words
from redstats.standard import Standard


def sums(points: dict, rules: Standard, total) -> list[dict[str, str]]:
    """Clause by clause from the items to the total: what is known stands for what is not."""
    rows, known = [], []
    for clause in rules.clauses.values():
        whole = points.get(("clause", clause.id))
        if whole is None:
            continue
        ids = [*(one.id for one in rules.of_clause(clause.id)), *_reviews(rules, clause.id)]
        items = [item for id_ in ids if (item := points.get(("requirement", id_))) is not None]
        scored = [one for one in items if not pd.isna(one.points)]
        got, of = sum(one.points for one in scored), sum(one.out_of for one in scored)
        rows.append(_sum(clause.label, f"已知 {len(scored)}/{len(items)} 项", got, of, whole))
        known += [] if pd.isna(whole.points) else [whole]
    if total is not None:
        got, of = sum(one.points for one in known), sum(one.out_of for one in known)
        rows.append(_sum("总分", f"已知 {len(known)}/{len(rows)} 条", got, of, total))
    return rows


def _sum(label: str, items: str, got: float, of: float, whole) -> dict[str, str]:
    sum_ = f"{got:.2f}/{of:.2f}"
    full = abs(of - whole.out_of) < 0.005
    how = "" if full or not of else f" × {whole.out_of:.2f}（未知的按已知的比例）"
    return {
        "条款": label,
        "项目": items,
        "已知各项之和": f"{sum_}{how}",
        "得分": points_of(whole),
        "可能区间": range_of(whole),
    }


def _reviews(rules: Standard, clause: str) -> list[str]:
    return [id_ for id_, one in rules.review_fields.items() if one.clause == clause]


def points_of(row) -> str:
    if row is None or not row.out_of:
        return "不计分"
    return f"{'未定' if pd.isna(row.points) else words.points(row.points, 2)}/{words.points(row.out_of, 2)}"


def range_of(row) -> str:
    return f"{words.points(row.lowest, 2)}–{words.points(row.highest, 2)}"

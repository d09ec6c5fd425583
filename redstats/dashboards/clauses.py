"""The page 标准释义: every clause with its words, and how each of its elements is judged."""

from __future__ import annotations

from collections import Counter
from typing import Any

from redstats.dashboards import law
from redstats.dashboards.blocks import Block, render
from redstats.dashboards.figures import Figures
from redstats.dashboards.page import Page
from redstats.standard.reader import JUDGED


def heading(figures: Figures) -> Block:
    edition = figures.rules.edition
    return render(
        "common",
        "heading",
        title="标准释义",
        left=edition.title,
        right=f"版本 {edition.id}；{edition.issued}",
    )


def register(figures: Figures) -> Block:
    rules = figures.rules
    rows: list[list[Any]] = []
    for clause in rules.clauses.values():
        counts = Counter(one.judged for one in rules.elements.values() if one.clause == clause.id)
        rows.append([clause.label, *(counts[judged] for judged in JUDGED), sum(counts.values())])
    rows.append(["合计", *(sum(row[i] for row in rows) for i in range(1, len(JUDGED) + 2))])
    return render("clauses", "register", columns=["条款", *JUDGED.values(), "合计"], rows=rows)


def clauses(figures: Figures) -> Block:
    """Every clause with its words, and how each of its elements is judged."""
    rules = figures.rules
    whole = Block("")
    for chapter in rules.chapters:
        for clause in chapter.clauses:
            rows = []
            for element in rules.elements.values():
                if element.clause != clause.id:
                    continue
                asked = [rules.requirements[id_] for id_ in element.requirements]
                data = [one.field for one in asked] or ([element.field] if element.field else [])
                why = element.why or (f"适用至 {element.until}" if element.until else "")
                rows.append(
                    {
                        "id": element.id,
                        "quote": element.quote,
                        "judged": JUDGED[element.judged],
                        "why": why,
                        "requirements": asked,
                        "data": "、".join(dict.fromkeys(rules.label(id_) for id_ in data)),
                    }
                )
            whole = whole + render(
                "clauses",
                "clause",
                chapter=chapter,
                clause=clause,
                elements=rows,
                first=clause is chapter.clauses[0],
            )
    return whole


PAGE = Page(
    file="standard.html",
    title="标准释义",
    label="标准",
    group="依据",
    place=110,
    reads=(),
    blocks=(heading, register, clauses, law.register),
)

"""One street's page: where it stands, what changed, what cost points, every finding with its cell and what to do, its committees."""

from __future__ import annotations

from typing import Any

from redstats import tables
from redstats.dashboards import deadlines as radar
from redstats.dashboards import words
from redstats.dashboards.blocks import Block, render
from redstats.dashboards.figures import COMMITTEE, Figures, usual_place
from redstats.dashboards.page import Page
from redstats.findings import PACES
from redstats.places import Street


def heading(figures: Figures, street: Street) -> Block:
    submission = next(one for one in figures.submissions if one.street_code == street.code)
    day = submission.received or submission.report_date
    right = submission.word + (f" · {'收到' if submission.received else '填报日期'} {day}" if day else "")
    left = f"{figures.month.label} · {submission.committees} 个业委会 · {submission.file or '未收到报表'}"
    block = render("common", "heading", title=street.name, left=left, right=right)
    if submission.committees == 0:
        block = block + render("street", "absent", name=street.name, message=submission.message or "请催报。")
    return block


def findings(figures: Figures, street: Street) -> Block:
    """What is not met or needs review, by requirement: cell, raw value, rule, words of the clause, what to do."""
    rules = figures.rules
    street_findings = figures.findings[figures.findings["street_code"] == street.code]
    street_findings = street_findings[street_findings["state"].isin(["not_met", "needs_review"])]
    checks = figures.checks[figures.checks["street_code"] == street.code]
    raws = figures.raw_texts(street_findings, checks)
    groups: list[dict[str, Any]] = []
    for state in ("not_met", "needs_review"):
        for id_, rows in street_findings[street_findings["state"] == state].groupby(
            "requirement", sort=False
        ):
            requirement = rules.requirements[str(id_)]
            groups.append(
                {
                    "anchor": f"r-{id_}" if state == "not_met" else f"v-{id_}",
                    "title": requirement.title if state == "not_met" else f"{requirement.title}（待核实）",
                    "status": words.STATE_STATUS[state],
                    "state": tables.STATES[state],
                    "clause": rules.clauses[requirement.clause].label,
                    "of_clause": requirement.clause,
                    "quote": requirement.quote,
                    "required": requirement.required,
                    "fix": requirement.fix,
                    "order": (
                        state != "not_met",
                        not requirement.red_line,
                        list(words.FORCES).index(requirement.force),
                        -len(rows),
                    ),
                    "rows": [figures.shown(row, raws) for row in rows.to_dict("records")],
                    "red": requirement.red_line,
                }
            )
    for id_, rows in checks.groupby("requirement", sort=False):
        groups.append(
            {
                "anchor": f"v-{id_}",
                "title": rows["required"].iloc[0],
                "status": "watch",
                "state": "前后矛盾",
                "clause": "报表自身",
                "quote": rows["required"].iloc[0],
                "required": rows["required"].iloc[0],
                "fix": "核实后更正其中一处",
                "order": (True, True, 9, 0),
                "rows": [figures.shown(row, raws) | {"since": ""} for row in rows.to_dict("records")],
                "red": False,
            }
        )
    groups.sort(key=lambda group: group["order"])
    sections: dict[str, dict[str, Any]] = {}
    for group in groups:
        short = group["anchor"].startswith("r-")
        title = group["clause"] if short else "待核实"
        section: dict[str, Any] = {
            "id": f"c-{group['of_clause']}" if short else "review",
            "title": title,
            "groups": [],
        }
        sections.setdefault(title, section)["groups"].append(group)
    return render(
        "street",
        "findings",
        sections=[*sections.values()],
        usual=usual_place(street_findings, checks),
        street=street,
        count=sum(len(group["rows"]) for group in groups),
    )


def pending(figures: Figures, street: Street) -> Block:
    """Yearly duties by pace, and what was not reported."""
    rules = figures.rules
    street_findings = figures.findings[figures.findings["street_code"] == street.code]
    rows = []
    for requirement in rules.requirements.values():
        if requirement.period == "year":
            paces = street_findings[street_findings["requirement"] == requirement.id]["pace"].value_counts()
            rows.append({"title": requirement.title} | {pace: int(paces.get(pace, 0)) for pace in PACES})
    blanks = street_findings[street_findings["state"] == "not_reported"]
    gaps = []
    counts = blanks[["field", *COMMITTEE]].drop_duplicates()["field"].value_counts()
    for field, count in counts.items():
        absent = blanks[(blanks["field"] == field) & blanks["cell"].notna()].empty
        gaps.append(
            {
                "label": rules.label(str(field)),
                "count": int(count),
                "why": "报表没有这一列" if absent else "单元格为空或条件未明",
            }
        )
    behind = [row for row in rows if any(row[pace] for pace in PACES if pace != "done")]
    done = sum(bool(row["done"]) for row in rows if row not in behind)
    return render("street", "pending", rows=behind, done=done, gaps=gaps)


def deadlines(figures: Figures, street: Street) -> Block:
    """What is overdue, due this month or soon."""
    return radar.of_street(figures, street)


def around(figures: Figures, street: Street) -> Block:
    place = figures.streets.index(street)
    before = figures.streets[place - 1] if place else None
    after = figures.streets[place + 1] if place + 1 < len(figures.streets) else None
    command = f"redstats run {figures.month} --street {street.name}"
    return render("street", "around", previous=before, next=after, command=command)


PAGE = Page(
    file="streets/{code}.html",
    title="{name}",
    label="{label}",
    group="看街镇",
    place=40,
    reads=(
        tables.RETURNS,
        tables.CELLS,
        tables.FILES,
        tables.NOTES,
        tables.FINDINGS,
        tables.CHECKS,
        tables.LAW,
        tables.DEADLINES,
        tables.SCORES,
        tables.COVERAGE,
        tables.STREETS,
        tables.TREND,
    ),
    own=(
        tables.RETURNS,
        tables.CELLS,
        tables.FILES,
        tables.NOTES,
        tables.FINDINGS,
        tables.CHECKS,
        tables.LAW,
        tables.DEADLINES,
    ),
    history=True,
    notebook="6_street_dashboard",
    of_streets=True,
    sendback=True,
)

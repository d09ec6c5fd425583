"""The page 各项要求: of every requirement how many committees keep it, with what each number is of."""

from __future__ import annotations

from redstats import tables
from redstats.dashboards import overview, words
from redstats.dashboards.blocks import Block, render
from redstats.dashboards.figures import Figures
from redstats.dashboards.page import Page


def heading(figures: Figures) -> Block:
    left = f"{figures.month.label} · {len(figures.rules.requirements)} 项自动检查的要求"
    return render("common", "heading", title="各项要求", left=left, right="达标的业委会占应评业委会的比例")


def measures(figures: Figures) -> Block:
    """Coverage of every requirement in the district, numerators and denominators."""
    rows = []
    formation = figures.share("formation")
    rows.append(
        {
            "title": "业委会组建（符合组建条件的）",
            "clause": "—",
            "force": "—",
            "share": formation,
            "rate": words.percent(formation.reached, formation.eligible),
        }
    )
    for requirement in figures.rules.requirements.values():
        share = figures.share(requirement.id)
        rows.append(
            {
                "title": requirement.title,
                "clause": figures.rules.clauses[requirement.clause].label,
                "force": words.FORCES[requirement.force],
                "share": share,
                "rate": words.percent(share.reached, share.eligible),
            }
        )
    return render("requirements", "measures", rows=rows) + render(
        "common",
        "remark",
        finding="",
        note="应达标 = 达标 + 未达标 + 年度任务未到期的；不适用的不在内，未填报和待核实的另列。",
    )


PAGE = Page(
    file="requirements.html",
    title="各项要求",
    label="要求",
    group="看全区",
    place=25,
    reads=(tables.RETURNS, tables.FILES, tables.COVERAGE, tables.SCORES),
    blocks=(heading, measures, overview.footer),
)

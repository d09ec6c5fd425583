"""The findings list: everything not met or to be reviewed, and what is missing or not yet due, in counts."""

from __future__ import annotations

from typing import Any

from redstats import tables
from redstats.dashboards import words
from redstats.dashboards.blocks import Block, render
from redstats.dashboards.figures import Figures, count_committees
from redstats.dashboards.page import Attachment, Page
from redstats.findings import PACES
from redstats.workbooks import writing


def heading(figures: Figures) -> Block:
    left = f"{figures.month.label} · 未达标 {len(figures.open)} 条，涉及 {count_committees(figures.open)} 个业委会"
    review = int((figures.findings["state"] == "needs_review").sum())
    right = f"待核实 {review + len(figures.checks)} 条（其中报表前后矛盾 {len(figures.checks)} 条）"
    return render("common", "heading", title="问题清单", left=left, right=right)


def rows(figures: Figures) -> list[dict]:
    """The lines of the list, red lines first, then by force and street."""
    rules = figures.rules
    order = {street.code: place for place, street in enumerate(figures.streets)}
    lines = []
    listed = figures.findings[figures.findings["state"].isin(["not_met", "needs_review"])]
    raws = figures.raw_texts(listed, figures.checks)
    for row in listed.to_dict("records"):
        requirement = rules.requirements[row["requirement"]]
        lines.append(
            figures.shown(row, raws)
            | {
                "title": requirement.title,
                "clause_label": rules.clauses[row["clause"]].label,
                "red_line": requirement.red_line,
                "fix": requirement.fix if row["state"] == "not_met" else "核实后更正",
            }
        )
    for row in figures.checks.to_dict("records"):
        lines.append(
            figures.shown(row, raws)
            | {
                "title": "报表前后矛盾",
                "clause_label": "报表自身",
                "red_line": False,
                "fix": "核实后更正其中一处",
                "since": "",
            }
        )
    for row in lines:
        row |= {
            "status": words.STATE_STATUS[row["state"]],
            "state_word": tables.STATES[row["state"]],
            "force_word": words.FORCES[row["force"]] if row["clause"] else "—",
        }
    forces = list(words.FORCES)
    return sorted(
        lines,
        key=lambda row: (
            row["state"] != "not_met",
            not row["red_line"],
            forces.index(row["force"]),
            order[row["street_code"]],
            row["clause"],
        ),
    )


def findings(figures: Figures) -> Block:
    """The list by requirement: red lines, the other shortfalls, what is to be reviewed; the largest first in each."""
    parts: dict[str, dict[str, list[dict]]] = {"red": {}, "others": {}, "review": {}}
    for row in rows(figures):
        part = "review" if row["state"] != "not_met" else "red" if row["red_line"] else "others"
        parts[part].setdefault(row["requirement"], []).append(row)
    sections = [
        {
            "id": part,
            "title": _PARTS[part],
            "count": sum(map(len, groups.values())),
            "groups": [
                {"anchor": f"{'v' if part == 'review' else 'r'}-{id_}", "head": listed[0], "rows": listed}
                for id_, listed in sorted(groups.items(), key=lambda group: -len(group[1]))
            ],
        }
        for part, groups in parts.items()
        if groups
    ]
    return render("issues", "findings", sections=sections, many=FOLDED)


def by_street(figures: Figures) -> Block:
    """States by street: how many of each."""
    counts = figures.findings.groupby(["street_code", "state"]).size().unstack(fill_value=0)
    table: list[list[Any]] = []
    for street in figures.streets:
        counted: Any = counts.loc[street.code] if street.code in counts.index else {}
        table.append([street.name, *(int(counted.get(state, 0)) for state in tables.STATES)])
    table.append(["全区", *(sum(row[i] for row in table) for i in range(1, len(tables.STATES) + 1))])
    return render(
        "issues",
        "counts",
        caption="各街镇的判定结果（业委会 × 要求）",
        columns=["街镇", *tables.STATES.values()],
        rows=table,
        anchor="states",
    )


def pending(figures: Figures) -> Block:
    """Yearly duties: how many committees are done, on pace, due or behind; none of this is a shortfall before the year ends."""
    table = []
    for requirement in figures.rules.requirements.values():
        if requirement.period == "year":
            paces = figures.findings[figures.findings["requirement"] == requirement.id]["pace"].value_counts()
            table.append([requirement.title, *(int(paces.get(pace, 0)) for pace in PACES)])
    return render(
        "issues",
        "counts",
        caption="年度任务的进度（业委会数）",
        columns=["任务", *PACES.values()],
        rows=table,
    )


def validation(outcome: Any) -> Block:
    """What GX's own checkpoint found (a CheckpointResult): a row a rule, with how many it was asked of and did not keep it."""
    table = [
        [
            one.expectation_config.description,
            one.expectation_config.severity.value,
            one.result.get("element_count", "—"),
            one.result.get("unexpected_count", "—"),
        ]
        for run in outcome.run_results.values()
        for one in run.results
    ]
    columns = ["规则", "严重程度", "判断的行", "不满足"]
    return render("issues", "counts", caption="Great Expectations 的验证结果", columns=columns, rows=table)


_PARTS = {"red": "红线未达标", "others": "其他未达标", "review": "待核实"}
FOLDED = 50  # rows of a requirement, beyond which the rest is folded
_SHEET = {
    "街镇": ("street_name", 14),
    "居委会": ("neighbourhood_committee", 16),
    "业委会": ("committee_name", 22),
    "条款": ("clause_label", 18),
    "要求": ("title", 26),
    "红线": ("red_line", 7),
    "状态": ("state_word", 9),
    "力度": ("force_word", 9),
    "填报": ("reported", 26),
    "应为": ("required", 30),
    "变化": ("change_word", 12),
    "自": ("since", 10),
    "文件": ("source_file", 34),
    "工作表": ("source_sheet", 14),
    "单元格": ("cell", 9),
    "怎么办": ("fix", 40),
}


def workbook(figures: Figures) -> bytes:
    """The list as an .xlsx (问题清单.xlsx), to sort and hand on: plain text and filters, no formulas."""
    made = writing.Book(title=f"问题清单 {figures.month.label}")
    made.listing("问题清单", _SHEET, rows(figures), title=f"{figures.month.label}红色业委会问题清单")
    return made.content()


PAGE = Page(
    file="issues.html",
    title="问题清单",
    label="问题",
    group="办事",
    place=50,
    reads=(tables.RETURNS, tables.CELLS, tables.FILES, tables.FINDINGS, tables.CHECKS, tables.SCORES),
    notebook="2_findings",
    attachments=(Attachment("问题清单.xlsx", workbook),),
)

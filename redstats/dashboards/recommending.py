"""The forms of Attachment 2 on a page: where each recommendation stands, what is missing, who comes next; 示范推荐比较.xlsx."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from redstats import tables
from redstats.dashboards import words
from redstats.dashboards.blocks import Block, render
from redstats.dashboards.figures import Figures
from redstats.dashboards.page import Attachment, Page
from redstats.dashboards.reading import told_of_forms
from redstats.months import Month, chinese
from redstats.places import Street
from redstats.recommendations import pipeline as steps
from redstats.workbooks import writing

FILE = "示范推荐比较.xlsx"
MOST = 5  # candidates of a street on the page; the workbook has them all


def _own(table: pd.DataFrame, street: Street | None) -> list[dict]:
    if street is not None:
        table = table[table["street_code"] == street.code]
    return table.astype(object).where(table.notna(), None).to_dict("records")


def stages(figures: Figures, street: Street | None = None) -> list[dict]:
    """The committees with a form or a result, one row each: 2_findings/pipeline with its words."""
    rows = _own(figures.pipeline, street)
    for row in rows:
        row |= {
            "name": row["committee_name"] or "（未写名称）",
            "street": row["street_name"] or "（认不出街镇）",
            "word": steps.STAGES[row["stage"]],
            "tag": "alert" if row["lacks"] else "met" if row["stage"] in ("complete", "decided") else "watch",
            "since_word": Month.parse(row["since"]).label,
            "result_word": f"{row['result']}（{chinese(row['result_date'])}）" if row["result"] else "",
            "place": f"{row['source_file']} / {row['form']}",
        }
    return rows


def problems(figures: Figures, street: Street | None = None) -> list[dict]:
    """What is wrong with the forms of this month, the most serious first."""
    return told_of_forms(_own(figures.form_checks, street))


def ranked(figures: Figures, street: Street | None = None) -> list[dict]:
    """Committees not yet recommended, the best of each street first; who misses a red line has no rank."""
    red = {one.id for one in figures.rules.requirements.values() if one.red_line}
    table = steps.candidates(figures.scores, figures.findings, figures.pipeline, red, figures.identity)
    order = {one.code: at for at, one in enumerate(figures.streets)}
    rows = sorted(_own(table, street), key=lambda row: order.get(row["street_code"], len(order)))
    for row in rows:
        row |= {
            "points_word": f"{words.points(row['points'])}",
            "range": f"{words.points(row['lowest'])}–{words.points(row['highest'])}",
            "confirmed_word": words.points(row["confirmed"]),
            "rank_word": "—" if row["rank"] is None else str(row["rank"]),
            "red_word": f"{row['red_lines']} 项红线未达标" if row["red_lines"] else "",
            "unknown_word": f"{row['unknown']} 项红线未填报或待核实" if row["unknown"] else "",
        }
    return rows


def heading(figures: Figures, street: Street | None = None) -> Block:
    title = f"示范推荐：{street.name}" if street else "示范推荐"
    return render(
        "common",
        "heading",
        title=title,
        left=f"{figures.month.label} · 标准附件2：推荐表、复评表",
        right="联系方式、地址、姓名只在表内，页面不显示",
    )


def sentence(rows: list[dict], wrong: list[dict]) -> str:
    """How many stand at each step, and what has to be mended first."""
    if not rows:
        return "还没有推荐表或复评表。"
    counts = Counter(row["stage"] for row in rows)
    parts = [f"{name} {counts[stage]} 个" for stage, name in steps.STAGES.items() if counts[stage]]
    text = f"共 {len(rows)} 个业委会：{'，'.join(parts)}。"
    short = sum(1 for row in rows if row["lacks"])
    if short:
        text += f"{short} 个材料不齐。"
    serious = sum(row["force"] == "must" for row in wrong)
    return text + (f"本月的表有 {serious} 处必须更正。" if serious else "")


def summary(figures: Figures, street: Street | None = None) -> Block:
    rows = stages(figures, street)
    counts = [
        {
            "street": one.label,
            "steps": [
                sum(row["stage"] == stage and row["street_code"] == one.code for row in rows)
                for stage in steps.STAGES
            ],
        }
        for one in figures.streets
        if street is None or one == street
    ]
    unplaced = [
        sum(row["stage"] == stage and not row["street_code"] for row in rows) for stage in steps.STAGES
    ]
    if any(unplaced):
        counts.append({"street": "（认不出街镇）", "steps": unplaced})
    conclusion = sentence(rows, problems(figures, street))
    return render(
        "recommending", "summary", sentence=conclusion, names=list(steps.STAGES.values()), rows=counts
    )


def pipeline(figures: Figures, street: Street | None = None) -> Block:
    """Each committee with its step, what is missing and who has to act."""
    return render("recommending", "pipeline", rows=stages(figures, street), file=FILE)


def checks(figures: Figures, street: Street | None = None) -> Block:
    """What is not as it should be on the forms, each with its cell."""
    return render("recommending", "checks", rows=problems(figures, street))


def candidates(figures: Figures, street: Street | None = None) -> Block:
    """The best of those not yet recommended, street by street."""
    rows: list[dict] = []
    counts: Counter[str] = Counter()
    for row in ranked(figures, street):
        counts[row["street_code"]] += row["rank"] is not None
        if row["rank"] is not None and (street is not None or counts[row["street_code"]] <= MOST):
            rows.append(row)
    return render("recommending", "candidates", rows=rows, most=0 if street else MOST, file=FILE)


def compared(figures: Figures, street: Street | None = None) -> list[dict]:
    """The recommended committees not yet decided on, with their points in each of the twelve clauses."""
    listed = [
        row
        for row in stages(figures, street)
        if row["stage"] != "decided" and figures.identity.key(row)[:2][1]
    ]
    of_committees = figures.scores[figures.scores["level"] == "committee"]
    scores: list[dict] = _of(figures, of_committees, listed).to_dict("records")
    points: dict[tuple, dict] = {}
    for row in scores:
        points.setdefault(figures.identity.key(row)[:2], {})[row["part"], row["part_id"]] = row
    for row in listed:
        parts = points.get(figures.identity.key(row)[:2], {})
        row["clauses"] = [_cell(figures, parts.get(("clause", id_))) for id_ in figures.rules.clauses]
        total = parts.get(("total", "total"))
        row["total"] = _cell(figures, total)
        if total is not None and row["total"]["value"] is not None:
            row["total"]["status"] = figures.profile.status(str(total["band"]))
    return sorted(listed, key=lambda row: -(row["total"]["value"] or -1))


def _of(figures: Figures, table: pd.DataFrame, listed: list[dict]) -> pd.DataFrame:
    """The rows of a table that speak of the listed committees."""
    wanted = {figures.identity.key(row)[:2] for row in listed}
    names = list(zip(table["street_code"], table["committee_name"], strict=True))
    is_wanted = {
        (street, name): figures.identity.key({"street_code": street, "committee_name": name})[:2] in wanted
        for street, name in dict.fromkeys(names)
    }
    return table[[is_wanted[name] for name in names]]


def _cell(figures: Figures, row: dict | None) -> dict:
    if row is None or pd.isna(row["points"]) or not row["out_of"]:
        return {"value": None, "text": "—", "status": "missing" if row is None else "na"}
    value = float(row["points"]) / float(row["out_of"]) * 100
    return {"value": value, "text": words.points(value), "status": figures.band(value).status}


def comparison(figures: Figures, street: Street | None = None) -> Block:
    """The candidates side by side on the clauses."""
    return render(
        "recommending",
        "comparison",
        clauses=list(figures.rules.clauses.values()),
        count=figures.rules.count,
        rows=compared(figures, street),
        file=FILE,
    ) + render("common", "legend", profile=figures.profile)


def evidence(figures: Figures, street: Street | None = None) -> list[dict]:
    """Requirement by requirement what was reported of each candidate, with its cell."""
    rows = []
    for row in _own(_of(figures, figures.findings, compared(figures, street)), street):
        rule = figures.rules.requirements[row["requirement"]]
        rows.append(
            row
            | {
                "clause_label": figures.rules.clauses[row["clause"]].label,
                "title": rule.title,
                "red_line": "是" if rule.red_line else "",
                "state_word": tables.STATES[row["state"]],
                "reported": row["reported"] or "",
            }
        )
    return rows


_STAGES = {
    "街镇": ("street", 14),
    "居委会": ("neighbourhood_committee", 16),
    "业委会": ("name", 24),
    "进度": ("word", 12),
    "缺什么": ("lacking", 46),
    "谁来办": ("who", 18),
    "推荐表": ("recommended", 10),
    "复评表": ("re_evaluated", 10),
    "结果": ("result_word", 20),
    "文件": ("source_file", 30),
    "位置": ("form", 18),
}
_CANDIDATES = {
    "街镇": ("street_name", 14),
    "居委会": ("neighbourhood_committee", 16),
    "业委会": ("committee_name", 24),
    "名次": ("rank", 8),
    "得分": ("points", 10),
    "最低可能": ("lowest", 10),
    "最高可能": ("highest", 10),
    "确认得分": ("confirmed", 10),
    "档次": ("band", 10),
    "红线未达标": ("red_lines", 12),
    "红线未知": ("unknown", 12),
}
_EVIDENCE = {
    "街镇": ("street_name", 14),
    "业委会": ("committee_name", 24),
    "条款": ("clause_label", 18),
    "要求": ("title", 24),
    "红线": ("red_line", 7),
    "判定": ("state_word", 10),
    "填报": ("reported", 36),
    "应达到": ("required", 34),
    "文件": ("source_file", 30),
    "工作表": ("source_sheet", 14),
    "单元格": ("cell", 10),
}
_CHECKS = {
    "街镇": ("street", 14),
    "业委会": ("name", 24),
    "表": ("kind", 10),
    "轻重": ("weight", 10),
    "问题": ("message", 50),
    "填写": ("reported", 30),
    "怎么办": ("to_do", 30),
    "谁来办": ("who", 14),
    "文件": ("source_file", 30),
    "工作表": ("source_sheet", 14),
    "位置": ("cell", 16),
}


def workbook(figures: Figures) -> bytes:
    """示范推荐比较.xlsx, for the review meeting: the candidates on the twelve clauses, evidence with cells, progress, ranks."""
    book = writing.Book(title=f"示范推荐比较 {figures.month.label}")
    label = figures.month.label
    clauses = {one.label: (one.id, 9) for one in figures.rules.clauses.values()}
    rows = [
        row
        | {id_: cell["value"] for id_, cell in zip(figures.rules.clauses, row["clauses"], strict=True)}
        | {"total_value": row["total"]["value"]}
        for row in compared(figures)
    ]
    columns = {name: _STAGES[name] for name in ("街镇", "居委会", "业委会", "进度")}
    columns |= {"总分": ("total_value", 9)} | clauses | {"缺什么": ("lacking", 40)}
    book.listing(
        f"{figures.rules.count}条比较", columns, rows, title=f"{label}示范推荐比较（各条为得分率，%）"
    )
    book.listing("依据", _EVIDENCE, evidence(figures), title=f"{label}各候选业委会逐项依据（出自当月报表）")
    book.listing("进度", _STAGES, stages(figures), title=f"{label}推荐与复评进度")
    book.listing("表上的问题", _CHECKS, problems(figures), title=f"{label}推荐表、复评表上的问题")
    book.listing(
        "候选名单",
        _CANDIDATES,
        ranked(figures),
        title=f"{label}尚未推荐的业委会（按得分，红线未达标的不排名）",
    )
    return book.content()


PAGE = Page(
    file="recommendations.html",
    title="示范推荐",
    label="示范推荐",
    group="办事",
    place=60,
    reads=(tables.RETURNS, tables.FILES, tables.FINDINGS, tables.FORM_CHECKS, tables.PIPELINE, tables.SCORES),
    notebook="7_recommendations",
    attachments=(Attachment(FILE, workbook),),
)

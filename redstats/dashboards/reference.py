"""The two pages to look things up in: the standard explained, and 口径与溯源 (definitions and sources)."""

from __future__ import annotations

import platform
from collections import Counter
from importlib.metadata import version

import pandas as pd

from redstats import outcomes
from redstats.dashboards import words
from redstats.dashboards.blocks import Block, render
from redstats.dashboards.figures import Figures
from redstats.findings import PACES
from redstats.standard import Standard, attachments
from redstats.standard.reader import JUDGED

PACKAGES = (
    "redstats",
    "pandas",
    "great-expectations",
    "papermill",
    "nbconvert",
    "plotly",
    "openpyxl",
    "python-calamine",
)


def standard_heading(figures: Figures) -> Block:
    edition = figures.rules.edition
    return render(
        "common",
        "heading",
        title="标准释义",
        left=edition.title,
        right=f"版本 {edition.id}；{edition.issued}",
    )


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
                why = element.why or (f"{element.until} 起" if element.until else "")
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
                "reference",
                "clause",
                chapter=chapter,
                clause=clause,
                elements=rows,
                first=clause is chapter.clauses[0],
            )
    return whole


def register(figures: Figures) -> Block:
    rules = figures.rules
    rows = []
    for clause in rules.clauses.values():
        counts = Counter(one.judged for one in rules.elements.values() if one.clause == clause.id)
        rows.append([clause.label, *(counts[judged] for judged in JUDGED), sum(counts.values())])
    rows.append(["合计", *(sum(row[i] for row in rows) for i in range(1, len(JUDGED) + 2))])
    return render("reference", "register", columns=["条款", *JUDGED.values(), "合计"], rows=rows)


def about_heading(figures: Figures) -> Block:
    return render(
        "common",
        "heading",
        title="口径与溯源",
        left=figures.month.label,
        right="每个数都能查到文件、工作表、单元格和条款",
    )


def definitions(figures: Figures) -> Block:
    edition = figures.rules.edition
    items = [
        ("五种判定", "达标、未达标、不适用、未填报、待核实（无法识别或前后矛盾）。空白不是0，“无”不是空白。"),
        (
            "年度任务",
            f"年底前未完成的不算未达标，按进度分为{'、'.join(PACES.values())}；{edition.calendar.year_ends}月的报表才下结论。",
        ),
        (
            "力度",
            "；".join(f"{word}（{force}）" for force, word in words.FORCES.items())
            + "，取自原文用词；“红线”为标准中量化或绝对化的要求。",
        ),
        ("市级规定", _law(figures)),
        ("符合条件", edition.party_eligible["note"] + "。"),
        ("参加评判", f"业委会状态为{'、'.join(edition.judged_statuses)}的；其余只计入组建情况。"),
        ("覆盖率", "达标 ÷（达标 + 未达标）；未填报和待核实的另列。全区按业委会合计，不按街镇平均。"),
        ("得分", figures.profile.note + "。得分按已知项目计算；区间的下限把未知项按零分计、上限按满分计。"),
        ("名次", f"按显示的得分，同分同名次；少于 {figures.profile.smallest_ranked} 个业委会的不排名。"),
        ("环比", "按页面显示的数相减；率的变化用百分点。"),
        ("报送", f"期限为次月{figures.places.deadline_day}日；以报表写明的填报日期为准。"),
        ("个人信息", "姓名、电话在页面上遮盖，不进入任何图表。"),
        ("居委会名单", figures.places.attribution),
    ]
    return render("reference", "rules", items=items)


def _law(figures: Figures) -> str:
    law = figures.rules.law
    if not law.enabled:
        return "整层关闭，没有按市级规定判定。"
    return (
        f"与标准分开判定，另列一处，不计入评分；按当月月末有效的规定（{law.edition}）。要看几个月的，"
        "此前月份没有报表就不下结论；原文或来源没有核实的停用。"
    )


def files(figures: Figures) -> Block:
    rows = figures.files.to_dict("records")
    for row in rows:
        row |= {key: "" for key, value in row.items() if pd.isna(value)}
        row["word"] = outcomes.OUTCOMES[row["outcome"]]
    return render("reference", "files", rows=rows)


def notes(figures: Figures) -> Block:
    """What the importer has to say, without the many plain normalisations and the columns a base return lacks."""
    plain = figures.notes["kind"].isin(["value_normalised"])
    rows = [shown_note(row, figures.rules) for row in figures.notes[~plain].to_dict("records")]
    return render("reference", "notes", rows=rows, more=int(plain.sum()))


def shown_note(row: dict, rules: Standard) -> dict:
    """A note as pages show it: blanks empty, personal data masked, and no free text, which may name persons."""
    row = {key: "" if pd.isna(value) else value for key, value in row.items()}
    kind = outcomes.notes()[row["kind"]]
    labels = [one.label for one in rules.fields.values() if one.personal]
    labels += [attachments.label(name) for name in attachments.columns() if attachments.personal(name)]
    if row["message"].startswith(tuple(f"“{label}”" for label in labels)):
        return row | {"raw": words.masked(row["raw"]), "message": f"{kind.what}（个人信息，请查原表）"}
    return row | ({"raw": "（文字，请查原表）"} if kind.free_text else {})


def versions(figures: Figures) -> Block:
    rows = [["Python", platform.python_version()], *([name, version(name)] for name in PACKAGES)]
    rows.append(["标准版本", figures.rules.edition.id])
    rows.append(["市级规定版本", figures.rules.law.edition if figures.rules.law.enabled else "停用"])
    rows.append(["评分方案", f"{figures.profile.title}（{figures.profile.name}）"])
    return render("reference", "versions", rows=rows)

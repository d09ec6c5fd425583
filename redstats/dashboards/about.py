"""The page 口径与溯源: definitions, files, notes and versions behind every number."""

from __future__ import annotations

import pandas as pd

from redstats import fingerprints, outcomes, signing, tables
from redstats.dashboards import words
from redstats.dashboards.blocks import Block, render
from redstats.dashboards.figures import Figures
from redstats.dashboards.page import Page
from redstats.findings import PACES

_REVISIONS = 200  # changed judgements that are listed


def heading(figures: Figures) -> Block:
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
        ("符合条件", edition.party_eligible.note + "。"),
        ("参加评判", f"业委会状态为{'、'.join(edition.judged_statuses)}的；其余只计入组建情况。"),
        ("覆盖率", "达标 ÷（达标 + 未达标）；未填报和待核实的另列。全区按业委会合计，不按街镇平均。"),
        (
            "得分",
            figures.profile.told(figures.rules.count)
            + "。得分按已知项目计算；区间的下限把未知项按零分计、上限按满分计。",
        ),
        ("名次", f"{figures.profile.compared_by}少于 {figures.profile.smallest_ranked} 个业委会的不排名。"),
        ("街镇分组", words.GROUPING),
        ("环比", f"只比较两个月都评判的业委会、两个月都有的要求。{words.SIGNALS}"),
        (
            "报送",
            f"期限为次月{figures.settings.deadline_day}日；以第一份完整报表收到的日期为准，没有记录的看报表写明的填报日期。",
        ),
        ("个人信息", "姓名、电话在页面上遮盖，不进入任何图表。"),
        ("居委会名单", figures.places.attribution),
    ]
    return render("about", "rules", items=items)


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
    return render("about", "files", rows=rows)


def notes(figures: Figures) -> Block:
    """What the importer has to say, without the many plain normalisations and the columns a base return lacks."""
    plain = figures.notes["kind"].isin(["value_normalised"])
    rows = figures.notes[~plain].astype(object).where(lambda frame: frame.notna(), "").to_dict("records")
    return render("about", "notes", rows=rows, more=int(plain.sum()))


def revisions(figures: Figures) -> Block:
    """What was signed, and what is otherwise by now: which numbers, from what to what, and why."""
    now = signing.status(figures.project, figures.month)
    if now.signed is None:
        return render("about", "revisions", listed=[], changed=False)
    listed = [
        (one.number, one.manifest, one.mark[:12]) for one in signing.versions(figures.project, figures.month)
    ]
    if not now.is_changed:
        return render("about", "revisions", listed=listed, changed=False)
    otherwise = now.differences
    changes = figures.published(otherwise.changes[otherwise.changes["kind"] != "value"])
    totals = otherwise.points[otherwise.points["level"] != "committee"].to_dict("records")
    points = [
        [
            "全区" if row["level"] == "district" else row["street_name"],
            *(words.points(row[f"points_{when}"], 2) for when in ("before", "after")),
        ]
        for row in totals
    ]
    rows = [
        row | {"before": tables.STATES[row["state_before"]], "after": tables.STATES[row["state_after"]]}
        for row in changes.head(_REVISIONS).to_dict("records")
    ]
    # a file's name may tell more than whose it is
    causes = [f"{word}：{figures.publisher.file(name)}" if name else word for word, name in now.causes]
    return render(
        "about",
        "revisions",
        listed=listed,
        changed=True,
        values=int((otherwise.changes["kind"] == "value").sum()),
        committees=otherwise.counts[""],
        points=points,
        changes=rows,
        more=len(changes) - len(rows),
        causes=causes,
    )


def versions(figures: Figures) -> Block:
    rows = [
        [{"python": "Python"}.get(name, name), number] for name, number in fingerprints.versions().items()
    ]
    rows.append(["标准版本", figures.rules.edition.id])
    rows.append(["市级规定版本", figures.rules.law.edition if figures.rules.law.enabled else "停用"])
    rows.append(["评分方案", f"{figures.profile.title}（{figures.profile.name}）"])
    return render("about", "versions", rows=rows)


PAGE = Page(
    file="about.html",
    title="口径与溯源",
    label="口径",
    group="依据",
    place=120,
    reads=(tables.FILES, tables.NOTES),
    revisions=True,
    blocks=(heading, revisions, definitions, files, notes, versions),
)

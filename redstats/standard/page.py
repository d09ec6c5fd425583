"""docs/standard.md: the standard and the city's rules, every dated value with its words and how it is judged."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from redstats.standard import FORCES, law
from redstats.standard.document import Edition, editions
from redstats.standard.fields import fields
from redstats.standard.reader import JUDGED, on
from redstats.standard.requirements import DERIVED, dated

HEAD = """# 标准和市级规定一览

本页由 `redstats/standard/` 中的数据和 `expectations/` 中的套件生成，与它们逐字一致：

```sh
make docs
```

写法见[标准怎样写成数据](standard-data.md)。“怎样判断”是套件中的规则和它所看的数据；取值从这里来，套件里没有数字。
"""


def page(expectations: Path, folder: Path | None = None) -> str:
    """The page as Markdown; ``expectations``: the folder of the suites, ``folder``: that of the standard's data."""
    judged_by = _told(expectations, folder)
    listed = editions(folder)
    lines = [HEAD]
    for edition in listed:
        lines.append(f"版本 `{edition.id}`：{edition.title}，{_days(edition.valid_from, edition.valid_to)}。")
    for edition in listed:
        lines += ["", "# 标准的要求" + (f"（{edition.id}）" if len(listed) > 1 else "")]
        for chapter in edition.chapters:
            lines += ["", f"## {chapter.label}"]
            for clause in chapter.clauses:
                table = _requirements(edition, clause.id, judged_by, folder)
                lines += ["", f"### {clause.label}", "", *table, "", *_others(clause.id, edition, folder)]
    lines += ["", "# 市级规定（另列，不计入评分）", "", *_law(judged_by, folder)]
    return "\n".join(lines).rstrip() + "\n"


def _requirements(edition: Edition, clause: str, judged_by: dict[str, str], folder: Path | None) -> list[str]:
    rows = [
        [
            f"{one.title} `{id_}`",
            one.edition,
            _days(since, one.until),
            FORCES[one.force] + ("，红线" if one.red_line else "") + ("" if one.scored else "，不计分"),
            _label(one.field, folder),
            _value(one.value),
            one.required,
            judged_by[id_],
            one.quote,
        ]
        for id_, history in dated(folder).items()
        for since, one in history
        if (one.edition, one.clause) == (edition.id, clause)
    ]
    if not rows:
        return []
    return _table(
        ["要求", "版本", "有效期", "力度", "填报数据", "取值", "要求什么", "怎样判断", "原文"], rows
    )


def _others(clause: str, edition: Edition, folder: Path | None) -> list[str]:
    """The elements that no requirement judges, or not the whole of them, and why."""
    last = edition.valid_to or max(
        [edition.valid_from, *(day for one in dated(folder).values() for day, _ in one)]
    )
    then = on(last, folder)
    rows = [
        [
            one.id,
            one.quote or "—",
            JUDGED[one.judged],
            then.label(one.field) if one.field else "—",
            one.why or (f"适用至 {one.until}" if one.until else "—"),
        ]
        for one in then.elements.values()
        if one.clause == clause and (one.judged != "automatic" or one.why)
    ]
    return _table(["要素", "原文", "怎样判断", "数据", "说明"], rows) if rows else []


def _law(judged_by: dict[str, str], folder: Path | None) -> list[str]:
    rules = [
        [
            one.number,
            f"{one.title} `{id_}`",
            one.document,
            one.article,
            _days(since, one.until) if all(doc.valid_from for doc in one.documents) else "待核实",
            _value(one.value),
            one.required,
            judged_by[id_],
            one.words,
            str(one.compared_on),
            "启用" if one.enabled else "停用（未核实）" if not one.verified else "停用",
        ]
        for id_, history in law.dated(folder).items()
        for since, one in history
    ]
    gaps = [
        [one.number, one.title, one.document, one.article, one.words, one.why]
        for one in law.on(dt.date.max, folder).gaps.values()
    ]
    documents = [
        [
            one.number,
            _days(one.valid_from, one.valid_to) if one.valid_from else "待核实",
            one.link or "待核实",
            one.note or "—",
        ]
        for one in law.documents(folder).values()
    ]
    switch = "启用" if law.on(dt.date.max, folder).enabled else "停用"
    return [
        f"整层{switch}（`redstats/standard/law.yaml` 的 `enabled`）。没有核实的规定停用。",
        "",
        "## 自动检查的规定",
        "",
        *_table(
            [
                *("编号", "规定", "文件", "条", "有效期", "取值", "要求什么"),
                *("怎样判断", "原文", "核对日期", "启用"),
            ],
            rules,
        ),
        "",
        "## 不作判定的规定",
        "",
        *_table(["编号", "规定", "文件", "条", "原文", "为什么"], gaps),
        "",
        "## 文件",
        "",
        *_table(["文件", "有效期", "官方链接", "说明"], documents),
    ]


def _told(expectations: Path, folder: Path | None) -> dict[str, str]:
    """How each requirement and rule is judged: the kind of comparison, its data, and whether it applies to some only."""
    judged_by = {}
    for path in sorted(expectations.glob("*.json")):
        for rule in json.loads(path.read_text(encoding="utf-8"))["expectations"]:
            id_, kwargs = rule["meta"].get("requirement"), rule["kwargs"]
            if id_:
                pair = [kwargs[key] for key in ("column", "column_A", "column_B") if key in kwargs]
                names = [_label(name, folder) for name in (*pair, *kwargs.get("column_list", ()))]
                names = [name for name in names if name] or _derived(id_, folder)
                data = f"（{'、'.join(names)}）" if names else ""
                judged_by[id_] = f"`{rule['type']}`{data}" + (
                    "，有适用条件" if "row_condition" in kwargs else ""
                )
    return judged_by


def _derived(id_: str, folder: Path | None) -> list[str]:
    """The fields of a rule that looks at what is derived from them: sums and dates of several months."""
    _, rule = law.dated(folder)[id_][-1]
    return [f"{_label(name, folder)}，各月合并" for name in rule.counts or (rule.field,)]


def _label(name: str, folder: Path | None) -> str:
    """The Chinese name of a field or a derived datum; "" for one that has none."""
    return fields(folder)[name].label if name in fields(folder) else DERIVED.get(name, "")


def _days(since: dt.date | None, until: dt.date | None) -> str:
    return f"{since} 起" + (f"，至 {until}" if until else "")


def _value(value: object) -> str:
    if isinstance(value, dict):
        return "；".join(f"{key} {_value(one)}" for key, one in value.items())
    if isinstance(value, list):
        return "、".join(value)
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else f"{value:g}"


def _table(head: list[str], rows: list[list[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in lines]

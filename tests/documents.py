"""The documents, and parts of documents, that are made of data: ``make docs`` (``python tests/documents.py``) renews them.

A part stands between ``<!-- name -->`` and ``<!-- /name -->``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import floors

from redstats import outcomes, standard, tables
from redstats.runs import blanking
from redstats.standard import attachments
from redstats.standard import page as standard_page
from redstats.standard.fields import PERIODS
from redstats.tables import arrow_type

ROOT = Path(__file__).parent.parent
RENEW = "renew it with: make docs"
_SHORT = {
    "list<item: string>": "list<string>",
    "list<item: date32[day]>": "list<date>",
    "date32[day]": "date",
}
_KEYS = {
    "month": "报告月份，如 `2026-10`",
    "district_code": "区代码，6位",
    "street_code": "街镇代码，9位",
    "street_name": "街镇全称",
    "neighbourhood_committee": "所属居委会",
    "committee_name": "业委会名称",
}
_SOURCE = {"source_file": "来源文件名", "source_sheet": "工作表"}


def _now() -> standard.Standard:
    """The standard as it stands today, by the newest edition's data."""
    return standard.on(dt.date(2026, 10, 31))


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    shown = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in lines]
    shown[1] = "|" + "---|" * len(head)
    return "\n".join(shown)


def columns(reviews: bool) -> str:
    """The columns of 1_returns, or of the reviewers' table."""
    rules = _now()
    fields = rules.review_columns if reviews else rules.return_fields
    rows = [[f"`{name}`", "string", meaning] for name, meaning in _KEYS.items()]
    for one in fields.values():
        if one.id not in tables.KEYS:
            kind, unit = str(arrow_type(one.type)), f"，{one.unit}" if one.unit else ""
            rows.append(
                [f"`{one.id}`", _SHORT.get(kind, kind), f"{one.label}（{PERIODS[one.period]}{unit}）"]
            )
    rows += [[f"`{name}`", "string", meaning] for name, meaning in _SOURCE.items()]
    rows.append(["`source_row`", "int64", "行号，与 Excel 中相同"])
    return _table(["列", "类型", "含义"], rows)


def local_numbers() -> str:
    """The numbers that the standard does not give, each with what is asked and the words it stands beside."""
    rows = [
        [f"`{one.id}`", one.required, one.quote]
        for one in _now().requirements.values()
        if "建议" in one.asks or "本地" in one.asks
    ]
    return _table(["要求", "取值", "标准原文"], rows)


def personal_fields() -> str:
    """The fields that are of a person: what they are called, and where they stand."""
    rules = _now()
    schemas = blanking.schemas(rules)
    rows = []
    for name, label in blanking.personal_labels(rules).items():
        places = [table for table, schema in schemas.items() if name in schema.names]
        cells = [tables.FORM_CELLS] if name in attachments.columns() else []
        cells += [tables.CELLS] if {tables.RETURNS, tables.REVIEWS} & {*places} else []
        listed = [f"`{table}`" for table in places] + [f"`{table}` 的 `raw`" for table in cells]
        rows.append([f"{label}（`{name}`）", "、".join(listed)])
    return _table(["个人信息", "在哪些表"], rows)


def senders_words() -> str:
    """The columns of each table that may hold a sender's words, and what becomes of them."""
    rules = _now()
    rows = []
    for table, schema in blanking.schemas(rules).items():
        gone = [f"`{name}`" for name in blanking.blanked_columns(schema, rules)]
        renamed = [f"`{name}`" for name in schema.names if name in blanking.RENAMED]
        if gone or renamed:
            rows.append([f"`{table}`", "、".join(gone) or "无", "、".join(renamed) or "无"])
    return _table(["表", "到期删去", "到期改为代号"], rows)


WHOLE: dict[str, Callable[[], str]] = {
    "docs/standard.md": lambda: standard_page.page(ROOT / "expectations"),
    "docs/outcomes.md": outcomes.page,
}
PARTS: dict[tuple[str, str], Callable[[], str]] = {
    ("docs/architecture.md", "picture"): floors.picture,
    ("docs/tables.md", "return columns"): lambda: columns(reviews=False),
    ("docs/tables.md", "review columns"): lambda: columns(reviews=True),
    ("docs/conventions.md", "local numbers"): local_numbers,
    ("docs/safety.md", "personal fields"): personal_fields,
    ("docs/safety.md", "words of senders"): senders_words,
}


def with_part(text: str, name: str, content: str) -> str:
    """A document with a part of it made anew."""
    before, start, rest = text.partition(f"<!-- {name} -->")
    _, end, after = rest.partition(f"<!-- /{name} -->")
    assert start and end, f"<!-- {name} --> is not in the document"
    return f"{before}{start}\n{content.strip()}\n{end}{after}"


def renewed(path: str) -> str:
    """What a document has to say."""
    if path in WHOLE:
        return WHOLE[path]()
    text = (ROOT / path).read_text(encoding="utf-8")
    for (file, name), content in PARTS.items():
        if file == path:
            text = with_part(text, name, content())
    return text


DOCUMENTS = [*WHOLE, *dict.fromkeys(file for file, _ in PARTS)]

if __name__ == "__main__":
    for document in DOCUMENTS:
        (ROOT / document).write_text(renewed(document), encoding="utf-8")

"""Outcomes: the one list of how a file may end and of what may be noted in it, each with what to do (Chinese)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from redstats.errors import WorkbookError
from redstats.strict import check_keys, load

FILE = Path(__file__).with_name("outcomes.yaml")
OUTCOMES = {
    "accepted": "已读取",
    "noted": "已读取，有说明",
    "refused": "退回",
    "replaced": "已被更正件代替",
    "skipped": "未读取",
}
SECTIONS = {
    "not_understood": "没有读懂的",
    "totals": "合计核对",
    "recognised": "怎样认的",
    "normalised": "规整的写法",
    "ignored": "没有读取的行、列和表",
}
WEIGHTS = {"info": "说明", "check": "请核对", "mend": "请更正"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a file ends: ``outcome`` is a key of OUTCOMES."""

    code: str
    outcome: str
    what: str
    to_do: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of note: ``weight`` is a key of WEIGHTS, ``section`` of SECTIONS; ``free_text``: it may name persons;
    ``of_person``: the message says who decided and why."""

    code: str
    weight: str
    section: str
    what: str
    to_do: str
    free_text: bool = False
    of_person: bool = False


@cache
def files() -> dict[str, Outcome]:
    """Every way a file may end, by its code."""
    return {code: Outcome(code, **entry) for code, entry in _entries("files", "outcome").items()}


@cache
def notes() -> dict[str, Kind]:
    """Every kind of note, by its code."""
    return {code: Kind(code, **entry) for code, entry in _entries("notes", "weight", "section").items()}


def refusal(code: str, where: str, detail: str = "") -> WorkbookError:
    """The error by which a file is refused, in the words of the list; ``detail`` is added to what happened."""
    outcome = files()[code]
    what = f"{outcome.what}（{detail}）" if detail else outcome.what
    return WorkbookError(what, where=where, to_do=outcome.to_do, code=code)


@cache
def _entries(section: str, *sorts: str) -> dict[str, dict[str, Any]]:
    content = check_keys(load(FILE), required=("files", "notes"), where=FILE.name)
    for code, entry in content[section].items():
        check_keys(
            entry,
            required=(*sorts, "what", "to_do"),
            optional=("free_text", "of_person"),
            where=f"{FILE.name}，{section}，{code}",
        )
    return content[section]


def page() -> str:
    """docs/outcomes.md: the list as a page."""
    lines = [
        "# 读表的结果和说明",
        "",
        "每个文件都有一个结果，每条说明都有一个种类；程序用编号，人看文字。本页由 `redstats/outcomes.yaml` 生成：",
        "",
        "```sh",
        "make docs",
        "```",
        "",
        "## 文件的结果",
        "",
        "| 编号 | 结果 | 是什么 | 怎么办 |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `{one.code}` | {OUTCOMES[one.outcome]} | {one.what} | {one.to_do or '—'} |"
        for one in files().values()
    ]
    lines += [
        "",
        "已读取的文件，有需要核对或更正的说明时，`outcome` 为 `noted`，否则为 `accepted`。",
        "",
        "## 说明的种类",
        "",
        "| 编号 | 轻重 | 是什么 | 怎么办 |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `{one.code}` | {WEIGHTS[one.weight]} | {one.what} | {one.to_do or '—'} |"
        for one in notes().values()
    ]
    return "\n".join(lines) + "\n"

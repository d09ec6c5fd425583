"""Outcomes: the one list of how a file may end and of what may be noted in it, each with what to do (Chinese)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

from redstats.errors import WorkbookError
from redstats.strict import ByName, Named, Strict, Text, one_of, read_file

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


class _Coded(Named):
    what: Text
    to_do: str

    @property
    def code(self) -> str:
        return self.id


class Outcome(_Coded):
    """How a file ends: ``outcome`` is a key of OUTCOMES."""

    outcome: Annotated[str, one_of(OUTCOMES)]


class Kind(_Coded):
    """A kind of note: ``weight`` is a key of WEIGHTS, ``section`` of SECTIONS; ``free_text``: it may name persons;
    ``of_person``: the message says who decided and why."""

    weight: Annotated[str, one_of(WEIGHTS)]
    section: Annotated[str, one_of(SECTIONS)]
    free_text: bool = False
    of_person: bool = False


class _Content(Strict):
    files: ByName[Outcome]
    notes: ByName[Kind]


@cache
def _content() -> _Content:
    return read_file(_Content, FILE)


def files() -> dict[str, Outcome]:
    """Every way a file may end, by its code."""
    return _content().files


def notes() -> dict[str, Kind]:
    """Every kind of note, by its code."""
    return _content().notes


def refusal(code: str, where: str, detail: str = "") -> WorkbookError:
    """The error by which a file is refused, in the words of the list; ``detail`` is added to what happened."""
    outcome = files()[code]
    what = f"{outcome.what}（{detail}）" if detail else outcome.what
    return WorkbookError(what, where=where, to_do=outcome.to_do, code=code)


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

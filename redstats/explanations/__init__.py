"""情况说明: what a street says of a matter that it was asked to check, and what the district thinks of it.

The list of a workbook that is sent back (and the sheet by which the district decides) is written above this room, in
``sendback``; here is what stands in it: its columns, what may be explained, and whether words are an explanation at all.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from redstats.strict import Strict, Text, Texts, read_named
from redstats.text import fold, similarity
from redstats.wording import vocabulary

FILE = Path(__file__).with_name("explanations.yaml")
# Columns of the list that is sent back, and of the sheet by which the district decides.
ID, GIVEN, WORDS, BY, STANDING = "问题编号", "情况说明", "补充说明", "说明人", "说明的状态"
VERDICT, DECIDED_BY, DECIDED_ON, WHY = "认可", "认可人", "认可日期", "不认可的理由"
ACCEPTED, REJECTED = "认可", "不认可"
STATES = {
    "given": "已说明待认可",
    "accepted": "认可",
    "rejected": "不认可",
    "refused": "说明须重写",
    "void": "数值已改，说明作废",
    "comment": "备注",
}
ANSWERED = ("given", "accepted")  # whose matter asks the street for nothing more
ONLY_A_VALUE, A_COMMENT = "只能改数", "可写备注，不影响判定"
_WORDS_OF = vocabulary("explanations")
_COPIED = 90  # of 100: as much alike as a copy of the question is
_LEAST, _LEAST_DIFFERENT = 4, 4  # characters beside those that say nothing, below which nothing is explained
_NAMED = re.compile(r"[^\W\d_]")


class Rule(Strict):
    """How a matter may be explained: the kinds to choose from, and a good one as an example."""

    kinds: Texts
    example: Text


@dataclass(frozen=True, slots=True)
class Explanation:
    """What was said of one matter (``id``) and became of it: ``state`` is a key of STATES, ``why`` it is not enough."""

    id: str
    state: str
    given: str
    words: str
    by: str
    why: str = ""


@cache
def rules() -> dict[str, Rule]:
    """What may be explained instead of mended, by the kind of note, change or check; StandardError for a malformed file."""
    return read_named(Rule, FILE)


def kinds() -> frozenset[str]:
    """Every kind of explanation there is to choose: what pages may show of one."""
    return frozenset(kind for rule in rules().values() for kind in rule.kinds)


def matter_id(rule: str, who: tuple[str, ...], field: str, value: str) -> str:
    """The number of a matter: of a rule, a committee (as places.identity knows it) and the value that stands there.

    It names no month: what was accepted holds while the value does; another value is another matter.
    """
    text = "\n".join([rule, *who, field, " ".join(value.split())])
    return hashlib.sha256(text.encode()).hexdigest()[:12].upper()


def fault(given: str, words: str, by: str, *questions: str) -> str:
    """Why an explanation is none (Chinese, with an example of one); "" where it is one.  ``questions``: what it answers."""
    example = next((rule.example for rule in rules().values() if given in rule.kinds), "")
    if not example:
        return f"“{GIVEN}”请从下拉里选一种"
    plain = fold(words)
    to_do = f"请写明原因和依据，例如：{example}"
    if not plain:
        return f"“{WORDS}”是空的，{to_do}"
    left = _WORDS_OF.pattern("fillers").sub("", plain)
    if len(left) < _LEAST or len(set(left)) < _LEAST_DIFFERENT:
        return f"“{words}”没有说明原因，{to_do}"
    copied = (*questions, *(rule.example for rule in rules().values()), *kinds())
    if similarity.near(words, {"": copied}, least=_COPIED) or any(plain in fold(text) for text in copied):
        return "说明照抄了问题或例子，请写明实际的原因和依据"
    return "" if _NAMED.search(by) else f"没有写“{BY}”"


def standing(row: dict[str, Any]) -> Explanation:
    """A row of 1_returns/explanations as what is said of a matter."""
    return Explanation(*(str(row[name] or "") for name in ("id", "state", "given", "words", "by", "why")))

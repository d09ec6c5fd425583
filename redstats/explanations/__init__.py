"""情况说明 and 异议: what a street says of a matter that it was asked to check, or against what is held of it, and what the
district thinks of that.

The lists that a street fills in (and the sheets by which the district decides) are written above this room, in ``sendback``; here
is what stands in them: their columns, what may be said, whether words say it at all, and what they are bound to.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from redstats.strict import Strict, Text, Texts, read_named
from redstats.text import fold, similarity
from redstats.wording import vocabulary

FILE = Path(__file__).with_name("explanations.yaml")
# Columns of the list that is sent back, and of the sheet by which the district decides.
ID, GIVEN, WORDS, BY, STANDING = "问题编号", "情况说明", "补充说明", "说明人", "说明的状态"
OBJECTION = "异议"  # in place of GIVEN, where a street says something against what is held of it
VERDICT, DECIDED_BY, DECIDED_ON, WHY = "认可", "认可人", "认可日期", "不认可的理由"
ACCEPTED, REJECTED = "认可", "不认可"
STATES = {
    "given": "已说明待认可",
    "accepted": "认可",
    "rejected": "不认可",
    "refused": "说明须重写",
    "void": "数值已改，说明作废",
    "comment": "备注",
    "objected": "异议待答复",
    "upheld": "异议成立",
    "dismissed": "异议不成立",
    "unreasoned": "异议须重写",
    "outdated": "数值已改，异议了结",
}
ANSWERED = ("given", "accepted")  # whose matter asks the street for nothing more
ONLY_A_VALUE, A_COMMENT = "只能改数", "可写备注，不影响判定"
_OBJECTION = "objection"  # the rule of what is said against what is held, which is no answer to a question
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


class Course(NamedTuple):
    """The states (keys of STATES) through which what a street says goes: those of ``Explanation.state``."""

    given: str
    accepted: str
    rejected: str
    refused: str
    void: str

    @property
    def decided_on(self) -> tuple[str, ...]:
        """Those of which the district decides, or has."""
        return self[:3]


EXPLAINED = Course("given", "accepted", "rejected", "refused", "void")
OBJECTED = Course("objected", "upheld", "dismissed", "unreasoned", "outdated")


def course(state: str) -> Course:
    """The course of which a state is one."""
    return OBJECTED if state in OBJECTED else EXPLAINED


@cache
def _rules() -> dict[str, Rule]:
    return read_named(Rule, FILE)


def rules() -> dict[str, Rule]:
    """What may be explained instead of mended, by the kind of note, change or check; StandardError for a malformed file."""
    return {name: rule for name, rule in _rules().items() if name != _OBJECTION}


def objection() -> Rule:
    """How a street may object to what is held of it."""
    return _rules()[_OBJECTION]


def kinds() -> frozenset[str]:
    """Every kind of explanation and objection there is to choose: what pages may show of one."""
    return frozenset(kind for rule in _rules().values() for kind in rule.kinds)


def matter_id(rule: str, who: tuple[str, ...], field: str, value: str) -> str:
    """The number of a matter: of a rule, a committee (as places.identity knows it) and the value that stands there.

    It names no month: what was accepted holds while the value does; another value is another matter.
    """
    text = "\n".join([rule, *who, field, " ".join(value.split())])
    return hashlib.sha256(text.encode()).hexdigest()[:12].upper()


def fault(given: str, words: str, by: str, *questions: str, objects: bool = False) -> str:
    """Why an explanation (or an objection: ``objects``) is none (Chinese, with an example of one); "" where it is one.

    ``questions``: what it answers.
    """
    listed = [objection()] if objects else rules().values()
    example = next((rule.example for rule in listed if given in rule.kinds), "")
    if not example:
        return f"“{OBJECTION if objects else GIVEN}”请从下拉里选一种"
    plain = fold(words)
    to_do = f"请写明原因和依据，例如：{example}"
    if not plain:
        return f"“{WORDS}”是空的，{to_do}"
    left = _WORDS_OF.pattern("fillers").sub("", plain)
    if len(left) < _LEAST or len(set(left)) < _LEAST_DIFFERENT:
        return f"“{words}”没有说明原因，{to_do}"
    copied = (*questions, *(rule.example for rule in _rules().values()), *kinds())
    if similarity.near(words, {"": copied}, least=_COPIED) or any(plain in fold(text) for text in copied):
        return "说明照抄了问题或例子，请写明实际的原因和依据"
    return "" if _NAMED.search(by) else f"没有写“{BY}”"


def standing(row: dict[str, Any]) -> Explanation:
    """A row of 1_returns/explanations as what is said of a matter."""
    return Explanation(*(str(row[name] or "") for name in ("id", "state", "given", "words", "by", "why")))

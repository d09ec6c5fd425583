"""The normal form of a heading: its words without what goes without saying, one word for several of the same sense, the doing last.

开展小区巡视次数 and 巡视小区次数, 党组织设立时间 and 党组织成立日期 have the same normal form.  Which words these are is data (wording/headings.yaml);
the unit, the period and the form of the question are judged elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from redstats.headings.parts import DOING, SAME, SLACK, TAILS, core_of, wording
from redstats.standard import Field
from redstats.wording import vocabulary

_WORDS = vocabulary("headings")
_ASK = _WORDS.compose("{form_question}{form_already}?{form_asked_verb}?")
_WHEN = _WORDS.pattern("asked_when")
_JOINTS = _WORDS.pattern("form_joint")
_OF_ESTATE = _WORDS.compose("{estate_before}?{estate}")


@lru_cache(maxsize=50_000)
def normal_form(plain: str) -> str:
    """Of the folded words of a heading, without unit and brackets; "" where hardly anything is left.

    Two characters are not enough: 成立日期 is not yet 本届成立日期, and 已建立 is an answer.
    """
    text = _WHEN.sub("", plain)
    text = core_of(_ASK.sub("", text))[0]
    text = _JOINTS.sub("", text)
    while (shorter := _cut(SLACK, text)) != text:
        text = shorter
    for word, others in SAME.items():
        text = others.sub(word, text)
    if (first := DOING.match(text)) and len(text) - first.end() >= 2:
        text = text[first.end() :] + first[0]
    return text if len(text) > 2 else ""


def _cut(pattern: re.Pattern[str], text: str) -> str:
    for found in pattern.finditer(text):
        rest = text[: found.start()] + text[found.end() :]
        if len(rest) >= 2:
            return rest
    return text


def _without_estate(plain: str) -> str:
    """The words without 小区 before them, "" where that does not stand there."""
    found = _OF_ESTATE.match(plain)
    return plain[found.end() :] if found and len(plain) - found.end() >= 2 else ""


def _stem(plain: str, type_: str) -> str:
    """The words without what a field of this type may be called at the end: 物业公司名称, 培训内容."""
    found = TAILS[type_].search(plain) if type_ in TAILS else None
    return plain[: found.start()] if found and found.start() >= 2 else plain


class NormalForms:
    """Fields by the normal form of their headings."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self._forms: dict[str, dict[str, Field]] = {}
        self._stems: dict[tuple[str, str], dict[str, Field]] = {}
        for one in fields:
            for heading in (one.label, *one.also):
                own = wording(heading.replace(">", ""))
                if own.remarks:
                    continue
                self._forms.setdefault(normal_form(own.plain), {})[one.id] = one
                key = one.type, normal_form(_stem(own.plain, one.type))
                self._stems.setdefault(key, {})[one.id] = one

    def of(self, plain: str) -> list[Field]:
        """The fields of the same normal form that answer what is asked."""
        said = normal_form(plain)
        return [one for one in self._forms.get(said, {}).values() if _fits(one, plain)] if said else []

    def alike(self, plain: str) -> list[Field]:
        """As ``of``, also by what a field of their type may be called, and those of things on the estate after 小区."""
        return self._by_either(plain) or [
            one for one in self._by_either(_without_estate(plain)) if _is_of_estate(one) and _fits(one, plain)
        ]

    def _by_either(self, plain: str) -> list[Field]:
        found = self.of(plain)
        for type_ in () if found else TAILS:
            said = normal_form(cut) if (cut := _stem(plain, type_)) != plain else ""
            found += [
                one for one in self._stems.get((type_, said), {}).values() if said and _fits(one, plain)
            ]
        return found


def _is_of_estate(one: Field) -> bool:
    """Whether 小区 before its words changes nothing: things and households, not people and what they do."""
    counted = one.type in ("int", "float") and one.unit in ("辆", "个", "户", "平方米")
    return counted or one.type in ("bool", "set")


def _fits(one: Field, plain: str) -> bool:
    """Whether the field answers the question that a gist no longer asks: 是否, 何时."""
    if _ASK.search(plain):
        return one.type == "bool"
    return one.type == "date" or not _WHEN.search(plain)

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
    for match in pattern.finditer(text):
        rest = text[: match.start()] + text[match.end() :]
        if len(rest) >= 2:
            return rest
    return text


def _without_estate(plain: str) -> str:
    """The words without 小区 before them, "" where that does not stand there."""
    match = _OF_ESTATE.match(plain)
    return plain[match.end() :] if match and len(plain) - match.end() >= 2 else ""


def _stem(plain: str, type_: str) -> str:
    """The words without what a field of this type may be called at the end: 物业公司名称, 培训内容."""
    tail = TAILS[type_].search(plain) if type_ in TAILS else None
    return plain[: tail.start()] if tail and tail.start() >= 2 else plain


class NormalForms:
    """Fields by the normal form of their headings."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self._forms: dict[str, dict[str, Field]] = {}
        self._stems: dict[tuple[str, str], dict[str, Field]] = {}
        for field in fields:
            for heading in (field.label, *field.also):
                part = wording(heading.replace(">", ""))
                if part.remarks:
                    continue
                self._forms.setdefault(normal_form(part.plain), {})[field.id] = field
                key = field.type, normal_form(_stem(part.plain, field.type))
                self._stems.setdefault(key, {})[field.id] = field

    def of(self, plain: str) -> list[Field]:
        """The fields of the same normal form that answer what is asked."""
        form = normal_form(plain)
        return [one for one in self._forms.get(form, {}).values() if _fits(one, plain)] if form else []

    def alike(self, plain: str) -> list[Field]:
        """As ``of``, also by what a field of their type may be called, and those of things on the estate after 小区."""
        return self._by_either(plain) or [
            one for one in self._by_either(_without_estate(plain)) if _is_of_estate(one) and _fits(one, plain)
        ]

    def _by_either(self, plain: str) -> list[Field]:
        fields = self.of(plain)
        for type_ in () if fields else TAILS:
            form = normal_form(cut) if (cut := _stem(plain, type_)) != plain else ""
            fields += [
                one for one in self._stems.get((type_, form), {}).values() if form and _fits(one, plain)
            ]
        return fields


def _is_of_estate(field: Field) -> bool:
    """Whether 小区 before its words changes nothing: things and households, not people and what they do."""
    counted = field.type in ("int", "float") and field.unit in ("辆", "个", "户", "平方米")
    return counted or field.type in ("bool", "set")


def _fits(field: Field, plain: str) -> bool:
    """Whether the field answers the question that a gist no longer asks: 是否, 何时."""
    if _ASK.search(plain):
        return field.type == "bool"
    return field.type == "date" or not _WHEN.search(plain)

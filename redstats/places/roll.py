"""The roll of streets: who has to report, under which names, and which neighbourhoods belong to whom.

The roll itself is data (``places.yaml``) and dated; ``on(day)`` gives the one in force that day.  A street is
recognised by its own names only, never by the name of a community: 仙霞居委会 belongs to 天山路街道.
"""

from __future__ import annotations

import copy
import datetime
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import accumulate, combinations
from pathlib import Path
from typing import Annotated, Self

from pydantic import BeforeValidator, model_validator

from redstats.errors import RunError
from redstats.places.naming import neighbourhood_form
from redstats.strict import Listed, Mistake, Strict, Text, Texts, one_of, read_file
from redstats.text import fold, similarity

FILE = Path(__file__).with_name("places.yaml")

_KINDS = ("street", "town", "unit")
_HAN_NUMBER = "[一二三四五六七八九十百]"
# 华阳路五 and 天山路12号 are not streets, 华阳路十月 and 华阳路三季度 are one at a time.
_COUNTED = rf"第?(?:{_HAN_NUMBER}+(?!月|季|年|{_HAN_NUMBER})|\d+[-\d]*(?:号|弄|室|村|居|坊|街坊|小区|期))"
_DATE_OR_MARK = (
    rf"(?:20\d\d|(?:1[0-2]|0?[1-9])月|{_HAN_NUMBER}{{1,2}}月|第?[一二三四1-4]季|[上下]半年|[-_—–.()+&])"
)


def _code(digits: int) -> BeforeValidator:
    def check(code: object) -> object:
        if not isinstance(code, str) or not re.fullmatch(rf"[0-9]{{{digits}}}", code):
            raise Mistake(f"code 不能是“{code}”", f"请写 {digits} 位数字并加引号")
        return code

    return BeforeValidator(check)


class _Dated(Strict):
    """What may be of a time: its first and its last day."""

    name: Text
    valid_from: datetime.date = datetime.date.min
    valid_to: datetime.date = datetime.date.max

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_to < self.valid_from:
            raise Mistake("valid_to 早于 valid_from", "请更正两个日期")
        return self

    def holds(self, day: datetime.date) -> bool:
        return self.valid_from <= day <= self.valid_to


class _Noise(Strict):
    before: Texts
    after: Texts


class _District(Strict):
    code: Annotated[str, _code(6)]
    name: Text
    noise: _Noise


class _Mentions(Strict):
    elsewhere: Texts
    not_before: Texts
    after: Texts
    before: Texts


class _Aliases(Strict):
    seen: Texts = ()
    accepted: Texts = ()


class _Committee(_Dated):
    code: Annotated[str, _code(3)]
    aliases: Texts = ()


class _Body(_Dated):
    """A street as the file has it; ``kind`` names its endings."""

    code: Annotated[str, _code(9)]
    neighbourhoods: Listed[_Committee]
    kind: Annotated[str, one_of(_KINDS)] = "street"
    aliases: _Aliases = _Aliases()
    uncoded: Texts = ()


class Roll(Strict):
    """The whole dated file; no name of it means two streets on one day."""

    attribution: Text
    district: _District
    endings: dict[Annotated[str, one_of(_KINDS)], Texts]
    mentions: _Mentions
    streets: Listed[_Body]
    confusable: Texts = ()

    @model_validator(mode="after")
    def _tells_streets_apart(self) -> Roll:
        if "street" not in self.endings:
            raise Mistake("缺少必填的键“street”", "请补上“street”", "endings")
        for body in self.streets:
            where = ("streets", body.name)
            if body.kind not in self.endings:
                raise Mistake(f"kind 不能是“{body.kind}”", f"可用：{'、'.join(self.endings)}", *where, "kind")
            uncoded = [_Committee.model_construct(name=name, code="") for name in body.uncoded]
            committees = (*body.neighbourhoods, *uncoded)
            keys = [{each.code, *_neighbourhood(each)._keys} - {""} for each in committees]
            _check_distinct(committees, keys, *where)
        streets = [_street(body, self.endings) for body in self.streets]
        names = [{each.code, *each._bare, *each._certain} for each in streets]
        _check_distinct(self.streets, names, "streets")
        return self


@dataclass(frozen=True)
class Neighbourhood:
    """A neighbourhood committee; ``name`` without 居委会, ``code`` of three digits, or "" if unknown."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()

    @property
    def _keys(self) -> tuple[str, ...]:
        return tuple(neighbourhood_form(name) for name in (self.name, *self.aliases))


@dataclass(frozen=True)
class Street:
    """A street, town or other reporting body; ``uncoded``: neighbourhoods without an official code (yet)."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    neighbourhoods: tuple[Neighbourhood, ...] = ()
    uncoded: tuple[Neighbourhood, ...] = ()
    endings: tuple[str, ...] = field(default=("街道", "社区"), repr=False)

    @property
    def short(self) -> str:
        """The name without the ending of its kind: 华阳路 for 华阳路街道, 新泾 for 新泾镇."""
        return self.name.removesuffix(self.endings[0]) if self.endings else self.name

    @property
    def label(self) -> str:
        """The name for a chart or a menu: 华阳路, but 新泾镇, which 新泾 would not set apart from 北新泾."""
        return self.name.removesuffix("街道")

    @cached_property
    def _bare(self) -> tuple[str, ...]:
        """Folded names that could also be those of an estate or a road."""
        names = (fold(name) for name in (self.short, *self.aliases))
        return tuple(name for name in names if self.endings and not name.endswith(self.endings))

    @cached_property
    def fronts(self) -> tuple[str, ...]:
        """Folded names that may stand before an estate's or a neighbourhood's and can be nothing else, the
        longest first: not 华阳路, a road."""
        names = (name for name in self._certain if not name.endswith("社区"))
        return tuple(sorted(names, key=len, reverse=True))

    @cached_property
    def _certain(self) -> tuple[str, ...]:
        names = {fold(self.name), *(fold(alias) for alias in self.aliases)} - set(self._bare)
        return tuple(names | {bare + ending for bare in self._bare for ending in self.endings})


class Places:
    """The roll in force on one day; made by ``on`` (or ``read``, for another file)."""

    def __init__(self, content: Roll, day: datetime.date) -> None:
        district, rules = content.district, content.mentions
        self.district_code = district.code
        self.district_name = district.name
        self.attribution = content.attribution
        self.streets: tuple[Street, ...] = tuple(
            _street(entry, content.endings, day) for entry in content.streets if entry.holds(day)
        )
        before, after = district.noise.before, district.noise.after
        self._before = re.compile(rf"(?:{_any(before)})+")
        self._after = re.compile(rf"(?:{_any(after)})+$")
        self._elsewhere = re.compile(rf"(?:{_any(rules.elsewhere)})(?:新?区)?$")
        self._foreign = re.compile("街道|镇|乡")  # not its own ending, or the longer name would have won
        self._estate = re.compile(rf"{_any(rules.not_before)}|{_COUNTED}")
        self._lead = re.compile(rf"(?:{_any([*before, *rules.after])}|{_DATE_OR_MARK}|[\d年月日份:、])*+")
        self._stop = re.compile(rf"$|{_any(rules.before)}|{_DATE_OR_MARK}")
        # 歧山 and 岐山: one of these for another is a slip of the hand.
        self._alike = {ord(char): group[0] for group in map(fold, content.confusable) for char in group}
        self._by_code: dict[object, Street] = {street.code: street for street in self.streets}
        self._certain = {term: street for street in self.streets for term in street._certain}
        self._bare = {term: street for street in self.streets for term in street._bare}
        self._names = {**self._bare, **self._certain}

    def match(self, text: object) -> Street | None:
        """The street a whole text names: a name, alias or code, with or without 上海市长宁区…办事处."""
        wanted = fold(str(text))
        for street in self.streets:
            if wanted in (street.code, street.code + "000"):  # official codes are written with 9 or 12 digits
                return street
        start = self._before.match(wanted)
        whole = [wanted, wanted[start.end() :]] if start else [wanted]
        for candidate in (*whole, *(self._after.sub("", name) for name in whole)):
            if candidate in self._names:
                return self._names[candidate]
        return None

    def by_code(self, code: object) -> Street | None:
        """The street of that official code (nine digits)."""
        return self._by_code.get(code)

    def street(self, text: object) -> Street:
        """As ``match``; raises ``RunError`` with close names when there is none or more than one."""
        matched = self.match(text)
        if matched:
            return matched
        several = self.mentioned(str(text))
        if len(several) > 1:
            names = "、".join(street.name for street in several)
            raise RunError(
                f"“{text}”提到不止一个街镇", where=names, to_do="请只写其中一个", code="ambiguous_street"
            )
        known = {street.name: (street.name, *street.aliases) for street in self.streets}
        near = [name for name, _ in similarity.near(str(text), known, n=5, least=50)]
        offered = near or [street.name for street in self.streets]
        raise RunError(
            f"不认识的街镇“{text}”",
            where=self.district_name,
            to_do=f"{'是否指' if near else '可写'}：{'、'.join(offered)}{'？' if near else ''}",
            code="unknown_street",
        )

    def mentioned(self, text: str) -> tuple[Street, ...]:
        """The streets a longer text (file name, title, preamble) names, in official order.

        The longest name wins where names overlap.  A bare name (天山路) does not count in front of what
        makes it an estate, a committee or an address; a very short one (天山) only where a file name starts.
        """
        codes = set(re.findall(r"(?<!\d)\d{9}(?!\d)", text))
        plain = fold(text)
        blanks = set(accumulate(len(fold(piece)) for piece in text.split()))  # where the folding closed a gap
        taken: set[int] = set()
        named = {street.code for street in self.streets if street.code in codes}
        for start, term in self._occurrences(plain):
            span = range(start, start + len(term))
            if taken.isdisjoint(span):
                taken.update(span)  # also by a name that does not count: 新泾镇 is not found in 北新泾镇
                if self._counts(plain, start, term, blanks):
                    named.add(self._names[term].code)
        return tuple(street for street in self.streets if street.code in named)

    def neighbourhood(self, street: Street, text: str) -> Neighbourhood | None:
        """The neighbourhood of this street whose name, alias or 12-digit code this is; never a near miss."""
        return _listed(street).get(self._inside(street, text))

    def proposals(self, street: Street, text: str, n: int = 3) -> list[tuple[Neighbourhood, int]]:
        """The ``n`` neighbourhoods of this street most alike, with a score of 100, for a person to judge."""
        names = {one: one._keys for one in (*street.neighbourhoods, *street.uncoded)}
        return similarity.near(self._inside(street, text), names, n, alike=self._alike)

    def elsewhere(self, street: Street, text: str) -> tuple[Street, ...]:
        """The other streets in whose roll a neighbourhood of that name stands; its street is not changed for that."""
        others = (other for other in self.streets if other.code != street.code)
        return tuple(other for other in others if self.neighbourhood(other, text))

    def knowing(self, names: Mapping[str, str]) -> Places:
        """This roll with further names of its streets, confirmed by somebody (as written → official name)."""
        if not names:
            return self
        other = copy.copy(self)
        other._certain = self._certain | {fold(name): self.street(means) for name, means in names.items()}
        other._names = {**other._bare, **other._certain}
        return other

    def without_street(self, street: Street, text: str) -> str:
        """What is left when 长宁区虹桥街道 is taken off 长宁区虹桥街道虹桥居委会; the whole where nothing would be."""
        folded = fold(str(text))
        noise = self._before.match(folded)
        rest = folded[noise.end() :] if noise else folded
        for name in street.fronts:
            if rest.startswith(name) and (left := rest.removeprefix(name).removeprefix("办事处")):
                return left if neighbourhood_form(left) else folded
        return folded

    def _inside(self, street: Street, text: str) -> str:
        return neighbourhood_form(self.without_street(street, text))

    def _occurrences(self, plain: str) -> Iterator[tuple[int, str]]:
        for term in sorted(self._names, key=len, reverse=True):
            start = plain.find(term)
            while start >= 0:
                yield start, term
                start = plain.find(term, start + 1)

    def _counts(self, plain: str, start: int, term: str, blanks: set[int]) -> bool:
        end = start + len(term)
        if self._elsewhere.search(plain[:start]):
            return False
        if term.endswith("社区") and plain.startswith("居", end):  # 仙霞社区居委会 is a neighbourhood
            return False
        if term in self._certain and term not in self._bare:
            return True
        if self._foreign.match(plain, end) or self._estate.match(plain, end):
            return False
        if plain.startswith("办事处", end) or len(term) > 2:
            return True
        spaced_out = any(start < gap < end for gap in blanks)
        stopped = self._stop.match(plain, end) or (end in blanks and not spaced_out)
        return bool(stopped and self._lead.fullmatch(plain, 0, start))


@cache
def _listed(street: Street) -> dict[str, Neighbourhood]:
    """The neighbourhoods of a street by every form of their names and by their official code (12 digits)."""
    by_key: dict[str, Neighbourhood] = {}
    for neighbourhood in (*street.neighbourhoods, *street.uncoded):
        for key in (
            *neighbourhood._keys,
            *([street.code + neighbourhood.code] if neighbourhood.code else ()),
        ):
            by_key.setdefault(key, neighbourhood)
    return by_key


def on(day: datetime.date) -> Places:
    """The roll in force that day, from the file that comes with redstats; read once."""
    return _on(day.date() if isinstance(day, datetime.datetime) else day)


def read(path: Path, day: datetime.date) -> Places:
    """The roll of another file on that day; ``StandardError`` when the file is malformed."""
    return Places(read_file(Roll, path), day)


@cache
def _on(day: datetime.date) -> Places:
    return Places(_shipped(), day)


@cache
def _shipped() -> Roll:
    return read_file(Roll, FILE)


def _street(body: _Body, endings: Mapping[str, tuple[str, ...]], day: datetime.date | None = None) -> Street:
    return Street(
        code=body.code,
        name=body.name,
        aliases=body.aliases.seen + body.aliases.accepted,
        neighbourhoods=tuple(
            _neighbourhood(one) for one in body.neighbourhoods if day is None or one.holds(day)
        ),
        uncoded=tuple(Neighbourhood("", name) for name in body.uncoded),
        endings=endings[body.kind],
    )


def _neighbourhood(committee: _Committee) -> Neighbourhood:
    return Neighbourhood(committee.code, committee.name, committee.aliases)


def _any(words: Iterable[str]) -> str:
    """A pattern for any of these words, the longest first; for none of them, a pattern that never matches."""
    return "|".join(re.escape(fold(word)) for word in sorted(words, key=len, reverse=True)) or "(?!)"


def _check_distinct(entries: Sequence[_Dated], keys: Sequence[set[str]], *where: str) -> None:
    """No key may stand for two entries that hold on the same day."""
    for (first, names), (other, others) in combinations(zip(entries, keys, strict=True), 2):
        shared = sorted(names & others)
        begin = max(first.valid_from, other.valid_from)
        if shared and first.holds(begin) and other.holds(begin):
            raise Mistake(
                f"“{shared[0]}”同时指“{first.name}”和“{other.name}”",
                "请删去其中一个，或用 valid_from、valid_to 分开",
                *where,
            )

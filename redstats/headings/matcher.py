"""Headings to fields: which datum a column's heading asks for.

A heading is a path (group, subgroup, leaf), each part of which is words, a unit, a period and remarks in brackets.
The words find the field, in order of certainty: with those of the groups, alone, and both again without common
fillers; the unit, the period and the form of the question (是否…) may then still forbid it: 培训人次 is not 培训次数.
A leaf below somebody else's group (居委会 / 联系电话) is not the committee's, and one below 计划, 上届 or 未公示 is
another datum.  Below a group nobody knows only a field's full name is read, and it is said.  What could be two fields
is none: it is reported with the fields most like it, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from redstats.headings.limits import Limits, answers
from redstats.headings.normal_form import NormalForms
from redstats.headings.parts import BODIES, ORDERS, Wording, as_limit, core_of, turns_of, whole, wording
from redstats.months import Month
from redstats.standard import Field
from redstats.text import fold, similarity
from redstats.wording import vocabulary

_HAN = re.compile("[一-鿿]")  # every heading of the standard has some
_NUMBER = re.compile(r"\s*\d{1,2}(?:[-.．·—]\d{1,2})*[\s、.．-]*(?=[一-鿿])")
_FILLER = re.compile(rf"^(?!(?:19|20)\d\d$)(?:[\d{ORDERS}]+|\d+=[\d+\-*/]+)$")

# In the middle of a heading: the question, joining words, and the committee, which is meant anyway.
_WORDS = vocabulary("headings")
_ASK = _WORDS.compose("{question}{already}?{asked_verb}?")
_JOINTS = _WORDS.pattern("joint")
_IDLE = _WORDS.compose("{idle_end}$")
_REAL = _WORDS.compose("{actual_leaf}{actual_leaf_end}?")
_DONE = _WORDS.compose("^(?:{done_first}(?=..)|{arranged_first}(?=.{4}))")
_MEANT = _WORDS.pattern("meant")
_THIS_MONTH = vocabulary("heading_limits").pattern("this_month")
_LAST_YEAR = "上年度"
_TERM = _WORDS.compose(r"{term_before}*{term}{term_ends}?{term_date}?(?:\({term_ends_noted}.*\))?")


@dataclass(frozen=True, slots=True)
class Match:
    """The ``field`` a heading was read as and ``how`` (exact, loose, confirmed, ignored, answer, repeated, ambiguous, unknown).

    ``rank`` orders rival columns (0 is the field's own label); a ``scale`` other than 1 multiplies the column's
    numbers; ``until`` is the field of the other end when the column holds a range.
    """

    field: Field | None
    how: str
    rank: int = 9
    scale: int = 1
    until: Field | None = None


class Matcher:
    """Matches heading paths to the given fields, in a return for ``month`` where that is known."""

    def __init__(self, fields: Iterable[Field], month: Month | None = None) -> None:
        self._direct: dict[str, dict[str, set[str]]] = {"exact": {}, "loose": {}}
        self._under: dict[str, dict[str, list[tuple[str, str]]]] = {"exact": {}, "loose": {}}
        self._fields = {one.id: one for one in fields}
        self._labels = {id_: whole(wording(one.label)) for id_, one in self._fields.items()}
        self._limits = Limits(self._fields, month)
        self._last_year = re.compile(rf"{month.year - 1}年度?") if month else None
        for field in self._fields.values():
            for heading in (field.label, *field.also):
                *above, leaf = heading.split(">")
                part = wording(leaf)
                for how, word in (
                    ("exact", whole(part)),
                    ("loose", whole(part) if part.remarks else part.core),
                ):
                    if above:
                        self._under[how].setdefault(word, []).append((wording(above[-1]).core, field.id))
                    else:
                        self._direct[how].setdefault(word, set()).add(field.id)
        self._jointless: dict[str, set[str]] = {}
        for word, ids in self._direct["loose"].items():
            self._jointless.setdefault(_JOINTS.sub("", word), set()).update(ids)
        self._gists = NormalForms(self._fields.values())
        self._names = {id_: _names(one) for id_, one in self._fields.items()}
        self.match = lru_cache(maxsize=20_000)(self._match)
        self.knows = lru_cache(maxsize=200_000)(self._knows)

    def _match(self, path: tuple[str, ...]) -> Match:
        """What the path asks for; the number before its last words counts for nothing where they are known without it.

        Nor does 本月 before a datum of the month, and the year before this one is called so: 2025年度 is 上年度 in 2026.
        """
        match = self._as_written(path)
        if match.field:
            return match
        last = path[-1]
        numbered = _NUMBER.match(last) if match.how == "unknown" else None
        this_month = _THIS_MONTH.match(last) if len(path) > 1 else None
        for before in (numbered, this_month):
            if not before or as_limit(part := wording(last[before.end() :])) or not part.plain:
                continue  # 2次 is a number of times, and no 次
            bare = self._as_written((*path[:-1], last[before.end() :]))
            if bare.how == "exact" and (before is numbered or (bare.field and bare.field.period == "month")):
                return bare
        if self._last_year and (year := self._last_year.search(last)):
            renamed = self._as_written((*path[:-1], last.replace(year[0], _LAST_YEAR)))
            return renamed if renamed.how == "exact" else match
        return match

    def _as_written(self, path: tuple[str, ...]) -> Match:
        parts = [wording(part) for part in path if part and not _FILLER.match(fold(part))]
        limits = [part for part in parts if not part.plain]
        words = [part for part in parts if part.plain]
        if words and _TERM.fullmatch(whole(words[-1])) and {"term_start", "term_end"} <= self._fields.keys():
            start, end = self._fields["term_start"], self._fields["term_end"]
            bare = [*words[:-1], replace(words[-1], remarks=())]
            if self._limits.is_foreign(start, bare) or not self._limits.allows(start, bare, limits, "exact"):
                return Match(None, "ambiguous")
            return Match(start, "exact", 1, until=end)
        match = self._found(words, limits)
        if match.field is None and len(words) > 1 and _REAL.fullmatch(words[-1].plain):
            real = self._found(words[:-1], limits)  # 会议次数 / 计划 | 实际: what was done is what is asked
            return real if real.field and real.field.type in ("int", "float", "pct") else match
        while match.field is None and len(words) > 1 and (limit := as_limit(words[-1])):
            limits.append(limit)  # 接待次数 / 本月: the leaf only limits what stands above it
            last = words.pop().plain
            if len(words) == 1 and BODIES.fullmatch(words[0].plain):
                return Match(None, "ambiguous")  # 楼组长 / 人数: how many there are on the estate
            match = self._found(words, limits)
            if match.field and not self._limits.counts(match.field, last):
                return Match(None, "ambiguous")
        return self._together(parts) if match.how == "unknown" else match

    def time_of(self, text: str) -> str:
        """What a column's head says of the time of its values: month, year, past (also: planned), real, or ""."""
        return self._limits.time_of(text)

    def near(self, path: tuple[str, ...], n: int = 3) -> list[tuple[Field, int]]:
        """The ``n`` fields most like the path, each with a score of 100: for a person to judge, never applied.

        A field that the unit, question or period of the heading forbids is not proposed.
        """
        parts = [wording(part) for part in path if part and not _FILLER.match(fold(part))]
        words = [part for part in parts if part.plain]
        while len(words) > 1 and (limit := as_limit(words[-1])):
            words.pop()
            parts.append(limit)
        if not words:
            return []
        turns = turns_of("".join(map(whole, words)))
        asked = [
            each for part in (words[-1], *parts) for each in ((part.unit, part.asks, part.period), part.inner)
        ]
        names = {
            id_: self._names[id_]
            for id_, one in self._fields.items()
            if all(answers(one, *each) for each in asked) and turns <= self._limits.turns(one)
        }
        scores: dict[str, int] = {}
        for text in {words[-1].core, "".join(word.core for word in words[-2:])}:
            for id_, score in similarity.near(text, names, n):
                scores[id_] = max(scores.get(id_, 0), score)
        best = sorted(scores.items(), key=lambda pair: -pair[1])[:n]
        return [(self._fields[id_], score) for id_, score in best]

    def _found(self, words: list[Wording], limits: list[Wording]) -> Match:
        if not words:
            return Match(None, "unknown")
        doubtful = False
        finders = (self._qualified, self._joined, self._leaf, self._meant)
        ways = [(find, how) for find in finders for how in ("exact", "loose")] + [(self._alike, "loose")]
        by_words = (self._leaf, self._meant, self._alike)
        for variant, alone, before in _variants(words):
            for find, how in ways if alone else ways[:4]:
                candidates = find(how, variant)
                allowed = {
                    id_
                    for id_ in candidates
                    if self._limits.allows(self._fields[id_], variant, limits, how)
                    and not (before and self._limits.restricts(self._fields[id_], before))
                }
                if allowed and find in by_words:
                    above = self._above(candidates, variant)
                    allowed |= {
                        id_
                        for id_ in above
                        if self._limits.allows(self._fields[id_], variant, limits, "loose")
                    }
                if len(allowed) == 1:
                    field = self._fields[allowed.pop()]
                    # a group of the field's own may still be somebody else's: 居民区党组织 / 负责人, 小区党员 / 占比
                    doubtful_group = find == self._qualified and field.type in (
                        "text",
                        "phone",
                        "pct",
                        "date",
                    )
                    alone_or_so = find in by_words or doubtful_group
                    of_itself = len(variant) > 1 and self._limits.is_of_body(field, variant)
                    if of_itself or (alone_or_so and self._limits.is_foreign(field, variant)):
                        return Match(None, "ambiguous")
                    strange = self._limits.strangeness(field, variant, alone, find == self._qualified)
                    if strange == "ambiguous":
                        doubtful = True
                        continue
                    scale = next((w.scale for w in (*reversed(limits), variant[-1]) if w.scale != 1), 1)
                    how = "loose" if find in by_words[1:] or strange == "loose" else how
                    return Match(field, how, self._rank(field, variant, how), scale)
                if allowed:
                    return Match(None, "ambiguous")
                doubtful = doubtful or bool(candidates)
        return Match(None, "ambiguous" if doubtful else "unknown")

    def _together(self, parts: list[Wording]) -> Match:
        """What the groups and the leaf say as one heading, where the leaf alone says nothing: 三方联席会议 / 召开次数."""
        limits = [part for part in parts if not part.plain]
        words = [part for part in parts if part.plain]
        doubtful = False
        for start in range(len(words) - 1):
            joined = wording("".join(word.plain for word in words[start:]))
            if joined.remarks or joined.asks:
                continue
            path = [*words[:start], replace(joined, unit=words[-1].unit, noted=words[-1].noted)]
            candidates = self._gists.of(joined.plain)
            allowed = [one for one in candidates if self._limits.allows(one, path, limits, "loose")]
            if (
                len(allowed) == 1
                and not self._limits.is_of_body(allowed[0], words)
                and self._limits.strangeness(allowed[0], path, True, True) != "ambiguous"
            ):
                return Match(allowed[0], "loose", 3)
            doubtful = doubtful or bool(candidates)
        return Match(None, "ambiguous" if doubtful else "unknown")

    def _rank(self, field: Field, words: list[Wording], how: str) -> int:
        label, word = self._labels[field.id], words[-1].plain
        if how == "loose":
            return 3
        if word == label:
            return 0
        rest = iter(label)
        return 2 if all(char in rest for char in word) else 1  # a shortened label says less than another name

    def _knows(self, text: str) -> bool:
        """Whether a single cell could be the leaf of a known heading."""
        if len(text) > 60 or not _HAN.search(text):
            return False
        part = wording(text)
        return (
            part.plain in self._direct["exact"]
            or part.plain in self._under["exact"]
            or whole(part) in self._direct["exact"]
            or (len(part.core) > 1 and part.core in self._direct["loose"])
            or bool(_TERM.fullmatch(whole(part)))
            or self._match((text,)).field is not None
        )

    def _qualified(self, how: str, words: list[Wording]) -> set[str]:
        above = [word.core for word in words[:-1]]
        qualified = {
            (group, id_)
            for group, id_ in self._under[how].get(_word(words[-1], how), ())
            if any(group in word or (len(word) > 1 and word in group) for word in above)
        }
        exact = {id_ for group, id_ in qualified if group in above}  # 三方联席会议 is more than a 会议
        return exact or {id_ for _, id_ in qualified}

    def _joined(self, how: str, words: list[Wording]) -> set[str]:
        for start in range(len(words) - 1):
            joined = "".join(_word(word, how) for word in words[start:])
            ids = self._direct[how].get(joined) or self._direct[how].get(
                "".join(word.plain for word in words[start:])
            )
            if ids:
                return set(ids)
        return set()

    def _leaf(self, how: str, words: list[Wording]) -> set[str]:
        word = _word(words[-1], how)
        return set(self._direct[how].get(word, ())) if len(word) > 1 else set()

    def _above(self, candidates: set[str], words: list[Wording]) -> set[str]:
        """The fields of a group that is itself another datum, which makes its leaf a detail of that datum."""
        if words[-1].plain.startswith("其中"):
            return set()
        others = (self._direct["exact"].get(group.plain, set()) for group in words[:-1])
        return next((ids for ids in others if ids and not ids & candidates), set())

    def _alike(self, how: str, words: list[Wording]) -> set[str]:
        return {one.id for one in self._gists.alike(words[-1].plain)}

    def _meant(self, how: str, words: list[Wording]) -> set[str]:
        """As ``_leaf``, without words that go without saying (业委会, 目前), joints, and 是否 in the middle."""
        last = words[-1]
        plain = _MEANT.sub("", last.plain)
        asked = _ASK.sub("", plain)
        asked = _DONE.sub("", asked)
        if how == "exact":
            last = replace(last, plain=asked) if len(asked) > 1 else last
        else:
            core = _IDLE.sub("", _JOINTS.sub("", core_of(asked)[0]))
            last = replace(last, core=core) if len(core) > 1 else last
        last = replace(last, asks="bool" if _ASK.search(plain) else last.asks)
        if how == "exact" or last.core in self._direct["loose"]:
            ids = self._leaf(how, [*words[:-1], last])
        else:
            ids = set(self._jointless.get(last.core, ()))
        if last.asks == "bool":
            ids = {id_ for id_ in ids if self._fields[id_].type == "bool"}
        return ids


def _word(word: Wording, how: str) -> str:
    return word.plain if how == "exact" else word.core


def _variants(words: list[Wording]) -> Iterable[tuple[list[Wording], bool, str]]:
    """The path with a remark in brackets as part of its words, above or below them; then as written.

    With each whether its last part may be understood alone, which would pass over the remark; and the remark where
    it is taken as words before those that it follows.
    """
    last = words[-1]
    if len(last.remarks) == 1:
        yield [*words[:-1], replace(last, plain=whole(last), core=whole(last), remarks=())], True, ""
        bare, inner = replace(last, remarks=()), wording(last.remarks[0])
        if inner.plain:
            yield [*words[:-1], inner, bare], False, last.remarks[0]
            yield [*words[:-1], bare, inner], False, ""
    yield words, True, ""


def _names(field: Field) -> tuple[str, ...]:
    """The words of a field's own headings without fillers, below their groups and alone."""
    names = []
    for heading in (field.label, *field.also):
        parts = [wording(part) for part in heading.split(">")]
        names += ["".join(part.core for part in parts), whole(parts[-1]) if len(parts) == 1 else ""]
    return tuple(dict.fromkeys(filter(None, names)))

"""Headings to fields: which datum a column's heading asks for.

A heading is a path (group, subgroup, leaf), each part of which is words, a unit, a period and remarks in brackets.
The words find the field, in order of certainty: with those of the groups, alone, and both again without common
fillers; the unit, the period and the form of the question (是否…) may then still forbid it: 培训人次 is not 培训次数.
A leaf below somebody else's group (居委会 / 联系电话) is not the committee's.  What could be two fields is none: it is
reported, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from redstats.standard import Field
from redstats.text import fold
from redstats.wording import Wording, as_limit, core_of, period_of, whole, wording

_KIND_OF_FIELD = {
    "人次": "人",
    "件": "次",
    "个": "次",
    "辆": "次",
    "场": "次",
    "对": "次",
    "份": "次",
    "条": "次",
}
_KIND_OF_FIELD |= {"平方米": "面积", "": ""}

# In the middle of a heading: the question, joining words, and the committee, which is meant anyway.
_ASK = re.compile("(?:是否|有无|有没有)已?(?:建立|开展|实行|采用|实施|落实|配备|进行|具有|包?含|有)?")
_JOINTS = re.compile("[、/,—–·-]|以及|[及和与或的间]")
_IDLE = re.compile("(?:事项|活动|召开)$")
_MEANT = re.compile("业主委员会|业委会|本届|现任|目前|当前|现有")
_FILLER = re.compile(r"^(?:[\d一二三四五六七八九十甲乙丙丁戊]+|\d+=[\d+\-*/]+)$")

# Who or what a heading may speak of instead of the committee; a group or remark that names one is not passed over.
_OTHERS = {
    "小区": "小区|物业管理区域",
    "业主": "业主",
    "代表": "居民代表|业主代表|党代表",
    "居民": "居民(?!区)|群众",
    "居民区": "居民区|居委|社区|总支|两委",
    "街镇": "街道|街镇|镇|房管|区级",
    "物业": "物业",
    "楼组": "楼组|楼栋|楼道",
    "志愿": "志愿",
    "上级": "筹备组|改选小组|合同",
}
_OTHER = {name: re.compile(words) for name, words in _OTHERS.items()}
_COMMITTEE = re.compile("业委会|业主委员会|委员|成员")
_BARE = re.compile(
    "(?:小区|业主大会|业主|居民代表|居民区?|居委会?|社区|街道|街镇|物业|楼组|志愿者)(?:党组织|党总支|服务企业|服务公司|公司|企业|服务|办|干部|人员)?"
)
_GENERAL = re.compile("基本|情况|信息|概况|相关|[及和与、]")
_TERM = re.compile(
    r"(?:业委会|本届|现任|现届|当前)*(?:任期|任职期限|任职期间|任职时间|任期期限|届期)(?:起止|始终|区间)?(?:日期|时间|年月|日)?(?:\((?:起止|起[-~至—、]止|开始[-~至—]结束|始[-~至—]终|从何时至何时).*\))?"
)


@dataclass(frozen=True, slots=True)
class Match:
    """The ``field`` a heading was read as and ``how`` (exact, loose, ambiguous, unknown).

    ``rank`` orders rival columns (0 is the field's own label); a ``scale`` other than 1 multiplies the column's
    numbers; ``until`` is the field of the other end when the column holds a range.
    """

    field: Field | None
    how: str
    rank: int = 9
    scale: int = 1
    until: Field | None = None


class Matcher:
    """Matches heading paths to the given fields."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self._direct: dict[str, dict[str, set[str]]] = {"exact": {}, "loose": {}}
        self._under: dict[str, dict[str, list[tuple[str, str]]]] = {"exact": {}, "loose": {}}
        self._fields = {one.id: one for one in fields}
        self._labels = {id_: whole(wording(one.label)) for id_, one in self._fields.items()}
        # Whom the field's own headings speak of: a group that names one of these is no stranger.
        said = {id_: " ".join((one.label, *one.also, one.group)) for id_, one in self._fields.items()}
        self._said = said
        self._about = {id_: {who for who, word in _OTHER.items() if word.search(said[id_])} for id_ in said}
        for one in self._fields.values():
            for heading in (one.label, *one.also):
                *above, leaf = heading.split(">")
                own = wording(leaf)
                for how, word in (
                    ("exact", whole(own)),
                    ("loose", whole(own) if own.remarks else own.core),
                ):
                    if above:
                        self._under[how].setdefault(word, []).append((wording(above[-1]).core, one.id))
                    else:
                        self._direct[how].setdefault(word, set()).add(one.id)
        self._jointless: dict[str, set[str]] = {}
        for word, ids in self._direct["loose"].items():
            self._jointless.setdefault(_JOINTS.sub("", word), set()).update(ids)
        self.match = lru_cache(maxsize=20_000)(self._match)
        self.knows = lru_cache(maxsize=200_000)(self._knows)

    def _match(self, path: tuple[str, ...]) -> Match:
        """What the path asks for."""
        parts = [wording(part) for part in path if part and not _FILLER.match(fold(part))]
        limits = [part for part in parts if not part.plain]
        words = [part for part in parts if part.plain]
        if words and _TERM.fullmatch(whole(words[-1])) and {"term_start", "term_end"} <= self._fields.keys():
            start, end = self._fields["term_start"], self._fields["term_end"]
            return Match(start, "exact", 1, until=end)
        found = self._found(words, limits)
        while found.field is None and len(words) > 1 and (limit := as_limit(words[-1])):
            limits.append(limit)  # 接待次数 / 本月: the leaf only limits what stands above it
            words.pop()
            found = self._found(words, limits)
        return found

    def _found(self, words: list[Wording], limits: list[Wording]) -> Match:
        if not words:
            return Match(None, "unknown")
        doubtful = False
        finders = (self._qualified, self._joined, self._leaf, self._meant)
        ways = [(find, how) for find in finders for how in ("exact", "loose")]
        for variant, alone in _variants(words):
            for find, how in ways if alone else ways[:4]:
                candidates = find(how, variant)
                allowed = {id_ for id_ in candidates if self._fits(self._fields[id_], variant, limits, how)}
                if len(allowed) == 1:
                    one = self._fields[allowed.pop()]
                    if find in (self._leaf, self._meant) and self._is_foreign(one, variant):
                        return Match(None, "ambiguous")
                    scale = next((w.scale for w in (*reversed(limits), variant[-1]) if w.scale != 1), 1)
                    how = "loose" if find == self._meant else how
                    return Match(one, how, self._rank(one, variant, how), scale)
                if allowed:
                    return Match(None, "ambiguous")
                doubtful = doubtful or bool(candidates)
        return Match(None, "ambiguous" if doubtful else "unknown")

    def _rank(self, one: Field, words: list[Wording], how: str) -> int:
        label, word = self._labels[one.id], words[-1].plain
        if how == "loose":
            return 3
        if word == label:
            return 0
        rest = iter(label)
        return 2 if all(char in rest for char in word) else 1  # a shortened label says less than another name

    def _knows(self, text: str) -> bool:
        """Whether a single cell could be the leaf of a known heading."""
        if len(text) > 60:
            return False
        own = wording(text)
        return (
            own.plain in self._direct["exact"]
            or own.plain in self._under["exact"]
            or whole(own) in self._direct["exact"]
            or (len(own.core) > 1 and own.core in self._direct["loose"])
            or bool(_TERM.fullmatch(whole(own)))
            or self._match((text,)).field is not None
        )

    def _qualified(self, how: str, words: list[Wording]) -> set[str]:
        above = [word.core for word in words[:-1]]
        return {
            id_
            for group, id_ in self._under[how].get(_word(words[-1], how), ())
            if any(group in word or (len(word) > 1 and word in group) for word in above)
        }

    def _joined(self, how: str, words: list[Wording]) -> set[str]:
        for start in range(len(words) - 1):
            joined = "".join(_word(word, how) for word in words[start:])
            found = self._direct[how].get(joined) or self._direct[how].get(
                "".join(word.plain for word in words[start:])
            )
            if found:
                return set(found)
        return set()

    def _leaf(self, how: str, words: list[Wording]) -> set[str]:
        word = _word(words[-1], how)
        found = set(self._direct[how].get(word, ())) if len(word) > 1 else set()
        if found and not words[-1].plain.startswith("其中"):
            # a group that is itself another datum makes its leaf a detail of that datum
            for group in words[:-1]:
                others = self._direct["exact"].get(group.plain, set())
                if others and not others & found:
                    return found | others
        return found

    def _meant(self, how: str, words: list[Wording]) -> set[str]:
        """As ``_leaf``, without words that go without saying (业委会, 目前), joints, and 是否 in the middle."""
        last = words[-1]
        plain = _MEANT.sub("", last.plain)
        asked = _ASK.sub("", plain)
        if how == "exact":
            last = replace(last, plain=asked) if len(asked) > 1 else last
        else:
            core = _IDLE.sub("", _JOINTS.sub("", core_of(asked)[0]))
            last = replace(last, core=core) if len(core) > 1 else last
        last = replace(last, asks="bool" if asked != plain else last.asks)
        if how == "exact" or last.core in self._direct["loose"]:
            found = self._leaf(how, [*words[:-1], last])
        else:
            found = set(self._jointless.get(last.core, ()))
        if last.asks == "bool":
            found = {id_ for id_ in found if self._fields[id_].type == "bool"}
        return found

    def _is_foreign(self, one: Field, words: list[Wording]) -> bool:
        leaf = words[-1].plain
        own_label = leaf == self._labels[one.id]
        # 小区 is only where a thing is when the leaf says itself whose it is (小区情况 / 物业公司).
        known = self._about[one.id] | (
            {"小区"} if any(word.search(leaf) for word in _OTHER.values()) else set()
        )
        for group in words[:-1]:
            if _COMMITTEE.search(group.plain):
                continue
            if own_label and (one.clause or not _BARE.fullmatch(_GENERAL.sub("", group.plain))):
                continue
            if {who for who, word in _OTHER.items() if word.search(group.plain)} - known:
                return True
        return False

    def _fits(self, one: Field, words: list[Wording], limits: list[Wording], how: str) -> bool:
        """Whether unit, period and form of the question allow this field."""
        if not all(
            _allows(one, "", "", period)
            for word in words[:-1]
            for period in (word.period, word.inner[2], period_of(word.plain))
        ):
            return False
        for word in (words[-1], *limits):
            said = [(word.unit, word.asks, word.period)]
            if how == "loose" or word in limits:
                said.append(word.inner)
            if not all(_allows(one, *each) for each in said):
                return False
        return all(self._passes_over(one, remark) for word in words for remark in word.remarks)

    def _passes_over(self, one: Field, remark: str) -> bool:
        # A remark may be left out when it tells how to fill in or lists the answers; a short one is a qualifier.
        if any(fold(value) in remark for value in one.values) or one.label in remark:
            return True
        named = {who for who, word in _OTHER.items() if word.search(remark)}
        if named - self._about[one.id]:
            return False
        return len(remark) > 5 or remark in self._said[one.id]


def _word(word: Wording, how: str) -> str:
    return word.plain if how == "exact" else word.core


def _variants(words: list[Wording]) -> Iterable[tuple[list[Wording], bool]]:
    """The path with a remark in brackets as part of its words, above or below them; then as written.

    With each whether its last part may be understood alone, which would pass over the remark.
    """
    last = words[-1]
    if len(last.remarks) == 1:
        yield [*words[:-1], replace(last, plain=whole(last), core=whole(last), remarks=())], True
        bare, inner = replace(last, remarks=()), wording(last.remarks[0])
        if inner.plain:
            yield [*words[:-1], inner, bare], False
            yield [*words[:-1], bare, inner], False
    yield words, True


def _allows(one: Field, unit: str, asks: str, period: str) -> bool:
    counted = one.type in ("int", "float")
    if unit:
        if one.type == "pct":
            fits = unit == "%"
        elif one.type == "score":
            fits = unit == "分"
        elif one.type in ("date", "dates"):
            fits = unit in ("天", "年")
        else:
            fits = counted and unit == _KIND_OF_FIELD.get(one.unit, one.unit)
        if not fits:
            return False
    if asks and not {
        "bool": one.type == "bool", "date": one.type in ("date", "dates"), "number": counted or one.type in ("pct", "score"),
    }[asks]:  # fmt: skip
        return False
    if period == "month":
        return one.period not in ("ytd", "year")
    return period != "past" and not (period == "year" and one.period == "month")

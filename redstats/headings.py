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

_UNITS = {
    "人": "人|名|位|人数|人次|人次数",
    "户": "户|家|户数",
    "次": "次|场|场次|件|个|项|条|份|对|处|起|宗|辆|台|回|期|次数|件数|个数|项数|份数|条数|场数|辆数",
    "天": "天|日|天数|工作日",
    "小时": "小时|分钟|周|个月",
    "岁": "岁|周岁",
    "面积": "平方米|平米|平方|㎡|m2|m²",
    "元": "元",
    "%": "%|百分比",
    "分": "分",
    "届": "届",
    "年": "年",
    "亩": "亩|公顷|套|幢|栋",
}
_UNIT_OF = {word: kind for kind, words in _UNITS.items() for word in words.split("|")}
_SCALES = {"": 1, "百": 100, "千": 1_000, "万": 10_000}
_UNIT_WORDS = "|".join(sorted(map(re.escape, _UNIT_OF), key=len, reverse=True))
_UNIT = re.compile(rf"(?:单位:?)?(?P<scale>[百千万]?)(?P<unit>{_UNIT_WORDS})(?:/(?:次|月|年|户))?$")
# Alone in a cell 户数 and 人次 are headings, 户 and 人 are units.
_BARE_UNIT = re.compile(rf"[(]?(?!人次|.*数[)]?$){_UNIT.pattern[:-1]}[)]?$")
_KIND_OF_FIELD = {"人次": "人", "件": "次", "个": "次", "辆": "次", "场": "次", "对": "次", "份": "次", "条": "次"}
_KIND_OF_FIELD |= {"平方米": "面积", "": ""}

_YES_NO = re.compile(
    r"(?:请?[填打选]写?)?(?:(?:是|有|y|√|✓|已建|对)[/、|或]?(?:否|无|没有|n|×|x|✗|未建|错)|(?:打|划)[√✓勾]|[√✓])(?:选?填|表示)?.{0,6}$"
)
_HOW_TO = re.compile(
    r"(?:请|填|如|例|格式|可多?选|必填|选填|多选|单选|按|截[至止]|注[:明]|见|没有|无则|含|不含|包[括含]|自动|不超过|与.*一致|以.*为准"
    r"|全称|简称|盖章|可?续|[\d一二三四五六七八九十]+$|[\d.年月日/-]+$|年[/.、-]?月?[/.、-]?日?$|y+[-/.年]m|不少于|精确|保留|下拉|不填|没填|数字|文字|文本).*"
)
_MONTHLY = "本月份?|当月|月度|本期|本月度"
_YEARLY = "年度?内?累计|本年度?累计|全年累计|累计|本年度|本年|今年|全年|年内|年度|当年|截至(?:目前|本月)(?:累计)?|1[-~至到—–]+(?:1[0-2]|[1-9])月(?:累计)?"
_PAST = "上个?月|上期|上季度|去年|上年度?|往年|同期|上年同期|去年同期|环比|同比|较上月|增减|较去年"
_PERIOD = {"month": re.compile(_MONTHLY), "year": re.compile(_YEARLY), "past": re.compile(_PAST)}
_LEAD = re.compile(
    rf"(?P<fill>其中:?|共计?|已)|(?P<ask>是否已?有?|有无|有没有)|(?P<month>{_MONTHLY})|(?P<past>{_PAST})|(?P<year>{_YEARLY})"
)
_TAIL = re.compile(
    rf"(?P<year>(?:\()?(?:{_YEARLY})\)?)$|(?P<month>{_MONTHLY})$|(?P<count>(?P<unit>人次|人|件|次|场|户|个|项|条|份|对|辆|天)数量?|人次|总人次|总数量?|数量|数)$"
    r"|(?P<date>日期|时间)$|(?P<fill>情况)$"
)
_TOTAL = re.compile(r"(?:合计|总计|共计|小计|总数|总量|数量|数|合计数)$")
_NUMBERED = re.compile(r"^(?:[(]?[\d一二三四五六七八九十]{1,3}[)、]|\d{1,2}\.(?!\d)|[①-⑳])+")
_MARKS = re.compile(r"[“”\"'‘’《》*★☆]|:$")
_BRACKETS = re.compile(r"\(([^()]*)\)")
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
class Wording:
    """One part of a heading taken apart: ``plain`` words, their ``core``, and what restricts the answer.

    ``unit`` is a kind of unit, ``asks`` is bool, number, date or "", ``period`` is month, year, past or "";
    ``inner`` are the restrictions that stand in the words themselves, ``remarks`` what stood in brackets.
    """

    plain: str
    core: str
    unit: str = ""
    scale: int = 1
    asks: str = ""
    period: str = ""
    inner: tuple[str, str, str] = ("", "", "")
    remarks: tuple[str, ...] = ()


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
        self._labels = {id_: _whole(wording(one.label)) for id_, one in self._fields.items()}
        # Whom the field's own headings speak of: a group that names one of these is no stranger.
        said = {id_: "".join((one.label, *one.also, one.group)) for id_, one in self._fields.items()}
        self._about = {id_: {who for who, word in _OTHER.items() if word.search(said[id_])} for id_ in said}
        for one in self._fields.values():
            for heading in (one.label, *one.also):
                *above, leaf = heading.split(">")
                own = wording(leaf)
                for how, word in (("exact", _whole(own)), ("loose", _whole(own) if own.remarks else own.core)):
                    if above:
                        self._under[how].setdefault(word, []).append((wording(above[-1]).core, one.id))
                    else:
                        self._direct[how].setdefault(word, set()).add(one.id)
        self.match = lru_cache(maxsize=20_000)(self._match)
        self.knows = lru_cache(maxsize=200_000)(self._knows)

    def _match(self, path: tuple[str, ...]) -> Match:
        """What the path asks for."""
        parts = [wording(part) for part in path if part and not _FILLER.match(fold(part))]
        limits = [part for part in parts if not part.plain]
        words = [part for part in parts if part.plain]
        if words and _TERM.fullmatch(_whole(words[-1])) and {"term_start", "term_end"} <= self._fields.keys():
            start, end = self._fields["term_start"], self._fields["term_end"]
            return Match(start, "exact", 1, until=end)
        found = self._found(words, limits)
        while found.field is None and len(words) > 1 and (limit := _as_limit(words[-1])):
            limits.append(limit)  # 接待次数 / 本月: the leaf only limits what stands above it
            words.pop()
            found = self._found(words, limits)
        return found

    def _found(self, words: list[Wording], limits: list[Wording]) -> Match:
        if not words:
            return Match(None, "unknown")
        doubtful = False
        ways = ((self._qualified, "exact"), (self._qualified, "loose"), (self._joined, "exact"),
                (self._joined, "loose"), (self._leaf, "exact"), (self._leaf, "loose"))  # fmt: skip
        for variant, alone in _variants(words):
            for find, how in ways if alone else ways[:4]:
                candidates = find(how, variant)
                allowed = {id_ for id_ in candidates if self._fits(self._fields[id_], variant, limits, how)}
                if len(allowed) == 1:
                    one = self._fields[allowed.pop()]
                    if find == self._leaf and self._is_foreign(one, variant):
                        return Match(None, "ambiguous")
                    scale = next((w.scale for w in (*reversed(limits), variant[-1]) if w.scale != 1), 1)
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
            or _whole(own) in self._direct["exact"]
            or (len(own.core) > 1 and own.core in self._direct["loose"])
            or bool(_TERM.fullmatch(_whole(own)))
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

    def _is_foreign(self, one: Field, words: list[Wording]) -> bool:
        own_label = words[-1].plain == self._labels[one.id]
        for group in words[:-1]:
            if _COMMITTEE.search(group.plain):
                continue
            if own_label and (one.clause or not _BARE.fullmatch(_GENERAL.sub("", group.plain))):
                continue
            named = {who for who, word in _OTHER.items() if word.search(group.plain)}
            if named - self._about[one.id]:
                return True
        return False

    def _fits(self, one: Field, words: list[Wording], limits: list[Wording], how: str) -> bool:
        """Whether unit, period and form of the question allow this field."""
        if not all(_allows(one, "", "", period) for word in words[:-1] for period in (word.period, word.inner[2])):
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
        return len(remark) > 5 and not named - self._about[one.id]


@lru_cache(maxsize=50_000)
def wording(text: str) -> Wording:
    """Take one part of a heading apart."""
    plain = _plain_text(text)
    unit, scale, asks, period, remarks = "", 1, "", "", []
    bare = plain if _BARE_UNIT.fullmatch(plain) or _YES_NO.fullmatch(plain) else ""
    for inner in ([bare.strip("()")] if bare else _BRACKETS.findall(plain)):
        found = _UNIT.fullmatch(inner)
        timed = next((name for name, word in _PERIOD.items() if word.fullmatch(inner)), "")
        if found and not inner.isdigit():
            unit, scale = _UNIT_OF[found["unit"]], _SCALES[found["scale"]]
        elif _YES_NO.fullmatch(inner):
            asks = "bool"
        elif timed:
            period = timed
        elif not _HOW_TO.fullmatch(inner):
            remarks.append(inner)
    if bare:
        return Wording("", "", unit, scale, asks, period)
    plain = _BRACKETS.sub("", plain).strip(":") or plain
    core, restrictions = _core(plain)
    return Wording(plain, core, unit, scale, asks, period, restrictions, tuple(remarks))


def _core(plain: str) -> tuple[str, tuple[str, str, str]]:
    """The words without common fillers, and what the fillers say of unit, question and period."""
    core, unit, asks, period = plain, "", "", ""
    for pattern, cut in ((_LEAD, "start"), (_TAIL, "end")):
        while found := (pattern.match(core) if cut == "start" else pattern.search(core)):
            rest = core[found.end() :] if cut == "start" else core[: found.start()]
            if len(rest) < 2:
                break
            core = rest.lstrip(":") if cut == "start" else rest
            said = found.groupdict()
            period = period or next((name for name in _PERIOD if said.get(name)), "")
            if said.get("ask"):
                asks = "bool"
            if said.get("count"):
                asks, unit = asks or "number", unit or ("人" if "人" in found[0] else _UNIT_OF.get(said["unit"] or "", ""))
            if said.get("date"):
                asks = asks or "date"
            if cut == "end" and not said.get("year") and not said.get("month"):
                break
    return core, (unit, asks, period)


def _plain_text(text: str) -> str:
    plain = _MARKS.sub("", fold(text))
    return _NUMBERED.sub("", plain) or plain


def _word(word: Wording, how: str) -> str:
    return word.plain if how == "exact" else word.core


def _whole(word: Wording) -> str:
    """The words with what stood in brackets and was no unit, period or way of filling in."""
    return word.plain + "".join(f"({remark})" for remark in word.remarks)


def _as_limit(word: Wording) -> Wording | None:
    """A part that names no datum of its own, as the limit it sets: 本月, 次数, 合计."""
    period = next((name for name, pattern in _PERIOD.items() if pattern.fullmatch(word.plain)), "")
    if period:
        return Wording("", "", period=period)
    if found := _UNIT.fullmatch(word.plain):
        return Wording("", "", unit=_UNIT_OF[found["unit"]], scale=_SCALES[found["scale"]])
    return Wording("", "", asks="number") if _TOTAL.fullmatch(word.plain) else None


def _variants(words: list[Wording]) -> Iterable[tuple[list[Wording], bool]]:
    """The path with a remark in brackets as part of its words, above or below them; then as written.

    With each whether its last part may be understood alone, which would pass over the remark.
    """
    last = words[-1]
    if len(last.remarks) == 1:
        yield [*words[:-1], replace(last, plain=_whole(last), core=_whole(last), remarks=())], True
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

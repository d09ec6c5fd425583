"""The wording of one part of a heading: its words, and the unit, period and form of question that limit them.

Which words speak of others, turn the meaning or say nothing is data: ``wording/headings.yaml``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from redstats.errors import StandardError
from redstats.strict import check_keys, load
from redstats.text import fold

FILE = Path(__file__).parent.parent / "wording" / "headings.yaml"

_UNITS = {
    "人": "人|名|位|人数|人次|人次数",
    "户": "户|家|户数",
    "次": "次|场|场次|件|个|项|条|份|对|辆|台|次数|件数|个数|项数|份数|条数|场数|辆数",
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
_YES_NO = re.compile(
    r"(?:请?[填打选]写?)?(?:(?:是|有|y|√|✓|已建|对)[/、|或](?:否|无|没有|n|×|x|✗|未建|错)|是否$|有无$|√×|(?:打|划)[√✓勾]|[√✓])(?:选?填|表示)?.{0,6}$"
)
_HOW_TO = re.compile(
    r"(?:(?:每|半)[年月季周].{0,3}[一1]次|请|填|如|例|格式|可多?选|必填|选填|多选|单选|按|截[至止]|注[:明]|见|没有|无则|含|不含|包[括含]|自动|不超过|与.*一致|以.*为准"
    r"|全称|简称|盖章|可?续|可填|[\d一二三四五六七八九十]+$|[\d.年月日/-]+$|年[/.、-]?月?[/.、-]?日?$|y+[-/.年]m|不少于|精确|保留|下拉|不填|没填|数字|文字|文本).*"
)
_MONTHLY = "本月份?|当月|月度|本期|本月度"
_YEARLY = "年度?内?累计|本年度?累计|全年累计|累计|本年度|本年|今年|全年|年内|年度|当年|截至(?:目前|本月)(?:累计)?|1[-~至到—–]+(?:1[0-2]|[1-9])月(?:累计)?"
_PAST = "上个?月|上期|上季度|去年|上年度?|往年|同期|上年同期|去年同期|环比|同比|较上月|增减|较去年"
_PERIOD = {"month": re.compile(_MONTHLY), "year": re.compile(_YEARLY), "past": re.compile(_PAST)}
_LEAD = re.compile(
    rf"(?P<fill>其中:?|共计?|已)|(?P<ask>是否已?有?|有无|有没有)|(?P<month>{_MONTHLY})|(?P<past>{_PAST})|(?P<year>{_YEARLY})"
)
_TAIL = re.compile(
    rf"(?P<year>(?:\()?(?:{_YEARLY})\)?)$|(?P<month>{_MONTHLY})$|(?P<count>总?(?P<unit>人次|人|件|次|场|户|个|(?<!事)项|条|份|对|辆|天)数量?|人次|总人次|总数量?|数量|数)$"
    r"|(?P<date>(?:具体)?(?:日期|时间|年月日?|之日|(?<![待作假节生息放党每次末交平])日))$|(?P<fill>情况)$"
)
# What only tells how to fill in may name what it leaves out: 未开展填0, 不含计划召开的, 已建/未建.
_INSTRUCTS = re.compile(
    r"填|写|打[√✓勾×]|勾选|选择|录入|不(?:含|包括|计)|示例|^(?:如|例|格式)|.+[/、|或,](?:不|未|没|无)|^(?:不|未|没有|无).{0,4}[/、|或,]"
)
SCOPE = re.compile(
    "不?含|不?包[括含]|不计|仅|只[含计]"
)  # what is counted and what not: to be said, whatever follows
_HAN = {word: number for number, word in enumerate("一二三四五六七八九十", 1)} | {"十一": 11, "十二": 12}
_MONTH = r"(?:1[0-2]|0?[1-9](?!\d)|十[一二]?|[一二三四五六七八九])"
_DATED = re.compile(
    rf"(?P<to>截[至止]|至)?(?P<year>(?:19|20)\d\d)?(?(year)(?:年度?|[.\-/](?=\d)|$)|(?<!\d))"
    rf"(?:(?P<first>{_MONTH})月?份?[-~至到—–]+(?P<last>{_MONTH})月份?|(?P<month>{_MONTH})月份?(?!\d{{1,2}}[日号])"
    r"|第?(?P<quarter>[一二三四1-4])季度?|(?P<half>[上下])半年)?"
)
_NUMERIC = re.compile(r"(?P<year>(?:19|20)\d\d)[.\-/](?P<month>1[0-2]|0?[1-9])(?:[.\-/]\d{1,2})?")
_TOTAL = re.compile(r"(?:合计|总计|共计|小计|总数|总量|数量|数|合计数)$")
_NUMBERED = re.compile(r"^(?:[(]?[\d一二三四五六七八九十]{1,3}[)、]|\d{1,2}\.(?!\d\D)|[①-⑳])+")
_MARKS = re.compile(r"[“”\"'‘’《》*★☆]|[:?]$")
_ONLY_BRACKETS = re.compile(r"\([^()]+\)")
_BRACKETS = re.compile(r"\(([^()]*)\)")


@dataclass(frozen=True, slots=True)
class Span:
    """Months that a heading names: ``year`` is 0 where it is not said, ``first`` and ``last`` where only a year is."""

    year: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Wording:
    """One part of a heading taken apart: ``plain`` words, their ``core``, and what restricts the answer.

    ``unit`` is a kind of unit, ``asks`` is bool, number, date or "", ``period`` is month, year, past or "";
    ``inner`` are the restrictions that stand in the words themselves, ``remarks`` what stood in brackets.
    ``dated`` and ``noted`` are the spans of months that the words and the brackets name.
    """

    plain: str
    core: str
    unit: str = ""
    scale: int = 1
    asks: str = ""
    period: str = ""
    inner: tuple[str, str, str] = ("", "", "")
    remarks: tuple[str, ...] = ()
    dated: tuple[Span, ...] = ()
    noted: tuple[Span, ...] = ()


@lru_cache(maxsize=50_000)
def wording(text: str) -> Wording:
    """Take one part of a heading apart."""
    plain = _plain_text(text)
    unit, scale, asks, period, remarks, noted = "", 1, "", "", [], []
    bare = plain if _BARE_UNIT.fullmatch(plain) or _YES_NO.fullmatch(plain.strip("()")) else ""
    for inner in [bare.strip("()")] if bare else _inner(plain):
        found = _UNIT.fullmatch(inner)
        timed = period_of(inner)
        if found and not inner.isdigit():
            unit, scale = _UNIT_OF[found["unit"]], _SCALES[found["scale"]]
        elif _YES_NO.fullmatch(inner):
            asks = "bool"
        elif spans := _spans(inner):
            noted += spans
        elif timed:
            period = timed
        elif SCOPE.match(inner) or not (
            instructs(inner) or (_HOW_TO.fullmatch(inner) and not turns_of(inner))
        ):
            remarks.append(inner)
    if bare or (_ONLY_BRACKETS.fullmatch(plain) and not remarks):
        return Wording("", "", unit, scale, asks, period, noted=tuple(noted))
    plain = _BRACKETS.sub("", plain).strip(":") or plain
    dated = _spans(plain)
    if dated and len(rest := _undated(plain)) > 1:
        plain = rest
    core, restrictions = core_of(plain)
    return Wording(
        plain, core, unit, scale, asks, period, restrictions, tuple(remarks), tuple(dated), tuple(noted)
    )


def _spans(text: str) -> list[Span]:
    """The months and years that a text names: 2026年10月, 1-10月, 三季度, 上半年, 2025年度."""
    if re.match("如|例|格式", text):
        return []
    if plain := _NUMERIC.fullmatch(text):
        return [Span(int(plain["year"]), int(plain["month"]), int(plain["month"]))]
    found = []
    for one in _DATED.finditer(text):
        said = one.groupdict()
        first = last = 0
        if said["first"]:
            first, last = _number(said["first"]), _number(said["last"])
        elif said["month"]:
            last = _number(said["month"])
            first = 1 if said["to"] else last
        elif said["quarter"]:
            last = 3 * _number(said["quarter"])
            first = last - 2
        elif said["half"]:
            first, last = (1, 6) if said["half"] == "上" else (7, 12)
        if said["year"] or last:
            found.append(Span(int(said["year"] or 0), first, last))
    return found


def _undated(plain: str) -> str:
    """The words without the month they begin or end with."""
    for one in _DATED.finditer(plain):
        if any(one.groupdict().values()) and (one.start() == 0 or one.end() == len(plain)):
            return (plain[: one.start()] + plain[one.end() :]).lstrip("的:")
    return plain


def _number(text: str) -> int:
    return _HAN.get(text) or int(text)


@lru_cache(maxsize=20_000)
def turns_of(text: str) -> frozenset[str]:
    """The words of ``text`` that make another datum of what they stand with: 未, 计划, 上届, 抽查."""
    plain = re.sub("是否|有无|有没有", "", text)
    return frozenset(found[0] for pattern in TURNS.values() for found in pattern.finditer(plain))


def elsewhen(title: str, year: int) -> str:
    """The words by which a title or a sheet's name says that it is of another time than this year's month, or ""."""
    plain = fold(title)
    if found := ELSEWHEN.search(plain):
        return found[0]
    years = {int(each) for each in re.findall(r"(?<!\d)(20\d\d)(?=年|$)", plain)}
    return f"{max(years)}年" if years and year not in years else ""


def instructs(remark: str) -> bool:
    """Whether a remark only tells how to fill in: 未开展填0."""
    return bool(_INSTRUCTS.search(remark))


def remainder_of(text: str) -> list[str]:
    """The pieces of a group's words that are left without all that says nothing."""
    plain = re.sub(r"^第?[\d.一二三四五六七八九十甲乙丙丁戊]+(?:[章节条款项]|(?=\W|$))", "", text)
    pieces = re.split(rf"(?:{IDLE.pattern}|[^\w]|[及和与或的])+", plain)
    return [piece for piece in pieces if piece]


def _inner(plain: str) -> list[str]:
    """What stands in brackets; (次,年累计) is two things."""
    found = []
    for inner in _BRACKETS.findall(plain):
        pieces = re.split("[,、;]", inner)
        limits = [
            piece
            for piece in pieces
            if _UNIT.fullmatch(piece) or _HOW_TO.fullmatch(piece) or period_of(piece)
        ]
        found += pieces if len(limits) == len(pieces) else [inner]
    return found


def period_of(text: str) -> str:
    return next((name for name, word in _PERIOD.items() if word.fullmatch(text)), "")


def core_of(plain: str) -> tuple[str, tuple[str, str, str]]:
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
                asks, unit = (
                    asks or "number",
                    unit or ("人" if "人" in found[0] else _UNIT_OF.get(said["unit"] or "", "")),
                )
            if said.get("date"):
                asks = asks or "date"
    return core, (unit, asks, period)


def _plain_text(text: str) -> str:
    plain = _MARKS.sub("", fold(text))
    return _NUMBERED.sub("", plain) or plain


def whole(word: Wording) -> str:
    """The words with what stood in brackets and was no unit, period or way of filling in."""
    return word.plain + "".join(f"({remark})" for remark in word.remarks)


def as_limit(word: Wording) -> Wording | None:
    """A part that names no datum of its own, as the limit it sets: 本月, 次数, 合计."""
    if period := period_of(word.plain):
        return Wording("", "", period=period, dated=word.dated, noted=word.noted)
    if word.dated and _DATED.fullmatch(word.plain):
        return Wording("", "", dated=word.dated)
    if found := _UNIT.fullmatch(word.plain):
        return Wording("", "", unit=_UNIT_OF[found["unit"]], scale=_SCALES[found["scale"]])
    return Wording("", "", asks="number") if _TOTAL.fullmatch(word.plain) else None


def _vocabulary() -> dict[str, object]:
    """The words of wording/headings.yaml as patterns; StandardError when one is none."""
    content = check_keys(load(FILE), required=_SECTIONS, where=FILE.name)
    for section in ("others", "turns", "same", "tails"):
        if not isinstance(content[section], dict):
            raise StandardError(
                "此处应为一组“名称: 词语”", where=f"{FILE.name}，{section}", to_do="请逐行写词语"
            )
    try:
        # longest first, so that 日常管理 does not leave 管理 behind
        content["idle"] = "|".join(sorted(content["idle"].split("|"), key=len, reverse=True))
        return {
            section: {name: re.compile(each) for name, each in words.items()}
            if isinstance(words, dict)
            else re.compile(words)
            for section, words in content.items()
        }
    except (re.error, TypeError, AttributeError) as error:
        raise StandardError(
            "词语不是可用的模式", where=FILE.name, to_do=f"请检查括号和引号（{error}）"
        ) from error


_SECTIONS = (
    *("others", "turns", "elsewhen", "several_months", "set_aside", "idle"),
    *("bodies", "slack", "same", "doing", "tails"),
)
_WORDS = _vocabulary()
OTHERS, TURNS, ELSEWHEN, SEVERAL_MONTHS, SET_ASIDE, IDLE, BODIES, SLACK, SAME, DOING, TAILS = map(
    _WORDS.get, _SECTIONS
)

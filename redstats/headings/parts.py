"""The wording of one part of a heading: its words, and the unit, period and form of question that limit them.

Which words speak of others, turn the meaning or say nothing is data (``wording/headings.yaml``), and so is what limits
the answer (``wording/heading_limits.yaml``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from redstats.text import fold
from redstats.wording import vocabulary

_WORDS = vocabulary("headings")
_LIMITS = vocabulary("heading_limits")
_FOOTNOTE = vocabulary("values").compose(r"(?<=[\w)]){footnote}+$")

OTHERS = _WORDS.patterns("others")
TURNS = _WORDS.patterns("turns")
ELSEWHEN = _WORDS.pattern("elsewhen")
SEVERAL_MONTHS = _WORDS.pattern("several_months")
SET_ASIDE = _WORDS.pattern("set_aside")
# longest first, so that 日常管理 does not leave 管理 behind
IDLE = re.compile("|".join(sorted(_WORDS.words("idle"), key=len, reverse=True)))
BODIES = _WORDS.compose("{body_whose}?{body}")
SLACK = _WORDS.pattern("slack")
SAME = _WORDS.patterns("same")
DOING = _WORDS.pattern("doing")
TAILS = {type_: re.compile(f"(?:{'|'.join(words)})$") for type_, words in _WORDS.family("tails").items()}
SCOPE = _LIMITS.pattern("scope")

NUMERALS = "一二三四五六七八九十"
ORDERS = f"{NUMERALS}甲乙丙丁戊"  # what numbers a chapter or a row
_HAN = {word: number for number, word in enumerate(NUMERALS, 1)} | {"十一": 11, "十二": 12}
_SCALES = {"": 1, "百": 100, "千": 1_000, "万": 10_000}
_UNIT_OF = {word: kind for kind, words in _LIMITS.family("units").items() for word in words}
_UNIT_WORDS = "|".join(sorted(map(re.escape, _UNIT_OF), key=len, reverse=True))
_UNIT = _LIMITS.compose(
    rf"{{unit_before}}?(?P<scale>[{''.join(_SCALES)}]?)(?P<unit>{_UNIT_WORDS})(?:/(?:(?P<per_month>{{per_month}})|(?P<per_year>{{per_year}})|{{per_occasion}}))?$"
)
# Alone in a cell 户数 and 人次 are headings, 户 and 人 are units.
_BARE_UNIT = _LIMITS.compose(rf"[(]?(?!{{count_heading}}){_UNIT.pattern[:-1]}[)]?$")
_YES_NO = _LIMITS.compose("{yes_no_before}?{yes_no}{yes_no_after}?.{0,6}$")
_HOW_TO = _LIMITS.compose("{how_to}.*")
_INSTRUCTS = _LIMITS.pattern("instructs")
_EXAMPLE = _LIMITS.pattern("example")
_PERIOD = {
    "month": _LIMITS.pattern("this_month"),
    "year": _LIMITS.pattern("this_year"),
    "past": _LIMITS.pattern("other_period"),
}
_LEAD = _LIMITS.compose(
    r"(?P<fill>{filler_before})|(?P<ask>{question_before})"
    r"|(?P<month>{this_month})|(?P<past>{other_period})|(?P<year>{this_year})"
)
_TAIL = _LIMITS.compose(
    r"(?P<year>(?:\()?{this_year}\)?)$|(?P<month>{this_month})$"
    r"|(?P<count>{count_of_unit_before}?(?P<unit>{counted_unit}){count_of_unit_after}|{count_after})$"
    r"|(?P<date>{date_before}?{date_after})$|(?P<fill>{filler_after})$"
)
_TOTAL = _LIMITS.compose("{total}$")
_MONTH = r"(?:1[0-2]|0?[1-9](?!\d)|十[一二]?|[一二三四五六七八九])"
_DATED = _LIMITS.compose(
    r"(?P<to>{until})?(?P<year>(?:19|20)\d\d)?(?(year)(?:{year_sign}|[.\-/](?=\d)|$)|(?<!\d))"
    rf"(?:(?P<first>{_MONTH}){{first_month_sign}}{{span_dash}}(?P<last>{_MONTH}){{month_sign}}"
    rf"|(?P<month>{_MONTH}){{month_sign}}(?!\d{{1,2}}{{day_sign}})"
    r"|{ordinal}?(?P<quarter>[一二三四1-4]){quarter_sign}|(?P<half>[上下]){half_year})?"
)
_NUMERIC = re.compile(r"(?P<year>(?:19|20)\d\d)[.\-/](?P<month>1[0-2]|0?[1-9])(?:[.\-/]\d{1,2})?")
_TITLE_YEAR = _LIMITS.compose(r"(?<!\d)(20\d\d)(?={title_year_sign}|$)")
_NUMBERED = re.compile(rf"^(?:[(]?[\d{NUMERALS}]{{1,3}}[)、]|\d{{1,2}}\.(?!\d\D)|[①-⑳])+")
_NUMBERED_GROUP = re.compile(
    rf"^{_LIMITS.any_of('ordinal')}?[\d.{ORDERS}]+(?:{_WORDS.any_of('numbered_part')}|(?=\W|$))"
)
_QUESTION = _WORDS.pattern("question")
_NOTHING_SAID = re.compile(rf"(?:{IDLE.pattern}|[^\w]|{_WORDS.any_of('group_joint')})+")
_MARKS = re.compile(rf"[“”\"'‘’《》*★☆]|[:?]$|{_FOOTNOTE.pattern}")
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
        match = _UNIT.fullmatch(inner)
        timed = period_of(inner)
        if match and not inner.isdigit():
            unit, scale = _UNIT_OF[match["unit"]], _SCALES[match["scale"]]
            period = period or _per(match)
        elif _YES_NO.fullmatch(inner):
            asks = "bool"
        elif _TOTAL.fullmatch(inner):
            asks = asks or "number"
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
    if _EXAMPLE.match(text):
        return []
    if plain := _NUMERIC.fullmatch(text):
        return [Span(int(plain["year"]), int(plain["month"]), int(plain["month"]))]
    spans = []
    for match in _DATED.finditer(text):
        groups = match.groupdict()
        first = last = 0
        if groups["first"]:
            first, last = _number(groups["first"]), _number(groups["last"])
        elif groups["month"]:
            last = _number(groups["month"])
            first = 1 if groups["to"] else last
        elif groups["quarter"]:
            last = 3 * _number(groups["quarter"])
            first = last - 2
        elif groups["half"]:
            first, last = (1, 6) if groups["half"] == "上" else (7, 12)
        if groups["year"] or last:
            spans.append(Span(int(groups["year"] or 0), first, last))
    return spans


def _undated(plain: str) -> str:
    """The words without the month they begin or end with."""
    for match in _DATED.finditer(plain):
        if any(match.groupdict().values()) and (match.start() == 0 or match.end() == len(plain)):
            return (plain[: match.start()] + plain[match.end() :]).lstrip("的:")
    return plain


def _per(unit: re.Match[str]) -> str:
    """The period by which a unit counts: 次/年 is not 次/月."""
    return "month" if unit["per_month"] else "year" if unit["per_year"] else ""


def _number(text: str) -> int:
    return _HAN.get(text) or int(text)


@lru_cache(maxsize=20_000)
def turns_of(text: str) -> frozenset[str]:
    """The words of ``text`` that make another datum of what they stand with: 未, 计划, 上届, 抽查."""
    plain = _QUESTION.sub("", text)
    return frozenset(found[0] for pattern in TURNS.values() for found in pattern.finditer(plain))


def elsewhen(title: str, year: int) -> str:
    """The words by which a title or a sheet's name says that it is of another time than this year's month, or ""."""
    plain = fold(title)
    if match := ELSEWHEN.search(plain):
        return match[0]
    years = {int(each) for each in _TITLE_YEAR.findall(plain)}
    return f"{max(years)}年" if years and year not in years else ""


def instructs(remark: str) -> bool:
    """Whether a remark only tells how to fill in: 未开展填0."""
    return bool(_INSTRUCTS.search(remark))


def remainder_of(text: str) -> list[str]:
    """The pieces of a group's words that are left without all that says nothing."""
    plain = _NUMBERED_GROUP.sub("", text)
    pieces = _NOTHING_SAID.split(plain)
    return [piece for piece in pieces if piece]


def _inner(plain: str) -> list[str]:
    """What stands in brackets; (次,年累计) is two things."""
    bracketed = []
    for inner in _BRACKETS.findall(plain):
        pieces = re.split("[,、;]", inner)
        limits = [
            piece
            for piece in pieces
            if _UNIT.fullmatch(piece) or _HOW_TO.fullmatch(piece) or period_of(piece)
        ]
        bracketed += pieces if len(limits) == len(pieces) else [inner]
    return bracketed


def period_of(text: str) -> str:
    return next((name for name, word in _PERIOD.items() if word.fullmatch(text)), "")


def core_of(plain: str) -> tuple[str, tuple[str, str, str]]:
    """The words without common fillers, and what the fillers say of unit, question and period."""
    core, unit, asks, period = plain, "", "", ""
    for pattern, cut in ((_LEAD, "start"), (_TAIL, "end")):
        while filler := (pattern.match(core) if cut == "start" else pattern.search(core)):
            rest = core[filler.end() :] if cut == "start" else core[: filler.start()]
            if len(rest) < 2:
                break  # 次数 alone is a heading, not a filler behind one
            core = rest.lstrip(":") if cut == "start" else rest
            groups = filler.groupdict()
            period = period or next((name for name in _PERIOD if groups.get(name)), "")
            if groups.get("ask"):
                asks = "bool"
            if groups.get("count"):
                asks, unit = (
                    asks or "number",
                    unit or ("人" if "人" in filler[0] else _UNIT_OF.get(groups["unit"] or "", "")),
                )
            if groups.get("date"):
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
    if match := _UNIT.fullmatch(word.plain):
        return Wording(
            "", "", unit=_UNIT_OF[match["unit"]], scale=_SCALES[match["scale"]], period=_per(match)
        )
    return Wording("", "", asks="number") if _TOTAL.fullmatch(word.plain) else None

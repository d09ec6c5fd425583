"""Counts, quantities and percentages as streets write them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from decimal import Decimal

from redstats.text import clean, fold, halfwidth
from redstats.text.numerals import NUMERALS, POWER, POWERS, RUN, chinese_number, size_of
from redstats.values.reading import Asked, Reading, quote, taken, unreadable
from redstats.values.remarks import leading_time, of_another_time, undone
from redstats.wording import vocabulary

# Words of one family count the same things; another family's word is worth a look.
_FAMILIES = (
    ("人次", "人", "名", "位"),
    ("户", "家", "套", "戶"),
    ("次", "场", "回", "届", "期"),
    ("件", "个", "项", "条", "份", "处", "起", "宗"),
    ("辆", "台"),
    ("元", "块", "圆"),
    ("m²", "m2", "㎡", "平方米", "平米", "平方", "平", "方"),
    ("岁", "周岁"),
    ("天", "日"),
    ("幢", "栋", "座"),
)
UNITS = sorted((unit for family in _FAMILIES for unit in family), key=len, reverse=True)
_SQUARE = next(family for family in _FAMILIES if "㎡" in family)
_ANYTHING = {"个", "项", "届"}

_WORDS_OF = vocabulary("numbers")
_ABOUT_BEFORE = _WORDS_OF.pattern("about_before")
_ABOUT_AFTER = _WORDS_OF.pattern("about_after")
_LEAD = _WORDS_OF.pattern("lead")
_BREAKDOWN = _WORDS_OF.pattern("breakdown")
_NOT_THAT_MANY = _WORDS_OF.pattern("not_that_many")


@dataclass(frozen=True, slots=True)
class Number:
    """A number found in text: its size, whether it carried %, what is worth saying, the remark beside it, its unit."""

    size: Decimal
    percent: bool = False
    notes: tuple[str, ...] = ()
    remark: str = ""
    word: str = ""


def parse_number(text: str, unit: str = "") -> Number | str:
    """The one number ``text`` states, in ``unit``, or (Chinese) why there is not exactly one."""
    quoted = quote(text)
    text = re.sub("[−–—﹣]", "-", halfwidth(clean(text))).strip("'‘’\"“” ").rstrip("。.;,、:")
    text = re.sub(r"\s+(?=[^0-9\s])|(?<=[^0-9\s])\s+", "", text)
    if re.fullmatch(r"\([0-9.,]+\)", text):
        return f"{quoted}带括号，可能是负数，请去掉括号重填"
    if re.match(r"\+\s*[0-9]", text):
        return f"{quoted}带加号，可能是增加的数，请填本栏的数、不带加号"
    about = percent = False
    while lead := (_ABOUT_BEFORE.match(text) or _LEAD.match(text) or re.match("百分之", text)):
        about, percent = about or bool(_ABOUT_BEFORE.match(text)), percent or lead[0] == "百分之"
        text = text[lead.end() :]
    match = RUN.match(text)
    if not match:
        return f"{quoted}里没有确切的数字，请填数字"
    run = match[0].rstrip(",.")
    rest = text[len(run) :].removeprefix(".")
    more = re.match(rf"[余多]({POWER})?", rest)
    if more:
        about, run, rest = True, run + (more[1] or ""), rest[more.end() :]
    size = size_of(run, about)
    if size is None:
        return f"{quoted}读不成一个数（逗号或数字写法不合常规），请填阿拉伯数字"
    if abs(size) >= 10**15:
        return f"{quoted}数字过长，精度可能已丢失，请核对后重填"
    if rest == "-":
        size, rest = -size, ""
    if rest.startswith("%"):
        percent, rest = True, rest[1:]
    # Longest first: 人次 begins with 人.
    known = sorted(
        {unit, unit.lstrip("万亿"), *(UNITS if unit in _SQUARE else set(UNITS) - {"平", "方"})},
        key=len,
        reverse=True,
    )
    word = next((word for word in known if word and rest.lower().startswith(word.lower())), "")
    rest = rest[len(word) :]
    after = _ABOUT_AFTER.match(rest)
    if after:
        about, rest = True, rest[after.end() :]
    if not word:
        word = next((word for word in known if word and rest.startswith(word)), "")
        rest = rest[len(word) :]
    why_not = _two_numbers(rest, size, bool(word) or percent)
    if why_not:
        return quoted + why_not
    # A column in 万元 may be answered in 元, or with 万 in the number itself.
    if unit[:1] in POWERS and word != unit and (word or run[-1] in POWERS):
        size /= POWERS[unit[0]]
    remark = rest.strip("(),、;。:[]【】")
    notes = (
        f"约数，按{_show(size)}计" if about else "",
        f"另注：{remark}" if remark else "",
        "" if _same_family(word, unit) else f"单位写作“{word}”，本栏单位为“{unit}”",
    )
    return Number(size, percent, tuple(note for note in notes if note), remark, word)


_IN_FACT = re.compile(f"{_WORDS_OF.any_of('in_fact')}[0-9{NUMERALS}]|.{{0,4}}前[0-9{NUMERALS}]")
_WAYS = {"线上", "线下", "现场"}
_TAILS = ("", "数", "人数", "次数", "户数", "件数", "总数")
_PLANNED = _WORDS_OF.pattern("planned")
_PER_MONTH = _WORDS_OF.compose(r"([^/每]*\d\D?)/{per_month}")
_ORDINAL = re.compile(r"\s*第[^届年任]+$")  # 第三届 is a number, 第3次 is one of them


def _two_numbers(rest: str, size: Decimal, has_unit: bool) -> str:
    """Why what follows a number leaves its meaning open, or ""."""
    if not rest:
        return ""
    if re.match(r"[-~至到—]+\W*[0-9" + NUMERALS + "]", rest):
        return "是一个范围，请填一个确切的数"
    if re.match(r"[+*×/÷=:<>＋]", rest):
        return "是算式或比值，请填算好的数"
    bracket = re.match(r"[(\[【]([^)\]】]*)[)\]】]?", rest)
    if bracket:
        inner = parse_number(bracket[1]) if bracket[1].strip() else ""
        differs = isinstance(inner, Number) and not inner.notes and inner.size != size
        if (
            (differs and not _LEAD.match(bracket[1]))
            or re.search("[0-9]", rest[bracket.end() :])
            or _IN_FACT.match(bracket[1])
        ):
            return "里有不止一个数，请只填一个"
        return "旁边又写着没有发生，请核对后重填" if undone(bracket[1]) else ""
    comment = rest.lstrip(",、;。:")
    if _BREAKDOWN.match(comment):
        return ""
    if re.search(f"[0-9%{NUMERALS[:-8]}]", comment):
        return "里有不止一个数，请只填一个"
    if _NOT_THAT_MANY.search(comment):
        return "不是一个确切的数，请填数字"
    return "" if has_unit or comment != rest else f"里的“{rest[:6]}”不是认得的单位，请只填数字"


def _same_family(word: str, unit: str) -> bool:
    unit = unit.lstrip("万亿")
    if not word or not unit or word.lower() == unit.lower() or word in _ANYTHING or unit in _ANYTHING:
        return True
    families = [family for family in _FAMILIES if unit in family]
    return not families or any(word in family for family in families)


def _show(size: Decimal) -> str:
    return f"{size.normalize():f}"


def _number(raw: object, field: Asked, number_format: str) -> tuple[Number | str, bool]:
    """The number of a cell of any kind (or why none), and whether it was plainly written."""
    if isinstance(raw, bool):
        return "应为数字，单元格却是真假值，请填数字", False
    if isinstance(raw, (dt.date, dt.time, dt.timedelta)):
        return f"Excel 把数字变成了日期或时间（{raw}），请把单元格设为文本后重填", False
    if isinstance(raw, (int, float)):
        if abs(raw) >= 10**15:  # also infinity
            return f"{quote(raw)}数字过长，精度可能已丢失，请核对后重填", False
        return Number(Decimal(str(raw)), "%" in number_format), True
    if not isinstance(raw, str):
        return f"{quote(raw)}不是数字，请填数字", False
    if re.fullmatch(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?", raw.strip()):
        return parse_number(raw, _unit(field)), True
    return _in_words(raw, field), False


def _unit(field: Asked) -> str:
    return "" if field.type == "pct" else field.unit or ""


def _in_words(raw: str, field: Asked) -> Number | str:
    """The number of a text that says more than a number: of what, of when, in which way."""
    if _PLANNED.search(raw):
        return f"{quote(raw)}说的是打算，不是已经发生的数，请只填已发生的"
    unit, period, text = _unit(field), getattr(field, "period", ""), fold(raw)
    if period == "month" and (monthly := _PER_MONTH.fullmatch(text)):
        number = _in_words(monthly[1], field)
        note = f"写作{quote(raw)}，按本月的数计"
        return number if isinstance(number, str) else replace(number, notes=(*number.notes, note))
    if unit == "届":
        text = re.sub("^(?:本届为|本届是|现为|本届)", "", text)
        if first := re.fullmatch(r"(?:首届|第一)(?:\((.*)\))?", text):
            return Number(Decimal(1), notes=(f"另注：{first[1]}",) if first[1] else ())
    if _ORDINAL.match(raw):
        return f"{quote(raw)}说的是第几，不是多少，请填数字"
    when = leading_time(text)
    if when and (why_not := of_another_time(when, period)):
        return f"{quote(raw)}{why_not}"
    left = text[len(when) :]
    subject = re.match(f"([\u4e00-\u9fff]{{1,8}}?)[共计有为:]*(?=[0-9{NUMERALS}])", left)
    of = subject[1] if subject else ""
    # Before the number only the words of the column itself or a way may stand: 党员4人 is a part of it.
    known = of in _WAYS or (of and any(fold(of + tail) in _headings(field) for tail in _TAILS))
    if subject and known:
        left = left[subject.end() :]
    number = parse_number(left if left != fold(raw) else raw, unit)
    if isinstance(number, str):
        return number.replace(quote(left), quote(raw), 1)
    if known and not _same_family(number.word, unit):
        return f"{quote(raw)}的单位是“{number.word}”，本栏单位为“{unit}”，请核对后只填数字"
    if why_not := _other_time_beside(number.remark, unit, period):
        return f"{quote(raw)}{why_not}"
    also = (
        (f"另注：{of}",)
        if of in _WAYS
        else (f"写作{quote(raw)}",)
        if when and period not in ("month", "ytd")
        else ()
    )
    return Number(number.size, number.percent, number.notes + also)


def _headings(field: Asked) -> set[str]:
    return {fold(heading) for heading in (field.label, *getattr(field, "also", ()))}


def _other_time_beside(remark: str, unit: str, period: str) -> str:
    """Why a remark such as （累计） or （上月3次） leaves open which number a column of ``period`` asks for, or ""."""
    if not remark or period not in ("month", "ytd"):
        return ""
    other = of_another_time(remark, period)
    count = re.search(f"[0-9{NUMERALS}](?:{re.escape(unit or '次')}|[次人户件个场项]|$)", remark)
    if count and not re.match("其中|[内]?含|包括", remark):
        better = not other and of_another_time(remark, "ytd" if period == "month" else "month")
        return "里有不止一个数，请只填一个" if better else ""
    return other


def read_int(raw: object, field: Asked, *, number_format: str = "", **_: object) -> Reading:
    """A count: whole and not negative."""
    number, plain = _number(raw, field, number_format)
    if isinstance(number, str):
        return unreadable(number)
    if why_not := _not_a_quantity(number, field):
        return unreadable(why_not)
    whole = int(number.size.to_integral_value())
    if abs(number.size - whole) > Decimal("1e-9") * max(1, whole):
        return unreadable(f"{quote(raw)}应为整数，请核对")
    return taken(whole, plain and (not isinstance(raw, str) or raw.strip() == str(whole)), *number.notes)


def read_float(raw: object, field: Asked, *, number_format: str = "", **_: object) -> Reading:
    """A quantity, not negative."""
    number, plain = _number(raw, field, number_format)
    if isinstance(number, str):
        return unreadable(number)
    why_not = _not_a_quantity(number, field)
    return unreadable(why_not) if why_not else taken(float(number.size), plain, *number.notes)


def _not_a_quantity(number: Number, field: Asked) -> str:
    if number.percent and field.unit != "%":
        return "写成了百分比，本栏应填数量"
    return f"{_show(number.size)}是负数，数量不能小于0，请核对" if number.size < 0 else ""


def read_pct(raw: object, field: Asked, *, number_format: str = "", **_: object) -> Reading:
    """A share as a fraction from 0 to 1."""
    if isinstance(raw, str):
        text = re.sub(r"\s", "", halfwidth(clean(raw)))
        if re.fullmatch("百分之?百", text):
            return taken(1.0, False)
        ratio = re.fullmatch(r"([0-9]{1,9})/([0-9]{1,9})", text)
        tenths = re.fullmatch("([1-9一二三四五六七八九十])成([1-9一二三四五六七八九半])?", text)
        if ratio and int(ratio[1]) <= int(ratio[2]) != 0:
            return taken(int(ratio[1]) / int(ratio[2]), False, f"按分数 {text} 计")
        if tenths:
            part = "5" if tenths[2] == "半" else (tenths[2] or "0")
            share = sum(
                (int(digit) if digit.isascii() else chinese_number(digit) or 0) * power
                for digit, power in ((tenths[1], 10), (part, 1))
            )
            return taken(share / 100, False) if share <= 100 else unreadable(f"{quote(raw)}超过100%，请核对")
    number, plain = _number(raw, field, number_format)
    if isinstance(number, str):
        return unreadable(number)
    size = number.size
    if number.percent and isinstance(raw, str):
        size, plain = size / 100, False
    elif not number.percent and 1 < size <= 100:
        return taken(float(size / 100), False, f"写作{_show(size)}，按{_show(size)}%计", *number.notes)
    if not 0 <= size <= 1:
        return unreadable(f"{quote(raw)}不在0%到100%之间，请核对")
    doubt = "写作1，按100%计，请核对是否为1%" if size == 1 and not number.percent else ""
    if number.percent and isinstance(raw, str) and 0 < size < Decimal("0.01"):
        doubt = "不足1%，请核对"
    return taken(float(size), plain, doubt, *number.notes)

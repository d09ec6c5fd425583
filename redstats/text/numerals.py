"""Numerals, Arabic and Chinese: 1,200, 3.5万, 一百二十, 两百五."""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS = dict(zip("零〇一二三四五六七八九", "00123456789", strict=True))
_DIGITS |= dict(zip("壹贰叁肆伍陆柒捌玖两貳參陸", "1234567892236", strict=True))
_CHINESE = str.maketrans(
    _DIGITS | dict(zip("拾佰仟萬億", "十百千万亿", strict=True)) | {"廿": "2十", "卅": "3十"}
)
NUMERALS = "".join(_DIGITS) + "十百千万亿拾佰仟萬億廿卅"
POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
POWERS |= {"十万": 10**5, "百万": 10**6, "千万": 10**7, "万亿": 10**12}
POWER = "|".join(sorted(POWERS, key=len, reverse=True))
_ARABIC = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?"
RUN = re.compile(rf"[+-]?(?:\.?[0-9][0-9.,]*(?:[eE][+-]?[0-9]{{1,2}}(?![0-9]))?|[{NUMERALS}])+")


def chinese_number(text: str) -> int | None:
    """The number a Chinese numeral writes (0 to 9999 亿), or None when it writes none.

    两百五 is 250, as spoken; two bare digits (三五) are None, being a range as spoken.
    """
    text = text.translate(_CHINESE)
    if re.fullmatch("[0-9]+", text):
        return int(text) if len(text) == 1 or (len(text) <= 12 and ("0" in text or len(text) > 2)) else None
    total, least = 0, 1
    for mark in "亿万":
        head, power, tail = text.partition(mark)
        if not power:
            continue
        size = _below_ten_thousand(head)
        if not size:
            return None
        total, text, least = total + size * POWERS[mark], tail, POWERS[mark] // 10
    if not text:
        return total
    if least > 1 and re.fullmatch("[1-9]", text):
        return total + int(text) * least
    rest = _below_ten_thousand(text)
    return None if rest is None else total + rest


def numeral(number: int) -> str:
    """1 to 99 as Chinese writes them: 十二."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return ("" if not tens else "十" if tens == 1 else f"{digits[tens]}十") + (digits[ones] if ones else "")


def _below_ten_thousand(text: str) -> int | None:
    spoken = re.fullmatch("(.*)([百千])([1-9])", text)
    if spoken:
        text = f"{spoken[1]}{spoken[2]}{spoken[3]}{'十' if spoken[2] == '百' else '百'}"
    parts = (
        re.fullmatch("0?(?:([1-9])千)?0?(?:([1-9])百)?0?(?:([1-9]?)十)?0?([0-9])?", text) if text else None
    )
    if not parts:
        return None
    thousands, hundreds, tens, ones = parts.groups()
    tens = "1" if tens == "" else tens
    return sum(
        int(digit or 0) * power
        for digit, power in zip((thousands, hundreds, tens, ones), (1000, 100, 10, 1), strict=True)
    )


def size_of(run: str, about: bool) -> Decimal | None:
    """The size of one unbroken number: 1,200 / 3.5万 / 3万5千 / 一百二十."""
    sign = -1 if run.startswith("-") else 1
    run = run.lstrip("+-").translate(str.maketrans("萬億", "万亿"))
    if len(run) > 24:
        return None
    if about and run[0] in "百千万亿":  # 近百, 千余
        run = ("1" if run[1:] else "一") + run
    if re.fullmatch(rf"{_ARABIC}|\.[0-9]+|[0-9]+(?:\.[0-9]+)?[eE]\+?[0-9]{{1,2}}", run):
        return sign * Decimal(run.replace(",", ""))
    if not re.search("[0-9]", run):
        size = chinese_number(run)
        return None if size is None else sign * Decimal(size)
    mixed = re.fullmatch(rf"((?:{_ARABIC}(?:{POWER}))+)([0-9]{{3,}})?", run)
    if not mixed:
        return None
    total = Decimal(0)
    least: Decimal | int = Decimal("Infinity")
    for digits, mark in re.findall(rf"({_ARABIC})({POWER})", mixed[1]):
        if POWERS[mark] >= least:
            return None
        least = POWERS[mark]
        total += Decimal(digits.replace(",", "")) * POWERS[mark]
    if mixed[2] and int(mixed[2]) >= least:
        return None
    return sign * (total + int(mixed[2] or 0))

"""What all spellings of one name have in common: the forms in which names of neighbourhoods and committees are compared.

A form is for comparing only; what a street wrote is kept and shown as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from redstats.text import fold
from redstats.text.numerals import chinese_number

_DIGITS = dict(zip("〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖", "0" * 2 + "123456789" * 2, strict=True))
_TENS = "十百拾佰"
_NUMBER = re.compile(f"[{''.join(_DIGITS)}十拾][{''.join(_DIGITS)}{_TENS}]*")
# A Roman numeral is often typed in Latin letters; folding has made them small.
_LATIN = {
    "i": "1",
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "v": "5",
    "vi": "6",
    "vii": "7",
    "viii": "8",
    "ix": "9",
    "x": "10",
}
_LATIN_STAGE = re.compile(rf"(?<![a-z])(?:{'|'.join(sorted(_LATIN, key=len, reverse=True))})(?=期)")
# 1-3期 is not 13期: what joins two numbers is kept.
_JOINTS = re.compile(r"(?<!\d)[-—–·•・、,.~()]|[-—–·•・、,.~()](?!\d)")
ENDINGS = ("居民委员会", "居委会", "居委", "居民区")  # what the body of a neighbourhood is called
_OF_A_NEIGHBOURHOOD = re.compile(rf"(?<=.)(?:社区|{'|'.join(ENDINGS)})+$")
_ESTATE = re.compile(r"(?<=..)(?:住宅|居民)?小区(?=\d+期|$)")
# What may stand behind a committee's name, also several of these: 秀水苑小区业委会（第三届）.
_OF_A_COMMITTEE = re.compile(r"(?<=..)(?:业主委员会|业委会|业主大会|(?:住宅|居民)?小区|\(?\d{1,3}届)$")


@lru_cache(maxsize=1 << 16)
def plain_name(text: str) -> str:
    """A name without brackets and joints, its numbers in digits: 一期, （一期）, 1期, Ⅰ期, ①期 and 第一期 are 1期."""
    text = "".join(_number_of(character) for character in fold(text))
    text = _LATIN_STAGE.sub(lambda match: _LATIN[match[0]], text)
    text = _NUMBER.sub(lambda match: _in_digits(match[0]), text)
    text = re.sub(r"第(?=\d)", "", text)
    return _JOINTS.sub("", text)


def _number_of(character: str) -> str:
    """Ⅰ, ①, ㈠ as digits; any other character as it is."""
    if unicodedata.category(character) not in ("No", "Nl") or character in _DIGITS:
        return character
    value = unicodedata.numeric(character, -1)
    return str(int(value)) if value >= 0 and value == int(value) else character


def _in_digits(numeral: str) -> str:
    """A Chinese numeral in digits; one that writes no number (五一) digit by digit."""
    value = chinese_number(numeral)
    if value is not None:
        return str(value)
    return "".join(_DIGITS.get(one, {"十": "10", "拾": "10"}.get(one, one)) for one in numeral)


def neighbourhood_form(name: str) -> str:
    """What stays of a neighbourhood's name without what people add or leave out (第, 社区, 居委会)."""
    return _OF_A_NEIGHBOURHOOD.sub("", plain_name(name))


def committee_form(name: str) -> str:
    """What 秀水苑, 秀水苑小区业主委员会 and 秀水苑业委会（第三届） share; at least two characters are left."""
    text = plain_name(name)
    while (shorter := _OF_A_COMMITTEE.sub("", text)) != text:
        text = shorter
    return _ESTATE.sub("", text)


def short_form(name: str) -> str:
    """A committee's name as one says it in a list of committees: 秀水苑小区 for 秀水苑小区业主委员会; never empty."""
    return _OF_A_COMMITTEE.sub("", name).strip() or name

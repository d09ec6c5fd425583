"""Words beside a value that turn it: not done, only planned, undone again, or said of another time."""

from __future__ import annotations

import re

from redstats.wording import vocabulary

_WORDS_OF = vocabulary("remarks")
_NOT_DONE = _WORDS_OF.compose(
    "{beside}*(?:(?:未|没有?|无)(?:{ever}*{doing}{done_thing}?)?|不再?{ever}*{doing}{done_thing}?)"
)
_PLANNED = _WORDS_OF.compose("{beside}*{when}*({planned})(.*)")
_TO_DO = _WORDS_OF.pattern("to_do")
_ENDED = _WORDS_OF.pattern("ended")
_SPAN = re.compile(
    "|".join(f"(?P<{name}>{'|'.join(words)})" for name, words in _WORDS_OF.family("spans").items())
)
_LEAD = _WORDS_OF.compose(f"{{until_now}}?(?:{_SPAN.pattern})+{{since}}?")
_ASKED = {"month": "本月发生的数", "ytd": "今年以来的累计数"}


def undone(remark: str, *, item: bool = False) -> bool:
    """Whether a remark says that what stands before it is not there: 未开展, 筹, 拟7月建, 已撤销.

    Beside an ``item`` of a list any plan speaks of the item, and what is under way has begun.
    """
    remark = remark.strip(" ()。.;,、:")
    planned = _PLANNED.fullmatch(remark)
    if planned:
        if item:
            return "筹" in remark or not planned[1].endswith("在")
        return len(planned[2]) <= 1 or bool(_TO_DO.search(remark))
    ended = _ENDED.search(remark)
    return bool(
        _NOT_DONE.fullmatch(remark) or (ended and not re.search("[未没不无]", remark[: ended.start()]))
    )


def of_another_time(words: str, period: str) -> str:
    """Why a number said of these words (累计, 本年, 上月) is not what a column of ``period`` asks, or ""."""
    kinds = {match.lastgroup for match in _SPAN.finditer(words)}
    if "month" in kinds:
        kinds.discard("year")  # 本月累计
    fits = {"month": {"month"}, "ytd": {"year"}}.get(period, {"month", "year"})
    if kinds <= fits:
        return ""
    asked = _ASKED.get(period)
    return f"说的是另一段时间的数，请只填{asked or '现在的数'}"


def leading_time(text: str) -> str:
    """The words of time with which a text begins: 本月, 累计, 去年."""
    lead = _LEAD.match(text)
    return lead[0] if lead else ""

"""Words beside a value that turn it: not done, only planned, undone again, or said of another time."""

from __future__ import annotations

import re

_BESIDE = "(?:但是?|不过|可|目前|现|暂|尚|还|仍|均|都|又|后|本月|今年|至今)*"
_DOING = (
    "(?:能|曾|再|正式|实际)*(?:开[展设通始办]|建[立成]?|创建|成立|设立?|组建|举[办行]|组织|完成|实施|落实|启[动用]|参[与加]|通过|到位|制[定订]|"
    "审计?|出具?.{0,4}报告|达标)(?:活动|培训|工作|此项|报告)?"
)
_NOT_DONE = re.compile(f"{_BESIDE}(?:(?:未|没有?|无)(?:{_DOING})?|不再?{_DOING})")
_WHEN = "(?:[0-9.年月日底初前后]|今年|明年|[上下]半年|下[月季]度?)*"
_PLANNED = re.compile(f"{_BESIDE}{_WHEN}(正在|[尚还仍]?在|拟|计划|筹|准备|待|预计|即将|打算|争取|酝酿)(.*)")
_TO_DO = re.compile("建|立|[设筹]|开[展通办]|举[办行]|组[织建]|批|制定|审计|完成|实施|启动|中$")
_ENDED = re.compile(
    "撤销|已撤|解散|取消|停[办用]|停止|失效|废止|作废|(?:已|早已|现已)过期|^过期|注销|不复存在|推迟|延期举|暂缓"
)
_SPANS = {
    "other": "上个?月|上个?季度|上半年|下半年|本?[一二三四]?季度|半年|去年|上一?年度?|前年|往年|同期|下个?月|明年|近[一二两三]年|任期内|历年",
    "month": "本月份?|当月",
    "year": "年?累计|全年度?|本年度?|今年|年内|年度|当年",
}
_SPAN = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _SPANS.items()))
_LEAD = re.compile(f"(?:截至?目前|至今)?(?:{_SPAN.pattern})+(?:以来|至今|内|度)?")
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
    found = _LEAD.match(text)
    return found[0] if found else ""

"""How numbers and states are said on a page: symbol, word and colour together, changes in words."""

from __future__ import annotations

from typing import Any

from redstats import tables
from redstats.dashboards.numbers import Change, Share
from redstats.months import Month
from redstats.scores import statistics
from redstats.scores.reviews import Mark
from redstats.scores.trend import HISTORY, LEAST_MONTHS
from redstats.standard import FORCES

SYMBOLS = {"met": "●", "watch": "▲", "alert": "■", "missing": "○", "na": "–"}
STATUS_WORDS = {"met": "达标", "watch": "关注", "alert": "预警", "missing": "缺报", "na": "不适用"}
STATE_STATUS = {
    "met": "met",
    "not_met": "alert",
    "not_applicable": "na",
    "not_reported": "missing",
    "needs_review": "watch",
}
SUBMISSIONS = {
    "on_time": "met",
    "undated": "watch",
    "late": "watch",
    "corrected": "met",
    "refused": "alert",
    "missing": "missing",
}
CHANGES = {
    "new": "新增",
    "ongoing": "持续",
    "reopened": "反复",
    "resolved": "已整改",
    "unknown": "本月未知",
    "ended": "本月不要求",
    "lapsed": "年度已过未完成",
    "past_year": "上年度未完成",
}

GROUPS = {"first": "第一组", "middle": "中间组", "last": "末组", "alike": "名次不可区分", None: "不参加比较"}
STANDINGS = {
    "above": "明显高于其他街镇",
    "below": "明显低于其他街镇",
    "alike": "与其他街镇无明显差别",
    None: "—",
}
RULE_FLAGS = {"never": "从未出现", "unasked": "从未判定", "often": "过多", "disagrees": "与评议相反"}
SIGNALS = f"升降只在超出正常波动时才说：与至多{HISTORY}个月的月度波动比较（XmR 图），少于{LEAST_MONTHS}个月不判断，少于{statistics.FIXED}个月为试算。"
NOT_COMPARED = "本月由旧版本生成，没有作过比较"
GROUPING = (
    "组别按有缺口的业委会所占的比例分：有缺口指有未达标的计分要求，或有未报清的（未填报、待核实）。两两比较用 Fisher 精确检验（mid-p），"
    f"按 Benjamini–Hochberg 控制在{statistics.LEVEL:.0%}：与比例最低的分不开的是第一组，与最高的分不开的是末组，其余（含两头都分不开的）是中间组；"
    "都分不开的，名次不可区分。相邻两组的街镇不一定有差别。区间是95%的Wilson区间：各街镇若是同一个过程，差别会有多大。"
    "十个街镇里，真实差距为三个标准误的，一个月里约有四到五成能看出来，五个标准误的约九成以上。"
)
RANK_RANGES = (
    f"“名次可能在”合并了未知项目留下的可能和偶然（各街镇内的业委会重抽{statistics.DRAWS}次，95%）；"
    f"“任意权重下”是各条款权重任意变动{statistics.WEIGHT_DRAWS}次的名次范围（95%）。"
)
_UP = ("above", "run_above", "rising", "high")  # signals of 3_scores/trend
_WATCHED_BY_MISSING = ("coverage", "completeness")  # more of what is watched is less of what is shown


def lasted(since: str, until: Month) -> int:
    """How many months from ``since`` to ``until``, both counted."""
    return len(Month.range(Month.parse(since), until))


def life(change: object, since: Any, month: Month) -> str:
    """What has become of a finding by ``month``: 新增, 持续 3 个月, 反复, 已整改; "" where it has no life."""
    if not isinstance(change, str) or not change:
        return ""
    return CHANGES[change] + (f" {lasted(since, month)} 个月" if change == "ongoing" else "")


def percent(part: float, whole: float, decimals: int = 1) -> str:
    """``93.1%``; an em dash where there is nothing to divide by."""
    return "—" if not whole else f"{rate(part, whole, decimals):.{decimals}f}%"


def rate(part: float, whole: float, decimals: int = 1) -> float:
    """Percent, rounded down where rounding up would show a full 100 that is not one."""
    value = round(part / whole * 100, decimals)
    return value if part == whole or value < 100 else 100 - 10**-decimals


def whole(value: float | None) -> str:
    """A percentage without decimals; 99 where rounding up would show a full 100 that is not one."""
    if value is None:
        return ""
    return str(min(round(value), 99) if value < 100 - 1e-9 else 100)


def change(what: Change, unit: str = "", decimals: int = 1) -> str:
    """In words, as arrows have no colour of their own; 上升 and 下降 only where it is more than months vary by themselves."""
    if not what.made or what.last_month is None or what.this_month is None:
        return verdict(what, decimals)
    before, after = (round(value + 1e-9, decimals) for value in (what.last_month, what.this_month))
    base = f"同一批 {what.committees} 个业委会" if what.others else "同口径"
    return f"{base} {before:.{decimals}f}→{after:.{decimals}f}{unit}，{verdict(what, decimals)}"


def verdict(what: Change, decimals: int = 1) -> str:
    """Whether a change is more than months vary by themselves, without its numbers."""
    if not what.made:
        return NOT_COMPARED
    if what.last_month is None or what.this_month is None:
        return "无上月数据" if what.first else "没有两个月都可比的业委会"
    before, after = (round(value + 1e-9, decimals) for value in (what.last_month, what.this_month))
    trial = "（试算）" if what.trial else ""
    if what.months < LEAST_MONTHS:
        return "持平" if before == after else f"只有 {what.months} 个月，不判断升降"
    if what.signal:
        up = (what.signal in _UP) != (what.measure in _WATCHED_BY_MISSING)
        moved = (after > before) if up else (after < before)
        direction = ("上升" if up else "下降") if moved else "连续偏高" if up else "连续偏低"
        return f"{direction}，超出正常波动{trial}"
    return f"{'持平' if before == after else '正常波动'}{trial}"


def interval(low: float | None, high: float | None, decimals: int = 1, percent: bool = False) -> str:
    """``12.0–34.5``; an em dash where nothing is known."""
    if low is None or high is None or low != low:
        return "—"
    low, high = (value * 100 if percent else value for value in (low, high))
    return f"{low:.{decimals}f}–{high:.{decimals}f}" + ("%" if percent else "")


def share_status(share: Share) -> str:
    """The status of a coverage whose aim is all: met only where all are known to be reached."""
    if share.rate is None:
        return "missing"
    if not share.gap:
        return "watch" if share.unreported else "met"
    return "watch" if share.rate >= 0.9 else "alert"


def gap(share: Share) -> str:
    """How many are missing of a coverage whose aim is all, and how many are not known."""
    if share.rate is None:
        return "情况未知"
    unknown = f"，另有 {share.unreported} 个未填报" if share.unreported else ""
    if share.gap:
        return f"差 {share.gap} 个{unknown}"
    return f"已知的都已覆盖{unknown}" if unknown else "已全部覆盖"


def count_status(missed: int | None, unknown: int) -> str:
    """The status of a count whose aim is none: met only where nothing is unknown."""
    if missed is None:
        return "missing"
    return "alert" if missed else "watch" if unknown else "met"


def mark(given: Mark) -> str:
    """What reviewers gave for a line: of several the mean, and how far apart they are."""
    if given.reviewers == 1:
        return f"{given.mean:g}"
    return f"{points(given.mean)}（{given.reviewers}位评议人的平均，{given.lowest:g}–{given.highest:g}）"


def points(value: float | None, decimals: int = 1) -> str:
    return "—" if value is None or value != value else f"{round(value + 1e-9, decimals):.{decimals}f}"


FILTERS = {
    "points": points,
    "symbol": SYMBOLS.get,
    "word": STATUS_WORDS.get,
    "state": tables.STATES.get,
    "submission_status": SUBMISSIONS.get,
    "state_status": STATE_STATUS.get,
    "force": FORCES.get,
}

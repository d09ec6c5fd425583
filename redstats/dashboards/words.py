"""How numbers and states are said on a page: symbol, word and colour together, changes in words."""

from __future__ import annotations

from typing import Any

from redstats import tables
from redstats.months import Month
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
}


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


def change(value: float | None, unit: str = "", decimals: int = 1) -> str:
    """In words, as arrows have no colour of their own: 比上月上升 0.9."""
    if value is None:
        return "无上月数据"
    shown = round(value, decimals)
    if shown == 0:
        return "与上月持平"
    verb = "上升" if shown > 0 else "下降"
    return f"比上月{verb} {abs(shown):.{decimals}f}{unit}"


def more_or_less(value: int | None, unit: str = "") -> str:
    if value is None:
        return "无上月数据"
    return "与上月持平" if value == 0 else f"比上月{'增加' if value > 0 else '减少'} {abs(value)}{unit}"


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

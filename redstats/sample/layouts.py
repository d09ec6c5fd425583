"""How streets lay out and spell a return: headings, columns, words for yes, dates and nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from typing import Any

from redstats.standard import Field

OBSOLETE = (
    *("epidemic_training_ytd", "epidemic_gate", "epidemic_people", "epidemic_code", "epidemic_disinfection"),
    *("pcr_rounds", "epidemic_notice_count"),
)
# Data the standard does not insist on: a base version of the form leaves them out.
OPTIONAL = (
    *("report_month", "neighbourhood_code", "alternate_count", "filing_date", "office_address"),
    *("household_visits", "training_attendance", "policy_action_count", "mobilisation_count", "case_count"),
    *("avg_age", "over60_count", "src_party_group_leader", "src_block_leader", "reserve_professional"),
    *("reserve_inservice_party", "reserve_volunteer", "reserve_young_party", "ledger_queries", "honours"),
    *("creation_projects", "help_veteran_cadre", "help_old_party", "consult_count", "e_voting_used"),
    *(
        "e_vote_turnout",
        "participation_households",
        "messages",
        "messages_answered",
        "seals_separate_keepers",
    ),
)
# Events without a date have not happened yet: their cell stays empty.
_EVENTS = ("date", "dates")

# Field → the heading above it and its own, where a layout has sub-headings.
_NESTED = {
    "委员人数": {"member_count": "总数", "party_member_count": "其中党员"},
    "任期": {"term_start": "起", "term_end": "止"},
    "党组织": {
        "party_org_eligible": "是否符合条件",
        "party_org_type": "形式",
        "party_org_date": "成立日期",
        "party_org_head": "负责人",
    },
    "民主事项": {"democratic_item_count": "数量", "party_prediscussed_count": "其中先议"},
    "重大决策": {"major_decision_count": "数量", "party_prereviewed_count": "其中预审"},
    "述职评议": {
        "debrief_date": "日期",
        "debrief_result": "结果",
        "debrief_has_review": "含上年总结",
        "debrief_has_plan": "含下年计划",
    },
    "各项制度": {
        "rule_meeting": "日常会议",
        "rule_reception": "定期接待",
        "rule_disclosure": "信息公开",
        "rule_study": "业务学习",
        "rule_seal": "印章管理",
        "rule_archive": "资料管理",
        "rule_parking": "停车管理",
        "rule_pets": "宠物管理",
        "rule_renovation": "装饰装修",
        "rule_mediation": "矛盾协调",
    },
    "居民接待": {"reception_days": "次数", "reception_visitors": "人次"},
    "巡视": {
        "patrol_count": "次数",
        "patrol_with_rc": "居委会参与",
        "patrol_reported": "反馈件数",
        "patrol_fixed": "整改件数",
    },
    "选举": {
        "vote_register_ok": "业主登记",
        "ballot_issue_ok": "选票发放",
        "ballot_box_ok": "票箱设置",
        "count_ok": "开票计票",
    },
    "人选储备": {
        "reserve_total": "合计",
        "reserve_professional": "专业特长",
        "reserve_inservice_party": "在职党员",
        "reserve_volunteer": "志愿者",
        "reserve_young_party": "青年党员",
    },
    "街镇培训": {
        "street_training_due": "应参训",
        "street_training_attended": "实参训",
        "street_training_kinds": "类型",
    },
    "年度审计": {
        "audit_fund": "专项维修资金",
        "audit_income": "公共收益",
        "audit_expense": "工作经费",
        "audit_report_date": "报告日期",
        "audit_notice_date": "公告日期",
    },
    "停车": {"parking_spaces": "车位数", "vehicle_count": "车辆数", "parking_updated": "更新日期"},
    "账目公布": {"fund_publish_dates": "维修资金", "income_publish_dates": "公共收益"},
    "物业违约": {"breach_count": "事项数", "demand_count": "督促件数", "breach_fixed": "整改完成"},
    "业委会会议": {"committee_meetings": "次数", "meeting_attendance": "出席率"},
    "志愿活动": {"volunteer_events": "次数", "volunteer_headcount": "人次"},
    "矛盾纠纷求助": {"disputes_owner": "业主间", "disputes_property": "业主与物业"},
    "调解": {"mediated": "已调解", "resolved": "化解"},
    "帮扶": {
        "help_alone_elderly": "独居老人",
        "help_needy": "困难家庭",
        "help_veteran_cadre": "老干部",
        "help_old_party": "老党员",
    },
    "公益活动": {
        "act_corridor": "楼道堆物整治",
        "act_charging": "违规充电劝阻",
        "act_pets": "文明养宠沙龙",
        "act_evening": "纳凉晚会",
        "act_other": "其他",
    },
    "决议": {"decision_count": "总数", "decision_published": "已公布"},
    "满意度调查": {"survey_date": "日期", "survey_sample": "样本", "satisfaction_rate": "满意率"},
}
_PARENT = {field: (parent, own) for parent, children in _NESTED.items() for field, own in children.items()}


@dataclass(frozen=True)
class Layout:
    """One way of drawing the form.

    nested: sub-headings under the group headings; renamed: headings in other words; flat: no group headings;
    numbered: a line 甲 乙 1 2 3 below the headings; margin: column A empty; spaced: an empty column between
    the chapters; total_first: 合计 above the rows; merged: the neighbourhood stands once for all its rows;
    preamble: in one cell, or in several.
    """

    nested: bool = False
    renamed: bool = False
    flat: bool = False
    numbered: bool = False
    margin: bool = False
    spaced: bool = False
    total_first: bool = False
    merged: bool = False
    preamble: str = "one"


@dataclass(frozen=True)
class Hand:
    """How the clerk of one street writes yes and no, dates (spellings in turn), nothing, units, shares."""

    yes: tuple[str, str] = ("是", "否")
    rules: tuple[str, str] = ("√", "×")
    dates: tuple[str, ...] = ("cell",)
    nothing: tuple[str, ...] = ("/",)
    units: float = 0.0
    zero_in_words: float = 0.0
    percent: str = "cell"
    session: str = "number"


@dataclass(frozen=True)
class Column:
    """One column of a sheet: its headings from the top down, and its field (None: 序号 or a spacer)."""

    number: int
    headings: tuple[str, ...]
    field: Field | None = None


CLASSIC = Layout()
NESTED = Layout(nested=True, preamble="several")
RENAMED = Layout(renamed=True, margin=True, spaced=True, total_first=True)
NUMBERED = Layout(numbered=True, merged=True, preamble="several")
FLAT = Layout(flat=True, renamed=True)

_TICKS = Hand(dates=("2026年7月3日", "cell"), nothing=("/", ""))
_WORDS = Hand(
    rules=("有", "无"), dates=("2026-07-03",), nothing=("不涉及",), units=0.5, percent="85%", session="第3届"
)
_DOTS = Hand(
    ("√", "×"),
    ("√", "×"),
    ("2026.7.3", "cell"),
    ("", "/"),
    units=1.0,
    percent="85",
    session="3届",
    zero_in_words=0.3,
)
_CELLS = Hand(rules=("已建", "未建"), dates=("cell",), nothing=("/", "不涉及"), units=0.2)
_MIXED = Hand(
    ("是", "否"), ("是", "否"), ("2026年7月3日", "2026.7.3", "2026-07-03"), ("—", "/"), session="第三届"
)


@dataclass(frozen=True)
class Form:
    """What one street sends: file name, sheet name, layout, hand, and the fields it leaves out."""

    file: str
    sheet: str
    layout: Layout
    hand: Hand
    base: bool = False
    obsolete: bool = False

    def carries(self, field: Field) -> bool:
        if field.review or (field.id in OBSOLETE and not self.obsolete):
            return False
        if self.layout.flat and field.id == "report_month":
            return False
        return not (self.base and field.id in OPTIONAL)


# {y} {m} {mm}: year, month, month with two digits.
FORMS = {
    "310105001": Form("华阳路街道{y}年{m}月红色业委会月报.xlsx", "月报（示例数据）", CLASSIC, _TICKS),
    "310105002": Form("江苏街道{y}年{m}月红色业委会月报.xlsx", "{m}月 示例数据", NESTED, _CELLS),
    "310105004": Form("新华路街道红色业委会建设情况月报表（{y}年{m}月）.xlsx", "示例数据", NUMBERED, _MIXED),
    "310105005": Form("周家桥街道{y}{mm}月报.xlsx", "Sheet1（示例数据）", RENAMED, _DOTS, base=True),
    "310105006": Form("天山路街道{y}-{mm}月报.xlsx", "月报（示例数据）", CLASSIC, _WORDS, obsolete=True),
    "310105008": Form("仙霞街道{m}月报表.xlsx", "{y}年{m}月（示例数据）", NESTED, _TICKS),
    "310105009": Form("虹桥街道{y}.{mm}红色业委会情况.xlsx", "示例数据", NUMBERED, _CELLS),
    "310105010": Form("程家桥街道{y}年{m}月报表.xlsx", "月报（示例数据）", FLAT, _MIXED, base=True),
    "310105011": Form("北新泾{y}年{m}月份红色业委会台账.xlsx", "{m}月（示例数据）", RENAMED, _WORDS),
    "310105102": Form("新泾镇{y}年{m}月红色业委会月报.xlsx", "月报（示例数据）", CLASSIC, _DOTS, base=True),
}


def form_of(code: str, name: str) -> Form:
    """The form of a street; one that this table does not know yet sends the plain one."""
    plain = Form(f"{name}{{y}}年{{m}}月红色业委会月报.xlsx", "月报（示例数据）", CLASSIC, _TICKS)
    return FORMS.get(code, plain)


def columns(form: Form, fields: Iterable[Field]) -> list[Column]:
    """The columns from left to right, 序号 first."""
    layout = form.layout
    carried = [one for one in fields if form.carries(one)]
    if layout.nested:  # what stands under one heading stands together
        first: dict[str, int] = {}
        for position, field in enumerate(carried):
            first.setdefault(_PARENT.get(field.id, (field.id,))[0], position)
        carried.sort(key=lambda field: first[_PARENT.get(field.id, (field.id,))[0]])
    number = 2 if layout.margin else 1
    laid_out = [Column(number, ("序号",))]
    chapter = ""
    for field in carried:
        number += 1
        if layout.spaced and field.clause[:1] != chapter:
            chapter = field.clause[:1]
            number += 1
        laid_out.append(Column(number, _headings(layout, field), field))
    return laid_out


def _headings(layout: Layout, field: Field) -> tuple[str, ...]:
    parent, sublabel = _PARENT.get(field.id, ("", "")) if layout.nested else ("", "")
    label = sublabel or field.label
    if layout.renamed and not sublabel:
        plain = [heading for heading in field.also if ">" not in heading and "×" not in heading]
        plain = plain[:6]  # the common ones stand first
        label = plain[sum(map(ord, field.id)) % len(plain)] if plain else field.label
    if field.unit and field.unit not in ("届", "年") and not label.endswith("）"):
        label += f"\n（{field.unit}）" if layout.nested else f"（{field.unit}）"
    group = () if layout.flat else (field.group,)
    return (*group, parent, label) if parent else (*group, label)


def spelled(field: Field, value: Any, hand: Hand, random: Random) -> tuple[object, str]:
    """The cell that this clerk fills in for a value, and its number format ("" for none of its own)."""
    if value is None:
        return ("" if field.type in _EVENTS else random.choice(hand.nothing)) or None, ""
    if field.type == "bool":
        words = hand.rules if field.id.startswith("rule_") else hand.yes
        return words[0 if value else 1], ""
    if field.type == "date":
        return _date(value, random.choice(hand.dates)), ""
    if field.type == "dates":
        if not value:
            return None, ""
        written = hand.dates[0] if hand.dates[0] != "cell" else "2026-07-03"
        return "、".join(_date(day, written) for day in value), ""
    if field.type in ("set", "list"):
        return "、".join(value) or "无", ""
    if field.type == "pct":
        if hand.percent == "cell":
            return value, "0%"
        number = round(value * 100)
        return (f"{number}%", "") if hand.percent == "85%" else (number, "")
    if field.id == "session_no":
        numeral = "〇一二三四五六七八九十"[value]
        return {"number": value, "3届": f"{value}届", "第3届": f"第{value}届"}.get(
            hand.session, f"第{numeral}届"
        ), ""
    if field.type == "int" and field.unit != "年":
        if value == 0 and random.random() < hand.zero_in_words:
            return "无", ""
        if hand.units and random.random() < hand.units:
            return f"{value}{field.unit}", ""
    if field.type == "float" and float(value).is_integer():
        return int(value), ""
    return value, ""


def _date(day: dt.date, written: str) -> Any:
    return {
        "cell": day,
        "2026年7月3日": f"{day.year}年{day.month}月{day.day}日",
        "2026-07-03": day.isoformat(),
        "2026.7.3": f"{day.year}.{day.month}.{day.day}",
    }[written]

"""What clerks write into a template that may be wrong, by kind: from a row that is in order to the cells that are changed.

Kinds of both sides of a limit stand beside each other: what is right, and looks like a mistake, must not be flagged.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from random import Random

from drawn import ROOT

from redstats.months import Month
from redstats.templates import Form

MONTH = Month(2026, 11)
FORM = Form(MONTH)
FIELDS = {field.id: field for field in FORM.fields}
JUDGED = sorted({one.field for one in FORM.standard.requirements.values()} & set(FIELDS))
OF_TYPE = {
    kind: [id_ for id_, field in FIELDS.items() if field.type == kind]
    for kind in {f.type for f in FORM.fields}
}
CHECKS = {
    rule["meta"]["check"]: rule
    for rule in json.loads((ROOT / "expectations" / "returns.json").read_text(encoding="utf-8"))[
        "expectations"
    ]
}
Change = Callable[[Random, dict], dict]


def judged(kind: str) -> list[str]:
    """The fields of a type that a requirement judges, or all where none is."""
    return [id_ for id_ in OF_TYPE[kind] if id_ in JUDGED] or OF_TYPE[kind]


def some(kind: str, *written: object) -> Change:
    """One of these written into some field of a type."""
    return lambda random, row: {random.choice(judged(kind)): random.choice(written)}


def into(field: str, *written: object) -> Change:
    return lambda random, row: {field: random.choice(written)}


def cells(**written: object) -> Change:
    """These cells; a list stands for one of its members."""
    return lambda random, row: {
        id_: random.choice(value) if isinstance(value, list) else value for id_, value in written.items()
    }


def day(year: int, month: int, number: int) -> dt.date:
    return dt.date(year, month, number)


BLANKS: dict[str, Change] = {
    "blank count": some("int", None),
    "blank count that nobody judges": lambda random, row: {random.choice(OF_TYPE["int"]): None},
    "blank yes or no": some("bool", None),
    "blank choice": some("enum", None),
    "blank set": some("set", None),
    "blank day": some("date", None),
    "blank quantity": some("float", None),
    "blank share": some("pct", None),
    "blank days": some("dates", None),
    "blank company": into("property_company", None),
    "blank party head": into("party_org_head", None),
    "blank name": into("committee_name", None),
    "only blanks": some("int", "  ", "　"),
    "to be settled, a count": some("int", "待定", "不清楚", "不详"),
    "to be settled, yes or no": some("bool", "待定", "不清楚", "未填"),
    "to be settled, a day": some("date", "待定", "不详"),
    "to be settled, a choice": some("enum", "待定", "不清楚"),
    "to be settled, a set": some("set", "待定"),
    "as the form prints it": some("bool", "请选择", "是否", "有/无"),
    "question mark": some("int", "?", "？"),
    "zero as a day": some("date", 0),
    "no day": some("date", "无", "未开展", "尚未"),
    "no party organisation": cells(
        party_org_type="无", party_org_head=["/", "无", None], full_party_member_count=0
    ),
    "nobody knows who serves": cells(serving_count=None, member_count=[None, 5]),
    "eligible or not": cells(party_org_eligible=None, party_org_type=[None, "无"]),
    "no members told": cells(party_org_eligible=None, party_member_count=None, party_org_type=None),
    "debrief without parts": cells(
        debrief_date=[None, day(2026, 2, 2), "待定"], debrief_has_plan=None, debrief_has_review=["否", None]
    ),
    "disputes blank": into("disputes_owner", None),
    "not formed, and blank": lambda random, row: {
        "committee_status": random.choice(["不具备条件", "筹备组建中"]),
        **dict.fromkeys(random.sample(JUDGED, 20)),
    },
}
NOT_APPLICABLE: dict[str, Change] = {
    "stroke, a count": some("int", "/", "-", "不涉及", "——"),
    "stroke, yes or no": some("bool", "/", "不涉及", "—"),
    "stroke, a day": some("date", "/", "不涉及"),
    "stroke, a choice": some("enum", "/", "不适用"),
    "no parking, refused": cells(parking_spaces=120, rule_parking=["/", "不涉及"]),
    "no parking, proven": cells(
        parking_spaces=0, rule_parking="不涉及", parking_updated="/", vehicle_count=0
    ),
    "nothing to discuss": cells(democratic_item_count="不涉及", party_prediscussed_count="不涉及"),
    "something to discuss": cells(democratic_item_count=3, party_prediscussed_count="/"),
    "no breach": cells(breach_count=[0, "不涉及"], demand_count="不涉及", breach_fixed="/"),
    "no dispute": cells(
        disputes_owner="/",
        disputes_property=0,
        mediated="不涉及",
        avg_days="/",
        mediated_with_rc=0,
        resolved=0,
    ),
    "party head refused": into("party_org_head", "/"),
    "first term, no rating": cells(annual_rating="不涉及", rating_year="/", session_no=1),
    "second term, no rating": cells(annual_rating="不涉及", session_no=2),
    "electronic vote": cells(e_voting_used=["是", "否"], e_vote_turnout="不涉及"),
}
NUMBERS: dict[str, Change] = {
    "negative": some("int", -1, "-3"),
    "decimal": some("int", 2.5, "2.5"),
    "number as a text": some("int", "5", "12"),
    "number with a unit": some("int", "5次", "3人", "2件", "10户"),
    "full width": some("int", "５", "１２次"),
    "two numbers": some("int", "3、5", "3;5"),
    "range": some("int", "3-5", "3~5", "3至5次"),
    "sum": some("int", "3*2", "3/5", "3=3"),
    "share for a count": some("int", "30%"),
    "word for a count": some("int", "很多", "若干", "详情"),
    "numeral": some("int", "三次", "两个", "五"),
    "none": some("int", "无", "没有", "暂无"),
    "not done": some("int", "未开展", "没有发生"),
    "yes for a count": some("int", "是", "有", "√"),
    "share out of range": some("pct", 1.5, -0.1, 95, "120%"),
    "share as a text": some("pct", "92.5%", "95", "0.5", "80％"),
    "share in doubt": some("pct", "1", "0.5%"),
    "no share": into("meeting_attendance", "无", "/"),
    "quantity with a unit": into("floor_area_m2", "3500平方米", "3500.5", 3500.25, "3500㎡"),
    "no quantity": into("floor_area_m2", -1, "很大", "3-5"),
    "how many serve": into("serving_count", "几个"),
    "odd telephone": into("contact", "6252", "1381234567", 12345),
    "telephone": into("contact", "021-62520000", "13812345678", 62520000, "62520000、62520001"),
    "telephone in words": into("contact", "找老王", "见附件"),
    "as above": lambda random, row: {random.choice(judged("int") + judged("bool")): "同上"},
}
ANSWERS: dict[str, Change] = {
    "number for yes or no": some("bool", 2, 5),
    "digit for yes or no": some("bool", 1, 0, "1", "0"),
    "yes in other words": some("bool", "有", "√", "是的", "对", "已建立", "符合"),
    "no in other words": some("bool", "否", "无", "×", "没有", "未建立"),
    "true or false": some("bool", True, False),
    "neither": some("bool", "还行", "看情况", "部分"),
    "day for yes or no": some("bool", day(2026, 3, 5)),
    "no to many": lambda random, row: dict.fromkeys(random.sample(OF_TYPE["bool"], 8), "否"),
    "word that is not listed": some("enum", "很好好", "其他类型"),
    "number for a choice": some("enum", 3),
    "another word for a choice": into("party_org_type", "支部", "党的工作小组", "无", "未建"),
    "two choices": into("party_org_type", "党支部、党小组"),
    "item that is not listed": some("set", "读书会", "唱歌"),
    "two items": cells(training_topics="政治教育、形势政策教育", rule_joint_parties="居民区党组织，居委会"),
    "no items": some("set", "无"),
    "item beside the listed": cells(service_items="共享雨伞、充电宝", opinion_channels="问卷、上门"),
    "eligible, neither": cells(party_org_eligible="看情况", party_org_type="无"),
    "status nobody knows": cells(committee_status="说不清的", rule_pets=None),
    "platform": cells(
        has_official_account=["否", None, "待定", "？"], owner_group_count=[0, 1, None, "很多"]
    ),
    "neighbourhood not on the roll": lambda random, row: {
        "neighbourhood_committee": f"不存在{random.randint(1, 999)}居委会"
    },
}
DAYS: dict[str, Change] = {
    "day in other forms": into(
        "term_start",
        "2023-3-5",
        "2023/3/5",
        "2023.3.5",
        "2023年3月5日",
        "20230305",
        "2023-03-05",
        20230305,
        "２０２３年３月５日",
    ),
    "only a month": cells(term_start="2023年3月", term_end=["2028年2月", "2028-2", "2028.11"]),
    "no such day": some("date", "2026-2-30", "2026年13月1日", "2026-6-31"),
    "word for a day": some("date", "春天", "很早"),
    "some time of the year": cells(election_date="下半年", count_ok=None),
    "day to come": lambda random, row: {
        random.choice(["debrief_date", "audit_report_date", "survey_date"]): day(
            2027, 1, random.randint(1, 28)
        )
    },
    "day of the next month": into("survey_date", day(2026, 12, 20)),
    "far years": some("date", day(1950, 1, 1), day(2050, 5, 5), "1985-1-1"),
    "number for a day": some("date", 12345, 7),
    "far end": into("term_end", day(2040, 1, 1)),
    "several days": into(
        "income_publish_dates", "2026-1-3、2026-4-9", "2026年1月3日，2026年4月9日", "2026.1.3;2026.4.9"
    ),
    "one of the days wrong": into("income_publish_dates", "2026-1-3、2026-2-30", "2026-1-3、五一"),
    "one day of several": into("fund_publish_dates", day(2026, 5, 6)),
    "one of the days to come": into("fund_publish_dates", "2026-5-6、2027-3-1"),
    "no days": into("fund_publish_dates", "无"),
    "term and its end": cells(
        term_start=day(2024, 5, 1), term_end=[day(2024, 5, 1), day(2024, 5, 2), day(2023, 1, 1)]
    ),
    "audit and its notice": cells(
        audit_report_date=day(2026, 5, 1), audit_notice_date=[day(2026, 5, 1), day(2026, 4, 30)]
    ),
    "overdue or not": cells(
        committee_status="届满未换届", term_end=[day(2026, 11, 30), day(2026, 11, 29), day(2027, 5, 1)]
    ),
    "election this month": cells(
        election_date=day(2026, 11, 6),
        vote_register_ok=[None, "是", "否"],
        count_ok=None,
        ballot_box_ok="/",
        ballot_issue_ok="是",
    ),
    "training after a rating": cells(
        annual_rating="运作欠规范",
        rating_year=2025,
        remedial_training_date=[None, day(2026, 3, 1), day(2025, 3, 1)],
    ),
    "odd year of a rating": cells(
        annual_rating="运作欠规范", rating_year=[1990, "去年", None], remedial_training_date=day(2026, 3, 1)
    ),
}
LIMITS: dict[str, Change] = {
    "nothing done": lambda random, row: dict.fromkeys(
        random.sample(["reception_days", "patrol_count", "cross_post_count", "reserve_total", "four_service_checks"], 3), 0
    ),
    "counts at their limits": cells(
        reception_days=[0, 1, 2], patrol_count=[0, 1], cross_post_count=[0, 1], reserve_total=[0, 1, 2, 5]
    ),
    "shares at their limits": cells(
        democratic_item_count=4, party_prediscussed_count=[3, 4], decision_count=3, decision_published=[2, 3],
        street_training_due=10, street_training_attended=[7, 8, 9, 10], party_member_count=[2, 3], member_count=5,
        serving_count=[4, 5], members_with_duty=[4, 5],
    ),
    "items at their limits": cells(
        training_formats=["小班化", "小班化、专题式"], opinion_channels=["问卷", "问卷、热线"], service_items=["无", "小推车"],
        service_menu="是",
    ),
    "days of mediation": cells(
        disputes_owner=2, disputes_property=1, mediated=[2, 3], avg_days=[7, 7.1, 15, 15.1, 30, 31], mediated_with_rc=[None, 1]
    ),
    "end of the term": into("term_end", day(2026, 11, 30), day(2026, 11, 29)),
    "organisation without members": cells(party_org_type="党小组", party_member_count=0, full_party_member_count=0),
    "branch with few members": cells(
        party_org_type="党支部", party_member_count=5, full_party_member_count=[2, 3], member_count=7
    ),
    "more members than seats": cells(party_member_count=9, member_count=5, serving_count=5),
    "more mediated than asked": cells(disputes_owner=1, disputes_property=1, mediated=[2, 3]),
    "more mended than broken": cells(breach_count=1, demand_count=1, breach_fixed=[1, 2]),
}  # fmt: skip
for _name, _rule in CHECKS.items():
    _whole, _part = _rule["kwargs"].get("column_A"), _rule["kwargs"].get("column_B")
    if _whole in FIELDS and FIELDS[_whole].type == "int":
        LIMITS[f"{_name}, broken"] = cells(**{_whole: 3, _part: [4, 9]})
        LIMITS[f"{_name}, kept"] = cells(**{_whole: 3, _part: 3})
KINDS = BLANKS | NOT_APPLICABLE | NUMBERS | ANSWERS | DAYS | LIMITS

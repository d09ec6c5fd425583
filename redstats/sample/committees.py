"""Invented owners' committees and what each of them could report, month by month.

Estates, companies and persons do not exist; streets and neighbourhood committees do.  Left alone, every state
meets every requirement and contradicts itself nowhere: what falls short is planted (``shortfalls``).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from random import Random
from typing import Any

from redstats.months import Month
from redstats.places import Neighbourhood, Street

_FIRST = (
    "桂语云杉青岚听雨枫晚兰溪晴川沐阳鹿鸣梧月澄湖疏影松涛竹韵荷风星澜锦书雅颂清和望舒知秋怀瑾东篱"  # pairs
)
_LAST = ["苑", "里", "坊", "庭", "轩", "雅居", "花园", "公寓", "名邸", "华庭", "小筑", "家园"]
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张"
_COMPANIES = ["安和", "惠邻", "诚悦", "启明", "众兴", "佳境", "万邻", "嘉顺"]
_TOPICS = ("政治教育", "形势政策教育", "知识技能教育")
_FORMATS = ("小班化", "专题式", "案例型")
_UNITS = ("居民区党组织", "房管机构", "信访", "城管执法", "市场监管", "公安")
_PROJECTS = ("文明城区", "平安小区", "文明小区", "垃圾分类")
_ITEMS = ("共享雨伞", "小推车", "家用工具")
_CHANNELS = ("留言板", "问卷", "热线", "群接龙")
RULES = (
    *("rule_meeting", "rule_reception", "rule_disclosure", "rule_study", "rule_seal", "rule_archive"),
    *("rule_parking", "rule_pets", "rule_renovation", "rule_mediation"),
)
BALLOT = ("vote_register_ok", "ballot_issue_ok", "ballot_box_ok", "count_ok")
JUDGED, NOT_JUDGED = "已组建", ("筹备组建中", "不具备条件")
NEVER = dt.date(2099, 1, 1)


def person(random: Random) -> str:
    """A name nobody has: surname, 示例, and one of the heavenly stems."""
    return random.choice(_SURNAMES) + "示例" + random.choice("甲乙丙丁戊己庚辛")


def phone(random: Random) -> str:
    """A number that no exchange assigns."""
    return f"021-0000{random.randrange(10_000):04d}"


@dataclass
class Committee:
    """What stays the same or changes on a known day; the planner may set it before months are drawn."""

    street: Street
    neighbourhood: Neighbourhood
    name: str
    estates: tuple[str, ...]
    households: int
    area: float
    status: str
    members: int
    party: int
    full: int
    eligible_from: dt.date  # conditions for a Party organisation; NEVER: not met
    org_type: str
    org_date: dt.date  # NEVER: none founded
    session: int
    term_start: dt.date
    rating: str
    trained: dt.date | None
    debriefed: dt.date
    surveyed: dt.date
    counted: dt.date  # parking spaces and vehicles
    due: int  # members called to each street training
    seed: str
    recounted: Month | None = None  # when ``counted`` was brought up to date
    old_end: dt.date | None = None  # of the term before ``election``, or of one that ran out
    election: dt.date | None = None
    planted: list[str] = field(default_factory=list)

    @property
    def judged(self) -> bool:
        return self.status not in NOT_JUDGED


def committees(street: Street, seed: int) -> list[Committee]:
    """The committees of one street, sorted by neighbourhood."""
    random = Random(f"{seed} {street.code}")
    names = [_FIRST[at : at + 2] + last for at in range(0, len(_FIRST), 2) for last in _LAST]
    random.shuffle(names)
    count = random.randint(38, 52)
    homes = sorted(street.neighbourhoods[at % len(street.neighbourhoods)].code for at in range(count))
    known = {one.code: one for one in street.neighbourhoods}
    return [
        _committee(street, known[code], names[at], at, f"{seed} {street.code} {at}")
        for at, code in enumerate(homes)
    ]


def _committee(street: Street, home: Neighbourhood, estate: str, number: int, seed: str) -> Committee:
    random = Random(seed)
    status = JUDGED if random.random() > 0.035 else random.choice(NOT_JUDGED)
    members = random.choice((5, 5, 5, 7, 7, 9))
    party = random.randint((members + 1) // 2, members)
    full = party - (random.random() < 0.2 and party > 3)
    org_type = random.choice(("党支部", "党支部", "联合党支部", "党的工作小组", "党的工作小组", "党小组"))
    eligible = random.random() > 0.11
    start = dt.date(2021, 12, 5) + dt.timedelta(random.randrange(1600))
    return Committee(
        street=street,
        neighbourhood=home,
        name=estate + ("业委会" if int(street.code) % 2 else "业主委员会"),
        estates=(estate,) if random.random() < 0.8 else (f"{estate}东区", f"{estate}西区"),
        households=random.randint(90, 1900),
        area=float(random.randint(80, 1800) * 100),
        status=status,
        members=members,
        party=party,
        full=full,
        eligible_from=dt.date(2022, 1, 1) if eligible else NEVER,
        org_type="联合党支部" if org_type == "党支部" and full < 3 else org_type,
        org_date=dt.date(2022, 3, 1) + dt.timedelta(random.randrange(1500)) if eligible else NEVER,
        session=random.randint(1, 6),
        term_start=start,
        rating="运作欠规范" if number % 23 == 7 else random.choice(("运作规范", "运作规范", "运作基本规范")),
        trained=dt.date(2026, 3, 1) + dt.timedelta(random.randrange(100)),
        debriefed=_sometime(random, dt.date(2026, 1, 8), 345),
        surveyed=_sometime(random, dt.date(2026, 3, 10), 285),
        counted=dt.date(2026, 1, 6) + dt.timedelta(random.randrange(170)),
        due=random.randint(2, members),
        seed=seed,
    )


def _sometime(random: Random, first: dt.date, days: int) -> dt.date:
    return first + dt.timedelta(random.randrange(days))


def five_years(day: dt.date) -> dt.date:
    """The last day of a term that starts on ``day``."""
    return day.replace(day=1, year=day.year + 5) + dt.timedelta(day.day - 2)


def state(committee: Committee, month: Month) -> dict[str, Any]:
    """All return fields of one committee in one month, by field id; None where there is nothing to report."""
    random = Random(f"{committee.seed} {month}")
    values = _registry(committee, month)
    values |= _estate(committee)
    if not committee.judged:
        return {**values, "eligible_to_form": committee.status == "筹备组建中", "member_count": None}
    values |= _term(committee, month, random)
    values |= _party(committee, month, random)
    values |= _training(committee, month)
    values |= _rules(committee)
    values |= _monthly(committee, month, random)
    values |= _accounts(committee, month)
    values |= _people(committee)
    values |= _services(committee, month, random)
    return values


def _lasting(committee: Committee, about: str) -> Random:
    """Chance that is the same in every month: whoever uses it must draw the same things in every month."""
    return Random(f"{committee.seed} {about}")


def _registry(committee: Committee, month: Month) -> dict[str, Any]:
    return {
        "report_month": month.label,
        "street_name": committee.street.name,
        "neighbourhood_committee": committee.neighbourhood.name + "居委会",
        "neighbourhood_code": committee.street.code + committee.neighbourhood.code,
        "committee_name": committee.name,
        "estate_names": committee.estates,
        "committee_status": committee.status,
    }


def _estate(committee: Committee) -> dict[str, Any]:
    lasting = _lasting(committee, "estate")
    return {
        "households": committee.households,
        "floor_area_m2": committee.area,
        "property_company": f"示例{lasting.choice(_COMPANIES)}物业管理有限公司",
    }


def _term(committee: Committee, month: Month, random: Random) -> dict[str, Any]:
    elected = committee.election is None or committee.election <= month.end
    start, end, session = committee.term_start, five_years(committee.term_start), committee.session
    if committee.old_end and (committee.election is None or not elected):
        end = committee.old_end
        start = end.replace(year=end.year - 5) + dt.timedelta(1)
    elif committee.election:
        start, session = committee.election + dt.timedelta(3), committee.session + 1
        end = five_years(start)
    near = bool(
        committee.election and not elected and Month.parse(committee.election).plus(-2).start <= month.start
    )
    voting = bool(committee.election and Month.parse(committee.election) == month)
    status = committee.status
    if status == JUDGED:
        status = "届满未换届" if end < month.end else "换届改选中" if near else JUDGED
    report = end - dt.timedelta(160)
    candidates = committee.members + 2 if voting else random.choice((0, 0, 0, 0, 0, 0, 1, 2))
    return {
        "session_no": session,
        "committee_status": status,
        "eligible_to_form": True,
        "term_start": start,
        "term_end": end,
        "filing_date": min(start + dt.timedelta(12), month.end),
        "renewal_report_date": report if report <= month.end else None,
        "renewal_group_date": committee.election - dt.timedelta(45)
        if committee.election and (near or voting)
        else None,
        "election_date": committee.election if voting else start - dt.timedelta(3),
        "candidate_count": candidates,
        "reviewed_count": candidates,
        **dict.fromkeys(BALLOT, True if voting else None),
        "election_objections": 0 if voting else None,
    }


def _party(committee: Committee, month: Month, random: Random) -> dict[str, Any]:
    founded = committee.org_date <= month.end
    items, decisions = random.choice((0, 0, 1, 1, 2, 3)), random.choice((0, 0, 0, 1, 2))
    debriefed = committee.debriefed <= month.end
    issues = random.randint(0, 4)
    lasting = _lasting(committee, "party")
    head, liaison, result = (
        person(lasting),
        lasting.random() < 0.8,
        lasting.choice(("好", "好", "较好", "一般")),
    )
    return {
        "issue_count": issues,
        "issue_closed_count": max(issues - random.randint(0, 1), 0),
        "household_visits": random.randint(4, 40),
        "party_org_eligible": committee.eligible_from <= month.end,
        "party_org_type": committee.org_type if founded else "无",
        "party_org_date": committee.org_date if founded else None,
        "party_org_head": head if founded else None,
        "party_liaison": liaison or not founded,
        "policy_action_count": random.randint(1, 4),
        "mobilisation_count": random.randint(0, 3),
        "democratic_item_count": items,
        "party_prediscussed_count": items,
        "major_decision_count": decisions,
        "party_prereviewed_count": decisions,
        "party_gatekeeping": True,
        "debrief_date": committee.debriefed if debriefed else None,
        "debrief_result": result if debriefed else None,
        "debrief_has_review": True if debriefed else None,
        "debrief_has_plan": True if debriefed else None,
        "annual_rating": committee.rating,
        "rating_year": 2025,
        "remedial_training_date": _passed(committee.trained, month)
        if committee.rating == "运作欠规范"
        else None,
    }


def _passed(day: dt.date | None, month: Month) -> dt.date | None:
    return day if day and day <= month.end else None


def _training(committee: Committee, month: Month) -> dict[str, Any]:
    """Yearly duties: each has its months, and what was done by now only grows."""
    lasting = _lasting(committee, "training")
    early, formats = lasting.random() < 0.4, lasting.randint(1, 3)

    def done(first: range, *later: range) -> int:
        return sum(lasting.choice(span) <= month.number for span in (first, *later))

    trainings = done(range(1, 5), range(4, 8), range(6, 11), range(9, 13))
    topics = _TOPICS[: 3 if trainings > 2 or early else 2]
    return {
        "theory_in_training": True,
        "training_formats": _FORMATS[: min(trainings, formats)],
        "ideology_training_count": trainings,
        "training_topics": topics,
        "training_attendance": trainings * (committee.members - 1),
        "street_training_due": committee.due if month.number in (7, 10) else 0,
        "street_training_attended": committee.due if month.number in (7, 10) else 0,
        "street_training_kinds": ("专题",) if month.number in (7, 10) else None,
        "study_count": (month.number + lasting.randint(0, 2)) % 3,
        "self_study_ytd": done(range(1, 7), range(7, 13), range(8, 13)),
        "fire_training_ytd": done(range(3, 12)),
        "fire_drill_ytd": done(range(5, 13)),
        "waste_training_ytd": done(range(2, 12)),
        "epidemic_training_ytd": 0,
        "training_in_appraisal": True,
    }


def _rules(committee: Committee) -> dict[str, Any]:
    lasting = _lasting(committee, "rules")
    return {
        **dict.fromkeys(RULES, True),
        "rule_joint_parties": ("居民区党组织", "居委会", "物业"),
        "seals_separate_keepers": lasting.random() < 0.9,
        "seal_log": True,
        "case_owner_system": True,
        "members_with_duty": committee.members,
        "joint_review_exists": True,
        "joint_review_units": _UNITS[: lasting.randint(3, 6)],
        "supervision_channel": True,
    }


def _monthly(committee: Committee, month: Month, random: Random) -> dict[str, Any]:
    feedback, reported, breaches = (
        random.randint(0, 8),
        random.randint(0, 5),
        random.choice((0, 0, 0, 0, 1, 2)),
    )
    demanded = breaches
    owner, property_ = random.choice((0, 0, 0, 1, 2)), random.choice((0, 0, 1, 1, 2))
    mediated = owner + property_
    decisions, messages, meetings = random.choice((0, 1, 1, 2)), random.randint(0, 25), random.randint(0, 2)
    return {
        "case_count": random.randint(0, 3),
        "reception_days": random.randint(1, 4),
        "reception_visitors": random.randint(2, 25),
        "feedback_count": feedback,
        "feedback_answered": max(feedback - random.choice((0, 0, 0, 1)), 0),
        "patrol_count": random.randint(1, 4),
        "patrol_with_rc": random.random() < 0.85,
        "patrol_reported": reported,
        "patrol_fixed": max(reported - random.randint(0, 2), 0),
        "four_service_checks": random.randint(1, 4),
        "ledger_queries": random.choice((0, 0, 0, 1, 2)),
        "breach_count": breaches,
        "demand_count": demanded,
        "breach_fixed": random.randint(0, demanded),
        "committee_meetings": meetings,
        "meeting_attendance": random.choice((0.8, 0.85, 0.9, 1.0)) if meetings else None,
        "joint_meetings": random.randint(0, 2),
        "volunteer_events": random.randint(1, 3),
        "volunteer_headcount": random.randint(6, 60),
        "disputes_owner": owner,
        "disputes_property": property_,
        "mediated": mediated,
        "resolved": max(mediated - random.choice((0, 0, 1)), 0),
        "avg_days": random.randint(4, 28) / 2 if mediated else None,
        "mediated_with_rc": random.randint(0, mediated),
        "decision_count": decisions,
        "decision_published": decisions,
        "messages": messages,
        "messages_answered": max(messages - random.randint(0, 3), 0),
        "participation_households": committee.households * random.randint(5, 60) // 100,
        "flood_notice_count": random.randint(1, 4) if month.number in range(6, 10) else 0,
        **dict.fromkeys(
            [
                *("epidemic_gate", "epidemic_people", "epidemic_code", "epidemic_disinfection"),
                *("pcr_rounds", "epidemic_notice_count"),
            ]
        ),
    }


def _accounts(committee: Committee, month: Month) -> dict[str, Any]:
    lasting = _lasting(committee, "accounts")
    again = committee.recounted if committee.recounted and committee.recounted <= month else None
    report = dt.date(2026, 3, 20) + dt.timedelta(lasting.randrange(95))
    late = lasting.random()  # a few have an audit still to come, which is pending until December
    spaces = committee.households * lasting.randint(20, 70) // 100
    quarters = [dt.date(2026, first, lasting.randint(3, 15)) for first in (1, 4, 7, 10)]
    published = [day for day in quarters if day <= month.end]
    halves = [day for day in published if day.month in (1, 7)]
    return {
        "audit_fund": True,
        "audit_income": True,
        "audit_expense": late > (0.04 if month.number < 9 else 0.02),
        "audit_report_date": report,
        "audit_notice_date": report + dt.timedelta(lasting.randint(0, 3)),
        "parking_spaces": spaces,
        "vehicle_count": spaces + lasting.randint(-15, 120),
        "parking_updated": again.start.replace(day=8) if again else committee.counted,
        "parking_managed": True,
        "fund_publish_dates": tuple(halves),
        "income_publish_dates": tuple(published),
        "accounts_reviewed": True,
    }


def _people(committee: Committee) -> dict[str, Any]:
    lasting = _lasting(committee, "people")
    members = committee.members
    reserve = [lasting.randint(0, 3) for _ in range(4)]
    return {
        "member_count": members,
        "serving_count": members - (lasting.random() < 0.06),
        "alternate_count": lasting.choice((0, 1, 2)),
        "party_member_count": committee.party,
        "full_party_member_count": committee.full,
        "office_address": f"示例路{lasting.randint(1, 300)}弄{lasting.randint(1, 40)}号业委会活动室",
        "contact": phone(lasting) if lasting.random() > 0.1 else None,
        "cross_post_count": lasting.choice((1, 1, 2)),
        "avg_age": lasting.randint(96, 134) / 2,
        "over60_count": lasting.randint(0, members),
        "src_two_committees": lasting.choice((1, 1, 2)),
        "src_party_group_leader": lasting.randint(0, 2),
        "src_block_leader": lasting.randint(0, 2),
        "src_inservice_party": min(lasting.randint(0, 2), committee.party),
        "reserve_total": sum(reserve) + 1,
        "reserve_professional": reserve[0] + 1,
        "reserve_inservice_party": reserve[1],
        "reserve_volunteer": reserve[2],
        "reserve_young_party": reserve[3],
    }


def _services(committee: Committee, month: Month, random: Random) -> dict[str, Any]:
    lasting = _lasting(committee, "services")
    surveyed = committee.surveyed <= month.end
    groups, satisfied = lasting.randint(1, 4), lasting.randint(82, 98) / 100
    return {
        "creation_projects": _PROJECTS[: lasting.randint(1, 4)],
        "honours": lasting.choice(("无", "无", "区级文明小区", "市级垃圾分类示范小区", "街镇优秀业委会")),
        "pair_count": random.randint(0, 3),
        "help_alone_elderly": random.randint(0, 9),
        "help_needy": random.randint(0, 4),
        "help_veteran_cadre": random.randint(0, 2),
        "help_old_party": random.randint(0, 3),
        "consult_count": random.randint(0, 6),
        "service_menu": True,
        "service_items": _ITEMS[: lasting.randint(1, 3)],
        "act_corridor": random.randint(0, 2),
        "act_charging": random.randint(0, 2),
        "act_pets": random.choice((0, 0, 1)),
        "act_evening": random.choice((0, 1)) if month.number in (7, 8) else 0,
        "act_other": random.choice((0, 0, 1)),
        "has_official_account": lasting.random() < 0.7,
        "owner_group_count": groups,
        "households_in_group": committee.households * lasting.randint(45, 97) // 100,
        "published_online": lasting.random() < 0.8,
        "e_voting_used": True,
        "e_vote_turnout": random.choice((None, None, 0.52, 0.61, 0.7, 0.85)),
        "info_system": True,
        "survey_date": committee.surveyed if surveyed else None,
        "survey_sample": max(30, committee.households // 8) if surveyed else None,
        "satisfaction_rate": satisfied if surveyed else None,
        "opinion_channels": _CHANNELS[: lasting.randint(1, 4)],
    }

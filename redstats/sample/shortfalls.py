"""What is wrong in the sample, and since when: known shortfalls, oddities and the mistakes of a first file.

Every shortfall breaks one requirement and nothing else.  Some follow from a fact of the committee (a term
that ran out, an organisation not yet founded), the others change the values of the months they last.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from redstats.months import Month
from redstats.sample.committees import BALLOT, JUDGED, NEVER, RULES, Committee

Values = dict[str, Any]

CLEAN, POOR = "310105010", "310105011"
_WEIGHTS = {CLEAN: 0, POOR: 26, "310105001": 9, "310105002": 6, "310105004": 8, "310105005": 11}
_WEIGHTS |= {"310105006": 8, "310105008": 13, "310105009": 9, "310105102": 12}

# Requirement → how many in the latest month, how many that were put right before it.
_YES_NO = dict.fromkeys(RULES, (1, 1)) | {
    "rule_pets": (3, 1),
    "rule_renovation": (2, 1),
    "party_gatekeeping": (2, 1),
    "debrief_review": (1, 1),
    "debrief_plan": (2, 0),
    "case_owner_system": (2, 1),
    "joint_review": (2, 0),
    "training_in_appraisal": (2, 1),
    "accounts_reviewed": (3, 1),
    "service_menu": (3, 1),
    "info_system": (3, 1),
    "e_voting": (4, 2),
}
_COUNTS = {
    "party_org_coverage": (20, 5),
    "party_work_coverage": (2, 1),
    "party_org_head": (2, 1),
    "party_prediscussion": (2, 2),
    "party_prereview": (2, 1),
    "rule_joint_parties": (2, 1),
    "members_with_duty": (3, 1),
    "reception_days": (4, 3),
    "patrols": (3, 3),
    "renewal_on_time": (5, 2),
    "party_member_ratio": (4, 1),
    "cross_posts": (4, 1),
    "candidates_reviewed": (2, 1),
    "reserve": (3, 1),
    "street_training": (3, 1),
    "remedial_training": (3, 2),
    "four_services": (3, 2),
    "parking_updated": (4, 1),
    "breach_demanded": (3, 2),
    "volunteering": (4, 3),
    "disputes_mediated": (3, 2),
    "mediation_days": (3, 2),
    "creation_projects": (1, 0),
    "service_items": (2, 1),
    "platform": (2, 0),
    "decisions_published": (3, 1),
    "flood_notices": (0, 6),
    "opinion_channels": (2, 1),
}
_COUNTS |= _YES_NO | dict.fromkeys(BALLOT, (1, 0))
_ONE_MONTH = {*BALLOT, "party_prediscussion", "party_prereview", "candidates_reviewed", "decisions_published"}
# These follow from dates, so they cannot come and go.
_OF_THE_SPRING = {
    "remedial_training",
    "debrief_review",
    "debrief_plan",
}  # what happened before the first month
_UNBROKEN = {"party_org_coverage", "renewal_on_time", "parking_updated"} | _OF_THE_SPRING
_CASES = ("disputes_mediated", "breach_demanded")  # what is left open goes on to the next month
_STANDSTILL = ("reception_days", "patrols", "four_services", "volunteering", "case_owner_system")

_LASTS_NOW = ([0, 1, 2, 3], [0, 1, 2, 3], [1, 2, 3], [2, 3], [3], [3], [0, 3], [0, 1, 3])
_LASTED = ([0], [0, 1], [1], [1, 2], [0, 1, 2], [2])


@dataclass(frozen=True)
class Life:
    """One shortfall: what is not met, by whom, in which months."""

    requirement: str
    committee: Committee
    months: tuple[Month, ...]


@dataclass(frozen=True)
class Oddity:
    """A cell that cannot be judged: left blank, unreadable (``raw``), or against another (``values``)."""

    kind: str
    field: str
    committee: Committee
    month: Month
    raw: str = ""
    values: tuple[tuple[str, object], ...] = ()

    def apply(self, values: Values, raw: dict[str, str]) -> None:
        values |= dict(self.values)
        if self.kind != "contradiction":
            values[self.field], raw[self.field] = None, self.raw


@dataclass
class Plan:
    """Everything planted: ``lives`` and ``oddities``."""

    lives: list[Life] = field(default_factory=list)
    oddities: list[Oddity] = field(default_factory=list)

    def of(self, committee: Committee, month: Month) -> list[str]:
        """The requirements this committee falls short of in this month."""
        return [
            life.requirement for life in self._by_committee.get(committee.seed, ()) if month in life.months
        ]

    def left_open(self, committee: Committee, month: Month) -> dict[str, int]:
        """How many cases of the months before are dealt with in this one, by requirement; one was left in each month."""
        months = {
            life.requirement: life.months
            for life in self._by_committee.get(committee.seed, ())
            if life.requirement in _CASES and month not in life.months
        }
        left: dict[str, int] = {}
        for requirement, short in months.items():
            before = month.previous
            while before in short:
                left[requirement] = left.get(requirement, 0) + 1
                before = before.previous
        return left

    def __post_init__(self) -> None:
        self._by_committee: dict[str, list[Life]] = {}

    def add(self, life: Life) -> None:
        self.lives.append(life)
        self._by_committee.setdefault(life.committee.seed, []).append(life)
        life.committee.planted.append(life.requirement)


def planned(
    everyone: dict[str, list[Committee]],
    months: tuple[Month, ...],
    carried: Callable[[str, str], bool],
    field_of: dict[str, str],
    seed: int,
) -> Plan:
    """Decide what goes wrong where, and set the facts it follows from.

    ``everyone`` is by street code; ``carried(street code, field)`` says whether that street's return has the
    field; ``field_of`` is the field each requirement judges.
    """
    plan, random = Plan(), Random(f"{seed} plan")
    _standstill(everyone[POOR], plan, months)
    scarce = sorted(_COUNTS.items(), key=lambda pair: pair[0] not in _NEEDS)  # those that suit few come first
    for requirement, (now, before) in scarce:
        for lasts in [_LASTS_NOW] * now + [_LASTED] * before:
            spans = [span for span in lasts if _can_last(requirement, span, months)]
            span = tuple(months[at] for at in random.choice(spans))
            committee = _somebody(requirement, everyone, carried, field_of[requirement], random)
            life = Life(requirement, committee, span)
            _PREPARE.get(requirement, _nothing)(committee, span, months)
            plan.add(life)
    _elections(everyone, months, random)
    for oddity in _oddities(everyone, months, random):
        plan.oddities.append(oddity)
    return plan


def fall_short(requirement: str, field_: str, values: Values) -> None:
    """Change ``values`` so that exactly this requirement is not met."""
    if requirement in _YES_NO:
        values[field_] = False
    values |= _VALUES.get(requirement, lambda _: {})(values)


def catch_up(requirement: str, cases: int, values: Values) -> None:
    """Change ``values`` so that ``cases`` of the months before are dealt with."""
    done = {"disputes_mediated": "mediated", "breach_demanded": "demand_count"}[requirement]
    values[done] = (values[done] or 0) + cases
    if requirement == "disputes_mediated":
        values["avg_days"], values["mediated_with_rc"] = (
            values["avg_days"] or 6.5,
            values["mediated_with_rc"] or 1,
        )


def _can_last(requirement: str, span: list[int], months: tuple[Month, ...]) -> bool:
    if requirement == "flood_notices":
        return all(months[at].number in range(6, 10) for at in span)
    if requirement == "street_training":
        return all(months[at].number in (7, 10) for at in span)
    if requirement in _ONE_MONTH:
        return len(span) == 1
    if requirement in _OF_THE_SPRING and span[0] != 0:
        return False
    return requirement not in _UNBROKEN or span[-1] - span[0] == len(span) - 1


def _somebody(
    requirement: str, everyone: dict[str, list[Committee]], carried, field_: str, random: Random
) -> Committee:
    suits = _NEEDS.get(requirement, lambda _: True)
    free = {
        code: [
            one
            for one in street
            if one.status == JUDGED and not one.planted and suits(one) and one.rating != "运作欠规范"
        ]
        for code, street in everyone.items()
        if _WEIGHTS.get(code, 5) and carried(code, field_)
    }
    streets = [code for code in free if free[code]]
    code = random.choices(streets, [_WEIGHTS.get(code, 5) for code in streets])[0]
    return random.choice(free[code])


def _standstill(street: list[Committee], plan: Plan, months: tuple[Month, ...]) -> None:
    """One committee that no longer works falls short in several ways at once, all the time."""
    committee = next(one for one in street if one.status == JUDGED and one.rating != "运作欠规范")
    committee.status = "停摆"
    for requirement in _STANDSTILL:
        plan.add(Life(requirement, committee, months))


def _elections(everyone: dict[str, list[Committee]], months: tuple[Month, ...], random: Random) -> None:
    """A few elections that went well, so that those that did not are not the only ones."""
    for month in months:
        code = random.choice(sorted(everyone))
        free = [
            one for one in everyone[code] if one.status == JUDGED and not one.planted and not one.election
        ]
        _elect(random.choice(free), (month,), months)


def _oddities(
    everyone: dict[str, list[Committee]], months: tuple[Month, ...], random: Random
) -> Iterable[Oddity]:
    kinds = [
        ("blank", "cross_post_count", "", 3),
        ("blank", "reserve_total", "", 3),
        ("blank", "reception_days", "", 3),
        ("blank", "parking_spaces", "", 3),
        ("blank", "members_with_duty", "", 3),
        ("blank", "accounts_reviewed", "", 3),
        ("blank", "volunteer_events", "", 2),
        ("blank", "patrol_count", "", 0),
        ("unreadable", "reception_days", "若干", 3),
        ("unreadable", "households", "#REF!", 3),
        ("unreadable", "parking_updated", "2026年6月31日", 3),
        ("unreadable", "volunteer_events", "数次", 3),
        ("unreadable", "four_service_checks", "若干", 1),
        ("unreadable", "vehicle_count", "#REF!", 0),
    ]
    for kind, field_, raw, index in kinds:
        yield Oddity(kind, field_, _untouched(everyone, random), months[index], raw)
    committee = _untouched(everyone, random, lambda committee: committee.members == 7)
    too_many = (("party_member_count", 8), ("full_party_member_count", 6))
    yield Oddity("contradiction", "party_member_count", committee, months[3], values=too_many)
    resolved: tuple[tuple[str, float], ...]
    resolved = (("disputes_owner", 1), ("disputes_property", 1), ("mediated", 2), ("resolved", 3))
    resolved += (("avg_days", 5.0), ("mediated_with_rc", 1))
    yield Oddity("contradiction", "resolved", _untouched(everyone, random), months[3], values=resolved)


def _untouched(everyone: dict[str, list[Committee]], random: Random, suits=lambda _: True) -> Committee:
    free = [
        one
        for code in sorted(everyone)
        if code != CLEAN
        for one in everyone[code]
        if one.status == JUDGED and not one.planted and one.election is None and suits(one)
    ]
    committee = random.choice(free)
    committee.planted.append("oddity")
    return committee


def first_version(rows: list[tuple[Committee, Values, dict[str, str]]], seed: int) -> None:
    """Turn the rows of a return into those of a first file that had to be corrected (in place)."""
    random = Random(f"{seed} first version")
    good = [row for row in rows if row[0].status == JUDGED and not row[0].planted]
    chosen = random.sample(good, 9)
    for (_, values, _), field_ in zip(chosen, ("rule_seal", "rule_archive", "info_system"), strict=False):
        values[field_] = False
    fall_short("breach_demanded", "demand_count", chosen[3][1])
    fall_short("members_with_duty", "members_with_duty", chosen[4][1])
    chosen[5][1]["party_member_count"] = chosen[5][1]["member_count"] + 1
    for (_, values, raw), field_, text in zip(
        chosen[6:], ("patrol_count", "households", "reserve_total"), ("若干", "#REF!", ""), strict=True
    ):
        values[field_], raw[field_] = None, text
    rows.remove(random.choice([row for row in good if row not in chosen]))


# Facts to be set before the months are drawn.


def _nothing(committee: Committee, span: tuple[Month, ...], months: tuple[Month, ...]) -> None: ...


def _after(span: tuple[Month, ...], months: tuple[Month, ...]) -> Month | None:
    """The month in which it was put right, None when it lasts."""
    return None if span[-1] == months[-1] else span[-1].next


def _without_organisation(committee: Committee, span: tuple[Month, ...], months: tuple[Month, ...]) -> None:
    righted = _after(span, months)
    committee.org_date = righted.start.replace(day=16) if righted else NEVER
    if span[0] != months[0]:  # the conditions were met only now
        committee.eligible_from = span[0].start.replace(day=10)


def _not_eligible(committee: Committee, span: tuple[Month, ...], months: tuple[Month, ...]) -> None:
    committee.eligible_from = committee.org_date = NEVER


def _overdue(committee: Committee, span: tuple[Month, ...], months: tuple[Month, ...]) -> None:
    righted = _after(span, months)
    committee.old_end = span[0].start.replace(day=11)
    committee.election = righted.start.replace(day=20) if righted else None


def _elect(committee: Committee, span: tuple[Month, ...], months: tuple[Month, ...]) -> None:
    committee.election, committee.old_end = span[0].start.replace(day=18), span[0].next.end


def _unrated(committee: Committee, span: tuple[Month, ...], months: tuple[Month, ...]) -> None:
    righted = _after(span, months)
    committee.rating, committee.trained = "运作欠规范", righted.start.replace(day=22) if righted else None


def _counted_long_ago(committee: Committee, span: tuple[Month, ...], months: tuple[Month, ...]) -> None:
    committee.counted = span[0].plus(-12).start.replace(day=10)
    committee.recounted = _after(span, months)


def _debriefed(committee: Committee, span: tuple[Month, ...], months: tuple[Month, ...]) -> None:
    committee.debriefed = dt.date(2026, 4, 16)


def _weak(committee: Committee, span: tuple[Month, ...], months: tuple[Month, ...]) -> None:
    committee.org_type = "联合党支部"


_PREPARE = {
    "party_org_coverage": _without_organisation,
    "party_work_coverage": _not_eligible,
    "renewal_on_time": _overdue,
    "remedial_training": _unrated,
    "parking_updated": _counted_long_ago,
    "debrief_review": _debriefed,
    "debrief_plan": _debriefed,
    "party_member_ratio": _weak,
    **dict.fromkeys(BALLOT, _elect),
}

_NEEDS = {
    "party_org_coverage": lambda committee: committee.eligible_from != NEVER,
    "party_org_head": lambda committee: committee.org_date < dt.date(2026, 7, 1),
    "party_member_ratio": lambda committee: committee.members >= 7,
    "party_work_coverage": lambda committee: committee.eligible_from == NEVER,
}


# Values of the months in which a shortfall lasts, each with what has to agree with it.


def _party_minority(values: Values) -> Values:
    few = (values["member_count"] - 1) // 2
    return {
        "party_member_count": few,
        "full_party_member_count": few,
        "src_inservice_party": min(values["src_inservice_party"], few),
    }


def _no_visits(values: Values) -> Values:
    return {"patrol_count": 0, "patrol_with_rc": False, "patrol_reported": 0, "patrol_fixed": 0}


def _no_platform(values: Values) -> Values:
    return {"has_official_account": False, "owner_group_count": 0, "households_in_group": 0}


def _unreviewed(values: Values) -> Values:
    return {"candidate_count": values["candidate_count"] + 2, "reviewed_count": values["candidate_count"] + 1}


def _unmediated(values: Values) -> Values:
    return {
        **{"disputes_owner": 2, "disputes_property": 1, "mediated": 2, "resolved": 1},
        **{"avg_days": 6.5, "mediated_with_rc": 1},
    }


def _slow(values: Values) -> Values:
    return {
        **{"disputes_owner": 1, "disputes_property": 1, "mediated": 2, "resolved": 1},
        **{"avg_days": 21.5, "mediated_with_rc": 1},
    }


def _constant(**changes: object) -> Callable[[Values], Values]:
    return lambda _: changes


_VALUES: dict[str, Callable[[Values], Values]] = {
    "party_work_coverage": _constant(party_liaison=False),
    "party_org_head": _constant(party_org_head="无"),
    "party_prediscussion": _constant(democratic_item_count=3, party_prediscussed_count=2),
    "party_prereview": _constant(major_decision_count=2, party_prereviewed_count=1),
    "rule_joint_parties": _constant(rule_joint_parties=("居委会", "物业")),
    "members_with_duty": lambda values: {"members_with_duty": values["member_count"] - 1},
    "reception_days": _constant(reception_days=0, reception_visitors=0),
    "patrols": _no_visits,
    "party_member_ratio": _party_minority,
    "cross_posts": _constant(cross_post_count=0),
    "joint_review": _constant(joint_review_units=None),
    "candidates_reviewed": _unreviewed,
    "reserve": _constant(
        reserve_total=0,
        reserve_professional=0,
        reserve_inservice_party=0,
        reserve_volunteer=0,
        reserve_young_party=0,
    ),
    "street_training": lambda values: {"street_training_attended": values["street_training_due"] - 1},
    "four_services": _constant(four_service_checks=0),
    "breach_demanded": _constant(breach_count=2, demand_count=1, breach_fixed=1),
    "volunteering": _constant(volunteer_events=0, volunteer_headcount=0),
    "disputes_mediated": _unmediated,
    "mediation_days": _slow,
    "creation_projects": _constant(creation_projects=()),
    "service_menu": _constant(service_items=()),
    "service_items": _constant(service_items=()),
    "platform": _no_platform,
    "decisions_published": _constant(decision_count=2, decision_published=1),
    "e_voting": _constant(e_vote_turnout=None),
    "flood_notices": _constant(flood_notice_count=0),
    "opinion_channels": _constant(opinion_channels=()),
    **{step: _constant(**{step: False}) for step in BALLOT},
}

"""The rules once more, in plain Python and without the suites: what the standard asks of one committee.

Written from the catalogue of the standard and not from the suites, so that the two can be compared.  A committee
is a dict of field to value or to one of the marks of ``drawn``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from random import Random

from drawn import BLANK, NOT_APPLICABLE, UNREADABLE

MARKS = {BLANK: "not_reported", NOT_APPLICABLE: "needs_review", UNREADABLE: "needs_review"}
WORST_FIRST = ("needs_review", "not_reported", "not_applicable")
JUDGED = ("已组建", "换届改选中", "届满未换届", "停摆")

# Where 不涉及 says no more than 0, and where something else in the return bears it out.
NONE_MEANT = {
    "disputes_owner",
    "disputes_property",
    "feedback_count",
    "breach_count",
    "candidate_count",
    "decision_count",
}
NONE_MEANT |= {
    "democratic_item_count",
    "major_decision_count",
    "street_training_due",
    "messages",
    "election_objections",
}
NONE_MEANT |= {f"act_{kind}" for kind in ("corridor", "charging", "pets", "evening", "other")}
BORNE_OUT = {
    "annual_rating": {"session_no": (1,)}, "rating_year": {"session_no": (1,)}, "party_org_head": {"party_org_type": ("无",)},
    "remedial_training_date": {"annual_rating": ("运作规范", "运作基本规范")}, "e_vote_turnout": {"e_voting_used": (False,)},
    "mediated": {"disputes_owner": (0,), "disputes_property": (0,)}, "avg_days": {"mediated": (0,)}, "mediated_with_rc": {"mediated": (0,)},
}  # fmt: skip
BORNE_OUT |= {
    name: {"parking_spaces": (0,)} for name in ("rule_parking", "parking_updated", "parking_managed")
}
BORNE_OUT |= {
    "feedback_answered": {"feedback_count": (0,)},
    "patrol_reported": {"patrol_count": (0,)},
    "messages_answered": {"messages": (0,)},
}
BORNE_OUT |= {
    "demand_count": {"breach_count": (0,)},
    "breach_fixed": {"breach_count": (0,)},
    "reviewed_count": {"candidate_count": (0,)},
}
BORNE_OUT |= {
    "decision_published": {"decision_count": (0,)},
    "party_prediscussed_count": {"democratic_item_count": (0,)},
}
BORNE_OUT |= {
    "party_prereviewed_count": {"major_decision_count": (0,)},
    "street_training_attended": {"street_training_due": (0,)},
}

_SAME = {name: name for name in ("party_gatekeeping", "case_owner_system", "training_in_appraisal")}
_RULES = "meeting reception disclosure study seal archive parking pets renovation mediation"
YES = _SAME | {f"rule_{name}": f"rule_{name}" for name in _RULES.split()}
YES |= {name: name for name in ("accounts_reviewed", "service_menu", "info_system")}
YES |= {"joint_review": "joint_review_exists", "e_voting": "e_voting_used"}
YES_YEARLY = {"theory_training": "theory_in_training"} | {
    n: n for n in ("audit_fund", "audit_income", "audit_expense")
}
AT_LEAST_ONE = {
    "reception_days": "reception_days",
    "patrols": "patrol_count",
    "cross_posts": "cross_post_count",
}
AT_LEAST_ONE |= {"reserve": "reserve_total", "four_services": "four_service_checks"}
AT_LEAST_ONE |= {"volunteering": "volunteer_events", "flood_notices": "flood_notice_count"}
# asked in 2022 and not since
EPIDEMIC = {
    "gate_guarded": "gate",
    "people_managed": "people",
    "codes_scanned": "code",
    "disinfected": "disinfection",
}
YES_THEN = {id_: f"epidemic_{name}" for id_, name in EPIDEMIC.items()}
AT_LEAST_ONE_THEN = {"screening_assisted": "pcr_rounds", "epidemic_notices": "epidemic_notice_count"}
AT_LEAST_ONE_YEARLY = {
    f"{name}": f"{name}_ytd"
    for name in ("fire_training", "fire_drill", "waste_training", "epidemic_training")
}
ANY_OF_SET = {name: name for name in ("creation_projects", "opinion_channels")}
ALL_OF_SET = {"rule_joint_parties": ("rule_joint_parties", {"居民区党组织", "居委会", "物业"})}
REPORTED = {name: name for name in ("feedback_answered", "parking_spaces")}
REPORTED |= {
    f"src_{n}": f"src_{n}"
    for n in ("two_committees", "party_group_leader", "block_leader", "inservice_party")
}
REPORTED |= {"member_ages": "avg_age", "studies": "study_count", "vehicles": "vehicle_count"}
REPORTED |= {"pairing": "pair_count", "participation": "participation_households"}
ALL_OF = {  # the part has to be the whole, where there is any
    "party_prediscussion": ("party_prediscussed_count", "democratic_item_count"),
    "party_prereview": ("party_prereviewed_count", "major_decision_count"),
    "members_with_duty": ("members_with_duty", "member_count"),
    "candidates_reviewed": ("reviewed_count", "candidate_count"),
    "street_training": ("street_training_attended", "street_training_due"),
    "breach_demanded": ("demand_count", "breach_count"),
    "decisions_published": ("decision_published", "decision_count"),
}
ENCOURAGED = ("e_voting", "creation_projects", "participation", *EPIDEMIC)
BALLOT = ("vote_register_ok", "ballot_issue_ok", "ballot_box_ok", "count_ok")
ONCE_A_YEAR = {"annual_debrief": "debrief_date", "satisfaction_survey": "survey_date"}
PUBLISHED = {"fund_published": "fund_publish_dates", "income_published": "income_publish_dates"}
NOT_MORE_THAN = {
    # more letters than breaches may be written
    **{part: whole for part, whole in ALL_OF.values() if part != "demand_count"},
    **dict.fromkeys(("party_member_count", "cross_post_count"), "member_count"),
    **{name: "member_count" for name in REPORTED.values() if name.startswith("src_")},
    "feedback_answered": "feedback_count",
    "mediated_with_rc": "mediated",
    "participation_households": "households",
}


RATIOS = {"party_ratio": "party_member_count", "cross_post_ratio": "cross_post_count"}


class Judged:
    """One committee in one month; ``of(requirement)`` is the state it should be in.

    ``pending`` tells apart what does not apply from what is only due by the end of the year.
    """

    @classmethod
    def known(cls, names: Iterable[str]) -> list[str]:
        """The requirements among these that are written out here; one that came later is judged by its suite alone."""
        tabled = (YES, YES_YEARLY, AT_LEAST_ONE, AT_LEAST_ONE_YEARLY, ANY_OF_SET, ALL_OF_SET, REPORTED)
        tabled += (ALL_OF, BALLOT, ONCE_A_YEAR, PUBLISHED, YES_THEN, AT_LEAST_ONE_THEN)
        written = {id_ for table in tabled for id_ in table}
        return [id_ for id_ in names if id_ in written or hasattr(cls, id_)]

    def __init__(
        self, committee: dict, year: int, month: int, end: dt.date, earlier: Iterable[dict] = ()
    ) -> None:
        """``earlier``: what it told in the months before, oldest first."""
        self.it, self.year, self.month, self.end = committee, year, month, end
        self.left = {"mediated": 0, "demand_count": 0}  # cases that are still open
        opened = {"mediated": ("disputes_owner", "disputes_property"), "demand_count": ("breach_count",)}
        for told in earlier:
            for done, names in opened.items():
                numbers = [told.get(name) for name in (*names, done)]
                *new, closed = [0 if isinstance(one, str) or one is None else one for one in numbers]
                self.left[done] = max(0, self.left[done] + sum(new) - closed)

    def value(self, name: str) -> object:
        found = self.it.get(name, BLANK)
        return None if isinstance(found, str) and found in MARKS else found

    def lack(self, *names: str) -> str:
        states = {self.mark(name) for name in names if self.value(name) is None}
        return next((state for state in WORST_FIRST if state in states), "")

    def mark(self, name: str) -> str:
        """Why a field is not known; 不涉及 has to be looked into where nothing bears it out."""
        given = self.it.get(name, BLANK)
        return "not_applicable" if given == NOT_APPLICABLE and self.may_be_left(name) else MARKS[given]

    def may_be_left(self, name: str) -> bool:
        if name in NONE_MEANT:
            return True
        facts = BORNE_OUT.get(name)
        return facts is not None and all(
            self.it.get(other) in values
            or (0 in values and other in NONE_MEANT and self.it.get(other) == NOT_APPLICABLE)
            for other, values in facts.items()
        )

    def disputes(self) -> int | None:
        parts = [self.it.get(name, BLANK) for name in ("disputes_owner", "disputes_property")]
        if parts == [NOT_APPLICABLE] * 2 or BLANK in parts or UNREADABLE in parts:
            return None
        return sum(part for part in parts if part != NOT_APPLICABLE) + self.left["mediated"]

    def contradicts(self, name: str) -> bool:
        own = self.value(name)
        if own is None:
            return False
        if name == "mediated":
            return self.disputes() is not None and own > self.disputes()
        if name == "term_end":
            start = self.value("term_start")
            return (start is not None and start >= own) or (
                self.value("committee_status") == "届满未换届" and own >= self.end
            )
        if name == "party_member_count" and self.value("party_org_type") not in (None, "无") and own < 1:
            return True
        whole = self.value(NOT_MORE_THAN[name]) if name in NOT_MORE_THAN else None
        return whole is not None and own > whole

    def disagrees(self, ratio: str) -> bool:
        """Whether a share of all members that somebody wrote is another than that of the counts."""
        said, part, whole = (self.value(name) for name in (ratio, RATIOS[ratio], "member_count"))
        return None not in (said, part, whole) and whole > 0 and abs(said - part / whole) > 0.005 + 1e-9

    def of(self, id_: str) -> str:
        state = self.pending(id_)
        if state == "not_met" and id_ in ENCOURAGED:
            return "not_applicable"  # the standard asks nobody for it
        return "not_applicable" if state == "pending" else state

    def pending(self, id_: str) -> str:
        status = self.value("committee_status")
        if status is not None and status not in JUDGED:
            return "not_applicable"
        if id_ == "flood_notices" and self.month not in (6, 7, 8, 9):
            return "not_applicable"
        for names in (YES, YES_THEN, YES_YEARLY):
            if id_ in names:
                return self.verdict(names[id_], lambda x: x is True, yearly=names is YES_YEARLY)
        for names in (AT_LEAST_ONE, AT_LEAST_ONE_THEN, AT_LEAST_ONE_YEARLY):
            if id_ in names:
                return self.verdict(names[id_], lambda x: x >= 1, yearly=names is AT_LEAST_ONE_YEARLY)
        if id_ in ANY_OF_SET:
            return self.verdict(id_, lambda x: len(x) > 0)
        if id_ in ALL_OF_SET:
            return self.verdict(ALL_OF_SET[id_][0], lambda x: set(x) >= ALL_OF_SET[id_][1])
        if id_ in REPORTED:
            return self.verdict(REPORTED[id_], lambda x: True)
        if id_ in ALL_OF:
            part, whole = ALL_OF[id_]
            return self.share(part, whole, 1.0, self.left.get(part, 0))
        if id_ in BALLOT:
            return self.ballot(id_)
        if id_ in ONCE_A_YEAR:
            state = self.dated(ONCE_A_YEAR[id_], lambda x: dt.date(self.year, 1, 1) <= x <= self.end)
            # the year's debrief may be held until March, and is judged then
            return "pending" if id_ == "annual_debrief" and state == "not_met" else state
        if id_ in PUBLISHED:
            return self.dated(
                PUBLISHED[id_], lambda days: any(dt.date(self.year, 1, 1) <= day <= self.end for day in days)
            )
        return getattr(self, id_)()

    def verdict(self, name: str, good, yearly: bool = False) -> str:
        if self.value(name) is None:
            return self.lack(name)
        if self.contradicts(name):
            return "needs_review"
        return "met" if good(self.value(name)) else self.short(yearly)

    def short(self, yearly: bool) -> str:
        return "pending" if yearly and self.month < 12 else "not_met"

    def share(self, part: str, whole: str, least: float, more: int = 0) -> str:
        if self.value(whole) is None:
            return self.lack(whole)
        if self.contradicts(part):
            return "needs_review"
        if self.value(whole) + more == 0:
            return "not_applicable"
        return self.verdict(part, lambda x: x >= least * (self.value(whole) + more))

    def dated(self, name: str, good) -> str:
        if name in self.it and self.it[name] == BLANK:
            return self.short(True)
        return self.verdict(name, good, yearly=True)

    def ballot(self, name: str) -> str:
        day = self.value("election_date")
        if day is None:
            return "needs_review" if self.it.get("election_date") == UNREADABLE else "not_applicable"
        if not self.end.replace(day=1) <= day <= self.end:
            return "not_applicable"
        return self.verdict(name, lambda x: x is True)

    def training_formats(self) -> str:
        return self.verdict("training_formats", lambda x: len(x) > 0, yearly=True)

    def training_topics(self) -> str:
        wanted = {"政治教育", "形势政策教育", "知识技能教育"}
        return self.verdict("training_topics", lambda x: set(x) >= wanted, yearly=True)

    def party_org_coverage(self) -> str:
        eligible, members = self.value("party_org_eligible"), self.value("party_member_count")
        if eligible is None:
            if self.it.get("party_org_eligible", BLANK) != BLANK or members is None:
                return self.lack("party_org_eligible", "party_member_count")
            status = self.value("committee_status") or "已组建"
            eligible = members >= 1 and status in ("已组建", "换届改选中", "届满未换届")
        return self.verdict("party_org_type", lambda x: x != "无") if eligible else "not_applicable"

    def any_of(self, first: str, second: str) -> str:
        if self.value(first) not in (None, False) or self.value(second) not in (None, 0, "无"):
            return "met"
        return self.first_unsure(first) or self.lack(first, second) or "not_met"

    def first_unsure(self, name: str) -> str:
        state = self.lack(name)
        return state if state != "not_reported" else ""

    def party_work_coverage(self) -> str:
        return self.any_of("party_liaison", "party_org_type")

    def platform(self) -> str:
        return self.any_of("has_official_account", "owner_group_count")

    def party_org_head(self) -> str:
        kind = self.value("party_org_type")
        if kind is None:
            return self.lack("party_org_type")
        return "not_applicable" if kind == "无" else self.verdict("party_org_head", lambda x: x != "无")

    def debrief(self, name: str) -> str:
        if self.value("debrief_date") is None:
            return "not_applicable" if self.it.get("debrief_date") == BLANK else self.lack("debrief_date")
        return self.verdict(name, lambda x: x is True)

    def debrief_review(self) -> str:
        return self.debrief("debrief_has_review")

    def debrief_plan(self) -> str:
        return self.debrief("debrief_has_plan")

    def patrol_feedback(self) -> str:
        visits = self.value("patrol_count")
        if visits is None:
            return self.lack("patrol_count")
        return self.verdict("patrol_reported", lambda x: True) if visits else "not_applicable"

    def renewal_on_time(self) -> str:
        return self.verdict("term_end", lambda x: x >= self.end)

    def party_member_ratio(self) -> str:
        if self.it.get("serving_count") == UNREADABLE:
            return "needs_review"
        serving, members = self.value("serving_count"), self.value("member_count")
        if serving is None and members is None:
            return self.lack("serving_count", "member_count")
        return self.share("party_member_count", "member_count" if serving is None else "serving_count", 0.5)

    def self_study(self) -> str:
        start = self.value("term_start")
        new = start is not None and dt.date(self.year, 7, 1) <= start <= dt.date(
            self.year, 12, 31
        )  # six months of twelve, or fewer
        return self.verdict("self_study_ytd", lambda x: x >= (1 if new else 2), yearly=True)

    def remedial_training(self) -> str:
        rating = self.value("annual_rating")
        if rating is None:
            return self.lack("annual_rating")
        if rating != "运作欠规范":
            return "not_applicable"
        name = "remedial_training_date"
        if self.first_unsure(name):
            return self.first_unsure(name)
        blank = self.it.get(name) == BLANK
        if self.it.get("rating_year") == UNREADABLE:
            return "needs_review"
        if blank:
            return "not_met"
        since = dt.date(min((self.value("rating_year") or self.year - 1) + 1, self.year), 1, 1)
        return self.verdict(name, lambda x: since <= x <= self.end)

    def parking_updated(self) -> str:
        oldest = {10: dt.date(2025, 10, 31), 12: dt.date(2025, 12, 31)}[self.month]
        return self.verdict("parking_updated", lambda x: oldest <= x <= self.end)

    def of_disputes(self, name: str, good) -> str:
        received = self.disputes()
        if received is None:
            return self.lack("disputes_owner", "disputes_property")
        if self.contradicts(name):
            return "needs_review"
        return self.verdict(name, good) if received else "not_applicable"

    def disputes_mediated(self) -> str:
        return self.of_disputes("mediated", lambda x: x >= self.disputes())

    def mediation_days(self) -> str:
        return self.of_disputes("avg_days", lambda x: x <= 15)

    def mediated_with_rc(self) -> str:
        return self.of_disputes("mediated_with_rc", lambda x: True)

    def service_items(self) -> str:
        menu = self.value("service_menu")
        if menu is None:
            return self.lack("service_menu")
        return self.verdict("service_items", lambda x: len(x) > 0) if menu else "not_applicable"

    def activities(self) -> str:
        """For a month whose earlier months were never sent: nothing is known to be missing."""
        names = [f"act_{name}" for name in ("corridor", "charging", "pets", "evening", "other")]
        known = [self.value(name) for name in names if self.value(name) is not None]
        if not known:
            return self.lack(*names)
        start = self.value("term_start")
        since = start.month if start is not None and start.year == self.year else 1
        if sum(known) >= -(-4 * (13 - since) // 12):  # as much of the year as there is from its day on
            return "met"
        if self.month < 12:
            return "pending"
        return self.lack(*names) or ("not_met" if since == 12 else "not_reported")


def random_committee(chance: Random, fields: dict, end: dt.date) -> dict:
    """A committee with something in most cells, seldom sensible, sometimes a mark, sometimes no cell at all."""
    found = {}
    for id_, one in fields.items():
        if id_ in ("street_name", "neighbourhood_committee", "committee_name", "report_month"):
            continue
        drawn = chance.random()
        if drawn < 0.06:
            continue
        found[id_] = (
            BLANK
            if drawn < 0.12
            else UNREADABLE
            if drawn < 0.16
            else NOT_APPLICABLE
            if drawn < 0.2
            else _value(chance, one, end)
        )
    return found


def _value(chance: Random, one, end: dt.date) -> object:
    if one.id == "rating_year":
        return chance.choice((end.year - 1, end.year))
    if one.id == "avg_days":
        return chance.choice((0.5, 14.9, 15.0, 15.1, 40.0))
    if one.id in ("member_count", "households"):
        return chance.choice((0, 3, 4, 5, 6, 7))
    day = end + dt.timedelta(chance.choice((-800, -400, -366, -365, -300, -120, -60, -31, -20, -3, 0, 1, 45)))
    return {
        "int": lambda: chance.choice((0, 0, 1, 2, 3, 5)),
        "float": lambda: chance.choice((0.0, 12.5)),
        "pct": lambda: chance.choice((0.0, 0.4, 0.5, 0.6, 1.0)),
        "bool": lambda: chance.random() < 0.6,
        "date": lambda: day,
        "dates": lambda: chance.choice(([], [day], [day, end])),
        "enum": lambda: chance.choice(list(one.values)),
        "set": lambda: [value for value in one.values if chance.random() < 0.7],
        "list": lambda: ["示例苑"],
        "text": lambda: chance.choice(("无", "示例甲")),
        "phone": lambda: "021-00000000",
    }[one.type]()

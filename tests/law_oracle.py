"""The city's rules once more, in plain Python and without the suite: what the law asks of one committee in one month.

Written from the texts of the rules and not from ``law.yaml`` or the suite, so that they can be compared.
"""

from __future__ import annotations

import calendar
import datetime as dt
from random import Random

from drawn import BLANK
from oracle import JUDGED, Judged

REGULATION, RECEPTION_DAY = dt.date(2023, 12, 28), dt.date(2026, 3, 23)
AUDITS, QUARTER_DAY = dt.date(2026, 3, 1), dt.date(2026, 4, 1)
_SINCE = {
    REGULATION: "L01_size L02_term L03_report L04_group L05_overdue L08_filing L09_strength L09_activity"
    " L11_meetings L11_attendance L15_fund L16_income",
    RECEPTION_DAY: "L13_reception L14_joint L21_keepers L21_log L24_filled",
    AUDITS: "L17_report L17_fund L17_income L17_expense L17_notice",
}
SINCE = {id_: since for since, names in _SINCE.items() for id_ in names.split()}
RESTING = dict.fromkeys(("L01_upper", "L29_branch"), dt.date(2022, 1, 1))  # switched off, for want of proof


AUDIT = ("audit_fund", "audit_income", "audit_expense", "audit_report_date", "audit_notice_date")


def months_later(day: dt.date, months: int) -> dt.date:
    year, index = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, index + 1, min(day.day, calendar.monthrange(year, index + 1)[1]))


class UnderLaw(Judged):
    """A committee in a month, with what it reported in the months before (newest first; None: nothing at all)."""

    def __init__(self, committee: dict, end: dt.date, before: list[dict | None]) -> None:
        super().__init__(committee, end.year, end.month, end)
        self.before = before
        self.fallen, self.sent = set(), committee
        self._keep()

    def _keep(self) -> None:
        """What was told of the year's audit in an earlier month of it is not lost by a blank."""
        told: dict[str, object] = {}
        for earlier in reversed(self.before[: self.month - 1]):  # oldest first
            for name in AUDIT:
                value = (earlier or {}).get(name, BLANK)
                if not isinstance(value, str) and value is not None and value is not False:
                    told[name] = value
        self.fallen = {name for name in told if told[name] is True and self.it.get(name) is False}
        self.it = self.it | {name: value for name, value in told.items() if self.it.get(name, BLANK) == BLANK}

    def began_after(self, day: dt.date) -> bool:
        start = self.value("term_start")
        return start is not None and start > day

    def state(self, id_: str) -> str | None:
        """None where the rule is not in force."""
        if self.end < (SINCE | RESTING)[id_]:
            return None
        status = self.value("committee_status")
        if status is not None and status not in JUDGED:
            return "not_applicable"
        return getattr(self, id_)()

    def contradicts(self, name: str) -> bool:
        own = self.value(name)
        if own is None:
            return False
        if name in self.fallen:
            return True
        if name == "serving_count":
            members = self.value("member_count")
            return members is not None and own > members
        if name == "audit_notice_date":
            # a return contradicts itself by what it says, not by what an earlier one said
            own, report = (self.sent.get(one) for one in (name, "audit_report_date"))
            return isinstance(own, dt.date) and isinstance(report, dt.date) and own < report
        return name == "term_end" and super().contradicts(name)

    def sure(self, name: str, *others: str) -> str:
        """Why the first datum, or else any of them, is not known."""
        own = self.lack(name)
        return own if own and own != "not_reported" else self.lack(name, *others)

    def unless(self, doubted: bool, state: str) -> str:
        return "needs_review" if doubted else state

    def L01_size(self) -> str:
        members = self.value("member_count")
        if members is None:
            return self.lack("member_count")
        if members == 3:
            return self.verdict("floor_area_m2", lambda area: area <= 10_000)
        return "met" if members >= 5 and members % 2 else "not_met"

    def L01_upper(self) -> str:
        return self.verdict("member_count", lambda members: members <= 11)

    def L29_branch(self) -> str:
        members, party = self.value("full_party_member_count"), self.value("party_member_count")
        if members is None:
            return self.lack("full_party_member_count")
        doubted = party is not None and members > party
        doubted = doubted or (members < 3 and self.value("party_org_type") == "党支部")
        if members < 3:
            return self.unless(doubted, "not_applicable")
        state = self.verdict("party_org_type", lambda kind: kind == "党支部")
        return self.unless(doubted, state) if state in ("met", "not_met") else state

    def L02_term(self) -> str:
        start, end = self.value("term_start"), self.value("term_end")
        if start is None or end is None:
            return self.sure("term_end", "term_start")
        if self.contradicts("term_end"):
            return "needs_review"
        least = months_later(start, 36) - dt.timedelta(1)
        return "met" if least <= end <= months_later(start, 60) else "not_met"

    def L05_overdue(self) -> str:
        return self.verdict("term_end", lambda day: day >= self.end)

    def L03_report(self) -> str:
        end = self.value("term_end")
        if end is None:
            return self.lack("term_end")
        due = months_later(end, -5)
        return self.by("renewal_report_date", due, self.value("term_start"), due, "not_met", "term_end")

    def after(self, name: str, base: str, days: int, since: dt.date, blank: str) -> str:
        day = self.value(base)
        if day is None and self.it.get(base) != BLANK:
            return self.lack(base)
        if day is None:
            return self.unless(self.contradicts(name), "not_applicable")
        due = day + dt.timedelta(days)
        return self.by(name, due, day, day, blank, name, since)

    def by(self, name, due, begins, counts_from, blank, doubted_by, since=REGULATION) -> str:
        done, doubted = self.value(name), self.contradicts(doubted_by)
        own = done is not None and done <= self.end and (begins is None or done >= begins)
        if counts_from < since or not (due <= self.end or own):
            return self.unless(doubted, "not_applicable")
        if done is None:
            empty = self.it.get(name) == BLANK and blank == "not_met"
            return self.unless(doubted, "not_met") if empty else self.lack(name)
        if not own or doubted:
            return "needs_review"
        return "met" if done <= due else "not_met"

    def L04_group(self) -> str:
        return self.after("renewal_group_date", "renewal_report_date", 60, REGULATION, "not_met")

    def L08_filing(self) -> str:
        return self.after("filing_date", "election_date", 30, REGULATION, "not_reported")

    def L17_notice(self) -> str:
        return self.after("audit_notice_date", "audit_report_date", 3, AUDITS, "not_met")

    def L09_strength(self) -> str:
        members = self.value("member_count")
        if members is None:
            return self.lack("member_count")
        if members == 0:
            return self.unless(self.contradicts("serving_count"), "not_applicable")
        return self.verdict("serving_count", lambda serving: 2 * serving >= members)

    def L24_filled(self) -> str:
        if self.value("alternate_count") is None:
            return self.lack("alternate_count")
        if self.value("alternate_count") == 0:
            return self.unless(self.contradicts("serving_count"), "not_applicable")
        if self.value("serving_count") is None or self.value("member_count") is None:
            return self.sure("serving_count", "member_count")
        if self.L09_strength() == "not_met":  # the same vacancy, told there
            return "not_applicable"
        return self.verdict("serving_count", lambda serving: serving >= self.value("member_count"))

    def L11_attendance(self) -> str:
        if self.value("committee_meetings") is None:
            return self.lack("committee_meetings")
        if not self.value("committee_meetings"):
            return "not_applicable"
        return self.verdict("meeting_attendance", lambda share: share > 0.5)

    def at_least_once(self, names: tuple[str, ...], months: int, since: dt.date) -> str:
        told: list[object] = []
        for one in [self.it, *self.before[: months - 1]]:
            for name in names:
                found = None if one is None else one.get(name, BLANK)
                told.append(None if isinstance(found, str) else found)
        if any(told):
            return "met"
        if all(one is None for one in told):
            return self.lack(*names)
        first = months_later(self.end.replace(day=1), 1 - months)
        if first < since or self.began_after(first):
            return "not_applicable"  # the rule, or the term, is younger than the span
        return (self.lack(*names) or "not_reported") if None in told else "not_met"

    def L09_activity(self) -> str:
        names = ("committee_meetings", "reception_days", "patrol_count")
        return self.at_least_once(names, 6, REGULATION)

    def L11_meetings(self) -> str:
        return self.at_least_once(("committee_meetings",), 2, REGULATION)

    def L13_reception(self) -> str:
        return self.at_least_once(("reception_days",), 1, RECEPTION_DAY)

    def L14_joint(self) -> str:
        return self.at_least_once(("joint_meetings",), 1, RECEPTION_DAY)

    def published(self, name: str, first: dt.date, last: dt.date) -> str:
        gone = (self.end.year - first.year) * 12 + self.end.month - first.month
        months = [self.it, *self.before[:gone]]
        days = {
            day for one in months if one is not None and isinstance(one.get(name), list) for day in one[name]
        }
        if any(first <= day <= min(last, self.end) for day in days):
            return "met"
        if not isinstance(self.it.get(name), list) and self.it.get(name) != BLANK:
            return self.lack(name)
        if last > self.end or self.began_after(last):
            return "not_applicable"
        ends = [self.end.replace(day=1) - dt.timedelta(1)]
        while len(ends) < len(months):
            ends.append(ends[-1].replace(day=1) - dt.timedelta(1))
        owed = [one for one, end in zip(months[1:], ends, strict=False) if not self.began_after(end)]
        if None in owed:
            return self.lack(name) or "not_reported"
        return "not_met"

    def L15_fund(self) -> str:
        half = 1 if self.month <= 6 else 7
        first = dt.date(self.year, half, 1)
        return self.published("fund_publish_dates", first, months_later(first, 6) - dt.timedelta(1))

    def L16_income(self) -> str:
        first = dt.date(self.year, (self.month - 1) // 3 * 3 + 1, 1)
        last = first.replace(day=15) if self.end >= QUARTER_DAY else months_later(first, 3) - dt.timedelta(1)
        return self.published("income_publish_dates", first, last)

    def L17_report(self) -> str:
        last, name = dt.date(self.year, 6, 30), "audit_report_date"
        if self.value(name) is None and self.it.get(name) != BLANK:
            return self.lack(name)
        done = self.value(name)
        if done is not None and dt.date(self.year, 1, 1) <= done <= min(last, self.end):
            return "met"
        return "not_applicable" if last > self.end or self.began_after(last) else "not_met"

    def audited(self, name: str) -> str:
        state = self.verdict(name, lambda done: done is True)
        early = self.month < 6 or self.began_after(dt.date(self.year, 6, 30))
        return "not_applicable" if state == "not_met" and early else state

    def L17_fund(self) -> str:
        return self.audited("audit_fund")

    def L17_income(self) -> str:
        return self.audited("audit_income")

    def L17_expense(self) -> str:
        return self.audited("audit_expense")

    def L21_keepers(self) -> str:
        return self.verdict("seals_separate_keepers", lambda kept: kept is True)

    def L21_log(self) -> str:
        return self.verdict("seal_log", lambda kept: kept is True)


def near(chance: Random, committee: dict, end: dt.date) -> dict:
    """The committee with dates and numbers as they lie round the limits of the law."""

    def put(name: str, *choices: object) -> None:
        if name in committee and not isinstance(committee[name], str):
            committee[name] = chance.choice(choices)

    start = end - dt.timedelta(chance.choice((30, 400, 1000, 1825, 1826, 1827, 1900)))
    put("term_start", start)
    put(
        "term_end",
        *(months_later(start, months) for months in (35, 36, 48, 60, 61)),
        *(months_later(start, months) - dt.timedelta(1) for months in (36, 60)),
        *(months_later(start, 60) + dt.timedelta(1), months_later(end, 5), months_later(end, 4)),
    )
    elected = end - dt.timedelta(chance.choice((2, 29, 30, 31, 60, 61, 900)))
    put("election_date", elected)
    put("filing_date", *(elected + dt.timedelta(days) for days in (-1, 0, 29, 30, 31, 62)))
    reported = end - dt.timedelta(chance.choice((2, 59, 60, 61, 100, 150, 400)))
    put("renewal_report_date", reported)
    put("renewal_group_date", *(reported + dt.timedelta(days) for days in (-3, 0, 59, 60, 61)))
    audited = end.replace(month=min(end.month, chance.choice((2, 3, 6))), day=28)
    put("audit_report_date", audited, end.replace(month=6, day=30), end.replace(month=7, day=1), end)
    put("audit_notice_date", *(audited + dt.timedelta(days) for days in (-1, 0, 3, 4)))
    put("member_count", 3, 3, 4, 5, 6, 7, 11, 12)
    put("serving_count", 1, 2, 3, 4, 5)
    put("floor_area_m2", 9_800.0, 10_000.0, 10_200.0)
    put("alternate_count", 0, 1)
    for name in ("committee_meetings", "reception_days", "patrol_count", "joint_meetings"):
        put(name, 0, 0, 0, 0, 1)
    first = end.replace(month=(end.month - 1) // 3 * 3 + 1, day=1)
    for name in ("income_publish_dates", "fund_publish_dates"):
        days = [first.replace(day=day) for day in (1, 15, 16)] + [first - dt.timedelta(1), end]
        put(name, [], *([day] for day in days), [days[2], days[3]])
    return committee

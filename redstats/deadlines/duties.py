"""Of each rule and requirement what is still to be done, and by which day; what is done is not there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import pandas as pd

from redstats.deadlines.evidence import Evidence
from redstats.deadlines.kinds import Kind
from redstats.facts.law_facts import counted, window
from redstats.findings.judge import OPTIONAL, pace_of
from redstats.months import Month
from redstats.standard import Requirement, Rule, law

_UNKNOWN = ("not_reported", "needs_review")


@dataclass(frozen=True, slots=True)
class Duty:
    """Something a committee (row) has yet to do; not ``known``: whether or by when cannot be told.

    fields: what tells it, the first being where it stands; asks: what is asked beside the rule's own words.
    """

    row: int
    rule: Rule | Requirement
    due: dt.date | None
    fields: tuple[str, ...]
    known: bool = True
    asks: str = ""


def duties(evidence: Evidence, kind: Kind, rule: Rule | Requirement, last: dt.date) -> Iterator[Duty]:
    """What is open of a rule in force, to the day ``last``."""
    if kind.ends:
        yield from _ends(evidence, rule, last)
    elif isinstance(rule, Requirement):
        yield from (_undated(evidence, kind, rule) if kind.undated else _yearly(evidence, rule, last))
    elif rule.counts:
        yield from _counted(evidence, rule, last)
    elif rule.window:
        yield from _periodic(evidence, rule, last)
    else:
        yield from _following(evidence, rule, last)


def _ends(evidence: Evidence, rule: Rule | Requirement, last: dt.date) -> Iterator[Duty]:
    """The field is the day itself: a term that ends."""
    for row in evidence.judged:
        state, day = evidence.states[rule.id][row], evidence.day(row, rule.field)
        vague = day and day.replace(day=1) <= last and evidence.is_vague(row, rule.field)
        if vague or state in _UNKNOWN:
            yield Duty(row, rule, None, (rule.field,), known=False)
        elif day and day <= last:
            yield Duty(row, rule, day, (rule.field,))


def _following(evidence: Evidence, rule: Rule, last: dt.date) -> Iterator[Duty]:
    """Due so many days after, or months before, the day in another field."""
    base = rule.after or rule.before
    for row in evidence.judged:
        state, due, begins = (
            evidence.states[rule.id][row],
            evidence.due(row, rule.id),
            evidence.day(row, base),
        )
        if state == "met" or evidence.does_not_apply(row, rule.field):
            continue
        vague = evidence.is_vague(row, base)
        if due and due - dt.timedelta(begins.day - 1 if vague and begins else 0) > last:
            continue
        duty = (row, rule, None if vague else due, (base, rule.field))
        if state in _UNKNOWN:
            yield Duty(*duty, known=False)
        elif state == "not_met":
            if evidence.day(row, rule.field) is None:  # else done, and late
                yield Duty(*duty, known=not vague)
        elif due and due > evidence.month.end and not (rule.after and begins and begins < rule.since):
            yield Duty(*duty, known=not vague)


def _periodic(evidence: Evidence, rule: Rule, last: dt.date) -> Iterator[Duty]:
    """Due once in every period: of this one what is open, and the next where its day is near."""
    asked: Any = rule.value
    first, due = window(rule, evidence.month)
    applying = [row for row in evidence.judged if not evidence.does_not_apply(row, rule.field)]
    for row in applying if due <= last else ():
        state = evidence.states[rule.id][row]
        if _done_within(evidence, rule, row, first):  # late perhaps, but done
            continue
        if state in _UNKNOWN:
            yield Duty(row, rule, due, (rule.field,), known=False)
        elif state == "not_met" or (state == "not_applicable" and due > evidence.month.end):
            yield Duty(row, rule, due, (rule.field,))
    following = first.plus(asked["every"])
    then = law.on(following.start).rules.get(rule.id)  # the law may change with the period
    if then and then.window and window(then, following)[1] <= last:
        for row in applying:
            yield Duty(row, then, window(then, following)[1], (rule.field,))


def _done_within(evidence: Evidence, rule: Rule, row: int, first: Month) -> bool:
    """Whether a day of this period is told."""
    days = evidence.values.get(f"{rule.id}_dates", [])
    days = (days[row] or []) if days else [evidence.values[rule.field][row]]
    days = [one.date() if isinstance(one, pd.Timestamp) else one for one in days]
    days = [one for one in days if isinstance(one, dt.date) and not pd.isna(one)]
    return any(first.start <= one <= evidence.month.end for one in days)


def _counted(evidence: Evidence, rule: Rule, last: dt.date) -> Iterator[Duty]:
    """So often within so many months: what was missed, and when the next is due if nothing more is done."""
    asked: Any = rule.value
    parts = counted(evidence.facts.law.frame, rule, evidence.facts.past, evidence.month)
    sums = [part.sum(axis=1, skipna=False).tolist() for part in parts]  # NaN: not known
    for row in evidence.judged:
        state = evidence.states[rule.id][row]
        if evidence.does_not_apply(row, rule.field):
            continue
        if state in _UNKNOWN:
            yield Duty(row, rule, evidence.month.end, rule.counts, known=False)
        elif state == "not_met":
            yield Duty(row, rule, _missed_since(evidence, rule, row), rule.counts)
        else:
            for later in range(1, asked["months"]):
                kept = [one[row] for one in sums[: asked["months"] - later]]
                if sum(one for one in kept if one == one) >= asked["minimum"]:
                    continue
                due = evidence.month.plus(later).end
                if due <= last:
                    yield Duty(row, rule, due, rule.counts, known=all(one == one for one in kept))
                break


def _missed_since(evidence: Evidence, rule: Rule, row: int) -> dt.date:
    """A month that was missed is over; a span of several that was missed is open since its first day."""
    since, asked = evidence.since[rule.id][row], cast(Any, rule.value)
    if asked["months"] == 1 or pd.isna(since):
        return evidence.month.end
    return Month.parse(since).end


def _yearly(evidence: Evidence, requirement: Requirement, last: dt.date) -> Iterator[Duty]:
    """Due by the end of the year, and of some a part of it before."""
    year, field = evidence.month.year, requirement.field
    end = Month(year, evidence.rules.edition.calendar.year_ends).end
    late = evidence.facts.late(requirement)
    owing = late.owing if late and evidence.month.number <= late.until else None
    starts = evidence.values["term_start"] if "term_start" in OPTIONAL.get(requirement.id, ()) else None
    for row in evidence.judged:
        state = evidence.states[requirement.id][row]
        if state == "met" or evidence.does_not_apply(row, field):
            continue
        pace = pace_of(requirement, starts[row] if starts else None, year)
        done = evidence.of_year[field][row]
        done = float(done) if isinstance(done, int | float | bool) and done == done else 0.0
        open_ = [month for month, number in sorted(pace.items()) if done < number and state != "not_met"]
        due = Month(year, open_[0]).end if open_ else end
        asks = f"年内进度：{open_[0]}月底前至少{pace[open_[0]]:g}次（进度为本地设定）" if open_ else ""
        if late and owing is not None and owing[row]:  # last year's comes first
            due, asks = Month(year, late.until).end, f"补上{year - 1}年度的"
        if due <= last:
            yield Duty(row, requirement, due, (field,), known=state not in _UNKNOWN, asks=asks)


def _undated(evidence: Evidence, kind: Kind, requirement: Requirement) -> Iterator[Duty]:
    """Asked without a day."""
    for row in evidence.judged:
        state = evidence.states[requirement.id][row]
        if state == "not_met" or state in _UNKNOWN:
            fields = (requirement.field, *kind.shows)
            yield Duty(row, requirement, None, fields, known=state == "not_met")

"""What the city's rules look at and no single cell says: sums of several months, publications, days when something was due."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from redstats.facts.cells import Cells
from redstats.facts.standard_facts import in_nanoseconds
from redstats.months import Month
from redstats.places.identity import Identity
from redstats.standard import Law, Rule

# A report on a renewal belongs to the term that ends: one from before this day was about an earlier one.
BEGINS = "term_start"


@dataclass(frozen=True, slots=True)
class Past:
    """1_returns of an earlier month, its cells of dates, and who is meant in it."""

    returns: pd.DataFrame
    identity: Identity
    cells: Cells = field(default_factory=Cells)

    def aligned(self, frame: pd.DataFrame, names: list[str]) -> tuple[pd.DataFrame, list[int]]:
        """The columns for the committees of ``frame``, and in which row each stands (-1 where it is not there)."""
        row_of = {key: row for row, key in enumerate(self.identity.of_table(self.returns, beside=[frame]))}
        rows = [row_of.get(key, -1) for key in self.identity.of_table(frame, beside=[self.returns])]
        columns = self.returns[names].set_axis(range(len(self.returns)), axis=0).reindex(rows)
        return columns.set_axis(range(len(rows)), axis=0), rows


@dataclass(slots=True)
class LawFacts:
    """The facts with what the rules need beside them, and what a judge has to know of it.

    sources: what each derived column is made of; doubts: rows that cannot be believed, by rule; due: the day by which
    something had to be done, by rule; still_open: the rows in which a rule may yet be kept, or was not owed before the term began, by rule; parameters: days for the suite.
    """

    frame: pd.DataFrame
    sources: dict[str, tuple[str, ...]] = field(default_factory=dict)
    doubts: dict[str, np.ndarray] = field(default_factory=dict)
    due: dict[str, pd.Series] = field(default_factory=dict)
    still_open: dict[str, np.ndarray] = field(default_factory=dict)
    parameters: dict[str, object] = field(default_factory=dict)


def datum(rule: Rule, kind: str) -> str:
    """The column that is judged: the field of the rule (of type ``kind``), or what is derived from it."""
    return f"{rule.id}_total" if rule.counts else f"{rule.id}_dates" if kind == "dates" else rule.field


def months_before(law: Law, month: Month, kinds: dict[str, str]) -> list[Month]:
    """The earlier months that the rules in force look back to, oldest first."""
    first = month
    for rule in law.rules.values():
        if rule.counts:
            first = min(first, month.plus(1 - rule.value["months"]))
        elif rule.window and kinds[rule.field] == "dates":
            first = min(first, window(rule, month)[0])
    return Month.range(first, month)[:-1]


def window(rule: Rule, month: Month) -> tuple[Month, dt.date]:
    """The first month of the period in which ``month`` lies, and the last day on which the duty is done in time."""
    every = rule.value["every"]
    first = Month(month.year, (month.number - 1) // every * every + 1)
    last = first.plus(rule.value.get("by_month", every) - 1)
    return first, last.start.replace(day=min(rule.value.get("by_day", 31), last.end.day))


def facts(
    frame: pd.DataFrame,
    past: dict[Month, Past],
    month: Month,
    law: Law,
    cells: Cells,
    kinds: dict[str, str],
) -> LawFacts:
    """``frame`` (the facts of the month) with the columns that the rules in force are judged by.

    past: the earlier months that have returns; kinds: types of fields.
    """
    facts = LawFacts(frame)
    columns: dict[str, object] = {}
    for rule in law.rules.values():
        facts.doubts[rule.id] = np.zeros(len(frame), dtype=bool)
        none, begun = np.zeros(len(frame), dtype=bool), frame[BEGINS]
        if rule.counts:
            columns |= _total(frame, rule, past, month)
            facts.sources[f"{rule.id}_total"] = rule.counts
            span_from = month.plus(1 - rule.value["months"]).start
            # part of the span was before the rule, or before the term of a committee
            facts.still_open[rule.id] = (begun > _instant(span_from)).to_numpy(bool) | (
                span_from < rule.since
            )
        elif rule.window:
            first, last = window(rule, month)
            ahead = last > month.end or last < rule.since
            facts.still_open[rule.id] = (begun > _instant(last)).to_numpy(bool) | ahead | none
            by = min(last, month.end)
            facts.due[rule.id] = pd.Series(_instant(last), index=frame.index, dtype="datetime64[ns]")
            facts.parameters |= {f"{rule.id}_from": _instant(first.start), f"{rule.id}_by": _instant(by)}
            if kinds[rule.field] == "dates":
                columns |= _publications(frame, rule, past, month, cells, facts)
                facts.sources[f"{rule.id}_dates"] = (rule.field,)
        elif rule.after or rule.before:
            columns |= _due(frame, rule, month, cells, facts)
        elif rule.where:
            enough = frame[rule.where] >= rule.value["members"]
            columns[f"{rule.id}_asked"] = enough.astype(object).where(frame[rule.where].notna(), None)
            facts.sources[f"{rule.id}_asked"] = (rule.where,)
        elif isinstance(rule.value, dict):
            columns |= _read_leniently(frame, rule, cells, facts)
        elif rule.value is True and kinds[rule.field] == "date":
            facts.due[rule.id] = frame[rule.field]
    facts.parameters["as_of"] = _instant(month.end)
    facts.frame = in_nanoseconds(pd.concat([frame, pd.DataFrame(columns, index=frame.index)], axis=1))
    return facts


def _read_leniently(frame: pd.DataFrame, rule: Rule, cells: Cells, facts: LawFacts) -> dict[str, pd.Series]:
    """Columns of the rules on seats and on terms, so that nothing unknown or vague is held against a committee."""
    if "area" in rule.value:  # it decides only where a committee is smaller than usual
        small = frame[rule.field] == rule.value["fewest"]
        facts.sources[f"{rule.id}_area"] = ("floor_area_m2",)
        return {f"{rule.id}_area": frame["floor_area_m2"].where(small, 0.0)}
    facts.sources |= {f"{rule.id}_first_end": (rule.field,), f"{rule.id}_last_start": (BEGINS,)}
    return {
        f"{rule.id}_first_end": _spread(frame, rule.field, cells)[0],
        f"{rule.id}_last_start": _spread(frame, BEGINS, cells)[1],
    }


def _instant(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time())


def _total(frame: pd.DataFrame, rule: Rule, past: dict[Month, Past], month: Month) -> dict[str, pd.Series]:
    """The sum of what is known of the span, and whether nothing is missing in it: neither a month nor a cell."""
    whole = pd.concat(counted(frame, rule, past, month), axis=1)
    return {
        f"{rule.id}_total": whole.sum(axis=1, min_count=1),
        f"{rule.id}_total_complete": whole.notna().all(axis=1),
    }


def counted(frame: pd.DataFrame, rule: Rule, past: dict[Month, Past], month: Month) -> list[pd.DataFrame]:
    """The columns a rule counts, month by month back from ``month``; NaN where a month or a cell is missing."""
    names = list(rule.counts)
    parts = [frame[names]]
    for back in range(1, rule.value["months"]):
        earlier = past.get(month.plus(-back))
        if earlier is None:
            parts.append(pd.DataFrame(float("nan"), index=frame.index, columns=names))
        else:
            parts.append(earlier.aligned(frame, names)[0].astype("Float64").astype("float64"))
    return [part.set_axis(frame.index, axis=0) for part in parts]


def _publications(
    frame: pd.DataFrame, rule: Rule, past: dict[Month, Past], month: Month, cells: Cells, facts: LawFacts
) -> dict[str, pd.Series]:
    """The dates told in this month and before within the period; whether every month of it, since the term began, has a return.

    A street may list all dates of the year or only those of the month: both come to the same in the union.
    """
    first, last = window(rule, month)
    days = [set() if value is None else {*value} for value in frame[rule.field]]
    unsure = cells.vague(rule.field).copy()
    complete = pd.Series(True, index=frame.index)
    for earlier in Month.range(first, month)[:-1]:
        before_term = frame[BEGINS] > _instant(earlier.end)  # nobody could tell of it
        if earlier not in past:
            complete &= before_term
            continue
        before, rows = past[earlier].aligned(frame, [rule.field])
        complete &= (pd.Series(rows, frame.index) >= 0) | before_term
        for row, dates in enumerate(before[rule.field]):
            days[row] |= {*dates} if hasattr(dates, "__len__") else set()
        there, vague = np.array(rows, dtype=int), past[earlier].cells.vague(rule.field)
        if len(vague):
            unsure |= (there >= 0) & vague[there]
    by = min(last, month.end)
    in_time = [{day for day in dates if first.start <= day <= by} for dates in days]
    if last != Month.parse(last).end:  # 4月 alone may be a day before or after the fifteenth
        for line in np.flatnonzero(unsure):
            facts.doubts[rule.id][line] |= bool(in_time[line]) and all(day.day == 1 for day in in_time[line])
    answered = frame[rule.field].notna().to_numpy() | cells.read_as(rule.field, "not_reported")
    union = [
        sorted(dates) if sent or timely else None
        for dates, sent, timely in zip(days, answered, in_time, strict=True)
    ]
    return {
        f"{rule.id}_dates": pd.Series(union, index=frame.index, dtype=object),
        f"{rule.id}_dates_complete": complete,
    }


def _spread(frame: pd.DataFrame, name: str, cells: Cells) -> tuple[pd.Series, pd.Series]:
    """The first and the last day that a date may mean: the same, but where only its month was written."""
    column = frame[name]
    vague = cells.vague(name)
    months = column.dt.to_period("M")
    return column.mask(vague, months.dt.start_time), column.mask(vague, months.dt.end_time.dt.normalize())


def _due(
    frame: pd.DataFrame, rule: Rule, month: Month, cells: Cells, facts: LawFacts
) -> dict[str, pd.Series]:
    """The day by which a date was due, and whether it is asked for by now.

    Asked for is what is due or done.  A date that does not belong to this occasion (a filing before the election, a report
    before the term), and one written so vaguely that it may be in time or late, is in doubt.
    """
    base, day, as_of = frame[rule.after or rule.before], frame[rule.field], _instant(month.end)
    first_due, last_due = (_shifted(one, rule) for one in _spread(frame, rule.after or rule.before, cells))
    first_day, last_day = _spread(frame, rule.field, cells)
    begins = base if rule.after else frame[BEGINS]
    belongs = day.notna() & (first_day <= as_of) & ~(last_day < begins)
    in_force = (base if rule.after else last_due) >= _instant(rule.since)
    asked = in_force & ((last_due <= as_of) | belongs)
    known = base.notna()
    if rule.after:  # no date of the event: it has not happened
        known |= cells.read_as(rule.after, "not_reported")
    decided = (last_day <= first_due) | (first_day > last_due)
    doubtful = asked & day.notna() & (~belongs | ~decided)
    facts.doubts[rule.id] |= doubtful.to_numpy()
    due = _shifted(base, rule)
    facts.due[rule.id] = due
    facts.sources |= {f"{rule.id}_{name}": (rule.after or rule.before,) for name in ("due", "asked")}
    return {f"{rule.id}_due": due, f"{rule.id}_asked": asked.astype(object).where(known, None)}


def _shifted(base: pd.Series, rule: Rule) -> pd.Series:
    if rule.after:
        return base + pd.Timedelta(days=rule.value["days"])
    return base - pd.DateOffset(months=rule.value["months"])

"""The life of a finding: since when it has been there, and whether it is new, ongoing, reopened or resolved.

The rules stand in docs/findings.md, each with its test.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from redstats import mappings, standard, tables
from redstats.months import Month
from redstats.places.identity import Identity
from redstats.project import Project

_READ = [*tables.KEYS, "requirement", "state"]
_LAYERS = {tables.FINDINGS: "standard", tables.LAW: "law"}
_SAID = ["field", "state", "reported", "message", *tables.SOURCE, "cell", "due"]


@dataclass(slots=True)
class _Run:
    """A finding that is open: seen first, last, and in how many months; ``keys`` of its row in the last of them."""

    since: Month
    last: Month
    seen: int = 0
    keys: dict[str, object] = field(default_factory=dict)


def with_life(
    findings: pd.DataFrame, project: Project, table: str, month: Month
) -> tuple[pd.DataFrame, list[dict]]:
    """A month's findings with ``since`` and ``change``, and their rows of 2_findings/ledger.

    Reads the months before of the same ``table`` (2_findings or 2_findings/law).  A run ends where the requirement
    was met, did not apply, or was not in force; a month of which nothing is known ends no run.  A yearly duty that was not met
    when its year was judged stays so for that year: later months neither cure nor drop it (``lapsed``, then ``past_year`` to
    the end of the next).
    """
    if findings.empty:
        findings = findings.reindex(columns=tables.SCHEMAS[table].names).astype(object)
    months = [one for one in tables.months(project, table) if one < month]
    identity = mappings.identity_of(project, month)
    frames = _ever_short(
        [*(tables.read(project, table, one, _READ) for one in months), findings],
        identity,
    )
    now = frames[-1]
    runs, lapsed, ever = _runs(dict(zip(months, frames[:-1], strict=True)), now, table, identity)
    lapsed |= _over(runs, table, month)
    since, change = (pd.Series(None, findings.index, dtype=object) for _ in range(2))
    ledger = []
    label: Any  # a label of the index
    for key, (label, row) in zip(_keys(now, frames, identity), now.iterrows(), strict=True):
        run, short = runs.pop(key, None), row["state"] == "not_met"
        if run is None and not short:
            continue
        if run is None:
            outcome, run = "reopened" if key in ever else "new", _Run(month, month)
        else:
            outcome = _changed(row["state"])
        if short:
            run.last, run.seen = month, run.seen + 1
            since[label] = str(run.since)
        if outcome not in ("unknown", "ended"):
            change[label] = outcome
        finding = {name: row[name] for name in (*tables.KEYS, *_SAID) if name in row}
        ledger.append(_row(run, finding, key, outcome, table))
    asked = _asked(table, month)
    for key, run in runs.items():  # no row this month: the street, or the committee, is not in it
        outcome = "unknown" if key[-1] in asked else "ended"
        ledger.append(_row(run, run.keys | {"month": str(month)}, key, outcome, table))
    for key, run in lapsed.items():
        if month <= run.last.plus(12):
            outcome = "lapsed" if run.last == months[-1] else "past_year"
            ledger.append(_row(run, run.keys | {"month": str(month)}, key, outcome, table))
    return findings.assign(since=since, change=change), ledger


def _runs(
    months: Mapping[Month, pd.DataFrame], now: pd.DataFrame, table: str, identity: Identity
) -> tuple[dict[tuple, _Run], dict[tuple, _Run], set]:
    """The findings open after these months, by key; the yearly ones whose year was over; the keys of all that were ever open."""
    runs: dict[tuple, _Run] = {}
    lapsed: dict[tuple, _Run] = {}
    ever: set[tuple] = set()
    frames = [*months.values(), now]
    for month, frame in months.items():
        asked = _asked(table, month)
        lapsed |= _over(runs, table, month)
        for key in [key for key in runs if key[-1] not in asked]:
            del runs[key]
        for key, row in zip(_keys(frame, frames, identity), frame.to_dict("records"), strict=True):
            if row["state"] == "not_met":
                run = runs.setdefault(key, _Run(month, month))
                run.last, run.seen = month, run.seen + 1
                run.keys = {name: row[name] for name in tables.KEYS}
                ever.add(key)
            elif _changed(row["state"]) != "unknown":
                runs.pop(key, None)
    return runs, lapsed, ever


def _over(runs: dict[tuple, _Run], table: str, month: Month) -> dict[tuple, _Run]:
    """Take from the open findings the yearly ones of the months before: each was judged when its year was over."""
    if table != tables.FINDINGS:
        return {}
    over = {
        key: run
        for key, run in runs.items()
        if run.last < month and standard.on(run.last.end).requirements[key[-1]].period == "year"
    }
    for key in over:
        del runs[key]
    return over


def _changed(state: str) -> str:
    """What has become of an open finding, by the state it is in now."""
    return {"not_met": "ongoing", "met": "resolved", "not_applicable": "ended"}.get(state, "unknown")


def _row(run: _Run, finding: dict, key: tuple, change: str, table: str) -> dict:
    lived = {"since": str(run.since), "last_seen": str(run.last), "seen": run.seen}
    row = finding | lived | {"layer": _LAYERS[table], "requirement": key[-1], "change": change}
    return {name: None if pd.isna(value) else value for name, value in row.items()}


def _asked(table: str, month: Month) -> Collection[str]:
    """The requirements, or rules of the city, in force in a month."""
    rules = standard.on(month.end)
    return rules.law.rules if table == tables.LAW else rules.requirements


def _ever_short(frames: list[pd.DataFrame], identity: Identity) -> list[pd.DataFrame]:
    """Of every frame the rows of what was short at least once: nothing else has a life, and that is most of it."""
    named = [list(_named(one, identity)) for one in frames]
    short = {
        name
        for names, frame in zip(named, frames, strict=True)
        for name, state in zip(names, frame["state"], strict=True)
        if state == "not_met"
    }
    return [frame.loc[[name in short for name in names]] for names, frame in zip(named, frames, strict=True)]


def _named(table: pd.DataFrame, identity: Identity) -> Iterator[tuple]:
    columns = [table[name].tolist() for name in ("street_code", "committee_name", "requirement")]
    forms = {pair: identity.committee(*pair) for pair in dict.fromkeys(zip(*columns[:2], strict=True))}
    for street, name, id_ in zip(*columns, strict=True):
        yield street, forms[street, name], id_


def _keys(table: pd.DataFrame, frames: list[pd.DataFrame], identity: Identity) -> list[tuple]:
    others = [one for one in frames if one is not table]
    committees = identity.of_table(table, per="requirement", beside=others)
    return [(*key, id_) for key, id_ in zip(committees, table["requirement"], strict=True)]

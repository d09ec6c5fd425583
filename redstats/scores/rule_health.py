"""The rules judged themselves: how often each fires, is mended, stays open, and whether it tells anybody anything."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from redstats import mappings, settings, standard, tables
from redstats import places as roll
from redstats.months import Month
from redstats.project import Project
from redstats.scores import reviews, statistics
from redstats.standard import Standard
from redstats.suites import suite_files
from redstats.suites.names import RETURNS

WINDOW = 12  # months looked at, this one among them
LEAST = 5  # committees on either side, below which a share or a comparison with the reviewer says nothing
CHANCE = 0.05  # of a comparison with the reviewer, counted among all rules
FLAGS = ("never", "unasked", "often", "disagrees")
_WHO = ["month", "street_code", "neighbourhood_committee", "committee_name"]
_RULE = ["layer", "requirement"]
_JUDGED = (("standard", tables.FINDINGS), ("law", tables.LAW))
# what a row of 2_findings/ledger counts as
_BEFORE = {
    change: "carried" for change in ("ongoing", "resolved", "ended", "unknown", "lapsed")
}  # in the first month
_MOVED = {
    "new": "opened",
    "reopened": "opened",
    "resolved": "mended",
    "ended": "dropped",
    "lapsed": "dropped",
}
_NOW = {"new": "open", "reopened": "open", "ongoing": "open", "unknown": "unknown"}  # in the last month
_COUNTS = ["opened", "carried", "mended", "dropped", "open", "unknown"]


def examine(project: Project, month: Month) -> pd.DataFrame:
    """Write and return 3_scores/rules of a month: of the district (no street) and each street, a row a rule in force.

    ``layer``: rules of the standard, of the city (law), and of returns that contradict themselves (returns).
    ``asked`` this month (met or not), of them ``short``.  Over the last WINDOW months that were judged (``months``):
    findings ``opened``, ``carried`` from before, ``mended``, ``dropped`` (no longer asked, or of a year that is over), and
    now ``open`` or ``unknown``, so that opened + carried = mended + dropped + open + unknown; ``months_to_mend`` is the
    median of those mended.  Of the district also ``agrees``: how likely the reviewer gives a committee that falls short the lower
    score of the clause (0.5: no relation), and ``flags``: ``never`` fired or ``unasked``, only where WINDOW months are known;
    ``often``, more than the setting ``rule_often`` of those asked; ``disagrees``, the reviewer gives those that fall short
    more, beyond chance (Mann and Whitney's U, Benjamini and Hochberg).
    Reads 2_findings with its side tables, and 1_returns/reviews.
    """
    rules, places = standard.on(month.end), roll.on(month.end)
    judged_months = [one for one in tables.months(project, tables.FINDINGS) if one <= month]
    window = [one for one in judged_months if one > month.plus(-WINDOW)]
    named = pd.DataFrame(_rules(project, rules)).set_index(_RULE)
    asked = _asked(project, month, named)
    lives = pd.concat(
        [_lives(project, window), _contradictions(project, judged_months, window)], ignore_index=True
    )
    whole = pd.concat(
        [
            _counted(asked, lives, named, [""]),
            _counted(asked, lives, named, [one.code for one in places.streets]),
        ],
        ignore_index=True,
    )
    names = {street.code: street.name for street in places.streets}
    whole["street_code"] = whole["street_code"].replace("", None)
    whole["street_name"] = whole["street_code"].map(names)
    whole = whole.assign(month=str(month), district_code=places.district_code, months=len(window))
    district = whole["street_code"].isna()
    whole = whole.merge(_agreement(project, month, rules, asked), on=_RULE, how="left")
    whole["agrees"] = whole["agrees"].where(district)
    known = _Known(len(window) >= WINDOW, _asked_in(project, window), _in_force(window[0]), rules)
    often = settings.on(project, month.end).rule_often / 100
    listed = [_flags(row, known, often) for row in whole[district].to_dict("records")]
    whole["flags"] = pd.Series(listed, index=whole.index[district], dtype=object)
    tables.write(project, tables.RULES, month, whole, places.district_code)
    return whole


def _rules(project: Project, rules: Standard) -> Iterator[dict[str, str]]:
    for asked in rules.requirements.values():
        yield {"layer": "standard", "requirement": asked.id, "title": asked.title, "clause": asked.clause}
    for rule in rules.law.rules.values():
        yield {"layer": "law", "requirement": rule.id, "title": rule.title, "clause": ""}
    suites = {file.path.stem: file.content or {} for file in suite_files.read(project.expectations)}
    for check in suites.get(RETURNS, {}).get(
        "expectations", []
    ):  # whose rules were found to be whole when the month was judged
        id_, title = check["meta"]["check"], check["description"]
        yield {"layer": "returns", "requirement": id_, "title": title, "clause": ""}


def _asked(project: Project, month: Month, named: pd.DataFrame) -> pd.DataFrame:
    """Of whom each rule was asked this month and answered, and who fell ``short``: a row each."""
    parts = []
    for layer, table in _JUDGED:
        frame = tables.read(project, table, month, [*_WHO, "requirement", "state"])
        frame = frame[frame["state"].isin(["met", "not_met"])].assign(layer=layer)
        parts.append(frame.assign(short=frame["state"] == "not_met"))
    # every return is looked at for contradictions, and only those that have one stand in the table
    returns = tables.read(project, tables.RETURNS, month, _WHO)
    checks = [id_ for layer, id_ in named.index if layer == "returns"]
    every = returns.merge(pd.DataFrame({"requirement": checks}), how="cross").assign(layer="returns")
    keys = [*_WHO[1:], "requirement"]
    short = tables.read(project, tables.CHECKS, month, keys).fillna("")
    contradicted = set(short.itertuples(index=False, name=None))
    asked_of = every[keys].fillna("").itertuples(index=False, name=None)
    parts.append(every.assign(short=[key in contradicted for key in asked_of]))
    return pd.concat([part[[*_WHO, *_RULE, "short"]] for part in parts], ignore_index=True)


def _lives(project: Project, window: list[Month]) -> pd.DataFrame:
    """What became of every finding in the window, from its ledgers: a row each, and what it counts as."""
    parts = []
    for month in window:
        columns = ["street_code", *_RULE, "change", "since"]
        ledger = tables.read(project, tables.LEDGER, month, columns)
        ledger = ledger.assign(taken=[month - Month.parse(since) for since in ledger["since"]])
        counts_as = [
            _MOVED,
            *([_BEFORE] if month == window[0] else []),
            *([_NOW] if month == window[-1] else []),
        ]
        parts += [ledger.assign(what=ledger["change"].map(known)) for known in counts_as]
    lives = pd.concat(parts, ignore_index=True).dropna(subset=["what"])
    return lives[["street_code", *_RULE, "what", "taken"]]


def _contradictions(project: Project, judged_months: list[Month], window: list[Month]) -> pd.DataFrame:
    """The same of returns that contradict themselves, which have no ledger: by who had it in the month before."""
    rows: list[tuple] = []
    running: dict[tuple, Month] = {}
    before = [one for one in judged_months if one < window[0]][-1:]
    for month in (*before, *window):
        identity = mappings.identity_of(project, month)
        returns = tables.read(project, tables.RETURNS, month, _WHO)
        checks = tables.read(project, tables.CHECKS, month, [*_WHO, "requirement"])
        there = set(identity.of_table(returns, beside=[checks.drop_duplicates(_WHO)]))
        keys = identity.of_table(checks, per="requirement", beside=[returns.assign(requirement="")])
        now = {(*key, id_) for key, id_ in zip(keys, checks["requirement"], strict=True)}
        for key in sorted(now - running.keys()):
            running[key] = month
            rows.append((key, "opened" if month in window else "carried", 0))
        for key in [key for key in running if key not in now and key[:-1] in there]:
            rows.append((key, "mended", month - running.pop(key)))
    rows += [(key, "open" if key in now else "unknown", 0) for key in running]
    columns = ["street_code", *_RULE, "what", "taken"]
    return pd.DataFrame(
        [(key[0], "returns", key[-1], what, taken) for key, what, taken in rows], columns=columns
    )


def _asked_in(project: Project, window: list[Month]) -> set[tuple[str, str]]:
    """Layer and rule of all that was asked of anybody in the window, and answered."""
    asked = set()
    for month in window:
        for layer, table in _JUDGED:
            states = tables.read(project, table, month, ["requirement", "state"])
            answered = states["requirement"][states["state"].isin(["met", "not_met"])].unique()
            asked |= {(layer, id_) for id_ in answered}
    return asked


def _counted(
    asked: pd.DataFrame, lives: pd.DataFrame, named: pd.DataFrame, streets: list[str]
) -> pd.DataFrame:
    """The counts of each of these streets, or of the district (a street ""), for every rule."""
    if streets == [""]:
        asked, lives = asked.assign(street_code=""), lives.assign(street_code="")
    keys = ["street_code", *_RULE]
    table = pd.DataFrame({"street_code": streets}).merge(named.reset_index(), how="cross").set_index(keys)
    table = table.join(asked.groupby(keys)["short"].agg(asked="size", short="sum"))
    table = table.join(lives.groupby([*keys, "what"]).size().unstack().reindex(columns=_COUNTS))
    numbers = ["asked", "short", *_COUNTS]
    table[numbers] = table[numbers].astype(float).fillna(0).astype(int)
    taken = lives[lives["what"] == "mended"].groupby(keys)["taken"].median()
    return table.join(taken.rename("months_to_mend")).reset_index()


def _agreement(project: Project, month: Month, rules: Standard, asked: pd.DataFrame) -> pd.DataFrame:
    """``agrees`` and ``chance`` by rule, where the reviewer scored enough of those that meet it and of those that do not."""
    sheets, identity = tables.read(project, tables.REVIEWS, month), mappings.identity_of(project, month)
    asked = asked[asked["layer"] == "standard"].reset_index(drop=True)
    committees = asked[_WHO].drop_duplicates(ignore_index=True)
    given = reviews.marks(sheets, rules.review_fields, identity, beside=[committees])
    marks = [given.get(key, {}) for key in reviews.keys(committees, sheets, identity)]
    number = asked[_WHO].merge(committees.reset_index(), on=_WHO, how="left")["index"].to_numpy()
    scores = {}  # by clause: of each committee the mean of what was given for it
    for clause in rules.clauses:
        lines = [name for name, field in rules.review_fields.items() if field.clause == clause]
        of_each = [[row[name].mean for name in lines if name in row] for row in marks]
        scores[clause] = np.array([np.mean(points) if points else np.nan for points in of_each])
    rows: list[dict[str, Any]] = []
    short_of = asked["short"].to_numpy(dtype=bool)
    for id_, indices in asked.groupby("requirement").indices.items():
        scored = scores[rules.requirements[str(id_)].clause][number[indices]]
        short, met = (scored[which & ~np.isnan(scored)] for which in (short_of[indices], ~short_of[indices]))
        if min(len(short), len(met)) >= LEAST:
            agrees, chance = statistics.lower(short, met)
            rows.append({"layer": "standard", "requirement": id_, "agrees": agrees, "chance": chance})
    table = pd.DataFrame(rows, columns=[*_RULE, "agrees", "chance"])
    return table.assign(chance=statistics.adjusted(table["chance"].tolist()))


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a month's window: whether it is whole, and of which rules (layer, id) anything was asked; those in force when it
    began, and those of today."""

    whole: bool
    asked: set[tuple[str, str]]
    from_its_start: set[tuple[str, str]]
    rules: Standard


def _in_force(month: Month) -> set[tuple[str, str]]:
    rules = standard.on(month.end)
    return {("standard", id_) for id_ in rules.requirements} | {("law", id_) for id_ in rules.law.rules}


def _flags(row: Mapping[Hashable, Any], known: _Known, often: float) -> list[str]:
    """What there is to say of a rule of the district."""
    rule = (row["layer"], row["requirement"])
    of_return, fired = row["layer"] == "returns", row["opened"] + row["carried"] > 0
    year, asked = (
        known.whole and (of_return or rule in known.from_its_start),
        of_return or rule in known.asked,
    )
    # what is only encouraged is never missed
    encouraged = row["layer"] == "standard" and known.rules.requirements[row["requirement"]].force == "may"
    true = {
        "never": year and asked and not fired and not encouraged,
        "unasked": year and not asked,
        "often": row["asked"] >= LEAST and row["short"] > often * row["asked"],
        "disagrees": row["agrees"] < 0.5 and row["chance"] <= CHANCE,
    }
    return [name for name in FLAGS if true[name]]

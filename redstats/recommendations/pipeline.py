"""Where each recommendation stands: 推荐 → 材料齐备 → 复评 → 结果, with what is missing and who has to act."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import pandas as pd

from redstats import mappings, settings, tables
from redstats import places as roll
from redstats.months import Month
from redstats.places.identity import Identity
from redstats.project import RECOGNITIONS, Project
from redstats.scores.scoring_profile import TOO_LITTLE_KNOWN
from redstats.standard import attachments
from redstats.strict import Strict, Word, checked, load, meant, one_of

FILE = RECOGNITIONS  # in data/raw: what the district has decided
STAGES = {
    "recommended": "推荐",
    "complete": "材料齐备",
    "re_evaluated": "复评",
    "decided": "结果",
}
RESULTS = ("认定", "不予认定", "保留", "取消")
DISTRICT = "区级"


class _Decision(Strict):
    """An entry as the file has it."""

    street: Word
    committee: Word
    result: Annotated[str, one_of(RESULTS)]
    date: dt.date
    confirmed_by: Word


@dataclass(frozen=True, slots=True)
class Result:
    """What the district decided of a committee, of data/raw/recognitions.yml."""

    street_code: str
    committee: str
    result: str
    date: dt.date
    confirmed_by: str


def of(project: Project, month: Month) -> list[dict]:
    """Rows of 2_findings/pipeline: one a committee with a form in this month or the eleven before, or with a result in them.

    StandardError for a malformed recognitions.yml.
    """
    # a form older than this belongs to another year's selection
    earliest = month.plus(1 - settings.on(project, month.end).form_months)
    since = earliest.start
    months = [one for one in Month.range(earliest, month) if tables.exists(project, tables.FORMS, one)]
    identity = mappings.identity_of(project, month)
    shared = _shared(project, months, identity)
    latest: dict[tuple, dict[str, tuple[Month, dict]]] = {}
    first: dict[tuple, Month] = {}
    lacking: dict[tuple, list[dict]] = {}
    for form_month in months:
        for row in _records(project, tables.FORMS, form_month):
            who = identity.key(row)
            key = who[:2] if who.committee else ("", row["form"], row["source_file"])
            key = who if key in shared else key
            latest.setdefault(key, {})[row["kind"]] = (form_month, row)
            first.setdefault(key, form_month)
        if tables.exists(project, tables.FORM_CHECKS, form_month):
            for row in _records(project, tables.FORM_CHECKS, form_month):
                if row["force"] == "must":
                    lacking.setdefault((form_month, *_form_of(row)), []).append(row)
    results = {
        (one.street_code, identity.committee(one.street_code, one.committee)): one
        for one in read(project.raw / FILE, month)
    }
    rows = [_row(month, forms, first[key], lacking, results.get(key[:2])) for key, forms in latest.items()]
    known = {key[:2] for key in latest}
    rows += [_decided(month, one) for key, one in results.items() if key not in known and one.date >= since]
    order = {street.code: at for at, street in enumerate(roll.on(month.end).streets)}
    return sorted(
        rows, key=lambda row: (order.get(row["street_code"], len(order)), row["committee_name"] or "")
    )


def _shared(project: Project, months: list[Month], identity: Identity) -> set[tuple[str, str]]:
    """The keys that two committees of one street have in common in a return of the months."""
    shared: set[tuple[str, str]] = set()
    for return_month in months:
        if tables.exists(project, tables.RETURNS, return_month):
            columns = ["street_code", "committee_name"]
            rows: list[dict] = tables.read(project, tables.RETURNS, return_month, columns).to_dict("records")
            keys = [identity.key(row)[:2] for row in rows]
            shared |= {key for key, number in Counter(keys).items() if number > 1}
    return shared


def _form_of(row: dict) -> tuple:
    return tuple(row[name] for name in ("source_file", "form", "street_code", "committee_name"))


def _decided(month: Month, result: Result) -> dict:
    """The row of a decision on a committee of which no form is at hand."""
    street = next((each for each in roll.on(month.end).streets if each.code == result.street_code), None)
    return dict.fromkeys(tables.SCHEMAS[tables.PIPELINE].names) | {
        "month": str(month),
        "district_code": roll.on(month.end).district_code,
        "street_code": result.street_code,
        "street_name": street.name if street else None,
        "committee_name": result.committee,
        "stage": "decided",
        "since": f"{result.date:%Y-%m}",
        "lacks": 0,
        "lacking": "",
        "who": "",
        "result": result.result,
        "result_date": result.date,
        "confirmed_by": result.confirmed_by,
        "source_file": FILE,
        "form": FILE,
    }


def _records(project: Project, table: str, month: Month) -> list[dict]:
    frame = tables.read(project, table, month)
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def _row(
    month: Month, forms: dict[str, tuple[Month, dict]], first: Month, lacking: dict, result: Result | None
) -> dict:
    names = [
        attachments.attachments()[kind].name
        for kind in (attachments.RECOMMENDATION, attachments.RE_EVALUATION)
    ]
    recommended, evaluated = (forms.get(name) for name in names)
    # the newest form tells; of one month the 复评表, which comes after the 推荐表
    newest = evaluated if evaluated and (not recommended or evaluated[0] >= recommended[0]) else recommended
    assert newest is not None  # there is a form of one kind or the other
    when, row = newest
    open_ = lacking.get((when, *_form_of(row)), [])
    stage = "re_evaluated" if newest is evaluated else "recommended" if open_ else "complete"
    who = list(dict.fromkeys(one["who"] for one in open_)) or [DISTRICT]
    if result is not None and result.date < when.start:
        result = None  # of an earlier round
    if result is not None:
        stage, open_, who = "decided", [], []
    return {key: row[key] for key in tables.KEYS} | {
        "month": str(month),
        "stage": stage,
        "since": str(first),
        "lacks": len(open_),
        "lacking": "；".join(dict.fromkeys(one["required"] for one in open_)),
        "who": "、".join(who),
        "recommended": str(recommended[0]) if recommended else None,
        "re_evaluated": str(evaluated[0]) if evaluated else None,
        "result": result.result if result else None,
        "result_date": result.date if result else None,
        "confirmed_by": result.confirmed_by if result else None,
        "form": row["form"],
        "source_file": row["source_file"],
        "source_sheet": row["source_sheet"],
    }


def read(path: Path, month: Month) -> list[Result]:
    """The district's decisions until the end of ``month``, oldest first; [] where there is no file.

    Each entry: street, committee, result (认定, 不予认定, 保留, 取消), date, confirmed_by.  StandardError for any other.
    """
    if not path.is_file():
        return []
    places = roll.on(month.end)
    results = []
    for number, entry in enumerate(checked(list[_Decision], load(path) or [], path.name), 1):
        if entry.date <= month.end:
            with meant(f"{path.name} 第 {number} 条，street"):
                street = places.street(entry.street)
            results.append(Result(street.code, entry.committee, entry.result, entry.date, entry.confirmed_by))
    return sorted(results, key=lambda result: result.date)


def candidates(
    scores: pd.DataFrame,
    findings: pd.DataFrame,
    pipeline: pd.DataFrame,
    red_lines: set[str],
    identity: Identity,
) -> pd.DataFrame:
    """Committees not yet recommended, ranked in their street by what is confirmed of their points (of 3_scores).

    Columns: the keys, points, out_of, lowest, highest, confirmed, rank (1 the best; none where red lines are missed or
    cannot be judged, or too little is known for a band), red_lines (how many are not met), unknown (how many red lines
    cannot be judged).
    """
    ranked = scores[(scores["level"] == "committee") & (scores["part"] == "total") & scores["points"].notna()]
    underway: list[dict] = pipeline.to_dict("records")
    busy = {identity.key(row)[:2] for row in underway}
    listed: list[dict] = ranked.to_dict("records")
    taken = pd.Series([identity.key(row)[:2] in busy for row in listed], index=ranked.index, dtype=bool)
    ranked = ranked[~taken][
        [*tables.KEYS, "points", "out_of", "lowest", "highest", "confirmed", "band"]
    ].copy()
    red = findings[findings["requirement"].isin(red_lines)]
    for name, states in (("red_lines", ("not_met",)), ("unknown", ("not_reported", "needs_review"))):
        counts = Counter(
            red.loc[red["state"].isin(states), _WHO].fillna("").itertuples(index=False, name=None)
        )
        ranked[name] = [counts[key] for key in ranked[_WHO].fillna("").itertuples(index=False, name=None)]
    able = (ranked["red_lines"] == 0) & (ranked["unknown"] == 0) & ~ranked["band"].isin([TOO_LITTLE_KNOWN])
    ranked["rank"] = (
        ranked["confirmed"]
        .where(able)
        .groupby(ranked["street_code"])
        .rank(method="min", ascending=False)
        .astype("Int64")
    )
    return ranked.sort_values(
        ["street_code", "rank", "confirmed"], ascending=[True, True, False], na_position="last"
    )


_WHO = ["street_code", "neighbourhood_committee", "committee_name"]

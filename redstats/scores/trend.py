"""What changed from last month: the same committees then and now, and whether it is more than months vary by themselves."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from redstats import mappings, standard, tables
from redstats import places as roll
from redstats.months import Month
from redstats.places.identity import Identity
from redstats.project import Project
from redstats.scores import statistics
from redstats.scores.coverage import PARTY_ORG
from redstats.standard import Requirement

HISTORY = 36  # months looked back on
LEAST_MONTHS = 5  # of fewer the newest is never outside the limits that it is part of, however far it jumps
MEASURES = ("points", "coverage", "completeness", "shortfalls", "red_lines")
_WHO = ["month", "street_code", "neighbourhood_committee", "committee_name"]
_UNKNOWN = ("not_reported", "needs_review")


def compare(project: Project, month: Month) -> pd.DataFrame:
    """Write and return 3_scores/trend: of the district (no street) and each street, a row a measure.

    ``last_month`` and ``this_month`` are of the ``committees`` that are judged in both months (``others``: this month's that are not),
    and of the requirements in force, and known, in both: ``points`` (mean), ``coverage`` and ``completeness`` (percent),
    ``shortfalls`` (not met, without yearly duties), ``red_lines`` (not met).
    ``value`` is the month's point in a series of ``months`` (of the district: of the streets that reported this month, in the
    months in which all of them did), with ``centre``, ``lower`` and ``upper`` natural limits and ``signal`` (statistics.xmr;
    none below LEAST_MONTHS); coverage and completeness are watched by the number missing.
    Reads the months before; of a month without one before it ``last_month`` is empty.
    """
    places = roll.on(month.end)
    pairs = _pairs(project, month, mappings.identity_of(project, month))
    history = _history(project, month)
    here = sorted(history[-1]) if history else []
    nothing = {"last_month": None, "this_month": None, "committees": 0, "others": 0}
    rows = [
        {"street_code": code, "street_name": name, "measure": measure}
        | pairs.get((code, measure), nothing)
        | _series(measure, here if code is None else [code] if code in here else [], history)
        for code, name in ((None, None), *((one.code, one.name) for one in places.streets))
        for measure in MEASURES
    ]
    table = pd.DataFrame(rows).assign(month=str(month), district_code=places.district_code)
    tables.write(project, tables.TREND, month, table, places.district_code)
    return table


class _Judged:
    """What was found and scored in a month: rows with ``key`` (the committee), ``requirement``, ``state``, ``asked``."""

    def __init__(self, project: Project, month: Month) -> None:
        self.requirements = standard.on(month.end).requirements
        findings = tables.read(project, tables.FINDINGS, month, [*_WHO, "requirement", "state", "pace"])
        scores = tables.read(project, tables.SCORES, month)
        # a committee of which nothing was reported has points of reviewers alone, which are not those of other months
        totals = (scores["level"] == "committee") & (scores["part"] == "total") & (scores["known"] > 0)
        totals &= scores["points"].notna()
        self.points = scores.loc[totals, [*_WHO, "points"]]
        self.findings = findings.assign(
            asked=(findings["state"] != "not_applicable") | findings["pace"].notna()
        )
        self.committees = findings[_WHO].drop_duplicates(ignore_index=True)

    def known_by(self, identity: Identity, beside: list[pd.DataFrame]) -> None:
        """Give every row the key of its committee beside the committees of another month."""
        names = self.committees.itertuples(index=False, name=None)
        keys = dict(zip(names, identity.of_table(self.committees, beside=beside), strict=True))

        def keyed(table: pd.DataFrame) -> pd.DataFrame:
            rows = zip(*(table[column].tolist() for column in _WHO), strict=True)
            return table.assign(key=pd.Series([keys[row] for row in rows], index=table.index, dtype=object))

        self.findings, self.points = keyed(self.findings), keyed(self.points)


def _pairs(project: Project, month: Month, identity: Identity) -> dict[tuple[str | None, str], dict]:
    """``last_month``, ``this_month``, ``committees``, ``others`` by street (None: the district) and measure."""
    if not all(tables.exists(project, name, month.previous) for name in (tables.FINDINGS, tables.SCORES)):
        return {}
    now, before = _Judged(project, month), _Judged(project, month.previous)
    now.known_by(identity, [before.committees])
    before.known_by(identity, [now.committees])
    points = before.points.merge(now.points, on="key", suffixes=("_then", ""))
    findings = before.findings.merge(now.findings, on=["key", "requirement"], suffixes=("_then", ""))
    pairs: dict[tuple[str | None, str], dict] = {}
    for measure in MEASURES:
        if measure == "points":
            same, judged = points.assign(then=points["points_then"], after=points["points"]), now.points
        else:
            ids = _requirements(measure, now.requirements)
            same = _states(measure, findings[findings["requirement"].isin(ids)])
            judged = now.findings[now.findings["requirement"].isin(ids) & now.findings["asked"]]
            same = same[same["key"].isin(judged["key"])]
        counted = measure in ("shortfalls", "red_lines")
        for code in (None, *now.committees["street_code"].unique()):
            part, whole = same, judged
            if code is not None:
                part, whole = (table[table["street_code"] == code] for table in (same, judged))
            committees = part["key"].nunique()
            values = part[["then", "after"]].astype(float).agg("sum" if counted else "mean")
            pairs[code, measure] = {
                "last_month": values["then"] if committees else None,
                "this_month": values["after"] if committees else None,
                "committees": committees,
                "others": whole["key"].nunique() - committees,
            }
    return pairs


def _states(measure: str, findings: pd.DataFrame) -> pd.DataFrame:
    """The findings that can be compared, with what a measure counts of them ``then`` and ``after``."""
    if measure == "completeness":
        same = findings[findings["asked_then"] & findings["asked"]]
        return same.assign(
            then=(~same["state_then"].isin(_UNKNOWN)).astype(float) * 100,
            after=(~same["state"].isin(_UNKNOWN)).astype(float) * 100,
        )
    # where something did not apply, nothing was short; but a share is of those to which it applies
    states = ["met", "not_met", *([] if measure == "coverage" else ["not_applicable"])]
    same = findings[findings["state_then"].isin(states) & findings["state"].isin(states)]
    counted, worth = ("met", 100.0) if measure == "coverage" else ("not_met", 1.0)
    return same.assign(
        then=(same["state_then"] == counted).astype(float) * worth,
        after=(same["state"] == counted).astype(float) * worth,
    )


def _requirements(measure: str, requirements: Mapping[str, Requirement]) -> list[str]:
    """The requirements that a measure counts."""
    if measure == "coverage":
        return [PARTY_ORG]
    if measure == "red_lines":
        return [id_ for id_, one in requirements.items() if one.red_line]
    if measure == "shortfalls":
        return [id_ for id_, one in requirements.items() if one.scored and one.period != "year"]
    return list(requirements)


def _history(project: Project, month: Month) -> list[dict[str, dict[str, float]]]:
    """Of the months up to this one that were run, oldest first: values of the streets that reported, by street and measure."""
    months = [
        one for one in tables.months(project, tables.COVERAGE) if month.plus(1 - HISTORY) <= one <= month
    ]
    return [_values(project, one) for one in months if tables.exists(project, tables.SCORES, one)]


def _values(project: Project, month: Month) -> dict[str, dict[str, float]]:
    requirements = standard.on(month.end).requirements
    columns = ["street_code", "measure", "reached", "eligible", "unreported"]
    coverage = tables.read(project, tables.COVERAGE, month, columns).dropna(subset=["street_code"])
    missing = (coverage["eligible"] - coverage["reached"]).astype(float)
    counts = {
        measure: (coverage["unreported"].astype(float) if measure == "completeness" else missing)
        .where(coverage["measure"].isin(_requirements(measure, requirements)), 0.0)
        .groupby(coverage["street_code"])
        .sum()
        for measure in MEASURES
        if measure != "points"
    }
    scores = tables.read(
        project, tables.SCORES, month, ["level", "part", "street_code", "points", "committees"]
    )
    totals = scores[(scores["level"] == "street") & (scores["part"] == "total")].set_index("street_code")
    reported = coverage["eligible"].groupby(coverage["street_code"]).sum() > 0
    table = pd.DataFrame(counts).join(totals[["points", "committees"]].astype(float))[reported]
    return {
        str(code): {str(name): float(value) for name, value in row.items()} for code, row in table.iterrows()
    }


def _series(measure: str, streets: Collection[str], history: list[dict[str, dict[str, float]]]) -> dict:
    """The month's point and limits among the months in which all these streets reported."""
    values = [
        _value([month[code] for code in streets], measure)
        for month in history
        if streets and all(code in month for code in streets)
    ]
    values = [value for value in values if value == value]
    row: dict = {"months": len(values), "value": values[-1] if values else None, "signal": ""}
    if len(values) < LEAST_MONTHS:
        return row
    limits = statistics.xmr(values)
    ends = {"centre": limits.centre, "lower": limits.lower, "upper": limits.upper}
    return row | ends | {"signal": limits.signals[-1], "trial": limits.trial}


def _value(streets: list[dict[str, float]], measure: str) -> float:
    if measure != "points":
        return sum(street[measure] for street in streets)
    committees = sum(street["committees"] for street in streets)
    return sum(street["points"] * street["committees"] for street in streets) / committees

"""How far the streets of a month can be told apart: groups instead of ranks, and the ranges of what is said of each."""

from __future__ import annotations

import pandas as pd

from redstats import places as roll
from redstats import settings, standard, tables
from redstats.months import Month
from redstats.project import Project
from redstats.scores import statistics
from redstats.scores.coverage import PARTY_ORG
from redstats.scores.scoring_profile import Profile, profile_of

_WHO = ["street_code", "neighbourhood_committee", "committee_name"]


def compare(project: Project, month: Month, using: Profile | None = None) -> pd.DataFrame:
    """Write and return 3_scores/streets of a month (``compared``)."""
    rows = compared(project, month, tables.read(project, tables.SCORES, month), using)
    tables.write(project, tables.STREETS, month, rows, roll.on(month.end).district_code)
    return rows


def compared(
    project: Project, month: Month, scores: pd.DataFrame, using: Profile | None = None
) -> pd.DataFrame:
    """3_scores/streets of a month, from 2_findings, ``scores`` (3_scores) and 3_scores/coverage.

    A row a street, and one of the district (no street).  ``committees`` judged, of them ``short`` of at least one scored
    requirement and ``unsettled`` (nothing known to be missing, but not everything known); ``share_low`` to ``share_high`` of both
    together; ``group`` by that share (statistics.groups; empty where too few committees are judged or too many unsettled),
    ``standing`` beside all the others.  ``mean_low`` to ``mean_high`` of the confirmed points; ranks that what is unknown
    leaves open (``rank_best``, ``rank_worst``), by chance (``chance_…``), under any weights (``weights_…``).  The district's:
    ``pairs`` compared and how many ``differ``, ``dispersion`` and ``reliability``.
    """
    rules, places = standard.on(month.end), roll.on(month.end)
    using = using or profile_of(project, rules, settings.on(project, month.end))
    findings = tables.read(project, tables.FINDINGS, month, [*_WHO, "requirement", "state"])
    scored = [one.id for one in rules.requirements.values() if one.scored]
    rows = _shares(
        findings[findings["requirement"].isin(scored)], [one.code for one in places.streets], using
    )
    rows = rows.join(_coverage(tables.read(project, tables.COVERAGE, month)))
    rows = rows.join(_means(scores, using)).join(_by_weights(scores, rules.clauses, using))
    names = {one.code: one.name for one in places.streets}
    rows = rows.rename_axis("street_code").reset_index()
    rows.insert(1, "street_name", rows["street_code"].map(names))
    rows = pd.concat([rows, _district(rows, scores)], ignore_index=True)
    return rows.assign(month=str(month), district_code=places.district_code)


def _shares(findings: pd.DataFrame, streets: list[str], using: Profile) -> pd.DataFrame:
    """Committees judged, short and unsettled of each street, with group and standing."""
    asked = findings[findings["state"] != "not_applicable"]
    states = asked["state"]
    of_each = (
        asked[_WHO]
        .assign(short=states == "not_met", unsettled=states.isin(["not_reported", "needs_review"]))
        .groupby(_WHO, dropna=False)
        .max()
    )
    of_each["unsettled"] &= ~of_each["short"]
    counts = of_each.groupby("street_code").agg(
        committees=("short", "size"), short=("short", "sum"), unsettled=("unsettled", "sum")
    )
    rows = counts.reindex(streets, fill_value=0).astype(int)
    unclear = rows["short"] + rows["unsettled"]
    ends = [statistics.wilson(*pair) for pair in zip(unclear, rows["committees"], strict=True)]
    rows["share_low"], rows["share_high"] = zip(*ends, strict=True)
    enough = (rows["committees"] >= using.smallest_ranked) & (
        rows["unsettled"] <= (1 - using.least_known) * rows["committees"]
    )
    compared = rows.index[enough] if enough.sum() > 1 else rows.index[:0]
    rows[["group", "standing"]] = None
    if len(compared):
        whole = rows.loc[compared, "committees"].tolist()
        rows.loc[compared, "group"] = statistics.groups(unclear[compared].tolist(), whole)[0]
        rows.loc[compared, "standing"] = statistics.beside_the_others(unclear[compared].tolist(), whole)
    return rows


def _coverage(coverage: pd.DataFrame) -> pd.DataFrame:
    """Of party organisation coverage, its interval and its standing beside the other streets together."""
    rows = coverage[(coverage["measure"] == PARTY_ORG) & (coverage["eligible"] > 0)].dropna(
        subset=["street_code"]
    )
    rows = rows.set_index("street_code")[["reached", "eligible"]].astype(int)
    ends = [statistics.wilson(*pair) for pair in rows.itertuples(index=False, name=None)]
    standing = (
        statistics.beside_the_others(rows["reached"].tolist(), rows["eligible"].tolist())
        if len(rows) > 1
        else [None] * len(rows)
    )
    return pd.DataFrame(
        {
            "coverage_low": [low for low, _ in ends],
            "coverage_high": [high for _, high in ends],
            "coverage_standing": standing,
        },
        index=rows.index,
    )


def _ranked(scores: pd.DataFrame, using: Profile) -> pd.DataFrame:
    """The totals of the streets of which enough is known to be compared."""
    totals = (scores["level"] == "street") & (scores["part"] == "total") & scores["confirmed"].notna()
    rows = scores[totals].sort_values("street_code", kind="stable")
    enough = (rows["committees"] >= using.smallest_ranked) & (rows["known"] >= using.least_known)
    return rows[enough.fillna(False).astype(bool)]


def _means(scores: pd.DataFrame, using: Profile) -> pd.DataFrame:
    """The interval of each street's mean of confirmed points, and its ranks that the unknown and chance leave open."""
    rows, members = _ranked(scores, using), statistics.by_street(scores)
    codes = rows["street_code"].tolist()
    columns = [
        "mean_low",
        "mean_high",
        "rank_best",
        "rank_worst",
        "chance_best",
        "chance_worst",
        "first",
        "last",
    ]
    if len(codes) < 2:
        return pd.DataFrame(columns=columns, index=pd.Index(codes, dtype=object), dtype=float)
    best, worst = statistics.ranks_possible(
        rows["lowest"].to_numpy(dtype=float), rows["highest"].to_numpy(dtype=float)
    )
    chance = statistics.ranks_by_chance([members[code] for code in codes])
    ends = [statistics.mean_interval(members[code]) for code in codes]
    values = [*zip(*ends, strict=True), best, worst, chance.best, chance.worst, chance.first, chance.last]
    return pd.DataFrame(dict(zip(columns, values, strict=True)), index=codes)


def _by_weights(scores: pd.DataFrame, clauses: object, using: Profile) -> pd.DataFrame:
    """The ranks of each street under any weights of the clauses."""
    codes = _ranked(scores, using)["street_code"].tolist()
    rows = scores[(scores["level"] == "street") & (scores["part"] == "clause")]
    columns = ["weights_best", "weights_worst"]
    if len(codes) < 2 or rows.empty:
        return pd.DataFrame(columns=columns, index=pd.Index(codes, dtype=object), dtype=float)
    shares = (rows["lowest"] / rows["out_of"]).astype(float)
    table = rows.assign(share=shares).pivot(index="street_code", columns="part_id", values="share")
    ranks = statistics.ranks_by_weights(table.reindex(codes).to_numpy(dtype=float))
    return pd.DataFrame({"weights_best": ranks.best, "weights_worst": ranks.worst}, index=codes)


def _district(rows: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    compared = rows[rows["group"].notna()]
    unclear = (compared["short"] + compared["unsettled"]).tolist()
    whole = compared["committees"].tolist()
    low, high = statistics.wilson(
        int(rows["short"].sum() + rows["unsettled"].sum()), int(rows["committees"].sum())
    )
    return pd.DataFrame(
        {
            **{name: [int(rows[name].sum())] for name in ("committees", "short", "unsettled")},
            "share_low": [low],
            "share_high": [high],
            "pairs": [len(compared) * (len(compared) - 1) // 2],
            "differ": [statistics.groups(unclear, whole)[1] if len(compared) > 1 else 0],
            "dispersion": [statistics.dispersion(unclear, whole)],
            "reliability": [statistics.reliability(list(statistics.by_street(scores).values()))],
        }
    )

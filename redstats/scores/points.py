"""Scores: points by requirement, clause, chapter and total, for every committee, street and the district.

How points combine is set by a profile (``profiles``).  What does not
apply is left out and the rest weighs more; what was not reported gives a range from ``lowest`` to
``highest``.
"""

from __future__ import annotations

import pandas as pd

from redstats import mappings, settings, standard, tables
from redstats import places as roll
from redstats.errors import StandardError
from redstats.months import Month
from redstats.places.identity import Identity
from redstats.project import Project
from redstats.scores import reviews, statistics
from redstats.scores.scoring_profile import Profile, profile_of
from redstats.standard import Standard

_COMMITTEE = ["street_code", "street_name", "neighbourhood_committee", "committee_name"]


def score(project: Project, month: Month, using: Profile | None = None) -> pd.DataFrame:
    """Write and return 3_scores of a month (``scored``)."""
    made = scored(project, month, using)
    tables.write(project, tables.SCORES, month, made, roll.on(month.end).district_code)
    return made


def scored(project: Project, month: Month, using: Profile | None = None) -> pd.DataFrame:
    """3_scores of a month, from 2_findings and the reviewer's sheet; ``using``: another profile than the one in force.

    ``level``: committee, street, district; ``part``: requirement, clause, chapter, total; ``points`` of
    ``out_of``, on the items known; ``lowest`` and ``highest`` possible while others are not.  Of totals also ``confirmed``
    (what is not known gives nothing, so that leaving blank never gains; a reviewer's silence counts for nothing), ``known``
    (the share of the items due that is), ``red_lines`` missed, the ``band``, and the ``rank`` by what is confirmed, inside
    the street (committees) or the district (streets): none where too little is known, or fewer than ``smallest_ranked``
    are compared; streets have none where chance may have ordered them (``least_reliable``).
    Raises StandardError where the profile's weights do not fit the clauses.
    """
    rules = standard.on(month.end)
    using = using or profile_of(project, rules, settings.on(project, month.end))
    # a clause without a weight of its own must not get one silently
    if using.clauses and set(using.clauses) != set(rules.clauses):
        raise StandardError(
            "条款权重与标准的条款不一致",
            where=f"{using.name}.yaml，clauses",
            to_do=f"请为每条款各写一个权重：{'、'.join(rules.clauses)}（不计分写 0）",
        )
    findings = tables.read(project, tables.FINDINGS, month)
    identity = mappings.identity_of(project, month)
    findings["who"] = ["\x1f".join(map(str, key)) for key in identity.of_table(findings, per="requirement")]
    items = pd.concat(
        [_judged(findings, rules, using), _reviewed(project, month, findings, rules, using, identity)],
        ignore_index=True,
    )
    scores = pd.DataFrame()  # of a month without a single committee to be judged
    if not items.empty:
        by_committee = _by_committee(items, rules, using).merge(
            _missed(findings, rules), on="who", how="left"
        )
        for name in ("red_lines", "red_open"):
            by_committee[name] = by_committee[name].fillna(0).where(by_committee["part"] == "total")
        scores = _ranked(pd.concat([by_committee, *_groups(by_committee)], ignore_index=True), using)
    scores = scores.assign(month=str(month), district_code=roll.on(month.end).district_code)
    return scores.reindex(columns=tables.SCHEMAS[tables.SCORES].names)


def _missed(findings: pd.DataFrame, rules: Standard) -> pd.DataFrame:
    """How many red lines each committee misses, and of how many it is not known that it does not (``red_open``)."""
    red = {one.id for one in rules.requirements.values() if one.red_line}
    asked = findings[findings["requirement"].isin(red)]
    missed = asked["state"] == "not_met"
    unsettled = asked["state"].isin(["not_reported", "needs_review"])
    counts = asked[["who"]].assign(red_lines=missed, red_open=missed | unsettled)
    return counts.groupby("who").sum().reset_index()


def _judged(findings: pd.DataFrame, rules: Standard, using: Profile) -> pd.DataFrame:
    weights = {one.id: using.weight(one) for one in rules.requirements.values()}
    weight = findings["requirement"].map(weights).astype(float)
    kept = findings[(weight > 0) & (findings["state"] != "not_applicable")]
    value = kept["state"].map({"met": 1.0, "not_met": 0.0}).astype(float)
    return kept[["who", *_COMMITTEE, "requirement", "clause"]].assign(weight=weight[kept.index], value=value)


def _reviewed(
    project: Project,
    month: Month,
    findings: pd.DataFrame,
    rules: Standard,
    using: Profile,
    identity: Identity,
) -> pd.DataFrame:
    """One item for every committee that is judged at all and every line of the reviewers' sheets (of several the mean)."""
    judged = findings[findings["state"] != "not_applicable"].drop_duplicates("who")[["who", *_COMMITTEE]]
    sheets = tables.read(project, tables.REVIEWS, month)
    named = judged.assign(month=str(month))
    given = reviews.marks(sheets, rules.review_fields, identity, beside=[named])
    reviewed = [given.get(key, {}) for key in reviews.keys(named, sheets, identity)]
    parts = [judged.assign(requirement="", clause="", weight=0.0, value=0.0).head(0)]
    for id_, field in rules.review_fields.items() if using.reviewer else ():
        value = [row[id_].mean if id_ in row else None for row in reviewed]
        known = pd.Series(value, index=judged.index, dtype="float64") / 100
        parts.append(
            judged.assign(requirement=id_, clause=field.clause, weight=float(using.reviewer), value=known)
        )
    return pd.concat(parts, ignore_index=True)


def _by_committee(items: pd.DataFrame, rules: Standard, using: Profile) -> pd.DataFrame:
    share = {clause: using.clauses.get(clause, 1.0) for clause in rules.clauses}
    items = items[items["clause"].map(share) > 0]
    items = items.assign(low=items["value"].fillna(0.0), high=items["value"].fillna(1.0))
    silent = items["requirement"].isin(rules.review_fields) & items["value"].isna()
    for column in ("low", "high", "value"):
        items[f"w_{column}"] = items["weight"] * items[column]
    items["w_known"] = items["weight"].where(items["value"].notna(), 0.0)
    sums = items.groupby(["who", "clause"], sort=False)[
        ["weight", "w_low", "w_high", "w_value", "w_known"]
    ].sum()
    clauses = pd.DataFrame(
        {
            "value": (sums["w_value"] / sums["w_known"]).where(sums["w_known"] > 0),
            "low": sums["w_low"] / sums["weight"],
            "high": sums["w_high"] / sums["weight"],
        }
    ).reset_index()
    clauses["share"] = sums["weight"].to_numpy() if using.by_items else clauses["clause"].map(share)
    clauses["out_of"] = using.total * clauses["share"] / clauses.groupby("who")["share"].transform("sum")
    clauses["chapter"] = clauses["clause"].str.partition(".")[0]

    joined = items.merge(clauses[["who", "clause", "out_of"]], on=["who", "clause"])
    joined["out_of"] *= joined["weight"] / joined.groupby(["who", "clause"])["weight"].transform("sum")
    parts = [
        _part(joined, "requirement", joined["requirement"]),
        _part(clauses, "clause", clauses["clause"]),
        _combined(clauses, ["who", "chapter"], "chapter"),
        _combined(clauses, ["who"], "total"),
    ]
    parts[-1] = parts[-1].merge(_confirmed(items[~silent], share, rules, using), on="who", how="left")
    names = items.drop_duplicates("who").set_index("who")[_COMMITTEE]
    return pd.concat(parts, ignore_index=True).join(names, on="who").assign(level="committee", committees=1)


def _confirmed(items: pd.DataFrame, share: dict[str, float], rules: Standard, using: Profile) -> pd.DataFrame:
    """Of each committee what is confirmed of the total, and the share known of what it reports; ``items`` without the
    reviewer's that were left out."""
    sums = items.groupby(["who", "clause"], sort=False)[["weight", "w_low"]].sum().reset_index()
    sums["share"] = sums["weight"] if using.by_items else sums["clause"].map(share)
    sums["points"] = sums["share"] * sums["w_low"] / sums["weight"]
    totals = sums.groupby("who", sort=False)[["share", "points"]].sum()
    reported = items[~items["requirement"].isin(rules.review_fields)]
    weight = reported["weight"]
    if not using.by_items:
        weight = weight * reported["clause"].map(share)
        weight = weight / reported.groupby(["who", "clause"])["weight"].transform("sum")
    due = weight.groupby(reported["who"]).sum()
    known = weight[reported["value"].notna()].groupby(reported["who"]).sum()
    return (
        pd.DataFrame(
            {
                "confirmed": using.total * totals["points"] / totals["share"],
                "known": known.reindex(due.index, fill_value=0.0) / due,
            }
        )
        .rename_axis("who")
        .reset_index()
    )


def _part(table: pd.DataFrame, part: str, ids: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "who": table["who"],
            "part": part,
            "part_id": ids,
            "out_of": table["out_of"],
            "points": table["out_of"] * table["value"],
            "lowest": table["out_of"] * table["low"],
            "highest": table["out_of"] * table["high"],
        }
    )


def _combined(clauses: pd.DataFrame, keys: list[str], part: str) -> pd.DataFrame:
    table = clauses.assign(
        known=clauses["out_of"].where(clauses["value"].notna(), 0.0),
        points=clauses["out_of"] * clauses["value"],
        lowest=clauses["out_of"] * clauses["low"],
        highest=clauses["out_of"] * clauses["high"],
    )
    sums = (
        table.groupby(keys, sort=False)[["out_of", "known", "points", "lowest", "highest"]]
        .sum()
        .reset_index()
    )
    sums["points"] = (sums["points"] / sums["known"] * sums["out_of"]).where(sums["known"] > 0)
    sums["part"], sums["part_id"] = part, sums["chapter"] if part == "chapter" else "total"
    return sums[["who", "part", "part_id", "out_of", "points", "lowest", "highest"]]


def _groups(scores: pd.DataFrame) -> list[pd.DataFrame]:
    """Street and district: the mean of the committees (never of the streets) to which a part applies.

    Points are the rate of the committees whose points are known, of the mean ``out_of``: where not all are
    known, a mean of points alone could lie outside what is possible.
    """
    scores = scores.assign(of_known=scores["out_of"].where(scores["points"].notna()))
    groups = []
    for level, keys in (("street", ["street_code", "street_name"]), ("district", [])):
        grouped = scores.groupby([*keys, "part", "part_id"], sort=False)
        means = grouped[["points", "of_known", "out_of", "lowest", "highest", "confirmed", "known"]].mean()
        means["points"] *= means["out_of"] / means["of_known"]
        means["committees"] = grouped["points"].count()
        groups.append(means.drop(columns="of_known").reset_index().assign(level=level))
    return groups


def _ranked(scores: pd.DataFrame, using: Profile) -> pd.DataFrame:
    """With the band and the rank of every total, by what is confirmed as it is shown."""
    reliable = statistics.reliability(list(statistics.by_street(scores).values())) >= using.least_reliable
    totals = scores[(scores["part"] == "total") & scores["points"].notna() & scores["confirmed"].notna()]
    band = pd.Series(None, index=scores.index, dtype=object)
    band.loc[totals.index] = [
        using.judged(confirmed, known, 0 if pd.isna(red_open) else int(red_open))
        for confirmed, known, red_open in totals[["confirmed", "known", "red_open"]].itertuples(index=False)
    ]
    shown = totals["confirmed"].map(using.rounded)
    compared = totals[totals["known"] >= using.least_known]
    rank = pd.Series(pd.NA, index=scores.index, dtype="Int64")
    for level, keys in (("committee", ["street_code"]), ("street", ["level"])):
        rows = compared[compared["level"] == level]
        if level == "street":
            rows = rows[(rows["committees"] >= using.smallest_ranked) & reliable]
        groups = rows.groupby(keys)
        large = groups["points"].transform("size") >= using.smallest_ranked
        place = shown[rows.index].groupby([rows[key] for key in keys]).rank(ascending=False, method="min")
        rank.loc[rows.index[large]] = place[large].astype("Int64")
    return scores.assign(rank=rank, band=band)

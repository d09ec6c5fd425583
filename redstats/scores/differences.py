"""What is otherwise between two judged months, or between two versions of one: by committee and requirement, in points, who came and
went."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from redstats import mappings, standard, tables
from redstats.months import Month
from redstats.places.identity import Identity
from redstats.project import Project

_WHO = ["street_code", "street_name", "neighbourhood_committee", "committee_name"]
_SAID = ["state", "reported"]
_LAYERS = {"standard": tables.FINDINGS, "law": tables.LAW}
_UNKNOWN = ("not_reported", "needs_review")
_TOTALS = ["points", "band", "known"]


@dataclass(frozen=True, slots=True)
class Differences:
    """``changes``: a row a committee and requirement (``layer`` standard or law) that is judged otherwise or of which something
    else was reported, with ``state`` and ``reported`` ``_before`` and ``_after``, and where it stands now.  ``kind`` is worse (falls short,
    and did not), better (the other way), found and cleared (was unknown; falls short, or does not), lost (is unknown now), other,
    and value: the same state of something else.
    ``committees``: who ``came`` or went (``gone``); ``points``: a row a committee, street and the district whose points or band differ;
    ``counts``: how many committees there were, and are, by street code ("": in all).
    """

    changes: pd.DataFrame
    committees: pd.DataFrame
    points: pd.DataFrame
    counts: dict[str, tuple[int, int]]


def differences(project: Project, before: tuple[Project, Month], after: tuple[Project, Month]) -> Differences:
    """Compare two judged months, each read from its project; who is meant is asked of ``project`` as it is now.

    RunError where one of them was not judged.
    """
    parts = [_changes(project, layer, table, before, after) for layer, table in _LAYERS.items()]
    changes = pd.concat(parts, ignore_index=True)
    order = ["street_code", "neighbourhood_committee", "committee_name", "layer", "requirement"]
    names = [_committees(*side) for side in (before, after)]
    keys = [
        _identity(project, after).of_table(mine, beside=[other])
        for mine, other in ((names[0], names[1]), (names[1], names[0]))
    ]
    gone = names[0][[key not in set(keys[1]) for key in keys[0]]].assign(kind="gone")
    came = names[1][[key not in set(keys[0]) for key in keys[1]]].assign(kind="came")
    return Differences(
        changes.sort_values(order, kind="stable").reset_index(drop=True),
        pd.concat([came, gone], ignore_index=True)[["kind", *_WHO]],
        _points(project, before, after),
        _counts(*names),
    )


def _counts(before: pd.DataFrame, after: pd.DataFrame) -> dict[str, tuple[int, int]]:
    sides = [side["street_code"].value_counts() for side in (before, after)]
    codes = sorted({code for side in sides for code in side.index})
    return {"": (len(before), len(after))} | {
        code: (int(sides[0].get(code, 0)), int(sides[1].get(code, 0))) for code in codes
    }


def _identity(project: Project, after: tuple[Project, Month]) -> Identity:
    return mappings.identity_of(project, after[1])


def _committees(project: Project, month: Month) -> pd.DataFrame:
    rows = tables.read(project, tables.SCORES, month, ["month", *_WHO, "level", "part"])
    return rows[(rows["level"] == "committee") & (rows["part"] == "total")].reset_index(drop=True)


def _changes(
    project: Project, layer: str, table: str, before: tuple[Project, Month], after: tuple[Project, Month]
) -> pd.DataFrame:
    columns = ["month", *_WHO, "requirement", *_SAID]
    then = tables.read(*_of(before, table), columns)
    now = tables.read(*_of(after, table), [*columns, *tables.SOURCE, "cell"])
    identity = _identity(project, after)
    then["key"] = identity.of_table(then, per="requirement", beside=[now])
    now["key"] = identity.of_table(now, per="requirement", beside=[then])
    both = now.merge(
        then[["key", "requirement", *_SAID]], on=["key", "requirement"], suffixes=("_after", "_before")
    )
    texts = {
        name: both[name].fillna("").to_numpy()
        for name in (f"{a}_{b}" for a in _SAID for b in ("before", "after"))
    }
    state_before, state_after = texts["state_before"], texts["state_after"]
    unknown = [np.isin(states, _UNKNOWN) for states in (state_before, state_after)]
    short = [states == "not_met" for states in (state_before, state_after)]
    kind = np.select(
        [
            state_before == state_after,
            unknown[0] & unknown[1],
            unknown[1],
            unknown[0] & short[1],
            unknown[0],
            short[1],
            short[0],
        ],
        ["value", "other", "lost", "found", "cleared", "worse", "better"],
        "other",
    )
    changed = (state_before != state_after) | (texts["reported_before"] != texts["reported_after"])
    rules = standard.on(after[1].end)
    known = rules.requirements if layer == "standard" else rules.law.rules
    titles = {id_: known[id_].title if id_ in known else id_ for id_ in both["requirement"].unique()}
    both = both.assign(layer=layer, kind=kind, title=both["requirement"].map(titles))
    shown = [
        "kind",
        *_WHO,
        "layer",
        "requirement",
        "title",
        *(f"{a}_{b}" for a in _SAID for b in ("before", "after")),
    ]
    return both.loc[changed, [*shown, *tables.SOURCE, "cell"]]


def _of(side: tuple[Project, Month], table: str) -> tuple[Project, str, Month]:
    return side[0], table, side[1]


def _points(project: Project, before: tuple[Project, Month], after: tuple[Project, Month]) -> pd.DataFrame:
    sides = []
    for side in (before, after):
        totals = tables.read(side[0], tables.SCORES, side[1], ["month", "level", "part", *_WHO, *_TOTALS])
        sides.append(totals[totals["part"] == "total"].drop(columns="part"))
    then, now = sides
    identity = _identity(project, after)
    keys = [_keys(identity, mine, other) for mine, other in ((then, now), (now, then))]
    then, now = (
        side.assign(key=pd.Series(key, side.index, dtype=object))
        for side, key in zip((then, now), keys, strict=True)
    )
    both = now.merge(then[["key", *_TOTALS]], on="key", suffixes=("_after", "_before"))
    points = [both[f"points_{when}"].astype("float64").to_numpy() for when in ("before", "after")]
    moved = ~np.isclose(points[0], points[1], equal_nan=True)
    banded = both["band_before"].fillna("").to_numpy() != both["band_after"].fillna("").to_numpy()
    columns = ["level", *_WHO, *(f"{name}_{when}" for name in _TOTALS for when in ("before", "after"))]
    return both.loc[moved | banded, columns].reset_index(drop=True)


def _keys(identity: Identity, totals: pd.DataFrame, other: pd.DataFrame) -> list[tuple]:
    """What a row of totals is of: a committee by who is meant, a street, the district."""
    named = totals.fillna({"committee_name": "", "street_code": ""})
    committees = identity.of_table(named, per="level", beside=[other])
    return [
        (level, key if level == "committee" else street)
        for level, key, street in zip(named["level"], committees, named["street_code"], strict=True)
    ]

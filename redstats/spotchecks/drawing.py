"""Which claims are checked: drawn once by chance into an order that every round of the month goes on with.

A claim is what a committee says is met: a row of 2_findings with state ``met``.  The first draw of a month keeps all of them as they
stand (7_spot_checks/draws), each with its class, its place in the order of its class, and the chance with which it is in the sheets so
far; a further round takes the next places, so that all rounds together are one stratified simple random sample
(``scores/sampling.py``) and nothing that was drawn is drawn away.
"""

from __future__ import annotations

from itertools import count

import numpy as np
import pandas as pd

from redstats import fingerprints, mappings, standard, tables
from redstats import places as roll
from redstats.errors import RunError
from redstats.months import Month
from redstats.project import Project
from redstats.scores import sampling
from redstats.spotchecks.reasons import REASONS, Claims
from redstats.spotchecks.rulebook import rules

_LONG = 12  # digits of an id: two of 30,000 are alike once in half a million months
_CLASS = ["street_code", "factor"]
_SAID = ["state", "reported", *tables.SOURCE, "cell"]


def draws(project: Project, month: Month) -> pd.DataFrame | None:
    """7_spot_checks/draws of a month: every claim, ``round`` of those that were drawn; None where none was drawn yet."""
    if not tables.exists(project, tables.SPOT_DRAWS, month):
        return None
    return tables.read(project, tables.SPOT_DRAWS, month)


def default_seed(month: Month) -> int:
    return month.year * 100 + month.number


def draw(project: Project, month: Month, wanted: int, seed: int | None = None) -> int:
    """Draw ``wanted`` claims of every street in a new round, and keep them; the number of the round, from 1.

    Only for who holds the month's lock.  RunError where nothing was judged, where a street has more classes than are drawn, where
    a later round names another seed, or where all was drawn.
    """
    frame = draws(project, month)
    if frame is None:
        frame = _ordered(_claims(project, month), default_seed(month) if seed is None else seed)
    elif seed is not None and (frame["seed"] != seed).any():
        raise RunError(
            f"{month} 各轮沿用第一轮的次序，不能另定种子",
            where="--seed",
            to_do=f"请去掉 --seed（第一轮的是 {frame['seed'].iloc[0]}）",
        )
    drawn, number = _next(frame, wanted)
    if not (drawn["round"] == number).any():
        raise RunError(
            f"{month} 没有可以再抽的达标申报", where=tables.SPOT_DRAWS, to_do="当月的申报已全部抽出"
        )
    tables.write(project, tables.SPOT_DRAWS, month, drawn, roll.on(month.end).district_code)
    return number


def value_hashes(frame: pd.DataFrame) -> pd.Series:
    """A hash of what each row of 2_findings says and where, by which a later correction shows."""
    texts = (
        "\n".join("" if pd.isna(value) else str(value) for value in row)
        for row in frame[_SAID].itertuples(index=False, name=None)
    )
    return pd.Series([fingerprints.of_text(text)[:16] for text in texts], frame.index, dtype="string")


def claim_ids(frame: pd.DataFrame) -> pd.Series:
    """The id of each row of 2_findings as a claim of its month; begins with a letter, for no program takes that for a number."""
    named = [*tables.KEYS, "requirement"]
    seen: dict[str, count] = {}
    ids = []
    for row in frame[named].itertuples(index=False, name=None):
        text = "\n".join("" if pd.isna(value) else str(value) for value in row)
        nth = next(seen.setdefault(text, count()))  # two committees of one name
        ids.append("C" + fingerprints.of_text(f"{text}\n{nth}")[:_LONG].upper())
    return pd.Series(ids, frame.index, dtype="string")


def _claims(project: Project, month: Month) -> pd.DataFrame:
    """Every claim of the month with its reasons and their factor."""
    findings = tables.read(project, tables.FINDINGS, month)
    findings = findings.assign(claim=claim_ids(findings), value_hash=value_hashes(findings))
    frame = findings[findings["state"] == "met"].sort_values("claim").reset_index(drop=True)
    if frame.empty:
        raise RunError(
            f"{month} 没有自报达标的要求，无从抽查", where=tables.FINDINGS, to_do="请等报表到了再抽"
        )
    claims = Claims(project, month, standard.on(month.end), mappings.identity_of(project, month), frame)
    masks = {name: REASONS[name](claims) for name in rules().reasons}
    factors = [np.where(mask, rules().reasons[name].factor, 1.0) for name, mask in masks.items()]
    reasons = [[name for name in masks if masks[name][row]] for row in range(len(frame))]
    return frame.assign(
        factor=np.prod(factors, axis=0), reasons=pd.Series(reasons, frame.index, dtype=object)
    )


def _ordered(claims: pd.DataFrame, seed: int) -> pd.DataFrame:
    """The claims with their place by chance in their class, which is a street's claims of one factor; none is drawn yet."""
    parts = []
    for street, rows in claims.groupby("street_code", sort=True):
        # of the street's own: another street's claims change nothing of its draw
        random = np.random.default_rng([seed, int(str(street))])
        parts.append(rows.assign(place=sampling.places(pd.factorize(rows["factor"], sort=True)[0], random)))
    frame = pd.concat(parts, ignore_index=True)
    sizes = frame.groupby(_CLASS)["claim"].transform("size")
    return frame.assign(class_size=sizes, round=pd.array([pd.NA] * len(frame), dtype="Int64"), seed=seed)


def _next(frame: pd.DataFrame, wanted: int) -> tuple[pd.DataFrame, int]:
    """The claims with one more round drawn, and its number."""
    number = int(frame["round"].max()) + 1 if frame["round"].notna().any() else 1
    classes = frame.groupby(_CLASS, as_index=False).agg(
        size=("claim", "size"), drawn=("round", "count"), street=("street_name", "first")
    )
    parts = []
    for _, of_street in classes.groupby("street_code"):
        before = of_street["drawn"].to_numpy(dtype=int)
        try:
            counts = sampling.allocate(
                wanted + int(before.sum()),
                of_street["size"].to_numpy(dtype=int),
                of_street["factor"].to_numpy(dtype=float),
                before,
            )
        except ValueError as error:
            raise RunError(
                f"{of_street['street'].iloc[0]}的申报分 {len(of_street)} 类，抽 {wanted} 项不够每类一项",
                where="--n",
                to_do=f"请至少抽 {len(of_street)} 项，否则有的申报没有机会抽到",
            ) from error
        parts.append(of_street[_CLASS].assign(take=counts))
    taken = frame[_CLASS].merge(pd.concat(parts), on=_CLASS, how="left")["take"].to_numpy(dtype=int)
    is_drawn = frame["place"].to_numpy(dtype=int) < taken
    numbers = frame["round"].mask(is_drawn & frame["round"].isna().to_numpy(dtype=bool), number)
    chances = pd.Series(taken / frame["class_size"].to_numpy(dtype=float), frame.index)
    return frame.assign(round=numbers, probability=chances.where(is_drawn)), number

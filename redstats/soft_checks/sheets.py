"""A month's returns as arrays by the kind of datum, committees in rows: what the signs are counted on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from redstats.standard import Standard

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Columns:
    """Which data are looked at, by what they can show.  ``month``: figures of the month, that start anew each time; ``counts``:
    every count; ``whether``: yes or no; ``rates``; ``days``: dates; ``limits``: what is asked of a count, by its field; ``size``: by
    what committees are large or small."""

    month: tuple[str, ...]
    counts: tuple[str, ...]
    whether: tuple[str, ...]
    rates: tuple[str, ...]
    days: tuple[str, ...]
    limits: dict[str, float]
    size: str = "households"

    @classmethod
    def of(cls, edition: Standard) -> Columns:
        """The data that an edition asks for; nothing personal, and nothing that follows from other data."""
        asked = [one for one in edition.asked_fields.values() if not one.personal and not one.computed]
        of_type = lambda *types: [one for one in asked if one.type in types]  # noqa: E731
        named = lambda listed: tuple(one.id for one in listed)  # noqa: E731
        counts, figures = named(of_type("int")), named(of_type("int", "float"))
        # what is asked as a number is a count; as a share it says nothing of the count alone
        asks = {
            one.field: float(one.value) for one in edition.requirements.values() if type(one.value) is int
        }
        return cls(
            month=named(one for one in of_type("int", "float") if one.period == "month"),
            counts=counts,
            whether=named(of_type("bool")),
            rates=named(of_type("pct")),
            days=named(of_type("date", "dates")),
            limits={id_: asks[id_] for id_ in figures if id_ in asks},
        )


@dataclass(frozen=True, slots=True)
class Sheet:
    """One month: ``who`` is each committee's key, ``names`` what it is called, ``streets`` its street's code."""

    who: Sequence[tuple]
    names: npt.NDArray[np.object_]
    streets: npt.NDArray[np.object_]
    month: Numbers
    counts: Numbers
    whether: Numbers
    rates: Numbers
    days: Numbers
    limits: Numbers
    size: Numbers

    @classmethod
    def of(cls, returns: pd.DataFrame, who: Sequence[tuple], columns: Columns) -> Sheet:
        """1_returns of a month, ``who`` by its rows; a column that is not there holds nothing."""
        return cls(
            who=who,
            names=returns["committee_name"].to_numpy(dtype=object),
            streets=returns["street_code"].to_numpy(dtype=object),
            month=_numbers(returns, columns.month),
            counts=_numbers(returns, columns.counts),
            whether=_numbers(returns, columns.whether),
            rates=_numbers(returns, columns.rates),
            days=np.column_stack([_days(returns, name) for name in columns.days]),
            limits=_numbers(returns, tuple(columns.limits)),
            size=_numbers(returns, (columns.size,))[:, 0],
        )

    def places_in(self, earlier: Sheet) -> npt.NDArray[np.int64]:
        """The row of each committee in an earlier month, -1 where it has none."""
        rows = {key: row for row, key in enumerate(earlier.who)}
        return np.array([rows.get(key, -1) for key in self.who], dtype=np.int64)


def _numbers(returns: pd.DataFrame, names: Sequence[str]) -> Numbers:
    return (
        returns.reindex(columns=[*names])
        .astype("Float64")
        .to_numpy(dtype=np.float64, na_value=np.nan)
        .reshape(len(returns), len(names))
    )


def _days(returns: pd.DataFrame, name: str) -> Numbers:
    """Days since 1 January of the year 1; of several dates the last."""
    if name not in returns:
        return np.full(len(returns), np.nan)
    return np.array([_day(value) for value in returns[name].tolist()], dtype=np.float64)


def _day(value: object) -> float:
    if isinstance(value, np.ndarray | list):
        value = max((day for day in value if day is not None), default=None)
    return float(value.toordinal()) if isinstance(value, dt.date) and value is not pd.NaT else float("nan")

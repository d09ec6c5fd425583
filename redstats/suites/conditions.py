"""A rule's own condition, computed once for a whole month of committees.

``batch.validate`` computes the condition of an expectation too, and builds a graph of counts, shares and lists round it, with
copies of the table and a look-up for every failing row.  Only which rows fail is wanted here, so only the condition is
computed: the same function, of the provider that GX has registered for it.  A test compares the two.
"""

from __future__ import annotations

import inspect
import operator
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

# 0.55 × 20 is a little more than 11 in binary.
ROUNDING = 1e-9
OPERATORS = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


def substituted(value: object, parameters: dict[str, object]) -> object:
    """``value`` with every ``{"$PARAMETER": name}`` in it exchanged for what the parameter is, where that is known."""
    if isinstance(value, dict):
        name = value.get("$PARAMETER")
        if isinstance(name, str) and name in parameters:
            return parameters[name]
        return {key: substituted(one, parameters) for key, one in value.items()}
    return [substituted(one, parameters) for one in value] if isinstance(value, list) else value


def failing(frame: pd.DataFrame, expectation) -> np.ndarray:
    """The positions of the rows of ``frame`` (index 0, 1, …) that fail an expectation, parameters filled in.

    GX cuts a table to the rows that an expectation speaks of (its ``row_condition``; not the empty ones) and hands the
    columns to the ``_pandas`` of the metric's provider; so does this.
    """
    from great_expectations.expectations.registry import get_metric_provider

    kwargs = expectation.configuration.kwargs
    provider: Any
    provider, condition = get_metric_provider(f"{expectation.map_metric}.condition", _engine())
    names = columns_of(kwargs)
    parts: list[Any] = [frame[list(names)]] if "column_list" in kwargs else [frame[name] for name in names]
    rows = applies(frame, kwargs.get("row_condition")) & _filled(parts, expectation, provider)
    if not rows.all():
        parts = [part[rows] for part in parts]
    values = {key: getattr(expectation, key, None) for key in provider.condition_value_keys}
    met = inspect.unwrap(condition)(provider, *parts, **values, _metrics={})
    return np.flatnonzero(rows)[~np.asarray(met, dtype=bool)]


def _filled(parts: list, expectation, provider) -> np.ndarray | bool:
    """The rows that GX does not pass over for want of data."""
    if hasattr(expectation, "column"):
        return parts[0].notna().to_numpy() if getattr(provider, "filter_column_isnull", True) else True
    columns = [column for _, column in parts[0].items()] if isinstance(parts[0], pd.DataFrame) else parts
    filled = [column.notna().to_numpy() for column in columns]
    passed_over = expectation.ignore_row_if
    if passed_over in ("both_values_are_missing", "all_values_are_missing"):
        return np.logical_or.reduce(filled)
    if passed_over in ("either_value_is_missing", "any_value_is_missing"):
        return np.logical_and.reduce(filled)
    return True


@cache
def _engine():
    from great_expectations.execution_engine import PandasExecutionEngine

    return PandasExecutionEngine()


def columns_of(kwargs: dict) -> tuple[str, ...]:
    """The columns an expectation looks at, the datum first."""
    if "column" in kwargs:
        return (kwargs["column"],)
    if "column_list" in kwargs:
        return tuple(kwargs["column_list"])
    return kwargs["column_A"], kwargs["column_B"]


def applies(frame: pd.DataFrame, condition: dict | None) -> np.ndarray:
    """The rows that a ``row_condition`` leaves in; GX itself does not tell which they were."""
    if condition is None:
        return np.ones(len(frame), dtype=bool)
    kind = condition["type"]
    if kind in ("and", "or"):
        sides = [applies(frame, one) for one in condition["conditions"]]
        return np.logical_and.reduce(sides) if kind == "and" else np.logical_or.reduce(sides)
    column = frame[condition["column"]["name"]]
    if kind == "nullity":
        return (column.isna() if condition["is_null"] else column.notna()).to_numpy()
    known = column.notna().to_numpy()
    met = OPERATORS[condition["operator"]](column, condition["parameter"]).to_numpy(dtype=bool)
    return known & met if column.dtype == object else met


def compared(condition: dict | None) -> list[str]:
    """The columns whose value decides whether a rule applies."""
    return _named(condition, "comparison")


def present(condition: dict | None) -> list[str]:
    """The columns that a condition only wants to be there, where empty is an answer."""
    return _named(condition, "nullity")


def asked(condition: dict | None) -> list[str]:
    """Every column of a condition."""
    return compared(condition) + present(condition)


def _named(condition: dict | None, kind: str) -> list[str]:
    if condition is None:
        return []
    if condition["type"] == kind:
        return [condition["column"]["name"]]
    return [name for one in condition.get("conditions", ()) for name in _named(one, kind)]

"""A rule's own condition, computed once for a whole month of committees.

``batch.validate`` asks GX for the condition of an expectation too, and then builds a graph of counts, shares and lists round
it, with a look-up for every failing row.  Only which rows fail is wanted here, so only the condition is asked for: the
same ``condition`` metric, of the same provider, by the same engine.  A test compares the two.
"""

from __future__ import annotations

import operator
from functools import cache

import numpy as np
import pandas as pd

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
    """The positions of the rows of ``frame`` (index 0, 1, …) that fail an expectation, parameters filled in."""
    from great_expectations.expectations.registry import get_metric_provider

    kwargs = expectation.configuration.kwargs
    provider, condition = get_metric_provider(f"{expectation.map_metric}.condition", _engine())
    names = columns_of(kwargs)
    narrow = frame[list(dict.fromkeys([*names, *asked(kwargs.get("row_condition"))]))]
    _engine().load_batch_data("month", narrow)  # GX copies the whole table for a row condition
    unexpected, _, _ = condition(
        cls=provider,
        execution_engine=_engine(),
        metric_domain_kwargs={
            key: getattr(expectation, key, None)
            for key in provider.condition_domain_keys
            if hasattr(expectation, key) and key not in ("batch_id", "table")
        },
        metric_value_kwargs={key: getattr(expectation, key, None) for key in provider.condition_value_keys},
        metrics={"table.columns": list(narrow.columns)},
        runtime_configuration={},
    )
    return unexpected.index.to_numpy()[unexpected.to_numpy(dtype=bool)]


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

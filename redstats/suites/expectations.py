"""The expectations that the standard needs and Great Expectations does not bring.

Importing this module registers them; that must happen before a suite is loaded, because GX drops
expectations of unknown types with no more than a log line.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
from great_expectations.core.suite_parameters import SuiteParameterDict
from great_expectations.exceptions import MetricProviderError
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import (
    BatchExpectation,
    ColumnMapExpectation,
    ColumnPairMapExpectation,
    MulticolumnMapExpectation,
)
from great_expectations.expectations.metrics.map_metric_provider import (
    ColumnMapMetricProvider,
    MulticolumnMapMetricProvider,
)
from great_expectations.expectations.metrics.map_metric_provider.column_condition_partial import (
    column_condition_partial,
)
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_condition_partial import (
    multicolumn_condition_partial,
)
from great_expectations.expectations.registry import (
    get_expectation_impl,
    get_metric_provider,
    list_registered_expectation_implementations,
)

from redstats.suites.conditions import ROUNDING

# What stands for "there is none" in a list of kinds of organisation or person.
NONE = "无"


class MulticolumnValuesShareAtLeast(MulticolumnMapMetricProvider):
    condition_metric_name = "multicolumn_values.share_at_least"
    condition_value_keys = ("minimum",)

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list, minimum, **kwargs):
        part, whole = (column_list.iloc[:, at].astype("float64") for at in (0, 1))
        return part >= minimum * whole - ROUNDING


class ExpectShareToBeAtLeast(MulticolumnMapExpectation):
    """The first column is at least ``minimum`` times the second, such as party members of all members."""

    minimum: float | SuiteParameterDict = 1.0
    map_metric = "multicolumn_values.share_at_least"
    success_keys = ("minimum", "mostly")
    args_keys = ("column_list", "minimum")


class MulticolumnValuesShareAgrees(MulticolumnMapMetricProvider):
    condition_metric_name = "multicolumn_values.share_agrees"
    condition_value_keys = ("tolerance",)

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list, tolerance, **kwargs):
        share, part, whole = (column_list.iloc[:, at].astype("float64") for at in range(3))
        return (whole <= 0) | ((share * whole - part).abs() <= tolerance * whole + ROUNDING)


class ExpectShareToAgree(MulticolumnMapExpectation):
    """The first column, a share that somebody wrote, is the second of the third, give or take ``tolerance``; of nothing
    there is no share that could be wrong."""

    tolerance: float | SuiteParameterDict = 0.0
    map_metric = "multicolumn_values.share_agrees"
    success_keys = ("tolerance", "mostly")
    args_keys = ("column_list", "tolerance")


class MulticolumnValuesAnnualCountReached(MulticolumnMapMetricProvider):
    condition_metric_name = "multicolumn_values.annual_count_reached"
    condition_value_keys = ("minimum", "year_start")

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list, minimum, year_start, **kwargs):
        count = column_list.iloc[:, 0].astype("float64")
        start = pd.to_datetime(column_list.iloc[:, 1])
        before = (start.dt.year - year_start.year) * 12 + start.dt.month - 1
        in_office = 12 - before.where(before.between(0, 11), 0)
        return count >= np.ceil(float(minimum) * in_office / 12)


class ExpectAnnualCountToReach(MulticolumnMapExpectation):
    """A count of the year reaches ``minimum``; where the second column, a date, lies in the year that begins on
    ``year_start``, the part of it that the months from then on are of the year, rounded up."""

    minimum: float | SuiteParameterDict = 1
    year_start: dt.datetime | SuiteParameterDict
    map_metric = "multicolumn_values.annual_count_reached"
    success_keys = ("minimum", "year_start", "mostly")
    args_keys = ("column_list", "minimum", "year_start")


class MulticolumnValuesDateFollows(MulticolumnMapMetricProvider):
    condition_metric_name = "multicolumn_values.date_follows"
    condition_value_keys = ("until",)

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list, until, **kwargs):
        day, since = (pd.to_datetime(column_list.iloc[:, at]) for at in (0, 1))
        return (day >= since) & (day <= until)


class ExpectDateToFollow(MulticolumnMapExpectation):
    """The first date is not before the second and not after ``until``: a date to come is not yet done."""

    until: dt.datetime | SuiteParameterDict
    map_metric = "multicolumn_values.date_follows"
    success_keys = ("until", "mostly")
    args_keys = ("column_list", "until")


class MulticolumnValuesAnyHolds(MulticolumnMapMetricProvider):
    condition_metric_name = "multicolumn_values.any_holds"
    condition_value_keys = ()

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list, **kwargs):
        holds = [column.notna() & ~column.isin([NONE, 0, False]) for _, column in column_list.items()]
        return pd.concat(holds, axis=1).any(axis=1)


class ExpectAnyColumnToHold(MulticolumnMapExpectation):
    """At least one of the columns says yes: a true, a count above zero, or a kind other than 无."""

    map_metric = "multicolumn_values.any_holds"
    success_keys = ("mostly",)
    args_keys = ("column_list",)


class ColumnItemsNumberAtLeast(ColumnMapMetricProvider):
    condition_metric_name = "column_values.items_number_at_least"
    condition_value_keys = ("minimum",)

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column, minimum, **kwargs):
        return column.map(len) >= minimum


class ExpectColumnItemsToNumberAtLeast(ColumnMapExpectation):
    """Each list in the column has at least ``minimum`` items."""

    minimum: int | SuiteParameterDict = 1
    map_metric = "column_values.items_number_at_least"
    success_keys = ("minimum", "mostly")
    args_keys = ("column", "minimum")


class ColumnItemsIncludeAll(ColumnMapMetricProvider):
    condition_metric_name = "column_values.items_include_all"
    condition_value_keys = ("required",)

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column, required, **kwargs):
        return column.map(set(required).issubset)


class ExpectColumnItemsToIncludeAll(ColumnMapExpectation):
    """Each list in the column includes every one of ``required``."""

    required: list | SuiteParameterDict
    map_metric = "column_values.items_include_all"
    success_keys = ("required", "mostly")
    args_keys = ("column", "required")


class ColumnDatesFallWithin(ColumnMapMetricProvider):
    condition_metric_name = "column_values.dates_fall_within"
    condition_value_keys = ("since", "until", "minimum")

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column, since, until, minimum, **kwargs):
        days = pd.to_datetime(column.explode())  # every day in a row of its own, which keeps its index
        return days.between(since, until).groupby(level=0).sum().reindex(column.index) >= minimum


class ExpectColumnDatesToFallWithin(ColumnMapExpectation):
    """Of each list of dates at least ``minimum`` fall between ``since`` and ``until``, both included."""

    since: dt.datetime | SuiteParameterDict
    until: dt.datetime | SuiteParameterDict
    minimum: int | SuiteParameterDict = 1
    map_metric = "column_values.dates_fall_within"
    success_keys = ("since", "until", "minimum", "mostly")
    args_keys = ("column", "since", "until", "minimum")


class MulticolumnValuesSeatsOddAndEnough(MulticolumnMapMetricProvider):
    condition_metric_name = "multicolumn_values.seats_odd_and_enough"
    condition_value_keys = ("minimum", "fewest", "area")

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list, minimum, fewest, area, **kwargs):
        seats, floor = (column_list.iloc[:, at].astype("float64") for at in (0, 1))
        return (seats % 2 == 1) & ((seats >= minimum) | ((seats == fewest) & (floor <= area)))


class ExpectSeatsToBeOddAndEnough(MulticolumnMapExpectation):
    """An odd number of seats, at least ``minimum``; ``fewest`` are enough where the second column, an area, is
    not above ``area``."""

    minimum: int | SuiteParameterDict
    fewest: int | SuiteParameterDict
    area: float | SuiteParameterDict
    map_metric = "multicolumn_values.seats_odd_and_enough"
    success_keys = ("minimum", "fewest", "area", "mostly")
    args_keys = ("column_list", "minimum", "fewest", "area")


class MulticolumnValuesTermLasts(MulticolumnMapMetricProvider):
    condition_metric_name = "multicolumn_values.term_lasts"
    condition_value_keys = ("least", "most")

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list, least, most, **kwargs):
        last_end, first_start, first_end, last_start = (
            pd.to_datetime(column_list.iloc[:, at]) for at in range(4)
        )
        # a term of three years from 1 March ends on the last day of February or on 1 March
        enough = last_end >= first_start + pd.DateOffset(years=least) - pd.Timedelta(days=1)
        return enough & (first_end <= last_start + pd.DateOffset(years=most))


class ExpectTermToLast(MulticolumnMapExpectation):
    """A term of ``least`` to ``most`` years; columns: its end and start, and where only months were written the first
    day that may be its end and the last that may be its start."""

    least: int | SuiteParameterDict
    most: int | SuiteParameterDict
    map_metric = "multicolumn_values.term_lasts"
    success_keys = ("least", "most", "mostly")
    args_keys = ("column_list", "least", "most")


def kinds() -> dict[str, type[BatchExpectation]]:
    """Every expectation that judges row by row and that the pandas engine can compute, by the type a suite names."""
    engine = PandasExecutionEngine()
    by_type: dict[str, type[BatchExpectation]] = {}
    for root in (ColumnMapExpectation, ColumnPairMapExpectation, MulticolumnMapExpectation):
        for name in list_registered_expectation_implementations(root):
            kind: Any = get_expectation_impl(name)
            try:
                get_metric_provider(f"{kind.map_metric}.condition", engine)
            except (AttributeError, MetricProviderError):
                continue
            by_type[name] = kind
    return by_type


def keys_of(kind: type[BatchExpectation]) -> dict[str, bool]:
    """What may stand in the kwargs of an expectation, and whether it must.  Not what changes only its counts."""
    others = {*BatchExpectation.__fields__, "mostly", "condition_parser"}
    fields: dict[str, Any] = kind.__fields__
    return {name: one.required for name, one in fields.items() if name not in others}

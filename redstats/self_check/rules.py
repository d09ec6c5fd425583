"""A rule of a suite as formulas: what GX compares, said of the numbers that a row's cells were read as.

A kind of comparison, a datum or a value that formulas cannot say is ``Unsayable`` and tells why (Chinese).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from redstats.self_check.derived import Derived
from redstats.self_check.formulas import Columns, every, number, some
from redstats.self_check.reading import DAYS
from redstats.self_check.words import value_code
from redstats.standard import Standard
from redstats.suites.conditions import ROUNDING, columns_of, compared, present, substituted
from redstats.suites.running import ONE_SUFFICES

_AS_WRITTEN = {"==": "=", "!=": "<>"}


class Unsayable(Exception):
    """Why a rule cannot be said in formulas."""


@dataclass(frozen=True, slots=True)
class Rule:
    """``holds``: the formula that what is judged holds, where all ``columns`` are known; ``applies``: that the rule speaks
    of the row; ``compared``, ``present``: the columns that decide this (``suites.conditions``)."""

    columns: tuple[str, ...]
    holds: str
    applies: str
    compared: tuple[str, ...]
    present: tuple[str, ...]
    one_suffices: bool = False  # met as soon as one column says so, whatever is unknown of others


class Compiler:
    """Compiles the rules of suites; ``parameters`` as the suites of the month ask for them."""

    def __init__(
        self, columns: Columns, derived: Derived, rules: Standard, parameters: Mapping[str, object]
    ) -> None:
        self._columns, self._derived, self._rules = columns, derived, rules
        self._parameters = dict(parameters)

    def rule(self, content: dict) -> Rule:
        """One expectation; Unsayable where formulas cannot say it."""
        kwargs = substituted(content["kwargs"], self._parameters)
        assert isinstance(kwargs, dict)
        for name in (one for one in _parameters(kwargs)):
            raise Unsayable(f"门槛“{name}”要看别的月份")
        say = _KINDS.get(content["type"])
        if say is None:
            raise Unsayable("这种比较，表格公式说不了")
        condition = kwargs.get("row_condition")
        judged = columns_of(kwargs)
        names = (*judged, *compared(condition), *present(condition))
        for name in names:
            if self._derived.datum(name) is None and content["type"] != _UNIQUE:
                raise Unsayable(f"模板里没有{self._rules.label(name)}，或要由几个月的数据算出")
        deciding = tuple(compared(condition)), tuple(present(condition))
        return Rule(
            judged, say(self, kwargs), self.condition(condition), *deciding, content["type"] == ONE_SUFFICES
        )

    def condition(self, condition: dict | None) -> str:
        """When a rule applies, as ``suites.conditions.applies``."""
        if condition is None:
            return "TRUE"
        if condition["type"] in ("and", "or"):
            return (every if condition["type"] == "and" else some)(
                map(self.condition, condition["conditions"])
            )
        name = condition["column"]["name"]
        cell = self._cell(name)
        if condition["type"] == "nullity":
            return f"{cell}{'<' if condition['is_null'] else '>='}0"
        sign, value = condition["operator"], self._value(name, condition["parameter"])
        met = f"{cell}{_AS_WRITTEN.get(sign, sign)}{value}"
        kind = self._rules.fields[name].type if name in self._rules.fields else ""
        # a number that nobody told differs from every number; a word that nobody told is not compared
        return some([f"{cell}<0", met]) if sign == "!=" and kind in _NUMBERS else every([f"{cell}>=0", met])

    def _cell(self, name: str) -> str:
        cell = self._derived.datum(name)
        assert cell is not None
        return cell

    def _value(self, name: str, value: object) -> str:
        if isinstance(value, dt.datetime):
            return number(value.date())
        if isinstance(value, bool | int | float | dt.date):
            return number(value)
        field = self._rules.fields.get(name)
        code = value_code(value, field) if field and field.type in ("enum", "text") else None
        if code is None or (field and field.type == "text" and code != 0):
            raise Unsayable(f"“{value}”不是可以比较的值")
        return number(code)

    def _set_of(self, kwargs: dict) -> str:
        values = kwargs["value_set"]
        return some(f"{self._cell(kwargs['column'])}={self._value(kwargs['column'], one)}" for one in values)

    def _between(self, kwargs: dict) -> str:
        cell, parts = self._cell(kwargs["column"]), []
        for key, sign, strictly in (("min_value", ">", "strict_min"), ("max_value", "<", "strict_max")):
            if kwargs.get(key) is not None:
                bound = self._value(kwargs["column"], kwargs[key])
                parts.append(f"{cell}{sign}{'' if kwargs.get(strictly) else '='}{bound}")
        return every(parts)

    def _pair(self, kwargs: dict) -> str:
        sign = ">=" if kwargs.get("or_equal") else ">"
        return f"{self._cell(kwargs['column_A'])}{sign}{self._cell(kwargs['column_B'])}"

    def _share(self, kwargs: dict) -> str:
        part, whole = map(self._cell, kwargs["column_list"])
        return f"{part}>={number(kwargs['minimum'])}*{whole}-{ROUNDING:.9f}"

    def _agrees(self, kwargs: dict) -> str:
        share, part, whole = map(self._cell, kwargs["column_list"])
        near = f"ABS({share}*{whole}-{part})<={number(kwargs['tolerance'])}*{whole}+{ROUNDING:.9f}"
        return f"OR({whole}<=0,{near})"

    def _annual(self, kwargs: dict) -> str:
        count, since = map(self._cell, kwargs["column_list"])
        year = kwargs["year_start"].year
        in_office = f"12-IF({since}>=0,IF(YEAR({since})={year},MONTH({since})-1,0),0)"
        return f"{count}>=-INT(-{number(kwargs['minimum'])}*({in_office})/12)"

    def _any(self, kwargs: dict) -> str:
        for name in kwargs["column_list"]:
            if name in self._rules.fields and self._rules.fields[name].type in ("set", "list", "dates"):
                raise Unsayable("要看的栏目可填几项")
        return some(f"{self._cell(name)}>0" for name in kwargs["column_list"])

    def _items(self, kwargs: dict) -> str:
        field = self._rules.fields[kwargs["column"]]
        cell = self._cell(field.id)
        count = cell
        if field.type == "set":
            bits = "{" + ",".join(str(1 << nth) for nth in range(len(field.values))) + "}"
            count = f"SUMPRODUCT(MOD(INT({cell}/{bits}),2))"
        return f"{count}>={number(kwargs['minimum'])}"

    def _all(self, kwargs: dict) -> str:
        field = self._rules.fields[kwargs["column"]]
        places = [list(field.values).index(one) for one in kwargs["required"] if one in field.values]
        if field.type != "set" or len(places) < len(kwargs["required"]):
            raise Unsayable("要求的项目不在可选值里")
        return every(f"MOD(INT({self._cell(field.id)}/{1 << place}),2)=1" for place in places)

    def _dates(self, kwargs: dict) -> str:
        name = kwargs["column"]
        if not self._columns.has("day", f"{name} 1"):
            return "FALSE"  # the form does not ask for it
        days = [self._columns.cell("day", f"{name} {nth + 1}") for nth in range(DAYS)]
        since, until = (self._value(name, kwargs[key]) for key in ("since", "until"))
        inside = "+".join(f"IF(ISNUMBER({day}),IF(AND({day}>={since},{day}<={until}),1,0),0)" for day in days)
        return f"{inside}>={number(kwargs.get('minimum', 1))}"

    def _follows(self, kwargs: dict) -> str:
        day, since = map(self._cell, kwargs["column_list"])
        return f"AND({day}>={since},{day}<={self._value('', kwargs['until'])})"

    def _unique(self, kwargs: dict) -> str:
        if set(kwargs["column_list"]) != _WHO:
            raise Unsayable("这几栏合起来是否重复，表格公式说不了")
        letters = self._columns.letters("row", "who")
        return f"SUMPRODUCT(--(${letters}{FIRST}:${letters}{LAST}={self._columns.cell('row', 'who')}))=1"


FIRST, LAST = "$¶", "$‡"  # in a formula: the first and the last row of the form
_NUMBERS = ("int", "float", "pct")
_UNIQUE = "expect_compound_columns_to_be_unique"
_WHO = {"street_code", "neighbourhood_committee", "committee_name", "session_no"}
_KINDS: dict[str, Callable[[Compiler, dict], str]] = {
    "expect_column_values_to_be_between": Compiler._between,
    "expect_column_values_to_be_in_set": Compiler._set_of,
    "expect_column_values_to_not_be_in_set": lambda self, kwargs: f"NOT({self._set_of(kwargs)})",
    "expect_column_values_to_not_be_null": lambda self, kwargs: f"{self._cell(kwargs['column'])}>=0",
    "expect_column_pair_values_a_to_be_greater_than_b": Compiler._pair,
    "expect_column_pair_values_to_be_equal": lambda self, kwargs: (
        f"{self._cell(kwargs['column_A'])}={self._cell(kwargs['column_B'])}"
    ),
    "expect_share_to_be_at_least": Compiler._share,
    "expect_share_to_agree": Compiler._agrees,
    "expect_annual_count_to_reach": Compiler._annual,
    "expect_any_column_to_hold": Compiler._any,
    "expect_column_items_to_number_at_least": Compiler._items,
    "expect_column_items_to_include_all": Compiler._all,
    "expect_column_dates_to_fall_within": Compiler._dates,
    "expect_date_to_follow": Compiler._follows,
    _UNIQUE: Compiler._unique,
}


def _parameters(value: object) -> Iterable[str]:
    if isinstance(value, dict):
        if "$PARAMETER" in value:
            yield str(value["$PARAMETER"])
        for inner in value.values():
            yield from _parameters(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _parameters(inner)

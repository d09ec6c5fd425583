"""What a rule of the suites compares, as a Chinese sentence: the kind of comparison and its numbers, from the suite itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from redstats.standard import Standard, attachments

_ORDER = {"==": "为", "!=": "不为", ">": "大于", ">=": "不小于", "<": "小于", "<=": "不大于"}
# What is computed from several fields, or from one and the month.
_COMPUTED = {
    "party_eligible": "符合建立党组织的条件",
    "has_party_org": "已建立党组织",
    "election_in_month": "本月有换届选举",
    "rating_period_start": "评价年度的第一天",
    "term_running": "任期未满",
    "street_code": "“街镇”",
}
# What the city's rules derive from a field, by the end of its name.
_DERIVED = {
    "due": "“{}”的期限",
    "asked": "“{}”在本月已应判定",
    "total": "“{}”规定月数内的合计",
    "dates": "“{}”各次日期",
    "area": "“{}”所看的建筑面积",
    "end": "“{}”最早可能的任期止",
    "start": "“{}”最晚可能的任期起",
}


class Ruling:
    """Tells rules in Chinese; ``parameters`` are the numbers and days that a suite asks for by ``$PARAMETER``."""

    def __init__(self, rules: Standard, parameters: Mapping[str, object]) -> None:
        self._rules = rules
        self._parameters = attachments.parameters() | rules.law.parameters | dict(parameters)

    def told(self, rule: dict) -> str:
        """The sentence; "" for a kind of comparison this module does not know."""
        sentence_of = _KINDS.get(rule["type"])
        if sentence_of is None:
            return ""
        kwargs = rule["kwargs"]
        sentence = sentence_of(self, kwargs)
        when = self._when(kwargs.get("row_condition"))
        return f"{sentence}；只在{when}时适用" if when else sentence

    def name(self, column: str) -> str:
        """The Chinese name of a column, derived ones included."""
        label = self._rules.label(column)
        if label == column and column in (*attachments.columns(), *attachments.facts()):
            label = attachments.label(column)
        if label != column:
            return f"“{label}”"
        if column in _COMPUTED:
            return _COMPUTED[column]
        rule = next((one for one in self._rules.law.rules.values() if column.startswith(f"{one.id}_")), None)
        end = column.rpartition("_")[2]
        return _DERIVED[end].format(rule.title) if rule and end in _DERIVED else column

    def value(self, value: object) -> str:
        """A number, a day or words as they stand in the rule, or what the parameter of that name is in this month."""
        if isinstance(value, dict):
            value = self._parameters[value["$PARAMETER"]]
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, dt.date):
            return f"{value:%Y-%m-%d}"
        if isinstance(value, list | tuple | set | frozenset):
            return "、".join(map(self.value, value))
        return f"{value:g}" if isinstance(value, float) else str(value)

    def _when(self, condition: dict | None) -> str:
        if condition is None:
            return ""
        if condition["type"] == "comparison":
            word, column = _ORDER[condition["operator"]], condition["column"]["name"]
            if condition["parameter"] is True and self._rules.label(column) == column:
                return self.name(column)
            return f"{self.name(column)}{word}“{self.value(condition['parameter'])}”"
        if condition["type"] == "nullity":
            return f"{self.name(condition['column']['name'])}{'为空' if condition['is_null'] else '有填报'}"
        joint = "并且" if condition["type"] == "and" else "或者"
        return joint.join(map(self._when, condition["conditions"]))

    def _between(self, kwargs: dict) -> str:
        least, most = kwargs.get("min_value"), kwargs.get("max_value")
        name, early, late = self.name(kwargs["column"]), *self._more_and_less(kwargs["column"])
        if not all(map(self._is_known, (least, most))):
            return f"{name}应在规定的期限内"
        parts = (
            [] if least is None else [f"{'大于' if kwargs.get('strict_min') else early}{self.value(least)}"]
        )
        parts += [] if most is None else [f"{'小于' if kwargs.get('strict_max') else late}{self.value(most)}"]
        return f"{name}应{'，'.join(parts)}"

    def _more_and_less(self, column: str) -> tuple[str, str]:
        is_date = column in self._rules.fields and self._rules.fields[column].type == "date"
        return ("不早于", "不晚于") if is_date else ("不小于", "不大于")

    def _is_known(self, value: object) -> bool:
        return not isinstance(value, dict) or value["$PARAMETER"] in self._parameters

    def _in_set(self, kwargs: dict, no: str = "") -> str:
        return f"{self.name(kwargs['column'])}应{no}为“{self.value(kwargs['value_set'])}”"

    def _columns(self, kwargs: dict) -> list[str]:
        return [self.name(one) for one in kwargs["column_list"]]

    def _pair(self, kwargs: dict) -> str:
        first, second = kwargs["column_A"], kwargs["column_B"]
        not_less = self._more_and_less(second)[0]
        word = not_less if kwargs.get("or_equal") else "晚于" if not_less == "不早于" else "大于"
        return f"{self.name(first)}应{word}{self.name(second)}"

    def _share(self, kwargs: dict) -> str:
        part, whole = self._columns(kwargs)
        minimum = kwargs["minimum"]
        known = self._parameters.get(minimum["$PARAMETER"]) if isinstance(minimum, dict) else minimum
        return f"{part}÷{whole}应不低于{known:.0%}"

    def _agrees(self, kwargs: dict) -> str:
        share, part, whole = self._columns(kwargs)
        tolerance: Any = self._parameters[kwargs["tolerance"]["$PARAMETER"]]
        return f"{share}应与{part}÷{whole}一致，相差不超过{tolerance * 100:g}个百分点"

    def _annual(self, kwargs: dict) -> str:
        count, since = self._columns(kwargs)
        few = f"{since}在本年的，按任职月数折算，进一取整"
        return f"{count}应不少于{self.value(kwargs['minimum'])}（{few}）"

    def _dates(self, kwargs: dict) -> str:
        since, until = kwargs["since"], kwargs["until"]
        known = self._is_known(since) and self._is_known(until)
        days = f"{self.value(since)}至{self.value(until)}之间" if known else "规定期限内"
        return f"{self.name(kwargs['column'])}中在{days}的应不少于{self.value(kwargs.get('minimum', 1))}个"

    def _follows(self, kwargs: dict) -> str:
        day, since = self._columns(kwargs)
        return f"{day}应不早于{since}，不晚于{self.value(kwargs['until'])}"

    def _seats(self, kwargs: dict) -> str:
        seats, area = self._columns(kwargs)
        few = f"{area}不超过{self.value(kwargs['area'])}平方米的，{self.value(kwargs['fewest'])}人即可"
        return f"{seats}应为单数，不少于{self.value(kwargs['minimum'])}（{few}）"

    def _term(self, kwargs: dict) -> str:
        end, start = self._columns(kwargs)[:2]
        return f"{start}至{end}应为{self.value(kwargs['least'])}至{self.value(kwargs['most'])}年"


_KINDS: dict[str, Callable[..., str]] = {
    "expect_column_values_to_be_between": Ruling._between,
    "expect_column_values_to_be_in_set": Ruling._in_set,
    "expect_column_values_to_not_be_in_set": partial(Ruling._in_set, no="不"),
    "expect_column_values_to_not_be_null": lambda self, kwargs: f"{self.name(kwargs['column'])}应有填报",
    "expect_column_pair_values_a_to_be_greater_than_b": Ruling._pair,
    "expect_share_to_be_at_least": Ruling._share,
    "expect_share_to_agree": Ruling._agrees,
    "expect_column_pair_values_to_be_equal": lambda self, kwargs: (
        f"{self.name(kwargs['column_A'])}应等于{self.name(kwargs['column_B'])}"
    ),
    "expect_annual_count_to_reach": Ruling._annual,
    "expect_any_column_to_hold": lambda self, kwargs: f"{'、'.join(self._columns(kwargs))}至少有一项",
    "expect_column_items_to_number_at_least": lambda self, kwargs: (
        f"{self.name(kwargs['column'])}应不少于{self.value(kwargs['minimum'])}项"
    ),
    "expect_column_items_to_include_all": lambda self, kwargs: (
        f"{self.name(kwargs['column'])}应包括{self.value(kwargs['required'])}"
    ),
    "expect_column_dates_to_fall_within": Ruling._dates,
    "expect_date_to_follow": Ruling._follows,
    "expect_seats_to_be_odd_and_enough": Ruling._seats,
    "expect_term_to_last": Ruling._term,
    "expect_compound_columns_to_be_unique": lambda self, kwargs: (
        f"{'、'.join(self._columns(kwargs))}合起来不应重复"
    ),
}

"""When a rule applies: what can be wrong with a ``row_condition``, written as GX writes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from redstats.suites.conditions import OPERATORS
from redstats.suites.suite_files import Mistake, Rule, near


def mistakes(rule: Rule) -> Iterator[Mistake]:
    if "row_condition" in rule.part("kwargs"):
        yield from _conditions(rule, rule.part("kwargs")["row_condition"], "kwargs.row_condition")


_FORMS = {
    "comparison": {"type", "column", "operator", "parameter"},
    "nullity": {"type", "column", "is_null"},
    "and": {"type", "conditions"},
    "or": {"type", "conditions"},
}


def _conditions(rule: Rule, condition: Any, key: str, depth: int = 0) -> Iterator[Mistake]:
    kind = condition.get("type") if isinstance(condition, dict) else None
    if not isinstance(kind, str) or kind not in _FORMS or depth > 5:
        yield rule.says(f"{key}.type", f"没有条件类型“{kind}”", f"可用：{'、'.join(_FORMS)}")
        return
    if set(condition) != _FORMS[kind]:
        yield rule.says(key, "条件的键不对", f"{kind} 要写、只写：{'、'.join(sorted(_FORMS[kind]))}")
        return
    if kind in ("and", "or"):
        inside = condition["conditions"]
        if not isinstance(inside, list) or not inside:
            yield rule.says(f"{key}.conditions", "没有列出条件", '写作 "conditions": […]')
            return
        for inner in inside:
            yield from _conditions(rule, inner, key, depth + 1)
        return
    column = condition["column"]
    name = column.get("name") if isinstance(column, dict) and set(column) == {"name"} else None
    if not isinstance(name, str) or name not in rule.known.columns:
        written = name if name is not None else column
        yield rule.says(f"{key}.column", f"没有列“{written}”", near(written, rule.known.columns))
        return
    if kind == "nullity":
        if not isinstance(condition["is_null"], bool):
            yield rule.says(f"{key}.is_null", "应为 true 或 false", "空着才适用写 true，填了才适用写 false")
    else:
        yield from _comparison(rule, name, condition["operator"], condition["parameter"], key)


def _comparison(rule: Rule, name: str, sign: object, value: object, key: str) -> Iterator[Mistake]:
    kind, values = rule.known.columns[name], rule.known.values.get(name)
    if not isinstance(sign, str) or sign not in OPERATORS:
        yield rule.says(f"{key}.operator", f"没有比较“{sign}”", f"可用：{' '.join(OPERATORS)}")
    elif kind in ("bool", "text") and sign not in ("==", "!="):
        yield rule.says(f"{key}.operator", f"“{name}”不能比较大小", "可用：== !=")
    if kind == "bool":
        if not isinstance(value, bool):
            yield rule.says(f"{key}.parameter", f"“{name}”是或否，不能与“{value}”比较", "写 true 或 false")
    elif kind == "text":
        if not isinstance(value, str):
            yield rule.says(f"{key}.parameter", f"“{name}”是文字，不能与“{value}”比较", "写一个词")
        elif values and value not in values:
            yield rule.says(f"{key}.parameter", f"没有可选值“{value}”", near(value, values))
    elif kind == "number":
        if isinstance(value, bool) or value != 0:
            yield rule.says(f"{key}.parameter", f"直接写了“{value}”", "条件中只能与 0 比较，门槛写在标准里")
    else:
        yield rule.says(f"{key}.column", f"“{name}”不能比较", "日期和列表只能用 nullity，看是否填了")

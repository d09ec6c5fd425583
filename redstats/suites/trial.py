"""A rule tried on invented committees: what is written right may still not fit the data it is to judge."""

from __future__ import annotations

import datetime as dt
import json
import logging
import warnings
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

import pandas as pd

from redstats.suites.conditions import failing, substituted
from redstats.suites.names import Vocabulary
from redstats.suites.suite_files import Mistake, Rule


@cache
def _types():
    with warnings.catch_warnings():
        # GX and its dependencies warn about their own internals while being imported.
        warnings.simplefilter("ignore")
        from redstats.suites import expectations
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    return expectations


@cache
def kinds() -> dict[str, type]:
    """Every type that a rule may have."""
    return _types().kinds()


def kind_of(type_: object) -> type | None:
    return kinds().get(type_) if isinstance(type_, str) else None


def keys_of(kind: type) -> dict[str, bool]:
    """What may stand in the kwargs of a type, and whether it must."""
    return _types().keys_of(kind)


def of(rule: Rule) -> Iterator[Mistake]:
    """What GX says when it builds a rule with the numbers of the standard, and when it runs it."""
    for complaint in _said(rule.known, json.dumps(rule.content, sort_keys=True)):
        yield rule.says(*complaint)


@lru_cache(maxsize=2048)  # every month of a run, and every checking of a suite, has the same rules
def _said(known: Vocabulary, text: str) -> list[tuple[str, str, str]]:
    content = json.loads(text)
    kwargs = {
        key: value if key == "row_condition" else substituted(value, known.parameters)
        for key, value in content["kwargs"].items()
    }
    try:
        kind: Any = kind_of(content["type"])  # None raises like what cannot be built
        built = kind(**kwargs, meta=content["meta"], severity=content["severity"], id=content["id"])
    except Exception as error:  # GX raises many kinds of its own
        complaints: dict[str, tuple[str, str, str]] = {}
        errors: list[dict[str, Any]] = getattr(error, "errors", list)()
        for detail in errors or [{"loc": ("",), "msg": str(error)}]:
            key = f"kwargs.{detail['loc'][0]}".removesuffix(".__root__").rstrip(".")
            complaints.setdefault(key, (key, "写法不对", f"请改正：{_first_line(detail['msg'])}"))
        complaints = {key: one for key, one in complaints.items() if key != "kwargs"} or complaints
        return list(complaints.values())
    try:
        failing(_drawn(known), built)
    except Exception as error:
        return [("kwargs", "规则不能用于这些列", f"请核对类型和列：{_first_line(str(error))}")]
    return []


def _first_line(message: str) -> str:
    return (message.splitlines() or [""])[0][:120]


@lru_cache(maxsize=4)
def _drawn(known: Vocabulary) -> pd.DataFrame:
    day = dt.date(2026, 2, 1)
    examples = {
        "number": [1.0, 0.0, float("nan")],
        "date": [pd.Timestamp(day), pd.Timestamp(day) + pd.Timedelta(days=400), pd.NaT],
        "bool": [True, False, None],
        "text": ["无", "示例", None],
        "list": [["示例"], [], None],
        "dates": [[day], [], None],
    }
    return pd.DataFrame(
        {
            name: pd.Series(examples[kind], dtype=_DTYPES.get(kind, object))
            for name, kind in known.columns.items()
        }
    )


_DTYPES = {"number": "float64", "date": "datetime64[ns]"}

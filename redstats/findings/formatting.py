"""How a finding tells what was reported: keys, values and dates as text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from redstats import tables
from redstats.months import Month
from redstats.standard import Standard


def keys_of(returns: pd.DataFrame) -> pd.DataFrame:
    """Keys and source of every row of 1_returns, with which its findings begin."""
    kept = [*tables.KEYS, *tables.SOURCE]
    return (
        returns[kept].astype(object).where(returns[kept].notna(), None).set_axis(range(len(returns)), axis=0)
    )


def stacked(base: pd.DataFrame, parts: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """``base`` once for each of the ``parts``, beside its columns; a value that is no array stands in every row."""
    columns = {name: np.tile(column.to_numpy(object), len(parts)) for name, column in base.items()}
    for name in dict.fromkeys(name for part in parts for name in part):
        whole = np.empty((len(parts), len(base)), dtype=object)
        for number, part in enumerate(parts):
            whole[number] = part.get(name)
        columns[name] = whole.reshape(-1)
    return pd.DataFrame(columns)


class Alike:
    """Rows of a frame that say the same: what is written of one of them is written of all."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame
        self._codes: dict[str, np.ndarray] = {}
        self._values: dict[str, list] = {}

    def told(
        self, names: Iterable[str], others: Iterable[np.ndarray], tell: Callable[[int], object]
    ) -> np.ndarray:
        """``tell(row)`` for every row, asked once of rows alike in the columns ``names`` and the codes ``others``."""
        key = np.zeros(len(self._frame), dtype=np.int64)
        for codes in (*map(self._code, dict.fromkeys(names)), *others):
            key = pd.factorize(key * (int(codes.max(initial=0)) + 2) + codes + 1)[0]
        code, kinds = pd.factorize(key)
        first = np.empty(len(kinds), dtype=np.int64)
        first[code[::-1]] = np.arange(len(code))[::-1]
        texts = np.empty(len(kinds), dtype=object)
        texts[:] = [tell(int(row)) for row in first]
        return texts[code]

    def value(self, name: str, row: int) -> object:
        if name not in self._values:
            self._values[name] = self._frame[name].tolist()
        return self._values[name][row]

    def _code(self, name: str) -> np.ndarray:
        if name not in self._codes:
            column = self._frame[name]
            if column.dtype == object and column.map(pd.api.types.is_list_like).any():
                column = column.map(lambda value: tuple(value) if pd.api.types.is_list_like(value) else value)
            self._codes[name] = pd.factorize(column)[0]
        return self._codes[name]


def shown(value: Any, name: str, rules: Standard) -> str:
    """A value as text; "" where there is none."""
    if isinstance(value, list | tuple) or (hasattr(value, "tolist") and getattr(value, "ndim", False)):
        return "、".join(shown(one, "", rules) for one in value) or "无"
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dt.date):
        return f"{value:%Y-%m-%d}"
    field = rules.fields.get(name)
    if isinstance(value, float):
        if field and field.type == "pct":
            return f"{value:.1%}"
        return f"{value:.10g}"
    return str(value)


def with_months(text: str, numbers: Sequence[int], month: Month) -> str:
    """What is told, with the earlier months of the year that told it."""
    labels = "、".join(Month(month.year, number).label for number in numbers)
    return f"{text}（{labels}所报）" if labels and text else text


def told_less(text: str, number: int, month: Month) -> str:
    """That a figure of the year says less than that of an earlier month."""
    return f"本月填报的“{text}”少于{Month(month.year, number).label}所报的，请核实后更正。"


def why_refused(names: Sequence[str], rules: Standard) -> str:
    """That 不涉及 is no answer here, when it would be one, and what to fill in."""
    labels = "”“".join(rules.label(name) for name in names)
    cases = [
        f"“{rules.label(name)}”只在{answer.because}时可以填不涉及"
        for name in names
        if (asked := rules.fields.get(name)) and (answer := asked.not_applicable)
    ]
    when = "，".join(cases) or "本项没有不涉及的情形"
    return f"“{labels}”填的是不涉及，{when}；没有做到的请填否或0，确有特殊情形的请说明。"

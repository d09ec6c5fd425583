"""How a finding tells what was reported: keys, values and dates as text."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from redstats import tables
from redstats.standard import Standard


def keys_of(returns: pd.DataFrame) -> list[dict]:
    """Keys and source of every row of 1_returns, with which its findings begin."""
    kept = [*tables.KEYS, *tables.SOURCE]
    return returns[kept].astype(object).where(returns[kept].notna(), None).to_dict("records")


def shown(value: object, name: str, rules: Standard) -> str:
    """A value as text; "" where there is none."""
    if isinstance(value, list | tuple) or (hasattr(value, "tolist") and getattr(value, "ndim", 0)):
        return "、".join(shown(one, "", rules) for one in value) or "无"
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dt.date):
        return f"{value:%Y-%m-%d}"
    one = rules.fields.get(name)
    if isinstance(value, float):
        if one and one.type == "pct":
            return f"{value:.1%}"
        return f"{value:.10g}"
    return str(value)

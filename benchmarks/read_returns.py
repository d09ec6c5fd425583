"""Read the same workbooks by redstats and by what one would write first, in one go, as ratios to raw calamine.

    python benchmarks/read_returns.py [--workbooks 60] [--repeat 3]

The workbooks are drawn: 100 committees by 60 fields below headings of three rows with merges, a title, a preamble, notes
below, and a formula without a result here and there.  Rivals read values only; redstats also checks the file, finds the
headings, types every value and keeps its cell.  CPU seconds include the children.  Prints Markdown for benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import python_calamine
from openpyxl import Workbook

from redstats import isolation, places, standard
from redstats.months import Month
from redstats.returns import read_return
from redstats.returns.reading import read_here

MONTH = Month(2026, 10)
RULES, ROLL = standard.on(MONTH.end), places.on(MONTH.end)
COMMITTEES, FIELDS = 100, 60


def draw(path: Path, seed: int) -> None:
    """One street's return."""
    chance = random.Random(seed)
    street = ROLL.streets[seed % len(ROLL.streets)]
    skipped = ("report_month", "street_name", "neighbourhood_code")
    fields = [one for one in RULES.return_fields.values() if one.id not in skipped][:FIELDS]
    book = Workbook()
    sheet = book.active
    sheet["A1"] = f"{street.name}红色业委会月报（{MONTH.label}）"
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=FIELDS)
    sheet["A2"] = f"填报单位：{street.name}    填报日期：2026年11月3日"
    for at, one in enumerate(fields, start=1):
        sheet.cell(3, at).value = one.group
        sheet.cell(4, at).value = one.label
        sheet.cell(5, at).value = f"（{one.unit}）" if one.unit else None
    start = 1
    for at in range(2, FIELDS + 2):
        if at > FIELDS or fields[at - 1].group != fields[start - 1].group:
            sheet.merge_cells(start_row=3, end_row=3, start_column=start, end_column=at - 1)
            start = at
    for row in range(6, 6 + COMMITTEES):
        for at, one in enumerate(fields, start=1):
            sheet.cell(row, at).value = _value(one, row, chance, street)
    sheet.cell(50, 12).value = "=SUM(J50:K50)"
    sheet.cell(6 + COMMITTEES, 1).value = "备注：本表由各居委会汇总"
    book.save(path)


def _value(one, row: int, chance: random.Random, street) -> object:
    if one.id == "neighbourhood_committee":
        return f"{chance.choice(street.neighbourhoods).name}居委会"
    if one.id in ("committee_name", "estate_names"):
        return f"示例{row}苑" + ("业委会" if one.id == "committee_name" else "")
    if chance.random() < 0.03:
        return None
    match one.type:
        case "int":
            return chance.choice([chance.randrange(12), f"{chance.randrange(9)}次"]) if one.unit == "次" else chance.randrange(9)
        case "bool":
            return chance.choice(["是", "否", "√"])
        case "pct":
            return chance.choice([0.5, "67%"])
        case "date":
            return chance.choice([dt.datetime(2026, 5, chance.randrange(1, 29)), f"2026年{chance.randrange(1, 10)}月3日"])
        case "enum" | "set":
            return chance.choice(list(one.values))
    return "示例"


def _cpu() -> float:
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def _calamine(paths: list[Path]) -> None:
    for path in paths:
        python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()


def _pandas(engine: str) -> Callable[[list[Path]], None]:
    def read(paths: list[Path]) -> None:
        for path in paths:
            pd.read_excel(path, engine=engine, header=None)

    return read


def _redstats(paths: list[Path]) -> None:
    for path in paths:
        read_here(path, MONTH, RULES, ROLL)


def _isolated(workers: int) -> Callable[[list[Path]], None]:
    def read(paths: list[Path]) -> None:
        raise NotImplementedError

    return read

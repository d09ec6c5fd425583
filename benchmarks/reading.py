"""Time the reading of returns, from workbook to typed rows with a cell behind every value, beside plain readers.

    python benchmarks/reading.py [--books 200] [--rows 100] [--repeat 3]

Every way reads the same workbooks (60 columns under merged headings of three rows, notes, errors, merges) in a process of its
own; what importing costs is left out.  Prints a Markdown table of CPU milliseconds a workbook (children included) and
of the ratio to calamine's plain lists, for benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MONTH = "2026-10"


def draw(path: Path, rows: int, seed: int) -> None:
    """A wide roll of invented committees, spelled as streets spell."""
    from openpyxl import Workbook

    from redstats import standard
    from redstats.months import Month

    chance = random.Random(seed)
    fields = [
        one
        for one in standard.on(Month.parse(MONTH).end).return_fields.values()
        if one.type in ("int", "bool", "date", "pct", "enum")
    ][:58]
    book = Workbook()
    sheet = book.active
    sheet["A1"] = "华阳路街道红色业委会月报（2026年10月）"
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=60)
    sheet["A2"] = "填报单位（盖章）：华阳路街道    填报日期：2026年11月3日"
    heads = [("基本情况", "名称", "所属居委会"), ("基本情况", "名称", "业委会名称")]
    heads += [(one.group, one.group, one.label) for one in fields]
    for column, head in enumerate(heads, start=1):
        for row, text in enumerate(head, start=3):
            left = heads[column - 2][row - 3] if column > 1 else None
            if row == 5 or text != left:
                sheet.cell(row, column, text)
    for row in (3, 4):
        first = 1
        for column in range(2, 62):
            if column == 61 or heads[column - 1][row - 3] != heads[first - 1][row - 3]:
                if column - 1 > first:
                    sheet.merge_cells(start_row=row, start_column=first, end_row=row, end_column=column - 1)
                first = column
    for at in range(rows):
        own = ["秀水", f"示例第{at}小区业委会", *(_value(one, chance) for one in fields)]
        for column, value in enumerate(own, start=1):
            if value is not None:
                sheet.cell(6 + at, column, value)
    sheet.cell(6 + rows, 1, "合计")
    sheet.cell(7 + rows, 1, "备注：示例数据，均为虚构。")
    book.save(path)


def _value(one, chance: random.Random) -> object:
    if chance.random() < 0.05:
        return None
    number = chance.randint(1, 300)
    spelled = {
        "int": [number, number, number, f"{number}{one.unit}"],
        "pct": [number / 300, "67%"],
        "bool": ["是", "否", "√"],
        "date": ["2024年3月1日", "2023.11.5"],
        "enum": list(one.values),
    }
    return chance.choice(spelled[one.type])


def _calamine(paths: list[Path]) -> None:
    import python_calamine

    for path in paths:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()


def _pandas(engine: str):
    def read(paths: list[Path]) -> None:
        import pandas as pd

        for path in paths:
            pd.read_excel(path, sheet_name=None, header=[2, 3, 4], engine=engine)

    return read


def _guard(paths: list[Path]) -> None:
    from redstats import workbooks

    for path in paths:
        workbooks.read(path)


def _here(paths: list[Path]) -> None:
    from redstats import places, standard
    from redstats.months import Month
    from redstats.returns import read_here

    month = Month.parse(MONTH)
    rules, roll = standard.on(month.end), places.on(month.end)
    for path in paths:
        assert read_here(path, month, rules, roll).rows


def _children(workers: int):
    def read(paths: list[Path]) -> None:
        from redstats.months import Month
        from redstats.returns import read_returns
        from redstats.workbooks import isolation

        assert all(one.rows for one in read_returns(paths, Month.parse(MONTH), workers=workers))
        isolation.close()  # the children's time counts when they have ended

    return read


WAYS = {
    "python-calamine to lists (yardstick)": _calamine,
    "grid: guard, values, merges, errors, comments, colours": _guard,
    "**redstats: typed rows, a cell behind every value**": _here,
    "the same in one child process with limits": _children(1),
    "the same in two child processes": _children(2),
    "pandas.read_excel(calamine), untyped": _pandas("calamine"),
    "pandas.read_excel(openpyxl), untyped": _pandas("openpyxl"),
}


def _measure(way: str, folder: Path) -> None:
    paths = sorted(folder.glob("*.xlsx"))
    WAYS[way](paths[:2])  # imports, rules and caches
    start, before = time.perf_counter(), _cpu()
    WAYS[way](paths)
    print(json.dumps([time.perf_counter() - start, _cpu() - before]))


def _cpu() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--books", type=int, default=200)
    parser.add_argument("--rows", type=int, default=100)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--way", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.way:
        _measure(asked.way, asked.folder)
        return
    found: dict[str, list[list[float]]] = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory() as scratch:
        for at in range(asked.books):
            draw(Path(scratch) / f"{at:03}华阳路街道.xlsx", asked.rows, at)
        for _ in range(asked.repeat):
            for way in WAYS:
                command = [sys.executable, __file__, "--way", way, "--folder", scratch]
                found[way].append(json.loads(subprocess.run(command, check=True, capture_output=True).stdout))
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}; {asked.books} workbooks; medians\n")
    print("| what | wall ms a workbook | CPU ms | × calamine (CPU) |\n|---|---:|---:|---:|")
    unit = statistics.median(cpu for _, cpu in found["python-calamine to lists (yardstick)"])
    for way, runs in found.items():
        wall, cpu = (statistics.median(one[at] for one in runs) for at in (0, 1))
        print(
            f"| {way} | {wall / asked.books * 1000:.1f} | {cpu / asked.books * 1000:.1f} | {cpu / unit:.1f} |"
        )


if __name__ == "__main__":
    main()

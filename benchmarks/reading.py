"""Time the reading of returns, from workbook to typed rows with a cell behind every value, beside plain readers.

    python benchmarks/reading.py [--books 20] [--small-books 60] [--repeat 3] [--in-process] [--json FILE]

Every way reads the same workbooks (60 columns under merged headings of three rows, notes, merges), of 100 committees and of
17, in turns; imports and the start of child processes are left out.  Of several rounds the least time counts.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Literal

import measuring
from measuring import Ratio, Taken

from redstats.months import Month
from redstats.standard import Field

MONTH = Month(2026, 10)
SMALLEST = ["--books", "2", "--small-books", "4", "--repeat", "8", "--in-process"]
RATIOS = {
    "reading.in_process": Ratio("100 committees, in process", "python-calamine to lists", 4),
    "reading.in_child": Ratio(
        "100 committees, in a child process", "python-calamine to lists", 5, small=False
    ),
    "reading.17_rows": Ratio("17 committees, in process", "python-calamine to lists", 6),
    "reading.openpyxl": Ratio("how much faster, in process", "pandas.read_excel(openpyxl)", 3, higher=True),
    "reading.two_processes": Ratio(
        "how much faster two child processes are",
        "one child process",
        1.9,
        basis="wall",
        higher=True,
        small=False,
    ),
}


def draw(path: Path, rows: int, seed: int) -> None:
    """A wide roll of invented committees, spelled as streets spell."""
    from openpyxl import Workbook

    from redstats import standard

    chance = random.Random(seed)
    fields = [
        field
        for field in standard.on(MONTH.end).return_fields.values()
        if field.type in ("int", "bool", "date", "pct", "enum")
    ][:58]
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "华阳路街道红色业委会月报（2026年10月）"
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=60)
    sheet["A2"] = "填报单位（盖章）：华阳路街道    填报日期：2026年11月3日"
    heads = [("基本情况", "基本情况", "所属居委会"), ("基本情况", "基本情况", "业委会名称")]
    heads += [(field.group, field.group, field.label) for field in fields]
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
    for row in range(rows):
        values = ["秀水", f"示例第{row}小区业委会", *(_value(field, chance) for field in fields)]
        for column, value in enumerate(values, start=1):
            if value is not None:
                sheet.cell(6 + row, column, value)
    sheet.cell(6 + rows, 1, "合计")
    sheet.cell(7 + rows, 1, "备注：示例数据，均为虚构。")
    book.save(path)


def _value(field: Field, chance: random.Random) -> object:
    if chance.random() < 0.05:
        return None
    number = chance.randint(1, 300)
    spelled = {
        "int": [number, number, number, f"{number}{field.unit}"],
        "pct": [number / 300, "67%"],
        "bool": ["是", "否", "√"],
        "date": ["2024年3月1日", "2023.11.5"],
        "enum": list(field.values),
    }
    return chance.choice(spelled[field.type])


def _calamine(paths: list[Path]) -> None:
    import python_calamine

    for path in paths:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()


def _pandas(engine: Literal["calamine", "openpyxl"]) -> Callable[[list[Path]], None]:
    def read(paths: list[Path]) -> None:
        import pandas as pd

        for path in paths:
            pd.read_excel(path, sheet_name=None, header=[2, 3, 4], engine=engine)

    return read


def _grid(paths: list[Path]) -> None:
    from redstats import workbooks

    for path in paths:
        workbooks.read(path)


def _in_process(paths: list[Path]) -> None:
    from redstats import places, standard
    from redstats.returns import read_here

    rules, roll = standard.on(MONTH.end), places.on(MONTH.end)
    for path in paths:
        assert read_here(path, MONTH, rules, roll).rows


def _read(paths: list[Path], workers: int) -> None:
    from redstats.returns import read_returns

    assert all(result.rows for result in read_returns(paths, MONTH, workers=workers))


CALAMINE, IN_PROCESS, OPENPYXL = "python-calamine to lists (yardstick)", "in process", "pandas (openpyxl)"
CHILD, TWO = "in a child process with limits", "in two child processes"
WAYS: dict[str, Callable[[list[Path]], None]] = {
    CALAMINE: _calamine,
    "guard and grid only": _grid,
    IN_PROCESS: _in_process,
    "pandas (calamine)": _pandas("calamine"),
    OPENPYXL: _pandas("openpyxl"),
}
CHILDREN = {CHILD: 1, TWO: 2}


def _in_children(paths: list[Path], workers: int, repeat: int) -> Taken:
    """The least time of reading in child processes that run already.

    What they have used is known when they have ended: from that is taken what they use for a workbook each.
    """
    from redstats.workbooks import isolation

    wall, whole, start = [], [], []
    for _ in range(repeat):
        for timed in (False, True):
            isolation.close()
            before = measuring.processor()
            _read(paths[:workers], workers)
            if timed:
                wall.append(measuring.call(lambda: _read(paths, workers)).wall)
            isolation.close()
            (whole if timed else start).append(measuring.processor() - before)
    return Taken(min(wall), min(whole) - min(start))


def measure(rows: int, books: int, repeat: int, children: bool) -> dict[str, Taken]:
    """The least time of each way of reading ``books`` workbooks of ``rows`` committees."""
    with tempfile.TemporaryDirectory() as scratch:
        paths = [Path(scratch) / f"{number:03}华阳路街道.xlsx" for number in range(books)]
        for number, path in enumerate(paths):
            draw(path, rows, number)
        for read in WAYS.values():
            read(paths[:1])  # imports, rules and caches
        rounds = [
            {way: measuring.call(partial(read, paths)) for way, read in WAYS.items()} for _ in range(repeat)
        ]
        taken = {way: measuring.least([each[way] for each in rounds]) for way in WAYS}
        if children:
            taken |= {way: _in_children(paths, workers, repeat) for way, workers in CHILDREN.items()}
    return taken


def main() -> None:
    parser = measuring.options(__doc__)
    parser.add_argument("--books", type=int, default=20)
    parser.add_argument("--small-books", type=int, default=60, help="workbooks of 17 committees")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--in-process", action="store_true", help="leave out child processes")
    given = parser.parse_args()
    measuring.compile_bytecode()
    counts = {100: given.books, 17: given.small_books}
    taken = {
        rows: measure(rows, books, given.repeat, rows == 100 and not given.in_process)
        for rows, books in counts.items()
    }
    print(
        "| committees | read by | wall ms a workbook | CPU ms | × calamine (CPU) |\n|---:|---|---:|---:|---:|"
    )
    for rows, ways in taken.items():
        for way, seconds in ways.items():
            wall, cpu = (value / counts[rows] * 1000 for value in (seconds.wall, seconds.cpu))
            print(f"| {rows} | {way} | {wall:.1f} | {cpu:.1f} | {seconds.cpu / ways[CALAMINE].cpu:.1f} |")
    large, small = taken[100], taken[17]
    ratios = {
        "reading.in_process": large[IN_PROCESS].cpu / large[CALAMINE].cpu,
        "reading.17_rows": small[IN_PROCESS].cpu / small[CALAMINE].cpu,
        "reading.openpyxl": large[OPENPYXL].cpu / large[IN_PROCESS].cpu,
    }
    if not given.in_process:
        ratios["reading.in_child"] = large[CHILD].cpu / large[CALAMINE].cpu
        ratios["reading.two_processes"] = large[CHILD].wall / large[TWO].wall
    measuring.finish(given.json, ratios)


if __name__ == "__main__":
    main()

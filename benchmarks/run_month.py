"""Time whole commands on the sample: a month, one street, a run with nothing to do; as ratios to one plain notebook.

    python benchmarks/run_month.py [--repeat 3]

The rival and yardstick, run in one go with the rest, is what one would type first: the commands ``papermill`` and
``jupyter nbconvert`` on one notebook.  Prints a Markdown table of medians (wall and CPU seconds of the whole
process tree) for benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MONTH = "2026-10"


def timed(*command: str, home: Path) -> tuple[float, float]:
    """Wall and CPU seconds of a command and all its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    environment = os.environ | {"REDSTATS_HOME": str(home)}
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeat", type=int, default=3)
    repeat = parser.parse_args().repeat
    python = sys.executable
    redstats = (python, "-m", "redstats.cli")
    figures: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        for name in ("notebooks", "expectations"):
            shutil.copytree(ROOT / name, home / name)
        subprocess.run(
            [*redstats, "sample"],
            env=os.environ | {"REDSTATS_HOME": scratch},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        out = home / "out.ipynb"
        for _ in range(repeat):
            shutil.rmtree(home / "data" / "processed", ignore_errors=True)
            steps = {
                "`redstats run`, four months of tables and a month of pages": (*redstats, "run", MONTH),
                "`redstats run` again, nothing changed": (*redstats, "run", MONTH),
                "`redstats run --street`, a corrected workbook": (
                    *redstats,
                    "run",
                    MONTH,
                    "--street",
                    "北新泾",
                ),
                "one notebook by `papermill` and `jupyter nbconvert` (yardstick)": None,
            }
            for name, command in steps.items():
                if command is None:
                    notebook = str(home / "notebooks" / "6_street_dashboard.ipynb")
                    first = timed(
                        python, "-m", "papermill", notebook, str(out), "-p", "month", MONTH, home=home
                    )
                    second = timed(python, "-m", "nbconvert", "--to", "html", str(out), home=home)
                    taken = first[0] + second[0], first[1] + second[1]
                else:
                    if "--street" in command:
                        correct(home)
                    taken = timed(*command, home=home)
                figures.setdefault(name, []).append(taken)
    report(figures)


def correct(home: Path) -> None:
    """Exchange one street's workbook for a fresh copy of itself that differs in a cell."""
    import openpyxl

    path = next(path for path in (home / "data" / "raw" / MONTH).iterdir() if "北新泾" in path.name)
    book = openpyxl.load_workbook(path)
    book.active["A60"] = "备注：已更正"
    book.save(path)


def report(figures: dict[str, list[tuple[float, float]]]) -> None:
    medians = {
        name: tuple(statistics.median(column) for column in zip(*rows, strict=True))
        for name, rows in figures.items()
    }
    unit = list(medians.values())[-1][0]
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}; medians\n")
    print("| what | wall s | CPU s | × yardstick (wall) |\n|---|---:|---:|---:|")
    for name, (wall, cpu) in medians.items():
        print(f"| {name} | {wall:.1f} | {cpu:.1f} | {wall / unit:.2f} |")


if __name__ == "__main__":
    main()

"""Time whole commands on the sample: months from nothing, a new month, pages alone, one street, nothing to do.

    python benchmarks/run_month.py [--months 4] [--streets 10] [--repeat 1] [--cases …] [--json FILE]

The rival and yardstick, run in one go with the rest, is what one would type first for a single page: the commands
``papermill`` and ``jupyter nbconvert`` on one notebook.  Wall and CPU seconds are those of the whole process tree, the least
of the rounds.  With one street in the sample only that street's page and the district's are made.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import measuring
from measuring import ROOT, Ratio, Taken

from redstats import places, sample
from redstats.months import Month
from redstats.project import Project
from redstats.recommendations import samples

MONTH = Month(2026, 10)
STREET = "北新泾"
YARDSTICK = "one notebook, papermill and nbconvert"
CASES = {  # in the order in which they are run: each finds what the one before left
    "from_nothing": ("a month from nothing, with all months before it", 3.2),
    "unchanged": ("again, nothing changed", 0.06),
    "pages": ("all pages and workbooks of a month, tables there", 1.0),
    "new_month": ("a new month, those before it unchanged", 2.0),
    "street": ("one street's corrected workbook", 1.0),
}
TIMES = {"unchanged": 3}  # it is short
SMALL = ("from_nothing", "unchanged")
SMALLEST = ["--months", "1", "--streets", "1", "--cases", *SMALL]
RATIOS = {
    f"runs.{case}{ending}": Ratio(what, YARDSTICK, aim, basis, small=case in SMALL)
    for case, (what, limit) in CASES.items()
    for ending, aim, basis in (("", limit, "wall"), ("_cpu", None, "CPU"))
}
REDSTATS = (sys.executable, "-m", "redstats.cli")


def prepare(home: Path, months: int, streets: int) -> None:
    """A project with the last months of the sample; of one street only, or of the first ones, where fewer than all are wanted."""
    for name in ("notebooks", "expectations"):
        shutil.copytree(ROOT / name, home / name)
    invented = sample.generate()
    by_name = sorted(places.on(MONTH.end).streets, key=lambda street: STREET not in street.name)
    kept = {street.code for street in by_name[:streets]}
    first = MONTH.plus(1 - months)
    for sent in (invented.returns, invented.corrections):
        sent[:] = [each for each in sent if each.month >= first and each.street.code in kept]
    invented.reviews[:] = [each for each in invented.reviews if each.month >= first]
    raw = Project(home).raw
    invented.write(raw, samples.files(invented, raw) if streets == len(by_name) else {})


def correct(home: Path, turn: int) -> None:
    """Exchange one street's workbook for a fresh copy of itself that differs in a cell."""
    import openpyxl

    path = next(path for path in (home / "data" / "raw" / str(MONTH)).iterdir() if STREET in path.name)
    book = openpyxl.load_workbook(path)
    sheet = book.active
    assert sheet is not None
    sheet.cell(sheet.max_row + 2, 1, f"备注：第{turn}次更正")
    book.save(path)


def forget(home: Path, case: str) -> None:
    """Remove what a case makes anew."""
    processed = Project(home).processed
    if case == "from_nothing":
        shutil.rmtree(processed, ignore_errors=True)
    elif case == "pages":
        for name in ("4_dashboards", "5_letters"):
            shutil.rmtree(processed / name)
    elif case == "new_month":
        for folder in [*processed.rglob(str(MONTH))]:
            shutil.rmtree(folder, ignore_errors=True)  # one may lie in another


def yardstick(home: Path) -> Taken:
    made, notebook = str(home / "made.ipynb"), str(home / "notebooks" / "6_street_dashboard.ipynb")
    papermill = (sys.executable, "-m", "papermill", notebook, made, "-p", "month", str(MONTH))
    nbconvert = (sys.executable, "-m", "nbconvert", "--to", "html", made)
    return measuring.command(*papermill, home=home) + measuring.command(*nbconvert, home=home)


def measure(
    home: Path, cases: list[str], of_street: tuple[str, ...], turn: int, once: bool
) -> dict[str, Taken]:
    """The time of each case and of the yardstick, which is run early and late in the round."""
    taken, units = {}, []
    for case in CASES:
        if case not in cases:
            continue
        if case == "street":
            correct(home, turn)
        only = ("--street", STREET) if case == "street" else of_street
        runs = []
        for _ in range(1 if once else TIMES.get(case, 1)):
            forget(home, case)
            runs.append(measuring.command(*REDSTATS, "run", str(MONTH), *only, home=home))
        taken[case] = measuring.least(runs)
        if case == cases[-1] or (case == "from_nothing" and not once):
            units.append(yardstick(home))
    return taken | {YARDSTICK: measuring.least(units)}


def main() -> None:
    parser = measuring.options(__doc__)
    parser.add_argument("--months", type=int, default=4, choices=range(1, 5))
    parser.add_argument("--streets", type=int, default=10, choices=range(1, 11))
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--cases", nargs="+", choices=CASES, default=[*CASES])
    parser.add_argument("--once", action="store_true", help="run nothing twice, also what is short")
    given = parser.parse_args()
    measuring.compile_bytecode()
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        prepare(home, given.months, given.streets)
        # the others need what the first makes
        cases = [case for case in CASES if case in ("from_nothing", *given.cases)]
        of_street = ("--street", STREET) if given.streets == 1 else ()
        rounds = [measure(home, cases, of_street, turn, given.once) for turn in range(1, given.repeat + 1)]
    least = {case: measuring.least([taken[case] for taken in rounds]) for case in rounds[0]}
    unit = least[YARDSTICK]
    print("| what | wall s | CPU s | × yardstick (wall) | × yardstick (CPU) |\n|---|---:|---:|---:|---:|")
    ratios = {}
    for case, taken in least.items():
        wall, cpu = taken.wall / unit.wall, taken.cpu / unit.cpu
        what = CASES[case][0] if case in CASES else case
        print(f"| {what} | {taken.wall:.1f} | {taken.cpu:.1f} | {wall:.2f} | {cpu:.2f} |")
        if case in given.cases:
            ratios |= {f"runs.{case}": wall, f"runs.{case}_cpu": cpu}
    measuring.finish(given.json, ratios)


if __name__ == "__main__":
    main()

"""What the benchmarks share: taking time, ratios under stable names, and the table of them."""

from __future__ import annotations

import argparse
import compileall
import ctypes
import datetime as dt
import json
import os
import platform
import resource
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORSE = 1.5  # by how much a ratio may be worse than the stored one
PACKAGES = ("pandas", "great-expectations", "papermill", "plotly", "openpyxl", "python-calamine")
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of linux/prctl.h


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio that a benchmark stands for.

    basis: what is divided, CPU seconds, wall seconds or memory; higher: whether more is better; small: whether the smallest
    form of the benchmark has it too.
    """

    what: str
    rival: str
    aim: float | None = None
    basis: str = "CPU"
    higher: bool = False
    small: bool = True

    def worse_by(self, value: float, before: float) -> float:
        """How many times worse than before; below 1 where it is better."""
        return before / value if self.higher else value / before

    def verdict(self, value: float) -> str:
        if self.aim is None:
            return ""
        return "met" if self.worse_by(value, self.aim) <= 1 else "not met"

    @property
    def wanted(self) -> str:
        return "" if self.aim is None else f"{'≥' if self.higher else '≤'} {self.aim:g}"


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds that something took."""

    wall: float
    cpu: float

    def __add__(self, other: Taken) -> Taken:
        return Taken(self.wall + other.wall, self.cpu + other.cpu)


def least(taken: Sequence[Taken]) -> Taken:
    """The least of several times: whatever else a machine does can only add to them."""
    return Taken(min(each.wall for each in taken), min(each.cpu for each in taken))


def processor() -> float:
    """CPU seconds of this process, and of its children that have ended."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def call(function: Callable[[], object]) -> Taken:
    """The time of a call, with that of the processes that end in it."""
    start, before = time.perf_counter(), processor()
    function()
    return Taken(time.perf_counter() - start, processor() - before)


def command(*words: str, home: Path) -> Taken:
    """The time of a command on the project in ``home``, with all processes that it begins.

    A process may outlive the command that began it: on Linux such a process is adopted and waited for, so that its
    CPU seconds count; elsewhere they are left out.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    start, before = time.perf_counter(), processor()
    ran = subprocess.run(
        words,
        env=os.environ | {"REDSTATS_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    wall = time.perf_counter() - start
    if ran.returncode:
        sys.exit(f"{' '.join(words)}\n{ran.stderr.decode(errors='replace')}")
    try:
        while True:
            os.waitpid(-1, 0)
    except ChildProcessError:
        return Taken(wall, processor() - before)


def options(description: str | None) -> argparse.ArgumentParser:
    """A parser with what every benchmark takes."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the ratios to this file")
    return parser


def finish(file: Path | None, ratios: Mapping[str, float]) -> None:
    """Write the ratios where that is asked for."""
    if file:
        file.write_text(json.dumps(ratios, indent=2) + "\n", encoding="utf-8")


def compile_bytecode(libraries: bool = False) -> None:
    """Of the package, or of all that it uses too, so that no timed process compiles; what is compiled stays."""
    folders = [ROOT / "redstats", *([sysconfig.get_path("purelib")] if libraries else [])]
    for folder in folders:
        compileall.compile_dir(folder, quiet=2)


def machine() -> dict[str, str]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "date": dt.date.today().isoformat(),
        "cores": str(os.cpu_count()),
        "memory": f"{memory:.0f} GiB",
        "Python": platform.python_version(),
        "OS": f"{platform.system()} {platform.machine()}",
        "load": f"{os.getloadavg()[2]:.1f} (with the benchmarks themselves)",
        **{name: version(name) for name in PACKAGES},
    }


def better(ratios: dict[str, Ratio], first: dict[str, float], second: dict[str, float]) -> dict[str, float]:
    """Of two measurements the better ratio of each."""
    return {
        name: (max if name in ratios and ratios[name].higher else min)(first.get(name, value), value)
        for name, value in second.items()
    }


def complaints(
    ratios: Mapping[str, Ratio], measured: Mapping[str, float], stored: Mapping[str, float]
) -> list[str]:
    """A line for each stored ratio that is worse by more than ``WORSE`` now, or missing; wall seconds are not compared."""
    lines = []
    for name, before in stored.items():
        ratio = ratios.get(name)
        if ratio and ratio.basis == "wall":
            continue
        if ratio is None or name not in measured:
            lines.append(f"{name}: not measured any more")
        elif ratio.worse_by(measured[name], before) > WORSE:
            lines.append(
                f"{name}: {measured[name]:.3g}, stored {before:.3g} (more than {WORSE:g} times worse)"
            )
    return lines


def page(ratios: Mapping[str, Ratio], results: Mapping[str, Mapping]) -> str:
    """RESULTS.md of what results.json holds."""
    full, small = results["full"], results["small"]
    lines = [
        "# Results",
        "",
        "Written by `benchmarks/all.py`; what is measured, and how, is told in [README.md](README.md).",
        "",
        "; ".join(f"{name} {value}" for name, value in results["machine"].items()) + ".",
        "",
        "| ratio | what | rival | of | full | aim | | small |",
        "|---|---|---|---|---:|---:|---|---:|",
    ]
    for name, ratio in ratios.items():
        shown = [f"{form[name]:.3g}" if name in form else "–" for form in (full, small)]
        verdict = ratio.verdict(full[name]) if name in full else ""
        cells = (f"`{name}`", ratio.what, ratio.rival, ratio.basis, shown[0], ratio.wanted, verdict, shown[1])
        lines.append(f"| {' | '.join(cells)} |")
    lines += [
        "",
        "The small form is what `make bench-check` measures and compares; aims are those of the full form. `–`: left out.",
    ]
    return "\n".join(lines) + "\n"

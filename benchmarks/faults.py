"""Interrupt a real run at hundreds of places: by a kill, by an error of the system, by a disk that is full.

    python benchmarks/faults.py [--points 200] [--seed 1] [--workers 2] [--only KIND …] [--json FILE]

A month of a few streets is made (before), one street's workbook is corrected, and the run that follows is interrupted at a
drawn place: the n-th time that it or a process of its own opens, renames, links or removes a file below the project.  Half of
the places are of a month from nothing.  Whatever happened, nothing may be torn, no traceback shown, and the next run must end
with the bytes of a run that nothing disturbed, with nothing left over.  Linux only.
"""

from __future__ import annotations

import concurrent.futures
import errno
import filecmp
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import measuring
import run_month
from run_month import MONTH

SMALLEST = ["--points", "2", "--streets", "1", "--only", "kill", "ENOSPC"]
KINDS = {
    "kill": "the whole run is killed",
    "EIO": "one call fails: the disk cannot be read or written",
    "EACCES": "one call fails: no permission, as where another program holds the file",
    "ENOSPC": "from a moment on the disk is full",
    "EROFS": "from a moment on nothing can be changed",
    "EMFILE": "one call fails: too many open files",
    "size": "no file can grow beyond a size",
}
LASTING = ("ENOSPC", "EROFS")
# What differs from run to run though nothing was disturbed (times, which version of a month it was), and what may be away:
# readings that could not be kept are made again.
VOLATILE = re.compile(r"(^|/)(run\.json|runs\.jsonl|\.locks|\.state|\.history|\.readings)(/|$)")
LEFT_OVER = re.compile(r"(^|/)(\.[^/]*\.(tmp|old)|\.scratch/.+)(/|$)")

# What runs in the interrupted process before redstats.  Forks share the count; what they open is counted too.
CHILD = """
import errno, mmap, os, signal, sys
home, kind, at, lasting = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4] == "lasting"
count = mmap.mmap(-1, 8)
CHANGES = {"os.rename", "os.mkdir", "os.link", "os.remove", "os.rmdir", "os.symlink", "os.truncate"}
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
def disturb(event, args):
    if event == "open":
        path, mode, flags = args
        changes = bool(flags & WRITES)
        grows = changes
    elif event in CHANGES:
        path, changes, grows = args[0], True, event in ("os.mkdir", "os.link")
    else:
        return
    if isinstance(path, int):  # a file that is open already
        return
    path = os.fsdecode(path)
    if not path.startswith(home) and os.path.isabs(path):
        return
    number = int.from_bytes(count[:8], "little") + 1
    count[:8] = number.to_bytes(8, "little")
    if kind == "kill" and number == at:
        os.killpg(0, signal.SIGKILL)
    elif kind.startswith("E") and number >= at and (lasting or number == at):
        if not lasting or (grows if kind == "ENOSPC" else changes):
            raise OSError(getattr(errno, kind), os.strerror(getattr(errno, kind)), path)
if kind == "size":
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (at, at))
sys.argv = ["redstats", *sys.argv[6:]]
report = os.environ.get("REDSTATS_FAULTS_COUNT")
import redstats.cli
sys.addaudithook(disturb)
try:
    redstats.cli.main()
finally:
    kind = ""
    if report:
        open(report, "w").write(str(int.from_bytes(count[:8], "little")))
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its exit code, and what it said."""

    code: int
    words: str


def run(home: Path, kind: str = "", at: int = 0, count: Path | None = None) -> Ended:
    """``redstats run`` of the month, disturbed the ``at``-th time it touches a file of the project (``size``: at so many bytes)."""
    arguments = [str(home), kind, str(at), "lasting" if kind in LASTING else "once", "--", "run", str(MONTH)]
    done = subprocess.run(
        [sys.executable, "-c", CHILD, *arguments],
        env=os.environ
        | {"REDSTATS_HOME": str(home)}
        | ({"REDSTATS_FAULTS_COUNT": str(count)} if count else {}),
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
        cwd=home,
    )
    return Ended(done.returncode, done.stdout + done.stderr)


def differences(here: Path, there: Path, below: str = "data") -> list[str]:
    """The files that two homes do not have alike, but for what names the time."""
    names = {
        path.relative_to(home).as_posix()
        for home in (here, there)
        for path in (home / below).rglob("*")
        if path.is_file()
    }
    return sorted(
        name
        for name in names
        if not VOLATILE.search(name)
        and not LEFT_OVER.search(name)  # the next run sweeps
        and not ((here / name).is_file() and (there / name).is_file() and _equal(here / name, there / name))
    )


def _equal(first: Path, second: Path) -> bool:
    return filecmp.cmp(first, second, shallow=False)


def torn(home: Path) -> list[str]:
    """The files of a home that are not whole."""
    found = []
    for path in (home / "data" / "processed").rglob("*"):
        name = path.relative_to(home).as_posix()
        if not path.is_file() or LEFT_OVER.search(name):
            continue
        content = path.read_bytes()
        whole = {
            ".html": lambda content=content: content.rstrip().endswith(b"</html>"),
            ".parquet": lambda content=content: content[:4] == content[-4:] == b"PAR1",
            ".xlsx": lambda path=path: zipfile.is_zipfile(path),
            ".json": lambda content=content: content.rstrip().endswith((b"}", b"]")),
            ".jsonl": lambda content=content: content.endswith(b"\n") or not content,
        }.get(path.suffix, lambda: True)
        if not whole():
            found.append(name)
    return found


def left_over(home: Path) -> list[str]:
    """What nobody needs any more."""
    names = (path.relative_to(home).as_posix() for path in (home / "data" / "processed").rglob("*"))
    return sorted(name for name in names if LEFT_OVER.search(name))


@dataclass(frozen=True, slots=True)
class Scene:
    """A run to be disturbed: the home it finds, the one it leaves undisturbed, and how often it touches a file there."""

    name: str
    before: Path
    after: Path
    touches: int
    sizes: tuple[int, ...]


def scenes(scratch: Path, streets: int, both: bool) -> list[Scene]:
    """A month from nothing, and (where ``both`` are wanted) one with a corrected workbook."""
    first, second = scratch / "first", scratch / "second"
    run_month.prepare(first, 1, streets)
    made = []
    _copy(first, second)
    made.append(_scene("from nothing", first, second, scratch))
    if not both:
        return made
    third, fourth = scratch / "third", scratch / "fourth"
    _copy(second, third)
    run_month.correct(third, 1)
    _copy(third, fourth)
    made.append(_scene("a correction", third, fourth, scratch))
    return made


def _scene(name: str, before: Path, after: Path, scratch: Path) -> Scene:
    count = scratch / "count"
    ended = run(after, count=count)
    if ended.code:
        raise SystemExit(f"{name}: the run ends with {ended.code} though nothing disturbs it\n{ended.words}")
    sizes = tuple(
        sorted({path.stat().st_size for path in (after / "data/processed").rglob("*") if path.is_file()})
    )
    return Scene(name, before, after, int(count.read_text()), sizes)


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target, symlinks=True)


def disturb(scene: Scene, kind: str, at: int, scratch: Path) -> list[str]:
    """Every law that was broken when a run was disturbed there, in words."""
    home = Path(tempfile.mkdtemp(dir=scratch)) / "home"
    try:
        _copy(scene.before, home)
        ended = run(home, kind, at)
        wrong = [f"torn: {name}" for name in torn(home)]
        if "Traceback" in ended.words:
            wrong.append(f"a traceback:\n{ended.words[-1500:]}")
        if kind == "kill":
            pages = f"data/processed/4_dashboards/{MONTH}"
            if all(differences(home, other, pages) for other in (scene.before, scene.after)):
                wrong.append("the pages are neither those of before nor those of after")
        elif ended.code == 0 and (different := differences(home, scene.after)):
            wrong.append(f"said to be done, but differs: {different[:5]}")
        elif ended.code not in (0, 3, 4, 5):
            wrong.append(f"exit code {ended.code}: {ended.words[-600:]}")
        again = run(home)
        if again.code:
            wrong.append(f"the next run ends with {again.code}: {again.words[-600:]}")
        wrong += [f"differs after the next run: {name}" for name in differences(home, scene.after)[:5]]
        wrong += [f"left over: {name}" for name in left_over(home)[:5]]
        return wrong
    finally:
        shutil.rmtree(home.parent, ignore_errors=True)


def main() -> None:
    parser = measuring.options(__doc__)
    parser.add_argument("--points", type=int, default=200)
    parser.add_argument("--streets", type=int, default=2, choices=range(1, 11))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", nargs="+", choices=KINDS, default=[*KINDS])
    given = parser.parse_args()
    assert all(hasattr(errno, kind) for kind in KINDS if kind.startswith("E"))
    chance = random.Random(given.seed)
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        set_up = scenes(scratch, given.streets, both=given.points > len(given.only))
        for scene in set_up:
            print(f"{scene.name}: {scene.touches} touches", flush=True)
        points = []
        for number in range(given.points):
            kind, scene = (
                given.only[number % len(given.only)],
                set_up[number // len(given.only) % len(set_up)],
            )
            at = chance.choice(scene.sizes) if kind == "size" else chance.randrange(1, scene.touches + 1)
            points.append((scene, kind, at))
        broken: Counter[str] = Counter()
        with concurrent.futures.ThreadPoolExecutor(given.workers) as pool:
            tasks = [pool.submit(disturb, *point, scratch) for point in points]
            for (scene, kind, at), task in zip(points, tasks, strict=True):
                if wrong := task.result():
                    broken[kind] += 1
                    print(f"{scene.name}, {kind} at {at}: " + "; ".join(wrong), flush=True)
    done = Counter(kind for _, kind, _ in points)
    print("| what happened | places | laws broken |\n|---|---:|---:|")
    for kind in given.only:
        print(f"| {KINDS[kind]} | {done[kind]} | {broken[kind]} |")
    measuring.finish(given.json, {})
    if broken:
        raise SystemExit(1)


if __name__ == "__main__":
    main()

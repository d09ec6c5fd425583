"""Read thousands of broken files: each must end in a listed outcome, within the limits of time and memory.

    python benchmarks/hostile.py [--mutants 2000] [--seed 1] [--json FILE] [folder of odd files …]

Mutants are made of the files in tests/files: bytes flipped, cut, doubled, parts of archives edited.  Folders given are
read as they are.  Prints how many files ended how, the longest time and the largest memory of a worker.
"""

from __future__ import annotations

import io
import random
import resource
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import measuring
from measuring import ROOT, Ratio

from redstats import outcomes
from redstats.months import Month
from redstats.returns import read_return
from redstats.workbooks import isolation

MONTH = Month(2026, 10)
SMALLEST = ["--mutants", "20"]
RATIOS = {
    "hostile.seconds": Ratio("broken files: the longest", "the limit of time", 1, basis="wall"),
    "hostile.memory": Ratio("broken files: the largest worker", "the limit of memory", 1, basis="memory"),
}


def mutant(data: bytes, chance: random.Random) -> bytes:
    """The file with a few things wrong, in its bytes or within one part of its archive."""
    if data.startswith(b"PK") and chance.random() < 0.5:
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            names = old.namelist()
            broken = chance.choice(names)
            for name in names:
                part = old.read(name)
                new.writestr(name, _broken(part, chance) if name == broken else part)
        return out.getvalue()
    return _broken(data, chance)


def _broken(data: bytes, chance: random.Random) -> bytes:
    broken = bytearray(data)
    for _ in range(chance.choice([1, 2, 8, 40])):
        if not broken:
            break
        place = chance.randrange(len(broken))
        match chance.randrange(5):
            case 0:
                broken[place] = chance.randrange(256)
            case 1:
                del broken[place : place + chance.randrange(1, 200)]
            case 2:
                broken[place:place] = broken[max(0, place - 100) : place] * chance.randrange(1, 4)
            case 3:
                broken[place : place + 4] = chance.choice(
                    [b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"9999", b"<!--"]
                )
            case _:
                del broken[place:]
    return bytes(broken)


def files(
    folders: list[Path], mutants: int, chance: random.Random, scratch: Path
) -> Iterator[tuple[str, Path]]:
    """Every file of the folders, then the mutants, one after the other in the same place."""
    for folder in folders:
        yield from ((str(path), path) for path in sorted(folder.rglob("*")) if path.is_file())
    seeds = [path.read_bytes() for path in sorted((ROOT / "tests" / "files").iterdir()) if path.is_file()]
    path = scratch / "华阳路街道.xlsx"
    for number in range(mutants):
        path.write_bytes(mutant(chance.choice(seeds), chance))
        yield f"mutant {number}", path


def main() -> None:
    parser = measuring.options(__doc__)
    parser.add_argument("--mutants", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("folders", nargs="*", type=Path)
    given = parser.parse_args()
    measuring.compile_bytecode()
    ended: Counter[str] = Counter()
    longest = (0.0, "")
    with tempfile.TemporaryDirectory() as scratch:
        chance = random.Random(given.seed)
        for name, path in files(given.folders, given.mutants, chance, Path(scratch)):
            longest = max(longest, _read(name, path, ended))
    isolation.close()
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print("| outcome | files |\n|---|---:|")
    for code, count in ended.most_common():
        print(f"| {code} | {count} |")
    print(f"longest: {longest[0]:.1f} s ({longest[1]}); limit {isolation.SECONDS:.0f} s")
    print(f"largest worker: {largest:.0f} MiB; limit {isolation.MEGABYTES} MiB")
    measuring.finish(
        given.json,
        {
            "hostile.seconds": longest[0] / isolation.SECONDS,
            "hostile.memory": largest / isolation.MEGABYTES,
        },
    )


def _read(name: str, path: Path, ended: Counter[str]) -> tuple[float, str]:
    start = time.perf_counter()
    result = read_return(path, MONTH)
    assert result.code in outcomes.files(), (name, result.code)
    assert {note["kind"] for note in result.notes} <= set(outcomes.notes()), name
    if result.code == "reading_failed":
        print(f"reading_failed: {name}: {result.message}")
    ended[result.code] += 1
    return time.perf_counter() - start, name


if __name__ == "__main__":
    main()

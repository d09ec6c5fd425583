"""Read thousands of broken files: each must end in a listed outcome, within the limits of time and memory.

    python benchmarks/hostile.py [--mutants 2000] [--seed 1] [folder of odd files …]

Mutants are made of the files in tests/files: bytes flipped, cut, doubled, parts of archives edited.  Folders given are
read as they are.  Prints how many files ended how, the longest time and the largest memory of a worker.
"""

from __future__ import annotations

import argparse
import io
import random
import resource
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path

from redstats import outcomes
from redstats.months import Month
from redstats.returns import read_return
from redstats.workbooks import isolation

ROOT = Path(__file__).resolve().parent.parent
MONTH = Month(2026, 10)


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
    found = bytearray(data)
    for _ in range(chance.choice([1, 2, 8, 40])):
        if not found:
            break
        at = chance.randrange(len(found))
        match chance.randrange(5):
            case 0:
                found[at] = chance.randrange(256)
            case 1:
                del found[at : at + chance.randrange(1, 200)]
            case 2:
                found[at:at] = found[max(0, at - 100) : at] * chance.randrange(1, 4)
            case 3:
                found[at : at + 4] = chance.choice(
                    [b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"9999", b"<!--"]
                )
            case _:
                del found[at:]
    return bytes(found)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--mutants", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("folders", nargs="*", type=Path)
    wanted = parser.parse_args()
    chance = random.Random(wanted.seed)
    seeds = [path.read_bytes() for path in sorted((ROOT / "tests" / "files").iterdir())]
    ended: Counter[str] = Counter()
    longest = (0.0, "")
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "华阳路街道.xlsx"

        def mutants():
            for number in range(wanted.mutants):
                path.write_bytes(mutant(chance.choice(seeds), chance))
                yield f"mutant {number}", path

        def given():
            for folder in wanted.folders:
                yield from ((str(one), one) for one in sorted(folder.rglob("*")) if one.is_file())

        for name, one in (*given(),):
            longest = max(longest, _read(name, one, ended))
        for name, one in mutants():
            longest = max(longest, _read(name, one, ended))
    for code, count in ended.most_common():
        print(f"| {code} | {count} |")
    print(f"longest: {longest[0]:.1f} s ({longest[1]}); limit {isolation.SECONDS:.0f} s")
    isolation.close()
    print(
        f"largest worker: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10} MiB; limit {isolation.MEGABYTES} MiB"
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

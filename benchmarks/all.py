"""Run the benchmarks beside their rivals in one go and keep their ratios.

    python benchmarks/all.py                                            both forms; writes RESULTS.md and results.json
    python benchmarks/all.py --small                                    the small form alone; writes both, too
    python benchmarks/all.py --small --against benchmarks/results.json  compares, writes nothing; exit 1 where worse

The small form is the smallest size of each, about a minute on two quiet cores.  It leaves out what cannot be that small:
child processes (starting them is most of their time there), pages of ten streets, months with others before them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import checking
import hostile
import measuring
import reading
import run_month

BENCHMARKS = (run_month, checking, reading, hostile)
RATIOS = {name: ratio for benchmark in BENCHMARKS for name, ratio in benchmark.RATIOS.items()}
FULL = {
    run_month: ["--repeat", "1"],
    checking: ["--sizes", "10000", "100000", "--repeat", "2"],
    reading: ["--books", "20", "--small-books", "20", "--repeat", "3"],
    hostile: ["--mutants", "300"],
}
SMALL = {benchmark: benchmark.SMALLEST for benchmark in BENCHMARKS}
AGAIN = 2  # how often a benchmark that seems worse is asked again: a busy machine is no slow program
RESULTS = Path(__file__).with_name("results.json")


def measure(form: dict) -> dict[str, float]:
    """The ratios of each benchmark in a form, by name."""
    ratios = {}
    for benchmark, sizes in form.items():
        script = Path(str(benchmark.__file__))
        print(f"\n{script.name} {' '.join(sizes)}\n", flush=True)
        with tempfile.TemporaryDirectory() as scratch:
            file = Path(scratch) / "ratios.json"
            subprocess.run([sys.executable, str(script), *sizes, "--json", str(file)], check=True)
            ratios |= json.loads(file.read_text(encoding="utf-8"))
    return ratios


def main() -> None:
    parser = measuring.options(__doc__)
    parser.add_argument("--small", action="store_true", help="the smallest size of each only")
    parser.add_argument(
        "--against", type=Path, metavar="RESULTS", help="compare the small form with this file"
    )
    given = parser.parse_args()
    if given.against and not given.small:
        parser.error("--against compares the small form: give --small too")
    measuring.compile_bytecode(libraries=True)
    forms = {"small": SMALL} if given.small else {"full": FULL, "small": SMALL}
    measured = {name: measure(form) for name, form in forms.items()}
    measuring.finish(given.json, measured["small" if given.small else "full"])
    if given.against:
        stored = json.loads(given.against.read_text(encoding="utf-8"))["small"]
        worse = measuring.complaints(RATIOS, measured["small"], stored)
        for _ in range(AGAIN if worse else 0):
            named = {line.split(":")[0] for line in worse}
            suspects = {one: sizes for one, sizes in SMALL.items() if named & one.RATIOS.keys()}
            measured["small"] |= measuring.better(RATIOS, measured["small"], measure(suspects))
            worse = measuring.complaints(RATIOS, measured["small"], stored)
            if not worse:
                break
        print("\n" + "\n".join(worse or ["No ratio is worse than stored."]))
        sys.exit(1 if worse else 0)
    kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.is_file() else {}
    results = {"machine": measuring.machine(), "full": kept.get("full", {}), **measured}
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    RESULTS.with_name("RESULTS.md").write_text(measuring.page(RATIOS, results), encoding="utf-8")


if __name__ == "__main__":
    main()

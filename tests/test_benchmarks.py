"""The benchmarks run, and say what they stand for; how fast anything is, is not asked here (``make bench-check`` is)."""

from __future__ import annotations

import importlib.util
import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "benchmarks"
RESULTS = json.loads((FOLDER / "results.json").read_text(encoding="utf-8"))

# whole runs are left to ``make bench-check``, which takes a minute for them; what makes ratios steady is left out: none is looked at here
UNSTEADY = {
    "checking": ["--once", "--repeat", "1"],
    "reading": ["--repeat", "1"],
    "hostile": [],
}


def loaded(name: str, monkeypatch):
    """A module of ``benchmarks/``, under a name that none of the tests has."""
    monkeypatch.syspath_prepend(FOLDER)
    spec = importlib.util.spec_from_file_location(f"benchmarks_{name}", FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def measuring(monkeypatch):
    return loaded("measuring", monkeypatch)


@pytest.mark.parametrize("name", UNSTEADY)
def test_a_benchmark_in_its_smallest_size_gives_every_ratio_it_stands_for(name, monkeypatch, tmp_path):
    benchmark = loaded(name, monkeypatch)
    command = [sys.executable, str(FOLDER / f"{name}.py"), *benchmark.SMALLEST, *UNSTEADY[name]]
    ran = subprocess.run(
        [*command, "--json", str(tmp_path / "ratios.json")], capture_output=True, encoding="utf-8"
    )
    assert ran.returncode == 0, ran.stderr
    ratios = json.loads((tmp_path / "ratios.json").read_text(encoding="utf-8"))
    promised = {ratio for ratio, each in benchmark.RATIOS.items() if each.small}
    assert ratios.keys() == promised
    assert all(math.isfinite(value) and value > 0 for value in ratios.values()), ratios
    assert promised == {ratio for ratio in RESULTS["small"] if ratio in benchmark.RATIOS}
    assert benchmark.RATIOS.keys() <= RESULTS["full"].keys()


@pytest.mark.skipif(sys.platform != "linux", reason="别的系统不能一次结束一组进程")
def test_a_run_that_is_interrupted_tears_nothing_and_the_next_one_ends_as_if_it_had_not_been(monkeypatch):
    faults = loaded("faults", monkeypatch)
    ran = subprocess.run(
        [sys.executable, str(FOLDER / "faults.py"), *faults.SMALLEST, "--seed", "3"],
        capture_output=True,
        encoding="utf-8",
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_soft_checks_find_what_is_invented_and_leave_an_honest_district_alone(monkeypatch):
    invented = loaded("invented", monkeypatch)
    ran = subprocess.run(
        [sys.executable, str(FOLDER / "invented.py"), *invented.SMALLEST],
        capture_output=True,
        encoding="utf-8",
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert all(f"\n{name:18}" in ran.stdout for name in invented.INVENTIONS)


def test_a_ratio_half_again_as_bad_as_the_stored_one_is_named(measuring):
    ratios = {
        "less": measuring.Ratio("seconds", "a rival"),
        "more": measuring.Ratio("speed", "a rival", higher=True),
    }
    stored = {"less": 1.0, "more": 3.0}
    assert measuring.complaints(ratios, {"less": 1.4, "more": 2.1}, stored) == []
    worse = measuring.complaints(ratios, {"less": 1.6, "more": 1.9}, stored)
    assert [line.split(":")[0] for line in worse] == ["less", "more"]


def test_a_stored_ratio_that_is_measured_no_more_is_named(measuring):
    ratios = {"less": measuring.Ratio("seconds", "a rival")}
    assert measuring.complaints(ratios, {}, {"less": 1.0, "gone": 1.0}) == [
        "less: not measured any more",
        "gone: not measured any more",
    ]


def test_what_seems_worse_is_asked_again_and_the_better_counts(measuring):
    ratios = {
        "less": measuring.Ratio("seconds", "a rival"),
        "more": measuring.Ratio("speed", "a rival", higher=True),
    }
    first, second = {"less": 1.0, "more": 2.0, "kept": 1.0}, {"less": 2.0, "more": 3.0}
    assert measuring.better(ratios, first, second) == {"less": 1.0, "more": 3.0}


def test_wall_seconds_are_not_compared(measuring):
    ratios = {"wall": measuring.Ratio("seconds", "a rival", basis="wall")}
    assert measuring.complaints(ratios, {"wall": 9.0}, {"wall": 1.0}) == []


def test_an_aim_is_met_from_below_or_from_above(measuring):
    at_most, at_least = measuring.Ratio("", "", 2), measuring.Ratio("", "", 2, higher=True)
    assert [at_most.verdict(value) for value in (1.9, 2, 2.1)] == ["met", "met", "not met"]
    assert [at_least.verdict(value) for value in (1.9, 2, 2.1)] == ["not met", "met", "met"]
    assert measuring.Ratio("", "").verdict(1) == ""

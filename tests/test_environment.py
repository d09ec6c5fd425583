"""pyproject.toml, environment.yml and the lock say the same."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import rattler
import yaml

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONDA_NAMES = {"jupyter_client": "jupyter-client"}


def ranges(lines: list[str]) -> dict[str, str]:
    found = {}
    for line in lines:
        name, limits = re.fullmatch(r"([A-Za-z0-9_-]+)(.*)", line).groups()
        found[CONDA_NAMES.get(name, name)] = limits
    return found


def declared() -> dict[str, str]:
    return ranges([*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["test"]])


def environment() -> tuple[list[str], list[str]]:
    lines = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    by_pip = next(line["pip"] for line in lines if isinstance(line, dict))
    return [line for line in lines if isinstance(line, str) and line != "pip"], by_pip


def test_conda_and_pip_get_the_same_ranges():
    conda, by_pip = environment()
    wanted = {**declared(), "python": PROJECT["requires-python"]}
    assert ranges([*conda, *by_pip]) == wanted


@pytest.mark.parametrize("line", environment()[0])
def test_conda_understands_every_line(line):
    assert rattler.MatchSpec(line, strict=True).name is not None


def test_great_expectations_comes_by_pip():
    conda, by_pip = environment()
    assert "great-expectations" in ranges(by_pip)
    assert "great-expectations" not in ranges(conda)


def test_the_lock_holds_a_version_in_range_for_every_package():
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", text, re.MULTILINE))
    for name, limits in declared().items():
        spec = rattler.MatchSpec(f"{name}{limits}", strict=True)
        assert name in locked, f"{name} is missing: run make lock"
        record = rattler.VersionSpec(str(spec.version)) if spec.version else None
        assert record is None or record.matches(rattler.Version(locked[name])), name


def test_every_locked_package_carries_hashes_and_no_address():
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    for block in re.split(r"\n(?=[a-z0-9-]+==)", text):
        assert "--hash=sha256:" in block


def test_tests_of_one_group_are_run_by_one_worker(tmp_path):
    """Where they are not, every worker builds every fixture once more, in silence."""
    (tmp_path / "test_grouped.py").write_text(
        "import os, pytest\n"
        "@pytest.mark.xdist_group('one')\n"
        "@pytest.mark.parametrize('n', range(8))\n"
        "def test_it(n, tmp_path_factory):\n"
        f"    open({str(tmp_path / 'workers')!r}, 'a').write(os.environ['PYTEST_XDIST_WORKER'] + '\\n')\n",
        encoding="utf-8",
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n",
        "2",
        "--dist",
        "loadgroup",
        "-p",
        "no:cacheprovider",
    ]
    ran = subprocess.run([*command, "test_grouped.py"], cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout
    assert len(set((tmp_path / "workers").read_text().split())) == 1

"""Notebooks are thin, typed, strict about their parameters, and run with plain papermill."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NAMES = [
    "1_returns",
    "2_findings",
    "3_scores",
    "4_coverage_dashboard",
    "5_scoring_dashboard",
    "6_street_dashboard",
    "7_recommendations",
    "8_great_expectations",
]
PLAIN = "8_great_expectations"  # shows GX itself
LONGEST = 40

each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def code(path: Path) -> list[str]:
    return [cell.source for cell in read(path).cells if cell.cell_type == "code"]


def test_the_notebooks_are_those_of_the_flow():
    assert [path.stem for path in NOTEBOOKS] == NAMES


@each
def test_a_notebook_holds_no_logic(path):
    tree = ast.parse("\n".join(code(path)))
    logic = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.Lambda, ast.ListComp, ast.If, ast.Try)
    assert not [node for node in ast.walk(tree) if isinstance(node, logic)]


@each
def test_a_notebook_imports_only_redstats(path):
    for node in ast.walk(ast.parse("\n".join(code(path)))):
        if isinstance(node, ast.Import):
            allowed = ["redstats", *(["great_expectations"] if path.stem == PLAIN else [])]
            assert [alias.name for alias in node.names] in [[name] for name in allowed]
        assert not isinstance(node, ast.ImportFrom)


@each
def test_a_notebook_has_at_most_forty_lines_of_code(path):
    assert (
        sum(len([line for line in source.splitlines() if line.strip()]) for source in code(path)) <= LONGEST
    )


@each
def test_one_cell_declares_the_parameters_with_type_and_meaning(path):
    tagged = [cell for cell in read(path).cells if "parameters" in cell.metadata.get("tags", [])]
    assert len(tagged) == 1
    for line in tagged[0].source.splitlines():
        declaration, comment = line.split("  # ")
        node = ast.parse(declaration).body[0]
        assert isinstance(node, ast.AnnAssign)
        assert isinstance(node.value, ast.Constant)
        assert comment.strip()


@each
def test_a_guard_follows_the_parameters(path):
    sources = code(path)
    declared = {node.target.id for node in ast.parse(sources[0]).body}
    assert sources[1].startswith("import redstats\n\nredstats.check_parameters(globals(), {")
    call = ast.parse(sources[1]).body[1].value
    assert ast.literal_eval(call.args[1]) == declared


@each
def test_a_notebook_begins_with_its_title_and_ends_with_its_sources(path):
    cells = read(path).cells
    assert cells[0].cell_type == "markdown" and cells[0].source.startswith("# ")
    assert cells[-1].source.startswith("redstats.overview.footer(figures")


@each
def test_no_output_is_kept_in_the_repository(path):
    for cell in read(path).cells:
        assert not cell.get("outputs") and cell.get("execution_count") is None


def papermill(project, notebook: str, out: Path, *parameters: str) -> subprocess.CompletedProcess:
    command = [
        sys.executable,
        "-m",
        "papermill",
        str(ROOT / "notebooks" / f"{notebook}.ipynb"),
        str(out),
        *parameters,
    ]
    environment = os.environ | {"REDSTATS_HOME": str(project.root)}
    return subprocess.run(
        command, env=environment, cwd=out.parent, capture_output=True, text=True, timeout=300
    )


@pytest.mark.parametrize("notebook", NAMES)
def test_a_notebook_runs_with_plain_papermill(sample_project, notebook, tmp_path):
    more = ["-p", "street", "华阳街道"] if notebook.startswith("6") else []
    done = papermill(sample_project, notebook, tmp_path / "out.ipynb", "-p", "month", "2026-10", *more)
    assert done.returncode == 0, done.stderr[-2000:]
    shown = [out for cell in read(tmp_path / "out.ipynb").cells for out in cell.get("outputs", [])]
    assert not [out for out in shown if out.output_type == "error"]
    assert any("2026年10月" in str(out.get("data")) for out in shown)


def test_a_misspelt_parameter_stops_the_notebook_and_names_the_right_one(sample_project, tmp_path):
    done = papermill(
        sample_project, "6_street_dashboard", tmp_path / "out.ipynb", "-p", "steet", "华阳路街道"
    )
    assert done.returncode != 0
    assert "street" in done.stderr and "不认识的参数" in done.stderr


def test_an_unknown_street_stops_the_notebook_and_offers_close_names(sample_project, tmp_path):
    done = papermill(
        sample_project, "6_street_dashboard", tmp_path / "out.ipynb", "-p", "street", "花阳路街道"
    )
    assert done.returncode != 0
    assert "华阳路街道" in done.stderr

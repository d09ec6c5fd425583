"""A module imports only from lower floors, modules of one floor never each other, and heavy libraries have one door."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "redstats"
FLOORS = {
    "errors": 0,
    "files": 0,
    "text": 0,
    "strict": 1,
    "project": 1,
    "months": 1,
    "similarity": 1,
    "stamps": 1,
    "isolation": 1,
    "outcomes": 2,
    "places": 2,
    "tables": 2,
    "standard": 2,
    "workbooks": 3,
    "values": 2,
    "wording": 2,
    "headings": 3,
    "mappings": 3,
    "committees": 3,
    "corrections": 3,
    "returns": 4,
    "templates": 4,
    "sample": 4,
    "findings": 5,
    "coverage": 5,
    "pairs": 5,
    "changes": 5,
    "confirming": 5,
    "deadlines": 6,
    "reminders": 6,
    "scores": 6,
    "charts": 6,
    "pages": 6,
    "recommendations": 6,
    "dashboards": 7,
    "sendback": 7,
    "runs": 8,
    "cli": 9,
}
DOORS = {
    "great_expectations": {"findings"},
    "papermill": {"runs"},
    "nbconvert": {"pages"},
    "openpyxl": {"workbooks"},
    "python_calamine": {"workbooks"},
    "docx": {"workbooks"},
    "plotly": {"charts", "pages"},  # pages ships plotly.js, a file of the package
    "typer": {"cli"},
    "rich": {"cli"},
    "yaml": {"strict"},
    "xlrd": {"workbooks"},
    "bs4": {"workbooks"},
    "rapidfuzz": {"similarity"},
    "jinja2": {"dashboards"},
    "pyarrow": {"tables", "runs"},
    "jupyter_client": {"runs"},
}


def modules() -> list[tuple[str, Path]]:
    return [(path.relative_to(PACKAGE).parts[0].removesuffix(".py"), path) for path in PACKAGE.rglob("*.py")]


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def own(names: set[str]) -> set[str]:
    found = {name.split(".")[1] for name in names if name.startswith("redstats.")}
    return found & set(FLOORS)


INSIDE = [(noun, path) for noun, path in modules() if noun in FLOORS]


def test_every_module_has_a_floor():
    known = {*FLOORS, "__init__", "_parameters"}
    assert {noun for noun, _ in modules()} <= known


@pytest.mark.parametrize(("noun", "path"), INSIDE, ids=lambda value: str(value)[-30:])
def test_imports_only_go_down(noun, path):
    below = own(imported(path)) - {noun}
    upward = {other for other in below if FLOORS[other] >= FLOORS[noun]}
    assert not upward, f"{noun} (floor {FLOORS[noun]}) imports {upward}"


@pytest.mark.parametrize("library", DOORS)
def test_a_heavy_library_has_one_door(library):
    users = {
        noun for noun, path in modules() if any(name.split(".")[0] == library for name in imported(path))
    }
    assert users <= DOORS[library]


def test_great_expectations_is_imported_only_where_a_check_runs():
    for noun, path in modules():
        if noun == "findings" and path.name != "expectations.py":
            tops = [
                node
                for node in ast.parse(path.read_text(encoding="utf-8")).body
                if isinstance(node, ast.Import | ast.ImportFrom)
            ]
            names = {getattr(node, "module", None) or node.names[0].name for node in tops}
            assert not any(name.startswith("great_expectations") for name in names), path.name

"""The floors of the house: which room stands on which, and the picture of it for docs/architecture.md.

The picture (Mermaid) is drawn from the imports as they are; ``make docs`` renews it.
"""

from __future__ import annotations

import ast
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "redstats"
# From the ground up; a room or module imports only from lower floors, never from its own.
FLOORS = (
    ("errors", "files", "text"),
    ("strict", "project", "months", "incoming", "fingerprints"),
    ("forgotten", "outcomes", "tables", "settings", "standard", "places", "wording"),
    ("values", "workbooks", "explanations"),
    ("headings", "mappings", "corrections"),
    ("returns", "templates", "sample"),
    ("forms", "confirming", "facts"),
    ("suites",),
    ("findings",),
    ("deadlines", "scores", "self_check", "submissions"),
    ("recommendations", "soft_checks", "spotchecks"),
    ("html", "sendback", "signing"),
    ("dashboards",),
    ("runs",),
    ("cli",),
)
FLOOR_OF = {room: number for number, floor in enumerate(FLOORS) for room in floor}
# Each heavy library has one door.
DOORS = {
    "great_expectations": {"suites"},
    "papermill": {"runs"},
    "nbconvert": {"html"},
    "openpyxl": {"workbooks"},
    "python_calamine": {"workbooks"},
    "docx": {"workbooks"},
    "plotly": {"dashboards", "html"},  # html ships plotly.js, a file of the package
    "typer": {"cli"},
    "rich": {"cli"},
    "yaml": {"strict"},
    "xlrd": {"workbooks"},
    "bs4": {"workbooks"},
    "rapidfuzz": {"text"},
    "jinja2": {"dashboards"},
    "pyarrow": {"tables", "runs"},
    "jupyter_client": {"runs"},
    "scipy": {"scores"},
}


def modules() -> dict[str, Path]:
    """Every module of the package by its dotted name below it, such as ``returns.reading``."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def room_of(module: str) -> str:
    return module.partition(".")[0]


def imports(path: Path, top: bool = False) -> set[str]:
    """The full dotted names that a module imports; ``top``: only while it is itself being imported."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names: set[str] = set()
    for node in tree.body if top else ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def own_imports(path: Path, top: bool = False) -> set[str]:
    """The modules of the package that a module imports, by their names below it."""
    known = modules()
    found = set()
    for name in imports(path, top):
        below = name.removeprefix("redstats.")
        if below != name:
            found.add(below if below in known else below.rpartition(".")[0])
    return found - {""}


def picture() -> str:
    """The rooms by floor, the highest first, with an arrow to each room that is used from the floor right below a user.

    An arrow that only repeats a way through other rooms is left out, so that the picture stays readable.
    """
    uses: dict[str, set[str]] = {room: set() for room in FLOOR_OF}
    for module, path in modules().items():
        if (room := room_of(module)) in uses:
            uses[room] |= {room_of(other) for other in own_imports(path)} & set(uses) - {room}
    reach: dict[str, set[str]] = {}
    for room in sorted(uses, key=FLOOR_OF.__getitem__):
        reach[room] = set().union(*({other} | reach[other] for other in uses[room]))
    lines = ["```mermaid", "flowchart TB"]
    for number in reversed(range(len(FLOORS))):
        inside = "; ".join(FLOORS[number])
        lines.append(f'  subgraph floor{number}["floor {number}"]\n    {inside}\n  end')
    for room in sorted(uses, key=lambda name: (-FLOOR_OF[name], name)):
        through = set().union(*(reach[other] for other in uses[room]))
        lines += [f"  {room} --> {other}" for other in sorted(uses[room] - through)]
    return "\n".join([*lines, "```"])

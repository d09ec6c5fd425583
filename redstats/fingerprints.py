"""Hashes of what outputs are made from: files by name and content, the package's own rules and code, the libraries it stands on.

Only the standard library is imported here, so that one can look whether anything has changed before anything is loaded.
"""

from __future__ import annotations

import functools
import hashlib
import platform
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

PACKAGE = Path(__file__).parent
# What outputs depend on beside the package itself; their versions are told on the page of methods and in run.json.
PACKAGES = (
    "redstats",
    "pandas",
    "great-expectations",
    "papermill",
    "nbconvert",
    "plotly",
    "openpyxl",
    "python-calamine",
)
_KNOWLEDGE = frozenset({".py", ".yaml", ".txt"})
_LOOK = frozenset({".j2", ".css", ".js"})


@functools.cache
def code() -> str:
    """Of the package's rules and code, as this process has begun with them."""
    return of_files((path for path in PACKAGE.rglob("*") if path.suffix in _KNOWLEDGE), PACKAGE)


@functools.cache
def templates() -> str:
    """Of how pages look."""
    return of_files((path for path in PACKAGE.rglob("*") if path.suffix in _LOOK), PACKAGE)


@functools.cache
def versions() -> dict[str, str]:
    """Of Python and the libraries."""
    return {"python": platform.python_version()} | {name: version(name) for name in PACKAGES}


def of_text(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def of_file(path: Path) -> str:
    """Of a file's content; "" where there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def of_files(paths: Iterable[Path], root: Path) -> str:
    """Of files by their name below ``root`` and their content, in whatever order they come."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(str(path.relative_to(root)).encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()

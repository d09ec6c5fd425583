"""What was read of each workbook, kept by its content, so that what is unchanged is not read again.

A reading depends on the bytes of the workbook, its name (which may tell whose it is), the month, what was confirmed, and the
code with its rules; all of these are its key.  Nothing else is: what one workbook says to another (corrections, which of two
counts, last month) is made of readings, afterwards.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from redstats import fingerprints
from redstats.files import make_folder, name_of, replacing
from redstats.incoming import Incoming
from redstats.months import Month
from redstats.project import MAPPINGS, Project
from redstats.returns.result import Return

_ENDING = ".pickle"
_MARK = hashlib.sha256().digest_size  # a reading stands behind its hash
# All that a reading is made of: a file with anything else in it is not one, whoever put it there.
_CLASSES = {
    ("redstats.returns.result", "Return"),
    ("redstats.places.roll", "Street"),
    ("redstats.places.roll", "Neighbourhood"),
    ("redstats.months", "Month"),
    ("redstats.workbooks.stamps", "Stamp"),
    ("redstats.workbooks.stamps", "Answer"),
    ("collections", "Counter"),
    ("datetime", "date"),
    ("datetime", "datetime"),
}


class Kept:
    """The readings of a month's workbooks by one reader (``kind``: returns or forms)."""

    def __init__(self, project: Project, month: Month, kind: str) -> None:
        self._folder = project.readings(month) / kind
        confirmed = fingerprints.of_file(project.raw / MAPPINGS)
        versions = repr(fingerprints.versions())
        self._made_with = "\n".join([fingerprints.code(), versions, confirmed, str(month), kind])

    def each(self, paths: list[Path], read: Callable[[list[Path]], list[Return]]) -> list[Return]:
        """The readings of these files, in their order; ``read`` is asked for those that are not at hand.

        What is kept of other files goes: they are no longer there, or say something else.
        """
        digests = {path: Incoming(path, path.name).digest() for path in paths}
        files = {path: self._file(path, digest) for path, digest in digests.items()}
        results = {path: result for path in paths if (result := _load(files[path]))}
        missing = [path for path in paths if path not in results]
        for path, result in zip(missing, read(missing), strict=True):
            results[path] = result
            # what could not be opened has no hash; what changed meanwhile has another one
            if result.sha256 and result.sha256 == digests[path]:
                _store(files[path], result)
        wanted = set(files.values())
        for old in self._folder.glob(f"*{_ENDING}"):
            if old not in wanted:
                old.unlink(missing_ok=True)
        return [results[path] for path in paths]

    def _file(self, path: Path, digest: str) -> Path:
        key = fingerprints.of_text("\n".join([self._made_with, name_of(path), digest]))
        return self._folder / f"{key}{_ENDING}"


def forget(project: Project, month: Month) -> None:
    """Read the workbooks of a month again the next time, all of them."""
    shutil.rmtree(project.readings(month), ignore_errors=True)


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _CLASSES:
            raise pickle.UnpicklingError(f"{module}.{name}")
        return super().find_class(module, name)


def _load(path: Path) -> Return | None:
    try:
        content = path.read_bytes()
        mark, content = content[:_MARK], content[_MARK:]
        if hashlib.sha256(content).digest() != mark:
            return None  # torn: it is read anew
        result = _Unpickler(io.BytesIO(content)).load()
    except (OSError, pickle.UnpicklingError):
        return None
    return result if isinstance(result, Return) else None


def _store(path: Path, result: Return) -> None:
    """Keep a reading; where that is not possible it is made again the next time."""
    with contextlib.suppress(OSError):
        make_folder(path.parent.parent.parent, private=True)
        with replacing(path, private=True) as scratch:  # all that a street sent, with names and numbers
            content = pickle.dumps(result, protocol=pickle.HIGHEST_PROTOCOL)
            scratch.write_bytes(hashlib.sha256(content).digest() + content)

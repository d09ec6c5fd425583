"""What streets put into ``data/raw/<month>``: which files lie there and what is in them; the only place that looks.

A file is known by its way below the month's folder: two of one name in two folders are two files.  Nothing that is no plain
file is opened (a pipe never ends), no link is followed, and nothing larger than any return is read; a file that cannot be
read, or is gone while one looks, is listed all the same.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from redstats.files import text_of

MAX_FILE = 64 * 2**20  # about a hundred times a real return
_PIECE = 1 << 20
_IGNORED = re.compile(
    r"^(?:~\$|\.|thumbs\.db$|desktop\.ini$)|\.(?:tmp|bak|lnk|part|crdownload)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file below the month's folder, called by its way there; ``skipped``: it is none that a street sends."""

    path: Path
    name: str
    skipped: bool = False

    def digest(self) -> str:
        """SHA-256 of the content, or "" of what is not read: too large, locked, gone."""
        try:
            size = self.path.stat().st_size
            if self.skipped or size > MAX_FILE:
                return ""
            digest = hashlib.sha256()
            with self.path.open("rb") as file:
                while piece := file.read(_PIECE):
                    digest.update(piece)
        except OSError:
            return ""
        return digest.hexdigest()

    def mark(self) -> bytes:
        """Name and content, so that whoever keeps it sees a change of either."""
        try:
            size = self.path.lstat().st_size
        except OSError:
            size = -1
        return b"\0".join([os.fsencode(self.name), self.digest().encode() or str(size).encode()])


def files(folder: Path) -> list[Incoming]:
    """Every file below a month's folder, by name; those of programs (locks, thumbnails), links and pipes as skipped."""
    return sorted(_below(folder), key=lambda file: file.path)


def _below(folder: Path) -> Iterator[Incoming]:
    for place, folders, names in os.walk(folder, followlinks=False):
        links = [name for name in folders if os.path.islink(os.path.join(place, name))]
        for path in (Path(place, name) for name in (*names, *links)):
            name = text_of(path.relative_to(folder).as_posix())
            yield Incoming(path, name, bool(_IGNORED.search(path.name)) or not _is_plain(path))


def _is_plain(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False

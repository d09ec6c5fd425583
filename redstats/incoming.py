"""What streets put into ``data/raw/<month>``: which files lie there and what is in them; the only place that looks.

A file is known by its way below the month's folder: two of one name in two folders are two files.  Nothing that is no plain
file is opened (a pipe never ends), no link is followed, and nothing larger than any return is read; a file that cannot be
read, or is gone while one looks, is listed all the same.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import hashlib
import io
import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from redstats.files import append, replacing, text_of

# Beside the months: which content was first seen on which day. Only ever added to by redstats; the district may mend a day.
RECEIVED = "received.csv"
COLUMNS = ("month", "first_seen", "sha256", "file")
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


@dataclass(frozen=True, slots=True)
class Receipt:
    """When a content was first seen in its month's folder, and the last day before on which one looked and it was not there."""

    first_seen: dt.date
    last_unseen: dt.date | None = None


def record(raw: Path, month: str, today: dt.date) -> None:
    """Add to ``received.csv`` the contents of a month's folder that were not seen before, and that one looked today.

    A folder that cannot be written to keeps no such record, which hinders nothing.
    """
    known, looks = _received(raw, month)
    present = [
        (digest, file.name) for file in files(raw / month) if not file.skipped and (digest := file.digest())
    ]
    seen = [(month, today, digest, name) for digest, name in present if digest not in known]
    add_received(raw, seen or ([] if today in looks else [(month, today, "", "")]))


def add_received(raw: Path, seen: Iterable[tuple[str, dt.date, str, str]]) -> None:
    """Add lines to ``received.csv``: month, day, SHA-256 and name of a file; the last two are empty where one only looked."""
    lines = [(month, day.isoformat(), digest, _as_text(name)) for month, day, digest, name in seen]
    if not lines:
        return
    path = raw / RECEIVED
    text = io.StringIO()
    with contextlib.suppress(OSError):
        begun = path.exists() and path.stat().st_size  # one that a full disk left empty is not
        csv.writer(text, lineterminator="\r\n").writerows(lines if begun else [COLUMNS, *lines])
        append(path, text.getvalue().encode("utf-8" if begun else "utf-8-sig"))


def forget_names(raw: Path, month: str) -> None:
    """Take the names of a month's files out of ``received.csv``; days and hashes stay."""
    path = raw / RECEIVED
    if not path.is_file():
        return
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        lines = list(csv.reader(file))
    named = [line for line in lines if line and line[0] == month and any(line[len(COLUMNS) - 1 :])]
    if not named:
        return
    for line in named:
        line[len(COLUMNS) - 1 :] = [""]
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(lines)
    with replacing(path) as scratch:
        scratch.write_bytes(text.getvalue().encode("utf-8-sig"))


def receipts(raw: Path, month: str) -> dict[str, Receipt]:
    """What is known of the contents of a month, by their SHA-256."""
    known, looks = _received(raw, month)
    return {
        digest: Receipt(day, max((look for look in looks if look < day), default=None))
        for digest, day in known.items()
    }


def _received(raw: Path, month: str) -> tuple[dict[str, dt.date], set[dt.date]]:
    """The first day of each content of a month, and the days on which one looked."""
    try:
        text = (raw / RECEIVED).read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return {}, set()
    known: dict[str, dt.date] = {}
    looks: set[dt.date] = set()
    for line in csv.DictReader(io.StringIO(text)):
        day = _day(line.get("first_seen"))
        if line.get("month") != month or day is None:
            continue
        looks.add(day)
        if digest := line.get("sha256"):
            known[digest] = min(day, known.get(digest, day))
    return known, looks


def _day(text: str | None) -> dt.date | None:
    """A day as this module writes it, or as an office program does that saved the file: 2026/11/3."""
    try:
        return dt.date(*map(int, re.split("[-/.]", (text or "").strip())))
    except (TypeError, ValueError):
        return None


def _as_text(name: str) -> str:
    """A file's name that no office program takes for a formula."""
    return f"'{name}" if name and name[0] in "=+-@\t\r" else name

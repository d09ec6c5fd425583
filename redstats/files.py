"""Names of files, and writing that is whole or not at all: beside the place, flushed, then renamed over it."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

_SCRATCH = ".tmp"


def text_of(name: str) -> str:
    """The name of a file as text that can be written anywhere, also one that is not valid text on this system."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def name_of(path: Path) -> str:
    """``text_of`` a file's own name."""
    return text_of(path.name)


@contextlib.contextmanager
def replacing(path: Path, private: bool = False) -> Iterator[Path]:
    """A scratch file beside ``path`` that takes its place when the block ends well, and goes when it does not.

    It may be read by whom the system's settings (umask) allow; a ``private`` one by its owner alone.
    """
    make_folder(path.parent, private)
    scratch = path.with_name(f".{path.name}.{secrets.token_hex(4)}{_SCRATCH}")
    scratch.touch(0o600 if private else 0o666, exist_ok=False)
    try:
        yield scratch
        with scratch.open("rb+") as file:
            os.fsync(file.fileno())
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)


@contextlib.contextmanager
def replacing_folder(path: Path, private: bool = False) -> Iterator[Path]:
    """A scratch folder beside ``path`` that takes its place when the block ends well; ``private`` as in ``replacing``.

    Where the system can exchange two names in one step there is no moment without the folder; elsewhere the old one
    is renamed away first, and comes back at the next start if the program was killed in between.
    """
    make_folder(path.parent, private)
    restore(path)
    scratch = path.with_name(f".{path.name}.{secrets.token_hex(4)}{_SCRATCH}")
    scratch.mkdir(0o700 if private else 0o777)
    try:
        yield scratch
        if not path.exists():
            scratch.rename(path)
        elif not _exchanged(scratch, path):
            old = _old(path)
            shutil.rmtree(old, ignore_errors=True)
            path.rename(old)
            scratch.rename(path)
            shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def make_folder(path: Path, private: bool = False) -> None:
    """Make a folder and those above it; a ``private`` one may be entered by its owner alone."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(0o700 if private else 0o777, exist_ok=True)


def restore(path: Path) -> None:
    """Bring a folder back that was renamed away when the program was killed."""
    if _old(path).exists() and not path.exists():
        _old(path).rename(path)


def sweep(folder: Path, name: str = "") -> None:
    """Remove what was left in a folder when the program was killed: scratch, of files and folders called ``name`` or of all.

    Only for who holds the lock of what is made there.
    """
    for scratch in folder.glob(f".{name or '*'}.*{_SCRATCH}") if folder.is_dir() else ():
        if scratch.is_dir():
            shutil.rmtree(scratch, ignore_errors=True)
        else:
            scratch.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path`` in one step."""
    with replacing(path) as scratch:
        scratch.write_bytes(content)


def append(path: Path, lines: bytes, private: bool = False) -> None:
    """Add whole lines to a file in one piece, or nothing: what of them a full disk has taken is taken back.

    A line that was torn before them (by hand, or by a failing power) ends where they begin.  OSError where nothing was added.
    """
    file = os.open(
        path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600 if private else 0o666
    )
    try:
        size = os.fstat(file).st_size
        if size:
            os.lseek(file, -1, os.SEEK_END)
            lines = lines if os.read(file, 1) == b"\n" else b"\n" + lines
        if (written := os.write(file, lines)) < len(lines):
            if os.fstat(file).st_size == size + written:  # else another run has added to it
                os.ftruncate(file, size)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
    finally:
        os.close(file)


def _old(path: Path) -> Path:
    return path.with_name(f".{path.name}.old")


def _exchanged(first: Path, second: Path) -> bool:
    """Whether the system has exchanged the two names in one step (renameat2, of Linux)."""
    try:
        exchange = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    here, flag = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    return exchange(here, os.fsencode(first), here, os.fsencode(second), flag) == 0

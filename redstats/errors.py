"""The three ways in which redstats says no to the people who run it.

A committee that falls short is a row in a table, never one of these.  Each error carries three lines:
what happened, where, and what to do; ``code`` names the outcome and ``exit_code`` its family.
"""

from __future__ import annotations


class RedstatsError(Exception):
    """Root of all errors meant for people: ``what`` happened, ``where``, and what ``to_do`` (Chinese)."""

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", to_do: str = "", code: str = "") -> None:
        super().__init__("；".join(part for part in (what, where, to_do) if part))
        self.what, self.where, self.to_do, self.code = what, where, to_do, code

    def __reduce__(self):  # survives the trip back from a worker process
        return _rebuild, (type(self), self.what, self.where, self.to_do, self.code)


class WorkbookError(RedstatsError):
    """A file is not something we can read; ``where`` is file!sheet!cell."""

    exit_code = 3


class StandardError(RedstatsError):
    """A rule file (standard, places, profile, suite) is malformed; ``where`` is file, entry, key."""

    exit_code = 4


class RunError(RedstatsError):
    """An unknown street, month or parameter, or a run that cannot go on."""

    exit_code = 5


def _rebuild(kind: type[RedstatsError], what: str, where: str, to_do: str, code: str) -> RedstatsError:
    return kind(what, where=where, to_do=to_do, code=code)

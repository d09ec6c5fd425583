"""What a run did."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from redstats.months import Month


@dataclass(slots=True)
class Run:
    """What a run of a month did: pages made and kept, failures by file, seconds by step, where it all stands, and which page to open.

    is_empty: no return of the month could be read, so that there is nothing to show but who owes one;
    version: the number of the month's judgements (``history``), 0 where they are those of before; made_from: inputs with their
    SHA-256, editions and versions of libraries, where anything was made; forgotten: that the originals were removed by the
    rules of retention, so that the month stays as it is; stale_corrections: entries of corrections.yml whose cell says something else by now, without which the run went on.
    """

    month: Month
    folder: Path
    front: str = "index.html"
    made: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    is_empty: bool = False
    stale_corrections: list[str] = field(default_factory=list)
    version: int = 0
    made_from: dict[str, Any] = field(default_factory=dict)
    forgotten: str = ""

    @property
    def exit_code(self) -> int:
        """0, or 5 where somebody has to look."""
        return 5 if self.failed or self.stale_corrections or self.is_empty else 0

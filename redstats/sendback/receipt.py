"""The receipt of a street: what it sent, when it came, its hash, what was read of it, and what is still open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

import pandas as pd

from redstats import outcomes, places, settings, submissions, tables
from redstats.months import Month
from redstats.places import Street
from redstats.project import Project
from redstats.sendback.mark import KINDS, Mark

MUST = ("mend", "fill")  # until they are mended, a return is not clean


def receipt_name(street: Street) -> str:
    return f"{street.name}-回执.txt"


def has_file(files: pd.DataFrame, street: Street) -> bool:
    """Whether the street sent anything at all (``files``: 1_returns/files)."""
    return not _sent(files, street).empty


class Receipts:
    """The receipts of a month, whose tables are read once for all streets."""

    def __init__(self, project: Project, month: Month) -> None:
        self._month, self._files = month, tables.read(project, tables.FILES, month)
        notes, limits = tables.read(project, tables.NOTES, month), settings.on(project, month.end)
        board = submissions.board(self._files, month, places.on(month.end), limits, notes)
        self._board = {submission.street_code: submission for submission in board}
        self._until = submissions.deadline(month, limits)

    def of(self, street: Street, marks: Collection[Mark] | None) -> str:
        """The receipt for all files of a street; "" where it sent none.  ``marks``: what goes back to it; None where nothing was read."""
        sent: Any = _sent(self._files, street)
        if sent.empty:
            return ""
        lines = [f"{street.name}：{self._month.label}红色业委会月报回执", ""]
        for number, row in enumerate(sent.itertuples(), 1):
            is_read = row.kind == "return" and row.outcome in ("accepted", "noted")
            read = f"{row.rows} 行，采用 {row.accepted} 个业委会" if is_read else row.message
            lines.append(f"{number}. {row.source_file}")
            lines += [f"   收到：{row.first_seen}"] if pd.notna(row.first_seen) else []
            lines += [f"   SHA-256：{row.sha256}"] if row.sha256 else []
            lines.append(f"   {outcomes.OUTCOMES[row.outcome]}：{read}")
        timely = f"报送：{self._board[street.code].word}（期限 {self._until}）。"
        return "\n".join([*lines, "", timely, _clean(marks)]) + "\n"


def _sent(files: pd.DataFrame, street: Street) -> pd.DataFrame:
    """Its own files, and those that speak of it beside others."""
    return files[(files["street_code"] == street.code) & (files["kind"] != "review")]


def _clean(marks: Collection[Mark] | None) -> str:
    """Whether anything must still be mended, or explained; what falls short is said, and hinders nothing."""
    if marks is None:
        return "质量：还没有可以采用的报表，请按上面的说明重新报送。"
    numbers = Counter(mark.kind for mark in marks)
    open_ = [f"{KINDS[kind]} {numbers[kind]} 项" for kind in MUST if numbers[kind]]
    others = [f"{KINDS[kind]} {numbers[kind]} 项" for kind in ("short", "law") if numbers[kind]]
    answered = sum(mark.is_answered for mark in marks)
    unanswered = numbers["check"] - answered
    open_ += [f"{KINDS['check']} {unanswered} 项（更正，或写情况说明）"] if unanswered else []
    whole = f"还有{'、'.join(open_)}，见退回核对" if open_ else "没有必须更正、补报或说明的内容"
    known = f"；另有{'、'.join(others)}（请如实填报，不必改数）" if others else ""
    waiting = f"；已说明待认可 {answered} 项" if answered else ""
    return f"质量：{whole}{waiting}{known}。"

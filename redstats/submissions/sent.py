"""Who sent a month's return, when, and what became of it, street by street."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from redstats import outcomes, returns, settings, tables
from redstats import places as roll
from redstats.months import Month
from redstats.places import Places
from redstats.project import Project
from redstats.settings import Settings

REPORTED = {
    "on_time": "按时",
    "undated": "已报，收到日期不明",  # neither in time nor late can be claimed
    "late": "迟报",
    "corrected": "已更正",
    "refused": "退回",
    "missing": "未报",
}
READABLE = ("accepted", "noted", "replaced")
WHOLE = 0.9  # of the committees in use: a committee or two may be added by a correction
# As short as a cell of the history has room for.
SHORT = {**REPORTED, "undated": "日期不明"}


@dataclass(frozen=True, slots=True)
class SentFile:
    """One file of a street: its outcome (a key of outcomes.OUTCOMES), day written on it, rows used, and what to do about it.

    ``first_seen`` is the day on which a run first saw its content, ``last_unseen`` the last before on which one looked in vain;
    ``fresh`` are its committees that no file seen before it had.
    """

    name: str
    outcome: str
    code: str
    report_date: dt.date | None
    committees: int
    message: str
    first_seen: dt.date | None = None
    last_unseen: dt.date | None = None
    fresh: int | None = None

    @property
    def to_do(self) -> str:
        return outcomes.files()[self.code].to_do if self.code in outcomes.files() else ""

    @property
    def reason(self) -> str:
        """Why it was returned, in the words that name the file's fault."""
        return self.message.split("。")[0]


@dataclass(frozen=True, slots=True)
class Submission:
    """How one street reported: ``status`` of REPORTED, its files in use, the day written on them, rows and remark.

    received: the day on which its first whole return was there, None where no run has recorded it; files: all it sent; after_return: corrected after a file had been returned; to_mend, to_check: notes on the files in
    use that ask for a correction or a look.
    """

    street_code: str
    street_name: str
    status: str
    late: bool
    file: str
    report_date: dt.date | None
    committees: int
    message: str
    files: tuple[SentFile, ...] = ()
    after_return: bool = False
    to_mend: int = 0
    to_check: int = 0
    received: dt.date | None = None

    @property
    def returned(self) -> tuple[SentFile, ...]:
        """Files that were returned and, as far as can be told, not sent anew."""
        return () if self.after_return else tuple(one for one in self.files if one.outcome == "refused")

    @property
    def word(self) -> str:
        """The status as it is said: also that it came late, or after a return."""
        word = "退回后已更正" if self.after_return else REPORTED[self.status]
        return f"{word}（{REPORTED['late']}）" if self.late and self.status != "late" else word


def deadline(month: Month, limits: Settings) -> dt.date:
    """The last day on which a return of ``month`` is in time."""
    return month.next.start.replace(day=limits.deadline_day)


def board(
    files: pd.DataFrame,
    month: Month,
    places: Places,
    limits: Settings,
    notes: pd.DataFrame | None = None,
) -> list[Submission]:
    """One Submission a street, in official order, from 1_returns/files (and 1_returns/notes)."""
    listed = files[files["kind"] == "return"]
    due = deadline(month, limits)
    submissions = []
    for street in places.streets:
        rows = listed[listed["street_code"] == street.code]
        sent = tuple(_sent(row) for row in rows.to_dict("records"))
        used = [one for one in sent if one.outcome in ("accepted", "noted")]
        if not used:
            status = "refused" if any(one.outcome == "refused" for one in sent) else "missing"
            last = sent[-1] if sent else None
            file, message = ("", "") if last is None else (last.name, last.message)
            submissions.append(
                Submission(street.code, street.name, status, False, file, None, 0, message, files=sent)
            )
            continue
        days = [one.report_date for one in used if one.report_date]
        day = max(days) if days else None
        in_time, received = _in_time(sent, used, day, due)
        late = in_time is False
        after_return = _is_after_return(sent, used, day)
        corrected = after_return or any(one.code == "corrected" for one in used)
        status = "corrected" if corrected else "late" if late else "on_time" if in_time else "undated"
        weights = _weights(notes, street.code, {one.name for one in used})
        submissions.append(
            Submission(
                street.code,
                street.name,
                status,
                late,
                "、".join(one.name for one in used),
                day,
                sum(one.committees for one in used),
                "；".join(one.message for one in used),
                sent,
                after_return,
                weights.count("mend"),
                weights.count("check"),
                received,
            )
        )
    return submissions


def _sent(row: dict) -> SentFile:
    row = {key: None if pd.isna(value) else value for key, value in row.items()}
    file, outcome, code = (row[name] or "" for name in ("source_file", "outcome", "code"))
    committees = (row["accepted"] or 0) - (row.get("joined") or 0)
    seen = (row.get(name) for name in ("first_seen", "last_unseen", "fresh"))
    return SentFile(file, outcome, code, row["report_date"], committees, row["message"] or "", *seen)


def _in_time(
    sent: tuple[SentFile, ...], used: list[SentFile], written: dt.date | None, due: dt.date
) -> tuple[bool | None, dt.date | None]:
    """Whether the first whole return came in time (None: nobody can tell), and the day on which it was there.

    What a run saw decides, not the day that a street writes; that is believed only where no run recorded anything.  A street
    that reported in time and then corrected as it was asked reported in time.
    """
    readable = [one for one in sent if one.outcome in READABLE]
    if not readable or any(one.first_seen is None for one in readable):
        return (None if written is None else written <= due), None
    whole, there = sum(one.committees for one in used), 0
    for file in sorted(readable, key=lambda each: each.first_seen or due):
        there += (
            file.committees if file.fresh is None else file.fresh
        )  # a part that is sent twice is no whole
        if there >= WHOLE * whole:
            break
    day = file.first_seen
    assert day is not None
    if day <= due:
        return True, day
    return (False if file.last_unseen and file.last_unseen > due else None), day


def _is_after_return(sent: tuple[SentFile, ...], used: list[SentFile], day: dt.date | None) -> bool:
    """Whether what is in use came after all that was returned: by the days written on both, else by a word in its name."""
    refused = [one for one in sent if one.outcome == "refused"]
    # several_returns: of two files of a street nobody can tell which is the later
    if not refused or any(one.code == "several_returns" for one in refused):
        return False
    seen = [one.first_seen for one in refused if one.first_seen]
    came = [one.first_seen for one in used if one.first_seen]
    if came and len(seen) == len(refused) and max(came) != max(seen):
        return max(came) > max(seen)
    days = [one.report_date for one in refused if one.report_date]
    if day and len(days) == len(refused):
        return day > max(days)
    return any(returns.is_revised(one.name) for one in used)


def _weights(notes: pd.DataFrame | None, street: str, names: set[str]) -> list[str]:
    if notes is None or notes.empty:
        return []
    rows = notes[(notes["street_code"] == street) & notes["source_file"].isin(names)]
    return [outcomes.notes()[kind].weight for kind in rows["kind"]]


def unattributed(files: pd.DataFrame) -> list[SentFile]:
    """Files that came and could not be read, of which no street can be told."""
    rows = files[(files["kind"] == "return") & files["street_code"].isna() & (files["outcome"] == "refused")]
    return [_sent(row) for row in rows.to_dict("records")]


def history(
    project: Project, month: Month, months: int = 12
) -> dict[str, list[tuple[Month, Submission | None]]]:
    """How each street of ``month`` reported in the months before it, oldest first; None where a month was not read."""
    by_street: dict[str, list[tuple[Month, Submission | None]]] = {}
    for earlier in Month.range(month.plus(1 - months), month)[:-1]:
        known: dict[str, Submission] = {}
        if tables.exists(project, tables.FILES, earlier):
            files = tables.read(project, tables.FILES, earlier)
            known = {
                sent.street_code: sent
                for sent in board(files, earlier, roll.on(earlier.end), settings.on(project, earlier.end))
            }
        for street in roll.on(month.end).streets:
            by_street.setdefault(street.code, []).append((earlier, known.get(street.code)))
    return by_street

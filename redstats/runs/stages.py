"""Stages 1 to 3 of a month, run only where something they depend on has changed (by content hash)."""

from __future__ import annotations

import contextlib
import datetime as dt
import time
from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from redstats import fingerprints, forgotten, tables
from redstats.months import Month
from redstats.project import Project
from redstats.returns import changes, import_month, kept
from redstats.runs import forks, history, inputs

if TYPE_CHECKING:
    from redstats.facts.month import MonthFacts

# How reading a file may end on a busy or small machine, though nothing is wrong with the file.
_OF_THE_MACHINE = ("timed_out", "out_of_memory", "crashed")


def ensure(
    project: Project,
    month: Month,
    progress: Callable[[str], object] = lambda text: None,
    force: bool = False,
    meanwhile: Callable[[], object] = lambda: None,
    seconds: dict[str, float] | None = None,
    doubt: bool = False,
) -> str:
    """Bring the tables of ``month`` and of the months before it up to date; returns the month's fingerprint.

    ``progress`` is called with a Chinese line before each piece of work, ``meanwhile`` once while forks work and nothing
    is to be done here; ``seconds`` is told how long each piece took.  ``doubt``: read months once more
    in which a file was refused for what may have been the machine's fault.  ``force``: make those of ``month`` also where they are.  Raises RunError where the month has no
    returns, StandardError where rules or suites are malformed; a bad workbook raises nothing.
    """
    if not (project.raw / str(month)).is_dir() or month in forgotten.read(project):
        if tables.exists(
            project, tables.SCORES, month
        ):  # the returns were archived or removed, the tables stand
            return fingerprints.of_files(project.tables(month), project.processed)
        import_month(project, month)  # raises the error that says what is there
    made_from = inputs.of_months(project, month, dt.date.today())
    wanted = {current: inputs.mark(parts) for current, parts in made_from.items()}
    if force:
        inputs.remember(project, month, "")
        kept.forget(project, month)

    def is_stale(current: Month) -> bool:
        doubtful = doubt and inputs.is_to_read_again(project, current)
        return doubtful or inputs.fingerprint(project, current) != wanted[current]

    if any(map(is_stale, wanted)):
        with contextlib.ExitStack() as locks:
            for current in wanted:
                locks.enter_context(tables.taking_turns(project, current))
            stale = [*filter(is_stale, wanted)]  # another run may have done it while this one waited
            again = {current for current in stale if inputs.is_to_read_again(project, current)}
            for current in stale:
                inputs.remember(project, current, "", made_from[current])
            parts = {current: made_from[current] for current in stale}
            taken = _make(project, parts, again, progress, meanwhile)
            (seconds if seconds is not None else {}).update(taken)
    return wanted[month]


def _make(
    project: Project,
    stale: Mapping[Month, Mapping[str, str]],
    again: Collection[Month],
    progress: Callable[[str], object],
    meanwhile: Callable[[], object],
) -> dict[str, float]:
    """Make the tables of these months, of what each is made from, and remember it, each month when it is whole; the
    seconds of each piece.

    again: months that are read again for a file that had been refused by the machine's fault, perhaps; now it is believed.
    Three hands: one reads the months ahead, one loads the rules (which takes seconds) and judges each month that is read, and
    this process scores each month that is judged.
    """
    months = [*stale]
    judging_of = [_Judging(project, month) for month in months]
    judged = [partial(_timed, task) for each in judging_of for task in (each.judge, each.rest)]
    held = range(1, len(judged), 2)  # a month's returns are judged when they are read; its forms come next
    seconds: dict[str, float] = {}
    with (
        forks.Series([partial(_timed, partial(_read, project, month)) for month in months]) as reading,
        forks.Series([_load, *judged], held) as judging,
    ):
        progress("载入规则引擎")
        _load_scores()
        meanwhile()
        judging.next()  # the rules are loaded
        for month, following in zip([None, *months], [*months, None], strict=True):
            if month:
                seconds[f"{month}/judge"] = judging.next()
            if following:
                progress(f"{following}：读取报表")
                seconds[f"{following}/read"] = reading.next()
                progress(f"{following}：对照标准")
                judging.go()
            if month:
                progress(f"{month}：覆盖与评分、期限")
                seconds[f"{month}/score"] = _timed(partial(_score, project, month))
                seconds[f"{month}/forms"] = judging.next()
                parts, files = stale[month], _whole(project, month)
                unsure = month not in again and _may_be_the_machines_fault(project, month)
                inputs.remember(project, month, inputs.mark(parts), parts, files, again=unsure)
                history.keep(project, month)
    return seconds


def _may_be_the_machines_fault(project: Project, month: Month) -> bool:
    """Whether a file of the month was refused for what may not happen to it a second time."""
    return bool(tables.read(project, tables.FILES, month, ["code"])["code"].isin(_OF_THE_MACHINE).any())


def _timed(task: Callable[[], object]) -> float:
    """Do a piece of work; the seconds that it took."""
    clock = time.perf_counter()
    task()
    return time.perf_counter() - clock


def _load() -> None:
    """Load Great Expectations and what rules may name."""
    from redstats import deadlines, findings, recommendations  # noqa: F401

    findings.preload()


def _load_scores() -> None:
    """Load what months are scored with."""
    from redstats.scores import statistics

    statistics.preload()


def _read(project: Project, month: Month) -> None:
    """Stage 1: the returns, and what is otherwise than last month."""
    import_month(project, month)
    changes.compare(project, month)


class _Judging:
    """Stage 2 of a month, in two pieces that share its facts: the second is done while the month is scored."""

    def __init__(self, project: Project, month: Month) -> None:
        self._project, self._month = project, month
        self._facts: list[MonthFacts] = []  # from the first piece to the second

    def judge(self) -> None:
        """The returns against the standard."""
        from redstats import findings
        from redstats.facts.month import MonthFacts

        self._facts = [MonthFacts(self._project, self._month)]
        findings.find(self._project, self._month, *self._facts)

    def rest(self) -> None:
        """What falls due, and the forms among a month's files; both look at the findings."""
        from redstats import deadlines, recommendations

        deadlines.find(self._project, self._month, self._facts.pop())
        recommendations.find(self._project, self._month)


def _score(project: Project, month: Month) -> None:
    """Stage 3: of a month that was judged, and of those before it."""
    from redstats import scores
    from redstats.scores import coverage, rule_health, streets, trend

    coverage.measure(project, month)
    scores.score(project, month)
    streets.compare(project, month)
    trend.compare(project, month)
    rule_health.examine(project, month)


def latest(project: Project) -> Month:
    """The newest month that has returns, or, where they were archived, tables; RunError when there is none."""
    judged = [] if inputs.months_with_returns(project) else tables.months(project, tables.SCORES)
    return judged[-1] if judged else inputs.latest(project)


def why(project: Project, month: Month) -> list[str]:
    """What the tables of a month, or of one before it, would be made again for, in words; nothing where they are as they should be."""
    reasons: list[str] = []
    for current, parts in inputs.of_months(project, month).items():
        if inputs.fingerprint(project, current) != inputs.mark(parts):
            before = inputs.parts(project, current)
            changed = (
                [inputs.PARTS[name] for name in parts if parts[name] != before.get(name)] if before else []
            )
            reasons.append(f"{current}：{'、'.join(changed) or '还没有做完'}")
    return reasons


def _whole(project: Project, month: Month) -> list[Path]:
    """The files of a month's tables, every one of which must have been written."""
    wanted = {tables.RETURNS, tables.REVIEWS, tables.FORMS, *tables.SCHEMAS} - {*tables.OCCASIONAL}
    # else every notebook would make them again, and wait for the lock of the run that started it
    assert all(tables.exists(project, table, month) for table in wanted), (
        "a table of the month was not written"
    )
    return project.tables(month)

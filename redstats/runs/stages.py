"""Stages 1 to 3 of a month, run only where something they depend on has changed (by content hash)."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import hashlib
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from redstats import corrections, incoming, mappings, scores, settings, tables
from redstats.errors import RunError
from redstats.months import Month
from redstats.project import Project
from redstats.recommendations import pipeline
from redstats.returns import changes, import_month, roster
from redstats.runs import forks
from redstats.scores import coverage, rule_health, streets, trend

if TYPE_CHECKING:
    from redstats.facts.month import MonthFacts

PACKAGE = Path(__file__).parent.parent
KNOWLEDGE = (".py", ".yaml", ".txt")


def ensure(
    project: Project,
    month: Month,
    progress: Callable[[str], object] = lambda text: None,
    force: bool = False,
    meanwhile: Callable[[], object] = lambda: None,
) -> str:
    """Bring the tables of ``month`` and of the months before it up to date; returns the month's fingerprint.

    ``progress`` is called with a Chinese line before each piece of work, ``meanwhile`` once while a fork works and nothing
    is to be done here.  ``force``: make those of ``month`` also where they are.  Raises RunError where the month has no
    returns, StandardError where rules or suites are malformed; a bad workbook raises nothing.
    """
    if not (project.raw / str(month)).is_dir():
        if tables.exists(project, tables.SCORES, month):  # the returns were archived, the tables stand
            return tables.fingerprint(project, month)
        import_month(project, month)  # raises the error that says what is there
    wanted: dict[Month, str] = {}
    made_from: dict[Month, dict[str, str]] = {}
    done = ""
    for current in _months_with_returns(project, month):
        incoming.record(project.raw, str(current), dt.date.today())
        made_from[current] = _parts(project, current, done)
        wanted[current] = done = _of(made_from[current])
    if force:
        tables.remember(project, month, "")
    if any(_state(project, current) != mark for current, mark in wanted.items()):
        with contextlib.ExitStack() as locks:
            for current in wanted:
                locks.enter_context(tables.taking_turns(project, current))
            # another run may have done it while this one waited
            stale = {current: mark for current, mark in wanted.items() if _state(project, current) != mark}
            for current in stale:
                tables.remember(project, current, "", made_from[current])
            _make(project, stale, progress, meanwhile)
    return done


def _make(
    project: Project,
    stale: Mapping[Month, str],
    progress: Callable[[str], object],
    meanwhile: Callable[[], object],
) -> None:
    """Make the tables of these months and remember their fingerprints, each month when it is whole.

    Months are judged in their order; meanwhile the next are read, and the last one is scored.
    """
    with contextlib.ExitStack() as begun:
        reading = begun.enter_context(forks.Series([partial(_read, project, month) for month in stale]))
        scoring: list[tuple[Month, forks.Series]] = []

        def scored() -> None:
            for month, score in scoring:
                score.next()
                tables.remember(project, month, stale[month], tables.parts(project, month))
                # else every notebook would make them again, and wait for the lock of the run that started it
                assert _state(project, month) == stale[month], "a table of the month was not written"
            scoring.clear()

        from redstats import findings, recommendations
        from redstats.facts.month import MonthFacts

        progress("载入规则引擎")
        findings.preload()
        for month in stale:
            progress(f"{month}：读取报表")
            reading.next()
            progress(f"{month}：对照标准")
            facts = MonthFacts(project, month)
            findings.find(project, month, facts)
            scored()
            progress(f"{month}：期限、覆盖与评分")
            score = begun.enter_context(forks.Series([partial(_score, project, month, facts)]))
            scoring.append((month, score))
            progress(f"{month}：读取推荐表、复评表")
            recommendations.find(project, month)
        meanwhile()
        scored()


def _read(project: Project, month: Month) -> None:
    """Stage 1: the returns, and what is otherwise than last month."""
    import_month(project, month)
    changes.compare(project, month)


def _score(project: Project, month: Month, facts: MonthFacts) -> None:
    """What is made of a month that was judged; no later month waits for it but in what is made here too."""
    from redstats import deadlines

    deadlines.find(project, month, facts)
    coverage.measure(project, month)
    scores.score(project, month)
    streets.compare(project, month)
    trend.compare(project, month)
    rule_health.examine(project, month)


def _months_with_returns(project: Project, last: Month) -> list[Month]:
    months = []
    for folder in sorted(project.raw.iterdir()):
        try:
            month = Month.parse(folder.name)
        except RunError:
            continue
        if folder.is_dir() and str(month) == folder.name and month <= last:
            months.append(month)
    return sorted(months)


def outdated(project: Project, after: Month) -> list[Month]:
    """The later months whose tables were made before something they look back to changed; ``ensure`` renews them."""
    months, done = [], ""
    for month in _months_with_returns(project, Month(2099, 12)) if project.raw.is_dir() else ():
        done = _fingerprint(project, month, done)
        if month > after and tables.fingerprint(project, month) not in ("", done):
            months.append(month)
    return months


def latest(project: Project) -> Month:
    """The newest month that has returns; RunError when there is none."""
    months = _months_with_returns(project, Month(2099, 12)) if project.raw.is_dir() else []
    months = months or tables.months(project, tables.SCORES)
    if not months:
        raise RunError("还没有任何月份的报表", where="data/raw", to_do="请放入报表，或先运行 redstats sample")
    return months[-1]


def why(project: Project, month: Month) -> list[str]:
    """What the tables of a month, or of one before it, would be made again for, in words; nothing where they are as they should be."""
    reasons: list[str] = []
    done = ""
    for current in _months_with_returns(project, month) if project.raw.is_dir() else ():
        parts = _parts(project, current, done)
        done = _of(parts)
        if _state(project, current) != done:
            before = tables.parts(project, current)
            changed = [PARTS[name] for name in parts if parts[name] != before.get(name)] if before else []
            reasons.append(f"{current}：{'、'.join(changed) or '还没有做完'}")
    return reasons


PARTS = {
    "before": "以前的月份",
    "code": "程序和标准",
    "suites": "规则套件",
    "files": "当月文件夹里的文件",
    "receipts": "收到日期",
    mappings.FILE: "确认过的写法",
    corrections.FILE: "更正清单",
    pipeline.FILE: "认定结果",
    roster.FILE: "业委会名册",
    settings.FILE: "本区设定",
    settings.PROFILES: "评分方案",
}


def _fingerprint(project: Project, month: Month, before: str) -> str:
    return _of(_parts(project, month, before))


def _of(parts: Mapping[str, str]) -> str:
    return hashlib.sha256("\n".join(parts.values()).encode()).hexdigest()


def _parts(project: Project, month: Month, before: str) -> dict[str, str]:
    """Everything a month's tables depend on, a hash each (PARTS): its files, the rules and code, and the month before."""
    sent = hashlib.sha256()
    for file in incoming.files(project.raw / str(month)):
        if not file.skipped:
            sent.update(file.mark())
    receipts = sorted((mark, repr(seen)) for mark, seen in incoming.receipts(project.raw, str(month)).items())
    parts = {
        "before": before,
        "code": code(),
        "suites": suites(project),
        "files": sent.hexdigest(),
        "receipts": hashlib.sha256(repr(receipts).encode()).hexdigest(),
    }
    # a confirmation or a correction makes the month anew
    for name in (mappings.FILE, corrections.FILE, pipeline.FILE, roster.FILE, settings.FILE):
        path = project.raw / name
        parts[name] = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    parts[settings.PROFILES] = hash_of((project.raw / settings.PROFILES).glob("*.yaml"), project.raw)
    return parts


def code() -> str:
    """Hash of the package's rules and code."""
    return hash_of((path for path in PACKAGE.rglob("*") if path.suffix in KNOWLEDGE), PACKAGE)


def suites(project: Project) -> str:
    """Hash of the project's suites."""
    return hash_of(project.expectations.glob("*.json"), project.expectations)


def hash_of(paths: Iterable[Path], root: Path) -> str:
    """Hash of files by name and content."""
    return _hash(tuple(sorted(paths)), root)


def _hash(paths: tuple[Path, ...], root: Path) -> str:
    return _hash_as_of(paths, tuple(path.stat().st_mtime_ns for path in paths), root)


@functools.lru_cache(maxsize=32)
def _hash_as_of(paths: tuple[Path, ...], _times: tuple[int, ...], root: Path) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(str(path.relative_to(root)).encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _state(project: Project, month: Month) -> str:
    """The fingerprint the tables were made with, where they are all there."""
    whole = all(
        tables.exists(project, table, month)
        for table in (tables.RETURNS, tables.REVIEWS, tables.FORMS, *tables.SCHEMAS)
    )
    return tables.fingerprint(project, month) if whole else ""

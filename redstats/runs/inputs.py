"""What a month is made from, as hashes, and what was made of it by the last run: the look before anything is loaded.

Only the standard library and light modules are imported here (a test holds that): a run that has nothing to do says so in the
time that hashing takes.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from redstats import fingerprints, forgotten, incoming
from redstats import project as projects
from redstats.errors import RunError
from redstats.files import replacing
from redstats.months import Month
from redstats.project import Project
from redstats.runs.run import Run

RECORD = "run.json"
HISTORY = "2_findings"  # the table by which later months look back to one
# The files of the district beside the months that tables depend on, and how what has changed is told.
PARTS = {
    "before": "以前的月份",
    "code": "程序和标准",
    "versions": "程序库的版本",
    "suites": "规则套件",
    "files": "当月文件夹里的文件",
    "receipts": "收到日期",
    projects.MAPPINGS: "确认过的写法",
    projects.CORRECTIONS: "更正清单",
    projects.RECOGNITIONS: "认定结果",
    projects.COMMITTEES: "业委会名册",
    projects.SETTINGS: "本区设定",
    projects.PROFILES: "评分方案",
}
BESIDE = (
    projects.MAPPINGS,
    projects.CORRECTIONS,
    projects.RECOGNITIONS,
    projects.COMMITTEES,
    projects.SETTINGS,
)


def months_with_returns(project: Project, last: Month | None = None) -> list[Month]:
    """The months that have returns, oldest first, up to ``last``; that one as soon as it has a folder."""
    months = []
    for folder in sorted(project.raw.iterdir()) if project.raw.is_dir() else ():
        with contextlib.suppress(RunError):
            month = Month.parse(folder.name)
            if not folder.is_dir() or str(month) != folder.name or (last and month > last):
                continue
            # a folder that waits for its returns says nothing of its month yet
            if month == last or any(not file.skipped for file in incoming.files(folder)):
                months.append(month)
    return sorted(months)


def latest(project: Project) -> Month:
    """The newest month that has returns; RunError when there is none."""
    months = months_with_returns(project)
    if not months:
        raise RunError("还没有任何月份的报表", where="data/raw", to_do="请放入报表，或先运行 redstats sample")
    return months[-1]


def of_months(project: Project, last: Month, today: dt.date | None = None) -> dict[Month, dict[str, str]]:
    """What the tables of each month up to ``last`` are made from: a hash of each of PARTS.

    ``today``: the day on which contents not seen before are received; none, where one only looks.
    """
    return {month: parts for month, parts, _ in _each(project, last, today) if parts}


def marks(project: Project, last: Month) -> dict[Month, str]:
    """What later months are made from of each month up to ``last``, as a hash."""
    return {month: before for month, _, before in _each(project, last)}


def _each(
    project: Project, last: Month, today: dt.date | None = None
) -> Iterator[tuple[Month, dict[str, str], str]]:
    """Each month up to ``last`` with what its tables are made from, nothing where they stand, and what later ones are made from."""
    before = ""
    sent, gone = months_with_returns(project, last), forgotten.read(project)
    for month in sorted({*sent, *(one for one in _months_with_tables(project) if one <= last)}):
        parts: dict[str, str] = {}
        if month in gone:  # nothing was changed that counts
            before = gone[month].mark
        elif month not in sent:  # its returns were archived: its tables are the history that stands
            before = fingerprints.of_text(
                before + fingerprints.of_files(project.tables(month), project.processed)
            )
        else:
            if today:
                incoming.record(project.raw, str(month), today)
            parts = _of_month(project, month, before)
            before = mark(parts)
        yield month, parts, before


def _months_with_tables(project: Project) -> Iterator[Month]:
    for folder in project.processed.glob(f"{HISTORY}/*/"):
        with contextlib.suppress(RunError):
            month = Month.parse(folder.name)
            if str(month) == folder.name and any(folder.glob("*.parquet")):
                yield month


def mark(parts: Mapping[str, str]) -> str:
    """The fingerprint of tables that are made from these."""
    return fingerprints.of_text("\n".join(parts.values()))


def _of_month(project: Project, month: Month, before: str) -> dict[str, str]:
    sent = hashlib.sha256()
    for file in incoming.files(project.raw / str(month)):
        # what is not read is listed all the same, by its name
        sent.update(file.name.encode() if file.skipped else file.mark())
    receipts = sorted(
        (digest, repr(seen)) for digest, seen in incoming.receipts(project.raw, str(month)).items()
    )
    return {
        "before": before,
        "code": fingerprints.code(),
        "versions": fingerprints.of_text(repr(fingerprints.versions())),
        "suites": fingerprints.of_files(project.suites, project.expectations),
        "files": sent.hexdigest(),
        "receipts": fingerprints.of_text(repr(receipts)),
        # a confirmation or a correction makes the month anew
        **{name: fingerprints.of_file(project.raw / name) for name in BESIDE},
        projects.PROFILES: fingerprints.of_files(project.profiles, project.raw),
    }


def of_pages(project: Project) -> dict[str, str]:
    """What every page and workbook of a project is made with, beside its tables."""
    return {
        "code": fingerprints.code(),
        "versions": fingerprints.of_text(repr(fingerprints.versions())),
        "suites": fingerprints.of_files(project.suites, project.expectations),
        "templates": fingerprints.templates(),
        "profiles": fingerprints.of_files(project.profiles, project.raw),
        "settings": fingerprints.of_file(project.raw / projects.SETTINGS),
        "mappings": fingerprints.of_file(project.raw / projects.MAPPINGS),
    }


def of_signing(project: Project, month: Month) -> str:
    """Of what was signed of a month."""
    folder = project.signed(month)
    return fingerprints.of_files(folder.glob("v*/manifest.json"), folder)


def of_run(project: Project, month: Month, of_tables: str) -> dict[str, str]:
    """What all that a run of a month publishes is made from, where its tables are those of ``of_tables``."""
    notebooks = fingerprints.of_files(project.notebooks.glob("*.ipynb"), project.notebooks)
    signed = of_signing(project, month)
    checked = fingerprints.of_files(project.spot_checks(month), project.processed)
    made_from = {"tables": of_tables, "notebooks": notebooks, "signed": signed, "spot_checks": checked}
    return of_pages(project) | made_from


def fingerprint(project: Project, month: Month) -> str:
    """What the tables of a month were made from, as a hash; "" when unknown, not finished, or one of them is gone."""
    made = _remembered(project, month)
    return str(made.get("fingerprint", "")) if _are_there(project.processed, made.get("tables")) else ""


def is_to_read_again(project: Project, month: Month) -> bool:
    """Whether what the last reading of a month refused may have been the machine's fault."""
    return bool(_remembered(project, month).get("again"))


def parts(project: Project, month: Month) -> dict[str, str]:
    """What the tables of a month were made from, a hash of each; empty when unknown."""
    known = _remembered(project, month).get("parts")
    return known if isinstance(known, dict) else {}


def remember(
    project: Project,
    month: Month,
    fingerprint: str,
    parts: Mapping[str, str] | None = None,
    tables: Iterable[Path] = (),
    again: bool = False,
) -> None:
    """Keep the fingerprint of a month's tables ("" while they are being made), what they are made from, and their files.

    ``again``: what was read of its files may have been the machine's fault; the next run reads once more, and believes that.
    """
    names = [path.relative_to(project.processed).as_posix() for path in tables]
    with replacing(_state_file(project, month), private=True) as scratch:
        content = {"fingerprint": fingerprint, "parts": parts or {}, "tables": names, "again": again}
        scratch.write_text(json.dumps(content), encoding="utf-8")


def _state_file(project: Project, month: Month) -> Path:
    return project.states / f"{month}.json"


def _remembered(project: Project, month: Month) -> dict:
    return _json(_state_file(project, month))


def _json(path: Path) -> dict:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def record(folder: Path) -> dict:
    """run.json of a month's pages, which tells what they were made from; empty where there is none."""
    return _json(folder / RECORD)


def outdated(project: Project, after: Month) -> list[Month]:
    """The later months whose tables were made before something they look back to changed; a run of them renews them."""
    made_from = of_months(project, Month(2099, 12))
    return [
        month
        for month, now in made_from.items()
        if month > after and fingerprint(project, month) not in ("", mark(now))
    ]


def unchanged(project: Project, month: Month, today: dt.date) -> Run | None:
    """The run of a month in which nothing at all has changed since the last; None where one has to look closer."""
    made_from = of_months(project, month, today)
    if month not in made_from or any(
        fingerprint(project, one) != mark(now) or is_to_read_again(project, one)
        for one, now in made_from.items()
    ):
        return None
    made = record(project.dashboards(month))
    if made.get("exit_code") != 0 or made.get("all") != of_run(project, month, mark(made_from[month])):
        return None
    if not _are_there(project.processed, made.get("outputs")) or _leftovers(project, month):
        return None
    return Run(month, project.dashboards(month), kept=list(made.get("pages", {})))


def _are_there(folder: Path, names: object) -> bool:
    return isinstance(names, list) and all((folder / str(name)).is_file() for name in names)


def _leftovers(project: Project, month: Month) -> bool:
    """Whether a run that was killed has left something, which the next one sweeps."""
    folders = (project.scratch, project.dashboards(month).parent, project.letters(month).parent)
    return any(path for folder in folders for path in folder.glob(f".{month}.*.tmp"))

"""Retention: originals and what may be of a person are removed from old months; counts, judgements and hashes stay.

First it is written down what is to go and what each file that stays will be (``forgotten``), then files are replaced and removed,
then it is written down that it is done.  Whatever ends it in between, asking again completes it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import secrets
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from redstats import fingerprints, forgotten, incoming, settings, signing, standard, tables
from redstats.errors import RunError
from redstats.facts import law_facts, standard_facts
from redstats.files import replacing, sweep
from redstats.forgotten import Forgotten
from redstats.months import Month
from redstats.project import SPOT_CHECKS, Project
from redstats.runs import blanking, history, inputs, log, stages

_CLOSED = ("resolved", "ended")  # of 2_findings/ledger; whatever else stands there is still open
_LAST = Month(2099, 12)


@dataclass(frozen=True)
class Plan:
    """What would be removed of a month; ``reason``: why it is kept back, "" where it is not."""

    project: Project
    month: Month
    reason: str = ""
    begun: Forgotten | None = None

    @cached_property
    def originals(self) -> list[Path]:
        return [path for folder in self._raw for path in _below(folder)]

    @cached_property
    def size(self) -> int:
        """Bytes of the originals."""
        return sum(path.lstat().st_size for path in self.originals)

    @cached_property
    def letters(self) -> list[Path]:
        """What was made for streets alone of it, and kept of its reading."""
        return [path for folder in self._folders for path in _below(folder)] + self._old_letters

    @cached_property
    def rewritten(self) -> list[Path]:
        """The tables, in the month, its earlier versions and what was signed of it, and the manifests of that."""
        versions = signing.versions(self.project, self.month)
        projects = [self.project, *(one.project for one in versions)]
        projects += [one.project for one in history.versions(self.project, self.month)]
        manifests = [one.folder / signing.MANIFEST for one in versions]
        made = [path for one in projects for path in (*one.tables(self.month), *one.spot_checks(self.month))]
        return made + manifests

    @cached_property
    def columns(self) -> dict[str, list[str]]:
        """The columns that are emptied, by table of the month."""
        rules = standard.on(self.month.end)
        return {
            table: gone
            for table, schema in blanking.schemas(rules).items()
            if (gone := blanking.blanked_columns(schema, rules))
            and tables.exists(self.project, table, self.month)
        }

    @property
    def is_signed(self) -> bool:
        return bool(signing.versions(self.project, self.month))

    @property
    def _raw(self) -> list[Path]:
        """Where what was sent in lies: the month's folder, and that of its filled spot checks."""
        return [self.project.raw / str(self.month), self.project.raw / SPOT_CHECKS / str(self.month)]

    @property
    def _folders(self) -> list[Path]:
        return [self.project.letters(self.month), self.project.readings(self.month)]

    @property
    def _old_letters(self) -> list[Path]:
        """What an old run left among the pages for a street alone, and none since has moved."""
        pages = self.project.dashboards(self.month)
        return [*pages.glob("sendback/*-*"), *pages.glob("imports/*-*.xlsx")]

    def remove(self) -> None:
        """Remove the originals and what was made for streets alone."""
        for path in self._old_letters:
            path.unlink()
        for folder in (*self._folders, *self._raw):
            if folder.is_dir():
                shutil.rmtree(folder)


def plans(project: Project, before: Month) -> list[Plan]:
    """What would be removed, or is kept back and why, of each month before ``before``; also of those that were left half done.

    RunError where nothing was run, or the newest month is not up to date, so that it cannot be told what is still needed.
    """
    done = forgotten.read(project)
    months = sorted({*_months(project), *(month for month, one in done.items() if not one.is_done)})
    if not months:
        raise RunError("还没有任何月份", where="data", to_do="请先放入报表并运行 redstats run")
    newest = months[-1]
    if not tables.exists(project, tables.LEDGER, newest) or stages.why(project, newest):
        raise RunError(
            f"{newest} 还没有运行，或有没处理的变化，看不出哪些月份还要用",
            where=str(newest),
            to_do=f"请先运行 redstats run {newest}",
        )
    window, opened = _window(project, newest), _open(project, newest)
    listed = []
    for month in months:
        begun = done.get(month)
        if begun and not begun.is_done:
            listed.append(Plan(project, month, begun=begun))
        elif month < before and not begun:
            listed.append(Plan(project, month, _reason(project, month, newest, window, opened)))
    return listed


def _reason(project: Project, month: Month, newest: Month, window: Month, opened: list[Month]) -> str:
    """Why a month is kept back; "" where it is not."""
    needing = sum(since <= month for since in opened)
    if month >= window:
        return f"{newest} 的判断、期限和推荐还要看（{window} 起）"
    if needing:
        return f"{needing} 个没有了结的问题从这个月或更早开始（最早 {min(opened)}）"
    if (project.raw / str(month)).is_symlink():
        return "当月文件夹是快捷方式，原件在别处，请自行处理"
    if not tables.exists(project, tables.SCORES, month):
        return "还没有运行过，没有可以留下的数"
    return ""


def _window(project: Project, newest: Month) -> Month:
    """The first month that the newest looks back to: the year before, and further where forms or a rule of the city do."""
    rules = standard.on(newest.end)
    forms = newest.plus(1 - settings.on(project, newest.end).form_months)
    looked = law_facts.months_before(rules.law, newest, rules.types)
    return min(Month(newest.year - 1, 1), newest.plus(-standard_facts.LOOK_BACK), forms, *looked)


def _open(project: Project, newest: Month) -> list[Month]:
    """Since when each finding that is still open has been so."""
    ledger = tables.read(project, tables.LEDGER, newest, ["since", "change"])
    return [Month.parse(since) for since in ledger["since"][~ledger["change"].isin(_CLOSED)]]


def forget(plan: Plan, today: dt.date) -> Forgotten:
    """Carry a plan out, or what is left of it; what was written down of it.

    RunError where the month is kept back, or was changed by somebody between two attempts.
    """
    project, month = plan.project, plan.month
    if plan.reason:
        raise RunError(f"{month} 不能删除：{plan.reason}", where=str(month))
    with tables.taking_turns(project, month):
        known = forgotten.read(project).get(month)
        if known and known.is_done:  # meanwhile, by another hand
            return known
        _sweep(plan)
        state = _begun(plan, known, today)
        for name, (_, after) in state.files.items():
            path = project.processed / name
            if fingerprints.of_file(path) != after:
                with replacing(path, private=True) as scratch:
                    scratch.write_bytes(_blanked(plan, path))
        plan.remove()
        incoming.forget_names(project.raw, str(month))
        log.forget_words(project, month)
        _key_file(plan).unlink(missing_ok=True)
        done = replace(state, is_done=True)
        forgotten.note(project, done, _counts(done))
    return forgotten.read(project)[month]


def _sweep(plan: Plan) -> None:
    """Remove what an attempt that was killed has left half written."""
    for folder in {path.parent for path in plan.rewritten}:
        sweep(folder)
    sweep(plan.project.states, _key_file(plan).name)
    sweep(plan.project.raw, incoming.RECEIVED)
    sweep(plan.project.processed, log.FILE)


def _begun(plan: Plan, known: Forgotten | None, today: dt.date) -> Forgotten:
    """What is to be done, written down; ``known``: what was written down before an interruption, which holds still."""
    project = plan.project
    digests = [file.digest() for file in incoming.files(project.raw / str(plan.month)) if not file.skipped]
    if known and not set(digests) <= set(known.originals):
        raise RunError(
            "上次删除中断以后，又放进了新的文件",
            where=f"data/raw/{plan.month}",
            to_do="请先移走新放进的文件，再运行一次",
        )
    before = known.files if known else {}
    files = {}
    for path in plan.rewritten:
        name, digest = path.relative_to(project.processed).as_posix(), fingerprints.of_file(path)
        first, after = before.get(name, (digest, ""))
        if digest not in (first, after):
            raise RunError(
                "上次删除中断以后，这个文件被改过",
                where=f"data/processed/{name}",
                to_do="请用备份恢复这个文件，再运行一次",
            )
        if digest == first:
            after = hashlib.sha256(_blanked(plan, path)).hexdigest()
        files[name] = (first, after)
    if known and known.files == files:
        return known
    mark = known.mark if known else inputs.marks(project, _LAST)[plan.month]
    originals = known.originals if known else sorted(digests)
    size = known.size if known else plan.size
    state = Forgotten(plan.month, 0, today.isoformat(), False, mark, originals, size, files)
    forgotten.note(project, state, _counts(state) | {"letters": len(plan.letters)})
    return state


def _counts(state: Forgotten) -> dict[str, int]:
    """How much of what was removed."""
    changed = sum(before != after for before, after in state.files.values())
    return {"originals_removed": len(state.originals), "files_changed": changed}


def _blanked(plan: Plan, path: Path) -> bytes:
    return blanking.blanked(path, standard.on(plan.month.end), _key(plan))


def _key_file(plan: Plan) -> Path:
    return plan.project.states / f"{plan.month}.key"


def _key(plan: Plan) -> bytes:
    """By what names are made of names, the same until the month is done."""
    path = _key_file(plan)
    if not path.is_file():
        with replacing(path, private=True) as scratch:
            scratch.write_bytes(secrets.token_bytes(32))
    return path.read_bytes()


def _below(folder: Path) -> list[Path]:
    """The files below a folder, links and whatever else is no folder among them."""
    return [path for path in sorted(folder.rglob("*")) if path.is_symlink() or not path.is_dir()]


def _months(project: Project) -> Iterator[Month]:
    """Every month of which there is anything that could be removed."""
    yield from inputs.months_with_returns(project)
    yield from tables.months(project, tables.SCORES)
    others: Iterable[Path] = (project.raw, project.letters("").parent, project.readings("").parent)
    for folder in others:
        for path in folder.iterdir() if folder.is_dir() else ():
            with contextlib.suppress(RunError):
                if path.is_dir() and str(month := Month.parse(path.name)) == path.name and _below(path):
                    yield month

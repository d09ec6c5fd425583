"""A month that is signed: frozen with its pages, tables and hashes as one whole, so that a stranger can verify it.

``data/processed/6_signed/<month>/v1`` holds what was signed and ``manifest.json``, which has the SHA-256 of every file, of every
return that was read, and of the manifest before it.  Runs change the draft alone; what is otherwise by then is told beside it, and
signing again makes v2.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from redstats import fingerprints, incoming, standard, tables
from redstats.errors import RunError
from redstats.files import replacing_folder
from redstats.months import Month
from redstats.project import Project
from redstats.scores.differences import Differences, differences

MANIFEST = "manifest.json"
DRAFT = "拟稿，数随更正变化"


@dataclass(frozen=True, slots=True)
class Signed:
    """A version of a month that was signed; ``project``: what its tables are read from."""

    month: Month
    number: int
    folder: Path

    @property
    def project(self) -> Project:
        return Project(self.folder)

    @property
    def manifest(self) -> dict[str, Any]:
        """What was written down on signing; whether it is still whole is for ``verify`` to say."""
        return dict(json.loads((self.folder / MANIFEST).read_text(encoding="utf-8")))

    @property
    def mark(self) -> str:
        """The SHA-256 of the manifest, by which a stranger knows it."""
        return fingerprints.of_file(self.folder / MANIFEST)


@dataclass(frozen=True)
class Status:
    """How a month stands: not signed, signed, or signed and otherwise by now."""

    project: Project
    month: Month
    signed: Signed | None

    @cached_property
    def is_changed(self) -> bool:
        """Whether anything of its tables is otherwise than what was signed."""
        return self.signed is not None and self.signed.manifest["content"] != content(
            self.project, self.month
        )

    @property
    def text(self) -> str:
        """As pages say it."""
        if self.signed is None:
            return DRAFT
        manifest = self.signed.manifest
        version = _said(self.signed.number, manifest["signed_on"])
        return f"拟稿；{version}以后有更正，见“口径与溯源”的更正说明" if self.is_changed else version

    @cached_property
    def differences(self) -> Differences:
        """What is otherwise than what was signed; RunError where nothing was."""
        if self.signed is None:
            raise RunError(f"{self.month} 还没有定稿", to_do=f"请先运行 redstats sign {self.month}")
        return differences(self.project, (self.signed.project, self.month), (self.project, self.month))

    @property
    def causes(self) -> list[tuple[str, str]]:
        """Why: what happened, and the name of the return that came, changed or went since; "" for rules and programs."""
        if self.signed is None:
            return []
        then, now = self.signed.manifest, _made_from(self.project, self.month)
        causes: list[tuple[str, str]] = []
        for word, names in (
            ("新收到", now["inputs"].keys() - then["inputs"].keys()),
            ("不再有", then["inputs"].keys() - now["inputs"].keys()),
            (
                "内容改变",
                {
                    name
                    for name in now["inputs"]
                    if then["inputs"].get(name, now["inputs"][name]) != now["inputs"][name]
                },
            ),
        ):
            causes += [(word, name) for name in sorted(names)]
        for name, word in (
            ("code", "程序或标准的数据"),
            ("suites", "规则套件"),
            ("beside", "本区确认、更正、设定"),
        ):
            causes += [(f"{word}改变", "")] if then[name] != now[name] else []
        return causes


def status(project: Project, month: Month) -> Status:
    """How a month stands now."""
    known = versions(project, month)
    return Status(project, month, known[-1] if known else None)


def versions(project: Project, month: Month) -> list[Signed]:
    """The signed versions of a month, oldest first."""
    folder = project.signed(month)
    named = folder.glob("v*") if folder.is_dir() else ()
    numbers = sorted(int(path.name[1:]) for path in named if path.name[1:].isdigit())
    return [Signed(month, number, folder / f"v{number}") for number in numbers]


def content(project: Project, month: Month) -> str:
    """Hash of all tables of a month, from which every number of its pages is taken."""
    return fingerprints.of_files(project.tables(month), project.processed)


def sign(project: Project, month: Month, by: str, today: dt.date) -> Signed:
    """Freeze the month as it stands in a new version; only for who holds its lock and has brought it up to date.

    RunError where nothing is otherwise than in the last version, or nobody is named.
    """
    if not by.strip():
        raise RunError("没有写谁定稿", where="--by", to_do="请写定稿人，如 --by 张三")
    now = status(project, month)
    if now.signed and not now.is_changed:
        raise RunError(
            f"{month} 已定稿（第{now.signed.number}版），此后没有变化",
            where=str(now.signed.folder),
            to_do="不必再定稿；要核对，请运行 redstats verify " + str(month),
        )
    number = now.signed.number + 1 if now.signed else 1
    target = project.signed(month) / f"v{number}"
    manifest = {
        "month": str(month),
        "version": number,
        "signed_by": by.strip(),
        "signed_on": today.isoformat(),
        "content": content(project, month),
        "before": now.signed.mark if now.signed else "",
        **_made_from(project, month),
    }
    with replacing_folder(target, private=True) as folder:
        frozen = Project(folder)
        shutil.copytree(project.dashboards(month), frozen.dashboards(month))
        _say(frozen.dashboards(month), now.text, _said(number, today.isoformat()))
        for path in (*project.tables(month), *project.spot_checks(month)):
            copy = frozen.processed / path.relative_to(project.processed)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, copy)
        manifest["files"] = _hashes(folder)
        text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
        (folder / MANIFEST).write_text(text, encoding="utf-8")
    return Signed(month, number, target)


def _said(number: int, day: str) -> str:
    """As pages say that a month is signed: by whom stands in the manifest, for pages name no person."""
    return f"定稿第{number}版（{day}）"


def _say(folder: Path, before: str, after: str) -> None:
    """Let every page say how it stands."""
    for path in folder.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(f"状态：{before}", f"状态：{after}"), encoding="utf-8")


def _hashes(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != MANIFEST)
    return {path.relative_to(folder).as_posix(): fingerprints.of_file(path) for path in files}


def _made_from(project: Project, month: Month) -> dict[str, Any]:
    """Returns by name and hash, editions, versions, and hashes of rules and of what the district keeps beside the months."""
    rules = standard.on(month.end)
    files = tables.read(project, tables.FILES, month, ["source_file", "sha256"])
    beside = [path for path in sorted(project.raw.glob("*.yml")) if path.is_file()] + project.profiles
    return {
        "inputs": dict(sorted(zip(files["source_file"], files["sha256"].fillna(""), strict=True))),
        "editions": [rules.edition.id],
        "law": rules.law.edition,
        "versions": fingerprints.versions(),
        "code": fingerprints.code(),
        "suites": fingerprints.of_files(project.suites, project.expectations),
        "beside": fingerprints.of_files(beside, project.raw),
    }


@dataclass(frozen=True, slots=True)
class Check:
    """What was verified, and whether it holds (None: it cannot be told any more)."""

    well: bool | None
    what: str


def verify(project: Project, month: Month) -> list[Check]:
    """Whether each signed version is what was signed: its files, the chain of manifests, and the returns where they still are.

    RunError where none was signed.
    """
    known = versions(project, month)
    if not known:
        raise RunError(
            f"{month} 还没有定稿", where="6_signed", to_do=f"请先运行 redstats sign {month} --by 姓名"
        )
    checks: list[Check] = []
    before = ""
    for number, version in enumerate(known, 1):
        name = f"第{version.number}版"
        try:
            manifest = version.manifest
            listed: dict[str, str] = manifest["files"]
            chained = manifest["before"] == before and manifest["version"] == version.number == number
        except (OSError, ValueError, KeyError, TypeError):
            checks.append(Check(False, f"{name}：{MANIFEST} 没有或读不懂"))
            continue
        present = _hashes(version.folder)
        for word, wrong in (
            ("不在了", sorted(listed.keys() - present.keys())),
            ("是多出来的", sorted(present.keys() - listed.keys())),
            ("被改过", sorted(path for path in listed if path in present and listed[path] != present[path])),
        ):
            checks += [Check(False, f"{name}：{path} {word}") for path in wrong]
        if not chained:
            checks.append(Check(False, f"{name}：与前一版的清单接不上"))
        if listed == present and chained:
            whole = f"{name}：{len(listed)} 个文件与定稿时相同；{manifest['signed_on']} {manifest['signed_by']}；清单校验值 {version.mark}"
            checks.append(Check(True, whole))
        checks += _returns(project, month, manifest["inputs"], name)
        before = version.mark
    return checks


def _returns(project: Project, month: Month, inputs: dict[str, str], name: str) -> list[Check]:
    """Whether the returns that were read are still there as they were."""
    there = {file.name: file.digest() for file in incoming.files(project.raw / str(month))}
    contents = set(there.values())
    gone = [file for file, digest in inputs.items() if digest and digest not in contents]
    kept = sum(bool(digest) for digest in inputs.values()) - len(gone)
    checks = [Check(True, f"{name}：{kept} 份原件与定稿时相同")] if kept else []
    return checks + [Check(None, f"{name}：原件不在了，或已换成更正件：{file}") for file in gone]

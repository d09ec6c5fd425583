"""A month that is signed: frozen with its pages, tables and hashes as one whole, so that a stranger can verify it.

``data/processed/6_signed/<month>/v1`` holds what was signed and ``manifest.json``, which has the SHA-256 of every file, of every
return that was read, and of the manifest before it.  Runs change the draft alone; what is otherwise by then is told beside it, and
signing again makes v2.  What the rules of retention take from a version (``forgotten``) is told apart from any other change.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from redstats import fingerprints, forgotten, incoming, standard, tables
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
        if self.signed is None:
            return False
        # what the rules of retention took from the tables they took from both
        is_forgotten = self.month in forgotten.read(self.project)
        then = content(self.signed.project, self.month) if is_forgotten else self.signed.manifest["content"]
        return then != content(self.project, self.month)

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
    if gone := forgotten.read(project).get(month):
        raise RunError(f"{month} 的{gone.text}，不能再定稿", where=str(month), to_do="以前定稿的各版仍可核对")
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

    Where originals were removed by the rules of retention, what they took is told apart from any other change, and the month's
    own tables are looked at, too.  RunError where none was signed and nothing was removed.
    """
    known, gone = versions(project, month), forgotten.read(project).get(month)
    if not known and not gone:
        raise RunError(
            f"{month} 还没有定稿", where="6_signed", to_do=f"请先运行 redstats sign {month} --by 姓名"
        )
    checks = _removed(project, month, gone) if gone else []
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
        if gone and not gone.is_done:  # what was half written then goes with the next attempt
            present = {path: digest for path, digest in present.items() if not path.endswith(".tmp")}
        below = version.folder.relative_to(project.processed).as_posix()
        taken = {
            path for path in present if gone and _is_taken(gone, f"{below}/{path}", listed, present, path)
        }
        changed = {path for path in listed if path in present and listed[path] != present[path]} - taken
        for word, wrong in (
            ("不在了", sorted(listed.keys() - present.keys())),
            ("是多出来的", sorted(present.keys() - listed.keys())),
            ("被改过", sorted(changed)),
        ):
            checks += [Check(False, f"{name}：{path} {word}") for path in wrong]
        if not chained:
            checks.append(Check(False, f"{name}：与前一版的清单接不上"))
        mark = _mark_then(version, gone, f"{below}/{MANIFEST}")
        if listed.keys() == present.keys() and not changed and chained:
            same = len(listed) - len(taken)
            others = f"，{len(taken)} 个只少了按规定删除的内容" if taken else ""
            whole = f"{name}：{same} 个文件与定稿时相同{others}；{manifest['signed_on']} {manifest['signed_by']}；清单校验值 {mark}"
            checks.append(Check(True, whole))
        checks += [] if gone else _returns(project, month, manifest["inputs"], name)
        before = mark
    return checks


def _is_taken(
    gone: forgotten.Forgotten, name: str, listed: dict[str, str], present: dict[str, str], path: str
) -> bool:
    """Whether a file that was signed is otherwise by what the rules of retention took from it, and by nothing else."""
    then = listed.get(path)
    return (
        then != present[path]
        and gone.files.get(name, ("",))[0] == then
        and present[path] in gone.allowed(name)
    )


def _mark_then(version: Signed, gone: forgotten.Forgotten | None, name: str) -> str:
    """The SHA-256 that a version's manifest had when it was signed, where nothing but what retention took is otherwise since."""
    now = version.mark
    return gone.files[name][0] if gone and now in gone.allowed(name) else now


def _removed(project: Project, month: Month, gone: forgotten.Forgotten) -> list[Check]:
    """That originals were removed, by which record, and whether the month's other files are as that left them."""
    checks = [Check(None, f"{len(gone.originals)} 份{gone.text}")]
    if not forgotten.is_whole(project):
        checks.append(Check(False, f"{forgotten.FILE} 被改过：有一行与前一行接不上"))
    if left := [file for file in incoming.files(project.raw / str(month)) if not file.skipped]:
        is_known = all(file.digest() in gone.originals for file in left)
        word = "还没有删除的" if is_known and not gone.is_done else "删除以后又放进的"
        checks.append(Check(None, f"data/raw/{month} 里有 {len(left)} 个{word}文件"))
    wrong = []
    for name in gone.files:
        # what lies in a signed version is looked at with it, but for its manifest
        if name.startswith("6_signed/") and not name.endswith(f"/{MANIFEST}"):
            continue
        digest = fingerprints.of_file(project.processed / name)
        if digest not in gone.allowed(name):
            wrong.append(Check(False, f"{name} {'被改过' if digest else '不在了'}"))
    return checks + (wrong or [Check(True, f"各表与 {forgotten.FILE} 记下的相同")])


def _returns(project: Project, month: Month, inputs: dict[str, str], name: str) -> list[Check]:
    """Whether the returns that were read are still there as they were."""
    there = {file.name: file.digest() for file in incoming.files(project.raw / str(month))}
    contents = set(there.values())
    gone = [file for file, digest in inputs.items() if digest and digest not in contents]
    kept = sum(bool(digest) for digest in inputs.values()) - len(gone)
    checks = [Check(True, f"{name}：{kept} 份原件与定稿时相同")] if kept else []
    return checks + [Check(None, f"{name}：原件不在了，或已换成更正件：{file}") for file in gone]

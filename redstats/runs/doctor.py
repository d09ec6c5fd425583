"""What is wrong with an installation, a project or a machine, and what to do about it.

Each check looks at one thing and never raises: what it stumbles over is what it says.
"""

from __future__ import annotations

import datetime as dt
import importlib
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from redstats import incoming, places, standard
from redstats import project as projects
from redstats.errors import RedstatsError
from redstats.months import Month
from redstats.project import Project
from redstats.runs import forks, inputs

GIGABYTE = 2**30
_LEAST_SPACE = 1  # gigabytes: a year's data are a third of it
_LONGEST_PATH = 150  # of a project's folder: Windows allows 260 in all
_WORKBOOKS = frozenset({".xlsx", ".xls", ".xlsm", ".et", ".ods", ".csv", ".docx"})


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was looked at (``part``: 安装, 项目, 电脑), whether it is ``well`` (None: it works, but mind it), what there is, and what ``to_do``."""

    part: str
    well: bool | None
    what: str
    to_do: str = ""


def examine(find: Callable[[], Project] = projects.find) -> list[Diagnosis]:
    """Look at everything; ``find`` gives the project, or raises RunError where there is none."""
    listed = [Diagnosis("安装", *each) for check in _OF_INSTALLATION for each in _told(check)]
    listed += [Diagnosis("电脑", *each) for check in _OF_MACHINE for each in _told(check)]
    try:
        project = find()
    except RedstatsError as error:
        return [*listed, Diagnosis("项目", False, f"{error.what}（{error.where}）", error.to_do)]
    return listed + [
        Diagnosis("项目", *each) for check in _OF_PROJECT for each in _told(partial(check, project))
    ]


_Said = tuple[bool | None, str, str]


def _told(check: Callable[[], Iterator[_Said]]) -> Iterator[_Said]:
    try:
        yield from check()
    except RedstatsError as error:
        where = f"（{error.where}）" if error.where else ""
        yield False, f"{error.what}{where}", error.to_do
    except Exception as error:  # a check that fails is a finding, and stops no other
        yield False, f"{type(error).__name__}：{error}", "请按提示检查，或重新安装"


def _python() -> Iterator[_Said]:
    wanted = SpecifierSet(metadata.metadata("redstats")["Requires-Python"] or "")
    version = platform.python_version()
    if version in wanted:
        yield True, f"Python {version}", ""
    else:
        yield False, f"Python {version} 不合用，要求 {wanted}", "请换用合用的 Python 重新建立环境"


def _libraries() -> Iterator[_Said]:
    wrong = False
    for text in metadata.requires("redstats") or []:
        wanted = Requirement(text)
        if wanted.marker and not wanted.marker.evaluate({"extra": ""}):
            continue
        try:
            version = metadata.version(wanted.name)
        except metadata.PackageNotFoundError:
            version = ""
        if not version or version not in wanted.specifier:
            wrong = True
            has = f"{version}，要求 {wanted.specifier}" if version else "没有安装"
            yield (
                False,
                f"程序库 {wanted.name} {has}",
                "请按 README 重新安装：pip install -r requirements.lock",
            )
    if not wrong:
        yield True, "程序库齐全，版本合用", ""


def _imports() -> Iterator[_Said]:
    for name in ("pandas", "pyarrow", "openpyxl", "python_calamine", "plotly", "papermill", "nbconvert"):
        importlib.import_module(name)
    from redstats import findings

    findings.preload()
    yield True, "程序库可以载入", ""


def _kernel() -> Iterator[_Said]:
    from jupyter_client.kernelspec import KernelSpecManager

    if "python3" in KernelSpecManager().find_kernel_specs():
        yield True, "笔记本的内核 python3 已登记", ""
    else:
        yield False, "没有笔记本的内核 python3", "请运行 python -m ipykernel install --sys-prefix"


def _engine() -> Iterator[_Said]:
    named = {point.name for point in metadata.entry_points(group="papermill.engine")}
    if "redstats" in named:
        yield True, "papermill 的 redstats 引擎已登记", ""
    else:
        yield False, "papermill 的 redstats 引擎没有登记", "请重新安装：pip install --no-deps -e ."


def _system() -> Iterator[_Said]:
    system, cores = f"{platform.system()} {platform.machine()}", os.cpu_count() or 1
    if forks.available():
        yield True, f"{system}，{cores} 核", ""
    else:
        yield None, f"{system}，{cores} 核", "本系统上每个笔记本各用一个内核，结果相同，时间要长几倍"


def _console() -> Iterator[_Said]:
    encoding = sys.stdout.encoding or "ascii"
    try:
        "红色业委会●▲■○".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        yield None, f"终端的编码 {encoding} 显示不了全部文字", "请设置环境变量 PYTHONUTF8=1，或用 --json"
    else:
        yield True, f"终端的编码 {encoding}", ""


def _folders(project: Project) -> Iterator[_Said]:
    yield True, f"项目在 {project.root}", ""
    for folder in (project.raw, project.processed):
        name = folder.relative_to(project.root).as_posix()
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with tempfile.NamedTemporaryFile(dir=folder, prefix=".redstats.", suffix=".tmp"):
                pass
        except OSError as error:
            yield False, f"{name} 写不进去（{error.strerror}）", "请检查权限，或换到可以写的文件夹"
    free = shutil.disk_usage(project.processed).free / GIGABYTE
    if free < _LEAST_SPACE:
        yield False, f"磁盘只剩 {free:.1f} GB", "请清理磁盘"
    if os.name == "nt" and len(str(project.root)) > _LONGEST_PATH:
        yield (
            None,
            f"项目的路径有 {len(str(project.root))} 个字符",
            "请移到短一些的文件夹，Windows 的路径不能超过260个字符",
        )


def _clock(project: Project) -> Iterator[_Said]:
    """A clock that is behind dates what has come wrongly."""
    times = [path.stat().st_mtime for path in project.raw.rglob("*") if path.is_file()]
    ahead = max(times, default=0) - dt.datetime.now().timestamp()
    if ahead > 86400:
        yield None, "有文件的时间在今天以后", "请核对电脑的日期：收到日期按它记"


def _notebooks(project: Project) -> Iterator[_Said]:
    import nbformat

    from redstats.dashboards import pages
    from redstats.runs.notebooks import Job, check

    day = dt.date.today()
    wanted = {page.notebook: page for page in pages(places.on(day)) if page.notebook}
    for name, page in wanted.items():
        path = project.notebooks / f"{name}.ipynb"
        try:
            if path.is_file():
                nbformat.read(path, 4)
        except ValueError as error:  # no JSON, or no notebook of today's form
            to_do = "请用备份或安装包里的同名文件代替"
            yield False, f"笔记本 {path.name} 读不出（{type(error).__name__}）", to_do
            continue
        parameters = ("month", "street") if page.street else ("month",)
        job = Job(name, tuple((parameter, "") for parameter in parameters), Path())
        yield from _told(partial(_complaints, partial(check, project, job)))
    yield True, f"页面用 {len(wanted)} 个笔记本", ""


def _suites(project: Project) -> Iterator[_Said]:
    from redstats import findings

    _, mistakes = findings.check(project)
    wrong = [mistake for mistake in mistakes if not mistake.hint]
    for mistake in wrong:
        yield False, f"规则套件：{mistake.where}：{mistake.what}", mistake.to_do
    if not wrong:
        yield True, f"{len(project.suites)} 个规则套件没有错", ""


def _beside(project: Project) -> Iterator[_Said]:
    """The files that the district keeps beside the months."""
    from redstats import corrections, mappings, settings
    from redstats.recommendations import pipeline
    from redstats.scores.scoring_profile import profile_in, profile_of

    day = dt.date.today()
    month = Month.parse(f"{day:%Y-%m}")
    rules = standard.on(day)
    readings: list[Callable[[], object]] = [
        lambda: profile_of(project, rules, settings.on(project, day)),
        partial(mappings.read, project.raw / projects.MAPPINGS, rules, places.on(day)),
        partial(corrections.read, project.raw / projects.CORRECTIONS),
        partial(pipeline.read, project.raw / projects.RECOGNITIONS, month),
        *(partial(profile_in, path) for path in project.profiles),
    ]
    for read in readings:
        yield from _told(partial(_complaints, read))
    there = [name for name in inputs.BESIDE if (project.raw / name).is_file()]
    yield True, f"data/raw 里的本区文件：{'、'.join(there) or '没有（都用默认值）'}", ""


def _complaints(read: Callable[[], object]) -> Iterator[_Said]:
    """Nothing of what can be read; what cannot raises."""
    read()
    yield from ()


def _months(project: Project) -> Iterator[_Said]:
    months = inputs.months_with_returns(project)
    yield True, f"有报表的月份：{'、'.join(map(str, months)) or '还没有'}", ""
    known = {str(month) for month in months} | {projects.PROFILES}
    office = {projects.COMMITTEES, incoming.RECEIVED}
    for path in sorted(project.raw.iterdir()):
        if path.is_dir() and path.name not in known:
            yield None, f"data/raw/{path.name} 不是月份，不会读取", "月份的文件夹要写成 2026-11 的样子"
        elif path.suffix.lower() in _WORKBOOKS and path.name not in office:
            yield (
                None,
                f"data/raw/{path.name} 不在任何月份里，不会读取",
                "请移到当月的文件夹，如 data/raw/2026-11",
            )
    for month in months[-1:]:
        for path in sorted((project.raw / str(month)).rglob("~$*")):
            yield None, f"{path.name[2:]} 正在别的程序里打开", "请保存并关闭后再运行"
    left = [path for stage in ("*", ".scratch") for path in project.processed.glob(f"{stage}/.*.tmp")]
    if left:
        yield None, "有被中断的运行留下的文件", "再运行一次就会清理"


_OF_INSTALLATION = (_python, _libraries, _imports, _kernel, _engine)
_OF_MACHINE = (_system, _console)
_OF_PROJECT = (_folders, _clock, _notebooks, _suites, _beside, _months)

"""Run the project's notebooks through papermill: parameters by name only, several at a time, failures kept."""

from __future__ import annotations

import contextlib
import os
import re
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from redstats.errors import RunError
from redstats.project import Project
from redstats.runs import light

_SAFE_PATH = "PYTHONSAFEPATH"
_ENGINE = "redstats"  # ``engine``, as papermill knows it
RETRIED = ("DeadKernelError", "ZMQError")
_OF_KERNELS: dict[str, Any] = {
    # else each prints how to connect to it, and warns of a transport that nobody but this user can reach
    "extra_arguments": ["--IPKernelApp.log_level=CRITICAL"],
    "shutdown_kernel": "immediate",
}


@dataclass(frozen=True, slots=True)
class Job:
    """A notebook (name without ``.ipynb``), its parameters, and where the executed copy goes."""

    notebook: str
    parameters: tuple[tuple[str, str | int | bool], ...]
    output: Path


@dataclass(frozen=True, slots=True)
class Done:
    """An executed notebook; ``error`` (type and message, without paths) where it failed."""

    job: Job
    error: str = ""


@cache
def declared(path: Path) -> dict[str, str]:
    """The parameters of a notebook and their meaning, as its tagged cell declares them."""
    import papermill

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parameters = papermill.inspect_notebook(str(path))
    return {name: one["help"] for name, one in parameters.items()}


def check(project: Project, job: Job) -> None:
    """RunError for an unknown notebook or parameter (papermill itself would only warn), or a value that is not plain."""
    path = project.notebooks / f"{job.notebook}.ipynb"
    if not path.is_file():
        names = "、".join(sorted(one.stem for one in project.notebooks.glob("*.ipynb")))
        raise RunError(f"没有笔记本“{job.notebook}”", where="notebooks/", to_do=f"可用：{names}")
    allowed = declared(path)
    for name, value in job.parameters:
        if name not in allowed:
            raise RunError(f"笔记本没有参数“{name}”", where=path.name, to_do=f"可用：{'、'.join(allowed)}")
        if type(value) not in (str, int, bool):
            raise RunError(f"参数“{name}”的值不是文字、整数或真假", where=path.name, to_do="请改为普通的值")


def execute(
    project: Project,
    jobs: list[Job],
    progress: Callable[[Job], object] = lambda job: None,
    workers: int | None = None,
) -> list[Done]:
    """Execute the jobs with kernels, two or more at a time in processes of their own; a failed one stops no other."""
    for job in jobs:
        check(project, job)
    workers = workers or min(len(jobs), os.cpu_count() or 1)
    with _safe_path():
        return _all(project, jobs, progress, workers)


def execute_here(project: Project, job: Job) -> Done:
    """Execute a job in this process, which is there for it alone (``engine``)."""
    check(project, job)
    os.environ["REDSTATS_HOME"] = str(project.root)
    return _papermill(str(project.root), job, _ENGINE)


@contextlib.contextmanager
def _safe_path() -> Iterator[None]:
    """Let processes that are begun meanwhile import nothing from the folder one stands in, such as a queue.py there."""
    before = os.environ.get(_SAFE_PATH)
    os.environ[_SAFE_PATH] = "1"
    try:
        yield
    finally:
        os.environ.pop(_SAFE_PATH)
        if before is not None:
            os.environ[_SAFE_PATH] = before


def _all(project: Project, jobs: list[Job], progress: Callable[[Job], object], workers: int) -> list[Done]:
    if workers <= 1 or len(jobs) == 1:
        return [_execute(str(project.root), job) for job in jobs if progress(job) is None]
    done = []
    # spawn: papermill's kernels and threads do not survive a fork
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for job, future in [(job, pool.submit(_execute, str(project.root), job)) for job in jobs]:
            done.append(future.result())
            progress(job)
    return done


def _execute(root: str, job: Job) -> Done:
    os.environ["REDSTATS_HOME"] = root
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    light.start()
    return _papermill(root, job, None)


def _papermill(root: str, job: Job, engine_name: str | None) -> Done:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import papermill
        from papermill.exceptions import PapermillExecutionError

        for attempt in (1, 2, 3):
            try:
                papermill.execute_notebook(
                    str(Path(root) / "notebooks" / f"{job.notebook}.ipynb"),
                    str(job.output),
                    parameters=dict(job.parameters),
                    engine_name=engine_name,
                    request_save_on_cell_execute=False,
                    progress_bar=False,
                    cwd=root,
                    log_output=False,
                    kernel_name="python3",
                    **(_OF_KERNELS if engine_name is None else {}),
                )
                return Done(job)
            except PapermillExecutionError as error:
                return Done(job, _pathless(f"{error.ename}：{error.evalue}"))
            except OSError:
                raise  # of the disk, which is no fault of the notebook's
            except Exception as error:
                if type(error).__name__ not in RETRIED or attempt == 3:
                    return Done(job, _pathless(f"{type(error).__name__}：{error}"))
    raise AssertionError("unreachable")


def _pathless(text: str) -> str:
    return re.sub(r"(?:[A-Za-z]:)?[\\/](?:[^\\/\s'\"]+[\\/])+", "", text)[:500]

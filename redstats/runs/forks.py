"""Run functions in forks of this process, a few at a time: each begins with all that is imported and read here by then.

Only on Linux: Windows has no fork, and on macOS the system's own libraries do not survive one.  A fork changes nothing of
this process, and one that dies stops no other.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
import os
import signal
import sys
import time
import warnings
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from multiprocessing import connection, get_context
from typing import Any

from redstats.errors import RunError
from redstats.workbooks.isolation import portable


class Died(RunError):
    """A fork ended without an answer: killed by the system, or by what it ran."""


def available() -> bool:
    return sys.platform == "linux"


def each(
    tasks: Iterable[Callable[[], Any]],
    ended: Callable[[int, float], object] = lambda index, seconds: None,
    workers: int = 0,
) -> list[Any]:
    """Call every task in a fork of its own; what each returned (picklable), or the exception that it ended with.

    Tasks are taken one by one as forks become free, so that what a later task needs may be prepared while earlier ones run.
    ``ended`` is called with the number of each task that has ended and the seconds it took.  Of a fork that gave no answer
    it is ``Died``.
    """
    results: dict[int, Any] = {}
    running: dict[Any, tuple[int, Any, float]] = {}
    try:
        waiting = enumerate(tasks)
        following = next(waiting, None)
        while following or running:
            if following and len(running) < (workers or os.cpu_count() or 1):
                index, task = following
                answer, process = _start(task)
                running[answer] = index, process, time.perf_counter()
                following = next(waiting, None)
                continue
            for answer in connection.wait([*running]):
                index, process, begun = running.pop(answer)
                results[index] = _answer(answer, process)
                ended(index, time.perf_counter() - begun)
    finally:
        for answer, (_, process, _) in running.items():
            process.kill()
            _answer(answer, process)
    return [results[index] for index in sorted(results)]


class Series:
    """Tasks that one fork does one after another, ahead of who asks for their results.

    ``held``: the numbers of tasks that wait until they are let ``go``, each for one.
    Without forks they are done here, each when it is asked for.  Leaving the context ends the fork with what it is doing.
    """

    def __init__(self, tasks: Sequence[Callable[[], Any]], held: Collection[int] = ()) -> None:
        self._tasks = iter(tasks)
        self._process = None
        if available():
            waiting, self._signal = get_context("fork").Pipe(duplex=False)
            wait = partial(_wait, waiting, self._signal)
            steps: list[Callable[[], Any]] = []
            for number, task in enumerate(tasks):
                steps += [wait, task] if number in held else [task]
            self._answers, self._process = _start(*steps)
            waiting.close()

    def go(self) -> None:
        """Let the next task that is held begin."""
        if self._process is not None:
            with contextlib.suppress(OSError):  # one that has died is told by ``next``
                self._signal.send(None)

    def next(self) -> Any:
        """What the next task returned, when it has; its exception is raised, and Died where there is no answer."""
        task = next(self._tasks)
        if self._process is None:
            return task()
        try:
            while isinstance(result := self._answers.recv(), _Waited):
                pass
        except (EOFError, OSError):
            result = _died()
        if isinstance(result, Exception):
            raise result
        return result

    def __enter__(self) -> Series:
        return self

    def __exit__(self, *error: object) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._answers.close()
            self._signal.close()


class _Waited:
    """What a wait gives: the place of no result."""


def _wait(signal: Any, other_end: Any) -> _Waited:
    """Wait in the fork; where nobody is left to let it go, end."""
    other_end.close()
    signal.recv()
    return _Waited()


def _start(*tasks: Callable[[], Any]) -> tuple[Any, Any]:
    receiver, sender = get_context("fork").Pipe(duplex=False)
    process = get_context("fork").Process(target=_run, args=(tasks, sender, os.getpid()), daemon=True)
    for stream in (sys.stdout, sys.stderr):  # else a fork would write again what waits to be written
        stream.flush()
    with warnings.catch_warnings():
        # newer Pythons warn of threads, which a fork does not have: those here wait for work, and hold no lock
        warnings.simplefilter("ignore", DeprecationWarning)
        gc.freeze()  # else the first collection in the fork writes to every page of memory, and has it copied
        process.start()
        gc.unfreeze()
    sender.close()
    return receiver, process


def _answer(receiver: Any, process: Any) -> Any:
    try:
        return receiver.recv()
    except (EOFError, OSError):
        return _died()
    finally:
        receiver.close()
        process.join()


def _died() -> Died:
    return Died("处理它的进程意外结束", to_do="请再运行一次；仍然如此，请看内存是否够用")


def _end_with(parent: int) -> None:
    """Let the system end this fork with its parent, however that ends: else it would write what the next run has made."""
    set_parent_death_signal = 1
    with contextlib.suppress(
        OSError, AttributeError
    ):  # another libc has none: orderly exits end it all the same
        ctypes.CDLL(None, use_errno=True).prctl(set_parent_death_signal, signal.SIGKILL)
    if os.getppid() != parent:  # it was gone before
        os._exit(1)


def _run(tasks: Iterable[Callable[[], Any]], sender: Any, parent: int) -> None:
    _end_with(parent)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):  # what a notebook prints, or a program it starts, is none of the analyst's lines
        os.dup2(nothing, stream)
    sys.stdout = sys.stderr = open(nothing, "w", encoding="utf-8")  # noqa: SIM115
    sys.path[:] = [path for path in sys.path if path]  # nothing is imported from where one stands
    asyncio._set_running_loop(None)  # one that ran there, as in a notebook, does not run here
    for task in tasks:
        try:
            sender.send(task())
        except Exception as error:
            sender.send(portable(error))
            return

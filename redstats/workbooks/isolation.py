"""Run a function of this package where it can do no harm: in a child process with limits of time and memory.

Files come from anyone, and some make a reader hang, take gigabytes or abort the process.  A worker is a plain
Python process that runs ``serve`` and speaks pickles over its pipes: nothing of the caller's ``__main__`` is run again,
so that scripts and notebooks need no guard, and nothing is imported from the folder in which the caller stands.  What is
limited is the time a worker computes, so that a busy machine refuses nothing; the time on the clock is a wide limit beyond it
(on Windows the only one).  Workers live as long as their parent and are replaced when they die.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import math
import os
import pickle
import queue
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

SECONDS = 15.0  # of computing
PATIENCE = 10  # so many times longer on the clock
MEGABYTES = 1024
_LENGTH = struct.Struct("<Q")
_OUT_OF_TIME = -getattr(signal, "SIGXCPU", 0) or None  # how a process ends that has computed too long
_MOMENT = 0.5


@dataclass(frozen=True, slots=True)
class Death:
    """How a call ended that gave no result: ``code`` is timed_out, out_of_memory or crashed."""

    code: str


class _Worker:
    """One child and the pipes to it."""

    def __init__(self) -> None:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"}
        self._process = process = subprocess.Popen(
            [sys.executable, "-P", "-c", _start()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        assert process.stdin and process.stdout
        self._to, self._from = process.stdin, process.stdout

    def call(self, function: Callable[..., object], arguments: tuple[object, ...], seconds: float) -> object:
        """The function's result, or a Death, after which this worker is of no use; its exceptions are raised."""
        overdue = threading.Event()

        def stop() -> None:
            overdue.set()
            self._process.kill()

        timer = threading.Timer(seconds * PATIENCE, stop)
        timer.start()
        try:
            _send(self._to, (function.__module__, function.__qualname__, arguments, seconds))
            kind, value = _receive(self._from)
        except (EOFError, OSError, pickle.UnpicklingError):
            ended = self.close()
            return Death("timed_out" if overdue.is_set() or ended == _OUT_OF_TIME else "crashed")
        finally:
            timer.cancel()
            timer.join()
        if kind == "raised":
            raise value
        if kind == "death":
            self.close()
            return Death(value)
        return value

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def close(self) -> int:
        """End the child and its pipes; how it ended."""
        for pipe in (self._to, self._from):
            with contextlib.suppress(OSError):
                pipe.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(_MOMENT)  # one that has died by itself tells of what
        self._process.kill()
        return self._process.wait()


def _start() -> str:
    """What a worker runs: this module, found where the caller finds it, but never in the folder where the caller stands."""
    paths = [path for path in sys.path if path and path != os.getcwd()]
    checkout = str(Path(__file__).resolve().parents[2])
    if checkout not in paths:
        # the caller stands in the checkout: behind the standard library, before what is installed
        installed = [at for at, path in enumerate(paths) if path.endswith("-packages")]
        paths.insert(min(installed, default=len(paths)), checkout)
    return f"import sys; sys.path[:] = {paths!r}; from {__name__} import serve; serve()"


class _Pool:
    """Workers at rest, kept for the next call; a fork of the parent starts with none."""

    def __init__(self) -> None:
        self._owner = os.getpid()
        self._idle: queue.LifoQueue[_Worker] = queue.LifoQueue()
        atexit.register(self.close)

    def call(self, function: Callable[..., object], arguments: tuple[object, ...], seconds: float) -> object:
        if os.getpid() != self._owner:  # forked: the pipes belong to somebody else
            self._owner, self._idle = os.getpid(), queue.LifoQueue()
        try:
            worker = self._idle.get_nowait()
        except queue.Empty:
            worker = _Worker()
        try:
            return worker.call(function, arguments, seconds)
        finally:
            if worker.is_alive:
                self._idle.put(worker)

    def close(self) -> None:
        if os.getpid() != self._owner:
            return
        while not self._idle.empty():
            self._idle.get_nowait().close()


_POOL = _Pool()


def close() -> None:
    """End the workers at rest; the next call starts new ones."""
    _POOL.close()


def call(function: Callable[..., object], *arguments: object, seconds: float = SECONDS) -> object:
    """``function(*arguments)`` in a child: its result or exception, or a Death when it gave none in time.

    ``seconds`` of computing are allowed, and ``PATIENCE`` times as many on the clock.
    The function is found by its name in its module; arguments and result must be picklable.  A relative ``Path`` is
    taken from the caller's folder, for a worker stays in the folder in which it was started.
    """
    whole = tuple(one.absolute() if isinstance(one, Path) else one for one in arguments)
    return _POOL.call(function, whole, seconds)


def each(
    function: Callable[..., object],
    items: Iterable[tuple[object, ...]],
    seconds: float = SECONDS,
    workers: int | None = None,
) -> list[object]:
    """``call`` for every tuple of arguments, several at a time, the results in the order of the items."""
    listed = list(items)
    results: list[object] = [None] * len(listed)
    waiting = iter(range(len(listed)))
    turn = threading.Lock()
    failed: list[BaseException] = []

    def work() -> None:
        while not failed:
            with turn:
                index = next(waiting, None)
            if index is None:
                return
            try:
                results[index] = call(function, *listed[index], seconds=seconds)
            except BaseException as error:
                failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(min(workers or os.cpu_count() or 1, len(listed)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return results


def _send(pipe: IO[bytes], message: object) -> None:
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.write(_LENGTH.pack(len(data)))
    pipe.write(data)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> Any:
    (length,) = _LENGTH.unpack(_exactly(pipe, _LENGTH.size))
    return pickle.loads(_exactly(pipe, length))


def _exactly(pipe: IO[bytes], length: int) -> bytes:
    data = pipe.read(length)
    if len(data) != length:
        raise EOFError
    return data


def _limit() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    allowed = MEGABYTES << 20
    resource.setrlimit(resource.RLIMIT_AS, (allowed, allowed))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_time(seconds: float) -> None:
    """Let this process compute for so many seconds more."""
    try:
        import resource
    except ImportError:  # Windows
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = math.ceil(used.ru_utime + used.ru_stime + seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))


def serve() -> None:
    """A worker: answer calls until the parent closes the pipe."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):  # what a library prints must not reach the pipe
        os.dup2(nothing, stream)
    _limit()
    while True:
        try:
            module, name, arguments, seconds = _receive(requests)
        except (EOFError, OSError):
            return
        _limit_time(seconds)
        try:
            function: Any = importlib.import_module(module)
            for part in name.split("."):
                function = getattr(function, part)
            answer = ("result", function(*arguments))
            _send(answers, answer)
        except MemoryError:
            _send(answers, ("death", "out_of_memory"))
            return
        except Exception as error:
            _send(answers, ("raised", portable(error)))


def portable(error: Exception) -> Exception:
    """An exception that can be sent to another process: itself, or its words."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error

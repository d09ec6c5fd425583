"""Kernels that start warm: forked from a process that has pandas, plotly and redstats imported already.

Jupyter's own seam for this is the kernel provisioner.  Papermill stays plain papermill on top; where the system
cannot fork (Windows), and whenever somebody runs papermill by hand, kernels start in the ordinary way.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import sys
from typing import TYPE_CHECKING, Any, cast

from jupyter_client.provisioning.local_provisioner import LocalProvisioner

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

NAME = "redstats-warm"  # the entry point under which jupyter_client finds WarmProvisioner
PRELOAD = ["redstats.runs.warm"]


def prefer_warm() -> None:
    """Let kernels of this process start warm, where the system can fork."""
    if "forkserver" in multiprocessing.get_all_start_methods():
        os.environ["JUPYTER_DEFAULT_PROVISIONER_NAME"] = NAME
        multiprocessing.get_context("forkserver").set_forkserver_preload(PRELOAD)


class WarmProvisioner(LocalProvisioner):
    """Starts a kernel as a fork of a warm process instead of a new interpreter."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any):
        if cmd[0] != sys.executable or "-m" not in cmd:  # a kernel of another environment or language
            return await super().launch_kernel(cmd, **kwargs)
        arguments = cmd[cmd.index("-m") + 2 :]
        start = multiprocessing.get_context("forkserver").Process(
            target=_kernel,
            args=(arguments, kwargs.get("cwd"), dict(kwargs.get("env") or os.environ)),
            daemon=True,
        )
        start.start()
        self.process = cast(Any, _Started(start))  # answers what is asked of a Popen here
        self.pid, self.pgid = start.pid, None
        return self.connection_info


class _Started:
    """A multiprocessing process in the words of subprocess.Popen, which LocalProvisioner speaks."""

    stdin = stdout = stderr = None

    def __init__(self, process: BaseProcess) -> None:
        self._process = process
        self.pid = cast(int, process.pid)  # the process has been started

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self) -> int | None:
        self._process.join(5)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self._process.is_alive():
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()


def _kernel(arguments: list[str], cwd: str | None, environment: dict[str, str]) -> None:
    from ipykernel.kernelapp import IPKernelApp

    os.environ.clear()
    os.environ.update(environment)
    if cwd:
        os.chdir(cwd)
    sys.argv = ["ipykernel_launcher", *arguments]
    sys.path[:] = [path for path in sys.path if path]  # nothing is imported from where the kernel stands
    signal.signal(signal.SIGINT, signal.default_int_handler)
    asyncio.set_event_loop(asyncio.new_event_loop())
    # else it prints how to connect to it, and warns of a transport that nobody else can reach here
    IPKernelApp.launch_instance(
        [*arguments, "--IPKernelApp.log_level=CRITICAL", "--IPKernelApp.ignore_cwd=True"]
    )

"""The shell of a kernel without the kernel: runs code cells here and keeps what they show, as a notebook keeps it."""

from __future__ import annotations

import importlib
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from nbformat import NotebookNode, v4
from traitlets import Type
from traitlets.config import Config

RENDERER = "plotly_mimetype"  # what plotly takes in a kernel
COLUMNS = 20  # that pandas shows of a frame there


class CellError(Exception):
    """A cell that failed; what and where stands among its outputs."""


class _Publisher(DisplayPublisher):
    """Takes what is displayed, in the shape in which a notebook keeps it."""

    shell: Any

    def publish(  # type: ignore[override]  # as its parent says, whose own parameters came and went
        self, data, metadata=None, *, transient=None, update=False, **kwargs: Any
    ) -> None:
        self.shell.outputs.display(data, metadata or {}, (transient or {}).get("display_id"), update)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.clear(wait)


class _ResultHook(DisplayHook):
    """Takes the value of a cell's last line."""

    shell: Any

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict, md_dict=None) -> None:
        self.shell.outputs.add(
            v4.new_output(
                "execute_result", format_dict, metadata=md_dict or {}, execution_count=self.prompt_count
            )
        )

    def finish_displayhook(self) -> None:
        self._is_active = False


class _Outputs:
    """The outputs of the cell that runs, and where those with a name stand in the cells before."""

    def __init__(self) -> None:
        self.cell: NotebookNode = v4.new_code_cell()
        self._named: dict[str, list[NotebookNode]] = {}
        self._clear = False

    def add(self, output: NotebookNode) -> None:
        if self._clear:
            self.cell.outputs, self._clear = [], False
        last = self.cell.outputs[-1] if self.cell.outputs else None
        if last and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            self.cell.outputs.append(output)

    def display(self, data: dict, metadata: dict, name: str | None, update: bool) -> None:
        if update:
            for shown in self._named.get(name or "", ()):
                shown.update(data=data, metadata=metadata)
            return
        output = v4.new_output("display_data", data, metadata=metadata)
        if name:
            self._named.setdefault(name, []).append(output)
        self.add(output)

    def clear(self, wait: bool) -> None:
        self._clear = wait
        if not wait:
            self.cell.outputs = []


class _Stream(io.TextIOBase):
    """What is printed, as outputs of the cell."""

    def __init__(self, outputs: _Outputs, name: str) -> None:
        self._outputs, self._name = outputs, name

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if text:
            self._outputs.add(v4.new_output("stream", name=self._name, text=text))
        return len(text)


class _ForkedZMQShell(ZMQInteractiveShell):
    """The shell of a kernel without its sockets; pandas knows by its name that it is in a notebook."""

    displayhook_class: Any = Type(_ResultHook)
    display_pub_class: Any = Type(_Publisher)

    def __init__(self, **kwargs: Any) -> None:
        self.outputs = _Outputs()
        super().__init__(**kwargs)

    def run(self, cell: NotebookNode) -> None:
        """Run a code cell, which gets its outputs; CellError where it failed."""
        self.outputs.cell, cell.outputs = cell, []
        streams = (_Stream(self.outputs, name) for name in ("stdout", "stderr"))
        with redirect_stdout(next(streams)), redirect_stderr(next(streams)):
            result = self.run_cell(cell.source, store_history=True)
        cell.execution_count = self.execution_count - 1
        if not result.success:
            raise CellError

    def _showtraceback(self, etype, evalue, stb) -> None:
        self.outputs.add(
            v4.new_output("error", ename=etype.__name__, evalue=str(evalue), traceback=list(stb))
        )


@contextmanager
def opened() -> Iterator[_ForkedZMQShell]:
    """A fresh shell, with what an imported plotly would have found in a kernel; put away afterwards."""
    config = Config()
    config.HistoryManager.enabled = False  # no file, and no thread that writes it
    before, main = sys.displayhook, sys.modules["__main__"]
    _ForkedZMQShell.clear_instance()
    shell = _ForkedZMQShell.instance(config=config)
    # both look for a kernel once, when they are imported, which may have been before
    if "PLOTLY_RENDERER" not in os.environ:
        importlib.import_module("plotly.io").renderers.default = RENDERER
    pandas = importlib.import_module("pandas")
    try:
        with pandas.option_context("display.max_columns", COLUMNS):
            yield shell
    finally:
        _ForkedZMQShell.clear_instance()
        sys.displayhook, sys.modules["__main__"] = before, main

"""A notebook in a fork shows what it shows in a kernel, and a fork harms nobody but itself."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time

import nbformat
import pytest
from nbformat import v4

from redstats.runs import forks

needs_forks = pytest.mark.skipif(not forks.available(), reason="this system cannot fork")
CELLS = [
    "1 + 1",
    "import pandas as pd\npd.DataFrame({'a': range(3), 'b': ['x' * 90] * 3, 'c': ['y' * 80] * 3})",
    "pd.DataFrame({number: range(2) for number in range(40)})",
    "pd.Series([1.5, None])",
    "print('a'); print('b'); 5;",
    "x = 3\nx",
    "None",
    "''",
    "from IPython.display import HTML, clear_output, display\nh = display(HTML('<b>1</b>'), display_id=True)\ndisplay(3)",
    "h.update(HTML('<b>2</b>'))",
    "print('gone'); clear_output(); print('stay')",
    "print('gone'); clear_output(wait=True); print('stay')",
    "print('kept'); clear_output(wait=True)",
    "import plotly.graph_objects as go\nfigure = go.Figure(go.Bar(y=[1, 2]))\nfigure.show()",
    "figure",
    "_",
    "Out[1]",
    "!echo hi",
    "import asyncio\nawait asyncio.sleep(0)\n7",
    "def f():\n    '''doc'''\n    return 1\nf?",
    "__name__",
    "%%html\n<i>x</i>",
    "from redstats.dashboards import Block\ndisplay(Block('<p>块</p>')._repr_mimebundle_(), raw=True)",
    "  ",
    "1 / 0",
    "'never reached'",
]


def executed(folder, engine):
    """The drawn notebook as plain papermill leaves it."""
    code = [v4.new_code_cell(source) for source in CELLS]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(v4.new_notebook(cells=code, metadata={"kernelspec": kernel}), folder / "drawn.ipynb")
    out = folder / f"{engine}.ipynb"
    words = [
        sys.executable,
        "-m",
        "papermill",
        "drawn.ipynb",
        out.name,
        *(["--engine", engine] if engine else []),
    ]
    ran = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=120)
    assert ran.returncode and "division by zero" in ran.stderr, ran.stderr[-2000:]
    return [cell for cell in nbformat.read(out, 4).cells if cell.cell_type == "code"]


def plain(outputs):
    """Without the colours of a terminal, in which two shells may differ."""
    return [
        output | {"traceback": [re.sub(r"\x1b\[[\d;]*m", "", line) for line in output["traceback"]]}
        if "traceback" in output
        else dict(output)
        for output in outputs
    ]


def test_every_cell_shows_in_a_fork_what_it_shows_in_a_kernel(tmp_path):
    for kernel, fork in zip(executed(tmp_path, None), executed(tmp_path, "redstats"), strict=True):
        assert plain(fork.outputs) == plain(kernel.outputs), fork.source
        assert fork.execution_count == kernel.execution_count, fork.source


@needs_forks
def test_a_fork_of_a_process_that_imported_everything_before_shows_the_same(tmp_path):
    """What pandas and plotly look for when they are imported, a kernel, is not there by then."""
    import plotly.io  # noqa: F401

    def task():
        from redstats.runs.shell import opened

        shown = []
        with opened() as shell:
            for source in [*CELLS[1:3], "import plotly.graph_objects as go\ngo.Figure()"]:
                cell = v4.new_code_cell(source)
                shell.run(cell)
                shown.append(plain(cell.outputs))
        return shown

    (forked,) = forks.each([task])
    kernel = {cell.source: plain(cell.outputs) for cell in executed(tmp_path, None)}
    assert [outputs[0]["data"] for outputs in forked[:2]] == [
        kernel[source][0]["data"] for source in CELLS[1:3]
    ]
    assert [*forked[2][0]["data"]] == ["application/vnd.plotly.v1+json"]


def test_the_shell_leaves_the_process_as_it_was():
    from redstats.runs.shell import opened

    hook, main = sys.displayhook, sys.modules["__main__"]
    with opened() as shell:
        cell = v4.new_code_cell("6 * 7")
        shell.run(cell)
    assert cell.outputs[0]["data"]["text/plain"] == "42"
    assert (sys.displayhook, sys.modules["__main__"]) == (hook, main)


@needs_forks
def test_results_come_in_the_order_of_the_tasks_whichever_ends_first():
    def task(number):
        return lambda: time.sleep(0.1 * (number % 2)) or number

    ended = []
    assert forks.each(map(task, range(6)), lambda index, seconds: ended.append(index), workers=3) == list(
        range(6)
    )
    assert sorted(ended) == list(range(6))


@needs_forks
def test_what_a_fork_changes_raises_or_dies_of_stays_in_it(capfd):
    values = {"here": 1}

    def changing():
        values["here"] = 2
        print("printed")
        os.system("echo spoken")
        return values["here"]

    def failing():
        raise OSError(28, "No space left on device", "x")

    changed, failed, died, last = forks.each(
        [changing, failing, lambda: os._exit(3), lambda: "well"], workers=1
    )
    assert (changed, values["here"], last) == (2, 1, "well")
    assert isinstance(failed, OSError) and failed.errno == 28
    assert isinstance(died, forks.Died)
    assert capfd.readouterr() == ("", "")


@needs_forks
def test_a_task_is_asked_for_when_the_one_before_has_begun():
    prepared = []

    def tasks():
        for number in range(3):
            prepared.append(number)
            yield lambda: list(prepared)

    assert forks.each(tasks(), workers=1) == [[0], [0, 1], [0, 1, 2]]


@pytest.mark.parametrize("available", [True, False])
def test_a_series_gives_results_one_by_one_and_raises_what_a_task_raised(available, monkeypatch):
    if available and not forks.available():
        pytest.skip("this system cannot fork")
    monkeypatch.setattr(forks, "available", lambda: available)

    def failing():
        raise ValueError("坏了")

    with forks.Series([lambda: 1, lambda: 2, failing, lambda: 4]) as series:
        assert [series.next(), series.next()] == [1, 2]
        with pytest.raises(ValueError, match="坏了"):
            series.next()


@pytest.mark.parametrize("available", [True, False])
def test_a_task_that_is_held_begins_when_it_is_let_go(available, monkeypatch, tmp_path):
    if available and not forks.available():
        pytest.skip("this system cannot fork")
    monkeypatch.setattr(forks, "available", lambda: available)
    needed = tmp_path / "needed"
    with forks.Series([lambda: 1, needed.read_text, needed.read_text], held={1}) as series:
        assert series.next() == 1
        needed.write_text("here")
        series.go()
        assert [series.next(), series.next()] == ["here", "here"]


def ends(process: int) -> bool:
    """Whether a process ends by itself within some seconds; if not, it is ended."""
    for _ in range(50):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    os.kill(process, 9)
    return False


@needs_forks
def test_a_held_task_ends_with_the_process_that_would_let_it_go():
    script = """
import os
from redstats.runs import forks

series = forks.Series([os.getpid, lambda: 1], held={1})
print(series.next(), flush=True)
os.kill(os.getpid(), 9)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert ends(int(done.stdout)), "it waits for ever"


@needs_forks
def test_a_fork_ends_with_a_parent_that_is_killed_whatever_it_does():
    """Else it would go on to write what the next run has made by then."""
    script = """
import os, time
from redstats.runs import forks

series = forks.Series([os.getpid, lambda: time.sleep(60)])
print(series.next(), flush=True)
os.kill(os.getpid(), 9)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert ends(int(done.stdout)), "it works on"


@needs_forks
def test_a_series_that_is_left_is_ended():
    with forks.Series([os.getpid, lambda: time.sleep(60)]) as series:
        process = series.next()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)

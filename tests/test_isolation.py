"""What runs in a child: results and exceptions come back, and no hang, no greed and no abort reaches the parent."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from redstats.errors import WorkbookError
from redstats.workbooks import isolation
from redstats.workbooks.isolation import Death


def test_a_result_comes_back_from_another_process():
    assert isolation.call(os.getpid) != os.getpid()
    assert isolation.call(divmod, 17, 5) == (3, 2)


def test_a_worker_is_used_again():
    assert isolation.call(os.getpid) == isolation.call(os.getpid)


def test_a_path_is_that_of_the_caller_wherever_the_worker_was_started(tmp_path, monkeypatch):
    isolation.call(os.getpid)
    (tmp_path / "甲.txt").write_text("示例数据", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert isolation.call(Path.read_text, Path("甲.txt"), "utf-8") == "示例数据"


def test_an_exception_is_raised_as_it_was():
    with pytest.raises(ZeroDivisionError):
        isolation.call(divmod, 1, 0)
    with pytest.raises(WorkbookError) as caught:
        isolation.call(_refuse)
    assert (caught.value.code, caught.value.to_do) == ("pdf", "请另存")


def _refuse():
    raise WorkbookError("这是 PDF", where="甲.pdf", to_do="请另存", code="pdf")


def test_what_takes_too_long_is_stopped():
    start = time.monotonic()
    assert isolation.call(time.sleep, 60, seconds=0.5) == Death("timed_out")
    assert time.monotonic() - start < 10
    assert isolation.call(divmod, 7, 2) == (3, 1)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows 没有内存上限")
def test_what_takes_too_much_memory_is_stopped():
    assert isolation.call(bytes, 3 << 30) == Death("out_of_memory")
    assert isolation.call(divmod, 7, 2) == (3, 1)


def test_what_ends_the_process_is_a_death():
    assert isolation.call(os._exit, 3) == Death("crashed")
    assert isolation.call(os.abort) == Death("crashed")
    assert isolation.call(divmod, 7, 2) == (3, 1)


def test_what_is_printed_there_disturbs_nobody(capfd):
    assert isolation.call(print, "示例" * 1000) is None
    assert isolation.call(os.write, 1, b"x" * 100) == 100
    assert capfd.readouterr() == ("", "")


def test_many_are_run_side_by_side_and_stay_in_order():
    items = [(_compute, 60) if at == 3 else (divmod, at, 2) for at in range(8)]
    found = isolation.each(_run, items, seconds=2, workers=2)
    assert found == [Death("timed_out") if at == 3 else divmod(at, 2) for at in range(8)]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows 只限钟表时间")
def test_time_is_what_is_computed_so_that_a_busy_machine_refuses_nothing():
    start = time.monotonic()
    assert isolation.call(_compute, 60, seconds=1) == Death("timed_out")
    assert time.monotonic() - start < 1 * isolation.PATIENCE
    assert isolation.call(time.sleep, 1.5, seconds=0.5) is None


def test_time_is_given_anew_for_each_call():
    assert [isolation.call(_compute, 0.6, seconds=1) for _ in range(4)] == [None] * 4


def _compute(seconds):
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


def test_nothing_is_imported_from_where_the_caller_stands(tmp_path):
    for name in ("queue.py", "pandas.py", "redstats/__init__.py", "redstats/workbooks/__init__.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("raise SystemExit('taken from the working folder')", encoding="utf-8")
    script = "import sys; sys.path[:] = filter(None, sys.path); from redstats.workbooks import isolation; sys.path.insert(0, '')\n"
    script += "print(isolation.call(divmod, 7, 2))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "(3, 1)"


def _run(function, *arguments):
    return function(*arguments)


def test_a_plain_script_needs_no_guard_and_leaves_no_child(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import os\nfrom redstats.workbooks import isolation\nprint(isolation.call(os.getpid))\n",
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, "-W", "error", script], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    time.sleep(0.5)
    with pytest.raises(OSError):
        os.kill(int(done.stdout), 0)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="只有 POSIX 有 fork")
def test_a_fork_does_not_share_its_parents_workers():
    ours = isolation.call(os.getpid)
    script = (
        "import os, sys\nfrom redstats.workbooks import isolation\nfirst = isolation.call(os.getpid)\npid = os.fork()\n"
        "second = isolation.call(os.getpid)\n"
        "if pid == 0:\n    os._exit(0 if second != first else 1)\n"
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
    assert isolation.call(os.getpid) == ours


def test_the_child_stays_light():
    heavy = isolation.call(_loaded, ("pandas", "pyarrow", "great_expectations", "plotly", "nbconvert"))
    assert not heavy


def _loaded(names):
    from redstats.returns.reading import read_here  # noqa: F401  (what a worker is for)

    return [name for name in names if name in sys.modules]


def test_the_limits_are_those_that_are_told():
    told = (Path(__file__).parents[1] / "docs" / "safety.md").read_text(encoding="utf-8")
    assert f"限时{isolation.SECONDS:.0f}秒、限内存{isolation.MEGABYTES} MB" in told


def test_the_worker_runs_the_redstats_of_its_caller_also_where_another_is_installed(tmp_path):
    package = Path(isolation.__file__).parents[1]
    copy = tmp_path / "checkout"
    shutil.copytree(package, copy / "redstats", ignore=shutil.ignore_patterns("__pycache__"))
    script = "from redstats.workbooks import isolation; print(isolation.call(isolation.where))"
    module = copy / "redstats" / "workbooks" / "isolation.py"
    code = module.read_text(encoding="utf-8")
    module.write_text(f"{code}\n\ndef where() -> str:\n    return __file__\n", encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(copy)}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=copy, env=environment, capture_output=True, text=True, check=True
    )
    assert Path(done.stdout.strip()).is_relative_to(copy)

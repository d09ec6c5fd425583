"""The guard line of every notebook: a misspelt parameter must stop it, not pass with a warning."""

from __future__ import annotations

import difflib
import types

from redstats.errors import RunError

_SHELL = {"In", "Out", "exit", "quit", "open", "get_ipython"}


def check(names: dict[str, object], allowed: set[str]) -> None:
    """RunError naming the first unknown parameter among ``names`` and what is allowed."""
    for name, value in list(names.items()):
        if name.startswith("_") or name in _SHELL or name in allowed or isinstance(value, types.ModuleType):
            continue
        near = difflib.get_close_matches(name, allowed, n=1)
        hint = f"是否想写“{near[0]}”？" if near else ""
        raise RunError(
            f"不认识的参数“{name}”", where="parameters", to_do=f"{hint}可用：{'、'.join(sorted(allowed))}"
        )

"""A local name says what it holds: words that could name anything stand only where the whole of their life is in sight."""

from __future__ import annotations

import ast

import pytest
from floors import modules

MODULES = modules()
# What a comprehension or a lambda may use for its own variable, and nothing else.
EMPTY = {"one", "told", "said", "own", "found", "at"}


def said_in_passing(tree: ast.AST) -> set[int]:
    """The nodes of a tree that name the variable of a comprehension, the argument of a lambda or a field of a class."""
    passing: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.comprehension):
            passing |= {id(inner) for inner in ast.walk(node.target)}
        elif isinstance(node, ast.Lambda):
            passing |= {id(argument) for argument in node.args.args}
        elif isinstance(node, ast.ClassDef):
            passing |= {id(line.target) for line in node.body if isinstance(line, ast.AnnAssign)}
    return passing


def empty_names(tree: ast.AST) -> list[str]:
    """``line: name`` of every variable and parameter of a tree that says nothing."""
    passing = said_in_passing(tree)
    named = [
        (node.lineno, node.id if isinstance(node, ast.Name) else node.arg)
        for node in ast.walk(tree)
        if id(node) not in passing
        and ((isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)) or isinstance(node, ast.arg))
    ]
    return [f"{line}: {name}" for line, name in sorted(named) if name in EMPTY]


@pytest.mark.parametrize("module", MODULES)
def test_variables_and_parameters_say_what_they_hold(module):
    named = empty_names(ast.parse(MODULES[module].read_text(encoding="utf-8")))
    assert not named, f"{MODULES[module].name}：{named}；docs/glossary.md has the words of the field"


def test_such_a_name_is_seen_where_it_outlives_its_line():
    code = (
        "def f(own):\n    for one in own:\n        found = [at for at in one]\n    return lambda one: found\n"
    )
    assert empty_names(ast.parse(code)) == ["1: own", "2: one", "3: found"]


def test_the_field_of_a_class_may_be_called_so():
    assert empty_names(ast.parse("class Cell:\n    at: int = 0\n")) == []

"""A module imports only from lower floors, modules of one floor never each other, and heavy libraries have one door."""

from __future__ import annotations

import graphlib

import pytest
from floors import DOORS, FLOOR_OF, imports, modules, own_imports, room_of

MODULES = {name: path for name, path in modules().items() if room_of(name) in FLOOR_OF}


def test_every_module_has_a_floor():
    assert {room_of(name) for name in modules()} - {"", "__main__"} == set(FLOOR_OF)


@pytest.mark.parametrize("module", MODULES)
def test_imports_only_go_down(module):
    room = room_of(module)
    others = {room_of(other) for other in own_imports(MODULES[module])} - {room}
    upward = {other for other in others if FLOOR_OF.get(other, 99) >= FLOOR_OF[room]}
    assert not upward, f"{module} (floor {FLOOR_OF[room]}) imports {upward}"


def test_modules_of_a_room_stand_on_floors_too():
    inside = {
        name: {
            other
            for other in own_imports(path, top=True)
            if room_of(other) == room_of(name) and other not in (name, room_of(name))
        }
        for name, path in MODULES.items()
    }
    graphlib.TopologicalSorter(inside).prepare()  # a cycle is an error that names it


@pytest.mark.parametrize("library", DOORS)
def test_a_heavy_library_has_one_door(library):
    users = {
        room_of(name)
        for name, path in MODULES.items()
        if any(other.split(".")[0] == library for other in imports(path))
    }
    assert users <= DOORS[library]


def test_great_expectations_is_imported_only_where_a_check_runs():
    for name, path in MODULES.items():
        if name != "suites.expectations":
            assert not any(other.startswith("great_expectations") for other in imports(path, top=True)), name

"""Whose return it is: all signs together decide, one wrong word moves nobody, and what contradicts itself waits for a person."""

from __future__ import annotations

import datetime as dt

import pytest
from drawing import JUNE, PLACES, RULES, draw
from openpyxl import Workbook

from redstats.mappings import STREETS, Entry, Mappings
from redstats.returns import read_here

HUAYANG, TIANSHAN = PLACES.street("华阳路"), PLACES.street("天山路")


def own_homes(street) -> list[str]:
    """Neighbourhoods whose names stand in the roll of that street alone."""
    names = [home.name for home in street.neighbourhoods]
    return [
        name for name in names if sum(bool(PLACES.neighbourhood(one, name)) for one in PLACES.streets) == 1
    ][:3]


def read(tmp_path, file: str, unit: str = "", title: str = "", homes=HUAYANG, confirmed=()):
    rows = "\n".join(
        f"{home}|示例{number}苑业委会|{number}" for number, home in enumerate(own_homes(homes), start=5)
    )
    lines = [
        f"{title}2026年6月月报||",
        f"填报单位：{unit}||" if unit else "",
        "居委会|业委会名称|业委会人数",
        rows,
    ]
    book = Workbook()
    draw(book.active, "\n".join(line for line in lines if line))
    book.active.title = "月报"
    book.save(tmp_path / file)
    return read_here(tmp_path / file, JUNE, RULES, PLACES, Mappings(tuple(confirmed)))


def streets(result) -> set[str]:
    return {row["street_name"] for row in result.rows}


def kinds(result) -> set[str]:
    return {note["kind"] for note in result.notes}


@pytest.mark.parametrize("sign", ["unit", "title", "file"])
def test_one_wrong_word_moves_no_street(tmp_path, sign):
    said = dict.fromkeys(("unit", "title", "file"), HUAYANG.name) | {sign: TIANSHAN.name}
    result = read(tmp_path, f"{said['file']}6月.xlsx", said["unit"], said["title"])
    assert streets(result) == {HUAYANG.name} and "street_unclear" in kinds(result)
    (message,) = {note["message"] for note in result.notes if note["kind"] == "street_unclear"}
    assert TIANSHAN.name in message and HUAYANG.name in message


@pytest.mark.parametrize(
    ("unit", "title", "file"),
    [("天山路街道", "", "月报"), ("天山路街道", "天山路街道", "华阳路街道月报"), ("", "", "天山路街道月报")],
)
def test_signs_that_contradict_each_other_leave_the_table_to_a_person(tmp_path, unit, title, file):
    result = read(tmp_path, f"{file}.xlsx", unit, title)
    assert not result.rows and "street_contradicted" in kinds(result) and result.outcome == "refused"


def test_a_person_decides_by_the_name_of_the_file(tmp_path):
    entry = Entry("", STREETS, "月报", HUAYANG.name, dt.date(2026, 7, 1))
    result = read(tmp_path, "月报.xlsx", TIANSHAN.name, confirmed=[entry])
    assert streets(result) == {HUAYANG.name}


def test_a_return_that_names_no_street_is_placed_by_its_neighbourhoods_together(tmp_path):
    result = read(tmp_path, "月报.xlsx")
    assert streets(result) == {HUAYANG.name} and "street_from_roll" in kinds(result)


def test_signs_that_agree_say_nothing(tmp_path):
    result = read(tmp_path, f"{HUAYANG.name}月报.xlsx", HUAYANG.name, HUAYANG.name)
    assert streets(result) == {HUAYANG.name}
    assert not kinds(result) & {"street_unclear", "street_contradicted", "street_from_roll"}

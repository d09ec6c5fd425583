"""A roll printed in runs of columns beside each other is the same roll."""

from __future__ import annotations

import pytest
from drawing import draw, facts, kinds
from openpyxl.styles import Font

HEADINGS = ["序号", "居委会", "业委会名称", "业委会人数", "接待日次数", "户数"]
NAMES = ["秀水苑", "天诚公寓", "和悦大厦", "安顺里", "新泾花园", "虹梅苑"]
HOMES = ["秀水", "天诚", "和悦", "安顺", "新泾", "虹梅"]
ROWS = [
    [number, home, f"{name}业委会", 5, number, 100 + number]
    for number, (home, name) in enumerate(zip(HOMES, NAMES, strict=True), 1)
]


def beside(runs: int, gap: int, turned_headings: bool = False):
    """The roll in as many runs of columns, with empty columns between; every second run with its columns the other way round."""

    def fill(sheet):
        sheet["A1"] = "华阳路街道2026年10月业委会月报"
        each = -(-len(ROWS) // runs)
        for run in range(runs):
            lines = [HEADINGS, *ROWS[run * each : (run + 1) * each]]
            if turned_headings and run % 2:
                lines = [[line[0], *reversed(line[1:])] for line in lines]
            draw(sheet, lines, top=2, left=1 + run * (len(HEADINGS) + gap))

    return fill


@pytest.mark.parametrize("runs", [2, 3, 6])
@pytest.mark.parametrize("gap", [0, 1, 2])
@pytest.mark.parametrize("turned_headings", [False, True])
def test_a_roll_in_runs_of_columns_is_read_as_one_below_the_other(returned, runs, gap, turned_headings):
    result = returned({"月报": beside(runs, gap, turned_headings)})
    alone = returned({"月报": beside(1, 0)})
    assert facts(result) == facts(alone)
    assert "sheet_side_by_side" in kinds(result) and "sheet_side_by_side" not in kinds(alone)


def test_a_column_of_names_that_comes_twice_makes_no_second_roll(returned):
    def fill(sheet):
        draw(
            sheet,
            [
                [*HEADINGS, "业委会名称", "业委会人数", "户数"],
                *([*row, row[2], row[3], row[5]] for row in ROWS),
            ],
        )

    result = returned({"月报": fill})
    assert "sheet_side_by_side" not in kinds(result) and len(result.rows) == len(ROWS)


def test_a_strike_and_a_shown_format_count_in_the_second_run_too(returned):
    def fill(sheet):
        beside(2, 1)(sheet)
        sheet["K4"].font = Font(strike=True)
        sheet["M4"].number_format = '0"00"'

    result = returned({"月报": fill})
    name = "新泾花园业委会"
    states = {one["field"]: one for one in result.cells if one["committee_name"] == name}
    assert states["member_count"]["value_state"] != "read" and states["households"]["note"]

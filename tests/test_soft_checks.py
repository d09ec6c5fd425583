"""What looks made up is listed for the district alone, each with its count; nothing is called clean that was not looked at."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from drawn import Drawn
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from redstats import places, soft_checks, standard
from redstats.months import Month
from redstats.project import OF_DISTRICT
from redstats.scores import spread
from redstats.soft_checks import counting, rulebook
from redstats.workbooks import read

SEPTEMBER, OCTOBER = Month(2026, 9), Month(2026, 10)
EDITION, ROLL = standard.on(OCTOBER.end), places.on(OCTOBER.end)
STREETS = [one.code for one in ROLL.streets[:4]]
MONTHLY = [one.id for one in EDITION.asked_fields.values() if one.period == "month" and one.type == "int"][
    :20
]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """Two honest months of four streets, and the street of which everybody sent September once more."""
    drawn, random = Drawn(tmp_path_factory.mktemp("soft") / "project"), np.random.default_rng(7)
    months = {
        month: [
            {"name": f"{street}-{k}", "street": street, "households": 100 + k}
            | {name: int(random.poisson(6)) for name in MONTHLY}
            for street in STREETS
            for k in range(20)
        ]
        for month in (SEPTEMBER, OCTOBER)
    }
    for now, before in zip(months[OCTOBER], months[SEPTEMBER], strict=True):
        if now["street"] == STREETS[0]:
            now |= {name: before[name] for name in MONTHLY}
    for month, committees in months.items():
        drawn.write(month, committees)
    return drawn


@given(st.integers(0, 30), st.floats(0.02, 0.6), st.floats(0.01, 0.4))
@settings(max_examples=30, deadline=None)
def test_the_chance_of_a_count_is_that_of_the_beta_binomial(count, mean, width):
    a, b = mean * (1 - width) / width, (1 - mean) * (1 - width) / width
    expected = stats.betabinom.pmf(np.arange(count, 31), 30, a, b).sum()
    got = spread.at_least(np.array([count]), np.array([30]), mean, width)
    assert got[0] == pytest.approx(expected, abs=1e-9)


def test_the_spread_of_streets_is_the_one_they_were_drawn_with():
    random = np.random.default_rng(3)
    of = np.full(400, 40.0)
    counts = random.binomial(40, random.beta(0.3 * 9, 0.7 * 9, 400))  # correlation 1 ÷ (1 + 9)
    mean, width = spread.fitted(counts, of, 0.001, 0.0)
    assert mean == pytest.approx(0.3, abs=0.03) and width == pytest.approx(0.1, abs=0.03)
    assert spread.fitted(np.full(20, 8.0), np.full(20, 40.0), 0.03, 0.1)[1] == 0.03


def test_every_kind_of_sign_has_its_count_and_its_words():
    assert counting._KINDS.keys() == set(rulebook.KINDS) == rulebook.rules().kinds.keys()


def test_a_copied_month_is_listed_with_its_count_and_the_honest_streets_are_not(drawn):
    examined = soft_checks.examine(drawn.project, OCTOBER)
    (listed,) = examined.listed
    count = listed.sign.count
    assert (count.kind, count.street, count.count, count.of) == ("last_month", STREETS[0], 20, 20)
    assert sorted(listed.committees) == sorted(f"{STREETS[0]}-{k}" for k in range(20))
    assert listed.since == OCTOBER


def test_the_list_tells_what_it_could_not_look_at(drawn, tmp_path):
    for month, unseen in ((SEPTEMBER, "与上月相同"), (OCTOBER, "样样都是")):
        path = tmp_path / f"{month}.xlsx"
        path.write_bytes(soft_checks.workbook(soft_checks.examine(drawn.project, month), month))
        grids = read(path).grids
        text = ["".join(grid.texts(row)) for grid in grids for row in range(grid.height)]
        absent = ROLL.streets[-1].name
        assert any("没有读到报表、未能查看的" in line and absent in line for line in text)
        (line,) = [line for line in text if line.startswith(unseen)]
        assert line.endswith("没有可比的，未能查看")
    (row,) = [line for line in text if "20 个业委会中 20 个" in line]
    assert ROLL.streets[0].name in row and "2026-10" in row


def test_a_sign_says_since_when_it_has_been_there_and_is_none_that_another_street_has_too(drawn):
    columns = soft_checks.examining.Columns.of(EDITION)
    history, sheets = soft_checks.History(columns), {}
    for month in (SEPTEMBER, OCTOBER):
        frame = soft_checks.examining._read(drawn.project, month, columns)
        who = [*zip(frame["street_code"], frame["committee_name"], strict=True)]
        sheets[month] = soft_checks.examining.Sheet.of(frame, who, columns)
    history.next(SEPTEMBER, sheets[SEPTEMBER])
    first = history.next(OCTOBER, sheets[OCTOBER])
    again = history.peek(OCTOBER.next, sheets[OCTOBER])  # now all streets send the same once more
    assert Counter(one.sign.count.kind for one in first.listed) == {"last_month": 1}
    assert {one.since for one in first.listed} == {OCTOBER}
    assert not [one for one in again.listed if one.sign.count.street == STREETS[0] and one.since != OCTOBER]


def test_the_list_lies_among_the_districts_own(drawn):
    path = drawn.project.letters(OCTOBER) / soft_checks.FILE
    assert drawn.project.audience(path) == OF_DISTRICT
    assert math.isfinite(soft_checks.rules().level)

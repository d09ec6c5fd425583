"""What differs from last month: names that came and went, figures that moved, and a return nobody has updated."""

from __future__ import annotations

import pytest
from drawn import Drawn

from redstats.months import Month
from redstats.returns import changes

BEFORE, NOW = Month(2026, 9), Month(2026, 10)
BASE = {"member_count": 5, "self_study_ytd": 3, "households": 300, "patrol_count": 2, "rule_pets": True}
BASE |= {one: True for one in ("rule_meeting", "rule_study", "rule_seal", "rule_archive", "seal_log")}


@pytest.fixture
def compared(tmp_path):
    drawn = Drawn(tmp_path)

    def compare(before: list[dict], now: list[dict]) -> list[dict]:
        drawn.write(BEFORE, before)
        drawn.write(NOW, now)
        return changes.compare(drawn.project, NOW)

    return compare


def committees(**changed) -> list[dict]:
    return [{"name": f"{name}业委会"} | BASE | changed for name in ("安花园", "东方苑", "西湖里")]


def kinds(rows: list[dict]) -> list[str]:
    return [row["kind"] for row in rows]


def test_a_return_with_nothing_but_last_months_figures_is_suspected(compared):
    (row,) = compared(committees(), committees())
    assert (
        row["kind"] == "unchanged"
        and row["message"] == "与上月完全相同（3个业委会、30个数），请核对是否已更新"
    )


def test_one_figure_that_moved_is_enough_to_be_an_update(compared):
    now = committees()
    now[0] = now[0] | {"patrol_count": 3}
    assert compared(committees(), now) == []


def test_few_equal_figures_prove_nothing(compared):
    one = [{"name": "安花园业委会", "member_count": 5}]
    assert compared(one, one) == []


def test_a_total_of_the_year_that_fell_is_told_with_its_cell(compared):
    now = committees()
    now[1] = now[1] | {"self_study_ytd": 1}
    (row,) = compared(committees(), now)
    assert (row["kind"], row["before"], row["now"]) == ("year_to_date_fell", "3", "1")
    assert row["committee_name"] == "东方苑业委会" and row["cell"] and row["source_file"]


def test_states_that_changed_and_leaps_are_told(compared):
    now = committees()
    now[0] = now[0] | {"rule_pets": False, "households": 3000}
    rows = compared(committees(), now)
    assert kinds(rows) == ["jumped", "value_changed"]
    assert rows[1]["message"] == "“宠物管理制度”上月是，本月否"


def test_a_name_alike_in_the_same_neighbourhood_is_proposed_and_others_came_or_went(compared):
    now = committees()
    now[0] = now[0] | {"name": "安花园一期业委会"}
    now[2] = now[2] | {"name": "天山大厦业委会"}
    rows = compared(committees(), now)
    assert kinds(rows) == ["committee_new", "committee_missing", "committee_renamed"]
    assert rows[2]["before"] == "安花园业委会" and "是否更名请核实" in rows[2]["message"]


def test_alike_names_of_two_neighbourhoods_are_two_committees(compared):
    before = [{"name": "安花园业委会", "home": "秀水居委会"} | BASE]
    now = [{"name": "安花园一期业委会", "home": "飞乐居委会"} | BASE]
    assert kinds(compared(before, now)) == ["committee_new", "committee_missing"]


def test_without_a_month_before_there_is_nothing_to_say(tmp_path):
    drawn = Drawn(tmp_path)
    drawn.write(NOW, committees())
    assert changes.compare(drawn.project, NOW) == []


def test_personal_data_are_said_to_differ_and_not_shown(compared):
    before = [{"name": "安花园业委会", "contact": "62520000"} | BASE]
    rows = compared(before, [{"name": "安花园业委会", "contact": "62529999"} | BASE])
    assert kinds(rows) == ["value_changed"] and "6252" not in str(rows)

"""What the standard asked in the epidemic years is judged in its years, and afterwards only told to be out of use."""

from __future__ import annotations

import pytest
from drawn import Drawn
from oracle import EPIDEMIC

from redstats import findings, standard, tables
from redstats.months import Month

THEN, NOW = Month(2022, 12), Month(2026, 12)
ASKED = {"epidemic_training_ytd": 0, "pcr_rounds": 0, "epidemic_notice_count": 0} | {
    f"epidemic_{name}": False for name in EPIDEMIC.values()
}
MISSED = {"epidemic_training", "screening_assisted", "epidemic_notices"}


def judged(drawn: Drawn, month: Month, committee: dict) -> dict[str, str]:
    drawn.write(month, [committee])
    findings.find(drawn.project, month)
    rows = tables.read(drawn.project, tables.FINDINGS, month)
    rows = rows[rows["field"].isin(list(ASKED))]
    return dict(zip(rows["requirement"], rows["state"], strict=True))


def test_what_was_asked_then_is_judged_then(tmp_path):
    states = judged(Drawn(tmp_path / "project"), THEN, ASKED)
    assert {id_ for id_, state in states.items() if state == "not_met"} == MISSED
    # 积极 asks nobody
    assert {states[id_] for id_ in EPIDEMIC} == {"not_applicable"}
    done = judged(
        Drawn(tmp_path / "other"), THEN, {id_: True if value is False else 1 for id_, value in ASKED.items()}
    )
    assert set(done.values()) == {"met"} and done.keys() == MISSED | EPIDEMIC.keys()


def test_nothing_is_judged_of_it_now(tmp_path):
    assert judged(Drawn(tmp_path / "project"), NOW, ASKED) == {}


@pytest.mark.parametrize("day", [THEN.end, NOW.end])
def test_fields_retire_with_the_last_requirement_that_asks_for_them(day):
    rules = standard.on(day)
    fields = {one.field for one in rules.requirements.values()}
    for id_ in ASKED:
        assert rules.fields[id_].retired == (id_ not in fields)


def test_a_column_out_of_use_is_kept_and_told(returned):
    result = returned(
        """
        业委会名称|业委会人数|疫情防控培训次数|核酸筛查场次|会议次数
        秀水苑业委会|5|3|2|1
        """
    )
    (row,) = result.rows
    assert (row["epidemic_training_ytd"], row["pcr_rounds"]) == (3, 2)
    notes = [note["raw"] for note in result.notes if note["kind"] == "column_retired"]
    assert notes == ["疫情防控培训次数", "核酸筛查场次"]

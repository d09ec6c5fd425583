"""Settings have one home, each with its default, and a mistake in them is told before anything runs."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from drawn import Drawn
from typer.testing import CliRunner

from redstats import cli, project, settings, submissions
from redstats.errors import StandardError
from redstats.months import Month
from redstats.scores import profile_of
from redstats.standard import on as standard_on

OCTOBER = Month(2026, 10)


@pytest.fixture
def drawn(tmp_path) -> Drawn:
    made = Drawn(tmp_path)
    made.project.raw.mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    return made


def write(drawn: Drawn, text: str) -> None:
    (drawn.project.raw / settings.FILE).write_text(text, encoding="utf-8")


def test_without_a_file_every_default_holds(drawn):
    assert settings.on(drawn.project, OCTOBER.end) == settings.Settings()
    assert {one.source for one in settings.listed(drawn.project, OCTOBER.end)} == {"默认值"}


def test_every_setting_says_what_it_does(drawn):
    assert all(one.does for one in settings.listed(drawn.project, OCTOBER.end))


def test_a_value_holds_from_its_day_on(drawn):
    write(drawn, "deadline_day:\n  2026-01-01: 8\n  2027-01-01: 10\n")
    days = [dt.date(2025, 12, 31), dt.date(2026, 12, 31), dt.date(2027, 1, 1)]
    assert [settings.on(drawn.project, day).deadline_day for day in days] == [5, 8, 10]


def test_what_is_set_decides(drawn):
    write(drawn, "deadline_day: 8\n")
    limits = settings.on(drawn.project, OCTOBER.end)
    assert submissions.deadline(OCTOBER, limits) == dt.date(2026, 11, 8)


def test_a_profile_of_the_district_takes_the_place_of_the_editions(drawn):
    rules = standard_on(OCTOBER.end)
    own = drawn.project.raw / project.PROFILES
    own.mkdir()
    from redstats.scores import PROFILES

    text = (PROFILES / "default.yaml").read_text(encoding="utf-8")
    (own / "strict.yaml").write_text(text.replace("total: 100", "total: 120"), encoding="utf-8")
    assert profile_of(drawn.project, rules, settings.on(drawn.project, OCTOBER.end)).total == 100
    write(drawn, "scoring_profile: strict\n")
    assert profile_of(drawn.project, rules, settings.on(drawn.project, OCTOBER.end)).total == 120
    write(drawn, "scoring_profile: strickt\n")
    with pytest.raises(StandardError) as refused:
        profile_of(drawn.project, rules, settings.on(drawn.project, OCTOBER.end))
    assert "strickt" in refused.value.what and "strict" in refused.value.to_do


@pytest.mark.parametrize("text, told", [
    ("deadline_day: 40\n", "deadline_day"), ("deadline_day: 五\n", "五"), ("dedline_day: 5\n", "dedline_day"),
    ("deadline_day: {2026: 5}\n", "2026"), ("deadline_day: {2030-01-01: 40}\n", "40"), ("- a\n", ""),
    ("deadline_day: true\n", "True"),
])  # fmt: skip
def test_a_mistake_is_named_with_file_and_key_also_before_its_day(drawn, text, told):
    write(drawn, text)
    with pytest.raises(StandardError) as refused:
        settings.on(drawn.project, OCTOBER.end)
    assert (
        told in refused.value.what and refused.value.where.startswith(settings.FILE) and refused.value.to_do
    )


def test_the_command_prints_value_source_default_and_what_it_does(drawn, monkeypatch):
    write(drawn, "soon_days: {2026-01-01: 45}\n")
    monkeypatch.setattr(project, "find", lambda: drawn.project)
    told = CliRunner().invoke(cli.app, ["settings", "--month", "2026-10"])
    assert told.exit_code == 0 and "soon_days：45" in told.stdout and "默认 30" in told.stdout
    listed = json.loads(CliRunner().invoke(cli.app, ["settings", "--json"]).stdout)
    assert {one["name"] for one in listed} == set(settings.Settings.model_fields)

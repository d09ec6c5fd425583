"""整改清单: counts that add up, a list that follows corrections without counting twice, layers apart."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook

from redstats import tables
from redstats.dashboards import Figures, patterns, rectification, words
from redstats.dashboards.rectification import LAYERS, progress
from redstats.mappings import FILE
from redstats.months import Month
from redstats.project import Project
from redstats.runs import inputs, stages

ROOT = Path(__file__).parents[1]
JULY, AUGUST = Month(2026, 7), Month(2026, 8)
OPEN = ["new", "ongoing", "reopened"]
pytestmark = pytest.mark.xdist_group("pages")


@pytest.fixture(scope="module")
def figures(sample_project):
    return Figures(sample_project, Month(2026, 10))


@pytest.mark.parametrize("layer", LAYERS)
def test_the_streets_add_up_to_the_district_and_the_parts_to_the_whole(figures, layer):
    names = ("before", "resolved", "ongoing", "unknown", "ended", "new", "reopened", "open")
    whole = progress(figures, layer)
    parts = [progress(figures, layer, street) for street in figures.streets]
    for name in names:
        assert sum(getattr(one, name) for one in parts) == getattr(whole, name)
    table = figures.findings if layer == "standard" else figures.law
    assert whole.open == (table["state"] == "not_met").sum() > 0
    assert whole.resolved == (table["change"] == "resolved").sum() > 0


@pytest.mark.parametrize("layer", LAYERS)
def test_what_was_open_last_month_is_where_this_month_begins(figures, layer):
    then = progress(figures.before, layer)
    assert progress(figures, layer).before == then.open + then.unknown


def test_a_rate_never_stands_without_its_numbers(figures):
    one = progress(figures, "standard")
    assert one.rate == f"{words.percent(one.resolved, one.before)}（{one.resolved}/{one.before}）"
    assert rectification.Progress(new=3).rate == "—"


def test_the_list_holds_every_finding_once_and_the_layers_apart(figures):
    for layer in LAYERS:
        own = figures.ledger[figures.ledger["layer"] == layer]
        assert len(rectification.rows(figures, layer)) == len(own)
    html = rectification.lists(figures).html
    standard, law = html.split("市级规定：整改清单")
    assert "符合条件的业委会建立党组织" in standard and "符合条件的业委会建立党组织" not in law
    assert "月度联席会议" in law and "月度联席会议" not in standard and ">期限<" not in standard


def test_the_workbook_has_the_same_lines_and_only_text_numbers_and_days(figures):
    book = load_workbook(io.BytesIO(rectification.workbook(figures)))
    assert book.sheetnames == ["整改情况", "整改清单（标准）", "整改清单（市级规定）"]
    for layer, sheet in zip(LAYERS, book.worksheets[1:], strict=True):
        assert sheet.max_row == len(rectification.rows(figures, layer)) + 2
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    total = next(row for row in book["整改情况"].iter_rows(values_only=True) if row[0] == "全区")
    one = progress(figures, "standard")
    counted = [one.before, one.resolved, one.rate, one.ongoing, one.unknown, one.ended, one.lapsed]
    assert total == ("全区", *counted, one.new, one.reopened, one.open)


@pytest.mark.parametrize(
    ("change", "since", "said"),
    [
        ("new", "2026-10", "新增"),
        ("ongoing", "2025-12", "持续 11 个月"),
        ("reopened", "2026-10", "反复"),
        ("resolved", "", "已整改"),
        ("unknown", "2026-08", "本月未知"),
        ("", "", ""),
        (None, None, ""),
        (pd.NA, pd.NA, ""),
    ],
)
def test_one_function_says_what_has_become_of_a_finding(change, since, said):
    assert words.life(change, since, Month(2026, 10)) == said


def test_every_page_says_it_in_the_same_words(figures):
    from redstats.dashboards import issues, law, street

    shown = {row["change_word"] for row in issues.rows(figures)}
    assert {"新增", "反复", "持续 2 个月"} <= shown
    place = figures.streets[0]
    assert "持续 4 个月" in street.findings(figures, place).html
    assert "持续 2 个月" in law.findings(figures, place).html
    book = load_workbook(io.BytesIO(issues.workbook(figures)))
    assert "持续 4 个月" in {cell.value for column in book.active.iter_cols() for cell in column}


def test_the_findings_page_tells_what_is_missed_most_with_numbers(figures):
    html = patterns.most_missed(figures).html
    first = (figures.findings[figures.findings["state"] == "not_met"]["requirement"]).value_counts()
    assert figures.rules.requirements[first.index[0]].title in html and f">{first.iloc[0]}<" in html
    assert "口径：" in patterns.together(figures).html


def test_a_pair_is_told_in_one_sentence_with_its_counts(sample_project):
    figures = Figures(sample_project, Month(2026, 10))
    names = figures.findings["committee_name"].unique()
    for id_, own in (("rule_seal", names[:14]), ("info_system", names[3:20])):
        chosen = (figures.findings["requirement"] == id_) & figures.findings["committee_name"].isin(own)
        figures.findings.loc[chosen, "state"] = "not_met"
    html = patterns.together(figures).html
    assert "“印章管理制度”未达标的" in html and "个业委会同时“电子化信息系统”未达标" in html
    assert "常一起未达标" in patterns.together_by_street(figures).html
    assert (
        patterns.together(figures, figures.streets[0]).html
        and not patterns.together(figures, figures.streets[-1]).html
    )


# ---- through the real stages


def project(folder: Path, **files: list) -> Project:
    """A project that runs by the real suites: ``JULY_华阳路=[…]`` is a file with rows of name, 信息系统."""
    made = Project(folder)
    folder.mkdir()
    for name in ("notebooks", "expectations"):
        (folder / name).symlink_to(ROOT / name, target_is_directory=True)
    for name, rows in files.items():
        put(made, name, rows)
    return made


def put(made: Project, name: str, rows: list) -> Path:
    when, street, *more = name.split("_")
    month = {"JULY": JULY, "AUGUST": AUGUST}[when]
    book = Workbook()
    book.active.append([f"填报单位：{street}街道"])
    book.active.append([f"填报日期：{month.next}-{'20' if more else '03'}"])
    book.active.append(["所属居委会", "业委会名称", "电子信息系统", "用印登记"])
    for committee, answer in rows:
        book.active.append(["飞乐居委会", committee, answer, answer])
    path = made.raw / str(month) / f"{street}街道{''.join(more)}.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def lives(made: Project) -> dict[tuple, pd.DataFrame]:
    """All that stages 2 and 3 say of both months, but for the names of files."""
    found = {}
    for name in (tables.FINDINGS, tables.LAW, tables.LEDGER, tables.SCORES, tables.COVERAGE):
        for month in (JULY, AUGUST):
            found[name, str(month)] = tables.read(made, name, month).drop(
                columns="source_file", errors="ignore"
            )
    return found


def assert_same(one: Project, other: Project) -> None:
    for key, table in lives(one).items():
        pd.testing.assert_frame_equal(table, lives(other)[key], obj=str(key))


NO, YES = "否", "是"
BEFORE = {
    "JULY_华阳路": [("甲苑业委会", NO), ("乙苑业委会", YES)],
    "AUGUST_华阳路": [("甲苑业委会", NO), ("乙苑业委会", YES)],
    "AUGUST_江苏路": [("丙苑业委会", NO)],
}


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    made = project(tmp_path_factory.mktemp("ran") / "first", **BEFORE)
    stages.ensure(made, AUGUST)
    return made


@pytest.fixture
def again(ran, tmp_path):
    """The project after its first run, to be changed."""
    shutil.copytree(ran.root, tmp_path / "again", symlinks=True)
    return Project(tmp_path / "again")


def changes(made: Project, layer: str = "standard") -> dict[str, str]:
    rows = tables.read(made, tables.LEDGER, AUGUST)
    asked = rows[(rows["layer"] == layer) & rows["requirement"].isin(["info_system", "L21_log"])]
    return dict(zip(asked["committee_name"], asked["change"], strict=True))


def test_a_correction_of_an_earlier_month_gives_what_a_first_run_with_it_gives(ran, again, tmp_path):
    assert changes(ran) == {"甲苑业委会": "ongoing", "丙苑业委会": "new"} == changes(ran, "law")
    corrected = [("甲苑业委会", YES), ("乙苑业委会", NO)]
    put(again, "JULY_华阳路_更正", corrected)
    stages.ensure(again, JULY)
    assert inputs.outdated(again, JULY) == [AUGUST]
    stages.ensure(again, AUGUST)
    assert inputs.outdated(again, JULY) == []
    first = project(tmp_path / "first", **{**BEFORE, "JULY_华阳路": corrected})
    stages.ensure(first, AUGUST)
    first_day = tables.read(first, tables.LEDGER, AUGUST)
    assert len(first_day) == len(tables.read(again, tables.LEDGER, AUGUST))
    assert changes(again) == {"甲苑业委会": "new", "乙苑业委会": "resolved", "丙苑业委会": "new"}
    assert_same(again, first)


def test_a_late_return_and_a_withdrawn_one_count_as_if_it_had_always_been_so(ran, again, tmp_path):
    late = put(again, "JULY_江苏路", [("丙苑业委会", NO)])
    stages.ensure(again, AUGUST)
    assert changes(again) == {"甲苑业委会": "ongoing", "丙苑业委会": "ongoing"}
    late.unlink()
    stages.ensure(again, AUGUST)
    assert_same(again, ran)


def test_a_street_that_did_not_report_is_unknown_and_asked_to(again):
    (again.raw / str(AUGUST) / "华阳路街道.xlsx").unlink()
    stages.ensure(again, AUGUST)
    assert changes(again)["甲苑业委会"] == "unknown"
    told = {row["committee_name"]: row for row in rectification.rows(Figures(again, AUGUST), "standard")}
    row = told["甲苑业委会"]
    assert (row["progress"], row["fix"], row["since"]) == ("本月未知", "补报本月报表", "2026-07")
    assert row["lasted_word"] == "2 个月（其中 1 个月不明）"


def test_a_committee_renamed_twice_goes_on_once_that_is_confirmed(again):
    put(again, "JULY_华阳路", [("甲苑业委会", NO), ("乙苑业委会", YES)])
    put(again, "AUGUST_华阳路", [("丁苑业委会", NO), ("乙苑业委会", YES)])
    stages.ensure(again, AUGUST)
    assert changes(again) == {"甲苑业委会": "unknown", "丁苑业委会": "new", "丙苑业委会": "new"}
    row = next(
        row
        for row in rectification.rows(Figures(again, AUGUST), "standard")
        if row["committee_name"] == "甲苑业委会"
    )
    assert "更名的请确认" in row["fix"]
    entry = "{means: %s, confirmed_on: 2026-09-10}"
    (again.raw / FILE).write_text(
        f"华阳路街道:\n  committees:\n    丁苑业委会: {entry % '戊苑业委会'}\n    戊苑业委会: {entry % '甲苑业委会'}\n",
        encoding="utf-8",
    )
    stages.ensure(again, AUGUST)
    assert changes(again) == {"甲苑业委会": "ongoing", "丙苑业委会": "new"}

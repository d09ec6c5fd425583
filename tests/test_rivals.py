"""Several files of one street in one month: which of them count, and what they say together."""

from __future__ import annotations

import datetime as dt

import pytest
from openpyxl import Workbook

from redstats import places, submissions, tables
from redstats.months import Month
from redstats.places.identity import Identity
from redstats.project import Project
from redstats.returns import import_month
from redstats.returns.precedence import resolve
from redstats.returns.result import Return
from redstats.settings import Settings
from redstats.workbooks.stamps import Answer

JUNE = Month(2026, 6)
STREET = "填报单位：华阳路街道"
BASICS = ["所属居委会", "业委会名称", "业委会人数", "业委会党员人数"]
RULES = ["所属居委会", "业委会名称", "日常会议制度", "定期接待制度"]


@pytest.fixture
def month_of(tmp_path):
    """``month_of({file: rows})``: the tables of a month with these workbooks, a first line naming the street and day."""

    def read(books: dict[str, list[list]], day: str = "2026年7月3日") -> Project:
        folder = tmp_path / "data" / "raw" / str(JUNE)
        folder.mkdir(parents=True)
        for name, rows in books.items():
            book = Workbook()
            for row in ([f"{STREET}  填报日期：{day}"], *rows):
                book.active.append(row)
            book.save(folder / f"{name}.xlsx")
        import_month(Project(tmp_path), JUNE)
        return Project(tmp_path)

    return read


def rows(project: Project) -> dict[str, dict]:
    found = tables.read(project, tables.RETURNS, JUNE).to_dict("records")
    assert len(found) == len({row["committee_name"] for row in found})
    return {row["committee_name"]: row for row in found}


def notes(project: Project, kind: str) -> list[str]:
    table = tables.read(project, tables.NOTES, JUNE)
    return list(table["message"][table["kind"] == kind])


def test_chapters_in_files_of_their_own_are_joined_by_committee(month_of):
    project = month_of(
        {
            "一": [BASICS, ["秀水", "秀水苑业委会", 7, 4], ["天诚", "天诚公寓业委会", 5, 3]],
            "二": [RULES, ["天诚", "天诚公寓业主委员会", "是", "否"], ["秀水", "秀水苑业委会", "否", "是"]],
        }
    )
    read = rows(project)
    assert (read["秀水苑业委会"]["member_count"], read["秀水苑业委会"]["rule_meeting"]) == (7, False)
    assert (read["天诚公寓业委会"]["party_member_count"], read["天诚公寓业委会"]["rule_meeting"]) == (3, True)
    cells = tables.read(project, tables.CELLS, JUNE)
    own = cells[(cells["committee_name"] == "天诚公寓业委会") & (cells["field"] == "rule_meeting")]
    assert own[["source_file", "cell"]].to_numpy().tolist() == [["二.xlsx", "C3"]]
    assert not cells.duplicated(["committee_name", "field"]).any()
    assert notes(project, "files_joined") == ["与“一.xlsx”按业委会名称合并了2行"]
    files = tables.read(project, tables.FILES, JUNE)
    assert files[["rows", "accepted", "joined"]].to_numpy().tolist() == [[2, 2, 0], [2, 2, 2]]
    assert submissions.board(files, JUNE, places.on(JUNE.end), Settings())[0].committees == 2


def test_a_committee_in_one_of_the_files_only_is_read_and_named(month_of):
    project = month_of(
        {
            "一": [BASICS, ["秀水", "秀水苑业委会", 7, 4], ["天诚", "天诚公寓业委会", 5, 3]],
            "二": [RULES, ["秀水", "秀水苑业委会", "否", "是"], ["飞乐", "飞乐公寓业委会", "是", "是"]],
        }
    )
    assert set(rows(project)) == {"秀水苑业委会", "天诚公寓业委会", "飞乐公寓业委会"}
    assert notes(project, "committee_not_on_sheet") == [
        "“天诚公寓业委会”不在“二.xlsx”里，该文件各项按未填报计",
        "“飞乐公寓业委会”不在“一.xlsx”里，该文件各项按未填报计",
    ]


def test_what_two_files_say_differently_is_not_believed(month_of):
    project = month_of(
        {
            "一": [BASICS, ["秀水", "秀水苑业委会", 7, 4], ["天诚", "天诚公寓业委会", 5, 3]],
            "二": [
                [*RULES, "业委会人数"],
                ["秀水", "秀水苑业委会", "否", "是", 9],
                ["天诚", "天诚公寓业委会", "是", "是", 5],
            ],
        }
    )
    read = rows(project)
    assert read["秀水苑业委会"]["member_count"] is None or read["秀水苑业委会"]["member_count"] != 7
    assert read["天诚公寓业委会"]["member_count"] == 5
    cells = tables.read(project, tables.CELLS, JUNE)
    states = cells[cells["field"] == "member_count"].set_index("committee_name")["value_state"]
    assert states.to_dict() == {"秀水苑业委会": "unreadable", "天诚公寓业委会": "read"}
    assert "“一.xlsx”填7，“二.xlsx”填9" in notes(project, "files_differ")[0]


def test_a_blank_in_one_file_is_filled_by_the_other(month_of):
    project = month_of(
        {
            "一": [BASICS, ["秀水", "秀水苑业委会", None, 4]],
            "二": [[*RULES, "业委会人数"], ["秀水", "秀水苑业委会", "否", "是", 9]],
        }
    )
    assert rows(project)["秀水苑业委会"]["member_count"] == 9


def test_a_file_for_each_neighbourhood_counts_beside_the_others_and_a_correction_replaces_only_its_own(
    month_of,
):
    project = month_of(
        {
            "秀水": [BASICS, ["秀水", "秀水苑业委会", 7, 4]],
            "天诚": [BASICS, ["天诚", "天诚公寓业委会", 5, 3]],
            "秀水更正": [BASICS, ["秀水", "秀水苑业委会", 7, 5]],
        }
    )
    read = rows(project)
    assert read["秀水苑业委会"]["party_member_count"] == 5
    assert read["天诚公寓业委会"]["party_member_count"] == 3
    files = tables.read(project, tables.FILES, JUNE).set_index("source_file")["outcome"]
    assert files["秀水.xlsx"] == "replaced" and files["天诚.xlsx"] != "replaced"


def test_a_correction_without_the_neighbourhood_still_replaces(month_of):
    project = month_of(
        {
            "一": [BASICS, ["秀水", "秀水苑业委会", 7, 4]],
            "一更正": [BASICS[1:], ["秀水苑业委会", 7, 5]],
        }
    )
    assert rows(project)["秀水苑业委会"]["party_member_count"] == 5


def test_a_correction_with_fewer_columns_says_so(month_of):
    project = month_of(
        {
            "一": [[*BASICS, "户数"], ["秀水", "秀水苑业委会", 7, 4, 350]],
            "一更正": [BASICS, ["秀水", "秀水苑业委会", 7, 5]],
        }
    )
    assert "更正件只有2个栏目，原件有3个" in notes(project, "fewer_rows")[0]


def test_a_committee_that_stands_twice_in_one_file_is_not_joined_by_guess(month_of):
    project = month_of(
        {
            "一": [BASICS, ["秀水", "秀水苑业委会", 7, 4]],
            "二": [RULES, ["秀水", "秀水苑业委会", "否", "是"], ["秀水", "秀水苑业委会", "是", "是"]],
        }
    )
    table = tables.read(project, tables.RETURNS, JUNE)
    assert len(table) == 1 and table["rule_meeting"].isna().all()
    assert table["rule_meeting"].isna().sum() == 1
    assert any("都未采用" in one for one in notes(project, "committee_twice"))


# What was sent back, and came again.


def sent(file: str, members: int, day: int = 3, mends: str = "") -> Return:
    """One return of one committee, dated that day of July; ``mends``: the file of which it is the mended copy."""
    street = places.on(JUNE.end).streets[0]
    keys = {"month": str(JUNE), "street_code": street.code, "committee_name": "秀水苑业委会"}
    keys |= {"neighbourhood_committee": "秀水"}
    cell = {"field": "member_count", "source_sheet": "表", "cell": "C3", "raw": str(members)}
    return Return(
        file,
        sha256=file,
        report_date=dt.date(2026, 7, day),
        answer=Answer(str(JUNE), street.code, frozenset({mends})) if mends else None,
        rows=[keys | {"member_count": members, "source_file": file, "source_sheet": "表", "source_row": 3}],
        cells=[keys | cell | {"source_file": file}],
    )


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_mended_copies_the_later_takes_the_place_of_the_file_and_of_the_other(turned):
    first, early, late = sent("一", 7), sent("二", 8, 5, mends="一"), sent("三", 9, 6, mends="一")
    resolve([first, late, early] if turned else [first, early, late], Identity(places.on(JUNE.end)))
    assert [one.outcome for one in (first, early)] == ["replaced", "replaced"] and late.code == "corrected"
    assert "三" in first.message and "三" in early.message


@pytest.mark.parametrize("name", ["1", "退回后重新报送的月报"])
def test_what_came_again_unchanged_is_the_copy_whatever_the_names(name):
    first, again = sent("原来的月报", 7), sent(name, 7, mends="原来的月报")
    resolve([again, first], Identity(places.on(JUNE.end)))
    assert (again.outcome, again.code) == ("skipped", "copy") and "原来的月报" in again.message
    assert first.outcome not in ("skipped", "replaced", "refused")

"""The send-back: every problem at its cell, nothing of anybody else's, and what is mended in it is mended in the month."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from random import Random

import pytest
from drawn import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from oracle import AT_LEAST_ONE, ENCOURAGED, YES

from redstats import findings, places, sendback, standard, tables, workbooks
from redstats.errors import RunError
from redstats.months import Month
from redstats.project import Project
from redstats.returns import changes, import_month
from redstats.sample.committees import committees as invented
from redstats.sample.committees import state
from redstats.sendback import workbook as building
from redstats.workbooks import annotating, isolation, stamps

MONTH = Month(2026, 10)
ROLL, RULES = places.on(MONTH.end), standard.on(MONTH.end)
HUAYANG, XINJING = ROLL.street("华阳路"), ROLL.street("新泾镇")
FIELDS = [one for id_, one in RULES.asked_fields.items() if id_ not in ("report_month", "neighbourhood_code")]
COLUMN = {one.id: at for at, one in enumerate(FIELDS)}
NAME = f"{HUAYANG.name}2026年10月.xlsx"
TOP = 3  # the row of headings


def clean(street=HUAYANG, count: int = 3) -> list[dict]:
    """Committees that meet every requirement and contradict themselves nowhere."""
    judged = [one for one in invented(street, 1) if one.judged and one.election is None]
    return [state(one, MONTH) for one in judged[:count]]


def spelled(value: object) -> object:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return "、".join(f"{one:%Y-%m-%d}" if isinstance(one, dt.date) else str(one) for one in value)
    return value


def lines(rows: list[dict], street=HUAYANG, filed: str = "2026年11月2日") -> list[list]:
    table = [[spelled(row.get(one.id)) for one in FIELDS] for row in rows]
    top = [[f"{MONTH.label}月报"], [f"填报单位：{street.name}", f"填报日期：{filed}"]]
    return [*top, [one.label for one in FIELDS], *table]


def as_xlsx(table: list[list], dress=lambda book: None, title: str = "月报") -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row, values in enumerate(table, start=1):
        for column, value in enumerate(values, start=1):
            if value is not None:
                cell = sheet.cell(row, column, value)
                cell.data_type = "s" if isinstance(value, str) else cell.data_type
    dress(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def as_csv(table: list[list]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([["" if value is None else value for value in row] for row in table])
    return buffer.getvalue().encode("utf-8-sig")


def as_html(table: list[list]) -> bytes:
    texts = [["" if value is None else str(value) for value in row] for row in table]
    rows = "".join("<tr>" + "".join(f"<td>{text}</td>" for text in row) + "</tr>" for row in texts)
    return f'<html><meta charset="utf-8"><table>{rows}</table></html>'.encode()


@pytest.fixture(scope="module")
def month(tmp_path_factory):
    """``month({file: bytes})``: a project whose October holds these files, read; judged only where asked, for GX takes seconds."""

    def build(files: dict[str, bytes], judge: bool = False) -> Project:
        root = tmp_path_factory.mktemp("month")
        (root / "data" / "raw" / str(MONTH)).mkdir(parents=True)
        (root / "expectations").symlink_to(ROOT / "expectations", target_is_directory=True)
        project = Project(root)
        for name, content in files.items():
            (project.raw / str(MONTH) / name).write_bytes(content)
        read(project, judge)
        return project

    return build


def read(project: Project, judge: bool = False) -> None:
    import_month(project, MONTH)
    if judge:
        findings.find(project, MONTH)
    else:
        for name in (tables.FINDINGS, tables.CHECKS, tables.LAW):
            tables.write(project, name, MONTH, [], ROLL.district_code)


@pytest.fixture(scope="module")
def faulty(month):
    """A judged month with four mistakes, and a send-back of it."""
    project = month({NAME: with_mistakes(dressed)}, judge=True)
    return project, sent_back(project)


def sent_back(project: Project, street=HUAYANG) -> sendback.Made:
    (one,) = sendback.make(project, MONTH, [street])
    assert not one.error
    return one


def opened(made: sendback.Made):
    return load_workbook(io.BytesIO(made.content))


def marked(book, title: str = "月报") -> set[str]:
    return {cell.coordinate for row in book[title].iter_rows() for cell in row if is_marked(cell)}


def is_marked(cell) -> bool:
    return bool(cell.comment) and stamps.uncommented(cell.comment.text) != cell.comment.text


def place(committee: int, field: str) -> tuple[int, int]:
    return TOP + 1 + committee, COLUMN[field] + 1


def address(committee: int, field: str) -> str:
    row, column = place(committee, field)
    return workbooks.Grid.address(row - 1, column - 1)


def judged(project: Project) -> dict[str, set[tuple]]:
    """State by committee and requirement, of the standard, of the return itself and of the city's rules."""
    keys = ["neighbourhood_committee", "committee_name", "requirement", "state"]
    names = (tables.FINDINGS, tables.CHECKS, tables.LAW)
    return {
        name: set(tables.read(project, name, MONTH)[keys].itertuples(index=False, name=None))
        for name in names
    }


def reported(project: Project) -> list[tuple]:
    """What was read, without where."""
    cells = tables.read(project, tables.CELLS, MONTH)
    return list(cells[["committee_name", "field", "raw", "value_state"]].itertuples(index=False, name=None))


def outcomes_of(project: Project) -> dict[str, str]:
    files = tables.read(project, tables.FILES, MONTH)
    return dict(zip(files["source_file"], files["code"], strict=True))


def notes_of(project: Project, kind: str, column: str = "cell") -> list[str]:
    notes = tables.read(project, tables.NOTES, MONTH)
    return list(notes[column][notes["kind"] == kind])


# ---- what is mended is mended

MISTAKES = [
    # a no to what is only encouraged is no mistake, and not marked
    *((field, "否") for requirement, field in YES.items() if requirement not in ENCOURAGED),
    *((field, 0) for name, field in AT_LEAST_ONE.items() if name != "flood_notices"),
    *((field, "若干") for field in AT_LEAST_ONE.values()),
    *((field, "看情况") for field in YES.values()),
    *((field, None) for field in (*YES.values(), *AT_LEAST_ONE.values())),
    ("party_member_count", 99),
]
FORMATS = {
    "annotated": (NAME, as_xlsx),
    "csv": (f"{HUAYANG.name}2026年10月.csv", as_csv),
    "html": (f"{HUAYANG.name}2026年10月.xls", as_html),
}


@pytest.fixture(scope="module")
def faultless(month):
    return judged(month({NAME: as_xlsx(lines(clean(count=6)))}, judge=True))


@pytest.mark.parametrize("form", FORMATS)
@settings(max_examples=2, deadline=None)
@given(data=st.data())
def test_exactly_the_findings_of_the_mended_cells_are_gone(month, faultless, form, data):
    spots = st.tuples(st.integers(0, 5), st.sampled_from(MISTAKES))
    wrong = data.draw(st.lists(spots, min_size=5, max_size=25, unique_by=lambda one: (one[0], one[1][0])))
    name, write = FORMATS[form]
    right, table = lines(clean(count=6)), lines(clean(count=6))
    for committee, (field, value) in wrong:
        row, column = place(committee, field)
        table[row - 1][column - 1] = value
    project = month({name: write(table)}, judge=True)
    assert judged(project) != faultless
    book = opened(sent_back(project))
    title = book.sheetnames[-1]
    cells = {address(committee, field): (committee, field) for committee, (field, _) in wrong}
    mendable = sorted(marked(book, title) & cells.keys())
    mend = data.draw(st.one_of(st.just(set(mendable)), st.sets(st.sampled_from(mendable), min_size=1)))
    half = [list(row) for row in table]
    for cell in mend:
        row, column = place(*cells[cell])
        book[title][cell] = half[row - 1][column - 1] = right[row - 1][column - 1]
    buffer = io.BytesIO()
    book.save(buffer)
    (project.raw / str(MONTH) / "更好的.xlsx").write_bytes(buffer.getvalue())
    read(project, judge=True)
    assert outcomes_of(project) == {name: "replaced", "更好的.xlsx": "corrected"}
    whole = set(mendable) == mend
    assert judged(project) == (faultless if whole else judged(month({name: write(half)}, judge=True)))


def test_a_copy_that_comes_back_unchanged_is_a_copy(month):
    project = month({NAME: as_xlsx(lines(clean()))})
    (project.raw / str(MONTH) / "华阳.xlsx").write_bytes(sent_back(project).content)
    read(project)
    assert outcomes_of(project) == {NAME: "ok", "华阳.xlsx": "copy"}


def mended(
    made: sendback.Made, committee: int = 0, field: str = "reception_days", value: object = 5
) -> bytes:
    book = opened(made)
    title = next(one for one in book.sheetnames if not one.startswith("退回"))
    book[title].cell(*place(committee, field)).value = value
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_mended_copy_of_a_mended_copy_takes_the_place_of_both(month):
    project = month({NAME: as_xlsx(lines(clean()))})
    folder = project.raw / str(MONTH)
    (folder / "甲.xlsx").write_bytes(mended(sent_back(project)))
    read(project)
    assert outcomes_of(project) == {NAME: "replaced", "甲.xlsx": "corrected"}
    again = sent_back(project)
    assert opened(again).sheetnames == ["退回说明", "退回问题清单", "退回同类问题", "月报"]
    (folder / "乙.xlsx").write_bytes(mended(again, value=6))
    read(project)
    assert outcomes_of(project) == {NAME: "replaced", "甲.xlsx": "replaced", "乙.xlsx": "corrected"}
    returns = tables.read(project, tables.RETURNS, MONTH)
    assert set(returns["source_file"]) == {"乙.xlsx"} and returns["reception_days"].iloc[0] == 6


def test_of_two_answers_the_later_date_decides_and_without_one_both_are_set_aside(month):
    project = month({NAME: as_xlsx(lines(clean()))})
    made = sent_back(project)
    folder = project.raw / str(MONTH)
    (folder / "甲.xlsx").write_bytes(mended(made))
    (folder / "乙.xlsx").write_bytes(mended(made, value=6))
    read(project)
    assert outcomes_of(project) == {NAME: "replaced"} | dict.fromkeys(
        ("甲.xlsx", "乙.xlsx"), "several_returns"
    )
    book = load_workbook(folder / "乙.xlsx")
    book["月报"]["B2"] = "填报日期：2026年11月9日"
    book.save(folder / "乙.xlsx")
    read(project)
    assert outcomes_of(project) == {NAME: "replaced", "甲.xlsx": "replaced", "乙.xlsx": "corrected"}


def test_an_answer_with_fewer_committees_says_so(month):
    project = month({NAME: as_xlsx(lines(clean()))})
    book = opened(sent_back(project))
    book["月报"].delete_rows(TOP + 1)
    book.save(project.raw / str(MONTH) / "甲.xlsx")
    read(project)
    assert notes_of(project, "fewer_rows") == [""]


def test_an_answer_that_names_its_street_nowhere_is_still_known(month):
    table = lines(clean())
    table[0], table[1] = ["月报"], ["填报日期：2026年11月2日"]
    for row in table[TOP:]:
        row[COLUMN["street_name"]] = None
    project = month({NAME: as_xlsx(table)})
    (project.raw / str(MONTH) / "改好了.xlsx").write_bytes(mended(sent_back(project)))
    read(project)
    assert outcomes_of(project)["改好了.xlsx"] == "corrected"


def test_an_answer_in_another_months_folder_is_noted(month):
    project = month({NAME: as_xlsx(lines(clean()))})
    other = project.raw / "2026-11"
    other.mkdir()
    table = lines(clean())
    (other / "甲.xlsx").write_bytes(sent_back(project).content)
    import_month(project, MONTH.next)
    notes = tables.read(project, tables.NOTES, MONTH.next)
    assert len(table) and "month_differs" in set(notes["kind"])


# ---- what is marked, and how

ROW = {
    "reception_days": 0,
    "volunteer_events": "若干",
    "cross_post_count": None,
    "patrol_count": "若干",
    "rule_seal": "否",
}


def with_mistakes(dress=lambda book: None, **files) -> bytes:
    table = lines(clean())
    for field, value in ROW.items():
        table[TOP][COLUMN[field]] = value
    return as_xlsx(table, dress)


def test_a_mark_says_kind_problem_clause_words_and_what_to_do(faulty):
    sheet = opened(faulty[1])["月报"]
    requirement = RULES.requirements["reception_days"]
    comment = sheet[address(0, "reception_days")].comment.text
    assert "［未达标］" in comment and RULES.clauses[requirement.clause].label in comment
    assert f"“{requirement.quote}”" in comment and f"怎么改：{requirement.fix}" in comment
    kinds = [sheet[address(0, field)].fill.fgColor.rgb[-6:] for field in ROW]
    assert kinds[:3] == [stamps.COLOURS[kind] for kind in ("short", "mend", "fill")]


def test_no_cell_is_marked_twice_for_one_matter(faulty):
    made = faulty[1]
    for field in ("volunteer_events", "cross_post_count"):
        own = [one for one in made.marks if one.cell == address(0, field) and one.kind != "law" and one.label]
        assert len(own) == 1, own
        waiting = {one.id for one in RULES.requirements.values() if one.field == field}
        quotes = {RULES.requirements[id_].quote for id_ in waiting}
        assert quotes <= {words for _, words in own[0].sources}
    assert len(set(made.marks)) == len(made.marks)


def test_a_requirement_that_waits_for_another_datum_marks_that_datums_cell(month):
    table = lines(clean())
    table[TOP][COLUMN["member_count"]] = "若干"
    table[TOP][COLUMN["serving_count"]] = ""  # else the share is of those who serve
    made = sent_back(month({NAME: as_xlsx(table)}, judge=True))
    cells = {one.cell for one in made.marks if one.kind != "law"}
    assert address(0, "member_count") in cells and address(0, "party_member_count") not in cells
    quotes = {
        words for one in made.marks if one.cell == address(0, "member_count") for _, words in one.sources
    }
    assert RULES.requirements["party_member_ratio"].quote in quotes


def test_the_citys_rules_are_a_kind_of_their_own(faulty):
    project, made = faulty
    law = tables.read(project, tables.LAW, MONTH)
    own = [one for one in made.marks if one.kind == "law"]
    assert len(own) == (law["state"] == "not_met").sum() > 0
    rules = {f"{one.document}{one.article}" for one in RULES.law.rules.values()}
    assert all(source in rules for one in own for source, _ in one.sources)
    assert not {source for one in made.marks if one.kind == "short" for source, _ in one.sources} & rules
    assert f"另有与市级规定不符{len(own)}项（不计入评分）" in made.message


def test_what_is_only_encouraged_is_not_marked_and_few_matters_are_not_called_frequent(month):
    table = lines(clean())
    table[TOP][COLUMN["e_voting_used"]] = "否"
    made = sent_back(month({NAME: as_xlsx(table)}, judge=True))
    assert not [one for one in made.marks if one.cell == address(0, "e_voting_used")]
    crowded = re.findall("较集中[^。]*", made.message)
    assert not [text for text in crowded if RULES.requirements["e_voting"].title in text]


def test_a_missing_column_is_said_once_and_without_a_cell(month):
    table = [[value for at, value in enumerate(row) if at != COLUMN["rule_seal"]] for row in lines(clean())]
    made = sent_back(month({NAME: as_xlsx(table)}))
    own = [one for one in made.marks if RULES.label("rule_seal") in one.what and one.kind != "law"]
    assert [(one.cell, one.sheet) for one in own] == [("", "月报")]


def test_headings_and_rows_that_were_not_understood_are_marked_without_a_word_to_analysts(month):
    table = lines(clean())
    table[2].append("神秘指标")
    for row in table[TOP:]:
        row.append(7)
    table[TOP + 1][COLUMN["committee_name"]] = None
    made = sent_back(month({NAME: as_xlsx(table)}))
    heading = workbooks.Grid.address(2, len(FIELDS))
    assert {"神秘指标"} == {one.reported for one in made.marks if one.cell == heading}
    assert any(one.kind == "mend" and "看不出是哪个业委会" in one.what for one in made.marks)
    assert not any("redstats" in one.to_do for one in made.marks)


def test_a_value_that_can_be_read_and_is_doubtful_is_marked_as_to_be_checked(month):
    table = lines(clean())
    doubtful = {"contact": "5275123", "survey_date": "2027-03-28", "party_org_date": "2027-01-09"}
    for field, value in doubtful.items():
        table[TOP][COLUMN[field]] = value
    plain = {"contact": "021-52751234", "survey_date": "2026-11-03", "term_end": "2030-05-31"}
    for field, value in plain.items():
        table[TOP + 1][COLUMN[field]] = value
    made = sent_back(month({NAME: as_xlsx(table)}))
    own = {one.cell: one for one in made.marks}
    for field, value in doubtful.items():
        one = own[address(0, field)]
        assert (one.kind, one.reported, one.label) == ("check", value, RULES.label(field))
        assert one.committee == table[TOP][COLUMN["committee_name"]] and one.to_do
    assert not {address(1, field) for field in plain} & own.keys()


def test_what_does_not_follow_from_last_month_is_marked_and_what_only_changed_is_not(month):
    before, now = clean(count=5), clean(count=4)
    before[0]["self_study_ytd"], now[0]["self_study_ytd"] = 5, 3
    before[1]["households"], now[1]["households"] = 300, 3000
    before[2]["member_count"] = now[2]["member_count"] + 2
    before[3]["participation_households"], now[3]["participation_households"] = 12, 121  # counted anew
    project = month({NAME: as_xlsx(lines(now))})
    (project.raw / "2026-09").mkdir()
    (project.raw / "2026-09" / f"{HUAYANG.name}2026年9月.xlsx").write_bytes(as_xlsx(lines(before)))
    import_month(project, MONTH.previous)
    changes.compare(project, MONTH)
    found = [one for one in sent_back(project).marks if "上月" in one.what]
    assert [(one.kind, one.cell, one.reported) for one in found] == [
        ("check", "", ""),
        ("check", address(0, "self_study_ytd"), "3"),
        ("check", address(1, "households"), "3000"),
    ]
    missing, fell, jumped = found
    assert "不应减少" in fell.what and "变化过大" in jumped.what
    assert missing.committee == before[4]["committee_name"] and missing.file == NAME


def test_every_mark_stands_in_the_list_with_a_link_that_leads_to_its_cell(faulty):
    made = faulty[1]
    sheet = opened(made)["退回问题清单"]
    rows = list(sheet.iter_rows(min_row=2))
    assert len(rows) == len(made.marks)
    for row, one in zip(rows, made.marks, strict=True):
        assert (row[1].value, row[3].value or "") == (sendback.KINDS[one.kind], one.cell)
        assert bool(row[3].hyperlink) == bool(one.cell)
        if one.cell:
            assert row[3].hyperlink.location == f"'月报'!{one.cell}"


def test_the_message_is_polite_and_names_no_person(faulty):
    message = faulty[1].message
    assert (
        message.startswith(HUAYANG.name) and "感谢" in message and "谢谢！" in message and "\n" not in message
    )
    contacts = {str(row["contact"]) for row in clean() if row.get("contact")}
    assert contacts and not any(one in message for one in contacts)


# ---- what the sender had put there


def dressed(book) -> None:
    sheet = book.active
    sheet[address(0, "volunteer_events")].comment = Comment("本月停办", "填报人")
    sheet[address(1, "reception_days")].comment = Comment("另附说明", "填报人")
    for cell in (address(0, "patrol_count"), address(1, "rule_meeting")):
        sheet[cell].fill = PatternFill("solid", start_color="00FF88")
    sheet.row_dimensions[TOP + 2].height = 77
    sheet.freeze_panes = "C4"


@pytest.mark.parametrize("anew", [False, True])
def test_comments_and_colours_of_the_sender_stay_and_are_all_that_is_reported_again(month, anew, monkeypatch):
    project = month({NAME: with_mistakes(dressed)})
    commented, coloured = notes_of(project, "comment_unread"), notes_of(project, "coloured_cells", "message")
    assert len(commented) == 2 and len(coloured) == 1
    with monkeypatch.context() as patched:
        if anew:
            patched.setattr(isolation, "each", here_and_anew)
        made = sent_back(project)
    sheet = opened(made)["月报"]
    comment, painted = sheet[address(0, "volunteer_events")].comment, sheet[address(0, "patrol_count")]
    assert comment.text.startswith("本月停办\n") and "［请更正］" in comment.text
    assert painted.fill.fgColor.rgb[-6:] == "00FF88"  # with a red frame instead of our colour
    assert painted.border.left.style == "thick"
    if not anew:
        assert (sheet.row_dimensions[TOP + 2].height, sheet.freeze_panes) == (77, "C4")
    (project.raw / str(MONTH) / "更正.xlsx").write_bytes(mended(made))
    read(project)
    assert outcomes_of(project)["更正.xlsx"] == "corrected"
    used = tables.read(project, tables.NOTES, MONTH)
    used = used[used["source_file"] == "更正.xlsx"]
    assert list(used["cell"][used["kind"] == "comment_unread"]) == commented
    assert list(used["message"][used["kind"] == "coloured_cells"]) == coloured


def here_and_anew(function, items, seconds=None):
    """``isolation.each`` in this process, without annotating."""
    return [function(*arguments[:-1], True) for arguments in items]


def test_what_we_had_written_is_gone_from_the_next_send_back(month):
    project = month({NAME: with_mistakes(dressed)})
    (project.raw / str(MONTH) / "更正.xlsx").write_bytes(mended(sent_back(project), field="volunteer_events"))
    read(project)
    sheet = opened(sent_back(project))["月报"]
    mended_cell, framed = sheet[address(0, "volunteer_events")], sheet[address(0, "patrol_count")]
    assert mended_cell.comment.text.partition("【")[0].strip() == "本月停办"
    assert "无法识别" not in mended_cell.comment.text
    assert mended_cell.fill.fgColor.rgb[-6:] == stamps.COLOURS["check"]  # the sender's comment is not read
    assert framed.comment.text.count("【退回核对】") == 1


# ---- one street's data never go to another


def of_two_streets() -> list[list]:
    table = lines(clean())
    other = lines(clean(XINJING), XINJING)
    table[0], table[1] = ["全区月报"], ["填报单位：区房管局", 4711]
    for row in (*table[TOP:], *other[TOP:]):
        row[COLUMN["committee_name"]] += "甲" if row in table else ""
    return [*table, *other[TOP:]]


def every_text(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = "".join(archive.read(name).decode("utf-8", "ignore") for name in archive.namelist())
    return html.unescape(parts)  # lxml, where it is installed, spells Chinese as numbers


def test_of_a_file_of_two_streets_each_gets_its_own_rows_only(month):
    project = month({"全区.xlsx": as_xlsx(of_two_streets())})
    made = {one.street: every_text(one.content) for one in sendback.make(project, MONTH, [HUAYANG, XINJING])}
    names = tables.read(project, tables.RETURNS, MONTH)[["street_code", "committee_name"]]
    assert len(made) == 2
    for street, text in made.items():
        for code, name in names.itertuples(index=False):
            assert (f">{name}<" in text) == (code == street.code)
        assert "4711" not in text


def test_what_is_said_of_other_streets_rows_is_not_said_to_this_one(month):
    table = of_two_streets()
    table[TOP + 4].append("只有别的街镇才有的内容")  # in a column without a heading
    table[TOP + 4][COLUMN["volunteer_events"]] = "数字不详"
    table[TOP + 5][COLUMN["committee_name"]] = None
    project = month({"全区.xlsx": as_xlsx(table)})
    made = {one.street: one for one in sendback.make(project, MONTH, [HUAYANG, XINJING])}
    rows = {HUAYANG: range(TOP + 1, TOP + 4), XINJING: range(TOP + 4, TOP + 7)}
    for street, one in made.items():
        assert all(
            int(mark.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) in rows[street]
            for mark in one.marks
            if mark.cell
        )
    assert "数字不详" in every_text(made[XINJING].content)
    ours = every_text(made[HUAYANG].content)
    assert "数字不详" not in ours and "只有别的街镇才有的内容" not in ours


def test_a_street_whose_part_was_withdrawn_does_not_go_back_with_the_others(month):
    whole = as_xlsx(of_two_streets())
    own = lines(clean(XINJING), XINJING, "2026年11月9日")
    project = month({"全区.xlsx": whole, "新泾镇更正.xlsx": as_xlsx(own)})
    text = every_text(sent_back(project, HUAYANG).content)
    assert own[TOP][COLUMN["committee_name"]] not in text


def test_a_part_of_a_file_of_several_streets_can_be_mended(month):
    project = month({"全区.xlsx": as_xlsx(of_two_streets())})
    before = tables.read(project, tables.RETURNS, MONTH)
    (project.raw / str(MONTH) / "甲.xlsx").write_bytes(mended(sent_back(project, HUAYANG)))
    read(project)
    after = tables.read(project, tables.RETURNS, MONTH)
    assert set(zip(after["street_code"], after["source_file"], strict=True)) == {
        (HUAYANG.code, "甲.xlsx"),
        (XINJING.code, "全区.xlsx"),
    }
    assert list(after["committee_name"]) == list(before["committee_name"])


# ---- built safely

HOSTILE = ("=cmd|'/c calc'!A1", "+1+1", "-2", "@SUM(A1)", '=HYPERLINK("http://x.example")', "'=1+1")


@pytest.mark.parametrize("write", [as_xlsx, as_csv])
def test_the_senders_text_stays_text(month, write):
    table = lines(clean(count=6))
    for row, text in zip(table[TOP:], HOSTILE, strict=True):
        row[COLUMN["party_org_head"]] = text
        row[COLUMN["reception_days"]] = text
    name = f"{HUAYANG.name}.{'csv' if write is as_csv else 'xlsx'}"
    made = sent_back(month({name: write(table)}))
    book = opened(made)
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    title = book.sheetnames[-1]
    shown = [book[title].cell(*place(at, "party_org_head")).value for at in range(len(HOSTILE))]
    assert shown == list(HOSTILE)
    text = every_text(made.content)
    assert "<f>" not in text and 'TargetMode="External"' not in text and "vbaProject" not in text


def test_formulas_are_given_as_their_results_and_links_lead_nowhere(month):
    def dress(book):
        sheet = book.active
        sheet[address(0, "reception_days")] = "=1+1"
        sheet[address(1, "committee_name")].hyperlink = "http://x.example/"

    project = month({NAME: as_xlsx(lines(clean()), dress)})
    made = sent_back(project)
    assert 'TargetMode="External"' not in every_text(made.content)
    cell = opened(made)["月报"][address(0, "reception_days")]
    assert (cell.value, cell.data_type) == ("#N/A", "e")  # never calculated, and not the same as blank
    assert "公式没有算过" in cell.comment.text


def test_an_original_that_would_lose_something_is_written_anew_and_the_cover_says_so(month):
    buffer = io.BytesIO(with_mistakes())
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("xl/media/image1.png", b"x")
    made = sent_back(month({NAME: buffer.getvalue()}))
    assert "重新写出" in every_text(made.content)
    assert "加了颜色和批注" in every_text(sent_back(month({NAME: with_mistakes()})).content)
    assert marked(opened(made)) == marked(opened(sent_back(month({NAME: with_mistakes()}))))


def broken(*_: object) -> None:
    raise KeyError("openpyxl")


def test_an_original_that_cannot_be_annotated_is_written_anew(month, monkeypatch):
    project = month({NAME: with_mistakes()})
    monkeypatch.setattr(building, "opened", broken)
    monkeypatch.setattr(isolation, "each", lambda function, items, seconds: [function(*one) for one in items])
    made = sent_back(project)
    assert "重新写出" in every_text(made.content) and address(0, "volunteer_events") in marked(opened(made))


def test_the_original_is_opened_in_a_child_process_only(month):
    project = month({NAME: with_mistakes()})
    script = (
        "import sys; from pathlib import Path; from redstats import places, sendback; from redstats.months import Month; "
        "from redstats.project import Project; import openpyxl.reader.excel as reader; "
        "reader.ExcelReader.__init__ = lambda *a, **k: sys.exit(9); month = Month(2026, 10); "
        "made = sendback.make(Project(Path(sys.argv[1])), month, [places.on(month.end).street('华阳路')]); "
        "sys.exit(0 if made[0].content else 1)"
    )
    assert subprocess.run([sys.executable, "-c", script, str(project.root)], cwd=ROOT).returncode == 0


def test_a_street_whose_send_back_fails_stops_no_other(month):
    both = {NAME: with_mistakes(), "新泾镇.xlsx": as_xlsx(lines(clean(XINJING), XINJING))}
    project = month(both)
    (project.raw / str(MONTH) / "新泾镇.xlsx").write_bytes(b"changed")
    made = {one.street: one for one in sendback.make(project, MONTH, [HUAYANG, XINJING])}
    assert made[HUAYANG].content and not made[HUAYANG].error
    assert not made[XINJING].content and "已被改动" in made[XINJING].error


def rebuilt(data: bytes, part: str, before: bytes, after: bytes) -> bytes:
    """An .xlsx with something else in one of its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            assert name != part or before in content
            new.writestr(name, content.replace(before, after) if name == part else content)
    return out.getvalue()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows 没有内存上限")
def test_an_original_that_eats_memory_when_it_is_opened_is_written_anew_and_stops_no_other(month):
    # a merge below the table: nothing to those who read values, 17 thousand million cells to openpyxl
    merge = b'</sheetData><mergeCells count="1"><mergeCell ref="A40:XFD1048576"/></mergeCells>'
    greedy = rebuilt(with_mistakes(), "xl/worksheets/sheet1.xml", b"</sheetData>", merge)
    project = month({NAME: greedy, "新泾镇.xlsx": as_xlsx(lines(clean(XINJING), XINJING))})
    assert set(outcomes_of(project).values()) == {"ok"}
    made = {one.street: one for one in sendback.make(project, MONTH, [HUAYANG, XINJING])}
    assert not any(one.error for one in made.values())
    assert "重新写出" in every_text(made[HUAYANG].content) and "重新写出" not in every_text(
        made[XINJING].content
    )
    cells = {one.cell for one in made[HUAYANG].marks if one.cell}
    assert marked(opened(made[HUAYANG])) == cells


@pytest.mark.parametrize("how", ["endless", "greedy", "aborting"])
@pytest.mark.skipif(sys.platform == "win32", reason="Windows 没有内存上限")
def test_a_workbook_that_never_comes_to_an_end_is_named_and_the_others_are_made(month, how, monkeypatch):
    import hostile

    from redstats import outcomes
    from redstats.runs import sendbacks
    from redstats.sendback import making
    from redstats.workbooks import isolation

    project = month({NAME: with_mistakes(), "新泾镇.xlsx": as_xlsx(lines(clean(XINJING), XINJING))})
    monkeypatch.setattr(making, "attempt", getattr(hostile, how))
    monkeypatch.setattr(making, "SECONDS", 4.0)
    monkeypatch.setattr(isolation, "PATIENCE", 4)
    folder = project.root / "pages"
    failed = sendbacks.write(project, MONTH, [HUAYANG, XINJING], folder)
    assert (folder / HUAYANG.name / sendback.file_name(HUAYANG)).is_file()
    (error,) = failed.values()
    code = {"endless": "timed_out", "greedy": "out_of_memory", "aborting": "crashed"}[how]
    assert list(failed) == [f"{XINJING.name}/{sendback.file_name(XINJING)}"]
    assert outcomes.files()[code].what in error and outcomes.files()[code].to_do in error


# ---- odd workbooks


def test_several_files_of_one_street_become_one_workbook(month):
    rows = clean(count=4)
    files = {f"{HUAYANG.name}{n}.xlsx": as_xlsx(lines(rows[n : n + 2])) for n in (0, 2)}
    project = month(files)
    before = reported(project)
    book = opened(sent_back(project))
    assert book.sheetnames[3:] == ["月报", "月报(2)"]
    book.save(project.raw / str(MONTH) / "合.xlsx")
    read(project)
    assert reported(project) == before
    assert outcomes_of(project) == dict.fromkeys(files, "replaced") | {"合.xlsx": "corrected"}


def test_long_names_and_odd_characters_of_sheets_are_kept_apart(month):
    table = lines(clean())
    files = {f"{HUAYANG.name}{n}.html": as_html(lines(clean(count=4)[n : n + 2])) for n in (0, 2)}
    assert len(table) and len(opened(sent_back(month(files))).sheetnames) == 5
    long = "很长" * 15 + "表"
    book = opened(sent_back(month({NAME: as_xlsx(lines(clean()), title=long)})))
    assert book.sheetnames[-1] == long


def test_a_mark_of_a_merged_cell_stands_at_its_corner(month):
    def dress(book):
        row, column = place(0, "neighbourhood_committee")
        for other in range(1, 3):
            book.active.cell(row + other, column).value = None
        book.active.cell(row, column).value = "没有的居委会"
        book.active.merge_cells(start_row=row, start_column=column, end_row=row + 2, end_column=column)

    for anew in (False, True):
        project = month({NAME: as_xlsx(lines(clean()), dress)})
        path = project.raw / str(MONTH) / NAME
        made = sent_back(project)
        source = building.Source(path, "0" * 64)
        book = load_workbook(io.BytesIO(building.build(MONTH, HUAYANG, [source], made.marks, anew)))
        assert address(0, "neighbourhood_committee") in marked(book)
        assert [str(one) for one in book["月报"].merged_cells.ranges] == [
            f"{address(0, 'neighbourhood_committee')}:{address(2, 'neighbourhood_committee')}"
        ]


def test_marks_in_hidden_columns_are_listed_as_hidden_and_nothing_is_unhidden(month):
    def dress(book):
        letters = address(0, "volunteer_events").rstrip("0123456789")
        book.active.column_dimensions[letters].hidden = True
        book.create_sheet("隐藏").sheet_state = "hidden"

    made = sent_back(month({NAME: with_mistakes(dress)}))
    book = opened(made)
    rows = {row[3].value: row[2].value for row in book["退回问题清单"].iter_rows(min_row=2)}
    assert (
        rows[address(0, "volunteer_events")] == "月报（隐藏）" and rows[address(0, "patrol_count")] == "月报"
    )
    assert book["隐藏"].sheet_state == "hidden"


def test_a_thousand_marks_are_all_there(month):
    rows = clean(count=45)
    for row in rows:
        row |= dict.fromkeys(YES.values(), "看情况") | dict.fromkeys(AT_LEAST_ONE.values(), "若干")
    made = sent_back(month({NAME: as_xlsx(lines(rows))}))
    assert len(made.marks) > 1000
    assert marked(opened(made)) == {one.cell for one in made.marks if one.cell}


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_other_formats_go_back_with_every_value_at_its_place(kind):
    path = ROOT / "tests" / "files" / f"twin.{kind}"
    source = building.Source(path, "0" * 64)
    content = building.build(MONTH, HUAYANG, [source], [], False)
    grids = workbooks.read(path).grids
    assert annotating.keeps(content, grids)


def test_values_that_no_workbook_holds_are_written_as_text():
    from redstats.sendback.rewriting import rewritten
    from redstats.workbooks.writing import Book

    odd = [
        dt.date(1850, 1, 1),
        float("inf"),
        10.0**20,
        dt.time(9, 30),
        dt.datetime(2026, 10, 1, 9, 30),
        "\x00甲",
    ]
    book = Book()
    rewritten(book, workbooks.Grid("表", [list(odd)]), MONTH)
    values = [cell.value for cell in load_workbook(io.BytesIO(book.content())).active[1]]
    assert values == ["1850-01-01", "inf", "1e+20", dt.time(9, 30), dt.datetime(2026, 10, 1, 9, 30), "甲"]


def test_the_same_month_gives_the_same_bytes(month):
    project = month({NAME: with_mistakes()})
    assert sent_back(project).content == sent_back(project).content


def test_it_opens_in_libreoffice(faulty, tmp_path):
    office = shutil.which("soffice")
    if not office:
        pytest.skip("没有 LibreOffice")
    content = faulty[1].content
    (tmp_path / "a.xlsx").write_bytes(content)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "ods", "--outdir", str(tmp_path), "a.xlsx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=180)
    grids = {grid.name: grid for grid in workbooks.read(tmp_path / "a.ods").grids}
    assert list(grids) == ["退回说明", "退回问题清单", "退回同类问题", "月报"]
    row, column = place(0, "reception_days")
    assert "［未达标］" in grids["月报"].comments[row - 1, column - 1]


# ---- in a run


def test_the_command_says_where_there_is_nothing(tmp_path):
    from redstats.runs import sendbacks

    with pytest.raises(RunError, match="2026-10 没有华阳路街道的退回工作簿"):
        sendbacks.told(Project(tmp_path), MONTH, HUAYANG)


def test_an_old_send_back_of_a_street_that_has_none_is_taken_away(month, tmp_path):
    from redstats.runs import sendbacks

    project = month({NAME: with_mistakes()})
    stale = tmp_path / "letters" / XINJING.name / sendback.file_name(XINJING)
    stale.parent.mkdir(parents=True)
    stale.write_bytes(b"old")
    failed = sendbacks.write(project, MONTH, [HUAYANG, XINJING], tmp_path / "letters")
    assert not failed and not stale.exists()
    text = tmp_path / "letters" / HUAYANG.name / sendback.text_name(HUAYANG)
    assert text.read_bytes().startswith(b"\xef\xbb\xbf" + HUAYANG.name.encode())


def test_the_commands_json_gives_messages_and_paths(month, monkeypatch, capsys):
    from redstats import cli
    from redstats.runs import sendbacks

    project = month({NAME: with_mistakes()})
    (project.root / "notebooks").mkdir()
    sendbacks.write(project, MONTH, [HUAYANG], project.letters(MONTH))
    monkeypatch.setenv("REDSTATS_HOME", str(project.root))
    monkeypatch.setattr(sys, "argv", ["redstats", "sendback", "2026-10", "--street", "华阳路", "--json"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code in (0, None)
    (told,) = json.loads(capsys.readouterr().out)
    assert told["street_name"] == HUAYANG.name and Path(told["workbook"]).is_file()
    assert told["is_current"] is False  # no run has recorded what it read


def test_random_workbooks_of_all_shapes_go_back_whole(tmp_path):
    random = Random(7)
    for number in range(10):
        book = Workbook()
        sheet = book.active
        for _ in range(60):
            values = [random.random(), "甲", "=1", dt.date(2026, 1, 2), True, 7, "\n两行", dt.time(8, 0)]
            value = random.choice(values)
            cell = sheet.cell(random.randrange(1, 30), random.randrange(1, 30), value)
            cell.data_type = "s" if isinstance(value, str) else cell.data_type
        for _ in range(3):
            top, left = random.randrange(1, 25), random.randrange(1, 25)
            sheet.merge_cells(start_row=top, start_column=left, end_row=top + 2, end_column=left + 1)
        path = tmp_path / f"{number}.xlsx"
        book.save(path)
        grids = workbooks.read(path).grids
        for anew in (False, True):
            content = building.build(MONTH, HUAYANG, [building.Source(path, "0" * 64)], [], anew)
            assert annotating.keeps(content, grids)

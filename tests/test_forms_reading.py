"""Forms are read as clerks fill them: whatever the layout, the labels' spelling and the way values are written."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import docx
import filled_forms as forms
import pytest
from filled_forms import AGAIN, GOOD, read_values
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from redstats.forms.labels import pieces
from redstats.forms.reading import read_here
from redstats.forms.seals import read_seal
from redstats.months import Month

MONTH, DAY = Month(2026, 11), dt.date(2026, 11, 3)
NEITHER = object()  # neither stamped nor not stamped
DRAWN = pytest.mark.parametrize("layout", [*forms.SHEETS, "document"])
KINDS = pytest.mark.parametrize("values", [GOOD, AGAIN], ids=["推荐表", "复评表"])


def drawn(folder: Path, *values: dict, layout: str = "beside") -> Path:
    if layout == "document":
        return forms.document(folder / "1.docx", *values)
    return forms.workbook(folder / "1.xlsx", *values, layout=layout)


def sheet(folder: Path, rows: list[list], *merges: str) -> Path:
    """A workbook of one sheet, drawn row by row; "" is a blank cell."""
    book = Workbook()
    for row in rows:
        book.active.append([None if value == "" else value for value in row])
    for merge in merges:
        book.active.merge_cells(merge)
    book.save(folder / "1.xlsx")
    return folder / "1.xlsx"


def told(folder: Path, blocks: list) -> Path:
    """A document of paragraphs and, for lists of rows, tables."""
    made = docx.Document()
    for block in blocks:
        if isinstance(block, str):
            made.add_paragraph(block)
            continue
        table = made.add_table(rows=len(block), cols=len(block[0]))
        for cells, row in zip(block, table.rows, strict=True):
            for text, cell in zip(cells, row.cells, strict=True):
                cell.text = text
    made.save(folder / "1.docx")
    return folder / "1.docx"


def differing(path: Path, *expected: dict) -> list:
    """What was read otherwise than expected, form by form, and the cells of which it is said that they were left out."""
    read = read_here(path, MONTH)
    assert len(read.rows) == len(expected), read.message
    found = [
        (row["form"], key, row[key], value)
        for row, own in zip(read.rows, expected, strict=True)
        for key, value in own.items()
        if row[key] != value
    ]
    return found + [note["raw"] for note in read.notes if note["kind"] == "not_taken"]


@DRAWN
@KINDS
def test_a_form_is_read_whole_in_every_layout(tmp_path, values, layout):
    assert differing(drawn(tmp_path, values, layout=layout), read_values(values)) == []


@DRAWN
def test_several_forms_of_one_file_are_told_apart(tmp_path, layout):
    others = [values | {"committee_name": f"桂花苑{n}业委会"} for n, values in enumerate((GOOD, AGAIN, GOOD))]
    assert differing(drawn(tmp_path, *others, layout=layout), *map(read_values, others)) == []


@pytest.mark.parametrize("layout", [*forms.SHEETS])
def test_forms_may_stand_one_below_the_other_on_a_sheet(tmp_path, layout):
    book, at = Workbook(), 1
    for values in (GOOD, AGAIN):
        at = forms.SHEETS["beside" if layout == "in_rows" else layout](book.active, values, at) + 1
    book.save(tmp_path / "1.xlsx")
    assert differing(tmp_path / "1.xlsx", read_values(GOOD), read_values(AGAIN)) == []


def test_forms_may_stand_side_by_side_and_keep_their_addresses(tmp_path):
    rows = [["长宁区“红色示范业委会”推荐表", "", "长宁区“红色示范业委会”推荐表", ""]]
    rows += [["业委会名称", "秀水苑业委会", "业委会名称", "桂花苑业委会"], ["业委会人数", 5, "业委会人数", 7]]
    rows += [["申报业委会盖章", "已盖章", "申报业委会盖章", "未盖章"]]
    path = sheet(tmp_path, rows, "A1:B1", "C1:D1")
    assert differing(
        path,
        {"committee_name": "秀水苑业委会", "member_count": 5, "seal_committee": True},
        {"committee_name": "桂花苑业委会", "member_count": 7, "seal_committee": False},
    ) == []  # fmt: skip
    cells = {(one["committee_name"], one["field"]): one["cell"] for one in read_here(path, MONTH).cells}
    assert cells["桂花苑业委会", "member_count"] == "D3"


@KINDS
def test_a_form_without_its_title_is_known_by_its_labels(tmp_path, values):
    path = drawn(tmp_path, values)
    book = load_workbook(path)
    book.active["A1"] = None
    book.save(path)
    assert differing(path, read_values(values)) == []


def test_a_form_of_paragraphs_alone_is_read_with_its_lines_to_write_on(tmp_path):
    lines = ["长宁区“红色示范业委会”推荐表", "推荐街镇：__虹桥街道__    填报日期：2026年11月10日"]
    lines += [
        "业委会名称：____秀水苑业委会____  所属居委会：___示例第一居委会___",
        "小区名称：秀水苑  办公地址：示例路1号101室",
    ]
    lines += ["业委会主任：示例甲  联系方式：021-52060000", "业委会党支部（党小组）负责人：示例乙"]
    lines += ["业委会人数：__7__人   业委会党员人数：__4__人", "本届业委会简介（200字以内）：", forms.BRIEF]
    lines += ["主要做法和成效：", *GOOD["practices_and_results"].split("\n")]
    lines += [f"{forms.LABELS[id_]}：{GOOD[id_]}" for id_ in GOOD if id_.startswith("seal_")] + [
        "（一式两份）"
    ]
    assert differing(told(tmp_path, lines), read_values(GOOD)) == []  # fmt: skip


def test_what_is_written_before_a_form_is_none_of_it(tmp_path):
    path = told(tmp_path, ["关于推荐红色示范业委会的报告", "各位领导：现报送推荐表，联系电话：021-1。", "长宁区“红色示范业委会”推荐表", [["业委会名称", "秀水苑业委会"], ["联系方式", "52060000"]], "（一式两份）"])  # fmt: skip
    assert differing(path, {"committee_name": "秀水苑业委会", "contact": "52060000"}) == []


def test_the_first_line_may_stand_above_the_title(tmp_path):
    path = told(
        tmp_path, ["推荐街镇：虹桥街道", "长宁区“红色示范业委会”推荐表", [["业委会名称", "秀水苑业委会"]]]
    )
    assert differing(path, {"recommending_street": "虹桥街道", "committee_name": "秀水苑业委会"}) == []


TITLES = [
    "长宁区“红色示范业委会”推荐表",
    '长宁区"红色示范业委会"推荐表',
    "红色示范业委会推荐表",
    "附件2\n长宁区“红色示范业委会”推荐表",
    "附件2：长宁区「红色示范业委会」推荐表",
    "2026年度长宁区“红色示范业委会”推荐表",
    "长宁区“红色示范业主委员会” 推 荐 表",
    "长宁区“红色示范业委会”推荐表（2026年）",
]


@pytest.mark.parametrize("title", TITLES)
def test_titles_are_spelt_in_many_ways(tmp_path, title):
    path = sheet(tmp_path, [[title, ""], ["业委会名称", "秀水苑业委会"]], "A1:B1")
    assert differing(path, {"kind": "推荐表", "committee_name": "秀水苑业委会"}) == []


SPELLINGS = [
    "{}",
    "{}：",
    " {} :",
    "*{}",
    "{}*",
    "1.{}",
    "（三）{}",
    "①{}",
    "四、{}",
    "【{}】",
    "{}（必填）",
]
SPACED = ["", " ", "　", "\n", "\t"]


@settings(max_examples=200, deadline=None)
@given(
    id_=st.sampled_from(sorted(forms.LABELS)),
    spelling=st.sampled_from(SPELLINGS),
    blank=st.sampled_from(SPACED),
    every=st.integers(1, 4),
)
def test_a_label_is_known_however_it_is_spelt(id_, spelling, blank, every):
    kind = "re_evaluation" if id_.startswith(("opinion", "practices_at")) else "recommendation"
    label = forms.LABELS[id_]
    if "（" not in label:
        label = blank.join(label[at : at + every] for at in range(0, len(label), every))
    assert pieces(kind, spelling.format(label)) == [(id_, None)]


WRITTEN = {
    "member_count": {7: [7, "7", "7人", "七人", "７", "7 名", "共7人", "__7__人", "7人（其中女3人）"]},
    "party_member_count": {4: [4, "四人", " 4　人", "4（含预备党员1名）"]},
    "contact": {"021-52060000": ["021-52060000", "０２１－５２０６００００", "__021-52060000__"]},
    "filing_date": {
        DAY: [
            "2026年11月3日", "2026.11.3", "2026-11-03", "2026/11/3", "2026－11－3", "2026、11、3", "20261103",
            "二〇二六年十一月三日", "２０２６年１１月３日", "2026　年　11　月　3　日", "__2026__年__11__月__3__日",
            dt.datetime(2026, 11, 3),
        ],
        None: ["    年    月    日", "20  年  月  日", "____年__月__日", "2026年11月  日", "2026年11月", "11月3日"],
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("id_", "value", "written"),
    [
        (id_, value, each)
        for id_, values in WRITTEN.items()
        for value, ways in values.items()
        for each in ways
    ],
)
def test_values_are_written_in_many_ways(tmp_path, id_, value, written):
    label = forms.LABELS.get(id_, "填报日期")
    path = sheet(tmp_path, [[forms.TITLES["推荐表"], ""], ["业委会名称", "秀水苑业委会"], [label, written]])
    assert differing(path, {id_: value}) == []
    (cell,) = [one for one in read_here(path, MONTH).cells if one["field"] == id_]
    assert cell["cell"] == "B3"
    if value is None and any(letter.isdigit() for letter in written.replace("20  ", "")):
        assert cell["value_state"] == "unreadable" and "没有写全年月日" in cell["note"]


SEALS = {
    True: [
        "已盖章", "√", "☑已盖章 □未盖章", "■已盖章 □未盖章", "[√]已盖章 [ ]未盖章", "已盖章√ 未盖章", "已用印",
        "已盖公章", "（已盖章）", "（盖章）已盖章", "盖章：已盖章", "盖章完毕", "已盖章（见扫描件）", "是", "［图片］",
        "秀水苑业主委员会", "秀水苑业主委员会（公章）", "同意推荐\n已盖章",
    ],
    False: ["未盖章", "□已盖章 ☑未盖章", "已盖章□ 未盖章√", "待盖章", "尚未盖章", "没有盖章", "否", "×", "秀水苑业主委员会\n未盖章"],
    NEITHER: ["", "（盖章）", "（公章）", "公章：", "此处盖章", "□已盖章 □未盖章", "☑已盖章 ☑未盖章", "已签字", "王五", "○"],
}  # fmt: skip
DATES = ["", "2026年11月3日", "\n日期：2026.11.3", "  2026-11-03", "\n    年    月    日", "\n11月3日"]


@pytest.mark.parametrize(
    ("stamped", "written"), [(stamped, each) for stamped, ways in SEALS.items() for each in ways]
)
@pytest.mark.parametrize("date", DATES)
def test_a_seal_is_told_in_many_ways_with_its_date_or_without(stamped, written, date):
    got = read_seal(f"{written}{date}", MONTH.start)
    if written == "○":
        assert got.stamped.value in (None, False)
    else:
        assert got.stamped.value is (None if stamped is NEITHER else stamped)
    assert got.day.value == (DAY if "2026" in date else None)
    assert (got.day.state == "unreadable") == ("\n11月" in date)


SENTENCES = st.sampled_from(
    [
        "同意推荐。", "经2026年10月8日支委会研究，同意。", "该业委会已盖章并承诺整改，同意保留。", "同意。1.党建引领好；2.制度执行好",
        "印章管理规范，未盖章事项均不办理，同意。", "☑同意 □不同意", "情况属实，同意上报。\n书记：示例甲",
    ]
)  # fmt: skip
ENDS = {"": NEITHER, "（盖章）": NEITHER, "已盖章": True, "（盖章） 已盖章": True, "☑已盖章 □未盖章": True, "未盖章": False, "盖章：√": True, "中共虹桥街道工作委员会（盖章）": True}  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(
    words=SENTENCES,
    end=st.sampled_from(sorted(ENDS)),
    date=st.sampled_from(["2026年11月3日", "日期：2026/11/3", "年   月   日", ""]),
    gap=st.sampled_from(["\n", "\n\n\n        "]),
)
def test_of_an_opinion_its_words_its_seal_and_its_date_are_parted(words, end, date, gap):
    got = read_seal(gap.join((words, end, date)), MONTH.start, opinion=True)
    assert got.text.value == words
    assert got.stamped.value is (None if ENDS[end] is NEITHER else ENDS[end])
    assert got.day.value == (DAY if "2026" in date else None)


ATTACHED = "附页正文，" * 12


@pytest.mark.parametrize("said", ["见附页", "（请附页，2000字内）", "详见附件", "附后", ""])
@pytest.mark.parametrize("heading", ["附页", "附页：主要做法和成效", "主要做法和成效", "附件1："])
def test_an_attached_page_belongs_to_the_form_before_it(tmp_path, said, heading):
    blocks = []
    for name in ("秀水苑", "桂花苑"):
        blocks += [forms.TITLES["复评表"], [["业委会名称", f"{name}业委会"], ["主要做法和成效", said]]]
        blocks += [
            [["居民区党组织意见", "同意。\n已盖章\n2026年11月3日"]],
            heading,
            f"{name}{ATTACHED}",
            "第二段",
        ]
    expected = [
        {"committee_name": f"{name}业委会", "practices_attachment": f"{name}{ATTACHED}\n第二段", "opinion_neighbourhood_party": "同意。"}
        for name in ("秀水苑", "桂花苑")
    ]  # fmt: skip
    assert differing(told(tmp_path, blocks), *expected) == []


@pytest.mark.parametrize("name", ["附页", "Sheet2"])
def test_an_attached_page_may_be_a_sheet_of_its_own(tmp_path, name):
    path = drawn(tmp_path, AGAIN | {"practices_attachment": "见附页"})
    book = load_workbook(path)
    page = book.create_sheet(name)
    page["A1"], page["A2"] = "附页", ATTACHED
    book.save(path)
    assert differing(path, read_values(AGAIN) | {"practices_attachment": ATTACHED}) == []
    (cell,) = [one for one in read_here(path, MONTH).cells if one["field"] == "practices_attachment"]
    assert (cell["source_sheet"], cell["cell"]) == (name, "A2")


def test_seals_in_a_row_with_their_dates_below_keep_their_own(tmp_path):
    rows = [[forms.TITLES["推荐表"], *[""] * 5], ["业委会名称", "秀水苑业委会"]]
    rows += [["申报业委会\n盖章", "已盖章", "居民区党组织\n盖章", "√", "推荐街镇\n盖章", "未盖章"]]
    rows += [["日期", "2026.11.3", "日期", dt.datetime(2026, 11, 4), "日期", "2026年11月5日"]]
    expected = {"seal_committee": True, "seal_neighbourhood_party": True, "seal_street": False}
    days = {f"{id_}_date": DAY + dt.timedelta(at) for at, id_ in enumerate(expected)}
    assert differing(sheet(tmp_path, rows), expected | days) == []


@pytest.mark.parametrize(
    "cells",
    [
        ["推荐街镇（盖章）：虹桥街道", "填报日期：2026.11.3"],
        ["推荐街镇（盖章）：虹桥街道  填报日期：2026.11.3", ""],
    ],
)
def test_a_first_line_that_asks_for_a_seal_still_says_who_reports(tmp_path, cells):
    rows = [[forms.TITLES["推荐表"], ""], cells, ["业委会名称", "秀水苑业委会"], ["推荐街镇盖章", "未盖章"]]
    expected = {"recommending_street": "虹桥街道", "filing_date": DAY, "seal_street": False}
    assert differing(sheet(tmp_path, rows), expected) == []


def test_a_value_below_a_blank_label_belongs_to_the_label_beside_it(tmp_path):
    rows = [[forms.TITLES["推荐表"], "", ""], ["业委会人数：7", "业委会党员人数：", ""]]
    rows += [["本届业委会简介", forms.BRIEF, ""], ["申报业委会盖章", "已盖章", ""]]
    expected = {"member_count": 7, "party_member_count": None, "committee_brief": forms.BRIEF}
    assert differing(sheet(tmp_path, rows), expected) == []


def test_a_line_of_a_long_text_is_no_label(tmp_path):
    rows = [[forms.TITLES["推荐表"], ""], ["主要做法和成效", "做法如下："], ["", "联系方式：公开在公告栏"]]
    rows += [["联系方式", "52060000"], ["申报业委会盖章", "已盖章"]]
    expected = {"practices_and_results": "做法如下：\n联系方式：公开在公告栏", "contact": "52060000"}
    assert differing(sheet(tmp_path, rows, "A2:A3"), expected) == []


def test_a_label_that_stands_twice_with_two_answers_is_doubted(tmp_path):
    rows = [
        [forms.TITLES["推荐表"], ""],
        ["业委会名称", "秀水苑业委会"],
        ["业委会人数", 5],
        ["业委会人数", 7],
    ]
    read = read_here(sheet(tmp_path, rows), MONTH)
    assert read.rows[0]["member_count"] is None
    (cell,) = [one for one in read.cells if one["field"] == "member_count"]
    assert cell["value_state"] == "unreadable" and "写了两处" in cell["note"]


def test_a_formula_without_a_result_or_with_an_error_is_told_and_not_taken(tmp_path):
    rows = [[forms.TITLES["推荐表"], ""], ["业委会名称", "秀水苑业委会"], ["业委会人数", "=3+4"], ["业委会党员人数", "#REF!"]]  # fmt: skip
    read = read_here(sheet(tmp_path, rows), MONTH)
    states = {one["field"]: one["value_state"] for one in read.cells}
    assert (states["member_count"], states["party_member_count"]) == ("unreadable", "unreadable")
    assert read.rows[0]["member_count"] is None is read.rows[0]["party_member_count"]


def test_cells_that_no_label_asks_for_are_told_each(tmp_path):
    rows = [
        [forms.TITLES["推荐表"], ""],
        ["业委会名称", "秀水苑业委会"],
        ["业主户数", 500],
        ["经办人：示例丙", ""],
    ]
    read = read_here(sheet(tmp_path, rows), MONTH)
    assert [note["raw"] for note in read.notes if note["kind"] == "not_taken"] == ["业主户数", "500", "经办人：示例丙"]  # fmt: skip


def test_a_hidden_sheet_is_told_and_not_read(tmp_path):
    path = drawn(tmp_path, GOOD, AGAIN)
    book = load_workbook(path)
    book.worksheets[1].sheet_state = "hidden"
    book.save(path)
    read = read_here(path, MONTH)
    assert [row["kind"] for row in read.rows] == ["推荐表"]
    assert [note["kind"] for note in read.notes if note["source_sheet"] == "复评表2"] == ["sheet_skipped"]


def test_of_a_list_columns_that_are_no_fields_are_told_and_dates_go_with_their_seals(tmp_path):
    rows = [
        ["序号", *(forms.LABELS[id_] for id_ in GOOD if id_ in forms.LABELS and not id_.startswith("seal_"))]
    ]
    rows[0] += ["申报业委会盖章", "日期", "推荐街镇盖章", "盖章日期", "业主户数"]
    rows += [[1, *(GOOD[id_] for id_ in GOOD if id_ in forms.LABELS and not id_.startswith("seal_"))]]
    rows[1] += ["已盖章", "2026年11月3日", "", "2026年11月4日", 500]
    path = sheet(tmp_path, [[forms.TITLES["推荐表"]], *rows])
    expected = {"seal_committee": True, "seal_committee_date": DAY, "seal_street": None, "seal_street_date": DAY + dt.timedelta(1)}  # fmt: skip
    assert differing(path, expected) == ["500"]


def test_of_a_list_a_row_with_a_name_alone_is_a_form_and_a_line_below_is_told(tmp_path):
    ids = [id_ for id_ in GOOD if id_ in forms.LABELS]
    rows = [
        [forms.TITLES["推荐表"]],
        [forms.LABELS[id_] for id_ in ids],
        [GOOD[id_] for id_ in ids],
        ["桂花苑业委会"],
    ]
    path = sheet(tmp_path, [*rows, ["合计"], ["", "", "经办人：示例丙"]])
    assert differing(path, {"committee_name": "秀水苑业委会"}, {"committee_name": "桂花苑业委会"}) == [
        "合计",
        "经办人：示例丙",
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.data(), layout=st.sampled_from([*forms.SHEETS, "document"]), values=st.sampled_from([GOOD, AGAIN])
)
def test_a_field_that_is_left_blank_takes_nothing_from_its_neighbours(tmp_path, data, layout, values):
    gone = data.draw(st.sets(st.sampled_from(sorted(values)), max_size=4))
    left = {
        id_: value
        for id_, value in read_values(values).items()
        if not any(id_.startswith(one) for one in gone)
    }
    path = drawn(tmp_path, values | dict.fromkeys(gone, ""), layout=layout)
    read = read_here(path, MONTH)
    if not read.rows:
        return
    (row,) = read.rows
    assert {id_: row[id_] for id_ in left} == left
    for id_ in gone:
        assert row[id_] is None, id_

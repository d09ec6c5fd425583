"""Every cell with text is read, spoken of by a note, or part of the words round a table: nothing is lost in silence."""

from __future__ import annotations

from drawing import JUNE, PLACES, RULES, draw
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from redstats.returns import read_here

TITLE, TOP = "华阳路街道2026年6月业委会月报", 3
ROLL = [
    ["序号", "居委会", "业委会名称", "业委会人数", "接待日次数", "日常会议制度"],
    [1, "秀水", "秀水苑业委会", 7, 2, "是"],
    [2, "天诚", "天诚公寓业委会", 5, 1, "否"],
    [3, "飞乐", "飞乐公寓业委会", 9, 3, "是"],
]
STRAYS = st.dictionaries(
    st.tuples(st.integers(TOP, 14), st.integers(1, 12)),
    st.sampled_from(
        [
            "另见说明",
            "已核对",
            "12次",
            "甲乙丙丁",
            "abc",
            "3.5",
            "2026-03-01",
            "无",
            "合计",
            "居委会",
            "业委会人数",
        ]
    ),
    min_size=1,
    max_size=8,
)


@given(STRAYS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_what_is_typed_beside_below_or_into_a_roll_is_read_or_told(tmp_path_factory, strays):
    book = Workbook()
    sheet = book.active
    sheet["A1"] = TITLE
    draw(sheet, ROLL, top=TOP)
    for (row, column), text in strays.items():
        sheet.cell(row, column, text)
    path = tmp_path_factory.mktemp("strays") / "华阳路街道.xlsx"
    book.save(path)
    result = read_here(path, JUNE, RULES, PLACES)
    addresses = {one["cell"] for one in result.cells} | {one["cell"] for one in result.notes}
    said = " ".join(f"{one['raw']} {one['message']}" for one in result.notes)
    rows = {one["cell"].strip("ABCDEFGHIJKL") for one in result.notes if one["kind"].startswith("row")}
    unread_sheet = any(one["kind"] in ("sheet_skipped", "summary_compared") for one in result.notes)
    for (row, column), text in strays.items():
        place = f"{get_column_letter(column)}{row}"
        is_serial = column == 1 and text.isdigit()
        of_headings = row == TOP
        of_a_column_told = any(
            one["cell"].startswith(get_column_letter(column))
            and one["kind"].startswith(("column", "heading"))
            for one in result.notes
        )
        assert (
            place in addresses
            or text in said
            or str(row) in rows
            or unread_sheet
            or is_serial
            or of_headings
            or of_a_column_told
        ), (place, text)

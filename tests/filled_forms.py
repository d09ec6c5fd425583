"""Filled forms of Attachment 2, drawn as clerks fill them: official layout, labels above, one cell, Word, a list."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import docx
from openpyxl import Workbook

BRIEF = "本届业委会于二〇二四年五月选举产生，共有委员七人，其中党员四人，设主任一人、副主任二人。" * 3
GOOD = {
    "recommending_street": "虹桥街道",
    "filing_date": "2026年11月10日",
    "committee_name": "秀水苑业委会",
    "neighbourhood_committee": "示例第一居委会",
    "estate_names": "秀水苑",
    "office_address": "示例路1号101室",
    "chair_name": "示例甲",
    "contact": "021-52060000",
    "party_org_head": "示例乙",
    "member_count": 7,
    "party_member_count": 4,
    "committee_brief": BRIEF,
    "practices_and_results": "坚持党建引领，按月公开收支。\n推动停车整治和加装电梯。",
    "seal_committee": "已盖章 2026年11月10日",
    "seal_neighbourhood_party": "已盖章 2026年11月11日",
    "seal_street": "已盖章 2026年11月12日",
}
AGAIN = {key: GOOD[key] for key in list(GOOD)[1:5] if key != "estate_names"} | {
    "member_count": 7,
    "party_member_count": 4,
    "committee_brief": BRIEF,
    "practices_attachment": "一年来，业委会围绕停车、加装电梯和垃圾分类开展工作，" * 4,
    "opinion_neighbourhood_party": "同意推荐。\n已盖章\n2026年11月15日",
    "opinion_street_party": "同意。\n已盖章\n2026年11月18日",
}
LABELS = {
    "committee_name": "业委会名称",
    "neighbourhood_committee": "所属居委会",
    "estate_names": "小区名称",
    "office_address": "办公地址",
    "chair_name": "业委会主任",
    "contact": "联系方式",
    "party_org_head": "业委会党支部\n（党小组）负责人",
    "member_count": "业委会人数",
    "party_member_count": "业委会党员人数",
    "committee_brief": "本届业委会简介\n（200字以内）",
    "practices_and_results": "主要做法和成效",
    "practices_attachment": "主要做法和成效（请附页，2000字内）",
    "seal_committee": "申报业委会盖章",
    "seal_neighbourhood_party": "居民区党组织盖章",
    "seal_street": "推荐街镇盖章",
    "opinion_neighbourhood_party": "居民区党组织意见\n（盖章）",
    "opinion_street_party": "街镇党组织意见\n（盖章）",
}
TITLES = {"推荐表": "长宁区“红色示范业委会”推荐表", "复评表": "长宁区“红色示范业委会”复评表"}
_SHORT = (
    "committee_name",
    "neighbourhood_committee",
    "estate_names",
    "office_address",
    "chair_name",
    "contact",
)
_SHORT += ("party_org_head", "member_count", "party_member_count")


def kind_of(values: dict) -> str:
    return "复评表" if "practices_attachment" in values else "推荐表"


def header(values: dict) -> str:
    street = f"推荐街镇：{values.get('recommending_street', '')}      " if kind_of(values) == "推荐表" else ""
    return f"{street}填报日期：{values.get('filing_date', '')}"


def rows(values: dict) -> list[list]:
    """The form as rows of cells: pairs side by side, then a long text, a seal or an opinion in each row."""
    short = [(LABELS[id_], values[id_]) for id_ in _SHORT if id_ in values]
    found: list[list] = [
        [*one, *other] for one, other in zip(short[::2], [*short[1::2], ("", "")], strict=False)
    ]
    found += [[LABELS[id_], value] for id_, value in values.items() if id_ in LABELS and id_ not in _SHORT]
    return found


def beside(sheet, values: dict, top: int = 1) -> int:
    """Labels left of their values, long ones merged over the row; gives the last row."""
    sheet.cell(top, 1, TITLES[kind_of(values)])
    sheet.merge_cells(start_row=top, start_column=1, end_row=top, end_column=4)
    sheet.cell(top + 1, 1, header(values))
    sheet.merge_cells(start_row=top + 1, start_column=1, end_row=top + 1, end_column=4)
    at = top + 2
    for cells in rows(values):
        for column, value in enumerate(cells, 1):
            sheet.cell(at, column, value)
        if len(cells) == 2:
            sheet.merge_cells(start_row=at, start_column=2, end_row=at, end_column=4)
        at += 1
    sheet.cell(at, 1, "（一式两份）")
    return at


def above(sheet, values: dict, top: int = 1) -> int:
    """Labels over their values."""
    sheet.cell(top, 1, TITLES[kind_of(values)])
    sheet.cell(top + 1, 1, header(values))
    at = top + 2
    for cells in rows(values):
        if len(cells) == 2:
            for row, value in zip((at, at + 1), cells, strict=True):
                sheet.cell(row, 1, value)
                sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=4)
        else:
            for column in (0, 1):
                sheet.cell(at, column * 2 + 1, cells[column * 2])
                sheet.cell(at + 1, column * 2 + 1, cells[column * 2 + 1])
                for row in (at, at + 1):
                    sheet.merge_cells(
                        start_row=row, start_column=column * 2 + 1, end_row=row, end_column=column * 2 + 2
                    )
        at += 2
    return at


def one_cell(sheet, values: dict, top: int = 1) -> int:
    """Label and value in one cell, a field a row."""
    sheet.cell(top, 1, TITLES[kind_of(values)])
    for at, (id_, value) in enumerate(values.items(), top + 1):
        label = LABELS.get(id_) or {"recommending_street": "推荐街镇", "filing_date": "填报日期"}[id_]
        sheet.cell(at, 1, f"{label.replace(chr(10), '')}：{value}")
    return top + len(values) + 1


def listed(sheet, values: dict, top: int = 1) -> int:
    """A form a row under a row of headings."""
    sheet.cell(top, 1, TITLES[kind_of(values)])
    for column, (id_, value) in enumerate(values.items(), 1):
        sheet.cell(
            top + 1,
            column,
            LABELS.get(id_) or {"recommending_street": "推荐街镇", "filing_date": "填报日期"}[id_],
        )
        sheet.cell(top + 2, column, value)
    return top + 2


def _parts(value: object) -> list[str]:
    """A seal or an opinion in its parts: text, seal and date."""
    return str(value).split("\n") if "\n" in str(value) else str(value).split(" ")


def _is_end(id_: str) -> bool:
    return id_.startswith(("seal_", "opinion_"))


def _top(sheet, values: dict, top: int) -> int:
    """Title, first line and the short fields in pairs; gives the row after them."""
    sheet.cell(top, 1, TITLES[kind_of(values)])
    sheet.cell(top + 1, 1, header(values))
    pairs = [cells for cells in rows(values) if len(cells) == 4]
    for at, cells in enumerate(pairs, top + 2):
        for column, value in enumerate(cells, 1):
            sheet.cell(at, column, value)
    return top + 2 + len(pairs)


def in_columns(sheet, values: dict, top: int = 1) -> int:
    """Seals or opinions next to one another, each in one cell with its label."""
    at = _top(sheet, values, top)
    for id_ in values:
        if id_ in LABELS and id_ not in _SHORT and not _is_end(id_):
            sheet.cell(at, 1, LABELS[id_])
            sheet.cell(at, 2, values[id_])
            at += 1
    for column, id_ in enumerate(filter(_is_end, values), 1):
        sheet.cell(at, column, f"{LABELS[id_]}：\n\n{values[id_]}")
    sheet.cell(at + 1, 1, "（一式两份）")
    return at + 1


def under_labels(sheet, values: dict, top: int = 1) -> int:
    """Seals or opinions next to one another, each below its label in parts: text, seal, date."""
    at = _top(sheet, values, top)
    for id_ in values:
        if id_ in LABELS and id_ not in _SHORT and not _is_end(id_):
            sheet.cell(at, 1, LABELS[id_])
            sheet.cell(at + 1, 1, values[id_])
            at += 2
    height = 1
    for column, id_ in enumerate(filter(_is_end, values), 1):
        sheet.cell(at, column, LABELS[id_])
        for row, part in enumerate(_parts(values[id_]), at + 1):
            sheet.cell(row, column, part)
            height = max(height, row - at)
    return at + height


def in_rows(sheet, values: dict, top: int = 1) -> int:
    """Long texts, seals and opinions in several rows beside a label that is merged over them, and 基本情况 at the side."""
    at = _top(sheet, values, top)
    sheet.insert_cols(1)
    sheet.cell(top + 2, 1, "基\n本\n情\n况")
    sheet.merge_cells(start_row=top + 2, start_column=1, end_row=at - 1, end_column=1)
    for id_ in values:
        if id_ in LABELS and id_ not in _SHORT:
            parts = _parts(values[id_]) if _is_end(id_) else str(values[id_]).split("\n")
            sheet.cell(at, 1, LABELS[id_])
            sheet.merge_cells(start_row=at, start_column=1, end_row=at + len(parts) - 1, end_column=2)
            for row, part in enumerate(parts, at):
                sheet.cell(row, 3, part)
            at += len(parts)
    return at - 1


SHEETS = {"in_columns": in_columns, "under_labels": under_labels, "in_rows": in_rows}
SHEETS |= {"beside": beside, "above": above, "one_cell": one_cell, "listed": listed}


def workbook(path: Path, *forms: dict, layout: str = "beside") -> Path:
    """A workbook with one form a sheet."""
    book = Workbook()
    book.remove(book.active)
    for number, values in enumerate(forms, 1):
        SHEETS[layout](book.create_sheet(f"{kind_of(values)}{number}"), values)
    book.save(path)
    return path


def document(path: Path, *forms: dict) -> Path:
    """A Word document with one form after the other."""
    made = docx.Document()
    for values in forms:
        made.add_paragraph(TITLES[kind_of(values)])
        made.add_paragraph(header(values))
        table = made.add_table(rows=0, cols=4)
        for cells in rows(values):
            line = table.add_row().cells
            for cell, value in zip(line, cells, strict=False):
                cell.text = "" if value is None else str(value)
            if len(cells) == 2:
                line[1].merge(line[3]).text = str(cells[1])
        made.add_paragraph("（一式两份）")
    made.save(path)
    return path


def read_values(values: dict) -> dict:
    """What reading a form drawn from ``values`` gives, by column: seals and opinions in their parts."""
    found: dict[str, object] = {}
    for id_, value in values.items():
        if id_.startswith("seal_"):
            found |= {id_: True, f"{id_}_date": _day(value.split()[-1])}
        elif id_.startswith("opinion_"):
            text, _, day = value.split("\n")
            found |= {id_: text, f"{id_}_seal": True, f"{id_}_date": _day(day)}
        else:
            found[id_] = _day(value) if id_ == "filing_date" else value
    return found


def _day(text: str) -> dt.date:
    return dt.datetime.strptime(text, "%Y年%m月%d日").date()

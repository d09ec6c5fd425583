"""The page 读取报告 of a street: how its workbooks were read, what was not understood, and what is otherwise than last month."""

from __future__ import annotations

from typing import Any

import pandas as pd

from redstats import outcomes, tables
from redstats.dashboards.blocks import Block, render
from redstats.dashboards.figures import Figures
from redstats.dashboards.page import Attachment, Page
from redstats.places import Street
from redstats.project import OF_STREET
from redstats.returns import changes
from redstats.workbooks import writing

ATTACHED = "{name}-读取报告.xlsx"  # for the street itself
MOST = 300  # lines of one section on a page; the workbook has them all


def heading(figures: Figures, street: Street) -> Block:
    """The page's title, with the street's files."""
    street_files = _of(figures.files, street)
    right = (
        "；".join(f"{row.source_file}：{row.message}" for row in street_files.itertuples()) or "未收到报表"
    )
    return render("common", "heading", title=f"{street.name}读取报告", left=figures.month.label, right=right)


def files(figures: Figures, street: Street) -> Block:
    """The street's files: rows in = accepted + refused + blank."""
    return render(
        "import_report",
        "files",
        rows=[file_row(row) for row in _of(figures.files, street).to_dict("records")],
    )


def file_row(row: dict) -> dict:
    row = {key: "" if pd.isna(value) else value for key, value in row.items()}
    outcome = outcomes.files()[row["code"]]
    whole = row["rows"] == row["accepted"] + row["refused"] + row["blank"]
    return row | {
        "word": outcomes.OUTCOMES[row["outcome"]],
        "what": outcome.what,
        "to_do": outcome.to_do,
        "adds_up": whole,
    }


def noted(figures: Figures, street: Street) -> list[dict]:
    """Every note on what the street sent: section, weight, place, raw, message, what to do."""
    kinds = outcomes.notes()
    gone = set(figures.files["source_file"][figures.files["outcome"].isin(["replaced", "skipped"])])
    listed = []
    for row in _of(figures.notes, street).to_dict("records"):
        if row["source_file"] in gone:
            continue  # what a newer file has taken the place of need not be mended
        kind = kinds[row["kind"]]
        listed.append(
            {key: "" if pd.isna(value) else value for key, value in row.items()}
            | {"section": kind.section, "weight": kind.weight, "to_do": kind.to_do}
            | {"weight_word": outcomes.WEIGHTS[kind.weight]}
        )
    order = list(outcomes.WEIGHTS)[::-1]
    return sorted(listed, key=lambda row: order.index(row["weight"]))


def lines(figures: Figures, street: Street) -> list[dict]:
    """As ``noted``, with how each cell was read."""
    listed = noted(figures, street)
    read = _readings(figures, street, {_place(row) for row in listed})
    return [row | {"read": read.get(_place(row), "")} for row in listed]


def _place(row: dict) -> tuple[str, ...]:
    return tuple(row[key] for key in (*tables.SOURCE, "cell"))


def _readings(figures: Figures, street: Street, places: set[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
    """How the cells at these places were read, as text."""
    cells = figures.cells(street)
    cells = cells[cells["value_state"].isin(["normalised", "unreadable"])]
    cells = cells[pd.MultiIndex.from_frame(cells[[*tables.SOURCE, "cell"]]).isin(list(places))]
    rows = _of(figures.returns, street)
    keys = ["neighbourhood_committee", "committee_name"]
    named: dict[tuple, dict | None] = {}
    for row in tables.records(rows[rows["committee_name"].isin(cells["committee_name"])]):
        key = tuple("" if pd.isna(row[key]) else row[key] for key in keys)
        named[key] = None if key in named else row  # of two rows of one name nobody can tell which
    readings = {}
    for cell in tables.records(cells):
        whole = named.get(tuple("" if pd.isna(cell[key]) else cell[key] for key in keys))
        value = whole.get(cell["field"]) if whole else None
        shown = figures.allowed(changes.shown(value), cell["cell"])
        field = figures.rules.fields[cell["field"]]
        if field.type == "pct" and isinstance(value, float):
            shown = f"{value:.1%}"
        unread = tables.VALUE_STATES[cell["value_state"]]
        text = f"{field.label}：{shown}" if shown else unread if whole else "见数据表 1_returns"
        readings[_place(cell)] = text
    return readings


def sections(figures: Figures, street: Street) -> Block:
    """The notes by section, the most pressing first."""
    listed = lines(figures, street)
    whole = Block("")
    for section, title in outcomes.SECTIONS.items():
        section_notes = [row for row in listed if row["section"] == section]
        whole = whole + render(
            "import_report", "section", title=title, rows=section_notes[:MOST], more=len(section_notes) - MOST
        )
    return whole


def recognised(figures: Figures, street: Street) -> Block:
    """Which column was read as which field, sheet by sheet."""
    return render("import_report", "recognised", rows=columns(figures, street))


def columns(figures: Figures, street: Street) -> list[dict]:
    """Sheet, columns and field, with how many cells were read in each state."""
    cells = figures.cells(street)
    cells = cells.assign(column=cells["cell"].str.extract(r"^([A-Z]+)", expand=False).fillna(""))
    counts: dict[tuple, dict[str, int]] = {}
    of_columns = [*tables.SOURCE, "column", "field"]
    each: Any = cells.value_counts([*of_columns, "value_state"], dropna=False).items()
    for (*column_key, state), count in each:
        counts.setdefault(tuple(column_key), {})[state] = count
    rows = []
    for key in cells[of_columns].drop_duplicates().itertuples(index=False, name=None):
        file, sheet, column, field = key
        states = counts[key]
        states_read = "，".join(
            f"{word}{states[state]}" for state, word in tables.VALUE_STATES.items() if state in states
        )
        rows.append(
            {
                "file": file,
                "sheet": sheet,
                "column": column,
                "label": figures.rules.label(field),
                "said": states_read,
            }
        )
    return rows


def history(figures: Figures, street: Street) -> Block:
    """What differs from last month."""
    return render(
        "import_report",
        "history",
        rows=differences(figures, street)[:MOST],
        before=figures.month.previous.label,
    )


def differences(figures: Figures, street: Street) -> list[dict]:
    """Rows of 1_returns/changes of the street, blanks empty, with the kind's name."""
    rows = _of(figures.changes, street).to_dict("records")
    rows = [{key: "" if pd.isna(value) else value for key, value in row.items()} for row in rows]
    return [
        row
        | {
            "word": changes.KINDS[row["kind"]],
            "label": figures.rules.label(row["field"]) if row["field"] else "",
        }
        for row in rows
    ]


def is_unchanged(figures: Figures, street: Street) -> bool:
    return "unchanged" in set(_of(figures.changes, street)["kind"])


def _of(frame: pd.DataFrame, street: Street) -> pd.DataFrame:
    return frame[frame["street_code"] == street.code]


_LINES = {
    "轻重": ("weight_word", 9),
    "文件": ("source_file", 30),
    "工作表": ("source_sheet", 14),
    "单元格": ("cell", 9),
    "原文": ("raw", 26),
    "读作": ("read", 26),
    "说明": ("message", 50),
    "怎么办": ("to_do", 34),
}
_FILES = {
    "文件": ("source_file", 34),
    "结果": ("word", 16),
    "行": ("rows", 7),
    "采用": ("accepted", 7),
    "未采用": ("refused", 8),
    "空行": ("blank", 7),
    "说明": ("message", 50),
    "怎么办": ("to_do", 40),
}
_COLUMNS = {
    "文件": ("file", 30),
    "工作表": ("sheet", 14),
    "列": ("column", 7),
    "读作": ("label", 30),
    "各格": ("said", 40),
}
_CHANGES = {
    "种类": ("word", 14),
    "居委会": ("neighbourhood_committee", 16),
    "业委会": ("committee_name", 22),
    "项目": ("label", 24),
    "上月": ("before", 20),
    "本月": ("now", 20),
    "工作表": ("source_sheet", 14),
    "单元格": ("cell", 9),
    "说明": ("message", 50),
}


def workbook(figures: Figures, street: Street) -> bytes:
    """The street's report as an .xlsx: one sheet a section, plain text with filters."""
    book = writing.Book(title=f"{street.name}读取报告 {figures.month.label}")
    listed = lines(figures, street)
    book.listing(
        "概况", _FILES, [file_row(row) for row in _of(figures.files, street).to_dict("records")], still=0
    )
    for weight in ("mend", "check"):
        book.listing(
            outcomes.WEIGHTS[weight], _LINES, [row for row in listed if row["weight"] == weight], still=0
        )
    for section, title in outcomes.SECTIONS.items():
        section_notes = [row for row in listed if row["section"] == section and row["weight"] == "info"]
        if section_notes:
            book.listing(title, _LINES, section_notes, still=0)
    book.listing("列与字段", _COLUMNS, columns(figures, street), still=0)
    book.listing("与上月比较", _CHANGES, differences(figures, street), still=0)
    return book.content()


PAGE = Page(
    file="imports/{code}.html",
    title="{name}读取报告",
    label="",  # reached from the overview of the import reports
    group="依据",
    place=100,
    reads=(tables.FILES, tables.NOTES, tables.CELLS, tables.RETURNS, tables.CHANGES),
    own=(tables.FILES, tables.NOTES, tables.CELLS, tables.RETURNS, tables.CHANGES),
    blocks=(heading, files, sections, history, recognised),
    attachments=(Attachment(ATTACHED, workbook, audience=OF_STREET),),
    of_streets=True,
)

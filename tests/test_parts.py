"""A send-back cut by neighbourhood: together the parts are the whole, none shows another's, and one that comes back changes its rows alone."""

from __future__ import annotations

import io
import zipfile
from random import Random

import pytest
from openpyxl import load_workbook
from test_explanations import OCTOBER, known, project, send, sent_back
from test_sendback import COLUMN, HUAYANG, TOP, as_xlsx, clean, lines

from redstats import sendback, tables
from redstats.explanations import BY, GIVEN, ID, WORDS
from redstats.workbooks import stamps

assert project
PLACES = ("华阳路一居委会", "华阳路二居委会", "示例第九居委会")


def drawn(seed: int, count: int = 6) -> bytes:
    """A return with a fault in every row, of committees in neighbourhoods drawn; some name none."""
    chance, table = Random(seed), lines(clean(count=count))
    for number, row in enumerate(table[TOP:]):
        row[COLUMN["contact"]] = f"138000{number}"
        row[COLUMN["committee_name"]] = f"示例{'甲乙丙丁戊己庚辛'[number]}苑业委会"
        row[COLUMN["neighbourhood_committee"]] = chance.choice([*PLACES, ""])
        if chance.random() < 0.3:
            row[COLUMN["member_count"]] = "大约五六个"
        if chance.random() < 0.3:
            # another's name in a cell of its own
            row[COLUMN["contact"]] = f"同示例{chance.choice('甲乙丙丁戊己')}苑业委会"
    return as_xlsx(table)


def whose(project) -> dict[str, str]:
    """The neighbourhood of each committee, as it was read: one that names none may follow one that does."""
    rows = tables.records(
        tables.read(project, tables.RETURNS, OCTOBER).fillna({"neighbourhood_committee": ""})
    )
    return {row["committee_name"]: row["neighbourhood_committee"] for row in rows}


def cut(project) -> dict[str, sendback.Made]:
    made = sendback.make_parts(project, OCTOBER, [HUAYANG])
    assert not any(one.error for one in made), [one.error for one in made]
    return {one.part.label: one for one in made}


def numbers(content: bytes) -> list[str]:
    head, *rows = [
        [cell.value for cell in row] for row in load_workbook(io.BytesIO(content))[stamps.LIST].iter_rows()
    ]
    return [row[head.index(ID)] for row in rows]


def text_of(made: sendback.Made) -> str:
    """Every byte of the workbook as text, and what is pasted."""
    with zipfile.ZipFile(io.BytesIO(made.content)) as book:
        return "".join(book.read(name).decode(errors="ignore") for name in book.namelist()) + made.message


@pytest.mark.parametrize("seed", range(4))
def test_parts_together_are_the_whole_list_and_none_names_another_s_committee(project, seed):
    send(project, OCTOBER, first=drawn(seed))
    whole, made, names = numbers(sent_back(project)), cut(project), whose(project)
    listed = [number for one in made.values() for number in numbers(one.content)]
    assert sorted(listed) == sorted(whole), "each matter stands in one part"
    for label, one in made.items():
        text = text_of(one)
        here = {name for name, place in names.items() if (place or "未写居委会的") == label}
        for name in names:
            assert (name in text) == (name in here), (label, name)
        for place in {*names.values()} - {label, ""}:
            assert place not in text
    sheets = [load_workbook(io.BytesIO(one.content))["月报"] for one in made.values()]
    rows = [
        row for sheet in sheets for row in range(TOP + 1, TOP + 1 + len(names)) if sheet.cell(row, 1).value
    ]
    assert len(rows) == len(set(rows)), "no row stands in two parts"


def filled(
    content: bytes, cells: dict[str, object], words: dict[str, str] | None = None, rename=None
) -> bytes:
    """A part with cells changed, a matter of its list explained, and its rows renamed."""
    book = load_workbook(io.BytesIO(content))
    for place, value in cells.items():
        book["月报"][place] = value
    sheet = book[stamps.LIST]
    columns = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        if words and sheet.cell(row, columns["单元格"]).value == words["cell"]:
            for heading, key in ((GIVEN, "given"), (WORDS, "words"), (BY, "by")):
                sheet.cell(row, columns[heading], words[key])
    if rename:
        rename(book["月报"])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def values(project) -> dict[tuple[str, str], str]:
    """What is read, by committee and field."""
    cells = tables.records(tables.read(project, tables.CELLS, OCTOBER))
    assert len({(cell["committee_name"], cell["field"]) for cell in cells}) == len(cells)
    return {(cell["committee_name"], cell["field"]): cell["raw"] for cell in cells}


def place_in(column: str, content: bytes, name: str) -> str:
    sheet = load_workbook(io.BytesIO(content))["月报"]
    letters = sheet.cell(1, COLUMN[column] + 1).column_letter
    row = next(
        row
        for row in range(1, sheet.max_row + 1)
        if sheet.cell(row, COLUMN["committee_name"] + 1).value == name
    )
    return f"{letters}{row}"


PHONE = "13812345678"


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_parts_that_come_back_change_their_own_rows_alone_whatever_comes_first(project, order):
    send(project, OCTOBER, first=drawn(0))
    names = whose(project)
    before, made = values(project), cut(project)
    labels = [label for label in made if label in PLACES][:2]
    mended = {}
    for file, label in zip(order, labels, strict=True):
        name = next(name for name, place in names.items() if place == label)
        part = made[label].content
        cells = {place_in("contact", part, name): PHONE}
        send_file(project, file, filled(part, cells))
        mended[name] = PHONE
    send(project, OCTOBER)
    wanted = before | {(name, "contact"): phone for name, phone in mended.items()}
    assert values(project) == wanted
    files = {row["source_file"]: row for row in tables.records(tables.read(project, tables.FILES, OCTOBER))}
    assert files["first.xlsx"]["outcome"] in ("accepted", "noted") and files["a.xlsx"]["code"] == "corrected"
    assert sum(row["accepted"] for row in files.values()) == len(names), "every committee is counted once"
    again = numbers(sent_back(project))
    assert sorted(number for one in cut(project).values() for number in numbers(one.content)) == sorted(again)
    assert not any(
        mark.committee in mended and mark.label == "联系方式"
        for mark in sendback.make(project, OCTOBER, [HUAYANG])[0].marks
    )


def send_file(project, name: str, content: bytes) -> None:
    (project.raw / str(OCTOBER) / f"{name}.xlsx").write_bytes(content)


def test_a_whole_that_answers_a_part_too_takes_its_place_and_a_part_of_what_counts_no_more_is_set_aside(
    project,
):
    send(project, OCTOBER, first=drawn(0))
    names = whose(project)
    made = cut(project)
    label = next(label for label in made if label in PLACES)
    name = next(name for name, place in names.items() if place == label)
    part = made[label].content
    late = filled(part, {place_in("contact", part, name): "13900000000"})
    whole = sent_back(project)
    send(project, OCTOBER, whole=filled(whole, {place_in("contact", whole, name): PHONE}))
    send(project, OCTOBER, late=late)
    assert values(project)[name, "contact"] == PHONE
    (row,) = tables.records(tables.read(project, tables.FILES, OCTOBER).query("source_file == 'late.xlsx'"))
    assert row["outcome"] == "replaced" and "新的退回工作簿" in row["message"]
    assert {committee for committee, _ in values(project)} == set(names), "nobody is lost"


def test_two_parts_of_one_neighbourhood_of_which_nothing_says_which_is_newer_leave_the_original(project):
    send(project, OCTOBER, first=drawn(0))
    names = whose(project)
    before, made = values(project), cut(project)
    label = next(label for label in made if label in PLACES)
    name = next(name for name, place in names.items() if place == label)
    part = made[label].content
    place = place_in("contact", part, name)
    send(project, OCTOBER, a=filled(part, {place: PHONE}), b=filled(part, {place: "13900000000"}))
    assert values(project) == before
    codes = tables.read(project, tables.FILES, OCTOBER).set_index("source_file")["code"]
    assert codes["a.xlsx"] == codes["b.xlsx"] == "several_returns"


def test_a_neighbourhood_or_a_committee_renamed_in_its_part_takes_the_old_one_s_place(project):
    send(project, OCTOBER, first=drawn(0))
    names = whose(project)
    made = cut(project)
    label = next(label for label in made if label in PLACES)

    def rename(sheet) -> None:
        for row in range(TOP + 1, sheet.max_row + 1):
            if sheet.cell(row, COLUMN["committee_name"] + 1).value:
                sheet.cell(row, COLUMN["neighbourhood_committee"] + 1, "华阳路三居委会")
                sheet.cell(row, COLUMN["committee_name"] + 1, f"示例新{row}苑业委会")

    send(project, OCTOBER, renamed=filled(made[label].content, {}, rename=rename))
    now = {committee for committee, _ in values(project)}
    gone = {name for name, place in names.items() if place == label}
    assert not now & gone and len(now) == len(names) and set(names) - gone <= now


def test_what_is_explained_in_a_part_stands_at_its_matter(project):
    send(project, OCTOBER, first=drawn(3))
    made = next(one for one in cut(project).values() if any(mark.kinds and mark.cell for mark in one.marks))
    mark = next(mark for mark in made.marks if mark.kinds and mark.cell)
    words = {
        "cell": mark.cell,
        "given": mark.kinds[0],
        "words": "分机号码，拨总机后转，已当面核实过",
        "by": "示例员",
    }
    send(project, OCTOBER, part=filled(made.content, {}, words))
    assert {id_: row["state"] for id_, row in known(project).items()} == {mark.id: "given"}


def test_what_is_pasted_into_a_chat_names_committee_cell_and_what_to_do(project):
    send(project, OCTOBER, first=drawn(1))
    for made in cut(project).values():
        pasted = made.message.split("\n")
        assert len(pasted) - len(made.marks) in (2, 3) and sendback.part_name(made) in pasted[-1]
        for mark, line in zip(made.marks, pasted[1:], strict=False):
            assert mark.what in line and mark.to_do in line and mark.committee in line


def test_neighbourhoods_beside_each_other_in_the_same_rows_do_not_see_each_other(project):
    """Committees as columns: what stands in a row is everybody's."""
    table = [list(row) for row in lines(clean(count=6))]
    head, rows = table[TOP - 1], table[TOP:]
    chance = Random(2)
    for number, row in enumerate(rows):
        row[COLUMN["contact"]] = f"138000{number}"
        row[COLUMN["committee_name"]] = f"示例{'甲乙丙丁戊己'[number]}苑业委会"
        row[COLUMN["neighbourhood_committee"]] = chance.choice(PLACES)
    flipped = [[head[column], *(row[column] for row in rows)] for column in range(len(head))]
    send(project, OCTOBER, first=as_xlsx([*table[: TOP - 1], *flipped]))
    names = {row[COLUMN["committee_name"]]: row[COLUMN["neighbourhood_committee"]] for row in rows}
    assert {committee for committee, _ in values(project)} == set(names)
    before, made = values(project), cut(project)
    for label, one in made.items():
        for name, place in names.items():
            assert (name in text_of(one)) == (place == label), (label, name)
        for number, row in enumerate(rows):
            assert (f"138000{number}" in text_of(one)) == (row[COLUMN["neighbourhood_committee"]] == label)
    label = next(iter(made))
    send(project, OCTOBER, part=made[label].content)
    assert values(project) == before

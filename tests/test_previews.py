"""A street is shown its month before it is signed; what it objects to is bound to one value, answered by the district, and nothing else changes."""

from __future__ import annotations

import datetime as dt
import io
from random import Random

import pytest
from openpyxl import load_workbook
from test_explanations import NOVEMBER, OCTOBER, decided, doubtful, known, project, send
from test_sendback import HUAYANG, RULES

from redstats import incoming, mappings, sendback, settings, tables
from redstats.cli.sign import unanswered
from redstats.explanations import BY, ID, OBJECTED, OBJECTION, WORDS, objection
from redstats.explanations.objections import COMMITTEE, held
from redstats.places import on
from redstats.sendback import decisions
from redstats.sendback.preview import Previews
from redstats.workbooks import stamps

assert project
DISTRICT = HUAYANG.code[:6]
REASON = {"given": "判断有误", "words": "台账第3页有三份签到表，联系人已当面核对过", "by": "示例员"}
YES = ("认可", "区里某人", "2026-11-20")
NO = ("不认可", "区里某人", "2026-11-20", "签到表是上个月的")


def judge(project) -> None:
    """Every committee falls short of every requirement, by tables as a run would have made them, and has no points."""
    cells = tables.records(tables.read(project, tables.CELLS, OCTOBER))
    who = [{key: cell[key] for key in tables.KEYS} for cell in cells if cell["field"] == "committee_name"]
    rows = [
        row | {"requirement": one.id, "field": one.field, "state": "not_met"}
        for row in who
        for one in RULES.requirements.values()
    ]
    tables.write(project, tables.FINDINGS, OCTOBER, rows, DISTRICT)
    for name in (tables.CHECKS, tables.LAW, tables.SCORES, tables.STREETS, tables.COVERAGE):
        tables.write(project, name, OCTOBER, [], DISTRICT)


def shown(project, **files: bytes) -> bytes:
    """The preview of a month with these returns."""
    send(project, OCTOBER, **(files or {"first": doubtful()}))
    judge(project)
    return Previews(project, OCTOBER, "拟稿").of(HUAYANG)


def listed(content: bytes, sheet: str = stamps.OBJECTIONS) -> list[dict]:
    head, *rows = [
        [cell.value for cell in row] for row in load_workbook(io.BytesIO(content))[sheet].iter_rows()
    ]
    return [dict(zip(head, row, strict=True)) | {"row": number} for number, row in enumerate(rows, start=2)]


def number_of(content: bytes, label: str = "联系方式", committee: int = 0) -> str:
    return [row[ID] for row in listed(content) if row["项目"] == label][committee]


def edited(content: bytes, change) -> bytes:
    book = load_workbook(io.BytesIO(content))
    change(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def object_to(content: bytes, said_of: dict[str, dict], **others: str) -> bytes:
    """The preview with objections by number; ``others``: what is written over other columns of these rows."""

    def change(book) -> None:
        sheet, rows = book[stamps.OBJECTIONS], {row[ID]: row["row"] for row in listed(content)}
        columns = {cell.value: cell.column for cell in sheet[1]}
        for number, words in said_of.items():
            written = {OBJECTION: words["given"], WORDS: words["words"], BY: words["by"]} | others
            for heading, text in written.items():
                sheet.cell(rows[number], columns[heading], text)

    return edited(content, change)


def answer(project, verdicts: dict[str, tuple]) -> bytes:
    return decided(project, verdicts, course=OBJECTED)


LABEL = RULES.label(next(iter(RULES.requirements.values())).field)


def test_every_judgement_and_every_committee_may_be_objected_to_each_by_a_number_of_its_own(project):
    rows = listed(shown(project))
    assert len(rows) == len({row[ID] for row in rows}) == 1 + 3 * (1 + len(RULES.requirements))
    assert rows[0]["项目"].startswith("全街镇") and [row["项目"] for row in rows[-3:]] == [COMMITTEE] * 3


def test_an_objection_is_read_at_its_datum_and_waits_for_the_district(project):
    content = shown(project)
    id_ = number_of(content, LABEL, 1)
    row = next(row for row in listed(content) if row[ID] == id_)
    forged = {"业委会": "别的业委会", "项目": "别的项目", "填的是": "别的值", "居委会": "", "要求": "别的"}
    send(project, OCTOBER, back=object_to(content, {id_: REASON}, **forged))
    assert known(project)[id_]["state"] == "objected"
    (to_decide,) = sendback.to_decide(project, OCTOBER, OBJECTED)
    assert (to_decide["committee_name"], to_decide["label"]) == (row["业委会"], row["项目"])
    assert (to_decide["question"], to_decide["words"]) == (row["要求"], REASON["words"])
    assert not sendback.to_decide(project, OCTOBER), "it is no explanation"
    again = {row[ID]: row for row in listed(Previews(project, OCTOBER, "拟稿").of(HUAYANG))}
    assert again[id_]["异议的状态"] == "异议待答复" and again[id_][WORDS] == REASON["words"]


def test_no_datum_is_read_of_a_preview(project):
    before = tables.read(project, tables.CELLS, OCTOBER) if shown(project) else None
    send(project, OCTOBER, back=Previews(project, OCTOBER, "拟稿").of(HUAYANG))
    assert before is not None and before.equals(tables.read(project, tables.CELLS, OCTOBER))
    (row,) = tables.records(tables.read(project, tables.FILES, OCTOBER).query("kind == 'objections'"))
    assert (row["outcome"], row["street_code"]) == ("accepted", HUAYANG.code)


@pytest.mark.parametrize(("verdict", "state"), [(YES, "upheld"), (NO, "dismissed")])
def test_what_the_district_answers_is_listed_with_its_reason_and_stays_when_the_sheet_is_gone(
    project, verdict, state
):
    content = shown(project)
    id_ = number_of(content, LABEL)
    send(project, OCTOBER, back=object_to(content, {id_: REASON}))
    send(project, OCTOBER, answer=answer(project, {id_: verdict}))
    assert known(project)[id_]["state"] == state
    (row,) = listed(Previews(project, OCTOBER, "拟稿").of(HUAYANG), stamps.ANSWERED)
    assert row["状态"] == f"异议{'成立' if state == 'upheld' else '不成立'}"
    assert row["答复日期"].date() == dt.date(2026, 11, 20)
    assert (row["说明"] or "") == (NO[3] if state == "dismissed" else "")
    (project.raw / str(OCTOBER) / "back.xlsx").unlink()
    send(project, OCTOBER)
    assert known(project)[id_]["state"] == state
    send(project, NOVEMBER, second=doubtful(NOVEMBER))
    assert not known(project, NOVEMBER), "an objection is of its month"


def test_another_value_ends_an_objection_and_the_old_one_back_revives_it(project):
    content = shown(project)
    first = listed(content)[1]["业委会"]
    contact, label = next(
        (row[ID], row["项目"]) for row in listed(content) if row["填的是"] == "是" and row["业委会"] == first
    )
    field = next(id_ for id_, one in RULES.return_fields.items() if one.label == label)
    send(project, OCTOBER, back=object_to(content, {contact: REASON}))
    assert known(project)[contact]["state"] == "objected"
    for value, state in (("否", "outdated"), ("是", "objected")):
        send(project, OCTOBER, first=doubtful(**{field: value}))
        assert known(project)[contact]["state"] == state


def test_words_without_a_reason_are_refused_with_an_example(project):
    content = shown(project)
    first, second, third = (number_of(content, LABEL, place) for place in range(3))
    said_of = {
        first: REASON | {"words": "情况属实"},
        second: REASON | {"given": "数值属实"},
        third: REASON | {"words": objection().example},
    }
    send(project, OCTOBER, back=object_to(content, said_of))
    assert {row["state"] for row in known(project).values()} == {"unreasoned"}
    assert objection().example in known(project)[first]["why"]
    assert not sendback.to_decide(project, OCTOBER, OBJECTED)


def test_in_whatever_order_sheets_come_the_same_holds(project):
    content = shown(project)
    numbers = [number_of(content, LABEL, place) for place in range(3)]
    sheets = [
        object_to(content, dict.fromkeys(numbers[:2], REASON)),
        object_to(content, {numbers[1]: REASON | {"words": "联系人已换，新号码见换届公告第二页"}}),
        object_to(content, {numbers[2]: REASON | {"words": "无"}}),
    ]
    results = []
    for order in ((0, 1, 2), (1, 2, 0), (2, 1, 0)):
        for place, number in enumerate(order):
            send_file(project, f"back{place}", sheets[number])
        send(project, OCTOBER)
        results.append({id_: (row["state"], row["words"]) for id_, row in known(project).items()})
    assert all(result == results[0] for result in results) and len(results[0]) == 3


def send_file(project, name: str, content: bytes) -> None:
    (project.raw / str(OCTOBER) / f"{name}.xlsx").write_bytes(content)


def test_a_preview_of_another_month_of_another_street_or_beside_a_return_objects_to_nothing(project):
    content = shown(project)
    id_ = number_of(content, LABEL)
    back = object_to(content, {id_: REASON})

    def restamped(old: str, new: str):
        def change(book) -> None:
            for row in book[stamps.PREVIEW_COVER].iter_rows():
                for cell in row:
                    if isinstance(cell.value, str):
                        cell.value = cell.value.replace(old, new)

        return change

    def with_return(book) -> None:
        book.create_sheet("月报").append(["业委会名称"])

    for name, change in {
        "of_september": restamped("2026-10-", "2026-09-"),
        "of_another": restamped(HUAYANG.code, "310105002"),
        "of_both": with_return,
    }.items():
        send(project, OCTOBER, **{name: edited(back, change)})
        assert {row["state"] for row in known(project).values()} <= {"outdated"}, name
    noted = tables.read(project, tables.NOTES, OCTOBER)["kind"]
    assert "explanations_unread" in set(noted)


def test_a_sheet_that_comes_after_the_day_is_listed_as_late(project):
    (project.raw / "settings.yml").write_text("objections_day: 15\n", encoding="utf-8")
    content = shown(project)
    assert "2026年11月15日" in "".join(
        str(cell.value) for row in load_workbook(io.BytesIO(content))[stamps.PREVIEW_COVER] for cell in row
    )
    send_file(project, "back", object_to(content, {number_of(content, LABEL): REASON}))
    incoming.record(project.raw, str(OCTOBER), dt.date(2026, 11, 16))
    send(project, OCTOBER)
    until = sendback.objections_until(project, OCTOBER)
    rows = sendback.to_decide(project, OCTOBER, OBJECTED)
    sheet = load_workbook(io.BytesIO(decisions.workbook(rows, OCTOBER, OBJECTED, until))).worksheets[0]
    assert "2026-11-16（逾期）" in [cell.value for cell in sheet[5]]
    assert settings.Settings().objections_day == 0, "no day is set unless the district sets it"


def test_who_signs_is_told_what_has_not_been_answered(project):
    content = shown(project)
    numbers = [number_of(content, LABEL, place) for place in range(3)]
    assert unanswered(project, OCTOBER) == []
    send(project, OCTOBER, back=object_to(content, dict.fromkeys(numbers, REASON)))
    (line,) = unanswered(project, OCTOBER)
    assert "3 条异议" in line and f"{HUAYANG.name} 3 条" in line and "异议认可单.xlsx" in line
    send(project, OCTOBER, answer=answer(project, {numbers[0]: YES, numbers[1]: NO}))
    assert "1 条异议" in unanswered(project, OCTOBER)[0]


def test_a_number_is_of_one_month_one_committee_one_rule_and_one_value():
    """Drawn: of two data that differ in anything the numbers differ, and spelling or order of rows change none."""
    chance, identity = Random(7), mappings.Mappings().identity(on(OCTOBER.end))
    fields = [one.field for one in list(RULES.requirements.values())[:3]]
    drawn = [
        {"street_code": HUAYANG.code, "neighbourhood_committee": "", "committee_name": f"示例{name}苑业委会"}
        | {"field": field, "raw": chance.choice(["是", "否", "3"])}
        for name in "甲乙丙丁"
        for field in fields
    ]

    def numbers(rows: list[dict], month=OCTOBER) -> set[str]:
        return {one.id for one in held(rows, month, RULES, identity)}

    first = numbers(drawn)
    assert len(first) == 1 + 4 * (1 + len(RULES.requirements) + len(RULES.law.rules))
    assert numbers(chance.sample(drawn, len(drawn))) == first
    assert not numbers(drawn, NOVEMBER) & first
    for place, cell in enumerate(drawn):
        other = [*drawn[:place], cell | {"raw": "别的"}, *drawn[place + 1 :]]
        judged = [one for one in RULES.requirements.values() if one.field == cell["field"]]
        judged += [one for one in RULES.law.rules.values() if one.field == cell["field"]]
        assert len(first - numbers(other)) >= len(judged) > 0

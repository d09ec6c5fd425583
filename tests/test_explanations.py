"""A street explains what it was asked to check; the district decides; nothing else changes, and no hard matter is ever explained away."""

from __future__ import annotations

import io
from itertools import permutations
from random import Random

import pytest
from drawn import ROOT
from openpyxl import load_workbook
from test_sendback import COLUMN, HUAYANG, RULES, TOP, as_xlsx, clean, lines

from redstats import explanations, findings, sendback, tables
from redstats.explanations import BY, GIVEN, ID, STANDING, WORDS
from redstats.months import Month
from redstats.outcomes import notes
from redstats.project import Project
from redstats.returns import changes, import_month
from redstats.sendback import decisions
from redstats.templates import checks
from redstats.values import DOUBT, read_value
from redstats.workbooks import stamps

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
SETTLED = {"given": "数值属实", "words": "会议10月31日晚召开，12月2日补签纪要，记录可查", "by": "示例员"}
SHEET = "月报"


@pytest.fixture
def project(tmp_path):
    (tmp_path / "data" / "raw").mkdir(parents=True)
    (tmp_path / "expectations").symlink_to(ROOT / "expectations", target_is_directory=True)
    return Project(tmp_path)


def doubtful(month: Month = OCTOBER, contact: str = "138000", count: int = 3, **others: object) -> bytes:
    """A return whose committees each have a telephone number of too few figures, and what else is asked for in the first row."""
    table = lines(clean(count=count), filed=f"{month.plus(1).year}年{month.plus(1).number}月2日")
    table[0] = [f"{month.label}月报"]
    for number, row in enumerate(table[TOP:]):
        row[COLUMN["contact"]] = f"{contact}{number}"
    for field, value in others.items():
        table[TOP][COLUMN[field]] = value
    return as_xlsx(table)


def send(project: Project, month: Month, **files: bytes) -> None:
    folder = project.raw / str(month)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / f"{name}.xlsx").write_bytes(content)
    import_month(project, month)
    changes.compare(project, month)
    if not tables.exists(project, tables.FINDINGS, month):
        for table in (tables.FINDINGS, tables.CHECKS, tables.LAW):
            tables.write(project, table, month, [], HUAYANG.code[:6])


def sent_back(project: Project, month: Month = OCTOBER) -> bytes:
    (made,) = sendback.make(project, month, [HUAYANG])
    assert not made.error, made.error
    return made.content


def asked(content: bytes) -> dict[str, dict]:
    """The rows of the list in a send-back, by the cell that they speak of (its item and committee where there is none)."""
    sheet = load_workbook(io.BytesIO(content))[stamps.LIST]
    head, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    listed = [dict(zip(head, row, strict=True)) | {"row": number} for number, row in enumerate(rows, start=2)]
    return {row["单元格"] or f"{row['项目']}{row['业委会']}{row['问题']}": row for row in listed}


def write(content: bytes, said_of: dict[str, dict], cells: dict[str, object] | None = None) -> bytes:
    """The send-back with explanations in its list, by the cell that they speak of, and with ``cells`` of the return changed."""
    book, rows = load_workbook(io.BytesIO(content)), asked(content)
    sheet = book[stamps.LIST]
    columns = {cell.value: cell.column for cell in sheet[1]}
    for place, words in said_of.items():
        for heading, key in ((GIVEN, "given"), (WORDS, "words"), (BY, "by")):
            sheet.cell(rows[place]["row"], columns[heading], words.get(key))
    for place, value in (cells or {}).items():
        book[SHEET][place] = value
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def known(project: Project, month: Month = OCTOBER) -> dict[str, dict]:
    """What is known of explanations, by their number."""
    return {row["id"]: row for row in tables.records(tables.read(project, tables.EXPLANATIONS, month))}


def decided(
    project: Project,
    verdicts: dict[str, tuple],
    month: Month = OCTOBER,
    course: explanations.Course = explanations.EXPLAINED,
) -> bytes:
    """The sheet that the run writes, filled in: by number of the matter the verdict, who, on which day, and why not."""
    rows = sendback.to_decide(project, month, course)
    book = load_workbook(io.BytesIO(decisions.workbook(rows, month, course)))
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[4]}
    for row in range(5, sheet.max_row + 1):
        verdict = verdicts.get(sheet.cell(row, columns[ID]).value, ())
        for heading, value in zip(
            (explanations.VERDICT, explanations.DECIDED_BY, explanations.DECIDED_ON, explanations.WHY),
            verdict,
            strict=False,
        ):
            sheet.cell(row, columns[heading], value)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def contact(row: int = 0) -> str:
    return f"{stamps_column(COLUMN['contact'])}{TOP + 1 + row}"


def stamps_column(number: int) -> str:
    from openpyxl.utils import get_column_letter

    return get_column_letter(number + 1)


def test_what_may_be_explained_names_a_kind_of_note_of_change_or_of_check():
    import json

    suite = json.loads((ROOT / "expectations" / "returns.json").read_text(encoding="utf-8"))
    checks = {rule["meta"].get("check") for rule in suite["expectations"]}
    assert explanations.rules().keys() <= {*notes(), *changes.KINDS, *checks}
    for name, rule in explanations.rules().items():
        assert rule.kinds and not explanations.fault(
            rule.kinds[0], f"{rule.example}（{name}）另有其因，见第三页", "示例员", ""
        )
        assert name not in notes() or notes()[name].weight == "check", (
            "what must be mended takes only a value"
        )


@pytest.mark.parametrize(
    "words",
    [
        "经核对情况属实",
        "情况属实，没有问题",
        "同上，情况属实",
        "已与居委会核实无误",
        "经街道确认情况属实",
        "数据真实准确无误",
        "该数据属实，请知悉",
        "数值属实，无需更正",
        "核实过了，没问题",
        "无无无无无无",
        "啊啊啊啊啊啊",
        "",
        "无",
        "情况属实",
        "属实。",
        "已核实",
        "经核对无误",
        "同上",
        "没问题",
        "见附件",
        "1",
        "。",
        "客观原因",
        "OK",
        "如实填报",
        "多次",
    ],
)
def test_words_that_explain_nothing_are_refused_with_what_to_write(words):
    assert "原因" in explanations.fault("数值属实", words, "示例员", "“联系方式”号码位数不对")


def test_a_copy_of_the_question_or_of_the_example_is_no_explanation():
    question = "“联系方式”：号码位数不对，请核对这一格是否填错"
    example = explanations.rules()["value_doubtful"].example
    for words in (question, question[:-2], f"{question}。", "号码位数不对，请核对", example):
        assert "照抄" in explanations.fault("数值属实", words, "示例员", question)


def test_an_explanation_has_a_kind_words_and_somebody_who_gives_it():
    assert not explanations.fault(*SETTLED.values(), "")
    assert GIVEN in explanations.fault("", SETTLED["words"], "示例员", "")
    assert BY in explanations.fault("数值属实", SETTLED["words"], " ", "")


def test_an_explanation_is_read_at_its_matter_and_waits_for_the_district(project):
    send(project, OCTOBER, first=doubtful())
    content = sent_back(project)
    assert asked(content)[contact()][STANDING] == "待说明或更正"
    send(project, OCTOBER, answer=write(content, {contact(1): SETTLED}))
    (row,) = known(project).values()
    assert (row["state"], row["street_code"], row["words"]) == ("given", HUAYANG.code, SETTLED["words"])
    assert (row["source_file"], row["source_sheet"]) == ("answer.xlsx", stamps.LIST) and row["cell"]
    again = asked(sent_back(project))
    assert again[contact(1)][WORDS] == SETTLED["words"] and again[contact(1)][STANDING] == "已说明待认可"
    assert again[contact(0)][STANDING] == "待说明或更正"


def test_what_was_accepted_does_not_come_back_while_the_value_stands(project):
    send(project, OCTOBER, first=doubtful())
    send(project, OCTOBER, answer=write(sent_back(project), {contact(): SETTLED}))
    (id_,) = known(project)
    send(project, OCTOBER, decision=decided(project, {id_: ("认可", "区里某人", "2026-11-20")}))
    assert known(project)[id_]["state"] == "accepted"
    assert contact() not in asked(sent_back(project)) and contact(1) in asked(sent_back(project))
    send(project, NOVEMBER, second=doubtful(NOVEMBER))
    assert contact() not in asked(sent_back(project, NOVEMBER))
    assert contact(1) in asked(sent_back(project, NOVEMBER))
    (project.raw / str(NOVEMBER) / "second.xlsx").unlink()
    send(project, NOVEMBER, third=doubtful(NOVEMBER, contact="139000"))
    assert contact() in asked(sent_back(project, NOVEMBER)), "another value is another matter"


@pytest.mark.parametrize("lasts", [1, 2, 3])
def test_what_was_accepted_is_asked_again_after_so_many_months(project, lasts):
    (project.raw / "settings.yml").write_text(f"explained_months: {lasts}\n", encoding="utf-8")
    send(project, OCTOBER, first=doubtful())
    send(project, OCTOBER, answer=write(sent_back(project), {contact(): SETTLED}))
    (id_,) = known(project)
    send(project, OCTOBER, decision=decided(project, {id_: ("认可", "区里某人", "2026-11-20")}))
    for later in range(1, 4):
        month = OCTOBER.plus(later)
        send(project, month, **{f"later{later}": doubtful(month)})
        assert (contact() in asked(sent_back(project, month))) == (later >= lasts)


def test_a_changed_value_is_asked_about_at_once_whatever_was_said_of_the_old_one(project):
    send(project, OCTOBER, first=doubtful())
    answer = write(sent_back(project), {contact(): SETTLED}, cells={contact(): "139001"})
    send(project, OCTOBER, answer=answer)
    assert asked(sent_back(project))[contact()][STANDING] == "待说明或更正"


def test_what_must_be_mended_takes_no_explanation(project):
    send(project, OCTOBER, first=doubtful(member_count="大约五六个", party_member_count=9))
    findings_of(project)
    content = sent_back(project)
    places = {f"{stamps_column(COLUMN[name])}{TOP + 1}" for name in ("member_count",)}
    for place in places:
        assert asked(content)[place][GIVEN] == explanations.ONLY_A_VALUE
    send(project, OCTOBER, answer=write(content, dict.fromkeys(places, SETTLED)))
    after = asked(sent_back(project))
    assert places <= after.keys() and {row["state"] for row in known(project).values()} == {"refused"}
    assert all(after[place]["类别"] == "请更正" for place in places)


def findings_of(project: Project) -> None:
    findings.find(project, OCTOBER)


def test_a_shortfall_takes_a_comment_and_stays_one(project):
    send(project, OCTOBER, first=doubtful(rule_meeting="否"))
    findings_of(project)
    before = tables.read(project, tables.FINDINGS, OCTOBER)
    content = sent_back(project)
    place = next(place for place, row in asked(content).items() if row["类别"] == "未达标")
    answer = write(content, {place: {"given": None, "words": "正在与物业协商腾房", "by": "示例员"}})
    send(project, OCTOBER, answer=answer)
    findings_of(project)
    assert [row["state"] for row in known(project).values()] == ["comment"]
    assert asked(sent_back(project))[place]["类别"] == "未达标"
    after = tables.read(project, tables.FINDINGS, OCTOBER)
    assert (before["state"] == after["state"]).all()


def test_what_was_not_accepted_comes_back_with_the_reason_until_it_is_written_anew(project):
    send(project, OCTOBER, first=doubtful())
    send(project, OCTOBER, answer=write(sent_back(project), {contact(): SETTLED}))
    (id_,) = known(project)
    no = ("不认可", "区里某人", "2026-11-20", "电话打不通")
    send(project, OCTOBER, decision=decided(project, {id_: no}))
    assert "电话打不通" in asked(sent_back(project))[contact()][STANDING]
    anew = SETTLED | {"words": "该号码为居委会总机分机，拨总机后转，已当面核实"}
    send(project, OCTOBER, answer2=write(sent_back(project), {contact(): anew}))
    assert known(project)[id_]["state"] == "given", "of new words nothing has been decided"


def test_decisions_that_contradict_each_other_or_say_too_little_hold_nothing_and_are_told(project):
    send(project, OCTOBER, first=doubtful())
    send(project, OCTOBER, answer=write(sent_back(project), {contact(row): SETTLED for row in range(3)}))
    first, second, third = known(project)
    yes, no = ("认可", "甲", "2026-11-20"), ("不认可", "乙", "2026-11-20", "不详")
    sheets = {
        "one": decided(
            project, {first: yes, second: ("认可", None, "2026-11-20"), third: ("也许", "甲", "2026-11-20")}
        ),
        "two": decided(project, {first: no}),
    }
    send(project, OCTOBER, **sheets)
    assert {row["state"] for row in known(project).values()} == {"given"}
    told_of = tables.read(project, tables.NOTES, OCTOBER).query("kind == 'decision_unclear'")
    assert len(told_of) == 4 and (told_of["cell"] != "").all()


def test_in_whatever_order_files_and_rows_come_the_same_holds(project):
    send(project, OCTOBER, first=doubtful())
    content = sent_back(project)
    said = [
        write(content, {contact(0): SETTLED, contact(1): {"given": "数值属实", "words": "属实", "by": "甲"}}),
        write(content, {contact(1): SETTLED | {"words": "分机号码，拨总机后转，已核实过"}}),
    ]
    results = []
    for order in permutations(range(2)):
        for path in (project.raw / str(OCTOBER)).glob("[ab]*.xlsx"):
            path.unlink()
        names = ("a", "b") if order == (0, 1) else ("b", "a")
        for number in order:
            send(project, OCTOBER, **{names[number]: said[number]})
        results.append({id_: (row["state"], row["words"]) for id_, row in known(project).items()})
    assert results[0] == results[1] and [state for state, _ in results[0].values()] == ["given", "given"]


def test_a_value_that_changed_and_came_back_is_asked_about_again(project):
    accept(project)
    send(project, NOVEMBER, other=doubtful(NOVEMBER, contact="139000"))
    send(project, NOVEMBER.next, back=doubtful(NOVEMBER.next))
    assert contact() in asked(sent_back(project, NOVEMBER.next))


def test_saving_the_sheet_of_every_month_as_it_stands_makes_nothing_last_longer(project):
    (project.raw / "settings.yml").write_text("explained_months: 2\n", encoding="utf-8")
    accept(project)
    for month in (NOVEMBER, NOVEMBER.next):
        send(project, month, **{f"r{month.number}": doubtful(month)})
        rows = sendback.to_decide(project, month)
        send(project, month, decision=decisions.workbook(rows, month))
        assert (contact() in asked(sent_back(project, month))) == (month > NOVEMBER)


def accept(project: Project) -> str:
    """An explanation of October that the district has accepted; its number."""
    send(project, OCTOBER, first=doubtful())
    send(project, OCTOBER, answer=write(sent_back(project), {contact(): SETTLED}))
    (id_,) = known(project)
    send(project, OCTOBER, decision=decided(project, {id_: ("认可", "区里某人", "2026-11-20")}))
    assert known(project)[id_]["state"] == "accepted"
    return id_


def test_what_was_accepted_holds_though_the_next_workbook_has_taken_the_place_of_the_first(project):
    id_ = accept(project)
    content = sent_back(project)
    send(project, OCTOBER, answer=content)
    assert known(project)[id_]["state"] == "accepted" and contact() not in asked(sent_back(project))


def test_no_street_explains_for_another(project):
    send(project, OCTOBER, first=doubtful())
    content = write(sent_back(project), {contact(): SETTLED})
    book = load_workbook(io.BytesIO(content))
    for row in book[stamps.COVER].iter_rows():
        for cell in row:
            if isinstance(cell.value, str):
                cell.value = cell.value.replace(f"2026-10-{HUAYANG.code}", "2026-10-310105002")
    buffer = io.BytesIO()
    book.save(buffer)
    send(project, OCTOBER, foreign=buffer.getvalue())
    assert asked(sent_back(project))[contact()][STANDING] == "待说明或更正"


def test_a_sheet_of_another_month_or_beside_a_return_decides_nothing(project):
    send(project, OCTOBER, first=doubtful())
    send(project, OCTOBER, answer=write(sent_back(project), {contact(): SETTLED}))
    (id_,) = known(project)
    sheet = decided(project, {id_: ("认可", "区里某人", "2026-11-20")})
    book = load_workbook(io.BytesIO(sheet))
    book.create_sheet("月报").append(["业委会名称"])
    buffer = io.BytesIO()
    book.save(buffer)
    send(project, OCTOBER, both=buffer.getvalue())
    assert known(project)[id_]["state"] == "given"
    send(project, NOVEMBER, second=doubtful(NOVEMBER))
    send(project, NOVEMBER, late=sheet)
    assert contact() in asked(sent_back(project, NOVEMBER))


def test_a_row_renamed_to_one_that_may_be_explained_stays_one_that_must_be_mended(project):
    send(project, OCTOBER, first=doubtful(member_count="大约五六个"))
    content = sent_back(project)
    place = f"{stamps_column(COLUMN['member_count'])}{TOP + 1}"
    book = load_workbook(io.BytesIO(write(content, {place: SETTLED})))
    sheet = book[stamps.LIST]
    columns = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(asked(content)[place]["row"], columns["类别"], "请核对")
    buffer = io.BytesIO()
    book.save(buffer)
    send(project, OCTOBER, forged=buffer.getvalue())
    row = asked(sent_back(project))[place]
    assert row["类别"] == "请更正" and row[STANDING].startswith("说明须重写")
    assert [one["state"] for one in known(project).values()] == ["refused"]
    assert sendback.to_decide(project, OCTOBER) == [], "the district is not asked"


def test_the_district_reads_the_question_and_not_what_the_street_made_of_it(project):
    send(project, OCTOBER, first=doubtful())
    content = sent_back(project)
    asked_of = asked(content)[contact()]
    book = load_workbook(io.BytesIO(write(content, {contact(): SETTLED})))
    sheet = book[stamps.LIST]
    columns = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(asked_of["row"], columns["问题"], "别的问题")
    buffer = io.BytesIO()
    book.save(buffer)
    send(project, OCTOBER, forged=buffer.getvalue())
    (row,) = sendback.to_decide(project, OCTOBER)
    assert (row["question"], row["committee_name"]) == (asked_of["问题"], asked_of["业委会"])


def test_a_list_without_its_columns_is_told(project):
    send(project, OCTOBER, first=doubtful())
    book = load_workbook(io.BytesIO(write(sent_back(project), {contact(): SETTLED})))
    sheet = book[stamps.LIST]
    columns = {cell.value: cell.column for cell in sheet[1]}
    sheet.delete_cols(columns["填的是"])
    buffer = io.BytesIO()
    book.save(buffer)
    send(project, OCTOBER, answer=buffer.getvalue())
    assert [row["state"] for row in known(project).values()] == ["given"], "it can be done without that one"
    sheet.delete_cols({cell.value: cell.column for cell in sheet[1]}[ID])
    buffer = io.BytesIO()
    book.save(buffer)
    send(project, OCTOBER, answer=buffer.getvalue())
    assert "explanations_unread" in set(tables.read(project, tables.NOTES, OCTOBER)["kind"])


def test_sixty_explanations_of_every_sort_end_each_at_its_own_matter(project):
    """Good, empty, generic, of a hard matter, of a value that changed, or sorted into another order."""
    send(project, OCTOBER, first=doubtful(count=60))
    content, chance = sent_back(project), Random(1)
    sorts = ["good", "empty", "generic", "changed"]
    drawn = {contact(row): chance.choice(sorts) for row in range(60) if contact(row) in asked(content)}
    said_of = {
        place: {
            "given": "数值属实",
            "words": {"empty": "", "generic": "情况属实"}.get(sort, f"分机{place}，拨总机后转，已核实"),
            "by": "甲",
        }
        for place, sort in drawn.items()
    }
    cells = {place: f"9{place[-2:]}1" for place, sort in drawn.items() if sort == "changed"}
    numbers = {place: asked(content)[place][ID] for place in drawn}
    send(project, OCTOBER, answer=shuffled(write(content, said_of, cells)))
    rows, after = known(project), asked(sent_back(project))
    for place, sort in drawn.items():
        wanted = {"good": "given", "changed": "void"}.get(sort, "refused")
        assert rows[numbers[place]]["state"] == wanted, (place, sort)
        assert after[place][STANDING].startswith(
            {"good": "已说明待认可", "changed": "待说明"}.get(sort, "说明须重写")
        ), (place, sort)


def shuffled(content: bytes) -> bytes:
    """The list sorted otherwise, as by a filter."""
    book = load_workbook(io.BytesIO(content))
    sheet = book[stamps.LIST]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    for number, row in enumerate(reversed(rows), start=2):
        for column, value in enumerate(row, start=1):
            sheet.cell(number, column).value = value
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_receipt_says_what_waits_for_a_word(project):
    send(project, OCTOBER, first=doubtful())
    (made,) = sendback.make(project, OCTOBER, [HUAYANG])
    assert "更正，或写情况说明" in sendback.Receipts(project, OCTOBER).of(HUAYANG, made.marks)
    places = {
        place: SETTLED
        for place, row in asked(made.content).items()
        if not row[GIVEN] and row["类别"] == "请核对"
    }
    send(project, OCTOBER, answer=write(made.content, places))
    (made,) = sendback.make(project, OCTOBER, [HUAYANG])
    assert "更正，或写情况说明" not in sendback.Receipts(project, OCTOBER).of(HUAYANG, made.marks)


def by_kind(content: bytes) -> list[dict]:
    head, *rows = [
        [cell.value for cell in row] for row in load_workbook(io.BytesIO(content))[stamps.KINDS].iter_rows()
    ]
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_one_problem_of_many_committees_is_one_row_for_who_leads(project):
    send(project, OCTOBER, first=doubtful(count=9, member_count="大约五六个"))
    findings_of(project)
    content = sent_back(project)
    rows = by_kind(content)
    numbers = [row for row in rows if row["项目"] == "联系方式"]
    assert len(numbers) == 1 and numbers[0]["业委会数"] == 9
    assert numbers[0]["哪一列"] == f"{SHEET}!{stamps_column(COLUMN['contact'])}列 9处"
    assert len(numbers[0]["哪些业委会"].split("、")) == 5 and "等9个" in numbers[0]["哪些业委会"]
    problems = asked(content).values()
    assert {(row["类别"], row["项目"]) for row in rows} == {(row["类别"], row["项目"]) for row in problems}


def test_a_row_says_what_stands_there_what_ought_to_and_a_cell_filled_in_well(project):
    send(project, OCTOBER, first=doubtful(member_count="大约五六个", rule_meeting="否"))
    findings_of(project)
    rows = asked(sent_back(project))
    unread = rows[f"{stamps_column(COLUMN['member_count'])}{TOP + 1}"]
    assert unread["填的是"] == "大约五六个" and "数字" in unread["应当是"] and unread["改好的例子"].isdigit()
    for row in rows.values():
        if row["类别"] in ("未达标", "市级规定"):
            assert row["应当是"] and not row["改好的例子"], "an example that is met would teach to write it"


@pytest.mark.parametrize(
    "field", [one for one in RULES.asked_fields.values() if not one.review], ids=lambda one: one.id
)
def test_an_example_is_read_as_it_stands(field):
    for text in checks.example(field).split("，或"):
        reading = read_value(text, field, month=OCTOBER.end)
        assert reading.state in ("read", "normalised") and DOUBT not in reading.note, (text, reading)


assert RULES.fields["contact"].type == "phone"

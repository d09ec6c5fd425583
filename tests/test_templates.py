"""What redstats asks for it reads back: the blank workbook, filled in, gives exactly what was filled in."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from drawn import ROOT, Drawn
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from redstats import places, standard, templates
from redstats.errors import RunError, StandardError
from redstats.facts.standard_facts import SOURCES
from redstats.months import Month
from redstats.returns import read_here
from redstats.templates import Form, forms
from redstats.values import read_value
from redstats.workbooks import stamps, writing

MONTH = Month(2026, 11)
RULES, ROLL = standard.on(MONTH.end), places.on(MONTH.end)
STREET = ROLL.streets[0]
NAMES = {"neighbourhood_committee", "committee_name"}
OBSOLETE = {"epidemic_training_ytd", "epidemic_gate", "epidemic_people", "epidemic_code"}
OBSOLETE |= {"epidemic_disinfection", "pcr_rounds", "epidemic_notice_count"}
FORMS = [Form(MONTH, layout, base) for layout in templates.LAYOUTS for base in (False, True)]
REVIEWS = Form(MONTH, "reviews")
every_form = pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.layout}{'-base' * form.base}")
every_workbook = pytest.mark.parametrize("form", [*FORMS, REVIEWS], ids=lambda form: str(form.stamp))


@cache
def content(form: Form) -> bytes:
    if form.layout == "reviews":
        return templates.build_reviews(form.month)
    return templates.build(form.month, STREET.name, None, form.layout, form.base)


@cache
def opened(form: Form):
    """The workbook, only to be looked at."""
    return load_workbook(io.BytesIO(content(form)))


def first_row(sheet) -> int:
    return int(re.sub(r"\D", "", sheet.freeze_panes))


def filled(form: Form, committees: list[dict], content: bytes, day: dt.date | None = None) -> bytes:
    """The workbook with these values typed into it, field to what stands in the cell."""
    book = load_workbook(io.BytesIO(content))
    for page in form.pages:
        sheet = book[page.name]
        for row, committee in enumerate(committees, start=first_row(sheet)):
            for at, column in enumerate(page.columns, start=1):
                if column.field and committee.get(column.field.id) is not None:
                    sheet.cell(row, at).value = committee[column.field.id]
    if day:
        book[form.pages[0].name].cell(2, form.pages[0].lead + 6).value = day
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def read(content: bytes, month: Month = MONTH, name: str = "月报.xlsx"):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        return read_here(path, month, standard.on(month.end), places.on(month.end))


# --- what is asked


@every_form
def test_every_field_is_there_exactly_once(form):
    asked = [one.field.id for page in form.pages for one in page.columns[page.lead :]]
    assert len(set(asked)) == len(asked)
    assert {*asked, *NAMES} == {one.id for one in form.fields}
    for page in form.pages:
        assert [one.field and one.field.id for one in page.columns[: page.lead]] == [
            None,
            "neighbourhood_committee",
            "committee_name",
        ]


def test_nothing_but_the_obsolete_and_what_follows_from_other_data_is_left_out():
    assert {one.id for one in FORMS[0].fields} == set(RULES.asked_fields) - OBSOLETE
    assert set(RULES.return_fields) - set(RULES.asked_fields) == {"party_ratio", "cross_post_ratio"}


def test_what_was_not_obsolete_yet_was_asked():
    assert {one.id for one in Form(Month(2022, 6)).fields} >= OBSOLETE
    assert not {one.id for one in Form(Month(2023, 1)).fields} & OBSOLETE


def test_the_base_form_asks_whatever_a_must_takes_to_be_judged():
    beside: dict[str, set[str]] = {}
    for path in sorted((ROOT / "expectations").glob("chapter_*.json")):
        for one in json.loads(path.read_text(encoding="utf-8"))["expectations"]:
            requirement = RULES.requirements.get(one["meta"]["requirement"])
            if requirement and requirement.force == "must":
                named = {source for name in columns(one["kwargs"]) for source in SOURCES.get(name, (name,))}
                beside.setdefault(requirement.id, set()).update(named - {requirement.field})
    told = {name: set(listed) for name, listed in forms._data().beside.items()}
    needed = {name: fields for name, fields in beside.items() if fields}
    assert told == needed, "name the fields under beside in redstats/templates/form.yaml"
    asked = {one.id for one in FORMS[1].fields}
    musts = {one.field for one in RULES.requirements.values() if one.force == "must"} & set(RULES.fields)
    assert asked == musts.union(*told.values(), forms._data().registry)


@pytest.mark.parametrize(
    ("right", "wrong", "named"),
    [
        ("  - households\n", "  - householdz\n", "householdz"),
        ("  self_study:", "  self_studies:", "self_studies"),
        ('  "3.2-7":', '  "9.9-9":', "9.9-9"),
        ("registry:", "registers:", "registers"),
    ],
)
def test_a_slip_in_the_forms_own_data_is_named(right, wrong, named, tmp_path, monkeypatch):
    path = tmp_path / "form.yaml"
    path.write_text(forms.FILE.read_text(encoding="utf-8").replace(right, wrong), encoding="utf-8")
    monkeypatch.setattr(forms, "FILE", path)
    with pytest.raises(StandardError, match=named):
        forms._data.__wrapped__()


def columns(part: object) -> set[str]:
    """The columns that an expectation names."""
    if isinstance(part, list):
        return {name for one in part for name in columns(one)}
    if not isinstance(part, dict):
        return set()
    found = set()
    for key, value in part.items():
        if key in ("column", "column_A", "column_B"):
            found.add(value["name"] if isinstance(value, dict) else value)
        else:
            found |= set(value) if key in ("column_list", "column_set") else columns(value)
    return found


def test_the_reviewers_are_asked_every_item():
    (page,) = REVIEWS.pages
    assert [one.field.id for one in page.columns[page.lead :]] == list(RULES.review_fields)


def test_an_unknown_layout_or_street_is_refused_with_what_there_is():
    with pytest.raises(RunError, match="wide、chapters"):
        templates.build(MONTH, None, None, "tall")
    with pytest.raises(RunError, match="华阳路"):
        templates.build(MONTH, "华阴路街道", None)


# --- read back


@every_workbook
def test_headings_are_read_back_as_exactly_their_own_field(form):
    told = {
        one.id: {"committee_name": "示例苑业委会", "street_name": STREET.name}.get(one.id, "不涉及")
        for one in form.fields
    }
    back = read(filled(form, [told], content(form)))
    assert {cell["field"] for cell in back.cells} == {one.id for one in form.fields}
    columns_of = {
        (page.name, f"{get_column_letter(at)}{first_row(opened(form)[page.name])}"): one.field.id
        for page in form.pages
        for at, one in enumerate(page.columns, start=1)
        if one.field
    }
    for cell in back.cells:
        assert columns_of[cell["source_sheet"], cell["cell"]] == cell["field"]
    doubts = {"heading_loose", "heading_ambiguous", "heading_unknown", "unit_scaled", "value_unreadable"}
    assert not [note for note in back.notes if note["kind"] in doubts]
    assert back.kind == ("review" if form is REVIEWS else "return")


@every_form
def test_no_template_lacks_a_column_that_it_is_meant_to_have(form):
    told = {"neighbourhood_committee": "秀水居委会", "committee_name": "示例苑业委会", "member_count": 5}
    back = read(filled(form, [told], content(form)))
    assert not [note for note in back.notes if note["kind"] == "column_missing"]


def test_a_column_taken_out_of_a_base_template_is_missed():
    form = Form(MONTH, "wide", True)
    book = load_workbook(io.BytesIO(content(form)))
    sheet = book[form.pages[0].name]
    at = 1 + next(
        i for i, one in enumerate(form.pages[0].columns) if one.field and one.field.id == "rule_pets"
    )
    sheet.cell(first_row(sheet) - 1, at).value = "其他情况"
    sheet.cell(first_row(sheet), 2).value, sheet.cell(first_row(sheet), 3).value = (
        "秀水居委会",
        "示例苑业委会",
    )
    saved = io.BytesIO()
    book.save(saved)
    (missing,) = [note for note in read(saved.getvalue()).notes if note["kind"] == "column_missing"]
    assert RULES.fields["rule_pets"].label in missing["message"]


HAN = st.text("安东西南北花园新明华锦秀水云山", min_size=2, max_size=5)
DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2031, 12, 31))
WRITTEN = {
    "int": st.integers(0, 10**6),
    "float": st.integers(0, 10**8).map(lambda cents: cents / 100),
    "pct": st.integers(0, 1000).map(lambda tenths: tenths / 1000),
    "bool": st.booleans(),
    "date": DAYS,
    "dates": st.sets(DAYS, min_size=1, max_size=4).map(sorted),
    "text": HAN,
    "phone": st.from_regex(r"\A1[3-9][0-9]{9}\Z|\A[2-9][0-9]{7}\Z"),
    "list": st.lists(HAN, min_size=1, max_size=3),
}


def values_of(one) -> st.SearchStrategy:
    if one.id == "committee_name":
        return HAN.map(lambda name: f"{name}苑业委会")
    if one.id == "neighbourhood_committee":
        return st.sampled_from([f"{each.name}居委会" for each in STREET.neighbourhoods])
    if one.id in ("street_name", "report_month"):
        return st.just(STREET.name if one.id == "street_name" else MONTH.label)
    if one.type == "enum":
        return st.none() | st.sampled_from(list(one.values))
    if one.type == "set":
        chosen = st.sets(st.sampled_from(list(one.values)))
        return st.none() | chosen.map(lambda some: [value for value in one.values if value in some])
    return st.none() | WRITTEN[one.type]


def typed(value: object, one) -> object:
    """A value as the prompt of its cell says it is to be typed."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        days = [f"{day:%Y}-{day:%m}-{day:%d}" if one.type == "dates" else day for day in value]
        return "、".join(days) or "无"
    return value


@st.composite
def committees(draw, form: Form):
    drawn = [{one.id: draw(values_of(one)) for one in form.fields} for _ in range(draw(st.integers(1, 3)))]
    return list({one["committee_name"]: one for one in drawn}.values())


@every_form
def test_reading_back_a_filled_template_is_exact_for_every_field(form):
    @settings(max_examples=5, deadline=None)
    @given(committees(form), st.dates(dt.date(2026, 12, 1), dt.date(2026, 12, 31)))
    def exact(told, day):
        rows = [{one.id: typed(row[one.id], one) for one in form.fields} for row in told]
        back = read(filled(form, rows, content(form), day))
        assert back.report_date == day
        assert [street.code for street in back.streets] == [STREET.code]
        assert len(back.rows) == len(told) and back.counts["refused"] == 0
        for row, own in zip(back.rows, told, strict=True):
            assert {one.id: row.get(one.id) for one in form.fields} == own
        states = {cell["value_state"] for cell in back.cells}
        assert states <= {"read", "normalised", "not_reported"}

    exact()


def test_what_was_carried_over_is_read_back_untouched_and_what_was_not_is_not_reported():
    told = {one.id: "不涉及" for one in FORMS[0].fields}
    told |= {
        "neighbourhood_committee": "秀水居委会",
        "committee_name": "示例苑业委会",
        "street_name": STREET.name,
    }
    told |= {"member_count": 7, "term_end": dt.date(2027, 3, 1), "estate_names": "安花园、东花园"}
    told |= {"income_publish_dates": "2026年1月3日、2026年4月9日", "rule_pets": "否", "contact": "62520000"}
    told |= {"household_visits": 30, "report_month": "2026年11月"}
    before = read(filled(FORMS[0], [told], content(FORMS[0])))
    after = read(templates.build(MONTH.next, STREET.name, pd.DataFrame(before.rows)), MONTH.next)
    (old,), (new,) = before.rows, after.rows
    for one in FORMS[0].fields:
        carried = one in FORMS[0].carried
        assert one.id == "report_month" or new.get(one.id) == (old.get(one.id) if carried else None), one.id
    assert new["report_month"] == "2026年12月"
    assert new["estate_names"] == ["安花园", "东花园"]


def test_nothing_that_is_judged_stands_there_beforehand():
    judged = {one.field for one in RULES.requirements.values()}
    assert not {one.id for one in FORMS[0].carried} & judged
    assert not [one for one in FORMS[0].carried if one.personal or one.clause]


@pytest.mark.parametrize("word", ["好", "较好", "一般", "差", 86.5, 0, 100])
def test_a_filled_sheet_of_scores_is_read_back(word):
    told = {one: word for one in RULES.review_fields}
    told |= {
        "street_name": STREET.name,
        "neighbourhood_committee": "秀水居委会",
        "committee_name": "示例苑业委会",
    }
    back = read(filled(REVIEWS, [told], content(REVIEWS)))
    assert back.kind == "review"
    (row,) = back.rows
    points = standard.fields.SCORE_WORDS.get(word, word)
    assert {row[one] for one in RULES.review_fields} == {float(points)}


# --- what stands there beforehand


@pytest.fixture
def project(tmp_path):
    drawn = Drawn(tmp_path / "project")
    lasting = {
        "committee_status": "已组建",
        "term_end": dt.date(2027, 3, 1),
        "session_no": 3,
        "rule_pets": True,
    }
    passing = {
        "committee_meetings": 2,
        "self_study_ytd": 1,
        "annual_rating": "运作规范",
        "contact": "62520000",
    }
    personal = {"party_org_head": "安东", "office_address": "花园路1号"}
    one = {"name": "东花园业委会", "home": "秀水居委会", **lasting, **passing, **personal}
    away = {"name": "西花园业委会", "street": ROLL.streets[1].code, "committee_status": "不具备条件"}
    drawn.write(Month(2026, 8), [one | {"session_no": 2}, away])
    drawn.write(Month(2026, 9), [one, {"name": "南花园业委会", "committee_status": "停摆"}])
    drawn.write(Month(2026, 11), [one | {"name": "后来业委会"}])
    return drawn.project


def known(path: Path, form: Form = FORMS[0]) -> list[dict]:
    book = load_workbook(path)
    sheet = book[form.pages[0].name]
    rows = []
    for row in range(first_row(sheet), sheet.max_row + 1):
        told = {
            one.field.id: sheet.cell(row, at).value
            for at, one in enumerate(form.pages[0].columns, 1)
            if one.field
        }
        rows.append({name: value for name, value in told.items() if value is not None})
    return [row for row in rows if row]


def test_what_lasts_stands_there_from_the_streets_newest_month(project):
    first, second = known(templates.write(project, MONTH, STREET.name)[0])
    assert first == {
        "report_month": "2026年11月",
        "street_name": STREET.name,
        "neighbourhood_committee": "秀水居委会",
        "committee_name": "东花园业委会",
        "session_no": 3,
    }
    assert second["committee_name"] == "南花园业委会"


def test_each_street_gets_its_own_file_from_its_own_newest_month(project):
    files = templates.write(project, MONTH)
    assert len(files) == len(ROLL.streets)
    assert {path.parent for path in files} == {project.processed / "templates" / "2026-11"}
    names = [[row["committee_name"] for row in known(path)] for path in files]
    assert names[:3] == [["东花园业委会", "南花园业委会"], ["西花园业委会"], []]
    assert read(files[0].read_bytes(), name=files[0].name).outcome != "refused"


def test_the_form_of_a_first_month_is_blank_and_has_sixty_rows(project, tmp_path):
    (path,) = templates.write(project, Month(2026, 8), STREET.name, "chapters", True, tmp_path / "elsewhere")
    assert path.parent.name == "elsewhere"
    form = Form(Month(2026, 8), "chapters", True)
    assert known(path, form) == []
    for page in form.pages:
        sheet = load_workbook(path)[page.name]
        assert [sheet.cell(first_row(sheet) + at, 1).value for at in range(60)] == list(range(1, 61))


def test_every_chapter_names_the_committees_alike(project):
    (path,) = templates.write(project, MONTH, STREET.name, "chapters")
    book = load_workbook(path)
    for page in Form(MONTH, "chapters").pages:
        sheet = book[page.name]
        row = first_row(sheet)
        names = [(sheet.cell(at, 2).value, sheet.cell(at, 3).value) for at in (row, row + 1, row + 2)]
        assert names == [("秀水居委会", "东花园业委会"), ("示例居委会", "南花园业委会"), (None, None)]


def test_the_reviewers_get_the_judged_committees_of_the_district(project):
    rows = known(templates.write_reviews(project, MONTH), REVIEWS)
    assert [(row["street_name"], row["committee_name"]) for row in rows] == [
        (STREET.name, "东花园业委会"),
        (STREET.name, "南花园业委会"),
    ]
    assert all(len(row) == 3 for row in rows)


def test_nothing_carried_over_becomes_a_formula():
    import pandas as pd

    rows = pd.DataFrame(
        [{"committee_name": "=1+1", "neighbourhood_committee": "@SUM(A1)", "street_code": STREET.code}]
    )
    book = load_workbook(io.BytesIO(templates.build(MONTH, STREET.name, rows)))
    cell = book["填报"].cell(first_row(book["填报"]), 3)
    assert (cell.data_type, cell.value) == ("s", "=1+1")


# --- checks and prompts


def area(rule):
    (one,) = rule.sqref.ranges
    return one


def rules_of(sheet) -> dict:
    """The validations of the rows to fill, by column."""
    found = {
        area(rule).min_col: rule for rule in sheet.data_validations.dataValidation if area(rule).min_row > 2
    }
    assert len(found) + 1 >= len(
        sheet.data_validations.dataValidation
    )  # one more for the day in the preamble
    return found


def rules(form: Form):
    """Every field with its validation and the sheet on which it stands."""
    for page in form.pages:
        sheet = opened(form)[page.name]
        own = rules_of(sheet)
        for at, column in enumerate(page.columns, start=1):
            if column.field:
                yield column.field, own[at], sheet


@every_workbook
def test_every_column_has_its_check_over_all_its_rows(form):
    kinds = {"bool": "list", "enum": "list", "score": "custom"}
    kinds |= dict.fromkeys(("int", "float", "pct", "date"), "custom")
    for one, rule, sheet in rules(form):
        assert (area(rule).min_row, area(rule).max_row) == (first_row(sheet), sheet.max_row)
        if one.type in kinds:
            assert rule.type == kinds[one.type]
            assert rule.errorStyle == "stop" and rule.showErrorMessage and rule.error
        if one.type == "enum":
            assert rule.formula1 == f'"{",".join(one.values)}"'
        if one.type == "bool":
            assert rule.formula1 == '"是,否,不涉及"'


@every_workbook
def test_every_prompt_fits_says_how_to_fill_in_and_quotes_the_standard(form):
    for one, rule, _ in rules(form):
        assert 0 < len(rule.promptTitle) <= 32 and 0 < len(rule.prompt) <= 255
        assert rule.error is None or len(rule.error) <= 225
        if one.id in NAMES | {"street_name"}:
            continue
        assert f"口径：{standard.fields.PERIODS[one.period]}" in rule.prompt
        assert not one.unit or f"单位：{one.unit}" in rule.prompt
        for requirement in RULES.requirements.values():
            if requirement.field == one.id:
                assert f"“{requirement.quote[:20]}" in rule.prompt
                assert requirement.required in rule.prompt


def takes(formula: str, value: object) -> bool:
    """Whether a check lets a value pass, as a spreadsheet computes it."""
    found = re.fullmatch(r"IF\(ISNUMBER\((\w+)\),(.+),((?:OR\(.*\)|\w+=\"[^\"]*\"|FALSE))\)", formula)
    number = isinstance(value, int | float)
    words = {"AND": lambda *all_: all(all_), "OR": lambda *any_: any(any_), "INT": int, "FALSE": False}
    words |= {"DATE": lambda *day: (dt.date(*day) - dt.date(1899, 12, 30)).days, found[1]: value}
    return bool(eval(re.sub(r"(?<![<>])=", "==", found[2 if number else 3]), {"__builtins__": {}}, words))


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("int", [0, 3, "不涉及"], [-1, 2.5, "三", "3人"]),
        ("float", [0, 61.5, "不涉及"], [-0.1, "约六十"]),
        ("pct", [0, 0.925, 1, "不涉及"], [-0.1, 1.01, 92.5, "九成"]),
        ("date", [32874, 46331, 51501, "不涉及"], [32873, 51502, 5, "2026.11"]),
        ("score", [0, 86.5, 100, "好", "较好", "一般", "差"], [-1, 101, "优秀"]),
    ],
)
def test_a_check_takes_what_the_reader_takes_plainly_and_nothing_else(kind, good, bad):
    form = REVIEWS if kind == "score" else FORMS[0]
    one, rule, _ = next(found for found in rules(form) if found[0].type == kind)
    assert all(takes(rule.formula1, value) for value in good)
    assert not any(takes(rule.formula1, value) for value in bad)
    for value in good:
        assert read_value(value, one, number_format="0%" if kind == "pct" else "").state != "unreadable"


def test_the_streets_neighbourhoods_are_offered_and_others_taken_after_asking():
    rule = {one.id: rule for one, rule, _ in rules(FORMS[0])}["neighbourhood_committee"]
    assert rule.errorStyle == "warning"
    assert all(f"{one.name}居委会" in rule.formula1 for one in STREET.neighbourhoods)


@pytest.mark.parametrize(
    "choices", [tuple(f"示例花园第{number}居委会" for number in range(40)), ("甲,乙", "丙"), ("甲", '乙"丙"')]
)
def test_a_list_that_does_not_fit_the_rule_stands_on_a_hidden_sheet(choices):
    book = writing.Book()
    sheet = book.sheet("填报")
    for column in (1, 2):
        book.check(sheet, (1, column, 9, column), writing.Check("居委会", "请选", choices))
    book.check(sheet, (1, 3, 9, 3), writing.Check("甲乙", "请选", ("一,", "二")))
    read_again = load_workbook(io.BytesIO(book.content()))
    options = read_again[writing.OPTIONS]
    assert options.sheet_state == "hidden"
    found = [rule.formula1 for rule in read_again["填报"].data_validations.dataValidation]
    listed = f"'{writing.OPTIONS}'!$A$1:$A${len(choices)}"
    assert found == [listed, listed, f"'{writing.OPTIONS}'!$B$1:$B$2"]
    assert tuple(cell.value for (cell,) in options[f"A1:A{len(choices)}"]) == choices


# --- the workbook itself


@every_workbook
def test_headings_are_locked_and_data_cells_free(form):
    book = opened(form)
    for page in form.pages:
        sheet = book[page.name]
        top = first_row(sheet)
        assert sheet.protection.sheet and not sheet.protection.password
        assert sheet.freeze_panes == f"{get_column_letter(page.lead + 1)}{top}"
        width = len(page.columns)
        assert all(
            sheet.cell(row, at).protection.locked for row in range(3, top) for at in range(1, width + 1)
        )
        assert not any(
            sheet.cell(row, at).protection.locked
            for row in range(top, top + 60)
            for at in range(1, width + 1)
        )


@every_workbook
def test_dates_and_shares_show_as_such(form):
    for one, rule, sheet in rules(form):
        shown = sheet.cell(first_row(sheet), area(rule).min_col).number_format
        assert {"date": writing.DATE, "pct": writing.PERCENT}.get(one.type, shown) == shown


@every_workbook
def test_every_field_is_explained_with_clause_words_and_period(form):
    rows = [[cell.value or "" for cell in row] for row in opened(form)[templates.GUIDE].iter_rows()]
    head = next(at for at, row in enumerate(rows) if row[0] == "栏目")
    told = {row[0]: row for row in rows[head + 1 :]}
    assert list(told) == [forms.heading(one) for one in form.fields]
    for one in form.fields:
        row = told[forms.heading(one)]
        assert not one.clause or row[2] == RULES.clauses[one.clause].label
        assert all(
            requirement.quote in row[3]
            for requirement in RULES.requirements.values()
            if requirement.field == one.id
        )
        assert standard.fields.PERIODS[one.period] in row[5]
        assert all(value in row[6] for value in one.values)


@every_workbook
def test_the_stamp_is_found_again(form):
    texts = [cell.value for row in opened(form)[templates.GUIDE].iter_rows() for cell in row]
    assert stamps.find(texts) == form.stamp
    assert str(form.stamp).startswith(f"redstats-{RULES.edition.id}-{form.layout}-")
    assert stamps.find(["填表说明", None, 3, "模板版本"]) is None


@every_form
def test_a_template_filled_as_asked_is_accepted_without_a_question(form):
    told = {"neighbourhood_committee": "秀水居委会", "committee_name": "示例苑业委会", "member_count": 5}
    back = read(filled(form, [told], content(form)), name="华阳路街道2026-11.xlsx")
    assert (back.outcome, back.code) == ("accepted", "ok"), back.notes
    (note,) = [note for note in back.notes if note["kind"] == "template_known"]
    assert str(form.stamp) in note["message"]


def test_the_stamp_tells_what_is_asked_and_not_by_whom_or_when():
    assert len({form.stamp for form in (*FORMS, REVIEWS)}) == len(FORMS) + 1
    assert Form(MONTH.next).stamp == FORMS[0].stamp
    assert Form(Month(2022, 6)).stamp != FORMS[0].stamp


@every_workbook
def test_the_file_is_well_formed_and_holds_nothing_live(form):
    with zipfile.ZipFile(io.BytesIO(content(form))) as archive:
        names = archive.namelist()
        assert not [name for name in names if re.search("vba|externalLink|activeX|embeddings", name)]
        for name in names:
            ElementTree.fromstring(archive.read(name))
            assert b'TargetMode="External"' not in archive.read(name)
            assert not re.search(rb"<f[ >]|<conditionalFormatting", archive.read(name))
    book = opened(form)
    assert all(len(name) <= 31 for name in book.sheetnames)
    for sheet in book:
        if sheet.sheet_state == "visible":
            assert sheet.page_setup.orientation == "landscape" and sheet.print_title_rows


def test_the_same_inputs_give_the_same_bytes():
    for form in (FORMS[0], FORMS[3]):
        again = templates.build(MONTH, STREET.code, None, form.layout, form.base)
        assert again == content(form)


def test_another_process_gives_the_same_bytes():
    script = (
        "import hashlib, redstats.templates as t; from redstats.months import Month;"
        "print(hashlib.sha256(t.build(Month(2026, 11), '仙霞新村街道', None, 'chapters', True)).hexdigest())"
    )
    done = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        for seed in ("1", "2")
    ]
    assert done[0].stdout and done[0].stdout == done[1].stdout, done[0].stderr

"""The self-check of a template says what the import will say: the same cells, for the same reasons, and nothing else."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import io
import json
import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from random import Random

import pandas as pd
import pytest
from clerks_mistakes import CHECKS, FORM, KINDS, MONTH, OF_TYPE
from drawn import ROOT
from openpyxl import Workbook, load_workbook
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from redstats import findings, places, self_check, sendback, standard, tables, templates
from redstats.errors import StandardError
from redstats.months import Month
from redstats.project import Project
from redstats.returns import import_month, read_here
from redstats.sample.committees import committees as invented
from redstats.sample.committees import state
from redstats.self_check import formulas, words
from redstats.self_check.verdicts import NOT_MET
from redstats.templates import Form, sheets
from redstats.workbooks import stamps

ROLL = places.on(MONTH.end)
STREET = ROLL.street("华阳路")
PAGE = FORM.pages[0]
COLUMN = {column.field.id: place for place, column in enumerate(PAGE.columns, start=1) if column.field}
FIELD_AT = {place: id_ for id_, place in COLUMN.items()}
OPEN = {1: "mend", 2: "check", 3: "fill"}
PROJECT = Project(ROOT)
SUITES = {
    path.stem: json.loads(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / "expectations").glob("*.json"))
}
DATUM = {name: rule["meta"]["datum"] for name, rule in CHECKS.items()}
TIMES = 1  # of every kind
# a few kinds of mistake; all of them, which takes minutes: REDSTATS_ALL_MISTAKES=1 pytest tests/test_self_check.py
ALL = bool(os.environ.get("REDSTATS_ALL_MISTAKES"))
BOOLS = OF_TYPE["bool"] if ALL else OF_TYPE["bool"][::6]
DRAWN = [*KINDS] if ALL else [*dict.fromkeys([*[*KINDS][::8], "blank company", "negative"])]
pytestmark = pytest.mark.xdist_group("self_check")  # one workbook for all
FIRST = 6  # the first row to fill
needs_office = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")


@cache
def plan() -> self_check.Plan:
    return self_check.plan(FORM, ROLL, STREET, SUITES)


def spelled(value: object) -> object:
    """A value as a clerk types it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return "、".join(f"{one:%Y-%m-%d}" if isinstance(one, dt.date) else str(one) for one in value) or "无"
    return value


def good(count: int, month: Month = MONTH) -> list[dict]:
    """Rows that are in order, each of a committee of its own."""
    states = [state(one, month) for one in invented(STREET, 1) if one.judged and one.election is None]
    rows = []
    for number in range(1, count + 1):
        row = {id_: spelled(value) for id_, value in states[number % len(states)].items()}
        names = {"committee_name": f"示例{number}苑业委会", "estate_names": f"示例{number}苑"}
        rows.append(row | names | {"report_month": month.label, "contact": "62520000"})
    return rows


@pytest.fixture(scope="module", autouse=True)
def _few_blank_rows():
    """What is true of a row is true of forty, and every row has hundreds of formulas."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sheets, "BLANK_ROWS", 4)
        yield


@cache
def template(form: Form = FORM, more: int = 0, street: str | None = STREET.name) -> bytes:
    """A blank workbook with its self-check, and room for ``more`` committees than usual."""
    room = pd.DataFrame([{"street_code": STREET.code}] * more) if more else None
    draw = self_check.drawing(PROJECT)
    return templates.build(form.month, street, room, form.layout, form.base, draw)


def filled(content: bytes, rows: list[dict], form: Form = FORM) -> bytes:
    """The workbook with these rows typed into it; a text stays a text, and every cell keeps its format."""
    book = load_workbook(io.BytesIO(content))
    sheet = book[form.pages[0].name]
    for number, row in enumerate(rows, start=FIRST):
        for place, column in enumerate(form.pages[0].columns, start=1):
            value = row.get(column.field.id) if column.field else None
            if value is not None:
                cell = sheet.cell(number, place)
                look = cell.number_format
                cell.value = value
                cell.number_format = look
    sheet.cell(2, form.pages[0].lead + 6).value = form.month.next.start
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def recalculated(content: bytes, folder: Path):
    """The workbook as LibreOffice has calculated it."""
    (folder / "filled.xlsx").write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        f"{folder}/out",
        f"{folder}/filled.xlsx",
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=900)
    return load_workbook(folder / "out" / "filled.xlsx", data_only=True, read_only=True)


class Formulas:
    """What the formulas say: ``open``: (row, field, kind); ``short``: (row, requirement); ``read``: number by row and field."""

    def __init__(self, book, count: int, made: self_check.Plan) -> None:
        self.open, self.short, self.read = set(), set(), {}
        lines = book[stamps.DETAILS].iter_rows(min_row=FIRST, max_row=FIRST + count - 1, values_only=True)
        for row, line in enumerate(lines, start=FIRST):
            for (kind, name), value in zip(made.columns.formulas, line, strict=False):
                if kind == "open" and value in OPEN:
                    self.open.add((row, name, OPEN[value]))
                elif kind == "check" and value in OPEN:
                    self.open.add((row, DATUM[name], OPEN[value]))
                elif kind == "verdict" and value == NOT_MET:
                    self.short.add((row, name))
                elif kind == "read":
                    self.read[row, name] = value
        summary = book[stamps.SELF_CHECK].iter_rows(min_row=1, max_row=FIRST + count - 1, values_only=True)
        self.lines = [tuple("" if value is None else value for value in line) for line in summary]
        self.verdict = self.lines[1][0]
        self.rows = self.lines[FIRST - 1 :]


class Import:
    """What the import says of the same workbook, by its tables and its send-back: as ``Formulas``, and the rest."""

    def __init__(self, content: bytes, folder: Path) -> None:
        (folder / "data" / "raw" / str(MONTH)).mkdir(parents=True)
        (folder / "expectations").symlink_to(ROOT / "expectations", target_is_directory=True)
        self.project = Project(folder)
        (self.project.raw / str(MONTH) / f"{STREET.name}{MONTH}.xlsx").write_bytes(content)
        import_month(self.project, MONTH)
        findings.find(self.project, MONTH)
        (self.made,) = sendback.make(self.project, MONTH, [STREET])
        self.open, self.rest, self.short = set(), [], set()
        for mark in self.made.marks:
            if mark.kind in OPEN.values() and "别的月份" not in mark.what:  # said once, at the first row
                if mark.sheet == PAGE.name and mark.cell:
                    letters, row = coordinate_from_string(mark.cell)
                    self.open.add((row, FIELD_AT.get(column_index_from_string(letters)), mark.kind))
                else:
                    self.rest.append(mark)
        key = ["neighbourhood_committee", "committee_name"]
        returns = tables.read(self.project, tables.RETURNS, MONTH)
        where = dict(
            zip(zip(*(returns[name] for name in key), strict=True), returns["source_row"], strict=True)
        )
        found = tables.read(self.project, tables.FINDINGS, MONTH)
        for row in found[found["state"] == "not_met"].to_dict("records"):
            self.short.add((int(where[row[key[0]], row[key[1]]]), row["requirement"]))


@dataclasses.dataclass
class Both:
    """Mistakes of all kinds in one workbook, as formulas and as the import see them."""

    rows: list[tuple[str, dict]]  # by row: the kind, and what was changed
    formulas: Formulas
    imported: Import

    def where(self, kind: str) -> list[int]:
        return [row for row, (name, _) in enumerate(self.rows, start=FIRST) if name == kind]


@pytest.fixture(scope="module")
def both(tmp_path_factory) -> Both:
    kinds = [name for name in DRAWN for _ in range(TIMES)]
    rows = good(len(kinds) + 2 * len(BOOLS) + 3)
    changes: list[tuple[str, dict]] = []
    for number, kind in enumerate(kinds):
        changes.append((kind, KINDS[kind](Random(f"{kind} {number}"), rows[number])))
    for answer in ("否", "是"):
        changes += [(answer, {id_: answer}) for id_ in BOOLS]
    twice = {id_: rows[-1][id_] for id_ in ("committee_name", "neighbourhood_committee", "session_no")}
    changes += [("twice", twice)] * 2 + [("another month", {"report_month": MONTH.plus(-1).label})]
    rows = [row | change for row, (_, change) in zip(rows, changes, strict=True)]
    rows[-1]["committee_name"] = "另一个业委会"
    content = filled(template(more=len(rows)), rows)
    said_by_formulas = Formulas(recalculated(content, tmp_path_factory.mktemp("office")), len(rows), plan())
    return Both(changes, said_by_formulas, Import(content, tmp_path_factory.mktemp("import")))


def is_declared(both: Both, row: int, field: str) -> bool:
    """Whether a cell is one of which the sheet says that formulas cannot tell for certain."""
    return both.formulas.read.get((row, field)) == formulas.UNSURE or both.rows[row - FIRST][0] in (
        "twice",
        "another month",
    )


@needs_office
@pytest.mark.parametrize("kind", DRAWN)
def test_formulas_flag_what_the_import_flags(kind, both):
    rows = set(both.where(kind))
    said = {one for one in both.formulas.open if one[0] in rows}
    flagged = {one for one in both.imported.open if one[0] in rows}
    differing = [one for one in said ^ flagged if not is_declared(both, one[0], one[1])]
    assert not differing, [both.rows[one[0] - FIRST] for one in differing]


@needs_office
@pytest.mark.parametrize("kind", DRAWN)
def test_formulas_show_the_same_shortfalls_as_the_import(kind, both):
    rows = set(both.where(kind))
    unsure = {row for row, field in both.formulas.read if both.formulas.read[row, field] == formulas.UNSURE}
    differing = {one for one in both.formulas.short ^ both.imported.short if one[0] in rows - unsure}
    assert not differing, [both.rows[one[0] - FIRST] for one in differing]


@needs_office
def test_what_is_declared_to_be_unsure_is_little_and_asks_to_be_looked_at(both):
    unsure = {place for place, value in both.formulas.read.items() if value == formulas.UNSURE}
    assert all((*place, "check") in both.formulas.open for place in unsure)
    assert len(unsure) <= len(both.rows) / 10


@needs_office
@pytest.mark.skipif(not ALL, reason="不是全部种类")
def test_the_kinds_try_every_way_of_being_open_and_many_shortfalls(both):
    assert {kind for *_, kind in both.imported.open} == set(OPEN.values())
    assert len({field for _, field, _ in both.imported.open}) > 50
    assert len({requirement for _, requirement in both.imported.short}) > 12
    assert not both.imported.rest


@needs_office
def test_a_no_opens_nothing_and_a_yes_closes_nothing(both):
    opened = {row for row, _, _ in both.formulas.open}
    for id_, answered_no, answered_yes in zip(BOOLS, both.where("否"), both.where("是"), strict=True):
        count = {
            row: len([one for one in both.formulas.open if one[0] == row])
            for row in (answered_no, answered_yes)
        }
        assert count[answered_no] <= count[answered_yes], id_
        assert answered_no not in opened, id_
    assert {row for row, _ in both.formulas.short} & set(both.where("否"))


@needs_office
def test_two_rows_of_one_committee_and_a_row_of_another_month_are_flagged(both):
    flagged = {(row, field) for row, field, _ in both.formulas.open}
    assert {(row, "committee_name") for row in both.where("twice")} <= flagged
    assert {(row, "report_month") for row in both.where("another month")} <= flagged
    told_of = {mark.what for mark in both.imported.made.marks}
    assert any("别的月份" in what for what in told_of)


@needs_office
def test_the_summary_counts_what_is_open_and_names_it(both):
    count = {kind: len([one for one in both.formulas.open if one[2] == kind]) for kind in OPEN.values()}
    # two contradictions of one datum are two items
    assert re.fullmatch(r"还有 \d+ 处：请更正 \d+，请核对 \d+，未填 \d+", both.formulas.verdict)
    total, mend, check, fill = map(int, re.findall(r"\d+", both.formulas.verdict))
    assert (mend, fill) == (count["mend"], count["fill"]) and check >= count["check"]
    assert total == mend + check + fill
    for row, line in enumerate(both.formulas.rows, start=FIRST):
        kinds = {kind for at, _, kind in both.formulas.open if at == row}
        word = (
            "请更正"
            if "mend" in kinds
            else "请核对"
            if "check" in kinds
            else "请补报"
            if "fill" in kinds
            else "●"
        )
        assert line[3] == word
        assert bool(kinds) == bool(line[7])
        assert bool({one for one in both.formulas.short if one[0] == row}) == line[8].startswith(
            "○ 未达标（请如实填报）："
        )
    (row, *_) = both.where("blank company")
    assert both.formulas.rows[row - FIRST][7] == ""
    (row, *_) = both.where("negative")
    ((_, field, _),) = [one for one in both.formulas.open if one[0] == row]
    shown = FORM.standard.fields[field]
    assert f"请更正：“{shown.label}”" in both.formulas.rows[row - FIRST][7]
    assert not shown.clause or FORM.standard.clauses[shown.clause].label in both.formulas.rows[row - FIRST][7]


@needs_office
@pytest.mark.parametrize(
    "form", [FORM, Form(MONTH, "wide", True), Form(Month(2026, 12))], ids=["wide", "base", "december"]
)
def test_rows_in_order_may_be_sent(form, tmp_path):
    book = recalculated(filled(template(form), good(3, form.month), form), tmp_path)
    made = self_check.plan(form, ROLL, STREET, SUITES)
    said = Formulas(book, 3, made)
    assert said.verdict == "可以报送", said.open
    assert [line[3] for line in said.rows] == ["●"] * 3


@needs_office
def test_an_empty_template_says_that_nothing_is_filled_in(tmp_path):
    assert Formulas(recalculated(template(), tmp_path), 1, plan()).verdict == "还没有填报"


# --- the formulas themselves


def test_every_rule_is_compiled_or_listed_with_a_reason():
    made = plan()
    rules = {
        (suite, rule["meta"].get("requirement") or rule["meta"]["check"])
        for suite, content in SUITES.items()
        for rule in content["expectations"]
    }
    assert {*made.compiled, *made.unsaid} == rules and not set(made.compiled) & set(made.unsaid)
    assert all(title and why for title, why in made.unsaid.values())
    sheet = load_workbook(io.BytesIO(template()))[stamps.SELF_CHECK]
    listed = "\n".join(str(cell.value) for cell in sheet["A"])
    assert all(f"{title}：{why}。" in listed for title, why in made.unsaid.values())
    current = standard.on(MONTH.end).requirements
    chapters = [name for suite, name in made.unsaid if suite.startswith("chapter")]
    assert not [name for name in chapters if name in current and not current[name].months]


def functions(formula: str) -> set[str]:
    bare = re.sub(r'"(?:[^"]|"")*"', '""', formula)
    return set(re.findall(r"([A-Z][A-Z0-9.]*)\(", re.sub(r"'[^']*'!", "", bare)))


def depth(formula: str) -> int:
    deepest = now = 0
    for sign in re.sub(r'"(?:[^"]|"")*"', "", formula):
        now += (sign == "(") - (sign == ")")
        deepest = max(deepest, now)
    assert now == 0, formula
    return deepest


@cache
def written() -> list[str]:
    """Every formula of a template."""
    book = load_workbook(io.BytesIO(template()))
    texts = []
    for name in book.sheetnames:
        for row in book[name].iter_rows():
            texts += [str(cell.value) for cell in row if cell.data_type == "f"]
    return texts


def test_formulas_use_only_what_every_program_knows():
    used = set().union(*map(functions, written()))
    assert used <= formulas.FUNCTIONS, used - formulas.FUNCTIONS
    assert all(len(formula) < 8192 and depth(formula) < 64 for formula in written())
    assert not [one for one in written() if re.search(f"[{formulas.ROW}{formulas.ABOVE}¶‡]", one)]
    assert not [one for one in written() if "[" in re.sub(r'"(?:[^"]|"")*"', "", one)]  # no other workbook


def changed(suite: str, name: str, **kwargs: object) -> self_check.Plan:
    """The plan where a rule of a suite says something else."""
    suites = copy.deepcopy(SUITES)
    for rule in suites[suite]["expectations"]:
        if name in (rule["meta"].get("requirement"), rule["meta"].get("check")):
            rule["kwargs"] |= kwargs
    return self_check.plan(FORM, ROLL, STREET, suites)


def test_a_rule_that_changes_changes_its_formula_and_no_other():
    before = plan().columns.formulas
    for suite, name, key, kwargs in (
        (
            "chapter_2",
            "reception_days",
            ("verdict", "reception_days"),
            {"min_value": {"$PARAMETER": "activities"}},
        ),
        ("returns", "term_order", ("check", "term_order"), {"or_equal": True}),
    ):
        after = changed(suite, name, **kwargs).columns.formulas
        assert [one for one in before if before[one] != after[one]] == [key]


def test_numbers_are_those_of_the_month(monkeypatch):
    real = standard.on

    def on(day, *folder):
        whole = real(day, *folder)
        value = dataclasses.replace(whole.requirements["patrols"], value=7)
        return dataclasses.replace(whole, requirements=whole.requirements | {"patrols": value})

    key = ("verdict", "patrols")
    before = plan().columns.formulas[key]
    monkeypatch.setattr(standard, "on", on)
    after = self_check.plan(Form(MONTH), ROLL, STREET, SUITES).columns.formulas[key]
    assert after != before and ">=7" in after


@pytest.mark.parametrize(
    ("kwargs", "why"),
    [
        ({"min_value": {"$PARAMETER": "no_such_number"}}, "no_such_number"),
        ({"column": "L03_report_due"}, "几个月"),
    ],
)
def test_what_formulas_cannot_say_is_listed_with_the_reason(kwargs, why):
    made = changed("chapter_2", "patrols", **kwargs)
    assert why in made.unsaid["chapter_2", "patrols"][1]
    assert not made.columns.has("verdict", "patrols")


def test_a_rule_that_is_malformed_is_named():
    with pytest.raises(StandardError, match="patrols"):
        changed("chapter_2", "patrols", row_condition={"type": "comparison"})


def test_words_are_looked_up_as_the_import_reads_them():
    made = words.known_words(FORM.fields, MONTH)
    for field in FORM.fields:
        for word, code in zip(made.listed, made.columns[made.kind[field.id]], strict=True):
            assert code in (None, formulas.SAME) or code == words._code(word, field, MONTH), (field.id, word)


@pytest.mark.parametrize(
    ("pattern", "texts"),
    [
        ("不清楚?", {"不清", "不清楚"}),
        ("(?:尚|暂)?未[填报]", {"未填", "未报", "尚未填", "尚未报", "暂未填", "暂未报"}),
        (r"n\.a\.?|[/\-]+", {"n.a", "n.a.", "/", "-", "//", "--"}),
        ("无.{0,4}表|无(?!效)", {"无表", "无"}),
    ],
)
def test_a_pattern_is_spelled_out(pattern, texts):
    assert set(words.expanded(pattern)) == texts


# --- round the sheets


def test_the_import_passes_the_sheets_over_and_says_nothing_else(tmp_path):
    path = tmp_path / f"{STREET.name}{MONTH}.xlsx"
    path.write_bytes(filled(template(), good(2)))
    back = read_here(path, MONTH, FORM.standard, ROLL)
    assert len(back.rows) == 2
    passed = {note["source_sheet"] for note in back.notes if note["kind"] == "guide_skipped"}
    assert passed >= stamps.SELF_CHECKS
    assert {note["kind"] for note in back.notes} == {"guide_skipped", "template_known", "column_ignored"}


def test_a_sheet_of_that_name_in_somebody_elses_workbook_is_read(tmp_path):
    book = Workbook()
    book.active.title = stamps.SELF_CHECK
    book.active.append(["居委会", "业委会名称", "业委会人数"])
    book.active.append([f"{STREET.neighbourhoods[0].name}居委会", "示例苑业委会", 5])
    path = tmp_path / f"{STREET.name}{MONTH}.xlsx"
    book.save(path)
    assert len(read_here(path, MONTH, FORM.standard, ROLL).rows) == 1


def test_what_goes_back_is_without_the_sheets_whose_formulas_would_be_dead(tmp_path):
    rows = good(2)
    rows[0]["reception_days"] = "很多"
    imported = Import(filled(template(), rows), tmp_path)
    names = load_workbook(io.BytesIO(imported.made.content)).sheetnames
    assert not imported.made.error and not set(names) & stamps.SELF_CHECKS
    assert {PAGE.name, stamps.LIST} <= set(names)


def test_the_same_template_is_the_same_file():
    assert template() == template.__wrapped__()


def test_only_a_form_on_one_sheet_checks_itself():
    for layout in templates.LAYOUTS:
        names = load_workbook(io.BytesIO(template(Form(MONTH, layout)))).sheetnames
        assert bool(stamps.SELF_CHECKS & set(names)) == (layout in templates.CHECKED)


def test_a_suite_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "expectations").mkdir()
    (tmp_path / "expectations" / "chapter_1.json").write_text("{", encoding="utf-8")
    with pytest.raises(StandardError, match="chapter_1"):
        self_check.drawing(Project(tmp_path))

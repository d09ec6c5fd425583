"""One committee is one, however its street writes it: in one table, over sheets and files, months, forms and corrections."""

from __future__ import annotations

import itertools
from collections import Counter
from functools import cache
from random import Random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from redstats import corrections, places, tables
from redstats.months import Month
from redstats.places.identity import Identity, Key
from redstats.project import Project
from redstats.returns import changes, import_month
from redstats.text import fold, radicals

MONTH = Month(2026, 10)
ROLL = places.on(MONTH.end)
IDENTITY = Identity(ROLL)
HUAYANG = ROLL.street("华阳路")
_STAGES = {
    1: ("一", "1", "Ⅰ", "①", "㈠", "１", "第一", "I"),
    2: ("二", "2", "Ⅱ", "②", "㈡", "２", "第二", "II"),
}
_LOOKS_LIKE = {plain: chr(code) for code, plain in radicals.table().items() if code < 0x2FD6}


def spelling(name: str, street: places.Street, random: Random) -> str:
    """A way in which a clerk may write a committee's name: what is drawn changes nothing of who is meant."""
    bare = name.removesuffix("业委会").removesuffix("小区")
    text = "".join(random.choice([character, _LOOKS_LIKE.get(character, character)]) for character in bare)
    text += random.choice(["", "小区", "住宅小区"])
    text += random.choice(["", "业委会", "业主委员会", "（业委会）", "业委会（第三届）", " 业委会"])
    text = random.choice(["", street.name, f"上海市长宁区{street.name}", f"{street.name} "]) + text
    text = text.translate(
        dict(zip(map(ord, "（）"), random.choice(["（）", "()", "【】", "[]"]), strict=True))
    )
    return random.choice([text, f"\u200b{text}", f" {text}", text.replace("业", "业\n", 1)])


@cache
def committees(project: Project) -> pd.DataFrame:
    return tables.read(project, tables.RETURNS, MONTH)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers())
def test_every_spelling_of_every_committee_of_the_sample_is_the_same_one(sample_project, seed):
    random = Random(seed)
    for row in committees(sample_project).to_dict("records"):
        street = ROLL.by_code(row["street_code"])
        written = spelling(row["committee_name"], street, random)
        wanted = IDENTITY.committee(street.code, row["committee_name"])
        assert IDENTITY.committee(street.code, written) == wanted, written


def test_no_two_committees_of_the_sample_are_one(sample_project):
    keys = [IDENTITY.key(row) for row in committees(sample_project).to_dict("records")]
    names = [
        tuple(row)
        for row in committees(sample_project)[
            ["street_code", "neighbourhood_committee", "committee_name"]
        ].itertuples(index=False)
    ]
    assert Counter(keys).most_common(1)[0][1] == Counter(names).most_common(1)[0][1]
    assert len(set(keys)) == len(set(names))


@pytest.mark.parametrize("street", ROLL.streets, ids=lambda one: one.label)
def test_every_name_of_a_neighbourhood_in_the_roll_is_the_same_one(street):
    known = {}
    for one in (*street.neighbourhoods, *street.uncoded):
        for name, front, end in itertools.product(
            (one.name, *one.aliases), ("", street.name), ("", "居委会", "居民区", "居委", "居民委员会")
        ):
            known.setdefault(IDENTITY.neighbourhood(street.code, front + name + end), set()).add(one)
    assert all(len(found) == 1 for found in known.values())
    assert len(known) == len(street.neighbourhoods) + len(street.uncoded)


def test_a_neighbourhood_is_looked_up_in_its_own_street_whoever_asked_before():
    home, streets = HUAYANG.neighbourhoods[0].name, (HUAYANG, ROLL.street("江苏路"))
    alone = {street: Identity(ROLL).neighbourhood(street.code, home) for street in streets}
    assert alone[streets[0]] != alone[streets[1]]
    for order in (streets, streets[::-1]):
        both = Identity(ROLL)
        assert {street: both.neighbourhood(street.code, home) for street in order} == alone


@pytest.mark.parametrize("stage", _STAGES)
def test_numerals_and_brackets_of_a_stage_say_nothing_new(stage):
    wanted = IDENTITY.committee(HUAYANG.code, f"凌云{stage}期")
    for numeral in _STAGES[stage]:
        for text in (
            f"凌云{numeral}期",
            f"凌云（{numeral}期）",
            f"凌云小区{numeral}期业委会",
            f"凌云({numeral}期)业主委员会",
        ):
            assert IDENTITY.committee(HUAYANG.code, text) == wanted, text
    assert wanted != IDENTITY.committee(HUAYANG.code, f"凌云{3 - stage}期")
    assert wanted != IDENTITY.committee(HUAYANG.code, "凌云")


@pytest.mark.parametrize("session", ["第一届", "第十届", "第十二届", "12届"])
def test_which_session_a_committee_is_in_says_nothing_of_who_it_is(session):
    wanted = IDENTITY.committee(HUAYANG.code, "凌云业委会")
    for text in (
        f"凌云业委会（{session}）",
        f"凌云小区业委会{session}",
        f"凌云{session}业委会",
        f"凌云{session}",
    ):
        assert IDENTITY.committee(HUAYANG.code, text) == wanted, text


@pytest.mark.parametrize("one, other", [
    ("长宁路12弄业委会", "长宁路1、2弄业委会"), ("凌云1-3期", "凌云13期"), ("华阳路120弄", "120弄"), ("凌云东区", "凌云西区"),
    ("凌云2（第3届）", "凌云23"), ("天山二村", "天山三村"),
])  # fmt: skip
def test_what_tells_two_committees_apart_is_kept(one, other):
    assert IDENTITY.committee(HUAYANG.code, one) != IDENTITY.committee(HUAYANG.code, other)


@given(st.text(max_size=30))
def test_any_text_is_the_same_as_itself_folded(text):
    assert IDENTITY.committee(HUAYANG.code, text) == IDENTITY.committee(HUAYANG.code, fold(text))


def test_a_row_without_a_neighbourhood_may_be_of_any_and_two_neighbourhoods_are_two():
    assert Key("1", "a", "").may_be(Key("1", "a", "005")) and Key("1", "a", "005").may_be(Key("1", "a"))
    assert not Key("1", "a", "005").may_be(Key("1", "a", "006"))
    assert not Key("1", "a").may_be(Key("2", "a")) and not Key("1", "a").may_be(Key("1", "b"))


# ---- the same wherever identities are compared

ONE = [
    ("华阳路五居委会", "凌云小区业委会"),
    ("华五居民区", "凌云"),
    ("华阳路街道华阳路第五居委", "华阳路街道凌云小区"),
    ("华阳路５居委会", "凌云业主委员会"),
]
PAIRS = [pytest.param(one, other, id=f"{one}-{other}") for one, other in itertools.permutations(ONE, 2)]


def sheet(book: Workbook, title: str, headings: list[str], rows: list[list[object]]) -> None:
    made = book.create_sheet(title)
    made.append(["填报单位：华阳路街道"])
    for row in (headings, *rows):
        made.append(row)


def project(folder) -> Project:
    for mark in ("notebooks", "expectations"):
        (folder / mark).mkdir(exist_ok=True)
    return Project(folder)


def put(folder, file: str, *sheets: tuple[str, list[str], list[list[object]]], month: Month = MONTH) -> None:
    book = Workbook()
    book.remove(book.active)
    for one in sheets:
        sheet(book, *one)
    (folder / "data" / "raw" / str(month)).mkdir(parents=True, exist_ok=True)
    book.save(folder / "data" / "raw" / str(month) / file)


def read(folder, month: Month = MONTH) -> pd.DataFrame:
    import_month(project(folder), month)
    return tables.read(project(folder), tables.RETURNS, month)


@pytest.mark.parametrize("one, other", PAIRS)
def test_chapters_on_two_sheets_are_joined(tmp_path, one, other):
    put(
        tmp_path,
        "华阳路街道.xlsx",
        (
            "一",
            ["所属居委会", "业委会名称", "业委会人数", "业委会党员人数"],
            [[*one, 7, 4], ["秀水", "示例乙业委会", 5, 3]],
        ),
        (
            "二",
            ["所属居委会", "业委会名称", "自行组织学习次数", "接待日次数"],
            [[*other, 2, 1], ["秀水", "示例乙业委会", 1, 1]],
        ),
    )
    rows = read(tmp_path)
    assert len(rows) == 2
    assert rows[["member_count", "self_study_ytd"]].iloc[0].tolist() == [7, 2]


@pytest.mark.parametrize("one, other", PAIRS)
def test_chapters_in_two_files_are_joined(tmp_path, one, other):
    put(
        tmp_path,
        "华阳路街道一.xlsx",
        ("表", ["所属居委会", "业委会名称", "业委会人数", "业委会党员人数"], [[*one, 7, 4]]),
    )
    put(
        tmp_path,
        "华阳路街道二.xlsx",
        ("表", ["所属居委会", "业委会名称", "自行组织学习次数", "接待日次数"], [[*other, 2, 1]]),
    )
    rows = read(tmp_path)
    assert rows[["member_count", "self_study_ytd"]].to_numpy().tolist() == [[7, 2]]


@pytest.mark.parametrize("one, other", PAIRS)
def test_a_correction_takes_the_place_of_the_file_it_corrects(tmp_path, one, other):
    headings = ["所属居委会", "业委会名称", "业委会人数", "业委会党员人数"]
    put(tmp_path, "华阳路街道.xlsx", ("表", headings, [[*one, 7, 4]]))
    put(tmp_path, "华阳路街道（更正）.xlsx", ("表", headings, [[*other, 9, 5]]))
    assert read(tmp_path)["member_count"].tolist() == [9]


@pytest.mark.parametrize("one, other", PAIRS)
def test_the_next_month_goes_on_with_the_same_committee(tmp_path, one, other):
    headings = ["所属居委会", "业委会名称", "业委会人数", "业委会党员人数"]
    put(tmp_path, "华阳路街道.xlsx", ("表", headings, [[*one, 7, 4]]), month=MONTH.previous)
    put(tmp_path, "华阳路街道.xlsx", ("表", headings, [[*other, 7, 4]]))
    before, now = read(tmp_path, MONTH.previous), read(tmp_path)
    assert IDENTITY.of_table(now, beside=[before]) == IDENTITY.of_table(before, beside=[now])
    told = {row["kind"] for row in changes.compare(project(tmp_path), MONTH)}
    assert not told & {"committee_new", "committee_missing", "committee_renamed"}


@pytest.mark.parametrize("one, other", PAIRS)
def test_an_entry_of_corrections_yml_finds_the_committee_it_names(tmp_path, one, other):
    put(tmp_path, "华阳路街道.xlsx", ("表", ["所属居委会", "业委会名称", "业委会人数"], [[*one, 7]]))
    (tmp_path / "data" / "raw" / corrections.FILE).write_text(
        "- {month: 2026-10, street: 华阳路, committee: "
        + other[1]
        + ", neighbourhood: "
        + other[0]
        + ", action: set, field: member_count, was: 7, value: 9, reason: 电话核实, confirmed_by: 示例人员,"
        " confirmed_on: 2026-11-03}\n",
        encoding="utf-8",
    )
    assert read(tmp_path)["member_count"].tolist() == [9]


@pytest.mark.parametrize("name", ["华阳路第五居委会", "华阳路第五", "华阳路街道第五居委会"])
def test_a_neighbourhood_that_the_roll_does_not_know_is_the_same_with_and_without_第(name):
    unknown = name.replace("华阳路第五", "示例路第五").replace("街道第五", "街道示例第五")
    assert IDENTITY.neighbourhood(HUAYANG.code, unknown) == IDENTITY.neighbourhood(
        HUAYANG.code, unknown.replace("第", "")
    )


def test_of_two_undated_returns_the_one_that_answers_a_send_back_counts(tmp_path):
    """Neither has a day nor a word in its name: only that it was sent back and mended tells which is the later."""
    from redstats.returns.precedence import resolve
    from redstats.returns.result import Return
    from redstats.workbooks.stamps import Answer

    def sent(file: str, answer: Answer | None, members: int) -> Return:
        keys = {
            "month": "2026-10",
            "street_code": HUAYANG.code,
            "committee_name": "示例甲",
            "neighbourhood_committee": "秀水",
        }
        cell = {
            "field": "member_count",
            "source_sheet": "表",
            "cell": "C3",
            "raw": str(members),
            "source_file": file,
        }
        row = keys | {"member_count": members, "source_file": file, "source_sheet": "表", "source_row": 3}
        return Return(file, sha256=file, answer=answer, rows=[row], cells=[keys | cell])

    first, second = (
        sent("一.xlsx", None, 7),
        sent("二.xlsx", Answer("2026-10", HUAYANG.code, frozenset({"别的文件"})), 9),
    )
    resolve([first, second], IDENTITY)
    assert (first.outcome, second.code) == ("replaced", "corrected")

"""What may be shown of a sender's words, a text at a time: how long a number, how short a name may be."""

from __future__ import annotations

import pandas as pd
import pytest

from redstats import places, standard
from redstats.dashboards.publishing import Publisher, hidden_numbers
from redstats.months import Month

OCTOBER = Month(2026, 10)
ROLL = places.on(OCTOBER.end)
NO_FILES = pd.DataFrame({"source_file": [], "street_name": [], "sha256": []})


@pytest.fixture(scope="module")
def publisher() -> Publisher:
    return Publisher(standard.on(OCTOBER.end), ROLL, NO_FILES)


@pytest.mark.parametrize("text, known", [
    ("1234567", True), ("12345678", False), ("123-4567", True), ("6234 5678", False), ("1 2 3 4 5 6 7 8", False),
    ("20261031", True), ("2026-10-31", True), ("20261331", False), ("20261032", False), ("18991231", False),
    ("一三九一二三四", True), ("一三九一二三四五", False), ("一三九、一二三四五", False), ("一九〇一二三四五六七八", False),
])  # fmt: skip
def test_a_number_of_eight_figures_is_shown_only_where_it_is_a_date(publisher, text, known):
    assert publisher.is_known(text) is known
    assert (publisher.raw(text, "B5") == text) is known


@pytest.mark.parametrize("name, shown", [
    ("示例123456弄", "示例123456弄"), ("示例1234567苑", "示例****苑"), ("示例139 1234 5678苑", "示例****苑"),
    ("示例62345678苑12弄", "示例****苑12弄"), ("示例12-34-567苑", "示例****苑"),
])  # fmt: skip
def test_the_name_of_a_committee_keeps_its_numbers_but_none_as_long_as_a_telephones(name, shown):
    assert hidden_numbers(name) == shown


@pytest.mark.parametrize("raw", ["谌谯", "谌谯鞠", "谌谯：3", "3（谌 谯）"])
def test_our_sentence_is_shown_without_the_shortest_name_in_it(publisher, raw):
    told = publisher.message(f"“{raw}”里有不止一个数：{raw}，请只填一个", raw)
    assert not set(told) & set("谌谯鞠") and told.endswith("请只填一个") and "…" in told


def test_where_a_text_is_not_shown_its_cell_is_named_and_nothing_where_there_was_nothing(publisher):
    assert publisher.raw("谌谯", "B5") == "（请查原表 B5）" and publisher.raw("谌谯") == "（请查原表）"
    assert publisher.raw(None, "B5") == publisher.raw(float("nan")) == ""


def test_files_of_unknown_names_are_numbered_street_by_street_and_known_ones_keep_theirs():
    street, other = ROLL.streets[0].name, ROLL.streets[1].name
    files = pd.DataFrame(
        [
            (f"{street}谌谯.xlsx", street, "aabbccddee"),
            (f"{street}2026年10月.xlsx", street, "1122334455"),
            ("谌谯.xlsx", street, "ffeeddccbb"),
            ("鞠.xlsx", other, "0011223344"),
            ("鞠二.xlsx", None, ""),
        ],
        columns=["source_file", "street_name", "sha256"],
    )
    told = Publisher(standard.on(OCTOBER.end), ROLL, files)
    assert [told.file(name) for name in files["source_file"][:4]] == [
        f"{street}-1-aabbcc",
        f"{street}2026年10月.xlsx",
        f"{street}-2-ffeedd",
        f"{other}-1-001122",
    ]
    assert told.file("鞠二.xlsx").startswith("街镇未识别-1-") and "鞠" not in told.file("从未见过的鞠.xlsx")


def test_what_is_worked_out_of_several_data_is_told_by_its_name(publisher):
    for text in (
        "已调解件数 2；应调解件数（含以前未调解的） 3",
        "2026-06-12（2026年6月所报）",
        "是（2026年6月、2026年7月所报）",
    ):
        assert publisher.raw(text, "EC27") == text


@pytest.mark.parametrize("given", ["建", "建成", "立", "有", "全", "月", "年", "良", "建立", "新", "城"])
def test_a_common_name_is_not_let_through_as_words_of_one_character(publisher, given):
    for surname in "周许曾余万成全年时元":
        assert not publisher.is_known(f"{surname}{given}") or f"{surname}{given}" in publisher._words


def test_a_character_that_counts_or_answers_is_a_word(publisher):
    assert all(
        publisher.is_known(text) for text in ("是", "7人", "3次，5户", "2026年3月5日", "有（3个）", "无、否")
    )

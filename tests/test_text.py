"""字 are counted as a word processor counts them: every case was counted by LibreOffice Writer too."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redstats.text import count_characters

COUNTED = {
    "": 0,
    " 　\n": 0,
    "本届业委会共7人。": 9,
    "本届业委会，共有委员7人、党员4人。": 18,
    "党 建\n引　领": 4,
    "党建 Party building 引领": 6,
    "2024年5月1日": 6,
    "100%覆盖": 3,
    "3.5万元，50㎡": 6,
    "３间Ａ座": 4,
    "“红色业委会”": 7,
    "（一）《条例》①": 8,
    "电话021-52060000转801": 5,
    "e-mail：a@b.com": 3,
    "it's ok": 2,
    "☑已完成": 4,
    "99.9%。": 2,
    "中;abc,def": 2,
    "è½": 1,
    "한글 カナ": 4,
}


@pytest.mark.parametrize("text", COUNTED)
def test_characters_are_counted_as_a_word_processor_counts_them(text):
    assert count_characters(text) == COUNTED[text]


def test_a_dash_and_an_ellipsis_of_chinese_are_two_signs_each():
    assert count_characters("——坚持……") == 6


@given(st.text(alphabet="党建，。（）“”", max_size=60), st.integers(0, 60))
def test_of_chinese_every_sign_counts_and_a_blank_nowhere(text, at):
    assert count_characters(text) == len(text) == count_characters(f"{text[:at]} \n　{text[at:]}")


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_text_in_two_lines_counts_as_its_lines(one, other):
    assert count_characters(f"{one}\n{other}") == count_characters(one) + count_characters(other)

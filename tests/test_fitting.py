"""Tables are made to fit by what stands in them: short cells keep their line, long ones get room, wide tables become cards."""

from __future__ import annotations

import re

import pytest

from redstats.html.fitting import FOLDED, fitted


def table(titles: list[str], rows: list[list[str]], classes: str = "") -> str:
    head = "".join(f'<th scope="col">{one}</th>' for one in titles)
    body = "".join(
        "<tr>" + f'<th scope="row">{row[0]}</th>' + "".join(f"<td>{cell}</td>" for cell in row[1:]) + "</tr>"
        for row in rows
    )
    return f'<div class="scroll"><table class="data{classes}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def test_a_short_cell_keeps_its_line_and_a_long_one_is_given_room():
    shown = fitted(
        table(["名称"], [["怀瑾轩业委会"], ["由居民区党组织指导建立党支部或党的工作小组"], ["2026-10-31"]])
    )
    assert re.findall(r'<th scope="row" class="long">(.+?)</th>', shown) == [
        "由居民区党组织指导建立党支部或党的工作小组"
    ]


def test_markup_and_what_is_only_heard_make_a_cell_no_longer():
    cell = '<a href="streets/310105011.html#k12">听雨坊</a> <span class="offscreen">含有红线要求没有达标的</span>'
    assert "long" not in fitted(table(["名称"], [[cell]]))


def test_a_table_too_wide_for_a_phone_is_a_list_of_cards_with_its_headings():
    titles = ["业委会", "居委会", "填报内容", "变化", "单元格"]
    shown = fitted(table(titles, [["听雨坊业委会", "哈密新村居委会", "无", "持续 4 个月", "AK14"]]))
    assert "cards-on-phone" in shown
    assert re.findall(r'td:nth-child\((\d)\)::before\{content:"(.+?) "\}', shown) == [
        (str(place), title) for place, title in enumerate(titles, start=1)
    ]
    assert "cards-on-phone" not in fitted(table(titles[:2], [["听雨坊", "哈密新村"]]))


@pytest.mark.parametrize("title", ['"}</style><script>', "\\", "<b>", "a\nb", "&amp;&lt;"])
def test_a_heading_breaks_out_of_no_rule(title):
    shown = fitted(table([title.replace("<", "&lt;"), *["很长的一个标题"] * 5], [["一"] * 6]))
    style = re.search("<style>(.*?)</style>", shown)
    assert style and style[1].count("{") == style[1].count("}") == 1 + 6
    rules = re.findall(r'content:"(.*?)"\}', style[1])
    assert len(rules) == 6 and not set('<>"&\n') & set("".join(rules))


def test_beyond_fifty_rows_a_table_is_folded_and_says_how_many_there_are():
    rows = [[f"第{number}个"] for number in range(FOLDED + 30)]
    shown = fitted(table(["名称"], rows))
    first, rest = shown.split("<details")
    assert first.count("<td>") + first.count('<th scope="row">') == FOLDED
    assert f"其余 30 行（共 {len(rows)} 行）" in rest and rest.count("<thead>") == 1
    assert [re.sub("<.*?>", "", one) for one in re.findall(r'<th scope="row">.*?</th>', shown)] == [
        row[0] for row in rows
    ]
    assert "<details" not in fitted(table(["名称"], rows[:FOLDED]))


def test_what_is_no_table_stays_as_it_is():
    for block in (
        "<p>没有</p>",
        '<table class="heat"><tbody><tr><td>一二三四五六七八九十</td></tr></tbody></table>',
    ):
        assert fitted(block) == block

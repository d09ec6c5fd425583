"""The roll of streets, and how a street is recognised without guessing."""

import datetime
import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from redstats import places, strict
from redstats.errors import RunError, StandardError
from redstats.text import fold

TODAY = datetime.date(2026, 10, 31)
ROLL = places.on(TODAY)
# The list that the roll was made from: its streets in official order, with how many neighbourhoods each has.
PUBLISHED = {
    "华阳路街道": 21, "江苏路街道": 13, "新华路街道": 17, "周家桥街道": 21, "天山路街道": 18,
    "仙霞新村街道": 23, "虹桥街道": 16, "程家桥街道": 8, "北新泾街道": 15, "新泾镇": 33,
}  # fmt: skip


def names(streets):
    return [street.name for street in streets]


def test_nothing_of_the_published_list_is_lost_and_its_streets_stand_in_its_order():
    first = places.on(datetime.date(2022, 1, 1))  # what ended since then is dated, not taken out
    assert [name for name in names(first.streets) if name in PUBLISHED] == list(PUBLISHED)
    for name, many in PUBLISHED.items():
        assert len(first.street(name).neighbourhoods) >= many, name
    assert "CC BY 4.0" in ROLL.attribution


def test_every_code_is_one_of_the_district_and_belongs_to_one_place_only():
    assert (ROLL.district_code, ROLL.district_name) == ("310105", "长宁区")
    codes = [street.code for street in ROLL.streets]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(ROLL.district_code + "[0-9]{3}", code) for code in codes)
    for street in ROLL.streets:
        inside = [one.code for one in street.neighbourhoods]
        assert len(set(inside)) == len(inside), street.name
        assert all(re.fullmatch("[0-9]{3}", code) for code in inside), street.name


def test_ranges_of_the_source_are_written_out():
    town = ROLL.street("新泾镇")
    assert [(n.code, n.name) for n in town.neighbourhoods[:4]] == [
        ("001", "刘家宅一"), ("002", "刘家宅二"), ("003", "刘家宅三"), ("004", "刘家宅四"),
    ]  # fmt: skip
    assert not any(n.name.endswith("居委会") for street in ROLL.streets for n in street.neighbourhoods)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("华阳路街道", "华阳路街道"),
        (" 华 阳　路 ", "华阳路街道"),
        ("上海市长宁区华阳路街道办事处", "华阳路街道"),
        ("中共上海市长宁区江苏路街道工作委员会", "江苏路街道"),
        ("长宁区人民政府新华路街道办事处", "新华路街道"),
        ("周桥街道", "周家桥街道"),
        ("天山社区", "天山路街道"),
        ("天山", "天山路街道"),
        ("仙霞", "仙霞新村街道"),
        ("虹桥街道房管办", "虹桥街道"),
        ("程桥", "程家桥街道"),
        ("北新泾", "北新泾街道"),
        ("新泾镇政府", "新泾镇"),
        ("新泾", "新泾镇"),
        ("３１０１０５００９", "虹桥街道"),
        (310105102, "新泾镇"),
        ("310105102000", "新泾镇"),
    ],
)
def test_a_whole_text_that_is_a_name_an_alias_or_a_code_gives_its_street(text, name):
    assert ROLL.street(text).name == name
    assert ROLL.match(text) == ROLL.street(text)


@pytest.mark.parametrize(
    "text",
    ["", "区", "街道", "新虹街道", "虹桥镇", "闵行区虹桥镇", "闵行区虹桥街道", "仙霞居委会",
     "天山星城", "310105003", "北新泾镇", "新泾街道", "华阳路街道、新华路街道"],
)  # fmt: skip
def test_a_text_that_is_not_a_street_gives_none(text):
    assert ROLL.match(text) is None
    with pytest.raises(RunError):
        ROLL.street(text)


def test_an_unknown_street_is_refused_with_close_names():
    with pytest.raises(RunError) as refused:
        ROLL.street("华洋路街道")
    assert "华阳路街道" in refused.value.to_do and "长宁区" in refused.value.where
    with pytest.raises(RunError) as refused:
        ROLL.street("qwerty")
    assert all(name in refused.value.to_do for name in names(ROLL.streets))


def test_a_text_with_two_streets_is_ambiguous():
    with pytest.raises(RunError) as refused:
        ROLL.street("华阳路街道和江苏路街道")
    assert refused.value.code == "ambiguous_street" and "江苏路街道" in refused.value.where


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("仙霞新村街道2026年10月.xlsx", ["仙霞新村街道"]),
        ("仙霞6月.xls", ["仙霞新村街道"]),
        ("天山.xlsx", ["天山路街道"]),
        ("天山 业委会情况表.xlsx", ["天山路街道"]),
        ("虹桥月报（最终版2）.xlsx", ["虹桥街道"]),
        ("2026-10_程桥.xlsx", ["程家桥街道"]),
        ("附件1：新华2026年10月.xlsx", ["新华路街道"]),
        ("副本 长宁区虹桥十月.xlsx", ["虹桥街道"]),
        ("程家桥街道6月(1).xlsx", ["程家桥街道"]),
        ("新华路.et", ["新华路街道"]),
        ("华阳路10月.xlsx", ["华阳路街道"]),
        ("华阳路三季度.xlsx", ["华阳路街道"]),
        ("华阳第三季度.xlsx", ["华阳路街道"]),
        ("310105011_202610.xlsx", ["北新泾街道"]),
        ("北新泾街道新泾一村居委会", ["北新泾街道"]),
        ("北新泾业委会月报", ["北新泾街道"]),
        ("新泾镇程桥居委会", ["新泾镇"]),
        ("最新华阳路街道数据", ["华阳路街道"]),
        ("填报单位（盖章）：华 阳 路 街 道      填报人：张三", ["华阳路街道"]),
        ("关于天山街道和新泾镇的通报", ["天山路街道", "新泾镇"]),
        ("汇总（虹桥办事处）", ["虹桥街道"]),
        ("虹桥街道居民满意度.xlsx", ["虹桥街道"]),
    ],
)
def test_streets_mentioned_in_a_longer_text_are_found(text, expected):
    assert names(ROLL.mentioned(text)) == expected


@pytest.mark.parametrize(
    "text",
    ["", "天山星城", "天山星城.xlsx", "虹桥新城", "虹 桥 新 城", "仙霞居委会", "仙霞 居委会",
     "仙霞社区居委会", "新泾一村", "新泾一村十月.xlsx", "北新泾三村", "北新泾镇", "闵行区虹桥镇",
     "闵行区虹桥街道", "新虹街道", "天山五村第一", "程桥二村", "华阳路五居委会", "华阳路五",
     "天山路1800号", "新华路200弄3号", "仙霞新村12号", "虹桥万博花园", "虹桥1号.xlsx", "虹桥机场新村",
     "新泾北苑", "新华社通稿", "江苏省", "全区汇总10月.xlsx", "310105011005"],
)  # fmt: skip
def test_a_community_an_address_or_a_neighbour_district_is_never_taken_for_a_street(text):
    assert ROLL.mentioned(text) == ()


@given(st.sampled_from(ROLL.streets), st.text("0123456789-_ ()月年.", max_size=8))
def test_an_official_name_is_found_whatever_a_file_name_adds(street, tail):
    assert ROLL.mentioned(f"{street.name}{tail}.xlsx") == (street,)


@given(st.text("天山虹桥新泾北镇街道路区居委会村一十2026月. -", max_size=60))
def test_no_text_breaks_the_search_for_streets(text):
    found = ROLL.mentioned(text)
    assert len(set(found)) == len(found) and set(found) <= set(ROLL.streets)
    assert ROLL.match(text) is None or ROLL.match(text) in ROLL.streets


def test_a_long_number_does_not_make_the_search_slow():
    assert ROLL.mentioned("20" * 5000 + "x天山") == ()


def test_no_neighbourhood_name_alone_is_taken_for_a_street():
    for street in ROLL.streets:
        for one in (*street.neighbourhoods, *street.uncoded):
            for name in (one.name, *one.aliases):
                assert ROLL.mentioned(f"{name}居委会") == (), name


def test_every_name_and_alias_finds_its_own_street_and_neighbourhood():
    for street in ROLL.streets:
        for name in (street.name, street.short, *street.aliases):
            assert ROLL.match(name) == street
        for one in (*street.neighbourhoods, *street.uncoded):
            for name in (one.name, *one.aliases):
                for ending in ("", "居委会", "居民区", "社区", "第一居委会"[2:]):
                    assert ROLL.neighbourhood(street, name + ending) == one


@pytest.mark.parametrize(
    ("street", "text", "code"),
    [
        ("华阳", "华五居委会", "005"),
        ("华阳", "华阳路第五居民区", "005"),
        ("仙霞", "天山五村第一", "001"),
        ("仙霞", "芙蓉江路一居委会", "003"),
        ("新泾", "绿园新村第 十一 居委会", "018"),
        ("新泾", "新泾居民委员会", "035"),
        ("虹桥", "长宁区虹桥街道虹桥居委会", "008"),
        ("虹桥", "310105009008", "008"),
        ("江苏", "岐山", "002"),
    ],
)
def test_a_neighbourhood_is_found_by_what_people_write(street, text, code):
    assert ROLL.neighbourhood(ROLL.street(street), text).code == code


def test_a_neighbourhood_is_looked_for_inside_its_street_only_and_never_guessed():
    assert ROLL.neighbourhood(ROLL.street("仙霞"), "仙霞居委会") is None  # it is in 天山路街道
    assert ROLL.neighbourhood(ROLL.street("新泾镇"), "淞虹二") is None
    assert ROLL.neighbourhood(ROLL.street("新泾镇"), "") is None
    assert ROLL.neighbourhood(ROLL.street("虹桥"), "310105001008") is None


def test_near_names_are_proposed_with_a_score():
    found = ROLL.proposals(ROLL.street("新泾镇"), "淞虹二")
    assert len(found) == 3 and found[0][0].name == "凇虹二"
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
    assert found[0][1] == 100 > found[1][1] > 0  # 淞 and 凇 are one character to hand and eye
    assert ROLL.neighbourhood(ROLL.street("新泾镇"), "淞虹二") is None


def test_a_neighbourhood_of_another_street_is_named_and_its_street_stays():
    assert names(ROLL.elsewhere(ROLL.street("仙霞"), "仙霞居委会")) == ["天山路街道"]
    assert ROLL.elsewhere(ROLL.street("天山"), "仙霞居委会") == ()


def test_a_confirmed_name_of_a_street_is_known_from_then_on():
    other = ROLL.knowing({"华阳街办（东）": "华阳路街道"})
    assert other.match("华阳街办(东)").name == "华阳路街道" and ROLL.match("华阳街办(东)") is None
    assert names(other.mentioned("华阳街办（东）10月.xlsx")) == ["华阳路街道"]


def test_short_names_serve_as_chart_labels():
    labels = [street.short for street in ROLL.streets]
    assert len(set(labels)) == len(labels)
    for street in ROLL.streets:
        assert street.short == re.sub("(街道|镇)$", "", street.name)


def test_the_roll_of_a_day_is_read_once():
    assert places.on(TODAY) is ROLL
    assert places.on(datetime.datetime(2026, 10, 31, 9)) is ROLL


@given(st.text())
def test_folding_twice_changes_nothing_and_leaves_no_blank(text):
    assert fold(fold(text)) == fold(text)
    assert not any(char.isspace() for char in fold(text))


def test_folding_keeps_signs_that_mean_something_else():
    assert fold("【Ａ　ｂ】〔㎡①〕\u200b\ufeff") == "(ab)(㎡①)"


# --- other rolls ---------------------------------------------------------------------------------


@pytest.fixture
def changed(tmp_path):
    """A function that changes the shipped content and reads it again, as of a day."""

    def write(change, day=TODAY):
        content = strict.load(places.FILE)
        change(content)
        path = tmp_path / "places.yaml"
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        return places.read(path, day)

    return write


def test_a_street_that_was_renamed_keeps_its_old_name_for_old_months(changed):
    def rename(content):
        old = content["streets"][0]
        new = {**old, "name": "华阳新街道", "valid_from": datetime.date(2026, 7, 1)}
        old["valid_to"] = datetime.date(2026, 6, 30)
        content["streets"].insert(1, new)

    assert changed(rename, datetime.date(2026, 6, 30)).street("310105001").name == "华阳路街道"
    assert changed(rename, datetime.date(2026, 7, 1)).street("310105001").name == "华阳新街道"


def test_a_unit_that_is_no_street_may_report(changed):
    unit = {
        "code": "310105901",
        "name": "虹桥临空园区",
        "kind": "unit",
        "aliases": {"accepted": ["临空园区"]},
        "neighbourhoods": [],
    }
    roll = changed(lambda content: content["streets"].append(unit))
    assert roll.street("临空园区").short == "虹桥临空园区"
    assert names(roll.mentioned("虹桥临空园区10月.xlsx")) == ["虹桥临空园区"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda c: c.update(colour="红"), "colour"),
        (lambda c: c.pop("attribution"), "attribution"),
        (lambda c: c["streets"][0].update(nmae="华阳"), "nmae"),
        (lambda c: c["streets"][0].update(code=310105001), "310105001"),
        (lambda c: c["streets"][0].update(kind="village"), "village"),
        (lambda c: c["streets"][0].update(kind=["town"]), "town"),
        (lambda c: c["streets"][0].update(aliases=None), "aliases"),
        (lambda c: c.update(endings=7), "endings"),
        (lambda c: c.update(attribution=7), "attribution"),
        (lambda c: c["streets"][0].update(valid_from="昨天"), "valid_from"),
        (lambda c: c["streets"][0]["aliases"].update(seen="华阳街道"), "列表"),
        (lambda c: c["streets"][0]["aliases"].update(seen=["天山街道"]), "天山街道"),
        (lambda c: c["streets"][0]["aliases"].update(accepted=["虹 桥"]), "虹桥"),
        (lambda c: c["streets"][0]["neighbourhoods"][0].update(code="1"), "第 1 条"),
        (lambda c: c["streets"][0]["neighbourhoods"][0].update(name="华阳路第二"), "华阳路二"),
        (lambda c: c["streets"][0]["neighbourhoods"][0].update(code="002"), "002"),
        (lambda c: c["streets"].insert(2, "新街道"), "第 3 条"),
        (lambda c: c.update(endings=[]), "endings"),
        (lambda c: c["mentions"].update(after=[7]), "after"),
    ],
)
def test_a_malformed_roll_is_refused_with_file_entry_and_key(changed, change, told):
    with pytest.raises(StandardError) as refused:
        changed(change)
    assert "places.yaml" in refused.value.where
    assert told in str(refused.value)
    assert refused.value.to_do


def test_a_key_written_twice_is_refused_with_its_line(tmp_path):
    path = tmp_path / "places.yaml"
    path.write_text("district: 1\nendings:\n  street: []\n  street: []\n", encoding="utf-8")
    with pytest.raises(StandardError) as refused:
        strict.load(path)
    assert refused.value.where == "places.yaml，第 4 行，键“street”"


@pytest.mark.parametrize(
    "content",
    [b"a: [1", b"a: b: c", b"\xff\xfe\x00", b"a: \x01", b"a: 2026-13-45", b"? [1]\n: 2", b"--- 1\n--- 2"],
)
def test_a_file_that_is_not_plain_yaml_is_refused(tmp_path, content):
    path = tmp_path / "rules.yaml"
    path.write_bytes(content)
    with pytest.raises(StandardError) as refused:
        strict.load(path)
    assert "rules.yaml" in refused.value.where


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(StandardError, match="打不开"):
        strict.load(tmp_path / "none.yaml")


class NameOnly(strict.Strict):
    name: str


def test_an_unknown_key_is_answered_with_the_nearest_known_one():
    with pytest.raises(StandardError) as refused:
        strict.checked(NameOnly, {"nmae": 1}, "x.yaml")
    assert "是否想写“name”" in refused.value.to_do

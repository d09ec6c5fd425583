"""What is wrong with a form is told once, at its own cell, and of a form in order nothing is told."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import filled_forms as forms
import pytest
from filled_forms import AGAIN, GOOD
from openpyxl import load_workbook

from redstats import places
from redstats.forms.reading import read_here
from redstats.months import Month
from redstats.places.identity import Identity
from redstats.recommendations import checks
from redstats.recommendations.monthly_return import MonthlyReturn
from redstats.text import fold

MONTH, TODAY = Month(2026, 11), dt.date(2026, 12, 1)
IDENTITY = Identity(places.on(MONTH.end))
SUITES = Path(__file__).parent.parent / "expectations"

pytestmark = pytest.mark.xdist_group("findings")


def text(number: int) -> str:
    return "本" * (number - 1) + "。"


def told(*paths: Path, beside: MonthlyReturn | None = None) -> list[dict]:
    read = [read_here(path, MONTH) for path in paths]
    return checks.findings(SUITES, MONTH, read, TODAY, beside or MonthlyReturn(IDENTITY))


def named(found: list[dict]) -> set[str]:
    assert len({(one["check"], one["form"], one["source_file"]) for one in found}) == len(found)
    return {one["check"] for one in found}


def value_cell(path: Path, id_: str) -> str:
    """Where the layout ``beside`` has the value of a field: in the first line, or right of its label."""
    sheet = load_workbook(path).active
    if id_ in ("recommending_street", "filing_date"):
        return "A2"
    (label,) = [
        cell
        for row in sheet.iter_rows()
        for cell in row
        if cell.value and fold(str(cell.value)) == fold(forms.LABELS[id_])
    ]
    return label.offset(0, 1).coordinate


# base, what is written instead, the checks that fail, and the field whose cell is named
R, E = GOOD, AGAIN
OPINION = "opinion_neighbourhood_party"
STREET = "opinion_street_party"
MISTAKES = {
    "推荐街镇空": (R, {"recommending_street": ""}, {"recommending_street_filled"}, "recommending_street"),
    "填报日期空": (R, {"filing_date": "    年    月    日"}, {"filing_date_filled"}, "filing_date"),
    "名称空": (R, {"committee_name": ""}, {"committee_name_filled"}, "committee_name"),
    "居委会空": (R, {"neighbourhood_committee": ""}, {"neighbourhood_committee_filled"}, "neighbourhood_committee"),
    "地址空": (R, {"office_address": ""}, {"office_address_filled"}, "office_address"),
    "联系方式空": (R, {"contact": ""}, {"contact_filled"}, "contact"),
    "人数空": (R, {"member_count": ""}, {"member_count_filled"}, "member_count"),
    "党员人数空": (R, {"party_member_count": ""}, {"party_member_count_filled"}, "party_member_count"),
    "简介空": (R, {"committee_brief": ""}, {"committee_brief_filled"}, "committee_brief"),
    "做法空": (R, {"practices_and_results": ""}, {"practices_and_results_filled"}, "practices_and_results"),
    "第一枚章空": (R, {"seal_committee": ""}, {"seal_committee_filled"}, "seal_committee"),
    "第二枚章空": (R, {"seal_neighbourhood_party": ""}, {"seal_neighbourhood_party_filled"}, "seal_neighbourhood_party"),
    "第三枚章空": (R, {"seal_street": "（盖章）"}, {"seal_street_filled"}, "seal_street"),
    "第一枚章未盖": (R, {"seal_committee": "未盖章"}, {"seal_committee_stamped"}, "seal_committee"),
    "第二枚章未盖": (R, {"seal_neighbourhood_party": "□已盖章 ☑未盖章"}, {"seal_neighbourhood_party_stamped"}, "seal_neighbourhood_party"),
    "第三枚章未盖": (R, {"seal_street": "待盖章"}, {"seal_street_stamped"}, "seal_street"),
    "章看不出": (R, {"seal_street": "（盖章） 2026年11月12日"}, {"seal_street_filled"}, "seal_street"),
    "第二枚章早于第一枚": (R, {"seal_committee": "已盖章 2026年11月12日"}, {"seal_neighbourhood_party_in_order"}, "seal_neighbourhood_party"),
    "第三枚章早于第二枚": (R, {"seal_neighbourhood_party": "已盖章 2026年11月13日"}, {"seal_street_in_order"}, "seal_street"),
    "第二枚章无日期而第三枚早于第一枚": (
        R,
        {"seal_committee": "已盖章 2026年11月14日", "seal_neighbourhood_party": "已盖章"},
        {"seal_street_after_committee"},
        "seal_street",
    ),
    "章的日期还没有到": (R, {"seal_street": "已盖章 2026年12月2日"}, {"seal_street_date_not_to_come"}, "seal_street"),
    "填报日期还没有到": (R, {"filing_date": "2026年12月2日"}, {"filing_date_not_to_come"}, "filing_date"),
    "填报日期缺日": (R, {"filing_date": "2026年11月  日"}, {"filing_date_filled"}, "filing_date"),
    "委员人数是双数": (R, {"member_count": 8}, {"member_count_odd"}, "member_count"),
    "委员人数少于五": (R, {"member_count": 3, "party_member_count": 2}, {"member_count_odd"}, "member_count"),
    "党员多于委员": (R, {"party_member_count": 9}, {"party_members_within_members"}, "party_member_count"),
    "人数读不懂": (R, {"member_count": "若干"}, {"member_count_filled"}, "member_count"),
    "联系方式不是号码": (R, {"contact": "5206"}, {"contact_is_number"}, "contact"),
    "别的街镇的居委会": (R, {"neighbourhood_committee": "华院居委会"}, {"neighbourhood_in_street"}, "neighbourhood_committee"),
    "简介201字": (R, {"committee_brief": text(201)}, {"committee_brief_within_limit"}, "committee_brief"),
    "简介200字": (R, {"committee_brief": text(200)}, {"committee_brief_nearly_full"}, "committee_brief"),
    "简介190字": (R, {"committee_brief": text(190)}, {"committee_brief_nearly_full"}, "committee_brief"),
    "简介49字": (R, {"committee_brief": text(49)}, {"committee_brief_too_short"}, "committee_brief"),
    "复评日期空": (E, {"filing_date": ""}, {"filing_date_filled"}, "filing_date"),
    "复评名称空": (E, {"committee_name": ""}, {"committee_name_filled"}, "committee_name"),
    "复评简介空": (E, {"committee_brief": ""}, {"committee_brief_filled"}, "committee_brief"),
    "附页空": (E, {"practices_attachment": "（见附页）"}, {"practices_attachment_filled"}, "practices_attachment"),
    "附页2001字": (E, {"practices_attachment": text(2001)}, {"practices_attachment_within_limit"}, "practices_attachment"),
    "附页2000字": (E, {"practices_attachment": text(2000)}, {"practices_attachment_nearly_full"}, "practices_attachment"),
    "附页1900字": (E, {"practices_attachment": text(1900)}, {"practices_attachment_nearly_full"}, "practices_attachment"),
    "附页49字": (E, {"practices_attachment": text(49)}, {"practices_attachment_too_short"}, "practices_attachment"),
    "意见没有写": (E, {OPINION: "已盖章\n2026年11月15日"}, {f"{OPINION}_filled"}, OPINION),
    "意见没有章": (E, {OPINION: "同意。\n2026年11月15日"}, {f"{OPINION}_seal_filled"}, OPINION),
    "意见未盖章": (E, {OPINION: "同意。\n未盖章\n2026年11月15日"}, {f"{OPINION}_stamped"}, OPINION),
    "意见没有日期": (E, {OPINION: "同意。\n已盖章\n年   月   日"}, {f"{OPINION}_date_filled"}, OPINION),
    "街镇意见没有写": (E, {STREET: "已盖章\n2026年11月18日"}, {f"{STREET}_filled"}, STREET),
    "街镇意见没有章": (E, {STREET: "同意。\n2026年11月18日"}, {f"{STREET}_seal_filled"}, STREET),
    "街镇意见没有日期": (E, {STREET: "同意。\n已盖章"}, {f"{STREET}_date_filled"}, STREET),
    "街镇意见空": (E, {STREET: ""}, {f"{STREET}_filled", f"{STREET}_seal_filled", f"{STREET}_date_filled"}, STREET),
    "意见先后颠倒": (E, {OPINION: "同意。\n已盖章\n2026年11月19日"}, {"opinions_in_order"}, STREET),
    "意见日期还没有到": (E, {STREET: "同意。\n已盖章\n2026年12月2日"}, {f"{STREET}_date_not_to_come"}, STREET),
}  # fmt: skip
FINE = {
    "推荐表": (R, {}),
    "复评表": (E, {}),
    "没有印出的栏目可以空": (R, {"estate_names": "", "chair_name": ""}),
    "没有说有党组织时负责人可以空": (R, {"party_org_head": ""}),
    "章不必写日期": (R, {"seal_committee": "已盖章", "seal_neighbourhood_party": "√", "seal_street": "是"}),
    "同一天盖章": (R, {key: "已盖章 2026年11月12日" for key in R if key.startswith("seal_")}),
    "简介189字": (R, {"committee_brief": text(189)}),
    "简介50字": (R, {"committee_brief": text(50)}),
    "附页1899字": (E, {"practices_attachment": text(1899)}),
    "附页50字": (E, {"practices_attachment": text(50)}),
    "今天填报": (R, {"filing_date": "2026年12月1日"}),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_at_its_own_cell_and_nothing_else_is(tmp_path, mistake):
    base, changes, expected, at = MISTAKES[mistake]
    path = forms.workbook(tmp_path / "1.xlsx", base | changes)
    found = told(path)
    assert named(found) == expected
    assert {one["cell"] for one in found} == {value_cell(path, at)}
    assert all(one["message"] and one["to_do"] and one["who"] for one in found)


@pytest.mark.parametrize("layout", ["above", "one_cell", "listed", "document"])
@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_same_is_told_however_the_form_is_drawn(tmp_path, mistake, layout):
    base, changes, expected, _ = MISTAKES[mistake]
    if layout == "document":
        path = forms.document(tmp_path / "1.docx", base | changes)
    else:
        path = forms.workbook(tmp_path / "1.xlsx", base | changes, layout=layout)
    found = told(path)
    assert named(found) == expected
    assert all(one["cell"] for one in found)


@pytest.mark.parametrize("what", FINE)
def test_of_a_form_in_order_nothing_is_told(tmp_path, what):
    base, changes = FINE[what]
    assert told(forms.workbook(tmp_path / "1.xlsx", base | changes)) == []


@pytest.mark.parametrize(
    ("copies", "checks_"), [("一式两份", set()), ("一式三份", {"two_copies"}), ("一式1份", {"two_copies"})]
)
def test_a_form_is_sent_in_two_copies(tmp_path, copies, checks_):
    path = forms.workbook(tmp_path / "1.xlsx", GOOD)
    book = load_workbook(path)
    (foot,) = [cell for row in book.active.iter_rows() for cell in row if cell.value == "（一式两份）"]
    foot.value = f"（{copies}）"
    book.save(path)
    found = told(path)
    assert named(found) == checks_


def test_a_committee_recommended_twice_is_told_of_both_in_one_file_or_two(tmp_path):
    other = GOOD | {"filing_date": "2026年11月11日"}
    (tmp_path / "a").mkdir()
    one_file = told(forms.workbook(tmp_path / "1.xlsx", GOOD, other))
    two_files = told(forms.workbook(tmp_path / "1.xlsx", GOOD), forms.document(tmp_path / "2.docx", other))
    for found in (one_file, two_files):
        assert [one["check"] for one in found] == ["sent_once"] * 2
    assert {one["source_file"] for one in two_files} == {"1.xlsx", "2.docx"}


def test_recommended_and_evaluated_or_two_copies_in_one_file_is_once(tmp_path):
    assert told(forms.workbook(tmp_path / "1.xlsx", GOOD, AGAIN)) == []
    assert told(forms.workbook(tmp_path / "2.xlsx", GOOD, GOOD)) == []


def test_what_could_not_be_read_asks_for_a_look_and_is_not_called_missing(tmp_path):
    (one,) = told(forms.workbook(tmp_path / "1.xlsx", GOOD | {"member_count": "若干"}))
    assert (one["state"], one["force"]) == ("needs_review", "must")
    assert "若干" in one["message"]


class TestBesideTheReturn:
    """The month's return, where there is one, is looked at too."""

    @pytest.fixture
    def beside(self, tmp_path) -> MonthlyReturn:
        read = read_here(forms.workbook(tmp_path / "known.xlsx", GOOD), MONTH)
        key = IDENTITY.key(read.rows[0])[:2]
        own = {"member_count": 7, "party_member_count": 4, "floor_area_m2": 50_000, "party_org_type": "党支部", "neighbourhood_committee": "示例第一居委会", "street_code": key[0], "committee_name": "秀水苑业委会"}  # fmt: skip
        return MonthlyReturn(IDENTITY, returns={key: [own]}, names={key[0]: ["秀水苑业委会"]})

    def own(self, beside: MonthlyReturn) -> dict:
        return next(iter(beside.returns.values()))[0]

    def test_agreeing_it_adds_nothing(self, tmp_path, beside):
        assert told(forms.workbook(tmp_path / "1.xlsx", GOOD), beside=beside) == []

    def test_the_name_may_be_spelt_in_another_way(self, tmp_path, beside):
        values = GOOD | {"committee_name": "秀水苑业主委员会"}
        assert told(forms.workbook(tmp_path / "1.xlsx", values), beside=beside) == []

    @pytest.mark.parametrize("id_", ["member_count", "party_member_count"])
    def test_another_number_than_in_the_return_is_told(self, tmp_path, beside, id_):
        self.own(beside)[id_] = 5
        path = forms.workbook(tmp_path / "1.xlsx", GOOD)
        (one,) = told(path, beside=beside)
        assert (one["check"], one["cell"]) == (f"{id_}_as_returned", value_cell(path, id_))
        assert "5" in one["reported"]

    def test_a_committee_that_is_not_in_the_return_is_told_with_near_names(self, tmp_path, beside):
        path = forms.workbook(tmp_path / "1.xlsx", GOOD | {"committee_name": "秀水园业委会"})
        (one,) = told(path, beside=beside)
        assert (one["check"], one["cell"]) == ("in_return", value_cell(path, "committee_name"))
        assert "秀水苑业委会" in one["message"]

    def test_a_committee_of_another_street_is_said_to_be_there_and_only_hinted_at(self, tmp_path, beside):
        row = self.own(beside) | {
            "street_code": "310105010",
            "street_name": "程家桥街道",
            "committee_name": "金星苑业委会",
        }
        beside.returns[IDENTITY.key(row)[:2]] = [row]
        (one,) = told(
            forms.workbook(tmp_path / "1.xlsx", GOOD | {"committee_name": "金星苑业委会"}), beside=beside
        )
        assert (one["check"], one["force"]) == ("in_return", "may") and "程家桥街道" in one["message"]

    def test_red_lines_that_are_missed_are_named(self, tmp_path, beside):
        beside.red_lines[IDENTITY.key(self.own(beside))] = ["财务公开"]
        (one,) = told(forms.workbook(tmp_path / "1.xlsx", GOOD), beside=beside)
        assert one["check"] == "red_lines_met" and "财务公开" in one["message"]

    def test_the_head_of_a_party_organisation_that_the_return_has_is_asked_for(self, tmp_path, beside):
        path = forms.workbook(tmp_path / "1.xlsx", GOOD | {"party_org_head": ""})
        (one,) = told(path, beside=beside)
        assert (one["check"], one["cell"]) == ("party_org_head_filled", value_cell(path, "party_org_head"))

    def test_without_a_party_organisation_it_is_not(self, tmp_path, beside):
        self.own(beside)["party_org_type"] = "无"
        assert told(forms.workbook(tmp_path / "1.xlsx", GOOD | {"party_org_head": ""}), beside=beside) == []


@pytest.mark.parametrize("id_", ["office_address", "chair_name", "contact", "party_org_head"])
def test_no_finding_tells_personal_data(tmp_path, id_):
    changes = {"contact": "小李 5206", "member_count": 8, "committee_name": ""}
    for one in told(forms.workbook(tmp_path / "1.xlsx", GOOD | changes)):
        assert str((GOOD | changes)[id_]) not in "".join(map(str, one.values()))

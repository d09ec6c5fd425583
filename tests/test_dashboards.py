"""The pages of a month: complete, one source for every number, nothing personal, nothing from the network."""

from __future__ import annotations

import base64
import json
import re

import pandas as pd
import pytest

from redstats import dashboards, tables
from redstats.dashboards import Figures, issues, overview, scoring, street, words
from redstats.months import Month

MONTH = Month(2026, 10)


@pytest.fixture(scope="module")
def figures(sample_project):
    return Figures(sample_project, MONTH)


def html(block) -> str:
    return block.html


def numbers(text: str) -> list[str]:
    return re.findall(r"\d+(?:\.\d+)?", re.sub(r"<[^>]+>", " ", text))


# ---- one object, one number


def test_sentence_cards_and_tables_show_the_same_numbers(figures):
    sentence = overview.sentence(figures)
    cards = html(overview.cards(figures))
    average = words.points(figures.average.value)
    share = figures.share()
    rate = words.percent(share.reached, share.eligible)
    assert average in sentence and average in cards
    assert rate in sentence and rate.removesuffix("%") in cards
    assert f"还差 {share.gap} 个" in sentence and f"差 {share.gap} 个" in cards
    assert f'<td class="total">{average}</td>' in html(overview.heat(figures))
    assert f"{share.reached}/{share.eligible}" in html(overview.coverage(figures))
    assert average in html(scoring.ranking(figures))


def test_party_coverage_is_what_a_count_of_the_returns_gives(figures):
    table = figures.returns
    judged = table["committee_status"].isin(figures.rules.edition.judged_statuses)
    eligible = table[judged & table["party_org_eligible"].fillna(False) & table["party_org_type"].notna()]
    share = figures.share()
    assert share.eligible == len(eligible)
    assert share.reached == (eligible["party_org_type"] != "无").sum()


def test_the_average_is_the_mean_of_committees_not_of_streets(figures):
    totals = figures.committees["points"].dropna().astype(float)
    assert figures.average.value == pytest.approx(totals.mean())
    assert figures.average.committees == len(totals)


def test_serious_findings_are_the_unmet_red_lines(figures):
    red = {one.id for one in figures.rules.requirements.values() if one.red_line}
    table = figures.findings
    wanted = table[(table["state"] == "not_met") & table["requirement"].isin(red)]
    assert len(figures.serious) == len(wanted)
    assert f'<p class="big">{len(wanted)}<small>项' in html(overview.cards(figures))


def test_a_change_is_between_the_same_committees_and_says_up_or_down_only_of_a_signal(figures):
    keys = ["street_code", "neighbourhood_committee", "committee_name"]
    both = figures.before.committees.merge(figures.committees, on=keys, suffixes=("_then", ""))
    both = both[both["points"].notna() & both["points_then"].notna()]
    change = figures.change("points")
    assert change.last_month == pytest.approx(both["points_then"].mean())
    assert change.this_month == pytest.approx(both["points"].mean())
    for place in (None, *figures.streets):
        for measure in ("points", "coverage", "completeness", "red_lines"):
            words_of_it = words.change(figures.change(measure, place))
            up_or_down = "上升" in words_of_it or "下降" in words_of_it
            assert figures.change(measure, place).signal or not up_or_down


def test_the_life_of_findings_adds_up_from_month_to_month(figures):
    life, open_then = figures.life(), len(figures.before.open)
    assert life["new"] + life["ongoing"] + life["reopened"] == len(figures.open)
    gone = figures.before.open.merge(
        figures.open[["street_code", "committee_name", "requirement"]],
        on=["street_code", "committee_name", "requirement"],
    )
    assert life["ongoing"] == len(gone)
    assert life["resolved"] <= open_then - life["ongoing"]


def test_points_lost_lead_from_a_hundred_to_the_lowest_possible(figures):
    for place in figures.streets:
        lost = street.losses(figures, place)
        points = figures.points(place)
        assert 100 - lost["lost"].sum() - lost["unknown"].sum() == pytest.approx(points.lowest, abs=1e-6)


def test_every_finding_of_the_list_stands_on_its_streets_page(figures):
    for place in figures.streets[:3]:
        page = html(street.findings(figures, place))
        for row in issues.rows(figures):
            if row["street_code"] == place.code:
                assert row["committee_name"] in page and (row["cell"] or "（无此列）") in page


def test_the_to_do_list_has_at_most_five_and_red_lines_come_first(figures):
    first = figures.todo[: overview.TODO]
    assert html(overview.todo(figures)).count("<li>") == len(first) <= 5
    reds = [row["requirement"].red_line for row in figures.todo]
    assert reds == sorted(reds, reverse=True)


# ---- how a number is said


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (1, 3, "33.3%"),
        (0, 5, "0.0%"),
        (5, 5, "100.0%"),
        (1999, 2000, "99.9%"),
        (19999, 20000, "99.9%"),
        (0, 0, "—"),
    ],
)
def test_a_rate_never_rounds_up_to_a_full_hundred(part, whole, shown):
    assert words.percent(part, whole) == shown


# ---- what must never be on a page


@pytest.fixture(scope="module")
def all_blocks(figures):
    made = [
        getattr(overview, name)(figures)
        for name in (
            "heading",
            "conclusion",
            "cards",
            "heat",
            "coverage",
            "todo",
            "changes",
            "changes_chart",
            "trend",
            "chapters",
            "submissions",
            "measures",
            "footer",
        )
    ]
    made += [
        scoring.ranking(figures),
        scoring.spread(figures),
        scoring.bands(figures),
        scoring.profile(figures),
        scoring.committees(figures),
    ]
    made += [
        issues.heading(figures),
        issues.findings(figures),
        issues.by_street(figures),
        issues.pending(figures),
    ]
    for place in figures.streets:
        made += [
            getattr(street, name)(figures, place)
            for name in ("heading", "standing", "costs", "costs_chart", "findings", "pending", "around")
        ]
        made += [overview.chapters(figures, place), scoring.committees(figures, place)]
    made += [
        block(figures, *page.whose) for page in dashboards.pages(figures.places) for block in page.blocks
    ]
    return made


def decoded(block) -> str:
    """A block's text, with the arrays that plotly packs as base64 unpacked."""
    text = block.html
    for packed in re.findall(r'"bdata":\s*"([^"]+)"', text):
        text += base64.b64decode(packed.encode().decode("unicode_escape")).decode("latin-1")
    return text


def test_no_page_shows_a_phone_number_an_address_or_a_persons_name(figures, all_blocks):
    table = tables.read(figures.project, tables.RETURNS, MONTH)
    personal = [id_ for id_, one in figures.rules.return_fields.items() if one.personal]
    secrets = {value for id_ in personal for value in table[id_].dropna() if len(value) > 2 and value != "无"}
    assert len(secrets) > 100
    whole = "\n".join(decoded(block) for block in all_blocks)
    assert not [secret for secret in secrets if secret in whole]


def test_no_block_points_outside_the_pages_folder(all_blocks):
    for block in all_blocks:
        for address in re.findall(r'(?:href|src)="([^"]*)"', block.html):
            assert not re.match(r"[a-z]+:|//|/", address), address


def test_markup_in_a_cell_stays_text(figures, monkeypatch):
    evil = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
    table = figures.findings.copy()
    table.loc[table["state"] == "not_met", ["committee_name", "reported", "source_file"]] = evil
    hostile = Figures(figures.project, MONTH)
    hostile.findings = table
    page = html(issues.findings(hostile)) + "".join(
        html(street.findings(hostile, one)) for one in figures.streets
    )
    assert "<img" not in page and "<script" not in page and "&lt;img" in page


def test_charts_carry_their_numbers_in_a_table(figures):
    for block in (
        overview.trend(figures),
        overview.chapters(figures),
        overview.changes_chart(figures),
        scoring.spread(figures),
    ):
        assert block.figure is not None
        assert '<table class="data">' in block.html and '<script type="application/json">' in block.html
        spec = re.search(r'<script type="application/json">(.*?)</script>', block.html, re.DOTALL)[1]
        assert json.loads(spec)["data"]


def test_a_street_without_a_return_still_gets_a_page(figures):
    lonely = Figures(figures.project, MONTH)
    place, many = lonely.streets[0], len(lonely.streets)
    code = place.code
    for name in ("returns", "findings", "checks", "scores", "coverage"):
        table = getattr(lonely, name)
        setattr(lonely, name, table[(table["street_code"] != code).fillna(True)])
    files = lonely.files
    lonely.files = files[(files["street_code"] != code).fillna(True)]
    page = "".join(
        html(getattr(street, name)(lonely, place))
        for name in ("heading", "standing", "costs", "costs_chart", "findings", "pending", "around")
    )
    assert "缺报" in page and "未收到报表" in page
    assert f"{many - 1}/{many} 街镇已报送（缺：{place.name}）" in html(overview.heading(lonely))
    assert "st-missing" in html(overview.heat(lonely))


def test_a_first_month_has_nothing_to_compare_with(sample_project):
    first = Figures(sample_project, Month(2026, 7))
    page = html(overview.cards(first)) + html(overview.changes(first)) + html(overview.changes_chart(first))
    assert "无上月数据" in page and "没有上月数据" in page


def test_a_month_without_any_usable_return_has_pages(tmp_path, sample_project):
    from redstats.project import Project
    from redstats.runs import stages

    empty = Project(tmp_path)
    (empty.raw / "2026-10").mkdir(parents=True)
    (empty.raw / "2026-10" / "坏文件.xlsx").write_bytes(b"PK\x03\x04 not a zip")
    for name in ("notebooks", "expectations"):
        (tmp_path / name).symlink_to(sample_project.root / name)
    stages.ensure(empty, MONTH)
    figures = Figures(empty, MONTH)
    assert overview.sentence(figures) == "本月还没有可用的报表。"
    for name in (
        "heading",
        "conclusion",
        "cards",
        "heat",
        "coverage",
        "todo",
        "changes",
        "changes_chart",
        "trend",
        "chapters",
        "submissions",
        "measures",
        "footer",
    ):
        assert html(getattr(overview, name)(figures))
    for name in ("ranking", "spread", "bands", "profile", "committees"):
        assert html(getattr(scoring, name)(figures))
    assert isinstance(tables.read(empty, tables.FINDINGS, MONTH), pd.DataFrame)


def test_the_findings_workbook_holds_the_list_as_plain_text(figures, tmp_path):
    import openpyxl

    path = tmp_path / "问题清单.xlsx"
    path.write_bytes(issues.workbook(figures))
    sheet = openpyxl.load_workbook(path).active
    assert sheet.max_row == len(issues.rows(figures)) + 2
    assert [cell.value for cell in sheet[2]][:3] == ["街镇", "居委会", "业委会"]
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_two_committees_of_one_name_keep_their_own_rows_and_count_twice(figures):
    twins = Figures(figures.project, MONTH)
    place = twins.streets[0]
    scored = figures.committees[figures.committees["street_code"] == place.code]
    homes = scored.drop_duplicates("neighbourhood_committee")["committee_name"]
    first, second = homes.iloc[0], homes.iloc[1]
    for name in ("returns", "findings", "scores"):
        table = getattr(twins, name).copy()
        table.loc[
            (table["street_code"] == place.code) & (table["committee_name"] == second), "committee_name"
        ] = first
        setattr(twins, name, table)
    before = html(scoring.committees(figures, place))
    after = html(scoring.committees(twins, place))
    assert numbers(before) == numbers(after)  # but for the name itself, nothing changes
    assert dashboards.figures.count_committees(twins.open) == dashboards.figures.count_committees(
        figures.open
    )
    assert html(street.costs_chart(twins, place)) == html(street.costs_chart(figures, place))

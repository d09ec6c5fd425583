"""The pages of a month: complete, one source for every number, nothing personal, nothing from the network."""

from __future__ import annotations

import base64
import json
import re

import openpyxl
import pandas as pd
import pytest

from redstats import dashboards, tables
from redstats.dashboards import (
    Figures,
    changes,
    committees,
    issues,
    lost_points,
    overview,
    requirements,
    scoring,
    standing,
    street,
    words,
)
from redstats.months import Month

MONTH = Month(2026, 10)
FOR_THE_MEETING = (  # of a street's page
    standing.cards,
    standing.place,
    standing.moves,
    lost_points.spine,
    lost_points.steps,
    committees.sections,
)


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
        lost = lost_points.lost(figures, place)
        points = figures.points(place)
        assert 100 - lost["lost"].sum() - lost["unknown"].sum() == pytest.approx(points.lowest, abs=1e-6)


def test_the_steps_down_from_a_hundred_end_at_the_lowest_possible_and_lead_to_as_many_rows_as_they_say(
    figures,
):
    for place in figures.streets:
        page = html(lost_points.steps(figures, place)).partition("<details")[0]
        drops = [float(one) for one in re.findall(r"−(\d+\.\d\d)</td>", page)]
        assert 100 - sum(drops) == pytest.approx(figures.points(place).lowest, abs=0.01 * len(drops))
        listed = html(street.findings(figures, place))
        for anchor, count in re.findall(r'<a href="#(r-\w+)">(\d+) 行</a>', page):
            rows = listed.split(f'<tbody id="{anchor}">')[1].split("</tbody>")[0]
            assert rows.count('<th scope="row"') == int(count)


def test_what_moved_is_told_by_name_as_often_as_the_life_of_findings_says(figures):
    for place in figures.streets:
        page, life = html(standing.moves(figures, place)), figures.life(place)
        came, mended, lasting = map(int, re.findall(r'class="count-of">(\d+)<', page)) if page else (0, 0, 0)
        assert (came, mended) == (life["new"] + life["reopened"], life["resolved"]) and lasting <= life[
            "ongoing"
        ]
        assert page.count("<li>") == came + mended + lasting


def test_every_committee_has_a_section_with_what_costs_it_points_and_where_that_stands(figures):
    for place in figures.streets[:4]:
        page = committees.sections(figures, place).html
        sections = dict(re.findall(r'<section id="(k\d+)">(.*?)</section>', page, re.DOTALL))
        assert len(sections) == len(
            figures.returns[figures.returns["street_code"] == place.code][WHO].drop_duplicates()
        )
        opened = figures.open[figures.open["street_code"] == place.code]
        for row in opened.to_dict("records"):
            section = sections[figures.anchor(row)]
            assert row["committee_name"] in section and row["cell"] in section
            assert figures.rules.requirements[row["requirement"]].title in section
        for anchor in re.findall(r'href="#(k\d+)"', html(street.findings(figures, place))):
            assert anchor in sections


def test_every_finding_of_the_list_stands_on_its_streets_page(figures):
    for place in figures.streets[:3]:
        page = html(street.findings(figures, place))
        for row in issues.rows(figures):
            if row["street_code"] == place.code:
                assert row["committee_name"] in page and (row["cell"] or "（无此列）") in page


def test_the_tasks_have_every_red_line_first_and_name_who_falls_short(figures):
    tasks, page = figures.tasks, html(overview.todo(figures))
    reds = [task for task in tasks if task.requirement.red_line]
    assert reds == tasks[: len(reds)] and sum(task.count for task in tasks) == len(figures.open)
    listed = tasks[: max(len(reds), overview.TODO)]
    assert page.count("<li ") == len(listed)
    for task in listed:
        assert f'<li value="{task.count}"><b>{task.requirement.title}</b>' in page
        assert f'href="issues.html#r-{task.requirement.id}"' in page
        for names in task.by_street.values():
            assert task.count > overview.NAMES_LISTED or all(name in page for name in names)


def test_a_cell_of_the_heat_table_counts_the_committees_that_fall_short_and_leads_to_them(figures):
    heat = html(overview.heat(figures))
    for place in figures.streets:
        page = html(street.findings(figures, place))
        opened = figures.open[figures.open["street_code"] == place.code]
        for clause, rows in opened.groupby("clause"):
            count = len(rows[["neighbourhood_committee", "committee_name"]].drop_duplicates())
            link = re.search(
                rf'href="streets/{place.code}.html#c-{re.escape(clause)}">(.*?)</a>', heat, re.DOTALL
            )
            assert f"<b>{count}</b>" in link[1]
            section = page.split(f'<section id="c-{clause}">', 1)[1].split('<section id="c-', 1)[0]
            section = section.split('<section id="review">', 1)[0]
            assert section.count('<th scope="row"') == len(rows)


def test_the_list_by_requirement_has_an_anchor_that_holds_just_its_rows(figures):
    page = html(issues.findings(figures))
    for task in figures.tasks:
        section = page.split(f'<section id="r-{task.requirement.id}">', 1)[1].split("</section>", 1)[0]
        assert section.count('<th scope="row"') == task.count
    red = page.split('<section id="red">', 1)[1].split('<section id="others">', 1)[0]
    assert red.count('<th scope="row"') == len(figures.serious)


def test_what_is_not_known_of_a_clause_is_told_beside_what_falls_short(figures):
    heat = html(overview.heat(figures))
    unsettled = figures.findings[figures.findings["state"].isin(["not_reported", "needs_review"])]
    named = unsettled[
        ["street_code", "neighbourhood_committee", "committee_name", "clause"]
    ].drop_duplicates()
    for (_, clause), count in named.groupby(["street_code", "clause"]).size().items():
        assert f"○{count}</small>" in heat, clause


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
            "short_by_chapter",
            "coverage_and_todo",
            "submissions",
            "footer",
        )
    ]
    made += [changes.changes(figures)]
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
            getattr(street, name)(figures, place) for name in ("heading", "findings", "pending", "around")
        ]
        made += [block(figures, place) for block in FOR_THE_MEETING]
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
    for block in (scoring.spread(figures),):
        assert block.figure is not None
        assert '<table class="data' in block.html and '<script type="application/json">' in block.html
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
        html(getattr(street, name)(lonely, place)) for name in ("heading", "findings", "pending", "around")
    )
    page += "".join(html(block(lonely, place)) for block in FOR_THE_MEETING)
    assert "缺报" in page and "未收到报表" in page
    assert f"{many - 1}/{many} 街镇已报送（缺：{place.name}）" in html(overview.heading(lonely))
    assert "st-missing" in html(overview.heat(lonely))
    row = next(part for part in html(changes.changes(lonely)).split("<tr>") if place.name in part)
    assert "本月未知" in row and '<td class="num" data-label="本月">—</td>' in row


def test_a_first_month_has_nothing_to_compare_with(sample_project):
    first = Figures(sample_project, Month(2026, 7))
    page = html(overview.cards(first)) + html(changes.changes(first)) + html(overview.short_by_chapter(first))
    assert "无上月数据" in page and "→" not in page and "<svg" not in page


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
    assert overview.sentence(figures).startswith("本月还没有可用的报表。催报：")
    for name in (
        "heading",
        "conclusion",
        "cards",
        "heat",
        "coverage",
        "todo",
        "short_by_chapter",
        "submissions",
        "footer",
    ):
        assert html(getattr(overview, name)(figures))
    assert html(changes.changes(figures)) and html(requirements.measures(figures))
    for name in ("ranking", "spread", "bands", "profile", "committees"):
        assert html(getattr(scoring, name)(figures))
    assert isinstance(tables.read(empty, tables.FINDINGS, MONTH), pd.DataFrame)


def test_the_findings_workbook_holds_the_list_as_plain_text(figures, tmp_path):
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
    before, after = (html(committees.sections(one, place)) for one in (figures, twins))
    assert sorted(numbers(before)) == sorted(numbers(after))  # but for the name itself, nothing changes
    assert dashboards.figures.count_committees(twins.open) == dashboards.figures.count_committees(
        figures.open
    )
    assert html(lost_points.steps(twins, place)) == html(lost_points.steps(figures, place))


def test_a_share_of_committees_is_of_those_that_are_judged(figures):
    text = re.sub(r"<[^>]+>|\s+", " ", overview.heat(figures).html)
    short, judged = re.findall(r"(\d+) */ *(\d+)", text)[-1]
    assert int(short) == len(figures.open[WHO].drop_duplicates()) and int(judged) == len(figures.committees)


WHO = ["street_code", "neighbourhood_committee", "committee_name"]


def test_every_list_for_anybody_prints_with_its_headings_and_keeps_them_in_sight(figures, tmp_path):
    for page in dashboards.pages(figures.places):
        for attached in page.attachments:
            if not attached.is_public:
                continue
            path = tmp_path / "list.xlsx"
            path.write_bytes(attached.content(figures, *page.whose))
            for sheet in openpyxl.load_workbook(path):
                assert (
                    sheet.page_setup.orientation == "landscape"
                    and sheet.sheet_properties.pageSetUpPr.fitToPage
                )
                assert not [
                    cell
                    for row in sheet.iter_rows()
                    for cell in row
                    if re.fullmatch(r"\d+(\.\d+)?%?", str(cell.value))
                    and cell.data_type == "s"
                    and sheet.cell(2, cell.column).value not in ("填报", "填报情况", "填写")
                ]
                if sheet.auto_filter.ref:
                    assert sheet.freeze_panes and sheet.print_title_rows and sheet.print_area

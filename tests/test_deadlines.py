"""The deadline radar: what is overdue, due this month or soon; what is done is not listed, what is not known is not guessed."""

from __future__ import annotations

import datetime as dt
import io
import re
import shutil

import pandas as pd
import pytest
from drawn import BLANK, NOT_APPLICABLE, UNREADABLE, Drawn
from openpyxl import load_workbook

from redstats import deadlines, findings, standard, tables
from redstats.dashboards import Figures
from redstats.dashboards import deadlines as blocks
from redstats.deadlines import kinds
from redstats.deadlines.kinds import FILE, Kind
from redstats.errors import StandardError
from redstats.months import Month
from redstats.project import Project
from redstats.standard import law, requirements
from redstats.values import MONTH_ONLY

DAY = dt.date
JIANGSU = "310105002"

# month: a case a committee: what it reported, and the (rule, standing, due) expected of it, () for none of the kind.
# kind, values now, expected (standing, due, days)
CASES: dict[str, list[tuple[str, dict, list[tuple]]]] = {
    "2026-10": [
        # a term that ends
        ("term", {"term_end": DAY(2026, 9, 30)}, [("overdue", DAY(2026, 9, 30), -31)]),
        ("term", {"term_end": DAY(2026, 10, 1)}, [("this_month", DAY(2026, 10, 1), -30)]),
        ("term", {"term_end": DAY(2026, 10, 31)}, [("this_month", DAY(2026, 10, 31), 0)]),
        ("term", {"term_end": DAY(2026, 11, 1)}, [("soon", DAY(2026, 11, 1), 1)]),
        ("term", {"term_end": DAY(2026, 11, 30)}, [("soon", DAY(2026, 11, 30), 30)]),
        ("term", {"term_end": DAY(2026, 12, 1)}, [("ahead", DAY(2026, 12, 1), 31)]),
        ("term", {"term_end": DAY(2027, 3, 31)}, [("ahead", DAY(2027, 3, 31), 151)]),
        ("term", {"term_end": DAY(2027, 4, 1)}, []),
        ("term", {"term_end": BLANK}, [("unknown", None, None)]),
        ("term", {"term_end": UNREADABLE}, [("unknown", None, None)]),
        ("term", {"term_end": NOT_APPLICABLE}, [("unknown", None, None)]),  # every term has an end
        ("term", {"term_end": DAY(2026, 9, 30), "committee_status": "筹备组建中"}, []),
        # five months before it a written report
        (
            "renewal_report",
            {"term_end": DAY(2027, 2, 27), "renewal_report_date": BLANK},
            [("overdue", DAY(2026, 9, 27), -34)],
        ),
        (
            "renewal_report",
            {"term_end": DAY(2027, 3, 31), "renewal_report_date": BLANK},
            [("this_month", DAY(2026, 10, 31), 0)],
        ),
        (
            "renewal_report",
            {"term_end": DAY(2027, 4, 1), "renewal_report_date": BLANK},
            [("soon", DAY(2026, 11, 1), 1)],
        ),
        (  # not 31 February
            "renewal_report",
            {"term_end": DAY(2027, 7, 31), "renewal_report_date": BLANK},
            [("ahead", DAY(2027, 2, 28), 120)],
        ),
        ("renewal_report", {"term_end": DAY(2027, 2, 27), "renewal_report_date": DAY(2026, 10, 20)}, []),
        ("renewal_report", {"term_end": DAY(2027, 4, 1), "renewal_report_date": DAY(2026, 10, 20)}, []),
        (
            "renewal_report",
            {"term_end": BLANK, "renewal_report_date": BLANK},
            [("unknown", None, None)],
        ),
        # sixty days after it the group, thirty after the election the filing
        (
            "renewal_group",
            {"renewal_report_date": DAY(2026, 8, 1), "renewal_group_date": BLANK},
            [("overdue", DAY(2026, 9, 30), -31)],
        ),
        (
            "renewal_group",
            {"renewal_report_date": DAY(2026, 9, 15), "renewal_group_date": BLANK},
            [("soon", DAY(2026, 11, 14), 14)],
        ),
        (
            "renewal_group",
            {"renewal_report_date": DAY(2026, 8, 1), "renewal_group_date": DAY(2026, 10, 1)},
            [],
        ),
        ("renewal_group", {"renewal_report_date": BLANK, "renewal_group_date": BLANK}, []),
        (
            "filing",
            {"election_date": DAY(2026, 10, 20), "filing_date": BLANK},
            [("soon", DAY(2026, 11, 19), 19)],
        ),
        ("filing", {"election_date": DAY(2026, 10, 2), "filing_date": DAY(2026, 10, 9)}, []),
        (  # an empty day is no answer here: see law.yaml
            "filing",
            {"election_date": DAY(2026, 9, 1), "filing_date": BLANK},
            [("unknown", DAY(2026, 10, 1), None)],
        ),
        # publications
        ("income", {"income_publish_dates": [DAY(2026, 9, 30)]}, [("this_month", DAY(2026, 10, 15), -16)]),
        ("income", {"income_publish_dates": []}, [("this_month", DAY(2026, 10, 15), -16)]),
        ("income", {"income_publish_dates": [DAY(2026, 10, 15)]}, []),
        ("income", {"income_publish_dates": [DAY(2026, 10, 16)]}, []),  # late, and done
        ("income", {"income_publish_dates": NOT_APPLICABLE}, [("unknown", DAY(2026, 10, 15), None)]),
        ("income", {"income_publish_dates": BLANK}, [("this_month", DAY(2026, 10, 15), -16)]),
        ("income", {}, [("unknown", DAY(2026, 10, 15), None)]),
        ("fund", {"fund_publish_dates": []}, []),  # 31 December is far
        # the audit
        ("audit", {"audit_report_date": BLANK}, [("overdue", DAY(2026, 6, 30), -123)]),
        ("audit", {"audit_report_date": DAY(2026, 8, 3)}, []),  # late, and done
        ("audit", {"audit_report_date": DAY(2025, 6, 3)}, [("overdue", DAY(2026, 6, 30), -123)]),
        (
            "audit_notice",
            {"audit_report_date": DAY(2026, 10, 30), "audit_notice_date": BLANK},
            [("soon", DAY(2026, 11, 2), 2)],
        ),
        (
            "audit_notice",
            {"audit_report_date": DAY(2026, 10, 28), "audit_notice_date": BLANK},
            [("this_month", DAY(2026, 10, 31), 0)],
        ),
        ("audit_notice", {"audit_report_date": BLANK, "audit_notice_date": BLANK}, []),
        # each month, each two months
        ("reception", {"reception_days": 0}, [("this_month", DAY(2026, 10, 31), 0)]),
        ("reception", {"reception_days": 1}, []),
        ("reception", {"reception_days": UNREADABLE}, [("unknown", DAY(2026, 10, 31), None)]),
        ("joint", {"joint_meetings": 0}, [("this_month", DAY(2026, 10, 31), 0)]),
        ("meetings", {"committee_meetings": 1}, []),
        # the standard's own
        ("debrief", {"debrief_date": BLANK}, [("ahead", DAY(2026, 12, 31), 61)]),
        ("debrief", {"debrief_date": DAY(2026, 3, 1)}, []),
        ("self_study", {"self_study_ytd": 0}, [("overdue", DAY(2026, 6, 30), -123)]),
        ("self_study", {"self_study_ytd": 1}, [("ahead", DAY(2026, 12, 31), 61)]),
        ("self_study", {"self_study_ytd": 2}, []),
        (  # in office since July: nothing was due by the end of June, and one is enough
            "self_study",
            {"self_study_ytd": 0, "term_start": DAY(2026, 7, 1)},
            [("ahead", DAY(2026, 12, 31), 61)],
        ),
        ("self_study", {"self_study_ytd": 1, "term_start": DAY(2026, 7, 1)}, []),
        ("self_study", {"self_study_ytd": BLANK}, [("unknown", DAY(2026, 6, 30), None)]),
        (
            "remedial",
            {"annual_rating": "运作欠规范", "rating_year": 2025, "remedial_training_date": BLANK},
            [("undated", None, None)],
        ),
        (
            "remedial",
            {"annual_rating": "运作欠规范", "rating_year": 2025, "remedial_training_date": DAY(2026, 4, 1)},
            [],
        ),
        ("remedial", {"annual_rating": "运作规范", "remedial_training_date": BLANK}, []),
    ],
    "2025-12": [  # before the notices of 2026
        (
            "income",
            {"income_publish_dates": []},
            [("unknown", DAY(2025, 12, 31), None)],
        ),  # nothing is known before
        ("reception", {"reception_days": 0}, []),
        ("joint", {"joint_meetings": 0}, []),
        ("audit_notice", {"audit_report_date": DAY(2025, 12, 30), "audit_notice_date": BLANK}, []),
        # no law on the audit's day yet: the standard asks for it by the year's end
        ("audit", {"audit_fund": False}, [("this_month", DAY(2025, 12, 31), 0)]),
        ("debrief", {"debrief_date": BLANK}, [("this_month", DAY(2025, 12, 31), 0)]),
        ("self_study", {"self_study_ytd": 1}, [("this_month", DAY(2025, 12, 31), 0)]),
        ("term", {"term_end": DAY(2025, 12, 31)}, [("this_month", DAY(2025, 12, 31), 0)]),
    ],
    "2026-03": [  # the fifteenth is law from April on
        (
            "income",
            {"income_publish_dates": BLANK},
            [("unknown", DAY(2026, 3, 31), None), ("soon", DAY(2026, 4, 15), 15)],
        ),
        (
            "income",
            {"income_publish_dates": NOT_APPLICABLE},
            [("unknown", DAY(2026, 3, 31), None), ("soon", DAY(2026, 4, 15), 15)],
        ),
        ("reception", {"reception_days": 0}, []),  # a part of the month was before the law
        ("debrief", {"debrief_date": BLANK}, []),
        ("self_study", {"self_study_ytd": 0}, []),
    ],
    "2026-05": [
        ("fund", {"fund_publish_dates": []}, [("soon", DAY(2026, 6, 30), 30)]),
        ("audit", {"audit_report_date": BLANK}, [("soon", DAY(2026, 6, 30), 30)]),
        ("audit", {"audit_report_date": DAY(2026, 5, 1)}, []),
        ("self_study", {"self_study_ytd": 0}, [("soon", DAY(2026, 6, 30), 30)]),
    ],
    "2026-11": [  # the last day of December is 31 days away: not within thirty, and not passed over
        ("fund", {"fund_publish_dates": []}, [("ahead", DAY(2026, 12, 31), 31)]),
        ("debrief", {"debrief_date": BLANK}, [("ahead", DAY(2026, 12, 31), 31)]),
        ("income", {"income_publish_dates": [DAY(2026, 11, 2)]}, []),
    ],
    "2028-01": [  # a leap year: five months before 31 July
        (
            "renewal_report",
            {"term_end": DAY(2028, 7, 31), "renewal_report_date": BLANK},
            [("soon", DAY(2028, 2, 29), 29)],
        ),
        ("income", {"income_publish_dates": []}, [("this_month", DAY(2028, 1, 15), -16)]),
    ],
}
EVERY_CASE = [(month, number) for month, cases in CASES.items() for number in range(len(cases))]


@pytest.fixture(scope="module")
def listed(once):
    """The radar of each month, every case a committee."""

    def build(folder):
        drawn = Drawn(folder)
        for name, cases in CASES.items():
            month = Month.parse(name)
            drawn.write(
                month, [{"name": f"{name}第{number}例", **told} for number, (_, told, _) in enumerate(cases)]
            )
            findings.find(drawn.project, month)
            deadlines.find(drawn.project, month)

    project = Project(once("deadlines", build))
    return {name: tables.read(project, tables.DEADLINES, Month.parse(name)) for name in CASES}


def told(table: pd.DataFrame) -> list[tuple]:
    """Standing, day and days, each once."""
    plain = table[["standing", "due", "days"]].astype(object)
    return [*dict.fromkeys(plain.where(plain.notna(), None).itertuples(index=False, name=None))]


@pytest.mark.xdist_group("deadlines")
@pytest.mark.parametrize(("month", "number"), EVERY_CASE)
def test_a_duty_is_listed_as_it_stands(listed, month, number):
    kind, reported, expected = CASES[month][number]
    table = listed[month]
    own = table[(table["committee_name"] == f"{month}第{number}例") & (table["kind"] == kind)]
    fields = {field for one in (kinds()[kind].law + kinds()[kind].standard) for field in fields_of(one)}
    if kind == "audit":  # four rules, of which a case speaks of one
        own = own[
            own["requirement"].isin([one for one in own["requirement"] if fields_of(one) & set(reported)])
        ]
    assert fields and told(own) == expected


def fields_of(rule: str) -> set[str]:
    known = law.dated() | requirements.dated()
    return {one.field for _, one in known[rule]}


@pytest.mark.xdist_group("deadlines")
def test_a_row_says_what_where_by_which_rule_and_what_to_do(listed):
    table = listed["2026-10"]
    row = table[(table["kind"] == "renewal_report") & (table["due"] == DAY(2026, 9, 27))].iloc[0]
    rule = standard.on(DAY(2026, 10, 31)).law.rules["L03_report"]
    assert (row["layer"], row["source"]) == ("law", f"{rule.document}{rule.article}")
    assert row["reported"] == "任期届满 2027年2月27日；换届报告日期 未填"
    assert row["required"] == rule.required and row["to_do"] == rule.fix
    assert row["source_file"] and row["source_sheet"] and row["cell"]
    other = table[table["kind"] == "debrief"].iloc[0]
    assert (other["layer"], other["source"]) == ("standard", "一（三）组织引领")


@pytest.mark.xdist_group("deadlines")
def test_the_source_of_the_next_period_is_the_law_in_force_then(listed):
    table = listed["2026-03"]
    row = table[(table["kind"] == "income") & (table["standing"] == "soon")].iloc[0]
    assert row["source"] == "沪房规范〔2025〕8号第十四条"


@pytest.mark.xdist_group("deadlines")
def test_a_pace_within_the_year_says_that_it_is_local(listed):
    table = listed["2026-10"]
    row = table[(table["kind"] == "self_study") & (table["standing"] == "overdue")].iloc[0]
    assert "6月底前至少1次（进度为本地设定）" in row["required"]


@pytest.fixture
def drawn(tmp_path):
    return Drawn(tmp_path / "project")


def radar(drawn: Drawn, month: Month) -> pd.DataFrame:
    findings.find(drawn.project, month)
    return deadlines.find(drawn.project, month)


def vaguely(drawn: Drawn, month: Month, field: str, raw: str) -> None:
    """As if of a date only the month had been written."""
    cells = tables.read(drawn.project, tables.CELLS, month)
    own = cells["field"] == field
    cells.loc[own, "note"], cells.loc[own, "raw"] = f"{MONTH_ONLY}，按当月末日计", raw
    tables.write(drawn.project, tables.CELLS, month, cells, "310105")


@pytest.mark.parametrize(
    ("end", "standing"),
    [(DAY(2026, 11, 30), "unknown"), (DAY(2027, 3, 31), "unknown"), (DAY(2027, 4, 30), None)],
)
def test_of_a_term_that_ends_some_day_of_a_month_no_day_is_guessed(drawn, end, standing):
    month = drawn.write(Month(2026, 10), [{"term_end": end}])
    vaguely(drawn, month, "term_end", f"{end.year}年{end.month}月")
    own = radar(drawn, month)
    own = own[own["kind"] == "term"]
    assert own["standing"].tolist() == ([standing] if standing else [])
    assert own["due"].isna().all() and own["days"].isna().all()
    assert not standing or f"{end.year}年{end.month}月（没有写到日）" in own["reported"].iloc[0]


def test_meetings_are_due_two_months_after_the_last(drawn):
    names = ["九月开过", "十月开过", "八月开过", "久未开", "九月未报"]
    august = [{"name": name, "committee_meetings": int(name != "久未开")} for name in names]
    september = [{"name": name, "committee_meetings": int(name == "九月开过")} for name in names[:4]]
    october = [{"name": name, "committee_meetings": int(name == "十月开过")} for name in names]
    for month, committees in ((8, august), (9, september), (10, october)):
        findings.find(drawn.project, drawn.write(Month(2026, month), committees))
    own = deadlines.find(drawn.project, Month(2026, 10))
    own = own[own["kind"] == "meetings"].set_index("committee_name")
    assert told(own.loc[["九月开过"]]) == [("soon", DAY(2026, 11, 30), 30)]
    assert "十月开过" not in own.index
    assert told(own.loc[["八月开过"]]) == [("this_month", DAY(2026, 10, 31), 0)]
    assert told(own.loc[["久未开"]]) == [("overdue", DAY(2026, 9, 30), -31)]
    assert told(own.loc[["九月未报"]]) == [("unknown", DAY(2026, 10, 31), None)]
    november = [{"name": "八月开过", "committee_meetings": 0}]
    own = radar(drawn, drawn.write(Month(2026, 11), november))
    assert told(own[own["kind"] == "meetings"]) == [("overdue", DAY(2026, 10, 31), -30)]


def test_a_publication_told_last_month_is_done(drawn):
    findings.find(drawn.project, drawn.write(Month(2026, 10), [{"income_publish_dates": [DAY(2026, 10, 9)]}]))
    own = radar(drawn, drawn.write(Month(2026, 11), [{"income_publish_dates": BLANK}]))
    assert "income" not in set(own["kind"])


def test_rules_that_are_switched_off_do_not_appear(drawn, tmp_path, monkeypatch):
    folder = tmp_path / "standard"
    shutil.copytree(standard.document.FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    path = folder / "law.yaml"
    path.write_text(path.read_text("utf-8").replace("\nenabled: true", "\nenabled: false"), "utf-8")
    real_on, real_law = standard.on, law.on
    monkeypatch.setattr(standard, "on", lambda day: real_on(day, folder))
    monkeypatch.setattr(law, "on", lambda day, _=None: real_law(day, folder))
    month = drawn.write(Month(2026, 10), [{"term_end": DAY(2026, 9, 30), "reception_days": 0}])
    own = radar(drawn, month)
    assert set(own["layer"]) == {"standard"} and "reception" not in set(own["kind"])
    assert own.set_index("kind").loc["term", ["requirement", "days"]].tolist() == ["renewal_on_time", -31]


def test_a_month_without_committees_has_no_deadlines(drawn):
    assert radar(drawn, drawn.write(Month(2026, 10), [])).empty


# What is followed is data.


def test_every_kind_names_rules_and_requirements_there_are():
    for kind in kinds().values():
        assert isinstance(kind, Kind) and set(kind.law) <= set(law.dated())
        assert set(kind.standard) <= set(requirements.dated())


def test_every_yearly_duty_is_followed_by_the_radar_or_by_the_citys_rule_of_the_same_act():
    yearly = {
        id_ for id_, one in standard.on(Month(2026, 12).end).requirements.items() if one.period == "year"
    }
    followed = {id_ for kind in kinds().values() for id_ in kind.standard}
    assert yearly - followed <= {"fund_published", "income_published"}  # the city asks for them more often


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("L05_overdue", "L05_late", "L05_late"),
        ("ahead: 5", "ahead: 0", "0"),
        ("ends: true, ahead", "ends: 是, ahead", "是"),
        ("law: [L03_report], ", "", "依据"),
        ("title: 备案", "titel: 备案", "titel"),
    ],
)
def test_a_mistake_in_the_kinds_is_named(tmp_path, old, new, said):
    text = FILE.read_text("utf-8")
    assert old in text
    path = tmp_path / "kinds.yaml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(StandardError) as refused:
        kinds(path)
    assert said in refused.value.what and refused.value.where.startswith("kinds.yaml")


# On pages and as a workbook.


@pytest.fixture(scope="module")
def figures(sample_project):
    return Figures(sample_project, Month(2026, 10))


@pytest.mark.xdist_group("sample")
def test_sentence_tables_and_list_of_the_district_have_the_same_numbers(figures):
    listed, table = blocks.rows(figures), figures.deadlines
    standings = [row["standing"] for row in listed]
    assert {*standings} <= set(deadlines.STANDINGS) - {"unknown"}
    told = blocks.sentence(listed, figures)
    for name in ("overdue", "this_month", "soon"):
        assert f"{deadlines.standings(figures.settings)[name]} {standings.count(name)} 件" in told
    total = re.findall(r"合计</th>(.*?)</tr>", blocks.by_kind(figures, listed).html)[0]
    numbers = [int(one) for one in re.findall(r">(\d+)<", total)]
    assert numbers[:-1] == [standings.count(name) for name in deadlines.STANDINGS if name != "unknown"]
    assert numbers[-1] == (table["standing"] == "unknown").sum()
    assert sum(len(row["requirements"]) for row in listed) == (table["standing"] != "unknown").sum()


@pytest.mark.xdist_group("sample")
def test_the_days_of_the_law_are_those_of_its_findings(figures):
    """An overdue or due row is one that the law's own table holds against the committee, with the same day."""
    against = figures.law[figures.law["state"] == "not_met"]
    against = {
        (row.street_code, row.committee_name, row.requirement): row.due for row in against.itertuples()
    }
    pressing = figures.deadlines[figures.deadlines["standing"].isin(blocks.PRESSING)]
    pressing = pressing[pressing["layer"] == "law"]
    assert len(pressing) > 100
    for row in pressing.itertuples():
        due = against[row.street_code, row.committee_name, row.requirement]
        assert pd.isna(due) or due == row.due


@pytest.mark.xdist_group("sample")
def test_a_page_lists_the_most_pressing_and_the_workbook_all_with_real_dates(figures):
    html, listed = blocks.listed(figures).html, blocks.rows(figures)
    assert html.count("<tr>") == blocks.MOST + 1 and f"全部 {len(listed)} 件" in html
    assert blocks.FILE in html and len(html.encode()) < 200 * 1024
    book = load_workbook(io.BytesIO(blocks.workbook(figures)))
    sheet = book["期限提醒"]
    heads = [cell.value for cell in sheet[2]]
    lines = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    assert len(lines) == len(listed)
    days = [line[heads.index("到期日")] for line in lines]
    assert [one and one.date() for one in days] == [row["due"] for row in listed]
    assert {sheet.cell(3, heads.index("到期日") + 1).number_format} == {'yyyy"年"m"月"d"日"'}
    assert book["说不准的"].max_row == 2 + (figures.deadlines["standing"] == "unknown").sum()
    assert not [cell for one in book for row in one.iter_rows() for cell in row if cell.data_type == "f"]


@pytest.mark.xdist_group("sample")
def test_a_street_has_its_own_list_and_one_without_a_return_says_so(figures):
    street = figures.places.street("北新泾")
    own = blocks.rows(figures, street)
    assert own and {row["street_code"] for row in own} == {street.code}
    assert 'id="deadlines"' in blocks.of_street(figures, street).html
    nothing = Figures(figures.project, figures.month)
    for name in ("returns", "files"):
        table = getattr(nothing, name)
        setattr(nothing, name, table[table["street_code"] != street.code])
    nothing.deadlines = nothing.deadlines[nothing.deadlines["street_code"] != street.code]
    assert blocks.of_street(nothing, street).html == ""
    assert street.name in blocks.heading(nothing).html
    assert (
        "缺报"
        in blocks.by_street(nothing, blocks.rows(nothing)).html.split(street.label)[1].split("</tr>")[0]
    )


def test_rules_that_ask_for_one_act_by_one_day_are_one_line(drawn):
    month = drawn.write(
        Month(2026, 10), [{"audit_fund": False, "audit_income": False, "audit_report_date": BLANK}]
    )
    findings.find(drawn.project, month)
    deadlines.find(drawn.project, month)
    for name in (tables.SCORES, tables.COVERAGE, tables.NOTES, tables.CHANGES):
        tables.write(drawn.project, name, month, [], "310105")
    (line,) = [row for row in blocks.rows(Figures(drawn.project, month)) if row["kind"] == "audit"]
    assert line["requirements"] == ["L17_report", "L17_fund", "L17_income"]
    assert line["reported"] == "审计报告日期 未填；维修资金审计 否；公共收益审计 否"
    assert line["cell"].count("、") == 2 and line["left"] == "已过123天"

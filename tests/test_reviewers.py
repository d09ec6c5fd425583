"""Several reviewers: the newest sheet of each, the mean of all, and how much one of them decides."""

from __future__ import annotations

import itertools
from statistics import mean

import pandas as pd
import pytest
from drawing import JUNE, PLACES, RULES, draw
from drawn import Drawn
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from redstats import dashboards, scores, tables
from redstats.dashboards import explaining, scoring
from redstats.mappings import Mappings
from redstats.months import Month
from redstats.project import Project
from redstats.returns import read_month
from redstats.scores import reviews

LINES = list(RULES.review_fields)
LABELS = [RULES.fields[id_].label for id_ in LINES]
OCTOBER = Month(2026, 10)
IDENTITY = Mappings().identity(PLACES)


def sheet(points: dict[str, int], above: str = "评议人：示例甲 | 评议日期：2026-07-03") -> str:
    """A reviewer's sheet: by committee the points of every line, with what stands above."""
    heads = "|".join(["序号", "街镇", "业委会名称", *LABELS[:6]])
    rows = [
        f"{at}|华阳路街道|{name}|" + "|".join([str(got)] * 6)
        for at, (name, got) in enumerate(points.items(), 1)
    ]
    return "\n".join([above.replace(" | ", "|"), heads, *rows])


@pytest.fixture
def month_of(tmp_path):
    def read(files: dict[str, str | dict[str, str]]):
        folder = tmp_path / "data" / "raw" / str(JUNE)
        folder.mkdir(parents=True)
        for file, sheets in files.items():
            book = Workbook()
            book.remove(book.active)
            for name, drawing in ({"评议打分": sheets} if isinstance(sheets, str) else sheets).items():
                draw(book.create_sheet(name), drawing)
            book.save(folder / file)
        return read_month(Project(tmp_path), JUNE)

    return read


def given_by(month) -> list[tuple]:
    """(reviewer, committee, points) of what counts."""
    rows = [row for one in month.used("review") for row in one.rows]
    return sorted((row["reviewer"] or "", row["committee_name"], row[LINES[0]]) for row in rows)


A, B = "秀水苑业委会", "天诚公寓业委会"


@pytest.mark.parametrize(
    "above",
    [
        "评议人：示例甲|评议日期：2026-07-03",
        "评议人|示例甲|评议日期|2026-07-03",
        "评委：示例甲",
        "评分人（签名）：示例甲",
        "评议专家：甲 乙",
    ],
)
def test_a_label_says_who_reviews(month_of, above):
    (reviewer,) = {who for who, *_ in given_by(month_of({"评议.xlsx": sheet({A: 90, B: 70}, above)}))}
    assert reviewer == ("甲乙" if "甲 乙" in above else "示例甲")


@pytest.mark.parametrize("above", ["评议人：|评议日期：2026-07-03", "评议人：", "评议打分表"])
def test_a_sheet_that_nobody_signed_is_of_nobody_named(month_of, above):
    assert {who for who, *_ in given_by(month_of({"评议.xlsx": sheet({A: 90, B: 70}, above)}))} == {""}


def test_the_sheets_of_two_reviewers_both_count(month_of):
    month = month_of(
        {
            "甲.xlsx": sheet({A: 90, B: 70}),
            "乙.xlsx": sheet({A: 60, B: 80}, "评议人：示例乙"),
        }
    )
    assert given_by(month) == [("示例乙", B, 80), ("示例乙", A, 60), ("示例甲", B, 70), ("示例甲", A, 90)]


def test_two_reviewers_who_gave_the_same_are_two(month_of):
    month = month_of({"甲.xlsx": sheet({A: 90}), "乙.xlsx": sheet({A: 90}, "评议人：示例乙")})
    assert [who for who, *_ in given_by(month)] == ["示例乙", "示例甲"]


def test_the_sheets_of_two_reviewers_in_one_workbook_are_not_joined(month_of):
    month = month_of({"评议.xlsx": {"甲": sheet({A: 90}), "乙": sheet({A: 60}, "评议人：示例乙")}})
    assert given_by(month) == [("示例乙", A, 60), ("示例甲", A, 90)]


def test_a_column_tells_who_gave_the_points_of_a_row(month_of):
    heads = "|".join(["街镇", "业委会名称", "评议人", *LABELS[:6]])
    rows = [
        f"华阳路街道|{name}|{who}|" + "|".join([str(got)] * 6)
        for name, who, got in ((A, "示例甲", 90), (A, "示例乙", 60), (B, "示例乙", 50))
    ]
    month = month_of({"评议.xlsx": "\n".join(["评议打分表", heads, *rows])})
    assert given_by(month) == [("示例乙", B, 50), ("示例乙", A, 60), ("示例甲", A, 90)]


@pytest.mark.parametrize("signed", ["评议人：示例甲", "评议人："])
@pytest.mark.parametrize("order", list(itertools.permutations(range(2))))
def test_the_newer_sheet_of_one_reviewer_takes_the_place_of_the_older(month_of, signed, order):
    sheets = [
        ("a.xlsx", sheet({A: 90, B: 70}, f"{signed}|评议日期：2026-07-03")),
        ("b.xlsx", sheet({A: 60, B: 80}, f"{signed}|评议日期：2026-07-09")),
    ]
    month = month_of(dict(sheets[place] for place in order))
    assert [got for _, _, got in given_by(month)] == [80, 60]
    assert [(one.file, one.outcome) for one in month.returns] == [
        ("a.xlsx", "replaced"),
        ("b.xlsx", "noted"),
    ]


def test_where_nothing_tells_the_newer_neither_counts_and_both_say_so(month_of):
    month = month_of({"a.xlsx": sheet({A: 90}, "评议人：示例甲"), "b.xlsx": sheet({A: 60}, "评议人：示例甲")})
    assert [one.code for one in month.returns] == ["several_returns"] * 2
    assert all("评议人" in one.message and "示例甲" not in one.message for one in month.returns)


def test_a_reviewer_who_sends_a_part_for_each_street_sends_no_rivals(month_of):
    month = month_of({"a.xlsx": sheet({A: 90}), "b.xlsx": sheet({B: 60})})
    assert len(given_by(month)) == 2


def test_a_return_is_no_rival_of_a_sheet_of_points(month_of):
    month = month_of(
        {"评议.xlsx": sheet({A: 90}), "华阳.xlsx": "业委会名称|业委会人数|会议次数\n" + f"{A}|5|1"}
    )
    assert [one.kind for one in month.used()] == ["return"] and len(month.used("review")) == 1


points = st.none() | st.integers(0, 100).map(float)


@given(
    st.dictionaries(
        st.sampled_from(["甲", "乙", "丙", ""]), st.lists(points, min_size=2, max_size=2), min_size=1
    )
)
@settings(deadline=None)
def test_of_several_reviewers_the_mean_counts_and_the_spread_is_told(sheets):
    keys = {
        "month": "2026-10",
        "street_code": PLACES.streets[0].code,
        "neighbourhood_committee": "示例居委会",
    }
    keys["committee_name"] = A
    frame = pd.DataFrame(
        [
            keys | {"reviewer": who or None, **dict(zip(LINES[:2], got, strict=True))}
            for who, got in sheets.items()
        ]
    )
    committee = pd.DataFrame([keys])
    marks = reviews.marks(frame, LINES[:2], IDENTITY, beside=[committee])
    (key,) = reviews.keys(committee, frame, IDENTITY)
    for number, line in enumerate(LINES[:2]):
        known = [got[number] for got in sheets.values() if got[number] is not None]
        mark = marks.get(key, {}).get(line)
        assert (mark is None) == (not known)
        if mark:
            assert (mark.mean, mark.lowest, mark.highest, mark.reviewers) == (
                pytest.approx(mean(known)),
                min(known),
                max(known),
                len(known),
            )
    assert reviews.reviewers(frame) == len(sheets)


def test_points_are_those_of_the_mean(tmp_path):
    committee = {"name": "甲苑业委会", "info_system": "met"}
    totals = []
    for number, given_points in enumerate(([100.0, 50.0], [75.0], [75.0, 75.0])):
        drawn = Drawn(tmp_path / f"project{number}")
        sheets = [{"name": "甲苑业委会", **dict.fromkeys(LINES, got)} for got in given_points]
        drawn.judge(OCTOBER, [committee], sheets)
        rows = tables.read(drawn.project, tables.REVIEWS, OCTOBER)
        rows["reviewer"] = [f"示例{at}" for at in range(len(rows))]
        schema = tables.schema_of(RULES.review_columns.values())
        tables.write(drawn.project, tables.REVIEWS, OCTOBER, rows, "310105", schema)
        table = scores.score(drawn.project, OCTOBER)
        totals.append(table[table["part"] == "total"]["points"].tolist())
    assert totals[0] == pytest.approx(totals[1]) and totals[1] == pytest.approx(totals[2])


@pytest.mark.xdist_group("sample")
def test_pages_say_what_reviewers_decide_and_never_who_they_are(sample_project):
    figures = dashboards.Figures(sample_project, OCTOBER)
    told = scoring.profile(figures).html
    lines = figures.scores[(figures.scores["level"] == "district") & figures.scores["part_id"].isin(LINES)]
    assert f"{lines['out_of'].sum():.1f} 分，本月有 {reviews.reviewers(figures.reviews)} 位评议人" in told
    assert set(figures.reviews["reviewer"]) <= set("0123456789")


@pytest.mark.xdist_group("sample")
def test_a_committee_is_told_what_its_reviewers_gave(sample_project):
    figures = dashboards.Figures(sample_project, OCTOBER)
    row = figures.reviews.dropna(subset=LINES[:1]).iloc[0]
    explanation = explaining.explain(figures, row["committee_name"], row["street_name"])
    told = {one["要求"]: one["填报"] for one in explanation.tables[0][1]}
    assert told[RULES.fields[LINES[0]].label] == f"{row[LINES[0]]:g}"

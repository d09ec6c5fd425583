"""The forms of a month: found among its files, checked beside its return, followed to their result, and shown."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import docx
import filled_forms as forms
import pytest
from drawn import Drawn
from typer.testing import CliRunner

from redstats import cli, findings, mappings, places, returns, scores, tables
from redstats.dashboards import Figures, recommending
from redstats.errors import RunError, StandardError
from redstats.forms.documents import draw_document
from redstats.forms.drawing import draw_workbook
from redstats.months import Month
from redstats.recommendations import filling, find, pipeline, read_form
from redstats.recommendations.checks import HIDDEN
from redstats.scores.scoring_profile import profile

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
TODAY = dt.date(2026, 12, 1)
GOOD = forms.GOOD | {"recommending_street": "华阳路街道", "member_count": 5, "party_member_count": 3}
AGAIN = forms.AGAIN | {"member_count": 5, "party_member_count": 3}

pytestmark = pytest.mark.xdist_group("findings")


@pytest.fixture
def drawn(tmp_path) -> Drawn:
    made = Drawn(tmp_path / "project")
    made.write(
        NOVEMBER,
        [{"name": name, "member_count": 5, "party_member_count": 3} for name in ("秀水苑", "桂花苑")],
    )
    return made


def judged(drawn: Drawn, *files, month: Month = NOVEMBER) -> list[dict]:
    """The pipeline after the files (name, forms) arrived; the month's other tables are made first."""
    for name, *filled in files:
        path = drawn.project.raw / str(month) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        (forms.document if name.endswith(".docx") else forms.workbook)(path, *filled)
    _list_files(drawn, month)
    findings.find(drawn.project, month)
    find(drawn.project, month, TODAY)
    return tables.read(drawn.project, tables.PIPELINE, month).to_dict("records")


def _list_files(drawn: Drawn, month: Month) -> None:
    """1_returns/files and notes of what lies in the month's folder; its returns are drawn."""
    (drawn.project.raw / str(month)).mkdir(parents=True, exist_ok=True)
    imported, roll = returns.read_month(drawn.project, month), places.on(month.end)
    listed = returns.files_of(drawn.project, imported, roll)
    tables.write(drawn.project, tables.FILES, month, listed, roll.district_code)
    tables.write(drawn.project, tables.NOTES, month, returns.notes_of(imported, roll), roll.district_code)


def test_forms_beside_the_returns_are_no_returns_and_no_refusals(drawn):
    judged(drawn, ("推荐表.docx", GOOD), ("推荐表.xlsx", GOOD | {"committee_name": "桂花苑业委会"}))
    listed = tables.read(drawn.project, tables.FILES, NOVEMBER).set_index("source_file")
    assert listed.loc[["推荐表.docx", "推荐表.xlsx"], "code"].tolist() == ["form", "form"]
    assert len(tables.read(drawn.project, tables.RETURNS, NOVEMBER)) == 2


def test_another_word_document_is_refused_as_before(drawn):
    path = drawn.project.raw / str(NOVEMBER) / "通知.docx"
    path.parent.mkdir(parents=True, exist_ok=True)
    made = docx.Document()
    made.add_paragraph("关于做好红色示范业委会推荐工作的通知")
    made.save(path)
    judged(drawn)
    listed = tables.read(drawn.project, tables.FILES, NOVEMBER).set_index("source_file")
    assert listed.loc["通知.docx", "code"] == "word_document"


def test_a_form_in_order_is_complete_and_the_district_comes_next(drawn):
    (row,) = judged(drawn, ("推荐表.docx", GOOD))
    assert (row["stage"], row["lacks"], row["who"]) == ("complete", 0, "区级")


def test_what_is_missing_is_told_with_who_has_to_act(drawn):
    (row,) = judged(drawn, ("推荐表.docx", GOOD | {"seal_street": "", "seal_neighbourhood_party": "未盖章"}))
    assert row["stage"] == "recommended" and row["lacks"] == 2
    assert set(row["who"].split("、")) == {"街镇", "居民区党组织"}


def test_a_form_of_re_evaluation_moves_on_and_a_decision_ends_it(drawn):
    judged(drawn, ("推荐表.docx", GOOD))
    (row,) = judged(drawn, ("复评表.docx", AGAIN))
    assert (row["stage"], row["recommended"], row["re_evaluated"]) == ("re_evaluated", "2026-11", "2026-11")
    (drawn.project.raw / pipeline.FILE).write_text(
        "- {street: 华阳路, committee: 秀水苑, result: 认定, date: 2026-11-28, confirmed_by: 示例}\n",
        encoding="utf-8",
    )
    (row,) = judged(drawn)
    assert (row["stage"], row["result"], row["who"]) == ("decided", "认定", "")


def test_a_return_that_only_names_a_form_stays_a_return(returned):
    def fill(sheet):
        rows = [
            ["华阳路街道2026年6月红色业委会月报"],
            ["所属居委会", "业委会名称", "业委会人数", "业委会党员人数", "任期届满"],
        ]
        rows += [["华一居委会", f"{name}业委会", 5, 3, "2027-01-01"] for name in ("秀水苑", "桂花苑")]
        rows += [["附：长宁区“红色示范业委会”推荐表"], ["附件2：红色示范业委会推荐表"]]
        for row in rows:
            sheet.append(row)

    read = returned({"月报": fill})
    assert read.kind == "return" and len(read.rows) == 2


def test_a_card_of_the_monthly_return_may_be_sealed_and_tell_of_itself(returned):
    def fill(sheet):
        rows = [
            ["业委会名称", "秀水苑业委会", "所属居委会", "华一居委会"],
            ["业委会人数", 5, "业委会党员人数", 3],
        ]
        rows += [
            ["自学次数", 2, "例会次数", 1],
            ["居民接待次数", 4, "巡视次数", 3],
            ["走访户数", 12, "问题清单数", 2],
        ]
        rows += [
            ["本届业委会简介（200字以内）", "略"],
            ["居民区党组织意见（盖章）", "同意"],
            ["街镇党组织意见（盖章）", "同意"],
        ]
        for row in rows:
            sheet.append(row)

    read = returned({"秀水苑": fill})
    assert read.kind == "return" and len(read.rows) == 1 and read.rows[0]["member_count"] == 5


def test_a_form_is_known_by_its_labels_whatever_its_title(drawn, tmp_path):
    from openpyxl import load_workbook

    path = drawn.project.raw / str(NOVEMBER) / "材料.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    book = load_workbook(forms.workbook(tmp_path / "one.xlsx", GOOD))
    book.worksheets[0]["A1"] = "推荐表"
    book.save(path)
    (row,) = judged(drawn)
    assert row["committee_name"] == "秀水苑业委会"
    listed = tables.read(drawn.project, tables.FILES, NOVEMBER)
    assert listed["code"].tolist() == ["form"]


def test_a_form_with_its_attached_page_is_no_refused_return(drawn):
    values = forms.read_values(AGAIN)
    path = drawn.project.raw / str(NOVEMBER) / "复评.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(draw_workbook("re_evaluation", [values], NOVEMBER))
    (row,) = judged(drawn)
    assert (row["stage"], row["lacks"]) == ("re_evaluated", 0)
    assert tables.read(drawn.project, tables.FILES, NOVEMBER)["code"].tolist() == ["form"]


def test_a_form_that_nothing_can_be_read_of_is_told_and_so_is_what_was_left_unread(drawn):
    path = drawn.project.raw / str(NOVEMBER) / "空白.docx"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(draw_document("recommendation", [{}], NOVEMBER))
    judged(drawn, ("推荐表.docx", GOOD | {"contact": "没有电话"}))
    listed = tables.read(drawn.project, tables.FILES, NOVEMBER).set_index("source_file")
    assert (listed.loc["空白.docx", "outcome"], listed.loc["空白.docx", "code"]) == ("refused", "blank_form")
    noted = tables.read(drawn.project, tables.NOTES, NOVEMBER)
    own = noted[(noted["source_file"] == "推荐表.docx") & (noted["kind"] == "value_unreadable")]
    assert own["cell"].tolist() == ["表1第3行第4格"] and "没有电话" not in own.to_string()


def test_a_newer_form_opens_what_was_decided_and_is_not_hidden_by_an_older_one(drawn):
    drawn.write(OCTOBER, [{"name": "秀水苑", "member_count": 5, "party_member_count": 3}])
    (drawn.project.raw / str(OCTOBER)).mkdir(parents=True)
    (drawn.project.raw / pipeline.FILE).write_text(
        "- {street: 华阳路, committee: 秀水苑, result: 不予认定, date: 2026-10-20, confirmed_by: 示例}\n",
        encoding="utf-8",
    )
    (row,) = judged(drawn, ("复评表.docx", AGAIN | {"filing_date": "2026年10月8日"}), month=OCTOBER)
    assert row["stage"] == "decided"
    (row,) = judged(drawn, ("推荐表.docx", GOOD | {"seal_street": ""}))
    assert (row["stage"], row["lacks"], row["result"]) == ("recommended", 1, None)


def test_a_decision_without_a_form_stands_in_the_list(drawn):
    drawn.project.raw.mkdir(parents=True, exist_ok=True)
    (drawn.project.raw / pipeline.FILE).write_text(
        "- {street: 华阳路, committee: 桂花苑, result: 认定, date: 2026-11-20, confirmed_by: 示例}\n",
        encoding="utf-8",
    )
    (row,) = judged(drawn)
    assert (row["committee_name"], row["stage"]) == ("桂花苑", "decided")


def test_two_files_of_one_name_in_two_folders_are_not_mixed(drawn):
    for folder, filled in (("a", GOOD), ("b", GOOD | {"committee_name": "桂花苑业委会", "seal_street": ""})):
        path = drawn.project.raw / str(NOVEMBER) / folder / "推荐表.docx"
        path.parent.mkdir(parents=True)
        forms.document(path, filled)
    rows = judged(drawn)
    assert {row["committee_name"]: row["lacks"] for row in rows} == {"秀水苑业委会": 0, "桂花苑业委会": 1}


def test_a_decision_that_is_none_is_told_with_its_place(tmp_path):
    path = tmp_path / pipeline.FILE
    path.write_text(
        "- {street: 华阳路, committee: 甲, result: 同意, date: 2026-11-28, confirmed_by: 示例}\n",
        encoding="utf-8",
    )
    with pytest.raises(StandardError) as error:
        pipeline.read(path, NOVEMBER)
    assert "第 1 条" in error.value.where and "认定" in error.value.to_do


def test_forms_are_compared_with_the_return_of_their_month(drawn):
    other = GOOD | {"committee_name": "桂花苑业委会", "member_count": 7}
    unknown = GOOD | {"committee_name": "没有的业委会"}
    judged(drawn, ("一.docx", other), ("二.docx", unknown))
    told = tables.read(drawn.project, tables.FORM_CHECKS, NOVEMBER)
    assert set(zip(told["committee_name"], told["check"], told["cell"], strict=True)) == {
        ("桂花苑业委会", "member_count_as_returned", "表1第4行第4格"),
        ("没有的业委会", "in_return", "表1第1行第2格"),
    }


def test_a_committee_recommended_twice_is_told_and_a_corrected_form_takes_the_place_of_the_first(drawn):
    judged(drawn, ("一.docx", GOOD), ("二.docx", GOOD | {"chair_name": "示例丙"}))
    told = tables.read(drawn.project, tables.FORM_CHECKS, NOVEMBER)
    assert told["check"].tolist() == ["sent_once", "sent_once"]
    (row,) = judged(drawn, ("二（更正）.docx", GOOD | {"seal_street": ""}))
    assert (row["source_file"], row["stage"]) == ("二（更正）.docx", "recommended")


def test_two_copies_in_one_file_are_one_form(drawn):
    judged(drawn, ("推荐表.docx", GOOD, GOOD))
    assert tables.read(drawn.project, tables.FORM_CHECKS, NOVEMBER).empty


def test_no_table_holds_personal_data_of_a_form(drawn):
    judged(drawn, ("推荐表.docx", GOOD | {"contact": "没有电话"}))
    for name in (tables.FORMS, tables.FORM_CELLS, tables.FORM_CHECKS, tables.PIPELINE):
        whole = tables.read(drawn.project, name, NOVEMBER).to_string()
        for id_ in ("contact", "office_address", "chair_name", "party_org_head"):
            assert GOOD[id_] not in whole and "没有电话" not in whole
    (row,) = tables.read(drawn.project, tables.FORMS, NOVEMBER).to_dict("records")
    assert row["chair_name"] == HIDDEN


def test_months_before_count_and_the_newest_form_is_the_one(drawn):
    drawn.write(OCTOBER, [{"name": "秀水苑", "member_count": 5, "party_member_count": 3}])
    judged(drawn, ("推荐表.docx", GOOD | {"seal_street": "", "filing_date": "2026年10月8日"}), month=OCTOBER)
    (row,) = judged(drawn)
    assert (row["stage"], row["since"], row["month"]) == ("recommended", "2026-10", "2026-11")
    (row,) = judged(drawn, ("推荐表.docx", GOOD))
    assert (row["stage"], row["since"], row["recommended"]) == ("complete", "2026-10", "2026-11")


def test_candidates_are_those_not_recommended_and_a_missed_red_line_has_no_rank(drawn):
    rows = [
        {"name": "甲苑", "member_count": 5, "party_member_count": 5},
        {"name": "乙苑", "member_count": 5, "party_member_count": 1},
        {"name": "丙苑", "member_count": 5, "party_member_count": 3},
    ]
    drawn.write(NOVEMBER, rows)
    judged(drawn, ("推荐表.docx", GOOD | {"committee_name": "丙苑业委会"}))
    scores.score(drawn.project, NOVEMBER, replace(profile(), least_known=0))
    read = [
        tables.read(drawn.project, one, NOVEMBER) for one in (tables.SCORES, tables.FINDINGS, tables.PIPELINE)
    ]
    found = pipeline.candidates(
        *read, {"party_member_ratio"}, mappings.identity_of(drawn.project, NOVEMBER)
    ).set_index("committee_name")
    assert found.index.tolist() == ["甲苑业委会", "乙苑业委会"] or found.index.tolist() == ["甲苑", "乙苑"]
    assert (
        found["rank"].tolist()[0] == 1
        and found["rank"].isna().iloc[1]
        and found["red_lines"].tolist() == [0, 1]
    )


@pytest.fixture
def month(sample_project):
    """The project of the sample, its forms too, of which October is up to date."""
    return sample_project


def test_what_is_filled_in_beforehand_reads_back_as_the_return_says(month, tmp_path):
    for path in filling.write_filled(month, OCTOBER, "虹桥", [], folder=tmp_path):
        read = read_form(path, OCTOBER)
        (row,) = read.rows
        table = tables.read(month, tables.RETURNS, OCTOBER)
        there = table["street_code"] == row["street_code"]  # another street may have one of that name
        own = table[there & (table["committee_name"] == row["committee_name"])].iloc[0]
        for id_ in ("member_count", "party_member_count", "office_address", "contact", "party_org_head"):
            assert row[id_] == own[id_] or (row[id_] is None and own.isna()[id_])
    assert len(list(tmp_path.iterdir())) == 2 * filling.BEST


def test_an_unknown_committee_is_told_with_names_like_it(month):
    with pytest.raises(RunError) as error:
        filling.write_filled(month, OCTOBER, "虹桥", ["晴川雅舍业委会"])
    assert "晴川雅居业委会" in error.value.to_do


def test_the_page_tells_progress_problems_candidates_and_comparison_without_personal_data(month):
    figures = Figures(month, OCTOBER)
    blocks = [recommending.summary, recommending.pipeline, recommending.checks]
    blocks += [recommending.comparison, recommending.candidates]
    html = "".join(make(figures).html for make in blocks)
    assert "材料齐备" in html and "推荐表要有推荐街镇盖章" in html and "认定（2026年10月31日）" in html
    table = tables.read(month, tables.RETURNS, OCTOBER)
    for name in ("contact", "office_address", "party_org_head"):
        assert not [value for value in table[name].dropna() if len(value) > 2 and value in html]
    own = recommending.stages(figures, figures.places.street("虹桥"))
    assert {row["street_code"] for row in own} == {"310105009"} and len(own) == 3


def test_the_workbook_for_the_review_meeting_compares_on_the_twelve_clauses_with_cells(month, tmp_path):
    from openpyxl import load_workbook

    path = tmp_path / recommending.FILE
    path.write_bytes(recommending.workbook(Figures(month, OCTOBER)))
    book = load_workbook(path)
    assert book.sheetnames == ["十二条比较", "依据", "进度", "表上的问题", "候选名单"]
    heads = [cell.value for cell in book["十二条比较"][2]]
    assert sum("（" in head for head in heads) == 12
    evidence = [[cell.value for cell in row] for row in book["依据"].iter_rows(min_row=3)]
    assert all(row[9] or row[5] in ("未填报", "不适用") for row in evidence) and any(
        row[10] for row in evidence
    )


def test_the_commands_speak_and_answer_other_programs(month, monkeypatch, tmp_path):
    monkeypatch.setenv("REDSTATS_HOME", str(month.root))
    run = CliRunner().invoke
    told = run(cli.app, ["forms", "status", "2026-10", "--street", "虹桥"])
    assert told.exit_code == 0 and "材料" not in told.stderr and "认定" in told.stdout
    rows = json.loads(run(cli.app, ["forms", "status", "2026-10", "--json"]).stdout)
    assert {row["stage"] for row in rows} == set(pipeline.STAGES)
    path = month.raw / "2026-10" / "虹桥街道推荐表.docx"
    told = run(cli.app, ["forms", "read", str(path)])
    assert told.exit_code == 0 and "必须更正" in told.stdout and "表2第10行第2格" in told.stdout
    one = json.loads(run(cli.app, ["forms", "read", str(path), "--json"]).stdout)
    assert len(one["forms"]) == 3 and {row["check"] for row in one["findings"]} == {
        "seal_street_filled",
        "committee_brief_within_limit",
    }
    made = run(cli.app, ["forms", "blank", "2026-10", "--form", "推荐表", "--folder", str(tmp_path)])
    assert made.exit_code == 0 and "推荐表（空白）.docx" in made.stdout
    blank = run(cli.app, ["forms", "read", str(tmp_path / "推荐表（空白）.docx"), "--month", "2026-10"])
    assert blank.exit_code == 3 and "空白" in blank.stdout

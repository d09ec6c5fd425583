"""A standard that changes on 2027-01-01: the months on each side are judged, scored and shown by the words of their time.

The edition is invented (示例数据): another threshold inside a quoted clause, one clause gone, two new ones, another profile.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest
import yaml
from drawn import ROOT, Drawn
from typer.testing import CliRunner

from redstats import cli, dashboards, findings, scores, standard, tables
from redstats.dashboards import clauses, overview, recommending, scoring
from redstats.months import Month
from redstats.scores import scoring_profile
from redstats.standard import document
from redstats.standard import page as page_of_standard
from redstats.suites import deriving
from redstats.suites.names import vocabulary

DECEMBER, JANUARY = Month(2026, 12), Month(2027, 1)
FIRST = dt.date(2027, 1, 1)
OLD, NEW = "changning-2022", "invented-2027"
GONE, ADDED = "4.3", {"5.3": "平安惠民", "5.4": "绿色惠民"}
WORDS = "（三）平安惠民定期组织违规充电劝阻。（四）绿色惠民推出便民服务菜单。"
SUITES = json.loads((ROOT / "expectations" / "chapter_5.json").read_text(encoding="utf-8"))


def load(path: Path) -> dict:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def dump(path: Path, content: object) -> None:
    path.write_text(
        yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000), encoding="utf-8"
    )


def with_new_words(text: str) -> str:
    """The words of 2022 as 2027 has them."""
    return text.replace("不低于50%", "不低于60%")


def requirement(clause: str, field: str, quote: str) -> dict:
    value = {"value": 1, "edition": NEW, "clause": clause, "quote": quote}
    return {
        "title": quote, "element": f"{clause}-1", "field": field, "force": "must", "asks": "至少{value}次", "fix": "组织开展",
        "values": {FIRST: value}, "checked_on": dt.date(2026, 12, 1),
    }  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """The standard's data with a second edition."""
    folder = tmp_path_factory.mktemp("editions") / "standard"
    shutil.copytree(document.FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    text = (folder / "standard.txt").read_text(encoding="utf-8")
    start, end = text.index("（三）协调作用"), text.index("五、群众评价好")
    text = text[:start] + text[end:].replace("附件2", f"{WORDS}\n附件2", 1)
    before = (folder / "standard.txt").read_text(encoding="utf-8")[:start]
    (folder / "standard-2027.txt").write_text(with_new_words(before + text[start:]), encoding="utf-8")

    editions = load(folder / "editions.yaml")
    old = editions[OLD]
    chapters = {
        id_: {
            "title": one["title"],
            "clauses": {key: title for key, title in one["clauses"].items() if key != GONE},
        }
        for id_, one in old["chapters"].items()
    }
    chapters["5"]["clauses"] |= ADDED
    editions[NEW] = old | {
        "valid_from": FIRST, "text": "standard-2027.txt", "chapters": chapters, "register": "elements-2027.yaml",
        "profile": "strict",
    }  # fmt: skip
    old["valid_to"] = FIRST - dt.timedelta(1)
    dump(folder / "editions.yaml", editions)

    register = load(folder / "elements.yaml")
    new = {
        id_: one | {"quote": with_new_words(one["quote"])}
        for id_, one in register.items()
        if not id_.startswith(GONE)
    }
    new |= {
        "5.3-1": {"quote": "定期组织违规充电劝阻", "judged": "automatic", "requirements": ["charging"]},
        "5.4-1": {"quote": "推出便民服务菜单", "judged": "automatic", "requirements": ["green_menu"]},
    }
    dump(folder / "elements-2027.yaml", new)

    for path in (folder / "requirements").glob("*.yaml"):
        content = load(path)
        for entry in content.values():
            values = entry["values"]
            for day, later in values.items():
                if day >= FIRST and later["edition"] == OLD:
                    values[day] = later | {"edition": NEW, "quote": with_new_words(later["quote"])}
            before = [day for day in values if day < FIRST]
            if not before or FIRST in values:
                continue
            last = values[max(before)]
            if last["clause"] == GONE:
                last["until"] = FIRST - dt.timedelta(1)
            elif "until" not in last:
                values[FIRST] = last | {"edition": NEW, "quote": with_new_words(last["quote"])}
        dump(path, content)
    third = load(folder / "requirements" / "3.yaml")
    third["party_member_ratio"]["values"][FIRST]["value"] = 0.6
    dump(folder / "requirements" / "3.yaml", third)
    dump(
        folder / "requirements" / "6.yaml",
        {
            "charging": requirement("5.3", "act_charging", "定期组织违规充电劝阻"),
            "green_menu": requirement("5.4", "pair_count", "推出便民服务菜单"),
        },
    )
    return folder


@pytest.fixture(scope="module")
def suites(data, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("suites") / "expectations"
    shutil.copytree(ROOT / "expectations", folder)
    path = folder / "chapter_5.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    for name, field in {"charging": "act_charging", "green_menu": "pair_count"}.items():
        content["expectations"].append(
            {
                "type": "expect_column_values_to_be_between",
                "kwargs": {"column": field, "min_value": {"$PARAMETER": name}},
                "meta": {"requirement": name},
            }
        )
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2), encoding="utf-8")
    deriving.write(folder, vocabulary(data))
    return folder


@pytest.fixture(scope="module")
def drawn(data, suites, tmp_path_factory):
    """December 2026 and January 2027 of one street: 55 % party members, one dispute not mediated, no 违规充电劝阻."""
    patch = pytest.MonkeyPatch()
    patch.setattr(document, "FOLDER", data)
    made = Drawn(tmp_path_factory.mktemp("years"), expectations=suites)
    own = made.project.raw / "profiles"
    own.mkdir(parents=True)
    text = (scoring_profile.PROFILES / "default.yaml").read_text(encoding="utf-8")
    (own / "strict.yaml").write_text(
        text.replace("total: 100", "total: 130").replace("name: default", "name: strict"), encoding="utf-8"
    )
    committee = {
        "name": "示例甲业委会", "home": "秀水", "committee_status": "已组建", "member_count": 11, "party_member_count": 6,
        "disputes_owner": 1, "disputes_property": 0, "mediated": 0, "act_charging": 0, "pair_count": 3,
    }  # fmt: skip
    for month in (DECEMBER, JANUARY):
        made.write(month, [committee])
        tables.write(made.project, tables.NOTES, month, [], "310105")
        tables.write(made.project, tables.CHANGES, month, [], "310105")
        tables.write(made.project, tables.FORMS, month, [], "310105", tables.schema_of_forms(_columns()))
        for table in (tables.FORM_CHECKS, tables.PIPELINE):
            tables.write(made.project, table, month, [], "310105")
        findings.find(made.project, month)
        scores.measure(made.project, month)
        scores.score(made.project, month)
    yield made
    patch.undo()


def _columns() -> dict[str, str]:
    from redstats.standard import attachments

    return attachments.columns()


@pytest.fixture
def figures(drawn) -> dict[Month, dashboards.Figures]:
    return {month: dashboards.Figures(drawn.project, month) for month in (DECEMBER, JANUARY)}


def judged(drawn: Drawn, month: Month) -> dict[str, str]:
    rows = tables.read(drawn.project, tables.FINDINGS, month)
    return dict(zip(rows["requirement"], rows["state"], strict=True))


def test_each_month_has_the_clauses_of_its_edition(drawn):
    old, new = (standard.on(month.end) for month in (DECEMBER, JANUARY))
    assert len(old.clauses) == 12 and len(new.clauses) == 13 and (old.count, new.count) == ("十二", "十三")
    assert GONE in old.clauses and GONE not in new.clauses and set(ADDED) <= set(new.clauses)
    assert "不低于50%" in old.clauses["3.1"].text and "不低于60%" in new.clauses["3.1"].text
    assert not [one for one in new.elements.values() if one.clause == GONE]


def test_a_committee_is_judged_by_the_threshold_of_the_day(drawn):
    before, after = judged(drawn, DECEMBER), judged(drawn, JANUARY)
    assert (before["party_member_ratio"], after["party_member_ratio"]) == ("met", "not_met")
    rows = tables.read(drawn.project, tables.FINDINGS, JANUARY).set_index("requirement")
    assert (
        "60%" in rows.loc["party_member_ratio", "required"]
        and rows.loc["party_member_ratio", "edition"] == NEW
    )


def test_what_a_clause_asked_ends_with_it_and_what_is_new_begins(drawn):
    before, after = judged(drawn, DECEMBER), judged(drawn, JANUARY)
    assert before["disputes_mediated"] == "not_met" and "disputes_mediated" not in after
    assert "charging" not in before and (after["charging"], after["green_menu"]) == ("not_met", "met")
    ledger = tables.read(drawn.project, tables.LEDGER, JANUARY)
    own = ledger[ledger["requirement"] == "disputes_mediated"]
    assert own["change"].tolist() == ["ended"]


@pytest.mark.parametrize("month, clauses_there, total", [(DECEMBER, 12, 100), (JANUARY, 13, 130)])
def test_points_are_those_of_the_profile_and_the_clauses_of_the_day(drawn, month, clauses_there, total):
    rows = tables.read(drawn.project, tables.SCORES, month)
    own = rows[rows["level"] == "district"]
    listed = set(own[own["part"] == "clause"]["part_id"])
    assert listed <= set(standard.on(month.end).clauses)
    assert own[own["part"] == "total"]["out_of"].tolist() == [pytest.approx(total)]
    assert (GONE in listed) == (month == DECEMBER)


def test_pages_count_and_quote_the_clauses_of_their_month(figures):
    then, now = figures[DECEMBER], figures[JANUARY]
    assert "12 项标准" in overview.heat(then).html and "13 项标准" in overview.heat(now).html
    assert "协调作用" in overview.heat(then).html and "平安惠民" in overview.heat(now).html
    assert "协调作用" not in overview.heat(now).html
    assert "十三条比较" in recommending.comparison(now).html
    assert scoring.profile(now).html.count('<th scope="row">') == 13
    assert "不低于50%" in clauses.clauses(then).html and "不低于60%" in clauses.clauses(now).html
    assert "12 项" not in "".join(block.html for block in (overview.heat(now), overview.cards(now)))


def test_the_generated_page_of_the_standard_holds_both_editions(data, suites):
    told = page_of_standard.page(suites, data)
    assert OLD in told and NEW in told and "平安惠民" in told and "协调作用" in told
    assert "不低于50%" in told and "不低于60%" in told
    for edition in document.editions(data):
        own = told.split(f"# 标准的要求（{edition.id}）")[1].split("\n# ")[0]
        assert own.count("\n### ") == sum(len(chapter.clauses) for chapter in edition.chapters)


def test_the_command_tells_the_standard_of_a_month(drawn):
    def told(month: Month) -> str:
        return CliRunner().invoke(cli.app, ["standard", "3.1", "--month", str(month)]).stdout

    assert "不低于50%" in told(DECEMBER) and "不低于60%" in told(JANUARY)
    assert CliRunner().invoke(cli.app, ["standard", GONE, "--month", str(DECEMBER)]).exit_code == 0
    gone = CliRunner().invoke(cli.app, ["standard", GONE, "--month", str(JANUARY)])
    assert gone.exit_code != 0

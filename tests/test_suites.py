"""A suite with mistakes is told all of them, one line each, and never runs; what is right is loaded whole."""

from __future__ import annotations

import copy
import json
import shutil
import uuid
from random import Random

import pandas as pd
import pytest
from drawn import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redstats.errors import StandardError
from redstats.suites import deriving, mistakes, running
from redstats.suites.conditions import applies
from redstats.suites.names import vocabulary

KNOWN = vocabulary()
WRITTEN = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "expectations").glob("*.json")}


@pytest.fixture
def folder(tmp_path):
    target = tmp_path / "expectations"
    shutil.copytree(ROOT / "expectations", target)
    return target


def lines(folder) -> list[str]:
    return [str(one) for one in mistakes.read(folder, KNOWN).mistakes]


def spoil(folder, suite: str, change) -> None:
    path = folder / f"{suite}.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2), encoding="utf-8")


def the(content: dict, name: str) -> dict:
    return next(one for one in content["expectations"] if name in one["meta"].values())


def kwargs(name: str, **values):
    return lambda content: the(content, name)["kwargs"].update(values)


def meta(name: str, **values):
    return lambda content: the(content, name)["meta"].update(values)


def rule(name: str, **values):
    return lambda content: the(content, name).update(values)


def without(name: str, key: str):
    return lambda content: the(content, name).pop(key)


def condition(name: str, **values):
    return lambda content: the(content, name)["kwargs"]["row_condition"].update(values)


def parameter(name: str) -> dict:
    return {"$PARAMETER": name}


COLUMN = {"name": "has_party_orgs"}
COMPARED = {
    "type": "comparison",
    "column": {"name": "annual_rating"},
    "operator": "==",
    "parameter": "运作欠规",
}
DATED = COMPARED | {"column": {"name": "term_end"}, "parameter": "2026-01-01"}
# What was done to which suite, and what the one line about it must say.
MISTAKES = {
    "an unknown type": (
        "chapter_3",
        rule("self_study", type="expect_annual_count_to_reech"),
        "expect_annual_count_to_reach",
    ),
    "a type that is no word": ("chapter_3", rule("self_study", type=["x"]), "type"),
    "a type that judges whole tables": (
        *("chapter_3", rule("reserve", type="expect_table_row_count_to_be_between")),
        "没有规则类型",
    ),
    "an unknown kwarg": ("chapter_1", kwargs("theory_training", valueset=[True]), "kwargs.valueset"),
    "a missing kwarg": (
        "chapter_1",
        lambda c: the(c, "party_prereview")["kwargs"].pop("column_list"),
        "kwargs.column_list",
    ),
    "a kwarg of another type": (
        "returns",
        kwargs("serving_count_within_member_count", or_equal="yes"),
        "kwargs.or_equal",
    ),
    "neither limit": ("chapter_3", lambda c: the(c, "reserve")["kwargs"].pop("min_value"), "kwargs"),
    "a literal number": ("chapter_3", kwargs("reserve", min_value=1), "直接写了“1”"),
    "a literal number in a list": (
        "chapter_1",
        kwargs("theory_training", value_set=[True, 1]),
        "直接写了“1”",
    ),
    "a truth for a number": ("chapter_3", kwargs("reserve", min_value=True), "直接写了“True”"),
    "a literal date": ("chapter_1", kwargs("annual_debrief", min_value="2026-01-01"), "as_of"),
    "an unknown parameter": (
        "chapter_3",
        kwargs("reserve", min_value=parameter("reserv")),
        "相近的有：reserve",
    ),
    "a parameter that GX would calculate": (
        *("chapter_3", kwargs("reserve", min_value=parameter("reserve-1"))),
        "运算符号",
    ),
    "a parameter that is a list": (
        "chapter_3",
        kwargs("reserve", min_value=parameter("training_topics")),
        "min_value",
    ),
    "two parameters at once": (
        "chapter_3",
        kwargs("reserve", min_value=parameter("reserve") | {"x": 1}),
        "取数的写法",
    ),
    "an unknown column": ("chapter_3", kwargs("reserve", column="reserve_totals"), "相近的有：reserve_total"),
    "an unknown second column": (
        *("chapter_1", kwargs("party_prereview", column_list=["party_prereviewed_count", "decisions_count"])),
        "kwargs.column_list",
    ),
    "too few columns": (
        "chapter_1",
        kwargs("party_prereview", column_list=["party_prereviewed_count"]),
        "column_list",
    ),
    "columns of another requirement": ("chapter_3", kwargs("reserve", column="households"), "reserve_total"),
    "a type that does not fit the data": ("chapter_3", kwargs("reserve", column="avg_age"), "reserve_total"),
    "a list where a number is judged": (
        *(
            "chapter_1",
            rule(
                "training_formats",
                type="expect_column_values_to_be_between",
                kwargs={"column": "training_formats", "min_value": parameter("training_formats")},
            ),
        ),
        "规则不能用于这些列",
    ),
    "a word that is no choice": (
        "chapter_1",
        kwargs("party_org_coverage", value_set=["没有"]),
        "没有可选值“没有”",
    ),
    "an unknown requirement": (
        "chapter_3",
        meta("self_study", requirement="self_studies"),
        "相近的有：self_study",
    ),
    "a requirement without rule": (
        "chapter_3",
        lambda c: c["expectations"].remove(the(c, "reserve")),
        "要求没有对应的规则",
    ),
    "no name of a rule": ("chapter_3", rule("self_study", meta={"requirment": "self_study"}), "requirment"),
    "two names of a rule": ("chapter_3", meta("self_study", check="x"), "只能写一个"),
    "two rules of one requirement": (
        *("chapter_3", lambda c: c["expectations"].append(the(c, "reserve"))),
        "写了两次",
    ),
    "a severity that is none": ("chapter_3", rule("self_study", severity="fatal"), "应为 critical"),
    "no severity": ("chapter_3", without("self_study", "severity"), "应为 critical"),
    "a severity against the force": ("chapter_3", rule("self_study", severity="info"), "与要求的力度不符"),
    "a check that is no warning": (
        "returns",
        rule("serving_count_within_member_count", severity="critical"),
        "应为 warning",
    ),
    "words that are not the standard's": (
        "chapter_3",
        rule("self_study", description="自学两次"),
        "每年自行组织学习",
    ),
    "no words": ("chapter_3", without("self_study", "description"), "description"),
    "a quote that is not in the text": (
        "chapter_3",
        meta("self_study", quote="自行学习两次"),
        "引文不在原文中",
    ),
    "an unknown datum of a check": (
        "returns",
        meta("serving_count_within_member_count", datum="serving"),
        "meta.datum",
    ),
    "a check among the requirements": (
        *(
            "chapter_3",
            lambda c: c["expectations"].append(
                the(c, "reserve")
                | {"id": "x", "severity": "warning", "meta": {"check": "new", "datum": "reserve_total"}}
            ),
        ),
        "returns.json",
    ),
    "another id": ("chapter_3", rule("self_study", id=str(uuid.UUID(int=1))), "应为"),
    "no id": ("chapter_3", without("self_study", "id"), "应为"),
    "another suite's id": ("chapter_3", lambda c: c.update(id=str(uuid.UUID(int=1))), "应为"),
    "another suite's name": ("chapter_3", lambda c: c.update(name="chapter_1"), "应与文件同名"),
    "no name of a suite": ("chapter_3", lambda c: c.pop("name"), "chapter_3"),
    "an unknown key of a rule": ("chapter_3", rule("self_study", note="x"), "相近的有：notes"),
    "an unknown key of a suite": ("chapter_3", lambda c: c.update(expectation=[]), "相近的有：expectations"),
    "a rule that is none": ("chapter_3", lambda c: c["expectations"].append(1), "不是一条规则"),
    "a condition on an unknown column": (
        "chapter_1",
        condition("party_org_head", column=COLUMN),
        "has_party_org",
    ),
    "an unknown operator": ("chapter_1", condition("party_org_head", operator="="), "=="),
    "an operator that does not fit": ("chapter_1", condition("party_org_head", operator=">"), "不能比较大小"),
    "a condition of an unknown kind": (
        "chapter_1",
        condition("party_org_head", type="compare"),
        "comparison",
    ),
    "a condition as text": (
        "chapter_1",
        kwargs("party_org_head", row_condition="has_party_org == True"),
        "comparison",
    ),
    "a condition without a value": (
        "chapter_1",
        lambda c: the(c, "party_org_head")["kwargs"]["row_condition"].pop("parameter"),
        "parameter",
    ),
    "a number in a condition": ("chapter_1", condition("party_prereview", parameter=3), "直接写了“3”"),
    "a truth for a number in a condition": (
        "chapter_1",
        condition("party_prereview", parameter=False),
        "False",
    ),
    "a word for a truth in a condition": (
        "chapter_1",
        condition("party_org_head", parameter="是"),
        "true 或 false",
    ),
    "a word that is no choice in a condition": (
        "chapter_3",
        kwargs("remedial_training", row_condition=COMPARED),
        "运作欠规范",
    ),
    "a date compared in a condition": (
        "chapter_3",
        kwargs("remedial_training", row_condition=DATED),
        "nullity",
    ),
    "an empty list of conditions": (
        *("chapter_1", kwargs("party_org_head", row_condition={"type": "and", "conditions": []})),
        "没有列出条件",
    ),
}


def test_the_suites_of_the_project_have_no_mistake():
    found = mistakes.read(ROOT / "expectations", KNOWN)
    assert found.mistakes == []
    assert sum(len(one["expectations"]) for one in found.content.values()) == sum(
        text.count('"type": "expect_') for text in WRITTEN.values()
    )


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_line_that_says_where_and_what_is_right(folder, mistake):
    suite, change, told = MISTAKES[mistake]
    spoil(folder, suite, change)
    (line,) = lines(folder)
    assert line.startswith(f"{suite}.json") and told in line and "\n" not in line, line
    with pytest.raises(StandardError) as error:
        running.load(folder, KNOWN)
    assert line.startswith(error.value.where) and error.value.what in line


BROKEN = {
    "": "第 1 行第 1 列",
    "[]": "不是一个套件",
    "{": "第 1 行第 2 列",
    '{\n  "name": "chapter_3",\n  "expectations": [\n    {"type": "x",}\n  ]\n}': "第 4 行第 18 列",
    '{"name": NaN}': "NaN",
    "[" * 100_000: "JSON",
}


@pytest.mark.parametrize("text", BROKEN, ids=lambda text: text[:12])
def test_a_file_that_is_no_json_is_told_with_its_line_and_column_and_nothing_else(folder, text):
    (folder / "chapter_3.json").write_text(text, encoding="utf-8")
    (line,) = lines(folder)
    assert line.startswith("chapter_3.json：") and BROKEN[text] in line


def test_a_file_in_gbk_is_told_as_such(folder):
    (folder / "chapter_3.json").write_bytes(WRITTEN["chapter_3"].encode("gb18030"))
    assert lines(folder) == ["chapter_3.json：不是 UTF-8 编码；请用 UTF-8 编码另存"]


def test_a_key_said_twice_is_a_mistake(folder):
    text = WRITTEN["chapter_3"].replace(
        '"severity": "critical",', '"severity": "info", "severity": "critical",', 1
    )
    (folder / "chapter_3.json").write_text(text, encoding="utf-8")
    (line,) = lines(folder)
    assert "“severity”在同一处写了两次" in line


def test_a_rule_in_the_suite_of_another_chapter_is_told_to_move(folder):
    moved = the(json.loads(WRITTEN["chapter_3"]), "reserve")
    spoil(folder, "chapter_3", lambda c: c["expectations"].remove(the(c, "reserve")))
    spoil(folder, "chapter_1", lambda c: c["expectations"].append(moved))
    (line,) = lines(folder)
    assert line.startswith("chapter_1.json，reserve") and "chapter_3.json" in line


def test_a_suite_that_is_missing_is_one_line(folder):
    (folder / "chapter_3.json").unlink()
    assert lines(folder) == ["chapter_3.json：没有这个套件，或其中没有规则；请恢复这个文件"]
    for path in folder.iterdir():
        path.unlink()
    assert len(lines(folder)) == 1


def test_all_mistakes_are_told_and_not_only_the_first(folder):
    chosen = [
        "an unknown type",
        "a literal number",
        "an unknown operator",
        "a check that is no warning",
        "no severity",
    ]
    for name in chosen[:4]:
        spoil(folder, *MISTAKES[name][:2])
    (folder / "chapter_5.json").write_text("{", encoding="utf-8")
    found = lines(folder)
    assert len(found) == 5 and found == sorted(found, key=lambda line: line.split("，")[0].split("：")[0])
    with pytest.raises(StandardError) as error:
        running.load(folder, KNOWN)
    assert "另有 4 处" in error.value.to_do and "redstats suites check" in error.value.to_do


def test_escapes_and_a_mark_of_byte_order_are_hints_that_stop_nothing(folder):
    escaped = json.dumps(json.loads(WRITTEN["chapter_3"]), indent=2)
    (folder / "chapter_3.json").write_text(escaped, encoding="utf-8-sig")
    found = mistakes.read(folder, KNOWN).mistakes
    assert [one.hint for one in found] == [True, True] and "转义" in str(found[1])
    assert running.load(folder, KNOWN)["chapter_3"] == json.loads(WRITTEN["chapter_3"])


# Mistakes that nobody thought of.

PARAMETERS = KNOWN.parameters
ODD = [
    None,
    True,
    0,
    -1,
    2.5,
    "",
    "无",
    "expect_date_to_follow",
    [],
    [1],
    ["member_count"],
    {},
    {"$PARAMETER": "reserve"},
]
ODD += [
    {"type": "nullity"},
    {"name": "member_count"},
    "critical",
    "member_count",
    float("inf"),
    10**30,
    "示例" * 50,
]


def spots(value: object, path: tuple = ()) -> list[tuple]:
    """The paths to everything inside a JSON value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(*path, key) for key, _ in inside] + [
        spot for key, one in inside for spot in spots(one, (*path, key))
    ]


def mutated(content: dict, chance: Random) -> dict:
    """A suite with one thing deleted, exchanged, doubled or renamed."""
    content = copy.deepcopy(content)
    path = chance.choice(spots(content))
    holder = content
    for key in path[:-1]:
        holder = holder[key]
    last = path[-1]
    kind = chance.choice(["delete", "exchange", "exchange", "type", "double", "rename"])
    if kind == "delete":
        del holder[last]
    elif kind == "double" and isinstance(holder, list):
        holder.append(copy.deepcopy(holder[last]))
    elif kind == "rename" and isinstance(holder, dict):
        holder[f"{last}s"] = holder.pop(last)
    elif kind == "type" and not isinstance(holder[last], str):
        holder[last] = json.dumps(holder[last], ensure_ascii=False)
    else:
        holder[last] = copy.deepcopy(chance.choice(ODD))
    return content


def as_built(name: str, content: dict) -> list[tuple]:
    built = running.built(name, content, PARAMETERS | KNOWN.of(name).parameters)
    return sorted(
        (type(one).__name__, one.meta.get("requirement") or one.meta["check"], one.severity) for one in built
    )


@pytest.mark.xdist_group("mutants")
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(suite=st.sampled_from(sorted(WRITTEN)), seed=st.integers(0, 10**9))
def test_whatever_is_done_to_a_suite_is_told_or_every_rule_is_loaded_as_written(folder, suite, seed):
    content = mutated(json.loads(WRITTEN[suite]), Random(seed))
    path = folder / f"{suite}.json"
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    try:
        found = mistakes.read(folder, KNOWN)
        assert all(str(one) and "\n" not in str(one) for one in found.mistakes)
        if not found.mistakes:
            assert found.content[suite] == content
            asked = [
                one["meta"].get("requirement") or one["meta"]["check"] for one in content["expectations"]
            ]
            assert sorted(name for _, name, _ in as_built(suite, content)) == sorted(asked)
    finally:
        path.write_text(WRITTEN[suite], encoding="utf-8")


def test_what_follows_from_the_standard_is_written_for_whoever_adds_a_rule(folder):
    def forget(content: dict) -> None:
        for one in content["expectations"]:
            if one["meta"].get("requirement") == "self_study":
                for key in ("id", "severity", "description"):
                    one.pop(key)

    spoil(folder, "chapter_3", forget)
    assert lines(folder)
    assert deriving.write(folder, KNOWN) == {"chapter_3.json": ["self_study"]}
    assert not lines(folder)
    written = json.loads((folder / "chapter_3.json").read_text(encoding="utf-8"))
    assert written == json.loads(WRITTEN["chapter_3"])


def test_writing_changes_nothing_where_nothing_is_to_be_put_right(folder):
    assert deriving.write(folder, KNOWN) == {}
    assert {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.json")} == WRITTEN


def test_a_file_that_is_no_suite_is_left_as_it_is(tmp_path):
    for name, text in {"notes": "[1, 2", "other": '{"name": 3}'}.items():
        (tmp_path / f"{name}.json").write_text(text, encoding="utf-8")
    assert deriving.write(tmp_path, KNOWN) == {}
    assert (tmp_path / "notes.json").read_text(encoding="utf-8") == "[1, 2"


@pytest.mark.parametrize(
    ("operator", "applied"), [("==", [True, False, False]), ("!=", [False, False, True])]
)
def test_what_is_not_known_neither_equals_nor_differs_where_a_condition_compares_words(operator, applied):
    frame = pd.DataFrame({"kind": pd.Series(["无", None, "党支部"], dtype=object)})
    condition = {
        "type": "comparison",
        "column": {"name": "kind"},
        "operator": operator,
        "parameter": "无",
    }
    assert applies(frame, condition).tolist() == applied
    either = {
        "type": "or",
        "conditions": [condition, {"type": "nullity", "column": {"name": "kind"}, "is_null": True}],
    }
    assert applies(frame, either).tolist() == [applied[0], True, applied[2]]

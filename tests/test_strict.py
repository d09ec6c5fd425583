"""One door for rule files: whatever is wrong in one is said with file, entry, key and what is allowed, and nothing else happens."""

from __future__ import annotations

import copy
import datetime as dt
import pickle
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Annotated, Literal

import pytest
import yaml
from drawn import ROOT

from redstats import corrections, explanations, mappings, outcomes, places, settings, standard, strict
from redstats.deadlines.kinds import kinds
from redstats.errors import StandardError
from redstats.months import Month
from redstats.project import Project
from redstats.recommendations import pipeline
from redstats.scores import scoring_profile
from redstats.soft_checks.rulebook import rules as soft_rules
from redstats.spotchecks import rulebook
from redstats.standard import attachments, document, fields, law, reader, requirements
from redstats.strict import (
    ByName,
    Listed,
    MonthNumber,
    Named,
    Number,
    Positive,
    Share,
    Strict,
    Text,
    Texts,
    one_of,
)
from redstats.templates import forms
from redstats.wording import FOLDER as WORDING
from redstats.wording import Vocabulary

TODAY = dt.date(2026, 10, 31)
SAMPLE = 36  # mistakes a file


# The words of a complaint, by a small file of its own.


class Inner(Named):
    share: Share
    kind: Annotated[str, one_of({"a": "甲", "b": "乙"})] = "a"


class Outer(Strict):
    name: Text
    inner: ByName[Inner]
    words: Texts = ()
    since: dt.date | None = None
    on: bool = False
    count: Positive = 1
    pace: dict[MonthNumber, Number] | None = None
    force: Literal["must", "may"] = "may"
    listed: Listed[Inner] = ()
    with_: Annotated[str, strict.Field(alias="with")] = ""


GOOD = {"name": "甲", "inner": {"x": {"share": 1}}}


@pytest.mark.parametrize(("change", "what", "where", "to_do"), [
    ({"naem": 1}, "不认识的键“naem”", "", "是否想写“name”？可用的键：name、inner、words、"),
    ({"name": None}, "缺少必填的键“name”", "", "请补上“name”"),
    ({"name": " \u3000"}, "不是文字", "，name", "引号"),
    ({"name": ["甲"]}, "“['甲']”不是文字", "，name", "引号"),
    ({"inner": []}, "此处应为一组“键: 值”", "，inner", ""),
    ({"inner": {"x": 1}}, "此处应为一组“键: 值”", "，inner，x", "可用的键：share、kind"),
    ({"inner": {"x": {"share": "半"}}}, "“半”不是数", "，inner，x，share", "请写数"),
    ({"inner": {"x": {"share": True}}}, "“True”不是数", "，inner，x，share", "请写数"),
    ({"inner": {"x": {"share": 2}}}, "“2”不是0到1的数", "，inner，x，share", "0至1"),
    ({"inner": {"x": {"share": float("nan")}}}, "“nan”不是0到1的数", "，inner，x，share", "0至1"),
    ({"inner": {"x": {"share": 1, "kind": "c"}}}, "kind 不能是“c”", "，inner，x，kind", "可用：a（甲）、b（乙）"),
    ({"words": "甲"}, "此处应为列表", "，words", "- "),
    ({"words": ["甲", 7]}, "“7”不是文字", "，words 第 2 条", "引号"),
    ({"since": "昨天"}, "since 不是日期“昨天”", "，since", "2026-11-03"),
    ({"since": dt.datetime(2026, 1, 1)}, "since 不是日期", "，since", "2026-11-03"),
    ({"on": "是"}, "“是”不是 true 或 false", "，on", "true"),
    ({"count": True}, "“True”不是整数", "，count", "整数"),
    ({"count": 0}, "count 不能是“0”", "，count", "不小于 1 "),
    ({"pace": {16: 1}}, "没有“16”月", "，pace，16", "1 至 12"),
    ({"pace": {6: "一"}}, "“一”不是数", "，pace，6", "请写数"),
    ({"force": "shall"}, "force 不能是“shall”", "，force", "可用：must、may"),
    ({"listed": [{"share": 1}, {"share": 1, "kid": 1}]}, "不认识的键“kid”", "，listed 第 2 条", "kind"),
    ({"with": 7}, "“7”不是文字", "，with", "引号"),
    ({"with_": "甲"}, "不认识的键“with_”", "", "with"),
])  # fmt: skip
def test_a_complaint_says_what_where_and_what_is_allowed(change, what, where, to_do):
    with pytest.raises(StandardError) as refused:
        strict.checked(Outer, GOOD | change, "drawn.yaml")
    assert what in refused.value.what
    assert refused.value.where == f"drawn.yaml{where}"
    assert to_do in refused.value.to_do and refused.value.to_do


def test_an_entry_knows_its_name_keeps_its_numbers_as_written_and_goes_to_another_process():
    read = strict.checked(Outer, GOOD, "drawn.yaml")
    assert read.inner["x"].id == "x" and type(read.inner["x"].share) is int
    again = pickle.loads(pickle.dumps(read))
    assert again == read and again.inner["x"].id == "x"
    with pytest.raises(ValueError, match="frozen"):
        read.name = "乙"


def models(base: type[Strict] = Strict) -> Iterator[type[Strict]]:
    for model in base.__subclasses__():
        yield model
        yield from models(model)


MODELS = sorted(set(models()), key=lambda model: (model.__module__, model.__name__))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: f"{model.__module__}.{model.__name__}")
def test_every_entry_answers_an_unknown_key_with_all_it_knows_and_a_missing_one_with_its_name(model):
    keys = {field.alias or name: field for name, field in model.model_fields.items()}
    with pytest.raises(StandardError) as refused:
        strict.checked(model, {"没有的键": 1}, "drawn.yaml，甲")
    assert refused.value.what == "不认识的键“没有的键”" and refused.value.where == "drawn.yaml，甲"
    assert refused.value.to_do == f"可用的键：{'、'.join(keys)}"
    required = [key for key, field in keys.items() if field.is_required()]
    for missing in required:
        with pytest.raises(StandardError) as refused:
            strict.checked(model, {key: 1 for key in required if key != missing}, "drawn.yaml，甲")
        assert refused.value.what == f"缺少必填的键“{missing}”" and missing in refused.value.to_do
    with pytest.raises(StandardError, match="此处应为一组"):
        strict.checked(model, ["甲"], "drawn.yaml，甲")


# Every file that comes with redstats or that a district writes, with one mistake at a time, through its own reader.


def of_standard(*caches: Callable, read: Callable[[Path], object]) -> Callable:
    """A reader of a file of the standard that reads that file anew and the others once."""

    def reading(path: Path, folder: Path) -> object:
        for cached in caches:
            cached.cache_clear()
        return read(folder)

    return reading


def of_module(module, read: Callable[[], object]) -> Callable:
    """A reader of a file whose path its module holds."""

    def reading(path: Path, _: Path) -> object:
        kept, module.FILE = module.FILE, path
        try:
            return read()
        finally:
            module.FILE = kept

    return reading


def _outcomes() -> object:
    outcomes._content.cache_clear()
    try:
        return outcomes.files(), outcomes.notes()
    finally:
        outcomes._content.cache_clear()


DAY = dt.date(2026, 11, 3)
WRITTEN = {
    "settings.yml": {"deadline_day": {dt.date(2026, 1, 1): 8}, "soon_days": 30, "producer": "示例"},
    "mappings.yml": {
        "华阳": {
            "headings": {"自主钻研": {"means": "self_study_ytd", "confirmed_on": DAY, "confirmed_by": "示例"}},
            "gone": {"示例花园": {"means": "撤销", "confirmed_on": DAY, "since": "2026-10"}},
        },
        "streets": {"花阳街办": {"means": "华阳路街道", "confirmed_on": DAY}},
    },
    "corrections.yml": [
        {
            "month": "2026-10", "street": "华阳路", "committee": "示例", "action": "set", "field": "member_count",
            "was": "七", "value": 7, "reason": "电话核实", "confirmed_by": "示例", "confirmed_on": DAY,
        },
        {
            "month": "2026-10", "street": "华阳路", "committee": "示例乙", "action": "drop", "neighbourhood": "秀水",
            "reason": "电话核实", "confirmed_by": "示例", "confirmed_on": DAY,
        },
    ],
    "recognitions.yml": [
        {"street": "华阳路", "committee": "甲", "result": "认定", "date": dt.date(2026, 11, 28), "confirmed_by": "示例"}
    ],
}  # fmt: skip
_OF_FIELDS = of_standard(fields._fields, read=fields.fields)
_OF_REQUIREMENTS = of_standard(requirements._dated, read=requirements.dated)
READERS: dict[str, Callable[[Path, Path], object]] = {
    "standard/editions.yaml": of_standard(document._editions, read=document.editions),
    "standard/fields.yaml": _OF_FIELDS,
    "standard/elements.yaml": of_standard(reader._on, read=lambda folder: standard.on(TODAY, folder)),
    "standard/law.yaml": of_standard(
        *(law._content, law._dated, law._gaps), read=lambda folder: law.on(TODAY, folder)
    ),
    **{f"standard/requirements/{number}.yaml": _OF_REQUIREMENTS for number in range(1, 6)},
    "standard/attachments.yaml": lambda path, _: (attachments.attachments(path), attachments.facts(path)),
    "places/places.yaml": lambda path, _: places.read(path, TODAY),
    "deadlines/kinds.yaml": lambda path, _: kinds(path),
    "scores/profiles/default.yaml": lambda path, _: scoring_profile.profile_in(path),
    "scores/profiles/equal_clauses.yaml": lambda path, _: scoring_profile.profile_in(path),
    "outcomes.yaml": of_module(outcomes, _outcomes),
    "explanations/explanations.yaml": of_module(explanations, explanations._rules.__wrapped__),
    "spotchecks/rules.yaml": lambda path, _: rulebook.rules(path),
    "soft_checks/rules.yaml": lambda path, _: soft_rules(path),
    "templates/form.yaml": of_module(forms, forms._data.__wrapped__),
    **{f"wording/{path.name}": lambda path, _: Vocabulary(path) for path in sorted(WORDING.glob("*.yaml"))},
    "settings.yml": lambda path, _: settings.on(Project(path.parents[2]), TODAY),
    "mappings.yml": lambda path, _: mappings.read(path, standard.on(TODAY), places.on(TODAY)),
    "corrections.yml": lambda path, _: corrections.read(path),
    "recognitions.yml": lambda path, _: pipeline.read(path, Month(2026, 11)),
}


def test_every_rule_file_has_a_reader_here():
    shipped = {path.relative_to(ROOT / "redstats").as_posix() for path in (ROOT / "redstats").rglob("*.yaml")}
    assert shipped == READERS.keys() - WRITTEN.keys()


def paths(content: object, above: tuple = ()) -> Iterator[tuple]:
    """Every way through keys and places to something that a file says."""
    inside = (
        content.items()
        if isinstance(content, dict)
        else enumerate(content)
        if isinstance(content, list)
        else ()
    )
    for key, value in inside:
        yield (*above, key)
        yield from paths(value, (*above, key))


def mistakes(content: object, random: Random) -> list[tuple[tuple, str]]:
    """Ways through a file, one of each sort, and what is done there: every pair, in an order of chance."""
    ways = list(paths(content))
    times = Counter((len(way), way[-1]) for way in ways)
    # a key that stands at one place only is a name, and names are of one sort
    sorts: dict[tuple, list[tuple]] = {}
    for way in ways:
        last = way[-1] if isinstance(way[-1], str) and times[len(way), way[-1]] > 1 else type(way[-1])
        sorts.setdefault((len(way), last), []).append(way)
    pairs = [(random.choice(listed), deed) for listed in sorts.values() for deed in DEEDS for _ in range(2)]
    unique = sorted(set(pairs), key=repr)
    random.shuffle(unique)
    return unique


DEEDS = ("remove", "rename", "a list", "a number", "nothing", "a text")


def spoilt(content: object, way: tuple, deed: str) -> object:
    spoilt_content = copy.deepcopy(content)
    above = spoilt_content
    for key in way[:-1]:
        above = above[key]
    last = way[-1]
    if deed == "remove":
        del above[last]
    elif deed == "rename" and isinstance(above, dict):
        entries = [(f"{key}x" if key == last else key, value) for key, value in above.items()]
        above.clear()
        above.update(entries)
    else:
        values = {"a list": [[1]], "a number": -7, "nothing": None, "a text": "没有这样写的", "rename": 1.5}
        above[last] = values[deed]
    return spoilt_content


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A copy of the standard's files, of which one at a time is changed."""
    target = tmp_path_factory.mktemp("strict") / "standard"
    shutil.copytree(document.FOLDER, target, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return target


@pytest.mark.parametrize("file", READERS)
def test_a_mistake_anywhere_is_told_by_file_and_key_or_does_no_harm(file, folder, tmp_path):
    shipped = ROOT / "redstats" / file
    content = WRITTEN.get(file) or yaml.load(shipped.read_text(encoding="utf-8"), yaml.CSafeLoader)
    name = file.rpartition("/")[2]
    home = (
        folder / file.removeprefix("standard/")
        if (folder / file.removeprefix("standard/")).exists()
        else None
    )
    kept = home.read_bytes() if home else b""
    refused = 0
    try:
        for number, (way, deed) in enumerate(mistakes(content, Random(file))[:SAMPLE]):
            path = home or tmp_path / str(number) / "data" / "raw" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            dumped = yaml.dump(
                spoilt(content, way, deed), Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False
            )
            path.write_text(dumped, encoding="utf-8")
            try:
                READERS[file](path, folder)
            except StandardError as error:
                refused += 1
                keys = [str(key) for key in way if not isinstance(key, int)][-2:] or ["第"]
                keys = [""] if len(content) == len(way) == 1 else keys  # nothing is left that has a name
                told = name in error.where and any(key in str(error) for key in keys) and error.to_do
                assert told, (way, deed, str(error))
    finally:
        if home:
            home.write_bytes(kept)
            READERS[file](home, folder)
    assert refused


def test_what_is_shipped_is_read_without_a_complaint_by_the_same_readers(folder, tmp_path):
    for file, reading in READERS.items():
        path = ROOT / "redstats" / file
        if file in WRITTEN:
            path = tmp_path / "data" / "raw" / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(yaml.safe_dump(WRITTEN[file], allow_unicode=True), encoding="utf-8")
        assert reading(path, folder) is not None

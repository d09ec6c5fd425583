"""Everything that can be wrong with the suites of ``expectations/``: one list of checks, for ``redstats suites check``
and for every run alike.

GX skips a rule it cannot build with no more than a log line, and a lost rule means that too little is reported.
"""

from __future__ import annotations

import difflib
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from redstats.suites import row_conditions, suite_files, trial
from redstats.suites.names import LAW, SEVERITIES, Vocabulary
from redstats.suites.suite_files import Mistake, Rule, name_of, near

IDS = uuid.uuid5(uuid.NAMESPACE_URL, "redstats/expectations")
SUITE_KEYS = ("name", "id", "meta", "notes", "expectations")
RULE_KEYS = ("type", "kwargs", "severity", "description", "meta", "id", "notes")
COLUMNS = ("column", "column_A", "column_B", "column_list")
SWITCHES = ("or_equal", "strict_min", "strict_max")
PLAIN = ("value_set", "ignore_row_if", *SWITCHES)  # may be written as they are
_DAY = re.compile(r"\d{4}-\d{1,2}(-\d{1,2})?")
_NAME = re.compile(r"[A-Za-z]\w*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Suites:
    """The suites of a folder by name, and all mistakes in them; with one that is no hint they must not be run."""

    content: dict[str, dict]
    mistakes: list[Mistake] = field(default_factory=list)


def read(folder: Path, known: Vocabulary) -> Suites:
    """The suites of a folder and every mistake in them, file by file; never raises for what stands in the files."""
    files = suite_files.read(folder)
    mistakes: list[Mistake] = []
    rules: list[Rule] = []
    for file in files:
        mistakes += file.mistakes
        if file.content is not None:
            mistakes += _of_suite(file.path, file.content)
            for number, content in enumerate(_rules(file.content), 1):
                name = name_of(content) or f"第 {number} 条"
                if not isinstance(content, dict):
                    to_do = '每条写作 {"type": …, "kwargs": …}'
                    mistakes.append(Mistake(file.path.name, "不是一条规则", to_do, name))
                    continue
                rule = Rule(file.path.stem, name, content, known.of(file.path.stem))
                wrong = [mistake for check in CHECKS for mistake in check(rule)]
                mistakes += wrong or trial.of(rule)  # what is written right can be tried
                rules.append(rule)
    if not files:
        mistakes.append(Mistake(folder.name, "没有找到任何规则套件", "请恢复 expectations/ 中的 .json 文件"))
    else:
        mistakes += _twice(rules)
        mistakes += _lacking(rules, {one.path.stem for one in files if one.content is None}, known)
    return Suites({one.path.stem: one.content for one in files if one.content is not None}, mistakes)


def _rules(content: dict) -> list:
    listed = content.get("expectations")
    return listed if isinstance(listed, list) else []


# Of a file.


def _of_suite(path: Path, content: dict) -> Iterator[Mistake]:
    for key in content:
        if key not in SUITE_KEYS:
            yield Mistake(path.name, f"没有键“{key}”", near(key, SUITE_KEYS), key=key)
    if content.get("name") != path.stem:
        to_do = f"应与文件同名：{path.stem}"
        yield Mistake(path.name, f"套件名不能是“{content.get('name')}”", to_do, key="name")
    if content.get("id") != str(uuid.uuid5(IDS, path.stem)):
        yield Mistake(path.name, "id 不对", f"应为 {uuid.uuid5(IDS, path.stem)}", key="id")
    if not isinstance(content.get("meta", {}), dict):
        yield Mistake(path.name, "meta 应为一组“名称: 内容”", '例如 {"title": …}', key="meta")
    if not isinstance(content.get("expectations"), list):
        to_do = '写作 "expectations": […]'
        yield Mistake(path.name, "没有列出规则", to_do, key="expectations")


# Of one rule.


def _keys(rule: Rule) -> Iterator[Mistake]:
    for key in rule.content:
        if key not in RULE_KEYS:
            yield rule.says(str(key), f"没有键“{key}”", near(key, RULE_KEYS))
    for key in ("kwargs", "meta"):
        if not isinstance(rule.content.get(key), dict):
            yield rule.says(key, f"没有写 {key}", '写作 {"名称": 内容}')
    notes = rule.content.get("notes")
    if notes is not None and not isinstance(notes, str):
        yield rule.says("notes", "notes 应为文字", "请改为一段文字，或删去")


def _naming(rule: Rule) -> Iterator[Mistake]:
    """Whether it judges a requirement that there is (or was), or checks a datum of the return."""
    meta, known = rule.part("meta"), rule.known
    if "requirement" in meta and "check" in meta:
        yield rule.says(
            "meta", "requirement 和 check 只能写一个", "判断要求的写 requirement，查前后矛盾的写 check"
        )
    elif "requirement" in meta:
        if rule.named is None:
            yield rule.says(
                "meta.requirement", f"没有要求“{meta['requirement']}”", near(meta["requirement"], known.named)
            )
    elif isinstance(meta.get("check"), str) and meta["check"]:
        if meta["check"] in known.named:
            yield rule.says("meta.check", "这是一项要求的名称", "判断要求的写 meta.requirement")
        datum = meta.get("datum")
        if not isinstance(datum, str) or datum not in known.fields:
            yield rule.says("meta.datum", f"没有字段“{datum}”", near(datum, known.fields))
    elif "meta" in rule.content:
        wrong = difflib.get_close_matches("requirement", [str(key) for key in meta], n=1)
        to_do = f"键“{wrong[0]}”应写作 requirement" if wrong else "请补上所判断的要求的名称"
        yield rule.says("meta.requirement", "没有写 meta.requirement 或 meta.check", to_do)


def _checks(rule: Rule) -> bool:
    return "check" in rule.part("meta") and "requirement" not in rule.part("meta")


def _place(rule: Rule) -> Iterator[Mistake]:
    judging_suites = {one.suite for one in rule.known.named.values()}
    if rule.named is not None and rule.suite != rule.named.suite:
        yield rule.says("meta.requirement", "这项要求的规则不在这个文件中", f"请移到 {rule.named.suite}.json")
    elif _checks(rule) and rule.suite in judging_suites:
        yield rule.says("meta.check", "查前后矛盾的规则不在这个文件中", "请移到 returns.json")


def _severity(rule: Rule) -> Iterator[Mistake]:
    severity = rule.content.get("severity")
    right = rule.named.severity if rule.named else ""
    if not right and "check" in rule.part("meta") and not rule.known.any_severity:
        right = SEVERITIES["should"]
    if severity not in SEVERITIES.values():
        to_do = f"应为 {right}" if right else near(severity, SEVERITIES.values())
        yield rule.says("severity", f"severity 不能是“{severity}”", to_do)
    elif right and severity != right:
        force = "要求的力度" if rule.named else "前后矛盾的检查"
        yield rule.says("severity", f"severity “{severity}”与{force}不符", f"应为 {right}")


def _words(rule: Rule) -> Iterator[Mistake]:
    words, quote = rule.content.get("description"), rule.part("meta").get("quote")
    if not isinstance(words, str) or not words:
        yield rule.says("description", "没有写 description", "请用一句话写明要求什么")
    elif rule.named and words not in rule.named.words:
        yield rule.says("description", "与标准的名称和引文不符", f"应为“{rule.named.words[-1]}”")
    if quote is not None and rule.named:
        written = isinstance(quote, str) and quote != ""
        if not written or not any(quote in text for text in rule.named.quotes):
            yield rule.says("meta.quote", "引文不在原文中", "请逐字照录原文，或删去 quote")


def _own_id(rule: Rule) -> Iterator[Mistake]:
    name = name_of(rule.content)
    right = uuid.uuid5(IDS, name if rule.named else f"{rule.suite}/{name}")
    placed = rule.named or (
        _checks(rule) and rule.suite not in {one.suite for one in rule.known.named.values()}
    )
    if placed and rule.content.get("id") != str(right):
        yield rule.says("id", "id 不对", f"应为 {right}")


def _kind(rule: Rule) -> Iterator[Mistake]:
    type_ = rule.content.get("type")
    if trial.kind_of(type_) is None:
        yield rule.says("type", f"没有规则类型“{type_}”", near(type_, trial.kinds()))


def _kwargs(rule: Rule) -> Iterator[Mistake]:
    kind = trial.kind_of(rule.content.get("type"))
    if kind is None:
        return
    keys = trial.keys_of(kind)
    for key in rule.part("kwargs"):
        if key not in keys:
            yield rule.says(f"kwargs.{key}", f"没有键“{key}”", near(key, keys))
    for key, must in keys.items():
        if must and key not in rule.part("kwargs"):
            yield rule.says(
                f"kwargs.{key}", f"没有写“{key}”", f"必须写的有：{'、'.join(k for k in keys if keys[k])}"
            )


def _columns(rule: Rule) -> Iterator[Mistake]:
    looked_at = set()
    for key in COLUMNS:
        if key in rule.part("kwargs"):
            value = rule.part("kwargs")[key]
            listed = value if key == "column_list" and isinstance(value, list) else [value]
            for name in listed:
                if not isinstance(name, str) or name not in rule.known.columns:
                    yield rule.says(f"kwargs.{key}", f"没有列“{name}”", near(name, rule.known.columns))
                else:
                    looked_at.add(name)
    if rule.named and looked_at and not looked_at & rule.named.data:
        yield rule.says(
            "kwargs", "规则没有看这项要求的数据", f"要看的列是：{'、'.join(sorted(rule.named.data))}"
        )


def _values(rule: Rule) -> Iterator[Mistake]:
    """Numbers come from the standard and never from a suite; words of a choice are those of the field."""
    kwargs = rule.part("kwargs")
    kind = trial.kind_of(rule.content.get("type"))
    for key in trial.keys_of(kind) if kind else ():
        if key in (*COLUMNS, "row_condition") or key not in kwargs:
            continue
        value = kwargs[key]
        if key in SWITCHES and not isinstance(value, bool):
            yield rule.says(f"kwargs.{key}", "应为 true 或 false", "请改正")
            continue
        for item in value if isinstance(value, list) and key in PLAIN else [value]:
            yield from _value(rule, f"kwargs.{key}", item, plain=key in PLAIN)
    column = kwargs.get("column")
    allowed = (rule.known.values.get(column) if isinstance(column, str) else None) or ()
    words = kwargs.get("value_set")
    for word in words if allowed and isinstance(words, list) else ():
        if isinstance(word, str) and word not in allowed:
            yield rule.says("kwargs.value_set", f"没有可选值“{word}”", near(word, allowed))


def _value(rule: Rule, key: str, value: object, plain: bool) -> Iterator[Mistake]:
    if isinstance(value, dict):
        name = value.get("$PARAMETER")
        if set(value) != {"$PARAMETER"}:
            yield rule.says(key, "取数的写法不对", '写作 {"$PARAMETER": "名称"}')
        elif not isinstance(name, str) or name not in rule.known.parameters:
            sign = "（名称中不能有运算符号）" if isinstance(name, str) and not _NAME.fullmatch(name) else ""
            yield rule.says(key, f"没有参数“{name}”{sign}", near(name, rule.known.parameters))
    elif isinstance(value, int | float) and not (plain and isinstance(value, bool)):
        yield rule.says(key, f"直接写了“{value}”", '数从标准取：{"$PARAMETER": "要求的编号"}')
    elif isinstance(value, str) and _DAY.match(value):
        yield rule.says(key, f"直接写了日期“{value}”", '日期从标准取，如 {"$PARAMETER": "as_of"}')
    elif value is None or isinstance(value, list):
        yield rule.says(key, "值不能是空的或列表", '写一个词，或 {"$PARAMETER": "要求的编号"}')


CHECKS = (
    *(_keys, _naming, _place, _severity, _words, _own_id),
    *(_kind, _kwargs, _columns, _values, row_conditions.mistakes),
)


# Of all suites together.


def _twice(rules: list[Rule]) -> Iterator[Mistake]:
    for key, what in (("id", "id"), ("name", "规则")):
        by_value: dict[object, Rule] = {}
        for rule in rules:
            value = rule.content.get("id") if key == "id" else name_of(rule.content)
            if not isinstance(value, str) or not value:
                continue
            first = by_value.setdefault(value, rule)
            if first is not rule and (key == "name" or first.name != rule.name):
                yield rule.says(
                    "id" if key == "id" else "",
                    f"{what}“{value}”写了两次",
                    f"另一处在 {first.suite}.json，{first.name}",
                )


def _lacking(rules: list[Rule], unread: set[str], known: Vocabulary) -> Iterator[Mistake]:
    """Requirements without a rule; where a whole file is missing or unreadable that is all there is to say."""
    judged = {name_of(rule.content) for rule in rules if rule.named}
    for rule in rules:
        if not rule.named and not _checks(rule):  # a name that is misspelt was told already
            words = [one for one in rule.part("meta").values() if isinstance(one, str)]
            judged |= {
                one for word in words for one in difflib.get_close_matches(word, list(known.named), n=1)
            }
    files = {rule.suite for rule in rules}
    gone = set()
    for id_, named in known.named.items():
        if (
            id_ in judged
            or named.suite in unread
            or (named.suite == LAW and not known.layer and LAW not in files)
        ):
            continue
        if named.suite not in files:
            gone.add(named.suite)
        else:
            yield Mistake(
                f"{named.suite}.json", "要求没有对应的规则", "请补上这条规则", id_, "meta.requirement"
            )
    for suite in sorted(gone):
        also = "，或在 law.yaml 中写 enabled: false" if suite == LAW else ""
        yield Mistake(f"{suite}.json", "没有这个套件，或其中没有规则", f"请恢复这个文件{also}")

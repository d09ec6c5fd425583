"""The city's rules as data: a layer beside the standard, with documents, articles and dates of its own.

``law.on(day)`` is the law in force that day (also ``standard.on(day).law``).  It is reported apart from the standard and
never part of a score; ``enabled`` in ``law.yaml`` switches the whole layer.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from redstats.errors import StandardError
from redstats.standard.document import folder_of, in_force, is_day
from redstats.standard.fields import fields
from redstats.strict import check_keys, load, texts

FILE = "law.yaml"
# What the value of a rule must and may hold, by how the rule looks at its field.
_VALUE = {
    "counts": (("months", "minimum"), ()),
    "after": (("days",), ()),
    "before": (("months",), ()),
    "window": (("every",), ("by_month", "by_day", "minimum")),
}


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the city: the number by which it is cited, its days in force, its official link as plain text."""

    id: str
    number: str
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    link: str = ""
    note: str = ""


class _Cited:
    """What rules and gaps have in common: an id such as L13_reception, and a place in documents."""

    __slots__ = ()
    id: str
    documents: tuple[Document, ...]
    quote: str
    summary: str

    @property
    def number(self) -> str:
        """Its place in the register: L13."""
        return self.id.split("_")[0]

    @property
    def document(self) -> str:
        """The documents by their numbers."""
        return "、".join(one.number for one in self.documents)

    @property
    def link(self) -> str:
        return "；".join(one.link for one in self.documents if one.link)

    @property
    def words(self) -> str:
        """What the document says: its own words in quotation marks, or what it asks."""
        return f"“{self.quote}”" if self.quote else f"{self.summary}（大意）"


@dataclass(frozen=True, slots=True)
class Rule(_Cited):
    """One rule as in force on a day.

    id (``L13_reception``: its place in the register and a name), title, field (the datum judged), asks and fix
    (Chinese), value (what is asked), since and until (first and last day), documents and article (where it stands),
    quote (its words) or summary (what it asks), compared_on (when it was last compared with the text), verified, enabled.
    counts, after, before, where and blank say how it looks at its field; told_by is a rule that, where it is broken too, tells the same
    fact already (see ``law.yaml``).
    """

    id: str
    title: str
    field: str
    asks: str
    fix: str
    value: Any
    since: dt.date
    until: dt.date | None
    documents: tuple[Document, ...]
    article: str
    quote: str
    summary: str
    compared_on: dt.date
    verified: bool
    enabled: bool
    counts: tuple[str, ...] = ()
    after: str = ""
    before: str = ""
    where: str = ""
    blank: str = "not_reported"
    told_by: str = ""
    force: ClassVar[str] = "must"
    # what requirements of the standard have and rules have not: seasons, and a pace within the year
    months: ClassVar[tuple[int, ...]] = ()
    period: ClassVar[str] = ""

    @property
    def required(self) -> str:
        """What is asked, in Chinese, with its numbers filled in."""
        return self.asks.format(**self.value if isinstance(self.value, dict) else {"value": self.value})

    @property
    def window(self) -> bool:
        """Whether it is due once in every period of so many months."""
        return isinstance(self.value, dict) and "every" in self.value

    @property
    def parameters(self) -> dict[str, Any]:
        """The values under the names by which the suite asks for them (``$PARAMETER``)."""
        if isinstance(self.value, dict):
            return {f"{self.id}_{key}": value for key, value in self.value.items()}
        return {self.id: self.value}


@dataclass(frozen=True, slots=True)
class Gap(_Cited):
    """A rule that no return can show to be kept or broken, and why."""

    id: str
    title: str
    documents: tuple[Document, ...]
    article: str
    why: str
    quote: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Law:
    """The city's rules on ``day``: ``rules`` are judged, ``resting`` are in force but switched off, ``gaps`` cannot be checked.

    edition: named after the day since when the layer says what it says on this day; "" before there was any rule.
    """

    day: dt.date
    enabled: bool
    edition: str
    rules: dict[str, Rule] = field(default_factory=dict)
    resting: dict[str, Rule] = field(default_factory=dict)
    gaps: dict[str, Gap] = field(default_factory=dict)

    @property
    def parameters(self) -> dict[str, Any]:
        """Every value the suite may ask for by ``$PARAMETER``."""
        return {name: value for rule in self.rules.values() for name, value in rule.parameters.items()}


def on(day: dt.date, folder: Path | None = None) -> Law:
    """The law in force on ``day``; StandardError for malformed data."""
    folder = folder_of(folder)
    content = _content(folder)
    held = in_force(dated(folder), day)
    enabled = content["enabled"]
    rules = {id_: rule for id_, rule in held.items() if enabled and rule.enabled}
    changed = [one for one in _turning_days(folder) if one <= day]
    return Law(
        day=day,
        enabled=enabled,
        edition=f"sh-law-{max(changed)}" if changed else "",
        rules=rules,
        resting={id_: rule for id_, rule in held.items() if id_ not in rules},
        gaps=_gaps(folder),
    )


def _turning_days(folder: Path) -> set[dt.date]:
    """The days on which a document or a rule of it begins or has just ended."""
    begins = [since for history in dated(folder).values() for since, rule in history if rule.verified]
    ends = [rule.until for history in dated(folder).values() for _, rule in history if rule.until]
    for document in documents(folder).values():
        begins += [document.valid_from] if document.valid_from else []
        ends += [document.valid_to] if document.valid_to else []
    return {*begins, *(day + dt.timedelta(1) for day in ends)}


@cache
def _content(folder: Path) -> dict:
    content = load(folder / FILE)
    check_keys(content, required=("enabled", "documents", "rules", "not_checkable"), where=FILE)
    _check_switch(content["enabled"], f"{FILE}，enabled")
    for part in ("documents", "rules", "not_checkable"):
        if not isinstance(content[part], dict):
            raise StandardError("此处应为一组“名称: 内容”", where=f"{FILE}，{part}", to_do="请逐条列出")
    return content


def _check_switch(value: object, where: str) -> None:
    if not isinstance(value, bool):
        raise StandardError(f"“{value}”不是 true 或 false", where=where, to_do="请写 true 或 false")


def documents(folder: Path | None = None) -> dict[str, Document]:
    """Every document by its id in ``law.yaml``."""
    return _documents(folder_of(folder))


@cache
def _documents(folder: Path) -> dict[str, Document]:
    by_id = {}
    for id_, entry in _content(folder)["documents"].items():
        where = f"{FILE}，documents，{id_}"
        check_keys(
            entry, required=("number",), optional=("valid_from", "valid_to", "link", "note"), where=where
        )
        texts([entry[key] for key in ("number", "link", "note") if key in entry], where)
        for key in ("valid_from", "valid_to"):
            if key in entry:
                _check_day(entry[key], f"{where}，{key}")
        by_id[str(id_)] = Document(id=str(id_), **entry)
    return by_id


def _check_day(value: object, where: str) -> None:
    if not is_day(value):
        raise StandardError("日期应写作 2026-04-01", where=where, to_do="请改正日期")


def _cited(entry: dict, where: str, folder: Path) -> tuple[Document, ...]:
    """The documents an entry names, the main one first."""
    names = [str(entry[key]) for key in ("document", "with") if key in entry]
    known = documents(folder)
    for name in names:
        if name not in known:
            raise StandardError(
                f"没有文件“{name}”", where=f"{where}，document", to_do=f"可用：{'、'.join(known)}"
            )
    return tuple(known[name] for name in names)


def _check_words(entry: dict, where: str) -> None:
    """Its words (quote) or what it asks (summary), and one of the two only."""
    if ("quote" in entry) == ("summary" in entry):
        raise StandardError(
            "请写 quote 或 summary 之一", where=where, to_do="逐字照录的写 quote，只有大意的写 summary"
        )
    texts([entry[key] for key in ("quote", "summary", "article") if key in entry], where)


def dated(folder: Path | None = None) -> dict[str, list[tuple[dt.date, Rule]]]:
    """Every rule with its dated values, oldest first; StandardError names rule and key."""
    return _dated(folder_of(folder))


@cache
def _dated(folder: Path) -> dict[str, list[tuple[dt.date, Rule]]]:
    by_id: dict[str, list[tuple[dt.date, Rule]]] = {}
    for id_, entry in _content(folder)["rules"].items():
        by_id[str(id_)] = _rule(str(id_), entry, folder)
        told_by = entry.get("told_by")
        if told_by is not None and (told_by == id_ or told_by not in by_id):
            raise StandardError(
                f"前面没有规定“{told_by}”", where=f"{FILE}，{id_}，told_by", to_do="请写列在它前面的一条规定"
            )
    return by_id


def _rule(id_: str, entry: dict, folder: Path) -> list[tuple[dt.date, Rule]]:
    where = f"{FILE}，{id_}"
    check_keys(
        entry,
        required=("title", "field", "asks", "fix", "verified", "compared_on", "values"),
        optional=("enabled", "counts", "after", "before", "where", "blank", "told_by"),
        where=where,
    )
    texts([entry[key] for key in ("title", "field", "asks", "fix")], where)
    for key in ("verified", "enabled"):
        if key in entry:
            _check_switch(entry[key], f"{where}，{key}")
    _check_day(entry["compared_on"], f"{where}，compared_on")
    counts = tuple(texts(entry.get("counts", []), f"{where}，counts"))
    for key in ("field", "after", "before", "where"):
        if key in entry:
            _check_field(entry[key], f"{where}，{key}", folder)
    for name in counts:
        _check_field(name, f"{where}，counts", folder)
    if entry.get("blank", "not_met") != "not_met":
        raise StandardError(f"blank 不能是“{entry['blank']}”", where=f"{where}，blank", to_do="可用：not_met")
    if not isinstance(entry["values"], dict) or not entry["values"]:
        raise StandardError(
            "没有写明自何日起要求什么", where=f"{where}，values", to_do="请至少写一个生效日期"
        )
    common = {key: entry[key] for key in ("title", "field", "fix", "verified", "compared_on")}
    common |= {key: entry[key] for key in ("after", "before", "where", "blank", "told_by") if key in entry}
    common |= {"id": id_, "counts": counts, "enabled": entry.get("enabled", entry["verified"])}
    history = []
    for day, value in entry["values"].items():
        place = f"{where}，values，{day}"
        _check_day(day, place)
        history.append((day, _since(day, value, entry, common, place, folder)))
    return sorted(history, key=lambda pair: pair[0])


def _check_field(name: object, where: str, folder: Path) -> None:
    if name not in fields(folder):
        raise StandardError(f"没有字段“{name}”", where=where, to_do="请用 fields.yaml 中的字段")


def _since(day: dt.date, entry: dict, rule: dict, common: dict, where: str, folder: Path) -> Rule:
    """What a rule asks from one day on."""
    check_keys(
        entry,
        required=("value", "document", "article"),
        optional=("with", "quote", "summary", "asks", "until"),
        where=where,
    )
    _check_words(entry, where)
    cited = _cited(entry, where, folder)
    if "until" in entry:
        _check_day(entry["until"], f"{where}，until")
    ends = [one for one in (entry.get("until"), *(one.valid_to for one in cited)) if one]
    if common["verified"] and not all(one.valid_from and one.link for one in cited):
        raise StandardError(
            "文件没有施行日期或链接，不能算已核实",
            where=f"{where}，document",
            to_do="请补上 valid_from 和 link，或写 verified: false",
        )
    begins = max((one.valid_from for one in cited if one.valid_from), default=day)
    if day < begins or (ends and day > min(ends)):
        raise StandardError(
            "生效日期不在文件的有效期内", where=where, to_do=f"文件自 {begins} 起有效，请核对日期"
        )
    dated_rule = Rule(
        **common,
        asks=entry.get("asks", rule["asks"]),
        value=entry["value"],
        since=day,
        until=min(ends, default=None),
        documents=cited,
        article=entry["article"],
        quote=entry.get("quote", ""),
        summary=entry.get("summary", ""),
    )
    _check_value(dated_rule, where)
    try:
        _ = dated_rule.required
    except (KeyError, IndexError, ValueError, TypeError) as error:
        raise StandardError(
            "asks 中的数填不进去",
            where=f"{where}，asks",
            to_do=f"花括号里只能写 value，或 value 之下的键（{error}）",
        ) from error
    return dated_rule


def _check_value(rule: Rule, where: str) -> None:
    """That the value holds the numbers by which the rule's kind is judged."""
    kinds = [kind for kind in ("counts", "after", "before", "window") if getattr(rule, kind)]
    if len(kinds) > 1:
        raise StandardError(f"{'、'.join(kinds)} 不能同时用", where=where, to_do="一条规定只用一种看法")
    for kind in kinds:
        required, optional = _VALUE[kind]
        check_keys(rule.value, required=required, optional=optional, where=f"{where}，value")
        for key, number in rule.value.items():
            if isinstance(number, bool) or not isinstance(number, int) or number < 1:
                raise StandardError(
                    f"“{number}”不是正整数", where=f"{where}，value，{key}", to_do="请写正整数"
                )
    if rule.window and (12 % rule.value["every"] or rule.value.get("by_month", 1) > rule.value["every"]):
        raise StandardError(
            "周期不成立", where=f"{where}，value", to_do="every 为 1、2、3、4、6、12，by_month 不大于 every"
        )


@cache
def _gaps(folder: Path) -> dict[str, Gap]:
    gaps = {}
    for id_, entry in _content(folder)["not_checkable"].items():
        where = f"{FILE}，not_checkable，{id_}"
        check_keys(
            entry,
            required=("title", "document", "article", "why"),
            optional=("with", "quote", "summary"),
            where=where,
        )
        _check_words(entry, where)
        texts([entry["title"], entry["why"]], where)
        given = {key: entry[key] for key in ("title", "article", "why", "quote", "summary") if key in entry}
        gaps[str(id_)] = Gap(id=str(id_), documents=_cited(entry, where, folder), **given)
    return gaps


def of_register(law: Law) -> dict[str, list[Rule | Gap]]:
    """Rules and gaps by their place in the register, L01 first."""
    by_number: dict[str, list[Rule | Gap]] = {}
    every: list[Rule | Gap] = [*law.rules.values(), *law.resting.values(), *law.gaps.values()]
    for entry in every:
        by_number.setdefault(entry.number, []).append(entry)
    return dict(sorted(by_number.items()))

"""The city's rules as data: a layer beside the standard, with documents, articles and dates of its own.

``law.on(day)`` is the law in force that day (also ``standard.on(day).law``).  It is reported apart from the standard and
never part of a score; ``enabled`` in ``law.yaml`` switches the whole layer.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from redstats.errors import StandardError
from redstats.standard.document import check_asks, folder_of, in_force
from redstats.standard.fields import fields
from redstats.strict import ByName, Mistake, Named, Positive, Strict, Text, Texts, Word, checked, read_file

FILE = "law.yaml"


class Document(Named):
    """A document of the city: the number by which it is cited, its days in force, its official link as plain text."""

    number: Text
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    link: Text = ""
    note: Text = ""


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


# The value of a rule, by how the rule looks at its field.


class _Counted(Strict):
    months: Positive
    minimum: Positive


class _After(Strict):
    days: Positive


class _Before(Strict):
    months: Positive


class _Window(Strict):
    every: Positive
    by_month: Positive = 1
    by_day: Positive | None = None
    minimum: Positive | None = None

    @model_validator(mode="after")
    def _fits_the_year(self) -> _Window:
        if 12 % self.every or self.by_month > self.every:
            raise Mistake("周期不成立", "every 为 1、2、3、4、6、12，by_month 不大于 every")
        return self


_VALUES: dict[str, type[Strict]] = {"counts": _Counted, "after": _After, "before": _Before, "window": _Window}


class _Passage(Strict):
    """A place in documents, the main one first: its words (quote) or what it asks (summary)."""

    document: Word
    article: Text
    with_: Annotated[Word, Field(alias="with")] = ""
    quote: Text = ""
    summary: Text = ""

    @model_validator(mode="after")
    def _has_words(self) -> _Passage:
        if bool(self.quote) == bool(self.summary):
            raise Mistake("请写 quote 或 summary 之一", "逐字照录的写 quote，只有大意的写 summary")
        return self


class _Since(_Passage):
    """What a rule asks from one day on."""

    value: object
    asks: Text = ""
    until: dt.date | None = None


class _Entry(Strict):
    """A rule as ``law.yaml`` has it."""

    title: Text
    field: Text
    asks: Text
    fix: Text
    verified: bool
    compared_on: dt.date
    values: Annotated[dict[dt.date, _Since], Field(min_length=1)]
    enabled: bool | None = None
    counts: Texts = ()
    after: Text = ""
    before: Text = ""
    where: Text = ""
    blank: Literal["not_reported", "not_met"] = "not_reported"
    told_by: Text = ""


class _Unseen(_Passage):
    """A rule that no return can show, as ``law.yaml`` has it."""

    title: Text
    why: Text


class _Content(Strict):
    enabled: bool
    documents: ByName[Document]
    rules: dict[str, _Entry]
    not_checkable: dict[str, _Unseen]


def on(day: dt.date, folder: Path | None = None) -> Law:
    """The law in force on ``day``; StandardError for malformed data."""
    folder = folder_of(folder)
    content = _content(folder)
    held = in_force(dated(folder), day)
    enabled = content.enabled
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
def _content(folder: Path) -> _Content:
    return read_file(_Content, folder / FILE)


def documents(folder: Path | None = None) -> dict[str, Document]:
    """Every document by its id in ``law.yaml``."""
    return _content(folder_of(folder)).documents


def _cited(entry: _Passage, where: str, folder: Path) -> tuple[Document, ...]:
    """The documents an entry names, the main one first."""
    known = documents(folder)
    names = [name for name in (entry.document, entry.with_) if name]
    for name in names:
        if name not in known:
            raise StandardError(
                f"没有文件“{name}”", where=f"{where}，document", to_do=f"可用：{'、'.join(known)}"
            )
    return tuple(known[name] for name in names)


def dated(folder: Path | None = None) -> dict[str, list[tuple[dt.date, Rule]]]:
    """Every rule with its dated values, oldest first; StandardError names rule and key."""
    return _dated(folder_of(folder))


@cache
def _dated(folder: Path) -> dict[str, list[tuple[dt.date, Rule]]]:
    by_id: dict[str, list[tuple[dt.date, Rule]]] = {}
    for id_, entry in _content(folder).rules.items():
        if entry.told_by and entry.told_by not in by_id:
            raise StandardError(
                f"前面没有规定“{entry.told_by}”",
                where=f"{FILE}，{id_}，told_by",
                to_do="请写列在它前面的一条规定",
            )
        by_id[id_] = _rule(id_, entry, folder)
    return by_id


def _rule(id_: str, entry: _Entry, folder: Path) -> list[tuple[dt.date, Rule]]:
    where = f"{FILE}，{id_}"
    looked_at = [(key, getattr(entry, key)) for key in ("field", "after", "before", "where")]
    for key, name in (*looked_at, *(("counts", name) for name in entry.counts)):
        if name and name not in fields(folder):
            raise StandardError(
                f"没有字段“{name}”", where=f"{where}，{key}", to_do="请用 fields.yaml 中的字段"
            )
    history = [
        (day, _since(day, since, entry, id_, f"{where}，values，{day}", folder))
        for day, since in entry.values.items()
    ]
    return sorted(history, key=lambda pair: pair[0])


def _since(day: dt.date, since: _Since, entry: _Entry, id_: str, where: str, folder: Path) -> Rule:
    """What a rule asks from one day on."""
    cited = _cited(since, where, folder)
    ends = [last for last in (since.until, *(one.valid_to for one in cited)) if last]
    if entry.verified and not all(one.valid_from and one.link for one in cited):
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
    common = {key: value for key, value in entry if key != "values"}
    stated = {
        "asks": since.asks or entry.asks,
        "enabled": entry.verified if entry.enabled is None else entry.enabled,
        "until": min(ends, default=None),
        **{key: getattr(since, key) for key in ("value", "article", "quote", "summary")},
    }
    rule = Rule(id=id_, since=day, documents=cited, **(common | stated))
    kinds = [kind for kind in _VALUES if getattr(rule, kind)]
    if len(kinds) > 1:
        raise StandardError(f"{'、'.join(kinds)} 不能同时用", where=where, to_do="一条规定只用一种看法")
    for kind in kinds:
        checked(_VALUES[kind], rule.value, f"{where}，value")
    check_asks(rule, where)
    return rule


@cache
def _gaps(folder: Path) -> dict[str, Gap]:
    return {
        id_: Gap(
            id=id_,
            documents=_cited(entry, f"{FILE}，not_checkable，{id_}", folder),
            **{key: getattr(entry, key) for key in ("title", "article", "why", "quote", "summary")},
        )
        for id_, entry in _content(folder).not_checkable.items()
    }


def of_register(law: Law) -> dict[str, list[Rule | Gap]]:
    """Rules and gaps by their place in the register, L01 first."""
    by_number: dict[str, list[Rule | Gap]] = {}
    every: list[Rule | Gap] = [*law.rules.values(), *law.resting.values(), *law.gaps.values()]
    for entry in every:
        by_number.setdefault(entry.number, []).append(entry)
    return dict(sorted(by_number.items()))

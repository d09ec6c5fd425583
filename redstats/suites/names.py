"""What a suite may name: the columns that are judged, the parameters, and whose rules there must be."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pandas as pd

from redstats import standard, tables
from redstats.facts import law_facts, standard_facts
from redstats.facts.cells import Cells
from redstats.months import Month
from redstats.standard import Rule, Standard, attachments, law, requirements
from redstats.standard.document import folder_of

SEVERITIES = {"must": "critical", "should": "warning", "may": "info"}
LAW, RETURNS = "law", "returns"  # the suites beside those of the chapters
RECOMMENDATIONS = "recommendations"  # the suite of the forms of Attachment 2, which has columns of its own


@dataclass(frozen=True, slots=True)
class Named:
    """A requirement or a rule of the city, as its rule in a suite has to tell it.

    suite: the file it stands in; severity: after its force; words: what its description may be, oldest first; quotes:
    the texts that a ``meta.quote`` may come from; data: the columns of which it looks at one at least.
    """

    suite: str
    severity: str
    words: tuple[str, ...]
    quotes: tuple[str, ...]
    data: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """columns: each with its kind (number, date, bool, text, list, dates); values: what a column of choices may hold;
    parameters: each with a value that it has or had; named: requirements and rules of the city of any day; fields: the data
    of a return; layer: whether the city's rules are judged at all; apart: suites that look at other columns than those of a
    return; any_severity: whether checks may have any."""

    columns: dict[str, str]
    values: dict[str, tuple[str, ...]]
    parameters: dict[str, object]
    named: dict[str, Named]
    fields: frozenset[str] = field(default_factory=frozenset)
    layer: bool = True
    apart: dict[str, Vocabulary] = field(default_factory=dict)
    any_severity: bool = False

    def of(self, suite: str) -> Vocabulary:
        """What the rules of a suite may name."""
        return self.apart.get(suite, self)


_KINDS = dict.fromkeys(("int", "float", "pct", "score"), "number") | {"set": "list"}
_KINDS |= {"enum": "text", "phone": "text"}


def vocabulary(folder: Path | None = None) -> Vocabulary:
    """Of the standard and the law in ``folder``, of all their days; StandardError where they are malformed."""
    return _vocabulary(folder_of(folder))


@cache
def _vocabulary(folder: Path) -> Vocabulary:
    dated, rules = requirements.dated(folder), law.dated(folder)
    days = sorted({day for history in dated.values() for day, _ in history})
    now = standard.on(days[-1], folder)
    kinds = {id_: one.type for id_, one in now.fields.items()}
    frame = _nobody(now)
    parameters: dict[str, object] = {}
    whole = frame
    for history in rules.values():
        for day, rule in history:
            rule_facts = _of_law(frame, rule, day, kinds)
            parameters |= rule.parameters | rule_facts.parameters
            whole = whole.join(rule_facts.frame[[name for name in rule_facts.frame if name not in whole]])
    for day in days:  # last, so that the days of a month are all those of one month
        parameters |= standard_facts.parameters(standard.on(day, folder), Month(day.year, day.month))
    columns = {name: _kind(name, whole[name], kinds.get(name, "")) for name in map(str, whole)}
    return Vocabulary(
        columns=columns,
        values={id_: tuple(one.values) for id_, one in now.fields.items() if one.values},
        parameters=parameters,
        named=_requirements(dated, folder) | _rules_of_the_city(rules, kinds),
        fields=frozenset(now.return_fields),
        layer=law.on(days[-1], folder).enabled,
        apart={RECOMMENDATIONS: _of_forms(parameters)},
    )


def _of_forms(parameters: dict[str, object]) -> Vocabulary:
    """What is read of the forms of Attachment 2, and worked out of them and of the return beside them."""
    facts = attachments.facts()
    kinds = attachments.columns() | {id_: one.type for id_, one in facts.items()}
    return Vocabulary(
        columns={id_: _KINDS.get(kind, kind) for id_, kind in kinds.items()},
        values={id_: one.values for id_, one in facts.items() if one.values},
        parameters=parameters | attachments.parameters(),
        named={},
        fields=frozenset([*attachments.columns(), "copies"]),
        any_severity=True,
    )


def _nobody(rules: Standard) -> pd.DataFrame:
    """The facts of a month without any committee: what they are made of is all that can be named."""
    returns = tables.typed([], tables.schema_of(rules.return_fields.values()))
    return standard_facts.facts(returns, {}, Month(rules.day.year, rules.day.month), rules)


def _of_law(frame: pd.DataFrame, rule: Rule, day: dt.date, kinds: dict[str, str]) -> law_facts.LawFacts:
    alone = law.Law(day=day, enabled=True, edition="", rules={rule.id: rule})
    return law_facts.facts(frame, {}, Month(day.year, day.month), alone, Cells(), kinds)


def _kind(name: str, column: pd.Series, type_: str) -> str:
    if type_:
        return _KINDS.get(type_, type_)
    if name in ("row", "source_row"):
        return "number"
    if name in tables.KEYS or name in tables.SOURCE:
        return "text"
    if name.endswith("_dates"):
        return "dates"
    return {"M": "date", "f": "number"}.get(column.dtype.kind, "bool")


def _requirements(dated: dict, folder: Path) -> dict[str, Named]:
    texts = {one.id: one.text for one in standard.document.editions(folder)}
    named = {}
    for id_, history in dated.items():
        versions = [one for _, one in history]
        last = versions[-1]
        named[id_] = Named(
            suite=f"chapter_{last.clause.partition('.')[0]}",
            severity=SEVERITIES[last.force],
            words=tuple(dict.fromkeys(f"{one.title}：{one.quote}" for one in versions)),
            quotes=tuple(texts[one.edition] for one in versions),
            data=frozenset([last.field]),
        )
    return named


def _rules_of_the_city(rules: dict, kinds: dict[str, str]) -> dict[str, Named]:
    named = {}
    for id_, history in rules.items():
        versions = [one for _, one in history]
        last = versions[-1]
        named[id_] = Named(
            suite=LAW,
            severity=SEVERITIES[last.force],
            words=tuple(dict.fromkeys(f"{one.title}：{one.quote or one.summary}" for one in versions)),
            quotes=tuple(one.quote or one.summary for one in versions),
            data=frozenset([last.field, *(law_facts.datum(one, kinds[one.field]) for one in versions)]),
        )
    return named

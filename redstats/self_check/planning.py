"""All formulas of one workbook, and the rules that formulas cannot say: from the form, the suites and the roll."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from redstats.errors import StandardError
from redstats.facts.standard_facts import parameters
from redstats.places import Places, Street
from redstats.places.naming import ENDINGS
from redstats.self_check.derived import Derived
from redstats.self_check.formulas import ROW, Columns, every, is_one_of, some, text
from redstats.self_check.lists import Lists
from redstats.self_check.reading import Reader
from redstats.self_check.rules import Compiler, Rule, Unsayable
from redstats.self_check.verdicts import CHECK, MEND, Verdicts
from redstats.self_check.words import Words, known_words, value_code
from redstats.standard import Field, Requirement
from redstats.suites.names import LAW, RECOMMENDATIONS, RETURNS
from redstats.suites.running import in_force
from redstats.templates.forms import Form
from redstats.workbooks import Grid

_NAME, _HOME, _STREET, _MONTH = "committee_name", "neighbourhood_committee", "street_name", "report_month"
_SEVERAL_MONTHS = "市级规定要看几个月的填报和期限，由区里读表后告知，不影响报送"
_NOT_THIS_MONTH, _ENDED = "本月不要求", "已不再要求"
_FORMS, _OF_FORMS = "推荐表和复评表的规则", "判断的不是月报"


@dataclass
class Plan:
    """``columns``: the formulas of a row; ``lists``: what they look up; ``unsaid``: (title, why) by suite and rule; ``compiled``:
    the rules that are said, likewise."""

    columns: Columns
    lists: Lists
    unsaid: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    compiled: dict[tuple[str, str], Rule] = field(default_factory=dict)


def plan(
    form: Form,
    places: Places,
    street: Street | None,
    suites: Mapping[str, dict],
    known: Words | None = None,
) -> Plan:
    """The formulas for a form on one sheet; ``suites``: every suite as its JSON, by name; ``known``: its words, where they
    were looked up for another street already.  StandardError for a rule that is malformed."""
    return _Planning(form, places, street, suites, known or known_words(form.fields, form.month)).made()


class _Planning:
    def __init__(
        self,
        form: Form,
        places: Places,
        street: Street | None,
        suites: Mapping[str, dict],
        known: Words,
    ) -> None:
        self._form, self._places, self._street = form, places, street
        self._rules, self._suites = form.standard, suites
        self._page = form.pages[0]
        self._columns = Columns()
        self._lists = Lists(form.fields, known)
        cells = {
            one.field.id: f"'{self._page.name}'!${Grid.letters(place)}{ROW}"
            for place, one in enumerate(self._page.columns)
            if one.field
        }
        self._cells = cells
        self._reader = Reader(self._columns, self._lists, cells, form.month)
        self._derived = Derived(self._columns, self._rules, form.month)
        numbers = parameters(self._rules, form.month)
        self._compiler = Compiler(self._columns, self._derived, self._rules, numbers)
        self._plan = Plan(self._columns, self._lists)

    def made(self) -> Plan:
        self._read()
        verdicts = Verdicts(self._columns, self._derived, self._rules, self._form.month.number)
        judged = list(self._of_chapters())
        checks = list(self._of_return())
        for content, rule in checks:
            name = content["meta"]["check"]
            verdicts.checks.setdefault(content["meta"]["datum"], []).append(name)
            self._columns.add("check", name, self._contradicts(content, rule), content["description"])
        for asked in self._form.fields:  # after the checks, to be counted with them; worked out last
            clause = self._rules.clauses[asked.clause].label if asked.clause else ""
            self._columns.add("open", asked.id, "", asked.label, clause)
        for requirement, rule in judged:
            clause = self._rules.clauses[requirement.clause].label
            self._columns.add(
                "verdict", requirement.id, verdicts.add(requirement, rule), requirement.title, clause
            )
        for asked in self._form.fields:
            self._columns.formulas["open", asked.id] = self._open(verdicts, asked)
        return self._plan

    def _read(self) -> None:
        fields, columns = self._form.fields, self._columns
        for asked in fields:
            self._reader.prepare(asked)
        letters = [Grid.letters(place) for place in (1, len(self._page.columns) - 1)]
        filled = f"'{self._page.name}'!${letters[0]}{ROW}:${letters[1]}{ROW}"
        columns.add("row", "used", f"COUNTA({filled})>0")
        columns.add("row", "named", f"{columns.cell('text', _NAME)}<>{text('')}")
        for asked in fields:
            self._reader.read(asked)
        for asked in fields:
            if asked.not_applicable and asked.not_applicable.where:
                self._reader.refuse(
                    asked, {other: self._means_none(other) for other in asked.not_applicable.where}
                )
        session = self._derived.datum("session_no") or "0"
        who = [columns.cell("text", _HOME), columns.cell("text", _NAME), session]
        columns.add("row", "who", f"&{text('|')}&".join(who))
        status = self._derived.datum("committee_status") or "-2"
        statuses = [
            value_code(one, self._rules.fields["committee_status"])
            for one in self._rules.edition.judged_statuses
        ]
        is_judged = some([f"{status}<0", is_one_of(status, [one for one in statuses if one is not None])])
        columns.add("row", "judged", every([columns.cell("row", "named"), is_judged]))

    def _means_none(self, name: str) -> bool:
        answer = self._rules.fields[name].not_applicable
        return bool(answer and answer.means_none)

    def _of_chapters(self) -> Iterator[tuple[Requirement, Rule]]:
        """The requirements that formulas can say; the others, and the suites beside, are noted."""
        current = in_force(dict(self._suites), {*self._rules.requirements, *self._rules.law.rules})
        for suite, suite_content in self._suites.items():
            going_on = {one["id"] for one in current.get(suite, {"expectations": ()})["expectations"]}
            for content in suite_content["expectations"] if suite != RETURNS else ():
                name = content["meta"].get("requirement") or content["meta"].get("check", "")
                requirement = self._rules.requirements.get(name)
                title, why = content["description"].partition("：")[0], ""
                if suite == RECOMMENDATIONS:
                    title, why = _FORMS, _OF_FORMS
                elif content["id"] not in going_on:
                    why = _ENDED
                elif suite == LAW or requirement is None:
                    why = _SEVERAL_MONTHS
                elif requirement.months and self._form.month.number not in requirement.months:
                    why = _NOT_THIS_MONTH
                rule = self._compiled(suite, name, title, content, why)
                if rule and requirement:
                    yield requirement, rule

    def _of_return(self) -> Iterator[tuple[dict, Rule]]:
        for content in self._suites.get(RETURNS, {"expectations": ()})["expectations"]:
            has_several = (
                len(content["kwargs"].get("column_list", "1")) > 1 or "column_A" in content["kwargs"]
            )
            skips = content["kwargs"].get("ignore_row_if", "")
            why = "空格怎样算没有写明" if has_several and not skips else ""
            rule = self._compiled(RETURNS, content["meta"]["check"], content["description"], content, why)
            if rule:
                yield content, rule

    def _compiled(self, suite: str, name: str, title: str, content: dict, why: str) -> Rule | None:
        try:
            if why:
                raise Unsayable(why)
            rule = self._compiler.rule(content)
        except Unsayable as reason:
            self._plan.unsaid[suite, name] = (title, str(reason))
            return None
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise StandardError(
                "规则写得不对", where=f"{suite}.json，{name}", to_do="请运行 redstats suites check"
            ) from error
        self._plan.compiled[suite, name] = rule
        return rule

    def _contradicts(self, content: dict, rule: Rule) -> str:
        """CHECK where a return contradicts itself; nothing where a datum is not known."""
        known = []
        if content["kwargs"].get("ignore_row_if") != "never":
            known = [f"{self._derived.datum(name)}>=0" for name in rule.columns]
        wrong = every([self._columns.cell("row", "named"), rule.applies, *known, f"NOT({rule.holds})"])
        return f"IF({wrong},{CHECK},{text('')})"

    def _open(self, verdicts: Verdicts, asked: Field) -> str:
        open_ = verdicts.open(asked, self._doubtful(asked))
        if asked.id == _NAME:
            used, named = self._columns.cell("row", "used"), self._columns.cell("row", "named")
            return f"IF(AND({used},NOT({named})),{MEND},{open_})"
        return open_

    def _doubtful(self, asked: Field) -> str:
        """That a value is to be looked at: a day far ahead, another month, a place that is not on the roll."""
        words, read = self._columns.cell("text", asked.id), self._columns.cell("read", asked.id)
        listed = ""
        month = self._form.month
        if asked.id == _MONTH:
            written = (
                f"{month.year}年{month.number}月",
                f"{month.year}年{month.number:02}月",
                f"{month.number}月",
            )
            more = (f"{month.year}{mark}{month.number:02}" for mark in ("-", ".", "/", ""))
            listed = self._lists.names(asked.label, (*written, *more))
        elif asked.id == _STREET and self._street:
            listed = self._lists.names(
                asked.label, (self._street.name, self._street.short, *self._street.aliases)
            )
        elif asked.id == _HOME:
            listed = self._lists.names(asked.label, self._homes())
        if listed:
            return every([f"{read}>=0", f"{words}<>{text('')}", f"NOT(ISNUMBER(MATCH({words},{listed},0)))"])
        return self._reader.doubtful(asked)

    def _homes(self) -> Iterable[str]:
        """The neighbourhoods of the street, or of all, as they are written."""
        for street in [self._street] if self._street else self._places.streets:
            for home in (*street.neighbourhoods, *street.uncoded):
                for name in (home.name, *home.aliases):
                    bare = next((name.removesuffix(end) for end in ENDINGS if name.endswith(end)), name)
                    yield from (name, *(bare + end for end in ("", *ENDINGS)))

"""Which fields a template asks for, under which headings, on which sheets, and the stamp that names it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from redstats import standard
from redstats.errors import RunError, StandardError
from redstats.months import Month
from redstats.standard import Field, Standard
from redstats.standard.document import editions
from redstats.standard.reader import register
from redstats.standard.requirements import dated
from redstats.strict import Strict, Texts, read_file
from redstats.workbooks.stamps import Stamp

LAYOUTS = {"wide": "一张表", "chapters": "分章"}
REVIEWS = "reviews"
CHECKED = ("wide",)  # rows of several sheets may be of other committees: no formula can tell
SHEET, REVIEW_SHEET = "填报", "评议打分"
FILE = Path(__file__).with_name("form.yaml")
_LEAD = ("neighbourhood_committee", "committee_name")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its field (None for 序号) and the headings above it, the field's own last."""

    field: Field | None
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet to fill: its name and columns, of which the first ``lead`` stay in sight."""

    name: str
    columns: tuple[Column, ...]
    lead: int


@dataclass(frozen=True)
class Form:
    """The form of one month in one layout (wide, chapters or reviews)."""

    month: Month
    layout: str = "wide"
    base: bool = False

    def __post_init__(self) -> None:
        if self.layout not in (*LAYOUTS, REVIEWS):
            raise RunError(f"没有版式“{self.layout}”", where="layout", to_do=f"可用：{'、'.join(LAYOUTS)}")

    @cached_property
    def standard(self) -> Standard:
        return standard.on(self.month.end)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """What is asked, each once: the committee's place and name first, then in the order of the return."""
        rules, rest = self.standard, self.standard.fields.values()
        if self.layout == REVIEWS:
            wanted = {"street_name", *_LEAD, *rules.review_fields}
        elif self.base:
            musts = [one for one in rules.requirements.values() if one.force == "must"]
            wanted = {*_data().registry, *(one.field for one in musts)}
            wanted |= {id_ for one in musts for id_ in _data().beside.get(one.id, ())}
        else:
            wanted = set(rules.asked_fields)
        wanted -= {*self._obsolete, *(one.id for one in self.lead)}
        return (*self.lead, *(one for one in rest if one.id in wanted))

    @property
    def lead(self) -> tuple[Field, ...]:
        names = ("street_name", *_LEAD) if self.layout == REVIEWS else _LEAD
        return tuple(self.standard.fields[id_] for id_ in names)

    @property
    def _obsolete(self) -> set[str]:
        elements = self.standard.elements
        ended = [
            id_ for id_ in _data().obsolete if (until := elements[id_].until) and until < self.month.start
        ]
        return {field for id_ in ended for field in _data().obsolete[id_]}

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """The sheets to fill, in order; in chapters every sheet begins with place and name."""
        lead = (Column(None, ("序号",)), *(Column(one, (heading(one),)) for one in self.lead))
        further = [one for one in self.fields if one not in self.lead]
        if self.layout != "chapters":
            name = REVIEW_SHEET if self.layout == REVIEWS else SHEET
            return (Page(name, (*lead, *(Column(one, self._path(one)) for one in further)), len(lead)),)
        chapters: dict[str, list[Column]] = {}
        for field in further:
            chapters.setdefault(self._chapter(field) or field.group, []).append(
                Column(field, self._path(field))
            )
        return tuple(Page(name, (*lead, *columns), len(lead)) for name, columns in chapters.items())

    def _chapter(self, field: Field) -> str:
        chapter = field.clause.partition(".")[0]
        return next((each.label for each in self.standard.chapters if each.id == chapter), "")

    def _path(self, field: Field) -> tuple[str, ...]:
        if not field.clause:
            return (field.group, heading(field))
        above = (self._chapter(field),) if self.layout == "wide" else ()
        return (*above, self.standard.clauses[field.clause].label, heading(field))

    @property
    def carried(self) -> tuple[Field, ...]:
        """What is written in beforehand: which committee it is, and nothing that has to be reported anew."""
        named = {*_data().carried, *(one.id for one in self.lead)}
        return tuple(one for one in self.fields if one.id in named)

    @property
    def stamp(self) -> Stamp:
        """The template's name: edition, layout, and a hash of all that is asked and how."""
        asked = [(one.id, heading(one), one.type, one.period, list(one.values)) for one in self.fields]
        mark = hashlib.sha256(repr(asked).encode()).hexdigest()[:10]
        return Stamp(self.standard.edition.id, self.layout, self.base, mark)


def heading(field: Field) -> str:
    """The field's label with its unit, and with the period where the label leaves that open: 培训次数（次，年累计）."""
    period = "年累计" if field.period == "ytd" and "累计" not in field.label and field.unit else ""
    limits = "，".join(part for part in ("%" if field.type == "pct" else field.unit, period) if part)
    return f"{field.label}（{limits}）" if limits else field.label


class _Content(Strict):
    """The form's own data, as ``form.yaml`` explains them."""

    obsolete: dict[str, Texts]
    registry: Texts
    carried: Texts
    beside: dict[str, Texts]


@cache
def _data() -> _Content:
    """The form's own data; StandardError when it names a field, requirement or element that there is not."""
    content = read_file(_Content, FILE)
    elements = {id_ for edition in editions() for id_ in register(edition)}
    fields = standard.fields.fields()
    lists: dict[tuple[str, ...], tuple[str, ...]] = {
        (key,): getattr(content, key) for key in ("registry", "carried")
    }
    for key, known in (("obsolete", elements), ("beside", dated().keys())):
        for name, listed in getattr(content, key).items():
            if name not in known:
                raise StandardError(
                    f"没有“{name}”",
                    where=f"{FILE.name}，{key}，{name}",
                    to_do="请用标准数据中的要求或要素",
                )
            lists[key, name] = listed
    for path, listed in lists.items():
        for id_ in listed:
            if id_ not in fields:
                raise StandardError(
                    f"没有字段“{id_}”",
                    where="，".join((FILE.name, *path)),
                    to_do="请用 fields.yaml 中的字段",
                )
    return content

"""The forms of Attachment 2: 推荐表 and 复评表, their fields, and what is checked of them, as data."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from redstats.standard.fields import fields as return_fields
from redstats.strict import ByName, Mistake, Named, Strict, Text, Texts, call, one_of, read_file
from redstats.text import fold

FILE = Path(__file__).with_name("attachments.yaml")
RECOMMENDATION, RE_EVALUATION = "recommendation", "re_evaluation"
TYPES = ("int", "date", "text", "phone", "street", "seal", "opinion")
FACTS = ("int", "bool", "date", "enum")
ACTORS = {"committee": "业委会", "neighbourhood_party": "居民区党组织", "street": "街镇"}
_TITLE = re.compile(
    r"(?:附[件表]?\d{0,2}(?:[-.]\d)?:?)?[^,。;:、]{0,24}示范业(?:主)?委(?:员)?会[^,。;:、]{0,6}?(推荐|复评)(?:审批|申报|登记)?表(?:\(.{0,12}\))?"
)
_NAME = re.compile("[“”\"'‘’]")


class Entry(Named):
    """One field of a form; ``longest``, ``nearly`` and ``shortest`` are numbers of 字, 0 where there is no limit."""

    label: Text
    type: Annotated[str, one_of(TYPES)]
    by: Annotated[str, one_of(ACTORS)]
    unit: str = ""
    hint: str = ""
    also: Texts = ()
    longest: int = 0
    nearly: int = 0
    shortest: int = 0
    lost: bool = False
    attached: bool = False
    personal: bool = False

    @property
    def values(self) -> dict[str, list[str]]:
        """None: no field of a form offers choices."""
        return {}

    @property
    def printed(self) -> str:
        """The label as the form prints it, with its hint."""
        return f"{self.label}（{self.hint}）" if self.hint else self.label


class Attachment(Named):
    """A form: ``name`` is 推荐表 or 复评表, ``order`` the fields whose seals follow one another."""

    name: Text
    title: Text
    copies: Annotated[int, Field(ge=1, le=5)]
    fields: ByName[Entry]
    order: Texts

    @model_validator(mode="after")
    def _orders_its_fields(self) -> Attachment:
        for id_ in self.order:
            if id_ not in self.fields:
                raise Mistake(f"order 不能是“{id_}”", f"可用：{'、'.join(self.fields)}", "order")
        return self


class Fact(Named):
    """A datum that is worked out of a form or of the return beside it."""

    label: Text
    type: Annotated[str, one_of(FACTS)]
    values: Texts = ()


class _Content(Strict):
    recommendation: Attachment
    re_evaluation: Attachment
    facts: ByName[Fact]


def titled(text: object) -> str:
    """The kind of form that a title names (recommendation, re_evaluation); "" for any other text."""
    if not isinstance(text, str) or len(text) > 60:
        return ""
    match = _TITLE.fullmatch(_NAME.sub("", fold(text)))
    return "" if not match else RECOMMENDATION if match[1] == "推荐" else RE_EVALUATION


def is_form(texts: Iterable[str]) -> bool:
    """Whether the texts of a sheet or document are those of a form.

    It asks for 简介 or 做法, as no return does, and for another of these or for a seal or an opinion; under the title of a
    form one of all these is enough.  Seals alone are no sign: a card of the monthly return may be sealed, too.
    """
    texts = {text for text in texts if len(text) <= _LONGEST_LABEL or re.match(r"[^\n]{1,20}[:：\n]", text)}
    labels = [plain for text in texts if _any_label().match(plain := fold(text))]
    asked = {id_ for plain in labels for words, id_ in _own_labels() if words.match(plain)}
    descriptive = [id_ for id_ in asked if not id_.startswith(("seal_", "opinion_"))]
    return (bool(descriptive) and len(asked) >= 2) or (bool(asked) and any(titled(text) for text in texts))


# Longer text that no label begins is prose of its writer, not a label of the form.
_LONGEST_LABEL = 40


@cache
def _any_label() -> re.Pattern[str]:
    """What one of the labels fits: most texts fit none, and are looked at once."""
    return re.compile("|".join(words.pattern for words, _ in _own_labels()))


@cache
def _own_labels() -> list[tuple[re.Pattern[str], str]]:
    labels = []
    for form in attachments().values():
        for entry in form.fields.values():
            if entry.type in ("seal", "opinion") or entry.longest or entry.id == "practices_and_results":
                words = [word for word in (entry.label, *entry.also) if len(word) > 2]
                listed = "|".join(re.escape(fold(word)).replace("盖章", r"\(?盖章\)?") for word in words)
                labels.append(
                    (
                        re.compile(
                            rf"(?:\d{{1,2}}[.、])?(?:{listed})(?:\([^)]*\))*(?:[:：]|$|年|已|未|□|☑|√)"
                        ),
                        entry.id,
                    )
                )
    return labels


@cache
def _content(path: Path) -> _Content:
    return read_file(_Content, path)


@cache
def attachments(path: Path = FILE) -> dict[str, Attachment]:
    """The forms by kind; StandardError where the file is malformed."""
    content = _content(path)
    return call({kind: _known(getattr(content, kind)) for kind in (RECOMMENDATION, RE_EVALUATION)})


def _known(form: Attachment) -> Attachment:
    """A form whose fields are also recognised by the headings that the return knows for them."""
    entries = {}
    for id_, entry in form.fields.items():
        column = return_fields().get(id_)
        words = [word for word in (column.label, *column.also) if ">" not in word] if column else []
        entries[id_] = entry.model_copy(update={"also": tuple(dict.fromkeys((*entry.also, *words)))})
    return form.model_copy(update={"fields": entries})


def facts(path: Path = FILE) -> dict[str, Fact]:
    """What is worked out, by id; StandardError where the file is malformed."""
    return _content(path).facts


def columns() -> dict[str, str]:
    """Every column of a form's table with its type: fields as they are read, a seal and an opinion with date and seal."""
    types: dict[str, str] = {}
    for form in attachments().values():
        for entry in form.fields.values():
            if entry.type == "seal":
                types |= {entry.id: "bool", f"{entry.id}_date": "date"}
            elif entry.type == "opinion":
                types |= {entry.id: "text", f"{entry.id}_seal": "bool", f"{entry.id}_date": "date"}
            else:
                types[entry.id] = {"int": "int", "date": "date"}.get(entry.type, "text")
    return types


def parameters() -> dict[str, object]:
    """The limits of the forms, by the names that a suite uses: ``committee_brief_longest`` and the like."""
    limits: dict[str, object] = {}
    for form in attachments().values():
        limits["copies"] = form.copies
        for entry in form.fields.values():
            for name in ("longest", "nearly", "shortest"):
                if limit := getattr(entry, name):
                    limits[f"{entry.id}_{name}"] = limit
    return limits | {"once": 1, "none": 0}


def label(name: str) -> str:
    """What a column is called on the form, or among the facts."""
    for form in attachments().values():
        for entry in form.fields.values():
            if name == entry.id:
                return entry.label
            if name in (f"{entry.id}_seal", f"{entry.id}_date"):
                return f"{entry.label.removesuffix('盖章')}{'盖章' if name.endswith('_seal') else '盖章日期'}"
    return facts()[name].label


def of_field(name: str, kind: str) -> Entry | None:
    """The form's own field that a column belongs to; None for one of the other form, or of none."""
    fields = attachments()[kind].fields
    return fields.get(name) or fields.get(re.sub("_(?:seal|date|words|known)$", "", name))


def personal(name: str) -> bool:
    """Whether a column holds what must not be on a page."""
    return any(one.fields[name].personal for one in attachments().values() if name in one.fields)

"""What somebody has confirmed about how a street writes: headings to fields, names to those of the roll or of before.

``data/raw/mappings.yml`` is small and meant to be read: by street (or 全区), each entry with the day and perhaps the
person.  It is applied to every month that is read; ``redstats map`` shows what is open and writes it.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from redstats import places as roll
from redstats import standard as rules_of
from redstats.errors import RunError, StandardError
from redstats.files import write_bytes
from redstats.months import Month
from redstats.places import Places, Street
from redstats.places.identity import Identity
from redstats.places.naming import committee_form, neighbourhood_form
from redstats.project import MAPPINGS, Project
from redstats.standard import Field, Standard
from redstats.strict import Strict, Word, checked, load, meant
from redstats.text import clean, fold, similarity

FILE = MAPPINGS
DISTRICT = "全区"  # entries that hold for every street
STREETS = "streets"
IGNORE = "ignore"
GONE = "gone"
SECTIONS = {
    "headings": "表头",
    "neighbourhoods": "居委会",
    "committees": "业委会",
    GONE: "业委会去向",
    STREETS: "街镇",
}
_HEAD = """\
# 经人确认的写法。按街镇（“全区”对各街镇都有效）列出：
#   headings        表头（与报表中的写法一致，上下级用“ / ”隔开）→ 字段编号，不需要的列写 ignore
#   neighbourhoods  报表中的居委会名称 → 名录中的名称
#   committees      报表中的业委会名称 → 以前报表中的名称；写法相近而不是同一个的，写它自己
#   gone            不再报送的业委会 → 去向（撤销、并入哪一个），since 起不再计入
#   streets         （写在最外层）报表中的街镇名称 → 正式名称
# 用 redstats map 查看和确认；也可以直接修改本文件，但 redstats map 会重写它，另加的注释不保留。
"""


class _Confirmed(Strict):
    """A confirmation as the file has it."""

    means: Word
    confirmed_on: dt.date
    confirmed_by: Word | None = None


class _Gone(_Confirmed):
    since: Word


class _OfDistrict(Strict):
    headings: object = None


class _OfStreet(_OfDistrict):
    neighbourhoods: object = None
    committees: object = None
    gone: object = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One confirmation: ``written`` by ``street`` (its official name, or 全区) ``means`` a field's id or a name."""

    street: str
    section: str
    written: str
    means: str
    confirmed_on: dt.date
    confirmed_by: str = ""
    since: Month | None = None  # of what is gone: the first month in which it is not asked for

    @property
    def told(self) -> str:
        """On whose word and since when."""
        return f"{self.confirmed_by}{self.confirmed_on}确认"

    @property
    def key(self) -> tuple[str, str, str]:
        return self.street, self.section, fold(self.written)

    @property
    def parts(self) -> bool:
        """Whether it says that a spelling is a committee of its own, though it looks like another's."""
        return self.section == "committees" and fold(self.written) == fold(self.means)


@dataclass(frozen=True, slots=True)
class Mappings:
    """All confirmations of a project; plain data, fit to be handed to another process."""

    entries: tuple[Entry, ...] = ()

    def of(self, street: Street | None, section: str) -> dict[str, Entry]:
        """What holds for a street (None: nobody knows which), by the text as written, folded; its own entries win."""
        names = (DISTRICT, street.name) if street else (DISTRICT,)
        return {
            fold(one.written): one
            for name in names
            for one in self.entries
            if one.street == name and one.section == section
        }

    def find(self, street: Street, section: str, text: str) -> Entry | None:
        """What was confirmed of a name as a street writes it: of that very spelling, else of one that is the same name."""
        confirmed = self.of(street, section)
        if exact := confirmed.get(fold(text)):
            return None if exact.parts else exact
        form = {"neighbourhoods": neighbourhood_form, "committees": committee_form}[section]
        same = [one for one in confirmed.values() if not one.parts and form(one.written) == form(text)]
        return same[0] if len(same) == 1 else None

    def is_gone(self, street: Street, committee: str, month: Month, identity: Identity) -> bool:
        """Whether somebody has confirmed that a committee (its name's form) is not asked for in that month any more."""
        return any(
            one.since is not None
            and one.since <= month
            and identity.committee(street.code, one.written) == committee
            for one in self.of(street, GONE).values()
        )

    def identity(self, places: Places) -> Identity:
        """Who is meant, by a roll and by these confirmations."""
        parted = {
            (street.code, fold(one.written))
            for one in self.entries
            if one.parts and (street := places.match(one.street))
        }
        return Identity(places, frozenset(parted))

    def headings(self, street: Street | None, fields: Mapping[str, Field]) -> dict[str, Field | None]:
        """The confirmed headings of a street, each with its field, or None where the column is to be ignored."""
        entries = self.of(street, "headings").values()
        return {one.written: fields.get(one.means) for one in entries}

    def streets(self) -> dict[str, str]:
        """Confirmed names of streets, as written, to official ones."""
        return {one.written: one.means for one in self.entries if one.section == STREETS}

    def with_(self, entry: Entry) -> Mappings:
        """These and ``entry``, which replaces one for the same text."""
        return Mappings((*(one for one in self.entries if one.key != entry.key), entry))

    def without(self, street: str, written: str) -> Mappings:
        """These without what was confirmed of a text of a street; RunError when there is no such."""
        known = {one.written: (one.written,) for one in self.entries if one.street == street}
        gone = {text for text in known if fold(text) == fold(written)}
        kept = tuple(one for one in self.entries if one.street != street or one.written not in gone)
        if not gone:
            near = similarity.near(written, known)
            raise RunError(
                f"没有确认过“{written}”",
                where=f"{FILE}，{street}",
                to_do=f"相近的有：{similarity.told(near)}" if near else "可用 redstats map 查看已确认的",
            )
        return Mappings(kept)


def read(path: Path, standard: Standard, places: Places) -> Mappings:
    """The confirmations in a file, none when there is no file; StandardError (file, line, entry, key) when malformed."""
    if not path.exists():
        return Mappings()
    content = load(path)
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    entries: list[Entry] = []
    for name, sections in checked(dict[Word, object], {} if content is None else content, path.name).items():
        if name == STREETS:
            entries += _section(sections, "", STREETS, path.name, lines)
            continue
        street = _street(name, places, path.name, lines)
        allowed = _OfDistrict if street == DISTRICT else _OfStreet
        stated = checked(allowed, sections or {}, f"{path.name}，{name}{_line(lines, name)}")
        for section, listed in stated:
            if section in stated.model_fields_set:
                entries += _section(listed, street, section, f"{path.name}，{name}", lines)
    _check(entries, path.name, lines, standard, places)
    return Mappings(tuple(entries))


def identity_of(project: Project, month: Month) -> Identity:
    """Who is meant in a month of a project: by the roll of the month and by what people have confirmed."""
    places = roll.on(month.end)
    return read(project.raw / FILE, rules_of.on(month.end), places).identity(places)


def _section(listed: object, street: str, section: str, where: str, lines: list[str]) -> list[Entry]:
    where = f"{where}，{section}"
    entries = []
    for written, content in checked(dict[Word, object], listed, where).items():
        there = f"{where}，{written}{_line(lines, written)}"
        entry = checked(_Gone if section == GONE else _Confirmed, content, there)
        since = _month(entry.since, there) if isinstance(entry, _Gone) else None
        by = entry.confirmed_by or ""
        entries.append(Entry(street, section, written, entry.means, entry.confirmed_on, by, since))
    return entries


def _month(value: str, where: str) -> Month:
    try:
        return Month.parse(value)
    except RunError as error:
        raise StandardError(f"since 不是月份“{value}”", where=where, to_do="请写成 2026-10") from error


def _street(name: str, places: Places, file: str, lines: list[str]) -> str:
    if name == DISTRICT:
        return name
    with meant(f"{file}{_line(lines, name)}"):
        return places.street(name).name


def _check(entries: Iterable[Entry], file: str, lines: list[str], standard: Standard, places: Places) -> None:
    known: set[tuple[str, str, str]] = set()
    for entry in entries:
        path = "，".join(part for part in (file, entry.street, entry.section, entry.written) if part)
        where = path + _line(lines, entry.written)
        if entry.key in known:
            raise StandardError("同一写法确认了两次", where=where, to_do="请删去其中一条")
        known.add(entry.key)
        with meant(where):
            check(entry, standard, places)


def check(entry: Entry, standard: Standard, places: Places) -> None:
    """RunError, with close names, when what an entry means is not a field, or not a name of the roll."""
    if not fold(entry.written):
        raise RunError("写法是空的", where=entry.street, to_do="请写报表中的内容")
    if entry.section == "headings" and entry.means != IGNORE and entry.means not in standard.fields:
        raise _no_field(entry.means, standard)
    if entry.section == "neighbourhoods":
        street = places.street(entry.street)
        if not places.neighbourhood(street, entry.means):
            near = [(each.name, score) for each, score in places.proposals(street, entry.means)]
            raise RunError(
                f"{street.name}的名录里没有居委会“{entry.means}”",
                where=entry.written,
                to_do=f"相近的有：{similarity.told(near)}" if near else "请写名录中的名称",
            )
    if entry.section == GONE and not fold(entry.means):
        raise RunError("没有写去向", where=entry.written, to_do="请写撤销、并入哪一个业委会等")
    if entry.section == "committees" and not fold(entry.means):
        raise RunError("没有写以前的名称", where=entry.written, to_do="请写以前报表中的业委会名称")
    if entry.section == STREETS:
        if (known := places.match(entry.written)) is not None:
            raise RunError(f"“{entry.written}”就是{known.name}", where=STREETS, to_do="不需要确认，请删去")
        places.street(entry.means)


def field_of(name: str, standard: Standard) -> str:
    """The id of a field by its id or its label, or ``ignore``; RunError with close ones when there is none."""
    wanted = fold(name)
    if wanted == IGNORE:
        return IGNORE
    for field in standard.fields.values():
        if wanted in (field.id, fold(field.label)):
            return field.id
    raise _no_field(name, standard)


def _no_field(name: str, standard: Standard) -> RunError:
    names = {f"{one.id} {one.label}": (one.id, one.label, *one.also) for one in standard.fields.values()}
    near = [each for each, _ in similarity.near(name, names)]
    hint = f"相近的有：{'、'.join(near)}" if near else "字段见 docs/tables.md"
    return RunError(f"没有字段“{name}”", where=standard.edition.title, to_do=hint)


def write(path: Path, mappings: Mappings) -> None:
    """Put the confirmations into the file in one step, in a fixed order; no entries leave the head only."""
    lines = [_HEAD]
    streets = list(dict.fromkeys(one.street for one in mappings.entries if one.section != STREETS))
    for street in sorted(streets, key=lambda name: (name != DISTRICT, name)):
        lines.append(f"{_quoted(street)}:")
        for section in SECTIONS:
            listed = [one for one in mappings.entries if (one.street, one.section) == (street, section)]
            lines += [f"  {section}:"] * bool(listed) + [_shown(one, "    ") for one in listed]
        lines.append("")
    listed = [one for one in mappings.entries if one.section == STREETS]
    lines += [f"{STREETS}:"] * bool(listed) + [_shown(one, "  ") for one in listed]
    write_bytes(path, ("\n".join(lines).rstrip() + "\n").encode())


def _shown(entry: Entry, indent: str) -> str:
    by = f", confirmed_by: {_quoted(entry.confirmed_by)}" if entry.confirmed_by else ""
    by = f", since: {entry.since}{by}" if entry.since else by
    means = entry.means if entry.section == "headings" else _quoted(entry.means)
    return f"{indent}{_quoted(entry.written)}: {{means: {means}, confirmed_on: {entry.confirmed_on}{by}}}"


def _quoted(text: str) -> str:
    # A double-quoted text of YAML is written like one of JSON.
    return json.dumps(" ".join(clean(text).split()), ensure_ascii=False)


def _line(lines: list[str], text: str) -> str:
    """Where in the file an entry begins; empty where that cannot be told from the text alone."""
    key = re.compile(rf"""\s*["']?{re.escape(text)}["']?\s*:""")
    numbers = [number for number, line in enumerate(lines, 1) if key.match(line)]
    return f"，第 {numbers[0]} 行" if len(numbers) == 1 else ""

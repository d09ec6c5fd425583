"""The one door through which a sender's words reach a page: only what redstats itself knows goes through.

A name, a number or an address may stand in any cell, heading, sheet or file name.  No list of what they look like is
ever whole; so a text is shown only where every part of it is a word of the standard, of ``redstats/wording``, of the roll,
a date or a plain number.  All else becomes （请查原表 B5）, and who has the workbook looks there.  Two columns are shown by
their nature, the committee's and the neighbourhood's name.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache

import numpy as np
import pandas as pd

from redstats import outcomes, tables, wording
from redstats.facts.standard_facts import SOURCES
from redstats.places import Places
from redstats.standard import Field, Requirement, Rule, Standard, attachments
from redstats.standard.fields import UNITS
from redstats.wording import vocabulary

# The tables by which it is known what may be shown: whose names there are, and what files are called.
PUBLISHED_BY = (tables.RETURNS, tables.ABSENT, tables.FILES)
NAMES = ("neighbourhood_committee", "committee_name")  # shown as they are, but for long numbers
_RAW = ("raw", "reported", "before", "now", "raws")  # a sender's words, or a value read from them
_SAID = ("message", "note")  # our words around a sender's
# A name is made of letters; what has eight figures or more is a date, or the number of a person or of a telephone.
_DIGITS = re.compile(r"\d(?:[\s.\-—_]*\d)*")
_DATE = re.compile(r"(?:19|20)\d\d(?:0?[1-9]|1[0-2])(?:0?[1-9]|[12]\d|3[01])")
_LONG = 8
_NUMERALS = frozenset("〇零一二三四五六七八九十百千万两")
_MULTIPLES = frozenset("百千万两")
_MARKS = frozenset(
    " \n\t.,;:!?()[]{}<>《》〈〉「」【】“”‘’\"'、。，；：！？（）·…—–-_/\\|+=*×%‰~&#√☑☒□■○●◎✓✔✗"
)
_ADDRESS = re.compile(r"(?<![a-z])[a-z]{1,3}[1-9]\d{0,6}(?!\d)")  # B5
_QUOTED = re.compile(r"“([^“”]*)”")
_PLAIN = re.compile(r"[^\\()\[\]{}?*+|.^$]+")  # a word, not a pattern
_FREE = ("text", "phone", "list")  # the types of fields that may hold a name
PERSONAL = "（个人信息，请查原表）"


class Publisher:
    """What may be shown of the texts of one month's senders.

    names: of committees and neighbourhoods, which are shown by their nature and may be spoken of; files: 1_returns/files of
    the month, by which a file of an unknown name is called.
    """

    def __init__(
        self, rules: Standard, places: Places, files: pd.DataFrame, names: Iterable[str] = ()
    ) -> None:
        self._rules = rules
        streets = [text for street in places.streets for text in (street.name, street.short, *street.aliases)]
        neighbourhoods = [
            text
            for street in places.streets
            for neighbourhood in (*street.neighbourhoods, *street.uncoded)
            for text in (neighbourhood.name, *neighbourhood.aliases)
        ]
        fields = [text for field in rules.fields.values() for text in _of_field(field)]
        fields += [rules.label(name) for name in SOURCES]  # of what is worked out of them
        every: list[Requirement | Rule] = [*rules.requirements.values(), *rules.law.rules.values()]
        quoted = [text for rule in every for text in _quoted(rule)]
        listed = [*_our_words(), *quoted, *streets, *neighbourhoods, *fields, *map(hidden_numbers, names)]
        self._words = frozenset(map(_plain, listed)) - {""}
        lengths: dict[str, set[int]] = {}
        for word in self._words:
            lengths.setdefault(word[0], set()).add(len(word))
        self._lengths = lengths  # of the words that begin with a character
        self._known: dict[str, bool] = {}
        self._personal = {field.id for field in rules.fields.values() if field.personal}
        self._personal |= {name for name in attachments.columns() if attachments.personal(name)}
        self._texts = {field.id for field in rules.fields.values() if field.type in _FREE} - {*tables.KEYS}
        self._texts |= {"confirmed_by"}  # of 2_findings/pipeline
        self._files = self._called(files)
        self._renamed = {name: called for name, called in self._files.items() if name != called}

    def mark(self) -> str:
        """A hash that is the same where the same texts are shown: of the words that are known, and of files by other names."""
        listed = [
            *sorted(self._words),
            *(f"{name} {called}" for name, called in sorted(self._renamed.items())),
        ]
        return hashlib.sha256("\n".join(listed).encode("utf-8", "surrogateescape")).hexdigest()

    # ---- texts

    def is_known(self, text: str) -> bool:
        """Whether a text is made of nothing but known words, dates and short numbers."""
        if text not in self._known:
            self._known[text] = self._consists(_plain(text))
        return self._known[text]

    def _consists(self, text: str) -> bool:
        if any(
            len(digits) >= _LONG and not _DATE.fullmatch(digits)
            for digits in (re.sub(r"\D", "", run[0]) for run in _DIGITS.finditer(text))
        ):
            return False
        if sum(char in _NUMERALS for char in text) >= _LONG and not set(text) - _NUMERALS - _MARKS:
            return False
        reached = {0}
        for start in range(len(text)):
            if start not in reached:
                continue
            if text[start] in _MARKS or _is_figure(text, start):
                reached.add(start + 1)
            if address := _ADDRESS.match(text, start):
                reached.add(address.end())
            for length in self._lengths.get(text[start], ()):
                if text[start : start + length] in self._words and (length > 1 or _stands_alone(text, start)):
                    reached.add(start + length)
        return len(text) in reached

    def raw(self, text: object, cell: object = "") -> str:
        """A sender's text where it is known to be harmless, else where to look it up."""
        text = _text(text)
        return text if self.is_known(text) else look_up(cell)

    def message(self, text: object, *raws: str) -> str:
        """Our sentence without the words of a sender in it (``raws``, and what is quoted) that are not known."""
        text = _text(text)
        for raw in {part for part in raws if part and not self.is_known(part)}:
            text = self._without(text, raw)
        for name, called in self._renamed.items():
            text = text.replace(name, called)
        return _QUOTED.sub(lambda quoted: quoted[0] if self.is_known(quoted[1]) else "“…”", text)

    def _without(self, text: str, raw: str) -> str:
        """A text without the pieces of ``raw`` in it, of two characters and more, that are not known."""
        whole = "".join(_plain(raw).split())
        kept, start = [], 0
        while start < len(text):
            end, piece = start, ""
            while end < len(text) and (longer := piece + "".join(_plain(text[end]).split())) in whole:
                end, piece = end + 1, longer
            if len(piece) > 1 and not self.is_known(piece):
                kept.append("…")
                start = end
            else:
                kept.append(text[start])
                start += 1
        return "".join(kept)

    def file(self, name: str) -> str:
        """What a file is called on pages."""
        return self._files.get(name) or self._other(name, "文件")

    def sheet(self, name: str, file: str) -> str:
        """What a sheet is called on pages."""
        return name if self.is_known(name) else self._other(f"{file}!{name}", "工作表")

    @staticmethod
    def _other(name: str, what: str) -> str:
        return f"{what}-{_short_hash(name)}"

    def _called(self, files: pd.DataFrame) -> dict[str, str]:
        """By the name of each file of the month what it is called on pages: 街镇-序号-短哈希 where it is not made of known words."""
        called: dict[str, str] = {}
        number: dict[str, int] = {}
        listed = files[["source_file", "street_name", "sha256"]].drop_duplicates("source_file")
        for name, street, mark in listed.itertuples(index=False, name=None):
            stem, dot, ending = name.rpartition(".")
            if self.is_known(stem if dot else name) and (not dot or ending.isascii()):
                called[name] = name
                continue
            whose = "街镇未识别" if pd.isna(street) else street
            number[whose] = number.get(whose, 0) + 1
            called[name] = (
                f"{whose}-{number[whose]}-{(mark if isinstance(mark, str) and mark else _short_hash(name))[:6]}"
            )
        return called

    # ---- tables

    def table(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A table of the month as pages may show it.

        Texts of senders are shown as ``raw`` and ``message`` do, files and sheets by what they are called, names without
        long numbers; what is personal, or free text, is away.  Other columns are redstats' own.
        """
        shown = frame.copy(deep=False)
        for name in (name for name in NAMES if name in frame):
            shown[name] = _by_value(frame[name], hidden_numbers)
        raws = [name for name in _RAW if name in frame]
        for name in (name for name in _SAID if name in frame):
            shown[name] = _by_row(
                frame[[name, *raws]], lambda text, *others: self.message(text, *map(_text, others))
            )
        fields = frame["field"] if "field" in frame else pd.Series("", index=frame.index)
        cells = frame["cell"] if "cell" in frame else pd.Series("", index=frame.index)
        for name in raws:
            shown[name] = _by_row(
                pd.DataFrame({name: frame[name], "field": fields, "cell": cells}), self._of_a_field
            )
        for name in (name for name in frame if name in self._texts):
            lists = self._rules.fields[name].type == "list" if name in self._rules.fields else False
            shown[name] = (
                frame[name].map(self._list, na_action="ignore") if lists else _by_value(frame[name], self.raw)
            )
        if {"kind", "raw", "message"} <= {*frame.columns}:  # 1_returns/notes
            for code in (code for code, kind in outcomes.notes().items() if kind.of_person):
                shown.loc[frame["kind"] == code, "message"] = outcomes.notes()[code].what
        return self.places(shown)

    def places(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A table with its files and sheets by what they are called on pages."""
        shown = frame.copy(deep=False)
        for name in (name for name in ("form", "source_sheet") if name in frame):
            shown[name] = _by_row(frame[[name, "source_file"]], self.sheet)
        if "source_file" in frame:
            shown["source_file"] = _by_value(frame["source_file"], self.file)
        return shown

    def _of_a_field(self, text: str, field: object, cell: object) -> str:
        if text and _text(field) in self._personal:
            return PERSONAL
        return self.raw(text, cell)

    def _list(self, texts: Iterable[str]) -> list[str]:
        return [self.raw(text) for text in texts]

    def note(self, row: dict) -> dict:
        """A row of 1_returns/notes as pages show it, blanks empty."""
        row = {key: "" if pd.isna(value) else value for key, value in row.items()}
        kind = outcomes.notes()[row["kind"]]
        return row | {
            "raw": self.raw(row["raw"], row["cell"]),
            "message": kind.what if kind.of_person else self.message(row["message"], row["raw"]),
            "source_sheet": self.sheet(row["source_sheet"], row["source_file"]),
            "source_file": self.file(row["source_file"]),
        }


def _stands_alone(text: str, position: int) -> bool:
    """Whether a character is a word by itself: what is counted (7人), or alone between marks (是); 周建 is no 周 and no 建."""
    before, after = (
        text[position - 1] if position else " ",
        text[position + 1] if position + 1 < len(text) else " ",
    )
    if before.isdigit() or before in _NUMERALS:
        return text[position] in _counted()
    return before in _MARKS and (after in _MARKS or after.isdigit())


@cache
def _counted() -> frozenset[str]:
    """The units of one character that may follow a number."""
    return frozenset(unit for unit in (*UNITS, *vocabulary("publishing").words("units")) if len(unit) == 1)


def _is_figure(text: str, position: int) -> bool:
    """Whether a character is a figure; 万 and its like are one behind another only, for they are surnames too."""
    char, before = text[position], text[position - 1] if position else ""
    if char in _MULTIPLES:
        return bool(before) and (before.isdigit() or before in _NUMERALS)
    return char.isdigit() or char in _NUMERALS


def look_up(cell: object) -> str:
    """What stands in the place of a text that is not shown."""
    return f"（请查原表 {cell}）" if _text(cell) else "（请查原表）"


def hidden_numbers(name: str) -> str:
    """A committee's or a neighbourhood's name, which is shown by its nature, without a number that may be a person's."""
    return _DIGITS.sub(lambda run: "****" if len(re.sub(r"\D", "", run[0])) >= _LONG - 1 else run[0], name)


@cache
def _our_words() -> tuple[str, ...]:
    """The words that redstats knows of clerks, and those that it writes itself around a value."""
    texts = [text for text in wording.everything() if _PLAIN.fullmatch(text)]
    ours = vocabulary("publishing")
    texts += [word for group in ("files_and_sheets", "around_values", "units") for word in ours.words(group)]
    texts = [text.replace("\\", "") for text in texts]
    texts += [*tables.STATES.values(), *tables.VALUE_STATES.values(), *outcomes.OUTCOMES.values(), *UNITS]
    texts += [text for kind in outcomes.notes().values() for text in (kind.what, kind.to_do)]
    return tuple(texts)


def _quoted(rule: Requirement | Rule) -> Iterable[str]:
    """What our own sentences about a rule quote."""
    return [
        part for text in (rule.title, rule.required, rule.fix, rule.quote) for part in _QUOTED.findall(text)
    ]


def _of_field(field: Field) -> Iterable[str]:
    yield from (field.label, field.group, field.unit, *field.also)
    for value, spellings in field.values.items():
        yield from (str(value), *map(str, spellings))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _text(value: object) -> str:
    return "" if value is None or value is pd.NA or value != value else str(value)


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:6]


def _by_value(column: pd.Series, shown: Callable[[str], str]) -> pd.Series:
    """Every text of a column as it is shown; each different one is looked at once."""
    texts = {text: shown(text) for text in column.dropna().unique()}
    return column.map(texts, na_action="ignore").astype(column.dtype)


def _by_row(frame: pd.DataFrame, shown: Callable[..., str]) -> pd.Series:
    """The first column of a frame as it is shown, by the others; blank where it is.  Rows alike are looked at once."""
    code = np.zeros(len(frame), dtype=np.int64)
    for name in frame:
        column = pd.factorize(frame[name])[0]
        code = pd.factorize(code * (int(column.max(initial=0)) + 2) + column + 1)[0]
    firsts = np.unique(code, return_index=True)[1]
    texts = np.empty(len(firsts), dtype=object)
    columns = [frame[name].to_numpy(object)[firsts] for name in frame]
    for kind, row in enumerate(zip(*columns, strict=True)):
        texts[kind] = shown(*map(_text, row)) if _text(row[0]) else row[0]
    return pd.Series(texts[code], index=frame.index).astype(frame.iloc[:, 0].dtype)

"""The words a clerk may write instead of a value, and what the import reads of each: asked of the import itself.

The words come from the vocabularies (``redstats/wording``) and from the fields' own lists, their patterns spelled out as far as
they can be.  Formulas only look up: what a word means for a field is decided where every cell is read (``redstats.values``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice, product

from redstats.months import Month
from redstats.self_check.formulas import (
    BLANK,
    NOT_APPLICABLE,
    REFUSED,
    SAME,
    UNREADABLE,
    UNSURE,
    exchanged,
)
from redstats.standard import Field
from redstats.text import fold
from redstats.text.numerals import numeral
from redstats.values import DOUBT, read_value
from redstats.values.choices import NONE
from redstats.values.ticks import BOXES, CROSSES, TICKS
from redstats.wording import vocabulary

# The groups whose words stand alone in a cell, by file.
_ANYWHERE = ("not_applicable", "unknown", "no_answer", "none", "not_done")
_ANSWERS, _NO_DAYS = ("says_yes", "says_no", "unchosen", "bare"), ("not_yet", "expected", "not_done")
_DONE, _NOT = "已", "未"
_SPOKEN, _COUNTED = 20, ("", "个", "次", "人", "户", "件", "名", "项")
_MOST = 60  # ways to spell out one alternative
_LONGEST = 12  # characters of a word that is looked up
# Signs that mean something else where Excel looks a text up.
_SIGNS = (("?", "？"), ("*", "＊"), ("~", "～"))
_WIDE = [(chr(code + 0xFEE0), chr(code)) for code in (*range(0x30, 0x3A), *map(ord, "%.-/(),:;+"))]
_FOLDED = [*_WIDE, *dict.fromkeys("【[", ("【", "(")).values(), ("】", ")"), ("[", "("), ("]", ")")]
_BLANKS = [(" ", ""), ("\u3000", ""), ("\u00a0", ""), ("\n", ""), ("\t", "")]


def normal(cell: str) -> str:
    """The formula of a cell's text without blanks, in half-width signs and small letters; "" where it is no text."""
    return f'IF(ISTEXT({cell}),{exchanged(f"LOWER({cell})", (*_BLANKS, *_FOLDED, *_SIGNS))},"")'


def spelled(word: str) -> str:
    """A word as ``normal`` gives it."""
    folded = fold(word)
    for old, new in _SIGNS:
        folded = folded.replace(old, new)
    return folded


@dataclass(frozen=True, slots=True)
class Words:
    """``listed``: every word that is looked up; ``same``: those that repeat the cell above; ``columns``: what each kind of
    field makes of them, None where nobody asked; ``kind``: the column of each field."""

    listed: tuple[str, ...]
    columns: tuple[tuple[float | None, ...], ...]
    kind: dict[str, int]


def known_words(asked: Iterable[Field], month: Month) -> Words:
    """What the import reads of every word for every field in a return of ``month``."""
    fields = {field.id: field for field in asked}
    same = frozenset(map(spelled, _expanded("values", "same")))
    known = {id_: same.union(map(spelled, _candidates(field))) for id_, field in fields.items()}
    plain = dict.fromkeys(word for each in (sorted(same), *map(sorted, known.values())) for word in each)
    listed = tuple(word for word in plain if word and len(word) <= _LONGEST)
    columns: dict[tuple, int] = {}
    kind: dict[str, int] = {}
    for id_, field in fields.items():
        codes = tuple(
            SAME if word in same else _code_for(word, field, month) if word in known[id_] else None
            for word in listed
        )
        kind[id_] = columns.setdefault(codes, len(columns))
    return Words(listed, tuple(columns), kind)


def value_code(value: object, field: Field) -> float | None:
    """A value of a field as the one number that formulas know it by; None where there is none."""
    if isinstance(value, bool | int | float):
        return float(value)
    if field.type == "enum":
        choices = [one for one in field.values if one != NONE]
        return 0.0 if value == NONE else choices.index(str(value)) + 1.0 if value in choices else None
    if field.type == "set" and isinstance(value, Sequence) and not isinstance(value, str):
        return float(sum(1 << list(field.values).index(one) for one in value))
    if field.type in ("list", "dates") and isinstance(value, Sequence):
        return float(len(value))
    return 0.0 if value == NONE else 1.0 if field.type in ("text", "phone") else None


def _code_for(word: str, field: Field, month: Month) -> float | None:
    """``_code``, worked out once for all fields alike where the word has nothing to do with the field's name."""
    if not set(word).isdisjoint(field.label):
        return _code(word, field, month)
    alike = (field.type, field.unit, field.period, tuple(field.values), field.id.endswith("_end"))
    key = (word, month, *alike, not field.not_applicable)
    if key not in _CODES:
        _CODES[key] = _code(word, replace(field, label="", also=()), month)
    return _CODES[key]


_CODES: dict[tuple, float | None] = {}


def _code(word: str, field: Field, month: Month) -> float | None:
    for sign, wide in _SIGNS:
        word = word.replace(wide, sign)
    reading = read_value(word, field, month=month.start)
    if reading.state == "not_reported":
        return BLANK
    if reading.state == "not_applicable":
        return NOT_APPLICABLE if field.not_applicable else REFUSED
    if reading.state == "unreadable":
        return UNREADABLE
    if DOUBT in reading.note:
        return UNSURE
    if field.type in ("date", "text", "list", "phone") and reading.value != NONE:
        return None  # a day is read by its digits, and any other word is a name
    return value_code(reading.value, field)


def _candidates(field: Field) -> Iterator[str]:
    """The words that may stand in a field's cell alone."""
    yield from _of_groups("values", _ANYWHERE)
    if field.type == "bool":
        yield from _of_groups("yes_no", _ANSWERS)
        yield from (_DONE + word for word in _of_groups("yes_no", ("done", "bare")))
        yield from (_NOT + word for word in _of_groups("yes_no", ("bare",)))
        yield from TICKS + CROSSES + BOXES
    elif field.type in ("date", "dates"):
        yield from _of_groups("dates", _NO_DAYS)
    elif field.type in ("int", "float"):
        for count in range(1, _SPOKEN + 1):
            yield from (word + unit for unit in _COUNTED for word in _numerals(count))
    for value, aliases in field.values.items():
        yield from (str(value), *map(str, aliases or ()))


def _numerals(count: int) -> tuple[str, ...]:
    return (numeral(count), "两") if count == 2 else (numeral(count),)


@cache
def _of_groups(name: str, groups: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for group in groups for word in _expanded(name, group))


def _expanded(name: str, group: str) -> list[str]:
    return expanded(vocabulary(name).pattern(group).pattern)


# ---- a pattern spelled out: the few signs that the vocabularies use

_PIECE = re.compile(
    r"\\(.)|\[((?:\\.|[^\]])*)\]|(\(\?:)|(\(\?<?[=!])|([()|?*+.^$])|\{[0-9,]+\}|(.)", re.DOTALL
)


def expanded(pattern: str) -> list[str]:
    """Texts that a pattern fits, the first few hundred: each option with and without, once where it may come often.

    What could be anything (a dot, a class that leaves out, what only looks ahead) is passed over.
    """
    tokens = list(_PIECE.finditer(pattern))
    texts, _ = _alternatives(tokens, 0)
    return list(dict.fromkeys(one for one in texts if "\0" not in one))


def _alternatives(tokens: list[re.Match[str]], place: int) -> tuple[list[str], int]:
    """The texts of the alternatives from a token on, and the place of the bracket that closes them."""
    everything: list[str] = []
    parts: list[list[str]] = []
    while place <= len(tokens):
        sign = tokens[place][5] if place < len(tokens) else ")"
        if sign in ("|", ")"):
            everything += ["".join(one) for one in islice(product(*parts), _MOST)]
            parts = []
            if sign == ")":
                return everything, place
            place += 1
            continue
        token = tokens[place]
        place += 1
        if token[3] or token[4] or sign == "(":
            inner, place = _alternatives(tokens, place)
            place += 1
            texts = [""] if token[4] else inner
        else:
            texts = _single(token)
        if place < len(tokens) and (tokens[place][5] in ("?", "*") or tokens[place][0].startswith("{0,")):
            texts, place = ["", *texts], place + 1
        elif place < len(tokens) and tokens[place][5] == "+":
            texts, place = [*texts, *(one * 2 for one in texts)], place + 1
        elif place < len(tokens) and tokens[place][0].startswith("{"):
            place += 1
        parts.append(texts)
    return everything, place


def _single(token: re.Match[str]) -> list[str]:
    if token[2] is not None:
        ranges = "-" in re.sub(r"\\.", "", token[2])[1:-1]
        return (
            ["\0"]
            if token[2].startswith("^") or ranges or re.search(r"\\[dsw]", token[2])
            else list(token[2].replace("\\", ""))
        )
    if token[5] == "." or (token[1] and token[1] in "dsw"):
        return ["\0"]
    return [""] if token[5] else [token[1] or token[6] or ""]

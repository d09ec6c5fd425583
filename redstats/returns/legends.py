"""What a heading or a note says that codes and marks stand for: （1规范 2基本规范）, 1=是；0=否, 未建立打√."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from redstats import values
from redstats.headings import Match
from redstats.headings.parts import turns_of
from redstats.returns.headers import Header, Heading, SheetMatcher
from redstats.standard import Field
from redstats.text import fold
from redstats.values.ticks import BOXES, CIRCLES, CROSSES, TICKS
from redstats.wording import vocabulary

_WORDS_OF = vocabulary("headings_of_tables")
_CALLED = {"勾": "√", "钩": "√", "叉": "×", "圈": "○"}
_MARK = f"[{TICKS}{CROSSES}{BOXES}{CIRCLES}{''.join(_CALLED)}]"
_CODE = rf"(?:\d{{1,2}}|[a-g]|[①-⑳]|{_MARK})"
_WORD = "[一-鿿]{1,12}"
_MEANS = _WORDS_OF.compose(r"(?:[=:.、\-]|{stands_for})").pattern
_PUT = _WORDS_OF.compose("(?:{whoever}?{put}|[=:])").pattern
_CODE_FIRST = re.compile(f"(?P<code>{_CODE})(?P<how>{_MEANS}?)(?P<word>{_WORD})")
_WORD_FIRST = re.compile(f"(?P<word>{_WORD}?)(?P<how>{_PUT}*)(?P<code>{_CODE})")
_LEFT_BLANK = _WORDS_OF.compose("[一-鿿]{1,6}?{whoever}?{left_blank}")
_DENIED = _WORDS_OF.pattern("denied")
_BRACKETED = re.compile(r"(.+?)\(([^()]*)\)$")
_TRAILING = re.compile(rf"(.+?):?((?:{_CODE}{_MEANS}{_WORD}[,;、/]?){{2,}})$")
_TYPES = ("bool", "enum", "set")
_SEVERAL = re.compile(r"[,;、/+┋|]")
Codes = tuple[tuple[str, str], ...]


def codes_of(text: str) -> Codes:
    """The codes that a folded text explains, each with its word; () where it explains none, or not only that."""
    text = _LEFT_BLANK.sub("", text).strip(",;、")
    for pattern in (_CODE_FIRST, _WORD_FIRST):
        listed = list(pattern.finditer(text))
        explains = len(listed) > 1 or any(each["how"] for each in listed)
        if explains and listed[0].start() == 0 and not pattern.sub("", text).strip(",;、/.或"):
            return tuple((_CALLED.get(each["code"], each["code"]), each["word"]) for each in listed)
    return ()


def explained(header: Header, matcher: SheetMatcher) -> tuple[Header, dict[int, Codes]]:
    """The header with the headings that explain their codes read without these, and the codes of each column.

    Codes that are no answers to what is asked leave a heading without a field: what stands below it is not known.
    """
    headings, codes = list(header.headings), {}
    for index, heading in enumerate(headings):
        if not (of_heading := match_of(heading, matcher)):
            continue
        match, listed = of_heading
        rivals = (one.field for one in headings if one is not heading)
        if match.field in [one for one in rivals if one]:
            match, listed = Match(None, "ambiguous"), ()
        headings[index] = replace(heading, match=match)
        if listed:
            codes[heading.column] = listed
    return replace(header, headings=tuple(headings)), codes


def match_of(heading: Heading, matcher: SheetMatcher) -> tuple[Match, Codes] | None:
    """What a heading that explains codes is read as, and the codes; None for any other."""
    text = fold(heading.path[-1])
    split = _BRACKETED.fullmatch(text) or _TRAILING.fullmatch(text)
    listed = codes_of(split[2]) if split else ()
    if not split or heading.match.how in ("confirmed", "ignored"):
        return None
    if not listed:  # whatever it says of marks and of what is missing, √ may be either
        says = _LEFT_BLANK.sub("", split[2])
        turned = heading.field and heading.field.type == "bool" and _DENIED.search(says)
        return (Match(None, "ambiguous"), ()) if turned and re.search(_MARK, says) else None
    match = matcher.match((*heading.path[:-1], split[1]))
    if not match.field or match.field.type not in _TYPES:
        return None
    if _goes_without_saying(listed, match.field):
        return None if heading.field else (match, ())
    if _answer(listed, match.field):
        return match, listed
    return (Match(None, "ambiguous"), ()) if len(listed) > 1 or turns_of(listed[0][1]) else None


def of_notes(texts: Iterable[str], fields: Mapping[str, Field]) -> dict[str, Codes]:
    """The codes that the notes around a table explain, for each yes-or-no field that they answer."""
    parts = [part for text in texts for part in re.split("[:。]", fold(text))]
    return {
        id_: codes
        for codes in filter(None, map(codes_of, parts))
        for id_, field in fields.items()
        if field.type == "bool" and _answer(codes, field) and not _goes_without_saying(codes, field)
    }


def _answer(codes: Codes, field: Field) -> bool:
    """Whether the words of the codes answer what a field asks, each of them otherwise."""
    read = [values.read_value(word, field).value for _, word in codes]
    return None not in read and len(set(read)) == len(read)


def _goes_without_saying(codes: Codes, field: Field) -> bool:
    return all(
        _plain(code, field) == values.read_value(word, field).value is not None for code, word in codes
    )


def _plain(code: str, field: Field) -> object:
    """What a code is read as where nobody explains it."""
    return values.read_value(code, field).value


def decoded(reading: values.Reading, shown: str, codes: Codes, field: Field) -> values.Reading:
    """The reading of a cell by the codes; a code that is not among them is not read."""
    plain, words = fold(shown), dict(codes)
    parts = [part for part in (_SEVERAL.split(plain) if field.type == "set" else [plain]) if part]
    if parts and all(part in words for part in parts):
        meant = "、".join(words[part] for part in parts)
        value = values.read_value(meant, field).value
        note = f"表上注明“{shown}”为“{meant}”"
        return reading if value == reading.value else values.Reading(value, "normalised", note)
    if re.fullmatch(_CODE, plain):
        return values.Reading(None, "unreadable", f"表上没有注明“{shown}”是什么，请写明")
    return reading

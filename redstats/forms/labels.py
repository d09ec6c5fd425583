"""The labels of a form as clerks write them: which fields a cell asks for, and what it says of them itself."""

from __future__ import annotations

import re
from functools import cache

from redstats.standard.attachments import Entry, attachments, titled
from redstats.text import fold
from redstats.wording import vocabulary

Piece = tuple[
    str, str | None
]  # a field's id, and what the cell says of it (None: nothing, it stands elsewhere)

_ORDINAL = re.compile(
    r"(?:[*＊※★☆◆●▲]|\d{1,2}[.、．:：)）](?!\d)|[一二三四五六七八九十]{1,3}[.、．:：]|"
    r"[（(][一二三四五六七八九十\d]{1,2}[)）]|[\u2460-\u249b\u24eb-\u24ff\u2776-\u2793\u3220-\u3229])\s*"
)
_HINT = r"(?:[（(\[［【][^）)\]］】\n]{0,24}[）)\]］】])"
_SEAL = r"(?:\s*加?\s*盖\s*章|\s*[（(]\s*(?:加?\s*盖\s*公?\s*章|公\s*章|签\s*章|印\s*章)\s*[)）])"
_GAP = " 　；;，,\n\t"
_BETWEEN = re.compile(r"[\s；;，,。]+")
_AT_ONCE = {  # what may follow a label of a type without a colon
    "seal": r"[\d\s_年□☑√✓■已未待（(]",
    "opinion": r"[\d\s_年（(同]",
    "date": r"[\d\s_＿年〇二]",
    "int": r"[\d_＿一二三四五六七八九十]",
    "phone": r"\d",
}
_SEAL_HINT = vocabulary("forms").compose(r"\({seal_hint}\)")
_PRINTED_HINT = vocabulary("forms").compose(r"\([^)]*{long_hint}[^)]*\)|\({short_hint}\)")


def pieces(kind: str, text: str) -> list[Piece]:
    """The labels in the text of a cell of that kind of form; several where it reads 推荐街镇：虹桥街道　填报日期：2026年11月3日."""
    if titled(text):
        return []
    whole = _labels(kind).get(_key(text))
    if whole:
        return [(whole, None)]
    body = _without_ordinal(text)
    opened = _opened(kind, body, 0)
    return [] if opened is None else _split(kind, *opened, body)


def is_long(entry: Entry) -> bool:
    """Whether a field is a text of several lines, in which anything may stand."""
    return entry.type == "opinion" or bool(entry.longest) or entry.id == "practices_and_results"


def unsealed(kind: str, id_: str) -> str:
    """The field that a seal's label names without 盖章: 推荐街镇 of 推荐街镇盖章; "" where there is none."""
    entry = attachments()[kind].fields[id_]
    return _labels(kind).get(_key(entry.label.removesuffix("盖章")), "") if entry.type == "seal" else ""


def _opened(kind: str, body: str, start: int, colon: bool = False) -> tuple[str, int] | None:
    """The field whose label begins at ``start``, and where it ends; with ``colon`` only one that has a colon."""
    for pattern, id_ in _openings(kind):
        match = pattern.match(body, start)
        if not match:
            continue
        end, entry = match.end(), attachments()[kind].fields[id_]
        if colon and not match["colon"]:
            continue
        follows = body[end : end + 1]
        plain = match["colon"] or match["hint"] or match["framed"] or follows in ("", "\n")
        if plain or body[end - 1].isspace() or re.match(_AT_ONCE.get(entry.type, "(?!)"), follows):
            return id_, end
    return None


def _split(kind: str, id_: str, end: int, body: str) -> list[Piece]:
    """A cell from the end of its first label on, parted where further labels with colons follow.

    A long text is parted only where a line begins with the label of a seal or an opinion: it may speak of anything else.
    """
    fields = attachments()[kind].fields
    parts: list[Piece] = []
    current, begin = id_, end
    for gap in _BETWEEN.finditer(body, end):
        if gap.end() >= len(body):
            break
        start = gap.end() + len(body[gap.end() :]) - len(_without_ordinal(body[gap.end() :]))
        opened = _opened(kind, body, start, colon=True)
        if opened is None or gap.start() < begin - 1:
            continue
        ends_form = "\n" in gap[0] and fields[opened[0]].type in ("seal", "opinion")
        if is_long(fields[current]) and not ends_form:
            continue
        parts.append((current, body[begin : gap.start()].strip(_GAP)))
        current, begin = opened
    last = body[begin:].strip(" 　\n\t" if is_long(fields[current]) else _GAP)
    # of several labels none has its value elsewhere
    return [*parts, (current, last)] if parts else [(current, last or None)]


@cache
def _labels(kind: str) -> dict[str, str]:
    """What spellings of a label share → field id of a form."""
    ids: dict[str, str] = {}
    for entry in attachments()[kind].fields.values():
        for word in (entry.label, *entry.also):
            ids.setdefault(_key(word), entry.id)
    return ids


@cache
def _openings(kind: str) -> list[tuple[re.Pattern[str], str]]:
    """A pattern for each label at the beginning of a text, whatever blanks are in it; the longest labels first."""
    # Longest first: 推荐街镇 is a label, and so is 推荐街镇盖章.
    words = sorted(
        (
            (fold(word), one.id)
            for one in attachments()[kind].fields.values()
            for word in (one.label, *one.also)
        ),
        key=lambda pair: -len(pair[0]),
    )
    return [
        (
            re.compile(
                rf"[【\[［〔]?\s*{_spelt(word)}\s*(?P<hint>{_HINT}*)\s*(?P<framed>[】\]］〕]?)\s*[*＊]?\s*{_HINT}*\s*(?P<colon>[:：]?)"
            ),
            id_,
        )
        for word, id_ in words
    ]


def _spelt(word: str) -> str:
    seal = _SEAL if word.endswith("盖章") else ""
    return r"\s*".join(map(_either, word.removesuffix("盖章") if seal else word)) + seal


def _either(letter: str) -> str:
    return {"(": "[（(]", ")": "[）)]"}.get(letter, re.escape(letter))


def _without_ordinal(text: str) -> str:
    while ordinal := _ORDINAL.match(text):
        text = text[ordinal.end() :]
    return text


def _key(text: str) -> str:
    """What two spellings of a label share: no blanks, hints, numbering, frame or colon; （盖章） belongs to the label."""
    text = _without_ordinal(fold(text)).rstrip(":*")
    text = re.sub(r"^\(([^()]*)\)$", r"\1", text)
    text = _SEAL_HINT.sub("盖章", text)
    text = _PRINTED_HINT.sub("", text)
    return re.sub("意见盖章$", "意见", text).rstrip(":*_")

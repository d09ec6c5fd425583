"""Printed options and the marks set beside them: ``☑是 □否``, ``是√ 否□``, ``[√]已建立 [ ]未建立``."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from redstats.text import clean, fold, halfwidth
from redstats.values.reading import quote
from redstats.values.text import split_head, split_items

TICKS = "√✓✔☑■●✅⊠◉"
CROSSES = "×✗✘✕✖❌"
BOXES = "□☐"
CIRCLES = "○◯〇"
MARK = f"[{TICKS}{CROSSES}{BOXES}{CIRCLES}]"
_BETWEEN = " \n、,;/"
Meaning = TypeVar("Meaning")  # what an option stands for


def key(text: str) -> str:
    """The form in which an option is looked up."""
    return fold(text).strip("。.;,:'\"“”‘’")


def marked(text: str) -> str:
    """``text`` cleaned, with marks in brackets as plain ones: (√) is a tick, ( ) an empty box."""
    text = halfwidth(clean(text)).replace("☒", "√" if re.search("[☐□]", text) else "×")
    text = re.sub(rf"[(\[【]\s*([{TICKS}vV])\s*[)\]】]", "√", text)
    return re.sub(rf"[(\[【]\s*[{CROSSES}xX]?\s*[)\]】]", "□", text)


def ticked(
    text: str, meaning: Callable[[str], Meaning | None], between: str = _BETWEEN
) -> list[tuple[Meaning, str]] | str | None:
    """The options ticked in a printed row, each with the remark beside it.

    ``meaning`` gives what a folded word stands for, None for no option; ``between`` are the marks that part
    options, others lead to a remark.  None when the text is no such row;
    text (Chinese) when it is one but cannot be settled; [] when nothing is ticked.
    """
    text = marked(text)
    tokens = [token for token in re.split(f"({MARK})", text) if token.strip(_BETWEEN)]
    if len(tokens) < 2 or not re.search(MARK, text):
        return None
    before = _before(tokens)
    entries: list[list] = []  # meaning, remark, mark
    mark = ""
    for token in tokens:
        if re.fullmatch(MARK, token):
            if before:
                mark = token
            elif entries:
                entries[-1][2] = token
            continue
        aside = re.match(r"\s*\(([^()]*)\)\s*", token)
        if aside and entries and not before:
            entries[-1][1], token = aside[1], token[aside.end() :]
        pieces = _options(token.strip(_BETWEEN), meaning, between)
        if pieces is None:
            return None
        for piece in pieces:
            entries.append([*piece, mark])
            mark = ""
    used = {token for token in tokens if re.fullmatch(MARK, token)}
    if not entries or (len(entries) == 1 and used & set(CROSSES)):
        return None
    if before is None:
        return f"{quote(text)}里的记号说不准属于前一项还是后一项，请改用文字"
    ticks = [entry for entry in entries if entry[2] and entry[2] in TICKS]
    if not ticks and any(entry[2] and entry[2] in CIRCLES for entry in entries):
        return f"{quote(text)}中的圆圈说不准是选中还是未选，请改用文字"
    return [(value, remark) for value, remark, _ in ticks]


def _before(tokens: list[str]) -> bool | None:
    """Whether the marks stand before their options (False: after them; None: it cannot be told)."""
    first, last = (bool(re.fullmatch(MARK, token)) for token in (tokens[0], tokens[-1]))
    if first and last:
        return None
    if first or last:
        return first
    if re.fullmatch(r"\s*\([^()]*\)\s*", tokens[-1]) and re.fullmatch(MARK, tokens[-2]):
        return False
    sides = set()
    for index, token in enumerate(tokens):
        if re.fullmatch(MARK, token):
            gap_left, gap_right = tokens[index - 1][-1] in _BETWEEN, tokens[index + 1][0] in _BETWEEN + "("
            sides.add(gap_left if gap_left != gap_right else None)
    return sides.pop() if len(sides) == 1 else None


def _options(text: str, meaning: Callable[[str], object | None], between: str) -> list[list] | None:
    """Meaning and remark of each option in the text between two marks; None when one is no option."""
    # Blanks part options, but 已 盖章 is one.
    text = re.sub(r"(?<=[已未])\s+(?=[\u4e00-\u9fff])", "", text)
    pieces = split_items(text, between)
    if meaning(key(text)) is not None and not (
        len(pieces) > 1 and all(meaning(key(one)) is not None for one in pieces)
    ):
        pieces = [text]
    options: list[list] = []
    for piece in pieces:
        head, remark = split_head(piece)
        whole = meaning(key(piece))
        value = meaning(key(head)) if whole is None else whole
        if value is None:
            return None
        options.append([value, "" if whole is not None else remark])
    return options

"""Cells whose value is one or several of a field's listed words, or a mark that a word stands for."""

from __future__ import annotations

import datetime as dt
import re

from redstats.text import clean, fold, halfwidth
from redstats.values.numbers import chinese_number, parse_number, read_float
from redstats.values.reading import Reading, not_reported, quote, taken, unreadable
from redstats.values.text import plain_text, split_head, split_items

TICKS = "√✓✔☑■●✅⊠◉"
CROSSES = "×✗✘✕✖❌"
BOXES = "□☐"
CIRCLES = "○◯〇"
OTHER, NONE = "其他", "无"
_POINTS = {"好": 95.0, "较好": 85.0, "一般": 70.0, "差": 50.0}
_NUMBERING = re.compile(r"^[(]?(?:[0-9]{1,2}|[A-Za-z]|[①-⑳]|[一二三四五六七八九])[)、.．:]?\s*(?=[^0-9\s])")
_ALL = re.compile(
    "(?:以上|上述)?([0-9]|[一二三四五六七八九十两])?[项类种个]?(?:内容)?(?:全部|均|都|全)?(?:都?有|齐全|具备|包括|包含|俱全|涵盖|开展|全选|选)?(?:了)?"
)
_ALL_WORDS = re.compile(
    "全部|均有|都有|全有|齐全|全选|俱全|都包括|均包括|都包含|均包含|均涵盖|都涵盖|均具备|都具备|均开展|都开展|都选|均选"
)


def _key(text: str) -> str:
    return fold(text).strip("。.;,:'\"“”‘’")


def spellings(field) -> dict[str, str]:
    """The words a field is answered with, folded, and the value of each; a canonical word beats another value's alias."""
    words = {_key(str(alias)): value for value, aliases in field.values.items() for alias in aliases or ()}
    return words | {_key(value): value for value in field.values}


def match(raw: object, field) -> str | None:
    """The listed value that the whole cell spells, by its own word or an alias."""
    return spellings(field).get(_key(plain_text(raw)))


def ticked(text: str, options: dict[str, object]) -> list[object] | str | None:
    """The options ticked in a printed row such as ``☑是 □否`` or ``是√ 否□``.

    ``options`` maps folded words to what they mean.  None when the text is no such row; text (Chinese) when
    it is one but cannot be settled; [] when nothing is ticked.
    """
    text = halfwidth(clean(text)).replace("☒", "√" if re.search("[☐□]", text) else "×")
    text = re.sub(rf"[(\[【]\s*([{TICKS}vV])\s*[)\]】]", "√", text)
    text = re.sub(rf"[(\[【]\s*[{CROSSES}xX]?\s*[)\]】]", "□", text)
    marks = f"[{TICKS}{CROSSES}{BOXES}{CIRCLES}]"
    if not re.search(marks, text):
        return None
    tokens = [token.strip(" \n、,;/") for token in re.split(f"({marks})", text)]
    tokens = [token for token in tokens if token]
    before = bool(re.fullmatch(marks, tokens[0]))
    chosen: list[object] = []
    seen: list[object] = []
    used = ""
    state = ""
    for token in tokens if before else reversed(tokens):
        if re.fullmatch(marks, token):
            state = token
            used += token
            continue
        pieces = [token] if _key(token) in options else split_items(token, "、,;/ \n")
        if not pieces or any(_key(split_head(piece)[0]) not in options for piece in pieces):
            return None
        meant = [options[_key(split_head(piece)[0])] for piece in (pieces if before else reversed(pieces))]
        seen += meant
        if state and state in TICKS + CIRCLES:
            chosen.append((state, meant[0]))
        state = ""
    if not seen or (len(seen) == 1 and set(used) & set(CROSSES)):
        return None
    if any(mark in TICKS for mark, _ in chosen):
        chosen = [(mark, value) for mark, value in chosen if mark in TICKS]
    elif chosen:
        return f"{quote(text)}中的圆圈说不准是选中还是未选，请改用文字"
    return [value for _, value in (chosen if before else reversed(chosen))]


def _not_text(raw: object) -> str:
    if isinstance(raw, (dt.date, dt.time, dt.timedelta)):
        return f"应从列出的选项中选填，单元格却是日期或时间（{raw}）"
    return ""


def _unlisted(raw: object, field) -> Reading:
    return unreadable(f"{quote(raw)}不在可填的选项里，可填：{'、'.join(field.values)}")


def read_enum(raw: object, field, **_) -> Reading:
    """One of the listed values."""
    if problem := _not_text(raw):
        return unreadable(problem)
    text = halfwidth(plain_text(raw))
    words = spellings(field)
    whole = words.get(_key(text))
    if whole is not None:
        return taken(whole, plain_text(raw) == whole)
    chosen = ticked(text, words)
    if isinstance(chosen, str):
        return unreadable(chosen)
    if chosen is not None:
        if len(set(chosen)) > 1:
            return unreadable(f"{quote(raw)}勾选了不止一项，请只选一项")
        return taken(chosen[0], False) if chosen else not_reported("各选项均未勾选")
    found = {words[_key(piece)] for piece in split_items(text, "、,;/\n+") if _key(piece) in words}
    if len(found) > 1:
        return unreadable(f"{quote(raw)}写了不止一项，请只填一项")
    for text_ in (text, _NUMBERING.sub("", text)):
        head, rest = split_head(text_)
        value = words.get(_key(text_), words.get(_key(head)))
        if value is not None:
            return taken(value, False, f"另注：{rest}" if rest and _key(text_) not in words else "")
    return _unlisted(raw, field)


def read_set(raw: object, field, **_) -> Reading:
    """Any number of the listed values, as a tuple in the order in which the field lists them."""
    if problem := _not_text(raw):
        return unreadable(problem)
    words = spellings(field)
    if isinstance(raw, (tuple, list, set, frozenset)):
        items, plain, text = [plain_text(item) for item in raw], True, ""
    else:
        text = halfwidth(plain_text(raw))
        items, plain = [text], plain_text(raw) in field.values
        chosen = None if _key(text) in words else ticked(text, words)
        if isinstance(chosen, str):
            return unreadable(chosen)
        if chosen is not None:
            return _in_order(chosen, field, False) if chosen else not_reported("各选项均未勾选")
        if _key(text) not in words and (everything := _everything(text, field)) is not None:
            return everything
    values: list[str] = []
    notes: list[str] = []
    for item in items:
        got, said = _several(item, words)
        plain = plain and not said
        for piece in got:
            if piece in words:
                values.append(words[piece])
            elif OTHER in field.values and not re.match("[未没无不拟非]", piece):
                values.append(OTHER)
                notes.append(f"“{piece[:20]}”归入其他")
            else:
                return _unlisted(piece, field)
        notes += said
    if not values and text:
        return _unlisted(raw, field)
    return _in_order(values, field, plain or "、".join(values) == text, *notes)


def _in_order(values: list, field, plain: bool, *notes: str) -> Reading:
    return taken(tuple(value for value in field.values if value in values), plain, *notes)


def _everything(text: str, field) -> Reading | None:
    """All values for 以上都有 / 全部 / 四项齐全, where a stated count fits."""
    head, rest = split_head(text)
    said = _ALL.fullmatch(fold(head))
    if not said or not _ALL_WORDS.search(fold(head)):
        return None
    values = tuple(value for value in field.values if value not in (OTHER, NONE))
    if said[1] and (int(said[1]) if said[1].isdigit() else chinese_number(said[1])) != len(values):
        return unreadable(f"{quote(text)}与本栏的{len(values)}项对不上，请逐项写出")
    return taken(
        values, False, f"写作{quote(head)}，按全部{len(values)}项计", f"另注：{rest}" if rest else ""
    )


def _several(text: str, words: dict[str, str]) -> tuple[list[str], list[str]]:
    """The keys that ``text`` names (an unknown one as it stands), and remarks; whole words come first."""
    key = _key(text)
    if key in words:
        return [key], []
    if key.endswith("等") and key[:-1]:
        got, said = _several(text.strip().rstrip("。.").removesuffix("等"), words)
        return got, [*said, "写有“等”字，只计写明的各项"]
    text = re.sub(r"\s*([①-⑳])", r"\n\1", text) if re.search("[①-⑳]", text) else text
    if not any(_key(number) in words for number in re.findall("[0-9]+", text)):
        text = re.sub(r"(?<![0-9])[0-9]{1,2}[、.)]\s*(?=[^0-9\s])", "\n", text)
    for marks in ("、,;/+\n|&", " "):
        pieces = split_items(text, marks)
        if len(pieces) > 1:
            if marks == " " and not any(_key(piece) in words for piece in pieces):
                continue
            parts = [_several(piece, words) for piece in pieces]
            return [one for got, _ in parts for one in got], [one for _, said in parts for one in said]
        text = pieces[0] if pieces else ""
    pieces = [piece for piece in re.split("以及|还有|[和及与]", text) if piece.strip()]
    if len(pieces) > 1 and any(_key(split_head(piece)[0]) in words for piece in pieces):
        parts = [_several(piece, words) for piece in pieces]
        return [one for got, _ in parts for one in got], [one for _, said in parts for one in said]
    stripped = _NUMBERING.sub("", text)
    head, rest = split_head(stripped)
    for piece, said in ((stripped, []), (head, [f"另注：{rest}"] if rest else [])):
        if _key(piece) in words:
            return [_key(piece)], said
    key = _key(text)
    if len(key) <= 200:
        alternatives = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True) if word)
        if alternatives and re.fullmatch(f"(?:{alternatives})+", key):
            return re.findall(alternatives, key), []
    return ([key] if key else []), []


def read_score(raw: object, field, *, number_format: str = "", **_) -> Reading:
    """Points from 0 to 100; a word of the field's scale counts the points set for it."""
    points = getattr(field, "points", None) or _POINTS
    if isinstance(raw, str):
        words = spellings(field) if field.values else {_key(word): word for word in points}
        head, rest = split_head(halfwidth(plain_text(raw)))
        word = words.get(_key(raw), words.get(_key(head)))
        if word is not None and word in points:
            note = f"另注：{rest}" if rest and _key(raw) not in words else ""
            return taken(float(points[word]), False, f"“{word}”按{points[word]:g}分计", note)
        found = parse_number(raw, "分")
        if isinstance(found, str):
            return unreadable(f"{found}；本栏可填0至100分，或{'、'.join(field.values or points)}")
        value, notes, share = float(found.size), list(found.notes), found.percent
        plain = bool(re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", raw.strip()))
    else:
        got = read_float(raw, field)
        if got.state == "unreadable":
            return got
        share = "%" in number_format
        value, notes, plain = got.value * (100 if share else 1), [], True
    if share:
        notes.append(f"写成百分比，按{value:g}分计")
    elif 0 < value < 1:
        notes.append("不足1分，请核对是否为百分比")
    return (
        taken(value, plain, *notes)
        if 0 <= value <= 100
        else unreadable(f"{quote(raw)}不在0到100分之间，请核对")
    )

"""Cells whose value is one or several of a field's listed words, or a mark that a word stands for."""

from __future__ import annotations

import datetime as dt
import re

from redstats.text import fold, halfwidth
from redstats.values.numbers import chinese_number, parse_number, read_float
from redstats.values.reading import Asked, Reading, not_reported, quote, taken, unreadable
from redstats.values.remarks import undone
from redstats.values.text import plain_text, split_head, split_items
from redstats.values.ticks import key, ticked
from redstats.wording import vocabulary

OTHER, NONE = "其他", "无"
_POINTS = {"好": 95.0, "较好": 85.0, "一般": 70.0, "差": 50.0}
_NUMBERING = re.compile(r"^[(]?(?:[0-9]{1,2}|[A-Za-z]|[①-⑳]|[一二三四五六七八九])[)、.．:\-]?\s*(?=[^0-9\s])")
_WORDS_OF = vocabulary("choices")
_COUNTED = _WORDS_OF.pattern("counted")
# What may stand round a listed value without turning it; a body's name only where it cannot be another body's.
_ESTATE = "[\u4e00-\u9fff]{0,14}" + _WORDS_OF.any_of("estate_ending")
_OTHER_BODY = _WORDS_OF.pattern("other_body")
_OF_YEAR = _WORDS_OF.pattern("of_year")
_FOUNDED = _WORDS_OF.compose("^{up_to_now}{0,3}{founded}|(?:已经?)?{founding}了?$")
_NOW = _WORDS_OF.compose("{now}{1,3}(.+)")
_IN_BEING = _WORDS_OF.pattern("in_being")
_ALL = _WORDS_OF.pattern("all")
_ALL_WORDS = _WORDS_OF.pattern("all_words")


def spellings(field: Asked) -> dict[str, str]:
    """The words a field is answered with, folded, and the value of each; a canonical word beats another value's alias."""
    words = {key(str(alias)): value for value, aliases in field.values.items() for alias in aliases or ()}
    return words | {key(value): value for value in field.values}


def match(raw: object, field: Asked) -> str | None:
    """The listed value that the whole cell spells, by its own word or an alias."""
    return spellings(field).get(key(plain_text(raw)))


def _not_text(raw: object) -> str:
    if isinstance(raw, (dt.date, dt.time, dt.timedelta)):
        return f"应从列出的选项中选填，单元格却是日期或时间（{raw}）"
    return ""


def _unlisted(raw: object, field: Asked) -> Reading:
    return unreadable(f"{quote(raw)}不在可填的选项里，可填：{'、'.join(field.values)}")


def read_enum(raw: object, field: Asked, **_: object) -> Reading:
    """One of the listed values."""
    if problem := _not_text(raw):
        return unreadable(problem)
    text = halfwidth(plain_text(raw))
    words = spellings(field)
    whole = words.get(key(text))
    if whole is not None:
        return taken(whole, plain_text(raw) == whole)
    chosen = ticked(text, words.get)
    if isinstance(chosen, str):
        return unreadable(chosen)
    if chosen is not None:
        if len({value for value, _ in chosen}) > 1:
            return unreadable(f"{quote(raw)}勾选了不止一项，请只选一项")
        return _with_remark(raw, *chosen[0], field) if chosen else not_reported("各选项均未勾选")
    values = {words[key(piece)] for piece in split_items(text, "、,;/\n+") if key(piece) in words}
    if len(values) > 1:
        return unreadable(f"{quote(raw)}写了不止一项，请只填一项")
    for text_ in (text, _NUMBERING.sub("", text)):
        head, rest = split_head(text_)
        value = words.get(key(text_), words.get(key(head)))
        if value is not None:
            return _with_remark(raw, value, rest if key(text_) not in words else "", field)
    for text_, rest in ((text, ""), split_head(text)):
        value = _named(text_, words, field)
        if value is not None:
            if _OF_YEAR.match(key(rest)) and _named(rest, words, field) not in (None, value):
                return unreadable(f"{quote(raw)}写了不止一项，请只填一项")
            return _with_remark(raw, value, rest, field, f"写作{quote(text_)}，按“{value}”计")
    return _unlisted(raw, field)


def _with_remark(raw: object, value: str, rest: str, field: Asked, note: str = "") -> Reading:
    """A value and what is written beside it, which may turn it: 党支部（筹）."""
    if rest and undone(rest) and not _IN_BEING.search(value):
        return unreadable(
            f"{quote(raw)}写着还没有或已经没有“{value}”，请按现状从选项中选填：{'、'.join(field.values)}"
        )
    return taken(value, False, note, f"另注：{rest}" if rest else "")


def _named(text: str, words: dict[str, str], field: Asked) -> str | None:
    """The one listed value in a text that says no more than that it is there: 已成立党支部, 秀水苑党支部."""
    folded = re.sub(r"^\((.*)\)$", r"\1", key(text))
    if len(folded) > 40:
        return None
    if getattr(field, "period", "") == "year":
        folded = _OF_YEAR.sub("", folded, count=1)
    if folded in words:
        return words[folded]
    # What is under way is a value of its own, never the finished one.
    if folded.startswith(("正在", "正")):
        return words.get(f"{folded.removeprefix('正').removeprefix('在')}中")
    now = _NOW.fullmatch(folded)
    if now and (value := words.get(now[1])) and not value.endswith("中"):  # 已换届 is over, 有无 says nothing
        return None if "有" in folded[: now.start(1)] and _IN_BEING.search(value) else value
    inner = _FOUNDED.sub("", folded)
    if inner != folded and (value := words.get(inner)) and not _IN_BEING.search(value):
        return value
    for text_ in (folded, inner):
        body = re.match(_ESTATE, text_)
        for end in range(body.end() if body else 0, 0, -1):
            estate = text_[:end]
            if (
                text_[end:] in words
                and re.fullmatch(_ESTATE, estate)
                and not _OTHER_BODY.search(estate.replace("小区", ""))
            ):
                return words[text_[end:]]
    return None


def read_set(raw: object, field: Asked, **_: object) -> Reading:
    """Any number of the listed values, as a tuple in the order in which the field lists them."""
    if problem := _not_text(raw):
        return unreadable(problem)
    words = spellings(field)
    if isinstance(raw, (tuple, list, set, frozenset)):
        items, plain, text = [plain_text(item) for item in raw], True, ""
    else:
        text = halfwidth(plain_text(raw))
        items, plain = [text], plain_text(raw) in field.values
        chosen = None if key(text) in words else ticked(text, words.get)
        if isinstance(chosen, str):
            return unreadable(chosen)
        if chosen is not None:
            if denied := next((value for value, rest in chosen if rest and undone(rest, item=True)), ""):
                return unreadable(f"{quote(raw)}里的“{denied}”已勾选，旁边却写着没有做，请核对后重填")
            asides = (f"“{value}”另注：{rest}" for value, rest in chosen if rest)
            return (
                _in_order([value for value, _ in chosen], field, False, *asides)
                if chosen
                else not_reported("各选项均未勾选")
            )
        if key(text) not in words and (everything := _everything(text, field)) is not None:
            return everything
    values: list[str] = []
    notes: list[str] = []
    for item in items:
        got, remarks = _several(item, words)
        plain = plain and not remarks
        for piece in got:
            if piece in words:
                values.append(words[piece])
            elif OTHER in field.values and len(got) > 1 and not re.match("[未没无不拟非]", piece):
                values.append(OTHER)
                notes.append(f"“{piece[:20]}”归入其他")
            else:
                return _unlisted(piece, field)
        notes += remarks
    if not values and not notes and text:
        return _unlisted(raw, field)
    return _in_order(values, field, plain or "、".join(values) == text, *notes)


def _in_order(values: list[str], field: Asked, plain: bool, *notes: str) -> Reading:
    return taken(tuple(value for value in field.values if value in values), plain, *notes)


def _everything(text: str, field: Asked) -> Reading | None:
    """All values for 以上都有 / 全部 / 四项齐全, where a stated count fits."""
    head, rest = split_head(text)
    phrase = _ALL.fullmatch(fold(head))
    if not phrase or not _ALL_WORDS.search(fold(head)):
        return None
    values = tuple(value for value in field.values if value not in (OTHER, NONE))
    if phrase[1] and (int(phrase[1]) if phrase[1].isdigit() else chinese_number(phrase[1])) != len(values):
        return unreadable(f"{quote(text)}与本栏的{len(values)}项对不上，请逐项写出")
    return taken(
        values, False, f"写作{quote(head)}，按全部{len(values)}项计", f"另注：{rest}" if rest else ""
    )


def _several(text: str, words: dict[str, str]) -> tuple[list[str], list[str]]:
    """The keys that ``text`` names (an unknown one as it stands), and remarks; whole words come first."""
    whole = key(text)
    if whole in words:
        return [whole], []
    if whole.endswith("等") and whole[:-1]:
        got, remarks = _several(text.strip().rstrip("。.").removesuffix("等"), words)
        return got, [*remarks, "写有“等”字，只计写明的各项"]
    text = re.sub(r"\s*([①-⑳])", r"\n\1", text) if re.search("[①-⑳]", text) else text
    # Numbers before the items only number them, unless a number is itself a listed value.
    if not any(key(number) in words for number in re.findall("[0-9]+", text)):
        text = re.sub(r"[(]?(?<![0-9])[0-9]{1,2}[、.)\-]\s*(?=[^0-9\s])", "\n", text)
    for marks in ("、,;/+\n|&┋¦∣︱‖", " "):
        pieces = split_items(text, marks)
        if len(pieces) > 1:
            if marks == " " and not any(key(piece) in words for piece in pieces):
                continue
            parts = [_several(piece, words) for piece in pieces]
            return [one for got, _ in parts for one in got], [one for _, said in parts for one in said]
        text = pieces[0] if pieces else ""
    pieces = [piece for piece in re.split(r"(?:以及|还有|(?<!参)[和及与])(?![^(]*\))", text) if piece.strip()]
    if len(pieces) > 1 and any(key(split_head(piece)[0]) in words for piece in pieces):
        parts = [_several(piece, words) for piece in pieces]
        return [one for got, _ in parts for one in got], [one for _, said in parts for one in said]
    stripped = _NUMBERING.sub("", text)
    head, rest = split_head(stripped)
    counted = _COUNTED.fullmatch(head)
    if counted and key(counted[1]) in words:
        head, rest = counted[1], "、".join(one for one in (counted[2], rest) if one)
    for piece, remarks in ((stripped, []), (head, [f"另注：{rest}"] if rest else [])):
        if key(piece) in words:
            if remarks and (undone(rest, item=True) or re.match("[0零]+[次场期回]", rest)):
                return [], [f"{quote(stripped)}说的是没有做或还没有做，未计入"]
            return [key(piece)], remarks
    whole = key(text)
    if len(whole) <= 200:
        alternatives = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True) if word)
        if alternatives and re.fullmatch(f"(?:{alternatives})+", whole):
            return re.findall(alternatives, whole), []
    return ([whole] if whole else []), []


def read_score(raw: object, field: Asked, *, number_format: str = "", **_: object) -> Reading:
    """Points from 0 to 100; a word of the field's scale counts the points set for it."""
    points = getattr(field, "points", None) or _POINTS
    if isinstance(raw, str):
        words = spellings(field) if field.values else {key(word): word for word in points}
        head, rest = split_head(halfwidth(plain_text(raw)))
        word = words.get(key(raw), words.get(key(head)))
        if word is not None and word in points:
            note = f"另注：{rest}" if rest and key(raw) not in words else ""
            return taken(float(points[word]), False, f"“{word}”按{points[word]:g}分计", note)
        number = parse_number(raw, "分")
        if isinstance(number, str):
            return unreadable(f"{number}；本栏可填0至100分，或{'、'.join(field.values or points)}")
        value, notes, share = float(number.size), list(number.notes), number.percent
        plain = bool(re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", raw.strip()))
    else:
        got = read_float(raw, field)
        if not isinstance(got.value, float):
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

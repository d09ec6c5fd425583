"""What stands in the place of a seal: whether it was stamped, when, and the opinion written above it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from redstats.forms.days import dated
from redstats.standard import Field
from redstats.text import clean, fold
from redstats.values import Reading, read_value
from redstats.values.reading import not_reported, quote, unreadable
from redstats.wording import vocabulary
from redstats.workbooks.worddocument import PICTURE

_STAMPED = Field(id="seal", label="是否盖章", type="bool", period="snap", group="")
_TICK, _BOX = "√✓✔☑■●☒", "□☐○"
_MARK = f"[{_TICK}{_BOX}×✗✘]"
_FREE, _END = (
    r"(?:^|(?<=[\s。；;，,（(：:]))",
    r"(?=$|[\s，,。；;）)（(])",
)  # a mark stands apart from the words of an opinion
_WORDS_OF = vocabulary("seals")
_PLACE = _WORDS_OF.compose(
    r"[（(\[［【]\s*{place_in_brackets}\s*[）)\]］】]|^\s*{place_alone}\s*$", re.MULTILINE
)
_LABEL = _WORDS_OF.any_of("label")
_LONE_LABEL = _WORDS_OF.compose(r"^{lone_label}\s*[:：]?$")
_NOT = _WORDS_OF.pattern("not_sealed")
_DONE = _WORDS_OF.pattern("done")
_CLEAR = _WORDS_OF.pattern("clear")
_OPTION = rf"{_MARK}?\s*{_WORDS_OF.any_of('option')}\s*{_MARK}?"
_CHOICE = re.compile(rf"{_OPTION}[\s、/，,]*{_OPTION}")
_TOLD = rf"{_MARK}\s*{_WORDS_OF.any_of('beside_a_mark')}|{_WORDS_OF.any_of('told')}"
_WORDS = re.compile(rf"{_FREE}[（(\[［【]?\s*(?:{_TOLD})\s*{_MARK}?\s*[）)\]］】]?{_END}")
_ASIDE = _WORDS_OF.pattern("aside")
_AROUND = " \t　:：_＿"
_ORGANISATION = _WORDS_OF.pattern("organisation")


@dataclass(frozen=True, slots=True)
class Seal:
    """Whether stamped (a bool), when (a date), and the text that stands with it."""

    stamped: Reading
    day: Reading
    text: Reading


def read_seal(raw: str, month: dt.date, opinion: bool = False) -> Seal:
    """Read what stands where a seal belongs; with ``opinion`` the words before it are kept."""
    text, day = dated(clean(raw), month, signed=opinion)
    text = _plain_marks(text)
    had_picture, text = PICTURE in text, text.replace(PICTURE, " ")
    signed = [line.strip(_AROUND) for line in text.split("\n") if _is_signature(line.strip(_AROUND))]
    had_place = bool(_PLACE.search(text))
    marks: list[str] = []
    lines: list[str] = []
    for line in text.split("\n"):
        if line.strip(_AROUND) in signed:
            continue
        line = _PLACE.sub(" ", line)
        line = _without_marks(line, marks) if opinion else re.sub(rf"^{_LABEL}\s*[:：]", "", line.strip())
        line = _LONE_LABEL.sub("", line.strip()).strip(_AROUND)
        if line and opinion and _is_mark(line):
            marks.append(line)
        elif line:
            lines.append(line)
    if not opinion:
        plain = [line for line in lines if _is_mark(line)]
        if plain and len(plain) < len(lines) and not re.search("[未没待补缺不]", "".join(lines)):
            lines = plain  # words beside what says that it was stamped
        stamped = _stamped(_ASIDE.sub(" ", " ".join(lines)).strip(), signed, had_place, had_picture, day)
        return Seal(stamped, day, not_reported())
    words = "\n".join(lines)
    stamped = _of_marks(marks, signed, had_place, had_picture, day)
    return Seal(stamped, day, Reading(words, "read") if words else not_reported())


def is_seal(text: str) -> bool:
    """Whether a line says nothing but whose seal stands there, whether and when: the end of an opinion."""
    rest = _plain_marks(dated(clean(text), dt.date(2000, 1, 1))[0]).replace(PICTURE, " ")
    words = [line.strip(_AROUND) for line in rest.split("\n")]
    return all(not line or _is_signature(line) or _says_only_seal(line) for line in words)


def _says_only_seal(line: str) -> bool:
    rest = _LONE_LABEL.sub("", _without_marks(_PLACE.sub(" ", line), []).strip()).strip(_AROUND)
    return not rest or _is_mark(rest)


def _plain_marks(text: str) -> str:
    """Marks in brackets as plain ones, and a label on a line of its own beside what it asks."""
    text = re.sub(rf"[(（\[【]\s*([{_TICK}])\s*[)）\]】]", r"\1", text)
    text = re.sub(r"[(（\[【]\s*[)）\]】]", "□", text)
    text = re.sub(r"(?m)[ \t　](?:盖章|落款)?(?:日\s*期|时间)[:：]?[ \t_]*$", "", text)
    return re.sub(rf"(?m)^({_LABEL})[ \t]*[:：]?[ \t]*\n(?!日\s*期|时间)", r"\1：", text)


def _is_signature(line: str) -> bool:
    return (
        len(fold(line)) <= 40
        and bool(_ORGANISATION.search(fold(line)))
        and not re.search("[,，。；;]|同意", line)
    )


def _without_marks(line: str, marks: list[str]) -> str:
    """A line of an opinion without what is said of its seal, which goes to ``marks``."""
    before = len(marks)

    def take(match: re.Match[str]) -> str:
        marks.append(match[0])
        return " "

    line = _CHOICE.sub(lambda match: take(match) if re.search(_MARK, match[0]) else match[0], line)
    line = _WORDS.sub(take, line)
    ending = re.search(rf"(?:^|\s){_LABEL}\s*[:：]\s*(\S{{0,8}})\s*$", line)
    if ending and (
        not ending[1].strip(_AROUND) or _is_mark(ending[1], asked=True) or _PLACE.fullmatch(ending[1])
    ):
        marks += [ending[1]] if _is_mark(ending[1], asked=True) else []
        line = line[: ending.start()]
    if len(marks) > before:
        line = re.sub(r"[\s，,、；;]+(?=[。.]?\s*$)", "", line)
    return _ASIDE.sub(" ", line) if len(marks) > before or _ASIDE.fullmatch(line.strip()) else line


def _is_mark(line: str, asked: bool = False) -> bool:
    text = _bare(line)
    return (
        bool(text)
        and len(text) <= 8
        and bool(_NOT.fullmatch(text) or _DONE.fullmatch(text))
        # 是 or 无 tells of a seal only where a label asks for it
        and (asked or text not in ("是", "否", "有", "无", "没", "没有", "未"))
    )


def _bare(text: str) -> str:
    return fold(text).strip("()[]:,。.;【】")


def _of_marks(marks: list[str], signed: list[str], place: bool, picture: bool, day: Reading) -> Reading:
    """What all marks of an opinion say together."""
    if len(marks) < 2:
        return _stamped(" ".join(marks), signed, place, picture, day)
    readings = [_stamped(one, [], False, picture, day) for one in marks]
    if {one.value for one in readings} == {True, False}:
        return unreadable(f"写作{quote(' '.join(marks))}，前后不一致；已盖的请写“已盖章”")
    return next((one for one in readings if one.value is not None), readings[0])


def _stamped(words: str, signed: list[str], place: bool, picture: bool, day: Reading) -> Reading:
    text = _bare(words)
    if _NOT.fullmatch(text):
        return Reading(False, "read" if text in ("未盖章", "否") else "normalised", "")
    if picture:
        return Reading(True, "normalised", "有图片，按印章读取")
    if _DONE.fullmatch(text):
        if not _CLEAR.search(text):
            return unreadable(f"写作{quote(words)}，看不出是否已盖章；已盖的请写“已盖章”")
        return Reading(True, "read" if text in ("已盖章", "是") else "normalised", "")
    if signed and (not text or _ORGANISATION.search(text) or text in fold("".join(signed))):
        return Reading(True, "normalised", f"写有单位名称{quote(signed[0])}，按已盖章读取")
    if text:
        reading = read_value(words, _STAMPED, month=None)
        if isinstance(reading.value, bool):
            return Reading(reading.value, "normalised", reading.note or f"写作{quote(words)}")
        if reading.state in ("not_applicable", "not_reported"):
            return not_reported(f"写作{quote(words)}，按未填计")
        return unreadable(f"写作{quote(words)}，看不出是否已盖章；已盖的请写“已盖章”")
    if place and day.value is not None:
        return unreadable("只有印好的“（盖章）”和日期，看不出是否已盖章；已盖的请写“已盖章”")
    return not_reported()

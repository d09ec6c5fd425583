"""What stands in the place of a seal: whether it was stamped, when, and the opinion written above it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from redstats.standard import Field
from redstats.text import clean, fold
from redstats.values import Reading, read_value
from redstats.values.reading import not_reported, quote, unreadable
from redstats.workbooks.worddocument import PICTURE

_DAY = Field(id="day", label="日期", type="date", period="date", group="")
_BLANK = r"[ 　_＿\xa0]*"
_NUMBER = r"[0-9０-９〇零一二三四五六七八九十廿卅]"
_DATE = re.compile(
    rf"(?:日期|时间)?{_BLANK}[:：]?{_BLANK}(?:(?P<written>(?:20)?{_NUMBER}{{2,4}}{_BLANK}(?:年|[./\-－．]){_BLANK}"
    rf"{_NUMBER}{{0,3}}{_BLANK}(?:月|[./\-－．])?{_BLANK}{_NUMBER}{{0,3}}{_BLANK}[日号]?)|(?P<empty>年{_BLANK}月{_BLANK}日)"
    rf"|(?P<plain>20\d{{6}})(?!\d))(?:{_BLANK}00:00:00)?"
)
_PLACEHOLDER = re.compile(
    r"[（(\[［【]\s*(?:请?(?:加盖)?公?盖?签?印?章处?|公章|盖\s*章|签\s*章|印\s*章|章)\s*[）)\]］】]"
)
_LABEL = re.compile(
    r"^(?:加?盖章|公章|印章|签章|盖章情况|是否盖章|日期|盖章日期|意见|时间)\s*[:：]?$|^(?:加?盖章|公章|印章|签章|是否盖章|日期)\s*[:：]"
)
_NOT = re.compile(
    "(?:尚|还|暂)?(?:未|没有?|无)(?:加?盖|用印?|签)?(?:公?章|印章?)?|(?:待|缺|漏)(?:加?盖)?(?:公?章|印)?|否|[×✗✘xX□☐○]|(?:公章|盖章)?(?:待补|待盖|欠)"
)
_DONE = re.compile(
    "(?:已经?|均已)?(?:加?盖(?:了|过|妥|讫|好)?|用)(?:公?章|印章?|讫|妥)?(?:完[成毕])?|(?:已经?)?签章|(?:已)?(?:用印|盖讫|盖妥|盖好)|[√✓✔☑■●☒]|是|有|(?:公|印|签)章|章|印|有(?:公?章|印章?)|(?:红章|原件)(?:已盖)?"
)
_CLEAR = re.compile("已|[√✓✔☑■●]|讫|妥|好|^是$|^有")
_SPLIT_LABEL = re.compile(r"(?m)^(加?盖章|公章|印章|签章|是否盖章|日期)[ \t]*[:：]?[ \t]*\n")
_SEAL_WORDS = re.compile(
    r"[（(\[［【]?\s*(?:[□☐○]\s*(?:未|没有?)盖章|[√✓✔☑■●]\s*已?盖章|已(?:经)?(?:加?盖)(?:公?章|印章?)?|(?:尚|还|暂)?未(?:加?盖|用)(?:公?章|印章?)?|(?:加?盖章|公章|印章|签章)\s*[:：]?\s*[√✓✔☑■●×✗✘]|待盖章?|已用印|已签章|盖章[:：]?\s*(?:已盖|未盖|是|否)章?)\s*[）)\]］】]?"
)
_ORGANISATION = re.compile(
    "(?:业主委员会|业委会|党支部|党总支|总支部(?:委员会)?|支部委员会|党委|党委会|委员会|居委会|居民区|党工委|工作委员会|办事处|街道|镇|人民政府|党组织|党小组)(?:[（(]?(?:公?盖?章|印章?|签章)[）)]?)?$"
)


@dataclass(frozen=True, slots=True)
class Seal:
    """Whether stamped (a bool), when (a date), and the text that stands with it."""

    stamped: Reading
    day: Reading
    text: Reading


def read_seal(raw: str, month: dt.date, opinion: bool = False) -> Seal:
    """Read what stands where a seal belongs; with ``opinion`` the words before it are kept."""
    text = _SPLIT_LABEL.sub(r"\1：", clean(raw))
    text, day = _dated(text, month)
    had_picture, text = PICTURE in text, text.replace(PICTURE, " ")
    had_place = bool(_PLACEHOLDER.search(text))
    signed = [
        line.strip()
        for line in text.split("\n")
        if len(fold(line)) <= 40
        and _ORGANISATION.search(fold(line))
        and not re.search("[,，。；;]|同意", line)
    ]
    lines = []
    marks: list[str] = []
    for line in text.split("\n"):
        if opinion and line.strip() in signed:
            continue
        line = _PLACEHOLDER.sub(" ", line)
        if opinion:
            for found in _SEAL_WORDS.finditer(line):
                marks.append(found[0])
            line = _SEAL_WORDS.sub(" ", line)
            if _is_mark(line):
                marks.append(line)
                line = ""
        line = _LABEL.sub("", line.strip()).strip(" :：")
        if line:
            lines.append(line)
    if opinion:
        words = "\n".join(lines).strip(" ：:")
        said = Reading(words, "read") if words else not_reported()
        return Seal(_stamped(" ".join(marks), signed, had_place, had_picture, day, bool(words)), day, said)
    return Seal(_stamped(" ".join(lines), signed, had_place, had_picture, day, False), day, not_reported())


def _is_mark(line: str) -> bool:
    text = _bare(line)
    return (
        bool(text)
        and len(text) <= 8
        and bool(_NOT.fullmatch(text) or _DONE.fullmatch(text))
        and text not in ("是", "否", "有")
    )


def _bare(text: str) -> str:
    return fold(text).strip("()[]:,。.;【】")


def _stamped(
    words: str, signed: list[str], place: bool, picture: bool, day: Reading, opined: bool
) -> Reading:
    text = _bare(words)
    if picture:
        return Reading(True, "normalised", "有图片，按印章读取")
    if re.search("[☑√✓✔■]", text) and re.search("[□☐○]", text):
        ticked = re.search(r"[☑√✓✔■]\s*(未|没|否|无)|(?:未|没|否|无)[^□☐○☑√✓✔■]*[☑√✓✔]$", text)
        return Reading(not ticked, "normalised", f"写作{quote(words)}")
    if _NOT.fullmatch(text):
        return Reading(False, "read" if text in ("未盖章", "否") else "normalised", "")
    if _DONE.fullmatch(text):
        if not _CLEAR.search(text):
            return unreadable(f"写作{quote(words)}，看不出是否已盖章；已盖的请写“已盖章”")
        return Reading(True, "read" if text in ("已盖章", "是") else "normalised", "")
    if signed and (not text or _ORGANISATION.search(text) or text in fold("".join(signed))):
        return Reading(True, "normalised", f"写有单位名称{quote(signed[0])}，按已盖章读取")
    if text:
        found = read_value(
            words, Field(id="seal", label="是否盖章", type="bool", period="snap", group=""), month=None
        )
        if isinstance(found.value, bool):
            return Reading(found.value, "normalised", found.note)
        if found.state == "not_applicable":
            return not_reported(f"写作{quote(words)}，按未盖章计")
        return unreadable(f"写作{quote(words)}，看不出是否已盖章；已盖的请写“已盖章”")
    if place and day.value is not None:
        return unreadable("只有印好的“（盖章）”和日期，看不出是否已盖章；已盖的请写“已盖章”")
    return not_reported()


def _dated(text: str, month: dt.date) -> tuple[str, Reading]:
    """The text without its last date, and that date; a date without its day is not known."""
    found = [one for one in _DATE.finditer(text)]
    written = [one for one in found if not one["empty"] and _is_date(one)]
    rest = text
    for one in found:
        if one["empty"] or (written and one is written[-1]):
            rest = rest.replace(one[0], "\n", 1)
    if not written:
        return rest, not_reported()
    return rest, read_day("".join((written[-1]["written"] or written[-1]["plain"]).split()), month)


def _is_date(found: re.Match[str]) -> bool:
    said = found["written"]
    return (
        bool(found["plain"])
        or ("年" in said and "月" in said)
        or bool(re.search(r"\d[./\-－．]\d+[./\-－．]\d", said))
    )


def read_day(raw: object, month: dt.date) -> Reading:
    """A date with its year, month and day; one that lacks any of them is unreadable."""
    if isinstance(raw, str):
        raw = "".join(raw.split()).replace("_", "").replace("＿", "")
        if raw in ("", "年月日"):
            return not_reported()
        if re.search("年(?:月|$)|月(?:日|$)", raw) or (
            re.fullmatch(rf"{_NUMBER}+年?", raw) and not re.fullmatch(r"20\d{6}|\d{5}", raw)
        ):
            return unreadable(f"日期{quote(raw)}没有写全年月日")
        if not re.search(rf"^(?:20)?{_NUMBER}{{2,4}}[年./\-]|^20\d{{6}}$|^\d{{5}}$", raw):
            return unreadable(f"日期{quote(raw)}没有写全年月日")
    return read_value(raw, _DAY, month=month)

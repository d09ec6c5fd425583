"""Yes or no, in the many ways in which streets say it."""

from __future__ import annotations

import datetime as dt
import re

from redstats.text import fold, halfwidth
from redstats.values.reading import Asked, Reading, not_applicable, not_reported, quote, taken, unreadable
from redstats.values.remarks import undone
from redstats.values.text import plain_text, split_head
from redstats.values.ticks import BOXES, CIRCLES, CROSSES, MARK, TICKS, marked, ticked
from redstats.wording import vocabulary

_WORDS_OF = vocabulary("yes_no")
_WORDS = dict.fromkeys(_WORDS_OF.words("says_yes"), True) | dict.fromkeys(_WORDS_OF.words("says_no"), False)
_WORDS |= dict.fromkeys(TICKS, True) | dict.fromkeys(CROSSES + BOXES + "☒", False)
_OPTIONS = {
    word: value for word, value in _WORDS.items() if re.fullmatch("[\u4e00-\u9fff]+|yes|no|y|n", word)
}
# 1-是, A.有: the number or letter before the word is that of a form's list, and says nothing.
_CODED = re.compile(r"[0-9a-z]{1,2}[-.、:)]([一-鿿]+)")
_UNCHOSEN = _WORDS_OF.pattern("unchosen")
_NOT_YET = _WORDS_OF.pattern("not_yet")
_RUNNING = _WORDS_OF.pattern("running")
# 已… answers yes only where what is asked has been done; to have begun, asked or charged somebody is not that.
_BEGUN = _WORDS_OF.pattern("begun")
_BARE = _WORDS_OF.pattern("bare")
_IS_DONE = _WORDS_OF.compose("{adverb}*(?!{open_to}{begun}){done}")
_NOT_ASKED = _WORDS_OF.pattern("not_asked")
_DATED = _WORDS_OF.compose(
    "{on_a_day}?((?:19|20)[0-9]{2})年(?:([0-9]{1,2})月)?(?:[0-9]{1,2}日)?{part_of_month}?(已?)(?=[^0-9])"
)
_NEGATED = _WORDS_OF.compose("{until_now}*{not}(.*)")
_ASSERTED = _WORDS_OF.compose("{all}*({asserting})(.+)")
_NEGATION = _WORDS_OF.pattern("negation")
# Their absence is good news, so 无违规 may answer either 是否合规 or 有无违规.
_BAD_THINGS = _WORDS_OF.pattern("bad_things")
_UNDONE = _WORDS_OF.pattern("no_longer")
_HALF = _WORDS_OF.pattern("half")
_WHETHER, _AT_PRESENT = _WORDS_OF.pattern("whether"), _WORDS_OF.pattern("at_present")
_HOW_MANY = _WORDS_OF.compose("[0-9]+{how_many}?$")
_FINISHED = _WORDS_OF.compose("{has}?(.+?){finished}?")
_THEN_DONE = _WORDS_OF.compose("{and_then}{already}*{done}")
_DONE_BY = _WORDS_OF.compose("{adverb}*{by_whom}?{done}|{adverb}*$")


def read_bool(raw: object, field: Asked, *, month: dt.date | None = None, **_: object) -> Reading:
    """True or False; a mark or a word that means yes in one place and no in another stays unread."""
    if isinstance(raw, bool):
        return taken(raw, True)
    if isinstance(raw, (int, float)):
        if raw in (0, 1):
            return taken(bool(raw), False)
        return unreadable(f"{quote(plain_text(raw))}像是数量，本栏应填是或否")
    if isinstance(raw, (dt.date, dt.time, dt.timedelta)):
        return unreadable(f"{raw}是日期或时间，本栏应填是或否")
    text = halfwidth(plain_text(raw))
    text = re.sub(r"^[(\[【]([^()\[\]【】]*)[)\]】]$", r"\1", text).strip()  # （是）
    key = fold(text).strip("。.;,:'\"“”")
    if _UNCHOSEN.fullmatch(key):
        return not_reported("选项未作选择")
    if key in _WORDS:
        return taken(_WORDS[key], plain_text(raw) in ("是", "否"))
    coded = _CODED.fullmatch(key)
    if coded and coded[1] in _WORDS:
        return taken(_WORDS[coded[1]], False, f"{quote(raw)}按“{coded[1]}”读取")
    if key and all(char in CIRCLES + "o" for char in key):
        return unreadable(f"{quote(raw)}在有的表里是“是”、有的是“否”，请填是或否")
    label = field.label or ""
    return _by_marks(marked(text), raw, label, month) or _read_words(text, raw, label, month)


def _by_marks(text: str, raw: object, label: str, month: dt.date | None) -> Reading | None:
    """What ticks and boxes beside words say; None where one mark leads, whose words are its remark."""
    marks = re.findall(MARK, text)
    if not marks:
        return None
    leads = len(marks) == 1 and text[0] in TICKS + CROSSES + CIRCLES

    def option(word: str) -> Reading | None:
        if (leads and word not in _OPTIONS) or re.search("[,;。(]", word):
            return None
        if _NOT_ASKED.fullmatch(word):
            return not_applicable(f"勾选{quote(word)}")
        meant = _by_words(word, label, month)
        return None if isinstance(meant, str) else _taken(meant, word)

    chosen = ticked(text, option, " \n、/")
    if isinstance(chosen, str):
        return unreadable(chosen)
    if chosen is not None:
        if len({(one.state == "not_applicable", one.value) for one, _ in chosen}) > 1:
            return unreadable(f"{quote(raw)}勾选了不止一项，请只选一项")
        if not chosen:
            return not_reported("各选项均未勾选")
        choice, remark = chosen[0]
        if choice.state == "not_applicable":
            return choice
        if choice.value and undone(remark):
            return unreadable(f"{quote(raw)}前后不一致，请填是或否")
        return taken(choice.value, False, choice.note, f"另注：{remark}" if remark else "")
    if leads or (len(set(marks)) == 1 and not re.sub(f"{MARK}|\\s", "", text)):
        return None
    words = re.sub(MARK, "", text)
    reading = (
        _read_words(words, raw, label, month)
        if len(marks) == 1 and words.strip() and text[0] not in MARK
        else None
    )
    if reading is None or reading.value is None or reading.value != (marks[0] in TICKS):
        return unreadable(f"{quote(raw)}看不出选了哪一项，请填是或否")
    return reading


def _read_words(text: str, raw: object, label: str, month: dt.date | None) -> Reading:
    """The leading token decides; what follows is a remark."""
    if re.match(f"[{TICKS}{CROSSES}{BOXES}☒]", text):
        head, rest = text[0], text[1:].strip("()[]【】,、;。:\n ")
        answer = _by_words(fold(split_head(rest)[0]), label, month)
        if isinstance(answer, bool) and answer != _WORDS[head]:
            return unreadable(f"{quote(raw)}的记号与文字不一致，请填是或否")
    else:
        head, rest = split_head(text)
        spaced = head.split()
        if fold(head) not in _WORDS and spaced and fold(spaced[0]) in _WORDS:
            head, rest = spaced[0], text[len(spaced[0]) :].strip("([（【,、;。: )]）】\n")
    if _NOT_ASKED.fullmatch(fold(head)):
        return not_applicable(f"写作{quote(head)}" + (f"，另注：{rest[:30]}" if rest else ""))
    value = _by_words(fold(head), label, month)
    if isinstance(value, str):
        return unreadable(f"{quote(raw)}{value}")
    affirmed = value is True or (value is None and head.startswith("已"))
    if (isinstance(value, bool) and _denied(rest, value, label)) or (affirmed and undone(rest)):
        return unreadable(f"{quote(raw)}前后不一致，请填是或否")
    if value is None:
        return _taken(None, str(raw))
    known = fold(head) in _WORDS
    note = "" if known else _taken(value, head).note
    return taken(value, False, f"另注：{rest[:30]}" if rest else "", note)


def _denied(rest: str, value: bool, label: str) -> bool:
    """Whether what follows is the other answer: 是（否）, 未公示，已建立."""
    rest = fold(rest)
    if rest in _WORDS:
        return _WORDS[rest] != value
    return not value and bool(re.fullmatch("已.{2,3}", rest)) and _by_words(rest, label, None) is True


def _taken(value: bool | None, word: str) -> Reading:
    """The reading of a word that is not plainly 是 or 否; None is not yet."""
    if value is None:
        return taken(False, False, f"写作{quote(word)}，尚未完成，按否计")
    return taken(
        value, False, "" if fold(word) in _WORDS else f"写作{quote(word)}，按{'是' if value else '否'}计"
    )


def _by_words(head: str, label: str, month: dt.date | None) -> bool | str | None:
    """What a folded leading token means: yes, no, None for not yet, or (Chinese) why it is open."""
    if head in _WORDS:
        return _WORDS[head]
    dated = _DATED.match(head)
    if dated and _by(month, dated):
        head = "已" + head[dated.end() :]
    topic = _WHETHER.sub("", fold(label))
    if _HALF.search(head):
        return "没有说清是还是否，请填是或否"
    if _RUNNING.fullmatch(head) and _AT_PRESENT.search(head):
        return "说的是正在做，看不出是否已有、已完成，请填是或否"
    if any(word not in topic for word in _NOT_YET.findall(head)):
        return "说不准是否完成，请填是或否" if "完成" in head or "完毕" in head else None
    negated, asserted = _NEGATED.fullmatch(head), _ASSERTED.fullmatch(head)
    body = negated[1] if negated else asserted[2] if asserted else head
    if any(word not in topic for word in _BAD_THINGS.findall(body)) or _UNDONE.search(body):
        return "可有两种理解，请填是或否"
    if _NEGATION.search(body) or (negated and len(head) > 2 and head in topic and "/" not in topic):
        return "有双重否定或与栏名重复，请填是或否"
    if negated and len(body) <= 12:
        return False
    if asserted and not _HOW_MANY.match(body) and len(body) <= 20:
        return _asserted(asserted[1], body, topic, label)
    done = _FINISHED.fullmatch(head)
    if done and (done[1] in _WORDS or _BARE.fullmatch(done[1]) or (done[1] in topic and len(done[1]) > 1)):
        return True
    return "看不出是还是否，请填是或否"


def _by(month: dt.date | None, dated: re.Match[str]) -> bool:
    """Whether a leading date is past in the month of the return; without a month 已 must say so."""
    if month is None:
        return bool(dated[3])
    return (int(dated[1]), int(dated[2] or 1)) <= (month.year, month.month)


def _asserted(word: str, body: str, topic: str, label: str) -> bool | str | None:
    """What 已…, 有…, 是… or 能… says of what is asked."""
    if word in ("是", "有"):
        return True
    if word not in ("已", "已经"):
        return True if f"{word[0]}否" in label else "看不出是还是否，请填是或否"
    done, begun = _IS_DONE.match(body), _BEGUN.search(body)
    if done or (body in topic and len(body) > 1):
        return True
    if begun and begun[0] not in topic:
        return True if _THEN_DONE.search(body[begun.end() :]) else None
    if _DONE_BY.match(body):
        return True
    return f"只说“已{body[:8]}”，看不出是否已有、已完成，请填是或否"

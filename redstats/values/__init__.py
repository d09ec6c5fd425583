"""Read one cell: any raw value to a typed value, a state and a remark, and never an exception.

A blank is not a zero, 无 is not a blank, and what can be read in two ways is not read at all.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace

from redstats.text import clean, fold, halfwidth
from redstats.values.choices import NONE, match, read_enum, read_score, read_set
from redstats.values.dates import FROM_TERM, MONTH_ONLY, read_date, read_date_range, read_dates
from redstats.values.numbers import parse_number, read_float, read_int, read_pct
from redstats.values.reading import (
    DOUBT,
    STATES,
    Asked,
    Reading,
    not_applicable,
    not_reported,
    quote,
    taken,
    unreadable,
)
from redstats.values.text import plain_text, read_list, read_phone, read_text, split_head
from redstats.values.ticks import MARK, marked
from redstats.values.yesno import read_bool
from redstats.wording import vocabulary

__all__ = [
    "DOUBT",
    "FROM_TERM",
    "MONTH_ONLY",
    "STATES",
    "Reading",
    "clean",
    "fold",
    "halfwidth",
    "parse_number",
    "plain_text",
    "read_date_range",
    "read_value",
]

_READERS: dict[str, Callable[..., Reading]] = {
    "int": read_int,
    "float": read_float,
    "pct": read_pct,
    "bool": read_bool,
    "date": read_date,
    "dates": read_dates,
    "enum": read_enum,
    "set": read_set,
    "text": read_text,
    "phone": read_phone,
    "score": read_score,
    "list": read_list,
}
_UNMARKED = ("phone", "set", "score")  # a star hides digits, a circled number stands before an item
_ERROR = re.compile(
    r"#(?:DIV/0!|REF!|N/A|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA|FIELD!|#+$)", re.I
)
_WORDS_OF = vocabulary("values")
_FOOTNOTE = _WORDS_OF.compose(r"(?<=[\w)）%％])\s*{footnote}+$")
_SAME = _WORDS_OF.pattern("same")
_NOT_APPLICABLE = _WORDS_OF.pattern("not_applicable")
_UNKNOWN = _WORDS_OF.pattern("unknown")
_NO_ANSWER = _WORDS_OF.pattern("no_answer")
_TOLD_OF = _WORDS_OF.compose("{to_tell}|{data_word}")
_NONE = _WORDS_OF.pattern("none")
_NOT_DONE = _WORDS_OF.pattern("not_done")
_NOTHING = _WORDS_OF.compose(
    "{because}?{so_far_nothing}*{nothing_of}{come_or_held}?([\u4e00-\u9fff]+?){matter}?"
)
_DEEDS = frozenset(_WORDS_OF.words("deeds"))
_ACTORS = _WORDS_OF.pattern("not_the_event")
_ZERO = {"int": 0, "float": 0.0, "bool": False, "set": (), "list": (), "dates": (), "text": NONE}


def read_value(
    raw: object,
    field: Asked,
    *,
    month: dt.date | None = None,
    number_format: str = "",
    above: Reading | None = None,
) -> Reading:
    """Read one cell for ``field`` (anything with ``id, label, type, unit, values``).

    ``raw`` is what the workbook reader gives (text, number, bool, date, "" or None); ``month`` is the first
    day of the reporting month, which dates without a year lean on; ``number_format`` is the cell's own
    ("" when unknown); ``above`` is the reading of the cell above, for 同上.  Never raises for any cell.
    """
    if raw is None or (isinstance(raw, float) and raw != raw) or (isinstance(raw, str) and not clean(raw)):
        return not_reported()
    if isinstance(raw, float) and raw in (float("inf"), float("-inf")):
        return unreadable("数字过大，读不出来，请重填")
    if isinstance(raw, str):
        mark = _FOOTNOTE.search(raw.rstrip()) if field.type not in _UNMARKED else None
        if mark:
            bare = read_value(
                raw[: mark.start()], field, month=month, number_format=number_format, above=above
            )
            doubt = "" if field.type in ("text", "list") else f"，{DOUBT}脚注"
            return _with_note(bare, f"末尾的“{mark[0].strip()}”是脚注的记号{doubt}")
        reading = _in_words(raw, field, above)
        if reading is not None:
            return reading
    return _READERS[field.type](raw, field, month=month, number_format=number_format)


def _with_note(reading: Reading, note: str) -> Reading:
    if reading.state == "unreadable":
        return reading
    state = "normalised" if reading.state == "read" else reading.state
    return replace(reading, state=state, note="；".join(filter(None, (reading.note, note))))


def _in_words(raw: str, field: Asked, above: Reading | None) -> Reading | None:
    """What a cell of any type may say instead of a value; None when it does not."""
    text = halfwidth(clean(raw))
    if _ERROR.match(text):
        return unreadable(f"公式出错（{text[:10]}），请在 WPS 或 Excel 里改好公式、重新保存后再报")
    if field.type in ("enum", "set", "score") and match(raw, field) is not None:
        return None  # 无 may be one of the listed values
    whole = fold(text).rstrip("。.;,!") or fold(text)
    if _SAME.fullmatch(whole):
        return _same(raw, above)
    if field.type in ("bool", "enum", "set") and len(whole) > 1 and re.search(MARK, marked(text)):
        return None  # 无（ ） 有（√）
    if _is_no_answer(whole, field):
        return not_reported(f"写作{quote(text)}，没有作答，按未填计")
    head, rest = split_head(text)
    aside = f"，另注：{rest[:30]}" if rest else ""
    for word in dict.fromkeys((whole, whole.strip("()"), fold(head))):
        if (
            rest
            and word == fold(head)
            and ((re.search("[0-9]", rest) and field.type != "bool") or field.type == "text")
        ):
            continue  # a number behind 无 may be the answer, and a text is all of its words
        if _NOT_APPLICABLE.fullmatch(word):
            return not_applicable(f"写作{quote(head)}{aside}" if rest else "")
        if _UNKNOWN.fullmatch(word):
            return not_reported(f"写作{quote(head)}，按未填计{aside}")
        if (
            _NONE.fullmatch(word)
            or (_NOT_DONE.fullmatch(word) and field.type not in ("bool", "text", "phone", "pct"))
            or _nothing_of_it(word, field)
        ):
            return _none(head, aside, field)
    return None


def _is_no_answer(word: str, field: Asked) -> bool:
    """Whether a folded text only says that there is no answer, and not no to what its column asks for."""
    plain = word.strip("()[]【】<>《》 ")
    if not _NO_ANSWER.fullmatch(plain) or _NOT_APPLICABLE.fullmatch(plain):
        return False
    told_of = _TOLD_OF.search(plain)
    return told_of is None or told_of[0] not in fold(field.label)


def _nothing_of_it(word: str, field: Asked) -> bool:
    """Whether a folded word denies what a count of events counts: 未接待, 无问题, 因雨未安排."""
    if field.type not in ("int", "float"):
        return False
    denied = _NOTHING.fullmatch(word)
    if not denied or getattr(field, "period", "") not in ("month", "ytd"):
        return False
    body = denied[1]
    # 无接待 is no reception held; 无业主 denies something else than what is counted.
    return body in _DEEDS or (len(body) > 1 and body in fold(field.label) and not _ACTORS.search(body))


def _same(raw: str, above: Reading | None) -> Reading:
    if above is None:
        return unreadable(f"{quote(raw)}上面没有可取的内容，请写明")
    if above.state in ("read", "normalised"):
        return Reading(above.value, "normalised", f"{quote(raw)}，取上一格的内容")
    return Reading(
        None, above.state, f"{quote(raw)}，与上一格相同" + (f"：{above.note}" if above.note else "")
    )


def _none(head: str, aside: str, field: Asked) -> Reading:
    """无 by type: zero, no, nothing listed, not happened, or not applicable."""
    kind = field.type
    if kind == "text":
        return Reading(NONE, "read", "")
    if kind == "bool":
        return Reading(False, "normalised", aside.lstrip("，"))
    if kind in _ZERO:
        counted = "0" if kind in ("int", "float") else "没有"
        return taken(_ZERO[kind], False, f"写作{quote(head)}，按{counted}计{aside}")
    if kind == "enum":
        listed = match(NONE, field)
        return (
            taken(listed, False, f"写作{quote(head)}{aside}")
            if listed
            else not_applicable(f"写作{quote(head)}{aside}")
        )
    if kind == "pct":
        return not_applicable(f"写作{quote(head)}，比例不能按0计{aside}")
    return not_reported(f"明确写{quote(head)}{aside}")

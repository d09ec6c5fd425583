"""Yes or no, in the many ways in which streets say it."""

from __future__ import annotations

import datetime as dt
import re

from redstats.text import fold, halfwidth
from redstats.values.choices import BOXES, CIRCLES, CROSSES, TICKS, ticked
from redstats.values.reading import Reading, not_reported, quote, taken, unreadable
from redstats.values.text import plain_text, split_head

_YES = (
    "是 是的 有 对 对的 已 已有 已建 yes y true t 1 v "
    "符合 合规 合格 达标 具备 完成 通过 落实 建立 正常 属实 同意 健全 到位"
)
_NO = "否 不是 无 没 没有 未 未建 暂无 尚无 no n false f 0 x 错 不对 非 不"
_WORDS = dict.fromkeys(_YES.split(), True) | dict.fromkeys(_NO.split(), False)
_WORDS |= dict.fromkeys(TICKS, True) | dict.fromkeys(CROSSES + BOXES + "☒", False)
_OPTIONS = {
    word: value for word, value in _WORDS.items() if re.fullmatch("[\u4e00-\u9fff]+|yes|no|y|n", word)
}
_UNCHOSEN = re.compile(r"(?:是/?否|有/?无|已建/?未建|y/?n|yes/?no|对/?错|√/?×)")
_NOT_YET = re.compile(
    "拟|正在|计划|筹备|准备|筹建|在建|预计|即将|待|(?:推进|办理|进行|申请|建设|整改|审批|组建)中"
)
_NEGATED = re.compile("(?:目前|现|暂|尚|还|仍|均|都|并|从)*(?:未|没有|没|不|无|非)(.*)")
_ASSERTED = re.compile("(?:均|都|全部)?(?:是|有|已经?|能|会|可以?)(.+)")
_NEGATION = re.compile("[未没不无非否]")
# Their absence is good news, so 无违规 may answer either 是否合规 or 有无违规.
_BAD_THINGS = re.compile("违规|违法|违纪|违约|异常|问题|隐患|投诉|纠纷|欠费|逾期|缺失")
_UNDONE = re.compile("过期|到期|停用|停摆|停止|撤销|解散|取消|失效|废止|作废|中止|终止|离职|辞职")
_HALF = re.compile(
    "部分|基本|大致|大部|个别|多数|少数|有时|偶尔|不全|不完[全整善]|不[清详定一]|不太|不够|不知|完成[0-9]|%|或"
)


def read_bool(raw: object, field, **_) -> Reading:
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
    text = re.sub(r"^\(([^()]*)\)$", r"\1", text).strip()  # （是）
    key = fold(text).strip("。.;,:'\"“”")
    if _UNCHOSEN.fullmatch(key):
        return not_reported("选项未作选择")
    if key in _WORDS:
        return taken(_WORDS[key], plain_text(raw) in ("是", "否"))
    if key and all(char in CIRCLES + "o" for char in key):
        return unreadable(f"{quote(raw)}在有的表里是“是”、有的是“否”，请填是或否")
    chosen = ticked(text, _OPTIONS)
    if isinstance(chosen, str):
        return unreadable(chosen)
    if chosen is not None:
        if len(chosen) > 1:
            return unreadable(f"{quote(raw)}勾选了不止一项，请只选一项")
        return taken(chosen[0], False) if chosen else not_reported("各选项均未勾选")
    return _read_words(text, raw, field)


def _read_words(text: str, raw: object, field) -> Reading:
    """The leading token decides; what follows is a remark."""
    if re.match(f"[{TICKS}{CROSSES}{BOXES}☒]", text):
        head, rest = text[0], text[1:].strip("()[]【】,、;。:\n ")
        said = _by_words(fold(split_head(rest)[0]), field.label or "")
        if isinstance(said, bool) and said != _WORDS[head]:
            return unreadable(f"{quote(raw)}的记号与文字不一致，请填是或否")
    else:
        head, rest = split_head(text)
        spaced = head.split()
        if fold(head) not in _WORDS and spaced and fold(spaced[0]) in _WORDS:
            head, rest = spaced[0], text[len(spaced[0]) :].strip("([（【,、;。: )]）】\n")
    value = _by_words(fold(head), field.label or "")
    if isinstance(value, str):
        return unreadable(f"{quote(raw)}{value}")
    if isinstance(value, bool) and _WORDS.get(fold(rest), value) != value:
        return unreadable(f"{quote(raw)}前后不一致，请填是或否")
    if value is None:
        return taken(False, False, f"写作{quote(raw)}，尚未完成，按否计")
    known = fold(head) in _WORDS
    return taken(
        value,
        False,
        f"另注：{rest[:30]}" if rest else "",
        "" if known else f"写作{quote(head)}，按{'是' if value else '否'}计",
    )


def _by_words(head: str, label: str) -> bool | str | None:
    """What a folded leading token means: yes, no, None for not yet, or (Chinese) why it is open."""
    if head in _WORDS:
        return _WORDS[head]
    topic = re.sub("有无|是否|能否|可否", "", fold(label))
    if _HALF.search(head):
        return "没有说清是还是否，请填是或否"
    if any(word not in topic for word in _NOT_YET.findall(head)):
        return "说不准是否完成，请填是或否" if "完成" in head or "完毕" in head else None
    negated, asserted = _NEGATED.fullmatch(head), _ASSERTED.fullmatch(head)
    body = (negated or asserted or [head, head])[1]
    if any(word not in topic for word in _BAD_THINGS.findall(body)) or _UNDONE.search(body):
        return "可有两种理解，请填是或否"
    if _NEGATION.search(body) or (negated and len(head) > 2 and head in topic and "/" not in topic):
        return "有双重否定或与栏名重复，请填是或否"
    if negated and len(body) <= 12:
        return False
    if asserted and not re.search("^[0-9]+[人名位户次个]?$", body) and len(body) <= 20:
        return True
    done = re.fullmatch("(?:已|均|全部)?(.+?)(?:完成|完毕|了|合格|到位)?", head)
    if done and (done[1] in _WORDS or (done[1] in topic and len(done[1]) > 1)):
        return True
    return "看不出是还是否，请填是或否"

"""Yes or no, in the many ways in which streets say it."""

from __future__ import annotations

import datetime as dt
import re

from redstats.text import fold, halfwidth
from redstats.values.reading import Reading, not_applicable, not_reported, quote, taken, unreadable
from redstats.values.remarks import undone
from redstats.values.text import plain_text, split_head
from redstats.values.ticks import BOXES, CIRCLES, CROSSES, MARK, TICKS, marked, ticked

_YES = (
    "是 是的 有 对 对的 已 已有 已建 yes y true t 1 v "
    "符合 合规 合格 达标 具备 完成 通过 落实 建立 正常 属实 同意 健全 到位 完善 完备 建立健全 都有 均有 ok"
)
_NO = "否 不是 无 没 没有 未 未建 暂无 尚无 no n false f 0 x 错 不对 非 不 缺 缺失 空缺"
_WORDS = dict.fromkeys(_YES.split(), True) | dict.fromkeys(_NO.split(), False)
_WORDS |= dict.fromkeys(TICKS, True) | dict.fromkeys(CROSSES + BOXES + "☒", False)
_OPTIONS = {
    word: value for word, value in _WORDS.items() if re.fullmatch("[\u4e00-\u9fff]+|yes|no|y|n", word)
}
_UNCHOSEN = re.compile(r"(?:是/?否|有/?无|已建/?未建|y/?n|yes/?no|对/?错|√/?×)")
_NOT_YET = re.compile(
    "拟|正在|[尚仍还]在|计划|筹备|准备|筹建|在建|预计|即将|待|打算|意向|初稿|草[案稿]|设想|"
    "(?:推进|办理|进行|申请|建设|整改|审批|组建|制定|制订|起草|草拟|拟定|编制|编写|审计|委托|讨论|商议|协商|征求意见|开发|申报|筹集)中"
)
_RUNNING = re.compile("(?:正在|正|[尚仍还]在)?(?:执行|实施|运行|施行|实行|履行|使用|推行|运作)中?")
# 已… answers yes only where what is asked has been done; to have begun, asked or charged somebody is not that.
_ADVERB = (
    "(?:全部|全面|全|均|都|也|按(?:要求|规定|期|时)|如期|正式|向(?:全体)?(?:业主|居民)|统一|及时|依法|进行|组织|开展|"
    "(?:于|在)?[0-9年月日.-]+[年月日]|(?:经|由)?(?:业主大会|业委会|党组织|居委会)(?:表决|讨论|审议|审核|同意)?)*"
)
_BY = "(?:(?:由|在|于|经)[^,;]{1,10}?)?"
_DONE = (
    "建立|建[成好档](?!议)|建(?![议言])|健全|完[成毕善备]|审(?!批中)|公[布示告开证]|制[定订]|订立|上墙|上线|成立|设立|设(?!想|法|计)|组建|落实|到位|达标|"
    "符合|具备|合格|[审表]?[议核决]?通过|备案|报[^,;]{1,6}备案|修订|更新|印发|[下颁]发|发[布放]|签[订署]|开通|注册|启用|使用|采用|应用|运行|投入使用|"
    "实[行施现]|任命|[委选指]派|派驻|到岗|聘[任用]|出.{0,4}报告|执行|施行|推[行出]|配[备齐置]|纳入|包[含括]|含|涵盖|覆盖|分工|登记|归档|存档|出具|召开|举[行办]|参[加与训]|换届|选举|规范|"
    "张贴|安装|做到|解决|整改|结束|有|是"
)
_BEGUN = re.compile(
    "启动|联系|委托|报名|申[请报]|部署|安排|着手|开始|布置|动员|提出|发起|起草|草拟|列入|提上|提交|上报|洽谈|沟通|协商|商议|讨论|研究|签约|通知|要求|督促|提醒|招标"
)
_BARE = re.compile(
    "制[定订]|订立|建成|成立|设立|开通|上墙|公[布示告]|备案|配备|审计|开展|实行|业主大会(?:已|表决)?通过"
)
_IS_DONE = re.compile(f"{_ADVERB}(?!(?:公开|通过|参[加与]|[采使]用)(?:{_BEGUN.pattern}))(?:{_DONE})")
_NOT_ASKED = re.compile("(?:不需要?|无需|不必|不用|毋需|无须).{0,8}|[不未]涉及|不适用")
_DATED = re.compile(
    "(?:于|在)?((?:19|20)[0-9]{2})年(?:([0-9]{1,2})月)?(?:[0-9]{1,2}日)?(?:上旬|中旬|下旬|[初中底])?(已?)(?=[^0-9])"
)
_NEGATED = re.compile("(?:目前|现|暂|尚|还|仍|均|都|并|从)*(?:未|没有|没|不|无|非)(.*)")
_ASSERTED = re.compile("(?:均|都|全部)*(是|有|已经?|能|会|可以?)(.+)")
_NEGATION = re.compile("[未没不无非否]")
# Their absence is good news, so 无违规 may answer either 是否合规 or 有无违规.
_BAD_THINGS = re.compile(
    "违规|违法|违纪|违约|异常|问题|隐患|投诉|纠纷|欠费|逾期|缺失|困难|争议|分歧|阻力|方案|思路"
)
_UNDONE = re.compile("过期|到期|停用|停摆|停止|撤销|解散|取消|失效|废止|作废|中止|终止|离职|辞职")
_HALF = re.compile(
    "部分|基本|大致|大部|个别|多数|少数|有时|偶尔|不全|不完[全整善]|不[清详定一]|不太|不够|不知|完成[0-9一]|一半|过半|近半|%|或"
)


def read_bool(raw: object, field, *, month: dt.date | None = None, **_) -> Reading:
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
        one, remark = chosen[0]
        if one.state == "not_applicable":
            return one
        if one.value and undone(remark):
            return unreadable(f"{quote(raw)}前后不一致，请填是或否")
        return taken(one.value, False, one.note, f"另注：{remark}" if remark else "")
    if leads or (len(set(marks)) == 1 and not re.sub(f"{MARK}|\\s", "", text)):
        return None
    words = re.sub(MARK, "", text)
    said = (
        _read_words(words, raw, label, month)
        if len(marks) == 1 and words.strip() and text[0] not in MARK
        else None
    )
    if said is None or said.value is None or said.value != (marks[0] in TICKS):
        return unreadable(f"{quote(raw)}看不出选了哪一项，请填是或否")
    return said


def _read_words(text: str, raw: object, label: str, month: dt.date | None) -> Reading:
    """The leading token decides; what follows is a remark."""
    if re.match(f"[{TICKS}{CROSSES}{BOXES}☒]", text):
        head, rest = text[0], text[1:].strip("()[]【】,、;。:\n ")
        said = _by_words(fold(split_head(rest)[0]), label, month)
        if isinstance(said, bool) and said != _WORDS[head]:
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
    said = "" if known else _taken(value, head).note
    return taken(value, False, f"另注：{rest[:30]}" if rest else "", said)


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
    topic = re.sub("有无|是否|能否|可否", "", fold(label))
    if _HALF.search(head):
        return "没有说清是还是否，请填是或否"
    if _RUNNING.fullmatch(head) and re.search("在|中$", head):
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
    if asserted and not re.search("^[0-9]+[人名位户次个]?$", body) and len(body) <= 20:
        return _asserted(asserted[1], body, topic, label)
    done = re.fullmatch("(?:已|均|全部)?(.+?)(?:完成|完毕|结束|了|合格|到位)?", head)
    if done and (done[1] in _WORDS or _BARE.fullmatch(done[1]) or (done[1] in topic and len(done[1]) > 1)):
        return True
    return "看不出是还是否，请填是或否"


def _by(month: dt.date | None, dated: re.Match) -> bool:
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
        return True if re.search(f"(?:并|且|后|,)(?:已|经)*(?:{_DONE})", body[begun.end() :]) else None
    if re.match(f"{_ADVERB}{_BY}(?:{_DONE})|{_ADVERB}$", body):
        return True
    return f"只说“已{body[:8]}”，看不出是否已有、已完成，请填是或否"

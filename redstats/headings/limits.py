"""What forbids a field that a heading's words would name: unit, question, period, other bodies, other data."""

from __future__ import annotations

from collections.abc import Mapping

from redstats.headings.parts import (
    BODIES,
    OTHERS,
    SCOPE,
    TURNS,
    Span,
    Wording,
    as_limit,
    core_of,
    instructs,
    period_of,
    remainder_of,
    turns_of,
    whole,
    wording,
)
from redstats.months import Month
from redstats.standard import Field
from redstats.text import fold
from redstats.wording import vocabulary

_KIND_OF_FIELD = {
    "人次": "人",
    "件": "次",
    "个": "次",
    "辆": "次",
    "场": "次",
    "对": "次",
    "份": "次",
    "条": "次",
}
_KIND_OF_FIELD |= {"平方米": "面积", "": ""}

_WORDS = vocabulary("headings")
_COMMITTEE = _WORDS.pattern("committee")
_BARE = _WORDS.compose("{neighbour}{neighbour_part}?")
_REAL = _WORDS.compose("{actual_time}{actual_time_end}?")
_GENERAL = _WORDS.pattern("neighbour_slack")
_INCLUDES = _WORDS.pattern("includes")
_SO_FAR = _WORDS.pattern("so_far")


class Limits:
    """Which of the fields a path may mean, in a return for ``month`` where that is known."""

    def __init__(self, fields: Mapping[str, Field], month: Month | None) -> None:
        self._month = month
        self._labels = {id_: whole(wording(one.label)) for id_, one in fields.items()}
        texts = {id_: " ".join((one.label, *one.also, one.group)) for id_, one in fields.items()}
        self._said = {id_: fold(words) for id_, words in texts.items()}
        # What the field is and where it stands; another of its headings may name a part of it: 来访接待人次.
        self._named = {id_: fold(f"{one.label} {one.group}") for id_, one in fields.items()}
        # Whom the field's own headings speak of: a group that names one of these is no stranger.
        self._about = {id_: {who for who, word in OTHERS.items() if word.search(texts[id_])} for id_ in texts}
        # Headings that say 人数 where the unit is 人次, as some do: 应参训人数.
        self._counted = {
            (one.id, wording(heading.split(">")[-1]).core)
            for one in fields.values()
            for heading in (one.label, *one.also)
            if heading.endswith({"人次": "人数", "人": "人次"}.get(one.unit, "\0"))
        }
        # What is said of the fields of one group together: a full name may stand below any of it.
        self._circles: dict[str, str] = {}
        for field in fields.values():
            self._circles[field.group] = self._circles.get(field.group, "") + self._said[field.id] + " "
        self._sections = [wording(group).plain for group in sorted(self._circles, key=len, reverse=True)]

    def time_of(self, text: str) -> str:
        """See ``Matcher.time_of``."""
        part = wording(text)
        if _REAL.fullmatch(part.plain):
            return "real"
        if any(TURNS[kind].search(part.plain) for kind in ("planned", "other_time")):
            return "past"
        if part.period or part.inner[2] or period_of(part.plain):
            return part.period or part.inner[2] or period_of(part.plain)
        periods = {self._period(span) for span in part.dated}
        return periods.pop() if len(periods) == 1 and as_limit(part) else ""

    def is_foreign(self, field: Field, words: list[Wording]) -> bool:
        leaf = words[-1].plain
        own_label = leaf == self._labels[field.id]
        # 小区 is only where a thing is when the leaf says itself whose it is (小区情况 / 物业公司).
        known = self._about[field.id] | (
            {"小区"} if any(word.search(leaf) for word in OTHERS.values()) else set()
        )
        for group in words[:-1]:
            if _COMMITTEE.search(group.plain) or self._is_section(group.plain):
                continue  # the committee itself is nobody else, and a chapter of the standard nobody
            if own_label and not _BARE.fullmatch(_GENERAL.sub("", group.plain)):
                continue
            if {who for who, word in OTHERS.items() if word.search(group.plain)} - known:
                return True
        return False

    def _is_section(self, plain: str) -> bool:
        """Whether a group is a chapter by its name alone: 五、群众评价好 speaks of all that stands in it."""
        for section in self._sections:
            plain = plain.replace(section, " ")
        return not remainder_of(plain)

    def is_of_body(self, field: Field, words: list[Wording]) -> bool:
        """Whether the group right above is somebody of whom the leaf is a detail, and the leaf names no field in full."""
        return bool(BODIES.fullmatch(words[-2].plain)) and words[-1].plain != self._labels[field.id]

    def counts(self, field: Field, plain: str) -> bool:
        """Whether words that end in a count count what the field counts: those who came twice are two 人次."""
        _, (unit, asks, _) = core_of(plain)
        if field.unit in ("户", "人次") and asks == "number" and not unit:
            return False  # 居民总数 are people and 业主数 owners, of whom a household has several
        other = {"人次": "人数", "人": "人次"}.get(field.unit, "")
        return not (other and plain.endswith(other)) or (field.id, core_of(plain)[0]) in self._counted

    def allows(self, field: Field, words: list[Wording], limits: list[Wording], how: str) -> bool:
        """Whether unit, period and form of the question allow this field."""
        if not all(
            answers(field, "", "", period)
            for word in words[:-1]
            for period in (word.period, word.inner[2], period_of(word.plain), _so_far(word.plain))
        ):
            return False
        if not all(self._is_of_time(field, word) for word in (words[-1], *limits)):
            return False
        if not all(self._is_below_time(field, word) for word in words[:-1]):
            return False
        if any(turns_of(word.plain) - self.turns(field) for word in words[:-1]):
            return False
        if how == "loose" and not self.counts(field, words[-1].plain):
            return False
        if field.period in ("month", "ytd") and "本届" in whole(words[-1]):
            return False  # since the election, neither this month nor this year
        for word in (words[-1], *limits):
            asked = [(word.unit, word.asks, word.period)]
            if how == "loose" or word in limits:
                asked.append(word.inner)
            if not all(answers(field, *each) for each in asked):
                return False
        return all(self._passes_over(field, remark) for word in words for remark in word.remarks)

    def turns(self, field: Field) -> frozenset[str]:
        """The turning words that the field's own headings say."""
        return turns_of(self._said[field.id])

    def _is_of_time(self, field: Field, word: Wording) -> bool:
        """Whether the months a part names are those the field is asked for; 2020.5 in a date's brackets is an example."""
        spans = [*word.dated, *word.noted]
        if field.type in ("date", "dates"):
            spans = [*word.dated, *(span for span in word.noted if not (span.year and span.last))]
        if spans and field.type in ("text", "phone", "list"):
            return False
        if field.period == "year" and any(span.first != span.last for span in spans):
            return False  # once a year, and not for half of it
        return all(answers(field, "", "", self._period(span)) for span in spans)

    def _is_below_time(self, field: Field, word: Wording) -> bool:
        # A title may stand above all: only another time forbids, or a year that is the whole group.
        periods = [self._period(span) for span in (*word.dated, *word.noted)]
        if as_limit(word):
            return all(answers(field, "", "", period) for period in periods)
        return "past" not in periods

    def _period(self, span: Span) -> str:
        now = self._month
        if now is None or (span.year and span.year != now.year):
            return "past"
        if not span.last:
            return "year"
        if span.last != now.number:
            return "past"
        return "month" if span.first == span.last else "year" if span.first == 1 else "past"

    def strangeness(self, field: Field, words: list[Wording], alone: bool, grouped: bool) -> str:
        """What groups and long remarks that nobody knows make of a match: "", loose (said) or ambiguous.

        A full name (维修资金公布日期) is itself below any group, a short one (整改件数) only below its own;
        ``grouped`` is one that was found by its group.
        """
        leaf, headings, circle = words[-1], self._said[field.id], self._circles[field.group]
        full = leaf.plain == self._labels[field.id] if field.clause else False
        full = (full or grouped or len(leaf.core) > 3) and alone
        pieces = []
        for word in words[:-1]:
            if as_limit(word):
                continue  # 10月 / 会议次数: its time was looked at already
            text = whole(word)
            for section in self._sections:
                text = text.replace(section, " ")
            pieces += remainder_of(text)
        if not all(_is_made_of(piece, headings) for piece in pieces):
            if not full:
                return "ambiguous"
            others = {who for piece in pieces for who, word in OTHERS.items() if word.search(piece)}
            if (others - self._about[field.id] and not grouped) or not all(
                _is_made_of(piece, circle) for piece in pieces
            ):
                return "loose"
        remarks = [remark for remark in leaf.remarks if not self._lists_answers(field, remark)]
        return "loose" if any(remark not in headings for remark in remarks) else ""

    def _lists_answers(self, field: Field, remark: str) -> bool:
        return any(fold(value) in remark for value in field.values) or fold(field.label) in remark

    def restricts(self, field: Field, remark: str) -> bool:
        """Whether a remark, taken as words before the heading's own, makes a part of what the field counts."""
        return field.type in ("int", "float", "pct") and not self._passes_over(field, remark)

    def _passes_over(self, field: Field, remark: str) -> bool:
        # A remark may be left out when it tells how to fill in, lists the answers or says the field's own words again;
        # any other restricts a number to some of what the field counts: 接待人次（来访）, 会议次数（其中临时会议）.
        if self._lists_answers(field, remark):
            return True
        turns = turns_of(remark) - self.turns(field)
        if _INCLUDES.match(remark):  # 含预备党员 leaves nobody out
            turns = frozenset(word for word in turns if not TURNS["part"].search(word))
        if turns and not instructs(remark):
            return False
        named = {who for who, word in OTHERS.items() if word.search(remark)}
        if named - self._about[field.id]:
            return False
        if SCOPE.match(remark) or turns_of(remark):
            return bool(SCOPE.match(remark)) or remark in self._said[field.id]
        words = self._said if field.type in ("text", "phone", "list") else self._named
        return all(_is_made_of(piece, words[field.id]) for piece in remainder_of(remark))


def _is_made_of(piece: str, text: str) -> bool:
    """Whether a piece consists of words (of two characters at least) that stand in ``text``."""
    return piece in text or any(
        piece[:end] in text and _is_made_of(piece[end:], text) for end in range(2, len(piece) - 1)
    )


def _so_far(plain: str) -> str:
    return "year" if _SO_FAR.search(plain) else ""


def answers(field: Field, unit: str, asks: str, period: str) -> bool:
    """Whether the field can be the answer where a heading says this unit, form of question and period."""
    counted = field.type in ("int", "float")
    if unit:
        if field.type == "pct":
            fits = unit == "%"
        elif field.type == "score":
            fits = unit == "分"
        elif field.type in ("date", "dates"):
            fits = unit in ("天", "年")
        else:
            fits = counted and unit == _KIND_OF_FIELD.get(field.unit, field.unit)
        if not fits:
            return False
    if asks and not {
        "bool": field.type == "bool", "date": field.type in ("date", "dates"), "number": counted or field.type in ("pct", "score"),
    }[asks]:  # fmt: skip
        return False
    if period == "month":
        return field.period not in ("ytd", "year")
    return period != "past" and not (period == "year" and field.period == "month")

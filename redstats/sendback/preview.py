"""送阅: a month shown to a street before it is signed: where it stands, all that is held of it, and a sheet to object on."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from functools import cached_property

import pandas as pd

from redstats import explanations, mappings, settings, standard, tables
from redstats.explanations import OBJECTED
from redstats.explanations.objections import Held, held
from redstats.months import Month, chinese
from redstats.places import Street
from redstats.project import Project
from redstats.scores import PARTY_ORG
from redstats.sendback.decisions import answers
from redstats.workbooks import Grid, stamps
from redstats.workbooks.writing import CELL, HEADING, PLAIN, TITLE, Book, Check

_KEY = ["street_code", "neighbourhood_committee", "committee_name"]
# What is held against a street comes first, then a committee as a whole (not judged itself), and last what is as it should be.
_ORDER = {"not_met": 1, "needs_review": 2, "not_reported": 3, "": 4, "met": 5}
_COLUMNS = {
    "序号": 6,
    "居委会": 18,
    "业委会": 22,
    "要求": 22,
    "依据": 20,
    "项目": 20,
    "填的是": 18,
    "现在的判断": 15,
    "单元格": 26,
    explanations.OBJECTION: 14,
    explanations.WORDS: 40,
    explanations.BY: 10,
    "异议的状态": 26,
    explanations.ID: 15,
}
_ANSWERED = {
    "居委会": 18,
    "业委会": 22,
    "项目": 22,
    "填的是": 18,
    explanations.OBJECTION: 14,
    explanations.WORDS: 40,
    explanations.BY: 10,
    "状态": 18,
    "说明": 50,
    "答复日期": 14,
}
_TO_WRITE = list(_COLUMNS).index(explanations.OBJECTION) + 1  # the first column that the street fills in
_OPEN = replace(CELL, fill="FFFFE5")
_PALE = {"not_met": "F8CBAE", "needs_review": "FFE69B", "not_reported": "CFE4F8"}
_HOW = (
    "一、这是定稿前送贵单位核对的：“异议单”逐条列出每个业委会现在的判断，不符的、待核实的、未填报的在前，达标的在后，可以筛选、排序。",
    "二、数填错了的，请按退回工作簿更正，不在这里改；数没有错，而读取、判断或归属有误的，在该行浅黄的格子选异议、写明理由和依据、写上说明人。"
    "对整个业委会或对街镇的得分、名次有异议的，写在“整个业委会”“全街镇”各行。",
    "三、写好后把整个工作簿发回。异议只对写的时候那个值有效，值改了就了结；区里逐条答复，结果列在下一次送阅的“异议答复”里。",
)


def preview_name(street: Street) -> str:
    return f"{street.name}-送阅.xlsx"


def objections_until(project: Project, month: Month) -> dt.date | None:
    """The last day on which a street may object to what is held of ``month``; None where the district has set none."""
    day = settings.on(project, month.end).objections_day
    return month.next.start.replace(day=day) if day else None


class Previews:
    """The previews of a month, whose tables are read once for all streets; RunError where they were not made.

    ``until``: the last day to object, if any; ``answers``: what was objected to by now.
    """

    def __init__(self, project: Project, month: Month, status: str) -> None:
        """``status``: whether the month is a draft or signed, as its pages say it."""
        self._project, self._month, self._status = project, month, status
        self._rules = standard.on(month.end)
        self.until = objections_until(project, month)
        self._scores = tables.read(project, tables.SCORES, month)
        self._streets = tables.read(project, tables.STREETS, month)
        self._coverage = tables.read(project, tables.COVERAGE, month)
        self.answers = answers(project, month, OBJECTED)

    @cached_property
    def _held(self) -> dict[str, list[Held]]:
        rows = _plain(tables.read(self._project, tables.CELLS, self._month))
        of_street: dict[str, list[Held]] = {}
        identity = mappings.identity_of(self._project, self._month)
        for datum in held(rows, self._month, self._rules, identity):
            of_street.setdefault(datum.street_code, []).append(datum)
        return of_street

    @cached_property
    def _judged(self) -> dict[tuple, dict]:
        """Every judgement of the standard and of the city's rules, by committee (the nth of its name) and rule."""
        judged = {}
        for name in (tables.FINDINGS, tables.LAW):
            frame = tables.read(self._project, name, self._month)
            nth = frame.groupby([*_KEY, "requirement"], dropna=False).cumcount()
            for row in _plain(frame.assign(nth=nth)):
                judged[(*(row[key] for key in _KEY), row["nth"], row["requirement"])] = row
        return judged

    def of(self, street: Street) -> bytes:
        """The .xlsx of a street: 送阅说明, 异议单, and 异议答复 where it has objected; b"" where nothing of it was read."""
        listed = self._listed(street)
        if not listed:
            return b""
        book = Book(title=f"{street.name}{self._month.label}送阅")
        self._cover(book, street, listed)
        said_of = {row["id"]: row for row in self.answers if row["street_code"] == street.code}
        self._list(book, listed, said_of)
        if said_of:
            _list_answers(book, list(said_of.values()))
        return book.content()

    def _listed(self, street: Street) -> list[tuple[Held, dict]]:
        """What is held of a street with its judgement, what is against it first; what does not apply is left out."""
        pairs = []
        for place, datum in enumerate(self._held.get(street.code, ())):
            row = self._judged.get(
                (street.code, datum.neighbourhood, datum.committee, datum.nth, datum.rule), {"state": ""}
            )
            if row["state"] in _ORDER and (row["state"] or not datum.rule):
                pairs.append((_ORDER[row["state"]] if datum.committee else 0, place, datum, row))
        return [(datum, row) for _, _, datum, row in sorted(pairs, key=lambda pair: pair[:2])]

    def _list(self, book: Book, listed: list[tuple[Held, dict]], said_of: dict[str, dict]) -> None:
        sheet = book.sheet(stamps.OBJECTIONS)
        book.row(sheet, 1, list(_COLUMNS), HEADING)
        rules = explanations.objection()
        for row, (datum, judged) in enumerate(listed, start=2):
            answer = said_of.get(datum.id, {})
            state = explanations.STATES[answer["state"]] if answer else ""
            line = [
                row - 1,
                datum.neighbourhood,
                datum.committee,
                *self._source(datum.rule),
                datum.label,
                datum.reported,
                _state_of(judged),
                "!".join(filter(None, (judged.get("source_sheet"), judged.get("cell")))),
                *(answer.get(name) for name in ("given", "words", "by")),
                f"{state}：{answer['why']}" if answer and answer["why"] else state,
                datum.id,
            ]
            book.row(sheet, row, line)
            book.fit(sheet, row, zip(line, _COLUMNS.values(), strict=True))
            if judged["state"] in _PALE:
                book.put(sheet, row, 8, line[7], replace(CELL, fill=_PALE[judged["state"]]))
            for column in range(_TO_WRITE, _TO_WRITE + 3):
                book.put(sheet, row, column, line[column - 1], _OPEN)
        last = len(listed) + 1
        kind = Check(
            explanations.OBJECTION, "有异议的，请选一种；没有的不填。", choices=rules.kinds, strict=False
        )
        book.check(sheet, (2, _TO_WRITE, last, _TO_WRITE), kind)
        words = Check(explanations.WORDS, f"写明理由和依据，例如：{rules.example}")
        book.check(sheet, (2, _TO_WRITE + 1, last, _TO_WRITE + 1), words)
        book.widths(sheet, dict(enumerate(_COLUMNS.values(), start=1)))
        sheet.freeze_panes = "D2"
        sheet.auto_filter.ref = f"A1:{Grid.letters(len(_COLUMNS) - 1)}{last}"
        book.page(sheet, rows="1:1")

    def _source(self, rule: str) -> tuple[str, str]:
        """What a rule is called and where it stands; blank for what is no rule."""
        if requirement := self._rules.requirements.get(rule):
            return requirement.title, self._rules.clauses[requirement.clause].label
        law = self._rules.law.rules.get(rule)
        return (law.title, f"{law.document}{law.article}") if law else ("", "")

    def _cover(self, book: Book, street: Street, listed: list[tuple[Held, dict]]) -> None:
        sheet = book.sheet(stamps.PREVIEW_COVER)
        book.widths(sheet, {1: 30, 2: 30, 3: 50})
        book.put(
            sheet,
            1,
            1,
            f"{street.name}{self._month.label}红色业委会送阅（{self._status}）",
            replace(TITLE, align="left"),
        )
        until = f"异议请在{chinese(self.until)}以前发回。" if self.until else ""
        row = 2
        for row, line in enumerate(filter(None, (*_HOW, until)), start=3):
            book.merge(sheet, (row, 1, row, 3), line, replace(PLAIN, wrap=True))
            book.fit(sheet, row, [(line, 110)])
        row += 2
        book.row(sheet, row, ["贵单位现在的情况", "数", "说明"], HEADING)
        for shown in self._standing(street, listed):
            row += 1
            book.row(sheet, row, [*shown])
            book.fit(sheet, row, zip(shown, (30, 30, 50), strict=True))
        stamp = f"{stamps.preview(str(self._month), street.code)}（读取时据此认出，请勿删改）"
        book.merge(sheet, (row + 2, 1, row + 2, 3), stamp, replace(PLAIN, colour="808080", size=9))
        book.page(sheet, small=True)

    def _standing(self, street: Street, listed: list[tuple[Held, dict]]) -> list[tuple[str, str, str]]:
        """Name, value and remark of what the pages say of a street."""
        lines = []
        for row in _of(self._scores[self._scores["part"] == "total"], street, level="street"):
            lines.append(("业委会", f"{row['committees']} 个", ""))
            lines.append(
                (
                    "得分",
                    _points(row["points"]),
                    f"可能区间 {_points(row['lowest'])}–{_points(row['highest'])}",
                )
            )
        for row in _of(self._streets, street):
            best, worst = row["rank_best"], row["rank_worst"]
            lines += [("名次", f"第 {best} 至 {worst} 名", "偶然之内分不出先后")] if best != "" else []
        for row in _of(self._coverage, street, measure=PARTY_ORG):
            share = f"{row['reached'] / row['eligible']:.1%}" if row["eligible"] else "—"
            lines.append(("党组织覆盖率", share, f"{row['reached']}/{row['eligible']}"))
        numbers = Counter(row["state"] for datum, row in listed if datum.rule in self._rules.requirements)
        lines += [
            (tables.STATES[state], f"{numbers[state]} 项", "按标准判断的项数，逐条见异议单")
            for state in tables.STATES
            if state in _ORDER
        ]
        law = sum(row["state"] == "not_met" for datum, row in listed if datum.rule in self._rules.law.rules)
        return [*lines, ("与市级规定不符", f"{law} 项", "不属于标准，不计入评分")]


def _list_answers(book: Book, rows: list[dict]) -> None:
    """What became of each objection."""
    sheet = book.sheet(stamps.ANSWERED)
    book.row(sheet, 1, list(_ANSWERED), HEADING)
    for number, row in enumerate(rows, start=2):
        names = ("neighbourhood_committee", "committee_name", "label", "reported", "given", "words", "by")
        line = [
            *(row[name] for name in names),
            explanations.STATES[row["state"]],
            row["why"],
            row["decided_on"] or None,
        ]
        book.row(sheet, number, line)
        book.fit(sheet, number, zip(line, _ANSWERED.values(), strict=True))
    book.widths(sheet, dict(enumerate(_ANSWERED.values(), start=1)))
    sheet.freeze_panes = "A2"
    book.page(sheet, rows="1:1")


def _state_of(judged: dict) -> str:
    """How a judgement is said; a rule of the city is none of the standard's."""
    is_of_city = judged["state"] == "not_met" and "document" in judged
    return "与市级规定不符" if is_of_city else tables.STATES.get(judged["state"], "")


def _of(frame: pd.DataFrame, street: Street, **wanted: str) -> list[dict]:
    for name, value in (wanted | {"street_code": street.code}).items():
        frame = frame[frame[name] == value]
    return _plain(frame)


def _plain(frame: pd.DataFrame) -> list[dict]:
    return frame.astype(object).where(frame.notna(), "").to_dict("records")


def _points(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else "—"

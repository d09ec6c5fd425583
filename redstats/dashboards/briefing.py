"""情况通报 and 情况专报: the month in the words of an official paper, a draft for the office that issues it.

Every number is taken by its key (``MEASURES``), with which it stands in the file.  What only people decide – praise and blame, time
limits, who signs and when – is left 【待定】.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd

from redstats.dashboards import words
from redstats.dashboards.blocks import render
from redstats.dashboards.changes import MEASURES as CHANGES
from redstats.dashboards.figures import Figures, count_committees
from redstats.dashboards.numbers import Task
from redstats.errors import RunError
from redstats.months import Month
from redstats.places import Street
from redstats.text.numerals import numeral
from redstats.workbooks.official_document import Attachment, Number, OfficialPaper, Paragraph, Piece, docx_of

OPEN = "【待定】"
ISSUES = 5  # requirements told one by one, beyond the red lines, which are all told
DIGEST_ISSUES, DIGEST_STREETS = 3, 3  # so that it keeps to its page
TYPICAL = 3  # committees named of each
Scope = tuple[Street | None, str]  # a street or the district, and a neighbourhood of it or ""


def _rows(table: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    street, neighbourhood = scope
    if street is not None:
        table = table[table["street_code"] == street.code]
    return table[table["neighbourhood_committee"] == neighbourhood] if neighbourhood else table


def _judged(figures: Figures, scope: Scope) -> int:
    """Who is judged, of streets that reported."""
    missing = [one.street_code for one in figures.missing]
    return len(_rows(figures.committees[~figures.committees["street_code"].isin(missing)], scope))


def _short(figures: Figures, scope: Scope) -> int:
    return count_committees(_rows(figures.open, scope))


def _unsettled(figures: Figures, scope: Scope) -> int:
    missing = [one.street_code for one in figures.missing]
    rows = _rows(figures.findings[~figures.findings["street_code"].isin(missing)], scope)
    return int(rows["state"].isin(["not_reported", "needs_review"]).sum())


def _law(figures: Figures, scope: Scope) -> pd.DataFrame:
    rows = _rows(figures.law, scope)
    return rows[rows["state"] == "not_met"]


# What a key counts: of the district, or, after a slash, of a street (by code) and a neighbourhood of it (by name).
MEASURES: dict[str, Callable[[Figures, Scope], object]] = {
    "streets": lambda figures, scope: len(figures.streets),
    "reported": lambda figures, scope: len(figures.reported),
    "late": lambda figures, scope: sum(one.late for one in figures.submissions),
    "missing": lambda figures, scope: len(figures.missing),
    "judged": _judged,
    "short": _short,
    "short_share": lambda figures, scope: words.percent(_short(figures, scope), _judged(figures, scope)),
    "red": lambda figures, scope: len(_rows(figures.serious, scope)),
    "red_committees": lambda figures, scope: count_committees(_rows(figures.serious, scope)),
    "unsettled": _unsettled,
    "eligible": lambda figures, scope: figures.share(street=scope[0]).eligible,
    "organised": lambda figures, scope: figures.share(street=scope[0]).reached,
    "coverage": lambda figures, scope: words.percent(
        figures.share(street=scope[0]).reached, figures.share(street=scope[0]).eligible
    ),
    "coverage_gap": lambda figures, scope: figures.share(street=scope[0]).gap,
    "coverage_unreported": lambda figures, scope: figures.share(street=scope[0]).unreported,
    "points": lambda figures, scope: words.points(figures.points(scope[0]).value),
    "law": lambda figures, scope: len(_law(figures, scope)),
    "law_committees": lambda figures, scope: count_committees(_law(figures, scope)),
    "new": lambda figures, scope: figures.life(scope[0])["new"],
    "reopened": lambda figures, scope: figures.life(scope[0])["reopened"],
    "ongoing": lambda figures, scope: figures.life(scope[0])["ongoing"],
    "resolved": lambda figures, scope: figures.life(scope[0])["resolved"],
}
# What a key with a colon counts: the part behind it is a requirement (who falls short of it: committees, or streets that have
# such), or a measure of 3_scores/trend.
OF_REQUIREMENT = ("requirement", "streets_of")
OF_TREND = ("before", "after")


class Numbers:
    """The numbers of a month by their keys."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def of(self, name: str, street: Street | None = None, neighbourhood: str = "") -> Number:
        """A number of MEASURES, or one with a colon: ``requirement:<id>``, ``before:<measure>``, …"""
        key = "/".join(
            [name, *([street.code] if street else []), *([neighbourhood] if neighbourhood else [])]
        )
        return Number(key, str(self._value(name, (street, neighbourhood))))

    def _value(self, name: str, scope: Scope) -> object:
        kind, _, what = name.partition(":")
        if not what:
            return MEASURES[kind](self._figures, scope)
        if kind in OF_REQUIREMENT:
            rows = _rows(self._figures.open, scope)
            rows = rows[rows["requirement"] == what]
            return count_committees(rows) if kind == "requirement" else rows["street_code"].nunique()
        change = self._figures.change(what, scope[0])
        value = change.last_month if kind == "before" else change.this_month
        decimals = CHANGES[what][2]
        return words.points(value, decimals)


def briefing(figures: Figures, street: Street | None = None) -> OfficialPaper:
    """The month's 情况通报 of the district, or of a street to its neighbourhoods.

    RunError where the street sent nothing, or nobody did.
    """
    _check(figures, street)
    numbers, month = Numbers(figures), figures.month
    whose = street.name if street else "全区"
    beginning = f"根据《{figures.rules.edition.title}》，现将{month.label}{whose}红色业委会建设情况通报如下。"
    body = [Paragraph((beginning,)), Paragraph(("一、总体情况",), level=1)]
    body += _numbered(_overall(figures, numbers, street))
    tasks = _tasks(figures, street)
    listed = tasks[: max(sum(task.requirement.red_line for task in tasks), ISSUES)]
    body.append(Paragraph(("二、主要问题",), level=1))
    body += (
        _numbered(_issues(figures, numbers, listed, street))
        if listed
        else [Paragraph(_nothing(numbers, street))]
    )
    body.append(Paragraph(("三、下一步要求",), level=1))
    body += _numbered(_requests(figures, listed, street))
    return OfficialPaper(
        title=[
            f"{street.name if street else figures.places.district_name}红色业委会建设情况通报",
            f"（{month.label}）",
        ],
        to=_addressees(figures, street),
        body=body,
        mark="（拟稿）",
        organ=f"（发文机关{OPEN}）",
        date=f"{month.next.label}{OPEN}日",
        attachment=_of_neighbourhoods(figures, numbers, street) if street else _of_streets(figures, numbers),
    )


def digest(figures: Figures) -> OfficialPaper:
    """The month's 情况专报, a page for the meeting: where the district stands, what changed, what is to be decided."""
    _check(figures, None)
    numbers = Numbers(figures)
    tasks = _tasks(figures, None)[:DIGEST_ISSUES]
    overall = dict(_overall(figures, numbers, None))
    body = [
        Paragraph(overall[name], lead=f"{numeral(place)}是{name}。")
        for place, name in enumerate(("达标情况", "党组织覆盖", "与上月相比"), 1)
    ]
    absent = "、".join(one.street_name for one in figures.missing)
    if absent:
        body.insert(0, Paragraph((f"{absent}未报或报表读不了，以下不含其情况。",)))
    body += [Paragraph(("需要研究的问题",), level=1)]
    for task in tasks:
        pieces: list[Piece] = [
            f"{task.requirement.title}：",
            numbers.of(f"requirement:{task.requirement.id}"),
            "个业委会未达标",
        ]
        body.append(Paragraph((*pieces, *_where(figures, numbers, task, DIGEST_STREETS), "。")))
    body.append(Paragraph((f"建议：{OPEN}。",)))
    return OfficialPaper(
        title=[f"{figures.places.district_name}红色业委会建设情况专报", f"（{figures.month.label}）"],
        to="",
        body=body,
        mark="（拟稿）",
    )


def files(figures: Figures, street: Street | None = None) -> Iterator[tuple[str, bytes]]:
    """The drafts by file name: the 通报 as .docx and as a page for A4, of the district also the 专报."""
    papers = {"通报": briefing(figures, street)} | ({} if street else {"专报": digest(figures)})
    whose = street.name if street else figures.places.district_name
    for kind, paper in papers.items():
        name = f"{whose}红色业委会建设情况{kind}{figures.month}（拟稿）"
        yield f"{name}.docx", docx_of(paper)
        yield f"{name}.html", page_of(paper).encode("utf-8")


def page_of(paper: OfficialPaper) -> str:
    """The paper as a page that prints on A4."""
    return "<!DOCTYPE html>\n" + render("briefing", "page", paper=paper).html


def _check(figures: Figures, street: Street | None) -> None:
    absent = {one.street_code for one in figures.missing}
    if len(absent) == len(figures.streets) or (street and street.code in absent):
        raise RunError(
            f"{street.name if street else '各街镇'}{figures.month.label}没有可以读的报表，写不出通报",
            where=f"data/raw/{figures.month}",
            to_do="请先收齐报表再运行；催报的话见 redstats status --remind",
        )


def _addressees(figures: Figures, street: Street | None) -> str:
    if street:
        return "各居民区党组织"
    towns = [one.name for one in figures.streets if one.name.endswith("镇")]
    return "、".join(["各街道党工委", *(f"{name}党委" for name in towns)])


def _numbered(parts: list[tuple[str, tuple[Piece, ...]]]) -> list[Paragraph]:
    return [
        Paragraph(pieces, lead=f"（{numeral(place)}）{lead}。")
        for place, (lead, pieces) in enumerate(parts, 1)
    ]


def _overall(
    figures: Figures, numbers: Numbers, street: Street | None
) -> list[tuple[str, tuple[Piece, ...]]]:
    of = lambda name: numbers.of(name, street)  # noqa: E731
    parts: list[tuple[str, tuple[Piece, ...]]] = []
    if street is None:
        absent = "、".join(one.street_name for one in figures.missing)
        parts.append(
            (
                "报送情况",
                (
                    "全区",
                    of("streets"),
                    "个街镇，",
                    of("reported"),
                    "个已报送，其中迟报",
                    of("late"),
                    "个",
                    *(
                        ("；未报或报表读不了的", of("missing"), f"个（{absent}），本通报不含其情况")
                        if absent
                        else ()
                    ),
                    "。",
                ),
            )
        )
    red, _ = figures.serious_in(street)
    doubt: tuple[Piece, ...] = (
        ("另有", of("unsettled"), "项未填报或待核实。") if of("unsettled").text != "0" else ()
    )
    missed: tuple[Piece, ...] = (
        ("红线要求的情况未知。",)
        if red is None
        else ("红线要求未达标", of("red"), "项，涉及", of("red_committees"), "个业委会。")
    )
    parts.append(
        (
            "达标情况",
            (
                "已报送的参加评价的业委会",
                of("judged"),
                "个，其中",
                of("short"),
                "个有未达标的事项，占",
                of("short_share"),
                "；",
                *missed,
                *doubt,
            ),
        )
    )
    share = figures.share(street=street)
    covered: tuple[Piece, ...] = (
        ("情况未知。",)
        if share.rate is None
        else (
            "符合条件且已填报的业委会",
            of("eligible"),
            "个，已建立党支部或党的工作小组",
            of("organised"),
            "个，覆盖率",
            of("coverage"),
            *(("，还差", of("coverage_gap"), "个") if share.gap else ()),
            *(("，另有", of("coverage_unreported"), "个未填报") if share.unreported else ()),
            "。",
        )
    )
    parts.append(("党组织覆盖", covered))
    parts.append(("与上月相比", (*_changed(figures, numbers, street), *_lives(of))))
    parts.append(
        (
            "市级规定",
            (
                "对照本市现行规定，未落实的",
                of("law"),
                "项，涉及",
                of("law_committees"),
                "个业委会，不计入本区标准的评价。",
            ),
        )
    )
    return parts


def _changed(figures: Figures, numbers: Numbers, street: Street | None) -> tuple[Piece, ...]:
    """What changed more than months vary by themselves: only that is called a change."""
    signals: list[Piece] = []
    for measure, (title, unit, decimals) in CHANGES.items():
        change = figures.change(measure, street)
        if change.signal:
            before, after = (numbers.of(f"{side}:{measure}", street) for side in OF_TREND)
            signals += [
                f"{title}由",
                before,
                unit,
                "变为",
                after,
                unit,
                f"，{words.verdict(change, decimals)}；",
            ]
    if signals:
        return tuple(signals)
    change = figures.change("shortfalls", street)
    if change.last_month is None or change.months < words.LEAST_MONTHS:
        return (f"{words.verdict(change, 0)}；",)
    return ("没有超出正常波动的变化；",)


def _lives(of: Callable[[str], Number]) -> tuple[Piece, ...]:
    return (
        "未达标事项新增",
        of("new"),
        "项、反复",
        of("reopened"),
        "项，持续未整改",
        of("ongoing"),
        "项，已整改",
        of("resolved"),
        "项。",
    )


def _tasks(figures: Figures, street: Street | None) -> list[Task]:
    return [task for task in figures.tasks if street is None or street.label in task.by_street]


def _issues(
    figures: Figures, numbers: Numbers, tasks: list[Task], street: Street | None
) -> list[tuple[str, tuple[Piece, ...]]]:
    return [
        (
            f"{task.requirement.title}{'（红线）' if task.requirement.red_line else ''}",
            (
                numbers.of(f"requirement:{task.requirement.id}", street),
                "个业委会未达标",
                *(() if street else _where(figures, numbers, task)),
                f"。{_typical(figures, task, street)}{OPEN}。",
            ),
        )
        for task in tasks
    ]


def _where(figures: Figures, numbers: Numbers, task: Task, most: int = 0) -> tuple[Piece, ...]:
    """The streets with how many committees each, most first; ``most`` of them at most, where given."""
    streets = [one for one in figures.streets if one.label in task.by_street]
    streets.sort(key=lambda one: -len(task.by_street[one.label]))
    pieces: list[Piece] = ["，其中"]
    for place, street in enumerate(streets[: most or None]):
        pieces += [
            "、" if place else "",
            street.name,
            numbers.of(f"requirement:{task.requirement.id}", street),
            "个",
        ]
    if most and len(streets) > most:
        pieces += ["，共涉及", numbers.of(f"streets_of:{task.requirement.id}"), "个街镇"]
    return tuple(pieces)


def _typical(figures: Figures, task: Task, street: Street | None) -> str:
    """The committees for which it has lasted longest, by name: facts alone."""
    rows = _rows(figures.open, (street, ""))
    rows = rows[rows["requirement"] == task.requirement.id].sort_values(
        "since", kind="stable", na_position="last"
    )
    listed: Any = rows.head(TYPICAL).itertuples()
    names = [
        f"{'' if street else row.street_name}{row.committee_name}"
        + (
            f"（自{Month.parse(row.since).label}起）"
            if isinstance(row.since, str) and row.since < str(figures.month)
            else ""
        )
        for row in listed
    ]
    return f"如：{'、'.join(names)}。"


def _requests(
    figures: Figures, tasks: list[Task], street: Street | None
) -> list[tuple[str, tuple[Piece, ...]]]:
    clauses = figures.rules.clauses
    parts: list[tuple[str, tuple[Piece, ...]]] = []
    for task in tasks:
        asked = task.requirement
        names = [one.name for one in figures.streets if one.label in task.by_street]
        who = "有关居民区党组织" if street else "、".join(names)
        parts.append(
            (
                asked.title,
                (f"请{who}督促指导业委会：{asked.fix}（标准{clauses[asked.clause].label}），时限{OPEN}。",),
            )
        )
    absent = "、".join(one.street_name for one in figures.missing)
    if absent and street is None:
        parts.append(("报送", (f"请{absent}尽快报送，时限{OPEN}。",)))
    parts.append(
        ("数据", ("请对照退回的工作簿补报、更正，按实填报，未达标的不得改为达标；整改后在下月报表中反映。",))
    )
    return parts


def _nothing(numbers: Numbers, street: Street | None) -> tuple[Piece, ...]:
    unknown = numbers.of("unsettled", street)
    doubt: tuple[Piece, ...] = ("，另有", unknown, "项未填报或待核实") if unknown.text != "0" else ()
    return ("已知的事项没有未达标", *doubt, "。")


def _of_streets(figures: Figures, numbers: Numbers) -> Attachment:
    absent = {one.street_code for one in figures.missing}
    columns = ["judged", "short", "short_share", "red", "eligible", "organised"]
    rows: list[list[Piece]] = []
    for street in figures.streets:
        if street.code in absent:
            rows.append([street.label, *["—"] * len(columns), "未报"])
            continue
        group = words.GROUPS[figures.compared(street).group]
        rows.append([street.label, *(numbers.of(name, street) for name in columns), group])
    rows.append(["已报送合计", *(numbers.of(name) for name in columns), "—"])
    return Attachment(
        "各街镇红色业委会建设情况统计表",
        ["街镇", "参评业委会", "有未达标", "占比", "红线未达标（项）", "应建党组织", "已建", "组别"],
        rows,
        "组别按有缺口的业委会所占比例的统计检验分，分不开的不排名次；应建党组织为符合条件且已填报的。数据为街镇自报，未经实地核实。",
    )


def _of_neighbourhoods(figures: Figures, numbers: Numbers, street: Street) -> Attachment:
    names = _rows(figures.findings, (street, ""))["neighbourhood_committee"].dropna().unique()
    columns = ["judged", "short", "red", "unsettled"]
    rows: list[list[Piece]] = [
        [str(name), *(numbers.of(each, street, str(name)) for each in columns)] for name in names
    ]
    rows.append(["合计", *(numbers.of(each, street) for each in columns)])
    return Attachment(
        "各居委会红色业委会建设情况统计表",
        ["居委会", "参评业委会", "有未达标", "红线未达标（项）", "未填报或待核实（项）"],
        rows,
        "没有写明居委会的业委会只计入合计。数据为自报，未经实地核实。",
    )


__all__ = ["MEASURES", "Numbers", "briefing", "digest", "files", "page_of"]

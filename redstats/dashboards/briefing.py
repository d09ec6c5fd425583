"""情况通报 and 情况专报: the month in the words of an official paper, a draft for the office that issues it.

Every number is taken by its key (``briefing_numbers``), with which it stands in the file.  What only people decide – praise and blame, time
limits, who signs and when – is left 【待定】.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from redstats.dashboards import words
from redstats.dashboards.blocks import render
from redstats.dashboards.briefing_numbers import Numbers, law_in, rows_of, short_of, tasks_of, unknown_in
from redstats.dashboards.changes import MEASURES as CHANGES
from redstats.dashboards.figures import Figures
from redstats.dashboards.numbers import Task
from redstats.errors import RunError
from redstats.months import Month
from redstats.places import Street
from redstats.places.naming import short_form
from redstats.text.numerals import numeral
from redstats.workbooks.official_document import Attachment, Number, OfficialPaper, Paragraph, Piece, docx_of

OPEN = "【待定】"
ISSUES = 3  # requirements told one by one, beyond the red lines, which are all told
DIGEST_ISSUES, DIGEST_STREETS = 2, 2  # so that it keeps to its page
TYPICAL = 3  # committees named of each
MANY = 0.1  # of all that is unknown: a street with so much of it is named
LAW_NAMED = 2  # rules of the city that are named
Part = tuple[str, tuple[Piece, ...]]


def briefing(figures: Figures, street: Street | None = None) -> OfficialPaper:
    """The month's 情况通报 of the district, or of a street to its neighbourhoods.

    RunError where the street sent nothing, or nobody did.
    """
    _check(figures, street)
    numbers, month = Numbers(figures), figures.month
    whose = street.name if street else "全区"
    beginning = f"根据《{figures.rules.edition.title}》（以下简称《标准》），现将{month.label}{whose}红色业委会建设情况通报如下。"
    body = [Paragraph((beginning,)), Paragraph(("一、总体情况",), level=1)]
    body += _numbered(_overall(figures, numbers, street))
    tasks = tasks_of(figures, street)
    listed = tasks[: _red_among(tasks) + ISSUES]
    body.append(Paragraph(("二、主要问题",), level=1))
    body += (
        _numbered(_issues(figures, numbers, listed, street))
        if listed
        else [Paragraph(_nothing(numbers, street))]
    )
    if len(tasks) > len(listed):
        rest = [numbers.of(f"{kind}:{len(listed)}", street) for kind in ("beyond", "items_beyond")]
        body.append(Paragraph(("其余", rest[0], "项要求尚未达到的共", rest[1], "项，详见问题清单。")))
    body.append(Paragraph(("三、下一步要求",), level=1))
    body += _numbered(_requests(figures, numbers, listed, street))
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
    tasks = tasks_of(figures, None)
    listed = tasks[:DIGEST_ISSUES]
    overall = dict(_overall(figures, numbers, None, briefly=True))
    body = [
        Paragraph((f"{figures.month.label}，", *_reporting(figures, numbers))),
        *(
            Paragraph(overall[name], lead=f"{numeral(place)}是{name}。")
            for place, name in enumerate(("达标情况", "党组织覆盖", "与上月相比"), 1)
        ),
    ]
    pieces: list[Piece] = []
    for task in listed:
        id_ = task.requirement.id
        where = _where(figures, numbers, task, DIGEST_STREETS)
        pieces += [
            "；" if pieces else "",
            f"{task.requirement.title}，",
            numbers.of(f"requirement:{id_}"),
            "个业委会未达到",
            *where,
        ]
    if len(tasks) > len(listed):
        pieces += ["；其余", numbers.of(f"beyond:{len(listed)}"), "项要求见通报"]
    body.append(Paragraph((*(pieces or _nothing(numbers, None)[:1]), "。"), lead="四是需要研究的问题。"))
    body.append(Paragraph((f"{OPEN}。",), lead="建议："))
    return OfficialPaper(
        title=[f"{figures.places.district_name}红色业委会建设情况专报", f"（{figures.month.label}）"],
        to="",
        body=body,
        mark="（拟稿）",
        one_page=True,
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
            f"{street.name if street else '各街镇'}{figures.month.label}没有可以识别的报表，不能起草通报",
            where=f"data/raw/{figures.month}",
            to_do="请先收齐报表再运行；催报的话见 redstats status --remind",
        )


def _addressees(figures: Figures, street: Street | None) -> str:
    if street:
        return "各居民区党组织"
    towns = [one.name for one in figures.streets if one.name.endswith("镇")]
    return "、".join(["各街道党工委", *(f"{name}党委" for name in towns)])


def _numbered(parts: list[Part]) -> list[Paragraph]:
    """Headings of the second level; one alone has no number."""
    single = len(parts) == 1
    return [
        Paragraph(pieces, lead=f"{'' if single else f'（{numeral(place)}）'}{lead}。")
        for place, (lead, pieces) in enumerate(parts, 1)
    ]


def _overall(figures: Figures, numbers: Numbers, street: Street | None, briefly: bool = False) -> list[Part]:
    of = partial(numbers.of, street=street)
    parts: list[Part] = [] if street else [("报送情况", _reporting(figures, numbers))]
    known = of("short").text != "0"
    standing: tuple[Piece, ...] = (
        "已报送的参加评价的业委会",
        of("judged"),
        "个，",
        *(
            ("已查明有未达标事项的", of("short"), "个，占", of("short_share"))
            if known
            else ("已填报的事项没有发现未达标",)
        ),
        *(
            ("；没有未达标、但有事项未填报或待核实，尚不能认定的", of("unclear"), "个")
            if of("unclear").text != "0"
            else ()
        ),
        *(("；全部达标的", of("clear"), "个") if of("clear").text != "0" else ()),
        "。",
    )
    parts.append(("达标情况", (*standing, *_red_lines(of), *(() if briefly else _doubt(of)))))
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
            *(
                ("，另有", of("coverage_unreported"), "个未填报")
                if of("coverage_unreported").text != "0"
                else ()
            ),
            "。",
        )
    )
    parts.append(("党组织覆盖", covered))
    parts.append(("与上月相比", _changed(figures, numbers, street, briefly)))
    parts.append(("市级规定", _city(figures, numbers, street)))
    return parts


def _reporting(figures: Figures, numbers: Numbers) -> tuple[Piece, ...]:
    late = "、".join(one.street_name for one in figures.submissions if one.late)
    absent = "、".join(one.street_name for one in figures.missing)
    return (
        "全区",
        numbers.of("streets"),
        "个街镇，已报送",
        numbers.of("reported"),
        "个",
        *(
            ("，其中迟报", numbers.of("late"), f"个（{late}）")
            if late
            else ()
            if absent
            else ("，均按时报送",)
        ),
        *(
            ("；未报送或报表无法识别", numbers.of("missing"), f"个（{absent}），以下各数不含其情况")
            if absent
            else ()
        ),
        "。",
    )


def _red_lines(of: Callable[[str], Number]) -> tuple[Piece, ...]:
    unknown: tuple[Piece, ...] = (
        ("，另有", of("red_unknown"), "项未填报或待核实") if of("red_unknown").text != "0" else ()
    )
    if of("red").text == "0":
        return ("已填报的红线要求没有发现未达标", *unknown, "。")
    return ("红线要求未达标", of("red"), "项，涉及", of("red_committees"), "个业委会", *unknown, "。")


def _doubt(of: Callable[[str], Number]) -> tuple[Piece, ...]:
    return ("全部要求中未填报或待核实的共", of("unsettled"), "项。") if of("unsettled").text != "0" else ()


def _changed(
    figures: Figures, numbers: Numbers, street: Street | None, briefly: bool = False
) -> tuple[Piece, ...]:
    """Last month's number and this one's; whether that is more than months vary by themselves; how single items came and went."""
    of = partial(numbers.of, street=street)
    change = figures.change("shortfalls", street)
    if change.last_month is None:
        first = "本月为首次报送，没有上月可比" if change.first else "没有两个月都可比的业委会，不作比较"
        return (f"{first}；未达标事项共", of("open"), "项。")
    signals: list[Piece] = []
    for measure, (title, unit, decimals) in CHANGES.items():
        moved = figures.change(measure, street)
        if moved.signal:
            before, after = of(f"before:{measure}"), of(f"after:{measure}")
            signals += [
                "；" if signals else "",
                f"{title}由",
                before,
                unit,
                "变为",
                after,
                f"{unit}，{words.verdict(moved, decimals)}",
            ]
    enough = change.months >= words.LEAST_MONTHS
    plain = "没有超出正常波动" if enough else "有数据的月份还少，不足以判断是否超出正常波动"
    before, after = of("before:shortfalls"), of("after:shortfalls")
    numbers_of_both: tuple[Piece, ...] = (
        "两个月都有数据的业委会和要求中，未达标事项",
        *(("均为",) if before.text == after.text else ("由", before, "项变为")),
        after,
        f"项，{plain}{'（试算）' if enough and change.trial else ''}",
    )
    if briefly:
        return (*(signals or numbers_of_both), "。")
    return (
        *(signals or numbers_of_both),
        "。逐项看，已整改",
        of("resolved"),
        "项，新增",
        of("new"),
        "项、反复",
        of("reopened"),
        "项，持续未整改",
        of("ongoing"),
        "项。",
    )


def _city(figures: Figures, numbers: Numbers, street: Street | None) -> tuple[Piece, ...]:
    of = partial(numbers.of, street=street)
    unknown: tuple[Piece, ...] = (
        ("，另有", of("law_unknown"), "项情况不明") if of("law_unknown").text != "0" else ()
    )
    if of("law").text == "0":
        return ("对照本市现行规定，已填报的事项没有发现未落实", *unknown, "。")
    counts = law_in(figures, (street, ""), ["not_met"])["requirement"].value_counts(sort=True)
    ids = sorted(counts.index, key=lambda id_: (-counts[id_], id_))[:LAW_NAMED]
    named: list[Piece] = ["，较多的是"]
    for place, id_ in enumerate(ids):
        named += ["、" if place else "", f"{figures.rules.law.rules[id_].title}", of(f"law:{id_}"), "项"]
    return (
        "对照本市现行规定，未落实的",
        of("law"),
        "项，涉及",
        of("law_committees"),
        "个业委会",
        *named,
        *unknown,
        "；不计入《标准》的评价，逐项见“市级规定”。",
    )


def _red_among(tasks: list[Task]) -> int:
    return sum(task.requirement.red_line for task in tasks)


def _issues(figures: Figures, numbers: Numbers, tasks: list[Task], street: Street | None) -> list[Part]:
    return [
        (
            f"{task.requirement.title}{'（红线）' if task.requirement.red_line else ''}",
            (
                "尚未达到的业委会",
                numbers.of(f"requirement:{task.requirement.id}", street),
                "个",
                *(() if street or task.count <= TYPICAL else _where(figures, numbers, task)),
                f"{_typical(figures, task, street)}{OPEN}。",
            ),
        )
        for task in tasks
    ]


def _where(figures: Figures, numbers: Numbers, task: Task, most: int = 0) -> tuple[Piece, ...]:
    """The streets with how many committees each, most first; ``most`` of them at most, where given."""
    streets = [one for one in figures.streets if one.label in task.by_street]
    if len(streets) == 1:
        return (f"，{'均' if task.count > 1 else ''}在{streets[0].name}",)
    streets.sort(key=lambda one: -len(task.by_street[one.label]))
    pieces: list[Piece] = ["，其中"]
    for place, whose in enumerate(streets[: most or None]):
        number = numbers.of(f"requirement:{task.requirement.id}", whose)
        pieces += ["、" if place else "", whose.name, number, "个"]
    if most and len(streets) > most:
        pieces += ["，共涉及", numbers.of(f"streets_of:{task.requirement.id}"), "个街镇"]
    return tuple(pieces)


def _typical(figures: Figures, task: Task, street: Street | None) -> str:
    """The committees for which it has lasted longest, by name: facts alone."""
    rows = rows_of(figures.open, (street, ""))
    rows = rows[rows["requirement"] == task.requirement.id].sort_values(
        "since", kind="stable", na_position="last"
    )
    listed: Any = rows.head(TYPICAL).itertuples()
    names = []
    for row in listed:
        home = row.neighbourhood_committee if isinstance(row.neighbourhood_committee, str) else ""
        lasting = isinstance(row.since, str) and row.since < str(figures.month)
        since = f"（自{Month.parse(row.since).label}起）" if lasting else ""
        names.append(f"{home if street else row.street_name}{short_form(row.committee_name)}业委会{since}")
    beginning = "如：" if len(rows) > len(names) else "分别是：" if len(names) > 1 else "即"
    return f"，{beginning}{'、'.join(names)}。"


def _requests(figures: Figures, numbers: Numbers, tasks: list[Task], street: Street | None) -> list[Part]:
    clauses = figures.rules.clauses
    parts: list[Part] = []
    for task in tasks:
        asked = task.requirement
        label = clauses[asked.clause].label
        parts.append(
            (
                asked.title,
                (f"请{_who(figures, task, street)}推动落实：{asked.fix}〔《标准》{label}〕，时限{OPEN}。",),
            )
        )
    absent = "、".join(one.street_name for one in figures.missing)
    if absent and street is None:
        parts.append(("报送", (f"请{absent}尽快报送，时限{OPEN}。",)))
    lacking = _lacking(figures, numbers) if street is None else ()
    parts.append(
        (
            "数据",
            (
                *lacking,
                "请对照退回的工作簿补报、更正，按实填报，未达标的不得改为达标；整改情况在下月报表中反映。",
            ),
        )
    )
    return parts


def _who(figures: Figures, task: Task, street: Street | None) -> str:
    """The streets, or the neighbourhoods of a street, that are asked; a long list of neighbourhoods is not told in full."""
    if street is None:
        return "、".join(one.name for one in figures.streets if one.label in task.by_street)
    rows = short_of(figures, (street, ""), task.requirement.id)
    homes = [
        str(home).removesuffix("居委会") for home in dict.fromkeys(rows["neighbourhood_committee"].dropna())
    ]
    if not homes:
        return "有关居民区党组织"
    return f"{'、'.join(homes[: TYPICAL * 2])}{'等' if len(homes) > TYPICAL * 2 else ''}居民区党组织"


def _lacking(figures: Figures, numbers: Numbers) -> tuple[Piece, ...]:
    """The streets that have most of what is unknown."""
    counts = unknown_in(figures, (None, ""))["street_code"].value_counts()
    most = [one for one in figures.streets if counts.get(one.code, 0) > MANY * counts.sum()]
    most.sort(key=lambda one: -counts[one.code])
    pieces: list[Piece] = []
    for place, whose in enumerate(most):
        pieces += [
            "、" if place else "未填报或待核实较多的是",
            whose.name,
            numbers.of("unsettled", whose),
            "项",
        ]
    return (*pieces, "。") if pieces else ()


def _nothing(numbers: Numbers, street: Street | None) -> tuple[Piece, ...]:
    unknown = numbers.of("unsettled", street)
    doubt: tuple[Piece, ...] = (
        ("；另有", unknown, "项未填报或待核实，尚不能认定达标") if unknown.text != "0" else ()
    )
    return ("已填报的事项没有发现未达标", *doubt, "。")


def _of_streets(figures: Figures, numbers: Numbers) -> Attachment:
    absent = {one.street_code for one in figures.missing}
    columns = ["judged", "short", "short_share", "red", "unsettled", "eligible", "organised", "coverage"]
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
        [
            "街镇",
            "参评",
            "有未达标",
            "占比",
            "红线（项）",
            "未填报待核实（项）",
            "应建党组织",
            "已建",
            "覆盖率",
            "组别",
        ],
        rows,
        "单位：个；标明“项”的按业委会和要求逐项计。组别按有未达标或未报清的业委会所占比例检验，差异不显著的不作排序；“不参加比较”系未填报较多，无法判断。"
        "应建党组织为符合条件且已填报的业委会。数据为街镇自报，未经实地核实。",
    )


def _of_neighbourhoods(figures: Figures, numbers: Numbers, street: Street) -> Attachment:
    names = rows_of(figures.committees, (street, ""))["neighbourhood_committee"].dropna().unique()
    columns = ["judged", "short", "red", "unsettled"]
    rows: list[list[Piece]] = [
        [str(name), *(numbers.of(each, street, str(name)) for each in columns)] for name in names
    ]
    rows.append(["合计", *(numbers.of(each, street) for each in columns)])
    return Attachment(
        "各居委会红色业委会建设情况统计表",
        ["居委会", "参评", "有未达标", "红线（项）", "未填报待核实（项）"],
        rows,
        "单位：个；标明“项”的按业委会和要求逐项计。只列有参评业委会的居委会，未注明居委会的只计入合计。数据为自报，未经实地核实。",
    )


__all__ = ["Numbers", "briefing", "digest", "files", "page_of"]

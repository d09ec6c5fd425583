"""报送进度: who reported and how, this month and the twelve to it, and the words to remind those who have not."""

from __future__ import annotations

from redstats import outcomes, submissions, tables
from redstats.dashboards import words
from redstats.dashboards.blocks import Block, render
from redstats.dashboards.figures import Figures
from redstats.dashboards.page import Page
from redstats.explanations import EXPLAINED, OBJECTED, STATES, Course
from redstats.months import Month, chinese
from redstats.submissions import SentFile, Submission, reminders

FILE = "submissions.html"


def heading(figures: Figures) -> Block:
    total, here = len(figures.streets), len(figures.reported)
    left = f"{figures.month.label} · 报送期限 {chinese(figures.deadline)}"
    right = f"{here}/{total} 街镇已报送"
    return render("common", "heading", title="报送进度", left=left, right=right)


def sentence(figures: Figures) -> str:
    """How many reported in time, late, corrected, returned, and who is missing."""
    board = figures.submissions
    counts = {status: sum(one.status == status for one in board) for status in submissions.REPORTED}
    parts = [f"{word} {counts[status]} 个" for status, word in submissions.REPORTED.items() if counts[status]]
    owing = "、".join(one.street_name for one in board if reminders.is_owing(one))
    return f"{len(board)} 个街镇中，{'，'.join(parts)}。" + (
        f"待补报或重报：{owing}。" if owing else "已经报齐。"
    )


def board(figures: Figures) -> Block:
    """Each street: status, day, files, rows, and how much is to be mended."""
    rows = [
        {
            "name": one.street_name,
            # of a month without a return there is no page but this
            "link": f"imports/{one.street_code}.html" if figures.reported else "",
            "status": words.SUBMISSIONS[one.status],
            "word": one.word,
            "day": _day(one),
            "committees": one.committees or "—",
            "mend": one.to_mend if one.committees else "—",
            "check": one.to_check if one.committees else "—",
            "files": [_file(file) for file in one.files],
        }
        for one in figures.submissions
    ]
    block = render("submissions", "conclusion", sentence=sentence(figures))
    note = (
        f"报送期限为次月{figures.settings.deadline_day}日；是否迟报看第一份完整的报表何时收到（哪次运行先见到它，"
        "记在 data/raw/received.csv，可由区里更正），表上写的填报日期不同的另注；按要求更正的，不改按时。"
        "“请更正”“请核对”是采用的文件里需要街镇处理的说明条数，逐条见读取报告。"
        "退回后又报来、日期或文件名说明在后的，算退回后已更正；看不出先后的，两份都列出。"
    )
    return (
        block
        + render("submissions", "board", rows=rows)
        + render("common", "remark", finding="", note=note)
        + _strays(figures.unattributed)
    )


def explained(figures: Figures) -> Block:
    """What the streets explained of what they were asked to check, by kind and state; nothing where nobody did."""
    return _said(figures, EXPLAINED, "explained")


def objected(figures: Figures) -> Block:
    """What the streets objected to, by kind and state; nothing where nobody did."""
    return _said(figures, OBJECTED, "objected")


def _said(figures: Figures, course: Course, macro: str) -> Block:
    states = course if course is OBJECTED else course[:4]
    rows = figures.explanations
    rows = rows[rows["state"].isin(states)]
    listed = [
        {
            "name": street,
            "kind": kind,
            "counts": [int((own["state"] == state).sum()) for state in states],
            "day": chinese(own["decided_on"].max()) if own["decided_on"].notna().any() else "—",
        }
        for street in rows["street_name"].dropna().unique()
        for kind, own in rows[rows["street_name"] == street].groupby("given", sort=True)
    ]
    heads = [STATES[state] for state in states]
    return render("submissions", macro, rows=listed, heads=heads) if listed else Block("")


def _day(submission: Submission) -> str:
    if not submission.committees:
        return "—"
    written, received = submission.report_date, submission.received
    if received is None:
        return chinese(written) if written else "未写明"
    return chinese(received) + (f"（表上写{chinese(written)}）" if written and written != received else "")


def _file(file: SentFile) -> dict:
    outcome = outcomes.OUTCOMES.get(file.outcome, file.outcome)
    more = [f"{file.committees}行"] if file.committees else []
    more += [chinese(file.report_date)] if file.report_date else []
    if file.outcome not in ("accepted", "noted"):
        more += [file.reason, *filter(None, [file.to_do])]
    return {"name": file.name, "outcome": outcome, "more": "；".join(more)}


def _strays(strays: list[SentFile]) -> Block:
    return render("submissions", "strays", rows=[_file(one) for one in strays]) if strays else Block("")


def history(figures: Figures) -> Block:
    """Twelve months of each street, a symbol with its word a month."""
    past = submissions.history(figures.project, figures.month)
    months = [then for then, _ in next(iter(past.values()))] + [figures.month]
    rows = []
    for submission in figures.submissions:
        cells = [_cell(then, sent) for then, sent in past[submission.street_code]] + [
            _cell(figures.month, submission)
        ]
        known = [cell for cell in cells if cell["known"]]
        good = sum(cell["status"] == "met" for cell in known)
        rows.append({"name": submission.street_name, "cells": cells, "told": f"{good}/{len(known)}"})
    return render("submissions", "history", months=months, rows=rows)


def _cell(month: Month, submission: Submission | None) -> dict:
    if submission is None:
        return {"status": "na", "word": "无记录", "known": False}
    status = "watch" if submission.late else words.SUBMISSIONS[submission.status]
    return {"status": status, "word": submissions.SHORT[submission.status], "known": True}


def letters(figures: Figures) -> Block:
    """The letter to all, and one to each street that is spoken to."""
    month, due = figures.month, figures.deadline
    written = [
        {"name": one.street_name, "text": reminders.letter(one, month, due)}
        for one in figures.submissions
        if reminders.is_reminded(one)
    ]
    whole = reminders.group(figures.submissions, month, due, figures.unattributed)
    command = f"redstats status {month} --remind"
    return render("submissions", "letters", whole=whole, letters=written, command=command)


PAGE = Page(
    file=FILE,
    title="报送进度",
    label="报送",
    group="办事",
    place=30,
    reads=(tables.FILES, tables.NOTES, tables.EXPLANATIONS),
    history=True,
    of_no_return=True,
    blocks=(heading, board, explained, objected, history, letters),
)

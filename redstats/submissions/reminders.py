"""催报: the words by which streets are reminded, one letter for all and one for each, ready to be copied.

Nothing in them depends on the day they are read: whether the deadline is past, the reader sees by its date.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from redstats.months import Month, chinese
from redstats.submissions.sent import SentFile, Submission
from redstats.text.numerals import numeral

RETURN = "“红色业委会”月报"
HOW = "填报时请用当月模板，每行一个业委会，写明填报单位和填报日期，存为 .xlsx 表格。"
_ASK = "如已报送或情况有出入，请联系我们核对。谢谢支持！"


def is_owing(submission: Submission) -> bool:
    """Whether a street has still something to send."""
    return submission.status in ("missing", "refused") or bool(submission.returned)


def is_reminded(submission: Submission) -> bool:
    """Whether a street is spoken to: it owes something, or what it sent came late."""
    return is_owing(submission) or submission.late


def group(board: list[Submission], month: Month, due: dt.date, strays: Sequence[SentFile] = ()) -> str:
    """One letter to all streets that names those who have not sent, were returned, or came late."""
    here = sum(one.status not in ("missing", "refused") for one in board)
    lines = [
        f"关于报送{month.label}{RETURN}的提醒",
        "各街镇：",
        f"{month.label}{RETURN}的报送期限为{chinese(due)}。目前已收到{here}个街镇的报表（共{len(board)}个），感谢支持。",
    ]
    parts = []
    missing = [one.street_name for one in board if one.status == "missing"]
    if missing:
        parts.append([f"尚未报送：{'、'.join(missing)}。请尽快填报并报送，已过期限的请从速补报。"])
    refused = [one for one in board if one.status == "refused"]
    if refused:
        reasons = [f"{one.street_name}：{_reasons(one.returned)}。" for one in refused]
        parts.append(["报表被退回，请按下列说明更正后重新报送：", *reasons])
    besides = [one for one in board if one.returned and one.status != "refused"]
    if besides:
        reasons = [f"{one.street_name}：{_reasons(one.returned)}。" for one in besides]
        parts.append(["已收到报表，另有文件被退回，请核对是否需要重新报送：", *reasons])
    late = [one for one in board if one.late]
    if late:
        days = "；".join(f"{one.street_name}（{_lateness(one, due)}）" for one in late)
        parts.append([f"报送晚于期限：{days}。报表已收到，请今后按时报送。"])
    if strays:
        part = ["下列文件认不出报送单位，请报送单位认领，按说明更正并写明填报单位后重新报送："]
        parts.append([*part, *(f"{_reasons([one])}。" for one in strays)])
    if not parts:
        return "\n".join([*lines[:2], f"{month.label}{RETURN}各街镇均已报送，没有需要催报的，感谢支持！"])
    for number, part in enumerate(parts, 1):
        lines += [f"{numeral(number)}、{part[0]}", *(f"　　{text}" for text in part[1:])]
    if missing or refused or besides or strays:
        lines.append(HOW)
    return "\n".join([*lines, _ASK])


def letter(submission: Submission, month: Month, due: dt.date) -> str:
    """The letter to one street; "" where there is nothing to remind it of."""
    if not is_reminded(submission):
        return ""
    lines = [f"{submission.street_name}："]
    term = f"报送期限为{chinese(due)}"
    if submission.status == "missing":
        lines.append(
            f"贵单位{month.label}{RETURN}尚未收到。{term}，请尽快填报并报送；已过期限的，请从速补报。"
        )
    elif submission.status == "refused":
        lines.append(
            f"贵单位{month.label}{RETURN}已收到，但未能读取，现予退回：{_reasons(submission.returned)}。"
        )
        lines.append(f"请更正后重新报送整份报表。{term}，已过期限的，请从速重报。")
    else:
        if submission.late:
            lines.append(
                f"贵单位{month.label}{RETURN}{_lateness(submission, due)}（期限为{chinese(due)}），已按收到的内容计入。请今后按时报送。"
            )
        if submission.returned:
            lines.append(
                f"贵单位{month.label}{RETURN}已收到并采用“{submission.file}”，另有文件被退回：{_reasons(submission.returned)}。"
            )
            lines.append(
                "如被退回的是更正件，请更正后重新报送整份报表；如已由采用的文件代替，请告知，不必再报。"
            )
    if is_owing(submission):
        lines.append(HOW)
    return "\n".join([*lines, _ASK])


def _reasons(returned: tuple[SentFile, ...] | list[SentFile]) -> str:
    """Each file with why it was returned and what to do."""
    reasons = [f"“{one.name}”（{'；'.join(filter(None, (one.reason, one.to_do)))}）" for one in returned]
    return "、".join(reasons)


def _lateness(submission: Submission, due: dt.date) -> str:
    day = submission.received or submission.report_date
    assert day is not None  # what came late has a day
    return f"于{chinese(day)}{'收到' if submission.received else '报送'}，晚{(day - due).days}天"


def facts(
    board: list[Submission],
    month: Month,
    due: dt.date,
    past: dict[str, list[tuple[Month, Submission | None]]],
) -> list[dict]:
    """The board for other programs: each street with status, files, what is to be mended, history and letter."""
    return [
        {
            "street_code": one.street_code,
            "street_name": one.street_name,
            "status": one.status,
            "late": one.late,
            "file": one.file,
            "report_date": one.report_date and one.report_date.isoformat(),
            "received": one.received and one.received.isoformat(),
            "committees": one.committees,
            "message": one.message,
            "after_return": one.after_return,
            "to_mend": one.to_mend,
            "to_check": one.to_check,
            "files": [_file(file) for file in one.files],
            "history": {str(then): sent and sent.status for then, sent in past.get(one.street_code, [])},
            "reminder": letter(one, month, due),
        }
        for one in board
    ]


def whole(
    board: list[Submission],
    month: Month,
    due: dt.date,
    past: dict[str, list[tuple[Month, Submission | None]]],
    strays: list[SentFile],
) -> dict:
    """The board with its deadline, the files of no street, and the letter to all."""
    return {
        "month": str(month),
        "deadline": due.isoformat(),
        "reminder": group(board, month, due, strays),
        "unattributed": [_file(one) for one in strays],
        "streets": facts(board, month, due, past),
    }


def _file(file: SentFile) -> dict:
    return {
        "file": file.name,
        "outcome": file.outcome,
        "code": file.code,
        "report_date": file.report_date and file.report_date.isoformat(),
        "committees": file.committees,
        "message": file.message,
        "to_do": file.to_do,
    }

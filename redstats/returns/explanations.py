"""What holds in a month of the explanations and decisions that have come back.

All are known by the numbers of their matters, in whatever order rows and files come.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from redstats import explanations as explained
from redstats import settings, tables
from redstats.explanations import ACCEPTED, REJECTED
from redstats.months import Month
from redstats.places import Places
from redstats.project import Project
from redstats.returns.result import Return
from redstats.text import fold

_ASKED = "请核对"
_COMMENTED = ("未达标", "市级规定")


def of_month(
    project: Project, month: Month, returns: Iterable[Return], places: Places
) -> tuple[list[dict], list[dict]]:
    """The rows of 1_returns/explanations, and notes (1_returns/notes) of decisions that cannot hold.

    What was accepted in an earlier month goes on to hold, for so many months as the settings say.
    """
    returns = list(returns)
    rows = _given(returns, month, places) | _carried(project, month)
    decisions, notes = _decisions([one for one in returns if one.kind == "decisions"], month, places)
    for (id_, words), decision in decisions.items():
        row = rows.get(id_)
        # of an explanation that was written anew nothing has been decided
        if row and row["state"] in ("given", "accepted") and fold(row["words"]) == words:
            accepts = decision["verdict"] == ACCEPTED
            row |= {
                "state": "accepted" if accepts else "rejected",
                "why": "" if accepts else decision["why"],
                "decided_by": decision["decided_by"],
                "decided_on": decision["decided_on"],
            }
            row |= {"since": str(month)} if accepts else {}
    return sorted(rows.values(), key=lambda row: (row["street_code"], row["id"])), notes


def _carried(project: Project, month: Month) -> dict[str, dict]:
    """What was accepted before and still holds, by the number of the matter."""
    if not tables.exists(project, tables.EXPLANATIONS, month.previous):
        return {}
    lasts = settings.on(project, month.end).explained_months
    before = tables.read(project, tables.EXPLANATIONS, month.previous)
    return {
        row["id"]: row | {"month": str(month)}
        for row in before.astype(object).where(before.notna(), None).to_dict("records")
        if row["state"] == "accepted" and len(Month.range(Month.parse(row["since"]), month)) <= lasts
    }


def _given(returns: list[Return], month: Month, places: Places) -> dict[str, dict]:
    """What the streets explain this month, by the number of the matter.

    Where a matter is explained in several files, an explanation goes before what is none, that of a file that answers another
    before the other's, and else the order of the texts decides: never which file came first.
    """
    candidates: dict[str, list[tuple[tuple, dict]]] = defaultdict(list)
    streets = {street.code: street.name for street in places.streets}
    answers = [result for result in returns if result.answer]
    for result in returns:
        is_answered = any(
            one is not result and one.answer.answers(result.sha256) for one in answers if one.answer
        )
        if result.kind == "decisions" or not result.answer or result.answer.month != str(month):
            continue
        for row in result.explained:
            why, state = "", "comment"
            if row["kind"] == _ASKED:
                why = explained.fault(row["given"], row["words"], row["by"], row["question"])
                state = "refused" if why else "given"
            elif row["kind"] not in _COMMENTED:
                why, state = "该项不能用说明代替，请改数或补报", "refused"
            kept = {name: value for name, value in row.items() if name != "kind"} | {
                "month": str(month),
                "district_code": places.district_code,
                "street_code": result.answer.street,
                "street_name": streets.get(result.answer.street),
                "state": state,
                "why": why,
            }
            order = (state != "given", is_answered, row["words"], result.file)
            candidates[row["id"]].append((order, kept))
    return {id_: min(each, key=lambda pair: pair[0])[1] for id_, each in candidates.items()}


def _decisions(
    sheets: list[Return], month: Month, places: Places
) -> tuple[dict[tuple[str, str], dict], list[dict]]:
    """The newest decision on the words about each matter by its day; two of one day that differ, or what says neither, are noted and do not hold."""
    by_words: dict[tuple[str, str], list[dict]] = defaultdict(list)
    notes = []
    for row in (row for sheet in sheets for row in sheet.explained):
        verdict = {fold(ACCEPTED): ACCEPTED, fold(REJECTED): REJECTED}.get(fold(row["verdict"]))
        missing = not verdict or not row["decided_by"] or row["decided_on"] is None
        if missing or (verdict == REJECTED and not row["why"]):
            notes.append(_note(row, "写认可或不认可、认可人和日期，不认可的写理由", month, places))
            continue
        by_words[row["id"], fold(row["words"])].append(row | {"verdict": verdict})
    settled = {}
    for key, each in by_words.items():
        newest = max(row["decided_on"] or dt.date.min for row in each)
        last = [row for row in each if row["decided_on"] == newest]
        if len({row["verdict"] for row in last}) > 1:
            notes += [_note(row, "同一天既认可又不认可，请只留一个", month, places) for row in last]
            continue
        settled[key] = min(last, key=lambda row: (row["why"], row["decided_by"]))
    return settled, notes


def _note(row: dict, to_do: str, month: Month, places: Places) -> dict:
    """A note of 1_returns/notes on a decision that does not hold."""
    return {
        "month": str(month),
        "district_code": places.district_code,
        "source_file": row["source_file"],
        "source_sheet": row["source_sheet"],
        "cell": row["cell"],
        "kind": "decision_unclear",
        "raw": row["verdict"],
        "message": f"这一条认可没有采用：{to_do}",
    }

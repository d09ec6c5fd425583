"""What holds in a month of the explanations and decisions that have come back.

All are known by street and by the numbers of their matters, in whatever order rows and files come.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cache

from redstats import explanations as explained
from redstats import settings, tables
from redstats.explanations import ACCEPTED, REJECTED
from redstats.months import Month
from redstats.places import Places
from redstats.places.identity import Identity
from redstats.project import Project
from redstats.returns.result import Return
from redstats.standard import Standard
from redstats.text import fold

_ASKED = ("请核对", "")
_COMMENTED = ("未达标", "市级规定")
Matter = tuple[str, str]  # street code and number
Decisions = dict[tuple[str, str], dict]  # by number and words (folded)
Stands = Callable[[dict], bool]


def of_month(
    project: Project,
    month: Month,
    returns: Iterable[Return],
    places: Places,
    rules: Standard,
    identity: Identity,
) -> tuple[list[dict], list[dict]]:
    """The rows of 1_returns/explanations, and notes (1_returns/notes) of decisions that cannot hold.

    What was accepted in an earlier month goes on to hold while the value stands, for so many months as the settings say.
    """
    returns = list(returns)
    stands = _stands(returns, rules, identity)
    decisions, notes = _decisions([one for one in returns if one.kind == "decisions"], month, places)
    rows = _given(returns, month, places, decisions, stands) | _carried(project, month, stands)
    for (id_, words), decision in decisions.items():
        accepts = decision["verdict"] == ACCEPTED
        street = places.match(decision["street_name"])
        matter = (street.code if street else "", id_)
        if street and matter not in rows and accepts and stands(decision | {"street_code": street.code}):
            # the workbook with the words is gone, as when the next one took its name: the district's sheet has them
            rows[matter] = _row(decision, month, places, street.code, "given")
        row = rows.get(matter)
        if row is None or fold(row["words"]) != words:
            if (
                row is None or row["state"] != "given"
            ):  # else it was written anew, and nothing of that is decided
                notes.append(_note(decision, "编号或补充说明与街镇写的对不上", month, places))
            continue
        if row["state"] not in ("given", "accepted"):
            continue
        row |= {
            "state": "accepted" if accepts else "rejected",
            "why": "" if accepts else decision["why"],
            "decided_by": decision["decided_by"],
            "decided_on": decision["decided_on"],
            "since": row.get("since") or str(month) if accepts else None,
        }
    return sorted(rows.values(), key=lambda row: (row["street_code"], row["id"])), notes


def _stands(returns: list[Return], rules: Standard, identity: Identity) -> Stands:
    """Tells of a row whether what was reported when it was written still stands there."""

    @cache  # most months nothing is explained, and nobody asks
    def reported() -> Mapping[tuple[str, str, str], set[str]]:
        texts: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        for cell in (cell for one in returns if one.outcome in ("accepted", "noted") for cell in one.cells):
            street, committee, _ = identity.key(cell)
            text = " ".join(str(cell["raw"]).split())
            texts[street, committee, rules.label(cell["field"])].add(text)
            texts[street, "", ""].add(text)
        return texts

    def stands(row: dict) -> bool:
        street, committee, _ = identity.key(row)
        label = row["label"] or ""
        text = " ".join(str(row["reported"] or "").split())
        return bool(text) and text in reported().get((street, committee if label else "", label), ())

    return stands


def _carried(project: Project, month: Month, stands: Stands) -> dict[Matter, dict]:
    """What was accepted before and still holds: asked for as many months as the settings say, and never after another value."""
    lasts = settings.on(project, month.end).explained_months
    earlier = (month.plus(-back) for back in range(1, lasts))
    last = next((one for one in earlier if tables.exists(project, tables.EXPLANATIONS, one)), None)
    if last is None:
        return {}
    before = tables.read(project, tables.EXPLANATIONS, last)
    return {
        (row["street_code"], row["id"]): row | {"month": str(month)}
        for row in before.astype(object).where(before.notna(), None).to_dict("records")
        if row["state"] == "accepted"
        and len(Month.range(Month.parse(row["since"]), month)) <= lasts
        and stands(row)
    }


def _given(
    returns: list[Return], month: Month, places: Places, decisions: Decisions, stands: Stands
) -> dict[Matter, dict]:
    """What the streets explain this month.

    Where a matter is explained in several files, that of a file that answers another goes before the other's, what was not refused by
    the district or by us before what was, and else the order of the texts decides: never which file came first.
    """
    candidates: dict[Matter, list[tuple[tuple, dict]]] = defaultdict(list)
    answers = [result for result in returns if result.answer]
    for result in returns:
        if result.kind == "decisions" or not result.answer or result.answer.month != str(month):
            continue
        street = result.answer.street
        is_answered = any(
            one is not result and one.answer.answers(result.sha256) for one in answers if one.answer
        )
        for row in result.explained:
            why, state = "", "comment"
            if row["kind"] in _ASKED:
                why = explained.fault(row["given"], row["words"], row["by"], row["question"], row["to_do"])
                is_void = bool(row["label"] and row["reported"]) and not stands(row | {"street_code": street})
                state = "void" if is_void else "refused" if why else "given"
            elif row["kind"] not in _COMMENTED:
                why, state = "该项不能用说明代替，请改数或补报", "refused"
            decision = decisions.get((row["id"], fold(row["words"])))
            is_rejected = decision is not None and decision["verdict"] == REJECTED
            order = (is_answered, is_rejected, state != "given", row["words"], row["given"], row["by"])
            candidates[street, row["id"]].append(
                (order, _row(row, month, places, street, state) | {"why": why})
            )
    return {matter: min(each, key=lambda pair: pair[0])[1] for matter, each in candidates.items()}


def _row(row: dict, month: Month, places: Places, street_code: str, state: str) -> dict:
    """A row of 1_returns/explanations of what stands in a sheet."""
    street = places.by_code(street_code)
    return {name: row[name] for name in _KEPT} | {
        "month": str(month),
        "district_code": places.district_code,
        "street_code": street_code,
        "street_name": street.name if street else None,
        "state": state,
        "why": "",
    }


_KEPT = (
    *(
        "id",
        "given",
        "words",
        "by",
        "neighbourhood_committee",
        "committee_name",
        "label",
        "reported",
        "question",
    ),
    *("source_file", "source_sheet", "cell"),
)


def _decisions(sheets: list[Return], month: Month, places: Places) -> tuple[Decisions, list[dict]]:
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
        "raw": "",  # it may be anybody's name
        "message": f"这一条认可没有采用：{to_do}",
    }

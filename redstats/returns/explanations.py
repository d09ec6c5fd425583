"""What holds in a month of the explanations, objections and decisions that have come back.

All are known by street and by the numbers of their matters, in whatever order rows and files come.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cache

from redstats import explanations as explained
from redstats import outcomes, settings, tables
from redstats.explanations import ACCEPTED, EXPLAINED, OBJECTED, REJECTED
from redstats.explanations.objections import Held, held
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
    stands, against = _stands(returns, rules, identity), _Against(returns, month, rules, identity)
    decisions, notes = _decisions([one for one in returns if one.kind == "decisions"], month, places)
    rows = _given(returns, month, places, decisions, stands, against) | _carried(project, month, stands)
    for (id_, words), decision in decisions.items():
        accepts = decision["verdict"] == ACCEPTED
        street = places.match(decision["street_name"])
        matter = (street.code if street else "", id_)
        # where the workbook with the words is gone, as when the next one took its name, the district's sheet has them
        if street and matter not in rows:
            if id_ in against.of(street.code):
                rows[matter] = against.row(decision, month, places, street.code, "objected")
            elif accepts and stands(decision | {"street_code": street.code}):
                rows[matter] = _row(decision, month, places, street.code, "given")
        row = rows.get(matter)
        if row is None or fold(row["words"]) != words:
            # what was written anew waits, and nothing of that is decided
            if row is None or row["state"] not in (EXPLAINED.given, OBJECTED.given):
                notes.append(_note(decision, "编号或补充说明与街镇写的对不上", month, places))
            continue
        course = explained.course(row["state"])
        if row["state"] not in (course.given, course.accepted):
            continue
        row |= {
            "state": course.accepted if accepts else course.rejected,
            "why": "" if accepts else decision["why"],
            "decided_by": decision["decided_by"],
            "decided_on": decision["decided_on"],
            "since": row.get("since") or str(month) if accepts and course is EXPLAINED else None,
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


class _Against:
    """What may be objected to in a month, by street and number."""

    def __init__(self, returns: list[Return], month: Month, rules: Standard, identity: Identity) -> None:
        self._returns, self._month, self._rules, self.identity = returns, month, rules, identity
        self._known: dict[str, dict[str, Held]] = {}

    def of(self, street: str) -> dict[str, Held]:
        """What is held of a street, by number: reckoned for who objects alone."""
        if street not in self._known:
            read = [one for one in self._returns if one.outcome in ("accepted", "noted")]
            cells = (cell for one in read for cell in one.cells if cell["street_code"] == street)
            self._known[street] = {
                one.id: one for one in held(cells, self._month, self._rules, self.identity)
            }
        return self._known[street]

    def row(self, row: dict, month: Month, places: Places, street: str, state: str = "") -> dict:
        """A row of 1_returns/explanations: of the street's sheet only what it wrote, all else from what is held."""
        datum = self.of(street).get(row["id"])
        if datum is None:
            return _row(row, month, places, street, OBJECTED.void)
        requirement = self._rules.requirements.get(datum.rule) or self._rules.law.rules.get(datum.rule)
        question = requirement.title if requirement else ""
        why = explained.fault(row["given"], row["words"], row["by"], datum.label, question, objects=True)
        known = row | {
            "neighbourhood_committee": datum.neighbourhood,
            "committee_name": datum.committee,
            "label": datum.label,
            "reported": datum.reported,
            "question": question,
        }
        state = state or (OBJECTED.refused if why else OBJECTED.given)
        return _row(known, month, places, street, state) | {"why": why}


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
    returns: list[Return],
    month: Month,
    places: Places,
    decisions: Decisions,
    stands: Stands,
    against: _Against,
) -> dict[Matter, dict]:
    """What the streets explain this month, and object to.

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
            if result.kind == "objections":
                line = against.row(row, month, places, street)
            else:
                why, state = _judged(row | {"street_code": street}, stands, against.identity)
                line = _row(row, month, places, street, state) | {"why": why}
            decision = decisions.get((row["id"], fold(row["words"])))
            is_rejected = decision is not None and decision["verdict"] == REJECTED
            is_open = line["state"] in (EXPLAINED.given, OBJECTED.given)
            order = (is_answered, is_rejected, not is_open, row["words"], row["given"], row["by"])
            candidates[street, row["id"]].append((order, line))
    return {matter: min(each, key=lambda pair: pair[0])[1] for matter, each in candidates.items()}


def _judged(row: dict, stands: Stands, identity: Identity) -> tuple[str, str]:
    """Why an explanation is none ("" where it is one), and its state before anybody decides."""
    if row["kind"] in _COMMENTED:
        return "", "comment"
    # its number tells what the matter is, whatever kind is written beside it
    hard = (explained.matter_id(rule, identity.key(row), row["label"], row["reported"]) for rule in _hard())
    if row["kind"] not in _ASKED or row["id"] in hard:
        return "该项不能用说明代替，请改数或补报", EXPLAINED.refused
    why = explained.fault(row["given"], row["words"], row["by"], row["question"], row["to_do"])
    if row["label"] and row["reported"] and not stands(row):
        return why, EXPLAINED.void
    return why, EXPLAINED.refused if why else EXPLAINED.given


@cache
def _hard() -> tuple[str, ...]:
    """What numbers are made of, of matters that take only a value or a comment."""
    asking = {kind for kind, outcome in outcomes.notes().items() if outcome.weight != "info"}
    return ("mend", "short", "law", "fill", "check", *sorted(asking - explained.rules().keys()))


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

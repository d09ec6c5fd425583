"""What an objection is bound to: a committee, a requirement or rule of it, and the value that stood there when it was written."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from redstats.months import Month
from redstats.places.identity import Identity
from redstats.standard import Standard

# what may be objected to beside what is judged
WHOLE, COMMITTEE = "全街镇（如少列业委会、得分、名次）", "整个业委会"


class Held(NamedTuple):
    """What is held of a committee (the ``nth`` of its name): what it is judged by, and what was reported of it.

    ``rule``: a requirement or a rule of the city, "" for the committee as a whole (and for the street, without a committee).
    """

    id: str
    street_code: str
    neighbourhood: str
    committee: str
    nth: int
    rule: str
    label: str
    reported: str


def held(cells: Iterable[dict], month: Month, rules: Standard, identity: Identity) -> Iterator[Held]:
    """All that may be objected to, by the ``cells`` (1_returns/cells) of a month, each with its number.

    The number is a hash of month, committee, rule and value alone: what a sheet says beside it is not asked, and another value is
    another number.
    """
    values: dict[tuple[str, str, str, int], dict[str, str]] = defaultdict(dict)
    seen: Counter[tuple] = Counter()
    streets: dict[str, None] = {}
    for cell in cells:
        whose = (cell["street_code"], cell["neighbourhood_committee"] or "", cell["committee_name"])
        streets[cell["street_code"]] = None
        values[*whose, seen[*whose, cell["field"]]][cell["field"]] = " ".join(str(cell["raw"] or "").split())
        seen[*whose, cell["field"]] += 1
    for street in streets:
        yield Held(_number(month, (street,), "", ""), street, "", "", 0, "", WHOLE, "")
    judged: dict[str, tuple[str, str]] = {
        one.id: (one.field, one.clause) for one in rules.requirements.values()
    }
    judged.update((one.id, (one.field, "")) for one in rules.law.rules.values())
    of_clause: dict[str, list[str]] = defaultdict(list)
    for field in rules.return_fields.values():
        of_clause[field.clause].append(field.id)
    for (street, neighbourhood, committee, nth), told_of in values.items():
        who: tuple[str, ...] = identity.key(
            {"street_code": street, "neighbourhood_committee": neighbourhood, "committee_name": committee}
        )
        common = (street, neighbourhood, committee, nth)
        yield Held(_number(month, who, "", ""), *common, "", COMMITTEE, "")
        for rule, (name, clause) in judged.items():
            value = told_of.get(name, "")
            # what is reckoned of several data is bound to all of its clause
            bound = [value]
            if name not in rules.return_fields:
                bound = [told_of.get(one, "") for one in of_clause[clause]]
            yield Held(_number(month, who, rule, "\n".join(bound)), *common, rule, rules.label(name), value)


def _number(month: Month, who: tuple[str, ...], rule: str, value: str) -> str:
    text = "\n".join(["objection", str(month), rule, *who, value])
    return hashlib.sha256(text.encode()).hexdigest()[:12].upper()

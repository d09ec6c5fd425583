"""Who should be there: the committees of earlier months and of data/raw/committees.xlsx that no return of the month has.

A committee does not vanish by not being reported: until a person has confirmed what became of it (``gone`` in
mappings.yml), it stays in every denominator as not reported.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from redstats import tables
from redstats.errors import StandardError
from redstats.mappings import Mappings
from redstats.months import Month
from redstats.places.identity import Identity, Key
from redstats.project import COMMITTEES, Project
from redstats.returns.reading import read_returns

FILE = COMMITTEES  # in data/raw, and optional: 街镇, 居委会, 业委会名称, 业委会状态 of every committee
_COLUMNS = [*tables.KEYS, "committee_status", *tables.SOURCE]


def known(project: Project, month: Month, identity: Identity, confirmed: Mappings) -> dict[Key, dict]:
    """The committees known before ``month`` is read, each by its latest row: keys, committee_status, source_file, last_month.

    From the roster file, then from 1_returns of the earlier months.  StandardError where the file cannot be read.
    """
    committees: dict[Key, dict] = {}
    for row in _listed(project.raw / FILE, month, confirmed):
        committees[identity.key(row)] = {name: row.get(name) for name in _COLUMNS} | {"last_month": None}
    for earlier in tables.months(project):
        if earlier < month:
            then = identity.in_month(earlier)
            rows = tables.read(project, tables.RETURNS, earlier, _COLUMNS)
            kept: list[dict] = rows.astype(object).where(rows.notna(), None).to_dict("records")
            for row in kept:
                committees[then.key(row)] = row | {"last_month": str(earlier)}
    return committees


def absent(
    project: Project, month: Month, rows: Iterable[Mapping], identity: Identity, confirmed: Mappings
) -> list[dict]:
    """Rows of 1_returns/absent: the known committees that no row of the month's returns speaks of and nobody knows to be gone."""
    present: dict[tuple[str, str], list[Key]] = {}
    for row in rows:
        key = identity.key(row)
        present.setdefault(key[:2], []).append(key)
    listed = known(project, month, identity, confirmed)
    namesakes = Counter(key[:2] for key in listed)
    missing = []
    for key, row in listed.items():
        street, there = identity.places.by_code(key.street), present.get(key[:2], [])
        # only where a name alone does not tell who is meant its neighbourhood has to be the same
        is_there = any(key.may_be(other) for other in there) if namesakes[key[:2]] > 1 else bool(there)
        if street is None or is_there:
            continue
        if not confirmed.is_gone(street, key.committee, month, identity):
            missing.append(row | {"month": str(month), "street_name": street.name})
    order = {street.code: at for at, street in enumerate(identity.places.streets)}
    return sorted(missing, key=lambda row: order[row["street_code"]])


def _listed(path: Path, month: Month, confirmed: Mappings) -> list[dict]:
    if not path.is_file():
        return []
    (read,) = read_returns([path], month, confirmed)
    if not read.rows:
        raise StandardError(
            "业委会名册读不出来",
            where=path.name,
            to_do=f"请列出街镇、所属居委会、业委会名称三列，或移走这个文件（{read.message}）",
        )
    return read.rows

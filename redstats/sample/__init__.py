"""Four months of invented returns, laid out as streets lay them out, together with the truth about them.

``generate()`` decides everything from its seed; ``Sample.write(raw)`` writes the workbooks; ``shortfalls``,
``oddities`` and ``values`` say what a reader of these workbooks must come to.  Every workbook says 示例数据.
"""

from __future__ import annotations

import copy
import datetime as dt
import hashlib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from random import Random

import pandas as pd

from redstats import incoming, places, standard
from redstats.errors import RunError
from redstats.months import Month
from redstats.sample.committees import Committee, committees, person, state
from redstats.sample.layouts import Form, columns, form_of
from redstats.sample.sheets import MARK, Return, Review, Row
from redstats.sample.shortfalls import Plan, catch_up, fall_short, first_version, planned
from redstats.settings import Settings
from redstats.workbooks import writing

__all__ = ["Sample", "generate"]

MONTHS = tuple(Month(2026, number) for number in (7, 8, 9, 10))
LATE, CORRECTED = "310105004", "310105009"
_NOT_A_RETURN = (".", "~$", "Thumbs.db", "desktop.ini")
_PLACE = ["source_file", "source_sheet", "cell"]


@dataclass
class Sample:
    """The sample: ``returns`` and ``reviews`` to be written, and three tables of truth.

    Where a street sent a corrected file, the tables tell of that file only.
    """

    plan: Plan
    returns: list[Return]
    reviews: list[Review]
    corrections: list[Return] = field(default_factory=list)  # the files that were sent first, and wrong

    @property
    def months(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(str(one.month) for one in self.returns))

    def write(self, raw: Path, other_files: Mapping[Path, bytes] | None = None) -> list[Path]:
        """Write all workbooks as ``raw/<month>/*.xlsx``, with them the ``other_files``, invented too; give their paths.

        RunError, before anything is written, when a folder holds a file that is not ours as we wrote it.
        """
        everything: list[Return | Review] = [*self.returns, *self.corrections, *self.reviews]
        other_files = other_files or {}
        paths = {raw / str(one.month) / one.file: one for one in everything}
        for month in self.months:
            file_names = {path.name for path in (*paths, *other_files) if path.parent.name == month}
            _refuse_foreign(raw / month, file_names)
        written = [writing.save(path, one.content()) for path, one in sorted(paths.items())]
        written += [writing.save(path, content) for path, content in other_files.items()]
        incoming.add_received(raw, self._received(raw))
        return written

    def _received(self, raw: Path) -> list[tuple[str, dt.date, str, str]]:
        """When each return came, as if one had looked every day up to the last that was late."""
        known = {month: incoming.receipts(raw, month) for month in self.months}
        seen = []
        for sent in (*self.returns, *self.corrections):
            month, path = str(sent.month), raw / str(sent.month) / sent.file
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            if digest not in known[month]:
                seen += [
                    (month, sent.filed, digest, sent.file),
                    (month, sent.filed - dt.timedelta(1), "", ""),
                ]
        return sorted(set(seen))

    @cached_property
    def shortfalls(self) -> pd.DataFrame:
        """One row per requirement that a committee does not meet: month, street_code, street_name,
        committee_name, requirement, field, source_file, source_sheet, cell."""
        asked = standard.on(self.returns[-1].month.end).requirements
        rows = []
        for street_return, row in self._rows():
            for requirement in self.plan.of(row.committee, street_return.month):
                judged = asked[requirement].field
                street = row.committee.street
                rows.append(
                    (
                        *(str(street_return.month), street.code, street.name, row.committee.name),
                        *(requirement, judged, *street_return.place(row, judged)),
                    )
                )
        names = ["month", "street_code", "street_name", "committee_name", "requirement", "field"]
        return pd.DataFrame(rows, columns=names + _PLACE)

    @cached_property
    def oddities(self) -> pd.DataFrame:
        """One row per cell that cannot be judged as it stands: month, street_code, committee_name, field,
        kind (blank, unreadable, contradiction), source_file, source_sheet, cell.  Cells left empty because
        there is nothing to report yet are no oddities."""
        where = {(one.month, row.committee.seed): (one, row) for one, row in self._rows()}
        rows = []
        for odd in self.plan.oddities:
            street_return, row = where[odd.month, odd.committee.seed]
            rows.append(
                (
                    *(str(odd.month), odd.committee.street.code, odd.committee.name),
                    *(odd.field, odd.kind, *street_return.place(row, odd.field)),
                )
            )
        names = ["month", "street_code", "committee_name", "field", "kind"]
        return pd.DataFrame(rows, columns=names + _PLACE).sort_values(
            ["month", "street_code"], ignore_index=True
        )

    @cached_property
    def values(self) -> pd.DataFrame:
        """One row per cell of a committee, review sheets included: month, street_code, committee_name, field,
        value (typed; None when empty, unreadable or not applicable), source_file, source_sheet, cell."""
        rows = []
        everything: list[Return | Review] = [*self.returns, *self.reviews]
        for workbook in everything:
            for row in workbook.rows:
                street = row.committee.street.code
                for name in workbook.fields:
                    value = row.values.get(name)
                    rows.append(
                        (
                            str(workbook.month),
                            street,
                            row.committee.name,
                            name,
                            value,
                            *workbook.place(row, name),
                        )
                    )
        names = ["month", "street_code", "committee_name", "field", "value"]
        return pd.DataFrame(rows, columns=names + _PLACE, dtype=object)

    def _rows(self):
        return ((one, row) for one in self.returns for row in one.rows)


def generate(seed: int = 20261031) -> Sample:
    """The sample of a seed: the same seed gives the same sample, and the same bytes when written."""
    rules, roll = standard.on(MONTHS[-1].end), places.on(MONTHS[-1].end)
    forms = {street.code: form_of(street.code, street.name) for street in roll.streets}
    everyone = {street.code: committees(street, seed) for street in roll.streets}
    plan = planned(
        everyone,
        MONTHS,
        carried=lambda code, name: name in rules.fields and forms[code].carries(rules.fields[name]),
        field_of={id_: one.field for id_, one in rules.requirements.items()},
        seed=seed,
    )
    sample = Sample(plan, [], [])
    for month in MONTHS:
        for street in roll.streets:
            rows = [_row(one, month, plan, rules) for one in everyone[street.code]]
            late = month == MONTHS[-1] and street.code == LATE
            sent = _sent(month, Settings().deadline_day + 4 if late else 0, f"{seed} {street.code}")
            made = _return(street, month, forms[street.code], rules, rows, sent, seed)
            if month == MONTHS[-1] and street.code == CORRECTED:
                sample.corrections.append(_wrong(made, seed))
                made.filed, made.file = sent.replace(day=4), made.file.replace(".xlsx", "（更正）.xlsx")
            sample.returns.append(made)
        judged = [one for street in roll.streets for one in everyone[street.code] if one.judged]
        sample.reviews.append(Review(month, judged, list(rules.review_fields.values()), seed))
    return sample


def _row(committee: Committee, month: Month, plan: Plan, rules: standard.Standard) -> Row:
    values = state(committee, month)
    raw: dict[str, str] = {}
    for requirement in plan.of(committee, month):
        fall_short(requirement, rules.requirements[requirement].field, values)
    for requirement, cases in plan.left_open(committee, month).items():
        catch_up(requirement, cases, values)
    for odd in plan.oddities:
        if odd.committee is committee and odd.month == month:
            odd.apply(values, raw)
    if committee.rating == "运作欠规范" and values.get("remedial_training_date") is None:
        raw["remedial_training_date"] = ""
    return Row(committee, values, raw)


def _sent(month: Month, day: int, seed: str) -> dt.date:
    return month.next.start.replace(day=day or Random(f"{seed} {month} sent").randint(1, 4))


def _return(street, month: Month, form: Form, rules, rows: list[Row], filed: dt.date, seed: int) -> Return:
    clerk = Random(f"{seed} {street.code} clerk")
    numbers = {"y": month.year, "m": month.number, "mm": f"{month.number:02d}"}
    return Return(
        street=street,
        month=month,
        form=form,
        file=form.file.format(**numbers),
        sheet=form.sheet.format(**numbers),
        columns=columns(form, rules.asked_fields.values()),
        rows=rows,
        filed=filed,
        clerk=person(clerk),
        seed=f"{seed} {street.code} {month}",
    )


def _wrong(right: Return, seed: int) -> Return:
    """The file that was sent before ``right``, with its mistakes, a day or more earlier."""
    rows = [(row.committee, copy.copy(row.values), copy.copy(row.raw)) for row in right.rows]
    first_version(rows, seed)
    wrong = copy.copy(right)
    wrong.rows, wrong.filed = [Row(*row) for row in rows], right.filed.replace(day=2)
    return wrong


def _refuse_foreign(folder: Path, file_names: set[str]) -> None:
    """Stop unless everything in the folder is a workbook of the sample, unchanged since it was written."""
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if path.name.startswith(_NOT_A_RETURN) or (path.name in file_names and _is_ours(path)):
            continue
        raise RunError(
            "文件夹里有不是示例的文件，没有写入任何示例",
            where=str(path),
            to_do="请另选一个空文件夹，或先把其中的文件移走",
            code="foreign_files",
        )


STAMPED = "redstats-"  # how the stamp of a form begins


def _is_ours(path: Path) -> bool:
    """Whether a workbook carries our mark and has not been saved by anybody since."""
    try:
        with zipfile.ZipFile(path) as archive:
            core = archive.read("docProps/core.xml").decode()
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return False
    saved = writing.MADE.isoformat() + "Z"
    return (MARK in core or STAMPED in core) and core.count(saved) == 2  # created and modified

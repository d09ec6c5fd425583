"""One workbook as an analyst looks at it in a notebook: its table, its cells, and the report on how it was read."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import pandas as pd

from redstats import outcomes, places, standard, tables
from redstats.dashboards.blocks import Block, render
from redstats.dashboards.publishing import NAMES, Publisher
from redstats.months import Month
from redstats.returns import Return
from redstats.standard import FORCES, attachments

_SHOWN = 10


class Reading:
    """What ``redstats.read_return`` gives.

    ``table``: one row a committee, columns typed as in 1_returns; ``cells``: one row a value with its file, sheet,
    cell, raw text and state; ``notes``: as in 1_returns/notes; ``report``: the same as a page.  The frames are whole;
    what is displayed of this object and of its report has personal data masked.
    """

    def __init__(self, read: Return, month: Month) -> None:
        self.file, self.outcome, self.code, self.message = read.file, read.outcome, read.code, read.message
        self.month, self.streets = month, tuple(street.name for street in read.streets)
        self.counts = {key: read.counts[key] for key in ("accepted", "refused", "blank")}
        self._read, self._rules = read, standard.on(month.end)

    @cached_property
    def table(self) -> pd.DataFrame:
        fields = self._rules.review_fields if self._read.kind == "review" else self._rules.return_fields
        return tables.typed(self._read.rows, tables.schema_of(fields.values()))

    @cached_property
    def cells(self) -> pd.DataFrame:
        return tables.typed(self._read.cells, tables.SCHEMAS[tables.CELLS])

    @cached_property
    def notes(self) -> pd.DataFrame:
        return pd.DataFrame(
            self._read.notes, columns=["source_file", "source_sheet", "cell", "kind", "raw", "message"]
        )

    @cached_property
    def publisher(self) -> Publisher:
        """What of the file's words may be displayed."""
        street = self.streets[0] if len(self.streets) == 1 else None
        file = {"source_file": self.file, "street_name": street, "sha256": self._read.sha256}
        names = [row[name] for row in self._read.rows for name in NAMES if row.get(name)]
        return Publisher(self._rules, places.on(self.month.end), pd.DataFrame([file]), names)

    @property
    def shown_notes(self) -> list[dict]:
        """The notes as they may be displayed, blanks empty."""
        return [self.publisher.note(row) for row in self._read.notes]

    @property
    def report(self) -> Block:
        """How the workbook was read: its outcome, and the notes by section."""
        kinds = outcomes.notes()
        block = self._head()
        for section, title in outcomes.SECTIONS.items():
            rows = []
            for row in self.shown_notes:
                kind = kinds[row["kind"]]
                if kind.section != section:
                    continue
                rows.append(
                    row | {"read": "", "to_do": kind.to_do, "weight_word": outcomes.WEIGHTS[kind.weight]}
                )
            block = block + render("import_report", "section", title=title, rows=rows, more=0)
        return block

    def _head(self) -> Block:
        outcome = outcomes.files()[self.code]
        street = "、".join(self.streets)
        row: dict[str, Any] = {
            "source_file": self.publisher.file(self.file),
            "street_name": street,
            "word": outcomes.OUTCOMES[self.outcome],
            "message": self.publisher.message(self.message),
        }
        rows = sum(self._read.counts.values())
        row |= {
            **self.counts,
            "rows": rows,
            "to_do": outcome.to_do,
            "adds_up": rows == sum(self.counts.values()),
        }
        return render("import_report", "files", rows=[row])

    @property
    def _personal(self) -> set[str]:
        return {id_ for id_, one in self._rules.fields.items() if one.personal}

    def _label(self, id_: str) -> str:
        return self._rules.fields[id_].label if id_ in self._rules.fields else id_

    def __repr__(self) -> str:
        file, message = self.publisher.file(self.file), self.publisher.message(self.message)
        return f"{file}：{outcomes.OUTCOMES[self.outcome]}；{message}"

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, object]:
        shown = [
            id_ for id_ in self.table.columns if self.table[id_].notna().any() and id_ not in self._personal
        ]
        rows = (
            self.publisher.table(self.table[shown].head(_SHOWN))
            .astype(object)
            .where(lambda frame: frame.notna(), "")
            .to_numpy()
            .tolist()
        )
        named = [self._label(id_) for id_ in shown]
        block = self._head() + render(
            "common", "table", caption="前几行（个人信息不显示）", columns=named, rows=rows
        )
        return block._repr_mimebundle_() | {"text/plain": repr(self)}


class FormReading(Reading):
    """What ``redstats.read_form`` gives: ``table`` one row a form, ``findings`` what is wrong with it (2_findings/forms)."""

    def __init__(self, read: Return, month: Month, findings: list[dict]) -> None:
        super().__init__(read, month)
        self._findings = findings

    @cached_property
    def table(self) -> pd.DataFrame:
        return tables.typed(self._read.rows, tables.schema_of_forms(attachments.columns()))

    @cached_property
    def cells(self) -> pd.DataFrame:
        return tables.typed(self._read.cells, tables.SCHEMAS[tables.FORM_CELLS])

    @cached_property
    def findings(self) -> pd.DataFrame:
        return tables.typed(self._findings, tables.SCHEMAS[tables.FORM_CHECKS])

    @property
    def report(self) -> Block:
        """How the file was read, and what is wrong with its forms."""
        return super().report + render(
            "recommending", "checks", rows=told_of_forms(_records(self.publisher.table(self.findings)))
        )

    @property
    def _personal(self) -> set[str]:
        forms = attachments.attachments().values()
        return {id_ for form in forms for id_, one in form.fields.items() if one.personal}

    def _label(self, id_: str) -> str:
        known = {*attachments.columns(), *attachments.facts()}
        return attachments.label(id_) if id_ in known else id_


def _records(frame: pd.DataFrame) -> list[dict]:
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def told_of_forms(findings: list[dict]) -> list[dict]:
    """Rows of 2_findings/forms in the words of a page, the most serious first."""
    rows = []
    for row in findings:
        place = " / ".join(part for part in (row["source_file"], row["source_sheet"], row["cell"]) if part)
        rows.append(
            row
            | {
                "name": row["committee_name"] or "（未写名称）",
                "street": row["street_name"] or "（认不出街镇）",
                "weight": {"must": "必须更正", "should": "请核对", "may": "提示"}[row["force"]],
                "tag": {"must": "alert", "should": "watch", "may": "na"}[row["force"]],
                "place": place,
            }
        )
    return sorted(rows, key=lambda row: list(FORCES).index(row["force"]))

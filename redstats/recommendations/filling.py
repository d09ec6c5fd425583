"""Forms written for a month: blank ones, and ones with what the month's return already says of a committee."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from redstats import mappings, standard, tables
from redstats import places as roll
from redstats.errors import RunError
from redstats.files import make_folder
from redstats.forms.documents import draw_document
from redstats.forms.drawing import draw_workbook
from redstats.months import Month
from redstats.places import Street
from redstats.project import Project
from redstats.recommendations import pipeline
from redstats.standard.attachments import RE_EVALUATION, RECOMMENDATION, attachments
from redstats.text import similarity
from redstats.workbooks.writing import save

DRAWN = {"xlsx": draw_workbook, "docx": draw_document}
BEST = 3  # so many of a street's candidates are written for where none is named


def kinds(name: str = "") -> list[str]:
    """The kinds of form by their Chinese name, both where none is given; RunError for another."""
    named = {one.name: kind for kind, one in attachments().items()}
    if name and name not in named:
        raise RunError(f"没有“{name}”", where="--form", to_do=f"可用：{'、'.join(named)}")
    return [named[name]] if name else list(named.values())


def write_blank(project: Project, month: Month, name: str = "", folder: Path | None = None) -> list[Path]:
    """Write the blank forms as .xlsx and .docx to data/processed/templates/<month>; RunError when a file cannot be replaced."""
    if folder is None:
        folder = project.blanks(month)
        make_folder(folder, private=True)
    return [
        save(folder / f"{attachments()[kind].name}（空白）.{ending}", draw(kind, [{}], month))
        for kind in kinds(name)
        for ending, draw in DRAWN.items()
    ]


def write_filled(
    project: Project,
    month: Month,
    street: str,
    committees: list[str],
    name: str = "推荐表",
    folder: Path | None = None,
) -> list[Path]:
    """Write a form for each committee of a street, with what 1_returns says of it; a file each as .xlsx and .docx.

    Without names: of 推荐表 the best candidates of the street, of 复评表 those whose 推荐表 is complete.  RunError for an unknown
    street or committee (close names offered), or where there is nobody to write for.
    """
    named_street = roll.on(month.end).street(street)
    returns = tables.read(project, tables.RETURNS, month)
    returns = returns[returns["street_code"] == named_street.code]
    if folder is None:
        make_folder(project.letters(month), private=True)
        folder = project.letters(month, named_street.name)
    written = []
    for kind in kinds(name):
        for row in _rows(project, month, named_street, returns, committees, kind):
            for ending, draw in DRAWN.items():
                title = f"{attachments()[kind].name}_{named_street.name}_{row['committee_name']}.{ending}"
                written.append(save(folder / _plain(title), draw(kind, [values_of(row, kind)], month)))
    return written


def values_of(row: dict, kind: str) -> dict[str, object]:
    """What a form of ``kind`` can be told beforehand of a row of 1_returns: who, where, how many."""
    fields = attachments()[kind].fields
    values: dict[str, object] = {}
    for id_ in fields:
        value = (
            row["street_name"]
            if id_ == "recommending_street"
            else None
            if id_ == "filing_date"
            else row.get(id_)
        )
        if isinstance(value, str | int) or (value is not None and not _is_empty(value)):
            values[id_] = "、".join(value) if not isinstance(value, str | int) else value
    return values


def _is_empty(value: Any) -> bool:
    return len(value) == 0 if hasattr(value, "__len__") else bool(pd.isna(value))


def _rows(
    project: Project, month: Month, street: Street, returns: pd.DataFrame, names: list[str], kind: str
) -> list[dict]:
    listed: list[dict] = returns.astype(object).where(returns.notna(), None).to_dict("records")
    identity = mappings.identity_of(project, month)
    by_key: dict[str, list[dict]] = {}
    for row in listed:
        by_key.setdefault(identity.key(row).committee, []).append(row)
    if not names:
        names = _proposed(project, month, street, kind)
        if not names:
            what = "可推荐的" if kind == RECOMMENDATION else "材料齐备、等待复评的"
            raise RunError(
                f"{street.name}没有{what}业委会", where=str(month), to_do="请用 --committee 写明业委会"
            )
    chosen = []
    for name in names:
        named_rows = by_key.get(identity.committee(street.code, name))
        if not named_rows:
            near = similarity.near(name, {one["committee_name"]: [one["committee_name"]] for one in listed})
            to_do = f"相近的有：{similarity.told(near)}" if near else "请先报送月报，或核对名称"
            raise RunError(f"{street.name}的报表中没有“{name}”", where=str(month), to_do=to_do)
        chosen += named_rows
    return chosen


def _proposed(project: Project, month: Month, street: Street, kind: str) -> list[str]:
    known = tables.read(project, tables.PIPELINE, month)
    if kind == RE_EVALUATION:
        complete = known[(known["street_code"] == street.code) & (known["stage"] == "complete")]
        return list(complete["committee_name"].dropna())
    red = {one.id for one in standard.on(month.end).requirements.values() if one.red_line}
    scores, findings = (tables.read(project, one, month) for one in (tables.SCORES, tables.FINDINGS))
    identity = mappings.identity_of(project, month)
    ranked = pipeline.candidates(scores, findings, known, red, identity)
    best = ranked[(ranked["street_code"] == street.code) & ranked["rank"].notna()]
    return list(best["committee_name"].head(BEST))


def _plain(name: str) -> str:
    # a committee's name may hold characters that a file name on Windows may not
    return "".join("_" if one in '\\/:*?"<>|' else one for one in name)

"""The blank workbook that a street fills next month, made from the same fields that read it back.

One row a committee, in one sheet (wide) or one a chapter.  The committees of an earlier month stand there beforehand
with what tells which committee it is; states, dates, figures and personal data never do: they are to be reported.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from redstats import places as roll
from redstats import tables
from redstats.files import make_folder
from redstats.months import Month
from redstats.places import Street
from redstats.project import Project
from redstats.standard import Field
from redstats.templates.forms import CHECKED, LAYOUTS, REVIEWS, Form
from redstats.templates.sheets import BLANK_ROWS, GUIDE, Draw
from redstats.workbooks.writing import Book, save

__all__ = [
    "BLANK_ROWS",
    "CHECKED",
    "GUIDE",
    "LAYOUTS",
    "Draw",
    "Form",
    "SelfCheck",
    "build",
    "build_reviews",
    "source",
    "write",
    "write_reviews",
]

SelfCheck = Callable[[Draw], None]  # what draws the self-check, made on a higher floor


def build(
    month: Month,
    street: str | None = None,
    committees: pd.DataFrame | None = None,
    layout: str = "wide",
    base: bool = False,
    self_check: SelfCheck | None = None,
) -> bytes:
    """The workbook (.xlsx) that ``street`` fills for ``month``; of no street in particular when None.

    ``committees``: rows of 1_returns of an earlier month, whose names are filled in beforehand; rows of other
    streets are passed over.  ``base``: only what must be done and what it takes to judge that.
    ``self_check`` draws the sheets by which a form on one sheet checks itself.  RunError for an unknown street or layout.
    """
    places = roll.on(month.end)
    recipient = places.street(street) if street else None
    if committees is not None and recipient and "street_code" in committees:
        committees = committees[committees["street_code"] == recipient.code]
    title = f"{recipient.name if recipient else ''}红色业委会月报模板（{month.label}）"
    return _content(Form(month, layout, base), recipient, committees, title, self_check)


def build_reviews(month: Month, committees: pd.DataFrame | None = None) -> bytes:
    """The reviewers' sheet 评议打分 of the district; ``committees`` as in ``build``, only those that are judged."""
    form = Form(month, REVIEWS)
    if committees is not None and "committee_status" in committees:
        committees = committees[form.standard.edition.judges(committees["committee_status"])]
    return _content(form, None, committees, f"红色业委会评议打分模板（{month.label}）")


def write(
    project: Project,
    month: Month,
    street: str | None = None,
    layout: str = "wide",
    base: bool = False,
    folder: Path | None = None,
    self_check: SelfCheck | None = None,
) -> list[Path]:
    """Write the workbook of one street, or of each when None, and give the files.

    Committees come from the street's newest month of 1_returns before ``month``; ``folder`` is
    data/processed/templates/<month> unless given.  RunError as ``build``, or when a file cannot be replaced.
    """
    places = roll.on(month.end)
    streets = [places.street(street)] if street else list(places.streets)
    newest = _newest(project, month)
    return [
        save(
            _folder(project, month, folder) / f"{one.name}红色业委会月报{month}.xlsx",
            build(month, one.name, newest.get(one.code), layout, base, self_check),
        )
        for one in streets
    ]


def write_reviews(project: Project, month: Month, folder: Path | None = None) -> Path:
    """Write the reviewers' sheet of the district, with the committees of each street's newest month."""
    newest, places = _newest(project, month), roll.on(month.end)
    known = [newest[one.code] for one in places.streets if one.code in newest]
    content = build_reviews(month, pd.concat(known) if known else None)
    return save(_folder(project, month, folder) / f"评议打分{month}.xlsx", content)


def source(project: Project, month: Month) -> str:
    """The months whose returns name the committees written in beforehand (Chinese); "" where there is none."""
    months = {str(one) for rows in _newest(project, month).values() for one in rows["month"]}
    return "、".join(Month.parse(one).label for one in sorted(months))


def _folder(project: Project, month: Month, folder: Path | None) -> Path:
    if folder is None:
        folder = project.blanks(month)
        make_folder(folder, private=True)
    return folder


def _newest(project: Project, month: Month) -> dict[str, pd.DataFrame]:
    """Of every street (by code) its rows of the newest month before ``month`` that has any."""
    newest: dict[str, pd.DataFrame] = {}
    streets = len(roll.on(month.end).streets)
    for earlier in reversed([one for one in tables.months(project) if one < month]):
        if len(newest) >= streets:
            break
        for code, rows in tables.read(project, tables.RETURNS, earlier).groupby("street_code", sort=False):
            newest.setdefault(str(code), rows)
    return newest


def _content(
    form: Form,
    street: Street | None,
    committees: pd.DataFrame | None,
    title: str,
    self_check: SelfCheck | None = None,
) -> bytes:
    rows, source = _carried(form, committees)
    book = Book(title=title)
    draw = Draw(book, form, roll.on(form.month.end), street, rows, source)
    for position, page in enumerate(form.pages):
        draw.page(page, first=position == 0)
    if self_check and form.layout in CHECKED:
        self_check(draw)
    draw.guide()
    return book.content()


def _carried(form: Form, committees: pd.DataFrame | None) -> tuple[list[dict[str, object]], str]:
    """What is known of every committee beforehand, as it stands in a cell, and of which months."""
    if committees is None or not len(committees):
        return [], ""
    rows = []
    for known in committees.to_dict("records"):
        row = {one.id: _written(known.get(one.id), one) for one in form.carried}
        rows.append(row | {"report_month": form.month.label})
    months = sorted(set(committees["month"])) if "month" in committees else []
    return rows, "、".join(Month.parse(one).label for one in months)


def _written(value: Any, field: Field) -> object:
    """A value of 1_returns as it stands in a cell of the template, None where there is none."""
    if field.type in ("set", "list", "dates"):
        items = list(value) if isinstance(value, Iterable) and not isinstance(value, str) else []
        return "、".join(_day(item) if field.type == "dates" else str(item) for item in items) or None
    if value is None or pd.isna(value):
        return None
    if field.type == "bool":
        return "是" if value else "否"
    if field.type == "date":
        return value.date() if isinstance(value, dt.datetime) else value
    return {"int": int, "float": float, "pct": float}.get(field.type, str)(value)


def _day(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"

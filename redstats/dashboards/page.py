"""Pages declare themselves: each module of this room that makes a page has a ``PAGE`` (one page a street: ``{code}``).

A run walks these declarations; nothing else lists pages.  To add a page is to add its module and its template.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from redstats.dashboards.blocks import Block
from redstats.dashboards.publishing import PUBLISHED_BY
from redstats.places import Places, Street
from redstats.project import PUBLIC

GROUPS = ("看全区", "看街镇", "办事", "依据")  # of the navigation, in its order
FRONT = "index.html"  # where a reader begins; it also tells of pages that could not be made


@dataclass(frozen=True, slots=True)
class Attachment:
    """A workbook made with a page: ``file`` as in ``Page``, and what makes its content, of the figures (and the street).

    It lies beside the page, for anybody; one whose ``audience`` is the street alone lies with its letters, has all that the
    street wrote, and no page leads there.
    """

    file: str
    content: Callable[..., bytes]
    audience: str = PUBLIC

    @property
    def is_public(self) -> bool:
        return self.audience == PUBLIC


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the month.

    ``file``, ``title`` and ``label`` (in the navigation, under ``group``; "" is not listed there) may hold ``{code}``, ``{name}``,
    ``{label}`` of the street where the page is one of a street (``of_streets``).  ``place`` sorts the pages.  It is
    made of an executed ``notebook``, or else of ``blocks``, functions of the figures (and the street).
    ``reads`` names the tables of the month it is made from, ``own`` those of them of which a street's page takes the rows of
    its street alone, ``history`` whether it looks at earlier months too.  ``single_file`` is a second edition with all inside, ``sendback`` says
    that the street's send-back is made with it, ``of_no_return`` that it has something to say of a month without a single
    return, ``revisions`` that it tells what is otherwise than what was signed.  ``source`` is what every page says of where its numbers are
    from.
    """

    file: str
    title: str
    label: str
    group: str
    place: int
    reads: tuple[str, ...]
    own: tuple[str, ...] = ()
    history: bool = False
    notebook: str = ""
    blocks: tuple[Callable[..., Block], ...] = ()
    attachments: tuple[Attachment, ...] = ()
    of_streets: bool = False
    single_file: str = ""
    sendback: bool = False
    of_no_return: bool = False
    revisions: bool = False
    source: str = "街镇自报，未经实地核实"
    street: Street | None = None

    @property
    def tables(self) -> tuple[str, ...]:
        """Every table of the month it is made from: those it ``reads``, and those that tell what of them may be shown."""
        return tuple(dict.fromkeys((*self.reads, *PUBLISHED_BY))) if self.reads else ()

    @property
    def up(self) -> str:
        """The way from the page to the month's folder."""
        return "../" * self.file.count("/")

    @property
    def whose(self) -> tuple[Street, ...]:
        """What its functions take beside the figures."""
        return (self.street,) if self.street else ()

    def of(self, street: Street) -> Page:
        """The page of one street."""

        def named(text: str) -> str:
            return text.format(code=street.code, name=street.name, label=street.label)

        workbooks = tuple(replace(one, file=named(one.file)) for one in self.attachments)
        texts: dict[str, Any] = {key: named(getattr(self, key)) for key in ("file", "title", "label")}
        return replace(self, street=street, attachments=workbooks, **texts)


@functools.cache
def declared() -> tuple[Page, ...]:
    """Every declaration of this room, in the order of the pages."""
    folder = str(Path(__file__).parent)
    names = sorted(one.name for one in pkgutil.iter_modules([folder]))
    modules = (importlib.import_module(f"redstats.dashboards.{name}") for name in names)
    return tuple(
        sorted((module.PAGE for module in modules if hasattr(module, "PAGE")), key=lambda page: page.place)
    )


def pages(places: Places) -> list[Page]:
    """Every page of a month with these streets, in the order of the navigation."""
    return [one for page in declared() for one in _expanded(page, places)]


def _expanded(page: Page, places: Places) -> Iterable[Page]:
    return (page.of(street) for street in places.streets) if page.of_streets else (page,)

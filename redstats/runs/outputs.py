"""The outputs of a month: its pages, the workbooks beside them and the letters; which are not there as they would be made now."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import pandas as pd

from redstats import dashboards, html, places, sendback, tables
from redstats.dashboards import Page
from redstats.months import Month
from redstats.places import Street
from redstats.project import Project
from redstats.runs import inputs, keys, pages, sendbacks


class Outputs:
    """What the pages and letters of a month are made from now.

    ``listed``: its pages; ``absent``: the streets of which they say that they have not reported; ``of_all``: what all of it is
    made from together, which tells at once where nothing has changed.
    """

    def __init__(
        self, project: Project, month: Month, of_tables: str, listed: list[Page], files: pd.DataFrame
    ) -> None:
        self.listed, self._files = listed, files
        self._project, self._month = project, month
        streets = {page.street for page in listed if page.street}
        self.absent = {street for street in streets if not sendback.has_return(files, street)}
        self.of_all = inputs.of_run(project, month, of_tables)

    @classmethod
    def of(cls, project: Project, month: Month, of_tables: str) -> Outputs:
        """The outputs of a month by its tables, which are those of ``of_tables``."""
        files = tables.read(project, tables.FILES, month)
        read = (files["kind"] == "return") & files["outcome"].isin(["accepted", "noted"])
        listed = [page for page in dashboards.pages(places.on(month.end)) if page.of_no_return or read.any()]
        return cls(project, month, of_tables, listed, files)

    @property
    def is_empty(self) -> bool:
        """Whether no return of the month could be read."""
        return all(page.of_no_return for page in self.listed)

    @cached_property
    def _of_each(self) -> tuple[dict[str, keys.Key], dict[str, keys.Key]]:
        each = keys.Keys(self._project, self._month, self.listed, self.absent)
        return (
            {page.file: each.of_page(page) for page in self.listed},
            {street.code: each.of_sendback(street) for street in self._streets},
        )

    @property
    def of_pages(self) -> dict[str, keys.Key]:
        return self._of_each[0]

    @property
    def of_letters(self) -> dict[str, keys.Key]:
        return self._of_each[1]

    @property
    def _streets(self) -> list[Street]:
        """The streets to which something may go back."""
        return [page.street for page in self.listed if page.sendback and page.street]

    @cached_property
    def _decided(self) -> dict[str, list[str]]:
        """By street the sheets by which the district decides on what it explains or objects to."""
        sheets: dict[str, list[str]] = {}
        for course, name in sendbacks.DECISIONS.items():
            for code in {
                row["street_code"] for row in sendback.to_decide(self._project, self._month, course)
            }:
                sheets.setdefault(code, []).append(name)
        return sheets

    def stale(self, before: dict) -> tuple[list[Page], list[Street]]:
        """The pages, and the streets whose send-backs, are not there as they would be made now; ``before``: run.json."""
        gone = [page for page in self.listed if not _are_there(self._files_of(page))]
        unsent = [street for street in self._streets if not _are_there(self._letters_of(street))]
        if before.get("all") == self.of_all:
            return gone, unsent
        pages_before, letters_before = before.get("pages", {}), before.get("letters", {})
        return (
            [
                page
                for page in self.listed
                if page in gone or pages_before.get(page.file) != self.of_pages[page.file]
            ],
            [
                street
                for street in self._streets
                if street in unsent or letters_before.get(street.code) != self.of_letters[street.code]
            ],
        )

    def files(self) -> list[str]:
        """Every file that a run leaves, by its way below ``data/processed``."""
        files = [file for page in self.listed for file in self._files_of(page)]
        files += [self._project.dashboards(self._month) / "assets" / name for name in html.ASSETS]
        files += [file for street in self._streets for file in self._letters_of(street)]
        return [file.relative_to(self._project.processed).as_posix() for file in files]

    def _files_of(self, page: Page) -> list[Path]:
        folder, letters = self._project.dashboards(self._month), self._project.letters(self._month)
        return [folder / page.file, *(pages.place_of(one, page, folder, letters) for one in page.attachments)]

    def _letters_of(self, street: Street) -> list[Path]:
        """What is to go back to a street."""
        mail = sendbacks.mail_of(street, self._month)
        names = (*self._sent_to(street), mail, *self._decided.get(street.code, ()))
        # of returns that were archived nothing is asked again
        if (self._project.raw / str(self._month)).is_dir():
            names = (*names, sendbacks.SOFT_CHECKS)
        return [self._project.letters(self._month) / name for name in names]

    def _sent_to(self, street: Street) -> list[str]:
        names = sendbacks.files_of(street) if sendback.has_return(self._files, street) else ()
        return [*names, *([sendbacks.receipt_of(street)] if sendback.has_file(self._files, street) else [])]

    def mailed(self, letters: Path) -> dict[Street, list[Path]]:
        """What goes with the mail to each street, in a folder of ``letters``: all that a run makes for the street alone."""
        mailed = {street: [letters / name for name in self._sent_to(street)] for street in self._streets}
        for page in self.listed:
            if page.street in mailed:
                others = (one for one in page.attachments if not one.is_public)
                mailed[page.street] += [pages.place_of(one, page, letters, letters) for one in others]
        return mailed


def _are_there(files: list[Path]) -> bool:
    return all(file.is_file() for file in files)

"""自查: the sheets by which a clerk sees, before sending a return, what the import would ask to be mended, checked or filled in.

The formulas are compiled from the suites, the fields and the vocabularies of the month; nothing of them stands in this room.
"""

from __future__ import annotations

from redstats.errors import StandardError
from redstats.project import Project
from redstats.self_check.planning import Plan, plan
from redstats.self_check.sheets import Sheets
from redstats.self_check.words import Words, known_words
from redstats.suites import suite_files
from redstats.templates import Draw, SelfCheck

__all__ = ["Plan", "drawing", "plan"]


def drawing(project: Project) -> SelfCheck:
    """What draws the self-check into a template, by the suites of the project; StandardError for a malformed suite."""
    suites = _suites(project)
    known: dict[str, Words] = {}  # the same for every street

    def draw_into(draw: Draw) -> None:
        asked = f"{draw.form.month} {draw.form.stamp}"
        if asked not in known:
            known[asked] = known_words(draw.form.fields, draw.form.month)
        made = plan(draw.form, draw.places, draw.street, suites, known[asked])
        first, last = draw.filled_in(draw.form.pages[0])
        Sheets(draw, made, first, last).write()

    return draw_into


def _suites(project: Project) -> dict[str, dict]:
    """Every suite as its JSON, by name; not tried out, which takes many seconds: that is ``redstats suites check``."""
    suites = {}
    for file in suite_files.read(project.expectations):
        serious = [one for one in file.mistakes if not one.hint]
        if file.content is None or serious:
            raise StandardError(serious[0].what, where=serious[0].where, to_do=serious[0].to_do)
        suites[file.path.stem] = file.content
    return suites

"""redstats: from street-level Excel returns to dashboards on red owners' committees.

In a notebook::

    import redstats

    figures = redstats.open_month("2026-10")        # reads, checks and scores what has changed
    redstats.overview.heat(figures)                 # any block of a page
    redstats.table("2_findings", "2026-10")         # any table between the stages
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redstats.errors import RedstatsError, RunError, StandardError, WorkbookError

if TYPE_CHECKING:
    import pandas as pd

    from redstats.dashboards import Figures, Reading
    from redstats.dashboards.explaining import Explanation
    from redstats.dashboards.reading import FormReading
    from redstats.months import Month
    from redstats.places import Street
    from redstats.suites.plain import Suite

__version__ = "0.1.0"
__all__ = [
    "RedstatsError",
    "RunError",
    "StandardError",
    "WorkbookError",
    "check_parameters",
    "explain",
    "open_month",
    "open_street",
    "read_form",
    "read_return",
    "style",
    "suite",
    "table",
]

# The modules of pages and blocks, such as ``redstats.overview``, but for those of which there is a room of that name.
_HERE = Path(__file__).parent
_BLOCKS = frozenset(path.stem for path in (_HERE / "dashboards").glob("*.py")) - {
    path.stem for path in _HERE.iterdir()
}


def __getattr__(name: str) -> Any:
    # The pages' blocks need plotly and pandas; they are imported when first used.
    if name in _BLOCKS:
        return importlib.import_module(f"redstats.dashboards.{name}")
    if name == "style":
        return importlib.import_module("redstats.dashboards").style
    raise AttributeError(f"module 'redstats' has no attribute {name!r}")


def check_parameters(names: dict[str, object], allowed: set[str]) -> None:
    """RunError when a notebook was given a parameter it does not have; papermill itself would only warn.

    ``names``: the notebook's ``globals()`` directly after its parameters; ``allowed``: the declared ones.
    """
    from redstats.runs import parameters

    parameters.check(names, allowed)


def open_month(month: str = "") -> Figures:
    """The figures of a month ("" for the newest), after reading, checking and scoring what has changed.

    Returns ``dashboards.Figures``.  Raises RunError for a month without returns.
    """
    from redstats import dashboards, project
    from redstats.months import Month
    from redstats.runs import stages

    where = project.find()
    chosen = Month.parse(month) if month else stages.latest(where)
    if figures := dashboards.at_hand(where, chosen):
        return figures
    stages.ensure(where, chosen)
    return dashboards.Figures(where, chosen)


def open_street(figures: Figures, street: str) -> Street:
    """A street of the month by name, alias or code; RunError with close names when there is none."""
    return figures.places.street(street)


def explain(figures: Figures, name: str, street: str = "") -> Explanation:
    """Why a clause, requirement, rule of the city or committee stands as it does: words, rule, cell and points.

    Returns ``dashboards.Explanation``, which a notebook displays; RunError with close names for an unknown one.
    """
    from redstats.dashboards.explaining import explain as explained

    return explained(figures, name, street)


def suite(figures: Figures, name: str) -> Suite:
    """A suite of ``expectations/`` with the frame and the parameters of the month, to be run by Great Expectations itself.

    Returns ``suites.plain.Suite`` (content, frame, parameters); RunError for an unknown one.
    """
    from redstats.suites import plain

    return plain.suite(figures.project, figures.month, name)


def table(name: str, month: str) -> pd.DataFrame:
    """A table between the stages as a pandas frame, such as ``table("2_findings", "2026-10")``."""
    from redstats import project, tables
    from redstats.months import Month

    return tables.read(project.find(), name, Month.parse(month))


def read_return(path: str | Path, month: str = "") -> Reading:
    """Read one workbook, wherever it lies: ``.table``, ``.cells``, ``.notes``, ``.report``.

    ``month`` is by default that of its folder's or its own name, else the one month of which it speaks itself.  Returns
    ``dashboards.Reading``, also for a file that is refused; RunError where the month is not known.
    """
    from redstats import mappings, places, project, returns, standard
    from redstats.dashboards import Reading

    path = Path(path)

    def read(when: Month) -> returns.Return:
        rules, roll = standard.on(when.end), places.on(when.end)
        try:
            confirmed = mappings.read(project.find().raw / mappings.FILE, rules, roll)
        except RunError:  # a workbook may be read without any project
            confirmed = None
        return returns.read_return(path, when, confirmed)

    when = _month_of(path, month)
    if when is None:
        result = read(_any_month())
        if result.outcome == "refused":
            return Reading(result, _any_month())  # what is wrong with it is so in any month
        if len(result.months) != 1:
            raise _month_unknown(path)
        (when,) = result.months
    return Reading(read(when), when)


def read_form(path: str | Path, month: str = "") -> FormReading:
    """Read one file of 推荐表 or 复评表 (.xlsx, .docx): ``.table``, ``.cells``, ``.notes``, ``.findings``, ``.report``.

    ``month`` is by default that of its folder's or its own name.  Checked by the suites of the project, beside the month's
    return where there is one.  Returns ``dashboards.FormReading``, also for a file that is refused; RunError where the month
    is not known.
    """
    from redstats import project, recommendations
    from redstats.dashboards.reading import FormReading
    from redstats.recommendations import checks

    path = Path(path)
    when = _month_of(path, month)
    read = recommendations.read_form(path, when or _any_month())
    if when is None:
        if read.outcome == "refused":
            return FormReading(read, _any_month(), [])
        raise _month_unknown(path)
    try:
        form_findings = checks.check(project.find(), when, [read])
    except RunError as error:  # a form may be read without any project
        form_findings = []
        read.note("not_checked", f"{error.what}，没有对照规则检查")
    return FormReading(read, when, form_findings)


def _month_of(path: Path, month: str) -> Month | None:
    """The month that was asked for, else that of the file's folder, else the only one that its name speaks of."""
    from redstats.months import Month, found_in

    if month:
        return Month.parse(month)
    try:
        return Month.parse(path.resolve().parent.name)
    except RunError:
        named = found_in(path.stem)
        return named[0] if len(named) == 1 else None


def _any_month() -> Month:
    import datetime as dt

    from redstats.months import Month

    return Month.parse(dt.date.today())


def _month_unknown(path: Path) -> RunError:
    return RunError("看不出这份表是哪个月的", where=str(path), to_do="请写明月份，例如 --month 2026-10")

"""The figures of a month: one object from which sentence, cards, tables and charts all take their numbers."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import pandas as pd

from redstats import explanations, mappings, settings, standard, submissions, tables
from redstats import places as roll
from redstats.dashboards import words
from redstats.dashboards.numbers import Change, Compared, Points, Share, Task
from redstats.dashboards.publishing import NAMES, Publisher
from redstats.months import Month
from redstats.places import Street
from redstats.places.identity import Identity
from redstats.places.naming import short_form
from redstats.project import Project
from redstats.scores import PARTY_ORG, Band, Profile, completeness, profile_of
from redstats.settings import Settings
from redstats.submissions import SentFile, Submission

TREND_MONTHS = 12
_PLACE = ["source_file", "source_sheet", "cell"]
# A name alone does not tell two committees of one street apart.
COMMITTEE = ["street_code", "neighbourhood_committee", "committee_name"]
_FORCE_ORDER = {"must": 0, "should": 1, "may": 2}


def _table(name: str) -> cached_property[pd.DataFrame]:
    """A table of the month as pages may show it, read when it is first asked for."""
    return cached_property(
        lambda figures: figures.published(tables.read(figures.project, name, figures.month))
    )


class Figures:
    """All that the pages of one month say, read from its tables (and those of the months before) when first asked for.

    What senders wrote is only in it as far as anybody may read it (``publishing``); ``openly``: whole, for what goes
    to a street of its own.
    """

    returns = _table(tables.RETURNS)
    findings = _table(tables.FINDINGS)
    checks = _table(tables.CHECKS)
    law = _table(tables.LAW)
    scores = _table(tables.SCORES)
    coverage = _table(tables.COVERAGE)
    files = _table(tables.FILES)
    notes = _table(tables.NOTES)
    changes = _table(tables.CHANGES)
    deadlines = _table(tables.DEADLINES)
    ledger = _table(
        tables.LEDGER
    )  # what was open before this month or is open now, of the standard and the city's rules

    def __init__(self, project: Project, month: Month, openly: bool = False) -> None:
        self.project, self.month, self._openly = project, month, openly
        self.rules = standard.on(month.end)
        self.places = roll.on(month.end)
        self.settings: Settings = settings.on(project, month.end)
        self.profile: Profile = profile_of(project, self.rules, self.settings)
        self._cells_of: dict[str, pd.DataFrame] = {}  # by street

    @cached_property
    def identity(self) -> Identity:
        """Who is meant."""
        return mappings.identity_of(self.project, self.month)

    @cached_property
    def publisher(self) -> Publisher:
        """What of the senders' words may be shown."""
        listed = [
            tables.RETURNS,
            *(name for name in (tables.ABSENT,) if tables.exists(self.project, name, self.month)),
        ]
        frames = [tables.read(self.project, name, self.month, list(NAMES)) for name in listed]
        names = [name for frame in frames for column in NAMES for name in frame[column].dropna().unique()]
        files = tables.read(self.project, tables.FILES, self.month)
        return Publisher(self.rules, self.places, files, names)

    def published(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A table of the month as pages may show it: everything that a page says of a sender comes through here."""
        return frame if self._openly else self.publisher.table(frame)

    def allowed(self, text: str, cell: str) -> str:
        """The text of a value as pages may show it."""
        return text if self._openly else self.publisher.raw(text, cell)

    @cached_property
    def before(self) -> Figures | None:
        """Last month, where it has been run."""
        earlier = self.month.previous
        return Figures(self.project, earlier) if self._is_complete(earlier) else None

    def _is_complete(self, month: Month) -> bool:
        return all(tables.exists(self.project, name, month) for name in (tables.SCORES, tables.COVERAGE))

    @cached_property
    def pipeline(self) -> pd.DataFrame:
        """Where each recommendation stands."""
        return self._if_made(tables.PIPELINE)

    @cached_property
    def form_checks(self) -> pd.DataFrame:
        """What is wrong with the month's 推荐表 and 复评表."""
        return self._if_made(tables.FORM_CHECKS)

    @cached_property
    def explanations(self) -> pd.DataFrame:
        """What the streets explained and objected to: of each its kind, state and the day of the decision, and no words of anybody."""
        rows = self._if_made(tables.EXPLANATIONS)[["street_name", "given", "state", "decided_on"]]
        return rows.assign(given=rows["given"].where(rows["given"].isin(explanations.kinds()), "其他"))

    @cached_property
    def rule_health(self) -> pd.DataFrame:
        """What each rule has done over the months (3_scores/rules), of the district (no street) and each street."""
        return self._if_made(tables.RULES)

    @cached_property
    def reviews(self) -> pd.DataFrame:
        """What reviewers gave, by committee and reviewer, without who they are: only how many is shown."""
        rows = tables.read(self.project, tables.REVIEWS, self.month)
        names = rows["reviewer"] if "reviewer" in rows else pd.Series(None, rows.index, dtype=object)
        return rows.assign(reviewer=names.fillna("").factorize()[0].astype(str))

    def _if_made(self, table: str) -> pd.DataFrame:
        if tables.exists(self.project, table, self.month):
            return self.published(tables.read(self.project, table, self.month))
        return tables.typed(
            [], tables.SCHEMAS[table]
        )  # a month that was archived before there was such a table

    @cached_property
    def run_id(self) -> str:
        """Six characters that change when any of the month's files, findings or points does."""
        digest = hashlib.sha256()
        for name in (tables.FILES, tables.FINDINGS, tables.LAW, tables.SCORES):
            for path in sorted((self.project.processed / name / str(self.month)).glob("*.parquet")):
                digest.update(path.read_bytes())
        return digest.hexdigest()[:6]

    @property
    def streets(self) -> tuple[Street, ...]:
        return self.places.streets

    # ---- who reported

    @cached_property
    def submissions(self) -> list[Submission]:
        return submissions.board(self.files, self.month, self.places, self.settings, self.notes)

    @cached_property
    def unattributed(self) -> list[SentFile]:
        return submissions.unattributed(self.files)

    @property
    def reported(self) -> list[Submission]:
        return [one for one in self.submissions if one.status not in ("missing", "refused")]

    @property
    def missing(self) -> list[Submission]:
        return [one for one in self.submissions if one.status in ("missing", "refused")]

    @property
    def deadline(self) -> dt.date:
        return submissions.deadline(self.month, self.settings)

    # ---- points

    @cached_property
    def _points(self) -> dict[tuple, Points]:
        table = self.scores[self.scores["level"] != "committee"]
        columns = [
            "level",
            "street_code",
            "part",
            "part_id",
            "points",
            "out_of",
            "lowest",
            "highest",
            "committees",
            "rank",
            "confirmed",
            "known",
            "band",
        ]
        return {
            (level, None if pd.isna(code) else code, part, id_): Points(*map(_plain, rest))
            for level, code, part, id_, *rest in table[columns].itertuples(index=False)
        }

    def points(self, street: Street | None = None, part: str = "total", id_: str = "total") -> Points:
        """Points of a street, or of the district; without value where nothing is known."""
        key = ("street", street.code, part, id_) if street else ("district", None, part, id_)
        return self._points.get(key, Points(None, 0.0, 0.0, 0.0, 0, None))

    def status(self, points: Points) -> str:
        """The status of a share as it is shown, after rounding to whole percent."""
        if points.value is None:
            return "missing" if points.out_of else "na"
        return self.band(round(cast(float, points.rate))).status

    def band(self, value: float) -> Band:
        return self.profile.band(value)

    def band_status(self, points: Points) -> str:
        """The status by which a total's band is coloured; missing where too little is known."""
        return self.profile.status(points.band) if points.band else "missing"

    @property
    def average(self) -> Points:
        return self.points()

    @cached_property
    def _compared(self) -> dict[str | None, Compared]:
        names = [one.name for one in dataclasses.fields(Compared)]
        rows = self._if_made(tables.STREETS)
        return {
            _plain(code): Compared(
                **{
                    name: value
                    for name, value in zip(names, map(_plain, rest), strict=True)
                    if value is not None
                }
            )
            for code, *rest in rows[["street_code", *names]].itertuples(index=False, name=None)
        }

    def compared(self, street: Street | None = None) -> Compared:
        """How a street stands beside the others, or how far the district's streets can be told apart."""
        return self._compared.get(street.code if street else None, Compared())

    @cached_property
    def _changes(self) -> dict[tuple, Change]:
        names = [one.name for one in dataclasses.fields(Change) if one.name not in ("first", "made")]
        rows = self._if_made(tables.TREND)
        return {
            (_plain(code), rest[0]): Change(
                **{
                    name: value
                    for name, value in zip(names, map(_plain, rest), strict=True)
                    if value is not None
                },
                first=self.before is None,
            )
            for code, *rest in rows[["street_code", *names]].itertuples(index=False, name=None)
        }

    def change(self, measure: str, street: Street | None = None) -> Change:
        """What changed from last month of a measure of 3_scores/trend."""
        key = (street.code if street else None, measure)
        made = tables.exists(self.project, tables.TREND, self.month)
        return self._changes.get(key, Change(measure, first=self.before is None, made=made))

    @cached_property
    def ranking(self) -> list[Street]:
        """Streets by rank, best first; those without, or all where chance may have ordered them, in official order."""
        return sorted(
            self.streets, key=lambda street: (self.points(street).rank is None, self.points(street).rank or 0)
        )

    # ---- coverage

    @cached_property
    def _shares(self) -> dict[tuple, Share]:
        columns = ["measure", "street_code", "reached", "eligible", "unreported", "pending"]
        numbers = self.coverage.assign(pending=self.coverage["pending"].fillna(0))
        return {
            (measure, None if pd.isna(code) else code): Share(int(a), int(b) + int(d), int(c), int(d))
            for measure, code, a, b, c, d in numbers[columns].itertuples(index=False)
        }

    def share(self, measure: str = PARTY_ORG, street: Street | None = None) -> Share:
        return self._shares.get((measure, street.code if street else None), Share(0, 0, 0))

    @cached_property
    def completeness(self) -> tuple[int, int]:
        return completeness(self.findings)

    # ---- findings

    @cached_property
    def open(self) -> pd.DataFrame:
        """What is not met."""
        if "findings" in vars(self):
            return self.findings[self.findings["state"] == "not_met"]
        # of the month before nothing else is asked for, and making a month fit for pages takes its time
        findings = tables.read(self.project, tables.FINDINGS, self.month)
        return self.published(findings[findings["state"] == "not_met"])

    @cached_property
    def serious(self) -> pd.DataFrame:
        """What is not met of the absolute requirements (red line)."""
        red = [one.id for one in self.rules.requirements.values() if one.red_line]
        return self.open[self.open["requirement"].isin(red)]

    def serious_in(self, street: Street | None = None) -> tuple[int | None, int]:
        """Red lines that are missed, None where nothing is known of any; and how many are not known."""
        red = [one.id for one in self.rules.requirements.values() if one.red_line]
        asked = self.findings[self.findings["requirement"].isin(red)]
        if street is not None:
            asked = asked[asked["street_code"] == street.code]
        states = asked["state"].value_counts()
        unknown = int(states.get("not_reported", 0) + states.get("needs_review", 0))
        missed = int(states.get("not_met", 0))
        return (missed if missed or states.get("met", 0) else None), unknown

    @property
    def serious_committees(self) -> int:
        return count_committees(self.serious)

    def life(self, street: Street | None = None) -> dict[str, int]:
        """How many findings are new, ongoing, reopened and resolved."""
        findings = (
            self.findings if street is None else self.findings[self.findings["street_code"] == street.code]
        )
        counts = findings["change"].value_counts()
        return {change: int(counts.get(change, 0)) for change in ("new", "ongoing", "reopened", "resolved")}

    @cached_property
    def tasks(self) -> list[Task]:
        """The requirements that are not met by urgency: red lines first, then force, then how many committees."""
        listed = []
        for id_, rows in self.open.groupby("requirement"):
            of: dict[str, tuple[list[str], list[str]]] = {}  # by street the names, and their neighbourhoods
            for code, name, home in zip(
                rows["street_code"],
                rows["committee_name"].fillna("（未写名称）"),
                rows["neighbourhood_committee"].fillna(""),
                strict=True,
            ):
                names, homes = of.setdefault(code, ([], []))
                names.append(short_form(name))
                homes.append(home)
            here = [street for street in self.streets if street.code in of]
            by_street, home_of = ({street.label: of[street.code][part] for street in here} for part in (0, 1))
            since = [words.lasted(one, self.month) for one in rows["since"].dropna()]
            fresh = int(rows["change"].isin(["new", "reopened"]).sum())
            longest = max(since, default=0)
            listed.append(Task(self.rules.requirements[str(id_)], by_street, fresh, longest, home_of))
        return sorted(
            listed,
            key=lambda task: (
                not task.requirement.red_line,
                _FORCE_ORDER[task.requirement.force],
                -task.count,
                task.requirement.id,
            ),
        )

    @cached_property
    def series(self) -> dict[tuple[str, str | None], list[tuple[Month, float | None]]]:
        """By measure and street (None: the district) its values in up to twelve months (3_scores/trend), oldest first."""
        series: dict[tuple, list] = {}
        for month in tables.months(self.project, tables.TREND):
            if self.month.plus(1 - TREND_MONTHS) <= month <= self.month:
                rows = tables.read(self.project, tables.TREND, month, ["measure", "street_code", "value"])
                for measure, code, value in rows.itertuples(index=False, name=None):
                    series.setdefault((measure, _plain(code)), []).append((month, _plain(value)))
        return series

    @cached_property
    def trend(self) -> pd.DataFrame:
        """How far the month is from those before it, by measure and street (3_scores/trend)."""
        return self._if_made(tables.TREND)

    def limits(self, measure: str, street: Street | None = None) -> tuple[float, float, float] | None:
        """Lower natural limit, centre and upper limit of a measure; None where too few months tell."""
        made, code = self.trend, street.code if street else None
        whose = made["street_code"] == code if code else made["street_code"].isna()
        rows = made[(made["measure"] == measure) & whose][["lower", "centre", "upper"]].dropna()
        return tuple(map(float, rows.iloc[0])) if len(rows) else None  # type: ignore[return-value]

    @cached_property
    def _cells(self) -> pd.DataFrame:
        """1_returns/cells, without what a page never asks of it, and not yet as pages may show it."""
        wanted = ["street_code", *NAMES, "field", *_PLACE, "raw", "value_state"]
        return tables.read(self.project, tables.CELLS, self.month, wanted)

    def cells(self, street: Street) -> pd.DataFrame:
        """1_returns/cells of a street."""
        if street.code not in self._cells_of:
            self._cells_of[street.code] = self.published(
                self._cells[self._cells["street_code"] == street.code]
            )
        return self._cells_of[street.code]

    def raw_texts(self, *shown: pd.DataFrame) -> dict[tuple[str, str, str], str]:
        """What stands in the cells of these findings, as far as it may be shown, by file, sheet and cell."""
        wanted = pd.concat([one[_PLACE] for one in shown]).dropna().drop_duplicates()
        places = self._cells if self._openly else self.publisher.places(self._cells)
        there = pd.MultiIndex.from_frame(places[_PLACE]).isin(pd.MultiIndex.from_frame(wanted))
        cells = self.published(self._cells[there])
        return dict(zip(cells[_PLACE].itertuples(index=False, name=None), cells["raw"], strict=True))

    def shown(self, row: dict, raws: dict[tuple[str, str, str], str]) -> dict:
        """A finding as pages show it: cell and life in words, blanks empty."""
        raw = raws.get((row["source_file"], row["source_sheet"], row["cell"]), "")
        row = {key: "" if pd.isna(value) else value for key, value in (row | {"raw": raw}).items()}
        return row | {
            "change_word": words.life(row.get("change"), row.get("since"), self.month),
            "anchor": self.anchor(row),
        }

    @cached_property
    def _anchors(self) -> dict[tuple[str, ...], str]:
        """By committee the mark of its section on its street's page."""
        who = self.returns[COMMITTEE].fillna("").drop_duplicates()
        numbers = who.groupby("street_code").cumcount() + 1
        keys = who.itertuples(index=False, name=None)
        return {key: f"k{number}" for key, number in zip(keys, numbers, strict=True)}

    def anchor(self, row: Mapping[Any, Any]) -> str:
        """The mark of the section of a row's committee on its street's page; "" of one that is not in the returns."""
        return self._anchors.get(tuple("" if pd.isna(row[name]) else row[name] for name in COMMITTEE), "")

    @cached_property
    def committees(self) -> pd.DataFrame:
        """Total points of every committee."""
        return self.scores[(self.scores["level"] == "committee") & (self.scores["part"] == "total")]


_PREPARED: dict[tuple[Path, Month], Figures] = {}


@contextlib.contextmanager
def prepared(project: Project, month: Month) -> Iterator[tuple[Figures, Figures]]:
    """The figures of a month with all read that its pages have in common: as anybody may read them, and whole.

    Meanwhile they are those that ``redstats.open_month`` gives, in this process and in its forks, so that all pages of a run
    are of the same tables, whatever is put into the month's folder by then.
    """
    figures, whole = Figures(project, month), Figures(project, month, openly=True)
    for name in (name for name, value in vars(Figures).items() if isinstance(value, cached_property)):
        getattr(figures, name)
    _PREPARED[project.root, month] = figures
    try:
        yield figures, whole
    finally:
        del _PREPARED[project.root, month]


def at_hand(project: Project, month: Month) -> Figures | None:
    """The figures of a month that are ``prepared``; None where they are not."""
    return _PREPARED.get((project.root, month))


def count_committees(table: pd.DataFrame) -> int:
    """How many committees a table of findings or scores speaks of."""
    return len(table[COMMITTEE].drop_duplicates())


def usual_place(*shown: pd.DataFrame) -> tuple[str, str]:
    """The file and the sheet in which most of the cells of these findings stand; blank where there are none."""
    places = pd.concat([table[_PLACE[:2]] for table in shown]).dropna()
    return tuple(places.value_counts().index[0]) if len(places) else ("", "")


def _plain(value: Any) -> Any:
    return None if pd.isna(value) else value

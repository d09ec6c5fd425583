"""Time and memory of judging months of invented committees: redstats, plain Great Expectations, pandera, plain pandas.

    python benchmarks/checking.py [--sizes 1000 10000 100000] [--repeat 3] [--json FILE]

Every engine finds, for every rule on a return in force, which committees fail it, and must come to the same; imports and
the making of the month are left out.  Plain Great Expectations and pandera get no months above ``LARGEST``, and Great
Expectations one round.  The yardstick is plain pandas.
"""

from __future__ import annotations

import math
import multiprocessing
import resource
import tempfile
import warnings
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import measuring
import numpy as np
import pandas as pd
from measuring import ROOT, Ratio, Taken

from redstats import places, sample, standard, tables
from redstats.facts import law_facts, standard_facts
from redstats.facts.cells import STATES, Cells
from redstats.facts.month import MonthFacts
from redstats.findings import law as findings_of_law
from redstats.findings.judge import Judge
from redstats.months import Month
from redstats.places.identity import Identity
from redstats.project import Project
from redstats.runs import light
from redstats.suites import running
from redstats.suites.names import LAW, RECOMMENDATIONS, vocabulary

SEED, MONTH = 20261031, Month(2026, 10)
RULES = standard.on(MONTH.end)
PLAIN, REDSTATS, FIVE_STATES = "plain pandas (yardstick)", "redstats", "redstats, to the five states"
PANDERA, GREAT_EXPECTATIONS = "pandera", "Great Expectations"
LARGEST = {PANDERA: 100_000, GREAT_EXPECTATIONS: 10_000}
ONCE = (GREAT_EXPECTATIONS,)  # engines that get one round
AT_LEAST = 1.0  # CPU seconds of a round: what is done sooner is done again (not with --once)
SMALLEST = ["--sizes", "50", "--repeat", "2"]
RATIOS = {
    "judging.five_states": Ratio("to the five states, largest size", "plain pandas, rules only", 1),
    "judging.rules": Ratio("which committees fail a rule, largest size", "plain pandas"),
    "judging.great_expectations": Ratio(
        "how much faster, largest size that it gets", "Great Expectations, batch.validate", higher=True
    ),
}


class Invented(MonthFacts):
    """The facts of a month of ``count`` committees with nothing before it: of the sample's October, every tenth datum from
    another committee and some not there."""

    def __init__(self, count: int, project: Project) -> None:
        self.month, self.rules, self._project = MONTH, RULES, project
        chance = np.random.default_rng(SEED)
        self.returns = _returns(count, chance)
        self.cells = Cells(count, {name: _state(self.returns[name], chance) for name in RULES.return_fields})
        self._identity = Identity(places.on(MONTH.end))
        self._applies_not = {}


def _returns(count: int, chance: np.random.Generator) -> pd.DataFrame:
    values = sample.generate(SEED).values
    values = values[(values["month"] == str(MONTH)) & values["field"].isin(list(RULES.return_fields))]
    rows = [
        {
            name: value
            for name, value in zip(reported["field"], reported["value"], strict=True)
            if value is not None
        }
        | {"month": str(MONTH), "district_code": "310105", "street_code": street}
        for (street, _), reported in values.groupby(["street_code", "committee_name"], sort=False)
    ]
    like = tables.typed(rows, tables.schema_of(RULES.return_fields.values()))
    first = chance.integers(0, len(like), count)
    columns = {}
    for name, column in like.items():
        other = np.where(chance.random(count) < 0.1, chance.integers(0, len(like), count), first)
        taken = column.iloc[other].reset_index(drop=True)
        kept = name not in RULES.return_fields or name == "committee_status"
        columns[name] = taken if kept else taken.mask(chance.random(count) < 0.03)
    names = pd.Series([f"示例{number}业委会" for number in range(count)], dtype=object)
    return pd.DataFrame(columns).assign(committee_name=names)


def _state(column: pd.Series, chance: np.random.Generator) -> np.ndarray:
    """How cells were read: of those that hold nothing most are empty, some not readable, some answered 不涉及."""
    empty = chance.choice(["not_reported", "unreadable", "not_applicable"], len(column), p=[0.8, 0.1, 0.1])
    states = np.where(column.isna(), empty, "read")
    return pd.Categorical(states, categories=STATES).codes


@dataclass(slots=True)
class Judged:
    """A month with its suites in force and their parameters."""

    facts: MonthFacts
    suites: dict[str, dict]
    parameters: dict[str, object]

    @property
    def frame(self) -> pd.DataFrame:
        return self.facts.law.frame  # with all that the suites of the standard look at

    @property
    def rules(self) -> list[dict]:
        return [rule for content in self.suites.values() for rule in content["expectations"]]


def month_of(count: int, project: Project) -> Judged:
    facts = Invented(count, project)
    suites = running.load(ROOT / "expectations", vocabulary())
    del suites[RECOMMENDATIONS]  # judges other tables
    of_law = running.in_force({LAW: suites.pop(LAW)}, RULES.law.rules)
    parameters = standard_facts.parameters(RULES, MONTH) | RULES.law.parameters | facts.law.parameters
    return Judged(facts, running.in_force(suites, RULES.requirements) | of_law, parameters)


# The engines: each gives the numbers of the rows that fail each rule.


def redstats(month: Judged) -> dict[str, np.ndarray]:
    results = running.validate(month.frame, month.suites, month.parameters)
    return {result.id: result.failed for result in results}


def five_states(month: Judged) -> dict[str, np.ndarray]:
    """As redstats, and on to one of five states for every requirement, rule of the city and committee."""
    facts, of_law, laws = month.facts, month.facts.law, RULES.law.rules
    results = {result.id: result for result in running.validate(month.frame, month.suites, month.parameters)}
    doubts: dict[str, np.ndarray] = {}
    for result in results.values():
        if result.datum:
            doubts.setdefault(result.datum, np.zeros(len(month.frame), dtype=bool))[result.failed] = True
    doubts = facts.year.doubted(doubts)
    judge = Judge(facts, facts.year.frame, doubts)
    for requirement in RULES.requirements.values():
        judge.verdicts(requirement, results[requirement.id])
    unsure = {id_: findings_of_law._doubted(laws[id_], doubts, rows) for id_, rows in of_law.doubts.items()}
    judge = Judge(facts, of_law.frame, unsure, of_law.sources, of_law.still_open)
    for rule in laws.values():
        judged_by = law_facts.datum(rule, RULES.types[rule.field])
        judge.verdicts(replace(rule, field=judged_by), results[rule.id])
    return {result.id: result.failed for result in results.values()}


def great_expectations(month: Judged) -> dict[str, np.ndarray]:
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("returns").add_dataframe_asset("committees")
    batch = asset.add_batch_definition_whole_dataframe("month").get_batch(
        batch_parameters={"dataframe": month.frame}
    )
    failed = {}
    for content in month.suites.values():
        outcome = batch.validate(
            gx.ExpectationSuite(**content),
            expectation_parameters=month.parameters,
            result_format={"result_format": "COMPLETE", "unexpected_index_column_names": ["row"]},
        )
        for result in outcome.results:
            hits = result.result.get("unexpected_index_list") or ()
            failed[_name(result.expectation_config.meta)] = np.array([hit["row"] for hit in hits], dtype=int)
    return failed


def plain(month: Judged) -> dict[str, np.ndarray]:
    return {
        _name(rule["meta"]): np.flatnonzero(_fails(month.frame, rule, month.parameters))
        for rule in month.rules
    }


def pandera(month: Judged) -> dict[str, np.ndarray]:
    import pandera.pandas as pa

    def check(rule: dict):
        return pa.Check(
            lambda key: pd.Series(~_fails(month.frame, rule, month.parameters), key.index),
            name=_name(rule["meta"]),
        )

    # checks of the key alone: else every failing case would list the whole row
    schema = pa.DataFrameSchema({"row": pa.Column(int, checks=[check(rule) for rule in month.rules])})
    failed = {_name(rule["meta"]): np.array([], dtype=int) for rule in month.rules}
    try:
        schema.validate(month.frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        for name, cases in errors.failure_cases.groupby("check"):
            failed[name] = cases["index"].unique().astype(int)
    return failed


ENGINES = {
    PLAIN: plain,
    REDSTATS: redstats,
    FIVE_STATES: five_states,
    PANDERA: pandera,
    GREAT_EXPECTATIONS: great_expectations,
}


def _name(meta):
    return meta.get("requirement") or meta["check"]


def _fails(frame: pd.DataFrame, rule: dict, parameters: Mapping[str, object]) -> np.ndarray:
    """What one would write in pandas for a rule: the mask of the rows that fail it, empty data passed over."""
    given = {
        key: parameters[value["$PARAMETER"]] if isinstance(value, dict) and "$PARAMETER" in value else value
        for key, value in rule["kwargs"].items()
    }
    kind, passed_over = rule["type"].removeprefix("expect_"), given.get("ignore_row_if", "")
    names = given.get("column_list") or [
        given[key] for key in ("column", "column_A", "column_B") if key in given
    ]
    columns = [frame[name] for name in names]
    if kind == "column_values_to_not_be_null" or passed_over == "never":
        asked = pd.Series(True, frame.index)
    elif passed_over in ("either_value_is_missing", "any_value_is_missing"):
        asked = frame[names].notna().all(axis=1)
    else:
        asked = frame[names].notna().any(axis=1)
    if "row_condition" in given:
        condition = given["row_condition"]
        column = frame[condition["column"]["name"]]
        if condition["type"] == "nullity":
            asked = asked & column.notna()
        else:
            asked = asked & (column > 0 if condition["operator"] == ">" else column == condition["parameter"])
    return (asked & ~GOOD[kind](given, *columns)).to_numpy(dtype=bool)


def _between(given, column):
    good = pd.Series(True, column.index)
    if given.get("min_value") is not None:
        good &= column > given["min_value"] if given.get("strict_min") else column >= given["min_value"]
    return good & (column <= given["max_value"]) if given.get("max_value") is not None else good


def _dates(given, column):
    days = pd.to_datetime(column.explode())
    return ((days >= given["since"]) & (days <= given["until"])).groupby(level=0).sum() >= given["minimum"]


def _annual(given, count, since):
    start = given["year_start"]
    missed = (since.dt.year - start.year) * 12 + since.dt.month - 1
    return count >= np.ceil(given["minimum"] * (12 - missed.where(missed.between(0, 11), 0)) / 12)


def _term(given, end, start, first_end, last_start):
    least, most = pd.DateOffset(years=given["least"], days=-1), pd.DateOffset(years=given["most"])
    return (end >= start + least) & (first_end <= last_start + most)


GOOD = {
    "column_values_to_be_in_set": lambda given, column: column.isin(given["value_set"]),
    "column_values_to_not_be_in_set": lambda given, column: ~column.isin(given["value_set"]),
    "column_values_to_be_between": _between,
    "column_values_to_not_be_null": lambda given, column: column.notna(),
    "column_pair_values_a_to_be_greater_than_b": lambda given, a, b: (
        a >= b if given.get("or_equal") else a > b
    ),
    "compound_columns_to_be_unique": lambda given, *columns: (
        ~pd.concat(columns, axis=1).duplicated(keep=False)
    ),
    "share_to_be_at_least": lambda given, part, whole: part >= given["minimum"] * whole - 1e-9,
    "share_to_agree": lambda given, share, part, whole: (
        (whole <= 0) | ((share * whole - part).abs() <= given["tolerance"] * whole + 1e-9)
    ),
    "annual_count_to_reach": _annual,
    "date_to_follow": lambda given, day, since: (day >= since) & (day <= given["until"]),
    "any_column_to_hold": lambda given, *columns: pd.concat(
        [one.notna() & ~one.isin(["无", 0, False]) for one in columns], axis=1
    ).any(axis=1),
    "column_items_to_number_at_least": lambda given, column: column.str.len() >= given["minimum"],
    "column_items_to_include_all": lambda given, column: (
        column.dropna().map(set(given["required"]).issubset).reindex(column.index, fill_value=True)
    ),
    "column_dates_to_fall_within": _dates,
    "seats_to_be_odd_and_enough": lambda given, seats, area: (
        (seats % 2 == 1)
        & ((seats >= given["minimum"]) | ((seats == given["fewest"]) & (area <= given["area"])))
    ),
    "term_to_last": _term,
}


@dataclass(frozen=True, slots=True)
class Round:
    """What an engine took for a month, the memory of it in MiB, and how many rows failed each rule, with a sum that tells
    them apart; ``error``: why it could not be run."""

    taken: Taken
    peak: float = math.nan
    hits: Mapping[str, tuple[int, int]] | None = None
    error: str = ""


def _in_turn(engine: str, at_least: float) -> Round:
    """One engine on ``_month``, until it has taken so many seconds."""
    try:
        taken: list[Taken] = []
        failed: dict[str, np.ndarray] = {}
        while sum(each.cpu for each in taken) < at_least or not taken:
            taken.append(measuring.call(lambda: failed.update(ENGINES[engine](_month))))
    except ImportError as error:
        return Round(Taken(math.nan, math.nan), error=str(error))
    hits = {name: (len(rows), int(rows.sum())) for name, rows in sorted(failed.items())}
    return Round(measuring.least(taken), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, hits)


_month: Judged  # that forked processes find


def _forked(engine: str, at_least: float) -> Round:
    """In a process of its own, so that its memory is its own, forked from one that has imported all and made the month."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
        return pool.submit(_in_turn, engine, at_least).result()


def measure(count: int, repeat: int, at_least: float = AT_LEAST) -> dict[str, Round]:
    """The least time of each engine for a month of ``count`` committees; AssertionError where they differ."""
    global _month
    with tempfile.TemporaryDirectory() as scratch:
        project = Project(Path(scratch))
        five_states(month_of(20, project))  # imports, and what is made once
        _month = month_of(count, project)
        _month.facts.judged  # noqa: B018
        rounds: dict[str, list[Round]] = {}
        for turn in range(repeat):
            for engine in ENGINES:
                if count <= LARGEST.get(engine, count) and not (turn and engine in ONCE):
                    rounds.setdefault(engine, []).append(_forked(engine, at_least))
    best = {engine: min(each, key=lambda one: one.taken.cpu) for engine, each in rounds.items()}
    yardstick = best[PLAIN].hits
    for engine, result in best.items():
        assert result.error or result.hits == yardstick, (engine, _differ(result.hits, yardstick))
    return best


def _differ(hits: Mapping, others: Mapping) -> list[str]:
    return sorted(name for name in {*hits, *others} if hits.get(name) != others.get(name))


def main() -> None:
    parser = measuring.options(__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument(
        "--once", action="store_true", help="run nothing twice in a round, also what is short"
    )
    given = parser.parse_args()
    measuring.compile_bytecode()
    warnings.simplefilter("ignore")
    light.start()  # as redstats run does
    print("| committees | engine | CPU s | × plain pandas | peak MiB |\n|---:|---|---:|---:|---:|")
    ratios = {}
    for count in sorted(given.sizes):
        best = measure(count, given.repeat, 0.0 if given.once else AT_LEAST)
        for engine, result in best.items():
            if result.error:
                print(f"| {count:,} | {engine} | not measured: {result.error} | | |", flush=True)
                continue
            cpu, unit = result.taken.cpu, best[PLAIN].taken.cpu
            print(f"| {count:,} | {engine} | {cpu:.3f} | {cpu / unit:.2f} | {result.peak:.0f} |", flush=True)
        took = {engine: result.taken.cpu for engine, result in best.items()}
        ratios["judging.five_states"] = took[FIVE_STATES] / took[PLAIN]
        ratios["judging.rules"] = took[REDSTATS] / took[PLAIN]
        if GREAT_EXPECTATIONS in took:
            ratios["judging.great_expectations"] = took[GREAT_EXPECTATIONS] / took[FIVE_STATES]
    measuring.finish(given.json, ratios)


if __name__ == "__main__":
    main()

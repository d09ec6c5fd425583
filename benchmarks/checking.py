"""Time and memory of judging months of invented committees: redstats, plain Great Expectations, pandera, plain pandas.

    python benchmarks/checking.py [--sizes 50 1000 100000 700000] [--repeat 3]

Every engine finds, for every rule of every suite in force, which committees fail it, and must come to the same; each in a
process of its own, imports and the making of the month left out.  Plain Great Expectations and pandera get no months
above ``LARGEST``.  Prints a Markdown table for benchmarks/README.md; the yardstick is plain pandas.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
SEED = 20261031
LARGEST = {"pandera": 100_000, "Great Expectations": 100_000}
warnings.simplefilter("ignore")
sys.modules.setdefault(
    "rfc3987_syntax", None
)  # as redstats run does: a second of imports that nothing here uses


def sampled():
    """The facts of the sample's October, with all that the law looks at; the suites in force and their parameters."""
    from redstats import sample, standard, tables
    from redstats.facts import law_facts, standard_facts
    from redstats.months import Month
    from redstats.suites import running
    from redstats.suites.names import LAW, vocabulary

    month = Month(2026, 10)
    rules = standard.on(month.end)
    values = sample.generate(SEED).values
    values = values[(values["month"] == str(month)) & values["field"].isin(list(rules.return_fields))]
    rows = []
    for (street, name), own in values.groupby(["street_code", "committee_name"], sort=False):
        told = dict(zip(own["field"], own["value"], strict=True))
        keys = {"month": str(month), "district_code": "310105", "street_code": street, "committee_name": name}
        keys |= {"source_file": "示例.xlsx", "source_sheet": "月报"}
        rows.append({key: value for key, value in told.items() if value is not None} | keys)
    returns = tables.typed(rows, tables.schema_of(rules.return_fields.values()))
    frame = standard_facts.facts(returns, {}, month, rules)
    kinds = {id_: one.type for id_, one in rules.fields.items()}
    told = law_facts.facts(frame, {}, month, rules.law, standard_facts.Cells(len(frame)), kinds)
    kept = running.load(ROOT / "expectations", vocabulary())
    law = kept.pop(LAW)
    kept = running.in_force(kept, rules.requirements) | running.in_force({LAW: law}, rules.law.rules)
    return told, kept, standard_facts.parameters(rules, month) | rules.law.parameters | told.parameters


def invented(frame: pd.DataFrame, count: int) -> pd.DataFrame:
    """``count`` committees as those of the sample are, every tenth datum from another one and some left blank."""
    chance = np.random.default_rng(SEED)
    like = chance.integers(0, len(frame), count)
    columns = {}
    for name in frame.columns:
        other = np.where(chance.random(count) < 0.1, chance.integers(0, len(frame), count), like)
        column = frame[name].iloc[other].reset_index(drop=True)
        columns[name] = (
            column
            if name in ("committee_status", "row")
            else column.mask(chance.random(count) < 0.03, other=None)
        )
    columns["committee_name"] = pd.Series([f"示例{at}业委会" for at in range(count)], dtype=object)
    columns["row"] = pd.Series(range(count))
    return pd.DataFrame(columns)


# The engines: each gives the number of the rows that fail each rule.


def redstats(frame, kept, parameters) -> dict[str, np.ndarray]:
    from redstats.suites import running

    return {one.id: one.failed for one in running.validate(frame, kept, parameters)}


def five_states(frame, kept, parameters) -> dict[str, np.ndarray]:
    """As redstats, and on to one of five states for every requirement and committee."""
    from redstats import standard
    from redstats.facts.cells import STATES, Cells
    from redstats.findings.judge import Judge
    from redstats.months import Month
    from redstats.suites import running

    month = Month(2026, 10)
    rules = standard.on(month.end)
    results = {one.id: one for one in running.validate(frame, kept, parameters)}
    read, empty = STATES.index("read"), STATES.index("not_reported")
    state = {id_: np.where(frame[id_].isna(), empty, read).astype(np.int8) for id_ in rules.return_fields}
    doubts: dict[str, np.ndarray] = {}
    for one in results.values():
        if one.datum:
            doubts.setdefault(one.datum, np.zeros(len(frame), dtype=bool))[one.failed] = True
    judge = Judge(frame, Cells(len(frame), state), month, rules, doubts)
    for requirement in rules.requirements.values():
        judge.verdicts(requirement, results[requirement.id])
    return {one.id: one.failed for one in results.values()}


def great_expectations(frame, kept, parameters) -> dict[str, np.ndarray]:
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("returns").add_dataframe_asset("committees")
    batch = asset.add_batch_definition_whole_dataframe("month").get_batch(
        batch_parameters={"dataframe": frame}
    )
    found = {}
    for content in kept.values():
        outcome = batch.validate(
            gx.ExpectationSuite(**content),
            expectation_parameters=parameters,
            result_format={"result_format": "COMPLETE", "unexpected_index_column_names": ["row"]},
        )
        for one in outcome.results:
            hits = one.result.get("unexpected_index_list") or ()
            found[_name(one.expectation_config.meta)] = np.array([hit["row"] for hit in hits], dtype=int)
    return found


def plain(frame, kept, parameters) -> dict[str, np.ndarray]:
    return {_name(rule["meta"]): np.flatnonzero(_fails(frame, rule, parameters)) for rule in _rules(kept)}


def pandera(frame, kept, parameters) -> dict[str, np.ndarray]:
    import pandera.pandas as pa

    def check(rule):
        return pa.Check(
            lambda key: pd.Series(~_fails(frame, rule, parameters), key.index), name=_name(rule["meta"])
        )

    # checks of the key alone: else every failing case would list the whole row
    checks = [check(rule) for rule in _rules(kept)]
    found = {_name(rule["meta"]): np.array([], dtype=int) for rule in _rules(kept)}
    schema = pa.DataFrameSchema({"row": pa.Column(int, checks=checks)})
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        for name, own in errors.failure_cases.groupby("check"):
            found[name] = own["index"].unique().astype(int)
    return found


ENGINES = {
    "plain pandas": plain,
    "redstats": redstats,
    "redstats, to the five states": five_states,
    "pandera": pandera,
    "Great Expectations": great_expectations,
}


def _rules(kept):
    return [rule for content in kept.values() for rule in content["expectations"]]


def _name(meta):
    return meta.get("requirement") or meta["check"]


def _fails(frame: pd.DataFrame, rule: dict, parameters: dict) -> np.ndarray:
    """What one would write in pandas for a rule: the mask of the rows that fail it, empty data passed over."""
    told = {
        key: parameters[value["$PARAMETER"]] if isinstance(value, dict) and "$PARAMETER" in value else value
        for key, value in rule["kwargs"].items()
    }
    kind = rule["type"].removeprefix("expect_")
    names = told.get("column_list") or [
        told[key] for key in ("column", "column_A", "column_B") if key in told
    ]
    columns = [frame[name] for name in names]
    if "column" in told:
        asked = columns[0].notna() if kind != "column_values_to_not_be_null" else pd.Series(True, frame.index)
    elif told.get("ignore_row_if") == "either_value_is_missing":
        asked = columns[0].notna() & columns[1].notna()
    else:
        asked = frame[names].notna().any(axis=1)
    if "row_condition" in told:
        condition = told["row_condition"]
        column = frame[condition["column"]["name"]]
        if condition["type"] == "nullity":
            asked = asked & column.notna()
        else:
            asked = asked & (column > 0 if condition["operator"] == ">" else column == condition["parameter"])
    return (asked & ~GOOD[kind](told, *columns)).to_numpy(dtype=bool)


def _between(told, column):
    good = pd.Series(True, column.index)
    if told.get("min_value") is not None:
        good &= column > told["min_value"] if told.get("strict_min") else column >= told["min_value"]
    return good & (column <= told["max_value"]) if told.get("max_value") is not None else good


def _dates(told, column):
    days = pd.to_datetime(column.explode())
    return ((days >= told["since"]) & (days <= told["until"])).groupby(level=0).sum() >= told["minimum"]


def _term(told, end, start, first_end, last_start):
    least, most = pd.DateOffset(years=told["least"], days=-1), pd.DateOffset(years=told["most"])
    return (end >= start + least) & (first_end <= last_start + most)


GOOD = {
    "column_values_to_be_in_set": lambda told, column: column.isin(told["value_set"]),
    "column_values_to_not_be_in_set": lambda told, column: ~column.isin(told["value_set"]),
    "column_values_to_be_between": _between,
    "column_values_to_not_be_null": lambda told, column: column.notna(),
    "column_pair_values_a_to_be_greater_than_b": lambda told, a, b: a >= b if told.get("or_equal") else a > b,
    "compound_columns_to_be_unique": lambda told, *columns: (
        ~pd.concat(columns, axis=1).duplicated(keep=False)
    ),
    "share_to_be_at_least": lambda told, part, whole: part >= told["minimum"] * whole - 1e-9,
    "annual_count_to_reach": lambda told, count, since: (
        count
        >= np.ceil(
            told["minimum"] * np.where(since >= told["year_start"], 13 - since.dt.month.clip(1, 12), 12) / 12
        )
    ),
    "date_to_follow": lambda told, day, since: (day >= since) & (day <= told["until"]),
    "any_column_to_hold": lambda told, *columns: pd.concat(
        [one.notna() & ~one.isin(["无", 0, False]) for one in columns], axis=1
    ).any(axis=1),
    "column_items_to_number_at_least": lambda told, column: column.str.len() >= told["minimum"],
    "column_items_to_include_all": lambda told, column: (
        column.dropna().map(set(told["required"]).issubset).reindex(column.index, fill_value=True)
    ),
    "column_dates_to_fall_within": _dates,
    "seats_to_be_odd_and_enough": lambda told, seats, area: (
        (seats % 2 == 1) & ((seats >= told["minimum"]) | ((seats == told["fewest"]) & (area <= told["area"])))
    ),
    "term_to_last": _term,
}


def measured(engine: str, count: int) -> dict:
    """CPU seconds and MiB that one engine takes for one month beyond its imports, and what it found."""
    told, kept, parameters = sampled()
    frame = invented(told.frame, count)
    ENGINES[engine](frame.head(20).copy(), kept, parameters)  # imports, and what is made once
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    wall, start = time.perf_counter(), time.process_time()
    found = ENGINES[engine](frame, kept, parameters)
    cpu, wall = time.process_time() - start, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    hits = {name: [len(rows), int(rows.sum())] for name, rows in sorted(found.items())}
    return {"cpu": cpu, "wall": wall, "mib": peak / 1024, "more": (peak - before) / 1024, "hits": hits}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=[50, 1_000, 100_000, 700_000])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--engine", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.engine:
        print(json.dumps(measured(given.engine, given.sizes[0])))
        return
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}; medians\n")
    print(
        "| committees | engine | CPU s | × plain pandas | peak MiB of the process | of it beyond the month |"
    )
    print("|---:|---|---:|---:|---:|---:|")
    for count in given.sizes:
        unit = None
        for engine in ENGINES:
            if count > LARGEST.get(engine, count):
                continue
            command = [sys.executable, __file__, "--engine", engine, "--sizes", str(count)]
            runs = [subprocess.run(command, capture_output=True, text=True) for _ in range(given.repeat)]
            if any(run.returncode for run in runs):
                reason = runs[0].stderr.strip().splitlines()[-1:] or ["ended"]
                print(f"| {count:,} | {engine} | not measured: {reason[0][:60]} | | | |", flush=True)
                continue
            made = [json.loads(run.stdout.splitlines()[-1]) for run in runs]
            middle = {key: statistics.median(one[key] for one in made) for key in ("cpu", "mib", "more")}
            unit = unit or (middle["cpu"], made[0]["hits"])
            differ = [name for name, hits in unit[1].items() if made[0]["hits"].get(name) != hits]
            assert not differ, (engine, differ)
            print(
                f"| {count:,} | {engine} | {middle['cpu']:.2f} | {middle['cpu'] / unit[0]:.2f} "
                f"| {middle['mib']:.0f} | {middle['more']:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()

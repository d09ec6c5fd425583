"""The suites of ``expectations/``: loaded whole or not at all, and run by Great Expectations over one month.

GX skips what it cannot build with only a log line; a suite that lost a rule would report too little, so the
number and the ids of the expectations are compared with the file after every load, and again after every run.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from redstats.errors import StandardError
from redstats.suites import mistakes
from redstats.suites.conditions import applies, columns_of, failing, substituted
from redstats.suites.names import Vocabulary

ONE_SUFFICES = "expect_any_column_to_hold"


@dataclass(frozen=True, slots=True)
class Result:
    """What GX said of one expectation: the rows that failed, its columns (datum first) and its condition.

    ``one_suffices``: the rule is met as soon as one of its columns says so, whatever is unknown of others; ``asked``: to how many
    rows it applies; ``expectation``: as GX built it.
    """

    id: str
    columns: tuple[str, ...]
    condition: dict | None
    failed: np.ndarray
    description: str
    datum: str
    one_suffices: bool = False
    asked: int = 0
    expectation: Any = None


def great_expectations() -> Any:
    """The library with the project's own expectation types; importing it takes seconds."""
    with warnings.catch_warnings():
        # it and its dependencies warn about their own internals while being imported
        warnings.simplefilter("ignore")
        import great_expectations as gx

        from redstats.suites import expectations  # noqa: F401  (registers the project's own types)

    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    return gx


def load(folder: Path, known: Vocabulary) -> dict[str, dict]:
    """Every suite file as its JSON, by name; StandardError for the first mistake that ``mistakes.read`` finds."""
    suites = mistakes.read(folder, known)
    serious = [one for one in suites.mistakes if not one.hint]
    if serious:
        first = serious[0]
        also = f"（另有 {len(serious) - 1} 处）" if len(serious) > 1 else ""
        to_do = f"{first.to_do}{also}。全部列出：redstats suites check"
        raise StandardError(first.what, where=first.where, to_do=to_do)
    return suites.content


def in_force(suites: dict[str, dict], requirements: Collection[str]) -> dict[str, dict]:
    """The suites without the rules of requirements that are not in force now."""
    current = {}
    for name, suite in suites.items():
        kept = [r for r in suite["expectations"] if r["meta"].get("requirement", "") in {"", *requirements}]
        if kept:
            current[name] = suite | {"expectations": kept}
    return current


def validate(frame: pd.DataFrame, suites: dict[str, dict], parameters: dict[str, object]) -> list[Result]:
    """Run every suite over the frame (all committees of a month) and return one Result an expectation.

    ``frame`` has numbers as float, dates as datetime64, booleans and lists as objects with None where nothing was
    reported.  StandardError when GX lost or could not run a rule.
    """
    results = []
    for name, content in suites.items():
        rules = {_id(rule["meta"]): rule for rule in content["expectations"]}
        for expectation in built(name, content, parameters):
            results.append(_result(frame, expectation, rules[_id(expectation.meta)], name))
    asked = [_id(rule["meta"]) for content in suites.values() for rule in content["expectations"]]
    if sorted(one.id for one in results) != sorted(asked):
        what = f"{len(asked)} 条规则只执行了 {len(results)} 条"
        raise StandardError(what, where="expectations/", to_do="请运行 redstats suites check")
    return results


def built(name: str, content: dict, parameters: dict[str, object]) -> list:
    """The expectations of a suite as GX builds them, with their parameters filled in; none is ever lost."""
    where = f"{name}.json"
    missing = sorted(_asked([rule["kwargs"] for rule in content["expectations"]]) - set(parameters))
    if missing:
        raise StandardError(
            f"规则用到的参数没有定义：{'、'.join(missing)}", where=where, to_do="请在标准中补上，或改正参数名"
        )
    gx = great_expectations()
    try:
        # numbers stand in kwargs only: what a meta says is left as it is written
        rules = [
            rule | {"kwargs": substituted(rule["kwargs"], parameters)} for rule in content["expectations"]
        ]
        suite = gx.ExpectationSuite(**content | {"expectations": rules})
    except Exception as error:  # GX raises many kinds of its own for a malformed rule
        raise StandardError(
            "套件中有无法识别的规则", where=where, to_do=f"请改正：{str(error)[:300]}"
        ) from error
    asked = [_id(rule["meta"]) for rule in content["expectations"]]
    kept = [_id(one.meta) for one in suite.expectations]
    if sorted(kept) != sorted(asked):
        lost = "、".join(sorted(set(asked) - set(kept)))
        raise StandardError(
            f"有规则没有被装入：{lost}", where=where, to_do="请检查规则的 type 和 severity 是否写对"
        )
    return suite.expectations


def _result(frame: pd.DataFrame, expectation, rule: dict, name: str) -> Result:
    id_ = _id(expectation.meta)
    try:
        failed = failing(frame, expectation)
    except Exception as error:  # whatever a condition of GX stumbles over
        raise StandardError(
            f"规则“{id_}”无法执行", where=f"{name}.json，{id_}", to_do=f"请改正：{str(error)[:200]}"
        ) from error
    return Result(
        id_,
        columns_of(rule["kwargs"]),
        rule["kwargs"].get("row_condition"),
        failed,
        rule["description"],
        rule["meta"].get("datum", ""),
        rule["type"] == ONE_SUFFICES,
        int(applies(frame, rule["kwargs"].get("row_condition")).sum()),
        expectation,
    )


def _id(meta: Any) -> str:
    return meta.get("requirement") or meta["check"]


def _asked(value: object) -> set[str]:
    if isinstance(value, dict):
        names = {value["$PARAMETER"]} if "$PARAMETER" in value else set()
        return names.union(*(_asked(one) for one in value.values()))
    return set().union(*(_asked(one) for one in value)) if isinstance(value, list) else set()

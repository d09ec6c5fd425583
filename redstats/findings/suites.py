"""The suites of ``expectations/``: loaded whole or not at all, and run by Great Expectations over one month.

GX skips what it cannot build with only a log line; a suite that lost a rule would report too little, so the
number and the ids of the expectations are compared with the file after every load.
"""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from redstats.errors import StandardError

SEVERITIES = {"must": "critical", "should": "warning", "may": "info"}
ROW = "row"  # the index column by which results are joined back
ONE_SUFFICES = "expect_any_column_to_hold"


@dataclass(frozen=True, slots=True)
class Result:
    """What GX said of one expectation: the rows that failed, its columns (datum first) and its condition.

    ``one_suffices``: the rule is met as soon as one of its columns says so, whatever is unknown of others.
    """

    id: str
    columns: tuple[str, ...]
    condition: dict | None
    failed: frozenset[int]
    description: str
    datum: str
    one_suffices: bool = False


def read_suites(folder: Path) -> dict[str, dict]:
    """Every suite file as its JSON, by name; StandardError where one is not a suite or repeats a rule."""
    found, seen = {}, {}
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise StandardError(
            "没有找到任何规则套件", where=str(folder.name), to_do="请恢复 expectations/ 中的 .json 文件"
        )
    for path in paths:
        try:
            suite = json.loads(path.read_text(encoding="utf-8-sig"))
            name, rules = suite["name"], list(suite["expectations"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StandardError("套件不是有效的 JSON", where=path.name, to_do=f"请改正：{error}") from error
        if name in found:
            raise StandardError(f"两个套件同名“{name}”", where=path.name, to_do="请改名，或删去其中一个文件")
        for rule in rules:
            id_ = _checked_id(rule, path)
            if id_ in seen:
                raise StandardError(
                    f"规则“{id_}”写了两次", where=f"{path.name} 与 {seen[id_]}", to_do="请删去其中一条"
                )
            seen[id_] = path.name
        found[name] = suite
    return found


def _checked_id(rule: object, path: Path) -> str:
    """The name of a rule that has all that is needed to run it."""
    meta = rule.get("meta") if isinstance(rule, dict) else None
    id_ = (meta.get("requirement") or meta.get("check")) if isinstance(meta, dict) else None
    if not id_:
        raise StandardError(
            "规则没有写 meta.requirement 或 meta.check",
            where=f"{path.name}，{rule.get('type') if isinstance(rule, dict) else rule}",
            to_do="请补上规则的名称",
        )
    kwargs = rule.get("kwargs")
    if not isinstance(kwargs, dict) or not ({"column", "column_list"} & set(kwargs) or set(kwargs) >= _PAIR):
        raise StandardError(
            "规则没有写明要看哪一列",
            where=f"{path.name}，{id_}，kwargs",
            to_do="请写 column、column_list，或 column_A 与 column_B",
        )
    if rule.get("severity") not in SEVERITIES.values():
        raise StandardError(
            f"severity 不能是“{rule.get('severity')}”",
            where=f"{path.name}，{id_}，severity",
            to_do=f"可用：{'、'.join(SEVERITIES.values())}",
        )
    return id_


_PAIR = {"column_A", "column_B"}


def in_force(
    suites: dict[str, dict], requirements: Collection[str], ever: Collection[str]
) -> dict[str, dict]:
    """The suites without the rules of requirements that are not in force now (``ever``: all there have been).

    StandardError where a rule names a requirement that never was, or a requirement has no rule.
    """
    judged = {}
    for name, suite in suites.items():
        for rule in suite["expectations"]:
            id_ = rule["meta"].get("requirement")
            if id_ and id_ not in ever:
                raise StandardError(
                    f"没有要求“{id_}”",
                    where=f"{name}.json，{id_}，meta.requirement",
                    to_do="请用 requirements/ 或 law.yaml 中的名称",
                )
            judged[id_] = name
    missing = sorted(set(requirements) - set(judged))
    if missing:
        raise StandardError(
            f"要求没有对应的规则：{'、'.join(missing)}",
            where="expectations/",
            to_do="请在相应的套件中补上",
        )
    found = {}
    for name, suite in suites.items():
        kept = [r for r in suite["expectations"] if r["meta"].get("requirement", "") in {"", *requirements}]
        if kept:
            found[name] = suite | {"expectations": kept}
    return found


def columns_of(rule: dict) -> tuple[str, ...]:
    """The columns an expectation looks at, the datum first."""
    kwargs = rule["kwargs"]
    if "column" in kwargs:
        return (kwargs["column"],)
    if "column_list" in kwargs:
        return tuple(kwargs["column_list"])
    return kwargs["column_A"], kwargs["column_B"]


def validate(frame: pd.DataFrame, suites: dict[str, dict], parameters: dict[str, object]) -> list[Result]:
    """Run every suite over the frame (one batch a month) and return one Result an expectation.

    ``frame`` has a column ``row`` of integers, numbers as float, dates as datetime64, booleans and lists as
    objects with None where nothing was reported.  StandardError when GX lost or could not run a rule.
    """
    with warnings.catch_warnings():
        # GX and its dependencies warn about their own internals while being imported.
        warnings.simplefilter("ignore")
        import great_expectations as gx

        from redstats.findings import expectations  # noqa: F401  (registers the project's own types)

        logging.getLogger("great_expectations").setLevel(logging.ERROR)
        context = _context(gx)
        whole = (
            context.data_sources.add_pandas("returns")
            .add_dataframe_asset("committees")
            .add_batch_definition_whole_dataframe("month")
        )
        found = []
        for name, content in suites.items():
            # GX copies the whole frame for every row condition: give it the columns of this suite only
            narrow = frame[[ROW, *sorted(_columns(content) & set(frame.columns))]]
            batch = whole.get_batch(batch_parameters={"dataframe": narrow})
            found += _validate(batch, name, content, parameters, gx)
        return found


def _context(gx):
    """A context that keeps nothing: GX's own default makes a folder for Data Docs at every run."""
    from great_expectations.data_context.types.base import DataContextConfig

    stores = {
        "expectations_store": "ExpectationsStore",
        "validation_results_store": "ValidationResultsStore",
        "validation_definition_store": "ValidationDefinitionStore",
        "checkpoint_store": "CheckpointStore",
    }
    config = DataContextConfig(
        config_version=4.0,
        stores={name: {"class_name": kind} for name, kind in stores.items()},
        expectations_store_name="expectations_store",
        validation_results_store_name="validation_results_store",
        checkpoint_store_name="checkpoint_store",
        data_docs_sites={},
        progress_bars={"globally": False},
    )
    return gx.get_context(mode="ephemeral", project_config=config)


def _validate(batch, name: str, content: dict, parameters: dict[str, object], gx) -> list[Result]:
    where = f"{name}.json"
    try:
        suite = gx.ExpectationSuite(**content)
    except Exception as error:  # GX raises many kinds of its own for a malformed rule
        raise StandardError(
            "套件中有无法识别的规则", where=where, to_do=f"请改正：{str(error)[:300]}"
        ) from error
    rules = {_id(rule["meta"]): rule for rule in content["expectations"]}
    kept = {_id(one.meta) for one in suite.expectations}
    if kept != set(rules) or len(suite.expectations) != len(content["expectations"]):
        lost = "、".join(sorted(set(rules) - kept))
        raise StandardError(
            f"有规则没有被装入：{lost}", where=where, to_do="请检查规则的 type 和 severity 是否写对"
        )
    wanted = _asked(content)
    missing = sorted(wanted - set(parameters))
    if missing:
        raise StandardError(
            f"规则用到的参数没有定义：{'、'.join(missing)}", where=where, to_do="请在标准中补上，或改正参数名"
        )
    outcome = batch.validate(
        suite,
        expectation_parameters={key: parameters[key] for key in wanted},
        result_format={"result_format": "COMPLETE", "unexpected_index_column_names": [ROW]},
    )
    found = []
    for one in outcome.results:  # not in the order of the suite
        id_ = _id(one.expectation_config.meta)
        if "element_count" not in one.result:
            raise StandardError(f"规则“{id_}”无法执行", where=where, to_do=f"请改正：{_reason(one)}")
        failed = frozenset(int(hit[ROW]) for hit in one.result.get("unexpected_index_list") or ())
        rule = rules[id_]
        found.append(
            Result(
                id_,
                columns_of(rule),
                rule["kwargs"].get("row_condition"),
                failed,
                rule.get("description", ""),
                rule["meta"].get("datum", ""),
                rule["type"] == ONE_SUFFICES,
            )
        )
    if len(found) != len(rules):
        raise StandardError(f"{len(rules)} 条规则只执行了 {len(found)} 条", where=where, to_do="请检查套件")
    return found


def _columns(value: object) -> set[str]:
    """Every column a suite names, in its rules and in their conditions."""
    if isinstance(value, dict):
        own = {
            value[key]
            for key in ("column", "column_A", "column_B", "name")
            if isinstance(value.get(key), str)
        }
        own |= set(value.get("column_list", ()))
        return own.union(*(_columns(one) for one in value.values()))
    return set().union(*(_columns(one) for one in value)) if isinstance(value, list) else set()


def _id(meta: dict) -> str:
    return meta.get("requirement") or meta["check"]


def _asked(value: object) -> set[str]:
    if isinstance(value, dict):
        own = {value["$PARAMETER"]} if "$PARAMETER" in value else set()
        return own.union(*(_asked(one) for one in value.values()))
    return set().union(*(_asked(one) for one in value)) if isinstance(value, list) else set()


def _reason(one) -> str:
    infos = one.exception_info or {}
    infos = [infos] if "exception_message" in infos else infos.values()
    return next((str(i.get("exception_message", "")).splitlines()[0][:200] for i in infos if i), "原因不明")

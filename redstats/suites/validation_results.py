"""The results of a run as Great Expectations keeps them: a JSON file for each suite, which GX reads again."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path

import pandas as pd

from redstats import tables
from redstats.files import replacing
from redstats.months import Month
from redstats.project import Project
from redstats.suites.running import Result

IDS = ["street_code", "neighbourhood_committee", "committee_name"]


def clear(project: Project, month: Month) -> None:
    """Remove the results of an earlier run, which may have had other suites."""
    for path in (project.processed / tables.VALIDATION / str(month)).glob("*.json"):
        path.unlink()


def write(
    project: Project,
    month: Month,
    suites: Mapping[str, dict],
    results: Collection[Result],
    base: pd.DataFrame,
    parameters: Mapping[str, object],
) -> list[Path]:
    """Write ``2_findings/validation/<month>/<suite>.json`` for every suite: GX's ExpectationSuiteValidationResult with each rule's severity, how many
    rows it was asked of, how many and which (``IDS`` of ``base``) were unexpected.  Returns the files.
    """
    from great_expectations.core import ExpectationSuiteValidationResult, ExpectationValidationResult

    by_id = {one.id: one for one in results}
    ids = base[IDS].to_dict("records")
    written = []
    for name, content in suites.items():
        kept, unexpected = [], []
        for rule in content["expectations"]:
            result = by_id[rule["meta"].get("requirement") or rule["meta"]["check"]]
            failed = result.failed.tolist()
            unexpected.append([ids[row] for row in failed])
            kept.append(
                ExpectationValidationResult(
                    success=not failed,
                    expectation_config=result.expectation.configuration,
                    result={
                        "element_count": result.asked,
                        "unexpected_count": len(failed),
                        "unexpected_percent": 100 * len(failed) / result.asked if result.asked else None,
                        "unexpected_index_column_names": IDS,
                    },
                )
            )
        passed = sum(bool(one.success) for one in kept)
        whole = ExpectationSuiteValidationResult(
            success=passed == len(kept),
            results=kept,
            suite_name=name,
            suite_parameters=dict(parameters),
            statistics={
                "evaluated_expectations": len(kept),
                "successful_expectations": passed,
                "unsuccessful_expectations": len(kept) - passed,
                "success_percent": 100 * passed / len(kept),
            },
        )
        written_by_gx: dict = whole.to_json_dict()
        for written_result, rows in zip(written_by_gx["results"], unexpected, strict=True):
            written_result["result"]["unexpected_index_list"] = (
                rows  # GX would copy every row four times over
            )
        path = project.processed / tables.VALIDATION / str(month) / f"{name}.json"
        with replacing(path, private=True) as scratch:
            scratch.write_text(
                json.dumps(written_by_gx, ensure_ascii=False, indent=1, default=str), encoding="utf-8"
            )
        written.append(path)
    return written

"""The suites as anyone would run them: ``batch.validate`` of Great Expectations, COMPLETE, with a key column."""

from __future__ import annotations

import warnings

import pandas as pd


def validated(frame: pd.DataFrame, suites: dict[str, dict], parameters: dict[str, object]) -> list:
    """GX's own result of every expectation of every suite; ``frame`` has a column ``row`` as the key."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations as gx

        from redstats.suites import expectations  # noqa: F401  (registers the project's own types)

        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}
        batch = (
            context.data_sources.add_pandas("returns")
            .add_dataframe_asset("committees")
            .add_batch_definition_whole_dataframe("month")
            .get_batch(batch_parameters={"dataframe": frame})
        )
        found = []
        for content in suites.values():
            outcome = batch.validate(
                gx.ExpectationSuite(**content),
                expectation_parameters=parameters,
                result_format={"result_format": "COMPLETE", "unexpected_index_column_names": ["row"]},
            )
            found += outcome.results
        return found


def failing(
    frame: pd.DataFrame, suites: dict[str, dict], parameters: dict[str, object]
) -> dict[str, set[int]]:
    """The keys of the rows that fail each rule, by requirement or check; an AssertionError where one did not run."""
    found = {}
    for one in validated(frame, suites, parameters):
        meta = one.expectation_config.meta
        assert "element_count" in one.result, (meta, one.exception_info)
        hits = one.result.get("unexpected_index_list") or ()
        found[meta.get("requirement") or meta["check"]] = {int(hit["row"]) for hit in hits}
    return found

"""What is said of committees that no return of the month has: not reported, whatever is asked of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from redstats import tables
from redstats.months import Month
from redstats.standard import Requirement, Rule, Standard


def with_absent(
    findings: pd.DataFrame,
    absent: pd.DataFrame,
    asked: Iterable[Requirement | Rule],
    month: Month,
    rules: Standard,
) -> pd.DataFrame:
    """``findings`` (2_findings or 2_findings/law) with a row for each requirement asked of each row of 1_returns/absent.

    Those that were in no state to be judged when they were last reported are asked nothing (not applicable).
    """
    if absent.empty:
        return findings
    status = absent["committee_status"]
    judged = status.isna() | status.isin(rules.edition.judged_statuses)
    keys = absent[tables.KEYS].astype(object)
    parts = []
    for one in asked:
        due = not (isinstance(one, Requirement) and one.months and month.number not in one.months)
        parts.append(
            keys.assign(
                **_words(one, rules),
                state=judged.map({True: "not_reported", False: "not_applicable"})
                if due
                else "not_applicable",
            )
        )
    return pd.concat([findings.astype(object), *parts], ignore_index=True)


def _words(one: Requirement | Rule, rules: Standard) -> dict[str, Any]:
    said: dict[str, Any] = {
        "requirement": one.id,
        "field": one.field,
        "edition": one.edition if isinstance(one, Requirement) else rules.law.edition,
        "force": one.force,
        "reported": "",
        "required": one.required,
        "message": f"{one.title}：本月报表没有这个业委会，按未填报计。",
    }
    if isinstance(one, Requirement):
        return said | {"clause": one.clause}
    return said | {
        "document": one.document,
        "article": one.article,
        "link": one.link,
        "compared_on": one.compared_on,
    }

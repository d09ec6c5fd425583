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
    judged = rules.edition.judges(absent["committee_status"])
    keys = absent[tables.KEYS].astype(object)
    parts = []
    for rule in asked:
        due = not (isinstance(rule, Requirement) and rule.months and month.number not in rule.months)
        parts.append(
            keys.assign(
                **_words(rule, rules),
                state=judged.map({True: "not_reported", False: "not_applicable"})
                if due
                else "not_applicable",
            )
        )
    return pd.concat([findings.astype(object), *parts], ignore_index=True)


def _words(rule: Requirement | Rule, rules: Standard) -> dict[str, Any]:
    words: dict[str, Any] = {
        "requirement": rule.id,
        "field": rule.field,
        "edition": rule.edition if isinstance(rule, Requirement) else rules.law.edition,
        "force": rule.force,
        "reported": "",
        "required": rule.required,
        "message": f"{rule.title}：本月报表没有这个业委会，按未填报计。",
    }
    if isinstance(rule, Requirement):
        return words | {"clause": rule.clause}
    return words | {
        "document": rule.document,
        "article": rule.article,
        "link": rule.link,
        "compared_on": rule.compared_on,
    }

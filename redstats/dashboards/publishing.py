"""What of a sender's raw text a page may show."""

from __future__ import annotations

import pandas as pd

from redstats import outcomes
from redstats.dashboards import words
from redstats.standard import Standard, attachments


def shown_note(row: dict, rules: Standard) -> dict:
    """A note as pages show it: blanks empty, personal data masked, and no free text, which may name persons."""
    row = {key: "" if pd.isna(value) else value for key, value in row.items()}
    kind = outcomes.notes()[row["kind"]]
    labels = [one.label for one in rules.fields.values() if one.personal]
    labels += [attachments.label(name) for name in attachments.columns() if attachments.personal(name)]
    if row["message"].startswith(tuple(f"“{label}”" for label in labels)):
        return row | {"raw": words.masked(row["raw"]), "message": f"{kind.what}（个人信息，请查原表）"}
    return row | ({"raw": "（文字，请查原表）"} if kind.free_text else {})

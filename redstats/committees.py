"""Which rows speak of the same owners' committee: street and name, and more where that is not enough."""

from __future__ import annotations

import pandas as pd

from redstats.text import fold


def identities(table: pd.DataFrame, per: str = "") -> list[tuple]:
    """One key for every row of a table with the key columns: (street code, folded name).

    Where a street has several committees of one name in that table, the key also holds the neighbourhood
    and, for two terms of one committee, a number in the order of the rows.  ``per`` is a column that
    repeats for each committee (``requirement`` in 2_findings).
    """
    frame = pd.DataFrame(
        {
            "street": table["street_code"].astype(object).to_numpy(),
            "name": [_folded(name) for name in table["committee_name"]],
            "home": [_folded(name) for name in table["neighbourhood_committee"]],
            "per": table[per].astype(object).to_numpy() if per else "",
        },
        dtype=object,
    )
    namesakes = frame.groupby(["street", "name", "per"], dropna=False)["home"].transform("size")
    number = frame.groupby(["street", "name", "per", "home"], dropna=False).cumcount()
    return [
        (street, name) if alone else (street, name, home, nth)
        for street, name, home, alone, nth in zip(
            frame["street"], frame["name"], frame["home"], namesakes == 1, number, strict=True
        )
    ]


def _folded(name: object) -> str:
    return fold(name) if isinstance(name, str) else ""

"""What counts as a sign, and how it is said: ``rules.yaml``, read strictly."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from redstats.errors import StandardError
from redstats.strict import Positive, Share, Strict, Text, one_of, read_file

FILE = Path(__file__).with_name("rules.yaml")
KINDS = (
    *("last_month", "copied_rows", "permuted_rows", "mirrored_streets", "one_value", "no_spread", "digits"),
    *("all_yes", "rates", "one_day", "limits", "growth", "history", "peers"),
)


class Alike(Strict):
    """Two rows are alike where of ``cells`` in which not both are 0, or more, so large a share is ``equal``."""

    cells: Positive
    equal: Share


class Kind(Strict):
    """A kind of sign: its name, what is counted in words, what to do, and what makes it one."""

    label: Text
    text: Text
    ask: Text
    least: Positive
    share: Share
    rows: Alike = Alike(cells=8, equal=0.9)
    cells: Positive = 1


class Rules(Strict):
    """``rules.yaml`` as it stands."""

    level: Share
    months: Positive
    least_spread: Annotated[Share, Field(gt=0)]
    left_out: Share
    near: Share
    deviations: Positive
    history: Positive
    growth: Positive
    small: Positive
    kinds: dict[Annotated[str, one_of(KINDS)], Kind]


@cache
def rules(path: Path = FILE) -> Rules:
    """The rules of a file; StandardError (file, entry, what to do) for anything that cannot be used."""
    content = read_file(Rules, path)
    for name, kind in content.kinds.items():
        where = f"{path.name}，kinds，{name}，text"
        try:
            kind.text.format_map(_Words())
        except (KeyError, ValueError, IndexError, AttributeError) as error:
            raise StandardError(
                f"text 写法不对（{error}）", where=where, to_do="可用 {count}、{of}、{about}"
            ) from error
    return content


class _Words(dict[str, object]):
    """What the words of a kind may name."""

    def __init__(self) -> None:
        super().__init__(count=1, of=2, about="")

"""What the radar follows: kinds of duties, each by rules of law or requirements of the standard (``kinds.yaml``)."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from pathlib import Path

from pydantic import model_validator

from redstats.errors import StandardError
from redstats.standard import law, requirements
from redstats.standard.fields import fields
from redstats.strict import ByName, Mistake, Named, Positive, Strict, Text, Texts, read_file

FILE = Path(__file__).with_name("kinds.yaml")


class Kind(Named):
    """A kind of duty; ``law`` and ``standard`` name what asks for it (see ``kinds.yaml`` for the rest)."""

    title: Text
    law: Texts = ()
    standard: Texts = ()
    ends: bool = False
    undated: bool = False
    ahead: Positive = 1
    shows: Texts = ()

    @model_validator(mode="after")
    def _names_what_asks_for_it(self) -> Kind:
        if not (self.law or self.standard):
            raise Mistake("没有写明依据", "请在 law 或 standard 下写规定或要求的编号")
        return self


class _Content(Strict):
    kinds: ByName[Kind]


@cache
def kinds(path: Path = FILE) -> dict[str, Kind]:
    """Every kind by its id, in the order of the lists; StandardError for malformed data."""
    known: dict[str, Collection[str]] = {
        "law": law.dated(),
        "standard": requirements.dated(),
        "shows": fields(),
    }
    by_id = read_file(_Content, path).kinds
    for kind in by_id.values():
        for key, names in known.items():
            for name in getattr(kind, key):
                if name not in names:
                    raise StandardError(
                        f"没有“{name}”",
                        where=f"{path.name}，kinds，{kind.id}，{key}",
                        to_do="请用 law.yaml、requirements/ 或 fields.yaml 中的名称",
                    )
    return by_id

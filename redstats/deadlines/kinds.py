"""What the radar follows: kinds of duties, each by rules of law or requirements of the standard (``kinds.yaml``)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from redstats.errors import StandardError
from redstats.standard import law, requirements
from redstats.standard.fields import fields
from redstats.strict import check_keys, load, texts

FILE = Path(__file__).with_name("kinds.yaml")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of duty; ``law`` and ``standard`` name what asks for it (see ``kinds.yaml`` for the rest)."""

    id: str
    title: str
    law: tuple[str, ...] = ()
    standard: tuple[str, ...] = ()
    ends: bool = False
    undated: bool = False
    ahead: int = 1
    shows: tuple[str, ...] = ()


@cache
def kinds(path: Path = FILE) -> dict[str, Kind]:
    """Every kind by its id, in the order of the lists; StandardError for malformed data."""
    return {id_: _kind(id_, entry, f"{path.name}，{id_}") for id_, entry in _content(path)["kinds"].items()}


@cache
def _content(path: Path) -> Mapping[str, Any]:
    return check_keys(load(path), required=("kinds",), where=path.name)


def _kind(id_: str, entry: dict, where: str) -> Kind:
    check_keys(
        entry,
        required=("title",),
        optional=("law", "standard", "ends", "undated", "ahead", "shows"),
        where=where,
    )
    known: dict[str, Collection[str]] = {
        "law": law.dated(),
        "standard": requirements.dated(),
        "shows": fields(),
    }
    values: dict[str, Any] = {key: tuple(texts(entry.get(key, []), f"{where}，{key}")) for key in known}
    for key, named in values.items():
        for name in named:
            if name not in known[key]:
                raise StandardError(
                    f"没有“{name}”",
                    where=f"{where}，{key}",
                    to_do="请用 law.yaml、requirements/ 或 fields.yaml 中的名称",
                )
    if not (values["law"] or values["standard"]):
        raise StandardError("没有写明依据", where=where, to_do="请在 law 或 standard 下写规定或要求的编号")
    for key in ("ends", "undated"):
        if not isinstance(entry.get(key, False), bool):
            raise StandardError(f"“{entry[key]}”不是 true 或 false", where=f"{where}，{key}", to_do="请改正")
    marks: dict[str, Any] = {key: entry.get(key, False) for key in ("ends", "undated")}
    return Kind(
        id_, entry["title"], **values, **marks, ahead=_number(entry.get("ahead", 1), f"{where}，ahead")
    )


def _number(value: object, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise StandardError(f"“{value}”不是正整数", where=where, to_do="请写正整数")
    return value

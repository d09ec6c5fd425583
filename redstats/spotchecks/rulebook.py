"""How claims are drawn, what a checker may write and what is to be seen: ``rules.yaml``, read strictly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from redstats.errors import StandardError
from redstats.spotchecks.reasons import REASONS
from redstats.standard import Requirement, Standard, requirements
from redstats.standard import fields as columns
from redstats.strict import check_keys, load, texts
from redstats.text import fold

FILE = Path(__file__).with_name("rules.yaml")
RESULTS = ("confirmed", "not_confirmed", "unverifiable")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a claim is drawn more often, and how many times as often."""

    label: str
    factor: float


@dataclass(frozen=True, slots=True)
class Rules:
    """``least``: checks below which a street has no share; results: label by result; ``_words``: result by its folded word."""

    least: int
    reasons: Mapping[str, Reason]
    results: Mapping[str, str]
    _words: Mapping[str, str]
    _by_type: Mapping[str, str]
    _by_requirement: Mapping[str, str]

    def result(self, text: str) -> str | None:
        """What a checker's word means; None where it is none of them."""
        return self._words.get(fold(text).rstrip("。."))

    def evidence(self, requirement: Requirement, edition: Standard) -> str:
        """What is to be seen of a requirement."""
        asked = edition.fields.get(requirement.field)
        return self._by_requirement.get(requirement.id) or self._by_type[asked.type if asked else "int"]


@cache
def rules(path: Path = FILE) -> Rules:
    """The rules of a file; StandardError (file, entry, what to do) for anything that cannot be used."""
    content = check_keys(load(path), required=("least", "reasons", "results", "evidence"), where=path.name)
    if type(content["least"]) is not int or content["least"] < 1:
        raise StandardError("least 不是正整数", where=f"{path.name}，least", to_do="请写整数，如 16")
    reasons = {name: _reason(entry, f"{path.name}，reasons，{name}") for name, entry in _each(content, path)}
    check_keys(content["results"], required=RESULTS, where=f"{path.name}，results")
    words: dict[str, str] = {}
    for name, entry in content["results"].items():
        where = f"{path.name}，results，{name}"
        check_keys(entry, required=("label", "also"), where=where)
        for word in texts([entry["label"], *entry["also"]], where):
            if fold(word) in words:
                raise StandardError(f"“{word}”写了两次", where=where, to_do="请删去其中一个")
            words[fold(word)] = name
    where = f"{path.name}，evidence"
    evidence = check_keys(content["evidence"], required=("by_type", "by_requirement"), where=where)
    for section, allowed in (("by_type", columns.TYPES), ("by_requirement", requirements.dated())):
        check_keys(evidence[section], optional=sorted(allowed), where=f"{where}，{section}")
        texts([*evidence[section].values()], f"{where}，{section}")
    labels = {name: entry["label"] for name, entry in content["results"].items()}
    return Rules(content["least"], reasons, labels, words, evidence["by_type"], evidence["by_requirement"])


def _each(content: Mapping[str, Any], path: Path) -> list[tuple[str, Any]]:
    return [*check_keys(content["reasons"], optional=REASONS, where=f"{path.name}，reasons").items()]


def _reason(entry: object, where: str) -> Reason:
    given = check_keys(entry, required=("label", "factor"), where=where)
    if type(given["factor"]) not in (int, float) or given["factor"] < 1:
        raise StandardError(f"factor 不能是“{given['factor']}”", where=where, to_do="请写不小于1的数")
    return Reason(given["label"], float(given["factor"]))

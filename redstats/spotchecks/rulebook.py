"""How claims are drawn, what a checker may write and what is to be seen: ``rules.yaml``, read strictly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from redstats.errors import StandardError
from redstats.spotchecks.reasons import REASONS
from redstats.standard import Requirement, Standard, requirements
from redstats.standard import fields as columns
from redstats.strict import Number, Positive, Strict, Text, Texts, one_of, read_file
from redstats.text import fold

FILE = Path(__file__).with_name("rules.yaml")
RESULTS = ("confirmed", "not_confirmed", "unverifiable")


class Reason(Strict):
    """Why a claim is drawn more often, and how many times as often."""

    label: Text
    factor: Annotated[Number, Field(ge=1)]


class _Result(Strict):
    label: Text
    also: Texts


class _Evidence(Strict):
    by_type: dict[Annotated[str, one_of(columns.TYPES)], Text]
    by_requirement: dict[str, Text]


class _Content(Strict):
    least: Positive
    reasons: dict[Annotated[str, one_of([*REASONS])], Reason]
    results: dict[Annotated[str, one_of(RESULTS)], _Result]
    evidence: _Evidence


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
    content = read_file(_Content, path)
    words: dict[str, str] = {}
    for name in RESULTS:
        where = f"{path.name}，results，{name}"
        if name not in content.results:
            raise StandardError(f"缺少必填的键“{name}”", where=where, to_do=f"请补上“{name}”")
        result = content.results[name]
        for word in (result.label, *result.also):
            if fold(word) in words:
                raise StandardError(f"“{word}”写了两次", where=where, to_do="请删去其中一个")
            words[fold(word)] = name
    evidence, known = content.evidence, requirements.dated()
    for id_ in evidence.by_requirement:
        if id_ not in known:
            where = f"{path.name}，evidence，by_requirement，{id_}"
            raise StandardError(f"没有要求“{id_}”", where=where, to_do="请用 requirements 中的编号")
    labels = {name: result.label for name, result in content.results.items()}
    return Rules(content.least, content.reasons, labels, words, evidence.by_type, evidence.by_requirement)

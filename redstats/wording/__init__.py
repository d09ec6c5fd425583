"""What clerks write, as data: the words and patterns of the YAML files beside this module, compiled in this one place.

A file holds groups: lists of alternatives, one a line, each a regular expression in which ``{group}`` stands for another
group of the same file.  A family is several groups under one name, such as the words of every kind of unit.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from redstats.errors import StandardError
from redstats.strict import Mistake, Texts, Word, read_file

FOLDER = Path(__file__).parent
Words = tuple[str, ...]
_NAME = re.compile("[a-z][a-z_]*")
_REFERENCE = re.compile(rf"\{{({_NAME.pattern})\}}")  # not {0,12}, which counts


def _named(name: object) -> object:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise Mistake(f"词组不能叫“{name}”", "请用小写英文字母和下划线命名")
    return name


def _distinct(listed: Words) -> Words:
    if not listed:
        raise Mistake("词组是空的", "请至少写一个词语，或删去这个词组")
    for index, word in enumerate(listed):
        if word in listed[:index]:
            raise Mistake(f"“{word}”写了两次", "请删去其中一个")
    return listed


_Name = Annotated[str, BeforeValidator(_named)]
_Group = Annotated[Texts, AfterValidator(_distinct)]


@cache
def vocabulary(name: str) -> Vocabulary:
    """The words of one subject (``yes_no``, ``rows``), read once."""
    return Vocabulary(FOLDER / f"{name}.yaml")


def everything() -> Words:
    """Every word and pattern of every file, as it is listed."""
    return tuple(
        word for path in sorted(FOLDER.glob("*.yaml")) for word in vocabulary(path.stem).everything()
    )


class Vocabulary:
    """The groups of one file; ``StandardError`` naming file, group and line on anything that cannot be used."""

    def __init__(self, path: Path) -> None:
        self._file = path.name
        content = read_file(dict[_Name, _Group | dict[Word, _Group]], path)
        self._groups = {name: listed for name, listed in content.items() if not isinstance(listed, dict)}
        self._families = {name: listed for name, listed in content.items() if isinstance(listed, dict)}
        self._expanded: dict[str, str] = {}
        for name, listed in self._groups.items():
            self._check(name, listed)
        for name, family in self._families.items():
            for member, listed in family.items():
                self._check(f"{name}，{member}", listed)

    def words(self, group: str) -> Words:
        """The words of a group as they are listed."""
        return self._group(group, self._file)

    def family(self, name: str) -> dict[str, Words]:
        """The words of every group of a family, by the group's name, as they are listed."""
        if name not in self._families:
            raise self._unknown(name, self._families, self._file)
        return self._families[name]

    def everything(self) -> Words:
        """Every word of every group, as it is listed."""
        groups = [*self._groups.values(), *(g for family in self._families.values() for g in family.values())]
        return tuple(word for group in groups for word in group)

    def any_of(self, group: str) -> str:
        """A group as part of a larger pattern: ``(?:…|…)``."""
        return f"(?:{self._alternatives(group, self._file)})"

    def pattern(self, group: str) -> re.Pattern[str]:
        """The alternatives of a group as one pattern, the first that fits being taken."""
        return re.compile(self._alternatives(group, self._file))

    def patterns(self, family: str) -> dict[str, re.Pattern[str]]:
        """Every group of a family as a pattern, by the group's name."""
        return {
            name: re.compile(
                "|".join(self._filled(word, self._where(f"{family}，{name}")) for word in listed)
            )
            for name, listed in self.family(family).items()
        }

    def compose(self, skeleton: str, flags: int = 0) -> re.Pattern[str]:
        """A pattern whose mechanism stands in the code, with the words of ``{group}`` put in its place."""
        return re.compile(self._filled(skeleton, self._file), flags)

    def _group(self, group: str, where: str) -> Words:
        if group not in self._groups:
            raise self._unknown(group, self._groups, where)
        return self._groups[group]

    def _alternatives(self, group: str, where: str, within: Words = ()) -> str:
        if group in within:
            raise StandardError(
                f"词组“{group}”引用了自己",
                where=where,
                to_do=f"请删去其中一处引用：{'、'.join((*within, group))}",
            )
        if group not in self._expanded:
            listed = self._group(group, where)
            alternatives = (
                self._filled(word, f"{self._where(group)}，“{word}”", (*within, group)) for word in listed
            )
            self._expanded[group] = "|".join(alternatives)
        return self._expanded[group]

    def _filled(self, text: str, where: str, within: Words = ()) -> str:
        return _REFERENCE.sub(lambda match: f"(?:{self._alternatives(match[1], where, within)})", text)

    def _check(self, group: str, listed: Words) -> None:
        """Every alternative is a pattern by itself, so that none can take its neighbour apart."""
        for word in listed:
            if word.isalnum():
                continue
            where = f"{self._where(group)}，“{word}”"
            try:
                re.compile(self._filled(word, where))
            except re.error as error:
                raise StandardError(
                    "词语不是可用的模式", where=where, to_do=f"请检查括号和引号（{error}）"
                ) from error

    def _unknown(self, name: str, known: Iterable[str], where: str) -> StandardError:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"是否想写“{near[0]}”？" if near else ""
        return StandardError(
            f"没有词组“{name}”", where=where, to_do=f"{hint}请在 {self._file} 里补上它，或改正名称"
        )

    def _where(self, group: object) -> str:
        return f"{self._file}，{group}"

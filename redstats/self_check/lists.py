"""The sheet 自查词表: the words that formulas look up, the spellings of each choice, units and the roll's names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from redstats.self_check.words import Words, spelled
from redstats.standard import Field
from redstats.text.numerals import NUMERALS
from redstats.values.choices import spellings
from redstats.values.numbers import UNITS
from redstats.workbooks import Grid
from redstats.workbooks.stamps import WORDS

# What the import may turn into no answer, or a number, in ways that no formula can follow.
_OPEN = "未没无不待尚拟预计将暂约近共半几"
_DENYING = "未没无不拟非"  # before an item of a list: it is not there
_OPERATORS = "-~至到*×/÷=、;:%"  # between two numbers, or before one: nobody can tell which is meant
_TOP = 3  # below title and headings


@dataclass
class Lists:
    """Lists by column, each from ``_TOP`` on, with its heading; made once a workbook."""

    asked: tuple[Field, ...]
    known: Words
    columns: list[tuple[str, list[object]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.fields = {one.id: one for one in self.asked}
        self.words = self._added("词", self.known.listed)
        self._kinds = [
            self._added(f"第{nth + 1}类栏目", codes) for nth, codes in enumerate(self.known.columns)
        ]
        self.units = self._added("单位", map(spelled, UNITS))
        self.digits = self._added("数字", "0123456789")
        self.open = self._added("说不准的字", _OPEN + NUMERALS)
        self.denying = self._added("否定的字", _DENYING)
        self.operators = self._added("两数之间", map(spelled, _OPERATORS))
        self._choices: dict[str, dict[str, str]] = {}
        self._every: dict[str, str] = {}
        for choice in self.asked:
            if choice.type in ("enum", "set"):
                self._add_choices(choice)

    def _add_choices(self, choice: Field) -> None:
        spelled_as = spellings(choice)
        listed: list[str] = []
        ends = {}
        for value in choice.values:
            first = len(listed)
            listed += dict.fromkeys(spelled(word) for word, meant in spelled_as.items() if meant == value)
            ends[value] = (first, len(listed) - 1)
        self._every[choice.id] = self._added(choice.label, listed)
        column = len(self.columns) - 1
        self._choices[choice.id] = {value: self._range(column, *each) for value, each in ends.items()}

    def _added(self, heading: str, values: Iterable[object]) -> str:
        """A new list; its cells as a range."""
        self.columns.append((heading, list(values)))
        return self._range(len(self.columns) - 1, 0, len(self.columns[-1][1]) - 1)

    def _range(self, column: int, first: int, last: int) -> str:
        letters = Grid.letters(column)
        return f"'{WORDS}'!${letters}${_TOP + first}:${letters}${_TOP + last}"

    def names(self, heading: str, names: Iterable[str]) -> str:
        """A list of names as they are looked up; "" where there are none."""
        listed = list(dict.fromkeys(map(spelled, names)))
        return self._added(heading, listed) if listed else ""

    def looked_up(self, asked: Field, words: str) -> str:
        """The number of the word in ``words`` for a field; "" where nobody asked, an error where it is no word."""
        codes = self._kinds[self.known.kind[asked.id]]
        return f"INDEX({codes},MATCH({words},{self.words},0))"

    def of_field(self, choice: Field) -> str:
        """Every spelling of a field's choices."""
        return self._every[choice.id]

    def of_value(self, choice: Field, value: str) -> str:
        """The spellings of one of them."""
        return self._choices[choice.id][value]

"""What all commands share: the one way to the terminal, the month and the option for other programs."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    import pandas as pd

# What moves the cursor, colours, rings, ends a line or turns the direction of writing, and no letter of any script.
_CONTROLS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)

MonthArgument = Annotated[str, typer.Argument(metavar="月份", help="报告月份，如 2026-10")]
# How something that was looked at stands: well, not well, or to be minded.
SYMBOLS = {True: "●", False: "■", None: "▲"}
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON，供其他程序读取")]


def records(table: pd.DataFrame) -> list[dict]:
    """The rows of a table for JSON: what is not known is null."""
    plain = table.astype(object)
    return plain.where(plain.notna(), None).to_dict("records")


def visible(text: object) -> str:
    """A text that does nothing to a terminal: control characters as symbols, on one line."""
    return _CONTROLS.sub(_symbol, str(text))


def _symbol(control: re.Match[str]) -> str:
    code = ord(control[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"<U+{code:04X}>"


class Terminal(Console):
    """A console on which texts are texts: no markup, and nothing that a file or a cell is called moves the cursor."""

    def __init__(self, stderr: bool = False) -> None:
        # boxes of plain lines: consoles in GBK have no others
        super().__init__(
            stderr=stderr, safe_box=True, highlight=False, emoji=False, markup=False, soft_wrap=True
        )

    def line(self, *texts: object) -> None:
        """One line of text."""
        self.print("".join(map(visible, texts)))

    def lines(self, text: str) -> None:
        """A text of our own that has several lines."""
        for line in text.split("\n"):
            self.line(line)

    def rows(self, table: Table, rows: Iterable[Iterable[object]]) -> None:
        """A table with these rows."""
        for row in rows:
            table.add_row(*map(visible, row))
        self.print(table)

    @contextlib.contextmanager
    def progress(self) -> Iterator[Callable[[str], object]]:
        """What long work says of how far it is: one line that changes on a screen, a line each where it goes to a file."""
        if not self.is_terminal:
            yield self.line
            return
        with self.status("") as status:
            yield lambda text: status.update(visible(text))

    def data(self, content: Any) -> None:
        """JSON for other programs, with every control character as an escape."""
        text = json.dumps(content, ensure_ascii=False, default=str)
        print(_CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


console, complaints = Terminal(), Terminal(stderr=True)

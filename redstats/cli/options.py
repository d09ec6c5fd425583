"""What all commands share: the console, the month and the option for other programs."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

# boxes of plain lines: consoles in GBK have no others
console = Console(safe_box=True, highlight=False, emoji=False, soft_wrap=True)

MonthArgument = Annotated[str, typer.Argument(metavar="月份", help="报告月份，如 2026-10")]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON，供其他程序读取")]

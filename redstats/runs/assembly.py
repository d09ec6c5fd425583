"""Notebooks as objects on their way to a page: read, made of blocks, joined into the single-file edition."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from html import escape
from pathlib import Path

import nbformat
from nbformat import NotebookNode, v4

from redstats import html
from redstats.dashboards import Block

_LINK = re.compile(r'<a href="(?!#)[^"]*">(.*?)</a>', re.DOTALL)


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def of_error(title: str, error: Exception) -> NotebookNode:
    """A notebook in which what makes the page has failed."""
    heading = Block(f"<header><h1>{escape(title)}</h1></header>")
    failure = v4.new_output("error", ename=type(error).__name__, evalue=str(error), traceback=[])
    return v4.new_notebook(cells=[_cell(heading), v4.new_code_cell(outputs=[failure])])


def of_blocks(blocks: list[Block]) -> NotebookNode:
    """A notebook that displays the blocks, as if a kernel had run it."""
    cells = [_cell(block) for block in blocks]
    return v4.new_notebook(cells=cells)


def _cell(block: Block) -> NotebookNode:
    output = v4.new_output("display_data", data=block._repr_mimebundle_())
    cell = v4.new_code_cell(outputs=[output])
    return cell


def name_failures(notebook: NotebookNode, failed: Sequence[tuple[str, str]]) -> None:
    """Say on the overview which pages could not be made, with a link to each."""
    if failed:
        links = "、".join(f'<a href="{escape(file)}">{escape(title)}</a>' for title, file in failed)
        notebook.cells.insert(
            0,
            _cell(
                Block(f'<p class="failed">有 {len(failed)} 个页面生成失败：{links}。其余页面不受影响。</p>')
            ),
        )


def single_file(overview: NotebookNode, title: str, imprint: Sequence[str]) -> str:
    """The overview without links to other files, and with plotly.js inside where it has a chart: one file to send."""
    notebook = copy.deepcopy(overview)
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            shown = output.get("data", {}).get("text/html")
            if shown:
                output["data"]["text/html"] = _LINK.sub(r"\1", "".join(shown))
    has_chart = any(
        'class="plot"' in str(output) for cell in notebook.cells for output in cell.get("outputs", ())
    )
    return html.export(notebook, title=title, imprint=imprint, inline_plotly=has_chart)

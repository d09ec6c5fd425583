"""A block: one piece of a page, the same in JupyterLab and in the exported HTML."""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from pathlib import Path

import jinja2
from markupsafe import Markup

from redstats import html
from redstats.dashboards import words
from redstats.html.fitting import fitted


class Block:
    """HTML to display; with a plotly ``figure`` JupyterLab shows that."""

    def __init__(self, html: str, figure=None) -> None:
        self.html, self.figure = str(html), figure

    def __add__(self, other: Block) -> Block:
        return Block(self.html + other.html)

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, object]:
        bundle: dict[str, object] = {"text/html": f'<div class="redstats">{self.html}</div>'}
        if self.figure is not None:
            bundle[html.PLOTLY_MIME] = json.loads(self.figure.to_json())
        return bundle


@functools.cache
def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= words.FILTERS
    return made


def preload() -> None:
    """Compile every template, so that a process that is forked from this one finds it done."""
    for name in _environment().list_templates():
        _ = _environment().get_template(name).module


def render(template: str, macro: str, **context: object) -> Block:
    """The block that a macro of ``templates/<template>.html.j2`` makes of the context (all text escaped)."""
    module = _environment().get_template(f"{template}.html.j2").module
    return Block(fitted(getattr(module, macro)(**context)))


def chart(caption: str, figure, columns: list[str], rows: Sequence[Sequence[object]]) -> Block:
    """A figure with its caption and the accessible table of its numbers."""
    spec = Markup(figure.to_json().replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))
    block = render(
        "common", "chart", caption=caption, spec=spec, height=figure.layout.height, columns=columns, rows=rows
    )
    block.figure = figure
    return block


def style() -> Block:
    """The pages' style, for a notebook to show once (an exported page has it already)."""
    return Block(html.style())

"""The only door to nbconvert: its exporter with the project's template, and the template's filters."""

from __future__ import annotations

import functools
import html
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters import strip_ansi
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from redstats.html import style
from redstats.html.fitting import fitted


@functools.cache
def exporter() -> TemplateExporter:
    """One exporter per process, its template compiled once."""
    made = TemplateExporter(
        template_name="template",
        extra_template_basedirs=[str(Path(__file__).parent)],
        template_extension=".html.j2",
        default_preprocessors=[],  # highlighting, widgets, attachments: nothing a page shows
        filters={"markup": _markup, "prose": _prose, "chart": _chart, "pathless": pathless},
    )
    made.environment.autoescape = True
    return made


# Blocks escape what they print; this is the second lock, for the tags a policy in <meta> cannot stop (a
# redirect, a preconnect) or that would break the page around them.  "<" to "&lt;" can never create markup.
_FOREIGN = re.compile(
    r"<(?=(?:meta|link|base|i?frame|frameset|object|embed|form|html|head|body|title|plaintext)\b"
    r'|script\b(?!\s+type="application/json"[\s>]))',
    re.IGNORECASE,
)


def _markup(output: str) -> Markup:
    """A block's HTML without tags that have no place in one; the table beside a chart starts open."""
    output = _FOREIGN.sub("&lt;", output.replace(style(), ""))
    parts = output.split("</figure>")
    parts = [
        part.replace("<details>", "<details open>") if 'class="plot"' in part else part for part in parts
    ]
    return Markup("</figure>".join(parts))


def _chart(figure: Mapping[str, Any]) -> Markup:
    """A figure shown with ``fig.show()``: drawn like any other, but it brought no table of its numbers."""
    spec = json.dumps(
        {"data": figure.get("data", []), "layout": figure.get("layout", {})}, ensure_ascii=False
    )
    for char in "<>&":
        spec = spec.replace(char, f"\\u{ord(char):04x}")
    height = int((figure.get("layout") or {}).get("height") or 420)
    return Markup(
        f'<figure class="chart"><div class="plot" style="height:{height}px">'
        f'<script type="application/json">{spec}</script></div>'
        "<details open><summary>数据表</summary>"
        '<p class="note">此图未附数据表，需在浏览器中启用脚本查看。</p></details></figure>'
    )


class _Prose(IPythonRenderer):
    """nbconvert's markdown with HTML escaped and nothing that points outside the page's folder."""

    def __init__(self) -> None:
        super().__init__(escape=True, allow_harmful_protocols=False, exclude_anchor_links=True)

    def link(self, text: str, url: str, title: str | None = None) -> str:
        if _leaves(url):
            return text if html.unescape(text) == url else f"{text}（{html.escape(url)}）"
        return super().link(text, url, title)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return (
            super().image(text, url, title)
            if url.startswith("data:image/")
            else html.escape(html.unescape(text))
        )

    def block_code(self, code: str, info: str | None = None) -> str:
        # nbconvert's own colours code by a style that no page has, and leaves mermaid's unescaped
        return f"<pre><code>{html.escape(code)}</code></pre>\n"


def _leaves(url: str) -> bool:
    url = re.sub(r"[\x00-\x20]", "", url)  # browsers drop these before they look for a scheme
    return bool(re.match(r"[/\\]|%5c|[^/?#]*:", url, re.IGNORECASE))


def _prose(source: str) -> Markup:
    rendered = MarkdownWithMath(renderer=_Prose()).render(source)
    scrolling = rendered.replace("<table>", '<div class="scroll"><table class="data">')
    return Markup(fitted(scrolling.replace("</table>", "</table></div>")))


# Python quotes the paths in its messages, and a quoted folder may hold blanks; a bare one ends at the first.
_QUOTED = re.compile(r"""(['"])(?:~|[A-Za-z]:)?[\\/][^'"\n]*[\\/]([^'"\\/\n]*)\1""")
_FOLDERS = re.compile(
    r"""(?:(?<![\w.])~|(?<!\w)[A-Za-z]:|(?<![\w./\\<:]))[\\/]+(?:[^\\/\s'"<>|:*?：，；。（）]+[\\/]+)+"""
)


def pathless(text: str) -> str:
    """Plain text without terminal colours and without the folders of the machine that ran the notebook."""
    return _FOLDERS.sub("", _QUOTED.sub(r"\1\2\1", strip_ansi(text)))

"""Tables made to fit: what a style sheet cannot know of a table it is told, by what stands in the cells.

A cell of few characters stays on one line; one of many gets room for as many on each of its lines.  A table that is too wide
for a phone becomes cards there, each value with its heading; one of too many rows is folded, and says how many there are.
Works on the tables of our own templates: classes ``data``, cells closed, everything escaped.
"""

from __future__ import annotations

import hashlib
import html
import re

SHORT = 10  # characters (a Latin one is half) that stay on one line
PHONE = 22  # characters beside each other on a phone
DESK = 66  # characters beside each other at a desk: the headings of such a table can stay in sight
FOLDED = 50  # rows beyond which a table is folded
_TABLE = re.compile(r'<table class="data\b([^"]*)"([^>]*)>(.*?)</table>', re.DOTALL)
_CELL = re.compile(r"<(t[dh])\b([^>]*)>(.*?)</\1>", re.DOTALL)
_HEAD = re.compile(r"<thead>(.*?)</thead>", re.DOTALL)
_BODY = re.compile(r"<tbody>(.*)</tbody>\s*$", re.DOTALL)
_ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_BREAK = re.compile(r"<br>|</p>|</li>")
_UNSAFE = re.compile(r'["\\<>&{}\x00-\x1f]')


def fitted(block: str) -> str:
    """The HTML of a block with its tables of class ``data`` made to fit."""
    styled: set[str] = set()
    return (
        _TABLE.sub(lambda table: _fit(table[1], table[2], table[3], styled), block)
        if '<table class="data' in block
        else block
    )


def _fit(classes: str, attributes: str, content: str, styled: set[str]) -> str:
    widths: dict[int, float] = {}

    def row(text: str) -> str:
        column = 0

        def cell(parts: re.Match[str]) -> str:
            nonlocal column
            name, given, inside = parts.groups()
            wide, spans = _width(inside), "colspan" in given
            if not spans:
                widths[column] = max(widths.get(column, 0), min(wide, SHORT))
            column += 1
            return (
                f"<{name}{_with_class(given, 'long')}>{inside}</{name}>"
                if wide > SHORT or spans
                else parts[0]
            )

        return _CELL.sub(cell, text)

    content = _ROW.sub(lambda line: row(line[0]), content)
    head, style = _HEAD.search(content), ""
    if head and head[1].count("<tr") == 1 and sum(widths.values()) + len(widths) > PHONE:
        titles = [html.unescape(_TAG.sub("", cell[2])).strip() for cell in _CELL.findall(head[1])]
        name = "c" + hashlib.sha256("\n".join(titles).encode()).hexdigest()[:6]
        classes = " ".join(dict.fromkeys([*classes.split(), "cards-on-phone", name]))
        if "data-label" not in content and name not in styled:
            styled.add(name)
            style = _labels(name, titles)
    if head and head[1].count("<tr") == 1 and sum(widths.values()) + len(widths) < DESK:
        classes += " fits"
    opened = f'<table class="{f"data {classes.strip()}".strip()}"{attributes}>'
    return style + _folded(opened, content)


def _width(inside: str) -> float:
    """How many characters wide the widest line of a cell is; what is only heard counts for nothing."""
    inside = re.sub(r'<span class="offscreen">.*?</span>', "", inside)
    lines = (html.unescape(_TAG.sub("", line)).strip() for line in _BREAK.split(inside))
    return max((sum(0.55 if char.isascii() else 1 for char in line) for line in lines), default=0)


def _with_class(attributes: str, name: str) -> str:
    if 'class="' in attributes:
        return attributes.replace('class="', f'class="{name} ', 1)
    return f'{attributes} class="{name}"'


def _labels(name: str, titles: list[str]) -> str:
    """A rule for each column: on a phone its heading stands before the value."""
    rules = "".join(
        f'.{name} td:nth-child({place})::before{{content:"{_UNSAFE.sub(_escaped, title)} "}}'
        for place, title in enumerate(titles, start=1)
        if title
    )
    return f"<style>@media screen and (max-width:760px){{{rules}}}</style>"


def _escaped(char: re.Match[str]) -> str:
    return f"\\{ord(char[0]):x} "


def _folded(opened: str, content: str) -> str:
    """A table; of more rows than are read at a glance the first ones, and the rest folded below."""
    body = _BODY.search(content)
    rows = _ROW.findall(body[1]) if body and content.count("<tbody") == 1 else []
    if not body or len(rows) <= FOLDED + FOLDED // 5:
        return f"{opened}{content}</table>"
    before = content[: body.start()]
    first, rest = (
        f"{opened}{before}<tbody>{''.join(part)}</tbody></table>" for part in (rows[:FOLDED], rows[FOLDED:])
    )
    rest = rest.replace(" filterable", "", 1).replace("<caption>", '<caption class="offscreen">', 1)
    rest = re.sub(r' id="[^"]*"', "", rest[: len(opened)]) + rest[len(opened) :]
    summary = f"其余 {len(rows) - FOLDED} 行（共 {len(rows)} 行）"
    return f'{first}<details class="rest"><summary>{summary}</summary>{rest}</details>'

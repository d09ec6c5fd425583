"""What the cell styles of a workbook say of values: a percentage, a symbol font, a fill."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

from redstats.workbooks.symbols import is_symbol_font


@dataclass(slots=True)
class Looks:
    """Of a workbook's cell styles (by their number, as text) those that say something of a value."""

    percents: set[str] = field(default_factory=set)
    fonts: dict[str, str] = field(default_factory=dict)
    fills: dict[str, str] = field(default_factory=dict)

    any: frozenset[str] = frozenset()
    padded: dict[str, str] = field(default_factory=dict)


def looks_of(data: bytes) -> Looks:
    """Which cell styles show a percentage (built-in formats 9 and 10, or a % sign) or zeros in front, use a symbol font, or have a fill."""
    formats, padded, fonts, fills, inside = {9, 10}, {}, [], [], []
    styles, count = Looks(), 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        tag = name.rpartition(":")[2]
        inside.append(tag)
        if tag == "numFmt" and "%" in attributes.get("formatCode", ""):
            formats.add(int(attributes.get("numFmtId", -1)))
        elif tag == "numFmt" and pads(attributes.get("formatCode", "")):
            padded[int(attributes.get("numFmtId", -1))] = attributes["formatCode"]
        elif tag == "font" and "fonts" in inside:
            fonts.append("")
        elif tag == "name" and fonts and "fonts" in inside:
            fonts[-1] = attributes.get("val", "")
        elif tag == "fill" and "fills" in inside:
            fills.append("")
        elif (
            tag == "patternFill" and fills and attributes.get("patternType") == "solid" and "fills" in inside
        ):
            fills[-1] = "solid"
        elif tag == "fgColor" and fills and fills[-1]:
            fills[-1] = (
                attributes.get("rgb")
                or f"{attributes.get('theme', '')}/{attributes.get('indexed', '')}/{attributes.get('tint', '')}"
            )
        elif tag == "xf" and "cellXfs" in inside:
            style, count = str(count), count + 1
            number = int(attributes.get("numFmtId", 0))
            if number in formats:
                styles.percents.add(style)
            if number in padded:
                styles.padded[style] = padded[number]
            font, fill = int(attributes.get("fontId", 0)), int(attributes.get("fillId", 0))
            if font < len(fonts) and is_symbol_font(fonts[font]):
                styles.fonts[style] = fonts[font]
            if fill < len(fills) and fills[fill] not in ("", "FFFFFFFF", "0//"):
                styles.fills[style] = fills[fill]

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda name: inside.pop()
    parser.Parse(data, True)
    styles.any = frozenset(styles.percents | set(styles.fonts) | set(styles.fills) | set(styles.padded))
    return styles


def pads(code: str) -> bool:
    """Whether a number format does nothing but fill up with zeros, as those of codes and telephones do."""
    return len(code) > 1 and not code.strip("0")

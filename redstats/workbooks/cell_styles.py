"""What the cell styles of a workbook say of values: a percentage, a symbol font, a fill."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from redstats.workbooks.number_formats import MONTHS_ONLY, pads, shows_another
from redstats.workbooks.symbols import is_symbol_font


@dataclass(slots=True)
class Looks:
    """Of a workbook's cell styles (by their number, as text) those that say something of a value.

    formats: number formats that show another number than is stored; struck: styles that strike it through; struck_texts:
    the shared texts (by their number) of which a part is struck through.
    """

    percents: set[str] = field(default_factory=set)
    fonts: dict[str, str] = field(default_factory=dict)
    fills: dict[str, str] = field(default_factory=dict)

    any: frozenset[str] = frozenset()
    padded: dict[str, str] = field(default_factory=dict)
    formats: dict[str, str] = field(default_factory=dict)
    struck: set[str] = field(default_factory=set)
    struck_texts: frozenset[bytes] = frozenset()


def looks_of(data: bytes) -> Looks:
    """Which cell styles show a percentage (built-in formats 9 and 10, or a % sign) or zeros in front, use a symbol font, or have a fill."""
    formats, padded, fonts, fills, inside = {9, 10}, {}, [], [], []
    odd = dict(MONTHS_ONLY)
    struck: set[int] = set()
    styles, count = Looks(), 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        tag = name.rpartition(":")[2]
        inside.append(tag)
        if tag == "numFmt" and shows_another(attributes.get("formatCode", "")):
            odd[int(attributes.get("numFmtId", -1))] = attributes["formatCode"]
        elif tag == "numFmt" and "%" in attributes.get("formatCode", ""):
            formats.add(int(attributes.get("numFmtId", -1)))
        elif tag == "numFmt" and pads(attributes.get("formatCode", "")):
            padded[int(attributes.get("numFmtId", -1))] = attributes["formatCode"]
        elif tag == "font" and "fonts" in inside:
            fonts.append("")
        elif tag == "name" and fonts and "fonts" in inside:
            fonts[-1] = attributes.get("val", "")
        elif tag == "strike" and fonts and "fonts" in inside and attributes.get("val") not in ("0", "false"):
            struck.add(len(fonts) - 1)
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
            if number in odd:
                styles.formats[style] = odd[number]
            if int(attributes.get("fontId", 0)) in struck:
                styles.struck.add(style)
            font, fill = int(attributes.get("fontId", 0)), int(attributes.get("fillId", 0))
            if font < len(fonts) and is_symbol_font(fonts[font]):
                styles.fonts[style] = fonts[font]
            if fill < len(fills) and fills[fill] not in ("", "FFFFFFFF", "0//"):
                styles.fills[style] = fills[fill]

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda name: inside.pop()
    parser.Parse(data, True)
    styles.any = frozenset(
        styles.percents.union(styles.fonts, styles.fills, styles.padded, styles.formats, styles.struck)
    )
    return styles


def struck_texts(data: bytes) -> frozenset[bytes]:
    """The numbers (as an xlsx file writes them) of the shared texts of which a part is struck through."""
    texts = data.split(b"<si>")[1:] if b"<si " not in data else re.split(rb"<si[\s>]", data)[1:]
    return frozenset(str(number).encode() for number, text in enumerate(texts) if STRIKE.search(text))


# <strike/>, but not <strike val="0"/>
STRIKE = re.compile(rb'<(?:\w+:)?strike(?!\s+val="(?:0|false)")[\s/>]')

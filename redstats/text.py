"""How two Chinese texts are made comparable: one folding, used wherever names or headings are matched.

Folding is for comparing only; what a street wrote is always kept and shown as it was written.
"""

from __future__ import annotations

import unicodedata

# Full-width forms become their half-width twins one by one.  Blanket NFKC would also rewrite ㎡ to m2,
# ① to 1 and 〇-like signs, and so change what was said.
_TWINS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_BRACKETS = str.maketrans("〔〕【】［］[]", "()()()()")
_TABLE = {**_TWINS, **_BRACKETS}


def fold(text: str) -> str:
    """The text without blanks, zero-width and control characters: half-width, lower-case, round brackets.

    Every kind of Unicode space (also U+3000) is dropped, because Chinese headings and names are padded
    at will (``备   注``).  Folding twice changes nothing.
    """
    return "".join(char for char in text.translate(_TABLE) if not _is_invisible(char)).lower()


def _is_invisible(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) in {"Cc", "Cf", "Zs", "Zl", "Zp"}

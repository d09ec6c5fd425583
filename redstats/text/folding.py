"""How two Chinese texts are made comparable: one folding, used wherever names or headings are matched.

Folding is for comparing only; what a street wrote is always kept and shown as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from redstats.text import radicals

# Only the full-width twins of ASCII: blanket NFKC would also turn ㎡ into m2 and ① into 1.
_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb]"
)
_ESCAPED = re.compile("_x00(?:0[9ad]|0[AD])_")  # how an xlsx file spells control characters
_LINE_END = re.compile(r"[ \t]*(?:[\n\r\v\f\x1c-\x1e\x85\u2028\u2029][ \t]*)+")
_PLAIN = radicals.table() | str.maketrans(
    dict.fromkeys("[{【〔〖「『《〈", "(") | dict.fromkeys("]}】〕〗」』》〉", ")")
)


def halfwidth(text: str) -> str:
    """``text`` with full-width ASCII (U+FF01-FF5E) and the ideographic space made half-width."""
    return text.translate(_HALF)


def clean(text: str) -> str:
    """``text`` trimmed and without invisible characters; runs of blanks become one, line ends newlines."""
    text = _ESCAPED.sub("\n", _INVISIBLE.sub("", text))
    text = re.sub(r"[^\S\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+", " ", text)
    return _LINE_END.sub("\n", text).strip()


@lru_cache(maxsize=1 << 16)
def fold(text: str) -> str:
    """The form in which headings and names are compared; folding twice changes nothing.

    All whitespace and invisible characters go, full-width ASCII becomes half-width, letters lower-case, every kind of
    bracket a round one, and a radical the character it looks like.
    """
    return "".join(halfwidth(clean(text)).split()).lower().translate(_PLAIN)


# Letters, digits and half-width signs: a word processor counts a run of them as one word.
_WESTERN = re.compile(
    "[\u0021-\u007e\u00a1-\u02ff\u0300-\u052f\u2030-\u2044\u20a0-\u20bf\u2100-\u214f\ufb00-\ufb06]"
)
_INSIDE = re.compile("(?<=[A-Za-z])[\u2018\u2019](?=[A-Za-z])")


def count_characters(text: str) -> int:
    """How many 字 a word processor counts in ``text``.

    Every Chinese character and every full-width sign counts one, a run of Latin letters, digits and half-width signs
    one; blanks and line ends count nothing and end a run.
    """
    count, in_run = 0, False
    for character in _INSIDE.sub("'", _INVISIBLE.sub("", text)):
        western = bool(_WESTERN.match(character))
        if not character.isspace() and not unicodedata.combining(character) and not (western and in_run):
            count += 1
        in_run = western or (in_run and unicodedata.combining(character) != 0)
    return count

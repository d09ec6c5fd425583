"""Letters that symbol fonts draw as ticks, crosses and boxes: R in Wingdings 2 is a ticked box."""

from __future__ import annotations

_FONTS = {
    "wingdings": {
        "ü": "√",
        "þ": "☑",
        "û": "×",
        "ý": "☒",
        "¨": "□",
        "o": "□",
        "q": "□",
        "n": "■",
        "l": "●",
        "¡": "○",
    },
    "wingdings 2": {
        "P": "√",
        "R": "☑",
        "O": "×",
        "Q": "☒",
        "S": "☒",
        "T": "☒",
        "U": "☒",
        "V": "☒",
        "£": "□",
        "*": "□",
        "¢": "■",
    },
    "webdings": {"a": "√", "r": "×", "c": "□", "g": "■", "n": "●"},
    "marlett": {"a": "√", "b": "√", "r": "×"},
}


def is_symbol_font(font: str) -> bool:
    return font.strip().lower() in _FONTS


def drawn(text: str, font: str) -> str:
    """What a cell in that font shows, "" where it is no single mark that means something."""
    marks = _FONTS.get(font.strip().lower())
    if not marks:
        return ""
    letter = text.strip()
    if len(letter) == 1 and "\uf000" <= letter <= "\uf0ff":  # the private place symbol fonts are mapped to
        letter = chr(ord(letter) - 0xF000)
    return marks.get(letter, "")

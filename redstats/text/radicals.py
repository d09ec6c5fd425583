"""Radicals that look like characters and are none: a text copied from a PDF is full of them (和悦⼤厦 with U+2F24).

NFKC turns the Kangxi radicals (U+2F00 to U+2FD5) and the compatibility ideographs (U+F900 to U+FAFF) into characters.
The supplement (U+2E80 to U+2EF3) it leaves but for two; what these stand for is told by Unicode's own table of
equivalent unified ideographs (UAX 38).
"""

from __future__ import annotations

import unicodedata

# Each radical of the supplement that stands for a character in its own right, and that character.
_SUPPLEMENT = (
    "⺁厂⺂乛⺃乚⺄乙⺅亻⺆冂⺇几⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎兀⺏尣⺐尢⺒巳⺓幺⺔彑⺖忄⺗㣺⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺠民⺡氵⺢氺⺣灬"
    "⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺫罒⺬示⺭礻⺮竹⺯糹⺰纟⺱罓⺲罒⺳㓁⺶羊⺹耂⺺肀⺻聿⺼肉⺽臼⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角"
    "⻈讠⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑長⻒镸⻓长⻔门⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻟飠⻠饣⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦"
    "⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀"
)
_BY_NFKC = (*range(0x2E80, 0x2FD6), *range(0xF900, 0xFB00))


def table() -> dict[int, str]:
    """For ``str.translate``: every radical, and compatibility ideograph, to the character it stands for."""
    characters = {
        code: plain for code in _BY_NFKC if len(plain := unicodedata.normalize("NFKC", chr(code))) == 1
    }
    characters = {code: plain for code, plain in characters.items() if plain != chr(code)}
    return characters | {
        ord(radical): plain for radical, plain in zip(_SUPPLEMENT[::2], _SUPPLEMENT[1::2], strict=True)
    }

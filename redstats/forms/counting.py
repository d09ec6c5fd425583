"""How many 字 a cell has room for still, as a formula of the workbook: what ``text.count_characters`` counts."""

from __future__ import annotations

LEFT = '"还可写"0"字";[Red]"超过"0"字"'  # the number format of the formula's cell
_CODE = "_xlfn.UNICODE(MID({text},ROW($XFD$1:$XFD${many}),1))"
_COUNTS = "({code}>32)*({code}<>160)*({code}<>12288)"
# Latin letters, digits and half-width signs: a run of them is one 字.
_WESTERN = "({code}>32)*({code}<>160)*({code}<1328)"
_BLANKS = ('" "', '"　"', "CHAR(10)", "CHAR(13)")


def left(cell: str, longest: int) -> str:
    """The formula of how many of ``longest`` 字 the text in ``cell`` leaves, below 0 when it is longer.

    A program without UNICODE, and a text over twice as long as allowed, get every letter and digit counted.
    """
    many = 2 * longest
    padding = f'REPT(" ",{many})'
    here = _CODE.format(text=f"{cell}&{padding}", many=many)
    before = _CODE.format(text=f'" "&{cell}&{padding}', many=many)
    run = f"{_WESTERN.format(code=here)}*{_WESTERN.format(code=before)}"
    plain = cell
    for blank in _BLANKS:
        plain = f'SUBSTITUTE({plain},{blank},"")'
    counted = f"SUMPRODUCT({_COUNTS.format(code=here)}-{run})"
    return f"={longest}-IF(LEN({cell})>{many},LEN({plain}),IFERROR({counted},LEN({plain})))"

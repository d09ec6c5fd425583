"""Formulas that read a cell of the return, by the type of its field: what ``values`` reads, as far as formulas can.

Every formula gives the one number of ``formulas``.  A text that the import may or may not understand is UNSURE: the clerk is
asked to look at it (请核对), and is told so on the sheet.
"""

from __future__ import annotations

from dataclasses import dataclass

from redstats.months import Month
from redstats.self_check.formulas import (
    ABOVE,
    BLANK,
    NOT_APPLICABLE,
    REFUSED,
    SAME,
    UNREADABLE,
    UNSURE,
    Columns,
    every,
    exchanged,
    is_one_of,
    number,
    some,
    text,
)
from redstats.self_check.lists import Lists
from redstats.self_check.words import normal, value_code
from redstats.standard import Field
from redstats.values.choices import OTHER
from redstats.values.dates import FIRST_YEAR, LAST_YEAR

_TOO_LONG = "1E15"
_DIGITS = "0123456789"
_EMPTY, _COMMA, _DASH = text(""), text("、"), text("-")
_SEVERAL, _SET_MARKS = ("set", "dates", "list", "phone"), ((",", "、"), (";", "、"))
_DATE_MARKS = ("年", "-"), ("月", "-"), ("日", ""), ("号", ""), ("/", "-"), (".", "-"), ("-0", "-")
DAYS = 8  # in one cell
_PIECE = 30  # characters of one day
FIRST_DAY, AFTER_LAST = f"DATE({FIRST_YEAR},1,1)", f"DATE({LAST_YEAR + 1},1,1)"
_PLACEHOLDER = "367"  # a 0 shown as a day of 1900 is no answer


@dataclass(frozen=True)
class Reader:
    """Adds to ``columns`` what each field's cell is read as; ``cells``: where each field stands on the return sheet."""

    columns: Columns
    lists: Lists
    cells: dict[str, str]
    month: Month

    def prepare(self, field: Field) -> None:
        """The columns that only help: the text without blanks, what it is if it is a known word, its number or days."""
        add, id_, cell = self.columns.add, field.id, self.cells[field.id]
        plain = normal(cell)
        words = add("text", id_, exchanged(plain, _SET_MARKS) if field.type in _SEVERAL else plain)
        code = self.lists.looked_up(field, words)
        add("word", id_, f"IFERROR(IF({code}={_EMPTY},{_EMPTY},{code}),{_EMPTY})")
        if field.type in ("int", "float", "pct"):
            left = add("left", id_, exchanged(words, [(digit, "") for digit in _DIGITS + "."]))
            leading = f"LEFT({words},LEN({words})-LEN({left}))"
            # all digits lead, and there is one point at most: 1.2.3 may be a day to some programs
            fits = (
                f"AND({words}={leading}&{left},LEN({words})-LEN(SUBSTITUTE({words},{text('.')},{_EMPTY}))<=1)"
            )
            add("number", id_, f"IFERROR(IF({fits},VALUE({leading}),{_EMPTY}),{_EMPTY})")
        elif field.type == "date":
            long = f"IF({self._is_long(field)},{cell},{_EMPTY})"
            self._days(id_, [exchanged(f"{words}&{long}", _DATE_MARKS)], field.id.endswith("_end"))
        elif field.type == "dates":
            parts = [
                f"MID(SUBSTITUTE({words},{_COMMA},REPT({text(' ')},{_PIECE})),{nth * _PIECE + 1},{_PIECE})"
                for nth in range(DAYS)
            ]
            self._days(id_, [exchanged(f"TRIM({part})", _DATE_MARKS) for part in parts], False)
        elif field.type == "set":
            self._bits(field, words)

    def _is_long(self, field: Field) -> str:
        """That a number is none of a day but its eight digits."""
        return f"AND(ISNUMBER({self.cells[field.id]}),{self.cells[field.id]}>={AFTER_LAST})"

    def _days(self, id_: str, texts: list[str], is_end: bool) -> None:
        """Days written as 2026-3-5, 2026-3 (the first or the last of the month) or 20260305, each in a column of its own."""
        names = [f"{id_} {nth}" for nth in range(1, len(texts) + 1)]
        for name, piece in zip(names, texts, strict=True):
            self.columns.add("piece", name, piece)
        for name in names:
            piece = self.columns.cell("piece", name)
            year, second = f"VALUE(LEFT({piece},4))", f"FIND({_DASH},{piece}&{_DASH},6)"
            month, day = f"VALUE(MID({piece},6,{second}-6))", f"MID({piece},{second}+1,2)"
            whole = f"DATE({year},{month}+1,0)" if is_end else f"DATE({year},{month},1)"
            parted = f"IF({day}={_EMPTY},{whole},DATE({year},{month},VALUE({day})))"
            joined = f"DATE({year},VALUE(MID({piece},5,2)),VALUE(MID({piece},7,9)))"
            self.columns.add(
                "maybe", name, f"IFERROR(IF(ISNUMBER(FIND({_DASH},{piece})),{parted},{joined}),{_EMPTY})"
            )
        for name in names:
            piece, maybe = self.columns.cell("piece", name), self.columns.cell("maybe", name)
            month = f"YEAR({maybe})&{_DASH}&MONTH({maybe})"
            joined = f"(YEAR({maybe})*10000+MONTH({maybe})*100+DAY({maybe}))&{_EMPTY}"
            is_so = f"OR({piece}={month},{piece}={month}&{_DASH},{piece}={month}&{_DASH}&DAY({maybe}),{piece}={joined})"
            no_day = f"IF(LEN({piece})-LEN(SUBSTITUTE({piece},{_DASH},{_EMPTY}))=2,{UNREADABLE},{UNSURE})"
            worded = f"IF({_any_of(self.lists.digits, piece)},{UNSURE},IF({_any_of(self.lists.open, piece)},{UNSURE},{UNREADABLE}))"
            day = f"IF({maybe}={_EMPTY},{worded},IF({is_so},{_within(maybe)},{no_day}))"
            self.columns.add("day", name, f"IF({piece}={_EMPTY},{_EMPTY},{day})")

    def _bits(self, field: Field, words: str) -> None:
        """Of a cell with several of the listed words the bits of those that are among them."""
        marked = f"{_COMMA}&{words}&{_COMMA}"
        among = [
            f"({_count(marked, self.lists.of_value(field, value))}>0)*{1 << nth}"
            for nth, value in enumerate(field.values)
        ]
        self.columns.add("bits", field.id, "+".join(among))

    def read(self, field: Field) -> str:
        """The column with what the cell says; of a field that may be answered by 不涉及 before that is looked into."""
        cell, words, word = (
            self.cells[field.id],
            *(self.columns.cell(kind, field.id) for kind in ("text", "word")),
        )
        kind = "raw" if field.not_applicable and field.not_applicable.where else "read"
        above = f"${self.columns.next_letters}{ABOVE}"
        known = f"IF({word}={SAME},IF(ISNUMBER({above}),{above},{UNREADABLE}),{word})"
        otherwise = getattr(self, f"_{field.type}")(field, words)
        spoken = f"IF({words}={_EMPTY},{BLANK},IF({word}={_EMPTY},{otherwise},{known}))"
        formula = f"IF(ISBLANK({cell}),{BLANK},IF(ISTEXT({cell}),{spoken},{self._unspoken(field, cell)}))"
        return self.columns.add(kind, field.id, formula)

    def refuse(self, field: Field, means_none: dict[str, bool]) -> None:
        """不涉及 is an answer only where other cells say why (``NotApplicable.where``)."""
        assert field.not_applicable
        raw = self.columns.cell("raw", field.id)
        because = []
        for other, values in field.not_applicable.where.items():
            kind = "raw" if self.columns.has("raw", other) else "read"
            if not self.columns.has(kind, other):
                because.append("FALSE")
                continue
            answer = self.columns.cell(kind, other)
            codes = [value_code(value, self.lists.fields[other]) for value in values]
            fits = [is_one_of(answer, [code for code in codes if code is not None])]
            if means_none[other] and 0 in values:
                fits.append(f"{answer}={NOT_APPLICABLE}")
            because.append(some(fits))
        self.columns.add(
            "read", field.id, f"IF(AND({raw}={NOT_APPLICABLE},NOT({every(because)})),{REFUSED},{raw})"
        )

    # ---- a cell that holds no text

    def _unspoken(self, field: Field, cell: str) -> str:
        """What a number, a day, or a TRUE is to each type."""
        kind = field.type
        if kind == "bool":
            return f"IF(ISLOGICAL({cell}),IF({cell},1,0),IF(OR({cell}=0,{cell}=1),{cell},{UNREADABLE}))"
        if kind in ("enum", "set"):
            return number(UNREADABLE)
        if kind in ("text", "list"):
            return "1"
        read = {
            "int": f"IF(AND({cell}>=0,{cell}<{_TOO_LONG},ABS({cell}-INT({cell}+0.5))<=0.000000001),INT({cell}+0.5),{UNREADABLE})",
            "float": f"IF(AND({cell}>=0,{cell}<{_TOO_LONG}),{cell},{UNREADABLE})",
            "pct": f"IF(AND({cell}>=0,{cell}<=1),{cell},{UNREADABLE})",
            "phone": f"IF(AND({cell}>0,{cell}=INT({cell})),IF(OR(LEN({cell})=8,LEN({cell})=11),1,{UNSURE}),{UNREADABLE})",
        }.get(kind, "")
        if kind == "date":
            read = f"IF({self._is_long(field)},{self.columns.cell('day', f'{field.id} 1')},{_serial(cell)})"
        elif kind == "dates":
            read = f"IF({_serial(cell)}>=0,1,{_serial(cell)})"
        return f"IF(ISNUMBER({cell}),{read},{UNREADABLE})"

    # ---- a cell that holds a text that is none of the words

    def _bool(self, field: Field, words: str) -> str:
        return number(UNSURE)

    def _enum(self, field: Field, words: str) -> str:
        parted = exchanged(words, (*_SET_MARKS, ("/", "、")))
        several = f"{_count(f'{_COMMA}&{parted}&{_COMMA}', self.lists.of_field(field))}>1"
        return f"IF({several},{UNREADABLE},{self._like_a_choice(field, words)})"

    def _set(self, field: Field, words: str) -> str:
        bits, pieces = self.columns.cell("bits", field.id), _pieces(words)
        known = f"{_count(f'{_COMMA}&{words}&{_COMMA}', self.lists.of_field(field))}={pieces}"
        otherwise = self._like_a_choice(field, words)
        if OTHER in field.values:
            place = 1 << list(field.values).index(OTHER)
            also = f"{bits}+IF(MOD(INT({bits}/{place}),2)=1,0,{place})"
            otherwise = f"IF(AND({pieces}>1,NOT({_any_of(self.lists.denying, words)})),{also},{otherwise})"
        return f"IF({known},{bits},{otherwise})"

    def _like_a_choice(self, field: Field, words: str) -> str:
        """A text with one of the listed words in it may be read; any other is not."""
        return f"IF({_any_of(self.lists.of_field(field), words)},{UNSURE},{UNREADABLE})"

    def _text(self, field: Field, words: str) -> str:
        return "1"

    def _list(self, field: Field, words: str) -> str:
        return _pieces(words)

    def _phone(self, field: Field, words: str) -> str:
        plain = f"SUBSTITUTE({words},{_DASH},{_EMPTY})"
        starts = "{" + ",".join(str(nth * 40 + 1) for nth in range(4)) + "}"
        length = f"LEN(TRIM(MID(SUBSTITUTE({plain},{_COMMA},REPT({text(' ')},40)),{starts},40)))"
        odd = f"SUMPRODUCT(({length}<>0)*({length}<>8)*({length}<>11))"
        return f"IF({_any_of(self.lists.digits, words)},IF({odd}=0,1,{UNSURE}),{UNREADABLE})"

    def _int(self, field: Field, words: str) -> str:
        value = self.columns.cell("number", field.id)
        return self._digits(field, words, f"IF({value}=INT({value}),{value},{UNREADABLE})")

    def _float(self, field: Field, words: str) -> str:
        return self._digits(field, words, self.columns.cell("number", field.id))

    def _pct(self, field: Field, words: str) -> str:
        value, left = self.columns.cell("number", field.id), self.columns.cell("left", field.id)
        share = f"IF({value}>100,{UNREADABLE},IF({value}>1,{value}/100,IF({value}=1,{UNSURE},{value})))"
        percent = f"IF({value}>100,{UNREADABLE},IF(AND({value}>0,{value}<1),{UNSURE},{value}/100))"
        read = f"IF({left}={text('%')},{percent},{self._digits(field, words, share)})"
        return f"IF({value}={_EMPTY},{self._worded(field, words)},{read})"

    def _digits(self, field: Field, words: str, read: str) -> str:
        """A number, with or without a unit behind it; ``read`` says what it is read as."""
        value, left = self.columns.cell("number", field.id), self.columns.cell("left", field.id)
        is_unit = f"OR({left}={_EMPTY},ISNUMBER(MATCH({left},{self.lists.units},0)))"
        return f"IF(AND(ISNUMBER({value}),{is_unit}),{read},{self._worded(field, words)})"

    def _worded(self, field: Field, words: str) -> str:
        """A text that is no plain number: two of them, a negative one, and what has neither digit nor numeral is none."""
        left = self.columns.cell("left", field.id)
        rest = f"MID({left},2,9)"
        is_plain = f"OR({rest}={_EMPTY},ISNUMBER(MATCH({rest},{self.lists.units},0)))"
        two = f"AND(OR({left}={_EMPTY},ISNUMBER(MATCH(LEFT({left},1),{self.lists.operators},0))),{is_plain})"
        no_digits = f"IF({_any_of(self.lists.open, words)},{UNSURE},{UNREADABLE})"
        return f"IF({left}={words},{no_digits},IF({two},{UNREADABLE},{UNSURE}))"

    def _date(self, field: Field, words: str) -> str:
        return self.columns.cell("day", f"{field.id} 1")

    def _dates(self, field: Field, words: str) -> str:
        days = self.days_of(field)
        return f"IF({_pieces(words)}>{DAYS},{UNSURE},IF(MIN({days})<0,MIN({days}),COUNT({days})))"

    def days_of(self, field: Field) -> str:
        """The cells of the days that one cell names."""
        first, last = (self.columns.cell("day", f"{field.id} {nth}") for nth in (1, DAYS))
        return f"{first}:{last}"

    def doubtful(self, field: Field) -> str:
        """That a value can be read and yet is asked to be looked at, such as a day far ahead; "" of most fields."""
        if field.type not in ("date", "dates"):
            return ""
        read, after = self.columns.cell("read", field.id), number(self.month.plus(2).start)
        if field.type == "dates":
            cell = self.cells[field.id]
            return f"OR(MAX({self.days_of(field)})>={after},AND(ISNUMBER({cell}),{read}>=0,{cell}>={after}))"
        return (
            f"{read}>=DATE({self.month.year + 7},1,1)" if field.id.startswith("term_") else f"{read}>={after}"
        )


def _any_of(listed: str, words: str) -> str:
    """That a text holds one of the words of a range."""
    return f"SUMPRODUCT(--ISNUMBER(FIND({listed},{words})))>0"


def _count(words: str, listed: str) -> str:
    """How many of the words of a range stand in a text, between marks."""
    return f"SUMPRODUCT(--ISNUMBER(FIND({_COMMA}&{listed}&{_COMMA},{words})))"


def _pieces(words: str) -> str:
    return f"LEN({words})-LEN(SUBSTITUTE({words},{_COMMA},{_EMPTY}))+1"


def _serial(cell: str) -> str:
    """A day that is a number already."""
    return f"IF({cell}<{_PLACEHOLDER},{BLANK},{_within(f'INT({cell})')})"


def _within(day: str) -> str:
    return f"IF(AND({day}>={FIRST_DAY},{day}<{AFTER_LAST}),{day},{UNREADABLE})"

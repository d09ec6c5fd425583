"""The sheets 自查, 自查明细 and 自查词表 of a template: what is open of every committee, and the formulas behind it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from redstats.self_check.formulas import ABOVE, ROW, text
from redstats.self_check.planning import Plan
from redstats.self_check.verdicts import CHECK, FILL, MEND, NOT_MET
from redstats.templates import Draw
from redstats.workbooks import Grid
from redstats.workbooks.stamps import DETAILS, SELF_CHECK, WORDS
from redstats.workbooks.writing import CELL, HEADING, PLAIN, TITLE, Book, Look

_OPEN = {MEND: "请更正", CHECK: "请核对", FILL: "请补报"}
_GOOD = "●"
_NAMED = 3  # items of a kind that are named; of more only the number is told
_COLUMNS = {
    "序号": 6,
    "居委会": 18,
    "业委会名称": 26,
    "自查": 10,
    "请更正": 8,
    "请核对": 8,
    "未填": 8,
    "要改的（各列前三处）": 70,
    "未达标（请如实填报，不影响报送）": 60,
}
_SHORT = ("序号", "自查", "请更正", "请核对", "未填")
_NOTES = (
    "● 可以报送；请更正：读不懂，或缺名称；请核对：前后矛盾，或看不准；请补报：要求填报而空着。",
    "未达标不是填错：请如实填报，是“否”就填“否”，不影响报送。",
)
_LIMITS = (
    "一、自查用公式按当月的规则计算，与汇总程序读表的结果一致；只看本表，不知道以前月份：与上月比（累计数减少、变化过大、"
    "少了业委会）、上月未结的事项、今年已经报过而本月留空的，以汇总时为准。",
    "二、格子里写了一段话的（如“约30人”“3次（其中线上1次）”），汇总时能读懂的照读，公式看不准，列为请核对；只填数字、"
    "日期和下拉中的词就不会。",
    "三、数字格里被改成日期、格子里的公式出错、合并的格子、批注，自查看不出。",
    "四、以下规则公式说不了，自查不看：",
)
_TWO_LINES = 34  # points


@dataclass(frozen=True)
class Sheets:
    """Writes one workbook's sheets; ``first`` to ``last`` are the rows of the committees, the same on every sheet."""

    draw: Draw
    plan: Plan
    first: int
    last: int

    @property
    def _book(self) -> Book:
        return self.draw.book

    def write(self) -> None:
        """自查 before what it is worked out from; it stands behind the return itself."""
        summary = self._book.sheet(SELF_CHECK)
        self._items()
        self._summary(summary)
        self._details()
        self._words()

    def _items(self) -> None:
        """Which of the open cells come first, of every kind, and which requirements: columns beside the others."""
        columns = self.plan.columns
        for kind in (MEND, CHECK, FILL):
            self._first_of(f"open {kind}", kind, columns.block("check", "open"))
        self._first_of("short", NOT_MET, columns.block("verdict"))

    def _first_of(self, name: str, code: int, block: tuple[str, str]) -> None:
        columns, (left, right) = self.plan.columns, block
        cells = f"${left}{ROW}:${right}{ROW}"
        place = columns.add("item", f"{name} 1", f"IFERROR(MATCH({code},{cells},0),0)")
        for nth in range(2, _NAMED + 1):
            further = f"MATCH({code},INDEX({cells},{place}+1):${right}{ROW},0)"
            place = columns.add("item", f"{name} {nth}", f"IF({place}=0,0,IFERROR({place}+{further},0))")

    def _named(self, name: str, block: tuple[str, str], count: str, opening: str) -> str:
        """The first few items of a kind as a sentence; "" where there are none."""
        columns, (left, right) = self.plan.columns, block
        labels = f"'{DETAILS}'!${left}${self.first - 1}:${right}${self.first - 1}"
        places = [_there(columns.cell("item", f"{name} {nth}")) for nth in range(1, _NAMED + 1)]
        items = [f"INDEX({labels},{place})" for place in places]
        further = "".join(
            f"&IF({place}=0,{text('')},{text('、')}&{item})"
            for place, item in zip(places[1:], items[1:], strict=True)
        )
        more = f"&IF({count}>{_NAMED},{text('等')}&{count}&{text('处')},{text('')})&{text('。')}"
        return f"IF({places[0]}=0,{text('')},{text(opening)}&{items[0]}{further}{more})"

    def _summary(self, sheet) -> None:
        book, columns, page = self._book, self.plan.columns, self.draw.form.pages[0]
        book.put(sheet, 1, 1, f"{SELF_CHECK}（{self.draw.form.month.label}）", replace(TITLE, align="left"))
        heads = list(_COLUMNS)
        area = {
            head: f"{Grid.letters(place)}{self.first}:{Grid.letters(place)}{self.last}"
            for place, head in enumerate(heads)
        }
        counts = {word: f"SUM({area[word]})" for word in ("请更正", "请核对", "未填")}
        whole = "+".join(counts.values())
        still = "&".join(
            f"{text('，' * (place > 0) + word + ' ')}&{count}"
            for place, (word, count) in enumerate(counts.items())
        )
        open_ = f"{text('还有 ')}&({whole})&{text(' 处：')}&{still}"
        verdict = f"IF(COUNTIF({area['自查']},{text('?*')})=0,{text('还没有填报')},IF({whole}=0,{text('可以报送')},{open_}))"
        look = Look(bold=True, size=14)
        book.formula(sheet, 2, 1, f"={verdict}", look)
        for row, line in enumerate(_NOTES, start=3):
            pointer = f"公式看不了的，列在第{self.last + 2}行以下。" * (row == len(_NOTES) + 2)
            book.put(sheet, row, 1, line + pointer, replace(PLAIN, colour="808080"))
        book.row(sheet, self.first - 1, heads, HEADING)
        open_block, verdict_block = columns.block("check", "open"), columns.block("verdict")
        opened = f"'{DETAILS}'!${open_block[0]}{ROW}:${open_block[1]}{ROW}"
        short = f"COUNTIF('{DETAILS}'!${verdict_block[0]}{ROW}:${verdict_block[1]}{ROW},{NOT_MET})"
        used = _there(columns.cell("row", "used"))
        letters = {head: Grid.letters(place) for place, head in enumerate(heads)}
        counted = {
            MEND: f"${letters['请更正']}{ROW}",
            CHECK: f"${letters['请核对']}{ROW}",
            FILL: f"${letters['未填']}{ROW}",
        }
        state = text(_GOOD)
        for kind, word in reversed(_OPEN.items()):
            state = f"IF({counted[kind]}>0,{text(word)},{state})"
        items = "&".join(
            self._named(f"open {kind}", open_block, counted[kind], f"{word}：")
            for kind, word in _OPEN.items()
        )
        names = {
            one.field.id: f"'{page.name}'!${Grid.letters(place)}{ROW}"
            for place, one in enumerate(page.columns)
            if one.field
        }
        formulas = [
            f"'{page.name}'!$A{ROW}&{text('')}",
            f"IF({used},{names['neighbourhood_committee']}&{text('')},{text('')})",
            f"IF({used},{names['committee_name']}&{text('')},{text('')})",
            f"IF({used},{state},{text('')})",
            *(f"IF({used},COUNTIF({opened},{kind}),{text('')})" for kind in _OPEN),
            f"IF({used},{items},{text('')})",
            f"IF({used},{self._named('short', verdict_block, short, '○ 未达标（请如实填报）：')},{text('')})",
        ]
        for place, formula in enumerate(formulas, start=1):
            look = replace(CELL, align="center") if heads[place - 1] in _SHORT else CELL
            self._fill(sheet, place, f"={formula}", look)
        for row in range(self.first, self.last + 1):
            sheet.row_dimensions[row].height = _TWO_LINES
        self._limits(sheet, self.last + 2, len(heads))
        book.widths(sheet, {place: width for place, width in enumerate(_COLUMNS.values(), start=1)})
        sheet.freeze_panes = f"E{self.first}"
        book.protect(sheet)
        book.page(sheet, rows=f"{self.first - 1}:{self.first - 1}")

    def _limits(self, sheet, row: int, wide: int) -> None:
        """What the self-check does not see."""
        listed = [f"{title}：{why}。" for title, why in dict.fromkeys(self.plan.unsaid.values())]
        for line in (*_LIMITS, *listed):
            self._book.merge(sheet, (row, 1, row, wide), line, replace(PLAIN, wrap=True))
            self._book.fit(sheet, row, [(line, sum(_COLUMNS.values()))])
            row += 1

    def _details(self) -> None:
        book, columns = self._book, self.plan.columns
        sheet = book.sheet(DETAILS)
        book.put(sheet, 1, 1, "自查的计算过程，请勿改动；汇总时不读这张表。", PLAIN)
        for place, key in enumerate(columns.formulas, start=1):
            label, clause = columns.labels[key]
            shown = f"“{label}”" if key[0] == "open" else label
            book.put(sheet, self.first - 1, place, f"{shown}（{clause}）" if clause else shown, HEADING)
        formulas = [
            f"={formula.replace(f'{chr(39)}{DETAILS}{chr(39)}!', '')}"
            for formula in columns.formulas.values()
        ]
        for place, formula in enumerate(formulas, start=1):
            self._fill(sheet, place, self._placed(formula), PLAIN)
        sheet.freeze_panes = f"A{self.first}"
        book.protect(sheet)

    def _fill(self, sheet, place: int, formula: str, look: Look) -> None:
        """A formula in every row, written out in each: not every program shares one that leads to another sheet."""
        for row in range(self.first, self.last + 1):
            self._book.formula(sheet, row, place, _in_row(formula, row), look)

    def _placed(self, formula: str) -> str:
        return formula.replace("¶", str(self.first)).replace("‡", str(self.last))

    def _words(self) -> None:
        book = self._book
        sheet = book.sheet(WORDS)
        book.put(sheet, 1, 1, "自查时查对的词，请勿改动；汇总时不读这张表。", PLAIN)
        for place, (heading, listed) in enumerate(self.plan.lists.columns, start=1):
            book.put(sheet, 2, place, heading, HEADING)
            for row, value in enumerate(listed, start=3):
                if value is not None:
                    book.put(sheet, row, place, value)
        book.protect(sheet)


def _there(cell: str) -> str:
    """A cell of 自查明细, seen from another sheet."""
    return f"'{DETAILS}'!{cell}"


def _in_row(formula: str, row: int) -> str:
    return formula.replace(ROW, str(row)).replace(ABOVE, str(row - 1))

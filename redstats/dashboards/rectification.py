"""整改清单: what was open, what has been put right, what is new or unknown; of the standard and of the city's rules apart."""

from __future__ import annotations

from dataclasses import dataclass, fields

from redstats import standard, tables
from redstats.dashboards import overview, words
from redstats.dashboards.blocks import Block, render
from redstats.dashboards.figures import Figures
from redstats.dashboards.page import Attachment, Page
from redstats.months import Month
from redstats.places import Street
from redstats.standard import Requirement, Rule
from redstats.workbooks import writing

LAYERS = {"standard": "标准", "law": "市级规定"}
STATES = {
    "new": "未整改",
    "ongoing": "未整改",
    "reopened": "反复",
    "unknown": words.CHANGES["unknown"],
    "resolved": words.CHANGES["resolved"],
    "ended": words.CHANGES["ended"],
    "lapsed": words.CHANGES["lapsed"],
    "past_year": words.CHANGES["past_year"],
}
_STATUS = dict(
    zip(STATES, ("alert", "alert", "alert", "missing", "met", "na", "alert", "alert"), strict=True)
)
_OVER = ("resolved", "ended", "lapsed", "past_year")  # nothing is to be done about it any more
_COLUMNS = ["街镇", "上月末未整改", "已整改", "整改率", "仍未整改", "本月未知", "本月不要求", "年度已过"]
_COLUMNS += ["新增", "反复", "本月末未整改"]
NOTE = (
    "上月末未整改含上月情况不明的；整改率 = 已整改 ÷ 上月末未整改。本月未知（未报、未填报、待核实）和本月不要求"
    "（不适用、未到期或规定已失效）另列，不算已整改；年度任务到年底（补办期满）没有完成的，以后各月列为年度已过，不因新的一年而消失；本月末未整改 = 仍未整改 + 新增 + 反复。按业委会 × 要求计，各街镇相加为全区。"
)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many findings have become what; all but ``new`` and ``reopened`` were open at the end of last month."""

    resolved: int = 0
    ongoing: int = 0
    unknown: int = 0
    ended: int = 0
    lapsed: int = 0
    new: int = 0
    reopened: int = 0

    @property
    def before(self) -> int:
        return self.resolved + self.ongoing + self.unknown + self.ended + self.lapsed

    @property
    def open(self) -> int:
        return self.ongoing + self.new + self.reopened

    @property
    def rate(self) -> str:
        """Of last month's findings those that are put right; always with the numbers."""
        if not self.before:
            return "—"
        return f"{words.percent(self.resolved, self.before)}（{self.resolved}/{self.before}）"


def progress(figures: Figures, layer: str, street: Street | None = None) -> Progress:
    """The counts of a street, or of the district."""
    ledger = figures.ledger[figures.ledger["layer"] == layer]
    if street is not None:
        ledger = ledger[ledger["street_code"] == street.code]
    counts = ledger["change"].value_counts()
    return Progress(**{each.name: int(counts.get(each.name, 0)) for each in fields(Progress)})


def heading(figures: Figures) -> Block:
    sentences = []
    for layer, name in LAYERS.items():
        tally = progress(figures, layer)
        sentences.append(
            f"{name}：未整改 {tally.open} 条，本月已整改 {tally.resolved} 条，整改率 {tally.rate}"
        )
    left = f"{figures.month.label} · {sentences[0]}"
    return render("common", "heading", title="整改清单", left=left, right=sentences[1])


def rates(figures: Figures) -> Block:
    """Street by street how much of last month's list has been put right."""
    whole = render("rectification", "rates_heading", title="各街镇整改情况")
    for layer, name in LAYERS.items():
        caption = f"{name}：整改情况（条，业委会 × 要求）"
        whole += render(
            "rectification", "rates", caption=caption, columns=_COLUMNS, rows=_counts(figures, layer)
        )
    return whole + render("common", "remark", finding="", note=NOTE)


def _counts(figures: Figures, layer: str) -> list[list]:
    rows = []
    for street in (*figures.streets, None):
        tally = progress(figures, layer, street)
        counted = [tally.before, tally.resolved, tally.rate, tally.ongoing, tally.unknown, tally.ended]
        counted.append(tally.lapsed)
        rows.append([street.name if street else "全区", *counted, tally.new, tally.reopened, tally.open])
    return rows


def rows(figures: Figures, layer: str) -> list[dict]:
    """The lines of a layer's list: open ones first, the longest open first, then unknown, put right, not asked."""
    order = {street.code: at for at, street in enumerate(figures.streets)}
    present = set(figures.returns["street_code"])
    lines = []
    for row in figures.ledger[figures.ledger["layer"] == layer].to_dict("records"):
        shown = figures.shown(row, {})
        rule = _rule(figures, layer, row)
        still = row["change"] not in _OVER
        lasted = words.lasted(row["since"], figures.month if still else Month.parse(row["last_seen"]))
        unknown = lasted - row["seen"]
        lines.append(
            shown
            | {
                "title": rule.title,
                "basis": _basis(figures, rule),
                "required": rule.required,
                "red_line": getattr(rule, "red_line", False),
                "progress": STATES[row["change"]],
                "status": _STATUS[row["change"]],
                "lasted": lasted,
                "unknown": unknown,
                "lasted_word": f"{lasted} 个月" + (f"（其中 {unknown} 个月不明）" if unknown else ""),
                "fix": _fix(figures, row["change"], shown, rule, present),
            }
        )
    places = list(STATES)
    return sorted(
        lines,
        key=lambda row: (
            max(places.index(row["change"]), places.index("reopened")),
            not row["red_line"],
            -row["lasted"],
            order.get(row["street_code"], len(order)),
        ),
    )


def _rule(figures: Figures, layer: str, row: dict) -> Requirement | Rule:
    """What is asked; one that is not in force any more, as it was when it was last missed."""
    for rules in (figures.rules, standard.on(Month.parse(row["last_seen"]).end)):
        held = rules.requirements if layer == "standard" else rules.law.rules
        if row["requirement"] in held:
            return held[row["requirement"]]
    raise KeyError(row["requirement"])


def _basis(figures: Figures, rule: Requirement | Rule) -> str:
    return (
        f"{rule.document}{rule.article}"
        if isinstance(rule, Rule)
        else figures.rules.clauses[rule.clause].label
    )


def _fix(figures: Figures, change: str, row: dict, rule: Requirement | Rule, present: set[str]) -> str:
    if change != "unknown":
        return "" if change in _OVER else rule.fix
    if row["state"] == "needs_review":
        return "核实后更正"
    if row["state"]:
        return f"补报“{figures.rules.label(row['field'])}”"
    if row["street_code"] not in present:
        return "补报本月报表"
    return "本月报表没有这个业委会：更名的请确认，撤销的请说明"


def lists(figures: Figures) -> Block:
    """Problem by problem the committees concerned, in one list for each layer."""
    whole = Block("")
    for layer, name in LAYERS.items():
        groups: dict[str, list[dict]] = {}
        for row in rows(figures, layer):
            groups.setdefault(row["requirement"], []).append(row)
        ordered = sorted(groups.values(), key=lambda rows: (not rows[0]["red_line"], -_open(rows)))
        folded = [
            {
                "open": [row for row in listed if row["change"] not in _OVER],
                "over": [row for row in listed if row["change"] in _OVER],
            }
            for listed in ordered
        ]
        whole += render(
            "rectification",
            "list",
            name=name,
            groups=folded,
            law=layer == "law",
            file=f"整改清单（{name}）",
        )
    return whole


def _open(rows: list[dict]) -> int:
    return sum(row["change"] in ("new", "ongoing", "reopened") for row in rows)


_SHEET = {
    "责任单位": ("street_name", 14),
    "居委会": ("neighbourhood_committee", 16),
    "业委会": ("committee_name", 22),
    "问题": ("title", 26),
    "条款": ("basis", 24),
    "红线": ("red_line", 7),
    "状态": ("progress", 11),
    "变化": ("change_word", 13),
    "自": ("since", 10),
    "持续月数": ("lasted", 7),
    "其中不明": ("unknown", 7),
    "期限": ("due", 16),
    "怎么办": ("fix", 40),
    "填报": ("reported", 26),
    "应为": ("required", 30),
    "文件": ("source_file", 30),
    "工作表": ("source_sheet", 14),
    "单元格": ("cell", 9),
}


def workbook(figures: Figures) -> bytes:
    """整改清单.xlsx: the counts of the streets, then a sheet for the standard and one for the city's rules."""
    made = writing.Book(title=f"整改清单 {figures.month.label}")
    sheet, line = made.sheet("整改情况"), 1
    widths = [13.0] * len(_COLUMNS)
    widths[0], widths[3] = 16, 18
    for layer, name in LAYERS.items():
        title = f"{figures.month.label}红色业委会整改情况（{name}）"
        line = made.table(sheet, line, _COLUMNS, _counts(figures, layer), widths, title) + 1
    made.merge(sheet, (line, 1, line, len(_COLUMNS)), f"口径：{NOTE}", writing.Look(wrap=True))
    made.fit(sheet, line, [(f"口径：{NOTE}", sum(widths))])
    made.widths(sheet, dict(enumerate(widths, start=1)))
    made.page(sheet, small=True)
    for layer, name in LAYERS.items():
        columns = {
            heading: one
            for heading, one in _SHEET.items()
            if heading != ("红线" if layer == "law" else "期限")
        }
        listed = [row | {"unknown": row["unknown"] or 0} for row in rows(figures, layer)]
        title = f"{figures.month.label}红色业委会整改清单（{name}）"
        made.listing(f"整改清单（{name}）", columns, listed, title=title)
    return made.content()


PAGE = Page(
    file="rectification.html",
    title="整改清单",
    label="整改",
    group="办事",
    place=80,
    reads=(tables.RETURNS, tables.FILES, tables.LEDGER, tables.SCORES),
    blocks=(heading, rates, lists, overview.footer),
    attachments=(Attachment("整改清单.xlsx", workbook),),
)

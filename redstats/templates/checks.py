"""What a column's cells may hold, and what its clerk is told: by the field's type and the clause's words."""

from __future__ import annotations

from redstats.places import Places, Street
from redstats.standard import Field, Standard
from redstats.standard.fields import PERIODS
from redstats.workbooks.writing import PROMPT, Check

YES_NO = ("是", "否", "不涉及")
_NOT = '{cell}="不涉及"'
_DAY = "AND({cell}>=DATE(1990,1,1),{cell}<DATE(2041,1,1))"
_FORMULAS = {
    "int": f"IF(ISNUMBER({{cell}}),AND({{cell}}>=0,{{cell}}=INT({{cell}})),{_NOT})",
    "float": f"IF(ISNUMBER({{cell}}),{{cell}}>=0,{_NOT})",
    "pct": f"IF(ISNUMBER({{cell}}),AND({{cell}}>=0,{{cell}}<=1),{_NOT})",
    "date": f"IF(ISNUMBER({{cell}}),{_DAY},{_NOT})",
}
_WRONG = {
    "bool": "请填“是”“否”或“不涉及”。",
    "enum": "请从下拉中选一项。",
    "int": "请填0或正整数，只填数字；不涉及的填“不涉及”。",
    "float": "请填0或正数，只填数字；不涉及的填“不涉及”。",
    "pct": "请填0%至100%，如92.5%；不涉及的填“不涉及”。",
    "date": "请填1990年至2040年之间的日期，如2026-11-05；不涉及的填“不涉及”。",
    "score": "请填0至100的数，或{values}。",
}
_HOW = {
    "bool": "从下拉中选“是”或“否”，不涉及的选“不涉及”。",
    "enum": "从下拉中选一项。",
    "int": "只填数字；没有填0，不涉及填“不涉及”。",
    "float": "只填数字；不涉及填“不涉及”。",
    "pct": "填百分比，如92.5%；不涉及填“不涉及”。",
    "date": "填年月日，如2026-11-05；还没有发生的留空。",
    "dates": "填年月日，几个日期用“、”分开；还没有发生的留空。",
    "set": "可填几项，用“、”分开：{values}；一项也没有填“无”。",
    "list": "几个名称用“、”分开。",
    "text": "填文字；名称与以前的报表写法一致。",
    "phone": "填号码，几个号码用“、”分开。",
    "score": "填0至100的数，或{values}；未评议的留空。",
}


_EXAMPLES = {
    "bool": "是，或否",
    "int": "5",
    "float": "1200",
    "pct": "92.5%",
    "date": "2026-11-05",
    "dates": "2026-03-05、2026-06-05",
    "list": "示例苑、示例园",
    "text": "示例苑业委会",
    "phone": "62345678",
    "set": "无",
    "enum": "无",
    "score": "90",
}


def check(field: Field, standard: Standard, places: Places, street: Street | None) -> Check:
    """The check of one field's cells; places come from the roll, and another name is taken after asking."""
    title = field.label
    if named := _roll(field, places, street):
        prompt = "从下拉中选；名单里没有的，核对后也可填写。"
        return Check(title, prompt, named, error="名单里没有这个名称，确认要这样填写吗？", strict=False)
    choices = YES_NO if field.type == "bool" else tuple(field.values) if field.type == "enum" else ()
    formula, error = _FORMULAS.get(field.type, ""), _WRONG.get(field.type, "")
    if field.type == "score":
        words = ",".join(f'{{cell}}="{word}"' for word in field.values)
        formula = f"IF(ISNUMBER({{cell}}),AND({{cell}}>=0,{{cell}}<=100),OR({words}))"
    return Check(title, _prompt(field, standard), choices, formula, error.format(values=_listed(field)))


def day(title: str) -> Check:
    """The check of a day that is no field: the one on which the workbook is filled in."""
    prompt = "填年月日，如2026-11-05。"
    return Check(title, prompt, formula=f"IF(ISNUMBER({{cell}}),{_DAY},FALSE)", error=prompt)


def how(field: Field) -> str:
    """How to fill the field in, in one sentence."""
    # 第几届 and 哪一年 are numbers that cannot be none.
    kind = "float" if field.unit in ("届", "年") else field.type
    return _HOW[kind].format(values=_listed(field)) + ("属个人信息，页面上不显示。" if field.personal else "")


def example(field: Field) -> str:
    """A cell that is filled in well, of a field of that type; what it says is invented."""
    words = [*field.values]
    if words:
        return "、".join(words[:2]) if field.type == "set" else words[0]
    return _EXAMPLES[field.type]


def measure(field: Field) -> str:
    """Of when the value is to be, and in what unit."""
    unit = "%" if field.type == "pct" else field.unit
    return f"{PERIODS[field.period]}{'，单位：' if unit else ''}{unit}"


def asked(field: Field, standard: Standard) -> list[tuple[str, str]]:
    """What the standard says to this field: its words, and what is required of whom is judged by it."""
    if field.review:
        elements = [each for each in standard.elements.values() if each.field == field.id]
        return [(each.quote, "") for each in elements if each.quote]
    judged = [each for each in standard.requirements.values() if each.field == field.id]
    return [(each.quote, each.required) for each in judged]


def _prompt(field: Field, standard: Standard) -> str:
    """How to fill in comes first and whole; the clause's words as far as Excel has room for them."""
    lines = [how(field), f"口径：{measure(field)}。"]
    passages = asked(field, standard)
    if field.clause and not passages:
        lines.append(f"条款：{standard.clauses[field.clause].label}。")
    elif passages:
        lines.append(f"{standard.clauses[field.clause].label if field.clause else '标准'}：")
    requires = "；".join(dict.fromkeys(required for _, required in passages if required))
    tail = f"\n要求：{requires}。" if requires else ""
    room = PROMPT - len("\n".join(lines)) - len(tail)
    quotes = "".join(f"“{quote}”" for quote in dict.fromkeys(quote for quote, _ in passages))
    if len(quotes) > room:
        quotes = quotes[: max(room - 2, 0)] + "…”"
    return "\n".join(lines) + quotes + tail


def _listed(field: Field) -> str:
    return "、".join(field.values)


def _roll(field: Field, places: Places, street: Street | None) -> tuple[str, ...]:
    if field.id == "street_name":
        return tuple(each.name for each in places.streets)
    if field.id == "neighbourhood_committee" and street:
        return tuple(f"{each.name}居委会" for each in (*street.neighbourhoods, *street.uncoded))
    return ()

"""Invented forms (示例数据) beside the sample returns: some in order, some with a seal, a limit or a number amiss."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from redstats.errors import RunError
from redstats.forms.documents import draw_document
from redstats.forms.drawing import draw_workbook
from redstats.months import Month
from redstats.recommendations.filling import values_of
from redstats.recommendations.pipeline import FILE
from redstats.sample import Sample
from redstats.standard import attachments
from redstats.standard.attachments import RE_EVALUATION, RECOMMENDATION

STREETS = ("310105005", "310105009")  # of which the sample has forms
_MARK = "（示例数据）"
_BRIEF = "（示例数据）本届业委会由业主大会选举产生，设主任、副主任和委员，分工明确，按月公开收支，定期接待居民，与居委会、物业服务企业共同议事。"
_PRACTICES = "（示例数据）坚持党组织先议、业主大会决定；\n按季度公布维修资金和公共收益收支；\n牵头解决停车和楼道堆物问题。"


def files(sample: Sample, raw: Path) -> dict[Path, bytes]:
    """The forms of the last two months of a sample and what the district decided, by the path in ``raw`` to write them to.

    RunError when there is a recognitions.yml that is not the sample's.
    """
    decisions = raw / FILE
    if decisions.is_file() and _MARK not in decisions.read_text(encoding="utf-8", errors="replace"):
        raise RunError(
            "已有登记决定的文件，不是示例，没有写入任何示例",
            where=str(decisions),
            to_do="请另选一个空文件夹，或先把它移走",
            code="foreign_files",
        )
    before, last = (Month.parse(one) for one in sample.months[-2:])
    first, second = (_committees(sample, str(last), code) for code in STREETS)
    early = [_recommended(row, before) for row in first[:2]]
    late = [_recommended(row, last) for row in second[:3]]
    late[1] |= {"seal_street": None, "seal_street_date": None}
    late[2] |= {"committee_brief": _BRIEF * 4}
    again = [_evaluated(first[0], last)]
    decided = (
        f"# 区级对推荐和复评的决定，见 docs/forms.md（示例数据）\n- street: {second[0]['street_name']}\n"
    )
    decided += f"  committee: {second[0]['committee_name']}\n  result: 认定\n  date: {last.end}\n  confirmed_by: 示例\n"
    name = f"{first[0]['street_name']}推荐表.xlsx"
    return {
        raw / str(before) / name: draw_workbook(RECOMMENDATION, early, before),
        raw / str(last) / f"{second[0]['street_name']}推荐表.docx": draw_document(RECOMMENDATION, late, last),
        raw / str(last) / f"{first[0]['street_name']}复评表.docx": draw_document(RE_EVALUATION, again, last),
        decisions: decided.encode(),
    }


def _committees(sample: Sample, month: str, code: str) -> list[dict]:
    """What a street's return says of its committees, those first that are nearest to the standard."""
    short = sample.shortfalls[sample.shortfalls["month"] == month]["committee_name"].value_counts()
    rows = [
        {"street_name": one.street.name, "committee_name": row.committee.name, **row.values}
        for one in sample.returns
        if str(one.month) == month and one.street.code == code
        for row in one.rows
    ]
    return sorted(rows, key=lambda row: int(short.get(row["committee_name"], 0)))


def _recommended(row: dict, month: Month) -> dict[str, object]:
    days = (dt.date(month.year, month.number, day) for day in (8, 10, 12))
    seals = attachments.attachments()[RECOMMENDATION].order
    values = values_of(row, RECOMMENDATION) | {"filing_date": dt.date(month.year, month.number, 8)}
    values |= {"committee_brief": _BRIEF, "practices_and_results": _PRACTICES}
    for seal, day in zip(seals, days, strict=True):
        values |= {seal: True, f"{seal}_date": day}
    return values


def _evaluated(row: dict, month: Month) -> dict[str, object]:
    values = values_of(row, RE_EVALUATION) | {"filing_date": dt.date(month.year, month.number, 15)}
    values |= {"committee_brief": _BRIEF, "practices_attachment": _PRACTICES * 2}
    for position, opinion in enumerate(attachments.attachments()[RE_EVALUATION].order):
        day = dt.date(month.year, month.number, 18 + 2 * position)
        values |= {opinion: "（示例数据）同意。", f"{opinion}_seal": True, f"{opinion}_date": day}
    return values

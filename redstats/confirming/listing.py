"""A review as plain data, and as lines to read."""

from __future__ import annotations

from redstats.confirming.review import Review
from redstats.mappings import DISTRICT, SECTIONS
from redstats.places import Street


def told(now: Review, street: Street | None = None) -> dict:
    """A review as plain data: ``month``, ``questions``, ``gone`` (committees) and ``confirmed``."""
    names = {street.name, DISTRICT, ""} if street else None
    return {
        "month": str(now.month),
        "questions": [
            {
                "street": one.street,
                "kind": one.section,
                "written": one.written,
                "file": one.file,
                "sheet": one.sheet,
                "cell": one.cell,
                "proposals": [
                    {"means": means, "label": label, "score": score} for means, label, score in one.proposals
                ],
            }
            for one in now.questions
        ],
        "gone": [{"street": own, "committee": name} for own, name in now.gone],
        "confirmed": [
            {
                "street": one.street,
                "kind": one.section,
                "written": one.written,
                "means": one.means,
                "confirmed_on": str(one.confirmed_on),
                "confirmed_by": one.confirmed_by,
            }
            for one in now.confirmed.entries
            if names is None or one.street in names
        ],
    }


def lines(listing: dict) -> list[str]:
    """What ``told`` gave, as lines to read (Chinese)."""
    titles = {
        "headings": "没看懂的表头（未读取）",
        "neighbourhoods": "名录里没有的居委会（照原样保留）",
        "committees": "以前没有的业委会（按新增处理）",
    }
    shown = []
    for section, title in titles.items():
        questions = [one for one in listing["questions"] if one["kind"] == section]
        shown += [f"{title}：{len(questions)}"] if questions else []
        for question in questions:
            place = " ".join(part for part in (question["file"], question["sheet"], question["cell"]) if part)
            shown.append(f"  {question['street'] or DISTRICT}　{question['written']}　（{place}）")
            for each in question["proposals"]:
                label = f" {each['label']}" if each["label"] != each["means"] else ""
                shown.append(f"      {each['score']:>3}　{each['means']}{label}")
    if listing["gone"]:
        shown.append(f"以前有、本月没有的业委会：{len(listing['gone'])}")
        shown += [f"  {one['street']}　{one['committee']}" for one in listing["gone"]]
    shown.append(f"已确认的：{len(listing['confirmed'])}")
    for entry in listing["confirmed"]:
        who = f"{entry['confirmed_by']} {entry['confirmed_on']}".strip()
        shown.append(
            f"  {entry['street'] or SECTIONS[entry['kind']]}　{entry['written']} → {entry['means']}　（{who}）"
        )
    if not listing["questions"]:
        shown.insert(0, f"{listing['month']} 没有待确认的内容。")
    return shown

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


def lines(told: dict) -> list[str]:
    """What ``told`` gave, as lines to read (Chinese)."""
    titles = {
        "headings": "没看懂的表头（未读取）",
        "neighbourhoods": "名录里没有的居委会（照原样保留）",
        "committees": "以前没有的业委会（按新增处理）",
    }
    found = []
    for section, title in titles.items():
        own = [one for one in told["questions"] if one["kind"] == section]
        found += [f"{title}：{len(own)}"] if own else []
        for one in own:
            place = " ".join(part for part in (one["file"], one["sheet"], one["cell"]) if part)
            found.append(f"  {one['street'] or DISTRICT}　{one['written']}　（{place}）")
            for each in one["proposals"]:
                label = f" {each['label']}" if each["label"] != each["means"] else ""
                found.append(f"      {each['score']:>3}　{each['means']}{label}")
    if told["gone"]:
        found.append(f"以前有、本月没有的业委会：{len(told['gone'])}")
        found += [f"  {one['street']}　{one['committee']}" for one in told["gone"]]
    found.append(f"已确认的：{len(told['confirmed'])}")
    for one in told["confirmed"]:
        who = f"{one['confirmed_by']} {one['confirmed_on']}".strip()
        found.append(
            f"  {one['street'] or SECTIONS[one['kind']]}　{one['written']} → {one['means']}　（{who}）"
        )
    if not told["questions"]:
        found.insert(0, f"{told['month']} 没有待确认的内容。")
    return found

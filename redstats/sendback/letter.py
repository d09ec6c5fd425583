"""What is said to a street, in polite official Chinese: on the cover of its workbook, and to paste into a chat."""

from __future__ import annotations

from collections import Counter

from redstats.months import Month
from redstats.places import Street
from redstats.sendback.mark import KINDS, Mark

ANSWER = (
    "一、请直接在后面各表有颜色的格子里更正；鼠标停在格子上，可以看到问题、依据的原文和怎么改。原来已有底色的格子不改底色，加红框。",
    "二、“退回问题清单”逐条列出全部问题，点“单元格”一栏可以跳到那一格；缺列等没有单元格的问题只列在清单里。“退回同类问题”把同一种问题合在一起，看得出是不是整列理解错了。",
    "三、“未达标”和“市级规定”的：如是填错，请更正；如确未做到，请按“怎么改”整改，请勿为达标改数。",
    "四、“请核对”的：填错了的，请改数；确实无误的，请在“退回问题清单”里该行浅黄的格子选情况说明、写明原因和依据、写上说明人。"
    "区里认可后，数值不变的不再问。",
    "五、改好后请保存，把整个工作簿发回；本页、清单、颜色和批注都不必删除，汇总时自动略过，并以发回的这一份代替原来的报表。",
)
ANSWER_OF_PART = "五、改好后请保存，把整个工作簿发回；本页、清单、颜色和批注都不必删除。发回的只代替这一个居委会的行，其余的不变。"
_MOST = 3


def opening(month: Month, whom: str, marks: list[Mark]) -> str:
    """The first sentence: thanks, and how many matters there are of each kind."""
    received = f"{whom}：贵单位报送的{month.label}红色业委会月报收悉，感谢支持。"
    numbers = Counter(one.kind for one in marks)
    if not marks:
        return f"{received}经核对，没有需要更正的内容。"
    counts = [f"{name}{numbers[kind]}项" for kind, name in KINDS.items() if numbers[kind] and kind != "law"]
    city = f"与市级规定不符{numbers['law']}项（不计入评分）" if numbers["law"] else ""
    return f"{received}经核对，{'；另有'.join(filter(None, ['、'.join(counts), city]))}。"


def letter(month: Month, street: Street, marks: list[Mark], file: str) -> str:
    """A short message to go with the workbook ``file``; the most frequent matters are named."""
    if not marks:
        return opening(month, street.name, marks)
    often = Counter(one.label for one in marks if one.label and one.kind in ("mend", "short", "fill"))
    named = "、".join(f"{label}（{count}处）" for label, count in often.most_common(_MOST) if count > 1)
    focus = f"较集中的有：{named}。" if named else ""
    return (
        f"{opening(month, street.name, marks)}{focus}具体单元格、依据和办法见所附工作簿“{file}”，"
        "请核实更正后将整个工作簿发回。如有疑问，请随时联系。谢谢！"
    )


def part_letter(month: Month, street: Street, part: str, marks: list[Mark], file: str) -> str:
    """What a street pastes into a chat to one neighbourhood: every matter in a line or two, and the workbook ``file`` that goes with it."""
    lines = [f"{part}：{month.label}红色业委会月报有{len(marks)}处请看一看（{street.name}）："]
    for number, mark in enumerate(marks, start=1):
        where = " ".join(filter(None, (mark.committee, mark.label, mark.cell and f"（{mark.cell}格）")))
        reported = f"填的是“{mark.reported}”。" if mark.reported else ""
        what = mark.what if mark.what.endswith("。") else f"{mark.what}。"
        lines.append(f"{number}. 【{KINDS[mark.kind]}】{where}：{reported}{what}怎么改：{mark.to_do}")
    if any(mark.kind in ("short", "law") for mark in marks):
        lines.append("“未达标”“市级规定”的，填错了才更正；确未做到的请整改，不要为达标改数。")
    lines.append(f"请在“{file}”里改好或写上情况说明，保存后把整个文件发回。谢谢！")
    return "\n".join(lines)

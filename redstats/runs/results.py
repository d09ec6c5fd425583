"""What a run ends with: who reported and who is missing, what was not used, what is to be confirmed, how the month stands."""

from __future__ import annotations

from redstats.dashboards import Figures, overview

MOST = 5  # files named one by one
_UNUSED = {"refused": "退回", "replaced": "已由更正件代替"}
_TO_CONFIRM = ("heading_unknown", "heading_ambiguous")


def lines(figures: Figures) -> list[str]:
    """The results of a month, a line each; as on its pages, without what senders wrote."""
    absent = "、".join(one.street_name for one in figures.missing)
    results = [
        f"报送：{len(figures.reported)}/{len(figures.streets)} 街镇已报送{f'，缺{absent}' * bool(absent)}。"
    ]
    for outcome, word in _UNUSED.items():
        files = figures.files[figures.files["outcome"] == outcome]
        listed = [f"{row.source_file}（{row.message}）" for row in files.head(MOST).itertuples()]
        more = f"，另有 {len(files) - MOST} 份" if len(files) > MOST else ""
        results += [f"{word} {len(files)} 份：{'；'.join(listed)}{more}"] if listed else []
    unclear = int(figures.notes["kind"].isin(_TO_CONFIRM).sum())
    if unclear:
        results.append(f"待确认的表头 {unclear} 处：redstats map {figures.month}")
    return [*results, f"本月：{overview.sentence(figures)}"]

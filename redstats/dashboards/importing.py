"""The page 读取报告 of the district: street by street what was read, and every file with what became of it."""

from __future__ import annotations

from redstats import outcomes, tables
from redstats.dashboards import import_report
from redstats.dashboards.blocks import Block, render
from redstats.dashboards.figures import Figures
from redstats.dashboards.page import Page


def heading(figures: Figures) -> Block:
    received = f"当月文件夹里共 {figures.files['source_file'].nunique()} 个文件"
    return render("common", "heading", title="读取报告", left=figures.month.label, right=received)


def overview(figures: Figures) -> Block:
    """Street by street what was read and how much there is to look at."""
    rows = []
    for street in figures.streets:
        files, notes = (
            figures.files[figures.files["street_code"] == street.code],
            import_report.noted(figures, street),
        )
        used = files[files["outcome"].isin(["accepted", "noted"])]
        counts = {weight: sum(row["weight"] == weight for row in notes) for weight in outcomes.WEIGHTS}
        rows.append(
            {
                "name": street.name,
                "link": f"imports/{street.code}.html",
                "rows": int(used["rows"].sum()),
                "accepted": int(used["accepted"].sum()),
                "refused": int(used["refused"].sum()),
                "blank": int(used["blank"].sum()),
                "unchanged": "疑似未更新" if import_report.is_unchanged(figures, street) else "",
            }
            | counts
        )
    return render("importing", "overview", rows=rows, weights=outcomes.WEIGHTS)


def all_files(figures: Figures) -> Block:
    """Every file of the month's folder with its outcome, and what to do about it."""
    return render(
        "import_report",
        "files",
        rows=[import_report.file_row(row) for row in figures.files.to_dict("records")],
    )


PAGE = Page(
    file="imports.html",
    title="读取报告",
    label="读取报告",
    group="依据",
    place=90,
    reads=(tables.FILES, tables.NOTES, tables.RETURNS, tables.CHANGES),
    blocks=(heading, overview, all_files),
)

"""Dashboards: the blocks of a page, the same in JupyterLab as in the HTML that is exported.

``Figures`` holds the numbers of a month; ``overview``, ``scoring``, ``street``, ``law``, ``issues``, ``rectification``, ``patterns``, ``recommending``,
``deadlines``,
``submissions``, ``importing`` and ``reference`` make blocks of them.
"""

from redstats.dashboards import (
    deadlines,
    importing,
    issues,
    law,
    overview,
    patterns,
    recommending,
    rectification,
    reference,
    scoring,
    street,
    submissions,
)
from redstats.dashboards.blocks import Block, style
from redstats.dashboards.figures import Figures
from redstats.dashboards.reading import Reading

__all__ = [
    "Block",
    "Figures",
    "Reading",
    "deadlines",
    "importing",
    "issues",
    "law",
    "overview",
    "patterns",
    "recommending",
    "rectification",
    "reference",
    "scoring",
    "street",
    "style",
    "submissions",
]

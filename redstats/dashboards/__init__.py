"""Dashboards: the blocks of a page, the same in JupyterLab as in the HTML that is exported.

``Figures`` holds the numbers of a month; ``overview``, ``scoring``, ``street``, ``issues`` and ``reference``
make blocks of them.
"""

from redstats.dashboards import issues, overview, reference, scoring, street
from redstats.dashboards.blocks import Block, style
from redstats.dashboards.figures import Figures

__all__ = ["Block", "Figures", "issues", "overview", "reference", "scoring", "street", "style"]

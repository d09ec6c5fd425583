"""Dashboards: the blocks of a page, the same in JupyterLab as in the HTML that is exported.

``Figures`` holds the numbers of a month; the modules of this room make blocks of them; those that are pages declare
themselves (``page``).
"""

from redstats.dashboards.blocks import Block, style
from redstats.dashboards.figures import Figures, at_hand, prepared
from redstats.dashboards.page import FRONT, Page, pages
from redstats.dashboards.reading import Reading

__all__ = ["FRONT", "Block", "Figures", "Page", "Reading", "at_hand", "pages", "prepared", "style"]

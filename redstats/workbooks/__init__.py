"""Workbooks: opened safely into grids with addresses and merges, and written safely."""

from redstats.workbooks.book import Workbook
from redstats.workbooks.grid import Grid
from redstats.workbooks.reading import read

__all__ = ["Grid", "Workbook", "read"]

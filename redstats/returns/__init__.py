"""Returns: workbooks of a month to tidy tables in which every value knows its cell."""

from redstats.returns.month import Imported, import_month, read_month, records
from redstats.returns.reading import read_here, read_return
from redstats.returns.result import Return

__all__ = ["Imported", "Return", "import_month", "read_here", "read_month", "read_return", "records"]

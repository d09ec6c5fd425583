"""太整齐也可疑: signs that returns may have been made up rather than counted, a list for the district alone."""

from redstats.soft_checks.examining import Examined, History, Listed, examine
from redstats.soft_checks.rulebook import rules
from redstats.soft_checks.workbook import FILE, workbook

__all__ = ["FILE", "Examined", "History", "Listed", "examine", "rules", "workbook"]

"""《长宁区红色业委会建设标准（暂行）》 as dated data: ``standard.on(day)`` is the standard in force that day.

The source text travels with the package (``standard.txt``); every quote is proved to be part of it.
Knowledge lives in the YAML files beside this module: ``editions`` (chapters, clauses), ``fields`` (the
data of a return), ``requirements/`` (what is asked of each, dated) and ``elements`` (the register that
says of every element of every clause how it is judged).
"""

from redstats.standard.document import Chapter, Clause, Edition
from redstats.standard.fields import Field
from redstats.standard.law import Law, Rule
from redstats.standard.reader import Element, Standard, on
from redstats.standard.requirements import FORCES, Requirement

__all__ = [
    "FORCES",
    "Chapter",
    "Clause",
    "Edition",
    "Element",
    "Field",
    "Law",
    "Requirement",
    "Rule",
    "Standard",
    "on",
]

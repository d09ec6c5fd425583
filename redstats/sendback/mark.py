"""One matter a street has to look at."""

from __future__ import annotations

from dataclasses import dataclass

from redstats import explanations
from redstats.explanations import Explanation
from redstats.sendback.cells import Place

# The most pressing first: a cell with several marks takes the colour of the first.
KINDS = {"mend": "请更正", "short": "未达标", "law": "市级规定", "fill": "请补报", "check": "请核对"}


@dataclass(frozen=True, slots=True)
class Mark:
    """One matter.  ``kind`` is a key of KINDS; ``place`` is file, sheet and cell, the cell "" where there is none.

    ``label`` names the datum, ``what`` the matter, ``sources`` are pairs of a clause (or a document and article) and its
    words, none for matters of filling in; ``life`` says whether it is new or how long it has lasted.  ``rule`` is the kind of note
    or change, or the check, that asks, ``field`` the datum's, ``should`` what ought to stand there, ``example`` a cell that is filled in well; ``id`` the number of the matter and ``explanation`` what the street says of it.
    """

    kind: str
    place: Place
    neighbourhood: str
    committee: str
    label: str
    reported: str
    what: str
    to_do: str
    sources: tuple[tuple[str, str], ...] = ()
    life: str = ""
    rule: str = ""
    field: str = ""
    should: str = ""
    example: str = ""
    id: str = ""
    explanation: Explanation | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of explanation that will do in place of another value; none where nothing but that will."""
        rule = explanations.rules().get(self.rule) if self.kind == "check" else None
        return rule.kinds if rule else ()

    @property
    def is_answered(self) -> bool:
        """Whether the street has explained it, so that nothing more is asked of it for now."""
        return (
            bool(self.kinds)
            and self.explanation is not None
            and self.explanation.state in explanations.ANSWERED
        )

    @property
    def file(self) -> str:
        return self.place[0]

    @property
    def sheet(self) -> str:
        return self.place[1]

    @property
    def cell(self) -> str:
        return self.place[2]

"""The envelope of one file, whatever is read of it: opened where it can do no harm, and ended in a named outcome.

Returns and forms differ in what they read of a workbook, and in nothing of this.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from redstats import workbooks
from redstats.errors import WorkbookError
from redstats.files import name_of
from redstats.outcomes import files
from redstats.returns.result import Return
from redstats.workbooks import isolation


def read_each(
    reader: Callable[..., Return], listed: Sequence[tuple[Any, ...]], kind: str, workers: int | None = None
) -> list[Return]:
    """``reader`` for each tuple of arguments (a path first), in child processes, some at a time; in order.

    ``kind`` is that of a file whose child died of it.
    """
    # what comes back from a child is what the reader gave, unless the child died
    answers = cast(list[Return | isolation.Death], isolation.each(reader, listed, workers=workers))
    return [
        refuse(Return(name_of(path), kind=kind), one.code) if isinstance(one, isolation.Death) else one
        for (path, *_), one in zip(listed, answers, strict=True)
    ]


def read(
    result: Return,
    path: Path,
    fill: Callable[[workbooks.Workbook], None],
    instead: Mapping[str, str] | None = None,
) -> Return:
    """Open a file and let ``fill`` put what it says into ``result``; the outcome says what was wrong with it, if anything.

    ``instead``: codes by which a refusal is told otherwise.  Only a lack of memory is raised, which the child tells.
    """
    try:
        book = workbooks.read(path, documents=True)
        result.sha256 = book.sha256
        for kind, message in book.remarks:
            result.note(kind, message)
        fill(book)
    except WorkbookError as error:
        result.sha256, result.notes = "", []
        if instead and error.code in instead:
            return refuse(result, instead[error.code])
        result.outcome, result.code = "refused", error.code
        result.message = f"{error.what}。{error.to_do}"
    except MemoryError:
        raise
    except Exception as error:  # one odd file must not stop a month; it stays in the list with its reason
        refuse(result, "reading_failed", type(error).__name__)
    return result


def refuse(result: Return, code: str, detail: str = "") -> Return:
    """End in an outcome of the list, without rows; ``detail`` is added to what happened."""
    outcome = files()[code]
    result.rows, result.cells = [], []
    result.outcome, result.code = outcome.outcome, code
    result.message = f"{outcome.what}{f'（{detail}）' if detail else ''}。{outcome.to_do}"
    return result

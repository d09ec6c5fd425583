"""A papermill engine that runs a notebook in the process that asks for it, without a kernel.

Starting a kernel costs more than most of the pages it makes.  Where a process is there for one notebook alone (``forks``),
the cells may as well run in it.  Their outputs are those of a kernel, in every MIME type (a test holds the two together).
Plain papermill takes this engine by its name too: ``papermill --engine redstats``.
"""

from __future__ import annotations

from typing import Any

from papermill.engines import Engine


class InProcessEngine(Engine):
    """Executes the code cells one after another up to the first that fails, as papermill's own engine does."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **kwargs: Any) -> None:
        # papermill loads every engine that is installed, also where it takes another
        from redstats.runs.shell import CellError, opened

        with opened() as shell:
            for index, cell in enumerate(nb_man.nb.cells):
                if cell.cell_type != "code" or not cell.source.strip():
                    continue
                nb_man.cell_start(cell, index)
                try:
                    shell.run(cell)
                except CellError as error:
                    nb_man.cell_exception(cell, cell_index=index, exception=error)
                    break
                finally:
                    nb_man.cell_complete(cell, cell_index=index)

"""From an executed notebook to a self-sufficient Chinese HTML page.

The notebook's markdown and display outputs become the page; code, prompts and streams do not.  A page asks
the network for nothing: style and script are inlined, plotly.js is a neighbour file (`write_assets`) or
packed inside.  A Content-Security-Policy lets run only our own script (by hash) and what that script loads.

The vocabulary page.css and page.js understand, all of it under ``.redstats``:

* title bar: ``<header><h1>…</h1><p class="meta"><span>left</span><span>right</span></p></header>``
* status classes ``st-met st-watch st-alert st-missing st-na`` on ``td``, ``span`` (a tag), ``.card`` and
  ``.bar``; the symbol and the word are text of the block: ``<span class="sym">●</span> 达标``
* ``.conclusion`` (also ``dl``); ``.cards`` of ``.card`` with ``.label .big .change .compare``; ``.legend``;
  ``ol.todo`` with ``small``; ``.finding``; ``.note``; ``footer``; ``.failed``; ``.columns`` (two parts, and a third beside them)
* ``.grouped`` around tables in sections: narrows as one list, by words and by street: ``data-street`` of a section, else a row's first
  cell; ``.named`` around sections of one name each, which are found by their words
* ``table.in-groups`` with a ``tbody`` a group, headed by a ``th scope="rowgroup"``; ``table.cards-on-phone`` (``fitting`` says which are);
  ``details.screen`` and ``details.chain`` that paper leaves closed
* ``.bars`` with ``<span class="range" style="--a:10%;--b:30%;--d:20%">`` (a range and a dot, ``--t`` a tick) or ``.step-down``
* ``div.scroll`` around a wide table; ``table.data`` (``td.num``: right aligned); ``table.heat``;
  ``table.bars`` with ``<td class="track"><span class="bar st-watch" style="--v:93.1%"></span></td>``
  (``--t`` moves the target line from 100 %)
* ``table.filterable`` with one header row: ``th data-filter`` asks for a drop-down, ``th data-nosort`` for no
  sort button, ``td data-sort`` gives a sort key, ``table data-filename`` names the CSV
* ``code.copy`` gets a copy button; ``figure.chart`` holds ``.plot`` (JSON of a plotly figure) and ``details``
  (its numbers)
"""

from __future__ import annotations

import base64
import functools
import gzip
import hashlib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from redstats.files import write_bytes

if TYPE_CHECKING:
    from nbformat import NotebookNode

HERE = Path(__file__).parent
CSS = (HERE / "page.css").read_text(encoding="utf-8")
SCRIPT = (HERE / "page.js").read_text(encoding="utf-8")
PLOTLY_MIME = "application/vnd.plotly.v1+json"
# papermill puts two banners of raw HTML into a failed notebook; the page says it in its own words
BANNER_TAG = "papermill-error-cell-tag"
# a cell for those who read the notebook: its title, which the page says in its own title bar
TITLE_TAG = "notebook-only"
ASSETS = ("plotly.min.js",)
MANY = 6  # links of a group of the navigation, beyond which they are folded
Link = tuple[str, str, bool]
_HASH = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; script-src 'sha256-{_HASH}' 'strict-dynamic'; "
    "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
)


def export(
    notebook: NotebookNode,
    *,
    title: str,
    assets: str = "assets/",
    nav: Sequence[tuple[str, Sequence[Link]]] = (),
    beside: Sequence[Link] = (),
    here: str = "",
    imprint: Sequence[str] = (),
    inline_plotly: bool = False,
) -> str:
    """The full HTML page of an executed ``notebook``.

    ``title`` goes into ``<title>`` only: the visible ``h1`` is the notebook's own.  ``assets`` is the
    relative folder that holds plotly.min.js, ``nav`` the groups of the navigation with their links (label, relative href,
    is it this page), ``beside`` links to pages of this kind of other streets, ``here`` where the page stands among them, ``imprint`` the lines at its foot that say
    who made it of what, and how it is made again, ``inline_plotly`` packs plotly.js into the page (single-file edition).  A notebook that failed still
    exports: where it stopped stands one sentence.
    """
    from redstats.html.exporter import exporter  # nbconvert takes a second to import; style() must not wait

    page = {
        "title": title,
        "assets": assets,
        "nav": nav,
        "here": here,
        "imprint": imprint,
        "many": MANY,
        "beside": beside,
        "policy": POLICY,
        "css": CSS,
        "script": SCRIPT,
        "plotly_gz": _plotly_gz() if inline_plotly else "",
        "plotly_mime": PLOTLY_MIME,
        "banner_tag": BANNER_TAG,
        "title_tag": TITLE_TAG,
        "failed": any(
            out.output_type == "error" for cell in notebook.cells for out in cell.get("outputs", ())
        ),
    }
    body, _ = exporter().from_notebook_node(notebook, resources={"page": page})
    return body


def write_assets(folder: Path) -> None:
    """Put plotly.min.js of the installed plotly into ``folder``; an equal file is left untouched."""
    target, wanted = Path(folder) / ASSETS[0], _plotly_js()
    if not (target.is_file() and target.stat().st_size == len(wanted) and target.read_bytes() == wanted):
        write_bytes(target, wanted)


def style() -> str:
    """The blocks' style as one ``<style>`` element, for a notebook to display once in JupyterLab.

    Every selector stands under ``.redstats``, so the application around it keeps its looks.  The page carries
    the same rules already and drops this element on export.
    """
    return f"<style>{CSS.split('/* page only */', 1)[0]}</style>"


def _plotly_js() -> bytes:
    return (files("plotly") / "package_data" / "plotly.min.js").read_bytes()


@functools.cache
def _plotly_gz() -> str:
    return base64.b64encode(gzip.compress(_plotly_js(), 9, mtime=0)).decode("ascii")

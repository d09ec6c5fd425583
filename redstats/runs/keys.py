"""What each output of a month is made from, as a hash: what has its key need not be made again.

A key covers the code, the rules, the settings and the tables that a page declares (``Page.reads``, of its street alone
where it is in ``Page.own``), so that a corrected workbook makes anew what it changes and nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from functools import cache, cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from redstats import signing, tables
from redstats.dashboards import Figures, Page
from redstats.fingerprints import of_file, of_text
from redstats.months import Month
from redstats.places import Street
from redstats.project import Project
from redstats.runs import inputs
from redstats.sendback import READS as SENT_BACK

_LENGTH = 16  # of a hash that is kept
Key = dict[
    str, str
]  # what something is made from: a name (a table, or one of PARTS) and the hash of its content
PARTS = {
    "code": "程序和标准",
    "versions": "程序库的版本",
    "suites": "规则套件",
    "notebook": "笔记本",
    "templates": "页面模板",
    "profiles": "评分方案",
    "settings": "本区设定",
    "mappings": "确认过的写法",
    "pages": "页面目录",
    "names": "可公开的名称",
    "signed": "定稿的情况",
}


def changed(now: Key, before: Key) -> list[str]:
    """The names of what differs, PARTS in words."""
    return [
        PARTS.get(name, name) for name in dict.fromkeys((*now, *before)) if now.get(name) != before.get(name)
    ]


class Keys:
    """The keys of a month's outputs, of its tables as they stand; ``listed``: the pages that every page leads to, ``absent``: the
    streets of which that says that they have not reported.
    """

    def __init__(
        self, project: Project, month: Month, listed: Iterable[Page], absent: Collection[Street] = ()
    ) -> None:
        self._project, self._month = project, month
        self._status = signing.status(project, month)
        self._common = inputs.of_pages(project) | {"signed": of_text(self._status.text)}
        self._pages = _hash(f"{page.file} {page.label} {page.street in absent}" for page in listed)
        self._read = cache(lambda name: pq.read_table(_folder(project, name, month)))

    def of_page(self, page: Page) -> Key:
        """The key of a page and the workbooks beside it."""
        key = self._common | {"pages": self._pages}
        if page.revisions and self._status.is_changed:
            key["signed"] = signing.content(self._project, self._month)
        if page.notebook:
            key["notebook"] = of_file(self._project.notebooks / f"{page.notebook}.ipynb")
        if page.reads:
            key["names"] = self._names
        key |= {name: self._whole(name, self._month) for name in page.reads if name not in page.own}
        if page.street:
            key |= {name: self._of_street(name, page.street) for name in page.own}
        if page.history:
            earlier = [one for one in tables.months(self._project, tables.FILES) if one < self._month]
            key |= {f"{month}/{name}": self._whole(name, month) for month in earlier for name in page.tables}
        return {name: mark[:_LENGTH] for name, mark in key.items()}

    def of_sendback(self, street: Street) -> Key:
        """The key of what goes back to a street."""
        key = self._common | {name: self._of_street(name, street) for name in SENT_BACK}
        return {name: mark[:_LENGTH] for name, mark in key.items()}

    def _whole(self, name: str, month: Month) -> str:
        return _hash(of_file(path) for path in sorted(_folder(self._project, name, month).glob("*.parquet")))

    def _of_street(self, name: str, street: Street) -> str:
        """Of the rows of a street, of none, and of the files that speak of it beside others."""
        if not tables.exists(self._project, name, self._month):
            return ""
        data = self._read(name)
        codes = data["street_code"]
        wanted = pc.or_(pc.is_null(codes), pc.fill_null(pc.equal(codes, street.code), False))
        if "source_file" in data.column_names:
            wanted = pc.or_(wanted, pc.is_in(data["source_file"], pa.array(self._files(street), pa.string())))
        sink = pa.BufferOutputStream()
        rows = data.replace_schema_metadata(None).filter(wanted).combine_chunks()
        with pa.ipc.new_stream(sink, rows.schema) as stream:
            stream.write_table(rows)
        return hashlib.sha256(sink.getvalue()).hexdigest()

    def _files(self, street: Street) -> Collection[str]:
        """The files with rows of a street."""
        files = self._read(tables.FILES)
        return files.filter(pc.fill_null(pc.equal(files["street_code"], street.code), False))[
            "source_file"
        ].to_pylist()

    @cached_property
    def _names(self) -> str:
        """Of what senders' texts may be shown, which all names of the month decide together."""
        return Figures(self._project, self._month).publisher.mark()


def _folder(project: Project, name: str, month: Month) -> Path:
    return project.processed / name / str(month)


def _hash(parts: Iterable[str]) -> str:
    return of_text("\n".join(parts))

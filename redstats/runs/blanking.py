"""What of a month's tables may hold a person: a sender's words go, numbers, states, dates and hashes stay.

A column of text stays only where it is listed here as redstats' own, so that a new one goes until somebody says otherwise.
What tells rows apart (files, sheets, reviewers) is called by a name made with a key that is thrown away afterwards: the same
everywhere in the month, and nobody can walk back from it.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import re
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from redstats import tables
from redstats.standard import Standard, attachments

GONE = "（已按规定删除）"
# What tells rows apart, and what it is called instead.
RENAMED = {"source_file": "原件", "source_sheet": "表", "form": "表", "reviewer": "评议人"}
# The columns of text in which redstats writes its own words, wherever they stand.
_OWN = """
    id claim value_hash reasons field cell value_state sha256 kind outcome code last_month committee_status requirement clause edition force state required
    pace since change lacking document article link title layer source standing to_do last_seen check who stage recommended
    re_evaluated result measure group coverage_standing signal flags level part part_id band
"""
OWN = frozenset((*tables.KEYS, *_OWN.split()))
# A value that is nobody's name or number, whatever asked for it.
_PLAIN = re.compile(r"-?\d{1,6}(?:\.\d{1,4})?%?|是|否|(?:19|20)\d\d-\d\d-\d\d")
_LONG = 10**7
_CHOSEN = ("enum", "set")  # types of fields whose texts are those of the standard


def kept_columns(rules: Standard) -> frozenset[str]:
    """The columns of text that stay: redstats' own, and choices of the standard."""
    fields = [*rules.return_fields.values(), *rules.review_columns.values()]
    return OWN | {one.id for one in fields if one.type in _CHOSEN and not one.personal}


def schemas(rules: Standard) -> dict[str, pa.Schema]:
    """Every table with its columns."""
    return {
        tables.RETURNS: tables.schema_of(rules.return_fields.values()),
        tables.REVIEWS: tables.schema_of(rules.review_columns.values()),
        tables.FORMS: tables.schema_of_forms(attachments.columns()),
        **tables.SCHEMAS,
    }


def blanked_columns(schema: pa.Schema, rules: Standard) -> list[str]:
    """The columns of a table in which a sender's words may stand, and which are therefore emptied."""
    kept = kept_columns(rules)
    return [
        one.name for one in schema if _is_text(one.type) and one.name not in kept and one.name not in RENAMED
    ]


def personal_labels(rules: Standard) -> dict[str, str]:
    """The fields of returns and forms that are of a person, by their label."""
    fields = [*rules.return_fields.values(), *rules.review_columns.values()]
    of_forms = (name for name in attachments.columns() if attachments.personal(name))
    named = {name: attachments.label(name) for name in of_forms}
    return named | {one.id: one.label for one in fields if one.personal}


def blanked(path: Path, rules: Standard, key: bytes) -> bytes:
    """A file of a table, or a manifest, without what may be of a person; the same bytes of the same file and key."""
    if path.suffix == ".json":
        return _manifest(path, key)
    data = pq.read_table(path, partitioning=None)
    for name in blanked_columns(data.schema, rules):
        data = _changed(data, name, _emptied)
    for name in (field.name for field in data.schema if _is_number(field.type)):
        data = _changed(data, name, _short)
    for name, word in RENAMED.items():
        if name in data.column_names:
            data = _changed(data, name, partial(called, word, key))
    sink = io.BytesIO()
    pq.write_table(data, sink)
    return sink.getvalue()


def called(word: str, key: bytes, name: str) -> str:
    """What a file, a sheet or a person is called instead; "" for nothing."""
    return (
        f"{word}-{hmac.new(key, name.encode('utf-8', 'surrogateescape'), hashlib.sha256).hexdigest()[:12]}"
        if name
        else ""
    )


def _emptied(text: str) -> str:
    return text if not text or _PLAIN.fullmatch(text) else GONE


def _short(number: float) -> float | None:
    """A number as it is, unless it is as long as one of a telephone or an identity, which somebody wrote into a count."""
    return None if abs(number) >= _LONG else number


def _is_number(kind: pa.DataType) -> bool:
    return pa.types.is_integer(kind) or pa.types.is_floating(kind)


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind.value_type if pa.types.is_list(kind) else kind)


def _changed(data: pa.Table, name: str, change: Callable[[Any], Any]) -> pa.Table:
    """A table with something else in each cell of a column, blanks as they are."""
    position = data.column_names.index(name)
    new = cache(change)
    values = [
        value if value is None else [*map(new, value)] if isinstance(value, list) else new(value)
        for value in data[name].to_pylist()
    ]
    kind = data.schema.field(position)
    return data.set_column(position, kind, pa.array(values, kind.type))


def _manifest(path: Path, key: bytes) -> bytes:
    """The manifest of a signed version, in which files of senders are called as in the tables."""
    content = json.loads(path.read_text(encoding="utf-8"))
    word = RENAMED["source_file"]
    content["inputs"] = {called(word, key, name): digest for name, digest in content["inputs"].items()}
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()

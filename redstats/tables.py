"""The tables between stages: names, columns, and the only reading and writing of them.

``data/processed/<stage>/<month>/<district code>.parquet``; a month's folder is one Parquet dataset.  Every
write is whole or not at all (temporary file in the same folder, flushed, renamed); runs of one month
take turns by a lock.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from redstats.errors import RunError
from redstats.files import make_folder, replacing, restore, sweep
from redstats.months import Month
from redstats.project import Project

KEYS = ["month", "district_code", "street_code", "street_name", "neighbourhood_committee", "committee_name"]
SOURCE = ["source_file", "source_sheet"]
RETURNS, CELLS, FILES = "1_returns", "1_returns/cells", "1_returns/files"
NOTES, REVIEWS, CHANGES = "1_returns/notes", "1_returns/reviews", "1_returns/changes"
FINDINGS, CHECKS, LAW = "2_findings", "2_findings/returns", "2_findings/law"
DEADLINES = "2_findings/deadlines"
ABSENT = "1_returns/absent"
EXPLANATIONS = "1_returns/explanations"
LEDGER = "2_findings/ledger"
SCORES, COVERAGE = "3_scores", "3_scores/coverage"
STREETS, TREND, RULES = "3_scores/streets", "3_scores/trend", "3_scores/rules"
VALIDATION = "2_findings/validation"  # no table: what GX itself would keep of a run, a JSON file a suite
FORMS, FORM_CELLS, FORM_CHECKS = "1_returns/forms", "1_returns/form_cells", "2_findings/forms"
PIPELINE = "2_findings/pipeline"
SPOT_CHECKS, SPOT_DRAWS = "7_spot_checks", "7_spot_checks/draws"
# Made by a command of their own, and of some months only; every other table is of every month that was run.
OCCASIONAL = (SPOT_CHECKS, SPOT_DRAWS)

# How the columns of these tables are called and meant; a change of that is a new number and a step in _STEPS.
SCHEMA = 4
_NUMBER = b"redstats.schema"

STATES = {
    "met": "达标",
    "not_met": "未达标",
    "not_applicable": "不适用",
    "not_reported": "未填报",
    "needs_review": "待核实",
}
VALUE_STATES = {
    "read": "照录",
    "normalised": "规整",
    "not_reported": "未填报",
    "not_applicable": "不涉及",
    "unreadable": "无法识别",
}

_TYPES = {
    "int": pa.int64(),
    "float": pa.float64(),
    "pct": pa.float64(),
    "score": pa.float64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "dates": pa.list_(pa.date32()),
    "set": pa.list_(pa.string()),
    "list": pa.list_(pa.string()),
}


def arrow_type(field_type: str) -> pa.DataType:
    """The column type of a field of the standard."""
    return _TYPES.get(field_type, pa.string())


def schema_of(fields: Iterable) -> pa.Schema:
    """Schema of 1_returns (or of the reviewers' table): keys, every field typed, and the source row."""
    named = [(key, pa.string()) for key in KEYS]
    named += [(one.id, arrow_type(one.type)) for one in fields if one.id not in KEYS]
    return pa.schema([*named, *((key, pa.string()) for key in SOURCE), ("source_row", pa.int64())])


def schema_of_forms(columns: dict[str, str]) -> pa.Schema:
    """Schema of 1_returns/forms: keys, every column of the forms by its type, and where the form begins."""
    named = [(key, pa.string()) for key in (*KEYS, "kind", "form")]
    named += [(id_, arrow_type(kind)) for id_, kind in columns.items() if id_ not in KEYS]
    named += [("copies", pa.int64()), *((key, pa.string()) for key in SOURCE), ("source_row", pa.int64())]
    return pa.schema(named)


def _schema(text: str = "", **typed: pa.DataType) -> pa.Schema:
    return pa.schema([*((name, pa.string()) for name in text.split()), *typed.items()])


_FINDING = (
    " ".join(KEYS)
    + " requirement field clause edition force state reported required message source_file source_sheet cell"
)
SCHEMAS = {
    CELLS: _schema(" ".join([*KEYS, "field", *SOURCE, "cell raw value_state note"])),
    FILES: _schema(
        "month district_code street_code street_name source_file sha256 kind outcome code message",
        report_date=pa.date32(),
        first_seen=pa.date32(),
        last_unseen=pa.date32(),
        fresh=pa.int64(),
        rows=pa.int64(),
        accepted=pa.int64(),
        refused=pa.int64(),
        blank=pa.int64(),
        joined=pa.int64(),
    ),
    NOTES: _schema(
        "month district_code street_code street_name source_file source_sheet cell kind raw message"
    ),
    ABSENT: _schema(" ".join([*KEYS, "last_month committee_status", *SOURCE])),
    EXPLANATIONS: _schema(
        "month district_code street_code street_name id state given words by why neighbourhood_committee committee_name"
        " label reported question since decided_by source_file source_sheet cell",
        decided_on=pa.date32(),
    ),
    CHANGES: _schema(" ".join([*KEYS, "kind field before now", *SOURCE, "cell message"])),
    FINDINGS: _schema(_FINDING + " pace since change lacking"),
    CHECKS: _schema(_FINDING),
    LAW: _schema(
        " ".join(KEYS)
        + " requirement field document article link edition force state reported required message"
        + " source_file source_sheet cell since change",
        due=pa.date32(),
        compared_on=pa.date32(),
    ),
    DEADLINES: _schema(
        " ".join(KEYS)
        + " kind requirement title layer source standing required reported to_do source_file source_sheet cell",
        due=pa.date32(),
        days=pa.int64(),
    ),
    LEDGER: _schema(
        " ".join(KEYS)
        + " layer requirement field state change since last_seen reported message source_file source_sheet cell",
        seen=pa.int64(),
        due=pa.date32(),
    ),
    FORM_CELLS: _schema(" ".join([*KEYS, "kind form field", *SOURCE, "cell raw value_state note"])),
    FORM_CHECKS: _schema(
        " ".join(
            [*KEYS, "kind form check field who force state reported required message to_do", *SOURCE, "cell"]
        )
    ),
    PIPELINE: _schema(
        " ".join(
            [*KEYS, "stage since lacking who recommended re_evaluated result confirmed_by", *SOURCE, "form"]
        ),
        lacks=pa.int64(),
        result_date=pa.date32(),
    ),
    SPOT_DRAWS: _schema(
        " ".join([*KEYS, "claim requirement field clause reported", *SOURCE, "cell value_hash"]),
        reasons=pa.list_(pa.string()),
        factor=pa.float64(),
        class_size=pa.int64(),
        place=pa.int64(),
        round=pa.int64(),
        probability=pa.float64(),
        seed=pa.int64(),
    ),
    SPOT_CHECKS: _schema(
        " ".join([*KEYS, "claim requirement result checked_by remark", *SOURCE, "cell"]),
        round=pa.int64(),
        factor=pa.float64(),
        class_size=pa.int64(),
        probability=pa.float64(),
        checked_on=pa.date32(),
        changed=pa.bool_(),
    ),
    COVERAGE: _schema(
        "month district_code street_code street_name measure title clause",
        reached=pa.int64(),
        eligible=pa.int64(),
        unreported=pa.int64(),
        pending=pa.int64(),
    ),
    STREETS: _schema(
        "month district_code street_code street_name group standing coverage_standing",
        committees=pa.int64(),
        short=pa.int64(),
        unsettled=pa.int64(),
        share_low=pa.float64(),
        share_high=pa.float64(),
        coverage_low=pa.float64(),
        coverage_high=pa.float64(),
        mean_low=pa.float64(),
        mean_high=pa.float64(),
        rank_best=pa.int64(),
        rank_worst=pa.int64(),
        chance_best=pa.int64(),
        chance_worst=pa.int64(),
        first=pa.float64(),
        last=pa.float64(),
        weights_best=pa.int64(),
        weights_worst=pa.int64(),
        pairs=pa.int64(),
        differ=pa.int64(),
        dispersion=pa.float64(),
        reliability=pa.float64(),
    ),
    TREND: _schema(
        "month district_code street_code street_name measure signal",
        last_month=pa.float64(),
        this_month=pa.float64(),
        committees=pa.int64(),
        others=pa.int64(),
        months=pa.int64(),
        value=pa.float64(),
        centre=pa.float64(),
        lower=pa.float64(),
        upper=pa.float64(),
        trial=pa.bool_(),
    ),
    RULES: _schema(
        "month district_code street_code street_name layer requirement title clause",
        **dict.fromkeys(
            ["months", "asked", "short", "opened", "carried", "mended", "dropped", "open", "unknown"],
            pa.int64(),
        ),
        months_to_mend=pa.float64(),
        agrees=pa.float64(),
        flags=pa.list_(pa.string()),
    ),
    SCORES: _schema(
        "month district_code street_code street_name neighbourhood_committee committee_name level part part_id",
        points=pa.float64(),
        out_of=pa.float64(),
        lowest=pa.float64(),
        highest=pa.float64(),
        committees=pa.int64(),
        rank=pa.int64(),
        confirmed=pa.float64(),
        known=pa.float64(),
        red_lines=pa.int64(),
        band=pa.string(),
    ),
}


def write(
    project: Project,
    table: str,
    month: Month,
    rows: list[dict] | pd.DataFrame,
    district: str,
    schema: pa.Schema | None = None,
) -> Path:
    """Write one month of a table (rows as dicts or a frame with its columns) and return the file."""
    schema = schema or SCHEMAS[table]
    if isinstance(rows, pd.DataFrame):
        frame = rows.reindex(columns=schema.names)
        data = pa.Table.from_pandas(frame, schema=schema, preserve_index=False)
    else:
        data = pa.Table.from_pylist(rows, schema=schema)
    path = project.processed / table / str(month) / f"{district}.parquet"
    with replacing(path, private=True) as scratch:  # what streets sent, with names and numbers
        pq.write_table(data.replace_schema_metadata({_NUMBER: str(SCHEMA).encode()}), scratch)
    return path


def exists(project: Project, table: str, month: Month) -> bool:
    return any((project.processed / table / str(month)).glob("*.parquet"))


def read(project: Project, table: str, month: Month, columns: list[str] | None = None) -> pd.DataFrame:
    """One month of a table (or some columns of it); RunError when that stage has not been run.

    A table of an older schema is given as one of today's.
    """
    folder = project.processed / table / str(month)
    if not exists(project, table, month):
        raise RunError(
            f"{month} 还没有“{table}”的数据", where=str(table), to_do=f"请先运行 redstats run {month}"
        )
    stored = pq.ParquetDataset(folder).schema
    number = int((stored.metadata or {}).get(_NUMBER, b"1"))
    if number > SCHEMA:
        raise RunError(
            f"{month} 的“{table}”由更新的 redstats 写成",
            where=f"{table}/{month}",
            to_do=f"请换用写它的版本，或重新运行 redstats run {month}",
        )
    if number == SCHEMA:
        return _typed(pq.read_table(folder, columns=columns))
    data = pq.read_table(folder)
    for step in _STEPS[number - 1 :]:
        data = step(table, data)
    return _typed(data.select(columns) if columns else data)


def _named_since(table: str, data: pa.Table) -> pa.Table:
    """A column that came since then (2: the months before tables had a number; 3: when files came, what scores confirm;
    4: what of a year is still to come) is empty."""
    for wanted in SCHEMAS.get(table, pa.schema([])):
        if wanted.name not in data.column_names:
            data = data.append_column(wanted, pa.nulls(len(data), wanted.type))
    return data


_STEPS = (_named_since, _named_since, _named_since)  # from 1 to 2, from 2 to 3, …


def typed(rows: list[dict], schema: pa.Schema) -> pd.DataFrame:
    """Rows of a table as the frame that ``read`` would give of them."""
    return _typed(pa.Table.from_pylist(rows, schema=schema))


def records(frame: pd.DataFrame) -> list[dict]:
    """The rows of a frame as dicts, as ``to_dict("records")`` gives them, but a column at a time: wide rows are slow to take."""
    columns = [frame[name].tolist() for name in frame]
    return [dict(zip(frame.columns, row, strict=True)) for row in zip(*columns, strict=True)]


def _typed(data: pa.Table) -> pd.DataFrame:
    mapping = {
        pa.int64(): pd.Int64Dtype(),
        pa.bool_(): pd.BooleanDtype(),
        pa.float64(): pd.Float64Dtype(),
        pa.string(): pd.StringDtype(na_value=pd.NA),
    }
    return data.to_pandas(types_mapper=mapping.get, date_as_object=True)


def months(project: Project, table: str = RETURNS) -> list[Month]:
    """The months for which a table exists, oldest first."""
    folder = project.processed / table
    listed = []
    for path in folder.iterdir() if folder.is_dir() else ():
        with contextlib.suppress(RunError):
            month = Month.parse(path.name)
            if str(month) == path.name and exists(project, table, month):
                listed.append(month)
    return sorted(listed)


@contextlib.contextmanager
def taking_turns(project: Project, month: Month, wait: float = 600) -> Iterator[None]:
    """Hold the month's lock; RunError when another run keeps it longer than ``wait`` seconds."""
    folder = project.processed / ".locks"
    make_folder(folder, private=True)
    try:
        with FileLock(folder / f"{month}.lock", timeout=wait):
            _clean_up(project, month)
            yield
    except Timeout as error:
        raise RunError(f"{month} 正在由另一次运行处理", where=str(month), to_do="请等它结束后再试") from error


def _clean_up(project: Project, month: Month) -> None:
    """Remove what a run of the month that was killed has left, and bring back what it had renamed away."""
    for published in (project.dashboards(month), project.letters(month)):
        restore(published)
        sweep(published.parent, str(month))
    sweep(project.scratch, str(month))
    sweep(project.states, f"{month}.json")
    for table in (RETURNS, REVIEWS, FORMS, VALIDATION, *SCHEMAS):
        sweep(project.processed / table / str(month))

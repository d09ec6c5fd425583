"""Retention: of an old month what may be of a person goes, its numbers and hashes stay, and a stranger can still verify it."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pyarrow as pa
import pytest
from canaries import Canaries, leaks, plant
from drawn import ROOT
from typer.testing import CliRunner

from redstats import forgotten, places, signing, standard, tables
from redstats.cli import app
from redstats.errors import RunError
from redstats.months import Month
from redstats.project import Project
from redstats.runs import blanking, forgetting, inputs, log, stages
from redstats.runs.month import run_month

OLD, LAST_YEAR, NEW = Month(2023, 5), Month(2025, 3), Month(2026, 10)
BEFORE, TODAY = Month(2024, 1), dt.date(2026, 12, 1)
RULES = standard.on(OLD.end)
pytestmark = pytest.mark.xdist_group("forget")


def send(project: Project, month: Month) -> None:
    """A small return of one street."""
    street = places.on(month.end).streets[0]
    book = openpyxl.Workbook()
    book.active.append([f"{street.name}{month.label}月报"])
    book.active.append(["序号", "业委会名称", "所属居委会", "业委会人数"])
    book.active.append([1, "示例0苑业委会", street.neighbourhoods[0].name, 5])
    (project.raw / str(month)).mkdir(parents=True)
    book.save(project.raw / str(month) / f"{street.name}{month.number}月月报.xlsx")


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """An old month with canaries everywhere, which is signed, and two small later ones: the project and the canaries."""
    home = tmp_path_factory.mktemp("forget")
    for name in ("notebooks", "expectations"):
        (home / name).symlink_to(ROOT / name, target_is_directory=True)
    project, canaries = Project(home), Canaries(20230531)
    plant(project.raw, canaries, OLD)
    for name in ("mappings.yml", "settings.yml"):  # the district's own
        (project.raw / name).unlink()
    for month in (LAST_YEAR, NEW):
        send(project, month)
    stages.ensure(project, NEW)
    pages, letters = project.dashboards(OLD), project.letters(OLD, "华阳路街道")
    for folder in (pages / "sendback", letters):
        folder.mkdir(parents=True)
        (folder / f"华阳路街道-{canaries.names[0]}.txt").write_text(canaries.numbers[0], encoding="utf-8")
    shutil.copytree(pages / "sendback", project.dashboards(OLD) / "imports")
    for path in (pages / "imports").iterdir():
        path.rename(path.with_suffix(".xlsx"))
    (pages / "index.html").write_text(f"状态：{signing.DRAFT}；制表", encoding="utf-8")
    record = {"exit_code": 0, "pages": {"index.html": {}}}
    (pages / inputs.RECORD).write_text(json.dumps(record), encoding="utf-8")
    for month, name in ((OLD, canaries.names[1]), (NEW, "别的月份")):
        log.note_failure(project, month, RunError(f"读不了“{name}”"))
    return project, canaries


@pytest.fixture
def project(planted, tmp_path) -> Project:
    """A copy in which the old month is signed and no finding of it is open any more."""
    return copied(planted[0], tmp_path / "home")


def copied(planted: Project, home: Path) -> Project:
    project = Project(home)
    shutil.copytree(planted.root / "data", home / "data")
    for name in ("notebooks", "expectations"):
        (home / name).symlink_to(ROOT / name, target_is_directory=True)
    shutil.rmtree(project.dashboards(OLD) / "sendback", ignore_errors=True)
    letters = [*project.dashboards(OLD).glob("imports/*.xlsx")]
    away = [(path, path.read_bytes()) for path in letters]
    for path, _ in away:
        path.unlink()
    signing.sign(project, OLD, "测试员", dt.date(2023, 6, 9))
    for path, content in away:
        path.write_bytes(content)
    settle(project)
    return project


def settle(project: Project) -> None:
    """Let every finding of the newest month be put right."""
    ledger = tables.read(project, tables.LEDGER, NEW)
    assert OLD in [Month.parse(since) for since in ledger["since"]]
    tables.write(project, tables.LEDGER, NEW, ledger.assign(change="resolved"), "310105")


def forget(project: Project) -> None:
    for plan in forgetting.plans(project, BEFORE):
        assert not plan.reason
        forgetting.forget(plan, TODAY)


def contents(project: Project) -> dict[str, bytes]:
    files = (path for path in (project.root / "data").rglob("*") if path.is_file())
    return {
        path.relative_to(project.root).as_posix(): path.read_bytes()
        for path in files
        if ".locks" not in path.parts
    }


def call(project: Project, monkeypatch, *words: str):
    monkeypatch.setenv("REDSTATS_HOME", str(project.root))
    return CliRunner().invoke(app, words)


def is_old(path: str) -> bool:
    return str(NEW) not in path and str(LAST_YEAR) not in path


def test_a_dry_run_tells_what_would_go_and_what_stays_and_changes_nothing(project, monkeypatch):
    before = contents(project)
    shown = call(project, monkeypatch, "forget", "--before", "2030-01")
    assert shown.exit_code == 0, shown.output
    assert (
        f"{OLD}：原件 11 份" in shown.output and "1_returns：删去" in shown.output and "--yes" in shown.output
    )
    assert f"{LAST_YEAR}：保留" in shown.output and f"{NEW}：保留" in shown.output
    listed = {
        one["month"]: one
        for one in json.loads(call(project, monkeypatch, "forget", "--before", "2030-01", "--json").output)
    }
    assert [month for month, one in listed.items() if not one["kept_back"]] == [str(OLD)]
    assert "office_address" in listed[str(OLD)]["columns"]["1_returns"] and listed[str(OLD)]["signed"]
    assert contents(project) == before


def test_no_canary_is_left_anywhere_but_in_months_that_are_kept(planted, project, monkeypatch):
    canaries = planted[1]
    holders = {hit.rpartition(": ")[0] for hit in leaks(project.root / "data", canaries)}
    for part in ("raw/2023-05/", "raw/received.csv", ".readings/", ".history/", "6_signed/", "5_letters/", "manifest.json",
                 "runs.jsonl", "1_returns/2023-05", "1_returns/cells/", "2_findings/2023-05", "imports/"):  # fmt: skip
        assert any(part in holder for holder in holders), part
    kept = {path: content for path, content in contents(project).items() if not is_old(path)}
    done = call(project, monkeypatch, "forget", "--before", str(BEFORE), "--yes")
    assert done.exit_code == 0 and "已按规定删除" in done.output, done.output
    assert [hit for hit in leaks(project.root / "data", canaries) if is_old(hit)] == []
    assert {path: content for path, content in contents(project).items() if not is_old(path)} == kept
    assert not (project.raw / str(OLD)).exists() and not project.letters(OLD).exists()
    assert not [path for path in project.states.iterdir() if path.suffix == ".key"]


def test_what_another_month_says_in_the_records_stays(project):
    forget(project)
    assert "别的月份" in (project.processed / log.FILE).read_text(encoding="utf-8")
    received = (project.raw / "received.csv").read_text(encoding="utf-8-sig")
    assert f"{NEW.number}月月报.xlsx" in received and received.count(str(OLD)) == 11


NUMBERS = {
    tables.RETURNS: ["committee_name", "committee_status", "party_org_type", "term_end", "rule_seal"],
    tables.CELLS: ["field", "cell", "value_state"],
    tables.FILES: ["sha256", "kind", "outcome", "code", "rows", "accepted", "refused", "first_seen"],
    tables.NOTES: ["street_code", "cell", "kind"],
    tables.FINDINGS: ["requirement", "state", "clause", "force", "required", "since", "change", "cell"],
    tables.LAW: ["requirement", "state", "due", "since"],
    tables.CHECKS: ["requirement", "state"],
    tables.LEDGER: ["requirement", "state", "change", "since", "seen"],
    tables.DEADLINES: ["kind", "due", "days", "standing"],
    tables.PIPELINE: ["stage", "since", "lacking", "who", "lacks"],
    tables.FORMS: ["kind", "member_count", "filing_date", "copies"],
    **{name: tables.SCHEMAS[name].names for name in (tables.SCORES, tables.COVERAGE, tables.STREETS, tables.TREND, tables.RULES)},
}  # fmt: skip


def test_every_count_state_and_score_is_as_before(project):
    def numbers() -> dict:
        return {name: tables.read(project, name, OLD, columns) for name, columns in NUMBERS.items()}

    before = numbers()
    assert len(before[tables.FINDINGS]) > 100 and len(before[tables.FORMS])
    forget(project)
    for name, frame in numbers().items():
        assert frame.equals(before[name]), name


def test_a_count_stays_unless_it_is_as_long_as_a_telephone_number(project):
    counts = [one.id for one in RULES.return_fields.values() if one.type in ("int", "float")]
    before = tables.read(project, tables.RETURNS, OLD, counts)
    forget(project)
    after = tables.read(project, tables.RETURNS, OLD, counts)
    is_long = before.fillna(0) >= 10**7
    assert is_long.any().any() and (before[~is_long] > 0).any().any()
    assert after.equals(before.mask(is_long))


def test_files_and_sheets_are_told_apart_as_before(project):
    def groups(table: str) -> list[int]:
        return tables.read(project, table, OLD).groupby(tables.SOURCE, sort=False).ngroup().tolist()

    before = [groups(name) for name in (tables.RETURNS, tables.CELLS, tables.NOTES)]
    assert max(before[0]) > 3
    forget(project)
    assert [groups(name) for name in (tables.RETURNS, tables.CELLS, tables.NOTES)] == before
    files = set(tables.read(project, tables.FILES, OLD)["source_file"])
    assert set(tables.read(project, tables.RETURNS, OLD)["source_file"]) <= files and len(files) == 11


def test_a_month_that_an_open_finding_needs_stays(planted):
    plans = forgetting.plans(planted[0], BEFORE)
    assert [plan.month for plan in plans] == [OLD] and "没有了结的问题" in plans[0].reason
    before = contents(planted[0])
    with pytest.raises(RunError, match="没有了结的问题"):
        forgetting.forget(plans[0], TODAY)
    assert contents(planted[0]) == before


def test_months_of_this_year_and_the_last_stay_whatever_is_asked(project, monkeypatch):
    kept = {path: content for path, content in contents(project).items() if not is_old(path)}
    assert call(project, monkeypatch, "forget", "--before", "2031-01", "--yes").exit_code == 0
    assert {path: content for path, content in contents(project).items() if not is_old(path)} == kept
    assert set(forgotten.read(project)) == {OLD}


def test_the_months_that_forms_look_back_to_stay_with_them(project):
    assert forgetting._window(project, NEW) == Month(2025, 1)
    (project.raw / "settings.yml").write_text("form_months: 60\n", encoding="utf-8")
    assert forgetting._window(project, NEW) == NEW.plus(-59)


def test_what_no_run_has_seen_yet_is_not_removed(project):
    (project.raw / "2022-03").mkdir()
    (project.raw / "2022-03" / "~$锁.xlsx").touch()
    reasons = {plan.month: plan.reason for plan in forgetting.plans(project, BEFORE)}
    assert "还没有运行过" in reasons[Month(2022, 3)] and not reasons[OLD]
    (project.raw / str(OLD) / "晚来.csv").write_text("街镇,业委会名称\n", encoding="utf-8")
    with pytest.raises(RunError, match="没处理的变化"):
        forgetting.plans(project, BEFORE)


def test_twice_is_once(project, monkeypatch):
    forget(project)
    before = contents(project)
    again = call(project, monkeypatch, "forget", "--before", str(BEFORE), "--yes")
    assert again.exit_code == 0 and "没有要删除的" in again.output
    assert contents(project) == before


class Killed(BaseException):
    """No error that anybody catches."""


class Killer:
    """Ends everything at the n-th change of a file below a folder, and lets nothing be changed after, as a kill would."""

    CHANGES = frozenset({"os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.link", "os.truncate"})

    def __init__(self) -> None:
        self.home, self.limit, self.count = "", 0, 0
        sys.addaudithook(self._look)

    def _look(self, event: str, args: tuple) -> None:
        if not self.home:
            return
        if event == "open":
            path, _, flags = args
            changes = bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
        else:
            path, changes = (args[0] if args else ""), event in self.CHANGES
        if not changes or isinstance(path, int):
            return
        path = os.fsdecode(path)
        if ".locks" in path or (os.path.isabs(path) and not path.startswith(self.home)):
            return
        self.count += 1
        if self.count >= self.limit:
            raise Killed

    @contextlib.contextmanager
    def at(self, project: Project, limit: int):
        self.home, self.limit, self.count = str(project.root), limit, 0
        try:
            yield
        finally:
            self.home = ""


@pytest.fixture(scope="module")
def killer() -> Killer:
    return Killer()


def test_interrupted_anywhere_and_asked_again_it_ends_as_if_it_had_not_been(
    planted, project, killer, tmp_path, monkeypatch
):
    monkeypatch.setattr(forgetting, "secrets", SimpleNamespace(token_bytes=lambda number: b"k" * number))
    start = copied(planted[0], tmp_path / "start")
    with killer.at(project, 10**9):
        forget(project)
    whole, steps = contents(project), killer.count
    assert steps > 100
    points = sorted({1, 2, 3, 5, 8, *range(13, steps, steps // 12), *range(steps - 4, steps + 1)})
    words = set()
    for point in points:
        home = copied_again(start, tmp_path / "again")
        with killer.at(home, point), pytest.raises(Killed):
            forget(home)
        words |= {check.what for check in verified(home)}
        forget(home)
        assert contents(home) == whole, point
    assert any("正在按规定删除" in what for what in words)


def copied_again(start: Project, home: Path) -> Project:
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(start.root, home, symlinks=True)
    return Project(home)


def verified(project: Project) -> list[signing.Check]:
    """What is verified of a month that was left half done: nothing is called wrong."""
    checks = signing.verify(project, OLD)
    assert all(check.well is not False for check in checks), checks
    return checks


def test_what_came_or_changed_after_an_interruption_is_not_removed_unseen(planted, project, killer):
    with killer.at(project, 40), pytest.raises(Killed):
        forget(project)
    assert not forgotten.read(project)[OLD].is_done
    late = project.raw / str(OLD) / "晚来.csv"
    late.write_text("街镇\n", encoding="utf-8")
    with pytest.raises(RunError, match="又放进了新的文件"):
        forget(project)
    late.unlink()
    table = next((project.processed / tables.SCORES / str(OLD)).glob("*.parquet"))
    kept = table.read_bytes()
    table.write_bytes(kept + b"!")
    with pytest.raises(RunError, match="被改过"):
        forget(project)
    table.write_bytes(kept)
    forget(project)
    assert forgotten.read(project)[OLD].is_done


def test_verify_says_it_and_still_finds_any_other_change(project, monkeypatch):
    mark = signing.versions(project, OLD)[0].mark
    forget(project)
    done = call(project, monkeypatch, "verify", str(OLD))
    assert done.exit_code == 0, done.output
    assert "11 份原件已按规定删除（2026-12-01" in done.output and mark in done.output
    assert "只少了按规定删除的内容" in done.output
    signed = project.signed(OLD) / "v1"
    for path in (
        next((signed / "data/processed/1_returns/cells/2023-05").glob("*.parquet")),
        next((signed / "data/processed/3_scores/2023-05").glob("*.parquet")),
        signed / "data/processed/4_dashboards/2023-05/index.html",
        signed / signing.MANIFEST,
        next((project.processed / "1_returns/2023-05").glob("*.parquet")),
        next((project.processed / "3_scores/2023-05").glob("*.parquet")),
        next((project.processed / ".history/2023-05").rglob("*.parquet")),
    ):
        kept = path.read_bytes()
        path.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
        assert any(check.well is False for check in signing.verify(project, OLD)), path
        path.unlink()
        assert any(check.well is False for check in signing.verify(project, OLD)), path
        path.write_bytes(kept)
    record = project.processed / forgotten.FILE
    kept = record.read_bytes()
    record.write_bytes(kept.replace(b'"size": 1', b'"size": 2', 1))
    assert any("接不上" in check.what for check in signing.verify(project, OLD))
    record.write_bytes(kept)
    assert all(check.well is not False for check in signing.verify(project, OLD))


def test_what_had_been_touched_before_is_not_made_good_by_forgetting(project):
    table = next((project.signed(OLD) / "v1/data/processed/1_returns/cells/2023-05").glob("*.parquet"))
    shutil.copy(next((project.processed / "1_returns/notes/2023-05").glob("*.parquet")), table)
    forget(project)
    assert any(check.well is False and "被改过" in check.what for check in signing.verify(project, OLD))


def test_a_month_that_was_not_signed_is_verified_by_the_record(project):
    shutil.rmtree(project.signed(OLD))
    forget(project)
    assert {check.well for check in signing.verify(project, OLD)} == {None, True}


def test_nothing_is_called_changed_or_made_again_afterwards(project, monkeypatch):
    marks, later = inputs.marks(project, NEW), inputs.of_months(project, NEW)[NEW]
    forget(project)
    assert not signing.status(project, OLD).is_changed
    assert stages.why(project, NEW) == [] and inputs.outdated(project, OLD) == []
    assert (inputs.marks(project, NEW), inputs.of_months(project, NEW)[NEW]) == (marks, later)
    before = contents(project)
    run = run_month(project, OLD, force=True)
    assert (run.made, run.kept, run.exit_code) == ([], ["index.html"], 0) and "已按规定删除" in run.forgotten
    assert "不再重做" in call(project, monkeypatch, "run", str(OLD)).output
    assert stages.ensure(project, OLD)
    after = contents(project)
    assert {path: after[path] for path in after if log.FILE not in path} == {
        path: before[path] for path in before if log.FILE not in path
    }
    assert "不能再定稿" in str(call(project, monkeypatch, "sign", str(OLD), "--by", "测试员").exception)


def test_a_file_that_comes_after_is_refused_and_reaches_no_month(project):
    forget(project)
    before = tables.read(project, tables.SCORES, OLD)
    send(project, OLD)
    with pytest.raises(RunError, match="不再读取"):
        run_month(project, OLD)
    stages.ensure(project, NEW)
    assert tables.read(project, tables.SCORES, OLD).equals(before)
    assert any("又放进的" in check.what for check in signing.verify(project, OLD))


def test_the_record_holds_counts_and_hashes_and_nothing_of_a_person(planted, project):
    forget(project)
    lines = (project.processed / forgotten.FILE).read_text(encoding="utf-8").splitlines()
    begun, done = map(json.loads, lines)
    assert (begun["step"], done["step"]) == ("begun", "done") and done["originals_removed"] == 11
    assert len(done["originals"]) == 11 and all(len(mark) == 64 for mark in done["originals"])
    assert any(before != after for before, after in done["files"].values())
    assert not any(name in line for line in lines for name in (*planted[1].names, *planted[1].numbers))


def test_every_personal_field_and_every_word_of_a_sender_is_taken():
    gone = {
        table: blanking.blanked_columns(schema, RULES) for table, schema in blanking.schemas(RULES).items()
    }
    for table, schema in blanking.schemas(RULES).items():
        names = {*schema.names} & {*blanking.personal_labels(RULES)}
        assert names <= {*gone[table], *blanking.RENAMED}, table
        assert {*schema.names} & {"raw", "reported", "message", "note", "before", "now"} <= {*gone[table]}
    assert not blanking.OWN & {*blanking.personal_labels(RULES)}
    assert gone[tables.SCORES] == gone[tables.COVERAGE] == []


def test_a_column_of_text_that_nobody_has_spoken_of_is_taken():
    schema = pa.schema([("remark", pa.string()), ("some", pa.list_(pa.string())), ("number", pa.int64())])
    assert blanking.blanked_columns(schema, RULES) == ["remark", "some"]

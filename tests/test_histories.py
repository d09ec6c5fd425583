"""Any history of files – sent, resent, corrected, late, duplicated, withdrawn – ends where a plain model in dicts ends."""

from __future__ import annotations

import re
import tempfile
from collections import defaultdict
from pathlib import Path

import hypothesis.strategies as st
import pytest
from drawn import Drawn, narrow
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from openpyxl import Workbook

from redstats import findings, places, standard, tables
from redstats.months import Month
from redstats.returns import import_month, read_here
from redstats.returns import month as months_of

MONTHS = [Month(2026, number) for number in (7, 8, 10)]  # nobody sent anything for September
STREETS = [one.name for one in places.on(MONTHS[0].end).streets]
CODES = {one.name: one.code for one in places.on(MONTHS[0].end).streets}
# Two committees a street, the second of which two streets have twice; some of the names are written in two ways.
HOMES = {"华阳路街道": ("华阳路五", "飞乐"), "天山路街道": ("天山五村一", "天山二村")}
SPELLINGS = {"": ("乙苑业委会", ""), "again": ("乙苑业主委员会", "居委会"), "third": ("乙苑", "社区")}
REQUIREMENTS = {"info_system": "电子信息系统", "rule_seal": "印章管理制度", "L21_log": "用印登记"}
ANSWERS = {
    "是": "met",
    "否": "not_met",
    "": "not_reported",
    "看不清": "needs_review",
    "不涉及": "needs_review",
}
pytestmark = pytest.mark.xdist_group("histories")


def committees(street: str) -> list[tuple[str, str]]:
    """(name, neighbourhood) of a street's committees."""
    return [("甲苑业委会", "飞乐"), *(("乙苑业委会", home) for home in HOMES.get(street, ("飞乐",)))]


answers = st.sampled_from(["是", "否", "否", "", "看不清", "不涉及"])
contents = st.lists(answers, min_size=9, max_size=9).map(tuple)
files = st.fixed_dictionaries(
    {
        "content": contents,
        "day": st.sampled_from([None, 3, 6, 25]),  # of the next month: the sixth is late
        "revised": st.booleans(),
        "spelling": st.sampled_from(list(SPELLINGS)),
        "short": st.booleans(),  # the last committee was forgotten
    }
)


class Model:
    """What is to come out, by plain rules: the file that counts, the states it tells, and what became of them."""

    def __init__(self) -> None:
        self.folders: dict[tuple[Month, str], dict[str, dict]] = defaultdict(dict)

    def outcomes(self, month: Month, street: str) -> dict[str, str]:
        """File to used, replaced, copy or refused."""
        found, first = {}, {}
        for name in sorted(self.folders[month, street], key=lambda name: (len(name), name)):
            said = self.said(street, self.folders[month, street][name])
            found[name] = "copy" if said in first else "used"
            first.setdefault(said, name)
        rivals = [name for name, outcome in found.items() if outcome == "used"]
        ages = {name: self.age(name, self.folders[month, street][name]) for name in rivals}
        newest = [name for name in rivals if ages[name] == max(ages.values())]
        for name in rivals if len(rivals) > 1 else ():
            found[name] = "refused" if len(newest) > 1 else "used" if name in newest else "replaced"
        return found

    @staticmethod
    def said(street: str, file: dict) -> tuple:
        """What of a file makes it a copy of another: the day, the names as written and the answers."""
        rows = len(committees(street)) - file["short"]
        return file["day"], file["spelling"], file["content"][: rows * 3]

    @staticmethod
    def age(name: str, file: dict) -> tuple:
        return file["day"] or 0, file["revised"]

    def states(self, month: Month) -> dict[tuple, str]:
        """(street, name, neighbourhood, requirement) to state; what was not sent is not there."""
        found = {}
        for (when, street), folder in self.folders.items():
            used = [name for name, outcome in self.outcomes(when, street).items() if outcome == "used"]
            if when != month or not used:
                continue
            (name,) = used
            told = committees(street)[: -1 if folder[name]["short"] else None]
            for at, one in enumerate(told):
                for number, requirement in enumerate(REQUIREMENTS):
                    answer = folder[name]["content"][at * 3 + number]
                    found[(street, *one, requirement)] = ANSWERS[answer]
        return found

    def judged(self, month: Month) -> dict[tuple, str]:
        """As ``states``, and not reported of every committee that an earlier month had and this one has not."""
        now = self.states(month)
        known = {key for earlier in MONTHS if earlier < month for key in self.states(earlier)}
        return dict.fromkeys(known, "not_reported") | now

    def lives(self) -> dict[Month, dict[tuple, tuple]]:
        """By month what became of every finding that was or is open: (change, since, last seen, in how many months)."""
        told: dict[Month, dict[tuple, tuple]] = {}
        runs: dict[tuple, list[Month]] = {}
        ever: set[tuple] = set()
        for month in MONTHS:
            told[month] = {}
            states = self.states(month)
            for key in sorted({*states, *runs}):
                state, run = states.get(key), runs.get(key)
                if state == "not_met":
                    change = "ongoing" if run else "reopened" if key in ever else "new"
                    run = runs[key] = [*(run or ()), month]
                    ever.add(key)
                elif not run:
                    continue
                elif state in ("met", "not_applicable"):
                    change = "resolved" if state == "met" else "ended"
                    del runs[key]
                else:
                    change = "unknown"
                told[month][key] = (change, str(run[0]), str(run[-1]), len(run))
        return told


class Histories(RuleBasedStateMachine):
    """The importer and the stage of findings against the model; only what changed, and what follows it, is run."""

    @initialize(
        content=st.lists(contents, min_size=10, max_size=10), spelling=st.sampled_from(list(SPELLINGS))
    )
    def begin(self, content: list[tuple], spelling: str) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.drawn = Drawn(Path(self.folder.name))
        self.model = Model()
        self.number = 0
        self.changed: set[Month] = set()
        self.all_send(MONTHS[0], content, spelling)

    def teardown(self) -> None:
        try:
            if self.changed:
                self.judge()
                self.the_tables_are_those_of_the_model()
        finally:
            self.folder.cleanup()

    def put(self, month: Month, street: str, file: dict) -> None:
        self.number += 1
        name = f"{street}{month.year}年{month.number}月{'更正' if file['revised'] else ''}-{self.number:03d}.xlsx"
        write(self.drawn.project.raw / str(month) / name, month, street, file)
        self.model.folders[month, street][name] = file
        self.changed.add(month)

    @rule(month=st.sampled_from(MONTHS), street=st.sampled_from(STREETS), file=files)
    def send(self, month: Month, street: str, file: dict) -> None:
        """A first return, a second one, one that comes late or after later months were judged."""
        self.put(month, street, file)

    @rule(
        month=st.sampled_from(MONTHS),
        content=st.lists(contents, min_size=10, max_size=10),
        spelling=st.sampled_from(list(SPELLINGS)),
    )
    def all_send(self, month: Month, content: list[tuple], spelling: str) -> None:
        for street, one in zip(STREETS, content, strict=True):
            plain = {"content": one, "day": 3, "revised": False, "spelling": spelling, "short": False}
            self.put(month, street, plain)

    @precondition(lambda self: any(self.model.folders.values()))
    @rule(data=st.data(), content=contents, revised=st.booleans())
    def correct(self, data, content: tuple, revised: bool) -> None:
        month, street, name = self.one(data)
        file = self.model.folders[month, street][name]
        self.put(month, street, file | {"content": content, "day": 25, "revised": revised})

    @precondition(lambda self: any(self.model.folders.values()))
    @rule(data=st.data(), revised=st.booleans())
    def duplicate(self, data, revised: bool) -> None:
        month, street, name = self.one(data)
        self.put(month, street, self.model.folders[month, street][name] | {"revised": revised})

    @precondition(lambda self: any(self.model.folders.values()))
    @rule(data=st.data())
    def withdraw(self, data) -> None:
        month, street, name = self.one(data)
        (self.drawn.project.raw / str(month) / name).unlink()
        del self.model.folders[month, street][name]
        self.changed.add(month)

    def one(self, data) -> tuple[Month, str, str]:
        held = [(*key, name) for key, folder in self.model.folders.items() for name in folder]
        return data.draw(st.sampled_from(held))

    @precondition(lambda self: self.changed)
    @rule()
    def judge(self) -> None:
        """As the stages do: the first month that changed, and every later one that was ever sent."""
        first = min(self.changed)
        for month in MONTHS:
            if month >= first and (self.drawn.project.raw / str(month)).is_dir():
                import_month(self.drawn.project, month)
                findings.find(self.drawn.project, month)
        self.changed.clear()

    @invariant()
    def the_tables_are_those_of_the_model(self) -> None:
        if self.changed or not hasattr(self, "model"):
            return
        lives = self.model.lives()
        for month in MONTHS:
            if tables.exists(self.drawn.project, tables.LEDGER, month):
                compare(self.drawn, month, self.model, lives[month])


def write(path: Path, month: Month, street: str, file: dict) -> None:
    second, ending = SPELLINGS[file["spelling"]]
    book = Workbook()
    sheet = book.active
    sheet.append([f"填报单位：{street}"])
    if file["day"]:
        sheet.append([f"填报日期：{month.next.start.replace(day=file['day']):%Y年%m月%d日}"])
    sheet.append(["所属居委会", "业委会名称", *REQUIREMENTS.values()])
    for at, (name, home) in enumerate(committees(street)[: -1 if file["short"] else None]):
        name = second if name == "乙苑业委会" else name
        sheet.append([home + ending, name, *(one or None for one in file["content"][at * 3 : at * 3 + 3])])
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


def compare(drawn: Drawn, month: Month, model: Model, lives: dict[tuple, tuple]) -> None:
    received = tables.read(drawn.project, tables.FILES, month)
    outcomes = {
        name: outcome
        for (when, street) in list(model.folders)
        if when == month
        for name, outcome in model.outcomes(when, street).items()
    }
    words = {
        "accepted": "used",
        "noted": "used",
        "replaced": "replaced",
        "skipped": "copy",
        "refused": "refused",
    }
    assert {row.source_file: words[row.outcome] for row in received.itertuples()} == outcomes
    states, changes = {}, {}
    for table in (tables.FINDINGS, tables.LAW):
        for row in tables.read(drawn.project, table, month).to_dict("records"):
            states[key_of(row)] = row["state"]
            if isinstance(row["change"], str):
                changes[key_of(row)] = (row["change"], row["since"] if row["state"] == "not_met" else None)
    assert states == model.judged(month)
    kept = {key: one for key, one in lives.items() if one[0] not in ("unknown", "ended")}
    assert changes == {key: (one[0], None if one[0] == "resolved" else one[1]) for key, one in kept.items()}
    held = tables.read(drawn.project, tables.LEDGER, month).to_dict("records")
    assert len(held) == len(lives)  # nothing is counted twice
    assert {
        key_of(row): tuple(row[name] for name in ("change", "since", "last_seen", "seen")) for row in held
    } == lives


def key_of(row: dict) -> tuple:
    street = next(name for name, code in CODES.items() if code == row["street_code"])
    name = re.sub("(业主委员会|业委会)?$", "业委会", row["committee_name"], count=1)
    return street, name, re.sub("(居委会|社区)$", "", row["neighbourhood_committee"]), row["requirement"]


def test_any_history_of_files_ends_where_a_plain_model_ends(monkeypatch):
    narrow(monkeypatch, ["info_system", "rule_seal"], ["L21_log"])
    # harmless files, read in this process: a child for each month would take the time of ten months
    monkeypatch.setattr(months_of, "read_returns", read_all_here)
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=8,
            stateful_step_count=10,
            derandomize=True,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def read_all_here(paths, month: Month, confirmed) -> list:
    return [read_here(one, month, standard.on(month.end), places.on(month.end), confirmed) for one in paths]

"""The documents say what the program does: commands, files, columns and numbers in them are real."""

from __future__ import annotations

import datetime as dt
import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import documents
import pandas as pd
import pytest
import typer.main
import yaml
from floors import FLOOR_OF

import redstats
from redstats import cli, project, scores, standard, tables
from redstats.findings import PACES
from redstats.months import Month
from redstats.runs import notebooks
from redstats.settings import Settings
from redstats.standard import attachments
from redstats.standard.document import FOLDER
from redstats.submissions import REPORTED
from redstats.workbooks import guard, sheetscan

ROOT = Path(__file__).parent.parent
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
GUIDE, CONVENTIONS = ROOT / "docs" / "standard-data.md", ROOT / "docs" / "conventions.md"
OTHERS = [ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
DOCUMENTS = READMES + OTHERS
MONTH = Month(2026, 10)
RULES = standard.on(MONTH.end)
SHELLS = ("sh", "bat")
PROGRAMS = ("redstats ", "make ", "papermill ", "jupyter ")
EXIT_CODES = {"README.md": ("exit code", "meaning"), "README.zh-CN.md": ("退出码", "含义")}
LOCAL_NUMBERS = ("要求", "取值", "标准原文")
FILE = r"[\w.*\-/]+(?:/|\.(?:py|yaml|yml|toml|md|ipynb|json|txt|html|lock))|[\w\-]+(?:/[\w.*\-]+)+"
MADE = ("data/raw/", "data/processed/", ".venv", "wheels", "streets/", "assets/")  # there after a run only
MADE_FILES = {
    "index.html",
    "issues.html",
    "recommendations.html",
    "run.json",
    "全区月报.html",
    "street.ipynb",
}
KINDS = {"int64": "int64", "double": "double", "bool": "bool", "string": "string", "date": "date32[day]"}
KINDS |= {"list<string>": "list<item: string>", "list<date>": "list<item: date32[day]>"}

each_document = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def fences(path: Path, *languages: str) -> list[str]:
    found = re.findall(r"^```(\w+)\n(.*?)^```$", text(path), re.MULTILINE | re.DOTALL)
    return [body for language, body in found if language in languages]


def prose(path: Path) -> str:
    return re.sub(r"^```.*?^```$", "", text(path), flags=re.MULTILINE | re.DOTALL)


def quoted(path: Path) -> list[str]:
    return re.findall(r"`([^`\n]+)`", prose(path))


def commands(path: Path) -> list[str]:
    lines = [line.split(" # ")[0].strip() for body in fences(path, *SHELLS) for line in body.splitlines()]
    return [line for line in lines if line]


def rows(path: Path, *header: str) -> list[list[str]]:
    """The rows of the tables under this header."""
    found, inside = [], False
    for line in text(path).splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else None
        inside = cells is not None and (inside or cells == list(header))
        if inside and cells != list(header) and not re.fullmatch(r"[|:\- ]+", line):
            found.append(cells)
    return found


def every_command() -> list:
    shown = [(path, command) for path in DOCUMENTS for command in commands(path)]
    shown += [(path, code) for path in DOCUMENTS for code in quoted(path) if code.startswith(PROGRAMS)]
    return [pytest.param(command, id=f"{path.name}: {command}") for path, command in dict.fromkeys(shown)]


def parse(arguments: list[str]) -> None:
    """Through the program's own parser, without running the command."""
    group = typer.main.get_command(cli.app)
    for command in group.commands.values():
        for one in getattr(command, "commands", {"": command}).values():
            one.callback = lambda **given: None
    group.main(arguments, "redstats", standalone_mode=False)


def options(words: list[str], name: str) -> list[str]:
    return [words[index + 1] for index, word in enumerate(words) if word == name]


def check_papermill(words: list[str]) -> None:
    allowed = notebooks.declared(ROOT / words[0])
    assert set(options(words, "-p")) <= set(allowed)


def check_pip(words: list[str]) -> None:
    assert words[0] in ("install", "download")
    for file in options(words, "-r"):
        assert (ROOT / file).is_file()


def check_python(words: list[str]) -> None:
    assert words[:2] in (
        ["-m", "venv"],
        ["-m", "pytest"],
    )
    if words[1] == "pytest":
        assert all((ROOT / word).exists() for word in words[2:])


def check_make(words: list[str]) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text(ROOT / "Makefile"), re.MULTILINE))
    assert set(words) <= targets


def check_conda(words: list[str]) -> None:
    environment = yaml.safe_load(text(ROOT / "environment.yml"))
    assert words in (["env", "create", "-f", "environment.yml"], ["activate", environment["name"]])


CHECKS = {
    "redstats": parse,
    "make": check_make,
    "papermill": check_papermill,
    "jupyter": lambda words: words == ["lab", "notebooks"] or pytest.fail(str(words)),
    "pip": check_pip,
    "python": check_python,
    "python3": check_python,
    "py": check_python,
    "conda": check_conda,
    "ruff": lambda words: all((ROOT / word).exists() for word in words[1:]) or pytest.fail(str(words)),
}


@pytest.mark.parametrize("command", every_command())
def test_every_command_shown_is_one_the_project_has(command):
    program, *words = shlex.split(command.replace("\\", "/"))
    CHECKS[program.removeprefix(".venv/bin/").removeprefix(".venv/Scripts/")](words)


@pytest.mark.parametrize(
    "wrong", ["redstats report 2026-10", "redstats run 2026-10 --district 长宁", "redstats status"]
)
def test_a_command_the_program_lacks_would_be_noticed(wrong):
    with pytest.raises(Exception, match=r"No such|Missing"):
        parse(shlex.split(wrong)[1:])


@pytest.mark.parametrize(
    "command", ["redstats --version", "redstats standard 3.2", "redstats standard self_study --json"]
)
def test_the_cheap_commands_work_as_shown(command):
    words = shlex.split(command)[1:]
    start = "from redstats.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", start, *words],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    if "--json" in words:
        assert json.loads(done.stdout)[0]["requirement"] == "self_study"
    else:
        assert redstats.__version__ in done.stdout or RULES.clauses["3.2"].text in done.stdout


def test_both_readmes_show_the_same_blocks_in_the_same_order():
    english, chinese = [fences(path, *SHELLS, "python") for path in READMES]
    assert english == chinese


def test_both_readmes_have_the_same_shape():
    def shape(path: Path) -> tuple:
        links = sorted(
            target for target in re.findall(r"\]\(([^)]+)\)", text(path)) if "README" not in target
        )
        exits = [row[0] for row in rows(path, *EXIT_CODES[path.name])]
        tree = [line.split("  ")[0] for line in fences(path, "text")[0].splitlines()]
        return re.findall(r"^#+ ", text(path), re.MULTILINE), links, exits, tree

    assert shape(READMES[0]) == shape(READMES[1])


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_the_exit_codes_are_those_of_the_errors(path):
    codes = {error.exit_code for error in (redstats.WorkbookError, redstats.StandardError, redstats.RunError)}
    assert {int(row[0]) for row in rows(path, *EXIT_CODES[path.name])} == {0, 2} | codes


@each_document
def test_every_link_inside_the_project_leads_somewhere(path):
    for target in re.findall(r"\]\(([^)]+)\)", text(path)):
        assert target.startswith("https://") or (path.parent / target).is_file(), target


@each_document
def test_every_file_and_folder_named_exists(path):
    names = tables.SCHEMAS.keys() | {tables.RETURNS, tables.REVIEWS, tables.FORMS}
    for code in quoted(path):
        if code in names or not re.fullmatch(FILE, code):
            continue
        if not code.startswith(MADE) and code not in MADE_FILES:
            # from the top, from the package, or a file of the package by its name alone
            places = (ROOT, ROOT / "redstats", FOLDER)
            there = [path for place in places for path in place.glob(code.rstrip("/"))]
            assert there or ("/" not in code and [*(ROOT / "redstats").rglob(code)]), code


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_the_folder_listing_tells_the_folders_there_are(path):
    listed = [line.split("  ")[0] for line in fences(path, "text")[0].splitlines()]
    for folder in listed:
        if folder.startswith("data/processed/"):
            assert folder.split("/")[2] in {name.split("/")[0] for name in tables.SCHEMAS} | {
                "4_dashboards",
                "5_letters",
                "6_signed",
            }
        elif not folder.startswith("data/raw/"):
            assert (ROOT / folder).is_dir()


@each_document
def test_no_document_names_a_folder_of_one_machine(path):
    assert not re.search(r"(?<![\w.])/(?:home|Users|root|tmp|mnt|opt|work)\b|\b[A-Z]:\\", text(path))


@each_document
def test_the_documents_speak_of_the_program_and_not_of_its_making(path):
    assert not re.search(r"\b(?:co-authored|assistant|(?:generated|written) by)\b", text(path), re.IGNORECASE)


@each_document
def test_every_notebook_named_exists(path):
    for name in re.findall(r"\b(\d_[a-z_]+)\.ipynb", text(path)):
        assert (ROOT / "notebooks" / f"{name}.ipynb").is_file()


def columns_told() -> dict[str, list[list[str]]]:
    sections = re.split(r"^## `([^`]+)`$", text(ROOT / "docs" / "tables.md"), flags=re.MULTILINE)
    pattern = r"^\| `(\w+)` \| (\S+) \| (.+) \|$"
    return {
        name: re.findall(pattern, body, re.MULTILINE)
        for name, body in zip(sections[1::2], sections[2::2], strict=True)
    }


def schemas() -> dict:
    return {
        **tables.SCHEMAS,
        tables.RETURNS: tables.schema_of(RULES.return_fields.values()),
        tables.REVIEWS: tables.schema_of(RULES.review_columns.values()),
        tables.FORMS: tables.schema_of_forms(attachments.columns()),
    }


def test_every_table_is_told():
    assert columns_told().keys() == schemas().keys()


@pytest.mark.parametrize("table", schemas())
def test_the_columns_told_are_those_of_the_table(table):
    told = [(name, KINDS[kind]) for name, kind, _ in columns_told()[table]]
    assert told == [(one.name, str(one.type)) for one in schemas()[table]]


def test_every_state_is_told():
    told = {name: meaning for name, _, meaning in columns_told()[tables.FINDINGS]}
    for word in tables.STATES:
        assert f"`{word}` {tables.STATES[word]}" in told["state"]
    assert all(f"`{word}`" in told["pace"] for word in PACES)
    told = {name: meaning for name, _, meaning in columns_told()[tables.CELLS]}
    for word in tables.VALUE_STATES:
        assert f"`{word}` {tables.VALUE_STATES[word]}" in told["value_state"]


@pytest.fixture
def small_month(tmp_path, monkeypatch):
    """A project of one committee, of which nothing else is known."""
    for mark in project.MARKS:
        (tmp_path / mark).symlink_to(ROOT / mark, target_is_directory=True)
    committee = {"committee_name": "示例业委会", "member_count": 7, "party_member_count": 4}
    for name, schema in schemas().items():
        rows = [committee] if name == tables.RETURNS else []
        tables.write(project.Project(tmp_path), name, MONTH, rows, "310105", schema)
    monkeypatch.setenv("REDSTATS_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)


def examples() -> list:
    found = [(path, number, body) for path in DOCUMENTS for number, body in enumerate(fences(path, "python"))]
    return [pytest.param(body, id=f"{path.name}-{number}") for path, number, body in found]


@pytest.mark.usefixtures("small_month")
@pytest.mark.parametrize("example", examples())
def test_every_python_example_runs(example):
    exec(compile(example, "example", "exec"), {})


def values_of(*header: str) -> dict[str, str]:
    return {row[0]: row[1] for row in rows(ROOT / "docs" / "safety.md", *header)}


def test_the_caps_told_are_those_of_the_guard():
    mega = 2**20
    limits = [guard.MAX_FILE // mega, guard.MAX_INFLATED // mega, guard.MAX_ENTRIES, guard.MAX_SHEETS]
    limits += [sheetscan.MAX_CELLS, sheetscan.MAX_AREA]
    assert [int(value) for value in values_of("上限", "值").values()] == limits


def test_the_policy_told_is_that_of_the_pages():
    from redstats import html

    assert html.POLICY.startswith("default-src 'none'; script-src 'sha256-")
    assert "default-src 'none'" in text(ROOT / "docs" / "safety.md")


@pytest.mark.parametrize("row", rows(CONVENTIONS, *LOCAL_NUMBERS), ids=lambda row: row[0])
def test_the_local_numbers_told_are_those_in_force(row):
    assert RULES.requirements[row[0].strip("`")].required == row[1]


def test_the_points_told_are_those_of_the_profile():
    told, using = text(CONVENTIONS), scores.profile()
    assert using.total == 100 and using.by_items and using.red_line == 4
    assert using.within_clause == {"must": 2, "should": 1, "may": 0} and using.reviewer == 1
    assert "满分100" in told and "红线4份、“应当”2份、“一般应”1份" in told
    assert "、".join(f"{word}{points:.0f}" for word, points in standard.fields.SCORE_WORDS.items()) in told
    assert [band.at_least for band in using.bands] == [90, 80, 0] and "90 起达标，80 起关注" in told
    assert using.smallest_ranked == 5 and "少于5个的不排名" in told


def test_the_conventions_name_deadline_states_and_statuses_as_they_are():
    told = text(CONVENTIONS)
    assert f"次月{Settings().deadline_day}日" in told
    assert all(word in told for word in REPORTED.values())
    assert "、".join(RULES.edition.judged_statuses) in told
    assert [row[0] for row in rows(CONVENTIONS, "判定", "何时")] == list(tables.STATES.values())


def test_the_keys_told_are_those_the_reader_takes():
    from redstats.standard import reader, requirements

    keys = [row[0].strip("`") for row in rows(GUIDE, "键", "含义")]
    taken = requirements._Entry.model_fields
    optional = {key for key, field in taken.items() if not field.is_required()}
    assert optional < set(keys) and set(keys) == set(taken)
    assert set(keys) == set(fences_yaml()[0]["activities"]) | optional
    assert [row[0].strip("`") for row in rows(GUIDE, "`judged`", "含义", "另写")] == list(reader.JUDGED)
    assert all(kind in text(GUIDE) for kind in (*standard.fields.TYPES, *standard.fields.PERIODS))


def fences_yaml() -> list[dict]:
    return [yaml.safe_load(body) for body in fences(GUIDE, "yaml")]


def test_the_requirement_shown_is_the_one_in_force():
    file = yaml.safe_load(text(FOLDER / "requirements" / "5.yaml"))
    shown, real = fences_yaml()[0]["activities"], file["activities"]
    assert shown["values"].items() <= real["values"].items(), (
        "the example of docs/standard-data.md is written by hand"
    )
    assert {**shown, "values": {}} == {**real, "values": {}}


def test_the_rule_of_the_city_shown_is_the_one_in_force():
    file = yaml.safe_load(text(FOLDER / "law.yaml"))
    assert fences_yaml()[3]["L15_fund"] == file["rules"]["L15_fund"]
    keys = {key for row in rows(GUIDE, "规定的键", "含义") for key in re.findall(r"\w+", row[0])}
    assert {key for rule in file["rules"].values() for key in rule} <= keys


def test_a_number_changes_from_its_day_on_as_told(tmp_path):
    folder = tmp_path / "standard"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    file = folder / "requirements" / "5.yaml"
    content = yaml.safe_load(text(file)) | fences_yaml()[1]
    file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    asked = [
        standard.on(day, folder).requirements["activities"].value for day in (MONTH.end, dt.date(2027, 1, 31))
    ]
    assert asked == [4, 6]


def test_the_field_shown_says_only_what_the_field_says():
    shown, real = fences_yaml()[2]["party_org_type"], RULES.fields["party_org_type"]
    assert (shown["label"], shown["type"], shown["period"]) == (real.label, real.type, real.period)
    assert set(shown["also"]) <= set(real.also)
    assert all(set(also) <= set(real.values[value]) for value, also in shown["values"].items())


@pytest.mark.parametrize("document", documents.DOCUMENTS)
def test_what_is_made_of_data_says_what_the_data_say(document):
    assert text(ROOT / document) == documents.renewed(document), documents.RENEW


def test_the_list_of_rooms_names_every_room():
    listed = {
        room
        for row in rows(ROOT / "docs" / "architecture.md", "room", "what it holds")
        for room in re.findall(r"`(\w+)`", row[0])
    }
    assert listed == set(FLOOR_OF)


def test_the_neighbourhood_list_is_attributed_in_every_readme():
    for path in READMES:
        assert "Vonng/adcode" in text(path) and "CC BY 4.0" in text(path)


def test_the_version_told_is_the_version():
    assert f"## {redstats.__version__} " in text(ROOT / "CHANGELOG.md")
    assert pd.Series(re.findall(r"^## (\S+)", text(ROOT / "CHANGELOG.md"), re.MULTILINE)).is_unique


def test_every_claim_of_safety_names_a_test_that_there_is():
    claims = rows(ROOT / "docs" / "safety.md", "说法", "测试")
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").glob("test_*.py"))
    assert len(claims) > 10
    assert [name for _, name in claims if f"def {name.strip('`')}(" not in code] == []

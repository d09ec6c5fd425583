"""What clerks write is data: every word list stands in a YAML file, used, explained, one word a line."""

import ast
import re
from pathlib import Path

import pytest
import yaml

from redstats.errors import StandardError
from redstats.wording import FOLDER, Vocabulary

PACKAGE = FOLDER.parent
FILES = sorted(FOLDER.glob("*.yaml"))
CODE = {path: path.read_text("utf-8") for path in PACKAGE.rglob("*.py")}
MANY = 6  # alternatives in Chinese from which a pattern in the code is a word list


def write(folder: Path, text: str) -> Path:
    path = folder / "drawn.yaml"
    path.write_text(text, "utf-8")
    return path


GRAMMARS = {"values/dates.py", "forms/days.py"}  # how a date is built of numbers and 年月日: no list of words


def word_lists(source: str) -> list[tuple[int, str]]:
    """The patterns of a module's ``re`` calls that list many Chinese words, with their line."""
    found = []
    for call in ast.walk(ast.parse(source)):
        if not (
            isinstance(call, ast.Call)
            and isinstance(call.func, ast.Attribute)
            and isinstance(call.func.value, ast.Name)
            and call.func.value.id == "re"
            and call.args
        ):
            continue
        parts = (node.value for node in ast.walk(call.args[0]) if isinstance(node, ast.Constant))
        text = "".join(part for part in parts if isinstance(part, str))
        words = re.findall("[\u4e00-\u9fff]{2,}", re.sub(r"\(\?P<\w+>", "(", text))
        if text.count("|") >= MANY and len(words) >= MANY:
            found.append((call.lineno, text))
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_vocabulary_can_be_used(path):
    Vocabulary(path)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_group_is_used_by_the_module_that_reads_the_file_or_by_another_group(path):
    text = path.read_text("utf-8")
    readers = "".join(
        source
        for source in CODE.values()
        if f'vocabulary("{path.stem}")' in source or f"vocabulary('{path.stem}')" in source
    )
    assert readers, f"no module reads {path.name}"
    unused = [
        group
        for group in yaml.safe_load(text)
        if not re.search(rf"[\"']{group}[\"']|\{{{group}\}}", readers) and f"{{{group}}}" not in text
    ]
    assert unused == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_words_stand_one_a_line(path):
    crowded = [line for line in path.read_text("utf-8").splitlines() if re.match(r"\s*\w+:\s*\[", line)]
    assert crowded == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_says_what_its_words_are(path):
    text = path.read_text("utf-8")
    assert text.startswith("# ")
    groups = len(yaml.safe_load(text))
    comments = len(re.findall(r"(?m)^# .*\n(?!#)", text))
    assert comments * 2 >= groups, f"{path.name}: few of its groups are explained"


def test_no_module_keeps_a_word_list_of_its_own():
    kept = [
        (path.relative_to(PACKAGE).as_posix(), line, text)
        for path, source in CODE.items()
        for line, text in word_lists(source)
        if path.relative_to(PACKAGE).as_posix() not in GRAMMARS
    ]
    assert kept == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("one:\n  - 甲\n  - 甲\n", "one"),
        ("one: []\n", "one"),
        ("one:\n  - (甲\n", "one"),
        ("one:\n  - '{two}'\n", "two"),
        ("one:\n  - '{one}甲'\n", "one"),
        ("One:\n  - 甲\n", "One"),
        ("yes:\n  - 甲\n", "True"),
        ("- 甲\n", "drawn.yaml"),
    ],
)
def test_a_vocabulary_that_cannot_be_used_is_refused_by_file_and_group(tmp_path, text, named):
    with pytest.raises(StandardError) as refused:
        Vocabulary(write(tmp_path, text))
    assert "drawn.yaml" in str(refused.value)
    assert named in str(refused.value)


def test_a_reference_puts_the_words_of_another_group_in_its_place(tmp_path):
    drawn = Vocabulary(write(tmp_path, "day:\n  - 今\n  - 明\nwhen:\n  - '{day}天'\n"))
    assert drawn.pattern("when").fullmatch("明天")
    assert not drawn.pattern("when").fullmatch("明")
    assert drawn.compose("于{when}{2}").fullmatch("于今天明天")


def test_a_group_that_is_not_there_is_named_with_the_nearest(tmp_path):
    drawn = Vocabulary(write(tmp_path, "days:\n  - 今\n"))
    with pytest.raises(StandardError, match="days"):
        drawn.pattern("day")

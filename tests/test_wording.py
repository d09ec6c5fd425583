"""What clerks write is data: every word list stands in a YAML file, used, explained, one word a line."""

import ast
import re
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from redstats.errors import StandardError
from redstats.wording import FOLDER, Vocabulary

PACKAGE = FOLDER.parent
FILES = sorted(FOLDER.glob("*.yaml"))
CODE = {path: path.read_text("utf-8") for path in PACKAGE.rglob("*.py")}
MANY = 4  # alternatives in Chinese from which a text in the code is a word list
KEPT = {
    "values/dates.py": "how a date is built of numbers and 年月日: a grammar, no list of words",
    "forms/days.py": "how a date is built of numbers and 年月日, with blanks anywhere",
    "places/naming.py": "the kinds of bodies that the roll names; places stand on the same floor as the vocabulary",
}


def write(folder: Path, text: str) -> Path:
    path = folder / "drawn.yaml"
    path.write_text(text, "utf-8")
    return path


def word_lists(source: str) -> list[tuple[int, str]]:
    """The texts of a module that list many Chinese words as alternatives, wherever they stand, with their line."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            parts = [one.value for one in node.values if isinstance(one, ast.Constant)]
            text = "".join(part for part in parts if isinstance(part, str))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        alternatives = [one for one in text.split("|") if one.strip() == one]  # else a row of a table
        if len(alternatives) > MANY and len(re.findall("[\u4e00-\u9fff]{2,}", text)) >= MANY:
            found.append((node.lineno, text))
    return found


def test_a_word_list_is_found_wherever_it_stands():
    words = "早上|中午|下午|晚上|半夜"
    assert word_lists(f'import re\nre.search("{words}", "")')
    assert word_lists(f'TIMES = "(?:{words})"')
    assert word_lists(f'TIMES = f"^(?:{words}){{END}}"')
    assert not word_lists('TIMES = "早上|中午"')


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
def test_every_group_stands_under_a_comment_that_says_what_its_words_are(path):
    lines = path.read_text("utf-8").splitlines()
    assert lines[0].startswith("# ")
    bare = [line for above, line in pairwise(lines) if re.match(r"\w+:", line) and not above.startswith("#")]
    assert bare == []


def test_no_module_keeps_a_word_list_of_its_own():
    kept = [
        (path.relative_to(PACKAGE).as_posix(), line, text)
        for path, source in CODE.items()
        for line, text in word_lists(source)
        if path.relative_to(PACKAGE).as_posix() not in KEPT
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

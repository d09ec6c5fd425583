"""The files of ``expectations/`` as written: what cannot even be read is told with its line and column."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from redstats.suites.names import Named, Vocabulary

ESCAPE = "\\u"


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong in a suite: where (file, rule, key), what, and what is allowed; a ``hint`` stops nothing."""

    file: str
    what: str
    to_do: str
    rule: str = ""
    key: str = ""
    hint: bool = False

    @property
    def where(self) -> str:
        return "，".join(part for part in (self.file, self.rule, self.key) if part)

    def __str__(self) -> str:
        return f"{self.where}：{self.what}；{self.to_do}"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as written, which may be anything: the suite it stands in, its name or number, its content."""

    suite: str
    name: str
    content: dict
    known: Vocabulary

    def says(self, key: str, what: str, to_do: str) -> Mistake:
        return Mistake(f"{self.suite}.json", what, to_do, self.name, key)

    def part(self, key: str) -> dict:
        value = self.content.get(key)
        return value if isinstance(value, dict) else {}

    @property
    def named(self) -> Named | None:
        """The requirement or rule of the city that it judges; None where it is a check of the return, or unknown."""
        name = self.part("meta").get("requirement")
        return self.known.named.get(name) if isinstance(name, str) else None


@dataclass(frozen=True, slots=True)
class SuiteFile:
    """A file and what it says: ``content`` is None where it is no JSON object."""

    path: Path
    content: dict | None
    mistakes: tuple[Mistake, ...] = ()


def read(folder: Path) -> list[SuiteFile]:
    """Every ``.json`` of the folder, in order of name; never raises for what stands in them."""
    return [_file(path) for path in sorted(folder.glob("*.json"))]


def _file(path: Path) -> SuiteFile:
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        return _unread(path, "打不开", f"请检查文件是否存在、是否可读（{error.strerror}）")
    except UnicodeDecodeError:
        return _unread(path, "不是 UTF-8 编码", "请用 UTF-8 编码另存")
    twice: list[str] = []
    try:
        content = json.loads(text, object_pairs_hook=_once(twice), parse_constant=_no_number)
    except json.JSONDecodeError as error:
        where = f"第 {error.lineno} 行第 {error.colno} 列"
        return _unread(path, f"{where}不符合 JSON 写法", f"请检查引号、逗号和括号（{error.msg}）")
    except (ValueError, RecursionError) as error:
        return _unread(path, "不符合 JSON 写法", f"请检查其中的数和括号（{str(error)[:80]}）")
    mistakes = [_mistake(path, f"键“{key}”在同一处写了两次", "请删去其中一个") for key in twice]
    if not isinstance(content, dict):
        return SuiteFile(path, None, (_mistake(path, "不是一个套件", '整个文件应为 {"name": …}'), *mistakes))
    return SuiteFile(path, content, (*mistakes, *_hints(path, raw, text)))


def _unread(path: Path, what: str, to_do: str) -> SuiteFile:
    return SuiteFile(path, None, (_mistake(path, what, to_do),))


def _mistake(path: Path, what: str, to_do: str, hint: bool = False) -> Mistake:
    return Mistake(path.name, what, to_do, hint=hint)


def _hints(path: Path, raw: bytes, text: str) -> Iterator[Mistake]:
    if raw.startswith(b"\xef\xbb\xbf"):
        yield _mistake(path, "文件开头有 BOM", "可以照用；另存为不带 BOM 的 UTF-8 更好", hint=True)
    if ESCAPE in text:
        line = text[: text.index(ESCAPE)].count("\n") + 1
        yield _mistake(path, f"第 {line} 行的汉字写成了 \\u 转义", "可以照用；直接写汉字便于阅读", hint=True)


def _once(twice: list[str]) -> Callable[[list[tuple[str, object]]], dict]:
    def build(pairs: list[tuple[str, object]]) -> dict:
        content = {}
        for key, value in pairs:
            if key in content:
                twice.append(key)
            content[key] = value
        return content

    return build


def _no_number(name: str) -> None:
    raise ValueError(f"{name} 不是数")


def name_of(content: object) -> str:
    """The requirement or check that a rule says it is; "" where it says none."""
    meta = content.get("meta") if isinstance(content, dict) else None
    name = (meta.get("requirement") or meta.get("check")) if isinstance(meta, dict) else None
    return name if isinstance(name, str) else ""


def near(word: object, names: Collection[str]) -> str:
    """Names like a word that is none of them, else some of what there is."""
    like = difflib.get_close_matches(str(word), list(names), n=3, cutoff=0.6)
    if like:
        return f"相近的有：{'、'.join(like)}"
    listed = sorted(names)
    return f"可用：{'、'.join(listed[:12])}{'等' if len(listed) > 12 else ''}"

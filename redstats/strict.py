"""Rule files are read strictly: a typo in one must stop the run, never pass unnoticed.

Plain YAML lets the last of two equal keys win without a word.  Here equal keys are refused, unknown keys
too, and every complaint names the file, the entry and the key.
"""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from redstats.errors import StandardError


def load(path: str | Path) -> Any:
    """The content of a YAML file as plain Python values (safe loader, UTF-8).

    Raises ``StandardError`` with the line when the file is missing, is not UTF-8, is not valid YAML,
    or says the same key twice.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise StandardError(
            "规则文件打不开", where=str(path), to_do=f"请检查文件是否存在、是否可读（{error.strerror}）"
        ) from error
    except UnicodeDecodeError as error:
        raise StandardError(
            "规则文件不是 UTF-8 编码", where=str(path), to_do="请用 UTF-8 编码另存后重试"
        ) from error
    try:
        return yaml.load(text, Loader=_loader(path))  # a safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise StandardError(
            "规则文件不符合 YAML 写法",
            where=f"{path.name}，第 {mark.line + 1} 行" if mark else path.name,
            to_do=f"请检查该行的缩进、冒号和引号（{error.problem or error.context}）",
        ) from error
    except yaml.YAMLError as error:  # a character YAML does not allow has no mark
        raise StandardError(
            "规则文件不符合 YAML 写法", where=path.name, to_do="请删去不可见的控制字符"
        ) from error
    except ValueError as error:  # the safe loader meets 2026-13-45
        raise StandardError(
            "规则文件中有无法识别的值", where=path.name, to_do=f"请更正（{error}）"
        ) from error


def check_keys(
    mapping: object, *, required: Iterable[str] = (), optional: Iterable[str] = (), where: str
) -> Mapping[str, Any]:
    """The mapping itself, once it is known to hold all required keys and none but the allowed ones.

    Raises ``StandardError`` naming ``where`` (file, entry) and the key, with what is allowed.
    """
    required, optional = tuple(required), tuple(optional)
    allowed = (*required, *optional)
    if not isinstance(mapping, Mapping):
        raise StandardError("此处应为一组“键: 值”", where=where, to_do=f"可用的键：{'、'.join(allowed)}")
    for key in mapping:
        if key not in allowed:
            near = difflib.get_close_matches(str(key), allowed, n=1)
            hint = f"是否想写“{near[0]}”？" if near else ""
            raise StandardError(
                f"不认识的键“{key}”", where=where, to_do=f"{hint}可用的键：{'、'.join(allowed)}"
            )
    for key in required:
        if mapping.get(key) is None:
            raise StandardError(f"缺少必填的键“{key}”", where=where, to_do=f"请补上“{key}”")
    return mapping


def entries(value: object, where: str) -> list[Any]:
    """The value itself, once it is known to be a list; ``StandardError`` otherwise."""
    if not isinstance(value, list):
        raise StandardError("此处应为列表", where=where, to_do="请每条以“- ”开头；没有内容时写 []")
    return value


def texts(value: object, where: str) -> list[str]:
    """The value itself, once it is known to be a list of texts, none blank; ``StandardError`` otherwise."""
    listed = entries(value, where)
    for text in listed:
        if not isinstance(text, str) or not text.strip():
            raise StandardError(f"“{text}”不是文字", where=where, to_do="请给它加上引号，或删去")
    return listed


# libyaml reads ten times faster, where PyYAML was built with it
if TYPE_CHECKING:
    _SAFE = yaml.SafeLoader
else:
    _SAFE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _loader(path: Path) -> type[yaml.SafeLoader]:
    class Loader(_SAFE):
        def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
            known: set[object] = set()
            for key_node, _ in node.value:
                if key_node.tag == "tag:yaml.org,2002:merge":
                    continue
                key = self.construct_object(key_node, deep=True)
                where = f"{path.name}，第 {key_node.start_mark.line + 1} 行，键“{key}”"
                if not isinstance(key, str | int | float | bool | datetime.date):
                    raise StandardError("键不是普通文字", where=where, to_do="键请用普通文字")
                if key in known:
                    raise StandardError("同一个键写了两次", where=where, to_do="请删去或合并其中一个")
                known.add(key)
            return super().construct_mapping(node, deep=deep)

    return Loader

"""Rule files are read strictly: a typo in one must stop the run, never pass unnoticed.

Plain YAML lets the last of two equal keys win without a word.  Here equal keys are refused, and what a file says is given
as a typed model (``Strict``); every complaint names the file, the entry, the key and what is allowed.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from redstats.errors import RunError, StandardError

_T = TypeVar("_T")
_STRICT = ConfigDict(extra="forbid", frozen=True, strict=True)


class Mistake(ValueError):
    """What a validator has to say of an entry: what is wrong, what to do, and the keys below the entry that lead there."""

    def __init__(self, what: str, to_do: str, *keys: str) -> None:
        super().__init__(what)
        self.what, self.to_do, self.keys = what, to_do, keys


class Strict(BaseModel):
    """An entry of a rule file: none but its own keys, every required one, and each value of its type."""

    model_config = _STRICT

    @model_validator(mode="before")
    @classmethod
    def _keys(cls, content: object) -> object:
        if isinstance(content, cls):
            return content
        allowed, required, listed = _keys_of(cls)
        if not isinstance(content, Mapping):
            raise Mistake("此处应为一组“键: 值”", listed)
        for key in content:
            if key not in allowed:
                near = difflib.get_close_matches(str(key), allowed, n=1)
                hint = f"是否想写“{near[0]}”？" if near else ""
                raise Mistake(f"不认识的键“{key}”", f"{hint}{listed}")
        for key in required:
            if content.get(key) is None:
                raise Mistake(f"缺少必填的键“{key}”", f"请补上“{key}”")
        return content


class Named(Strict):
    """An entry that is called by the key under which it stands."""

    _id: str = PrivateAttr("")

    @property
    def id(self) -> str:
        return self._id


_S = TypeVar("_S", bound=Strict)
_N = TypeVar("_N", bound=Named)


def call(entries: dict[str, _S]) -> dict[str, _S]:
    """The entries, each of which now knows how it is called, if that is anything to it."""
    for name, entry in entries.items():
        if isinstance(entry, Named):
            entry._id = name
    return entries


@cache
def _keys_of(model: type[Strict]) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """The keys that are allowed, those of them that are required, and how the former are told."""
    known = {field.alias or name: field.is_required() for name, field in model.model_fields.items()}
    required = tuple(key for key, must in known.items() if must)
    return tuple(known), required, f"可用的键：{'、'.join(known)}"


# Kinds of values.  YAML has lists where entries that never change have tuples.


def _plain(value: object) -> object:
    return str(value) if isinstance(value, int | float | dt.date) else value


def _as_written(value: object, check: ValidatorFunctionWrapHandler) -> object:
    check(value)
    return value


def _share(value: float) -> float:
    if not 0 <= value <= 1:
        raise Mistake(f"“{value:g}”不是0到1的数", "请写0至1之间的数，如 0.8")
    return value


def _of_the_year(month: int) -> int:
    if month not in range(1, 13):
        raise Mistake(f"没有“{month}”月", "月份用 1 至 12")
    return month


Listed = Annotated[tuple[_T, ...], Field(strict=False)]
Text = Annotated[str, StringConstraints(pattern=r"[^\s\u200b\ufeff]")]  # not blank
Texts = Listed[Text]
Word = Annotated[str, BeforeValidator(_plain)]  # what people write without quotes: 123 is a name, too
ByName = Annotated[dict[Word, _N], AfterValidator(call)]
MonthNumber = Annotated[int, AfterValidator(_of_the_year)]
Positive = Annotated[int, Field(ge=1)]
AS_WRITTEN = WrapValidator(_as_written)  # 100 stays 100 where 99.5 may stand, too
Number = Annotated[float, AS_WRITTEN]
Share = Annotated[float, AfterValidator(_share), AS_WRITTEN]


def one_of(allowed: Iterable[str]) -> BeforeValidator:
    """One of these texts and no other; of a mapping the meaning is told beside each."""
    listed = tuple(allowed)
    meant = allowed if isinstance(allowed, Mapping) else {}
    listing = "、".join(f"{text}（{meant[text]}）" if text in meant else text for text in listed if text)

    def check(value: object) -> object:
        if value not in listed:
            raise PydanticCustomError("one_of", "one of the texts allowed", {"allowed": listing})
        return value

    return BeforeValidator(check)


# From a file to models.


def load(path: str | Path) -> object:
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


def checked(model: type[_T], content: object, where: str) -> _T:
    """What was loaded as a model, or as a ``dict`` or ``list`` of models.

    Raises ``StandardError`` for the first mistake: ``where`` (the file, perhaps the entry) with the keys that lead to it.
    """
    try:
        return _adapter(model).validate_python(content)  # type: ignore[arg-type]  # classes are hashable
    except ValidationError as error:
        listed = error.errors(include_url=False)
        paths = [_path(content, details["loc"]) for details in listed]
        # of the branches of a choice, the one that came furthest is meant
        same = [place for place, path in enumerate(paths) if path[: len(paths[0])] == paths[0]]
        deepest = max(same, key=lambda place: len(paths[place]))
        raise _complaint(model, listed[deepest], paths[deepest], where) from error


def read_file(model: type[_T], path: Path) -> _T:
    """The content of a YAML file as a model; ``StandardError`` as ``load`` and ``checked``."""
    return checked(model, load(path), path.name)


def read_named(model: type[_S], path: Path) -> dict[str, _S]:
    """The entries of a YAML file by name, at least one; ``StandardError`` as ``load`` and ``checked``."""
    content = read_file(dict[str, object], path)
    if not content:
        raise StandardError("此处应为一组“名称: 内容”", where=path.name, to_do="请按原有各条的写法填写")
    return call({name: checked(model, entry, f"{path.name}，{name}") for name, entry in content.items()})


@contextmanager
def meant(where: str) -> Iterator[None]:
    """What an entry names is looked up: a ``RunError`` of that is a mistake of the entry, so ``StandardError`` with ``where``."""
    try:
        yield
    except RunError as error:
        raise StandardError(error.what, where=where, to_do=error.to_do) from error


@cache
def _adapter(model: Any) -> TypeAdapter[Any]:
    whole = isinstance(model, type) and issubclass(model, BaseModel)
    return TypeAdapter(model) if whole else TypeAdapter(model, config=_STRICT)


def _path(content: object, steps: Iterable[int | str]) -> tuple[str, ...]:
    """The keys and the places in lists that lead to a mistake; what names a branch of a choice leads nowhere."""
    path: list[str] = []
    for step in steps:
        if isinstance(content, list) and isinstance(step, int):
            content = content[step]
            names = [content.get(key) for key in ("name", "group")] if isinstance(content, Mapping) else []
            name = next((f"“{name}”" for name in names if isinstance(name, str)), "")
            path.append(f" 第 {step + 1} 条{name}")
        elif isinstance(content, Mapping):
            for key, value in content.items():
                if step in (key, str(key), repr(key)):
                    content = value
                    path.append(f"，{key}")
                    break
    return tuple(path)


# What is said of a value that is not of its type.
_TYPES = {
    "string_type": ("“{}”不是文字", "请给它加上引号，或删去"),
    "string_pattern_mismatch": ("“{}”不是文字", "请给它加上引号，或删去"),
    "int_type": ("“{}”不是整数", "请写整数"),
    "float_type": ("“{}”不是数", "请写数，不加引号"),
    "bool_type": ("“{}”不是 true 或 false", "请写 true 或 false"),
    "date_type": ("“{}”不是日期", "请写成 2026-11-03，不加引号"),
    "list_type": ("此处应为列表", "请每条以“- ”开头；没有内容时写 []"),
    "tuple_type": ("此处应为列表", "请每条以“- ”开头；没有内容时写 []"),
    "dict_type": ("此处应为一组“键: 值”", "请按原有各条的写法填写，没有内容的请整段删去"),
    "too_short": ("内容是空的", "请至少写一条"),
}
_LIMITS = {"ge": "不小于", "gt": "大于", "le": "不大于", "lt": "小于"}


def _complaint(model: object, details: ErrorDetails, path: tuple[str, ...], where: str) -> StandardError:
    """One error of pydantic's in our words."""
    context, given = details.get("ctx", {}), details["input"]
    where, key = where + "".join(path), path[-1].lstrip("， ") if path else ""
    mistake = context.get("error")
    if isinstance(mistake, Mistake):
        return StandardError(mistake.what, where="，".join((where, *mistake.keys)), to_do=mistake.to_do)
    what, to_do = f"{key} 不能是“{given}”", "请按原有各条的写法填写"
    if details["type"] in _TYPES:
        what, to_do = _TYPES[details["type"]]
        what = what.format(given)
        if details["type"] == "date_type" and details["loc"][-1:] != ("[key]",):
            what = f"{key} 不是日期“{given}”"
    elif "allowed" in context:
        to_do = f"可用：{context['allowed']}"
    elif details["type"] == "literal_error":
        literals = re.findall("'([^']+)'", context["expected"])
        to_do = f"可用：{'、'.join(literals)}"
    elif limit := next((name for name in _LIMITS if name in context), ""):
        to_do = f"请写{_LIMITS[limit]} {context[limit]:g} 的数"
    # a setting says itself what it is to be
    field = model.model_fields.get(key) if isinstance(model, type) and issubclass(model, BaseModel) else None
    if field and field.description and len(path) == 1:
        to_do = f"应为：{field.description}"
    return StandardError(what, where=where, to_do=to_do)


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
                if not isinstance(key, str | int | float | bool | dt.date):
                    raise StandardError("键不是普通文字", where=where, to_do="键请用普通文字")
                if key in known:
                    raise StandardError("同一个键写了两次", where=where, to_do="请删去或合并其中一个")
                known.add(key)
            return super().construct_mapping(node, deep=deep)

    return Loader

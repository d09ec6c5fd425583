"""What a district sets for itself: limits, windows, the scoring profile; in ``data/raw/settings.yml``, typed and dated.

Without that file, or a line in it, the default below holds.  A value may be given by the first day on which it holds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, get_origin

from pydantic import Field

from redstats.errors import StandardError
from redstats.project import SETTINGS, Project
from redstats.strict import Strict, Word, checked, load

FILE = SETTINGS
Address = Annotated[str, Field(pattern=r"^[A-Za-z0-9._%+'-]+@[A-Za-z0-9.-]+$", max_length=254)]


class Settings(Strict):
    """The settings in force on one day; each description says what it does, for ``redstats settings``."""

    deadline_day: Annotated[int, Field(ge=1, le=28)] = Field(
        default=5, description="报表在次月几日前报送为按时（1至28）"
    )
    soon_days: Annotated[int, Field(ge=1, le=366)] = Field(
        default=30, description="期限提醒里，月末之后多少天内到期算“即将到期”"
    )
    form_months: Annotated[int, Field(ge=1, le=60)] = Field(
        default=12, description="推荐表、复评表和区级决定往前看多少个月"
    )
    debrief_until: Annotated[int, Field(ge=0, le=6)] = Field(
        default=3,
        description="上一年度没有述职评议的，次年1月至几月底开展的算上一年度的（0至6；0为不算，12月即下结论）",
    )
    explained_months: Annotated[int, Field(ge=1, le=36)] = Field(
        default=6, description="认可了的情况说明，同一个值多少个月内不再问（1至36）"
    )
    objections_day: Annotated[int, Field(ge=0, le=28)] = Field(
        default=0,
        description="送阅以后，异议请在次月几日以前发回（1至28；0为不设期限）；逾期的照样列出并注明",
    )
    rule_often: Annotated[int, Field(ge=1, le=100)] = Field(
        default=40, description="规则体检里，未达标的超过判定数百分之几的规则要列出（1至100）"
    )
    producer: str = Field(default="", description="页脚写的制表单位，如 长宁区房管局物业科")
    contact: str = Field(default="", description="页脚写的联系方式：办公电话或邮箱，不写个人手机")
    scoring_profile: str = Field(
        default="",
        description="评分方案的名称（data/raw/profiles/ 中的文件名，不带 .yaml）；空为标准版本自带的方案",
    )
    sender: Address | Literal[""] = Field(default="", description="邮件的发件人邮箱；空为由邮件程序填写")
    addresses: dict[str, Address | list[Address]] = Field(
        default={},
        description="各街镇收邮件的邮箱，按街镇名称写，如 华阳路街道: a@example.org（几个的写成列表）；只写进邮件，不上页面",
    )


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as it stands: its value on a day, where that comes from, its default, and what it does."""

    name: str
    value: object
    source: str
    default: object
    does: str


# settings that are a list of names with a value each; they too may be given by day
_BY_NAME = {name for name, field in Settings.model_fields.items() if get_origin(field.annotation) is dict}


def on(project: Project, day: dt.date) -> Settings:
    """The settings of a project in force on ``day``; StandardError (file, key, what is allowed) for a malformed file."""
    path = project.raw / FILE
    return checked(Settings, {name: value for name, (value, _) in _given(path, day).items()}, path.name)


def listed(project: Project, day: dt.date) -> list[Setting]:
    """Every setting with its value on ``day``, its source, its default and what it does."""
    given, now = _given(project.raw / FILE, day), on(project, day)
    return [
        Setting(
            name,
            getattr(now, name),
            given[name][1] if name in given else "默认值",
            field.default,
            field.description or "",
        )
        for name, field in Settings.model_fields.items()
    ]


def _given(path: Path, day: dt.date) -> dict[str, tuple[object, str]]:
    """What the file says for a day: value and source by name."""
    if not path.is_file():
        return {}
    content = load(path)
    if content is None:
        return {}
    given: dict[str, tuple[object, str]] = {}
    for name, value in checked(dict[Word, object], content, path.name).items():
        dated = isinstance(value, Mapping) and (name not in _BY_NAME or any(map(_is_day, value)))
        if not isinstance(value, Mapping) or not dated or name not in Settings.model_fields:
            given[name] = (value, path.name)
            continue
        for since in value:
            if not _is_day(since):
                raise StandardError(
                    f"“{since}”不是日期", where=f"{path.name}，{name}", to_do="按生效日期写，如 2027-01-01: 8"
                )
            checked(Settings, {name: value[since]}, path.name)  # a mistake is told before its day comes
        begun = sorted(since for since in value if since <= day)
        if begun:
            given[name] = (value[begun[-1]], f"{path.name}，自 {begun[-1]}")
    return given


def _is_day(key: object) -> bool:
    return type(key) is dt.date

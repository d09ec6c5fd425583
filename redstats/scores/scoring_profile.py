"""How points combine: a profile (YAML), a local convention and not the standard's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from redstats.errors import StandardError
from redstats.project import PROFILES as PROFILES_OF_DISTRICT
from redstats.project import Project
from redstats.settings import Settings
from redstats.standard import Requirement, Standard
from redstats.strict import AS_WRITTEN, Listed, Mistake, Share, Strict, Text, read_file

TOO_LITTLE_KNOWN = "数据不足"
PROFILES = Path(__file__).parent / "profiles"


_Weight = Annotated[float, Field(ge=0, lt=1e9), AS_WRITTEN]
_Count = Annotated[int, Field(ge=0, lt=1e9)]


class Band(Strict):
    """A band of points: its lower bound (included), name, and the status by which pages colour it."""

    at_least: _Weight
    name: Text
    status: Text


class _OfForces(Strict):
    """The weight of a requirement by the force of its wording."""

    must: _Weight
    should: _Weight
    may: _Weight


def _of_clauses(value: object) -> object:
    if value not in ("items", "equal") and not isinstance(value, dict):
        raise Mistake("clauses 的写法不对", "写 items（按各项）、equal（各条款相同），或每条款一个权重")
    return value


class _Content(Strict):
    """A profile as its file has it."""

    name: Text
    title: Text
    total: Annotated[float, Field(gt=0, lt=1e9), AS_WRITTEN]
    clauses: Annotated[Literal["items", "equal"] | dict[str, _Weight], BeforeValidator(_of_clauses)]
    within_clause: _OfForces
    reviewer: _Weight
    bands: Listed[Band]
    decimals: _Count
    smallest_ranked: _Count
    note: Text
    red_line: _Weight | None = None
    least_known: Share = 0.8
    red_line_band: str = ""
    least_reliable: Share = 0.7

    @model_validator(mode="after")
    def _covers_every_number(self) -> _Content:
        if min((band.at_least for band in self.bands), default=1) != 0:
            raise Mistake("分档没有覆盖到0分", "最低一档的 at_least 应为 0", "bands")
        if self.red_line_band and self.red_line_band not in [band.name for band in self.bands]:
            raise Mistake(
                f"没有“{self.red_line_band}”这一档",
                "请写 bands 里的一个名称，不限档次的写 ''",
                "red_line_band",
            )
        return self


@dataclass(frozen=True, slots=True)
class Profile:
    """How points combine; in ``note`` ``{clauses}`` stands for the number of clauses of the edition.

    by_items: a clause weighs what its items weigh, instead of a weight of its own (``clauses``; none: all alike); red_line: the weight of
    an item that is a red line, None where its force decides; least_known: the share of items known below which there is no band and no place; red_line_band: the best band of a
    committee that misses a red line ("" where it caps nothing); least_reliable: the reliability of the streets' means
    (statistics.reliability) below which streets have no rank.
    """

    name: str
    title: str
    total: float
    clauses: dict[str, float]
    within_clause: dict[str, float]
    reviewer: float
    bands: tuple[Band, ...]
    decimals: int
    smallest_ranked: int
    note: str
    by_items: bool = False
    red_line: float | None = None
    least_known: float = 0.8
    red_line_band: str = ""
    least_reliable: float = 0.7

    def weight(self, asked: Requirement) -> float:
        """The weight of a requirement among the items."""
        if not asked.scored:
            return 0.0
        lines = self.red_line if asked.red_line else None
        return float(self.within_clause[asked.force] if lines is None else lines)

    def told(self, clauses: str) -> str:
        """The note on a page, of an edition with so many clauses (in words)."""
        return self.note.replace("{clauses}", clauses)

    @property
    def compared_by(self) -> str:
        """By what ranks and bands are given, as it stands on pages."""
        least = f"已知项不足 {self.least_known:.0%} 的不分档、不排名（{TOO_LITTLE_KNOWN}）。"
        cap = (
            f"红线要求未达标、未填报或待核实的，最高为“{self.red_line_band}”（本地口径）。"
            if self.red_line_band
            else ""
        )
        return f"名次和档次按显示的确认得分：未填报、待核实的项目不得分，同分同名次。{least}{cap}"

    def rounded(self, points: float) -> float:
        return round(float(points) + 1e-9, self.decimals)

    def band(self, points: float) -> Band:
        """The band of a number as it is shown, after rounding."""
        shown = self.rounded(points)
        return next(band for band in self.bands if shown >= band.at_least)

    def judged(self, confirmed: float, known: float, red_open: int = 0) -> str:
        """The name of the band for what is confirmed, of which so large a share is known: TOO_LITTLE_KNOWN below the least.

        ``red_open``: red lines that are missed, or not known to be kept, lest a blank be better than an honest no.
        """
        if known < self.least_known:
            return TOO_LITTLE_KNOWN
        names = [band.name for band in self.bands]
        place = names.index(self.band(confirmed).name)
        if red_open and self.red_line_band:
            place = max(place, names.index(self.red_line_band))
        return names[place]

    def status(self, band: str) -> str:
        """The status by which pages colour a band of that name."""
        return next((one.status for one in self.bands if one.name == band), "missing")


def profile_of(project: Project, rules: Standard, limits: Settings) -> Profile:
    """The profile that holds for a month: that of the district's settings, else that of the edition in force."""
    return profile(limits.scoring_profile or rules.edition.profile, project.raw / PROFILES_OF_DISTRICT)


def profile_in(path: Path) -> Profile:
    """The scoring profile of a file; StandardError where there is none, or it is malformed."""
    if not path.is_file():
        raise StandardError(f"没有文件“{path.name}”", where=str(path), to_do="请写评分方案的文件名")
    return _read(path, path.stat().st_mtime_ns)


def profile(name: str = "default", folder: Path | None = None) -> Profile:
    """A scoring profile by name, from ``folder`` if it is there, else of those that come with redstats.

    StandardError names file and key when it is malformed, and the profiles there are when there is none of that name.
    """
    folders = [one for one in (folder, PROFILES) if one is not None]
    file = next((one / f"{name}.yaml" for one in folders if (one / f"{name}.yaml").is_file()), None)
    if file is None:
        known = sorted({path.stem for one in folders for path in one.glob("*.yaml")})
        raise StandardError(f"没有评分方案“{name}”", where="profiles", to_do=f"可用：{'、'.join(known)}")
    return _read(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=16)
def _read(path: Path, _changed: int) -> Profile:
    content = read_file(_Content, path)
    weights = {
        "clauses": content.clauses if isinstance(content.clauses, dict) else {},
        "by_items": content.clauses == "items",
        "within_clause": dict(content.within_clause),
        "bands": tuple(sorted(content.bands, key=lambda band: -band.at_least)),
    }
    return Profile(**dict(content) | weights)

"""How points combine: a profile (YAML), a local convention and not the standard's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from redstats.errors import StandardError
from redstats.project import PROFILES as PROFILES_OF_DISTRICT
from redstats.project import Project
from redstats.settings import Settings
from redstats.standard import FORCES, Requirement, Standard
from redstats.strict import check_keys, entries, load

TOO_LITTLE_KNOWN = "数据不足"
PROFILES = Path(__file__).parent / "profiles"


@dataclass(frozen=True, slots=True)
class Band:
    """A band of points: its lower bound (included), name, and the status by which pages colour it."""

    at_least: float
    name: str
    status: str


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
    content: Any = load(path)
    where = path.name
    keys = (
        "name",
        "title",
        "total",
        "clauses",
        "within_clause",
        "reviewer",
        "bands",
        "decimals",
        "smallest_ranked",
        "note",
    )
    check_keys(
        content,
        required=keys,
        optional=("red_line", "least_known", "red_line_band", "least_reliable"),
        where=where,
    )
    check_keys(content["within_clause"], required=tuple(FORCES), where=f"{where}，within_clause")
    for key in ("total", "reviewer", "decimals", "smallest_ranked"):
        _check_weight(content[key], f"{where}，{key}", whole=key in ("decimals", "smallest_ranked"))
    if not content["total"]:
        raise StandardError("满分不能是0", where=f"{where}，total", to_do="例如 100")
    for force, weight in content["within_clause"].items():
        _check_weight(weight, f"{where}，within_clause，{force}")
    if content.get("red_line") is not None:
        _check_weight(content["red_line"], f"{where}，red_line")
    bands = []
    for band in entries(content["bands"], f"{where}，bands"):
        check_keys(band, required=("at_least", "name", "status"), where=f"{where}，bands")
        _check_weight(band["at_least"], f"{where}，bands，at_least")
        bands.append(Band(**band))
    bands.sort(key=lambda band: -band.at_least)
    if not bands or bands[-1].at_least != 0:
        raise StandardError("分档没有覆盖到0分", where=f"{where}，bands", to_do="最低一档的 at_least 应为 0")
    by_items = content["clauses"] == "items"
    clauses = {} if content["clauses"] in ("equal", "items") else content["clauses"]
    if not isinstance(clauses, dict):
        raise StandardError(
            "clauses 的写法不对",
            where=f"{where}，clauses",
            to_do="写 items（按各项）、equal（各条款相同），或每条款一个权重",
        )
    for clause, weight in clauses.items():
        _check_weight(weight, f"{where}，clauses，{clause}")
    made = Profile(**(content | {"clauses": clauses, "by_items": by_items, "bands": tuple(bands)}))
    _check_limits(made, where)
    return made


def _check_limits(made: Profile, where: str) -> None:
    cap = made.red_line_band
    for key in ("least_known", "least_reliable"):
        least = getattr(made, key)
        if isinstance(least, bool) or not isinstance(least, int | float) or not 0 <= least <= 1:
            raise StandardError(f"“{least}”不是0到1的数", where=f"{where}，{key}", to_do="例如 0.8")
    if cap and cap not in [band.name for band in made.bands]:
        raise StandardError(
            f"没有“{cap}”这一档",
            where=f"{where}，red_line_band",
            to_do="请写 bands 里的一个名称，不限档次的写 ''",
        )


def _check_weight(value: object, where: str, whole: bool = False) -> None:
    if (
        isinstance(value, bool)
        or not isinstance(value, int if whole else int | float)
        or not 0 <= value < 1e9
    ):
        raise StandardError(
            f"“{value}”不是可用的数", where=where, to_do="请写不小于0的整数" if whole else "请写不小于0的数"
        )

"""Where things are: the folders of one redstats project (data, notebooks, expectations)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from redstats.errors import RunError

MARKS = ("notebooks", "expectations")
# What the district keeps in data/raw beside the months.
MAPPINGS, CORRECTIONS, SETTINGS, RECOGNITIONS = (
    "mappings.yml",
    "corrections.yml",
    "settings.yml",
    "recognitions.yml",
)
COMMITTEES = "committees.xlsx"
# For whom an output is: anybody, the street that it is about, the district alone.
PUBLIC, OF_STREET, OF_DISTRICT = "公开", "街镇", "区级"
# Every output declares its audience by the folder (below data/processed) that it lies in.
AUDIENCES = {
    "1_returns": OF_DISTRICT,
    "2_findings": OF_DISTRICT,
    "3_scores": OF_DISTRICT,
    "4_dashboards": PUBLIC,
    "5_letters": OF_STREET,
    "6_signed": OF_DISTRICT,
    "7_spot_checks": OF_DISTRICT,
    "templates": OF_STREET,
    "forgotten.jsonl": OF_DISTRICT,
    "runs.jsonl": OF_DISTRICT,
    ".history": OF_DISTRICT,
    ".locks": OF_DISTRICT,
    ".readings": OF_DISTRICT,
    ".scratch": OF_DISTRICT,
    ".state": OF_DISTRICT,
}
PROFILES, SPOT_CHECKS = "profiles", "spot-checks"  # folders


@dataclass(frozen=True, slots=True)
class Project:
    """A folder that holds ``data/``, ``notebooks/`` and ``expectations/``."""

    root: Path

    @property
    def raw(self) -> Path:
        return self.root / "data" / "raw"

    @property
    def processed(self) -> Path:
        return self.root / "data" / "processed"

    @property
    def notebooks(self) -> Path:
        return self.root / "notebooks"

    @property
    def expectations(self) -> Path:
        return self.root / "expectations"

    def tables(self, month: object) -> list[Path]:
        """The files of a month's tables, of stages 1 to 3."""
        stages = [path for path in self.processed.glob("[123]_*") if path.is_dir()]
        return [path for stage in stages for path in sorted(stage.rglob(f"{month}/*.parquet"))]

    def spot_checks(self, month: object) -> list[Path]:
        """The files of what was drawn of a month to be checked on the spot, and of what was found there."""
        return sorted((self.processed / "7_spot_checks").rglob(f"{month}/*.parquet"))

    @property
    def suites(self) -> list[Path]:
        """The files of its rules."""
        return sorted(self.expectations.glob("*.json"))

    @property
    def profiles(self) -> list[Path]:
        """The files of its own scoring profiles."""
        return sorted((self.raw / PROFILES).glob("*.yaml"))

    @property
    def scratch(self) -> Path:
        """What is only needed while a run lasts."""
        return self.processed / ".scratch"

    @property
    def states(self) -> Path:
        """What the tables of each month were made from."""
        return self.processed / ".state"

    def readings(self, month: object) -> Path:
        """What was read of each workbook of a month."""
        return self.processed / ".readings" / str(month)

    def dashboards(self, month: object) -> Path:
        """What anybody may read."""
        return self.processed / "4_dashboards" / str(month)

    def signed(self, month: object) -> Path:
        """The versions of a month that were signed."""
        return self.processed / "6_signed" / str(month)

    def blanks(self, month: object) -> Path:
        """What is sent to the streets to be filled in; templates hold the names and places of their committees."""
        return self.processed / "templates" / str(month)

    def audience(self, path: Path) -> str:
        """For whom a file below ``processed`` is; KeyError for one that nothing declares."""
        stage, *folders = path.relative_to(self.processed).parts
        # among the letters of a month the district has a folder of its own
        return OF_DISTRICT if folders[1:2] == [OF_DISTRICT] else AUDIENCES[stage]

    def letters(self, month: object, street: str = "") -> Path:
        """What is for a street alone, by its official name: it may hold names, numbers and a sender's own words."""
        return self.processed / "5_letters" / str(month) / street


def find(start: Path | None = None) -> Project:
    """The project of ``REDSTATS_HOME``, else of this folder or one above, else the checkout of the package.

    Raises RunError when none of them is a project.
    """
    home = os.environ.get("REDSTATS_HOME")
    if home and not start:
        if not _is_project(Path(home)):
            raise RunError(
                "REDSTATS_HOME 不是 redstats 项目",
                where=home,
                to_do="请指向含 notebooks/ 和 expectations/ 的文件夹",
            )
        return Project(Path(home).resolve())
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents, Path(__file__).resolve().parent.parent):
        if _is_project(folder):
            return Project(folder)
    raise RunError(
        "找不到 redstats 项目", where=str(here), to_do="请进入项目文件夹，或设置环境变量 REDSTATS_HOME"
    )


def _is_project(folder: Path) -> bool:
    return all((folder / mark).is_dir() for mark in MARKS)

"""The stamp a template carries, and by which its return is known again: redstats-<edition>-<layout>[-base]-<mark>."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

LABEL = "模板版本"
_STAMP = re.compile(rf"{LABEL}[:：]\s*redstats-(\S+?)-([a-z_]+?)(-base)?-([0-9a-f]{{10}})(?![0-9a-z])")


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which template a workbook was made from; ``mark`` is a hash of all that it asks and how."""

    edition: str
    layout: str
    base: bool
    mark: str

    def __str__(self) -> str:
        return f"redstats-{self.edition}-{self.layout}{'-base' * self.base}-{self.mark}"


def find(texts: Iterable[object]) -> Stamp | None:
    """The stamp among the texts of a workbook, or None when it was made from no template of ours."""
    for text in texts:
        if isinstance(text, str) and LABEL in text and (match := _STAMP.search(text)):
            return Stamp(match[1], match[2], bool(match[3]), match[4])
    return None


# The sheets by which a template checks itself: formulas of ours, and nothing that anybody reports.
SELF_CHECK, DETAILS, WORDS = "自查", "自查明细", "自查词表"
SELF_CHECKS = frozenset((SELF_CHECK, DETAILS, WORDS))


def are_self_checks(names: Iterable[str], texts: Iterable[object]) -> frozenset[str]:
    """Which of a workbook's sheets (by name) are those of a template of ours, known by its stamp among the texts."""
    listed = SELF_CHECKS.intersection(names)
    return listed if listed and find(texts) else frozenset()


# ---- a workbook sent back to be mended, and what redstats itself put into it

SENT_BACK = "退回编号"
COVER, LIST, KINDS = "退回说明", "退回问题清单", "退回同类问题"
SHEETS = rf"(?:{COVER}|{LIST}|{KINDS})(?:\(\d+\))?"  # the names of our sheets, as a pattern
_SENT_BACK = re.compile(
    rf"{SENT_BACK}[:：]\s*(\d{{4}}-\d\d)-(\d{{9}})-([0-9a-f]{{16}}(?:-[0-9a-f]{{16}})*)(?:-居([0-9a-f]{{8}}))?"
)
_OPENING, _CLOSING = "【退回核对】", "（以上为退回核对的批注）"
_COMMENT = re.compile(rf"{_OPENING}.*?(?:{_CLOSING}|\Z)", re.DOTALL)
# Colours that nobody picks by chance, by what has to be done.
COLOURS = {"mend": "FF9A97", "short": "F8CBAE", "law": "E3CBF2", "fill": "CFE4F8", "check": "FFE69B"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a workbook that was sent back stands for: month and street (code), and the first 16 digits of the SHA-256 of
    its ``files``; ``part``: of which neighbourhood of them alone (``part_of``), "" of all."""

    month: str
    street: str
    files: frozenset[str]
    part: str = ""

    def answers(self, sha256: str) -> bool:
        """Whether this is the mended copy of that file."""
        return sha256[:16] in self.files


def part_of(neighbourhood: str) -> str:
    """By what a neighbourhood (as places.identity knows it) is named in the number of what was sent back."""
    return hashlib.sha256(neighbourhood.encode()).hexdigest()[:8]


def sent_back(month: str, street: str, hashes: Iterable[str], part: str = "") -> str:
    """The line that names, in a workbook sent back, the files (SHA-256) it stands for, and the part of them where it is not all."""
    return f"{SENT_BACK}：{month}-{street}-{'-'.join(one[:16] for one in hashes)}{part and f'-居{part}'}"


def answer(texts: Iterable[object]) -> Answer | None:
    """What a workbook answers, found among its texts; None where it was never sent back."""
    for text in texts:
        if isinstance(text, str) and SENT_BACK in text and (match := _SENT_BACK.search(text)):
            return Answer(match[1], match[2], frozenset(match[3].split("-")), match[4] or "")
    return None


# ---- the sheet by which the district decides on what streets explain

DECISIONS = "认可单编号"
_DECISIONS = re.compile(rf"{DECISIONS}[:：]\s*(\d{{4}}-\d\d)")


def decides(texts: Iterable[object]) -> str:
    """The month on whose explanations a workbook decides, found among its texts; "" where it is no such."""
    matches = (_DECISIONS.search(text) for text in texts if isinstance(text, str) and DECISIONS in text)
    return next((match[1] for match in matches if match), "")


# ---- a month as it is shown to a street before it is signed, with the sheet on which that may object

PREVIEW = "送阅编号"
PREVIEW_COVER, OBJECTIONS, ANSWERED = "送阅说明", "异议单", "异议答复"
PREVIEWS = (
    rf"(?:{PREVIEW_COVER}|{OBJECTIONS}|{ANSWERED})(?:\(\d+\))?"  # the names of its sheets, as a pattern
)
_PREVIEW = re.compile(rf"{PREVIEW}[:：]\s*(\d{{4}}-\d\d)-(\d{{9}})")


def preview(month: str, street: str) -> str:
    """The line by which a preview is known: month and street (code)."""
    return f"{PREVIEW}：{month}-{street}"


def previewed(texts: Iterable[object]) -> Answer | None:
    """The month and street whose preview a workbook is, found among its texts; None where it is none."""
    matches = (_PREVIEW.search(text) for text in texts if isinstance(text, str) and PREVIEW in text)
    return next((Answer(match[1], match[2], frozenset()) for match in matches if match), None)


# ---- a sheet to be filled in on the spot

SPOT_CHECK = "抽查编号"
_SPOT_CHECK = re.compile(rf"{SPOT_CHECK}[:：]\s*(\d{{4}}-\d\d)-(\d{{9}})-(\d+)")


def spot_check(month: str, street: str, number: int) -> str:
    """The line by which a sheet of a spot check is known: month, street (code), and which round."""
    return f"{SPOT_CHECK}：{month}-{street}-{number}"


def is_spot_check(texts: Iterable[object]) -> bool:
    """Whether these texts of a workbook are those of a spot check's sheet."""
    return any(isinstance(text, str) and SPOT_CHECK in text and _SPOT_CHECK.search(text) for text in texts)


# ---- comments and colours


def commented(text: str, before: str = "") -> str:
    """A comment of ours, below what the sender had written there."""
    return f"{before}\n{_OPENING}\n{text}\n{_CLOSING}".lstrip("\n")


def uncommented(text: str) -> str:
    """A comment without what redstats had written into it: the sender's own words, or ""."""
    return _COMMENT.sub("", text).strip()


def is_ours(colour: str) -> bool:
    """Whether a colour (hex digits, perhaps with alpha) is one that redstats paints."""
    return colour[-6:].upper() in COLOURS.values()

"""How like two written names are, for proposals that a person judges; nothing is ever read by likeness."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from functools import lru_cache
from typing import TypeVar

from rapidfuzz import fuzz, process

from redstats.text import fold

LEAST = 45  # below it two names share no more than an ending
Key = TypeVar("Key", bound=Hashable)


def near(
    text: str,
    names: Mapping[Key, Iterable[str]],
    n: int = 3,
    least: float = LEAST,
    alike: Mapping[int, str] | None = None,
) -> list[tuple[Key, int]]:
    """The ``n`` keys with the name most like ``text``, each with a score of 100, the best first.

    ``names`` maps each key to all its names.  ``alike`` (of ``str.maketrans``) makes one character of those that
    are easily confused.
    """
    listed = [(key, _comparable(name, alike)) for key, own in names.items() for name in own]
    listed = [(key, name) for key, name in listed if name]
    scores: dict[Key, int] = {}
    wanted = _comparable(text, alike)
    matches = process.extract(
        wanted, [name for _, name in listed], scorer=fuzz.ratio, score_cutoff=least, limit=None
    )
    for _, score, index in matches if wanted else ():
        key = listed[index][0]
        scores[key] = max(scores.get(key, 0), round(score))
    return sorted(scores.items(), key=lambda pair: -pair[1])[:n]


def told(pairs: Iterable[tuple[str, int]]) -> str:
    """Proposals as they are shown: 自学次数（86）、培训次数（71）."""
    return "、".join(f"{name}（{score}）" for name, score in pairs)


def _comparable(text: str, alike: Mapping[int, str] | None) -> str:
    return _folded(text).translate(alike or {})


# the same few thousand names are compared with every text that is not understood
_folded = lru_cache(maxsize=50_000)(fold)

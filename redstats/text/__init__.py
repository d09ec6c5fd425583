"""Texts made comparable, counted, and near ones found."""

from redstats.text.folding import clean, count_characters, fold, halfwidth

__all__ = ["clean", "count_characters", "fold", "halfwidth"]

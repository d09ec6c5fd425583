"""Runs: a month, a district or one street; notebooks through papermill, pages through nbconvert, run.json."""

from redstats.runs.month import Page, Run, pages_of, run_month
from redstats.runs.stages import ensure, latest

__all__ = ["Page", "Run", "ensure", "latest", "pages_of", "run_month"]

"""The published list of outcomes: complete, in use, and in step with its page."""

from __future__ import annotations

import re
from pathlib import Path

from redstats import outcomes

ROOT = Path(__file__).parents[1]
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "redstats").rglob("*.py")))


def test_the_page_is_made_of_the_list():
    assert (ROOT / "docs" / "outcomes.md").read_text(encoding="utf-8") == outcomes.page()


def test_every_code_is_used_and_every_code_used_is_listed():
    listed = {*outcomes.files(), *outcomes.notes()}
    quoted = set(re.findall(r'"([a-z][a-z_0-9]+)"', SOURCE))
    assert not listed - quoted - {"ok"}
    refused = set(re.findall(r'refusal\(\s*"([a-z_0-9]+)"', SOURCE))
    noted = set(re.findall(r'\.note\(\s*"([a-z_0-9]+)"', SOURCE)) | set(
        re.findall(r'\bkind, message = "([a-z_]+)"', SOURCE)
    )
    assert refused <= set(outcomes.files())
    assert noted <= set(outcomes.notes())


def test_whatever_is_refused_or_to_be_mended_says_what_to_do():
    for one in outcomes.files().values():
        assert one.outcome in outcomes.OUTCOMES
        assert one.what and bool(one.to_do) == (
            one.outcome == "refused" or one.code in ("form", "spot_check")
        ), one.code
    for one in outcomes.notes().values():
        assert one.weight in outcomes.WEIGHTS and one.section in outcomes.SECTIONS
        assert one.what and (one.to_do or one.weight != "mend"), one.code

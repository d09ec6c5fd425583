"""Shared by all tests: a browser for what only a browser can tell."""

from __future__ import annotations

import os
import shutil

import pytest


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium (playwright), or a skip that says how to get one."""
    sync_api = pytest.importorskip(
        "playwright.sync_api", reason="需要 playwright：pip install 'redstats[test]'"
    )
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("REDSTATS_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not found:
        pytest.skip(
            "没有找到 Chromium：可用 apt install chromium 安装，"
            "或 playwright install chromium 后以环境变量 REDSTATS_CHROMIUM 指明其路径"
        )
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=found,
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )
        yield chromium
        chromium.close()

"""The web shop in a browser, as a customer sees it. Without a browser every journey is skipped, and says why."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx
import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_PLAYWRIGHT = "pytest-playwright is not installed: `make browser` adds it"
NO_CHROMIUM = "this machine has neither Chromium nor Chrome; with one of them they run"
PATIENCE_MS = 10_000


def chromium() -> str | None:
    """The machine's own: nothing is downloaded."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def pytest_configure(config: pytest.Config) -> None:
    """What pytest-playwright leaves goes where the run leaves the rest: it empties that folder first."""
    if hasattr(config.option, "output"):
        config.option.output = str(Path(os.environ.get("SIGNALBOX_ARTIFACTS", ".")).absolute() / "browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    reason = NO_PLAYWRIGHT if find_spec("pytest_playwright") is None else "" if chromium() else NO_CHROMIUM
    for item in items if reason else ():
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.skip(reason))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Chromium refuses a sandbox to root, as whom containers run."""
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": chromium(), "args": [*as_root, "--disable-gpu", "--disable-dev-shm-usage"]}


@pytest.fixture(scope="session")
def base_url() -> str:
    """The storefront of the environment under test."""
    operator = os.environ.get("SHOP_OPERATOR", "http://127.0.0.1:8030")
    environment = os.environ.get("SIGNALBOX_ENVIRONMENT", "integration")
    with httpx.Client(timeout=PATIENCE_MS / 1000, trust_env=False) as http:
        told = http.get(f"{operator}/").raise_for_status().json()["services"]
    return next(each["url"] for each in told if (each["environment"], each["service"]) == (environment, "storefront"))

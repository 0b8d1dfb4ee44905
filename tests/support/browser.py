"""A real browser for tests of pages. It is started once for all of them, so they run in the session's loop:

pytestmark = pytest.mark.asyncio(loop_scope="session")
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

expect.set_options(timeout=30_000)
"""Milliseconds, as all else in Playwright waits: a busy machine shows things late."""

DEVICES: dict[str, dict[str, Any]] = {
    "desk": {"viewport": {"width": 1180, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}},
    "dark": {"viewport": {"width": 1180, "height": 900}, "color_scheme": "dark"},
}
"""How a page is looked at: options of a window by name."""

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def installed_chromium(own: str) -> str | None:
    """Playwright's own Chromium at `own` when it was installed, else the machine's."""
    return own if Path(own).exists() else next(filter(None, map(shutil.which, NAMES)), None)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def _chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        executable = installed_chromium(playwright.chromium.executable_path)
        if executable is None:
            pytest.skip("no Chromium on this machine")
        browser = await playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browser(_chromium: Browser) -> AsyncIterator[Browser]:
    """What a module's tests leave open is closed after them."""
    yield _chromium
    for context in _chromium.contexts:
        await context.close()


def hook(page: Page | Locator, name: str) -> Locator:
    """An element by its `data-test`; the names are listed at the top of the page's app.js."""
    return page.locator(f'[data-test="{name}"]')


async def picture(page: Page, name: str) -> None:
    """Leave a picture of the page where SIGNALBOX_SCREENSHOTS names a folder."""
    if folder := os.environ.get("SIGNALBOX_SCREENSHOTS"):
        await page.screenshot(path=Path(folder) / f"{name}.png")


async def open_window(browser: Browser, url: str, person: str, *, channel: str = "", **options: Any) -> Page:
    """A window of its own, acting as `person` (a user id), once its first conversation is shown and its line is open."""
    context = await browser.new_context(**{"viewport": {"width": 1280, "height": 800}, "locale": "en-US", **options})
    page = await context.new_page()
    await page.goto(f"{url}/?as={person}{f'#{channel}' if channel else ''}")
    await page.wait_for_selector(f'body[data-ready="{person}"][data-line="open"]')
    return page


async def type_line(page: Page, text: str) -> None:
    """Type into the message box and press Enter, as a person does."""
    await hook(page, "composer").fill(text)
    await hook(page, "composer").press("Enter")

"""The form of personal settings as a person sees it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from integrations.workspace.limits import Limits
from tests.support.browser import hook, open_window
from tests.support.signalbox import ANA, INTEGRATION, signalbox_here

pytestmark = pytest.mark.asyncio(loop_scope="session")
PICTURES = os.environ.get("SIGNALBOX_SCREENSHOTS", "")


@pytest_asyncio.fixture(loop_scope="session")
async def running(valkey, tmp_path):
    async with signalbox_here(tmp_path, valkey.url, limits=Limits().loosened()) as signalbox:
        yield signalbox


async def picture(page, name: str) -> None:
    if PICTURES:
        await page.wait_for_timeout(250)
        await page.screenshot(path=Path(PICTURES) / f"{name}.png")


async def test_settings_are_changed_from_the_home(browser, running):
    size = {"width": 1280, "height": 1500}
    ana = await open_window(browser, running.workspace.url, ANA, channel=INTEGRATION, viewport=size)
    await hook(ana, "welcome-close").click()
    await hook(ana, "dm-signalbox").click()
    await hook(ana, "tab-home").click()
    await hook(ana, "action-settings.open").click()
    modal = hook(ana, "modal")
    await expect(modal).to_contain_text("Quiet hours")
    await picture(ana, "settings-form")
    await modal.get_by_text("Outside my working day").click()
    await modal.get_by_text("Reminders").click()
    await hook(ana, "modal-submit").click()
    await expect(modal).to_contain_text("outside my working day")
    await expect(modal).to_contain_text("not: reminders")
    await picture(ana, "settings-saved")

"""Forms in place of typed lines, in a real browser: from the Home to a lease, and each form as people see it.

With SIGNALBOX_SCREENSHOTS=<folder>, each form leaves a picture there.
"""

import pytest
import pytest_asyncio
from playwright.async_api import expect

from integrations.workspace.limits import Limits
from tests.support.browser import hook, open_window, picture, type_line
from tests.support.signalbox import INTEGRATION, signalbox_here

pytestmark = pytest.mark.asyncio(loop_scope="session")
ELI = "U0ELI"
FORMS = ("reserve", "book", "take", "freeze", "down", "give")


@pytest_asyncio.fixture(loop_scope="session")
async def running(valkey, tmp_path):
    async with signalbox_here(tmp_path, valkey.url, limits=Limits().loosened()) as signalbox:
        yield signalbox


async def choose(page, *values):
    await hook(page, "action-target").click()
    for value in values:
        await page.locator(f'[data-test="option"][data-value="{value}"]').click()
    await page.keyboard.press("Escape")


async def test_a_form_on_the_home_reserves_and_every_verb_has_one(browser, running):
    size = {"width": 1280, "height": 1200}
    eli = await open_window(browser, running.workspace.url, ELI, channel=INTEGRATION, viewport=size)
    await hook(eli, "welcome-close").click()
    await type_line(eli, "/env staging-2 shared 1h")
    await type_line(eli, "/env book integration tomorrow 14:00 2h demo")
    await hook(eli, "dm-signalbox").click()
    await hook(eli, "tab-home").click()
    await expect(eli.get_by_role("button", name="Reserve…").first).to_be_visible()
    await picture(eli, "forms-home")
    modal = hook(eli, "modal")
    await eli.get_by_role("button", name="Reserve…").first.click()
    await expect(modal).to_contain_text("Reserve")
    await choose(eli, "integration/payments", "integration/orders")
    await picture(eli, "forms-chosen")
    await hook(modal, "action-until").fill("soon")
    await hook(modal, "modal-submit").click()
    await expect(modal).to_contain_text("That is no length")
    await picture(eli, "forms-error")
    await hook(modal, "action-until").fill("90m")
    await hook(modal, "modal-submit").click()
    await expect(modal).to_contain_text("is yours, exclusive")
    await picture(eli, "forms-answer")
    await hook(modal, "modal-close").click()
    await hook(eli, "channel-integration").click()
    for verb in FORMS:
        await type_line(eli, f"/env {verb}")
        await expect(modal).to_have_count(1)
        await picture(eli, f"forms-{verb}")
        await hook(modal, "modal-close").click()
        await expect(modal).to_have_count(0)
    await type_line(eli, "/env integration")
    await picture(eli, "forms-card")

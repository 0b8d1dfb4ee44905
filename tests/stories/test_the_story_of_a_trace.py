"""A version breaks the journeys, in the API and in a browser: their causes are one, and a failing test opens its trace."""

from __future__ import annotations

import asyncio
import os
import re

import pytest
from playwright.async_api import expect

from tests.stories.stage import Deploying, a_stage
from tests.stories.test_the_story_of_a_red_suite import RUN_MS, SEEN_IN
from tests.support.browser import hook, picture, type_line
from tests.support.signalbox import ANA

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.browser,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not os.environ.get("STORIES"), reason="takes minutes: make stories"),
]


async def test_a_failing_test_opens_its_trace(browser, tmp_path):
    async with a_stage(tmp_path, browser) as stage:
        page = await stage.window(ANA)
        for suite in ("checkout-api", "checkout-browser"):
            await ends(page, suite, r"\d+ passed")
        await asyncio.sleep(SEEN_IN)
        await Deploying(page, "payments", "1.5.0", prefix="trace").begin()
        for suite in ("checkout-api", "checkout-browser"):
            await ends(page, suite, r"\d+ of \d+ failed")
            case = hook(page, "message").filter(has_text=re.compile(rf"broke \d+ of \d+ in {suite}")).last
            await expect(case).to_contain_text("payments: KeyError: 'EUR'", timeout=RUN_MS)
            await expect(case).not_to_contain_text("other cause")
            await picture(page, f"trace-{suite}-1-case")
            await opens(page, case, "Trace", f"trace-{suite}-2-page")
            await hook(case, "thread-link").click()
            await picture(page, f"trace-{suite}-3-thread")
            await hook(page, "thread-close").click()


async def ends(page, suite, outcome):
    await hook(page, "channel-integration").click()
    await type_line(page, f"/suite {suite} on integration")
    await hook(page, "dm-signalbox").click()
    told = hook(page, "message").filter(has_text=re.compile(rf"{suite} #\d+ .*{outcome}")).last
    await expect(told).to_be_visible(timeout=RUN_MS)
    await picture(page, f"trace-{suite}-0-{outcome.split()[-1]}")
    await hook(page, "channel-integration").click()


async def opens(page, message, name, shown):
    """The link leads to the requests of the test, down to the one that failed."""
    address = await message.get_by_role("link", name=name, exact=True).get_attribute("href")
    trace = await page.context.new_page()
    answer = await trace.goto(address)
    assert answer.ok, answer.status
    await expect(trace.locator("main")).to_contain_text("payments-service")
    await picture(trace, shown)
    await trace.close()

"""A version breaks a suite: one message that leads with the cause, its thread, somebody who looks, a roll back, green."""

from __future__ import annotations

import asyncio
import os
import re

import pytest
from playwright.async_api import expect

from tests.stories.stage import Deploying, a_stage
from tests.support.browser import hook, picture, type_line
from tests.support.signalbox import ANA

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.browser,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not os.environ.get("STORIES"), reason="takes minutes: make stories"),
]
SEEN_IN = 20
"""Seconds until it was seen what runs, so that there is a way back."""
RUN_MS = 180_000


async def test_a_red_suite_is_one_message_until_it_is_green_again(browser, tmp_path):
    async with a_stage(tmp_path, browser) as stage:
        page = await stage.window(ANA)
        await hook(page, "channel-integration").click()
        await run(page, r"\d+ passed")
        await picture(page, "suite-1-green")
        await asyncio.sleep(SEEN_IN)
        await Deploying(page, "payments", "1.5.0").begin()
        await run(page, r"\d+ of \d+ failed")
        channel = page.get_by_role("region", name="Conversation")
        case = hook(channel, "message").filter(has_text=re.compile(r"broke \d+ of \d+ in checkout-api")).last
        await expect(case).to_contain_text("Nobody is looking yet", timeout=RUN_MS)
        await expect(case).to_contain_text("payments")
        await picture(page, "suite-2-red")
        await case.get_by_role("button", name="I'll look").click()
        await expect(case).to_contain_text("looks into it")
        await expect(case).to_contain_text("Evidence points to payments")
        await hook(case, "thread-link").click()
        told = hook(page, "message").filter(has_text="Likely payments").last
        await expect(told).to_contain_text("POST /charges fails in", timeout=RUN_MS)
        await picture(page, "suite-3-thread")
        await told.get_by_role("button", name="Right", exact=True).click()
        await expect(told).to_contain_text("says that it is right")
        await case.get_by_role("button", name=re.compile("^Roll back payments")).click()
        await picture(page, "suite-4-roll-back")
        await page.get_by_role("button", name=re.compile("^Roll back to")).last.click()
        back = hook(page, "message").filter(has_text=re.compile(r"1\.5\.0 → 1\.4\.0 in .*deployed, and watched"))
        await expect(back.last).to_be_visible(timeout=RUN_MS)
        await run(page, r"\d+ passed")
        await expect(case).to_contain_text(re.compile("green again", re.IGNORECASE), timeout=RUN_MS)
        await picture(page, "suite-5-closed")


async def run(page, outcome):
    """Whoever starts one is told in their messages what came of it; the channel hears only of what is new."""
    await hook(page, "channel-integration").click()
    await type_line(page, "/suite checkout-api on integration")
    await hook(page, "dm-signalbox").click()
    told = hook(page, "message").filter(has_text=re.compile(rf"checkout-api #\d+ .*{outcome}")).last
    await expect(told).to_be_visible(timeout=RUN_MS)
    await picture(page, f"suite-0-{outcome.split()[-1]}")
    await hook(page, "channel-integration").click()

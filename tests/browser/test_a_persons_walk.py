"""Two people, one environment, a real browser: look, reserve, queue, offer, accept, extend, expire, release.

With SIGNALBOX_SCREENSHOTS=<folder>, each step leaves a picture there.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from integrations.workspace.limits import Limits
from tests.support.browser import hook, open_window, type_line
from tests.support.signalbox import ANA, BEN, INTEGRATION, signalbox_here

pytestmark = pytest.mark.asyncio(loop_scope="session")
PICTURES = os.environ.get("SIGNALBOX_SCREENSHOTS", "")
WINDOW = {"width": 1280, "height": 860}


@pytest_asyncio.fixture(loop_scope="session", params=["socket", "http"])
async def running(request, valkey, tmp_path):
    async with signalbox_here(tmp_path, valkey.url, limits=Limits().loosened(), mode=request.param) as signalbox:
        yield signalbox


async def picture(page, name: str) -> None:
    if PICTURES:
        await page.wait_for_timeout(250)
        await page.screenshot(path=Path(PICTURES) / f"{name}.png")


async def window(browser, running, person: str, scheme: str):
    page = await open_window(
        browser, running.workspace.url, person, channel=INTEGRATION, color_scheme=scheme, viewport=WINDOW
    )
    await picture(page, f"first-view-{scheme}")
    await hook(page, "welcome-close").click()
    return page


def newest(page, kind: str, text: str):
    return hook(page, kind).filter(has_text=text).last


async def test_from_the_first_look_to_the_last_release(browser, running):
    ana, ben = await window(browser, running, ANA, "light"), await window(browser, running, BEN, "dark")

    await type_line(ana, "/env")
    await expect(newest(ana, "ephemeral", "Environments")).to_contain_text("free")
    await picture(ana, "board-light")

    await type_line(ana, "/env reserve integration 2h checkout fix")
    await expect(newest(ana, "ephemeral", "is yours, exclusive")).to_be_visible()
    await expect(newest(ana, "message", "nobody waiting")).to_contain_text("checkout fix")
    await picture(ana, "reserved-light")

    await type_line(ben, "/env integration 1h search relevance")
    await expect(newest(ben, "ephemeral", "You are next in line")).to_contain_text("holds integration")
    await picture(ben, "queued-dark")
    await type_line(ben, "/env")
    await expect(newest(ben, "ephemeral", "Environments")).to_contain_text("Waiting (1)")
    await picture(ben, "board-dark")

    await type_line(ana, "/env release")
    await expect(newest(ana, "ephemeral", "Released")).to_be_visible()
    await hook(ben, "dm-signalbox").click()
    offer = newest(ben, "message", "is yours if you want it")
    await expect(offer).to_be_visible()
    await picture(ben, "offer-dark")
    await hook(offer, "action-env.accept").click()
    held = newest(ben, "message", "is yours, exclusive")
    await expect(held).to_be_visible()
    await picture(ben, "accepted-dark")

    await hook(held, "action-env.extend.30").click()
    await expect(newest(ben, "ephemeral", "is yours until")).to_be_visible()

    running.advance(timedelta(minutes=81))
    await expect(newest(ben, "message", "Nobody is waiting for it")).to_be_visible()
    await picture(ben, "reminder-dark")
    running.advance(timedelta(minutes=10))
    await expect(newest(ben, "message", "is over")).to_be_visible()
    await picture(ben, "expired-dark")

    await hook(ana, "channel-integration").click()
    await type_line(ana, "/env integration 30m smoke test")
    await hook(newest(ana, "ephemeral", "smoke test"), "action-env.release").click()
    await expect(hook(ana, "ephemeral").filter(has_text="Released")).to_have_count(2)
    await hook(ana, "dm-signalbox").click()
    await hook(ana, "tab-home").click()
    await expect(hook(ana, "home")).to_contain_text("You hold nothing")
    await picture(ana, "home-light")
    await hook(ana, "channel-integration").click()
    await type_line(ana, "/env help")
    await expect(newest(ana, "ephemeral", "reserve")).to_be_visible()
    await picture(ana, "help-light")
    await type_line(ana, "/env relase")
    await expect(newest(ana, "ephemeral", "I do not know")).to_be_visible()
    await type_line(ana, "/env log")
    await picture(ana, "errors-light")

"""A take from the line to the dialog, in a real browser; a place that is down, and a booking.

With SIGNALBOX_SCREENSHOTS=<folder>, each step leaves a picture there.
"""

import pytest
import pytest_asyncio
from playwright.async_api import expect

from integrations.workspace.limits import Limits
from tests.support.browser import hook, open_window, picture, type_line
from tests.support.signalbox import ANA, CEM, INTEGRATION, signalbox_here

pytestmark = pytest.mark.asyncio(loop_scope="session")
ELI = "U0ELI"


@pytest_asyncio.fixture(loop_scope="session")
async def running(valkey, tmp_path):
    async with signalbox_here(tmp_path, valkey.url, limits=Limits().loosened()) as signalbox:
        yield signalbox


async def window(browser, running, person):
    page = await open_window(browser, running.workspace.url, person, channel=INTEGRATION)
    await hook(page, "welcome-close").click()
    return page


def newest(page, text):
    return hook(page, "ephemeral").filter(has_text=text).last


async def test_taking_asks_why_and_whether_one_is_sure(browser, running):
    ana, cem = await window(browser, running, ANA), await window(browser, running, CEM)
    await type_line(ana, "/env integration 2h checkout fix")
    await expect(newest(ana, "is yours, exclusive")).to_be_visible()
    await picture(ana, "held")
    await type_line(cem, "/env take integration 1h")
    modal = hook(cem, "modal")
    await hook(modal, "action-why").fill("checkout is down for customers")
    await picture(cem, "take-why")
    await hook(modal, "modal-submit").click()
    await expect(modal).to_contain_text("Nothing is taken yet")
    await hook(modal, "action-env.take").click()
    await picture(cem, "take-sure")
    await hook(cem, "confirm-yes").click()
    await expect(modal).to_contain_text("You took it from")
    await picture(cem, "taken")


async def test_a_place_that_is_down_and_a_booking(browser, running):
    eli = await window(browser, running, ELI)
    await type_line(eli, "/env down integration disk full 2h")
    await expect(newest(eli, "is down now")).to_be_visible()
    await type_line(eli, "/env book integration tomorrow 14:00 2h load test")
    await expect(newest(eli, "is booked for you")).to_be_visible()
    await type_line(eli, "/env book integration tomorrow 15:00 1h rehearsal")
    await expect(newest(eli, "That time is not free")).to_be_visible()
    await picture(eli, "places")
    await type_line(eli, "/env health")
    await expect(newest(eli, "How it is")).to_contain_text("disk full")
    await picture(eli, "health")

"""Three people and one Signalbox in a real browser: all of /env that the other walks leave out, and the Home of each.

With SIGNALBOX_SCREENSHOTS=<folder>, each step leaves a picture there.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from playwright.async_api import expect

from integrations.workspace.limits import Limits
from tests.support.browser import hook, open_window, picture, type_line
from tests.support.signalbox import ANA, BEN, CEM, INTEGRATION, signalbox_here

pytestmark = pytest.mark.asyncio(loop_scope="session")
ELI = "U0ELI"
BERLIN = "Europe/Berlin"
WINDOW = {"width": 1180, "height": 1240}


@pytest_asyncio.fixture(loop_scope="session")
async def running(valkey, tmp_path):
    async with signalbox_here(tmp_path, valkey.url, limits=Limits().loosened()) as signalbox:
        yield signalbox


async def window(browser, running, person, scheme="light"):
    options = {"viewport": WINDOW, "color_scheme": scheme, "timezone_id": BERLIN}
    page = await open_window(browser, running.workspace.url, person, channel=INTEGRATION, **options)
    page.set_default_timeout(15_000)
    await hook(page, "welcome-close").click()
    return page


def newest(page, kind, text):
    return hook(page, kind).filter(has_text=text).last


async def answered(page, line, text):
    """Type a line; the answer that only this person sees, once it contains `text`."""
    await type_line(page, line)
    await expect(newest(page, "ephemeral", text)).to_be_visible()
    return newest(page, "ephemeral", text)


async def press(place, label):
    await place.get_by_role("button", name=label, exact=True).last.click()


async def sure(page):
    await hook(page, "confirm-yes").click()


async def choose(modal, action_id, *values):
    page = modal.page
    await hook(modal, f"action-{action_id}").click()
    for value in values:
        await page.locator(f'[data-test="option"][data-value="{value}"]').click()
    if await hook(page, "option").count():
        await page.keyboard.press("Escape")


async def submit(page, **typed):
    """Fill in what is typed into the form that is open, and send it."""
    modal = hook(page, "modal")
    for action_id, text in typed.items():
        await hook(modal, f"action-{action_id}").fill(text)
    await hook(modal, "modal-submit").click()
    return modal


async def close(page):
    await hook(page, "modal-close").click()
    await expect(hook(page, "modal")).to_have_count(0)


async def home(page, shows):
    """The Home once it shows this: whatever was shown before it was opened is drawn anew, and a click on it is lost."""
    await hook(page, "dm-signalbox").click()
    if not await hook(page, "home").is_visible():
        await hook(page, "tab-home").click()
    await expect(hook(page, "home")).to_contain_text(shows)
    return hook(page, "home")


async def messages(page):
    await hook(page, "dm-signalbox").click()
    await hook(page, "tab-messages").click()


async def channel(page):
    await hook(page, "channel-integration").click()


async def test_through_what_the_other_walks_leave_out(browser, running):
    ana = await window(browser, running, ANA)
    cem = await window(browser, running, CEM, "dark")
    eli = await window(browser, running, ELI)
    await takes(ana, cem)
    await gives(ana, cem)
    await any_of_and_undo(ana, eli)
    await holds(ana)
    await books(ana, cem)
    await freezes(ana, eli)
    await says_how_it_is(cem, eli)
    await settings(cem)
    await homes(ana, cem, eli)


async def takes(ana, cem):
    await answered(ana, "/env integration/payments,orders 2h checkout fix", "is yours, exclusive")
    card = await answered(cem, "/env integration/payments", "Or type how long")
    await picture(cem, "01-card-to-take-from-dark")
    await press(card, "Take…")
    modal = await submit(cem, reason="customers cannot pay")
    await expect(modal).to_contain_text("Nothing is taken yet")
    await picture(cem, "02-take-asks-once-more-dark")
    await press(modal, "Take it")
    await picture(cem, "03-take-confirm-dark")
    await sure(cem)
    await expect(modal).to_contain_text("You took it from")
    await picture(cem, "04-taken-dark")
    await close(cem)
    await messages(ana)
    await expect(newest(ana, "message", "that you had left")).to_contain_text("customers cannot pay")
    await picture(ana, "05-taken-from-you")


async def gives(ana, cem):
    await answered(cem, "/env give @ana ", "They are told")
    await picture(cem, "06-given-dark")
    await expect(newest(ana, "message", "over to you")).to_be_visible()
    await picture(ana, "07-given-to-you")
    page = await home(ana, "customers cannot pay")
    await press(page, "Give…")
    await choose(hook(ana, "modal"), "to", BEN)
    await picture(ana, "08-give-form")
    modal = await submit(ana)
    await expect(modal).to_contain_text("They are told")
    await picture(ana, "09-given-by-form")
    await close(ana)
    await expect(page).to_contain_text("You hold nothing")


async def any_of_and_undo(ana, eli):
    page = await home(eli, "You hold nothing")
    await page.get_by_role("button", name="Reserve…").first.click()
    modal = hook(eli, "modal")
    await choose(modal, "target", "integration/any:gold-customer")
    await picture(eli, "10-any-of-form")
    await submit(eli, reason="refund of a gold customer")
    await expect(modal).to_contain_text("is yours")
    await picture(eli, "11-any-of-had")
    await close(eli)
    await channel(ana)
    waits = await answered(ana, "/env any:gold-customer x2 1h two carts", "You are next in line")
    await picture(ana, "12-any-of-waits")
    await press(waits, "Undo")
    await expect(newest(ana, "ephemeral", "you do not wait")).to_be_visible()
    await channel(eli)
    await answered(eli, "/env release", "Released")
    await answered(eli, "/env undo", "is yours until")
    await picture(eli, "13-undone")
    await picture(ana, "14-undone-by-button")


async def holds(ana):
    await answered(ana, "/env staging-2 1h carts are lost", "is yours, exclusive")
    kept = await answered(ana, "/env hold 3h heap dump", "is kept as it is")
    await picture(ana, "15-kept")
    await press(kept, "Undo")
    await expect(newest(ana, "ephemeral", "not kept as it is any more")).to_be_visible()
    await picture(ana, "16-kept-shorter")
    await answered(ana, "/env release", "Released")


async def books(ana, cem):
    tomorrow = datetime.now(ZoneInfo(BERLIN)) + timedelta(days=1)  # Cem's own may be another day: he is in Istanbul
    await answered(cem, f"/env book staging-2 {tomorrow:%Y-%m-%d} 14:00 2h load test", "is booked for you")
    await picture(cem, "17-booked-dark")
    page = await home(ana, "load test")
    await page.get_by_role("button", name="Book…").first.click()
    modal = hook(ana, "modal")
    await choose(modal, "target", "staging-2/orders")
    await picture(ana, "18-book-form")
    await submit(ana, start=f"{tomorrow:%Y-%m-%d}T13:30", reason="demo")
    await expect(modal).to_contain_text("That time is not free")
    await picture(ana, "19-book-refused")
    await press(modal, "Book that instead")
    await expect(modal).to_contain_text("is booked for you")
    await picture(ana, "20-booked-instead")
    await close(ana)
    await answered(cem, "/env calendar", "To book")
    await picture(cem, "21-calendar-dark")


async def freezes(ana, eli):
    card = await answered(eli, "/env staging-2", "Or type how long")
    await picture(eli, "22-card-of-an-operator")
    await press(card, "Freeze…")
    modal = hook(eli, "modal")
    await choose(modal, "length", "2h")
    await picture(eli, "23-freeze-form")
    await submit(eli, reason="stock is counted")
    await expect(modal).to_contain_text("is frozen")
    await picture(eli, "24-frozen")
    await channel(ana)
    await answered(ana, "/env staging-2 1h cart bug", "is frozen")
    await picture(ana, "25-frozen-for-others")
    await press(modal, "Undo: thaw it")
    await expect(modal).to_contain_text("Thawed")
    await picture(eli, "26-thawed")
    await close(eli)


async def says_how_it_is(cem, eli):
    await answered(eli, "/env degraded staging-2 slow disks", "is degraded now")
    down = await answered(eli, "/env down integration/payments the sandbox is away 2h", "is down now")
    await picture(eli, "27-down")
    await answered(cem, "/env", "Environments")
    await picture(cem, "28-board-in-trouble-dark")
    await answered(cem, "/env integration/payments 1h refunds", "You are next in line for integration/payments")
    await picture(cem, "29-waits-for-what-is-down-dark")
    await press(down, "It is well again")
    await expect(newest(eli, "ephemeral", "is well again")).to_be_visible()
    await answered(eli, "/env ok staging-2 disks are replaced", "staging-2 is well again")
    await picture(eli, "30-well-again")


async def settings(cem):
    said = await answered(cem, "/env settings", "Quiet hours")
    await picture(cem, "31-settings-dark")
    await press(said, "Change")
    modal = hook(cem, "modal")
    await modal.get_by_text("Outside my working day").click()
    await picture(cem, "32-settings-form-dark")
    await submit(cem)
    await expect(modal).to_contain_text("outside my working day")
    await picture(cem, "33-settings-saved-dark")
    await close(cem)


async def homes(ana, cem, eli):
    """What is mine, where I wait, how the environments are; and a lease is extended and given back there."""
    await home(ana, "staging-2 is yours if you want it")
    await picture(ana, "34-home-light")
    page = await home(cem, "integration/payments · you are next in line")
    await expect(page.get_by_role("button", name="Cancel booking")).to_have_count(1)
    await picture(cem, "35-home-dark")
    page = await home(eli, "is being asked")
    await picture(eli, "36-home-of-an-operator")
    end = page.locator("time").first
    before = await end.inner_text()
    await press(page, "Extend 1 h")
    await expect(end).not_to_have_text(before)
    await press(page, "Release")
    await expect(page).to_contain_text("You hold nothing")
    await picture(eli, "37-home-again")
    await messages(eli)
    await expect(newest(eli, "message", "is yours until")).to_be_visible()
    await expect(newest(eli, "message", "Released")).to_be_visible()
    await picture(eli, "38-answers-to-a-home")

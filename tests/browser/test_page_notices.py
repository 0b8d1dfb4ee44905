"""What tells a person something: the welcome, notices in the corner, counts of what is unread."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import expect

from tests.support.browser import hook, open_window, type_line
from tests.support.page_people import ENVIRONMENTS, GENERAL

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_newcomer_is_greeted_and_runs_the_first_line_with_one_press(browser, server, page_app):
    page = await open_window(browser, server.url, "U0ANA", channel=GENERAL)
    await expect(hook(page, "welcome")).to_contain_text("Everything stays on this machine.")
    await hook(page, "try-0").click()
    await expect(hook(page, "composer")).to_have_value("/greet me")
    await hook(page, "try-run-0").click()
    await expect(hook(page, "ephemeral").last).to_contain_text("hello me")
    await expect(hook(page, "try-0")).to_be_hidden()
    await hook(page, "welcome-fold").click()
    await expect(hook(page, "try-0")).to_be_visible()
    await hook(page, "welcome-close").click()
    await page.reload()
    await page.wait_for_selector('body[data-line="open"]')
    await expect(hook(page, "welcome")).to_be_hidden()
    await hook(page, "help").click()
    await expect(hook(page, "welcome")).to_be_visible()
    await page.context.close()


async def test_on_a_narrow_window_the_welcome_is_one_line_until_it_is_opened(browser, server, page_app):
    page = await open_window(browser, server.url, "U0ANA", channel=GENERAL, viewport={"width": 390, "height": 780})
    box = await hook(page, "welcome").bounding_box()
    assert box is not None
    assert box["height"] < 45
    await expect(hook(page, "welcome-fold")).to_have_attribute("aria-expanded", "false")
    await hook(page, "welcome-fold").click()
    await expect(hook(page, "try-0")).to_be_visible()
    await page.context.close()


async def test_a_mention_elsewhere_is_bold_badged_told_and_counted_until_it_is_read(window, page_app):
    page = await window("U0BEN", channel=ENVIRONMENTS)
    await page_app.say(GENERAL, "<@U0BEN> your turn")
    room = hook(page, "channel-general")
    await expect(hook(room, "unread-badge")).to_have_text("1")
    await expect(hook(page, "toast")).to_contain_text("Signalbox in #general")
    await expect(hook(page, "toast")).to_contain_text("your turn")
    await expect(page).to_have_title("(1) #environments · Local")
    await hook(page, "toast").get_by_role("button").first.click()
    await expect(hook(page, "message").last).to_contain_text("your turn")
    await expect(page.locator('[data-test="unread-badge"]')).to_have_count(0)
    await expect(page).to_have_title("#general · Local")


async def test_a_notice_shows_formatted_words_and_goes_once_its_conversation_is_read(window, page_app):
    page = await window("U0CEM", channel=ENVIRONMENTS)
    await page_app.say("U0CEM", ":bell: *integration* is yours <script>window.broken = 1</script>")
    notice = hook(page, "toast")
    await expect(notice.locator("strong").first).to_have_text("Signalbox")
    await expect(notice.locator("span strong")).to_have_text("integration")
    await hook(page, "dm-signalbox").click()
    await hook(page, "tab-messages").click()
    await expect(notice).to_have_count(0)
    assert await page.evaluate("window.broken") is None


async def test_a_notice_tells_dates_in_the_zone_of_whoever_reads_and_people_by_name(window, page_app):
    page = await window("U0BEN", channel=ENVIRONMENTS)
    await page_app.say(GENERAL, "<@U0BEN>: until <!date^1773144000^{date_num} {time}|2026-03-10 12:00 UTC>")
    words = (await hook(page, "toast").locator(".toast-words > span").inner_text()).replace("\u202f", " ")
    assert words == "@Ben Okafor: until 2026-03-10 1:00 PM"


async def test_the_echo_of_what_a_person_did_themselves_is_no_notice(window, page_app):
    ana, ben = await window("U0ANA"), await window("U0BEN")
    await type_line(ana, "/greet me")
    await expect(hook(ana, "ephemeral").last).to_contain_text("hello me")
    await page_app.say(GENERAL, "<@U0ANA> and <@U0BEN>, greetings")
    await expect(hook(ben, "toast")).to_contain_text("greetings")
    await expect(hook(hook(ana, "channel-general"), "unread-badge")).to_be_visible()
    await expect(hook(ana, "toast")).to_have_count(0)


async def test_a_message_that_arrives_while_its_conversation_is_being_opened_is_shown(window, page_app):
    page, other = await window("U0ANA", channel=GENERAL), await window("U0BEN", channel=ENVIRONMENTS)
    asked, may_arrive = asyncio.Event(), asyncio.Event()

    async def answer_late(route):
        answer = await route.fetch()
        asked.set()
        await may_arrive.wait()
        await route.fulfill(response=answer)

    await page.route("**/_page/history*", answer_late)
    await hook(page, "channel-environments").click()
    await asked.wait()
    await page_app.say(ENVIRONMENTS, "said in between")
    await expect(hook(other, "message").last).to_contain_text("said in between")
    await page.wait_for_timeout(100)  # pushed to both windows at once
    may_arrive.set()
    await expect(hook(page, "message").last).to_contain_text("said in between")


async def test_a_press_opens_the_conversation_in_which_a_message_arrives_meanwhile(window, page_app):
    page = await window("U0BEN", channel=ENVIRONMENTS)
    await hook(page, "channel-general").hover()
    await page.mouse.down()
    await page_app.say(GENERAL, "<@U0BEN> while you press")
    await expect(hook(hook(page, "channel-general"), "unread-badge")).to_be_visible()
    await page.mouse.up()
    await expect(hook(page, "message").last).to_contain_text("while you press")

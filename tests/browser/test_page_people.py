"""Being people: who acts, what they are offered while they type, what they hear of, and a line that comes back."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from integrations.workspace.control import Workspace
from tests.support.browser import hook, type_line
from tests.support.page_people import ENVIRONMENTS

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_one_press_makes_the_window_another_person(window):
    page = await window("U0ANA")
    await hook(page, "person-switch").click()
    await hook(page, "person-ben").click()
    await page.wait_for_selector('body[data-ready="U0BEN"]')
    await expect(hook(page, "person-switch")).to_contain_text("Ben Okafor")
    await type_line(page, "this is Ben")
    await expect(hook(page, "message").last).to_have_attribute("data-author", "U0BEN")
    await page.reload()
    await page.wait_for_selector('body[data-ready="U0BEN"]')


async def test_another_person_is_in_their_own_conversation_with_the_app_or_in_the_same_channel(window):
    page = await window("U0BEN", channel=ENVIRONMENTS)
    broken = []
    page.on("pageerror", lambda error: broken.append(error))  # noqa: PLW0108 - a built-in method cannot listen
    await become(page, "U0CEM", "cem")
    await expect(hook(page, "channel-environments")).to_have_attribute("aria-current", "page")
    await hook(page, "dm-signalbox").click()
    cems = await page.evaluate("location.hash")
    await become(page, "U0ANA", "ana")
    await expect(hook(page, "dm-signalbox")).to_have_attribute("aria-current", "page")
    assert await page.evaluate("location.hash") != cems
    assert broken == []


async def become(page: Page, id: str, name: str) -> None:
    await hook(page, "person-switch").click()
    await hook(page, f"person-{name}").click()
    await page.wait_for_selector(f'body[data-ready="{id}"]')


async def test_a_second_window_is_a_second_person(window):
    page = await window("U0ANA")
    await hook(page, "person-switch").click()
    async with page.context.expect_page() as opening:
        await hook(page, "window-cem").click()
    other = await opening.value
    await other.wait_for_selector('body[data-ready="U0CEM"][data-line="open"]')
    await hook(other, "channel-environments").click()
    await type_line(page, "Cem, are you there?")
    await expect(hook(other, "message").last).to_contain_text("are you there?")
    await type_line(other, "right here")
    await expect(hook(page, "message").last).to_have_attribute("data-author", "U0CEM")
    await expect(hook(page, "person-switch")).to_contain_text("Ana Costa")


async def test_somebody_who_does_not_exist_becomes_the_first_person(browser, server, page_app):
    page = await browser.new_page()
    await page.goto(f"{server.url}/?as=U0NOBODY")
    await page.wait_for_selector('body[data-ready="U0ANA"]')
    await page.context.close()


async def test_a_slash_offers_the_commands_and_tab_completes_them(window):
    page = await window("U0ANA")
    await hook(page, "composer").press_sequentially("/f")
    offered = hook(page, "completion-option")
    await expect(offered).to_have_count(2)
    await expect(offered.first).to_contain_text("Open a form")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Tab")
    await expect(hook(page, "composer")).to_have_value("/form ")
    await expect(hook(page, "usage-hint")).to_have_text("/form [name]")
    await expect(hook(page, "completion")).to_have_count(0)


async def test_people_and_channels_are_completed_and_arrive_as_mentions(window):
    page = await window("U0ANA")
    await hook(page, "composer").press_sequentially("ask @be")
    await page.keyboard.press("Tab")
    await hook(page, "composer").press_sequentially("in #gen")
    await page.keyboard.press("Tab")
    await expect(hook(page, "composer")).to_have_value("ask @ben in #general ")
    await page.keyboard.press("Enter")
    last = hook(page, "message").last
    await expect(last.locator('[data-user="U0BEN"]')).to_have_text("@Ben Okafor")
    await expect(last).to_contain_text("#general")


async def test_a_channel_is_completed_by_how_its_name_begins_alone(window):
    page = await window("U0ANA")
    await hook(page, "composer").press_sequentially("see #stag")
    await expect(hook(page, "completion")).to_have_count(0)
    await hook(page, "composer").fill("")
    await hook(page, "composer").press_sequentially("see #2n")
    await page.keyboard.press("Tab")
    await expect(hook(page, "composer")).to_have_value("see #2nd-staging ")


async def test_the_number_of_a_run_in_a_command_is_sent_as_it_was_typed(window):
    page = await window("U0ANA")
    await hook(page, "composer").press_sequentially("/greet #2")
    await page.keyboard.press("Enter")
    await expect(hook(page, "ephemeral").last).to_contain_text("hello #2")
    await expect(hook(page, "composer")).to_have_value("")


async def test_a_line_that_is_no_command_is_refused_as_slack_does_and_stays_in_the_box(window):
    page = await window("U0ANA")
    await type_line(page, "/nonsense now")
    await expect(hook(page, "ephemeral").last).to_contain_text("/nonsense is not a valid command")
    await expect(hook(page, "ephemeral").last).to_contain_text("Only visible to you")
    await expect(hook(page, "composer")).to_have_value("/nonsense now")


async def test_a_command_the_app_never_answers_is_told_once(window):
    page = await window("U0ANA")
    before = await hook(page, "ephemeral").count()
    await type_line(page, "/forget")
    await expect(hook(page, "ephemeral").last).to_contain_text('/forget failed with the error "operation_timeout"')
    assert await hook(page, "ephemeral").count() == before + 1


async def test_an_ephemeral_answer_is_seen_by_one_and_can_be_dismissed(window):
    ana, ben = await window("U0ANA"), await window("U0BEN")
    await type_line(ana, "/greet only-ana")
    await expect(hook(ana, "ephemeral").last).to_contain_text("hello only-ana")
    await expect(ben.get_by_text("only-ana")).to_have_count(0)
    await hook(hook(ana, "ephemeral").last, "dismiss").click()
    await expect(ana.locator("#messages").get_by_text("hello only-ana")).to_have_count(0)
    await ana.reload()
    await ana.wait_for_selector('body[data-line="open"]')
    await expect(ana.locator("#messages").get_by_text("hello only-ana")).to_have_count(0)


async def test_a_reply_goes_to_the_thread_and_the_channel_counts_it(window, page_app):
    page = await window("U0ANA")
    ts = await page_app.say(ENVIRONMENTS, "a parent")
    parent = page.locator(f'#messages [data-ts="{ts}"]')
    await parent.hover()
    await hook(parent, "reply").click()
    await hook(page, "thread-composer").fill("a reply")
    await hook(page, "thread-composer").press("Enter")
    await expect(hook(page, "thread-pane")).to_contain_text("a reply")
    await expect(hook(parent, "thread-link")).to_contain_text("1 reply")
    await expect(page.locator("#messages").get_by_text("a reply")).to_have_count(0)
    await page.keyboard.press("Escape")
    await expect(hook(page, "thread-pane")).to_be_hidden()


async def test_a_reaction_is_given_and_taken_back(window, page_app):
    ana, ben = await window("U0ANA"), await window("U0BEN")
    ts = await page_app.say(ENVIRONMENTS, "well done")
    message = ana.locator(f'[data-ts="{ts}"]')
    await message.hover()
    await hook(message, "add-reaction").click()
    await ana.get_by_label("Search emoji").fill("tada")
    await ana.keyboard.press("Enter")
    theirs = ben.locator(f'[data-ts="{ts}"] [data-test="reaction-tada"]')
    await expect(theirs).to_have_attribute("aria-pressed", "false")
    await theirs.click()
    await expect(theirs).to_contain_text("2")
    await theirs.click()
    await expect(theirs).to_contain_text("1")


async def test_a_window_follows_a_workspace_that_was_killed_and_came_back(window, server):
    page, other = await window("U0ANA"), await window("U0BEN")
    server.kill()
    await expect(hook(page, "status")).to_contain_text("Reconnecting")
    server.start()
    await page.wait_for_selector('body[data-line="open"]')
    await other.wait_for_selector('body[data-line="open"]')
    await type_line(other, "after the pause")
    await expect(hook(page, "message").last).to_contain_text("after the pause")
    await expect(hook(page, "status")).not_to_contain_text("Reconnecting")
    async with Workspace(server.url) as workspace:
        await workspace.wait_connected(within=30)


async def test_ctrl_k_jumps_to_a_conversation(window):
    page = await window("U0ANA", channel=ENVIRONMENTS)
    await page.keyboard.press("Control+k")
    await hook(page, "switcher-input").fill("gene")
    await page.keyboard.press("Enter")
    await expect(hook(page, "channel-general")).to_have_attribute("aria-current", "page")
    await page.keyboard.press("Alt+ArrowUp")
    await expect(hook(page, "channel-environments")).to_have_attribute("aria-current", "page")


async def test_the_theme_follows_the_system_until_a_person_chooses(window):
    page = await window("U0ANA", color_scheme="dark")
    background = "getComputedStyle(document.body).backgroundColor"
    dark = await page.evaluate(background)
    await hook(page, "theme").click()
    assert await page.evaluate(background) == "rgb(255, 255, 255)" != dark


async def test_on_a_narrow_window_the_conversations_are_a_drawer(window):
    page = await window("U0ANA", viewport={"width": 390, "height": 780})
    await expect(hook(page, "channel-general")).to_be_hidden()
    await page.get_by_label("Show conversations").click()
    await hook(page, "channel-general").click()
    await expect(page.locator("#channel-title")).to_contain_text("general")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_the_apps_own_conversation_takes_commands_and_refuses_messages(window):
    page = await window("U0ANA")
    await hook(page, "dm-signalbox").click()
    composer = hook(page, "composer")
    await expect(composer).to_have_attribute("placeholder", "Only commands here: type /")
    before = await hook(page, "message").count()
    await type_line(page, "hello?")
    await expect(hook(page, "usage-hint")).to_have_text("Only commands here: type /")
    await expect(composer).to_have_value("hello?")
    assert await hook(page, "message").count() == before
    await type_line(page, "/greet from here")
    await expect(hook(page, "ephemeral").last).to_contain_text("hello from here")

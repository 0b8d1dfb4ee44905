"""Modals, elements and the Home, between a page and a plain Bolt app."""

from __future__ import annotations

import copy
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.support.browser import hook, open_window, type_line
from tests.support.page_app import COMMANDS, running_app
from tests.support.waiting import eventually
from tests.support.workspace import LOOSE, default_document, start_workspace

pytestmark = pytest.mark.asyncio(loop_scope="session")
CHANNEL = "C0ENVS"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    document = default_document(commands=copy.deepcopy(COMMANDS))
    server = start_workspace(tmp_path_factory.mktemp("modals"), document=document, limits={**LOOSE, "ack": 1.0})
    yield server
    server.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def app(server):
    async with running_app(server) as app:
        yield app


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page(browser, server, app):
    page = await open_window(browser, server.url, "U0CEM", channel=CHANNEL, timezone_id="America/New_York")
    await hook(page, "welcome-close").click()
    yield page
    await page.context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def modal(page):
    await type_line(page, "/form")
    modal = hook(page, "modal")
    await modal.wait_for()
    yield modal
    if await modal.count():
        await hook(modal, "modal-dismiss").click()


async def choose(page, action_id: str, *values: str) -> None:
    await hook(page, f"action-{action_id}").click()
    for value in values:
        await page.locator(f'[data-test="option"][data-value="{value}"]').click()


async def test_a_required_input_left_empty_is_refused_before_the_app_hears_of_it(app, page, modal):
    heard = len(app.submitted)
    await hook(modal, "modal-submit").click()
    await expect(hook(modal, "modal-error")).to_have_text("Please complete this required field.")
    await choose(page, "service", "pay")
    await expect(hook(modal, "modal-error")).to_have_count(0)
    assert len(app.submitted) == heard


async def test_an_error_of_the_app_stands_under_its_input_and_the_modal_stays(page, modal):
    await choose(page, "service", "ord")
    await hook(modal, "modal-submit").click()
    error = modal.locator('[data-block="length"] [data-test="modal-error"]')
    await expect(error).to_have_text("At most 2h here.")
    await expect(hook(page, "action-service")).to_contain_text("orders")
    await hook(modal, "action-length").fill("2h")
    await hook(modal, "modal-submit").click()
    await expect(modal).to_have_count(0)


async def test_the_app_gets_every_value_in_slacks_shape_and_the_persons_zone(app, page, modal):
    await choose(page, "service", "pay")
    await choose(page, "tell", "U0ANA", "U0BEN")
    await page.keyboard.press("Escape")
    await hook(modal, "action-length").fill("1h")
    await hook(modal, "action-start").fill("2026-03-10T09:30")
    await hook(modal, "modal-submit").click()
    await expect(modal).to_have_count(0)
    view = app.submitted[-1]
    values = view["state"]["values"]
    assert view["private_metadata"] == "kept <as> it is"
    assert values["service"]["service"]["selected_option"]["value"] == "pay"
    assert values["length"]["length"] == {"type": "plain_text_input", "value": "1h"}
    assert values["tell"]["tell"]["selected_users"] == ["U0ANA", "U0BEN"]
    half_past_nine = datetime(2026, 3, 10, 9, 30, tzinfo=ZoneInfo("Europe/Istanbul")).timestamp()
    assert values["start"]["start"]["selected_date_time"] == half_past_nine


async def test_a_view_on_top_is_closed_alone_and_what_was_typed_below_is_kept(page, modal):
    await hook(modal, "action-length").fill("90 min")
    await hook(modal, "action-more").click()
    await expect(modal).to_contain_text("On top")
    await modal.get_by_label("Back").click()
    await expect(hook(modal, "action-length")).to_have_value("90 min")


async def test_escape_closes_an_open_list_first_and_then_the_modal(page, modal):
    await hook(modal, "action-service").click()
    await page.keyboard.press("Escape")
    await expect(hook(page, "option")).to_have_count(0)
    await expect(modal).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(modal).to_have_count(0)


async def test_tab_stays_inside_the_modal(page, modal):
    for _ in range(15):
        await page.keyboard.press("Tab")
        inside = await page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
        assert inside


async def test_a_press_is_sent_once_however_often_it_is_pressed_and_asks_first_when_told_to(app, page):
    word = {"type": "plain_text", "text": "Release"}
    question = {"title": word, "text": {"type": "mrkdwn", "text": "*Really?*"}, "confirm": word, "deny": word}
    button = {"type": "button", "action_id": "press", "text": word, "value": "lease-1", "confirm": question}
    await app.say(CHANNEL, "card", blocks=[{"type": "actions", "block_id": "card", "elements": [button]}])
    pressed = hook(page, "action-press").last
    await pressed.click()
    await hook(page, "confirm-no").click()
    await expect(hook(page, "confirm")).to_have_count(0)
    assert app.pressed == []
    await pressed.click()
    await hook(page, "confirm-yes").click()
    await eventually(lambda: app.pressed)
    assert [(action["block_id"], action["value"]) for action in app.pressed] == [("card", "lease-1")]


async def test_a_press_nobody_answers_says_so(app, page):
    button = {"type": "button", "action_id": "unheard", "text": {"type": "plain_text", "text": "Press"}}
    await app.say(CHANNEL, "card", blocks=[{"type": "actions", "elements": [button]}])
    await hook(page, "action-unheard").last.dblclick()
    await expect(hook(page, "action-unheard").last).to_have_attribute("aria-busy", "true")
    await expect(hook(page, "toast")).to_have_count(1)
    await expect(hook(page, "toast")).to_contain_text("That did not work")


async def test_a_message_that_changes_is_drawn_anew_in_its_place(app, page):
    ts = await app.say(CHANNEL, "before")
    await app.say(CHANNEL, "and another")
    await expect(page.locator(f'[data-ts="{ts}"]')).to_contain_text("before")
    await app.client.chat_update(channel=CHANNEL, ts=ts, text="after")
    await expect(page.locator(f'[data-ts="{ts}"]')).to_contain_text("after")
    await app.client.chat_delete(channel=CHANNEL, ts=ts)
    await expect(page.locator(f'[data-ts="{ts}"]')).to_have_count(0)


async def test_the_home_is_published_when_somebody_looks(page):
    await hook(page, "dm-signalbox").click()
    await hook(page, "tab-home").click()
    await expect(hook(page, "home")).to_contain_text("Mine")
    await hook(page, "tab-messages").click()
    await expect(hook(page, "composer")).to_be_visible()


async def test_a_block_of_a_kind_nobody_knows_is_named_quietly(page):
    drawn = await page.evaluate(
        """async () => {
            const { renderBlocks } = await import("/static/blocks/index.js");
            const { Form } = await import("/static/form.js");
            return renderBlocks([{ type: "hologram" }], { form: new Form() })[0].textContent;
        }"""
    )
    assert drawn == "A block of type “hologram” is not shown here"

"""A form with one input of every kind, filled in as a person does."""

from __future__ import annotations

import copy

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.support.browser import hook, open_window, picture, type_line
from tests.support.page_app import COMMANDS, INPUTS, running_app
from tests.support.workspace import LOOSE, default_document, start_workspace

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    document = default_document(commands=copy.deepcopy(COMMANDS))
    server = start_workspace(tmp_path_factory.mktemp("forms"), document=document, limits={**LOOSE, "ack": 2.0})
    yield server
    server.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def app(server):
    async with running_app(server) as app:
        yield app


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser, server, app):
    page = await open_window(browser, server.url, "U0CEM", channel="C0ENVS", viewport={"width": 1000, "height": 1500})
    await hook(page, "welcome-close").click()
    await type_line(page, "/inputs")
    await hook(page, "modal").wait_for()
    yield page
    await page.context.close()


async def choose(page, action_id, *values, search=""):
    await hook(page, f"action-{action_id}").click()
    if search:
        await hook(page, "select-search").fill(search)
    for value in values:
        await page.locator(f'[data-test="option"][data-value="{value}"]').click()
    if await hook(page, "option").count():
        await page.keyboard.press("Escape")


async def fill_in(page):
    typed = {"text": "checkout fix", "lines": "first\nsecond", "number": "3"}
    clock = {"date": "2026-03-10", "time": "09:30", "moment": "2026-03-10T09:30"}
    for action_id, text in {**typed, **clock}.items():
        await hook(page, f"action-{action_id}").fill(text)
    await choose(page, "one", "pay")
    await choose(page, "some", "pay", "ord")
    await choose(page, "found", "py1", search="py")
    await choose(page, "finds", "py1", "py2", search="py")
    await choose(page, "person", "U0ANA")
    await choose(page, "people", "U0ANA", "U0BEN")
    await choose(page, "place", "C0GENERAL")
    for action_id, label in (("checks", "orders"), ("radio", "payments")):
        await page.locator(f'[data-block="{action_id}"]').get_by_label(label).check()


def chosen(view):
    """What stands in the form, by action_id: one value or several."""
    held = {id: dict(values[id]) for id, values in view["state"]["values"].items()}
    kinds = {id: value.pop("type") for id, value in held.items()}
    assert kinds == {block["block_id"]: block["element"]["type"] for block in INPUTS["blocks"]}
    return {id: plain_of(next(iter(value.values()))) for id, value in held.items()}


def plain_of(value):
    if isinstance(value, list):
        return [plain_of(each) for each in value]
    return value["value"] if isinstance(value, dict) else value


async def test_every_input_arrives_in_slacks_shape(app, page):
    await fill_in(page)
    await picture(page, "form-filled")
    await hook(page, "modal-submit").click()
    await expect(hook(page, "modal")).to_have_count(0)
    assert chosen(app.submitted[-1]) == {
        "text": "checkout fix",
        "lines": "first\nsecond",
        "number": "3",
        "date": "2026-03-10",
        "time": "09:30",
        "moment": 1773124200,
        "one": "pay",
        "some": ["pay", "ord"],
        "found": "py1",
        "finds": ["py1", "py2"],
        "person": "U0ANA",
        "people": ["U0ANA", "U0BEN"],
        "place": "C0GENERAL",
        "checks": ["ord"],
        "radio": "pay",
    }


async def test_an_empty_form_names_every_input_that_is_missing(app, page):
    heard = len(app.submitted)
    await hook(page, "modal-submit").click()
    await expect(hook(page, "modal-error")).to_have_count(len(INPUTS["blocks"]))
    await picture(page, "form-refused")
    assert len(app.submitted) == heard


async def test_a_number_that_is_too_large_or_no_whole_number_is_refused(page):
    await fill_in(page)
    for typed, sentence in (("12", "Please enter a number of at most 9."), ("1.5", "Please enter a whole number.")):
        await hook(page, "action-number").fill(typed)
        await hook(page, "modal-submit").click()
        await expect(hook(page, "modal-error")).to_have_text(sentence)

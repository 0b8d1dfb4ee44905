"""Pictures that the app uploads, as the page shows them."""

from __future__ import annotations

import copy
import struct
import zlib

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.support.browser import hook, open_window, picture, type_line
from tests.support.page_app import COMMANDS, running_app
from tests.support.workspace import LOOSE, default_document, start_workspace

pytestmark = pytest.mark.asyncio(loop_scope="session")
CHANNEL = "C0ENVS"
WIDE = "e => e.decode().then(() => e.naturalWidth)"


def png(width, height):
    """A plain blue picture."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\x12\x61\xc9" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    document = default_document(commands=copy.deepcopy(COMMANDS))
    limits = {**LOOSE, "file_processing": 0.0}
    server = start_workspace(tmp_path_factory.mktemp("pictures"), document=document, limits=limits)
    yield server
    server.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def app(server):
    async with running_app(server) as app:
        yield app


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser, server, app):
    page = await open_window(browser, server.url, "U0ANA", channel=CHANNEL)
    await hook(page, "welcome-close").click()
    yield page
    await page.context.close()


async def uploaded(app, **more):
    answer = await app.client.files_upload_v2(content=png(800, 300), filename="week.png", **more)
    return (answer.get("file") or {})["id"]


def block(id):
    title = {"type": "plain_text", "text": "integration, 7 days"}
    return {"type": "image", "alt_text": "mostly free", "title": title, "slack_file": {"id": id}}


async def test_a_picture_in_a_block_is_shown_and_opens_in_full(app, page):
    await app.say(CHANNEL, "chart", blocks=[block(await uploaded(app))])
    shown = hook(page, "message").last.get_by_alt_text("mostly free")
    await expect(shown).to_be_visible()
    assert await shown.evaluate(WIDE) == 800
    await picture(page, "picture-in-a-block")
    async with page.context.expect_page() as opening:
        await hook(page, "picture").last.click()
    full = await opening.value
    await full.wait_for_load_state()
    assert await full.evaluate("document.images[0].naturalWidth") == 800


async def test_a_picture_in_an_ephemeral_answer_is_shown(app, page):
    blocks = [block(await uploaded(app))]
    await app.client.chat_postEphemeral(channel=CHANNEL, user="U0ANA", text="chart", blocks=blocks)
    shown = hook(page, "ephemeral").last.get_by_alt_text("mostly free")
    await expect(shown).to_be_visible()
    assert await shown.evaluate(WIDE) == 800


async def test_a_file_is_shown_with_its_title_and_can_be_downloaded(app, page):
    await uploaded(app, channel=CHANNEL, title="A week", initial_comment="Here it is")
    message = hook(page, "message").last
    await expect(message).to_contain_text("Here it is")
    await expect(message).to_contain_text("A week")
    shown = message.locator("img.image")
    await expect(shown).to_be_visible()
    assert await shown.evaluate(WIDE) == 800
    await expect(shown).to_be_in_viewport(ratio=1)
    await picture(page, "picture-as-a-file")
    async with page.expect_download() as downloading:
        await hook(message, "download").click()
    assert (await downloading.value).suggested_filename == "week.png"


GROWS = """() => {
    const list = document.getElementById("messages");
    const picture = document.createElement("div");
    list.lastElementChild.append(picture);
    picture.style.height = "600px";                  // its size is known from its first bytes,
    list.dispatchEvent(new Event("scroll"));         // a scroll of the frame before is told now,
    picture.dispatchEvent(new Event("load"));        // and the picture is whole only then
    return list.scrollHeight - list.scrollTop - list.clientHeight;
}"""
GOES_UP = """() => new Promise((done) => {
    const list = document.getElementById("messages");
    list.addEventListener("scroll", () => setTimeout(done), { once: true });
    list.scrollTop -= 300;
})"""


async def test_a_picture_that_takes_its_room_before_it_is_loaded_does_not_leave_the_end(page, app):
    for n in range(12):
        await app.say(CHANNEL, f"line {n}\n" * 4)
    await expect(hook(page, "message").last).to_be_in_viewport(ratio=1)
    assert await page.evaluate(GROWS) < 2
    await page.evaluate(GOES_UP)
    assert await page.evaluate(GROWS) >= 300  # whoever reads further up stays there
    await type_line(page, "/greet me")
    await expect(hook(page, "ephemeral").last).to_be_in_viewport(ratio=1)  # and is at the end again once they send


async def test_who_may_not_see_a_picture_sees_its_words(page, app):
    id = await uploaded(app)
    drawn = page.evaluate(
        """async (id) => {
            const { imageBlock } = await import("/static/blocks/image.js");
            const figure = imageBlock({ alt_text: "mostly free", slack_file: { id } });
            document.querySelector("main").append(figure);
            figure.scrollIntoView();
            await new Promise((done) => figure.querySelector("img").addEventListener("error", () => setTimeout(done)));
            return figure.textContent;
        }""",
        id,
    )
    assert await drawn == "mostly free"

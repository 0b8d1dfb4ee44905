"""Text from outside is text: whatever a message holds, the page shows it and does nothing else with it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from tests.support.browser import hook, open_window, type_line
from tests.support.workspace import LOOSE, start_workspace

pytestmark = pytest.mark.asyncio(loop_scope="session")
CHANNEL = "C0ENVS"
NOON = int(datetime(2026, 3, 10, 12, 0, tzinfo=ZoneInfo("UTC")).timestamp())


async def words_of(node: Locator) -> str:
    """Some browsers put a narrow no-break space before AM and PM."""
    return (await node.inner_text()).replace("\u202f", " ")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = start_workspace(tmp_path_factory.mktemp("text"), limits=LOOSE)
    yield server
    server.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page(browser, server):
    page = await open_window(browser, server.url, "U0ANA", channel=CHANNEL)
    await hook(page, "welcome-close").click()
    yield page
    await page.context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def shown(page, server):
    """Post as the app; answers the message as the page shows it."""

    async def post(text: str = "", **message) -> Locator:
        headers = {"Authorization": f"Bearer {server.app['bot_token']}"}
        body = {"channel": CHANNEL, "text": text, **message}
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = (await client.post(f"{server.url}/api/chat.postMessage", json=body, headers=headers)).json()
        assert answer["ok"], answer
        node = page.locator(f'[data-test="message"][data-ts="{answer["ts"]}"]')
        await node.wait_for()
        return node

    return post


@pytest.mark.parametrize(
    "attack",
    [
        "<script>window.broken = 1</script>",
        '<img src=x onerror="window.broken = 1">',
        "&lt;img src=x onerror=window.broken=1&gt;",
        '<https://example.com/"onmouseover="window.broken=1|x>',
        "`<b>` ```<svg onload=window.broken=1>```",
        "*<b onclick=window.broken=1>bold</b>*",
    ],
)
async def test_markup_in_a_message_is_shown_as_text(page, shown, attack):
    for message in (
        await shown(attack),
        await shown("fallback", blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": attack}}]),
        await shown("fallback", blocks=[{"type": "header", "text": {"type": "plain_text", "text": attack}}]),
        await shown("fallback", blocks=[{"type": "markdown", "text": attack}]),
    ):
        body = message.locator(".message-body")
        assert await body.locator("script, img, svg[onload], b, [onclick], [onerror], [onmouseover]").count() == 0
    assert await page.evaluate("window.broken") is None


@pytest.mark.parametrize("address", ["javascript:window.broken=1", "data:text/html,x", "vbscript:x", "//example.com/x"])
async def test_an_address_of_another_kind_becomes_no_link(shown, address):
    inside = [{"type": "link", "url": address, "text": "press"}, {"type": "text", "text": " me"}]
    rich = [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": inside}]}]
    for message in (await shown(f"<{address}|press me>"), await shown("fallback", blocks=rich)):
        assert await message.locator(".message-body a").count() == 0
        await expect(message.locator(".message-body")).to_contain_text("press")


async def test_a_link_opens_elsewhere_and_says_nothing_of_us(shown):
    link = (await shown("see <https://example.com/a?b=1&amp;c=2|the *docs*>")).locator(".message-body a")
    assert await link.get_attribute("href") == "https://example.com/a?b=1&c=2"
    assert await link.get_attribute("target") == "_blank"
    assert "noopener" in (await link.get_attribute("rel") or "")


async def test_emphasis_code_quotes_and_people_are_formatted(shown):
    message = await shown(
        "*b* _i_ ~s~ `c *not bold*` 2*3*4 snake_case_name\n> quoted\nafter <@U0BEN> <#C0GENERAL|general>"
    )
    body = message.locator(".message-body")
    for tag, words in {"strong": "b", "em": "i", "s": "s", "code": "c *not bold*", "blockquote": "quoted"}.items():
        assert await body.locator(tag).all_inner_texts() == [words]
    await expect(body).to_contain_text("2*3*4 snake_case_name")
    await expect(body).to_contain_text("@Ben Okafor #general")


async def test_ten_thousand_characters_are_folded_and_break_nothing(page, shown):
    message = await shown("x" * 10_000)
    more = message.get_by_role("button", name="Show more")
    await expect(more).to_have_attribute("aria-expanded", "false")
    assert (await message.bounding_box() or {})["height"] < 480
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await more.click()
    assert (await message.locator(".prose").inner_text()).count("x") == 10_000


async def test_many_marks_without_an_end_do_not_hang_the_page(shown):
    message = await shown("*a _b ~c " * 1_100)
    await expect(message.locator(".message-body")).to_contain_text("*a _b ~c")


async def test_characters_that_turn_the_text_around_are_made_visible(shown):
    body = (await shown("abc\u202edef\u0007")).locator(".prose")
    assert await body.inner_text() == "abc⟨U+202E⟩def␇"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("reason \u2068שלום\u2069 end", "reason \u2068שלום\u2069 end"),
        ("\u2068שלום :x: *b*\u2069", "\u2068שלום  b\u2069"),
        ("\u2068a\u2068b\u2069", "⟨U+2068⟩a\u2068b\u2069"),
        ("a\u2069 \u2068b", "a⟨U+2069⟩ ⟨U+2068⟩b"),
        ("\u2067a\u2069", "⟨U+2067⟩a⟨U+2069⟩"),
        ("\u2068a\u202eb\u2069", "\u2068a⟨U+202E⟩b\u2069"),
    ],
)
async def test_text_that_is_kept_apart_shows_no_codes_unless_its_marks_do_not_pair(shown, text, words):
    body = (await shown(text)).locator(".prose")
    assert await body.evaluate("node => node.textContent") == words


async def test_right_to_left_text_stands_to_the_right_and_stays_inside_its_message(shown):
    body = (await shown("مرحبا بالعالم")).locator(".prose")
    assert await body.evaluate("node => getComputedStyle(node).direction") == "rtl"


async def test_a_date_is_told_in_the_zone_of_whoever_reads(browser, server, shown):
    text = f"until <!date^{NOON}^{{date_num}} {{time}}|noon>"
    ts = await (await shown(text)).get_attribute("data-ts")
    told = {}
    for person in ("U0ANA", "U0BEN", "U0CEM"):
        window = await open_window(browser, server.url, person, channel=CHANNEL, timezone_id="America/New_York")
        told[person] = await words_of(window.locator(f'[data-ts="{ts}"] .prose'))
        await window.context.close()
    assert told == {
        "U0ANA": "until 2026-03-10 12:00 PM",
        "U0BEN": "until 2026-03-10 1:00 PM",
        "U0CEM": "until 2026-03-10 3:00 PM",
    }


@pytest.mark.parametrize(
    ("format", "words"),
    [
        ("{date}", "March 10th, 2026"),
        ("{date_short}", "Mar 10, 2026"),
        ("{date_long}", "Tuesday, March 10th, 2026"),
        ("{date_slash}", "03/10/2026"),
        ("{time_secs}", "12:00:00 PM"),
        ("at {unheard_of}", "at {unheard_of}"),
    ],
)
async def test_dates_follow_slacks_tokens(shown, format, words):
    body = (await shown(f"<!date^{NOON}^{format}|fallback>")).locator(".prose")
    assert await words_of(body) == words


async def test_today_and_how_long_ago_are_told_in_words(shown, page):
    now = await page.evaluate("Math.floor(Date.now() / 1000)")
    body = (await shown(f"<!date^{now - 300}^{{ago}}|x> <!date^{now + 86_400}^{{date_short_pretty}}|x>")).locator(
        ".prose"
    )
    assert await body.inner_text() == "5 minutes ago tomorrow"


async def test_a_date_no_calendar_has_shows_its_fallback(shown):
    body = (await shown("<!date^99999999999999^{date}|some day>")).locator(".prose")
    assert await body.inner_text() == "some day"


async def test_what_a_person_types_is_text_too(page):
    await type_line(page, "is a < b && c > d? <script>window.broken = 1</script>")
    last = hook(page, "message").last.locator(".prose")
    await expect(last).to_have_text("is a < b && c > d? <script>window.broken = 1</script>")
    assert await page.evaluate("window.broken") is None

"""A message as it stands on the page of the local workspace."""

import httpx
from playwright.async_api import Locator, Page

from bot.ports.chat import Message
from tests.support.workspace import WorkspaceServer


async def posted(page: Page, server: WorkspaceServer, channel: str, message: Message) -> Locator:
    """Post it as the app, and find it."""
    body = {"channel": channel, "text": message.text, "blocks": list(message.blocks)}
    headers = {"Authorization": f"Bearer {server.app['bot_token']}"}
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = (await client.post(f"{server.url}/api/chat.postMessage", json=body, headers=headers)).json()
    assert answer["ok"], answer
    return page.locator(f'[data-test="message"][data-ts="{answer["ts"]}"]')

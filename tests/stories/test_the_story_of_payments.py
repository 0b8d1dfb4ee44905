"""The shortest of the stories, in which customers come ten times as often: `make stories` has all of them."""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager, suppress

import httpx
import pytest

from tests.stories.stage import Deploying, a_stage
from tests.support.signalbox import ANA

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.browser,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not os.environ.get("STORIES"), reason="takes minutes: make stories"),
]
A_PURCHASE = {"sku": "mug", "currency": "EUR", "card": "4242424242424242"}
SEEN_IN = 20
"""Seconds until it was seen what runs, so that there is a way back."""
EVERY = 0.12
"""Seconds between purchases."""


async def test_a_version_that_cannot_charge_euros_turns_red_and_is_rolled_back(browser, tmp_path):
    async with a_stage(tmp_path, browser) as stage, customers(await stage.storefront()):
        await asyncio.sleep(SEEN_IN)
        deploying = Deploying(await stage.window(ANA), "payments", "1.5.0")
        await deploying.begin()
        said, _ = await deploying.told("is in place, and is not well", within=60)
        assert "payments fails" in said
        assert "KeyError: 'EUR'" in said
        await deploying.roll_back("is in place, and is not well")


@asynccontextmanager
async def customers(storefront):
    """They come until the block is left."""

    async def come():
        async with httpx.AsyncClient(trust_env=False, timeout=5) as http:
            while True:
                with suppress(httpx.HTTPError):
                    await http.post(f"{storefront}/purchases", json=A_PURCHASE)
                await asyncio.sleep(EVERY)

    coming = asyncio.create_task(come())
    yield
    coming.cancel()

"""`signalbox up` with the sample shop as people start it, on ports and in a folder of its own, and a browser before it."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

import httpx
from playwright.async_api import Page, expect

from integrations.workspace.control import Workspace
from tests.house import tree
from tests.support.bot_process import BotProcess
from tests.support.browser import hook, open_window, picture, type_line
from tests.support.full_days import wants_all
from tests.support.ports import free_port
from tests.support.signalbox import ANA, CEM, INTEGRATION
from tests.support.vendors import claude

WINDOW = {"width": 1180, "height": 1000}
START_SECONDS = 240
WAIT_MS = 60_000
DEMO = tree.ROOT / "deploy" / "demo"
AS_SHIPPED = "watch: 3m"
MODEL = bool(os.environ.get("STORIES_MODEL"))
"""Whether a scripted model, in a process of its own, tells the diagnoses."""


class Stage:
    """A Signalbox with its shop. windows: of people who have opened one."""

    def __init__(self, folder: Path, browser) -> None:
        self._folder, self._browser = folder, browser
        self._workspace_port = free_port()
        self._catalog = folder / "catalog" / "signalbox.yaml"
        settings = {
            "SIGNALBOX_SAMPLE": "auto",
            "SIGNALBOX_WORKSPACE_PORT": str(self._workspace_port),
            "SIGNALBOX_CATALOG": str(self._catalog),
        }
        self._model = a_model(settings) if MODEL else None
        self.bot = BotProcess(folder, settings)
        self.windows: dict[str, Page] = {}

    def stop(self) -> None:
        self.bot.kill()
        if self._model is not None:
            self._model.kill()

    def watch_for(self, minutes: int) -> None:
        """How long what is deployed from now on is watched: a line of the catalog, which may be edited at any time."""
        self._catalog.parent.mkdir(exist_ok=True)
        for part in ("shop", "journeys"):
            if not (beside := self._catalog.parent / part).exists():
                shutil.copytree(DEMO / part, beside, ignore=shutil.ignore_patterns("__pycache__"))
        written = (DEMO / "signalbox.yaml").read_text().replace(AS_SHIPPED, f"watch: {minutes}m")
        edited = self._catalog.with_suffix(".edited")
        edited.write_text(written)
        edited.replace(self._catalog)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.bot.port}"

    async def start(self) -> None:
        """Until every service of the shop is well."""
        self.watch_for(3)
        await self.bot.start().until_ready(START_SECONDS)
        async with asyncio.timeout(START_SECONDS):
            while not (shop := await self._shop()):  # noqa: ASYNC110 - another process decides
                await asyncio.sleep(0.2)
        self.shop = shop
        async with Workspace(f"http://127.0.0.1:{self._workspace_port}") as workspace:
            await workspace.wait_connected()
            for person in (ANA, CEM):
                await wants_all(workspace, person)

    async def _shop(self) -> str:
        """The address of its operator, once every service is well."""
        remembered = self._folder / "data" / "sample" / "port"
        try:
            address = f"http://127.0.0.1:{remembered.read_text()}"
            told = (await _get(f"{address}/")).json()["services"]
        except (FileNotFoundError, httpx.HTTPError):
            return ""
        return address if all(each["status"] == "ok" for each in told) else ""

    async def storefront(self) -> str:
        told = await _get(f"{self.shop}/environments/integration/services/storefront")
        return told.json()["url"]

    async def window(self, person: str) -> Page:
        if person not in self.windows:
            url = f"http://127.0.0.1:{self._workspace_port}"
            page = await open_window(self._browser, url, person, channel=INTEGRATION, viewport=WINDOW)
            page.set_default_timeout(WAIT_MS)
            await hook(page, "welcome-close").click()
            self.windows[person] = page
        return self.windows[person]


def a_model(settings: dict[str, str]) -> subprocess.Popen[bytes]:
    """One that says what statistics do, in words of its own; `settings` lead to it."""
    port = free_port()
    settings |= {"ANTHROPIC_API_KEY": claude.KEY, "ANTHROPIC_BASE_URL": f"http://127.0.0.1:{port}"}
    return subprocess.Popen([sys.executable, "-m", "tests.support.vendors.claude_here", str(port)], cwd=tree.ROOT)


@asynccontextmanager
async def a_stage(folder: Path, browser):
    stage = Stage(folder, browser)
    try:
        await stage.start()
        yield stage
    finally:
        stage.stop()


class Deploying:
    """A person at a window who deploys one service."""

    def __init__(self, page: Page, service: str, version: str, *, prefix: str = "") -> None:
        self.page, self.service, self.version = page, service, version
        self._pictures = prefix or f"story-{service}-{version}"
        self.watched_since = 0.0

    async def picture(self, name: str) -> None:
        await self.page.wait_for_timeout(300)
        await picture(self.page, f"{self._pictures}-{name}")

    async def begin(self) -> None:
        """Look first, then press [Deploy] and follow the card until it is watched."""
        await self._to_the_channel()
        await type_line(self.page, f"/deploy check {self.service}@{self.version} to integration")
        checked = hook(self.page, "ephemeral").filter(has_text="can be deployed now").last
        await expect(checked).to_contain_text(f"{self.service} {self.version}", timeout=WAIT_MS)
        await self.picture("1-pre-flight")
        await checked.get_by_role("button", name="Deploy", exact=True).click()
        await expect(self.card(self.version)).to_be_visible(timeout=WAIT_MS)
        await self.picture("2-under-way")
        await self.until_watched(self.version)
        await self.picture("3-watched")

    async def until_watched(self, version: str) -> None:
        await expect(self.card(version)).to_contain_text("deployed, and watched", timeout=2 * WAIT_MS)
        self.watched_since = monotonic()

    def card(self, version: str):
        """The newest one in the channel that brings this version."""
        return (
            hook(self.page, "message")
            .filter(has_text=re.compile(rf"\b{self.service} .*{re.escape(version)}.* in "))
            .last
        )

    async def told(self, text: str, *, within: float) -> tuple[str, float]:
        """What a direct message with `text` says, and how many seconds after the watch began it came."""
        await hook(self.page, "dm-signalbox").click()
        message = self._message(text)
        await expect(message).to_be_visible(timeout=within * 1000)
        return await message.inner_text(), monotonic() - self.watched_since

    async def pages(self, text: str) -> None:
        """Open each of ours that the message leads to, and one of the requests."""
        links = self._message(text).locator('a[href*="/telemetry/"]')
        leads = {await link.inner_text(): await link.get_attribute("href") for link in await links.all()}
        for name, address in leads.items():
            page = await self.page.context.new_page()
            answer = await page.goto(address or "")
            assert answer is not None
            assert answer.ok, f"{name}: {answer.status}"
            await expect(page.locator("main")).to_contain_text(self.service)
            await picture(page, f"{self._pictures}-4-page-{name.split()[0].lower()}")
            await page.close()

    async def at_a_glance(self) -> None:
        """The Home, and the board of the environment."""
        await hook(self.page, "dm-signalbox").click()
        await hook(self.page, "tab-home").click()
        await self.picture("8-home")
        await hook(self.page, "tab-messages").click()
        await self._to_the_channel()
        await type_line(self.page, "/env integration")
        board = hook(self.page, "ephemeral").filter(has_text=self.service).last
        await expect(board).to_contain_text(self.version, timeout=WAIT_MS)
        await self.picture("8-board")

    async def roll_back(self, text: str) -> None:
        """Press the button of the message with `text`, and be sure."""
        back = self._message(text).get_by_role("button", name=re.compile("^Roll back to"))
        to = (await back.inner_text()).removeprefix("Roll back to ")
        await back.click()
        await self.picture("5-sure")
        await hook(self.page, "confirm-yes").click()
        await self._to_the_channel()
        await self.until_watched(to)
        await self.picture("6-rolled-back")
        self.version = to

    def _message(self, text: str):
        return hook(self.page, "message").filter(has_text=re.compile(text)).filter(has_text=self.service).last

    async def _to_the_channel(self) -> None:
        await hook(self.page, "channel-integration").click()


async def _get(url: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
        return await client.get(url)

"""`signalbox up` with the sample catalog runs the sample shop, and takes it along when it ends, however it ends."""

import sys

import httpx
import pytest

from tests.support.bot_process import BotProcess
from tests.support.shop import eventually, runs
from tests.support.workspace import free_port

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="a killed parent takes its children along on Linux only"
)


async def test_signalbox_runs_the_sample_shop_and_takes_it_along(tmp_path):
    bot = BotProcess(tmp_path, {"SIGNALBOX_SAMPLE": "auto", "SIGNALBOX_WORKSPACE_PORT": str(free_port())})
    try:
        await bot.start().until_ready()
        told = eventually(lambda: _operator(tmp_path / "data" / "sample" / "port"), seconds=60)
        assert {each["status"] for each in told["services"]} == {"ok"}
    finally:
        bot.kill()
    eventually(lambda: not any(runs(each["pid"]) for each in told["services"]))


def _operator(port_file):
    """What it tells, once it runs."""
    try:
        return httpx.get(f"http://127.0.0.1:{port_file.read_text()}/", trust_env=False).json()
    except (FileNotFoundError, httpx.HTTPError):
        return None

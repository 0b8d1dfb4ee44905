"""A suite goes red, as people see it in the channel and press its buttons."""

import re

import httpx
import pytest

from bot.ports.fake_pipelines import FakePipelines
from bot.ports.pipelines import RunState
from tests.support.red_suites import a_workspace_with_suites, ends, shows
from tests.support.signalbox import ANA, BEN, CEM, INTEGRATION, words_of
from tests.support.suites import GREEN, RED
from tests.support.waiting import eventually


@pytest.fixture
def vendor():
    return FakePipelines()


@pytest.fixture
async def signalbox(valkey, tmp_path, vendor):
    async with a_workspace_with_suites(tmp_path, valkey.url, vendor) as running:
        yield running


async def on_home(signalbox, person, contains):
    return contains in words_of(await signalbox.workspace.home(person))


async def timeline(said):
    """The page that a message links."""
    address = re.search(r"<(http[^|>]+/cases/C[A-Z2-7]{8})\|Timeline>", said)
    assert address
    async with httpx.AsyncClient(trust_env=False) as http:
        return (await http.get(address[1])).raise_for_status().text


async def test_red_is_one_message_and_one_thread_until_it_is_green(signalbox, vendor):
    await signalbox.type(ANA, "/suite checkout-api on integration")
    await ends(vendor, 1, RunState.FAILED, RED)
    message = await signalbox.announced("*KeyError: EUR* broke 1 of 2 in checkout-api · integration")
    assert "Nobody is looking yet" in words_of(message)
    assert "none of its tests ran here before, so nothing to compare with" in words_of(message)
    said = await shows(signalbox, message, "What failed in #1", reply=True)
    await shows(signalbox, message, "no source holds anything of that time", reply=True)
    assert "test_a[EUR]" in words_of(said)
    assert all(f"|{page}>" in words_of(message) for page in ("Timeline", "Logs", "Requests"))
    page = await timeline(words_of(message))
    assert "KeyError: EUR" in page
    assert "checkout-api #1 began" in page
    assert "checkout-api #1 failed: 1 of 2 failed" in page
    await signalbox.workspace.open_home(ANA)
    listed = await signalbox.type(CEM, "/suite cases")
    assert "1 case open" in listed
    assert await timeline(listed) == page
    await eventually(lambda: on_home(signalbox, ANA, "*KeyError: EUR* broke 1 of 2"))
    assert await timeline(words_of(await signalbox.workspace.home(ANA))) == page

    assert "You look into it" in await signalbox.press(BEN, "case.look", ts=message["ts"])
    answer = await signalbox.press(BEN, "case.retry", ts=message["ts"])
    assert "thread_ts" not in (await signalbox.workspace.ephemerals(BEN, INTEGRATION))[-1]
    assert "#2 in *integration* (attempt 2, 1 that failed in #1) is being run." in answer
    assert f"<@{BEN}> has asked for it." in await signalbox.press(ANA, "case.retry", ts=message["ts"])
    await shows(signalbox, message, f"<@{BEN}> looks into it")
    await shows(signalbox, message, f"<@{BEN}> retries 1 (attempt 2):")
    assert vendor.calls.count("start") == 2

    await ends(vendor, 2, RunState.SUCCEEDED, GREEN.replace(b'"test_a"', b'"test_a[EUR]"'))
    closed = await shows(signalbox, message, "case closed", reply=True)
    assert "versions" not in words_of(closed), "which ones ran is not known here"
    assert closed["subtype"] == "thread_broadcast"
    assert "open again" in await signalbox.press(CEM, "case.reopen", ts=closed["ts"])
    await shows(signalbox, message, f"<@{CEM}> has opened the case again.", reply=True)
    await shows(signalbox, message, f"<@{BEN}> looks into it")
    assert "The case is closed" in await signalbox.press(CEM, "case.close", ts=message["ts"])
    await shows(signalbox, message, f"<@{CEM}> has closed the case", reply=True)

"""What the channel sees of a suite that stays red, in several ways, in an environment that is down for a while."""

import httpx
import pytest

from bot.ports.fake_pipelines import FakePipelines
from bot.ports.pipelines import RunState
from tests.support.red_suites import a_workspace_with_suites, ends, shows
from tests.support.signalbox import ANA, BEN, INTEGRATION, words_of

LINE = "/suite checkout-api on integration"
WAYS = (
    "KeyError: EUR",
    "ValueError: no such basket",
    "TypeError: price is None",
    "LookupError: no stock",
    "OSError: disk full",
)


@pytest.fixture
def vendor():
    return FakePipelines()


@pytest.fixture
async def signalbox(valkey, tmp_path, vendor):
    async with a_workspace_with_suites(tmp_path, valkey.url, vendor) as running:
        yield running


def report(*messages):
    """Of as many tests, each of which says that; nothing where it passed."""
    failures = (f'<failure message="{said}">at {n}</failure>' if said else "" for n, said in enumerate(messages))
    cases = (f'<testcase classname="api.test_{n}" name="test_{n}">{said}</testcase>' for n, said in enumerate(failures))
    return f'<testsuite name="pytest">{"".join(cases)}</testsuite>'.encode()


async def text_of(file):
    """As somebody sees it who sees the channel."""
    page = f"{file['url_private'].partition('/files-pri/')[0]}/_page/file/{file['id']}"
    async with httpx.AsyncClient(trust_env=False) as http:
        return (await http.get(page, params={"as": ANA})).raise_for_status().text


async def test_it_is_one_message_however_often_and_in_how_many_ways_it_fails(signalbox, vendor):
    await signalbox.type(ANA, LINE)
    await ends(vendor, 1, RunState.FAILED, report(*WAYS, "", ""))
    message = await signalbox.announced("broke 5 of 7")
    assert "and 4 other causes" in words_of(message)
    assert "… and 1 more cause, in the thread" in words_of(message)
    assert "… and 1 more cause, in the file below" in words_of(
        await shows(signalbox, message, "What failed in #1", reply=True)
    )
    [file] = (await shows(signalbox, message, "All 5 causes of #1", reply=True))["files"]
    said = await text_of(file)
    assert "5 causes broke 5 of 7 tests" in said
    assert all(way in said for way in WAYS)

    await signalbox.type(BEN, LINE)
    await ends(vendor, 2, RunState.FAILED, report(*WAYS, "", ""))
    told = words_of(await shows(signalbox, message, "Still failing in #2", reply=True))
    assert "2nd run since" in told
    assert ": 5 tests. Nobody is looking yet." in told

    refused = "ConnectionRefusedError: [Errno 111] Connection refused"
    await signalbox.type(ANA, LINE)
    await ends(vendor, 3, RunState.FAILED, report(*[refused] * 6, ""))
    outage = await signalbox.announced("*integration* is down")
    assert "6 tests ended in connections that could not be made" in words_of(outage)
    offered = [each["text"]["text"] for each in outage["blocks"][-1]["elements"]]
    assert offered == ["I'm on it", "It isn't down", "Tell me when it's back"]
    await signalbox.press(BEN, "case.look", ts=outage["ts"])
    await shows(signalbox, outage, f"<@{BEN}> looks into it")

    await signalbox.type(BEN, LINE)
    await ends(vendor, 4, RunState.SUCCEEDED, report(*[""] * 7))
    assert "it answers again" in words_of(await shows(signalbox, outage, "case closed", reply=True))
    assert "green again" in words_of(await shows(signalbox, message, "case closed", reply=True))
    said = [words_of(each) for each in await signalbox.workspace.messages(INTEGRATION)]
    assert sum("broke 5 of 7" in each or "is down" in each for each in said) == 2

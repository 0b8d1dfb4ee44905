"""What a case broke runs again, all of it or of one cause: once, whoever asks for it and however often."""

import pytest

from bot.ports.fake_pipelines import FakePipelines
from bot.ports.pipelines import RunState
from tests.slack.test_case_situations import LINE, report
from tests.support.red_suites import a_workspace_with_suites, beside, ends, shows
from tests.support.signalbox import ANA, BEN, words_of

TWO = ("KeyError: EUR", "KeyError: EUR", "ValueError: no such basket", "")


@pytest.fixture
def vendor():
    return FakePipelines()


@pytest.fixture
async def signalbox(valkey, tmp_path, vendor):
    async with a_workspace_with_suites(tmp_path, valkey.url, vendor) as running:
        yield running


def asked_for(vendor, number):
    """The tests that the run with that number was given."""
    return vendor.began[f"run-{number}"].request.variables["FAILED_TESTS"].split()


async def test_what_one_cause_broke_runs_again_by_itself(signalbox, vendor):
    await signalbox.type(ANA, LINE)
    await ends(vendor, 1, RunState.FAILED, report(*TWO))
    message = await signalbox.announced("and 1 other cause broke 3 of 4")
    buttons = beside(message)
    assert [each["text"]["text"] for each in buttons] == ["Retry its 2", "Retry its test"]

    first, second = [await signalbox.press(person, buttons[1]["action_id"], ts=message["ts"]) for person in (BEN, ANA)]
    assert "(attempt 2, the 1 that failed in #1) is being run" in first
    assert f"<@{BEN}> has asked for it." in second
    now = await shows(signalbox, message, "as #2")
    assert beside(now) == []
    await ends(vendor, 2, RunState.SUCCEEDED, report("", "", "").replace(b"_0", b"_2"))
    assert asked_for(vendor, 2) == ["api/test_2.py::test_2"]
    now = await shows(signalbox, message, "green again")
    assert [each["text"]["text"] for each in beside(now)] == ["Retry its 2"]
    assert vendor.calls.count("start") == 2

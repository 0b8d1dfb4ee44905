"""What a case broke runs again, all of it or of one cause: once, whoever asks for it and however often."""

import asyncio

import pytest

from bot.ports.fake_pipelines import FakePipelines
from bot.ports.pipelines import RunState
from tests.slack.test_case_situations import LINE, report
from tests.support.red_suites import a_workspace_with_suites, begun, beside, ends, shows
from tests.support.signalbox import ANA, BEN, CEM, DANA, INTEGRATION, words_of

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


async def test_each_case_has_its_own_tests_run_again(signalbox, vendor):
    await signalbox.type(ANA, LINE)
    await ends(vendor, 1, RunState.FAILED, report("KeyError: EUR", "KeyError: EUR", "", ""))
    await signalbox.announced("broke 2 of 4")
    await signalbox.type(ANA, LINE)
    await ends(vendor, 2, RunState.FAILED, report(*TWO))
    message = await signalbox.announced("broke 1 of 4")
    assert "'Retry 1'" in str(message)
    assert "(attempt 2, 1 that failed in #2) is being run" in await signalbox.press(BEN, "case.retry", ts=message["ts"])
    await begun(vendor, 3)
    assert asked_for(vendor, 3) == ["api/test_2.py::test_2"]


async def test_what_one_cause_broke_runs_again_by_itself(signalbox, vendor):
    await signalbox.type(ANA, LINE)
    await ends(vendor, 1, RunState.FAILED, report(*TWO))
    message = await signalbox.announced("and 1 other cause broke 3 of 4")
    buttons = beside(message)
    assert [each["text"]["text"] for each in buttons] == ["Retry its 2", "Retry its test"]

    first, second = [await signalbox.press(person, buttons[1]["action_id"], ts=message["ts"]) for person in (BEN, ANA)]
    assert "(attempt 2, 1 that failed in #1) is being run" in first
    assert f"<@{BEN}> has asked for it." in second
    now = await shows(signalbox, message, f"<@{BEN}> retries 1 (attempt 2)")
    assert beside(now) == []
    await ends(vendor, 2, RunState.SUCCEEDED, report("", "", "").replace(b"_0", b"_2"))
    assert asked_for(vendor, 2) == ["api/test_2.py::test_2"]
    told = await shows(signalbox, message, "#2, which", reply=True)
    assert "*ValueError: no such basket* is green now; 1 test still to be explained" in words_of(told)
    now = await shows(signalbox, message, "green again")
    assert [each["text"]["text"] for each in beside(now)] == ["Retry its test"]
    assert vendor.calls.count("start") == 2


async def test_what_a_retry_of_one_cause_did_not_run_is_retried_of_the_run_that_met_it(signalbox, vendor):
    await signalbox.type(ANA, LINE)
    await ends(vendor, 1, RunState.FAILED, report(*TWO))
    message = await signalbox.announced("broke 3 of 4")
    first, second = beside(message)
    await signalbox.press(BEN, first["action_id"], ts=message["ts"])
    await shows(signalbox, message, "Cancel #2")
    await ends(vendor, 2, RunState.FAILED, report(*TWO[:2]))
    now = await shows(signalbox, message, "Retry 3")
    assert [each["text"]["text"] for each in beside(now)] == ["Retry its 2", "Retry its test"]

    assert "1 that failed in #1" in await signalbox.press(BEN, second["action_id"], ts=message["ts"])
    await begun(vendor, 3)
    await shows(signalbox, message, "Cancel #3")
    assert asked_for(vendor, 3) == ["api/test_2.py::test_2"]
    await ends(vendor, 3, RunState.FAILED, report("", "", TWO[2]).replace(b"_0", b"_8").replace(b"_1", b"_9"))
    await shows(signalbox, message, "Retry 3")
    assert "3 that failed in #2 and #3" in await signalbox.press(ANA, "case.retry", ts=message["ts"])
    await begun(vendor, 4)
    assert sorted(asked_for(vendor, 4)) == [f"api/test_{n}.py::test_{n}" for n in range(3)]


PROGRESS = b"""
collected 3 items

api/test_0.py::test_0 FAILED [ 33%]
api/test_1.py::test_1 FAILED [ 66%]
"""


async def test_what_runs_again_shows_how_far_it_is_and_is_cancelled_once_by_whom_it_concerns(signalbox, vendor):
    await signalbox.type(ANA, LINE)
    await ends(vendor, 1, RunState.FAILED, report(*TWO))
    message = await signalbox.announced("broke 3 of 4")
    await signalbox.press(BEN, "case.retry", ts=message["ts"])
    await begun(vendor, 2)
    vendor.began["run-2"].logs["step-1"] = PROGRESS
    now = await shows(signalbox, message, f"<@{BEN}> retries 3 (attempt 2): 2 done, both failed again")
    assert "versions" not in words_of(now), "which ones run is not known here"
    assert "Retry" not in words_of(now)
    await signalbox.type(BEN, "/suite status #2")
    stale = await signalbox.workspace.ephemerals(BEN, INTEGRATION)

    refused = await signalbox.press(CEM, "suite.cancel", ts=message["ts"])
    assert f"<@{BEN}> runs it, and may cancel it. Nothing was changed." in refused
    assert "cancel" not in vendor.calls
    pressed = (signalbox.press(person, "suite.cancel", ts=message["ts"]) for person in (BEN, DANA))
    answers = sorted(await asyncio.gather(*pressed))
    assert "#2 in *integration* is not run any more" in "".join(answers)
    assert "#2 has ended already" in "".join(answers)
    now = await shows(signalbox, message, "Retry 3")
    assert "retries" not in words_of(now)
    assert "#2 has ended already" in await signalbox.press(BEN, "suite.cancel", ts=stale[-1]["ts"])
    assert vendor.began["run-2"].status.state is RunState.CANCELLED

"""What the channel sees when a red run tells little by itself: the environment answers, a version came meanwhile, nobody
can say whence it comes, or somebody knows that it is the same as something else.
"""

import re

import httpx
import pytest

from bot.ports.pipelines import RunState
from tests.slack.test_case_situations import LINE, report
from tests.support.deploy_scene import a_scene
from tests.support.red_suites import chooses, ends, form, shows
from tests.support.signalbox import ANA, BEN, CEM, INTEGRATION, UNHURRIED, words_of

DEPLOY = "/deploy payments@1.5.0 to integration"
ODD = "AssertionError: 3 items of 4"


@pytest.fixture
async def scene(valkey, tmp_path):
    async with a_scene(valkey.url, tmp_path, tempo=UNHURRIED) as made:
        yield made


@pytest.fixture
def signalbox(scene):
    return scene.signalbox


@pytest.fixture
def vendor(scene):
    return scene.vendor


async def test_nearly_all_red_while_the_environment_answers_is_a_case_like_another(scene, signalbox, vendor):
    await scene.seen("1.4.2")
    await signalbox.type(ANA, LINE)
    await ends(vendor, 1, RunState.FAILED, report(*[ODD] * 6, ""))
    message = await signalbox.announced("broke 6 of 7")
    assert "integration answers its health addresses: not an outage" in words_of(message)
    assert words_of(message).startswith(f":red_circle: *{ODD}*")


async def test_what_failed_after_a_version_that_came_meanwhile_is_in_doubt_and_runs_again_on_it(
    scene, signalbox, vendor
):
    await scene.seen("1.4.2")
    await signalbox.type(CEM, LINE)
    await ends(vendor, 1, RunState.SUCCEEDED, report("", ""))
    await signalbox.told(CEM, "2 passed")
    await signalbox.type(BEN, LINE)
    await signalbox.told(BEN, "#2 in *integration* · runs")
    await signalbox.type(ANA, DEPLOY)
    await scene.ends(3)
    await scene.seen("1.5.0")
    await scene.reaches("succeeded")
    await ends(vendor, 2, RunState.FAILED, report(ODD, ""))
    message = await signalbox.announced("broke 1 of 2")
    said = words_of(message)
    assert said.startswith(":large_orange_circle:")
    assert "payments 1.4.2 → 1.5.0 (" in said
    assert "came while it ran: nobody can say against which version this failed" in said
    offered = [each["text"]["text"] for each in message["blocks"][-1]["elements"] if each["type"] == "button"]
    assert "Rerun it on today's versions" in offered

    answers = [await signalbox.press(person, "case.rerun", ts=message["ts"]) for person in (BEN, ANA)]
    assert "(attempt 2, 1 that failed in #2)" in answers[0]
    assert f"<@{BEN}> has asked for it." in answers[1]
    await ends(vendor, 4, RunState.SUCCEEDED, report(""))
    assert vendor.began["run-4"].request.variables["FAILED_TESTS"] == "api/test_0.py::test_0"
    assert "green again" in words_of(await shows(signalbox, message, "case closed", reply=True))


async def test_who_cannot_tell_says_what_was_missing_and_links_the_timeline(signalbox, vendor):
    await signalbox.type(ANA, LINE)
    await ends(vendor, 1, RunState.FAILED, report(ODD, ""))
    said = words_of(await signalbox.announced("broke 1 of 2"))
    assert "_Missing to say more: the trace of its test, logs of storefront, catalog, orders and 2 more_" in said
    page = re.search(r"<(http[^|>]+/cases/C[A-Z2-7]{8})\|Timeline>", said)
    assert page
    async with httpx.AsyncClient(trust_env=False) as http:
        assert ODD in (await http.get(page[1])).raise_for_status().text


async def test_what_somebody_says_is_the_same_is_told_in_one_thread_from_then_on(signalbox, vendor):
    await signalbox.type(ANA, LINE)
    await ends(vendor, 1, RunState.FAILED, report("KeyError: EUR", ""))
    first = await signalbox.announced("*KeyError: EUR* broke 1 of 2")
    await signalbox.type(ANA, LINE)
    await ends(vendor, 2, RunState.FAILED, report("KeyError: EUR", ODD))
    second = await signalbox.announced(f"*{ODD}* broke 1 of 2")

    await chooses(signalbox, BEN, second, "parts")
    opened = await form(signalbox, BEN, "Split or join")
    choices = [each for group in opened["blocks"][1]["element"]["option_groups"] for each in group["options"]]
    same = next(each for each in choices if each["text"]["text"] == "The same as: KeyError: EUR")
    done = await signalbox.workspace.submit(BEN, {"cause": same["value"]})
    assert "is the same as KeyError: EUR" in words_of(done.payload)
    told = words_of(await shows(signalbox, second, "is the same as", reply=True))
    assert f":label: <@{BEN}>: *{ODD}* is the same as KeyError: EUR" in told
    assert "Case closed." in told

    await signalbox.type(ANA, LINE)
    await ends(vendor, 3, RunState.FAILED, report("KeyError: EUR", ODD))
    assert ": 2 tests." in words_of(await shows(signalbox, first, "Still failing in #3", reply=True))
    said = [words_of(each) for each in await signalbox.workspace.messages(INTEGRATION)]
    assert sum("broke" in each for each in said) == 2

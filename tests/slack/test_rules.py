"""People say what a cause or a test is: from the menu of a case, from a receipt, from a list; and take it back."""

import pytest

from bot.ports.fake_pipelines import FakePipelines
from bot.ports.pipelines import RunState
from tests.support.red_suites import a_workspace_with_suites, chooses, ends, form, shows, thread
from tests.support.signalbox import ANA, BEN, CEM, DANA, INTEGRATION, words_of
from tests.support.suites import GREEN, RED
from tests.support.waiting import eventually

LINE = "/suite checkout-api on integration"
FLAKED = RED.replace(b"<failure", b"<flakyFailure").replace(b"</failure>", b"</flakyFailure>")
GREEN_TOO = GREEN.replace(b'"test_a"', b'"test_a[EUR]"')
TWO = RED.replace(b'name="b"/>', b'name="b"><failure message="KeyError: EUR">t</failure></testcase>')


@pytest.fixture
def vendor():
    return FakePipelines()


@pytest.fixture
async def signalbox(valkey, tmp_path, vendor):
    async with a_workspace_with_suites(tmp_path, valkey.url, vendor) as running:
        yield running


async def red(signalbox, vendor, report=RED):
    await signalbox.type(ANA, LINE)
    await ends(vendor, 1, RunState.FAILED, report)
    return await signalbox.announced("broke")


def chosen(value):
    return {"selected_option": {"value": value}}


async def test_a_known_issue_ends_the_case_and_is_listed_until_it_is_taken_back(signalbox, vendor):
    message = await red(signalbox, vendor)
    await chooses(signalbox, BEN, message, "rule")
    await form(signalbox, BEN, "Mark a failure")
    refused = await signalbox.workspace.submit(BEN, {"words": " "})
    assert refused.errors == {"words": "Say why, or name a ticket."}
    outcome = await signalbox.workspace.submit(BEN, {"words": "https://tickets.example.com/OPS-311"})
    assert outcome.payload["response_action"] == "update"
    assert "KeyError" in words_of(outcome.payload)
    said = words_of(await shows(signalbox, message, "is a known issue", reply=True))
    assert f"<@{BEN}>: *KeyError: EUR* is a known issue, <https://tickets.example.com/OPS-311|OPS-311>" in said
    assert said.count("Case closed.") >= 1
    await shows(signalbox, message, "A known issue")
    listed = await signalbox.type(CEM, "/suite rules")
    assert "*1 rule of people holds*" in listed
    assert "is a known issue, <https://tickets.example.com/OPS-311|OPS-311>" in listed
    assert "holds no more" in await signalbox.press(CEM, "rule.undo.1")
    await shows(signalbox, message, f"<@{CEM}> has taken back", reply=True)
    await shows(signalbox, message, "Nobody is looking yet")
    assert "No rule holds" in await signalbox.type(CEM, "/suite rules")


async def test_a_test_that_was_green_on_retry_is_quarantined_from_the_receipt(signalbox, vendor):
    receipt = {}
    runs = ((GREEN_TOO, BEN), (FLAKED, CEM), (GREEN_TOO, DANA), (FLAKED, ANA))
    for number, (report, person) in enumerate(runs, 1):
        await signalbox.type(person, LINE)
        await ends(vendor, number, RunState.SUCCEEDED, report)
        came = "green on retry" if report is FLAKED else "2 passed"
        receipt = await signalbox.told(person, f"#{number} in *integration*: {came}")
    assert "`test_a[EUR]` failed once, then passed on the same versions (2 of its last 6)." in words_of(receipt)
    listed = await signalbox.type(BEN, "/suite flaky")
    assert "1 flaky test" in listed
    assert "2 of its last 4 runs" in listed
    outcome = await signalbox.workspace.press(ANA, "case.quarantine.1", channel="dm", ts=receipt["ts"])
    assert outcome.ok
    await form(signalbox, ANA, "Mark a failure")
    done = await signalbox.workspace.submit(ANA, {"words": "the cashier is slow", "owner": BEN, "days": "7"})
    assert "is quarantined, until" in words_of(done.payload)
    assert "quarantined until" in await signalbox.type(BEN, "/suite flaky checkout-api")
    await signalbox.type(ANA, LINE)
    await ends(vendor, 5, RunState.FAILED, RED)
    await signalbox.told(ANA, "#5 in *integration*: green but for what is quarantined")
    told = await signalbox.type(ANA, "/suite status #5")
    assert "`test_a[EUR]` failed: it is quarantined until <!date^" in told
    assert f"and <@{BEN}> looks after it." in told
    assert not [each for each in await signalbox.workspace.messages(INTEGRATION) if "broke" in words_of(each)]


async def test_a_case_is_parted_moved_run_again_and_its_place_held_from_the_menu(signalbox, vendor):
    message = await red(signalbox, vendor, TWO)
    await chooses(signalbox, BEN, message, "parts")
    opened = await form(signalbox, BEN, "Split or join")
    [group] = opened["blocks"][1]["element"]["option_groups"]
    assert [each["text"]["text"] for each in group["options"]] == ["Apart: test_a[EUR]", "Apart: b"]
    done = await signalbox.workspace.submit(BEN, {"cause": group["options"][1]["value"]})
    assert "is not one cause: b is one of its own" in words_of(done.payload)
    await shows(signalbox, message, "is not one cause", reply=True)

    await chooses(signalbox, BEN, message, "elsewhere")
    await form(signalbox, BEN, "Where it comes from")
    done = await signalbox.workspace.submit(BEN, {"service": "orders"})
    assert "It comes from orders" in words_of(done.payload)
    await shows(signalbox, message, f"from orders, says <@{BEN}>")
    await shows(signalbox, message, f"<@{BEN}>: *KeyError: EUR* comes from *orders*", reply=True)
    said = await form(signalbox, BEN, "Where it comes from")
    assert (await signalbox.workspace.press(BEN, "case.move_back", view_id=said["id"])).ok
    await shows(signalbox, message, f"<@{BEN}> has taken back that *KeyError: EUR* comes from *orders*.", reply=True)

    async def as_it_was():
        return "from orders" not in words_of((await thread(signalbox, message))[0])

    await eventually(as_it_was)
    await signalbox.workspace.dismiss(BEN)

    await chooses(signalbox, BEN, message, "all")
    await shows(signalbox, message, f"<@{BEN}> retries all (attempt 2)")
    await chooses(signalbox, BEN, message, "hold")
    opened = await form(signalbox, BEN, "Reserve")
    assert "looking into checkout-api #1" in str(opened["blocks"])
    await signalbox.workspace.dismiss(BEN)
    await signalbox.type(BEN, "/env integration 1h mine")
    await chooses(signalbox, BEN, message, "hold")
    await form(signalbox, BEN, "Keep as it is")

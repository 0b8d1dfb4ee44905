"""Whose service it is, as people see it in the thread of a case, and what they say of it."""

import re
from dataclasses import replace

import httpx
import pytest
from sqlmodel import col, select

from bot.diagnosis.confidence import Confidence
from bot.diagnosis.evidence import Deployment
from bot.errors import Unavailable
from bot.notices.outbox import OVER
from bot.notices.tables import OutboxRow
from bot.ports.fake_pipelines import FakePipelines
from bot.ports.pipelines import RunState
from bot.runtime.database import open_database
from tests.support.diagnosing import AT, LIKELY, Scripted, question
from tests.support.red_suites import a_workspace_with_suites, ends, form, shows, thread
from tests.support.signalbox import ANA, BEN, CEM, INTEGRATION, words_of
from tests.support.suites import RED
from tests.support.waiting import eventually


@pytest.fixture
def vendor():
    return FakePipelines()


@pytest.fixture
def scripted():
    return Scripted()


@pytest.fixture
async def signalbox(valkey, tmp_path, vendor, scripted):
    async with a_workspace_with_suites(tmp_path, valkey.url, vendor, scripted.asking()) as running:
        yield running


async def a_red_case(signalbox, vendor):
    await signalbox.type(ANA, "/suite checkout-api on integration")
    await ends(vendor, 1, RunState.FAILED, RED)
    return await signalbox.announced("broke 1 of 2 in checkout-api · integration")


GENERAL = "C0GENERAL"


async def answered(signalbox, person, contains):
    """What only that person sees in the channel, once it says that."""
    found = []

    async def there():
        seen = await signalbox.workspace.ephemerals(person, INTEGRATION)
        found[:] = [words_of(each) for each in seen if contains in words_of(each)]
        return bool(found)

    await eventually(there)
    return found[-1]


async def no_way_back(signalbox, message):
    return not [each for each in await thread(signalbox, message) if "Roll back" in words_of(each)]


async def says_wrong(signalbox, person, message, service):
    menu = next(
        each for block in message["blocks"] for each in block.get("elements", ()) if each["type"] == "static_select"
    )
    chosen = next(option for option in menu["options"] if f'"service":"{service}"' in option["value"])
    outcome = await signalbox.workspace.press(
        person, "diagnosis.wrong", channel=INTEGRATION, ts=message["ts"], action={"selected_option": chosen}
    )
    assert outcome.ok, outcome


async def test_a_case_is_explained_in_its_thread_and_its_message_says_where_the_evidence_points_to(
    signalbox, vendor, scripted
):
    scripted.hold.clear()
    message = await a_red_case(signalbox, vendor)
    asking = await shows(
        signalbox, message, "Asking logs, traces and rates of payments, orders, inventory and 1 more", reply=True
    )
    scripted.hold.set()
    answer = await shows(signalbox, message, "Likely *payments*", reply=True)
    assert answer["ts"] == asking["ts"], "the same message, edited"
    said = words_of(answer)
    assert "strong evidence, uncalibrated here" in said
    assert "POST /charge fails in 37 of 37 failing traces" in said
    assert "<https://telemetry.example.com/traces/t0|trace>" in said
    assert "*Not:* orders and storefront, which only pass the error on; inventory" in said
    await shows(signalbox, message, "Evidence points to *payments*, strong evidence")


async def test_of_a_case_of_which_nothing_is_left_to_explain_the_last_explanation_is_shown(signalbox, vendor, scripted):
    message = await a_red_case(signalbox, vendor)
    await shows(signalbox, message, "Likely *payments*", reply=True)
    case = re.search(r"/cases/(C[A-Z2-7]{8})", words_of(message))
    assert case
    scripted.cases = {case[1]: []}
    said = await signalbox.type(BEN, f"/suite diagnose {case[1]}")
    assert "Nothing of it is left to explain" in said
    assert "Likely *payments*" in said
    scripted.cases["C22222222"] = []
    assert "There is no case C22222222." in await signalbox.type(BEN, "/suite diagnose C22222222")
    await signalbox.press(CEM, "case.close", ts=message["ts"])
    ts = (await signalbox.workspace.say(CEM, INTEGRATION, f"Look at https://box.example/cases/{case[1]}"))["ts"]
    await signalbox.workspace.shortcut(BEN, "diagnosis.this", channel=INTEGRATION, ts=ts)
    closed = await answered(signalbox, BEN, "The case is closed")
    assert f"<@{CEM}> has closed the case" in closed
    assert "Likely *payments*" in closed


async def all_is_told(data):
    """Once nothing that is to be told at once waits, or is on its way."""
    waiting = select(OutboxRow.id).where(OutboxRow.not_before == 0, col(OutboxRow.stage).not_in(OVER))
    database = await open_database(f"sqlite+aiosqlite:///{data}/signalbox.db")

    async def none_waits():
        async with database.read() as session:
            return (await session.exec(waiting)).first() is None

    await eventually(none_waits)
    await database.close()


async def test_of_a_run_whose_cause_another_met_first_the_answer_says_of_which_it_is_and_comes_once(
    signalbox, vendor, scripted, tmp_path
):
    message = await a_red_case(signalbox, vendor)
    await shows(signalbox, message, "Likely *payments*", reply=True)
    await signalbox.type(ANA, "/suite checkout-api on integration")
    await ends(vendor, 2, RunState.FAILED, RED)
    first, second = [page_of(await signalbox.told(ANA, f"#{number}"), "runs") for number in (1, 2)]
    case = page_of(message, "cases")
    scripted.cases[second] = [question(f"D{case}", case=case, run=first)]
    said = await signalbox.type(BEN, "/suite diagnose #2")
    assert "#2 met the same cause as #1, which was diagnosed:" in said
    assert "Likely *payments*" in said
    await all_is_told(tmp_path)
    assert not [each for each in await signalbox.workspace.direct_messages(BEN) if "Likely" in words_of(each)]


def page_of(message, kind):
    found = re.search(rf"/{kind}/([A-Z2-7]{{9}})", words_of(message))
    assert found
    return found[1]


async def test_what_a_person_asks_of_a_case_comes_to_them_alone_until_they_show_it_in_its_thread(
    signalbox, vendor, scripted, tmp_path
):
    message = await a_red_case(signalbox, vendor)
    first = await shows(signalbox, message, "Likely *payments*", reply=True)
    case = re.search(r"/cases/(C[A-Z2-7]{8})", words_of(message))
    assert case
    came = (Deployment(AT.timestamp(), "payments", "1.5.0", before="1.4.2"),)
    scripted.cases = {case[1]: [question("DLATER", case=case[1], deployments=came)]}
    scripted.explanations["DLATER"] = replace(LIKELY, confidence=Confidence.MEDIUM)
    assert "to you alone; there you can show it" in await signalbox.type(BEN, f"/suite diagnose {case[1]}")
    own = await signalbox.told(BEN, "Likely *payments* (medium")
    await all_is_told(tmp_path)
    assert not [each for each in (await thread(signalbox, message)) if "(medium" in words_of(each)]
    shared = await signalbox.press(BEN, "diagnosis.share", channel="dm", ts=own["ts"])
    assert "It stands in the thread of its case" in shared
    answer = await shows(signalbox, message, "Likely *payments* (medium", reply=True)
    assert "Roll back payments…" in words_of(answer)
    asked = await signalbox.press(ANA, "deploy.line.0", ts=answer["ts"])
    assert asked == await signalbox.type(ANA, "/deploy rollback payments to integration"), (
        "the same as when it is typed"
    )
    old = await shows(signalbox, message, "Replaced by", reply=True)
    assert old["ts"] == first["ts"]
    assert "/diagnoses/DLATER|a newer diagnosis>" in words_of(old)
    assert "Roll back" not in words_of(old)
    await shows(signalbox, message, "Evidence points to *payments*, medium")
    await signalbox.press(CEM, "case.close", ts=message["ts"])
    await eventually(lambda: no_way_back(signalbox, message))
    scripted.cases[case[1]] = []
    ts = (await signalbox.workspace.say(CEM, INTEGRATION, f"Look at https://box.example/cases/{case[1]}"))["ts"]
    await signalbox.workspace.shortcut(BEN, "diagnosis.this", channel=INTEGRATION, ts=ts)
    assert "Roll back" not in await answered(signalbox, BEN, "The case is closed")


async def test_wrong_strikes_the_claim_and_moves_the_case_and_undo_takes_that_back(signalbox, vendor):
    message = await a_red_case(signalbox, vendor)
    answer = await shows(signalbox, message, "Likely *payments*", reply=True)
    await says_wrong(signalbox, BEN, answer, "orders")
    struck = await shows(signalbox, message, "~Likely *payments*", reply=True)
    assert f"<@{BEN}> says that it was *orders*" in words_of(struck)
    await shows(signalbox, message, f"from orders, says <@{BEN}>")
    assert "Evidence points to" not in words_of(await shows(signalbox, message, "*orders: KeyError: EUR*"))
    await shows(signalbox, message, "comes from *orders*", reply=True)
    assert "Taken back" in await signalbox.press(BEN, "diagnosis.undo", ts=answer["ts"])
    await shows(signalbox, message, "comes from *orders*. <!subteam^S0CHECKOUT>: it is no longer yours.", reply=True)
    await shows(signalbox, message, "Evidence points to *payments*")
    first = await shows(signalbox, message, "*KeyError: EUR* broke")
    assert "says <@" not in words_of(first)


async def test_whoever_asks_is_told_in_private_and_may_show_it_to_the_others(signalbox, scripted):
    scripted.hold.clear()
    answer = await signalbox.type(ANA, "/suite diagnose payments on integration 30m")
    assert "Asking logs, traces and rates" in answer
    assert "diagnose payments on integration 30m" in answer
    assert "Asking logs" in words_of(await signalbox.told(ANA, "Asking logs"))
    assert "Asking logs" in await signalbox.type(BEN, "/suite diagnose payments on integration 30m"), "the same one"
    scripted.hold.set()
    told = await signalbox.told(ANA, "Likely *payments*")
    await signalbox.told(BEN, "Likely *payments*")
    assert len(scripted.gathered) == 1
    assert "It stands in" in await signalbox.press(ANA, "diagnosis.share", channel="dm", ts=told["ts"])
    shared = await signalbox.announced("Likely *payments*")
    assert "it is right" in await signalbox.press(BEN, "diagnosis.right", ts=shared["ts"])
    await signalbox.told(ANA, f"<@{BEN}> says that it is right")
    assert "Likely *payments*" in await signalbox.type(ANA, "/suite diagnose payments on integration 30m")


async def test_typed_in_the_channel_of_an_environment_it_is_asked_there(signalbox, scripted):
    scripted.hold.clear()
    assert "diagnose payments on integration 15m" in await signalbox.type(ANA, "/suite diagnose payments")
    near = await signalbox.type(BEN, "/suite diagnose paymets")
    assert "Did you mean payments?" in near
    assert "Asking logs" in await signalbox.press(BEN, "suite.line.0")
    scripted.hold.set()


async def test_what_cannot_be_diagnosed_says_why(signalbox, scripted):
    assert "Did you mean payments?" in await signalbox.type(ANA, "/suite diagnose paymets")
    no_trace = await signalbox.type(ANA, f"/suite diagnose {'0' * 32}")
    assert "never sent" in no_trace
    assert "Usage:" in no_trace
    assert "diagnose orders on integration" in no_trace
    assert "There is no run #77. No run was red lately." in await signalbox.type(ANA, "/suite diagnose #77")
    link = await signalbox.type(ANA, "/suite diagnose https://ci.example.com/builds/77")
    assert "That link names no run, no case, no trace and no service that I know." in link
    scripted.trouble = Unavailable("SQL does not answer. Nothing was changed.")
    await signalbox.type(ANA, "/suite diagnose payments on integration")
    failed = await signalbox.told(ANA, "No diagnosis")
    assert "SQL does not answer" in words_of(failed)
    scripted.trouble = None
    await signalbox.press(ANA, "diagnosis.again", channel="dm", ts=failed["ts"])
    await signalbox.told(ANA, "Likely *payments*")


async def test_diagnose_this_takes_the_service_from_a_message_that_names_one(signalbox, scripted):
    said = "ALERT payments in integration: error rate 12 %, see https://ci.example.com/77 <!channel>"
    ts = (await signalbox.workspace.say(CEM, INTEGRATION, said))["ts"]
    outcome = await signalbox.workspace.shortcut(CEM, "diagnosis.this", channel=INTEGRATION, ts=ts)
    assert outcome.ok, outcome
    await signalbox.told(CEM, "Likely *payments*")


async def test_diagnose_this_asks_where_a_message_does_not_say_which(signalbox):
    ts = (await signalbox.workspace.say(CEM, INTEGRATION, "payments or orders are slow again, aren't they?"))["ts"]
    await signalbox.workspace.shortcut(CEM, "diagnosis.this", channel=INTEGRATION, ts=ts)
    asked = await form(signalbox, CEM, "Diagnose this")
    assert "It names payments, orders." in words_of(asked)
    chosen = {"service": "orders", "environment": "integration", "minutes": "30"}
    outcome = await signalbox.workspace.submit(CEM, chosen, view_id=asked["id"])
    assert outcome.ok, outcome
    await signalbox.told(CEM, "About orders · integration")


async def test_diagnose_this_means_the_environment_of_the_channel_where_nothing_else_says_which(signalbox):
    for number, said in enumerate((f"trace {'d' * 32} failed", "payments is slow")):
        ts = (await signalbox.workspace.say(CEM, INTEGRATION, said))["ts"]
        await signalbox.workspace.shortcut(CEM, "diagnosis.this", channel=INTEGRATION, ts=ts)
        await answered(signalbox, CEM, ("trace dddddddd · integration", "payments · integration")[number])


async def test_diagnose_this_asks_where_nothing_says_in_which_environment(signalbox):
    said = f"payments and orders: trace {'d' * 32} failed"
    ts = (await signalbox.workspace.say(CEM, GENERAL, said))["ts"]
    await signalbox.workspace.shortcut(CEM, "diagnosis.this", channel=GENERAL, ts=ts)
    assert "It names payments, orders." in words_of(await form(signalbox, CEM, "Diagnose this"))


async def test_all_evidence_stands_on_a_page_of_its_own(signalbox, vendor):
    message = await a_red_case(signalbox, vendor)
    answer = await shows(signalbox, message, "Likely *payments*", reply=True)
    address = re.search(r"<(http[^|>]+/diagnoses/[^|>]+)\|All evidence>", words_of(answer))
    assert address
    async with httpx.AsyncClient(trust_env=False) as http:
        page = (await http.get(address[1])).raise_for_status().text
        assert all(f"span:t{number}/s{number}" in page for number in range(37))
        assert 'href="https://telemetry.example.com/traces/t36"' in page
        assert "no answer within 20 s" in page
        missing = await http.get(address[1].rpartition("/")[0] + "/DNOTHERE")
        assert missing.status_code == httpx.codes.NOT_FOUND
        timeline = re.search(r"<(http[^|>]+/cases/C[A-Z2-7]{8})\|Timeline>", words_of(message))
        assert timeline
        case = (await http.get(timeline[1])).raise_for_status().text
    assert "the evidence points to payments, strong evidence, uncalibrated here" in case
    assert "../diagnoses/" in case

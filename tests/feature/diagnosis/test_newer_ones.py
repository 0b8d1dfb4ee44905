"""Several diagnoses of one case: which holds, what the others say, and what somebody asked for themselves."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.diagnosis.confidence import Confidence
from bot.errors import Conflict
from bot.ports.pipelines import RunState
from tests.support.cases import CHANNEL, GREEN_AGAIN, TOLD, deployed, runs
from tests.support.diagnosed import cards, envelopes, with_diagnoses, work
from tests.support.diagnosing import LIKELY, UNCLEAR, Scripted, question
from tests.support.stores import BOTH
from tests.support.suites import ANA, BEN, CEM, RED, a_team, by

ORDERS = replace(LIKELY, service="orders", confidence=Confidence.MEDIUM)


@pytest.fixture
async def team(valkey, tmp_path):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db", TOLD) as team:
        yield with_diagnoses(team, Scripted())


async def told_of_a_case(team):
    """Its id, and its first diagnosis, which names payments."""
    await runs(team, RED)
    [case] = await team.cases.open_ones()
    await work(team)
    [first] = await team.diagnoses.of_case(case.id)
    return case.id, first.id


async def asked_again(team, case, explanation, *, by=""):
    team.clock.advance(timedelta(minutes=1))
    team.scripted.explanations["DAGAIN"] = explanation
    await team.diagnoses.ask([question("DAGAIN", case=case)], by=by)
    await work(team)
    return "DAGAIN"


async def points_to(team, case):
    [cause] = (await team.cases.of(case)).causes
    return cause.pointed and (cause.pointed.diagnosis, cause.pointed.service)


async def in_the_thread(team, id):
    """As it reads there now."""
    return [each for each in await cards(team, CHANNEL) if each.diagnosis.diagnosis_id == id][-1].diagnosis


async def test_an_earlier_answer_says_that_a_newer_one_replaces_it_and_the_case_points_to_that(team):
    case, first = await told_of_a_case(team)
    await team.diagnoses.judge(first, right=False, service="inventory", caller=by(BEN, "wrong"))
    newer = await asked_again(team, case, ORDERS)
    old = await in_the_thread(team, first)
    assert old.replaced
    assert old.judged is not None
    assert old.judged.by == BEN, "what was said of it stands"
    assert not (await in_the_thread(team, newer)).replaced
    assert await points_to(team, case) == (newer, "orders")
    with pytest.raises(Conflict):
        await team.diagnoses.judge(first, right=False, service="storefront", caller=by(ANA, "wrong"))
    assert (await team.diagnoses.records())["integration"].whole.of == 1
    await team.diagnoses.judge(newer, right=True, caller=by(ANA, "right"))
    record = (await team.diagnoses.records())["integration"].whole
    assert (record.right, record.of) == (1, 1), "one failure counts once, by the newest"
    await team.diagnoses.unjudge(newer, caller=by(ANA, "undo the newer"))
    await team.diagnoses.unjudge(first, caller=by(BEN, "undo"))
    assert await points_to(team, case) == (newer, "orders"), "a word of one is no word of another"
    await team.diagnoses.judge(newer, right=False, service="inventory", caller=by(ANA, "wrong"))
    assert await points_to(team, case) is None


async def test_what_a_person_found_right_gives_way_to_nothing_but_another_such_word(team):
    case, first = await told_of_a_case(team)
    await team.diagnoses.judge(first, right=True, caller=by(BEN, "right"))
    newer = await asked_again(team, case, ORDERS)
    assert not (await in_the_thread(team, first)).replaced
    assert await points_to(team, case) == (first, "payments")
    await team.diagnoses.unjudge(first, caller=by(BEN, "undo"))
    assert (await in_the_thread(team, first)).replaced
    assert await points_to(team, case) == (newer, "orders")


async def test_one_that_cannot_tell_takes_nothing_back(team):
    case, first = await told_of_a_case(team)
    newer = await asked_again(team, case, UNCLEAR)
    assert not (await in_the_thread(team, first)).replaced
    await team.diagnoses.judge(newer, right=False, service="inventory", caller=by(ANA, "it was"))
    assert await points_to(team, case) == (first, "payments")


async def test_what_a_person_asks_of_a_case_is_theirs_until_they_show_it(team):
    case, first = await told_of_a_case(team)
    own = await asked_again(team, case, ORDERS, by=ANA)
    assert own not in {each.diagnosis.diagnosis_id for each in await cards(team, CHANNEL)}
    [*_, mine] = await cards(team, ANA)
    assert (mine.diagnosis.service, mine.channel) == ("orders", CHANNEL)
    assert await points_to(team, case) == (first, "payments")
    await team.diagnoses.judge(own, right=False, service="inventory", caller=by(ANA, "wrong"))
    [cause] = (await team.cases.of(case)).causes
    assert cause.service == "", "nobody else has seen of what that is said"
    assert await team.diagnoses.records() == {}, "its case has a diagnosis of its own to be judged"
    await team.diagnoses.share(own, CHANNEL, caller=by(ANA, "share"))
    assert (await team.diagnoses.records())["integration"].whole.of == 1
    shown = next(each for each in reversed(await envelopes(team)) if each.card == f"diagnosis:{own}")
    assert (shown.to, shown.thread) == (CHANNEL, f"case:{case}")
    assert (await in_the_thread(team, first)).replaced
    [cause] = (await team.cases.of(case)).causes
    assert (cause.service, cause.service_by, cause.pointed) == ("inventory", ANA, None)
    [*_, mine] = await cards(team, ANA)
    assert mine.channel == "", "it need not be shown twice"


async def test_what_is_said_of_a_private_one_reaches_nobody_who_was_called_when_the_case_opened(team):
    await runs(team, GREEN_AGAIN, RunState.SUCCEEDED)
    deployed(team)
    case, _first = await told_of_a_case(team)
    own = await asked_again(team, case, LIKELY, by=CEM)
    before = await team.told(CHANNEL)
    await team.diagnoses.judge(own, right=False, caller=by(CEM, "wrong"))
    await team.diagnoses.unjudge(own, caller=by(CEM, "undo"))
    assert await team.told(CHANNEL) == before


async def test_what_a_person_asked_a_moment_before_its_case_did_is_for_all_to_see(team):
    await runs(team, RED)
    [case] = await team.cases.open_ones()
    [asked] = await team.diagnoses.ask(await team.scripted.of_case(case.id), by=ANA)
    assert asked.private
    await work(team)
    assert (await in_the_thread(team, asked.id)).service == "payments"
    assert await points_to(team, case.id) == (asked.id, "payments")


@BOTH
async def test_of_several_that_are_answered_at_once_the_last_that_was_asked_holds(valkey, database_url):
    async with a_team(valkey, database_url, TOLD) as bare:
        team = with_diagnoses(bare, Scripted())
        case, first = await told_of_a_case(team)
        await team.diagnoses.judge(first, right=False, service="inventory", caller=by(BEN, "wrong"))
        for number in range(4):
            team.clock.advance(timedelta(minutes=1))
            await team.diagnoses.ask([question(f"DTWO{number}", case=case)])
        await asyncio.gather(*(team.diagnoses.answer({"id": f"DTWO{number}"}) for number in range(4)))
        known = await team.diagnoses.of_case(case)
        assert {each.id: each.replaced_by for each in known} == {
            **dict.fromkeys((first, "DTWO0", "DTWO1", "DTWO2"), "DTWO3"),
            "DTWO3": "",
        }
        assert await points_to(team, case) == ("DTWO3", "payments")
        await team.diagnoses.judge("DTWO3", right=True, caller=by(ANA, "right"))
        record = (await team.diagnoses.records())["integration"].whole
        assert (record.right, record.of) == (1, 1), "one failure counts once"

"""Diagnoses from the case that asks to the person who judges: written down with what they tell, exactly once."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cases.values import Case
from bot.diagnosis.blame.changes import Change
from bot.diagnosis.service import ASK, OF_CASE
from bot.diagnosis.values import Stage
from bot.errors import NotFound
from bot.failures.situation import Probe
from bot.ports.pipelines import RunState
from tests.support.cases import CHANNEL, GREEN_AGAIN, TOLD, deployed, runs
from tests.support.diagnosed import another, cards, envelopes, jobs, lines, with_diagnoses, work
from tests.support.diagnosing import DEPLOYED, LIKELY, Scripted, question
from tests.support.stores import BOTH
from tests.support.suites import ANA, BEN, CEM, RED, a_team, by

CHANGED = replace(LIKELY, change=Change("1.5.0", "payments", 1.0, "it came before", (DEPLOYED,)))


@pytest.fixture
def scripted():
    return Scripted()


@pytest.fixture
async def team(valkey, tmp_path, scripted):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db", TOLD) as team:
        yield with_diagnoses(team, scripted)


async def a_case(team) -> Case:
    await runs(team, RED)
    [case] = await team.cases.open_ones()
    return case


async def one_of(team, case):
    [found] = await team.diagnoses.of_case(case.id)
    return found


async def calibrated(team, right=10, wrong=0):
    """So many answers that people judged."""
    asked = [question(f"DOLD{number}") for number in range(right + wrong)]
    await team.diagnoses.ask(asked, by=CEM)
    await work(team)
    for number, each in enumerate(asked):
        caller = by(CEM, f"judged{number}")
        await team.diagnoses.judge(each.id, right=number < right, service="orders", caller=caller)


async def test_a_case_that_opens_is_asked_about_once_in_the_transaction_that_opens_it(team):
    case = await a_case(team)
    [job] = await jobs(team, OF_CASE)
    assert job.id == f"{OF_CASE}:{case.id}:{case.revision}"
    await runs(team, RED)
    assert len(await jobs(team, OF_CASE)) == 1, "the same causes again are no new question"
    await work(team)
    await team.diagnoses.open_case({"case": case.id})
    await work(team)
    found = await one_of(team, case)
    assert (found.stage, found.service, team.scripted.gathered) == (Stage.DONE, "payments", [found.id])
    [cause] = (await team.cases.of(case.id)).causes
    assert cause.pointed is not None
    assert (cause.pointed.service, cause.pointed.confidence) == ("payments", "high")


async def test_what_is_known_not_to_need_it_is_not_asked_about(team):
    team.around.seen = (Probe("payments", red=True, detail="503"), Probe("orders", red=True, detail="503"))
    await runs(team, RED)
    assert await jobs(team, OF_CASE) == []


@BOTH
async def test_what_is_asked_twice_while_it_is_asked_is_one_and_all_are_told(valkey, database_url):
    async with a_team(valkey, database_url, TOLD) as bare:
        team, asked = with_diagnoses(bare, Scripted()), question()
        await asyncio.gather(*(team.diagnoses.ask([asked], by=person) for person in (ANA, BEN, ANA, CEM)))
        assert len(await jobs(team, ASK)) == 1
        await work(team)
        assert team.scripted.gathered == [asked.id]
        for person in (ANA, BEN, CEM):
            assert [each.diagnosis.stage for each in await cards(team, person)][-1] == "done"


@BOTH
async def test_two_people_who_judge_at_once_leave_one_word_and_one_move(valkey, database_url):
    async with a_team(valkey, database_url, TOLD) as bare:
        team = with_diagnoses(bare, Scripted())
        case = await a_case(team)
        await work(team)
        found = await one_of(team, case)
        judge = team.diagnoses.judge
        await asyncio.gather(
            judge(found.id, right=False, service="orders", caller=by(ANA, "one")),
            judge(found.id, right=False, service="orders", caller=by(BEN, "two")),
        )
        [cause] = (await team.cases.of(case.id)).causes
        assert (cause.service, len(cause.moved_from)) == ("orders", 1)
        judged = (await team.diagnoses.of(found.id)).judged
        assert judged is not None
        assert judged.by == cause.service_by


async def test_killed_between_the_evidence_and_the_telling_it_is_asked_again_and_told_once(team):
    case, reached = await a_case(team), asyncio.Event()

    async def never(findings, plain, progress=None):
        reached.set()
        await asyncio.Event().wait()

    dying = asyncio.create_task(work(team, another(team, team.scripted, never)))
    await reached.wait()
    dying.cancel()
    await asyncio.wait({dying})
    found = await one_of(team, case)
    assert (found.stage, found.tries) == (Stage.ASKING, 1)
    assert [each.diagnosis.stage for each in await cards(team)] == ["asking"]
    await asyncio.gather(*(another(team, team.scripted).answer({"id": found.id}) for _ in range(2)))
    assert [each.diagnosis.stage for each in await cards(team)] == ["asking", "done"]
    [card] = {
        each.card for each in await envelopes(team) if each.to == CHANNEL and each.card and "diagnosis" in each.card
    }
    assert all(each.thread == f"case:{case.id}" for each in await envelopes(team) if each.card == card)


async def test_high_is_said_and_owners_are_called_only_where_enough_were_right(team):
    team.scripted.otherwise = CHANGED
    case = await a_case(team)
    await work(team)
    assert not (await one_of(team, case)).standing.sure
    assert await lines(team) == []


async def test_owners_are_called_once_and_told_when_a_person_says_that_it_is_wrong(team):
    await calibrated(team, right=10, wrong=1)
    team.scripted.otherwise = CHANGED
    case = await a_case(team)
    await work(team)
    found = await one_of(team, case)
    assert (found.standing.right, found.standing.of, found.standing.sure) == (10, 11, True)
    [called] = await lines(team)
    assert (called.how, called.people) == ("called", (ANA, BEN))
    await team.diagnoses.judge(found.id, right=False, service="orders", caller=by(CEM, "wrong"))
    await team.diagnoses.judge(found.id, right=False, service="orders", caller=by(CEM, "wrong again"))
    assert [(each.how, each.people) for each in await lines(team)][1:] == [("wrong", (ANA, BEN))]
    [cause] = (await team.cases.of(case.id)).causes
    assert (cause.service, cause.service_by, cause.pointed) == ("orders", CEM, None)
    await team.diagnoses.unjudge(found.id, caller=by(CEM, "undo"))
    assert [each.how for each in await lines(team)] == ["called", "wrong", "undone"]
    [cause] = (await team.cases.of(case.id)).causes
    assert (cause.service, cause.service_by, cause.pointed is not None) == ("", "", True)


@pytest.mark.parametrize(
    ("told", "right", "said"),
    [(CHANGED, True, ["called"]), (CHANGED, False, []), (LIKELY, None, [])],
    ids=["said to be right", "said to be wrong", "no change"],
)
async def test_what_somebody_asked_for_themselves_calls_the_owners_once_it_is_shown(team, told, right, said):
    await calibrated(team)
    team.scripted.otherwise = replace(LIKELY, service="", change=None)
    case = await a_case(team)
    await work(team)
    team.scripted.explanations["DOWN"] = told
    await team.diagnoses.ask([question("DOWN", case=case.id)], by=CEM)
    await work(team)
    if right is not None:
        await team.diagnoses.judge("DOWN", right=right, caller=by(CEM, "said"))
    assert await lines(team) == []
    for number in range(2):
        await team.diagnoses.share("DOWN", CHANNEL, caller=by(CEM, f"show{number}"))
    assert [each.how for each in await lines(team)] == said
    assert (await team.diagnoses.of("DOWN")).called == ((ANA, BEN) if said else ())


async def test_of_a_case_that_is_over_nobody_is_called_whatever_is_shown(team):
    await calibrated(team)
    case = await a_case(team)
    team.scripted.explanations["DOWN"] = CHANGED
    await team.diagnoses.ask([question("DOWN", case=case.id)], by=CEM)
    await work(team)
    await team.cases.close(case.id, caller=by(ANA, "close"))
    await team.diagnoses.share("DOWN", CHANNEL, caller=by(CEM, "show"))
    assert await lines(team) == []


@BOTH
async def test_two_answers_that_come_at_once_call_the_owners_of_a_case_once(valkey, database_url):
    async with a_team(valkey, database_url, TOLD) as bare:
        team = with_diagnoses(bare, Scripted())
        await calibrated(team)
        case = await a_case(team)
        await work(team)
        team.scripted.otherwise = CHANGED
        asked = [replace(question(f"DTWO{number}"), case=case.id) for number in range(4)]
        await team.diagnoses.ask(asked)
        await asyncio.gather(*(team.diagnoses.answer({"id": each.id}) for each in asked))
        assert [each.how for each in await lines(team)] == ["called"]


@pytest.mark.parametrize(("judged", "told"), [(False, "replaced"), (True, "wrong")])
async def test_whoever_was_called_is_told_once_when_a_newer_answer_points_elsewhere(team, judged, told):
    """Whoever has heard that it is not theirs need not hear it again."""
    await calibrated(team)
    team.scripted.otherwise = CHANGED
    case = await a_case(team)
    await work(team)
    if judged:
        [known] = await team.diagnoses.of_case(case.id)
        await team.diagnoses.judge(known.id, right=False, service="inventory", caller=by(CEM, "wrong"))
    team.scripted.explanations["DNEWER"] = replace(LIKELY, service="inventory")
    team.clock.advance(timedelta(minutes=1))
    await team.diagnoses.ask([question("DNEWER", case=case.id)])
    await work(team)
    assert [(each.how, each.people) for each in await lines(team)] == [("called", (ANA, BEN)), (told, (ANA, BEN))]


async def test_an_answer_that_comes_after_a_newer_one_calls_nobody(team):
    await calibrated(team)
    case = await a_case(team)
    await work(team)
    team.scripted.explanations["DEARLIER"] = CHANGED
    for id in ("DEARLIER", "DLATER"):
        team.clock.advance(timedelta(minutes=1))
        await team.diagnoses.ask([question(id, case=case.id)])
    for id in ("DLATER", "DEARLIER"):
        await team.diagnoses.answer({"id": id})
    earlier = await team.diagnoses.of("DEARLIER")
    assert (earlier.replaced_by, earlier.standing.sure, earlier.called) == ("DLATER", True, ())
    assert await lines(team) == []


async def test_whoever_was_called_when_the_case_opened_is_not_called_again(team):
    await calibrated(team)
    await runs(team, GREEN_AGAIN, RunState.SUCCEEDED)
    deployed(team)
    team.scripted.otherwise = CHANGED
    case = await a_case(team)
    await work(team)
    assert (await one_of(team, case)).standing.sure
    assert await lines(team) == []
    found = await one_of(team, case)
    await team.diagnoses.judge(found.id, right=False, caller=by(CEM, "wrong"))
    assert [(each.how, each.people) for each in await lines(team)] == [("wrong", (ANA, BEN))]


async def test_another_word_moves_the_case_on_and_the_last_is_what_is_taken_back(team):
    case = await a_case(team)
    await work(team)
    found = await one_of(team, case)
    for number, service in enumerate(("orders", "payments")):
        await team.diagnoses.judge(found.id, right=False, service=service, caller=by(BEN, f"r{number}"))
    [cause] = (await team.cases.of(case.id)).causes
    assert cause.service == "payments"
    await team.diagnoses.judge(found.id, right=True, caller=by(ANA, "right"))
    [cause] = (await team.cases.of(case.id)).causes
    assert (cause.service, cause.service_by) == ("payments", ANA)
    assert cause.pointed is not None
    assert cause.pointed.by == ANA
    await team.diagnoses.unjudge(found.id, caller=by(ANA, "undo"))
    [cause] = (await team.cases.of(case.id)).causes
    assert cause.service == ""


async def test_what_nobody_has_judged_is_forgotten_after_three_months_and_the_record_is_not(team):
    await calibrated(team, right=1)
    await team.diagnoses.ask([question("DOPEN")], by=ANA)
    await work(team)
    await team.diagnoses.prune({})
    assert (await team.diagnoses.of("DOPEN")).stage is Stage.DONE
    team.clock.advance(timedelta(days=91))
    await team.diagnoses.prune({})
    with pytest.raises(NotFound):
        await team.diagnoses.of("DOPEN")
    assert (await team.diagnoses.records())["integration"].whole.of == 1


async def test_the_record_counts_each_diagnosis_once_by_its_last_word(team):
    await calibrated(team, right=3, wrong=1)
    await team.diagnoses.judge("DOLD0", right=False, service="orders", caller=by(ANA, "changed"))
    record = (await team.diagnoses.records())["integration"]
    assert (record.whole.right, record.whole.of) == (2, 4)

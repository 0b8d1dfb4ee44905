"""What can be done with what one holds or waits for, each verb typed in Slack's protocol."""

from datetime import timedelta

import pytest

from bot.reservations.values import NORMAL, Purpose
from tests.support.signalbox import ANA, BEN, CEM, DANA

ELI = "U0ELI"


def leases(signalbox):
    return list(signalbox.started.rooms.reservations.cached().leases.values())


async def test_any_of_several_gives_whichever_is_free_and_then_the_other(signalbox):
    first = await signalbox.type(ANA, "/env any:gold-customer 1h refunds")
    assert "is yours, exclusive" in first
    await signalbox.type(BEN, "/env any:gold-customer 1h refunds")
    assert {name for lease in leases(signalbox) for name in lease.scope.resources} == {
        "gold-customer-1",
        "gold-customer-2",
    }


async def test_two_of_several_are_had_together_or_waited_for(signalbox):
    await signalbox.type(ANA, "/env any:gold-customer x2 1h")
    assert "next in line" in await signalbox.type(CEM, "/env any:gold-customer 1h")


async def test_priority_is_for_whoever_has_its_role(signalbox):
    await signalbox.type(DANA, "/env integration 2h")
    await signalbox.type(CEM, "/env integration 1h the hotfix")
    await signalbox.type(ANA, "/env integration hotfix 1h")
    ranks = {lease.person: lease.rank for lease in leases(signalbox)}
    assert ranks[ANA] < ranks[CEM] == NORMAL
    refused = await signalbox.type(DANA, "/env staging-2 hotfix 30m")
    assert "Only <@" in refused
    assert "may claim the priority of a hotfix for staging-2. Nothing was changed." in refused


async def test_a_lease_knows_what_it_is_for_and_when_its_person_works(signalbox):
    await signalbox.type(ANA, "/env integration/payments shared 1h")
    await signalbox.type(CEM, "/env staging-2 1h")
    wanted = {lease.person: lease.wanted for lease in leases(signalbox)}
    assert (wanted[ANA].purpose, wanted[CEM].purpose) == (Purpose.REGRESSION, Purpose.CODE)
    assert wanted[CEM].terms.hours.zone_name == "Europe/Istanbul"


async def test_what_was_read_is_echoed_and_can_be_undone(signalbox):
    answer = await signalbox.type(ANA, "/env 2h integration checkout fix")
    assert "reserve integration 2h" in answer
    assert "you do not hold *integration* any more" in await signalbox.press(ANA, "env.undo")
    assert leases(signalbox) == []


async def test_undo_takes_back_a_release_and_says_until_when_it_is_ones_own(signalbox):
    await signalbox.type(ANA, "/env integration 2h")
    await signalbox.type(ANA, "/env release")
    assert "*integration* is yours until" in await signalbox.type(ANA, "/env undo")
    assert [lease.person for lease in leases(signalbox)] == [ANA]


async def test_half_a_minute_later_nothing_is_undone(signalbox):
    await signalbox.type(ANA, "/env integration 2h")
    signalbox.advance(timedelta(seconds=31))
    assert "nothing within the last half minute" in await signalbox.press(ANA, "env.undo")
    assert len(leases(signalbox)) == 1


async def test_hold_keeps_what_one_has_and_reserves_nothing_else(signalbox):
    assert "You hold nothing" in await signalbox.type(ANA, "/env hold 2h heap dump")
    await signalbox.type(ANA, "/env integration 1h")
    assert "is kept as it is" in await signalbox.type(ANA, "/env hold 2h heap dump")
    [lease] = leases(signalbox)
    assert lease.held
    assert lease.ends - lease.started > timedelta(minutes=119)
    assert "not kept as it is any more" in await signalbox.press(ANA, "env.undo")
    assert leases(signalbox)[0].ends - lease.started == timedelta(hours=1)


async def test_which_of_several_to_hold_is_asked(signalbox):
    for service in ("payments", "orders"):
        await signalbox.type(ANA, f"/env integration/{service} 1h")
    assert "Which one?" in await signalbox.type(ANA, "/env hold 2h heap dump")
    assert "integration/orders* is kept as it is" in await signalbox.press(ANA, "env.line.1")


async def test_asking_names_the_holder_and_is_refused_when_it_was_done_a_moment_ago(signalbox):
    await signalbox.type(ANA, "/env integration 2h checkout fix")
    queued = await signalbox.type(CEM, "/env integration 1h")
    assert "Ask for it" in queued
    asked = await signalbox.type(CEM, "/env ask")
    assert "I have asked for you" in asked
    assert "<@U0ANA> holds *integration*" in asked
    again = await signalbox.type(DANA, "/env ask integration")
    assert "was asked a moment ago" in again
    assert "You can ask again at" in again


async def test_nobody_to_ask_is_a_way_to_reserve(signalbox):
    assert "Nobody else holds integration" in await signalbox.type(ANA, "/env ask integration")
    assert "is yours, exclusive" in await signalbox.press(ANA, "env.line.0")


async def test_what_one_does_not_hold_can_be_asked_for(signalbox):
    await signalbox.type(ANA, "/env integration 2h")
    refused = await signalbox.type(CEM, "/env release integration")
    assert "<@U0ANA> holds *integration*" in refused
    assert "I have asked for you" in await signalbox.press(CEM, "env.line.0")


async def test_give_hands_it_over_for_the_time_that_is_left(signalbox):
    await signalbox.type(ANA, "/env integration 2h checkout fix")
    assert "is <@U0CEM>'s now" in await signalbox.type(ANA, "/env give @cem integration")
    [lease] = leases(signalbox)
    assert (lease.person, lease.wanted.team) == (CEM, "fulfilment")


async def test_a_group_is_asked_back_with_its_people(signalbox):
    await signalbox.type(ANA, "/env integration 2h")
    question = await signalbox.type(ANA, "/env give integration <!subteam^S0FULFILMENT>")
    assert "Cem Aydın" in question
    assert "is <@U0CEM>'s now" in await signalbox.press(ANA, "env.line.0")
    assert "no team with it" in await signalbox.type(CEM, "/env give integration <!subteam^S0NOBODY>")


async def test_which_of_several_to_give_is_asked(signalbox):
    for service in ("payments", "orders"):
        await signalbox.type(ANA, f"/env integration/{service} 1h")
    assert "Which one do you want to give?" in await signalbox.type(ANA, "/env give @cem")
    assert "integration/orders* is <@U0CEM>'s now" in await signalbox.press(ANA, "env.give.2")


@pytest.mark.parametrize("line", ["leave", "cancel", "release integration"])
async def test_a_place_in_the_queue_is_given_up_and_taken_back(signalbox, line):
    await signalbox.type(ANA, "/env integration 2h")
    await signalbox.type(CEM, "/env integration 1h")
    assert "You left the queue" in await signalbox.type(CEM, f"/env {line}")
    assert "next in line for *integration*" in await signalbox.press(CEM, "env.undo")

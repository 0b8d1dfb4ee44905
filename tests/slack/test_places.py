"""Taking, booking, and what is said of places: each verb typed in Slack's protocol."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.support.signalbox import ANA, BEN, CEM, DANA, INTEGRATION, words_of
from tests.support.waiting import eventually

ELI = "U0ELI"


def state(signalbox):
    return signalbox.started.rooms.reservations.cached()


def leases(signalbox):
    return list(state(signalbox).leases.values())


async def test_a_typed_take_takes_nothing_until_its_button_is_pressed(signalbox):
    await signalbox.type(ANA, "/env integration 2h checkout fix")
    asked = await signalbox.type(CEM, "/env take integration 1h checkout is down")
    assert "Nothing is taken yet" in asked
    assert "<@U0ANA> holds integration" in asked
    assert [lease.person for lease in leases(signalbox)] == [ANA]
    taken = await signalbox.press(CEM, "env.take")
    assert "is yours, exclusive until" in taken
    assert "You took it from <@U0ANA>" in taken
    assert {lease.person: lease.status for lease in leases(signalbox)} == {CEM: "active", ANA: "queued"}
    assert "took *integration* over: checkout is down" in words_of(await signalbox.told(ANA, "took"))


async def test_who_came_to_hold_it_after_the_take_was_asked_is_named_before_they_lose_it(signalbox):
    await signalbox.type(ANA, "/env integration 2h checkout fix")
    await signalbox.type(CEM, "/env take integration 1h checkout is down")
    await signalbox.type(ANA, "/env give <@U0DANA>")
    asked = await signalbox.press(CEM, "env.take")
    assert "Nothing was taken" in asked
    assert "<@U0DANA> holds integration" in asked
    assert [lease.person for lease in leases(signalbox)] == [DANA]
    assert "You took it from <@U0DANA>" in await signalbox.press(CEM, "env.take")


async def test_what_nobody_holds_need_not_be_taken(signalbox):
    assert "Nobody else holds integration" in await signalbox.type(CEM, "/env take integration checkout is down")
    assert leases(signalbox) == []


async def test_a_take_without_a_reason_opens_a_form_that_asks_for_it(signalbox):
    await signalbox.type(ANA, "/env integration 2h")
    assert (await signalbox.workspace.command(CEM, INTEGRATION, "/env take integration 1h")).ok
    await signalbox.workspace.wait_for_view(CEM, "env.reason")
    assert (await signalbox.workspace.submit(CEM, {"why": '2h of "trouble" <@U0ANA>'})).ok
    assert "Nothing is taken yet" in words_of(await signalbox.workspace.views(CEM))
    assert (await signalbox.workspace.press(CEM, "env.take")).ok
    await eventually(lambda: is_taken(signalbox))
    [taken] = [lease for lease in leases(signalbox) if lease.person == CEM]
    assert taken.wanted.length == timedelta(hours=1)
    assert taken.wanted.reason.startswith("2h of")


async def is_taken(signalbox):
    return "is yours, exclusive" in words_of(await signalbox.workspace.views(CEM))


async def test_a_booking_is_made_shown_and_cancelled(signalbox):
    booked = await signalbox.type(ANA, "/env book staging-2 tomorrow 14:00 2h demo")
    assert "is booked for you" in booked
    assert "2h demo" not in booked
    assert [lease.status for lease in leases(signalbox)] == ["booked"]
    assert "Your booking of *staging-2* is cancelled" in await signalbox.type(ANA, "/env cancel staging-2")
    assert "is booked for you again" in await signalbox.press(ANA, "env.undo")


async def test_a_time_that_is_not_free_is_refused_with_the_next_that_is(signalbox):
    await signalbox.type(CEM, "/env book staging-2 tomorrow 14:00 2h demo")
    refused = await signalbox.type(CEM, "/env book staging-2 tomorrow 15:00 1h rehearsal")
    assert "That time is not free" in refused
    assert "<@U0CEM> has booked *staging-2*" in refused
    again = await signalbox.press(CEM, "env.book")
    assert "is booked for you" in again
    assert "Near it" in again
    first, second = sorted(leases(signalbox), key=lambda lease: lease.wanted.begins)
    assert second.wanted.begins == first.wanted.begins + timedelta(hours=2)
    assert second.wanted.reason == "rehearsal"


async def test_who_looks_after_a_place_says_that_it_is_down_and_well_again(signalbox):
    await signalbox.type(ANA, "/env integration 2h")
    assert "stands still" in await signalbox.type(ELI, "/env down integration disk full 2h")
    assert "*down*" in await signalbox.type(BEN, "/env health")
    await signalbox.announced("is down: disk full")
    assert "is well again. The time of 1 reservation runs again" in await signalbox.press(ELI, "env.line.0")
    assert not state(signalbox).conditions


async def test_a_freeze_is_said_with_a_button_that_ends_it(signalbox):
    assert "is frozen" in await signalbox.type(ELI, "/env freeze integration 2h release rehearsal")
    queued = await signalbox.type(ANA, "/env integration 1h")
    assert "release rehearsal" in queued
    assert "It ends" in await signalbox.type(ANA, "/env take integration/payments outage")
    assert "Thawed" in await signalbox.press(ELI, "env.thaw")
    await signalbox.told(ANA, "is yours if you want it")


async def test_the_button_under_a_freeze_that_is_to_come_leaves_the_one_in_force(signalbox):
    await signalbox.type(ELI, "/env freeze integration 2h rehearsal")
    await signalbox.type(ELI, "/env freeze integration tomorrow 18:00 2h release")
    assert "release" in await signalbox.press(ELI, "env.thaw")
    mine = [window for window in state(signalbox).freezes.values() if not window.planned and not window.lifted]
    assert [window.reason for window in mine] == ["rehearsal"]


@pytest.mark.parametrize(
    "line", ["down integration disk full", "ok integration", "freeze integration 1h rehearsal", "thaw integration"]
)
async def test_what_is_said_of_a_place_is_for_who_looks_after_it(signalbox, line):
    refused = await signalbox.type(ANA, f"/env {line}")
    assert "Only <@U0ELI> may" in refused
    assert "Nothing was changed" in refused
    assert not state(signalbox).conditions
    assert not [window for window in state(signalbox).freezes.values() if not window.planned]


@pytest.mark.parametrize(
    ("line", "says"), [("ok integration", "Nothing is said to be wrong"), ("thaw integration", "is not frozen")]
)
async def test_what_is_well_leads_to_what_is_known(signalbox, line, says):
    assert says in await signalbox.type(ELI, f"/env {line}")
    assert "nothing is said to be wrong" in await signalbox.press(ELI, "env.line.0")


async def test_who_watches_is_told_once_and_may_stop(signalbox):
    assert "is free now" in await signalbox.type(CEM, "/env watch integration")
    await signalbox.type(ANA, "/env gold-customer-1 1h")
    apart = await signalbox.type(CEM, "/env watch integration")
    assert "Not free are these" in apart
    assert "gold-customer-1 · <@U0ANA>" in apart
    await signalbox.type(ANA, "/env integration 2h")
    for person in (CEM, DANA):
        assert "tells you once" in await signalbox.type(person, "/env watch integration")
    assert "not told any more when *integration*" in await signalbox.press(DANA, "env.line.0")
    assert "You watch nothing" in await signalbox.type(DANA, "/env unwatch")
    await signalbox.type(ANA, "/env release integration")
    await signalbox.told(CEM, "is free.")
    assert not [said for said in await signalbox.workspace.direct_messages(DANA) if "is free." in words_of(said)]


async def test_an_extension_is_cut_short_by_a_booking_and_then_refused(signalbox):
    await signalbox.type(ANA, "/env staging-2 1h")
    begins = signalbox.clock.now() + timedelta(hours=2)
    await signalbox.type(
        CEM, f"/env book staging-2 {begins.astimezone(ZoneInfo('Europe/Istanbul')):%Y-%m-%d %H:%M} 1h demo"
    )
    assert "It is booked from then on" in await signalbox.type(ANA, "/env extend 2h")
    refused = await signalbox.type(ANA, "/env extend 30m")
    assert "is booked from then on" in refused
    assert "<@U0CEM> has booked *staging-2*" in refused


async def test_a_private_answer_whose_button_has_done_its_work_gives_way_to_what_came_of_it(signalbox):
    """A refusal leaves it there, to be pressed again."""
    await signalbox.type(ANA, "/env integration/payments 1h checkout")
    before = await signalbox.workspace.ephemerals(ANA, INTEGRATION)
    assert "Taken back" in await signalbox.press(ANA, "env.undo")
    after = await signalbox.workspace.ephemerals(ANA, INTEGRATION)
    assert [each["ts"] for each in after] == [each["ts"] for each in before]
    assert "env.undo" not in str(after[-1])

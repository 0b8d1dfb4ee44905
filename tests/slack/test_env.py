"""/env from the line to the answer, through Slack's protocol, the inbox, the ledger and back."""

import re
from datetime import timedelta

import pytest

from bot.reservations.commands import Described
from bot.values import Caller
from handlers.views import outcomes
from integrations.workspace.limits import Limits
from tests.support.blocks import assert_fit_for_slack
from tests.support.signalbox import ANA, BEN, CEM, INTEGRATION, SAMPLE, signalbox_here, words_of
from tests.support.waiting import eventually


async def test_the_board_shows_every_environment_and_changes_nothing(signalbox):
    board = await signalbox.type(ANA, "/env")
    assert "integration" in board
    assert "staging-2" in board
    assert "free" in board
    assert not signalbox.started.rooms.reservations.cached().leases


async def test_whoever_reserves_a_free_environment_holds_it(signalbox):
    answer = await signalbox.type(ANA, "/env reserve integration 2h checkout fix")
    assert "is yours, exclusive until" in answer
    assert "checkout fix" in answer
    card = await signalbox.announced("checkout fix")
    assert "<@U0ANA>" in words_of(card)


async def test_the_second_person_queues_and_is_offered_it_on_release(signalbox):
    await signalbox.type(ANA, "/env integration 2h checkout fix")
    queued = await signalbox.type(BEN, "/env integration 1h search")
    assert "You are next in line" in queued
    assert "<@U0ANA> holds integration" in queued
    await signalbox.type(ANA, "/env release")
    offer = await signalbox.told(BEN, "is yours if you want it")
    assert "<@U0ANA> is done with it" in words_of(offer)
    accepted = await signalbox.settle(BEN, "env.accept", offer)
    assert "is yours, exclusive until" in accepted
    lease = next(iter(signalbox.started.rooms.reservations.cached().leases.values()))
    assert (lease.person, lease.status) == (BEN, "active")


async def test_an_offer_without_an_answer_goes_to_the_next_person(signalbox):
    await signalbox.type(ANA, "/env integration 2h")
    await signalbox.type(BEN, "/env integration 1h")
    await signalbox.type(CEM, "/env integration 30m")
    await signalbox.type(ANA, "/env release")
    await signalbox.told(BEN, "is yours if you want it")
    await _until_delivered(signalbox)
    signalbox.advance(timedelta(minutes=5, seconds=1))
    assert "is yours if you want it" in words_of(await signalbox.told(CEM, "is yours if you want it"))
    assert "end of the queue" in words_of(await signalbox.told(BEN, "end of the queue"))


async def test_a_pass_is_answered_and_the_next_is_asked(signalbox):
    await signalbox.type(ANA, "/env integration 2h")
    await signalbox.type(BEN, "/env integration 1h")
    await signalbox.type(CEM, "/env integration 30m")
    await signalbox.type(ANA, "/env release")
    offer = await signalbox.told(BEN, "is yours if you want it")
    passed = await signalbox.settle(BEN, "env.pass", offer)
    assert "You passed on" in passed
    assert "You are next in line again" in passed
    await signalbox.told(CEM, "is yours if you want it")


async def test_the_holder_is_reminded_then_told_that_it_is_over(signalbox):
    await signalbox.type(ANA, "/env integration 30m")
    signalbox.advance(timedelta(minutes=20, seconds=1))
    reminder = await signalbox.told(ANA, "Nobody is waiting for it")
    extended = await signalbox.press(ANA, "env.extend.30", channel="dm", ts=reminder["ts"])
    assert "is yours until" in extended
    signalbox.advance(timedelta(minutes=45))
    await signalbox.told(ANA, "is over")
    await signalbox.announced("expired")


async def test_shared_leases_stand_side_by_side_and_hold_back_an_exclusive_one(signalbox):
    assert "is yours, shared" in await signalbox.type(ANA, "/env integration shared 1h")
    assert "is yours, shared" in await signalbox.type(BEN, "/env integration shared 1h")
    assert "next in line" in await signalbox.type(CEM, "/env integration 1h")
    assert "2nd in line" in await signalbox.type("U0DANA", "/env integration shared 1h")


async def test_services_of_one_environment_do_not_wait_for_each_other(signalbox):
    assert "is yours" in await signalbox.type(ANA, "/env integration/payments 1h")
    assert "is yours" in await signalbox.type(BEN, "/env integration/orders 1h")
    assert "next in line" in await signalbox.type(CEM, "/env integration 1h")


LINES = [
    ("/env relase", "Did you mean release?"),
    ("/env integraton 2h", "integration"),
    ("/env integration/paymets 2h", "payments"),
    ("/env integration 9h", "at most 8h"),
    ("/env release", "You hold nothing to release"),
    ("/env leave", "You wait for nothing"),
    ("/env integration", "Reserve for 1 h"),
    ("/env help", "reserve"),
    ("/env log", "nothing has happened yet"),
]
"""Of nothing that is held."""


async def test_every_line_gets_an_answer_that_says_what_is_true(signalbox, subtests):
    for line, says in LINES:
        with subtests.test(line=line):
            assert says in await signalbox.type(ANA, line)


@pytest.mark.parametrize(
    "line",
    [
        "/env integration 2h " + "x" * 10_000,
        "/env integration 1h \u202e<!channel> *now* <https://evil.example|click>",
    ],
)
async def test_what_stands_behind_a_request_is_its_reason_and_nothing_more(signalbox, line):
    answer = await signalbox.type(ANA, line)
    assert "is yours" in answer
    assert "<!channel>" not in answer


async def test_a_suggestion_is_a_button_that_does_it(signalbox):
    await signalbox.type(ANA, "/env integraton 2h")
    assert "is yours, exclusive" in await signalbox.press(ANA, "env.line.0")


async def test_reserving_what_one_holds_offers_more_time(signalbox):
    await signalbox.type(ANA, "/env integration 2h")
    assert "Extend 30 min" in await signalbox.type(ANA, "/env integration 2h")
    assert "is yours until" in await signalbox.press(ANA, "env.extend.30")


async def test_a_release_that_comes_again_says_what_it_has_released(signalbox):
    await signalbox.type(ANA, "/env integration 2h")
    reservations, caller = signalbox.started.rooms.reservations, Caller(ANA, "a-request")
    first = await reservations.release(Described(), caller=caller)
    again = await reservations.release(Described(), caller=caller)
    assert again.replayed
    assert again.before == first.before
    assert outcomes.released(again) == outcomes.released(first)


async def test_releasing_what_somebody_else_holds_names_the_holder(signalbox):
    await signalbox.type(ANA, "/env integration 2h")
    answer = await signalbox.type(CEM, "/env release integration")
    assert "<@U0ANA> holds" in answer
    assert len(signalbox.started.rooms.reservations.cached().leases) == 1


async def test_releasing_what_one_only_waits_for_is_leaving_the_queue(signalbox):
    await signalbox.type(ANA, "/env integration 2h")
    await signalbox.type(CEM, "/env integration 1h")
    answer = await signalbox.type(CEM, "/env release integration")
    assert "You left the queue" in answer
    assert "Released" not in answer


async def test_a_team_mate_may_release_and_the_holder_is_told(signalbox):
    await signalbox.type(ANA, "/env integration 2h")
    assert "Released" in await signalbox.type(BEN, "/env release integration")
    assert "<@U0BEN> released your" in words_of(await signalbox.told(ANA, "released your"))


async def test_which_one_names_the_holders_and_its_buttons_end_the_question(signalbox):
    await signalbox.type(ANA, "/env integration/payments 1h")
    await signalbox.type(ANA, "/env integration/orders 1h")
    question = await signalbox.type(BEN, "/env release integration")
    assert "Which one do you want to release?" in question
    assert "1. <@U0ANA> holds *integration/payments*" in question
    assert "2. <@U0ANA> holds *integration/orders*" in question
    assert "Released *integration/orders*" in await signalbox.press(BEN, "env.release.2")
    assert len(signalbox.started.rooms.reservations.cached().leases) == 1


async def test_an_extension_of_one_of_several_keeps_its_length(signalbox):
    for service in ("payments", "orders"):
        await signalbox.type(ANA, f"/env integration/{service} 1h")
    assert "Which one do you want to extend?" in await signalbox.type(ANA, "/env extend 90m")
    assert "integration/orders* is yours until" in await signalbox.press(ANA, "env.extend.2")
    lease = max(signalbox.started.rooms.reservations.cached().leases.values(), key=lambda lease: lease.ends)
    assert lease.ends - lease.started == timedelta(minutes=150)


async def test_an_old_extend_button_says_what_is_true_now(signalbox):
    await signalbox.type(ANA, "/env integration 1h")
    held = (await signalbox.workspace.ephemerals(ANA, INTEGRATION))[-1]["ts"]
    assert "is yours until" in await signalbox.press(ANA, "env.extend.30", ts=held)
    refused = await signalbox.press(ANA, "env.extend.30", ts=held)
    assert "has moved since" in refused
    assert "Extend 30 min" in refused
    [lease] = signalbox.started.rooms.reservations.cached().leases.values()
    assert lease.ends - lease.started == timedelta(minutes=90)
    assert "is yours until" in await signalbox.press(ANA, "env.extend.30")


async def test_the_log_tells_who_did_what(signalbox):
    await signalbox.type(ANA, "/env integration 2h checkout fix")
    await signalbox.type(ANA, "/env release")
    for line in ("/env log", "/env log integration"):
        log = await signalbox.type(BEN, line)
        assert "<@U0ANA> released" in log
        assert "checkout fix" in log
    assert "nothing has happened yet" in await signalbox.type(BEN, "/env log staging-2")


async def test_home_shows_what_is_mine(signalbox):
    await signalbox.type(ANA, "/env integration 2h checkout fix")
    await signalbox.workspace.open_home(ANA)
    view = await signalbox.workspace.wait_for_home(ANA, "checkout fix")
    assert_fit_for_slack(view["blocks"], most=100)


async def test_a_suggested_line_can_be_pressed(signalbox):
    await signalbox.type(ANA, "/env integration")
    assert "is yours, exclusive" in await signalbox.press(ANA, "env.line.1")


async def test_everything_said_is_fit_for_slack(signalbox):
    await signalbox.type(ANA, "/env integration 2h checkout fix")
    await signalbox.type(BEN, "/env integration 1h")
    for message in [
        *await signalbox.workspace.messages(INTEGRATION),
        *await signalbox.workspace.ephemerals(ANA, INTEGRATION),
        *await signalbox.workspace.ephemerals(BEN, INTEGRATION),
    ]:
        assert_fit_for_slack(message.get("blocks", ()), text=message["text"])


async def _until_delivered(signalbox):
    """The claim window starts when the notice has arrived."""
    reservations = signalbox.started.rooms.reservations
    await eventually(lambda: any(lease.delivered for lease in reservations.cached().leases.values()))


async def test_what_is_held_stays_on_the_board_when_the_catalog_drops_its_environment(valkey, tmp_path):
    catalog = tmp_path / "signalbox.yaml"
    catalog.write_text(SAMPLE.read_text("utf-8"), "utf-8")
    async with signalbox_here(tmp_path / "data", valkey.url, limits=Limits().loosened(), catalog=catalog) as signalbox:
        await signalbox.type(ANA, "/env staging-2 1h checkout fix")
        renaming = re.sub(r"(  |, )staging-2(?=[:\]])", r"\1staging-3", catalog.read_text("utf-8"))
        catalog.write_text(renaming, "utf-8")

        async def renamed():
            return "staging-3" in await signalbox.type(BEN, "/env")

        await eventually(renamed)
        board = await signalbox.type(BEN, "/env")
        assert "*staging-2* (no longer in the catalog)" in board
        assert "checkout fix" in board
        assert "Released" in await signalbox.type(ANA, "/env release")

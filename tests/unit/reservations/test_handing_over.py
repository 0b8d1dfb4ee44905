"""Offers: who gets one, how long it waits, and what becomes of it."""

import pytest

from bot.errors import Forbidden
from bot.reservations import commands as ask
from bot.reservations.events import (
    ClaimWindowStarted,
    LeaseCancelled,
    LeaseOffered,
    LeaseReleased,
    OfferAccepted,
    OfferReturned,
    Why,
)
from bot.reservations.refusals import LeaseGone, NothingMeant, NotOffered, OtherOffer
from bot.reservations.values import Scope, Terms
from tests.unit.reservations.story import HOUR, MINUTE, SHARED, Story

WINDOW = 5 * MINUTE


@pytest.fixture
def story():
    return Story(Terms(claim_window=WINDOW))


@pytest.fixture
def offered(story):
    """Ana has gone, ben is offered it and has been told; cem and dia wait."""
    for person in ("ana", "ben", "cem", "dia"):
        story.reserve(person)
    story.release("ana")
    story.told("ben")
    return story


def test_a_release_offers_to_the_first_in_line(story):
    for person in ("ana", "ben", "cem"):
        story.reserve(person)
    assert story.release("ana") == (LeaseReleased("ana", "ana"), LeaseOffered("ben", story.now + 3 * WINDOW))
    assert story.statuses == {"ben": "offered", "cem": "queued"}


def test_all_shared_waiters_at_the_front_are_offered_together(story):
    story.reserve("ana")
    for person in ("ben", "cem"):
        story.reserve(person, mode=SHARED)
    story.reserve("dia")
    story.reserve("eli", mode=SHARED)
    story.release("ana")
    assert story.statuses == {"ben": "offered", "cem": "offered", "dia": "queued", "eli": "queued"}


def test_a_waiter_for_several_services_is_offered_all_of_them_or_none(story):
    story.reserve("ana", "payments")
    story.reserve("ben", "orders")
    story.reserve("cem", "payments orders")
    story.release("ana")
    assert story.statuses == {"ben": "active", "cem": "queued"}
    story.release("ben")
    assert story.statuses == {"cem": "offered"}


def test_who_leaves_the_queue_makes_way_for_those_held_back(story):
    story.reserve("ana", mode=SHARED)
    story.reserve("ben")
    story.reserve("cem", mode=SHARED)
    assert story.leave("ben") == (
        LeaseCancelled("ben", Why.LEFT),
        LeaseOffered("cem", story.now + 3 * WINDOW),
    )


def test_the_lease_runs_from_the_moment_it_is_accepted(offered):
    offered.now += 4 * MINUTE
    offered.accept("ben")
    assert offered["ben"].ends == offered.now + HOUR
    assert offered["ben"].started == offered.now


def test_accepting_twice_is_answered_as_the_first_time(offered):
    assert len(offered.accept("ben")) == 1
    assert offered.accept("ben") == ()


def test_a_team_mate_accepts_for_the_team(story):
    story.reserve("ana")
    story.reserve("ben", team="checkout")
    story.release("ana")
    assert story.do(ask.Accept("ben", "cem", team="checkout")) == (OfferAccepted("ben", "cem", story.now + HOUR),)
    assert story["ben"].person == "ben"


@pytest.mark.parametrize("verb", [ask.Accept, ask.Pass, ask.Leave])
def test_nobody_answers_for_somebody_else(offered, verb):
    with pytest.raises(Forbidden, match="somebody else's"):
        offered.do(verb("ben", "dia", team=None))


@pytest.mark.parametrize("verb", [ask.Leave, ask.Release])
def test_a_team_mate_does_not_give_up_a_place_in_the_queue(story, verb):
    story.reserve("ana", team="billing")
    story.reserve("ben", team="checkout")
    for which in ("ben", ask.Described(Scope("integration"))):
        with pytest.raises((Forbidden, NothingMeant)):
            story.do(verb(which, "cem", team="checkout"))
    assert story["ben"].status == "queued"


def test_a_team_mate_does_not_pass_an_offer_on(story):
    story.reserve("ana")
    story.reserve("ben", team="checkout")
    story.release("ana")
    with pytest.raises(Forbidden, match="somebody else's"):
        story.do(ask.Pass("ben", "cem", team="checkout"))


def test_no_team_is_not_a_team(story):
    story.reserve("ana")
    story.reserve("ben")
    story.release("ana")
    with pytest.raises(Forbidden):
        story.do(ask.Accept("ben", "cem", team=None))


def test_the_window_starts_when_the_notice_arrives(story):
    for person in ("ana", "ben", "cem"):
        story.reserve(person)
    story.release("ana")
    story.now += 2 * MINUTE
    story.told("ben")
    assert story["ben"].claim_by == story.now + WINDOW


def test_a_second_or_late_confirmation_of_delivery_changes_nothing(offered):
    first = offered["ben"].offer
    assert offered.do(ask.ConfirmDelivery("ben", first)) == ()
    offered.decline("ben")
    offered.decline("cem")
    offered.decline("dia")
    assert offered["ben"].status == "offered"
    assert offered.do(ask.ConfirmDelivery("ben", first)) == ()
    assert not offered["ben"].delivered
    assert offered.do(ask.ConfirmDelivery("nobody", 1)) == ()


def test_word_of_an_offer_that_was_accepted_meanwhile_changes_nothing(story):
    story.reserve("ana")
    story.reserve("ben")
    story.release("ana")
    offer = story["ben"].offer
    story.accept("ben")
    assert story.do(ask.ConfirmDelivery("ben", offer)) == ()


def test_an_offer_nobody_could_be_told_of_lapses_after_three_windows(story):
    for person in ("ana", "ben", "cem"):
        story.reserve(person)
    story.release("ana")
    assert story.after(3 * WINDOW - MINUTE) == ()
    assert OfferReturned("ben", Why.SILENT) in story.after(MINUTE)


def test_a_waiter_who_misses_the_claim_window_goes_to_the_tail(offered):
    assert offered.after(WINDOW) == (
        OfferReturned("ben", Why.SILENT),
        LeaseOffered("cem", offered.now + 3 * WINDOW),
    )
    assert offered.queue == ["dia", "ben"]
    assert offered["ben"].misses == 1


def test_the_last_moment_of_the_window_is_in_time(offered):
    offered.now += WINDOW - MINUTE / 60
    offered.accept("ben")
    assert offered["ben"].status == "active"


def test_an_acceptance_at_the_end_of_the_window_is_late_even_if_no_clock_has_ticked(offered):
    offered.now += WINDOW
    with pytest.raises(NotOffered, match="you are in the queue"):
        offered.accept("ben")


def test_a_second_silence_ends_the_wait(offered):
    offered.after(WINDOW)
    offered.decline("cem")
    offered.decline("dia")
    offered.told("ben")
    assert offered.after(WINDOW)[0] == LeaseCancelled("ben", Why.SILENT)
    with pytest.raises(LeaseGone, match="Reserve again"):
        offered.accept("ben")
    with pytest.raises(LeaseGone):
        offered.leave("ben")


def test_passing_goes_to_the_tail_without_a_miss(offered):
    offered.decline("ben")
    assert offered.queue == ["dia", "ben"]
    assert offered["ben"].misses == 0


def test_passing_twice_says_that_nothing_is_offered(offered):
    offered.decline("ben")
    with pytest.raises(NotOffered):
        offered.decline("ben")


def test_a_pass_while_nobody_else_waits_ends_the_wait_instead_of_offering_again(story):
    story.reserve("ana")
    story.reserve("ben")
    story.release("ana")
    assert story.decline("ben") == (LeaseCancelled("ben", Why.PASSED),)


def test_alone_in_the_queue_the_offer_stays_open(story):
    story.reserve("ana")
    story.reserve("ben")
    story.release("ana")
    story.told("ben")
    assert story.after(10 * HOUR) == ()
    story.accept("ben")
    assert story["ben"].status == "active"


def test_the_window_of_an_open_offer_starts_when_a_rival_arrives(story):
    story.reserve("ana")
    story.reserve("ben")
    story.release("ana")
    story.told("ben")
    story.now += HOUR
    story.reserve("cem")
    assert story.history[-1].event == ClaimWindowStarted("ben", story.now + WINDOW)
    assert story.after(WINDOW - MINUTE) == ()
    assert OfferReturned("ben", Why.SILENT) in story.after(MINUTE)


def test_a_rival_arriving_before_the_notice_leaves_time_to_deliver_it(story):
    story.reserve("ana")
    story.reserve("ben")
    story.release("ana")
    story.now += HOUR
    story.reserve("cem")
    assert story["ben"].claim_by == story.now + 3 * WINDOW
    story.told("ben")
    assert story["ben"].claim_by == story.now + WINDOW


def test_a_second_rival_does_not_buy_more_time(offered):
    offered.now += MINUTE
    before = offered["ben"].claim_by
    offered.reserve("eli")
    assert offered["ben"].claim_by == before


def test_who_waits_for_another_service_is_no_rival(story):
    story.reserve("ana", "payments")
    story.reserve("ben", "payments")
    story.reserve("cem", "orders")
    story.reserve("dia", "orders")
    story.release("ana")
    story.told("ben")
    assert story["dia"].status == "queued"
    story.now += 30 * MINUTE
    story.do(ask.Tick())
    assert story["ben"].status == "offered"


def test_a_cancelled_offer_goes_to_the_next(offered):
    offered.release("ben")
    assert offered.statuses == {"cem": "offered", "dia": "queued"}


@pytest.mark.parametrize("verb", [ask.Accept, ask.Pass])
def test_the_button_of_an_earlier_offer_does_not_answer_a_later_one(offered, verb):
    old = offered["ben"].version
    for person in ("ben", "cem", "dia"):
        offered.decline(person)
    with pytest.raises(OtherOffer) as refused:
        offered.do(verb("ben", "ben", version=old))
    assert refused.value.lease == offered["ben"]
    assert offered.do(verb("ben", "ben", version=offered["ben"].offer))


def test_a_button_shown_before_the_window_started_still_answers_its_offer(offered):
    assert offered["ben"].offer < offered["ben"].version
    assert offered.do(ask.Accept("ben", "ben", version=offered["ben"].offer))

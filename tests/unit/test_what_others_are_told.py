"""What follows, for others, from takes, gifts, requests, outages, freezes, bookings and circles."""

from datetime import timedelta
from typing import Any

import pytest

from bot.notices import model as told
from bot.reservations import commands as ask
from bot.reservations.places import FreezeWindow, Kind
from bot.reservations.values import Mode, Purpose, Scope, Terms, Wanted
from tests.unit.test_reactions import NINE, History, notices

HOUR = timedelta(hours=1)
PLACE = Scope("integration")
ANA, BEN, CEM = "U0ANA", "U0BEN", "U0CEM"


def wish(id: str, person: str, services: str = "", **more: Any) -> Wanted:
    scope = Scope("integration", frozenset(services.split()))
    return Wanted(id, person, scope, more.pop("mode", Mode.EXCLUSIVE), more.pop("length", HOUR), **more)


@pytest.fixture
def held() -> History:
    """Ana holds integration for an hour."""
    history = History()
    history.do(ask.Reserve(wish("LANA", ANA, reason="checkout")), ANA)
    return history


def test_whoever_it_is_taken_from_reads_why_and_is_first_in_line(held: History):
    held.now += HOUR / 2
    held.do(ask.Take(wish("LBEN", BEN, reason="payments is down")), BEN)
    [taken] = notices(held.told(), told.TakenFromYou)
    assert (taken.to, taken.notice.by, taken.notice.reason) == (ANA, BEN, "payments is down")
    assert (taken.notice.back.place, taken.notice.back.minutes) == (1, 30)


def test_the_card_of_what_was_taken_says_by_whom(held: History):
    held.do(ask.Take(wish("LBEN", BEN, reason="payments is down")), BEN)
    [card] = [x for x in notices(held.told(), told.LeaseCard) if x.final]
    assert (card.notice.lease.status, card.notice.by) == ("taken", BEN)


def test_who_was_being_asked_when_it_was_taken_keeps_the_place_and_reads_so(held: History):
    held.do(ask.Reserve(wish("LBEN", BEN)), BEN)
    held.do(ask.Release("LANA", ANA), ANA)
    held.do(ask.Take(wish("LCEM", CEM, reason="fire")), CEM)
    assert [x.notice.how for x in notices(held.told(), told.OfferSettled)] == ["taken"]


def test_whoever_is_given_it_is_told_and_the_giver_is_not(held: History):
    held.do(ask.Give("LANA", ANA, BEN, "LNEW"), ANA)
    [given] = notices(held.told(), told.GivenToYou)
    assert (given.to, given.notice.by, given.notice.lease.lease_id) == (BEN, ANA, "LNEW")
    assert notices(held.told(), told.LeaseEnded) == []


def test_the_holder_reads_who_would_like_to_have_it(held: History):
    held.do(ask.AskFor(PLACE, BEN), BEN)
    [wanted] = notices(held.told(), told.WantedByOther)
    assert (wanted.to, wanted.notice.by) == (ANA, BEN)


def test_the_next_in_line_hears_that_the_turn_is_near_with_the_holders_reminder(held: History):
    held.do(ask.Reserve(wish("LBEN", BEN)), BEN)
    held.now = NINE + timedelta(minutes=50)
    held.do(ask.Tick(), "system")
    [soon] = notices(held.told(), told.TurnSoon)
    assert (soon.to, soon.notice.expected) == (BEN, NINE + HOUR)


def test_what_was_accepted_in_advance_comes_without_an_offer(held: History):
    held.do(ask.Reserve(wish("LBEN", BEN)), BEN)
    held.do(ask.AcceptAhead("LBEN", BEN), BEN)
    held.do(ask.Release("LANA", ANA), ANA)
    assert [x.to for x in notices(held.told(), told.TurnCame)] == [BEN]
    assert notices(held.told(), told.OfferMade) == []


def test_a_pipeline_gets_no_messages(held: History):
    held.do(ask.Reserve(wish("LBOT", "pipeline:nightly", ttl=HOUR / 30)), "pipeline:nightly")
    held.do(ask.Release("LANA", ANA), ANA)
    assert [x.to for x in held.told() if x.to.startswith("pipeline")] == []


def test_an_outage_is_announced_once_and_its_holder_told_that_the_time_stands_still(held: History):
    held.do(ask.SetCondition(PLACE, Kind.DOWN, "disk full", BEN), BEN)
    held.now += HOUR
    held.do(ask.SetCondition(PLACE, None, "disk replaced", BEN), BEN)
    stopped, runs = notices(held.told(), told.ClockStopped), notices(held.told(), told.ClockRuns)
    assert [x.to for x in (*stopped, *runs)] == [ANA, ANA]
    assert runs[0].notice.lease.ends == NINE + 2 * HOUR
    cards = notices(held.told(), told.ConditionCard)
    assert len({card.card for card in cards}) == 1
    assert [(card.final, card.notice.over_by) for card in cards] == [(False, None), (True, BEN)]


def test_whoever_says_that_it_is_down_need_not_be_told(held: History):
    held.do(ask.SetCondition(PLACE, Kind.DOWN, "disk full", ANA), ANA)
    assert notices(held.told(), told.ClockStopped) == []


def test_a_freeze_is_one_card_from_its_announcement_to_its_end(held: History):
    window = FreezeWindow("F1", PLACE, NINE + HOUR, NINE + 2 * HOUR, "release", BEN)
    held.do(ask.Freeze(window), BEN)
    for held.now in (NINE + HOUR, NINE + 2 * HOUR):
        held.do(ask.Tick(), "system")
    cards = notices(held.told(), told.FreezeCard)
    assert [card.notice.stage for card in cards] == ["announced", "on", "over"]
    assert len({card.card for card in cards}) == 1


def test_a_thawed_freeze_is_over_once(held: History):
    held.do(ask.Freeze(FreezeWindow("F1", PLACE, NINE, NINE + HOUR, "release", BEN)), BEN)
    held.do(ask.Thaw(PLACE, CEM), CEM)
    held.now += 2 * HOUR
    held.do(ask.Tick(), "system")
    assert [x.notice.thawed_by for x in notices(held.told(), told.FreezeCard) if x.final] == [CEM]


def test_a_booking_is_a_card_that_goes_on_as_its_leases(held: History):
    held.do(ask.Book(wish("LBEN", BEN, begins=NINE + 2 * HOUR)), BEN)
    held.now = NINE + 2 * HOUR
    held.do(ask.Tick(), "system")
    held.do(ask.Accept("LBEN", BEN), BEN)
    cards = [x for x in notices(held.told(), told.LeaseCard) if x.notice.lease.lease_id == "LBEN"]
    assert [card.notice.lease.status for card in cards] == ["booked", "queued", "active"]
    assert len({card.card for card in cards}) == 1


def test_a_booking_that_nobody_comes_for_ends_with_its_time(held: History):
    held.do(ask.Book(wish("LBEN", BEN, begins=NINE + 2 * HOUR, until=NINE + 3 * HOUR)), BEN)
    for held.now in (NINE + 2 * HOUR, NINE + 3 * HOUR):
        held.do(ask.Tick(), "system")
    assert [x.to for x in notices(held.told(), told.BookingMissed)] == [BEN]


def test_people_who_wait_for_one_another_are_told_when_the_circle_closes():
    history = History()
    for id, person, service in (("L1", ANA, "payments"), ("L2", BEN, "orders"), ("L3", ANA, "orders")):
        history.do(ask.Reserve(wish(id, person, service)), person)
    assert notices(history.told(), told.InACircle) == []
    history.do(ask.Reserve(wish("L4", BEN, "payments")), BEN)
    [circle] = notices(history.told(), told.InACircle)
    assert circle.to == ANA
    assert {held.person for held in circle.notice.leases} == {ANA, BEN}


def test_a_run_keeps_the_lease_past_its_end_and_the_holder_reads_so(held: History):
    held.do(ask.PinLease("LANA", "run-1", NINE + 2 * HOUR), "system")
    held.now += HOUR
    held.do(ask.Tick(), "system")
    [kept] = notices(held.told(), told.KeptForRun)
    assert (kept.to, kept.notice.lease.kept_until) == (ANA, NINE + 2 * HOUR)


def test_an_offer_put_off_is_settled_and_made_again_as_a_new_message(held: History):
    held.do(ask.Reserve(wish("LBEN", BEN, terms=Terms(later=HOUR / 2))), BEN)
    held.do(ask.Release("LANA", ANA), ANA)
    held.do(ask.Later("LBEN", BEN), BEN)
    held.now += HOUR / 2
    held.do(ask.Tick(), "system")
    offers = notices(held.told(), told.OfferMade)
    assert len({offer.card for offer in offers}) == 2
    assert [x.notice.how for x in notices(held.told(), told.OfferSettled)] == ["later"]


def test_a_lease_that_a_deployment_took_has_no_card_until_somebody_else_has_it():
    history = History()
    history.do(ask.Reserve(wish("LANA", ANA, purpose=Purpose.DEPLOYMENT)), ANA)
    assert notices(history.told(), told.LeaseCard) == []
    history.do(ask.Give("LANA", ANA, BEN, "LBEN"), ANA)
    assert [x.notice.lease.lease_id for x in notices(history.told(), told.LeaseCard)] == ["LBEN"]


def test_what_comes_back_to_whoever_it_was_taken_from_has_a_card():
    history = History()
    history.do(ask.Reserve(wish("LANA", ANA, purpose=Purpose.DEPLOYMENT)), ANA)
    history.do(ask.Take(wish("LBEN", BEN, reason="fire")), BEN)
    history.do(ask.Release("LBEN", BEN), BEN)
    assert {x.notice.lease.person for x in notices(history.told(), told.LeaseCard)} == {BEN}

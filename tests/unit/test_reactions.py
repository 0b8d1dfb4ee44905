"""What others are told follows from what happened, whatever happens and whatever the catalog has become since."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.catalog import Catalog, Environment
from bot.errors import SignalboxError
from bot.notices.model import (
    DoneForYou,
    Envelope,
    LeaseCard,
    LeaseEnded,
    LeaseEnding,
    OfferMade,
    OfferPressed,
    OfferSettled,
    QuestionOver,
    TurnSoon,
    WantedByOther,
)
from bot.reactions import react
from bot.reservations.commands import Accept, AskFor, ConfirmDelivery, Extend, Leave, Pass, Release, Reserve, Tick
from bot.reservations.events import Recorded
from bot.reservations.ledger import Step
from bot.reservations.model import decide, evolve
from bot.reservations.state import State
from bot.reservations.values import Mode, Scope, Wanted

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
HERE = Catalog(environments={"integration": Environment("integration", announce="#integration")})
GONE = Catalog(environments={}, announce="")
PEOPLE = ("U0ANA", "U0BEN", "U0CEM")


class History:
    """Commands carried out one after another, as steps."""

    def __init__(self):
        self.state, self.now, self.steps, self.count = State(), NINE, [], 0

    def do(self, command, by="U0ANA"):
        self.count += 1
        try:
            events = decide(self.state, command, self.now)
        except SignalboxError:
            return []
        done = []
        for event in events:
            recorded = Recorded(1, self.state.seq + 1, self.now, event, f"r{self.count}", by)
            after = evolve(self.state, recorded)
            done.append(Step(recorded, self.state, after))
            self.state = after
        self.steps.extend(done)
        return done

    def reserve(self, person, mode=Mode.EXCLUSIVE):
        id = f"L{self.count}"
        self.do(Reserve(Wanted(id, person, Scope("integration"), mode, timedelta(hours=1))), person)
        return id

    def told(self, catalog=HERE):
        return react("W", self.steps, lambda: catalog)


def notices(envelopes: list[Envelope], kind: type) -> list[Any]:
    return [each for each in envelopes if isinstance(each.notice, kind)]


def test_a_release_offers_to_the_next_and_says_who_is_done_with_it():
    history = History()
    first = history.reserve("U0ANA")
    history.reserve("U0BEN")
    history.do(Release(first, "U0ANA"))
    [offer] = notices(history.told(), OfferMade)
    assert (offer.to, offer.notice.previous) == ("U0BEN", "U0ANA")
    assert offer.confirm is not None


def test_the_holders_card_says_how_many_wait():
    history = History()
    history.reserve("U0ANA")
    history.reserve("U0BEN")
    cards = notices(history.told(), LeaseCard)
    assert [card.notice.waiting for card in cards] == [0, 1]
    assert len({card.card for card in cards}) == 1


def test_an_offer_that_lapses_says_so_in_its_own_message():
    history = History()
    first = history.reserve("U0ANA")
    second = history.reserve("U0BEN")
    history.reserve("U0CEM")
    history.do(Release(first, "U0ANA"))
    history.now += timedelta(hours=1)
    history.do(Tick())
    told = history.told()
    [settled] = notices(told, OfferSettled)
    assert (settled.to, settled.notice.how, settled.notice.lease.place) == ("U0BEN", "lapsed", 1)
    assert second in history.state.leases


def an_open_offer(*, delivered):
    """Ben's, with nobody behind him."""
    history = History()
    first = history.reserve("U0ANA")
    second = history.reserve("U0BEN")
    history.do(Release(first, "U0ANA"))
    if delivered:
        history.do(ConfirmDelivery(second, history.state.leases[second].version), "system")
    return history, second


def test_an_offer_that_stayed_open_is_pressed_by_a_new_message_when_somebody_queues():
    history, second = an_open_offer(delivered=True)
    assert not notices(history.told(), OfferPressed)
    history.now += timedelta(minutes=20)
    history.reserve("U0CEM")
    [pressed] = notices(history.told(), OfferPressed)
    assert pressed.to == "U0BEN"
    assert pressed.notice.lease.claim_by == history.now + timedelta(minutes=5) == history.state.leases[second].claim_by


def test_a_pressed_offer_is_answered_in_its_new_message_and_the_old_one_has_no_more_buttons():
    history, second = an_open_offer(delivered=True)
    history.reserve("U0CEM")
    history.do(Accept(second, "U0BEN"), by="U0BEN")
    told = history.told()
    [offer], [pressed] = notices(told, OfferMade), notices(told, OfferPressed)
    settled = [(each.card, each.notice.how, each.final) for each in notices(told, OfferSettled)]
    assert settled == [(offer.card, "pressed", True), (pressed.card, "accepted", True)]
    assert offer.card != pressed.card


def test_an_offer_that_is_pressed_again_gets_a_new_message_again():
    history, _ = an_open_offer(delivered=True)
    for person in ("U0CEM", "U0DANA"):
        rival = history.reserve(person)
        history.do(Leave(rival, person), by=person)
    told = history.told()
    cards = [each.card for each in notices(told, OfferPressed)]
    assert len(set(cards)) == 2
    assert [each.card for each in notices(told, OfferSettled)] == [notices(told, OfferMade)[0].card, cards[0]]


def test_an_offer_pressed_before_it_arrived_says_so_itself():
    history, _ = an_open_offer(delivered=False)
    history.reserve("U0CEM")
    assert not notices(history.told(), OfferPressed)
    first, again = notices(history.told(), OfferMade)
    assert first.notice.lease.claim_by is None
    assert again.notice.lease.claim_by is not None
    assert (first.card, first.confirm) == (again.card, again.confirm)


def edits(envelopes):
    """What old messages say now, by the message."""
    return {each.card: (each.to, each.notice.asked, each.notice.how) for each in notices(envelopes, QuestionOver)}


def warned():
    """Ana holds it for an hour more or less, and Ben knows that he is next. Gives their leases."""
    history = History()
    first, second = history.reserve("U0ANA"), history.reserve("U0BEN")
    history.now = NINE + timedelta(minutes=52)
    history.do(Tick())
    [soon] = notices(history.told(), TurnSoon)
    assert (soon.to, soon.final) == ("U0BEN", True)
    return history, first, second, soon.card


def test_who_was_next_reads_in_that_message_that_they_were_asked():
    history, first, _, card = warned()
    history.do(Release(first, "U0ANA"))
    assert edits(history.told())[card] == ("U0BEN", "soon", "offered")


def test_or_that_they_have_left_the_queue():
    history, _, second, card = warned()
    history.do(Leave(second, "U0BEN"), "U0BEN")
    assert edits(history.told())[card] == ("U0BEN", "soon", "left")


def test_whoever_ends_their_lease_has_no_live_buttons_in_what_was_asked_of_it():
    history, first, _, _ = warned()
    history.do(AskFor(Scope("integration"), "U0BEN"), "U0BEN")
    [wanted], [reminder] = notices(history.told(), WantedByOther), notices(history.told(), LeaseEnding)
    history.do(Release(first, "U0ANA"))
    found = edits(history.told())
    assert (found[wanted.card], found[reminder.card]) == (("U0ANA", "wanted", "ended"), ("U0ANA", "reminder", "ended"))


def test_an_end_that_the_reminder_tells_is_told_there_once():
    history, _, _, _ = warned()
    history.now = NINE + timedelta(minutes=61)
    history.do(Tick())
    [ended] = notices(history.told(), LeaseEnded)
    assert ended.card.startswith("reminder:")
    assert ended.card not in edits(history.told())


def of_a_team(history, lease_id, person):
    scope = Scope("integration")
    history.do(Reserve(Wanted(lease_id, person, scope, Mode.EXCLUSIVE, timedelta(hours=1), team="checkout")), person)


@pytest.mark.parametrize(("by", "times"), [("U0CEM", 1), ("U0BEN", 0)])
def test_an_acceptance_is_told_to_the_person_unless_they_did_it(by, times):
    history = History()
    first = history.reserve("U0ANA")
    of_a_team(history, "B", "U0BEN")
    history.do(Release(first, "U0ANA"))
    history.do(Accept("B", by, "checkout"), by=by)
    told = notices(history.told(), DoneForYou)
    assert [(each.to, each.notice.how, each.notice.by) for each in told] == [("U0BEN", "accepted", "U0CEM")] * times


@pytest.mark.parametrize(("by", "times"), [("U0CEM", 1), ("U0BEN", 0)])
def test_an_extension_is_told_to_the_person_unless_they_did_it(by, times):
    history = History()
    of_a_team(history, "B", "U0BEN")
    history.do(Extend("B", by, timedelta(minutes=30), team="checkout"), by=by)
    assert [each.notice.how for each in notices(history.told(), DoneForYou)] == ["extended"] * times


def test_only_a_release_by_somebody_else_is_told_to_the_holder():
    history = History()
    lease = Wanted("L", "U0ANA", Scope("integration"), Mode.EXCLUSIVE, timedelta(hours=1), team="checkout")
    history.do(Reserve(lease))
    history.do(Release("L", "U0BEN", "checkout"), by="U0BEN")
    [told] = notices(history.told(), LeaseEnded)
    assert (told.to, told.notice.by) == ("U0ANA", "U0BEN")


def test_a_lease_outlives_its_environment_in_the_catalog():
    history = History()
    first = history.reserve("U0ANA")
    history.reserve("U0BEN")
    history.do(Release(first, "U0ANA"))
    told = history.told(GONE)
    assert not notices(told, LeaseCard)
    assert notices(told, OfferMade)


@st.composite
def acts(draw):
    return (
        draw(st.sampled_from(["reserve", "shared", "act", "wait"])),
        draw(st.integers(0, 11)),
        draw(st.integers(0, 2)),
    )


@pytest.mark.parametrize("catalog", [HERE, GONE], ids=["here", "gone"])
@given(st.lists(acts(), max_size=40))
def test_any_history_can_be_told_twice_with_the_same_ids(catalog, lines):
    history = History()
    for kind, number, who in lines:
        person = PEOPLE[who]
        live = sorted(history.state.leases)
        if kind in ("reserve", "shared"):
            history.reserve(person, Mode.SHARED if kind == "shared" else Mode.EXCLUSIVE)
        elif kind == "wait":
            history.now += timedelta(minutes=5 * number)
            history.do(Tick())
        elif live:
            id = live[number % len(live)]
            acts_on = (Accept, Pass, Leave, Release)
            history.do(acts_on[number % 4](id, person), person)
            history.do(Extend(id, person, timedelta(minutes=30)), person)
            history.do(ConfirmDelivery(id, history.state.leases[id].version if id in history.state.leases else 0))
    told = history.told(catalog)
    assert len({each.id for each in told}) == len(told)
    assert all(each.to for each in told)
    assert history.told(catalog) == told

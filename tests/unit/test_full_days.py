"""On a full day what asks for nothing shares one message, and what cannot wait comes as ever: whatever the order."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.notices.casework import CaseLine
from bot.notices.facts import LeaseFacts
from bot.notices.model import (
    AlsoToday,
    DeploymentReceipt,
    DeploymentRed,
    DeploymentTurn,
    DoneForYou,
    Envelope,
    Kept,
    LeaseCard,
    LeaseEnded,
    LeaseEnding,
    OfferMade,
    QuestionOver,
    SuiteCard,
    SuiteEnded,
    TurnSoon,
    WantedByOther,
)
from bot.notices.noise import BUDGET, BY_THEMSELVES, ENOUGH, Today, can_share, whom_to_count, within_reason
from bot.notices.running import RunFacts
from tests.unit.views.deployed import OPEN
from tests.unit.views.test_cases_told import CASE

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
LEASE = LeaseFacts("L", 1, "U0ANA", "integration", (), "exclusive", "active", "", NOON, 60)
GREEN = RunFacts("R1", 5, "api", "integration", "U0ANA", "person", "over", NOON, verdict="passed", total=7, passed=7)
WORKS = DeploymentReceipt(OPEN)
SHARE = {
    "soon": TurnSoon(LEASE, NOON),
    "a mate": DoneForYou(LEASE, "extended", "U0BEN"),
    "begun": DeploymentTurn(OPEN),
    "works": WORKS,
    "green": SuiteEnded(GREEN),
    "over, as said": LeaseEnded(LEASE, "expired", reminded=True),
}
ALONE = {
    "offer": OfferMade(LEASE),
    "reminder": LeaseEnding(LEASE, alone=True),
    "asked": WantedByOther(LEASE, "U0BEN"),
    "over": LeaseEnded(LEASE, "expired"),
    "given up": LeaseEnded(LEASE, "released", "U0BEN", reminded=True),
    "back, as they wanted to hear": CaseLine(CASE, "recovered"),
    "red": DeploymentRed(OPEN),
    "in doubt": replace(WORKS, deployment=replace(OPEN, doubts=("slow",))),
    **{verdict: SuiteEnded(replace(GREEN, verdict=verdict)) for verdict in ("failed", "infrastructure", "skipped")},
}
CARD, LINE = SuiteCard(GREEN), "today:U0ANA"
MORNING = NOON + timedelta(hours=21)
UNTOUCHED = Today(0, 0, LINE, MORNING)
A_LINE = replace(UNTOUCHED, told=ENOUGH + 1, also=(Kept(NOON, WORKS),))


@dataclass
class Day:
    """Ana's, as the outbox would have it: what rang, what waits for the morning, what became of the shared message, and
    which cards stand.
    """

    rang: list = field(default_factory=list)
    waits: list = field(default_factory=list)
    today: Today = UNTOUCHED
    standing: set = field(default_factory=set)

    def batch(self, envelopes, now):
        cards = {each.card for each in envelopes if each.card} - self.standing
        kept = within_reason(envelopes, {"U0ANA": self.today}, fresh=cards, now=now)
        for each in kept:
            if each.not_before:
                self.waits.append(each.notice)
                continue
            if isinstance(each.notice, AlsoToday):
                self.today = replace(self.today, also=each.notice.kept)
            if each.card is None or each.card not in self.standing:
                easy = each.notice in SHARE.values() or isinstance(each.notice, SuiteCard | SuiteEnded | LeaseEnded)
                self.today = replace(self.today, told=self.today.told + 1, easy=self.today.easy + easy)
                self.rang.append(each.notice)
            self.standing.add(each.card)
        return kept


def mail(notices):
    """To Ana; a run's card has one message of its own each time."""
    return [
        Envelope(f"{n}", "U0ANA", each, card=f"card:{n}" if each is CARD else None) for n, each in enumerate(notices)
    ]


NOTICES = st.sampled_from([*SHARE.values(), *ALONE.values(), CARD])
days = st.lists(st.lists(NOTICES, min_size=1, max_size=4), max_size=12)


def lived(batches):
    day, kept = Day(), []
    for n, batch in enumerate(batches):
        envelopes = [replace(each, id=f"{n}:{each.id}", card=each.card and f"{n}:{each.card}") for each in mail(batch)]
        kept.append((envelopes, day.batch(envelopes, NOON + timedelta(minutes=n))))
    return day, kept


@given(days)
def test_half_of_the_budget_is_left_for_what_cannot_share(batches):
    day, _ = lived(batches)
    alone = sum(not can_share(each) and each is not CARD for batch in batches for each in batch)
    easy = len(day.rang) - alone
    assert easy <= BY_THEMSELVES + 1 == BUDGET / 2
    if alone <= BUDGET / 2:
        assert len(day.rang) <= BUDGET
    later = day.rang[BUDGET:]
    assert not any(can_share(each) or isinstance(each, AlsoToday) for each in later)


@given(days)
def test_once_enough_came_only_what_cannot_share_adds_more_than_one_message(batches):
    day, _ = lived(batches)
    later = [each for each in day.rang[ENOUGH:] if each in SHARE.values() or each is CARD]
    assert later == []
    assert [isinstance(each, AlsoToday) for each in day.rang].count(True) <= 1


@given(days)
def test_what_cannot_share_comes_at_once_as_it_is_and_in_its_order(batches):
    _, all_kept = lived(batches)
    for envelopes, kept in all_kept:
        alone = [each for each in envelopes if each.notice in ALONE.values()]
        assert [each for each in kept if each.notice in ALONE.values()] == alone


@given(days)
def test_nothing_is_lost_but_cards_of_runs_of_which_the_end_is_told(batches):
    day, _ = lived(batches)
    sent = [each for batch in batches for each in batch if each is not CARD]
    told = [each for each in day.rang if not isinstance(each, AlsoToday) and each is not CARD]
    together = [each.notice for each in day.today.also]
    assert sorted(map(repr, sent)) == sorted(map(repr, told + together + day.waits))
    assert [each.at for each in day.today.also] == sorted(each.at for each in day.today.also)


@given(days)
def test_whoever_wants_all_gets_all_as_it_is(batches):
    envelopes = mail([each for batch in batches for each in batch])
    assert within_reason(envelopes, {}, fresh={str(each.card) for each in envelopes}, now=NOON) == envelopes


@pytest.mark.parametrize("what", SHARE)
def test_what_asks_nothing_shares_a_message_from_the_fourth_on(what):
    [envelope] = mail([SHARE[what]])
    assert whom_to_count([envelope]) == {"U0ANA"}
    before = replace(UNTOUCHED, told=ENOUGH - 1)
    assert within_reason([envelope], {"U0ANA": before}, now=NOON) == [envelope]
    [shared] = within_reason([envelope], {"U0ANA": replace(before, told=ENOUGH)}, now=NOON)
    assert (shared.card, shared.notice, shared.final) == (LINE, AlsoToday((Kept(NOON, SHARE[what]),)), True)


@pytest.mark.parametrize("what", ALONE)
def test_what_asks_or_is_not_well_is_a_message_on_any_day(what):
    envelopes = mail([ALONE[what]])
    full = replace(A_LINE, told=BUDGET + 3, easy=BUDGET)
    assert within_reason(envelopes, {"U0ANA": full}, now=NOON) == envelopes


def test_the_third_that_asks_nothing_begins_the_shared_message():
    envelopes = mail([SHARE["begun"], SHARE["works"], SHARE["green"], SHARE["soon"]])
    begun, works, shared = within_reason(envelopes, {"U0ANA": UNTOUCHED}, now=NOON)
    assert [begun, works] == envelopes[:BY_THEMSELVES]
    assert shared.notice == AlsoToday((Kept(NOON, SHARE["green"]), Kept(NOON, SHARE["soon"])))


def test_where_the_shared_message_would_be_the_seventh_it_waits_for_the_morning():
    [envelope] = mail([SHARE["green"]])
    six = replace(UNTOUCHED, told=BUDGET)
    [waits] = within_reason([envelope], {"U0ANA": six}, now=NOON)
    assert waits == replace(envelope, not_before=MORNING)
    [shared] = within_reason([envelope], {"U0ANA": replace(six, told=BUDGET - 1)}, now=NOON)
    assert shared.card == LINE


def test_what_comes_later_is_added_to_what_stands_there():
    later = NOON + timedelta(hours=1)
    [shared] = within_reason(mail([SHARE["green"]]), {"U0ANA": A_LINE}, now=later)
    assert shared.notice == AlsoToday((*A_LINE.also, Kept(later, SHARE["green"])))


def test_a_run_has_a_card_only_where_its_end_can_be_told_beside_it():
    card, ended = mail([CARD, SHARE["green"]])
    fresh = {str(card.card)}
    for told, easy, kept in ((0, 0, [card, ended]), (1, 0, [card, ended]), (2, 0, [ended]), (1, 1, [ended])):
        day = Today(told, easy, LINE, MORNING)
        assert within_reason([card, ended], {"U0ANA": day}, fresh=fresh, now=NOON) == kept
    assert within_reason([card], {"U0ANA": A_LINE}, now=NOON) == [card], "it stands, and this is an edit"


def test_an_edit_rings_for_nobody_and_stays_one():
    edits = [replace(each, card="stands") for each in mail([SHARE["begun"], QuestionOver("turn", "succeeded")])]
    assert within_reason(edits, {"U0ANA": A_LINE}, now=NOON) == edits


def test_what_is_held_back_for_the_evening_stays_so():
    held = [replace(each, not_before=NOON) for each in mail([SHARE["green"]])]
    assert within_reason(held, {"U0ANA": A_LINE}, now=NOON) == held


def test_a_channel_has_no_such_limit_and_neither_have_the_replies_in_its_threads():
    reply = Envelope("r", "C0INTEGRATION", SHARE["green"], thread="case:1")
    cards = [Envelope(f"{n}", "C0INTEGRATION", LeaseCard(LEASE)) for n in range(ENOUGH + 3)]
    assert whom_to_count([*cards, reply]) == set()
    assert within_reason([*cards, reply], {"C0INTEGRATION": A_LINE}, now=NOON) == [*cards, reply]

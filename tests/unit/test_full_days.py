"""What asks for nothing shares one message, and what cannot wait comes as ever: whatever the order."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.notices.casework import CaseLine
from bot.notices.codec import decoded, encoded, kind_of
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
from bot.notices.noise import (
    BUDGET,
    ENOUGH,
    OF_THE_EASY,
    SHOWN,
    WORTH_A_CARD,
    Today,
    can_share,
    whom_to_count,
    within_reason,
)
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
    "reminder": LeaseEnding(LEASE, alone=False),
    "asked": WantedByOther(LEASE, "U0BEN"),
    "over": LeaseEnded(LEASE, "expired"),
    "given up": LeaseEnded(LEASE, "released", "U0BEN", reminded=True),
    "back, as they wanted to hear": CaseLine(CASE, "recovered"),
    "red": DeploymentRed(OPEN),
    "in doubt": replace(WORKS, deployment=replace(OPEN, doubts=("slow",))),
    **{verdict: SuiteEnded(replace(GREEN, verdict=verdict)) for verdict in ("failed", "infrastructure", "skipped")},
}
QUIET = LeaseEnding(LEASE, alone=True)
CARD, LINE = SuiteCard(GREEN), "today:U0ANA"
MORNING = NOON + timedelta(hours=21)
UNTOUCHED = Today(0, 0, LINE, MORNING)
A_LINE = replace(UNTOUCHED, told=ENOUGH + 1, also=AlsoToday((Kept(NOON, WORKS),)))


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
                self.today = replace(self.today, also=each.notice)
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


NOTICES = st.sampled_from([*SHARE.values(), *ALONE.values(), CARD, QUIET])
days = st.lists(st.lists(NOTICES, min_size=1, max_size=4), max_size=12)


def lived(batches):
    day, kept = Day(), []
    for n, batch in enumerate(batches):
        envelopes = [replace(each, id=f"{n}:{each.id}", card=each.card and f"{n}:{each.card}") for each in mail(batch)]
        kept.append((envelopes, day.batch(envelopes, NOON + timedelta(minutes=n))))
    return day, kept


@given(days)
def test_what_can_share_rings_twice_a_day_and_leaves_four_messages_for_what_cannot(batches):
    day, _ = lived(batches)
    alone = sum(not can_share(each) and each is not CARD for batch in batches for each in batch)
    assert len(day.rang) - alone <= OF_THE_EASY
    assert len(day.rang) <= max(BUDGET, alone + OF_THE_EASY)
    later = day.rang[BUDGET - 1 :]
    assert not any(can_share(each) or isinstance(each, AlsoToday) for each in later), "nor is it ever the last of six"


@given(days, st.integers(0, BUDGET))
def test_with_so_many_that_cannot_share_first_the_six_hold_for_as_many_as_there_are(batches, before):
    easy = [each for batch in batches for each in batch if can_share(each) or each is CARD]
    day, _ = lived([[ALONE["offer"]] * before, easy])
    assert len(day.rang) <= BUDGET


@given(days)
def test_what_shares_is_one_message_and_but_an_outcome_rings_beside_it(batches):
    day, _ = lived(batches)
    assert [isinstance(each, AlsoToday) for each in day.rang].count(True) <= 1
    beside = [each for each in day.rang if can_share(each) or each is CARD]
    assert all(each in (WORKS, SHARE["green"], CARD) for each in beside)


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
    also = day.today.also
    lines = [each.notice for each in also.kept]
    assert len(sent) == len(told) + len(lines) + also.earlier + len(day.waits)
    assert Counter(map(repr, told + lines + day.waits)) <= Counter(map(repr, sent))
    assert len(lines) <= SHOWN
    assert also.earlier == 0 or len(lines) == SHOWN, "what is shown is kept, and what it costs is bounded"
    assert [each.at for each in also.kept] == sorted(each.at for each in also.kept)


@given(days)
def test_whoever_wants_all_gets_all_as_it_is(batches):
    envelopes = mail([each for batch in batches for each in batch])
    assert within_reason(envelopes, {}, fresh={str(each.card) for each in envelopes}, now=NOON) == envelopes


@pytest.mark.parametrize("what", SHARE)
def test_the_first_that_asks_nothing_begins_the_message_that_the_others_share(what):
    [envelope] = mail([SHARE[what]])
    assert whom_to_count([envelope]) == {"U0ANA"}
    [shared] = within_reason([envelope], {"U0ANA": UNTOUCHED}, now=NOON)
    assert (shared.id, shared.card, shared.final) == ("0:also", LINE, True)
    assert shared.notice == AlsoToday((Kept(NOON, SHARE[what]),))


@pytest.mark.parametrize("what", ALONE)
def test_what_asks_or_is_not_well_is_a_message_on_any_day(what):
    envelopes = mail([ALONE[what]])
    full = replace(A_LINE, told=BUDGET + 3, easy=BUDGET)
    assert within_reason(envelopes, {"U0ANA": full}, now=NOON) == envelopes


@pytest.mark.parametrize(
    ("told", "stands", "rings"), [(3, True, True), (4, True, False), (4, False, True), (7, True, False)]
)
def test_on_a_full_day_a_reminder_for_which_nobody_waits_is_a_line(told, stands, rings):
    envelopes = mail([QUIET])
    assert whom_to_count(envelopes) == {"U0ANA"}
    day = replace(A_LINE if stands else UNTOUCHED, told=told)
    [envelope] = within_reason(envelopes, {"U0ANA": day}, now=NOON)
    assert (envelope == envelopes[0]) is rings
    if not rings:
        assert isinstance(envelope.notice, AlsoToday)
        assert envelope.notice.kept[-1] == Kept(NOON, QUIET)
        over = QuestionOver("reminder", "ended", lease=LEASE)
        [answered] = within_reason(mail([over]), {"U0ANA": replace(day, also=envelope.notice)}, now=NOON)
        assert isinstance(answered.notice, AlsoToday)
        assert answered.notice.kept[-1] == Kept(NOON, over)


def test_beside_the_shared_message_one_outcome_rings_and_the_rest_are_edits():
    envelopes = mail([SHARE["begun"], SHARE["soon"], SHARE["works"], SHARE["green"]])
    begun, soon, works, green = within_reason(envelopes, {"U0ANA": UNTOUCHED}, now=NOON)
    assert works == envelopes[2]
    assert {each.card for each in (begun, soon, green)} == {LINE}
    assert green.notice == AlsoToday(tuple(Kept(NOON, SHARE[each]) for each in ("begun", "soon", "green")))


def test_where_the_shared_message_would_be_the_last_of_the_day_it_waits_for_the_morning():
    [envelope] = mail([SHARE["green"]])
    five = replace(UNTOUCHED, told=BUDGET - 1)
    [waits] = within_reason([envelope], {"U0ANA": five}, now=NOON)
    assert waits == replace(envelope, not_before=MORNING)
    [shared] = within_reason([envelope], {"U0ANA": replace(five, told=BUDGET - 2)}, now=NOON)
    assert shared.card == LINE


@pytest.mark.parametrize("earlier", [0, 3])
def test_how_many_there_were_before_is_kept_with_the_list(earlier):
    also = AlsoToday((Kept(NOON, SHARE["green"]), Kept(MORNING, SHARE["soon"])), earlier)
    assert decoded(kind_of(also), encoded(also)) == also


def test_what_comes_later_is_added_to_what_stands_there():
    later = NOON + timedelta(hours=1)
    [shared] = within_reason(mail([SHARE["green"]]), {"U0ANA": A_LINE}, now=later)
    assert shared.notice == AlsoToday((*A_LINE.also.kept, Kept(later, SHARE["green"])))


@pytest.mark.parametrize(
    ("what", "over"),
    [
        ("soon", QuestionOver("soon", "offered", LEASE)),
        ("begun", QuestionOver("turn", "succeeded", None, OPEN.environment, OPEN.service, OPEN.version)),
    ],
)
def test_what_asked_something_in_the_shared_message_is_answered_there(what, over):
    told = Kept(NOON, SHARE[what])
    day = replace(A_LINE, also=AlsoToday((*A_LINE.also.kept, told), 3))
    [envelope] = [replace(each, card="own") for each in mail([over])]
    [edit] = within_reason([envelope], {"U0ANA": day}, fresh={"own"}, now=MORNING)
    assert (edit.card, edit.notice) == (LINE, AlsoToday((*A_LINE.also.kept, replace(told, notice=over)), 3))
    assert within_reason([envelope], {"U0ANA": A_LINE}, fresh={"own"}, now=MORNING) == [envelope], "it was not told"
    other = replace(over, lease=replace(LEASE, lease_id="other") if over.lease else None, service="other")
    elsewhere = replace(envelope, notice=other)
    assert within_reason([elsewhere], {"U0ANA": day}, fresh={"own"}, now=MORNING) == [elsewhere]


def test_a_run_has_a_card_only_where_its_end_can_be_told_beside_it():
    card, ended = mail([CARD, SHARE["green"]])
    fresh = {str(card.card)}
    for told, easy, shown in ((0, 0, True), (1, 0, True), (2, 0, False), (1, 1, False)):
        kept = within_reason([card, ended], {"U0ANA": Today(told, easy, LINE, MORNING)}, fresh=fresh, now=NOON)
        assert [each.id for each in kept] == ["0"] * shown + ["1:also"]
    assert within_reason([card], {"U0ANA": A_LINE}, now=NOON) == [card], "it stands, and this is an edit"


@pytest.mark.parametrize(("seconds", "shown"), [(0, True), (WORTH_A_CARD - 1, False), (WORTH_A_CARD, True)])
def test_only_a_run_that_takes_long_or_nobody_knows_how_long_has_a_card(seconds, shown):
    [card] = [replace(each, notice=SuiteCard(replace(GREEN, expected=seconds))) for each in mail([CARD])]
    assert within_reason([card], {"U0ANA": UNTOUCHED}, fresh={str(card.card)}, now=NOON) == [card] * shown


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

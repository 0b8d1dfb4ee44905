"""On a full day what one could do without is left out, and nothing else ever is."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.notices.facts import LeaseFacts
from bot.notices.model import (
    DeploymentCard,
    DeploymentReceipt,
    DeploymentRed,
    DeploymentTurn,
    Envelope,
    LeaseCard,
    LeaseEnded,
    LeaseEnding,
    OfferMade,
    SuiteCard,
    SuiteEnded,
    TurnSoon,
    WantedByOther,
)
from bot.notices.noise import ENOUGH, ENOUGH_OF_GOOD, SPARE, within_reason
from bot.notices.running import ExcusedFacts, RunFacts
from bot.notices.topics import topic_of
from tests.unit.views.deployed import OPEN

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
LEASE = LeaseFacts("L", 1, "U0ANA", "integration", (), "exclusive", "active", "", NOON, 60)
SOON, ENDED = TurnSoon(LEASE, NOON), LeaseEnded(LEASE, "expired", "")
OFFER, REMINDER, ASKED = OfferMade(LEASE), LeaseEnding(LEASE, alone=True), WantedByOther(LEASE, "U0BEN")

batches = st.lists(
    st.builds(
        lambda to, notice, held: Envelope("1", to, notice, not_before=NOON if held else None),
        st.sampled_from(["U0ANA", "U0BEN"]),
        st.sampled_from([SOON, ENDED, OFFER, REMINDER, ASKED]),
        st.booleans(),
    )
)


@given(batches, st.fixed_dictionaries({"U0ANA": st.integers(0, ENOUGH + 2), "U0BEN": st.integers(0, ENOUGH + 2)}))
def test_only_what_can_be_spared_is_left_out_and_only_after_enough_messages(envelopes, told):
    kept = within_reason(envelopes, told)
    for person, before in told.items():
        theirs = [each for each in envelopes if each.to == person]
        rest = [each for each in kept if each.to == person]
        assert [each for each in theirs if topic_of(each.notice) not in SPARE] == [
            each for each in rest if topic_of(each.notice) not in SPARE
        ]
        at_once = sum(each.not_before is None for each in rest)
        if len(rest) < len(theirs):
            assert before + at_once >= ENOUGH
        else:
            assert rest == theirs


def test_the_last_that_fits_is_kept_and_the_next_is_not():
    first, second = Envelope("1", "U0ANA", SOON), Envelope("2", "U0ANA", ENDED)
    assert within_reason([first, second], {"U0ANA": ENOUGH - 1}) == [first]


def test_whoever_wants_all_gets_all():
    envelopes = [Envelope(f"{n}", "U0ANA", SOON) for n in range(ENOUGH + 3)]
    assert within_reason(envelopes, {}) == envelopes


def test_a_channel_has_no_such_limit():
    cards = [Envelope(f"{n}", "C0INTEGRATION", LeaseCard(LEASE)) for n in range(ENOUGH + 3)]
    assert within_reason(cards, {"C0INTEGRATION": 99}) == cards


GREEN = RunFacts("R1", 5, "api", "integration", "U0ANA", "person", "over", NOON, verdict="passed", total=7, passed=7)
RED = replace(GREEN, verdict="failed", passed=6, failed=1)
SHUT = replace(GREEN, excused=(ExcusedFacts("a", "k", "c", 1, 1, 9, passed_then=True),))
WORKS = DeploymentReceipt(OPEN)
CARD = Envelope("c", "C0INTEGRATION", DeploymentCard(OPEN))


@pytest.mark.parametrize(
    ("receipt", "batch", "left_out"),
    [
        pytest.param(WORKS, [CARD], True, id="its card says that it works"),
        pytest.param(WORKS, [], False, id="it has no card"),
        pytest.param(replace(WORKS, deployment=replace(OPEN, doubts=("slow",))), [CARD], False, id="in doubt"),
        pytest.param(DeploymentTurn(OPEN), [CARD], True, id="it has begun, as its card says"),
        pytest.param(DeploymentRed(OPEN), [CARD], False, id="not well"),
        pytest.param(SuiteEnded(GREEN), [Envelope("c", "U0ANA", SuiteCard(GREEN))], True, id="a green run"),
        pytest.param(SuiteEnded(GREEN), [], False, id="a green run without a card"),
        pytest.param(SuiteEnded(RED), [Envelope("c", "U0ANA", SuiteCard(RED))], False, id="a red run"),
        pytest.param(SuiteEnded(SHUT), [Envelope("c", "U0ANA", SuiteCard(SHUT))], False, id="green, but"),
    ],
)
def test_that_it_went_well_is_left_out_where_its_card_says_so(receipt, batch, left_out):
    told = Envelope("r", "U0ANA", receipt)
    assert (told not in within_reason([*batch, told], {"U0ANA": ENOUGH_OF_GOOD})) is left_out
    assert told in within_reason([*batch, told], {"U0ANA": ENOUGH_OF_GOOD - 1})


def test_on_a_full_day_a_run_has_no_card_and_what_came_of_it_is_told():
    card, told = Envelope("c", "U0ANA", SuiteCard(GREEN), card="run:R1"), Envelope("r", "U0ANA", SuiteEnded(GREEN))
    full = {"U0ANA": ENOUGH_OF_GOOD}
    assert within_reason([card, told], full, {"run:R1"}) == [told]
    assert within_reason([card, told], full) == [card]
    assert within_reason([card, told], {"U0ANA": ENOUGH - 1}, {"run:R1"}) == [card, told]
    assert within_reason([card, told], {}, {"run:R1"}) == [card, told]

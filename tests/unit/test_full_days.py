"""On a full day what one could do without is left out, and nothing else ever is."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.notices.facts import LeaseFacts
from bot.notices.model import Envelope, LeaseCard, LeaseEnded, LeaseEnding, OfferMade, TurnSoon, WantedByOther
from bot.notices.noise import ENOUGH, SPARE, within_reason
from bot.notices.topics import topic_of

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

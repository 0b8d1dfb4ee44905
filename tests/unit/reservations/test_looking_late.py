"""Deadlines that passed while nobody looked, as after a restart."""

import hypothesis.strategies as st
from hypothesis import assume, given

from bot.reservations import commands as ask
from bot.reservations.events import LeaseExpired, LeaseOffered, OfferReturned, Why
from bot.reservations.model import next_deadline
from bot.reservations.state import State
from bot.reservations.values import Mode, Status, Terms
from tests.unit.reservations.story import HOUR, MINUTE, Story

TERMS = Terms(claim_window=5 * MINUTE, remind_before=10 * MINUTE)


def test_nothing_is_due_where_nothing_lives():
    assert next_deadline(State()) is None


def test_next_deadline_is_the_earliest_of_all_environments():
    story = Story(TERMS)
    story.reserve("ana", length=2 * HOUR)
    story.reserve("ben", environment="staging")
    assert next_deadline(story.state) == story.now + 50 * MINUTE


def test_offers_made_late_start_late():
    story = Story(TERMS)
    for person in ("ana", "ben", "cem"):
        story.reserve(person)
    assert [type(event) for event in story.after(24 * HOUR)] == [LeaseExpired, LeaseOffered]
    assert story["ben"].claim_by == story.now + 15 * MINUTE


def test_what_fell_due_first_is_settled_first():
    """Dia's silence came before ana's end: so eli was next for orders before anybody was next for payments."""
    story = Story(TERMS)
    for person, services in (("ana", "payments"), ("ben", "orders")):
        story.reserve(person, services)
    for person, services in (("dia", "orders"), ("eli", "orders"), ("fay", "payments")):
        story.reserve(person, services)
    story.release("ben")
    story.told("dia")
    assert story.after(24 * HOUR) == (
        OfferReturned("dia", Why.SILENT),
        LeaseOffered("eli", story.now + 15 * MINUTE),
        LeaseExpired("ana"),
        LeaseOffered("fay", story.now + 15 * MINUTE),
    )


WISHES = st.lists(
    st.tuples(
        st.sampled_from(["integration", "staging"]),
        st.sampled_from(["", "payments", "orders"]),
        st.sampled_from(Mode),
        st.integers(5, 90).map(lambda minutes: minutes * MINUTE),
    ),
    min_size=1,
    max_size=8,
)


def a_story(wishes) -> Story:
    story = Story(TERMS)
    for number, (environment, services, mode, length) in enumerate(wishes):
        lease_id = f"p{number}"
        story.reserve(lease_id, services, mode, environment=environment, length=length)
    return story


def look_at_each_deadline(story: Story, until) -> bool:
    """Whether anybody was offered anything on the way."""
    offered = False
    while (due := next_deadline(story.state)) is not None and due <= until:
        story.now = due
        offered |= any(isinstance(event, LeaseOffered) for event in story.do(ask.Tick()))
    return offered


def what_remains(story: Story) -> list[tuple]:
    return [(x.id, x.status, x.misses, x.ends, x.reminded) for x in story.state.leases.values()]


@given(WISHES, st.integers(0, 120).map(lambda minutes: minutes * MINUTE))
def test_looking_once_comes_to_the_same_as_looking_each_time_until_somebody_is_offered_something(wishes, pause):
    prompt, late = a_story(wishes), a_story(wishes)
    assume(not look_at_each_deadline(prompt, prompt.now + pause))
    late.after(pause)
    assert what_remains(prompt) == what_remains(late)
    assert prompt.queue == late.queue


@given(WISHES, st.integers(0, 300).map(lambda minutes: minutes * MINUTE))
def test_who_held_it_before_is_out_at_the_same_time_however_late_one_looks(wishes, pause):
    prompt, late = a_story(wishes), a_story(wishes)
    until = prompt.now + pause
    look_at_each_deadline(prompt, until)
    late.after(pause)
    assert holders(prompt) == holders(late)


def holders(story: Story) -> set[str]:
    return {lease.id for lease in story.state.leases.values() if lease.status is Status.ACTIVE}

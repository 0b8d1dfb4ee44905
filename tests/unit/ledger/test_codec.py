"""What is written can be read, also by others and later."""

from datetime import UTC, datetime, timedelta

import hypothesis.strategies as st
import msgspec
import pytest
from hypothesis import given

from bot.reservations.commands import Reserve
from bot.reservations.events import LeaseQueued, Recorded
from bot.reservations.log.codec import KINDS, UnknownKind, body_of, decode, encode, event_of, fingerprint, kind_of
from bot.reservations.log.entries import Entry, Memory
from bot.reservations.values import Mode, Scope, Terms, Wanted

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001 - bounds
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)
LENGTHS = st.timedeltas(timedelta(seconds=1), timedelta(days=400))
WORDS = st.text(max_size=40)
st.register_type_strategy(datetime, MOMENTS)
st.register_type_strategy(timedelta, LENGTHS)
st.register_type_strategy(str, WORDS)
EVENTS = st.one_of(*(st.from_type(kind) for kind in KINDS.values()))


@given(EVENTS, MOMENTS, WORDS)
def test_every_event_comes_back_as_it_was(event, at, request_id):
    entry = Entry(Recorded(3, 17, at, event, request_id, "ana"), Memory("f", 17, 1, "m"), "l")
    assert decode(3, 17, encode(entry)) == entry


@given(EVENTS)
def test_a_field_that_only_newer_versions_know_is_skipped(event):
    body = msgspec.json.decode(body_of(event)) | {"later": 1}
    assert event_of(kind_of(event), msgspec.json.encode(body)) == event


def test_an_event_from_before_ends_were_kept_is_read():
    event = LeaseQueued(a_reserve("ab").wanted)
    body = msgspec.json.decode(body_of(event))
    del body["wanted"]["until"]
    assert event_of("LeaseQueued", msgspec.json.encode(body)) == event


def test_a_kind_that_only_newer_versions_know_stops_us():
    with pytest.raises(UnknownKind, match="must be updated"):
        event_of("LeaseTeleported", "{}")


def a_reserve(services, length=timedelta(hours=1), terms=Terms()):  # noqa: B008 - frozen
    return Reserve(Wanted("L1", "ana", Scope("integration", frozenset(services)), Mode.SHARED, length, terms=terms))


def test_a_repeat_has_the_same_fingerprint_whatever_the_policy_says_by_then():
    one = fingerprint(a_reserve("abc"), "ana")
    other = fingerprint(a_reserve("cba", terms=Terms(maximum=timedelta(hours=1))), "ana")
    assert one == other


def test_other_arguments_have_another_fingerprint():
    commands = [a_reserve("ab"), a_reserve("abc"), a_reserve("ab", timedelta(hours=2))]
    prints = {fingerprint(command, by) for command in commands for by in ("ana", "ben")}
    assert len(prints) == 6

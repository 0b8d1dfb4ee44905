"""A repeat of a payload has the same id; another payload has another."""

import pytest

from handlers.kit import ids
from tests.support.arrivals import a_click, a_command, a_submission, an_event

PAYLOADS = [
    a_command(),
    a_command(trigger="1.1.b"),
    a_click(),
    a_click(at="1767600000.2"),
    a_submission(),
    a_submission(hash="h2"),
    {**a_submission(), "type": "view_closed"},
    an_event(),
    an_event("Ev2"),
    {"type": "shortcut", "trigger_id": "1.1.a", "user": {"id": "U1"}},
    {"type": "something new", "x": 1},
    {"type": "something new", "x": 2},
    a_command(trigger="1" * 500),
]


def test_different_payloads_have_different_ids():
    assert len({ids.request_id(payload) for payload in PAYLOADS}) == len(PAYLOADS)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_an_id_is_repeatable_and_short(payload):
    assert ids.request_id(dict(payload)) == ids.request_id(payload)
    assert 0 < len(ids.request_id(payload)) <= 200


@pytest.mark.parametrize("payload", PAYLOADS[:10])
def test_the_person_is_found_in_every_payload(payload):
    assert ids.person_of(payload) == ids.lane_of(payload) == "U1"


def test_what_nobody_did_waits_for_nothing():
    event = {"type": "event_callback", "event_id": "Ev9", "event": {"type": "channel_archive"}}
    assert ids.person_of(event) == ""
    assert ids.lane_of(event) == "event:Ev9"


def test_a_double_click_on_submit_is_one_request_though_its_trigger_differs():
    assert ids.request_id(a_submission()) == ids.request_id({**a_submission(), "trigger_id": "9.9.z"})


@pytest.mark.parametrize(
    ("container", "thread"),
    [
        ({"message_ts": "2.2", "thread_ts": "1.1"}, "1.1"),
        ({"message_ts": "1.1", "thread_ts": "1.1"}, ""),
        ({"message_ts": "1.1"}, ""),
        ({"type": "view", "view_id": "V1"}, ""),
    ],
)
def test_whoever_pressed_in_a_thread_is_answered_there_but_not_who_pressed_on_its_parent(container, thread):
    assert ids.thread_of({**a_click(), "container": container}) == thread


def test_what_is_in_the_channel_too_is_answered_there():
    place = {"message_ts": "2.2", "thread_ts": "1.1"}
    pressed = {**a_click(), "container": place, "message": {"ts": "2.2", "subtype": "thread_broadcast"}}
    assert ids.thread_of(pressed) == ""


def test_a_command_has_no_thread():
    assert ids.thread_of(a_command()) == ""

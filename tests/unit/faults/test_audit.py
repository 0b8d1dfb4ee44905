"""The audit finds what it is there to find: each rule is broken once on purpose."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.reservations import events as happened
from bot.reservations.events import Recorded, Why
from bot.reservations.values import Mode
from tests.support import audit
from tests.support.evidence import Asked, Evidence, Said, Sent, asked
from tests.unit.reservations.story import HOUR, NINE, Story, wanted


def a_log():
    """Ana holds, Ben waits, is offered it and accepts."""
    story = Story()
    story.reserve("ana")
    story.reserve("ben")
    story.release("ana")
    story.told("ben")
    story.accept("ben")
    return story.history


def evidence(log, **more):
    outbox = tuple(Sent(f"local:{one.seq}:card:#c", "sent", None, "C1", str(one.seq)) for one in log)
    said = tuple(Said("C1", each.ts or "", each.id) for each in outbox)
    found = Evidence(tuple(log), outbox, (), said, {each.id: 1 for each in outbox})
    return replace(found, **more)


def wrong(log, **more):
    return audit.violations(evidence(log, **more))


def then(log, event, **more):
    """The log with one more event."""
    last = log[-1]
    return [*log, replace(Recorded(last.epoch, last.seq + 1, last.at, event, "request", "somebody"), **more)]


def answer(text, request="r1", **more):
    return Asked(request, "ana", "a line", 100.0, acked=True, answers=({"text": text},), **more)


def test_a_lawful_log_that_everybody_was_told_of_is_in_order():
    assert wrong(a_log()) == []


def test_a_missing_event_is_found():
    log = a_log()
    del log[2]
    assert "seq 3 is missing: 4 follows" in wrong(log)


def test_an_event_that_comes_before_its_time_is_found():
    log = a_log()
    log[-1] = replace(log[-1], at=NINE - HOUR)
    assert "earlier epoch or time" in wrong(log)[0]


@pytest.mark.parametrize("services", ["", "payments"])
def test_a_scope_granted_twice_is_found(services):
    log = then(a_log(), happened.LeaseGranted(wanted("cem", "cem", services), NINE + HOUR))
    assert any("both hold" in one for one in wrong(log))


def test_a_shared_lease_beside_an_exclusive_one_is_found_and_beside_a_shared_one_is_none():
    first = Recorded(1, 1, NINE, happened.LeaseGranted(wanted("ana", "ana", "", Mode.SHARED), NINE + HOUR), "r", "ana")
    shared = then([first], happened.LeaseGranted(wanted("ben", "ben", "orders", Mode.SHARED), NINE + HOUR))
    assert wrong(shared) == []
    exclusive = then([first], happened.LeaseGranted(wanted("ben", "ben", "orders"), NINE + HOUR))
    assert any("both hold" in one for one in wrong(exclusive))


def test_a_scope_offered_while_somebody_holds_it_is_found():
    log = then(a_log(), happened.LeaseQueued(wanted("cem", "cem")))
    log = then(log, happened.LeaseOffered("cem", NINE + HOUR))
    assert any("both hold" in one for one in wrong(log))


def test_a_lease_that_enters_twice_and_a_person_who_waits_twice_are_found():
    log = then(a_log(), happened.LeaseQueued(wanted("cem", "cem")))
    again = then(log, happened.LeaseQueued(wanted("cem", "cem")))
    assert any("enters for the second time" in one for one in wrong(again))
    other = then(log, happened.LeaseQueued(wanted("cem2", "cem", "orders")))
    assert any("cem has cem2 and cem at once" in one for one in wrong(other))


@pytest.mark.parametrize(
    "event",
    [
        happened.OfferAccepted("ben", "ben", NINE + HOUR),
        happened.LeaseReleased("ana", "ana"),
        happened.LeaseCancelled("ben", Why.LEFT),
        happened.LeaseExpired("nobody"),
    ],
)
def test_what_a_lease_cannot_do_is_found(event):
    assert any(type(event).__name__ in one for one in wrong(then(a_log(), event)))


def test_a_token_that_does_not_rise_is_found():
    log = a_log()
    log[0] = replace(log[0], epoch=9)
    assert list(audit.tokens_out_of_order(log)) == [f"token 1.{log[-1].seq} follows 9.1"]


def test_an_event_that_nobody_is_told_of_is_found():
    log = a_log()
    assert list(audit.untold(log, evidence(log).outbox[1:])) == ["seq 1: nobody is told of LeaseGranted"]


@pytest.mark.parametrize("stage", ["pending", "sending", "delivered", "dead"])
def test_an_envelope_that_did_not_go_out_is_found(stage):
    assert list(audit.undelivered([Sent("local:1:x", stage, None, None, None)])) == [f"local:1:x is {stage}"]


def delivered(outbox, said, shown=None):
    return list(audit.misdelivered(outbox, said, shown or {each.id: 1 for each in outbox}))


ENVELOPE = Sent("local:1:x", "sent", None, "C1", "1.0")
SAID = Said("C1", "1.0", "local:1:x")


def test_a_message_twice_one_missing_and_one_that_only_counts_as_sent_are_found():
    assert delivered([ENVELOPE], [SAID]) == []
    twice = delivered([ENVELOPE], [SAID, replace(SAID, ts="2.0")])
    assert twice == ["a message too many in C1 at 2.0: local:1:x", "local:1:x was delivered 2 times"]
    assert delivered([ENVELOPE], []) == ["local:1:x does not stand where SQL says, or does not say the newest"]
    assert delivered([ENVELOPE], [SAID], {"local:1:x": 0}) == ["local:1:x counts as sent, and never took effect"]


def test_a_card_in_two_messages_or_with_an_old_state_is_found():
    first = replace(ENVELOPE, card="lease:L")
    second = replace(first, id="local:2:x")
    assert delivered([first, second], [replace(SAID, outbox_id="local:2:x")]) == []
    assert "newest" in delivered([first, second], [SAID])[0]
    assert "lease:L stands in 2 messages" in delivered([first, replace(second, ts="2.0")], [SAID])


@pytest.mark.parametrize(
    "text",
    [
        "*x* is yours, exclusive until 5 Token `1.99`",
        ":unlock: Released *x*. Thank you!",
        ":hourglass: You are next in line for *x*, your turn comes soon.",
        ":white_check_mark: *x* is yours until 5 now.",
        ":wave: You left the queue for *x*.",
        ":arrow_right: You passed on *x*. You are out of the queue.",
    ],
)
def test_a_promise_that_the_log_does_not_know_is_found(text):
    assert len(list(audit.broken_promises(a_log(), [answer(text)]))) == 1


def test_a_promise_that_the_log_keeps_is_none():
    log = [replace(one, request_id="r1:reserve") for one in a_log()]
    held = answer("*x* is yours, exclusive until 5 Token `1.1`")
    queued = answer("You are next in line for *x*, your turn comes soon.")
    assert list(audit.broken_promises(log, [held, queued])) == []


def test_a_denial_of_what_happened_is_found():
    log = [replace(one, request_id="r1:reserve") for one in a_log()]
    assert len(list(audit.false_denials(log, [answer("Redis is away. Nothing was changed.")]))) == 1
    assert list(audit.false_denials(a_log(), [answer("Redis is away. Nothing was changed.")])) == []


def test_an_acknowledged_payload_that_nothing_came_of_is_found():
    unanswered = replace(answer(""), answers=())
    assert len(list(audit.forgotten(a_log(), [unanswered]))) == 1
    working = replace(unanswered, answers=({"text": "Still working on it: the answer follows here."},))
    assert len(list(audit.forgotten(a_log(), [working]))) == 1
    assert list(audit.forgotten(a_log(), [replace(unanswered, acked=False), answer("There.")])) == []
    log = [replace(one, request_id="r1:reserve") for one in a_log()]
    assert list(audit.forgotten(log, [unanswered])) == []


def test_a_second_answer_is_found_and_words_on_the_way_are_none():
    twice = replace(answer(""), answers=({"text": "Held."}, {"text": "Held."}))
    on_the_way = replace(twice, answers=({"text": "Recorded, confirming: slow."}, {"text": "Held."}))
    assert len(list(audit.repeated_answers([twice]))) == 1
    assert list(audit.repeated_answers([on_the_way])) == []


def test_a_late_line_that_ends_what_was_asked_for_after_it_is_found():
    log = [
        Recorded(1, 1, NINE, happened.LeaseGranted(wanted("LANA", "ana"), NINE + HOUR), "r2:reserve", "ana"),
        Recorded(1, 2, NINE + timedelta(minutes=1), happened.LeaseReleased("LANA", "ana"), "r1:release:LANA", "ana"),
    ]
    typed, reserved = answer(""), replace(answer("", "r2"), at=130.0)
    assert len(list(audit.hindsight(log, [typed, reserved]))) == 1
    assert list(audit.hindsight(log, [replace(typed, at=140.0), reserved])) == []


def test_a_board_that_differs_from_the_log_is_found():
    state = audit.folded(a_log())
    held = ":lock: <@ben> · exclusive until 5"
    assert list(audit.misread(state, "integration", held)) == []
    assert len(list(audit.misread(state, "integration", ":large_green_circle: free"))) == 1
    assert len(list(audit.misread(state, "integration", f"{held}\n1. <@cem> · orders · shared for 1 h · soon"))) == 1


def test_a_payload_delivered_twice_is_asked_once_and_a_late_acknowledgement_counts():
    payload = {
        "command": "/env",
        "text": "release",
        "user_id": "U1",
        "trigger_id": "1",
        "response_url": "http://x/_response/c/u",
    }
    delivery = {"kind": "delivery", "type": "slash_commands", "at": 5.0, "payload": payload}
    traffic = [
        {**delivery, "envelope": "E1"},
        {"kind": "ack", "envelope": "E1", "state": "timeout", "payload": None},
        {**delivery, "envelope": "E2", "at": 9.0},
        {"kind": "ack", "envelope": "E2", "state": "late", "payload": None},
        {"kind": "response_url", "of": "u", "ok": True, "body": '{"text": "Done."}'},
        {"kind": "response_url", "of": "other", "ok": True, "body": '{"text": "Elsewhere."}'},
    ]
    assert asked(traffic) == [Asked("command:1", "U1", "release", 5.0, acked=True, answers=({"text": "Done."},))]

"""Each refusal says what is true, and its button is the next step."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from inline_snapshot import snapshot

from bot.catalog.values import Hours
from bot.errors import Forbidden
from bot.reservations import refusals as no
from bot.reservations.places import FreezeWindow
from bot.reservations.rules.bookings import Obstacle
from bot.reservations.values import Lease, Mode, Scope, Status, Terms, Token, Wanted
from handlers.views.errors import refused
from tests.support.blocks import assert_fit_for_slack

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLACE = Scope("integration", frozenset({"payments"}))
WANTED = Wanted("L1", "U0ANA", PLACE, Mode.EXCLUSIVE, HOUR, "fix <!channel>")
HELD = Lease(WANTED, Status.ACTIVE, 1, NOON, NOON, started=NOON, ends=NOON + HOUR, token=Token(1, 1))
WAITS = Lease(WANTED, Status.QUEUED, 1, NOON, NOON)
OFFERED = Lease(WANTED, Status.OFFERED, 1, NOON, NOON)
BOOKED = Lease(replace(WANTED, begins=NOON + HOUR), Status.BOOKED, 1, NOON, NOON)
FREEZE = FreezeWindow("F1", PLACE, NOON, NOON + HOUR, "rehearsal", "U0ELI")


def shown(error):
    """The text, then each button with what it does."""
    message = refused(error)
    assert_fit_for_slack(message.blocks, text=message.text)
    assert "<!channel>" not in message.text
    buttons = [each for block in message.blocks for each in block.get("elements", ())]
    return [message.text, *(f"[{each['text']['text']}: {_does(each)}]" for each in buttons)]


def _does(button):
    return json.loads(button["value"]).get("line", button["action_id"])


def test_what_somebody_else_holds_can_be_asked_for():
    ask = "[Ask for it: ask integration/payments]"
    assert shown(no.HeldByAnother("Somebody else holds it.", HELD))[1:] == [ask]
    assert shown(no.NothingMeant("You hold nothing there.", "release", (HELD,)))[1:] == [ask]
    assert shown(no.NothingMeant("You hold nothing.", "release", ()))[1:] == ["[Show the board: ]"]
    assert shown(no.NotYours("That place is somebody else's.", WAITS))[1:] == []


def test_what_one_holds_already_can_be_extended_or_released():
    more = ["[Extend 30 min: env.extend.30]", "[Extend 1 h: env.extend.60]", "[Release: env.release]"]
    for kind in (no.AlreadyYours, no.OverlapsYours, no.EndHasMoved, no.EndsThenAlready):
        assert shown(kind("You hold it.", HELD))[1:] == more
    for kind in (no.StillActive, no.KeptAlive):
        assert shown(kind("You hold it.", HELD))[1:] == more[2:]


def test_what_one_waits_for_can_be_left_and_what_is_offered_accepted():
    assert shown(no.AlreadyWaiting("You wait.", WAITS))[1:] == ["[Leave the queue: env.leave]"]
    assert "[Accept: env.accept]" in shown(no.AlreadyWaiting("It is offered.", OFFERED))
    assert "[Accept: env.accept]" in shown(no.OtherOffer("It is offered again.", OFFERED))


def test_one_of_several_is_chosen_by_a_button_that_keeps_whom_it_is_for():
    assert shown(no.SeveralMeant("Which one?", "give", (HELD, HELD), to="U0CEM"))[2:] == [
        "[2. integration/payments: env.give.2]"
    ]
    button = refused(no.SeveralMeant("Which one?", "give", (HELD,), to="U0CEM")).blocks[1]["elements"][0]
    assert json.loads(button["value"]) == {"lease": "L1", "version": 1, "to": "U0CEM"}
    assert shown(no.SeveralMeant("Which one?", "extend", (HELD,), length=HOUR))[1:] == [
        "[1. integration/payments: env.extend.1]"
    ]


def test_bookings_to_choose_from_are_told_apart_by_when_they_begin():
    hours = Terms(hours=Hours("Asia/Tokyo"))
    far = replace(BOOKED, wanted=replace(BOOKED.wanted, begins=NOON + 24 * HOUR, terms=hours))
    assert shown(no.SeveralMeant("Which one?", "leave", (BOOKED, far)))[1:] == [
        "[1. Mon 05 Jan 13:00 UTC integration/payments: env.leave.1]",
        "[2. Tue 06 Jan 21:00 integration/payments: env.leave.2]",
    ]


@pytest.mark.parametrize(
    ("error", "buttons"),
    [
        (no.NobodyHolds("Nobody.", PLACE), ["[Reserve for 1 h: reserve integration/payments 1h]"]),
        (no.HoldsAlready("They have it.", HELD), ["[Show who has what: board integration]"]),
        (no.BookedThen("It is booked.", BOOKED), ["[Show the calendar: calendar integration]"]),
        (no.NothingToUndo("Nothing."), ["[Show the board: ]"]),
        (no.NothingToUndo("Say ok.", "ok integration"), ["[ok integration: ok integration]"]),
        (no.CannotUndo("Gone."), ["[Show the board: ]"]),
        (no.NotUnwell("It is well."), ["[Show what is the matter: health]"]),
        (no.NotFrozen("It is not."), ["[Show what is the matter: health]"]),
        (no.LeaseGone("L1"), []),
        (no.TooFarAhead("Too far."), ["[Show the calendar: calendar]"]),
        (Forbidden("Only <@U0ELI> may."), []),
    ],
)
def test_the_next_step_is_a_button(error, buttons):
    assert shown(error)[1:] == buttons


def test_a_take_that_would_hit_somebody_else_asks_anew():
    error = no.SomebodyElseHolds("Nothing was taken.", replace(WANTED, person="U0CEM"), (HELD,), 7)
    assert shown(error) == snapshot(
        [
            """\
Nothing was taken.
• <@U0ANA> holds integration/payments until <!date^1767618000^{time}|2026-01-05 13:00 UTC> · fix &lt;!channel&gt;\
""",
            '[Take it: take integration/payments 60m "fix &lt;!channel&gt;"]',
            "[Ask for it instead: ask integration/payments]",
            "[Queue for 1 h: reserve integration/payments 1h]",
        ]
    )
    button = refused(error).blocks[1]["elements"][0]
    assert json.loads(button["value"])["seen"] == 7
    assert "<@U0ANA> will lose it." in button["confirm"]["text"]["text"]


def test_asked_lately():
    assert shown(no.AskedLately("<@U0ANA> was asked a moment ago.", HELD, NOON + HOUR)) == snapshot(
        [
            """\
<@U0ANA> was asked a moment ago.
<@U0ANA> holds *integration/payments* until <!date^1767618000^{time}|2026-01-05 13:00 UTC> · fix &lt;!channel&gt;
You can ask again at <!date^1767618000^{time}|2026-01-05 13:00 UTC>.\
""",
            "[Tell me when it is free: watch integration/payments]",
        ]
    )


def test_booked_then():
    assert shown(no.BookedThen("It is booked from then on.", BOOKED))[0] == snapshot("""\
It is booked from then on.
<@U0ANA> has booked *integration/payments* <!date^1767618000^{date_short_pretty} {time}|2026-01-05 13:00 UTC> to <!date^1767621600^{time}|2026-01-05 14:00 UTC> · fix &lt;!channel&gt;\
""")


def test_a_booking_that_is_in_the_way_and_the_next_free_time():
    obstacles = (
        Obstacle(NOON, NOON + HOUR, HELD),
        Obstacle(NOON, NOON + HOUR, BOOKED),
        Obstacle(NOON, NOON + HOUR, window=FREEZE),
    )
    assert shown(no.BookingConflict("That time is not free.", obstacles, NOON + 2 * HOUR, WANTED)) == snapshot(
        [
            """\
That time is not free.
• <@U0ANA> holds *integration/payments* until <!date^1767618000^{time}|2026-01-05 13:00 UTC> · fix &lt;!channel&gt;
• <@U0ANA> has booked *integration/payments* <!date^1767618000^{date_short_pretty} {time}|2026-01-05 13:00 UTC> to <!date^1767621600^{time}|2026-01-05 14:00 UTC> · fix &lt;!channel&gt;
• *integration/payments* is frozen <!date^1767614400^{date_short_pretty} {time}|2026-01-05 12:00 UTC> to <!date^1767618000^{time}|2026-01-05 13:00 UTC> · rehearsal
It is free for as long from <!date^1767621600^{date_short_pretty} {time}|2026-01-05 14:00 UTC> on.\
""",
            "[Book that instead: env.book]",
            "[Show the calendar: calendar integration]",
        ]
    )
    assert shown(no.BookingConflict("That time is not free.", (), None, WANTED)) == snapshot(
        [
            """\
That time is not free.
No free time of that length was found.\
""",
            "[Show the calendar: calendar integration]",
        ]
    )


def test_frozen_now():
    assert shown(no.FrozenNow("integration is frozen: rehearsal", FREEZE, WANTED)) == snapshot(
        [
            """\
integration is frozen: rehearsal
It ends <!date^1767618000^{date_short_pretty} {time}|2026-01-05 13:00 UTC>. Queue, and you are asked then.\
""",
            "[Queue for it: reserve integration/payments exclusive 60m]",
        ]
    )

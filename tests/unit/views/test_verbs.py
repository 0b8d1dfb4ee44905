"""What each verb answers, word for word."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from inline_snapshot import snapshot

from bot.catalog import Person
from bot.grammar.targets import Target
from bot.notices.facts import ConditionFacts, FreezeFacts, LeaseFacts
from bot.reservations.queries import Beside, Loss
from handlers.views import answers, booking, giving, health, holding, taking, troubles, undone, watching
from handlers.views.place import EnvironmentFacts
from tests.support.blocks import assert_fit_for_slack

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
HELD = LeaseFacts(
    lease_id="L2345678",
    version=3,
    person="U0ANA",
    environment="integration",
    services=("payments",),
    mode="exclusive",
    status="active",
    reason="checkout fix",
    asked=NOON,
    minutes=120,
    started=NOON,
    ends=NOON + timedelta(hours=2),
    token="3.417",
)
WAITS = replace(HELD, person="U0BEN", status="queued", started=None, ends=None, token=None, place=1)
BOOKED = replace(WAITS, status="booked", begins=NOON + timedelta(days=1), place=None)
DOWN = ConditionFacts("integration", "down", "disk full", "U0ELI", NOON, NOON + timedelta(hours=2))
FREEZE = FreezeFacts("F1", "integration", NOON, NOON + timedelta(days=2), "rehearsal", "U0ELI")


def read(message):
    """Each block on a line: its text, or its buttons with what they do."""
    assert_fit_for_slack(message.blocks, text=message.text)
    return [_block(block) for block in message.blocks]


def _block(block):
    return " | ".join(map(_element, block["elements"])) if "elements" in block else block["text"]["text"]


def _element(element):
    if element["type"] != "button":
        return element["text"]
    does = json.loads(element["value"]).get("line") or element["action_id"]
    return f"[{element['text']['text']}: {does}]"


@pytest.mark.parametrize(
    ("waiting", "rings", "said"),
    [
        (0, None, []),
        (1, True, ["A reminder comes 10 min before it ends."]),
        (0, False, [":no_bell: No new message reminds you of this end: nobody waits for it."]),
        (1, False, [":no_bell: No new message reminds you of this end: the last one is less than an hour old then."]),
    ],
)
def test_whoever_extends_reads_whether_a_reminder_will_come(waiting, rings, said):
    assert read(answers.extended(HELD, waiting, rings=rings))[2:] == said


def test_held_echoes_how_it_was_read_and_can_be_undone():
    told = answers.held(HELD, "reserve integration/payments 2h", undo=True, clipped=True)
    assert read(told) == snapshot(
        [
            """\
:white_check_mark: *integration/payments* is yours, exclusive until <!date^1767621600^{time}|2026-01-05 14:00 UTC> · checkout fix
:calendar: It is booked from then on, so it is yours for less time than you asked for.\
""",
            "[Extend 30 min: env.extend.30] | [Extend 1 h: env.extend.60] | [Release: env.release] | [Undo: env.undo] | [Change…: env.form.1]",
            "Understood: `reserve integration/payments 2h`. A reminder comes 10 min before it ends. Fencing token `3.417`",
        ]
    )
    assert "stands still" in read(answers.held(replace(HELD, paused=True)))[0]


def test_before_a_take():
    offered = replace(WAITS, status="offered")
    assert read(taking.sure(Loss("integration", (HELD, offered), 2, 7), 'take integration "outage"')) == snapshot(
        [
            """\
:warning: Nothing is taken yet. *integration* is in use. 2 waiting.
• <@U0ANA> holds integration/payments until <!date^1767621600^{time}|2026-01-05 14:00 UTC> · checkout fix
• <@U0BEN> is being asked whether they want integration/payments\
""",
            '[Take it: take integration "outage"] | [Ask for it instead: ask integration] | [Queue for 1 h: reserve integration 1h]',
            'Understood: `take integration "outage"`. They read your reason, and are first in line for the time they had left.',
        ]
    )


def test_after_a_take():
    assert taking.notes((HELD,)) == snapshot(
        (
            ":warning: You took it from <@U0ANA>. They read your reason, and are first in line for the time they had left.",
        )
    )
    assert taking.notes((replace(HELD, pipeline=True, person="pipeline:payments-deploy"),)) == snapshot(
        (":warning: You took it from pipeline payments-deploy. A pipeline does not come back by itself: run it again.",)
    )
    assert taking.notes(()) == ()


def test_booked_with_what_is_near():
    near = Beside((replace(BOOKED, person="U0CEM", begins=NOON + timedelta(days=1, hours=3)),), (FREEZE,))
    assert read(booking.booked(BOOKED, near, "book integration/payments 2026-01-06 13:00 2h")) == snapshot(
        [
            """\
:calendar: *integration/payments* is booked for you, <!date^1767700800^{date_short_pretty} {time}|2026-01-06 12:00 UTC> to <!date^1767708000^{time}|2026-01-06 14:00 UTC>, exclusive · checkout fix
Near it:
• *integration/payments* <!date^1767711600^{date_short_pretty} {time}|2026-01-06 15:00 UTC> to <!date^1767718800^{time}|2026-01-06 17:00 UTC> · <@U0CEM> · exclusive · checkout fix
• :snowflake: *integration* is frozen <!date^1767614400^{date_short_pretty} {time}|2026-01-05 12:00 UTC> to <!date^1767787200^{date_short_pretty} {time}|2026-01-07 12:00 UTC> · rehearsal\
""",
            "[Cancel booking: env.leave] | [Undo: env.undo] | [Show the calendar: calendar integration]",
            "Understood: `book integration/payments 2026-01-06 13:00 2h`. When it begins you are first in line, and are asked.",
        ]
    )


def test_kept():
    assert read(holding.kept(HELD, 'hold 2h "heap dump"', moved=True)) == snapshot(
        [
            ":pushpin: *integration/payments* is kept as it is, and yours until <!date^1767621600^{time}|2026-01-05 14:00 UTC> · checkout fix",
            "[Release: env.release] | [Undo: env.undo]",
            'Understood: `hold 2h "heap dump"`. Whoever waits is asked when you release it, or when it ends.',
        ]
    )


def test_kept_for_less_long_than_it_is_ones_own_anyway():
    assert "It was yours until then already" in read(holding.kept(HELD, "hold 30m", moved=False))[0]


def test_given_and_asked():
    assert read(giving.given(HELD, "U0CEM", NOON)) == snapshot(
        [
            ":handshake: *integration/payments* is <@U0CEM>'s now, until <!date^1767621600^{time}|2026-01-05 14:00 UTC>. They are told. Thank you!",
            "[Queue for it: reserve integration/payments exclusive 1h]",
        ]
    )
    assert read(giving.asked((HELD,), waits=False)) == snapshot(
        [
            """\
:wave: I have asked for you, politely.
<@U0ANA> holds *integration/payments* until <!date^1767621600^{time}|2026-01-05 14:00 UTC> · checkout fix\
""",
            "[Queue for it: reserve integration/payments 1h]",
        ]
    )
    cem = Person("cem", "U0CEM", full_name="Cem Aydın")
    assert read(giving.to_whom(Target("integration"), (cem,))) == snapshot(
        [":busts_in_silhouette: One person at a time can hold it. To whom?", "[Cem Aydın: give integration <@U0CEM>]"]
    )


def test_taken_back():
    assert read(undone.undone((HELD,), ())) == snapshot(
        [
            ":leftwards_arrow_with_hook: Taken back: *integration/payments* is yours until <!date^1767621600^{time}|2026-01-05 14:00 UTC>.",
            "[Release: env.release]",
        ]
    )
    assert "and not kept as it is any more" in read(undone.undone((HELD,), (), unheld=True))[0]
    assert "and still kept as it is" in read(undone.undone((replace(HELD, held=True),), ()))[0]
    assert read(undone.undone((), (HELD,))) == snapshot(
        [
            ":leftwards_arrow_with_hook: Taken back: you do not hold *integration/payments* any more.",
            "[Reserve it after all: reserve integration/payments exclusive 120m]",
        ]
    )
    assert read(undone.undone((WAITS, BOOKED), (WAITS, BOOKED))) == snapshot(
        [
            """\
:leftwards_arrow_with_hook: Taken back: you are next in line for *integration/payments*.
:leftwards_arrow_with_hook: Taken back: *integration/payments* is booked for you again.
:leftwards_arrow_with_hook: Taken back: you do not wait for *integration/payments* any more.
:leftwards_arrow_with_hook: Taken back: *integration/payments* is not booked for you any more.\
""",
            "[Leave the queue: env.leave] | [Reserve it after all: reserve integration/payments exclusive 120m]",
        ]
    )


def test_left():
    assert read(answers.left((WAITS, BOOKED))) == snapshot(
        [
            """\
:wave: You left the queue for *integration/payments*.
:wave: Your booking of *integration/payments* is cancelled.\
""",
            "[Undo: undo]",
        ]
    )


def test_what_is_said_of_a_place():
    assert read(troubles.unwell(DOWN, 2, "down integration disk full 2h")) == snapshot(
        [
            """\
:red_circle: *integration* is down now: disk full. It should be well again <!date^1767621600^{time}|2026-01-05 14:00 UTC>.
Nobody is offered it until somebody says that it is well again. The time of 2 reservations stands still until then.\
""",
            "[It is well again: ok integration]",
            "Understood: `down integration disk full 2h`. It shows on a card in the environment's channel.",
        ]
    )
    assert read(troubles.well("integration", 1, "ok integration")) == snapshot(
        [
            ":large_green_circle: *integration* is well again. The time of 1 reservation runs again. Whoever waits is asked.",
            "Understood: `ok integration`. It shows on a card in the environment's channel.",
        ]
    )
    assert read(troubles.frozen(FREEZE, "freeze integration 2d rehearsal", now=NOON)) == snapshot(
        [
            """\
:snowflake: *integration* is frozen <!date^1767614400^{date_short_pretty} {time}|2026-01-05 12:00 UTC> to <!date^1767787200^{date_short_pretty} {time}|2026-01-07 12:00 UTC>: rehearsal
Nobody new gets it exclusively then. What runs goes on, and sharing it is fine.\
""",
            "[Undo: thaw it: thaw integration]",
            "Understood: `freeze integration 2d rehearsal`. It shows on a card in the environment's channel.",
        ]
    )
    ahead = troubles.frozen(FREEZE, "freeze integration 2d rehearsal", now=NOON - timedelta(hours=1))
    assert ahead.text.startswith(":snowflake: *integration* will be frozen <!date^1767614400^")
    assert read(troubles.thawed("integration", (FREEZE,), "thaw integration")) == snapshot(
        [
            """\
:unlock: Thawed *integration*. Whoever waits is asked.
• integration <!date^1767614400^{date_short_pretty} {time}|2026-01-05 12:00 UTC> to <!date^1767787200^{date_short_pretty} {time}|2026-01-07 12:00 UTC>: rehearsal\
""",
            "[Reserve for 1 h: reserve integration 1h]",
            "Understood: `thaw integration`. It shows on a card in the environment's channel.",
        ]
    )


def test_watching():
    assert read(watching.watched("integration", "watch integration")) == snapshot(
        [
            ":eyes: A direct message tells you once when *integration* is free. Watching keeps no place in the queue.",
            "[Undo: stop watching: unwatch integration] | [Queue for 1 h instead: reserve integration 1h]",
            "Understood: `watch integration`.",
        ]
    )
    assert read(watching.free_already("integration")) == snapshot(
        [
            ":large_green_circle: *integration* is free now, so there is nothing to wait for.",
            "[Reserve for 1 h: reserve integration 1h]",
        ]
    )
    apart = replace(WAITS, status="offered", resources=("gold-customer-1",), services=(), wish="")
    assert read(watching.free_already("integration", (apart,))) == snapshot(
        [
            """\
:large_green_circle: *integration* is free now, so there is nothing to wait for.
Not free are these, which are reserved apart from it:
• gold-customer-1 · <@U0BEN> is being asked\
""",
            "[Reserve for 1 h: reserve integration 1h] | [Tell me when integration/gold-customer-1 is free: watch integration/gold-customer-1]",
        ]
    )
    assert read(watching.unwatched(("integration",), "")) == snapshot(
        [
            ":no_bell: You are not told any more when *integration* is free.",
            "[Watch integration again: watch integration]",
        ]
    )
    assert read(watching.unwatched((), "integration")) == snapshot([":eyes: You watch nothing in *integration*."])


def test_health():
    well = EnvironmentFacts("staging-2", "", (), (), ())
    ill = EnvironmentFacts("integration", "", (), (HELD,), (WAITS,), unwell=(DOWN,), frozen=(FREEZE,))
    assert read(health.health((well, ill))) == snapshot(
        [
            "How it is",
            """\
*integration*
:red_circle: *down* since <!date^1767614400^{date_short_pretty} {time}|2026-01-05 12:00 UTC> · disk full · expected back <!date^1767621600^{time}|2026-01-05 14:00 UTC> · says <@U0ELI>
:snowflake: frozen until <!date^1767787200^{date_short_pretty} {time}|2026-01-07 12:00 UTC> · rehearsal · by <@U0ELI>
1 in use, 1 waiting\
""",
            """\
*staging-2*
:large_green_circle: nothing is said to be wrong
0 in use, 0 waiting\
""",
            "This is what people and the catalog have said; services are not probed.",
        ]
    )
    assert read(health.health(())) == snapshot(["The catalog declares no environments yet."])

"""What people read, word for word. A change of words is a change of this page, to be looked at."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from inline_snapshot import snapshot

from bot.catalog import Hours
from bot.notices.facts import ConditionFacts, LeaseFacts
from bot.notices.model import (
    AlsoToday,
    ConditionCard,
    DoneForYou,
    Kept,
    LeaseCard,
    LeaseEnded,
    LeaseEnding,
    OfferMade,
    OfferSettled,
    TurnSoon,
    WhileQuiet,
)
from bot.notices.preferences import Preferences, Quiet
from bot.notices.topics import Topic
from bot.reservations.queries import Waits
from handlers.views import answers, settings, troubles
from handlers.views.render import render

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
HELD = LeaseFacts(
    lease_id="L2345678",
    version=3,
    person="U0ANA",
    environment="integration",
    services=("orders", "payments"),
    mode="exclusive",
    status="active",
    reason="checkout fix",
    asked=NOON,
    minutes=120,
    started=NOON,
    ends=NOON + timedelta(hours=2),
    token="3.417",
)
WAITS = replace(
    HELD, person="U0BEN", status="queued", started=None, ends=None, token=None, place=2, eta_from=NOON, eta_to=HELD.ends
)
OFFERED = replace(WAITS, status="offered", place=None, claim_by=NOON + timedelta(minutes=5))


def read(message):
    """Each block on a line: its text, or its buttons with what they do."""
    return [_block(block) for block in message.blocks]


def _block(block):
    if "elements" not in block:
        return block["text"]["text"]
    return " | ".join(map(_element, block["elements"]))


def _element(element):
    if element["type"] == "overflow":
        return f"[…: {', '.join(each['text']['text'] for each in element['options'])}]"
    if element["type"] == "static_select":
        options = ", ".join(each["text"]["text"] for each in element["options"])
        return f"[{element['placeholder']['text']}: {options}]"
    if element["type"] != "button":
        return element["text"]
    does = json.loads(element["value"]).get("line") or element["action_id"]
    return f"[{element['text']['text']}: {does}]"


def test_held():
    assert read(answers.held(HELD)) == snapshot(
        [
            ":white_check_mark: *integration/orders, payments* is yours, exclusive until <!date^1767621600^{time}|2026-01-05 14:00 UTC> · checkout fix",
            "[Extend 30 min: env.extend.30] | [Extend 1 h: env.extend.60] | [Release: env.release] | [Change…: env.form.1]",
            "Understood: exclusive for 2 h. A reminder comes 10 min before it ends. Fencing token `3.417`",
        ]
    )


def test_held_for_less_than_the_reminder():
    assert read(answers.held(replace(HELD, minutes=5)))[-1] == snapshot(
        "Understood: exclusive for 5 min. Fencing token `3.417`"
    )


def test_queued():
    assert read(answers.queued(WAITS, Waits((HELD, OFFERED)))) == snapshot(
        [
            """\
:hourglass: You are 2nd in line for *integration/orders, payments*, your turn comes between <!date^1767614400^{time}|2026-01-05 12:00 UTC> and <!date^1767621600^{time}|2026-01-05 14:00 UTC>.
<@U0ANA> holds integration/orders, payments until <!date^1767621600^{time}|2026-01-05 14:00 UTC>
<@U0BEN> is being asked for integration/orders, payments before you\
""",
            "[Leave the queue: env.leave] | [Ask for it: ask integration/orders,payments]",
            "Understood: exclusive for 2 h · checkout fix. A direct message tells you when it is yours.",
        ]
    )


def test_released():
    assert read(answers.released((HELD, WAITS))) == snapshot(
        [
            """\
:unlock: Released *integration/orders, payments*. Thank you!
:wave: You left the queue for *integration/orders, payments*.\
""",
            "[Reserve integration/orders,payments again: reserve integration/orders,payments exclusive 1h] | [Reserve integration/orders,payments again: reserve integration/orders,payments exclusive 1h] | [Undo: undo]",
        ]
    )


def test_card():
    assert read(render(LeaseCard(HELD, waiting=2))) == snapshot(
        [
            ":lock: *integration/orders, payments* · <@U0ANA> · exclusive until <!date^1767621600^{time}|2026-01-05 14:00 UTC> · checkout fix",
            "2 waiting",
            "[Queue for 1 h: reserve integration/orders,payments 1h] | [Tell me when it is free: watch integration/orders,payments]",
        ]
    )
    assert read(render(LeaseCard(replace(HELD, status="released", minutes=42)))) == snapshot(
        [":unlock: *integration/orders, payments* · released after 42 min · was <@U0ANA> · checkout fix"]
    )


def test_offer():
    assert read(render(OfferMade(OFFERED, previous="U0ANA"))) == snapshot(
        [
            """\
:bell: *integration/orders, payments* is yours if you want it. <@U0ANA> is done with it.
exclusive for 2 h · checkout fix\
""",
            "[Accept: env.accept] | [Pass: env.pass] | [Later: env.later]",
            "Held for you for 5 min; after that the next person is asked.",
        ]
    )
    assert read(render(OfferMade(replace(OFFERED, claim_by=None)))) == snapshot(
        [
            """\
:bell: *integration/orders, payments* is yours if you want it.
exclusive for 2 h · checkout fix\
""",
            "[Accept: env.accept] | [Pass: env.pass] | [Later: env.later]",
            "Nobody else waits for it, so the offer stays open.",
        ]
    )


def test_offer_settled():
    assert read(render(OfferSettled(HELD, "accepted"))) == snapshot(
        [
            ":white_check_mark: *integration/orders, payments* is yours, exclusive until <!date^1767621600^{time}|2026-01-05 14:00 UTC> · checkout fix",
            "[Extend 30 min: env.extend.30] | [Extend 1 h: env.extend.60] | [Release: env.release] | [Change…: env.form.1]",
            "Understood: exclusive for 2 h. A reminder comes 10 min before it ends. Fencing token `3.417`",
        ]
    )
    assert read(render(OfferSettled(OFFERED, "pressed"))) == snapshot(
        [":hourglass: *integration/orders, payments* was offered to you here. Somebody waits for it now: see below."]
    )


def test_lapsed():
    assert read(render(OfferSettled(WAITS, "lapsed"))) == snapshot(
        [
            ":hourglass: *integration/orders, payments* was offered to you without an answer: you are at the end of the queue now.",
            "[Leave the queue: env.leave]",
        ]
    )
    assert read(render(OfferSettled(WAITS, "dropped"))) == snapshot(
        [
            ":hourglass: *integration/orders, payments* was offered to you twice without an answer: you are out of the queue.",
            "[Queue again: reserve integration/orders,payments exclusive 120m]",
        ]
    )


def test_while_quiet():
    kept = (Kept(NOON, LeaseEnded(HELD, "expired")), Kept(NOON, LeaseEnded(HELD, "released", "U0BEN")))
    assert read(render(WhileQuiet(kept))) == snapshot(
        [
            ":no_bell: 2 things happened while I kept quiet for you.",
            """\
<!date^1767614400^{date_short_pretty} {time}|2026-01-05 12:00 UTC> · :unlock: Your time on *integration/orders, payments* is over; it is free for the next.
<!date^1767614400^{date_short_pretty} {time}|2026-01-05 12:00 UTC> · :unlock: <@U0BEN> released your *integration/orders, payments*.\
""",
        ]
    )


def test_also_today():
    kept = (Kept(NOON, DoneForYou(HELD, "extended", "U0BEN")), Kept(NOON, TurnSoon(HELD, NOON)))
    assert read(render(AlsoToday(kept))) == snapshot(
        [
            """\
:memo: *Also today*
<!date^1767614400^{date_short_pretty} {time}|2026-01-05 12:00 UTC> · :hourglass: You are next for *integration/orders, payments*, about <!date^1767614400^{time}|2026-01-05 12:00 UTC>.
<!date^1767614400^{date_short_pretty} {time}|2026-01-05 12:00 UTC> · :white_check_mark: <@U0BEN> extended your *integration/orders, payments*: it is yours until <!date^1767621600^{time}|2026-01-05 14:00 UTC>.\
""",
            "[Settings: settings.open]",
            "What can wait is written down here, and does not ring again. *Home* has the buttons.",
        ]
    )


def test_settings():
    chosen = Preferences(frozenset({Topic.ENDED}), Quiet.OUTSIDE_WORK)
    assert read(settings.settings(chosen, Hours("Europe/Berlin", days=frozenset({0, 1, 2, 4})))) == snapshot(
        [
            """\
*Direct messages:* offers, reminders, team mates, requests, next in line, receipts · not: ends
*On a full day:* what asks nothing of you shares one message
*Quiet hours:* outside my working day
*Working day:* Mon, Tue, Wed, Fri 09:00 to 18:00, Europe/Berlin\
""",
            "[Change: settings.open]",
        ]
    )


def test_ending_and_ended():
    assert read(render(LeaseEnding(HELD, alone=True))) == snapshot(
        [
            ":hourglass_flowing_sand: *integration/orders, payments* is yours until <!date^1767621600^{time}|2026-01-05 14:00 UTC>. Nobody is waiting for it.",
            "[Extend 30 min: env.extend.30] | [Extend 1 h: env.extend.60] | [Release: env.release]",
        ]
    )
    assert read(render(LeaseEnded(HELD, "expired"))) == snapshot(
        [
            ":unlock: Your time on *integration/orders, payments* is over; it is free for the next.",
            "[Reserve again for 1 h: reserve integration/orders,payments exclusive 1h]",
        ]
    )
    assert read(render(LeaseEnded(HELD, "released", "U0BEN"))) == snapshot(
        [
            ":unlock: <@U0BEN> released your *integration/orders, payments*.",
            "[Reserve again for 1 h: reserve integration/orders,payments exclusive 1h]",
        ]
    )


def test_a_degraded_place_has_one_lamp_in_the_answer_and_on_the_card():
    slow = ConditionFacts("integration", "degraded", "slow", "U0ELI", NOON)
    answer, card = troubles.unwell(slow, 0, "degraded integration slow"), render(ConditionCard(slow, 0, 0))
    assert answer.text.split()[0] == card.text.split()[0] == ":large_orange_circle:"

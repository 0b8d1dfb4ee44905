"""The buttons under an environment are what its reader can do next."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.notices.facts import LeaseFacts
from handlers.views.board import EnvironmentFacts, board, card

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
HELD = LeaseFacts(
    "L2345678", 1, "U0ANA", "integration", (), "exclusive", "active", "fix", NOON, 60, ends=NOON + timedelta(hours=1)
)


def labels(message):
    found = []
    for block in message.blocks:
        elements = [*block.get("elements", ()), block.get("accessory", {})]
        found += [element["text"]["text"] for element in elements if element.get("type") == "button"]
    return found


def seen(*holders, waiters=(), mine=()):
    return EnvironmentFacts("integration", "", (), tuple(holders), tuple(waiters), tuple(mine))


OFFERED = replace(HELD, status="offered")
WAITS = replace(HELD, status="queued", person="U0BEN", place=1)
SHARED = replace(HELD, mode="shared")


@pytest.mark.parametrize(
    ("env", "buttons"),
    [
        (seen(), ["Reserve for 1 h", "Reserve for 2 h", "Share for 1 h"]),
        (seen(HELD), ["Queue for 1 h", "Queue for 2 h", "Queue shared for 1 h"]),
        (seen(SHARED), ["Queue for 1 h", "Queue for 2 h", "Share for 1 h"]),
        (seen(SHARED, waiters=[WAITS]), ["Queue for 1 h", "Queue for 2 h", "Queue shared for 1 h"]),
        (seen(HELD, mine=[HELD]), ["Release", "Extend 30 min", "Extend 1 h"]),
        (seen(OFFERED, mine=[OFFERED]), ["Accept", "Pass", "Later"]),
        (seen(HELD, waiters=[WAITS], mine=[WAITS]), ["Leave the queue"]),
    ],
)
def test_the_card_offers_what_its_reader_can_do(env, buttons):
    assert labels(card(env, "/env", "integration"))[: len(buttons)] == buttons
    assert labels(board((env,), "/env")) == buttons[:1]


@pytest.mark.parametrize(
    ("env", "may", "forms"),
    [
        (seen(), ("down", "freeze"), ["Reserve…", "Book…", "Say how it is…", "Freeze…"]),
        (seen(HELD), ("take",), ["Reserve…", "Book…", "Take…", "Tell me when it is free"]),
        (seen(HELD), (), ["Reserve…", "Book…", "Tell me when it is free"]),
        (seen(HELD, mine=[HELD]), ("take",), ["Change…", "Give…", "Keep as it is…", "Book…"]),
    ],
)
def test_what_takes_more_than_a_press_has_a_form_for_those_who_may(env, may, forms):
    assert labels(card(env, "/env", "integration", frozenset(may)))[3:] == forms

"""The buttons under an environment are what its reader can do next."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.catalog.values import Resource
from bot.notices.facts import ConditionFacts, FreezeFacts, LeaseFacts
from handlers.views.board import EnvironmentFacts, board, card

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
HELD = LeaseFacts(
    "L2345678", 1, "U0ANA", "integration", (), "exclusive", "active", "fix", NOON, 60, ends=NOON + timedelta(hours=1)
)
DOWN = ConditionFacts("integration", "down", "disk full", "U0ELI", NOON)
FREEZE = FreezeFacts("F1", "integration", NOON, NOON + timedelta(days=2), "rehearsal", "U0ELI")


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
        (replace(seen(), unwell=(DOWN,)), ["Queue for 1 h", "Queue for 2 h", "Queue shared for 1 h"]),
        (replace(seen(), frozen=(FREEZE,)), ["Queue for 1 h", "Queue for 2 h", "Share for 1 h"]),
        (seen(OFFERED, mine=[OFFERED]), ["Accept", "Pass", "Later"]),
        (seen(HELD, waiters=[WAITS], mine=[WAITS]), ["Leave the queue"]),
    ],
)
def test_the_card_offers_what_its_reader_can_do(env, buttons):
    assert labels(card(env, "/env", "integration"))[: len(buttons)] == buttons
    assert labels(board((env,), "/env")) == buttons[:1]


def test_a_card_says_when_whoever_queues_is_asked_though_nobody_holds_it():
    assert "Whoever queues is asked when it is well again." in notes(replace(seen(), unwell=(DOWN,)))
    assert "Whoever queues is asked after the freeze." in notes(replace(seen(), frozen=(FREEZE,)))
    assert not [note for note in notes(seen()) if "queues" in note]


def test_a_card_names_what_can_be_reserved_there_with_its_labels():
    gold, plain = Resource("gold-1", frozenset(["gold", "eu"])), Resource("tablet")
    env = replace(seen(), services=("payments",), resources=(gold, plain), labels=("demo",))
    assert notes(env)[:3] == [
        "Services: payments",
        "Accounts and the like, each reserved by itself: gold-1 (`any:eu` `any:gold`), tablet",
        "Labels: `any:demo`",
    ]


def test_a_card_of_many_accounts_says_how_many_it_leaves_out():
    env = replace(seen(), resources=tuple(Resource(f"r{n}") for n in range(40)))
    assert notes(env)[0].endswith("r29, … and 10 more")


def notes(env):
    contexts = [block for block in card(env, "/env", "integration").blocks if block["type"] == "context"]
    return [each["text"] for block in contexts for each in block["elements"]]


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

"""Why a pipeline waits, as its log shows it."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.notices.facts import ConditionFacts, FreezeFacts
from bot.reservations.queries import Waits
from handlers.http.api.reasons import sentences
from tests.unit.views.test_words import HELD, NOON, WAITS

NAMES = {"U0ANA": "Ana", "U0BEN": "Ben", "pipeline:ci": "pipeline ci"}
HOUR = timedelta(hours=1)
CI = replace(HELD, person="pipeline:ci", pipeline=True, ends=NOON + HOUR / 30, latest=NOON + HOUR, reason="")


def said(waits, lease=WAITS):
    return sentences(lease, waits, NAMES, ZoneInfo("Europe/Berlin"), NOON)


def test_who_holds_it_until_when_and_what_for_and_who_is_before():
    line = replace(WAITS, person="U0BEN")
    assert said(Waits((HELD, line))) == (
        "Ana holds integration/orders,payments until 15:00 (checkout fix). Ben waits for integration/orders,payments "
        "before you. The turn is likely between 13:00 and 15:00 CET."
    )


def test_a_pipeline_is_said_to_hold_it_for_as_long_as_its_heartbeats_may_go_on():
    assert said(Waits((CI,))).startswith("pipeline ci holds integration/orders,payments until 14:00. ")


def test_of_many_the_first_are_named_and_the_others_counted():
    assert "Ben waits for integration/orders,payments before you. 2 more are before you." in said(
        Waits((HELD, *[WAITS] * 4))
    )


def test_what_is_the_matter_with_the_place_and_that_nobody_can_tell():
    unwell = ConditionFacts("integration", "down", "disk full", "U0ANA", NOON)
    frozen = FreezeFacts("F1", "integration", NOON, NOON + 30 * HOUR, "release", "U0ANA")
    assert said(Waits((), unwell, frozen), replace(WAITS, eta_from=None, eta_to=None)) == (
        "integration is down: disk full. integration is frozen until Tue 06 Jan 19:00: release. "
        "Nobody can tell yet when the turn comes."
    )


def test_those_who_wait_for_one_another_are_named():
    assert "You wait for one another: Ana holds integration/orders,payments; one of you" in said(Waits(circle=(HELD,)))

"""Changes of health, as a timeline tells them: what went wrong by service, what is no news in one line or not at all."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.bootstrap.happenings import health_moments
from bot.deployments.queries import HealthChange

NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)


def told(*changes):
    """changes: (seconds, service, health); minutes of what is told."""
    found = [HealthChange(NOON + timedelta(seconds=at), service, health, "503") for at, service, health in changes]
    return [((each.at - NOON).seconds, each.service, each.what, each.wrong) for each in health_moments(found)]


def test_what_is_seen_to_answer_for_the_first_time_is_one_line():
    seen = [(0, "storefront", "up"), (1, "orders", "up"), (2, "payments", "up")]
    assert told(*seen) == [(0, "", "storefront, orders and payments answer", False)]
    assert told(seen[0]) == [(0, "storefront", "answers", False)]


def test_what_was_not_away_does_not_answer_again():
    """A new version of it was seen."""
    assert told((0, "orders", "up"), (60, "orders", "up")) == [(0, "orders", "answers", False)]


def test_what_does_not_answer_is_told_by_service_and_that_it_does_again_together():
    down = [(0, "orders", "down"), (0, "payments", "down")]
    up = [(30, "orders", "up"), (31, "payments", "up"), (31, "search", "up")]
    assert told(*down, *up) == [
        (0, "orders", "does not answer: 503", True),
        (0, "payments", "does not answer: 503", True),
        (30, "", "orders and payments answer again", False),
        (31, "search", "answers", False),
    ]


@pytest.mark.parametrize(("later", "lines"), [(5, 1), (6, 2)])
def test_looks_are_told_apart(later, lines):
    away = [(0, "orders", "down"), (0, "payments", "down"), (30, "orders", "up"), (30 + later, "payments", "up")]
    assert len(told(*away)) == 2 + lines

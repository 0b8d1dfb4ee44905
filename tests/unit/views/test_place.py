"""An environment at a glance: a line per thing, the worst first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from inline_snapshot import snapshot

from bot.catalog import Environment
from bot.notices.facts import ConditionFacts, FreezeFacts, LeaseFacts
from bot.reservations.queries import Board
from handlers.views.place import at_a_glance, lines

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
HELD = LeaseFacts(
    "L2345678", 1, "U0ANA", "integration", (), "exclusive", "active", "fix", NOON, 60, started=NOON, ends=NOON + HOUR
)
WAITS = replace(
    HELD, person="U0BEN", status="queued", place=1, reason="", eta_from=NOON, eta_to=NOON + HOUR, started=None
)
DOWN = ConditionFacts("integration/payments", "down", "database is full", "U0DANA", NOON, NOON + HOUR)
FREEZE = FreezeFacts("F1", "integration", NOON - HOUR, NOON + HOUR, "release", "U0DANA")
INTEGRATION = Environment("integration", services=("payments", "orders"))


def shown(*parts, bookings=9, **seen):
    board = Board(**{"environment": "integration", "at": NOON, "holders": (), "offered": (), "waiting": (), **seen})
    return "\n".join(lines(at_a_glance(board, INTEGRATION, "U0CEM", parts), waiting=9, bookings=bookings))


def test_everything_at_once_the_worst_first():
    told = shown(
        holders=(replace(HELD, paused=True, held=True), replace(HELD, person="pipeline:nightly", mode="shared")),
        waiting=(replace(WAITS, rank=1), replace(WAITS, place=2, wish="any:gold-customer x2", again=NOON)),
        booked=(replace(HELD, status="booked", begins=NOON + 5 * HOUR, resources=("gold-1",)),),
        unwell=(DOWN,),
        frozen=(FREEZE, replace(FREEZE, start=NOON + HOUR, planned=True, reason="weekend")),
    )
    assert told == snapshot("""\
:red_circle: payments · *down* since <!date^1767614400^{date_short_pretty} {time}|2026-01-05 12:00 UTC> · database is full · expected back <!date^1767618000^{time}|2026-01-05 13:00 UTC> · says <@U0DANA>
:snowflake: frozen until <!date^1767618000^{date_short_pretty} {time}|2026-01-05 13:00 UTC> · release · by <@U0DANA>
:lock: <@U0ANA> · exclusive until <!date^1767618000^{time}|2026-01-05 13:00 UTC> · fix · clock paused · kept as it is for a post-mortem
:busts_in_silhouette: pipeline nightly · shared until <!date^1767618000^{time}|2026-01-05 13:00 UTC> · fix
_Waiting (2)_
1. <@U0BEN> · exclusive for 1 h · :rotating_light: incident · between <!date^1767614400^{time}|2026-01-05 12:00 UTC> and <!date^1767618000^{time}|2026-01-05 13:00 UTC>
2. <@U0BEN> · any:gold-customer x2 · exclusive for 1 h · back at <!date^1767614400^{time}|2026-01-05 12:00 UTC>
:calendar: gold-1 · <!date^1767632400^{date_short_pretty} {time}|2026-01-05 17:00 UTC> to <!date^1767636000^{time}|2026-01-05 18:00 UTC> · <@U0ANA> · exclusive · fix
:snowflake: freeze <!date^1767618000^{date_short_pretty} {time}|2026-01-05 13:00 UTC> to <!date^1767618000^{time}|2026-01-05 13:00 UTC> · weekend\
""")


def test_nobody_can_say_when_a_turn_comes_while_it_is_down():
    told = shown(waiting=(replace(WAITS, eta_from=None, eta_to=None),), unwell=(DOWN,))
    assert told.endswith("exclusive for 1 h · no estimate while it is down")


def test_a_lease_kept_by_a_run_says_so():
    assert "a run goes on, until" in shown(holders=(replace(HELD, kept_until=NOON + 3 * HOUR),))


def test_where_not_all_bookings_have_room_the_readers_own_comes_first():
    theirs = replace(HELD, status="booked", begins=NOON + HOUR)
    own = replace(theirs, person="U0CEM", begins=NOON + 9 * HOUR)
    told = shown(booked=(theirs, own), bookings=1)
    assert "<@U0CEM>" in told
    assert "<@U0ANA>" not in told
    assert told.endswith("… and 1 more booked")


def test_it_is_free_only_when_nothing_is_the_matter():
    assert shown() == ":large_green_circle: free"
    assert "free" not in shown(unwell=(DOWN,))
    assert "free" not in shown(frozen=(FREEZE,))


def test_of_a_part_only_what_concerns_it_is_shown():
    of_orders = replace(HELD, services=("orders",))
    seen = {"holders": (of_orders,), "unwell": (DOWN,), "frozen": (replace(FREEZE, scope="integration/orders"),)}
    assert shown("payments", **seen).splitlines() == shown(unwell=(DOWN,)).splitlines()
    assert "frozen" in shown("orders", **seen)
    assert "down" not in shown("orders", **seen)


def test_a_freeze_is_announced_a_day_ahead_and_gone_when_it_is_over():
    assert "freeze" not in shown(frozen=(replace(FREEZE, start=NOON + 25 * HOUR, end=NOON + 30 * HOUR),))
    assert "freeze" in shown(frozen=(replace(FREEZE, start=NOON + 23 * HOUR, end=NOON + 30 * HOUR),))
    assert "fr" not in shown(frozen=(replace(FREEZE, end=NOON),)).replace("free", "")


def test_many_waiters_are_counted_and_leave_room_for_what_comes_after():
    told = shown(waiting=(WAITS,) * 7, booked=(replace(HELD, begins=NOON),) * 3).splitlines()
    assert len(told) == 11
    few = "\n".join(lines(at_a_glance(Board("x", NOON, (), (), (WAITS,) * 7), INTEGRATION, "U"), waiting=3, bookings=1))
    assert few.endswith("… and 4 more waiting")
    assert few.startswith("_Waiting (7)_")

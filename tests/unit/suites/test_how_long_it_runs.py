"""How long a run has been going, as its card tells it: often enough to be believed, seldom enough for the budget."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.suites.facts import facts
from bot.suites.progress import SHOWN_EARLY, SHOWN_EVERY, seen_until
from bot.suites.values import Counts, Stage, SuiteRun
from handlers.views.suites.words import clock

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
RUN = SuiteRun("R1", 418, "api", "integration", "U0ANA", NOON, stage=Stage.RUNNING, started_at=NOON)
LOOKS = st.lists(st.tuples(st.floats(0.5, 40), st.integers(0, 1)), min_size=1, max_size=40)


@given(LOOKS)
def test_its_clock_never_goes_back_nor_ahead_and_is_exact_where_the_card_changes_anyway(looks):
    """Each look comes so many seconds after the one before, and finds so many more tests done."""
    run, now, shown = RUN, NOON, []
    for pause, done in looks:
        now += timedelta(seconds=pause)
        live = replace(run.live, passed=run.live.passed + done)
        seen = seen_until(run, now, live)
        assert (run.seen_at or NOON) <= seen <= now
        assert seen == now or not done
        assert now - seen < (SHOWN_EARLY if now - NOON < timedelta(minutes=1) else SHOWN_EVERY)
        shown += [] if seen == run.seen_at or done else [seen]
        run = replace(run, seen_at=seen, live=live)
    assert len(shown) <= 2 + 60 / 5 + (now - NOON) / SHOWN_EVERY


@pytest.mark.parametrize(
    ("seconds", "expected", "says"),
    [
        (None, 60, ""),
        (0, 60, "takes about 1m"),
        (0, 0, ""),
        (5, 60, "5s of about 1m"),
        (135, 360, "2m15s of about 6m"),
        (70, 0, "1m10s"),
    ],
)
def test_a_clock_that_stands_at_nothing_is_not_shown(seconds, expected, says):
    seen = None if seconds is None else NOON + timedelta(seconds=seconds)
    run = replace(RUN, seen_at=seen, expected=timedelta(seconds=expected), live=Counts(12))
    assert clock(facts(run)) == says

"""How far what runs again is: as precisely as it is shown, since each change of a case is written down."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.cases.model import go_on
from bot.cases.retrying import how_far
from bot.cases.values import Case, Place, RunRef
from bot.suites.values import Counts, Stage, SuiteRun
from tests.unit.cases.test_model import NOON

MINUTE = timedelta(minutes=1)
SECONDS = st.integers(0, 3_600).map(lambda seconds: timedelta(seconds=seconds))


def again(took, done, total, expected=None):
    run = SuiteRun("R2", 2, "api", "integration", "UANA", NOON, stage=Stage.RUNNING, attempt=2, expected=expected)
    return how_far(replace(run, started_at=NOON, seen_at=NOON + took, live=Counts(total, passed=done)))


@given(SECONDS, st.integers(0, 50), st.integers(0, 50), st.none() | SECONDS)
def test_it_is_told_in_whole_minutes_and_is_never_less_than_nothing(took, done, rest, expected):
    left = again(took, done, done + rest, expected).left
    assert left is None or (left % MINUTE == timedelta(0) and left >= timedelta(0))


def test_what_nobody_sees_is_no_change_of_the_case():
    ref = RunRef("R1", 1, NOON)
    seen = [again(timedelta(seconds=60 + second), 1, 5) for second in range(3)]
    assert {each.left for each in seen} == {4 * MINUTE}
    case = Case("C1", Place("api", "integration"), NOON, ref, ref, (), retrying=seen[0])
    assert [go_on(case, each) for each in seen] == [None] * 3
    further = go_on(case, again(timedelta(seconds=62), 2, 5))
    assert further is not None

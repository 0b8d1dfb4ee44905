"""Minutes in which a version or a run was red are no health, whoever asks about the time after them."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.cases.calm import latest, troubles
from bot.cases.pointing import time_before
from bot.deployments.values import Deployment, Stage, Target, Watch
from bot.diagnosis.evidence import Window
from bot.diagnosis.signals.calm import Trouble, gaps
from bot.suites.values import Stage as RunStage
from bot.suites.values import SuiteRun, Verdict

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HERE = Target("integration", "payments")
LENGTH = 600


def came(id, at, version, *, watch=Watch.GOOD, before="1.4.1", undoes="", target=HERE):
    start = NOON + at * MINUTE
    more = {"stage": Stage.SUCCEEDED, "watch": watch, "started_at": start, "finished_at": start, "reports": True}
    return Deployment(id, target, version, "U0ANA", start, version=version, before=before, undoes=undoes, **more)


def ran(number, at, verdict, suite="api"):
    start = NOON + at * MINUTE
    known = {"started_at": start, "ended_at": start + MINUTE, "verdict": verdict, "stage": RunStage.OVER}
    return SuiteRun(f"R{number}", number, suite, "integration", "U0ANA", start, **known)


def minutes(window):
    return tuple((at - NOON.timestamp()) / 60 for at in (window.start, window.end))


def known(deployments=(), runs=(), until=60):
    return [(each.says, *minutes(each.window)) for each in troubles(deployments, runs, NOON + until * MINUTE)]


BAD, BACK = came("bad", 0, "1.5.0", watch=Watch.RED), came("back", 5, "1.4.1", before="1.5.0", undoes="bad")


def test_a_version_that_turned_red_or_was_rolled_back_is_trouble_while_it_is_there():
    assert known([BAD, BACK]) == [("payments 1.5.0", 0, 5)]
    assert known([came("bad", 0, "1.5.0"), BACK]) == [("payments 1.5.0", 0, 5)]
    assert known([BAD]) == [("payments 1.5.0", 0, 60)]
    assert known([came("good", 0, "1.5.0")]) == []


def test_a_suite_that_is_red_is_trouble_until_it_is_green_again():
    runs = [ran(1, 0, Verdict.PASSED), ran(2, 10, Verdict.FAILED), ran(3, 12, Verdict.PASSED, "e2e")]
    assert known(runs=runs) == [("api #2", 10, 60)]
    assert known(runs=[*runs, ran(4, 20, Verdict.PASSED)]) == [("api #2", 10, 20)]
    assert known(runs=[ran(2, 10, Verdict.INFRASTRUCTURE)]) == []


def test_the_last_calm_minutes_before_a_fault_are_its_health_and_what_ended_them_is_said():
    asked = Window((NOON + 8 * MINUTE).timestamp(), (NOON + 9 * MINUTE).timestamp())
    them = troubles([BAD, BACK], (), NOON + 9 * MINUTE)
    told = time_before(asked, NOON + 8 * MINUTE, [BAD, BACK], them)
    assert (told.what, minutes(told.window)) == ("the 3 minutes before", (5, 8))
    asked = Window((NOON + 5.5 * MINUTE).timestamp(), asked.end)
    told = time_before(asked, NOON + 5.5 * MINUTE, [BAD, BACK], them)
    assert told.what == "the 10 minutes before payments 1.5.0, the last in which nothing was known to be wrong"
    assert (minutes(told.window), told.differing) == ((-10, 0), ())  # it was brought back to what ran then


def test_without_calm_minutes_the_time_before_has_to_do():
    them = troubles([came("bad", -3_000, "1.5.0", watch=Watch.RED)], (), NOON)
    told = time_before(Window(NOON.timestamp(), NOON.timestamp() + 60), NOON, (), them)
    assert (told.what, minutes(told.window)) == ("the 10 minutes before", (-10, 0))


def test_a_deployment_right_before_a_fault_is_the_end_of_health():
    faulty = Window(NOON.timestamp(), NOON.timestamp() + 60)
    close, far = came("close", -1, "1.5.0"), came("far", -3, "1.5.0")
    assert minutes(time_before(faulty, NOON, [close]).window) == (-11, -1)
    assert minutes(time_before(faulty, NOON, [far]).window) == (-10, 0)
    assert time_before(faulty, NOON, [close]).differing == ("payments",)


spans = st.tuples(st.integers(0, 100), st.integers(0, 30)).map(lambda of: Trouble(Window(of[0], of[0] + of[1])))


@given(st.lists(spans, max_size=8))
def test_what_is_calm_is_in_order_and_never_in_a_trouble(them):
    whole = Window(10, 90)
    calm = gaps(whole, them)
    seconds = {at for each in calm for at in range(int(each.start), int(each.end))}
    bad = {at for each in them for at in range(int(each.window.start), int(each.window.end))}
    assert seconds == set(range(10, 90)) - bad
    assert calm == sorted(calm, key=lambda each: each.start)


def test_calm_minutes_are_not_looked_for_for_ever():
    day = Trouble(Window(0, 86_400))
    assert latest(86_400, LENGTH, [day]) is None
    assert latest(86_400, LENGTH, []) == (Window(85_800, 86_400), "")

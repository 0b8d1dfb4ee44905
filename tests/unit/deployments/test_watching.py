"""What a watch finds: rates, times and error lines against those before, and what was wrong before and is over."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.deployments.baseline import calm, calm_lines, troubled
from bot.deployments.elsewhere import astray
from bot.deployments.rates import Compared, Rates, taken_together
from bot.deployments.values import Deployment, Stage, Target, Watch
from bot.deployments.watching import Judgement, NewErrors, Observed, judge
from bot.masking.templates import new_kinds, template_of
from bot.ports.telemetry import Level, LogLine, RatePoint, Window

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
MINUTE, MS = timedelta(minutes=1), timedelta(milliseconds=1)
PAYMENTS, CATALOG = Target("integration", "payments"), Target("integration", "catalog")


def compared(before, after, *, own=True):
    return Observed(compared=(Compared("payments", Rates(*before), Rates(*after), own=own),))


@pytest.mark.parametrize(
    ("before", "after", "red"),
    [
        ((500, 0), (40, 12), ("payments fails 30.0% of 40 requests, 0.0% before",)),
        ((0, 0), (40, 12), ("payments fails 30.0% of 40 requests, nothing is known of before",)),
        ((500, 150), (40, 12), ()),
        ((500, 0), (11, 11), ()),
        ((500, 0, 100 * MS), (40, 0, 450 * MS), ("payments takes 450 ms (p95) for what took 100 ms before",)),
        ((500, 0, 100 * MS), (29, 0, 450 * MS), ()),
        ((500, 0, 10 * MS), (40, 0, 90 * MS), ()),
    ],
)
def test_it_is_red_when_clearly_more_fails_or_takes_clearly_longer(before, after, red):
    assert judge(compared(before, after)).red == red


def test_a_rare_fault_is_a_doubt_and_a_frequent_one_turns_it_red():
    said = "orders, which calls it, logs errors of a kind that is new, in {}"
    assert judge(Observed(errors=(NewErrors("orders", 1),))).doubts == (said.format("one request"),)
    often = judge(Observed(errors=(NewErrors("orders", 3),)))
    assert (often.red, often.doubts) == ((said.format("3 requests"),), ())


def test_what_another_is_known_to_do_is_no_evidence_however_frequent():
    found = judge(Observed(errors=(NewErrors("orders", 9, of="payments 1.5.0, which came meanwhile"),)))
    doubt = "orders, which calls it, logs errors in 9 requests, but they speak of payments 1.5.0, which came meanwhile"
    assert (found.red, found.doubts) == ((), (doubt,))


def test_where_what_failed_may_have_failed_is_told_with_all_that_is_not_well_and_all_that_came():
    elsewhere = {"looked_at": 6, "through": 6, "unwell": ("payments 1.5.0", "orders 2.1.1"), "since": ("stock 3.0",)}
    found = judge(Observed(compared=(Compared("web", Rates(500, 0), Rates(40, 12), **elsewhere),)))
    at = "payments 1.5.0, orders 2.1.1, which are not well, or stock 3.0, which came meanwhile"
    assert found.doubts[0].endswith(f"6 of 6 that were looked at may have failed at {at}")


def test_where_a_caller_suffers_what_the_deployed_one_logs_is_told_however_rare():
    errors = NewErrors("orders", 3), NewErrors("payments", 2, own=True), NewErrors("storefront", 1)
    found = judge(Observed(errors=errors))
    says = "logs errors of a kind that is new, in"
    assert found == Judgement(red=(f"orders, which calls it, {says} 3 requests", f"payments {says} 2 requests"))


def test_what_fails_is_not_told_twice_and_beside_what_is_red_there_are_no_doubts():
    failing = Compared("payments", Rates(500), Rates(40, 12), own=True)
    often, rare = NewErrors("payments", 12, own=True), NewErrors("orders", 1)
    found = judge(Observed(compared=(failing,), errors=(often, rare)))
    assert found == Judgement(red=("payments fails 30.0% of 40 requests, 0.0% before",))


@pytest.mark.parametrize(("passed_by", "red"), [(0, True), (5, True), (6, False), (8, False)])
def test_what_a_caller_fails_at_before_it_gets_as_far_as_this_is_a_doubt(passed_by, red):
    """Of 12 that failed, 8 were looked at; red needs 4 that may have to do with this."""
    caller = Compared("storefront", Rates(500), Rates(40, 12), looked_at=8, passed_by=passed_by)
    found = judge(Observed(compared=(caller,)))
    says = "storefront, which calls it, fails 30.0% of 40 requests, 0.0% before"
    elsewhere = f"{says}, but {passed_by} of 8 that were looked at did not get as far as this"
    assert (found.red, found.doubts) == (((says,), ()) if red else ((), (elsewhere,)))


@pytest.mark.parametrize(
    ("service", "began", "says"),
    [
        ("orders", (("payments", 5), ("orders", 3)), "; 5 of 8 that were looked at went wrong first in payments"),
        ("orders", (("payments", 4), ("orders", 4)), ""),
        ("orders", (("orders", 8),), ""),
        ("orders", (), ""),
        ("storefront", (("payments", 8),), "; 8 of 8 that were looked at went wrong first in payments"),
        ("storefront", (("orders", 8),), ""),
    ],
)
def test_what_went_wrong_first_elsewhere_is_said_so(service, began, says):
    """orders was deployed. It may call another otherwise than before, so it is accused all the same."""
    calm = Compared("orders", Rates(500), Rates(40), own=True)
    failing = Compared(service, Rates(500), Rates(40, 12), own=service == "orders", looked_at=8, began=began)
    [line] = judge(Observed(compared=(failing,) if failing.own else (calm, failing))).red
    assert line.partition(" before")[2] == says


@pytest.mark.parametrize(
    ("count", "own", "silent", "asked", "judged"),
    [
        (19, False, True, True, False),
        (19, True, True, True, False),
        (19, False, False, False, False),
        (18, False, False, False, False),
        (17, False, True, False, True),
        (19, False, False, True, True),
        (19, True, False, False, True),
    ],
)
def test_where_nearly_all_went_wrong_first_in_another_nobody_can_say(count, own, silent, asked, judged):
    """Unless the new version asks that one, perhaps otherwise than before, and it answers."""
    began = (("payments", count), ("catalog", 20 - count))
    failing = Compared("orders", Rates(500), Rates(40, 20), own=own, looked_at=20, began=began)
    found = judge(Observed(compared=(astray(failing, silent=silent, asked=asked),)))
    if judged:
        assert (bool(found.red), found.undecided) == (True, "")
    else:
        why = "does not answer" if silent else "fails"
        assert (found.red, found.undecided) == ((), f"nobody can say how it is, since payments {why}")
        assert f"but {count} of 20 that were looked at went wrong first in payments, which" in found.doubts[0]


@pytest.mark.parametrize(
    ("own", "verdict"),
    [
        ((20, 25), "fine"),
        ((20, 190), "doubts"),
        ((20, 420), "red"),
        ((20, None), "red"),
    ],
)
def test_a_caller_is_slower_because_of_it_only_when_it_is_clearly_slower_itself(own, verdict):
    before, after = (Rates(500, slow=each and each * MS) for each in own)
    caller = Compared("orders", Rates(500, slow=180 * MS), Rates(500, slow=485 * MS))
    found = judge(Observed(compared=(Compared("inventory", before, after, own=True), caller)))
    says = "orders, which calls it, takes 485 ms (p95) for what took 180 ms before"
    assert (says in found.red) is (verdict == "red")
    assert (f"{says}, but inventory itself is hardly slower" in found.fine) is (verdict == "fine")
    assert (f"{says}; inventory itself is not that much slower" in found.doubts) is (verdict == "doubts")


@pytest.mark.parametrize(
    ("took", "takes", "busy"),
    [
        (100, 180, True),  # the accused: 2.1 times as slow
        (100, 140, False),
        (4, 12, False),
        (None, 500, False),
    ],
)
def test_a_machine_on_which_everything_is_slower_accuses_nobody(took, takes, busy):
    own = Compared("orders", Rates(500, slow=470 * MS), Rates(500, slow=1_006 * MS), own=True)
    apart = Compared("catalog", Rates(500, slow=took and took * MS), Rates(40, slow=takes * MS))
    found = judge(Observed(compared=(own,), apart=(apart,)))
    says = "orders takes 1,006 ms (p95) for what took 470 ms before"
    doubts = (f"{says}, but catalog, which has nothing to do with it, is slower too",)
    assert (found.red, found.doubts) == (() if busy else (says,), doubts if busy else ())


def test_a_version_that_ran_here_before_is_not_what_makes_it_slow_but_it_may_fail():
    own = Compared("orders", Rates(500, slow=95 * MS), Rates(40, slow=370 * MS), own=True)
    assert judge(Observed(compared=(own,))).red
    found = judge(Observed(compared=(own,), back=True))
    says = "orders takes 370 ms (p95) for what took 95 ms before, but this version was not slow when it ran here before"
    assert (found.red, found.doubts) == ((), (says,))
    failing = Compared("orders", Rates(500), Rates(40, errors=20), own=True)
    assert judge(Observed(compared=(failing,), back=True)).red


def test_a_slow_query_is_not_excused_by_a_machine_that_is_a_little_busy():
    own = Compared("catalog", Rates(500, slow=61 * MS), Rates(500, slow=1_762 * MS), own=True)
    apart = Compared("payments", Rates(500, slow=100 * MS), Rates(500, slow=300 * MS))
    assert judge(Observed(compared=(own,), apart=(apart,))).red


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (500, 40, "payments served 40 requests, 0.0% of them failed"),
        (0, 40, "payments served 40 requests, 0.0% of them failed; nothing is known of before"),
        (1, 40, "payments served 40 requests, 0.0% of them failed; before it, only one request to compare with"),
        (500, 0, "payments was not called in this time"),
    ],
)
def test_a_receipt_claims_no_more_than_was_seen_and_compared(before, after, says):
    assert judge(compared((before, 0), (after, 0))).fine[-1] == says


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ((500, 80), (40, 84), "0.0% of them failed; 95% within 84 ms, 80 ms before"),
        ((0, None), (40, 84), "0.0% of them failed; 95% within 84 ms; nothing is known of before"),
        ((11, 80), (40, 84), "0.0% of them failed; 95% within 84 ms; before it, only 11 requests to compare with"),
        ((500, 80), (11, 84), "0.0% of them failed"),
    ],
)
def test_a_receipt_says_how_long_requests_took_where_enough_were_timed(before, after, says):
    (before, was), (after, took) = before, after
    found = judge(compared((before, 0, was and was * MS), (after, 0, took * MS)))
    assert found.fine[-1].endswith(says)


def steps(*seen):
    """Requests and the 95th percentile in ms, of steps of a minute."""
    points = enumerate(seen)
    return [RatePoint(NOON + n * MINUTE, requests, 0, p95=p95 and p95 * MS) for n, (requests, p95) in points]


@pytest.mark.parametrize(
    ("points", "slow"),
    [
        (
            steps((90, 60), (40, 1_700), (35, 1_800), (30, 1_900)),
            1_700,
        ),  # callers wait, so that the slow steps have few
        (steps((40, 60), (40, 2_000), (40, 70)), 70),
        (steps((0, None), (3, 80)), 80),
        (steps((0, None)), None),
        ([], None),
    ],
)
def test_the_time_of_a_window_is_the_one_that_a_typical_request_met(points, slow):
    assert taken_together(points).slow == (slow and slow * MS)


def test_traces_that_break_off_are_told_once_a_caller_and_accuse_nobody():
    (line,) = judge(Observed(broken=(("orders", "inventory"), ("orders", "payments")))).doubts
    assert line.startswith("traces break off between orders and inventory and payments")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("no charge for 'a1b2'", "no charge for 'zz'", True),
        ("order 3fa9c2d1e0ab took 12 s", "order 99a9c2d1e0ab took 7 s", True),
        ("inventory answered 404 to POST /reservations", "inventory answered 409 to POST /reservations", False),
        ("KeyError: 'EUR'\n  in charge", "KeyError: 'EUR'\n  in refund", True),
        ("cannot charge", "cannot refund", False),
        ("it took 404 ms", "it took 12 ms", True),
        ("no answer to GET /products/mug/price", "no answer to GET /products/tea-green/price", True),
        ("no answer to GET /v1/charges", "no answer to GET /v1/refunds", False),
        ("no place on payments-7d9f8b6c5-x2x9q", "no place on payments-5c6b7d8f9-q9x2x", True),
        ("3 of 5 refused by worker-3", "3 of 3 refused by worker-12", True),
        ("can't read the customer's order", "can't write the customer's order", False),
    ],
)
def test_lines_are_of_one_kind_when_they_differ_in_what_differs_each_time(one, other, same):
    assert (template_of(line(one)) == template_of(line(other))) is same


def line(message, at=NOON, trace=""):
    return LogLine(at, "orders", Level.ERROR, message, trace)


def test_lines_of_one_request_count_once_and_what_was_there_before_does_not_count():
    known = {template_of(line("timeout after 3 s"))}
    lines = [line("timeout after 5 s"), line("broken", trace="a"), line("broken", trace="a"), line("broken", trace="b")]
    (kind,) = new_kinds(lines, known)
    assert (kind.count, kind.requests, kind.shown) == (3, {"a", "b"}, lines[1])
    assert new_kinds(lines[:1], known) == []


def deployed(id, at, *, target=PAYMENTS, watch=Watch.GOOD, took=MINUTE):
    start, end = NOON + at * MINUTE, NOON + at * MINUTE + took
    more = {"stage": Stage.SUCCEEDED, "watch": watch, "started_at": start, "finished_at": end}
    return Deployment(id, target, "1.5.0", "U0ANA", start, **more)


def test_what_was_wrong_and_is_over_is_not_what_it_is_compared_with():
    bad, back = deployed("bad", 0, watch=Watch.RED), deployed("back", 5)
    assert troubled(deployed("next", 10), [bad, back]) == (Window(NOON, NOON + 6 * MINUTE),)


def test_a_version_that_mends_a_bad_one_is_compared_with_the_time_before_that():
    assert troubled(deployed("next", 10), [deployed("bad", 0, watch=Watch.RED)]) == (Window(NOON, NOON + 10 * MINUTE),)


def test_what_another_service_still_does_wrong_is_how_things_are():
    assert troubled(deployed("next", 10), [deployed("bad", 0, target=CATALOG, watch=Watch.RED)]) == ()


def test_a_baseline_is_made_of_calm_minutes():
    points = [RatePoint(NOON + n * MINUTE, 10, 5 if 2 <= n < 4 else 0) for n in range(14)]
    trouble = (Window(NOON + 2 * MINUTE, NOON + 4 * MINUTE),)
    assert [point.errors for point in calm(points, MINUTE, trouble)] == [0] * 10
    lines = [line("before"), line("then", NOON + 3 * MINUTE)]
    assert [each.message for each in calm_lines(lines, trouble)] == ["before"]

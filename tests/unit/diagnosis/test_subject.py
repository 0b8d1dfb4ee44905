"""Asked about a service, the answer begins with that one, however much louder another is in the same minutes."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inline_snapshot import snapshot
from msgspec.structs import replace as other

from bot.diagnosis.asking import About, Question, Reference
from bot.diagnosis.confidence import Confidence
from bot.diagnosis.evidence import Alert, Deployment, Evidence, Observed, Window
from bot.diagnosis.investigating import compared
from bot.diagnosis.narrative import plainly
from bot.diagnosis.ranking import rank
from bot.diagnosis.signals.calm import Trouble
from bot.diagnosis.signals.parting import parted
from bot.diagnosis.signals.topology import reached
from bot.diagnosis.values import Findings, Gathered
from tests.support.incidents import CALLS, START, Fault, evidence, with_connections
from tests.unit.diagnosis.test_narrative import anything, clauses
from tests.unit.diagnosis.test_what_failed import broken

BEFORE = Reference(Window(START, START + 120), "the 15 minutes before")


def told(made, service, services=tuple(CALLS)):
    question = Question(
        "q",
        About.SERVICE,
        "integration",
        made.faulty.window,
        service,
        references=(BEFORE,),
        services=services,
        alert=Alert(service),
    )
    return plainly(Findings(question, Gathered(made), rank(made)))


def about(one):
    assert one.subject is not None
    return one.subject.words


def together(*faults, seed=1):
    """Requests of each fault, in the same minutes."""
    made = evidence(faults[0], seed, somewhere=True)
    for number, fault in enumerate(faults[1:], 1):
        of = evidence(fault, seed + 7 * number).faulty
        spans = tuple(other(span, trace_id=f"{number}x{span.trace_id}") for span in of.spans)
        lines = tuple(other(line, trace_id=f"{number}x{line.trace_id}") for line in of.lines)
        faulty = made.faulty
        faulty = replace(faulty, spans=(*faulty.spans, *spans), lines=(*faulty.lines, *lines))
        made = replace(made, faulty=replace(faulty, lines_seen=len(faulty.lines)))
    return made


SLOW_AND_LOUD = together(Fault("stock", own=60), Fault("payment", fails=True, says="KeyError: 'EUR'"))


def test_a_slow_service_is_told_of_before_a_louder_one():
    assert rank(SLOW_AND_LOUD).answer == "payment"
    one = told(SLOW_AND_LOUD, "stock")
    assert (one.service, one.confidence) == ("stock", Confidence.MEDIUM)
    assert about(one) == snapshot("calls to stock take 31 ms, in health 5 ms: that begins in it")
    assert [each.words for each in one.because] == snapshot(
        [
            "stock itself takes 26 ms longer per call, 6.17 times as long as usual; most of it in stock work: 5.0 → 30.9 ms"
        ]
    )
    assert [each.words for each in one.also] == snapshot(
        ["payment fails (payment work fails by itself in 40 of 80 calls, and in health in none of 40)"]
    )
    assert not [each for each in one.ruled_out if each.words.startswith("payment")]


def test_what_comes_from_whom_it_calls_says_so():
    one = told(together(Fault("payment", fails=True)), "orders")
    assert one.service == "payment"
    assert about(one) == snapshot(
        "40 of 40 calls to orders fail, in health none of 40: that begins in payment, which it calls"
    )
    slow = told(together(Fault("stock", own=80)), "orders")
    assert slow.service == "stock"
    assert about(slow) == snapshot("calls to orders take 103 ms, in health 23 ms: that begins in stock, which it calls")


def test_who_breaks_on_what_it_answers_is_told_as_the_reason_and_not_twice():
    made = replace(broken(evidence(Fault("payment", own=20), somewhere=True)), changed=("payment",))
    one = told(made, "payment")
    assert one.because[0].words.startswith("orders, which was not changed, fails in 40 of its 40")
    assert about(one) == snapshot("calls to payment take 25 ms, in health 4.7 ms: that begins in it")
    assert "which was not changed" not in about(told(broken(evidence(Fault())), "payment"))


def test_who_asks_it_through_another_depends_on_it():
    made = together(Fault("payment", fails=True))
    assert about(told(made, "web")).endswith("that begins in payment, which it depends on")
    slow = told(together(Fault("payment", own=80), Fault("web", own=30)), "payment")
    beside = [each.words for each in slow.ruled_out if each.words.startswith("web")]
    assert [words for words in beside if "and depends on payment, which may explain it" in words]


def test_connections_that_fill_up_may_wait_for_another():
    made, full = (evidence(Fault(name, cpu=9), somewhere=True) for name in ("stock", "orders"))
    mine = tuple(one for one in made.faulty.series if one.service != "orders")
    filling = tuple(one for one in full.faulty.series if one.service == "orders")
    both = replace(made, faulty=replace(made.faulty, series=(*mine, *filling)))
    one = told(with_connections(both, "orders"), "orders")
    assert about(one).startswith("of orders, database connections in use of orders went from")
    assert (about(one).endswith("that begins in stock, which it calls"), one.service) == (True, "stock")


def test_where_it_begins_in_what_is_none_of_the_environments_services_nobody_else_is_named_instead():
    made = together(Fault("stock", own=80), Fault("cart", own=60))
    one = told(made, "orders", services=tuple(name for name in CALLS if name != "stock"))
    assert about(one).endswith("that begins in stock, which it calls")
    assert (one.service, one.confidence, one.change) == ("", Confidence.LOW, None)
    assert [each.words for each in one.because] == snapshot(
        ["what stands out is stock, which is none of the environment's services"]
    )


def test_where_it_is_not_seen_to_begin_there_is_something_to_look_at():
    made = together(Fault())
    trace = made.faulty.spans[0].trace_id
    spans = tuple(other(span, failed=span.trace_id == trace) for span in made.faulty.spans)
    one = told(replace(made, faulty=replace(made.faulty, spans=spans)), "cart")
    assert about(one) == snapshot("2 of 80 calls to cart fail, in health none of 80: where that begins is not seen")
    assert (one.service, [each.words for each in one.try_next]) == ("", [f"look at trace {trace}"])


def test_of_a_service_that_is_well_it_says_what_was_looked_at_and_then_who_is_suspected():
    one = told(together(Fault("payment", fails=True)), "cart")
    assert (one.service, one.confidence, one.because) == ("", Confidence.LOW, ())
    assert about(one) == snapshot(
        "nothing unusual is seen of cart in 80 calls, 80 lines and 2 metrics, compared with the 15 minutes before"
    )
    assert [each.words for each in one.also] == snapshot(
        ["payment fails (payment work fails by itself in 40 of 40 calls, and in health in none of 40)"]
    )
    well = told(together(Fault()), "cart")
    assert (about(well), well.also) == (about(one), ())


def test_of_a_service_of_which_nothing_was_seen_nothing_is_said():
    made = together(Fault("payment", fails=True))
    unseen = replace(
        made.faulty,
        **{
            name: tuple(each for each in getattr(made.faulty, name) if each.service != "cart")
            for name in ("spans", "lines", "series")
        },
    )
    one = told(replace(made, faulty=unseen, references=()), "cart")
    assert about(one) == snapshot("nothing was seen of cart in that time: no calls, no lines, no metrics")
    assert told(Evidence(Observed(Window(0, 1)), ()), "cart").subject is None


@pytest.mark.parametrize("asked", sorted(CALLS))
@pytest.mark.parametrize(
    "fault",
    [Fault("stock", own=80), Fault("payment", fails=True), Fault("cart", cpu=9)],
)
def test_whoever_is_asked_about_the_one_at_fault_is_named_only_where_it_matters(asked, fault):
    """Those that call it are told that it comes from there; of the others nothing is unusual."""
    one = told(together(fault), asked)
    below = reached((caller, each) for caller, its in CALLS.items() for each in its)
    assert asked in about(one)
    assert one.service in ({fault.service, ""} if fault.service in below.get(asked, ()) else {"", asked})
    assert (one.service == asked) is (asked == fault.service)
    assert ("begins in it" in about(one)) is (asked == fault.service)


@settings(max_examples=10, deadline=None)
@given(anything, st.sampled_from("ab"))
def test_whatever_the_evidence_it_is_told_without_secrets_or_claims_that_rest_on_nothing(made, service):
    one = told(replace(made, somewhere=True), service)
    told_of = [*clauses(one), *one.also, *([one.subject] if one.subject else [])]
    assert all(each.evidence for each in told_of)
    assert not [each for each in told_of if "xoxb-1" in each.words or "<" in each.words]


def all_in_one(fault, *came):
    """Asked about a time of which nothing is known before, the fault in its second half."""
    made = evidence(fault, somewhere=True, deployments=came)
    before, after = made.references[0], made.faulty
    whole = Observed(
        Window(before.window.start - 600, after.window.end),
        (*before.spans, *after.spans),
        (*before.lines, *after.lines),
        (),
        before.lines_seen + after.lines_seen,
    )
    empty = Observed(Window(before.window.start - 1500, before.window.start - 600))
    return replace(made, faulty=whole, references=(empty,))


CAME = Deployment(START + 120, "stock", "2.3.0", before="2.2.0")


@pytest.mark.parametrize(("came", "changed"), [((CAME,), ("stock",)), ((), ())])
def test_with_nothing_before_the_time_asked_about_its_deployment_or_its_first_half_parts_it(came, changed):
    made = parted(all_in_one(Fault("stock", own=500), *came), "stock")
    assert made.changed == changed
    one = told(made, "stock")
    assert (one.service, about(one).startswith("calls to stock take")) == ("stock", True)
    assert about(one).endswith("that begins in it")
    assert not [each for each in one.missing if each.startswith("nothing to compare")]
    well = told(parted(all_in_one(Fault(), *came), "stock"), "stock")
    what = "the minutes before stock 2.3.0" if came else "the first half of that time"
    assert about(well).startswith("nothing unusual is seen of stock in ")
    assert about(well).endswith(f", compared with {what}")


def test_what_is_known_to_have_been_wrong_is_compared_with_the_calm_minutes_beside_it():
    """Its deployment brought it back: what was before that was the fault."""
    made = all_in_one(Fault("stock", own=500), CAME)
    ill = Trouble(Window(made.faulty.window.end - 60, made.faulty.window.end), "stock 2.3.0")
    mended = parted(made, "stock", (ill,))
    assert mended.faulty.window == ill.window
    assert mended.references[0].window.end == ill.window.start
    assert mended.compared == "the minutes of it in which nothing was known to be wrong"
    [told] = compared(mended)
    assert (told.window, told.what) == (mended.references[0].window, mended.compared)
    assert compared(made) == ()
    beyond = Trouble(Window(made.faulty.window.end, made.faulty.window.end + 60), "")
    assert parted(made, "stock", (beyond,)).compared == "the minutes before stock 2.3.0"


def test_with_nothing_to_compare_with_nobody_says_that_nothing_is_unusual():
    made = all_in_one(Fault("stock", own=500))
    assert parted(made, "") is made
    few = [span.trace_id for span in made.faulty.spans if span.service == "stock"][:8]
    spans = tuple(span for span in made.faulty.spans if span.trace_id in few)
    made = parted(replace(made, faulty=replace(made.faulty, spans=spans)), "stock")
    assert about(told(made, "stock")) == snapshot(
        "whether 8 calls and 80 lines of stock are as usual cannot be told: nothing of it is known from before, and a shorter time may have some before it"
    )


def test_where_health_is_known_nothing_is_parted():
    made = evidence(Fault("stock", own=60), somewhere=True, deployments=(CAME,))
    assert parted(made, "stock") is made

"""Two faults in the same minutes: what is asked about one is not answered with the other."""

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inline_snapshot import snapshot

from bot.diagnosis.asking import About, Question
from bot.diagnosis.confidence import Confidence
from bot.diagnosis.evidence import Deployment, Item, Line
from bot.diagnosis.investigating import against
from bot.diagnosis.narrative import plainly
from bot.diagnosis.ranking import rank
from bot.diagnosis.signals.concerning import of_what_failed
from bot.diagnosis.values import Clause, Explanation, Findings, Gathered
from bot.diagnosis.words.clauses import first_said
from bot.diagnosis.words.steps import next_steps
from tests.support.two_faults import BREAKS, HEALTH, OUT, START, UNKNOWN, both

TRACE = Item("span:t/s", 1.0, "payments")
FAULTS = {BREAKS: "payments", UNKNOWN: "inventory"}


def findings(made, **of_question):
    question = Question("q", About.CASE, "integration", made.faulty.window, **of_question)
    return Findings(question, Gathered(made), rank(made))


@pytest.mark.parametrize(("how", "service"), FAULTS.items())
@pytest.mark.parametrize("stock_ms", [4.0, 7.0])
def test_each_of_two_faults_is_told_by_the_traces_of_its_own_tests(how, service, stock_ms):
    ranking = rank(both(how, stock_ms=stock_ms))
    assert ranking.answer == service
    assert ranking.confidence is Confidence.HIGH


def test_what_is_no_reason_says_that_what_failed_does_not_fail_there():
    told = plainly(findings(both(UNKNOWN)))
    assert told.service == "inventory"
    assert [each.words for each in told.ruled_out] == snapshot(
        [
            "orders fails too, and calls inventory, which may explain it (POST fails by itself in 3 of 3 traces of what failed, and in health in none of 42 calls)",
            "payments fails too, but not in the traces of what failed (POST /charges fails by itself in 14 of 28 calls, and in health in none of 21)",
        ]
    )


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(sorted(FAULTS)), st.integers(3, 60), st.integers(3, 60), st.integers(0, 60))
def test_however_much_of_the_other_there_is_beside_it(how, breaks, unknown, well):
    assert rank(both(how, breaks=breaks, unknown=unknown, well=well)).answer == FAULTS[how]


@pytest.mark.parametrize(("how", "service"), FAULTS.items())
@pytest.mark.parametrize("changed", [(), ("payments",), ("inventory",)])
def test_whatever_is_known_of_versions_the_other_fault_is_no_answer(how, service, changed):
    other = next(each for each in FAULTS.values() if each != service)
    assert rank(both(how, changed=changed)).answer != other


@pytest.mark.parametrize(
    ("suspects", "service", "said"),
    [
        (("inventory",), "payments", "The deployment points to inventory, the traces to payments"),
        (("inventory", "orders"), "payments", "The deployments point to inventory and orders, the traces to payments"),
        (("inventory",), "inventory", ""),
        (("inventory", "payments"), "payments", ""),
        ((), "payments", ""),
        (("inventory",), "", ""),
    ],
)
def test_where_its_case_suspects_another_service_the_answer_says_so(suspects, service, said):
    asked = findings(both(BREAKS), suspects=suspects).question
    assert against(asked, Explanation(service, Confidence.LOW, (Clause("it fails", (TRACE,)),))) == said


def test_what_is_told_by_no_trace_is_said_to_be_observed():
    asked = findings(both(BREAKS), suspects=("inventory",)).question
    told = Explanation(
        "payments", Confidence.LOW, (Clause("it is full", (Item("metric:payments/cpu", 1.0, "payments"),)),)
    )
    assert against(asked, told) == "The deployment points to inventory, what was observed to payments"


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(sorted(FAULTS)), st.sets(st.sampled_from(["inventory", "payments", "orders"])))
def test_nothing_is_rolled_back_at_low(how, changed):
    made = both(how, changed=tuple(changed), pointed=())
    told = plainly(findings(made))
    for sure in Confidence:
        steps = next_steps(findings(made), rank(made).services[0], sure, told.because)
        assert not steps or (steps[0].words.startswith("roll back") is (sure is not Confidence.LOW))
        assert steps[0].words.startswith(("roll back", "look at"))


SOUND = Deployment(HEALTH - 100, "orders", "2.1.1", "c0ffee0", before="2.1.0")
LATE = Deployment(START + 2, "inventory", "0.9.4", "c0ffee2", before="0.9.3")


def later(made, by=10.0):
    """The same with its failing tests so many seconds after the start, as a run needs to come to them."""
    spans = tuple(msgspec.structs.replace(span, time=span.time + by) for span in made.faulty.spans)
    return replace(made, faulty=replace(made.faulty, spans=spans))


@pytest.mark.parametrize("breaks", [14, 40])
def test_a_version_that_came_while_the_run_was_under_way_is_what_it_is_asked_about(breaks):
    seen = later(both(UNKNOWN, breaks=breaks, changed=("payments",), deployments=(SOUND, OUT[0], LATE)))
    made = of_what_failed(seen)
    told = plainly(findings(made))
    assert (told.service, made.changed) == ("inventory", ("inventory", "payments"))
    assert not any("payments answered" in each.words for each in told.because)
    assert told.try_next[0].words.startswith("roll back inventory 0.9.4")


def test_what_a_service_logged_of_another_fault_is_not_told_of_this_one():
    seen = both(UNKNOWN, breaks=40, unknown=4)
    well = replace(seen.references[0], lines=(Line(HEALTH, "orders", "INFO", "an order was taken"),), lines_seen=1)
    made = of_what_failed(replace(seen, references=(well,)))
    orders = next(one for one in rank(made).services if one.service == "orders")
    said = first_said(findings(made), orders)
    assert said is not None
    assert said.words.startswith('"inventory answered 404 to POST /reservations"')
    assert not any("payments answered" in one.words for one in orders.findings)


def test_what_bears_no_id_may_be_of_this_fault():
    made = both(UNKNOWN)
    bare = tuple(msgspec.structs.replace(line, trace_id="") for line in made.faulty.lines)
    assert of_what_failed(replace(made, faulty=replace(made.faulty, lines=bare))).faulty.lines == bare
    first = next(place for place, line in enumerate(made.faulty.lines) if "answered 500" in line.message)
    mixed = (*made.faulty.lines[:first], bare[first], *made.faulty.lines[first + 1 :])
    kept = of_what_failed(replace(made, faulty=replace(made.faulty, lines=mixed))).faulty.lines
    assert kept == tuple(line for line in mixed if "KeyError" not in line.message)


@pytest.mark.parametrize(
    ("came", "changed"),
    [
        ((LATE,), ("inventory",)),
        ((msgspec.structs.replace(LATE, before=""),), ("inventory",)),
        ((msgspec.structs.replace(LATE, time=START + 60),), ()),
        ((SOUND,), ()),
        ((LATE, Deployment(START + 4, "inventory", "0.9.3", before="0.9.4")), ()),
    ],
)
def test_what_came_between_health_and_the_first_failure_changed(came, changed):
    assert of_what_failed(later(both(UNKNOWN, changed=(), deployments=came))).changed == changed
    assert of_what_failed(both(UNKNOWN, changed=(), deployments=came, pointed=())).changed == ()


@pytest.mark.parametrize("place", [0, 1, -1])
def test_asked_about_a_trace_it_is_that_one_which_is_to_be_looked_at(place):
    made = both(BREAKS)
    trace = [span.trace_id for span in made.faulty.spans if span.service == "payments"][place]
    asked = findings(replace(made, pointed=(trace,)), traces=(trace,))
    steps = [each for each in plainly(asked).try_next if each.words.startswith("look at trace")]
    assert [(each.words, each.evidence[0].id.split("/")[0]) for each in steps] == [
        (f"look at trace {trace}", f"span:{trace}")
    ]

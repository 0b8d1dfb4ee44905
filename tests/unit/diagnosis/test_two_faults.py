"""Two faults in the same minutes: what is asked about one is not answered with the other."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inline_snapshot import snapshot

from bot.diagnosis.asking import About, Question
from bot.diagnosis.confidence import Confidence
from bot.diagnosis.evidence import Item
from bot.diagnosis.investigating import against
from bot.diagnosis.narrative import plainly
from bot.diagnosis.ranking import rank
from bot.diagnosis.steps import next_steps
from bot.diagnosis.values import Clause, Explanation, Findings, Gathered
from tests.support.two_faults import BREAKS, UNKNOWN, both

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

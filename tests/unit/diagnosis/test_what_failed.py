"""What failed tests and the versions of services add: where errors start in just these requests, and who broke on whose
new answers.
"""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace as other

from bot.diagnosis.asking import About, Question
from bot.diagnosis.evidence import Span
from bot.diagnosis.narrative import plainly
from bot.diagnosis.ranking import rank
from bot.diagnosis.signals.findings import Layer
from bot.diagnosis.values import Findings, Gathered
from tests.support.incidents import CALLS, START, Fault, evidence

PASSES_ON = {("orders", "orders work"), ("web", "ask orders"), ("web", "web work")}
"""Spans that fail when orders breaks on what it is answered."""


def broken(of, *, without=()):
    """Orders fails in every request. without: traces in which it does not ask payment."""
    asked = [span for span in of.faulty.spans if not (span.trace_id in without and "payment" in span.operation)]
    spans = [other(span, failed=(span.service, span.operation) in PASSES_ON) for span in asked]
    return replace(of, faulty=replace(of.faulty, spans=tuple(spans)))


def traces(of):
    return sorted({span.trace_id for span in of.faulty.spans})


def first(of, **differs):
    return rank(replace(of, **differs)).answer


def test_who_breaks_on_the_answers_of_a_new_version_is_not_at_fault():
    of = broken(evidence(Fault()))
    assert first(of) == "orders"
    assert first(of, changed=("payment",)) == "payment"
    ranking = rank(replace(of, changed=("payment",)))
    reason = ranking.services[0].findings[0]
    assert reason.layer is Layer.CONTRACT, "nothing fails in itself"
    assert reason.words == (
        "orders, which was not changed, fails in 40 of its 40 calls to payment, and in health in none of 40"
    )
    assert reason.evidence[0].service == "orders"


def test_of_whoever_only_answers_otherwise_nobody_says_that_errors_start_in_it():
    of = replace(broken(evidence(Fault())), changed=("payment",))
    question = Question("q", About.RUN, "integration", of.faulty.window)
    one = plainly(Findings(question, Gathered(of, ()), rank(of)))
    assert one.service == "payment"
    assert one.summary.startswith("Who calls payment breaks on what it answers now since ")


def test_who_is_new_itself_breaks_by_itself():
    of = broken(evidence(Fault()))
    assert first(of, changed=("orders",)) == "orders"
    assert first(of, changed=("orders", "payment")) == "orders"


def test_what_fails_without_asking_the_new_version_is_not_for_its_answers():
    of = evidence(Fault())
    assert first(broken(of, without=traces(of)[::2]), changed=("payment",)) == "orders"


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 1_000), st.sets(st.sampled_from(sorted(CALLS))))
def test_a_new_version_alone_is_no_reason(seed, changed):
    assert first(evidence(Fault(), seed), changed=tuple(sorted(changed))) == ""
    assert first(evidence(Fault("cart", own=80), seed), changed=tuple(sorted(changed))) == "cart"


def test_of_two_that_stand_out_the_one_that_is_new_is_likelier_at_fault():
    of = evidence(Fault("cart", own=80))
    scores, changed = (
        {one.service: one.score for one in rank(replace(of, changed=versions)).services} for versions in ((), ("cart",))
    )
    assert changed["cart"] > scores["cart"] > 0
    assert {name: score for name, score in changed.items() if name != "cart"} == {
        name: score for name, score in scores.items() if name != "cart"
    }


def test_what_fails_itself_is_told_by_that_and_not_by_who_asks_it():
    ranking = rank(evidence(Fault("payment", fails=True), changed=("payment",)))
    assert ranking.answer == "payment"
    assert not [one for one in ranking.services[0].findings if "which was not changed" in one.words]


def rare():
    """One of the requests fails, at payment; the others are well."""
    of = evidence(Fault())
    failing = traces(of)[0]
    names = {*PASSES_ON, ("orders", "ask payment"), ("payment", "payment work")}
    spans = [
        other(span, failed=span.trace_id == failing and (span.service, span.operation) in names)
        for span in of.faulty.spans
    ]
    return replace(of, faulty=replace(of.faulty, spans=tuple(spans))), (failing,)


def test_what_is_known_to_have_failed_tells_more_than_one_of_many():
    of, failing = rare()
    assert first(of) == ""
    ranking = rank(replace(of, pointed=failing))
    assert ranking.answer == "payment"
    assert (
        ranking.services[0]
        .findings[0]
        .words.startswith(
            "payment work fails by itself in 1 of 1 traces of what failed, and in health in none of 40 calls"
        )
    )


def test_errors_that_are_usual_there_tell_nothing_of_what_failed():
    of, failing = rare()
    health = [other(span, failed=span.operation == "payment work") for span in of.references[0].spans]
    usual = replace(of.references[0], spans=tuple(health))
    assert first(of, pointed=failing, references=(usual,)) == ""


def test_whom_what_failed_has_not_asked_is_not_likely_at_fault():
    of = evidence(Fault("cart", own=80))
    at = of.faulty.window.start + 1
    asked = tuple(Span(at, f"t{n}", f"s{n}", "", "payment", "payment work", 5, failed=True) for n in range(3))
    both = replace(of, faulty=replace(of.faulty, spans=(*of.faulty.spans, *asked)))
    assert first(both, pointed=tuple(span.trace_id for span in asked)) == "payment"
    strength = {one.service: one.score for one in rank(both).services}
    aside = {one.service: one.score for one in rank(replace(both, pointed=("t0",))).services}
    assert 0 < aside["cart"] < strength["cart"] / 2


def test_traces_that_nobody_has_change_nothing():
    of = evidence(Fault("cart", own=80))
    assert rank(replace(of, pointed=("f" * 32,))) == rank(of)


def test_circles_have_an_end():
    circle = tuple(
        Span(START, "t", one, above, service, "work", 1, failed=True)
        for one, above, service in (("a", "b", "web"), ("b", "a", "web"), ("c", "a", "cart"))
    )
    of = evidence(Fault())
    turned = replace(of, faulty=replace(of.faulty, spans=circle))
    assert rank(replace(turned, changed=("cart",), pointed=("t",))).services

"""What becomes of a diagnosis: rules that hold whatever happens to it, in whichever order."""

from dataclasses import replace
from datetime import timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given

from bot.diagnosis import model
from bot.diagnosis.confidence import Confidence
from bot.diagnosis.evidence import Deployment
from bot.diagnosis.model import Answer, Change
from bot.diagnosis.trust import ENOUGH, Record, Tally, standing
from bot.diagnosis.values import Clause, Explanation, Judgement, Stage, Standing
from tests.support.diagnosing import AT, LIKELY, SPANS, UNCLEAR, question

ANA, BEN = "U0ANA", "U0BEN"
MINUTE = timedelta(minutes=1)


def opened(by=""):
    return model.opened(question(), by, AT).after


def answered(explanation=LIKELY):
    step = model.answer(opened(), Answer(explanation, ("payments", "orders")), AT + MINUTE)
    assert step is not None
    return step.after


def said(by, instead=""):
    return Judgement(not instead, by, AT, instead)


MOVES = {
    "join": lambda known: model.join(known, BEN),
    "go on": lambda known: model.go_on(known, "reading"),
    "answer": lambda known: model.answer(known, Answer(LIKELY), AT + MINUTE),
    "fail": lambda known: model.fail(known, "it took too long", AT + MINUTE),
    "again": lambda known: model.again(known, BEN, AT + MINUTE),
    "right": lambda known: model.judge(known, said(ANA)),
    "wrong": lambda known: model.judge(known, said(BEN, "orders")),
    "overtake": model.overtake,
    "undo": lambda known: model.unjudge(known, ANA),
    "share": lambda known: model.share(known, "#integration", ANA),
}


@given(st.lists(st.sampled_from(sorted(MOVES)), max_size=12))
def test_each_change_has_a_revision_of_its_own_and_doing_it_again_changes_nothing(moves):
    known = opened(ANA)
    for move in moves:
        step = MOVES[move](known)
        if step is None:
            continue
        assert (step.before, step.after.revision) == (known, known.revision + 1)
        known = step.after
        assert MOVES[move](known) is None, move
        assert (known.explanation is not None) is (known.stage is Stage.DONE)
        assert known.judged is None or known.stage is Stage.DONE


@given(st.lists(st.sampled_from(["answer", "fail"]), min_size=1, max_size=4))
def test_the_first_that_comes_of_the_asking_stands(moves):
    known = opened()
    for move in moves:
        known = step.after if (step := MOVES[move](known)) else known
    assert known.stage is (Stage.DONE if moves[0] == "answer" else Stage.FAILED)


@given(st.lists(st.tuples(st.booleans(), st.sampled_from([ANA, BEN]), st.sampled_from(["orders", "inventory", ""]))))
def test_the_last_word_of_a_person_counts(words):
    known = answered()
    for right, by, service in words:
        judgement = Judgement(right, by, AT, "" if right else service)
        known = step.after if (step := model.judge(known, judgement)) else known
    if words:
        right, _by, service = words[-1]
        assert known.judged is not None
        assert known.judged.right is right
        assert model.said_to_be(known) == ("payments" if right else service)
        step = model.unjudge(known, ANA)
        assert step is not None
        assert step.after.judged is None


def test_that_nobody_can_tell_is_not_right_but_may_be_answered():
    known = answered(UNCLEAR)
    assert model.judge(known, said(ANA)) is None
    step = model.judge(known, said(ANA, "orders"))
    assert step is not None
    assert (step.change, model.said_to_be(step.after)) == (Change.JUDGED, "orders")


def came(service="payments", version="1.5.0", before="1.4.2", later=0.0):
    return Deployment(AT.timestamp() + later, service, version, before=before)


@pytest.mark.parametrize(
    ("about", "service"),
    [
        ({}, "payments"),
        ({"suspects": ("payments", "orders")}, "payments"),
        ({"suspects": ("orders",)}, ""),
        ({"deployments": (came(before=""),)}, ""),
        ({"deployments": (came("orders"),)}, ""),
        ({"deployments": (came(), came(version="1.5.1", before="1.5.0", later=60.0))}, ""),
    ],
)
def test_the_way_back_is_offered_where_the_last_deployment_is_why_and_what_ran_before_is_known(about, service):
    told = replace(answered(), question=question(**{"deployments": (came(),), **about}))
    assert model.way_back(told) == service
    assert model.way_back(replace(told, replaced_by="DNEWER")) == ""
    assert model.way_back(replace(told, overtaken=True)) == ""
    assert model.way_back(replace(told, judged=said(ANA, "orders"))) == ""
    assert model.way_back(replace(told, judged=said(ANA))) == service
    for sure, offered in ((Confidence.MEDIUM, service), (Confidence.LOW, "")):
        assert model.way_back(replace(told, explanation=replace(LIKELY, confidence=sure))) == offered


def test_what_failed_is_replaced_by_nothing_once_it_is_asked_anew():
    failed = model.fail(opened(), "SQL does not answer", AT)
    assert failed is not None
    again = model.again(replace(failed.after, replaced_by="DNEWER"), BEN, AT + MINUTE)
    assert again is not None
    assert again.after.replaced_by == ""


@given(st.integers(min_value=1, max_value=8))
def test_what_ends_its_process_every_time_is_given_up(kills):
    known = opened()
    for _ in range(kills):
        begun = model.begin(known, AT)
        assert begun is not None
        known = begun
    assert model.worn_out(known) is (kills > model.TRIES)


def test_what_lost_its_job_is_seen_after_a_while_and_what_is_over_never_is():
    begun = model.begin(opened(), AT)
    assert begun is not None
    late = AT + MINUTE + model.GRACE
    assert not model.stuck(begun, late, MINUTE)
    assert model.stuck(begun, late + MINUTE, MINUTE)
    assert not model.stuck(answered(), late + 100 * MINUTE, MINUTE)
    assert model.begin(answered(), AT) is None


@given(st.integers(min_value=1, max_value=200))
def test_of_the_evidence_behind_a_statement_some_is_kept_and_all_is_counted(count):
    items = (SPANS * 6)[:count]
    told = answered(Explanation("payments", Confidence.HIGH, (Clause("it fails", items),))).explanation
    assert told is not None
    [clause] = told.because
    assert clause.evidence == items[: model.ITEMS]
    assert len(clause.evidence) + clause.further == count


@given(st.integers(min_value=0, max_value=40), st.integers(min_value=0, max_value=40), st.sampled_from(Confidence))
def test_high_is_said_only_where_enough_were_judged_and_nine_in_ten_of_them_were_right(right, wrong, confidence):
    tally = Tally(right, right + wrong)
    stands = standing(confidence, Record({confidence: tally}))
    assert (stands.right, stands.of) == (right, right + wrong)
    enough = right + wrong >= ENOUGH and wrong * 10 <= right + wrong
    assert stands.sure is (confidence is Confidence.HIGH and enough)


@pytest.mark.parametrize("confidence", Confidence)
def test_where_nothing_was_judged_nothing_is_calibrated(confidence):
    assert standing(confidence, Record()) == Standing()
    assert Record({Confidence.HIGH: Tally(2, 3), Confidence.LOW: Tally(1, 4)}).whole == Tally(3, 7)

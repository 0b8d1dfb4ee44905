"""How strong, how sure, and which words: the small rules that the ranking is made of."""

import pytest

from bot.diagnosis.confidence import confidence
from bot.diagnosis.evaluation.casefiles import FAILED
from bot.diagnosis.evidence import Evidence, Observed, Series, Window
from bot.diagnosis.signals.findings import Finding, Layer, Ranked, agreed, grade, spread
from bot.diagnosis.signals.traffic import surging
from bot.diagnosis.signals.wording import template


def ranked(score, *layers):
    return Ranked("a", score, tuple(Finding("a", layer, 1.0, "words") for layer in layers))


@pytest.mark.parametrize(
    ("first", "second", "sources", "sure"),
    [
        (ranked(1.2, Layer.RESOURCES), 0.2, 2, "high"),
        (ranked(1.2, Layer.RESOURCES), 0.2, 1, "high"),
        (ranked(0.9, Layer.RESOURCES), 0.2, 1, "medium"),
        (ranked(0.9, Layer.RESOURCES), 0.2, 2, "high"),
        (ranked(0.9, Layer.RESOURCES), 0.6, 2, "medium"),
        (ranked(1.2, Layer.LOGS), 0.2, 3, "high"),
        (ranked(0.5, Layer.LOGS), 0.25, 3, "high"),
        (ranked(0.5, Layer.LOGS), 0.25, 1, "medium"),
        (ranked(0.5, Layer.LOGS), 0.28, 3, "medium"),
        (ranked(1.2, Layer.LOGS), 0.7, 3, "medium"),
        (ranked(1.2, Layer.LOGS, Layer.CALLS), 0.2, 3, "high"),
        (ranked(1.2, Layer.LOGS, Layer.CALLS), 0.2, 1, "medium"),
        (ranked(1.2, Layer.SYMPTOMS), 0.2, 1, "low"),
        (ranked(1.2, Layer.SYMPTOMS), 0.2, 3, "medium"),
        (ranked(0.2, Layer.RESOURCES), 0.0, 3, "low"),
        (ranked(0), 0.0, 3, "low"),
    ],
)
def test_how_sure_it_is_takes_a_margin_sources_and_what_is_measured_at_the_service_itself(first, second, sources, sure):
    assert confidence([first, Ranked("b", second)], sources) == sure


def test_of_no_service_nobody_is_sure():
    assert confidence([], 3) == "low"


def found(strength):
    return {"a": Finding("a", Layer.LOGS, strength, "words")}


@pytest.mark.parametrize(
    ("references", "strength"), [([found(0.8)], 0.8), ([found(0.8), found(0.9)], 0.8), ([found(0.8), {}], 0.4)]
)
def test_other_references_only_take_away(references, strength):
    assert agreed(references)["a"].strength == pytest.approx(strength)


def test_what_only_another_reference_shows_is_not_told():
    assert agreed([{}, found(1)]) == {}
    assert agreed([]) == {}


def test_a_grade_is_nothing_at_its_gate_one_where_it_is_plain_and_grows_slowly_beyond():
    assert [grade(value, 3, 30) for value in (0, 3, 30)] == [0, 0, 1]
    assert 1.5 < grade(30_000, 3, 30) < 2
    assert grade(float("inf"), 3, 30) < 3


def test_outliers_do_not_widen_what_is_usual():
    assert spread([1, 2, 3, 4, 5, 6, 7, 8, 9, 10_000]) < 4


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("order 17 took 3ms", "order 4711 took 12ms", True),
        ("user 'ann' left", "user 'bob' left", True),
        (
            '{"severity": "info", "message": "charged", "id": "a1"}',
            '{"severity": "info", "message": "refused", "id": "a1"}',
            False,
        ),
        ('{"t": "1", "message": "charged 3"}', '{"t": "2", "message": "charged 4"}', True),
        ('{"code": 3, "of": "x"}', '{"code": 4, "of": "x"}', True),
        ("cannot connect\n at one", "cannot connect\n at other", True),
        ("cannot connect", "cannot read", False),
        ("", "", True),
    ],
)
def test_lines_that_say_the_same_have_one_template(one, other, same):
    assert (template(one) == template(other)) is same


@pytest.mark.parametrize(
    "status", ["ERROR", "error", "STATUS_CODE_ERROR", "2", "500", "503", "UNAVAILABLE", "failed", "true"]
)
def test_words_for_a_call_that_failed(status):
    assert FAILED.fullmatch(status)


@pytest.mark.parametrize(
    "status", ["OK", "0", "1", "200", "404", "UNSET", "STATUS_CODE_UNSET", "false", "NOT_FOUND", "5"]
)
def test_words_for_one_that_did_not(status):
    assert not FAILED.fullmatch(status)


@pytest.mark.parametrize(("values", "surge"), [(4, set()), (6, {"web", "cart"})])
def test_that_more_is_asked_of_all_takes_more_than_a_few_values_to_say(values, surge):
    def asked(rate):
        series = (Series(name, "requests", tuple(range(values)), (rate,) * values) for name in ("web", "cart"))
        return Observed(Window(0, values), series=tuple(series))

    assert surging(Evidence(asked(9.0), (asked(3.0),))) == surge

"""An answer line by line: whose it is and how sure, a few reasons, and what is told elsewhere."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diagnosis.confidence import Confidence
from bot.diagnosis.facts import facts
from bot.diagnosis.values import Clause, Standing
from bot.notices.casework import PointedFacts
from bot.notices.diagnosing import DiagnosisCard
from handlers.views.diagnoses.lines import REASONS
from handlers.views.diagnoses.plain import plain
from handlers.views.diagnoses.words import TOO_FEW, UNJUDGED, told_standing, uncalibrated
from handlers.views.diagnoses.words import pointed as pointed_words
from handlers.views.render import render
from tests.support.diagnosing import LIKELY, SPANS
from tests.unit.views.test_diagnoses_told import ROOT, answered, judged, words
from tests.unit.views.test_words import read


@pytest.mark.parametrize(
    ("confidence", "record", "said", "meaning"),
    [
        ("high", Standing(18, 20, sure=True), "high, right 18 of 20 here", ""),
        ("high", Standing(3, 4), "strong evidence, uncalibrated here: right 3 of 4", TOO_FEW),
        ("high", Standing(), "strong evidence, uncalibrated here", UNJUDGED),
        ("medium", Standing(3, 5), "medium, right 3 of 5 here", ""),
        ("low", Standing(), "low, uncalibrated here", UNJUDGED),
    ],
)
def test_how_sure_it_is_goes_with_how_often_that_was_right_here(confidence, record, said, meaning):
    """In a few words beside the service; what they mean stands below, where it keeps nobody from the answer."""
    told = facts(answered(replace(LIKELY, confidence=Confidence(confidence)), record), ROOT)
    assert told_standing(told) == said
    assert uncalibrated(told) == meaning
    lines = read(render(DiagnosisCard(told)))
    assert lines[0].splitlines()[0] == f":mag: Likely *payments* ({said})"
    assert (meaning.lower() in lines[-1].lower(), meaning in plain(told)) == (True, True)


@given(st.sampled_from(Confidence), st.booleans())
def test_nobody_is_said_to_have_judged_beside_what_somebody_said_of_it(confidence, right):
    told = replace(
        facts(judged(right=right, service="" if right else "orders")), confidence=confidence, of=0, sure=False
    )
    by = PointedFacts("payments", confidence, 0, 0, sure=False, by="U0ANA")
    for said in (words(render(DiagnosisCard(told))), plain(told), pointed_words(by)):
        assert "nobody has judged" not in said.lower()
        assert "uncalibrated here" in said
    assert UNJUDGED in plain(replace(told, judged=None))


@given(st.integers(min_value=1, max_value=9), st.booleans())
def test_of_many_reasons_the_strongest_few_are_read_and_the_others_are_counted_and_linked(many, by_model):
    """Nothing is dropped without a word; what a model sums up stands before its reasons."""
    reasons = tuple(Clause(f"reason {number} of it", SPANS[:1]) for number in range(1, many + 1))
    by = {"author": "claude", "summary": "a currency ends each charge."} if by_model else {}
    told = facts(answered(replace(LIKELY, because=reasons, **by)), ROOT)
    _head, *said = read(render(DiagnosisCard(told)))[0].splitlines()
    if by_model:
        assert said.pop(0) == "A currency ends each charge."
    listed = [each for each in said if each.startswith("• ")]
    assert [each.partition(" (<")[0] for each in listed] == [f"• {each.words}" for each in reasons[:REASONS]]
    rest = many - len(listed)
    more = f"<{ROOT}/diagnoses/DQUESTION#because-4|… and {rest} more reason{'s' * (rest != 1)}>"
    assert said[len(listed) :] == ([more] if rest else [])
    aside = replace(told, because=(*told.because[:1], *(replace(each, aside=True) for each in told.because[1:])))
    counted = f"… and {many - 1} more reason{'s' * (many != 2)}>" if many > 1 else told.because[0].words
    assert read(render(DiagnosisCard(aside)))[0].count("• ") == 1
    assert counted in read(render(DiagnosisCard(aside)))[0]
    on_terminal = plain(told)
    assert (f"and {rest} more reason" in on_terminal) == bool(rest)
    assert plain(replace(told, page_url="")).count("  - reason") == many

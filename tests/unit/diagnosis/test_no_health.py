"""Where there is no time in health, or it is none: less is said, and never more surely than that allows."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.diagnosis.asking import About, Question
from bot.diagnosis.confidence import Confidence
from bot.diagnosis.evidence import Observed, Window
from bot.diagnosis.narrative import plainly
from bot.diagnosis.ranking import rank
from bot.diagnosis.values import Findings, Gathered
from tests.support.two_faults import BREAKS, HEALTH, UNKNOWN, WELL, both, window

EMPTY = Observed(Window(HEALTH, HEALTH + 600))
NOTHING = "nothing to compare with before 22:28:20 UTC"


def told(made):
    question = Question("q", About.CASE, "integration", made.faulty.window)
    return plainly(Findings(question, Gathered(made), rank(made)))


def words(one):
    return [each.words for each in (*one.because, *one.ruled_out, *one.try_next)]


@pytest.mark.parametrize("references", [(), (EMPTY,), (EMPTY, EMPTY)])
@pytest.mark.parametrize("how", [BREAKS, UNKNOWN])
def test_with_nothing_to_compare_with_it_is_low_and_says_so(how, references):
    made = both(how, references=references, changed=())
    assert rank(made).confidence is Confidence.LOW
    one = told(made)
    assert NOTHING in one.missing
    assert not [each for each in words(one) if "health" in each]


def only(of, *kinds):
    return replace(of, **{name: () for name in ("spans", "lines", "series") if name not in kinds})


@pytest.mark.parametrize(
    ("now", "before", "somewhere", "said"),
    [
        (["spans"], ["spans"], False, ["no logs and no metrics at all"]),
        (["spans", "lines"], ["spans"], False, ["no metrics at all", "no logs in the healthy minutes"]),
        (["lines"], ["spans", "lines"], False, ["no metrics at all", "no traces in the minutes of the failure"]),
        (["lines"], ["spans", "lines"], True, ["no metrics at all", "no traces in the minutes asked about"]),
        (["spans", "lines"], [], False, [NOTHING, "no metrics at all"]),
        ([], ["spans", "lines"], False, ["no metrics at all"]),
        ([], [], False, []),
    ],
)
def test_what_is_missing_is_said_with_where_it_is_missing(now, before, somewhere, said):
    made = both(BREAKS, somewhere=somewhere)
    healthy = replace(made.references[0], lines=made.faulty.lines)
    made = replace(made, faulty=only(made.faulty, *now), references=(only(healthy, *before),))
    assert [each for each in told(made).missing if each.startswith(("no ", NOTHING))] == said


def test_lines_alone_of_health_make_nobody_sure_of_errors():
    made = both(BREAKS)
    of = replace(made.references[0], spans=(), lines=made.faulty.lines[:2])
    assert rank(made).confidence is Confidence.HIGH
    assert rank(replace(made, references=(of,))).confidence is Confidence.LOW


def test_where_there_is_health_nothing_is_said_of_it():
    assert not [each for each in told(both(BREAKS)).missing if "compare" in each or "itself" in each]


@settings(max_examples=20, deadline=None)
@given(st.integers(5, 40), st.integers(5, 40), st.sampled_from([BREAKS, UNKNOWN]))
def test_what_fails_as_often_before_is_no_health_and_nobody_is_sure(fails, well, how):
    before = window(HEALTH, [how] * fails + [WELL] * well)
    ranking = rank(
        both(
            how,
            breaks=fails * (how is BREAKS),
            unknown=fails * (how is UNKNOWN),
            well=well,
            references=(before,),
            pointed=(),
        )
    )
    assert ranking.confidence is Confidence.LOW
    assert not [
        one for service in ranking.services for one in service.findings if one.strength > 0 and " fails " in one.words
    ]
    if fails >= well:
        assert [each for each in ranking.remarks if each.startswith("the time before is itself faulty: ")]


@pytest.mark.parametrize("how", [BREAKS, UNKNOWN])
def test_what_fails_little_oftener_than_before_does_not_stand_out(how):
    """46 of 129 calls, and 105 of 377 before."""
    before = window(HEALTH, [how] * 105 + [WELL] * 272)
    counts = {"breaks": 46 * (how is BREAKS), "unknown": 46 * (how is UNKNOWN), "well": 83}
    ranking = rank(both(how, **counts, references=(before,), changed=("inventory",), pointed=()))
    assert not [one.words for of in ranking.services for one in of.findings if " fails " in one.words]
    assert ranking.confidence is Confidence.LOW
    assert "the time before is itself faulty: 105 of 377 requests fail in it" in ranking.remarks

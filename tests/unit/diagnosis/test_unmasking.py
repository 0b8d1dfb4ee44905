"""Lines and times that were told to a model with masks, as people read them."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diagnosis.confidence import Confidence
from bot.diagnosis.evidence import Evidence, Line, Observed, Window
from bot.diagnosis.narration.answering import harmless, sayable
from bot.diagnosis.narration.telling import masked
from bot.diagnosis.narration.unmasking import unmasked
from bot.diagnosis.narrative import plainly
from bot.diagnosis.values import Clause, Explanation
from tests.support.narrating import MODELS_OWN, ORDERS, PARTS, SPOKEN, hostile_findings
from tests.unit.diagnosis.test_narrative import BEGAN, payments_breaks, told

WINDOW = Window(BEGAN, BEGAN + 120)
FREE = "No database connection came free within 1 s."


def line(message, *, at=33.0, id="l1", service="orders"):
    return Line(BEGAN + at, service, "ERROR", message, id=id)


def known(*lines):
    return Evidence(Observed(WINDOW, lines=lines), ())


def by_model(words, *items, **more):
    return Explanation("orders", Confidence.HIGH, (Clause(words, items),), author="claude", **more)


def read(words, *lines, cited=None, **more):
    (clause,) = unmasked(by_model(words, (cited or lines[0]).item, **more), known(*lines)).because
    return clause


def test_a_line_that_a_model_quotes_with_masks_is_read_in_its_own_words():
    said = read('I see that "No database connection came free within … s." appears first', line(FREE))
    assert said.words == f'I see that "{FREE}" appears first'


def test_only_where_the_statement_rests_on_that_line():
    words = '"No database connection came free within … s." appears first'
    other = line("something else 7", id="l2")
    assert read(words, line(FREE), other, cited=other).words == words


def test_a_line_with_its_time_and_its_trace_before_it_is_found_by_its_template_as_well():
    head = "2026-11-26 19:51:53,120 ERROR trace_id=4bf92f3577b34da6a3ce929d0e0e4736 "
    said = read(f"it logs {harmless(masked(line(head + FREE)))} often", line(head + FREE))
    assert FREE in said.words
    assert "…" not in said.words


@pytest.mark.parametrize(
    ("others", "says"),
    [((), "it logs 'rejected 3 of 9' 2"), (("rejected 4 of 9",), "it logs lines like 'rejected 3 of 9' 2")],
)
def test_what_the_numbers_count_by_template_is_read_as_one_of_its_lines_too(others, says):
    lines = [line(each, id=f"l{place}") for place, each in enumerate(("rejected 3 of 9", "rejected 3 of 9", *others))]
    plain = Explanation(
        "orders", Confidence.HIGH, (Clause("it logs 'rejected … of …' 2 times per call", (lines[0].item,)),)
    )
    (clause,) = unmasked(plain, known(*lines)).because
    assert clause.words.startswith(says)


@given(st.sampled_from([*SPOKEN, *ORDERS]), st.booleans())
def test_no_line_brings_a_mark_a_link_a_mention_or_a_secret_into_a_models_words(hostile, cut):
    """However it is quoted: by its template, or by the template of what people are shown of it."""
    one = line(f"{hostile} after 12 tries")
    quoted = harmless(masked(one))
    words = sayable(f"it says {quoted[:60] if cut else quoted} again")
    clause = read(words, one)
    assert not MODELS_OWN.search(clause.words.replace("[redacted]", ""))
    assert not [part for part in PARTS if part in clause.words.casefold()]


def test_of_hostile_telemetry_the_numbers_tell_no_secret_in_its_own_words():
    findings = hostile_findings()
    plain = plainly(findings)
    one = unmasked(plain, findings.gathered.evidence)
    said = "\n".join(each.words for each in (*one.because, *one.ruled_out, *one.try_next)).casefold()
    assert not [part for part in PARTS if part in said]
    assert not re.search(r"<|\x00|\u202e", said)


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("it appears at 22:15:53 UTC", (BEGAN + 33,)),
        ("since 22:16:20 UTC it fails", (BEGAN + 60,)),
        ("since 22:15:53 it fails", ()),
        ("from 22:14:25 UTC to 22:16:25 UTC", (BEGAN - 55, BEGAN + 65)),
        ("at 22:15:53 UTC, in health at 09:00:00 UTC", ()),
        ("yesterday at 09:00:00 UTC it was well", ()),
        ("at 122:15:53 UTC or 22:15:53 UTCx", ()),
        ("at 99:99:99 UTC", ()),
    ],
)
def test_a_time_that_a_model_writes_is_ours_where_the_evidence_or_the_window_has_it(words, at):
    assert read(words, line(FREE)).moments == at


def test_a_time_of_evidence_outside_the_window_is_ours_where_the_statement_rests_on_it():
    early = line(FREE, at=-900.0)
    words = "in health it came at 22:00:20 UTC"
    assert read(words, early).moments == (BEGAN - 900,)
    assert read(words, line(FREE, id="l9"), early).moments == ()


def test_a_time_that_a_quoted_line_holds_stays_as_it_was_logged():
    said = read('"deadline … UTC passed" appears', line("deadline 22:15:53 UTC passed"))
    assert (said.words, said.moments) == ('"deadline 22:15:53 UTC passed" appears', ())


def test_of_the_numbers_alone_only_templates_change_and_a_second_time_changes_nothing():
    made = payments_breaks()
    one = told(made)
    again = unmasked(one, made)
    assert (again.summary, again.moments, again.confidence) == (one.summary, one.moments, one.confidence)
    assert [each.evidence for each in again.because] == [each.evidence for each in one.because]
    assert unmasked(again, made) == again
    assert unmasked(replace(one, author="claude"), made).because == one.because

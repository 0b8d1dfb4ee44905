"""What of a model's answer may be said, whatever it wrote."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diagnosis.confidence import Confidence
from bot.diagnosis.evidence import Item
from bot.diagnosis.narration.answering import SCHEMA, Unusable, accepted, harmless, sayable
from bot.diagnosis.narration.telling import Shown
from bot.diagnosis.values import Clause, Explanation
from handlers.kit.mrkdwn import escape

ONE, OTHER = Item("span:a/b", 1.0, "payments"), Item("log:x", 2.0, "orders")
PLAIN = Explanation("payments", Confidence.HIGH, (Clause("it fails", (ONE,)),), summary="It fails.")
PIECES = (
    "<!channel> <@U123> https://evil.example/a [click](https://evil.example) www.evil.example @here *b* `c` ~d~ \n \x00"
    " \u202e E1 [E1] fails javascript:x mailto:a@b.example ‹!here› ] ( < > | _e_ xoxb-123456789012-abcdefghijkl"
)
pieces = st.sampled_from(PIECES.split(" "))
texts = st.lists(st.one_of(pieces, st.text(max_size=8)), max_size=12).map(" ".join)


def said_of(words, *evidence):
    return {"words": words, "evidence": list(evidence)}


def shown():
    made = Shown()
    made.id(ONE)
    made.id(OTHER)
    return made


def answer(**said):
    good = {"service": 1, "inconclusive": False, "confidence": "high", "summary": said_of(""), "because": []}
    return json.dumps({**good, **said})


def take(text):
    return accepted(text, PLAIN, ("payments", "orders"), shown())


@given(texts)
def test_words_of_a_model_are_plain_whatever_it_writes(text):
    for words in (harmless(text), sayable(text)):
        assert len(words) <= 280
        assert not re.search(r"[<>\[\]`*~|]|://|\bwww\.\w|(?<!\w)@\w|[\x00-\x1f\u202e]", words), words
        assert "xoxb-1" not in words
        assert "<" not in escape(words)
    assert harmless(harmless(text)) == harmless(text)


@given(st.lists(st.tuples(texts, st.lists(st.sampled_from(["E1", "E2", "E3", "", "e1", "span:a/b"]), max_size=4))))
def test_every_statement_that_is_kept_rests_on_what_was_shown(said):
    text = answer(because=[{"words": words, "evidence": evidence} for words, evidence in said])
    try:
        kept = take(text).explanation.because
    except Unusable:
        return
    assert kept
    assert all(each.words and each.evidence and {*each.evidence} <= {ONE, OTHER} for each in kept)


@pytest.mark.parametrize("service", [1, 2])
@pytest.mark.parametrize(("cited", "cites"), [(("E2", "E9"), (OTHER,)), (("E9",), ())])
def test_the_sentence_that_sums_up_is_kept_with_what_it_rests_on_or_not_at_all(service, cited, cites):
    said = answer(service=service, summary=said_of("It ends here.", *cited), because=[said_of("It fails.", "E1")])
    told = take(said).explanation
    assert told.cites == cites
    assert (told.summary == "It ends here.") is bool(cites)


@given(st.recursive(st.one_of(st.none(), st.integers(), st.text(), st.booleans()), st.lists, max_leaves=8))
def test_any_other_json_is_no_answer(value):
    with pytest.raises(Unusable):
        take(json.dumps(value))


@pytest.mark.parametrize(
    "changed",
    [{"service": "payments"}, {"confidence": "certain"}, {"because": "it is"}, {"service": 3}, {"service": -1}],
)
def test_another_shape_or_service_is_no_answer(changed):
    good = {"because": [{"words": "It fails.", "evidence": ["E1"]}]}
    with pytest.raises(Unusable):
        take(answer(**{**good, **changed}))


def test_a_good_answer_keeps_what_it_left_out_from_the_numbers():
    told = take(
        answer(because=[{"words": "It fails [E1, E2].", "evidence": ["E1", "E2"]}, {"words": "x", "evidence": []}])
    )
    assert (told.explanation.summary, told.dropped) == ("It fails.", 1)
    assert told.explanation.because == (Clause("It fails.", (ONE, OTHER)),)


@pytest.mark.parametrize(
    ("summary", "told", "dropped"),
    [
        (said_of("It rejects euros.", "E1"), "It rejects euros.", 0),
        (said_of("It rejects euros."), "It fails.", 1),
        (said_of("It rejects euros.", "E9"), "It fails.", 1),
        (said_of("ask @here", "E1"), "It fails.", 1),
    ],
)
def test_a_summary_is_a_statement_like_the_others(summary, told, dropped):
    kept = take(answer(summary=summary, because=[said_of("It fails.", "E1")]))
    assert (kept.explanation.summary, kept.dropped) == (told, dropped)


@pytest.mark.parametrize(
    "words", ["ask @here", "see [this](https://a.example)", "<!channel> look", "key ghp_" + "a" * 30]
)
def test_who_calls_people_links_or_tells_a_secret_was_told_to_and_is_not_heard(words):
    assert sayable(words) == ""


def test_the_schema_asks_for_all_of_it_and_nothing_else():
    assert set(SCHEMA["required"]) == set(SCHEMA["properties"])
    assert SCHEMA["additionalProperties"] is False


@pytest.mark.parametrize(
    "words", ["roll back payments", "A rollback of payments 1.5.0", "Revert the commit", "rolling back"]
)
def test_nothing_is_taken_back_for_what_may_well_be_anothers_fault(words):
    plain = replace(PLAIN, try_next=(Clause("roll back payments 1.5.0", (ONE,)), Clause("look at trace a", (ONE,))))

    def steps(sure):
        said = {"because": [said_of("it fails", "E1")], "try_next": [said_of(words, "E1")], "confidence": sure}
        return [each.words for each in accepted(answer(**said), plain, ("payments",), shown()).explanation.try_next]

    assert steps("high") == [words]
    assert steps("low") == ["look at trace a"]


def test_what_the_numbers_say_of_the_service_asked_about_is_told_as_theirs_where_the_model_says_another():
    of_web = Clause("calls to web fail: that begins in payments, which it calls", (ONE,))
    plain = replace(PLAIN, subject=of_web)
    because = [said_of("It fails.", "E1")]
    same, another = (
        accepted(answer(service=number, because=because), plain, ("payments", "orders"), shown()).explanation.subject
        for number in (1, 2)
    )
    assert same == of_web
    assert another is not None
    assert another.words == f"by the numbers alone, {of_web.words}"

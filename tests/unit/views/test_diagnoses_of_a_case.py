"""What people read of a diagnosis that is one of several of its case: which holds, whose it is, what was said before."""

from dataclasses import replace

import pytest

from bot.diagnosis.asking import Remembered
from bot.diagnosis.facts import facts
from handlers.kit.mrkdwn import moment
from handlers.views.diagnoses import answers
from handlers.views.diagnoses.plain import plain
from tests.support.diagnosing import AT, question
from tests.unit.views.test_diagnoses_told import answered, judged, opened, shown, words
from tests.unit.views.test_words import read


def test_what_a_newer_one_replaces_links_it_and_is_judged_no_more_but_what_was_said_can_be_taken_back():
    old = replace(answered(), replaced_by="DNEWER")
    head, *rest = read(shown(old))
    assert head == ":arrow_down: Replaced by <https://box.example/diagnoses/DNEWER|a newer diagnosis>"
    assert "diagnosis.right" not in "".join(rest)
    assert "diagnosis.wrong" not in "".join(rest)
    assert "diagnosis.undo" in str(shown(replace(judged(right=True), replaced_by="DNEWER")).blocks)
    assert "replaces this one" in plain(facts(old))


def test_what_somebody_asked_of_a_case_can_be_shown_in_its_thread():
    own = replace(answered(), question=question(case="C22222222"), private=True)
    assert "Show it in the case's thread: diagnosis.share" in "".join(read(shown(own, private=True, channel="#x")))
    assert (
        "to you alone; there you can show it in the case's thread."
        in answers.asked((facts(replace(opened(), question=own.question, private=True)),)).text
    )
    assert (
        "by direct message and in the case's thread."
        in answers.asked((facts(replace(opened(), question=own.question)),)).text
    )


@pytest.mark.parametrize(("word", "was"), [({"service": "inventory"}, "was"), ({"wrong": "inventory"}, "was not")])
def test_what_people_said_last_time_is_told_as_their_word(word, was):
    told = replace(answered(), question=question(remembered=Remembered("U0BEN", AT.timestamp(), **word)))
    said = f" <@U0BEN> said that it {was} *inventory*."
    assert f":speech_balloon: Last time ({moment(AT)}){said}" in words(shown(told)), "they may have taken it back since"
    assert f"Last time (2026-03-02 12:03 UTC) U0BEN said that it {was} inventory." in plain(facts(told))

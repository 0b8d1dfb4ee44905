"""Of several diagnoses of one cause the newest that says something holds, whatever the others say."""

from dataclasses import replace
from datetime import timedelta

import hypothesis.strategies as st
from hypothesis import given

from bot.diagnosis import model
from bot.diagnosis.model import Answer
from bot.diagnosis.newest import alike, holding, replaced
from bot.diagnosis.values import Judgement, Stage
from tests.support.diagnosing import AT, LIKELY, UNCLEAR, question


def confirmed(step):
    return model.judge(step.after, Judgement(right=True, by="U0ANA", at=AT))


BECOMES = {
    "asking": lambda known: None,
    "failed": lambda known: model.fail(known, "SQL does not answer.", AT),
    "names": lambda known: model.answer(known, Answer(LIKELY), AT),
    "confirmed": lambda known: confirmed(model.answer(known, Answer(LIKELY), AT)),
    "cannot tell": lambda known: model.answer(known, Answer(UNCLEAR), AT),
}


def known(number, becomes, **about):
    asked = question(f"D{number}", **{"case": "CCASE", "cause": "one", **about})
    opened = model.opened(asked, "", AT + timedelta(minutes=number)).after
    step = BECOMES[becomes](opened)
    return step.after if step else opened


@given(st.lists(st.sampled_from(sorted(BECOMES)), min_size=1, max_size=6))
def test_each_is_replaced_by_the_latest_answer_that_says_no_less_and_weighs_no_less(kinds):
    every = [known(*each) for each in enumerate(kinds)]
    for old, by in replaced(every):
        later = [each for each in every if each.opened_at > old.opened_at and each.stage is Stage.DONE]
        heard = [each for each in later if each.judged or not old.judged]
        says_no_less = [each.id for each in heard if each.service or not old.service]
        assert by == ("" if old.stage is Stage.ASKING else next(reversed(says_no_less), ""))
    holds = holding(every)
    assert (holds is not None) is bool({"names", "confirmed"} & {*kinds})
    if holds is not None:
        assert {old.id: by for old, by in replaced(every)}[holds.id] == ""
        assert holds.judged or "confirmed" not in kinds, "the word of a person weighs more"


def test_another_cause_another_case_and_what_somebody_asked_for_themselves_is_apart():
    one = known(1, "names")
    others = [
        known(2, "names", cause="two"),
        known(3, "names", case="COTHER"),
        replace(known(4, "names"), private=True),
    ]
    assert alike(one, [one, *others]) == [one]

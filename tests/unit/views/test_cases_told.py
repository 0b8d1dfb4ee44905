"""What people read of a case: the first line says what broke and where."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from bot.notices.casework import (
    CameFacts,
    CaseCard,
    CaseCauses,
    CaseEvidence,
    CaseFacts,
    CaseLine,
    CauseFacts,
    RetryFacts,
)
from handlers.views.cases import answers
from handlers.views.render import render
from tests.support.blocks import assert_fit_for_slack, markup_in
from tests.unit.views.deployed import NOON
from tests.unit.views.test_every_view_is_fit_for_slack import NASTY
from tests.unit.views.test_words import read

MINUTE = timedelta(minutes=1)
CAME = CameFacts("D1", "payments", "1.5.0", "1.4.2", NOON, "U0ANA", sure=True)
EUR = CauseFacts(
    "KeyError: 'EUR'",
    "payments",
    4,
    "regression",
    names=("test_buying[EUR]", "test_receipt"),
    excerpt="cart.py:12: in total\nKeyError: 'EUR'",
    of=240,
    suspects=(CAME,),
)
STOCK = CauseFacts("AssertionError: 3 items of 4", "", 2, "unknown", seen_in=9, of=240)
CASE = CaseFacts(
    *("C0", "failures", "checkout-api", "integration", NOON, 418, 127, (EUR,), "R418", 418, 4, NOON),
    url="https://ci.example.com/418",
    numbers=(418,),
)
LOOKED = replace(CASE, lookers=(("U0BEN", NOON + 20 * MINUTE),))
CLOSED = replace(
    CASE,
    closed=NOON + 72 * MINUTE,
    closed_in=430,
    since=(CameFacts("D2", "payments", "1.5.1", "1.5.0", NOON, "U0ANA"),),
)
OUTAGE = replace(
    CASE, kind="outage", causes=(replace(EUR, service="", verdict="environment down", down=("orders (503)",)),)
)


def test_one_cause_with_the_deployment_that_brought_it():
    assert read(render(CaseCard(CASE))) == snapshot(
        [
            """\
:red_circle: *payments: KeyError: 'EUR'* broke 4 of 127 in checkout-api · integration
New since payments 1.4.2 → 1.5.0 (<!date^1767614400^{time}|2026-01-05 12:00 UTC>, <@U0ANA>) · never in 240 earlier runs
_Nobody is looking yet_\
""",
            "Run <https://ci.example.com/418|#418>",
            "[I'll look: case.look] | [Retry 4: case.retry] | [Roll back payments…: rollback payments to integration] | [Close: case.close] | […: Retry all, Hold integration…, It comes from elsewhere…, Known issue, quarantine…, Split or join…]",
        ]
    )


def test_a_failing_test_opens_its_trace():
    traced = replace(CASE, causes=(replace(EUR, traces=("", "https://signalbox.example/telemetry/traces/4bf9")),))
    assert read(render(CaseCard(traced)))[1] == snapshot(
        "Run <https://ci.example.com/418|#418> · <https://signalbox.example/telemetry/traces/4bf9|Trace>"
    )
    assert read(render(CaseEvidence(traced)))[0].splitlines()[1:3] == snapshot(
        ["• `test_buying[EUR]`", "• `test_receipt` · <https://signalbox.example/telemetry/traces/4bf9|its trace>"]
    )


def test_two_causes_and_somebody_who_looks():
    assert read(render(CaseCard(replace(LOOKED, causes=(EUR, STOCK))))) == snapshot(
        [
            ":red_circle: *payments: KeyError: 'EUR'* and 1 other cause broke 6 of 127 in checkout-api · integration",
            "• *payments: KeyError: 'EUR'* · 4 tests · New since payments 1.4.2 → 1.5.0 (<!date^1767614400^{time}|2026-01-05 12:00 UTC>, <@U0ANA>) · never in 240 earlier runs",
            "• *AssertionError: 3 items of 4* · 2 tests · Nothing that is known explains it · in 9 of 240 earlier runs",
            ":eyes: <@U0BEN> looks into it, since <!date^1767615600^{time}|2026-01-05 12:20 UTC>",
            "Run <https://ci.example.com/418|#418>",
            "[I'll look: case.look] | [Retry 6: case.retry] | [Roll back payments…: rollback payments to integration] | [Close: case.close] | […: Retry all, Hold integration…, It comes from elsewhere…, Known issue, quarantine…, Split or join…]",
        ]
    )


def test_more_causes_than_a_message_lists_stand_in_a_file_and_each_that_is_listed_can_run_again():
    causes = tuple(
        replace(STOCK, says=f"AssertionError: {n} of 9", names=("test_stock",), cause_id=str(n)) for n in range(7)
    )
    case = replace(CASE, causes=(replace(EUR, cause_id="eur"), *causes))
    card = render(CaseCard(case)).blocks
    beside = [block["accessory"] for block in card if "accessory" in block]
    assert [each["text"]["text"] for each in beside] == ["Retry its 4", "Retry its 2", "Retry its 2", "Retry its 2"]
    assert len({each["action_id"] for each in beside}) == 4
    assert card[5]["text"]["text"].startswith("… and 4 more causes, in the thread\n")
    one_more = render(CaseCard(replace(case, causes=case.causes[:5]))).blocks
    assert one_more[5]["text"]["text"].startswith("… and 1 more cause, in the thread\n")
    file = render(CaseCauses(case)).file
    assert file is not None
    assert (file.name, file.text.splitlines()[:11]) == snapshot(
        (
            "causes-418.txt",
            [
                "checkout-api #418 in integration, 2026-01-05 12:00 UTC",
                "8 causes broke 18 of 127 tests",
                "",
                "1. payments: KeyError: 'EUR'",
                "   4 tests, regression, in 0 of 240 earlier runs",
                "   - test_buying[EUR]",
                "   - test_receipt",
                "   - and 2 more",
                "   | cart.py:12: in total",
                "   | KeyError: 'EUR'",
                "",
            ],
        )
    )


def test_what_runs_again_or_is_settled_has_no_button_beside_it():
    green, two = replace(STOCK, green=True), replace(CASE, causes=(EUR, STOCK))
    for case in (replace(two, retry=RetryFacts(419, "U0BEN")), replace(two, closed=NOON)):
        assert not any("accessory" in block for block in render(CaseCard(case)).blocks)
    beside = [block for block in render(CaseCard(replace(two, causes=(EUR, green)))).blocks if "accessory" in block]
    assert len(beside) == 1


def test_its_first_reply_says_what_the_tests_said_and_calls_the_owners():
    assert read(render(CaseEvidence(CASE, ("S0CHECKOUT",)))) == snapshot(
        [
            """\
*payments: KeyError: 'EUR'*
• `test_buying[EUR]`
• `test_receipt`
… and 2 more
```
cart.py:12: in total
KeyError: 'EUR'
```\
""",
            ":point_right: <!subteam^S0CHECKOUT>: the evidence points to what was deployed there.",
        ]
    )


def test_what_is_back_says_from_when_on_it_was_green_and_what_came_until_then():
    again = replace(CASE, last_number=421, met=3, last_at=NOON + 9 * MINUTE, green_from=NOON + 5 * MINUTE)
    green = "it was green from <!date^1767614700^{time}|2026-01-05 12:05 UTC> on"
    line = render(CaseLine(again, "reopened")).text
    assert f"is back in #421: 4 tests failed · {green} · New since payments 1.4.2 → 1.5.0" in line
    assert f" · {green}, and is back" in read(render(CaseCard(again)))[1]


def test_later_replies_are_one_line_each():
    again = replace(LOOKED, last_number=421, met=3, last_at=NOON + 9 * MINUTE)
    lines = [CaseLine(again, "met"), CaseLine(CLOSED, "recovered"), CaseLine(again, "reopened")]
    assert [render(each).text for each in lines] == snapshot(
        [
            "Still failing in #421, 3rd run since <!date^1767614400^{time}|2026-01-05 12:00 UTC>: 4 tests. :eyes: <@U0BEN> looks into it, since <!date^1767615600^{time}|2026-01-05 12:20 UTC>.",
            ":white_check_mark: *payments: KeyError: 'EUR'* green again after 1h12m, in #430 · since payments 1.5.0 → 1.5.1 (<!date^1767614400^{time}|2026-01-05 12:00 UTC>, <@U0ANA>) · case closed",
            ":red_circle: *payments: KeyError: 'EUR'* is back in #421: 4 tests failed",
        ]
    )


def test_a_run_that_repeated_some_of_it_says_how_many_of_how_many():
    again = replace(CASE, causes=(replace(EUR, count=13),), last_failed=1, last_number=421, met=2)
    assert ": 1 of its 13 tests. " in render(CaseLine(again, "met")).text
    assert ": 13 tests. " in render(CaseLine(replace(again, last_failed=13), "met")).text


def test_what_is_back_leads_to_its_page():
    back = CaseLine(replace(CASE, page_url="https://signalbox.example/cases/C1"), "reopened")
    assert render(back).text.endswith("tests failed · <https://signalbox.example/cases/C1|Timeline>")


def test_that_the_same_versions_ran_is_said_only_where_that_is_known():
    same, unknown = (replace(CLOSED, since=(), same=known) for known in (True, False))
    assert "green again after 1h12m, in #430 · on the same versions · case" in render(CaseLine(same, "recovered")).text
    assert "green again after 1h12m, in #430 · case closed" in render(CaseLine(unknown, "recovered")).text


def test_it_is_over():
    assert read(render(CaseCard(CLOSED))) == snapshot(
        [
            """\
:white_check_mark: *payments: KeyError: 'EUR'* broke 4 of 127 in checkout-api · integration
New since payments 1.4.2 → 1.5.0 (<!date^1767614400^{time}|2026-01-05 12:00 UTC>, <@U0ANA>) · never in 240 earlier runs
Green again after 1h12m, in #430 · since payments 1.5.0 → 1.5.1 (<!date^1767614400^{time}|2026-01-05 12:00 UTC>, <@U0ANA>)\
""",
            "Run <https://ci.example.com/418|#418>",
            "[Reopen: case.reopen]",
        ]
    )
    assert render(CaseCard(replace(CLOSED, closed_by="U0ANA"))).text == snapshot(
        ":ballot_box_with_check: *payments: KeyError: 'EUR'* broke 4 of 127 in checkout-api · integration"
    )


def test_an_outage():
    assert read(render(CaseCard(OUTAGE))) == snapshot(
        [
            """\
:no_entry: *integration* is down: no answer from orders (503)
What runs find there meanwhile counts for nothing and blames nobody.
_Nobody is looking yet_\
""",
            "Run <https://ci.example.com/418|#418>",
            "[I'm on it: case.look] | [It isn't down: case.close] | [Tell me when it's back: case.wait]",
        ]
    )


def test_somebody_has_what_failed_run_again():
    card = read(render(CaseCard(replace(CASE, retry=RetryFacts(419, "U0BEN", tests=4)))))
    assert "<@U0BEN> retries 4 (attempt 2): about to start" in card[0]
    assert "[Cancel #419: suite.cancel]" in card[-1]
    assert "Retry" not in card[-1]


def test_when_nearly_all_failed_and_the_environment_answers_it_is_no_outage():
    card = read(render(CaseCard(replace(CASE, answers=True))))
    assert "integration answers its health addresses: not an outage" in card[0]


def test_what_came_while_the_run_went_on_is_orange():
    cause = replace(EUR, verdict="cannot say", suspects=(), during=(replace(CAME, count=2),))
    message = render(CaseCard(replace(CASE, causes=(cause,))))
    assert message.text.startswith(":large_orange_circle:")


def test_where_nobody_knows_what_came_while_it_ran_the_sentence_has_a_subject_all_the_same():
    card = read(render(CaseCard(replace(CASE, causes=(replace(EUR, count=3, unclear=3),)))))
    assert "While it ran, another version came: 3 tests failed after it, and it may be why" in card[0]


def test_what_failed_before_a_deployment_is_real_and_what_failed_after_it_can_run_again_today():
    cause = replace(EUR, verdict="new", suspects=(), during=(replace(CAME, count=2),), unclear=2)
    assert read(render(CaseCard(replace(CASE, causes=(cause,))))) == snapshot(
        [
            """\
:red_circle: *payments: KeyError: 'EUR'* broke 4 of 127 in checkout-api · integration
New, and nothing was deployed before that explains it · never in 240 earlier runs
While it ran, payments 1.4.2 → 1.5.0 (<!date^1767614400^{time}|2026-01-05 12:00 UTC>, <@U0ANA>) came: 2 tests failed before that, so it is not why; 2 tests failed after it, and it may be why
_Nobody is looking yet_\
""",
            "Run <https://ci.example.com/418|#418>",
            "[I'll look: case.look] | [Retry 4: case.retry] | [Rerun those 2 on today's versions: case.rerun] | [Close: case.close] | […: Retry all, Hold integration…, It comes from elsewhere…, Known issue, quarantine…, Split or join…]",
        ]
    )


@pytest.mark.parametrize(
    ("missing", "says"),
    [
        ({"untraced": 2}, "traces of its 2 tests"),
        ({"untraced": 1}, "traces of 1 of its 2 tests"),
        ({"untraced": 1, "count": 1, "silent": ("orders",)}, "the trace of its test, logs of orders"),
        ({"silent": tuple("abcde")}, "logs of a, b, c and 2 more"),
    ],
)
def test_who_cannot_tell_whence_it_comes_says_what_was_missing(missing, says):
    card = read(render(CaseCard(replace(CASE, causes=(replace(STOCK, **missing),)))))
    assert card[0].splitlines()[2] == f"_Missing to say more: {says}_"


def test_whoever_wants_to_hear_that_an_environment_is_back_can_say_so():
    assert "[Tell me when it's back: case.wait]" in read(render(CaseCard(OUTAGE)))[-1]


@pytest.mark.parametrize("made", [CaseCard, CaseEvidence, CaseCauses, lambda case: CaseLine(case, "reopened")])
@given(text=NASTY, name=NASTY)
def test_whatever_tests_say_is_text(made, text, name):
    cause = replace(EUR, says=text, names=(name,) * 5, excerpt=f"{text}\n```\n{name}", service=name[:60])
    message = render(made(replace(CASE, causes=(cause,) * 6, suite=name, url=text)))
    assert_fit_for_slack(message.blocks, text=message.text)
    assert "<!channel>" not in markup_in(message.blocks, message.text)


@given(st.sampled_from([CASE, CLOSED, OUTAGE, replace(CLOSED, closed_by="U0ANA")]))
def test_answers_say_what_is_true_now(case):
    listed = answers.overview((case,) * 30, (case,) * 5, NOON + 9 * MINUTE)
    assert_fit_for_slack(listed.blocks, text=listed.text)
    for say in (answers.looked, answers.awaited, answers.closed, answers.reopened):
        assert_fit_for_slack(say(case).blocks, text=say(case).text)

"""What people read of a diagnosis: whose service it is, why, and what they may say of that."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from bot.cases.diagnosed import pointed
from bot.diagnosis import model
from bot.diagnosis.blame.changes import Change
from bot.diagnosis.confidence import Confidence
from bot.diagnosis.facts import facts
from bot.diagnosis.model import Answer
from bot.diagnosis.values import Asked, Clause, Explanation, Judgement, Standing
from bot.notices.casework import PointedFacts
from bot.notices.diagnosing import ClauseFacts, DiagnosisCard, DiagnosisLine
from handlers.views.diagnoses import answers
from handlers.views.diagnoses.plain import plain
from handlers.views.diagnoses.words import clause
from handlers.views.diagnoses.words import pointed as pointed_words
from handlers.views.render import render
from tests.support.blocks import assert_fit_for_slack, markup_in
from tests.support.diagnosing import ASKED, AT, LIKELY, SPANS, UNCLEAR, item, question
from tests.unit.views.test_every_view_is_fit_for_slack import NASTY
from tests.unit.views.test_words import read

ROOT = "https://box.example"
JUDGED_HERE = Standing(18, 20, sure=True)


def opened():
    return model.opened(question(), "U0ANA", AT, "Asking logs, traces and rates of payments").after


def answered(explanation=LIKELY, stands=JUDGED_HERE, asked=ASKED):
    step = model.answer(opened(), Answer(explanation, ("payments", "orders"), asked, stands), AT + timedelta(seconds=9))
    assert step is not None
    return step.after


def judged(right, service=""):
    step = model.judge(answered(), Judgement(right, "U0BEN", AT, service))
    assert step is not None
    return step.after


def shown(diagnosis, *, root=ROOT, private=False, channel=""):
    message = render(DiagnosisCard(facts(diagnosis, root), private=private, channel=channel))
    assert_fit_for_slack(message.blocks, text=message.text)
    return message


def test_it_says_whose_why_what_next_and_what_not():
    assert read(shown(answered())) == snapshot(
        [
            """\
:mag: Likely *payments* (high, right 18 of 20 here)
• POST /charge fails in 37 of 37 failing traces and in none of 240 healthy ones (<https://telemetry.example.com/traces/t0|trace> <https://box.example/diagnoses/DQUESTION#because-1|+36>)
• KeyError: 'EUR' appears first at <!date^1772453020^{time_secs}|12:03:40 UTC>, 38 s after payments 1.5.0 (<https://telemetry.example.com/logs?service=payments|logs> <https://box.example/diagnoses/DQUESTION#because-2|+1>)\
""",
            """\
*Next:* roll back payments (<https://telemetry.example.com/deployment/payments@1.5.0|deployment>), or look at this trace (<https://telemetry.example.com/traces/t0|trace>).
*Not:* orders and storefront, which only pass the error on; inventory is slow too, but was so yesterday (<https://telemetry.example.com/metric/inventory/latency|rates>).\
""",
            "[Right: diagnosis.right] | [Wrong: it was …: orders, inventory, storefront, Something else, or nobody knows]",
            "Asked Signalbox (412 lines, 277 spans) · :warning: Loki logs: no answer within 20 s | From the numbers, in 9.0 s · About payments · integration, <!date^1772452980^{time}|2026-03-02 12:03 UTC> to <!date^1772453160^{time}|2026-03-02 12:06 UTC> · <https://box.example/diagnoses/DQUESTION|All evidence>",
        ]
    )


def test_while_it_is_asked_it_says_whom():
    assert read(shown(opened())) == snapshot(
        [
            ":hourglass_flowing_sand: Asking logs, traces and rates of payments …",
            "About payments · integration, <!date^1772452980^{time}|2026-03-02 12:03 UTC> to <!date^1772453160^{time}|2026-03-02 12:06 UTC>",
        ]
    )


def test_what_could_not_be_asked_says_why_and_can_be_asked_again():
    step = model.fail(opened(), "SQL does not answer.", AT)
    assert step is not None
    assert read(shown(step.after)) == snapshot(
        [
            ":warning: *No diagnosis*: SQL does not answer.",
            "[Ask again: diagnosis.again]",
            "About payments · integration, <!date^1772452980^{time}|2026-03-02 12:03 UTC> to <!date^1772453160^{time}|2026-03-02 12:06 UTC>",
        ]
    )


def test_that_nobody_can_tell_is_an_answer():
    assert read(shown(answered(UNCLEAR))) == snapshot(
        [
            ":grey_question: *Cannot tell*, because nothing stands out against the time in health (<https://telemetry.example.com/metric/inventory/latency|rates>)",
            "[It was …: payments, orders, inventory, storefront, Something else, or nobody knows]",
            "Asked Signalbox (412 lines, 277 spans) · :warning: Loki logs: no answer within 20 s · no traces in the healthy minutes | From the numbers, in 9.0 s · About payments · integration, <!date^1772452980^{time}|2026-03-02 12:03 UTC> to <!date^1772453160^{time}|2026-03-02 12:06 UTC> · <https://box.example/diagnoses/DQUESTION|All evidence>",
        ]
    )


def test_wrong_strikes_the_claim_and_says_who_said_so():
    assert read(shown(judged(right=False, service="orders"))) == snapshot(
        [
            """\
:mag: ~Likely *payments* (high, right 18 of 20 here)~
• POST /charge fails in 37 of 37 failing traces and in none of 240 healthy ones (<https://telemetry.example.com/traces/t0|trace> <https://box.example/diagnoses/DQUESTION#because-1|+36>)
• KeyError: 'EUR' appears first at <!date^1772453020^{time_secs}|12:03:40 UTC>, 38 s after payments 1.5.0 (<https://telemetry.example.com/logs?service=payments|logs> <https://box.example/diagnoses/DQUESTION#because-2|+1>)\
""",
            """\
*Next:* roll back payments (<https://telemetry.example.com/deployment/payments@1.5.0|deployment>), or look at this trace (<https://telemetry.example.com/traces/t0|trace>).
*Not:* orders and storefront, which only pass the error on; inventory is slow too, but was so yesterday (<https://telemetry.example.com/metric/inventory/latency|rates>).\
""",
            ":x: <@U0BEN> says that it was *orders*.",
            "Asked Signalbox (412 lines, 277 spans) · :warning: Loki logs: no answer within 20 s | From the numbers, in 9.0 s · About payments · integration, <!date^1772452980^{time}|2026-03-02 12:03 UTC> to <!date^1772453160^{time}|2026-03-02 12:06 UTC> · <https://box.example/diagnoses/DQUESTION|All evidence>",
        ]
    )


def test_right_stands_beside_it():
    said = words(shown(judged(right=True)))
    assert "<@U0BEN> says that it is right." in said
    assert "[Right]" not in said


@pytest.mark.parametrize("service", ["", "orders"])
def test_who_takes_back_what_another_said_names_them(service):
    """Until somebody says something else of it: in its message, in the answer and on a terminal."""
    known = judged(right=not service, service=service)
    own, other = (model.unjudge(known, person) for person in ("U0BEN", "U0CEM"))
    assert own is not None
    assert other is not None
    told = facts(other.after, ROOT)
    for said in (words(shown(other.after)), words(answers.undone(told))):
        assert "<@U0CEM> has taken back what <@U0BEN> said, that it" in said
    assert "by U0BEN: taken back by U0CEM." in plain(told)
    assert "<@U0BEN> has taken back that it" in words(shown(own.after))
    assert "U0BEN" not in words(answers.undone(facts(own.after, ROOT)))
    again = model.judge(other.after, Judgement(right=True, by="U0ANA", at=AT))
    assert again is not None
    assert "taken back" not in words(shown(again.after))


def test_in_private_it_can_be_shown_to_others():
    assert "[Show it in #integration:" in words(shown(answered(), private=True, channel="#integration"))


def test_a_model_says_how_it_comes_about_and_is_named():
    told = replace(LIKELY, author="claude", summary="A currency that 1.5.0 does not know ends each charge.")
    said = words(shown(answered(told)))
    assert "\nA currency that 1.5.0 does not know ends each charge.\n• POST /charge fails" in said
    said = words(shown(answered(replace(told, cites=SPANS[:2]))))
    opens = f"(<https://telemetry.example.com/traces/t0|trace> <{ROOT}/diagnoses/DQUESTION#summary-1|+1>).\n• POST"
    assert f"\nA currency that 1.5.0 does not know ends each charge {opens}" in said
    assert "Written by claude" in said


def test_no_change_is_an_answer_as_well():
    unchanged = "not caused by a change: more is asked of it than in health"
    said = words(shown(answered(replace(LIKELY, unchanged=unchanged))))
    assert "Not caused by a change: more is asked of it than in health." in said


def test_a_trace_that_is_named_is_the_link_itself():
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    said = clause(ClauseFacts(f"look at trace {trace}", "trace", "https://traces.example/t", 1), facts(answered()), "")
    assert said == "look at trace <https://traces.example/t|4bf92f35>"


def test_the_message_of_the_case_points_there_with_its_evidence():
    found = pointed(answered())
    assert found is not None
    told = PointedFacts(
        found.service, found.confidence, found.right, found.of, found.sure, links=found.links, url=f"{ROOT}/diagnoses/D"
    )
    assert pointed_words(told) == snapshot(
        "Evidence points to *payments*, high (right 18 of 20 here): <https://telemetry.example.com/traces/t0|trace> · <https://telemetry.example.com/logs?service=payments|logs> · <https://telemetry.example.com/deployment/payments@1.5.0|deployment> · <https://box.example/diagnoses/D|diagnosis>"
    )
    assert pointed(judged(right=False, service="orders")) is None
    assert pointed(answered(UNCLEAR)) is None


def test_whoever_is_mentioned_is_told_what_became_of_it():
    known = facts(judged(right=False, service="orders"), ROOT)
    lines = [
        DiagnosisLine(known, how, ("S0PAY", "U0CEM"), "U0BEN") for how in ("called", "wrong", "undone", "replaced")
    ]
    assert [read(render(each)) for each in lines] == snapshot(
        [
            [":point_right: <!subteam^S0PAY>, <@U0CEM>: the evidence points to *payments*, and to what came there."],
            [
                ":leftwards_arrow_with_hook: <!subteam^S0PAY>, <@U0CEM>: not *payments* after all, says <@U0BEN>. It was *orders*."
            ],
            [
                ":point_right: <!subteam^S0PAY>, <@U0CEM>: <@U0BEN> has taken back that it is not *payments*. It may be *payments* after all."
            ],
            [
                ":leftwards_arrow_with_hook: <!subteam^S0PAY>, <@U0CEM>: not *payments* after all, says a newer diagnosis."
            ],
        ]
    )


def test_it_says_that_the_deployment_points_elsewhere():
    told = facts(answered(replace(LIKELY, against="The deployment points to orders, the traces to payments")), ROOT)
    line = "The deployment points to orders, the traces to payments."
    assert f":warning: {line}" in read(render(DiagnosisCard(told)))[1].splitlines()
    assert f"  {line}" in plain(told).splitlines()


def test_a_terminal_shows_the_same_explanation():
    assert plain(facts(answered(), ROOT)) == snapshot("""\
payments, 2026-03-02 12:03 to 12:06 UTC
Likely payments (high, right 18 of 20 here)
  - POST /charge fails in 37 of 37 failing traces and in none of 240 healthy ones [37 items]
    https://telemetry.example.com/traces/t0
  - KeyError: 'EUR' appears first at 12:03:40 UTC, 38 s after payments 1.5.0 [2 items]
    https://telemetry.example.com/logs?service=payments
  Next: roll back payments
    https://telemetry.example.com/deployment/payments@1.5.0
  Next: look at this trace
    https://telemetry.example.com/traces/t0
  Not: orders and storefront, which only pass the error on.
  Not: inventory is slow too, but was so yesterday
    https://telemetry.example.com/metric/inventory/latency
  Signalbox logs: 412. Signalbox traces: 277. Loki logs: no answer within 20 s. From the numbers.\
""")


def test_whoever_asks_is_told_where_the_answer_comes():
    assert read(answers.asked((facts(opened(), ROOT),), "diagnose payments on integration 15m")) == snapshot(
        [
            ":hourglass_flowing_sand: *payments · integration, <!date^1772452980^{time}|2026-03-02 12:03 UTC> to <!date^1772453160^{time}|2026-03-02 12:06 UTC>*: Asking logs, traces and rates of payments … The answer comes by direct message.",
            "`diagnose payments on integration 15m`",
        ]
    )
    known = answers.asked((facts(answered(), ROOT),))
    assert "Likely *payments*" in words(known)
    of_another = answers.asked((facts(answered(), ROOT), facts(opened(), ROOT)), run=1, met=7)
    assert words(of_another).startswith("#1 met the same cause as #7, which was diagnosed:")
    assert "The answer comes by direct message." in words(of_another), "of the other question"
    both = words(answers.asked((facts(answered(), ROOT), facts(answered(), ROOT))))
    assert both.count("Likely *payments*") == 2


def test_a_time_within_one_minute_is_told_with_seconds():
    found = facts(opened(), ROOT)
    short = replace(found, end=found.start + timedelta(seconds=3))
    first, last = (each.strftime("%H:%M:%S UTC") for each in (short.start, short.end))
    said = words(answers.asked((short,)))
    assert said.count("^{time_secs}|") == said.count(first) + said.count(last) == 2
    assert f"{first.removesuffix(' UTC')} to {last}" in " ".join(plain(short).split())
    assert "{time_secs}" not in words(answers.asked((found,)))


def words(message):
    return "\n".join(read(message))


def marks(message):
    """Mentions, links and dates that Slack would read."""
    return set(re.findall(r"<[^>]*>", markup_in(message.blocks, message.text)))


@given(NASTY, st.integers(min_value=1, max_value=60), st.sampled_from(Confidence))
def test_nothing_in_it_is_ever_a_mark_a_mention_or_a_link(nasty, count, confidence):
    clause = Clause(nasty * 3, (item("span:t/s", nasty, path="x" * 300),) * count)
    explanation = Explanation(
        nasty,
        confidence,
        because=(clause,) * 9,
        passing_on=(nasty,) * 9,
        ruled_out=(clause,) * 9,
        try_next=(clause,) * 9,
        subject=clause,
        also=(clause,) * 9,
        change=Change(nasty, nasty, 1.0, nasty, clause.evidence, nasty, nasty),
        unchanged=nasty,
        missing=(nasty,) * 9,
        author=nasty,
        remark=nasty,
        summary=nasty,
    )
    asked = (Asked(nasty, nasty, 3), *(Asked(f"{number}{nasty}", "logs", trouble=nasty) for number in range(9)))
    services = tuple(f"{number}{nasty}" for number in range(120))
    known = replace(answered(explanation, asked=asked), question=question(named=nasty, services=services))
    for one in (known, replace(known, judged=Judgement(right=False, by="U0BEN", at=AT, service=nasty))):
        ours = ("<https://telemetry.example.com/", f"<{ROOT}/", "<!date^")
        assert all(mark == "<@U0BEN>" or mark.startswith(ours) for mark in marks(shown(one, channel="#integration")))
    line = render(DiagnosisLine(facts(known), "wrong", ("U0CEM",), "U0BEN"))
    assert_fit_for_slack(line.blocks, text=line.text)
    assert marks(line) == {"<@U0CEM>", "<@U0BEN>"}
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f]", plain(facts(known)))

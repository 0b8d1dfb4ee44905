"""What a person reads where no model writes: what the numbers say, in sentences that each show what they rest on."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inline_snapshot import snapshot
from msgspec.structs import replace as other

from bot.diagnosis.asking import About, Failing, Question, Reference
from bot.diagnosis.evidence import Commit, Deployment, Evidence, Line, Observed, Series, Span, Window
from bot.diagnosis.narrative import plainly
from bot.diagnosis.ranking import rank
from bot.diagnosis.sources.piles import SHOWN_AROUND
from bot.diagnosis.values import Asked, Findings, Gathered
from bot.diagnosis.words.saying import clock
from bot.diagnosis.words.steps import AROUND
from tests.support.incidents import SECONDS, START, Fault, evidence

BEGAN = START + SECONDS
OUT = Deployment(BEGAN - 38, "payment", "1.5.0", "c0ffee1", "https://ci.example/1")
SECRET = "xoxb-123456789012-abcdefghijkl"


def told(made, *, asked=(), **of_question):
    question = Question("q", About.RUN, "integration", made.faulty.window, **of_question)
    return plainly(Findings(question, Gathered(made, asked), rank(made)))


def clauses(one):
    return (*one.because, *one.ruled_out, *one.try_next)


def payments_breaks(**further):
    """One line of trouble per call from payments 1.5.0 on, which came 38 s before."""
    made = evidence(Fault("payment", fails=True, says="KeyError: 'EUR'"), **further)
    louder = tuple(
        other(line, level="ERROR") if line.message.startswith("KeyError") else line for line in made.faulty.lines
    )
    return replace(made, faulty=replace(made.faulty, lines=louder), deployments=(OUT,))


def test_the_logs_are_to_be_read_from_where_to_where_their_link_opens_them():
    assert SHOWN_AROUND.total_seconds() == AROUND


@pytest.mark.parametrize(
    "said",
    [
        "Traceback (most recent call last):\nValueError: no key in -----BEGIN PRIVATE KEY-----\n{}",
        "Traceback (most recent call last):\nKeyError: password =\n{}",
    ],
)
def test_a_secret_that_goes_over_several_rows_of_a_line_is_not_told_by_its_last_one(said):
    made, secret = payments_breaks(), "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"
    lines = tuple(
        other(line, message=said.format(secret)) if line.message.startswith("KeyError") else line
        for line in made.faulty.lines
    )
    one = told(replace(made, faulty=replace(made.faulty, lines=lines)))
    assert any("appears first" in each.words for each in one.because)
    assert not [each.words for each in clauses(one) if secret in each.words]


def test_it_says_where_errors_start_since_when_who_passes_them_on_and_what_to_do():
    one = told(payments_breaks())
    assert (one.service, one.confidence, one.author, one.remark) == ("payment", "high", "", "")
    assert one.summary == snapshot(
        "Errors start in payment since 22:15:20 UTC, 38 s after payment 1.5.0; orders and web only pass it on."
    )
    assert [each.words for each in one.because] == snapshot(
        [
            "payment work fails in 40 of 40 failing traces and in none of 40 healthy ones",
            "\"KeyError: 'EUR'\" appears first in these minutes at 22:15:20 UTC, 38 s after payment 1.5.0, 40 times in all",
        ]
    )
    assert one.passing_on == ("orders", "web")
    assert [each.words for each in one.try_next] == snapshot(
        [
            "roll back payment 1.5.0, which came 38 s before it began",
            "look at trace 1700000120-0",
            "read the logs of payment from 22:15:05 UTC to 22:15:35 UTC",
        ]
    )
    assert one.unchanged == snapshot("what payment 1.5.0 changed is not known")


@pytest.mark.parametrize(
    ("after", "since", "step"),
    [
        (0.5, ", just as payment 1.5.0 came", ""),
        (60, ", 60 s before payment 1.5.0", ", which came 60 s after it began"),
    ],
)
def test_a_deployment_that_came_after_the_first_failure_is_not_said_to_have_come_as_it_began(after, since, step):
    one = told(replace(payments_breaks(), deployments=(other(OUT, time=BEGAN + after),)))
    assert f"22:15:20 UTC{since};" in one.summary
    assert one.try_next[0].words == f"roll back payment 1.5.0{step}"


@pytest.mark.parametrize("item", ["", "deployment:flags@7"])
def test_a_change_that_came_under_another_name_says_nothing_against_the_last_deployment_of_the_service(item):
    """item: of the deployment by which it came, as the commit has it; else by the commit that was deployed."""
    changed = '-  "payment_v2": {"rollout": 0}\n+  "payment_v2": {"rollout": 30}\n'
    sha = "" if item else "f1a95e7"
    flag = Commit("f1a95e7", BEGAN - 400, "payment for all", ("flags/prod.json",), changed, deployment=item)
    out = Deployment(BEGAN - 60, "flags", "7", sha)
    one = told(replace(payments_breaks(commits=(flag,)), deployments=(OUT, out)))
    assert one.change is not None
    assert (one.service, one.change.commit) == ("payment", flag.sha)
    assert "60 s after flags 7" in one.summary
    assert not [each for each in (one.summary, *(each.words for each in clauses(one))) if "1.5.0" in each]
    assert one.try_next[0].words == "roll back flags 7, which came 60 s before it began"
    assert not [item for each in one.try_next for item in each.evidence if item.id == OUT.item.id]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("cart", own=80),
        Fault("cart", wire=200),
        Fault("orders", skips="stock"),
        Fault("stock", says="no stock is known for this"),
        Fault("stock", cpu=9),
    ],
)
def test_each_kind_of_fault_is_told_of_its_service_with_something_to_open(fault):
    one = told(evidence(fault))
    assert one.service == fault.service
    assert fault.service in one.summary
    assert one.because
    assert one.try_next
    assert all(each.evidence for each in clauses(one))


@pytest.mark.parametrize(("own", "aside"), [(6, True), (80, False)])
def test_slowness_that_is_weaker_by_far_than_the_errors_that_explain_all_is_left_to_the_page(own, aside):
    one = told(evidence(Fault("payment", fails=True, own=own)))
    assert [("fails in" in each.words, each.aside) for each in one.because] == [(True, False), (False, aside)]
    assert "takes" in one.because[1].words
    slow = told(evidence(Fault("payment", own=own)))
    assert not [each for each in slow.because if each.aside]


def test_what_stands_out_as_well_is_named_with_the_reason_why_it_is_not_that():
    one = told(evidence(Fault("cart", wire=200)))
    assert [each.words for each in one.ruled_out] == snapshot(
        [
            "web has slow connections too, and calls cart, which may explain it (1 of 2 connections to and from it is slow: web to cart spends 1.0 → 201.0 ms between caller and called)",
            "orders has slow connections too, and calls cart, which may explain it (1 of 4 connections to and from it is slow: orders to cart spends 0.9 → 201.1 ms between caller and called)",
        ]
    )


def test_who_fails_for_another_reason_passes_nothing_on():
    """cart is slow; orders fails where stock fails, and web with it."""
    slow, broken = evidence(Fault("cart", own=300)), evidence(Fault("stock", fails=True), seed=9)
    fast = {span.trace_id for span in broken.faulty.spans[:150]}
    fails = tuple(other(span, trace_id=f"x{span.trace_id}") for span in broken.faulty.spans if span.trace_id in fast)
    one = told(replace(slow, faulty=replace(slow.faulty, spans=(*slow.faulty.spans, *fails))))
    assert (one.service, one.passing_on) == ("cart", ())


def test_what_was_so_before_is_ruled_out_by_that():
    """stock was as busy in the hour before as it is now; the run that is compared first was at night."""
    made = evidence(Fault("payment", fails=True))
    busy = replace(made.faulty, series=evidence(Fault("stock", cpu=9)).faulty.series)
    earlier = replace(made.references[0], series=evidence(Fault("stock", cpu=9), seed=5).faulty.series)
    one = told(replace(made, faulty=busy, references=(*made.references, earlier)))
    assert any(each.words.startswith("stock left its usual range too, but was so before") for each in one.ruled_out)


def test_in_health_it_cannot_tell_says_against_what_and_where_to_look():
    reference = Reference(Window(START, BEGAN), "checkout-e2e #412, green")
    one = told(evidence(Fault()), references=(reference,))
    assert (one.service, one.confidence) == ("", "low")
    assert one.summary == snapshot("Cannot tell, because nothing stands out against checkout-e2e #412, green.")
    assert [each.words for each in one.because] == snapshot(["nothing stands out against checkout-e2e #412, green"])


def test_without_any_evidence_it_says_so_and_claims_nothing():
    nothing = Evidence(Observed(Window(0, 1)), ())
    one = told(nothing)
    assert clauses(one) == ()
    assert one.summary == snapshot("Cannot tell, because no source holds anything of that time.")


def test_a_source_that_was_away_is_named_and_makes_it_less_sure():
    made = replace(payments_breaks(), away=("loki",))
    one = told(made, asked=(Asked("loki", "logs", trouble="no answer in 20 s"),))
    assert one.confidence == "medium"  # one step below high, and not two
    assert one.missing[0] == "loki: no answer in 20 s"


def test_only_services_of_the_environment_are_the_answer():
    made = payments_breaks()
    one = told(made, services=("web", "orders", "cart", "stock"))
    assert one.service != "payment"
    assert one.confidence == "low"


def test_a_deployment_is_not_to_be_rolled_back_when_what_it_changed_cannot_be_it():
    made = replace(
        payments_breaks(), commits=(Commit("c0ffee1", BEGAN - 60, "docs: a typo", ("README.md",), "+a\n-b"),)
    )
    one = told(made)
    assert one.change is None
    assert not [each for each in one.try_next if each.words.startswith("roll back")]


def test_the_trace_of_a_failing_test_is_where_to_look_when_nothing_stands_out():
    made = evidence(Fault())
    trace = made.faulty.spans[0].trace_id
    one = told(made, failing=(Failing("cart.spec", "expected 2", trace),))
    assert one.try_next[0].words == f"look at trace {trace}"


hostile = st.sampled_from(
    [f"a {SECRET} b", "<!channel> look", "<@U123ABC>", "<https://evil.example|x>", "a\nb\x00c\u202ed", "", "x" * 900]
)
spans = st.builds(
    Span,
    st.floats(0, 100),
    st.sampled_from("ab"),
    st.sampled_from("1234567"),
    st.sampled_from(["", *"1234567"]),
    hostile,
    hostile,
    st.floats(0, 1e6),
    st.booleans(),
)
lines = st.builds(Line, st.floats(0, 100), hostile, st.sampled_from(["INFO", "ERROR", ""]), hostile)
series = st.builds(
    lambda service, metric, values: Series(service, metric, tuple(range(len(values))), tuple(values)),
    hostile,
    hostile,
    st.lists(st.floats(-1e12, 1e12), max_size=8),
)
windows = st.builds(
    lambda spans, lines, series: Observed(Window(0, 100), tuple(spans), tuple(lines), tuple(series), len(lines)),
    st.lists(spans, max_size=25),
    st.lists(lines, max_size=25),
    st.lists(series, max_size=6),
)
anything = st.builds(
    lambda now, references, out, commits: Evidence(
        now, tuple(references), deployments=tuple(out), commits=tuple(commits)
    ),
    windows,
    st.lists(windows, max_size=3),
    st.lists(st.builds(Deployment, st.floats(-50, 100), hostile, hostile, hostile), max_size=3),
    st.lists(st.builds(Commit, hostile, st.floats(0, 100), hostile, st.tuples(hostile), hostile), max_size=3),
)


@settings(max_examples=150, deadline=None)
@given(anything)
def test_whatever_the_evidence_it_is_told_without_secrets_markup_or_claims_that_rest_on_nothing(made):
    one = told(made)
    said = [each.words for each in clauses(one)] + [one.summary, one.unchanged, *one.missing]
    assert all(each.evidence for each in clauses(one))
    assert all(len(words) <= 500 and words == " ".join(words.split()) for words in said)
    assert not [words for words in said if SECRET in words or "<" in words or "\x00" in words or "\u202e" in words]


def test_of_a_time_that_somebody_asked_about_it_began_when_it_was_first_seen():
    made = payments_breaks()
    window = Window(BEGAN - 900, BEGAN + SECONDS)
    one = told(replace(made, faulty=replace(made.faulty, window=window), somewhere=True))
    assert one.summary == snapshot(
        "Errors start in payment since 22:15:20 UTC, 38 s after payment 1.5.0; orders and web only pass it on."
    )
    assert one.unchanged == snapshot("what payment 1.5.0 changed is not known")


@pytest.mark.parametrize("lead", [0, 30, 300])
@pytest.mark.parametrize("late", [0.0, 1.4, 20.0])
def test_one_stretch_of_time_is_told_of_one_beginning(lead, late):
    """lead: seconds of health that the window begins with, as that of a run does. late: of its lines, for its spans."""
    made, window = payments_breaks(), Window(BEGAN - lead, BEGAN + SECONDS)
    lines = tuple(other(line, time=line.time + late) for line in made.faulty.lines)
    one = told(replace(made, faulty=replace(made.faulty, window=window, lines=lines)))
    said = [each for each in [one.summary, *(each.words for each in clauses(one))] if "1.5.0" in each]
    assert one.unchanged == "what payment 1.5.0 changed is not known"
    assert rank(replace(made, faulty=replace(made.faulty, window=window))).unchanged.startswith("no change before")
    assert len(said) == (2 if late > 5 else 3)
    assert all("38 s " in each for each in said), said
    assert all(len(each.moments) == each.words.count(" UTC") for each in clauses(one))


def test_the_time_that_the_summary_names_is_known_as_one():
    made, window = payments_breaks(), Window(BEGAN - 60, BEGAN + SECONDS)
    well = other(made.faulty.spans[0], span_id="s-well", time=BEGAN - 50, failed=False)
    one = told(replace(made, faulty=replace(made.faulty, window=window, spans=(well, *made.faulty.spans))))
    assert one.summary.count(" UTC") == 1
    assert [clock(at) for at in one.moments if clock(at) in one.summary]
